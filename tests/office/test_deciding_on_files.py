"""The office decides on files: of which quarter one is, and which are nobody's report."""

import datetime as dt
import os
import re
import shlex
from pathlib import Path

import pytest

from kskt_excel.ledger.decisions import DecisionRefusedError
from kskt_excel.ledger.journal import FileJournal
from kskt_excel.ledger.state import JournalState, VersionSeries
from kskt_excel.model.submission import Decision
from kskt_excel.office import office as office_commands
from tests.mail import letters
from tests.mail.letters import mail, named
from tests.office.desk_of_tests import Office, some, workbook
from tests.promises import warm

pytestmark = pytest.mark.usefixtures("short_paper", "read_here")

CUT = named("BC.xlsx", letters.zipped({"xl/workbook.xml": os.urandom(3000)}))[:-900]
TOP = "From: qlcnh@skhcn.thainguyen.example\r\nMessage-ID: <2@x.vn>\r\n"
MONDAY = "Date: Mon, 14 Mar 2022 09:00:00 +0700\r\n"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path / "ws")


def decisions(office: Office) -> list[Decision]:
    lines = FileJournal(office.root / "workbooks" / "journal.jsonl").lines()
    return [line.payload for line in lines if isinstance(line.payload, Decision)]


def files_of(office: Office, period: str) -> list[str]:
    return [one["file"] for one in office.status(period).json["submissions"]]


