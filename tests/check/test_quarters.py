"""Two quarters of one unit: the second goes on where the first ended."""

import pytest

from kskt_excel.check.earlier import against_previous, outliers
from kskt_excel.model.reading import Reading, SheetReading, SheetState
from tests.builders import forms, small_plan
from tests.check.tables import places, table, with_cells, without_figures, workbook

NIL, BLANK, MISSING = SheetState.NIL, SheetState.BLANK, SheetState.MISSING


def _dossiers(*rows: str) -> SheetReading:
    head = "| row | procedure | received_online | received_direct | carried_over"
    lines = [f"{head} | resolved_total | pending_total |", *rows]
    return table("ho-so", "\n".join(lines))


def _first() -> Reading:
    return workbook(
        table(
            "tien-do",
            """
            | row | task   | status         | percent |
            | 8   | II.1.a | Đang thực hiện | 60      |
            | 9   | II.4   | Đã hoàn thành  | 100     |
            """,
        ),
        _dossiers("| 8 | 2.002385 | 4 | 7 | 2 | 10 | 3 |", "| 9 | 2.002380 | 2 | 3 | 0 | 5 | 0 |"),
        table(
            "qua-han",
            """
            | row | dossier            | procedure | due_on     | finished_on |
            | 8   | H55.14-220110-0007 | 2.002385  | 17/01/2022 | 20/01/2022  |
            | 9   | H55.14-220301-0001 | 2.002385  | 08/03/2022 |             |
            """,
        ),
        table(
            "pakn",
            """
            | row | received_on | carried_over | finished_on |
            | 8   | 10/02/2022  | Không        | 14/02/2022  |
            | 9   | 10/03/2022  | Không        |             |
            """,
        ),
    )


def _second(**sheets: SheetReading) -> Reading:
    ordered = {
        "tien_do": table(
            "tien-do",
            """
            | row | task   | status         | percent |
            | 8   | II.1.a | Đang thực hiện | 70      |
            | 9   | II.4   | Đã hoàn thành  | 100     |
            """,
        ),
        "ho_so": _dossiers(
            "| 8 | 2.002385 | 1 | 1 | 3 | 4 | 1 |", "| 9 | 2.002380 | 0 | 0 | 0 | 0 | 0 |"
        ),
        "qua_han": table(
            "qua-han",
            """
            | row | dossier            | procedure | due_on     | finished_on |
            | 8   | H55.14-220301-0001 | 2.002385  | 08/03/2022 | 20/03/2022  |
            """,
        ),
        "pakn": table(
            "pakn",
            """
            | row | received_on | carried_over | finished_on |
            | 8   | 10/03/2022  | Có           | 01/04/2022  |
            | 9   | 10/05/2022  | Không        |             |
            """,
        ),
    } | sheets
    return workbook(*ordered.values(), period="2022-Q2")


def _found(current: Reading, previous: Reading | None = None) -> list[tuple[str, str]]:
    before = previous or _first()
    return places(against_previous(current, before, plan=small_plan(), forms=forms()))


def test_a_quarter_that_goes_on_has_no_finding() -> None:
    assert _found(_second()) == []


def test_the_first_quarter_of_a_unit_has_nothing_to_go_on_from() -> None:
    assert against_previous(_second(), None, plan=small_plan(), forms=forms()) == ()


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"Hồ sơ!H8": "2"}, [("V06a.7", "Hồ sơ!H8")]),
        ({"Hồ sơ!H9": "1"}, [("V06a.7", "Hồ sơ!H9")]),
        ({"Hồ sơ!H8": "?"}, []),
        ({"Hồ sơ!A8": "2.009999"}, []),
        ({"Tiến độ!E9": "Đang thực hiện"}, [("quarters.task_reopened", "Tiến độ!E9")]),
        ({"Tiến độ!F8": "50"}, [("quarters.percent_lower", "Tiến độ!F8")]),
        ({"Tiến độ!F8": ""}, []),
        ({"Quá hạn!A8": "H55.14-220301-0002"}, [("quarters.overdue_gone", "Quá hạn!B4")]),
        ({"Quá hạn!A8": "?"}, []),
        ({"PAKN!G8": "Không"}, [("feedback.disappeared", "PAKN!B4")]),
        ({"PAKN!B8": "09/03/2022"}, []),
        ({"PAKN!B8": "?"}, []),
        ({"PAKN!G9": "Có"}, [("feedback.not_open_before", "PAKN!G9")]),
    ],
)
def test_what_does_not_follow_is_named_at_its_cell(
    cells: dict[str, str], expected: list[tuple[str, str]]
) -> None:
    assert _found(with_cells(_second(), cells)) == expected


