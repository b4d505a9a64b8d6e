"""What is kept of the quarters of a year changes nothing that a later quarter says."""

import contextlib
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kskt_excel.ledger.decisions import DecisionRefusedError
from tests.builders import sampled
from tests.office.desk_of_tests import DAYS, Office, Shown, edited, workbook
from tests.office.test_history import pending_one_less
from tests.office.test_last_run import product_files

pytestmark = pytest.mark.usefixtures("short_paper", "read_here")


def nothing(_: Office) -> None:
    """Nobody has done anything."""


def the_first_quarter_is_corrected(office: Office) -> None:
    """A unit closes its first quarter with another figure than it opened the second one with."""
    office.arrives("sua-q1.xlsx", workbook("QLKH", "2022-Q1", pending_one_less))


def the_first_quarter_counts_no_more(office: Office) -> None:
    with contextlib.suppress(DecisionRefusedError):
        office.decide("void", unit="QLKH", period="2022-Q1", version=1)


def the_plan_is_edited(office: Office) -> None:
    path = office.root / "templates" / "ke-hoach-2022.xlsx"
    path.write_bytes(edited(path.read_bytes(), ("Đơn vị", "B4", "Phòng khác")))


def the_second_quarter_is_corrected(office: Office) -> None:
    def far_from_the_first(rows: Any) -> None:
        rows["ho-so"][0]["carried_over"] += 7

    office.arrives("sua-q2.xlsx", workbook("QLKH", "2022-Q2", far_from_the_first))


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """An office that has put together two quarters of two units."""
    office = Office(tmp_path_factory.mktemp("begun") / "ws")
    for number in (1, 2):
        office.day = DAYS[number]
        for unit in ("VP", "QLKH"):
            office.arrives(f"{unit}-{number}.xlsx", workbook(unit, f"2022-Q{number}"))
        office.consolidate(f"2022-Q{number}")
    return office


def _seen(office: Office, told: Shown) -> tuple[object, ...]:
    journal = (office.root / "workbooks" / "journal.jsonl").read_bytes()
    return told.code, dict(told.json), product_files(office.root), journal


@pytest.mark.parametrize(
    "change",
    sampled(
        [
            the_first_quarter_is_corrected,
            the_first_quarter_counts_no_more,
            the_second_quarter_is_corrected,
            the_plan_is_edited,
            nothing,
        ],
        2,
    ),
    ids=lambda one: one.__name__,
)
def test_a_later_quarter_says_what_it_says_without_what_is_kept(
    tmp_path: Path, begun: Office, change: Callable[[Office], None]
) -> None:
    office = Office(tmp_path / "ws", like=begun)
    change(office)
    twin, kept = tmp_path / "twin", tmp_path / "kept"
    shutil.copytree(office.root, twin, ignore=shutil.ignore_patterns(".kskt"))
    told = _seen(office, office.consolidate("2022-Q2"))
    office.root.rename(kept)
    twin.rename(office.root)
    assert _seen(office, office.consolidate("2022-Q2")) == told
