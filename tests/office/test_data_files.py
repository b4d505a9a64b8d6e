"""Exported tables: the figures of the forms, whatever program opens them."""

import datetime as dt
import io
import re
import shutil
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from kskt_excel.model.errors import KsktError
from kskt_excel.office import office
from tests import judges
from tests.office.workspaces import INBOX, workspace

pytestmark = pytest.mark.usefixtures("short_paper", "read_here")

DAY = dt.date(2022, 3, 18)
ADDED_UP = ("4", "8", "13")  # columns of Biểu II.06a


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = workspace(tmp_path_factory.mktemp("export"))
    shutil.copytree(INBOX / "2022-Q1", folder / "workbooks" / "inbox" / "2022-Q1")
    office.consolidate(folder, "2022-Q1", strict=False, pdf=False, as_of=DAY, dry_run=False)
    return folder


@pytest.fixture(scope="module")
def printed(place: Path) -> Any:
    """The figures of Biểu II.06a as the status tells them."""
    return office.status(place, "2022-Q1", as_of=DAY).json["forms"]["II.06a"]["total"]  # type: ignore[index]


@cache
def exported(place: Path, data_format: str) -> Path:
    """The folder of an export of a format, made once."""
    return export(place, data_format, place / data_format)


def export(place: Path, data_format: str, folder: Path, *, forms: bool = False) -> Path:
    outcome = office.export(
        place,
        ["2022-Q1"],
        to=folder,
        data_format=data_format,
        forms=forms,
        as_of=DAY,
        dry_run=False,
    )
    assert outcome.exit_code == 0
    return folder


def test_csv_opened_by_pandas_adds_up_to_the_printed_form(place: Path, printed: Any) -> None:
    folder = exported(place, "csv")
    frame = pd.read_csv(folder / "II.06a.csv", sep=";", decimal=",", encoding="utf-8-sig")
    assert {one: int(frame[one].sum()) for one in ADDED_UP} == {
        one: printed[one] for one in ADDED_UP
    }
    records = pd.read_csv(folder / "ho-so.csv", sep=";", decimal=",", dtype={"procedure": str})
    assert records["received_online"].sum() == printed["4"]
    assert set(records["period"]) == {"2022-Q1"}
    assert re.fullmatch(r"\d\.\d{6}", records["procedure"][0])


def test_csv_opens_by_a_double_click_in_excel(place: Path) -> None:
    data = (exported(place, "csv") / "ho-so.csv").read_bytes()
    assert data.startswith("\ufeffunit;unit_name;".encode())
    assert b"\r\n" in data


def test_duckdb_reads_csv_and_parquet_with_the_same_sums(place: Path, printed: Any) -> None:
    duckdb = pytest.importorskip("duckdb")
    csv, parquet = exported(place, "csv"), exported(place, "parquet")
    sums = ", ".join(f'sum("{one}")' for one in ADDED_UP)
    wanted = tuple(printed[one] for one in ADDED_UP)
    sources = (f"read_csv('{csv}/II.06a.csv', delim=';')", f"'{parquet}/II.06a.parquet'")
    for source in sources:
        assert duckdb.sql(f"select {sums} from {source}").fetchall() == [wanted]  # noqa: S608


def test_parquet_keeps_days_as_days_and_lists_in_their_order(place: Path) -> None:
    from pyarrow import parquet

    folder = exported(place, "parquet")
    schema = parquet.read_schema(folder / "qua-han.parquet")
    assert str(schema.field("received_on").type) == "date32[day]"
    tasks = pd.read_parquet(folder / "tien-do.parquet")
    assert tasks["status"].cat.ordered
    assert list(tasks["status"].cat.categories)[:2] == ["Chưa thực hiện", "Đang thực hiện"]


