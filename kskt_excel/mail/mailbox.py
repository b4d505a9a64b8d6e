"""The office's mailbox over IMAP and TLS: looked through by headers, read only, never given up.

Nothing in it is changed or deleted; letters of the office can be put into its folder of drafts.

First what a server answers to FETCH, as tables by the number that it never gives twice: ``imaplib``
hands over the lines of all answers as they came, also of those that nobody asked for (a colleague
has read a mail). Source: RFC 3501, 7.4.2 and 9.
"""

import contextlib
import datetime as dt
import re
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from typing import TYPE_CHECKING, Any, Self, TypeAlias, TypeVar

from kskt_excel.mail.arrivals import Opener, opened_container
from kskt_excel.mail.letters import Draft
from kskt_excel.mail.pieces import (
    Incoming,
    MailLimits,
    NotTaken,
    PiecePlace,
    attachment_name,
    document_words,
)
from kskt_excel.mail.servers import Secret, without_draft_marks
from kskt_excel.messages import finding
from kskt_excel.model.errors import KsktError
from kskt_excel.model.finding import Finding
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.submission import Arrival, MailEnvelope
from kskt_excel.text.shown import first_ones
from kskt_excel.text.spelling import plain_key

if TYPE_CHECKING:
    from email.message import Message

    from imap_tools import BaseMailBox


FetchItem: TypeAlias = "bytes | tuple[bytes, bytes] | None"
FetchAnswer: TypeAlias = Mapping[str, Any]
"""By the name of what was asked for: bytes, a list, or None for NIL; ``BODY[…]`` is ``BODY``."""

# «(», «)», «"a \"quoted\" text"», or a word with what stands in its brackets: «BODY[HEADER.FIELDS
# (FROM)]».
_TOKEN = re.compile(rb'[()]|"((?:\\.|[^"\\])*)"|[^\s()"\[\]]+(?:\[[^\]]*\][^\s()]*)?')
_LITERAL = re.compile(rb"~?\{\d+\+?\}$")  # «{123}»: so many bytes follow as they are
_ESCAPE = re.compile(rb"\\(.)")
_DEEPEST = 60  # parts within parts: real mails have four, and recursion has an end


def answers(items: Iterable[FetchItem]) -> Iterator[tuple[int, FetchAnswer]]:
    """The answers that name their mail, with its number; others say nothing of a mail."""
    for group in _groups(items):
        tree = _tree(list(_tokens(group)))
        fields = next((one for one in tree if isinstance(one, list)), [])
        table = {_name(key): value for key, value in zip(fields[::2], fields[1::2], strict=False)}
        number = table.get("UID")
        if isinstance(number, bytes) and number.isdigit():
            yield int(number), table


def attachments_of(structure: Any) -> tuple[tuple[str, str], ...] | None:
    """Type and headers of what a BODYSTRUCTURE lists; None when it cannot be understood.

    The headers are those that name the part: as in the mail itself, to be read by who reads names.
    """
    if not isinstance(structure, list) or not structure:
        return None
    return tuple(_parts(structure, 0))


def _groups(items: Iterable[FetchItem]) -> Iterator[list[FetchItem]]:
    """The pieces of one answer: literals come in pairs, its last piece alone."""
    group: list[FetchItem] = []
    for item in items:
        if item is None:
            continue
        group.append(item)
        if isinstance(item, bytes):
            yield group
            group = []
    if group:
        yield group


def _tokens(group: Sequence[FetchItem]) -> Iterator[bytes | tuple[bytes]]:
    """Marks as they are, values in a tuple of one."""
    for item in group:
        text = item[0] if isinstance(item, tuple) else item or b""
        for found in _TOKEN.finditer(_LITERAL.sub(b"", text)):
            if found[1] is not None:
                yield (_ESCAPE.sub(rb"\1", found[1]),)
            else:
                yield found[0] if found[0] in (b"(", b")") else (found[0],)
        if isinstance(item, tuple):
            yield (item[1],)


def _tree(tokens: Sequence[bytes | tuple[bytes]]) -> list[Any]:
    top: list[Any] = []
    open_ones = [top]
    for token in tokens:
        if token == b"(":
            inner: list[Any] = []
            if len(open_ones) > _DEEPEST:
                return top
            open_ones[-1].append(inner)
            open_ones.append(inner)
        elif token == b")":
            if len(open_ones) > 1:
                open_ones.pop()
        elif isinstance(token, tuple):
            open_ones[-1].append(None if token[0].upper() == b"NIL" else token[0])
    return top


