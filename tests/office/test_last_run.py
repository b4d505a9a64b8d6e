"""A run that finds all as the last one left it says and leaves the same as one that looks anew."""

import contextlib
import datetime as dt
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kskt_excel.ledger.decisions import DecisionRefusedError
from kskt_excel.ledger.journal import Note
from kskt_excel.model.period import Period
from kskt_excel.office.desk import open_desk
from kskt_excel.office.last_run import KnownRuns, LastRun, PeriodRun
from tests.builders import sampled
from tests.office.desk_of_tests import Office, Shown, edited, workbook

pytestmark = pytest.mark.usefixtures("short_paper", "read_here")

Change = Callable[[Office, int], object]
"""What somebody does in an office between two runs, the so-and-so-many-th time."""


def nothing(_: Office, __: int) -> None:
    """Nobody has done anything."""


def a_report_comes(office: Office, turn: int) -> None:
    units = ("TTRA", "QLCN", "QLCS")
    office.arrives(f"{turn}.xlsx", workbook(units[turn % len(units)], "2022-Q1"))


def a_wrong_report_comes(office: Office, turn: int) -> None:
    def wrong(rows: Any) -> None:
        rows["ho-so"][0]["received_direct"] = 99 + turn

    office.arrives(f"sai-{turn}.xlsx", workbook("QLCNH", "2022-Q1", wrong))


def a_stranger_comes(office: Office, turn: int) -> None:
    office.arrives(f"anh-{turn}.png", b"\x89PNG" + bytes([turn]))


def the_office_decides(office: Office, turn: int) -> None:
    with contextlib.suppress(DecisionRefusedError):  # it may stand already
        office.decide("void", unit="VP", period="2022-Q1", version=1, reason=f"Gửi nhầm {turn}")


def the_decision_is_taken_back(office: Office, _: int) -> None:
    with contextlib.suppress(DecisionRefusedError):  # there may be none
        office.decide("revoke", revokes=1, reason="Ghi nhầm")


def the_plan_is_edited(office: Office, turn: int) -> None:
    path = office.root / "templates" / "ke-hoach-2022.xlsx"
    path.write_bytes(edited(path.read_bytes(), ("Đơn vị", "B4", f"Phòng số {turn}")))


def a_letter_is_edited(office: Office, turn: int) -> None:
    path = office.root / "templates" / "thu" / "da-nhan.txt"
    path.write_text(f"{path.read_text(encoding='utf-8')}\n\nLần {turn}.", encoding="utf-8")


def a_letter_that_offices_share_is_edited(office: Office, turn: int) -> None:
    """The folder of the letters is a link to one elsewhere, as the last run has known it."""
    own, shared = office.root / "templates" / "thu", office.root.parent / "thu-chung"
    if not own.is_symlink():
        own.rename(shared)
        own.symlink_to(shared, target_is_directory=True)
        office.consolidate("2022-Q1")
    a_letter_is_edited(office, turn)


def a_note_is_typed(office: Office, turn: int) -> None:
    path = office.root / "workbooks" / "tracker" / "theo-doi-2022.xlsx"
    path.write_bytes(edited(path.read_bytes(), ("Tổng quan", "B40", f"Ghi chú {turn}")))


def a_product_is_deleted(office: Office, turn: int) -> None:
    files = product_files(office.root)
    (office.root / sorted(files)[turn % len(files)]).unlink()


def a_product_is_edited(office: Office, turn: int) -> None:
    files = product_files(office.root)
    (office.root / sorted(files)[turn % len(files)]).write_bytes(b"x")


def the_settings_are_edited(office: Office, turn: int) -> None:
    path = office.root / "kskt.toml"
    path.write_text(f"{path.read_text(encoding='utf-8')}# {turn}\n[pdf]\nseconds = {90 + turn}\n")


def another_day_comes(office: Office, _: int) -> None:
    office.day = office.day.replace(day=office.day.day + 1)


def the_blank_forms_go_out(office: Office, _: int) -> None:
    office.issue("2022-Q2", "VP")


def the_next_quarter_is_put_together(office: Office, _: int) -> None:
    office.consolidate("2022-Q2")


CHANGES: list[Change] = [
    nothing,
    a_report_comes,
    a_wrong_report_comes,
    a_stranger_comes,
    the_office_decides,
    the_decision_is_taken_back,
    the_plan_is_edited,
    a_letter_is_edited,
    a_note_is_typed,
    a_product_is_deleted,
    a_product_is_edited,
    the_settings_are_edited,
    another_day_comes,
    the_blank_forms_go_out,
    the_next_quarter_is_put_together,
]


def product_files(root: Path) -> dict[str, bytes]:
    """What a consolidation has written, and the record."""
    folders = (root / "workbooks" / name for name in ("tracker", "summaries", "returned"))
    files = [one for folder in folders for one in folder.rglob("*") if one.is_file()]
    return {one.relative_to(root).as_posix(): one.read_bytes() for one in files}


