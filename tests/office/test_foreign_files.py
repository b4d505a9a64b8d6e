"""Many files that are nobody's report are one line; a unit's own file is always told by itself."""

import datetime as dt
from pathlib import Path

from kskt_excel.office import office
from tests.office.workspaces import workspace


def told(folder: Path) -> list[str]:
    day = dt.date(2022, 3, 18)
    done = office.consolidate(folder, "2022-Q1", strict=False, pdf=False, as_of=day, dry_run=False)
    return [text for block in done.blocks if "anh-" in (text := getattr(block, "text", ""))]


def test_many_are_one_line_and_a_few_are_named(tmp_path: Path) -> None:
    folder = workspace(tmp_path / "office", "2022-Q1/02-qlcnh.eml")
    for number in range(3):
        picture = folder / "workbooks" / "inbox" / f"anh-{number}.bin"
        picture.write_bytes(bytes([200, 128 + number]) * 500)
    assert len(told(folder)) == 6
    for number in range(3, 40):
        picture = folder / "workbooks" / "inbox" / f"anh-{number}.bin"
        picture.write_bytes(bytes([200, 128 + number]) * 500)
    for _ in range(2):
        (line,) = told(folder)
        assert line.startswith("40 tệp chưa rõ đơn vị")
