"""Decisions and answers, as status, diary and reply show them."""

import datetime as dt
import io
import re
import shutil
from pathlib import Path

import openpyxl
import pytest

from kskt_excel.ledger.decisions import DecisionRefusedError
from tests.builders import sampled
from tests.office.desk_of_tests import Office, Rows, workbook

pytestmark = pytest.mark.usefixtures("short_paper", "read_here")

_ANSWER = "Đã đối chiếu sổ theo dõi, số liệu đúng."


def impossible(rows: Rows) -> None:
    """A percentage that cannot be."""
    rows["tien-do"][2]["percent"] = 250.0


def other(rows: Rows) -> None:
    """Another correct version."""
    rows["tien-do"][2]["percent"] = 60.0


@pytest.fixture
def office(tmp_path: Path, one_returned: Office) -> Office:
    """An office of one's own with a report that was returned."""
    return Office(tmp_path, one_returned)


@pytest.fixture(scope="module")
def one_returned(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """A unit's report with one error, returned."""
    office = Office(tmp_path_factory.mktemp("one-returned"))
    office.arrives("1.xlsx", workbook("QLKH", "2022-Q1", impossible))
    assert office.consolidate("2022-Q1").verdicts() == {("QLKH", 1): "returned"}
    return office


def test_an_accepted_report_is_told_everywhere(office: Office) -> None:
    number = office.decide("accept", unit="QLKH", period="2022-Q1", version=1).json["id"]
    done = office.consolidate("2022-Q1")
    assert done.verdicts() == {("QLKH", 1): "accepted_with_warnings"}
    assert "Chấp nhận lần 1 của QLKH" in done.line(f"Quyết định số {number} (Lan, 18/3/2022)")
    assert any("Chấp nhận lần 1 của QLKH" in row for row in office.journal_sheet())
    assert f"tính theo quyết định số {number} của Lan" in office.reply("2022-Q1", "QLKH")
    assert office.verify().code == 0


def test_the_day_to_mend_by_stays_that_of_the_first_answer(office: Office) -> None:
    until = re.findall(r"chậm nhất ngày [\d/]+", office.reply("2022-Q1", "QLKH"))
    office.day += dt.timedelta(days=1)
    letter = office.root / "templates" / "thu" / "can-sua.txt"
    letter.write_text(letter.read_text("utf-8") + "\n\nXin cảm ơn.\n", encoding="utf-8")
    office.consolidate("2022-Q1")
    reply = office.reply("2022-Q1", "QLKH")
    assert "Xin cảm ơn." in reply
    assert until
    assert re.findall(r"chậm nhất ngày [\d/]+", reply) == until


def test_letters_that_no_longer_hold_are_set_aside(office: Office) -> None:
    folder = office.root / "workbooks" / "returned" / "2022-Q1"
    returned = sorted(path.name for path in folder.iterdir())
    office.decide("accept", unit="QLKH", period="2022-Q1", version=1)
    office.consolidate("2022-Q1")
    assert sorted(path.name for path in folder.glob("*.*")) == [
        "QLKH_2022-Q1_da-nhan-lan-1.eml",
        "QLKH_lan-1_DA-NHAN.xlsx",
    ]
    assert sorted(path.name for path in (folder / "cu").iterdir()) == returned
    assert office.verify().code == 0
    shutil.rmtree(folder / "cu")  # not copied to another PC: nothing is made from them
    assert office.verify().code == 0


def test_a_waiver_ends_with_its_last_day(office: Office) -> None:
    last = dt.date(2022, 4, 30)
    office.decide("waive", rule="KS-461", unit="QLKH", period="2022-Q1", expires_on=last)
    assert office.status("2022-Q1").verdicts() == {("QLKH", 1): "accepted"}
    office.day = last + dt.timedelta(days=1)
    done = office.consolidate("2022-Q1")
    assert done.verdicts() == {("QLKH", 1): "returned"}
    assert "(đã hết hạn)" in done.line("Quyết định số")
    assert any("trả lại để sửa, trước đó đạt" in row for row in office.journal_sheet())


def test_a_waiver_at_another_place_names_the_places_that_there_are(office: Office) -> None:
    with pytest.raises(DecisionRefusedError) as refused:
        office.decide("waive", rule="KS-461", unit="QLKH", period="2022-Q1", where="F99")
    assert refused.value.code == "ledger.lifts_nothing_there"
    place = str(refused.value).rsplit('--at "', 1)[1].rstrip('"')
    assert place.startswith("Tiến độ!")
    office.decide("waive", rule="KS-461", unit="QLKH", period="2022-Q1", where=place)
    assert office.status("2022-Q1").verdicts() == {("QLKH", 1): "accepted"}


def test_a_voided_report_is_not_told_to_be_mended(office: Office) -> None:
    office.arrives("vp.xlsx", workbook("TTRA", "2022-Q1"))
    office.consolidate("2022-Q1")
    office.decide("void", unit="TTRA", period="2022-Q1", version=1)
    done = office.consolidate("2022-Q1")
    assert done.verdicts()["TTRA", 1] == "superseded"
    assert "Không tính theo quyết định" in done.line("TTRA, lần 1")
    assert "không được tính vào số liệu Quý I/2022" in office.reply("2022-Q1", "TTRA")


def test_a_form_of_the_quarter_before_is_named_where_the_next_one_is_awaited(
    office: Office,
) -> None:
    office.day = dt.date(2022, 6, 16)
    office.arrives("quý II.xlsx", workbook("TTRA", "2022-Q1"))
    line = office.consolidate("2022-Q2").line("Tệp “quý II.xlsx”")
    assert "là biểu mẫu Quý I/2022 nên không tính cho Quý II/2022" in line
    assert "quý II.xlsx" not in "".join(office.consolidate("2022-Q1").outcome.remarks)


def test_what_comes_after_the_closing_is_kept_and_not_counted(office: Office) -> None:
    office.decide("close", period="2022-Q1")
    office.arrives("ttra.xlsx", workbook("TTRA", "2022-Q1"))
    done = office.consolidate("2022-Q1")
    assert done.verdicts()["TTRA", 1] == "superseded"
    assert "Tệp đến sau khi kỳ đã khóa" in done.line("TTRA, lần 1")
    assert "kskt decide reopen --period 2022-Q1 --reason" in done.line("Muốn tính tệp này")
    assert "không được tính vào số liệu Quý I/2022" in office.reply("2022-Q1", "TTRA")
    office.decide("reopen", period="2022-Q1")
    assert office.consolidate("2022-Q1").verdicts()["TTRA", 1] == "accepted"


def test_a_closed_quarter_stays_as_it_was_without_a_new_line_at_every_run(office: Office) -> None:
    office.decide("close", period="2022-Q1")
    office.decide("waive", rule="KS-461")
    office.consolidate("2022-Q1")
    journal = office.root / "workbooks" / "journal.jsonl"
    before = journal.read_bytes()
    assert office.consolidate("2022-Q1").verdicts() == {("QLKH", 1): "superseded"}
    assert journal.read_bytes() == before
    assert office.verify().code == 0


def test_choose_void_and_revoke_change_what_counts(office: Office) -> None:
    office.arrives("2.xlsx", workbook("QLKH", "2022-Q1"))
    office.arrives("3.xlsx", workbook("QLKH", "2022-Q1", other))
    office.consolidate("2022-Q1")
    of_version_2 = {"unit": "QLKH", "period": "2022-Q1", "version": 2}
    steps = [
        ("choose", of_version_2, {2: "accepted", 3: "superseded"}),
        ("void", of_version_2, {2: "superseded", 3: "accepted"}),
    ]
    for kind, what, expected in steps:
        number = office.decide(kind, **what).json["id"]
        verdicts = office.status("2022-Q1").verdicts()
        assert {version: verdicts["QLKH", version] for version in expected} == expected
    office.decide("revoke", revokes=number)
    assert office.status("2022-Q1").verdicts()["QLKH", 2] == "accepted"
    assert office.verify().code == 0


def answered(path: Path) -> bytes:
    """The marked copy with an answer to its first fault."""
    book = openpyxl.load_workbook(path)
    sheet = book["KẾT QUẢ KIỂM TRA"]
    heads = [cell for row in sheet.iter_rows() for cell in row if cell.value == "Mã"]
    row = next(
        r for r in range(heads[0].row, 99) if sheet.cell(r, heads[0].column).value == "KS-461"
    )
    sheet.cell(row, heads[0].column - 1).value = _ANSWER
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_an_answer_stands_beside_its_finding_until_the_office_accepts_it(office: Office) -> None:
    marked = office.root / "workbooks/returned/2022-Q1/QLKH_lan-1_CAN-SUA.xlsx"
    office.arrives("2-giai-trinh.xlsx", answered(marked))
    done = office.consolidate("2022-Q1")
    assert done.verdicts() == {("QLKH", 1): "superseded", ("QLKH", 2): "returned"}
    assert done.line(f"Phòng Quản lý Khoa học giải trình Tiến độ!F10: “{_ANSWER}”")
    command = "kskt decide waive --rule KS-461 --unit QLKH --period 2022-Q1"
    assert command in done.line("Nếu chấp nhận")
    answers = [one["findings"][0]["explanation"] for one in done.json["submissions"]]
    assert answers == [_ANSWER, _ANSWER]
    assert f"Đơn vị đã giải trình: “{_ANSWER}”" in office.reply("2022-Q1", "QLKH")
    again = openpyxl.load_workbook(marked.with_name("QLKH_lan-2_CAN-SUA.xlsx"))
    cells = {cell for row in again["KẾT QUẢ KIỂM TRA"].iter_rows(values_only=True) for cell in row}
    assert _ANSWER in cells
    office.decide("waive", rule="KS-461", unit="QLKH", period="2022-Q1", reason=_ANSWER)
    assert office.status("2022-Q1").verdicts()["QLKH", 2] == "accepted"


@pytest.mark.parametrize("kind", sampled(["accept", "close", "void", "waive"], 2))
def test_a_dry_run_says_what_the_decision_then_does(office: Office, kind: str) -> None:
    office.arrives("2.xlsx", workbook("VP", "2022-Q1"))
    office.consolidate("2022-Q1")
    whose: dict[str, dict[str, object]] = {
        "accept": {"unit": "QLKH", "version": 1},
        "void": {"unit": "VP", "version": 1},
        "waive": {"unit": "QLKH", "rule": "KS-461"},
    }
    what: dict[str, object] = {"period": "2022-Q1", **whose.get(kind, {})}
    thought = office.decide(kind, dry_run=True, **what)  # type: ignore[arg-type]
    done = office.decide(kind, **what)  # type: ignore[arg-type]
    assert thought.json["changes"] == done.json["changes"]
    assert (kind == "close") == (not done.json["changes"])
