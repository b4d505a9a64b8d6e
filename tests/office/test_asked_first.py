"""What counts only when the office says so: an unknown mailbox, the form of a quarter before."""

import datetime as dt
import email
from email import policy
from pathlib import Path

import pytest

from tests.mail.letters import mail, named
from tests.office.desk_of_tests import DAYS, Office, Rows, plan_2022, workbook

pytestmark = pytest.mark.usefixtures("short_paper", "read_here")


def other(rows: Rows) -> None:
    """Another correct version."""
    rows["tien-do"][2]["percent"] = 60.0


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def sent(sender: str, date: str, data: bytes) -> bytes:
    """A mail that brings a workbook."""
    top = f"From: {sender}\r\nDate: {date}\r\nMessage-ID: <{date.split()[1]}@x.vn>\r\n"
    return mail(named("BC.xlsx", data), top=top)


MARCH, LATER = "Wed, 16 Mar 2022 09:00:00 +0700", "Thu, 17 Mar 2022 09:00:00 +0700"
PRIVATE = "chihoa1990@thu.example"


def test_a_first_report_from_an_unknown_mailbox_waits(office: Office) -> None:
    office.arrives("1.eml", sent(PRIVATE, MARCH, workbook("QLKH", "2022-Q1")))
    done = office.consolidate("2022-Q1")
    assert done.verdicts() == {("QLKH", 1): "superseded"}
    assert "Chờ Văn phòng quyết định" in done.text
    command = "kskt decide accept --unit QLKH --period 2022-Q1 --version 1"
    assert done.text.count(command) == 1
    letter = office.reply("2022-Q1", "QLKH")
    assert "chưa tính vào số liệu" in letter
    assert PRIVATE in letter
    assert "kskt" not in letter.lower().replace("kstthc", "")
    office.decide("close", period="2022-Q1")  # what would be refused is not offered
    told = office.status("2022-Q1").text
    assert "kskt decide reopen --period 2022-Q1" in told
    assert "decide accept" not in told
    office.decide("reopen", period="2022-Q1")
    assert office.status("2022-Q1").text.count(command) == 1
    office.decide("accept", unit="QLKH", period="2022-Q1", version=1)
    assert office.consolidate("2022-Q1").verdicts() == {("QLKH", 1): "accepted"}
    # the mailbox is known from now on: a correction from it counts by itself
    office.arrives("2.eml", sent(PRIVATE, LATER, workbook("QLKH", "2022-Q1", other)))
    done = office.consolidate("2022-Q1")
    assert done.verdicts() == {("QLKH", 1): "superseded", ("QLKH", 2): "accepted"}
    assert office.verify().code == 0


def test_last_quarters_form_is_asked_about_and_its_unit_told(office: Office) -> None:
    office.arrives("q1.xlsx", workbook("QLKH", "2022-Q1"))
    office.consolidate("2022-Q1")
    office.day = DAYS[2]
    office.issue("2022-Q2", "QLKH")
    office.arrives("quý II.xlsx", workbook("QLKH", "2022-Q1", other))
    done = office.consolidate("2022-Q2")
    assert "là biểu mẫu Quý I/2022 nên không tính cho Quý II/2022" in done.text
    assert "--unit QLKH --period 2022-Q1 --version 2" in done.text
    assert office.status("2022-Q1").verdicts() == {
        ("QLKH", 1): "accepted",
        ("QLKH", 2): "superseded",
    }
    [path] = (office.root / "workbooks" / "returned" / "2022-Q2").glob("QLKH*mau-cu*.eml")
    letter = email.message_from_bytes(path.read_bytes(), policy=policy.default)
    assert "TỆP THEO BIỂU MẪU Quý I/2022, CHƯA CÓ BÁO CÁO Quý II/2022" in letter["Subject"]
    [blank] = letter.iter_attachments()
    assert blank.get_filename() == "BC-KSTTHC_2022-Q2_QLKH.xlsx"
    before = path.read_bytes()
    office.day += dt.timedelta(days=3)
    office.consolidate("2022-Q2")
    assert path.read_bytes() == before  # it stands as it was written
    # the right form comes: nothing is asked any more, and Quý I stays what it was
    office.arrives("đúng mẫu.xlsx", workbook("QLKH", "2022-Q2"))
    done = office.consolidate("2022-Q2")
    assert done.verdicts()["QLKH", 1] in ("accepted", "accepted_with_warnings")
    assert "biểu mẫu Quý I/2022" not in done.text
    assert office.status("2022-Q1").verdicts()["QLKH", 1] == "accepted"
    assert office.verify().code == 0


