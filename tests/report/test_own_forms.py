"""The report finds its figures by what definitions say that they hold, not by ids and numbers."""

import datetime as dt
import re
from dataclasses import replace

from kskt_excel.consolidation.whole import consolidation_of
from kskt_excel.model.consolidation import Consolidation
from kskt_excel.model.expressions import in_roles
from kskt_excel.model.forms import Forms, PrintedColumn, PrintedForm
from kskt_excel.model.plan import Plan
from kskt_excel.report.brief import brief, late_line
from kskt_excel.report.narrative import narrative
from kskt_excel.report.sentences import Heading, ReportFacts
from tests.builders import forms, small_plan
from tests.consolidation.tables import Q1, by_quarter
from tests.report.quarters import AS_OF, units

_AWAY = 30  # how much further every column of an office's own form is numbered
_OWN = {form.id: f"V.{at}" for at, form in enumerate(forms().printed, start=11)}


def _numbered(text: str) -> str:
    return re.sub(r"\[(\d+)\]", lambda match: f"[{int(match[1]) + _AWAY}]", text)


def _column(one: PrintedColumn) -> PrintedColumn:
    return replace(one, number=f"{int(one.number) + _AWAY}", source=_numbered(one.source))


def _own(form: PrintedForm) -> PrintedForm:
    """The form under another id, its columns under other numbers."""
    columns = tuple(map(_column, form.columns))
    return replace(form, id=_OWN[form.id], columns=columns, identities=(), cumulative=None)


def _of_own(plan: Plan) -> Plan:
    """The plan with the indicators that name these forms."""
    indicators = tuple(
        replace(one, numerator=_of_form(one.numerator), denominator=_of_form(one.denominator))
        for one in plan.indicators
    )
    return replace(plan, indicators=indicators)


def _of_form(text: str) -> str:
    return in_roles(_numbered(text), _OWN)


def _quarter(of_office: Forms, plan: Plan) -> Consolidation:
    reports = units("2022-Q1", 1)
    return consolidation_of(
        Q1,
        plan=plan,
        forms=of_office,
        reports=by_quarter(reports),
        submissions=[one.submission for one in reports],
        as_of=dt.datetime.fromisoformat(AS_OF["2022-Q1"]),
    )


def _told(of_office: Forms, plan: Plan) -> tuple[tuple[str, ...], object]:
    now = _quarter(of_office, plan)
    return narrative(plan, of_office, now, None).texts, brief(plan, of_office, now, None)


def _with(*printed: PrintedForm) -> Forms:
    return replace(forms(), printed=printed)


def _facts(of_office: Forms) -> ReportFacts:
    return ReportFacts(small_plan(), of_office, _quarter(of_office, small_plan()), None)


def test_forms_with_other_ids_and_numbers_are_told_the_same() -> None:
    renumbered = _with(*map(_own, forms().printed))
    assert _told(renumbered, _of_own(small_plan())) == _told(forms(), small_plan())


def test_sheets_are_found_by_their_topic() -> None:
    """Which sheet holds a topic is said by its definition alone."""
    silent = replace(forms(), sheets=tuple(replace(one, holds="") for one in forms().sheets))
    assert [*_facts(forms()).records("inspections")]
    assert not [*_facts(silent).records("inspections")]
    told = narrative(small_plan(), silent, _quarter(silent, small_plan()), None)
    said = "\n".join(told.texts)
    for words in (
        "lượt kiểm tra",
        "cuộc kiểm tra",
        "về đội ngũ đầu mối",
        "phiếu xin lỗi",
        "không nêu",
    ):
        assert words not in said.lower()
    parts = [one.text for one in told.blocks if isinstance(one, Heading) and one.level == 3]
    assert [text[0] for text in parts] == [*"abc"[: len(parts)]]
    assert "mục I.9.b" in said


def test_rows_of_another_kind_are_called_what_they_are() -> None:
    by_unit = [
        replace(form, rows="unit") if "dossiers" in form.topics else form
        for form in forms().printed
    ]
    said, page = _told(_with(*by_unit), small_plan())
    assert "Kết quả theo đơn vị:" in said
    assert any(text.startswith("Đơn vị Phòng Quản lý chuyên ngành: ") for text in said)
    assert "Số hồ sơ theo đơn vị" in repr(page)
    assert "Lĩnh vực " not in "\n".join(said)


def test_an_office_without_dossiers_is_not_told_that_none_are_known() -> None:
    without = _with(*(form for form in forms().printed if "dossiers" not in form.topics))
    facts = _facts(without)
    facts = replace(facts, now=replace(facts.now, tasks=()))
    assert late_line(facts) == "Không có nhiệm vụ quá hạn."
    headings = narrative(small_plan(), without, facts.now, None).texts
    assert not any("kết quả giải quyết thủ tục hành chính" in one for one in headings)
