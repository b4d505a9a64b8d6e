"""What lies in ``templates/``: the year's plan and the form definitions, checked and listed."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from kskt_excel import messages
from kskt_excel.definitions import DamagedFormsError, Definitions, file_and_line
from kskt_excel.ledger.safe_files import write_whole
from kskt_excel.model.errors import KsktError
from kskt_excel.model.finding import Finding, Severity
from kskt_excel.model.forms import PrintedForm, SheetForm
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.period import Period
from kskt_excel.model.plan import Plan
from kskt_excel.office.desk import Desk
from kskt_excel.office.outcome import (
    DONE,
    FOUND,
    PAGE_WIDTH,
    Outcome,
    ScreenLine,
    ScreenTable,
    finding_lines,
)
from kskt_excel.report.check_json import findings_json
from kskt_excel.text.shown import day_text, listed
from kskt_excel.worker.draft_task import DraftOrder, FormDraft, draft_of
from kskt_excel.workspace import Workspace, packaged_templates

DRAFTS_FOLDER: Final = "nhap"
_FIRST_OWN_ORDER: Final = 170  # after the office's own sheets
_FIRST_OWN_PRINTED: Final = 210  # after the circular's own forms


class EarlierYearError(KsktError):
    """A year was asked for that lies before the packaged plan's."""

    def __init__(self, year: int, first: int) -> None:
        super().__init__(
            f"Kế hoạch mẫu là của năm {first} nên không lập lùi về năm {year}."
            f" Đề nghị ghi năm từ {first} trở đi, ví dụ: kskt init KSTTHC-{first} --year {first}"
        )


def check_year(year: int | None) -> int:
    """The year that a new workspace's plan is to have. Raises EarlierYearError."""
    [path] = packaged_templates().glob("ke-hoach-*.xlsx")
    first = int(path.stem.rpartition("-")[2])
    if year is not None and year < first:
        raise EarlierYearError(year, first)
    return year or first


def start_year(workspace: Workspace, year: int) -> None:
    """Moves the plan of a new workspace on to a year: the packaged plan's own, or a later one."""
    from kskt_excel.excel.plan.plan_reader import read_plan
    from kskt_excel.excel.plan.plan_writer import plan_of_year

    [path] = workspace.templates.glob("ke-hoach-*.xlsx")
    plan = read_plan(path)
    if plan.year != year:
        write_whole(workspace.templates / f"ke-hoach-{year}.xlsx", plan_of_year(plan, year))
        path.unlink()


def plan_outcome(desk: Desk, year: int) -> Outcome:
    """All that is wrong with a year's plan, beside the form definitions too, in one list.

    Raises PlanMissingError, PlanUnreadableError, DamagedFormsError.
    """
    from kskt_excel.excel.plan.plan_reader import plan_path, read_plan
    from kskt_excel.excel.plan.sheets import DamagedPlanError

    path = plan_path(desk.workspace.templates, year)
    plan: Plan | None = None
    of_forms: tuple[Finding, ...] = ()
    try:
        plan = read_plan(path, desk.forms, desk.regimes)
    except DamagedPlanError as error:
        findings = error.findings
    else:
        findings = plan.findings
        try:
            desk.definitions.stand_beside(plan)
        except DamagedFormsError as error:
            of_forms = error.findings
    faults = [one for one in (*findings, *of_forms) if one.severity is Severity.ERROR]
    doubts = [one for one in findings if one.severity is Severity.WARNING]
    shown = desk.workspace.shown(path)
    known = _known_line(plan.acknowledged) if plan else ()
    last = (
        ScreenLine(f"{shown}: {len(faults)} lỗi phải sửa, {len(doubts)} cảnh báo.", "bad")
        if faults
        else ScreenLine(f"{shown}: đạt, {len(doubts)} cảnh báo.", "good")
    )
    json = {
        "schema": "kskt.plan-check/1",
        "year": year,
        "findings": findings_json((*findings, *of_forms)),
    }
    blocks = (*finding_lines(findings), *known, *_definition_lines(of_forms), last)
    return Outcome(blocks, json, FOUND if faults else DONE)


def _known_line(acknowledged: Sequence[Finding]) -> Iterator[ScreenLine]:
    """How many remarks the office has acknowledged, by number."""
    counted = Counter(messages.rule(found).number for found in acknowledged)
    if counted:
        told = listed([f"{number} ({times} chỗ)" for number, times in counted.items()])
        yield ScreenLine(f"Đã biết, không nhắc lại: {told}.", "quiet", aside=True)


