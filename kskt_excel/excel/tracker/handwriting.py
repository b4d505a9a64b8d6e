"""What the office wrote by hand into the tracker, its looks, and its place found again by key."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from kskt_excel.excel import book_writer
from kskt_excel.excel.book_writer import (
    BookWriter,
    cell_text,
    day_number,
    moment_number,
    write_cell,
)
from kskt_excel.excel.tracker.blocks import (
    ALTERNATIVE,
    SheetBlock,
    TrackerSheet,
    cell_print,
    in_pixels,
)
from kskt_excel.model.book import CellPlace, CellRef, column_letters
from kskt_excel.model.finding import Finding
from kskt_excel.model.nouns import dataclass

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet


Written: TypeAlias = str | float | bool | dt.datetime | dt.date | dt.time | dt.timedelta | None


@dataclass(frozen=True, slots=True)
class HandLook:
    """How a cell looks that a person formatted, as XlsxWriter's properties."""

    properties: tuple[tuple[str, str | int | float | bool], ...] = ()


@dataclass(frozen=True, slots=True)
class HandRun:
    """A piece of a text in one look."""

    text: str
    look: HandLook


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment on a cell (chú thích)."""

    text: str
    author: str = ""


@dataclass(frozen=True, slots=True)
class HandCell:
    """A cell as a person left it."""

    value: Written = None
    formula: str = ""  # without "="; ``value`` is its stored result
    origin: str = ""  # where the formula stood: "W12"
    runs: tuple[HandRun, ...] = ()
    look: HandLook | None = None
    comment: Comment | None = None

    @property
    def says_something(self) -> bool:
        """Whether there is more than a look."""
        return self.value is not None or bool(self.formula) or self.comment is not None


@dataclass(frozen=True, slots=True)
class HandRow:
    """What was written in one row: the office's cells by heading, and remarks on the others."""

    key: str
    alternative: str
    cells: Mapping[str, HandCell]  # heading -> cell of the office's columns
    marks: Mapping[str, HandCell]  # heading -> comment and look on a cell of the program
    context: str = ""  # the first texts of the row, for people
    direction: int = 0  # number of the direction that the row showed, 0 for none


@dataclass(frozen=True, slots=True)
class AddedColumn:
    """A column that the office added at the right of a block."""

    heading: str
    width: float | None = None  # in characters, as Excel counts


@dataclass(frozen=True, slots=True)
class HandBlock:
    """The handwriting in one block of a sheet."""

    rows: tuple[HandRow, ...] = ()
    added: tuple[AddedColumn, ...] = ()
    widths: Mapping[str, float] = field(default_factory=dict)  # heading -> characters, as changed
    hidden: frozenset[str] = frozenset()  # headings of columns that a person hid
    unfolded: frozenset[str] = frozenset()  # headings of columns that the program had folded
    heads: Mapping[str, HandLook] = field(default_factory=dict)  # heading -> its cell, as changed


_NOTHING: Final = HandBlock()


@dataclass(frozen=True, slots=True)
class HandFrame:
    """What a person made of the looks of a sheet whose cells keep their places (Tổng quan)."""

    looks: Mapping[CellPlace, HandLook] = field(default_factory=dict)  # whole, where changed
    widths: Mapping[int, float] = field(default_factory=dict)  # column -> characters, as changed


@dataclass(frozen=True, slots=True)
class Loose:
    """A piece of handwriting that has no row any more (ghi chú chưa xếp được)."""

    sheet: str
    key: str
    context: str
    heading: str
    cell: HandCell


@dataclass(frozen=True, slots=True)
class OwnSheet:
    """A sheet that the office added, to be written again as it was."""

    name: str
    cells: Mapping[tuple[int, int], HandCell]
    widths: Mapping[str, float] = field(default_factory=dict)  # letters -> characters
    heights: Mapping[int, float] = field(default_factory=dict)  # row -> points
    hidden_columns: frozenset[str] = frozenset()
    hidden_rows: frozenset[int] = frozenset()
    merged: tuple[str, ...] = ()  # "A1:C1"
    frozen: str = ""  # top left cell of what scrolls
    visible: bool = True
    after: str = ""  # name of the tab before it, "" for the first
    tab: str = ""  # colour of its tab, RRGGBB


