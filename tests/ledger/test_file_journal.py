"""The journal file loses no line and believes no changed one."""

import datetime as dt
import errno
import os
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kskt_excel.ledger import safe_files
from kskt_excel.ledger.journal import (
    FileJournal,
    JournalDamagedError,
    JournalNewerError,
    Note,
    Outputs,
    Recheck,
    Sent,
    VersionInForce,
)
from kskt_excel.model.finding import Finding, Severity
from kskt_excel.model.submission import Decision, DecisionKind, Verdict
from tests.ledger.cases import NOON, at, receipt, sha

PAYLOADS = (
    receipt("a", sender="hoa@thainguyen.gov.vn", references=("<1@x>", "<2@x>"), part=1, parts=2),
    receipt("b", 3, findings=(Finding("mail.unsafe_name", Severity.INFO, None, {"name": "ô"}),)),
    Recheck(sha("a"), Verdict.RETURNED, "VP", "2022-Q1", errors=2),
    VersionInForce("VP", "2022-Q1", 1, sha("a"), "Lần gửi duy nhất"),
    Decision(0, DecisionKind.WAIVE, "", NOON, "Mất điện", rule="V06a.1", expires_on=dt.date.max),
    Outputs("2022-Q1", "consolidate", {"tracker/theo-doi-2022.xlsx": sha("x")}, NOON),
    Sent("reply", "VP", "2022-Q1", ("a@b.vn",), "Trả lời", "<3@x>"),
    Note("Chuyển máy “VP-03”\u2028 sang ổ D:\\ mới"),
)


def journal_of(path: Path, count: int) -> bytes:
    journal = FileJournal(path)
    journal.append(*(receipt(f"tệp {n}", n) for n in range(count)), by="An", at=NOON)
    return path.read_bytes()


def test_every_kind_of_line_reads_as_it_was_written(tmp_path: Path) -> None:
    journal = FileJournal(tmp_path / "journal.jsonl")
    written = journal.append(*PAYLOADS, by="Nguyễn Thị Hoa", at=NOON)
    again = FileJournal(tmp_path / "journal.jsonl").lines()
    assert again == written == journal.lines()
    assert [line.seq for line in again] == list(range(1, 9))
    assert [line.kind for line in again] == [
        "receipt", "receipt", "verdict", "version", "decision", "outputs", "sent", "note",
    ]  # fmt: skip
    plain = [line.payload for line in again if not isinstance(line.payload, Decision)]
    assert plain == [payload for payload in PAYLOADS if not isinstance(payload, Decision)]
    decision = again[4].payload
    assert (decision.id, decision.by, decision.at) == (5, "Nguyễn Thị Hoa", NOON)


def test_no_file_is_an_empty_journal_and_reading_makes_none(tmp_path: Path) -> None:
    journal = FileJournal(tmp_path / "journal.jsonl")
    assert journal.lines() == ()
    assert list(tmp_path.iterdir()) == []


def test_a_moment_without_a_zone_is_the_offices_own(tmp_path: Path) -> None:
    naive = dt.datetime(2022, 3, 15, 12, 0)
    utc = dt.datetime(2022, 3, 15, 5, 0, tzinfo=dt.UTC)
    assert receipt("a", received_at=naive) == receipt("a", received_at=utc)


