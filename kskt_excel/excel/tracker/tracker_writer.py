"""How rows get into the tracker's file: sheets on worksheets, heads, blocks, the office's cells.

Chunks of rows stand among the sheet's own, many times faster than cell by cell: through XlsxWriter
the first run of a hundred units costs a third more of the processor. Chunks are kept for the next
run: without them one of three hundred units changed costs 1.4 times as much.

That stands on private names of XlsxWriter (``_write_rows``, ``_get_xf_index``, ``fh``, the bounds
of a sheet): ``rows_work`` tries them once, and who finds them changed writes cell by cell.
"""

import datetime as dt
import hashlib
import io
import json
import re
import struct
import tempfile
import zipfile
import zlib
from bisect import bisect_left
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import field
from functools import cache, cached_property, lru_cache
from itertools import repeat
from typing import (
    TYPE_CHECKING,
    Any,
    BinaryIO,
    Final,
    Generic,
    NamedTuple,
    Self,
    TypeAlias,
    TypeVar,
)

from kskt_excel.excel import book_writer
from kskt_excel.excel.book_writer import (
    BookWriter,
    CellContent,
    CellLine,
    Formula,
    HeightCell,
    as_xml,
    colour_tab,
    columns_in_sight,
    day_number,
    inline_text,
    line_count,
    lines_height,
    moment_number,
    narrow_margins,
    paper,
    plain_worksheet,
    quoted,
    row_height,
    write_cell,
    write_lines,
    write_text,
)
from kskt_excel.excel.opc import MAX_ROW
from kskt_excel.excel.tracker import handwriting
from kskt_excel.excel.tracker.blocks import (
    ID_HEADING,
    OFFICE_HEADINGS,
    TOTALS_LABEL,
    TRACKER_MARK,
    VERSION,
    BlockPart,
    ColumnKind,
    ColumnRows,
    SheetBlock,
    TrackerColumn,
    TrackerSheet,
    block_column,
    in_pixels,
)
from kskt_excel.excel.tracker.handwriting import HandCell, HandFrame, HandRow, Placed
from kskt_excel.excel.tracker.print_view import LETTERS
from kskt_excel.ledger.cache import KeptWork
from kskt_excel.model.book import column_letters
from kskt_excel.model.consolidation import StandingState
from kskt_excel.model.errors import KsktError
from kskt_excel.model.nouns import dataclass
from kskt_excel.report.verdicts import VERDICT_SHADES, VERDICT_WORDS
from kskt_excel.text.shown import value_text

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet


# ---- Rows as XML

V = TypeVar("V")
Heights: TypeAlias = Sequence[float | None]

_REMEMBERED: Final = 4_096  # values of a column: words and counts come again, keys do not
_SHORT: Final = 10_000  # letters that are never too many for a cell
# Typed so by a person; with its sign escaped, Excel shows it as typed.


class RowXml:
    """Makes the XML of rows whose cells have the styles given, column by column.

    The rows come out of ``bytes.join`` with the row's number as the glue: a piece reaches from
    behind the number of one cell to before that of the next. So no cell costs a step of Python.
    """

    def __init__(self, styles: Sequence[int], level: int = 0) -> None:
        ends = [f'<c r="{column_letters(at)}' for at in range(2, len(styles) + 1)]
        closing = (*ends, "</row>")
        self._columns = [_Column(*both) for both in zip(styles, closing, strict=True)]
        self._level = level

    def rows(self, first_row: int, table: ColumnRows, heights: Heights) -> bytes:
        """Rows from ``first_row`` on; columns without values are blank. A height may be None."""
        first, *own = self._columns
        level = self._level
        pieces: list[Iterable[bytes]] = [
            repeat(b'<row r="'),
            [_row_head(one, level) for one in heights],
            first.once(table.keys),
        ]
        pieces += [one.cells(values) for one, values in zip(own, table.columns, strict=False)]
        pieces += [repeat(one.blank) for one in own[len(table.columns) :]]
        numbers = map(b"%d".__mod__, range(first_row, first_row + len(heights)))
        return b"".join(map(bytes.join, numbers, zip(*pieces, strict=False)))


@lru_cache(maxsize=256)
def _row_head(height: float | None, level: int) -> bytes:
    """What stands between a row's number and the number in its first cell."""
    ht, custom = (f' ht="{height:.16g}"', ' customHeight="1"') if height else ("", "")
    hidden, outline = (' hidden="1"', f' outlineLevel="{level}"') if level else ("", "")
    return f'"{ht}{hidden}{custom}{outline}><c r="A'.encode()


class _CellXml:
    """The XML of a cell of a column, from behind its row's number to before the next one's."""

    def __init__(self, style: int, end: str) -> None:
        self._start, self._end = f'" s="{style}"', end
        self.blank = self._cell("/>")
        self._before_text = f'{self._start} t="inlineStr"><is><t>'.encode()
        self._behind_text = f"</t></is></c>{end}".encode()

    def any(self, value: CellContent) -> bytes:
        if value is None:
            return self.blank
        if isinstance(value, Formula):
            return self._formula(value)
        if isinstance(value, bool):
            return self.text("Có" if value else "Không")
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dt.datetime):
            return self._cell(f"><v>{moment_number(value):.16g}</v></c>")
        return self.day(value) if isinstance(value, dt.date) else self.number(value)

    def text(self, text: str) -> bytes:
        if not text:
            return self.blank
        if _is_plain(text):
            return self._before_text + text.encode() + self._behind_text
        return self._cell(f' t="inlineStr"><is>{inline_text(text)}</is></c>')

    def number(self, value: float) -> bytes:
        return self._cell(f"><v>{value}</v></c>")

    def day(self, day: dt.date) -> bytes:
        return self._cell(f"><v>{day_number(day)}</v></c>")

    def _formula(self, value: Formula) -> bytes:
        text, stored = as_xml(value.text), value.result
        if isinstance(stored, str):
            return self._cell(f' t="str"><f>{text}</f><v>{as_xml(stored)}</v></c>')
        return self._cell(f"><f>{text}</f><v>{stored}</v></c>")

    def _cell(self, rest: str) -> bytes:
        return f"{self._start}{rest}{self._end}".encode()


