"""Arrivals as bytes, to be handed from one process to another: a JSON head, then their contents."""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from kskt_excel.mail.taking import Incoming, NotTaken, Place
from kskt_excel.model.finding import Finding, Severity
from kskt_excel.model.submission import Arrival, MailEnvelope

_LENGTH = 8  # bytes of the number that says how long the head is


def pack(items: Sequence[Incoming], *, more: bool) -> bytes:
    """The items, and whether more follow them. Nothing in it is ever run when it is read."""
    head = {"more": more, "items": [_table(one) for one in items]}
    told = _json(head).encode("ascii")
    contents = (one.data for one in items if isinstance(one, Arrival))
    return b"".join((len(told).to_bytes(_LENGTH, "big"), told, *contents))


def unpack(packed: bytes) -> tuple[list[Incoming], bool]:
    """The items of ``pack``, and whether more follow them."""
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


def pack_place(place: Place, already: int) -> str:
    """A container's place, and how many of its files have come out already, as one line."""
    return _json({**asdict(place), "received_at": _moment(place.received_at), "already": already})


def unpack_place(text: str) -> tuple[Place, int]:
    """The place of ``pack_place`` and how many files have come out already."""
    table = json.loads(text)
    already = table.pop("already")
    return Place(**_known(table)), already


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
        "mail": asdict(one.mail),
        "findings": [_of_finding(found) for found in one.findings],
    }


def _arrival(table: Mapping[str, Any], data: bytes) -> Arrival:
    findings = tuple(_finding(found) for found in table["findings"])
    sha256 = hashlib.sha256(data).hexdigest()
    return Arrival(**{**_known(table), "findings": findings}, data=data, sha256=sha256)


def _known(table: Mapping[str, Any]) -> dict[str, Any]:
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
