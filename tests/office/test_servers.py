"""Commands that speak to a server, from the settings to the journal, on this machine alone."""

import datetime as dt
import email
from email import policy
from pathlib import Path
from typing import Any

import pytest

from kskt_excel.ledger.journal import OUT, Sent
from kskt_excel.office import office
from kskt_excel.office.desk import open_desk
from tests.ledger.test_postgres import server, url  # noqa: F401  # fixtures are found by name
from tests.mail import imap_server
from tests.mail.imap_server import Script, following
from tests.mail.smtp_server import SECRET, TOKEN, USER, Heard, certificate, serving
from tests.mail.test_imap import PASSWORD, Server
from tests.mail.test_imap import server as mailbox  # noqa: F401  # a fixture under its own name
from tests.office.workspaces import INBOX, everything, workspace

pytestmark = pytest.mark.usefixtures("short_paper", "read_here")

DAY = dt.date(2022, 3, 18)
FAULTY = "2022-Q1/06-qlkh.eml"


def posting(heard: Heard, cert: Path) -> str:
    """Settings for letters to go out to a server."""
    return (
        f'[mail]\nsmtp_host = "localhost"\nsmtp_port = {heard.port}\nsmtp_user = "{USER}"\n'
        f'smtp_ca_file = "{cert.as_posix()}"\n'
    )


def received(folder: Path, *, imap: bool = False) -> Any:
    return office.receive(folder, paths=(), imap=imap, as_of=DAY, dry_run=False).json


def sent(folder: Path) -> list[tuple[str, str]]:
    """What the journal says went out: kind of letter and unit; of a draft that it is one."""
    lines = open_desk(folder).journal.lines()
    letters = [one.payload for one in lines if isinstance(one.payload, Sent)]
    return [(one.what if one.way == OUT else one.way, one.unit) for one in letters]


def test_a_reply_goes_out_once_and_the_journal_remembers_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KSKT_SMTP_PASSWORD", SECRET)
    heard, cert = Heard(), certificate(tmp_path)
    with serving(heard, cert):
        folder = workspace(tmp_path / "ws", FAULTY, settings=posting(heard, cert))
        received(folder)
        for _ in range(2):
            office.give_back(folder, "2022-Q1", units=(), send=True, as_of=DAY, dry_run=False)
    ((_, to, letter),) = heard.letters
    assert to == ("qlkh@skhcn.thainguyen.example",)
    assert b"X-Unsent" not in letter
    assert sent(folder) == [("reply", "QLKH")]


