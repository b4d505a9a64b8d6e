"""A mail as it was sent, out of what a program has saved around it."""

import hashlib
import io
import re
import struct
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field, replace
from datetime import datetime
from enum import StrEnum
from pathlib import PurePath
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import unquote_to_bytes

from kskt_excel.mail.signed import cms_kind, holds_content
from kskt_excel.messages import finding
from kskt_excel.model.finding import Finding, Severity
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.patterns import lazy_pattern
from kskt_excel.model.submission import Arrival, MailEnvelope, Verdict
from kskt_excel.text.spelling import clean

if TYPE_CHECKING:
    from email.message import Message


class ArrivalKind(StrEnum):
    """Kinds that are treated in their own way; everything else is handed on as a file."""

    FILE = "file"
    ZIP = "zip"
    MAIL = "mail"
    OUTLOOK = "outlook"
    MBOX = "mbox"
    WINMAIL = "winmail"
    SIGNED = "signed"  # a file or a mail inside a signature
    ENCRYPTED = "encrypted"
    RAR = "rar"
    SEVEN_ZIP = "7z"


WINMAIL_SIGNATURE = b"\x78\x9f\x3e\x22"
_MAGIC = (
    (b"Rar!\x1a\x07", ArrivalKind.RAR),
    (b"7z\xbc\xaf\x27\x1c", ArrivalKind.SEVEN_ZIP),
    (WINMAIL_SIGNATURE, ArrivalKind.WINMAIL),
)
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_PROGRAM = b"MZ"  # it may unpack an archive that stands behind it
_LOCAL_HEADER = struct.Struct("<4s22x2H")  # of an archive's entry; its name and extra field follow
LIST_END = b"PK\x05\x06"
LONGEST_LIST_END = 22 + 65_535  # its comment may be that long
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OUTLOOK_STREAM = "__properties_version1.0".encode("utf-16-le")
_PACKAGES = ("[content_types].xml", "mimetype", "xl/workbook.xml", "index/document.iwa")
_HEADER = lazy_pattern(rb"[A-Za-z][A-Za-z0-9-]{1,60}:[ \t]?[^\r\n]*(\r?\n|\r|\Z)")
_FIRST_LINE = 4096  # bytes of it that are looked at
# With a time in it: «From time to time …» may begin a note.
_FROM_LINE = lazy_pattern(rb"From [^\r\n]*\d\d:\d\d[^\r\n]*\r?\n")
_HEAD = 4096  # bytes, even: a mail may be saved in two bytes a letter
_MAILS = (".eml", ".emlx")
_PERHAPS_MAILS = ("", ".msg", ".mail", ".p7m", ".email", ".txt")
_PART_HEADERS = (b"content-type:", b"mime-version:")
_MAIL_HEADERS = (b"received:", b"from:", b"date:", b"message-id:", b"mime-version:", b"subject:")
_DOCUMENTS = {
    "tệp PDF": (".pdf",),
    "hình ảnh": (".jpg", ".jpeg", ".png", ".gif", ".bmp", ".tif", ".tiff", ".heic", ".webp"),
    "văn bản Word": (".doc", ".docx", ".docm", ".rtf", ".odt"),
    "bản trình chiếu": (".ppt", ".pptx", ".odp"),
    "văn bản": (".txt", ".htm", ".html", ".log"),
    "âm thanh hoặc phim": (".mp3", ".m4a", ".wav", ".mp4", ".mov", ".avi"),
    "chữ ký hoặc danh thiếp": (".p7s", ".asc", ".vcf", ".ics", ".sig", ".cer"),
}
_DOCUMENT_OF = {suffix: words for words, suffixes in _DOCUMENTS.items() for suffix in suffixes}
_TEMPORARY = lazy_pattern(
    r"~\$.*|\.~lock\..*#|.*\.(tmp|part|partial|crdownload|download)"
    r"|desktop\.ini|thumbs\.db|ehthumbs\.db|\.ds_store|\._.*|\.directory|\.gitkeep|\.kskt-.*",
    re.IGNORECASE,
)


