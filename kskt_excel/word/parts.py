"""Paragraphs, rules and tables without borders, in the template's styles."""

import re
from collections.abc import Iterable, Sequence
from copy import deepcopy
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias

from kskt_excel.report.narrative_content import TO_ADD
from kskt_excel.word.styles import Look

if TYPE_CHECKING:
    from docx.document import Document
    from docx.parts.story import StoryPart
    from docx.table import Table, _Cell
    from docx.text.paragraph import Paragraph

    Place: TypeAlias = Document | _Cell

_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_BEFORE_PERCENT = re.compile(r"(?<=[\d≥≤]) (?=[\d%])")
_LINE_END = re.compile(r"\s*[\n\r\t]+\s*")
_NO_BREAK = "\u00a0"
_STYLES = 64


def written(text: str) -> str:
    """The text as a paragraph can hold it: one line, nothing that XML forbids, ``5 %`` unbroken."""
    plain = _UNWRITABLE.sub("", _LINE_END.sub(" ", text))
    return _BEFORE_PERCENT.sub(_NO_BREAK, plain)


def paragraph(
    place: "Place", text: str, look: Look, *, first: bool = False, keep: bool = False
) -> "Paragraph":
    """A paragraph in a style; ``[…]`` in it is marked for whoever completes the report.

    ``first`` fills the empty paragraph that every new cell has; ``keep`` holds it on the page of
    the next one.
    """
    made = place.paragraphs[0] if first else place.add_paragraph()
    made._p.style = _style_id(made.part, look, is_paragraph=True)  # noqa: SLF001  # as python-docx
    for number, piece in enumerate(written(text).split(TO_ADD)):
        if number:
            marked = made.add_run(TO_ADD)
            marked._r.style = _style_id(made.part, Look.TO_ADD, is_paragraph=False)  # noqa: SLF001
        if piece:
            made.add_run(piece)
    if keep:
        made.paragraph_format.keep_with_next = True
    return made


def paragraphs(document: "Document", texts: Iterable[str], look: Look) -> None:
    """A paragraph for each text, as ``paragraph`` makes it.

    python-docx looks for the place of each element anew: plain ones are copied from the first.
    """
    last: Any = None
    pattern: Any = None
    for text in texts:
        plain = written(text)
        is_plain = plain != "" and plain == plain.strip() and TO_ADD not in plain
        if is_plain and pattern is not None:
            last.addnext(deepcopy(pattern))
            last = last.getnext()
            last[-1][-1].text = plain
            continue
        last = paragraph(document, text, look)._p  # noqa: SLF001  # its element
        if is_plain:
            pattern = deepcopy(last)


@lru_cache(maxsize=_STYLES)
def _style_id(part: "StoryPart", look: Look, *, is_paragraph: bool) -> str | None:
    """Id of a style; python-docx looks through all styles of the template for each paragraph."""
    from docx.enum.style import WD_STYLE_TYPE

    kind = WD_STYLE_TYPE.PARAGRAPH if is_paragraph else WD_STYLE_TYPE.CHARACTER
    return part.get_style_id(look.value, kind)


def rule(place: "Place", width_mm: float, room_mm: float) -> None:
    """A thin line of a width, centred in the room that it has."""
    from docx.shared import Mm

    made = place.add_paragraph(style=Look.RULE.value)
    side = Mm(max((room_mm - width_mm) / 2, 0))
    made.paragraph_format.left_indent = made.paragraph_format.right_indent = side


def plain_table(document: "Document", rows: int, widths_mm: Sequence[float]) -> "Table":
    """A table without borders over the width of the text; no row is split between two pages."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Mm

    table: Table = document.add_table(rows, len(widths_mm))
    table.autofit = False
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        edge = OxmlElement(f"w:{side}")
        edge.set(qn("w:w"), "0")
        edge.set(qn("w:type"), "dxa")
        margins.append(edge)
    table._tbl.tblPr.append(margins)  # noqa: SLF001  # python-docx has no cell margins
    for column, width in zip(table.columns, widths_mm, strict=True):
        column.width = Mm(width)
    for row in table.rows:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # noqa: SLF001  # nor this
        for cell, width in zip(row.cells, widths_mm, strict=True):
            cell.width = Mm(width)
    return table
