"""Workbooks as bytes: fonts and looks, one way to write a cell, the same bytes every time."""

import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache, lru_cache
from itertools import accumulate
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, TypeAlias

from kskt_excel.ledger.safe_files import ZIP_TIME, write_whole
from kskt_excel.ledger.safeguards import as_keywords
from kskt_excel.model.book import LONGEST_SHEET_NAME
from kskt_excel.model.calendar import in_utc
from kskt_excel.model.errors import KsktError
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.reading import Value

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet


FONT: Final = "Times New Roman"
BODY_SIZE: Final = 12

INPUT_FILL: Final = "#FFF9DB"  # light yellow: a cell to fill
GIVEN_FILL: Final = "#F2F2F2"  # light grey: the office's text, or a formula
CARRIED_FILL: Final = "#E7F1FA"  # light blue: the unit's own words of the quarter before
HEADING_FILL: Final = "#DCE6F1"
GOOD_FILL: Final = "#E2EFDA"  # light enough for black-and-white printers
WARN_FILL: Final = "#FFF2CC"
BAD_FILL: Final = "#F8CBAD"
MARK_ERROR_FILL: Final = "#FFC7CE"  # a marked cell: light red, unlike any fill of the forms
MARK_WARN_FILL: Final = "#FFEB9C"  # stronger than the yellow of a cell to fill
BAD_INK: Final = "#C00000"
QUIET_INK: Final = "#595959"
LINK_INK: Final = "#0563C1"
BORDER_INK: Final = "#7F7F7F"

SheetKind: TypeAlias = Literal["start", "fill", "register", "form", "record"]
"""First to be read; given rows to fill; rows that are added; what is printed; kept by itself."""
TAB_COLOURS: Final[Mapping[SheetKind, str]] = MappingProxyType(
    {  # by Okabe and Ito: told apart by people who are blind to red, green or blue
        "start": "#0072B2",
        "fill": "#E69F00",
        "register": "#009E73",
        "form": "#56B4E9",
        "record": "#595959",
    }
)

# Dots as literals, so that every machine shows 1.234, whatever its regional settings
COUNT_FORMAT: Final = '[>=1000000]0"."000"."000;[>=1000]0"."000;0'
SPARE_COUNT_FORMAT: Final = '[=0]"";[>=1000]0"."000;0'  # a row that nobody has used yet
DATE_FORMAT: Final = "dd/mm/yyyy"
MOMENT_FORMAT: Final = "dd/mm/yyyy hh:mm"
TEXT_FORMAT: Final = "@"
VIETNAMESE_NUMBERS: Final = "[$-42A]"
"""Before a number format: a decimal comma, also where LibreOffice runs under another language."""
WHOLE_RATE_FORMAT: Final = "0%"

MARGINS_MM: Final[Mapping[str, int]] = MappingProxyType(
    {"left": 30, "right": 15, "top": 20, "bottom": 20}  # Nghị định 30/2020/NĐ-CP, Phụ lục I
)
PAPER_A4: Final = 9  # Excel's number of it
PAGE_NUMBER: Final = f'&C&"{FONT},Regular"&13&P'

