"""What a worker hands back, and what the cache keeps: a Checked as small bytes."""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from kskt_excel.model.cells import CellRef
from kskt_excel.model.finding import Finding, Severity
from kskt_excel.model.reading import Identity, Reading, Record, SheetReading, SheetState, Value
from kskt_excel.model.submission import Checked

FORMAT = 1
"""Raised whenever the layout changes, so that older caches are not read."""

_BLANK = {"b": 0}  # a value that is there and is None; an absent value is null


def pack(checked: Checked) -> bytes:
    """The same bytes for the same Checked: compact JSON, records as rows of values."""
    reading = checked.reading
    packed = {
        "format": FORMAT,
        "sha256": checked.sha256,
        "content": checked.content_sha256,
        "findings": [_pack_finding(found) for found in checked.findings],
        "reading": _pack_reading(reading) if reading else None,
    }
    return _dump(packed)


def unpack(data: bytes) -> Checked:
    """The Checked that was packed. Raises ValueError when it is of another format."""
    packed = json.loads(data, object_hook=_restore)
    if not isinstance(packed, dict) or packed.get("format") != FORMAT:
        raise ValueError("format")
    reading = packed["reading"]
    return Checked(
        packed["sha256"],
        _unpack_reading(reading) if reading else None,
        tuple(map(_unpack_finding, packed["findings"])),
        packed["content"],
    )


def content_sha256(reading: Reading) -> str:
    """A hash over what was read, not where it stood: the same for the same content re-saved."""
    identity = reading.identity
    sheets = [
        [form, sheet.state, [_content(record) for record in sheet.records]]
        for form, sheet in sorted(reading.sheets.items())
    ]
    told = [identity.template, identity.version, identity.unit, identity.period, sheets]
    return hashlib.sha256(_dump(told)).hexdigest()


def _content(record: Record) -> list[object]:
    """A record without its place."""
    values = sorted(record.values.items())
    return [record.key, [[key, _plain(value)] for key, value in values], sorted(record.unread)]


def _dump(told: object) -> bytes:
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"), default=_encode).encode()


def _encode(value: object) -> dict[str, object]:
    """Days, moments and cells, which JSON has no words for."""
    if isinstance(value, dt.datetime):
        return {"t": value.isoformat()}
    if isinstance(value, dt.date):
        return {"d": value.isoformat()}
    if isinstance(value, CellRef):
        return {"c": [value.sheet, value.row, value.column]}
    raise TypeError(type(value).__name__)


def _restore(packed: dict[str, Any]) -> Any:
    """What a small object stands for."""
    if len(packed) == 1:
        (kind, value), *_ = packed.items()
        if kind == "d":
            return dt.date.fromisoformat(value)
        if kind == "t":
            return dt.datetime.fromisoformat(value)
        if kind == "c":
            return CellRef(*value)
        if kind == "u":
            return tuple(value)
        if kind == "m":
            return dict(value)
    return packed


def _plain(value: object) -> object:
    """A value with its tuples and mappings marked, so that they come back as what they were."""
    if isinstance(value, tuple | list | set | frozenset):
        items = sorted(value) if isinstance(value, set | frozenset) else value
        return {"u": [_plain(item) for item in items]}
    if isinstance(value, Mapping):
        return {"m": [[key, _plain(item)] for key, item in value.items()]}
    return value


def _pack_finding(found: Finding) -> list[object]:
    params = [[key, _plain(value)] for key, value in found.params.items()]
    return [found.code, found.severity, found.at, params, found.template, list(found.also)]


def _unpack_finding(packed: list[Any]) -> Finding:
    code, severity, at, params, template, also = packed
    return Finding(code, Severity(severity), at, dict(params), template, tuple(also))


def _pack_reading(reading: Reading) -> list[object]:
    identity = reading.identity
    return [
        [identity.template, identity.version, identity.unit, identity.period, identity.found_by],
        [[form, *_pack_sheet(sheet)] for form, sheet in reading.sheets.items()],
        [_pack_finding(found) for found in reading.findings],
        list(reading.extra_sheets),
        reading.kind,
    ]


def _unpack_reading(packed: list[Any]) -> Reading:
    identity, sheets, findings, extra, kind = packed
    return Reading(
        Identity(*identity),
        {form: _unpack_sheet(sheet) for form, *sheet in sheets},
        tuple(map(_unpack_finding, findings)),
        tuple(extra),
        kind,
    )


def _pack_sheet(sheet: SheetReading) -> list[object]:
    keys = list(dict.fromkeys(key for record in sheet.records for key in record.values))
    total = None
    if sheet.total:
        total = [list(sheet.total.values), _pack_record(sheet.total, list(sheet.total.values))]
    return [
        sheet.form,
        sheet.name,
        sheet.state,
        [[key, column] for key, column in sheet.columns.items()],
        keys,
        [_pack_record(record, keys) for record in sheet.records],
        total,
        sheet.nil_cell,
        sheet.heading_row,
        [[key, place] for key, place in sheet.places.items()],
    ]


def _unpack_sheet(packed: list[Any]) -> SheetReading:
    form, name, state, columns, keys, records, total, nil_cell, heading_row, places = packed
    return SheetReading(
        form,
        name,
        SheetState(state),
        dict(columns),
        tuple(_unpack_record(record, keys) for record in records),
        _unpack_record(total[1], total[0]) if total else None,
        nil_cell,
        heading_row,
        dict(places),
    )


def _pack_record(record: Record, keys: list[str]) -> list[object]:
    """Row, key, hidden id, unread columns, then the values in the order of the keys."""
    values = record.values
    row = [record.row, record.key, record.hidden_id, sorted(record.unread)]
    if None in values.values():
        return row + [
            _BLANK if key in values and values[key] is None else values.get(key) for key in keys
        ]
    return row + [values.get(key) for key in keys]


def _unpack_record(packed: list[Any], keys: list[str]) -> Record:
    row, key, hidden_id, unread = packed[:4]
    values: dict[str, Value] = {
        name: None if value == _BLANK else value
        for name, value in zip(keys, packed[4:], strict=True)
        if value is not None
    }
    return Record(row, key, values, frozenset(unread), hidden_id)
