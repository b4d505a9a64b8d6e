"""What is kept of a tracker saves work and changes no byte."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from kskt_excel.consolidation.whole import consolidation_of
from kskt_excel.excel.tracker import blocks, data_sheets
from kskt_excel.excel.tracker.handwriting import Handwriting
from kskt_excel.ledger.cache import KeptWork
from kskt_excel.model.consolidation import Consolidation
from kskt_excel.model.packed import pack, unpack_checked
from kskt_excel.model.period import Period
from kskt_excel.model.plan import Plan
from kskt_excel.model.reading import Record, SheetReading
from kskt_excel.model.submission import Checked, UnitReport
from tests.builders import forms, sampled
from tests.excel.tracker import edits, samples

Reports = Mapping[str, Sequence[UnitReport]]
Year = tuple[Plan, Reports]
DOSSIER = "QLCNH|2022-Q1|ho-so|2.002385"
PLAN = samples.plan()


@pytest.fixture(scope="module", autouse=True)
def small_parts() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name in ("_ROWS_OF_A_PART", "_ROWS_OF_A_SHORT_PART"):
            patch.setattr(blocks, name, 2)
        yield


class Store(KeptWork):
    """Keeps chunks in memory and counts what is new."""

    def __init__(self, kept: Mapping[str, bytes] | None = None) -> None:
        self.kept = dict(kept or {})
        self.new = 0

    def get(self, name: str) -> bytes | None:
        return self.kept.get(name)

    def put(self, name: str, value: bytes) -> None:
        self.new += 1
        self.kept[name] = value


def from_cache(report: UnitReport) -> UnitReport:
    """A report as a run has it: its records packed."""
    sent = report.submission
    read = unpack_checked(pack(Checked(sent.sha256, report.reading, (), ""))).reading
    assert read
    return UnitReport(sent, read)


def units(period: Period) -> list[UnitReport]:
    """Three units, so that something stands above and below the one that changes."""
    office, special = samples.reports(period)
    third = replace(
        special, submission=samples.submission("CCTDC", period.id, file="Chi cục <TĐC>.xlsx")
    )
    return [office, special, third]


def year() -> Year:
    return PLAN, {one.id: units(one) for one in (samples.Q1, samples.Q2)}


def made(
    given: Year,
    kept: Store | None = None,
    hand: Handwriting | None = None,
    *,
    has_begun: bool = False,
) -> bytes:
    """The tracker of the half year, of its first quarter where it ``has_begun``."""
    plan, reports = given
    packed = {id_: [from_cache(one) for one in some] for id_, some in reports.items()}

    def together(period: Period, *quarters: Period) -> Consolidation:
        own = {one.id: packed[one.id] for one in quarters}
        return consolidation_of(
            period,
            plan=plan,
            forms=forms(),
            reports=own,
            submissions=[one.submission for some in own.values() for one in some],
            as_of=samples.CREATED,
        )

    first, second = samples.Q1, samples.Q2
    quarters = together(first, first), together(second, second)
    to_date = quarters[0] if has_begun else together(samples.HALF, first, second)
    links = {one.submission.sha256: "../archive/x.xlsx" for one in reports[first.id]}
    so_far = quarters[:1] if has_begun else quarters
    sources = blocks.TrackerYear(plan, forms(), so_far, to_date, links)
    return samples.tracker_bytes(sources, (), hand, kept)


def with_sheet(given: Year, form: str, change: Callable[[SheetReading], SheetReading]) -> Year:
    """The year with a sheet of one unit's first report changed."""
    plan, reports = given
    office, special, third = reports["2022-Q1"]
    sheets = {**special.reading.sheets, form: change(special.reading.sheets[form])}
    changed = replace(special, reading=replace(special.reading, sheets=sheets))
    return plan, {**reports, "2022-Q1": [office, changed, third]}


def other_figures(given: Year) -> Year:
    """A correction: version 2 in another file, with another figure in one row."""

    def changed(sheet: SheetReading) -> SheetReading:
        first, *rest = sheet.records
        return replace(sheet, records=(_with(first, online=first.count("online") + 5), *rest))

    plan, reports = with_sheet(given, "ho-so", changed)
    office, special, third = reports["2022-Q1"]
    sent = replace(special.submission, version=2, file="Bản 2.xlsx", sha256="2" * 64)
    return plan, {**reports, "2022-Q1": [office, replace(special, submission=sent), third]}


def _with(record: Record, **values: Any) -> Record:
    return replace(record, values={**record.values, **values})


def a_row_more(given: Year) -> Year:
    def longer(sheet: SheetReading) -> SheetReading:
        return replace(sheet, records=(*sheet.records, replace(sheet.records[0], row=99, key="x")))

    return with_sheet(given, "ho-so", longer)


def a_row_less(given: Year) -> Year:
    return with_sheet(given, "ho-so", lambda sheet: replace(sheet, records=sheet.records[1:]))


def another_tab(given: Year) -> Year:
    return with_sheet(given, "ho-so", lambda sheet: replace(sheet, name="Hồ sơ (2)"))


def another_name_of_a_unit(given: Year) -> Year:
    plan, reports = given
    named = (replace(one, name=f"{one.name} mới") for one in plan.units)
    return replace(plan, units=tuple(named)), reports


