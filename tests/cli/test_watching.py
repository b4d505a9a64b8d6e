"""Progress in a pipe and on a terminal, by a clock of the test."""

import io
from collections.abc import Iterator

import pytest

from kskt_excel.cli.screen import Bar, Lines, watcher
from kskt_excel.office import running_step as progress
from kskt_excel.office.running_step import Step


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def clock() -> Iterator[Clock]:
    return Clock()


def test_work_that_is_soon_over_shows_nothing(clock: Clock) -> None:
    out = io.StringIO()
    with progress.watched_by(Lines(out, clock)):
        progress.begin(Step.RECEIVE, 2)
        for name in ("a.xlsx", "b.xlsx"):
            clock.now += 0.9
            progress.done(name)
    assert out.getvalue() == ""


def test_a_pipe_gets_a_line_after_two_seconds_and_then_every_ten(clock: Clock) -> None:
    out = io.StringIO()
    with progress.watched_by(Lines(out, clock)):
        progress.begin(Step.RECEIVE, 30)
        for number in range(1, 31):
            clock.now += 1
            progress.done(f"{number}.xlsx")
    assert out.getvalue().splitlines() == [
        "Nhận và kiểm tra tệp – 2/30 – 2.xlsx",
        "Nhận và kiểm tra tệp – 12/30 – 12.xlsx",
        "Nhận và kiểm tra tệp – 22/30 – 22.xlsx",
    ]


def test_a_step_without_parts_is_named_where_the_ten_seconds_are_over(clock: Clock) -> None:
    out = io.StringIO()
    with progress.watched_by(Lines(out, clock)):
        clock.now += 5
        progress.begin(Step.TRACKER)
        clock.now += 20
        progress.begin(Step.PDF, 3)
        progress.done("tong-hop.xlsx")
    assert out.getvalue().splitlines() == ["Lập sổ theo dõi", "In ra PDF – 0/3"]


def test_a_terminal_shows_step_count_and_file_and_is_wiped(clock: Clock) -> None:
    out = Terminal()
    with progress.watched_by(Bar(out, clock)):
        progress.begin(Step.RECEIVE, 4)
        clock.now += 3
        progress.done("Báo cáo.xlsx")
        shown = out.getvalue()
    assert "Nhận và kiểm tra tệp" in shown
    assert "1/4" in shown
    assert "Báo cáo.xlsx" in shown
    assert out.getvalue().endswith(("\x1b[2K", "\x1b[?25h"))


def test_the_watcher_suits_the_stream(clock: Clock) -> None:
    assert isinstance(watcher(Terminal(), clock), Bar)
    assert isinstance(watcher(io.StringIO(), clock), Lines)


def test_nobody_watching_hears_nothing_and_all_things_come() -> None:
    assert list(progress.each(Step.ISSUE, [1, 2, 3])) == [1, 2, 3]


def test_the_bar_is_gone_when_results_come_or_the_work_fails(clock: Clock) -> None:
    bar = Bar(Terminal(), clock)
    clock.now += 3
    with pytest.raises(ValueError, match="x"), progress.watched_by(bar):  # noqa: PT012
        progress.begin(Step.PDF)
        progress.finish()
        assert bar._bar is None
        progress.begin(Step.TRACKER)
        raise ValueError("x")
    assert bar._bar is None


def test_a_file_that_bears_a_citizens_name_is_shown_without(clock: Clock) -> None:
    out = io.StringIO()
    with progress.watched_by(Lines(out, clock)):
        progress.begin(Step.RECEIVE, 2)
        clock.now += 5
        progress.done("Đơn của ông Trần Văn Tuấn 0912345678.xlsx")
    assert "Đơn của ông [họ tên đã che] [" in out.getvalue()
    assert "Tuấn" not in out.getvalue()
