from kskt_excel.check.findings import group
from kskt_excel.messages import finding
from kskt_excel.model.book import CellRef
from kskt_excel.model.finding import Finding

E7, E9, E12 = (CellRef("Hồ sơ", row, 5) for row in (7, 9, 12))


def _blank(at: CellRef, column: str = "Trực tuyến") -> Finding:
    return finding("cell.required", at, template="cell.blank_count", column=column, example="12")


def _after(at: CellRef) -> Finding:
    return finding("date.after_period", at, column="Ngày", given="x", start="", end="")


def test_the_same_fault_of_several_cells_is_told_once_in_reading_order() -> None:
    grouped = group([_blank(E9), _blank(E12), _blank(E7)])
    assert [(one.code, one.at, one.also) for one in grouped] == [("cell.required", E7, (E9, E12))]


def test_faults_that_say_something_else_stay_apart() -> None:
    other_sheet = CellRef("Trực tuyến", 7, 5)
    findings = (_blank(E7), _blank(E9, "Trực tiếp"), _blank(other_sheet))
    assert group(findings) == findings


def test_a_finding_about_the_whole_file_has_no_cells() -> None:
    whole = finding("info.unit_ended", unit="Phòng", successor="")
    assert group([whole, whole]) == (whole,)


def test_nothing_more_is_said_of_a_cell_that_cannot_be_read() -> None:
    unread = finding("value.date.unread", E7, given="hôm qua")
    assert group([unread, _after(E7), _after(E9)]) == (unread, _after(E9))


def test_a_date_that_may_be_exchanged_is_not_called_outside_as_well() -> None:
    swapped = finding("value.date.swapped_column", E7, value="03/12/2022", swapped="12/03/2022")
    assert group([swapped, _after(E7)]) == (swapped,)


def test_a_wrong_sum_is_not_called_typed_over_as_well() -> None:
    typed = finding("cell.typed_over", E7, given=35, counted=37)
    wrong = finding("V06a.1", E7, template="identity.sum")
    assert group([typed, wrong]) == (wrong,)
    assert group([typed]) == (typed,)


def test_ten_thousand_cells_are_grouped_at_once() -> None:
    cells = [CellRef("Quá hạn", row, 7) for row in range(8, 10_008)]
    (grouped,) = group(_blank(cell) for cell in cells)
    assert len(grouped.cells) == 10_000
