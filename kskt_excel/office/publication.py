"""What a period is published as: tracker, summaries, brief, report, PDF; written whole."""

import contextlib
import datetime as dt
import hashlib
import itertools
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from kskt_excel.excel.tracker import tracker, tracker_reader
from kskt_excel.excel.tracker.blocks import ALTERNATIVE, TrackerVolume, TrackerYear
from kskt_excel.excel.tracker.handwriting import Handwriting
from kskt_excel.excel.tracker.record_sheets import journal_rows
from kskt_excel.excel.tracker.tracker_writer import TooLargeError, TooManyRowsError
from kskt_excel.ledger.cache import Cache, KeptWork, nouns_sha256
from kskt_excel.ledger.safe_files import WriteFailedError, file_sha256, half_made
from kskt_excel.ledger.safeguards import RecordMark
from kskt_excel.model.consolidation import Consolidation, DirectionStanding
from kskt_excel.model.errors import FileLockedError, KsktError
from kskt_excel.model.finding import Finding, Severity
from kskt_excel.model.period import Period
from kskt_excel.model.plan import Plan, Superior
from kskt_excel.office.desk import Desk
from kskt_excel.office.directions import shown_on_tracker
from kskt_excel.office.last_run import Told
from kskt_excel.office.outbox import Returns, record_written
from kskt_excel.office.outcome import ScreenLine, finding_lines
from kskt_excel.office.outputs import (
    Followed,
    WrittenFiles,
    latest_files,
    put_aside,
    retire,
    write_outputs,
)
from kskt_excel.office.quarter import (
    PeriodWork,
    recorded_reports,
    under_superior,
    work_of_units,
)
from kskt_excel.office.record import mark_of_all
from kskt_excel.office.results import kept_work
from kskt_excel.office.running_step import Step, begin
from kskt_excel.office.status import (
    answered_blocks,
    asked_blocks,
    control_blocks,
    decision_blocks,
    direction_blocks,
    older_forms_blocks,
    regime_blocks,
    standings_blocks,
    to_mend_blocks,
    trial_blocks,
)
from kskt_excel.office.unit_dues import UnitDues
from kskt_excel.office.volumes import (
    Volume,
    home_of,
    homes,
    receivers,
    receivers_first,
    shared_out,
    tracker_volumes,
    volume_lines,
)
from kskt_excel.report.brief import Brief, brief
from kskt_excel.report.narrative import narrative
from kskt_excel.report.page import PrintedPage
from kskt_excel.report.sending import owing_by_superior
from kskt_excel.report.sentences import Narrative
from kskt_excel.report.summary import summary_pages
from kskt_excel.report.superiors import superior_pages
from kskt_excel.report.verdicts import plans_to_write
from kskt_excel.workspace import packaged_templates

_CONTEXT = "tracker without handwriting"
_UNTOUCHED = b"untouched"


def handwriting_on_tracker(desk: Desk, path: Path, year: int) -> Handwriting:
    """What stands in the tracker by hand; a tracker known to hold nothing is not opened.

    To open it costs a run of three hundred units, one changed, 1.6 times the processor. Known are
    the bytes, by their hash: whoever saves the tracker in Excel changes them.
    """
    with contextlib.suppress(OSError):  # not there yet, or open: the reader tells them apart
        sha256 = file_sha256(path)
        with Cache(desk.workspace.cache if desk.trusts_cache else None) as cache:
            if cache.get(sha256, _CONTEXT) == _UNTOUCHED:
                return Handwriting(sha256=sha256)
    return tracker_reader.read_handwriting(path, year=year)


def handwriting_on_trackers(desk: Desk, period: Period, year: int) -> Mapping[Path, Handwriting]:
    """What stands by hand in the tracker, and in each of its volumes."""
    files = desk.workspace.tracker_files(period)
    return {one: handwriting_on_tracker(desk, one, year) for one in files}


def remember(desk: Desk, sha256: str, written: Handwriting) -> None:
    """Notes a tracker just made, where nothing written by hand went into it."""
    if written.is_nothing:
        with Cache(desk.workspace.cache) as cache:
            cache.put(sha256, _CONTEXT, _UNTOUCHED)


# folder of letters that no longer hold

_TEMPLATE = "bao-cao-mau.docx"


