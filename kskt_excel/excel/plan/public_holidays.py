"""A year's public holidays and the days worked instead, to be checked by the office.

Source: the library ``holidays`` (its Vietnamese calendar follows the government's notices).
"""

import datetime as dt
import re
from collections.abc import Iterator
from importlib.metadata import version
from typing import Final

from kskt_excel.excel.plan import layout

# The library's words for a day off that is worked on another day.
_INSTEAD: Final = re.compile(r"thay cho ngày (\d{2})/(\d{2})/(\d{4})")
_TO_CHECK: Final = "Thư viện holidays {version}; đề nghị đối chiếu thông báo nghỉ lễ của năm."


def public_days(year: int) -> tuple[dict[str, str | dt.date], ...]:
    """Rows of sheet «Ngày nghỉ, làm bù», oldest first; none where the library is not installed."""
    try:
        import holidays
    except ImportError:
        return ()
    found = holidays.country_holidays("VN", years=year, language="vi")
    source = _TO_CHECK.format(version=version("holidays"))
    rows: list[dict[str, str | dt.date]] = [
        {"day": day, "kind": kind, "name": name, "source": source}
        for off, text in found.items()
        for day, kind, name in _days(off, text)
    ]
    return tuple(sorted(rows, key=lambda row: str(row["day"])))


def _days(off: dt.date, text: str) -> Iterator[tuple[dt.date, str, str]]:
    """The day off, and the day that is worked instead where the text names one."""
    yield off, layout.DAY_OFF, text
    if instead := _INSTEAD.search(text):
        day, month, year = map(int, instead.groups())
        yield dt.date(year, month, day), layout.DAY_WORKED, f"Làm bù cho ngày {off:%d/%m/%Y}"
