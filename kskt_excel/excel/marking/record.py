"""The record of our marks inside the marked file: colours used, and how each cell was before."""

import base64
import binascii
import json
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from kskt_excel.model.cells import CellRef
from kskt_excel.model.grid import Cell

RECORD: Final = "kskt:dau/1;"
_CHUNK: Final = 30_000  # a cell holds 32,767
_LARGEST: Final = 4 * 1024 * 1024
_PIECE: Final = re.compile(rb"kskt:dau/1;([0-9a-f]{8});([0-9]{1,4})/([0-9]{1,4});([A-Za-z0-9+/=]+)")
_COLOUR: Final = re.compile(r"[0-9A-F]{6}")


@dataclass(frozen=True, slots=True)
class Before:
    """A cell before it was marked: its fill as XML, the number of its style, whether it stood."""

    fill: str
    style: int
    stood: bool


@dataclass(slots=True)
class Record:
    """What was done to a file, so that it can be taken back exactly."""

    colours: list[str] = field(default_factory=list)  # "FFC7CE"
    cells: dict[str, dict[Cell, Before]] = field(default_factory=dict)  # by the name of the sheet

    def before(self, sheet: str, cell: Cell) -> Before | None:
        """How a cell was; where rows were moved, how most marked cells of its column were."""
        known = self.cells.get(sheet, {})
        if cell in known:
            return known[cell]
        same = [one for at, one in known.items() if at[1] == cell[1]] or list(known.values())
        if not same:
            return None
        most = Counter((one.fill, one.style) for one in same).most_common(1)[0][0]
        return Before(*most, stood=True)


def pieces(record: Record) -> list[str]:
    """The record as texts that cells can hold; the same record gives the same texts."""
    fills: dict[str, int] = {}
    cells = {
        sheet: {
            CellRef(sheet, *at).a1: [
                fills.setdefault(one.fill, len(fills)),
                one.style,
                int(one.stood),
            ]
            for at, one in sorted(marked.items())
        }
        for sheet, marked in record.cells.items()
    }
    told = {"colours": record.colours, "fills": list(fills), "cells": cells}
    packed = zlib.compress(json.dumps(told, ensure_ascii=False).encode(), 9)
    text = base64.b64encode(packed).decode()
    chunks = [text[at : at + _CHUNK] for at in range(0, len(text), _CHUNK)]
    sign = f"{zlib.crc32(packed):08x}"
    return [
        f"{RECORD}{sign};{number}/{len(chunks)};{chunk}"
        for number, chunk in enumerate(chunks, start=1)
    ]


def found_in(contents: Iterable[bytes]) -> Record:
    """Every whole record in the given parts, joined; an empty one when there is none."""
    by_sign: dict[bytes, dict[int, bytes]] = {}
    counts: dict[bytes, int] = {}
    for content in contents:
        for sign, number, count, chunk in _PIECE.findall(content):
            by_sign.setdefault(sign, {})[int(number)] = chunk
            counts[sign] = int(count)
    joined = Record()
    for sign, chunks in by_sign.items():
        if sorted(chunks) == list(range(1, counts[sign] + 1)):
            _join(joined, b"".join(chunks[number] for number in sorted(chunks)))
    return joined


def _join(record: Record, text: bytes) -> None:
    """Adds what a record's text says; nothing where it is damaged."""
    try:
        packed = base64.b64decode(text, validate=True)
        told = json.loads(zlib.decompressobj().decompress(packed, _LARGEST))
        colours = [one for one in told["colours"] if _COLOUR.fullmatch(one)]
        cells = {
            sheet: _cells(sheet, told["fills"], told["cells"][sheet]) for sheet in told["cells"]
        }
    except (binascii.Error, zlib.error, ValueError, KeyError, TypeError, IndexError):
        return
    record.colours += [one for one in colours if one not in record.colours]
    for sheet, known in cells.items():
        record.cells.setdefault(sheet, {}).update(known)


def _cells(
    sheet: str, fills: list[str], told: Mapping[str, tuple[int, int, int]]
) -> dict[Cell, Before]:
    found = {}
    for a1, (fill, style, stood) in told.items():
        at = CellRef.parse(sheet, a1)
        found[at.row, at.column] = Before(str(fills[fill]), int(style), bool(stood))
    return found
