"""Tables of the screen that are made to fit."""

import contextlib
import io
import re

import pytest

from kskt_excel.cli.screen import show_outcome
from kskt_excel.office.outcome import PAGE_WIDTH, Outcome, ScreenTable


@pytest.mark.parametrize(
    "widths", [(6, 7, 3, 28, 12, 4, 9, 70, 30, 12), (5, 5), (300, 2), (40,) * 10]
)
def test_a_table_of_the_screen_fits_its_width_and_loses_no_word(widths: tuple[int, ...]) -> None:
    texts = tuple(("ab cd " * 60)[:width].strip() for width in widths)
    table = ScreenTable(texts, (texts, texts), most_width=PAGE_WIDTH)
    outcome, shown = Outcome((table,)), io.StringIO()
    with contextlib.redirect_stdout(shown):
        show_outcome(outcome)
    assert max(map(len, shown.getvalue().splitlines())) <= PAGE_WIDTH
    assert shown.getvalue().count("ab") == 3 * sum(text.count("ab") for text in texts)


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("columns", [80, 120])
def test_a_terminal_cuts_no_word_of_a_table(columns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.delenv("NO_COLOR", raising=False)
    headers = ("Đơn vị", "Tên", "Tình hình", "Lần", "Nhận lúc", "Chậm", "Lỗi", "Cảnh báo", "Bản ký")
    row = ("TTPT", "Trung tâm phát triển KH&CN", "Trả lại để sửa", "1", "14:30 14/3/2022", "0", "0")
    table = ScreenTable(headers, ((*row, "0", "Đã có (15/3/2022)"),))
    with contextlib.redirect_stdout(_Terminal()) as shown:
        show_outcome(Outcome((table,)))
    lines = re.sub(r"\x1b\[[0-9;]*m", "", shown.getvalue()).splitlines()
    assert max(map(len, lines)) <= columns
    words = {word for text in (*headers, *row, "(15/3/2022)") for word in text.split()}
    assert {word for word in words if not any(word in line for line in lines)} == set()


def test_names_beside_codes_make_room_first() -> None:
    heads, row = ("Đơn vị", "Tên", "Tình hình"), ("TTPT", "Trung tâm " * 4, "Trả lại để sửa")
    table = ScreenTable(heads, (row,), most_width=40, spare="Tên")
    with contextlib.redirect_stdout(io.StringIO()) as shown:
        show_outcome(Outcome((table,)))
    head, _, line = shown.getvalue().splitlines()
    assert head.split() == ["Đơn", "vị", "Tình", "hình"]
    assert line == "TTPT    Trả lại để sửa"
