"""A province: twenty superiors with ten units each; every product knows whom units belong to."""

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from kskt_excel.definitions import load_forms
from kskt_excel.excel.plan.plan_reader import read_plan
from kskt_excel.excel.plan.plan_writer import write_plan
from kskt_excel.model.plan import (
    Deadline,
    DeadlineKind,
    Plan,
    Procedure,
    Signer,
    Superior,
    Task,
    Unit,
)
from kskt_excel.model.reading import Value
from kskt_excel.office import office
from tests.excel.plan_books import plan_2022
from tests.judges import cells, recalculated, without_results
from tests.office.products import control_verdicts, read_back, traced_sum, word_text
from tests.office.workspaces import nothing_but, report_arrives

pytestmark = pytest.mark.usefixtures("read_here")

DAY = dt.date(2022, 3, 18)
DEPARTMENTS = tuple(f"Sở {number}" for number in range(1, 11))
COMMUNES = tuple(f"Xã {number}" for number in range(1, 11))
OF_COMMUNES = 3  # procedures that every unit of a commune handles


def _units() -> Iterator[Unit]:
    for place, superior in enumerate((*DEPARTMENTS, *COMMUNES)):
        for number in range(1, 11):
            code = f"D{place:02}{number:02}"
            yield Unit(
                code,
                f"Phòng {number} {superior}",
                emails=(f"{code.lower()}@tinh.example",),
                groups=("Các xã",) if superior in COMMUNES else ("Các sở",),
                superior=superior,
            )


OFFICE = Unit("VP", "Văn phòng UBND tỉnh", emails=("vp@tinh.example",))
UNITS = tuple(_units())
FIRST = tuple(unit for unit in UNITS if unit.code.endswith("01"))
"""The first unit of each superior: those that send."""


def _plan() -> Plan:
    base = plan_2022()
    deadline = Deadline("Quý I/2022", DeadlineKind.FIXED, (dt.date(2022, 3, 31),))
    task = Task(
        code="I.1",
        text="Rà soát thủ tục",
        section="Rà soát",
        subsection="",
        lead=OFFICE.code,
        lead_text=OFFICE.name,
        coordinators=tuple(unit.code for unit in UNITS),
        coordinators_text="Các sở; Các xã",
        deadline=deadline,
    )
    field = base.choices["linh_vuc"][0].value
    of_units = [
        Procedure(f"1.{100000 + n:06}", f"Thủ tục sở {n}", field, (unit.code,), 10)
        for n, unit in enumerate(unit for unit in FIRST if unit.superior in DEPARTMENTS)
    ]
    communes = tuple(unit.code for unit in UNITS if unit.superior in COMMUNES)
    of_communes = [
        Procedure(f"2.{n:06}", f"Thủ tục xã {n}", field, communes, 5, level="commune")
        for n in range(OF_COMMUNES)
    ]
    signed = Signer("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH", "Trần Thị Ký")
    return replace(
        base,
        units=(OFFICE, *UNITS),
        tasks=(task,),
        procedures=(*of_units, *of_communes),
        planned=(),
        waivers=(),
        choices={name: some for name, some in base.choices.items() if name != "noi_cong_khai_pakn"},
        described_superiors=(
            Superior(
                "Sở 1",
                recipients=("Lãnh đạo Sở 1", "Lưu: VT"),
                signer=signed,
            ),
        ),
    )


def _report(root: Path, plan: Plan, unit: Unit, received: int) -> None:
    forms = load_forms(root / "templates" / "bieu-mau")
    told: dict[str, dict[str, Value]] = {
        "danh-muc": {"at_one_stop": True, "internal_process": "15/QĐ-UBND"},
        "ho-so": {"received_direct": received, "resolved_on_time": received},
        "truc-tuyen": {"received": received},
    }
    rows: dict[str, list[dict[str, Value]]] = {
        "tien-do": [{"task": "I.1", "status": "Đang thực hiện", "result": "Theo kế hoạch"}],
    }
    for id_, own in told.items():
        form, procedures = forms.sheet_by_id[id_], plan.procedures_of(unit.code)
        rows[id_] = [nothing_but(own, form, plan, one.code) for one in procedures]
    report_arrives(root, plan, unit, rows)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    """The workspace with a quarter put together from a report of each superior's first unit."""
    root = tmp_path_factory.mktemp("tinh") / "noi"
    office.init(root, dry_run=False)
    path = root / "templates" / "ke-hoach-2022.xlsx"
    write_plan(_plan(), path)
    plan = read_plan(path)
    assert len(plan.superiors_in_order) == 20
    for number, unit in enumerate(FIRST, start=1):
        _report(root, plan, unit, number)
    told = office.consolidate(root, "2022-Q1", strict=False, pdf=False, as_of=DAY, dry_run=False)
    assert told.exit_code == 0, told.blocks
    return root, json.loads(json.dumps(dict(told.json)))


def _rows(path: Path, sheet: str) -> list[tuple[Any, ...]]:
    return list(read_back(path)[sheet].iter_rows(values_only=True))


def test_the_tracker_adds_up_by_superior(made: tuple[Path, Any]) -> None:
    root, _ = made
    rows = _rows(root / "workbooks" / "tracker" / "theo-doi-2022.xlsx", "Theo cấp trên")
    found = {row[1:4]: row[4] for row in rows if row[1] and row[0]}
    assert found["Sở 3", "Tình hình gửi nhận", "Đơn vị phải gửi"] == 10
    assert found["Sở 3", "Tình hình gửi nhận", "Đã gửi"] == 1
    assert found["Sở 3", "Hồ sơ", "Tổng số tiếp nhận"] == 3
    assert found["Xã 2", "Hồ sơ", "Tổng số tiếp nhận"] == 12 * OF_COMMUNES
    received = [value for key, value in found.items() if key[1:] == ("Hồ sơ", "Trực tiếp")]
    assert sum(received) == sum(range(1, 11)) + OF_COMMUNES * sum(range(11, 21))


