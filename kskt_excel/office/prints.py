"""What was made from which file: PDFs kept while their source is the same, put aside when not."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Self

from kskt_excel.excel.printed.pdf import (
    PdfMaker,
    PdfProgram,
    find_pdf_program,
    is_for_archives,
    made_by,
    to_pdf,
)
from kskt_excel.ledger.journal import JournalLine, Outputs
from kskt_excel.ledger.safe_files import file_sha256, write_whole
from kskt_excel.model.errors import KsktError
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.period import Period
from kskt_excel.office.desk import Desk
from kskt_excel.office.outcome import ScreenLine
from kskt_excel.office.running_step import Step, begin

if TYPE_CHECKING:
    from kskt_excel.office.outputs import WrittenFiles


_PRINT, _CONSOLIDATED = "print", "consolidate"
_PDF = ".pdf"
_USUAL = "LibreOffice"
_NO_SOFFICE = (
    "Máy không có LibreOffice (hoặc Excel, Word trên Windows) nên chưa in ra PDF;"
    " các tệp Excel, Word đã đủ, in bằng Ctrl+P."
)


@dataclass(frozen=True, slots=True)
class Printed:
    """A PDF as it was made (bản in), and the file that it was made from."""

    sha256: str
    source_sha256: str


@dataclass
class PrintRun:
    """The PDFs of a run: those that stand as they are, those to make, those that no longer hold."""

    kept: list[Path] = field(default_factory=list)
    to_make: list[Path] = field(default_factory=list)  # sources
    by_hand: list[Path] = field(default_factory=list)  # PDFs of those that somebody has changed

    @classmethod
    def of(cls, desk: Desk, sources: Mapping[Path, str], *, archive: bool = False) -> "PrintRun":
        """Which files, given with their hashes, have their PDF; ``archive``: only PDF/A will do."""
        known, run = prints_of(desk.journal.lines()), cls()
        for source, sha256 in sources.items():
            pdf = pdf_of(source)
            one = known.get(desk.workspace.shown(pdf))
            same = one is not None and pdf.is_file() and one.source_sha256 == sha256
            if same and (not archive or is_for_archives(pdf)):
                run.kept.append(pdf)
                continue
            run.to_make.append(source)
            if one is not None and pdf.is_file() and file_sha256(pdf) != one.sha256:
                run.by_hand.append(pdf)
        return run

    def put_old_aside(self, desk: Desk, period: Period) -> Iterator[str]:
        """Moves the PDFs of what has changed into ``cu/``; a sentence for each."""
        from kskt_excel.office.outputs import put_aside

        old = [path for one in self.to_make if (path := pdf_of(one)).is_file()]
        moved, stuck = put_aside(desk, period, old)
        for path in moved:
            yield (
                f"{path.name} in từ số liệu trước, đã chuyển vào"
                f" {desk.workspace.shown(path.parent)}/cu."
            )
        for path in stuck:
            yield (
                f"{path.name} in từ số liệu trước nhưng đang mở nên chưa chuyển đi được."
                " Đề nghị đóng tệp rồi chạy lại, không dùng bản này."
            )


class PrintsAhead:
    """PDFs begun before their sources are written: LibreOffice works beside what makes the rest.

    For the three files of a quarter it takes 2 seconds, two thirds of them to start; so it starts
    before the plan is read, and is given each file when it is made. What it makes counts only where
    the source was written as it was handed over.

    Args:
        pdf: whether PDFs are wanted; None: where the machine can make them.
        archive: whether they are for archives.
    """

    def __init__(self, desk: Desk, *, pdf: bool | None, archive: bool) -> None:
        self.pdf = pdf
        self.archive = archive
        self._desk = desk
        self._maker: PdfMaker | None = None
        self._taken: dict[Path, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        if self._maker:
            self._maker.__exit__(*error)
            self._maker = None

    @cached_property
    def program(self) -> PdfProgram | None:
        """What makes PDFs on this machine."""
        return find_pdf_program(self._desk.workspace.settings.pdf.soffice)

    def start_for(self, sources: Iterable[Path]) -> None:
        """The program starts before anything else is done, where one of these has no PDF yet."""
        if not all(pdf_of(one).is_file() for one in sources):
            self.start()

    def start(self) -> None:
        """There will be something to print: the program starts already now, where it can."""
        if self.pdf is not False and self._maker is None and self.program is not None:
            seconds = self._desk.workspace.settings.pdf.seconds
            with suppress(OSError):  # no room for its files: told when they are printed
                self._maker = PdfMaker(self.program, seconds=seconds, archive=self.archive)
                self._maker.start()

    def take(self, path: Path, data: bytes) -> None:
        """Begins to print a file that has no PDF; what fails is tried again."""
        sha256 = hashlib.sha256(data).hexdigest()
        if self.pdf is False or self.program is None:
            return
        if not PrintRun.of(self._desk, {path: sha256}, archive=self.archive).to_make:
            return
        self.start()
        if self._maker:
            with suppress(KsktError, OSError):
                self._maker.take({path: data})
                self._taken[path] = sha256

    def print(self, sources: Sequence[Path]) -> tuple[Path, ...]:
        """The PDF of each source, beside it. Raises PdfFailedError and as for any file written."""
        if self._maker and hashed(sources) == self._taken:
            made = self._maker.made()
            for source in sources:
                write_whole(pdf_of(source), made[source])
            return tuple(pdf_of(source) for source in sources)
        seconds = self._desk.workspace.settings.pdf.seconds
        folder = sources[0].parent
        program = self.program
        if program is None:
            return ()
        return to_pdf(sources, folder, program=program, seconds=seconds, archive=self.archive)


def print_pdf(
    desk: Desk, period: Period, files: Iterable[Path], ahead: PrintsAhead
) -> "tuple[WrittenFiles, list[ScreenLine]]":
    """PDFs of the files that stand, where LibreOffice is there; a sentence where it is not.

    A PDF whose source is unchanged is kept as it is; one of earlier figures does not stay beside
    new ones. Raises PdfFailedError where PDFs were asked for and cannot be made.
    """
    from kskt_excel.office.outputs import WrittenFiles

    sources = [path for path in files if path.is_file()]
    pdf = ahead.pdf
    run = PrintRun.of(desk, hashed(sources), archive=ahead.archive)
    said: list[ScreenLine] = []
    error: KsktError | None = None
    printed: list[Path] = []
    if pdf is not False and run.to_make:
        printed, said, error = _printed(desk, period, run, ahead)
    if not printed:
        old = run.put_old_aside(desk, period)
        said += [ScreenLine(text, "warn", aside=True) for text in old]
    if error and pdf:
        raise error
    return WrittenFiles([*run.kept, *printed], set(run.kept)), said


def _printed(
    desk: Desk, period: Period, run: PrintRun, ahead: PrintsAhead
) -> tuple[list[Path], list[ScreenLine], KsktError | None]:
    """The PDFs made, what is to be said, and why there are none."""
    from kskt_excel.office.outputs import put_aside

    program, pdf = ahead.program, ahead.pdf
    if program is None:
        return [], [ScreenLine(_NO_SOFFICE, "warn" if pdf else "quiet", aside=True)], None
    begin(Step.PDF, len(run.to_make))
    put_aside(desk, period, run.by_hand)
    try:
        paths = ahead.print(run.to_make)
    except KsktError as error:
        return [], [] if pdf else [ScreenLine(str(error), "warn", aside=True)], error
    record_prints(desk, period, dict(zip(paths, run.to_make, strict=True)))
    by = made_by(program)
    said = [ScreenLine(f"PDF lập bằng {by}.", "quiet", aside=True)] if by != _USUAL else []
    return list(paths), said, None


def hashed(sources: Iterable[Path]) -> dict[Path, str]:
    """Files as they stand, with their hashes."""
    return {source: file_sha256(source) for source in sources}


def record_prints(desk: Desk, period: Period, printed: Mapping[Path, Path]) -> None:
    """Notes from which file each PDF was made: both with their hashes in one line."""
    hashes: dict[str, str] = {}
    for pdf, source in printed.items():
        hashes |= {desk.workspace.shown(one): file_sha256(one) for one in (pdf, source)}
    if hashes:
        desk.record(Outputs(period.id, _PRINT, hashes, desk.now))


def prints_of(lines: Iterable[JournalLine]) -> Mapping[str, Printed]:
    """The last print of each PDF, by its path inside the workspace."""
    made: dict[str, Printed] = {}
    for line in lines:
        if isinstance(line.payload, Outputs) and line.payload.command == _PRINT:
            files = line.payload.files
            sources = {_stem(name): sha for name, sha in files.items() if not _is_pdf(name)}
            made |= {
                name: Printed(sha256, sources[_stem(name)])
                for name, sha256 in files.items()
                if _is_pdf(name) and _stem(name) in sources
            }
    return made


def outdated(desk: Desk) -> Iterator[str]:
    """A sentence for each product that stands beside newer ones that it is not made from."""
    from kskt_excel.office.outputs import latest_files

    lines = desk.journal.lines()
    latest, printed = latest_files(lines), prints_of(lines)
    for name, again in _left_behind(lines):
        if latest.get(name) and (desk.workspace.root / name).is_file():
            yield (
                f"{name}: lập từ lần tổng hợp trước, chưa ghi lại được theo số liệu mới."
                f" Đề nghị đóng tệp rồi chạy kskt consolidate {again}."
            )
    for source, sha256 in latest.items():
        pdf = f"{_stem(source)}{_PDF}"
        one = printed.get(pdf)
        if not one or not (desk.workspace.root / pdf).is_file() or _is_pdf(source):
            continue
        if one.source_sha256 != sha256:
            name = source.rpartition("/")[2]
            yield f"{pdf}: in từ bản trước của {name}, số liệu đã khác; không dùng bản này."


def _left_behind(lines: Sequence[JournalLine]) -> Iterator[tuple[str, str]]:
    """Summaries of a period that its last consolidation did not write; with the period's id."""
    runs: dict[str, list[Mapping[str, str]]] = {}
    for line in lines:
        if isinstance(line.payload, Outputs) and line.payload.command == _CONSOLIDATED:
            runs.setdefault(line.payload.period, []).append(line.payload.files)
    for period, (*earlier, last) in runs.items():
        folders = {name.rpartition("/")[0] for name in last if "/summaries/" in f"/{name}"}
        names = dict.fromkeys(name for files in earlier for name in files if name not in last)
        for name in names:
            if name.rpartition("/")[0] in folders:
                yield name, period


def pdf_of(source: Path) -> Path:
    """Where the PDF of a file stands."""
    return source.with_suffix(_PDF)


def _stem(name: str) -> str:
    return name.rpartition(".")[0]


def _is_pdf(name: str) -> bool:
    return name.endswith(_PDF)
