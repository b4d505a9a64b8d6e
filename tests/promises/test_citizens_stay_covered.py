"""What units type of citizens is warned of at its cell, and stands in nothing that is made from it.

Names, phones, identity numbers and addresses stand in every text cell of two reports, which the
office accepts. They stay in the originals and in the unit's own marked copy.
"""

import io
import itertools
import json
import zipfile
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any
from unicodedata import normalize
from xml.sax.saxutils import escape

import pytest
from openpyxl import load_workbook

import kskt_excel as kskt
from kskt_excel.ledger.safeguards import keywords_in_pdf, marks_in
from kskt_excel.model.packed import unpack_checked
from kskt_excel.text.pii import is_covered, masked_text, told_without_citizens
from kskt_excel.worker.file_task import check_file
from kskt_excel.worker.pool import FileContext
from tests import builders
from tests.mail.letters import mail, named
from tests.needs import needs
from tests.promises import warm
from tests.promises.scene import workspace
from tests.promises.test_nothing_comes_alive import REPORT, text_cells
from tests.text.citizens import CITIZENS, OF_OFFICES

SECRETS = (
    *("Trần Văn Tuấn", "0912345678", "019123456789", "tổ 5, phường Quang Trung"),
    *(
        piece
        for text, pieces in CITIZENS
        for piece in (text, *pieces)
        if len(piece) > len("Văn phòng") and not any(piece in one for one in OF_OFFICES)
    ),
)
TITLE = "Đơn của ông Trần Văn Tuấn 0912345678"
TEXT = "ông Trần Văn Tuấn, CCCD 019123456789, tổ 5, phường Quang Trung, ĐT 0912345678"
OF_OFFICIALS = {"Đầu mối": "Họ và tên", "Sáng kiến": "Tác giả"}
"""Columns that ask for a name; of sheet Thông tin all that a unit types is of officials."""
ACCEPT = ("decide", "accept", "--unit", "QLCN", "--period", "2022-Q1", "--version", "2")
WAYS = (
    ("receive", "--as-of", warm.DAY, "--json", "nhan.json"),
    warm.CONSOLIDATE,
    (*ACCEPT, "--reason", "Thử", "--by", "VP", "--as-of", warm.DAY),
    (*warm.CONSOLIDATE, "--json", "ket-qua.json"),
    ("diff", "QLCN", "2022-Q1", "--xlsx", "so-sanh.xlsx", "--json", "so-sanh.json"),
    ("export", "2022-Q1", "--to", "xuat", "--format", "csv"),
    ("status", "2022-Q1", "--as-of", warm.DAY, "--json", "tinh-hinh.json"),
    ("trace", "Hồ sơ!H7", "--period", "2022-Q1", "--as-of", warm.DAY, "--json", "truy.json"),
    ("journal", "show", "--all", "--json", "so.json"),
)


def is_of_officials(cell: Any) -> bool:
    sheet = cell.parent
    headings = [
        str(above[0].value) for above in sheet.iter_rows(max_col=cell.column, min_col=cell.column)
    ]
    return sheet.title == "Thông tin" or OF_OFFICIALS.get(sheet.title) in headings


