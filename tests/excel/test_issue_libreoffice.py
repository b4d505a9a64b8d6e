import io
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path

from tests.excel import samples
from tests.judges import (
    PRINTED,
    RECALCULATED,
    cells,
    text_of_pages,
    uses_only_the_right_font,
    without_results,
)

PRINTED["QLCNH"] = lambda: samples.blank("QLCNH")


def _bare() -> bytes:
    return without_results(samples.filled())


RECALCULATED["issued"] = _bare


def test_libreoffice_computes_what_is_stored(recalculated_books: Mapping[str, bytes]) -> None:
    data, bare = samples.filled(), _bare()
    part = "xl/worksheets/sheet5.xml"
    assert b"<f>" in zipfile.ZipFile(io.BytesIO(bare)).read(part)
    assert cells(bare) != cells(data)
    computed = cells(recalculated_books["issued"])
    assert computed == cells(data)
    said = {value for (sheet, *_), value in computed.items() if sheet == "Tự kiểm tra"}
    assert {"CÒN 59 CHỖ PHẢI SỬA, 2 CHỖ NÊN XEM LẠI", "còn 30 ô trống; 2 dòng chưa khớp"} <= said


def test_every_sheet_prints_in_one_width_with_the_right_font(
    printed_books: Mapping[str, Path],
) -> None:
    pdf = printed_books["QLCNH"]
    assert uses_only_the_right_font(pdf)
    first, *others = text_of_pages(pdf)
    assert 16 <= len(others) + 1 <= 20  # one for each sheet; long registers take a second one
    assert not re.match(r"\s*1\s*\n", first)
    assert all(re.match(rf"\s*{n}\s*\n", page) for n, page in enumerate(others, start=2))
