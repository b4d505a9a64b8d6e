"""What arrives has one verdict whichever way it came, and nothing that comes stops the rest."""

import datetime as dt
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from kskt_excel.model.period import Period
from kskt_excel.office import office as office_commands
from kskt_excel.office.collected import CollectedQuarters
from kskt_excel.office.desk import open_desk
from kskt_excel.office.inbox import WholeWorkspaceError
from tests.mail import letters
from tests.mail.letters import mail, named
from tests.office.desk_of_tests import Office, Shown, some, workbook

pytestmark = pytest.mark.usefixtures("short_paper", "read_here")

CUT = named("BC.xlsx", letters.zipped({"xl/workbook.xml": os.urandom(3000)}))[:-900]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path / "ws")


def dated(date: str, *, received: str = "") -> bytes:
    """A mail that brings a sound report and says that it was sent on a day."""
    top = f"From: qlcnh@skhcn.thainguyen.example\r\nDate: {date}\r\nMessage-ID: <1@x.vn>\r\n"
    head = f"Received: from a by b; {received}\r\n" if received else ""
    return mail(named("BC.xlsx", workbook("QLCNH", "2022-Q1")), top=head + top)


def cut_off(date: str) -> bytes:
    return mail(CUT, top=f"From: a@b.vn\r\nDate: {date}\r\nMessage-ID: <2@x.vn>\r\n", end=False)


OLD_DAYS = {
    "before there were periods": "Fri, 13 Mar 2009 09:00:00 +0700",
    "of a dead clock": "Tue, 01 Jan 2002 00:00:00 +0000",
    "of next year": "Wed, 15 Mar 2023 09:00:00 +0700",
    "ten years on": "Mon, 15 Mar 2032 23:50:00 +0700",
}


@pytest.mark.parametrize("case", some(OLD_DAYS, 1))
def test_a_day_that_cannot_be_is_told_and_is_not_the_day_of_arrival(
    office: Office, case: str
) -> None:
    office.arrives("thư.eml", dated(OLD_DAYS[case]))
    office.arrives("thư cắt.eml", cut_off(OLD_DAYS[case]))
    office.arrives("sau.xlsx", workbook("QLCN", "2022-Q1"))
    received = office.receive()
    assert received.code == 0
    assert {one["unit"] for one in received.json["files"]} == {"", "QLCN", "QLCNH"}
    assert {one["period"] for one in received.json["files"]} == {"2022-Q1"}
    done = office.status("2022-Q1")
    of_unit = next(one for one in done.json["submissions"] if one["unit"] == "QLCNH")
    assert (of_unit["received_at"], of_unit["late_days"]) == ("2022-03-18T08:00:00+07:00", 3)
    assert [found["code"] for found in of_unit["findings"]] == ["mail.wrong_date"]


def test_the_hour_of_a_server_wins_over_the_clock_of_the_sender(office: Office) -> None:
    received = "Tue, 15 Mar 2022 08:30:00 +0700"
    office.arrives("thư.eml", dated("Mon, 15 Mar 2032 23:50:00 +0700", received=received))
    office.receive()
    (one,) = office.status("2022-Q1").json["submissions"]
    assert (one["received_at"], one["late_days"]) == ("2022-03-15T08:30:00+07:00", 0)
    assert one["findings"] == []


@pytest.mark.parametrize("first", ["receive", "consolidate"])
def test_what_names_no_quarter_belongs_to_the_one_being_collected(
    office: Office, first: str
) -> None:
    office.arrives("thư.eml", cut_off("Mon, 14 Mar 2022 09:00:00 +0700"))
    if first == "receive":
        office.receive()
    control = office.consolidate("2022-Q1").json["control"]
    assert (control["files_in"], control["unreadable"]) == (1, 1)


def test_it_is_the_one_issued_last_and_not_closed(office: Office) -> None:
    office.day = dt.date(2022, 3, 1)
    office.issue("2022-Q1", "QLCN")
    office.day = dt.date(2022, 6, 1)
    office.issue("2022-Q2", "QLCN")
    office.day = dt.date(2022, 6, 20)

    def on(day: dt.date) -> tuple[str, ...]:
        found = CollectedQuarters(open_desk(office.root, as_of=office.day)).on(day)
        return (found.quarter.id, *(other.id for other in found.others))

    assert on(dt.date(2022, 3, 1)) == ("2022-Q1",)
    assert on(dt.date(2022, 5, 31)) == ("2022-Q1",)
    assert on(dt.date(2022, 6, 1)) == ("2022-Q2",)
    assert on(dt.date(2021, 12, 20)) == ("2022-Q2",)  # there is no plan: that of today
    office.day = dt.date(2022, 7, 1)
    office.decide("close", period="2022-Q2")
    assert on(dt.date(2022, 6, 30)) == ("2022-Q2",)
    assert on(dt.date(2022, 7, 1)) == ("2022-Q1",)


