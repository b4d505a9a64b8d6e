"""Completion in a shell: commands by both names, periods, units."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.office.workspaces import workspace

_START = "from kskt_excel.cli import main; main()"


def completed(folder: Path, *words: str) -> set[str]:
    """What bash would offer for the last word."""
    done = subprocess.run(
        [sys.executable, "-c", _START],
        cwd=folder,
        env={
            **os.environ,
            "_KSKT_COMPLETE": "bash_complete",
            "COMP_WORDS": " ".join(("kskt", *words)),
            "COMP_CWORD": str(len(words)),
        },
        capture_output=True,
        check=False,
        encoding="utf-8",
        timeout=120,
    )
    return {line.partition(",")[2] for line in done.stdout.splitlines() if line}


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (("con",), {"consolidate", "convert"}),
        (("ph",), {"phat-bieu", "phan-tich"}),
        (("consolidate", "2022-Q"), {"2022-Q1", "2022-Q2", "2022-Q3", "2022-Q4"}),
        (("tinh-hinh", "2022-6"), {"2022-6T"}),
        (("diff", "qlcn"), {"QLCN", "QLCNH"}),
        (("issue", "2022-Q1", "--unit", "TT"), {"TTRA", "TTPT"}),
    ],
)
def test_what_is_offered(tmp_path: Path, words: tuple[str, ...], offered: set[str]) -> None:
    assert completed(workspace(tmp_path / "w"), *words) == offered


def test_outside_a_workspace_nothing_is_offered_and_nothing_fails(tmp_path: Path) -> None:
    assert completed(tmp_path, "consolidate", "20") == set()


def test_bash_takes_the_script(tmp_path: Path) -> None:
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("no bash on this machine")
    script = subprocess.run(
        [sys.executable, "-c", _START],
        env={**os.environ, "_KSKT_COMPLETE": "bash_source"},
        capture_output=True,
        check=True,
        encoding="utf-8",
    ).stdout
    told = subprocess.run(
        [bash, "-c", f"{script}\ncomplete -p kskt"], capture_output=True, check=True, text=True
    )
    assert "_kskt_completion" in told.stdout
