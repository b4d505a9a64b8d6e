"""What does not fit together in a plan workbook that reads well: across sheets, and beside law."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from kskt_excel.excel import plan_labels as labels
from kskt_excel.excel.plan_faults import Remarks
from kskt_excel.excel.plan_info import Info
from kskt_excel.excel.plan_table import PlanRow
from kskt_excel.excel.plan_tasks import ids_in
from kskt_excel.model.cells import CellRef
from kskt_excel.model.plan import Indicator, Procedure, Task, Unit
from kskt_excel.text.codes import document_number
from kskt_excel.text.dates import date

_NAMED_YEAR: Final = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
_CITED: Final = re.compile(
    r"(\d{1,4}/\d{4}/[A-ZĐ][\w-]+)(?: của [^,;.]{1,60})?,? (?:ký )?ngày (\d{1,2}/\d{1,2}/\d{4})"
)
_SIGNED: Final[Mapping[str, dt.date]] = {
    "20/2008/NĐ-CP": dt.date(2008, 2, 14),
    "63/2010/NĐ-CP": dt.date(2010, 6, 8),
    "45/2016/QĐ-TTg": dt.date(2016, 10, 19),
    "61/2018/NĐ-CP": dt.date(2018, 4, 23),
    "01/2018/TT-VPCP": dt.date(2018, 11, 23),
    "09/2019/NĐ-CP": dt.date(2019, 1, 24),
    "45/2020/NĐ-CP": dt.date(2020, 4, 8),
    "01/2020/TT-VPCP": dt.date(2020, 10, 21),
    "107/2021/NĐ-CP": dt.date(2021, 12, 6),
    "42/2022/NĐ-CP": dt.date(2022, 6, 24),
}
"""Days on which the documents that plans cite were signed, as published."""


def report_info(info: Info, path: Path, remarks: Remarks) -> None:
    """Says where the year, the signer, the basis and the days off do not fit, or are missing."""
    named = _NAMED_YEAR.search(path.stem)
    if info.year and named and info.year != int(named[1]):
        remarks.fault("year_differs", info.at(labels.YEAR), given=info.year, year=int(named[1]))
    for label in (labels.SIGNER_TITLE, labels.SIGNER_NAME):
        if not info.text(label):
            remarks.doubt("signer_missing", info.at(label), label=label.lower())
    if not info.text(labels.LEGAL_BASIS):
        remarks.doubt("basis_missing", info.at(labels.LEGAL_BASIS))
    if info.year and not info.holidays:
        remarks.doubt("holidays_missing", CellRef(info.at(labels.YEAR).sheet), year=info.year)
    if info.year:
        _report_far_holidays(info, remarks)


def _report_far_holidays(info: Info, remarks: Remarks) -> None:
    """Says which days off belong to another year; the last December counts to this one."""
    first, last = dt.date(info.year - 1, 12, 1), dt.date(info.year + 1, 1, 31)
    said: set[CellRef] = set()
    for day, cell in info.holidays.items():
        if not first <= day <= last and cell not in said:
            said.add(cell)
            remarks.doubt("holiday_far", cell, given=f"{day:%d/%m/%Y}", year=info.year)


def report_citations(rows: Sequence[PlanRow], key: str, remarks: Remarks) -> None:
    """Says where a text dates a document otherwise than it was published; the text stays.

    Source: số, ngày của văn bản đã công bố.
    """
    for row in rows:
        for document, given in _citations(row.text(key)):
            signed, cited = _SIGNED.get(document), date(given).value
            if signed and cited != signed:
                remarks.note(
                    "date_differs",
                    row.at(key),
                    document=document,
                    given=given,
                    value=f"{signed:%d/%m/%Y}",
                )


def _citations(text: str) -> Iterator[tuple[str, str]]:
    for match in _CITED.finditer(text):
        yield document_number(match[1]).value or match[1], match[2]


def report_indicators(
    rows: Sequence[PlanRow], indicators: Sequence[Indicator], remarks: Remarks
) -> None:
    """Says which tasks name an indicator that does not exist."""
    known = {indicator.id for indicator in indicators}
    for row in rows:
        for given in ids_in(row, "indicator"):
            if known and given not in known:
                remarks.fault("indicator_unknown", row.at("indicator"), given=given)


def report_idle_units(
    rows: Sequence[PlanRow], units: Sequence[Unit], tasks: Sequence[Task], remarks: Remarks
) -> None:
    """Says which units have no task."""
    busy = {code for task in tasks for code in task.units()}
    by_code = {row.text("code"): row for row in rows}
    for unit in units:
        if tasks and unit.code not in busy and unit.code in by_code:
            remarks.doubt("unit_idle", by_code[unit.code].at("groups"), unit=unit.name)


def report_unverified(
    rows: Sequence[PlanRow], procedures: Sequence[Procedure], remarks: Remarks
) -> None:
    """Says how many procedures nobody has compared with the published decisions, once."""
    open_codes = {procedure.code for procedure in procedures if not procedure.verified}
    first = next((row for row in rows if row.text("code") in open_codes), None)
    if first:
        remarks.note("unverified", first.at("verified"), count=len(open_codes))
