"""The foot of a printed page: notes, recipients, who made it, who signs."""

from collections.abc import Iterator

from kskt_excel.excel.pages.frame import wide
from kskt_excel.excel.pages.grid import Grid
from kskt_excel.excel.pages.nouns import Box, Line, text_height
from kskt_excel.excel.writing import clean
from kskt_excel.report.content import Frame, Page

THREE_BLOCKS, TWO_BLOCKS = (0.33, 0.62), (0.5,)
_PREPARER, _RECIPIENTS = "NGƯỜI LẬP BIỂU", "Nơi nhận:"
_SIGN, _SIGN_AND_SEAL = "(Ký, ghi rõ họ tên)", "(Ký tên, đóng dấu)"
_GAP = 9.0
_BLANK_ROWS = 3  # room to sign in
SIGNING_HEIGHTS = ((19.5, 16.5), (19.5, 13.5), (17.25, 11.25))
"""Points of a row of text and of each blank row to sign in, the roomiest first."""
_TITLE = ("bold", "center", "middle")
_HINT = ("italic", "center", "middle")


def foot_lines(
    page: Page, grid: Grid, signing: tuple[float, float] = SIGNING_HEIGHTS[0]
) -> list[Line]:
    """Everything below the last table; all of it stays together.

    ``signing`` is one of SIGNING_HEIGHTS.
    """
    notes = [
        Line(line.height, line.boxes, "notes", keep=True)
        for line in (
            wide(note, grid, ("italic", "left", "middle", "wrap"), size=11) for note in page.notes
        )
    ]
    gap = Line(_GAP, part="signature", keep=True)
    draw = _form_signatures if page.form_code else _signatures
    rows = list(draw(page, grid, signing))
    return [*notes, gap, *rows[:-1], _last(rows[-1])]


def _last(line: Line) -> Line:
    return Line(line.height, line.boxes, line.part)


def _signatures(page: Page, grid: Grid, signing: tuple[float, float]) -> Iterator[Line]:
    """Recipients, preparer, signer. Source: Nghị định 30/2020/NĐ-CP, Phụ lục I (mục II)."""
    left, middle, right = grid.blocks(*THREE_BLOCKS)
    rows = _stacked(page.frame, middle, right, signing)
    text = _recipients(page.frame)
    heights = [height for height, _ in rows[1:]]
    short = max(text_height(text, grid.px(*left), 11) - sum(heights), 0.0)
    listed = Box(*left, text, ("left", "top", "wrap"), 11, down=len(rows) - 1)
    for at, (height, boxes) in enumerate(rows):
        own: tuple[Box, ...] = ()
        if at == 0:
            own = (Box(*left, _RECIPIENTS, ("bold", "italic", "left", "middle"), 12),)
        elif at == 1:
            own = (listed,)
        more = short if at == len(rows) - 2 else 0.0
        yield Line(height + more, (*own, *boxes), "signature", keep=True)


def _form_signatures(page: Page, grid: Grid, signing: tuple[float, float]) -> Iterator[Line]:
    left, right = grid.blocks(*TWO_BLOCKS)
    date = Box(*right, page.frame.place_and_date, _HINT, 13)
    yield Line(signing[0], (date,), "signature", keep=True)
    for height, boxes in _stacked(page.frame, left, right, signing):
        yield Line(height, boxes, "signature", keep=True)


def _stacked(
    frame: Frame, left: tuple[int, int], right: tuple[int, int], signing: tuple[float, float]
) -> list[tuple[float, tuple[Box, ...]]]:
    """Rows of the two who sign; a name that is not known is left blank to fill by hand."""
    titles = [title for title in (frame.signer_authority, frame.signer_title) if title] or [""]
    signer = [*((title, _TITLE) for title in titles), (_SIGN_AND_SEAL, _HINT)]
    preparer = [(_PREPARER, _TITLE), (_SIGN, _HINT)]
    preparer += [("", _HINT)] * (len(signer) - len(preparer))
    text, blank = signing
    rows = [
        (text, _boxes(left, right, made, signed))
        for made, signed in zip(preparer, signer, strict=True)
    ]
    rows += [(blank, ())] * _BLANK_ROWS
    rows.append((text, _boxes(left, right, (frame.preparer, _TITLE), (frame.signer_name, _TITLE))))
    return rows


def _boxes(
    left: tuple[int, int],
    right: tuple[int, int],
    made: tuple[str, tuple[str, ...]],
    signed: tuple[str, tuple[str, ...]],
) -> tuple[Box, ...]:
    pairs = ((left, made), (right, signed))
    return tuple(Box(*block, clean(text), looks, 13) for block, (text, looks) in pairs if text)


def _recipients(frame: Frame) -> str:
    """``- Lãnh đạo Sở;`` … ``- Lưu: VT, VP.``, one a line."""
    names = [clean(name) for name in frame.recipients]
    return "\n".join(
        f"- {name.rstrip(';.')}{'.' if at == len(names) else ';'}"
        for at, name in enumerate(names, start=1)
    )
