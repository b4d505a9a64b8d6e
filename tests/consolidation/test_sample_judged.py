"""The 18 tasks of the sample judged: counted by hand from the units' rows, word for word.

Truth A is the sample as its units sent it, on the first template; truth B the same figures on the
present one, with plans of their own. Day counts were made with a calendar of 2022.
"""

import datetime as dt
from collections import Counter
from dataclasses import replace
from functools import cache

import pytest

from kskt_excel.consolidation.tasks import due_tasks
from kskt_excel.model.consolidation import Consolidation
from kskt_excel.model.plan import OwnPlan, Plan, PlannedPiece
from kskt_excel.report.verdicts import due_line, notes_text, verdict_text
from tests.sample_year import Rows, SampleYear, figures, sample_plan, task_of, with_own_plans

QLKH_RETURNED = (("KHTC", "2022-Q1"), ("QLKH", "2022-Q1"))


@cache
def as_sent(period: str) -> Consolidation:
    year = SampleYear(sample_plan(), version="1.0", absent=QLKH_RETURNED)
    return year.consolidated(period)


def words(found: Consolidation, plan: Plan) -> dict[str, str]:
    return {one.code: verdict_text(one, plan) for one in found.tasks}


OPEN_2, OPEN_1 = ", tạm tính, còn thiếu 02 đơn vị", ", tạm tính, còn thiếu 01 đơn vị"
NO_SHEET = "chưa báo cáo ({}: mẫu cũ chưa có trang {})"
NO_DAYS = (
    "chưa báo cáo (K23: mẫu cũ chưa có cột Ngày có hiệu lực,"
    " Ngày quyết định công bố ở trang VBQPPL)"
)
TRUTH_A = {
    "2022-Q1": {
        "I.1": "đã hoàn thành",
        "I.2": "chưa đến hạn (lũy kế 60,0 %, mục tiêu 100,0 %)",
        "I.3": "chưa đến hạn",
        "I.4": "chưa đến hạn",
        "II.1.a": f"chưa đạt trong kỳ (75,0 % < 100,0 %){OPEN_2}",
        "II.1.b": f"chưa đạt trong kỳ (66,7 % < 100,0 %){OPEN_2}",
        "II.1.c": f"đạt trong kỳ{OPEN_2}",
        "II.2.a": NO_SHEET.format("K26", "Địa chỉ PAKN"),
        "II.2.b": f"đạt trong kỳ{OPEN_2}",
        "II.3": f"đạt trong kỳ{OPEN_2}",
        "II.4": "chưa đạt trong kỳ (66,7 % < 100,0 %)",
        "III.1": NO_SHEET.format("K30", "Danh mục công bố"),
        "III.2": f"chưa đạt trong kỳ (68,8 % < 100,0 %){OPEN_1}",
        "III.3": f"đạt trong kỳ{OPEN_1}",
        "III.4": NO_SHEET.format("K33", "Danh mục công bố"),
        "IV.1": f"đạt trong kỳ{OPEN_1}",
        "IV.2": "chưa đặt mục tiêu",
        "IV.3": f"đạt trong kỳ{OPEN_1}",
    },
    "2022-Q2": {
        "I.1": "đã hoàn thành",
        "I.2": "chưa đến hạn",
        "I.3": "chưa có kế hoạch riêng (quá hạn 52 ngày làm việc)",
        "I.4": "chưa có kế hoạch riêng (quá hạn 52 ngày làm việc)",
        "II.1.a": "đạt trong kỳ",
        "II.1.b": NO_DAYS,
        "II.1.c": "chưa đạt trong kỳ (95,7 % < 100,0 %)",
        "II.2.a": NO_SHEET.format("K26", "Địa chỉ PAKN"),
        "II.2.b": "đạt trong kỳ",
        "II.3": "đạt trong kỳ",
        "II.4": "đạt trong kỳ",
        "III.1": NO_SHEET.format("K30", "Danh mục công bố"),
        "III.2": "chưa đạt trong kỳ (59,6 % < 100,0 %)",
        "III.3": "đạt trong kỳ",
        "III.4": NO_SHEET.format("K33", "Danh mục công bố"),
        "IV.1": "đạt trong kỳ",
        "IV.2": "chưa đặt mục tiêu",
        "IV.3": "đạt trong kỳ",
    },
}


