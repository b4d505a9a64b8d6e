"""The letter of each state of a report, as a unit reads it: short texts kept beside this file.

After a change of words: ``python -m tests.office.test_letters_of_each_state`` writes them anew.
"""

import datetime as dt
import email
import re
import sys
import tempfile
from email import policy
from pathlib import Path

import pytest

from tests.mail.letters import mail, named
from tests.office.desk_of_tests import DAYS, Office, Rows, workbook
from tests.office.test_history import pending_one_less

pytestmark = pytest.mark.usefixtures("short_paper", "read_here")

KEPT = Path(__file__).parent / "letters"
_ADDRESS = re.compile(r"<(.*?)>")
_HASH = re.compile(r"\b[0-9a-f]{8}\b")
SENT = "Tue, 15 Mar 2022 09:00:00 +0700"

STATES = {
    # file: unit and quarter of the letter, its name
    "da-nhan": ("TTRA", "2022-Q1", "da-nhan"),
    "da-nhan-co-canh-bao": ("KHTC", "2022-Q1", "da-nhan"),
    "tra-lai-de-sua": ("QLKH", "2022-Q1", "can-sua"),
    "khong-doc-duoc": ("QLCN", "2022-Q1", "chua-nhan"),
    "hop-thu-la": ("QLCNH", "2022-Q1", "cho-xac-nhan"),
    "khong-tinh-theo-quyet-dinh": ("QLCS", "2022-Q1", "khong-tinh"),
    "chap-nhan-du-con-loi": ("CCTDC", "2022-Q1", "da-nhan"),
    "nhan-sau-khi-khoa": ("TTPT", "2022-Q1", "khong-tinh"),
    "chua-dat-khi-khoa": ("QLKH", "2022-Q1", "khong-tinh"),
    "khong-doc-duoc-khi-khoa": ("QLCN", "2022-Q1", "khong-tinh"),
    "don-doc-chua-gui": ("VP", "2022-Q1", "don-doc"),
    "don-doc-ban-sua": ("QLKH", "2022-Q1", "don-doc"),
    "phat-bieu": ("VP", "2022-Q1", "phat-bieu"),
    "bieu-mau-quy-truoc": ("TTRA", "2022-Q2", "mau-cu"),
    "bieu-mau-quy-truoc-khi-khoa": ("TTRA", "2022-Q2", "khong-tinh"),
    "dinh-chinh-cho-quyet-dinh": ("QLKH", "2022-Q2", "da-nhan"),
}


def impossible(rows: Rows) -> None:
    """A percentage that cannot be."""
    rows["tien-do"][2]["percent"] = 250.0


def doubtful(rows: Rows) -> None:
    """Finished without a day: a warning."""
    rows["tien-do"][2] |= {"status": "Đã hoàn thành", "percent": 100.0, "completed_on": None}


def other(rows: Rows) -> None:
    """Another correct version."""
    rows["tien-do"][1]["percent"] = 60.0


def sent(sender: str, data: bytes, name: str = "BC.xlsx") -> bytes:
    top = f"From: {sender}\r\nDate: {SENT}\r\nMessage-ID: <{sender}>\r\nSubject: BC\r\n"
    return mail(named(name, data), top=top)


