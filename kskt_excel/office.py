"""A quarter from start to end, one function a command: the only place that knows the order.

plan → issue → receive → read → check → store → consolidate → report → write
"""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from kskt_excel.model.finding import Finding
from kskt_excel.model.period import Period
from kskt_excel.model.submission import Decision, DecisionKind
from kskt_excel.steps.desk import alone, desk_anywhere, open_desk
from kskt_excel.steps.outcome import Line, Outcome

Day = dt.date | None


def init(folder: Path, *, dry_run: bool) -> Outcome:
    """A new workspace in a folder that is empty or not there yet."""
    from kskt_excel.steps import starting

    if dry_run:
        paths = [path for path, _ in starting.new_files(folder)]
        return _would_write(paths, folder)
    workspace = starting.start(folder)
    return Outcome(
        (
            Line(f"Đã tạo nơi làm việc {folder}.", "good"),
            Line(f"Bước tiếp theo: sửa {workspace.shown(workspace.templates)}/ke-hoach-….xlsx,"),
            Line(f"rồi chạy: cd {folder} && kskt issue 2022-Q1"),
        )
    )


def issue(folder: Path, period: str, *, units: Sequence[str], as_of: Day, dry_run: bool) -> Outcome:
    """Blank workbooks for the units of a quarter, each with a cover mail."""
    from kskt_excel.steps import issuing, publishing, telling
    from kskt_excel.steps.following import opening_reports

    desk, quarter = open_desk(folder, as_of=as_of), _quarter(period)
    plan = desk.plan(quarter.year)
    chosen = issuing.chosen_units(plan, quarter, units)
    files = list(issuing.issued_files(desk, quarter, chosen, opening_reports(desk, quarter)))
    if dry_run:
        return _would_write([path for path, _ in files], desk.workspace.root)
    with alone(desk):
        paths = publishing.write(desk, quarter, "issue", files)
    shown = [desk.workspace.shown(path) for path in paths]
    return Outcome(
        (
            *telling.written_blocks(desk.workspace, paths),
            Line(f"{len(chosen)} đơn vị có biểu mẫu {quarter.label}.", "good"),
        ),
        {"schema": "kskt.issue/1", "period": quarter.id, "outputs": shown},
    )


def receive(
    folder: Path, *, paths: Sequence[Path], imap: bool, as_of: Day, dry_run: bool
) -> Outcome:
    """Files, mails, zips and a mailbox taken into archive and journal."""
    from kskt_excel.steps import history, receiving
    from kskt_excel.steps.following import settle

    desk = open_desk(folder, as_of=as_of)
    if dry_run:
        return receiving.would_take(desk, receiving.sources(desk, paths, imap=imap))
    with alone(desk):
        start = len(desk.journal.lines())
        taken = receiving.take_in(desk, receiving.sources(desk, paths, imap=imap), desk.latest_plan)
        if taken.since:
            settle(desk, taken.since)
            taken = receiving.as_judged(desk, taken)
        changed = (*history.rejudged(desk, start), *history.stale(desk))
    return receiving.told(desk.latest_plan, taken, changed)


def check(folder: Path, *, files: Sequence[Path], marked: Path | None, as_of: Day) -> Outcome:
    """Verdict and findings of files; the workspace is read, never written."""
    from kskt_excel.steps.file_workers import file_workers

    desk = desk_anywhere(folder, as_of)
    with file_workers(desk.workspace.settings.run, most=2) as workers:
        workers.start()  # it loads what it needs while this process does
        from kskt_excel.steps import checking

        checked = checking.check_files(desk, files, workers)
    written = checking.write_marked(desk, checked, marked) if marked else ()
    return checking.told(desk, checked, written)


def consolidate(
    folder: Path, period: str, *, strict: bool, pdf: bool | None, as_of: Day, dry_run: bool
) -> Outcome:
    """The main job: receive the inbox, check, consolidate, tracker, summaries, returns, status."""
    from kskt_excel.report import result_json
    from kskt_excel.steps import history, publishing, putting_together, receiving, returning

    desk, wanted = open_desk(folder, as_of=as_of), Period.parse(period)
    plan = desk.plan(wanted.year)
    if dry_run:
        return receiving.would_take(desk, receiving.sources(desk, (), imap=False))
    with alone(desk):
        start = len(desk.journal.lines())
        inbox = receiving.sources(desk, (), imap=False)
        taken = receiving.take_in(desk, inbox, plan, wanted)
        work = putting_together.put_together(desk, wanted, taken.since)
        quarters = [quarter.period for quarter in work.judged.values()]
        followed = history.follow(desk, start, quarters, wanted)
        made = publishing.publish(desk, work)
        returns = returning.try_to_give_back(desk, work, made.refused)
        paths = publishing.write_all(desk, work, made, returns.files, always=followed.renews)
        printed, said = publishing.print_pdf(desk, made, pdf=pdf)
    paths += printed
    shown = sorted(desk.workspace.shown(path) for path in paths)
    result = result_json.result(work.whole, shown, forms=desk.forms)
    remarks: tuple[Line | Finding, ...] = (
        *(*taken.remarks, *made.remarks),
        *(*returns.remarks, *followed.lines, *said),
    )
    return publishing.told(
        desk, work, made, remarks=remarks, paths=paths, result=result, strict=strict
    )


