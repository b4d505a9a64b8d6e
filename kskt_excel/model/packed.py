"""What a worker hands back, and what the cache keeps: a Checked as small bytes."""

import datetime as dt
import hashlib
import json
import os
import sys
import tempfile
import zlib
from collections.abc import Callable, ItemsView, Iterator, Mapping, Sequence, ValuesView
from dataclasses import replace
from functools import lru_cache
from typing import IO, Any, TypeAlias, overload

from kskt_excel.model.book import CellRef
from kskt_excel.model.finding import Finding, Severity
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.reading import (
    Explanation,
    Identity,
    Reading,
    Record,
    SheetReading,
    SheetState,
    Value,
)
from kskt_excel.model.submission import Amounts, Checked, Tally

_IN_MEMORY = 16 << 20  # bytes of results that need no file: more than a thousand units'
_CAN_READ_AT = hasattr(os, "pread")


class ResultFile:
    """Packed results in a temporary file (kho kết quả): of thousands none stays in memory.

    Without it a nation's twelve thousand communes take a hundred MiB more. What a few units have
    said needs no file.
    """

    def __init__(self) -> None:
        self._memory = bytearray()
        self._file: IO[bytes] | None = None
        self._end = 0

    def add(self, data: bytes) -> "Stretch":
        """Takes a result; gives where it lies."""
        start, self._end = self._end, self._end + len(data)
        if self._file is None and self._end > _IN_MEMORY:
            self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed when nobody reads
            self._file.write(self._memory)
            self._memory = bytearray()
        if self._file is None:
            self._memory += data
        else:
            self._file.seek(start)
            self._file.write(data)
            self._file.flush()
        return Stretch(self, start, len(data))

    def read(self, start: int, size: int) -> bytes:
        """Bytes of what was taken."""
        if self._file is None:
            return bytes(self._memory[start : start + size])
        if _CAN_READ_AT:  # tens of thousands of small pieces: one call of the system each
            return os.pread(self._file.fileno(), size, start)
        self._file.seek(start)
        return self._file.read(size)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Bytes that lie in the file of results."""

    file: ResultFile
    start: int
    size: int

    def read(self) -> bytes:
        """The bytes."""
        return self.file.read(self.start, self.size)

    def part(self, start: int, size: int) -> "Stretch":
        """Some of the bytes, counted from the first."""
        return Stretch(self.file, self.start + start, size)


Block: TypeAlias = bytes | Stretch
"""Packed bytes, in memory or in the file of results."""


def _read(block: Block) -> bytes:
    return block if isinstance(block, bytes) else block.read()


def _part(block: Block, start: int, size: int) -> Block:
    if isinstance(block, bytes):
        return block[start : start + size]
    return block.part(start, size)


_BLANK = {"b": 0}  # a value that is there and is None; an absent value is null
_BLANK_WRITTEN = b'{"b":0}'
_RECORDS_LEVEL = 1  # of compression, as ``_LEVEL``
_KEPT = 64  # sheets
_NOTHING_UNREAD: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class SealedRecords:
    """Records in two texts: where each stands, and what it says."""

    places: bytes
    content: bytes

    def packed(self) -> bytes:
        """Places and content in one compressed block."""
        return zlib.compress(self.places + b"\n" + self.content, _RECORDS_LEVEL)


def seal(records: Sequence[Record], dump: Callable[[object], bytes]) -> SealedRecords:
    """Records as rows of values in the order of their sorted keys."""
    keys = sorted({key for record in records for key in record.values})
    has_none = any(None in record.values.values() for record in records)
    rows = [
        [record.key, sorted(record.unread) or 0, *_values(record, keys, has_none=has_none)]
        for record in records
    ]
    places = [[record.row, record.hidden_id] for record in records]
    return SealedRecords(dump(places), dump([keys, rows]))


def _values(record: Record, keys: list[str], *, has_none: bool) -> list[object]:
    values = record.values
    if has_none:
        return [
            _BLANK if key in values and values[key] is None else values.get(key) for key in keys
        ]
    return list(map(values.get, keys))


class PackedRecords(Sequence[Record]):
    """The records of a sheet in the order of its rows, made when they are first looked at."""

    __slots__ = ("_block", "_count", "_load")

    def __init__(self, block: Block, count: int, load: Callable[[bytes], Any]) -> None:
        self._block = block
        self._count = count
        self._load = load

    @property
    def packed(self) -> bytes:
        """The records as bytes: where they are equal, the records are."""
        return _read(self._block)

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Record]:
        return iter(self._records())

    @overload
    def __getitem__(self, at: int) -> Record: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Record, ...]: ...
    def __getitem__(self, at: int | slice) -> Record | tuple[Record, ...]:
        return self._records()[at]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, PackedRecords | tuple):
            return NotImplemented
        return self._records() == tuple(other)

    def __hash__(self) -> int:
        return hash(self._records())  # as the tuple that it equals

    def __repr__(self) -> str:
        return repr(self._records())

    def _records(self) -> tuple[Record, ...]:
        return _unsealed(_read(self._block), self._load)


@lru_cache(maxsize=_KEPT)
def _unsealed(block: bytes, load: Callable[[bytes], Any]) -> tuple[Record, ...]:
    """The records; those of the sheets looked at last are kept."""
    return tuple(_records_in(zlib.decompress(block), load))


def _records_in(data: bytes, load: Callable[[bytes], Any]) -> Iterator[Record]:
    places, _, content = data.partition(b"\n")
    keys, rows = load(content)
    has_none = _BLANK_WRITTEN in content
    for (row, hidden_id), (key, unread, *values) in zip(load(places), rows, strict=True):
        found: dict[str, Value] = {
            name: value for name, value in zip(keys, values, strict=True) if value is not None
        }
        if has_none:
            found = {name: None if value == _BLANK else value for name, value in found.items()}
        yield Record(row, key, found, frozenset(unread) if unread else _NOTHING_UNREAD, hidden_id)


def record_as_lists(record: Record) -> tuple[object, ...]:
    """A record for itself, its keys beside its values."""
    keys, values = list(record.values), list(record.values.values())
    return record.row, record.key, keys, values, sorted(record.unread), record.hidden_id


def record_of_lists(packed: Sequence[Any]) -> Record:
    """A record out of what ``record_as_lists`` gave."""
    row, key, keys, values, unread, hidden_id = packed
    values = dict(zip(map(sys.intern, keys), values, strict=True))  # keys of columns: few, often
    return Record(row, key, values, frozenset(unread) if unread else _NOTHING_UNREAD, hidden_id)


_TALLY_LEVEL = 1  # of compression, as ``_LEVEL``
_TALLY_KEPT = 4  # workbooks: each is looked at once, for all forms
_ROWS, _WHOLE = 0, 1  # places in the packed pair


def pack_tally(tally: Tally, dump: Callable[[object], bytes]) -> bytes:
    """Rows, then wholes, as pairs; texts in order are marked, since JSON has only lists."""
    rows = [
        [form, [[key, _plain_amount(amounts)] for key, amounts in by_key.items()]]
        for form, by_key in tally.rows.items()
    ]
    whole = [[form, _plain_amount(amounts)] for form, amounts in tally.whole.items()]
    return zlib.compress(dump([rows, whole]), _TALLY_LEVEL)


def unpack_tally(told: Sequence[Any], block: Block, load: Callable[[bytes], Any]) -> Tally:
    """The tally of a line and its block."""
    unit, period, _ = told
    return Tally(unit, period, _Packed(block, _ROWS, load), _Packed(block, _WHOLE, load))


class _Packed(Mapping[str, Any]):
    """One of the mappings: thousands of tallies are not held unpacked."""

    __slots__ = ("_at", "_block", "_load")

    def __init__(self, block: Block, at: int, load: Callable[[bytes], Any]) -> None:
        self._block = block
        self._at = at
        self._load = load

    def __getitem__(self, form: str) -> Any:
        return self._opened()[form]

    def __iter__(self) -> Iterator[str]:
        return iter(self._opened())

    def items(self) -> ItemsView[str, Any]:
        """All at once: the one way in which tallies are read."""
        return self._opened().items()

    def __len__(self) -> int:
        return len(self._opened())

    def __repr__(self) -> str:
        return repr(self._opened())

    def _opened(self) -> Mapping[str, Any]:
        return _unpacked(_read(self._block), self._load)[self._at]


@lru_cache(maxsize=_TALLY_KEPT)
def _unpacked(
    block: bytes, load: Callable[[bytes], Any]
) -> tuple[Mapping[str, Mapping[str, Amounts]], Mapping[str, Amounts]]:
    rows, whole = load(zlib.decompress(block))
    by_row = {form: {key: tuple(amounts) for key, amounts in pairs} for form, pairs in rows}
    return by_row, {form: tuple(amounts) for form, amounts in whole}


def _plain_amount(amounts: Amounts) -> list[object]:
    return [{"u": list(one)} if isinstance(one, tuple) else one for one in amounts]


FORMAT = 7
"""Raised whenever the layout changes, so that older caches are not read."""

_LEVEL = 1  # of compression: most of the gain for least of the time
_LAYOUTS = 64  # of workbooks, kept for the next one that has the same
_SETS = 1024  # of names in tallies, as ``_LAYOUTS``

_Layout: TypeAlias = tuple[str, str, Mapping[str, int], CellRef | None, int, Mapping[str, CellRef]]


def pack(checked: Checked) -> bytes:
    """A Checked as bytes, alike for the same Checked: a line of compact JSON, then the sheets.

    What is asked of every file stands in the line; what it adds to the figures and its sheets
    follow compressed: layouts together, totals together, the records of each sheet for
    themselves, so that only what is looked at is unpacked.
    """
    return _packed(checked, _sealed(checked.reading))


def pack_read(checked: Checked) -> bytes:
    """The packed Checked with the hash of its content, which is not known before."""
    sealed = _sealed(checked.reading)
    content = _content(checked.reading, sealed) if checked.reading else ""
    return _packed(replace(checked, content_sha256=content), sealed)


def unpack_checked(data: Block) -> Checked:
    """The Checked that was packed. Raises ValueError when it is of another format.

    Of a stretch only the first line is read now, the rest when it is looked at.
    """
    line, _, rest = _read(data).partition(b"\n")
    behind = _part(data, len(line) + 1, len(rest))
    told = _load(line)
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        raise ValueError("format")
    reading, tally = told["reading"], told["tally"]
    size = tally[-1] if tally else 0
    return Checked(
        told["sha256"],
        _unpack_reading(reading, _part(behind, size, len(rest) - size)) if reading else None,
        tuple(map(_unpack_finding, told["findings"])),
        told["content"],
        unpack_tally(tally, _part(behind, 0, size), _load) if tally else None,
    )


def content_sha256(reading: Reading) -> str:
    """A hash over what was read, not where it stood: the same for the same content re-saved."""
    return _content(reading, _sealed(reading))


def _content(reading: Reading, sealed: Mapping[str, SealedRecords]) -> str:
    identity = reading.identity
    told = [identity.template, identity.version, identity.unit, identity.period]
    found = hashlib.sha256(_dump(told))
    for form, sheet in sorted(reading.sheets.items()):
        found.update(_dump([form, sheet.state, len(sealed[form].content)]))
        found.update(sealed[form].content)
    for answer in reading.explanations:
        found.update(_dump([answer.code, answer.sheet, answer.cell, answer.text]))
    return found.hexdigest()


def _sealed(reading: Reading | None) -> Mapping[str, SealedRecords]:
    """The records of each sheet as bytes."""
    if reading is None:
        return {}
    return {form: seal(sheet.records, _dump) for form, sheet in reading.sheets.items()}


def _packed(checked: Checked, sealed: Mapping[str, SealedRecords]) -> bytes:
    reading = checked.reading
    blocks: list[bytes] = []
    if reading:
        layouts = [[form, *_layout(sheet)] for form, sheet in reading.sheets.items()]
        totals = [one.total and record_as_lists(one.total) for one in reading.sheets.values()]
        bodies = [sealed[form].packed() for form in reading.sheets]
        blocks = [*(zlib.compress(_dump(one), _LEVEL) for one in (layouts, totals)), *bodies]
    tally = checked.tally
    counted = pack_tally(tally, _dump) if tally else b""
    told = {
        "format": FORMAT,
        "sha256": checked.sha256,
        "content": checked.content_sha256,
        "findings": [_pack_finding(found) for found in checked.findings],
        "reading": _pack_reading(reading, list(map(len, blocks))) if reading else None,
        "tally": [tally.unit, tally.period, len(counted)] if tally else None,
    }
    return b"".join((_dump(told), b"\n", counted, *blocks))


def _dump(told: object) -> bytes:
    return _ENCODER.encode(told).encode()


def _encode(value: object) -> dict[str, object]:
    """Days, moments, cells and sets, which JSON has no words for."""
    if isinstance(value, dt.datetime):
        return {"t": value.isoformat()}
    if isinstance(value, dt.date):
        return {"d": value.isoformat()}
    if isinstance(value, CellRef):
        return {"c": [value.sheet, value.row, value.column]}
    if isinstance(value, frozenset):
        return {"s": sorted(value)}
    raise TypeError(type(value).__name__)


def _restore(packed: dict[str, Any]) -> Any:
    """What a small object stands for."""
    if len(packed) == 1:
        (kind, value), *_ = packed.items()
        if kind in _RESTORED:
            return _RESTORED[kind](value)
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
    more = [found.explanation, list(found.involved)] if found.involved else [found.explanation]
    answer = more if found.involved or found.explanation else []
    return [found.code, found.severity, found.at, params, found.template, list(found.also), *answer]


def _unpack_finding(packed: list[Any]) -> Finding:
    code, severity, at, params, template, also, *more = packed
    answer = more[0] if more else ""
    involved = tuple(more[1]) if len(more) > 1 else ()
    return Finding(
        code, Severity(severity), at, dict(params), template, tuple(also), answer, involved
    )


def _pack_reading(reading: Reading, sizes: list[int]) -> list[object]:
    identity = reading.identity
    return [
        [
            *(identity.template, identity.version, identity.unit, identity.period),
            *(identity.found_by, identity.forms),
        ],
        sizes,
        [[sheet.state, len(sheet.records)] for sheet in reading.sheets.values()],
        [_pack_finding(found) for found in reading.findings],
        list(reading.extra_sheets),
        reading.kind,
        [[one.code, one.sheet, one.cell, one.text] for one in reading.explanations],
        reading.part,
    ]


def _unpack_reading(packed: list[Any], rest: Block) -> Reading:
    identity, sizes, told, findings, extra, kind, answers, part = packed
    template, version, unit, period, found_by, issued_with = identity
    return Reading(
        Identity(template, version, unit, period, found_by, _shared(tuple(issued_with))),
        PackedSheets(rest, sizes, told),
        tuple(map(_unpack_finding, findings)),
        tuple(extra),
        kind,
        tuple(Explanation(*answer) for answer in answers),
        tuple(part) if part else None,
    )


@lru_cache(maxsize=_LAYOUTS)
def _shared(forms: tuple[str, ...]) -> tuple[str, ...]:
    """The forms that a workbook was issued with; equal ones are one object for all workbooks."""
    return forms


class PackedSheets(Mapping[str, SheetReading]):
    """The sheets of a reading by form id, made when they are first looked at."""

    __slots__ = ("_packed", "_sheets", "_sizes", "_told")

    def __init__(
        self, packed: Block, sizes: Sequence[int], told: Sequence[tuple[str, int]]
    ) -> None:
        self._packed = packed
        self._sizes = sizes
        self._told = told  # of each sheet: its state, the number of its records
        self._sheets: Mapping[str, SheetReading] | None = None

    def __getitem__(self, form: str) -> SheetReading:
        return self._made()[form]

    def __contains__(self, form: object) -> bool:
        return form in self._made()

    def __iter__(self) -> Iterator[str]:
        return iter(self._made())

    def __len__(self) -> int:
        return len(self._told if self._sheets is None else self._sheets)

    def get(self, form: str, default: Any = None) -> Any:
        """A sheet; by no detour over an exception where there is none."""
        return self._made().get(form, default)

    def items(self) -> ItemsView[str, SheetReading]:
        """All at once."""
        return self._made().items()

    def values(self) -> ValuesView[SheetReading]:
        """All at once."""
        return self._made().values()

    def __repr__(self) -> str:
        return repr(self._made())

    def _made(self) -> Mapping[str, SheetReading]:
        if self._sheets is None:
            layouts, totals, *bodies = self._blocks()
            known = _layouts(_read(layouts))
            parts = zip(known, self._told, _opened(_read(totals)), bodies, strict=True)
            self._sheets = {
                form: _unpack_sheet(layout, *told, total, body)
                for (form, layout), told, total, body in parts
            }
            self._packed, self._sizes, self._told = b"", (), ()  # the sheets say it all
        return self._sheets

    def _blocks(self) -> Iterator[Block]:
        start = 0
        for size in self._sizes:
            yield _part(self._packed, start, size)
            start += size


def _layout(sheet: SheetReading) -> list[object]:
    """Where everything stands on a sheet: mostly as issued, the same in many workbooks."""
    return [
        sheet.form,
        sheet.name,
        [[key, column] for key, column in sheet.columns.items()],
        sheet.nil_cell,
        sheet.heading_row,
        [[key, place] for key, place in sheet.places.items()],
    ]


@lru_cache(maxsize=_LAYOUTS)
def _layouts(block: bytes) -> list[tuple[str, _Layout]]:
    """Unpacks the layouts of a workbook's sheets; equal blocks share one result."""
    return [
        (key, (form, name, dict(columns), nil_cell, heading_row, dict(places)))
        for key, form, name, columns, nil_cell, heading_row, places in _opened(block)
    ]