@pytest.mark.long
def test_its_stored_sums_are_those_that_libreoffice_recalculates(made: tuple[Path, Any]) -> None:
    root, _ = made
    data = (root / "workbooks" / "tracker" / "theo-doi-2022.xlsx").read_bytes()
    assert cells(recalculated(without_results(data))) == cells(data)


def test_printed_forms_add_up_by_superior_and_say_so_in_json(made: tuple[Path, Any]) -> None:
    _, result = made
    table = result["forms"]["II.07b"]
    first, last = table["subtotals"][0], table["subtotals"][-1]
    assert (first["superior"], first["values"]["3"], first["values"]["6"]) == ("Sở 1", 1, 0)
    assert (last["superior"], last["values"]["4"], last["values"]["6"]) == ("Xã 10", 0, 3)
    assert len(last["units"]) == 10


def test_a_procedure_of_the_communes_is_one_procedure_of_the_province(
    made: tuple[Path, Any],
) -> None:
    _, result = made
    total = result["forms"]["II.07b"]["total"]
    assert {number: total[number] for number in ("3", "4", "5", "6")} == {
        "3": 13,
        "4": 10,
        "5": 0,
        "6": OF_COMMUNES,
    }
    assert (total["7"], total["10"], total["11"], total["14"]) == (13, 3, 13, 3)


def test_a_subtotal_is_traced_to_the_cells_of_its_units(made: tuple[Path, Any]) -> None:
    root, _ = made
    summary = root / "workbooks" / "summaries" / "2022-Q1" / "tong-hop-2022-Q1.xlsx"
    sheet = openpyxl.load_workbook(summary)["Biểu II.07b"]
    [at] = [cell for row in sheet.iter_rows() for cell in row if cell.value == "Xã 2"]
    head = next(cell for row in sheet.iter_rows() for cell in row if cell.value == "(6)")
    cell = f"{head.column_letter}{at.row}"
    told = office.trace(root, f"Biểu II.07b!{cell}", period="2022-Q1", as_of=DAY)
    lines = json.dumps(told.json, ensure_ascii=False)
    assert sheet[cell].value == OF_COMMUNES
    assert "D1101" in lines
    assert "D1001" not in lines
    in_tracker = office.trace(
        root, "Theo cấp trên!E14", period="2022-Q1", as_of=DAY, file="theo-doi-2022.xlsx"
    )
    assert in_tracker.json


def test_exported_lines_say_whom_units_belong_to(made: tuple[Path, Any], tmp_path: Path) -> None:
    root, result = made
    how: dict[str, Any] = {"data_format": "csv", "forms": False, "dry_run": False}
    office.export(root, ("2022-Q1",), to=tmp_path, as_of=DAY, **how)

    def by_superior(table: str, column: str) -> dict[str, int]:
        lines = pd.read_csv(tmp_path / f"{table}.csv", sep=";")
        sums = lines.groupby("superior")[column].sum()
        return {str(name): int(one) for name, one in sums.items()}

    subtotals = result["forms"]["II.07b"]["subtotals"]
    told = {one["superior"]: one["values"]["4"] for one in subtotals}
    assert by_superior("II.07b", "4") == told
    received = by_superior("ho-so", "received_total")
    assert (received["Sở 3"], received["Xã 2"]) == (3, 12 * OF_COMMUNES)
    units = pd.read_csv(tmp_path / "don-vi.csv", sep=";")
    assert dict(units.groupby("superior").size()) == dict.fromkeys((*DEPARTMENTS, *COMMUNES), 10)
    assert units.set_index("unit").loc["D0001", "groups"] == "Các sở"
    assert pd.read_csv(tmp_path / "gui-nhan.csv", sep=";")["superior"].notna().sum() == len(UNITS)
    explained = pd.read_csv(tmp_path / "tu-dien.csv", sep=";")
    tables = set(explained.loc[explained["column"] == "superior", "table"])
    assert {"ho-so", "tien-do", "II.07b", "gui-nhan", "don-vi"} <= tables
    assert "II.06a" not in tables  # its rows are fields of work


def test_each_superior_has_its_brief_and_its_list(made: tuple[Path, Any]) -> None:
    root, _ = made
    folder = root / "workbooks" / "summaries" / "2022-Q1" / "cap-tren"
    assert len([*folder.glob("*.xlsx")]) == 20
    texts = [
        str(value)
        for sheet in ("Tóm tắt", "Đôn đốc")
        for row in _rows(folder / "cap-tren-2022-Q1_so-1.xlsx", sheet)
        for value in row
        if value is not None
    ]
    assert "Trần Thị Ký" in texts
    assert any("Lãnh đạo Sở 1; Lưu: VT" in text for text in texts)
    assert "Phòng 2 Sở 1" in texts
    assert not any("Sở 2" in text for text in texts)


@pytest.mark.long
def test_its_figures_reach_totals_paper_word_and_trace(made: tuple[Path, Any]) -> None:
    root, result = made
    received = sum(range(1, 11)) + OF_COMMUNES * sum(range(11, 21))
    assert result["forms"]["II.06a"]["total"]["3"] == received
    assert control_verdicts(root, "theo-doi-2022.xlsx") == {"Khớp"}
    assert str(received) in word_text(root, "2022-Q1")
    assert traced_sum(root, "2022-Q1", "Biểu II.06a", received, DAY) == received
