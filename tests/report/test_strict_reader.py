"""What a Vietnamese editor looks for, over forty quarters of every kind."""

import re
from dataclasses import replace
from itertools import product

import pytest

from kskt_excel.model.consolidation import Consolidation
from kskt_excel.model.period import Period
from kskt_excel.model.submission import Verdict
from kskt_excel.report.narrative import ABBREVIATIONS, narrative
from kskt_excel.report.sentences import (
    TO_ADD,
    Heading,
    Listed,
    Narrative,
    Paragraph,
    ReportTable,
    decision_named,
    lowered,
    texts_of,
)
from tests.builders import forms, small_plan
from tests.consolidation.tables import consolidated, nil, report, submission, table
from tests.report.quarters import INSPECTIONS, ISSUES, LATE, LAWS, PROGRESS, PUBLISHED, dossiers

_ISSUES_OF_NAMES = """
    ordinal | task | difficulty | cause | proposal | level
    1 | II.1.a | Phần mềm chậm | Bộ Khoa học và Công nghệ chưa ban hành | Sửa phần mềm | UBND tỉnh
    2 |        | Máy cũ        | Sở chưa bố trí kinh phí                | Mua máy      | Sở
"""
_IDEAS = """
    ordinal | title | author | proposed_on | recognised
    1 | Số hóa phiếu hẹn | Tổ một cửa | 10/1/2022 | k
"""
_LATER_FIRST = """
    province_decision | province_decided_on | procedure | change_kind
    900/QĐ-UBND       | 10/3/2022           | 2.002385  | Sửa đổi, bổ sung
    512/QĐ-UBND       | 15/2/2022           | 2.002380  | Bãi bỏ
"""


def _quarter(many: int, what: str, period: str) -> Consolidation:
    if not many:
        return consolidated(period=Period.parse(period))
    if what == "nil":
        return consolidated(
            *(report(u, nil("ho-so"), nil("pakn"), period=period) for u in ("VP", "QLCNH")),
            period=Period.parse(period),
        )
    if what == "returned":  # one report counts, one was sent and is with the unit again
        counted = report("VP", table("tien-do", PROGRESS), period=period)
        again = submission("QLCNH", period=period, verdict=Verdict.RETURNED, version=many)
        sent = (counted.submission, again)
        return consolidated(counted, submissions=sent, period=Period.parse(period))
    if what == "nothing due":  # the year's tasks are there, none of them had to be done yet
        nothing = [nil(form) for form in ("ho-so", "pakn", "cong-bo", "vbqppl")]
        every = [report(unit, *nothing, period=period) for unit in ("VP", "QLCNH", "CCTDC", "TTPT")]
        return consolidated(*every, period=Period.parse(period))
    tables = {
        "ho-so": dossiers(many),
        "qua-han": LATE,
        "vuong-mac": ISSUES if what == "some" else _ISSUES_OF_NAMES,
        "cong-bo": PUBLISHED if what == "some" else _LATER_FIRST,
        "vbqppl": LAWS,
        "sang-kien": _IDEAS,
    }
    own = [table(form, text) for form, text in tables.items()]
    office = [table("tien-do", PROGRESS), table("kiem-tra", INSPECTIONS)]
    return consolidated(
        report("VP", *office, period=period),
        report("QLCNH", *own, period=period),
        period=Period.parse(period),
    )


def _written(now: Consolidation, before: Consolidation | None) -> Narrative:
    return narrative(small_plan(), forms(), now, before)


_KINDS = list(
    product(
        (0, 1, 5),
        ("some", "names", "nil", "returned", "nothing due"),
        ("2022-Q1", "2022-Q4"),
        ("", "less", "more"),
    )
)


@pytest.mark.parametrize(("many", "what", "period", "before"), _KINDS)
def test_no_sentence_needs_an_editor(many: int, what: str, period: str, before: str) -> None:
    than = _quarter(9 if before == "less" else 1, "some", "2021-Q4") if before else None
    content = _written(_quarter(many, what, period), than)
    for text in content.texts:
        assert not re.search(r"  | [,.;:]|\(\)|None|nan|[{}]", text), text
        assert not re.search(r"\d%|\d  %", text), text
        assert not re.search(r"\bbộ [A-ZĐ]|\bsở [A-ZĐ]|\bsở chưa", text), text
        assert not re.search(r"chưa [^;.]*công nhận:", text), text
        assert "so với" not in text.partition("trong đó")[0], text
        assert not re.search(r"[^.:] Quý [IV]+/|[^.:] Năm \d", text), text
        assert not re.search(r"\b[Cc]ả 01\b", text), text
        assert not re.search(r"\d[-/](?:QĐ|NQ)-\S+ ngày", text) or " số " in text, text
        assert not re.search(r"đã gửi báo cáo: [^.]*chưa gửi", text), text
    if "Chưa đủ số liệu để so sánh các chỉ tiêu với mục tiêu." in content.texts:
        assert not [text for text in content.texts if "đều đạt" in text]
    assert _unexplained(content) == []
    blocks = content.blocks
    for at, block in enumerate(blocks[:-1]):
        if isinstance(block, Heading):
            assert not isinstance(blocks[at + 1], Listed)
        if isinstance(block, Paragraph) and block.text.endswith(":"):
            follows = blocks[at + 1]
            assert isinstance(follows, Listed | ReportTable)
            assert follows.items if isinstance(follows, Listed) else follows.rows
        if isinstance(block, Listed) and block.items:
            assert blocks[at - 1].text.endswith(":")  # words lead to every list
            assert all(item.endswith(";") for item in block.items[:-1])
            assert block.items[-1].endswith(".")


