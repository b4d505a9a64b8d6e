"""P10: one figure is told once: every product has the value and the words that were counted anew.

The units' workbooks are counted a second time (``tests.recount``), then every number of every
product is held against that count: print, tracker, the leaders' page, Word, JSON, screen, status.
"""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from tests import recount
from tests.builders import sampled
from tests.judges import all_recalculated, cells, without_results
from tests.made_years import made_year
from tests.promises.told_periods import Told, put_sample_together, told_sample, told_year
from tests.promises.walk_sentences import (
    brief_claims,
    page_claims,
    report_claims,
    screen_claims,
)
from tests.promises.walk_tables import Claim, json_claims, printed_claims, tracker_claims

MOST_LOOSE = 5
"""Numbers of a period that are figures of it, but of a sentence that no rule knows."""


def claims(told: Told, of_year: dict[int, Told]) -> Iterator[Claim]:
    """What all products of a period say, and what they must say."""
    for walk in (json_claims, printed_claims, page_claims):
        yield from walk(told)
    for walk in (brief_claims, report_claims, screen_claims):
        yield from walk(told)
    if told.recount.quarters == tuple(of_year):  # the year so far
        yield from tracker_claims(told, of_year, told)


def walked(periods: Iterable[Told]) -> int:
    """How many claims there are; they all hold."""
    count, of_year = 0, {}
    for told in periods:
        if not told.is_long:
            of_year[told.recount.quarters[0]] = told
        found = list(claims(told, of_year))
        assert [one for one in found if not one.holds] == [], told.period
        loose = told.memo.get("loose", [])
        assert len(loose) <= MOST_LOOSE, loose
        count += len(found)
    return count


def recomputed(periods: Iterable[Told]) -> int:
    """How many formulas the workbooks of some periods have; each stores what it comes to."""
    books = {
        f"{told.period}-{path.name}": path.read_bytes()
        for told in periods
        for path in sorted(told.folder.glob("*.xlsx"))
    }
    bare = {name: without_results(data) for name, data in books.items()}
    anew = all_recalculated(bare)
    for name, data in books.items():
        assert cells(anew[name]) == cells(data), name
    return sum(len(cells(data)) - len(cells(bare[name])) for name, data in books.items())


@pytest.fixture(scope="module")
def sample(sample_half: Path) -> list[Told]:
    """Two quarters and the half of the year."""
    return told_sample(sample_half, "2022-6T")


def test_every_number_of_a_quarter_is_the_figure_that_was_counted(sample: list[Told]) -> None:
    assert walked(sample[:1]) > 2_000


@pytest.mark.long
def test_every_number_of_the_sample_is_the_figure_that_was_counted(sample: list[Told]) -> None:
    assert walked(sample) > 9_000


@pytest.mark.long
def test_every_formula_of_the_sample_stores_what_libreoffice_computes(
    sample: list[Told],
) -> None:
    assert recomputed(sample[-1:]) > 1_000


@pytest.mark.long
def test_longer_periods_of_the_sample_tell_their_own_figures(tmp_path: Path) -> None:
    put_sample_together(tmp_path / "ws", "2022-9T", "2022")
    periods = told_sample(tmp_path / "ws", "2022-9T", "2022")
    assert walked(periods) > 11_000
    assert recomputed(periods) > 5_000


@pytest.mark.long
@pytest.mark.parametrize("seed", sampled(range(1, 16), 3, pytest.mark.exhaustive))
def test_every_number_of_a_made_year_is_the_figure_that_was_counted(
    tmp_path: Path, seed: int
) -> None:
    year = told_year(tmp_path / "ws", made_year(seed))
    assert walked(year) > 20_000
    assert recomputed(year) > 10_000


def test_the_second_count_has_nothing_of_the_program() -> None:
    for path in Path(recount.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [one.name for one in node.names] if isinstance(node, ast.Import) else []
            assert not [name for name in names if name.startswith("kskt_excel")], path.name
