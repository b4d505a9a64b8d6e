"""Printed forms against figures added up by hand."""

from dataclasses import replace

import pytest

from kskt_excel.consolidation.filled_forms import fill_from
from kskt_excel.consolidation.sources import PeriodSources
from kskt_excel.consolidation.tally import UNKNOWN_FIELD
from kskt_excel.model.consolidation import Presence
from kskt_excel.model.plan import Unit
from kskt_excel.model.reading import SheetState
from tests.builders import forms, small_plan
from tests.consolidation.tables import Q1, blank, consolidated, figures, nil, report, table

ATOM, RIGHTS = "An toàn bức xạ và hạt nhân", "Sở hữu trí tuệ"
MEASURES = "Tiêu chuẩn đo lường chất lượng"
_COUNTS = (
    "received_online | received_direct | received_postal | carried_over | resolved_early"
    " | resolved_on_time | returned | resolved_overdue | pending_in_time | pending_paused"
    " | pending_overdue"
)
DOSSIERS = table(
    "ho-so",
    f"""
    | procedure | field | {_COUNTS} |
        | 2.002385 | {ATOM} | 10 | 4 | 1 | 2 | 6 | 3 | 1 | 2 | 3 | 1 | 1 |
        | 2.002380 | {ATOM} | 5 | 0 | 0 | 1 | 2 | 1 | 0 | 0 | 3 | 0 | 0 |
        | 1.003542 | {RIGHTS} | 0 | 2 | 0 | 0 | 0 | 1 | 0 | 0 | 0 | 1 | 0 |
    """,
)
MORE_DOSSIERS = table(
    "ho-so",
    f"""
    | procedure | field      | {_COUNTS} |
        | 2.001209 | {MEASURES} | 7 | 1 | 2 | 0 | 5 | 2 | 1 | 0 | 2 | 0 | 0 |
        | 1.003542 | {RIGHTS} | 1 | 0 | 1 | 1 | 1 | 0 | 0 | 1 | 1 | 0 | 0 |
    """,
)
ALL = "3 4 5 6 7 8 9 10 11 12 13"


def test_dossiers_by_field_are_the_sums_made_by_hand() -> None:
    given = consolidated(report("QLCNH", DOSSIERS), report("CCTDC", MORE_DOSSIERS))
    assert figures(given, "II.06a", ATOM, ALL) == [23, 15, 5, 3, 15, 8, 5, 2, 8, 7, 1]
    assert figures(given, "II.06a", RIGHTS, ALL) == [5, 1, 3, 1, 3, 1, 1, 1, 2, 2, 0]
    assert figures(given, "II.06a", MEASURES, ALL) == [10, 7, 3, 0, 8, 5, 3, 0, 2, 2, 0]
    assert figures(given, "II.06a", "", ALL) == [38, 23, 11, 4, 26, 14, 9, 3, 12, 11, 1]


def test_a_field_of_two_units_names_both_behind_it() -> None:
    given = consolidated(report("CCTDC", MORE_DOSSIERS), report("QLCNH", DOSSIERS))
    rows = {row.key: row.units for row in given.forms["II.06a"].rows}
    assert rows == {ATOM: ("QLCNH",), RIGHTS: ("QLCNH", "CCTDC"), MEASURES: ("CCTDC",)}


def test_one_quarter_can_be_filled_alone() -> None:
    form = forms().printed_by_id["II.06a"]
    reports = {Q1.id: [report("QLCNH", DOSSIERS)]}
    filled = fill_from(form, PeriodSources.of(Q1, small_plan(), forms(), reports))
    assert filled.table.total["3"] == 25


