"""What is sent in place of a workbook: links, answers of systems, pictures, signed containers.

Each has a name and a sentence of its own, so that a unit hears what the file is and what to do.
"""

import json
import re
from collections.abc import Mapping
from typing import Final

from kskt_excel.model.patterns import lazy_pattern

_GOOGLE = "liên kết Google Trang tính (.gsheet)"
_LINK = "liên kết Internet (.url)"
_MAC_LINK = "liên kết Internet của máy Mac (.webloc)"
_SHORTCUT = "lối tắt Windows (.lnk)"
_JSON = "dữ liệu JSON"
_NO_TABLE = "trang web không có bảng số liệu"
_SIGNED = "gói ký số"
_LOGIN = "trang đăng nhập"
_NUMBERS = "bảng tính Numbers"
_MAIL = "thư điện tử"
_SCANS = ("PDF", "ảnh PNG", "ảnh JPEG", "ảnh GIF", "ảnh BMP", "ảnh TIFF", "ảnh WebP", "ảnh HEIC")
_SVG = "ảnh SVG"

CODES: Final[Mapping[str, str]] = {
    **dict.fromkeys((_GOOGLE, _LINK, _MAC_LINK, _SHORTCUT), "file.link"),
    **dict.fromkeys((_JSON, _NO_TABLE), "file.system_answer"),
    **dict.fromkeys((*_SCANS, _SVG), "file.scan"),
    **dict.fromkeys(("rar", "7z", "gz", "bz2", "xz", "tar", "cab"), "file.packed"),
    _LOGIN: "file.login_page",
    _SIGNED: "file.signed",
    _NUMBERS: "file.numbers",
}
"""The catalogue's entry for a kind; any other that is no workbook is ``file.wrong_kind``."""

LOGIN, NO_TABLE, NUMBERS, SIGNED = _LOGIN, _NO_TABLE, _NUMBERS, _SIGNED

