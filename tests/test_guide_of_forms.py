"""The examples of the guide on forms, figures, regimes and campaigns do what stands there."""

import datetime as dt
import re
import shutil
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from kskt_excel.consolidation.tally import QuarterRecords, compile_aggregate, figure_of
from kskt_excel.consolidation.whole import consolidation_of
from kskt_excel.definitions import load_forms
from kskt_excel.model.calendar import VIETNAM
from kskt_excel.model.expressions import Aggregate, parse
from kskt_excel.model.forms import Forms
from kskt_excel.model.period import Period
from kskt_excel.model.plan import Indicator
from kskt_excel.model.reading import Record, SheetReading, SheetState, Value
from kskt_excel.model.submission import UnitReport
from kskt_excel.model.topics import FIGURES, REGISTERS
from kskt_excel.regimes import read_regimes
from tests.builders import reading, small_plan
from tests.consolidation.tables import submission

ROOT = Path(__file__).parents[1]
GUIDE = (ROOT / "docs" / "huong-dan" / "bieu-mau.md").read_text(encoding="utf-8")
_BLOCK = re.compile(r"(?:^    .*\n|^\n(?=    ))+", re.MULTILINE)
_NOT_ESCAPED = re.compile(r"(?<!\\)\|")


def _definitions(*kinds: str) -> Iterator[str]:
    """The definitions of some kinds that the guide shows whole."""
    for match in _BLOCK.finditer(GUIDE):
        text = "\n".join(line.removeprefix("    ") for line in match[0].splitlines()).strip()
        if text.startswith("kind = ") and tomllib.loads(text)["kind"] in kinds:
            yield text


def _table(heading: str) -> list[list[str]]:
    """The rows of the table whose first heading is this one, without its heads."""
    lines = GUIDE[GUIDE.index(f"| {heading} |") :].splitlines()
    rows: list[list[str]] = []
    for line in lines[2:]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in _NOT_ESCAPED.split(line)[1:-1]])
    return rows


def _forms(folder: Path) -> Forms:
    """The shipped definitions with those of the guide."""
    shutil.copytree(ROOT / "templates" / "bieu-mau", folder / "bieu-mau")
    for text in _definitions("sheet", "printed"):
        name = f"{tomllib.loads(text)['id']}.toml"
        (folder / "bieu-mau" / name).write_text(text, encoding="utf-8")
    return load_forms(folder / "bieu-mau")


def _records() -> tuple[Record, ...]:
    keys = ("title", "kind", "people", "funded", "decision")
    records = []
    for number, row in enumerate(_table("title"), start=8):
        values: dict[str, Value] = {key: text for key, text in zip(keys, row, strict=True) if text}
        values |= {"people": int(row[2]), "funded": row[3] == "Có"}
        records.append(Record(number, row[0], values))
    return tuple(records)


def test_the_examples_of_figures_give_what_stands_beside_them(tmp_path: Path) -> None:
    forms = _forms(tmp_path)
    plan = small_plan().with_lists(forms.lists)
    ground = QuarterRecords.of(Period.quarter(2022, 1), plan, forms)
    rows = [record.values for record in _records()]
    examples = _table("cách viết")
    assert len(examples) > 10
    for text, _, expected in examples:
        expression = parse(text.strip("`").replace("\\|", "|"))
        [(_, aggregate)] = expression.terms
        assert isinstance(aggregate, Aggregate)
        found = figure_of(compile_aggregate(aggregate, ground)(rows))
        assert str(found) == expected, text


def test_the_examples_of_time_limits_give_what_stands_beside_them(tmp_path: Path) -> None:
    forms = _forms(tmp_path)
    ground = QuarterRecords.of(Period.quarter(2022, 1), small_plan(), forms)
    rows: list[dict[str, Value]] = [
        {"number": number, **{key: dt.date.fromisoformat(day) for key, day in days.items() if day}}
        for number, received, answered in _table("number")
        for days in [{"received_on": received, "answered_on": answered}]
    ]
    for text, _, expected in _table("câu hỏi"):
        [(_, aggregate)] = parse(text.strip("`")).terms
        assert isinstance(aggregate, Aggregate)
        assert str(figure_of(compile_aggregate(aggregate, ground)(rows))) == expected, text


def test_the_example_of_a_form_is_put_together_and_its_indicator_counted(tmp_path: Path) -> None:
    forms = _forms(tmp_path)
    indicator = Indicator("K90", "Tỷ lệ học trực tiếp", "TH.01[2]", "TH.01[4]", None, "up")
    plan = replace(small_plan(), indicators=(indicator,)).with_lists(forms.lists)
    period = Period.quarter(2022, 1)
    sheet = SheetReading(
        "tap-huan",
        "Tập huấn",
        SheetState.FILLED,
        {column.key: at for at, column in enumerate(forms.sheet_by_id["tap-huan"].columns, 1)},
        _records(),
    )
    report = UnitReport(submission("VP"), reading(sheet, unit="VP"))
    found = consolidation_of(
        period,
        plan=plan,
        forms=forms,
        reports={period.id: [report]},
        submissions=[report.submission],
        as_of=dt.datetime(2022, 3, 20, 8, tzinfo=VIETNAM),
    )
    assert found.forms["TH.01"].total == {"2": 17, "3": 30, "4": 47, "5": 3}
    [value] = found.indicators
    assert (value.numerator, value.denominator) == (17, 47)


def test_the_topics_of_the_report_are_those_that_may_be_held() -> None:
    """The guide names every topic, of a printed form its figures, of a sheet its columns."""

    def told(heading: str) -> dict[str, set[str]]:
        rows = ((re.findall(r"`(\w+)`", first), last) for first, _, last in _table(heading))
        return {topic: set(re.findall(r"`(\w+)`", last)) for [topic], last in rows}

    figures = {topic: {one.partition(".")[2] for one in some} for topic, some in FIGURES.items()}
    assert told("nội dung") == figures
    assert told("nội dung của trang") == {topic: {*some} for topic, some in REGISTERS.items()}


def test_the_examples_of_regimes_and_campaigns_are_read(tmp_path: Path) -> None:
    for number, text in enumerate(_definitions("regime", "campaign")):
        (tmp_path / f"{number}.toml").write_text(text, encoding="utf-8")
    found = read_regimes(tmp_path, ROOT / "templates" / "che-do")
    regime = found.named("2027")
    assert regime is not None
    assert regime.scheme is not None
    assert regime.short == "KSTTHC"
    assert regime.scheme.class_of(1) == "Chưa tốt"
    assert [one.id for one in found.campaigns] == ["tap-huan"]
