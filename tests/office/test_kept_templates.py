"""Plan and forms are read once; what is kept can neither lie nor run anything."""

import pickle
import shutil
from pathlib import Path

import pytest

from kskt_excel.ledger.cache import Cache
from kskt_excel.model.packed_templates import Templates, pack_templates, unpack_templates
from kskt_excel.office.desk import Desk, exclusive, open_desk, read_templates, templates_key
from kskt_excel.workspace import Workspace

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(REPOSITORY / "templates", tmp_path / "templates")
    (tmp_path / "kskt.toml").write_text("")
    (tmp_path / "workbooks" / "inbox").mkdir(parents=True)
    return tmp_path


def kept(folder: Path) -> Desk:
    """A desk whose run has kept what it read."""
    desk = open_desk(folder)
    assert desk.plan(2022)
    with exclusive(desk):
        pass
    return desk


def key(folder: Path) -> str:
    return templates_key(Workspace.find(folder), 2022)


def test_the_next_run_has_the_same_templates_and_parses_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = kept(folder)
    monkeypatch.setattr("kskt_excel.definitions.read_definitions", None)
    monkeypatch.setattr("kskt_excel.excel.plan.plan_reader.read_plan", None)
    again = open_desk(folder)
    assert again.latest_plan == first.latest_plan
    assert again.forms == first.forms
    assert again.regimes == first.regimes
    assert again.context_key(again.latest_plan) == first.context_key(first.latest_plan)


@pytest.mark.parametrize("changed", ["ke-hoach-2022.xlsx", "bieu-mau", "che-do"])
def test_a_changed_file_is_read_anew(folder: Path, changed: str) -> None:
    kept(folder)
    before = key(folder)
    path = folder / "templates" / changed
    file = next(iter(sorted(path.glob("*.toml")))) if path.is_dir() else path
    file.write_bytes(file.read_bytes() + b"\n")
    assert key(folder) != before
    assert read_templates(Workspace.find(folder), key(folder)) is None


def test_a_mere_look_writes_nothing(folder: Path) -> None:
    desk = open_desk(folder)
    assert desk.plan(2022)
    assert not (folder / ".kskt").exists()


def test_a_desk_that_doubts_reads_for_itself(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept(folder)
    monkeypatch.setattr("kskt_excel.model.packed_templates.unpack_templates", None)
    assert open_desk(folder).doubting().plan(2022)


class Planted:
    def __reduce__(self) -> tuple[object, ...]:
        return print, ("run",)


@pytest.mark.parametrize(
    "packed",
    [
        b"",
        b"junk",
        pickle.dumps(Planted()),
        pickle.dumps((Planted(), 1, 2)),
        pickle.dumps(("plan", "forms", "regimes")),
    ],
)
def test_what_others_put_there_is_passed_over(
    folder: Path, packed: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    assert unpack_templates(packed) is None
    with Cache(Workspace.find(folder).cache) as cache:
        cache.put(key(folder), "templates", packed)
    assert open_desk(folder).plan(2022).year == 2022
    assert capsys.readouterr().out == ""


def test_only_fields_are_kept(folder: Path) -> None:
    desk = open_desk(folder)
    fresh = Templates(desk.plan(2022), desk.forms, desk.regimes)
    packed = pack_templates(fresh)
    assert fresh.plan.unit_by_code
    assert fresh.forms.sheet_by_id
    assert pack_templates(fresh) == packed
    assert unpack_templates(packed) == fresh
