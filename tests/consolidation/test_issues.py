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


@pytest.mark.parametrize("word", ["Không", "không có.", "KO", "-", "Không phát sinh", "KPS", "0"])
def test_a_word_for_nothing_is_no_issue(word: str) -> None:
    progress = table("tien-do", f"task | difficulty | proposal\nI.1 | {word} | {word}")
    assert consolidated(report("VP", progress)).issues == ()


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
