import datetime as dt
import re
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kskt_excel.messages import catalogue
from kskt_excel.model.book import Raw
from kskt_excel.model.period import Period
from kskt_excel.model.plan import Deadline
from kskt_excel.text.codes import document_number, dossier_code, procedure_code
from kskt_excel.text.dates import date
from kskt_excel.text.deadlines import task_deadline
from kskt_excel.text.legacy import decode_sheet
from kskt_excel.text.names import Matcher
from kskt_excel.text.periods import period
from kskt_excel.text.pii import looks_personal, mask
from kskt_excel.text.spelling import VIETNAMESE, clean, plain_key, tone_key
from kskt_excel.text.values import Parsed, count, days, decimal, percent, yes_no
from tests.text.encoders import to_tcvn3_pairs, to_vni
from tests.text.sentences import LINES
from tests.text.unit_names import UNITS

WINDOW = Period.parse("2022-Q1").window()
_LEVELS = {"warn": ("warning", "info")}  # a value taken; what is beyond doubt is information
PARSERS: tuple[Callable[[Raw], Parsed[object]], ...] = (
    count,
    days,
    decimal,
    percent,
    lambda raw: percent(raw, percent_format=True),
    yes_no,
    date,
    lambda raw: date(raw, epoch_1904=True),
    period,
    lambda raw: period(raw, year=2022),
    lambda raw: task_deadline(raw, 2022),
    procedure_code,
    dossier_code,
    document_number,
)
OFFICE = st.text(alphabet="0123456789.,/-–:;%()~ \n'\"xvlOIđQuýHồsơkhông年１\u00a0\u0301_xD")
ANY_TEXT = st.text() | OFFICE | st.text(alphabet=VIETNAMESE + "abcEGHQuy \u0300\u0323\u00c3\u00a1")
RAW = (
    ANY_TEXT
    | st.floats()
    | st.integers(-(10**9), 10**9).map(float)
    | st.booleans()
    | st.none()
    | st.dates()
    | st.datetimes()
    | st.times()
    | st.timedeltas()
)


@pytest.mark.parametrize("number", range(len(PARSERS)))
def test_no_parser_raises_and_every_remark_has_its_sentence(number: int) -> None:
    @given(RAW)
    def holds(raw: Raw) -> None:
        read = PARSERS[number](raw)
        assert (read.value is not None) == (read.outcome in ("ok", "warn"))
        assert bool(read.code) == (read.outcome in ("warn", "error", "ditto"))
        if read.code:
            entry = catalogue()[read.code]
            assert entry.level in _LEVELS.get(read.outcome, ("error",))
            named = set(re.findall(r"\{(\w+)\}", entry.text + entry.remedy))
            # examples come from the unit's own period and procedures, or from the cell's column
            own = {name for name in named if not name.endswith("example")}
            assert own <= read.params.keys()
            assert "given" in read.params

    holds()


@given(ANY_TEXT)
def test_a_count_has_no_digits_that_were_not_written(text: str) -> None:
    value = count(text).value
    if value is not None and any(map(str.isdecimal, text)):
        written = "".join(str(unicodedata.decimal(c)) for c in text if c.isdecimal())
        assert written.lstrip("0").startswith(str(value)) or int(written) == value


@given(ANY_TEXT)
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    once = clean(text).text
    assert clean(once).text == once
    assert unicodedata.is_normalized("NFC", once)


@given(st.text(alphabet=VIETNAMESE + "abcdeghiklmnopqrstuvxy ()-/0123456789"))
def test_keys_are_the_same_for_composed_and_decomposed_text(text: str) -> None:
    composed = unicodedata.normalize("NFC", text)
    decomposed = unicodedata.normalize("NFD", text)
    for key in (tone_key, plain_key):
        assert key(composed) == key(decomposed)


@given(st.lists(st.sampled_from(LINES), min_size=5, unique=True), st.booleans())
def test_an_old_encoding_goes_there_and_back(lines: list[str], vni: bool) -> None:
    encode = to_vni if vni else to_tcvn3_pairs
    cells = {(row, 1): encode(line) for row, line in enumerate(lines, start=1)}
    read = decode_sheet(cells, {}).texts
    assert [read.get(cell, raw) for cell, raw in cells.items()] == lines


@given(st.lists(ANY_TEXT, max_size=6), st.sampled_from(["", ".VnTimeH", "VNI-Times"]))
def test_no_text_stops_the_decoding(texts: list[str], font: str) -> None:
    cells = {(row, 1): text for row, text in enumerate(texts, start=1)}
    found = decode_sheet(cells, dict.fromkeys(cells, font) if font else {})
    assert sum(found.counts.values()) == len(found.texts)


@given(ANY_TEXT)
def test_names_and_personal_data_take_any_text(text: str) -> None:
    match = Matcher(UNITS[:3]).match(text)
    assert (match.value is None) == (match.how in ("ask", "none"))
    assert (looks_personal(text) is None) == (mask(text) == text)


def test_given_shows_a_stored_day_as_a_reader_writes_it() -> None:
    assert count(dt.date(2022, 3, 15)).params["given"] == "15/3/2022"
    assert count(dt.date(2022, 1, 5)).params["given"] == "05/01/2022"
    assert count(1.5).params["given"] == "1,5"


@pytest.mark.parametrize("piece", ["9", "1.234", "1/", "(", "A-", "ã ", "@a.", "_x000", "tổ 5, "])
def test_a_cell_as_long_as_excel_allows_stops_nothing(piece: str) -> None:
    text = (piece * 32767)[:32767]
    for parse in PARSERS:
        value = parse(text).value
        # a plan's deadline keeps its words: what is not understood has no day
        assert value is None or (isinstance(value, Deadline) and not value.days), parse
    assert len(clean(text).text) <= len(text)
    assert mask(text).count("đã che") == (
        0 if looks_personal(text) is None else mask(text).count("[")
    )