def _name(key: Any) -> str:
    text = key.decode("ascii", "replace").upper() if isinstance(key, bytes) else ""
    return text.partition("[")[0]


def _parts(node: list[Any], depth: int) -> Iterator[tuple[str, str]]:
    if depth > _DEEPEST:
        return
    if isinstance(node[0], list):
        for child in node:
            if not isinstance(child, list):
                return
            if child:
                yield from _parts(child, depth + 1)
        return
    words = [_text(one) for one in node[:2]]
    kind = "/".join(words).lower()
    own = _parameters(node[2]) if len(node) > 2 else ""  # noqa: PLR2004  # type, subtype, params
    how = (
        f"Content-Disposition: {_text(one[0])}{_parameters(one[1])}"
        for one in node[3:]
        if isinstance(one, list) and len(one) > 1 and _text(one[0]).lower() in _DISPOSITIONS
    )
    yield kind, "\n".join((f"Content-Type: {kind}{own}", *how))


_DISPOSITIONS = ("attachment", "inline")


def _parameters(pairs: Any) -> str:
    """Parameters as a header writes them, to be read as one."""
    if not isinstance(pairs, list):
        return ""
    quoted = (
        (_text(name), _text(value).replace("\\", "\\\\").replace('"', '\\"'))
        for name, value in zip(pairs[::2], pairs[1::2], strict=False)
    )
    return "".join(f'; {name}="{value}"' for name, value in quoted)


def _text(value: Any) -> str:
    return value.decode("utf-8", "surrogateescape") if isinstance(value, bytes) else ""


_SECONDS = 60.0  # a busy server may be silent so long; then the line counts as dropped
# On it a connection begins in the clear; on any other it is closed from the start.
_STARTTLS_PORT = 143
_AT_ONCE = 200  # mails asked about in one command
_PAUSES = (0.0, 1.0, 5.0)  # seconds before a dropped connection is taken up again
_HEADERS = "FROM SENDER SUBJECT DATE MESSAGE-ID IN-REPLY-TO REFERENCES"
_ABOUT = f"(UID RFC822.SIZE INTERNALDATE BODYSTRUCTURE BODY.PEEK[HEADER.FIELDS ({_HEADERS})])"
_ABOUT_ALL_ELSE_FAILING = "(UID RFC822.SIZE INTERNALDATE)"
_BODY = "(UID BODY.PEEK[])"
_DEFAULT = MailLimits()
_OUR_LETTER = re.compile(r"<(?:reply|reminder|issue)\.[0-9a-f]{32}@")
SUBJECT_WORDS = ("báo cáo",)  # beside what the plan calls the work
_MOST_NAMED = 3  # subjects of mails in a sentence: they are long
# The first that is there, where the server marks none as its drafts.
_DRAFTS = ("Drafts", "INBOX.Drafts", "INBOX/Drafts", "[Gmail]/Drafts", "Thư nháp", "Bản nháp")

T = TypeVar("T")


class MailboxFailedError(KsktError):
    """A mailbox that cannot be reached or read; the password is never shown."""

    def __init__(self, host: str, why: str, what_to_do: str) -> None:
        super().__init__(f"Không đọc được hộp thư trên máy chủ {host}: {why}. {what_to_do}")


class _LostError(MailboxFailedError):
    """A connection that could not be taken up again."""


