"""Originals as they came, byte for byte, under their SHA-256, written once."""

import contextlib
import datetime as dt
import hashlib
import os
import re
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

from kskt_excel.ledger.safe_files import write_many
from kskt_excel.model.calendar import in_vietnam
from kskt_excel.model.errors import KsktError
from kskt_excel.model.nouns import dataclass

HASH_LENGTH = 64  # signs of SHA-256 in hexadecimal
UNKNOWN_PERIOD = "chua-ro-ky"
_NAME = re.compile(r"([0-9a-f]{64})((?:\.[a-z0-9]{1,8})?)")
# What else stands behind a dot is no kind of file, and may be no name on some disk.
_SUFFIX = re.compile(r"\.[a-z0-9]{1,8}")
_OWN = frozenset({"journal.tip", "so-phu.jsonl"})  # what the ledger notes beside the originals
_READ_ONLY = stat.S_IREAD | stat.S_IRGRP | stat.S_IROTH


class ArchiveDamagedError(KsktError):
    """An archived original whose bytes are no longer those received."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"Tệp lưu {path} không còn đúng như khi nhận."
            " Đề nghị không sửa tệp trong thư mục archive; chép lại tệp này từ bản sao lưu."
        )


class NotArchivedError(KsktError):
    """An original that is not in the archive."""

    def __init__(self, folder: Path, sha256: str) -> None:
        super().__init__(
            f"Thư mục {folder} thiếu tệp đã nhận {sha256[:12]}…"
            " Đề nghị chép lại thư mục archive từ bản sao lưu."
        )


@dataclass(frozen=True, slots=True)
class Original:
    """A file as it came (bản gốc), with the hash of its bytes and the quarter it came for."""

    period_id: str  # "" where it names none
    data: bytes
    suffix: str
    sha256: str


@dataclass(frozen=True, slots=True)
class ArchiveFault:
    """A file of the archive that is not what it should be."""

    path: Path
    what: str  # "changed", "foreign"


def store_all(folder: Path, originals: Sequence[Original]) -> tuple[Path, ...]:
    """Where originals now stand, in their order; nothing is written for what stood there already.

    A file that stands there with other bytes is damage and is put right. A suffix that is not
    plain (``.xlsx``) is left out. The disk waits once. Raises WriteFailedError, FileLockedError.
    """
    found: list[Path] = []
    missing: dict[Path, bytes] = {}
    for one in originals:
        path = folder / place(one)
        found.append(path)
        if not _holds(path, one.sha256):
            with contextlib.suppress(OSError):  # Windows replaces no read-only file
                path.chmod(stat.S_IREAD | stat.S_IWRITE)
            missing[path] = one.data
    write_many(list(missing.items()))
    for path in found:
        with contextlib.suppress(OSError):  # some shares keep no rights
            path.chmod(path.stat().st_mode & _READ_ONLY)  # of those who may read it
    return tuple(found)


def place(one: Original) -> Path:
    """Where an original belongs inside the archive."""
    plain = one.suffix.lower() if _SUFFIX.fullmatch(one.suffix.lower()) else ""
    return Path(one.period_id or UNKNOWN_PERIOD) / f"{one.sha256}{plain}"


def hour_of(path: Path) -> dt.datetime:
    """When an original was stored, by the clock of its disk."""
    return in_vietnam(dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC))


def load_original(folder: Path, sha256: str, *, archived: str = "") -> bytes:
    """The original with this hash, verified.

    ``archived`` says where to look first: ``2022-Q1/<hash>.xlsx``, with or without folders before.

    Raises NotArchivedError, ArchiveDamagedError.
    """
    damaged = None
    for path in places(folder, sha256, archived):
        try:
            data = path.read_bytes()
        except OSError:
            continue
        if hashlib.sha256(data).hexdigest() == sha256:
            return data
        damaged = path
    if damaged:
        raise ArchiveDamagedError(damaged)
    raise NotArchivedError(folder, sha256)


def verify_archive(folder: Path) -> Iterator[ArchiveFault]:
    """Every file of the archive that was changed or does not belong there, in order of path."""
    for path in sorted(file for file in folder.glob("**/*") if file.is_file()):
        named = _NAME.fullmatch(path.name)
        if path.parent == folder and path.name in _OWN:
            continue
        if not named or path.parent.parent != folder:
            yield ArchiveFault(path, "foreign")
        elif not _holds(path, named[1]):
            yield ArchiveFault(path, "changed")


def originals(folder: Path) -> tuple[Path, ...]:
    """Every file of the archive that is named by its hash, in order of path."""
    return tuple(path for path in sorted(folder.glob("*/*")) if _NAME.fullmatch(path.name))


def hashes(folder: Path) -> frozenset[str]:
    """The hash of every original in the archive, by its name alone."""
    return frozenset(
        found[1]
        for period in _entries(folder)
        if period.is_dir()
        for file in _entries(Path(period.path))
        if (found := _NAME.fullmatch(file.name))
    )


def _entries(folder: Path) -> tuple[os.DirEntry[str], ...]:
    try:
        with os.scandir(folder) as found:
            return tuple(found)
    except OSError:
        return ()


def places(folder: Path, sha256: str, archived: str = "") -> Iterator[Path]:
    """Where an original may stand: first where its receipt says, then wherever its name is."""
    if archived:
        yield folder.joinpath(*Path(archived).parts[-2:])
    yield from sorted(folder.glob(f"*/{sha256}*"))


def _holds(path: Path, sha256: str) -> bool:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest() == sha256
    except OSError:
        return False
