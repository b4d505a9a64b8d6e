"""Files read and checked: from the cache where they were read before, else by workers."""

import itertools
import os
import pickle
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from kskt_excel.excel.packing import pack, unpack
from kskt_excel.excel.processing import TASK, Context, failed
from kskt_excel.excel.workers import MIB, Failure, Workers
from kskt_excel.ledger import archive
from kskt_excel.ledger.cache import Cache
from kskt_excel.ledger.lines import Receipt
from kskt_excel.model.plan import Plan
from kskt_excel.model.submission import Checked
from kskt_excel.steps.desk import Desk

_MOST_PROCESSES = 8


@dataclass
class Results:
    """What was read, packed by file hash; unpacked only while somebody looks at it."""

    packed: dict[str, bytes] = field(default_factory=dict)

    def __contains__(self, sha256: str) -> bool:
        return sha256 in self.packed

    def checked(self, sha256: str, name: str) -> Checked:
        """The result of a file, its sentences naming it as it is called now."""
        checked = unpack(self.packed[sha256])
        renamed = tuple(
            replace(found, params={**found.params, "name": name})
            if "name" in found.params and found.at is None
            else found
            for found in checked.findings
        )
        return replace(checked, findings=renamed)


def read_files(desk: Desk, plan: Plan, files: Iterable[tuple[str, str, bytes]]) -> Results:
    """Results of ``(sha256, name, bytes)``; the same bytes are read once."""
    context = desk.context_key(plan)
    results = Results()
    with _cache(desk) as cache:
        wanted = _not_cached(files, cache, context, results)
        for sha256, answer in _by_workers(desk, plan, wanted):
            results.packed[sha256] = answer
            cache.put(sha256, context, answer)
    return results


def read_receipts(desk: Desk, plan: Plan, receipts: Iterable[Receipt]) -> Results:
    """Results of files in the archive; one already in the cache is not opened again.

    Raises ArchiveDamagedError, NotArchivedError.
    """
    context = desk.context_key(plan)
    results = Results()
    with _cache(desk) as cache:
        left = [one for one in receipts if not _from_cache(cache, context, one.sha256, results)]
    folder = desk.workspace.archive
    originals = (
        (one.sha256, one.name, archive.load(folder, one.sha256, archived=one.archived))
        for one in left
    )
    results.packed.update(read_files(desk, plan, originals).packed)
    return results


def _not_cached(
    files: Iterable[tuple[str, str, bytes]], cache: Cache, context: str, results: Results
) -> Iterator[tuple[str, str, bytes]]:
    seen: set[str] = set()
    for sha256, name, data in files:
        if sha256 not in seen and not _from_cache(cache, context, sha256, results):
            yield sha256, name, data
        seen.add(sha256)


def _cache(desk: Desk) -> Cache:
    """The workspace's cache; an empty one of the moment where it is not to be trusted."""
    return Cache(desk.workspace.cache if desk.trusts_cache else None)


def _from_cache(cache: Cache, context: str, sha256: str, results: Results) -> bool:
    found = cache.get(sha256, context)
    if found is not None:
        results.packed[sha256] = found
    return found is not None


def _by_workers(
    desk: Desk, plan: Plan, files: Iterator[tuple[str, str, bytes]]
) -> Iterator[tuple[str, bytes]]:
    first = next(files, None)
    if first is None:
        return
    run = desk.workspace.settings.run
    names: dict[str, tuple[str, bytes]] = {}
    with Workers(
        TASK,
        pickle.dumps(Context(plan, desk.forms)),
        processes=run.processes or min(_MOST_PROCESSES, os.cpu_count() or 1),
        seconds=run.seconds_per_file,
        memory_bytes=run.memory_per_file_mb * MIB,
    ) as workers:
        for sha256, answer in workers.run(_noted(first, files, names)):
            name, data = names.pop(sha256)
            if isinstance(answer, Failure):
                checked = failed(data, name, answer, seconds=run.seconds_per_file)
                yield sha256, pack(checked)
            else:
                yield sha256, answer


def _noted(
    first: tuple[str, str, bytes],
    rest: Iterable[tuple[str, str, bytes]],
    names: dict[str, tuple[str, bytes]],
) -> Iterator[tuple[str, str, bytes]]:
    """The files, each remembered until its answer comes: a failure needs its name."""
    for sha256, name, data in itertools.chain([first], rest):
        names[sha256] = (name, data)
        yield sha256, name, data
