"""Control totals: two ways to the same figure."""

import pytest

from kskt_excel.model.consolidation import Consolidation, ControlLine
from kskt_excel.model.submission import Verdict
from tests.builders import record, sheet
from tests.consolidate.tables import consolidated, report, submission, table


def line(found: Consolidation, name: str) -> ControlLine:
    return {one.name: one for one in found.control}[name]


def test_every_file_has_one_fate() -> None:
    verdicts = [*Verdict, Verdict.RETURNED, Verdict.DUPLICATE]
    sent = [submission("VP", version=n, verdict=one) for n, one in enumerate(verdicts, start=1)]
    found = consolidated(submissions=sent)
    assert {name: found.counts[name] for name in ("files_in", "accepted", "returned")} == {
        "files_in": 9,
        "accepted": 2,
        "returned": 2,
    }
    assert (found.counts["superseded"], found.counts["duplicates"]) == (1, 2)
    assert (found.counts["unreadable"], found.counts["not_reports"]) == (1, 1)
    assert line(found, "Số tệp nhận").agrees


def test_a_file_without_a_verdict_shows() -> None:
    found = consolidated(submissions=[submission("VP")], counts={"files_in": 2})
    control = line(found, "Số tệp nhận")
    assert (control.left, control.right, control.agrees) == (2, 1, False)


def test_rows_of_a_sheet_nobody_has_a_place_for_show() -> None:
    known = table("pakn", "ordinal | content\n1 | A\n2 | B")
    lost = sheet("pakn", record(8, "1"))
    found = consolidated(report("VP", known))
    assert (found.counts["rows_in"], found.counts["rows_out"]) == (2, 2)
    odd = report("VP", known)
    odd.reading.sheets["sheet-la"] = lost
    control = line(consolidated(odd), "Số dòng dữ liệu")
    assert (control.left, control.right, control.agrees) == (3, 2, False)


@pytest.mark.parametrize("column", ["3", "4", "5", "13"])
def test_units_added_up_equal_the_printed_total(column: str) -> None:
    text = "procedure | field | received_online | pending_overdue\n9.9 | {} | 3 | 3"
    found = consolidated(
        report("QLCNH", table("ho-so", text.format(""))),
        report("CCTDC", table("ho-so", text.format("Sở hữu trí tuệ"))),
    )
    control = line(found, f"Biểu II.06a, cột {column}")
    assert control.left == control.right == found.forms["II.06a"].total[column]


def test_there_is_a_control_total_for_every_counted_column() -> None:
    names = [one.name for one in consolidated().control]
    assert len(names) == len(set(names)) == 2 + 9 + 10 + 11 + 10 + 15 + 11 + 16 + 19
