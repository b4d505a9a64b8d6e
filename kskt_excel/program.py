"""Which program this is (bản chương trình): the version, and the files it consists of just now.

A file mended in place, a development checkout, a changed library are another program under the
same version number; what one has worked out, the other does not take over.
"""

import hashlib
import os
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from kskt_excel import __version__

_FOLDER = str(Path(__file__).parent)
_ENDINGS = (".py", ".toml")


@cache
def program_here() -> bytes:
    """Hash of the program as it stands on this machine: every file by its size and time.

    Takes a millisecond. It is another one where only the times differ.
    """
    digest = hashlib.sha256(f"{__version__}\0{sys.version}".encode())
    for told in (*file_stamps(_FOLDER), *_of_libraries()):
        digest.update(told)
    return digest.digest()


@cache
def program_anywhere() -> str:
    """Version and start of the hash of the program's text, alike on every machine that has it."""
    digest = hashlib.sha256()
    for path, _ in sorted(_files(_FOLDER)):
        digest.update(Path(path).read_bytes() + b"\0")
    return f"{__version__}+{digest.hexdigest()[:8]}"


def file_stamps(folder: str) -> list[bytes]:
    """Every file of the program's kind below a folder, with its size and time. Raises OSError."""
    told = ((path, entry.stat()) for path, entry in _files(folder))
    return sorted(f"{path}\0{one.st_size}\0{one.st_mtime_ns}\0".encode() for path, one in told)


def _files(folder: str) -> Iterator[tuple[str, os.DirEntry[str]]]:
    try:
        inside = list(os.scandir(folder))
    except FileNotFoundError:  # a program packed into one file has no folder
        return
    for one in inside:
        if one.name.endswith(_ENDINGS):
            yield one.path, one
        elif one.name != "__pycache__" and one.is_dir():
            yield from _files(one.path)


def _of_libraries() -> Iterator[bytes]:
    """The folders of libraries change when one is installed; a packed program has its own file."""
    folders = [path for path in sys.path if path.endswith("-packages")]
    packed = [sys.executable] if getattr(sys, "frozen", False) else []
    for path in (*folders, *packed):
        try:
            told = Path(path).stat()
        except OSError:
            continue
        yield f"{path}\0{told.st_mtime_ns}\0".encode()