@dataclass
class Published:
    """What was made: files to write, files to print, what is to be said."""

    files: list[tuple[Path, bytes]] = field(default_factory=list)
    to_print: list[Path] = field(default_factory=list)
    remarks: list[Finding] = field(default_factory=list)
    refused: list[KsktError] = field(default_factory=list)  # of what could not be made or written
    stuck: list[Path] = field(default_factory=list)  # no longer hold, and could not be moved away
    volumes: Sequence[Volume] = ()  # of the tracker

    def add(self, path: Path, data: bytes) -> None:
        """Adds a file that is written, and printed too."""
        self.files.append((path, data))
        self.to_print.append(path)


def write_period(
    desk: Desk,
    work: PeriodWork,
    made: Published,
    returned: Returns,
    written: Mapping[Path, Handwriting],
    *,
    owed: UnitDues,
    always: bool,
) -> WrittenFiles:
    """Writes everything made, what goes back to the units, then the tracker.

    What cannot be written does not stop the rest.
    """
    files = itertools.chain(made.files, returned.files)
    found = write_outputs(
        desk, work.period, "consolidate", files, refused=made.refused, always=always
    )
    record_written(desk, work.period.quarters[-1], returned.ready)
    if not made.refused:  # else it is not known what would have taken their place
        last = work.whole.quarters[-1]
        reminded = [unit for unit in owed.by_unit if owed.still_holds(unit)]
        above = [one.code for one, _ in owing_by_superior(work.plan, last.missing)]
        made.stuck += retire(desk, work.period, found.paths, missing=[*reminded, *above])
        former = _former_superiors(desk, work, found.paths)
        made.stuck += put_aside(desk, work.period, former)[1]
    for saved in write_trackers(desk, work, made, written):
        found.add(saved.path, saved.sha256, is_kept=saved.is_kept)
    return found


def _former_superiors(desk: Desk, work: PeriodWork, paths: Sequence[Path]) -> list[Path]:
    """Workbooks of superiors that the plan names no more, as they were written."""
    folder = desk.workspace.superiors(work.period)
    return [
        path
        for name, sha256 in latest_files(desk.journal.lines()).items()
        if (path := desk.workspace.root / name).parent == folder
        and path not in paths
        and path.is_file()
        and hashlib.sha256(path.read_bytes()).hexdigest() == sha256
    ]


def period_products(
    desk: Desk, work: PeriodWork, ready: Callable[[Path, bytes], None]
) -> Published:
    """The period's summary, brief and report; nothing is written yet, each is told when ``ready``.

    What says the same has the same bytes: the hour in its properties is that of the newest report
    in it. Of the superiors' workbooks those that say the same are not made again.
    """
    made = Published()
    begin(Step.SUMMARIES)
    for path, make in period_files(desk, work):
        try:
            data = make()
        except KsktError as error:
            made.refused.append(error)
            continue
        made.add(path, data)
        ready(path, data)
    with kept_work(desk, f"superiors {work.period.id}") as kept:
        record = _mark_of(desk, work).words
        for superior in work.plan.superiors_in_order:
            path = superior_file(desk, work.period, superior)
            try:
                made.files.append((path, _of_superior(desk, work, superior, kept, record)))
            except KsktError as error:
                made.refused.append(error)
    return made


def superior_file(desk: Desk, period: Period, superior: Superior) -> Path:
    """Where the brief of a superior and the list of its units to be reminded stand."""
    name = f"cap-tren-{period.id}_{superior.code}.xlsx"
    return desk.workspace.superiors(period) / name


def _of_superior(
    desk: Desk, work: PeriodWork, superior: Superior, kept: KeptWork, record: str
) -> bytes:
    """The workbook of a superior, that of the last run where it says the same."""
    plan, own = under_superior(desk, work, superior)
    pages = tuple(superior_pages(work.plan, plan, superior, own, work.whole))
    newest = max((one.received_at for one in own.submissions), default=desk.now)
    said = f"{summary_subject(work)}: {superior.name}"
    name = nouns_sha256((pages, newest, said, record))
    data = kept.get(name) or _summary(pages, newest, said, record)
    kept.put(name, data)
    return data


def period_files(desk: Desk, work: PeriodWork) -> Iterator[tuple[Path, Callable[[], bytes]]]:
    """The printed files of a period, and how each is made.

    The longest comes last: LibreOffice prints the others while it is made.
    """
    summary, one_page, report = desk.workspace.summary_files(work.period)
    newest = max((one.received_at for one in work.whole.submissions), default=desk.now)
    record = _mark_of(desk, work).words
    short = brief(work.plan, desk.forms, work.whole, work.before)
    yield one_page, lambda: _brief(short, newest, record)
    words, template = narrative(work.plan, desk.forms, work.whole, work.before), _template(desk)
    yield report, lambda: _report(words, template, newest, record)
    pages = deque(summary_pages(work.plan, desk.forms, work.whole))
    names, said = tuple(map(nouns_sha256, pages)), summary_subject(work)

    def with_kept_pages() -> bytes:
        with kept_work(desk, f"summary pages {work.period.id}") as kept:
            each = (pages.popleft() for _ in names)  # of thousands of units a page is megabytes
            return _summary(each, newest, said, record, kept=(kept, names))

    yield summary, with_kept_pages


