"""An answer that stands as it would be made again is left alone; any other is made anew."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kskt_excel.ledger.archive import ArchiveDamagedError
from kskt_excel.office import outbox
from kskt_excel.office.office import decide, verify
from tests.builders import sampled
from tests.office.desk_of_tests import DAYS, Office, workbook

pytestmark = pytest.mark.usefixtures("short_paper", "read_here")

TO_MEND, GOOD = "QLCNH", "TTRA"


def wrong(rows: Any) -> None:
    rows["ho-so"][0]["received_direct"] = 99


@pytest.fixture(scope="module")
def answered(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """An office that has answered a good report and one that must be mended."""
    office = Office(tmp_path_factory.mktemp("answered") / "ws")
    office.arrives("1.xlsx", workbook(GOOD, "2022-Q1"))
    office.arrives("2.xlsx", workbook(TO_MEND, "2022-Q1", wrong))
    office.consolidate("2022-Q1")
    return office


@pytest.fixture
def office(tmp_path: Path, answered: Office) -> Office:
    return Office(tmp_path / "ws", like=answered)


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The units whose answers are made from now on."""
    units: list[str] = []
    real = outbox.answer

    def answer(desk: Any, work: Any, unit: Any, *rest: Any, **named: Any) -> Any:
        units.append(unit.code)
        return real(desk, work, unit, *rest, **named)

    monkeypatch.setattr(outbox, "answer", answer)
    return units


def files(office: Office) -> dict[str, bytes]:
    folder = office.root / "workbooks" / "returned" / "2022-Q1"
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}


def test_nothing_is_made_again_on_the_same_day(office: Office, made: list[str]) -> None:
    before = files(office)
    done = office.consolidate("2022-Q1")
    assert (made, files(office)) == ([], before)
    assert {one.split("_")[0] for one in before} == {GOOD, TO_MEND}
    assert set(before) <= {Path(one).name for one in done.json["outputs"]}
    assert verify(office.root, as_of=office.day).exit_code == 0


def test_an_answer_made_again_would_be_the_same(office: Office) -> None:
    kept = files(office)
    for cached in (office.root / ".kskt" / "cache").iterdir():
        cached.unlink()
    office.consolidate("2022-Q1")
    assert files(office) == kept


def no_longer_there(office: Office) -> None:
    next((office.root / "workbooks" / "returned").rglob(f"{TO_MEND}_*.xlsx")).unlink()


def written_over(office: Office) -> None:
    next((office.root / "workbooks" / "returned").rglob(f"{TO_MEND}_*.eml")).write_bytes(b"x")


def asked_for_otherwise(office: Office) -> None:
    letter = office.root / "templates" / "thu" / "can-sua.txt"
    letter.write_text(letter.read_text("utf-8") + "\n\nXin cảm ơn.\n", encoding="utf-8")


def mended(office: Office) -> None:
    office.arrives("3.xlsx", workbook(TO_MEND, "2022-Q1"))


def test_a_day_later_the_day_to_mend_by_and_so_the_answer_stays(
    office: Office, made: list[str]
) -> None:
    before = files(office)
    office.day += dt.timedelta(days=3)
    office.consolidate("2022-Q1")
    assert made == []
    assert files(office) == before


@pytest.mark.parametrize(
    ("change", "units"),
    sampled(
        [
            (asked_for_otherwise, {TO_MEND, GOOD}),
            (mended, {TO_MEND}),
            (no_longer_there, {TO_MEND}),
            (written_over, {TO_MEND}),
        ],
        1,
    ),
)
def test_an_answer_is_made_anew_where_anything_it_rests_on_has_changed(
    tmp_path: Path,
    office: Office,
    made: list[str],
    change: Callable[[Office], None],
    units: set[str],
) -> None:
    change(office)
    fresh = Office(tmp_path / "fresh", like=office)
    for cached in (fresh.root / ".kskt" / "cache").iterdir():
        cached.unlink()
    office.consolidate("2022-Q1")
    assert set(made) == units
    fresh.consolidate("2022-Q1")
    assert files(office) == files(fresh)


def test_a_decision_about_a_version_changes_its_answer(office: Office, made: list[str]) -> None:
    decide(
        office.root,
        "accept",
        who="Hoa",
        as_of=DAYS[1],
        dry_run=False,
        unit=TO_MEND,
        period="2022-Q1",
        version=1,
        reason="đã đối chiếu sổ",
    )
    office.consolidate("2022-Q1")
    assert made == [TO_MEND]
    assert any("da-nhan" in name for name in files(office) if name.startswith(TO_MEND))


def test_what_was_written_before_one_that_cannot_be_made_is_in_the_journal(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    mended(office)
    real = outbox.answer

    def answer(desk: Any, work: Any, unit: Any, *rest: Any, **named: Any) -> Any:
        yield from real(desk, work, unit, *rest, **named)
        raise ArchiveDamagedError(office.root)

    monkeypatch.setattr(outbox, "answer", answer)
    with pytest.raises(ArchiveDamagedError):
        office.consolidate("2022-Q1")
    assert "như lúc ghi" in office.verify().text
    assert office.verify().code == 0


def test_reminders_of_the_day_stand_and_are_not_told_as_new(office: Office) -> None:
    assert "\n8 thư đã soạn.\n" in office.remind("2022-Q1").text
    before = files(office)
    again = office.remind("2022-Q1").text
    assert "8 thư của hôm nay giữ nguyên.\n" in again
    assert "\n0 thư đã soạn.\n" in again
    assert files(office) == before


def test_new_letters_are_told_apart_from_those_that_stand(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.arrives("1.xlsx", workbook("QLKH", "2022-Q1"))
    office.arrives("2.xlsx", workbook("TTRA", "2022-Q1"))
    assert office.consolidate("2022-Q1").line("Thư mới – ĐÃ NHẬN: TTRA, QLKH.")
    office.arrives("3.xlsx", workbook("KHTC", "2022-Q1"))
    told = office.consolidate("2022-Q1").line("Thư mới")
    assert told == "Thư mới – ĐÃ NHẬN: KHTC. 2 thư trước giữ nguyên."
    assert office.consolidate("2022-Q1").line("3 thư trước giữ nguyên.")