def a_report_gone(given: Year) -> Year:
    plan, reports = given
    return plan, {**reports, "2022-Q1": reports["2022-Q1"][1:]}


@pytest.fixture(scope="module")
def first() -> tuple[Store, bytes]:
    """What the first run of a year has kept, and its tracker."""
    store = Store()
    return store, made(year(), store)


@pytest.fixture
def store(first: tuple[Store, bytes]) -> Store:
    """What is kept before the next run."""
    return Store(first[0].kept)


@pytest.fixture
def before(first: tuple[Store, bytes]) -> bytes:
    """The tracker of the first run."""
    return first[1]


@pytest.mark.parametrize(
    "change",
    sampled(
        [other_figures, a_report_gone, a_row_more, a_row_less, another_tab, another_name_of_a_unit],
        2,
    ),
)
def test_after_a_change_the_bytes_are_those_of_a_run_that_kept_nothing(
    change: Callable[[Year], Year], store: Store, before: bytes
) -> None:
    after = made(change(year()), store)
    assert after == made(change(year()))
    assert after != before
    assert made(year(), store) == before


def test_what_has_not_changed_is_not_made_again(
    first: tuple[Store, bytes], store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    everything = first[0].new
    made(year(), store)
    assert store.new == 0
    made(other_figures(year()), store)
    # its part on each of some sheets that show the file, and the figures that follow from it
    assert 0 < store.new < everything / 2
    monkeypatch.setattr(data_sheets.DataRows, "_read", None)  # no more rows may be made
    made(year(), store)


def test_a_quarter_more_leaves_the_rows_of_the_one_before_as_they_were(
    before: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, asked = Store(), set[tuple[str, str]]()
    made(year(), store, has_begun=True)
    make = data_sheets.DataRows._table

    def table(rows: Any, quarter: Consolidation, *more: Any) -> Any:
        asked.add((rows.form.id, quarter.period.id))
        return make(rows, quarter, *more)

    monkeypatch.setattr(data_sheets.DataRows, "_table", table)
    assert made(year(), store) == before
    assert ("ho-so", samples.Q2.id) in asked
    assert ("ho-so", samples.Q1.id) not in asked


def test_handwriting_in_a_kept_row_is_written_and_leaves_the_kept_row_as_it_was(
    store: Store, before: bytes
) -> None:
    hand = edits.read(
        edits.edited(
            before,
            edits.note("Hồ sơ", DOSSIER, edits.NOTE, "Đã kiểm tra"),
            edits.colour("Hồ sơ", DOSSIER, "Trực tuyến"),
            edits.comment("Tiến độ", "I.1", edits.OPINION, "Hỏi lại"),
        )
    )
    written = made(year(), store, hand)
    assert written == made(year(), None, hand)
    book = edits.opened(written)
    assert edits.cell(book, "Hồ sơ", DOSSIER, edits.NOTE).value == "Đã kiểm tra"
    assert edits.cell(book, "Hồ sơ", DOSSIER, "Trực tuyến").fill.fgColor.rgb == "FFFFFF00"
    assert edits.cell(book, "Tiến độ", "I.1", edits.OPINION).comment.text == "Hỏi lại"
    assert edits.read(written).blocks["ho-so", "lines"].rows == hand.blocks["ho-so", "lines"].rows
    assert made(year(), store) == before


def test_handwriting_moves_with_its_row(store: Store, before: bytes) -> None:
    key = "CCTDC|2022-Q1|ho-so|2.002385"
    hand = edits.read(edits.edited(before, edits.note("Hồ sơ", key, edits.NOTE, "Theo dõi")))
    moved = made(a_row_more(year()), store, hand)
    assert edits.cell(edits.opened(moved), "Hồ sơ", key, edits.NOTE).value == "Theo dõi"
    assert moved == made(a_row_more(year()), None, hand)


def test_rows_that_only_stand_lower_are_not_made_again(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan, reports = year()
    office, special, third = reports["2022-Q1"]
    last = replace(special, submission=samples.submission("TTPT", "2022-Q1", file="TTPT.xlsx"))
    known: list[str] = []
    read = data_sheets.DataRows._read

    def noted(rows: data_sheets.DataRows, records: Sequence[Record]) -> Iterator[list[Any]]:
        known.append(rows.form.id)
        return read(rows, records)

    one_more = plan, {**reports, "2022-Q1": [office, special, third, last]}
    anew = made(one_more)
    monkeypatch.setattr(data_sheets.DataRows, "_read", noted)
    assert made(one_more, store) == anew
    # of «Thông tin», below the list of files that is longer by one, the new unit's rows alone
    assert known.count("thong-tin") == 1


def test_under_a_plan_that_is_not_known_by_its_hash_no_row_of_a_unit_is_kept() -> None:
    store = Store()
    unknown = replace(PLAN, sha256=""), year()[1]
    made(unknown, store)
    renamed = another_name_of_a_unit(unknown)
    assert made(renamed, store) == made(renamed)


def test_another_plan_gives_other_chunks(store: Store) -> None:
    made((replace(PLAN, sha256="1" * 64), year()[1]), store)
    assert store.new > 40  # every part with rows of units