def _summary(
    pages: Iterable[PrintedPage],
    created: dt.datetime,
    said: str,
    record: str,
    *,
    kept: tuple[KeptWork, Sequence[str]] | None = None,
) -> bytes:
    """The workbook of some pages; with a list of them and their names where they are kept."""
    from kskt_excel.excel.printed.kept_pages import KeptPages  # loads XlsxWriter
    from kskt_excel.excel.printed.page_writer import summary_workbook, write_printed_page

    return summary_workbook(
        pages,
        created=created,
        about=said,
        record=record,
        is_listed=kept is not None,
        write=KeptPages(*kept).write if kept else write_printed_page,
    )


def _brief(content: Brief, created: dt.datetime, record: str) -> bytes:
    from kskt_excel.excel.printed.brief_sheet import brief_workbook  # loads XlsxWriter

    return brief_workbook(content, created, record)


def _report(words: Narrative, template: Path, created: dt.datetime, record: str) -> bytes:
    from kskt_excel.word.report import report_document  # loads python-docx

    return report_document(words, template, created, record)


def summary_subject(work: PeriodWork) -> str:
    """What the properties of a summary say it is: ``Tổng hợp kiểm soát thủ tục hành chính``."""
    return f"Tổng hợp {work.plan.regime_on(work.whole.window.end).work}".rstrip()


def _mark_of(desk: Desk, work: PeriodWork) -> RecordMark:
    """What counts in a period, and what the office has decided on its versions.

    Not all that came: a print that was signed stays the same when a stranger's file arrives.
    """
    quarters = {one.id for one in work.period.quarters}
    counted = ((one.submission.sha256, one.submission.received_at) for one in work.whole.reports)
    told = {one.direction.id for one in work.whole.directions}
    return RecordMark.of(counted, desk.state.rulings.counting_on(quarters, directions=told))


def _template(desk: Desk) -> Path:
    """The office's template of the report; the program's own where it has none."""
    own = desk.workspace.templates / _TEMPLATE
    return own if own.is_file() else packaged_templates() / _TEMPLATE


def write_trackers(
    desk: Desk, work: PeriodWork, made: Published, written: Mapping[Path, Handwriting]
) -> Iterator[tracker.SavedTracker]:
    """The year's tracker, its volumes first where it is in some; the old ones are kept.

    ``written`` is what stood in each when the run began; it is found again where its rows are now.
    What cannot be written does not stop the rest.
    """
    begin(Step.TRACKER)
    path = desk.workspace.tracker_file(work.period)
    volumes = made.volumes = tracker_volumes(desk, work)
    before = work.quarters[0].period.previous
    sources = TrackerYear(
        *(work.plan, desk.forms.asked_in(work.period), work.quarters, work.to_date),
        archive_links=_archive_links(desk, path.parent),
        last_year=recorded_reports(desk, before) if before else {},
        directions={
            one.direction.row.partition(ALTERNATIVE)[0]: one for one in _direction_standings(work)
        },
        record=mark_of_all(desk, [one.period.id for one in work.quarters]).words,
    )
    shares = shared_out(written, path, volumes, desk.forms)
    to, told = receivers(written, shares), dict[Path, TrackerVolume]()
    not_in_place: set[Path] = set()

    def saved(
        file: Path, of_file: TrackerYear, hand: Handwriting
    ) -> Iterator[tracker.SavedTracker]:
        waits = to.get(file, frozenset()) & not_in_place  # for what stands in it by hand
        done = () if waits else tuple(_saved(desk, work, made, (file, of_file, hand)))
        if file not in {one.path for one in done}:
            not_in_place.add(file)
        yield from done

    for one in receivers_first(volumes, to):
        own = work_of_units(desk, work, one.units)
        told[one.path] = one.told(own)
        of_units = replace(
            sources, plan=own.plan, quarters=own.quarters, cumulative=own.to_date, volume=one.name
        )
        yield from saved(one.path, of_units, shares[one.path])
    in_order = [told[one.path] for one in volumes]
    yield from saved(path, replace(sources, volumes=in_order), shares[path])
    if not not_in_place:
        stays = {path, *told}
        gone = [one for one, hand in written.items() if one not in stays and hand.replaceable]
        made.stuck += put_aside(desk, work.period, gone)[1]


