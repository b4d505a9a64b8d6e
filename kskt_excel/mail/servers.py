"""Letters sent by SMTP over TLS; passwords and tokens of the mail servers."""

import contextlib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import field
from typing import TYPE_CHECKING, Literal, Protocol

from kskt_excel.mail.letters import Draft, is_address
from kskt_excel.model.errors import KsktError
from kskt_excel.model.nouns import dataclass

if TYPE_CHECKING:
    import ssl
    from smtplib import SMTP, SMTPResponseException


_TLS_PORT = 465  # on it a connection is closed from the start; on any other STARTTLS is asked for
_SECONDS = 30.0  # for one answer of a server
# Outlook's mark of a draft: with it a mail that was received opens for writing.
_UNSENT = re.compile(rb"^X-Unsent:[^\r\n]*\r\n", re.MULTILINE)
_FROM = re.compile(rb"^From:.*\r\n(?:[ \t].*\r\n)*", re.MULTILINE)
# «From: Văn phòng <vp@…>», or an address alone.
_IN_BRACKETS = re.compile(rb"<([^<>\r\n]+)>\s*$|^From:\s*([^<>\s]+@[^<>\s]+)\s*$")


@dataclass(frozen=True, slots=True)
class Secret:
    """What opens a mail server: a password, or a token of OAuth 2 (mã truy cập)."""

    value: str = field(repr=False)
    is_token: bool = False


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
            f"Chưa cài đặt gửi thư. Đề nghị ghi vào mục [mail] của kskt.toml, ví dụ:"
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
    secret: Secret,
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
                server = stack.enter_context(_connected(settings, secret))
            yield _sent(server, settings, draft)


def _needs_no_sending(draft: Draft, known: Collection[str]) -> Sending | None:
    if draft.message_id in known:
        return Sending(draft, "already_sent", "Thư này đã gửi trước đó, không gửi lại.")
    if not draft.to:
        return Sending(draft, "no_address", draft.remark or "Thư chưa có người nhận.")
    return None


@contextlib.contextmanager
def _connected(settings: SmtpSettings, secret: Secret) -> Iterator["SMTP"]:
    """A connection, encrypted and logged in. Raises SmtpError with what went wrong."""
    import smtplib
    import ssl

    if not settings.smtp_host:
        raise SmtpSettingsError("smtp_host", "thu.tinh.gov.vn")
    try:
        server = _opened(settings, _context(settings))
    except ssl.SSLCertVerificationError as error:
        why = (
            "chứng thư của máy chủ không tin cậy được; đề nghị ghi smtp_ca_file hoặc hỏi quản trị."
        )
        raise SmtpError(settings, why) from error
    except smtplib.SMTPNotSupportedError as error:
        why = "máy chủ không mã hóa đường truyền nên không gửi để tránh lộ mật khẩu."
        raise SmtpError(settings, why) from error
    except (OSError, UnicodeError, smtplib.SMTPException) as error:
        raise SmtpError(
            settings, "không kết nối được; đề nghị kiểm tra mạng và tên máy chủ."
        ) from error
    try:
        _log_in(server, settings, secret)
        yield server
    finally:
        with contextlib.suppress(smtplib.SMTPException, OSError):
            server.quit()


def _opened(settings: SmtpSettings, context: "ssl.SSLContext") -> "SMTP":
    import smtplib

    host, port = settings.smtp_host, settings.smtp_port
    if port == _TLS_PORT:
        return smtplib.SMTP_SSL(host, port, timeout=_SECONDS, context=context)
    server = smtplib.SMTP(host, port, timeout=_SECONDS)
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


def _log_in(server: "SMTP", settings: SmtpSettings, secret: Secret) -> None:
    """By a token (XOAUTH2), or by whatever way with a password the server offers."""
    import smtplib

    if not settings.smtp_user:
        return
    try:
        if secret.is_token:
            _show_token(server, settings.smtp_user, secret.value)
        else:
            server.login(settings.smtp_user, secret.value)
    except smtplib.SMTPAuthenticationError as error:
        why = f"tên {settings.smtp_user} hoặc mật khẩu không đúng."
        if secret.is_token:
            why = (
                f"máy chủ không nhận mã truy cập (token) của {settings.smtp_user};"
                " đề nghị lấy mã mới, mã thường chỉ dùng được một giờ."
            )
        raise SmtpError(settings, why) from error
    except smtplib.SMTPNotSupportedError as error:
        how = 'mã truy cập (OAuth 2); đề nghị ghi smtp_auth = "password"'
        why = f"máy chủ không cho đăng nhập bằng {how if secret.is_token else 'mật khẩu'}."
        raise SmtpError(settings, why) from error
    except UnicodeEncodeError as error:  # smtplib logs in with ASCII only
        raise SmtpError(
            settings, "tên hoặc mật khẩu có chữ có dấu, đề nghị đổi mật khẩu."
        ) from error
    except (OSError, smtplib.SMTPException) as error:
        raise SmtpError(settings, "không đăng nhập được vào máy chủ.") from error