def letters(root: Path) -> dict[str, str]:
    """Two quarters of an office in which every state occurs; each letter as text."""
    office = Office(root)
    office.issue("2022-Q1")
    office.arrives("1.xlsx", workbook("TTRA", "2022-Q1"))
    office.arrives("2.xlsx", workbook("KHTC", "2022-Q1", doubtful))
    office.arrives("3.xlsx", workbook("QLKH", "2022-Q1", impossible))
    office.arrives("4.eml", sent("qlcn@skhcn.thainguyen.example", b"PK\x03\x04 cut off"))
    office.arrives("5.eml", sent("chihoa1990@thu.example", workbook("QLCNH", "2022-Q1")))
    office.arrives("6.xlsx", workbook("QLCS", "2022-Q1"))
    office.arrives("7.xlsx", workbook("CCTDC", "2022-Q1", impossible))
    office.consolidate("2022-Q1")
    office.decide("void", "Gửi nhầm tệp", unit="QLCS", period="2022-Q1", version=1)
    office.decide("accept", "Đã xác nhận qua điện thoại", unit="CCTDC", period="2022-Q1", version=1)
    office.remind("2022-Q1")
    kept = {path.name: path.read_bytes() for path in office.letters("2022-Q1")}
    office.decide("close", "Đã báo cáo UBND tỉnh", period="2022-Q1")
    office.day += dt.timedelta(days=1)
    office.arrives("8.xlsx", workbook("TTPT", "2022-Q1"))
    office.consolidate("2022-Q1")
    kept |= {path.name: path.read_bytes() for path in office.letters("2022-Q1")}
    assert "đã khóa nên thư đôn đốc không nhắc gửi báo cáo" in office.remind("2022-Q1").text
    office.decide("reopen", "Nhận thêm bản sửa", period="2022-Q1")
    office.day = DAYS[2]
    office.issue("2022-Q2")
    office.arrives("9.xlsx", workbook("QLKH", "2022-Q1"))
    office.arrives("10.xlsx", workbook("QLKH", "2022-Q2"))
    office.consolidate("2022-Q2")
    office.arrives("11.xlsx", workbook("QLKH", "2022-Q1", pending_one_less))
    office.arrives("12.xlsx", workbook("TTRA", "2022-Q1", other))
    office.consolidate("2022-Q2")
    kept |= {path.name: path.read_bytes() for path in office.letters("2022-Q2")}
    kept |= {path.name: path.read_bytes() for path in office.covers("2022-Q1")}
    office.decide("close", "Đã báo cáo UBND tỉnh", period="2022-Q2")
    closed = office.consolidate("2022-Q2")
    assert "gửi trên biểu mẫu" not in closed.text
    assert "decide reopen --period 2022-Q2" in closed.text
    kept |= {path.name: path.read_bytes() for path in office.letters("2022-Q2")}
    found = {}
    for state, (unit, quarter, letter) in STATES.items():
        name = next((n for n in sorted(kept) if n.startswith(f"{unit}_{quarter}_{letter}")), "")
        found[state] = _text(kept[name]) if name else f"(không có thư {unit} {letter})\n"
    return found


def _text(data: bytes) -> str:
    """Whom it goes to, its subject, its words, the names of what is attached."""
    letter = email.message_from_bytes(data, policy=policy.default)
    body = letter.get_body(("plain",))
    words = str(body.get_content()) if body else ""
    attached = "".join(f"Kèm: {part.get_filename()}\n" for part in letter.iter_attachments())
    to = ", ".join(_ADDRESS.findall(str(letter["To"])))
    head = f"Đến: {to}\nTiêu đề: {letter['Subject']}\n{attached}\n"
    return _HASH.sub("########", head + words.replace("\r\n", "\n")).rstrip() + "\n"


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return letters(tmp_path_factory.mktemp("letters"))


@pytest.mark.parametrize("state", STATES)
def test_the_letter_of_a_state_reads_as_it_should(state: str, written: dict[str, str]) -> None:
    assert written[state] == (KEPT / f"{state}.txt").read_text(encoding="utf-8")


def test_no_letter_to_a_unit_holds_a_command_or_a_part_of_a_file(written: dict[str, str]) -> None:
    for text in written.values():
        assert "kskt " not in text
        assert ".xml" not in text


def test_no_unit_is_invited_to_report_on_a_closed_quarter(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.decide("close", "Đã báo cáo UBND tỉnh", period="2022-Q1")
    issued = office.issue("2022-Q1", "TTRA")
    assert issued.line("Quý I/2022 đã khóa nên không soạn thư gửi biểu mẫu.")
    assert (tmp_path / "workbooks/issued/2022-Q1/BC-KSTTHC_2022-Q1_TTRA.xlsx").is_file()
    assert not office.covers("2022-Q1")


def test_every_kept_letter_is_of_a_state() -> None:
    assert {path.stem for path in KEPT.glob("*.txt")} == {*STATES}


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        for state, text in letters(Path(folder)).items():
            (KEPT / f"{state}.txt").write_text(text, encoding="utf-8")
            sys.stdout.write(f"{state}\n")
