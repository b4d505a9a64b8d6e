"""A workbook saved again by another program says the same, and the same is said of it."""

import io
import subprocess
from collections.abc import Mapping
from functools import cache, partial
from pathlib import Path

import openpyxl
import pytest

from kskt_excel.model.submission import Checked
from kskt_excel.worker.pool import FileContext
from tests.builders import forms, small_plan
from tests.checked import check_one
from tests.excel import samples
from tests.judges import RECALCULATED
from tests.needs import needs
from tests.sample_files import tool

OF_THE_FORMAT = {"file.old_xls", "file.other_format"}
NEEDS_FORMULAS = {"cell.typed_over"}  # .xls and .ods do not tell a formula from a typed number
COUNTED_HERE = {"cell.recomputed", "cell.text_not_added"}  # openpyxl drops what was counted
BY_LIBREOFFICE = ("da-ghi", "QLKH-1", "TTPT-1")
Said = set[tuple[str, str, str]]


@cache
def sent_books() -> Mapping[str, tuple[FileContext, bytes]]:
    """A filled workbook of the small plan, and what was sent in the sample's first quarter."""
    maker = tool("make_sample").Maker()
    found = {"da-ghi": (FileContext(small_plan(), forms()), samples.filled())}
    for one in tool("sample.sendings").sendings():
        if one.period == "2022-Q1" and one.way != "again":
            found[f"{one.unit}-{one.version}"] = (maker.context, maker.workbook(one))
    return found


def _sent(name: str) -> bytes:
    return sent_books()[name][1]


RECALCULATED.update({name: partial(_sent, name) for name in BY_LIBREOFFICE})


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("resaved")


def said(checked: Checked) -> Said:
    """Code, sheet and cells of every finding."""
    return {
        (one.code, one.at.sheet if one.at else "", ",".join(ref.a1 for ref in one.cells))
        for one in checked.findings
    }


def values(checked: Checked) -> dict[str, object]:
    """State, rows and totals of every sheet."""
    assert checked.reading is not None
    return {
        form: (
            sheet.state,
            [(one.row, one.key, dict(one.values), one.unread) for one in sheet.records],
            sheet.total and dict(sheet.total.values),
        )
        for form, sheet in checked.reading.sheets.items()
    }


def without(found: Said, codes: set[str]) -> Said:
    return {one for one in found if one[0] not in codes}


def resaved(folder: Path, kind: str) -> dict[str, bytes]:
    """The workbooks saved again as another kind by one run of LibreOffice, by name."""
    sources = [folder / f"{name}.xlsx" for name in BY_LIBREOFFICE]
    for source in sources:
        source.write_bytes(_sent(source.stem))
    soffice = needs("soffice", "libreoffice-calc")
    command = [str(soffice), f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless"]
    command += ["--convert-to", kind, "--outdir", str(folder / kind), *map(str, sources)]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    return {name: (folder / kind / f"{name}.{kind}").read_bytes() for name in BY_LIBREOFFICE}


def test_libreoffice_changes_neither_values_nor_findings(
    recalculated_books: Mapping[str, bytes],
) -> None:
    unchanged(recalculated_books, "xlsx", set())


@pytest.mark.long
@pytest.mark.parametrize("kind", ["xls", "ods"])
def test_libreoffice_changes_neither_in_another_format(kind: str, folder: Path) -> None:
    unchanged(resaved(folder, kind), kind, NEEDS_FORMULAS)


def unchanged(saved: Mapping[str, bytes], kind: str, lost: set[str]) -> None:
    for name in BY_LIBREOFFICE:
        context, data = sent_books()[name]
        before = check_one(context, data, f"{name}.xlsx")
        after = check_one(context, saved[name], f"{name}.{kind}")
        assert values(after) == values(before), name
        assert without(said(after), OF_THE_FORMAT) == without(said(before), lost), name
        assert after.verdict == before.verdict, name


@pytest.mark.parametrize(
    "count",
    [pytest.param(4, id="sample"), pytest.param(None, id="all", marks=pytest.mark.long)],
)
def test_openpyxl_changes_neither_values_nor_findings(count: int | None) -> None:
    for name, (context, data) in [*sent_books().items()][:count]:
        saved = io.BytesIO()
        openpyxl.load_workbook(io.BytesIO(data)).save(saved)
        before = check_one(context, data, f"{name}.xlsx")
        after = check_one(context, saved.getvalue(), f"{name}.xlsx")
        assert values(after) == values(before), name
        assert without(said(after), COUNTED_HERE) == without(said(before), COUNTED_HERE), name
        assert after.verdict == before.verdict, name
