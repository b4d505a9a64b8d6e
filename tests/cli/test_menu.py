"""The menu behind the .bat files: what is dropped, what is asked, what is run."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from kskt_excel.cli import menu
from kskt_excel.cli.menu import DROPPED, Menu, dropped
from tests.office.workspaces import workspace

CMD = r"C:\WINDOWS\system32\cmd.exe /c "


class Program:
    """Stands for the program: remembers what was run."""

    def __init__(self, code: int = 0) -> None:
        self.calls: list[Sequence[str]] = []
        self.code = code

    def __call__(self, arguments: Sequence[str]) -> int:
        self.calls.append(tuple(arguments))
        return self.code


def answers(monkeypatch: pytest.MonkeyPatch, *texts: str) -> None:
    left = list(texts)

    def answer(_: str) -> str:
        if not left:
            raise EOFError
        return left.pop(0)

    monkeypatch.setattr("builtins.input", answer)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(menu.click, "get_app_dir", lambda _: str(tmp_path / "app"))
    monkeypatch.setattr(menu.click, "launch", lambda _: 0)


@pytest.mark.parametrize(
    "names", [("a.xlsx",), ("x&y.xlsx",), ("có dấu cách.xlsx", "b(1).xlsx", "c&d!.xlsx")]
)
def test_dropped_files_keep_the_signs_of_their_names(tmp_path: Path, names: Sequence[str]) -> None:
    files = [tmp_path / name for name in names]
    for file in files:
        file.touch()
    quoted = " ".join(f'"{one}"' if " " in str(one) else str(one) for one in files)
    line = f'{CMD}""C:\\kskt\\Kiểm tra tệp.bat" {quoted}"'
    assert dropped({DROPPED: line}, ["cut off"]) == tuple(files)


def test_without_a_drop_the_arguments_count(tmp_path: Path) -> None:
    given = [str(tmp_path / "a.xlsx")]
    assert dropped({}, given) == (tmp_path / "a.xlsx",)
    assert dropped({DROPPED: r'"C:\WINDOWS\system32\cmd.exe"'}, given) == (tmp_path / "a.xlsx",)


def test_a_step_for_a_scheduler_asks_nothing(tmp_path: Path) -> None:
    program = Program()
    made = Menu(program, lambda _: "2022-Q2")
    folder = workspace(tmp_path / "w")
    assert made.start(folder, "tong-hop", ["nay"]) == 0
    assert made.start(folder, "tinh-hinh", ["2022-Q1"]) == 0
    assert program.calls == [
        ("-C", str(folder), "consolidate", "2022-Q2"),
        ("-C", str(folder), "status", "2022-Q1"),
    ]


def test_the_exit_code_of_a_step_is_handed_on(tmp_path: Path) -> None:
    made = Menu(Program(code=2), lambda _: "2022-Q2")
    assert made.start(workspace(tmp_path / "w"), "tong-hop", ["nay"]) == 2


def test_the_menu_opens_a_workspace_and_does_its_steps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = workspace(tmp_path / "KSTTHC 2022")
    program = Program()
    answers(monkeypatch, "2", "7", f'"{folder}"', "3", "9", "")
    assert Menu(program, lambda _: "2022-Q1").start(tmp_path, None, ()) == 0
    assert program.calls == [("-C", str(folder), "status", "2022-Q1")]
    said = capsys.readouterr().out
    assert "Đề nghị mở (7) hoặc tạo (5) nơi làm việc trước." in said
    assert "Không có việc số 9." in said
    answers(monkeypatch, "3", "")
    Menu(program, lambda _: "2022-Q1").start(tmp_path, None, ())  # it is remembered
    assert program.calls[-1] == ("-C", str(folder), "status", "2022-Q1")


def test_checked_files_have_their_copies_beside_them(tmp_path: Path) -> None:
    file = tmp_path / "BC.xlsx"
    program = Program(code=1)
    assert Menu(program, lambda _: "").start(tmp_path, "kiem-tra", [str(file)]) == 1
    assert program.calls == [
        ("check", str(file), "--marked", str(tmp_path / "DA-KIEM-TRA")),
    ]


def test_nothing_dropped_is_told_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert Menu(Program(), lambda _: "").start(tmp_path, "kiem-tra", []) == 0
    assert "thả lên tệp này" in capsys.readouterr().out
