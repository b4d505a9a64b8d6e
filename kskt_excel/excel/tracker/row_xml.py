"""Rows as XML, with their texts in the cells themselves, so that they need nothing beside."""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import repeat
from typing import Final, Generic, TypeAlias, TypeVar

from kskt_excel.excel.tracker.grid import Content, Formula
from kskt_excel.excel.tracker.plain import day_number, moment_number
from kskt_excel.excel.writing import clean
from kskt_excel.model.cells import column_letters

V = TypeVar("V")
Heights: TypeAlias = Sequence[float | None]

_REMEMBERED: Final = 4_096  # values of a column: words and counts come again, keys do not
_SHORT: Final = 10_000  # letters that are never too many for a cell
_LIKE_AN_ESCAPE: Final = re.compile("_(?=x[0-9a-fA-F]{4}_)")
_SPACED: Final = '<t xml:space="preserve">'


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

    def rows(self, first_row: int, columns: Sequence[Sequence[Content]], heights: Heights) -> bytes:
        """Rows from ``first_row`` on; columns without values are blank. A height may be None."""
        heads = [self._head(one) for one in heights]
        pieces: list[Iterable[bytes]] = [repeat(b'<row r="'), heads]
        pieces += [own.cells(values) for own, values in zip(self._columns, columns, strict=False)]
        pieces += [repeat(one.blank) for one in self._columns[len(columns) :]]
        numbers = (b"%d" % one for one in range(first_row, first_row + len(heights)))
        return b"".join(map(bytes.join, numbers, zip(*pieces, strict=False)))

    def _head(self, height: float | None) -> bytes:
        ht, custom = (f' ht="{height:.16g}"', ' customHeight="1"') if height else ("", "")
        level = self._level
        hidden, outline = (' hidden="1"', f' outlineLevel="{level}"') if level else ("", "")
        return f'"{ht}{hidden}{custom}{outline}><c r="A'.encode()


class _Column:
    """The cells of a column, from behind their row's number to before the next one's."""

    def __init__(self, style: int, end: str) -> None:
        self._start, self._end = f'" s="{style}"', end
        self.blank = self._cell("/>")
        self._before_text = f'{self._start} t="inlineStr"><is><t>'.encode()
        self._behind_text = f"</t></is></c>{end}".encode()
        self._texts = _Known[str](self._text)
        self._counts = _Known[int](self._number)
        self._days = _Known[dt.date](self._day)

    def cells(self, values: Sequence[Content]) -> Iterable[bytes]:
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
        return self._one_by_one(values)

    def _one_by_one(self, values: Sequence[Content]) -> Iterator[bytes]:
        before, made = None, self.blank
        for value in values:
            if value is not before:  # rows of a report share their links
                before, made = value, self._any(value)
            yield made

    def _any(self, value: Content) -> bytes:
        if value is None:
            return self.blank
        if isinstance(value, Formula):
            return self._formula(value)
        if isinstance(value, bool):
            return self._text("Có" if value else "Không")
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, dt.datetime):
            return self._cell(f"><v>{moment_number(value):.16g}</v></c>")
        return self._day(value) if isinstance(value, dt.date) else self._number(value)

    def _text(self, text: str) -> bytes:
        if not text:
            return self.blank
        if _is_plain(text):
            return self._before_text + text.encode() + self._behind_text
        return self._cell(f' t="inlineStr"><is>{_in_cell(text)}</is></c>')

    def _number(self, value: float) -> bytes:
        return self._cell(f"><v>{value}</v></c>")

    def _day(self, day: dt.date) -> bytes:
        return self._cell(f"><v>{day_number(day)}</v></c>")

    def _formula(self, value: Formula) -> bytes:
        text, stored = _escaped(value.text), value.result
        if isinstance(stored, str):
            return self._cell(f' t="str"><f>{text}</f><v>{_escaped(stored)}</v></c>')
        return self._cell(f"><f>{text}</f><v>{stored}</v></c>")

    def _cell(self, rest: str) -> bytes:
        return f"{self._start}{rest}{self._end}".encode()


class _Known(dict[object, bytes], Generic[V]):
    """XML by value, made when first asked for."""

    def __init__(self, make: Callable[[V], bytes]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, value: V) -> bytes:
        made = self[value] = self._make(value)
        return made

    def each(self, values: Sequence[Content], blank: bytes) -> Iterable[bytes]:
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


def _in_cell(text: str) -> str:
    """A text as an element; cut in two where it looks like the format's own escape of a letter.

    Excel would read ``_x0041_`` as A; of an escape of it openpyxl knows in shared texts only.
    """
    text = _escaped(clean(text))
    if _LIKE_AN_ESCAPE.search(text):
        cut = _LIKE_AN_ESCAPE.sub(f"_</t></r><r>{_SPACED}", text)
        return f"<r>{_SPACED}{cut}</t></r>"
    return f"<t>{text}</t>" if text.strip() == text else f"{_SPACED}{text}</t>"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
