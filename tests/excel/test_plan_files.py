"""Files that are no plan workbook end in a sentence that says what to do."""

import unicodedata
from pathlib import Path

import pytest

from kskt_excel.excel.plan.plan_reader import plan_path, read_plan
from kskt_excel.excel.plan.sheets import DamagedPlanError, PlanMissingError, PlanUnreadableError
from kskt_excel.model.errors import KsktError
from tests.excel.plan_books import (
    PLAN_2022,
    Change,
    changed,
    drop_sheet,
    each_text,
    plan_2022,
    put,
    rename_sheet,
    reverse_columns,
)

PASSWORD = (
    bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 504 + "EncryptedPackage\0".encode("utf-16-le")
)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "không có nội dung"),
        (b"%PDF-1.4 trang quet", "không phải sổ Excel"),
        ("Mã;Tên\n1;2\n".encode(), "không phải sổ Excel"),
        (b"<html><body><table></table></body></html>", "không phải sổ Excel"),
        (PLAN_2022.read_bytes()[:5000], "bị hỏng"),
        (PASSWORD.ljust(2048, b"\0"), "mật khẩu"),
    ],
    ids=["empty", "pdf", "csv", "html", "cut off", "password"],
)
def test_what_is_no_workbook_is_a_sentence(tmp_path: Path, data: bytes, words: str) -> None:
    path = tmp_path / "ke-hoach-2022.xlsx"
    path.write_bytes(data)
    with pytest.raises(PlanUnreadableError, match=words) as caught:
        read_plan(path)
    assert "Đề nghị" in str(caught.value)


def test_a_folder_in_the_files_place_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "ke-hoach-2022.xlsx").mkdir()
    with pytest.raises(PlanUnreadableError, match="Đề nghị"):
        read_plan(tmp_path / "ke-hoach-2022.xlsx")


def test_a_missing_plan_says_what_to_copy(tmp_path: Path) -> None:
    (tmp_path / "ke-hoach-2022.xlsx").write_bytes(b"")
    with pytest.raises(PlanMissingError, match=r"chép ke-hoach-2022\.xlsx thành ke-hoach-2025"):
        plan_path(tmp_path, 2025)
    with pytest.raises(PlanMissingError, match=r"kskt next-year 2022 .* từ ke-hoach-2022\.xlsx"):
        plan_path(tmp_path, 2023)


def test_a_missing_plan_in_an_empty_folder_names_the_command(tmp_path: Path) -> None:
    with pytest.raises(PlanMissingError, match="kskt init"):
        plan_path(tmp_path, 2022)
    with pytest.raises(PlanMissingError, match="kskt init"):
        read_plan(tmp_path / "ke-hoach-2022.xlsx")


def test_the_plan_of_a_year_is_found() -> None:
    assert plan_path(PLAN_2022.parent, 2022) == PLAN_2022


@pytest.mark.parametrize("name", ["Ke hoach 2022.xlsx", "Kế hoạch 2022 (sửa).xlsx"])
def test_a_plan_with_another_name_is_found_when_it_is_the_only_one(
    tmp_path: Path, name: str
) -> None:
    (tmp_path / name).write_bytes(b"")
    (tmp_path / f"~${name}").write_bytes(b"")
    assert plan_path(tmp_path, 2022) == tmp_path / name


def test_two_plans_with_other_names_are_not_guessed_between(tmp_path: Path) -> None:
    for name in ("Ke hoach 2022.xlsx", "Ke hoach 2022 moi.xlsx"):
        (tmp_path / name).write_bytes(b"")
    with pytest.raises(PlanMissingError):
        plan_path(tmp_path, 2022)


def test_another_workbook_is_said_sheet_by_sheet(tmp_path: Path) -> None:
    path = changed(tmp_path, *map(drop_sheet, ("Nhiệm vụ", "Đơn vị", "Thủ tục", "Chỉ tiêu")))
    with pytest.raises(DamagedPlanError) as caught:
        read_plan(path)
    missing = [str(one.params["sheet"]) for one in caught.value.findings if one.code.endswith("ng")]
    assert missing == ["Nhiệm vụ", "Đơn vị", "Thủ tục", "Chỉ tiêu"]
    assert isinstance(caught.value, KsktError)


HARMLESS: list[tuple[str, tuple[Change, ...]]] = [
    ("columns in another order", (reverse_columns("Nhiệm vụ"), reverse_columns("Đơn vị"))),
    ("letters decomposed", (each_text("Đơn vị", lambda text: unicodedata.normalize("NFD", text)),)),
    ("headings in capitals", (put("Đơn vị!B3", "TÊN ĐƠN VỊ"), put("Nhiệm vụ!C3", "CHỦ TRÌ"))),
    ("a sheet without accents", (rename_sheet("Danh mục", "danh muc"),)),
    ("no sheet of waivers", (drop_sheet("Miễn trừ"),)),
    ("a line break in a task", (put("Nhiệm vụ!C5", "Văn \nphòng Sở "),)),
    ("the year as text", (put("Thông tin!B4", "Năm 2022"),)),
    ("the cut-off day as text", (put("Thông tin!B14", "15"),)),
    ("a tolerance as a number", (put("Thông tin!B21", 0.1),)),
    ("a code that Excel made a number", (put("Thủ tục!A4", 2.002385),)),
    ("a target as text", (put("Chỉ tiêu!E4", "95%"),)),
    ("rows left blank", (put("Đơn vị!A30", "   "), put("Thủ tục!A99", ""))),
]


@pytest.mark.parametrize(
    "changes", [case[1] for case in HARMLESS], ids=[case[0] for case in HARMLESS]
)
def test_a_harmless_change_gives_the_same_plan(tmp_path: Path, changes: tuple[Change, ...]) -> None:
    read, wanted = read_plan(changed(tmp_path, *changes)), plan_2022()
    parts = ("year", "units", "tasks", "procedures", "choices", "indicators", "holidays")
    for part in (*parts, "waivers", "settings", "signer", "agency"):
        assert getattr(read, part) == getattr(wanted, part), part


def test_coordinators_may_be_codes_aliases_and_groups_mixed(tmp_path: Path) -> None:
    plan = read_plan(changed(tmp_path, put("Nhiệm vụ!D13", "TTPT; P. QLCN\nThanh tra")))
    assert plan.task_by_code["II.1.c"].coordinators == ("TTRA", "QLCN", "TTPT")


def test_a_unit_that_leads_does_not_help_itself(tmp_path: Path) -> None:
    plan = read_plan(changed(tmp_path, put("Nhiệm vụ!C11", "Phòng Quản lý Khoa học")))
    task = plan.task_by_code["II.1.a"]
    assert task.lead == "QLKH"
    assert "QLKH" not in task.coordinators
    assert len(task.coordinators) == 7
