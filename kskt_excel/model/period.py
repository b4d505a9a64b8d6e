"""Reporting periods and the days whose data they count."""

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from typing import Final, Self

from kskt_excel.model.errors import UnknownPeriodError

QUARTER_NAMES: Final = ("Quý I", "Quý II", "Quý III", "Quý IV")
_QUARTER_ID = re.compile(r"(\d{4})-?Q([1-4])", re.IGNORECASE)
_CUMULATIVE_ID = re.compile(r"(\d{4})(?:-(6|9)T)?", re.IGNORECASE)
_QUARTER_NAME = re.compile(
    r"(?:quý|quy|q)[\s.]*(iv|i{1,3}|[1-4])[\s,./-]*(?:năm\s*)?(\d{4})", re.IGNORECASE
)
_CUMULATIVE_NAME = re.compile(
    r"(?:(6|9)\s*tháng\s*(?:đầu\s*)?)?(?:năm)?[\s/]*(\d{4})", re.IGNORECASE
)
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_FIRST_YEAR, _LAST_YEAR = 2015, 2099
_MONTHS_A_QUARTER = 3
_MONTHS_A_YEAR = 12


@dataclass(frozen=True, slots=True)
class Window:
    """The days that count for a period (thời gian lấy số liệu), both ends included."""

    start: dt.date
    end: dt.date

    def __contains__(self, day: dt.date) -> bool:
        return self.start <= day <= self.end


@dataclass(frozen=True, order=True, slots=True)
class Period:
    """A reporting period (kỳ báo cáo): a quarter, or 6, 9 or 12 months from the year's start."""

    year: int
    last_month: int  # 3, 6, 9 or 12
    cumulative: bool = False

    def __post_init__(self) -> None:
        months = (6, 9, 12) if self.cumulative else (3, 6, 9, 12)
        if self.last_month not in months or not _FIRST_YEAR <= self.year <= _LAST_YEAR:
            raise UnknownPeriodError(f"{self.year}/{self.last_month}")

    @classmethod
    def quarter(cls, year: int, number: int) -> Self:
        """Quarter ``number`` (1..4) of ``year``."""
        return cls(year, number * _MONTHS_A_QUARTER)

    @classmethod
    def parse(cls, text: str) -> Self:
        """The period of an id, ``2022-Q1``, ``2022-6T``, ``2022``, or of a name, ``Quý I/2022``.

        Raises UnknownPeriodError.
        """
        typed = unicodedata.normalize("NFC", text).strip()
        try:
            if match := _QUARTER_ID.fullmatch(typed):
                return cls.quarter(int(match[1]), int(match[2]))
            if match := _QUARTER_NAME.fullmatch(typed):
                number = _ROMAN.get(match[1].lower()) or int(match[1])
                return cls.quarter(int(match[2]), number)
            if match := _CUMULATIVE_ID.fullmatch(typed):
                return cls(int(match[1]), int(match[2] or _MONTHS_A_YEAR), cumulative=True)
            if match := _CUMULATIVE_NAME.fullmatch(typed):
                return cls(int(match[2]), int(match[1] or _MONTHS_A_YEAR), cumulative=True)
        except UnknownPeriodError:
            raise UnknownPeriodError(text) from None
        raise UnknownPeriodError(text)

    @property
    def number(self) -> int:
        """Number of the period's last quarter, 1..4."""
        return self.last_month // _MONTHS_A_QUARTER

    @property
    def id(self) -> str:
        """``2022-Q1``, ``2022-6T``, ``2022-9T`` or ``2022``."""
        if not self.cumulative:
            return f"{self.year}-Q{self.number}"
        whole_year = self.last_month == _MONTHS_A_YEAR
        return str(self.year) if whole_year else f"{self.year}-{self.last_month}T"

    @property
    def label(self) -> str:
        """``Quý I/2022``, ``6 tháng đầu năm 2022``, ``9 tháng năm 2022``, ``Năm 2022``."""
        if not self.cumulative:
            return f"{QUARTER_NAMES[self.number - 1]}/{self.year}"
        start = {6: "6 tháng đầu năm", 9: "9 tháng năm", 12: "Năm"}[self.last_month]
        return f"{start} {self.year}"

    @property
    def quarters(self) -> tuple["Period", ...]:
        """The quarters it covers, oldest first."""
        first = 1 if self.cumulative else self.number
        return tuple(Period.quarter(self.year, n) for n in range(first, self.number + 1))

    @property
    def previous_quarter(self) -> "Period":
        """The quarter before its first quarter."""
        first = self.quarters[0].number
        return (
            Period.quarter(self.year, first - 1) if first > 1 else Period.quarter(self.year - 1, 4)
        )

    def window(self, start_day: int = 15) -> Window:
        """Days whose data count: from day 15 of the month before to day 14 of the last month.

        ``start_day`` 1 gives calendar quarters; it is a setting of the plan workbook.
        Source: Nghị định 09/2019/NĐ-CP, Điều 12.
        """
        first_month = self.quarters[0].last_month - 2
        if start_day == 1:
            after = _first_of_month(self.year, self.last_month + 1)
            return Window(dt.date(self.year, first_month, 1), after - dt.timedelta(days=1))
        start = _first_of_month(self.year, first_month - 1).replace(day=start_day)
        return Window(start, dt.date(self.year, self.last_month, start_day - 1))


def _first_of_month(year: int, month: int) -> dt.date:
    """First day of a month whose number may run over either end of the year (0 = last December)."""
    return dt.date(year + (month - 1) // _MONTHS_A_YEAR, (month - 1) % _MONTHS_A_YEAR + 1, 1)