def give_back(
    folder: Path, period: str, *, units: Sequence[str], send: bool, as_of: Day, dry_run: bool
) -> Outcome:
    """Marked copies and reply drafts again, for all units or some; sent where asked."""
    from kskt_excel.steps import publishing, putting_together, returning

    desk, quarter = open_desk(folder, as_of=as_of), _quarter(period)
    work = putting_together.put_together(desk, quarter)
    returns = returning.give_back(desk, work, units=units)
    if dry_run:
        return _would_write([path for path, _ in returns.files], desk.workspace.root)
    with alone(desk):
        paths = publishing.write(desk, quarter, "return", returns.files)
        returns.remarks.extend(returning.send(desk, quarter, returns) if send else ())
    return returning.told(desk, quarter, returns, paths)


def remind(folder: Path, period: str, *, send: bool, as_of: Day, dry_run: bool) -> Outcome:
    """Reminder drafts to the units that have nothing acceptable in; sent where asked."""
    from kskt_excel.steps import publishing, putting_together, returning

    desk, quarter = open_desk(folder, as_of=as_of), _quarter(period)
    work = putting_together.put_together(desk, quarter)
    reminders = returning.reminders(desk, work)
    if dry_run:
        return _would_write([path for path, _ in reminders.files], desk.workspace.root)
    with alone(desk):
        paths = publishing.write(desk, quarter, "remind", reminders.files)
        reminders.remarks.extend(returning.send(desk, quarter, reminders) if send else ())
    return returning.told(desk, quarter, reminders, paths)


def status(folder: Path, period: str | None, *, as_of: Day) -> Outcome:
    """Who has sent, what is late, what is wrong; the quarter now due unless one is named."""
    from kskt_excel.report import result_json
    from kskt_excel.steps import history, putting_together, telling, tracing

    desk = open_desk(folder, as_of=as_of)
    wanted = Period.parse(period) if period else tracing.period_at_work(desk)
    work = putting_together.put_together(desk, wanted)
    return Outcome(
        (
            *telling.standings_blocks(work.plan, work.whole),
            *telling.to_mend_blocks(work.plan, work.whole),
            *telling.answered_blocks(work.plan, work.whole),
            *telling.decision_blocks(desk.state.rulings.in_force, work.period, desk.now.date()),
            *history.stale(desk),
        ),
        result_json.result(work.whole, (), forms=desk.forms),
    )


def decide(
    folder: Path, kind: str, *, who: str | None, as_of: Day, dry_run: bool, **what: object
) -> Outcome:
    """A decision of the office, recorded with who, when and why; never erased."""
    from kskt_excel.steps import deciding, history
    from kskt_excel.steps.following import settle_all

    desk = open_desk(folder, as_of=as_of, who=who)
    with alone(desk):
        start = len(desk.journal.lines())
        decision: Decision = deciding.decision(desk, DecisionKind(kind), **what)
        if not dry_run:
            desk.record(decision)
            settle_all(desk)
        changed = (*history.rejudged(desk, start), *history.stale(desk))
    return deciding.told(desk, decision, changed, dry_run=dry_run)


def diff(
    folder: Path, unit: str, period: str, *, versions: tuple[int, int] | None, xlsx: Path | None
) -> Outcome:
    """What changed between two versions of a unit's report, by row and cell."""
    from kskt_excel.steps import comparing

    desk = open_desk(folder)
    found = comparing.compared(desk, unit.upper(), _quarter(period), versions)
    if xlsx:
        comparing.write(desk, found, xlsx)
    return comparing.told(found, xlsx)


def trace(folder: Path, figure: str, *, period: str | None, as_of: Day) -> Outcome:
    """From a printed or tracked figure to the units' cells."""
    from kskt_excel.steps import putting_together, tracing

    desk = open_desk(folder, as_of=as_of)
    wanted = Period.parse(period) if period else tracing.latest_period(desk)
    work = putting_together.put_together(desk, wanted)
    return tracing.traced(desk, work, figure)


def verify(folder: Path, *, as_of: Day) -> Outcome:
    """Everything recomputed from the archive and compared with journal and outputs."""
    from kskt_excel.steps import verifying

    desk = open_desk(folder, as_of=as_of)
    return verifying.verified(desk)


def next_year(folder: Path, year: int, *, dry_run: bool) -> Outcome:
    """Next year's plan workbook made from this year's, beside it."""
    from kskt_excel.excel import plan_rollover

    desk = open_desk(folder)
    plan, templates = desk.plan(year), desk.workspace.templates
    if dry_run:
        return _would_write([templates / f"ke-hoach-{year + 1}.xlsx"], desk.workspace.root)
    with alone(desk):
        path = plan_rollover.next_year(plan, templates)
    return Outcome(
        (
            Line(f"Đã lập {desk.workspace.shown(path)}.", "good"),
            Line("Hãy mở tệp, sửa số kế hoạch, căn cứ, hạn, ngày nghỉ của năm mới."),
        ),
        {"schema": "kskt.next-year/1", "outputs": [desk.workspace.shown(path)]},
    )


def _quarter(text: str) -> Period:
    from kskt_excel.steps import issuing

    period = Period.parse(text)
    if period.cumulative:
        raise issuing.NotAQuarterError(period)
    return period


def _would_write(paths: Sequence[Path], root: Path) -> Outcome:
    shown = [
        path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)
        for path in paths
    ]
    lines = [Line(f"Sẽ ghi: {path}") for path in shown]
    return Outcome((*lines, Line(f"{len(shown)} tệp; chưa ghi tệp nào.")), {"outputs": shown})
