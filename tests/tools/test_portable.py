"""The folder for Windows: complete, importable by its file lists, started by its .bat files."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from kskt_excel.workspace import workspace_files
from tests.builders import ROOT
from tests.needs import needs
from tests.sample_files import tool

STAND_IN = '#!/bin/sh\necho "STAND-IN $@"\n'


@pytest.fixture(scope="module")
def portable() -> Any:
    return tool("make_portable")


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An embeddable Python with the names of a real one."""
    folder = tmp_path_factory.mktemp("embed")
    (folder / "python.exe").write_text(STAND_IN)
    (folder / "python.exe").chmod(0o755)
    (folder / "python313._pth").write_text("python313.zip\n.\n#import site\n")
    with zipfile.ZipFile(folder / "python313.zip", "w") as library:
        for name in sys.stdlib_module_names:
            library.writestr(f"{name}.pyc", b"")
    return folder


def wheel(folder: Path, name: str, files: dict[str, str], *needs_dist: str) -> Path:
    path = folder / f"{name}-1.0-py3-none-any.whl"
    metadata = f"Name: {name}\nVersion: 1.0\n" + "".join(
        f"Requires-Dist: {one}\n" for one in needs_dist
    )
    with zipfile.ZipFile(path, "w") as archive:
        for inside, text in files.items():
            archive.writestr(inside, text)
        archive.writestr(f"{name}-1.0.dist-info/METADATA", metadata)
    return path


def test_the_folder_is_complete_and_python_finds_its_packages(
    portable: Any, embedded: Path, tmp_path: Path
) -> None:
    python = portable.unpacked_python(str(embedded), tmp_path / "kskt-1.0-windows" / "python")
    package = {"kskt_excel/__init__.py": "import click\n", "kskt_excel/cli.py": "import os\n"}
    wheels = [
        wheel(tmp_path, "kskt_excel", package, "click"),
        wheel(tmp_path, "click", {"click/__init__.py": "", "click-1.0.data/scripts/x": "no"}),
    ]
    assert portable.lay_out(python, wheels, "1.0") == []
    top = tmp_path / "kskt-1.0-windows"
    names = {path.relative_to(top).as_posix() for path in top.rglob("*") if path.is_file()}
    assert {
        "KSTTHC.bat",
        "Kiểm tra tệp.bat",
        "kskt.bat",
        "ĐỌC TRƯỚC.txt",
        "python/python.exe",
        "python/Lib/site-packages/kskt_excel/cli.py",
        "python/Lib/site-packages/click/__init__.py",
    } <= names
    assert "import site" in (top / "python" / "python313._pth").read_text().splitlines()
    assert not [name for name in names if name.endswith("/x")]


def test_an_import_that_no_wheel_has_is_named(
    portable: Any, embedded: Path, tmp_path: Path
) -> None:
    python = portable.unpacked_python(str(embedded), tmp_path / "python")
    source = (
        "import os, numpy\n"
        "def lazily():\n    from lxml import etree\n"
        "try:\n    import resource_of_unix\nexcept ImportError:\n    pass\n"
    )
    wheels = [wheel(tmp_path, "kskt_excel", {"kskt_excel/__init__.py": source})]
    assert portable.lay_out(python, wheels, "1.0") == ["lxml", "numpy"]


def test_what_only_windows_needs_is_asked_for(
    portable: Any, embedded: Path, tmp_path: Path
) -> None:
    python = portable.EmbeddedPython.of(embedded)
    own = wheel(
        tmp_path, "kskt_excel", {}, "click", "keyring; extra == 'keyring'", "x; extra == 'dev'"
    )
    wheel(tmp_path, "click", {}, "colorama; platform_system == 'Windows'", "y; os_name == 'posix'")
    assert portable.missing_wheels(own, python, tmp_path) == ["colorama", "keyring"]


def test_the_same_folder_gives_the_same_zip(portable: Any, tmp_path: Path) -> None:
    folder = tmp_path / "kskt-1.0-windows"
    folder.mkdir()
    (folder / "Kiểm tra tệp.bat").write_text("x")
    for name in ("a.zip", "b.zip"):
        portable.pack(folder, tmp_path / name)
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert archive.namelist() == ["kskt-1.0-windows/Kiểm tra tệp.bat"]


def test_what_is_no_embeddable_python_is_refused(portable: Any, tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    with pytest.raises(portable.PortableError, match=r"python\.exe"):
        portable.unpacked_python(str(tmp_path / "x"), tmp_path / "y")


def run_bat(folder: Path, name: str, *arguments: str) -> str:
    """What a .bat file prints under wine's cmd."""
    wine = needs("wine", "wine64")
    done = subprocess.run(
        [str(wine), "cmd", "/c", name, *arguments],
        cwd=folder,
        env={**os.environ, "WINEDEBUG": "-all", "LC_ALL": "C.UTF-8"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        timeout=180,
    )
    return done.stdout.decode(errors="replace").replace("\r\n", "\n")


@pytest.fixture(scope="module")
def windows_folder(tmp_path_factory: pytest.TempPathFactory, embedded: Path) -> Path:
    """The .bat files of the folder over a stand-in for Python, and a workspace beside it."""
    top = tmp_path_factory.mktemp("windows") / "kskt-1.0-windows"
    (top / "python").mkdir(parents=True)
    (top / "python" / "python.exe").write_text(STAND_IN)
    (top / "python" / "python.exe").chmod(0o755)
    for file in (ROOT / "tools" / "windows").glob("*.bat"):
        (top / file.name).write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    for path, data in workspace_files(top.parent / "KSTTHC 2022"):
        if path.suffix == ".bat":
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(data)
    return top


def test_bat_files_of_the_folder_start_its_python(windows_folder: Path) -> None:
    assert "STAND-IN -X utf8 -m kskt_excel menu" in run_bat(windows_folder, "KSTTHC.bat")
    told = run_bat(windows_folder, "kskt.bat", "status", "2022-Q1")
    assert "STAND-IN -X utf8 -m kskt_excel status 2022-Q1" in told


def test_bat_files_of_a_workspace_find_the_folder_beside_it(windows_folder: Path) -> None:
    workspace = windows_folder.parent / "KSTTHC 2022"
    told = run_bat(workspace, "2-Tong-hop.bat", "nay")
    assert "STAND-IN -X utf8 -m kskt_excel menu tong-hop nay" in told
    assert "Press any key" not in told  # a scheduler never waits
    assert "Press any key" in run_bat(workspace, "3-Tinh-hinh.bat")


def test_bat_files_hold_plain_letters_and_windows_line_ends(windows_folder: Path) -> None:
    workspace = windows_folder.parent / "KSTTHC 2022"
    for path in workspace.glob("?-*.bat"):
        data = path.read_bytes()
        assert data.isascii()
        assert data.count(b"\n") == data.count(b"\r\n") > 5
        assert b'pushd "%~dp0"' in data  # a folder on the network has no letter
