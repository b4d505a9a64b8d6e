"""Builds kskt-<version>-windows.zip: a folder that runs on any Windows PC, nothing to install.

python tools/make_portable.py --python python-3.13.2-embed-amd64.zip [--wheel W] [--out dist]

``--python`` is the embeddable Python of python.org for 64-bit Windows: a .zip, a folder, or an
address to fetch the .zip from. The Windows wheels of everything that the program needs are fetched
by pip; the package itself is built from this folder unless a wheel is given.
"""

import argparse
import ast
import os
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.request
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from email.parser import HeaderParser
from pathlib import Path, PurePosixPath

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
WINDOWS_FILES = ROOT / "tools" / "windows"
EXTRAS = ("crypto", "keyring", "msg", "parquet", "server", "windows")
_PTH = re.compile(r"python(\d)(\d+)\._pth")
_NOT_FOR_A_PC = {"PyInstaller", "distributed"}  # the packer's hook; work over many machines
_BUILT_IN = (  # into python3xx.dll, beside those of every system (PC/config.c of CPython)
    *("_winapi", "array", "binascii", "cmath", "faulthandler", "itertools", "math", "mmap"),
    *("msvcrt", "nt", "winreg", "zlib"),
)
_MOMENT = (1980, 1, 1, 0, 0, 0)
_PLATFORM = "win_amd64"
_SITE_PACKAGES = PurePosixPath("Lib", "site-packages")


class PortableError(Exception):
    """The folder cannot be built, and why."""


@dataclass(frozen=True)
class EmbeddedPython:
    """An embeddable Python unpacked into a folder."""

    folder: Path
    major: int
    minor: int

    @classmethod
    def of(cls, folder: Path) -> "EmbeddedPython":
        """The Python in a folder. Raises PortableError when it is none."""
        found = next((m for f in folder.glob("*._pth") if (m := _PTH.fullmatch(f.name))), None)
        if found is None or not (folder / "python.exe").is_file():
            raise PortableError(f"{folder}: no python.exe with pythonXY._pth in it")
        return cls(folder, int(found[1]), int(found[2]))

    @property
    def version(self) -> str:
        """``3.13``."""
        return f"{self.major}.{self.minor}"

    @property
    def library(self) -> Path:
        """The .zip with the standard library."""
        return self.folder / f"python{self.major}{self.minor}.zip"

    def open_site_packages(self) -> None:
        """Tells Python to look into Lib/site-packages; an embeddable one looks nowhere else."""
        pth = self.folder / f"python{self.major}{self.minor}._pth"
        lines = (self.library.name, ".", "Lib\\site-packages", "import site")
        pth.write_bytes("".join(f"{line}\r\n" for line in lines).encode())

    def modules(self) -> frozenset[str]:
        """Top-level modules of its standard library."""
        with zipfile.ZipFile(self.library) as library:
            names = {PurePosixPath(name).parts[0].split(".")[0] for name in library.namelist()}
        names.update(path.name.split(".")[0] for path in self.folder.glob("*.pyd"))
        return frozenset((*names, *_BUILT_IN, *sys.builtin_module_names)) - {"posix", "pwd"}


def unpacked_python(source: str, folder: Path) -> EmbeddedPython:
    """The embeddable Python of a .zip, a folder or an address, copied into ``folder``."""
    if source.startswith(("https://", "http://")):
        archive = folder.with_suffix(".zip")
        urllib.request.urlretrieve(source, archive)  # noqa: S310  # the two schemes just asked for
        source = str(archive)
    path = Path(source)
    if path.is_dir():
        shutil.copytree(path, folder)
    elif zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive_file:
            archive_file.extractall(folder)
    else:
        raise PortableError(f"{source}: neither a folder nor a .zip")
    inner = [one for one in folder.iterdir() if one.is_dir()]
    if not (folder / "python.exe").exists() and len(inner) == 1:  # packed with its folder
        for one in inner[0].iterdir():
            one.rename(folder / one.name)
        inner[0].rmdir()
    return EmbeddedPython.of(folder)


