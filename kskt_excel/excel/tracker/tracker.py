"""The tracker put together, checked, and saved beside what a person has open."""

import contextlib
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, BinaryIO, Final

from kskt_excel.excel.book_writer import (
    BookWriter,
    DamagedOutputError,
    sheet_name,
    tabs_in_order,
)
from kskt_excel.excel.tracker import handwriting
from kskt_excel.excel.tracker.blocks import (
    FIRST_BLOCK_ROW,
    TRACKER_MARK,
    UNPLACED_SHEET,
    Places,
    SheetBlock,
    TrackerColumn,
    TrackerRow,
    TrackerSheet,
    TrackerYear,
    fixed,
    in_pixels,
)
from kskt_excel.excel.tracker.control_sheet import CONTROL, control_page, rows_without_place
from kskt_excel.excel.tracker.data_sheets import data_pages, rows_page
from kskt_excel.excel.tracker.figures_sheet import FigureFormulas, figures_page
from kskt_excel.excel.tracker.handwriting import (
    HandCell,
    HandRow,
    Handwriting,
    Loose,
    OwnSheet,
    Placed,
    place_handwriting,
)
from kskt_excel.excel.tracker.overview_sheet import OVERVIEW, write_overview
from kskt_excel.excel.tracker.print_view import printed_view
from kskt_excel.excel.tracker.progress_sheet import tracker_progress
from kskt_excel.excel.tracker.record_sheets import faults_page, journal_page, origin_page
from kskt_excel.excel.tracker.row_places import tracker_sheets
from kskt_excel.excel.tracker.standings_sheet import tracker_standings
from kskt_excel.excel.tracker.superiors_sheet import superiors_page
from kskt_excel.excel.tracker.tracker_writer import (
    ChunkFile,
    SheetWriter,
    is_whole,
    number_row_looks,
    rows_work,
    spliced,
    write_page,
)
from kskt_excel.excel.tracker.volumes_sheet import volumes_page
from kskt_excel.ledger.cache import KeptWork
from kskt_excel.ledger.safe_files import copy_whole, file_sha256, put_whole
from kskt_excel.messages import finding
from kskt_excel.model.book import LONGEST_SHEET_NAME, CellRef, column_number
from kskt_excel.model.finding import Finding
from kskt_excel.model.forms import FIGURES_PAGE, PROGRESS
from kskt_excel.model.nouns import dataclass

LEFTOVER: Final = "chua-xep"
LOOSE: Final = "loose"
NOTE_COLUMN: Final = 5  # of ``_COLUMNS``, behind the hidden key: where the text stands
_NOTE: Final = "Nội dung Văn phòng đã ghi"
_COLUMNS: Final = (
    TrackerColumn("sheet", "Trang", "text", 130),
    TrackerColumn("context", "Dòng cũ", "long", 320),
    TrackerColumn("heading", "Cột", "text", 150),
    TrackerColumn("note", _NOTE, "long", 320),
    TrackerColumn("comment", "Chú thích", "long", 200),
    TrackerColumn("key", "Mã dòng cũ", "text", 190),
)
_REMARK: Final = "Các ghi chú này chưa xếp được. Chép sang đúng chỗ rồi xóa dòng ở đây."


def write_leftover(pen: SheetWriter, loose: Sequence[Loose]) -> None:
    """Writes the sheet of handwriting without a row; nothing when there is none."""
    if not loose:
        return
    rows = tuple(
        TrackerRow(
            f"loose|{number}",
            (
                one.sheet,
                one.context,
                one.heading,
                None,
                one.cell.comment.text if one.cell.comment else None,
                one.key,
            ),
        )
        for number, one in enumerate(loose, 1)
    )
    block = SheetBlock(LOOSE, _COLUMNS, fixed(rows), len(rows), table="ChuaXep", office=False)
    page = TrackerSheet(LEFTOVER, UNPLACED_SHEET, "GHI CHÚ CHƯA XẾP ĐƯỢC", _REMARK, (block,), 1)
    page = printed_view(page)
    placed = Placed({at: _note(at, one) for at, one in enumerate(loose)})
    write_page(replace(pen, hand={(LEFTOVER, LOOSE): placed}), page)


