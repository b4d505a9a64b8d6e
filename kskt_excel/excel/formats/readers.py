"""From a gated file to a Book, by the reader of its format; also out of encrypted packages."""

import io
import struct
from collections.abc import Mapping
from dataclasses import replace

from kskt_excel.excel.formats.calamine import SheetValues, Unread, read_values
from kskt_excel.excel.formats.gate import Gated, inspect
from kskt_excel.excel.formats.xlsx import knowledge, read_facts, scan_values
from kskt_excel.excel.opc import FileLimits, ods_names, ods_properties
from kskt_excel.messages import finding
from kskt_excel.model.book import Book, CellPlace, Sheet, SheetFacts
from kskt_excel.model.finding import Finding

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


Loaded = tuple[Book | None, tuple[Finding, ...]]
"""The book, None when it could not be read, and everything to say about the file itself."""

_NO_FACTS = SheetFacts()
_PACKAGES = ("xlsx", "xlsm")


def read_book(gated: Gated) -> Loaded:
    """The workbook as raw cells, with remarks about the file; None with the reason when unread.

    A workbook without any cell is never a success.
    """
    book, said = _read(gated)
    findings = (*gated.remarks, *said)
    if book and not any(_has_content(sheet) for sheet in book.sheets):
        return None, (*findings, finding("file.no_data", name=gated.name))
    return book, findings


def _has_content(sheet: Sheet) -> bool:
    """Whether a sheet has a value, a formula or an error value in any cell."""
    return bool(sheet.rows or sheet.facts.formulas or sheet.facts.errors)


def _read(gated: Gated) -> Loaded:
    """The book by the reader for its kind."""
    if gated.kind == "encrypted":
        return _read_encrypted(gated)
    if gated.kind in ("html", "xml2003", "csv"):
        return _read_text(gated)
    scanned = scan_values(gated.package) if gated.kind in _PACKAGES else None
    values = scanned or read_values(gated.data, gated.kind)
    if isinstance(values, Unread):
        if values.why == "password":
            return None, (finding("file.password", name=gated.name),)
        return _read_again(gated)
    if not any(sheet.rows for sheet in values) and gated.kind in _PACKAGES:
        return _read_again(gated, values)  # calamine finds no cell in some sound files
    return _book(gated, values), ()


def _read_text(gated: Gated) -> Loaded:
    """Web pages, XML 2003 and delimited text under a workbook's name."""
    from kskt_excel.excel.formats.text_formats import read_delimited, read_page, read_xml2003

    readers = {"html": read_page, "xml2003": read_xml2003, "csv": read_delimited}
    book = readers[gated.kind](gated.data, gated.limits)
    if book is None and gated.kind == "csv":
        return None, (finding("file.wrong_kind", name=gated.name, kind="văn bản thường"),)
    return (book, ()) if book else (None, (finding("file.unreadable", name=gated.name),))


def _read_encrypted(gated: Gated) -> Loaded:
    """A workbook that Excel opens with its own default password, else the sentence."""
    opened = decrypt(gated.data, gated.limits)
    if opened is None:
        return None, (finding("file.password", name=gated.name),)
    inner = inspect(gated.name, opened, gated.limits)
    if isinstance(inner, Finding):
        return None, (inner,)
    if inner.kind == "encrypted":
        return None, (finding("file.password", name=gated.name),)
    book, said = _read(inner)
    return book, (finding("file.default_password", name=gated.name), *inner.remarks, *said)


def _read_again(gated: Gated, first: tuple[SheetValues, ...] = ()) -> Loaded:
    """The book by the second reader, where calamine has failed or found nothing."""
    from kskt_excel.excel.formats.second_reader import read_second

    values = read_second(gated) if gated.kind in _PACKAGES else None
    if first and not (values and any(sheet.rows for sheet in values)):
        return _book(gated, first), ()
    if values is None:
        return None, (finding("file.unreadable", name=gated.name),)
    return _book(gated, values), (finding("file.read_by_second_reader", name=gated.name),)


def _book(gated: Gated, values: tuple[SheetValues, ...]) -> Book:
    """Values with facts, marks and properties."""
    package = gated.package
    if gated.kind in _PACKAGES:
        facts = _all_facts(gated)
        sheets = tuple(_sheet(sheet, facts.get(sheet.name, _NO_FACTS)) for sheet in values)
        names, properties = package.defined_names(), package.properties()
        return Book(gated.kind, sheets, properties, names, package.epoch_1904)
    sheets = tuple(_sheet(sheet, _NO_FACTS) for sheet in values)
    if gated.kind == "ods":
        parts = package.parts
        return Book(gated.kind, sheets, ods_properties(parts), ods_names(parts))
    return Book(gated.kind, sheets, package.properties())


def _all_facts(gated: Gated) -> Mapping[str, SheetFacts]:
    """Facts of every worksheet by its name."""
    known = knowledge(gated.package)
    return {
        sheet.name: read_facts(gated.package, sheet.part, known)
        for sheet in gated.package.sheets
        if sheet.part
    }


def _sheet(values: SheetValues, facts: SheetFacts) -> Sheet:
    """A sheet with what is known of it; numbers that are none are named as errors."""
    if values.strange:
        errors: dict[CellPlace, str] = dict.fromkeys(values.strange, "#NUM!")
        facts = replace(facts, errors={**facts.errors, **errors})
    return Sheet(values.name, values.rows, values.visible, values.merged, facts)