@pytest.mark.parametrize(
    ("cells", "row"),
    [
        ("2.002385 |", ATOM),  # no field of its own: the procedure's in the plan
        ("9.999999 |", UNKNOWN_FIELD),
        ("9.999999 | Bưu chính", "Bưu chính"),
        ("2.002385 | Bưu chính", ATOM),  # no field of the plan: the procedure's
        ("9.999999 | Hoạt động khoa học và công nghệ", "Hoạt động khoa học và công nghệ"),
        (f"2.002385 | {RIGHTS}", RIGHTS),
    ],
)
def test_no_record_falls_out_whatever_its_field(cells: str, row: str) -> None:
    given = consolidated(
        report("QLCNH", table("ho-so", f"procedure | field | received_online\n{cells} | 4"))
    )
    assert figures(given, "II.06a", row, "4") == [4]
    assert figures(given, "II.06a", "", "4") == [4]
    assert [one.key for one in given.forms["II.06a"].rows][:3] == [ATOM, RIGHTS, MEASURES]


CATALOGUE = table(
    "danh-muc",
    f"""
    | procedure | field | at_one_stop | interlinked | online_level | on_national_portal | has_fee \
| online_payment | internal_process | e_process | whole_process_at_centre | non_territorial |
        | 2.002385 | {ATOM} | c | k | Mức độ 4 | c | c | c | 1/QĐ-UBND | c | c | k |
        | 2.002380 | {ATOM} | c | c | Mức độ 3 | k | c | k | 1/QĐ-UBND | k | k | c |
        | 1.003542 | {RIGHTS} | k | k | Không trực tuyến | k | k | k | | k | k | c |
    """,
)
ONLINE = table(
    "truc-tuyen",
    f"""
    | procedure | field | received | online | level3 | level4 | with_fee | paid_online | digitised \
| e_result | postal_in | postal_out | accounts |
        | 2.002385 | {ATOM} | 15 | 10 | 0 | 10 | 12 | 9 | 14 | 11 | 1 | 3 | 2 |
        | 2.002380 | {ATOM} | 5 | 5 | 5 | 0 | 5 | 0 | 4 | 3 | 0 | 1 | 1 |
        | 1.003542 | {RIGHTS} | 2 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 |
    """,
)


def test_procedures_by_unit_count_what_is_ticked() -> None:
    given = consolidated(report("QLCNH", CATALOGUE))
    columns = " ".join(str(number) for number in range(3, 19))
    expected = [3, 3, 0, 0, 2, 2, 0, 0, 2, 2, 0, 0, 1, 1, 2, 1]
    assert figures(given, "II.07b", "QLCNH", columns) == expected
    assert figures(given, "II.07b", "", columns) == expected


def test_electronic_services_join_the_catalogue_with_the_dossiers() -> None:
    given = consolidated(report("QLCNH", CATALOGUE, ONLINE))
    columns = " ".join(str(number) for number in range(3, 22))
    assert figures(given, "II.08", ATOM, columns) == [
        *(2, 2, 1, 1, 1, 2),
        *(20, 15, 5, 10),
        *(2, 1, 17, 9),
        *(18, 14, 1, 4, 3),
    ]
    assert figures(given, "II.08", RIGHTS, "3 4 8 9 13 14") == [1, 0, 0, 2, 0, 0]


def test_the_words_of_august_2022_count_like_those_before() -> None:
    renamed = replace(
        CATALOGUE,
        records=tuple(
            replace(one, values={**one.values, "online_level": level})
            for one, level in zip(
                CATALOGUE.records, ("Toàn trình", "Một phần", "Cung cấp thông tin"), strict=True
            )
        ),
    )
    given = consolidated(report("QLCNH", renamed))
    assert figures(given, "II.08", "", "4 5 6") == [2, 1, 1]


