"""A damaged file is never accepted with other values."""

import io
import zipfile
from functools import cache

from hypothesis import given
from hypothesis import strategies as st

from kskt_excel.excel.formats.gate import Gated, inspect
from kskt_excel.excel.formats.readers import read_book
from kskt_excel.model.book import Book
from tests.attacks import zipped
from tests.excel import samples


@cache
def _sent() -> bytes:
    return samples.filled()


def _places(size: int = 1) -> st.SearchStrategy[int]:
    """Where in the file something happens, in pieces of a byte."""
    return st.deferred(lambda: st.integers(0, len(_sent()) * size - 1))


@cache
def _sound() -> Book:
    book = _read(_sent())
    assert book
    return book


def _read(data: bytes) -> Book | None:
    gated = inspect("QLCNH.xlsx", data)
    return read_book(gated)[0] if isinstance(gated, Gated) else None


def _assert_refused_or_same(data: bytes) -> None:
    book = _read(data)
    if book is not None:
        assert [(s.name, s.rows, s.facts) for s in book.sheets] == [
            (s.name, s.rows, s.facts) for s in _sound().sheets
        ]


@given(_places(8))
def test_a_flipped_bit_never_changes_a_value(bit: int) -> None:
    data = bytearray(_sent())
    data[bit // 8] ^= 1 << bit % 8
    _assert_refused_or_same(bytes(data))


@given(_places())
def test_a_cut_end_is_never_read(kept: int) -> None:
    assert _read(_sent()[:kept]) is None


@given(_places(), st.sampled_from([16, 512, 4096]))
def test_a_block_of_zeros_never_changes_a_value(at: int, size: int) -> None:
    sent = _sent()
    hole = sent[:at] + bytes(min(size, len(sent) - at)) + sent[at + size :]
    _assert_refused_or_same(hole)


def test_a_lost_part_never_changes_a_value() -> None:
    whole = zipfile.ZipFile(io.BytesIO(_sent()))
    for lost in whole.namelist():
        kept = [(name, whole.read(name)) for name in whole.namelist() if name != lost]
        _assert_refused_or_same(zipped(kept))
