"""A form added by its definition alone goes the whole way: tracker, totals, paper, JSON, trace."""

import datetime as dt
import io
import itertools
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from kskt_excel.definitions import load_forms
from kskt_excel.model.forms import SheetForm
from kskt_excel.model.period import Period
from kskt_excel.model.reading import Value
from kskt_excel.office import office
from kskt_excel.workspace import create_workspace
from tests.added_register import CLASSES, PEOPLE, classes_held, printed_classes
from tests.builders import SHIPPED, begun_tasks, filled_workbook, sampled
from tests.excel.plan_books import plan_2022
from tests.excel.tracker import edits
from tests.judges import RECALCULATED, cells, recalculated, without_results
from tests.office import desk_of_tests
from tests.office.products import read_back

pytestmark = pytest.mark.usefixtures("read_here")

DAY = dt.date(2022, 3, 18)
QUARTER = Period.quarter(2022, 1)


def _office(
    folder: Path,
    *printed: str,
    sheet: str = "",
    carried: Mapping[str, Sequence[Mapping[str, Value]]] | None = None,
) -> Path:
    """A workspace with the sheet's definition and printed forms, and two units that have sent."""
    root = create_workspace(folder / "noi-lam-viec").root
    definitions = root / "templates" / "bieu-mau"
    (definitions / "165-tap-huan.toml").write_text(sheet or classes_held(), encoding="utf-8")
    for number, text in enumerate(printed, start=1):
        (definitions / f"209-TH.{number:02}.toml").write_text(text, encoding="utf-8")
    forms = load_forms(definitions)
    plan = plan_2022().with_lists(forms.lists)
    for code, classes in CLASSES.items():
        unit = plan.unit_by_code[code]
        rows = {"tap-huan": classes, "tien-do": begun_tasks(plan, code)}
        data = filled_workbook(plan, forms, unit, QUARTER, rows, info=PEOPLE, carried=carried)
        inbox = root / "workbooks" / "inbox"
        inbox.mkdir(parents=True, exist_ok=True)
        (inbox / f"BC-KSTTHC_2022-Q1_{code}.xlsx").write_bytes(data)
    return root


def _consolidated(root: Path) -> Any:
    told = office.consolidate(root, "2022-Q1", strict=False, pdf=False, as_of=DAY, dry_run=False)
    assert told.exit_code == 0, told.remarks
    return told.json


def _tracker(root: Path) -> Path:
    return root / "workbooks" / "tracker" / "theo-doi-2022.xlsx"


def _rows(sheet: Any) -> list[list[Any]]:
    return [[cell for cell in row if cell is not None] for row in sheet.iter_rows(values_only=True)]


