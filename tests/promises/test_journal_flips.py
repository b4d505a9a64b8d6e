"""P12: whatever byte of the journal is changed, it is seen; nothing is read as if it were sound."""

import datetime as dt
from io import RawIOBase
from pathlib import Path

import pytest

from kskt_excel.ledger.journal import FileJournal, JournalDamagedError, JournalLine, Note
from kskt_excel.model.errors import KsktError

_LINES = 50
_CHANGES = (0x01, 0x20, 0xFF)  # one bit, the case of a letter, all bits
_AT = dt.datetime(2022, 3, 18, 8, tzinfo=dt.timezone(dt.timedelta(hours=7)))


@pytest.fixture(scope="module")
def journal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("journal") / "journal.jsonl"
    for number in range(_LINES):
        FileJournal(path).append(Note(f"Việc {number}"), by="Hoa", at=_AT)
    return path


def read(path: Path) -> tuple[tuple[JournalLine, ...], bool]:
    """The lines, and whether something was said of an unfinished one. Raises KsktError."""
    journal = FileJournal(path)
    return journal.lines(), bool(journal.findings)


def test_a_sound_journal_gives_its_lines_and_says_nothing(journal: Path) -> None:
    lines, said = read(journal)
    assert (len(lines), said) == (_LINES, False)


def is_seen(path: Path) -> bool:
    """Whether a journal with a change is refused; the end of its last line may be dropped."""
    try:
        lines, said = read(path)
    except KsktError:
        return True
    return said and len(lines) == _LINES - 1


def put(file: RawIOBase, at: int, byte: int) -> None:
    file.seek(at)
    file.write(bytes([byte]))


def test_a_changed_byte_is_seen(journal: Path, tmp_path: Path) -> None:
    sound = journal.read_bytes()
    copy = tmp_path / "journal.jsonl"
    quiet = []
    copy.write_bytes(sound)
    with copy.open("r+b", buffering=0) as file:
        for at, byte in enumerate(sound):
            put(file, at, byte ^ _CHANGES[at % len(_CHANGES)])
            if not is_seen(copy):
                quiet.append(at)
            put(file, at, byte)
    assert quiet == []


def test_a_line_taken_out_or_put_elsewhere_is_seen(journal: Path, tmp_path: Path) -> None:
    rows = journal.read_bytes().splitlines(keepends=True)
    copy = tmp_path / "journal.jsonl"
    for at in range(_LINES - 1):
        for changed in (
            [*rows[:at], *rows[at + 1 :]],
            [*rows[:at], rows[at + 1], rows[at], *rows[at + 2 :]],
            [*rows[: at + 1], *rows[at:]],
        ):
            copy.write_bytes(b"".join(changed))
            with pytest.raises(JournalDamagedError):
                read(copy)