_BASE: Final[Mapping[str, Any]] = MappingProxyType({"font_name": FONT, "font_size": BODY_SIZE})
_LOOKS: Final[Mapping[str, Mapping[str, Any]]] = MappingProxyType(
    {
        # places
        "left": {"align": "left"},
        "center": {"align": "center"},
        "right": {"align": "right"},
        "middle": {"valign": "vcenter"},
        "top": {"valign": "top"},
        "wrap": {"text_wrap": True},
        "indent": {"align": "left", "indent": 1},
        "border": {"border": 1, "border_color": BORDER_INK},
        "frame": {"border": 1},
        "open_top": {"top": 0},
        "open_bottom": {"bottom": 0},
        # letters
        "bold": {"bold": True},
        "italic": {"italic": True},
        "quiet": {"font_color": QUIET_INK},
        "alarm": {"font_color": BAD_INK, "bold": True},
        "small": {"font_size": 11},
        "tiny": {"font_size": 10},
        "size13": {"font_size": 13},
        "size14": {"font_size": 14},
        "link": {"font_color": LINK_INK, "underline": 1},
        # values
        "text": {"num_format": TEXT_FORMAT},
        "count": {"num_format": COUNT_FORMAT},
        "spare_count": {"num_format": SPARE_COUNT_FORMAT},
        "date": {"num_format": DATE_FORMAT},
        "moment": {"num_format": MOMENT_FORMAT},
        "no_zero": {"num_format": "0;-0;"},
        "whole_rate": {"num_format": WHOLE_RATE_FORMAT},
        # fills
        "input": {"bg_color": INPUT_FILL},
        "given": {"bg_color": GIVEN_FILL},
        "carried": {"bg_color": CARRIED_FILL, "italic": True},
        "good": {"bg_color": GOOD_FILL},
        "warn": {"bg_color": WARN_FILL},
        "bad": {"bg_color": BAD_FILL},
        "review": {"bg_color": MARK_WARN_FILL},
        "heading_fill": {"bg_color": HEADING_FILL},
        # protection
        "open": {"locked": False},
    }
)
_SETS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "title": ("bold", "size14", "left", "middle"),
        "heading": ("bold", "center", "middle", "wrap", "border", "heading_fill"),
        "numbering": ("italic", "small", "center", "middle", "border"),
        "cell": ("border", "middle", "wrap"),
        "body": ("border", "middle", "small"),
        "total": ("border", "middle", "bold", "given"),
        "note": ("italic", "quiet", "left", "middle"),
    }
)


_STYLE_NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {  # of the sets: what people find under «Kiểu ô» and change for all such cells at once
        "title": "Sổ - tiêu đề trang",
        "heading": "Sổ - đầu cột",
        "numbering": "Sổ - số cột",
        "cell": "Sổ - ô biểu mẫu",
        "body": "Sổ - ô bảng",
        "total": "Sổ - dòng cộng",
        "note": "Sổ - lời dẫn",
        "frame": "Sổ - ô bản in",
    }
)


class AskedFormats(NamedTuple):
    """Formats by the names of their looks, in the order they were asked for."""

    looks: "dict[tuple[str, ...], Format]"
    conditional: "dict[tuple[str, ...], Format]"
    more: "dict[tuple[tuple[str, ...], tuple[tuple[str, Any], ...]], Format]"
    """Those with properties on top: names, properties."""


class Formats:
    """Formats of one workbook by the names of looks: ``formats("cell", "count", "open")``.

    Later names win over earlier ones; the same names give the same Format.
    """

    def __init__(self, workbook: "Workbook") -> None:
        self._workbook = workbook
        self._made: dict[tuple[tuple[str, Any], ...], Format] = {}
        self._named: dict[tuple[str, ...], Format] = {}
        self._conditional: dict[tuple[str, ...], Format] = {}
        self._made_conditional: dict[tuple[str, ...], Format] = {}
        self._more: dict[tuple[tuple[str, ...], tuple[tuple[str, Any], ...]], Format] = {}
        self._styles: dict[int, tuple[Format, str]] = {}  # by id of the format

    def __call__(self, *names: str, **own: Any) -> "Format":
        """The format of these looks together; ``own`` are XlsxWriter properties on top."""
        if own:
            made = self._styled(names, self.of(look(*names) | own))
            self._more[names, tuple(own.items())] = made
            return made
        if names not in self._named:  # asked for cell by cell
            self._named[names] = self._styled(names, self.of(look(*names)))
        return self._named[names]

    def conditional(self, *names: str) -> "Format":
        """What a conditional format changes: these looks without the body font."""
        made = self._made_conditional.get(names)
        if made is None:
            made = self._workbook.add_format(marks(*names))
            made._get_dxf_index()  # noqa: SLF001 - numbered as they are asked for
            self._made_conditional[names] = made
        self._conditional[names] = made
        return made

    @contextmanager
    def noted(self) -> Iterator[AskedFormats]:
        """What is asked for by names in here."""
        before, asked = self._named, AskedFormats({}, {}, {})
        self._named, self._conditional, self._more = asked
        yield asked
        self._named = before | asked.looks

    def _styled(self, names: Sequence[str], made: "Format") -> "Format":
        if names and (style := _STYLE_NAMES.get(names[0])):
            self._styles.setdefault(id(made), (made, style))
        return made

    def styles(self) -> dict[int, str]:
        """Names of the cell styles that formats in use belong to, by the number of the format.

        Known when the workbook is closed.
        """
        numbered = ((made.xf_index, style) for made, style in self._styles.values())
        return {number: style for number, style in numbered if number is not None}

    def of(self, properties: Mapping[str, Any]) -> "Format":
        """The format of XlsxWriter properties; equal properties give the same Format."""
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._workbook.add_format(dict(properties))
        return self._made[key]

    def properties(self, made: "Format") -> dict[str, Any]:
        """The XlsxWriter properties that a format was made of."""
        return next(dict(key) for key, one in self._made.items() if one is made)