def seen(office: Office, told: Shown) -> tuple[object, ...]:
    """Everything that people, programs and the disk see of a run."""
    journal = (office.root / "workbooks" / "journal.jsonl").read_bytes()
    return told.outcome.blocks, told.code, dict(told.json), product_files(office.root), journal


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """An office that has consolidated two reports, one of them at fault."""
    office = Office(tmp_path_factory.mktemp("begun") / "ws")
    office.arrives("1.xlsx", workbook("VP", "2022-Q1"))
    a_wrong_report_comes(office, 0)
    office.consolidate("2022-Q1")
    return office


@pytest.fixture
def finds(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether each run has found the last one to hold."""
    told: list[bool] = []
    real = KnownRuns.find

    def find(self: KnownRuns, period: Period) -> PeriodRun | None:
        found = real(self, period)
        told.append(found is not None)
        return found

    monkeypatch.setattr(KnownRuns, "find", find)
    return told


def anew(office: Office) -> Shown:
    """A run that finds no last one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(KnownRuns, "find", lambda *_: None)
        return office.consolidate("2022-Q1")


def both(tmp_path: Path, begun: Office, changes: list[tuple[Change, int]]) -> None:
    """After each change a run says and leaves what one says and leaves that looks anew."""
    office = Office(tmp_path / "ws", like=begun)
    for change, turn in changes:
        change(office, turn)
        twin = tmp_path / "twin"
        shutil.copytree(office.root, twin)
        told = seen(office, office.consolidate("2022-Q1"))
        kept = tmp_path / "kept"
        office.root.rename(kept)
        twin.rename(office.root)
        assert seen(office, anew(office)) == told, change
        shutil.rmtree(office.root)
        kept.rename(office.root)


@pytest.mark.parametrize("change", CHANGES[1:], ids=lambda one: one.__name__)
def test_a_change_is_found_and_then_known(
    tmp_path: Path, begun: Office, change: Change, finds: list[bool]
) -> None:
    office = Office(tmp_path / "ws", like=begun)
    change(office, 1)
    finds.clear()
    office.consolidate("2022-Q1")
    office.consolidate("2022-Q1")
    may_be_known = change in (the_decision_is_taken_back, the_blank_forms_go_out)
    assert finds == [finds[0] and may_be_known, True]


@pytest.mark.parametrize(
    "change",
    sampled([a_note_is_typed, *(one for one in CHANGES[1:] if one != a_note_is_typed)], 1),
    ids=lambda one: one.__name__,
)
def test_a_change_is_followed(tmp_path: Path, begun: Office, change: Change) -> None:
    both(tmp_path, begun, [(change, 1), (nothing, 2)])


@pytest.mark.skipif(os.name == "nt", reason="not everybody may make a link there")
def test_what_lies_behind_a_link_is_followed(
    tmp_path: Path, begun: Office, finds: list[bool]
) -> None:
    office = Office(tmp_path / "ws", like=begun)
    for turn in (1, 2):
        a_letter_that_offices_share_is_edited(office, turn)
        office.consolidate("2022-Q1")
    assert finds[-2:] == [False, False]
    office.consolidate("2022-Q1")
    assert finds[-1]


def test_nothing_changed_is_found_at_once(tmp_path: Path, begun: Office, finds: list[bool]) -> None:
    both(tmp_path, begun, [(nothing, 0)])
    assert finds == [True]


def another_machine_writes_into_the_journal(office: Office, _: int) -> None:
    journal = open_desk(office.root).raw_journal
    journal.append(Note("Máy khác ghi"), by="Bình", at=dt.datetime.now(dt.UTC))


@pytest.mark.parametrize(
    "change",
    [the_plan_is_edited, another_machine_writes_into_the_journal],
    ids=lambda one: one.__name__,
)
def test_what_happens_while_a_run_goes_on_is_followed_by_the_next_one(
    tmp_path: Path, begun: Office, change: Change, finds: list[bool]
) -> None:
    office = Office(tmp_path / "ws", like=begun)
    real = KnownRuns.left

    def left(self: KnownRuns, *what: Any) -> LastRun:
        change(office, 1)
        return real(self, *what)

    another_day_comes(office, 0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(KnownRuns, "left", left)
        office.consolidate("2022-Q1")
    office.consolidate("2022-Q1")
    office.consolidate("2022-Q1")
    assert finds == [False, False, True]


@pytest.mark.long
def test_any_changes_are_followed(
    tmp_path_factory: pytest.TempPathFactory, begun: Office, *, exhaustive: bool
) -> None:
    @settings(max_examples=40 if exhaustive else 4, suppress_health_check=list(HealthCheck))
    @given(
        some=st.lists(
            st.tuples(st.sampled_from(CHANGES), st.integers(0, 9)), min_size=4, max_size=12
        )
    )
    def followed(some: list[tuple[Change, int]]) -> None:
        both(tmp_path_factory.mktemp("any"), begun, some)

    followed()
