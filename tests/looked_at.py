"""Workbooks that tests only look at: each content is opened once for all of them."""

import io
from functools import lru_cache
from pathlib import Path

import openpyxl


@lru_cache(maxsize=8)
def opened(data: bytes, *, results: bool = False) -> openpyxl.Workbook:
    """The workbook, with its formulas or with their stored results. Nobody changes it."""
    return openpyxl.load_workbook(io.BytesIO(data), data_only=results)


def opened_file(path: Path, *, results: bool = False) -> openpyxl.Workbook:
    """The workbook in a file, as ``opened``."""
    return opened(path.read_bytes(), results=results)