def test_where_two_quarters_fit_the_office_is_asked(office: Office) -> None:
    office.day = dt.date(2022, 3, 1)
    office.issue("2022-Q1", "QLCN")
    office.issue("2022-Q2", "QLCN")
    office.day = dt.date(2022, 3, 18)
    office.arrives("thư.eml", cut_off("Mon, 14 Mar 2022 09:00:00 +0700"))
    received = office.receive()
    assert [one["period"] for one in received.json["files"]] == ["2022-Q1"]
    assert "đang thu cả Quý II/2022" in received.text


@pytest.mark.parametrize(
    ("day", "quarter"),
    [
        (dt.date(2022, 2, 28), "2022-Q1"),  # the quarter before has no plan
        (dt.date(2022, 3, 1), "2022-Q1"),
        (dt.date(2022, 5, 31), "2022-Q1"),
        (dt.date(2022, 6, 1), "2022-Q2"),
        (dt.date(2022, 12, 31), "2022-Q4"),
        (dt.date(2009, 5, 5), "2022-Q1"),
        (dt.date(2099, 5, 5), "2022-Q1"),
    ],
)
def test_without_issued_workbooks_the_calendar_tells(
    office: Office, day: dt.date, quarter: str
) -> None:
    desk = open_desk(office.root, as_of=dt.date(2022, 3, 18))
    assert CollectedQuarters(desk).on(day).quarter.id == quarter
    at_work = Period.parse("2022-6T")
    assert CollectedQuarters(desk).on(day, at_work).quarter.id == "2022-Q2"


def test_a_loose_file_of_the_inbox_is_recorded_once_whichever_way(office: Office) -> None:
    office.arrives("Quý I/BC.xlsx", workbook("QLCN", "2022-Q1"))
    ways = ([office.inbox], [office.inbox / "Quý I"], [office.inbox / "Quý I" / "BC.xlsx"], [])
    taken = [len(office.receive(*paths).json["files"]) for paths in ways]
    assert taken == [1, 0, 0, 0]
    assert office.status("2022-Q1").json["control"]["files_in"] == 1


def test_a_file_taken_in_while_it_was_copied_gives_way_to_the_whole_one(office: Office) -> None:
    whole = workbook("QLCN", "2022-Q1")
    for size in (9_000, 20_000, len(whole)):
        office.arrives("BC.xlsx", whole[:size])
        done = office.consolidate("2022-Q1")
    control = done.json["control"]
    assert (control["files_in"], control["accepted"], control["superseded"]) == (3, 1, 2)
    assert control["unreadable"] == 0
    assert office.verify().code == 0


def _a_mail(name: str, content: bytes, kind: str) -> bytes:
    top = (
        "From: qlcn@skhcn.thainguyen.example\r\nDate: Mon, 14 Mar 2022 09:00:00 +0700\r\n"
        "Message-ID: <7@x.vn>\r\n"
    )
    return mail(named(name, content, kind), top=top)


COPIED = {
    "an archive": ("BC.zip", lambda book: letters.zipped({"BC.xlsx": book})),
    "a mail": ("thư.eml", lambda book: _a_mail("BC.xlsx", book, letters.XLSX)),
    "an archive in a mail": (
        "thư.eml",
        lambda book: _a_mail("BC.zip", letters.zipped({"a.xlsx": book}), "application/zip"),
    ),
    "a mailbox": (
        "thư.mbox",
        lambda book: b"From a@b Mon Mar 14 09:00:00 2022\n" + _a_mail("a.xlsx", book, letters.XLSX),
    ),
}


@pytest.mark.parametrize("case", some(COPIED, 1))
def test_what_was_taken_in_while_it_was_copied_gives_way_to_what_came_out_of_it(
    office: Office, case: str
) -> None:
    name, around = COPIED[case]
    whole = around(workbook("QLCN", "2022-Q1"))
    for size in (400, 9_000, len(whole)):
        office.arrives(name, whole[:size])
        office.receive()
    control = office.status("2022-Q1").json["control"]
    assert (control["accepted"], control["superseded"]) == (1, control["files_in"] - 1)
    assert (control["unreadable"], control["not_reports"]) == (0, 0)
    assert office.verify().code == 0