@pytest.mark.long
def test_the_workbook_has_a_table_of_each_name_and_libreoffice_reads_the_same(
    place: Path, printed: Any
) -> None:
    data = (exported(place, "xlsx") / "so-lieu.xlsx").read_bytes()
    for opened in (data, judges.recalculated(data)):
        book = CalamineWorkbook.from_filelike(io.BytesIO(opened))
        rows = book.get_sheet_by_name("II.06a").to_python()
        at = rows[0].index("4")
        assert sum(row[at] for row in rows[1:]) == printed["4"]  # type: ignore[misc]
    book = CalamineWorkbook.from_filelike(io.BytesIO(data), load_tables=True)
    assert {"tien_do", "ho_so", "II_06a", "tu_dien"} <= set(book.table_names)


def test_open_document_says_the_same_cell_by_cell(place: Path) -> None:
    workbook = CalamineWorkbook.from_path(exported(place, "xlsx") / "so-lieu.xlsx")
    document = CalamineWorkbook.from_path(exported(place, "ods") / "so-lieu.ods")
    assert document.sheet_names == workbook.sheet_names
    for name in workbook.sheet_names:
        one, other = (book.get_sheet_by_name(name).to_python() for book in (workbook, document))
        assert [list(map(_rounded, row)) for row in other] == [
            list(map(_rounded, row[: len(other[0])])) for row in one
        ], name


def _rounded(value: object) -> object:
    """A number in the digits that every spreadsheet keeps."""
    return float(f"{value:.12g}") if isinstance(value, float) else value


def test_the_dictionary_explains_every_column_of_every_table(place: Path) -> None:
    folder = exported(place, "csv")
    read = {"sep": ";", "encoding": "utf-8-sig", "dtype": str}
    entries = pd.read_csv(folder / "tu-dien.csv", **read)
    explained = set(zip(entries["table"], entries["column"], strict=True))
    for path in folder.glob("*.csv"):
        if path.stem != "tu-dien":
            columns = pd.read_csv(path, **read).columns
            assert {(path.stem, column) for column in columns} <= explained
    assert entries["heading"].notna().all()


def test_what_looks_like_a_citizens_is_covered(place: Path) -> None:
    from kskt_excel.text.pii import looks_personal

    for path in exported(place, "csv").glob("*.csv"):
        if path.stem in ("pakn", "qua-han", "kiem-tra", "sang-kien"):
            frame = pd.read_csv(path, sep=";", dtype=str)
            texts = frame.drop(columns=["file"]).melt()["value"].dropna()
            assert [text for text in texts if looks_personal(text)] == []


def test_forms_stand_alone_with_the_figures_of_paper(place: Path, printed: Any) -> None:
    path = export(place, "csv", place / "forms", forms=True) / "bieu" / "II.06a-2022-Q1.xlsx"
    rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    numbers = next(row for row in rows if "(4)" in row)
    assert rows[-1][numbers.index("(4)")] == printed["4"]
    assert rows[-1][1] == "Tổng cộng"


def test_the_same_export_gives_the_same_bytes(place: Path) -> None:
    for data_format in ("csv", "xlsx", "ods"):
        first = {path: path.read_bytes() for path in exported(place, data_format).glob("*.*")}
        folder = export(place, data_format, place / data_format)
        again = {path: path.read_bytes() for path in folder.glob("*.*")}
        assert first == again


def test_a_dry_run_writes_nothing(place: Path) -> None:
    outcome = office.export(
        place, (), to=None, data_format="csv", forms=False, as_of=DAY, dry_run=True
    )
    assert "workbooks/exports/ho-so.csv" in outcome.json["outputs"]  # type: ignore[operator]
    assert not (place / "workbooks" / "exports").exists()


def test_nothing_received_is_said(tmp_path: Path) -> None:
    with pytest.raises(KsktError, match="Chưa nhận báo cáo"):
        office.export(
            workspace(tmp_path),
            (),
            to=None,
            data_format="csv",
            forms=False,
            as_of=DAY,
            dry_run=False,
        )
