"""What the program knows of a form its definition says: every id may be another one."""

import datetime as dt
import json
import re
import shutil
import tomllib
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from kskt_excel.definitions import load_forms
from kskt_excel.excel.plan.plan_reader import read_plan
from kskt_excel.model.expressions import in_roles
from kskt_excel.model.forms import Forms
from kskt_excel.model.plan import Plan, Unit
from kskt_excel.model.reading import Value
from kskt_excel.office import office
from tests.builders import SHIPPED, begun_tasks
from tests.office.desk_of_tests import plan_2022
from tests.office.products import INITIATIVES, initiatives, read_back, traced_sum, word_text
from tests.office.workspaces import INBOX, nothing_but, report_arrives

DAY = dt.date(2022, 3, 18)
UNIT = "QLCN"
RENAMED = {
    tomllib.loads(path.read_text(encoding="utf-8"))["id"]: f"{number}"
    for number, path in enumerate(sorted(SHIPPED.glob("*.toml")), start=501)
}
OWN = {
    id_: (f"bieu-{new}" if id_.islower() or ("-" in id_ and "." not in id_) else f"V.{new}")
    for id_, new in RENAMED.items()
}
"""A new id for every shipped form: of a sheet in small letters, of a printed form in capitals."""


def _renamed(text: str) -> str:
    """A definition whose form has another id."""
    id_ = tomllib.loads(text)["id"]
    text = text.replace(f'id = "{id_}"\n', f'id = "{OWN[id_]}"\n', 1)
    return "\n".join(map(_line, text.splitlines()))


def _line(line: str) -> str:
    """A line of a definition: figures and feeds name forms."""
    if line.startswith("feeds = "):
        return re.sub(r'"([^"]+)"', lambda match: f'"{OWN[match[1]]}"', line)
    return in_roles(line, OWN) if re.match(r'source = "[a-z\[(]|\d+ = ', line) else line


def _rename_in_plan(path: Path) -> None:
    """The plan with the forms that tasks and indicators name under their own ids."""
    book = openpyxl.load_workbook(path)
    for sheet, headings in {"Nhiệm vụ": ("Biểu mẫu",), "Chỉ tiêu": ("Tử số", "Mẫu số")}.items():
        rows = list(book[sheet].iter_rows())
        named = [cell.column for row in rows for cell in row if cell.value in headings]
        assert len(named) == len(headings)
        for cell in (cell for row in rows for cell in row if cell.column in named):
            if isinstance(cell.value, str):
                cell.value = in_roles(cell.value, OWN)
    book.save(path)


def _workspace(root: Path, *, is_renamed: bool) -> Path:
    """What units sent on the usual forms, and a report on the forms that the office has."""
    office.init(root, dry_run=False)
    folder, plan_file = root / "templates" / "bieu-mau", root / "templates" / "ke-hoach-2022.xlsx"
    if is_renamed:
        _rename_in_plan(plan_file)
    for path in folder.glob("*.toml") if is_renamed else ():
        path.write_text(_renamed(path.read_text(encoding="utf-8")), encoding="utf-8")
    forms = load_forms(folder, SHIPPED)
    plan = read_plan(plan_file, forms)
    for mail in (INBOX / "2022-Q1").glob("*.eml"):
        shutil.copy(mail, root / "workbooks" / "inbox")
    _send(root, plan, forms, plan.unit_by_code[UNIT])
    return root


