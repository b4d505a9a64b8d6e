"""What is kept of a year's tracker: for the next run, and not for ever."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

from kskt_excel.ledger.cache import Cache, KeptWork
from kskt_excel.model.calendar import VIETNAM
from kskt_excel.office.desk import Desk
from kskt_excel.office.results import kept_work
from kskt_excel.workspace import Settings, Workspace

YEAR = 2022


def _desk(folder: Path) -> Desk:
    return Desk(Workspace(folder, Settings()), dt.datetime(2022, 3, 15, tzinfo=VIETNAM), "Bình")


def _run(desk: Desk, *names: str, year: int = YEAR) -> list[str]:
    """One run that asks for some chunks; gives those that it had to make."""
    made = []
    with kept_work(desk, f"tracker {year}") as kept:
        for name in names:
            if kept.get(name) is None:
                made.append(name)
                kept.put(name, name.encode())
            assert kept.get(name) == name.encode()
    return made


def test_the_next_run_finds_what_the_last_one_used(tmp_path: Path) -> None:
    desk = _desk(tmp_path)
    assert _run(desk, "a", "b") == ["a", "b"]
    assert _run(desk, "a", "b", "c") == ["c"]
    assert _run(desk, "a", "b", "c") == []


def test_what_a_run_does_not_use_goes_with_it(tmp_path: Path) -> None:
    desk = _desk(tmp_path)
    _run(desk, "a", "b")
    _run(desk, "b")
    with Cache(desk.workspace.cache) as cache:
        kept = KeptWork(cache, f"tracker {YEAR}")
        assert (kept.get("a"), kept.get("b")) == (None, b"b")


def test_each_year_has_its_own(tmp_path: Path) -> None:
    desk = _desk(tmp_path)
    _run(desk, "a", year=2021)
    _run(desk, "b", year=2022)
    assert _run(desk, "a", year=2021) == []


def test_a_desk_that_doubts_finds_nothing_and_leaves_nothing(tmp_path: Path) -> None:
    desk = _desk(tmp_path)
    _run(desk, "a")
    doubting = replace(desk, trusts_cache=False)
    assert _run(doubting, "a", "b") == ["a", "b"]
    assert _run(desk, "a", "b") == ["b"]
