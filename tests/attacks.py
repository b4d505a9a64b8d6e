"""Files that no unit means to send: small packages that make readers hang, abort or lie.

``ATTACKS`` names each with its bytes and the code of the one finding that must refuse it;
``ODDITIES`` are strange but harmless, and are read.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from functools import partial

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_DOC = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACK = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

CONTENT_TYPES = (
    f'{_HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/>'
    "</Types>"
)
ROOT = (
    f'{_HEAD}<Relationships xmlns="{_PACK}"><Relationship Id="rId1"'
    f' Type="{_DOC}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)
WORKBOOK = (
    f'{_HEAD}<workbook xmlns="{MAIN}" xmlns:r="{_DOC}"><sheets>'
    '<sheet name="Hồ sơ" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
RELATIONS = (
    f'{_HEAD}<Relationships xmlns="{_PACK}">'
    f'<Relationship Id="rId1" Type="{_DOC}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_DOC}/sharedStrings" Target="sharedStrings.xml"/>'
    f'<Relationship Id="rId3" Type="{_DOC}/styles" Target="styles.xml"/></Relationships>'
)
STRINGS = f'{_HEAD}<sst xmlns="{MAIN}" count="1" uniqueCount="1"><si><t>một</t></si></sst>'
STYLES = (
    f'{_HEAD}<styleSheet xmlns="{MAIN}"><cellXfs count="2"><xf numFmtId="0"/>'
    '<xf numFmtId="14"/></cellXfs></styleSheet>'
)
CELL = '<row r="1"><c r="A1"><v>1</v></c></row>'


def sheet(rows: str = CELL, *, after: str = "", before: str = "", prolog: str = "") -> str:
    """A worksheet part with these rows."""
    return (
        f'{_HEAD}{prolog}<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData>{after}'
        "</worksheet>"
    )


def parts(changed: Mapping[str, str | bytes] | None = None) -> dict[str, bytes]:
    """Parts of the smallest sound workbook, some changed or added."""
    whole: dict[str, str | bytes] = {
        "[Content_Types].xml": CONTENT_TYPES,
        "_rels/.rels": ROOT,
        "xl/workbook.xml": WORKBOOK,
        "xl/_rels/workbook.xml.rels": RELATIONS,
        "xl/sharedStrings.xml": STRINGS,
        "xl/styles.xml": STYLES,
        "xl/worksheets/sheet1.xml": sheet(),
        **(changed or {}),
    }
    return {name: body.encode() if isinstance(body, str) else body for name, body in whole.items()}


def package(changed: Mapping[str, str | bytes] | None = None) -> bytes:
    """The smallest sound workbook as a file, some parts changed or added."""
    return zipped(list(parts(changed).items()))


def zipped(members: list[tuple[str, bytes]]) -> bytes:
    """An archive of these members, two of one name too."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, body in members:
            info = zipfile.ZipInfo(name, (2022, 3, 1, 8, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, body)
    return out.getvalue()


def of_sheet(*, utf_16: bool = False, **about: str) -> bytes:
    """A workbook whose only sheet is written so."""
    written = sheet(**about)
    body = written.replace("UTF-8", "UTF-16").encode("utf-16") if utf_16 else written.encode()
    return package({"xl/worksheets/sheet1.xml": body})


def of_part(name: str, body: str) -> bytes:
    """A workbook with one part written so."""
    return package({name: body})


def declaring(size: int, name: str = "xl/worksheets/sheet1.xml") -> bytes:
    """A part of 200 KB for which the directory declares another size."""
    whole = bytearray(package({name: sheet(rows=CELL + " " * 200_000)}))
    at = whole.find(b"PK\1\2")
    while at >= 0:
        if whole[at + 46 :].startswith(name.encode()):
            struct.pack_into("<L", whole, at + 24, size)
        at = whole.find(b"PK\1\2", at + 4)
    return bytes(whole)


def overlapping() -> bytes:
    """Many directory entries that share the bytes of one part."""
    body = zlib.compress(b" " * 500_000, 9)[2:-4]
    crc = zlib.crc32(b" " * 500_000)
    local = struct.pack("<4s5H3L2H", b"PK\3\4", 20, 0, 8, 0, 0, crc, len(body), 500_000, 5, 0)
    out, central = local + b"a.xml" + body, b""
    for _ in range(50):
        central += struct.pack(
            "<4s6H3L5H2L", b"PK\1\2", 20, 20, 0, 8, 0, 0, crc, len(body), 500_000,
            5, 0, 0, 0, 0, 0, 0,
        ) + b"a.xml"  # fmt: skip
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 50, 50, len(central), len(out), 0)
    return out + central + end