def forms_outcome(desk: Desk) -> Outcome:
    """All that is wrong with the form definitions, beside the plans of all years too."""
    findings: list[Finding] = []
    definitions: Definitions | None = None
    try:
        definitions = desk.definitions
    except DamagedFormsError as error:
        findings += error.findings
    for year in desk.plan_years if definitions else ():
        try:
            desk.plan(year)
        except DamagedFormsError as error:
            findings += [one for one in error.findings if one not in findings]
    if definitions and not findings:
        count = len(definitions.files)
        last = ScreenLine(f"{count} định nghĩa biểu mẫu: đạt.", "good")
    else:
        last = ScreenLine(f"{len(findings)} lỗi phải sửa trong định nghĩa biểu mẫu.", "bad")
    json = {"schema": "kskt.form-check/1", "findings": findings_json(findings)}
    return Outcome((*_definition_lines(findings), last), json, FOUND if findings else DONE)


def form_list_outcome(desk: Desk) -> Outcome:
    """Every form with its version, its time, and whether it was held against the original."""
    forms = desk.forms
    every: list[SheetForm | PrintedForm] = [*forms.sheets, *forms.printed]
    heads = ("Mã", "Loại", "Tên", "Phiên bản", "Hiệu lực", "Đối chiếu bản gốc")
    rows = [_row(form) for form in every]
    keys = ("id", "kind", "name", "version", "valid", "verified")
    listed = [dict(zip(keys, row, strict=True)) for row in rows]
    return Outcome(
        (
            ScreenTable(heads, tuple(rows), most_width=PAGE_WIDTH),
            ScreenLine(f"{len(rows)} biểu mẫu."),
        ),
        {"schema": "kskt.forms/1", "forms": listed},
    )


class NoDraftError(KsktError):
    """A workbook of which no definition can be made; the sentences say why."""

    def __init__(self, path: Path, sentences: Sequence[str]) -> None:
        super().__init__(f"Chưa lập được định nghĩa từ tệp {path.name}: {' '.join(sentences)}")


class NoDraftFileError(KsktError):
    """The workbook to draw off cannot be opened."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"Không mở được tệp {path}. Đề nghị xem lại tên tệp, hoặc đóng tệp trong Excel."
        )


@dataclass(frozen=True, slots=True)
class DraftFiles:
    """The two definitions made of a drawn table, and where they are to be written."""

    draft: FormDraft
    files: tuple[tuple[Path, bytes], ...]


def draft_files(desk: Desk, path: Path, sheet: str) -> DraftFiles:
    """Drafts of a unit's sheet and of a printed summary; nothing is written yet.

    Raises NoDraftFileError, NoDraftError.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise NoDraftFileError(path) from error
    plan = desk.latest_plan
    start = Period.quarter(min(desk.now.year, plan.year), 1).window(plan.cutoff_day).start
    order = DraftOrder(sheet, _FIRST_OWN_ORDER, _FIRST_OWN_PRINTED, start)
    draft = draft_of(desk.workspace.settings.run, path.name, data, order)
    if draft.refused:
        raise NoDraftError(path, draft.refused)
    folder = desk.workspace.forms / DRAFTS_FOLDER
    files = (
        (folder / f"{_FIRST_OWN_ORDER}-{draft.id}.toml", draft.definition.encode()),
        (folder / f"{_FIRST_OWN_PRINTED}-TH.{draft.id}.toml", draft.printed.encode()),
    )
    return DraftFiles(draft, files)


def draft_outcome(desk: Desk, drafted: DraftFiles, paths: Sequence[Path]) -> Outcome:
    """What was understood of each column, and what to do next."""
    shown = [desk.workspace.shown(path) for path in paths]
    folder = desk.workspace.shown(desk.workspace.forms)
    return Outcome(
        (
            ScreenTable(("Tiêu đề", "Loại", "Khóa"), drafted.draft.columns, most_width=PAGE_WIDTH),
            *(ScreenLine(f"Đã ghi {name}.", "good") for name in shown),
            ScreenLine(f"Đề nghị đọc lại hai tệp nháp, sửa nếu cần, chuyển ra {folder}/,"),
            ScreenLine("rồi chạy: kskt form check"),
        ),
        {"schema": "kskt.form-draft/1", "id": drafted.draft.id, "outputs": shown},
    )


def _row(form: SheetForm | PrintedForm) -> tuple[str, ...]:
    is_sheet = isinstance(form, SheetForm)
    name = form.sheet if isinstance(form, SheetForm) else form.title
    return (
        form.own_id,
        "trang của đơn vị" if is_sheet else "biểu in",
        name,
        form.version,
        _time(form.valid_from, form.valid_to),
        "đã" if form.verified else "chưa",
    )


def _time(start: dt.date | None, end: dt.date | None) -> str:
    first = f"từ {day_text(start)}" if start else ""
    last = f"đến {day_text(end)}" if end else ""
    return " ".join(filter(None, (first, last)))


def _definition_lines(findings: Sequence[Finding]) -> tuple[ScreenLine, ...]:
    """A line for each fault of a definition, file and line first."""
    return tuple(
        ScreenLine(f"  - Lỗi: {file_and_line(one)} – {messages.sentence(one)}", "bad", aside=True)
        for one in findings
    )