class _Column:
    """The cells of a column; values met before have their XML already.

    Nothing here names its owner: what a block has met goes with the block, no collector needed.
    """

    def __init__(self, style: int, end: str) -> None:
        self._cell = _CellXml(style, end)
        self.blank = self._cell.blank
        self._texts = _Known[str](self._cell.text)
        self._counts = _Known[int](self._cell.number)
        self._days = _Known[dt.date](self._cell.day)

    def cells(self, values: Sequence[CellContent]) -> Iterable[bytes]:
        """The XML of each value."""
        kinds = set(map(type, values))
        kinds.discard(type(None))
        if not kinds:
            return repeat(self.blank, len(values))
        # one kind of value only: as keys 1, 1.0 and True would be the same
        if kinds == {str}:
            return self._texts.each(values, self.blank)
        if kinds == {int}:
            return self._counts.each(values, self.blank)
        if kinds == {dt.date}:
            return self._days.each(values, self.blank)
        return self._of_several_kinds(values)

    def once(self, texts: Iterable[str]) -> Iterable[bytes]:
        """The XML of texts none of which comes again: nothing is remembered."""
        return map(self._cell.text, texts)

    def _of_several_kinds(self, values: Sequence[CellContent]) -> Iterable[bytes]:
        """The XML of each value, made once for each object: rows of a report share their links."""
        made = {key: self._cell.any(one) for key, one in {id(one): one for one in values}.items()}
        return map(made.__getitem__, map(id, values))


class _Known(dict[object, bytes], Generic[V]):
    """XML by value, made when first asked for."""

    def __init__(self, make: Callable[[V], bytes]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, value: V) -> bytes:
        made = self[value] = self._make(value)
        return made

    def each(self, values: Sequence[CellContent], blank: bytes) -> Iterable[bytes]:
        """The XML of each value; of None it is ``blank``."""
        if len(self) > _REMEMBERED:
            self.clear()
        self[None] = blank
        return map(self.__getitem__, values)


def _is_plain(text: str) -> bool:
    """Whether a text stands in XML as it is; asked of every text, so by the quickest questions."""
    return (
        text.isprintable()
        and "&" not in text
        and "<" not in text
        and ">" not in text
        and "_x" not in text
        and text[0] != " " != text[-1]
        and len(text) <= _SHORT
    )


# ---- Chunks of rows: packed once, kept from run to run, laid into the package

LEVEL: Final = 5  # of compression: 6 makes files a twentieth smaller for half as much time again
_RAW: Final = -zlib.MAX_WBITS


class WronglyPackedError(KsktError):
    """Rows that do not come out again as they were packed: a fault of the machine."""

    def __init__(self) -> None:
        super().__init__(
            "Số liệu của sổ theo dõi vừa nén không mở lại được như cũ nên chưa lập bảng mới."
            " Đề nghị chạy lại; nếu vẫn thế, đề nghị kiểm tra bộ nhớ của máy."
        )


class Chunk(NamedTuple):
    """Rows as deflated XML to which another chunk can be joined."""

    data: bytes
    crc: int  # of the XML
    length: int
    sums: tuple[float, ...] = ()  # of the columns that are summed

    def kept(self) -> bytes:
        """The chunk as it is kept."""
        return json.dumps([self.crc, self.length, self.sums]).encode() + b"\n" + self.data

    @classmethod
    def of_kept(cls, kept: bytes) -> "Chunk":
        """A chunk out of what ``kept`` gave."""
        told, _, data = kept.partition(b"\n")
        crc, length, sums = json.loads(told)
        return cls(data, crc, length, tuple(sums))


def packed_chunk(xml: bytes, sums: tuple[float, ...] = ()) -> Chunk:
    """A chunk of XML, tried at once. Raises WronglyPackedError."""
    packing = zlib.compressobj(LEVEL, zlib.DEFLATED, _RAW)
    data = packing.compress(xml) + packing.flush(zlib.Z_FULL_FLUSH)
    if unpacked(data) != xml:
        raise WronglyPackedError
    return Chunk(data, zlib.crc32(xml), len(xml), sums)


def unpacked(data: bytes) -> bytes:
    """The XML of a chunk's bytes. Raises zlib.error."""
    return zlib.decompressobj(_RAW).decompress(data)


_MOST_UNDER_WAY: Final = 8  # chunks whose XML is held until its turn comes


class LaidChunk(NamedTuple):
    """A chunk that lies in the file of chunks."""

    start: int
    size: int  # of its bytes there
    crc: int  # of the XML
    length: int


Then: TypeAlias = Callable[[Chunk], None]
"""What is to be done with a chunk once it is there."""


class ChunkFile:
    """Chunks of a package to come, in a temporary file: of a long tracker none stays in memory.

    Each is known by its number, from 0. They are packed by a second thread: zlib lets Python go on
    while it deflates.
    """

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1)
        self._under_way: deque[tuple[int, Future[Chunk], Then]] = deque()
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed with this
        self._laid: list[LaidChunk | None] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._pool.shutdown(cancel_futures=True)
        self._file.close()

    def pack(self, xml: bytes, sums: tuple[float, ...], then: Then) -> int:
        """Has XML packed; waits while too much of it is under way. Raises WronglyPackedError."""
        self._lay_ready(_MOST_UNDER_WAY - 1)
        number = self._new()
        self._under_way.append((number, self._pool.submit(packed_chunk, xml, sums), then))
        return number

    def add(self, chunk: Chunk) -> int:
        """Takes a chunk that is there already."""
        number = self._new()
        self._lay(number, chunk)
        return number

    def __getitem__(self, number: int) -> LaidChunk:
        """Where a chunk lies, waited for. Raises WronglyPackedError, IndexError."""
        self._lay_ready(0)
        laid = self._laid[number]
        if laid is None:
            raise IndexError(number)
        return laid

    def read(self, laid: LaidChunk) -> bytes:
        """The bytes of a chunk."""
        self._file.seek(laid.start)
        return self._file.read(laid.size)

    def _new(self) -> int:
        self._laid.append(None)
        return len(self._laid) - 1

    def _lay_ready(self, most: int) -> None:
        """Lays down what is packed, until no more than so many are under way."""
        while len(self._under_way) > most:
            number, future, then = self._under_way.popleft()
            made = future.result()
            then(made)
            self._lay(number, made)

    def _lay(self, number: int, chunk: Chunk) -> None:
        start = self._file.seek(0, io.SEEK_END)
        self._file.write(chunk.data)
        self._laid[number] = LaidChunk(start, len(chunk.data), chunk.crc, chunk.length)


