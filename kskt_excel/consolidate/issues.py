"""Difficulties and proposals that units raise (khó khăn, vướng mắc, kiến nghị)."""

from collections.abc import Iterator, Sequence

from kskt_excel.model.consolidation import Issue
from kskt_excel.model.reading import Record, SheetReading
from kskt_excel.model.submission import UnitReport

_NOTHING = frozenset({"", "không", "không có", "ko", "k", "không phát sinh", "kps", "chưa có", "0"})


def issues(reports: Sequence[UnitReport]) -> tuple[Issue, ...]:
    """What was raised, in the order of the reports; said again word for word, it counts once.

    Sheet «Vướng mắc» comes before the columns of «Tiến độ», since it names cause and level.
    """
    raised: dict[tuple[str, str, str, str], Issue] = {}
    for report in reports:
        for issue in (*_from_register(report), *_from_progress(report)):
            key = (issue.unit, issue.task, issue.difficulty, issue.proposal)
            raised.setdefault(key, issue)
    return tuple(raised.values())


def _from_register(report: UnitReport) -> Iterator[Issue]:
    sheet = report.reading.sheets.get("vuong-mac")
    for record in sheet.records if sheet else ():
        if sheet and (_said(record, "difficulty") or _said(record, "proposal")):
            yield _issue(report, sheet, record, _text(record, "task"))


def _from_progress(report: UnitReport) -> Iterator[Issue]:
    sheet = report.reading.sheets.get("tien-do")
    for record in sheet.records if sheet else ():
        if sheet and (_said(record, "difficulty") or _said(record, "proposal")):
            yield _issue(report, sheet, record, record.key)


def _issue(report: UnitReport, sheet: SheetReading, record: Record, task: str) -> Issue:
    return Issue(
        unit=report.unit,
        task=task,
        difficulty=_said(record, "difficulty"),
        cause=_said(record, "cause"),
        proposal=_said(record, "proposal"),
        level=_text(record, "level"),
        sheet=sheet.name,
        row=record.row,
    )


def _text(record: Record, column: str) -> str:
    value = record.values.get(column)
    return "" if value is None else str(value)


def _said(record: Record, column: str) -> str:
    """The text, or nothing where a unit only writes that there is nothing."""
    text = _text(record, column)
    return "" if text.strip(" .,;:-–_/").casefold() in _NOTHING else text
