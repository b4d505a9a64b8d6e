from pathlib import Path

import pytest

from kskt_excel.model.period import Period
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
        ('[folders]\ninbox = "C:\\Users\\vp\\inbox"\n', '"C:/Users/vp/inbox"'),
        ('[folders]\ninbox = "E:\\bao-cao\\thu-den"\n', '"E:/bao-cao/thu-den"'),
        ('[folders]\ninbox = "D:\\new\\thu"\n', '"D:/new/thu"'),
        ('[folders]\ninbox = "\\\\may\\thu"\n', '"//may/thu"'),
        ('[journal]\nfile = "D:\\data\\so.jsonl"\n', "dòng 2"),
        ("[run]\nprocesses = -1\n", "từ 0 trở lên"),
        ('[folders]\ninbox = " "\n', "folders.inbox để trống"),
        ("[run]\nprocesses = 1\nprocesses = 2\n", "dòng 3: lặp lại"),
        ("[run]\n[mail]\n[run]\n", "dòng 3: lặp lại"),
        ('[mail]\npassword = "x"\n', "Mật khẩu không ghi ở đây"),
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
    assert (
        workspace.shown(workspace.tracker_file(Period.quarter(2022, 1)))
        == "workbooks/tracker/theo-doi-2022.xlsx"
    )


def test_a_folder_outside_any_workspace_is_said(tmp_path: Path) -> None:
    with pytest.raises(NoWorkspaceError) as error:
        Workspace.find(tmp_path)
    assert "kskt init" in str(error.value)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_marks_that_notepad_leaves_are_no_content(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "kskt.toml"
    path.write_bytes('[folders]\ninbox = "thư đến"\n'.encode(encoding))
    assert read_settings(path).folders.inbox == "thư đến"


def test_a_file_in_another_encoding_is_told(tmp_path: Path) -> None:
    path = tmp_path / "kskt.toml"
    path.write_bytes(b'[folders]\ninbox = "th\xfe"\n')
    with pytest.raises(SettingsError, match=r"dòng 2: tệp không lưu theo UTF-8"):
        read_settings(path)


def test_paths_with_doubled_backslashes_or_in_single_quotes_are_taken(tmp_path: Path) -> None:
    text = "[folders]\ninbox = 'C:\\Users\\vp'\narchive = \"D:\\\\luu\"\n"
    folders = read_settings(_toml(tmp_path, text)).folders
    assert (folders.inbox, folders.archive) == (r"C:\Users\vp", r"D:\luu")


def test_every_wrong_setting_is_said_at_once(tmp_path: Path) -> None:
    text = "[run]\nproceses = 2\n[folders]\ninbox = 3\n[pdf]\nseconds = 0\n"
    with pytest.raises(SettingsError) as error:
        read_settings(_toml(tmp_path, text))
    said = str(error.value).splitlines()[1:]
    assert [line.strip().partition(":")[0] for line in said] == ["dòng 2", "dòng 4", "dòng 6"]
