import datetime as dt

import pytest

from kskt_excel.model.book import Raw
from kskt_excel.text.values import count, days, decimal, number_in_words, percent, yes_no

COUNTS = [
    (12.0, 12, ""),
    (0.0, 0, ""),
    ("15", 15, ""),
    ("1.234", 1234, ""),
    ("1.234.567", 1234567, ""),
    ("1 234", 1234, ""),
    ("1\u00a0234", 1234, ""),
    ("１２", 12, ""),
    ("'15", 15, ""),
    ("012", 12, ""),
    ("1,234", 1234, "value.count.comma_group"),
    (1.234, 1234, "value.count.three_decimals"),
    ("15,0", 15, "value.count.zero_decimals"),
    ("15 hồ sơ", 15, "value.count.with_unit"),
    ("15 HS", 15, "value.count.with_unit"),
    ("20 TTHC", 20, "value.count.with_unit"),
    ("1.234 hồ sơ", 1234, "value.count.with_unit"),
    ("không", 0, "value.count.in_words"),
    ("Không phát sinh", 0, "value.count.in_words"),
    ("ko", 0, "value.count.in_words"),
    ("hai", 2, "value.count.in_words"),
]


@pytest.mark.parametrize(("raw", "value", "code"), COUNTS)
def test_a_count_is_taken(raw: Raw, value: int, code: str) -> None:
    read = count(raw)
    assert (read.value, read.code) == (value, code)
    assert read.outcome == ("warn" if code else "ok")


NOT_COUNTS = [
    (1.5, "not_whole"),
    (0.234, "not_whole"),
    (12.34, "not_whole"),
    ("0,2", "not_whole"),
    ("0.123", "not_whole"),
    ("1.234,5", "not_whole"),
    ("3 hồ sơ (1 trễ hạn)", "several"),
    ("15 (trong đó 2 quá hạn)", "several"),
    ("12-15", "several"),
    ("5/7", "several"),
    ("3 + 2", "several"),
    ("~20", "about"),
    ("trên 20", "about"),
    ("khoảng 20", "about"),
    ("20+", "about"),
    ("20?", "about"),
    ("15 hồ sơ?", "about"),
    ("l2", "letters"),
    ("1O", "letters"),
    ("1,23,456", "odd_groups"),
    ("12.34.5", "odd_groups"),
    ("1.23.456", "odd_groups"),
    ("1.2345,6.7", "odd_groups"),
    ("2022-03-15", "became_date"),
    ("12%", "percent"),
    (-3.0, "negative"),
    ("-3", "negative"),
    ("(3)", "negative"),
    (True, "yes_no"),
    (dt.date(2026, 7, 5), "became_date"),
    (dt.datetime.combine(dt.date(2026, 7, 5), dt.time(8)), "became_date"),
    ("15/3/2022", "became_date"),
    (dt.time(1, 2), "became_time"),
    (dt.timedelta(hours=1), "became_time"),
    ("chưa có", "not_a_number"),
    (float("nan"), "not_a_number"),
    (float("inf"), "not_a_number"),
    ("0912345678", "too_large"),
    (1e300, "too_large"),
]


@pytest.mark.parametrize(("raw", "code"), NOT_COUNTS)
def test_what_is_no_count_is_asked_for(raw: Raw, code: str) -> None:
    read = count(raw)
    assert (read.value, read.outcome, read.code) == (None, "error", f"value.count.{code}")


@pytest.mark.parametrize("raw", ["1E3", "1,2e+3", "2E+05", "1.5e-1"])
def test_a_number_as_programs_shorten_it_is_asked_for(raw: str) -> None:
    for read in (count(raw), decimal(raw), percent(raw), percent(f"{raw} %")):
        assert (read.value, read.outcome, read.code) == (None, "error", "value.exponent")


def test_several_numbers_are_all_named() -> None:
    params = count("3 hồ sơ (1 trễ hạn)").params
    assert (params["given"], params["numbers"]) == ("3 hồ sơ (1 trễ hạn)", "3 và 1")


@pytest.mark.parametrize("raw", [None, "", " ", "\u00a0", "-", "--", "–", "//", "...", "…"])
def test_a_dash_or_dots_in_a_count_are_blank_not_zero(raw: Raw) -> None:
    assert (count(raw).value, count(raw).outcome) == (None, "blank")