def look(*names: str) -> dict[str, Any]:
    """XlsxWriter properties of the named looks on top of the body font. Raises KeyError."""
    properties = dict(_BASE)
    for name in names:
        for part in _SETS.get(name, (name,)):
            properties |= _LOOKS[part]
    return properties


def marks(*names: str) -> dict[str, Any]:
    """The looks without the body font, as conditional formats want them. Raises KeyError."""
    properties: dict[str, Any] = {}
    for name in names:
        properties |= _LOOKS[name]
    return properties


Edit = Callable[[str, bytes], bytes]
"""Makes a part of the package into another one: (name, content) -> content."""

_CELL_LIMIT: Final = 32_767  # UTF-16 units a cell can hold
_SURELY_SHORT: Final = 16_000  # letters that never take more
# XML forbids them, escaped too: Excel would call the file damaged.
UNWRITABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_SHEET_PART: Final = re.compile(r"xl/worksheets/sheet\d+\.xml")
_SHEETS: Final = re.compile(rb"(?<=<sheets>).*?(?=</sheets>)", re.DOTALL)
_SHEET: Final = re.compile(rb"<sheet [^>]*/>")
# Names of one sheet (print areas, rows repeated) point to it by its place among the tabs.
_LOCAL: Final = re.compile(rb'(?<=localSheetId=")\d+(?=")')
_ACTIVE: Final = re.compile(rb' activeTab="(\d+)"')
_HEADER_FOOTER: Final = re.compile(rb"<headerFooter([^>]*)>(.*?)</headerFooter>", re.DOTALL)
_ODD_FOOTER: Final = re.compile(rb"<oddFooter>(.*?)</oddFooter>", re.DOTALL)
_STYLES_PART: Final = "xl/styles.xml"
# One format: closed in itself, or with its alignment and protection inside.
_XF: Final = re.compile(rb"<xf\b[^>]*/>|<xf\b[^>]*[^/]>.*?</xf>", re.DOTALL)
_XF_ID: Final = re.compile(rb' xfId="\d+"')
_STYLE_XFS: Final = re.compile(rb"<cellStyleXfs\b[^>]*>(.*?)</cellStyleXfs>", re.DOTALL)
_CELL_XFS: Final = re.compile(rb"<cellXfs\b[^>]*>(.*?)</cellXfs>", re.DOTALL)
_CELL_STYLES: Final = re.compile(rb"<cellStyles\b[^>]*>(.*?)</cellStyles>", re.DOTALL)
_CELL_STYLE: Final = re.compile(rb"<cellStyle\b[^>]*/>")
_FORBIDDEN_IN_NAMES: Final = re.compile(r"[\[\]:*?/\\]")
_MOST_FROZEN_PX: Final = 438  # a third of a laptop's screen without bar and numbers of rows
# Between what it is, whose and of which period: the last parts of a footer that is cut stay whole.
_FOOTER_PARTS: Final = re.compile(r"(?= [-–] )")
_LONGEST_PERIOD: Final = 50  # letters of "Quý I/2022" and of what stands behind it
_LONGEST_FOOTER: Final = 100  # twice that, and the command, stay under Excel's 255


