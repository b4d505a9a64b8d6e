"""Where blank rows and columns are put and how columns are ordered changes addresses alone."""

from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from kskt_excel.model.book import CellRef, Raw, Sheet
from kskt_excel.model.reading import Reading
from tests.reading.books import Rows, changed, found, read
from tests.reading.mutations import in_nfd, in_tcvn3, in_vni, renamed_tab
from tests.reading.samples import SAMPLES

FAULTS: tuple[tuple[str, str, Raw], ...] = (
    ("ho-so", "received_online", "3 hồ sơ (1 trễ hạn)"),
    ("ho-so", "returned", 1.5),
    ("tien-do", "completed_on", "31/2/2022"),
    ("qua-han", "received_on", "15/3"),
    ("kiem-tra", "shortcomings", "nhiều"),
)


def faulty(form: str, column: str, raw: Raw) -> Sheet:
    sheet = SAMPLES[form]()
    at = read(sheet).sheets[form].columns[column]

    def spoil(rows: Rows) -> None:
        rows[8][at - 1] = raw

    return changed(sheet, spoil)


def value_codes(reading: Reading) -> list[str]:
    return sorted(one.code for one in reading.findings if one.code.startswith("value."))


def place(reading: Reading) -> CellRef | None:
    return next(one.at for one in reading.findings if one.code.startswith("value."))


@given(
    st.sampled_from(FAULTS),
    st.lists(st.integers(0, 10), max_size=6),
    st.lists(st.integers(0, 12), max_size=4),
)
def test_blank_rows_and_columns_only_move_addresses(
    fault: tuple[str, str, Raw], blank_rows: list[int], blank_columns: list[int]
) -> None:
    form, column, raw = fault
    sheet = faulty(form, column, raw)

    def insert(rows: Rows) -> Rows:
        for at in sorted(blank_rows, reverse=True):
            rows.insert(at, [None] * len(rows[0]))
        for at in sorted(blank_columns, reverse=True):
            for row in rows:
                row.insert(at, None)
        return rows

    plain, moved = read(sheet), read(changed(sheet, insert))
    assert found(moved, form) == found(plain, form)
    assert value_codes(moved) == value_codes(plain)
    before, after = place(plain), place(moved)
    assert before is not None
    assert after is not None
    assert after.row == before.row + sum(at <= before.row - 1 for at in blank_rows)
    assert after.column == before.column + sum(at <= before.column - 1 for at in blank_columns)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(FAULTS), st.randoms(use_true_random=False))
def test_any_order_of_columns_is_read_alike(fault: tuple[str, str, Raw], random: st.DrawFn) -> None:
    form, column, raw = fault
    sheet = faulty(form, column, raw)
    order = list(range(len(sheet.rows[5])))
    random.shuffle(order)  # type: ignore[attr-defined]

    def reorder(rows: Rows) -> Rows:
        return [row if at < 5 else [row[index] for index in order] for at, row in enumerate(rows)]

    plain, moved = read(sheet), read(changed(sheet, reorder))
    assert found(moved, form) == found(plain, form)
    assert value_codes(moved) == value_codes(plain)


@settings(max_examples=20, deadline=None)
@given(st.sampled_from(FAULTS), st.sampled_from((in_nfd, in_tcvn3, in_vni, renamed_tab)))
def test_encoding_and_tab_name_change_no_finding_about_values(
    fault: tuple[str, str, Raw], disguise: Callable[[Sheet], Sheet]
) -> None:
    sheet = faulty(*fault)
    plain, moved = read(sheet), read(disguise(sheet))
    assert value_codes(moved) == value_codes(plain)
    assert [key for key, _ in found(moved, fault[0])] == [key for key, _ in found(plain, fault[0])]
