"""A year with two quarters of the small plan, for tests of the tracker."""

import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from kskt_excel.consolidation.whole import consolidation_of
from kskt_excel.excel.tracker import tracker
from kskt_excel.excel.tracker.blocks import TrackerYear
from kskt_excel.excel.tracker.handwriting import Handwriting
from kskt_excel.ledger.cache import KeptWork
from kskt_excel.messages import finding
from kskt_excel.model.book import CellRef
from kskt_excel.model.consolidation import Consolidation
from kskt_excel.model.period import Period
from kskt_excel.model.plan import Indicator, Plan
from kskt_excel.model.reading import SheetReading
from kskt_excel.model.submission import Reason, Submission, UnitReport, Verdict
from tests.builders import forms, reading, record, sheet, small_plan
from tests.check import good

Q1, Q2, HALF = Period.parse("2022-Q1"), Period.parse("2022-Q2"), Period.parse("2022-6T")
CREATED = dt.datetime.fromisoformat("2022-06-20T08:30")
MORE_INDICATORS = (
    Indicator("K3", "Tỷ lệ hồ sơ quá hạn", "II.06a[10]", "II.06a[7]", 0.05, "down"),
    Indicator(
        "K4",
        "Tỷ lệ thủ tục mức độ 3, 4",
        "count(danh-muc where online_level in 3|4)",
        "count(danh-muc)",
        0.3,
        "up",
    ),
    Indicator("K11", "Tỷ lệ PAKN đúng hạn", "pakn(on_time)", "pakn(all)", 1.0, "up"),
    Indicator("K12", "Công khai đúng hạn", "published(on_time)", "published(all)", 1.0, "up"),
    Indicator("K13", "Hồ sơ quá hạn", "distinct(qua-han.dossier)", "count(qua-han)", 1.0, "up"),
    Indicator(
        "K14", "Thủ tục", "distinct(ho-so.procedure where received_online > 0)", "1", 1, "up"
    ),
    Indicator("K15", "Đơn vị gửi đúng hạn", "units(on_time)", "units(all)", 1.0, "up"),
)


@cache
def plan() -> Plan:
    return replace(small_plan(), indicators=(*small_plan().indicators, *MORE_INDICATORS))


def submission(unit: str, period: str, **own: object) -> Submission:
    values: dict[str, object] = {
        "unit": unit,
        "period": period,
        "version": 1,
        "verdict": Verdict.ACCEPTED,
        "file": f"Báo cáo {unit} {period}.xlsx",
        "sha256": (unit + period).encode().hex().ljust(64, "0"),
        "received_at": dt.datetime.fromisoformat("2022-03-15T09:00"),
        "late_days": 0,
        "findings": (),
        "why": (Reason("receipt.only"),),
    }
    return Submission(**(values | own))  # type: ignore[arg-type]


def office() -> tuple[SheetReading, ...]:
    tasks = (
        record(8, "I.1", task="I.1", role="Chủ trì", status="Đang thực hiện", percent=40.0),
        record(
            9,
            "I.2",
            task="I.2",
            role="Chủ trì",
            status="Đã hoàn thành",
            percent=100.0,
            completed_on=dt.date(2022, 2, 10),
            result="=1+1 là chữ, không phải công thức",
        ),
        record(10, "II.4", task="II.4", role="Chủ trì", status="Đã hoàn thành"),
    )
    raised = record(
        8, "1", ordinal="1", task="I.1", difficulty="Thiếu nhân lực", proposal="Bổ sung 01 người"
    )
    score = record(8, "1", criterion=1, content="Thời gian", self_score=2.0)
    return sheet("tien-do", *tasks), sheet("vuong-mac", raised), sheet("danh-gia", score)


def special() -> tuple[SheetReading, ...]:
    return (
        good.information(),
        good.progress(),
        good.catalogue(),
        good.dossiers(),
        good.overdue(),
        good.feedback(),
        good.publications(),
        good.legal_texts(),
        good.reviews(),
        good.online(),
    )


@cache
def quarter(period: Period) -> Consolidation:
    return _made(period, (period,))


@cache
def half_year() -> Consolidation:
    return _made(HALF, (Q1, Q2))


def reports(period: Period) -> list[UnitReport]:
    made = [("VP", office()), ("QLCNH", special())]
    return [
        UnitReport(submission(unit, period.id), reading(*sheets, unit=unit, period=period.id))
        for unit, sheets in made
    ]


def _made(period: Period, quarters: tuple[Period, ...]) -> Consolidation:
    known = {one.id: reports(one) for one in quarters}
    fault = finding("task.unknown", CellRef("Tiến độ", 9, 1), given="I.9", near="I.1")
    sent = [report.submission for some in known.values() for report in some]
    sent += [
        submission(
            "CCTDC",
            one.id,
            verdict=Verdict.RETURNED,
            late_days=2,
            findings=(fault,),
            file="=HYPERLINK(1).xlsx",
        )
        for one in quarters
    ]
    return consolidation_of(
        period,
        plan=plan(),
        forms=forms(),
        reports=known,
        submissions=sent,
        as_of=dt.datetime.fromisoformat("2022-06-20T08:00"),
    )


def tracker_bytes(
    year: TrackerYear,
    rows: Sequence[Sequence[str]] = (),
    hand: Handwriting | None = None,
    kept: KeptWork | None = None,
) -> bytes:
    """A tracker as it would be on the disk."""
    file = io.BytesIO()
    tracker.make_tracker(file, year, rows, hand or Handwriting(), CREATED, kept=kept)
    return file.getvalue()


@cache
def _plain() -> bytes:
    return _built(None, plan())


def built(handwriting: Handwriting | None = None, *, own_plan: Plan | None = None) -> bytes:
    if handwriting is None and own_plan is None:
        return _plain()
    return _built(handwriting, own_plan or plan())


def _built(handwriting: Handwriting | None, own_plan: Plan) -> bytes:
    first, second = quarter(Q1), quarter(Q2)
    links = {one.sha256: f"../archive/{one.period}/{one.sha256}.xlsx" for one in first.submissions}
    year = TrackerYear(own_plan, forms(), (first, second), half_year(), links)
    rows = (("1", "15/3/2022 09:00", "Văn phòng", "Nhận tệp", ""),)
    return tracker_bytes(year, rows, handwriting or Handwriting())