def test_dossiers_ticked_as_none_cannot_follow_pending_ones() -> None:
    assert _found(_second(ho_so=without_figures("ho-so", NIL))) == [("V06a.7", "Hồ sơ!B4")]


def test_after_a_quarter_without_dossiers_none_is_carried_over() -> None:
    before = workbook(without_figures("ho-so", NIL))
    assert _found(_second(), before) == [("V06a.7", "Hồ sơ!H8")]


@pytest.mark.parametrize("state", [BLANK, MISSING])
def test_a_sheet_that_said_nothing_is_not_compared(state: SheetState) -> None:
    assert _found(_second(), workbook(without_figures("ho-so", state))) == []


def test_feedback_ticked_as_none_loses_what_was_open() -> None:
    found = _found(_second(pakn=without_figures("pakn", NIL)))
    assert found == [("feedback.disappeared", "PAKN!B4")]


def test_the_figures_of_the_last_quarter_are_recognised() -> None:
    again = _second(ho_so=_first().sheets["ho-so"])
    assert ("quarters.same_figures", "Hồ sơ") in _found(again)


def test_few_equal_figures_are_chance() -> None:
    few = _dossiers("| 8 | 2.002385 | 1 | 0 | 0 | 1 | 0 |")
    assert _found(_second(ho_so=few), workbook(few)) == []


@pytest.mark.parametrize(("sixth", "told"), [("1", ["quarters.same_figures"]), ("0", [])])
def test_figures_that_are_none_do_not_count_as_equal_ones(sixth: str, told: list[str]) -> None:
    same = _dossiers(
        "| 8 | 2.002385 | 4 | 7 | 2 | 10 | 3 |", f"| 9 | 2.002380 | {sixth} | 0 | 0 | 0 | 0 |"
    )
    found = _found(_second(ho_so=same), workbook(same))
    assert [code for code, _ in found if code == "quarters.same_figures"] == told


def _quarter(online: int) -> Reading:
    return workbook(_dossiers(f"| 8 | 2.002385 | {online} | 5 | 0 | 5 | 0 |"))


@pytest.mark.parametrize(
    ("now", "history", "expected"),
    [
        (250, (20, 25, 22), [("quarters.outlier", "Hồ sơ!E6")]),
        (3, (40, 45, 42), [("quarters.outlier", "Hồ sơ!E6")]),
        (30, (20, 25, 22), []),
        (10, (1, 2, 1), []),
        (250, (20,), []),
        (600, (6,), [("quarters.outlier", "Hồ sơ!E6")]),
        (6, (600,), [("quarters.outlier", "Hồ sơ!E6")]),
        # exactly a third of the least, or three times the most, is not far
        (20, (60, 66), []),
        (19, (60, 66), [("quarters.outlier", "Hồ sơ!E6")]),
        (75, (20, 25), []),
        (76, (20, 25), [("quarters.outlier", "Hồ sơ!E6")]),
        # the least and the most count, each on its side
        (20, (40, 90), []),
        (100, (20, 40), []),
        # few dossiers apart are no news
        (1, (20, 21), []),
    ],
)
def test_sums_far_from_all_earlier_quarters_are_told(
    now: int, history: tuple[int, ...], expected: list[tuple[str, str]]
) -> None:
    past = [_quarter(online) for online in history]
    found = outliers(_quarter(now), past, plan=small_plan(), forms=forms())
    assert places(found) == expected
