"""What an arrived file is, by its bytes first and its name second."""

import io
import re
import struct
import zipfile
from enum import StrEnum
from pathlib import PurePath


class Kind(StrEnum):
    """Kinds that are treated in their own way; everything else is handed on as a file."""

    FILE = "file"
    ZIP = "zip"
    MAIL = "mail"
    OUTLOOK = "outlook"
    MBOX = "mbox"
    WINMAIL = "winmail"
    RAR = "rar"
    SEVEN_ZIP = "7z"


_MAGIC = (
    (b"Rar!\x1a\x07", Kind.RAR),
    (b"7z\xbc\xaf\x27\x1c", Kind.SEVEN_ZIP),
    (b"\x78\x9f\x3e\x22", Kind.WINMAIL),
)
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_LIST_END = b"PK\x05\x06"
_LONGEST_LIST_END = 22 + 65_535  # its comment may be that long
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OUTLOOK_STREAM = "__properties_version1.0".encode("utf-16-le")
_PACKAGES = ("[content_types].xml", "mimetype", "xl/workbook.xml", "index/document.iwa")
_HEADER = re.compile(rb"[A-Za-z][A-Za-z0-9-]{1,60}:[ \t]?[^\r\n]*(\r?\n|\r|\Z)")
_FIRST_LINE = 4096  # bytes of it that are looked at
_FROM_LINE = re.compile(rb"From [^\r\n]*\d\d:\d\d[^\r\n]*\r?\n")
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
_TEMPORARY = re.compile(
    r"~\$.*|\.~lock\..*#|.*\.(tmp|part|partial|crdownload|download)"
    r"|desktop\.ini|thumbs\.db|ehthumbs\.db|\.ds_store|\._.*|\.directory|\.gitkeep|\.kskt-.*",
    re.IGNORECASE,
)


def kind_of(name: str, data: bytes) -> Kind:
    """What the file is."""
    suffix = PurePath(name.lower()).suffix
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            return kind
    if data.startswith(_ZIP):
        return Kind.ZIP if _is_plain_zip(suffix, data) else Kind.FILE
    if data.startswith(_OLE):
        return Kind.OUTLOOK if suffix == ".msg" or _OUTLOOK_STREAM in data else Kind.FILE
    return _text_kind(suffix, data)


def is_surely_no_container(name: str, data: bytes) -> bool:
    """Whether it holds no other files for certain, as far as a look at its bytes tells.

    Whatever needs a parser to be told apart is not certain.
    """
    suffix = PurePath(name.lower()).suffix
    if data.startswith(_ZIP):
        return suffix != ".zip" and _lists_a_workbook(data)
    if data.startswith(_OLE):
        return suffix != ".msg" and _OUTLOOK_STREAM not in data
    is_magic = data.startswith(tuple(magic for magic, _ in _MAGIC))
    return not is_magic and _text_kind(suffix, data) is Kind.FILE


def _lists_a_workbook(data: bytes) -> bool:
    """Whether the archive's list of entries, where it says that it is, names a workbook's parts."""
    end = data.rfind(_LIST_END, -_LONGEST_LIST_END)
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


def _text_kind(suffix: str, data: bytes) -> Kind:
    if suffix in (".mbox", ".mbx") or _FROM_LINE.match(data, 0, _FIRST_LINE):
        return Kind.MBOX
    if suffix == ".eml" or (suffix in ("", ".msg", ".mail") and _looks_like_mail(data)):
        return Kind.MAIL
    return {".msg": Kind.OUTLOOK, ".zip": Kind.ZIP}.get(suffix, Kind.FILE)


def document_words(name: str) -> str:
    """What a document that cannot be a report is called: «tệp PDF»; "" for what may be one."""
    return _DOCUMENT_OF.get(PurePath(name.lower().strip(" .")).suffix, "")


def is_temporary(name: str) -> bool:
    """Whether programs made the file for themselves: ``~$Báo cáo.xlsx``, ``Thumbs.db``."""
    return bool(_TEMPORARY.fullmatch(name))


def _is_plain_zip(suffix: str, data: bytes) -> bool:
    """Whether it is an archive and not a workbook, which is a zip as well."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            entries = package.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        return suffix == ".zip"
    if entries and min(entry.header_offset for entry in entries) > 0:
        return suffix == ".zip"  # cut off: what was found is the end of a workbook inside it
    names = {entry.filename.lower().replace("\\", "/") for entry in entries}
    return names.isdisjoint(_PACKAGES)


def _looks_like_mail(data: bytes) -> bool:
    head = data[:4096].lstrip()
    if not _HEADER.match(head):
        return False
    lines = head.lower().splitlines()[:60]
    return sum(1 for line in lines if line.startswith(_MAIL_HEADERS)) > 1
