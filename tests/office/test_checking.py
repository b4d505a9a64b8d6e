"""Files checked before anything is taken in: mails and archives are opened, no state is touched."""

import datetime as dt
import shutil
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from kskt_excel.office import office
from tests.attacks import zipped
from tests.office.workspaces import INBOX, ROOT, everything, workspace

DAY = dt.date(2022, 3, 18)
FAULTY = "2022-Q1/06-qlkh.eml"
LATE = "2022-Q1/Phòng QLCN nộp muộn.xlsx"


def files(folder: Path, *paths: Path, marked: Path | None = None) -> tuple[Any, int]:
    """The files of the JSON, and the exit code."""
    done = office.check(folder, files=paths, marked=marked, as_of=DAY)
    result: Any = done.json
    return result["files"], done.exit_code


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return workspace(tmp_path / "ws")


def test_a_mail_is_opened_and_its_attachment_named_behind_it(folder: Path) -> None:
    (one,), code = files(folder, INBOX / FAULTY)
    assert one["file"] == "06-qlkh.eml › BC quý I - QLKH.xlsx"
    assert (one["unit"], one["period"], one["verdict"]) == ("QLKH", "2022-Q1", "returned")
    assert ("Quá hạn", "E8") in {(found["sheet"], found["cell"]) for found in one["findings"]}
    assert code == 1


def test_an_archive_is_opened_and_every_file_in_it_has_its_line(folder: Path) -> None:
    packed = folder / "gửi.zip"
    inside = [
        ("a/BC.xlsx", (INBOX / LATE).read_bytes()),
        ("thư.eml", (INBOX / FAULTY).read_bytes()),
    ]
    packed.write_bytes(zipped(inside))
    told, code = files(folder, packed)
    assert [(one["file"], one["verdict"]) for one in told] == [
        ("gửi.zip › BC.xlsx", "accepted_with_warnings"),
        ("gửi.zip › BC quý I - QLKH.xlsx", "returned"),
    ]
    assert code == 1


def test_a_signed_copy_and_a_temporary_file_are_no_faults(folder: Path) -> None:
    temporary = folder / "~$BC.xlsx"
    temporary.write_bytes(b"\x05user")
    told, code = files(folder, INBOX / "2022-Q1" / "05-trung-tam.eml", temporary)
    assert [one["verdict"] for one in told] == [
        "accepted",
        "not_a_report",
        "not_a_report",
    ]
    assert code == 0


def test_an_archive_that_cannot_be_opened_is_told_and_the_others_are_checked(folder: Path) -> None:
    packed = folder / "gửi.rar"
    packed.write_bytes(b"Rar!\x1a\x07\x01\x00" + b"x" * 100)
    told, code = files(folder, packed, INBOX / LATE)
    assert [(one["file"], one["verdict"]) for one in told] == [
        ("gửi.rar", "unreadable"),
        ("Phòng QLCN nộp muộn.xlsx", "accepted_with_warnings"),
    ]
    assert code == 1


def test_checking_writes_nothing_but_the_marked_copies(folder: Path) -> None:
    before = everything(folder)
    marked = folder.parent / "marked"
    other = folder.parent / "other"
    other.mkdir()
    shutil.copy(INBOX / FAULTY, other / "lại.eml")
    files(folder, INBOX / FAULTY, other / "lại.eml", marked=marked)
    assert everything(folder) == before
    assert sorted(everything(marked)) == [
        "BC quý I - QLKH - ĐÃ KIỂM TRA (2).xlsx",
        "BC quý I - QLKH - ĐÃ KIỂM TRA.xlsx",
    ]


def test_a_path_that_is_not_there_is_an_error(folder: Path) -> None:
    with pytest.raises(FileNotFoundError):
        files(folder, folder / "không có.xlsx")


def test_what_the_plan_waives_is_no_fault_here_either(folder: Path) -> None:
    shutil.copytree(ROOT / "templates", folder / "templates")
    (folder / "kskt.toml").write_text("", encoding="utf-8")
    path = folder / "templates" / "ke-hoach-2022.xlsx"
    (before,), _ = files(folder, INBOX / FAULTY)
    told = {found["code"] for found in before["findings"] if found["severity"] == "error"}
    book = openpyxl.load_workbook(path)
    sheet = book["Miễn trừ"]
    heads = next(row for row in sheet.iter_rows() if "Mã quy tắc" in [cell.value for cell in row])
    place = {str(cell.value): cell.column for cell in heads}
    given = {"Mã quy tắc": "KS-461", "Đơn vị": "QLKH", "Kỳ": "2022-Q1", "Lý do": "Công văn 12"}
    given |= {"Người duyệt": "Chánh Văn phòng", "Ngày duyệt": DAY}
    for name, value in given.items():
        sheet.cell(heads[0].row + 1, place[name], value)
    book.save(path)
    (after,), code = files(folder, INBOX / FAULTY)
    left = {found["code"] for found in after["findings"] if found["severity"] == "error"}
    assert told - left == {"percent.out_of_range"}
    assert (after["verdict"], code) == ("returned", 1)