_MAGIC: Final = (
    (b"%PDF", "PDF"),
    (b"\x89PNG", "ảnh PNG"),
    (b"\xff\xd8\xff", "ảnh JPEG"),
    (b"GIF8", "ảnh GIF"),
    (b"II*\0", "ảnh TIFF"),
    (b"MM\0*", "ảnh TIFF"),
    (b"{\\rtf", "văn bản RTF"),
    (b"Rar!", "rar"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\x1f\x8b", "gz"),
    (b"BZh", "bz2"),
    (b"\xfd7zXZ\0", "xz"),
    (b"MSCF\0\0\0\0", "cab"),
    (b"L\0\0\0\x01\x14\x02\0", _SHORTCUT),
    (b"bplist00", _MAC_LINK),
    (b"SQLite format 3\0", "cơ sở dữ liệu SQLite"),
    (b"\0\x01\0\0Standard ", "cơ sở dữ liệu Access"),
    (b"-----BEGIN PKCS7", _SIGNED),
    (b"-----BEGIN CMS", _SIGNED),
)
_PROGRAM_HEAD = 64  # bytes of the head of a program for Windows
_TAR_AT = 257  # where tar writes its mark
_PDF_HEAD = 1024  # bytes among which readers of PDF look for its mark
_SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")  # the object identifier of PKCS #7
_DER_HEAD = 64  # bytes: the kind stands behind a few lengths
_PHOTOS = (b"heic", b"heix", b"heif", b"mif1", b"msf1", b"avif")
_ONLY_LINK = lazy_pattern(rb"https?://\S+\s*")
# As a mail that was saved begins; two lines of them, as «date: » begins a note too.
_MAIL_HEAD = lazy_pattern(
    rb"(?:received|return-path|delivered-to|message-id|from|date): ", re.IGNORECASE
)
_JSON_START = lazy_pattern(rb"\{\s*[\"}]|\[\s*[\[{\"\d\]]")
_GOOGLE_SIGNS = (b"docs.google.com", b"drive.google.com", b'"doc_id"', b'"resource_id"')
# Bounded, as a page may never close its title.
_TITLE = lazy_pattern(rb"<title[^>]*>(.{0,300}?)</title>", re.IGNORECASE | re.DOTALL)
# In the title of a page: «Đăng nhập - Cổng dịch vụ công»
_LOGIN_WORDS = lazy_pattern(r"\b(?:sign in|log ?in|đăng nhập|authentication)\b", re.IGNORECASE)
# «<form method="post" action="https://…/login?next=…">»; bounds keep a page without end from being
# searched for every form in it.
_SENDS_TO_LOGIN = lazy_pattern(
    rb"<form[^>]{0,500}action\s*=[^>]{0,300}(?:login|signin|/auth)", re.IGNORECASE
)
_ROW = lazy_pattern(rb"<tr[\s>]", re.IGNORECASE)
_ROWS_OF_A_TABLE = 6  # a report's title block alone has as many, a page to log in at fewer
_PASSWORD_FIELD = lazy_pattern(rb"<input[^>]{0,400}type\s*=\s*[\"']?password", re.IGNORECASE)
_MOST_JSON = 1024 * 1024  # bytes: more is not parsed to learn what its first sign has told


def by_signature(data: bytes) -> str:
    """What a file is by its first bytes; "" where they tell nothing."""
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            return kind
    if data[4:8] == b"ftyp":
        return "ảnh HEIC" if data[8:12].lower() in _PHOTOS else "đoạn phim"
    if data[_TAR_AT : _TAR_AT + 5] == b"ustar":
        return "tar"
    further = (
        # two letters begin many a text too: only these files have noughts in their heads
        (data[:2] == b"BM" and data[6:10] == bytes(4), "ảnh BMP"),
        (data[:2] == b"MZ" and 0 in data[:_PROGRAM_HEAD], "chương trình máy tính"),
        (data[:4] == b"RIFF" and data[8:12] == b"WEBP", "ảnh WebP"),
        (data[:1] == b"0" and _SIGNED_DATA in data[:_DER_HEAD], _SIGNED),
        (b"%PDF-" in data[:_PDF_HEAD], "PDF"),
    )
    return next((kind for is_it, kind in further if is_it), "")


def by_text(head: bytes, data: bytes) -> str:
    """What a text without a workbook's signature is; "" where it may be a table.

    ``head`` is its beginning in UTF-8 without blanks before it.
    """
    lower = head.lower()
    if kind := _markup_kind(lower):
        return kind
    of_google = any(sign in lower for sign in _GOOGLE_SIGNS)
    if lower.startswith((b"[internetshortcut]", b"[{000214a0", b"[desktop entry]")):
        return _LINK
    if _ONLY_LINK.fullmatch(head):
        return _GOOGLE if of_google else _LINK
    if _JSON_START.match(head) and _is_json(head, data):
        return _GOOGLE if of_google else _JSON
    is_mail = _MAIL_HEAD.match(head) and len(_MAIL_HEAD.findall(head)) > 1
    return _MAIL if is_mail else ""


def _markup_kind(lower: bytes) -> str:
    """What markup that is no workbook is, by its beginning in small letters."""
    if b"<!doctype plist" in lower or b"<plist" in lower:
        return _MAC_LINK if b"<key>url</key>" in lower else "dữ liệu XML"
    starts = lower.startswith((b"<svg", b"<?xml", b"<!--", b"<!doctype svg"))
    return _SVG if starts and b"<svg" in lower else ""


def is_login_page(data: bytes) -> bool:
    """Whether a web page asks who is there: what a browser saves when it was not signed in.

    By its field for a password, or by its title or where it sends to, unless it has a table's rows:
    a system's export may name the system's login as well.
    """
    if _PASSWORD_FIELD.search(data):
        return True
    title = _TITLE.search(data)
    words = title[1].decode("utf-8", "replace") if title else ""
    says_so = _LOGIN_WORDS.search(words) or _SENDS_TO_LOGIN.search(data)
    return bool(says_so) and len(_ROW.findall(data)) < _ROWS_OF_A_TABLE


def _is_json(head: bytes, data: bytes) -> bool:
    """Whether a text is JSON; one that is cut off or very long is known by its beginning."""
    if head.startswith(b"{") and (len(data) > _MOST_JSON or b'":' in head or b'" :' in head):
        return True
    try:
        json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return False
    return True
