"""A year goes on: later quarters follow earlier ones, and what a correction touches is said."""

import datetime as dt
from pathlib import Path

import openpyxl
import pytest

from tests.office.desk_of_tests import DAYS, Office, Rows, workbook
from tests.office.products import read_back

pytestmark = pytest.mark.usefixtures("short_paper", "read_here")


def pending_one_less(rows: Rows) -> None:
    """One dossier that was pending at the end was resolved before it was due."""
    for row in rows["ho-so"]:
        if isinstance(row.get("pending_in_time"), int) and row["pending_in_time"]:
            row["pending_in_time"] = int(str(row["pending_in_time"])) - 1
            row["resolved_early"] = int(str(row.get("resolved_early") or 0)) + 1
            return


@pytest.fixture
def office(tmp_path: Path, two_quarters: Office) -> Office:
    """An office of one's own in which two quarters are consolidated."""
    return Office(tmp_path, two_quarters)


@pytest.fixture(scope="module")
def two_quarters(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """Two quarters of one unit consolidated, each on its day."""
    office = Office(tmp_path_factory.mktemp("two-quarters"))
    for number in (1, 2):
        office.day = DAYS[number]
        office.arrives(f"{number}.xlsx", workbook("QLKH", f"2022-Q{number}"))
        assert office.consolidate(f"2022-Q{number}").code == 0
    return office


def test_a_corrected_quarter_names_every_later_product_that_rests_on_it(office: Office) -> None:
    assert office.issue("2022-Q3", "QLKH").code == 0
    office.arrives("1-sua.xlsx", workbook("QLKH", "2022-Q1", pending_one_less))
    done = office.consolidate("2022-Q1")
    told = done.line("Quý II/2022 đã tổng hợp")
    assert "QLKH Quý I/2022 lần 1 → lần 2" in told
    assert "Số chuyển sang kỳ sau đổi: QLKH, " in told
    assert told.endswith("Lập lại: kskt consolidate 2022-Q2")
    assert not done.line("Quý I/2022 đã tổng hợp")
    assert any(told in row for row in office.journal_sheet())


def test_a_renewed_quarter_is_not_told_again(office: Office) -> None:
    office.arrives("1-sua.xlsx", workbook("QLKH", "2022-Q1", pending_one_less))
    office.consolidate("2022-Q1")
    office.consolidate("2022-Q2")
    assert not office.status("2022-Q2").line("Quý II/2022 đã tổng hợp")


def test_a_correction_that_breaks_the_next_quarter_is_a_question_to_the_office(
    office: Office,
) -> None:
    office.arrives("1-sua.xlsx", workbook("QLKH", "2022-Q1", pending_one_less))
    done = office.consolidate("2022-Q1")
    assert done.line("Quý II/2022 – QLKH, 2.xlsx: kết luận đổi từ đạt thành")
    done = office.consolidate("2022-Q2")
    assert done.verdicts()["QLKH", 1] == "accepted_with_warnings"
    assert "không khớp Quý I/2022 vừa sửa: chờ Văn phòng quyết định" in done.text
    assert "Giữ lại, chạy: kskt decide choose --unit QLKH --period 2022-Q2 --version 1" in done.text
    assert "có 01 báo cáo chờ Văn phòng quyết định" in done.text
    again = office.consolidate("2022-Q2")
    assert again.verdicts()["QLKH", 1] == "accepted_with_warnings"
    assert office.verify().code == 0


def test_the_office_settles_the_question(office: Office) -> None:
    office.arrives("1-sua.xlsx", workbook("QLKH", "2022-Q1", pending_one_less))
    office.consolidate("2022-Q1")
    assert office.decide("choose", period="2022-Q2", unit="QLKH", version=1).code == 0
    done = office.consolidate("2022-Q2")
    assert done.verdicts()["QLKH", 1] == "accepted_with_warnings"
    assert "chờ Văn phòng quyết định" not in done.text
    assert office.decide("void", period="2022-Q2", unit="QLKH", version=1).code == 0
    done = office.consolidate("2022-Q2")
    assert not done.verdicts()["QLKH", 1].startswith("accepted")


def test_what_counts_only_by_a_decision_is_returned_without_it(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.arrives("1.xlsx", workbook("QLKH", "2022-Q1", pending_one_less))
    office.arrives("2.xlsx", workbook("QLKH", "2022-Q2"))
    assert office.consolidate("2022-Q2").verdicts()["QLKH", 1] == "returned"
    number = office.decide("accept", period="2022-Q2", unit="QLKH", version=1).json["id"]
    assert office.consolidate("2022-Q2").verdicts()["QLKH", 1] == "accepted_with_warnings"
    office.decide("revoke", revokes=number)
    assert office.consolidate("2022-Q2").verdicts()["QLKH", 1] == "returned"


def test_an_old_quarter_consolidated_again_keeps_the_later_ones_in_the_tracker(
    office: Office,
) -> None:
    office.consolidate("2022-Q1")
    book = read_back(office.root / "workbooks/tracker/theo-doi-2022.xlsx")
    periods = {row[1] for row in book["Hồ sơ"].iter_rows(values_only=True)}
    cells = {str(cell) for row in book["Hồ sơ"].iter_rows(values_only=True) for cell in row}
    assert {"Quý I/2022", "Quý II/2022"} <= (periods | cells)


@pytest.mark.long
def test_files_of_a_later_quarter_in_the_inbox_are_judged_with_the_one_before(
    tmp_path: Path,
) -> None:
    office = Office(tmp_path)
    office.arrives("2.xlsx", workbook("QLKH", "2022-Q2"))
    office.arrives("1.xlsx", workbook("QLKH", "2022-Q1", pending_one_less))
    office.consolidate("2022-Q1")
    assert office.verify().code == 0
    assert office.consolidate("2022-Q2").verdicts()["QLKH", 1] == "returned"


@pytest.mark.long
def test_a_second_run_adds_no_line_to_the_journal(office: Office) -> None:
    journal = office.root / "workbooks" / "journal.jsonl"
    before = journal.read_bytes()
    office.consolidate("2022-Q2")
    assert journal.read_bytes() == before


def test_the_next_year_opens_with_the_balances_of_the_fourth_quarter(tmp_path: Path) -> None:
    import openpyxl

    from kskt_excel.office.office import next_year

    office = Office(tmp_path)
    office.day = DAYS[4]
    office.arrives("4.xlsx", workbook("QLKH", "2022-Q4"))
    assert office.consolidate("2022-Q4").verdicts()["QLKH", 1].startswith("accepted")
    next_year(tmp_path, 2022, dry_run=False)
    office.day = dt.date(2023, 3, 1)
    office.issue("2023-Q1", "QLKH")
    [path] = (tmp_path / "workbooks" / "issued" / "2023-Q1").glob("*QLKH*.xlsx")
    issued = openpyxl.load_workbook(path)["Hồ sơ"]
    sent = openpyxl.load_workbook(office.inbox / "4.xlsx", data_only=True)["Hồ sơ"]
    pending = {row[0]: row[13] for row in sent.iter_rows(min_row=8, values_only=True) if row[0]}
    opening = {row[0]: row[7] for row in issued.iter_rows(min_row=8, values_only=True) if row[0]}
    procedures = [code for code in opening if code in pending and "." in str(code)]
    assert procedures
    assert {code: opening[code] for code in procedures} == {c: pending[c] for c in procedures}


def test_what_nobody_told_in_the_last_quarter_is_that_of_the_quarter_before(
    tmp_path: Path,
) -> None:
    """The units with a contact person, of the register that one unit keeps."""
    office = Office(tmp_path)

    def without_two(rows: Rows) -> None:
        del rows["dau-moi"][-2:]

    reports = {1: workbook("VP", "2022-Q1", without_two), 2: workbook("VP", "2022-Q2")}
    reports[3] = workbook("TTRA", "2022-Q3")
    for number, data in reports.items():
        office.day = DAYS[number]
        office.arrives(f"{number}.xlsx", data)
        office.consolidate(f"2022-Q{number}")
    path = office.root / "workbooks" / "tracker" / "theo-doi-2022.xlsx"
    formulas, values = (
        openpyxl.load_workbook(path, data_only=stored)["Chỉ tiêu"] for stored in (False, True)
    )
    head = next(row for row in values.iter_rows() if row[1].value == "Mã")
    column = {str(cell.value): cell.column for cell in head}
    row = next(cell.row for cell in values["B"] if cell.value == "K16")
    second = values.cell(row, column["Quý II: tử số"])
    year = column["Lũy kế: tử số"]
    assert (second.value, values.cell(row, year).value) == (9, 9)
    assert formulas.cell(row, year).value == f"={second.coordinate}"