_MARK: Final = re.compile(rb"\0(\d+)\0")
_SHEET: Final = re.compile(r"xl/worksheets/sheet\d+\.xml")
_VERSION: Final = 20  # 2.0: the first one that knows deflate
_FIRST_DAY: Final = 0x21  # 1 January 1980: no time of a run gets into the bytes
_LIMIT: Final = 0xFFFFFFFF  # sizes and places take four bytes without ZIP64
_MOST_PARTS: Final = 0xFFFF  # without ZIP64
_PIECE: Final = 1 << 20  # bytes read at a time
_LOCAL: Final = struct.Struct("<4s5H3L2H")
_CENTRAL: Final = struct.Struct("<4s6H3L5H2L")
_END: Final = struct.Struct("<4s4H2LH")
_POLYNOMIAL: Final = 0xEDB88320  # of the CRC-32 of zip, bits mirrored
_TOP_BIT: Final = 1 << 31  # the polynomial 1, bits mirrored


class TooLargeError(KsktError):
    """A workbook of more than 4 GiB, or with a part of that size."""

    def __init__(self) -> None:
        super().__init__(
            "Sổ theo dõi lớn hơn 4 GB nên không lập được thành một tệp. Đề nghị ghi"
            " tracker_rows nhỏ hơn ở mục [run] của kskt.toml: sổ sẽ được chia thành các tập."
        )


def mark(number: int) -> str:
    """What stands in a sheet's XML where a chunk belongs; no text of a cell has such a letter."""
    return f"\0{number}\0"


def spliced(data: bytes, chunks: ChunkFile, file: BinaryIO) -> Mapping[str, int]:
    """Writes the package with chunks for the marks, the CRC of the packed bytes of each part.

    Given are the parts that are known to be whole: those with chunks. Raises TooLargeError.
    """
    target = _Target(file)
    proven: dict[str, int] = {}
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        for info in package.infolist():
            content = package.read(info) if _SHEET.fullmatch(info.filename) else b""
            if b"\0" in content:
                proven[info.filename] = target.join(info.filename, content, chunks)
            else:
                target.copy(info, _stored(data, info))
    target.finish()
    return proven


def is_whole(file: BinaryIO, proven: Mapping[str, int]) -> bool:
    """Whether a package opens and every part of it is whole.

    A proven part was unpacked when it was made: of that its packed bytes must still be the same.
    """
    try:
        with zipfile.ZipFile(file) as package:
            return all(_is_part_whole(package, file, one, proven) for one in package.infolist())
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError):
        return False


def _is_part_whole(
    package: zipfile.ZipFile, file: BinaryIO, info: zipfile.ZipInfo, proven: Mapping[str, int]
) -> bool:
    if info.filename not in proven:
        package.read(info)
        return True
    package.open(info).close()  # its local header
    file.seek(info.header_offset)
    file.seek(_behind_head(file.read(_LOCAL.size), info))
    seal, left = 0, info.compress_size
    while left:
        piece = file.read(min(left, _PIECE))
        if not piece:
            return False
        seal, left = zlib.crc32(piece, seal), left - len(piece)
    return seal == proven[info.filename]


def _stored(data: bytes, info: zipfile.ZipInfo) -> memoryview:
    """The packed bytes of a part."""
    start = _behind_head(data[info.header_offset : info.header_offset + _LOCAL.size], info)
    return memoryview(data)[start : start + info.compress_size]


def _behind_head(head: bytes, info: zipfile.ZipInfo) -> int:
    """Where the packed bytes of a part begin."""
    *_, named, extra = _LOCAL.unpack(head)
    return info.header_offset + _LOCAL.size + int(named) + int(extra)


