"""Originals put into an archive one by one, as tests want them."""

import hashlib
from pathlib import Path

from kskt_excel.ledger.archive import Original, store_all


def store(folder: Path, period_id: str, data: bytes, suffix: str) -> tuple[str, Path]:
    """SHA-256 of an original and where it now stands."""
    sha256 = hashlib.sha256(data).hexdigest()
    (path,) = store_all(folder, [Original(period_id, data, suffix, sha256)])
    return sha256, path