def test_a_member_that_is_damaged_does_not_give_way_to_those_beside_it(office: Office) -> None:
    archive = letters.zipped({"a.xlsx": b"damaged", "b.xlsx": workbook("QLCN", "2022-Q1")})
    out = bytearray(archive)
    out[archive.rindex(b"a.xlsx") - 30] ^= 1  # its checksum in the archive's list
    office.arrives("BC.zip", bytes(out))
    office.receive()
    control = office.status("2022-Q1").json["control"]
    assert (control["accepted"], control["unreadable"], control["superseded"]) == (1, 1, 0)


def test_a_folder_above_the_inbox_is_refused(office: Office) -> None:
    office.arrives("BC.xlsx", workbook("QLCN", "2022-Q1"))
    for folder in (office.root, office.root / "workbooks", office.root.parent):
        with pytest.raises(WholeWorkspaceError, match="kho lưu"):
            office.receive(folder)
    assert len(office.receive().json["files"]) == 1


@pytest.mark.skipif(os.name == "nt", reason="links need a right there")
def test_an_inbox_that_is_a_link_is_read_and_a_link_inside_it_is_not(
    office: Office, tmp_path_factory: pytest.TempPathFactory
) -> None:
    away = tmp_path_factory.mktemp("share")
    real = away / "nhận"
    office.inbox.rename(real)
    office.inbox.symlink_to(real)
    (away / "riêng").mkdir()
    (away / "riêng" / "BC.xlsx").write_bytes(workbook("QLKH", "2022-Q1"))
    (real / "riêng").symlink_to(away / "riêng")
    office.arrives("BC.xlsx", workbook("QLCN", "2022-Q1"))
    assert office.consolidate("2022-Q1").verdicts() == {("QLCN", 1): "accepted"}
    assert office.receive(*office.inbox.iterdir()).json == {
        "schema": "kskt.receive/1",
        "known": 1,
        "files": [],
    }
    named = away / "lối vào"
    named.symlink_to(away / "riêng")
    assert len(office.receive(named).json["files"]) == 1
    assert office.receive(away / "riêng").json["known"] == 1
    assert office.verify().code == 0


@pytest.mark.skipif(os.name == "nt", reason="links need a right there")
def test_an_inbox_that_leads_to_the_whole_workspace_is_refused(office: Office) -> None:
    office.inbox.rmdir()
    office.inbox.symlink_to(office.root)
    with pytest.raises(WholeWorkspaceError):
        office.receive()


NAMES = {
    "Windows-1258": b"b\xe1o.xlsx",
    "another page": b"Gi\xf1y b\xdco.xlsx",
    "no page at all": b"\xff\xfe\x81.xlsx",
}


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps names in UTF-16")
@pytest.mark.parametrize("case", some(NAMES, 1))
def test_a_name_that_is_no_utf8_stops_nothing(office: Office, case: str) -> None:
    raw = os.path.join(os.fsencode(office.inbox), NAMES[case])  # noqa: PTH118  # bytes
    try:
        Path(os.fsdecode(raw)).write_bytes(workbook("QLCN", "2022-Q1"))
        folder = Path(os.fsdecode(os.path.join(os.fsencode(office.inbox), b"Qu\xfd")))  # noqa: PTH118
        folder.mkdir()
    except OSError:
        pytest.skip("this file system takes UTF-8 only")
    (folder / "x.eml").write_bytes(dated("Mon, 14 Mar 2022 09:00:00 +0700"))
    done = office.consolidate("2022-Q1")
    assert done.verdicts() == {("QLCN", 1): "accepted", ("QLCNH", 1): "accepted"}
    json.dumps(dict(done.json)).encode()
    done.text.encode()
    assert office.receive().json["known"] == 2
    checked = office_commands.check(office.root, files=[office.inbox], marked=None, as_of=None)
    assert [one["verdict"] for one in checked.json["files"]] == ["accepted"] * 2  # type: ignore[attr-defined]
    Shown(checked).text.encode()
    assert office.verify().code == 0


@pytest.mark.skipif(os.name == "nt", reason="numbers of open files are inherited otherwise there")
def test_a_new_file_is_read_by_workers_where_no_stream_is_open(office: Office) -> None:
    program = (
        "import os, sys\n"
        "for number in range(3): os.close(number)\n"
        "os.execv(sys.executable, [sys.executable, '-c', 'from kskt_excel.cli import main; main()',"
        " *sys.argv[1:]])"
    )
    office.arrives("BC.xlsx", workbook("QLCN", "2022-Q1"))
    for command in (("consolidate", "2022-Q1", "--no-pdf"), ("status", "2022-Q1")):
        done = subprocess.run(
            [sys.executable, "-c", program, "-C", str(office.root), *command, "--as-of=2022-03-18"],
            capture_output=True,
            check=False,
        )
        assert (done.returncode, b"Traceback" in done.stdout + done.stderr) == (0, False)
