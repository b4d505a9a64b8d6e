"""Two versions of a unit's report side by side."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from kskt_excel.consolidation.differences import Difference, differences
from kskt_excel.excel.book_writer import write_workbook
from kskt_excel.excel.diff_workbook import DiffHead, diff_workbook
from kskt_excel.ledger.state import numbered
from kskt_excel.model.book import CellRef
from kskt_excel.model.errors import KsktError
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.period import Period
from kskt_excel.model.reading import Reading, Value
from kskt_excel.model.submission import Submission
from kskt_excel.office.desk import Desk
from kskt_excel.office.outbox import UnknownUnitError
from kskt_excel.office.outcome import PAGE_WIDTH, Outcome, ScreenLine, ScreenTable
from kskt_excel.office.quarter import JudgedQuarter, judge_quarters
from kskt_excel.text.shown import office_moment, value_text

_VERSIONS_COMPARED = 2
_KINDS = {"changed": "sửa", "added": "thêm", "removed": "bỏ"}


class NoTwoVersionsError(KsktError):
    """A unit that has not sent two versions, or not the two that were named."""

    def __init__(
        self, unit: str, period: Period, known: Sequence[int], wanted: Sequence[int]
    ) -> None:
        have = f"các lần đọc được: {numbered(tuple(known))}" if known else "chưa có lần nào"
        missing = tuple(one for one in dict.fromkeys(wanted) if one not in known)
        what = (
            f"không có lần gửi {numbered(missing)} của {period.label} mà chương trình đọc được"
            if len(wanted) == _VERSIONS_COMPARED and missing
            else f"chưa có hai lần gửi cần so của {period.label}"
        )
        super().__init__(f"{unit} {what} ({have}). Xem các lần gửi: kskt status {period.id}")


@dataclass(frozen=True, slots=True)
class ComparedVersions:
    """Two versions and what differs between them."""

    unit: str
    period: Period
    before: Submission
    after: Submission
    found: tuple[Difference, ...]


def compared(
    desk: Desk, unit: str, period: Period, versions: tuple[int, int] | None
) -> ComparedVersions:
    """The two versions named, else the last two. Raises NoTwoVersionsError, UnknownUnitError."""
    plan = desk.plan(period.year)
    if unit not in plan.unit_by_code:
        raise UnknownUnitError(unit, plan)
    quarter = judge_quarters(desk, period, period)[period.id]
    sent = {
        one.version: one
        for one in quarter.submissions
        if one.unit == unit and one.version and _reading(quarter, one)
    }
    wanted = versions or tuple(sorted(sent)[-_VERSIONS_COMPARED:])
    if len(wanted) != _VERSIONS_COMPARED or not set(wanted) <= sent.keys():
        raise NoTwoVersionsError(plan.unit_by_code[unit].name, period, sorted(sent), wanted)
    before, after = (sent[version] for version in wanted)
    return ComparedVersions(unit, period, before, after, _found(desk, quarter, before, after))


def _found(
    desk: Desk, quarter: JudgedQuarter, before: Submission, after: Submission
) -> tuple[Difference, ...]:
    """What differs; findings, waived ones too, tell what stands in cells that were not read."""
    old, new = _reading(quarter, before), _reading(quarter, after)
    if not (old and new):
        return ()
    cutoff_day = desk.plan(quarter.period.year).cutoff_day
    judged = (quarter.judged[before.sha256], quarter.judged[after.sha256])
    first, second = ((*one.checked.findings, *one.waived) for one in judged)
    end = quarter.period.window(cutoff_day).end
    return differences(old, new, desk.forms, day=end, findings_before=first, findings_after=second)


def _reading(quarter: JudgedQuarter, one: Submission) -> Reading | None:
    return quarter.judged[one.sha256].checked.reading


def write_diff(desk: Desk, compared: ComparedVersions, path: Path) -> None:
    """The differences as a workbook."""
    plan = desk.plan(compared.period.year)
    head = DiffHead(
        agency=plan.agency,
        unit=plan.unit_by_code[compared.unit].name,
        period=compared.period.label,
        before=_which(compared.before),
        after=_which(compared.after),
        created=desk.now,
    )
    write_workbook(path, diff_workbook(compared.found, head))


def _which(one: Submission) -> str:
    return f"lần {one.version}, {one.file}, nhận {office_moment(one.received_at)}"


def diff_outcome(compared: ComparedVersions, xlsx: Path | None) -> Outcome:
    """Each difference with both cells and values."""
    lines = [
        ScreenLine(f"{compared.unit}, {compared.period.label}"),
        ScreenLine(f"Trước: {_which(compared.before)}"),
        ScreenLine(f"Sau:   {_which(compared.after)}"),
    ]
    grid = ScreenTable(
        ("Trang", "Dòng", "Cột", "Ô trước", "Trước", "Ô sau", "Sau", ""),
        tuple(_row(one) for one in compared.found),
        most_width=PAGE_WIDTH,
    )
    written = [ScreenLine(f"Đã ghi {xlsx}", "quiet", aside=True)] if xlsx else []
    count = ScreenLine(f"{len(compared.found)} chỗ khác nhau.")
    return Outcome((*lines, *([grid] if compared.found else []), count, *written), _json(compared))


def _row(one: Difference) -> tuple[str, ...]:
    return (
        one.sheet,
        one.row_name or one.row_key,
        one.heading,
        _place(one.cell_before),
        value_text(one.before),
        _place(one.cell_after),
        value_text(one.after),
        _KINDS[one.kind],
    )


def _place(at: CellRef | None) -> str:
    """``G12``; ``dòng 12`` for a row that came or went."""
    if at is None:
        return ""
    return at.a1 if at.column else f"dòng {at.row}"


def _cell(at: CellRef | None) -> str:
    """The cell for programs; "" where the difference is a whole row."""
    return at.a1 if at and at.column else ""


def _json(compared: ComparedVersions) -> dict[str, object]:
    return {
        "schema": "kskt.diff/1",
        "unit": compared.unit,
        "period": compared.period.id,
        "before": compared.before.version,
        "after": compared.after.version,
        "differences": [
            {
                "kind": one.kind,
                "sheet": one.sheet,
                "row": one.row_key,
                "row_name": one.row_name,
                "heading": one.heading,
                "row_before": one.cell_before.row if one.cell_before else None,
                "row_after": one.cell_after.row if one.cell_after else None,
                "cell_before": _cell(one.cell_before),
                "cell_after": _cell(one.cell_after),
                "before": _plain(one.before),
                "after": _plain(one.after),
            }
            for one in compared.found
        ],
    }


def _plain(value: Value) -> object:
    return value.isoformat() if isinstance(value, dt.date) else value
