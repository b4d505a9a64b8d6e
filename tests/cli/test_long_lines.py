"""Sentences on the screen fit 100 columns; a command to copy is never broken."""

import pytest

from kskt_excel.cli.screen import wrapped
from kskt_excel.office.outcome import PAGE_WIDTH

_COMMAND = (
    'kskt decide accept --unit QLCN --period 2022-Q1 --version 1 --reason "Đúng là của phòng"'
)


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("  - Cảnh báo: " + "Hồ sơ!E8 – một câu dài " * 12 + "(KS-441)", ""),
        (
            f"Gửi từ hộp thư lạ nên chờ quyết định. Nếu đúng, chạy: {_COMMAND} rồi chạy lại.",
            _COMMAND,
        ),
        ("Xem từng đơn vị bằng lệnh sau đây khi cần biết: " * 3 + "kskt status 2022-Q1", "2022-Q1"),
    ],
)
def test_a_long_sentence_is_written_in_lines_of_a_hundred(text: str, whole: str) -> None:
    shown = wrapped(text)
    assert max(map(len, shown.split("\n"))) <= PAGE_WIDTH
    assert whole in shown
    assert " ".join(shown.split()) == " ".join(text.split())
    indent = len(text) - len(text.lstrip())
    assert all(line.startswith(" " * (indent + 2)) for line in shown.split("\n")[1:])


def test_a_short_line_and_its_blanks_stay() -> None:
    assert wrapped("  Đơn vị   3\n\n  Lỗi") == "  Đơn vị   3\n\n  Lỗi"
