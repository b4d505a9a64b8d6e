"""The plan workbook read into a Plan; everything wrong with it is said at once, by cell."""

import datetime as dt
import hashlib
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from kskt_excel.excel.formats import strangers
from kskt_excel.excel.formats.gate import inspect
from kskt_excel.excel.formats.readers import read_book
from kskt_excel.excel.plan import layout
from kskt_excel.excel.plan.layout import PlanSheet
from kskt_excel.excel.plan.lists import (
    Choices,
    Directory,
    ids_in,
    read_choices,
    read_days,
    read_indicators,
    read_own_plans,
    read_procedures,
    read_superiors,
    read_tasks,
    read_trials,
    read_units,
    read_waivers,
    report_lists,
)
from kskt_excel.excel.plan.sheets import (
    EMPTY_INFO,
    DamagedPlanError,
    Info,
    PlanMissingError,
    PlanRow,
    PlanUnreadableError,
    Remarks,
    Rows,
    find_sheet,
    nearest_word,
    read_plan_info,
    read_table,
)
from kskt_excel.model.book import Book, CellRef, Sheet
from kskt_excel.model.finding import Finding, Severity
from kskt_excel.model.forms import Forms
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.period import Window
from kskt_excel.model.plan import (
    Indicator,
    Plan,
    PlannedPiece,
    Procedure,
    RuleTrial,
    Superior,
    Task,
    Unit,
    Waiver,
)
from kskt_excel.model.regime import Regimes
from kskt_excel.model.settings import ACKNOWLEDGED, OFFICE_UNIT, REGIME
from kskt_excel.regimes import packaged_regimes
from kskt_excel.text.codes import document_number
from kskt_excel.text.dates import date
from kskt_excel.text.shown import day_text
from kskt_excel.text.spelling import plain_key

_NAMED_YEAR: Final = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
# «61/2018/NĐ-CP của Chính phủ ngày 23/4/2018», «…, ký ngày …»: a document with the day of its
# signing. Without a day it is no citation to learn from.
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


_SIGNER: Final = {layout.SIGNER_TITLE: "GIÁM ĐỐC", layout.SIGNER_NAME: "Nguyễn Văn A"}
"""What a page is signed with, each with an example."""


def report_info(info: Info, path: Path, remarks: Remarks) -> None:
    """Says where the year, the signer, the basis and the days off do not fit, or are missing."""
    named = _NAMED_YEAR.search(path.stem)
    if info.year and named and info.year != int(named[1]):
        remarks.fault("year_differs", info.at(layout.YEAR), given=info.year, year=int(named[1]))
    for label, example in _SIGNER.items():
        if not info.text(label):
            told = {"label": label.lower(), "example": example}
            remarks.doubt("signer_missing", info.at(label), **told)
    if not info.text(layout.LEGAL_BASIS):
        remarks.doubt("basis_missing", info.at(layout.LEGAL_BASIS))
    if info.year and not info.holidays:
        remarks.doubt("holidays_missing", CellRef(info.at(layout.YEAR).sheet), year=info.year)
    if info.year:
        _report_far_holidays(info, remarks)


def _report_far_holidays(info: Info, remarks: Remarks) -> None:
    """Says which days off belong to another year; the last December counts to this one."""
    # Quý I begins in December; what is due for Quý IV may be due in January.
    first, last = dt.date(info.year - 1, 12, 1), dt.date(info.year + 1, 1, 31)
    said: set[CellRef] = set()
    for day, cell in info.holidays.items():
        if not first <= day <= last and cell not in said:
            said.add(cell)
            remarks.doubt("holiday_far", cell, given=day_text(day), year=info.year)


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
                    value=day_text(signed),
                )


def _citations(text: str) -> Iterator[tuple[str, str]]:
    for match in _CITED.finditer(text):
        yield document_number(match[1]).value or match[1], match[2]


def report_forms(rows: Sequence[PlanRow], forms: Forms | None, remarks: Remarks) -> None:
    """Says which tasks name a form that does not exist."""
    known = [*forms.sheet_by_id, *forms.printed_by_id] if forms else []
    for row in rows if known else ():
        for given in ids_in(row, "form"):
            if given not in known:
                shown = ", ".join(known)
                remarks.doubt("form_unknown", row.at("form"), given=given, known=shown)


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
_WRONG_KINDS: Final = frozenset({"file.wrong_kind", "file.zip", *strangers.CODES.values()})
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


def read_plan(path: Path, forms: Forms | None = None, regimes: Regimes | None = None) -> Plan:
    """The plan that a workbook describes; remarks that stop nothing are in ``findings``.

    With the ``forms`` it is also held against them: indicators, choice lists, waived rules.
    Without ``regimes`` it has those that come with the program.
    Raises PlanMissingError, PlanUnreadableError, and DamagedPlanError with every fault.
    """
    data = _bytes(path)
    remarks = Remarks()
    sheets = dict(_sheets(_book(path, data), remarks))
    known = regimes or packaged_regimes()
    plan = _plan(path, sheets, remarks, forms, known)
    if plan is None or remarks.damaged:
        raise DamagedPlanError(path, remarks.findings)
    return replace(plan, sha256=hashlib.sha256(data).hexdigest())


