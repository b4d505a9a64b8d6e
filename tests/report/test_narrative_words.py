"""Wording: none, one, many; more, less, the same; nothing to compare with."""

import pytest

from kskt_excel.model.period import Period
from kskt_excel.report import sentences
from kskt_excel.report.sentences import PrintedRate

Q1 = Period.parse("2022-Q1")
THAN = "so với quý I/2022"


@pytest.mark.parametrize(
    ("count", "share", "said"),
    [
        (0, "", "không có hồ sơ"),
        (0, " (0,0 %)", "không có hồ sơ"),
        (1, "", "01 hồ sơ"),
        (5, " (50,0 %)", "05 hồ sơ (50,0 %)"),
        (1234, "", "1.234 hồ sơ"),
    ],
)
def test_a_count_is_said_with_its_share_or_as_none(count: int, share: str, said: str) -> None:
    assert sentences.counted(count, "hồ sơ", share) == said


@pytest.mark.parametrize(
    ("total", "parts", "said"),
    [
        (0, [("trước hạn", 0), ("quá hạn", 0)], ""),
        (1, [("trước hạn", 1), ("quá hạn", 0)], " (trước hạn)"),
        (8, [("trước hạn", 8), ("quá hạn", 0)], " (đều trước hạn)"),
        (8, [("trước hạn", 7), ("quá hạn", 1)], ", trong đó: trước hạn 07 hồ sơ; quá hạn 01 hồ sơ"),
        (8, [("trước hạn", 3), ("quá hạn", 0)], ", trong đó: trước hạn 03 hồ sơ"),
        (
            3,
            [("mức độ 3", 1), ("mức độ 4", 2)],
            ", trong đó: mức độ 3: 01 hồ sơ; mức độ 4: 02 hồ sơ",
        ),
    ],
)
def test_parts_of_a_whole_are_said_without_noughts(
    total: int, parts: list[tuple[str, int]], said: str
) -> None:
    assert sentences.of_which(total, parts, "hồ sơ") == said


@pytest.mark.parametrize(
    ("now", "before", "said"),
    [
        (12, 10, " So với quý I/2022, tăng 02 hồ sơ (20,0 %)."),
        (8, 10, " So với quý I/2022, giảm 02 hồ sơ (20,0 %)."),
        (10, 10, " So với quý I/2022, không thay đổi."),
        (5, 0, " So với quý I/2022, tăng 05 hồ sơ."),
        (0, 5, " So với quý I/2022, giảm 05 hồ sơ (100,0 %)."),
        (0, 0, ""),
        (5, None, ""),
    ],
)
def test_a_change_is_more_less_or_the_same(now: int, before: int | None, said: str) -> None:
    assert sentences.change(now, before, "hồ sơ", THAN) == said


@pytest.mark.parametrize(
    ("now", "before", "said"),
    [
        (PrintedRate(9, 10), PrintedRate(7, 8), ", tăng 2,5 điểm phần trăm so với quý I/2022"),
        (PrintedRate(1, 2), PrintedRate(3, 4), ", giảm 25,0 điểm phần trăm so với quý I/2022"),
        (PrintedRate(1, 3), PrintedRate(3333, 9999), ", không thay đổi so với quý I/2022"),
        (
            PrintedRate(113, 119, decimals=2),
            PrintedRate(9, 10),
            ", tăng 4,96 điểm phần trăm so với quý I/2022",
        ),
        (None, PrintedRate(1, 2), ""),
        (PrintedRate(1, 2), None, ""),
    ],
)
def test_a_rate_changes_by_points_of_what_is_printed(
    now: PrintedRate | None, before: PrintedRate | None, said: str
) -> None:
    assert sentences.rate_change(now, before, THAN) == said


def test_without_a_period_before_there_is_no_comparison() -> None:
    assert sentences.change(5, 4, "hồ sơ", "") == ""
    assert sentences.rate_change(PrintedRate(1, 2), PrintedRate(2, 5), "") == ""


@pytest.mark.parametrize(
    ("period", "said"),
    [
        ("2022-Q1", "quý I/2022"),
        ("2022-6T", "6 tháng đầu năm 2022"),
        ("2022-9T", "9 tháng năm 2022"),
        ("2022", "năm 2022"),
    ],
)
def test_a_period_stands_inside_a_sentence(period: str, said: str) -> None:
    assert Period.parse(period).in_sentence == said


def test_list_items_end_with_semicolons_and_the_last_with_a_full_stop() -> None:
    assert sentences.bullets(["một.", "hai ;", "  ", "ba\nbốn"]).items == (
        "một;",
        "hai;",
        "ba bốn.",
    )


def test_a_long_list_tells_how_many_are_left_out() -> None:
    items = sentences.bullets((f"hoạt động {n}" for n in range(25)), "hoạt động").items
    assert len(items) == 10
    assert items[-1] == "Và 16 hoạt động khác."


@pytest.mark.parametrize("count", [0, 1, 9, 10, 11, 25])
def test_what_is_left_out_of_a_long_list_is_never_worded(count: int) -> None:
    worded: list[int] = []

    def item(number: int) -> str:
        worded.append(number)
        return f"hoạt động {number}."

    short = sentences.first_bullets(range(count), item, "hoạt động")
    assert short == sentences.bullets((f"hoạt động {n}." for n in range(count)), "hoạt động")
    assert worded == list(range(count if count <= 10 else 9))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Cán bộ, công chức", "cán bộ, công chức"),
        ("UBND tỉnh", "UBND tỉnh"),
        ("Đường truyền", "đường truyền"),
        ("", ""),
    ],
)
def test_an_abbreviation_keeps_its_capitals_inside_a_sentence(text: str, said: str) -> None:
    assert sentences.lowered(text) == said


def test_a_text_is_cut_at_a_word() -> None:
    assert sentences.shortened("một hai ba bốn", 10) == "một hai…"
    assert sentences.shortened("một hai", 10) == "một hai"