class _Target:
    """The new package under way."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._directory: list[bytes] = []

    def copy(self, info: zipfile.ZipInfo, stored: memoryview) -> None:
        """Puts a part into the package as it is."""
        sizes = info.CRC, info.compress_size, info.file_size
        self._head(info.filename, info.compress_type, sizes)
        self._file.write(stored)

    def join(self, name: str, content: bytes, chunks: ChunkFile) -> int:
        """Puts a part with chunks into the package; gives the CRC of its packed bytes."""
        pieces = list(_pieces(content, chunks))
        crc = 0
        for one in pieces:
            crc = crc_joined(crc, one.crc, one.length)
        packed = sum(one.size if isinstance(one, LaidChunk) else len(one.data) for one in pieces)
        sizes = crc, packed, sum(one.length for one in pieces)
        self._head(name, zipfile.ZIP_DEFLATED, sizes)
        seal = 0
        for one in pieces:
            data = chunks.read(one) if isinstance(one, LaidChunk) else one.data
            self._file.write(data)
            seal = zlib.crc32(data, seal)
        return seal

    def finish(self) -> None:
        """Writes the directory."""
        start, count = self._file.tell(), len(self._directory)
        directory = b"".join(self._directory)
        if start + len(directory) > _LIMIT or count > _MOST_PARTS:
            raise TooLargeError
        self._file.write(directory)
        self._file.write(_END.pack(b"PK\5\6", 0, 0, count, count, len(directory), start, 0))

    def _head(self, name: str, method: int, sizes: tuple[int, int, int]) -> None:
        at, named = self._file.tell(), name.encode()
        if max(at, *sizes) > _LIMIT:
            raise TooLargeError
        told = (_VERSION, 0, method, 0, _FIRST_DAY, *sizes, len(named), 0)
        self._file.write(_LOCAL.pack(b"PK\3\4", *told) + named)
        entry = _CENTRAL.pack(b"PK\1\2", _VERSION, *told, 0, 0, 0, 0, at)
        self._directory.append(entry + named)


def _pieces(content: bytes, chunks: ChunkFile) -> Iterator[Chunk | LaidChunk]:
    """The XML between the marks and the chunks for them; the last piece ends the stream."""
    *pairs, last = _MARK.split(content)
    for xml, number in zip(pairs[::2], pairs[1::2], strict=True):
        if xml:
            yield packed_chunk(xml)
        yield chunks[int(number)]
    ending = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    yield Chunk(ending.compress(last) + ending.flush(), zlib.crc32(last), len(last))


def crc_joined(first: int, second: int, length: int) -> int:
    """The CRC of two texts one behind the other, ``length`` being that of the second, in bytes.

    Source: zlib's crc32_combine: a CRC moves over n bytes by a product with x to the 8n-th.
    """
    return _product(_power(length), first) ^ second


@lru_cache(maxsize=64)
def _power(length: int) -> int:
    """The power of x by 8 times ``length``, from squares."""
    found, at = _TOP_BIT, 3
    while length:
        if length & 1:
            found = _product(_square(at), found)
        length, at = length >> 1, at + 1
    return found


@lru_cache(maxsize=64)
def _square(times: int) -> int:
    """The polynomial x, squared ``times`` times."""
    return _product(_square(times - 1), _square(times - 1)) if times else _TOP_BIT >> 1


def _product(one: int, other: int) -> int:
    """Product of two polynomials over GF(2) modulo that of the CRC; bits mirrored, as in a CRC."""
    found, bit = 0, _TOP_BIT
    while one:
        if one & bit:
            found ^= other
            one ^= bit
        bit >>= 1
        other = (other >> 1) ^ _POLYNOMIAL if other & 1 else other >> 1
    return found


class MadeChunk(NamedTuple):
    """A chunk by its number in the file of chunks, with the sums of its columns."""

    number: int
    sums: Sequence[float]


@dataclass(frozen=True)
class ChunkMaker:
    """Makes the chunks of a block."""

    xml: RowXml
    summed: Sequence[int]  # columns of the block, from 0
    block: SheetBlock
    context: str  # everything but rows and place that a chunk depends on
    chunks: ChunkFile
    kept: KeptWork | None = None

    @classmethod
    def of(
        cls,
        block: SheetBlock,
        styles: Sequence[int],
        chunks: ChunkFile,
        kept: KeptWork | None,
    ) -> "ChunkMaker":
        """What makes the chunks of a block whose cells have the styles given, from column A on."""
        summed = [at for at, one in enumerate(block.columns) if one.total]
        heights = (
            [] if block.is_long else [(one.width, one.folded, one.kind) for one in block.columns]
        )
        context = repr((zlib.ZLIB_RUNTIME_VERSION, list(styles), block.level, summed, heights))
        return cls(RowXml(styles, block.level), summed, block, context, chunks, kept)

    def part(self, first_row: int, part: BlockPart) -> MadeChunk:
        """The chunk of a part; what is kept of it is not made again, only moved."""
        if self.kept is None or not part.content:
            return self.table(first_row, part.make())
        told = f"{self.context}\0{part.count}\0".encode()
        name, kept = hashlib.sha256(told + part.content).hexdigest(), self.kept
        found = kept.get(name)
        if found is None:
            return self.table(first_row, part.make(), self._keeping(kept, name, first_row))
        row, _, rest = found.partition(b"\n")
        chunk = Chunk.of_kept(rest)
        if int(row) == first_row:
            return MadeChunk(self.chunks.add(chunk), chunk.sums)
        xml = moved_rows(unpacked(chunk.data), first_row - int(row))
        then = self._keeping(kept, name, first_row)
        return MadeChunk(self.chunks.pack(xml, chunk.sums, then), chunk.sums)

    @staticmethod
    def _keeping(kept: KeptWork, name: str, first_row: int) -> Then:
        return lambda made: kept.put(name, b"%d\n" % first_row + made.kept())

    def table(self, first_row: int, table: ColumnRows, then: Then = lambda _: None) -> MadeChunk:
        """The chunk of some rows, under way; ``then`` is called with it once it is packed."""
        xml = self.xml.rows(first_row, table, _row_heights(self.block, table))
        sums = tuple(total(table.columns[at]) for at in self.summed)
        return MadeChunk(self.chunks.pack(xml, sums, then), sums)


# What stands before a row's number, and the number: a text of a cell has no such sign as «<».
_NUMBERED: Final = re.compile(rb'(<row r="|<c r="[A-Z]+)(\d+)')


def moved_rows(xml: bytes, by: int) -> bytes:
    """Rows so many further down, or up: they stand below others that have become more."""
    parts = _NUMBERED.split(xml)
    moved = {number: b"%d" % (int(number) + by) for number in {*parts[2::3]}}
    parts[2::3] = map(moved.__getitem__, parts[2::3])
    return b"".join(parts)


def total(values: Sequence[object]) -> float:
    """The sum of the numbers among the values."""
    return sum(one for one in values if one.__class__ is int or one.__class__ is float)


# ---- A worksheet with chunks among its own rows

_SPANS: Final = re.compile(rb' spans="[^"]*"')
_SHEET_DATA: Final = re.compile(rb"<sheetData>.*</sheetData>", re.DOTALL)


class Insert(NamedTuple):
    """A chunk's place on a sheet: its first row, from 1, its size, its number in the package."""

    first_row: int
    height: int
    width: int
    number: int


