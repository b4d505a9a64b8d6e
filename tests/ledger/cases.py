"""Receipts and moments that the ledger's tests are written with."""

import datetime as dt
import hashlib

from kskt_excel.ledger.journal import Receipt
from kskt_excel.model.calendar import VIETNAM
from kskt_excel.model.submission import Verdict

NOON = dt.datetime(2022, 3, 15, 12, 0, tzinfo=VIETNAM)


def at(minutes: int) -> dt.datetime:
    return NOON + dt.timedelta(minutes=minutes)


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def receipt(content: str, minutes: int = 0, **other: object) -> Receipt:
    """A receipt of unit VP for 2022-Q1 whose bytes and records are those of ``content``."""
    values = {
        "sha256": sha(content),
        "name": f"{content}.xlsx",
        "locator": f"inbox/{content}-{minutes}.xlsx",
        "channel": "folder",
        "received_at": at(minutes),
        "archived": f"2022-Q1/{sha(content)}.xlsx",
        "verdict": Verdict.ACCEPTED,
        "unit": "VP",
        "period": "2022-Q1",
        "content_sha256": sha("content of " + content),
    }
    return Receipt(**values | other)


def returned(content: str, minutes: int = 0, **other: object) -> Receipt:
    return receipt(content, minutes, verdict=Verdict.RETURNED, errors=3, **other)