class _RenumberedError(Exception):
    """The server has numbered the folder anew while it was read."""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A mailbox on an IMAP server (hộp thư)."""

    host: str
    user: str
    port: int = 993
    folder: str = "INBOX"
    ca_file: str = ""  # certificate of an own authority
    drafts: str = ""  # folder of the letters to be sent; "": the one that the server names


@dataclass(frozen=True, slots=True)
class WantedMails:
    """Which mails of the mailbox may bring a report; the others are counted and left there."""

    since: dt.date | None = None  # arrived on this day or later
    senders: frozenset[str] = frozenset()  # addresses and domains, in small letters
    words: tuple[str, ...] = SUBJECT_WORDS  # of a subject or a file's name
    everything: bool = False

    def takes(self, mail: MailEnvelope, files: Sequence[str] | None) -> bool:
        """Whether a mail is worth fetching, by its headers and the names of its attachments.

        ``files`` is None where the server does not list them. A unit that writes about a report
        and has forgotten the file must be told so.
        """
        if self.everything:
            return True
        from_a_unit = self._knows(mail.sender)
        said = plain_key(" ".join((mail.subject, *(files or ()))))
        is_about = any(plain_key(word) in said for word in self.words)
        answers_us = any(_OUR_LETTER.match(number) for number in mail.references)
        may_bring_one = files is None or any(not document_words(name) for name in files)
        if may_bring_one and (from_a_unit or is_about or answers_us):
            return True
        return is_about and from_a_unit

    def _knows(self, sender: str) -> bool:
        address = sender.casefold()
        return address in self.senders or address.rpartition("@")[2] in self.senders


@dataclass(frozen=True, slots=True)
class _About:
    """What the server says of a mail before it is fetched."""

    uid: int
    size: int = 0
    arrived: dt.datetime | None = None
    mail: MailEnvelope = field(default_factory=MailEnvelope)
    files: tuple[str, ...] | None = None  # names of attachments; None: not known

    @property
    def shown(self) -> str:
        """How people find the mail."""
        return self.mail.subject or f"số {self.uid}"


def mailbox_arrivals(
    box: Mailbox,
    secret: Secret,
    *,
    is_known: Callable[[str], bool],
    wanted: WantedMails,
    limits: MailLimits = _DEFAULT,
    opener: Opener = opened_container,
) -> Iterator[Incoming]:
    """Every file of the mails that may bring a report and are not known yet, in their order.

    ``is_known`` is asked with a mail's place (``JournalState.has_taken_all``): mailbox, folder and
    the number that the server never gives twice. A mail that the server refuses is NotTaken and
    asked for again by the next run. Raises MailboxFailedError.
    """
    with _Session(box, secret) as session:
        look = _Look(session, wanted, limits, opener)
        for _ in range(2):
            try:
                for about, place in _new(session, box, wanted.since, is_known):
                    yield from look.at(about, place)
                break
            except _RenumberedError:
                look.passed_over.clear()
        else:
            why = "máy chủ đánh số lại thư trong lúc đọc"
            raise MailboxFailedError(box.host, why, "Đề nghị chạy lại.")
    if look.passed_over:
        place = f"imap:{box.user}@{box.host}/{box.folder}"
        yield from (
            NotTaken(place, box.folder, said) for said in _passed_over(box, look.passed_over)
        )


def _passed_over(box: Mailbox, passed_over: Sequence[_About]) -> Iterator[Finding]:
    """One line for all mails left where they are, and one for those that do have a workbook."""
    yield finding("mail.passed_over", name=box.folder, count=len(passed_over))
    odd = [
        one
        for one in passed_over
        if any(name.lower().endswith((".xlsx", ".xlsm", ".xls")) for name in one.files or ())
    ]
    if odd:
        named = [f"“{one.shown}” của {one.mail.sender}" for one in odd]
        which = first_ones(named, _MOST_NAMED, "thư")
        yield finding("mail.passed_over_workbook", count=len(odd), which=which)


def _new(
    session: "_Session", box: Mailbox, since: dt.date | None, is_known: Callable[[str], bool]
) -> Iterator[tuple[_About, str]]:
    uids = session.uids(since)
    start = f"imap:{box.user}@{box.host}/{box.folder}/{session.validity}"
    new = [uid for uid in uids if not is_known(f"{start}/{uid}")]
    for at in range(0, len(new), _AT_ONCE):
        for about in session.abouts(new[at : at + _AT_ONCE]):
            yield about, f"{start}/{about.uid}"


@dataclass(slots=True)
class _Look:
    """A look at mails, one after the other: taken out, or left where they are and counted."""

    session: "_Session"
    wanted: WantedMails
    limits: MailLimits
    opener: Opener
    passed_over: list[_About] = field(default_factory=list)

    def at(self, about: _About, locator: str) -> Iterator[Incoming]:
        """The files of a mail that may bring a report."""
        if not self.wanted.takes(about.mail, about.files):
            self.passed_over.append(about)
            return
        name, at = f"{about.uid}.eml", about.arrived
        place = PiecePlace(locator, name, "imap", received_at=at, is_numbered=True)
        if about.size > self.limits.mail_bytes:
            yield NotTaken(locator, place.name, finding("mail.too_large", name=about.shown))
            return
        data = self.session.letter(about.uid)
        if isinstance(data, str):
            sender = about.mail.sender
            why = finding("mail.refused_by_server", subject=about.shown, sender=sender, why=data)
            yield NotTaken(locator, place.name, why, is_open=True)
        elif data:
            found = list(self.opener(place, data))
            if not self.wanted.everything and _is_only_an_answer(found):
                self.passed_over.append(about)
            else:
                yield from found


def _is_only_an_answer(found: Sequence[Incoming]) -> bool:
    """Whether a mail without a file is part of a conversation («Vâng, cảm ơn»)."""
    one = found[0] if len(found) == 1 else None
    codes = [said.code for said in one.findings] if isinstance(one, Arrival) else []
    return (
        isinstance(one, Arrival) and codes == ["mail.no_attachment"] and bool(one.mail.references)
    )


class _Session:
    """A connection to the folder, taken up again when it drops; the server refuses changes."""

    def __init__(self, box: Mailbox, secret: Secret, *, for_drafts: bool = False) -> None:
        self._box, self._secret, self._for_drafts = box, secret, for_drafts
        self._server: BaseMailBox | None = None
        self._was_open = False
        self.validity = ""  # of the server's numbers

    def __enter__(self) -> Self:
        self.ask(lambda _: None)
        return self

    def __exit__(self, *_: object) -> None:
        self._drop(politely=True)

    def ask(self, question: Callable[["BaseMailBox"], T]) -> T:
        """The answer, asked for again over a new connection when the old one is lost."""
        import imaplib

        last: Exception = EOFError()
        for pause in (0.0, *_PAUSES):
            try:
                return question(self._server or self._reopened(pause))
            except (imaplib.IMAP4.abort, OSError, EOFError) as error:
                last = error
            except MailboxFailedError as error:
                if not self._was_open:
                    raise
                last = error
            self._drop()
        why = f"mất kết nối, nối lại nhiều lần không được ({_short(last)})"
        raise _LostError(self._box.host, why, "Thư đã nhận không mất; đề nghị chạy lại.")

    def _reopened(self, pause: float) -> "BaseMailBox":
        time.sleep(pause)
        server = self._open()
        self._was_open = True
        return server

    def uids(self, since: dt.date | None) -> list[int]:
        """The numbers of the folder's mails, those that arrived since a day, in their order."""
        from imap_tools import AND
        from imap_tools.errors import ImapToolsError

        criteria = str(AND(date_gte=since)) if since else "ALL"
        try:
            found = self.ask(lambda server: server.uids(criteria, charset=None))
        except ImapToolsError as error:
            what_to_do = "Đề nghị chạy lại."
            raise MailboxFailedError(
                self._box.host, "không liệt kê được thư", what_to_do
            ) from error
        return sorted({int(one) for one in found if one.isdigit()})

    def abouts(self, uids: Sequence[int]) -> list[_About]:
        """What the server says of mails; of one that breaks its answer, as far as it goes.

        Mails that are gone meanwhile are left out.
        """
        fetched = self._fetched(uids, _ABOUT) or ()
        told = {uid: answer for uid, answer in fetched if "INTERNALDATE" in answer}
        missing = [uid for uid in uids if uid not in told]
        if missing and len(uids) > 1:
            half = len(missing) // 2
            groups = [missing[:half], missing[half:]] if len(missing) == len(uids) else [missing]
            more = [about for group in groups if group for about in self.abouts(group)]
        else:
            more = [about for uid in missing if (about := self._about_anyhow(uid))]
        known = [_about(uid, told[uid]) for uid in uids if uid in told]
        return sorted([*known, *more], key=lambda about: about.uid)

    def _about_anyhow(self, uid: int) -> _About | None:
        answer = dict(self._fetched([uid], _ABOUT_ALL_ELSE_FAILING) or ()).get(uid)
        if answer is None:
            return _About(uid) if self._exists(uid) else None
        return _about(uid, answer)

    def letter(self, uid: int) -> bytes | str | None:
        """The mail; None when it is gone; the server's words, "" for none, when it refuses."""
        said = ""
        for _ in range(2):
            got = self._answer([uid], _BODY)
            if isinstance(got, str):
                said = got
            else:
                body = dict(got).get(uid, {}).get("BODY")
                if isinstance(body, bytes) and body:
                    return body
        return (said or "không đưa nội dung thư") if self._exists(uid) else None

    def _exists(self, uid: int) -> bool:
        from imap_tools.errors import ImapToolsError

        def question(server: "BaseMailBox") -> list[str]:
            server.client.noop()  # now the server says what is gone
            return server.uids(f"UID {uid}", charset=None)

        try:
            return str(uid) in self.ask(question)
        except ImapToolsError:
            return True

    def _fetched(self, uids: Sequence[int], what: str) -> list[tuple[int, FetchAnswer]] | None:
        got = self._answer(uids, what)
        return None if isinstance(got, str) else got

    def _answer(self, uids: Sequence[int], what: str) -> list[tuple[int, FetchAnswer]] | str:
        """The answers for the mails asked about; the server's words when it refuses."""
        import imaplib

        numbers = ",".join(map(str, uids))
        try:
            status, items = self.ask(lambda server: server.client.uid("FETCH", numbers, what))
        except imaplib.IMAP4.error as error:
            return _short(error)
        except _LostError:
            self.ask(lambda server: server.client.noop())  # it is not the network then
            return "ngắt kết nối mỗi khi được hỏi thư này"
        if status != "OK":
            words = b" ".join(one for one in items if isinstance(one, bytes))
            return _short(words.decode("utf-8", "replace"))
        asked = set(uids)
        told: dict[int, dict[str, Any]] = {}
        for uid, table in answers(items):
            if uid in asked:
                told.setdefault(uid, {}).update(table)
        return list(told.items())

    def _open(self) -> "BaseMailBox":
        self._server = server = _connected(self._box)
        _log_in(server, self._box, self._secret)
        if self._for_drafts:
            return server
        _select(server, self._box)
        validity = _validity(server)
        if self.validity not in ("", validity):
            self.validity = validity
            raise _RenumberedError
        self.validity = validity
        return server

    def _drop(self, *, politely: bool = False) -> None:
        server, self._server = self._server, None
        if server is None:
            return
        import imaplib

        from imap_tools.errors import ImapToolsError

        with contextlib.suppress(imaplib.IMAP4.error, ImapToolsError, OSError, EOFError):
            if politely:
                server.logout()
            else:
                server.client.shutdown()