@pytest.mark.parametrize("raw", ["nt", '"', "''", "-nt-", "như trên", "nhu tren", "N/T"])
def test_the_same_as_above_is_never_copied_silently(raw: str) -> None:
    for parse in (count, decimal, percent, yes_no, days):
        assert (parse(raw).value, parse(raw).outcome) == (None, "ditto"), parse


DECIMALS = [
    (1.5, 1.5, ""),
    ("1.234,56", 1234.56, ""),
    ("1,5", 1.5, ""),
    ("-1,5", -1.5, ""),
    ("1234", 1234.0, ""),
    ("1.234.567", 1234567.0, ""),
    ("1 234,5", 1234.5, ""),
    ("83,300000000000004", 83.3, ""),
    ("0,30000000000000004", 0.3, ""),
    ("1,234.56", 1234.56, "value.decimal.point"),
    ("0.5", 0.5, "value.decimal.point"),
    ("1,234,567", 1234567.0, "value.decimal.point"),
    ("1,234", None, "value.decimal.two_readings"),
    ("1.234", None, "value.decimal.two_readings"),
    ("1,5/2", None, "value.decimal.several"),
    ("tốt", None, "value.decimal.not_a_number"),
    (True, None, "value.decimal.not_a_number"),
    (dt.date(2022, 3, 1), None, "value.decimal.not_a_number"),
    (float("nan"), None, "value.decimal.not_a_number"),
]


@pytest.mark.parametrize(("raw", "value", "code"), DECIMALS)
def test_a_decimal_has_a_comma(raw: Raw, value: float | None, code: str) -> None:
    assert (decimal(raw).value, decimal(raw).code) == (value, code)


PERCENTS = [
    ("12%", 12.0, ""),
    ("12 %", 12.0, ""),
    ("98,5%", 98.5, ""),
    ("0,5%", 0.5, ""),
    ("1%", 1.0, ""),
    ("50", 50.0, ""),
    (50.0, 50.0, ""),
    (0.0, 0.0, ""),
    (100.0, 100.0, ""),
    ("98.5%", 98.5, "value.decimal.point"),
    ("33,333%", 33.333, ""),
    ("100,000 %", 100.0, ""),
    ("100.000%", 100.0, "value.decimal.point"),
    ("25 %.", 25.0, ""),
    ("83,33333333333334%", 83.3333333333333, ""),
    ("25,00000000000001%", 25.0, ""),
    ("25,00000000000001", 25.0, ""),
    ("1,0000000000000002", 1.0, "value.percent.one"),
    ("0,2", 20.0, "value.percent.fraction"),
    (0.5, 50.0, "value.percent.fraction"),
    (1.0, 1.0, "value.percent.one"),
    ("1", 1.0, "value.percent.one"),
    ("-5%", None, "value.percent.negative"),
    (-5.0, None, "value.percent.negative"),
    ("gần xong", None, "value.percent.not_a_number"),
    (True, None, "value.percent.not_a_number"),
    ("1,234", None, "value.decimal.two_readings"),
]


def test_a_percentage_is_quoted_as_it_was_written() -> None:
    assert percent("100.000 %").params == {"given": "100.000 %", "value": "100"}


@pytest.mark.parametrize(("raw", "value", "code"), PERCENTS)
def test_a_percentage_is_read_in_points(raw: Raw, value: float | None, code: str) -> None:
    assert (percent(raw).value, percent(raw).code) == (value, code)


@pytest.mark.parametrize(
    ("raw", "value", "code"),
    [
        (0.5, 50.0, ""),
        (0.207, 20.7, ""),
        (1.0, 100.0, ""),
        (20.0, None, "value.percent.two_readings"),
        ("50", 50.0, ""),
    ],
)
def test_a_number_with_a_percentage_format_is_a_fraction(
    raw: Raw, value: float | None, code: str
) -> None:
    read = percent(raw, percent_format=True)
    assert (read.value, read.code) == (value, code)


YES = ["có", "Có", "co", "C", "x", "X", "v", "✓", "1", 1.0, True]
NO = ["không", "Không", "khong", "ko", "k", "0", 0.0, "-", False]


