"""The tree of what is wrong in a row, written as a formula of the year 2007.

The text is true of one row when its cells are single, and of each row in turn when they are
columns, inside SUMPRODUCT: so there is no IF in it, which would want Ctrl+Shift+Enter there.
"""

import datetime as dt
from collections.abc import Callable
from functools import singledispatch
from typing import Final

from kskt_excel.check.conditions import (
    CLOSE,
    NOTHING_WORDS,
    BadText,
    Compared,
    HasAnything,
    HasFraction,
    IsCarried,
    IsFilled,
    IsNumber,
    IsOneOf,
    Not,
    NotListed,
    OtherDay,
    RowCondition,
    SaysNothing,
    TextForNumber,
    Together,
)
from kskt_excel.excel.book_writer import day_number, formula_text
from kskt_excel.model.reading import CARRIED_ID
from kskt_excel.text.dates import FIRST_DATED_YEAR, LAST_DATED_YEAR

CellsOf = Callable[[str], str]
"""Gives the reference of a column: a cell for one row, the whole range for all of them."""

ListName = Callable[[str], str]
"""Gives the defined name of a choice list with every spelling; "" for a list that is not there."""

ROW_ID: Final = "_id"
"""Stands for the hidden column of row ids, where a column's key is asked for."""

_YES_NO: Final = {True: "Có", False: "Không"}


def columns_of(condition: RowCondition) -> frozenset[str]:
    """Every column that a condition asks."""
    match condition:
        case Compared():
            return frozenset((*condition.plus, *condition.minus))
        case OtherDay():
            return frozenset((condition.dossier, condition.column))
        case HasAnything():
            return frozenset(condition.columns)
        case Not():
            return columns_of(condition.part)
        case Together():
            return frozenset().union(*map(columns_of, condition.parts))
        case _:
            return frozenset(() if isinstance(condition, IsCarried) else (condition.column,))


@singledispatch
def formula_of(condition: RowCondition, _cells: CellsOf, _lists: ListName) -> str:
    """The condition as a product of 0 and 1; a mistake of the formula where it cannot be asked."""
    raise TypeError(condition)


@formula_of.register
def _(condition: IsFilled, cells: CellsOf, _lists: ListName) -> str:
    return f'(TRIM({cells(condition.column)})<>"")'


@formula_of.register
def _(condition: HasAnything, cells: CellsOf, _lists: ListName) -> str:
    return f'(TRIM({"&".join(map(cells, condition.columns))})<>"")'


@formula_of.register
def _(condition: IsNumber, cells: CellsOf, _lists: ListName) -> str:
    return f"ISNUMBER({cells(condition.column)})"


@formula_of.register
def _(condition: HasFraction, cells: CellsOf, _lists: ListName) -> str:
    cell = cells(condition.column)
    return f"ISNUMBER({cell})*({cell}<>INT({cell}))"


@formula_of.register
def _(condition: BadText, cells: CellsOf, lists: ListName) -> str:
    cell, kind = cells(condition.column), condition.kind
    return f"{_is_text(cell, lists)}*(1-{_reads(cell, kind)})"


@formula_of.register
def _(condition: TextForNumber, cells: CellsOf, lists: ListName) -> str:
    cell, kind = cells(condition.column), condition.kind
    return f"{_is_text(cell, lists)}*{_reads(cell, kind)}"


@formula_of.register
def _(condition: SaysNothing, cells: CellsOf, lists: ListName) -> str:
    cell, words = cells(condition.column), lists(NOTHING_WORDS)
    return f'(TRIM({cell})<>"")*(COUNTIF({words},{_without_points(cell)})>0)' if words else "0"


@formula_of.register
def _(condition: IsOneOf, cells: CellsOf, _lists: ListName) -> str:
    cell = f"TRIM({cells(condition.column)})"
    given = [_YES_NO[one] if isinstance(one, bool) else one for one in condition.values]
    words = "+".join(f"({cell}={formula_text(one)})" for one in given)
    return f"({words})" if words else "0"


@formula_of.register
def _(condition: NotListed, cells: CellsOf, lists: ListName) -> str:
    cell, name = cells(condition.column), lists(condition.choices)
    written = f"TRIM({cell})" if condition.is_code else _without_points(cell)
    return f'(TRIM({cell})<>"")*(COUNTIF({name},{written})=0)' if name else "0"


