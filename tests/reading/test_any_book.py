"""Reading never raises, whatever stands in a workbook."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kskt_excel.check.context import surroundings
from kskt_excel.messages import catalogue, params_in
from kskt_excel.model.book import Book, Raw, Sheet, SheetFacts
from kskt_excel.model.finding import Finding
from kskt_excel.model.reading import SheetState
from tests.builders import forms, small_plan
from tests.reading.books import READER, issued
from tests.reading.samples import SAMPLES

HEADINGS = [column.heading for form in forms().sheets for column in form.columns]
WORDS = [
    *HEADINGS,
    *(form.sheet for form in forms().sheets),
    "kskt:ho-so/1.0;unit=VP;period=2022-Q1",
    "kskt:ho-so/9.9;unit=;period=9999-Q9",
    "kskt:ket-qua/1",
    "kskt:;=;",
    "Kỳ này không phát sinh",
    "Tổng cộng",
    "Ghi chú:",
    "_id",
    "x",
    "(1)",
    "I",
    "II.1.a",
    "2.002385",
    "Không phát sinh",
    "15/3/2022",
    "M¸y mãc thiÕt bÞ v¨n phßng Së",
    "",
    " ",
]
texts = st.sampled_from(WORDS) | st.text(max_size=12)
raws: st.SearchStrategy[Raw] = st.one_of(
    st.none(),
    texts,
    st.floats(),
    st.booleans(),
    st.datetimes(),
    st.dates(),
    st.times(),
    st.timedeltas(),
)
rows = st.lists(st.lists(raws, max_size=14), max_size=16)
cells = st.tuples(st.integers(0, 20), st.integers(0, 18))
areas = st.tuples(*[st.integers(0, 20)] * 4) | st.just((1, 1, 1_048_576, 16_384))


@st.composite
def facts(draw: st.DrawFn) -> SheetFacts:
    return SheetFacts(
        formulas=draw(st.dictionaries(cells, st.text(max_size=4), max_size=4)),
        unstored=frozenset(draw(st.lists(cells, max_size=4))),
        errors=draw(st.dictionaries(cells, st.just("#REF!"), max_size=4)),
        external=frozenset(draw(st.lists(cells, max_size=3))),
        hidden_rows=frozenset(draw(st.lists(st.integers(0, 20), max_size=3))),
        hidden_columns=frozenset(draw(st.lists(st.integers(0, 18), max_size=3))),
        filtered=draw(st.booleans()),
        legacy_fonts=draw(
            st.dictionaries(cells, st.sampled_from([".VnTimeH", "VNI-Times"]), max_size=3)
        ),
        percent_cells=frozenset(draw(st.lists(cells, max_size=3))),
    )


@st.composite
def strange_sheets(draw: st.DrawFn) -> Sheet:
    return Sheet(
        name=draw(texts),
        rows=draw(rows),
        visible=draw(st.booleans()),
        merged=tuple(draw(st.lists(areas, max_size=3))),
        facts=draw(facts()),
    )


@st.composite
def spoilt_sheets(draw: st.DrawFn) -> Sheet:
    """A good sheet with a few cells overwritten, so that the deeper steps are reached."""
    good = draw(st.sampled_from([*SAMPLES.values(), lambda: issued("danh-gia")]))()
    spoilt = [list(row) for row in good.rows]
    for _ in range(draw(st.integers(0, 6))):
        row = spoilt[draw(st.integers(0, len(spoilt) - 1))]
        row[draw(st.integers(0, len(row) - 1))] = draw(raws)
    merged = tuple(draw(st.lists(areas, max_size=3)))
    return Sheet(good.name, spoilt, merged=merged, facts=draw(facts()))


marks = st.dictionaries(
    st.sampled_from(["kskt_unit", "kskt_period", "kskt_version", "KSKT_UNIT", "other"]),
    st.sampled_from(["VP", '="VP"', "2022-Q1", "2022Q1", "'Hồ sơ'!$A$1", "x!ZZZ9999999", ""]),
)
books = st.builds(
    Book,
    kind=st.sampled_from(["xlsx", "xls", "ods", "csv"]),
    sheets=st.lists(strange_sheets() | spoilt_sheets(), max_size=4).map(tuple),
    properties=marks,
    names=marks,
    epoch_1904=st.booleans(),
)


def words_needed(found: Finding) -> set[str]:
    """Names in the braces of a finding's sentence."""
    entry = catalogue()[found.entry]
    told_later = surroundings(small_plan(), forms(), "", "").keys()
    return {*params_in(entry.text + entry.remedy)} - told_later


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(books)
def test_reading_any_book_gives_a_reading(book: Book) -> None:
    reading = READER.read(book)
    names = {sheet.name for sheet in book.sheets}
    for sheet in reading.sheets.values():
        assert sheet.state is SheetState.MISSING or sheet.name in names
    for found in reading.findings:
        assert all(cell.sheet in names for cell in found.cells)
        assert len({*found.cells}) == len(found.cells)
        assert words_needed(found) <= found.params.keys()


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(books)
def test_reading_twice_gives_the_same(book: Book) -> None:
    assert READER.read(book) == READER.read(book)