@dataclass(frozen=True)
class Handwriting:
    """Everything found in the tracker as it stood.

    ``blocks`` by sheet id and block id. A tracker that must not be overwritten (damaged, of another
    year, of a newer program) has ``replaceable`` False; ``findings`` say why.
    """

    blocks: Mapping[tuple[str, str], HandBlock] = field(default_factory=dict)
    loose: tuple[Loose, ...] = ()
    own_sheets: tuple[OwnSheet, ...] = ()
    findings: tuple[Finding, ...] = ()
    frames: Mapping[str, HandFrame] = field(default_factory=dict)  # by sheet id, where changed
    replaceable: bool = True
    sha256: str = ""  # of the file that was read, "" when there was none

    @property
    def is_nothing(self) -> bool:
        """Whether the tracker is as the program wrote it, or is not there."""
        found = (*self.loose, *self.own_sheets, *self.findings, *self.frames)
        touched = any(one != _NOTHING for one in self.blocks.values())
        return self.replaceable and not found and not touched


PROGRAM_FILLS: Final = frozenset(
    one.removeprefix("#").upper()
    for one in (
        book_writer.INPUT_FILL,
        book_writer.GIVEN_FILL,
        book_writer.HEADING_FILL,
        book_writer.GOOD_FILL,
        book_writer.WARN_FILL,
        book_writer.BAD_FILL,
        "#FFFFFF",
    )
)
LINK_COLOUR: Final = book_writer.LINK_INK.removeprefix("#").upper()
_PROGRAM_LETTERS: Final = frozenset(
    (frozenset(), frozenset({("underline", 1), ("font_color", f"#{LINK_COLOUR}")}))
)
"""How the letters of its rows look: plain ones, and those of a link."""
_INK: Final = "000000"
_BLACK: Final = frozenset({_INK, ""})
_OFFICE_SIZE: Final = 11  # points of the program's cells: any other size was a person's choice
_ALIGNED: Final = frozenset({"center", "right", "justify"})
_PLAIN_FORMATS: Final = frozenset({"General", "@", "GENERAL"})
_THEME: Final = (
    "FFFFFF",
    "000000",
    "E7E6E6",
    "44546A",
    "4472C4",
    "ED7D31",
    "A5A5A5",
    "FFC000",
    "5B9BD5",
    "70AD47",
)
"""The theme colours of Office in the order of their numbers; a workbook may have others."""

Properties = tuple[tuple[str, str | int | float | bool], ...]


def own_look(cell: Any) -> HandLook | None:
    """What a person changed about an office cell; None when it looks as the program wrote it."""
    properties = (*_font(cell.font), *_fill(cell), *_rest(cell))
    return HandLook(properties) if properties else None


def mark_look(cell: Any) -> HandLook | None:
    """What a person changed about the letters and the fill of a cell of the program, or None."""
    letters = tuple(_font(cell.font))
    mine = () if frozenset(letters) in _PROGRAM_LETTERS else letters
    properties = (*mine, *_fill(cell))
    return HandLook(properties) if properties else None


def head_look(cell: Any) -> HandLook | None:
    """What a person changed about the letters and the fill of a heading, or None."""
    parts, own = look_parts_of(cell), look_parts(book_writer.look("heading"))
    letters = {one: value for one, value in parts.items() if value != own[one]}
    letters.pop("bg_color", None)
    if "font_color" in letters:
        letters["font_color"] = f"#{letters['font_color'] or _INK}"
    properties = (*letters.items(), *_fill(cell))
    return HandLook(properties) if properties else None


def whole_look(cell: Any) -> HandLook | None:
    """The whole look of a cell on a sheet of the office's own."""
    if not cell.has_style:
        return None
    font = cell.font
    properties: list[tuple[str, str | int | float | bool]] = []
    if font.name:
        properties += [("font_name", str(font.name)), ("font_size", _points(font.sz or 11))]
    properties += [one for one in _font(font) if one[0] not in ("font_name", "font_size")]
    fill = hand_fill(cell, known=frozenset())
    properties += [("bg_color", f"#{fill}")] if fill else []
    properties += [*_rest(cell), *_borders(cell.border)]
    if cell.alignment.wrap_text:
        properties.append(("text_wrap", True))
    if cell.alignment.vertical == "center":
        properties.append(("valign", "vcenter"))
    return HandLook(tuple(properties)) if properties else None


def hand_fill(cell: Any, known: frozenset[str] = PROGRAM_FILLS) -> str:
    """The colour that a person gave a cell, as RRGGBB; "" for the program's own or none."""
    fill = cell.fill
    if fill is None or fill.fill_type in (None, "none"):
        return ""
    colour = rgb(fill.fgColor) or rgb(fill.bgColor)
    return "" if colour in known else colour


