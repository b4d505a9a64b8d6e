"""The rows of a table's body at their place: how high each is, where it goes on, its cells."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from kskt_excel.excel.heights import line_height, line_slices, lines
from kskt_excel.excel.pages.body import Body, Face, is_short
from kskt_excel.excel.pages.nouns import Box, Line, Part, Shown, words_height
from kskt_excel.excel.pages.shown import words_of
from kskt_excel.excel.pages.table import TablePlace

_LEAST_TOTAL = 20.0
_SPARE_POINTS = 3.0
_OUTLINES = 1024  # rows without their cells differ in height and part only


@dataclass(frozen=True, slots=True)
class SetBody:
    """A body in letters of one size in its columns, with the height of each row in points."""

    body: Body
    place: TablePlace
    heights: tuple[float, ...]

    @classmethod
    def of(cls, body: Body, place: TablePlace) -> "SetBody":
        """The body at a place; each face is measured once."""
        faces = list(_face_heights(body.faces, place))
        heights = (max(map(faces.__getitem__, row)) for row in body.rows)
        kinds = (row.kind for row in body.table.rows)
        return cls(body, place, tuple(map(_row_height, heights, kinds)))


def _face_heights(faces: Sequence[Face], place: TablePlace) -> Iterator[float]:
    widths: dict[tuple[int, int, bool], int] = {}
    for face in faces:
        key = (face.first, face.last, "indent" in face.looks)
        if key not in widths:
            widths[key] = place.text_px(*place.over(face.first, face.last), face.looks)
        yield words_height(face.words, widths[key], place.size)


def _row_height(highest: float, kind: Part) -> float:
    return max(highest, _LEAST_TOTAL) if kind == "total" else highest


def body_rows(rows: SetBody, *, most: float, last: float) -> list[Line]:
    """Sections, data and totals; a row higher than ``most`` goes on in further rows.

    ``last`` is the most for the last two rows, which share a page with the signatures.
    """
    boxes = tuple(_box(face, rows.place) for face in rows.body.faces)
    return _rows(rows, most, last, lambda at, above: _row_line(rows, at, above, boxes.__getitem__))


def body_outline(rows: SetBody, *, most: float, last: float) -> list[Line]:
    """The same rows without their cells: all that is needed to break the pages."""
    kinds = [row.kind for row in rows.body.table.rows]
    return _rows(rows, most, last, lambda at, _: _outline(rows.heights[at], kinds[at]))


def _rows(rows: SetBody, most: float, last: float, draw: Callable[[int, int], Line]) -> list[Line]:
    """Every row as it is drawn by its number and the count of rows above it."""
    made: list[Line] = []
    ends = len(rows.heights) - 2
    for at, height in enumerate(rows.heights):
        limit = most if at < ends else min(most, last)
        if height <= limit:
            made.append(draw(at, len(made)))
        else:
            whole = _row_line(rows, at, len(made), lambda n: _box(rows.body.faces[n], rows.place))
            made.extend(_continued(whole, rows.place, limit))
    return made


@lru_cache(maxsize=_OUTLINES)
def _outline(height: float, kind: Part) -> Line:
    return Line(height, part=kind, keep=kind == "section")


def _row_line(rows: SetBody, at: int, above: int, box_of: Callable[[int], Box]) -> Line:
    body = rows.body
    row, faces = body.table.rows[at], body.rows[at]
    boxes = tuple(map(box_of, faces))
    if above and not body.sums.isdisjoint(faces):
        boxes = tuple(
            replace(box, sums=(above, 1)) if face in body.sums else box
            for face, box in zip(faces, boxes, strict=True)
        )
    keep = row.kind == "section"
    if is_short(row, body.table):
        return Line(rows.heights[at], boxes, row.kind, keep)
    spans = rows.place.spans
    return Line(rows.heights[at], boxes, row.kind, keep, row=row, spans=spans)


def _box(face: Face, place: TablePlace) -> Box:
    return Box(*place.over(face.first, face.last), face.value, face.looks, place.size)


def _continued(line: Line, place: TablePlace, most: float) -> list[Line]:
    """The row, or several rows that show it piece by piece and look like one.

    Pieces are small, so that they fill the pages they are spread over.
    """
    room = max(int((most / 2 - _SPARE_POINTS) // line_height(place.size)), 1)
    pieces = [_pieces(box, place, room) for box in line.boxes]
    count = max(len(texts) for texts in pieces)
    return [
        _piece(line, [texts[at] if at < len(texts) else None for texts in pieces], place, at, count)
        for at in range(count)
    ]


def _piece(line: Line, texts: Sequence[Shown], place: TablePlace, at: int, count: int) -> Line:
    boxes = tuple(
        Box(
            box.first,
            box.last,
            text,
            _at_top(box.looks),
            box.size,
            sums=box.sums if at == 0 else None,
        )
        for box, text in zip(line.boxes, texts, strict=True)
    )
    heights = [
        lines(words_of(box.value), place.px(box), box.size, bold="bold" in box.looks)
        * line_height(box.size)
        for box in boxes
    ]
    return Line(
        max(heights) + _SPARE_POINTS,
        boxes,
        line.part,
        keep=line.keep and at == count - 1,
        row=line.row,
        spans=line.spans,
        open_top=at > 0,
        open_bottom=at < count - 1,
    )


def _pieces(box: Box, place: TablePlace, room: int) -> list[Shown]:
    if not isinstance(box.value, str):
        return [box.value]
    slices = line_slices(box.value, place.px(box), box.size, bold="bold" in box.looks)
    starts = range(0, len(slices), room)
    return ["".join(slices[start : start + room]).rstrip("\n ") for start in starts]


def _at_top(looks: tuple[str, ...]) -> tuple[str, ...]:
    return tuple("top" if look == "middle" else look for look in looks)
