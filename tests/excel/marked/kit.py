"""Marks put on any workbook, and what differs between two packages."""

import datetime as dt
import io
import zipfile
from collections.abc import Sequence

from kskt_excel.excel.marked.marked_copy import MarkedCopy, marked_copy
from kskt_excel.excel.marked.result_sheet import ReturnHead
from kskt_excel.messages import finding
from kskt_excel.model.book import CellRef
from kskt_excel.model.finding import Finding, Severity
from kskt_excel.model.reading import Identity, Reading
from tests import builders

HEAD = ReturnHead(
    unit_name="Phòng Quản lý chuyên ngành",
    period_label="Quý I/2022",
    file_name="BC-KSTTHC_2022-Q1_QLCNH.xlsx",
    received_at=dt.datetime(2022, 3, 16, 9, 5),  # as the office's clock shows it
    version=2,
    conclusion="CHƯA NHẬN – 1 lỗi phải sửa, 1 cảnh báo",
    deadline="18/3/2022",
    contact="Văn phòng Sở, 0208 3855 000",
)
NOTHING_READ = Reading(Identity(), {})


def error(sheet: str, a1: str) -> Finding:
    """A value that cannot be read, in one cell."""
    at = CellRef.parse(sheet, a1)
    return finding("value.count.not_a_number", at, column="Trực tuyến", given="mười hai <&>")


def warning(sheet: str, a1: str) -> Finding:
    """A value that was understood and should be looked at."""
    at = CellRef.parse(sheet, a1)
    given = {"column": "Trực tuyến", "given": "hai", "value": "2"}
    return finding("value.count.in_words", at, severity=Severity.WARNING, **given)


def mark(data: bytes, *findings: Finding, kind: str = "xlsx") -> bytes:
    """The marked copy of a workbook that can be marked."""
    copy = attempt(data, findings, kind=kind)
    assert copy.patched
    return copy.data


def attempt(data: bytes, findings: Sequence[Finding], *, kind: str = "xlsx") -> MarkedCopy:
    """What goes back for any workbook."""
    return marked_copy(
        data,
        kind=kind,
        findings=findings,
        reading=NOTHING_READ,
        head=HEAD,
        forms=builders.forms(),
    )


def parts(data: bytes) -> dict[str, bytes]:
    """Parts of a package by name, in its order."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert package.testzip() is None
        return {name: package.read(name) for name in package.namelist()}


def changed(before: bytes, after: bytes) -> set[str]:
    """Parts that are in both packages and differ."""
    old, new = parts(before), parts(after)
    return {name for name in old if name in new and old[name] != new[name]}


def lost(before: bytes, after: bytes) -> set[str]:
    """Parts that are not there any more."""
    return parts(before).keys() - parts(after).keys()


def added(before: bytes, after: bytes) -> set[str]:
    """Parts that are new."""
    return parts(after).keys() - parts(before).keys()
