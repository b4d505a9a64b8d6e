"""Reporting regimes: chosen by day, taken from each other, right as a whole or said where not."""

import datetime as dt
import re
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kskt_excel.consolidation.indicators import scores
from kskt_excel.definitions import DamagedFormsError, file_and_line, load_forms
from kskt_excel.messages import sentence
from kskt_excel.model.regime import (
    NO_REGIME,
    Criterion,
    Regimes,
    Scheme,
    SchemeError,
    ScoreStep,
    amount,
    comparisons,
)
from kskt_excel.model.settings import REGIME, SHORT_WORK, WORK, PlanSettings
from kskt_excel.regimes import packaged_regimes, read_regimes, stand_beside
from tests.builders import small_plan

SHIPPED_FORMS = Path(__file__).parents[1] / "templates" / "bieu-mau"

SHIPPED = Path(__file__).parents[1] / "templates" / "che-do"
OWN = """\
kind = "regime"
id = "moi"
like = "2022"
name = "Chế độ thử"
valid_from = 2030-01-01

[scheme]
cited = "Thông tư thử"
figures = { early = "sum(ho-so.resolved_early)", late = "sum(ho-so.resolved_overdue)" }
sums = { all = "early + late" }

[[scheme.criterion]]
number = 1
content = "Đúng hạn"
scale = "3: tất cả; 0: còn lại"
basis = "{early/all}"
step = [{ when = "late = 0 and early > 0", points = 2 }, { points = 0 }]

[[scheme.class]]
from = 2
name = "Tốt"
"""


@pytest.mark.parametrize(
    ("day", "regime", "cited"),
    [
        (dt.date(2019, 3, 14), "2022", "Thông tư 01/2018/TT-VPCP"),
        (dt.date(2022, 3, 14), "2022", "Thông tư 01/2018/TT-VPCP"),
        (dt.date(2022, 8, 14), "2022", "Thông tư 01/2018/TT-VPCP"),
        (dt.date(2022, 8, 15), "2022-08", "Thông tư 01/2018/TT-VPCP"),
        (dt.date(2025, 6, 14), "2022-08", "Thông tư 01/2018/TT-VPCP"),
        (dt.date(2025, 9, 14), "2025-07", ""),
        (dt.date(2026, 3, 14), "2025-07", ""),
        (dt.date(2026, 9, 14), "2026-07", ""),
        (dt.date(2031, 1, 1), "2026-07", ""),
    ],
)
def test_a_day_has_the_newest_regime_in_force(day: dt.date, regime: str, cited: str) -> None:
    found = packaged_regimes().on(day)
    assert (found.id, found.scheme.cited if found.scheme else "") == (regime, cited)


def test_after_its_last_day_a_regime_judges_no_more() -> None:
    first = packaged_regimes().named("2022")
    assert first is not None
    alone = Regimes((first,))
    assert alone.on(dt.date(2023, 1, 1)) == replace(first, scheme=None)
    assert Regimes().on(dt.date(2023, 1, 1)) == NO_REGIME


def test_every_shipped_regime_says_what_is_not_held_against_the_original() -> None:
    for one in packaged_regimes().every:
        assert one.unverified
        assert one.source
        assert (one.work, one.short) == ("kiểm soát thủ tục hành chính", "KSTTHC")


def test_what_a_regime_does_not_say_comes_from_the_one_it_is_like() -> None:
    by_id = {one.id: one for one in packaged_regimes().every}
    assert by_id["2022-08"].scheme == by_id["2022"].scheme
    assert by_id["2022-08"].documents == by_id["2022"].documents
    assert by_id["2022-08"].name != by_id["2022"].name


def test_a_workspace_without_regimes_has_the_shipped_ones_and_its_own_go_before(
    tmp_path: Path,
) -> None:
    assert read_regimes(tmp_path / "none", SHIPPED).every == packaged_regimes().every
    (tmp_path / "moi.toml").write_text(OWN, encoding="utf-8")
    changed = (SHIPPED / "2026-07.toml").read_text(encoding="utf-8")
    changed = changed.replace('short = "KSTTHC"', 'short = "TTHC"')
    (tmp_path / "2026-07.toml").write_text(changed, encoding="utf-8")
    found = read_regimes(tmp_path, SHIPPED)
    assert found.on(dt.date(2027, 1, 1)).short == "TTHC"
    assert found.on(dt.date(2030, 1, 1)).id == "moi"
    assert len(found.every) == len(packaged_regimes().every) + 1
    assert found.sha256 != packaged_regimes().sha256