def _show_token(server: "SMTP", user: str, token: str) -> None:
    """Logs in by XOAUTH2, which smtplib knows no name of; a refusal is answered by nothing.

    Source: https://developers.google.com/gmail/imap/xoauth2-protocol
    """
    import smtplib

    server.ehlo_or_helo_if_needed()
    if "XOAUTH2" not in server.esmtp_features.get("auth", "").upper().split():
        raise smtplib.SMTPNotSupportedError

    def words(challenge: bytes | None = None) -> str:
        return f"user={user}\1auth=Bearer {token}\1\1" if challenge is None else ""

    server.auth("XOAUTH2", words)


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
        return Sending(draft, "refused", f"Máy chủ không nhận thư này ({_server_words(error)}).")
    except (OSError, smtplib.SMTPException) as error:
        raise SmtpError(settings, "mất kết nối khi đang gửi.") from error
    return Sending(draft, "sent", _refusal(tuple(refused)) if refused else "")


def without_draft_marks(data: bytes, sender: str) -> bytes:
    """The mail without its mark of a draft, from ``sender`` when there is one and it differs."""
    head, blank, rest = data.partition(b"\r\n\r\n")
    head = _UNSENT.sub(b"", head + b"\r\n")
    if sender and _sender(head) != sender:
        head = _FROM.sub(b"", head) + b"From: " + sender.encode("ascii") + b"\r\n"
    return head.removesuffix(b"\r\n") + blank + rest


def _sender(data: bytes) -> str:
    """The address in the From header, "" without one."""
    found = _FROM.search(data.partition(b"\r\n\r\n")[0] + b"\r\n")
    address = _IN_BRACKETS.search(found[0]) if found else None
    return (address[1] or address[2]).decode("ascii", "replace") if address else ""


def _refusal(addresses: Iterable[str]) -> str:
    return f"Máy chủ không nhận địa chỉ {', '.join(addresses)}; đề nghị kiểm tra lại địa chỉ này."


def _server_words(error: "SMTPResponseException") -> str:
    """The server's own code and words on one line, for the administrator."""
    words = error.smtp_error
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return f"{error.smtp_code} {' '.join(text.split())[:100]}"


@dataclass(frozen=True, slots=True)
class Keeping:
    """Where a password (mật khẩu) or a token (mã truy cập) of a server is kept, and what for."""

    purpose: str  # as a sentence says it
    variable: str  # of the environment
    service: str  # of the keyring
    token_variable: str
    token_service: str
    token_command: str  # key of kskt.toml


RECEIVING = Keeping(
    *("nhận thư", "KSKT_IMAP_PASSWORD", "kskt-imap"),
    *("KSKT_IMAP_TOKEN", "kskt-imap-token", "imap_token_command"),
)
SENDING = Keeping(
    *("gửi thư", "KSKT_SMTP_PASSWORD", "kskt-smtp"),
    *("KSKT_SMTP_TOKEN", "kskt-smtp-token", "smtp_token_command"),
)
_TOKEN_SECONDS = 120  # a person may have to answer in a browser


class NoPasswordError(KsktError):
    """No password for a mail server, neither in the environment nor in the keyring."""

    def __init__(self, keeping: Keeping, user: str) -> None:
        super().__init__(
            f"Chưa có mật khẩu {keeping.purpose} của {user}. Đề nghị đặt biến môi trường"
            f" {keeping.variable}, hoặc lưu bằng lệnh: keyring set {keeping.service} {user}"
        )


class NoTokenError(KsktError):
    """No token for a server that is opened by one."""

    def __init__(self, keeping: Keeping, why: str) -> None:
        super().__init__(
            f"Chưa có mã truy cập (token) để {keeping.purpose}: {why}. Đề nghị đặt biến môi trường"
            f" {keeping.token_variable}, hoặc ghi {keeping.token_command} trong kskt.toml."
        )


def password(keeping: Keeping, user: str, environment: Mapping[str, str]) -> str:
    """A user's password, never empty. Raises NoPasswordError."""
    found = environment.get(keeping.variable, "") or _from_keyring(keeping.service, user)
    if not found:
        raise NoPasswordError(keeping, user)
    return found


def server_secret(
    keeping: Keeping, user: str, environment: Mapping[str, str], *, auth: str, token_command: str
) -> Secret:
    """What opens a server: a token where the settings or the environment speak of one.

    ``auth`` is ``password``, ``oauth2`` or "" for whatever is there. A command gives the token on
    its output; it is started without a shell. Raises NoPasswordError, NoTokenError.
    """
    token = environment.get(keeping.token_variable, "")
    if auth == "password" or not (auth or token or token_command):
        return Secret(password(keeping, user, environment))
    if not token and token_command:
        token = _first_line_printed(keeping, token_command)
    token = token.strip() or _from_keyring(keeping.token_service, user)
    if not token:
        where = f"biến môi trường {keeping.token_variable} và kho khóa {keeping.token_service}"
        raise NoTokenError(keeping, f"{where} đều trống")
    return Secret(token, is_token=True)


def _first_line_printed(keeping: Keeping, command: str) -> str:
    """The first line that a command prints; what it complains of is not shown: it may be secret."""
    import shlex
    import subprocess

    try:
        done = subprocess.run(
            shlex.split(command), capture_output=True, timeout=_TOKEN_SECONDS, check=True, text=True
        )
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        why = f"lệnh “{command}” không chạy được ({type(error).__name__})"
        raise NoTokenError(keeping, why) from error
    lines = done.stdout.split()
    if not lines:
        raise NoTokenError(keeping, f"lệnh “{command}” không in ra gì")
    return lines[0]


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