def _note(at: int, loose: Loose) -> HandRow:
    """A note in its column; its formula stays as it is, whatever row it comes to stand in."""
    origin = CellRef("", FIRST_BLOCK_ROW + 1 + at, NOTE_COLUMN).a1
    cell = HandCell(loose.cell.value, loose.cell.formula, origin, loose.cell.runs, loose.cell.look)
    return HandRow(loose.key, "", {_NOTE: cell}, {})


def write_own_sheets(
    pen: SheetWriter, own: Sequence[OwnSheet], pages: Sequence[TrackerSheet]
) -> Mapping[str, OwnSheet]:
    """Writes the office's own sheets as they were, after the program's; gives them by new name."""
    written: dict[str, OwnSheet] = {}
    taken = {page.name.casefold() for page in pages} | {"tổng quan", UNPLACED_SHEET.casefold()}
    for one in own:
        name = _free_name(sheet_name(one.name), taken)
        taken.add(name.casefold())
        _write_own(pen, one, name)
        written[name] = one
    return written


def with_own_tabs(names: Sequence[str], own: Mapping[str, OwnSheet]) -> list[str]:
    """The tabs with the office's own where they stood: each after the one that was before it."""
    order = [name for name in names if name not in own]
    renamed = {sheet.name: name for name, sheet in own.items()}
    for name, sheet in own.items():
        before = renamed.get(sheet.after, sheet.after)
        at = order.index(before) + 1 if before in order else len(order) if before else 0
        order.insert(at, name)
    return order


def _free_name(name: str, taken: set[str]) -> str:
    """The sheet's name, with a number when the program or another sheet has it."""
    free, number = name, 1
    while free.casefold() in taken:
        number += 1
        mark = f" ({number})"
        free = name[: LONGEST_SHEET_NAME - len(mark)] + mark
    return free


def _write_own(pen: SheetWriter, own: OwnSheet, name: str) -> None:
    sheet = pen.book.sheet(name)
    for merged in own.merged:
        sheet.merge_range(merged, "")
    for (row, column), cell in own.cells.items():
        written = HandCell(cell.value, cell.formula, "", cell.runs, None, cell.comment)
        if isinstance(written.value, str) and written.value.startswith(TRACKER_MARK):
            continue  # the mark of a copied sheet: two sheets with one mark would be confused
        properties = dict(cell.look.properties) if cell.look else {}
        handwriting.write_hand_cell(pen.book, sheet, (row, column), written, properties)
    _set_sizes(sheet, own)
    if own.frozen:
        at = CellRef.parse(own.name, own.frozen)
        sheet.freeze_panes(at.row - 1, at.column - 1)
    if own.tab:
        sheet.set_tab_color(f"#{own.tab}")
    if not own.visible:
        sheet.hide()


def _set_sizes(sheet: Any, own: OwnSheet) -> None:
    for letters in {*own.widths, *own.hidden_columns}:
        at = column_number(letters) - 1
        options: Mapping[str, bool] = {"hidden": True} if letters in own.hidden_columns else {}
        width = in_pixels(own.widths[letters]) if letters in own.widths else None
        sheet.set_column_pixels(at, at, width, None, dict(options))
    for row in {*own.heights, *own.hidden_rows}:
        options = {"hidden": True} if row in own.hidden_rows else {}
        sheet.set_row(row - 1, own.heights.get(row), None, dict(options))


KEPT: Final = 10  # older trackers: two weeks of a run each working day
_NOTHING: Final[Mapping[str, int]] = MappingProxyType({})
_SIGNS_OF_USE: Final = ("~${name}", ".~lock.{name}#")


