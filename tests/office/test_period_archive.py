"""The dossier of a period: what is in it, that it can be checked, that its bytes stay."""

import csv
import datetime as dt
import hashlib
import io
import zipfile
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter

from kskt_excel.office import office
from kskt_excel.office.outcome import Outcome
from tests.needs import needs
from tests.office.desk_of_tests import DAYS
from tests.office.workspaces import workspace

pytestmark = pytest.mark.usefixtures("short_paper", "read_here")

MAIL = "2022-Q1/07-qlcnh-sua.eml"


def _pdf() -> bytes:
    target, writer = io.BytesIO(), PdfWriter()
    writer.add_blank_page(595, 842)
    writer.write(target)
    return target.getvalue()


def _consolidated(folder: Path) -> Path:
    made = workspace(folder, MAIL, "2022-Q1/08-qlcs.eml")
    _consolidate(made)
    what = {"period": "2022-Q1", "unit": "QLCS", "version": 1, "reason": "=1+1 gửi nhầm"}
    office.decide(made, "void", who="Chánh Văn phòng", as_of=DAYS[1], dry_run=False, **what)
    _consolidate(made)
    return made


def _consolidate(folder: Path) -> None:
    office.consolidate(folder, "2022-Q1", strict=False, pdf=False, as_of=DAYS[1], dry_run=False)


def _packed(folder: Path, *, pdf: bool | None = False) -> Outcome:
    return office.dossier(folder, "2022-Q1", pdf=pdf, as_of=DAYS[1], dry_run=False)


def _opened(folder: Path) -> dict[str, bytes]:
    path = folder / "workbooks" / "summaries" / "2022-Q1" / "ho-so-luu-2022-Q1.zip"
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


def _rows(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = _consolidated(tmp_path_factory.mktemp("dossier"))
    assert _packed(folder).exit_code == 0
    return folder


def test_it_holds_what_counted_and_what_was_published(place: Path) -> None:
    files = _opened(place)
    originals = [name for name in files if name.startswith("1-ban-goc/")]
    assert [name.split("/")[1:][0] for name in originals] == ["2022-Q1"]
    assert "QLCNH_lan1" in originals[0]  # QLCS was voided
    products = {name for name in files if name.startswith("3-san-pham/")}
    assert products == {
        "3-san-pham/tong-hop-2022-Q1.xlsx",
        "3-san-pham/tom-tat-2022-Q1.xlsx",
        "3-san-pham/bao-cao-2022-Q1.docx",
        "3-san-pham/theo-doi-2022.xlsx",
    }
    named = originals[0].rpartition("_")[2].partition(".")[0]
    assert hashlib.sha256(files[originals[0]]).hexdigest().startswith(named)


def test_every_file_agrees_with_the_manifest(place: Path) -> None:
    files = _opened(place)
    lines = files.pop("MANIFEST.sha256").decode().splitlines()
    told = {path: digest for digest, _, path in (line.partition("  ") for line in lines)}
    assert told == {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}


def test_receipts_and_decisions_say_who_when_why(place: Path) -> None:
    files = _opened(place)
    _, *receipts = _rows(files["so-nhan.csv"])
    assert sorted(row[2] for row in receipts) == ["QLCNH", "QLCS"]
    _, decision = _rows(files["quyet-dinh.csv"])
    assert decision[2:] == [
        "Chánh Văn phòng",
        "Không tính lần 1 của QLCS, 2022-Q1",
        "'=1+1 gửi nhầm",  # no program takes it for a formula
    ]


def test_whom_it_may_be_given_to_is_said_first(place: Path) -> None:
    text = _opened(place)["DOC-TRUOC.txt"].decode("utf-8-sig")
    assert "thông tin cá nhân" in text.splitlines()[3]
    assert "sha256sum -c MANIFEST.sha256" in text


def test_the_same_state_gives_the_same_bytes(place: Path) -> None:
    path = place / "workbooks" / "summaries" / "2022-Q1" / "ho-so-luu-2022-Q1.zip"
    before = path.read_bytes()
    _packed(place)
    assert path.read_bytes() == before


def test_a_product_changed_by_hand_is_said(tmp_path: Path) -> None:
    folder = _consolidated(tmp_path)
    report = folder / "workbooks" / "summaries" / "2022-Q1" / "bao-cao-2022-Q1.docx"
    report.write_bytes(report.read_bytes() + b" ")
    outcome = _packed(folder)
    assert any("bao-cao-2022-Q1.docx đã được sửa" in text for text in outcome.remarks)


def test_without_summaries_it_says_what_to_run_first(tmp_path: Path) -> None:
    folder = workspace(tmp_path, MAIL)
    office.receive(folder, paths=(), imap=False, as_of=DAYS[1], dry_run=False)
    outcome = _packed(folder)
    assert any("kskt consolidate 2022-Q1" in text for text in outcome.remarks)


def test_nothing_is_written_on_a_dry_run(tmp_path: Path) -> None:
    folder = workspace(tmp_path, MAIL)
    office.dossier(folder, "2022-Q1", pdf=None, as_of=DAYS[1], dry_run=True)
    assert not (folder / "workbooks" / "summaries").exists()


def test_one_pdf_begins_with_the_contents_and_is_kept(tmp_path: Path) -> None:
    needs("soffice", "libreoffice-calc")
    folder = _consolidated(tmp_path)
    summaries = folder / "workbooks" / "summaries" / "2022-Q1"
    (summaries / "tong-hop-2022-Q1.pdf").write_bytes(_pdf())
    _packed(folder, pdf=True)
    made = summaries / "ho-so-luu-2022-Q1.pdf"
    first = made.read_bytes()
    pages = PdfReader(made).pages
    assert "MỤC LỤC HỒ SƠ LƯU" in pages[0].extract_text()
    assert "thông tin cá nhân" in " ".join(pages[0].extract_text().split())
    assert not pages[-1].extract_text().strip()
    # of the day of the last file or decision, on whatever day it is made
    assert "tháng 3 năm 2022" in " ".join(pages[0].extract_text().split())
    later = dt.date(2022, 7, 20)
    office.dossier(folder, "2022-Q1", pdf=True, as_of=later, dry_run=False)
    assert made.read_bytes() == first
    assert _opened(folder)["ho-so-luu-2022-Q1.pdf"] == first