def sown(path: Path) -> int:
    """Writes a report with citizens in its text cells, the last lines as offices write them."""
    book = load_workbook(REPORT)
    cells = [cell for cell in text_cells(book) if not is_of_officials(cell)]
    texts = [*(text for text, _ in CITIZENS), *OF_OFFICES]
    firsts = {cell.parent.title: cell for cell in reversed(cells)}
    assert len(cells) > len(texts) + len(firsts)
    coming = itertools.cycle(texts)
    for number, cell in enumerate(cells):
        text = TEXT if firsts[cell.parent.title] is cell else next(coming)
        cell.value = f"{text}; {number}"
        cell.data_type = "s"
    book["Rà soát"]["A8"].value = TEXT  # no code, and names a row of a printed form all the same
    book.save(path)
    return len(cells)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The workspace, and everything that was said on the screen."""
    folder = workspace(tmp_path_factory.mktemp("citizens"))
    inbox = folder / "workbooks" / "inbox"
    (inbox / "1.xlsx").write_bytes(REPORT.read_bytes())
    assert sown(inbox / f"{TITLE}.xlsx") > 50
    cut = mail(named(f"{TITLE}.xlsx"), top=f"From: a@b.vn\nSubject: {TITLE}\n")
    (inbox / f"{TITLE}.eml").write_bytes(cut)
    (inbox / f"{TITLE}.bin").write_bytes(b"\xc8\x80" * 500)
    (inbox / f"~${TITLE}.xlsx").write_bytes(b"x")
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
    elif path.suffix == ".eml":  # what is attached is the unit's own marked copy
        letter = message_from_bytes(data, policy=policy.default)
        yield str(letter.items()).encode()
        for part in letter.walk():
            if part.get_content_maintype() == "text":
                yield part.get_content().encode()
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
        and not path.is_relative_to(folder / "workbooks" / "journal-luu")
        and path.name != "journal.jsonl"  # the record, as the originals: it is no product
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


def test_what_offices_write_stays_readable(world: tuple[Path, str]) -> None:
    tracker = world[0] / "workbooks" / "tracker" / "theo-doi-2022.xlsx"
    told = b"".join(contents(tracker)).decode("utf-8", errors="replace")
    assert [text for text in OF_OFFICES if escape(text) not in told] == []


def test_each_cell_is_warned_of(world: tuple[Path, str]) -> None:
    found = findings_of(world[0] / "ket-qua.json")
    sheets = {sheet for sheet, _ in found}
    assert {"Tiến độ", "PAKN", "Vướng mắc"} <= sheets
    assert len(found) > 50


def test_nothing_that_reaches_a_product_would_be_covered_a_second_time(
    world: tuple[Path, str],
) -> None:
    """Of findings and answers of the units: what a worker gives back is covered already."""
    period = kskt.open(world[0], as_of=warm.DAY).period("2022-Q1").whole
    findings = [found for one in period.submissions for found in one.findings]
    assert len({found.code for found in findings}) > 10
    assert any(is_covered(str(found.params)) for found in findings)
    twice = [found for found in findings if found != told_without_citizens(found)]
    answers = [found.explanation for found in findings if found.explanation]
    assert (twice, [one for one in answers if one != masked_text(one)]) == ([], [])


@pytest.mark.parametrize("data", [b"", b"\xc8\x80" * 500, b"%PDF-1.7\n", b"PK\x03\x04 ."])
def test_what_a_worker_says_of_a_file_that_it_cannot_read_names_nobody(data: bytes) -> None:
    context = FileContext(builders.small_plan(), builders.forms())
    checked = unpack_checked(check_file(context, data, f"{TEXT}.xlsx"))
    assert checked.findings
    assert [one for one in checked.findings if one != told_without_citizens(one)] == []


@pytest.mark.long
def test_no_page_of_a_pdf_holds_what_was_typed_of_citizens(world: tuple[Path, str]) -> None:
    """As people see it: fonts and streams are undone."""
    from pypdf import PdfReader

    needs("soffice", "libreoffice")
    done = warm.run(world[0], "consolidate", "2022-Q1", "--as-of", warm.DAY, "--pdf")
    assert (done.code, done.crashed) == (0, ""), done
    made = [path.read_bytes() for path in world[0].rglob("*.pdf")]
    assert all(marks_in(keywords_in_pdf(data)) for data in made)  # each knows its record
    pages = {
        f"{path.name}, {number}": normalize("NFC", " ".join(page.extract_text().split()))
        for path in world[0].rglob("*.pdf")
        for number, page in enumerate(PdfReader(path).pages, start=1)
    }
    assert len(pages) > 10
    assert any("Quyết định" in text for text in pages.values())  # its letters are readable
    told = [(where, one) for where, text in pages.items() for one in SECRETS if one in text]
    assert told == []


def findings_of(path: Path) -> set[tuple[str, str]]:
    """Sheet and cell of each warning of personal data."""
    result = json.loads(path.read_text(encoding="utf-8"))
    return {
        (one["sheet"], one["cell"])
        for submission in result["submissions"]
        for one in submission["findings"]
        if one["code"] == "text.personal_data"
    }