def doubled(first: str, second: str) -> bytes:
    """A workbook with two parts that two readers would choose differently."""
    sound = parts()
    body = sound.pop("xl/worksheets/sheet1.xml")
    return zipped([*sound.items(), (first, body), (second, body.replace(b"1</v>", b"2</v>"))])


def many(tag: str, count: int) -> str:
    return tag * count


def sheets(count: int) -> bytes:
    """A workbook with very many sheets."""
    tags = "".join(f'<sheet name="T{n}" sheetId="{n}" r:id="rId1"/>' for n in range(count))
    return of_part("xl/workbook.xml", WORKBOOK.replace("<sheets>", f"<sheets>{tags}"))


def deep(depth: int) -> str:
    return "<a>" * depth + "</a>" * depth


_LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>'
)
_FILE = '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
_ENTITY = '<!DOCTYPE x [<!ENTITY n "7">]>'
_SHEET = "xl/worksheets/sheet1.xml"
_VALIDATION = '<dataValidation type="whole" sqref="A1"/>'
_RULE = '<conditionalFormatting sqref="A1"><cfRule type="x" priority="1"/></conditionalFormatting>'


def _strings(body: str, unique: int = 1) -> bytes:
    written = f'{_HEAD}<sst xmlns="{MAIN}" uniqueCount="{unique}">{body}</sst>'
    return of_part("xl/sharedStrings.xml", written)


def _renamed(target: str, *, outside: bool = False) -> bytes:
    mode = ' TargetMode="External"' if outside else ""
    changed = RELATIONS.replace('Target="worksheets/sheet1.xml"', f'Target="{target}"{mode}')
    return of_part("xl/_rels/workbook.xml.rels", changed)