@pytest.mark.parametrize("period", list(TRUTH_A))
def test_the_sample_as_sent_is_judged_as_counted_by_hand(period: str) -> None:
    assert words(as_sent(period), sample_plan()) == TRUTH_A[period]


FIGURES_A = {
    "2022-Q1": {
        "K16": (9, 9),
        "K17": (3, 5),
        "K21": (3, 4),
        "K22": (4, 4),
        "K23": None,
        "K24": (2, 3),
        "K25": (32, 32),
        "K12": (4, 4),
        "K11": (2, 2),
        "K27": (1, 1),
        "K28": (0, 1),
        "K14": (1, 1),
        "K31": (32, 32),
        "K10": (31, 32),
        "K32": (22, 32),
        "K9": (9, 32),
        "K34": (11, 1),
        "K35": (20, 22),
    },
    "2022-Q2": {
        "K17": (6, 6),
        "K20": (1, 2),
        "K21": (2, 2),
        "K24": (1, 1),
        "K25": (45, 47),
        "K26": None,
        "K27": (2, 1),
        "K28": (1, 2),
        "K14": (1, 3),
        "K10": (43, 47),
        "K34": (7, 1),
        "K35": (23, 28),
    },
    "2022-6T": {
        "K17": (6, 6),
        "K20": (1, 2),
        "K21": (5, 6),
        "K22": (6, 6),
        "K24": (3, 4),
        "K25": (45, 47),
        "K12": (6, 6),
        "K27": (2, 1),
        "K15": (15, 18),
        "K10": (43, 47),
        "K9": (11, 47),
        "K4": (172, 360),
        "K34": (18, 1),
        "K14": (1, 3),
    },
}


@pytest.mark.parametrize("period", list(FIGURES_A))
def test_the_figures_behind_are_those_of_the_units_rows(period: str) -> None:
    expected = FIGURES_A[period]
    assert figures(as_sent(period), *expected) == expected


def test_half_a_year_adds_flows_and_takes_stocks_and_counts_each_task_once() -> None:
    counts = Counter(one.judgement.verdict.value for one in as_sent("2022-6T").tasks)
    assert counts == {
        "done": 1,
        "met": 5,
        "unmet": 5,
        "not_due": 1,
        "no_plan": 2,
        "not_reported": 3,
        "no_target": 1,
    }


def test_tasks_that_are_due_make_the_rate_and_not_the_eighteen() -> None:
    plan, found = sample_plan(), as_sent("2022-Q2")
    due = due_tasks(found.tasks, plan, found.period, dt.date(2022, 6, 16))
    assert [one.code for one in due] == ["I.1", "I.3", "I.4"]
    assert due_line(due) == "Nhiệm vụ đến hạn: hoàn thành 01/03 (33,3 %)."


def own_plans() -> Plan:
    own = {
        "I.2": OwnPlan("45/KH-SKHCN", dt.date(2022, 1, 20), dt.date(2022, 1, 30)),
        "I.3": OwnPlan("60/KH-SKHCN", dt.date(2022, 2, 28), dt.date(2022, 3, 31)),
        "I.4": OwnPlan("51/KH-SKHCN", dt.date(2022, 3, 15), dt.date(2022, 3, 31)),
    }
    kinds = (("Tin, bài", 6), ("Tập huấn", 1), ("Tờ rơi, tài liệu", 1), ("Hội nghị", 1))
    activities = [PlannedPiece("I.3", kind, "", count) for kind, count in kinds]
    visits = [PlannedPiece("I.4", "", "", 1, unit) for unit in ("CCTDC", "TTPT", "QLCNH")]
    return with_own_plans(sample_plan(), own, [*activities, *visits])


