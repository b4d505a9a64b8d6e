"""Tables of the screen that are made to fit."""

import contextlib
import io

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
