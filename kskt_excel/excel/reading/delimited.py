"""Delimited text under a workbook's name: encodings as offices save them, delimiter by majority."""

import csv
import io
import unicodedata
from collections import Counter

from kskt_excel.excel.reading.kinds import as_utf8
from kskt_excel.excel.reading.limits import MAX_COLUMN, Limits
from kskt_excel.model.grid import Book, Raw, Sheet

_DELIMITERS = ("\t", ";", ",", "|")
_SAMPLE = 200  # lines
_TONE_MARKS = "\u0300\u0301\u0303\u0309\u0323"


def decode(data: bytes) -> str:
    """Text of a file without a declared encoding.

    UTF-8, UTF-16, Windows-1258 where its tone marks follow vowels, else Windows-1252, in which the
    old encodings TCVN3 and VNI are written too.
    """
    plain = as_utf8(data).removeprefix(b"\xef\xbb\xbf")
    try:
        return plain.decode("utf-8")
    except UnicodeDecodeError:
        vietnamese = plain.decode("cp1258", "replace")
    marks = [at for at, letter in enumerate(vietnamese) if letter in _TONE_MARKS and at]
    fitting = sum(
        len(unicodedata.normalize("NFC", vietnamese[at - 1 : at + 1])) == 1 for at in marks
    )
    if marks and fitting == len(marks):
        return vietnamese
    return plain.decode("cp1252", "replace")


def read_delimited(data: bytes, limits: Limits) -> Book | None:
    """One sheet of texts; None when no delimiter divides it, or it is larger than any report."""
    written = decode(data)
    delimiter = _delimiter(written)
    if not delimiter:
        return None
    rows: list[list[Raw]] = []
    cells = 0
    try:
        for fields in csv.reader(io.StringIO(written, newline=""), delimiter=delimiter):
            row: list[Raw] = [field or None for field in fields]
            while row and row[-1] is None:
                row.pop()
            rows.append(row)
            cells += len(row)
            if cells > limits.cells or len(rows) > limits.rows or len(row) > MAX_COLUMN:
                return None
    except csv.Error:
        return None
    return Book("csv", (Sheet("Sheet1", rows),))


def _delimiter(written: str) -> str:
    """The sign that divides most lines into an equal number of fields; empty when none does."""
    lines = [line for line in written.splitlines()[:_SAMPLE] if line.strip()]
    best, most = "", 0
    for sign in _DELIMITERS:
        counts = Counter(line.count(sign) for line in lines)
        counts.pop(0, None)
        agreeing = max(counts.values(), default=0)
        if agreeing > most and agreeing * 2 >= len(lines):
            best, most = sign, agreeing
    return best
