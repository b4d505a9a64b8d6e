"""A quarter from start to end, one function a command: the only place that knows the order.

plan → issue → receive → read → check → store → consolidate → report → write
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from kskt_excel.ledger.safe_files import own_temporaries
from kskt_excel.model.errors import COULD_NOT, KsktError
from kskt_excel.model.period import Period
from kskt_excel.model.submission import DecisionKind
from kskt_excel.office.desk import Desk, desk_anywhere, exclusive, for_owner_and_group, open_desk
from kskt_excel.office.outcome import DONE, FOUND, AskedJson, Outcome, ScreenLine
from kskt_excel.text.shown import listed

if TYPE_CHECKING:
    from kskt_excel.office.last_run import KnownRuns, PeriodRun
    from kskt_excel.office.prints import PrintsAhead

Day = dt.date | None


def init(folder: Path, *, dry_run: bool, year: int | None = None) -> Outcome:
    """A new workspace in a folder that is empty or not there yet, with the plan of a year."""
    from kskt_excel.office import templates
    from kskt_excel.workspace import RunSettings, create_workspace, workspace_files

    first = templates.check_year(year)
    if dry_run:
        paths = [path for path, _ in workspace_files(folder)]
        return _would_write(paths, folder)
    with for_owner_and_group(RunSettings().umask):
        workspace = create_workspace(folder)
        templates.start_year(workspace, first)
    return Outcome(
        (
            ScreenLine(f"Đã tạo nơi làm việc {folder}.", "good"),
            ScreenLine(
                f"Bước tiếp theo: sửa {workspace.shown(workspace.templates)}/ke-hoach-{first}.xlsx,"
            ),
            ScreenLine(f"rồi, trong thư mục ấy, chạy: kskt issue {first}-Q1"),
        )
    )


def issue(
    folder: Path,
    period: str,
    *,
    units: Sequence[str],
    as_of: Day,
    dry_run: bool,
    send: bool = False,
    drafts: bool = False,
) -> Outcome:
    """Blank workbooks for the units of a quarter, each with a cover mail; sent where asked."""
    from kskt_excel.office import outbox, outputs
    from kskt_excel.office.quarter import earlier_readings
    from kskt_excel.office.status import written_blocks

    desk = open_desk(folder, as_of=as_of)
    quarter = _quarter(desk, period)
    plan = desk.plan(quarter.year)
    chosen = outbox.chosen_units(plan, quarter, units)
    with own_temporaries(desk.workspace.temporary):
        earlier = earlier_readings(desk, quarter)
        made = outbox.issue_of(desk, quarter, chosen, earlier, letters_go_out=send or drafts)
        if dry_run:
            would = _would_write([path for path, _ in made.files], desk.workspace.root)
            return replace(would, blocks=(*would.blocks, *made.kept_lines(desk)))
    with exclusive(desk):
        files = outputs.write_outputs(desk, quarter, "issue", made.files)
        files.paths.sort(key=lambda path: path.suffix == ".eml")  # workbooks, then letters
        outbox.go_out(desk, quarter, made.letters, send=send, drafts=drafts)
    kept = tuple(made.kept_lines(desk))
    shown = [desk.workspace.shown(path) for path in files.paths]
    outcome = Outcome(
        (
            *written_blocks(desk.workspace, files),
            *kept,
            *made.letters.remarks,
            ScreenLine(f"{len(chosen)} đơn vị có biểu mẫu {quarter.label}.", "good"),
        ),
        {
            "schema": "kskt.issue/1",
            "period": quarter.id,
            "outputs": shown,
            "kept": [desk.workspace.shown(path) for path in made.kept],
        },
    )
    return _with_remarks(desk, outcome)


def receive(
    folder: Path, *, paths: Sequence[Path], imap: bool, as_of: Day, dry_run: bool
) -> Outcome:
    """Files, mails, zips and a mailbox taken into archive and journal."""
    from kskt_excel.office import outputs
    from kskt_excel.office.inbox import (
        as_judged,
        inbox_stream,
        receive_all,
        receive_outcome,
        would_take,
    )
    from kskt_excel.office.quarter import settle

    desk = open_desk(folder, as_of=as_of)
    if dry_run:
        return would_take(desk, inbox_stream(desk, paths, imap=imap))
    with exclusive(desk):
        start = len(desk.journal.lines())
        taken = receive_all(desk, inbox_stream(desk, paths, imap=imap), desk.latest_plan)
        settle(desk)
        taken = as_judged(desk, taken)
        changed = (*outputs.rejudged(desk, start), *outputs.stale(desk))
    return _with_remarks(desk, receive_outcome(desk.latest_plan, taken, changed))


def check(folder: Path, *, files: Sequence[Path], marked: Path | None, as_of: Day) -> Outcome:
    """Verdict and findings of files; the workspace is read, never written."""
    from kskt_excel.worker.pool import context_of_a_check, file_workers

    desk = desk_anywhere(folder, as_of)
    with file_workers(desk.workspace.settings.run, most=2) as workers:
        workers.start()  # it loads what it needs while this process does
        workers.give_context(context_of_a_check(desk.latest_plan, desk.forms))
        from kskt_excel.office import checked_files

        checked = checked_files.check_files(desk, files, workers)
    written = checked_files.write_marked(desk, checked, marked) if marked else ()
    return checked_files.check_outcome(desk, checked, written)


def consolidate(
    folder: Path,
    period: str,
    *,
    strict: bool,
    pdf: bool | None,
    as_of: Day,
    dry_run: bool,
    pdf_a: bool = False,
) -> Outcome:
    """The main job: receive the inbox, check, consolidate, tracker, summaries, returns, status.

    ``pdf_a`` asks for PDFs that archives take.
    """
    from kskt_excel.office.prints import PrintsAhead

    desk = open_desk(folder, as_of=as_of)
    wanted = desk.period(period)
    if dry_run:
        from kskt_excel.office.inbox import inbox_stream, would_take

        desk.plan(wanted.year)
        return would_take(desk, inbox_stream(desk, (), imap=False))
    with PrintsAhead(desk, pdf=pdf_a or pdf, archive=pdf_a) as ahead:
        ahead.start_for(desk.workspace.summary_files(wanted))
        from kskt_excel.office.last_run import KnownRuns

        runs = KnownRuns(desk)
        return _received_and_consolidated(desk, wanted, runs, ahead, strict=strict)


def _received_and_consolidated(
    desk: Desk, wanted: Period, runs: "KnownRuns", ahead: "PrintsAhead", *, strict: bool
) -> Outcome:
    from kskt_excel.office import outputs, prints
    from kskt_excel.office.inbox import inbox_stream, receive_all
    from kskt_excel.office.outcome import grouped_lines
    from kskt_excel.office.status import written_blocks

    plan = desk.plan(wanted.year)
    with exclusive(desk):
        start = len(desk.journal.lines())
        received = receive_all(desk, inbox_stream(desk, (), imap=False), plan, wanted)
        taken = replace(received, receipts=())  # the journal has them: of thousands many megabytes
        del received
        if desk.taken_in:
            ahead.start()
        run = runs.find(wanted) or _consolidated(desk, wanted, runs, ahead, since=start)
        printed, said = prints.print_pdf(desk, wanted, run.to_print, ahead)
        runs.keep(wanted, run)
    files = outputs.WrittenFiles(run.files.paths + printed.paths, run.files.kept | printed.kept)
    shown = sorted(desk.workspace.shown(path) for path in files.paths)
    blocks = (
        *run.told.plan,
        *grouped_lines((*taken.remarks, *run.findings)),
        *run.told.period,
        *run.told.followed,
        *said,
        *run.told.volumes,
        *written_blocks(desk.workspace, files),
        *(ScreenLine(text, "bad", aside=True) for text in dict.fromkeys(map(str, run.refused))),
    )
    code = FOUND if strict and (run.told.is_missing or taken.unread) else DONE
    if run.told.is_broken or run.refused:
        code = COULD_NOT
    result = AskedJson(lambda: _consolidate_json(desk, wanted, run, shown))
    return _with_remarks(desk, Outcome(blocks, result, code))


def _consolidated(
    desk: Desk, period: Period, runs: "KnownRuns", ahead: "PrintsAhead", *, since: int
) -> "PeriodRun":
    """Judges, puts together and writes a period; ``since``: journal lines before the run."""
    from kskt_excel.ledger.journal import Receipt
    from kskt_excel.office import directions, outbox, outputs, publication, volumes
    from kskt_excel.office.last_run import PeriodRun
    from kskt_excel.office.quarter import mark_settled, period_work, unsettled_since
    from kskt_excel.office.unit_dues import UnitDues

    recorded = (line.payload for line in desk.journal.lines()[since:])
    fresh = {one.sha256 for one in recorded if isinstance(one, Receipt)}
    work = period_work(desk, period, unsettled_since(desk))
    written = publication.handwriting_on_trackers(desk, period, work.plan.year)
    typed = volumes.joined_handwriting(written.values())
    work, on_directions = directions.take_from_tracker(desk, work, typed)
    mark_settled(desk)
    quarters = [quarter.period for quarter in work.judged.values()]
    followed = outputs.record_changes(desk, since, quarters, period)
    made = publication.period_products(desk, work, ahead.take)
    owed = UnitDues.of(desk, work)
    returns = outbox.try_replies(desk, work, owed, made.refused)
    files = publication.write_period(
        desk, work, made, returns, written, owed=owed, always=followed.renews
    )
    now, next_time = publication.told_of(desk, work, made, returns, followed, fresh=fresh)
    findings = (*on_directions, *made.remarks)
    is_over = not (findings or made.refused or made.stuck)
    left = runs.left(period, next_time, files) if is_over else None
    return PeriodRun(now, files, made.to_print, findings, made.refused, work, left)


def _consolidate_json(
    desk: Desk, period: Period, run: "PeriodRun", shown: Sequence[str]
) -> Mapping[str, object]:
    from kskt_excel.office import volumes
    from kskt_excel.office.quarter import period_work
    from kskt_excel.office.record import mark_of_all
    from kskt_excel.report import exports

    work = run.work or period_work(desk, period)
    told = exports.consolidate_json(
        work.whole,
        shown,
        plan=work.plan,
        forms=desk.forms,
        record=mark_of_all(desk, [one.id for one in period.quarters]),
    )
    made = volumes.tracker_volumes(desk, work)
    return {**told, "tracker_volumes": volumes.volumes_json(desk, made)} if made else told


def give_back(
    folder: Path,
    period: str,
    *,
    units: Sequence[str],
    send: bool,
    as_of: Day,
    dry_run: bool,
    drafts: bool = False,
) -> Outcome:
    """Marked copies and reply drafts again, for all units or some; sent where asked."""
    from kskt_excel.office import outbox, outputs
    from kskt_excel.office.quarter import period_work

    desk = open_desk(folder, as_of=as_of)
    quarter = _quarter(desk, period)
    work = period_work(desk, quarter)
    with own_temporaries(desk.workspace.temporary):
        returns = outbox.replies(desk, work, units=units)
    if dry_run:
        return _would_write([path for path, _ in returns.files], desk.workspace.root)
    with exclusive(desk):
        files = outputs.write_outputs(desk, quarter, "return", returns.files)
        outbox.go_out(desk, quarter, returns, send=send, drafts=drafts)
    return _with_remarks(desk, outbox.letters_outcome(desk, quarter, returns, files))


def remind(
    folder: Path,
    period: str | None,
    *,
    send: bool,
    as_of: Day,
    dry_run: bool,
    drafts: bool = False,
    due: bool = False,
    before: int | None = None,
) -> Outcome:
    """One letter a unit with everything that it owes; sent where asked.

    ``due``: only to units that are to be told of something today, so that it can run every day;
    ``before``: working days before a last day. The quarter being collected where none is named.
    """
    from kskt_excel.office import outbox, outputs
    from kskt_excel.office.collected import period_at_work
    from kskt_excel.office.quarter import period_work

    desk = open_desk(folder, as_of=as_of)
    quarter = _quarter(desk, period) if period else period_at_work(desk)
    work = period_work(desk, quarter)
    made = outbox.reminders(desk, work, only_due=due, before=before)
    if dry_run:
        return _would_write([path for path, _ in made.returns.files], desk.workspace.root)
    with exclusive(desk):
        files = outputs.write_outputs(desk, quarter, "remind", made.returns.files)
        outbox.go_out(desk, quarter, made.returns, send=send, drafts=drafts)
    return _with_remarks(desk, outbox.reminders_outcome(desk, quarter, made, files))


def status(folder: Path, period: str | None, *, as_of: Day) -> Outcome:
    """Who has sent, what is late, what is wrong; the quarter now due unless one is named."""
    from kskt_excel.office import outputs
    from kskt_excel.office.collected import period_at_work
    from kskt_excel.office.prints import outdated
    from kskt_excel.office.quarter import period_work
    from kskt_excel.office.record import mark_of_all
    from kskt_excel.office.status import (
        answered_blocks,
        asked_blocks,
        decision_blocks,
        direction_blocks,
        older_forms_blocks,
        standings_blocks,
        to_mend_blocks,
        trial_blocks,
    )
    from kskt_excel.report import exports

    desk = open_desk(folder, as_of=as_of)
    wanted = desk.period(period) if period else period_at_work(desk)
    work = period_work(desk, wanted)
    mark = mark_of_all(desk, [one.id for one in wanted.quarters])
    outcome = Outcome(
        (
            *standings_blocks(work.plan, work.whole),
            *to_mend_blocks(desk, work.plan, work.whole),
            *asked_blocks(desk, work.whole),
            *older_forms_blocks(desk, work.plan, work.whole),
            *answered_blocks(work.plan, work.whole),
            *trial_blocks(work.plan, work.whole),
            *direction_blocks(work.plan, work.whole),
            *decision_blocks(desk.state.rulings.in_force, work.period, desk.now.date()),
            *outputs.stale(desk),
            *(ScreenLine(text, "warn", aside=True) for text in outdated(desk)),
        ),
        exports.consolidate_json(work.whole, (), plan=work.plan, forms=desk.forms, record=mark),
    )
    return _with_remarks(desk, outcome)


def known_periods(folder: Path) -> tuple[str, ...]:
    """Ids of every quarter and cumulative period of the years that have a plan; none outside."""
    try:
        years = open_desk(folder).plan_years
    except KsktError:
        return ()
    parts = ("-Q1", "-Q2", "-Q3", "-Q4", "-6T", "-9T", "")
    return tuple(f"{year}{part}" for year in years for part in parts)


def known_units(folder: Path) -> tuple[str, ...]:
    """Codes of the units of the newest plan; none outside a workspace."""
    try:
        return tuple(open_desk(folder).latest_plan.unit_by_code)
    except KsktError:
        return ()


def quarter_at_work(folder: Path) -> str:
    """Id of the period that the office works on today."""
    from kskt_excel.office.collected import period_at_work

    return period_at_work(open_desk(folder)).id


def decide(
    folder: Path, kind: str, *, who: str | None, as_of: Day, dry_run: bool, **what: object
) -> Outcome:
    """A decision of the office, recorded with who, when and why; never erased.

    A dry run thinks it through on a desk that only looks: what it says is what would be so.
    """
    from kskt_excel.office import decision, outputs
    from kskt_excel.office.quarter import settle

    desk = open_desk(folder, as_of=as_of, who=who)
    with exclusive(desk):
        made, lifted = decision.new_decision(desk, DecisionKind(kind), **what)
        desk = desk.thinking() if dry_run else desk
        start, before = len(desk.lines), desk.state
        desk.record(made)
        settle(desk)
        changed = (
            *decision.lifted_lines(made, lifted),
            *decision.counting_lines(before, desk.state),
            *outputs.rejudged(desk, start),
            *outputs.stale(desk),
        )
    return _with_remarks(desk, decision.decision_outcome(desk, made, changed, dry_run=dry_run))


def diff(
    folder: Path, unit: str, period: str, *, versions: tuple[int, int] | None, xlsx: Path | None
) -> Outcome:
    """What changed between two versions of a unit's report, by row and cell."""
    from kskt_excel.office import comparison

    desk = open_desk(folder)
    found = comparison.compared(desk, unit.upper(), _quarter(desk, period), versions)
    if xlsx:
        with own_temporaries(desk.workspace.temporary):
            comparison.write_diff(desk, found, xlsx)
    return _with_remarks(desk, comparison.diff_outcome(found, xlsx))