def test_feedback_is_counted_by_content_by_time_and_by_deadline() -> None:
    register = table(
        "pakn",
        f"""
        | ordinal | received_on | classification | field | carried_over | due_on | finished_on \
| published | extended |
        | 1 | 10/12/2021 | Hành vi hành chính | {ATOM} | c | 05/01/2022 | 04/01/2022 | c | |
        | 2 | 20/12/2021 | Quy định hành chính | {ATOM} | k | 10/01/2022 | 20/01/2022 | | |
        | 3 | 01/03/2022 | Quy định hành chính | {ATOM} | k | 22/03/2022 | | | c |
        | 4 | 04/01/2022 | Quy định hành chính | {ATOM} | | | 25/01/2022 | c | |
        | 5 | 04/01/2022 | Quy định hành chính | {ATOM} | | | 26/01/2022 | | |
        """,
    )
    given = consolidated(report("VP", register))
    columns = " ".join(str(number) for number in range(3, 18))
    expected = [5, 1, 4, 1, 4, 4, 1, 3, 1, 3, 1, 2, 2, 2, 1]
    assert figures(given, "II.05a", ATOM, columns) == expected
    assert figures(given, "II.05a", RIGHTS, columns) == [0] * 15


PUBLISHED = """
    | province_decision | province_decided_on | procedure | change_kind | national_db_on |
    | 512/QĐ-UBND | 10/01/2022 | 2.002385 | Ban hành mới     | 12/01/2022 |
    | 512/QĐ-UBND | 10/01/2022 | 2.002380 | Sửa đổi, bổ sung |            |
    | 600/QĐ-UBND | 10/02/2022 | 1.003542 | Bãi bỏ           | 11/02/2022 |
    |             |            | 2.002385 | Thay thế         |            |
"""


def test_publication_counts_a_shared_decision_once_in_the_total() -> None:
    other = table(
        "cong-bo",
        """
        | province_decision | procedure | change_kind | national_db_on |
        | 512/QĐ-UBND       | 2.001209  | Thay thế    | 13/01/2022     |
        """,
    )
    given = consolidated(report("QLCNH", table("cong-bo", PUBLISHED)), report("CCTDC", other))
    columns = "3 5 6 7 8 9 12 13"
    assert figures(given, "II.03", "QLCNH", columns) == [2, 3, 1, 1, 0, 1, 1, 1]
    assert figures(given, "II.03", "CCTDC", columns) == [1, 1, 0, 0, 1, 0, 1, 0]
    assert figures(given, "II.03", "", columns) == [2, 4, 1, 1, 1, 1, 2, 1]


def test_legal_texts_are_assessed_as_drafts_and_counted_again_when_issued() -> None:
    register = table(
        "vbqppl",
        """
        | draft_name | document_type | new_count | amended_count | replaced_count \
| abolished_count | impact_assessed | document |
        | A | Nghị quyết của HĐND | 1 | 2 | 3 | 4 | Có    | 06/2022/NQ-HĐND |
        | B | Quyết định của UBND | 5 | 0 | 0 | 1 | Có    |                 |
        | C | Quyết định của UBND | 0 | 7 | 0 | 0 | Không | 09/2022/QĐ-UBND |
        """,
    )
    given = consolidated(report("VP", register))
    assert figures(given, "II.01", "VP", "3 4 5 6 7 8 9 10 11") == [16, 2, 6, 2, 8, 10, 1, 6, 1]
    assert figures(given, "II.02", "VP", "3 4 5 6 7 8 9 10 11 12") == [
        *(17, 2, 1, 9, 3, 4),
        *(10, 1, 7, 1),
    ]
    assert figures(given, "II.03", "VP", "4 10 11") == [2, 2, 0]


def test_reviewed_procedures_have_a_row_each_with_their_decision() -> None:
    register = table(
        "ra-soat",
        """
        | procedure | name | planned | reviewed | option | legal_texts | authority \
| cost_cut_percent | decision |
        | 9.000001 | Thủ tục mới | c | c | Giữ nguyên | | | | |
        | 2.001209 | Tên riêng | c | c | Sửa đổi, bổ sung | 2 | Trung ương | 12,5 | 845/QĐ-UBND |
        | 1.000449 | | c | k | | | | | |
        """,
    )
    given = consolidated(report("CCTDC", register))
    rows = given.forms["II.04"].rows
    assert [row.key for row in rows] == ["2.001209", "1.000449", "9.000001"]
    assert rows[0].label.startswith("Đăng ký công bố hợp chuẩn")
    assert rows[2].label == "Thủ tục mới"
    columns = " ".join(str(number) for number in range(3, 15))
    assert figures(given, "II.04", "2.001209", columns) == [
        *(1, 1, 0, 1, 0, 0, 0, 2, 0, 1, 12.5, "845/QĐ-UBND")
    ]
    assert figures(given, "II.04", "", columns) == [3, 2, 1, 1, 0, 0, 0, 2, 0, 1, None, None]