def test_the_plan_may_name_its_regime_and_its_own_words_for_the_work() -> None:
    settings = {REGIME: "2022", WORK: "cải cách hành chính", SHORT_WORK: "CCHC"}
    plan = replace(small_plan(), settings=PlanSettings(settings))
    found = plan.regime_on(dt.date(2026, 9, 14))
    assert (found.id, found.work, found.short) == ("2022", "cải cách hành chính", "CCHC")
    assert found.scheme is not None


FAULTS = [
    ('like = "2022"', 'like = "2023"', "regime.like_unknown"),
    ('like = "2022"', 'like = "2022-08"', "regime.like_unknown"),
    ('like = "2022"\n', "", "form.item_missing"),
    ('id = "moi"', 'id = "Mới"', "form.spelling"),
    ('id = "moi"', 'id = "2022"', "regime.like_unknown"),
    ('name = "Chế độ thử"', "name = 5", "form.not_text"),
    ("valid_from = 2030-01-01", 'valid_from = "01/01/2030"', "form.not_day"),
    ("valid_from = 2030-01-01", "valid_form = 2030-01-01", "form.item_near"),
    ('cited = "Thông tư thử"', 'note = "x"', "form.item_missing"),
    ("sum(ho-so.resolved_early)", "tong(ho-so.resolved_early)", "form.expression"),
    ("sum(ho-so.resolved_early)", "text(ho-so.note)", "regime.figure"),
    ('"early + late"', '"early + lat"', "regime.name_near"),
    ('"early + late"', '"early và late"', "regime.unread"),
    ('"early + late"', '"all + late"', "form.circle"),
    ('"late = 0 and early > 0"', '"late bằng 0"', "regime.unread"),
    ('"late = 0 and early > 0"', '"xyz = 0"', "regime.name_unknown"),
    ('"{early/all}"', '"{early/}"', "regime.unread"),
    ('"{early/all}"', '"{erly/all}"', "regime.name_near"),
    ("points = 2 }", "points = 3 }", "regime.points"),
    ("points = 2 }", 'points = 2, mean = ["early"] }', "regime.points_and_mean"),
    ("points = 2 }", 'points = "hai" }', "form.not_whole"),
    (
        '[[scheme.class]]\nfrom = 2\nname = "Tốt"\n',
        '[[scheme.class]]\nfrom = 0\nname = "Yếu"\n[[scheme.class]]\nfrom = 2\nname = "Tốt"\n',
        "regime.classes",
    ),
    ("kind", "kind = ", "form.syntax"),
]


@pytest.mark.parametrize(("right", "wrong", "code"), FAULTS)
def test_a_fault_is_said_by_file_and_line(
    tmp_path: Path, right: str, wrong: str, code: str
) -> None:
    assert right in OWN
    text = OWN.replace(right, wrong, 1)
    (tmp_path / "moi.toml").write_text(text, encoding="utf-8")
    with pytest.raises(DamagedFormsError, match="Chế độ báo cáo") as caught:
        read_regimes(tmp_path, SHIPPED)
    found = {one.code: one for one in caught.value.findings}
    assert code in found, sorted(found)
    assert file_and_line(found[code]).startswith("moi.toml")
    assert not re.search(r"«[a-z_]{2,}»", sentence(found[code]))


def test_an_id_stands_in_one_file(tmp_path: Path) -> None:
    for name in ("a.toml", "b.toml"):
        (tmp_path / name).write_text(OWN, encoding="utf-8")
    with pytest.raises(DamagedFormsError) as caught:
        read_regimes(tmp_path, SHIPPED)
    [found] = caught.value.findings
    assert (found.code, file_and_line(found)) == ("regime.id_twice", "b.toml, dòng 2")


def test_a_form_that_a_campaign_asks_for_is_missed_at_its_line(tmp_path: Path) -> None:
    text = """kind = "campaign"
id = "dot"
name = "Đợt"
from = 2022-05-01
to = 2022-05-31
forms = ["ho-so", "hoso"]
"""
    (tmp_path / "dot.toml").write_text(text, encoding="utf-8")
    with pytest.raises(DamagedFormsError) as caught:
        stand_beside(read_regimes(tmp_path), load_forms(SHIPPED_FORMS), "che-do")
    [fault] = caught.value.findings
    assert (fault.code, file_and_line(fault)) == ("regime.campaign_form", "dot.toml, dòng 6")


