"""Folders and mailboxes: everything is seen, in order, nothing is followed outside."""

import os
from pathlib import Path

import pytest

from kskt_excel.mail.arrivals import arrivals
from kskt_excel.mail.pieces import MailLimits
from tests.mail.letters import mail, named
from tests.mail.test_incoming import BOOK, taken, told


def test_a_folder_is_read_in_order_of_name_with_its_subfolders(tmp_path: Path) -> None:
    for name in ("b.xlsx", "A.xlsx", "sub/c.xlsx", "sub/~$c.xlsx", "thư.eml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(mail(named(BOOK)) if name == "thư.eml" else name.encode())
    found = list(arrivals(tmp_path))
    assert [one.locator for one in found] == [
        "A.xlsx",
        "b.xlsx",
        "sub/c.xlsx",
        "sub/~$c.xlsx",
        "mail:<20220314.1@thainguyen.gov.vn>!2",
    ]
    assert (found[0].data, found[0].channel, found[0].received_at) == (b"A.xlsx", "folder", None)
    assert found[3].finding.code == "file.temporary"


def test_one_file_may_be_given_instead_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"x")
    assert [one.locator for one in arrivals(tmp_path / "a.xlsx")] == ["a.xlsx"]


def test_links_devices_and_giants_are_told_and_not_read(tmp_path: Path) -> None:
    (tmp_path / "ngoài").mkdir()
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "lối tắt.xlsx").symlink_to(tmp_path / "khác.xlsx")
    (inbox / "thư mục").symlink_to(tmp_path)
    os.mkfifo(inbox / "ống.xlsx")
    (inbox / "to.xlsx").write_bytes(b"x" * 2000)
    found = list(arrivals(inbox, MailLimits(file_bytes=1000)))
    assert told(found) == [
        ("lối tắt.xlsx", "file.not_a_file"),
        ("thư mục", "file.not_a_file"),
        ("to.xlsx", "file.too_large"),
        ("ống.xlsx", "file.not_a_file"),
    ]


def test_a_folder_that_is_a_link_is_read_and_links_inside_lead_nowhere(tmp_path: Path) -> None:
    real = tmp_path / "máy chủ" / "nhận"
    real.mkdir(parents=True)
    (real / "a.xlsx").write_bytes(b"x")
    (real / "vòng").symlink_to(real)
    (tmp_path / "inbox").symlink_to(real)
    assert told(list(arrivals(tmp_path / "inbox"))) == [
        ("a.xlsx",),
        ("vòng", "file.not_a_file"),
    ]


def test_a_junction_inside_leads_nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "nối").mkdir()
    (tmp_path / "nối" / "ngoài.xlsx").write_bytes(b"x")
    real = Path.lstat

    class Junction:
        """What Windows says of a folder that is mounted elsewhere."""

        def __init__(self, status: os.stat_result) -> None:
            self.st_mode, self.st_size = status.st_mode, status.st_size
            self.st_reparse_tag = 0xA0000003

    monkeypatch.setattr(
        Path, "lstat", lambda path: Junction(real(path)) if path.name == "nối" else real(path)
    )
    assert told(list(arrivals(tmp_path))) == [("nối", "file.not_a_file")]


def test_a_file_that_may_not_be_read_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"x")
    (tmp_path / "b.xlsx").write_bytes(b"x")
    real = os.open

    def held(path: Path, flags: int) -> int:
        if Path(path).name == "a.xlsx":
            raise PermissionError(13, "Permission denied")
        return real(path, flags)

    monkeypatch.setattr("kskt_excel.mail.arrivals.os.open", held)
    assert told(list(arrivals(tmp_path))) == [("a.xlsx", "mail.not_readable"), ("b.xlsx",)]


def test_a_mailbox_file_gives_its_mails(tmp_path: Path) -> None:
    bodies = [mail(named(f"{n}.xlsx"), top=f"Message-ID: <{n}@x>\nFrom: a@b.vn\n") for n in (1, 2)]
    escaped = b"From: c@d.vn\n\n>From hom nay\n"
    box = b"".join(
        b"From a@b Mon Mar 14 16:45:10 2022\n" + body + b"\n" for body in [*bodies, escaped]
    )
    (tmp_path / "Hộp thư.mbox").write_bytes(box)
    assert told(list(arrivals(tmp_path))) == [
        ("1.xlsx",),
        ("2.xlsx",),
        ("Hộp thư.mbox-3.eml", "mail.no_attachment"),
    ]
    assert list(arrivals(tmp_path))[2].data == b"From: c@d.vn\n\nFrom hom nay\n"
    assert told(taken("Hộp thư", box)) == [
        ("1.xlsx",),
        ("2.xlsx",),
        ("Hộp thư-3.eml", "mail.no_attachment"),
    ]


def test_a_maildir_gives_its_mails_wherever_reading_has_moved_them(tmp_path: Path) -> None:
    for name in ("cur", "new", "tmp", ".Sent/cur", ".Sent/new", ".Sent/tmp"):
        (tmp_path / "Maildir" / name).mkdir(parents=True)
    bare = mail(named(BOOK), top="From: a@b.vn\n")
    first = tmp_path / "Maildir" / "new" / "1647.M1P2.may-chu"
    first.write_bytes(bare)
    (tmp_path / "Maildir" / "tmp" / "x").write_bytes(b"half")
    (tmp_path / "Maildir" / "dovecot.index").write_bytes(b"x")
    (tmp_path / "Maildir" / ".Sent" / "cur" / "1648.M2.may-chu:2,S").write_bytes(bare)
    before = [one.locator for one in arrivals(tmp_path)]
    first.rename(tmp_path / "Maildir" / "cur" / "1647.M1P2.may-chu:2,S")
    assert [one.locator for one in arrivals(tmp_path)] == before
    assert before == ["Maildir/.Sent/1648.M2.may-chu!2", "Maildir/1647.M1P2.may-chu!2"]


def test_the_same_mail_saved_twice_stands_at_one_place(tmp_path: Path) -> None:
    for name in ("a.eml", "b.eml"):
        (tmp_path / name).write_bytes(mail(named(BOOK)))
    first, second = arrivals(tmp_path)
    assert (first.locator, first.data) == (second.locator, second.data)


def test_a_mailbox_without_a_mail_is_told(tmp_path: Path) -> None:
    (tmp_path / "trong.mbox").write_bytes(b"")
    (tmp_path / "thu").write_bytes(b"From x@y.vn Tue Mar 15 08:30:00 2022\n")
    first, second = arrivals(tmp_path)
    assert [found.code for found in first.findings] == ["file.empty"]
    assert second.finding.code == "file.empty"
