"""What goes back to a unit that has sent more than once: it is told all that it must know."""

import datetime as dt
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest

from kskt_excel.office import office
from kskt_excel.office.outcome import Outcome, ScreenLine
from tests.excel.marked.test_active_content import with_macro
from tests.mail.letters import mail, named
from tests.office.workspaces import INBOX, workspace

pytestmark = pytest.mark.usefixtures("short_paper", "read_here")

DAY = dt.date(2022, 3, 18)
FAULTY, MENDED = "2022-Q1/02-qlcnh.eml", "2022-Q1/07-qlcnh-sua.eml"
_LATER = "Thu, 17 Mar 2022 09:00:00 +0700"


def received(folder: Path) -> None:
    office.receive(folder, paths=(), imap=False, as_of=DAY, dry_run=False)


def letters(folder: Path) -> dict[str, str]:
    """The text of each reply by file name."""
    office.give_back(folder, "2022-Q1", units=(), send=False, as_of=DAY, dry_run=False)
    found = {}
    for path in sorted((folder / "workbooks" / "returned").rglob("*.eml")):
        message: Any = message_from_bytes(path.read_bytes(), policy=policy.default)
        found[path.name] = " ".join(message.get_body(("plain",)).get_content().split())
    return found


def screen(done: Outcome) -> str:
    return "\n".join(one.text for one in done.blocks if isinstance(one, ScreenLine))


@pytest.fixture
def worse(tmp_path: Path) -> Path:
    """A unit whose good report came first and whose faulty one came after it."""
    folder = workspace(tmp_path / "ws", MENDED)
    data = (INBOX / FAULTY).read_bytes()
    later = data.replace(b"Mon, 14 Mar 2022", b"Thu, 17 Mar 2022")
    assert later != data
    (folder / "workbooks" / "inbox" / "sau.eml").write_bytes(later)
    received(folder)
    return folder


def test_a_returned_version_says_that_the_earlier_one_still_counts(worse: Path) -> None:
    (text,) = letters(worse).values()
    assert "gửi lần thứ 2 chưa đưa vào tổng hợp được" in text
    assert "Lần 1 vẫn được tính." in text


def test_the_status_says_which_version_counts_and_why_not_the_newer_one(worse: Path) -> None:
    shown = screen(office.status(worse, "2022-Q1", as_of=DAY))
    assert "QLCNH, lần 1: Lần gửi này đạt yêu cầu; được tính." in shown
    assert "Lần 2 gửi sau: trả lại vì còn" in shown


def test_what_could_not_be_read_after_a_good_report_is_answered_too(tmp_path: Path) -> None:
    folder = workspace(tmp_path / "ws", MENDED)
    top = f"From: qlcnh@skhcn.thainguyen.example\nDate: {_LATER}\nMessage-ID: <9@x>\n"
    broken = mail(named("Bản sửa.xlsx", b"PK\x03\x04 broken"), top=top)
    (folder / "workbooks" / "inbox" / "sau.eml").write_bytes(broken)
    received(folder)
    good, unread = sorted(letters(folder).items(), key=lambda one: "chua-nhan" in one[0])
    assert "đưa số liệu vào tổng hợp" in good[1]
    assert "“Bản sửa.xlsx” nhưng chưa lấy được số liệu" in unread[1]


def test_what_a_marked_copy_goes_without_is_one_sentence_in_letter_and_on_the_screen(
    tmp_path: Path,
) -> None:
    folder = workspace(tmp_path / "ws")
    report = with_macro((INBOX / "2022-Q1" / "Phòng QLCN nộp muộn.xlsx").read_bytes())
    (folder / "workbooks" / "inbox" / "QLCN.xlsm").write_bytes(report)
    done = office.consolidate(folder, "2022-Q1", strict=False, pdf=False, as_of=DAY, dry_run=False)
    said = "tự chạy hoặc dẫn ra ngoài tệp: macro. Số liệu giữ nguyên."
    assert screen(done).count(said) == 1
    (text,) = letters(folder).values()
    assert text.count(said) == 1
    again = office.check(
        folder, files=[folder / "workbooks/inbox/QLCN.xlsm"], marked=tmp_path, as_of=DAY
    )
    assert screen(again).count(said) == 1
