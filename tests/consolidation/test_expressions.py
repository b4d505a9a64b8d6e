"""Expressions: what each form of words means, and which file a mistake is in."""

from dataclasses import replace

import pytest

from kskt_excel.consolidation.tally import (
    QuarterRecords,
    compile_aggregate,
    compile_form,
    figure_of,
)
from kskt_excel.model.expressions import ExpressionError, parse
from kskt_excel.model.forms import FormDefinitionError
from tests.builders import forms, small_plan
from tests.consolidation.tables import Q1, table

GROUND = QuarterRecords.of(Q1, small_plan(), forms())

CATALOGUE = table(
    "danh-muc",
    """
    | procedure | at_one_stop | interlinked | online_level       | internal_process |
    | 1.000001  | Có          | Không       | Mức độ 3           | 5/QĐ-UBND        |
    | 1.000002  | Có          | Có          | Mức độ 4           |                  |
    | 1.000003  | Không       |             | Toàn trình         | 6/QĐ-UBND        |
    | 1.000004  |             | Có          | Cung cấp thông tin |                  |
    """,
)
REVIEW = table(
    "ra-soat",
    """
    | procedure | reviewed | option           | legal_texts | cost_cut_percent | decision   |
    | 1.000001  | Có       | Sửa đổi, bổ sung | 2           | 12,5             | 8/QĐ-UBND  |
    | 1.000002  | Có       | Bãi bỏ           | 1           |                  | 8/QĐ-UBND  |
    | 1.000003  | Có       |                  |             | 30               | 9/QĐ-UBND  |
    | 1.000004  | Không    | Giữ nguyên       | 5           |                  |            |
    """,
)
OVERDUE = table(
    "qua-han",
    """
    | dossier | due_on     | finished_on |
    | HS1     | 10/01/2022 | 12/01/2022  |
    | HS2     | 10/01/2022 | 10/01/2022  |
    | HS3     | 10/01/2022 |             |
    """,
)
SHEETS = {"danh-muc": CATALOGUE, "ra-soat": REVIEW, "qua-han": OVERDUE}


@pytest.mark.parametrize(
    ("text", "figure"),
    [
        ("count(danh-muc)", 4),
        ("count(danh-muc where at_one_stop)", 2),
        ("count(danh-muc where not at_one_stop)", 2),
        ("count(danh-muc where interlinked = Có)", 2),
        ("count(danh-muc where interlinked = Không)", 1),
        ("count(danh-muc where at_one_stop and interlinked)", 1),
        ("count(danh-muc where online_level in 3|4)", 3),
        ("count(danh-muc where online_level = 4)", 2),
        ("count(danh-muc where online_level = Mức độ 4)", 1),
        ("count(danh-muc where internal_process filled)", 2),
        ("count(danh-muc where internal_process blank)", 2),
        ("count(ra-soat where reviewed and option = Bãi bỏ)", 1),
        ("count(ra-soat where reviewed and option = sua_doi)", 1),
        ("count(ra-soat where option = Sửa đổi, bổ sung)", 1),
        ("count(ra-soat where option != bai_bo)", 3),
        ("count(ra-soat where legal_texts > 1)", 2),
        ("count(ra-soat where legal_texts <= 1)", 1),
        ("count(ra-soat where cost_cut_percent >= 12,5)", 2),
        ("count(ra-soat where legal_texts < cost_cut_percent)", 1),
        ("count(qua-han where finished_on > due_on)", 1),
        ("count(qua-han where finished_on <= due_on)", 1),
        ("sum(ra-soat.legal_texts)", 8),
        ("sum(ra-soat.legal_texts where reviewed)", 3),
        ("sum(ra-soat.legal_texts + ra-soat.cost_cut_percent where reviewed)", 45.5),
        ("distinct(ra-soat.decision)", 2),
        ("text(ra-soat.decision)", "8/QĐ-UBND; 9/QĐ-UBND"),
        ("max(ra-soat.cost_cut_percent)", 30.0),
        ("max(ra-soat.cost_cut_percent where option = bai_bo)", None),
    ],
)
def test_an_aggregate_over_records_gives_the_figure(text: str, figure: object) -> None:
    (aggregate,) = parse(text).aggregates
    values = [record.values for record in SHEETS[aggregate.sheet].records]
    assert figure_of(compile_aggregate(aggregate, GROUND)(values)) == figure


def test_terms_keep_their_signs() -> None:
    signs = [sign for sign, _ in parse("[4] + [5] - [6] + II.06a[8] - tasks(done)").terms]
    assert signs == [1, 1, -1, 1, -1]


def test_a_text_among_numbers_is_left_out_of_a_sum() -> None:
    (aggregate,) = parse("sum(ra-soat.legal_texts)").aggregates
    measure = compile_aggregate(aggregate, GROUND)
    assert measure([{"legal_texts": 2}, {"legal_texts": "hai"}, {"legal_texts": None}]) == 2


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "trống"),
        ("sum(ho-so.received_online", "sum(ho-so"),
        ("[4] [5]", "[5]"),
        ("__import__('os')", "__import__"),
        ("sum(ho-so)", "ho-so"),
        ("sum(ho-so.received_online + danh-muc.posted)", "của một biểu"),
        ("distinct(cong-bo.procedure + cong-bo.note)", "một cột"),
        ("count(danh-muc where )", "điều kiện"),
        ("count(danh-muc where posted ~ 3)", "posted ~ 3"),
        ("tasks(late)", "tasks(late)"),
    ],
)
def test_words_that_are_not_understood_are_named(text: str, word: str) -> None:
    with pytest.raises(ExpressionError) as error:
        parse(text)
    assert word in str(error.value)


@pytest.mark.parametrize(
    ("source", "word"),
    [
        ("sum(ho-so.received_onlin)", "received_onlin"),
        ("count(hoso)", "hoso"),
        ("count(ho-so where posted)", "posted"),
        ("count(ho-so where received_online > nhiều)", "nhiều"),
        ("[3] + [4]", "vòng tròn"),
        ("[99]", "không có"),
        ("II.08[3]", "cùng biểu"),
        ("sum(ho-so.received_online) + [5]", "không trộn"),
        ("distinct(ho-so.field) - distinct(ho-so.name)", "sum và count"),
    ],
)
def test_a_mistake_in_a_form_names_the_file_and_the_column(source: str, word: str) -> None:
    form = forms().printed_by_id["II.06a"]
    columns = tuple(
        replace(column, source=source) if column.number == "3" else column
        for column in form.columns
    )
    with pytest.raises(FormDefinitionError) as error:
        compile_form(replace(form, columns=columns), GROUND)
    assert "206-II.06a.toml" in str(error.value)
    assert "cột 3" in str(error.value)
    assert word in str(error.value)