def test_reminders_go_to_the_units_that_have_not_sent_once_a_day(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KSKT_SMTP_PASSWORD", SECRET)
    heard, cert = Heard(), certificate(tmp_path)
    with serving(heard, cert):
        good = "2022-Q1/03-van-phong.eml"
        folder = workspace(tmp_path / "ws", good, settings=posting(heard, cert))
        received(folder)
        for day in (DAY, DAY, DAY + dt.timedelta(days=3)):
            office.remind(folder, "2022-Q1", send=True, as_of=day, dry_run=False)
    units = [unit for what, unit in sent(folder) if what == "reminder"]
    assert sorted(units) == sorted([*set(units)] * 2)
    assert len(heard.letters) == len(units) == 18
    of_office = next(data for _, to, data in heard.letters if to[0].startswith("van-phong"))
    words = email.message_from_bytes(of_office, policy=policy.default).get_body(("plain",))
    assert words
    assert "Đơn vị phối hợp các nhiệm vụ chủ trì chưa có báo cáo" in words.get_content()
    assert "chưa nhận được báo cáo" not in words.get_content()  # it has sent


def test_a_mailbox_is_read_once_by_the_command(
    tmp_path: Path,
    mailbox: Server,  # noqa: F811  # the fixture
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("KSKT_IMAP_PASSWORD", PASSWORD)
    mailbox.deliver(
        "giang", (INBOX / FAULTY).read_bytes(), (INBOX / "2022-Q1/08-qlcs.eml").read_bytes()
    )
    settings = (
        f'[mail]\nimap_host = "localhost"\nimap_port = {mailbox.port}\nimap_user = "giang"\n'
        f'imap_ca_file = "{(mailbox.folder / "cert.pem").as_posix()}"\n'
    )
    folder = workspace(tmp_path / "ws", settings=settings)
    first, second = received(folder, imap=True), received(folder, imap=True)
    assert {(one["unit"], one["channel"]) for one in first["files"]} == {
        ("QLKH", "imap"),
        ("QLCS", "imap"),
    }
    assert second["files"] == []
    assert len(everything(folder / "workbooks" / "archive" / "2022-Q1")) == 2


def test_the_record_may_lie_in_postgresql(tmp_path: Path, url: str) -> None:  # noqa: F811  # the fixture
    settings = f'[journal]\nurl = "{url}"\n'
    folder = workspace(tmp_path / "ws", FAULTY, settings=settings)
    assert [one["unit"] for one in received(folder)["files"]] == ["QLKH"]
    assert received(folder)["known"] == 1
    again = office.status(folder, "2022-Q1", as_of=DAY).json
    assert [one["unit"] for one in again["submissions"]] == ["QLKH"]  # type: ignore[attr-defined]
    assert office.verify(folder, as_of=DAY).exit_code == 0
    assert not (folder / "workbooks" / "journal.jsonl").exists()


def reading(script: Script) -> str:
    """Settings for the mailbox of a server that follows a script."""
    return (
        f'[mail]\nimap_host = "localhost"\nimap_port = {script.port}\n'
        f'imap_user = "{USER}"\nimap_ca_file = "{script.cert.as_posix()}"\n'
    )


def test_a_mail_that_the_server_keeps_back_is_named_and_no_success(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KSKT_IMAP_PASSWORD", SECRET)
    mails = {1: (INBOX / FAULTY).read_bytes(), 2: (INBOX / "2022-Q1/08-qlcs.eml").read_bytes()}
    with following(Script(mails, refused={1: "NO"}), tmp_path) as script:
        folder = workspace(tmp_path / "ws", settings=reading(script))
        done = office.receive(folder, paths=(), imap=True, as_of=DAY, dry_run=False)
        assert (done.exit_code, [one["unit"] for one in done.json["files"]]) == (2, ["QLCS"])  # type: ignore[attr-defined]
        assert any("KS-885" in line for line in done.remarks)
        script.refused = {}
        again = office.receive(folder, paths=(), imap=True, as_of=DAY, dry_run=False)
        assert (again.exit_code, [one["unit"] for one in again.json["files"]]) == (0, ["QLKH"])  # type: ignore[attr-defined]


def test_letters_of_each_kind_go_into_the_drafts_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KSKT_IMAP_PASSWORD", SECRET)
    with following(Script(), tmp_path) as script:
        folder = workspace(tmp_path / "ws", FAULTY, settings=reading(script))
        received(folder)
        how: Any = {"send": False, "drafts": True, "as_of": DAY, "dry_run": False}
        for _ in range(2):
            office.give_back(folder, "2022-Q1", units=(), **how)
        assert sent(folder) == [("draft", "QLKH")]
        office.remind(folder, "2022-Q1", **how)
        reminded = {unit for _, unit in sent(folder)[1:]}
        assert len(reminded) == len(sent(folder)) - 1
        assert reminded == {one.code for one in open_desk(folder).plan(2022).units}
        for _ in range(2):
            office.issue(folder, "2022-Q2", units=("VP",), **how)
    assert sent(folder)[-1] == ("draft", "VP")
    assert len(script.appended) == len(sent(folder)) == len(reminded) + 2


@pytest.mark.long
def test_letters_of_an_issue_go_into_the_drafts_once_and_may_be_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KSKT_IMAP_PASSWORD", imap_server.SECRET)
    monkeypatch.setenv("KSKT_SMTP_TOKEN", TOKEN)
    heard, cert = Heard(ways="XOAUTH2"), certificate(tmp_path)
    units = ("VP", "QLKH")
    (tmp_path / "imap").mkdir()
    with serving(heard, cert), following(Script(), tmp_path / "imap") as script:
        settings = posting(heard, cert) + reading(script).removeprefix("[mail]\n")
        folder = workspace(tmp_path / "ws", settings=settings)
        for how in ({"drafts": True}, {"drafts": True}, {"send": True}, {"send": True}):
            done = office.issue(folder, "2022-Q2", units=units, as_of=DAY, dry_run=False, **how)
    assert len(script.appended) == len(heard.letters) == 2
    assert all(b"BC-KSTTHC_2022-Q2" in data for _, _, data in script.appended)
    assert sorted(sent(folder)) == sorted(
        (what, unit) for what in ("draft", "issue") for unit in units
    )
    assert any("đã gửi từ trước" in getattr(block, "text", "") for block in done.blocks)


@pytest.mark.long
def test_reminders_go_into_the_drafts_once_a_day(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KSKT_IMAP_PASSWORD", SECRET)
    with following(Script(), tmp_path) as script:
        folder = workspace(tmp_path / "ws", "2022-Q1/03-van-phong.eml", settings=reading(script))
        received(folder)
        for _ in range(2):
            office.remind(folder, "2022-Q1", send=False, drafts=True, as_of=DAY, dry_run=False)
    units = [unit for what, unit in sent(folder) if what == "draft"]
    assert "QLKH" in units
    assert len(units) == len({*units}) == len(script.appended)