def rgb(colour: Any) -> str:
    """A colour as RRGGBB; "" when it cannot be told."""
    if colour is None:
        return ""
    if colour.type == "rgb" and isinstance(colour.rgb, str):
        return colour.rgb[-6:].upper()
    if colour.type == "theme" and colour.theme is not None:
        return _tinted(colour.theme, float(colour.tint or 0))
    if colour.type == "indexed" and isinstance(colour.indexed, int):
        from openpyxl.styles.colors import COLOR_INDEX

        return COLOR_INDEX[colour.indexed][-6:] if colour.indexed < len(COLOR_INDEX) else ""
    return ""


def _tinted(theme: int, tint: float) -> str:
    """A theme colour made lighter (above 0) or darker, as Office does per channel."""
    if not 0 <= theme < len(_THEME):
        return ""
    base = _THEME[theme]
    channels = [int(base[at : at + 2], 16) for at in (0, 2, 4)]
    toward = 255 if tint > 0 else 0
    return "".join(f"{round(one + (toward - one) * abs(tint)):02X}" for one in channels)


def runs_of(value: Any) -> tuple[HandRun, ...]:
    """The pieces of a rich text; none for a plain one."""
    from openpyxl.cell.rich_text import CellRichText

    if not isinstance(value, CellRichText):
        return ()
    return tuple(_run(piece) for piece in value if str(piece))


def _run(piece: Any) -> HandRun:
    if isinstance(piece, str):
        return HandRun(piece, HandLook())
    font = piece.font
    properties: list[tuple[str, str | int | float | bool]] = []
    if font.rFont:
        properties.append(("font_name", str(font.rFont)))
    if font.sz:
        properties.append(("font_size", _points(font.sz)))
    properties += _letters(font)
    return HandRun(str(piece.text), HandLook(tuple(properties)))


def _font(font: Any) -> Iterator[tuple[str, str | int | float | bool]]:
    if font.name and font.name != book_writer.FONT:
        yield "font_name", str(font.name)
    if font.sz and float(font.sz) != _OFFICE_SIZE:
        yield "font_size", _points(font.sz)
    yield from _letters(font)


def _points(size: Any) -> int | float:
    """A size as the file shall write it: «12», not «12.0», so that the next run writes the same."""
    return int(size) if float(size).is_integer() else float(size)


def _letters(font: Any) -> Iterator[tuple[str, str | int | float | bool]]:
    if font.b:
        yield "bold", True
    if font.i:
        yield "italic", True
    if font.strike:
        yield "font_strikeout", True
    if font.u:
        yield "underline", 2 if "double" in str(font.u) else 1
    colour = rgb(font.color)
    if colour not in _BLACK:
        yield "font_color", f"#{colour}"


def _fill(cell: Any) -> Iterator[tuple[str, str | int | float | bool]]:
    fill = hand_fill(cell)
    if fill:
        yield "bg_color", f"#{fill}"


def _rest(cell: Any) -> Iterator[tuple[str, str | int | float | bool]]:
    if cell.number_format not in _PLAIN_FORMATS:
        yield "num_format", str(cell.number_format)
    if cell.alignment.horizontal in _ALIGNED:
        yield "align", str(cell.alignment.horizontal)


_BORDERS: Final = {
    "thin": 1,
    "medium": 2,
    "dashed": 3,
    "dotted": 4,
    "thick": 5,
    "double": 6,
    "hair": 7,
}


def _borders(border: Any) -> Iterator[tuple[str, str | int | float | bool]]:
    for name in ("left", "right", "top", "bottom"):
        side = getattr(border, name)
        if side is not None and side.style:
            yield name, _BORDERS.get(side.style, 1)


_DAY_FORMAT = {"num_format": book_writer.DATE_FORMAT}
_TIME_FORMAT = {"num_format": "hh:mm:ss"}


LookParts = dict[str, str | float | bool]
"""Letters and fill of a cell; a colour as RRGGBB, "" for black letters and for no fill."""


def look_parts(properties: Mapping[str, Any]) -> LookParts:
    """Letters and fill of XlsxWriter properties."""
    switches = {one: bool(properties.get(one)) for one in _SWITCHES}
    ink, fill = (
        str(properties.get(one, "")).removeprefix("#").upper() for one in ("font_color", "bg_color")
    )
    name, size = str(properties["font_name"]), float(properties["font_size"])
    ink = "" if ink in _BLACK else ink
    return {**switches, "font_name": name, "font_size": size, "font_color": ink, "bg_color": fill}