def _unexplained(content: Narrative) -> list[str]:
    """Abbreviations that the body uses and the introduction does not explain, or the reverse."""
    body = "\n".join("\n".join(texts_of(block)) for block in content.blocks)
    used = {one for one in ABBREVIATIONS if one in re.findall(r"[\w&/-]+", body)}
    told = set(re.findall(r"viết tắt là ([\w&]+)", content.introduction))
    return sorted(used ^ told)


def test_what_nobody_who_owes_it_has_sent_did_not_fail_to_happen() -> None:
    """The one report that counts is of a unit without procedures."""
    content = _written(_quarter(1, "returned", "2022-Q1"), None)
    said = "\n".join(content.texts)
    for nothing in (
        "không phát sinh hồ sơ",
        "không có TTHC thuộc thẩm quyền",
        "hoàn thành rà soát",
    ):
        assert nothing not in said
    assert said.count("chưa có đơn vị nào gửi số liệu về nội dung này") >= 3


@pytest.mark.parametrize("period", ["2022-Q1", "2022-Q2", "2022-Q3"])
def test_the_years_tasks_are_no_shortcoming_before_the_year_ends(period: str) -> None:
    content = _written(_quarter(1, "some", period), None)
    at = next(
        n for n, b in enumerate(content.blocks) if getattr(b, "text", "") == "2. Tồn tại, hạn chế"
    )
    after = content.blocks[at + 1 : at + 4]
    said = " ".join(" ".join(texts_of(one)) for one in after)
    assert "nhiệm vụ trong kế hoạch" not in said


def test_at_the_end_of_the_year_they_are() -> None:
    content = _written(_quarter(1, "some", "2022-Q4"), None)
    assert any("tỷ lệ nhiệm vụ" in text.lower() for text in content.texts)


def test_the_signer_is_not_petitioned_and_decisions_stand_by_day() -> None:
    content = _written(_quarter(1, "names", "2022-Q1"), None)
    whole = "\n".join(content.texts)
    assert "Đối với Lãnh đạo Sở" not in whole
    assert "Mua máy" not in whole
    assert whole.index("512/QĐ-UBND") < whole.index("900/QĐ-UBND")
    assert "nguyên nhân: Bộ Khoa học và Công nghệ chưa ban hành" in whole


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("95/QĐ-SKHCN", "Quyết định số 95/QĐ-SKHCN"),
        ("Quyết định số 95/QĐ-SKHCN", "Quyết định số 95/QĐ-SKHCN"),
        ("Số 95/QĐ-SKHCN", "Quyết định số 95/QĐ-SKHCN"),
        ("Kế hoạch 12/KH-SKHCN", "Kế hoạch 12/KH-SKHCN"),
    ],
)
def test_a_bare_number_is_called_a_decision(typed: str, said: str) -> None:
    assert decision_named(typed) == said


def test_a_report_of_half_a_year_looks_ahead_to_the_other_half() -> None:
    whole = "\n".join(_written(_quarter(1, "some", "2022-6T"), None).texts)
    assert "Trong 6 tháng cuối năm 2022, tập trung hoàn thành" in whole


def test_what_counts_from_the_new_year_says_so_in_a_later_quarter_only() -> None:
    plan = small_plan()
    plan = replace(plan, indicators=tuple(replace(o, basis="to_date") for o in plan.indicators))
    first, second, half = (
        "\n".join(narrative(plan, forms(), _quarter(1, "some", period), None).texts)
        for period in ("2022-Q1", "2022-Q2", "2022-6T")
    )
    assert "lũy kế từ đầu năm" not in first + half
    assert re.search(r"\(mục tiêu [^)]+\), lũy kế từ đầu năm", second)


def test_a_document_is_first_told_with_day_issuer_and_abstract() -> None:
    opening = _written(_quarter(1, "some", "2022-Q1"), None).introduction
    assert (
        "Thông tư số 01/2020/TT-VPCP ngày 21/10/2020 của Văn phòng Chính phủ quy định chế độ"
        in opening
    )


def test_what_a_person_must_judge_stands_with_the_figures_for_it() -> None:
    texts = _written(_quarter(5, "some", "2022-Q1"), None).texts
    judged = next(text for text in texts if text.startswith("Nhận định chung"))
    assert TO_ADD in judged
    assert re.search(r"\d+ % hồ sơ|\d,\d % hồ sơ", judged)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Bộ Khoa học và Công nghệ chậm", "Bộ Khoa học và Công nghệ chậm"),
        ("Sở chưa bố trí", "Sở chưa bố trí"),
        ("Bộ chưa hướng dẫn", "Bộ chưa hướng dẫn"),
        ("UBND tỉnh chậm", "UBND tỉnh chậm"),
        ("Sở hữu trí tuệ mới", "sở hữu trí tuệ mới"),
        ("Bộ hồ sơ thiếu", "bộ hồ sơ thiếu"),
        ("Đường truyền chậm", "đường truyền chậm"),
        ("Thủ tục rườm rà", "thủ tục rườm rà"),
        ("Phòng Kế hoạch - Tài chính chậm", "Phòng Kế hoạch - Tài chính chậm"),
        ("Theo Kế hoạch riêng", "theo Kế hoạch riêng"),
        ("", ""),
    ],
)
def test_names_keep_their_capitals(text: str, said: str) -> None:
    assert lowered(text) == said