def trace(
    folder: Path,
    figure: str,
    *,
    period: str | None,
    as_of: Day,
    file: str = "",
    product: str = "",
    shows: str = "",
) -> Outcome:
    """From a figure of a product to the units' cells; ``file`` names product and period too."""
    from kskt_excel.office.collected import latest_period
    from kskt_excel.office.figure import product_file, traced
    from kskt_excel.office.quarter import period_work

    desk = open_desk(folder, as_of=as_of)
    of_file, named = product_file(desk, file) if file else ("", None)
    wanted = desk.period(period) if period else named or latest_period(desk)
    work = period_work(desk, wanted)
    product = product or of_file
    found = traced(desk, work, figure, product=product, shows=shows, of_file=file)
    return _with_remarks(desk, found)


def verify(folder: Path, *, as_of: Day) -> Outcome:
    """Everything recomputed from the archive and compared with journal and outputs."""
    from kskt_excel.office import audit

    desk = open_desk(folder, as_of=as_of)
    return _with_remarks(desk, audit.verified(desk))


def journal_show(folder: Path, *, everything: bool) -> Outcome:
    """How the record stands, and its last lines."""
    from kskt_excel.office import restoration

    return restoration.journal_outcome(open_desk(folder), everything=everything)


def journal_backup(folder: Path, *, to: Path | None) -> Outcome:
    """A copy of the record, now."""
    from kskt_excel.office import restoration

    desk = open_desk(folder)
    with exclusive(desk):
        return restoration.backed_up(desk, to)


