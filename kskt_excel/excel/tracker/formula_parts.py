"""Which cells of the tracker a formula takes, and what each of them adds to its result.

The tracker's formulas are sums and counts under conditions, differences and references; of them
every part is found, through cells that are formulas themselves. Rates that are texts have none.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any, Final, NoReturn

from kskt_excel.excel.tracker.tracker_book import TrackerBook
from kskt_excel.model.book import CellRef
from kskt_excel.model.nouns import dataclass
from kskt_excel.text.shown import rounded

_MOST_ROWS: Final = 20_000  # of a range that is looked through
# «B8», «$B$8:$B$20», «HoSo!B8», «'Hồ sơ'!B8:B20»: another sheet, then one corner or two.
_RANGE: Final = re.compile(
    r"(?:'((?:[^']|'')+)'!|([\w.]+)!)?\$?([A-Z]+)\$?(\d+)(?::\$?([A-Z]+)\$?(\d+))?"
)
# What SUMIFS and COUNTIFS compare with: «>=5», «<>», «VP»
_COMPARED: Final = re.compile(r"(<>|<=|>=|<|>|=)?(.*)", re.DOTALL)
_NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?")
_DEEPEST: Final = 6  # formulas over formulas


@dataclass(frozen=True, slots=True)
class FormulaPart:
    """A cell that a formula takes (thành phần của công thức) with what it adds to the result."""

    at: CellRef
    value: object
    adds: float


class _NotUnderstoodError(Exception):
    """A formula that takes more than sums, counts and references."""


@dataclass(frozen=True, slots=True)
class _Result:
    value: Any
    parts: tuple[FormulaPart, ...] = ()

    @property
    def number(self) -> float:
        if isinstance(self.value, bool | int | float):
            return float(self.value)
        raise _NotUnderstoodError

    def times(self, factor: float) -> tuple[FormulaPart, ...]:
        return tuple(replace(one, adds=one.adds * factor) for one in self.parts)


@dataclass(frozen=True, slots=True)
class _Cells:
    """Cells of a range, in order."""

    at: tuple[CellRef, ...]
    values: tuple[object, ...]
    parts: tuple[FormulaPart, ...] = ()

    @property
    def value(self) -> NoReturn:
        raise _NotUnderstoodError  # of many cells at once

    number = value

    def times(self, _: float) -> NoReturn:
        raise _NotUnderstoodError


def formula_parts(book: TrackerBook, sheet: str, formula: str) -> tuple[FormulaPart, ...]:
    """The cells behind a formula, each once; none where it is not understood."""
    try:
        parts = _Reader(book, sheet, formula, 0).whole().parts
    except (_NotUnderstoodError, ArithmeticError, TypeError, ValueError, IndexError):
        return ()  # what a person may have typed over it has other ways
    added: dict[CellRef, FormulaPart] = {}
    for one in parts:
        before = added.get(one.at)
        added[one.at] = replace(one, adds=one.adds + before.adds) if before else one
    return tuple(one for one in added.values() if one.adds)


class _Reader:
    """Reads one formula from left to right."""

    def __init__(self, book: TrackerBook, sheet: str, formula: str, depth: int) -> None:
        from openpyxl.formula import Tokenizer

        if depth > _DEEPEST:
            raise _NotUnderstoodError
        items = Tokenizer(f"={formula}").items
        self._tokens = [
            (one.type, one.subtype, one.value) for one in items if one.type != "WHITE-SPACE"
        ]
        self._at = 0
        self._book, self._sheet, self._depth = book, sheet, depth

    def whole(self) -> _Result:
        """The result of the formula."""
        found = self._compared()
        if self._at < len(self._tokens) or not isinstance(found, _Result):
            raise _NotUnderstoodError
        return found

    def _next(self) -> tuple[str, str, str]:
        return self._tokens[self._at] if self._at < len(self._tokens) else ("", "", "")

    def _took(self, *values: str) -> str:
        kind, _, value = self._next()
        if kind == "OPERATOR-INFIX" and value in values:
            self._at += 1
            return value
        return ""

    def _compared(self) -> Any:
        left = self._sum()
        while sign := self._took("=", "<>", "<", ">", "<=", ">="):
            right = self._sum()
            holds = _holds(left.value, sign, right.value)
            given = left.parts or right.parts
            parts = tuple(replace(one, adds=float(holds)) for one in given[:1])
            left = _Result(holds, parts)
        return left

    def _sum(self) -> Any:
        left = self._product()
        while sign := self._took("+", "-"):
            right = self._product()
            factor = 1 if sign == "+" else -1
            left = _Result(left.number + factor * right.number, (*left.parts, *right.times(factor)))
        return left

    def _product(self) -> Any:
        left = self._single()
        while sign := self._took("*", "/"):
            right = self._single()
            factor = right.number if sign == "*" else 1 / right.number
            parts = left.times(factor) if left.parts else right.times(left.number)
            left = _Result(left.number * factor, parts)
        return left

    def _single(self) -> Any:
        kind, subtype, value = self._next()
        self._at += 1
        if kind == "OPERAND":
            return self._operand(subtype, value)
        if kind == "PAREN" and subtype == "OPEN":
            found = self._compared()
            self._at += 1
            return found
        if kind == "FUNC" and subtype == "OPEN":
            return self._function(value.rstrip("(").upper())
        raise _NotUnderstoodError

    def _operand(self, subtype: str, value: str) -> Any:
        if subtype == "NUMBER":
            return _Result(float(value))
        if subtype == "TEXT":
            return _Result(value[1:-1].replace('""', '"'))
        match = _RANGE.fullmatch(value) if subtype == "RANGE" else None
        return self._range(match) if match else _refuse()

    def _range(self, match: re.Match[str]) -> Any:
        sheet = (match[1] or match[2] or self._sheet).replace("''", "'")
        first = CellRef.parse(sheet, match[3] + match[4])
        if not match[5]:
            return self._cell(first)
        last = CellRef.parse(sheet, match[5] + match[6])
        if last.row - first.row > _MOST_ROWS:
            _refuse()
        at = tuple(
            CellRef(sheet, row, column)
            for row in range(first.row, last.row + 1)
            for column in range(first.column, last.column + 1)
        )
        return _Cells(at, tuple(self._book.value(one) for one in at))

    def _cell(self, at: CellRef) -> _Result:
        value, formula = self._book.value(at), self._book.formula(at)
        if formula:
            try:
                inner = _Reader(self._book, at.sheet, formula, self._depth + 1).whole()
                return _Result(value, inner.parts)
            except _NotUnderstoodError:
                pass
        number = value if isinstance(value, int | float) else 0
        return _Result(value, (FormulaPart(at, value, number),))

    def _arguments(self) -> list[Any]:
        given: list[Any] = []
        while self._next()[:2] != ("FUNC", "CLOSE"):
            given.append(self._compared())
            if self._next()[0] == "SEP":
                self._at += 1
            elif not self._next()[0]:
                _refuse()
        self._at += 1
        return given

    def _function(self, name: str) -> _Result:
        given = self._arguments()
        made = _FUNCTIONS.get(name)
        return made(self, given) if made else _refuse()

    def added(self, cells: _Cells) -> _Result:
        """The numbers of some cells added up."""
        found = [
            self._cell(at)
            for at, value in zip(cells.at, cells.values, strict=True)
            if isinstance(value, int | float)
        ]
        return _Result(
            sum(one.number for one in found), tuple(p for one in found for p in one.parts)
        )


def _refuse() -> NoReturn:
    raise _NotUnderstoodError


def _cells(given: Any) -> _Cells:
    return given if isinstance(given, _Cells) else _refuse()


def _sum(reader: _Reader, given: Sequence[Any]) -> _Result:
    some = [reader.added(one) if isinstance(one, _Cells) else one for one in given]
    return _Result(
        sum(one.number for one in some), tuple(part for one in some for part in one.parts)
    )


def _subtotal(reader: _Reader, given: Sequence[Any]) -> _Result:
    return _sum(reader, given[1:])


def _counta(_: _Reader, given: Sequence[Any]) -> _Result:
    cells = _cells(given[0])
    kept = zip(cells.at, cells.values, strict=True)
    parts = tuple(FormulaPart(at, value, 1) for at, value in kept if value not in (None, ""))
    return _Result(len(parts), parts)


def _countifs(_: _Reader, given: Sequence[Any]) -> _Result:
    shown = _cells(given[-2])
    parts = tuple(FormulaPart(shown.at[n], shown.values[n], 1) for n in _meeting(given))
    return _Result(len(parts), parts)


def _sumifs(_: _Reader, given: Sequence[Any]) -> _Result:
    summed, conditions = _cells(given[0]), given[1:]
    parts = tuple(
        FormulaPart(summed.at[n], value, value)
        for n in _meeting(conditions)
        if isinstance(value := summed.values[n], int | float)
    )
    return _Result(sum(one.adds for one in parts), parts)


def _meeting(conditions: Sequence[Any]) -> Iterator[int]:
    """Places in the ranges at which every condition is met."""
    pairs = list(zip(map(_cells, conditions[::2]), conditions[1::2], strict=True))
    for at in range(len(pairs[0][0].at)):
        if all(_meets(cells.values[at], wanted.value) for cells, wanted in pairs):
            yield at


def _meets(value: object, wanted: object) -> bool:
    """Whether a cell meets a criterion of COUNTIF: ``"Có"``, ``"<>x"``, ``">0"``, ``"a*"``."""
    if not isinstance(wanted, str):
        return value == wanted
    match = _COMPARED.fullmatch(wanted)
    sign, text = (match[1] or "=", match[2]) if match else ("=", wanted)
    if text == "":
        return (value in (None, "")) is (sign == "=")
    limit = float(text) if _NUMBER.fullmatch(text) else None
    if limit is not None and isinstance(value, int | float) and not isinstance(value, bool):
        return _holds(value, sign, limit)
    if limit is not None and sign not in ("=", "<>"):
        return False
    is_alike = isinstance(value, str) and bool(_wildcard(text).fullmatch(value))
    return is_alike is (sign != "<>")


def _wildcard(text: str) -> re.Pattern[str]:
    """``*`` any letters, ``?`` one letter, after ``~`` themselves."""
    pieces = re.findall(r"~[*?~]|[*?]|[^*?~]+|~", text)
    made = {"*": ".*", "?": "."}
    pattern = "".join(
        made.get(one) or re.escape(one[1:] if one[0] == "~" and one[1:] else one) for one in pieces
    )
    return re.compile(pattern, re.IGNORECASE | re.DOTALL)


def _holds(left: Any, sign: str, right: Any) -> bool:
    if sign in ("=", "<>"):
        same = (left or "") == (right or "") if "" in (left, right) else left == right
        return same is (sign == "=")
    if not isinstance(left, int | float) or not isinstance(right, int | float):
        _refuse()
    less, equal = left < right, left == right
    return {"<": less, "<=": less or equal, ">": not less and not equal, ">=": not less}[sign]


def _if(_: _Reader, given: Sequence[Any]) -> _Result:
    chosen = given[1] if given[0].value else given[2]
    return chosen if isinstance(chosen, _Result) else _refuse()


def _round(_: _Reader, given: Sequence[Any]) -> _Result:
    value, decimals = given
    return _Result(float(rounded(Fraction(repr(value.number)), int(decimals.number))), value.parts)


def _extreme(choose: Callable[[Sequence[float]], float]) -> "_Function":
    def extreme(reader: _Reader, given: Sequence[Any]) -> _Result:
        numbers: list[tuple[float, tuple[FormulaPart, ...]]] = []
        for one in given:
            if isinstance(one, _Cells):
                cells = zip(one.at, one.values, strict=True)
                numbers += [
                    (value, (FormulaPart(at, value, value),))
                    for at, value in cells
                    if isinstance(value, int | float)
                ]
            else:
                numbers.append((one.number, one.parts))
        del reader
        wanted = choose([number for number, _ in numbers] or [0])
        return _Result(wanted, next((parts for number, parts in numbers if number == wanted), ()))

    return extreme


def _abs(_: _Reader, given: Sequence[Any]) -> _Result:
    (one,) = given
    return _Result(abs(one.number), one.times(-1) if one.number < 0 else one.parts)


def _and(_: _Reader, given: Sequence[Any]) -> _Result:
    return _Result(all(one.value for one in given))


def _is_number(_: _Reader, given: Sequence[Any]) -> _Result:
    (one,) = given
    return _Result(isinstance(one.value, int | float))


_Function = Callable[[_Reader, Sequence[Any]], _Result]
_FUNCTIONS: Final[Mapping[str, _Function]] = {
    "SUM": _sum,
    "SUBTOTAL": _subtotal,
    "COUNTA": _counta,
    "COUNTIF": _countifs,
    "COUNTIFS": _countifs,
    "SUMIFS": _sumifs,
    "IF": _if,
    "ROUND": _round,
    "MAX": _extreme(max),
    "MIN": _extreme(min),
    "ABS": _abs,
    "AND": _and,
    "ISNUMBER": _is_number,
}