PLACES = (
    ("VP", "Bộ phận Một cửa"),
    ("VP", "Trụ sở Sở"),
    ("VP", "Trang thông tin điện tử của Sở"),
    ("TTPT", "Trụ sở Trung tâm"),
)
LISTS = {
    "TTHC tiếp nhận, trả kết quả tại Bộ phận Một cửa": 47,
    "TTHC theo cơ chế một cửa liên thông": 8,
    "Dịch vụ công trực tuyến": 28,
    "TTHC tiếp nhận, trả kết quả qua bưu chính công ích": 40,
    "TTHC không phụ thuộc địa giới hành chính": 3,
}


def _checked(unit: str, day: dt.date) -> list[dict[str, object]]:
    places = [place for owner, place in PLACES if owner == unit]
    return [{"place": place, "checked_on": day, "valid": True} for place in places]


def _lists(open_one: str, nowhere: int) -> list[dict[str, object]]:
    last = list(LISTS)[-1]
    return [
        {"list": name, "procedures": nowhere if name == last else count}
        | ({} if name == open_one else {"decision": "268/QĐ-UBND"})
        for name, count in LISTS.items()
    ]


def _text(rows: Rows, effective: dt.date, announced: dt.date) -> None:
    rows["vbqppl"][0] |= {
        "effective_on": effective,
        "announcing_decision": "268/QĐ-UBND",
        "announced_on": announced,
    }


def _first(unit: str):  # noqa: ANN202
    def change(rows: Rows) -> None:
        _fill(rows, unit, dt.date(2022, 2, 15), bcci=False)
        if unit == "QLCNH":
            _text(rows, dt.date(2022, 3, 1), dt.date(2022, 2, 18))

    return change


def _second(unit: str):  # noqa: ANN202
    def change(rows: Rows) -> None:
        day = dt.date(2022, 2, 15) if unit == "TTPT" else dt.date(2022, 5, 16)
        _fill(rows, unit, day, bcci=True)
        if unit == "QLCN":
            _text(rows, dt.date(2022, 6, 1), dt.date(2022, 5, 30))

    return change


def _later(unit: str):  # noqa: ANN202
    def change(rows: Rows) -> None:
        _fill(rows, unit, dt.date(2022, 11, 15), bcci=True)
        for row in rows["tien-do"] if unit == "VP" else ():
            row |= {
                "status": "Đã hoàn thành",
                "percent": 100,
                "completed_on": dt.date(2022, 12, 14),
            }

    return change


def _fill(rows: Rows, unit: str, day: dt.date, *, bcci: bool) -> None:
    bcci_list = list(LISTS)[3]
    if unit in ("VP", "TTPT"):
        rows["dia-chi-pakn"] = _checked(unit, day)  # type: ignore[assignment]
    if unit == "VP":
        rows["danh-muc-cong-bo"] = _lists("" if bcci else bcci_list, 5 if bcci else 3)  # type: ignore[assignment]
    for row in rows.get("sang-kien", ()):
        row["applied"] = unit == "TTPT"


@cache
def on_the_present_template() -> SampleYear:
    units = ("VP", "TTPT", "QLCNH", "QLCN", "QLCS", "CCTDC")
    change = {f"2022-Q1 {unit}": _first(unit) for unit in units}
    change |= {f"2022-Q2 {unit}": _second(unit) for unit in units}
    change |= {f"2022-Q3 {unit}": _second(unit) for unit in units if unit != "QLCN"}
    change |= {f"2022-Q4 {unit}": _later(unit) for unit in units}
    return SampleYear(own_plans(), absent=QLKH_RETURNED, change=change)


@cache
def with_plans(period: str) -> Consolidation:
    return on_the_present_template().consolidated(period)


