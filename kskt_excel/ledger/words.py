"""Why a version counts or does not, in words from the catalogue."""

import datetime as dt

from kskt_excel.messages import entry
from kskt_excel.model.clock import in_vietnam
from kskt_excel.model.submission import Decision
from kskt_excel.text import given


def words(code: str, **params: object) -> str:
    """Text and remedy of a catalogue entry without its number, filled with ``params``."""
    told = entry(code)
    sentence = f"{told.text} {told.remedy}".strip()
    return sentence.format_map({name: str(value) for name, value in params.items()})


def reason(code: str, **params: object) -> str:
    """The text alone, to stand inside another sentence: ``trả lại vì còn 3 lỗi``."""
    text = entry(code).text.format_map(params).rstrip(".")
    return text[:1].lower() + text[1:]


def is_worth_telling(why: str) -> bool:
    """Whether a reason says more than that the only or the latest report counts."""
    return why not in ("", words("receipt.only"), words("receipt.latest"))


def moment(at: dt.datetime) -> str:
    """``09:15 ngày 14/03/2022`` by the office's clock."""
    return in_vietnam(at).strftime("%H:%M ngày %d/%m/%Y")


def ruling(decision: Decision) -> str:
    """``quyết định số 12 của Nguyễn Thị Hoa ngày 14/03/2022: mất điện``."""
    day = in_vietnam(decision.at).strftime("%d/%m/%Y")
    return f"quyết định số {decision.id} của {decision.by} ngày {day}: {decision.reason}"


def numbered(numbers: tuple[int, ...]) -> str:
    """``1``, ``1 và 2``, ``1, 2 và 3``."""
    return given.listed([str(number) for number in numbers])