def kind_of(name: str, data: bytes) -> ArrivalKind:
    """What the file is."""
    suffix = PurePath(name.lower()).suffix
    # Bytes before names: a zip that is called .eml is a zip.
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            return kind
    if cms := cms_kind(data):
        return ArrivalKind.ENCRYPTED if cms == "encrypted" else ArrivalKind.SIGNED
    if data.startswith((*_ZIP, _PROGRAM)):
        return ArrivalKind.ZIP if _is_plain_zip(suffix, data) else ArrivalKind.FILE
    if data.startswith(OLE):
        return (
            ArrivalKind.OUTLOOK if suffix == ".msg" or _OUTLOOK_STREAM in data else ArrivalKind.FILE
        )
    return _text_kind(suffix, data)


def is_surely_no_container(name: str, data: bytes) -> bool:
    """Whether a file holds no other files for certain, as far as a look at its bytes tells.

    Whatever needs a parser to be told apart is not certain.
    """
    suffix = PurePath(name.lower()).suffix
    if data.startswith(_ZIP):
        return suffix != ".zip" and _lists_a_workbook(data)
    if data.startswith(OLE):
        return suffix != ".msg" and _OUTLOOK_STREAM not in data
    magics = (_PROGRAM, *(magic for magic, _ in _MAGIC))
    is_magic = data.startswith(magics) or bool(cms_kind(data))
    return not is_magic and _text_kind(suffix, data) is ArrivalKind.FILE


def _lists_a_workbook(data: bytes) -> bool:
    """Whether the archive's list of entries, where it says that it is, names a workbook's parts."""
    end = data.rfind(LIST_END, -LONGEST_LIST_END)
    if end < 0 or end + 20 > len(data):
        return False
    size, start = struct.unpack_from("<LL", data, end + 12)
    entries = data[start : start + size].lower()
    return any(_names(entries, name.encode()) for name in _PACKAGES)


def _names(entries: bytes, name: bytes) -> bool:
    """Whether an entry of the list has this name, and not one that ends so."""
    at = entries.find(name)
    while at >= 0:
        start = at - 46
        if entries[start : start + 4] == b"pk\1\2" and entries[at - 18 : at - 16] == struct.pack(
            "<H", len(name)
        ):
            return True
        at = entries.find(name, at + 1)
    return False


def _text_kind(suffix: str, data: bytes) -> ArrivalKind:
    if suffix in (".mbox", ".mbx") or _FROM_LINE.match(data, 0, _FIRST_LINE):
        return ArrivalKind.MBOX
    if suffix in _MAILS or (suffix in _PERHAPS_MAILS and looks_like_mail(data)):
        return ArrivalKind.MAIL
    return {".msg": ArrivalKind.OUTLOOK, ".zip": ArrivalKind.ZIP}.get(suffix, ArrivalKind.FILE)


def document_words(name: str) -> str:
    """What a document that cannot be a report is called: «tệp PDF»; "" for what may be one."""
    return _DOCUMENT_OF.get(PurePath(name.lower().strip(" .")).suffix, "")


def is_temporary(name: str) -> bool:
    """Whether programs made the file for themselves: ``~$Báo cáo.xlsx``, ``Thumbs.db``."""
    return bool(_TEMPORARY.fullmatch(name))


