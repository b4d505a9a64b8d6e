"""What a file really is, whatever its name says."""

import re
from typing import Final

from kskt_excel.excel.reading.archive import Archive

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_BOOKS = tuple(f"{name}\0".encode("utf-16-le") for name in ("Workbook", "Book", "WORKBOOK", "BOOK"))
_WORD = "WordDocument".encode("utf-16-le")
_MAGIC: Final = (
    (b"%PDF", "PDF"),
    (b"\x89PNG", "ảnh PNG"),
    (b"\xff\xd8\xff", "ảnh JPEG"),
    (b"GIF8", "ảnh GIF"),
    (b"BM", "ảnh BMP"),
    (b"II*\0", "ảnh quét TIFF"),
    (b"MM\0*", "ảnh quét TIFF"),
    (b"{\\rtf", "văn bản RTF"),
    (b"Rar!", "rar"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"MZ", "chương trình máy tính"),
)
_BIFF = (b"\x09\x00", b"\x09\x02", b"\x09\x04", b"\x09\x08")
_HTML = re.compile(rb"<(?:!doctype html|html|head|body|table|meta|style|div)[\s>]", re.IGNORECASE)
_DECLARED = re.compile(rb"encoding=[\"'][Uu][Tt][Ff]-16[^\"']*[\"']")
_CONTROL = bytes(range(9)) + bytes(range(14, 32))
_HEAD = 4096
# a password is declared right after the start of an old workbook, or after its write protection
_FILEPASS = re.compile(
    rb"\x09\x08(?:\x10\0.{16}|\x08\0.{8})(?:\x86\0\0\0)?(?:\x5b\0.\0.{0,60})?\x2f\0[\x04\x06\x34-\xff]",
    re.DOTALL,
)
_TEMPORARY = ("~$", ".~lock.", "._", "~wrl")
_SYSTEM = frozenset({"thumbs.db", "desktop.ini", ".ds_store"})
_UNFINISHED = (".tmp", ".crdownload", ".part", ".partial")


def is_temporary(name: str) -> bool:
    """Whether a name is that of a file which Excel, LibreOffice or Windows keeps for itself."""
    base = name.replace("\\", "/").rsplit("/", 1)[-1].lower()
    return base.startswith(_TEMPORARY) or base in _SYSTEM or base.endswith(_UNFINISHED)


def sniff(data: bytes) -> str:
    """Kind by the first bytes.

    ``zip``, ``ole-xls``, ``ole-encrypted``, ``biff``, ``html``, ``xml2003``, ``flat-ods``, ``xml``,
    ``text``, ``rar``, ``7z``, ``empty``, ``zeros``, or the Vietnamese name of what else it is.
    """
    if not data.strip(b"\0 \r\n\t"):
        return "empty"
    if data.startswith((b"PK\3\4", b"PK\5\6")):
        return "zip"
    if data.startswith(_OLE):
        return _ole_kind(data)
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            return kind
    if data[:2] in _BIFF and data[2:4] in (b"\x04\0", b"\x06\0", b"\x08\0", b"\x10\0"):
        return "biff"
    return _text_kind(data)


def _ole_kind(data: bytes) -> str:
    """Kind of a compound file, by the names in its directory."""
    if _named(data, _ENCRYPTED) or _FILEPASS.search(data):
        return "ole-encrypted"
    if any(_named(data, name) for name in _BOOKS):
        return "ole-xls"
    return "văn bản Word 97-2003" if _named(data, _WORD) else "dữ liệu của chương trình khác"


def _named(data: bytes, name: bytes) -> bool:
    """Whether a directory entry of a compound file (128 bytes, aligned) has a name."""
    at = data.find(name)
    while at >= 0:
        if at % 128 == 0:
            return True
        at = data.find(name, at + 2)
    return False


def _text_kind(data: bytes) -> str:
    """Kind of a file without a signature: markup, plain text or something unknown."""
    head = as_utf8(data[:_HEAD]).lstrip(b"\xef\xbb\xbf \r\n\t\0")
    if b"urn:schemas-microsoft-com:office:spreadsheet" in head and head.startswith(b"<"):
        return "xml2003" if b"<html" not in head.lower() else "html"
    if b"office:document" in head and head.startswith(b"<?xml"):
        return "flat-ods"
    if _HTML.search(head) and head.startswith(b"<"):
        return "html"
    if head.startswith(b"<?xml"):
        return "xml"
    if head.lower().startswith(b"mime-version:") and b"multipart/related" in data[:_HEAD].lower():
        return "trang web lưu trữ (MHTML)"
    control = len(head) - len(head.translate(None, _CONTROL))
    return "text" if control * 50 <= len(head) and head else "dữ liệu không rõ loại"


def as_utf8(data: bytes) -> bytes:
    """XML or text in UTF-16 as UTF-8, everything else as it is."""
    if data[:2] == b"\xff\xfe" or (data[1:2] == b"\0" and data[:1] == b"<"):
        encoding = "utf-16-le"
    elif data[:2] == b"\xfe\xff" or (data[:1] == b"\0" and data[1:2] == b"<"):
        encoding = "utf-16-be"
    else:
        return data
    plain = data.decode(encoding, "replace").lstrip("\ufeff").encode()
    return _DECLARED.sub(b'encoding="UTF-8"', plain, count=1)


_MAIN_TYPES: Final = (
    (b"application/vnd.ms-excel.sheet.binary.macroEnabled.main", "xlsb"),
    (b"application/vnd.ms-excel.sheet.macroEnabled.main", "xlsm"),
    (b"application/vnd.ms-excel.template.macroEnabled.main", "xlsm"),
    (b"application/vnd.ms-excel.addin.macroEnabled.main", "xlsm"),
    (b"spreadsheetml.sheet.main", "xlsx"),
    (b"spreadsheetml.template.main", "xlsx"),
    (b"wordprocessingml", "văn bản Word"),
    (b"presentationml", "bài trình chiếu PowerPoint"),
    (b"visio", "bản vẽ Visio"),
)


def package_kind(archive: Archive) -> str:
    """Kind of a package: ``xlsx``, ``xlsm``, ``xlsb``, ``ods``, ``zip`` or a Vietnamese name."""
    mimetype = archive.parts.get("mimetype", b"")
    if b"opendocument" in mimetype:
        return "ods" if b"spreadsheet" in mimetype else "văn bản OpenDocument"
    types = as_utf8(archive.parts.get("[content_types].xml", b""))
    for main, kind in _MAIN_TYPES:
        if main in types:
            return kind
    if "xl/workbook.xml" in archive.names:
        return "xlsx"
    if "content.xml" in archive.names and "meta-inf/manifest.xml" in archive.names:
        return "ods"
    if any(name.endswith(".iwa") for name in archive.names):
        return "bảng tính Numbers"
    return "zip"
