"""A written workbook as text, to be compared and reviewed like code."""

import io
from collections.abc import Iterator

import openpyxl
from openpyxl.cell import Cell
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet


def dump(data: bytes) -> str:
    """Marks, names, then each sheet: set-up, widths, heights, cells, rules; one thing a line."""
    formulas = openpyxl.load_workbook(io.BytesIO(data))
    results = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    lines = list(_marks(formulas))
    for sheet in formulas.worksheets:
        lines += ["", *_sheet(sheet, results[sheet.title])]
    return "\n".join(lines) + "\n"


def _marks(book: Workbook) -> Iterator[str]:
    yield f"title: {book.properties.title}"
    yield f"created: {book.properties.created}"
    yield from (f"property {p.name}: {p.value}" for p in book.custom_doc_props.props)
    yield from (f"name {name}: {value.value}" for name, value in sorted(book.defined_names.items()))


def _sheet(sheet: Worksheet, results: Worksheet) -> Iterator[str]:
    yield f"== {sheet.title} ({sheet.sheet_state}) =="
    yield from _set_up(sheet)
    widths = sorted(sheet.column_dimensions.items(), key=lambda item: item[1].min)
    shown = (f"{name}{'(hidden)' if d.hidden else ''} {d.width:.1f}" for name, d in widths)
    yield f"widths: {', '.join(shown)}"
    rows = sheet.row_dimensions.items()
    yield "heights: " + ", ".join(f"{n} {d.ht:g}" for n, d in rows if d.ht and d.ht != 21)
    yield f"hidden rows: {[number for number, d in rows if d.hidden]}"
    for row in sheet.iter_rows():
        for cell in row:
            if cell.value is not None or (cell.has_style and cell.row in (4, 8)):
                yield _cell(cell, results[cell.coordinate].value)
    yield from _rules(sheet)


def _set_up(sheet: Worksheet) -> Iterator[str]:
    page, margins = sheet.page_setup, sheet.page_margins
    in_mm = [
        round(inch * 25.4) for inch in (margins.left, margins.right, margins.top, margins.bottom)
    ]
    yield f"paper: {page.paperSize} {page.orientation} fit {page.fitToWidth}x{page.fitToHeight}"
    yield f"margins: {in_mm} area: {sheet.print_area} repeat: {sheet.print_title_rows}"
    head, first = sheet.oddHeader.center.text, sheet.firstHeader.center.text
    yield f"header: {head} first: {first} footer: {sheet.oddFooter.left.text}"
    yield f"panes: {sheet.freeze_panes} filter: {sheet.auto_filter.ref}"
    guard = sheet.protection
    # openpyxl says what is forbidden
    allowed = [
        name
        for name in ("insertRows", "deleteRows", "sort", "autoFilter", "formatCells", "objects")
        if not getattr(guard, name)
    ]
    yield f"protected: {guard.sheet} password: {guard.password} allowed: {allowed}"


def _cell(cell: Cell, result: object) -> str:
    marks = [
        "bold" if cell.font.bold else "",
        "italic" if cell.font.italic else "",
        "locked" if cell.protection.locked else "open",
        "" if cell.fill.fgColor.rgb == "00000000" else f"#{cell.fill.fgColor.rgb[2:]}",
        "" if cell.number_format == "General" else cell.number_format,
        "" if cell.font.name == "Times New Roman" else f"FONT {cell.font.name}",
        f"{cell.font.size:g}",
    ]
    shown = "" if cell.value is None else repr(cell.value)
    formula = f" -> {result!r}" if cell.data_type == "f" else ""
    return f"{cell.coordinate}: {shown}{formula} [{' '.join(mark for mark in marks if mark)}]"


def _rules(sheet: Worksheet) -> Iterator[str]:
    for rule in sheet.data_validations.dataValidation:
        limits = " ".join(str(x) for x in (rule.operator, rule.formula1, rule.formula2) if x)
        yield f"accepts {rule.sqref}: {rule.type} {limits} ({rule.errorStyle or 'stop'})"
        yield f"    prompt: {rule.promptTitle} | {rule.prompt}"
        yield f"    refusal: {rule.errorTitle} | {rule.error}"
    for area in sheet.conditional_formatting:
        for rule in area.rules:
            yield f"marks {area.sqref}: {rule.type} {rule.formula}"
