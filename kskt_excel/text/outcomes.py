"""The ways a reading of one value ends, shared by the parsers."""

from typing import Never, TypeVar

from kskt_excel.model.grid import Raw
from kskt_excel.text.clean import is_blank
from kskt_excel.text.given import given
from kskt_excel.text.keys import plain_key
from kskt_excel.text.number_words import DASHES, DITTO_MARKS, DITTO_WORDS
from kskt_excel.text.parsed import Parsed

T = TypeVar("T")

BLANK: Parsed[Never] = Parsed(None, "blank")


def taken(value: T, code: str, raw: Raw, /, **params: object) -> Parsed[T]:
    """A value taken with a warning."""
    return Parsed(value, "warn", code, {"given": given(raw), **params})


def fault(code: str, raw: Raw, /, **params: object) -> Parsed[Never]:
    """No value, with what there is to say about it."""
    return Parsed(None, "error", code, {"given": given(raw), **params})


def ditto(raw: Raw) -> Parsed[Never]:
    """No value: the cell says that it is the same as the one above."""
    return Parsed(None, "ditto", "value.ditto", {"given": given(raw)})


def nothing(text: str) -> Parsed[Never] | None:
    """Blank for no text or a dash, ditto for «như trên», None for everything else."""
    if is_blank(text) or DASHES.fullmatch(text):
        return BLANK
    return ditto(text) if is_ditto(text) else None


def is_ditto(text: str) -> bool:
    """Whether the cell says that it is the same as the one above (nt, ", như trên)."""
    return text in DITTO_MARKS or plain_key(text) in DITTO_WORDS