def marker_environment(python: EmbeddedPython, extra: str = "") -> dict[str, str]:
    """What markers of requirements ask, answered as 64-bit Windows does."""
    return {
        "extra": extra,
        "implementation_name": "cpython",
        "implementation_version": f"{python.version}.0",
        "os_name": "nt",
        "platform_machine": "AMD64",
        "platform_python_implementation": "CPython",
        "platform_release": "10",
        "platform_system": "Windows",
        "platform_version": "10.0",
        "python_full_version": f"{python.version}.0",
        "python_version": python.version,
        "sys_platform": "win32",
    }


def built_wheel(folder: Path) -> Path:
    """The package's own wheel, built from this repository."""
    _pip("wheel", "--no-deps", "--wheel-dir", str(folder), str(ROOT))
    return next(folder.glob("kskt_excel-*.whl"))


def fetch_wheels(wheel: Path, python: EmbeddedPython, folder: Path) -> tuple[Path, ...]:
    """Windows wheels of everything that the package needs, the package's own first.

    pip answers markers as the machine that it runs on, so what only Windows needs is looked for in
    the wheels themselves until nothing is missing.
    """
    shutil.copyfile(wheel, folder / wheel.name)
    wanted = [str(one) for one in _needs(wheel, EXTRAS, python)]
    while wanted:
        _pip(
            *("download", "--dest", str(folder), "--only-binary=:all:", "--platform", _PLATFORM),
            *("--implementation", "cp", "--python-version", python.version, *wanted),
        )
        wanted = missing_wheels(wheel, python, folder)
    others = sorted(one for one in folder.glob("*.whl") if one.name != wheel.name)
    return (folder / wheel.name, *others)


def missing_wheels(wheel: Path, python: EmbeddedPython, folder: Path) -> list[str]:
    """Requirements on Windows that no wheel of the folder meets, sorted."""
    wheels = {_wheel_name(one): one for one in folder.glob("*.whl")}
    asked: set[tuple[str, frozenset[str]]] = set()
    waiting = [(_wheel_name(wheel), frozenset(EXTRAS))]
    missing: set[str] = set()
    while waiting:
        one = waiting.pop()
        if one in asked:
            continue
        asked.add(one)
        for need in _needs(wheels[one[0]], one[1], python):
            name = canonicalize_name(need.name)
            if name in wheels:
                waiting.append((name, frozenset(need.extras)))
            else:
                missing.add(str(need))
    return sorted(missing)


def install(wheels: Iterable[Path], site_packages: Path) -> None:
    """Wheels unpacked as an installer does it: code and data, no scripts."""
    site_packages.mkdir(parents=True, exist_ok=True)
    for wheel in wheels:
        with zipfile.ZipFile(wheel) as archive:
            for name in archive.namelist():
                target = _target(PurePosixPath(name), site_packages)
                if target is None or name.endswith("/"):
                    continue
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(archive.read(name))


def missing_imports(package: Path, python: EmbeddedPython) -> list[str]:
    """Modules that the package imports anywhere and the folder does not have, sorted.

    Imports inside a ``try`` that catches ImportError are the program's own business.
    """
    site_packages = package.parent
    known = python.modules() | {one.name.split(".")[0] for one in site_packages.iterdir()}
    for pth in site_packages.glob("*.pth"):
        for line in pth.read_text(encoding="utf-8").splitlines():
            if (folder := site_packages / line).is_dir() and line:
                known |= {one.name.split(".")[0] for one in folder.iterdir()}
    wanted: set[str] = set()
    for source in package.rglob("*.py"):
        wanted.update(_imports(ast.parse(source.read_bytes())))
    return sorted(wanted - known - _NOT_FOR_A_PC)


def lay_out(python: EmbeddedPython, wheels: Sequence[Path], version: str) -> list[str]:
    """Fills Python's folder and the one above it; gives back what is missing, best nothing."""
    site_packages = python.folder / _SITE_PACKAGES
    install(wheels, site_packages)
    python.open_site_packages()
    top = python.folder.parent
    for file in sorted(WINDOWS_FILES.iterdir()):
        text = file.read_text(encoding="utf-8").replace("{version}", version)
        crlf = text.replace("\r\n", "\n").replace("\n", "\r\n")
        mark = "\ufeff" if file.suffix == ".txt" else ""
        (top / file.name).write_bytes((mark + crlf).encode())
    return missing_imports(site_packages / "kskt_excel", python)


