"""The one catalogue of every sentence that people read, in TOML files by area."""

import re
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path
from string import Formatter
from typing import Any

from kskt_excel.model.book import CellRef, column_letters
from kskt_excel.model.finding import Finding, Severity
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.patterns import lazy_pattern
from kskt_excel.text.shown import day_text

CATALOGUE_FOLDER = Path(__file__).parent

_ON_TRIAL = "Quy tắc này đang thử đến hết ngày {until}: báo cáo không bị trả lại vì điểm này."
_MOST_CELLS = 8  # runs of cells that a place names
_HEADING = lazy_pattern(r'^\["([^"]+)"\]$', re.MULTILINE)
_CLAUSE = lazy_pattern(r"\[\[(.*?)\]\]")  # [[…]]: left out when one of its words is missing


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """One sentence of the catalogue (danh mục thông báo).

    Braces take the finding's params. What stands in double square brackets is left out where one
    of its params is empty. ``remedy`` speaks to the unit; ``office``, if there is any, to the
    office alone: commands, what the machine said, parts of a file.
    """

    number: str  # "KS-301": for the office, printed last
    level: Severity
    text: str  # what is written and why it is not accepted
    remedy: str  # how to mend it, with an example
    example: str  # a situation in which it is said, for the page of common mistakes
    source: str  # law, article, or the office's own rule
    office: str = ""


class Family(StrEnum):
    """What a rule looks at (loại quy tắc)."""

    FILE = "file"
    STRUCTURE = "structure"
    VALUE = "value"
    ROW = "row"  # one sheet: its blanks, its rows, its sums
    ACROSS = "across"  # several sheets
    EARLIER = "earlier"  # the quarters before
    SENDER = "sender"
    PLAN = "plan"
    LEDGER = "ledger"
    TRACKER = "tracker"


_FAMILIES = (
    ("KS-2", Family.FILE),
    ("KS-3", Family.STRUCTURE),
    ("KS-4", Family.VALUE),
    ("KS-55", Family.ROW),
    ("KS-6", Family.ACROSS),
    ("KS-65", Family.EARLIER),
    ("KS-7", Family.SENDER),
    ("KS-8", Family.PLAN),
    ("KS-9", Family.LEDGER),
    ("KS-:", Family.TRACKER),
)
"""Each family with the number before which it ends."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What a finding breaks (quy tắc): the rule's own code, its catalogue number, its family."""

    code: str  # "V06a.6"
    entry: str  # "total.sum"
    number: str  # "KS-444": what people read, and what a waiver may name

    @property
    def family(self) -> Family:
        """What the rule looks at."""
        return next(family for end, family in _FAMILIES if self.number < end)

    @property
    def is_checked(self) -> bool:
        """Whether the rule judges what a unit has filled in, and not only how it can be read."""
        return self.family in _CHECKED

    @property
    def judges_a_report(self) -> bool:
        """Whether the rule is about what a unit has sent, so that the office may lift it."""
        return self.family not in _OF_THE_OFFICE

    def is_named(self, name: str) -> bool:
        """Whether a person means the rule: by number, code or entry, however these are typed."""
        return bool(self.name_like(name))

    def name_like(self, name: str) -> str:
        """The rule's name that a person has typed, as it is written; "" when another is meant."""
        wanted = _name_key(name)
        names = (self.number, self.code, self.entry)
        return next((one for one in names if _name_key(one) == wanted), "")


_OF_THE_OFFICE = frozenset((Family.FILE, Family.PLAN, Family.LEDGER, Family.TRACKER))
_CHECKED = frozenset((Family.ROW, Family.ACROSS, Family.EARLIER, Family.SENDER))


def rule(found: Finding) -> Rule:
    """The rule that a finding breaks."""
    return rule_named(found.code, found.entry)


@lru_cache(maxsize=1024)
def rule_named(code: str, named: str) -> Rule:
    """The rule with a code whose sentence is an entry of the catalogue. Raises KeyError."""
    return Rule(code, named, entry(named).number)


def code_is_named(code: str, name: str) -> bool:
    """Whether a person means the rule with a code, be it in the catalogue or in a form alone."""
    if code in codes():
        return rule_named(code, code).is_named(name)
    return _name_key(code) == _name_key(name)


def rules() -> Iterator[Rule]:
    """Every entry of the catalogue as a rule of its own."""
    return (Rule(code, code, one.number) for code, one in catalogue().items())


def _name_key(name: str) -> str:
    return "".join(sign for sign in name.casefold() if sign.isalnum())


@cache
def catalogue() -> Mapping[str, CatalogueEntry]:
    """Every entry by its code. Raises ValueError when two files define one code."""
    entries: dict[str, CatalogueEntry] = {}
    for _, text in sorted(_texts().items()):
        for code, table in tomllib.loads(text).items():
            if code in entries:
                raise ValueError(code)
            entries[code] = _entry(table)
    return entries


@cache
def codes() -> frozenset[str]:
    """The codes of all entries, found by their headings alone: to parse the files takes long."""
    return frozenset(code for text in _texts().values() for code in _HEADING.findall(text))


@cache
def entry(code: str) -> CatalogueEntry:
    """One entry; only its own lines are parsed, whole files take long. Raises KeyError."""
    heading = f'["{code}"]\n'
    for text in _texts().values():
        before, found, after = text.partition(heading)
        if found and (not before or before.endswith("\n")):
            return _entry(tomllib.loads(after.partition("\n[")[0]))
    raise KeyError(code)