def _is_plain_zip(suffix: str, data: bytes) -> bool:
    """Whether a file is an archive and not a workbook, which is a zip as well.

    Bytes may stand before it: those of a program that unpacks it, or what a gateway has written.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            entries = package.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        return suffix == ".zip"
    if is_list_of_a_member(data, entries):
        return suffix == ".zip"
    names = {entry.filename.lower().replace("\\", "/") for entry in entries}
    return names.isdisjoint(_PACKAGES)


def is_list_of_a_member(data: bytes, entries: Sequence[zipfile.ZipInfo]) -> bool:
    """Whether an archive's list of entries is that of an archive inside it: its own is cut off.

    Then the first entry starts where the bytes of a member do, right behind that member's header.
    """
    first = min((entry.header_offset for entry in entries), default=0)
    at = data.rfind(_ZIP[0], 0, first)
    if at < 0 or at + _LOCAL_HEADER.size > first:
        return False
    _, name, extra = _LOCAL_HEADER.unpack_from(data, at)
    return bool(at + _LOCAL_HEADER.size + name + extra == first)


def looks_like_mail(data: bytes) -> bool:
    """Whether a file starts with headers of a mail, or of a part of a mail."""
    head = as_sent(data[:_HEAD])
    if not _HEADER.match(head):
        return False
    lines = head.lower().splitlines()[:60]
    if lines[0].startswith(_PART_HEADERS):
        return True
    return sum(1 for line in lines if line.startswith(_MAIL_HEADERS)) > 1


LONGEST = 120  # characters: on a screen and in a table a longer name hides its end
_LONGEST_HEADER = 8192  # characters: more is an attack on the header parser
_LONGEST_SUFFIX = 10  # letters: behind a later dot stands no kind of file
_ENDINGS = {b"PK\x03\x04": ".xlsx", b"\xd0\xcf\x11\xe0": ".xls", b"%PDF": ".pdf"}
_SEPARATORS = lazy_pattern(r"[/\\]")
_BROKEN = lazy_pattern("[\ufffd\ud800-\udfff]|=\\?[\\w-]+\\?[bq]\\?", re.IGNORECASE)
# RFC 2231: «; filename*=utf-8''B%C3%A1o.xlsx», «; filename*0*=…; filename*1="…"» in pieces.
_EXTENDED = lazy_pattern(r';\s*(\w+)\*(?:(\d{1,3})(\*)?)?\s*=\s*("[^"]*"|[^;]*)')
# «; filename=Báo cáo; quý I.xlsx», «; filename="Báo cáo.xlsx» without its last quote. A «;» belongs
# to the name where no «=» follows it.
_PLAIN = lazy_pattern(r';\s*(\w+)\s*=\s*((?!["\s])[^;]*(?:;(?![^;]*=)[^;]*[^;\s])*|"[^";]*$)')
_IN_SINGLE_QUOTES = lazy_pattern(r"'([^']+)'")
# «; filename="C:\Users\Hoa\BC.xlsx"»: there a backslash is no escape.
_PATH = lazy_pattern(r';\s*(\w+)\s*=\s*"([A-Za-z]:\\[^"]*|\\\\[^"]*)"')
_ESCAPED = lazy_pattern("%20|%[89A-Fa-f][0-9A-Fa-f]")  # a blank, a letter beyond ASCII
_ONLY_ESCAPES = lazy_pattern(r"(?:[^%]|%[0-9A-Fa-f]{2})*")
# UTF-8 first: what is none fails, and Windows-1258 takes nearly any bytes.
_CODE_PAGES = ("utf-8", "cp1258")


@dataclass(frozen=True, slots=True)
class DisplayName:
    """A name as it is shown, and whether the given one hid something or was missing."""

    text: str
    is_harmless: bool = True
    is_made_up: bool = False


def display_name(given: str, data: bytes = b"") -> DisplayName:
    """The name for display: NFC, one line, no control or direction signs, at most 120 characters.

    Folders before it are cut off. A missing name is made from the content's hash.
    """
    cleaned = clean(given)
    text = " ".join(cleaned.text.split())
    last = _SEPARATORS.split(text)[-1].rstrip(". ")
    if not last:
        ending = _ENDINGS.get(data[:4], "")
        return DisplayName(
            f"khong-ten-{hashlib.sha256(data).hexdigest()[:8]}{ending}", is_made_up=True
        )
    is_harmless = last == text and not {"controls", "invisible"} & {*cleaned.done}
    return DisplayName(_shortened(last), is_harmless=is_harmless)


def _shortened(name: str) -> str:
    if len(name) <= LONGEST:
        return name
    stem, dot, suffix = name.rpartition(".")
    if not stem or len(suffix) > _LONGEST_SUFFIX:
        return name[: LONGEST - 1].rstrip() + "…"
    ending = f"…{dot}{suffix}"
    return stem[: LONGEST - len(ending)].rstrip() + ending


def attachment_name(part: "Message") -> str:
    """The name that a mail part gives itself, "" when it gives none.

    The header is read by its extended form, by the modern parser, by the old one, then the name
    of the content type likewise: mailers break each of them in their own way. The first that
    reads without damage wins.
    """
    candidates = [name for name in _candidates(part) if name.strip()]
    best = min(candidates, key=lambda name: len(_BROKEN.findall(name)), default="")
    return quoted[1] if (quoted := _IN_SINGLE_QUOTES.fullmatch(best)) else best


def _candidates(part: "Message") -> Iterator[str]:
    for header, parameter in (("content-disposition", "filename"), ("content-type", "name")):
        yield _extended(part, header, parameter)
        for read in (_unquoted, _of_windows, _modern, _old):
            yield without_percent(read(part, header, parameter))


def _unquoted(part: "Message", header: str, parameter: str) -> str:
    """A name with blanks that nobody put in quotes, or whose last quote is missing."""
    for name, value in _PLAIN.findall(raw_header(part, header)):
        text: str = value.strip().strip("\"'").strip()
        if name.lower() == parameter and " " in text and "=?" not in text:
            return text
    return ""


def _of_windows(part: "Message", header: str, parameter: str) -> str:
    """The last step of a path in quotes: there a backslash is no escape."""
    for name, value in _PATH.findall(raw_header(part, header)):
        if name.lower() == parameter:
            return decoded_words(value.replace("\\\\", "\\").rpartition("\\")[2])
    return ""


def without_percent(name: str) -> str:
    """A name that was written as part of a web address: ``B%C3%A1o%20c%C3%A1o.xlsx``.

    Only when its blanks or its letters are: «50%25.xlsx» is a name as it is.
    """
    if " " in name or not _ONLY_ESCAPES.fullmatch(name) or not _ESCAPED.search(name):
        return name
    plain = name.replace("+", " ") if "+" in name and "%20" not in name else name
    try:
        text = unquote_to_bytes(plain).decode("utf-8")
    except UnicodeDecodeError:
        return name
    return text if text.isprintable() else name


def _extended(part: "Message", header: str, parameter: str) -> str:
    """The name in RFC 2231's own form (``filename*0*=``): it wins over a plain one beside it."""
    pieces = [
        (int(number or 0), not number or bool(star), value.strip().strip('"'))
        for name, number, star, value in _EXTENDED.findall(raw_header(part, header))
        if name.lower() == parameter
    ]
    pieces.sort(key=lambda piece: piece[0])
    if not pieces:
        return ""
    if not any(extended for _, extended, _ in pieces):
        return decoded_words("".join(value for _, _, value in pieces))
    charset, _, rest = pieces[0][2].partition("'")
    coded = rest.partition("'")[2] + "".join(value for _, _, value in pieces[1:])
    try:
        return unquote_to_bytes(coded).decode(charset or "utf-8", "replace")
    except (LookupError, ValueError):  # ValueError: a zero byte in the name of a character set
        return unquote_to_bytes(coded).decode("utf-8", "replace")


