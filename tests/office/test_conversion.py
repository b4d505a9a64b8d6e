"""``kskt convert``: an older template's data in the current one, nothing lost in silence."""

import datetime as dt
from pathlib import Path

import openpyxl
import pytest

from kskt_excel.definitions import load_forms
from kskt_excel.excel.plan.plan_reader import read_plan
from kskt_excel.model.period import Period
from kskt_excel.model.reading import Value
from kskt_excel.office import office
from kskt_excel.office.conversion import NotConvertedError
from kskt_excel.workspace import create_workspace
from tests.added_register import PEOPLE, register
from tests.builders import begun_tasks, filled_workbook
from tests.office.desk_of_tests import edited, workbook

DAY = dt.date(2022, 3, 18)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A workspace in which a column was renamed and one was added since the file was issued."""
    root = create_workspace(tmp_path / "noi-lam-viec").root
    path = root / "templates" / "bieu-mau" / "040-ho-so.toml"
    text = path.read_text(encoding="utf-8")
    text = text.replace('version = "1.0"', 'version = "1.1"').replace(
        'heading = "Trực tuyến"', 'heading = "Nộp trực tuyến"\naliases = ["Trực tuyến"]'
    )
    added = '\n[[column]]\nkey = "note"\nheading = "Ghi chú"\ntype = "text"\n\n[[identity]]'
    path.write_text(text.replace("\n[[identity]]", added, 1), encoding="utf-8")
    return root


def _convert(root: Path, file: Path) -> dict[str, object]:
    return dict(office.convert(root, files=(file,), as_of=DAY, dry_run=False).json)


def test_a_file_of_an_older_template_is_written_in_the_current_one(
    root: Path, tmp_path: Path
) -> None:
    file = tmp_path / "cu.xlsx"
    file.write_bytes(workbook("QLCNH", "2022-Q1"))
    told = office.convert(root, files=(file,), as_of=DAY, dry_run=False)
    assert told.exit_code == 0
    made = tmp_path / "cu-mau-1.1.xlsx"
    headings = [c.value for row in openpyxl.load_workbook(made)["Hồ sơ"].iter_rows() for c in row]
    assert {"Nộp trực tuyến", "Ghi chú"} <= set(headings)
    before = office.check(root, files=(file,), marked=None, as_of=DAY)
    after = office.check(root, files=(made,), marked=None, as_of=DAY)
    assert (before.exit_code, after.exit_code) == (0, 0)
    assert file.read_bytes() == workbook("QLCNH", "2022-Q1")


def test_what_cannot_be_taken_over_is_named(root: Path, tmp_path: Path) -> None:
    file = tmp_path / "cu.xlsx"
    file.write_bytes(edited(workbook("QLCNH", "2022-Q1"), ("Hồ sơ", "E8", "nhiều")))
    told = office.convert(root, files=(file,), as_of=DAY, dry_run=False)
    assert told.exit_code == 1
    assert told.json["files"][0]["left"] == ["Hồ sơ!E8"]  # type: ignore[index]


def test_nothing_is_written_over_and_no_report_is_told(root: Path, tmp_path: Path) -> None:
    file = tmp_path / "cu.xlsx"
    file.write_bytes(workbook("VP", "2022-Q1"))
    _convert(root, file)
    with pytest.raises(NotConvertedError, match="đã có tệp này"):
        _convert(root, file)
    other = tmp_path / "khac.xlsx"
    book = openpyxl.Workbook()
    book.save(other)
    with pytest.raises(NotConvertedError, match=r"khac\.xlsx"):
        _convert(root, other)


FIRST = register("""\
[[column]]
key = "title"
heading = "Tên lớp"
type = "text"

[[column]]
key = "who"
heading = "Giảng viên, số buổi"
type = "text"

[[column]]
key = "people"
heading = "Số người"
type = "count"
""")
DIVIDED = register(
    """\
[[column]]
key = "people"
heading = "Số người dự"
aliases = ["Số người"]
type = "count"

[[column]]
key = "title"
heading = "Tên lớp"
type = "text"

[[column]]
key = "who"
heading = "Giảng viên, số buổi"
type = "text"
until = "1.0"

[[column]]
key = "teacher"
heading = "Giảng viên"
type = "text"
since = "1.1"
before = "who"
part = 1
parted_by = " - "

[[column]]
key = "sessions"
heading = "Số buổi"
type = "count"
since = "1.1"
before = "who"
part = 2
parted_by = " - "
""",
    version="1.1",
    more='earlier = ["1.0"]\n',
)


def test_divided_renamed_and_moved_columns_are_carried_into_their_places(tmp_path: Path) -> None:
    root = create_workspace(tmp_path / "noi-lam-viec").root
    definition = root / "templates" / "bieu-mau" / "165-tap-huan.toml"
    definition.write_text(FIRST, encoding="utf-8")
    forms = load_forms(definition.parent)
    plan = read_plan(root / "templates" / "ke-hoach-2022.xlsx", forms)
    unit = plan.unit_by_code["TTRA"]
    classes: list[dict[str, Value]] = [
        {"title": "Lớp A", "who": "Phòng Đào tạo - 3", "people": 12},
        {"title": "Lớp B", "who": "Ông Lê Văn Hòa", "people": 30},
        {"title": "Lớp C", "who": "Phòng Đào tạo - nhiều", "people": 5},
    ]
    file = tmp_path / "cu.xlsx"
    rows = {"tap-huan": classes, "tien-do": begun_tasks(plan, unit.code)}
    quarter = Period.quarter(2022, 1)
    file.write_bytes(filled_workbook(plan, forms, unit, quarter, rows, info=PEOPLE))
    definition.write_text(DIVIDED, encoding="utf-8")
    told = _convert(root, file)
    left = told["files"][0]["left"]  # type: ignore[index]
    assert left == ["Tập huấn!B9", "Tập huấn!B10"]  # a name was covered; «nhiều» is no count
    [made] = tmp_path.glob("cu-mau-*.xlsx")
    found = list(openpyxl.load_workbook(made)["Tập huấn"].iter_rows(values_only=True))
    head = next(at for at, row in enumerate(found) if "Số buổi" in row)
    assert found[head][:4] == ("Số người dự", "Tên lớp", "Giảng viên", "Số buổi")
    assert [row[:4] for row in found[head + 2 : head + 5]] == [
        (12, "Lớp A", "Phòng Đào tạo", 3),
        (30, "Lớp B", "Ông [họ tên đã che]", None),
        (5, "Lớp C", "Phòng Đào tạo", None),
    ]