@formula_of.register
def _(condition: Compared, cells: CellsOf, _lists: ListName) -> str:
    plus, minus = map(cells, condition.plus), map(cells, condition.minus)
    difference = "+".join(plus) + "".join(f"-{cell}" for cell in minus)
    limit = condition.limit
    limit = day_number(limit) if isinstance(limit, dt.date) else limit
    if limit:
        difference += f"{-limit:+.15g}"
    numbers = "".join(f"ISNUMBER({cells(one)})*" for one in (*condition.plus, *condition.minus))
    return f"{numbers}({_TESTS[condition.op].format(difference)})"


@formula_of.register
def _(condition: OtherDay, cells: CellsOf, _lists: ListName) -> str:
    """The day in a code stands behind its first dash: ``000.00.09.H55-220315-0007``."""
    code, day = cells(condition.dossier), cells(condition.column)
    dash = f'FIND("-",{code})'
    # Two digits each of year, month and day behind the dash.
    parts = ",".join(f"MID({code},{dash}+{at},2)*1" for at in (3, 5))
    told = f"DATE(2000+MID({code},{dash}+1,2),{parts})"
    return f"ISNUMBER({day})*ISNUMBER({told})*(ABS({told}-{day})>=1)"


@formula_of.register
def _(_condition: IsCarried, cells: CellsOf, _lists: ListName) -> str:
    return f"(LEFT({cells(ROW_ID)},{len(CARRIED_ID)})={formula_text(CARRIED_ID)})"


@formula_of.register
def _(condition: Not, cells: CellsOf, lists: ListName) -> str:
    return f"(1-{formula_of(condition.part, cells, lists)})"


@formula_of.register
def _(condition: Together, cells: CellsOf, lists: ListName) -> str:
    return "*".join(formula_of(part, cells, lists) for part in condition.parts)


_SMALL: Final = f"{CLOSE:f}"
_TESTS: Final = {
    "=": f"ABS({{}})<{_SMALL}",
    "!=": f"ABS({{}})>={_SMALL}",
    ">": f"{{}}>={_SMALL}",
    "<": f"{{}}<=-{_SMALL}",
    ">=": f"{{}}>-{_SMALL}",
    "<=": f"{{}}<{_SMALL}",
}


def _without_points(cell: str) -> str:
    """A text as lists of spellings have it; to COUNTIF a bare question mark is any letter."""
    return f'TRIM(SUBSTITUTE(SUBSTITUTE({cell},".",""),"?","~?"))'


def _is_text(cell: str, lists: ListName) -> str:
    """A text that does not say that there is nothing."""
    words = lists(NOTHING_WORDS)
    said = f"*(COUNTIF({words},{_without_points(cell)})=0)" if words else ""
    return f'ISTEXT({cell})*(TRIM({cell})<>""){said}'


def _reads(cell: str, kind: str) -> str:
    """1 where a text can be read as a figure or a day all the same."""
    if kind == "count":
        noughts = f'REPT("0",LEN(TRIM({cell})))'
        return f"ISNUMBER(1/(TEXT({cell}*1,{noughts})=TRIM({cell})))"
    if kind == "number":
        return f"ISNUMBER(LEFT(TRIM({cell}),1)*1)"
    day = f'SUBSTITUTE(SUBSTITUTE(SUBSTITUTE({cell},".","/"),"-","/")," ","")'
    first = f'FIND("/",{day})'
    second = f'FIND("/",{day},{first}+1)'
    number = f"LEFT({day},{first}-1)*1"
    month = f"MID({day},{first}+1,{second}-{first}-1)*1"
    year = f"MID({day},{second}+1,9)*1"  # all that follows: of more than a year nothing is known
    middle, away = (
        (FIRST_DATED_YEAR + LAST_DATED_YEAR) // 2,
        (LAST_DATED_YEAR - FIRST_DATED_YEAR) // 2,
    )
    near = f"(ABS(MOD({year},2000)-{middle - 2000})<={away})"  # 22 is 2022
    # DATE counts on: of 31/2 it makes a day of March, of month 13 January, of month 0 December
    return f"ISNUMBER(1/({near}*(MONTH(DATE({year},{month},{number}))={month})))"
