"""Other programs as judges: LibreOffice computes, saves and prints; poppler reads the print."""

import io
import re
import subprocess
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from python_calamine import CalamineWorkbook

from kskt_excel.excel.book_writer import patched
from kskt_excel.excel.printed.pdf import to_pdf
from tests.needs import needs

_STORED = re.compile(rb"(<c [^>]*?)( t=\"(?:str|b|e)\")?(>)(<f[^>]*>.*?</f>)<v>.*?</v>")
_SECONDS = 600  # LibreOffice on a busy machine


@cache
def _profile() -> "TemporaryDirectory[str]":
    """One profile of LibreOffice for the whole run: a first start takes long."""
    return TemporaryDirectory(prefix="kskt-libreoffice-")


def recalculated(data: bytes) -> bytes:
    """A workbook as LibreOffice writes it after it opened it."""
    return all_recalculated({"in": data})["in"]


def all_recalculated(books: Mapping[str, bytes]) -> dict[str, bytes]:
    """Workbooks as LibreOffice writes them after it opened them, by name; one start for all."""
    soffice = needs("soffice", "libreoffice-calc")
    with TemporaryDirectory() as temporary:
        out = Path(temporary, "out")
        sources = [Path(temporary, f"{name}.xlsx") for name in books]
        for source, data in zip(sources, books.values(), strict=True):
            source.write_bytes(data)
        command = [str(soffice), f"-env:UserInstallation={Path(_profile().name).as_uri()}"]
        command += ["--headless", "--convert-to", "xlsx", "--outdir", str(out)]
        command += map(str, sources)
        subprocess.run(command, check=True, capture_output=True, timeout=_SECONDS)
        return {name: (out / f"{name}.xlsx").read_bytes() for name in books}


RECALCULATED: dict[str, Callable[[], bytes]] = {}
"""Workbooks that test files want recalculated, by name: fixture ``recalculated_books`` has them."""
PRINTED: dict[str, Callable[[], bytes]] = {}
"""Workbooks that test files want printed, by name: fixture ``printed_books`` has them."""


def recalculated_into(folder: Path, more: Mapping[str, bytes]) -> None:
    """All of ``RECALCULATED``, and some more, as LibreOffice writes them; one start for all."""
    books = {**more, **{name: build() for name, build in RECALCULATED.items()}}
    for name, data in all_recalculated(books).items():
        (folder / f"{name}.xlsx").write_bytes(data)


def printed_into(folder: Path) -> None:
    """The PDF of all of ``PRINTED``; one start of LibreOffice for all."""
    printed({f"{name}.xlsx": build() for name, build in PRINTED.items()}, folder)


def printed(files: Mapping[str, bytes], folder: Path) -> dict[str, Path]:
    """The PDF of each file, by its name without the ending; one start of LibreOffice for all."""
    soffice = needs("soffice", "libreoffice")
    sources = [folder / name for name in files]
    for source, data in zip(sources, files.values(), strict=True):
        source.write_bytes(data)
    made = to_pdf(sources, folder / "pdf", program=soffice, seconds=_SECONDS)
    return {path.stem: path for path in made}


def told(program: str, *words: object) -> str:
    """What a program of poppler says."""
    command = [str(needs(program, "poppler-utils")), *map(str, words)]
    return subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout


def text_of_pages(pdf: Path) -> list[str]:
    """The text of each page, laid out as on paper."""
    return told("pdftotext", "-layout", pdf, "-").split("\f")[:-1]


def uses_only_the_right_font(pdf: Path) -> bool:
    """Whether every letter is set in Times New Roman, or in its double, and embedded."""
    fonts = told("pdffonts", pdf).splitlines()[2:]
    return bool(fonts) and all(
        ("LiberationSerif" in font or "TimesNewRoman" in font) and font.split()[-5] == "yes"
        for font in fonts
    )


def without_results(data: bytes) -> bytes:
    """A workbook whose formulas have not been computed."""

    def bare(name: str, content: bytes) -> bytes:
        is_sheet = name.startswith("xl/worksheets/")
        return _STORED.sub(rb"\1\3\4", content) if is_sheet else content

    return patched(data, bare)


def cells(data: bytes) -> dict[tuple[str, int, int], object]:
    """Every value of a workbook that is not blank, by sheet, row and column."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return {
        (name, row, column): value
        for name in book.sheet_names
        for row, values in enumerate(
            book.get_sheet_by_name(name).to_python(skip_empty_area=False), start=1
        )
        for column, value in enumerate(values, start=1)
        if value not in ("", None)
    }
