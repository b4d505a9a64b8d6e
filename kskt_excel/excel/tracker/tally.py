"""Figures as formulas over the data sheets, from the same expressions that made them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final

from kskt_excel.consolidate.derived import QUESTIONS
from kskt_excel.consolidate.standings import SENT
from kskt_excel.consolidate.tasks import DONE
from kskt_excel.excel.tracker.data import block_id, page_id
from kskt_excel.excel.tracker.grid import Places, criterion
from kskt_excel.excel.tracker.sources import Sources
from kskt_excel.model.consolidation import Consolidation
from kskt_excel.model.expressions import (
    Aggregate,
    Condition,
    Constant,
    Counted,
    Expression,
    FormTotal,
    OwnColumn,
    parse,
)

PROGRESS, STANDINGS = "tien-do", "gui-nhan"
TASKS, MATRIX = "tasks", "matrix"
_LONGEST: Final = 8_000  # Excel takes 8,192 characters
_COMPARISONS: Final = frozenset({"<", "<=", ">", ">="})


@dataclass(frozen=True)
class Tally:
    """Turns expressions into formulas; what a formula cannot say simply stays a number."""

    sources: Sources
    places: Places

    def formula(self, text: str, quarter: Consolidation) -> str | None:
        """The formula of an expression for one quarter; None when it takes more than sums."""
        parts = self._terms(parse(text), quarter, form="")
        if parts is None:
            return None
        joined = "".join(parts).removeprefix("+")
        return joined if joined and len(joined) <= _LONGEST else None

    def column(self, form: str, number: str, quarter: Consolidation) -> str | None:
        """The formula of the total of a printed column for one quarter."""
        parts = self._column(form, number, quarter)
        joined = "".join(parts or ()).removeprefix("+")
        return joined if joined and len(joined) <= _LONGEST else None

    def _column(self, form: str, number: str, quarter: Consolidation) -> list[str] | None:
        in_force = {one.id: one for one in self.sources.forms.printed_on(quarter.window.end)}
        columns = in_force[form].columns if form in in_force else ()
        source = {one.number: one.source for one in columns}.get(number, "")
        return self._terms(parse(source), quarter, form) if source else None

    def _terms(self, expression: Expression, quarter: Consolidation, form: str) -> list[str] | None:
        parts: list[str] = []
        for sign, item in expression.terms:
            found = self._item(item, quarter, form)
            if found is None:
                return None
            parts += [_signed(one, sign) for one in found]
        return parts

    def _item(self, item: object, quarter: Consolidation, form: str) -> list[str] | None:
        if isinstance(item, Aggregate):
            return self._aggregate(item, quarter)
        if isinstance(item, OwnColumn):
            return self._column(form, item.number, quarter)
        if isinstance(item, FormTotal):
            return self._column(item.form, item.number, quarter)
        if isinstance(item, Constant):
            return [f"+{item.value}"]
        return self._counted(item.name, quarter) if isinstance(item, Counted) else None

    def _aggregate(self, one: Aggregate, quarter: Consolidation) -> list[str] | None:
        page = page_id(one.sheet)
        if one.kind not in ("sum", "count") or page not in self.places.pages:
            return None
        if any(condition.op == "blank" for condition in one.conditions):
            return None  # programs disagree on how to count empty cells
        choices = [list(self._criteria(one.sheet, condition)) for condition in one.conditions]
        period = f"{self._cells(one.sheet, 'period')},{criterion(quarter.period.label)}"
        parts: list[str] = []
        for tests in product(*choices):
            given = ",".join((period, *tests))
            if one.kind == "count":
                parts.append(f"+COUNTIFS({given})")
            else:
                parts += [f"+SUMIFS({self._cells(one.sheet, c)},{given})" for c in one.columns]
        return parts or ["+0"]

    def _cells(self, sheet: str, column: str) -> str:
        return self.places.cells(page_id(sheet), block_id(sheet), column)

    def _criteria(self, sheet: str, condition: Condition) -> Iterator[str]:
        """Criteria of which a row has to fulfil one: values that a condition lists are several."""
        asked = (sheet, condition.column) in QUESTIONS
        cells = self._cells(sheet, f"?{condition.column}" if asked else condition.column)
        plain = {"yes": '"Có"', "no": '"<>Có"', "filled": '"<>"'}
        if condition.op in plain:
            yield f"{cells},{plain[condition.op]}"
        elif condition.op in _COMPARISONS:
            limit = condition.values[0].replace(",", ".")
            yield f'{cells},"{condition.op}{limit}"'
        elif condition.op == "!=":
            unwanted = self._values(sheet, condition)
            yield ",".join(f'{cells},"<>"&{criterion(value)}' for value in unwanted)
        else:
            for value in self._values(sheet, condition):
                yield f"{cells},{criterion(value)}"

    def _values(self, sheet: str, condition: Condition) -> Sequence[str]:
        """Every value on the sheet that a condition means: the list's own values and codes."""
        column = self.sources.form(sheet).by_key[condition.column]
        choices = self.sources.plan.choices.get(column.choices, ()) if column.choices else ()
        coded = [choice.value for choice in choices if choice.code in condition.values]
        return tuple(dict.fromkeys((*coded, *condition.values)))

    def _counted(self, name: str, quarter: Consolidation) -> list[str] | None:
        number = quarter.period.number
        if name == "tasks(all)":
            return [f"+COUNTA({self.places.cells(PROGRESS, TASKS, 'code')})"]
        if name == "tasks(done)":
            cells = self.places.cells(PROGRESS, TASKS, f"q{number}")
            return [f"+COUNTIF({cells},{criterion(DONE)})"]
        states = self.places.cells(STANDINGS, MATRIX, f"q{number}")
        if name == "units(all)":
            return [f"+COUNTA({states})"]
        late = self.places.cells(STANDINGS, MATRIX, f"late{number}")
        return [f"+COUNTIFS({states},{criterion(state)},{late},0)" for state in SENT]


def _signed(part: str, sign: int) -> str:
    if sign > 0:
        return part
    return ("+" if part.startswith("-") else "-") + part[1:]


def rate_text(numerator: str, denominator: str) -> str:
    """A formula that shows a ratio as «20,7 %» on every machine, «–» over 0."""
    tenths = f"ROUND(1000*{numerator}/{denominator},0)"
    shown = f'INT({tenths}/10)&IF(MOD({tenths},10)=0,"",","&MOD({tenths},10))&" %"'
    return f'IF({denominator}=0,"–",{shown})'


def rate_shown(numerator: float, denominator: float) -> str:
    """What that formula gives."""
    if not denominator:
        return "–"
    tenths = int(1000 * numerator / denominator + 0.5)
    whole, rest = divmod(tenths, 10)
    return f"{whole},{rest} %" if rest else f"{whole} %"
