"""Bounds inside an xlsx package, proved by counting bytes: no parser sees a part before this."""

import re
from collections.abc import Iterator, Mapping

from kskt_excel.excel.reading.archive import Fault, damaged, too_many
from kskt_excel.excel.reading.limits import MAX_COLUMN, MAX_ROW, MAX_TEXT, Limits
from kskt_excel.excel.reading.package import Package, text
from kskt_excel.excel.reading.plain import has_plain_prolog
from kskt_excel.model.cells import column_number

_PREFIX = re.compile(rb"<(?:(\w+):)?(?:worksheet|styleSheet|sst|workbook)[\s>]")
_POSITIONED = re.compile(rb"<(?:\w+:)?(row|c)[\s>]([^>]*)")
_PLACE = re.compile(rb"(?:^|\s)r\s*=\s*[\"']([A-Za-z]*)(-?[0-9]*)")
_MERGE = re.compile(
    rb"<(?:\w+:)?mergeCell\s[^>]*?ref\s*=\s*[\"']\$?([A-Za-z]+)\$?(\d+):\$?([A-Za-z]+)\$?(\d+)"
)
_UNIQUE = re.compile(rb"uniqueCount\s*=\s*[\"'](-?\d+)")
_STRING = re.compile(rb"<(?:\w+:)?si(?:>|\s[^>]*>)(.*?)</(?:\w+:)?si>", re.DOTALL)
_TAG = re.compile(rb"<[^>]*>")
_ESCAPE = re.compile(r"_x[0-9A-Fa-f]{4}_")
_TEXT_WINDOW = 16 * 1024
_DEPTH_WINDOW = 4 * 1024
_SHORTEST = len("<c/>")
_NEEDED = ("worksheet", "sharedStrings", "styles")


def xml_faults(parts: Mapping[str, bytes], limits: Limits) -> Iterator[Fault]:
    """Document types, tags that do not end and nesting without end, in any XML part."""
    for name, data in parts.items():
        if not has_plain_prolog(data) and (b"<!DOCTYPE" in data or b"<!ENTITY" in data):
            yield Fault("file.unsafe", {"why": "có khai báo kiểu tài liệu (DOCTYPE)"})
        if _has_long_tag(data, limits.tag_bytes):
            yield Fault("file.unsafe", {"why": f"thẻ quá dài trong {name}"})
        if _may_be_deep(data) and _is_deeper(data, limits.depth):
            yield Fault("file.unsafe", {"why": f"lồng nhau quá sâu trong {name}"})


def missing_parts(package: Package) -> Iterator[Fault]:
    """Parts without which the values would silently be other ones."""
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
        if sheet.part not in parts:
            yield damaged(f"trang “{sheet.name}”")


def package_faults(package: Package, limits: Limits) -> Iterator[Fault]:
    """Bounds of a whole workbook: sheets, names, styles, strings, then each sheet."""
    workbook = package.parts.get(package.workbook, b"")
    styles = package.parts.get(package.part_of("styles", "xl/styles.xml"), b"")
    if len(package.sheets) > limits.sheets:
        yield too_many("trang tính", len(package.sheets), limits.sheets)
    yield from _more(workbook, b"definedName", "tên vùng", limits.names)
    yield from _more(styles, b"xf", "định dạng ô", limits.styles)
    strings = package.part_of("sharedStrings", "xl/sharedstrings.xml")
    yield from _string_faults(package.parts.get(strings, b""), limits)
    sheets = [package.parts.get(part, b"") for part in package.worksheets]
    if sum(map(len, sheets)) >= limits.cells * _SHORTEST:
        cells = sum(_count(data, b"c") for data in sheets)
        if cells > limits.cells:
            yield too_many("ô", cells, limits.cells)
    for part, data in zip(package.worksheets, sheets, strict=True):
        yield from _more(data, b"row", "dòng", limits.rows)
        yield from _place_faults(data, limits, plain=package.is_plain(part))
        yield from _feature_faults(data, limits)


def _more(data: bytes, name: bytes, what: str, limit: int) -> Iterator[Fault]:
    """A fault when a part has more elements of a name than the limit; short parts cannot."""
    if len(data) >= limit * _SHORTEST:
        count = _count(data, name)
        if count > limit:
            yield too_many(what, count, limit)


