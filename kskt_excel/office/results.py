"""Files read and checked: from the cache where they were read before, else by workers."""

import contextlib
import itertools
import os
import pickle
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Self

from kskt_excel.ledger import archive
from kskt_excel.ledger.cache import Cache, KeptWork
from kskt_excel.ledger.journal import Receipt
from kskt_excel.model.packed import Block, ResultFile, Stretch, pack, unpack_checked
from kskt_excel.model.plan import Plan
from kskt_excel.model.submission import Checked
from kskt_excel.office.desk import Desk
from kskt_excel.office.running_step import Step, begin, done
from kskt_excel.worker.cluster import ClusterWorkers, reading_workers
from kskt_excel.worker.pool import Failure, FileContext, Workers, failed_check

_MOST_PROCESSES = 8  # each has the plan and the forms in memory


def checked_as(packed: Block, name: str) -> Checked:
    """The result of a file, its sentences naming it as it is called now."""
    checked = unpack_checked(packed)
    renamed = tuple(
        replace(found, params={**found.params, "name": name})
        if "name" in found.params and found.at is None
        else found
        for found in checked.findings
    )
    return replace(checked, findings=renamed)


@dataclass
class Results:
    """What was read, by file hash; in a file, unpacked only while somebody looks at it."""

    file: ResultFile = field(default_factory=ResultFile)
    packed: dict[str, Stretch] = field(default_factory=dict)

    def add(self, sha256: str, packed: bytes) -> None:
        """Takes a packed result."""
        self.packed[sha256] = self.file.add(packed)

    def checked(self, sha256: str, name: str) -> Checked:
        """The result of a file, its sentences naming it as it is called now."""
        return checked_as(self.packed[sha256], name)


class FileReader:
    """Reads and checks files by workers that stay until it is closed.

    The workers are started with the first file that the cache does not know.
    """

    def __init__(self, desk: Desk, plan: Plan) -> None:
        self._desk, self._plan = desk, plan
        self._context = desk.context_key(plan)
        self._cache = open_cache(desk)
        self._workers: Workers | ClusterWorkers | None = None
        self._being_read: dict[str, tuple[str, bytes]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._cache.close()
        if self._workers:
            self._workers.close()

    def kept(self, sha256: str) -> bytes | None:
        """The packed result of a file that was read before; None of one that has to be read."""
        return self._cache.get(sha256, self._context)

    def read(self, files: Iterable[tuple[str, str, bytes]]) -> Iterator[tuple[str, bytes]]:
        """Packed results of ``(sha256, name, bytes)`` by hash, as they become ready.

        Files are taken from the iterable only as workers become free.
        """
        coming = iter(files)
        first = next(coming, None)
        if first is None:
            return
        for sha256, answer in self._started().run(self._noted(itertools.chain([first], coming))):
            name, data = self._being_read.pop(sha256)
            packed = (
                self._failure_result(answer, name, data) if isinstance(answer, Failure) else answer
            )
            self._cache.put(sha256, self._context, packed)
            done(name)
            yield sha256, packed

    def _failure_result(self, failure: Failure, name: str, data: bytes) -> bytes:
        seconds = self._desk.workspace.settings.run.seconds_per_file
        return pack(failed_check(data, name, failure, seconds=seconds))

    def _started(self) -> Workers | ClusterWorkers:
        if self._workers is None:
            run = self._desk.workspace.settings.run
            self._workers = reading_workers(
                run,
                most=min(_MOST_PROCESSES, os.cpu_count() or 1),
                context=pickle.dumps(FileContext(self._plan, self._desk.forms)),
            )
        return self._workers

    def _noted(self, files: Iterable[tuple[str, str, bytes]]) -> Iterator[tuple[str, str, bytes]]:
        """The files, each remembered until its answer comes: a failure needs its name."""
        for sha256, name, data in files:
            self._being_read[sha256] = (name, data)
            yield sha256, name, data


def open_cache(desk: Desk) -> Cache:
    """The workspace's cache; an empty one of the moment where it is not to be trusted."""
    return Cache(desk.workspace.cache if desk.trusts_cache else None)


@contextlib.contextmanager
def kept_work(desk: Desk, context: str) -> Iterator[KeptWork]:
    """What earlier runs have kept under a context; nothing where the cache is not trusted."""
    with open_cache(desk) as cache:
        kept = KeptWork(cache, context)
        yield kept
        kept.tidy()


def read_receipts(desk: Desk, plan: Plan, receipts: Iterable[Receipt]) -> Results:
    """Results of files in the archive; one already in the cache is not opened again.

    Raises ArchiveDamagedError, NotArchivedError.
    """
    results = Results()
    with FileReader(desk, plan) as reader:
        left: dict[str, Receipt] = {}
        for one in receipts:
            found = reader.kept(one.sha256)
            if found is None:
                left[one.sha256] = one
            else:
                results.add(one.sha256, found)
        if left:
            begin(Step.READ, len(left))
        folder = desk.workspace.archive
        originals = (
            (one.sha256, one.name, archive.load_original(folder, one.sha256, archived=one.archived))
            for one in left.values()
        )
        for sha256, packed in reader.read(originals):
            results.add(sha256, packed)
    return results