@pytest.mark.parametrize(
    ("sheets", "presence", "figure"),
    [
        ((DOSSIERS,), Presence.FIGURES, 2),
        ((nil("ho-so"),), Presence.NIL, 0),
        ((blank("ho-so"),), Presence.BLANK, None),
        ((), Presence.BLANK, None),
        (None, Presence.NOT_REPORTED, None),
    ],
)
def test_four_presences_are_kept_apart(
    sheets: tuple[object, ...] | None, presence: Presence, figure: int | None
) -> None:
    reports = [] if sheets is None else [report("QLCNH", *sheets)]
    given = consolidated(*reports)
    row = next(row for row in given.forms["II.06a"].rows if row.key == RIGHTS)
    assert given.forms["II.06a"].presence["QLCNH"] is presence
    assert row.presence is presence
    assert row.values.get("3") == figure


def test_rows_under_a_tick_for_nothing_are_not_counted() -> None:
    ticked = replace(DOSSIERS, state=SheetState.NIL)
    found = consolidated(report("QLCNH", ticked))
    assert figures(found, "II.06a", "", "3 7 11") == [0, 0, 0]


@pytest.mark.parametrize(
    ("first", "second", "presence"),
    [
        (DOSSIERS, None, Presence.FIGURES),
        (DOSSIERS, nil("ho-so"), Presence.FIGURES),
        (nil("ho-so"), None, Presence.NOT_REPORTED),
        (nil("ho-so"), blank("ho-so"), Presence.BLANK),
        (nil("ho-so"), nil("ho-so"), Presence.NIL),
        (blank("ho-so"), None, Presence.NOT_REPORTED),
    ],
)
def test_a_row_of_two_units_says_nothing_happened_only_when_both_do(
    first: object, second: object, presence: Presence
) -> None:
    plan = small_plan()
    shared = tuple(
        replace(one, units=("QLCNH", "CCTDC")) if one.field == RIGHTS else one
        for one in plan.procedures
    )
    given = {"QLCNH": first, "CCTDC": second}
    reports = [report(unit, one) for unit, one in given.items() if one]
    found = consolidated(*reports, plan=replace(plan, procedures=shared))
    row = next(row for row in found.forms["II.06a"].rows if row.key == RIGHTS)
    assert row.presence is presence


def test_every_unit_has_a_row_and_those_that_did_not_send_have_no_figures() -> None:
    given = consolidated(report("VP"), report("QLCNH", CATALOGUE))
    rows = given.forms["II.07b"].rows
    assert [(row.key, row.presence) for row in rows] == [
        ("VP", Presence.NIL),  # handles no procedure: nothing can be missing
        ("QLCNH", Presence.FIGURES),
        ("CCTDC", Presence.NOT_REPORTED),
        ("TTPT", Presence.NOT_REPORTED),
    ]
    assert [dict(row.values) for row in rows[2:]] == [{}, {}]


def test_a_unit_that_the_plan_does_not_know_still_counts() -> None:
    given = consolidated(report("XYZ", CATALOGUE))
    assert figures(given, "II.07b", "XYZ", "3") == [3]
    assert given.forms["II.07b"].presence["XYZ"] is Presence.FIGURES


def test_a_unit_that_did_not_exist_yet_has_no_row() -> None:
    plan = small_plan()
    later = Unit("MOI", "Phòng mới", valid_from=Q1.window().end.replace(month=6))
    given = consolidated(plan=replace(plan, units=(*plan.units, later)))
    assert "MOI" not in {row.key for row in given.forms["II.07b"].rows}