FIGURES_B = {
    "2022-Q1": {
        "K18": (4, 9),
        "K23": (1, 1),
        "K26": (4, 4),
        "K30": (3, 4),
        "K33": (3, 5),
        "K29": (0, 1),
        "K14": (1, 1),
    },
    "2022-Q2": {
        "K18": (5, 9),
        "K19": (2, 3),
        "K20": (1, 2),
        "K23": (0, 1),
        "K26": (3, 4),
        "K30": (4, 4),
        "K31": (47, 47),
        "K33": (5, 5),
        "K29": (1, 2),
    },
    "2022-Q3": {"K14": (1, 2)},
    "2022-6T": {
        "K14": (1, 1),
        "K18": (5, 9),
        "K23": (1, 2),
        "K24": (3, 4),
        "K26": (3, 4),
        "K29": (1, 2),
    },
    "2022": {"K18": (7, 9), "K19": (3, 3), "K20": (2, 3), "K17": (6, 6), "K14": (2, 4)},
}


@pytest.mark.parametrize("period", list(FIGURES_B))
def test_what_the_new_columns_bring_is_counted(period: str) -> None:
    expected = FIGURES_B[period]
    assert figures(with_plans(period), *expected) == expected


COUNTS_B = {
    "2022-Q1": {"done": 1, "met": 7, "unmet": 6, "not_due": 3, "no_target": 1},
    "2022-Q2": {"done": 1, "met": 9, "unmet": 4, "not_due": 3, "no_target": 1},
    "2022-6T": {"done": 1, "met": 7, "unmet": 6, "not_due": 3, "no_target": 1},
}


@pytest.mark.parametrize("period", list(COUNTS_B))
def test_verdicts_on_the_present_template(period: str) -> None:
    found = Counter(one.judgement.verdict.value for one in with_plans(period).tasks)
    assert found == COUNTS_B[period]


def test_the_year_holds_what_its_lead_says_against_the_figures() -> None:
    found, plan = with_plans("2022"), own_plans()
    said = {code: verdict_text(task_of(found, code), plan) for code in ("I.2", "I.3", "I.4")}
    assert said == {
        "I.2": "đã hoàn thành, chậm 65 ngày làm việc",
        "I.3": f"đã báo hoàn thành, chưa đạt mục tiêu (77,8 % < 100,0 %){OPEN_2}",
        "I.4": f"đã báo hoàn thành, chưa đạt mục tiêu (66,7 % < 100,0 %){OPEN_2}",
    }


def test_a_text_that_stays_open_is_due_once_in_half_a_year() -> None:
    """Carried into the next workbook it is the same text: late in both quarters, counted once."""
    base = on_the_present_template()
    open_text = {"effective_on": dt.date(2022, 3, 1), "announcing_decision": None}

    def first(rows: Rows) -> None:
        _fill(rows, "QLCNH", dt.date(2022, 2, 15), bcci=False)
        rows["vbqppl"][0] |= {**open_text, "announced_on": None}

    def second(rows: Rows) -> None:
        before = base.rows("2022-Q1", "QLCNH")["vbqppl"][0]
        carried = {**before, **open_text, "announced_on": None, "carried": True}
        rows["vbqppl"] = [*rows.get("vbqppl", ()), carried]

    change = {**(base.change or {}), "2022-Q1 QLCNH": first, "2022-Q2 QLCNH": second}
    half = replace(base, change=change).consolidated("2022-6T")
    assert figures(half, "K23") == {"K23": (0, 2)}  # and the one of the second quarter
    assert half.forms["TH-07"].total["7"] == 2
    assert figures(half, "K24") == {"K24": (3, 4)}  # assessed once, when it was new


def test_what_nobody_who_owes_it_has_told_is_no_nought() -> None:
    """The office alone owes the lists that are published: they are not 0 of so many."""
    year = on_the_present_template()
    absent = tuple(("VP", quarter) for quarter in ("2022-Q1", "2022-Q2"))
    found = replace(year, absent=absent).consolidated("2022-Q2")
    kinds = {one.id: (str(one.kind), one.met) for one in found.indicators}
    assert {kinds[id_] for id_ in ("K30", "K33")} == {("not_reported", None)}
    assert kinds["K26"] == ("number", False)  # the centre looks after one of the places
    assert {code: words(found, year.plan)[code] for code in ("III.1", "III.4")} == {
        "III.1": "chưa báo cáo",
        "III.4": "chưa báo cáo",
    }