def look_parts_of(cell: Any) -> LookParts:
    """Letters and fill of a cell of a workbook that was read."""
    font, ink = cell.font, rgb(cell.font.color)
    switches = (font.b, font.i, font.u and font.u != "none", font.strike)
    return {
        **dict(zip(_SWITCHES, map(bool, switches), strict=True)),
        "font_name": str(font.name or ""),
        "font_size": float(font.sz or 0),
        "font_color": "" if ink in _BLACK else ink,
        "bg_color": hand_fill(cell, known=frozenset()),
    }


_SWITCHES: Final = ("bold", "italic", "underline", "font_strikeout")


def look_print(parts: LookParts) -> str:
    """Four letters that tell a look from another."""
    return cell_print("|".join(map(str, parts.values())))


def write_frame(book: BookWriter, sheet: "Worksheet", frame: HandFrame) -> Mapping[str, str]:
    """Gives the cells of a sheet the looks that a person gave them; prints of the program's own."""
    prints: dict[str, str] = {}
    anchors = {
        (row, column): (top + 1, left + 1)
        for top, left, bottom, right in sheet.merge
        for row in range(top, bottom + 1)
        for column in range(left, right + 1)
    }
    for row, cells in sheet.table.items():
        for column, cell in cells.items():
            if cell.format is None:
                continue
            own = book.formats.properties(cell.format)
            parts = look_parts(own)
            at = anchors.get((row, column), (row + 1, column + 1))
            if at == (row + 1, column + 1):  # the others of a merge tell nothing
                prints[f"{column_letters(at[1])}{at[0]}"] = look_print(parts)
            wanted = frame.looks.get(at)
            if wanted:
                cells[column] = cell._replace(format=book.formats.of(_changed(own, parts, wanted)))
    for column, width in frame.widths.items():
        sheet.set_column_pixels(column - 1, column - 1, in_pixels(width))
    return prints


def _changed(own: dict[str, Any], parts: LookParts, wanted: HandLook) -> dict[str, Any]:
    """Properties with what a person changed of letters and fill."""
    changed = {one: value for one, value in wanted.properties if parts[one] != value}
    ink, fill = changed.pop("font_color", None), changed.pop("bg_color", None)
    colours = {"font_color": f"#{ink or _INK}"} if ink is not None else {}
    if fill:
        colours["bg_color"] = f"#{fill}"
    kept = {one: value for one, value in own.items() if fill != "" or one != "bg_color"}
    return kept | changed | colours


def merged(names: tuple[str, ...], look: HandLook | None) -> dict[str, Any]:
    """XlsxWriter properties of the program's look with what a person changed on top."""
    return book_writer.look(*names) | dict(look.properties if look else ())


def write_hand_cell(
    book: BookWriter,
    sheet: "Worksheet",
    at: tuple[int, int],
    cell: HandCell,
    properties: dict[str, Any],
) -> None:
    """Writes a person's cell; ``at`` is row and column from 1."""
    row, column = at[0] - 1, at[1] - 1
    value = cell.value
    if isinstance(value, dt.date | dt.datetime) and "num_format" not in properties:
        properties = properties | _DAY_FORMAT
    if isinstance(value, dt.time | dt.timedelta) and "num_format" not in properties:
        properties = properties | _TIME_FORMAT
    looks = book.formats.of(properties)
    if cell.formula:
        sheet.write_formula(row, column, _moved(cell, at), looks, _stored(value))
    elif len(cell.runs) > 1:
        _write_runs(book, sheet, (row, column), cell, looks)
    elif isinstance(value, dt.time | dt.timedelta):
        sheet.write_number(row, column, _fraction(value), looks)
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value, looks)
    else:
        write_cell(sheet, row, column, value, looks)
    comment(sheet, at, cell)


def comment(sheet: "Worksheet", at: tuple[int, int], cell: HandCell) -> None:
    """Writes a cell's comment, if it has one."""
    if cell.comment:
        author = cell_text(cell.comment.author)[:50]
        options = {"author": author, "x_scale": 2, "font_name": book_writer.FONT, "font_size": 10}
        sheet.write_comment(at[0] - 1, at[1] - 1, cell_text(cell.comment.text), options)


