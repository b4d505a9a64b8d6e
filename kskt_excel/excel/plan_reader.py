"""The plan workbook read into a Plan; everything wrong with it is said at once, by cell."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kskt_excel.excel import plan_labels as labels
from kskt_excel.excel import plan_layout as layout
from kskt_excel.excel import plan_remarks
from kskt_excel.excel.plan_faults import (
    DamagedPlanError,
    PlanMissingError,
    PlanUnreadableError,
    Remarks,
)
from kskt_excel.excel.plan_info import NOTHING, Info, read_info
from kskt_excel.excel.plan_layout import PlanSheet
from kskt_excel.excel.plan_rows import (
    Choices,
    read_choices,
    read_indicators,
    read_procedures,
    read_waivers,
    report_lists,
)
from kskt_excel.excel.plan_table import PlanRow, Rows, find_sheet, nearest, read_table
from kskt_excel.excel.plan_tasks import read_tasks
from kskt_excel.excel.plan_units import Directory, read_units
from kskt_excel.excel.reading.gate import inspect
from kskt_excel.model.cells import CellRef
from kskt_excel.model.finding import Finding
from kskt_excel.model.plan import Indicator, Plan, Procedure, Task, Unit, Waiver
from kskt_excel.text.keys import plain_key

_KINDS: Final = ("xlsx", "xlsm")
_WHY: Final[Mapping[str, tuple[str, str]]] = {
    "file.password": ("tệp có mật khẩu mở", "bỏ mật khẩu, lưu lại rồi chạy lại"),
    "file.empty": ("tệp không có nội dung", "chép lại từ bản lưu"),
    "file.temporary": ("đây là tệp tạm của Excel", "đóng Excel và dùng tệp kế hoạch chính"),
    "file.too_large": ("tệp quá lớn", "bỏ hình ảnh, dòng trống thừa rồi lưu lại"),
    "file.too_many": ("tệp có quá nhiều dòng, cột hoặc định dạng", "xóa phần thừa rồi lưu lại"),
}
_DAMAGED: Final = ("tệp bị hỏng", "chép lại từ bản lưu hoặc mở bằng Excel rồi lưu lại")
_NOT_XLSX: Final = ("tệp không phải sổ Excel dạng .xlsx", "mở bằng Excel rồi lưu dạng .xlsx")
_LOCKED: Final = ("tệp đang bị chương trình khác giữ", "đóng tệp trong Excel rồi chạy lại")


def plan_path(templates: Path, year: int) -> Path:
    """The plan workbook of a year: ``ke-hoach-2022.xlsx``, or the one file so named otherwise.

    Raises PlanMissingError, which says what to copy.
    """
    path = templates / f"ke-hoach-{year}.xlsx"
    if path.exists():
        return path
    names = [one.name for one in templates.glob("*.xls[xm]") if not one.name.startswith("~$")]
    plans = sorted(name for name in names if plain_key(name).startswith("ke hoach"))
    same = [name for name in plans if str(year) in plain_key(name).split()]
    if len(same) == 1:
        return templates / same[0]
    raise PlanMissingError(path, plans)


def read_plan(path: Path) -> Plan:
    """The plan that a workbook describes; remarks that stop nothing are in ``findings``.

    Raises PlanMissingError, PlanUnreadableError, and DamagedPlanError with every fault.
    """
    data = _bytes(path)
    remarks = Remarks()
    sheets = dict(_sheets(path, data, remarks))
    plan = _plan(path, sheets, hashlib.sha256(data).hexdigest(), remarks)
    if plan is None or remarks.damaged:
        raise DamagedPlanError(path, remarks.findings)
    return plan


@dataclass(frozen=True, slots=True)
class _Found:
    """A sheet that is there: its own name and its cells."""

    name: str
    rows: Rows


def _bytes(path: Path) -> bytes:
    """The workbook's bytes, proved harmless to the parser."""
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise PlanMissingError(path, _neighbours(path)) from error
    except OSError as error:
        raise PlanUnreadableError(path, *_LOCKED) from error
    gated = inspect(path.name, data)
    if isinstance(gated, Finding):
        wrong_kind = gated.code in ("file.wrong_kind", "file.zip", "file.packed")
        usual = _NOT_XLSX if wrong_kind else _DAMAGED
        raise PlanUnreadableError(path, *_WHY.get(gated.code, usual))
    if gated.kind == "encrypted":
        raise PlanUnreadableError(path, *_WHY["file.password"])
    if gated.kind not in _KINDS:
        raise PlanUnreadableError(path, *_NOT_XLSX)
    return data


