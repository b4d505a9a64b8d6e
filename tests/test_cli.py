"""The command line as a person and a script meet it."""

import subprocess
import sys
from pathlib import Path

import pytest

from kskt_excel import cli
from kskt_excel.cli import commands
from kskt_excel.cli.commands import ALIASES, kskt

_HEAVY = ("pandas", "openpyxl", "xlsxwriter", "python_calamine", "docx", "rich", "email")
_ENGLISH = ("Usage", "Options", "Show this", "Commands", "Error", "Missing", "Try ")


def run(*arguments: str, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    """The program started as it is from a shell."""
    start = [sys.executable, "-c", "from kskt_excel.cli import main; main()"]
    return subprocess.run(  # our own program
        [*start, *arguments], capture_output=True, text=True, check=False, cwd=folder, timeout=600
    )


def test_help_lists_every_command_under_both_names() -> None:
    shown = run("--help").stdout
    for alias, name in ALIASES.items():
        assert f"{name}, {alias}" in shown


@pytest.mark.parametrize("name", [*ALIASES, *ALIASES.values()])
def test_every_command_has_vietnamese_help_with_an_example(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert commands.run((name, "--help")) == 0
    shown = capsys.readouterr().out
    assert "Ví dụ: kskt " in shown
    assert not [word for word in _ENGLISH if word in shown]


def test_every_command_is_in_the_table_of_names() -> None:
    assert set(kskt.commands) == set(ALIASES.values())


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("consolidate",), "Thiếu tham số 'KỲ'"),
        (("tong-hop", "2022-Q1", "--pfd"), "Không có tùy chọn"),
        (("tong-hopp",), "Không có lệnh"),
        (("decide", "xoa", "--reason", "x"), "không có trong"),
        (("status", "--as-of", "mai"), "không phải ngày"),
    ],
)
def test_a_wrong_command_line_is_said_in_vietnamese(
    arguments: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert commands.run(arguments) == 2
    shown = capsys.readouterr().err
    assert said in shown
    assert not [word for word in _ENGLISH if word in shown]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("status", "2022-Q9"), "2022-Q1"),
        (("consolidate", "quý một"), "-Q1 đến -Q4"),
        (("issue", "2022-6T"), "2022-Q2"),
        (("consolidate", "2031-Q1"), "ke-hoach-2031.xlsx"),
        (("issue", "2022-Q1", "--unit", "XYZ"), "QLCNH"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_exit_2(
    arguments: tuple[str, ...],
    said: str,
    repository: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(repository)
    assert commands.run(arguments) == 2
    shown = capsys.readouterr().err
    assert said in shown
    assert "Traceback" not in shown


def test_outside_a_workspace_the_way_in_is_named(tmp_path: Path) -> None:
    done = run("status", folder=tmp_path)
    assert (done.returncode, "kskt init" in done.stderr) == (2, True)


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; sys.argv = ['kskt', '--help']\n"
        "from kskt_excel.cli import main\n"
        "try:\n    main()\n"
        "except SystemExit:\n    pass\n"
        f"print([name for name in {_HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run(  # our own program
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.endswith("[]\n")


def test_the_page_of_commands_is_what_the_program_shows(repository: Path) -> None:
    page = (repository / "docs" / "huong-dan" / "lenh.md").read_text(encoding="utf-8")
    sys.path.insert(0, str(repository / "tools"))
    import make_command_page

    assert page == make_command_page.page(), "run: python tools/make_command_page.py"


def test_a_program_in_one_file_serves_its_own_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    served: list[bool] = []
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr("kskt_excel.worker.pool.serve_if_worker", lambda: served.append(True))
    monkeypatch.setattr(commands, "main", lambda: served.append(False))
    cli.main()
    assert served == [True, False]
