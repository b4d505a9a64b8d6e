"""What is struck through, a small mark or unseen is never silently part of a value."""

from dataclasses import replace

import pytest

from kskt_excel.model.book import CellPlace, RichPart, Sheet
from kskt_excel.model.finding import Finding, Severity
from kskt_excel.model.reading import Value
from tests.reading.books import found, read
from tests.reading.mutations import FIRST
from tests.reading.samples import cases, overdue, progress
from tests.reading.test_cells import facts, put

_ROW = FIRST + 1


def _with(sheet: Sheet, column: int, *parts: RichPart) -> Sheet:
    whole = put(sheet, _ROW, column, "".join(part.text for part in parts))
    return facts(whole, parts={(_ROW, column): parts})


def _read(sheet: Sheet, id_: str, key: str) -> tuple[Value, list[Finding]]:
    reading = read(sheet)
    told = [one for one in reading.findings if one.code.split(".")[0] in ("cell", "row")]
    return found(reading, id_)[0][1].get(key), told


_STRUCK = RichPart("2", struck=True)
_ABOVE = RichPart("2", shift=1)


@pytest.mark.parametrize(
    ("sheet", "id_", "column", "key", "parts", "value", "code"),
    [
        (cases, "ho-so", 5, "received_online", (_STRUCK, RichPart(" 5")), 5, "cell.struck_part"),
        (cases, "ho-so", 5, "received_online", (RichPart("5"), _STRUCK), 5, "cell.struck_part"),
        (cases, "ho-so", 5, "received_online", (RichPart("1"), _ABOVE), 1, "cell.small_mark"),
        (progress, "tien-do", 6, "percent", (_STRUCK, RichPart("5 %")), 5.0, "cell.struck_part"),
        (
            cases,
            "ho-so",
            5,
            "received_online",
            (RichPart("5"), RichPart("0", unseen=True)),
            50,
            "cell.unseen",
        ),
        (
            progress,
            "tien-do",
            8,
            "result",
            (RichPart("Đo 10 m"), _ABOVE, RichPart(" và CO"), RichPart("2", shift=-1)),
            "Đo 10 m² và CO₂",
            "",
        ),
        (
            progress,
            "tien-do",
            8,
            "result",
            (RichPart("Chưa xong", struck=True), RichPart("Đã xong")),
            "Đã xong",
            "cell.struck_part",
        ),
    ],
)
def test_what_is_left_is_read_and_said(  # noqa: PLR0917 - one line a case
    sheet: object,
    id_: str,
    column: int,
    key: str,
    parts: tuple[RichPart, ...],
    value: Value,
    code: str,
) -> None:
    made = sheet()  # type: ignore[operator]
    got, told = _read(_with(made, column, *parts), id_, key)
    assert got == value
    assert [one.code for one in told] == ([code] if code else [])
    assert all(one.severity is Severity.WARNING for one in told)
    assert all((one.at.row, one.at.column) == (_ROW, column) for one in told if one.at)


@pytest.mark.parametrize(
    ("id_", "sheet", "column", "key"),
    [
        ("ho-so", cases, 5, "received_online"),
        ("tien-do", progress, 6, "percent"),
        ("qua-han", overdue, 3, "received_on"),
    ],
)
def test_a_struck_cell_is_asked_for_and_nothing_else_is_said_of_it(
    id_: str, sheet: object, column: int, key: str
) -> None:
    made = facts(sheet(), struck=frozenset({(_ROW, column)}))  # type: ignore[operator]
    got, told = _read(made, id_, key)
    assert got is None
    assert [(one.code, one.severity) for one in told] == [("cell.struck", Severity.ERROR)]


def test_a_text_struck_run_by_run_is_struck_as_a_whole() -> None:
    parts = (RichPart("1", struck=True), RichPart(" "), RichPart("2", struck=True))
    _, told = _read(_with(cases(), 5, *parts), "ho-so", "received_online")
    assert [one.code for one in told] == ["cell.struck"]


def test_a_struck_row_is_asked_for_once_and_counts_for_nothing() -> None:
    sheet = overdue()
    places: frozenset[CellPlace] = frozenset(
        (_ROW, at) for at in range(1, len(sheet.rows[_ROW - 1]) + 1)
    )
    reading = read(facts(sheet, struck=places))
    told = [one for one in reading.findings if "struck" in one.code]
    assert [(one.code, one.at and one.at.a1) for one in told] == [("row.struck", str(_ROW))]
    assert found(reading, "qua-han")[0][1] == {}


def test_a_run_that_is_not_struck_keeps_its_value_in_a_struck_cell() -> None:
    made = _with(cases(), 5, RichPart("6"), RichPart("2", struck=True))
    struck = replace(made, facts=replace(made.facts, struck=frozenset({(_ROW, 5)})))
    assert _read(struck, "ho-so", "received_online")[0] == 6


def test_white_zeros_are_nothing_to_speak_of() -> None:
    sheet = put(cases(), _ROW, 5, 0.0)
    _, told = _read(facts(sheet, unseen=frozenset({(_ROW, 5)})), "ho-so", "received_online")
    assert told == []
