"""The story of a year, told through the program: receive, check, consolidate, print."""

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.builders import ROOT
from tests.by_hand import UNITS
from tests.by_hand_forms import Form, dossiers_so_far, forms
from tests.sample_files import INBOX, tool

FIRST = ("VP", "TTRA", "QLCN", "QLCNH", "QLCS", "CCTDC", "TTPT")
"""Units that count in the first quarter: KHTC sent nothing, QLKH has to mend its report."""

_DAY_1, _DAY_2, _DAY_4 = "2022-03-18", "2022-06-16", "2022-12-16"
_START = "from kskt_excel.cli import main; main()"


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The program started in a workspace as it is from a shell."""
    return subprocess.run(
        [sys.executable, "-c", _START, *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        timeout=600,
    )


def consolidated(folder: Path, period: str, day: str) -> Any:
    """The result of consolidating a period on a day."""
    result = folder / f"{period}.json"
    options = ("--as-of", day, "--no-pdf", "--json", str(result))
    done = run(folder, "consolidate", period, *options)
    assert done.returncode == 0, done.stderr
    return json.loads(result.read_text(encoding="utf-8"))


def workspace(folder: Path, *quarters: str) -> Path:
    """A workspace with the repository's templates and what arrived in some quarters."""
    shutil.copytree(ROOT / "templates", folder / "templates")
    shutil.copy(ROOT / "kskt.toml", folder)
    for quarter in quarters:
        shutil.copytree(INBOX / quarter, folder / "workbooks" / "inbox" / quarter)
    return folder


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return workspace(tmp_path_factory.mktemp("two-quarters"), "2022-Q1", "2022-Q2")


@pytest.fixture(scope="module")
def first(place: Path) -> Any:
    """The first quarter, put together three days after the deadline."""
    return consolidated(place, "2022-Q1", _DAY_1)


@dataclass(frozen=True)
class Again:
    """What a second run of the first quarter changed."""

    result: bytes
    before: bytes
    changed: list[str]


@pytest.fixture(scope="module")
def again(place: Path, first: Any) -> Again:
    """The first quarter put together once more, nothing new having arrived."""
    result = place / "2022-Q1.json"
    before = result.read_bytes()
    kept = {path: (place / path).read_bytes() for path in first["outputs"]}
    consolidated(place, "2022-Q1", _DAY_1)
    changed = [path for path, data in kept.items() if (place / path).read_bytes() != data]
    return Again(result.read_bytes(), before, changed)


@pytest.fixture(scope="module")
def second(place: Path, again: Again) -> Any:
    """The second quarter, the day after its deadline."""
    assert again.result
    return consolidated(place, "2022-Q2", _DAY_2)


def shown(result: Any, form: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """A form of the result: rows by key, and the total."""
    table = result["forms"][form]
    return {row["key"]: row["values"] for row in table["rows"]}, table["total"]


def fates(result: Any) -> list[tuple[str, int, str]]:
    return [(one["unit"], one["version"], one["verdict"]) for one in result["submissions"]]


def test_each_file_of_the_first_quarter_has_its_verdict(first: Any) -> None:
    assert sorted(fates(first)) == [
        ("", 0, "unreadable"),
        ("CCTDC", 0, "duplicate"),
        ("CCTDC", 1, "accepted_with_warnings"),
        ("QLCN", 1, "accepted_with_warnings"),
        ("QLCNH", 1, "superseded"),
        ("QLCNH", 2, "accepted"),
        ("QLCS", 1, "accepted_with_warnings"),
        ("QLKH", 1, "returned"),
        ("TTPT", 0, "not_a_report"),  # the signed copy beside its workbook
        ("TTPT", 1, "accepted"),
        ("TTRA", 1, "accepted"),
        ("VP", 1, "accepted"),
    ]


def test_only_the_loose_workbook_of_the_first_quarter_is_late(first: Any) -> None:
    late = {one["unit"]: one["late_days"] for one in first["submissions"] if one["late_days"]}
    assert late == {"QLCN": 3}


def test_units_without_an_acceptable_report_are_missing(first: Any) -> None:
    assert first["missing"] == ["KHTC", "QLKH"]


def test_control_totals_add_up(first: Any) -> None:
    control = first["control"]
    kinds = ("accepted", "returned", "superseded", "duplicates", "unreadable", "not_reports")
    assert control["files_in"] == sum(control[kind] for kind in kinds) == 12
    assert control["rows_in"] == control["rows_out"]


@pytest.mark.parametrize(("form", "by_hand"), forms("2022-Q1", FIRST).items())
def test_the_first_quarters_forms_are_those_counted_by_hand(
    first: Any, form: str, by_hand: Form
) -> None:
    assert shown(first, form) == by_hand


@pytest.mark.parametrize(("form", "by_hand"), forms("2022-Q2", UNITS).items())
def test_the_second_quarters_forms_are_those_counted_by_hand(
    second: Any, form: str, by_hand: Form
) -> None:
    assert shown(second, form) == by_hand


def test_an_opening_balance_that_is_not_the_last_closing_is_returned_then_mended(
    second: Any,
) -> None:
    sent = {
        one["version"]: (one["verdict"], [(f["code"], f["cell"]) for f in one["findings"]])
        for one in second["submissions"]
        if one["unit"] == "QLCN"
    }
    assert sent == {1: ("superseded", [("V06a.7", "H10")]), 2: ("accepted", [])}
    assert second["missing"] == []


def test_every_output_of_the_result_is_there(place: Path, first: Any) -> None:
    outputs = [place / path for path in first["outputs"]]
    assert outputs
    assert not [path for path in outputs if not path.is_file() or not path.stat().st_size]
    names = " ".join(first["outputs"])
    for expected in ("tracker/theo-doi-2022.xlsx", "tong-hop-2022-Q1.xlsx", "returned/2022-Q1/"):
        assert expected in names


def test_the_same_quarter_again_gives_the_same_bytes(again: Again) -> None:
    """A second run takes nothing in and writes what it wrote before."""
    assert again.result == again.before
    assert again.changed == []


def test_half_a_year_opens_with_its_first_quarter_and_closes_with_its_last(
    place: Path, second: Any
) -> None:
    assert second["period"]["id"] == "2022-Q2"
    half = consolidated(place, "2022-6T", _DAY_2)
    assert shown(half, "II.06a") == dossiers_so_far({"2022-Q1": FIRST, "2022-Q2": UNITS})


def test_the_archive_gives_again_what_was_written(place: Path, second: Any) -> None:
    assert second["outputs"]
    done = run(place, "verify", "--as-of", _DAY_2)
    assert done.returncode == 0, done.stdout


@pytest.mark.long
def test_a_year_counts_reports_that_were_mended_months_later(tmp_path: Path) -> None:
    folder = workspace(tmp_path, "2022-Q1", "2022-Q2")
    tool("make_sample").build(("2022-Q3", "2022-Q4"), folder / "workbooks" / "inbox")
    year = consolidated(folder, "2022", _DAY_4)
    quarters = ("2022-Q1", "2022-Q2", "2022-Q3", "2022-Q4")
    assert year["missing"] == []
    assert shown(year, "II.06a") == dossiers_so_far(dict.fromkeys(quarters, UNITS))