@pytest.fixture(scope="module")
def of_units(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    """An office with a form whose rows are units, and its result; nothing is done in it."""
    root = _office(tmp_path_factory.mktemp("of-units"), printed_classes(4, "portrait"))
    return root, _consolidated(root)


@pytest.mark.parametrize(
    "tracker", sampled(['tracker = "Hoạt động"', "", 'tracker = "Đào tạo"'], 2)
)
def test_its_rows_stand_in_the_tracker_and_are_counted_there(
    of_units: tuple[Path, Any], tmp_path: Path, tracker: str
) -> None:
    root, result = of_units
    if tracker:
        sheet = classes_held(f"{tracker}\n")
        root = _office(tmp_path, printed_classes(4, "portrait"), sheet=sheet)
        result = _consolidated(root)
    assert result["control"]["rows_in"] == result["control"]["rows_out"]
    book = read_back(_tracker(root))
    name = tracker.partition('"')[2].rstrip('"') or "Tập huấn"
    order = book.sheetnames
    assert order.index("Vướng mắc") < order.index(name) or name == "Hoạt động"
    shown = [
        row for row in _rows(book[name]) if row and str(row[0]).split("|")[2:3] == ["tap-huan"]
    ]
    assert [(row[1], row[4:7]) for row in shown] == [
        ("TTRA", ["Lớp A", "Trực tiếp", 12]),
        ("TTRA", ["Lớp B", "Trực tuyến", 30]),
        ("KHTC", ["Lớp C", "Trực tiếp", 5]),
    ]
    control = {row[2]: row for row in _rows(book["Đối chiếu"]) if len(row) > 7}
    rows = result["control"]["rows_in"]
    assert control["Số dòng dữ liệu"][4:] == [rows, rows, rows, 0, "Khớp"]
    assert {row[-1] for row in control.values()} <= {"Khớp", "Kết quả", "Ghi chú của Văn phòng"}


@pytest.mark.long
def test_the_stored_results_are_those_of_another_program(of_units: tuple[Path, Any]) -> None:
    data = _tracker(of_units[0]).read_bytes()
    assert cells(recalculated(without_results(data))) == cells(data)


SHAPES = [
    (f"TH.{number:02}", columns, orientation)
    for number, (columns, orientation) in enumerate(
        itertools.product((2, 4, 8, 13, 40), ("portrait", "landscape")), start=1
    )
]
"""Printed forms of any width in either direction: id, columns, direction."""


@pytest.fixture(scope="module")
def many_shapes(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Any, bytes]:
    """The result, the summary and the Word text of an office with a form of each shape."""
    definitions = [printed_classes(columns, way, name=name) for name, columns, way in SHAPES]
    root = _office(tmp_path_factory.mktemp("shapes"), *definitions)
    result, folder = _consolidated(root), root / "workbooks" / "summaries" / "2022-Q1"
    word = zipfile.ZipFile(folder / "bao-cao-2022-Q1.docx").read("word/document.xml")
    return result, openpyxl.load_workbook(folder / "tong-hop-2022-Q1.xlsx"), word


@pytest.mark.parametrize(("name", "columns", "orientation"), SHAPES)
def test_a_printed_form_of_any_width_prints_adds_up_and_is_an_annex(
    many_shapes: tuple[Any, Any, bytes], name: str, columns: int, orientation: str
) -> None:
    result, book, word = many_shapes
    total = result["forms"][name]["total"]
    assert total["2"] == 2  # classes held in person
    if columns > 2:
        assert total["3"] == 47
    sheets = [book[one] for one in book.sheetnames if one.startswith(f"Biểu {name}")]
    assert len(sheets) == 1 or columns == 40  # too wide for one sheet of paper
    texts = [" ".join(map(str, row)) for sheet in sheets for row in _rows(sheet)]
    shown = " ".join(texts).replace("\u00a0", " ")
    assert all(one in shown for one in ("Thanh tra Sở", f"Số liệu {columns}", f"({columns})"))
    wanted = "landscape" if columns == 40 else orientation  # so many find no room upright
    assert sheets[0].page_setup.orientation == wanted  # of a last, narrow one what was asked for
    assert f"Biểu {name}".encode() in word


def test_rows_are_units_where_the_definition_says_so(of_units: tuple[Path, Any]) -> None:
    form = of_units[1]["forms"]["TH.01"]
    assert {"TTRA", "KHTC"} <= {row["key"] for row in form["rows"]}
    assert form["total"]["3"] == 47


def test_rows_are_values_where_the_definition_says_so(tmp_path: Path) -> None:
    root = _office(tmp_path, printed_classes(3, "portrait", "value", 'by = "kind"\n'))
    form = _consolidated(root)["forms"]["TH.01"]
    shown = {row["key"]: row["values"].get("3") for row in form["rows"]}
    assert shown == {"Trực tiếp": 17, "Trực tuyến": 30}
    assert form["total"]["3"] == 47


SEATS = """
[[column]]
key = "seats"
heading = "Số chỗ"
type = "count"
"""
NEW_ROWS = (
    "count(tap-huan where not carried)",
    "sum(tap-huan.people where not carried)",
    "count(tap-huan where carried)",
    "count(tap-huan where people > seats)",  # two columns compared: no formula says that
    "count(vuong-mac where carried)",  # a register that carries nothing
)


def _carry(folder: Path) -> None:
    """An office with an added register of which a row was issued from the quarter before."""
    figures = "".join(
        f'\n[[column]]\nnumber = "{number}"\nheader = ["Số liệu {number}"]\nsource = "{source}"\n'
        for number, source in enumerate(NEW_ROWS, start=2)
    )
    printed = printed_classes(1, "landscape").replace('["tap-huan"]', '["tap-huan", "vuong-mac"]')
    sheet = classes_held('carry = "open"\nopen_when = "kind = Trực tuyến"\n', SEATS)
    carried: list[dict[str, Value]] = [
        {"title": "Lớp cũ", "kind": "Trực tuyến", "people": 7, "seats": 5}
    ]
    root = _office(folder, printed + figures, sheet=sheet, carried={"tap-huan": carried})
    root.rename(folder / "ws")
    (folder / "result.json").write_text(
        json.dumps(dict(_consolidated(folder / "ws"))), encoding="utf-8"
    )


def _carrying() -> Path:
    return desk_of_tests.made_once("carrying", _carry)


RECALCULATED["carrying"] = lambda: without_results(_tracker(_carrying() / "ws").read_bytes())


def test_what_is_new_and_what_was_carried_is_told_apart_in_an_added_register(
    recalculated_books: Mapping[str, bytes],
) -> None:
    root = _carrying() / "ws"
    result = json.loads((root.parent / "result.json").read_text(encoding="utf-8"))
    total = result["forms"]["TH.01"]["total"]
    assert total == {"2": 3, "3": 47, "4": 2, "5": 2, "6": 0}  # both units have the carried row
    heads = next(row for row in _rows(read_back(_tracker(root))["Tập huấn"]) if "Tên lớp" in row)
    assert "Chuyển từ quý trước" in heads
    assert cells(recalculated_books["carrying"]) == cells(_tracker(root).read_bytes())


def test_a_sheet_may_be_for_some_units_only() -> None:
    plan = plan_2022()
    form = next(one for one in load_forms(SHIPPED).sheets if one.id == "kiem-tra")
    some = replace(form, scope="listed", owed_by=("VP", "TTPT"))
    assert [unit.code for unit in plan.units if some.goes_to(unit.code, plan)] == ["VP", "TTPT"]
    owed = replace(form, owed_by=("VP",))
    assert [unit.code for unit in plan.units if owed.is_owed_by(unit.code, plan)] == ["VP"]
    assert all(owed.goes_to(unit.code, plan) for unit in plan.units)
    group = plan.unit_by_code["QLKH"].groups[:1]
    members = {unit.code for unit in plan.units if set(group) & set(unit.groups)}
    of_group = replace(form, scope="listed", owed_by=group)
    assert {unit.code for unit in plan.units if of_group.is_owed_by(unit.code, plan)} == members


def test_a_unit_without_tasks_is_asked_of_none() -> None:
    """The sheet has no row to write in and no place to say so: it could never be right."""
    plan = plan_2022()
    free = replace(plan.units[-1], code="MOI", name="Phòng mới", groups=())
    plan = replace(plan, units=(*plan.units, free))
    form = next(one for one in load_forms(SHIPPED).sheets if one.rows == "tasks")
    asked = [unit.code for unit in plan.units if form.is_owed_by(unit.code, plan)]
    assert asked == [unit.code for unit in plan.units if plan.tasks_of(unit.code)]
    assert "MOI" not in asked
    for open_one in (replace(form, nil=True), replace(form, blank_rows=3)):
        assert open_one.goes_to("MOI", plan)


def test_a_figure_of_it_is_followed_to_the_units_cells(of_units: tuple[Path, Any]) -> None:
    root, _ = of_units
    book = read_back(root / "workbooks" / "summaries" / "2022-Q1" / "tong-hop-2022-Q1.xlsx")
    cell = next(
        c.coordinate for row in book["Biểu TH.01"].iter_rows() for c in row if c.value == 42
    )
    told = office.trace(root, f"Biểu TH.01!{cell}", period="2022-Q1", as_of=DAY)
    assert sum(line.adds for line in told.data) == 42


@pytest.mark.long
def test_a_direction_on_a_row_of_it_is_recorded(tmp_path: Path) -> None:
    """Where the definition says so; it is about what the row tells first."""
    root = _office(tmp_path, sheet=classes_held("directed = true"))
    _consolidated(root)
    key = "TTRA|2022-Q1|tap-huan|lơp4 b"
    typed = {edits.OPINION: "Mở thêm một lớp", "Người chỉ đạo": "Giám đốc"}
    notes = [edits.note("Tập huấn", key, name, said) for name, said in typed.items()]
    notes.append(edits.note("Tập huấn", key, "Ngày chỉ đạo", dt.date(2022, 3, 17)))
    _tracker(root).write_bytes(edits.edited(_tracker(root).read_bytes(), *notes))
    _consolidated(root)
    told: Any = office.status(root, "2022-Q1", as_of=DAY).json
    [one] = told["directions"]
    assert (one["unit"], one["direction"], one["matter"]) == ("TTRA", "Mở thêm một lớp", "Lớp B")
    shown = edits.cell(openpyxl.load_workbook(_tracker(root)), "Tập huấn", key, "Số chỉ đạo")
    assert shown.value == one["number"]


def test_older_copies_of_definitions_have_the_traits_of_the_packaged_ones(tmp_path: Path) -> None:
    here = Path(__file__).parents[1] / "workspaces" / "workspace-0.1.0.zip"
    zipfile.ZipFile(io.BytesIO(here.read_bytes())).extractall(tmp_path)
    root = tmp_path / "KSTTHC-2022"
    old, new = load_forms(root / "templates" / "bieu-mau", SHIPPED), load_forms(SHIPPED)
    first = new.at_template("1.0").sheets
    assert [_traits(one) for one in old.sheets] == [_carrying_nothing(one) for one in first]
    for form in old.printed:
        assert form.topics == new.printed_by_id[form.id].topics != frozenset()


def _traits(form: SheetForm) -> SheetForm:
    """The form without guide, prompts, examples: an older copy keeps its own words."""
    columns = tuple(replace(one, prompt="", example="") for one in form.columns)
    return replace(form, guide="", columns=columns)


def _carrying_nothing(form: SheetForm) -> SheetForm:
    """The form as a definition says it that knows nothing of carried rows; without its words."""
    columns = tuple(replace(one, renewed=False, carried_as="") for one in form.columns)
    return _traits(replace(form, carry="", open_when="", columns=columns))


def test_a_workspace_of_version_0_1_0_goes_on(tmp_path: Path) -> None:
    here = Path(__file__).parents[1] / "workspaces" / "workspace-0.1.0.zip"
    zipfile.ZipFile(io.BytesIO(here.read_bytes())).extractall(tmp_path)
    root = tmp_path / "KSTTHC-2022"
    result = _consolidated(root)
    assert result["forms"]["II.06a"]["total"] == {
        "3": 43,
        "4": 16,
        "5": 19,
        "6": 8,
        "7": 37,
        "8": 22,
        "9": 14,
        "10": 1,
        "11": 6,
        "12": 6,
        "13": 0,
    }
    assert (result["control"]["rows_in"], result["control"]["rows_out"]) == (97, 97)
    written = {
        str(cell) for sheet in read_back(_tracker(root)) for row in _rows(sheet) for cell in row
    }
    assert {"Đã nhắc ngày 16/3", "Đối chiếu với sổ một cửa"} <= written


def test_a_sheet_added_since_a_file_was_issued_is_not_missed_from_it(tmp_path: Path) -> None:
    root = _office(tmp_path, printed_classes(4, "portrait"))
    inbox = root / "workbooks" / "inbox"
    (inbox / "BC-KSTTHC_2022-Q1_KHTC.xlsx").unlink()
    plan, forms = plan_2022(), load_forms(SHIPPED)
    unit = plan.unit_by_code["KHTC"]
    rows = {"tien-do": begun_tasks(plan, "KHTC")}
    issued_before = filled_workbook(plan, forms, unit, QUARTER, rows, info=PEOPLE)
    (inbox / "BC-KSTTHC_2022-Q1_KHTC.xlsx").write_bytes(issued_before)
    result = _consolidated(root)
    found = {one["unit"]: one for one in result["submissions"]}
    assert found["KHTC"]["verdict"] == "accepted"
    assert [one for one in found["KHTC"]["findings"] if "Tập huấn" in one["message"]] == []
    rows = {row["key"]: row for row in result["forms"]["TH.01"]["rows"]}
    assert rows["TTRA"]["values"]["3"] == 42
    assert rows["KHTC"]["values"]["3"] is None


def test_a_sheet_that_a_unit_took_out_is_missed(tmp_path: Path) -> None:
    root = _office(tmp_path)
    path = root / "workbooks" / "inbox" / "BC-KSTTHC_2022-Q1_KHTC.xlsx"
    book = openpyxl.load_workbook(path)
    del book["Tập huấn"]
    book.save(path)
    told = office.check(root, files=[path], marked=None, as_of=DAY)
    assert any("Tập huấn" in str(one) for one in told.json["files"][0]["findings"])