def _saved(
    desk: Desk,
    work: PeriodWork,
    made: Published,
    of_file: tuple[Path, TrackerYear, Handwriting],
) -> Iterator[tracker.SavedTracker]:
    """Writes the tracker or a volume of it, with what stood in it by hand."""
    path, sources, written = of_file
    home, book = homes(made.volumes), desk.workspace.tracker_file(work.period)
    shown = shown_on_tracker(
        desk, work, written, has_row=lambda key: home_of(key, home, book) == path
    )
    rows = tuple(journal_rows(desk.journal.lines()))
    try:
        with half_made(path) as new:
            with kept_work(desk, f"tracker {path.stem}") as kept, new.open("xb") as file:
                built = tracker.make_tracker(file, sources, rows, shown, desk.now, kept=kept)
            saved = tracker.save_tracker(
                path,
                new,
                desk.workspace.tracker_archive,
                handwriting=written,
                now=desk.now,
                proven=built.proven,
            )
    except (FileLockedError, WriteFailedError, TooLargeError, TooManyRowsError) as error:
        made.refused.append(error)
        return
    remember(desk, saved.sha256, written)
    made.remarks.extend((*built.findings, *saved.findings))
    yield saved


def _direction_standings(work: PeriodWork) -> tuple[DirectionStanding, ...]:
    """The directions of the year so far, each as the newest quarter tells of it."""
    last: dict[str, DirectionStanding] = {}
    for quarter in work.quarters:
        last |= {one.direction.row: one for one in quarter.directions}
    return tuple(last.values())


def _archive_links(desk: Desk, seen_from: Path) -> Mapping[str, str]:
    """Where each original lies, as seen from the tracker's folder."""
    up = "/".join([".."] * len(seen_from.relative_to(desk.workspace.root).parts))
    archive = desk.workspace.shown(desk.workspace.archive)
    return {one.sha256: f"{up}/{archive}/{one.archived}" for one in desk.state.receipts}


def _about_plan(plan: Plan, whole: Consolidation) -> Iterator[ScreenLine]:
    """What is wrong with the plan, the first of it; how many notes it has, which may stay.

    And the tasks' own plans that leads have reported and it does not have yet.
    """
    see = f"kskt plan check {plan.year}"
    faults = [one for one in plan.findings if one.severity is not Severity.INFO]
    yield from finding_lines(faults, most=3, see=f"xem hết: {see}")
    if notes := len(plan.findings) - len(faults):
        text = f"Kế hoạch năm {plan.year} có {notes} điều cần biết; xem: {see}"
        yield ScreenLine(text, "quiet", aside=True)
    if told := plans_to_write(whole.tasks):
        text = f"Chưa ghi vào kế hoạch năm: {told}."
        yield ScreenLine(text, "quiet", aside=True)


def told_of(
    desk: Desk,
    work: PeriodWork,
    made: Published,
    returns: Returns,
    followed: Followed,
    *,
    fresh: Collection[str],
) -> tuple[Told, Told]:
    """What a run says of a period, and what the next one says that finds all as it is.

    Who has sent, who must correct what; where files lie is not in it. ``fresh`` are the hashes of
    what the run took in.
    """
    plan, whole = work.plan, work.whole
    standings = tuple(standings_blocks(plan, whole, is_brief=True))
    others = (
        *asked_blocks(desk, whole),
        *older_forms_blocks(desk, plan, whole),
        *answered_blocks(plan, whole),
        *trial_blocks(plan, whole),
        *direction_blocks(plan, whole),
        *decision_blocks(desk.state.rulings.in_force, work.period, desk.now.date()),
        *control_blocks(whole),
        *regime_blocks(plan, whole),
    )

    lost = any(one.code == "tracker.rows_unplaced" for one in made.remarks)
    is_broken = lost or whole.is_broken

    def told(fresh: Collection[str], letters: Iterable[ScreenLine], *more: ScreenLine) -> Told:
        return Told(
            plan=tuple(_about_plan(plan, whole)),
            period=(*standings, *to_mend_blocks(desk, plan, whole, fresh=fresh), *others),
            followed=(*returns.remarks, *letters, *more),
            volumes=tuple(volume_lines(made.volumes)),
            is_missing=bool(whole.missing),
            is_broken=is_broken,
        )

    now = told(fresh, returns.letter_lines(), *followed.changed, *followed.stale)
    all_stand = Returns(standing=returns.answered)
    return now, told((), all_stand.letter_lines(), *followed.stale)
