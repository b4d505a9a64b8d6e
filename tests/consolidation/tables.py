"""Units' reports from small text tables, for tests of the consolidation."""

import datetime as dt
from collections.abc import Mapping, Sequence

from kskt_excel.consolidation.sources import PeriodSources
from kskt_excel.consolidation.tasks import JudgementDay
from kskt_excel.consolidation.whole import consolidation_of
from kskt_excel.model.consolidation import Consolidation
from kskt_excel.model.finding import Finding
from kskt_excel.model.period import Period
from kskt_excel.model.plan import Plan
from kskt_excel.model.reading import Record, SheetReading, SheetState, Value
from kskt_excel.model.submission import Submission, UnitReport, Verdict
from tests.builders import forms, reading, sheet, small_plan

Q1 = Period.parse("2022-Q1")
_FIRST_ROW = 8
_YES = {"Có": True, "Không": False, "c": True, "k": False}


def table(form: str, text: str) -> SheetReading:
    """A filled sheet: column keys, then rows; blank cells are left out, c is yes and k is no."""
    lines = [_cells(line.strip()) for line in text.strip().splitlines()]
    header, *rows = lines
    records = [
        _record(form, number, dict(zip(header, row, strict=True)))
        for number, row in enumerate(rows, start=_FIRST_ROW)
    ]
    return sheet(form, *records, state=SheetState.FILLED)


def _cells(line: str) -> list[str]:
    framed = line.startswith("|") and line.endswith("|")
    return [cell.strip() for cell in (line[1:-1] if framed else line).split("|")]


def nil(form: str) -> SheetReading:
    return sheet(form, state=SheetState.NIL)


def blank(form: str) -> SheetReading:
    return sheet(form, state=SheetState.BLANK)


def _record(form: str, row: int, cells: Mapping[str, str]) -> Record:
    definition = forms().sheet_by_id[form]
    values = {key: _value(definition.by_key[key].type, text) for key, text in cells.items() if text}
    return Record(row, cells.get(definition.key[0], ""), values)


def _value(kind: str, text: str) -> Value:
    if kind in ("count", "computed", "days"):
        return int(text)
    if kind in ("percent", "decimal"):
        return float(text.replace(",", "."))
    if kind == "yes_no":
        return _YES[text]
    if kind == "date":
        day, month, year = map(int, text.split("/"))
        return dt.date(year, month, day)
    return text


def submission(
    unit: str,
    *,
    period: str = "2022-Q1",
    version: int = 1,
    verdict: Verdict = Verdict.ACCEPTED,
    received: str = "2022-03-15T09:00",
    late: int = 0,
    findings: tuple[Finding, ...] = (),
) -> Submission:
    return Submission(
        unit=unit,
        period=period,
        version=version,
        verdict=verdict,
        file=f"{unit}-{period}-{version}.xlsx",
        sha256=f"{version:064d}",
        received_at=dt.datetime.fromisoformat(received),
        late_days=late,
        findings=findings,
    )


def report(unit: str, *sheets: SheetReading, period: str = "2022-Q1", late: int = 0) -> UnitReport:
    sent = submission(unit, period=period, late=late)
    return UnitReport(sent, reading(*sheets, unit=unit, period=period))


def sources(*reports: UnitReport, period: Period = Q1, plan: Plan | None = None) -> PeriodSources:
    return PeriodSources.of(period, plan or small_plan(), forms(), by_quarter(reports))


def consolidated(
    *reports: UnitReport,
    period: Period = Q1,
    plan: Plan | None = None,
    submissions: Sequence[Submission] | None = None,
    as_of: str = "2022-03-20T08:00",
    counts: Mapping[str, int] | None = None,
) -> Consolidation:
    sent = [one.submission for one in reports] if submissions is None else submissions
    return consolidation_of(
        period,
        plan=plan or small_plan(),
        forms=forms(),
        reports=by_quarter(reports),
        submissions=sent,
        as_of=dt.datetime.fromisoformat(as_of),
        counts=counts,
    )


def on_its_day(found: Consolidation) -> JudgementDay:
    """What tasks of a consolidation of the small plan are judged beside."""
    send_by = found.quarters[-1].deadline
    return JudgementDay(small_plan(), forms(), found.period, found.as_of.date(), send_by)


def by_quarter(reports: Sequence[UnitReport]) -> dict[str, list[UnitReport]]:
    grouped: dict[str, list[UnitReport]] = {}
    for one in reports:
        grouped.setdefault(one.submission.period, []).append(one)
    return grouped


def figures(consolidation: Consolidation, form: str, row: str, columns: str) -> list[Value]:
    """The figures of a row by column numbers in words: ``"3 4 5"``; row "" is the total."""
    table_ = consolidation.forms[form]
    values = table_.total if not row else {one.key: one.values for one in table_.rows}[row]
    return [values.get(number) for number in columns.split()]
