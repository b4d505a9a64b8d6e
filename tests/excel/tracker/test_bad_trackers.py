import hashlib
import io
import zipfile
from pathlib import Path

import pytest

from kskt_excel.excel.book_writer import patched
from kskt_excel.excel.tracker import tracker, tracker_reader
from kskt_excel.excel.tracker.handwriting import Handwriting
from tests.excel.tracker import edits, samples

DATA = samples.built
NEW = "theo-doi-2022 (bản mới).xlsx"


def newer(name: str, content: bytes) -> bytes:
    return content.replace(b"kskt-theo-doi/1:", b"kskt-theo-doi/9:")


def last_year(name: str, content: bytes) -> bytes:
    return content.replace(b";year=2022", b";year=2021")


def without_marks(name: str, content: bytes) -> bytes:
    return content.replace(b"kskt-theo-doi/1:", b"").replace(b"_id/", b"")


BAD = [
    ("tracker.damaged", lambda data: data[:3000]),
    ("tracker.damaged", lambda data: b"PK\x03\x04 rubbish"),
    ("tracker.damaged", lambda data: b""),
    ("tracker.damaged", lambda data: b"<html>khong phai</html>"),
    ("tracker.old_format", lambda data: b"\xd0\xcf\x11\xe0" + bytes(600)),
    ("tracker.newer", lambda data: patched(data, newer)),
    ("tracker.other_year", lambda data: patched(data, last_year)),
    ("tracker.not_a_tracker", lambda data: patched(data, without_marks)),
]


@pytest.mark.parametrize(("code", "damage"), BAD)
def test_a_tracker_that_cannot_be_understood_is_never_overwritten(
    tmp_path: Path, code: str, damage: object
) -> None:
    data = damage(DATA())  # type: ignore[operator]
    path = edits.write(tmp_path, data)
    found = tracker_reader.read_handwriting(path, year=2022)
    assert [one.code for one in found.findings] == [code]
    saved = tracker.save_tracker(
        path, edits.new(tmp_path, DATA()), tmp_path / "luu", handwriting=found, now=samples.CREATED
    )
    assert (saved.path.name, [one.code for one in saved.findings]) == (
        NEW,
        ["tracker.kept_beside"],
    )
    assert path.read_bytes() == data
    assert zipfile.is_zipfile(saved.path)


def test_a_part_missing_from_the_package_is_damage(tmp_path: Path) -> None:
    path = tmp_path / edits.NAME
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("xl/workbook.xml", "<workbook/>")
    assert [one.code for one in tracker_reader.read_handwriting(path).findings] == [
        "tracker.damaged"
    ]


def test_no_tracker_yet_is_no_handwriting(tmp_path: Path) -> None:
    assert (
        tracker_reader.read_handwriting(tmp_path / "theo-doi-2022.xlsx", year=2022) == Handwriting()
    )


def small_package(number: int) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        package.writestr(zipfile.ZipInfo("lần"), str(number))  # without the hour of the clock
    return target.getvalue()


def test_the_old_tracker_is_kept_and_ten_copies_stay(tmp_path: Path) -> None:
    path, kept = tmp_path / edits.NAME, tmp_path / "luu"
    for number in range(13):
        data = path.read_bytes() if path.exists() else b""
        found = Handwriting(sha256=hashlib.sha256(data).hexdigest())
        now = samples.CREATED.replace(minute=number)
        saved = tracker.save_tracker(
            path, edits.new(tmp_path, small_package(number)), kept, handwriting=found, now=now
        )
        assert saved.path == path
    copies = sorted(file.name for file in kept.iterdir())
    assert len(copies) == 10
    assert copies[-1] == "theo-doi-2022 2022-06-20 081200.xlsx"
    assert (kept / copies[-1]).read_bytes() == small_package(11)


def test_the_same_tracker_is_left_alone(tmp_path: Path) -> None:
    path = edits.write(tmp_path, DATA())
    found = tracker_reader.read_handwriting(path)
    saved = tracker.save_tracker(
        path, edits.new(tmp_path, DATA()), tmp_path / "luu", handwriting=found, now=samples.CREATED
    )
    assert (saved.path, saved.kept, saved.findings) == (path, None, ())
    assert not (tmp_path / "luu").exists()


@pytest.mark.parametrize("sign", ["~$theo-doi-2022.xlsx", ".~lock.theo-doi-2022.xlsx#"])
def test_a_tracker_that_someone_has_open_is_written_beside(tmp_path: Path, sign: str) -> None:
    path = edits.write(tmp_path, edits.saved_by_a_person())
    (tmp_path / sign).write_bytes(b"")
    found = tracker_reader.read_handwriting(path)
    saved = tracker.save_tracker(
        path, edits.new(tmp_path, DATA()), tmp_path / "luu", handwriting=found, now=samples.CREATED
    )
    assert (saved.path.name, [one.code for one in saved.findings]) == (NEW, ["tracker.in_use"])


def test_what_was_saved_while_the_program_ran_is_not_overwritten(tmp_path: Path) -> None:
    path = edits.write(tmp_path, edits.saved_by_a_person())
    found = tracker_reader.read_handwriting(path)
    later = edits.saved_by_a_person("vừa ghi")
    path.write_bytes(later)
    saved = tracker.save_tracker(
        path, edits.new(tmp_path, DATA()), tmp_path / "luu", handwriting=found, now=samples.CREATED
    )
    assert [one.code for one in saved.findings] == ["tracker.changed_meanwhile"]
    assert path.read_bytes() == later


def test_a_tracker_as_the_program_wrote_it_holds_nothing_by_hand() -> None:
    assert edits.read(DATA()).is_nothing
    assert not edits.read(edits.saved_by_a_person("vừa ghi")).is_nothing
