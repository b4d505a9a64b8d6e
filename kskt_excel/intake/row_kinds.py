"""What a row below the headings is, by its own look."""

import re
from collections.abc import Sequence
from enum import Enum, auto
from functools import lru_cache

from kskt_excel.model.grid import Raw
from kskt_excel.text.clean import clean_text
from kskt_excel.text.keys import tone_key

NIL_LABEL = "Kỳ này không phát sinh"

_TOTALS = frozenset(map(tone_key, ("Cộng", "Tổng cộng", "Tổng số", "Tổng")))
_GRAND_TOTALS = frozenset(map(tone_key, ("Tổng cộng", "Tổng số")))
_NIL_KEY = tone_key(NIL_LABEL)
_NOTHING_WORDS = "Không phát sinh|Không có phát sinh|Không có|Không|KPS|Không PS"
_NOTHING = frozenset(map(tone_key, (NIL_LABEL, *_NOTHING_WORDS.split("|"))))
_PARENTHESES = re.compile(r"\([^)]*\)")
_FOOTER = re.compile(
    r"(?:ghi chú|lưu ý|chú thích|chú ý)\s*:|nơi nhận\b|\((?:đã )?ký|\(\*+\)|\*"
    r"|(?:người (?:lập|kiểm tra|tổng hợp|làm báo cáo)|lập (?:biểu|bảng)|thủ trưởng|giám đốc"
    r"|phó giám đốc|kt\.|tm\.|tl\.|lãnh đạo|trưởng phòng|phó trưởng phòng|chánh văn phòng"
    r"|xác nhận của)[^.:;]{0,40}$"
    r"|.{0,40}\bngày\b.{1,12}\btháng\b.{1,8}\bnăm\b[\s.…\d]*$",
    re.IGNORECASE | re.DOTALL,
)
_INDEX = re.compile(r"[(\[]\s*\w{1,3}\s*[)\]](?:\s*=.*)?|\d{1,2}|[A-Z]", re.DOTALL)
_SECTION_NUMBER = re.compile(r"(?:[IVX]{1,6}(?:\.\d{1,2})*|[A-ZĐ])\s*[.)]?")
_SECTION_TITLE = re.compile(r"(?:[IVX]{1,6}|[A-ZĐ])\s*[.)]\s+\S.*", re.DOTALL)
_LONGEST_TOTAL = 40
_LONGEST_FOOTER = 120
_FEWEST_INDEX = 3


class Kind(Enum):
    """What a row below the headings is (loại dòng)."""

    DATA = auto()
    HEADING = auto()  # the headings again, or the numbering row
    TOTAL = auto()
    SECTION = auto()
    FOOTER = auto()
    NOTHING = auto()  # «Không phát sinh» written instead of data
    OUTSIDE = auto()  # nothing in the table's columns


def is_total(text: str) -> bool:
    """Whether the whole cell says «Cộng», «Tổng cộng», «Tổng số» or «Tổng», accents and all.

    Without accents «Công khai …» would be one.
    """
    return _total_key(text) in _TOTALS


def is_grand_total(text: str) -> bool:
    """Whether the whole cell says «Tổng cộng» or «Tổng số»."""
    return _total_key(text) in _GRAND_TOTALS


def is_nil_label(text: str) -> bool:
    """Whether a cell is the label «Kỳ này không phát sinh»."""
    if text.lstrip()[:1] not in ("K", "k"):
        return False
    return text == NIL_LABEL or tone_key(clean_text(text)).startswith(_NIL_KEY)


def says_nothing(values: Sequence[Raw]) -> bool:
    """Whether a row says only that nothing happened, with or without a running number."""
    texts = [value for value in values if isinstance(value, str)]
    if not texts or any(text.lstrip()[:1] not in ("K", "k") for text in texts):
        return False
    alone = len(values) - len(texts) <= 1
    return alone and all(tone_key(clean_text(text)) in _NOTHING for text in texts)


@lru_cache(maxsize=4096)
def is_footer(text: str) -> bool:
    """Whether a row that starts with this text is below the table: notes, places, signatures."""
    return len(text) <= _LONGEST_FOOTER and _FOOTER.match(clean_text(text)) is not None


def is_index(values: Sequence[Raw], *, below_headings: bool) -> bool:
    """Whether cells are a numbering row: ``(1) (2) …`` anywhere, ``1 2 3`` below the headings."""
    if len(values) < _FEWEST_INDEX or not _INDEX.fullmatch(_figure(values[0])):
        return False
    if not _INDEX.fullmatch(_figure(values[1])):
        return False  # a running number before a text: most rows of registers
    return _is_index(tuple(map(_figure, values)), below_headings=below_headings)


@lru_cache(maxsize=1024)
def _is_index(texts: tuple[str, ...], *, below_headings: bool) -> bool:
    if not all(map(_INDEX.fullmatch, texts)):
        return False
    if all(text[0] in "([" for text in texts):
        return True
    figures = [int(text) for text in texts if text.isdecimal()]
    if not below_headings or len(figures) < _FEWEST_INDEX:
        return False
    in_order = sorted(set(figures))
    if figures == in_order:
        return figures[0] <= _FEWEST_INDEX
    return in_order == list(range(1, len(figures) + 1))  # the columns were moved with their numbers


def is_section_number(value: Raw) -> bool:
    """Whether a cell numbers a section: ``I``, ``II.1``, ``A``; never plain figures."""
    return isinstance(value, str) and _SECTION_NUMBER.fullmatch(value.strip()) is not None


def is_section_title(text: str) -> bool:
    """Whether a lone text is a numbered title: ``I. Phản ánh về hành vi hành chính``."""
    return _SECTION_TITLE.fullmatch(text.strip()) is not None


def _total_key(text: str) -> str:
    start = text.lstrip()[:1]
    if start not in ("T", "t", "C", "c") or len(text) > _LONGEST_TOTAL:
        return ""
    return _key_of_total(text)


@lru_cache(maxsize=4096)
def _key_of_total(text: str) -> str:
    return tone_key(_PARENTHESES.sub(" ", clean_text(text)))


def _figure(value: Raw) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.strip() if isinstance(value, str) and value.strip() else "?"
