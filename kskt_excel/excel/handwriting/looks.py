"""How a person's cell looks, as far as it differs from what the program writes."""

from collections.abc import Iterator
from typing import Any, Final

from kskt_excel.excel import style
from kskt_excel.excel.handwriting.nouns import Look, Run

PROGRAM_FILLS: Final = frozenset(
    one.removeprefix("#").upper()
    for one in (
        style.INPUT_FILL,
        style.GIVEN_FILL,
        style.HEADING_FILL,
        style.GOOD_FILL,
        style.WARN_FILL,
        style.BAD_FILL,
        "#FFFFFF",
    )
)
_BLACK: Final = frozenset({"000000", ""})
_OFFICE_SIZE: Final = 11
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


def own_look(cell: Any) -> Look | None:
    """What a person changed about an office cell; None when it looks as the program wrote it."""
    properties = (*_font(cell.font), *_fill(cell), *_rest(cell))
    return Look(properties) if properties else None


def whole_look(cell: Any) -> Look | None:
    """The whole look of a cell on a sheet of the office's own."""
    if not cell.has_style:
        return None
    font = cell.font
    properties: list[tuple[str, str | int | float | bool]] = []
    if font.name:
        properties += [("font_name", str(font.name)), ("font_size", float(font.sz or 11))]
    properties += [one for one in _font(font) if one[0] not in ("font_name", "font_size")]
    fill = hand_fill(cell, known=frozenset())
    properties += [("bg_color", f"#{fill}")] if fill else []
    properties += [*_rest(cell), *_borders(cell.border)]
    if cell.alignment.wrap_text:
        properties.append(("text_wrap", True))
    if cell.alignment.vertical == "center":
        properties.append(("valign", "vcenter"))
    return Look(tuple(properties)) if properties else None


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


def runs_of(value: Any) -> tuple[Run, ...]:
    """The pieces of a rich text; none for a plain one."""
    from openpyxl.cell.rich_text import CellRichText

    if not isinstance(value, CellRichText):
        return ()
    return tuple(_run(piece) for piece in value if str(piece))


def _run(piece: Any) -> Run:
    if isinstance(piece, str):
        return Run(piece, Look())
    font = piece.font
    properties: list[tuple[str, str | int | float | bool]] = []
    if font.rFont:
        properties.append(("font_name", str(font.rFont)))
    if font.sz:
        properties.append(("font_size", float(font.sz)))
    properties += _letters(font)
    return Run(str(piece.text), Look(tuple(properties)))


def _font(font: Any) -> Iterator[tuple[str, str | int | float | bool]]:
    if font.name and font.name != style.FONT:
        yield "font_name", str(font.name)
    if font.sz and float(font.sz) != _OFFICE_SIZE:
        yield "font_size", float(font.sz)
    yield from _letters(font)


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
