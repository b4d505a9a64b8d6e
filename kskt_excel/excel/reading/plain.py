"""Whether XML is written the way Excel writes it, so that counting bytes is exact."""

import re

_PROLOG = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<\?[^>]*\?>\s*)*+<[A-Za-z]")
_ROOT = re.compile(rb"<([A-Za-z]\w*)[\s>]")
_SPACES = (b"\n", b"\t", b"\r")
_HEAD = 2048


def has_plain_prolog(data: bytes) -> bool:
    """Whether nothing but declarations stands before the root: no document type, no comment."""
    return bool(_PROLOG.match(data))


def is_plain_sheet(data: bytes) -> bool:
    """Whether every cell of a sheet is written ``<c r="A1" …``, without prefix, comment or CDATA.

    Only then patterns over the bytes see all that a parser would see.
    """
    root = _ROOT.search(data, 0, _HEAD)
    if not root or root[1] != b"worksheet":
        return False
    if data.find(b"!") >= 0 and b"<!" in data:
        return False
    if any(data.find(space, _HEAD) >= 0 and _has_broken_tags(data, space) for space in _SPACES):
        return False
    start, end = max(data.find(b"<sheetData"), 0), max(data.rfind(b"sheetData"), 0)
    return data.count(b"<c", start, end) == data.count(b'<c r="')


def _has_broken_tags(data: bytes, space: bytes) -> bool:
    """Whether tags of rows, cells or formulas are continued on another line."""
    return any(tag + space in data for tag in (b"<c", b"<row", b"<f", b"<v", b"<mergeCell"))
