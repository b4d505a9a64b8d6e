"""The nouns of the narrative report: what it says, not how it looks."""

import datetime as dt
from dataclasses import dataclass
from typing import Literal, TypeAlias

from kskt_excel.report.content import Frame

TO_ADD = "[…]"
"""Where a person must add judgement: the program knows figures, not opinions."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A numbered heading (mục): 1 for ``I.``, 2 for ``1.``, 3 for ``a)``."""

    text: str
    level: Literal[1, 2, 3]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of whole sentences."""

    text: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A list with dashes; each item ends with its own mark."""

    items: tuple[str, ...]


Block: TypeAlias = Heading | Paragraph | Listed


@dataclass(frozen=True, slots=True)
class Annex:
    """An annex (phụ lục) that goes with the report: a form of the circular."""

    number: str  # "I"; "" when there is only one
    name: str  # "Biểu số II.06a/VPCP/KSTT: Tình hình, kết quả giải quyết …"


@dataclass(frozen=True, slots=True)
class Narrative:
    """The narrative report of a period (báo cáo bằng lời)."""

    agency: str  # "Sở Khoa học và Công nghệ"
    frame: Frame
    kind: str  # "BÁO CÁO"
    abstract: str  # the report's subject with its period
    addressee: str  # after «Kính gửi:»
    provisional: str  # who is missing, "" when all are in
    introduction: str
    blocks: tuple[Block, ...]
    annexes: tuple[Annex, ...]
    closing: str  # the last sentence, without its "./."
    as_of: dt.datetime

    @property
    def texts(self) -> tuple[str, ...]:
        """Every text of the body in reading order, headings and list items among them."""
        texts: list[str] = [self.introduction]
        for block in self.blocks:
            texts.extend(block.items if isinstance(block, Listed) else (block.text,))
        return (*texts, *(annex.name for annex in self.annexes), self.closing)