@cache
def _texts() -> Mapping[Path, str]:
    return {file: file.read_text(encoding="utf-8") for file in CATALOGUE_FOLDER.glob("*.toml")}


def _entry(table: Mapping[str, Any]) -> CatalogueEntry:
    return CatalogueEntry(**{**table, "level": Severity(table["level"])})


def finding(
    code: str,
    at: CellRef | None = None,
    *,
    template: str = "",
    severity: Severity | None = None,
    parties: Mapping[CellRef, float | None] | Collection[CellRef] = (),
    **params: object,
) -> Finding:
    """A finding with the level that the catalogue gives it, unless ``severity`` says another.

    ``parties``: the cells that the rule has compared, with the figures that would mend it.
    """
    level = severity or entry(template or code).level
    cells = parties if isinstance(parties, Mapping) else dict.fromkeys(parties)
    return Finding(code, level, at, params, template, parties=cells)


def filled(text: str, params: Mapping[str, object]) -> str:
    """A text of the catalogue with its words; a clause without one of its words is left out."""
    words = _Words(params)
    if "[[" in text:
        text = _CLAUSE.sub(lambda clause: _clause(clause[1], params), text)
    return text.format_map(words)


def catalogue_text(code: str, **params: object) -> str:
    """Text and remedy of a catalogue entry without its number, filled with ``params``."""
    told = entry(code)
    parts = (filled(part, params) for part in (told.text, told.remedy))
    return " ".join(part for part in parts if part)


def catalogue_phrase(code: str, **params: object) -> str:
    """Text of a catalogue entry without remedy, for inside a sentence: ``trả lại vì còn 3 lỗi``."""
    text = entry(code).text.format_map(params).rstrip(".")
    return text[:1].lower() + text[1:]


def _clause(text: str, params: Mapping[str, object]) -> str:
    return text if all(params.get(name) not in ("", None) for name in params_in(text)) else ""


def params_in(text: str) -> Iterator[str]:
    """The params that a text of the catalogue asks for."""
    return (name for _, name, _, _ in Formatter().parse(text) if name)


@lru_cache(maxsize=1024)
def _names_in_conditions(named: str) -> frozenset[str]:
    told = entry(named)
    return frozenset(params_in(told.text + told.remedy + told.office))


def situated(findings: Iterable[Finding], words: Mapping[str, object]) -> Iterator[Finding]:
    """Findings with the words that their sentences ask of their surroundings.

    ``words``: the office's name, the unit's file, examples out of its own period and procedures.
    """
    for found in findings:
        asked = (_names_in_conditions(found.entry) & words.keys()) - found.params.keys()
        more = {name: words[name] for name in sorted(asked)}
        yield replace(found, params={**found.params, **more}) if more else found


def sentence(found: Finding) -> str:
    """What is written, why not, how to mend it, for the unit; the office's code last.

    The place is not part of it: ``place_text`` gives that.
    """
    told = entry(found.entry)
    return f"{_problem_text(found, told.text, told.remedy)} ({told.number})"


def office_sentence(found: Finding) -> str:
    """The sentence as the office reads it: with what only the office can do or wants to know."""
    told = entry(found.entry)
    return f"{_problem_text(found, told.text, told.remedy, told.office)} ({told.number})"


def _problem_text(found: Finding, *parts: str) -> str:
    text, *rest = parts
    alike = found.params.get("alike")
    more = f"{alike} ô khác cũng ghi kiểu này." if alike else ""
    said = (
        *(filled(text, found.params), more),
        *(filled(part, found.params) for part in rest),
        _ON_TRIAL.format(until=day_text(found.tried_until)) if found.tried_until else "",
    )
    return " ".join(part for part in said if part)


def place_text(found: Finding) -> str:
    """Where a finding is, as Excel shows it: ``Hồ sơ!E7, E9, E12–E15``; "" for the whole file."""
    if not found.at:
        return ""
    cells = cell_list(found.cells, _MOST_CELLS) if found.also else found.at.a1
    return f"{found.at.sheet}!{cells}" if cells else found.at.sheet


def cell_list(cells: Sequence[CellRef], most: int) -> str:
    """Cells in reading order, neighbours in a column joined: ``E7, E9, E12–E15``.

    After ``most`` only their number; whole rows are ``dòng 12``; whole sheets are left out.
    """
    runs = list(_runs(sorted({cell for cell in cells if cell.row})))
    shown = [_run(first, last) for first, last in runs[:most]]
    left = sum(last.row - first.row + 1 for first, last in runs[most:])
    return ", ".join(shown) + (f" và {left} ô khác" if left else "")


def _runs(cells: Sequence[CellRef]) -> Iterator[tuple[CellRef, CellRef]]:
    """First and last cell of every run down a column, by the place of the first."""
    left = dict.fromkeys(cells)
    for cell in cells:
        if cell not in left:
            continue
        last = cell
        del left[cell]
        while (below := CellRef(cell.sheet, last.row + 1, cell.column)) in left:
            del left[below]
            last = below
        yield cell, last


def _run(first: CellRef, last: CellRef) -> str:
    if not first.column:
        return f"dòng {first.row}" if first == last else f"dòng {first.row}–{last.row}"
    letters = column_letters(first.column)
    if first == last:
        return f"{letters}{first.row}"
    joining = ", " if last.row == first.row + 1 else "–"
    return f"{letters}{first.row}{joining}{letters}{last.row}"


class _Words(dict[str, object]):
    """Words for a sentence; one that is missing shows its name instead of stopping the batch."""

    def __missing__(self, key: str) -> str:
        return f"“{key}”"