@cache
def fast_sheet() -> "type[Worksheet]":
    """The class of such a worksheet; made when first needed, XlsxWriter is a heavy import."""

    class FastSheet(plain_worksheet()):  # type: ignore[misc]  # a class made when needed
        """A worksheet with marks for chunks between the rows that it writes itself."""

        inserts: tuple[Insert, ...] = ()

        def _write_rows(self) -> None:
            if not self.inserts:
                super()._write_rows()
                return
            sheet: Any = self
            first, last = sheet.dim_rowmin, sheet.dim_rowmax
            row = first
            for one in self.inserts:
                self._write_between(row, one.first_row - 2)
                sheet.fh.write(mark(one.number))
                row = one.first_row + one.height - 1
            self._write_between(row, last)
            sheet.dim_rowmin, sheet.dim_rowmax = first, last

        def _write_between(self, first: int, last: int) -> None:
            sheet: Any = self
            if first <= last:
                sheet.dim_rowmin, sheet.dim_rowmax = first, last
                super()._write_rows()

    return FastSheet


def insert(sheet: "Worksheet", one: Insert) -> None:
    """Tells a sheet where a chunk belongs; chunks come from top to bottom."""
    first, last = one.first_row - 1, one.first_row + one.height - 2
    sheet.inserts = (*sheet.inserts, one)
    sheet.dim_rowmin = min(first if sheet.dim_rowmin is None else sheet.dim_rowmin, first)
    sheet.dim_rowmax = max(sheet.dim_rowmax or 0, last)
    sheet.dim_colmin, sheet.dim_colmax = 0, max(sheet.dim_colmax or 0, one.width - 1)


def style_numbers(formats: "Sequence[Format]") -> list[int]:
    """The numbers of formats in the workbook; those asked for first have the lowest."""
    return [one._get_xf_index() for one in formats]  # noqa: SLF001  # above


@cache
def rows_work() -> bool:
    """Whether XlsxWriter still has the names that this file uses, and both give the same XML."""
    return _probe(fast=True) == _probe(fast=False)


def _probe(*, fast: bool) -> bytes | None:
    """The rows of a small sheet as written one way; None when a name is missing."""
    from xlsxwriter import Workbook

    target = io.BytesIO()
    # rows as they come: then XlsxWriter writes texts into the cells as well
    book = Workbook(target, {"in_memory": True} if fast else {"constant_memory": True})
    look = book.add_format({"bold": True})
    sheet = book.add_worksheet("A", fast_sheet() if fast else None)
    values: tuple[CellContent, ...] = ("ô & <b>", " hai ", 1, 0.5, None, dt.date(2022, 3, 14))
    cells = (*values, Formula("1+1", 2), Formula('"a"', "a"), True)
    table, looks = ColumnRows(["k"], [[one] for one in cells]), [look] * (len(cells) + 1)
    whole = io.BytesIO()
    with ChunkFile() as chunks:
        try:
            sheet.write_number(0, 0, 1)
            if fast:
                xml = RowXml(style_numbers(looks), 1)
                chunks.add(packed_chunk(xml.rows(2, table, [21.0])))
                insert(sheet, Insert(2, 1, len(looks), 0))
            else:
                write_lines(sheet, 2, [CellLine((*table.keys, *cells), looks, 1, 21.0)])
            sheet.write_number(2, 0, 3)
            book.close()
        except (AttributeError, TypeError):  # a private name was renamed or changed its arguments
            return None
        spliced(target.getvalue(), chunks, whole)
    with zipfile.ZipFile(whole) as package:
        found = _SHEET_DATA.search(package.read("xl/worksheets/sheet1.xml"))
    return _SPANS.sub(b"", found[0]) if found else None


def add_table(
    sheet: "Worksheet", first_row: int, last_row: int, columns: Sequence[dict[str, Any]], name: str
) -> None:
    """Makes an Excel table of a heading row with what stands below it; rows from 1.

    XlsxWriter remembers every cell of a table; of a long one only its first row is shown to it.
    """
    last_column = len(columns) - 1
    short = first_row if rows_work() and last_row > first_row else last_row - 1
    options = {"columns": columns, "style": None, "name": name}
    sheet.add_table(first_row - 1, 0, short, last_column, options)
    if short < last_row - 1:
        whole = f"A{first_row}:{column_letters(last_column + 1)}{last_row}"
        sheet.tables[-1].update(range=whole, a_range=whole, autofilter=whole)


# ---- A sheet of the tracker: its blocks, its head, its columns

_NOTHING: Final = Placed()


@dataclass(frozen=True)
class SheetWriter:
    """The workbook, the year, the handwriting by block id, the chunks to be put in at the end."""

    book: BookWriter
    year: int
    hand: Mapping[tuple[str, str], Placed]
    chunks: ChunkFile
    kept: KeptWork | None = None
    sheets: Mapping[str, str] = field(default_factory=dict)  # names of all of them by page id
    frames: Mapping[str, HandFrame] = field(default_factory=dict)  # by page id

    def placed(self, page: TrackerSheet, block: SheetBlock) -> Placed:
        """The handwriting of a block."""
        return self.hand.get((page.id, block.id), _NOTHING)


GOOD: Final = (
    StandingState.RECEIVED.value,
    StandingState.NIL.value,
    "Đã hoàn thành",
    "Đạt",
    "Khớp",
    "Đúng hạn",
)
WARN: Final = (
    StandingState.WAITING.value,
    "Đang thực hiện",
    "Đạt, có cảnh báo",
    "Cần kiểm tra",
    "Được miễn",
    "cảnh báo",
)
BAD: Final = (
    StandingState.NOT_SENT.value,
    StandingState.RETURNED.value,
    StandingState.AFTER_CLOSING.value,
    StandingState.UNMET_AT_CLOSING.value,
    StandingState.NOT_COUNTED.value,
    "Quá hạn",
    "Chưa thực hiện",
    "Chưa đạt",
    "LỆCH",
    "Không đọc được",
    "lỗi",
    "Chưa báo cáo",
)
TRACKER_LEGEND: Final = (
    "Màu: xanh là đạt, vàng là cần theo dõi, cam là cần xử lý; chữ trong ô nói rõ."
)


