"""What units honestly do to a workbook: wrong entries, typed sums, old fonts, moved columns."""

import io
import re
import unicodedata
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from kskt_excel.model.book import CellRef
from kskt_excel.model.forms import FormColumn, Forms, SheetForm
from kskt_excel.model.packed import unpack_checked
from kskt_excel.model.reading import Value
from kskt_excel.text.legacy import TCVN3
from kskt_excel.worker.file_task import check_file
from kskt_excel.worker.pool import FileContext
from sample.tables import PERIOD, UNIT, Line, Row, lines, value

_VERSION, _SHEET, _ROW, _COLUMN, _TYPED = "Lần", "Trang", "Dòng", "Cột", "Ghi"
_OLD_FONT = '<font><sz val="11"/><name val=".VnTime"/><family val="2"/></font>'


@dataclass(frozen=True)
class Mistake:
    """One wrong entry: in the row with this key, under this heading, this was typed."""

    form: str
    row: str
    column: FormColumn
    typed: Value

    @property
    def is_sum(self) -> bool:
        """Whether a figure was typed over a formula."""
        return self.column.type == "computed"


def mistakes(forms: Forms, unit: str, period: str, version: int) -> tuple[Mistake, ...]:
    """The wrong entries of a version of a unit's report, from the table ``nham-lan.csv``."""
    mine = (
        line
        for line in lines("nham-lan")
        if (line[PERIOD], line[UNIT], line[_VERSION]) == (period, unit, str(version))
    )
    return tuple(_mistake(forms, line) for line in mine)


def _mistake(forms: Forms, line: Line) -> Mistake:
    form = forms.sheet_by_id[line[_SHEET]]
    column = next(one for one in form.columns if one.heading == line[_COLUMN])
    typed = value(column, line[_TYPED]) if line[_TYPED] else None
    return Mistake(form.id, line[_ROW], column, typed)


def entered(
    rows: Mapping[str, list[Row]], wrong: tuple[Mistake, ...], forms: Forms
) -> Mapping[str, list[Row]]:
    """The rows with the wrong entries in them."""
    changed = {form: [dict(row) for row in given] for form, given in rows.items()}
    for one in wrong:
        key = forms.sheet_by_id[one.form].key[0]
        row = next(row for row in changed[one.form] if str(row[key]) == one.row)
        row[one.column.key] = one.typed
    return changed


def spelled(rows: Mapping[str, list[Row]], form: str, how: str) -> Mapping[str, list[Row]]:
    """The rows with the free texts of a form in another encoding: ``tcvn3`` or ``nfd``."""
    turn = {"tcvn3": _tcvn3, "nfd": _nfd}[how]
    changed = [
        {key: turn(x) if isinstance(x, str) and " " in x else x for key, x in row.items()}
        for row in rows[form]
    ]
    return {**rows, form: changed}


def _tcvn3(text: str) -> str:
    codes = {letter: byte for byte, letter in TCVN3.items()}
    return "".join(codes.get(char, codes.get(char.lower(), char)) for char in text)


def _nfd(text: str) -> str:
    return unicodedata.normalize("NFD", text)


def moved_columns(forms: Forms, form: str, heading: str) -> Forms:
    """The forms with the columns of one turned round, after a column of the unit's own."""
    own = FormColumn(key="own", heading=heading, type="text")

    def turned(one: SheetForm) -> SheetForm:
        first, *others = one.columns
        return replace(one, columns=(first, *reversed(others), own)) if one.id == form else one

    return replace(forms, sheets=tuple(map(turned, forms.sheets)))


def typed_over(data: bytes, wrong: tuple[Mistake, ...], context: FileContext) -> bytes:
    """The workbook with figures in place of formulas, its «Tổng cộng» as Excel adds them up."""
    for one in wrong:
        if one.is_sum:
            cell, total, difference = _places(data, one, context)
            part = sheet_part(data, cell.sheet)
            xml = _number(_part(data, part), cell.a1, one.typed)
            data = rewritten(data, {part: _added(xml, total.a1, difference)})
    return data


