"""Workbooks issued before a column or a sheet came are read as what they are; nothing is missed."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache

import pytest

from kskt_excel.excel.formats.gate import inspect
from kskt_excel.excel.formats.readers import read_book
from kskt_excel.excel.issued.unit_workbook import unit_workbook
from kskt_excel.model.forms import FormColumn, SheetForm, is_newer
from kskt_excel.model.period import Period
from kskt_excel.model.submission import Checked
from kskt_excel.reading.workbook import Reader
from kskt_excel.worker.pool import FileContext
from tests import builders
from tests.checked import check_one
from tests.excel.plan_books import plan_2022

Q1 = Period.quarter(2022, 1)
CONTACT = {
    "full_name": "Nguyễn Thị Hoa",
    "decision": "12/QĐ-SKHCN",
    "decided_on": dt.date(2022, 1, 25),
}
TEXT = {
    "draft_name": "Quyết định về lệ phí",
    "document_type": "Quyết định của UBND",
    "new_count": 1,
    "amended_count": 0,
    "replaced_count": 0,
    "abolished_count": 0,
    "impact_assessed": True,
    "document": "04/2022/QĐ-UBND",
    "issued_on": dt.date(2022, 2, 15),
}


@cache
def context() -> FileContext:
    return FileContext(plan_2022(), builders.forms())


def sent(unit: str, version: str, rows: Mapping[str, Sequence[Mapping[str, object]]]) -> Checked:
    """A workbook of a template's version, as the unit filled it."""
    plan, forms = context().plan, context().forms
    data = unit_workbook(
        plan=plan,
        forms=forms if version == "1.1" else forms.at_template(version),
        unit=plan.unit_by_code[unit],
        period=Q1,
        rows=rows,  # type: ignore[arg-type]
    )
    return check_one(context(), data, "BC.xlsx")


def about(checked: Checked, *sheets: str) -> list[tuple[str, str]]:
    found = [(one.code, one.at.sheet) for one in checked.findings if one.at]
    return [one for one in found if one[1] in sheets]


def test_an_earlier_workbook_is_not_asked_for_what_it_did_not_have() -> None:
    old = sent("VP", "1.0", {"vbqppl": [TEXT], "dau-moi": [CONTACT]})
    assert about(old, "VBQPPL", "Đầu mối", "Địa chỉ PAKN", "Danh mục công bố") == []
    assert not [one for one in old.findings if one.code.startswith("identity.version")]
    assert old.reading
    assert {"dia-chi-pakn", "danh-muc-cong-bo"}.isdisjoint(old.reading.sheets)
    (record,) = old.reading.sheets["vbqppl"].records
    assert "effective_on" not in old.reading.sheets["vbqppl"].columns
    assert record.knows("effective_on")


def test_the_present_workbook_is_asked_for_it() -> None:
    new = sent("VP", "1.1", {"vbqppl": [TEXT], "dau-moi": [CONTACT]})
    assert about(new, "VBQPPL", "Đầu mối") == [
        ("legal.no_effect_day", "VBQPPL"),
        ("cell.required", "Đầu mối"),
    ]
    assert about(new, "Địa chỉ PAKN", "Danh mục công bố") == [
        ("sheet.blank", "Địa chỉ PAKN"),
        ("sheet.blank", "Danh mục công bố"),
    ]


@pytest.mark.parametrize(
    ("note", "unit"),
    [
        ("Thanh tra Sở", "Thanh tra Sở"),
        ("TTPT", "Trung tâm phát triển KH&CN"),
        ("kiêm nhiệm", "Văn phòng Sở"),
        (None, "Văn phòng Sở"),
    ],
)
def test_an_earlier_contact_is_of_the_unit_in_its_note_or_of_the_sender(
    note: str | None, unit: str
) -> None:
    old = sent("VP", "1.0", {"dau-moi": [CONTACT | {"note": note}]})
    assert old.reading
    (record,) = old.reading.sheets["dau-moi"].records
    assert record.values["of_unit"] == unit


def test_a_sheet_that_lost_its_mark_is_read_by_its_headings() -> None:
    """Without the hidden row the columns tell which version it is."""
    plan, forms = context().plan, context().forms
    kit = Reader(plan, forms)
    for version, has in (("1.0", False), ("1.1", True)):
        unit = plan.unit_by_code["QLCN"]
        used = forms if version == "1.1" else forms.at_template(version)
        data = unit_workbook(plan=plan, forms=used, unit=unit, period=Q1, rows={"vbqppl": [TEXT]})
        book, _ = read_book(inspect("BC.xlsx", data))  # type: ignore[arg-type]
        assert book
        sheet = next(one for one in book.sheets if one.name == "VBQPPL")
        sheet.rows[1] = []
        reading = kit.read(book)
        assert not [one for one in reading.findings if one.code.startswith("column.")]
        assert ("effective_on" in reading.sheets["vbqppl"].columns) is has


