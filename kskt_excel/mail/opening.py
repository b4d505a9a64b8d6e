"""A container opened in a process of its own: the job, its answers, and what its failure means."""

import itertools
from collections.abc import Iterator

from kskt_excel.mail.framing import pack, unpack_place
from kskt_excel.mail.incoming import opened
from kskt_excel.mail.taking import MIB, Incoming, Limits, Place, refused
from kskt_excel.model.submission import Arrival

TASK = "kskt_excel.mail.opening:open_container"
"""Name of the task for a pool of workers; its context is the pickled ``Limits``."""

_ANSWER_BYTES = 16 * MIB
_FAILURES = {"died": "mail.opener_died", "timeout": "mail.too_slow", "memory": "mail.too_heavy"}


def open_container(limits: Limits, data: bytes, name: str) -> bytes:
    """The next files of a container, packed; ``name`` is its packed place.

    However much it holds, an answer is small: whoever asks for the rest says what is there already.
    """
    place, already = unpack_place(name)
    coming = itertools.islice(opened(place, data, limits), already, None)
    return pack(list(_next(coming)), more=next(coming, None) is not None)


def failed(place: Place, data: bytes, kind: str) -> Arrival:
    """The container kept whole, with why its process gave no answer: died, timeout, memory."""
    return refused(place, data, _FAILURES[kind])


def _next(coming: Iterator[Incoming]) -> Iterator[Incoming]:
    size = 0
    while size < _ANSWER_BYTES and (one := next(coming, None)) is not None:
        size += len(one.data) if isinstance(one, Arrival) else 0
        yield one
