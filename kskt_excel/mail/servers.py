"""Mail servers over TLS: the mailbox read by IMAP, letters sent by SMTP, passwords."""

import base64
import contextlib
import datetime as dt
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from kskt_excel.mail.arrivals import Opener, opened_container
from kskt_excel.mail.drafts import Draft
from kskt_excel.mail.letters import is_address
from kskt_excel.mail.pieces import Incoming, MailLimits, NotTaken, Place
from kskt_excel.messages import finding
from kskt_excel.model.errors import KsktError

if TYPE_CHECKING:
    import ssl
    from imaplib import IMAP4
    from smtplib import SMTP, SMTPResponseException


_SECONDS = 60.0
_STARTTLS_PORT = 143
_AT_ONCE = 500  # mails asked about in one command
_ABOUT = re.compile(rb'(UID|RFC822\.SIZE|INTERNALDATE) (\d+|"[^"]+")')
_DEFAULT = MailLimits()


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


def mailbox_arrivals(
    box: Mailbox,
    password: str,
    *,
    is_known: Callable[[str], bool],
    limits: MailLimits = _DEFAULT,
    opener: Opener = opened_container,
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
    server: "IMAP4", place: Place, about: _About, limits: MailLimits, opener: Opener
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
    from kskt_excel.mail.message import mail_moment

    said = {name: value.decode("ascii", "replace") for name, value in _ABOUT.findall(line)}
    day = said.get(b"INTERNALDATE", "").strip('"')  # " 4-Mar-2022 08:30:00 +0700"
    return _About(
        uid=int(said.get(b"UID", "0")),
        size=int(said.get(b"RFC822.SIZE", "0")),
        arrived=mail_moment(day.replace("-", " ", 2)),
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


_TLS_PORT = 465
_SMTP_SECONDS = 30.0
_UNSENT = re.compile(rb"^X-Unsent:[^\r\n]*\r\n", re.MULTILINE)
_FROM = re.compile(rb"^From:.*\r\n(?:[ \t].*\r\n)*", re.MULTILINE)
_IN_BRACKETS = re.compile(rb"<([^<>\r\n]+)>\s*$|^From:\s*([^<>\s]+@[^<>\s]+)\s*$")


class SmtpSettings(Protocol):
    """What is set about the server in kskt.toml, section [mail]."""

    @property
    def smtp_host(self) -> str:
        """Name of the server."""

    @property
    def smtp_port(self) -> int:
        """Port: 465 is encrypted from the start, any other one by STARTTLS."""

    @property
    def smtp_user(self) -> str:
        """Name to log in with; "" for a server that asks for none."""

    @property
    def smtp_ca_file(self) -> str:
        """Certificate of the office's own authority; "" for the machine's."""

    @property
    def sender(self) -> str:
        """The address that letters come from; "" for the one in the letters."""


class SmtpError(KsktError):
    """The server cannot be used; no letter that follows has been sent."""

    def __init__(self, settings: SmtpSettings, why: str) -> None:
        where = f"{settings.smtp_host}:{settings.smtp_port}"
        super().__init__(f"Chưa gửi được thư qua máy chủ {where}: {why} Các thư nháp vẫn còn.")


class SmtpSettingsError(KsktError):
    """Nothing is set about the server, or not enough."""

    def __init__(self, key: str, example: str) -> None:
        super().__init__(
            f"Chưa cài đặt gửi thư. Hãy ghi vào mục [mail] của kskt.toml, ví dụ:"
            f' {key} = "{example}"; hoặc mở thư nháp bằng chương trình thư rồi gửi.'
        )


@dataclass(frozen=True, slots=True)
class Sending:
    """What became of a letter (kết quả gửi)."""

    draft: Draft
    state: Literal["sent", "already_sent", "no_address", "refused"]
    why: str = ""  # for the office; "" when it was sent to everybody


def send_letters(
    drafts: Iterable[Draft],
    settings: SmtpSettings,
    password: str,
    already_sent: Collection[str],
) -> Iterator[Sending]:
    """Sends letters one after the other over one connection and says what became of each.

    Write each result down before asking for the next: then a crash never makes a unit get a
    letter twice. ``already_sent`` are the numbers (Message-ID) of letters sent before. Without a
    letter to send no connection is made. Raises SmtpError, SmtpSettingsError.
    """
    known = set(already_sent)
    with contextlib.ExitStack() as stack:
        server: SMTP | None = None
        for draft in drafts:
            if done := _needs_no_sending(draft, known):
                yield done
                continue
            known.add(draft.message_id)
            if server is None:
                server = stack.enter_context(_smtp_connected(settings, password))
            yield _sent(server, settings, draft)


def _needs_no_sending(draft: Draft, known: Collection[str]) -> Sending | None:
    if draft.message_id in known:
        return Sending(draft, "already_sent", "Thư này đã gửi trước đó, không gửi lại.")
    if not draft.to:
        return Sending(draft, "no_address", draft.remark or "Thư chưa có người nhận.")
    return None


@contextlib.contextmanager
def _smtp_connected(settings: SmtpSettings, password: str) -> Iterator["SMTP"]:
    """A connection, encrypted and logged in. Raises SmtpError with what went wrong."""
    import smtplib
    import ssl

    if not settings.smtp_host:
        raise SmtpSettingsError("smtp_host", "thu.tinh.gov.vn")
    try:
        server = _opened(settings, _context(settings))
    except ssl.SSLCertVerificationError as error:
        why = "chứng thư của máy chủ không tin cậy được; hãy ghi smtp_ca_file hoặc hỏi quản trị."
        raise SmtpError(settings, why) from error
    except smtplib.SMTPNotSupportedError as error:
        why = "máy chủ không mã hóa đường truyền nên không gửi để tránh lộ mật khẩu."
        raise SmtpError(settings, why) from error
    except (OSError, UnicodeError, smtplib.SMTPException) as error:
        raise SmtpError(
            settings, "không kết nối được; hãy kiểm tra mạng và tên máy chủ."
        ) from error
    try:
        _log_in(server, settings, password)
        yield server
    finally:
        with contextlib.suppress(smtplib.SMTPException, OSError):
            server.quit()


def _opened(settings: SmtpSettings, context: "ssl.SSLContext") -> "SMTP":
    import smtplib

    host, port = settings.smtp_host, settings.smtp_port
    if port == _TLS_PORT:
        return smtplib.SMTP_SSL(host, port, timeout=_SMTP_SECONDS, context=context)
    server = smtplib.SMTP(host, port, timeout=_SMTP_SECONDS)
    try:
        server.starttls(context=context)
    except (OSError, smtplib.SMTPException):
        server.close()
        raise
    return server


def _context(settings: SmtpSettings) -> "ssl.SSLContext":
    import ssl

    try:
        return ssl.create_default_context(cafile=settings.smtp_ca_file or None)
    except (OSError, ssl.SSLError) as error:
        raise SmtpError(settings, f"không đọc được tệp {settings.smtp_ca_file}.") from error


def _log_in(server: "SMTP", settings: SmtpSettings, password: str) -> None:
    import smtplib

    if not settings.smtp_user:
        return
    try:
        server.login(settings.smtp_user, password)
    except smtplib.SMTPAuthenticationError as error:
        why = f"tên {settings.smtp_user} hoặc mật khẩu không đúng."
        raise SmtpError(settings, why) from error
    except UnicodeEncodeError as error:  # smtplib logs in with ASCII only
        raise SmtpError(settings, "tên hoặc mật khẩu có chữ có dấu, hãy đổi mật khẩu.") from error
    except (OSError, smtplib.SMTPException) as error:
        raise SmtpError(settings, "không đăng nhập được vào máy chủ.") from error


def _sent(server: "SMTP", settings: SmtpSettings, draft: Draft) -> Sending:
    """Sends one letter; a refused address is told, a lost connection stops the sending."""
    import smtplib

    sender = settings.sender or _sender(draft.data)
    if not is_address(sender):
        raise SmtpSettingsError("sender", "vanphong@tinh.gov.vn")
    try:
        refused = server.sendmail(sender, draft.to, without_draft_marks(draft.data, sender))
    except smtplib.SMTPRecipientsRefused:
        return Sending(draft, "refused", _refusal(draft.to))
    except (smtplib.SMTPDataError, smtplib.SMTPSenderRefused) as error:
        return Sending(draft, "refused", f"Máy chủ không nhận thư này ({_said(error)}).")
    except (OSError, smtplib.SMTPException) as error:
        raise SmtpError(settings, "mất kết nối khi đang gửi.") from error
    return Sending(draft, "sent", _refusal(tuple(refused)) if refused else "")


def without_draft_marks(data: bytes, sender: str) -> bytes:
    """The mail without its mark of a draft, from ``sender`` when it names another one."""
    head, blank, rest = data.partition(b"\r\n\r\n")
    head = _UNSENT.sub(b"", head + b"\r\n")
    if _sender(head) != sender:
        head = _FROM.sub(b"", head) + b"From: " + sender.encode("ascii") + b"\r\n"
    return head.removesuffix(b"\r\n") + blank + rest


def _sender(data: bytes) -> str:
    """The address in the From header, "" without one."""
    found = _FROM.search(data.partition(b"\r\n\r\n")[0] + b"\r\n")
    address = _IN_BRACKETS.search(found[0]) if found else None
    return (address[1] or address[2]).decode("ascii", "replace") if address else ""


def _refusal(addresses: Iterable[str]) -> str:
    return f"Máy chủ không nhận địa chỉ {', '.join(addresses)}; đề nghị kiểm tra lại địa chỉ này."


def _said(error: "SMTPResponseException") -> str:
    """The server's own code and words on one line, for the administrator."""
    words = error.smtp_error
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return f"{error.smtp_code} {' '.join(text.split())[:100]}"


@dataclass(frozen=True, slots=True)
class Keeping:
    """Where a password (mật khẩu) is kept, and what for."""

    purpose: str  # as a sentence says it
    variable: str  # of the environment
    service: str  # of the keyring


RECEIVING = Keeping("nhận thư", "KSKT_IMAP_PASSWORD", "kskt-imap")
SENDING = Keeping("gửi thư", "KSKT_SMTP_PASSWORD", "kskt-smtp")


class NoPasswordError(KsktError):
    """No password for a mail server, neither in the environment nor in the keyring."""

    def __init__(self, keeping: Keeping, user: str) -> None:
        super().__init__(
            f"Chưa có mật khẩu {keeping.purpose} của {user}. Đề nghị đặt biến môi trường"
            f" {keeping.variable}, hoặc lưu bằng lệnh: keyring set {keeping.service} {user}"
        )


def password(keeping: Keeping, user: str, environment: Mapping[str, str]) -> str:
    """A user's password, never empty. Raises NoPasswordError."""
    found = environment.get(keeping.variable, "") or _from_keyring(keeping.service, user)
    if not found:
        raise NoPasswordError(keeping, user)
    return found


def _from_keyring(service: str, user: str) -> str:
    """The password kept by the machine, "" where it keeps none or has no keyring."""
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        return ""
    try:
        return str(keyring.get_password(service, user) or "")
    except KeyringError:
        return ""
