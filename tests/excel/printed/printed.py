"""What a PDF shows, word by word, and what a placed sheet promises to show."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path

from pypdf import PageObject

from kskt_excel.excel.printed.boxes import PlacedPage, PrintedBox, PrintedLine
from kskt_excel.excel.printed.printed_table import words_of
from tests.judges import told

_MM = 72 / 25.4
_LEFT, _RIGHT, _TOP = 30 * _MM, 15 * _MM, 20 * _MM
_WORKING_MARGIN = 15 * _MM  # of what is no annex
_POINTS_A_PIXEL = 0.7923  # LibreOffice's columns, measured
_PAGE = re.compile(r'<page width="([\d.]+)" height="([\d.]+)">(.*?)</page>', re.DOTALL)
_WORD = re.compile(
    r'<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">(.*?)</word>'
)


@dataclass(frozen=True)
class Word:
    text: str
    left: float
    top: float
    right: float
    bottom: float

    @property
    def middle(self) -> tuple[float, float]:
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2


@dataclass(frozen=True)
class PrintedPage:
    width: float
    height: float
    words: tuple[Word, ...]

    def inside(self, left: float, top: float, right: float, bottom: float) -> list[Word]:
        return [
            word
            for word in self.words
            if left <= word.middle[0] <= right and top <= word.middle[1] <= bottom
        ]

    @property
    def number(self) -> str:
        """What stands in the top margin."""
        return " ".join(word.text for word in self.inside(0, 0, self.width, _TOP - 1))

    @property
    def footer(self) -> str:
        bottom = self.height - 20 * _MM
        return " ".join(word.text for word in self.inside(0, bottom, self.width, self.height))


@dataclass(frozen=True)
class Place:
    """Where a cell's text must stand on a page, and the text."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


def printed_pages(pdf: Path) -> list[PrintedPage]:
    found = _PAGE.findall(told("pdftotext", "-bbox", pdf, "-"))
    return [
        PrintedPage(float(width), float(height), tuple(_words(body)))
        for width, height, body in found
    ]


def letter_sizes(page: PageObject) -> Counter[float]:
    """How many letters of a page of a PDF are set in each size, in points.

    Page number and footer are left out: LibreOffice makes them smaller with the page, Excel not.
    """
    found: Counter[float] = Counter()
    height = float(page.mediabox.height)

    def see(text: str, cm: list[float], tm: list[float], _font: object, size: float) -> None:
        above = cm[5] + cm[3] * tm[5]
        in_margin = min(above, height - above) < _WORKING_MARGIN
        if (letters := text.strip()) and not in_margin:
            found[round(size * abs(tm[3] * cm[3]), 2)] += len(letters)

    page.extract_text(visitor_text=see)
    return found


def _words(body: str) -> Iterator[Word]:
    for left, top, right, bottom, text in _WORD.findall(body):
        yield Word(unescape(text), float(left), float(top), float(right), float(bottom))


def promised_pages(sheet: PlacedPage) -> list[list[Place]]:
    """For each page of a sheet, where the text of each cell must be found."""
    starts = [0, *sheet.breaks]
    ends = [*sheet.breaks, len(sheet.lines)]
    first, last = sheet.repeated or (1, 0)
    pages = []
    for start, end in zip(starts, ends, strict=True):
        heads = list(sheet.lines[first - 1 : last]) if start >= last else []
        pages.append(list(_places(sheet, [*heads, *sheet.lines[start:end]])))
    return pages


def _places(sheet: PlacedPage, lines: list[PrintedLine]) -> Iterator[Place]:
    paper = (297 if sheet.landscape else 210) * _MM
    total = sum(sheet.widths) * _POINTS_A_PIXEL
    origin = _LEFT + (paper - _LEFT - _RIGHT - total) / 2
    top = _TOP
    for at, line in enumerate(lines):
        for box in line.boxes:
            left = origin + sum(sheet.widths[: box.first - 1]) * _POINTS_A_PIXEL
            right = origin + sum(sheet.widths[: box.last]) * _POINTS_A_PIXEL
            height = sum(one.height for one in lines[at : at + box.down])
            yield Place(text_of(box), left, top, right, top + height)
        top += line.height


def text_of(box: PrintedBox) -> str:
    if box.runs:
        return "\n".join(run.text for run in box.runs)
    return words_of(box.value)


def squeezed(text: str) -> str:
    """The letters alone: a PDF keeps no spaces where a line or a long word is broken."""
    return re.sub(r"\s+", "", text)