@dataclass(frozen=True)
class SavedTracker:
    """Where the new tracker stands, where the old one went, and what is to be said."""

    path: Path
    sha256: str  # of the new tracker
    kept: Path | None = None
    findings: tuple[Finding, ...] = field(default=())
    is_kept: bool = False  # the one that stood there says the same


def save_tracker(
    path: Path,
    made: Path,
    archive_folder: Path,
    *,
    handwriting: Handwriting,
    now: dt.datetime,
    proven: Mapping[str, int] = _NOTHING,
) -> SavedTracker:
    """Puts the tracker ``made`` at ``path``; the old one goes to ``archive_folder``, 10 stay there.

    It is opened once more before; of parts that are ``proven`` the packed bytes are compared.
    It goes beside instead, and says so, when the old one is open, must not be replaced, or was
    changed since ``handwriting`` was read from it. Raises DamagedOutputError, WriteFailedError, and
    FileLockedError when Windows refuses the swap (the new one is then beside as well).
    """
    new, old = file_sha256(made), _sha256(path)
    if old == new:
        return SavedTracker(path, new, is_kept=True)
    reason = _reason(path, old, handwriting)
    if reason:
        beside = _free_path(path)
        _put(made, beside, proven)
        said = finding(reason, file=path.name, beside=beside.name)
        return SavedTracker(beside, new, None, (said,))
    kept = _keep(path, archive_folder, now) if old else None
    _put(made, path, proven)
    return SavedTracker(path, new, kept)


def _put(made: Path, path: Path, proven: Mapping[str, int]) -> None:
    with made.open("rb") as file:
        if not is_whole(file, proven):
            raise DamagedOutputError(path)
    put_whole(made, path)


def _reason(path: Path, old: str | None, handwriting: Handwriting) -> str:
    """Code of the sentence that says why the old tracker stays; "" when it can go."""
    if old is None:
        return ""
    if not handwriting.replaceable:
        return "tracker.kept_beside"
    if old != handwriting.sha256:
        return "tracker.changed_meanwhile"
    if any((path.parent / sign.format(name=path.name)).exists() for sign in _SIGNS_OF_USE):
        return "tracker.in_use"
    return ""


def _sha256(path: Path) -> str | None:
    """The hash of a tracker; None where there is none, "" of one that Excel holds on Windows."""
    try:
        return file_sha256(path)
    except FileNotFoundError:
        return None
    except PermissionError:
        return ""


def _free_path(path: Path) -> Path:
    """A free name beside: ``theo-doi-2022 (bản mới).xlsx``, then numbered."""
    number, mark = 1, "bản mới"
    while (candidate := path.with_name(f"{path.stem} ({mark}){path.suffix}")).exists():
        number += 1
        mark = f"bản mới {number}"
    return candidate


def _keep(path: Path, folder: Path, now: dt.datetime) -> Path:
    """Copies the old tracker away; copies beyond the last 10 are removed, oldest first."""
    stem = f"{path.stem} {now:%Y-%m-%d %H%M%S}"
    kept, number = folder / f"{stem}{path.suffix}", 1
    while kept.exists():
        number += 1
        kept = folder / f"{stem} {number:02d}{path.suffix}"
    copy_whole(path, kept)
    copies = sorted(folder.glob(f"{path.stem} *{path.suffix}"))
    for copy in copies[:-KEPT]:
        with contextlib.suppress(OSError):  # open in Excel: it goes next time
            copy.unlink()
    return kept


TRACKER_TEMPLATE: Final = "theo-doi"


@dataclass(frozen=True)
class BuiltTracker:
    """What is to be said of a tracker that was written, and of which parts is known to be whole."""

    findings: tuple[Finding, ...] = ()
    proven: Mapping[str, int] = field(default_factory=dict)  # CRC of the packed bytes of parts


