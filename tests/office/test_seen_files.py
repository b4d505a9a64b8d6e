"""A file of the inbox that nobody has touched is not read again; every other one is."""

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kskt_excel.model.period import Period
from kskt_excel.office.desk import Desk, exclusive, open_desk
from kskt_excel.office.inbox import Received, inbox_stream, receive_all, would_take
from tests.office.workspaces import workspace

NAME = "note.txt"  # no workbook: taken in all the same, and quick to read


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """The inbox of a workspace with one old file in it."""
    folder = workspace(tmp_path) / "workbooks" / "inbox"
    _write(folder / NAME, "first")
    return folder


def _write(file: Path, text: str, *, seconds_ago: float = 60) -> None:
    file.write_text(text, encoding="utf-8")
    then = time.time() - seconds_ago
    os.utime(file, (then, then))


@contextmanager
def _desk(inbox: Path) -> Iterator[Desk]:
    with exclusive(open_desk(inbox)) as desk:
        yield desk


def _take(inbox: Path) -> tuple[Received, int]:
    """What was taken in, and how many files were passed over unread."""
    with _desk(inbox) as desk:
        coming = inbox_stream(desk, (), imap=False)
        taken = receive_all(desk, coming, desk.plan(2022), Period.parse("2022-Q1"))
        return taken, coming.unchanged


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """A change of rights or times counts as a change: the clock must have moved on since."""
    monkeypatch.setattr("kskt_excel.office.inbox._SETTLED_NS", 0)


def test_an_untouched_file_is_known_without_being_read(inbox: Path) -> None:
    first, passed_over = _take(inbox)
    assert (len(first.receipts), first.known, passed_over) == (1, 0, 0)
    again, passed_over = _take(inbox)
    assert (len(again.receipts), again.known, passed_over) == (0, 1, 1)


def test_other_bytes_of_the_same_length_and_time_are_read(inbox: Path) -> None:
    _take(inbox)
    times = (inbox / NAME).stat()
    (inbox / NAME).write_text("other", encoding="utf-8")
    os.utime(inbox / NAME, ns=(times.st_atime_ns, times.st_mtime_ns))
    taken, passed_over = _take(inbox)
    assert (len(taken.receipts), passed_over) == (1, 0)


def test_a_file_that_the_journal_has_lost_is_taken_in_again(inbox: Path) -> None:
    _take(inbox)
    (inbox.parent / "journal.jsonl").unlink()
    shutil.rmtree(inbox.parent / "archive")  # what it holds would tell that the journal is gone
    taken, passed_over = _take(inbox)
    assert (len(taken.receipts), passed_over) == (1, 0)


def test_a_file_saved_only_just_now_is_read_once_more(
    inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kskt_excel.office.inbox._SETTLED_NS", 10**12)
    _take(inbox)
    taken, passed_over = _take(inbox)
    assert (len(taken.receipts), taken.known, passed_over) == (0, 1, 0)


def test_who_only_looks_leaves_nothing_behind(inbox: Path) -> None:
    desk = open_desk(inbox)
    outcome = would_take(desk, inbox_stream(desk, (), imap=False))
    assert outcome.json["files"] == [NAME]
    assert not desk.workspace.cache.exists()
