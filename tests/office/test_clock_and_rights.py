"""A clock that goes back, and who may read what the office keeps."""

import datetime as dt
import os
import stat
from pathlib import Path

import pytest

from kskt_excel.ledger.journal import FileJournal, Note, Receipt
from kskt_excel.office import office
from tests.office.desk_of_tests import workbook
from tests.office.workspaces import workspace


def receive(folder: Path, day: dt.date) -> str:
    done = office.receive(folder, paths=(), imap=False, as_of=day, dry_run=False)
    return "\n".join(getattr(block, "text", "") for block in done.blocks)


def arrive(folder: Path, unit: str) -> None:
    path = folder / "workbooks" / "inbox" / f"{unit}.xlsx"
    path.write_bytes(workbook(unit, "2022-Q1"))


def test_an_hour_before_the_last_line_is_told_and_is_no_hour_of_receipt(tmp_path: Path) -> None:
    folder = workspace(tmp_path / "office")
    arrive(folder, "TTRA")
    assert "Đồng hồ" not in receive(folder, dt.date(2022, 3, 16))
    arrive(folder, "KHTC")
    for _ in range(2):
        assert "Đồng hồ" in receive(folder, dt.date(2022, 3, 10))
    lines = FileJournal(folder / "workbooks" / "journal.jsonl").lines()
    hours = [line.payload.received_at.date() for line in lines if isinstance(line.payload, Receipt)]
    assert hours == [dt.date(2022, 3, 16)] * 2
    notes = [line.payload.text for line in lines if isinstance(line.payload, Note)]
    assert [note[:7] for note in notes] == ["Đồng hồ"]


@pytest.mark.skipif(os.name == "nt", reason="rights of POSIX")
@pytest.mark.parametrize(("mask", "others"), [("", 0), ("022", 0o5)])
def test_state_is_for_the_owner_and_the_group(tmp_path: Path, mask: str, others: int) -> None:
    settings = f'[run]\numask = "{mask}"\n' if mask else ""
    folder = workspace(tmp_path / "office", settings=settings)
    arrive(folder, "TTRA")
    before = os.umask(0o022)
    try:
        office.consolidate(
            folder, "2022-Q1", strict=False, pdf=False, as_of=dt.date(2022, 3, 16), dry_run=False
        )
    finally:
        os.umask(before)
    made = [path for path in (folder / "workbooks").rglob("*") if "inbox" not in path.parts]
    assert len(made) > 8
    rights = {stat.S_IMODE(path.stat().st_mode) & 0o7 for path in made}
    assert max(rights) == others