def own_sheets(path: Path) -> tuple[str, ...]:
    """Names of the sheets that the office added to a plan workbook for itself, in tab order."""
    names = [sheet.name for sheet in _book(path, _bytes(path)).sheets]
    known = {find_sheet(sheet.name, names) for sheet in layout.PLAN_SHEETS}
    return tuple(name for name in names if name not in known)


@dataclass(frozen=True, slots=True)
class _Found:
    """A sheet that is there: its own name and its cells."""

    name: str
    rows: Rows


def _bytes(path: Path) -> bytes:
    """The workbook's bytes."""
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise PlanMissingError(path, tuple(_neighbours(path))) from error
    except OSError as error:
        raise PlanUnreadableError(path, *_LOCKED) from error


def _book(path: Path, data: bytes) -> Book:
    """The workbook's cells, by the reader that reads the units' workbooks too."""
    gated = inspect(path.name, data)
    if isinstance(gated, Finding):
        raise PlanUnreadableError(path, *_why_unread(gated))
    if gated.kind == "encrypted":
        raise PlanUnreadableError(path, *_WHY["file.password"])
    if gated.kind not in _KINDS:
        raise PlanUnreadableError(path, *_NOT_XLSX)
    book, said = read_book(gated)
    if book is None:
        raise PlanUnreadableError(path, *_why_unread(said[-1]))
    return book


def _why_unread(refused: Finding) -> tuple[str, str]:
    """Why a file is not read, and what the office does about it."""
    return _WHY.get(refused.code, _NOT_XLSX if refused.code in _WRONG_KINDS else _DAMAGED)


def _neighbours(path: Path) -> Iterator[str]:
    """Names of the plan workbooks of other years in the same folder."""
    return (one.name for one in path.parent.glob("ke-hoach-*.xlsx"))


def _sheets(book: Book, remarks: Remarks) -> Iterator[tuple[str, _Found]]:
    """The sheets that are there, by the name they should have; missing ones are said."""
    by_name = {sheet.name: sheet for sheet in book.sheets}
    names = list(by_name)
    for sheet in layout.PLAN_SHEETS:
        own = find_sheet(sheet.name, names)
        if own is None:
            _report_sheet(sheet, names, remarks)
        else:
            yield sheet.name, _Found(own, _rows(by_name[own]))


def _rows(sheet: Sheet) -> Rows:
    """Rows of one width, in which a blank cell is no text."""
    width = max(map(len, sheet.rows), default=0)
    return [
        [*("" if value is None else value for value in row), *("",) * (width - len(row))]
        for row in sheet.rows
    ]


def _report_sheet(sheet: PlanSheet, names: list[str], remarks: Remarks) -> None:
    known = {one for other in layout.PLAN_SHEETS if (one := find_sheet(other.name, names))}
    near = nearest_word(sheet.name, [name for name in names if name not in known])
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
    planned: tuple[PlannedPiece, ...]
    superiors: tuple[Superior, ...]
    waivers: tuple[Waiver, ...]
    trials: tuple[RuleTrial, ...]


def _plan(
    path: Path,
    sheets: Mapping[str, _Found],
    remarks: Remarks,
    forms: Forms | None,
    regimes: Regimes,
) -> Plan | None:
    """The plan, as far as it can be understood; None without a readable year."""
    off, worked = read_days(_table(layout.DAYS, sheets, remarks), remarks)
    info = _info(path, sheets, off, remarks)
    lists = _lists(sheets, info.year, remarks, forms)
    if not info.year:
        return None
    plan = Plan(
        year=info.year,
        agency=info.text(layout.AGENCY),
        superior=info.text(layout.SUPERIOR),
        place=info.text(layout.PLACE),
        title=info.text(layout.TITLE),
        number=info.text(layout.NUMBER),
        legal_basis=info.text(layout.LEGAL_BASIS),
        signer=info.signer,
        units=lists.units,
        tasks=lists.tasks,
        procedures=lists.procedures,
        choices=lists.choices,
        indicators=lists.indicators,
        planned=lists.planned,
        described_superiors=lists.superiors,
        waivers=lists.waivers,
        trials=lists.trials,
        holidays=frozenset(info.holidays),
        worked=frozenset(worked),
        settings=info.settings,
        regimes=regimes,
    )
    _report_office(info, plan, remarks)
    _report_regime(info, plan, remarks)
    known = _acknowledged(info, remarks)
    return replace(
        plan,
        findings=tuple(one for one in remarks.findings if one.code not in known),
        acknowledged=tuple(one for one in remarks.findings if one.code in known),
    )