def journal_restore(folder: Path, *, file: Path | None, as_of: Day) -> Outcome:
    """The record put back from a copy and from the archive."""
    from kskt_excel.office import restoration

    desk = open_desk(folder, as_of=as_of)
    with exclusive(desk, mends_record=True):
        return restoration.restored(desk, file)


def journal_repair(folder: Path, *, accept: bool, as_of: Day) -> Outcome:
    """What can be mended of the record without a backup."""
    from kskt_excel.office import restoration

    desk = open_desk(folder, as_of=as_of)
    with exclusive(desk, mends_record=True):
        return restoration.repaired(desk, accept=accept)


def check_plan(folder: Path, year: int | None, *, as_of: Day) -> Outcome:
    """All mistakes of a year's plan at once; of the newest one where no year is named."""
    from kskt_excel.office import templates

    desk = open_desk(folder, as_of=as_of)
    return templates.plan_outcome(desk, year or max(desk.plan_years, default=desk.now.year))


def check_forms(folder: Path) -> Outcome:
    """All mistakes of the form definitions at once."""
    from kskt_excel.office import templates

    return templates.forms_outcome(open_desk(folder))


def list_forms(folder: Path) -> Outcome:
    """Every form of the workspace."""
    from kskt_excel.office import templates

    return templates.form_list_outcome(open_desk(folder))


