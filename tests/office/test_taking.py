"""Many files on their way in: one pool of workers, the journal in the order in which they lie."""

from pathlib import Path

import pytest

from kskt_excel.office import inbox as inbox_module
from kskt_excel.office.desk import exclusive, open_desk
from kskt_excel.office.inbox import archive, inbox_stream, receive_all
from kskt_excel.worker import pool
from kskt_excel.worker.pool import Workers
from tests.office.workspaces import workspace

NAMES = [f"{number}.txt" for number in range(1, 8)]


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """The inbox of a workspace with some files in it, the sixth a copy of the second."""
    folder = workspace(tmp_path) / "workbooks" / "inbox"
    for name in NAMES:
        (folder / name).write_text(name.replace("6", "2") * 50, encoding="utf-8")
    return folder


@pytest.mark.parametrize("batch", [1, 3, 64])
def test_files_are_recorded_in_their_order_whatever_is_settled_at_once(
    inbox: Path, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    monkeypatch.setattr(inbox_module, "_BATCH", batch)
    pools: list[Workers] = []

    class Counted(Workers):
        def __init__(self, *args: object, **options: object) -> None:
            super().__init__(*args, **options)  # type: ignore[arg-type]  # as they come
            pools.append(self)

    monkeypatch.setattr(pool, "Workers", Counted)
    with exclusive(open_desk(inbox)) as desk:
        taken = receive_all(desk, inbox_stream(desk, (), imap=False), desk.latest_plan)
        assert [one.name for one in taken.receipts] == NAMES
        assert [one.name for one in desk.state.receipts] == NAMES
        stored = {(desk.workspace.archive / one.archived).is_file() for one in taken.receipts}
    assert stored == {True}
    assert len(pools) == 1  # of workers that stay; the copy is not read again


def test_what_was_settled_before_a_failure_stays(
    inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox_module, "_BATCH", 2)
    store_all, calls = archive.store_all, []

    def failing(*args: object) -> object:
        calls.append(args)
        if len(calls) > 1:
            raise OSError("the disk is full")
        return store_all(*args)  # type: ignore[arg-type]  # as they come

    monkeypatch.setattr(archive, "store_all", failing)
    with exclusive(open_desk(inbox)) as desk:
        with pytest.raises(OSError, match="full"):
            receive_all(desk, inbox_stream(desk, (), imap=False), desk.latest_plan)
        assert [one.name for one in desk.state.receipts] == NAMES[:2]
        monkeypatch.undo()
        again = receive_all(desk, inbox_stream(desk, (), imap=False), desk.latest_plan)
        assert [one.name for one in again.receipts] == NAMES[2:]
        assert again.known == 2