def test_a_task_done_in_an_earlier_quarter_is_not_missed_before_anybody_reports() -> None:
    year = on_the_present_template()
    everybody = tuple((unit.code, "2022-Q2") for unit in year.plan.units)
    found = replace(year, absent=everybody).consolidated("2022-Q2")
    assert words(found, year.plan)["I.1"] == "đã hoàn thành (chưa có số liệu để đối chiếu)"


def test_a_task_done_in_an_earlier_quarter_is_not_missed_while_only_its_lead_is_missing() -> None:
    """Others name their own contact persons; those of the office's report count in the first."""
    year = on_the_present_template()

    def own_person(rows: Rows) -> None:
        one = {"full_name": "Lê Thị Mai", "decision": "12/QĐ-SKHCN", "of_unit": "Thanh tra Sở"}
        rows["dau-moi"] = [one]

    change = {**(year.change or {}), "2022-Q2 TTRA": own_person}
    early = replace(year, absent=(("VP", "2022-Q2"),), change=change)
    found = early.consolidated("2022-Q2")
    assert figures(found, "K16", "K14") == {"K16": (1, 9), "K14": (1, 1)}
    assert words(found, year.plan)["I.1"] == "đã hoàn thành (chưa có số liệu để đối chiếu)"
    late = replace(year, absent=(("TTRA", "2022-Q2"),), change={**change, "2022-Q2 VP": own_person})
    assert words(late.consolidated("2022-Q2"), year.plan)["I.1"] == (
        "đã báo hoàn thành, chưa đạt mục tiêu (11,1 % < 100,0 %), tạm tính, còn thiếu 01 đơn vị"
    )


@pytest.mark.parametrize(
    ("days", "text"),
    [
        (("2022-01-25",), "đã hoàn thành"),
        (("2022-04-08", "2022-03-31"), "đã hoàn thành"),  # one decision in time is enough
        (("2022-04-08", "2022-04-20"), "đã hoàn thành, chậm 06 ngày làm việc"),
        ((), "đã hoàn thành"),  # without a day the lead's word holds
    ],
)
def test_a_task_is_as_late_as_the_first_decision_that_its_figures_count(
    days: tuple[str, ...], text: str
) -> None:
    """Its lead says 25/01; 01/4 to 08/4/2022 are six working days."""
    year = on_the_present_template()

    def decided(rows: Rows) -> None:
        for at, row in enumerate(rows["dau-moi"]):
            row["decided_on"] = dt.date.fromisoformat(days[at % len(days)]) if days else None

    change = {**(year.change or {}), "2022-Q1 VP": decided, "2022-Q2 VP": decided}
    assert words(replace(year, change=change).consolidated("2022-Q2"), year.plan)["I.1"] == text


def test_a_task_called_done_without_its_own_plan_is_told_so_without_days() -> None:
    year = SampleYear(sample_plan())

    def done(rows: Rows) -> None:
        for row in rows["tien-do"]:
            if row["task"] == "I.3":
                row.update(status="Đã hoàn thành", document="12/BC-SKHCN")

    found = replace(year, change={"2022-Q2 VP": done}).consolidated("2022-Q2")
    assert words(found, year.plan)["I.3"] == "chưa có kế hoạch riêng"
    assert words(found, year.plan)["I.4"] == "chưa có kế hoạch riêng (quá hạn 52 ngày làm việc)"
    assert notes_text(task_of(found, "I.3")) == "Đơn vị chủ trì đã báo hoàn thành."


def test_before_anybody_reports_no_figure_is_told() -> None:
    year = on_the_present_template()
    everybody = tuple((unit.code, "2022-Q1") for unit in year.plan.units)
    found = replace(year, absent=everybody).consolidated("2022-Q1", "2022-03-01")
    told = {one.id for one in found.indicators if str(one.kind) == "number"}
    assert told <= {"K14", "K15"}  # tasks that are due, and reports that have come
    for code, text in words(found, year.plan).items():
        assert text.startswith(("chưa báo cáo", "chưa đến hạn", "chưa có kế hoạch riêng")), code