@pytest.mark.parametrize(("year", "codes"), [(2021, ["regime.campaign_form_day"]), (2022, [])])
def test_a_campaign_asks_for_forms_of_its_days(tmp_path: Path, year: int, codes: list[str]) -> None:
    """Its workbooks would be issued without them."""
    text = (
        'kind = "campaign"\nid = "dot"\nname = "Đợt"\nforms = ["ho-so"]\n'
        f"from = {year}-05-01\nto = {year}-05-31\n"
    )
    (tmp_path / "dot.toml").write_text(text, encoding="utf-8")
    found: list[str] = []
    try:
        stand_beside(read_regimes(tmp_path), load_forms(SHIPPED_FORMS), "che-do")
    except DamagedFormsError as error:
        found = [one.code for one in error.findings]
    assert found == codes


def test_a_figure_of_a_scheme_asks_what_its_sheet_has(tmp_path: Path) -> None:
    text = OWN.replace("ho-so.resolved_early", "ho-so.resolved_erly")
    text = text.replace("sum(ho-so.resolved_overdue)", "count(pakn where ontime and not carried)")
    (tmp_path / "che-do.toml").write_text(text, encoding="utf-8")
    with pytest.raises(DamagedFormsError) as caught:
        stand_beside(read_regimes(tmp_path, SHIPPED), load_forms(SHIPPED_FORMS), "che-do")
    found = [(one.code, one.params["given"]) for one in caught.value.findings]
    assert found == [
        ("regime.figure_unknown", "resolved_erly"),
        ("regime.figure_unknown", "ontime"),
    ]


def test_a_figure_of_a_scheme_asks_a_sheet_that_is_there(tmp_path: Path) -> None:
    text = OWN.replace("sum(ho-so.resolved_overdue)", "count(pakm where on_time)")
    (tmp_path / "che-do.toml").write_text(text, encoding="utf-8")
    with pytest.raises(DamagedFormsError) as caught:
        stand_beside(read_regimes(tmp_path, SHIPPED), load_forms(SHIPPED_FORMS), "che-do")
    (one,) = caught.value.findings
    assert (one.code, one.params["given"]) == ("regime.figure_sheet", "pakm")
    assert one.at is not None
    assert one.at.sheet.startswith("che-do.toml")


def test_a_file_with_a_mark_of_notepad_is_read(tmp_path: Path) -> None:
    (tmp_path / "moi.toml").write_text(OWN, encoding="utf-8-sig")
    assert read_regimes(tmp_path, SHIPPED).named("moi") is not None


NAMES = st.sampled_from(("early", "late", "all", "minimum"))


@given(terms=st.lists(st.tuples(st.sampled_from("+-"), NAMES), min_size=1, max_size=4))
def test_a_sum_is_what_it_says(terms: list[tuple[str, str]]) -> None:
    known = {"early": Fraction(3), "late": Fraction(5), "all": Fraction(7), "minimum": Fraction(20)}
    text = " ".join(f"{sign} {name}" for sign, name in terms)
    wanted = sum((1 if sign == "+" else -1) * known[name] for sign, name in terms)
    assert amount(text).value(known) == wanted
    [one] = comparisons(f"50% of {text} >= 0")
    assert one.left.value(known) == wanted / 2
    assert one.holds(known) is (wanted >= 0)


@given(text=st.text(alphabet="ab 0%+-<>=of.{}/|", max_size=12))
def test_any_text_is_understood_or_refused(text: str) -> None:
    for read in (amount, comparisons):
        try:
            read(text)
        except SchemeError:
            continue


def test_a_scheme_of_another_office_gives_points_by_its_own_steps() -> None:
    scheme = Scheme(
        cited="Quy chế",
        figures={"done": "sum(a.b)", "every": "count(a)"},
        sums={"open": "every - done"},
        criteria=(
            Criterion(
                1,
                "Xong",
                "",
                basis="{done/every|95}",
                steps=(
                    ScoreStep("every = 0", basis="Không có"),
                    ScoreStep("open = 0", points=5),
                    ScoreStep("done >= 95% of every", points=3),
                    ScoreStep(points=0),
                ),
            ),
        ),
        classes=((4, "Đạt"), (0, "Chưa đạt")),
        most_points=5,
    )

    def points(done: int, every: int) -> tuple[float | None, str]:
        found = scores(scheme, {"done": done, "every": every}, Fraction(0), {})[1]
        return found.points, found.basis

    assert points(0, 0) == (None, "Không có")
    assert points(9, 9) == (5, "9/9 = 100,0 %")
    assert points(19, 20) == (3, "19/20 = 95,0 %")
    assert points(949, 1000)[0] == 0
    assert (scheme.class_of(5), scheme.class_of(3)) == ("Đạt", "Chưa đạt")
    assert scheme.figures_of(1) == ("done", "every")