def _connected(box: Mailbox) -> "BaseMailBox":
    import imaplib
    import ssl

    from imap_tools import MailBox, MailBoxStartTls
    from imap_tools.errors import ImapToolsError

    try:
        context = ssl.create_default_context(cafile=box.ca_file or None)
        kind = MailBoxStartTls if box.port == _STARTTLS_PORT else MailBox
        return kind(box.host, box.port, timeout=_SECONDS, ssl_context=context)
    except (OSError, EOFError) as error:
        raise MailboxFailedError(
            box.host,
            f"không kết nối an toàn được ({_short(error)})",
            "Đề nghị kiểm tra mạng và mục [mail] trong kskt.toml, ví dụ: imap_port = 993.",
        ) from error
    except imaplib.IMAP4.abort:
        raise
    except (imaplib.IMAP4.error, ImapToolsError) as error:
        raise MailboxFailedError(
            box.host, f"máy chủ trả lời {_short(error)}", "Đề nghị chạy lại sau ít phút."
        ) from error


def _log_in(server: "BaseMailBox", box: Mailbox, secret: Secret) -> None:
    """By a token (XOAUTH2), by AUTH PLAIN, which carries Vietnamese letters, or by LOGIN."""
    import imaplib

    from imap_tools.errors import ImapToolsError

    try:
        if secret.is_token:
            server.xoauth2(box.user, secret.value, initial_folder=None)
        elif "AUTH=PLAIN" in server.client.capabilities or not secret.value.isascii():
            server.login_utf8(box.user, secret.value, initial_folder=None)
        else:
            server.login(box.user, secret.value, initial_folder=None)
    except imaplib.IMAP4.abort:
        raise
    except (imaplib.IMAP4.error, ImapToolsError) as error:
        what = "mã truy cập (token) đã hết hạn hoặc" if secret.is_token else "hoặc mật khẩu"
        why = f"tên “{box.user}” {what} chưa đúng"
        what_to_do = "Đề nghị kiểm tra imap_user trong kskt.toml và mật khẩu của hộp thư."
        if secret.is_token:
            why = f"máy chủ không nhận mã truy cập (token) của “{box.user}”"
            what_to_do = "Đề nghị lấy mã mới rồi chạy lại; mã thường chỉ dùng được một giờ."
        raise MailboxFailedError(box.host, why, what_to_do) from error