def _acknowledged(info: Info, remarks: Remarks) -> Collection[str]:
    """Codes of the remarks that the office has read and lives with (đã biết)."""
    text = info.text(ACKNOWLEDGED)
    if not text:
        return ()
    from kskt_excel.messages import Family, catalogue, rules

    levels = {code: one.level for code, one in catalogue().items()}
    of_plans = [
        rule
        for rule in rules()
        if rule.family is Family.PLAN and levels[rule.code] is not Severity.ERROR
    ]
    known: set[str] = set()
    for given in filter(None, re.split(r"[,;\s]+", text)):
        named = [rule.code for rule in of_plans if rule.is_named(given)]
        known.update(named)
        if not named:
            remarks.doubt("acknowledged_unknown", info.at(ACKNOWLEDGED), given=given)
    return known


def _report_office(info: Info, plan: Plan, remarks: Remarks) -> None:
    """Says where the consolidating unit is not one of the plan's, or nothing tells which it is."""
    at, named = info.at(OFFICE_UNIT), plan.settings.office_unit
    if plan.units and named and named not in plan.unit_by_code:
        near = nearest_word(named, plan.unit_by_code)
        code = "unit_near" if near else "unit_unknown"
        remarks.fault(code, at, given=named, near=near)
    elif not plan.office and plan.units and plan.tasks:
        remarks.fault("office_unknown", at, example=plan.units[0].code)


def _report_regime(info: Info, plan: Plan, remarks: Remarks) -> None:
    """Says where the plan names a regime that there is none of."""
    named = plan.settings.regime
    if named and plan.regimes.named(named) is None:
        known = ", ".join(one.id for one in plan.regimes.every)
        remarks.fault("regime_unknown", info.at(REGIME), given=named, known=known)


_NAMING_FORMS: Final[Mapping[str, Sequence[str]]] = {
    layout.TASKS.name: ("form", "contribution"),
    layout.PLAN_INDICATORS.name: ("numerator", "denominator"),
}
"""Columns of the plan's sheets that name forms, by their own ids or by their roles."""


def _lists_of(forms: Forms | None, year: int) -> Collection[str]:
    """Ids of the choice lists that the forms of a year use; the usual ones without forms."""
    if forms is None:
        return layout.LIST_TITLES
    # Quý I begins in December of the year before.
    of_year = Window(dt.date(year - 1, 12, 1), dt.date(year, 12, 31)) if year else None
    sheets = [one for one in forms.sheets if of_year is None or one.overlaps(of_year)]
    return {column.choices for sheet in sheets for column in sheet.columns}


def _lists(
    sheets: Mapping[str, _Found], year: int, remarks: Remarks, forms: Forms | None
) -> _Lists:
    """Every table, and what does not fit together between them."""
    tables = (sheet for sheet in layout.PLAN_SHEETS[1:] if sheet != layout.DAYS)
    rows = {sheet.name: _table(sheet, sheets, remarks) for sheet in tables}
    if forms and forms.roles:
        for named, keys in _NAMING_FORMS.items():
            rows[named] = tuple(one.reworded(keys, forms.in_roles) for one in rows[named])
    unit_rows, task_rows = rows[layout.UNITS.name], rows[layout.TASKS.name]
    units = read_units(unit_rows, remarks)
    directory = Directory(units)
    choices = read_choices(rows[layout.CHOICES.name], remarks)
    procedure_rows = rows[layout.PROCEDURES.name]
    tasks = read_tasks(task_rows, directory, year, remarks, forms)
    own_plans = rows[layout.OWN_PLANS.name]
    lists = _Lists(
        units=units,
        tasks=tasks,
        procedures=read_procedures(procedure_rows, directory, choices, remarks),
        choices=choices,
        indicators=read_indicators(rows[layout.PLAN_INDICATORS.name], remarks, forms),
        planned=read_own_plans(own_plans, tasks, directory, choices, remarks),
        superiors=read_superiors(rows[layout.SUPERIORS.name], units, remarks),
        waivers=read_waivers(rows[layout.WAIVERS.name], directory, remarks, forms),
        trials=read_trials(rows[layout.TRIALS.name], remarks, forms),
    )
    if choices:
        report_lists(sheets[layout.CHOICES.name].name, choices, _lists_of(forms, year), remarks)
    report_forms(task_rows, forms, remarks)
    report_citations(task_rows, "text", remarks)
    report_indicators(task_rows, lists.indicators, remarks)
    report_idle_units(unit_rows, units, lists.tasks, remarks)
    report_unverified(procedure_rows, lists.procedures, remarks)
    return lists


def _info(
    path: Path,
    sheets: Mapping[str, _Found],
    days_off: Mapping[dt.date, CellRef],
    remarks: Remarks,
) -> Info:
    found = sheets.get(layout.INFO.name)
    if found is None:
        return EMPTY_INFO
    info = read_plan_info(found.name, found.rows, remarks)
    info = replace(info, holidays={**days_off, **info.holidays})
    report_info(info, path, remarks)
    return info


def _table(sheet: PlanSheet, sheets: Mapping[str, _Found], remarks: Remarks) -> tuple[PlanRow, ...]:
    found = sheets.get(sheet.name)
    return read_table(sheet, found.name, found.rows, remarks) if found else ()
