"""How the value of a cell is read, by the type of its column."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from typing import TypeAlias

from kskt_excel.model.forms import Column
from kskt_excel.model.grid import Raw
from kskt_excel.model.plan import Choice, Plan
from kskt_excel.model.reading import Value
from kskt_excel.text.clean import clean
from kskt_excel.text.codes import document_number, dossier_code, procedure_code
from kskt_excel.text.dates import date
from kskt_excel.text.given import given
from kskt_excel.text.keys import tone_key
from kskt_excel.text.names import Match, Matcher
from kskt_excel.text.numbers import count, days, decimal, percent, yes_no
from kskt_excel.text.outcomes import BLANK, fault, nothing, taken
from kskt_excel.text.parsed import Parsed

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
_TASK_SIGNS = re.compile(r"[\s.\-_/()]+")
_NEVER_NEAR = frozenset(("trang_thai",))  # «đã» and «đang thực hiện» differ by one letter
_ORDINAL = re.compile(r"\d{1,6}(?=[.)]?$)")


def text(raw: Raw) -> Parsed[str]:
    """The text of a cell; numbers and days as a person sees them."""
    shown = clean(raw).text if isinstance(raw, str) else given(raw)
    return Parsed(shown) if shown else BLANK


def ordinal(raw: Raw) -> Parsed[Value]:
    """A running number, or what stands in its place: it is never trusted, so never a finding."""
    if isinstance(raw, float) and raw.is_integer():
        return Parsed(int(raw))
    read = text(raw)
    number = _ORDINAL.match(read.value or "")
    return Parsed(int(number[0])) if number else read


date_1904: Parser = partial(date, epoch_1904=True)
percent_formatted: Parser = partial(percent, percent_format=True)


class Vocabulary:
    """The names of a plan: its choice lists, units and tasks, ready to be recognised."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._choices: dict[str, Parser] = {}

    def parser(self, column: Column) -> Parser:
        """How the cells of a column are read."""
        if column.type == "choice" and self._plan.choices.get(column.choices):
            return self._choice(column.choices)
        named: Mapping[str, Parser] = {"task": self.task, "unit": self.unit, "ordinal": ordinal}
        return named.get(column.type) or _BY_TYPE.get(column.type, text)

    def task(self, raw: Raw) -> Parsed[Value]:
        """Code of a task of the plan, from its code in any spelling or its whole text.

        What the plan does not have stays as written: the rules say it.
        """
        read = text(raw)
        written = read.value or ""
        if not written or written in self._plan.task_by_code:
            return Parsed(read.value, read.outcome)
        code = self._task_codes.get(_code_key(written)) or self._task_texts.get(tone_key(written))
        return Parsed(code or written)

    def unit(self, raw: Raw) -> Parsed[Value]:
        """Name of a unit of the plan; another body's name stays as written."""
        read = text(raw)
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
            matcher = Matcher(_spellings(entries), fuzzy=list_id not in _NEVER_NEAR)
            self._choices[list_id] = partial(_chosen, matcher, entries[0].value)
        return self._choices[list_id]


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


def _chosen(matcher: Matcher, example: str, raw: Raw) -> Parsed[Value]:
    """The choice that a cell means, or the question that it raises."""
    written = text(raw).value or ""
    if (empty := nothing(written)) is not None:
        return Parsed(None, empty.outcome, empty.code, empty.params)
    found: Match = matcher.match(written)
    if found.value is None:
        asked = " hoặc ".join(f"«{one}»" for one in found.suggestions)
        if asked:
            return fault("value.choice.ask", raw, suggestion=asked)
        return fault("value.choice.unknown", raw, example=example)
    if found.how == "near":
        return taken(found.value, "value.choice.near", raw, value=found.value)
    return Parsed(found.value)
