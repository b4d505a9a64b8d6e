"""A tracker with more rows than one workbook takes: volumes of groups, and one that has all."""

import datetime as dt
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kskt_excel.excel.tracker.blocks import NOTE
from kskt_excel.excel.tracker.volumes_sheet import adds_up
from kskt_excel.model.plan import Unit
from kskt_excel.office import office as commands
from kskt_excel.office.figure import NotAFigureError
from kskt_excel.office.volumes import Volume, pieces_of, receivers_first
from tests.builders import forms, sampled
from tests.excel.tracker import edits
from tests.looked_at import opened_file
from tests.office.desk_of_tests import Office
from tests.office.desk_of_tests import workbook as filled
from tests.office.test_directions import raises_a_matter, with_register

pytestmark = pytest.mark.usefixtures("short_paper", "read_here")
_MATTER, _SAYS = "Thiếu máy quét để số hóa hồ sơ", "Cấp 02 máy quét trước 30/4"
_TRACKER = "theo-doi-2022.xlsx"
_GROUP = "theo-doi-2022_cac-phong-don-vi-truc-thuoc-so.xlsx"
_OTHERS = "theo-doi-2022_don-vi-khac.xlsx"


def limited(office: Office, rows: int) -> None:
    """What one workbook may have, from now on."""
    (office.root / "kskt.toml").write_text(
        f"[run]\nprocesses = 1\ntracker_rows = {rows}\n", encoding="utf-8"
    )


def book(office: Office, name: str = _TRACKER) -> Any:
    return opened_file(office.root / "workbooks/tracker" / name)


def stored(office: Office, name: str = _TRACKER) -> Any:
    return opened_file(office.root / "workbooks/tracker" / name, results=True)


def typed(office: Office, name: str, sheet: str, words: str, said: dict[str, object]) -> None:
    """A person types into the row of a workbook that has these words in some cell."""
    path = office.root / "workbooks/tracker" / name

    def change(opened: Any) -> None:
        on = opened[sheet]
        row = next(r[0].row for r in on.iter_rows() if any(c.value == words for c in r))
        head = next(r for r in reversed(range(1, row)) if _starts(on, r))
        at = {cell.value: cell.column for cell in on[head]}
        for heading, value in said.items():
            on.cell(row, at[heading]).value = value

    path.write_bytes(edits.edited(path.read_bytes(), change))


def _starts(sheet: Any, row: int) -> bool:
    return str(sheet.cell(row, 1).value or "").startswith("_id/")


def all_values(sheet: Any) -> list[object]:
    return [cell.value for row in sheet.iter_rows() for cell in row if cell.value is not None]


