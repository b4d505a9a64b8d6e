"""Difficulties and proposals, from the register and from the progress sheet."""

import pytest

from tests.consolidation.tables import consolidated, report, table


def test_the_register_and_the_progress_sheet_are_read() -> None:
    register = table(
        "vuong-mac",
        "ordinal | task | difficulty | cause | proposal | level\n"
        "1 | II.1.a | Thiếu máy quét | Kinh phí | Cấp máy quét | Sở",
    )
    progress = table(
        "tien-do",
        "task | status | difficulty | proposal\n"
        "I.1 | Đang thực hiện | Thiếu người | Bổ sung biên chế\n"
        "I.2 | Đang thực hiện | | ",
    )
    first, second = consolidated(report("VP", progress, register)).issues
    assert (first.task, first.cause, first.level, first.sheet, first.row) == (
        "II.1.a",
        "Kinh phí",
        "Sở",
        "Vướng mắc",
        8,
    )
    assert (second.unit, second.task, second.difficulty, second.proposal) == (
        "VP",
        "I.1",
        "Thiếu người",
        "Bổ sung biên chế",
    )
    assert (second.sheet, second.row, second.level) == ("Tiến độ", 8, "")


NOTHING = (
    *("Không", "không có.", "KO", "-", "–", "...", "//", "Không phát sinh", "KPS", "0", "x", "X"),
    *("v", "✓", "ok", "N/A", "không có khó khăn", "không đề xuất", "không có ạ", "Dạ không"),
    *("không có vướng mắc gì", "Đơn vị không có khó khăn, vướng mắc.", "khong co kien nghi"),
    *("Khó khăn, vướng mắc: Không", "1. Không có", "Hiện tại chưa có", "(không)", "Không./."),
    "Không có khó khăn, vướng mắc. Không có đề xuất, kiến nghị gì thêm.",
    "Trong quá trình thực hiện không gặp khó khăn",
    "Không có khó khăn gì lớn",
)


@pytest.mark.parametrize("word", NOTHING)
def test_a_word_for_nothing_is_no_issue(word: str) -> None:
    progress = table("tien-do", f"task | difficulty | proposal\nI.1 | {word} | {word}")
    register = table(
        "vuong-mac", f"ordinal | difficulty | proposal | level\n1 | {word} | {word} | Sở"
    )
    assert consolidated(report("VP", progress, register)).issues == ()


@pytest.mark.parametrize(
    "text",
    [
        *("Không có máy quét", "Không đủ người", "Khó khăn không lớn", "Chưa có kinh phí"),
        *("Thiếu 2 máy", "Hồ sơ chưa có", "Không có hồ sơ trực tuyến nên chậm", "Chưa hết việc"),
        *("Có", "Không có khó khăn, trừ việc thiếu máy", "Đề nghị cấp máy"),
    ],
)
def test_what_tells_something_is_an_issue(text: str) -> None:
    progress = table("tien-do", f"task | difficulty | proposal\nI.1 | {text} | không")
    (issue,) = consolidated(report("VP", progress)).issues
    assert (issue.difficulty, issue.proposal) == (text, "")


def test_a_proposal_without_a_difficulty_is_kept() -> None:
    progress = table("tien-do", "task | difficulty | proposal\nI.1 | Không | Tập huấn thêm")
    (issue,) = consolidated(report("VP", progress)).issues
    assert (issue.difficulty, issue.proposal) == ("", "Tập huấn thêm")


def test_the_same_words_twice_are_one_issue_of_the_register() -> None:
    register = table("vuong-mac", "ordinal | task | difficulty | level\n1 | I.1 | Thiếu người | Sở")
    progress = table("tien-do", "task | difficulty\nI.1 | Thiếu người")
    (issue,) = consolidated(report("VP", progress, register)).issues
    assert (issue.sheet, issue.level) == ("Vướng mắc", "Sở")


def test_issues_come_in_the_plans_order_of_units() -> None:
    progress = table("tien-do", "task | difficulty\nII.4 | Thiếu người")
    found = consolidated(report("TTPT", progress), report("VP", progress))
    assert [one.unit for one in found.issues] == ["VP", "TTPT"]
