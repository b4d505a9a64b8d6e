"""The office's mailbox on a real Dovecot server, started for the test on this machine alone."""

import contextlib
import datetime as dt
import hashlib
import imaplib
import json
import os
import pwd
import re
import select
import shutil
import socket
import socketserver
import ssl
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from imap_tools.utils import encode_folder

from kskt_excel.ledger.journal import JournalLine, Receipt
from kskt_excel.ledger.state import JournalState, state_of
from kskt_excel.mail import mailbox
from kskt_excel.mail.mailbox import (
    Mailbox,
    MailboxFailedError,
    WantedMails,
    append_drafts,
    mailbox_arrivals,
)
from kskt_excel.mail.pieces import MailLimits, NotTaken
from kskt_excel.mail.servers import Secret
from kskt_excel.model.submission import Arrival
from kskt_excel.office import office
from tests.ledger.cases import NOON, receipt
from tests.mail import letters
from tests.mail.letters import mail, named, workbook
from tests.mail.test_mailbox import draft
from tests.needs import needs
from tests.office.workspaces import INBOX, workspace

EVERYTHING = WantedMails(everything=True)
DAY = dt.date(2022, 3, 18)
SAMPLE = ("02-qlcnh.eml", "03-van-phong.eml", "06-qlkh.eml")
PASSWORD = "mat-khau 2022"  # noqa: S105 - of a server that lives for seconds
CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
ssl = required
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
mail_location = maildir:{folder}/mail/%u
default_internal_user = {internal}
default_internal_group = {group}
default_login_user = {login}
auth_failure_delay = 0
first_valid_uid = 0
first_valid_gid = 0
passdb {{
  driver = passwd-file
  args = {folder}/passwd
}}
userdb {{
  driver = static
  args = uid={user} gid={group_of_user} home={folder}/home
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    address = 127.0.0.1
    port = {port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
"""


@dataclass(frozen=True)
class Server:
    folder: Path
    port: int

    def box(self, user: str, **other: object) -> Mailbox:
        ca_file = str(self.folder / "cert.pem")
        values = {"host": "localhost", "user": user, "port": self.port, "ca_file": ca_file}
        return Mailbox(**values | other)

    def session(self, user: str) -> imaplib.IMAP4_SSL:
        context = ssl.create_default_context(cafile=str(self.folder / "cert.pem"))
        session = imaplib.IMAP4_SSL("localhost", self.port, ssl_context=context)
        session.login(user, PASSWORD)
        return session

    def deliver(self, user: str, *mails: bytes, folder: str = "INBOX", at: str = "") -> None:
        session = self.session(user)
        if folder != "INBOX":
            session.create(encode_folder(folder))
        for one in mails:
            session.append(encode_folder(folder), "", at or None, one)
        session.logout()

    def flags(self, user: str) -> list[bytes]:
        session = self.session(user)
        session.select("INBOX", readonly=True)
        _, found = session.uid("FETCH", "1:*", "(FLAGS)")
        session.logout()
        return [line for line in found if line]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    dovecot = needs("dovecot", "dovecot-imapd", "/usr/sbin")
    openssl = needs("openssl", "openssl")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = Path(tempfile.mkdtemp(prefix="kskt-imap-"))
    folder.chmod(0o755)
    owner = _mail_owner()
    words = {"internal": "dovecot", "group": "dovecot", "login": "dovenull"}
    if os.getuid() != 0:
        words = {"internal": owner.pw_name, "group": str(owner.pw_gid), "login": owner.pw_name}
    words |= {"user": str(owner.pw_uid), "group_of_user": str(owner.pw_gid)}
    for name in ("mail", "home"):
        (folder / name).mkdir()
        os.chown(folder / name, owner.pw_uid, owner.pw_gid)
    config = CONFIG.format(folder=folder, port=port, **words)
    (folder / "dovecot.conf").write_text(config, encoding="utf-8")
    users = (
        *("hoa", "an", "binh", "cuong", "dung", "giang", "khanh", "lan", "minh"),
        *("phuong", "quyen", "son", "thanh", "uyen"),
    )
    passwords = dict.fromkeys(users, PASSWORD) | {"thu": "mật khẩu"}
    rows = "".join(f"{user}:{{PLAIN}}{word}::::::\n" for user, word in passwords.items())
    (folder / "passwd").write_text(rows, encoding="utf-8")
    subprocess.run(
        [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
         "-keyout", folder / "key.pem", "-out", folder / "cert.pem"],
        check=True, capture_output=True,
    )  # fmt: skip
    process = subprocess.Popen([dovecot, "-F", "-c", str(folder / "dovecot.conf")])
    try:
        _wait(port, folder)
        yield Server(folder, port)
    finally:
        process.terminate()
        process.wait(10)
        shutil.rmtree(folder, ignore_errors=True)


def _mail_owner() -> pwd.struct_passwd:
    """Whose mails they are: the server keeps none for root."""
    return pwd.getpwnam("nobody") if os.getuid() == 0 else pwd.getpwuid(os.getuid())


def _wait(port: int, folder: Path) -> None:
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    log = folder / "log"
    pytest.fail(f"dovecot did not start: {log.read_text() if log.exists() else 'no log'}")


def taken(
    box: Mailbox, state: JournalState | None = None, **limits: int
) -> list[Arrival | NotTaken]:
    known = (state or JournalState()).has_taken_all
    return list(arriving(box, is_known=known, limits=MailLimits(**limits)))


def arriving(box: Mailbox, password: str = PASSWORD, **how: Any) -> Iterator[Arrival | NotTaken]:
    given = {"is_known": lambda _: False, "wanted": EVERYTHING}
    return mailbox_arrivals(box, Secret(password), **given | how)


def recorded(found: list[Arrival]) -> JournalState:
    """The state after these files were taken in."""
    return state_of(JournalLine(n, NOON, "Hoa", of(one)) for n, one in enumerate(found, start=1))


def of(one: Arrival) -> Receipt:
    bare = receipt(one.name, channel=one.channel, locator=one.locator)
    return replace(bare, sha256=hashlib.sha256(one.data).hexdigest())


def letter(number: int, *parts: bytes) -> bytes:
    return mail(*parts, top=letters.TOP.replace("20220314.1", f"20220314.{number}"))


def test_mails_are_read_and_nothing_in_the_mailbox_changes(server: Server) -> None:
    both = letter(1, named("Báo cáo VP.xlsx")), letter(2)
    server.deliver("hoa", *both, at='"15-Mar-2022 08:31:00 +0700"')
    before = server.flags("hoa")
    first, second = taken(server.box("hoa"))
    assert (first.name, first.data, first.channel) == ("Báo cáo VP.xlsx", workbook(), "imap")
    assert first.locator.startswith("imap:hoa@localhost/INBOX/")
    assert first.mail.message_id == "<20220314.1@thainguyen.gov.vn>"
    assert first.received_at == dt.datetime(2022, 3, 15, 1, 31, tzinfo=dt.UTC)  # the server's
    assert [f.code for f in second.findings] == ["mail.no_attachment"]
    assert server.flags("hoa") == before
    assert not any(b"Seen" in line for line in before)


def test_what_was_taken_in_is_not_fetched_again_but_for_the_last(server: Server) -> None:
    server.deliver("an", letter(1, named("a.xlsx"), named("b.xlsx")), letter(2, named("c.xlsx")))
    found = taken(server.box("an"))
    state = recorded(found)
    again = taken(server.box("an"), state)
    assert [one.name for one in again] == ["c.xlsx"]
    assert all(state.knows(one.locator, of(one).sha256) for one in again)
    server.deliver("an", letter(3, named("d.xlsx")))
    assert [one.name for one in taken(server.box("an"), state)] == ["c.xlsx", "d.xlsx"]


def test_a_run_killed_inside_a_mail_fetches_it_again(server: Server) -> None:
    server.deliver("binh", letter(1, named("a.xlsx"), named("b.xlsx")), letter(2, named("c.xlsx")))
    half = recorded(taken(server.box("binh"))[:1])
    assert [one.name for one in taken(server.box("binh"), half)] == ["a.xlsx", "b.xlsx", "c.xlsx"]


def test_a_mail_too_large_is_told_and_not_fetched(server: Server) -> None:
    server.deliver("cuong", letter(1, named("to.xlsx", os.urandom(9000))))
    (found,) = taken(server.box("cuong"), mail_bytes=5000)
    assert isinstance(found, NotTaken)
    assert found.finding.code == "mail.too_large"


def test_without_a_date_of_its_own_the_server_says_when_a_mail_arrived(server: Server) -> None:
    server.deliver("dung", mail(named("a.xlsx"), top="From: x@y.vn\r\n"))
    (found,) = taken(server.box("dung"))
    assert abs(found.received_at.timestamp() - time.time()) < 600


def test_a_folder_with_a_vietnamese_name_is_read(server: Server) -> None:
    server.deliver("giang", letter(1, named("a.xlsx")), folder="Báo cáo & kế hoạch")
    (found,) = taken(server.box("giang", folder="Báo cáo & kế hoạch"))
    assert found.name == "a.xlsx"


def test_a_vietnamese_password_is_understood(server: Server) -> None:
    assert list(arriving(server.box("thu"), "mật khẩu")) == []


@pytest.mark.parametrize(
    ("change", "password", "words"),
    [
        ({}, "sai", "hoặc mật khẩu chưa đúng"),
        ({"user": "khong-co"}, PASSWORD, "tên “khong-co”"),
        ({"folder": "Không có"}, PASSWORD, "không có thư mục “Không có”"),
        ({"ca_file": ""}, PASSWORD, "không kết nối an toàn được"),
        ({"host": "127.0.0.1"}, PASSWORD, "không kết nối an toàn được"),
        ({"port": 1}, PASSWORD, "không kết nối an toàn được"),
        ({"ca_file": "/khong/co.pem"}, PASSWORD, "không kết nối an toàn được"),
    ],
)
def test_what_does_not_work_is_said_without_the_password(
    server: Server, change: dict[str, object], password: str, words: str
) -> None:
    box = replace(server.box("hoa"), **change)
    with pytest.raises(MailboxFailedError, match=words) as failed:
        list(arriving(box, password))
    assert password not in str(failed.value).replace("chưa đúng", "")


def test_a_colleague_reads_and_deletes_mails_while_they_are_fetched(server: Server) -> None:
    server.deliver("khanh", *(letter(n, named(f"{n}.xlsx")) for n in range(1, 6)))
    coming = arriving(server.box("khanh"))
    found = [next(coming)]
    session = server.session("khanh")
    session.select("INBOX")
    session.store("1:5", "+FLAGS", "(\\Seen \\Flagged)")
    session.store("3", "+FLAGS", "(\\Deleted)")
    session.expunge()
    server.deliver("khanh", letter(6, named("6.xlsx")))
    found += coming
    session.logout()
    assert [one.name for one in found] == ["1.xlsx", "2.xlsx", "4.xlsx", "5.xlsx"]
    assert [one.name for one in taken(server.box("khanh"))][-1] == "6.xlsx"


def test_a_folder_made_anew_is_read_anew(server: Server) -> None:
    for number in (1, 2):
        server.deliver("lan", letter(number, named(f"{number}.xlsx")), folder="Báo cáo")
        box = server.box("lan", folder="Báo cáo")
        (found,) = taken(box)
        if number == 1:
            state, place = recorded([found]), found.locator
            session = server.session("lan")
            session.delete(encode_folder("Báo cáo"))
            session.logout()
    assert found.locator.rpartition("/")[2] == place.rpartition("/")[2]  # the number comes again
    assert found.locator != place
    assert [one.name for one in taken(box, state)] == ["2.xlsx"]


@pytest.mark.long
def test_of_5000_mails_nine_are_fetched(server: Server) -> None:
    folder = server.folder / "mail" / "minh"
    for name in ("cur", "new", "tmp"):
        (folder / name).mkdir(parents=True)
    for n in range(5_000):
        brings = n % 600 == 0
        data = letter(n, named(f"{n}.xlsx")) if brings else letter(n).replace(b"Subject:", b"X:")
        (folder / "new" / f"16473{n:05}.M{n}.mx").write_bytes(data)
    owner = _mail_owner()
    for path in (folder, *folder.rglob("*")):
        os.chown(path, owner.pw_uid, owner.pw_gid)
    sender = "qlcnh.skhcn@thainguyen.gov.vn"
    wanted = WantedMails(senders=frozenset({sender}))
    found = list(arriving(server.box("minh"), wanted=wanted))
    assert sum(isinstance(one, Arrival) for one in found) == 9
    (told,) = (one.finding for one in found if isinstance(one, NotTaken))
    assert (told.code, told.params["count"]) == ("mail.passed_over", 4_991)


@dataclass
class Cut:
    """A connection cut at a command: before the server hears it, or before it answers."""

    at: int = 0  # number of the command; 0: none
    heard: bool = False  # the server has heard it
    commands: list[str] = field(default_factory=list)


@contextlib.contextmanager
def cutting(server: Server, cut: Cut) -> Iterator[Server]:
    """A way to the server on which the connection is cut, once, at the command that ``cut`` names.

    It ends one encrypted connection and begins another: else no command could be counted.
    """
    speaks, hears = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    speaks.load_cert_chain(server.folder / "cert.pem", server.folder / "key.pem")
    hears.load_verify_locations(server.folder / "cert.pem")

    class Way(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with (
                contextlib.suppress(OSError),
                speaks.wrap_socket(self.request, server_side=True) as client,
                socket.create_connection(("localhost", server.port)) as bare,
                hears.wrap_socket(bare, server_hostname="localhost") as behind,
            ):
                for line in lines_between(client, behind):
                    is_command = re.match(rb"[A-Z]{4}\d+ ", line)
                    if is_command:
                        cut.commands.append(line.decode().strip())
                    is_cut = is_command and len(cut.commands) == cut.at
                    if not is_cut or cut.heard:
                        behind.sendall(line)
                    if is_cut:
                        break
                for one in (behind, client):
                    one.shutdown(socket.SHUT_RDWR)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Way) as way:
        way.daemon_threads = True
        threading.Thread(target=way.serve_forever, args=(0.02,), daemon=True).start()
        yield replace(server, port=way.server_address[1])
        way.shutdown()


def lines_between(client: ssl.SSLSocket, behind: ssl.SSLSocket) -> Iterator[bytes]:
    """Each line of the client, while the server's answers are passed on.

    By one thread: an encrypted connection breaks where two use it at once.
    """
    begun = b""
    while True:
        waiting = [one for one in (behind, client) if one.pending()]
        waiting = waiting or select.select([behind, client], [], [])[0]
        data = waiting[0].recv(65_536)
        if not data:
            return
        if waiting[0] is behind:
            client.sendall(data)
            continue
        *lines, begun = (begun + data).split(b"\n")
        yield from (line + b"\n" for line in lines)


@pytest.mark.parametrize("heard", [False, True], ids=["before it is heard", "before the answer"])
def test_cut_at_every_command_the_run_is_taken_up(
    server: Server, monkeypatch: pytest.MonkeyPatch, *, heard: bool
) -> None:
    monkeypatch.setattr(mailbox, "_PAUSES", (0.0, 0.0, 0.0))
    user = "phuong" if heard else "quyen"
    mails = [letter(n, named(f"{n}.xlsx")) for n in range(1, 4)]
    server.deliver(user, *mails, letter(4), at='"15-Mar-2022 08:30:00 +0700"')
    undisturbed = taken(server.box(user))
    assert len(undisturbed) == 4
    cut = Cut(heard=heard)
    with cutting(server, cut) as way:
        assert taken(way.box(user)) == undisturbed
        commands = list(cut.commands)
        for word in ("CAPABILITY", "AUTHENTICATE", "EXAMINE", "UID SEARCH", "UID FETCH", "LOGOUT"):
            assert any(word in one for one in commands), commands
        for number in range(1, len(commands) + 1):
            cut.at, cut.commands = number, []
            assert taken(way.box(user)) == undisturbed, commands[number - 1]
            assert len(cut.commands) >= number


@pytest.mark.parametrize("heard", [False, True], ids=["before it is heard", "before the answer"])
def test_cut_at_every_command_a_letter_is_among_the_drafts_once(
    server: Server, monkeypatch: pytest.MonkeyPatch, *, heard: bool
) -> None:
    monkeypatch.setattr(mailbox, "_PAUSES", (0.0, 0.0, 0.0))
    user = "son" if heard else "thanh"
    server.deliver(user, folder="Drafts")
    cut = Cut(heard=heard)
    with cutting(server, cut) as way:
        box = way.box(user, drafts="Drafts")
        list(append_drafts(box, Secret(PASSWORD), [draft(0)], ()))
        commands = list(cut.commands)
        assert any("APPEND" in one for one in commands)
        for number in range(1, len(commands) + 1):
            cut.at, cut.commands = number, []
            list(append_drafts(box, Secret(PASSWORD), [draft(number)], ()))
    session = server.session(user)
    _, (count, *_) = session.select("Drafts", readonly=True)
    session.logout()
    assert int(count or 0) == 1 + len(commands)


@pytest.mark.long
def test_the_record_is_the_same_by_every_way(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lines as they are written: they differ in the way alone.

    In a folder a mail without a file is called as its own file is.
    """
    monkeypatch.setenv("KSKT_IMAP_PASSWORD", PASSWORD)
    received = b"Received: from a by b; Tue, 15 Mar 2022 08:30:00 +0700\r\n"
    reports = [(INBOX / "2022-Q1" / name).read_bytes() for name in SAMPLE]
    mails = [
        *(received + one for one in reports),
        letter(4),
        letter(5, named("ảnh.png", b"\x89PNG")),
    ]
    server.deliver("uyen", *mails, at='"15-Mar-2022 08:30:00 +0700"')
    ways = {way: tmp_path / way for way in ("folder", "mbox", "Maildir")}
    for path in (ways["folder"], *(ways["Maildir"] / one for one in ("cur", "new", "tmp"))):
        path.mkdir(parents=True)
    ways["mbox"].mkdir()
    for n, data in enumerate(mails):
        (ways["folder"] / f"{n}.eml").write_bytes(data)
        (ways["Maildir"] / "new" / f"16473{n:05}.mx").write_bytes(data)
    separator = b"From x@y.vn Tue Mar 15 08:30:00 2022\n"
    whole = b"".join(separator + one + b"\n" for one in mails)
    (ways["mbox"] / "thu.mbox").write_bytes(whole)
    settings = (
        f'[mail]\nimap_host = "localhost"\nimap_port = {server.port}\nimap_user = "uyen"\n'
        f'imap_everything = true\nimap_ca_file = "{(server.folder / "cert.pem").as_posix()}"\n'
    )
    written = {}
    for way in (*ways, "imap"):
        folder = workspace(tmp_path / f"ws-{way}", settings=settings)
        paths = [ways[way]] if way in ways else []
        office.receive(folder, paths=paths, imap=way == "imap", as_of=DAY, dry_run=False)
        lines = (folder / "workbooks" / "journal.jsonl").read_text(encoding="utf-8").splitlines()
        written[way] = [told_alike(json.loads(line)["line"]) for line in lines]
    assert [one["kind"] for one in written["imap"]].count("receipt") >= len(mails)
    assert written["mbox"] == written["Maildir"] == written["imap"]
    bare = [one for one in written["folder"] if one["data"].get("name") == "3.eml"]
    for one in bare:
        one["data"]["name"] = "Báo cáo quý I.eml"
        for found in one["data"]["findings"]:
            found["params"]["name"] = "Báo cáo quý I.eml"
    assert len(bare) == 1
    assert written["folder"] == written["imap"]


def told_alike(line: dict[str, Any]) -> dict[str, Any]:
    """A line without the way by which its file came."""
    told = dict(line["data"])
    if line["kind"] == "receipt":
        place, _, part = told.pop("locator").partition("!")
        assert place.startswith({"imap": "imap:", "mail": "mail:"}.get(told.pop("channel"), ""))
        told["part"] = part
    return line | {"data": told}
