"""A health department goes from ``init`` to paper with no word of another office."""

import datetime as dt
import email
import email.policy
import re
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kskt_excel.excel.plan.plan_reader import read_plan
from kskt_excel.excel.plan.plan_writer import write_plan
from kskt_excel.model.plan import Deadline, DeadlineKind, Plan, Procedure, Superior, Task, Unit
from kskt_excel.model.reading import Value
from kskt_excel.model.settings import PlanSettings
from kskt_excel.office import office
from tests.builders import begun_tasks
from tests.excel.plan_books import plan_2022
from tests.office.products import (
    INITIATIVES,
    control_verdicts,
    initiatives,
    traced_sum,
    tracker_texts,
    word_text,
)
from tests.office.workspaces import report_arrives

DAY = dt.date(2022, 3, 18)
UNITS = tuple(
    Unit(
        f"YT{number:02}",
        "Văn phòng Sở Y tế" if number == 1 else f"Trung tâm Y tế số {number}",
        emails=(f"yt{number}@soyte.example",),
        groups=("Các trung tâm",) if number > 1 else (),
        superior="" if number == 1 else ("Khối dự phòng", "Khối điều trị")[number % 2],
    )
    for number in range(1, 31)
)
FOREIGN = re.compile(
    r"khoa học|KH&amp;CN|KHCN|Thái Nguyên|BC-KSTTHC|\[Báo cáo KSTTHC", re.IGNORECASE
)


def _plan() -> Plan:
    """30 units in two groups, 120 procedures, 25 tasks in 5 sections; its own name of the work."""
    base = plan_2022()
    tasks = tuple(
        Task(
            code=f"{section}.{number}",
            text=f"Việc {number} của mục {section}",
            section=f"Mục {section}",
            subsection="",
            lead="YT01",
            lead_text="Văn phòng Sở Y tế",
            coordinators=tuple(unit.code for unit in UNITS[1:]),
            coordinators_text="Các trung tâm",
            deadline=Deadline("Quý I/2022", DeadlineKind.FIXED, (dt.date(2022, 3, 31),)),
        )
        for section in ("I", "II", "III", "IV", "V")
        for number in range(1, 6)
    )
    procedures = tuple(
        Procedure(
            f"1.{100000 + n:06}", f"Thủ tục y tế {n}", "Khám bệnh", (f"YT{2 + n % 19:02}",), 10
        )
        for n in range(120)
    )
    kept = {
        name: tuple(replace(one, aliases=()) for one in choices)
        for name, choices in base.choices.items()
        if name != "linh_vuc"
    }
    field = replace(base.choices["linh_vuc"][0], value="Khám bệnh", aliases=(), code="")
    settings = {
        "Đơn vị tổng hợp": "YT01",
        "Thư Văn phòng": "vanphong@soyte.example",
        "Nơi nhận báo cáo": "Ủy ban nhân dân tỉnh",
        "Nơi nhận": "UBND tỉnh; Lưu: VT",
        "Mẫu số báo cáo": "/BC-SYT",
        "Tên công tác": "cải cách thủ tục y tế",
        "Tên viết tắt": "CCYT",
    }
    return replace(
        base,
        agency="Sở Y tế",
        superior="UBND tỉnh Bình Minh",
        place="Bình Minh",
        title="Cải cách thủ tục y tế năm 2022",
        number="7/KH-SYT",
        legal_basis="",
        units=UNITS,
        tasks=tasks,
        procedures=procedures,
        described_superiors=(Superior("Khối dự phòng", emails=("khoi@soyte.example",)),),
        choices={**kept, "linh_vuc": (field,)},
        indicators=tuple(replace(one, note="") for one in base.indicators),
        settings=PlanSettings(settings),
    )