def pack(folder: Path, target: Path) -> None:
    """The folder as a .zip under its own name; same content, same bytes."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(one for one in folder.rglob("*") if one.is_file()):
            name = f"{folder.name}/{path.relative_to(folder).as_posix()}"
            info = zipfile.ZipInfo(name, _MOMENT)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, path.read_bytes())


def build(source: str, out: Path, wheel: Path | None = None) -> Path:
    """The .zip, built in a folder of the moment. Raises PortableError."""
    with tempfile.TemporaryDirectory(prefix="kskt-portable-") as temporary:
        work = Path(temporary)
        made = wheel or built_wheel(work)
        version = made.name.split("-")[1]
        top = work / f"kskt-{version}-windows"
        top.mkdir()
        python = unpacked_python(source, top / "python")
        (work / "wheels").mkdir()
        wheels = fetch_wheels(made, python, work / "wheels")
        if missing := lay_out(python, wheels, version):
            raise PortableError(f"not in the folder: {', '.join(missing)}")
        target = out / f"{top.name}.zip"
        pack(top, target)
    return target


def _pip(*arguments: str) -> None:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q", *arguments]
    done = subprocess.run(command, check=False, env={**os.environ, "PIP_NO_INPUT": "1"})
    if done.returncode:
        raise PortableError(f"pip {arguments[0]} ended with {done.returncode}")


def _wheel_name(wheel: Path) -> str:
    return canonicalize_name(wheel.name.split("-")[0])


def _needs(wheel: Path, extras: Iterable[str], python: EmbeddedPython) -> Iterator[Requirement]:
    """Requirements of a wheel that hold on Windows with these extras."""
    with zipfile.ZipFile(wheel) as archive:
        name = next(n for n in archive.namelist() if n.endswith(".dist-info/METADATA"))
        metadata = HeaderParser().parsestr(archive.read(name).decode())
    for text in metadata.get_all("Requires-Dist", []):
        need = Requirement(text)
        answers = (marker_environment(python, extra) for extra in ("", *extras))
        if need.marker is None or any(need.marker.evaluate(one) for one in answers):
            need.marker = None
            yield need


def _target(name: PurePosixPath, site_packages: Path) -> Path | None:
    """Where a member of a wheel goes; None for scripts, headers and manuals."""
    first = name.parts[0]
    if not first.endswith(".data"):
        return site_packages / name
    if name.parts[1] in ("purelib", "platlib"):
        return site_packages.joinpath(*name.parts[2:])
    return None


def _imports(tree: ast.AST) -> Iterator[str]:
    """Top-level names of absolute imports, those that the code can do without left out."""
    if isinstance(tree, ast.Try) and any(_catches_import_error(one) for one in tree.handlers):
        children: Iterable[ast.AST] = (*tree.orelse, *tree.finalbody)
    else:
        children = ast.iter_child_nodes(tree)
    if isinstance(tree, ast.Import):
        yield from (alias.name.split(".")[0] for alias in tree.names)
    elif isinstance(tree, ast.ImportFrom) and tree.module and not tree.level:
        yield tree.module.split(".")[0]
    for child in children:
        yield from _imports(child)


def _catches_import_error(handler: ast.ExceptHandler) -> bool:
    names = ast.dump(handler.type) if handler.type else ""
    return "ImportError" in names or "ModuleNotFoundError" in names


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", required=True, help="embeddable Python: .zip, folder, address")
    parser.add_argument("--wheel", type=Path, help="the package's wheel; built when left out")
    parser.add_argument("--out", type=Path, default=ROOT / "dist")
    options = parser.parse_args()
    try:
        print(build(options.python, options.out, options.wheel))
    except PortableError as error:
        sys.exit(f"make_portable: {error}")


if __name__ == "__main__":
    main()