def _neighbours(path: Path) -> Iterator[str]:
    """Names of the plan workbooks of other years in the same folder."""
    return (one.name for one in path.parent.glob("ke-hoach-*.xlsx"))


def _sheets(path: Path, data: bytes, remarks: Remarks) -> Iterator[tuple[str, _Found]]:
    """The sheets that are there, by the name they should have; missing ones are said."""
    from io import BytesIO

    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(BytesIO(data))
        names = book.sheet_names
        for sheet in layout.SHEETS:
            own = find_sheet(sheet.name, names)
            if own is None:
                _report_sheet(sheet, names, remarks)
            else:
                rows = book.get_sheet_by_name(own).to_python(skip_empty_area=False)
                yield sheet.name, _Found(own, rows)
    except CalamineError as error:
        raise PlanUnreadableError(path, *_DAMAGED) from error


def _report_sheet(sheet: PlanSheet, names: list[str], remarks: Remarks) -> None:
    known = {one for other in layout.SHEETS if (one := find_sheet(other.name, names))}
    near = nearest(sheet.name, [name for name in names if name not in known])
    if near:
        remarks.fault("sheet_renamed", CellRef(near), sheet=sheet.name, near=near)
    elif sheet.needed:
        remarks.fault("sheet_missing", CellRef(sheet.name), sheet=sheet.name)


@dataclass(frozen=True, slots=True)
class _Lists:
    """The sheets of the plan that are tables, understood."""

    units: tuple[Unit, ...]
    tasks: tuple[Task, ...]
    procedures: tuple[Procedure, ...]
    choices: Choices
    indicators: tuple[Indicator, ...]
    waivers: tuple[Waiver, ...]


def _plan(path: Path, sheets: Mapping[str, _Found], sha256: str, remarks: Remarks) -> Plan | None:
    """The plan, as far as it can be understood; None without a readable year."""
    info = _info(path, sheets, remarks)
    lists = _lists(sheets, info.year, remarks)
    if not info.year:
        return None
    return Plan(
        year=info.year,
        agency=info.text(labels.AGENCY),
        superior=info.text(labels.SUPERIOR),
        place=info.text(labels.PLACE),
        title=info.text(labels.TITLE),
        number=info.text(labels.NUMBER),
        legal_basis=info.text(labels.LEGAL_BASIS),
        signer=info.signer,
        units=lists.units,
        tasks=lists.tasks,
        procedures=lists.procedures,
        choices=lists.choices,
        indicators=lists.indicators,
        waivers=lists.waivers,
        holidays=frozenset(info.holidays),
        settings=info.settings,
        findings=remarks.findings,
        sha256=sha256,
    )


def _lists(sheets: Mapping[str, _Found], year: int, remarks: Remarks) -> _Lists:
    """Every table, and what does not fit together between them."""
    rows = {sheet.name: _table(sheet, sheets, remarks) for sheet in layout.SHEETS[1:]}
    unit_rows, task_rows = rows[layout.UNITS.name], rows[layout.TASKS.name]
    units = read_units(unit_rows, remarks)
    directory = Directory(units)
    choices = read_choices(rows[layout.CHOICES.name], remarks)
    procedure_rows = rows[layout.PROCEDURES.name]
    lists = _Lists(
        units=units,
        tasks=read_tasks(task_rows, directory, year, remarks),
        procedures=read_procedures(procedure_rows, directory, choices, remarks),
        choices=choices,
        indicators=read_indicators(rows[layout.INDICATORS.name], remarks),
        waivers=read_waivers(rows[layout.WAIVERS.name], directory, remarks),
    )
    if choices:
        report_lists(sheets[layout.CHOICES.name].name, choices, remarks)
    plan_remarks.report_citations(task_rows, "text", remarks)
    plan_remarks.report_indicators(task_rows, lists.indicators, remarks)
    plan_remarks.report_idle_units(unit_rows, units, lists.tasks, remarks)
    plan_remarks.report_unverified(procedure_rows, lists.procedures, remarks)
    return lists


def _info(path: Path, sheets: Mapping[str, _Found], remarks: Remarks) -> Info:
    found = sheets.get(layout.INFO.name)
    if found is None:
        return NOTHING
    info = read_info(found.name, found.rows, remarks)
    plan_remarks.report_info(info, path, remarks)
    return info


def _table(sheet: PlanSheet, sheets: Mapping[str, _Found], remarks: Remarks) -> tuple[PlanRow, ...]:
    found = sheets.get(sheet.name)
    return read_table(sheet, found.name, found.rows, remarks) if found else ()
