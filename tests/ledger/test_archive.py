"""Originals stay byte for byte what was received."""

import hashlib
import os
from pathlib import Path

import pytest

from kskt_excel.ledger import archive
from tests.ledger.originals import store

DATA = b"PK\x03\x04 a workbook"
SHA = hashlib.sha256(DATA).hexdigest()


def test_an_original_stands_under_its_period_and_hash_and_cannot_be_written(tmp_path: Path) -> None:
    sha256, path = store(tmp_path, "2022-Q1", DATA, ".XLSX")
    assert sha256 == SHA
    assert path == tmp_path / "2022-Q1" / f"{SHA}.xlsx"
    assert path.read_bytes() == DATA
    assert path.stat().st_mode & 0o222 == 0


@pytest.mark.parametrize("suffix", ["", ".../../x", ".xlsx/..", ". xlsx", ".a\x00b", ".đuôi"])
def test_a_suffix_that_is_not_plain_is_left_out(tmp_path: Path, suffix: str) -> None:
    _, path = store(tmp_path, "", DATA, suffix)
    assert path == tmp_path / "chua-ro-ky" / SHA


def test_storing_again_writes_nothing(tmp_path: Path) -> None:
    _, path = store(tmp_path, "2022-Q1", DATA, ".xlsx")
    before = path.stat()
    store(tmp_path, "2022-Q1", DATA, ".xlsx")
    after = path.stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_many_originals_are_stored_in_one_pass_and_each_once(tmp_path: Path) -> None:
    told = [("2022-Q1", b"one", ".xlsx"), ("2022-Q1", b"two", ".xls"), ("", b"one", ".xlsx")]
    batch = [archive.Original(*one, hashlib.sha256(one[1]).hexdigest()) for one in told]
    stored = archive.store_all(tmp_path, [*batch, batch[0]])
    assert [path.read_bytes() for path in stored] == [b"one", b"two", b"one", b"one"]
    assert stored[3] == stored[0]
    inside = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert sorted(inside) == sorted(set(stored))


def test_an_original_that_was_spoilt_is_put_right_when_it_is_received_again(tmp_path: Path) -> None:
    _, path = store(tmp_path, "2022-Q1", DATA, ".xlsx")
    path.chmod(0o600)
    path.write_bytes(b"spoilt")
    with pytest.raises(archive.ArchiveDamagedError, match="bản sao lưu"):
        archive.load_original(tmp_path, SHA)
    store(tmp_path, "2022-Q1", DATA, ".xlsx")
    assert archive.load_original(tmp_path, SHA) == DATA


@pytest.mark.parametrize(
    "archived", ["", f"2022-Q1/{SHA}.xlsx", f"workbooks/archive/2022-Q1/{SHA}.xlsx", "x/gone.xlsx"]
)
def test_an_original_is_found_by_its_hash(tmp_path: Path, archived: str) -> None:
    store(tmp_path, "2022-Q1", DATA, ".xlsx")
    assert archive.load_original(tmp_path, SHA, archived=archived) == DATA


def test_one_good_copy_of_two_is_enough(tmp_path: Path) -> None:
    for period in ("2022-Q1", ""):
        _, path = store(tmp_path, period, DATA, ".xlsx")
    path.chmod(0o600)
    path.write_bytes(b"spoilt")
    assert archive.load_original(tmp_path, SHA) == DATA


def test_an_original_that_is_gone_is_named(tmp_path: Path) -> None:
    with pytest.raises(archive.NotArchivedError, match=SHA[:12]):
        archive.load_original(tmp_path, SHA)


def test_changed_and_foreign_files_are_found(tmp_path: Path) -> None:
    store(tmp_path, "2022-Q1", DATA, ".xlsx")
    _, spoilt = store(tmp_path, "2022-Q2", b"other", ".xls")
    spoilt.chmod(0o600)
    spoilt.write_bytes(b"spoilt")
    foreign = [tmp_path / "ghi chú.txt", tmp_path / "2022-Q1" / "bản sao.xlsx"]
    for path in foreign:
        path.write_bytes(b"x")
    assert {(fault.path, fault.what) for fault in archive.verify_archive(tmp_path)} == {
        (spoilt, "changed"),
        *((path, "foreign") for path in foreign),
    }


def test_a_killed_store_leaves_nothing_that_is_taken_for_an_original(tmp_path: Path) -> None:
    half = tmp_path / "2022-Q1" / ".kskt-00.tmp"
    half.parent.mkdir()
    half.write_bytes(DATA[:5])
    os.utime(half, (0, 0))
    assert archive.originals(tmp_path) == ()
    store(tmp_path, "2022-Q1", DATA, ".xlsx")
    assert list(archive.verify_archive(tmp_path)) == []
