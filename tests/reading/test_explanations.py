from collections.abc import Sequence

import pytest

from kskt_excel.model.book import Book, CellRef, Raw, Sheet
from kskt_excel.model.reading import Explanation
from kskt_excel.reading.workbook import explanations

MARK: tuple[Raw, ...] = ("kskt:ket-qua/1;",)
HEADS: tuple[Raw, ...] = ("STT", "Ô", "Giải trình của đơn vị", "Mã", None)


def _read(*rows: Sequence[Raw], name: str = "KẾT QUẢ KIỂM TRA") -> tuple[Explanation, ...]:
    return explanations(Book("xlsx", (Sheet("Hồ sơ", [["x"]]), Sheet(name, rows))))


def test_an_answer_belongs_to_its_finding() -> None:
    row = (1.0, "E7", " Đã đối chiếu\nvới sổ ", "KS-302", "kskt:dong;V06a.4;E7;Hồ sơ")
    (answer,) = _read(("KẾT QUẢ",), MARK, HEADS, row)
    assert answer == Explanation("V06a.4", "Hồ sơ", "E7", "Đã đối chiếu\nvới sổ")
    assert answer.answers("V06a.4", CellRef.parse("Hồ sơ", "E7"))
    assert not answer.answers("V06a.4", CellRef.parse("Hồ sơ", "E8"))


@pytest.mark.parametrize(
    ("key", "place"),
    [
        ("kskt:dong;sheet.blank;;Hồ sơ", CellRef("Hồ sơ")),
        ("kskt:dong;row.blank;12;Hồ sơ", CellRef("Hồ sơ", 12)),
        ("kskt:dong;sheet.extra;;", None),
        ("kskt:dong;sheet.blank;;Sổ; phụ lục", CellRef("Sổ; phụ lục")),
    ],
)
def test_sheets_rows_and_files_are_answered_too(key: str, place: CellRef | None) -> None:
    (answer,) = _read(MARK, HEADS, (1.0, "", "có lý do", "KS-1", key))
    assert answer.answers(key.split(";")[1], place)


def test_moved_columns_and_sorted_rows_lose_no_answer() -> None:
    rows = (
        MARK,
        (None, *HEADS),
        (None, 2.0, "E9", "hai", "KS-2", "kskt:dong;b;E9;Hồ sơ"),
        (None, 1.0, "E7", "một", "KS-1", "kskt:dong;a;E7;Hồ sơ"),
    )
    assert [(one.code, one.text) for one in _read(*rows, name="Sheet1")] == [
        ("b", "hai"),
        ("a", "một"),
    ]


def test_blank_answers_and_other_lines_say_nothing() -> None:
    rows = (
        MARK,
        HEADS,
        (1.0, "E7", "  ", "KS-1", "kskt:dong;a;E7;Hồ sơ"),
        (2.0, "E8", None, "KS-1", "kskt:dong;a;E8;Hồ sơ"),
        ("Cảnh báo", None, "chữ lạc", None, None),
        (3.0, "E9"),
    )
    assert _read(*rows) == ()


def test_a_sheet_without_our_mark_is_not_asked() -> None:
    assert _read(("khác",), HEADS, (1.0, "E7", "x", "KS-1", "kskt:dong;a;E7;Hồ sơ")) == ()


def test_a_number_as_an_answer_is_its_text() -> None:
    (answer,) = _read(MARK, HEADS, (1.0, "E7", 12.5, "KS-1", "kskt:dong;a;E7;Hồ sơ"))
    assert answer.text == "12,5"
