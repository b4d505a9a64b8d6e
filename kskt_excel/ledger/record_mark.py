"""How far the record had come when a product was made: its last receipt and its last decision.

Every product names them, so that a record which has lost them since is noticed even where all
that the ledger keeps was put back together. They are named by what they are, not by their numbers
in the journal: a restored journal has other numbers, another order of arrival the same files.
"""

import datetime as dt
import hashlib
import re
from collections.abc import Iterable
from typing import Self

from kskt_excel.model.calendar import in_vietnam
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.submission import Decision
from kskt_excel.text.shown import day_text, office_moment

_LENGTH = 16  # signs of a hash: no two receipts of an office share so many
_KEYWORD = "so-nhan-"
# «tệp 3f2a91bc… nhận …», «quyết định 3f2a… của …», and the keyword in properties.
_IN_WORDS = re.compile(
    rf"(?:tệp|quyết định) ([0-9a-f]{{{_LENGTH}}}) (?:nhận|của) |{_KEYWORD}([0-9a-f]{{{_LENGTH}}})"
)
# LibreOffice writes the keywords in hexadecimal of UTF-16, Excel as they are.
_IN_PDF = re.compile(rb"/Keywords\s*<([0-9A-Fa-f]+)>|%b[0-9a-f]{%d}" % (_KEYWORD.encode(), _LENGTH))


@dataclass(frozen=True, slots=True)
class RecordMark:
    """The last receipt and the last decision behind a product (dấu sổ), told as it shows them."""

    receipt: str = ""  # start of the file's SHA-256; "": none
    received_at: dt.datetime | None = None
    decision: str = ""
    decided_by: str = ""
    decided_at: dt.datetime | None = None

    @classmethod
    def of(cls, received: Iterable[tuple[str, dt.datetime]], decisions: Iterable[Decision]) -> Self:
        """The mark of files (hash, hour of receipt) in any order and of decisions as taken."""
        sha256, at = max(received, key=lambda one: (one[1], one[0]), default=("", None))
        last = next(iter(reversed([*decisions])), None)
        told = (decision_mark(last), last.by, last.at) if last else ()
        return cls(receipt_mark(sha256), at, *told)

    @property
    def words(self) -> str:
        """``Theo sổ nhận: tệp 3f2a91bc… nhận 08 giờ 31 ngày 15/3/2022; …``; "" of nothing."""
        parts = []
        if self.received_at:
            parts.append(f"tệp {self.receipt} nhận {office_moment(in_vietnam(self.received_at))}")
        if self.decided_at:
            day = day_text(in_vietnam(self.decided_at).date())
            parts.append(f"quyết định {self.decision} của {self.decided_by} ngày {day}")
        return f"Theo sổ nhận: {'; '.join(parts)}." if parts else ""


NOTHING_YET = RecordMark()


def receipt_mark(sha256: str) -> str:
    """What a receipt is named by in products."""
    return sha256[:_LENGTH]


def decision_mark(one: Decision) -> str:
    """What a decision is named by in products: what, by whom, when, why, never its number."""
    about = (one.kind.value, one.by, one.at.isoformat(), one.reason, one.unit, one.period)
    what = (str(one.version), one.rule, one.where, *one.originals)
    if one.text:
        what = (*what, one.text, one.task, one.leader, str(one.given_on))
    return hashlib.sha256("\0".join((*about, *what)).encode()).hexdigest()[:_LENGTH]


def marks_in(words: str) -> frozenset[str]:
    """The marks that the words of a product name."""
    return frozenset(found[1] or found[2] for found in _IN_WORDS.finditer(words))


def as_keywords(words: str) -> str:
    """The marks as words without blanks: LibreOffice parts keywords at each one."""
    return " ".join(f"{_KEYWORD}{mark}" for mark in sorted(marks_in(words)))


def keywords_in_pdf(data: bytes) -> str:
    """The keywords of a PDF that name marks; "" of one that has none.

    They stand in hexadecimal UTF-16, as LibreOffice writes them, or as they are.
    """
    texts = (
        bytes.fromhex(found[1].decode()[: len(found[1]) // 2 * 2]).decode("utf-16", "replace")
        if found[1]
        else found[0].decode()
        for found in _IN_PDF.finditer(data)
    )
    return as_keywords(" ".join(texts))
