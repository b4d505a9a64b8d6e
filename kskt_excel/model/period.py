"""Reporting periods and the days whose data they count."""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import field
from functools import lru_cache
from typing import Final, Self

from kskt_excel.model.book import CellRef
from kskt_excel.model.errors import UnknownDayError, UnknownPeriodError
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.patterns import lazy_pattern

QUARTER_NAMES: Final = ("Quý I", "Quý II", "Quý III", "Quý IV")
_QUARTER_ID = lazy_pattern(r"(\d{4})-?Q([1-4])", re.IGNORECASE)
# 2022-6T, 2022-9T; 2022 alone is the whole year.
_CUMULATIVE_ID = lazy_pattern(r"(\d{4})(?:-(6|9)T)?", re.IGNORECASE)
_QUARTER_NAME = lazy_pattern(  # «Quý I/2022», «Q1 2022», «quý 3 năm 2022»
    r"(?:quý|quy|q)[\s.]*(iv|i{1,3}|[1-4])[\s,./-]*(?:năm\s*)?(\d{4})", re.IGNORECASE
)
# «6 tháng đầu năm 2022», «Năm 2022», and 2022 alone, the id of its year.
_CUMULATIVE_NAME = lazy_pattern(
    r"(?:(6|9)\s*tháng\s*(?:đầu\s*)?)?(?:năm)?[\s/]*(\d{4})", re.IGNORECASE
)
_MONTH_ID = lazy_pattern(r"(\d{4})-?T(\d{2})", re.IGNORECASE)
_MONTH_NAME = lazy_pattern(r"tháng\s*(\d{1,2})[\s,./-]*(?:năm\s*)?(\d{4})", re.IGNORECASE)
ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
FIRST_YEAR, LAST_YEAR = 2015, 2099
"""Years of plans and periods: what lies outside is a slip of the hand."""
_MONTHS_A_QUARTER = 3
_MONTHS_A_YEAR = 12


@dataclass(frozen=True, slots=True)
class Window:
    """The days that count for a period (thời gian lấy số liệu), both ends included."""

    start: dt.date
    end: dt.date

    def __contains__(self, day: dt.date) -> bool:
        return self.start <= day <= self.end

    def meets(self, start: dt.date | None, end: dt.date | None) -> bool:
        """Whether what holds from ``start`` to ``end`` (None: always) does on any of its days."""
        return (start is None or start <= self.end) and (end is None or self.start <= end)

    @property
    def middle(self) -> dt.date:
        """A day in its midst: what examples show, far from every deadline."""
        return self.start + (self.end - self.start) // 2


def typed_day(text: str) -> dt.date:
    """A day as typed beside a command: ``2022-03-18``, ``18/03/2022``. Raises UnknownDayError."""
    for shape in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return dt.datetime.strptime(text, shape).date()  # noqa: DTZ007  # a day has no zone
        except ValueError:
            continue
    raise UnknownDayError(text)


def valid_on(day: dt.date, start: dt.date | None, end: dt.date | None) -> bool:
    """Whether what holds from ``start`` to ``end`` (None: always) does so on a day."""
    return (start is None or start <= day) and (end is None or day <= end)


@dataclass(frozen=True, order=True, slots=True)
class Campaign:
    """Something collected once, on days of its own (đợt thu thập đột xuất)."""

    id: str  # "tap-huan"
    name: str  # «Đợt thu thập số liệu tập huấn»
    start: dt.date
    end: dt.date
    due: dt.date | None = None  # last day for sending; None: as for a quarter
    forms: tuple[str, ...] = ()  # ids of the units' sheets that are asked for
    said_at: CellRef = field(default=CellRef(""), compare=False)  # file and line of ``forms``


