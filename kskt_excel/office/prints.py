"""What was made from which file: PDFs kept while their source is the same, put aside when not."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kskt_excel.excel.printed.pdf import is_for_archives
from kskt_excel.ledger.lines import JournalLine, Outputs
from kskt_excel.model.period import Period
from kskt_excel.office.desk import Desk
from kskt_excel.office.outputs import latest_files, put_aside

_PRINT, _CONSOLIDATED = "print", "consolidate"
_PDF = ".pdf"


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
    def of(cls, desk: Desk, sources: Iterable[Path], *, archive: bool = False) -> "PrintRun":
        """Which of the files to print have their PDF already; ``archive``: one for archives."""
        known, run = prints_of(desk.journal.lines()), cls()
        for source in sources:
            pdf = source.with_suffix(_PDF)
            one = known.get(desk.workspace.shown(pdf))
            same = one is not None and pdf.is_file() and one.source_sha256 == _sha256(source)
            if same and (not archive or is_for_archives(pdf)):
                run.kept.append(pdf)
                continue
            run.to_make.append(source)
            if one is not None and pdf.is_file() and _sha256(pdf) != one.sha256:
                run.by_hand.append(pdf)
        return run

    def put_old_aside(self, desk: Desk, period: Period) -> Iterator[str]:
        """Moves the PDFs of what has changed into ``cu/``; a sentence for each."""
        old = [path for one in self.to_make if (path := one.with_suffix(_PDF)).is_file()]
        moved, stuck = put_aside(desk, period, old)
        for path in moved:
            yield (
                f"{path.name} in từ số liệu trước, đã chuyển vào"
                f" {desk.workspace.shown(path.parent)}/cu."
            )
        for path in stuck:
            yield (
                f"{path.name} in từ số liệu trước nhưng đang mở nên chưa chuyển đi được."
                " Hãy đóng tệp rồi chạy lại, không dùng bản này."
            )


def record_prints(desk: Desk, period: Period, printed: Mapping[Path, Path]) -> None:
    """Notes from which file each PDF was made: both with their hashes in one line."""
    hashes: dict[str, str] = {}
    for pdf, source in printed.items():
        hashes |= {desk.workspace.shown(one): _sha256(one) for one in (pdf, source)}
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
    lines = desk.journal.lines()
    latest, printed = latest_files(lines), prints_of(lines)
    for name, again in _left_behind(lines):
        if latest.get(name) and (desk.workspace.root / name).is_file():
            yield (
                f"{name}: lập từ lần tổng hợp trước, chưa ghi lại được theo số liệu mới."
                f" Hãy đóng tệp rồi chạy kskt consolidate {again}."
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


def _stem(name: str) -> str:
    return name.rpartition(".")[0]


def _is_pdf(name: str) -> bool:
    return name.endswith(_PDF)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