def _select(server: "BaseMailBox", box: Mailbox) -> None:
    import imaplib

    from imap_tools.errors import ImapToolsError

    try:
        server.folder.set(box.folder, readonly=True)
    except imaplib.IMAP4.abort:
        raise
    except (imaplib.IMAP4.error, ImapToolsError) as error:
        why = f"không có thư mục “{box.folder}”"
        what_to_do = "Đề nghị ghi đúng imap_folder trong kskt.toml, ví dụ: INBOX."
        raise MailboxFailedError(box.host, why, what_to_do) from error


def _validity(server: "BaseMailBox") -> str:
    _, answer = server.client.response("UIDVALIDITY")
    first = answer[0] if answer else None
    return first.decode("ascii", "replace") if isinstance(first, bytes) else "0"


def _about(uid: int, answer: FetchAnswer) -> _About:
    from email.parser import BytesHeaderParser
    from email.policy import compat32

    from kskt_excel.mail.message import envelope, mail_moment

    headers = answer.get("BODY")
    raw = headers if isinstance(headers, bytes) else b""
    day = _ascii(answer.get("INTERNALDATE"))  # " 4-Mar-2022 08:30:00 +0700"
    size = _ascii(answer.get("RFC822.SIZE"))
    return _About(
        uid=uid,
        size=int(size) if size.isdigit() else 0,
        arrived=mail_moment(day.replace("-", " ", 2)),
        mail=envelope(BytesHeaderParser(policy=compat32).parsebytes(raw)),
        files=_files(answer.get("BODYSTRUCTURE")),
    )


