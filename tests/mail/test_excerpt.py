"""The piece of a sheet around a fault: what a person needs to find it, no more."""

import datetime as dt
from dataclasses import replace

import pytest

from kskt_excel.mail.letters import Excerpt, excerpt_around, written_in
from kskt_excel.messages import finding
from kskt_excel.model.book import CellRef
from kskt_excel.model.finding import Finding
from kskt_excel.model.reading import Reading, SheetReading, Value
from kskt_excel.text.shown import value_text
from tests.builders import Q1_2022_END, forms, reading, record, sheet


def _dossiers(count: int = 5) -> SheetReading:
    rows = (
        record(row, f"1.00000{row}", procedure=f"1.00000{row}", name=f"Tên {row}", carried_over=row)
        for row in range(8, 8 + count)
    )
    return sheet("ho-so", *rows)


def _at(*cells: str, given: str = "x") -> Finding:
    first, *further = (CellRef.parse("Hồ sơ", a1) for a1 in cells)
    found = finding("value.count.not_a_number", first, given=given)
    return replace(found, also=tuple(further))


def _grid(found: Finding, book: Reading | None = None) -> Excerpt:
    made = excerpt_around(found, book or reading(_dossiers()), forms(), day=Q1_2022_END)
    assert made is not None
    return made


def _faulty(grid: Excerpt) -> list[str]:
    rows = (grid.head, *grid.rows)
    return [
        f"{letter}{row.number}"
        for row in rows
        for letter, cell in zip(grid.letters, row.cells, strict=True)
        if cell.faulty
    ]


def test_it_shows_headings_the_faulty_row_and_its_neighbours() -> None:
    grid = _grid(_at("H10"))
    assert (grid.sheet, grid.letters) == ("Hồ sơ", ("A", "B", "G", "H", "I"))
    assert [cell.text for cell in grid.head.cells][:4] == [
        "Mã TTHC",
        "Tên TTHC",
        "Bưu chính công ích",
        "Từ kỳ trước",
    ]
    assert [row.number for row in grid.rows] == [9, 10, 11]
    assert [cell.text for cell in grid.rows[0].cells] == ["1.000009", "Tên 9", "", "9", ""]
    assert _faulty(grid) == ["H10"]


@pytest.mark.parametrize(
    ("cells", "rows"),
    [
        (["H8"], [8, 9]),
        (["H12"], [11, 12]),
        (["H8", "H9"], [8, 9, 10]),
        (["H8", "H11"], [8, 9, 10, 11, 12]),
    ],
    ids=["first row", "last row", "two rows that touch", "two rows apart"],
)
def test_rows_are_shown_once_from_the_top(cells: list[str], rows: list[int]) -> None:
    grid = _grid(_at(*cells))
    assert [row.number for row in grid.rows] == rows
    assert _faulty(grid) == cells


def test_of_many_faulty_rows_three_are_shown() -> None:
    book = reading(_dossiers(40))
    grid = _grid(_at(*(f"H{row}" for row in range(8, 48, 4))), book)
    assert _faulty(grid) == ["H8", "H12", "H16"]


def test_a_fault_of_a_whole_row_marks_the_row() -> None:
    found = replace(_at("H9"), at=CellRef("Hồ sơ", 9))
    assert {cell[1:] for cell in _faulty(_grid(found))} == {"9"}


def test_a_fault_in_the_headings_marks_the_heading() -> None:
    grid = _grid(_at("H6"))
    assert (_faulty(grid), grid.rows) == (["H6"], ())


def test_what_could_not_be_read_is_shown_as_written() -> None:
    row = record(8, "1.000008", ["received_online"], procedure="1.000008")
    grid = _grid(_at("E8", given="12 hồ sơ"), reading(sheet("ho-so", row)))
    assert grid.rows[0].cells[grid.letters.index("E")].text == "12 hồ sơ"


def test_a_neighbour_that_could_not_be_read_is_shown_too() -> None:
    row = record(8, "1.000008", ["received_online"], procedure="1.000008", received_direct=3)
    other = _at("E8", given="mười hai")
    book, day = reading(sheet("ho-so", row)), Q1_2022_END
    grid = excerpt_around(_at("F8"), book, forms(), day=day, written=written_in([other]))
    assert grid is not None
    assert grid.rows[0].cells[grid.letters.index("E")].text == "mười hai"


def test_the_total_row_is_named() -> None:
    page = replace(_dossiers(1), total=record(9, carried_over=1234))
    last = _grid(_at("H9"), reading(page)).rows[-1]
    assert [cell.text for cell in last.cells] == ["Tổng cộng", "", "", "1.234", ""]


def test_a_long_text_is_shortened() -> None:
    row = record(8, "1.000008", procedure="1.000008", name="Cấp giấy phép " * 30)
    text = _grid(_at("H8"), reading(sheet("ho-so", row))).rows[0].cells[1].text
    assert (len(text) <= 60, text[-1]) == (True, "…")


def test_on_the_information_sheet_label_and_value_are_shown() -> None:
    page = sheet("thong-tin", record(4, "", unit_name="Phòng A", unit_code="QLCNH"))
    places = {"unit_name": CellRef(page.name, 4, 2), "unit_code": CellRef(page.name, 5, 2)}
    found = finding("value.count.not_a_number", CellRef(page.name, 5, 2), given="x")
    grid = _grid(found, reading(replace(page, places=places)))
    assert [row.number for row in grid.rows] == [4, 5]
    assert grid.rows[0].cells[0].text == "Đơn vị"
    assert _faulty(grid) == ["B5"]


@pytest.mark.parametrize(
    "at",
    [None, CellRef("Hồ sơ"), CellRef("Sheet lạ", 9, 2), CellRef("Hồ sơ", 900, 2)],
    ids=["the whole file", "a whole sheet", "an unknown sheet", "below the data"],
)
def test_without_a_cell_in_the_data_there_is_no_piece(at: CellRef | None) -> None:
    found = finding("value.count.not_a_number", at, given="x")
    assert excerpt_around(found, reading(_dossiers()), forms(), day=Q1_2022_END) is None


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1234, "1.234"),
        (1.85, "1,85"),
        (1234.5, "1.234,5"),
        (50.0, "50"),
        (-3, "-3"),
        (True, "Có"),
        (False, "Không"),
        (dt.date(2022, 3, 5), "05/3/2022"),
        ("Đạt", "Đạt"),
        (None, ""),
    ],
)
def test_a_value_is_shown_with_all_that_was_written(value: Value, text: str) -> None:
    assert value_text(value) == text


def test_what_a_unit_wrote_of_a_citizen_is_covered() -> None:
    text = "Ông Nguyễn Văn An, ĐT 0912 345 678 chờ hướng dẫn"
    page = sheet("pakn", record(8, "1", ordinal=1, content=text))
    found = finding("value.count.not_a_number", CellRef("PAKN", 8, page.columns["content"]))
    shown_text = " ".join(cell.text for cell in _grid(found, reading(page)).rows[0].cells)
    assert "đã che" in shown_text
    assert "Nguyễn" not in shown_text
    assert "345 678" not in shown_text
