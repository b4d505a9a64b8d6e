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
from kskt_excel.workspace import packaged_templates

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
    """The last run of a period, found only where all that it was made from is the same."""

    def __init__(self, desk: Desk, period: Period) -> None:
        self._desk, self._period = desk, period
        self._folder = desk.workspace.cache if desk.trusts_cache else None
        self._found_from = ""  # what the run that was found is made from

    def find(self) -> PeriodRun | None:
        """The last run; None where something has changed since, on the disk too."""
        with Cache(self._folder) as cache:
            kept = cache.get(self._period.id, _CONTEXT)
        told = json.loads(kept) if kept else {}
        if not told or told["made_from"] != self._made_from():
            return None
        files, place = told["files"], self._desk.workspace
        if any(place.shown(one) not in files for one in place.tracker_files(self._period)):
            return None
        if any(_sha256(place.root / name) != sha256 for name, sha256 in files.items()):
            return None
        self._found_from = told["made_from"]
        left = LastRun(Told.read(told["told"]), tuple(told["products"]), files)
        paths = [place.root / name for name in left.products]
        stand = WrittenFiles(paths, set(paths))
        return PeriodRun(left.told, stand, place.summary_files(self._period), left=left)

    def left(self, told: Told, written: WrittenFiles) -> LastRun:
        """What a run leaves that has nothing more to do; ``told`` is what the next one says."""
        place = self._desk.workspace
        products = {place.shown(path): written.hashes[path] for path in written.paths}
        cleared = {name: _sha256(place.root / name) for name in self._cleared()}
        return LastRun(told, tuple(products), cleared | products)

    def keep(self, run: PeriodRun) -> None:
        """Keeps what a run has left; also of one that was found and has printed since."""
        made_from = self._made_from()
        if run.left and made_from not in ("", self._found_from):
            told = json.dumps({"made_from": made_from, **asdict(run.left)}, ensure_ascii=False)
            with Cache(self._folder) as cache:
                cache.put(self._period.id, _CONTEXT, told.encode())

    def _cleared(self) -> Iterator[str]:
        """Files of earlier runs among which a consolidation clears away what no longer holds."""
        place = self._desk.workspace
        folders = (place.returned / self._period.quarters[-1].id, place.superiors(self._period))
        for name in latest_files(self._desk.journal.lines()):
            if (place.root / name).parent in folders:
                yield name

    def _made_from(self) -> str:
        """A hash over all that a run is made from; "" where a template cannot be read.

        The program is left out: what another one has kept, the cache does not give.
        """
        desk, digest = self._desk, hashlib.sha256()
        lines = desk.journal.lines()
        parts = (
            len(lines),
            desk.journal.hash_at(len(lines)),
            desk.now.date(),
            desk.workspace.settings,
        )
        folders = (desk.workspace.templates, packaged_templates())
        try:
            texts = [
                (one.relative_to(folder).parts, file_sha256(one))
                for folder in folders
                for one in sorted(folder.rglob("*"))
                if one.is_file()
            ]
            for part in (*parts, *texts):
                digest.update(f"{part!r}\0".encode("utf-8", "surrogatepass"))
        except OSError:
            return ""
        return digest.hexdigest()


def _sha256(path: Path) -> str:
    """The hash of a file as it stands; "" of one that is not there, or open in Excel."""
    try:
        return file_sha256(path)
    except OSError:
        return ""
