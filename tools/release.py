"""Everything of a release in one folder: wheel, source, .pyz, Windows folder, SBOM, checksums.

python tools/release.py [--out dist] [--embed-python PATH-OR-ADDRESS] [--no-audit] [--lock]

Run it in an environment with the extras «dev» and «release». The version stands in
``kskt_excel/__init__.py``; CHANGELOG.md must have a dated heading for it and the work tree must be
clean. The tag is made by hand afterwards, as the last line says. ``--lock`` only writes the tested
versions of all dependencies into requirements-tested.txt, from a new environment.
"""

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).parents[1]
LOCK = ROOT / "requirements-tested.txt"
EXTRAS = "cluster,crypto,keyring,msg,parquet,server"
_VERSION = re.compile(r'__version__ = "(\d+\.\d+\.\d+[^"]*)"')
_LOCK_HEAD = """\
# Versions that this release was tested with, from a new environment with every extra:
# pip install "kskt-excel[{extras}]" -c requirements-tested.txt
# Written by: python tools/release.py --lock
"""


class ReleaseError(Exception):
    """Why there is no release."""


def version() -> str:
    """The version in the package. Raises ReleaseError."""
    found = _VERSION.search((ROOT / "kskt_excel" / "__init__.py").read_text(encoding="utf-8"))
    if not found:
        raise ReleaseError("kskt_excel/__init__.py names no version")
    return found[1]


def check_changes(number: str, changes: str) -> None:
    """Raises ReleaseError unless the change log has a dated heading for the version."""
    if not re.search(rf"^## {re.escape(number)} – \d\d/\d\d/\d{{4}}$", changes, re.MULTILINE):
        raise ReleaseError(f"CHANGELOG.md has no heading «## {number} – dd/mm/yyyy»")


def check_tree() -> None:
    """Raises ReleaseError when something is not committed."""
    if changed := _told("git", "status", "--porcelain"):
        raise ReleaseError(f"not committed:\n{changed}")


def wheel_and_source(out: Path) -> Path:
    """The wheel; the source archive beside it."""
    _run(sys.executable, "-m", "build", "--quiet", "--outdir", str(out), str(ROOT))
    return next(out.glob("kskt_excel-*.whl"))


def one_file(wheel: Path, out: Path, number: str) -> Path:
    """The .pyz: one file for machines of this kind that have this Python and nothing else."""
    tag = f"cp{sys.version_info.major}{sys.version_info.minor}-{sys.platform}"
    target = out / f"kskt-{number}-{tag}.pyz"
    _run(
        *(sys.executable, "-m", "shiv.cli", "--quiet", "--reproducible", "--no-modify"),
        *("--console-script", "kskt", "--output-file", str(target)),
        f"{wheel}[crypto,msg]",
    )
    return target


def clean_environment(folder: Path, wheel: Path) -> Path:
    """A new environment with the wheel and every extra; gives back its Python."""
    venv.create(folder, with_pip=True)
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    constraints = ("-c", str(LOCK)) if LOCK.exists() else ()
    _run(str(python), "-m", "pip", "install", "-q", f"{wheel}[{EXTRAS}]", *constraints)
    return python


def frozen(python: Path) -> str:
    """Everything installed there with its version, the package itself left out."""
    lines = _told(str(python), "-m", "pip", "freeze", "--exclude", "kskt-excel").splitlines()
    return "".join(f"{line}\n" for line in sorted(lines, key=str.casefold) if "@" not in line)


def bill_of_materials(python: Path, out: Path, number: str) -> Path:
    """What the release is made of (SBOM), as CycloneDX."""
    target = out / f"kskt-{number}.cdx.json"
    _run(
        *(sys.executable, "-m", "cyclonedx_py", "environment", "--output-reproducible"),
        *("--pyproject", str(ROOT / "pyproject.toml"), "--output-file", str(target), str(python)),
    )
    return target


def audit(python: Path) -> None:
    """Raises ReleaseError when a dependency has a known weakness."""
    with tempfile.TemporaryDirectory() as temporary:
        listed = Path(temporary, "frozen.txt")
        listed.write_text(frozen(python), encoding="utf-8")
        _run(
            *(sys.executable, "-m", "pip_audit", "--no-deps", "--disable-pip", "--strict"),
            *("--requirement", str(listed)),
        )


def checksums(out: Path) -> Path:
    """SHA256SUMS over every file of the release."""
    target = out / "SHA256SUMS"
    files = sorted(path for path in out.iterdir() if path.is_file() and path != target)
    lines = (f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in files)
    target.write_text("".join(lines), encoding="utf-8")
    return target


def release(out: Path, embed_python: str, *, audits: bool) -> None:
    """Every file of the release. Raises ReleaseError."""
    number = version()
    check_changes(number, (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))
    check_tree()
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    wheel = wheel_and_source(out)
    one_file(wheel, out, number)
    if embed_python:
        tool = ROOT / "tools" / "make_portable.py"
        source = ("--python", embed_python, "--wheel", str(wheel), "--out", str(out))
        _run(sys.executable, str(tool), *source)
    with tempfile.TemporaryDirectory(prefix="kskt-release-") as temporary:
        python = clean_environment(Path(temporary), wheel)
        bill_of_materials(python, out, number)
        if audits:
            audit(python)
    checksums(out)
    for path in sorted(out.iterdir()):
        print(path)
    print(f"Then: git tag -a v{number} -m 'kskt_excel {number}' && git push origin v{number}")


def lock() -> None:
    """Writes the tested versions."""
    LOCK.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(prefix="kskt-lock-") as temporary:
        work = Path(temporary)
        wheel = wheel_and_source(work / "dist")
        python = clean_environment(work / "env", wheel)
        text = _LOCK_HEAD.replace("{extras}", EXTRAS) + frozen(python)
    LOCK.write_text(text, encoding="utf-8")


def _run(*command: str) -> None:
    try:
        subprocess.run(command, check=True)
    except subprocess.CalledProcessError as error:
        raise ReleaseError(f"{' '.join(command)} ended with {error.returncode}") from error


def _told(*command: str) -> str:
    return subprocess.run(
        command, check=True, cwd=ROOT, capture_output=True, encoding="utf-8"
    ).stdout.strip()


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "dist")
    parser.add_argument(
        "--embed-python", default="", help="for the Windows folder; see make_portable"
    )
    parser.add_argument("--no-audit", action="store_true", help="on a machine without the network")
    parser.add_argument("--lock", action="store_true", help="only write requirements-tested.txt")
    options = parser.parse_args()
    try:
        if options.lock:
            lock()
        else:
            release(options.out, options.embed_python, audits=not options.no_audit)
    except ReleaseError as error:
        sys.exit(f"release: {error}")


if __name__ == "__main__":
    main()
