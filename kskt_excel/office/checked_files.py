"""Files checked for whoever asks (kiểm tra tệp): nothing of the workspace is written."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path, PurePath

from kskt_excel.check import findings as check_findings
from kskt_excel.check.context import surroundings
from kskt_excel.ledger.safe_files import write_whole
from kskt_excel.mail.arrivals import arrivals, shown_place
from kskt_excel.mail.pieces import Incoming, NotTaken, readable, verdict_unread
from kskt_excel.mail.pieces import display_name as shown_name
from kskt_excel.messages import situated
from kskt_excel.model.finding import Finding, Severity
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.packed import unpack_checked
from kskt_excel.model.reading import Identity
from kskt_excel.model.submission import Arrival, Checked, Verdict
from kskt_excel.office.desk import Desk
from kskt_excel.office.outcome import (
    DONE,
    FOUND,
    AskedJson,
    Outcome,
    ScreenLine,
    count_line,
    file_line,
    finding_lines,
)
from kskt_excel.office.running_step import Step, begin
from kskt_excel.report.check_json import CheckedFile, check_result
from kskt_excel.worker.container_task import container_opener
from kskt_excel.worker.pool import Failure, Workers, failed_check


@dataclass(frozen=True, slots=True)
class CheckedHere:
    """A file with its bytes and what was found in it."""

    name: str  # its own name, as of an attachment
    shown: str  # «mail.eml › BC.xlsx» for what came out of a mail or an archive
    data: bytes
    checked: Checked
    unread: Verdict | None = None  # the verdict of what was not to be read

    @property
    def file(self) -> CheckedFile:
        """The file with its verdict and findings, without its bytes."""
        told = CheckedFile.of(self.shown, self.checked)
        return replace(told, verdict=self.unread) if self.unread else told

    @property
    def is_good(self) -> bool:
        """Whether the file is acceptable, or needs nothing from anybody, like a signed copy."""
        if self.unread is Verdict.NOT_A_REPORT:
            return all(one.severity is Severity.INFO for one in self.checked.findings)
        return self.file.verdict.counts


def check_files(desk: Desk, paths: Sequence[Path], workers: Workers) -> tuple[CheckedHere, ...]:
    """Every file checked, in the order given; folders are searched, mails and archives opened.

    ``workers`` have been given ``context_of_a_check``.
    """
    run = desk.workspace.settings.run
    with container_opener(run) as opener:
        coming = [
            (_name_with_container(file, one), one)
            for path in paths
            for file in _files(path)
            for one in arrivals(file, opener=opener)
        ]
    results = _read(workers, coming, run.seconds_per_file)
    return tuple(
        _checked(desk, shown, one, results.get(number))
        for number, (shown, one) in enumerate(coming)
    )


def _read(
    workers: Workers, coming: Sequence[tuple[str, Incoming]], seconds: float
) -> dict[int, Checked]:
    """Results of what is to be read, by its number."""
    files = {
        number: one
        for number, (_, one) in enumerate(coming)
        if isinstance(one, Arrival) and not verdict_unread(one)
    }
    found: dict[int, Checked] = {}
    begin(Step.CHECK, len(files))
    for number, answer in workers.run((n, one.name, one.data) for n, one in files.items()):
        if isinstance(answer, Failure):
            one = files[number]
            found[number] = failed_check(one.data, one.name, answer, seconds=seconds)
        else:
            found[number] = unpack_checked(answer)
    return found


def _checked(desk: Desk, shown: str, one: Incoming, read: Checked | None) -> CheckedHere:
    """What was read, with what the container said of it; grouped as people see it."""
    if isinstance(one, NotTaken):
        harmless = one.finding.severity is Severity.INFO
        unread = Verdict.NOT_A_REPORT if harmless else Verdict.UNREADABLE
        checked = Checked("", None, situated_here(desk, Identity(), [one.finding]))
        return CheckedHere(one.name, shown, b"", checked, unread)
    if read is None:
        checked = Checked("", None, situated_here(desk, Identity(), one.findings))
        return CheckedHere(one.name, shown, one.data, checked, verdict_unread(one))
    identity = read.reading.identity if read.reading else Identity()
    grouped = check_findings.group((*one.findings, *read.findings))
    plan, today = desk.latest_plan, desk.now.date()
    kept, _ = check_findings.apply(grouped, plan.waivers, identity, today, read.reading)
    tried = tuple(check_findings.on_trial(kept, plan.trials, today))
    findings = situated_here(desk, identity, tried)
    return CheckedHere(one.name, shown, one.data, replace(read, findings=findings))


def situated_here(
    desk: Desk, identity: Identity, findings: Sequence[Finding]
) -> tuple[Finding, ...]:
    """Findings of a file with the words that their sentences ask of plan, unit and period."""
    if not findings:
        return ()
    words = surroundings(desk.latest_plan, desk.forms, identity.unit, identity.period)
    return tuple(situated(findings, words))


def _name_with_container(file: Path, one: Incoming) -> str:
    """``BC.xlsx``, or ``thư.eml › BC.xlsx`` for what was inside."""
    came_whole = shown_place(PurePath(file.name)) == one.locator or file.name == one.name
    outer = shown_name(readable(file.name)).text
    return one.name if came_whole else f"{outer} › {one.name}"


def check_outcome(
    desk: Desk, checked: Sequence[CheckedHere], written: Sequence[tuple[Path, tuple[Finding, ...]]]
) -> Outcome:
    """One line a file, its findings below, then the count."""
    blocks: list[ScreenLine] = []
    files = [one.file for one in checked]
    for one in files:
        blocks.append(file_line(one, desk.latest_plan))
        blocks.extend(finding_lines(one.findings))
    for path, taken_out in written:
        blocks.append(ScreenLine(f"Đã ghi {path}", "quiet", aside=True))
        blocks.extend(finding_lines(taken_out))
    blocks.append(count_line(one.verdict for one in files))
    all_good = all(one.is_good for one in checked)
    return Outcome(
        tuple(blocks), AskedJson(lambda: check_result(files)), DONE if all_good else FOUND
    )


def _files(path: Path) -> list[Path]:
    """The file itself, or every file in a folder and below, in order. Raises OSError."""
    if not path.is_dir():
        path.lstat()  # a wrong path is said at once, before anything is read
        return [path]
    return sorted(inside for inside in path.rglob("*") if inside.is_file())


def write_marked(
    desk: Desk, checked: Sequence[CheckedHere], folder: Path
) -> list[tuple[Path, tuple[Finding, ...]]]:
    """A marked copy of each file in which something was found, and what it goes without.

    Each has a name of its own in ``folder``.
    """
    from kskt_excel.excel.marked.marked_copy import marked_copy  # not needed for most checks
    from kskt_excel.excel.marked.result_sheet import ReturnHead

    written: list[tuple[Path, tuple[Finding, ...]]] = []
    for one in checked:
        reading = one.checked.reading
        if reading is None or not one.checked.findings:
            continue
        identity = reading.identity
        plan = desk.latest_plan
        unit = plan.unit_by_code.get(identity.unit)
        errors = sum(found.severity is Severity.ERROR for found in one.checked.findings)
        head = ReturnHead(
            unit_name=unit.name if unit else identity.unit,
            period_label=identity.period,
            file_name=one.name,
            received_at=desk.now,
            version=0,
            conclusion=f"CẦN SỬA – {errors} lỗi" if errors else "ĐẠT – có cảnh báo cần xem lại",
            deadline="",
            contact=plan.settings.office_phone,
        )
        marked = marked_copy(
            one.data,
            kind=reading.kind,
            findings=one.checked.findings,
            reading=reading,
            head=head,
            forms=desk.forms,
        )
        path = _free(
            folder, f"{Path(one.name).stem} - ĐÃ KIỂM TRA", ".xlsx", [path for path, _ in written]
        )
        write_whole(path, marked.data)
        written.append((path, marked.taken_out))
    return written


def _free(folder: Path, stem: str, suffix: str, taken: Sequence[Path]) -> Path:
    """A path that no file of this run has; units like to call their files the same."""
    path, number = folder / f"{stem}{suffix}", 1
    while path in taken:
        number += 1
        path = folder / f"{stem} ({number}){suffix}"
    return path
