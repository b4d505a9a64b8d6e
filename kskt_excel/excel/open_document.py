"""Tables for analysis as an OpenDocument spreadsheet (.ods), for LibreOffice and others.

Source: OASIS Open Document Format for Office Applications 1.3, part 3.
"""

import datetime as dt
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from kskt_excel.excel.book_writer import cell_text
from kskt_excel.ledger.safe_files import ZIP_TIME
from kskt_excel.model.reading import Value
from kskt_excel.report.tables import DataTable

MEDIA_TYPE: Final = "application/vnd.oasis.opendocument.spreadsheet"
_VERSION: Final = "1.3"
_OFFICE: Final = "urn:oasis:names:tc:opendocument:xmlns:"
_SPACES: Final = " ".join(
    f'xmlns:{prefix}="{_OFFICE}{name}:1.0"'
    for prefix, name in (
        ("office", "office"),
        ("table", "table"),
        ("text", "text"),
        ("style", "style"),
        ("fo", "xsl-fo-compatible"),
        ("number", "datastyle"),
        ("meta", "meta"),
    )
)
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
_STYLES: Final = (
    "<office:automatic-styles>"
    '<number:date-style style:name="ngay"><number:day number:style="long"/><number:text>/'
    '</number:text><number:month number:style="long"/><number:text>/</number:text>'
    '<number:year number:style="long"/></number:date-style>'
    '<number:date-style style:name="luc"><number:day number:style="long"/><number:text>/'
    '</number:text><number:month number:style="long"/><number:text>/</number:text>'
    '<number:year number:style="long"/><number:text> </number:text>'
    '<number:hours number:style="long"/><number:text>:</number:text>'
    '<number:minutes number:style="long"/></number:date-style>'
    '<style:style style:name="d" style:family="table-cell" style:data-style-name="ngay"/>'
    '<style:style style:name="m" style:family="table-cell" style:data-style-name="luc"/>'
    '<style:style style:name="h" style:family="table-cell">'
    '<style:text-properties fo:font-weight="bold"/></style:style>'
    "</office:automatic-styles>"
)


def open_document(tables: Sequence[DataTable], *, title: str, created: dt.datetime) -> bytes:
    """A sheet for each table, its headings in the first row; same arguments, same bytes."""
    content = "".join(
        (
            _HEAD,
            f'<office:document-content {_SPACES} office:version="{_VERSION}">',
            _STYLES,
            "<office:body><office:spreadsheet>",
            *(part for table in tables for part in _sheet(table)),
            "</office:spreadsheet></office:body></office:document-content>",
        )
    )
    parts = {"content.xml": content, "meta.xml": _meta(title, created)}
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as package:
        mark = zipfile.ZipInfo("mimetype", ZIP_TIME)  # first and stored, as the format asks
        package.writestr(mark, MEDIA_TYPE, zipfile.ZIP_STORED)
        for name, text in (*parts.items(), ("META-INF/manifest.xml", _manifest(parts))):
            part = zipfile.ZipInfo(name, ZIP_TIME)
            package.writestr(part, text.encode(), zipfile.ZIP_DEFLATED)
    return data.getvalue()


def _sheet(table: DataTable) -> Iterator[str]:
    yield f"<table:table table:name={quoteattr(table.id)}>"
    yield f'<table:table-column table:number-columns-repeated="{len(table.columns)}"/>'
    yield "<table:table-header-rows><table:table-row>"
    yield from (_text(column.name, ' table:style-name="h"') for column in table.columns)
    yield "</table:table-row></table:table-header-rows>"
    for row in table.rows():
        yield "<table:table-row>"
        yield from map(_cell, row)
        yield "</table:table-row>"
    yield "</table:table>"


def _cell(value: Value) -> str:
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, bool):
        return _typed("boolean", f'office:boolean-value="{str(value).lower()}"')
    if isinstance(value, int | float):
        return _typed("float", f'office:value="{value!r}"')
    if isinstance(value, dt.date):
        style = "m" if isinstance(value, dt.datetime) else "d"
        return _typed("date", f'office:date-value="{value.isoformat()}"', style)
    return _text(value)


def _typed(kind: str, value: str, style: str = "") -> str:
    looks = f' table:style-name="{style}"' if style else ""
    return f'<table:table-cell{looks} office:value-type="{kind}" {value}/>'


def _text(text: str, looks: str = "") -> str:
    lines = "".join(f"<text:p>{_spaced(line)}</text:p>" for line in cell_text(text).split("\n"))
    return f'<table:table-cell{looks} office:value-type="string">{lines}</table:table-cell>'


def _spaced(line: str) -> str:
    """Blanks and tabs that would fall together, written as the format wants them."""
    escaped = escape(line).replace("\t", "<text:tab/>")
    while "  " in escaped:
        escaped = escaped.replace("  ", " <text:s/>", 1)
    return f"<text:s/>{escaped[1:]}" if escaped.startswith(" ") else escaped


def _meta(title: str, created: dt.datetime) -> str:
    moment = created.replace(tzinfo=None, microsecond=0).isoformat()
    return (
        f"{_HEAD}<office:document-meta {_SPACES} "
        'xmlns:dc="http://purl.org/dc/elements/1.1/" '
        f'office:version="{_VERSION}"><office:meta><dc:title>{escape(cell_text(title))}</dc:title>'
        f"<meta:creation-date>{moment}</meta:creation-date></office:meta></office:document-meta>"
    )


def _manifest(parts: Iterable[str]) -> str:
    entries = "".join(
        f'<manifest:file-entry manifest:full-path="{name}" manifest:media-type="text/xml"/>'
        for name in parts
    )
    return (
        f'{_HEAD}<manifest:manifest xmlns:manifest="{_OFFICE}manifest:1.0" '
        f'manifest:version="{_VERSION}"><manifest:file-entry manifest:full-path="/" '
        f'manifest:version="{_VERSION}" manifest:media-type="{MEDIA_TYPE}"/>{entries}'
        "</manifest:manifest>"
    )
