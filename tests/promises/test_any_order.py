"""P8: in any order, any number of times, with crashes between: the same quarter comes out."""

import datetime as dt
import shutil
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    precondition,
    rule,
    run_state_machine_as_test,
)

from kskt_excel.office import office
from tests.promises import faults, scene, warm

pytestmark = pytest.mark.usefixtures("short_paper")

MAILS = {
    "03-van-phong.eml": "VP",
    "01-thanh-tra.eml": "TTRA",
    "06-qlkh.eml": "QLKH",
    "02-qlcnh.eml": "QLCNH",
    "07-qlcnh-sua.eml": "QLCNH",
}
FIRST, MENDED = "02-qlcnh.eml", "07-qlcnh-sua.eml"
DAY = dt.date.fromisoformat(warm.DAY)


def expected(mails: frozenset[str], *, void: bool) -> dict[tuple[str, int], str]:
    """The model: what becomes of each file, whatever came first."""
    fates: dict[tuple[str, int], str] = {}
    for mail in mails - {FIRST, MENDED}:
        verdict = "returned" if MAILS[mail] == "QLKH" else "accepted"
        fates[MAILS[mail], 1] = verdict
    sent = [mail for mail in (FIRST, MENDED) if mail in mails]
    for version, mail in enumerate(sent, start=1):
        mended_later = mail == FIRST and MENDED in mails
        good = "accepted" if mail == MENDED else "returned"
        fates["QLCNH", version] = "superseded" if mended_later else good
    if void:
        fates["VP", 1] = "superseded"  # a sound report that the office took out: «Không tính»
    return fates


def put_together(folder: Path) -> Any:
    options = {"strict": False, "pdf": False, "as_of": DAY, "dry_run": False}
    outcome = office.consolidate(folder, "2022-Q1", **options)  # type: ignore[arg-type]
    assert outcome.exit_code == 0
    return outcome.json


def shown(result: Any) -> Any:
    """What the office sees of a quarter: fates, figures, who is missing."""
    said = ("unit", "version", "verdict", "sha256")
    sent = [tuple(one[name] for name in said) for one in result["submissions"]]
    kept = {name: result[name] for name in ("control", "missing", "forms", "tasks", "indicators")}
    return {**kept, "submissions": sorted(sent)}


@cache
def undisturbed(mails: frozenset[str], *, void: bool) -> Any:
    """The same mails in a new workspace, all at once."""
    folder = scene.workspace(Path(tempfile.mkdtemp(prefix="kskt-test-")), *sorted(mails))
    try:
        result = put_together(folder)
        if void:
            take_out(folder)
            result = put_together(folder)
        return shown(result)
    finally:
        shutil.rmtree(folder)


def take_out(folder: Path) -> int:
    """The office decides that the report of VP does not count; gives the decision's number."""
    what = {"unit": "VP", "period": "2022-Q1", "version": 1, "reason": "Gửi nhầm"}
    told = office.decide(folder, "void", who="VP", as_of=DAY, dry_run=False, **what)
    return int(str(told.json["id"]))


class AnyOrder(RuleBasedStateMachine):
    """An office on a bad Friday."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = scene.workspace(Path(tempfile.mkdtemp(prefix="kskt-test-")))
        self.arrived: set[str] = set()
        self.taken: set[str] = set()
        self.void = 0

    @rule(mail=st.sampled_from(sorted(MAILS)))
    def a_mail_arrives(self, mail: str) -> None:
        scene.arrive(self.folder, mail)
        self.arrived.add(mail)

    @rule(mail=st.sampled_from(sorted(MAILS)))
    def the_same_mail_lies_in_another_folder_too(self, mail: str) -> None:
        folder = self.folder / "workbooks" / "inbox" / "lần nữa"
        folder.mkdir(exist_ok=True)
        shutil.copy(scene.INBOX / mail, folder)
        self.arrived.add(mail)

    @rule()
    def the_inbox_is_received(self) -> None:
        office.receive(self.folder, paths=(), imap=False, as_of=DAY, dry_run=False)
        self.taken |= self.arrived

    @rule(place=st.integers(0, 60))
    def the_program_is_killed(self, place: int) -> None:
        """Somewhere in its run; it comes to its end where there are fewer places."""
        watch = faults.Watch(self.folder, place, faults.kill)
        done = warm.consolidate(self.folder, before=watch.begin)
        assert done.code in (0, faults.KILLED), done

    @rule()
    def the_quarter_is_put_together(self) -> None:
        self.taken |= self.arrived
        self.agrees(put_together(self.folder))

    @precondition(lambda self: "03-van-phong.eml" in self.taken and not self.void)
    @rule()
    def the_office_takes_a_report_out(self) -> None:
        self.void = take_out(self.folder)

    @precondition(lambda self: self.void)
    @rule()
    def the_office_takes_it_in_again(self) -> None:
        what = {"revokes": self.void, "reason": "Xem lại"}
        office.decide(self.folder, "revoke", who="VP", as_of=DAY, dry_run=False, **what)
        self.void = 0

    def agrees(self, result: Any) -> None:
        mails = frozenset(self.arrived)
        fates = {(one["unit"], one["version"]): one["verdict"] for one in result["submissions"]}
        assert fates == expected(mails, void=bool(self.void))
        assert shown(result) == undisturbed(mails, void=bool(self.void))

    def teardown(self) -> None:
        try:
            self.agrees(put_together(self.folder))
        finally:
            shutil.rmtree(self.folder)


@pytest.fixture(scope="module", autouse=True)
def remembering() -> Iterator[None]:
    with warm.remembering():
        yield


_SEQUENCES = settings(
    stateful_step_count=8,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],  # a sequence of eight steps is read as quickly as it is made smaller
    suppress_health_check=list(HealthCheck),
)


def test_any_order() -> None:
    run_state_machine_as_test(AnyOrder, settings=settings(_SEQUENCES, max_examples=2))


@pytest.mark.long
def test_any_order_at_length(*, exhaustive: bool) -> None:
    most = 25 if exhaustive else 8
    run_state_machine_as_test(AnyOrder, settings=settings(_SEQUENCES, max_examples=most))