def _send(root: Path, plan: Plan, code: str) -> None:
    unit = plan.unit_by_code[code]
    rows: dict[str, list[dict[str, Value]]] = {
        "tien-do": begun_tasks(plan, code),
        **({"sang-kien": initiatives(dt.date(2022, 2, 21))} if code == "YT25" else {}),
    }
    report_arrives(root, plan, unit, rows)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    """The workspace with a quarter issued and consolidated."""
    root = tmp_path_factory.mktemp("soyte") / "noi"
    office.init(root, dry_run=False)
    path = root / "templates" / "ke-hoach-2022.xlsx"
    write_plan(_plan(), path)
    plan = read_plan(path)
    assert (len(plan.units), len(plan.procedures), len(plan.tasks)) == (30, 120, 25)
    office.issue(root, "2022-Q1", units=("YT01", "YT02"), as_of=DAY, dry_run=False)
    for code in ("YT25", "YT26", "YT27"):
        _send(root, plan, code)
    told = office.consolidate(root, "2022-Q1", strict=False, pdf=False, as_of=DAY, dry_run=False)
    assert told.exit_code == 0, told.remarks
    office.remind(root, "2022-Q1", send=False, as_of=DAY, dry_run=False)
    return root, told.json


def _words(path: Path) -> str:
    """Every text of a product: of a package that of all its parts, of a letter what is read."""
    data = path.read_bytes()
    if path.suffix == ".eml":
        letter = email.message_from_bytes(data, policy=email.policy.default)
        body = letter.get_body(("plain",))
        return f"{letter['Subject']}\n{body.get_content() if body else ''}"
    if not zipfile.is_zipfile(path):
        return data.decode("utf-8", "replace")
    with zipfile.ZipFile(path) as package:
        parts = [package.read(name).decode("utf-8", "replace") for name in package.namelist()]
    return re.sub(r"<[^>]+>", " ", "\n".join(parts))


def test_every_product_speaks_of_this_office_alone(made: tuple[Path, Any]) -> None:
    root, result = made
    assert result["control"]["accepted"] == 3
    places = ("issued", "returned", "tracker", "summaries")
    files = [
        path
        for place in places
        for path in (root / "workbooks" / place).rglob("*")
        if path.suffix in (".xlsx", ".docx", ".txt", ".eml")
    ]
    assert len(files) > 5
    for path in files:
        found = {match[0] for match in FOREIGN.finditer(_words(path))}
        assert not found, (path.name, found)
    assert any(path.name.startswith("BC-CCYT_2022-Q1_") for path in files)
    [report] = [path for path in files if path.suffix == ".docx"]
    words = _words(report)
    assert "cải cách thủ tục y tế" in words
    assert "kiểm soát thủ tục" not in words


def test_units_are_added_up_by_whom_they_belong_to(made: tuple[Path, Any]) -> None:
    root, _ = made
    words = _words(root / "workbooks" / "summaries" / "2022-Q1" / "tong-hop-2022-Q1.xlsx")
    assert "Khối dự phòng" in words
    assert "Khối điều trị" in words


def test_a_superior_with_an_address_gets_the_list_by_mail(made: tuple[Path, Any]) -> None:
    root, _ = made
    [path] = (root / "workbooks" / "returned" / "2022-Q1").glob("*_don-doc-cap-tren.eml")
    assert b"khoi@soyte.example" in path.read_bytes()
    words = _words(path)
    assert "14 đơn vị thuộc Khối dự phòng" in words
    assert "1. Trung tâm Y tế số 2: chưa gửi" in words
    assert "Khối điều trị" not in words


def test_its_figures_reach_tracker_totals_paper_json_word_and_trace(
    made: tuple[Path, Any],
) -> None:
    root, result = made
    assert result["forms"]["TH-06"]["total"]["15"] == INITIATIVES
    assert "Sáng kiến thứ 40" in tracker_texts(root, "theo-doi-2022.xlsx", "Hoạt động")
    assert control_verdicts(root, "theo-doi-2022.xlsx") == {"Khớp"}
    assert "40 sáng kiến" in word_text(root, "2022-Q1")
    assert traced_sum(root, "2022-Q1", "Biểu TH-06", INITIATIVES, DAY) == INITIATIVES
