"""Mails out of the office's mailbox, over TLS, read only: nothing there is changed or deleted."""

import base64
import contextlib
import datetime as dt
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kskt_excel.mail.incoming import Opener, opened
from kskt_excel.mail.taking import Incoming, Limits, NotTaken, Place
from kskt_excel.messages import finding
from kskt_excel.model.errors import KsktError

if TYPE_CHECKING:
    from imaplib import IMAP4

_SECONDS = 60.0
_STARTTLS_PORT = 143
_AT_ONCE = 500  # mails asked about in one command
_ABOUT = re.compile(rb'(UID|RFC822\.SIZE|INTERNALDATE) (\d+|"[^"]+")')
_DEFAULT = Limits()


class MailboxFailedError(KsktError):
    """A mailbox that cannot be reached or read; the password is never shown."""

    def __init__(self, host: str, why: str, what_to_do: str) -> None:
        super().__init__(f"Không đọc được hộp thư trên máy chủ {host}: {why}. {what_to_do}")


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A mailbox on an IMAP server (hộp thư)."""

    host: str
    user: str
    port: int = 993
    folder: str = "INBOX"
    ca_file: str = ""  # certificate of an own authority


@dataclass(frozen=True, slots=True)
class _About:
    """What the server says of a mail before it is fetched."""

    uid: int
    size: int
    arrived: dt.datetime | None


def arrivals(
    box: Mailbox,
    password: str,
    *,
    is_known: Callable[[str], bool],
    limits: Limits = _DEFAULT,
    opener: Opener = opened,
) -> Iterator[Incoming]:
    """Every file of the mails that are not known yet, in the order the server got them.

    ``is_known`` is asked with a mail's place (``State.has_taken_all``): mailbox, folder and the
    number that the server never gives twice. Raises MailboxFailedError.
    """
    with _connected(box, password) as server:
        place = f"imap:{box.user}@{box.host}/{box.folder}/{_validity(server)}"
        for about in _abouts(server, box):
            locator = f"{place}/{about.uid}"
            if not is_known(locator):
                name = f"{about.uid}.eml"
                inside = Place(locator, name, "imap", received_at=about.arrived)
                yield from _fetched(server, inside, about, limits, opener)


def _fetched(
    server: "IMAP4", place: Place, about: _About, limits: Limits, opener: Opener
) -> Iterator[Incoming]:
    if about.size > limits.mail_bytes:
        yield NotTaken(place.locator, place.name, finding("mail.too_large", name=place.name))
        return
    _, answer = server.uid("FETCH", str(about.uid), "(BODY.PEEK[])")
    for part in answer:
        if isinstance(part, tuple):  # nothing comes of a mail deleted meanwhile
            yield from opener(place, part[1])


@contextlib.contextmanager
def _connected(box: Mailbox, password: str) -> Iterator["IMAP4"]:
    """A session on the folder, opened so that the server itself refuses changes."""
    import imaplib

    try:
        server = _secured(box)
        try:
            _logged_in(server, box, password)
            yield server
        finally:
            with contextlib.suppress(imaplib.IMAP4.error, OSError):
                server.logout()
    except imaplib.IMAP4.error as error:
        raise MailboxFailedError(
            box.host, f"máy chủ trả lời {_short(error)}", "Đề nghị chạy lại sau ít phút."
        ) from error
    except OSError as error:
        raise MailboxFailedError(
            box.host,
            f"không kết nối an toàn được ({_short(error)})",
            "Đề nghị kiểm tra mạng và mục [mail] trong kskt.toml, ví dụ: imap_port = 993.",
        ) from error


def _secured(box: Mailbox) -> "IMAP4":
    import imaplib
    import ssl

    context = ssl.create_default_context(cafile=box.ca_file or None)
    if box.port != _STARTTLS_PORT:
        return imaplib.IMAP4_SSL(box.host, box.port, ssl_context=context, timeout=_SECONDS)
    server = imaplib.IMAP4(box.host, box.port, timeout=_SECONDS)
    server.starttls(context)
    return server


def _logged_in(server: "IMAP4", box: Mailbox, password: str) -> None:
    import imaplib

    try:
        _authenticated(server, box, password)
    except imaplib.IMAP4.error as error:
        why = f"tên “{box.user}” hoặc mật khẩu chưa đúng"
        what_to_do = "Đề nghị kiểm tra imap_user trong kskt.toml và mật khẩu của hộp thư."
        raise MailboxFailedError(box.host, why, what_to_do) from error
    answer, _ = server.select(_quoted(box.folder), readonly=True)
    if answer != "OK":
        why = f"không có thư mục “{box.folder}”"
        what_to_do = "Đề nghị ghi đúng imap_folder trong kskt.toml, ví dụ: INBOX."
        raise MailboxFailedError(box.host, why, what_to_do)


def _authenticated(server: "IMAP4", box: Mailbox, password: str) -> None:
    """Logs in: by AUTH PLAIN, which carries Vietnamese letters, where the server knows it."""
    if "AUTH=PLAIN" in server.capabilities or not password.isascii():
        secret = f"\0{box.user}\0{password}".encode()
        server.authenticate("PLAIN", lambda _: secret)
    else:
        server.login(box.user, password)


def _validity(server: "IMAP4") -> str:
    _, answer = server.response("UIDVALIDITY")
    return answer[0].decode("ascii", "replace") if answer and answer[0] else "0"


def _abouts(server: "IMAP4", box: Mailbox) -> Iterator[_About]:
    answer, found = server.uid("SEARCH", "ALL")
    if answer != "OK":
        raise MailboxFailedError(box.host, "không liệt kê được thư", "Đề nghị chạy lại.")
    uids = (found[0] or b"").split()
    for start in range(0, len(uids), _AT_ONCE):
        numbers = b",".join(uids[start : start + _AT_ONCE]).decode("ascii")
        _, lines = server.uid("FETCH", numbers, "(UID RFC822.SIZE INTERNALDATE)")
        abouts = [_about(line) for line in lines if isinstance(line, bytes)]
        yield from sorted(abouts, key=lambda about: about.uid)


def _about(line: bytes) -> _About:
    from kskt_excel.mail.envelope import moment

    said = {name: value.decode("ascii", "replace") for name, value in _ABOUT.findall(line)}
    day = said.get(b"INTERNALDATE", "").strip('"')  # " 4-Mar-2022 08:30:00 +0700"
    return _About(
        uid=int(said.get(b"UID", "0")),
        size=int(said.get(b"RFC822.SIZE", "0")),
        arrived=moment(day.replace("-", " ", 2)),
    )


def _quoted(folder: str) -> str:
    """A folder's name as IMAP writes it: «Báo cáo» is ``"B&AOE-o c&AOE-o"``.

    Source: RFC 3501, 5.1.3.
    """
    pieces = re.split(r"([^\x20-\x7e]+)", folder.replace("&", "&-"))
    coded = "".join(piece if piece.isascii() else _coded(piece) for piece in pieces)
    return '"' + coded.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _coded(text: str) -> str:
    letters = base64.b64encode(text.encode("utf-16-be")).decode("ascii").rstrip("=")
    return f"&{letters.replace('/', ',')}-"


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:120]
