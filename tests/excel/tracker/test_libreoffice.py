import io
import re
import subprocess
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from kskt_excel.excel.writing import patched
from tests.excel.tracker import edits, samples
from tests.excel.tracker.edits import NOTE, OPINION
from tests.needs import needs

_STORED = re.compile(rb"(<c [^>]*?)( t=\"str\")?(>)(<f>.*?</f>)<v>.*?</v>")


def without_results(name: str, content: bytes) -> bytes:
    return _STORED.sub(rb"\1\3\4", content) if name.startswith("xl/worksheets/") else content


def cells(data: bytes) -> dict[tuple[str, int, int], object]:
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


def resaved(folder: Path, data: bytes) -> bytes:
    soffice = needs("soffice", "libreoffice-calc")
    source, out = folder / "in.xlsx", folder / "out"
    source.write_bytes(data)
    command = [str(soffice), f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless"]
    command += ["--convert-to", "xlsx", "--outdir", str(out), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return (out / "in.xlsx").read_bytes()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("libreoffice")


def test_libreoffice_computes_every_figure_that_is_stored(folder: Path) -> None:
    data = samples.built()
    bare = patched(data, without_results)
    assert cells(bare) != cells(data)
    assert cells(resaved(folder, bare)) == cells(data)


def test_handwriting_is_found_after_libreoffice_saved_the_file(folder: Path) -> None:
    data = samples.built()
    key = "QLCNH|2022-Q1|ho-so|2.002385"
    for edit in (
        edits.note("Tiến độ", "I.1", OPINION, "Làm ngay"),
        edits.note("Hồ sơ", key, NOTE, "Đã kiểm tra"),
        edits.comment("Hồ sơ", key, NOTE, "Hỏi lại"),
        edits.colour("Tiến độ", "I.2", OPINION),
        edits.colour("Tiến độ", "I.4", "Quý I"),
    ):
        data = edits.edited(data, edit)
    found = edits.read(resaved(folder, data))
    assert found.replaceable
    assert found.loose == ()
    assert edits.hand(found, "tien-do", "tasks", "I.1")[OPINION].value == "Làm ngay"
    written = edits.hand(found, "ho-so", "lines", key)[NOTE]
    assert written.value == "Đã kiểm tra"
    assert written.comment
    assert written.comment.text == "Hỏi lại"
    for task, heading in (("I.2", OPINION), ("I.4", "Quý I")):
        look = edits.hand(found, "tien-do", "tasks", task)[heading].look
        assert look
        assert dict(look.properties)["bg_color"] == "#FFFF00"
    assert sum(len(block.rows) for block in found.blocks.values()) == 4
