"""Workbooks filled in for the sheet «Tự kiểm tra», and what it says of them."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from python_calamine import CalamineWorkbook

from kskt_excel.check.context import RuleContext
from kskt_excel.check.engine import run_rules
from kskt_excel.excel.formats.gate import Gated, inspect
from kskt_excel.excel.formats.readers import read_book
from kskt_excel.excel.issued.cell_rules import cell_rules
from kskt_excel.excel.issued.form_sheet import SheetGeometry, sheet_rows
from kskt_excel.excel.issued.order import ChoiceLists, IssueOrder
from kskt_excel.excel.issued.self_check import SelfCheckLine, self_check_lines, self_check_verdict
from kskt_excel.excel.issued.unit_workbook import unit_workbook
from kskt_excel.model.finding import Finding
from kskt_excel.model.forms import Forms
from kskt_excel.model.period import Period
from kskt_excel.model.plan import Plan
from kskt_excel.model.reading import Reading, SheetState, Value
from kskt_excel.reading.workbook import Reader
from tests import builders

SHEET = "Tự kiểm tra"
FIRST_LINE = 6
READER = Reader(builders.small_plan(), builders.forms())


@dataclass(frozen=True)
class Filled:
    """What a unit has put into its workbook."""

    unit: str
    period: Period
    rows: Mapping[str, Sequence[Mapping[str, Value]]]
    nil: Sequence[str]
    info: Mapping[str, Value]

    @classmethod
    def from_reading(cls, reading: Reading) -> "Filled":
        """The same content; a question mark stands in a cell that cannot be read."""
        info: dict[str, Value] = {}
        rows: dict[str, list[dict[str, Value]]] = {}
        entered = builders.forms().sheet_by_id["thong-tin"].entered_keys
        for id_, sheet in reading.sheets.items():
            records = [{**one.values, **dict.fromkeys(one.unread, "?")} for one in sheet.records]
            if id_ == "thong-tin":
                info = {key: value for key, value in records[0].items() if key in entered}
            else:
                rows[id_] = records
        nil = [id_ for id_, sheet in reading.sheets.items() if sheet.state is SheetState.NIL]
        period = Period.parse(reading.identity.period)
        return cls(reading.identity.unit, period, rows, nil, info)

    def but(self, form: str, row: int, **values: Value) -> "Filled":
        """The same with other values in one row of a form; rows from 0."""
        rows = list(self.rows.get(form, ()))
        rows[row] = {**rows[row], **values}
        return replace(self, rows={**self.rows, form: rows})

    def order(self, plan: Plan, forms: Forms) -> IssueOrder:
        """What the workbook is made from."""
        unit = plan.unit_by_code[self.unit]
        return IssueOrder(plan, forms, unit, self.period, self.rows, {}, self.nil, self.info)

    def workbook(self) -> bytes:
        """The workbook, with the results of its formulas."""
        plan = builders.small_plan()
        return unit_workbook(
            plan=plan,
            forms=builders.forms(),
            unit=plan.unit_by_code[self.unit],
            period=self.period,
            rows=self.rows,
            nil=self.nil,
            info=self.info,
        )

    def lines(self) -> Mapping[str, SelfCheckLine]:
        """The lines of the self-check by the name on the tab, without writing the workbook."""
        plan, forms = builders.small_plan(), builders.forms()
        work = self.order(plan, forms)
        known = RuleContext.about(work.identity, plan, forms)
        tables = [form for form in work.sheets if form.layout != "labels"]
        grids = {form.id: SheetGeometry(form, sheet_rows(form, work)) for form in tables}
        rules = cell_rules(work.sheets, known)
        lines = self_check_lines(work, grids, rules, lists=ChoiceLists.of(work), known=known)
        return {line.title: line for line in lines}

    def verdict(self) -> str:
        """What the top of the sheet says."""
        return self_check_verdict(self.lines().values())


def read(data: bytes) -> Reading:
    """A workbook, understood."""
    gated = inspect("a.xlsx", data)
    assert isinstance(gated, Gated)
    book, _ = read_book(gated)
    assert book is not None
    return READER.read(book)


def checked(data: bytes) -> list[Finding]:
    """What the program finds in a workbook by itself, without the plan's other units."""
    reading = read(data)
    rules = run_rules(reading, plan=builders.small_plan(), forms=builders.forms())
    return [*reading.findings, *rules]


def told(data: bytes) -> tuple[str, dict[str, tuple[str, str]]]:
    """The verdict that stands in a workbook; of each sheet what is said and where the link goes."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    rows = book.get_sheet_by_name(SHEET).to_python(skip_empty_area=False)
    lines = rows[FIRST_LINE - 1 : -1]
    links = {str(row[0]): (str(row[1]), str(row[2]).removeprefix("→ ")) for row in lines}
    return str(rows[2][0]), links