@pytest.mark.long
def test_a_correction_of_a_returned_quarter_needs_no_question(office: Office) -> None:
    def impossible(rows: Rows) -> None:
        rows["tien-do"][2]["percent"] = 250.0

    office.arrives("q1.xlsx", workbook("QLKH", "2022-Q1", impossible))
    office.consolidate("2022-Q1")
    office.day = DAYS[2]
    office.issue("2022-Q2", "QLKH")
    office.arrives("sửa.xlsx", workbook("QLKH", "2022-Q1"))
    office.consolidate("2022-Q2")
    assert office.status("2022-Q1").verdicts()["QLKH", 2] == "accepted"


def test_a_correction_after_the_quarters_own_report_needs_no_question(office: Office) -> None:
    office.arrives("q1.xlsx", workbook("QLKH", "2022-Q1"))
    office.consolidate("2022-Q1")
    office.day = DAYS[2]
    office.issue("2022-Q2", "QLKH")
    office.arrives("q2.xlsx", workbook("QLKH", "2022-Q2"))
    office.consolidate("2022-Q2")
    office.day += dt.timedelta(days=1)
    office.arrives("sửa q1.xlsx", workbook("QLKH", "2022-Q1", other))
    office.consolidate("2022-Q2")
    assert office.status("2022-Q1").verdicts()["QLKH", 2] == "accepted"


@pytest.mark.long
def test_the_older_form_is_told_though_only_the_quarter_before_was_issued(office: Office) -> None:
    office.day = dt.date(2022, 3, 1)
    office.issue("2022-Q1")
    office.day = DAYS[2]
    office.arrives("QLKH quý II.xlsx", workbook("QLKH", "2022-Q1"))
    done = office.consolidate("2022-Q2")
    assert "Quý I/2022" in done.text
    assert "QLKH quý II.xlsx" in done.text


def test_what_could_not_be_read_is_its_senders_everywhere_until_a_good_report_counts(
    office: Office,
) -> None:
    """The letter about it goes to that unit: table, findings, JSON and status tell the same."""
    ttpt = plan_2022().unit_by_code["TTPT"]
    office.arrives("1.eml", sent(ttpt.emails[0], MARCH, b"PK\x03\x04 broken"))
    done = office.consolidate("2022-Q1")
    assert "TTPT | " + ttpt.name + " | Trả lại để sửa" in done.text
    assert f"{ttpt.name} – BC.xlsx: không đọc được" in done.text
    assert "Chưa rõ đơn vị" not in done.text + office.status("2022-Q1").text
    assert done.verdicts() == {("TTPT", 0): "unreadable"}
    assert "“BC.xlsx” nhưng chưa lấy được số liệu" in office.reply("2022-Q1", "TTPT")
    office.arrives("2.eml", sent(ttpt.emails[0], LATER, workbook("TTPT", "2022-Q1")))
    done = office.consolidate("2022-Q1")
    assert done.verdicts() == {("TTPT", 0): "unreadable", ("TTPT", 1): "accepted"}
    assert "BC.xlsx: không đọc được" not in done.text + office.status("2022-Q1").text
    assert done.json["control"]["unreadable"] == 1
    assert office.verify().code == 0


def test_what_could_not_be_read_and_the_office_passed_on_is_nobodys(office: Office) -> None:
    plan = plan_2022()
    own = plan.unit_by_code[plan.office].emails[0]
    office.arrives("1.eml", sent(own, MARCH, b"PK\x03\x04 broken"))
    done = office.consolidate("2022-Q1")
    assert "Chưa rõ đơn vị – BC.xlsx: không đọc được" in done.text
    assert plan.office in done.json["quarters"][0]["missing"]
    assert done.verdicts() == {("", 0): "unreadable"}
