"""What a cell holds: its value by its column, what its formatting and its merge say, its findings.

What this needs of forms and plan is prepared once for a process (``ReadingTables``). A part that is
struck through or a small mark of a note is never silently part of a value: what is left is read
with a warning, and where nothing is left the unit is asked.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from functools import cached_property, partial
from typing import NamedTuple, TypeAlias

from kskt_excel.messages import entry
from kskt_excel.model.book import CellPlace, CellRef, Raw, RichPart, Sheet, place_among
from kskt_excel.model.finding import Finding
from kskt_excel.model.forms import NUMBER_TYPES, FormColumn, Forms, SheetForm
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.patterns import lazy_pattern
from kskt_excel.model.period import Period, Window
from kskt_excel.model.plan import Choice, Plan
from kskt_excel.model.reading import Value
from kskt_excel.reading.table import Area, HeadedTable, Headings, headings_of, merges_in
from kskt_excel.text.codes import document_number, dossier_code, procedure_code
from kskt_excel.text.dates import date, suspect_swaps, swapped, unclear_orders
from kskt_excel.text.names import Matcher, NameMatch
from kskt_excel.text.shown import day_text, given
from kskt_excel.text.spelling import clean, is_blank, plain_key, tone_key
from kskt_excel.text.values import (
    BLANK,
    DASH,
    Parsed,
    count,
    days,
    decimal,
    fault,
    is_nothing_said,
    is_zero_said,
    nothing,
    percent,
    says_that_nothing_happened,
    taken,
    yes_no,
)

# ---- A value by the type of its column

Parser: TypeAlias = Callable[[Raw], Parsed[Value]]

_BY_TYPE: Mapping[str, Callable[[Raw], Parsed[Value]]] = {
    "count": count,
    "computed": count,
    "days": days,
    "decimal": decimal,
    "percent": percent,
    "date": date,
    "yes_no": yes_no,
    "procedure": procedure_code,
    "dossier": dossier_code,
    "document": document_number,
}
_TASK_SIGNS = lazy_pattern(r"[\s.\-_/()]+")  # «II.10», «II-10», «ii/10» are one task
_NEVER_NEAR = frozenset(("trang_thai",))  # «đã» and «đang thực hiện» differ by one letter
_ORDINAL = lazy_pattern(r"\d{1,6}(?=[.)]?$)")  # «5.», «5)»


def text_value(raw: Raw) -> Parsed[str]:
    """The text of a cell; numbers and days as a person sees them."""
    shown = clean(raw).text if isinstance(raw, str) else given(raw)
    return Parsed(shown) if shown else BLANK


def ordinal(raw: Raw) -> Parsed[Value]:
    """A running number, or what stands in its place: it is never trusted, so never a finding."""
    if isinstance(raw, float) and raw.is_integer():
        return Parsed(int(raw))
    read = text_value(raw)
    number = _ORDINAL.match(read.value or "")
    return Parsed(int(number[0])) if number else read


date_1904: Parser = partial(date, epoch_1904=True)
percent_formatted: Parser = partial(percent, percent_format=True)


class Vocabulary:
    """The names of a plan: its choice lists, units and tasks, ready to be recognised."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._choices: dict[str, Parser] = {}

    def parser(self, column: FormColumn) -> Parser:
        """How the cells of a column are read."""
        if column.type == "choice" and self._plan.choices.get(column.choices):
            return self._choice(column.choices)
        named: Mapping[str, Parser] = {"task": self.task, "unit": self.unit, "ordinal": ordinal}
        return named.get(column.type) or _BY_TYPE.get(column.type, text_value)

    def task(self, raw: Raw) -> Parsed[Value]:
        """Code of a task of the plan, from its code in any spelling or its whole text.

        What the plan does not have stays as written: the rules say it.
        """
        read = text_value(raw)
        written = read.value or ""
        if not written or written in self._plan.task_by_code:
            return Parsed(read.value, read.outcome)
        code = self._task_codes.get(_code_key(written)) or self._task_texts.get(tone_key(written))
        return Parsed(code or written)

    def unit(self, raw: Raw) -> Parsed[Value]:
        """Name of a unit of the plan; another body's name stays as written."""
        read = text_value(raw)
        code = self.unit_code(read.value or "")
        return Parsed(self._plan.unit_by_code[code].name if code else read.value, read.outcome)

    def unit_code(self, written: str) -> str:
        """Code of the unit that a text surely names by its code, name or alias; "" for none."""
        if not written or written in self._plan.unit_by_code:
            return written
        found = self._units.match(written)
        return found.value or "" if found.how in _SURE else ""

    def unit_like(self, written: str) -> str:
        """Name of the unit that a text may mean, for a question; "" for none."""
        found = self._units.match(written)
        code = found.value or next(iter(found.suggestions), "")
        return self._plan.unit_by_code[code].name if code else ""

    @cached_property
    def _units(self) -> Matcher:
        return Matcher((unit.code, (unit.name, *unit.aliases)) for unit in self._plan.units)

    @cached_property
    def _task_codes(self) -> Mapping[str, str]:
        return {_code_key(task.code): task.code for task in self._plan.tasks}

    @cached_property
    def _task_texts(self) -> Mapping[str, str]:
        return {tone_key(task.text): task.code for task in self._plan.tasks}

    def _choice(self, list_id: str) -> Parser:
        if list_id not in self._choices:
            entries = self._plan.choices[list_id]
            self._choices[list_id] = choice_parser(entries, fuzzy=list_id not in _NEVER_NEAR)
        return self._choices[list_id]