@pytest.fixture(scope="module")
def split(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """A quarter of two units of different groups, in volumes."""
    office = Office(tmp_path_factory.mktemp("split"))
    office.arrives("qlkh.xlsx", filled("QLKH", "2022-Q1", with_register(raises_a_matter)))
    office.arrives("vp.xlsx", filled("VP", "2022-Q1"))
    limited(office, 80)
    done = office.consolidate("2022-Q1")
    assert done.code == 0
    (office.root / "ket-qua.json").write_text(json.dumps(dict(done.json)), encoding="utf-8")
    (office.root / "man-hinh.txt").write_text(done.text, encoding="utf-8")
    return office


def test_every_row_stands_in_the_volume_of_its_unit_and_all_are_told(split: Office) -> None:
    told = json.loads((split.root / "ket-qua.json").read_text(encoding="utf-8"))
    volumes = {Path(one["file"]).name: one for one in told["tracker_volumes"]}
    assert {
        name: ("VP" in one["units"], "QLKH" in one["units"]) for name, one in volumes.items()
    } == {
        _OTHERS: (True, False),
        _GROUP: (False, True),
    }
    assert sum(one["rows"] for one in volumes.values()) == told["control"]["rows_out"]
    assert {f"workbooks/tracker/{name}" for name in (_TRACKER, *volumes)} <= {*told["outputs"]}
    assert "2 tập cạnh sổ" in (split.root / "man-hinh.txt").read_text(encoding="utf-8")
    for name, unit in ((_GROUP, "QLKH"), (_OTHERS, "VP")):
        rows = stored(split, name)["Danh mục TTHC"].iter_rows(min_row=6, values_only=True)
        assert {row[1] for row in rows if row[0]} <= {unit}
    assert not {"Hồ sơ", "Vướng mắc"} & {*book(split).sheetnames}


def test_sums_of_the_volumes_are_those_of_the_whole(split: Office) -> None:
    values = all_values(stored(split)["Các tập"])
    assert values.count("Khớp") > 50
    assert "LỆCH" not in values
    for name in (_TRACKER, _GROUP, _OTHERS):
        control = all_values(stored(split, name)["Đối chiếu"])
        assert "Khớp" in control
        assert "LỆCH" not in control


def test_what_is_written_in_a_volume_is_recorded_and_stays(split: Office, tmp_path: Path) -> None:
    office = Office(tmp_path, split)
    said = {"Ý kiến chỉ đạo": _SAYS, "Ngày chỉ đạo": dt.date(2022, 3, 20), NOTE: "đã gọi"}
    typed(office, _GROUP, "Vướng mắc", _MATTER, {**said, "Người chỉ đạo": "Trần An"})
    typed(office, _TRACKER, "Tiến độ", "I.1", {NOTE: "xem lại"})
    office.day = dt.date(2022, 3, 21)
    done = office.consolidate("2022-Q1")
    assert done.code == 0
    assert "không còn trong sổ theo dõi" not in done.text  # no file of these has all sheets
    (one,) = office.status("2022-Q1").json["directions"]
    assert (one["unit"], one["direction"]) == ("QLKH", _SAYS)
    assert {_SAYS, "đã gọi"} <= {*all_values(book(office, _GROUP)["Vướng mắc"])}
    assert "xem lại" in all_values(book(office)["Tiến độ"])
    for name in (_TRACKER, _GROUP, _OTHERS):
        assert "Ghi chú chưa xếp được" not in book(office, name).sheetnames
    before = {
        one.name: one.read_bytes() for one in (office.root / "workbooks/tracker").glob("*.xlsx")
    }
    assert "Giữ nguyên 3 tệp ở workbooks/tracker" in office.consolidate("2022-Q1").text
    for name, data in before.items():
        assert (office.root / "workbooks/tracker" / name).read_bytes() == data


@pytest.mark.long
def test_what_is_written_goes_into_one_workbook_and_into_volumes_once_more(
    split: Office, tmp_path: Path
) -> None:
    office = Office(tmp_path, split)
    said = {"Ý kiến chỉ đạo": _SAYS, "Ngày chỉ đạo": dt.date(2022, 3, 20), NOTE: "đã gọi"}
    typed(office, _GROUP, "Vướng mắc", _MATTER, {**said, "Người chỉ đạo": "Trần An"})
    typed(office, _TRACKER, "Tiến độ", "I.1", {NOTE: "xem lại"})
    limited(office, 800_000)
    assert office.consolidate("2022-Q1").code == 0
    assert {_SAYS, "đã gọi"} <= {*all_values(book(office)["Vướng mắc"])}
    folder = office.root / "workbooks/tracker"
    assert not list(folder.glob("theo-doi-2022_*"))
    assert {one.name for one in (folder / "cu").iterdir()} == {_GROUP, _OTHERS}
    limited(office, 80)
    assert office.consolidate("2022-Q1").code == 0
    assert {_SAYS, "đã gọi"} <= {*all_values(book(office, _GROUP)["Vướng mắc"])}
    assert "xem lại" in all_values(book(office)["Tiến độ"])
    assert len(office.status("2022-Q1").json["directions"]) == 1


@pytest.mark.parametrize(("giver", "taker"), sampled([(_GROUP, _TRACKER), (_TRACKER, _GROUP)], 1))
def test_what_goes_to_a_file_that_is_open_stays_where_it_was(
    split: Office, tmp_path: Path, giver: str, taker: str
) -> None:
    """Out of a volume and into one: the other is open in Excel, then closed."""
    office = Office(tmp_path, split)
    folder = office.root / "workbooks/tracker"
    rows = {_GROUP: 80, _TRACKER: 800_000}
    limited(office, rows[giver])
    assert office.consolidate("2022-Q1").code == 0
    typed(office, giver, "Vướng mắc", _MATTER, {NOTE: "đã gọi"})
    if not (folder / taker).exists():
        (folder / taker).write_bytes((folder / "cu" / taker).read_bytes())
    sign = folder / f"~${taker}"
    sign.write_bytes(b"")
    limited(office, rows[taker])
    office.consolidate("2022-Q1")
    assert "đã gọi" in all_values(book(office, giver)["Vướng mắc"])
    sign.unlink()
    assert office.consolidate("2022-Q1").code == 0
    assert "đã gọi" in all_values(book(office, taker)["Vướng mắc"])
    assert "Ghi chú chưa xếp được" not in book(office, taker).sheetnames
    assert (folder / giver).exists() == (giver == _TRACKER)


def test_a_volume_that_takes_is_written_before_the_one_that_gives(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in "abcd"]
    made = [Volume(path.name, path, (), 0) for path in paths]
    a, b, c, d = paths
    none = frozenset[Path]()

    def order(to: dict[Path, frozenset[Path]]) -> str:
        return "".join(one.name for one in receivers_first(made, to))

    assert order({}) == "abcd"
    assert order({a: frozenset({b}), b: frozenset({d}), d: none}) == "cdba"
    assert order({a: frozenset({b}), b: frozenset({a}), c: frozenset({a})}) == "dabc"


def test_a_figure_of_a_volume_is_traced_by_the_name_of_its_file(split: Office) -> None:
    sheet = book(split, _GROUP)["Hồ sơ"]
    head = next(row for row in range(1, 20) if _starts(sheet, row))
    heads = {cell.value: cell.column_letter for cell in sheet[head]}
    cell = f"Hồ sơ!{heads['Trực tuyến']}{head + 1}"
    value = sheet[cell.partition("!")[2]].value

    def traced(file: str) -> Any:
        found = commands.trace(split.root, cell, period=None, as_of=split.day, file=file)
        return found.data

    (line,) = traced(_GROUP)
    assert (line.unit, line.value) == ("QLKH", value)
    with pytest.raises(NotAFigureError, match=_GROUP):
        traced("")


def test_a_dossier_has_the_volumes(split: Office, tmp_path: Path) -> None:
    office = Office(tmp_path, split)
    commands.dossier(office.root, "2022-Q1", pdf=False, as_of=office.day, dry_run=False)
    (dossier,) = office.root.rglob("ho-so-luu-*.zip")
    names = {Path(name).name for name in zipfile.ZipFile(dossier).namelist()}
    assert {_TRACKER, _GROUP, _OTHERS} <= names


@given(rows=st.lists(st.integers(0, 9), min_size=1, max_size=20), most=st.integers(1, 30))
def test_a_group_is_cut_between_units(rows: list[int], most: int) -> None:
    units = [Unit(f"U{at}", "") for at in range(len(rows))]
    own = {unit.code: count for unit, count in zip(units, rows, strict=True)}
    pieces = list(pieces_of(units, own, most))
    assert [unit for piece in pieces for unit in piece] == units
    for piece in pieces:
        counts = [own[unit.code] for unit in piece if own[unit.code]]
        assert sum(counts) <= most or len(counts) == 1
    assert len(pieces) == 1 or all(sum(own[u.code] for u in piece) for piece in pieces)


def test_what_differs_does_not_add_up_over_volumes() -> None:
    printed = {one.id: one for one in forms().printed}
    once = {one.number for one in printed["II.07b"].columns if "distinct" in one.source}
    assert once
    assert not any(adds_up(printed["II.07b"], number) for number in once)
    assert adds_up(printed["II.06a"], "7")
