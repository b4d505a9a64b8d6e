"""P10: no text of a unit becomes a formula, a link or a field in anything that the office opens.

600 texts that would come alive elsewhere stand in the text columns of a unit's workbook, which the
office accepts: they go through tracker, summaries, report, marked copies and differences. At length
each of them stands in every text column.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any
from unicodedata import normalize

import pytest

from kskt_excel.text.pii import mask
from tests.builders import forms
from tests.office.desk_of_tests import workbook
from tests.promises import warm
from tests.promises.payloads import (
    COUNT,
    MARK,
    alive,
    leads_out,
    meant,
    payloads,
    plain,
    texts,
)
from tests.promises.scene import INBOX, workspace

REPORT = INBOX / "Phòng QLCN nộp muộn.xlsx"
_FIRST_ROW, _LAST_ROW = 8, 37
_TYPES = ("text", "long_text")
_ACCEPT = ("decide", "accept", "--unit", "QLCN", "--period", "2022-Q1", "--version", "2")


@dataclass(frozen=True)
class World:
    """Where everything was written, and what was put in."""

    folder: Path
    columns: set[tuple[str, int]]

    @property
    def outputs(self) -> list[Path]:
        """Every Office file that the program wrote."""
        written = [*self.folder.glob("*.xlsx")]
        for part in ("tracker", "summaries", "returned"):
            for ending in ("xlsx", "docx"):
                written += (self.folder / "workbooks" / part).rglob(f"*.{ending}")
        return written

    def file(self, name: str) -> Path:
        """The output with this name."""
        (found,) = (path for path in self.outputs if path.name == name)
        return found


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    folder = workspace(tmp_path_factory.mktemp("alive"))
    inbox = folder / "workbooks" / "inbox"
    (inbox / "1.xlsx").write_bytes(REPORT.read_bytes())
    columns = _sown(inbox / "2.xlsx")
    ways = (
        warm.CONSOLIDATE,
        (*_ACCEPT, "--reason", "Thử", "--by", "VP", "--as-of", warm.DAY),
        warm.CONSOLIDATE,
        ("diff", "QLCN", "2022-Q1", "--xlsx", str(folder / "so-sanh.xlsx")),
    )
    for way in ways:
        done = warm.run(folder, *way)
        assert (done.code, done.crashed) == (0, ""), done
    return World(folder, columns)


def _sown(path: Path) -> set[tuple[str, int]]:
    """Writes the unit's report with a payload in every text cell; gives the columns."""
    from openpyxl import load_workbook

    book = load_workbook(REPORT)
    cells = list(text_cells(book))
    sown = payloads()
    assert len(cells) >= len(sown)
    for number, cell in enumerate(cells):
        cell.value = sown[number % len(sown)]
        cell.data_type = "s"
    book.save(path)
    return {(cell.parent.title, cell.column) for cell in cells}


def text_cells(book: Any) -> Iterator[Any]:
    for form in forms().sheets:
        if form.layout == "labels" or form.sheet not in book.sheetnames:
            continue
        sheet = book[form.sheet]
        wanted = {c.heading for c in form.columns if c.type in _TYPES and not c.given}
        columns = [cell.column for cell in sheet[_FIRST_ROW - 2] if cell.value in wanted]
        last = _LAST_ROW if form.layout == "register" else sheet.max_row
        for row in range(_FIRST_ROW, last + 1):
            is_total = any(str(cell.value).startswith("Tổng") for cell in sheet[row])
            yield from (sheet.cell(row, column) for column in columns if not is_total)


def test_the_payloads_go_through_many_columns(world: World) -> None:
    assert len(world.columns) >= 25
    names = {path.name for path in world.outputs}
    assert {"theo-doi-2022.xlsx", "tong-hop-2022-Q1.xlsx", "tom-tat-2022-Q1.xlsx"} <= names
    assert {"so-sanh.xlsx", "bao-cao-2022-Q1.docx", "QLCN_lan-2_DA-NHAN.xlsx"} <= names


def test_nothing_in_any_output_comes_alive(world: World) -> None:
    assert {path.name: list(alive(path)) for path in world.outputs if list(alive(path))} == {}


def test_no_output_leads_to_a_file_of_a_machine(world: World) -> None:
    led = {path.name: list(leads_out(path)) for path in world.outputs}
    assert {name: found for name, found in led.items() if found} == {}


