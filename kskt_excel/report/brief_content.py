"""The nouns of the leaders' one page: what it says, not how it looks."""

from dataclasses import dataclass
from typing import Literal

from kskt_excel.report.content import Frame

Trend = Literal["up", "down", "same", ""]
Judgement = Literal["good", "bad", ""]


@dataclass(frozen=True, slots=True)
class BriefIndicator:
    """One line of the indicator table (chỉ tiêu)."""

    id: str
    name: str
    value: str  # "98,8 %", "–" without data
    previous: str  # the value of the period before, "–" without one
    trend: Trend  # against the period before
    change: str  # "▲ 2,3 điểm %", "" with nothing to compare
    progress: Judgement  # whether the change is for the better
    target: str  # "≥ 95 %", "" without one
    against: str  # "▲ Đạt", "▼ Chưa đạt", "–" without a judgement
    met: Judgement


@dataclass(frozen=True, slots=True)
class Series:
    """One run of figures of a chart; ``tone`` is its place between light (0) and dark (2)."""

    name: str
    values: tuple[int, ...]  # one for each category
    tone: Literal[0, 1, 2]


@dataclass(frozen=True, slots=True)
class Chart:
    """A bar chart whose series are stacked: as they are, or each bar as a whole of 100 %."""

    title: str
    kind: Literal["counts", "shares"]
    categories: tuple[str, ...]
    series: tuple[Series, ...]


@dataclass(frozen=True, slots=True)
class Brief:
    """The one page for the leaders (bản tóm tắt)."""

    agency: str
    frame: Frame
    title: tuple[str, ...]
    period_line: str
    previous: str  # "quý I/2022": what is compared with, "" without a period before
    provisional: str
    conclusions: tuple[str, ...]  # done, late, who has not sent, indicators, decisions
    indicators: tuple[BriefIndicator, ...]  # not met first; the page shows those it has room for
    charts: tuple[Chart, Chart]
    decisions: tuple[str, ...]
    footer: str
