"""The gate: what a file is and whether a reader may touch it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import field
from itertools import chain
from typing import Any, Final

from kskt_excel.excel.formats import strangers
from kskt_excel.excel.opc import (
    DEFAULT,
    MIB,
    Archive,
    Fault,
    FileLimits,
    NotXmlError,
    Package,
    RefusedError,
    as_utf8,
    damaged,
    declares_type,
    too_many,
    unpack_package,
)
from kskt_excel.messages import finding
from kskt_excel.model.finding import Finding
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.patterns import lazy_pattern

_ZIP = (b"PK\3\4", b"PK\5\6")
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_BOOKS = tuple(f"{name}\0".encode("utf-16-le") for name in ("Workbook", "Book", "WORKBOOK", "BOOK"))
_OLE_DOCUMENTS: Final = {
    "WordDocument".encode("utf-16-le"): "văn bản Word 97-2003",
    "PowerPoint Document".encode("utf-16-le"): "bài trình chiếu PowerPoint 97-2003",
    "__properties_version1.0".encode("utf-16-le"): "thư Outlook (.msg)",
}
_NUMBERS_PARTS = ("index.zip", "index.apxl", "index.numbers")
_BIFF = (b"\x09\x00", b"\x09\x02", b"\x09\x04", b"\x09\x08")
# A page of any system begins with one of these, whatever the file's name says.
_HTML = lazy_pattern(rb"<(?:!doctype html|html|head|body|table|meta|style|div)[\s>]", re.IGNORECASE)
_DECLARED = lazy_pattern(rb"encoding=[\"'][Uu][Tt][Ff]-16[^\"']*[\"']")
_CONTROL = bytes(range(9)) + bytes(range(14, 32))
_HEAD = 4096  # bytes: what a file is stands at its beginning, behind comments and licences
_UNKNOWN = "dữ liệu không rõ loại"
# a password is declared right after the start of an old workbook, or after its write protection
_FILEPASS = lazy_pattern(
    rb"\x09\x08(?:\x10\0.{16}|\x08\0.{8})(?:\x86\0\0\0)?(?:\x5b\0.\0.{0,60})?\x2f\0[\x04\x06\x34-\xff]",
    re.DOTALL,
)
_TEMPORARY = ("~$", ".~lock.", "._", "~wrl")
_SYSTEM = frozenset({"thumbs.db", "desktop.ini", ".ds_store"})
_UNFINISHED = (".tmp", ".crdownload", ".part", ".partial")


def is_temporary_workbook(name: str) -> bool:
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
    if data.startswith(_ZIP):
        return "zip"
    if data.startswith(_OLE):
        return _ole_kind(data)
    if kind := strangers.by_signature(data):
        return kind
    # Last of the signatures: so few bytes begin other files as well.
    if data[:2] in _BIFF and data[2:4] in (b"\x04\0", b"\x06\0", b"\x08\0", b"\x10\0"):
        return "biff"
    return _text_kind(data)


def _ole_kind(data: bytes) -> str:
    """Kind of a compound file, by the names in its directory."""
    # First: an .xls with a password has the entry of a workbook all the same.
    if _has_entry(data, _ENCRYPTED) or _FILEPASS.search(data):
        return "ole-encrypted"
    if any(_has_entry(data, name) for name in _BOOKS):
        return "ole-xls"
    known = (words for name, words in _OLE_DOCUMENTS.items() if _has_entry(data, name))
    return next(known, "dữ liệu của chương trình khác")


def _has_entry(data: bytes, name: bytes) -> bool:
    """Whether a directory entry of a compound file (128 bytes, aligned) has a name."""
    at = data.find(name)
    while at >= 0:
        if at % 128 == 0:
            return True
        at = data.find(name, at + 2)
    return False


def _text_kind(data: bytes) -> str:
    """Kind of a file without a signature: markup, plain text or something unknown."""
    head = text_as_utf8(data[:_HEAD]).lstrip(b"\xef\xbb\xbf \r\n\t\0")
    if b"urn:schemas-microsoft-com:office:spreadsheet" in head and head.startswith(b"<"):
        return "xml2003" if b"<html" not in head.lower() else "html"
    is_xml = head.startswith(b"<?xml")
    known = "flat-ods" if is_xml and b"office:document" in head else strangers.by_text(head, data)
    if known:
        return known
    if _HTML.search(head) and head.startswith(b"<"):
        return strangers.LOGIN if strangers.is_login_page(data) else "html"
    if is_xml:
        return "xml"
    if head.lower().startswith(b"mime-version:") and b"multipart/related" in data[:_HEAD].lower():
        return "trang web lưu trữ (MHTML)"
    control = len(head) - len(head.translate(None, _CONTROL))
    # Old programs leave a control sign in some lines; of data one byte in nine is one.
    return "text" if control * 50 <= len(head) and head else _UNKNOWN


def _bytes_before(data: bytes, limits: FileLimits) -> int:
    """How many bytes stand before a whole workbook, which Excel does not pass over; 0 for none."""
    start = data.find(_ZIP[0])
    archive = unpack_package(data[start:], limits) if start > 0 else None
    is_workbook = isinstance(archive, Archive) and package_kind(archive) in _READABLE
    return start if is_workbook else 0


def text_as_utf8(data: bytes) -> bytes:
    """Text in UTF-16 as UTF-8, everything else as it is."""
    if data[:2] == b"\xff\xfe" or (data[1:2] == b"\0" and data[:1] == b"<"):
        encoding = "utf-16-le"
    elif data[:2] == b"\xfe\xff" or (data[:1] == b"\0" and data[1:2] == b"<"):
        encoding = "utf-16-be"
    else:
        return data
    plain = data.decode(encoding, "replace").lstrip("\ufeff").encode()
    return _DECLARED.sub(b'encoding="UTF-8"', plain, count=1)


_MAIN_TYPES: Final = (
    ("application/vnd.ms-excel.sheet.binary.macroenabled.main", "xlsb"),
    ("application/vnd.ms-excel.sheet.macroenabled.main", "xlsm"),
    ("application/vnd.ms-excel.template.macroenabled.main", "xlsm"),
    ("application/vnd.ms-excel.addin.macroenabled.main", "xlsm"),
    ("spreadsheetml.sheet.main", "xlsx"),
    ("spreadsheetml.template.main", "xlsx"),
    ("wordprocessingml", "văn bản Word"),
    ("presentationml", "bài trình chiếu PowerPoint"),
    ("visio", "bản vẽ Visio"),
)


def package_kind(archive: Archive) -> str:
    """Kind of a package: ``xlsx``, ``xlsm``, ``xlsb``, ``ods``, ``zip`` or a Vietnamese name."""
    mimetype = archive.parts.get("mimetype", b"")
    if b"opendocument" in mimetype:
        return "ods" if b"spreadsheet" in mimetype else "văn bản OpenDocument"
    if b"vnd.etsi.asic" in mimetype:
        return strangers.SIGNED
    try:
        types = " ".join(Package(archive.parts).content_types()).lower()
    except RefusedError:
        types = ""
    for main, kind in _MAIN_TYPES:
        if main in types:
            return kind
    return _kind_by_parts(archive.names)


def _kind_by_parts(names: frozenset[str]) -> str:
    """Kind of a package that does not say it, by the parts that it has."""
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "content.xml" in names and "meta-inf/manifest.xml" in names:
        return "ods"
    if any(name.endswith(".iwa") or name in _NUMBERS_PARTS for name in names):
        return strangers.NUMBERS
    is_signed = any(name.startswith("meta-inf/signatures") for name in names)
    return strangers.SIGNED if is_signed else "zip"


_PREFIX = lazy_pattern(rb"<(?:(\w+):)?(?:worksheet|styleSheet|sst|workbook)[\s>]")
# Bytes. A chain of open elements that is long enough to harm a parser fills windows without an end
# tag; of real parts few have such a window, with a long formula and few tags in it. Then the tags
# need not be counted one by one.
_DEPTH_WINDOW = 4 * 1024
_NEEDED = ("worksheet", "sharedStrings", "styles")
_SHEETS = ("worksheet", "chartsheet", "dialogsheet", "xlMacrosheet", "xlIntlMacrosheet")


def xml_faults(parts: Mapping[str, bytes], kind: str, limits: FileLimits) -> Iterator[Fault]:
    """Document types, tags that do not end and nesting without end, in any XML part.

    What older programs of OpenDocument name as the type of a document is harmless.
    """
    for name, data in parts.items():
        if declares_type(data, harmless=kind == "ods"):
            yield Fault("file.unsafe", {"why": "có khai báo kiểu tài liệu (DOCTYPE)"})
        if _has_long_tag(data, limits.tag_bytes):
            yield Fault("file.unsafe", {"why": f"thẻ quá dài trong {name}"})
        if _may_be_deep(data, limits.depth) and _is_deeper(data, limits.depth):
            yield Fault("file.unsafe", {"why": f"lồng nhau quá sâu trong {name}"})


def missing_parts(package: Package) -> Iterator[Fault]:
    """Parts without which the values would silently be other ones. Raises RefusedError."""
    parts = package.names
    for needed in ("[content_types].xml", "_rels/.rels", package.workbook):
        if needed not in parts:
            yield damaged(needed)
    if not package.workbook_relations:
        yield damaged("xl/_rels/workbook.xml.rels")
    for relation in package.workbook_relations.values():
        if relation.kind in _NEEDED and not relation.external and relation.target not in parts:
            yield damaged(relation.target)
    for sheet in package.sheets:
        if sheet.part not in parts or sheet.kind not in _SHEETS:
            yield damaged(f"trang “{sheet.name}”")
    package.content_types()  # they are no XML, or they are


def package_faults(package: Package, limits: FileLimits) -> Iterator[Fault]:
    """Bounds of a whole workbook: sheets, names, styles, cells, merges."""
    workbook = package.parts.get(package.workbook, b"")
    styles = package.parts.get(package.part_of("styles", "xl/styles.xml"), b"")
    if len(package.sheets) > limits.sheets:
        yield too_many("trang tính", len(package.sheets), limits.sheets)
    yield from _more([workbook], b"definedName", "tên vùng", limits.names)
    yield from _more([styles], b"xf", "định dạng ô", limits.styles)
    sheets = [package.parts.get(part, b"") for part in package.worksheets]
    yield from _more(sheets, b"c", "ô", limits.cells)
    yield from _more(sheets, b"mergeCell", "vùng gộp ô", limits.merges)


def _more(parts: list[bytes], name: bytes, what: str, limit: int) -> Iterator[Fault]:
    """A fault when parts have more elements of a name than the limit; short ones cannot."""
    if sum(map(len, parts)) > limit * len(b"<%s/>" % name):
        count = sum(_count(data, name) for data in parts)
        if count > limit:
            yield too_many(what, count, limit)


def _count(data: bytes, name: bytes) -> int:
    """Elements of a name, with the prefix that the part's root has."""
    # Behind a declaration the root is the first element.
    prefix = _PREFIX.search(data, 0, 2048)
    start = b"<" + (prefix[1] + b":" if prefix and prefix[1] else b"") + name
    return data.count(start + b" ") + data.count(start + b">") + data.count(start + b"/")


