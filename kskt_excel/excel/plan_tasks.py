"""Sheet «Nhiệm vụ» of the plan workbook: leaf tasks under the titles of their sections."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from kskt_excel.excel import plan_layout as layout
from kskt_excel.excel.plan_faults import Remarks
from kskt_excel.excel.plan_table import PlanRow
from kskt_excel.excel.plan_units import Directory, report_twice
from kskt_excel.model.cells import CellRef
from kskt_excel.model.plan import Deadline, DeadlineKind, Task
from kskt_excel.text.given import day as shown_day
from kskt_excel.text.periods import deadline

_CODE: Final = re.compile(r"(?:X|IX|IV|V?I{1,3}|V)(?:\.\d{1,2}(?:\.[a-zđ])?)?")
_IDS: Final = re.compile(r"[,;\n]")
_UNDATED: Final = Deadline("", DeadlineKind.CONTINUOUS)
_LEVELS_WITH_GROUP: Final = 3


def read_tasks(
    rows: Sequence[PlanRow], directory: Directory, year: int, remarks: Remarks
) -> tuple[Task, ...]:
    """Leaf tasks in the sheet's order, groups of coordinators expanded."""
    report_twice(rows, "code", remarks)
    titles = {row.text("code"): row.text("text") for row in rows if _is_title(row, rows)}
    leaves = [row for row in rows if row.has("code") and row.text("code") not in titles]
    for row in rows:
        _report_code(row, remarks)
    tasks = tuple(_task(row, titles, directory, year, remarks) for row in leaves)
    _report_sections(leaves, titles, remarks)
    return tasks


def _is_title(row: PlanRow, rows: Sequence[PlanRow]) -> bool:
    """Whether a row only names a section: without lead and deadline, others stand under it."""
    start = row.text("code") + "."
    bare = not any(row.has(key) for key in ("lead", "coordinators", "deadline"))
    return bare and any(other.text("code").startswith(start) for other in rows)


def _report_code(row: PlanRow, remarks: Remarks) -> None:
    code = row.text("code")
    if code and not _CODE.fullmatch(code):
        remarks.fault("task_code", row.at("code"), given=code)


def _task(
    row: PlanRow, titles: Mapping[str, str], directory: Directory, year: int, remarks: Remarks
) -> Task:
    code = row.text("code")
    if "lead" in row.columns and not row.has("lead"):
        remarks.fault("lead_missing", row.at("lead"), task=code)
    lead = directory.unit(row, "lead", remarks)
    helpers = directory.several(row, "coordinators", remarks)
    return Task(
        code=code,
        text=row.text("text"),
        section=titles.get(code.split(".")[0], ""),
        subsection=titles.get(_group_of(code), ""),
        lead=lead,
        lead_text=row.text("lead"),
        coordinators=tuple(helper for helper in helpers if helper != lead),
        coordinators_text=row.text("coordinators"),
        deadline=_deadline(row, year, remarks),
        target=row.text("target"),
        form=", ".join(ids_in(row, "form")),
        indicator=", ".join(ids_in(row, "indicator")),
    )


def ids_in(row: PlanRow, key: str) -> tuple[str, ...]:
    """Ids in a cell, by commas, semicolons or line breaks."""
    return tuple(part.strip() for part in _IDS.split(row.text(key)) if part.strip())


def _group_of(code: str) -> str:
    parts = code.split(".")
    return ".".join(parts[:-1]) if len(parts) == _LEVELS_WITH_GROUP else ""


def _deadline(row: PlanRow, year: int, remarks: Remarks) -> Deadline:
    if not row.has("deadline"):
        if "deadline" in row.columns:
            heading = layout.TASKS.by_key["deadline"].heading
            remarks.fault("value_missing", row.at("deadline"), column=heading)
        return _UNDATED
    read = deadline(row.cells["deadline"], year)
    given = row.text("deadline")
    if read.value is None:
        remarks.fault("deadline_unread", row.at("deadline"), given=given, year=year or "2022")
        return _UNDATED
    due = read.value.due
    if due and read.outcome == "warn":
        remarks.doubt("value_read", row.at("deadline"), given=given, value=f"hạn {shown_day(due)}")
    if due and year and due.year != year:
        remarks.doubt("deadline_far", row.at("deadline"), given=given, year=year)
    return read.value


def _report_sections(rows: Sequence[PlanRow], titles: Mapping[str, str], remarks: Remarks) -> None:
    """Says which sections and groups have no title, once each."""
    said: set[str] = set()
    for row in rows:
        code = row.text("code")
        for section in filter(None, (code.split(".")[0], _group_of(code))):
            if _CODE.fullmatch(code) and section not in titles and section not in said:
                said.add(section)
                remarks.doubt("section_missing", CellRef(row.sheet, row.number), section=section)