@dataclass(frozen=True, order=True, slots=True)
class Period:
    """A reporting period (kỳ báo cáo): a quarter; 6, 9 or 12 months from the year's start.

    Also a month, and a campaign: these stand alone and are part of no longer period.
    """

    year: int
    last_month: int
    months: int = _MONTHS_A_QUARTER  # 1, 3, 6, 9 or 12; 0 for a campaign
    campaign: Campaign | None = None

    def __post_init__(self) -> None:
        fits = {
            0: self.campaign is not None,
            1: 1 <= self.last_month <= _MONTHS_A_YEAR,
            _MONTHS_A_QUARTER: self.last_month in (3, 6, 9, 12),
        }
        from_start = self.months == self.last_month and self.months in (6, 9, 12)
        is_known = fits.get(self.months, from_start)
        if not is_known or not FIRST_YEAR <= self.year <= LAST_YEAR:
            raise UnknownPeriodError(f"{self.year}/{self.last_month}")

    @classmethod
    def quarter(cls, year: int, number: int) -> Self:
        """Quarter ``number`` (1..4) of ``year``."""
        return cls(year, number * _MONTHS_A_QUARTER)

    @classmethod
    def from_start(cls, year: int, months: int) -> Self:
        """The first 6, 9 or 12 months of a year."""
        return cls(year, months, months)

    @classmethod
    def month(cls, year: int, number: int) -> Self:
        """Month ``number`` (1..12) of ``year``."""
        return cls(year, number, 1)

    @classmethod
    def of_campaign(cls, campaign: Campaign) -> Self:
        """A campaign, in the year of its last day."""
        return cls(campaign.end.year, campaign.end.month, 0, campaign)

    @classmethod
    def parse(cls, text: str, campaigns: Iterable[Campaign] = ()) -> Self:
        """The period of an id, ``2022-Q1``, ``2022-T05``, ``2022-6T``, ``2022``, or of a name.

        Names: ``Quý I/2022``, ``Tháng 5/2022``; of the ``campaigns`` ids and names too. Raises
        UnknownPeriodError.
        """
        typed = unicodedata.normalize("NFC", text).strip()
        for one in map(cls.of_campaign, campaigns):
            if typed.casefold() in (one.id.casefold(), one.label.casefold()):
                return one
        try:
            found = cls._of_words(typed)
        except UnknownPeriodError:
            found = None
        if found is None:
            raise UnknownPeriodError(text)
        return found

    @classmethod
    @lru_cache(maxsize=256)
    def _of_words(cls, typed: str) -> Self | None:
        if match := _QUARTER_ID.fullmatch(typed):
            return cls.quarter(int(match[1]), int(match[2]))
        if match := _QUARTER_NAME.fullmatch(typed):
            number = ROMAN.get(match[1].lower()) or int(match[1])
            return cls.quarter(int(match[2]), number)
        if match := _MONTH_ID.fullmatch(typed):
            return cls.month(int(match[1]), int(match[2]))
        if match := _MONTH_NAME.fullmatch(typed):
            return cls.month(int(match[2]), int(match[1]))
        if match := _CUMULATIVE_ID.fullmatch(typed):
            return cls.from_start(int(match[1]), int(match[2] or _MONTHS_A_YEAR))
        match = _CUMULATIVE_NAME.fullmatch(typed)
        return cls.from_start(int(match[2]), int(match[1] or _MONTHS_A_YEAR)) if match else None

    @staticmethod
    def label_of(text: str) -> str:
        """The label of an id; the id itself where only the workspace knows what it names."""
        try:
            return Period.parse(text).label
        except UnknownPeriodError:
            return text

    @property
    def cumulative(self) -> bool:
        """Whether the period is made of several quarters."""
        return self.months > _MONTHS_A_QUARTER

    @property
    def is_quarter(self) -> bool:
        """Whether the period is one of the quarters that the year is made of."""
        return self.months == _MONTHS_A_QUARTER

    @property
    def stands_alone(self) -> bool:
        """Whether the period is part of no longer one: a month, a campaign."""
        return self.months < _MONTHS_A_QUARTER

    @property
    def number(self) -> int:
        """Number of the period's last quarter, 1..4; 1 for one that stands alone."""
        return 1 if self.stands_alone else self.last_month // _MONTHS_A_QUARTER

    @property
    def id(self) -> str:
        """``2022-Q1``, ``2022-T05``, ``2022-6T``, ``2022-9T``, ``2022`` or ``2022-tap-huan``."""
        if self.campaign:
            return f"{self.year}-{self.campaign.id}"
        if self.is_quarter:
            return f"{self.year}-Q{self.number}"
        if self.months == 1:
            return f"{self.year}-T{self.last_month:02}"
        whole_year = self.last_month == _MONTHS_A_YEAR
        return str(self.year) if whole_year else f"{self.year}-{self.last_month}T"

    @property
    def label(self) -> str:
        """``Quý I/2022``, ``Tháng 5/2022``, ``6 tháng đầu năm 2022``, ``Năm 2022``."""
        if self.campaign:
            name = self.campaign.name
            return name if str(self.year) in name else f"{name} năm {self.year}"
        if self.is_quarter:
            return f"{QUARTER_NAMES[self.number - 1]}/{self.year}"
        if self.months == 1:
            return f"Tháng {self.last_month}/{self.year}"
        start = {6: "6 tháng đầu năm", 9: "9 tháng năm", 12: "Năm"}[self.last_month]
        return f"{start} {self.year}"

    @property
    def in_sentence(self) -> str:
        """The label inside a sentence: ``quý I/2022``, ``6 tháng đầu năm 2022``, ``năm 2022``."""
        return self.label if self.campaign else self.label[:1].lower() + self.label[1:]

    @property
    def quarters(self) -> tuple["Period", ...]:
        """The periods collected one by one that it is made of, oldest first: mostly quarters."""
        if not self.cumulative:
            return (self,)
        return tuple(Period.quarter(self.year, n) for n in range(1, self.number + 1))

    @property
    def previous(self) -> "Period | None":
        """The quarter before the period's first one, or the month before; None for a campaign."""
        if self.campaign:
            return None
        if self.months == 1:
            last = self.last_month == 1
            return Period.month(self.year - last, 12 if last else self.last_month - 1)
        first = self.quarters[0].number
        return (
            Period.quarter(self.year, first - 1) if first > 1 else Period.quarter(self.year - 1, 4)
        )

    @property
    def following(self) -> "Period | None":
        """The quarter, month or whole year that comes next; None for a campaign."""
        if self.campaign:
            return None
        last = self.last_month == _MONTHS_A_YEAR
        if self.months == 1:
            return Period.month(self.year + last, 1 if last else self.last_month + 1)
        if self.months == _MONTHS_A_YEAR:
            return Period.from_start(self.year + 1, _MONTHS_A_YEAR)
        return Period.quarter(self.year + last, 1 if last else self.number + 1)

    @property
    def series_start(self) -> "Period":
        """The first period of the year that it follows: the first quarter; itself, standing alone.

        A year's tracker shows one series.
        """
        return self if self.stands_alone else Period.quarter(self.year, 1)

    def is_in_series_of(self, other: "Period") -> bool:
        """Whether two periods are collected one after the other: quarters; months; nothing else."""
        if self.campaign or other.campaign:
            return self == other
        return (self.months == 1) == (other.months == 1)

    def window(self, start_day: int = 15) -> Window:
        """Days whose data count: from day 15 of the month before to day 14 of the last month.

        ``start_day`` 1 gives calendar quarters; it is a setting of the plan workbook. A campaign
        has days of its own. Source: Nghị định 09/2019/NĐ-CP, Điều 12.
        """
        if self.campaign:
            return Window(self.campaign.start, self.campaign.end)
        first_month = self.last_month if self.months == 1 else self.quarters[0].last_month - 2
        if start_day == 1:
            after = _first_of_month(self.year, self.last_month + 1)
            return Window(dt.date(self.year, first_month, 1), after - dt.timedelta(days=1))
        start = _first_of_month(self.year, first_month - 1).replace(day=start_day)
        return Window(start, dt.date(self.year, self.last_month, start_day - 1))


def _first_of_month(year: int, month: int) -> dt.date:
    """First day of a month whose number may run over either end of the year (0 = last December)."""
    return dt.date(year + (month - 1) // _MONTHS_A_YEAR, (month - 1) % _MONTHS_A_YEAR + 1, 1)
