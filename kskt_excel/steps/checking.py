"""Files checked without touching the workspace's state."""

import pickle
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kskt_excel.check.grouping import group
from kskt_excel.excel.context import Context, failed
from kskt_excel.excel.packing import unpack
from kskt_excel.excel.workers import Failure, Workers
from kskt_excel.ledger.atomic import write_whole
from kskt_excel.mail.incoming import arrivals
from kskt_excel.mail.names import shown as shown_name
from kskt_excel.mail.taking import Incoming, NotTaken, verdict_unread
from kskt_excel.model.finding import Severity
from kskt_excel.model.submission import Arrival, Checked, Verdict
from kskt_excel.report.check_json import CheckedFile, check_result
from kskt_excel.steps.desk import Desk
from kskt_excel.steps.file_lines import count_line, file_line
from kskt_excel.steps.opening import container_opener
from kskt_excel.steps.outcome import DONE, FOUND, Line, Outcome, finding_lines

_GOOD = (Verdict.ACCEPTED, Verdict.ACCEPTED_WITH_WARNINGS)


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
        """What is told of it."""
        told = CheckedFile.of(self.shown, self.checked)
        return replace(told, verdict=self.unread) if self.unread else told

    @property
    def is_good(self) -> bool:
        """Whether it is acceptable, or needs nothing from anybody, like a signed copy."""
        if self.unread is Verdict.NOT_A_REPORT:
            return all(one.severity is Severity.INFO for one in self.checked.findings)
        return self.file.verdict in _GOOD


def check_files(desk: Desk, paths: Sequence[Path], workers: Workers) -> tuple[CheckedHere, ...]:
    """Every file checked, in the order given; folders are searched, mails and archives opened."""
    run = desk.workspace.settings.run
    with container_opener(run) as opener:
        coming = [
            (_shown(file, one), one)
            for path in paths
            for file in _files(path)
            for one in arrivals(file, opener=opener)
        ]
    workers.give_context(pickle.dumps(Context(desk.latest_plan, desk.forms, counts=False)))
    results = _read(workers, coming, run.seconds_per_file)
    return tuple(
        _checked(shown, one, results.get(number)) for number, (shown, one) in enumerate(coming)
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
    for number, answer in workers.run((n, one.name, one.data) for n, one in files.items()):
        if isinstance(answer, Failure):
            one = files[number]
            found[number] = failed(one.data, one.name, answer, seconds=seconds)
        else:
            found[number] = unpack(answer)
    return found


def _checked(shown: str, one: Incoming, read: Checked | None) -> CheckedHere:
    """What was read, with what the container said of it; grouped as people see it."""
    if isinstance(one, NotTaken):
        harmless = one.finding.severity is Severity.INFO
        unread = Verdict.NOT_A_REPORT if harmless else Verdict.UNREADABLE
        return CheckedHere(one.name, shown, b"", Checked("", None, (one.finding,)), unread)
    if read is None:
        checked = Checked("", None, one.findings)
        return CheckedHere(one.name, shown, one.data, checked, verdict_unread(one))
    findings = group((*one.findings, *read.findings))
    return CheckedHere(one.name, shown, one.data, replace(read, findings=findings))


def _shown(file: Path, one: Incoming) -> str:
    """``BC.xlsx``, or ``thư.eml › BC.xlsx`` for what was inside."""
    came_whole = file.name in (one.locator, one.name)
    return one.name if came_whole else f"{shown_name(file.name).text} › {one.name}"


def told(desk: Desk, checked: Sequence[CheckedHere], written: Sequence[Path]) -> Outcome:
    """One line a file, its findings below, then the count."""
    blocks: list[Line] = []
    files = [one.file for one in checked]
    for one in files:
        blocks.append(file_line(one, desk.latest_plan))
        blocks.extend(finding_lines(one.findings))
    blocks.extend(Line(f"Đã ghi {path}", "quiet", aside=True) for path in written)
    blocks.append(count_line(one.verdict for one in files))
    all_good = all(one.is_good for one in checked)
    return Outcome(tuple(blocks), check_result(files), DONE if all_good else FOUND)


def _files(path: Path) -> list[Path]:
    """The file itself, or every file in a folder and below, in order. Raises OSError."""
    if not path.is_dir():
        path.lstat()  # a wrong path is said at once, before anything is read
        return [path]
    return sorted(inside for inside in path.rglob("*") if inside.is_file())


def write_marked(desk: Desk, checked: Sequence[CheckedHere], folder: Path) -> list[Path]:
    """A marked copy of each file in which something was found; names of their own in ``folder``."""
    from kskt_excel.excel.marking import ReturnHead, marked_copy  # not needed for most checks

    written: list[Path] = []
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
            contact=plan.setting("Điện thoại Văn phòng"),
        )
        marked = marked_copy(
            one.data,
            kind=reading.kind,
            findings=one.checked.findings,
            reading=reading,
            head=head,
            forms=desk.forms,
        )
        suffix = Path(one.name).suffix if marked.patched else ".xlsx"
        path = _free(folder, f"{Path(one.name).stem} - ĐÃ KIỂM TRA", suffix, written)
        write_whole(path, marked.data)
        written.append(path)
    return written


def _free(folder: Path, stem: str, suffix: str, taken: Sequence[Path]) -> Path:
    """A path that no file of this run has; units like to call their files the same."""
    path, number = folder / f"{stem}{suffix}", 1
    while path in taken:
        number += 1
        path = folder / f"{stem} ({number}){suffix}"
    return path