def _write_runs(
    book: BookWriter, sheet: "Worksheet", at: tuple[int, int], cell: HandCell, looks: "Format"
) -> None:
    pieces: list[Any] = []
    for run in cell.runs:
        text = cell_text(run.text)
        if text:
            look = run.look.properties  # a piece without any looks like its cell
            pieces += [book.formats(**dict(look)), text] if look else [text]
    if sheet.write_rich_string(*at, *pieces, looks) != 0:  # too long, or a single piece
        write_cell(sheet, *at, "".join(run.text for run in cell.runs), looks)


def _stored(value: object) -> str | float | bool:
    if isinstance(value, dt.datetime | dt.date | dt.time | dt.timedelta):
        return _number(value)
    return value if isinstance(value, str | int | float | bool) else ""


def _number(value: dt.datetime | dt.date | dt.time | dt.timedelta) -> float:
    if isinstance(value, dt.datetime):
        return moment_number(value)
    return day_number(value) if isinstance(value, dt.date) else _fraction(value)


def _fraction(value: dt.time | dt.timedelta) -> float:
    if isinstance(value, dt.timedelta):
        return value / dt.timedelta(days=1)
    return (value.hour * 3600 + value.minute * 60 + value.second) / 86_400


def _moved(cell: HandCell, at: tuple[int, int]) -> str:
    """A formula as it reads where its row stands now: relative places move with it."""
    target = CellRef("", *at).a1
    if not cell.origin or cell.origin == target:
        return f"={cell.formula}"
    from openpyxl.formula.translate import Translator, TranslatorError

    try:
        return str(Translator(f"={cell.formula}", origin=cell.origin).translate_formula(target))
    except TranslatorError:
        return f"={cell.formula}"


@dataclass(frozen=True)
class Placed:
    """The handwriting of one block, by the place of its row in the block, from 0."""

    rows: Mapping[int, HandRow] = field(default_factory=dict)
    added: tuple[AddedColumn, ...] = ()
    block: HandBlock = _NOTHING


def place_handwriting(
    pages: Sequence[TrackerSheet], handwriting: Handwriting
) -> tuple[Mapping[tuple[str, str], Placed], tuple[Loose, ...]]:
    """The handwriting of every block, then what found no row in the order of the sheets."""
    placed: dict[tuple[str, str], Placed] = {}
    loose = list(handwriting.loose)
    waiting = dict(handwriting.blocks)
    for page in pages:
        for block in page.blocks:
            hand = waiting.pop((page.id, block.id), None)
            if hand is not None:
                rows, lost = _matched(block, hand)
                placed[page.id, block.id] = Placed(rows, _added(block, hand), hand)
                loose.extend(one for row in lost for one in loose_of(page.name, row))
    for (name, _), hand in waiting.items():
        loose.extend(one for row in hand.rows for one in loose_of(name, row))
    return placed, tuple(loose)


def _matched(block: SheetBlock, hand: HandBlock) -> tuple[dict[int, HandRow], list[HandRow]]:
    """Rows found by their key, else by what they can be known by when just one answers to it."""
    wanted = {row.key: row for row in hand.rows}
    found: dict[int, HandRow] = {}
    by_alternative: dict[str, list[int]] = {}
    for at, full in enumerate(block.keys() if wanted else ()):
        key, _, alternative = full.partition(ALTERNATIVE)
        if key in wanted:
            found[at] = wanted.pop(key)
        elif alternative:
            by_alternative.setdefault(alternative, []).append(at)
    lost = []
    for row_left in wanted.values():
        candidates = by_alternative.get(row_left.alternative, [])
        if row_left.alternative and len(candidates) == 1 and candidates[0] not in found:
            found[candidates[0]] = row_left
        else:
            lost.append(row_left)
    return found, lost


def _added(block: SheetBlock, hand: HandBlock) -> tuple[AddedColumn, ...]:
    """The office's own columns, under headings that the block does not use yet."""
    used = {one.heading.casefold() for one in block.columns}
    used |= {one.casefold() for one in block.office_headings}
    return tuple(one for one in hand.added if one.heading.casefold() not in used)


def loose_of(sheet: str, row: HandRow) -> Iterator[Loose]:
    """What was written in a row that finds no place."""
    for heading, cell in (*row.cells.items(), *row.marks.items()):
        if cell.says_something:
            yield Loose(sheet, row.key, row.context, heading, cell)