class DamagedOutputError(KsktError):
    """A workbook that cannot be opened again right after it was made."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"Tệp {path.name} vừa lập không mở lại được nên chưa thay tệp cũ."
            " Đề nghị chạy lại; nếu vẫn thế, đề nghị kiểm tra ổ đĩa và bộ nhớ của máy."
        )


# Excel takes no table called as a cell is: A1, R1C1, R, C.
_LIKE_A_CELL: Final = re.compile(r"[A-Za-z]{1,3}\d+|[RrCc]\d*|[Rr]\d*[Cc]\d*")


class BookWriter:
    """A workbook under way: ``workbook`` is XlsxWriter's own, ``formats`` its looks.

    ``created`` is the only time that stands in it; it is given, so that two runs give equal bytes.
    ``record`` says how far the record had come (RecordMark.words).
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
        record: str = "",
        row_by_row: bool = False,
        on_disk: bool = False,
    ) -> None:
        self._bytes = io.BytesIO()
        self.workbook = _workbook(self._bytes, row_by_row=row_by_row, on_disk=on_disk)
        self.formats = Formats(self.workbook)
        self._tables: set[str] = set()
        self.workbook.set_properties(
            {
                "title": cell_text(title),
                "subject": cell_text(subject),
                "author": cell_text(agency),
                "company": cell_text(agency),
                "comments": cell_text(record),
                "keywords": as_keywords(record),  # a PDF that is made from it keeps these alone
                "created": in_utc(created),
            }
        )

    def sheet(self, name: str) -> "Worksheet":
        """A new sheet; of the name, what Excel forbids is left out and 31 characters are kept."""
        return self.workbook.add_worksheet(sheet_name(name), plain_worksheet())

    def table_name(self, wanted: str) -> str:
        """A name for an Excel table that no other one of the workbook has: ``ho_so``, ``II_06a``.

        Power Query finds the table by it.
        """
        name = re.sub(r"\W", "_", wanted)
        if not name[0].isalpha() or _LIKE_A_CELL.fullmatch(name):
            name = f"_{name}"
        while name.casefold() in self._tables:
            name += "_"
        self._tables.add(name.casefold())
        return name

    def mark(self, marks: Mapping[str, str]) -> None:
        """Writes marks as custom properties and as defined names of the same spelling."""
        for name, value in marks.items():
            self.workbook.set_custom_property(name, value, "text")
            doubled = value.replace('"', '""')
            self.workbook.define_name(name, f'="{doubled}"')

    def finish(self, *edits: Edit) -> bytes:
        """The finished workbook, its package changed by ``edits``."""
        self.workbook.close()
        styles = self.formats.styles()

        def with_styles(name: str, content: bytes) -> bytes:
            return named_styles(content, styles) if name == _STYLES_PART else content

        parts, self.workbook.parts = self.workbook.parts, ()
        # workbook and sheets name each other: all cells would wait for the collector
        self.workbook.worksheets_objs.clear()
        self.workbook.sheetnames.clear()
        return _packed(parts or _parts(self._bytes.getvalue()), (with_styles, *edits))


def cell_text(text: str) -> str:
    """The text as a cell can hold it: no control characters, lone halves or CR; 32,767 units."""
    if len(text) <= _SURELY_SHORT and text.isprintable():
        return text  # most
    text = UNWRITABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    if len(text) * 2 <= _CELL_LIMIT or len(text.encode("utf-16-le")) // 2 <= _CELL_LIMIT:
        return text
    units = text.encode("utf-16-le")[: (_CELL_LIMIT - 1) * 2]
    return units.decode("utf-16-le", "ignore") + "…"


def write_text(
    sheet: "Worksheet", row: int, column: int, text: str, looks: "Format | None" = None
) -> None:
    """Writes a text as text, whatever it begins with; rows and columns from 1; blank when ""."""
    if text:
        sheet.write_string(row - 1, column - 1, cell_text(text), looks)
    else:
        sheet.write_blank(row - 1, column - 1, None, looks)


def sheet_name(name: str) -> str:
    """The name as Excel allows it on a tab."""
    return (
        _FORBIDDEN_IN_NAMES.sub(" ", cell_text(name)).strip("'")[:LONGEST_SHEET_NAME].strip()
        or "Sheet"
    )


