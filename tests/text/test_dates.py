import datetime as dt

import pytest

from kskt_excel.model.book import Raw
from kskt_excel.model.period import Period
from kskt_excel.text.dates import date, suspect_swaps, swapped

WINDOW = Period.parse("2022-Q1").window()  # 15/12/2021 to 14/3/2022
MARCH_2 = dt.date(2022, 3, 2)
MARCH_15 = dt.date(2022, 3, 15)

GOOD = [
    "15/3/2022",
    "15-03-2022",
    "15 / 3 / 2022",
    "15–3–2022",
    "15.3.2022",
    "ngày 15 tháng 3 năm 2022",
    "Thái Nguyên, ngày 15 tháng 3 năm 2022",
    "ngày 15/3/2022",
    "2022-03-15",
    "2022-03-15 00:00:00",
    "15/3/2022 10:30",
    "15/3/2022.",
    "15/3/\u200b2022",
    MARCH_15,
    dt.datetime.combine(MARCH_15, dt.time(10, 30)),
]


@pytest.mark.parametrize("raw", GOOD)
def test_a_day_is_read(raw: Raw) -> None:
    assert (date(raw).value, date(raw).outcome) == (MARCH_15, "ok")


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("15.3.22", "value.date.short_year"),
        ("3/15/2022", "value.date.month_first"),
        (44635.0, "value.date.serial"),
    ],
)
def test_a_day_is_taken_with_a_warning(raw: Raw, code: str) -> None:
    read = date(raw)
    assert (read.value, read.outcome, read.code) == (MARCH_15, "warn", code)
    assert read.params["value"] == "15/3/2022"


def test_a_workbook_of_1904_counts_from_there() -> None:
    assert date(44635.0 - 1462, epoch_1904=True).value == MARCH_15


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("15/3", "no_year"),
        ("ngày 15 tháng 3", "no_year"),
        ("31/2/2022", "impossible"),
        ("15/15/2022", "impossible"),
        ("3/2022", "only_month"),
        ("tháng 3/2022", "only_month"),
        ("2022", "only_year"),
        (2022.0, "only_year"),
        (15.3, "number"),
        (1e300, "no_day"),
        (-5.0, "no_day"),
        (20221301.0, "no_day"),
        ("31-Feb-22", "impossible"),
        ("21-Feb", "no_year"),
        ("20221301", "unread"),
        ("15/3/202", "year"),
        ("15/3/2014", "year"),
        (dt.date(1900, 1, 3), "year"),
        ("15/3/2022; 16/3/2022", "several"),
        ("từ 1/3 đến 15/3/2022", "several"),
        ("đầu tháng", "unread"),
        (True, "unread"),
        (dt.time(8), "unread"),
    ],
)
def test_what_is_no_day_is_asked_for(raw: Raw, code: str) -> None:
    read = date(raw)
    assert (read.value, read.outcome, read.code) == (None, "error", f"value.date.{code}")


@pytest.mark.parametrize("raw", [None, "", " ", "-", "…", "//"])
def test_a_dash_is_blank(raw: Raw) -> None:
    assert date(raw).outcome == "blank"


@pytest.mark.parametrize(
    ("day", "other"),
    [
        (MARCH_2, dt.date(2022, 2, 3)),
        (MARCH_15, None),
        (dt.date(2022, 4, 4), None),
    ],
)
def test_only_days_to_12_have_another_reading(day: dt.date, other: dt.date | None) -> None:
    assert swapped(day) == other


def _column(*raws: Raw) -> list[tuple[Raw, object]]:
    return [(raw, date(raw)) for raw in raws]


def test_a_column_typed_on_an_english_machine_is_suspect() -> None:
    cells = _column("15/1/2022", dt.date(2022, 3, 2), "28/2/2022", dt.date(2022, 12, 1))
    assert suspect_swaps(cells, WINDOW) == (1, 3)


@pytest.mark.parametrize(
    "raws",
    [
        (dt.date(2022, 3, 2), dt.date(2022, 1, 15)),  # real dates only
        ("15/1/2022", dt.date(2022, 1, 20), dt.date(2022, 3, 2)),  # a real date over 12
        ("1/2/2022", dt.date(2022, 3, 2)),  # text dates only to 12
        ("15/1/2022", dt.date(2022, 1, 1)),  # the same either way
        ("15/1/2022", "x", None),
    ],
)
def test_a_column_without_the_trace_is_not(raws: tuple[Raw, ...]) -> None:
    assert suspect_swaps(_column(*raws), WINDOW) == ()


@pytest.mark.parametrize(
    ("raw", "day", "code"),
    [
        ("21-Feb-22", (2022, 2, 21), "named_month"),
        ("8-Mar-22", (2022, 3, 8), "named_month"),
        ("29 March 2022", (2022, 3, 29), "named_month"),
        ("March 29, 2022", (2022, 3, 29), "named_month"),
        ("Feb. 3rd, 2022", (2022, 2, 3), "named_month"),
        ("Mon, 21 Feb 2022", (2022, 2, 21), "named_month"),
        ("21FEB2022", None, "unread"),
        ("21 tháng Hai năm 2022", (2022, 2, 21), "named_month"),
        ("21-Thg2-22", (2022, 2, 21), "named_month"),
        ("21 Tháng Mười Một, 2022", (2022, 11, 21), "named_month"),
        ("Thứ Hai, 21/02/2022", (2022, 2, 21), ""),
        (20220221.0, (2022, 2, 21), "eight_digits"),
        ("20220221", (2022, 2, 21), "eight_digits"),
        ("21022022", (2022, 2, 21), "eight_digits"),
        ("21／02／2022", (2022, 2, 21), ""),
        ("２１/０２/２０２２", (2022, 2, 21), ""),
        ("21⁄02⁄2022", (2022, 2, 21), ""),
    ],
)
def test_a_day_as_other_programs_write_it_is_read(
    raw: str | float, day: tuple[int, int, int] | None, code: str
) -> None:
    read = date(raw)
    assert read.value == (dt.date(*day) if day else None)
    assert read.code == (f"value.date.{code}" if code else "")