def colour_states(
    book: BookWriter, sheet: "Worksheet", block: SheetBlock, first_row: int, last_row: int
) -> None:
    """Colours the block's columns of states by what stands in them, also after an edit."""
    for column in block.columns:
        if column.kind == "state":
            at = block_column(block, column.key) - 1
            for words, look in ((GOOD, "good"), (WARN, "warn"), (BAD, "bad")):
                _rules(book, sheet, (first_row - 1, at, last_row - 1, at), words, look)
        elif column.kind == "verdict":
            at = block_column(block, column.key) - 1
            for verdict, look in VERDICT_SHADES.items():  # figures and days follow its words
                looks = book.workbook.add_format(book_writer.marks(look))
                begins = {"type": "text", "criteria": "begins with", "format": looks}
                begins["value"] = VERDICT_WORDS[verdict]
                sheet.conditional_format(first_row - 1, at, last_row - 1, at, begins)


def _rules(
    book: BookWriter,
    sheet: "Worksheet",
    cells: tuple[int, int, int, int],
    words: tuple[str, ...],
    look: str,
) -> None:
    looks = book.workbook.add_format(book_writer.marks(look))
    for word in words:
        sheet.conditional_format(
            *cells, {"type": "cell", "criteria": "==", "value": f'"{word}"', "format": looks}
        )


LOOKS: Final[Mapping[ColumnKind, tuple[str, ...]]] = {
    "text": ("body", "indent"),
    "long": ("body", "indent"),
    "line": ("small", "middle", "indent"),
    "center": ("body", "center"),
    "count": ("body", "center", "count"),
    "decimal": ("body", "center"),
    "date": ("body", "center", "date"),
    "moment": ("body", "center", "moment"),
    "rate": ("body", "right"),
    "state": ("body", "center"),
    "verdict": ("body", "center"),
    "link": ("body", "center", "link"),
}
_WRAPPED: Final = ("text", "long", "state", "verdict", "center")
_OFFICE_LOOK: Final = ("body", "indent", "input")
_LEAST_HEIGHT: Final = 18.0  # points: a row of one line, with air


def number_row_looks(book: BookWriter) -> None:
    """Gives the looks of rows the lowest numbers, alike whatever else a tracker has to show.

    Chunks have them in their bytes: what a new quarter adds in front must not move them.
    """
    looks = [("tiny", "quiet"), (*_OFFICE_LOOK, "wrap"), *LOOKS.values()]
    looks += [(*LOOKS[kind], "wrap") for kind in _WRAPPED]
    style_numbers([book.formats(*one) for one in looks])


@dataclass(frozen=True)
class BlockWriter:
    """Writes the rows of a block, the first one in row ``first_row`` of the sheet."""

    pen: SheetWriter
    sheet: "Worksheet"
    block: SheetBlock
    headings: Sequence[str]
    placed: Placed
    first_row: int

    def write(self) -> Mapping[str, float]:
        """Writes every row, a blank one where there is none; gives the sums by column key."""
        summed = [at for at, one in enumerate(self.block.columns) if one.total]
        sums: list[float] = [0] * len(summed)
        write = self._write_chunks if rows_work() else self._write_rows
        row = self.first_row
        for part in self.block.parts or (self._nothing(),):
            sums = [one + more for one, more in zip(sums, write(row, part, summed), strict=True)]
            row += part.count
        return {self.block.columns[at].key: one for at, one in zip(summed, sums, strict=True)}

    def _nothing(self) -> BlockPart:
        return BlockPart(1, lambda: ColumnRows([""], [[None] for _ in self.block.columns]))

    def _write_chunks(self, row: int, part: BlockPart, summed: Sequence[int]) -> Sequence[float]:
        """Writes a part as one chunk, or as several between its rows with handwriting."""
        by_hand = self._by_hand(row, part.count)
        if not by_hand:
            made = self._press.part(row, part)
            self._insert(row, part.count, made.number)
            return made.sums
        table, start = part.make(), 0
        for at in (*by_hand, part.count):
            if at > start:
                some = ColumnRows(table.keys[start:at], [one[start:at] for one in table.columns])
                self._insert(row + start, at - start, self._press.table(row + start, some).number)
            if at < part.count:
                self._write_row(row + at, table, at)
            start = at + 1
        return [total(table.columns[at]) for at in summed]

    def _write_rows(self, row: int, part: BlockPart, summed: Sequence[int]) -> Sequence[float]:
        table = part.make()
        for at in range(part.count):
            self._write_row(row + at, table, at)
        return [total(table.columns[at]) for at in summed]

    def _by_hand(self, row: int, count: int) -> list[int]:
        """Places in a part, from 0, of the rows that somebody wrote in."""
        start = row - self.first_row
        first, last = (bisect_left(self._places, at) for at in (start, start + count))
        return [at - start for at in self._places[first:last]]

    @cached_property
    def _places(self) -> list[int]:
        return sorted(self.placed.rows)

    @cached_property
    def _press(self) -> ChunkMaker:
        styles = style_numbers(self._formats)
        pen = self.pen
        return ChunkMaker.of(self.block, styles, pen.chunks, pen.kept)

    @cached_property
    def _formats(self) -> "Sequence[Format]":
        formats = self.pen.book.formats
        own = [formats(*self._look(one)) for one in self.block.columns]
        office = [formats(*_OFFICE_LOOK, "wrap")] * (len(self.headings) - 1 - len(own))
        return (formats("tiny", "quiet"), *own, *office)

    def _look(self, column: TrackerColumn) -> tuple[str, ...]:
        looks = LOOKS[column.kind]
        wrap = not self.block.is_long and column.kind in _WRAPPED
        return (*looks, "wrap") if wrap else looks

    def _insert(self, row: int, count: int, chunk: int) -> None:
        insert(self.sheet, Insert(row, count, len(self.headings), chunk))

    def _write_row(self, number: int, table: ColumnRows, at: int) -> None:
        """Writes a row by XlsxWriter's own calls, with looks and comments that people left."""
        cells = [one[at] for one in table.columns]
        hand = self.placed.rows.get(number - self.first_row)
        if hand:
            self._write_hand(number, cells, hand)
        blank = [None] * (len(self.headings) - 1 - len(cells))
        height = None if self.block.is_long else _row_height(self.block, cells, hand)
        line = CellLine(
            (table.keys[at] or None, *cells, *blank), self._formats, self.block.level, height
        )
        write_lines(self.sheet, number, [line])

    def _write_hand(self, number: int, cells: Sequence[CellContent], hand: HandRow) -> None:
        places = {heading: at for at, heading in enumerate(self.headings)}
        for heading, cell in hand.cells.items():
            if heading in places:
                at = places[heading]
                look = handwriting.merged((*_OFFICE_LOOK, "wrap"), cell.look)
                handwriting.write_hand_cell(self.pen.book, self.sheet, (number, at + 1), cell, look)
        for heading, cell in hand.marks.items():
            if heading in places and 0 < places[heading] <= len(cells):
                self._write_mark(number, places[heading], cells[places[heading] - 1], cell)

    def _write_mark(self, number: int, at: int, value: CellContent, cell: HandCell) -> None:
        """A cell of the program with the looks that a person gave it, or a piece of its text."""
        said = "".join(run.text for run in cell.runs)
        names = self._look(self.block.columns[at - 1])
        properties = handwriting.merged(names, cell.look)
        if cell.runs and said == value:
            rich = HandCell(said, runs=cell.runs)
            book = self.pen.book
            handwriting.write_hand_cell(book, self.sheet, (number, at + 1), rich, properties)
        elif cell.look:
            write_cell(self.sheet, number - 1, at, value, self.pen.book.formats.of(properties))
        handwriting.comment(self.sheet, (number, at + 1), cell)


