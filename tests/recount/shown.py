"""Numbers, days and rates as they stand in official texts, written a second time."""

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction

from tests.recount.figures import Recount, half_up

NO_FIGURE = "–"


def grouped(number: float) -> str:
    """``1.234`` or ``12,25``."""
    if number == int(number):
        return f"{int(number):,d}".replace(",", ".")
    return f"{number:,.6f}".rstrip("0").replace(",", ";").replace(".", ",").replace(";", ".")


def two(number: float) -> str:
    """``05``: what counts has at least two digits in a sentence."""
    return f"{int(number):02d}" if 0 < number < 10 else grouped(number)


def decimal(number: Fraction, decimals: int) -> str:
    shown = half_up(number, decimals)
    whole, rest = divmod(abs(shown), 1)
    digits = f",{int(rest * 10**decimals):0{decimals}d}" if decimals else ""
    return f"{'-' if shown < 0 else ''}{int(whole)}{digits}"


def percent(part: float, whole: float, decimals: int = 1) -> str:
    """``31,3 %``."""
    return f"{decimal(Fraction(repr(part)) / Fraction(repr(whole)) * 100, decimals)} %"


def day(value: dt.date) -> str:
    """``05/01/2022``, ``15/3/2022``."""
    month = f"{value.month:02d}" if value.month < 3 else str(value.month)
    return f"{value.day:02d}/{month}/{value.year}"


def moment(value: dt.datetime) -> str:
    """``08 giờ 15 ngày 15/3/2022``."""
    return f"{value.hour:02d} giờ {value.minute:02d} ngày {day(value)}"


@dataclass(frozen=True)
class Rate:
    """An indicator: its parts, its target, and what it looks like."""

    id: str
    name: str
    numerator: float
    denominator: float
    is_percent: bool
    target: Fraction | None
    at_most: bool
    is_early: bool = False  # a target that is missed now is not told as missed yet
    is_unasked: bool = False  # the workbooks have no place for what it counts

    @property
    def ratio(self) -> Fraction:
        return Fraction(repr(self.numerator)) / Fraction(repr(self.denominator))

    @property
    def met(self) -> bool | None:
        return None if self.is_early and not self._reaches else self._reaches

    @property
    def _reaches(self) -> bool | None:
        if not self.denominator or self.target is None:
            return None
        return self.ratio <= self.target if self.at_most else self.ratio >= self.target

    @property
    def decimals(self) -> int:
        """As few as agree with the verdict, at least one."""
        if self._reaches is None or self.target is None:
            return 1
        scale = 100 if self.is_percent else 1
        limit = self.target * scale
        for number in range(1, 12):
            shown = half_up(self.ratio * scale, number)
            if (shown <= limit if self.at_most else shown >= limit) is self._reaches:
                return number
        return 12

    @property
    def shown(self) -> str:
        if not self.denominator:
            return NO_FIGURE
        if self.is_percent:
            return percent(self.numerator, self.denominator, self.decimals)
        return decimal(self.ratio, 0 if self.ratio.denominator == 1 else self.decimals)

    @property
    def target_shown(self) -> str:
        if self.target is None:
            return ""
        scaled = self.target * (100 if self.is_percent else 1)
        decimals = next(n for n in range(1, 9) if half_up(scaled, n) == scaled)
        if not self.is_percent and scaled.denominator == 1:
            decimals = 0
        sign, unit = "≤" if self.at_most else "≥", " %" if self.is_percent else ""
        return f"{sign} {decimal(scaled, decimals)}{unit}"

    @property
    def verdict(self) -> str:
        if self.met is None and self.target is not None and (self.is_unasked or self.denominator):
            return "Chưa báo cáo" if self.is_unasked else "Chưa đến hạn xét"
        return {True: "Đạt", False: "Chưa đạt", None: NO_FIGURE}[self.met]

    @property
    def parts(self) -> tuple[float | None, float | None]:
        """What stands over and under it; nothing where nobody was asked."""
        return (None, None) if self.is_unasked else (self.numerator, self.denominator)


def rates(recount: Recount) -> dict[str, Rate]:
    """The indicators of the plan over a period."""
    parts = recount.indicators
    return {
        row["Mã chỉ tiêu"]: Rate(
            row["Mã chỉ tiêu"],
            row["Tên chỉ tiêu"],
            *parts[row["Mã chỉ tiêu"]],
            row["Đơn vị tính"] in ("%", None),
            None if row["Mục tiêu"] is None else Fraction(str(row["Mục tiêu"])),
            "thấp" in str(row["Chiều"]),
            recount.is_early(row),
            recount.is_unasked(row),
        )
        for row in recount.office.indicators
    }