def _unpack_sheet(layout: _Layout, state: str, count: int, total: Any, body: Block) -> SheetReading:
    form, name, columns, nil_cell, heading_row, places = layout
    return SheetReading(
        form,
        name,
        _STATES[state],
        columns,
        PackedRecords(body, count, _load) if count else (),
        record_of_lists(total) if total else None,
        nil_cell,
        heading_row,
        places,
    )


def _opened(block: bytes) -> Any:
    return _load(zlib.decompress(block))


def _load(data: bytes) -> Any:
    return _DECODER.decode(data.decode())


@lru_cache(maxsize=_SETS)
def _set_of(values: tuple[str, ...]) -> frozenset[str]:
    """What is counted once, by name; of many units it is the same procedures, or none."""
    return frozenset(values)


_RESTORED: Mapping[str, Callable[[Any], object]] = {
    "d": dt.date.fromisoformat,
    "t": dt.datetime.fromisoformat,
    "c": lambda place: CellRef(*place),
    "u": tuple,
    "m": dict,
    "s": lambda values: _set_of(tuple(values)),
}
_STATES = {state.value: state for state in SheetState}
_DECODER = json.JSONDecoder(object_hook=_restore)  # made once: thousands of pieces are read
_ENCODER = json.JSONEncoder(
    ensure_ascii=False, separators=(",", ":"), check_circular=False, default=_encode
)