def choice_parser(entries: Sequence[Choice], *, fuzzy: bool) -> Parser:
    """How cells of a list are read; only ``fuzzy`` takes what is nearly an entry."""
    return partial(_chosen, Matcher(_spellings(entries), fuzzy=fuzzy), entries[0].value)


_SURE = ("exact", "alias", "expanded")


def _code_key(written: str) -> str:
    return _TASK_SIGNS.sub("", written).casefold()


def _spellings(entries: Sequence[Choice]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each choice with what else means it: aliases, its code, its words without the code."""
    codes: set[str] = set()
    for choice in entries:
        others = list(choice.aliases)
        if choice.code and choice.code not in codes:
            others.append(choice.code)
        if choice.code and choice.value.startswith(f"{choice.code} "):
            others.append(choice.value.removeprefix(f"{choice.code} "))
        codes.add(choice.code)
        yield choice.value, tuple(others)


NIL_CHOICE = "Không phát sinh"
"""The choice that says that there is nothing, in lists that have it."""


_CODED = lazy_pattern(r"([A-Za-z]{1,4} ?\d{1,3})(?!\w)\W")
"""A choice written with its code before it: «NN02 - Cán bộ»."""


# «theo quy định», «qua DVC trực tuyến», «02. Do thiếu hồ sơ», «đang triển khai thực hiện», «làm
# xong»; then «Trực tuyến (tại Bộ phận một cửa)», «hoàn thành 100%», «Hoàn thành, đúng hạn».
_BEFORE = lazy_pattern(
    r"\A(?:(?:là|qua|theo|do|về|cấp|loại|gọi|gửi|bằng"
    r"|(?:dvctt|dvc|dịch vụ công(?: trực tuyến)?)(?: ở)?) (?=\S)"
    r"|(?:0?\d{1,2}|nguyên nhân(?: do)?)[.):]? (?=[^\W\d]))"
    r"|(?<=đang )(?:tổ chức|tiếp tục|triển khai|phối hợp|được|trong quá trình) (?=thực hiện)"
    r"|(?:làm|thực hiện) (?=xong\Z)",
    re.IGNORECASE,
)
_BEHIND = lazy_pattern(
    r"[\s,;(–-]+(?:điện tử|tthc|thủ tục hành chính|tỉnh|đúng tiến độ|theo kế hoạch|theo quy định"
    r"|thường xuyên|tại (?:cơ quan|trụ sở|đơn vị|sở|bộ phận một cửa|bpmc|trung tâm)"
    r"|(?:đúng|trước|trong) (?:thời )?hạn|(?:trong )?quý (?:i{1,3}|iv|[1-4])(?:/\d{4})?)\)?\Z"
    r"|(?<=xong) rồi\Z|(?<=hoàn thành) xong\Z|(?<=\w)[.;]+\Z"
    r"|(?:(?<=hoàn thành)|(?<=HT))[\s,–-]*\(?(?:100 ?%|(?:ngày )?\d{1,2}/\d{1,2}/\d{4})\)?\Z",
    re.IGNORECASE,
)
"""What people write before and behind a choice without meaning another one."""
# «mức độ IV», «mức bốn»: lists have their numbers in digits.
_SPELT_DIGIT = lazy_pattern(r"\b(?:IV|III|II|I|bốn|ba|hai|một|0[1-9])\Z", re.IGNORECASE)
_DIGIT = {"iv": "4", "iii": "3", "ii": "2", "i": "1", "bốn": "4", "ba": "3", "hai": "2", "một": "1"}


def _without_more(written: str) -> Iterator[str]:
    """A choice with less and less around it, its number in digits: «DVC mức độ IV»."""
    less = _BEFORE.sub("", written)
    for bare in (less, _BEHIND.sub("", written), _BEHIND.sub("", less), _twice_behind(less)):
        yield bare
        yield _SPELT_DIGIT.sub(lambda found: _DIGIT.get(found[0].lower(), found[0][1:]), bare)


def _twice_behind(written: str) -> str:
    return _BEHIND.sub("", _BEHIND.sub("", written))


def _is_nil(written: str) -> bool:
    """Whether a choice is said to be nothing; a bare «không» may as well deny it."""
    told = says_that_nothing_happened(written) and is_zero_said(written)
    return written == "0" or told


def _chosen(matcher: Matcher, example: str, raw: Raw) -> Parsed[Value]:
    """The choice that a cell means, or the question that it raises."""
    written = text_value(raw).value or ""
    if (empty := nothing(written)) is not None:
        return Parsed(None, empty.outcome, empty.code, empty.params)
    found: NameMatch = matcher.match(written)
    # From the whole of what is written to ever less of it: the less is left, the more may have been
    # meant.
    if found.value is None and (coded := _CODED.match(written)):
        by_code = matcher.match(coded[1])
        found = by_code if by_code.how in _SURE else found
    if found.value is None and _is_nil(written):
        found = matcher.match(NIL_CHOICE)
    if found.value is None:
        meant = (matcher.match(one) for one in _without_more(written) if one != written)
        found = next((one for one in meant if one.how in _SURE), found)
    if found.value is None and is_nothing_said(written) and not matcher.match(NIL_CHOICE).value:
        return BLANK
    if found.value is None:
        asked = " hoặc ".join(f"“{one}”" for one in found.suggestions)
        if asked:
            return fault("value.choice.ask", raw, suggestion=asked)
        return fault("value.choice.unknown", raw, example=example)
    if found.how == "near":
        return taken(found.value, "value.choice.near", raw, value=found.value)
    return Parsed(found.value)


# ---- Findings about cells


def remark(
    code: str, at: CellRef | None, params: Mapping[str, object], template: str = ""
) -> Finding:
    """A finding with the level that the catalogue gives it."""
    return Finding(code, entry(template or code).level, at, params, template)


def about_value(parsed: Parsed[Value], column: FormColumn, at: CellRef) -> Finding:
    """What there is to say about a value that was read from a cell."""
    about = {"column": column.heading, "example": column.example}
    return remark(parsed.code, at, {**about, **parsed.params})


def over(code: str, cells: Sequence[CellRef], /, **params: object) -> Iterator[Finding]:
    """One finding over several cells, in reading order; none without cells."""
    if cells:
        first, *rest = sorted(cells)
        made = remark(code, first, {"count": len(cells), **params})
        yield replace(made, also=tuple(rest))


def grouped(findings: Iterable[Finding], tabs: Mapping[str, int]) -> tuple[Finding, ...]:
    """Findings as one meets them going through the tabs, what is said of the file first.

    Those of one kind about the same text of a column are joined; the joined one keeps every cell.
    """

    def place(found: Finding) -> tuple[object, ...]:
        return place_among(tabs, found.at), found.at.sheet if found.at else ""

    groups: dict[tuple[object, ...], list[Finding]] = {}
    for found in sorted(findings, key=place):
        groups.setdefault(_kind(found), []).append(found)
    return tuple(_joined(same) for same in groups.values())


def _kind(found: Finding) -> tuple[object, ...]:
    if not found.at or "column" not in found.params:
        return (id(found),)
    given = str(found.params.get("given", ""))
    return found.code, found.at.sheet, found.params["column"], given


def _joined(same: Sequence[Finding]) -> Finding:
    first = same[0]
    if len(same) == 1:
        return first
    cells = sorted({cell for found in same for cell in found.cells})
    return replace(first, at=cells[0], also=tuple(cells[1:]))


# ---- Forms and plan, prepared once

_MOST_REMEMBERED = 4096  # values of a column: free texts are never the same, and must not pile up
_MOST_TEXTS = 8192  # as for values, of whole workbooks
_SHORT = 100  # characters
_RAW_TYPES = (str, float, bool, dt.date, dt.datetime)


class CellReader:
    """Reads the cells of one column; what a value means is remembered from workbook to workbook."""

    def __init__(self, parse: Parser, formatted: Parser | None = None) -> None:
        self._parse = parse
        self._formatted = formatted or parse
        # by type, because True and 1.0 are one key
        self.remembered: dict[type, dict[Raw, Parsed[Value]]] = {kind: {} for kind in _RAW_TYPES}

    def read(self, raw: Raw) -> Parsed[Value]:
        """The value of a cell."""
        remembered = self.remembered.get(type(raw))
        if remembered is None:
            return self._parse(raw)
        known = remembered.get(raw)
        if known is None:
            if len(remembered) >= _MOST_REMEMBERED:
                remembered.clear()
            known = remembered[raw] = self._parse(raw)
        return known

    def read_formatted(self, raw: Raw) -> Parsed[Value]:
        """The value of a cell whose number format shows a percentage."""
        return self._formatted(raw)


@dataclass(frozen=True)
class FormKit:
    """One version of a unit sheet with its headings, readers and given rows."""

    form: SheetForm
    headings: Headings
    vocabulary: Vocabulary
    given: Mapping[str, str] = field(default_factory=dict)  # key -> text of a row given at issue

    @cached_property
    def given_texts(self) -> Mapping[str, str]:
        """Key of a given row by the tone key of its text; texts that two rows share left out."""
        keys = [tone_key(text) for text in self.given.values()]
        pairs = zip(keys, self.given, strict=True)
        return {text: key for text, key in pairs if keys.count(text) == 1}

    @cached_property
    def given_plain(self) -> tuple[tuple[str, str], ...]:
        """Texts of the given rows without marks, each with its key."""
        return tuple((plain_key(text), key) for key, text in self.given.items())

    @cached_property
    def text_key(self) -> str:
        """Column that holds the text of a given row; "" without one."""
        texts = (
            column.key
            for column in self.form.columns
            if column.given
            and column.type in ("text", "long_text")
            and column.key not in self.form.key
        )
        return next(texts, "")

    @cached_property
    def summed(self) -> frozenset[str]:
        """Columns that a sum of the sheet adds up, in a row or in the row of totals."""
        columns = self.form.columns
        totals = {column.key for column in columns if column.total}
        return frozenset(totals.union(*(column.formula for column in columns)))

    def reader(self, key: str, *, epoch_1904: bool = False) -> CellReader:
        """Reader of a column."""
        if epoch_1904 and self.form.by_key[key].type == "date":
            return CellReader(date_1904)
        return self._readers[key]

    @cached_property
    def _readers(self) -> Mapping[str, CellReader]:
        return {
            column.key: CellReader(
                self.vocabulary.parser(column),
                percent_formatted if column.type == "percent" else None,
            )
            for column in self.form.columns
        }


class ReadingTables:
    """Everything prepared for one plan and one set of forms."""

    def __init__(self, plan: Plan, forms: Forms) -> None:
        self.plan = plan
        self.vocabulary = Vocabulary(plan)
        self._forms = forms
        versions = [one for form in forms.sheets for one in form.all_versions]
        self._by_version = {(one.id, one.version): self._kit_of(one) for one in versions[::-1]}
        self._in_force: dict[dt.date | None, tuple[FormKit, ...]] = {}

    def version(self, form: str, version: str) -> FormKit | None:
        """One version of a form; None when there is no such definition."""
        return self._by_version.get((form, version))

    def versions(self, form: str) -> tuple[FormKit, ...]:
        """Every version of a form."""
        return tuple(kit for (id_, _), kit in self._by_version.items() if id_ == form)

    def in_force(self, day: dt.date | None) -> tuple[FormKit, ...]:
        """Forms in force on a day, in the workbook's order; the newest of each without a day."""
        if day not in self._in_force:
            newest = tuple(self._forms.sheet_by_id.values())
            forms = (self._forms.sheets_on(day) if day else ()) or newest
            self._in_force[day] = tuple(self._by_version[f.id, f.version] for f in forms)
        return self._in_force[day]

    def asked_in(self, period: Period | None) -> tuple[FormKit, ...]:
        """Forms that a period asks for, in the workbook's order; the newest ones without one."""
        if period is None:
            return self.in_force(None)
        forms = self._forms.sheets_in(period, self.plan)
        return tuple(self._by_version[f.id, f.version] for f in forms) or self.in_force(None)

    @cached_property
    def issued(self) -> frozenset[str]:
        """Texts that the office itself writes into workbooks."""
        return frozenset(self._texts())

    @cached_property
    def _surely_unicode(self) -> set[Raw]:
        """Texts that are in no old encoding: the office's own, and short ones that were met."""
        return set(self.issued)

    def new_texts(self, sheet: Sheet) -> list[str]:
        """Texts of a sheet, each once, that are not known to be in no old encoding."""
        values = set[Raw]().union(*sheet.rows) - self._surely_unicode
        return [value for value in values if type(value) is str]

    def remember_unicode(self, texts: Iterable[str]) -> None:
        """Notes texts that are in no old encoding."""
        if len(self._surely_unicode) > len(self.issued) + _MOST_TEXTS:
            self._surely_unicode.clear()
            self._surely_unicode.update(self.issued)
        self._surely_unicode.update(text for text in texts if len(text) <= _SHORT)

    def _texts(self) -> Iterator[str]:
        for form in self._forms.sheets:
            yield from (form.title, form.guide)
            for column in form.columns:
                yield from column.headings
        for task in self.plan.tasks:
            yield from (task.text, task.deadline.text)
        for procedure in self.plan.procedures:
            yield from (procedure.name, procedure.field)
        for choices in self.plan.choices.values():
            yield from (choice.value for choice in choices)

    def _kit_of(self, form: SheetForm) -> FormKit:
        return FormKit(form, headings_of(form), self.vocabulary, self._row_texts(form))

    def _row_texts(self, form: SheetForm) -> Mapping[str, str]:
        if form.rows == "tasks":
            return {task.code: task.text for task in self.plan.tasks}
        if form.rows == "procedures":
            return {procedure.code: procedure.name for procedure in self.plan.procedures}
        if form.rows == "criteria":
            return {str(one.number): one.content for one in self.plan.criteria}
        if form.rows == "choices":
            values = [choice.value for choice in self.plan.choices.get(form.row_list, ())]
            return dict(zip(values, values, strict=True))
        return {}


# ---- Formatting: struck through, small marks, unseen

_TEXTS = frozenset(("text", "long_text"))
_SHIFTED = {
    1: str.maketrans("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ"),
    -1: str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎"),
}


class FormattedValue(NamedTuple):
    """What a cell means, read with its formatting; ``is_clear`` unless the unit must be asked."""

    value: Raw
    findings: tuple[Finding, ...] = ()
    is_clear: bool = True


@dataclass(slots=True)
class Formatting:
    """What data cells mean beside what they store (định dạng chữ của ô)."""

    seen: dict[int, dict[int, Raw]] = field(default_factory=dict)
    """What is to be read, by row and column, where it is not all that is stored."""
    unclear: list[tuple[int, str]] = field(default_factory=list)  # row and column's key: asked
    findings: list[Finding] = field(default_factory=list)


def formatting_of(
    sheet: Sheet, table: HeadedTable, rows: Sequence[int], form: SheetForm
) -> Formatting:
    """What the formatting of a table's data cells says."""
    found = Formatting()
    if not _tells(sheet):
        return found
    columns = {at: form.by_key[key] for key, at in table.columns.items()}
    for row in rows:
        filled = {at: raw for at in columns if (raw := sheet.at(row, at)) is not None}
        struck = [at for at in filled if _is_struck(sheet, (row, at))]
        whole_row = len(struck) > 1 and len(struck) == len(filled)
        if whole_row:
            found.findings.append(remark("row.struck", CellRef(sheet.name, row), {"row": row}))
        for at, raw in filled.items():
            read = seen_value(sheet, (row, at), raw, columns[at])
            if not whole_row:
                found.findings += read.findings
            if read.value is not raw:
                found.seen.setdefault(row, {})[at] = read.value
            if not read.is_clear:
                found.unclear.append((row, columns[at].key))
    return found


def seen_value(sheet: Sheet, place: CellPlace, raw: Raw, column: FormColumn) -> FormattedValue:
    """What a cell means, and what there is to say about its formatting."""
    facts = sheet.facts
    if not _tells(sheet) or raw is None:
        return FormattedValue(raw)
    if _is_struck(sheet, place):
        note = _note("cell.struck", sheet, place, column, given=given(raw))
        return FormattedValue(None, (note,), is_clear=False)
    if place in facts.parts:
        return _seen_parts(sheet, place, column)
    if place in facts.unseen and raw != 0 and not column.given:
        return FormattedValue(raw, (_note("cell.unseen", sheet, place, column, given=given(raw)),))
    return FormattedValue(raw)


def _tells(sheet: Sheet) -> bool:
    return bool(sheet.facts.struck or sheet.facts.unseen or sheet.facts.parts)


def _is_struck(sheet: Sheet, place: CellPlace) -> bool:
    """Whether all that a cell holds is struck through."""
    parts = sheet.facts.parts.get(place)
    if parts is None:
        return place in sheet.facts.struck
    struck = [part.struck for part in parts if not is_blank(part.text)]
    return bool(struck) and all(struck)


def _seen_parts(sheet: Sheet, place: CellPlace, column: FormColumn) -> FormattedValue:
    """What is left of a text without the parts that are none of its value."""
    parts = sheet.facts.parts[place]
    is_text = column.type in _TEXTS
    kept = [part for part in parts if not part.struck and (is_text or not part.shift)]
    is_old = place in sheet.facts.legacy_fonts  # its letters are not what they look like yet
    value = "".join(part.text if is_old else _part_text(part) for part in kept).strip()
    about = {"given": _text(parts), "value": value}
    findings = []
    if struck := _text(part for part in parts if part.struck):
        findings.append(_note("cell.struck_part", sheet, place, column, part=struck, **about))
    if not is_text and (small := _text(part for part in parts if part.shift and not part.struck)):
        findings.append(_note("cell.small_mark", sheet, place, column, part=small, **about))
    if unseen := _text(part for part in kept if part.unseen):
        findings.append(_note("cell.unseen", sheet, place, column, given=unseen))
    return FormattedValue(value or None, tuple(findings))


def _part_text(part: RichPart) -> str:
    """A part as a person sees it: m² where the 2 stands above the line."""
    return part.text.translate(_SHIFTED[part.shift]) if part.shift else part.text


def _text(parts: Iterable[RichPart]) -> str:
    return "".join(part.text for part in parts).strip()


def _note(code: str, sheet: Sheet, place: CellPlace, column: FormColumn, **about: str) -> Finding:
    return remark(code, CellRef(sheet.name, *place), {"column": column.heading, **about})


# ---- Merges over data


@dataclass(slots=True)
class Merged:
    """What the merges over data mean."""

    seen: dict[int, dict[int, Raw]] = field(default_factory=dict)  # row -> column -> value
    unclear: list[tuple[int, str]] = field(default_factory=list)  # (row, column key)
    remarks: list[tuple[str, FormColumn, list[CellPlace], str]] = field(default_factory=list)


def merged_over(sheet: Sheet, table: HeadedTable, rows: Sequence[int], form: SheetForm) -> Merged:
    """Merges that cover several data cells.

    A text, a day or a choice over several rows holds for each of them. A figure over several cells
    is not shared out: which of them it belongs to has to be asked.
    """
    merged = Merged()
    if not sheet.merged or not rows:
        return merged
    data_rows = set(rows)
    by_column = {at: form.by_key[key] for key, at in table.columns.items()}
    area = Area(rows[0], min(by_column), rows[-1], max(by_column))
    for anchor, inside in merges_in(sheet, area):
        cells = [cell for cell in inside.cells() if cell[0] in data_rows and cell[1] in by_column]
        if len(cells) > 1:
            _understand(merged, sheet.at(*anchor), anchor, cells, by_column)
    return merged


def _understand(
    merged: Merged,
    value: Raw,
    anchor: CellPlace,
    cells: list[CellPlace],
    by_column: dict[int, FormColumn],
) -> None:
    if value is None:
        return
    columns = {by_column[column].key: by_column[column] for _, column in cells}
    first = by_column[cells[0][1]]
    if any(column.type in NUMBER_TYPES for column in columns.values()):
        merged.remarks.append(("cell.merged_figure", first, cells, given(value)))
        merged.unclear += [(row, by_column[column].key) for row, column in cells]
        return
    merged.remarks.append(("cell.merged", first, cells, given(value)))
    for row, column in cells:
        merged.seen.setdefault(row, {})[column] = value if column == anchor[1] else None


# ---- The data rows, read column by column

Line = tuple[int, Sequence[Raw]]
"""A data row: its number and its cells, padded to the last column of the table."""


@dataclass(slots=True)
class Cells:
    """What the data rows of a table hold, by row number; findings in the order of columns."""

    values: dict[int, dict[str, Value]]
    unread: dict[int, set[str]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    counted: dict[int, dict[str, float]] = field(default_factory=dict)
    """What the workbook's own sums took for a cell, where it is not what was read: 0 for a text."""
    mended: list[CellRef] = field(default_factory=list)  # sums that had to take what was read
    loops: frozenset[CellPlace] = frozenset()  # formulas that add up themselves
    again: list[CellRef] = field(default_factory=list)  # sums without a stored result, counted here
    stale: list[CellRef] = field(default_factory=list)  # totals that store an older result
    signs: dict[tuple[int, str], str] = field(default_factory=dict)
    """Asked-for cells that hold a sign and nothing else: a dash, dots."""
    unsummed: set[tuple[int, str]] = field(default_factory=set)
    """Sums that a row never had, like a row that the unit has put in: counted here, and no more."""

    def cannot_read(self, row: int, key: str) -> None:
        """Notes that a cell holds something that is not understood."""
        self.values[row].pop(key, None)
        self.unread.setdefault(row, set()).add(key)


def read_cells(
    sheet: Sheet,
    table: HeadedTable,
    rows: Sequence[int],
    kit: FormKit,
    *,
    window: Window | None,
    epoch_1904: bool = False,
) -> Cells:
    """Values of the data rows by column key; what cannot be read is a finding and ``unread``."""
    cells = Cells({row: {} for row in rows})
    if not rows:
        return cells
    merged = merged_over(sheet, table, rows, kit.form)
    formatting = formatting_of(sheet, table, rows, kit.form)
    lines = _lines(sheet, table, rows, merged.seen, formatting.seen)
    for column in kit.form.columns:
        if column.key in table.columns:
            _Reader(sheet, column, table.columns[column.key]).read(
                cells, lines, kit, epoch_1904=epoch_1904
            )
            if column.type == "date" and window:
                at = table.columns[column.key]
                cells.findings += _suspect(sheet.name, column, at, lines, window)
    if any(one.code in _PERHAPS_MONTH_FIRST for one in cells.findings):
        _note_orders(cells, sheet.name, table, lines, kit.form)
    _note_merged(cells, sheet, merged)
    cells.findings += formatting.findings
    for row, key in formatting.unclear:
        cells.cannot_read(row, key)
    _note_signs(cells, sheet, table, kit.form)
    _note_errors(cells, sheet, table, kit)
    return cells


def _lines(
    sheet: Sheet,
    table: HeadedTable,
    rows: Iterable[int],
    *changes: Mapping[int, Mapping[int, Raw]],
) -> list[Line]:
    """The data rows; what is to be read in place of what is stored is put in."""
    width = max(table.columns.values())
    lines: list[Line] = []
    for number in rows:
        row = sheet.rows[number - 1]
        if len(row) < width:
            row = (*row, *(None,) * (width - len(row)))
        for seen in changes:
            if number in seen:
                changed = list(row)
                for column, value in seen[number].items():
                    changed[column - 1] = value
                row = changed
        lines.append((number, row))
    return lines


class _Reader(NamedTuple):
    """Reads one column of one sheet."""

    sheet: Sheet
    column: FormColumn
    at: int

    def read(self, cells: Cells, lines: Sequence[Line], kit: FormKit, *, epoch_1904: bool) -> None:
        key, index, values = self.column.key, self.at - 1, cells.values
        reader = kit.reader(key, epoch_1904=epoch_1904)
        # most cells hold what was read before: then no call is made for them
        read, texts, figures = reader.read, reader.remembered[str], reader.remembered[float]
        formatted = self.sheet.facts.percent_cells if self.column.type == "percent" else ()
        summed = key in kit.summed
        asked = self.column.required and not self.column.given
        for number, row in lines:
            raw = row[index]
            if raw is None:
                continue
            if formatted and (number, self.at) in formatted:
                parsed = reader.read_formatted(raw)
            elif type(raw) is str:
                parsed = texts.get(raw) or read(raw)
            elif type(raw) is float:
                parsed = figures.get(raw) or read(raw)
            else:
                parsed = read(raw)
            value = parsed.value
            if value is not None:
                values[number][key] = value
                if summed and raw != value:
                    taken = raw if type(raw) is float else 0.0
                    cells.counted.setdefault(number, {})[key] = taken
            if parsed.code:
                self._note(cells, number, parsed)
            elif type(raw) is str and not value and _is_sign(raw, value, asked=asked):
                cells.signs[number, key] = raw

    def _note(self, cells: Cells, number: int, parsed: Parsed[Value]) -> None:
        """What there is to say about a value, and whether it can be read at all."""
        where = CellRef(self.sheet.name, number, self.at)
        cells.findings.append(about_value(parsed, self.column, where))
        if parsed.outcome in ("error", "ditto"):
            cells.cannot_read(number, self.column.key)


def _suspect(
    name: str, column: FormColumn, at: int, lines: Sequence[Line], window: Window
) -> Iterable[Finding]:
    """Stored dates that were probably typed day first on a machine that reads month first."""
    filled = [(number, row[at - 1]) for number, row in lines if row[at - 1] is not None]
    if not any(isinstance(raw, str) for _, raw in filled):
        return
    read = [(raw, date(raw)) for _, raw in filled]
    for index in suspect_swaps(read, window):
        value = read[index][1].value
        other = swapped(value) if value else None
        if value and other:
            params = {
                "column": column.heading,
                "value": day_text(value),
                "swapped": day_text(other),
            }
            where = CellRef(name, filled[index][0], at)
            yield remark(
                "value.date.swapped_column", where, {**params, "given": given(filled[index][1])}
            )


_MONTH_FIRST = "value.date.month_first"
_PERHAPS_MONTH_FIRST = (_MONTH_FIRST, "value.date.impossible")


def _note_orders(
    cells: Cells, name: str, table: HeadedTable, lines: Sequence[Line], form: SheetForm
) -> None:
    """Asks which day each text means that could as well be month first, as another of its sheet is.

    Which is meant nobody can tell: such a day is unread.
    """
    places = [
        (number, column, row[table.columns[column.key] - 1])
        for number, row in lines
        for column in form.columns
        if column.type == "date" and column.key in table.columns
    ]
    proof, unclear = unclear_orders([raw for _, _, raw in places])
    asked: list[Finding] = []
    for index, other in unclear.items():
        number, column, raw = places[index]
        value = cells.values[number].get(column.key)
        if not isinstance(value, dt.date):
            continue
        beside, heading, seen = places[proof]
        params = {
            "column": column.heading,
            "given": given(raw),
            "value": day_text(value),
            "swapped": day_text(other),
            "cell": CellRef(name, beside, table.columns[heading.key]).a1,
            "seen": given(seen),
        }
        where = CellRef(name, number, table.columns[column.key])
        asked.append(remark("value.date.either_order", where, params))
        cells.cannot_read(number, column.key)
    if asked:
        cells.findings = [
            replace(one, template="value.date.month_first_beside")
            if one.code == _MONTH_FIRST
            else one
            for one in cells.findings
        ]
    cells.findings += asked


def _note_merged(cells: Cells, sheet: Sheet, merged: Merged) -> None:
    for code, column, places, shown in merged.remarks:
        first, *rest = (CellRef(sheet.name, *place) for place in places)
        note = remark(code, first, {"column": column.heading, "given": shown})
        cells.findings.append(replace(note, also=tuple(rest)))
    for row, key in merged.unclear:
        cells.cannot_read(row, key)


def _is_sign(raw: str, value: Value, *, asked: bool) -> bool:
    """Whether a cell shows a sign for nothing: where something is asked for, or a dash for No."""
    if value is None:
        return asked and not is_blank(raw)
    return value is False and bool(DASH.fullmatch(raw.strip()))


def _is_dash(value: Value) -> bool:
    return isinstance(value, str) and bool(DASH.fullmatch(value.strip()))


def _note_signs(cells: Cells, sheet: Sheet, table: HeadedTable, form: SheetForm) -> None:
    """A sign in an asked-for cell is not nothing: a dash for a figure is 0.

    In a row without entries signs only fill the lines; a row that the office gave may have nothing
    but dashes, which are all zeros. Where a choice is asked for, a sign is none.
    """
    asked = {column.key for column in form.asked_for} & table.columns.keys()
    entered = {
        row
        for row, values in cells.values.items()
        if any(
            key in form.entered_keys and (row, key) not in cells.signs and not _is_dash(value)
            for key, value in values.items()
        )
    }
    if not form.rows:
        for row in cells.values.keys() - entered:  # a line of dashes is a blank line
            kept = cells.values[row].items()
            cells.values[row] = {
                key: value
                for key, value in kept
                if (row, key) not in cells.signs and not _is_dash(value)
            }
    for (row, key), raw in cells.signs.items():
        column, values = form.by_key[key], cells.values[row]
        is_figure = column.type in NUMBER_TYPES
        all_signs = all((row, one) in cells.signs for one in asked)
        given_row = bool(form.rows) and (all_signs or not is_figure)
        if key in values or not (row in entered or given_row):
            continue
        where = CellRef(sheet.name, row, table.columns[key])
        params = {"column": column.heading, "given": given(raw)}
        if is_figure and DASH.fullmatch(raw.strip()):
            values[key] = 0
            cells.findings.append(remark("value.count.dash", where, params))
        else:
            cells.findings.append(remark("value.only_sign", where, params))
            cells.cannot_read(row, key)


def _note_errors(cells: Cells, sheet: Sheet, table: HeadedTable, kit: FormKit) -> None:
    by_column = {at: key for key, at in table.columns.items()}
    for row, at in sorted(sheet.facts.errors):
        if row not in cells.values or at not in by_column:
            continue
        column = kit.form.by_key[by_column[at]]
        cells.cannot_read(row, column.key)
        params = {"column": column.heading, "given": sheet.facts.errors[row, at]}
        cells.findings.append(remark("cell.error_value", CellRef(sheet.name, row, at), params))
