"""The result sheet as XML: written into the unit's package, or alone in a workbook of its own."""

from collections.abc import Iterable, Sequence
from typing import Final

from kskt_excel.excel import style
from kskt_excel.excel.heights import HeightCell, row_height
from kskt_excel.excel.marking.result_lines import COLUMNS, SHEET, Box, Line
from kskt_excel.excel.marking.styles import MAIN, Styles
from kskt_excel.excel.marking.tags import entities, escaped
from kskt_excel.excel.writing import clean, in_header, quoted
from kskt_excel.intake.marks import RESULT_MARK
from kskt_excel.model.cells import CellRef, column_letters

MARK: Final = f"{RESULT_MARK}1;"
_WIDTHS: Final = (40, 118, 95, 150, 115, 390, 170, 62)  # pixels
_KEY_COLUMN: Final = COLUMNS + 1
_LETTERS: Final = ("", *map(column_letters, range(1, 64)))
_FIRST: Final = 3  # row of the first line
_LEAST: Final = 18.0
_POINTS: Final = {"small": 11, "tiny": 10, "size14": 14}
_HEAD: Final = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    f'<worksheet xmlns="{MAIN.decode()}">'
    '<sheetPr><tabColor rgb="FFC00000"/><pageSetUpPr fitToPage="1"/></sheetPr>'
    '<sheetViews><sheetView showGridLines="0" tabSelected="1" workbookViewId="0"/></sheetViews>'
    '<sheetFormatPr defaultRowHeight="15.75"/>'
)
_INCH: Final = 25.4
_HEADER_MM: Final = 10


def result_sheet(
    lines: Sequence[Line],
    styles: Styles,
    *,
    record: Sequence[str],
    links: frozenset[str],
    footer: str,
    name: str = SHEET,
) -> tuple[bytes, str]:
    """The sheet's XML, and which rows are repeated on each page; adds its looks to ``styles``.

    ``record`` goes into the hidden row; ``links``: names of sheets that a link can lead to.
    """
    pen = _Pen(styles, links)
    rows = [pen.title(), pen.marks(record)]
    rows += [pen.row(number, line) for number, line in enumerate(lines, start=_FIRST)]
    heading = next((at for at, one in enumerate(lines, start=_FIRST) if one.is_heading), 1)
    xml = (
        f"{_HEAD}{_columns()}<sheetData>{''.join(rows)}</sheetData>{_merges(lines)}"
        f"{pen.hyperlinks()}{_paper(footer)}{_breaks(lines)}</worksheet>"
    )
    return xml.encode("ascii", "xmlcharrefreplace"), f"{quoted(name)}!${heading}:${heading}"


class _Pen:
    """Writes rows in the looks of one workbook."""

    def __init__(self, styles: Styles, links: frozenset[str]) -> None:
        self._styles = styles
        self._numbers: dict[tuple[str, ...], int] = {}
        self._sheets = links
        self._links: list[str] = []

    def title(self) -> str:
        """The title in row 1."""
        return f'<row r="1" ht="27" customHeight="1">{self._cell("A1", SHEET, ("title",))}</row>'

    def marks(self, record: Iterable[str]) -> str:
        """The hidden row 2: what the sheet is, and the record of the marks."""
        cells = "".join(
            self._cell(f"{column_letters(at)}2", text, ())
            for at, text in enumerate((MARK, *record), start=1)
        )
        return f'<row r="2" hidden="1">{cells}</row>'

    def row(self, number: int, line: Line) -> str:
        """A line with the height that shows all of it."""
        cells = "".join(self._box(number, box) for box in line.boxes)
        if line.key:
            cells += self._cell(f"{_LETTERS[_KEY_COLUMN]}{number}", line.key, ())
        high = row_height(map(_height_cell, filter(_may_wrap, line.boxes)), least=_LEAST)
        return f'<row r="{number}" ht="{high:g}" customHeight="1">{cells}</row>'

    def hyperlinks(self) -> str:
        """Links to the cells that the lines speak of."""
        return f"<hyperlinks>{''.join(self._links)}</hyperlinks>" if self._links else ""

    def _box(self, row: int, box: Box) -> str:
        ref = f"{_LETTERS[box.column]}{row}"
        if box.link and box.link.sheet in self._sheets:
            self._link(ref, box.link)
        looks = box.looks if box.link is None or box.link.sheet in self._sheets else _plain(box)
        covered = "".join(
            self._cell(f"{_LETTERS[box.column + at]}{row}", "", looks) for at in range(1, box.over)
        )
        return self._cell(ref, box.text, looks) + covered

    def _link(self, ref: str, to: CellRef) -> None:
        cell = f"{column_letters(to.column or 1)}{to.row or 1}"
        place = escaped(f"{quoted(to.sheet)}!{cell}").decode()
        self._links.append(f'<hyperlink ref="{ref}" location="{place}"/>')

    def _cell(self, ref: str, text: str, looks: tuple[str, ...]) -> str:
        number = self._style(looks)
        if not text:
            return f'<c r="{ref}" s="{number}"/>'
        body = entities(clean(text))
        held = f'<is><t xml:space="preserve">{body}</t></is>'
        return f'<c r="{ref}" s="{number}" t="inlineStr">{held}</c>'

    def _style(self, looks: tuple[str, ...]) -> int:
        if looks not in self._numbers:
            self._numbers[looks] = self._styles.look(style.look(*looks))
        return self._numbers[looks]


