"""Files checked without touching the workspace's state."""

import datetime as dt
import pickle
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kskt_excel.check.grouping import group
from kskt_excel.excel.packing import unpack
from kskt_excel.excel.processing import TASK, Context, failed
from kskt_excel.excel.reading import read_regular_file
from kskt_excel.excel.workers import MIB, Failure, Workers
from kskt_excel.ledger.atomic import write_whole
from kskt_excel.model.finding import Finding, Severity
from kskt_excel.model.submission import Checked, Verdict
from kskt_excel.report.result_json import CheckedFile, check_result
from kskt_excel.steps.desk import Desk, open_desk
from kskt_excel.steps.outcome import DONE, FOUND, Line, Outcome, finding_lines
from kskt_excel.steps.telling import count_line, file_line
from kskt_excel.workspace import NoWorkspaceError, Settings, Workspace, packaged_templates

_GOOD = (Verdict.ACCEPTED, Verdict.ACCEPTED_WITH_WARNINGS)


@dataclass(frozen=True, slots=True)
class CheckedHere:
    """A file with its bytes and what was found in it."""

    path: Path
    data: bytes
    checked: Checked


def desk_for(folder: Path, as_of: dt.date | None) -> Desk:
    """The workspace's desk; outside any workspace the one with the templates of the program."""
    try:
        return open_desk(folder, as_of=as_of)
    except NoWorkspaceError:
        root = packaged_templates().parent
        inside = open_desk(root, as_of=as_of) if (root / "kskt.toml").is_file() else None
        return inside or Desk(Workspace(root, Settings()), dt.datetime.now().astimezone(), "")


def check_files(desk: Desk, paths: Sequence[Path]) -> tuple[CheckedHere, ...]:
    """Every file checked, in the order given; folders are searched for files."""
    files = [inside for path in paths for inside in _files(path)]
    found: dict[int, CheckedHere] = {}
    jobs: list[tuple[int, str, bytes]] = []
    for number, path in enumerate(files):
        data = read_regular_file(path)
        if isinstance(data, Finding):
            found[number] = CheckedHere(path, b"", Checked("", None, (data,)))
        else:
            jobs.append((number, path.name, data))
    run = desk.workspace.settings.run
    with Workers(
        TASK,
        pickle.dumps(Context(desk.latest_plan, desk.forms)),
        processes=min(run.processes or 2, len(jobs) or 1),
        seconds=run.seconds_per_file,
        memory_bytes=run.memory_per_file_mb * MIB,
    ) as workers:
        for number, answer in workers.run(jobs):
            path, data = files[number], next(job[2] for job in jobs if job[0] == number)
            if isinstance(answer, Failure):
                checked = failed(data, path.name, answer, seconds=run.seconds_per_file)
            else:
                checked = unpack(answer)
            grouped = replace(checked, findings=group(checked.findings))
            found[number] = CheckedHere(path, data, grouped)
    return tuple(found[number] for number in range(len(files)))


def told(desk: Desk, checked: Sequence[CheckedHere], written: Sequence[Path]) -> Outcome:
    """One line a file, its findings below, then the count."""
    blocks: list[Line] = []
    files = [CheckedFile.of(one.path.name, one.checked) for one in checked]
    for one in files:
        blocks.append(file_line(one, desk.latest_plan))
        blocks.extend(finding_lines(one.findings))
    blocks.extend(Line(f"Đã ghi {path}", "quiet", aside=True) for path in written)
    blocks.append(count_line(one.verdict for one in files))
    all_good = all(one.verdict in _GOOD for one in files)
    return Outcome(tuple(blocks), check_result(files), DONE if all_good else FOUND)


def _files(path: Path) -> list[Path]:
    """The file itself, or every file in a folder and below, in order."""
    if not path.is_dir():
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
            file_name=one.path.name,
            received_at=desk.now,
            version=0,
            conclusion=f"CẦN SỬA – {errors} lỗi" if errors else "ĐẠT – có cảnh báo cần xem lại",
            deadline="",
            contact=plan.setting("Điện thoại Văn phòng"),
        )
        marked = marked_copy(
            one.data, kind=reading.kind, findings=one.checked.findings, reading=reading, head=head
        )
        suffix = one.path.suffix if marked.patched else ".xlsx"
        path = folder / f"{one.path.stem} - ĐÃ KIỂM TRA{suffix}"
        write_whole(path, marked.data)
        written.append(path)
    return written
