"""What a unit finds hard in one quarter, what leaders say, and what came of it in the next."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from kskt_excel.ledger.decisions import DecisionRefusedError
from kskt_excel.model.period import Period
from tests.builders import filled_workbook, forms
from tests.excel.tracker import edits
from tests.office.desk_of_tests import DAYS, Office, Rows, issued_forms, plan_2022, sample_rows
from tests.office.desk_of_tests import workbook as filled
from tests.office.products import read_back, word_text

pytestmark = pytest.mark.usefixtures("read_here")

_MATTER = "Thiếu máy quét để số hóa hồ sơ"
_PROPOSAL = "Cấp 02 máy quét"
_SAYS = "Văn phòng cấp 02 máy quét trước 30/4"
_TRACKER = "workbooks/tracker/theo-doi-2022.xlsx"


def raises_a_matter(rows: Rows) -> None:
    """A difficulty in the register, a word for nothing beside it, a proposal on a task's row."""
    rows["vuong-mac"][:] = [
        {"ordinal": 1, "difficulty": _MATTER, "proposal": _PROPOSAL, "level": "Sở"},
        {"ordinal": 2, "difficulty": "Không có ạ", "proposal": "x", "level": "Sở"},
    ]
    rows["tien-do"][3]["difficulty"] = "Chậm nhận văn bản"


def with_register(change: Callable[[Rows], None]) -> Callable[[Rows], None]:
    """The change, made on rows that have the register."""

    def changed(rows: Any) -> None:
        rows.setdefault("vuong-mac", [])
        change(rows)

    return changed


def write(office: Office, *changes: Callable[[Any], None]) -> None:
    """A person types into the tracker."""
    path = office.root / _TRACKER
    path.write_bytes(edits.edited(path.read_bytes(), *changes))


def typed(sheet: str, words: str, **cells: object) -> Callable[[Any], None]:
    """What a person types in the row that has these words."""

    def change(book: Any) -> None:
        on = book[sheet]
        row = next(r[0].row for r in on.iter_rows() if any(c.value == words for c in r))
        above = reversed(range(1, row))
        head = next(r for r in above if str(on.cell(r, 1).value or "").startswith("_id/"))
        at = {cell.value: cell.column for cell in on[head]}
        for heading, value in cells.items():
            on.cell(row, at[heading.replace("_", " ")]).value = value

    return change


def cells(office: Office, sheet: str, words: str) -> dict[str, object]:
    """The row of the tracker that has these words in some cell, by its headings."""
    rows = list(read_back(office.root / _TRACKER)[sheet].iter_rows(values_only=True))
    at = next(number for number, row in enumerate(rows) if words in row)
    head = next(row for row in reversed(rows[:at]) if str(row[0] or "").startswith("_id/"))
    return {str(name): value for name, value in zip(head, rows[at], strict=True) if name}


def brief_text(office: Office, period: str) -> str:
    path = office.root / f"workbooks/summaries/{period}/tom-tat-{period}.xlsx"
    sheet = read_back(path)["Tóm tắt"]
    return "\n".join(str(c.value) for row in sheet.iter_rows() for c in row if c.value)


def page_text(office: Office, period: str) -> str:
    path = office.root / f"workbooks/summaries/{period}/tong-hop-{period}.xlsx"
    sheet = read_back(path)["Khó khăn, kiến nghị"]
    return "\n".join(str(c.value) for row in sheet.iter_rows() for c in row if c.value)