def _plain(box: Box) -> tuple[str, ...]:
    return tuple(look for look in box.looks if look != "link")


def _may_wrap(box: Box) -> bool:
    """Whether a text may need a second line: no letter is wider than its size, most are half."""
    return "\n" in box.text or len(box.text) * _size(box) > _width(box)


def _width(box: Box) -> int:
    return sum(_WIDTHS[box.column - 1 : box.column - 1 + box.over])


def _size(box: Box) -> int:
    return next((points for look, points in _POINTS.items() if look in box.looks), style.BODY_SIZE)


def _height_cell(box: Box) -> HeightCell:
    return HeightCell(
        box.text, _width(box), _size(box), bold="bold" in box.looks or "heading" in box.looks
    )


def _columns() -> str:
    shown = "".join(
        f'<col min="{at}" max="{at}" width="{(width - 5) / 7:.2f}" customWidth="1"/>'
        for at, width in enumerate(_WIDTHS, start=1)
    )
    hidden = f'<col min="{_KEY_COLUMN}" max="{_KEY_COLUMN}" width="9" hidden="1" customWidth="1"/>'
    return f"<cols>{shown}{hidden}</cols>"


def _merges(lines: Sequence[Line]) -> str:
    areas = [
        f"{_LETTERS[box.column]}{row}:{column_letters(box.column + box.over - 1)}{row}"
        for row, line in enumerate(lines, start=_FIRST)
        for box in line.boxes
        if box.over > 1
    ]
    merged = "".join(f'<mergeCell ref="{area}"/>' for area in areas)
    return f'<mergeCells count="{len(areas)}">{merged}</mergeCells>' if areas else ""


def _breaks(lines: Sequence[Line]) -> str:
    """Pages begun by hand, so that no title stands alone at the foot of one."""
    after = [row - 1 for row, line in enumerate(lines, start=_FIRST) if line.new_page]
    breaks = "".join(f'<brk id="{row}" max="16383" man="1"/>' for row in after)
    count = len(after)
    open_ = f'<rowBreaks count="{count}" manualBreakCount="{count}">'
    return f"{open_}{breaks}</rowBreaks>" if after else ""


def _paper(footer: str) -> str:
    margins = " ".join(f'{side}="{mm / _INCH:.3f}"' for side, mm in _margins().items())
    below = escaped(f'&L&"{style.FONT},Italic"&9{in_header(footer[:100])}').decode()
    above = escaped(style.PAGE_NUMBER).decode()
    return (
        f'<printOptions horizontalCentered="1"/><pageMargins {margins}/>'
        f'<pageSetup paperSize="{style.PAPER_A4}" orientation="landscape" fitToHeight="0"/>'
        f"<headerFooter><oddHeader>{above}</oddHeader><oddFooter>{below}</oddFooter></headerFooter>"
    )


def _margins() -> dict[str, int]:
    sides = style.MARGINS_MM
    return {
        **{side: sides[side] for side in ("left", "right", "top", "bottom")},
        "header": _HEADER_MM,
        "footer": _HEADER_MM,
    }
