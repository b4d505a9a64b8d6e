"""Mails and archives opened by a worker, so that no file from outside is parsed in this process."""

import pickle
from collections.abc import Iterator
from contextlib import contextmanager

from kskt_excel.excel.workers import MIB, Failure, Workers
from kskt_excel.mail.framing import pack_place, unpack
from kskt_excel.mail.incoming import Opener
from kskt_excel.mail.kinds import is_surely_no_container
from kskt_excel.mail.opening import TASK, failed
from kskt_excel.mail.taking import Incoming, Limits, Place, arrival
from kskt_excel.workspace import Run

_WHO_ASKS = 0  # one question at a time, so that files come in the order in which they lie


@contextmanager
def container_opener(run: Run) -> Iterator[Opener]:
    """Opens what may hold files by a process that starts with the first such file.

    A workbook is handed on at once. A container whose process dies, or takes too long or too much
    memory, is kept whole with one reason; the next one gets a new process.
    """
    limits = Limits()
    with Workers(
        TASK,
        pickle.dumps(limits),
        processes=1,
        seconds=run.seconds_per_file,
        memory_bytes=run.memory_per_file_mb * MIB,
    ) as workers:

        def opened(place: Place, data: bytes) -> Iterator[Incoming]:
            if is_surely_no_container(place.name, data):
                return iter((arrival(place, data),))
            return _answers(workers, place, data)

        yield opened


def _answers(workers: Workers, place: Place, data: bytes) -> Iterator[Incoming]:
    already, more = 0, True
    while more:
        job = (_WHO_ASKS, pack_place(place, already), data)
        ((_, answer),) = workers.run([job])
        if isinstance(answer, Failure):
            yield failed(place, data, answer.kind)
            return
        items, more = unpack(answer)
        already += len(items)
        yield from items