def test_what_would_be_alive_is_found(tmp_path: Path) -> None:
    import xlsxwriter

    path = tmp_path / "x.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write("A1", '=1&"KT001"')
        sheet.write("A2", "http://x.vn/KT002")
    assert {mark for one in alive(path) for mark in MARK.findall(one)} == {"KT001", "KT002"}


@pytest.mark.parametrize("name", ["theo-doi-2022.xlsx", "QLCN_lan-2_DA-NHAN.xlsx"])
def test_every_text_arrives_as_it_was_written(world: World, name: str) -> None:
    written = {plain(meant(one)) for one in payloads()}
    found = texts(world.file(name))
    read = {one: normalize("NFKC", mask(one)) for one in written - found}  # as the tracker has it
    assert sorted(one for one, shown in read.items() if shown not in found) == []


UNITS = ("VP", "TTRA", "KHTC", "QLKH", "QLCN", "QLCNH", "QLCS", "CCTDC", "TTPT")
TURNS = 3  # of nine reports
ROWS = 30  # of a register
LINES = 7  # of every other cell, each the next text: some sheets have few rows
EVERYWHERE = (
    warm.CONSOLIDATE,
    ("export", "2022-Q1", "--to", "xuat", "--format", "xlsx"),
    ("dossier", "2022-Q1", "--no-pdf", "--as-of", warm.DAY),
    ("analyse", "2022", "--as-of", warm.DAY),
    ("diff", "VP", "2022-Q1", "--xlsx", "so-sanh.xlsx"),
)


@pytest.mark.long
def test_each_text_in_every_text_column_stays_a_text(tmp_path: Path) -> None:
    """Nine units at a time, 30 rows each: three quarters of mails for 600 texts."""
    sown: dict[tuple[str, str], int] = {}  # how many texts each column has had
    for turn in range(TURNS):
        folder = workspace(tmp_path / f"{turn}")
        inbox = folder / "workbooks" / "inbox"
        for unit in UNITS:
            report = workbook(unit, "2022-Q1")
            (inbox / f"{unit}-1.xlsx").write_bytes(report)
            _sow_everywhere(inbox / f"{unit}-2.xlsx", report, sown)
        _all_ways(folder)
        written = [
            path
            for path in folder.rglob("*.*")
            if path.suffix in (".xlsx", ".docx")
            and not {"inbox", "archive", "cu"}.intersection(path.relative_to(folder).parts)
        ]
        assert len(written) > 15
        assert {path.name: found for path in written if (found := list(alive(path)))} == {}
        assert {path.name: found for path in written if (found := list(leads_out(path)))} == {}
        for letter in folder.rglob("*.eml"):
            assert _active_in_letter(letter) == [], letter.name
    assert len(sown) >= 25
    assert {column: count for column, count in sown.items() if count < COUNT} == {}


def _sow_everywhere(path: Path, data: bytes, sown: dict[tuple[str, str], int]) -> None:
    """Writes the report with the next texts down every text column."""
    from io import BytesIO

    from openpyxl import load_workbook

    book, texts_to_sow = load_workbook(BytesIO(data)), payloads()
    columns: dict[tuple[str, str], list[Any]] = {}
    for cell in text_cells(book):
        columns.setdefault((cell.parent.title, cell.column_letter), []).append(cell)
    for column, cells in columns.items():
        for row, cell in enumerate(cells[:ROWS]):
            at, lines = sown.get(column, 0), LINES if row % 2 else 1
            cell.value = "\n".join(texts_to_sow[n % COUNT] for n in range(at, at + lines))
            cell.data_type = "s"
            sown[column] = at + lines
    book.save(path)


def _all_ways(folder: Path) -> None:
    """Every command that makes something of reports, after the office has accepted them all."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        ways = [warm.CONSOLIDATE]
        ways += [
            ("decide", "accept", "--unit", unit, "--period", "2022-Q1", "--version", "2",
             "--reason", "Thử", "--by", "VP", "--as-of", warm.DAY)
            for unit in UNITS
        ]  # fmt: skip
        for way in (*ways, *EVERYWHERE):
            done = warm.run(folder, *way)
            assert done.crashed == "", done
            assert done.code == 0 or way[0] == "decide", (way, done)


def _active_in_letter(path: Path) -> list[str]:
    """Links and scripts in the HTML of a letter that hold a mark."""
    message: Any = message_from_bytes(path.read_bytes(), policy=policy.default)
    body = message.get_body(("html",))
    html = body.get_content() if body else ""
    tags = re.findall(r"<(?:a|script|img|iframe|object|form|link|meta)\b[^>]*>", html)
    return [tag for tag in tags if MARK.search(tag)]