def _files(structure: Any) -> tuple[str, ...] | None:
    """Names of what a mail brings: its texts and the pictures in them are none of it."""
    parts = attachments_of(structure)
    if parts is None:
        return None
    names = []
    for kind, headers in parts:
        name = attachment_name(_as_headers(headers))
        if kind == "message/rfc822":
            names.append(f"{name or 'thu'}.eml")
        elif name or not kind.startswith(("text/", "image/", "multipart/", "message/")):
            names.append(name or kind)
    return tuple(names)


def _as_headers(text: str) -> "Message":
    from email.message import Message

    headers = Message()
    for line in text.split("\n"):
        name, _, value = line.partition(": ")
        headers[name] = value
    return headers


def _ascii(value: Any) -> str:
    return value.decode("ascii", "replace").strip() if isinstance(value, bytes) else ""


def _short(said: Exception | str) -> str:
    return " ".join(str(said).split())[:120]


def append_drafts(
    box: Mailbox, secret: Secret, letters: Iterable[Draft], already: Collection[str]
) -> Iterator[tuple[Draft, bool]]:
    """Puts letters into the folder of drafts, each once, and says of each whether it is new there.

    Write each result down before asking for the next. ``already`` are the numbers of letters that
    were put there or sent before. Without a letter to put no connection is made. Raises
    MailboxFailedError.
    """
    with contextlib.ExitStack() as stack:
        session: _Session | None = None
        folder = ""
        for letter in letters:
            if letter.message_id in already:
                yield letter, False
                continue
            if session is None:
                session = stack.enter_context(_Session(box, secret, for_drafts=True))
                folder = box.drafts or session.ask(_drafts_folder)
                if not folder:
                    raise MailboxFailedError(
                        box.host,
                        "không thấy thư mục thư nháp",
                        'Đề nghị ghi imap_drafts trong kskt.toml, ví dụ: imap_drafts = "Drafts".',
                    )
            yield letter, _append_once(session, box, folder, letter)


def _append_once(session: _Session, box: Mailbox, folder: str, letter: Draft) -> bool:
    """Appends unless it is there: a connection may have dropped after the server had taken it."""
    import imaplib

    from imap_tools import AND, H, MailMessageFlags
    from imap_tools.errors import ImapToolsError

    data = without_draft_marks(letter.data, "")

    def question(server: "BaseMailBox") -> bool:
        server.folder.set(folder, readonly=True)
        known = str(AND(header=H("Message-ID", letter.message_id)))
        if server.uids(known, charset=None):
            return False
        flags = (MailMessageFlags.DRAFT, MailMessageFlags.SEEN)
        server.append(data, folder, flag_set=flags)
        return True

    try:
        return session.ask(question)
    except imaplib.IMAP4.abort:
        raise
    except (imaplib.IMAP4.error, ImapToolsError) as error:
        raise MailboxFailedError(
            box.host,
            f"không ghi được thư vào thư mục “{folder}” ({_short(error)})",
            "Đề nghị ghi đúng imap_drafts trong kskt.toml; các thư nháp vẫn còn trong workbooks.",
        ) from error


def _drafts_folder(server: "BaseMailBox") -> str:
    """The folder that the server marks as that of drafts (RFC 6154), else one called so."""
    folders = server.folder.list()
    for one in folders:
        if "\\drafts" in {flag.lower() for flag in one.flags}:
            return one.name
    names = {one.name for one in folders}
    return next((name for name in _DRAFTS if name in names), "")