def _string_faults(data: bytes, limits: Limits) -> Iterator[Fault]:
    """Shared strings that are announced but not there, or longer than a cell can be."""
    unique = _UNIQUE.search(data, 0, 4096)
    if unique and not 0 <= int(unique[1]) <= _count(data, b"si") + limits.promised_strings:
        yield Fault("file.unsafe", {"why": "bảng chữ dùng chung khai báo sai"})
    if _has_gap(data, b"</", _TEXT_WINDOW) and any(map(_is_too_long, _STRING.findall(data))):
        yield Fault("file.text_too_long", {"limit": f"{MAX_TEXT:,}".replace(",", ".")})


def _is_too_long(raw: bytes) -> bool:
    """Whether a shared string, unescaped, is longer than a cell can be."""
    return len(raw) > MAX_TEXT and len(_ESCAPE.sub("·", text(_TAG.sub(b"", raw)))) > MAX_TEXT


def _place_faults(data: bytes, limits: Limits, *, plain: bool) -> Iterator[Fault]:
    """Cells far from all others, places outside any sheet, strings that cannot be there."""
    if data.find(b"-", max(data.find(b"<sheetData"), 0)) >= 0 and b'"s"><v>-' in data:
        yield Fault("file.unsafe", {"why": "số thứ tự chữ dùng chung âm"})
    if plain and _last_row(data) * MAX_COLUMN <= limits.area:
        return
    last_row, last_column = _extent(data)
    if last_row > MAX_ROW or last_column > MAX_COLUMN:
        yield Fault("file.unsafe", {"why": "địa chỉ ô nằm ngoài trang tính"})
    if last_row * last_column > limits.area:
        yield Fault("file.far_cells", {"row": last_row})


def _last_row(data: bytes) -> int:
    """Number of the last row or cell written."""
    last = _PLACE.search(data, max(data.rfind(b"<row "), 0) + 4)
    cell = _PLACE.search(data, max(data.rfind(b"<c "), 0) + 2)
    return max((_number(place[2]) for place in (last, cell) if place and place[2]), default=0)


def _extent(data: bytes) -> tuple[int, int]:
    """Last row and last column of any cell, counted on where a place is not written."""
    row = column = last_row = last_column = 0
    for tag, rest in _POSITIONED.findall(data):
        place = _PLACE.search(rest)
        if tag == b"row":
            row = _number(place[2]) if place and place[2] else row + 1
            column = 0
            continue
        column = column_number(place[1].decode()) if place and place[1] else column + 1
        row = _number(place[2]) if place and place[1] and place[2] else row
        last_row, last_column = max(last_row, row), max(last_column, column)
    return last_row, last_column


def _number(digits: bytes) -> int:
    """A row number; a negative or endless one lies outside any sheet."""
    return int(digits) if len(digits) <= len(str(MAX_ROW)) and digits > b"/" else MAX_ROW + 1


def _feature_faults(data: bytes, limits: Limits) -> Iterator[Fault]:
    """Merged ranges, validations and conditional formats beyond the bounds."""
    start, end = max(data.find(b"<sheetData"), 0), max(data.rfind(b"sheetData"), 0)
    most = _SHORTEST * min(limits.merges, limits.validations, limits.conditional_formats)
    is_short = max(len(data) - end, start) < most
    if is_short and data.find(b"mergeCell", end) < 0 and data.find(b"mergeCell", 0, start) < 0:
        return
    for features in (data[end:], data[:start]):
        yield from _more(features, b"mergeCell", "vùng gộp ô", limits.merges)
        yield from _more(features, b"dataValidation", "ràng buộc nhập liệu", limits.validations)
        for name in (b"cfRule", b"conditionalFormatting"):
            yield from _more(features, name, "định dạng có điều kiện", limits.conditional_formats)
        if b"mergeCell" in features and _merged_area(features) > limits.merged_area:
            yield Fault("file.merged_too_far", {})


def _merged_area(data: bytes) -> int:
    """Cells of the largest merged range."""
    areas = [0]
    for first, top, last, bottom in _MERGE.findall(data):
        columns = abs(column_number(last.decode()) - column_number(first.decode())) + 1
        areas.append(columns * (abs(_number(bottom) - _number(top)) + 1))
    return max(areas)


def _count(data: bytes, name: bytes) -> int:
    """Elements of a name, with the prefix that the part's root has."""
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


def _may_be_deep(data: bytes) -> bool:
    """Whether some window opens elements and closes none."""
    for at in range(0, len(data) - _DEPTH_WINDOW + 1, _DEPTH_WINDOW):
        end = at + _DEPTH_WINDOW
        if data.find(b"</", at, end) < 0 and data.find(b"/>", at, end) < 0:
            return True
    return False


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