def _modern(part: "Message", header: str, parameter: str) -> str:
    from email.errors import HeaderParseError
    from email.policy import default

    raw = raw_header(part, header)
    if not raw:
        return ""
    try:
        read = default.header_factory(header, raw)
    except (AttributeError, HeaderParseError, IndexError, KeyError, TypeError, ValueError):
        return ""  # its parser has open bugs on malformed parameters
    return str(getattr(read, "params", {}).get(parameter, ""))


def _old(part: "Message", header: str, parameter: str) -> str:
    from email.message import Message
    from email.utils import collapse_rfc2231_value

    bare = Message()
    bare[header] = raw_header(part, header)
    try:
        value = bare.get_param(parameter, "", header)
        text = collapse_rfc2231_value(value) if value else ""
    except (LookupError, TypeError, ValueError):  # an unknown character set, a cut-off part
        return ""
    return decoded_words(text)


def raw_header(part: "Message", name: str) -> str:
    """A header as it came on one line, its 8-bit bytes read as UTF-8 or Vietnamese Windows."""
    for given, value in part.raw_items():
        if given.lower() == name:
            return readable(" ".join(str(value)[:_LONGEST_HEADER].split("\n")).replace("\r", ""))
    return ""


def readable(text: str) -> str:
    """Text with raw bytes in it (surrogates) decoded as UTF-8, else as Windows-1258."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raw = text.encode("utf-8", "surrogateescape")
        for page in _CODE_PAGES:
            try:
                return raw.decode(page)
            except UnicodeDecodeError:
                continue
        return raw.decode("utf-8", "replace")
    return text


def decoded_words(text: str) -> str:
    """Text with its encoded words (``=?utf-8?B?…?=``) decoded, also those cut inside a letter."""
    from email.errors import HeaderParseError
    from email.header import decode_header

    try:
        pieces = decode_header(text[:_LONGEST_HEADER])
    except (HeaderParseError, ValueError):
        return text
    return "".join(_decoded(piece, charset) for piece, charset in pieces)


def _decoded(piece: str | bytes, charset: str | None) -> str:
    if isinstance(piece, str):
        return piece
    try:
        return piece.decode(charset or "utf-8", "strict" if charset is None else "replace")
    except (LookupError, ValueError):
        return piece.decode("latin-1")


MIB = 1024 * 1024
_NOT_REPORTS = frozenset(
    {"mail.companion", "mail.no_attachment", "mail.no_workbook", "mail.only_link"}
)


@dataclass(frozen=True, slots=True)
class MailLimits:
    """How much a mail or an archive may hold before it is refused unread (giới hạn)."""

    mail_bytes: int = 40 * MIB
    header_bytes: int = MIB
    parts: int = 200
    depth: int = 10  # mails in mails, archives in archives
    file_bytes: int = 40 * MIB  # one file, also after unpacking; a workbook may have 25
    members: int = 2_000  # entries of one archive
    total_bytes: int = 500 * MIB  # all that comes out of one file of the inbox
    total_files: int = 5_000


@dataclass(frozen=True, slots=True)
class NotTaken:
    """Something that was seen and not taken in, and why (không tiếp nhận)."""

    locator: str
    name: str
    finding: Finding
    is_open: bool = False  # a server has refused it: to be asked for again


@dataclass(frozen=True, slots=True)
class PiecePlace:
    """Where a piece was found and what its container says about it."""

    locator: str
    name: str  # as given by the sender
    channel: str
    received_at: datetime | None = None
    is_stated: bool = False  # only the sender's machine says when
    mail: MailEnvelope = field(default_factory=MailEnvelope)
    depth: int = 0
    has_company: bool = False  # a mail that came along with a file that may be the report
    is_numbered: bool = False  # a mail of a mailbox, whose name is only its number there

    @property
    def is_in_a_mail(self) -> bool:
        """Whether a mail around it has already said who sent it and when."""
        return bool(self.mail.message_id or self.mail.sender or self.mail.subject)

    def within(self, step: str, name: str) -> "PiecePlace":
        """The place of a piece inside this one."""
        return replace(
            self,
            locator=f"{self.locator}!{step}",
            name=name,
            depth=self.depth + 1,
            has_company=False,
            is_numbered=False,
        )

    def numbered(self, number: int) -> "PiecePlace":
        """The place of a mail in this mailbox."""
        return replace(self.within(str(number), f"{self.name}-{number}.eml"), is_numbered=True)

    def named_by(self, subject: str) -> str:
        """A mail's name: its file's own, else its subject, which is the same in any mailbox."""
        words = re.sub(r"[/\\]", "-", subject)
        return f"{words}.eml" if self.is_numbered and words else self.name


@dataclass(frozen=True, slots=True)
class Piece:
    """Bytes taken out of a container, to be looked into further."""

    place: PiecePlace
    data: bytes
    findings: tuple[Finding, ...] = ()


Found: TypeAlias = Piece | Arrival | NotTaken
Incoming: TypeAlias = Arrival | NotTaken


class Budget:
    """How much may still come out of one file of the inbox."""

    def __init__(self, limits: MailLimits) -> None:
        self.limits = limits
        self._bytes = limits.total_bytes
        self._files = limits.total_files

    def spend(self, size: int) -> bool:
        """Takes a piece off what is left; whether its ``size`` bytes may still come out."""
        self._bytes -= size
        self._files -= 1
        return self._bytes >= 0 and self._files >= 0


def arrival(place: PiecePlace, data: bytes, *findings: Finding) -> Arrival:
    """The piece as it came in, its name cleaned for display."""
    name = display_name(place.name, data)
    unsafe = () if name.is_harmless else (finding("mail.unsafe_name", name=name.text),)
    nameless = (finding("mail.no_name", name=name.text),) if name.is_made_up else ()
    return Arrival(
        name=name.text,
        data=data,
        sha256=hashlib.sha256(data).hexdigest(),
        locator=place.locator,
        channel=place.channel,
        received_at=place.received_at,
        is_stated=place.is_stated,
        mail=place.mail,
        findings=(*findings, *unsafe, *nameless),
    )


def refused(place: PiecePlace, data: bytes, code: str, **params: object) -> Arrival:
    """A container kept whole because it cannot be opened, with the one reason why."""
    bare = arrival(place, data)
    why = replace(finding(code), params={"name": bare.name} | params)
    return replace(bare, findings=(why,))


def attached(piece: Piece, *, has_workbook: bool) -> Found:
    """The piece to be looked into; a document that cannot be a report is told at once as what."""
    words = document_words(piece.place.name)
    if not words or holds_content(piece.data, len(piece.data)):
        return piece
    bare = arrival(piece.place, piece.data)
    code = "mail.companion" if has_workbook else "mail.no_workbook"
    said = finding(code, name=bare.name, kind=words)
    return replace(bare, findings=(said, *bare.findings))


def verdict_unread(one: Arrival) -> Verdict | None:
    """The verdict of an arrival that is not to be read at all; None when it is to be read."""
    return verdict_by_container(one.findings)


def verdict_by_container(findings: Iterable[Finding]) -> Verdict | None:
    """The verdict that findings on the container leave no doubt of; None when there is none."""
    known = tuple(findings)
    if any(found.code in _NOT_REPORTS for found in known):
        return Verdict.NOT_A_REPORT
    if any(found.severity is Severity.ERROR for found in known):
        return Verdict.UNREADABLE
    return None


# a mail as it was sent, out of what a program has saved around it

_UTF8_MARKS = (b"\xef\xbb\xbf", b"\xc3\xaf\xc2\xbb\xc2\xbf")  # the mark, and the mark saved twice
_UTF16_MARKS = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_BEFORE_HEADERS = b"\r\n\t \0\x0b\x0c\x1a"
_FOREIGN_LINES = lazy_pattern(  # what a program has written above the headers: «>From …», «+OK …»
    rb"(?![\w-]+:|From )(?:[^\r\n]*(?:\r\n?|\n)){1,3}?"
    rb"(?=(?:return-path|delivered-to|received|from|date|message-id|mime-version|subject):)",
    re.IGNORECASE,
)
# Apple Mail begins with the number of bytes of the mail.
_COUNT = lazy_pattern(rb"(\d{1,10})[ \t]*\r?\n")
_APPLE_PROPERTIES = lazy_pattern(rb"<\?xml[^>]*\?>\s*<!DOCTYPE plist\b")


def as_sent(data: bytes) -> bytes:
    """The mail from its first header on.

    Passed over are a byte order mark, blank lines, up to three lines that are no headers, the count
    of bytes and the properties that Apple Mail writes around a mail (.emlx). A mail saved as
    «Unicode» (UTF-16) is given in UTF-8.
    """
    plain = _without_mark(data)
    head = plain.lstrip(_BEFORE_HEADERS)
    count = _COUNT.match(head)
    if not count:
        foreign = _FOREIGN_LINES.match(head)
        return head[foreign.end() :] if foreign else head
    return _of_apple(head[count.end() :], int(count[1]))


def _without_mark(data: bytes) -> bytes:
    for mark, encoding in _UTF16_MARKS.items():
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace").encode("utf-8")
    for mark in _UTF8_MARKS:
        if data.startswith(mark):
            return data[len(mark) :]
    for first, encoding in enumerate(_UTF16_MARKS.values()):  # «From» without a mark
        letters, between = data[first:8:2], data[1 - first : 8 : 2]
        if between == b"\0\0\0\0" and letters.isalpha():
            return data.decode(encoding, "replace").encode("utf-8")
    return data


def _of_apple(rest: bytes, size: int) -> bytes:
    """The mail of ``size`` bytes; where line ends were changed since, up to the properties."""
    if size <= len(rest) and (size == len(rest) or _APPLE_PROPERTIES.match(rest, size)):
        return rest[:size]
    found = None
    for found in _APPLE_PROPERTIES.finditer(rest):  # noqa: B007  # the last one is wanted
        pass
    return rest[: found.start()] if found else rest
