"""A tracker that nobody has written in is not read again; one that somebody has is."""

import datetime as dt
import hashlib
from pathlib import Path

from kskt_excel.excel.tracker.handwriting import Handwriting
from kskt_excel.model.calendar import VIETNAM
from kskt_excel.office.desk import Desk
from kskt_excel.office.publication import handwriting_on_tracker, remember
from kskt_excel.workspace import Settings, Workspace

MADE = b"a tracker as the program made it"


def _desk(folder: Path) -> Desk:
    return Desk(Workspace(folder, Settings()), dt.datetime(2022, 3, 15, tzinfo=VIETNAM), "Bình")


def _tracker(folder: Path, data: bytes) -> Path:
    path = folder / "theo-doi-2022.xlsx"
    path.write_bytes(data)
    return path


def test_a_tracker_made_without_handwriting_is_not_opened_while_it_stays_as_it_is(
    tmp_path: Path,
) -> None:
    desk, path = _desk(tmp_path), _tracker(tmp_path, MADE)
    assert not handwriting_on_tracker(desk, path, 2022).replaceable  # these bytes are no workbook
    remember(desk, hashlib.sha256(MADE).hexdigest(), Handwriting())
    found = handwriting_on_tracker(desk, path, 2022)
    assert found.replaceable
    assert found.blocks == {}


def test_a_tracker_that_was_saved_by_somebody_is_read(tmp_path: Path) -> None:
    desk = _desk(tmp_path)
    remember(desk, hashlib.sha256(MADE).hexdigest(), Handwriting())
    path = _tracker(tmp_path, MADE + b" and saved in Excel")
    assert not handwriting_on_tracker(desk, path, 2022).replaceable


def test_a_tracker_with_handwriting_in_it_is_always_read(tmp_path: Path) -> None:
    desk, path = _desk(tmp_path), _tracker(tmp_path, MADE)
    remember(desk, hashlib.sha256(MADE).hexdigest(), Handwriting(replaceable=False))
    assert not handwriting_on_tracker(desk, path, 2022).replaceable


def test_there_is_no_handwriting_before_the_first_tracker(tmp_path: Path) -> None:
    assert (
        handwriting_on_tracker(_desk(tmp_path), tmp_path / "theo-doi-2022.xlsx", 2022)
        == Handwriting()
    )