def draft_form(folder: Path, file: Path, *, sheet: str, as_of: Day, dry_run: bool) -> Outcome:
    """Definitions made of a table as an office draws it, as drafts to be read."""
    from kskt_excel.ledger.safe_files import write_whole
    from kskt_excel.office import templates

    desk = open_desk(folder, as_of=as_of)
    drafted = templates.draft_files(desk, file, sheet)
    paths = [path for path, _ in drafted.files]
    if dry_run:
        return _would_write(paths, desk.workspace.root)
    with exclusive(desk):
        for path, data in drafted.files:
            write_whole(path, data)
    return templates.draft_outcome(desk, drafted, paths)


def convert(folder: Path, *, files: Sequence[Path], as_of: Day, dry_run: bool) -> Outcome:
    """Workbooks of older templates written again in the current one, beside the originals."""
    from kskt_excel.ledger.safe_files import write_whole
    from kskt_excel.office import conversion
    from kskt_excel.office.checked_files import check_files
    from kskt_excel.worker.pool import context_of_a_check, file_workers

    desk = open_desk(folder, as_of=as_of)
    made = []
    with file_workers(desk.workspace.settings.run, most=1) as workers:
        workers.give_context(context_of_a_check(desk.latest_plan, desk.forms))
        for file in files:
            some = check_files(desk, [file], workers)
            made += [conversion.converted(desk, file, one) for one in some]
    taken = [one.path for one in made if one.path.exists()]
    if taken:
        name = taken[0].name
        raise conversion.NotConvertedError(name, "đã có tệp này; đề nghị đổi tên rồi chạy lại.")
    if dry_run:
        return _would_write([one.path for one in made], desk.workspace.root)
    for one in made:
        write_whole(one.path, one.data)
    return conversion.conversion_outcome(desk, made)


