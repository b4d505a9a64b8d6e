"""Which trackers nobody has written in since the program made them: those need no reading."""

import hashlib
from pathlib import Path

from kskt_excel import __version__
from kskt_excel.excel import handwriting
from kskt_excel.excel.handwriting import Handwriting
from kskt_excel.ledger.cache import Cache
from kskt_excel.steps.desk import Desk

_CONTEXT = f"tracker without handwriting, {__version__}"
_UNTOUCHED = b"untouched"


def read_handwriting(desk: Desk, path: Path, year: int) -> Handwriting:
    """What stands in the tracker by hand; a tracker known to hold nothing is not opened.

    Known are the bytes, by their hash: whoever saves the tracker in Excel changes them.
    """
    try:
        data = path.read_bytes()
    except OSError:  # not there yet, or open: the reader tells them apart
        return handwriting.read(path, year=year)
    sha256 = hashlib.sha256(data).hexdigest()
    with Cache(desk.workspace.cache if desk.trusts_cache else None) as cache:
        if cache.get(sha256, _CONTEXT) == _UNTOUCHED:
            return Handwriting(sha256=sha256)
    return handwriting.read_bytes(data, path.name, year=year)


def remember(desk: Desk, data: bytes, written: Handwriting) -> None:
    """Notes a tracker just made, where nothing written by hand went into it."""
    if written == Handwriting(sha256=written.sha256):
        with Cache(desk.workspace.cache) as cache:
            cache.put(hashlib.sha256(data).hexdigest(), _CONTEXT, _UNTOUCHED)
