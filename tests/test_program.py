"""Another program is told from this one, also under the same version number."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kskt_excel.ledger import cache
from kskt_excel.ledger.cache import Cache
from kskt_excel.program import file_stamps

ASK = (
    "from kskt_excel.program import program_here as a, program_anywhere as b; print(a().hex(), b())"
)


def installed(folder: Path) -> Path:
    """A program of one module, beside its own copy of what tells it."""
    package = folder / "kskt_excel"
    (package / "messages").mkdir(parents=True)
    source = Path(__file__).parents[1] / "kskt_excel" / "program.py"
    (package / "__init__.py").write_text('__version__ = "1"\n')
    (package / "program.py").write_bytes(source.read_bytes())
    (package / "messages" / "tep.toml").write_text("told = 1\n")
    return package


def asked(package: Path) -> list[str]:
    command = [sys.executable, "-B", "-c", ASK]
    done = subprocess.run(command, cwd=package.parent, capture_output=True, check=True, text=True)
    return done.stdout.split()


def test_a_file_mended_in_place_makes_another_program(tmp_path: Path) -> None:
    package = installed(tmp_path)
    here, anywhere = asked(package)
    assert asked(package) == [here, anywhere]
    rules = package / "messages" / "tep.toml"
    rules.write_text("told = 2\n")  # as long as before
    os.utime(rules, ns=(0, 0))
    other, other_text = asked(package)
    assert other != here
    assert other_text != anywhere


def test_the_same_text_at_another_hour_is_the_same_program_on_a_cluster(tmp_path: Path) -> None:
    package = installed(tmp_path)
    here, anywhere = asked(package)
    os.utime(package / "__init__.py", ns=(0, 0))
    other, same = asked(package)
    assert other != here
    assert same == anywhere


def test_a_program_without_a_folder_has_no_files(tmp_path: Path) -> None:
    assert file_stamps(str(tmp_path / "packed")) == []


def test_what_another_program_has_kept_is_not_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Cache(tmp_path) as kept:
        kept.put("file", "plan", b"verdict")
    with Cache(tmp_path) as kept:
        assert kept.get("file", "plan") == b"verdict"
    monkeypatch.setattr(cache, "program_here", lambda: b"another")
    with Cache(tmp_path) as kept:
        assert kept.get("file", "plan") is None