def _row_heights(block: SheetBlock, table: ColumnRows) -> Sequence[float | None]:
    """As ``_row_height`` gives them, column by column."""
    if block.is_long:
        return [None] * len(table.keys)
    lines = [
        [line_count(one, column.width, LETTERS) if type(one) is str else 0 for one in values]
        for values, column in zip(table.columns, block.columns, strict=True)
        if not column.folded and column.kind != "line"
    ]
    most = map(max, zip([0] * len(table.keys), *lines, strict=True))
    return [lines_height(count, LETTERS, least=_LEAST_HEIGHT) for count in most]


def _row_height(
    block: SheetBlock, cells: Sequence[CellContent], hand: HandRow | None = None
) -> float:
    texts = [
        HeightCell(value, column.width, LETTERS)
        for value, column in zip(cells, block.columns, strict=True)
        if value.__class__ is str
        and isinstance(value, str)
        and not column.folded
        and column.kind != "line"
    ]
    if hand:
        widths = {one.heading: one.width for one in block.columns}
        texts += [
            HeightCell(str(one.value), widths.get(heading, block.office_width), LETTERS)
            for heading, one in hand.cells.items()
            if one.value
        ]
    return row_height(texts, least=_LEAST_HEIGHT)


_LEAST_HEADING: Final = 33.0  # points: two lines, so that sheets of short headings look alike


class TooManyRowsError(KsktError):
    """A sheet of the tracker with more rows than Excel opens."""

    def __init__(self, sheet: str, rows: int) -> None:
        super().__init__(
            f"Trang “{sheet}” của sổ theo dõi có {value_text(rows)} dòng, nhiều hơn"
            f" {value_text(MAX_ROW)} dòng mà Excel mở được nên chưa lập sổ. Đề nghị ghi"
            " tracker_rows nhỏ hơn ở mục [run] của kskt.toml: sổ sẽ được chia thành các tập."
        )


def write_page(pen: SheetWriter, page: TrackerSheet) -> "Worksheet":
    """Writes a page on a new sheet; its rows are made while they are written.

    Raises TooManyRowsError.
    """
    sheet = pen.book.workbook.add_worksheet(page.name, fast_sheet())
    write_sheet_head(pen, sheet, page)
    for block in page.blocks:
        _write_block(pen, sheet, page, block)
    _set_columns(pen, sheet, page)
    if page.blocks:
        first = page.heading_row(page.blocks[0].id)
        shown = [0 if one.hidden else one.pixels for one in _asked(pen, page)]
        frozen = columns_in_sight(shown[: page.frozen])
        sheet.freeze_panes(first, frozen + 1 if frozen else 0)
        sheet.set_selection(first, 1, first, 1)
        _set_paper(sheet, page)
    colour_tab(sheet, page.kind)
    sheet.fit_to_pages(1, 0)
    sheet.outline_settings(visible=True, symbols_below=False, symbols_right=False)
    return sheet


def write_sheet_head(pen: SheetWriter, sheet: "Worksheet", page: TrackerSheet) -> None:
    """Writes title, hidden mark and remark of a page."""
    formats = pen.book.formats
    sheet.hide_gridlines(2)
    write_text(sheet, 1, 2, page.title, formats("title"))
    write_text(sheet, 2, 1, f"{TRACKER_MARK}/{VERSION}:{page.id};year={pen.year}")
    write_description(pen, sheet, page)
    sheet.set_row(1, None, None, {"hidden": True})
    write_text(sheet, 3, 2, page.remark, formats("note"))
    sheet.set_row(0, 24)
    paper(sheet, landscape=True, footer=f"{page.title} - {pen.year}")
    narrow_margins(sheet)


def write_description(
    pen: SheetWriter, sheet: "Worksheet", page: TrackerSheet, **more: object
) -> None:
    """Writes beside the mark what the program itself has put on the sheet."""
    write_text(sheet, 2, 2, page.described(pen.sheets, **more))