def _send(root: Path, plan: Plan, forms: Forms, unit: Unit) -> None:
    rows: dict[str, list[dict[str, Value]]] = {
        "tien-do": begun_tasks(plan, unit.code),
        "sang-kien": initiatives(dt.date(2022, 2, 21)),
    }
    told: dict[str, dict[str, Value]] = {
        "danh-muc": {"at_one_stop": True, "internal_process": "15/QĐ-UBND"},
        "ho-so": {"received_direct": 7, "resolved_on_time": 6, "pending_in_time": 1},
        "truc-tuyen": {"received": 7},
    }
    for id_, own in told.items():
        form, procedures = forms.sheet_by_id[id_], plan.procedures_of(unit.code)
        rows[id_] = [nothing_but(own, form, plan, one.code) for one in procedures]
    report_arrives(root, plan, unit, rows)


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What was sent on forms with other ids, not yet put together."""
    return _workspace(tmp_path_factory.mktemp("noi") / "noi", is_renamed=True)


@pytest.fixture(scope="module")
def both(
    own: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[tuple[Path, Any], tuple[Path, Any]]:
    """The same quarter with the shipped ids, and with other ones."""
    folder = tmp_path_factory.mktemp("noi")
    usual = _workspace(folder / "noi", is_renamed=False)
    made = []
    for root in (usual, shutil.copytree(own, folder / "khac")):
        told = office.consolidate(
            root, "2022-Q1", strict=False, pdf=False, as_of=DAY, dry_run=False
        )
        made.append((root, told.json))
    return made[0], made[1]


def _with_shipped_ids(text: str) -> str:
    for id_, own in sorted(OWN.items(), key=lambda item: -len(item[1])):
        text = re.sub(rf"(?<![\w.-]){re.escape(own)}(?![\w-])", id_, text)
    return text


def _without_hashes(result: Any) -> str:
    text = json.dumps(dict(result), ensure_ascii=False, sort_keys=True)
    return re.sub(r"[0-9a-f]{64}|[0-9a-f]{8}", "#", text)


def _texts(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    book = read_back(path)
    return {
        _with_shipped_ids(sheet.title): [
            tuple(_with_shipped_ids(str(cell)) for cell in row if cell is not None)
            for row in sheet.iter_rows(values_only=True)
        ]
        for sheet in book
    }


@pytest.mark.long
def test_json_is_the_same_but_for_the_ids(
    both: tuple[tuple[Path, Any], tuple[Path, Any]],
) -> None:
    (_, usual), (_, renamed) = both
    [own] = (one for one in usual["submissions"] if one["unit"] == UNIT)
    assert own["verdict"].startswith("accepted"), own["findings"]
    assert set(renamed["forms"]) == {OWN[id_] for id_ in usual["forms"]}
    assert _with_shipped_ids(_without_hashes(renamed)) == _without_hashes(usual)


@pytest.mark.long
def test_paper_and_word_are_the_same_but_for_the_ids(
    both: tuple[tuple[Path, Any], tuple[Path, Any]],
) -> None:
    (root, _), (other, _) = both
    for name in ("tong-hop-2022-Q1.xlsx", "tom-tat-2022-Q1.xlsx"):
        where = Path("workbooks", "summaries", "2022-Q1", name)
        assert _texts(other / where) == _texts(root / where)
    assert _with_shipped_ids(word_text(other, "2022-Q1")) == word_text(root, "2022-Q1")


@pytest.mark.long
def test_the_tracker_is_the_same_but_for_the_ids(
    both: tuple[tuple[Path, Any], tuple[Path, Any]],
) -> None:
    (root, _), (other, _) = both
    where = Path("workbooks", "tracker", "theo-doi-2022.xlsx")
    usual, renamed = _texts(root / where), _texts(other / where)
    assert list(renamed) == list(usual)
    of_files = {"Nguồn số liệu", "Nhật ký"}  # hashes, hours
    heads = 3  # title, the hidden mark, remark
    for sheet in usual.keys() - of_files:
        assert renamed[sheet][heads:] == usual[sheet][heads:], sheet


def test_workbooks_and_lists_have_the_own_ids(own: Path) -> None:
    [issued] = (own / "workbooks" / "inbox").glob(f"*_{UNIT}.xlsx")
    marks = {str(sheet["A2"].value).split("/")[0] for sheet in openpyxl.load_workbook(issued)}
    assert {f"kskt:{OWN['ho-so']}", f"kskt:{OWN['tien-do']}"} <= marks
    listed = str(office.list_forms(own).blocks)
    assert OWN["ho-so"] in listed
    assert OWN["II.06a"] in listed
    told = office.check(own, files=[issued], marked=None, as_of=DAY)
    assert told.exit_code == 0


def test_figures_are_counted_and_told_under_the_own_ids(own: Path, tmp_path: Path) -> None:
    root = shutil.copytree(own, tmp_path / "noi")
    [issued] = (root / "workbooks" / "inbox").glob(f"*_{UNIT}.xlsx")
    office.receive(root, paths=(issued,), imap=False, as_of=DAY, dry_run=False)
    told: Any = office.status(root, "2022-Q1", as_of=DAY).json
    assert told["forms"][OWN["TH-06"]]["total"]["15"] == INITIATIVES
    of_each_procedure, procedures = 7, plan_2022().procedures_of(UNIT)
    assert told["forms"][OWN["II.06a"]]["total"]["3"] == of_each_procedure * len(procedures)


@pytest.mark.long
def test_a_figure_is_traced_under_its_own_id(
    both: tuple[tuple[Path, Any], tuple[Path, Any]],
) -> None:
    (root, usual), (other, _) = both
    total = usual["forms"]["II.06a"]["total"]["3"]
    assert total
    assert traced_sum(root, "2022-Q1", "Biểu II.06a", total, DAY) == total
    assert traced_sum(other, "2022-Q1", f"Biểu {OWN['II.06a']}", total, DAY) == total
