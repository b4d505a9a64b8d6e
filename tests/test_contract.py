"""What people and scripts rely on: names of sheets, headings, files, JSON keys, commands, codes."""

import io
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from kskt_excel.cli.commands import ALIASES, kskt
from kskt_excel.cli.options import click
from tests.builders import ROOT, forms
from tests.contract_sheets import SHEETS
from tests.judges import cells
from tests.office.products import tracker_texts
from tests.sample_files import told_workbooks
from tests.test_quarter import run, workspace

LABELS = (
    "Đơn vị · Mã đơn vị · Kỳ báo cáo · Từ ngày · Đến ngày · Người lập · Chức vụ"
    " · Điện thoại cơ quan · Ngày lập · Lãnh đạo đơn vị duyệt · Phiên bản mẫu"
)
PROCEDURES = ("Danh mục TTHC", "Hồ sơ", "Quá hạn", "Rà soát", "Trực tuyến")
TRACKER = (
    "Tổng quan · Tiến độ · Tình hình gửi nhận · Hồ sơ · Danh mục TTHC · Trực tuyến · Quá hạn"
    " · PAKN · Công bố · VBQPPL · Rà soát · Hoạt động · Vướng mắc · Địa chỉ PAKN"
    " · Danh mục công bố · Chỉ tiêu · Đối chiếu · Lỗi dữ liệu · Nguồn số liệu · Nhật ký"
)
SUMMARY = (
    "Danh mục biểu · Tiến độ · Biểu II.01 · Biểu II.02 · Biểu II.03 · Biểu II.04 · Biểu II.05a"
    " · Biểu II.06a · Biểu II.07b · Biểu II.08 · Biểu TH-06 · Biểu TH-07 · Chỉ tiêu"
    " · Đánh giá · Tình hình gửi nhận · Khó khăn, kiến nghị"
)
RESULT = {
    "": "schema period as_of control submissions missing quarters forms tasks indicators outputs"
    " record issues directions directions_open",
    "period": "id from to",
    "control": "files_in accepted returned superseded duplicates unreadable not_reports"
    " rows_in rows_out",
    "submissions": "unit version verdict file sha256 received_at late_days findings period state",
    "findings": "code severity sheet cell message",
    "quarters": "id deadline due missing states units",
    "tasks": "code status percent overdue judgement",
    "indicators": "id numerator denominator value kind",
}
COMMANDS = {
    "init": "khoi-tao",
    "issue": "phat-bieu",
    "receive": "tiep-nhan",
    "check": "kiem-tra",
    "consolidate": "tong-hop",
    "return": "tra-lai",
    "remind": "don-doc",
    "status": "tinh-hinh",
    "decide": "quyet-dinh",
    "diff": "so-sanh",
    "trace": "truy-nguon",
    "verify": "doi-chieu",
}
FILES = (
    "issued/2022-Q1/BC-KSTTHC_2022-Q1_VP.xlsx",
    "tracker/theo-doi-2022.xlsx",
    "summaries/2022-Q1/tong-hop-2022-Q1.xlsx",
    "summaries/2022-Q1/tom-tat-2022-Q1.xlsx",
    "summaries/2022-Q1/bao-cao-2022-Q1.docx",
    "journal.jsonl",
)
BOOKS = tuple(name for name in FILES[1:] if name.endswith(".xlsx"))
"""Those that a quarter becomes."""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample quarter, issued, put together and printed by the program."""
    place = workspace(tmp_path_factory.mktemp("contract"), "2022-Q1")
    for words in (
        ("issue", "2022-Q1", "--as-of", "2022-03-01"),
        ("tong-hop", "2022-Q1", "--as-of", "2022-03-18", "--no-pdf", "--json", "q1.json"),
    ):
        done = run(place, *words)
        assert done.returncode == 0, done.stderr
    return place


@pytest.fixture(scope="module")
def result(desk: Path) -> Any:
    return json.loads((desk / "q1.json").read_text(encoding="utf-8"))


def _book(desk: Path, name: str) -> openpyxl.Workbook:
    return openpyxl.load_workbook(desk / "workbooks" / name)


def _shown(book: openpyxl.Workbook) -> list[str]:
    return [sheet.title for sheet in book.worksheets if sheet.sheet_state == "visible"]


def _headings(sheet: Worksheet) -> list[str]:
    """The texts of the row above the numbering row, without the hidden one."""
    at = next(row for row in range(1, 20) if sheet.cell(row, 1).value == "(1)")
    texts = [cell.value for cell in sheet[at - 1]]
    return [str(text) for text in texts if text and text != "_id"]


@pytest.mark.parametrize("unit", ["VP", "TTPT", "QLCNH", "CCTDC"])
def test_an_issued_workbook_has_the_sheets_and_headings_of_the_contract(
    desk: Path, unit: str
) -> None:
    book = _book(desk, f"issued/2022-Q1/BC-KSTTHC_2022-Q1_{unit}.xlsx")
    shown = _shown(book)
    procedures = unit in ("QLCNH", "CCTDC")
    wanted = [name for name in SHEETS if procedures or name not in PROCEDURES]
    assert shown[:2] == ["Tự kiểm tra", "Thông tin"]
    assert shown[2:] == [name for name in wanted if name in shown]
    of_the_office = {"Danh mục công bố"} if unit == "TTPT" else {"Danh mục công bố", "Địa chỉ PAKN"}
    assert set(wanted) - set(shown) == (set() if unit == "VP" else of_the_office)
    for name in shown[2:]:
        assert _headings(book[name]) == SHEETS[name].split(" · ")
    labels = [row[0].value for row in book["Thông tin"].iter_rows(min_row=6, max_row=16)]
    assert labels == LABELS.split(" · ")


def test_a_unit_is_issued_its_name_and_its_code(desk: Path) -> None:
    sheet = _book(desk, "issued/2022-Q1/BC-KSTTHC_2022-Q1_QLKH.xlsx")["Thông tin"]
    assert (sheet["B6"].value, sheet["B7"].value) == ("Phòng Quản lý Khoa học", "QLKH")


def test_online_levels_are_renamed_from_the_third_quarter_on(desk: Path) -> None:
    assert run(desk, "issue", "2022-Q3", "--unit", "QLCNH").returncode == 0
    sheet = _book(desk, "issued/2022-Q3/BC-KSTTHC_2022-Q3_QLCNH.xlsx")["Trực tuyến"]
    wanted = SHEETS["Trực tuyến"].replace("Mức độ 3", "Một phần").replace("Mức độ 4", "Toàn trình")
    assert _headings(sheet) == wanted.split(" · ")


@pytest.mark.parametrize(("name", "sheets"), [(FILES[1], TRACKER), (FILES[2], SUMMARY)])
def test_what_is_written_has_the_sheets_of_the_contract_in_order(
    desk: Path, name: str, sheets: str
) -> None:
    shown = _shown(_book(desk, name))
    assert shown[: len(sheets.split(" · "))] == sheets.split(" · ")


@pytest.mark.parametrize("name", FILES)
def test_files_have_the_names_of_the_contract(desk: Path, name: str) -> None:
    assert (desk / "workbooks" / name).stat().st_size > 0


def test_the_result_has_the_keys_of_the_contract(result: Any) -> None:
    assert result["schema"] == "kskt.result/2"
    assert set(result) == set(RESULT[""].split())
    one = next(one for one in result["submissions"] if one["findings"])
    shapes = {
        "period": result["period"],
        "control": result["control"],
        "submissions": one,
        "findings": one["findings"][0],
        "quarters": result["quarters"][0],
        "tasks": result["tasks"][0],
        "indicators": result["indicators"][0],
    }
    for name, value in shapes.items():
        assert set(value) == set(RESULT[name].split()), name
    assert set(result["forms"]) == {
        f"II.0{n}" for n in ("1", "2", "3", "4", "5a", "6a", "7b", "8")
    } | {
        "TH-06",
        "TH-07",
    }
    for form in result["forms"].values():
        assert set(form) == {"rows", "total", "total_kinds"}
        keys = {"key", "kind", "states", "missing_quarters", "values", "kinds"}
        assert all(set(row) == keys for row in form["rows"])
        assert all(column.isdecimal() for row in form["rows"] for column in row["values"])
    assert {one["verdict"] for one in result["submissions"]} <= {
        "accepted", "accepted_with_warnings", "returned", "superseded",
        "duplicate", "unreadable", "not_a_report",
    }  # fmt: skip


def test_check_gives_its_own_json_and_its_own_exit_code(desk: Path) -> None:
    mails = ROOT / "workbooks" / "inbox" / "2022-Q1"
    good = run(desk, "kiem-tra", "--json", "-", str(mails / "01-thanh-tra.eml"))
    bad = run(desk, "check", "--json", "-", str(mails / "06-qlkh.eml"))
    assert (good.returncode, bad.returncode) == (0, 1)
    told = json.loads(bad.stdout)
    assert (set(told), told["schema"]) == ({"schema", "files"}, "kskt.check/1")
    assert set(told["files"][0]) == {"file", "unit", "period", "verdict", "findings"}
    assert set(told["files"][0]["findings"][0]) == set(RESULT["findings"].split())


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("status", "2022-Q1"), 0),
        (("consolidate", "2022-Q1", "--as-of", "2022-03-18", "--no-pdf", "--strict"), 1),
        (("consolidate", "2022-Q7"), 2),
        (("khong-co-lenh",), 2),
        (("check", "khong-co.xlsx"), 2),
        (("consolidate",), 2),
    ],
)
def test_exit_codes_say_what_happened(desk: Path, words: tuple[str, ...], code: int) -> None:
    done = run(desk, *words)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr


def test_each_command_answers_to_both_of_its_names() -> None:
    assert {name: alias for alias, name in ALIASES.items() if name in COMMANDS} == COMMANDS
    context = click.Context(kskt)
    for name, alias in COMMANDS.items():
        assert kskt.get_command(context, alias) is kskt.get_command(context, name) is not None


def test_libreoffice_computes_every_result_that_is_stored(
    sample_half: Path, recalculated_books: Mapping[str, bytes]
) -> None:
    books = told_workbooks(sample_half)
    assert {f"{name}.xlsx" for name in books} == {Path(name).name for name in BOOKS}
    for name, data in books.items():
        stored, again = cells(data), cells(recalculated_books[name])
        different = [
            (name, at, value, again.get(at))
            for at, value in stored.items()
            if not _same(value, again.get(at))
        ]
        assert different == []


def _same(one: object, other: object) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return one == pytest.approx(other, abs=1e-9)
    return str(one).strip() == str(other or "").strip()


def test_the_tracker_tells_of_each_quarter_why_a_report_counts(sample_half: Path) -> None:
    told = tracker_texts(sample_half, "theo-doi-2022.xlsx", "Tình hình gửi nhận")
    once = "Lần gửi duy nhất, đạt yêu cầu; được tính."
    assert f"Quý I, Quý II: {once}" in told  # what is the same of both stands once
    assert f"Quý II: {once}" in told  # KHTC has sent nothing for the first
    assert f"Quý I: Trả lại vì còn 5 lỗi. Quý II: {once}" in told


def test_every_count_on_a_printed_form_is_the_one_of_the_result(desk: Path, result: Any) -> None:
    book = openpyxl.load_workbook(desk / "workbooks" / FILES[2], data_only=True)
    compared = 0
    for form, table in result["forms"].items():
        computed = [_figures(form, row["values"]) for row in table["rows"]]
        computed.append(_figures(form, table["total"]))
        shown = [_counts(row) for row in book[f"Biểu {form}"].iter_rows(values_only=True)]
        short = min(len(one) for one in computed if one)
        long = [line for line in shown if len(line) >= short]
        assert long
        for line in long:  # what is on paper is in the result
            assert any(line[-len(one) :] == one for one in computed if one), (form, line)
        for one in (one for one in computed if any(one)):  # a row of zeros may say KPS
            assert any(line[-len(one) :] == one for line in shown), (form, one)
            compared += len(one)
    assert compared > 300


def _figures(form: str, values: dict[str, object]) -> list[int]:
    """The counts of a row of the result in the order of its columns; a percentage is no count."""
    counts = {one.number for one in forms().printed_by_id[form].columns if one.type == "count"}
    in_order = sorted(values.items(), key=lambda item: int(item[0]))
    return [value for name, value in in_order if name in counts and isinstance(value, int)]


def _counts(row: tuple[object, ...]) -> list[int]:
    """The whole numbers of a printed row; a percentage is printed as a text."""
    return [int(value) for value in map(str, row) if value.isdecimal()]


def test_every_rate_on_paper_is_the_one_of_the_result(desk: Path, result: Any) -> None:
    book = openpyxl.load_workbook(io.BytesIO((desk / "workbooks" / FILES[2]).read_bytes()))
    printed = [
        tuple(value for value in row if value is not None)
        for row in book["Chỉ tiêu"].iter_rows(values_only=True)
    ]
    lines = [row for row in printed if len(row) > 4 and re.fullmatch(r"K\d+[a-z]?", str(row[0]))]
    for line, one in zip(lines, result["indicators"], strict=True):
        assert line[0] == one["id"]
        told = (one["numerator"], one["denominator"])
        if one["kind"] == "not_reported":
            assert (line[2], line[3], *told) == ("–", "–", None, None)
        elif one["kind"] == "nil":
            assert (line[3], *told) == (0, None, None)
        else:
            assert (line[2], line[3]) == told
        if one["value"] is not None and "%" in str(line[4]):
            shown = float(re.sub(r"[^\d,]", "", str(line[4])).replace(",", "."))
            assert shown == pytest.approx(one["value"] * 100, abs=0.05001)