def make_tracker(
    file: BinaryIO,
    sources: TrackerYear,
    journal_rows: Sequence[Sequence[str]],
    handwriting: Handwriting,
    created: dt.datetime,
    *,
    kept: KeptWork | None = None,
) -> BuiltTracker:
    """Writes the tracker; gives what is to be said of missing sheets, of notes without a row.

    Rows are in a file as soon as they are packed; none waits in memory. Those that were ``kept``
    are not made again; the bytes are the same without.
    """
    pages = (volume_pages if sources.volume else tracker_pages)(sources, journal_rows)
    placed, loose = place_handwriting(pages, handwriting)
    plan = sources.plan
    book = BookWriter(
        created=created,
        title=f"Sổ theo dõi năm {plan.year}" + (f" – {sources.volume}" if sources.volume else ""),
        agency=plan.agency,
        subject=plan.title,
        record=sources.record,
        on_disk=not rows_work(),
    )
    if rows_work():
        number_row_looks(book)
    book.mark({"kskt_template": TRACKER_TEMPLATE, "kskt_version": "1", "kskt_year": str(plan.year)})
    sheets = tracker_sheets(sources.forms, plan, in_volumes=bool(sources.volumes))
    ids = {page.id for page in pages} | (set() if sources.volume else {OVERVIEW})
    in_this_one = {id_: name for id_, name in sheets.items() if id_ in ids}
    with ChunkFile() as chunks:
        pen = SheetWriter(
            book, plan.year, placed, chunks, kept, sheets=in_this_one, frames=handwriting.frames
        )
        if not sources.volume:
            write_overview(pen, sources, pages)
        for page in pages:
            write_page(pen, page)
        write_leftover(pen, loose)
        own = write_own_sheets(pen, handwriting.own_sheets, pages)
        names = [sheet.name for sheet in book.workbook.worksheets()]
        in_order = tabs_in_order(names, with_own_tabs(names, own))
        proven = spliced(book.finish(in_order), chunks, file)
    remarks = list(handwriting.findings)
    formulas = FigureFormulas(sources, Places({page.id: page for page in pages}))
    if lost := rows_without_place(sources, formulas):
        remarks.append(finding("tracker.rows_unplaced", CellRef(sheets[CONTROL]), count=lost))
    if loose:
        remarks.append(
            finding(
                "tracker.unplaced", CellRef(UNPLACED_SHEET), count=len(loose), sheet=UNPLACED_SHEET
            )
        )
    return BuiltTracker(tuple(remarks), proven)


def tracker_pages(
    sources: TrackerYear, journal_rows: Sequence[Sequence[str]]
) -> tuple[TrackerSheet, ...]:
    """Every page but the overview, in the order of the tabs."""
    progress, standings = tracker_progress(sources), tracker_standings(sources)
    data = data_pages(sources)
    origin = origin_page(sources)
    known = (progress, standings, *data, origin)
    above = superiors_page(sources, Places({page.id: page for page in known}))
    tally = FigureFormulas(sources, Places({page.id: page for page in known}))
    figures = figures_page(sources, tally)
    with_figures = Places({page.id: page for page in (*known, figures)})
    control = control_page(sources, FigureFormulas(sources, with_figures))
    faults = faults_page(sources)
    journal = journal_page(journal_rows)
    superiors = (above,) if above else ()
    volumes = (volumes_page(sources),) if sources.volumes else ()
    own = (*superiors, figures, control, faults, origin, journal)
    return tuple(map(printed_view, (progress, standings, *volumes, *data, *own)))


def volume_pages(sources: TrackerYear, _: Sequence[Sequence[str]] = ()) -> tuple[TrackerSheet, ...]:
    """The pages of a volume: the rows of its units, where they come from, and that all are there.

    What is said of everybody (tasks, indicators, findings, the journal) the tracker itself has.
    """
    standings, data, origin = tracker_standings(sources), data_pages(sources), origin_page(sources)
    shared = [rows_page(sources, page) for page in (PROGRESS, FIGURES_PAGE)]
    known = (standings, *filter(None, shared), *data, origin)
    tally = FigureFormulas(sources, Places({page.id: page for page in known}))
    return tuple(map(printed_view, (*known[:-1], control_page(sources, tally), origin)))