def test_the_same_lines_make_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        FileJournal(tmp_path / name).append(*PAYLOADS, by="An", at=NOON)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_cut_anywhere_every_complete_line_is_recovered(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    FileJournal(path).append(Note("một"), Note("hai"), Note("ba"), by="An", at=NOON)
    whole = path.read_bytes()
    lines = FileJournal(path).lines()
    for cut in range(len(whole) + 1):
        path.write_bytes(whole[:cut])
        journal = FileJournal(path)
        ends = whole[:cut].count(b"\n") + (whole[cut : cut + 1] == b"\n")
        assert journal.lines() == lines[:ends], cut
        is_torn = cut > 0 and whole[cut - 1 : cut] != b"\n" and whole[cut : cut + 1] != b"\n"
        assert [f.code for f in journal.findings] == ["ledger.torn_line"] * is_torn, cut


@pytest.mark.parametrize("lost", [1, 2, 40, 200])
def test_after_a_torn_line_appending_goes_on(tmp_path: Path, lost: int) -> None:
    path = tmp_path / "journal.jsonl"
    whole = journal_of(path, 3)
    path.write_bytes(whole[:-lost])
    kept = 3 if lost == 1 else 2
    FileJournal(path).append(Note("tiếp"), by="An", at=NOON)
    lines = FileJournal(path).lines()
    assert [line.seq for line in lines] == list(range(1, kept + 2))
    assert lines[-1].payload == Note("tiếp")


def test_a_reader_that_saw_the_line_without_its_end_reads_on(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    path.write_bytes(journal_of(path, 2)[:-1])
    reader = FileJournal(path)
    assert len(reader.lines()) == 2
    FileJournal(path).append(Note("tiếp"), by="An", at=NOON)
    assert len(reader.lines()) == 3


def test_every_flipped_bit_is_found_at_its_line(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    whole = journal_of(path, 50)
    draw = random.Random(2022)
    places = [*draw.sample(range(len(whole)), 250)]
    places += [i for i, byte in enumerate(whole) if byte == ord("\n")]
    for place in places:
        damaged = bytearray(whole)
        damaged[place] ^= 1 << draw.randrange(8)
        path.write_bytes(damaged)
        with pytest.raises(JournalDamagedError) as found:
            FileJournal(path).lines()
        assert found.value.line == whole[:place].count(b"\n") + 1, place


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (lambda rows: rows[1:], 1),
        (lambda rows: rows[:2] + rows[3:], 3),
        (lambda rows: [rows[1], rows[0], *rows[2:]], 1),
        (lambda rows: [*rows, rows[-1]], 6),
        (lambda rows: [*rows, b"{}"], 6),
        (lambda rows: [*rows, b"\xff\xfe"], 6),
    ],
)
def test_lines_taken_out_moved_or_put_in_are_found(
    tmp_path: Path, change: Callable[[list[bytes]], list[bytes]], line: int
) -> None:
    path = tmp_path / "journal.jsonl"
    rows = journal_of(path, 5).splitlines()
    path.write_bytes(b"".join(row + b"\n" for row in change(rows)))
    with pytest.raises(JournalDamagedError, match=rf"hỏng ở dòng {line}:.*bản sao lưu") as found:
        FileJournal(path).lines()
    assert found.value.line == line


def test_a_damaged_journal_takes_no_line(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    before = journal_of(path, 3).replace("tệp 1".encode(), b"tep 1 ")
    path.write_bytes(before)
    with pytest.raises(JournalDamagedError):
        FileJournal(path).append(Note("x"), by="An", at=NOON)
    assert path.read_bytes() == before


def test_lines_of_a_newer_program_are_not_guessed_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "journal.jsonl"
    with monkeypatch.context() as newer:
        newer.setattr("kskt_excel.ledger.journal._packed", lambda _: {"colour": "đỏ"})
        with pytest.raises(JournalNewerError, match="dòng số 1 loại “note”"):
            FileJournal(path).append(Note("x"), by="An", at=NOON)


@pytest.mark.parametrize(
    ("code", "words"), [(errno.ENOSPC, "ổ đĩa đã đầy"), (errno.EACCES, "không có quyền ghi")]
)
def test_a_disk_that_fails_half_way_leaves_the_lines_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, words: str
) -> None:
    path = tmp_path / "journal.jsonl"
    before = journal_of(path, 2)
    real, calls = os.write, []

    def fill_up(descriptor: int, data: bytes) -> int:
        calls.append(len(data))
        if len(calls) > 1:
            raise OSError(code, os.strerror(code))
        return real(descriptor, bytes(data[:20]))

    journal = FileJournal(path)
    with monkeypatch.context() as patched:
        patched.setattr(safe_files.os, "write", fill_up)
        with pytest.raises(safe_files.WriteFailedError, match=words):
            journal.append(receipt("c"), by="An", at=NOON)
    assert path.read_bytes() == before
    journal.append(receipt("c"), by="An", at=NOON)
    assert len(FileJournal(path).lines()) == 3


APPENDING = """
import sys, datetime as dt
from pathlib import Path
from kskt_excel.ledger.journal import FileJournal
from kskt_excel.ledger.journal import Note
from kskt_excel.model.calendar import VIETNAM
journal = FileJournal(Path(sys.argv[1]))
for n in range(40):
    journal.append(Note(f"{sys.argv[2]} {n}"), by=sys.argv[2], at=dt.datetime.now(VIETNAM))
"""


def test_two_programs_appending_lose_no_line(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    programs = [
        subprocess.Popen([sys.executable, "-c", APPENDING, str(path), name]) for name in "AB"
    ]
    assert [program.wait(60) for program in programs] == [0, 0]
    texts = [line.payload.text for line in FileJournal(path).lines()]
    assert sorted(texts) == sorted(f"{name} {n}" for name in "AB" for n in range(40))
    for name in "AB":
        assert [t for t in texts if t[0] == name] == [f"{name} {n}" for n in range(40)]


KILLED = """
import os, sys
from pathlib import Path
from kskt_excel.ledger.journal import FileJournal
from kskt_excel.ledger.journal import Note
from tests.ledger.cases import NOON
path, point, count = Path(sys.argv[1]), int(sys.argv[2]), 0

def around(name):
    real = getattr(os, name)
    def called(*args, **words):
        global count
        for moment in ("before", "after"):
            count += 1
            if count == point:
                os._exit(137)
            if moment == "before":
                result = real(*args, **words)
        return result
    setattr(os, name, called)

journal = FileJournal(path)
journal.lines()
write = os.write
os.write = lambda fd, data: write(fd, bytes(data[:200]))
for name in ("open", "lseek", "write", "fsync", "ftruncate", "close"):
    around(name)
journal.append(Note("c"), Note("d"), by="An", at=NOON)
"""


def test_killed_at_any_point_only_whole_lines_remain_and_the_next_run_finishes(
    tmp_path: Path,
) -> None:
    path = tmp_path / "journal.jsonl"
    journal_of(path, 2)
    FileJournal(path).append(Note("c"), Note("d"), by="An", at=NOON)
    done = path.read_bytes()
    lengths = set()
    for point in range(1, 80):
        start = b"".join(done.splitlines(keepends=True)[:2])
        path.write_bytes(start if point % 2 else start + b'{"hash":"torn')
        run = subprocess.run(
            [sys.executable, "-c", KILLED, str(path), str(point)], capture_output=True, check=False
        )
        if run.returncode == 0:
            break
        assert run.returncode == 137, run.stderr
        journal = FileJournal(path)
        have = journal.lines()
        lengths.add(len(have))
        journal.append(*(Note(n) for n in "cd"[len(have) - 2 :]), by="An", at=at(0))
        assert path.read_bytes() == done, point
    assert run.returncode == 0, "the points never ended"
    assert point > 15
    assert lengths == {2, 3, 4}
