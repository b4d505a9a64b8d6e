from pathlib import Path

import pytest

from kskt_excel.workspace import NoWorkspaceError, SettingsError, Workspace, read_settings


def _toml(folder: Path, text: str) -> Path:
    path = folder / "kskt.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_what_the_file_does_not_name_keeps_its_default(tmp_path: Path) -> None:
    settings = read_settings(_toml(tmp_path, "[run]\nprocesses = 3\n"))
    assert (settings.run.processes, settings.folders.inbox) == (3, "workbooks/inbox")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[fodlers]\n", "folders"),
        ('[mail]\nimap_hots = "x"\n', "imap_host"),
        ('[run]\nprocesses = "hai"\n', "run.processes"),
        ("[run]\nprocesses = true\n", "run.processes"),
        ("run = 3\n", "[run]"),
        ("[run\n", "dòng 1"),
    ],
)
def test_a_wrong_setting_is_named_with_what_to_write(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(SettingsError) as error:
        read_settings(_toml(tmp_path, text))
    assert said in str(error.value)


def test_the_workspace_is_found_from_a_folder_inside(tmp_path: Path) -> None:
    _toml(tmp_path, "")
    inside = tmp_path / "workbooks" / "inbox"
    inside.mkdir(parents=True)
    workspace = Workspace.find(inside)
    assert workspace.inbox == inside.resolve()
    assert workspace.shown(workspace.tracker_file(2022)) == "workbooks/tracker/theo-doi-2022.xlsx"


def test_a_folder_outside_any_workspace_is_said(tmp_path: Path) -> None:
    with pytest.raises(NoWorkspaceError) as error:
        Workspace.find(tmp_path)
    assert "kskt init" in str(error.value)