@pytest.mark.parametrize(("raw", "value"), [(r, True) for r in YES] + [(r, False) for r in NO])
def test_yes_and_no_have_many_spellings(raw: Raw, value: object) -> None:
    assert (yes_no(raw).value, yes_no(raw).outcome) == (value, "ok")


@pytest.mark.parametrize("raw", ["có thể", "đang làm", 2.0, "x?", dt.date(2022, 1, 1)])
def test_neither_yes_nor_no_is_asked_for(raw: Raw) -> None:
    assert (yes_no(raw).outcome, yes_no(raw).code) == ("error", "value.yes_no.unread")


@pytest.mark.parametrize(("raw", "value"), [(15.0, 15), ("15 ngày", 15), ("20 ngày làm việc", 20)])
def test_days_may_say_days(raw: Raw, value: int) -> None:
    assert (days(raw).value, days(raw).outcome) == (value, "ok")


@pytest.mark.parametrize(
    ("text", "value", "code"),
    [
        ("1.234,00", 1234, "zero_decimals"),
        ("1,234.00", 1234, "zero_decimals"),
        ("1.234.567,0", 1_234_567, "zero_decimals"),
        ("1 234,00", 1234, "zero_decimals"),
        ("1.234,50", None, "not_whole"),
        ("1 234.00", 1234, "zero_decimals"),
        ("1.234,000", 1234, "zero_decimals"),
        ("1,234.000", 1234, "zero_decimals"),
        ("0,000", 0, "zero_decimals"),
        ("6.0000", 6, "zero_decimals"),
        ("6.0000000000000009", 6, "zero_decimals"),  # as the number in a cell: 15 digits count
        ("6,0000000000000009", 6, "zero_decimals"),
        ("5.9999999999999996", 6, "zero_decimals"),
        ("1.234,0000000000001", 1234, "zero_decimals"),
        ("6.00000000000009", None, "not_whole"),
        ("0.0000000000000009", None, "not_whole"),
        ("6.0009", None, "not_whole"),
        ("06 (sáu)", 6, "with_unit"),
        ("08 ( tám )", 8, "with_unit"),
        ("04 (bốn) hồ sơ", 4, "with_unit"),
        ("13 (mười ba) hồ sơ", 13, "with_unit"),
        ("25 hồ sơ (hai mươi lăm hồ sơ)", 25, "with_unit"),
        ("Sáu (06)", 6, "with_unit"),
        ("06 (sau)", 6, "with_unit"),
        ("105 (một trăm linh năm)", 105, "with_unit"),
        ("(06) sáu", 6, "with_unit"),
        ("06 [sáu]", 6, "with_unit"),
        ("06 - sáu", 6, "with_unit"),
        ("06: sáu hồ sơ", 6, "with_unit"),
        ("sáu/06", 6, "with_unit"),
        ("06 (06)", 6, "with_unit"),
        ("6 (06 hồ sơ)", 6, "with_unit"),
        ("(06) bảy", None, "words_differ"),
        ("06 - bảy", None, "words_differ"),
        ("06 (05)", None, "several"),
        ("06 - 07", None, "several"),
        ("3 năm", None, "not_a_number"),
        ("1'234", 1234, ""),
        ("1’234", 1234, ""),
        ("06 (bảy)", None, "words_differ"),
        ("15 (năm mươi)", None, "words_differ"),
        ("06 (bay)", None, "not_a_number"),
        ("3 hồ sơ (1 trễ hạn)", None, "several"),
        ("hai mươi mốt", 21, "in_words"),
        ("１２", 12, ""),
        ("１．２３４", 1234, ""),
    ],
)
def test_a_count_that_says_one_thing_twice_is_read(text: str, value: int | None, code: str) -> None:
    read = count(text)
    assert read.value == value
    assert read.code == (f"value.count.{code}" if code else "")


def test_numbers_in_words_are_what_they_say() -> None:
    said = {
        "mười lăm": 15, "hai mươi": 20, "hai mươi mốt": 21, "ba mươi tư": 34, "một trăm": 100,
        "một trăm linh năm": 105, "một trăm hai mươi ba": 123,
        "một nghìn không trăm linh năm": 1005,
        "hai nghìn ba trăm bốn mươi lăm": 2345, "hai chục": 20, "một trăm năm": None,
        "hai hai": None, "trăm": None, "hai mươi mươi": None,
    }  # fmt: skip
    assert {words: number_in_words(words) for words in said} == said