@pytest.fixture(scope="module")
def raised(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """A quarter in which a unit has raised a matter, put together once."""
    office = Office(tmp_path_factory.mktemp("raised"))
    data = filled("QLKH", "2022-Q1", with_register(raises_a_matter))
    office.arrives("qlkh.xlsx", data)
    office.arrives("vp.xlsx", filled("VP", "2022-Q1"))
    assert office.consolidate("2022-Q1").verdicts()["QLKH", 1].startswith("accepted")
    return office


@pytest.fixture
def office(tmp_path: Path, raised: Office, short_paper_here: None) -> Office:
    """An office of one's own in that quarter."""
    return Office(tmp_path, raised)


@pytest.fixture(scope="module")
def directed(tmp_path_factory: pytest.TempPathFactory, raised: Office) -> Office:
    """A direction typed into the tracker and taken by the next run."""
    office = Office(tmp_path_factory.mktemp("directed"), raised)
    cells = {"Ý_kiến_chỉ_đạo": _SAYS, "Ngày_chỉ_đạo": dt.date(2022, 3, 20)}
    write(office, typed("Vướng mắc", _MATTER, **cells, Người_chỉ_đạo="Phó Giám đốc Trần An"))
    office.day = dt.date(2022, 3, 21)
    assert office.consolidate("2022-Q1").code == 0
    return office


def test_only_what_says_something_is_an_issue_everywhere(raised: Office) -> None:
    said = raised.status("2022-Q1").json["issues"]
    mine = [(one["difficulty"], one["proposal"]) for one in said if one["unit"] == "QLKH"]
    assert mine == [(_MATTER, _PROPOSAL), ("Chậm nhận văn bản", "")]
    for text in (page_text(raised, "2022-Q1"), word_text(raised.root, "2022-Q1")):
        assert _MATTER in text
        assert "Không có ạ" not in text


def test_a_typed_direction_is_recorded_and_shown(directed: Office) -> None:
    (one,) = directed.status("2022-Q1").json["directions"]
    assert (one["unit"], one["direction"], one["leader"]) == ("QLKH", _SAYS, "Phó Giám đốc Trần An")
    assert (one["given_on"], one["open"]) == ("2022-03-20", True)
    assert one["matter"] == f"{_MATTER}; {_PROPOSAL}"
    row = cells(directed, "Vướng mắc", _MATTER)
    assert (row["Ý kiến chỉ đạo"], row["Số chỉ đạo"]) == (_SAYS, one["number"])
    assert str(row["Ngày chỉ đạo"]).startswith("2022-03-20")
    for text in (brief_text(directed, "2022-Q1"), word_text(directed.root, "2022-Q1")):
        assert "đang theo dõi 01" in text
        assert _SAYS in text
    assert _SAYS in page_text(directed, "2022-Q1")
    assert any(_SAYS in row for row in directed.journal_sheet())
    assert directed.verify().code == 0


def test_a_second_run_records_nothing_and_writes_the_same(directed: Office, tmp_path: Path) -> None:
    office = Office(tmp_path, directed)
    before = (office.root / _TRACKER).read_bytes()
    journal = (office.root / "workbooks/journal.jsonl").read_bytes()
    done = office.consolidate("2022-Q1")
    assert "Giữ nguyên 3 tệp ở workbooks/summaries/2022-Q1" in done.text
    assert "Giữ nguyên 1 tệp ở workbooks/tracker" in done.text
    assert "Đã ghi" not in done.text
    assert (office.root / _TRACKER).read_bytes() == before
    assert (office.root / "workbooks/journal.jsonl").read_bytes() == journal


@pytest.mark.usefixtures("short_paper_here")
def test_a_changed_cell_is_a_new_direction_in_place_of_the_old(
    directed: Office, tmp_path: Path
) -> None:
    office = Office(tmp_path, directed)
    (first,) = office.status("2022-Q1").json["directions"]
    write(office, typed("Vướng mắc", _MATTER, Ý_kiến_chỉ_đạo="Thuê máy quét"))
    office.consolidate("2022-Q1")
    (now,) = office.status("2022-Q1").json["directions"]
    assert (now["direction"], now["leader"]) == ("Thuê máy quét", "Phó Giám đốc Trần An")
    assert now["number"] > first["number"]
    office.decide("revoke", revokes=now["number"])
    office.consolidate("2022-Q1")
    (again,) = office.status("2022-Q1").json["directions"]
    assert again["number"] == first["number"]
    assert cells(office, "Vướng mắc", _MATTER)["Ý kiến chỉ đạo"] == _SAYS


@pytest.mark.usefixtures("short_paper_here")
def test_an_emptied_cell_is_written_again_and_told(directed: Office, tmp_path: Path) -> None:
    office = Office(tmp_path, directed)
    (one,) = office.status("2022-Q1").json["directions"]
    write(office, typed("Vướng mắc", _MATTER, Ý_kiến_chỉ_đạo=None))
    done = office.consolidate("2022-Q1")
    assert f"--decision {one['number']}" in done.text
    assert cells(office, "Vướng mắc", _MATTER)["Ý kiến chỉ đạo"] == _SAYS
    office.decide("revoke", revokes=one["number"])
    office.consolidate("2022-Q1")
    assert cells(office, "Vướng mắc", _MATTER)["Ý kiến chỉ đạo"] is None
    assert office.status("2022-Q1").json["directions"] == []


def test_a_command_gives_a_direction_and_its_row_shows_it(office: Office) -> None:
    what = {"unit": "QLKH", "period": "2022-Q1", "text": _SAYS, "leader": "Giám đốc", "reason": ""}
    tried = office.decide("direct", dry_run=True, matter="máy quét", **what)
    assert "Chưa ghi gì" in tried.text
    done = office.decide("direct", matter="máy quét", given_on=dt.date(2022, 3, 20), **what)
    assert _SAYS in done.text
    office.consolidate("2022-Q1")
    row = cells(office, "Vướng mắc", _MATTER)
    assert (row["Ý kiến chỉ đạo"], row["Người chỉ đạo"]) == (_SAYS, "Giám đốc")
    office.decide("direct", text="Nhắc lần hai", task="I.1", period="2022-Q1", reason="")
    done = office.consolidate("2022-Q1")
    assert "đang theo dõi 02" in done.text
    assert cells(office, "Tiến độ", "I.1")["Ý kiến chỉ đạo"] == "Nhắc lần hai"


@pytest.mark.parametrize(
    ("what", "code"),
    [
        ({"unit": "QLKH", "period": "2022-Q1", "text": ""}, "ledger.directs_several"),
        ({"unit": "QLKH", "period": "2022-Q1", "matter": "máy quét"}, "ledger.no_direction"),
        (
            {"unit": "VP", "period": "2022-Q1", "text": "Làm", "matter": "z"},
            "ledger.directs_nobody",
        ),
        ({"unit": "QLKH", "text": "Làm"}, "ledger.period_not_told"),
        ({"unit": "QQQ", "period": "2022-Q1", "text": "Làm"}, "ledger.unknown_unit"),
        ({"task": "IX.9", "period": "2022-Q1", "text": "Làm"}, "ledger.unknown_task"),
    ],
)
def test_a_direction_about_nothing_is_refused(
    raised: Office, what: dict[str, object], code: str
) -> None:
    with pytest.raises(DecisionRefusedError) as refused:
        raised.decide("direct", dry_run=True, reason="", **what)
    assert refused.value.code == code


def test_a_direction_of_a_day_to_come_or_on_another_sheet_is_told(office: Office) -> None:
    later, told = dt.date(2032, 3, 20), "ghi ngày 20/3/2032, ngày này chưa đến"
    what = {"period": "2022-Q1", "text": "Làm", "reason": ""}
    done = office.decide("direct", given_on=later, task="I.1", **what)
    assert f"Văn phòng Sở, nhiệm vụ I.1 {told}" in done.text
    on_its_day = office.decide("direct", given_on=dt.date(2022, 3, 18), task="I.2", **what)
    assert "chưa đến" not in on_its_day.text
    elsewhere = edits.note("Tình hình gửi nhận", "VP", edits.OPINION, "Khen")
    write(office, typed("Vướng mắc", _MATTER, Ý_kiến_chỉ_đạo=_SAYS, Ngày_chỉ_đạo=later), elsewhere)
    text = office.consolidate("2022-Q1").text
    assert told in text
    assert "“Tình hình gửi nhận” chỉ giữ" in text  # a direction on another sheet is none
    days = {one["given_on"] for one in office.status("2022-Q1").json["directions"]}
    assert days == {"2032-03-20", "2022-03-18"}  # the office's own hand stays as it is


@pytest.mark.parametrize(
    ("number", "code"), [(3, "ledger.no_open_direction"), (0, "ledger.direction_not_told")]
)
def test_what_is_not_open_is_not_closed(raised: Office, number: int, code: str) -> None:
    with pytest.raises(DecisionRefusedError) as refused:
        raised.decide("close-direction", dry_run=True, revokes=number)
    assert refused.value.code == code


def answered(number: int, result: str) -> bytes:
    """The next quarter's workbook, issued with a direction that the unit has answered."""
    quarter = Period.quarter(2022, 2)
    rows, people = sample_rows("QLKH", quarter)
    own = issued_forms()
    asked = forms().sheet_by_id["chi-dao"]
    rows["chi-dao"] = [{"number": str(number), "result": result}]
    known = replace(own, sheets=(*own.sheets, asked))
    unit = plan_2022().unit_by_code["QLKH"]
    carried = {"chi-dao": [{"number": str(number), "direction": _SAYS}]}
    return filled_workbook(plan_2022(), known, unit, quarter, rows, info=people, carried=carried)


@pytest.mark.long
def test_the_story_of_two_quarters(directed: Office, tmp_path: Path) -> None:
    office = Office(tmp_path, directed)
    (one,) = office.status("2022-Q1").json["directions"]
    office.day = dt.date(2022, 6, 10)
    office.issue("2022-Q2", "QLKH", "TTRA")
    issued = office.root / "workbooks/issued/2022-Q2"
    mine = next(issued.glob("*QLKH*.xlsx"))
    sheet = openpyxl.load_workbook(mine)["Chỉ đạo"]
    given = [str(c.value) for row in sheet.iter_rows() for c in row if c.value]
    assert {_SAYS, str(one["number"]), "Phó Giám đốc Trần An, ngày 20/3/2022"} <= {*given}
    assert "Chỉ đạo" not in openpyxl.load_workbook(next(issued.glob("*TTRA*.xlsx"))).sheetnames

    office.day = DAYS[2]
    office.arrives("vp2.xlsx", filled("VP", "2022-Q2"))
    office.consolidate("2022-Q2")
    assert "đơn vị chưa báo cáo kết quả" in brief_text(office, "2022-Q2")
    office.arrives("qlkh2.xlsx", answered(one["number"], "Đã nhận 02 máy quét"))
    done = office.consolidate("2022-Q2")
    assert done.verdicts()["QLKH", 1].startswith("accepted")
    (standing,) = done.json["directions"]
    assert (standing["answer"], standing["answered_in"]) == ("Đã nhận 02 máy quét", "2022-Q2")
    for text in (brief_text(office, "2022-Q2"), word_text(office.root, "2022-Q2")):
        assert "Quý II/2022: Đã nhận 02 máy quét" in text
    row = cells(office, "Vướng mắc", _MATTER)
    assert row["Kết quả thực hiện chỉ đạo"] == "Quý II/2022: Đã nhận 02 máy quét"

    assert done.json["directions_open"] == 1
    office.decide("close-direction", "Đã đủ máy", revokes=one["number"])
    done = office.consolidate("2022-Q2")
    assert done.json["directions_open"] == 0
    assert "không còn ý kiến đang theo dõi, đã kết thúc 01" in done.text
    assert "Đã đủ máy" in brief_text(office, "2022-Q2")
    office.issue("2022-Q3", "QLKH")
    book = next((office.root / "workbooks/issued/2022-Q3").glob("*QLKH*.xlsx"))
    assert "Chỉ đạo" not in openpyxl.load_workbook(book).sheetnames
    assert office.verify().code == 0
