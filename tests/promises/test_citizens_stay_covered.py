"""What units type of citizens is warned of at its cell, and stands in nothing that is made from it.

Names, phones, identity numbers and addresses stand in every text cell of two reports, which the
office accepts. They stay in the originals and in the unit's own marked copy.
"""

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.promises import warm
from tests.promises.scene import workspace
from tests.promises.test_nothing_comes_alive import REPORT, text_cells

SECRETS = ("Trần Văn Tuấn", "0912345678", "019123456789", "tổ 5, phường Quang Trung")
TEXT = "ông Trần Văn Tuấn, CCCD 019123456789, tổ 5, phường Quang Trung, ĐT 0912345678"
OF_OFFICIALS = ("Đầu mối", "Thông tin", "Sáng kiến")
ACCEPT = ("decide", "accept", "--unit", "QLCN", "--period", "2022-Q1", "--version", "2")
WAYS = (
    warm.CONSOLIDATE,
    (*ACCEPT, "--reason", "Thử", "--by", "VP", "--as-of", warm.DAY),
    (*warm.CONSOLIDATE, "--json", "ket-qua.json"),
    ("diff", "QLCN", "2022-Q1", "--xlsx", "so-sanh.xlsx", "--json", "so-sanh.json"),
    ("export", "2022-Q1", "--to", "xuat", "--format", "csv"),
    ("status", "2022-Q1", "--as-of", warm.DAY, "--json", "tinh-hinh.json"),
)


def sown(path: Path) -> int:
    """Writes the unit's report with citizens in its text cells; gives how many."""
    book = load_workbook(REPORT)
    cells = [cell for cell in text_cells(book) if cell.parent.title not in OF_OFFICIALS]
    for number, cell in enumerate(cells):
        cell.value = f"{TEXT} ({number})"
        cell.data_type = "s"
    book.save(path)
    return len(cells)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The workspace, and everything that was said on the screen."""
    folder = workspace(tmp_path_factory.mktemp("citizens"))
    inbox = folder / "workbooks" / "inbox"
    (inbox / "1.xlsx").write_bytes(REPORT.read_bytes())
    assert sown(inbox / "2.xlsx") > 50
    said = ""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for way in WAYS:
            done = warm.run(folder, *way)
            assert (done.code, done.crashed) == (0, ""), done
            said += done.said
    return folder, said


def contents(path: Path) -> Iterator[bytes]:
    data = path.read_bytes()
    if path.suffix in (".xlsx", ".docx", ".zip"):
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            yield from map(package.read, package.namelist())
    else:
        yield data


def test_no_product_holds_what_was_typed_of_citizens(world: tuple[Path, str]) -> None:
    folder, _ = world
    products = [
        path
        for path in folder.rglob("*.*")
        if path.is_file()
        and not path.is_relative_to(folder / ".kskt")
        and not path.is_relative_to(folder / "workbooks" / "inbox")
        and not path.is_relative_to(folder / "workbooks" / "archive")
        and not (path.is_relative_to(folder / "workbooks" / "returned") and path.suffix == ".xlsx")
    ]
    assert {path.suffix for path in products} >= {".xlsx", ".docx", ".json", ".csv", ".eml"}
    told = [
        (path.relative_to(folder).as_posix(), secret)
        for path in products
        for content in contents(path)
        for secret in SECRETS
        if secret.encode() in content
    ]
    assert told == []


def test_the_screen_names_no_citizen(world: tuple[Path, str]) -> None:
    assert [secret for secret in SECRETS if secret in world[1]] == []


def test_each_cell_is_warned_of(world: tuple[Path, str]) -> None:
    found = findings_of(world[0] / "ket-qua.json")
    sheets = {sheet for sheet, _ in found}
    assert {"Tiến độ", "PAKN", "Vướng mắc"} <= sheets
    assert len(found) > 50


def findings_of(path: Path) -> set[tuple[str, str]]:
    """Sheet and cell of each warning of personal data."""
    result = json.loads(path.read_text(encoding="utf-8"))
    return {
        (one["sheet"], one["cell"])
        for submission in result["submissions"]
        for one in submission["findings"]
        if one["code"] == "text.personal_data"
    }
