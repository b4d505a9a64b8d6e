"""What a period is published as: tracker, summaries, brief, report; written whole."""

import hashlib
import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kskt_excel.excel import tracker
from kskt_excel.excel.brief import brief_workbook
from kskt_excel.excel.pdf import find_soffice, to_pdf
from kskt_excel.excel.summary import summary_workbook
from kskt_excel.ledger.atomic import WriteFailedError, write_whole
from kskt_excel.ledger.lines import Line as JournalLine
from kskt_excel.ledger.lines import Outputs
from kskt_excel.model.errors import FileLockedError, KsktError
from kskt_excel.model.finding import Finding
from kskt_excel.model.period import Period
from kskt_excel.report.brief import brief
from kskt_excel.report.narrative import narrative
from kskt_excel.report.summary import summary_pages
from kskt_excel.steps import untouched
from kskt_excel.steps.desk import Desk
from kskt_excel.steps.diary import journal_rows
from kskt_excel.steps.judging import recorded_reports
from kskt_excel.steps.keeping import kept_chunks
from kskt_excel.steps.outcome import DONE, FOUND, Line, Outcome, finding_lines
from kskt_excel.steps.putting_together import Work
from kskt_excel.steps.telling import (
    answered_blocks,
    control_blocks,
    decision_blocks,
    standings_blocks,
    to_mend_blocks,
    written_blocks,
)
from kskt_excel.word.report import report
from kskt_excel.workspace import packaged_templates

_COULD_NOT = 2
_RETIRED = "cu"  # folder of letters that no longer hold
_RETIRE = "retire"
_TEMPLATE = "bao-cao-mau.docx"
_NO_SOFFICE = (
    "Máy không có LibreOffice nên chưa in ra PDF; các tệp Excel, Word đã đủ, in bằng Ctrl+P."
)


@dataclass(frozen=True, slots=True)
class Standing:
    """What a file holds that stands there already as it would be made."""

    sha256: str


Files = Iterable[tuple[Path, bytes | Standing]]
"""Files to write, perhaps made only when they are asked for."""


@dataclass
class Published:
    """What was made: files to write, files to print, what is to be said."""

    files: list[tuple[Path, bytes]] = field(default_factory=list)
    to_print: list[Path] = field(default_factory=list)
    remarks: list[Finding] = field(default_factory=list)
    refused: list[KsktError] = field(default_factory=list)  # of what could not be made or written

    def add(self, path: Path, data: bytes) -> None:
        """One more file, to be printed too."""
        self.files.append((path, data))
        self.to_print.append(path)


def write_all(
    desk: Desk, work: Work, made: Published, returned: Files, *, always: bool
) -> list[Path]:
    """Writes everything made, what goes back to the units, then the tracker.

    What cannot be written does not stop the rest.
    """
    files = itertools.chain(made.files, returned)
    paths = write(desk, work.period, "consolidate", files, refused=made.refused, always=always)
    if not made.refused:  # else it is not known what would have taken their place
        retire(desk, work, paths)
    try:
        paths.append(save_tracker(desk, work, made))
    except (FileLockedError, WriteFailedError) as error:
        made.refused.append(error)
    return paths


def retire(desk: Desk, work: Work, paths: Sequence[Path]) -> None:
    """Moves letters and marked copies of earlier runs that no longer hold into ``cu/``.

    Nobody shall send yesterday's answer. What the office has changed by hand stays where it is.
    """
    folder = desk.workspace.returned / work.period.quarters[-1].id
    kept = {desk.workspace.shown(path) for path in paths}
    waiting = tuple(f"{unit}_" for unit in work.whole.missing)
    moved: dict[str, str] = {}
    for name, sha256 in latest_files(desk.journal.lines()).items():
        path = desk.workspace.root / name
        if name in kept or path.parent != folder:
            continue
        is_awaited = "don-doc" in name and path.name.startswith(waiting)
        if is_awaited or not path.is_file() or _sha256(path) != sha256:
            continue
        old = folder / _RETIRED / path.name
        old.parent.mkdir(exist_ok=True)
        try:
            path.replace(old)
        except OSError:  # it is open in Excel: the next run moves it
            continue
        moved |= {name: "", desk.workspace.shown(old): sha256}
    if moved:
        desk.record(Outputs(work.period.id, _RETIRE, moved, desk.now))


def latest_files(lines: Sequence[JournalLine]) -> Mapping[str, str]:
    """Path inside the workspace -> hash, as last written; without what was moved away."""
    files: dict[str, str] = {}
    for line in lines:
        if isinstance(line.payload, Outputs):
            files.update(line.payload.files)
    return {name: sha256 for name, sha256 in files.items() if sha256}


def publish(desk: Desk, work: Work) -> Published:
    """The period's summary, brief and report; nothing is written yet."""
    made = Published()
    folder = desk.workspace.summaries / work.period.id
    pages = summary_pages(work.plan, desk.forms, work.whole)
    one_page = brief(work.plan, desk.forms, work.whole, work.before)
    made.add(folder / f"tong-hop-{work.period.id}.xlsx", summary_workbook(pages, created=desk.now))
    made.add(folder / f"tom-tat-{work.period.id}.xlsx", brief_workbook(one_page, desk.now))
    words = narrative(work.plan, desk.forms, work.whole, work.before)
    try:
        made.add(folder / f"bao-cao-{work.period.id}.docx", report(words, _template(desk)))
    except KsktError as error:
        made.refused.append(error)
    return made


