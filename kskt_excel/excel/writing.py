"""Workbooks as bytes: the same content gives the same bytes, and a text stays a text."""

import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kskt_excel.excel import style
from kskt_excel.ledger.atomic import write_whole
from kskt_excel.model.clock import in_utc
from kskt_excel.model.errors import KsktError

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

Edit = Callable[[str, bytes], bytes]
"""Makes a part of the package into another one: (name, content) -> content."""

_CELL_LIMIT: Final = 32_767  # UTF-16 units a cell can hold
_FIXED_TIME: Final = (1980, 1, 1, 0, 0, 0)
_UNWRITABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_SHEET_PART: Final = re.compile(r"xl/worksheets/sheet\d+\.xml")
_HEADER_FOOTER: Final = re.compile(rb"<headerFooter([^>]*)>(.*?)</headerFooter>", re.DOTALL)
_ODD_FOOTER: Final = re.compile(rb"<oddFooter>(.*?)</oddFooter>", re.DOTALL)
_FORBIDDEN_IN_NAMES: Final = re.compile(r"[\[\]:*?/\\]")
_LONGEST_NAME: Final = 31
_LONGEST_FOOTER: Final = 100  # twice that, and the command, stay under Excel's 255


class DamagedOutputError(KsktError):
    """A workbook that cannot be opened again right after it was made."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"Tệp {path.name} vừa lập không mở lại được nên chưa thay tệp cũ."
            " Đề nghị chạy lại; nếu vẫn thế, hãy kiểm tra ổ đĩa và bộ nhớ của máy."
        )


class BookWriter:
    """A workbook under way: ``workbook`` is XlsxWriter's own, ``formats`` its looks.

    ``created`` is the only time that stands in it; it is given, so that two runs give equal bytes.
    ``row_by_row`` is for long sheets: cells must then come row after row, and take little memory.
    ``on_disk`` keeps the parts under way in temporary files, for workbooks of many megabytes.
    """

    def __init__(
        self,
        *,
        created: dt.datetime,
        title: str,
        agency: str,
        subject: str = "",
        row_by_row: bool = False,
        on_disk: bool = False,
    ) -> None:
        self._bytes = io.BytesIO()
        self.workbook = _workbook(self._bytes, row_by_row=row_by_row, on_disk=on_disk)
        self.formats = style.Formats(self.workbook)
        self.workbook.set_properties(
            {
                "title": clean(title),
                "subject": clean(subject),
                "author": clean(agency),
                "company": clean(agency),
                "created": in_utc(created),
            }
        )

    def sheet(self, name: str) -> "Worksheet":
        """A new sheet; of the name, what Excel forbids is left out and 31 characters are kept."""
        return self.workbook.add_worksheet(sheet_name(name))

    def mark(self, marks: Mapping[str, str]) -> None:
        """Writes marks as custom properties and as defined names of the same spelling."""
        for name, value in marks.items():
            self.workbook.set_custom_property(name, value, "text")
            doubled = value.replace('"', '""')
            self.workbook.define_name(name, f'="{doubled}"')

    def finish(self, *edits: Edit) -> bytes:
        """The finished workbook, its package changed by ``edits``."""
        self.workbook.close()
        data = self._bytes.getvalue()
        return patched(data, *edits) if edits else data


def clean(text: str) -> str:
    """The text as a cell can hold it: no control characters, lone halves or CR; 32,767 units."""
    text = _UNWRITABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    if len(text) * 2 <= _CELL_LIMIT or len(text.encode("utf-16-le")) // 2 <= _CELL_LIMIT:
        return text
    units = text.encode("utf-16-le")[: (_CELL_LIMIT - 1) * 2]
    return units.decode("utf-16-le", "ignore") + "…"


def write_text(
    sheet: "Worksheet", row: int, column: int, text: str, looks: "Format | None" = None
) -> None:
    """Writes a text as text, whatever it begins with; rows and columns from 1; blank when ""."""
    if text:
        sheet.write_string(row - 1, column - 1, clean(text), looks)
    else:
        sheet.write_blank(row - 1, column - 1, None, looks)


def sheet_name(name: str) -> str:
    """The name as Excel allows it on a tab."""
    return _FORBIDDEN_IN_NAMES.sub(" ", clean(name)).strip("'")[:_LONGEST_NAME].strip() or "Sheet"


def quoted(name: str) -> str:
    """A sheet's name as a formula writes it: ``'Hồ sơ'``."""
    doubled = name.replace("'", "''")
    return f"'{doubled}'"


def in_header(text: str) -> str:
    """A text for a header or footer, where ``&`` begins a command."""
    return clean(text).replace("&", "&&")


def paper(sheet: "Worksheet", *, landscape: bool, footer: str = "") -> None:
    """Sets A4, the margins of the decree, the page number on top and a footer at the left.

    Source: Nghị định 30/2020/NĐ-CP, Phụ lục I.
    """
    if landscape:
        sheet.set_landscape()
    else:
        sheet.set_portrait()
    sheet.set_paper(style.PAPER_A4)
    sheet.set_margins(**{side: mm / 25.4 for side, mm in style.MARGINS_MM.items()})
    sheet.set_header(style.PAGE_NUMBER, {"margin": 10 / 25.4, "scale_with_doc": False})
    if footer:
        command = f'&L&"{style.FONT},Italic"&9'
        sheet.set_footer(command + in_header(footer[:_LONGEST_FOOTER]), {"margin": 8 / 25.4})
    sheet.center_horizontally()


def patched(data: bytes, *edits: Edit) -> bytes:
    """The package with its parts changed, in the same order and with fixed times."""
    result = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for info in old.infolist():
            content = old.read(info)
            for edit in edits:
                content = edit(info.filename, content)
            entry = zipfile.ZipInfo(info.filename, _FIXED_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, content)
    return result.getvalue()


def first_page_without_number(name: str, content: bytes) -> bytes:
    """An Edit: the first page of each sheet keeps its footer and shows no page number.

    XlsxWriter has no different first page.
    Source: Nghị định 30/2020/NĐ-CP, Phụ lục I.
    """
    if not _SHEET_PART.fullmatch(name):
        return content
    return _HEADER_FOOTER.sub(_with_first_page, content)


def growing_rows(name: str, content: bytes) -> bytes:
    """An Edit: row heights are a beginning; Excel lets a row grow with what is typed into it."""
    return content.replace(b' customHeight="1"', b"") if _SHEET_PART.fullmatch(name) else content


def write_workbook(path: Path, data: bytes) -> None:
    """Writes a workbook whole or not at all, after opening it once more.

    Raises DamagedOutputError, FileLockedError, WriteFailedError.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            broken = package.testzip()
    except zipfile.BadZipFile as error:
        raise DamagedOutputError(path) from error
    if broken:
        raise DamagedOutputError(path)
    write_whole(path, data)


def _workbook(target: io.BytesIO, *, row_by_row: bool, on_disk: bool) -> "Workbook":
    from xlsxwriter import Workbook

    options = {
        "constant_memory": row_by_row,
        "in_memory": not (row_by_row or on_disk),
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "nan_inf_to_errors": False,
    }
    return Workbook(target, options)


def _with_first_page(found: re.Match[bytes]) -> bytes:
    attributes, body = found[1], found[2]
    footer = _ODD_FOOTER.search(body)
    first = b"<firstFooter>" + footer[1] + b"</firstFooter>" if footer else b""
    return (
        b'<headerFooter differentFirst="1"' + attributes + b">" + body + first + b"</headerFooter>"
    )
