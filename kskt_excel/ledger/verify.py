"""Whether archive and journal still say the same."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from kskt_excel.ledger import archive
from kskt_excel.ledger.lines import Line, Receipt
from kskt_excel.ledger.words import moment
from kskt_excel.messages import finding
from kskt_excel.model.finding import Finding


def faults(folder: Path, lines: Iterable[Line]) -> Iterator[Finding]:
    """What is wrong between the archive and the verified lines of the journal.

    First originals that were changed, then receipts whose original is missing in the journal's
    order, then files that no receipt names. The chain itself is verified by reading the journal.
    """
    receipts = [line.payload for line in lines if isinstance(line.payload, Receipt)]
    damaged = tuple(archive.verify(folder))
    for fault in damaged:
        if fault.what == "changed":
            yield finding("ledger.original_changed", path=_shown(fault.path, folder))
    yield from _missing(folder, receipts)
    listed = {receipt.sha256 for receipt in receipts}
    for fault in damaged:
        if fault.what == "foreign":
            yield finding("ledger.original_unlisted", path=_shown(fault.path, folder))
    for path in archive.originals(folder):
        if path.name[: archive.HASH_LENGTH] not in listed:
            yield finding("ledger.original_unlisted", path=_shown(path, folder))


def _missing(folder: Path, receipts: Iterable[Receipt]) -> Iterator[Finding]:
    there = {path.name[: archive.HASH_LENGTH] for path in archive.originals(folder)}
    named = set()
    for receipt in receipts:
        if receipt.sha256 not in there and receipt.sha256 not in named:
            named.add(receipt.sha256)
            yield finding(
                "ledger.original_missing", name=receipt.name, moment=moment(receipt.received_at)
            )


def _shown(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix()