def quoted(name: str) -> str:
    """A sheet's name as a formula writes it: ``'Hồ sơ'``."""
    doubled = name.replace("'", "''")
    return f"'{doubled}'"


def formula_text(text: str) -> str:
    """A text as a formula writes it, in quotation marks."""
    doubled = text.replace('"', '""')
    return f'"{doubled}"'


def in_header(text: str) -> str:
    """A text for a header or footer, where ``&`` begins a command."""
    return cell_text(text).replace("&", "&&")


def footer_command(text: str) -> str:
    """A footer at the left: what it is, whose, of which period.

    Of a text that is too long the names are cut; its last parts, which tell the period, stay.
    """
    kept = ""
    if len(text) > _LONGEST_FOOTER:
        parts = _FOOTER_PARTS.split(text)
        while len(parts[-1]) + len(kept) <= _LONGEST_PERIOD:
            kept = parts.pop() + kept
        text = "".join(parts)[: _LONGEST_FOOTER - len(kept) - 1].rstrip(" -–") + "…"
    return f'&L&"{FONT},Italic"&9{in_header(text + kept)}'


def paper(sheet: "Worksheet", *, landscape: bool, footer: str = "") -> None:
    """Sets A4, the margins of the decree, the page number on top and a footer at the left.

    Source: Nghị định 30/2020/NĐ-CP, Phụ lục I.
    """
    if landscape:
        sheet.set_landscape()
    else:
        sheet.set_portrait()
    sheet.set_paper(PAPER_A4)
    sheet.set_margins(**{side: mm / 25.4 for side, mm in MARGINS_MM.items()})
    as_they_are = {"scale_with_doc": False}  # both must say so, the last one counts
    sheet.set_header(PAGE_NUMBER, {"margin": 10 / 25.4, **as_they_are})
    if footer:
        sheet.set_footer(footer_command(footer), {"margin": 8 / 25.4, **as_they_are})
    sheet.center_horizontally()


def columns_in_sight(widths: Iterable[int]) -> int:
    """How many columns of these pixels, the first ones, may stay in sight beside what scrolls.

    What scrolls keeps two thirds of a laptop's screen of 1366 x 768.
    """
    return sum(taken <= _MOST_FROZEN_PX for taken in accumulate(widths))


def colour_tab(sheet: "Worksheet", kind: SheetKind) -> None:
    """Gives the tab of a sheet the colour of its kind."""
    sheet.set_tab_color(TAB_COLOURS[kind])


def narrow_margins(sheet: "Worksheet") -> None:
    """Margins of a working paper, which no decree asks more of: 10 mm, 15 at the left and top."""
    sheet.set_margins(left=15 / 25.4, right=10 / 25.4, top=15 / 25.4, bottom=15 / 25.4)


def patched(data: bytes, *edits: Edit) -> bytes:
    """The package with its parts changed, in the same order and with fixed times."""
    return _packed(_parts(data), edits)