def next_year(folder: Path, year: int, *, dry_run: bool) -> Outcome:
    """Next year's plan workbook made from this year's, beside it."""
    from kskt_excel.excel.plan import plan_reader, plan_writer

    desk = open_desk(folder)
    templates = desk.workspace.templates
    this_year = plan_reader.plan_path(templates, year)
    plan = plan_reader.read_plan(this_year, desk.forms, desk.regimes)
    left = [f"“{name}”" for name in plan_reader.own_sheets(this_year)]
    if dry_run:
        return _would_write([templates / f"ke-hoach-{year + 1}.xlsx"], desk.workspace.root)
    with exclusive(desk):
        path = plan_writer.write_next_year(plan, templates)
    not_kept = f"Trang riêng của {this_year.name} không được chép sang: {listed(left)}."
    return Outcome(
        (
            ScreenLine(f"Đã lập {desk.workspace.shown(path)}.", "good"),
            *([ScreenLine(not_kept, "warn")] if left else []),
            ScreenLine("Đề nghị mở tệp, sửa số kế hoạch, căn cứ, hạn, ngày nghỉ của năm mới."),
        ),
        {"schema": "kskt.next-year/1", "outputs": [desk.workspace.shown(path)]},
    )


def export(
    folder: Path,
    periods: Sequence[str],
    *,
    to: Path | None,
    data_format: str,
    forms: bool,
    as_of: Day,
    dry_run: bool,
) -> Outcome:
    """Every table of the periods, all received ones for none, as files of one format."""
    from kskt_excel.office.data_files import EXPORT_FORMATS, data_files

    desk = open_desk(folder, as_of=as_of)
    chosen = [desk.period(one) for one in periods]
    kind = next(one for one in EXPORT_FORMATS if one == data_format)
    with own_temporaries(desk.workspace.temporary):
        made = data_files(
            desk, chosen, to or desk.workspace.exports, data_format=kind, with_forms=forms
        )
    if dry_run:
        return _would_write(list(made.files), desk.workspace.root)
    return _with_remarks(desk, made.written(desk))


