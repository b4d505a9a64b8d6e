"""The last consolidation of a period (lần tổng hợp trước): what the next one need not find out.

A consolidation is made from the journal, the templates, the settings, the program and the day;
what it leaves are files, and what it has said. Where all that is the same and the files lie as they
were left, it is not made again to find just that (decision 92): of a thousand units a run costs a
fifth then. The hour is none of it: what stands says itself when it was put together.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from kskt_excel.ledger.cache import Cache
from kskt_excel.ledger.safe_files import file_sha256
from kskt_excel.model.errors import KsktError
from kskt_excel.model.finding import Finding
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.period import Period
from kskt_excel.office.desk import Desk
from kskt_excel.office.outcome import ScreenLine, ScreenTable
from kskt_excel.office.outputs import WrittenFiles, latest_files
from kskt_excel.workspace import Workspace, packaged_templates

if TYPE_CHECKING:
    from kskt_excel.office.quarter import PeriodWork

_CONTEXT = "last run"
Block = ScreenLine | ScreenTable


@dataclass(frozen=True)
class Told:
    """What a consolidation says, beside what it took in, wrote and printed."""

    plan: tuple[Block, ...] = ()
    period: tuple[Block, ...] = ()
    followed: tuple[Block, ...] = ()  # letters, and earlier products that no longer agree
    volumes: tuple[Block, ...] = ()
    is_missing: bool = False  # a unit's report
    is_broken: bool = False  # control totals do not agree

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> Self:
        """As it was kept."""
        lists = {name: tuple(map(_block, one)) for name, one in told.items() if type(one) is list}
        return cls(**{**told, **lists})


def _block(told: Mapping[str, Any]) -> Block:
    if "text" in told:
        return ScreenLine(**told)
    lists = {name: tuple(told[name]) for name in ("headers", "tones")}
    return ScreenTable(**{**told, **lists, "rows": tuple(map(tuple, told["rows"]))})


@dataclass(frozen=True)
class LastRun:
    """What a run has left on the disk and what the next one says that finds all as it is."""

    told: Told
    products: tuple[str, ...]  # inside the workspace, as they are told
    files: Mapping[str, str]  # products, and what a run would clear away: hashes, "" of none


@dataclass
class PeriodRun:
    """A period consolidated, by this run or by one before it that still holds."""

    told: Told
    files: WrittenFiles
    to_print: Sequence[Path]
    findings: Sequence[Finding] = ()  # of the tracker
    refused: Sequence[KsktError] = ()  # of what could not be written
    work: "PeriodWork | None" = None  # where it had to be put together
    left: LastRun | None = None  # for the next run; None where something is still to be done


class KnownRuns:
    """The last run of a period, found only where all that it was made from is the same.

    It is made before anything of the templates is read: what somebody edits while the run goes on
    is not taken for what it was made from.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._folder = desk.workspace.cache if desk.trusts_cache else None
        self._templates = _templates(desk.workspace)
        self._by_others = 0  # lines of the journal
        self._found_from = ""  # what the run that was found is made from

    def find(self, period: Period) -> PeriodRun | None:
        """The last run; None where something has changed since, on the disk too."""
        self._by_others = self._lines_by_others()
        with Cache(self._folder) as cache:
            kept = cache.get(period.id, _CONTEXT)
        told = json.loads(kept) if kept else {}
        if not told or told["made_from"] != self._made_from():
            return None
        files, place = told["files"], self._desk.workspace
        if any(place.shown(one) not in files for one in place.tracker_files(period)):
            return None
        if any(_sha256(place.root / name) != sha256 for name, sha256 in files.items()):
            return None
        self._found_from = told["made_from"]
        left = LastRun(Told.read(told["told"]), tuple(told["products"]), files)
        paths = [place.root / name for name in left.products]
        stand = WrittenFiles(paths, set(paths))
        return PeriodRun(left.told, stand, place.summary_files(period), left=left)

    def left(self, period: Period, told: Told, written: WrittenFiles) -> LastRun:
        """What a run leaves that has nothing more to do; ``told`` is what the next one says."""
        place = self._desk.workspace
        products = {place.shown(path): written.hashes[path] for path in written.paths}
        others = (name for name in self._cleared(period) if name not in products)
        cleared = {name: _sha256(place.root / name) for name in others}
        return LastRun(told, tuple(products), cleared | products)

    def keep(self, period: Period, run: PeriodRun) -> None:
        """Keeps what a run has left; also of one that was found and has printed since.

        Not where another machine has written into the journal meanwhile: what it has received may
        not be in the run.
        """
        made_from = self._made_from()
        is_alone = self._lines_by_others() == self._by_others
        if run.left and is_alone and made_from not in ("", self._found_from):
            told = json.dumps({"made_from": made_from, **asdict(run.left)}, ensure_ascii=False)
            with Cache(self._folder) as cache:
                cache.put(period.id, _CONTEXT, told.encode())

    def _lines_by_others(self) -> int:
        return len(self._desk.journal.lines()) - self._desk.recorded

    def _cleared(self, period: Period) -> Iterator[str]:
        """Files of earlier runs among which a consolidation clears away what no longer holds."""
        place = self._desk.workspace
        folders = (place.returned / period.quarters[-1].id, place.superiors(period))
        shown = {place.shown(folder) for folder in folders}
        for name in latest_files(self._desk.journal.lines()):
            if name.rpartition("/")[0] in shown:
                yield name

    def _made_from(self) -> str:
        """A hash over all that a run is made from; "" where a template cannot be read.

        The program is left out: what another one has kept, the cache does not give.
        """
        desk, count = self._desk, len(self._desk.journal.lines())
        journal = (count, desk.journal.hash_at(count))
        parts = (journal, desk.now.date(), desk.workspace.settings, self._templates)
        told = repr(parts).encode("utf-8", "surrogatepass")
        return hashlib.sha256(told).hexdigest() if self._templates else ""


def _templates(place: Workspace) -> str:
    """A hash over every file of the templates, the program's own too; "" where one is not read."""
    digest = hashlib.sha256()
    try:
        for folder in (place.templates, packaged_templates()):
            # not rglob: of a folder that is a link to a shared one it sees nothing
            for file in sorted((*folder.glob("*"), *folder.glob("*/*"))):
                told = (file.relative_to(folder).parts, file.is_file() and file_sha256(file))
                digest.update(repr(told).encode("utf-8", "surrogatepass"))
    except OSError:
        return ""
    return digest.hexdigest()


def _sha256(path: Path) -> str:
    """The hash of a file as it stands; "" of one that is not there, or open in Excel."""
    try:
        return file_sha256(path)
    except OSError:
        return ""
