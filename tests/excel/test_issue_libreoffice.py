import io
import re
import subprocess
import zipfile
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from kskt_excel.excel.writing import patched
from tests.excel import samples
from tests.needs import needs

_STORED = re.compile(rb"(<c [^>]*?)( t=\"str\")?(>)(<f>.*?</f>)<v>.*?</v>")


def _without_results(name: str, content: bytes) -> bytes:
    return _STORED.sub(rb"\1\3\4", content) if name.startswith("xl/worksheets/") else content


def _cells(data: bytes) -> dict[tuple[str, int, int], object]:
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


def _converted(folder: Path, data: bytes, kind: str) -> bytes:
    soffice = needs("soffice", "libreoffice-calc")
    source, out = folder / "in.xlsx", folder / kind
    source.write_bytes(data)
    profile = (folder / "profile").as_uri()
    command = [str(soffice), f"-env:UserInstallation={profile}", "--headless"]
    command += ["--convert-to", kind, "--outdir", str(out), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return (out / f"in.{kind}").read_bytes()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("libreoffice")


def test_libreoffice_computes_what_is_stored(folder: Path) -> None:
    data = samples.filled()
    bare = patched(data, _without_results)
    part = "xl/worksheets/sheet4.xml"
    assert b"<f>" in zipfile.ZipFile(io.BytesIO(bare)).read(part)
    assert _cells(bare) != _cells(data)
    computed = _cells(_converted(folder, bare, "xlsx"))
    assert computed == _cells(data)
    assert {"Cân đối: SAI ở 1 dòng", "Cân đối: có ô chưa phải là số"} <= set(computed.values())


def test_every_sheet_prints_in_one_width_with_the_right_font(folder: Path) -> None:
    pdf = folder / "printed.pdf"
    pdf.write_bytes(_converted(folder, samples.blank("QLCNH"), "pdf"))
    fonts = _told(needs("pdffonts", "poppler-utils"), pdf)
    names = {line.split()[0] for line in fonts.splitlines()[2:]}
    assert names
    assert all("LiberationSerif" in name or "TimesNewRoman" in name for name in names)
    pages = int(re.search(r"Pages:\s+(\d+)", _told(needs("pdfinfo", "poppler-utils"), pdf))[1])
    assert 16 <= pages <= 20  # one for each sheet; long registers take a second one
    text = _told(needs("pdftotext", "poppler-utils"), "-layout", pdf, "-")
    first, *others = text.split("\f")[:pages]
    assert not re.match(r"\s*1\s*\n", first)
    assert all(re.match(rf"\s*{n}\s*\n", page) for n, page in enumerate(others, start=2))


def _told(program: Path, *words: object) -> str:
    command = [str(program), *map(str, words)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