def dossier(folder: Path, period: str, *, pdf: bool | None, as_of: Day, dry_run: bool) -> Outcome:
    """One ZIP and one PDF of a period for auditors and successors, beside its summaries."""
    from kskt_excel.office.period_archive import period_archive_paths, write_period_archive
    from kskt_excel.office.quarter import period_work

    desk = open_desk(folder, as_of=as_of)
    work = period_work(desk, desk.period(period))
    if dry_run:
        return _would_write(period_archive_paths(desk, work), desk.workspace.root)
    with exclusive(desk):
        return _with_remarks(desk, write_period_archive(desk, work, pdf=pdf))


def _with_remarks(desk: Desk, outcome: Outcome) -> Outcome:
    """The outcome, with what is to be said of the record and the clock before it."""
    return replace(outcome, blocks=(*desk.remarks, *outcome.blocks))


def analyse(folder: Path, years: Sequence[int], *, as_of: Day, dry_run: bool) -> Outcome:
    """Years and units side by side as a workbook; all years that have figures for none."""
    from kskt_excel.office.year_analysis import analysis_file

    desk = open_desk(folder, as_of=as_of)
    made = analysis_file(desk, years)
    if dry_run:
        return _would_write([made.path], desk.workspace.root)
    with exclusive(desk):
        return made.written(desk)


def _quarter(desk: Desk, text: str) -> Period:
    from kskt_excel.office import outbox

    period = desk.period(text)
    if period.cumulative:
        raise outbox.NotAQuarterError(period)
    return period


def _would_write(paths: Sequence[Path], root: Path) -> Outcome:
    shown = [
        path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)
        for path in paths
    ]
    lines = [ScreenLine(f"Sẽ ghi: {path}") for path in shown]
    return Outcome((*lines, ScreenLine(f"{len(shown)} tệp; chưa ghi tệp nào.")), {"outputs": shown})
