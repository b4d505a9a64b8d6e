"""The head of a printed page: administrative frame, or the head of a statistical form; title."""

from collections.abc import Iterator

from kskt_excel.excel.heights import line_height, lines, text_width
from kskt_excel.excel.pages.grid import Grid
from kskt_excel.excel.pages.nouns import Box, Line, Rule, Run, text_height
from kskt_excel.excel.writing import clean
from kskt_excel.report.content import Page

FRAME_SPLITS = (0.42,)
FORM_SPLITS = (0.23, 0.77)
_NATION, _MOTTO = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"
_AGENCY_RULE = 0.42  # of the name's width: a third to a half
_TITLE_RULE_PX = 150
_POINTS_A_PIXEL = 0.75
_RULE_HEIGHT, _GAP_HEIGHT = 7.5, 9.0
_LEAST_HEIGHT = {11: 16.5, 12: 18.0, 13: 19.5, 14: 21.0}
_CENTRED = ("center", "middle", "wrap")
_BOLD = (*_CENTRED, "bold")
_SIDES_PX = 12
_BELOW_FORM_HEAD = 6.0


def head_lines(page: Page, grid: Grid) -> Iterator[Line]:
    """Everything above the first table; each row stays with the next."""
    if page.form_code:
        yield from _form_head(page, grid)
    else:
        yield from _administrative_head(page, grid)
        yield from _titles(page, grid)
    if page.provisional:
        yield wide(page.provisional, grid, (*_BOLD, "italic"))
    if not page.form_code:
        rule = Rule(1, grid.last, min(_TITLE_RULE_PX, grid.total // 3))
        yield Line(_RULE_HEIGHT + 4.5, rules=(rule,), keep=True)
    for paragraph in page.paragraphs:
        yield wide(paragraph, grid, ("left", "middle", "wrap"), size=13)


def wide(text: str, grid: Grid, looks: tuple[str, ...], *, size: int = 12) -> Line:
    """A row with one text over the whole width, as high as it needs."""
    text = clean(text)
    bold = "bold" in looks
    needed = text_height(text, grid.total, size, bold=bold)
    box = Box(1, grid.last, text, looks, size)
    return Line(max(needed, _LEAST_HEIGHT[size]), (box,), keep=True)


def _administrative_head(page: Page, grid: Grid) -> Iterator[Line]:
    """Source: Nghị định 30/2020/NĐ-CP, Phụ lục I (mục II, khoản 1 đến 4)."""
    frame = page.frame
    left, right = grid.blocks(*FRAME_SPLITS)
    size = 13 if _fits(_NATION, grid.px(*right), 13) else 12
    yield _pair(grid, Box(*left, frame.superior, _CENTRED, size), Box(*right, _NATION, _BOLD, size))
    agency = Box(*left, frame.agency, _BOLD, size)
    yield _pair(grid, agency, Box(*right, _MOTTO, _BOLD, size + 1))
    agency_px = min(text_width(frame.agency, size, bold=True) / _POINTS_A_PIXEL, grid.px(*left))
    motto_px = text_width(_MOTTO, size + 1, bold=True) / _POINTS_A_PIXEL
    rules = (Rule(*left, round(agency_px * _AGENCY_RULE)), Rule(*right, round(motto_px)))
    yield Line(_RULE_HEIGHT, rules=rules, keep=True)
    date = Box(*right, frame.place_and_date, (*_CENTRED, "italic"), size + 1)
    yield _pair(grid, Box(*left, frame.number, _CENTRED, 13), date)
    yield Line(_GAP_HEIGHT, keep=True)


def _fits(text: str, px: int, size: int) -> bool:
    return text_width(text, size, bold=True) / _POINTS_A_PIXEL + _SIDES_PX <= px


def _pair(grid: Grid, *boxes: Box) -> Line:
    heights = [
        text_height(
            str(box.value), grid.px(box.first, box.last), box.size, bold="bold" in box.looks
        )
        for box in boxes
    ]
    return Line(max(*heights, _LEAST_HEIGHT[13]), boxes, keep=True)


def _titles(page: Page, grid: Grid) -> Iterator[Line]:
    for line in page.title:
        yield wide(line, grid, _BOLD, size=14)
    yield wide(page.period_line, grid, (*_CENTRED, "italic"), size=13)


def _form_head(page: Page, grid: Grid) -> Iterator[Line]:
    """Code of the form at the left, title and period in the middle, who reports at the right.

    Source: Thông tư 01/2020/TT-VPCP, Phụ lục II.
    """
    stacks = (_form_code(page), _form_title(page), _form_parties(page))
    boxes, heights = [], [0.0]
    for block, (align, runs) in zip(grid.blocks(*FORM_SPLITS), stacks, strict=True):
        given = tuple(Run(clean(run.text), run.looks, run.size) for run in runs if run.text)
        boxes.append(Box(*block, looks=(align, "top", "wrap"), runs=given))
        px = grid.px(*block)
        heights.append(sum(_run_height(run, px) for run in given) + _BELOW_FORM_HEAD)
    yield Line(max(heights), tuple(boxes), keep=True)


def _run_height(run: Run, px: int) -> float:
    return lines(run.text, px, run.size, bold="bold" in run.looks) * line_height(run.size)


def _form_code(page: Page) -> tuple[str, list[Run]]:
    return "left", [Run(page.form_code, ("bold",), 12), Run(page.form_basis, ("italic",), 11)]


def _form_title(page: Page) -> tuple[str, list[Run]]:
    title = [Run(line, ("bold",), 13) for line in page.title]
    return "center", [*title, Run(page.period_line, ("italic",), 12)]


def _form_parties(page: Page) -> tuple[str, list[Run]]:
    parties = (("Đơn vị báo cáo:", page.reporter), ("Đơn vị nhận báo cáo:", page.receiver))
    runs = [(Run(label, ("bold",), 12), Run(name, (), 12)) for label, name in parties]
    return "indent", [run for pair in runs for run in pair]
