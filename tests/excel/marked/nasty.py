"""Workbooks with everything that a re-saving library loses, and XML as few write it."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from functools import cache
from typing import Any

import xlsxwriter

SHEET = "Hồ sơ & khác"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_THREADS = "http://schemas.microsoft.com/office/2017/10/relationships/threadedComment"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def png() -> bytes:
    """The smallest picture."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
    body = chunk(b"IDAT", zlib.compress(b"\0\xff\0\0"))
    return b"\x89PNG\r\n\x1a\n" + head + body + chunk(b"IEND", b"")


@cache
def rich() -> bytes:
    """Charts, pictures, shapes, notes, sparklines, data bars, tables, names, stored results."""
    out = io.BytesIO()
    book: Any = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet, other, _ = (book.add_worksheet(name) for name in (SHEET, "Phụ lục", "Trống"))
    looks = book.add_format({"bg_color": "#DDEBF7", "num_format": "#,##0", "border": 1, "bold": 1})
    for row in range(8):
        sheet.write_number(row, 1, row * 10, looks)
        sheet.write_string(row, 0, f"dòng {row}")
        sheet.write_formula(row, 2, f"=B{row + 1}*2", None, row * 20)
    sheet.merge_range("E1:G2", "gộp", looks)
    sheet.write_rich_string("A10", "một ", book.add_format({"bold": 1}), "hai", " ba")
    sheet.write_comment("B2", "Số này theo sổ <giấy>", {"author": "Chị Hoa"})
    sheet.write_comment("B9", "để nguyên")
    sheet.conditional_format("B1:B8", {"type": "data_bar", "data_bar_2010": True})
    sheet.add_sparkline("H1", {"range": "Trống!A1:A5"})
    sheet.data_validation("D1:D8", {"validate": "list", "source": ["Có", "Không"]})
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": f"='{SHEET}'!$B$1:$B$8"})
    sheet.insert_chart("J1", chart)
    sheet.insert_image("J20", "a.png", {"image_data": io.BytesIO(png())})
    sheet.insert_textbox("J30", "ghi chú trong khung")
    sheet.insert_button("J40", {"caption": "Nút"})
    sheet.set_header("&C&G", {"image_center": "h.png", "image_data_center": io.BytesIO(png())})
    sheet.repeat_rows(0, 1)
    sheet.print_area("A1:H20")
    sheet.protect()
    other.set_column("C:C", 20, looks)
    other.write("A1", "bảng")
    other.add_table("A3:C6", {"columns": [{"header": h} for h in "abc"]})
    other.set_row(19, None, looks)
    other.print_area("A1:C6")
    other.activate()
    book.define_name("ten_cua_don_vi", "='Phụ lục'!$A$1")
    book.define_name("Trống!rieng", "=Trống!$A$1")
    book.close()
    return out.getvalue()


def edited(data: bytes, *edits: tuple[str, Callable[[str], str]], more: Any = None) -> bytes:
    """A package with parts written anew, and ``more`` parts by name."""
    made = dict(edits)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            content = old.read(info)
            if info.filename in made:
                content = made[info.filename](content.decode()).encode()
            new.writestr(info, content)
        for name, text in (more or {}).items():
            new.writestr(name, text)
    return out.getvalue()


@cache
def threaded() -> bytes:
    """A conversation on B2 of the first sheet, as Excel keeps it beside its note."""
    rels = "xl/worksheets/_rels/sheet1.xml.rels"
    line = (
        f'<Relationship Id="rId90" Type="{_THREADS}"'
        ' Target="../threadedComments/threadedComment1.xml"/></Relationships>'
    )
    thread = (
        '<ThreadedComments xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/'
        'threadedcomments"><threadedComment ref="B2" id="{A}" personId="{P}"><text>Hỏi</text>'
        "</threadedComment></ThreadedComments>"
    )
    return edited(
        rich(),
        (rels, lambda xml: xml.replace("</Relationships>", line)),
        ("xl/comments1.xml", lambda xml: xml.replace("Chị Hoa", "tc={A}")),
        more={"xl/threadedComments/threadedComment1.xml": thread},
    )


def small(sheet: str, styles: str = "", *, prefix: str = "") -> bytes:
    """A package with one sheet written by hand, with or without styles."""
    colon = f"{prefix}:" if prefix else ""
    main = f'xmlns:{prefix}="{_MAIN}"' if prefix else f'xmlns="{_MAIN}"'
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    styled = (
        f'<Override PartName="/xl/styles.xml" ContentType="{kind}.styles+xml"/>' if styles else ""
    )
    relation = (
        f'<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/>' if styles else ""
    )
    package = "http://schemas.openxmlformats.org/package/2006"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
        '<Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kind}.worksheet+xml"/>'
        f"{styled}</Types>",
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1"'
        f' Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<{colon}workbook {main} xmlns:q="{_OFFICE}"><{colon}sheets>'
        f'<{colon}sheet name="Tờ" sheetId="7" q:id="rId1"/></{colon}sheets></{colon}workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        f"{relation}</Relationships>",
        "xl/worksheets/sheet1.xml": f"<{colon}worksheet {main}>{sheet}</{colon}worksheet>",
    }
    if styles:
        parts["xl/styles.xml"] = f"<{colon}styleSheet {main}>{styles}</{colon}styleSheet>"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package_file:
        for name, text in parts.items():
            package_file.writestr(name, text)
    return out.getvalue()
