"""What units and people do between two runs: parts, repeats, other mailboxes, a new alias."""

import io
import subprocess
from collections.abc import Iterable, Sequence
from email.message import EmailMessage
from functools import cache
from pathlib import Path

import openpyxl
import pytest
from openpyxl.packaging.custom import CustomPropertyList
from python_calamine import CalamineWorkbook

from tests.needs import needs
from tests.office.desk_of_tests import Office, edited, plan_2022, workbook

pytestmark = pytest.mark.usefixtures("short_paper", "read_here")

_NEW_NAME = "Trung tâm Ứng dụng mới"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


@cache
def half(number: int) -> bytes:
    """One of two parts of a report: the tasks of the other half are left blank."""
    data = workbook("TTRA", "2022-Q1", preparer=f"Lê Quang Huy (Phần {number}/2)")
    rows = [row for row, cells in task_rows(data) if "." in str(cells[0])]
    blank: Iterable[int] = rows[len(rows) // 2 :] if number == 1 else rows[: len(rows) // 2]
    cells = (f"{column}{row}" for row in blank for column in "EFGHIJK")
    return edited(data, *(("Tiến độ", cell, None) for cell in cells))


def task_rows(data: bytes) -> list[tuple[int, Sequence[object]]]:
    """Number and cells of the rows of «Tiến độ» that may have a task."""
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name("Tiến độ")
    rows = sheet.to_python(skip_empty_area=False)
    return list(enumerate(rows, start=1))[7:40]


def test_parts_count_together_once_all_of_them_are_there(office: Office) -> None:
    office.arrives("1.xlsx", half(1))
    first = office.consolidate("2022-Q1")
    assert first.verdicts() == {("TTRA", 1): "returned"}
    assert [one["code"] for one in first.json["submissions"][0]["findings"]] == [
        "receipt.part_missing"
    ]
    office.arrives("2.xlsx", half(2))
    second = office.consolidate("2022-Q1")
    assert second.verdicts() == {("TTRA", 1): "accepted", ("TTRA", 2): "accepted"}
    assert "Phần 2/2 của báo cáo; được tính cùng lần 1" in second.text
    assert office.verify().code == 0


def test_what_is_absent_from_all_parts_sends_them_back(office: Office) -> None:
    office.arrives("1.xlsx", half(1))
    data = half(2)
    row = next(row for row, cells in task_rows(data) if cells[4] == "Đang thực hiện")
    office.arrives("2.xlsx", edited(data, ("Tiến độ", f"E{row}", None)))
    done = office.consolidate("2022-Q1")
    assert done.verdicts() == {("TTRA", 1): "returned", ("TTRA", 2): "returned"}
    found = [(one["code"], one["cell"]) for one in done.json["submissions"][1]["findings"]]
    assert ("cell.required", f"E{row}") in found
    assert "TTRA" in done.json["missing"]


@pytest.mark.long
def test_the_same_file_twice_and_saved_again_by_libreoffice_counts_once(
    office: Office, tmp_path_factory: pytest.TempPathFactory
) -> None:
    soffice = needs("soffice", "libreoffice-calc")
    work = tmp_path_factory.mktemp("soffice")
    (work / "a.xlsx").write_bytes(workbook("QLKH", "2022-Q1"))
    profile = f"-env:UserInstallation={(work / 'profile').as_uri()}"
    target = ["--headless", "--convert-to", "xlsx", "--outdir", str(work / "out")]
    subprocess.run([str(soffice), profile, *target, str(work / "a.xlsx")], check=True, timeout=120)
    office.arrives("1.xlsx", (work / "a.xlsx").read_bytes())
    office.arrives("cap-nhat/1.xlsx", (work / "a.xlsx").read_bytes())
    office.consolidate("2022-Q1")
    office.arrives("2.xlsx", (work / "out" / "a.xlsx").read_bytes())
    done = office.consolidate("2022-Q1")
    verdicts = [one["verdict"] for one in done.json["submissions"]]
    assert sorted(verdicts) == ["accepted", "duplicate", "duplicate"]
    assert done.json["control"]["duplicates"] == 2


def test_receiving_says_of_a_repeat_that_it_is_one(office: Office) -> None:
    data = workbook("TTRA", "2022-Q1")
    office.arrives("1.xlsx", data)
    office.arrives("2.xlsx", data)
    done = office.receive()
    assert [one["verdict"] for one in done.json["files"]] == ["accepted", "duplicate"]
    assert "1 trùng tệp đã nhận" in done.text


def test_a_workbook_from_another_units_mailbox_is_taken_and_told(office: Office) -> None:
    mail = EmailMessage()
    mail["From"] = plan_2022().unit_by_code["KHTC"].emails[0]
    mail["Date"] = "Mon, 14 Mar 2022 09:00:00 +0700"
    mail["Message-ID"] = "<1@khtc>"
    mail.set_content("Gửi Văn phòng.")
    mail.add_attachment(
        workbook("QLCS", "2022-Q1"), maintype="application", subtype="x", filename="cs.xlsx"
    )
    office.arrives("thu.eml", mail.as_bytes())
    done = office.consolidate("2022-Q1")
    assert done.verdicts() == {("QLCS", 1): "accepted_with_warnings"}
    assert [f["code"] for f in done.json["submissions"][0]["findings"]] == ["sender.other_unit"]


def test_a_workbook_of_another_quarter_waits_for_its_own(office: Office) -> None:
    office.arrives("q2.xlsx", workbook("QLCN", "2022-Q2"))
    assert office.consolidate("2022-Q1").json["submissions"] == []
    assert office.status("2022-Q2").verdicts()["QLCN", 1].startswith("accepted")


def nameless() -> bytes:
    """A report without any of our marks, under a name that the plan does not know."""
    book = openpyxl.load_workbook(io.BytesIO(workbook("TTPT", "2022-Q1", unit_name=_NEW_NAME)))
    for sheet in book.worksheets:
        for row in sheet.iter_rows(max_row=7):
            for cell in row:
                text = str(cell.value or "")
                if text.startswith("kskt:") or text == "TTPT":
                    cell.value = None
                elif "Trung tâm phát triển KH&CN" in text:
                    cell.value = text.replace("Trung tâm phát triển KH&CN", _NEW_NAME)
    for name in [name for name in book.defined_names if name.startswith("kskt")]:
        del book.defined_names[name]
    book.custom_doc_props = CustomPropertyList()
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_an_alias_added_to_the_plan_lets_the_returned_file_count(office: Office) -> None:
    office.arrives("tt.xlsx", nameless())
    before = office.consolidate("2022-Q1").json["submissions"]
    assert [(one["unit"], one["verdict"]) for one in before] == [("", "returned")]
    path = office.root / "templates" / "ke-hoach-2022.xlsx"
    book = openpyxl.load_workbook(path)
    sheet = book["Đơn vị"]
    [(row, column)] = [
        (cell.row, head.column)
        for (cell,) in sheet.iter_rows(max_col=1)
        for head in sheet[3]
        if cell.value == "TTPT" and head.value == "Cách gọi khác"
    ]
    sheet.cell(row, column).value = f"{sheet.cell(row, column).value}; {_NEW_NAME}"
    book.save(path)
    assert "chạy kskt consolidate 2022-Q1" in office.verify().text
    assert office.consolidate("2022-Q1").verdicts() == {("TTPT", 1): "accepted"}
    assert office.verify().code == 0


def test_a_product_of_an_earlier_run_is_told_from_one_that_was_edited(office: Office) -> None:
    office.arrives("1.xlsx", workbook("QLCN", "2022-Q1"))
    office.consolidate("2022-Q1")
    product = next(office.root.rglob("tong-hop-2022-Q1.xlsx"))
    earlier = product.read_bytes()
    office.arrives("2.xlsx", workbook("VP", "2022-Q1"))
    office.consolidate("2022-Q1")
    product.write_bytes(earlier)
    said = office.verify()
    assert said.code == 1
    assert "tong-hop-2022-Q1.xlsx: là bản lập trước" in said.text
    product.write_bytes(earlier + b"\0")
    assert "tong-hop-2022-Q1.xlsx: đã có người sửa sau khi ghi" in office.verify().text
