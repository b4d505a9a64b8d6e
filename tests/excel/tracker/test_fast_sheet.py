import io
from typing import Any

import pytest
from openpyxl import load_workbook

from kskt_excel.excel.tracker import tracker, tracker_writer
from kskt_excel.excel.tracker.tracker_reader import handwriting_of
from tests.excel.tracker import edits, samples


def cells(data: bytes) -> dict[tuple[str, str], tuple[Any, ...]]:
    book = load_workbook(io.BytesIO(data))
    return {
        (sheet.title, cell.coordinate): (
            cell.value,
            cell.number_format,
            cell.font.b,
            cell.fill.fgColor.rgb,
            cell.border.left.style,
            cell.alignment.wrap_text,
        )
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
    }


def test_this_xlsxwriter_is_one_that_the_fast_way_knows() -> None:
    assert tracker_writer.rows_work()


def test_the_fast_way_and_the_plain_way_give_the_same_workbook(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    edited = edits.edited(samples.built(), edits.note("Hồ sơ", DOSSIER, edits.NOTE, "Có ghi"))
    hand = handwriting_of(edited, edits.NAME)
    fast = samples.built(hand)
    for file in (tracker_writer, tracker_writer, tracker):
        monkeypatch.setattr(file, "rows_work", lambda: False)
    assert cells(samples.built(hand)) == cells(fast)


DOSSIER = "QLCNH|2022-Q1|ho-so|2.002385"
CATALOGUE = "QLCNH|2022-Q2|danh-muc|2.002380"


def test_long_sheets_are_cut_down_without_losing_handwriting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from kskt_excel.excel.tracker import slim_package

    plain = samples.built()
    written = (
        edits.note("Hồ sơ", DOSSIER, edits.NOTE, "Có ghi"),
        edits.colour("PAKN", pakn_key(), "Nội dung"),
        edits.letters("Danh mục TTHC", CATALOGUE, "Lĩnh vực", color="FFFF0000"),
        edits.comment("Đối chiếu", "2022-Q2|Biểu II.08, cột 6", "Kỳ", "Xem lại"),
        edits.note("Lỗi dữ liệu", list_key(), edits.OPINION, "Nhắc đơn vị", "list"),
    )
    data = samples.built(
        edits.read(edits.edited(plain, *written))
    )  # with shared texts, as Excel and LibreOffice write them
    whole = edits.read(data)
    monkeypatch.setattr(slim_package, "_SMALL", 0)
    monkeypatch.setattr(slim_package, "_HEAD_ROWS", 4)
    cut = edits.read(data)
    assert len(slim_package.reduced(data)) < 0.8 * len(inflated(data))
    assert (cut.blocks, cut.loose) == (whole.blocks, whole.loose)
    assert sum(len(block.rows) for block in cut.blocks.values()) == 5


def inflated(data: bytes) -> bytes:
    import zipfile

    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return b"".join(package.read(name) for name in package.namelist())


def pakn_key() -> str:
    sheet = edits.untouched()["PAKN"]
    return str(sheet.cell(edits.heading_row(sheet) + 2, 1).value).split(" ~ ")[0]


def list_key() -> str:
    sheet = edits.untouched()["Lỗi dữ liệu"]
    return str(sheet.cell(edits.heading_row(sheet, "list") + 1, 1).value)
