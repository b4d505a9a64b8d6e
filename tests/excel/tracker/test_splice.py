"""A package put together of packed pieces is one that every reader takes."""

import io
import zipfile
import zlib
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kskt_excel.excel.tracker import tracker_writer
from kskt_excel.excel.tracker.tracker_writer import (
    Chunk,
    ChunkFile,
    crc_joined,
    is_whole,
    mark,
    packed_chunk,
    spliced,
)
from tests.excel.tracker import samples

PART = "xl/worksheets/sheet1.xml"


def package(content: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("xl/workbook.xml", "<workbook/>" * 50)
        made.writestr(PART, content)
        made.writestr("docProps/app.xml", "<Properties/>", zipfile.ZIP_STORED)
    return target.getvalue()


def example() -> tuple[bytes, Mapping[str, int]]:
    rows = [f"<row>{number}</row>".encode() * 500 for number in range(3)]
    content = f"<sheetData>{mark(0)}{mark(1)}<row>x</row>{mark(2)}</sheetData>"
    return joined(package(content), *rows)


def joined(data: bytes, *rows: bytes) -> tuple[bytes, Mapping[str, int]]:
    file = io.BytesIO()
    with ChunkFile() as chunks:
        for row in rows:
            chunks.pack(row, (), lambda _: None)
        proven = spliced(data, chunks, file)
    return file.getvalue(), proven


def test_chunks_stand_where_their_marks_were() -> None:
    with zipfile.ZipFile(io.BytesIO(example()[0])) as read:
        assert read.testzip() is None
        one, two, three = (f"<row>{number}</row>" * 500 for number in range(3))
        expected = f"<sheetData>{one}{two}<row>x</row>{three}</sheetData>"
        assert read.read(PART).decode() == expected
        assert read.read("xl/workbook.xml") == b"<workbook/>" * 50
        assert read.read("docProps/app.xml") == b"<Properties/>"
        assert {info.date_time for info in read.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@given(first=st.binary(max_size=2_000), second=st.binary(max_size=2_000))
def test_the_crc_of_two_texts_follows_from_theirs(first: bytes, second: bytes) -> None:
    joined = crc_joined(zlib.crc32(first), zlib.crc32(second), len(second))
    assert joined == zlib.crc32(first + second)


def test_the_crc_of_a_long_text_follows_from_its_pieces() -> None:
    crc, whole = 0, 0
    for length in (1, 255, 70_000, 3_000_001, 0, 17):
        piece = bytes(length)
        crc, whole = crc_joined(crc, zlib.crc32(piece), length), zlib.crc32(piece, whole)
    assert crc == whole


def test_a_damage_at_any_place_of_a_part_is_seen() -> None:
    data, proven = example()
    assert list(proven) == [PART]
    assert is_whole(io.BytesIO(data), proven)
    with zipfile.ZipFile(io.BytesIO(data)) as read:
        for info in read.infolist():
            start = info.header_offset + 30 + len(info.filename)
            for at in range(start, start + info.compress_size):
                damaged = data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]
                assert not is_whole(io.BytesIO(damaged), proven), (info.filename, at - start)


@pytest.mark.parametrize("share", [0, 0.1, 0.5, 0.99])
def test_a_package_that_was_cut_is_not_whole(share: float) -> None:
    data, proven = example()
    assert not is_whole(io.BytesIO(data[: int(len(data) * share)]), proven)


def test_a_tracker_is_whole_for_who_trusts_nothing() -> None:
    data = samples.built()
    with zipfile.ZipFile(io.BytesIO(data)) as read:
        assert read.testzip() is None
    assert is_whole(io.BytesIO(data), {})


def test_more_than_four_gigabytes_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tracker_writer, "_LIMIT", 5_000)
    with pytest.raises(tracker_writer.TooLargeError, match="4 GB"):
        example()


def test_rows_that_do_not_come_out_again_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tracker_writer, "unpacked", lambda data: data[:-1])
    with pytest.raises(tracker_writer.WronglyPackedError):
        packed_chunk(b"<row/>")


def test_a_chunk_is_kept_whole() -> None:
    chunk = packed_chunk("<row>ô</row>\n".encode(), (1, 2.5))
    assert Chunk.of_kept(chunk.kept()) == chunk