ATTACKS: Mapping[str, tuple[Callable[[], bytes], str]] = {
    "4 GB of spaces in a sheet": (partial(declaring, 4_000_000_000), "file.too_large"),
    "20 MB of spaces packed 1000 to 1": (partial(of_sheet, rows=" " * 20_000_000), "file.unsafe"),
    "a part larger than declared": (partial(declaring, 400), "file.damaged"),
    "4 GB in an unread part": (
        partial(declaring, 4_000_000_000, "xl/media/a.bin"),
        "file.too_large",
    ),
    "1,000,001 cells": (
        lambda: of_sheet(rows="".join(f'<c s="{n}"/>' for n in range(1_000_001))),
        "file.too_many",
    ),
    "more rows than a sheet has": (
        partial(of_sheet, rows=f'<row r="1048576"/>{CELL.replace(" r=", " x=")}'),
        "file.damaged",
    ),
    "billion laughs in strings": (
        lambda: of_part("xl/sharedStrings.xml", STRINGS.replace("<sst", _LAUGHS + "<sst")),
        "file.unsafe",
    ),
    "billion laughs in a sheet": (partial(of_sheet, prolog=_LAUGHS), "file.unsafe"),
    "billion laughs in the workbook": (
        lambda: of_part("xl/workbook.xml", WORKBOOK.replace("<workbook", _LAUGHS + "<workbook")),
        "file.unsafe",
    ),
    "a file of the machine as entity": (partial(of_sheet, prolog=_FILE), "file.unsafe"),
    "a harmless entity": (partial(of_sheet, prolog=_ENTITY), "file.unsafe"),
    "an entity after a comment": (partial(of_sheet, prolog="<!-- x -->" + _ENTITY), "file.unsafe"),
    "an entity in UTF-16": (partial(of_sheet, prolog=_ENTITY, utf_16=True), "file.unsafe"),
    "far cells in 400 rows": (
        lambda: of_sheet(
            rows="".join(f'<row r="{n}"><c r="XFD{n}"><v>1</v></c></row>' for n in range(1, 401))
        ),
        "file.far_cells",
    ),
    "a row beyond the sheet": (
        partial(of_sheet, rows='<row r="4294967299"><c r="A4294967299"><v>1</v></c></row>'),
        "file.damaged",
    ),
    "a column beyond the sheet": (
        partial(of_sheet, rows='<row r="999"><c r="ZZZZ999"><v>1</v></c></row>'),
        "file.damaged",
    ),
    "a column just beyond the sheet": (
        partial(of_sheet, rows='<row r="9"><c r="XFE9"><v>1</v></c></row>'),
        "file.damaged",
    ),
    "a cell in another row": (
        partial(of_sheet, rows='<row r="9"><c r="A8"><v>1</v></c></row>'),
        "file.damaged",
    ),
    "a negative string number": (
        partial(of_sheet, rows='<row r="1"><c r="A1" t="s"><v>-1</v></c></row>'),
        "file.damaged",
    ),
    "100,001 merges": (
        partial(of_sheet, after=many('<mergeCell ref="A1:B1"/>', 100_001)),
        "file.too_many",
    ),
    "100,001 names": (
        lambda: of_part(
            "xl/workbook.xml",
            WORKBOOK.replace(
                "</sheets>", "</sheets>" + many('<definedName name="a">1</definedName>', 100_001)
            ),
        ),
        "file.too_many",
    ),
    "200,001 styles": (
        lambda: of_part(
            "xl/styles.xml", STYLES.replace("</cellXfs>", many("<xf/>", 200_001) + "</cellXfs>")
        ),
        "file.too_many",
    ),
    "1,025 sheets": (partial(sheets, 1_025), "file.too_many"),
    "200,000 attributes": (
        lambda: of_sheet(rows="<row " + "".join(f'a{n}="1" ' for n in range(200_000)) + "/>"),
        "file.unsafe",
    ),
    "200,000 nested tags": (partial(of_sheet, rows=deep(200_000)), "file.unsafe"),
    "2,001 parts": (
        lambda: zipped([*parts().items(), *((f"x/{n}.bin", b"") for n in range(2_001))]),
        "file.too_many",
    ),
    "overlapping parts": (overlapping, "file.unsafe"),
    "a part twice": (partial(doubled, _SHEET, _SHEET), "file.unsafe"),
    "an entity in UTF-16 without a mark": (
        lambda: of_part(
            _SHEET, sheet(prolog=" " + _ENTITY).replace(_HEAD, " ").encode("utf-16-le")
        ),
        "file.unsafe",
    ),
    "a part twice in other letters": (partial(doubled, _SHEET, _SHEET.upper()), "file.unsafe"),
    "a part twice with other slashes": (
        partial(doubled, _SHEET, _SHEET.replace("/", "\\")),
        "file.unsafe",
    ),
    "a part above the folder": (partial(of_part, "../../evil.xml", "<a/>"), "file.unsafe"),
    "a part at the root": (partial(of_part, "/etc/evil.xml", "<a/>"), "file.unsafe"),
    "a sheet that is a file of the machine": (
        partial(_renamed, "../../../etc/passwd"),
        "file.damaged",
    ),
    "a sheet elsewhere": (
        partial(_renamed, "http://example.org/a.xml", outside=True),
        "file.damaged",
    ),
    "one string of 40,000 characters": (
        lambda: package(
            {
                "xl/sharedStrings.xml": STRINGS.replace("một", "a" * 40_000),
                _SHEET: sheet('<row r="1"><c r="A1" t="s"><v>0</v></c></row>'),
            }
        ),
        "file.text_too_long",
    ),
}

ODDITIES: Mapping[str, bytes] = {
    "a dimension that lies": of_sheet(before='<dimension ref="A1:XFD1048576"/>'),
    "a date beyond all calendars": of_sheet(
        rows='<row r="1"><c r="A1" s="1"><v>2958466</v></c><c r="B1" s="1"><v>1e300</v></c>'
        '<c r="C1" s="1"><v>-1</v></c></row>'
    ),
    "a prefix before every tag": package(
        {
            _SHEET: f'{_HEAD}<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row r="1"><x:c r="A1">'
            "<x:v>1</x:v></x:c></x:row></x:sheetData></x:worksheet>"
        }
    ),
    "a sheet in UTF-16": of_sheet(utf_16=True),
    "two far cells": of_sheet(rows=CELL + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
    "a merged column": of_sheet(after='<mergeCells><mergeCell ref="A1:A1048576"/></mergeCells>'),
    "a merged sheet": of_sheet(after='<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'),
    "5,001 validations": of_sheet(after=many(_VALIDATION, 5_001)),
    "5,001 conditional formats": of_sheet(after=many(_RULE, 5_001)),
    "100,001 blank rows": of_sheet(
        rows=CELL + "".join(f'<row r="{n}" s="1"/>' for n in range(2, 100_002))
    ),
    "strings that are promised only": _strings("", 4_294_967_295),
    "cells without addresses": of_sheet(rows="<row><c><v>1</v></c><c><v>2</v></c></row>"),
}