def _places(data: bytes, one: Mistake, context: FileContext) -> tuple[CellRef, CellRef, int]:
    reading = unpack_checked(check_file(context, data, "mau.xlsx")).reading
    if reading is None or not isinstance(one.typed, int):
        raise ValueError(one)
    sheet = reading.sheets[one.form]
    record = next(record for record in sheet.records if record.key == one.row)
    if sheet.total is None:
        raise ValueError(one)
    difference = one.typed - record.count(one.column.key)
    key = one.column.key
    return sheet.ref(record, key), sheet.ref(sheet.total, key), difference


def _number(xml: str, a1: str, number: Value) -> str:
    return re.sub(rf'(<c r="{a1}"[^>]*>)<f>.*?</f><v>.*?</v>', rf"\g<1><v>{number}</v>", xml)


def _added(xml: str, a1: str, difference: int) -> str:
    def put(match: re.Match[str]) -> str:
        return f"{match[1]}<v>{int(match[2]) + difference}</v>"

    return re.sub(rf'(<c r="{a1}"[^>]*><f>.*?</f>)<v>(.*?)</v>', put, xml)


def in_old_font(data: bytes, sheet: str, texts: set[str]) -> bytes:
    """The workbook with the cells of a sheet that hold one of the texts in the font .VnTime."""
    part = sheet_part(data, sheet)
    strings = re.findall(
        r"<si><t[^>]*>(.*?)</t></si>", _part(data, "xl/sharedStrings.xml"), re.DOTALL
    )
    wanted = {str(number) for number, text in enumerate(strings) if text in texts}
    looks: dict[str, int] = {}
    styles = _part(data, "xl/styles.xml")
    count = len(_looks(styles))

    def restyle(match: re.Match[str]) -> str:
        if match[3] not in wanted:
            return match[0]
        look = looks.setdefault(match[2], count + len(looks))
        return f'{match[1]} s="{look}" t="s"><v>{match[3]}</v>'

    pattern = r'(<c r="[A-Z]+\d+") s="(\d+)" t="s"><v>(\d+)</v>'
    sheet_xml = re.sub(pattern, restyle, _part(data, part))
    return rewritten(data, {part: sheet_xml, "xl/styles.xml": _with_old_font(styles, looks)})


def _looks(styles: str) -> list[str]:
    """The looks of cells, in their order."""
    block = styles.partition("<cellXfs")[2].partition("</cellXfs>")[0]
    return re.findall(r"<xf [^>]*?/>|<xf .*?</xf>", block, re.DOTALL)


def _with_old_font(styles: str, looks: Mapping[str, int]) -> str:
    """The styles with the old font as the last one, and a copy in it of each look."""
    font = styles.partition("<fonts")[2].partition("</fonts>")[0].count("<font>")
    each = _looks(styles)
    copies = "".join(
        re.sub(r'fontId="\d+"', f'fontId="{font}"', each[int(look)], count=1) for look in looks
    )
    styles = _counted(styles, "fonts", font + 1).replace("</fonts>", f"{_OLD_FONT}</fonts>", 1)
    styles = _counted(styles, "cellXfs", len(each) + len(looks))
    return styles.replace("</cellXfs>", f"{copies}</cellXfs>", 1)


def _counted(styles: str, element: str, count: int) -> str:
    return re.sub(rf'<{element} count="\d+"', f'<{element} count="{count}"', styles, count=1)


def sheet_part(data: bytes, sheet: str) -> str:
    """Name of the part of the package that holds a sheet, as our writer numbers them."""
    names = re.findall(r'<sheet name="([^"]*)"', _part(data, "xl/workbook.xml"))
    return f"xl/worksheets/sheet{names.index(sheet) + 1}.xml"


def _part(data: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return package.read(name).decode()


def rewritten(data: bytes, parts: Mapping[str, str]) -> bytes:
    """The package with some parts replaced; everything else, dates too, as it was."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.infolist():
            content = parts[entry.filename].encode() if entry.filename in parts else None
            new.writestr(entry, old.read(entry) if content is None else content)
    return out.getvalue()


def texts_of(rows: list[Row]) -> Iterator[str]:
    """Every free text of the rows."""
    for row in rows:
        yield from (text for text in row.values() if isinstance(text, str) and " " in text)
