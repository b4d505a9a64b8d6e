"""The new tracker in the place of the old one; whatever stood there is kept."""

import contextlib
import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Final

from kskt_excel.excel.handwriting.nouns import Handwriting
from kskt_excel.excel.tracker.splice import is_whole
from kskt_excel.excel.writing import DamagedOutputError
from kskt_excel.ledger.atomic import write_whole
from kskt_excel.messages import finding
from kskt_excel.model.finding import Finding

KEPT: Final = 10
_NOTHING: Final[Mapping[str, int]] = MappingProxyType({})
_SIGNS_OF_USE: Final = ("~${name}", ".~lock.{name}#")


@dataclass(frozen=True)
class Saved:
    """Where the new tracker stands, where the old one went, and what is to be said."""

    path: Path
    kept: Path | None = None
    findings: tuple[Finding, ...] = field(default=())


def save(
    path: Path,
    data: bytes,
    archive_folder: Path,
    *,
    handwriting: Handwriting,
    now: dt.datetime,
    proven: Mapping[str, int] = _NOTHING,
) -> Saved:
    """Puts the new tracker at ``path``; the old one goes to ``archive_folder``, the last 10 stay.

    It is opened once more before; of parts that are ``proven`` the packed bytes are compared.
    It goes beside instead, and says so, when the old one is open, must not be replaced, or was
    changed since ``handwriting`` was read from it. Raises DamagedOutputError, WriteFailedError, and
    FileLockedError when Windows refuses the swap (the new one is then beside as well).
    """
    old = _bytes(path)
    if old == data:
        return Saved(path)
    reason = _reason(path, old, handwriting)
    if reason:
        beside = _beside(path)
        _write(beside, data, proven)
        return Saved(beside, None, (finding(reason, file=path.name, beside=beside.name),))
    kept = _keep(path, old, archive_folder, now) if old else None
    _write(path, data, proven)
    return Saved(path, kept)


def _write(path: Path, data: bytes, proven: Mapping[str, int]) -> None:
    if not is_whole(data, proven):
        raise DamagedOutputError(path)
    write_whole(path, data)


def _reason(path: Path, old: bytes | None, handwriting: Handwriting) -> str:
    """Code of the sentence that says why the old tracker stays; "" when it can go."""
    if old is None:
        return ""
    if not handwriting.replaceable:
        return "tracker.kept_beside"
    if hashlib.sha256(old).hexdigest() != handwriting.sha256:
        return "tracker.changed_meanwhile"
    if any((path.parent / sign.format(name=path.name)).exists() for sign in _SIGNS_OF_USE):
        return "tracker.in_use"
    return ""


def _bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except PermissionError:  # open in Excel on Windows
        return b""


def _beside(path: Path) -> Path:
    """A free name beside: ``theo-doi-2022 (bản mới).xlsx``, then numbered."""
    number, mark = 1, "bản mới"
    while (candidate := path.with_name(f"{path.stem} ({mark}){path.suffix}")).exists():
        number += 1
        mark = f"bản mới {number}"
    return candidate


def _keep(path: Path, old: bytes, folder: Path, now: dt.datetime) -> Path:
    """Copies the old tracker away; copies beyond the last 10 are removed, oldest first."""
    stem = f"{path.stem} {now:%Y-%m-%d %H%M%S}"
    kept, number = folder / f"{stem}{path.suffix}", 1
    while kept.exists():
        number += 1
        kept = folder / f"{stem} {number:02d}{path.suffix}"
    write_whole(kept, old)
    copies = sorted(folder.glob(f"{path.stem} *{path.suffix}"))
    for copy in copies[:-KEPT]:
        with contextlib.suppress(OSError):  # open in Excel: it goes next time
            copy.unlink()
    return kept
