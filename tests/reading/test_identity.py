"""A workbook says whose it is and of which period in many ways; disagreement is said."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

import pytest

from kskt_excel.model.book import Book, Raw, Sheet, SheetFacts
from kskt_excel.model.forms import Forms
from kskt_excel.model.reading import Reading
from kskt_excel.reading.workbook import Reader
from tests.builders import forms, small_plan
from tests.reading.books import MARKS, READER, changed, codes, found, info, read
from tests.reading.mutations import FIRST, HEADING, Rows, without_marks
from tests.reading.samples import TASK_1, TASK_2, cases, inspections, progress

ONE, ANOTHER = {"kskt_unit": "VP"}, {"kskt_unit": "TTPT"}


def bare_info(**values: Raw) -> Sheet:
    def erase(rows: Rows) -> None:
        rows[1] = []
        rows[2] = []

    return changed(info(**values), erase)


def read_book(
    *sheets: Sheet,
    properties: Mapping[str, str] | None = None,
    names: Mapping[str, str] | None = None,
) -> Reading:
    return READER.read(Book("xlsx", sheets, properties or {}, names or {}))


@pytest.mark.parametrize(
    ("reading", "found_by"),
    [
        (read_book(bare_info(), properties=MARKS), "property"),
        (read_book(bare_info(), names={k: f'="{v}"' for k, v in MARKS.items()}), "name"),
        (read_book(info()), "row"),
        (read_book(bare_info()), "label"),
        (read_book(without_marks(cases())), "content"),
    ],
    ids=["property", "name", "row", "label", "content"],
)
def test_any_one_mark_is_enough(reading: Reading, found_by: str) -> None:
    identity = reading.identity
    assert (identity.unit, identity.period) == ("QLCNH", "2022-Q1")
    assert identity.found_by == found_by
    expected = [("identity.marks_lost", "")] if found_by in ("label", "content") else []
    assert codes(reading) == expected


def test_a_name_that_points_to_a_cell_is_followed() -> None:
    names = {"kskt_unit": "'Thông tin'!$B$7", "kskt_period": "='Thông tin'!$B$8"}
    reading = read_book(bare_info(), names=names)
    assert (reading.identity.unit, reading.identity.period) == ("QLCNH", "2022-Q1")
    assert reading.identity.found_by == "name"


def test_the_old_spelling_of_a_period_is_understood() -> None:
    reading = read_book(bare_info(), properties={**MARKS, "kskt_period": "2022Q1"})
    assert reading.identity.period == "2022-Q1"


def test_marks_that_disagree_are_said_and_most_of_them_win() -> None:
    names = {"kskt_unit": '="VP"', "kskt_period": '="2022-Q1"'}
    reading = read_book(info(), properties=MARKS, names=names)
    assert reading.identity.unit == "QLCNH"
    assert codes(reading) == [("identity.marks_disagree", "")]
    assert reading.findings[0].params["taken"] == "Phòng Quản lý chuyên ngành"


def test_of_two_that_disagree_the_stronger_wins() -> None:
    reading = read_book(bare_info(), properties=ONE, names=ANOTHER)
    assert reading.identity.unit == "VP"


def test_a_sheet_from_another_quarter_is_an_error_at_that_sheet() -> None:
    def old(rows: Rows) -> None:
        rows[1][0] = "kskt:ho-so/1.0;unit=QLCNH;period=2021-Q4"

    reading = read(changed(cases(), old), inspections())
    assert codes(reading) == [("identity.sheet_differs", "Hồ sơ")]
    assert reading.findings[0].params["says"] == "Quý IV/2021"


def test_without_unit_and_period_both_are_asked_for() -> None:
    sheet = bare_info(unit_name="Phòng Quản lí chuyên nghành", unit_code=None, period="quý này")
    reading = read_book(sheet)
    assert [code for code, _ in codes(reading)] == [
        "identity.unit_unknown", "identity.period_unknown",
    ]  # fmt: skip
    assert "“Phòng Quản lý chuyên ngành”" in str(reading.findings[0].params["near"])


@pytest.mark.parametrize(
    ("period", "entry", "taken"),
    [
        ("quý này", "value.period.unread", ""),
        ("Tháng 3/2022", "value.period.month", ""),
        ("2022", "value.period.only_year", ""),
        ("Quý I, II/2022", "value.period.several", ""),
        ("từ 10/01/2022 đến 20/3/2022", "value.period.range", ""),
        ("6 tháng đầu năm 2022", "identity.period_unknown", ""),
        (None, "identity.period_not_told", ""),
        ("Quý I", "value.period.year_taken", "2022-Q1"),
        ("Quý lll/2022", "value.period.unsure", "2022-Q3"),
    ],
)
def test_a_period_that_is_not_clear_is_told_at_its_cell(
    period: str | None, entry: str, taken: str
) -> None:
    reading = read_book(bare_info(period=period))
    told = [one for one in reading.findings if one.entry == entry]
    assert [(one.at.sheet, one.at.column) for one in told if one.at] == [("Thông tin", 2)]
    assert reading.identity.period == taken


def test_a_workbook_of_something_else_is_not_ours() -> None:
    reading = read_book(Sheet("Sheet1", [["STT", "Họ và tên", "Lương"], [1.0, "Lan", 5.0]]))
    assert reading.sheets == {}
    assert codes(reading) == [("identity.not_ours", "")]


def test_an_empty_workbook_is_not_ours() -> None:
    assert read_book().sheets == {}


def test_an_unknown_version_is_said_and_the_sheet_read() -> None:
    def newer(rows: Rows) -> None:
        rows[1][0] = "kskt:ho-so/7.0;unit=QLCNH;period=2022-Q1"

    reading = read(changed(cases(), newer))
    assert codes(reading) == [("identity.version_unknown", "")]
    assert found(reading, "ho-so") == found(read(cases()), "ho-so")


OLD_HEADINGS = {
    "received_online": "Nộp qua mạng",
    "received_direct": "Nộp tại quầy",
    "resolved_early": "Xong sớm",
}


def with_older_version() -> Reader:
    """A reader that also knows version 0.9 of «Hồ sơ», in force to the end of 2021."""
    now = forms().sheet_by_id["ho-so"]
    columns = tuple(
        replace(column, heading=OLD_HEADINGS.get(column.key, column.heading))
        for column in now.columns
    )
    ended = dt.date(2021, 12, 14)
    older = replace(now, version="0.9", columns=columns, valid_to=ended)
    return Reader(small_plan(), Forms((older, *forms().sheets), forms().printed, "x"))


def older_cases(mark: str | None) -> Sheet:
    def old(rows: Rows) -> None:
        rows[1][0] = mark
        new = {forms().sheet_by_id["ho-so"].by_key[key].heading: key for key in OLD_HEADINGS}
        rows[5] = [OLD_HEADINGS[new[text]] if text in new else text for text in rows[5]]

    return changed(cases(), old)


@pytest.mark.parametrize(
    ("mark", "said"),
    [
        ("kskt:ho-so/0.9;unit=QLCNH;period=2022-Q1", [("identity.version_old", "")]),
        ("kskt:ho-so/7.0;unit=QLCNH;period=2022-Q1", [("identity.version_unknown", "")]),
        (None, []),
    ],
    ids=["old", "unknown", "without a mark"],
)
def test_an_older_version_is_read_by_its_own_headings(
    mark: str | None, said: list[tuple[str, str]]
) -> None:
    reading = with_older_version().read(Book("xlsx", (info(), older_cases(mark)), MARKS))
    assert found(reading, "ho-so") == found(read(cases()), "ho-so")
    assert codes(reading) == said


def test_the_version_in_force_is_read_as_before_beside_an_older_one() -> None:
    reading = with_older_version().read(Book("xlsx", (info(), cases()), MARKS))
    assert found(reading, "ho-so") == found(read(cases()), "ho-so")
    assert codes(reading) == []


def rebuilt(*lines: str) -> Sheet:
    """A sheet made by hand: own title lines, then headings and figures copied without the rest."""

    def copy(rows: Rows) -> Rows:
        table = [row[:-1] for row in (rows[HEADING], *rows[FIRST:])]
        titles: Rows = [[line] for line in lines]
        return [*titles, *table]

    sheet = replace(changed(cases(), copy), name="Sheet1")
    return replace(sheet, facts=SheetFacts())


def test_a_workbook_rebuilt_by_hand_is_read_when_its_titles_tell_whose_it_is() -> None:
    sheet = rebuilt("Đơn vị: Phòng Quản lý chuyên ngành", "Báo cáo Quý I năm 2022")
    reading = READER.read(Book("xls", (sheet,)))
    assert found(reading, "ho-so") == found(read(cases()), "ho-so")
    identity = reading.identity
    assert (identity.unit, identity.period, identity.found_by) == ("QLCNH", "2022-Q1", "content")
    assert codes(reading) == [("identity.marks_lost", ""), ("sheet.renamed", "Sheet1")]


def test_a_workbook_rebuilt_by_hand_that_says_nothing_is_asked_for_unit_and_period() -> None:
    reading = READER.read(Book("xls", (rebuilt(),)))
    assert found(reading, "ho-so") == found(read(cases()), "ho-so")
    assert [code for code, _ in codes(reading)] == [
        "identity.unit_unknown", "identity.period_unknown", "sheet.renamed",
    ]  # fmt: skip


def _keys(sheet: Sheet) -> list[str]:
    return [key for key, _ in found(read(sheet), "tien-do")]


def _cells(sheet: Sheet, **cells: Raw) -> Sheet:
    def put(rows: Rows) -> None:
        for place, value in cells.items():
            rows[int(place[1:]) - 1]["ABCDEFGHIJKL".index(place[0])] = value

    return changed(sheet, put)


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"A8": None}, "row.key_found"),
        ({"A8": None, "L8": None}, "row.key_found"),
        ({"A8": None, "B8": None, "C8": None, "D8": None}, "row.key_found"),
        ({"A8": "II.1.aa"}, "row.key_mended"),
        ({"A8": "II.1.aa", "L8": None}, "row.key_mended"),
        ({"A8": None, "L8": None, "B8": TASK_1.replace("kịp thời", "kip thờii")}, "row.key_found"),
        ({"L8": "II.4"}, "row.key_disagrees"),
        ({"B8": TASK_2}, "row.key_disagrees"),
        ({"A8": "II.4"}, "row.key_disagrees"),
    ],
)
def test_a_given_row_is_known_by_two_of_id_key_and_text(
    cells: Mapping[str, Raw], code: str
) -> None:
    sheet = _cells(progress(), **cells)
    assert _keys(sheet) == ["II.1.a", "II.4"]
    assert codes(read(sheet)) == [(code, "Tiến độ!A8")]


def test_an_unknown_key_with_an_unknown_text_stays_as_written_for_the_rules() -> None:
    sheet = _cells(progress(), A8="IX.9", B8="Việc khác", L8=None)
    assert _keys(sheet) == ["IX.9", "II.4"]
    assert codes(read(sheet)) == []


def test_repeated_running_numbers_never_make_two_rows_one() -> None:
    sheet = _cells(inspections(), A9=1.0)
    keys = [key for key, _ in found(read(sheet), "kiem-tra")]
    assert len(set(keys)) == 2