def _write_block(
    pen: SheetWriter, sheet: "Worksheet", page: TrackerSheet, block: SheetBlock
) -> None:
    heading = page.heading_row(block.id)
    first, count = heading + 1, max(block.count, 1)
    if heading + count > MAX_ROW:
        raise TooManyRowsError(page.name, heading + count)
    placed = pen.placed(page, block)
    headings = _headings(block, placed)
    if block.title:
        write_text(sheet, heading - 1, 2, block.title, pen.book.formats("bold", "left", "middle"))
    columns = [
        {"header": one, "header_format": _heading_format(pen, one, placed)} for one in headings
    ]
    name = block.table or "".join(part.title() for part in (page.id + "-" + block.id).split("-"))
    sheet.set_row(heading - 1, _heading_height(block, headings))
    sums = BlockWriter(pen, sheet, block, headings, placed, first).write()
    _write_totals(pen, sheet, page, block, sums)
    add_table(sheet, heading, first + count - 1, columns, pen.book.table_name(name))
    colour_states(pen.book, sheet, block, first, first + count - 1)


def _heading_height(block: SheetBlock, headings: Sequence[str]) -> float:
    """Height of the row of heads, the office's and those that it added among them."""
    widths = {one.heading: one.width for one in block.columns if not one.folded}
    folded = {one.heading for one in block.columns if one.folded}
    cells = (
        HeightCell(one, widths.get(one, block.office_width), LETTERS, bold=True)
        for one in headings[1:]
        if one not in folded
    )
    return row_height(cells, least=_LEAST_HEADING)


def _set_paper(sheet: "Worksheet", page: TrackerSheet) -> None:
    """Paper takes what is up to the end of the page's main block, its heads on every page.

    Of a page without one all blocks in sight. It leaves out the columns that say where a row comes
    from.
    """
    shown = [page.main_block] if page.main else [one for one in page.blocks if not one.level]
    heading = page.heading_row(shown[-1].id)
    last_row = heading + max(shown[-1].count, 1) - 1
    sheet.print_area(0, 1, last_row, max(map(_printed_columns, shown)))
    if len(shown) == 1:
        sheet.repeat_rows(heading - 1)
    if page.frozen:
        sheet.repeat_columns(1, page.frozen)


def _printed_columns(block: SheetBlock) -> int:
    """How many columns of a block go to paper, folded ones among them."""
    own = sum(one.level == 0 for one in block.columns)
    return own + (len(block.office_headings) if block.prints_office else 0)


def _heading_look(heading: str) -> tuple[str, ...]:
    return ("heading", "input") if heading in OFFICE_HEADINGS else ("heading",)


def _heading_format(pen: SheetWriter, heading: str, placed: Placed) -> "Format":
    names, look = _heading_look(heading), placed.block.heads.get(heading)
    if look is None:
        return pen.book.formats(*names)
    return pen.book.workbook.add_format(handwriting.merged(names, look))


def _headings(block: SheetBlock, placed: Placed) -> list[str]:
    """Every heading of a block from column A on."""
    own = (one.heading for one in block.columns)
    added = (one.heading for one in placed.added)
    return [f"{ID_HEADING}/{block.id}", *own, *block.office_headings, *added]


def _write_totals(
    pen: SheetWriter,
    sheet: "Worksheet",
    page: TrackerSheet,
    block: SheetBlock,
    sums: Mapping[str, float],
) -> None:
    """Sums over the heading: they follow the filter and no added row escapes them."""
    if not sums or block.title:
        return
    heading = page.heading_row(block.id)
    look = pen.book.formats("total", "center", "count", "small")
    write_text(sheet, heading - 1, 2, TOTALS_LABEL, pen.book.formats("bold", "small"))
    for key, result in sums.items():
        number = block_column(block, key)
        letters = column_letters(number)
        cells = f"{letters}{heading + 1}:{letters}{heading + max(block.count, 1)}"
        formula = Formula(f"SUBTOTAL(109,{cells})", result)
        write_cell(sheet, heading - 2, number - 1, formula, look)


def _set_columns(pen: SheetWriter, sheet: "Worksheet", page: TrackerSheet) -> None:
    """Widths and folds as the page's main block has them, or what the office made of them."""
    sheet.set_column(0, 0, 4, None, {"hidden": True})
    asked = _asked(pen, page)
    for at, one in enumerate(asked, start=1):
        before_fold = at < len(asked) and asked[at].folded and not one.folded
        options = {"level": one.level, "hidden": one.hidden, "collapsed": before_fold}
        sheet.set_column_pixels(at, at, one.pixels, None, options)


class _Asked(NamedTuple):
    """What a column of the sheet is to be like."""

    pixels: int
    level: int
    hidden: bool
    folded: bool


def _asked(pen: SheetWriter, page: TrackerSheet) -> list[_Asked]:
    """What is asked of each column from B on, first by the main block; hidden ones stay hidden."""
    asked: list[_Asked] = []
    main = page.main_block.id
    # The main block first: where columns of blocks differ its wishes decide.
    for block in sorted(page.blocks, key=lambda one: one.id != main):
        placed = pen.placed(page, block)
        own = {one.heading: one for one in block.columns}
        for at, heading in enumerate(_headings(block, placed)[1:]):
            column = own.get(heading)
            width = column.width if column else block.office_width
            given = placed.block.widths.get(heading)
            hidden = heading in placed.block.hidden
            if at < len(asked):
                asked[at] = asked[at]._replace(hidden=asked[at].hidden or hidden)
                continue
            folded = bool(column and column.folded) and heading not in placed.block.unfolded
            level = column.level if column and len(page.blocks) == 1 else 0
            is_detail = folded or bool(column and column.folded)
            pixels = in_pixels(given) if given else width
            asked.append(_Asked(pixels, max(level, int(is_detail)), hidden or folded, folded))
    return asked


def link_to(page: str, cell: str = "A1") -> str:
    """The address of a sheet inside the workbook."""
    return f"internal:{quoted(page)}!{cell}"
