"""From a gated file to a Book: values and facts together, by the reader of its format."""

import io
import struct
from collections.abc import Callable, Mapping, Sequence

from kskt_excel.excel.formats import strangers
from kskt_excel.excel.formats.gate import Gated, inspect, refusal
from kskt_excel.excel.opc import Fault, FileLimits, RefusedError
from kskt_excel.messages import finding
from kskt_excel.model.book import Book, Sheet
from kskt_excel.model.finding import Finding
from kskt_excel.model.nouns import dataclass

_DEFAULT_PASSWORD = "VelvetSweatshop"  # noqa: S105 - Excel's published default, no secret


def decrypt(data: bytes, limits: FileLimits) -> bytes | None:
    """The workbook inside; None when it has a password of its own or cannot be opened."""
    try:
        import msoffcrypto
        from msoffcrypto.exceptions import DecryptionError, FileFormatError, ParseError
    except ImportError:  # the extra «crypto» is not installed
        return None
    opened = io.BytesIO()
    try:
        office = msoffcrypto.OfficeFile(io.BytesIO(data))
        office.load_key(password=_DEFAULT_PASSWORD)
        office.decrypt(opened)
    except (
        DecryptionError,
        FileFormatError,
        ParseError,
        OSError,
        ValueError,
        KeyError,
        AttributeError,
        NotImplementedError,
        struct.error,
    ):
        return None
    inside = opened.getvalue()
    return inside if 0 < len(inside) <= limits.file_bytes else None


@dataclass(frozen=True, slots=True)
class Format:
    """A format of workbooks: the kinds that the gate knows it by, and what reads them.

    ``read`` raises RefusedError with the reason when a file of the kind cannot be read.
    """

    kinds: tuple[str, ...]
    read: Callable[[Gated], Book]


def _open_xml(gated: Gated) -> Book:
    from kskt_excel.excel.formats.xlsx import read_xlsx

    package = gated.package
    sheets = read_xlsx(package, gated.limits)
    names, properties = package.defined_names(), package.properties()
    return Book(gated.kind, sheets, properties, names, package.epoch_1904)


def _binary(gated: Gated) -> Book:
    from kskt_excel.excel.formats.calamine import read_calamine

    return read_calamine(gated)


def _page(gated: Gated) -> Book:
    from kskt_excel.excel.formats.text_formats import read_page

    book = read_page(gated.data, gated.limits)
    if book is None:
        raise RefusedError(Fault(strangers.CODES[strangers.NO_TABLE], {"kind": strangers.NO_TABLE}))
    return book


def _xml_2003(gated: Gated) -> Book:
    from kskt_excel.excel.formats.text_formats import read_xml2003

    book = read_xml2003(gated.data, gated.limits)
    if book is None:
        raise RefusedError(Fault("file.unreadable", {}))
    return book


def _delimited(gated: Gated) -> Book:
    from kskt_excel.excel.formats.text_formats import read_delimited

    book = read_delimited(gated.data, gated.limits)
    if book is None:
        raise RefusedError(Fault("file.wrong_kind", {"kind": "văn bản thường"}))
    return book


BOOK_FORMATS = (
    Format(("xlsx", "xlsm"), _open_xml),
    Format(("xls", "xlsb", "ods"), _binary),
    Format(("html",), _page),
    Format(("xml2003",), _xml_2003),
    Format(("csv",), _delimited),
)
_FORMATS = {kind: one for one in BOOK_FORMATS for kind in one.kinds}

Loaded = tuple[Book | None, tuple[Finding, ...]]
"""The book, None when it could not be read, and everything to say about the file itself."""


def read_book(gated: Gated) -> Loaded:
    """The workbook as raw cells, with remarks about the file; None with the reason when unread.

    A workbook without any cell is never a success.
    """
    try:
        opened, said = _decrypted(gated) if gated.kind == "encrypted" else (gated, gated.remarks)
        book = _FORMATS[opened.kind].read(opened)
    except RefusedError as error:
        return None, (refusal(error.fault, gated.name),)
    if not any(_has_content(sheet) for sheet in book.sheets):
        return None, (*said, finding("file.no_data", name=gated.name))
    return book, said


def _has_content(sheet: Sheet) -> bool:
    """Whether a sheet has a value, a formula or an error value in any cell."""
    return bool(sheet.rows or sheet.facts.formulas or sheet.facts.errors)


def _decrypted(gated: Gated) -> tuple[Gated, tuple[Finding, ...]]:
    """A workbook that Excel opens with its own default password, and what to say of it."""
    opened = decrypt(gated.data, gated.limits)
    inner = None if opened is None else inspect(gated.name, opened, gated.limits)
    if isinstance(inner, Finding):
        raise RefusedError(Fault(inner.code, inner.params))
    if inner is None or inner.kind == "encrypted":
        raise RefusedError(Fault("file.password", {}))
    return inner, (finding("file.default_password", name=gated.name), *inner.remarks)


def drop_downs(gated: Gated) -> Mapping[str, Mapping[int, Sequence[str]]]:
    """Typed lists of choices that a workbook offers, by sheet and column number.

    They tell more of a column than its heading. None of what openpyxl cannot open.
    """
    if gated.kind not in ("xlsx", "xlsm"):
        return {}
    from openpyxl import load_workbook

    found: dict[str, dict[int, Sequence[str]]] = {}
    for sheet in load_workbook(io.BytesIO(gated.data)).worksheets:
        for one in sheet.data_validations.dataValidation:
            text = str(one.formula1 or "")
            if one.type == "list" and text.startswith('"'):
                values = [part.strip() for part in text.strip('"').split(",") if part.strip()]
                for area in one.sqref.ranges:
                    for number in range(area.min_col, area.max_col + 1):
                        found.setdefault(sheet.title, {})[number] = values
    return found
