"""A mail or archive opened by a process that may die; its files handed over as bytes."""

import datetime as dt
import hashlib
import itertools
import json
import pickle
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from kskt_excel.mail.arrivals import Opener, opened_container
from kskt_excel.mail.pieces import (
    MIB,
    Incoming,
    MailLimits,
    NotTaken,
    PiecePlace,
    arrival,
    is_surely_no_container,
    refused,
)
from kskt_excel.model.finding import Finding, Severity
from kskt_excel.model.submission import Arrival, MailEnvelope
from kskt_excel.worker.pool import Failure, Workers
from kskt_excel.workspace import RunSettings

_LENGTH = 8  # bytes of the number that says how long the head is


def pack_arrivals(items: Sequence[Incoming], *, more: bool) -> bytes:
    """The items, and whether more follow them. Nothing in it is ever run when it is read."""
    head = {"more": more, "items": [_table(one) for one in items]}
    told = _json(head).encode("ascii")
    contents = (one.data for one in items if isinstance(one, Arrival))
    return b"".join((len(told).to_bytes(_LENGTH, "big"), told, *contents))


def unpack_arrivals(packed: bytes) -> tuple[list[Incoming], bool]:
    """The items of ``pack_arrivals``, and whether more follow them."""
    start = _LENGTH + int.from_bytes(packed[:_LENGTH], "big")
    head = json.loads(packed[_LENGTH:start])
    items: list[Incoming] = []
    for table in head["items"]:
        size = table.pop("size", None)
        if size is None:
            items.append(NotTaken(table["locator"], table["name"], _finding(table["finding"])))
            continue
        items.append(_arrival(table, packed[start : start + size]))
        start += size
    return items, head["more"]


def pack_place(place: PiecePlace, already: int) -> str:
    """A container's place, and how many of its files have come out already, as one line."""
    return _json({**asdict(place), "received_at": _moment(place.received_at), "already": already})


def unpack_place(text: str) -> tuple[PiecePlace, int]:
    """The place of ``pack_place`` and how many files have come out already."""
    table = json.loads(text)
    already = table.pop("already")
    return PiecePlace(**_shared_fields(table)), already


def _json(table: Mapping[str, object]) -> str:
    # ASCII: half characters of damaged names cannot be written in UTF-8
    return json.dumps(table, ensure_ascii=True, separators=(",", ":"))


def _table(one: Incoming) -> dict[str, object]:
    if isinstance(one, NotTaken):
        told = _of_finding(one.finding)
        return {"locator": one.locator, "name": one.name, "finding": told}
    return {
        "name": one.name,
        "size": len(one.data),
        "locator": one.locator,
        "channel": one.channel,
        "received_at": _moment(one.received_at),
        "is_stated": one.is_stated,
        "mail": asdict(one.mail),
        "findings": [_of_finding(found) for found in one.findings],
    }


def _arrival(table: Mapping[str, Any], data: bytes) -> Arrival:
    findings = tuple(_finding(found) for found in table["findings"])
    sha256 = hashlib.sha256(data).hexdigest()
    return Arrival(**{**_shared_fields(table), "findings": findings}, data=data, sha256=sha256)


def _shared_fields(table: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that a place and an arrival share, as they were."""
    at, mail = table["received_at"], table["mail"]
    envelope = MailEnvelope(**{**mail, "references": tuple(mail["references"])})
    received_at = dt.datetime.fromisoformat(at) if at else None
    return {**table, "received_at": received_at, "mail": envelope}


def _moment(at: dt.datetime | None) -> str:
    return at.isoformat() if at else ""


def _of_finding(found: Finding) -> dict[str, object]:
    """A finding on a container: it has no cell."""
    return {
        "code": found.code,
        "severity": found.severity.value,
        "template": found.template,
        "params": dict(found.params),
    }


def _finding(table: Mapping[str, Any]) -> Finding:
    return Finding(
        table["code"],
        Severity(table["severity"]),
        params=table["params"],
        template=table["template"],
    )


OPEN_TASK = "kskt_excel.worker.container_task:open_container"
"""Name of the task for a pool of workers; its context is the pickled ``MailLimits``."""

_ANSWER_BYTES = 16 * MIB
_FAILURES = {"died": "mail.opener_died", "timeout": "mail.too_slow", "memory": "mail.too_heavy"}


def open_container(limits: MailLimits, data: bytes, name: str) -> bytes:
    """The next files of a container, packed; ``name`` is its packed place.

    However much it holds, an answer is small: whoever asks for the rest says what is there already.
    """
    place, already = unpack_place(name)
    coming = itertools.islice(opened_container(place, data, limits), already, None)
    return pack_arrivals(list(_next_arrival(coming)), more=next(coming, None) is not None)


def failed_container(place: PiecePlace, data: bytes, kind: str) -> Arrival:
    """The container kept whole, with why its process gave no answer: died, timeout, memory."""
    return refused(place, data, _FAILURES[kind])


def _next_arrival(coming: Iterator[Incoming]) -> Iterator[Incoming]:
    size = 0
    while size < _ANSWER_BYTES and (one := next(coming, None)) is not None:
        size += len(one.data) if isinstance(one, Arrival) else 0
        yield one


_WHO_ASKS = 0  # one question at a time, so that files come in the order in which they lie


@contextmanager
def container_opener(run: RunSettings) -> Iterator[Opener]:
    """Opens what may hold files by a process that starts with the first such file.

    A workbook is handed on at once. A container whose process dies, or takes too long or too much
    memory, is kept whole with one reason; the next one gets a new process.
    """
    limits = MailLimits()
    with Workers(
        OPEN_TASK,
        pickle.dumps(limits),
        processes=1,
        seconds=run.seconds_per_file,
        memory_bytes=run.memory_per_file_mb * MIB,
    ) as workers:

        def opened(place: PiecePlace, data: bytes) -> Iterator[Incoming]:
            if is_surely_no_container(place.name, data):
                return iter((arrival(place, data),))
            return _answers(workers, place, data)

        yield opened


def _answers(workers: Workers, place: PiecePlace, data: bytes) -> Iterator[Incoming]:
    already, more = 0, True
    while more:
        job = (_WHO_ASKS, pack_place(place, already), data)
        ((_, answer),) = workers.run([job])
        if isinstance(answer, Failure):
            yield failed_container(place, data, answer.kind)
            return
        items, more = unpack_arrivals(answer)
        already += len(items)
        yield from items