def _parts(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Names and contents of a package, one by one."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        for info in package.infolist():
            yield info.filename, package.read(info)


def _packed(parts: Iterable[tuple[str, bytes]], edits: Sequence[Edit]) -> bytes:
    """The package of these parts, each changed by the edits, with fixed times."""
    result = io.BytesIO()
    with zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as package:
        for name, part in parts:
            content = part
            for edit in edits:
                content = edit(name, content)
            entry = zipfile.ZipInfo(name, ZIP_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(entry, content)
    return result.getvalue()


def named_styles(content: bytes, styles: Mapping[int, str]) -> bytes:
    """The part with styles that have names, which XlsxWriter does not write.

    ``styles`` are names by the numbers of the formats that belong to them. A style looks like the
    first of its formats; the others say themselves what they have otherwise.
    """
    numbers: dict[str, int] = {}
    looks: list[bytes] = []
    taken = len(_XF.findall(_found(_STYLE_XFS, content)))

    def belonging(at: int, xf: bytes) -> bytes:
        name = styles.get(at)
        if name is None:
            return xf
        if name not in numbers:
            numbers[name] = taken + len(numbers)
            looks.append(_XF_ID.sub(b"", xf, count=1))
        return _XF_ID.sub(b' xfId="%d"' % numbers[name], xf, count=1)

    formats = _found(_CELL_XFS, content)
    each = b"".join(belonging(at, xf) for at, xf in enumerate(_XF.findall(formats)))
    named = "".join(f'<cellStyle name="{name}" xfId="{at}"/>' for name, at in numbers.items())
    own = _found(_CELL_STYLES, content)
    for part, pattern, whole in (
        (b"cellXfs", _XF, each),
        (b"cellStyleXfs", _XF, _found(_STYLE_XFS, content) + b"".join(looks)),
        (b"cellStyles", _CELL_STYLE, own + named.encode()),
    ):
        counted = b'<%s count="%d">%s</%s>' % (part, len(pattern.findall(whole)), whole, part)
        start, end = content.index(b"<%s " % part), content.index(b"</%s>" % part)
        content = content[:start] + counted + content[end + len(part) + 3 :]
    return content


def _found(pattern: re.Pattern[bytes], content: bytes) -> bytes:
    found = pattern.search(content)
    return found[1] if found else b""


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
    options = {
        "constant_memory": row_by_row,
        "in_memory": not (row_by_row or on_disk),
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "nan_inf_to_errors": False,
    }
    return _workbook_class()(target, options)


@cache
def _workbook_class() -> "type[Workbook]":
    """XlsxWriter's workbook, which gives its parts as they are, where they are in memory.

    It would pack them, and they would be unpacked, changed and packed again: a third of the time
    that finishing a workbook takes.
    """
    from xlsxwriter import Workbook
    from xlsxwriter.packager import Packager
    from xlsxwriter.sharedstrings import SharedStrings

    class PlainStrings(SharedStrings):  # type: ignore[misc]  # XlsxWriter says no types
        def _write_sst_strings(self) -> None:
            self.fh.write("".join(map(_shared_string, self.string_table.string_array)))

    class PlainPackager(Packager):  # type: ignore[misc]
        def _write_shared_strings_file(self) -> None:
            strings = PlainStrings()
            strings.string_table = self.workbook.str_table
            if strings.string_table.count:
                strings._set_xml_writer(self._filename("xl/sharedStrings.xml"))  # noqa: SLF001
                strings._assemble_xml_file()  # noqa: SLF001

        def _create_package(self) -> list[object]:
            files: list[Any] = super()._create_package()
            if not self.in_memory:
                return files
            contents = ((name, file.getvalue()) for file, name, _ in files)
            self.workbook.parts = [
                (name, one.encode() if isinstance(one, str) else one) for name, one in contents
            ]
            return []

    class PlainWorkbook(Workbook):  # type: ignore[misc]
        parts: Sequence[tuple[str, bytes]] = ()

        def _get_packager(self) -> Packager:
            return PlainPackager()

    return PlainWorkbook


@lru_cache(maxsize=8192)
def _shared_string(text: str) -> str:
    """A text's element among the strings of a workbook, as XlsxWriter writes it.

    Of 2,900 texts of a unit's workbook nearly all stand in the next one too: a tenth of the time.
    """
    from xlsxwriter.sharedstrings import SharedStrings

    writer = SharedStrings()
    writer.fh = written = io.StringIO()
    writer._write_si(text)  # noqa: SLF001
    return written.getvalue()


def _with_first_page(found: re.Match[bytes]) -> bytes:
    attributes, body = found[1], found[2]
    footer = _ODD_FOOTER.search(body)
    first = b"<firstFooter>" + footer[1] + b"</firstFooter>" if footer else b""
    return (
        b'<headerFooter differentFirst="1"' + attributes + b">" + body + first + b"</headerFooter>"
    )


@cache
def plain_worksheet() -> "type[Worksheet]":
    """XlsxWriter's sheet, which takes formulas as they are, and XML that is made already.

    It would look in each formula for a hundred functions that are younger than Excel 2007; ours
    have none of them, which ``tests/excel/test_writing`` holds. ``assembled`` gives the sheet's XML
    in place of what XlsxWriter would assemble; ``when_assembled`` is told what it has.
    """
    from xlsxwriter.worksheet import Worksheet

    class PlainWorksheet(Worksheet):  # type: ignore[misc]  # XlsxWriter says no types
        def __init__(self) -> None:
            super().__init__()
            self.assembled: Callable[[], str] | None = None
            self.when_assembled: Callable[[str], None] | None = None

        def _prepare_formula(self, formula: str, *_: object) -> str:
            return formula.removeprefix("=")

        def _assemble_xml_file(self) -> None:
            if self.assembled:
                self.fh.write(self.assembled())
                return
            super()._assemble_xml_file()
            told, self.when_assembled = self.when_assembled, None
            if told:
                told(self.fh.getvalue())

    return PlainWorksheet


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula (without ``=``) and the result that is stored beside it."""

    text: str
    result: str | float


CellContent: TypeAlias = Value | dt.datetime | Formula


_EPOCH: Final = 693_594  # ordinal of 30/12/1899, day 0 of the sheet's calendar
_SECONDS_A_DAY: Final = 86_400


class CellLine(NamedTuple):
    """A row to be written: cells from column A with a format for each."""

    cells: Sequence[CellContent]
    formats: "Sequence[Format]"
    level: int = 0
    height: float | None = None  # points


def day_number(day: dt.date) -> int:
    """The number by which a sheet stores a day."""
    return day.toordinal() - _EPOCH


def moment_number(moment: dt.datetime) -> float:
    """The number by which a sheet stores a moment, as its clock shows it."""
    seconds = moment.hour * 3600 + moment.minute * 60 + moment.second
    return moment.toordinal() - _EPOCH + seconds / _SECONDS_A_DAY


def write_lines(sheet: "Worksheet", first_row: int, lines: Iterable[CellLine]) -> None:
    """Writes lines cell by cell, as XlsxWriter wants it; cells already there stay."""
    for row, line in enumerate(lines, start=first_row - 1):
        written = sheet.table.get(row, {})
        for column, (value, look) in enumerate(zip(line.cells, line.formats, strict=True)):
            if column not in written:
                write_cell(sheet, row, column, value, look)
        options = {"level": line.level, "hidden": True} if line.level else {}
        if line.height or options:
            sheet.set_row(row, line.height, None, options)


def write_cell(
    sheet: "Worksheet", row: int, column: int, value: CellContent, look: "Format | None"
) -> None:
    """Writes one cell by what it holds; row and column from 0."""
    if isinstance(value, Formula):
        sheet.write_formula(row, column, f"={value.text}", look, value.result)
    elif value is None or value == "":
        sheet.write_blank(row, column, None, look)
    elif isinstance(value, bool):
        sheet.write_string(row, column, "Có" if value else "Không", look)
    elif isinstance(value, str):
        sheet.write_string(row, column, cell_text(value), look)
    elif isinstance(value, dt.datetime):
        sheet.write_number(row, column, moment_number(value), look)
    elif isinstance(value, dt.date):
        sheet.write_number(row, column, day_number(value), look)
    else:
        sheet.write_number(row, column, value, look)


def tabs_in_order(written: Sequence[str], order: Sequence[str]) -> Edit:
    """An Edit: the tabs in another order than that in which the sheets were written."""
    place = {name: at for at, name in enumerate(order)}
    moved = [place[name] for name in written]  # where each written sheet comes to stand

    def edit(name: str, content: bytes) -> bytes:
        if name != "xl/workbook.xml" or list(written) == list(order):
            return content
        sheets = _SHEET.findall(content)
        tabs = b"".join(sheets[written.index(one)] for one in order)
        active = _ACTIVE.search(content)
        shown = b' activeTab="%d"' % moved[int(active[1]) if active else 0]
        content = _SHEETS.sub(lambda _: tabs, content)
        content = _LOCAL.sub(lambda found: b"%d" % moved[int(found[0])], content)
        return _ACTIVE.sub(b"", content).replace(b"<workbookView", b"<workbookView" + shown, 1)

    return edit
