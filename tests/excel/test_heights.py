import pytest

from kskt_excel.excel.book_writer import HeightCell, line_count, line_height, row_height, text_width


@pytest.mark.parametrize(
    ("text", "ems"),
    [
        ("a", 909),
        ("ế", 909),
        ("ơ", 1083),
        ("ờ", 1083),
        ("ư", 1110),
        ("Ữ", 1589),
        ("đ", 1024),
        ("e\u0302\u0301", 909),
        ("漢", 2048),
        ("\u200b", 0),
    ],
)
def test_an_accent_takes_no_room_and_a_horn_does(text: str, ems: int) -> None:
    assert text_width(text, 2048) == pytest.approx(ems)


def test_bold_is_wider() -> None:
    name = "Phòng Quản lý chuyên ngành"
    assert text_width(name, 12, bold=True) > text_width(name, 12)


@pytest.mark.parametrize(
    ("text", "width_px", "count"),
    [
        ("", 100, 1),
        ("Tiến độ", 100, 1),
        ("Tiến độ thực hiện nhiệm vụ", 100, 3),
        ("một\nhai\nba", 100, 3),
        ("000.00.09.H55-220315-0007", 100, 3),
        ("Tiến độ", 5, 3),
        ("BC-KSTTHC_2022-Q2_QLCN.xlsx", 84, 5),  # «BC-» and «22-» end lines
        ("512/QĐ-UBND", 130, 1),
    ],
)
def test_text_wraps_at_words_and_long_words_anywhere(text: str, width_px: int, count: int) -> None:
    assert line_count(text, width_px) == count


def test_the_highest_cell_decides_and_excel_sets_the_limit() -> None:
    short, long = HeightCell("Mã", 90), HeightCell("Nội dung công việc dài " * 3, 90, 13, bold=True)
    assert row_height([short, long]) == row_height([long]) > row_height([short])
    assert row_height([], least=20) == 20
    assert row_height([HeightCell("dài " * 5000, 50)]) == 409.0
    assert line_height(12) == 15.75
