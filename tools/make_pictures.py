"""Pictures of pages for the documents, from the sample: docs/hinh/*.png.

Run with ``python tools/make_pictures.py``; needs LibreOffice and poppler-utils.
"""

import datetime as dt
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from make_sample import Maker
from sample.sendings import sendings

from kskt_excel.excel.printed.page_writer import summary_workbook
from kskt_excel.excel.printed.pdf import find_soffice, to_pdf
from kskt_excel.model.period import Period
from kskt_excel.office.desk import exclusive, open_desk
from kskt_excel.office.inbox import inbox_stream, receive_all
from kskt_excel.office.quarter import period_work
from kskt_excel.report.page import PrintedPage
from kskt_excel.report.summary import summary_pages

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "hinh"
PERIOD = Period.quarter(2022, 1)
DAY = dt.date(2022, 3, 18)
PICTURES = {
    "Tiến độ": "tien-do.png",
    "Biểu II.06a": "bieu-ii-06a.png",
    "Chỉ tiêu": "chi-tieu.png",
}
SELF_CHECK = "tu-kiem-tra.png"
UNIT_WITH_FAULTS = "QLKH"
DPI = 80


def main() -> None:
    """Writes the first page of each sheet that is shown."""
    pdftoppm = shutil.which("pdftoppm")
    soffice = find_soffice()
    if not soffice:
        sys.exit("LibreOffice is not on this machine; it prints the pages")
    if not pdftoppm:
        sys.exit("pdftoppm is not on this machine; Debian's package poppler-utils brings it")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary)
        pages, made_at = sample_pages(work / "noi-lam-viec")
        for page in pages:
            if page.name in PICTURES:
                target = FOLDER / PICTURES[page.name]
                picture(page, target, made_at, work=work, soffice=soffice, pdftoppm=pdftoppm)
                print(target.relative_to(ROOT))
        target = FOLDER / SELF_CHECK
        first_page(self_checked_workbook(), target, work=work, soffice=soffice, pdftoppm=pdftoppm)
        print(target.relative_to(ROOT))


def self_checked_workbook() -> bytes:
    """A unit's workbook of the sample that still has faults."""
    (sending,) = (
        one
        for one in sendings()
        if (one.period, one.unit, one.version) == (PERIOD.id, UNIT_WITH_FAULTS, 1)
    )
    return Maker().as_written(sending)


def sample_pages(folder: Path) -> tuple[Sequence[PrintedPage], dt.datetime]:
    """The sample quarter's pages, made in a copy of the workspace, and when they are made."""
    folder.mkdir()
    shutil.copytree(ROOT / "templates", folder / "templates")
    inbox = Path("workbooks") / "inbox" / PERIOD.id
    shutil.copytree(ROOT / inbox, folder / inbox)
    shutil.copy(ROOT / "kskt.toml", folder)
    desk = open_desk(folder, as_of=DAY)
    plan = desk.plan(PERIOD.year)
    with exclusive(desk):
        receive_all(desk, inbox_stream(desk, (), imap=False), plan, PERIOD)
        whole = period_work(desk, PERIOD).whole
    return tuple(summary_pages(plan, desk.forms, whole)), whole.as_of


def picture(
    page: PrintedPage,
    target: Path,
    made_at: dt.datetime,
    *,
    work: Path,
    soffice: Path,
    pdftoppm: str,
) -> None:
    """The first printed page of a sheet as a picture."""
    data = summary_workbook([page], created=made_at)
    first_page(data, target, work=work, soffice=soffice, pdftoppm=pdftoppm)


def first_page(data: bytes, target: Path, *, work: Path, soffice: Path, pdftoppm: str) -> None:
    """The first page that a workbook prints, as a picture."""
    book = work / f"{target.stem}.xlsx"
    book.write_bytes(data)
    (pdf,) = to_pdf([book], work, program=soffice, seconds=120)
    command = [pdftoppm, "-png", "-r", str(DPI), "-f", "1", "-l", "1", "-singlefile"]
    subprocess.run([*command, str(pdf), str(target.with_suffix(""))], check=True)


if __name__ == "__main__":
    main()