def _template(desk: Desk) -> Path:
    """The office's template of the report; the program's own where it has none."""
    own = desk.workspace.templates / _TEMPLATE
    return own if own.is_file() else packaged_templates() / _TEMPLATE


def save_tracker(desk: Desk, work: Work, made: Published) -> Path:
    """The year's tracker with the office's handwriting found again; the old one is kept."""
    path = desk.workspace.tracker_file(work.plan.year)
    written = untouched.read_handwriting(desk, path, work.plan.year)
    links = _archive_links(desk, path.parent)
    last_year = recorded_reports(desk, Period.quarter(work.plan.year - 1, 4))
    sources = tracker.Sources(work.plan, desk.forms, work.quarters, work.to_date, links, last_year)
    rows = tuple(journal_rows(desk.journal.lines()))
    with kept_chunks(desk, work.plan.year) as kept:
        built = tracker.make(sources, rows, written, desk.now, kept)
    saved = tracker.save(
        path,
        built.data,
        desk.workspace.tracker_archive,
        handwriting=written,
        now=desk.now,
        proven=built.proven,
    )
    untouched.remember(desk, built.data, written)
    made.remarks.extend((*built.findings, *saved.findings))
    return saved.path


def _archive_links(desk: Desk, seen_from: Path) -> Mapping[str, str]:
    """Where each original lies, as seen from the tracker's folder."""
    up = "/".join([".."] * len(seen_from.relative_to(desk.workspace.root).parts))
    archive = desk.workspace.shown(desk.workspace.archive)
    return {one.sha256: f"{up}/{archive}/{one.archived}" for one in desk.state.receipts}


def write(
    desk: Desk,
    period: Period,
    command: str,
    files: Files,
    *,
    refused: list[KsktError] | None = None,
    always: bool = False,
) -> list[Path]:
    """Each file whole; what is the same already is left alone.

    One journal line when a file has changed, or ``always``. A file that cannot be written, because
    it is open in Excel or its folder is read-only, does not stop the others; its error is put
    into ``refused``, else raised after them.
    """
    errors: list[KsktError] = []
    written: list[tuple[Path, str]] = []
    try:
        for path, content in files:
            try:
                written.append((path, _written(desk, path, content)))
            except (FileLockedError, WriteFailedError) as error:
                errors.append(error)
    except KsktError:  # of one that cannot be made: those before it are written
        _record(desk, period, command, written, always=always)
        raise
    _record(desk, period, command, written, always=always)
    if errors and refused is None:
        raise errors[0]
    if refused is not None:
        refused.extend(errors)
    return [path for path, _ in written]


def _written(desk: Desk, path: Path, content: bytes | Standing) -> str:
    """The hash of what stands in a file now. Raises FileLockedError, WriteFailedError."""
    if isinstance(content, Standing):
        return content.sha256
    if not (path.is_file() and path.read_bytes() == content):
        # letters and marked copies are many, and made again where they are not as they were
        is_one_of_many = path.is_relative_to(desk.workspace.returned)
        write_whole(path, content, durable=not is_one_of_many)
    return hashlib.sha256(content).hexdigest()


def _record(
    desk: Desk,
    period: Period,
    command: str,
    written: Iterable[tuple[Path, str]],
    *,
    always: bool,
) -> None:
    hashes = {desk.workspace.shown(path): sha256 for path, sha256 in written}
    known = latest_files(desk.journal.lines())
    if always or any(known.get(name) != sha256 for name, sha256 in hashes.items()):
        desk.record(Outputs(period.id, command, hashes, desk.now))


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def print_pdf(desk: Desk, made: Published, *, pdf: bool | None) -> tuple[list[Path], list[Line]]:
    """PDFs of what is to be printed, where LibreOffice is there; a sentence where it is not.

    Raises PdfError where PDFs were asked for and cannot be made.
    """
    if pdf is False:
        return [], []
    settings = desk.workspace.settings.pdf
    soffice = find_soffice(settings.soffice)
    if soffice is None:
        return [], [Line(_NO_SOFFICE, "warn" if pdf else "quiet", aside=True)]
    folder = made.to_print[0].parent
    try:
        return list(to_pdf(made.to_print, folder, soffice=soffice, seconds=settings.seconds)), []
    except KsktError as error:
        if pdf:
            raise
        return [], [Line(str(error), "warn", aside=True)]


def told(
    desk: Desk,
    work: Work,
    made: Published,
    *,
    remarks: Sequence[Line | Finding],
    paths: Sequence[Path],
    result: Mapping[str, object],
    strict: bool,
) -> Outcome:
    """Who has sent, who must correct what, where everything lies, and the exit code."""
    findings = [one for one in remarks if isinstance(one, Finding)]
    lines = [one for one in remarks if isinstance(one, Line)]
    control = tuple(control_blocks(work.whole))
    blocks = (
        *finding_lines(work.plan.findings, most=3),
        *finding_lines(findings),
        *standings_blocks(work.plan, work.whole),
        *to_mend_blocks(work.plan, work.whole),
        *answered_blocks(work.plan, work.whole),
        *decision_blocks(desk.state.rulings.in_force, work.period, desk.now.date()),
        *control,
        *lines,
        *written_blocks(desk.workspace, paths),
        *(Line(text, "bad", aside=True) for text in dict.fromkeys(map(str, made.refused))),
    )
    code = DONE
    if strict and work.whole.missing:
        code = FOUND
    return Outcome(blocks, result, _COULD_NOT if control or made.refused else code)