def _has_long_tag(data: bytes, limit: int) -> bool:
    """Whether a tag is longer than ``limit``: only then half that length lacks any ``>``."""
    if not _has_gap(data, b">", limit // 2):
        return False
    at = data.find(b"<")
    while at >= 0:
        end = data.find(b">", at)
        if end < 0 or end - at > limit:
            return True
        at = data.find(b"<", end)
    return False


def _has_gap(data: bytes, mark: bytes, window: int) -> bool:
    """Whether an aligned window of the data lacks a mark."""
    size = len(data)
    return any(data.find(mark, at, at + window) < 0 for at in range(0, size - window + 1, window))


def _may_be_deep(data: bytes, limit: int) -> bool:
    """Whether windows that open elements and close none open half as many as ``limit``."""
    opened = 0
    for at in range(0, len(data) - _DEPTH_WINDOW + 1, _DEPTH_WINDOW):
        end = at + _DEPTH_WINDOW
        if data.find(b"</", at, end) < 0 and data.find(b"/>", at, end) < 0:
            opened += data.count(b"<", at, end)
    return opened >= limit // 2


def _is_deeper(data: bytes, limit: int) -> bool:
    """Whether elements are nested deeper than ``limit``."""
    depth = 0
    for tag in re.finditer(rb"<([/!?]?)[^>]*?(/?)>", data):
        if tag[1] == b"/":
            depth -= 1
        elif not tag[1] and not tag[2]:
            depth += 1
            if depth > limit:
                return True
    return False


_NOTHING = Package({})
_READABLE = ("xlsx", "xlsm", "xlsb", "ods")
_PLAIN = {
    "ole-xls": "xls",
    "ole-encrypted": "encrypted",
    "html": "html",
    "xml2003": "xml2003",
    "text": "csv",
}
_MACRO_PARTS = ("vbaproject.bin", "macrosheets/", "intlmacrosheets/")


@dataclass(frozen=True, slots=True)
class Gated:
    """A file that a reader may touch: its bytes, what it is, its XML parts, what to remark."""

    name: str
    data: bytes
    kind: str  # xlsx, xlsm, xlsb, ods, xls, encrypted, html, xml2003, csv
    package: Package = field(default=_NOTHING)
    remarks: tuple[Finding, ...] = ()
    limits: FileLimits = DEFAULT


def inspect(name: str, data: bytes, limits: FileLimits = DEFAULT) -> Gated | Finding:
    """The file ready to be read, or the one reason why it is not.

    Sizes, checksums and counts are proved on the bytes before a parser sees them; of what a package
    holds only the skeleton is read here.
    """
    if is_temporary_workbook(name):
        return finding("file.temporary", name=name)
    if len(data) > limits.file_bytes:
        return finding("file.too_large", name=name, size=f"{len(data) // MIB} MB")
    kind = sniff(data)
    if kind == "zip":
        return _inspect_package(name, data, limits)
    if kind in (_UNKNOWN, "text") and (count := _bytes_before(data, limits)):
        return finding("file.leading_bytes", name=name, count=count)
    if kind in _PLAIN:
        return Gated(name, data, _PLAIN[kind], limits=limits, remarks=_kind_remarks(kind, name))
    return _refused_kind(kind, name)


def refusal(fault: Fault, name: str) -> Finding:
    """The finding for a fault inside a package."""
    params: dict[str, Any] = {**fault.params, "name": name}
    return finding(fault.code, **params)


def _refused_kind(kind: str, name: str) -> Finding:
    """The finding for a file that is no workbook."""
    if kind == "empty":
        return finding("file.empty", name=name)
    if kind == "zip":
        return finding("file.zip", name=name)
    words = {
        "biff": "Excel đời cũ trước 1997",
        "xml": "dữ liệu XML",
        "flat-ods": "OpenDocument XML",
    }
    code = strangers.CODES.get(kind, "file.wrong_kind")
    return finding(code, name=name, kind=words.get(kind, kind))


def _kind_remarks(kind: str, name: str) -> tuple[Finding, ...]:
    """What to remark about a format that tells less than xlsx."""
    codes = {
        "ole-xls": "file.old_xls",
        "xlsb": "file.other_format",
        "ods": "file.other_format",
        "html": "file.really_html",
        "xml2003": "file.really_xml2003",
        "text": "file.really_csv",
    }
    return (finding(codes[kind], name=name, kind=kind),) if kind in codes else ()


def _inspect_package(name: str, data: bytes, limits: FileLimits) -> Gated | Finding:
    """The verdict on a zip package."""
    archive = unpack_package(data, limits)
    if isinstance(archive, Fault):
        return refusal(archive, name)
    kind = package_kind(archive)
    if kind not in _READABLE:
        return _refused_kind(kind, name)
    try:
        package = Package(dict(_recoded(archive)), archive.names)
        fault = next(_package_faults(kind, package, limits), None)
    except RefusedError as error:
        fault = error.fault
    if fault:
        return refusal(fault, name)
    remarks = (*_kind_remarks(kind, name), *_package_remarks(archive, package, name))
    return Gated(name, data, kind, package, remarks, limits)


def _package_faults(kind: str, package: Package, limits: FileLimits) -> Iterator[Fault]:
    """Every reason to refuse a package, the gravest first."""
    yield from xml_faults(package.parts, kind, limits)
    if kind in ("xlsx", "xlsm"):
        yield from chain(missing_parts(package), package_faults(package, limits))
    if kind == "ods" and b"encryption-data" in package.parts.get("meta-inf/manifest.xml", b""):
        yield Fault("file.password", {})


def _recoded(archive: Archive) -> Iterator[tuple[str, bytes]]:
    """Every part in UTF-8. Raises RefusedError."""
    for part, body in archive.parts.items():
        try:
            yield part, as_utf8(body)
        except NotXmlError as error:
            raise RefusedError(damaged(part)) from error


def _package_remarks(archive: Archive, package: Package, name: str) -> Iterator[Finding]:
    """What a unit is told about a package that is read all the same."""
    if any(mark in part for part in archive.names for mark in _MACRO_PARTS):
        yield finding("file.macros", name=name)
    if any(part.startswith("xl/externallinks/") for part in archive.names):
        yield finding("file.external_links", name=name)
    if package.is_strict:
        yield finding("file.strict", name=name)
