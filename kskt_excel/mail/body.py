"""A letter's paragraphs filled: as plain text, and as simple HTML that prints well."""

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from kskt_excel import messages
from kskt_excel.mail.letters import Letter, fill, names_in
from kskt_excel.model.finding import Finding, Severity
from kskt_excel.report.mini_grid import GridCell, GridRow, MiniGrid

_ALONE = re.compile(r"\s*\{(\w+)\}\s*")
_INK = {Severity.ERROR: "#C00000", Severity.WARNING: "#7F6000", Severity.INFO: "#404040"}
_FAULTY_FILL = {Severity.ERROR: "#F8CBAD", Severity.WARNING: "#FFF2CC", Severity.INFO: "#FFF2CC"}
_SHORT = 12  # characters: codes, days and numbers stay on one line
_LETTER_WIDTH, _PADDING, _WIDEST, _NUMBER_WIDTH = 7, 16, 220, 36  # pixels
_FONT = "font-family:'Times New Roman',serif;font-size:12pt;color:#000000"
_CELL = "border:1px solid #7F7F7F;padding:2px 6px;font-size:10pt;vertical-align:top"
_HEADING = f"{_CELL};background-color:#DCE6F1;font-weight:bold"
_TABLE = "border-collapse:collapse;margin:4pt 0 6pt 0"
_MARGIN = f"{_CELL};background-color:#F2F2F2;color:#595959;text-align:center;font-weight:normal"


@dataclass(frozen=True, slots=True)
class Item:
    """One finding of a list, with the piece of its sheet where there is one."""

    found: Finding
    grid: MiniGrid | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """A list of findings that stands on its own line in a letter (danh sách)."""

    items: tuple[Item, ...] = ()
    rest: str = ""  # what is said of those that the list leaves out

    def __bool__(self) -> bool:
        return bool(self.items)


@dataclass(frozen=True)
class Content:
    """What fills a letter's braces: words, and lists of findings."""

    words: Mapping[str, str]
    blocks: Mapping[str, Block] = field(default_factory=dict)

    def is_empty(self, name: str) -> bool:
        """Whether there is nothing to put in a name's place."""
        return not (self.blocks[name] if name in self.blocks else self.words[name])

    @cached_property
    def as_text(self) -> Mapping[str, str]:
        """Every name as text."""
        return {**self.words, **{name: _listed(block) for name, block in self.blocks.items()}}


def subject(letter: Letter, content: Content) -> str:
    """The subject on one line."""
    return " ".join(fill(letter.subject, content.as_text).split())


def plain_text(letter: Letter, content: Content) -> str:
    """The letter as plain text; a paragraph with a name that is empty is left out."""
    texts = content.as_text
    kept = (fill(paragraph, texts) for paragraph in _kept(letter, content))
    return "\n\n".join(kept) + "\n"


def as_html(letter: Letter, content: Content) -> str:
    """The same letter as one HTML page without anything from outside it."""
    parts = (_paragraph(paragraph, content) for paragraph in _kept(letter, content))
    title = html.escape(subject(letter, content))
    return (
        '<!DOCTYPE html>\n<html lang="vi">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{title}</title>\n</head>\n"
        f'<body style="{_FONT};max-width:210mm">\n{"".join(parts)}</body>\n</html>\n'
    )


def _kept(letter: Letter, content: Content) -> Iterator[str]:
    for paragraph in letter.paragraphs:
        if not any(content.is_empty(name) for name in names_in(paragraph)):
            yield paragraph


def _listed(block: Block) -> str:
    lines = [f"{number}. {_said(item.found)}" for number, item in enumerate(block.items, start=1)]
    return "\n".join([*lines, block.rest] if block.rest else lines)


def _said(found: Finding) -> str:
    where = messages.place(found)
    said = f"{where} – {messages.sentence(found)}" if where else messages.sentence(found)
    return f"{said}\n   {_answered(found)}" if found.explanation else said


def _answered(found: Finding) -> str:
    """What the unit itself has answered: the letter shows that it was read."""
    return f"Đơn vị đã giải trình: “{found.explanation}”."


def _paragraph(paragraph: str, content: Content) -> str:
    """A paragraph whose lists stand on lines of their own; other lines keep their breaks."""
    parts: list[str] = []
    lines: list[str] = []
    for line in paragraph.split("\n"):
        alone = _ALONE.fullmatch(line)
        if alone and alone[1] in content.blocks:
            parts += [_lines(lines), _block(content.blocks[alone[1]])]
            lines = []
        else:
            lines.append(fill(line, content.as_text))
    return "".join([*parts, _lines(lines)])


def _lines(lines: Iterable[str]) -> str:
    text = "<br>\n".join(html.escape(part) for line in lines for part in line.split("\n"))
    return f'<p style="margin:0 0 10pt 0">{text}</p>\n' if text else ""


def _block(block: Block) -> str:
    items = "".join(_item(item) for item in block.items)
    return f'<ol style="margin:0 0 10pt 0;padding-left:24pt">\n{items}</ol>\n' + _lines(
        [block.rest] if block.rest else []
    )


def _item(item: Item) -> str:
    ink = _INK[item.found.severity]
    where = html.escape(messages.place(item.found))
    place = f'<b style="color:{ink}">{where}</b> – ' if where else ""
    said = html.escape(messages.sentence(item.found))
    grid = _grid(item.grid, item.found.severity) if item.grid else ""
    answer = f"<br>\n<i>{html.escape(_answered(item.found))}</i>" if item.found.explanation else ""
    return f'<li style="margin-bottom:8pt">{place}{said}{answer}{grid}</li>\n'


def _grid(grid: MiniGrid, severity: Severity) -> str:
    letters = "".join(
        f'<td width="{width}" style="{_MARGIN}">{letter}</td>'
        for letter, width in zip(grid.letters, _widths(grid), strict=True)
    )
    corner = f'<td width="{_NUMBER_WIDTH}" style="{_MARGIN}"></td>'
    rows = "".join(_row(row, _CELL, severity) for row in grid.rows)
    return (
        f'\n<table cellspacing="0" cellpadding="0" style="{_TABLE}">\n<tr>{corner}{letters}</tr>'
        f"\n{_row(grid.head, _HEADING, severity)}{rows}</table>"
    )


def _widths(grid: MiniGrid) -> list[int]:
    """Pixels of each column: short texts stay on one line, long ones are wrapped."""
    columns = zip(*(row.cells for row in (grid.head, *grid.rows)), strict=True)
    longest = (max(len(cell.text) for cell in column) for column in columns)
    return [min(_LETTER_WIDTH * count + _PADDING, _WIDEST) for count in longest]


def _row(row: GridRow, looks: str, severity: Severity) -> str:
    number = f'<td nowrap style="{_MARGIN}">{row.number or ""}</td>'
    cells = "".join(_cell(cell, looks, severity) for cell in row.cells)
    return f"<tr>{number}{cells}</tr>\n"


def _cell(cell: GridCell, looks: str, severity: Severity) -> str:
    fault = f";background-color:{_FAULTY_FILL[severity]};color:{_INK[severity]};font-weight:bold"
    style = looks + fault if cell.faulty else looks
    style += ";text-align:right" if cell.number else ""
    whole = " nowrap" if len(cell.text) <= _SHORT else ""  # the attribute: Outlook knows no style
    text = html.escape(cell.text) or "&nbsp;"
    return f'<td{whole} style="{style}">{text}</td>'