@pytest.fixture(scope="module")
def two_issued(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """Two quarters whose workbooks went out on one day; then a mail whose file is cut off."""
    office = Office(tmp_path_factory.mktemp("two-issued") / "ws")
    office.day = dt.date(2022, 3, 10)
    for period in ("2022-Q1", "2022-Q2"):
        office.issue(period, "QLCNH")
    office.day = dt.date(2022, 3, 18)
    office.arrives("thư.eml", mail(CUT, top=TOP + MONDAY, end=False))
    return office


@pytest.fixture
def asked(tmp_path: Path, two_issued: Office) -> Office:
    """The same office, for one test."""
    return Office(tmp_path / "asked", two_issued)


@pytest.fixture(scope="module")
def with_a_report(tmp_path_factory: pytest.TempPathFactory, two_issued: Office) -> Office:
    """An office that has a unit's report too; nothing may be decided in it."""
    office = Office(tmp_path_factory.mktemp("with-a-report") / "ws", two_issued)
    office.arrives("VP.xlsx", workbook("VP", "2022-Q1"))
    office.consolidate("2022-Q1")
    return office


def test_the_command_that_is_printed_moves_the_file(asked: Office) -> None:
    said = asked.consolidate("2022-Q1").text
    found = re.search(r"kskt (decide move .*? --reason) \"…\" Đúng là", said)
    assert found, said
    command = (*shlex.split(found[1]), "Đã hỏi đơn vị", "--as-of", "2022-03-18")
    warm.here(asked.root, *command)
    assert (files_of(asked, "2022-Q1"), files_of(asked, "2022-Q2")) == ([], ["BC.xlsx"])
    again = asked.consolidate("2022-Q1")
    assert "decide move" not in again.text
    assert again.json["control"]["files_in"] == 0
    assert asked.verify().code == 0
    (decided,) = decisions(asked)
    asked.decide("revoke", revokes=decided.id)
    assert (files_of(asked, "2022-Q1"), files_of(asked, "2022-Q2")) == (["BC.xlsx"], [])
    assert "decide move" in asked.consolidate("2022-Q1").text


def test_that_it_lies_right_is_an_answer_too(asked: Office) -> None:
    asked.consolidate("2022-Q1")
    asked.decide("move", file="bc.XLSX", period="2022-Q1")
    assert files_of(asked, "2022-Q1") == ["BC.xlsx"]
    assert "decide move" not in asked.consolidate("2022-Q1").text


@pytest.mark.parametrize(
    ("kind", "what", "code"),
    [
        ("move", {"file": "BC.xlsx"}, "ledger.period_not_told"),
        ("move", {"period": "2022-Q2"}, "ledger.file_not_told"),
        ("move", {"period": "2022-Q2", "file": "khác.xlsx"}, "ledger.unknown_file"),
        ("move", {"period": "2022-Q2", "file": "VP.xlsx"}, "ledger.names_its_quarter"),
        ("dismiss", {"file": "VP.xlsx"}, "ledger.dismisses_a_report"),
        ("dismiss", {"file": "*"}, "ledger.dismisses_a_report"),
        ("dismiss", {}, "ledger.file_not_told"),
    ],
)
def test_what_cannot_be_is_refused(
    with_a_report: Office, kind: str, what: dict[str, object], code: str
) -> None:
    with pytest.raises(DecisionRefusedError) as refused:
        with_a_report.decide(kind, **what)
    assert refused.value.code == code
    assert decisions(with_a_report) == []


def test_a_closed_quarter_keeps_its_files(asked: Office) -> None:
    asked.consolidate("2022-Q1")
    asked.decide("close", period="2022-Q1")
    for kind, period in (("move", "2022-Q2"), ("dismiss", "")):
        with pytest.raises(DecisionRefusedError, match="2022-Q1 đã khóa"):
            asked.decide(kind, file="BC.xlsx", period=period)


def junk(office: Office, count: int, start: int = 0) -> None:
    for number in range(start, start + count):
        office.arrives(f"anh/anh-{number}.bin", bytes([200, 128 + number % 100]) * (400 + number))


def told(text: str) -> list[str]:
    return [line for line in text.split("\n") if "anh-" in line]


def test_many_foreign_files_are_one_line_once_and_may_be_dismissed(office: Office) -> None:
    junk(office, 30)
    office.arrives("VP.xlsx", workbook("VP", "2022-Q1"))
    (line,) = told(office.consolidate("2022-Q1").text)
    assert line.startswith("30 tệp chưa rõ đơn vị")
    assert told(office.consolidate("2022-Q1").text) == []
    assert len(told(office.status("2022-Q1").text)) == 1
    done = office.decide("dismiss", file="anh/*", reason="Ảnh chụp cuộc họp")
    assert "Bỏ qua 30 tệp “anh/*”. Lý do: Ảnh chụp cuộc họp" in done.text
    assert [line for line in told(office.status("2022-Q1").text) if "Quyết định" not in line] == []
    again = office.consolidate("2022-Q1")
    assert again.json["control"]["files_in"] == 31
    assert office.verify().code == 0
    assert any("Bỏ qua 30 tệp “anh/*” | Ảnh chụp cuộc họp" in row for row in office.journal_sheet())
    junk(office, 30, start=30)
    assert told(office.consolidate("2022-Q1").text)[0].startswith("30 tệp chưa rõ đơn vị")


def test_deciding_on_many_files_asks_for_their_series_as_often_as_on_one(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asked for at each file it took longer than anybody waits: a folder of 3,000 pictures."""
    junk(office, 12)
    office.receive()
    asked: list[tuple[str, str]] = []
    series = JournalState.series

    def counted(state: JournalState, unit: str, period: str) -> VersionSeries:
        asked.append((unit, period))
        return series(state, unit, period)

    monkeypatch.setattr(JournalState, "series", counted)
    office.decide("dismiss", file="anh/anh-0.bin")
    on_one = sorted(asked)
    asked.clear()
    office.decide("dismiss", file="anh/*")
    assert len(decisions(office)[-1].originals) == 12
    assert sorted(asked) == on_one


def test_a_few_are_named_each_time(office: Office) -> None:
    junk(office, 3)
    for _ in range(2):
        assert len(told(office.consolidate("2022-Q1").text)) == 6


def test_many_are_one_line_when_they_are_received(office: Office) -> None:
    junk(office, 30)
    (line,) = told(office.receive().text)
    assert line.startswith("30 tệp chưa rõ đơn vị (anh-0.bin, anh-1.bin, ")


def test_many_that_are_not_taken_in_are_one_line(office: Office) -> None:
    for number in range(30):
        office.arrives(f"~$anh-{number}.xlsx", b"x")
    for shown in (office.receive(), office.consolidate("2022-Q1")):
        (line,) = told(shown.text)
        assert "Cùng loại: 29 tệp khác." in line


def test_a_dismissed_file_gets_no_letter_and_is_answered_again_when_that_is_taken_back(
    office: Office,
) -> None:
    office.arrives("thư.eml", mail(CUT, top=TOP + MONDAY, end=False))
    office.consolidate("2022-Q1")
    returned = office.root / "workbooks" / "returned" / "2022-Q1"
    assert [path.name for path in returned.glob("*.eml")] != []
    office.decide("dismiss", file="BC.xlsx")
    office.consolidate("2022-Q1")
    assert [path.name for path in returned.glob("*.eml")] == []
    office.decide("revoke", revokes=decisions(office)[0].id)
    office.consolidate("2022-Q1")
    assert [path.name for path in returned.glob("*.eml")] != []


def test_what_was_decided_on_files_comes_back_with_a_restored_journal(asked: Office) -> None:
    asked.consolidate("2022-Q1")
    asked.decide("move", file="BC.xlsx", period="2022-Q2")
    (before,) = decisions(asked)
    (asked.root / "workbooks" / "journal.jsonl").unlink()
    for copy in (asked.root / "workbooks" / "journal-luu").iterdir():
        copy.unlink()
    office_commands.journal_restore(asked.root, file=None, as_of=asked.day)
    (after,) = decisions(asked)
    assert (after.originals, after.period) == (before.originals, before.period)
    assert files_of(asked, "2022-Q2") == ["BC.xlsx"]


NAMES_OF_JUNK = [
    [f"anh/anh-{number}.bin" for number in range(6)],
    [f"IMG_{number}.bin" for number in range(6)],
    ["a.bin", "b.bin", "c.bin", "d.bin", "báo cáo VP.bin"],
    ["Ảnh họp.bin", "ghi chú.png", "1.dat", "2", "VP (1).xlsx", "thư [mục]/x.doc"],
    [f"VP_{number}.xlsx" for number in range(5)],  # as the unit's own report begins and ends
    [f"~a#{number}' &!.xlsx" for number in range(5)],
]


@pytest.mark.parametrize("names", some(NAMES_OF_JUNK, 1))
def test_the_command_that_is_printed_dismisses_these_and_no_others(
    office: Office, names: list[str]
) -> None:
    for number, name in enumerate(names):
        office.arrives(name, bytes([200, 128 + number]) * (400 + number))
    office.arrives("VP_bao-cao.xlsx", workbook("VP", "2022-Q1"))
    said = office.consolidate("2022-Q1").text
    found = re.search(r"kskt (decide dismiss --file .* --reason .*)", said)
    assert found, said
    warm.here(office.root, *shlex.split(found[1]), "--as-of", "2022-03-18")
    (decided,) = decisions(office)
    assert len(decided.originals) == len(names)
    assert "chưa rõ đơn vị" not in office.status("2022-Q1").text