def test_places_are_rows_of_the_unit_that_looks_after_them() -> None:
    plan, form = plan_2022(), builders.forms().sheet_by_id["dia-chi-pakn"]
    rows = {
        code: [one.value for one in form.given_choices(code, plan, dt.date(2022, 3, 14))]
        for code in plan.unit_by_code
        if form.goes_to(code, plan)
    }
    assert rows == {
        "VP": ["Bộ phận Một cửa", "Trụ sở Sở", "Trang thông tin điện tử của Sở"],
        "TTPT": ["Trụ sở Trung tâm"],
    }


def test_a_plan_without_the_list_leaves_the_places_to_the_office() -> None:
    plan, form = builders.small_plan(), builders.forms().sheet_by_id["dia-chi-pakn"]
    assert [one.code for one in plan.units if form.goes_to(one.code, plan)] == [plan.office]


def test_versions_follow_each_other_by_number() -> None:
    assert is_newer("1.1", "1.0")
    assert is_newer("1.10", "1.9")
    assert is_newer("1.1", "")
    assert not is_newer("1.0", "1.0")
    assert not is_newer("1.0", "1.1")
    assert not is_newer("", "1.0")


def _split(contacts: SheetForm) -> SheetForm:
    """The sheet as a version 1.2 has it: one column of it is two, one is another type of column."""
    columns = {one.key: one for one in contacts.columns}
    columns["position"] = replace(
        columns["position"], since="1.2", before="name_and_position", part=2, parted_by=" - "
    )
    columns["full_name"] = replace(
        columns["full_name"], since="1.2", before="name_and_position", part=1, parted_by=" - "
    )
    sessions = FormColumn("sessions", "Số buổi", "count", since="1.2", before="taught", part=1)
    learners = replace(sessions, key="learners", heading="Số người", part=2)
    former = (
        FormColumn("name_and_position", "Họ tên, chức vụ", "text", required=True, until="1.1"),
        FormColumn("taught", "Số buổi, số người", "text", until="1.1"),
    )
    counted = tuple(replace(one, parted_by="/") for one in (sessions, learners))
    return replace(
        contacts,
        version="1.2",
        earlier=("1.0", "1.1"),
        columns=(*columns.values(), *counted),
        former=former,
    )


@pytest.fixture(scope="module")
def divided() -> FileContext:
    forms = builders.forms()
    sheets = tuple(_split(one) if one.id == "dau-moi" else one for one in forms.sheets)
    return FileContext(plan_2022(), replace(forms, sheets=sheets))


@pytest.mark.parametrize(
    ("written", "name", "position"),
    [
        ("Nguyễn Thị Hoa - Trưởng phòng", "Nguyễn Thị Hoa", "Trưởng phòng"),
        ("Nguyễn Thị Hoa", "Nguyễn Thị Hoa", None),
        (" - Chuyên viên", None, "Chuyên viên"),
    ],
)
def test_a_column_that_is_two_since_is_read_in_its_parts(
    divided: FileContext, written: str, name: str | None, position: str | None
) -> None:
    checked = _sent_before(divided, written, "3/120")
    assert checked.reading
    sheet = checked.reading.sheets["dau-moi"]
    (record,) = sheet.records
    assert (record.values.get("full_name"), record.values.get("position")) == (name, position)
    assert (record.values["sessions"], record.values["learners"]) == (3, 120)
    assert "name_and_position" not in record.values
    assert sheet.ref(record, "position") == sheet.ref(record, "full_name")


def test_a_part_that_cannot_be_read_is_asked_about_at_its_cell(divided: FileContext) -> None:
    checked = _sent_before(divided, "Nguyễn Thị Hoa - Trưởng phòng", "ba/120")
    assert checked.reading
    sheet = checked.reading.sheets["dau-moi"]
    (record,) = sheet.records
    assert record.values["learners"] == 120
    at = sheet.ref(record, "sessions")
    assert [one.code for one in checked.findings if one.at == at] != []


def _sent_before(divided: FileContext, contact: str, taught: str) -> Checked:
    """A workbook of version 1.1, whose contact stands in one cell."""
    plan, forms = divided.plan, divided.forms
    row = {**CONTACT, "name_and_position": contact, "taught": taught}
    del row["full_name"]
    data = unit_workbook(
        plan=plan,
        forms=forms.at_template("1.1"),
        unit=plan.unit_by_code["VP"],
        period=Q1,
        rows={"dau-moi": [row]},
    )
    return check_one(divided, data, "BC.xlsx")
