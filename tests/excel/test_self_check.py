"""What the workbook says of itself while it is filled is what the check says when it comes."""

import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial

import openpyxl
import pytest

from kskt_excel.check.context import RuleContext
from kskt_excel.check.engine import run_rules
from kskt_excel.excel.book_writer import patched
from kskt_excel.excel.issued.cell_rules import CellRule, FaultGroup, cell_rules
from kskt_excel.excel.issued.order import ChoiceLists, IssueOrder
from kskt_excel.model.book import CellRef
from kskt_excel.model.finding import Finding, Severity
from kskt_excel.model.reading import Record, Value
from tests.builders import forms, sampled, small_plan
from tests.check import good
from tests.check.tables import Fault, with_cells
from tests.check.test_faults import FAULTS
from tests.checked import check_one
from tests.excel import samples
from tests.excel.self_checked import SHEET, Filled, checked, told
from tests.habits import harmless
from tests.habits.filled import PERIOD, UNIT, correct
from tests.habits.test_habits import context
from tests.judges import RECALCULATED, all_recalculated, cells, without_results
from tests.office.desk_of_tests import plan_2022

GOOD = Filled.from_reading(good.unit_with_procedures())

ONLY_OFFICE = {
    "text.personal_data": "words are not understood by a formula",
    "overdue.days": "working days with holidays",
    "publication.submitted_late": "working days with holidays",
    "publication.online_late": "working days with holidays",
    "publication.not_online": "working days with holidays",
    "feedback.passed_on_late": "working days with holidays",
    "feedback.due_late": "working days with holidays",
    "feedback.extended_in_time": "working days with holidays",
    "V06a.8": "a given cell that was typed over",
    "info.window": "a locked cell that was typed over",
    "total.sum": "a locked cell that was typed over",
    "V06a.6": "a locked cell that was typed over",
    "V06a.11": "a remark on figures that agree",
    "procedure.unknown": "in «Công bố» the office asks about procedures of every unit",
    "review.more_than_planned": "a remark on all rows together",
    "row.repeated": "a remark on registers, word for word",
    "evaluation.step": "a remark on decimals",
    "evaluation.whole_points": "a remark on decimals",
    "online.level": "a remark over two sheets",
    "across.overdue_split": "a remark over two sheets",
    "overdue.agency": "a remark on codes",
    "publication.no_basis": "a remark over two sheets",
    "publication.two_days": "a remark on several rows together",
}
"""Rules of which the sheet says nothing, each with its reason."""


def _is_about_typed_cells(fault: Fault) -> bool:
    """Whether a seeded fault is one that a filled workbook can have in this way.

    Sums are formulas, the row of totals and «Thông tin» are locked, given rows stay where they
    are; a mark of what cannot be read is a text that only columns of figures refuse.
    """
    _, cells_of, _ = fault
    for place, text in cells_of.items():
        name, _, a1 = place.partition("!")
        form = next(one for one in forms().sheets if one.sheet == name)
        if form.layout == "labels" or a1.endswith("99"):
            return False
        column = form.columns[ord(a1[0]) - ord("A")]
        if column.type == "computed" or column.given or (form.rows and column.key in form.key):
            return False
        if text == "?":
            return False
    return True


TYPED = [fault for fault in FAULTS if _is_about_typed_cells(fault)]


def test_a_correct_workbook_passes() -> None:
    assert GOOD.verdict() == "ĐẠT"
    assert {line.result for line in GOOD.lines().values()} <= {"đủ", "không phát sinh", "để trống"}


@pytest.mark.parametrize("cells_of", [one[1] for one in TYPED], ids=[one[0] for one in TYPED])
def test_a_seeded_fault_is_seen_by_the_sheet_as_by_the_check(cells_of: dict[str, str]) -> None:
    spoilt = with_cells(good.unit_with_procedures(), cells_of)
    found = run_rules(spoilt, plan=small_plan(), forms=forms())
    lines = Filled.from_reading(spoilt).lines()
    told_of = [one for one in found if not _is_for_the_office(one)]
    levels = {one.severity for one in told_of}
    assert (Severity.ERROR in levels) == any(line.errors for line in lines.values())
    assert (Severity.WARNING in levels) == any(line.reviews for line in lines.values())
    speaking = {title: line for title, line in lines.items() if line.errors + line.reviews}
    assert {one.at.sheet for one in told_of if one.at} <= speaking.keys()
    if len(told_of) == 1:
        places = {(at.sheet, at.row, at.column) for one in told_of for at in one.cells}
        assert {(title, *(line.place or ())) for title, line in speaking.items()} <= places


def _is_for_the_office(found: Finding) -> bool:
    """Whether no formula tells of it."""
    if found.code == "procedure.unknown":
        return found.at is not None and found.at.sheet == "Công bố"
    return found.code in ONLY_OFFICE


def test_a_fault_of_the_check_that_no_formula_tells_is_listed() -> None:
    codes = {code for _, _, expected in FAULTS for code, _ in expected}
    assert codes >= set(ONLY_OFFICE) - {"overdue.agency"}


_FUNCTION = re.compile(r"\b([A-Z][A-Z0-9.]*)\(")
KNOWN_SINCE_2007 = {
    "SUMPRODUCT",
    "COUNTIF",
    "COUNTIFS",
    "SUMIF",
    "SUM",
    "MATCH",
    "ISNUMBER",
    "MONTH",
    "ISTEXT",
    "ISERROR",
    "IFERROR",
    "IF",
    "OR",
    "TRIM",
    "ROW",
    "ROWS",
    "COLUMN",
    "ADDRESS",
    "CHOOSE",
    "MAX",
    "ABS",
    "INT",
    "MOD",
    "MID",
    "LEFT",
    "FIND",
    "SEARCH",
    "TEXT",
    "SUBSTITUTE",
    "DATE",
    "DAY",
    "HYPERLINK",
    "INDEX",
    "LEN",
    "REPT",
}


@pytest.mark.parametrize("unit", ["QLCNH", "VP"])
def test_formulas_are_short_and_of_functions_that_every_excel_has(unit: str) -> None:
    package = zipfile.ZipFile(io.BytesIO(samples.blank(unit)))
    parts = [package.read(name).decode() for name in package.namelist() if "worksheets/" in name]
    formulas = [one for part in parts for one in re.findall(r"<f(?:ormula)?>(.*?)</f", part)]
    assert max(map(len, formulas)) < 8192
    assert set(_FUNCTION.findall(" ".join(formulas))) <= KNOWN_SINCE_2007


def test_each_sheet_has_its_line_whatever_the_definitions_are() -> None:
    _, lines = told(samples.blank("VP"))
    sheets = openpyxl.load_workbook(io.BytesIO(samples.blank("VP"))).sheetnames
    assert [SHEET, *lines, "_danh_muc"] == sheets


@pytest.mark.parametrize(
    "spoil",
    sampled(
        [
            lambda book: book.remove(book[SHEET]),
            lambda book: setattr(book[SHEET]["B8"], "value", "đã xong"),
            lambda book: setattr(book[SHEET], "title", "Nháp"),
            lambda book: book.copy_worksheet(book[SHEET]),
            lambda book: book.move_sheet(SHEET, 5),
            lambda book: book[SHEET].delete_rows(1, 40),
        ],
        2,
    ),
    ids=["deleted", "typed over", "renamed", "copied", "moved", "emptied"],
)
def test_whatever_is_done_to_the_sheet_nothing_is_said_of_it(
    spoil: Callable[[openpyxl.Workbook], None],
) -> None:
    book = openpyxl.load_workbook(io.BytesIO(GOOD.workbook()))
    was = {(one.code, one.at) for one in checked(_saved(book))}
    spoil(book)
    assert {(one.code, one.at) for one in checked(_saved(book))} == was


def _saved(book: openpyxl.Workbook) -> bytes:
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


HABITS: list[tuple[str, str, int, dict[str, Value]]] = [
    ("a count written as a text", "ho-so", 2, {"received_online": "0"}),
    ("a dash for no dossier", "ho-so", 2, {"returned": "-"}),
    ("a word for no dossier", "truc-tuyen", 2, {"accounts": "không"}),
    ("a word without marks", "truc-tuyen", 2, {"accounts": "khong phat sinh"}),
    ("a long dash", "ho-so", 2, {"returned": "—"}),
    ("two dashes for no", "danh-muc", 2, {"posted": "--"}),
    ("no without marks", "danh-muc", 2, {"posted": "khong"}),
    ("a day written as a text", "qua-han", 0, {"received_on": "10/01/2022"}),
    ("a day with a short year", "qua-han", 0, {"received_on": "10/01/22"}),
    ("a status in other letters", "tien-do", 0, {"status": "đang thực hiện"}),
    ("a reason by its code", "qua-han", 0, {"reason": "NN02"}),
    ("a tick for yes", "danh-muc", 0, {"posted": "x"}),
    ("a sign for no", "danh-muc", 2, {"posted": "0"}),
    ("points with a comma", "danh-gia", 0, {"self_score": "1,9"}),
]
"""What offices type and the reader mends: the sheet never says that it must be mended."""

UNREADABLE: list[tuple[str, str, int, dict[str, Value]]] = [
    ("a word for a count", "ho-so", 0, {"received_online": "bốn hồ sơ gì đó"}),
    ("a fraction", "ho-so", 0, {"received_online": 4.5}),
    ("a negative count", "ho-so", 0, {"received_online": -4}),
    ("a day that is none", "qua-han", 0, {"received_on": "31/02/2022"}),
    ("a day long ago", "qua-han", 0, {"received_on": dt.date(1922, 1, 10)}),
    ("a word for a day", "pakn", 0, {"received_on": "hôm qua"}),
    ("an unknown status", "tien-do", 0, {"status": "sắp xong"}),
    ("an unknown answer", "danh-muc", 0, {"posted": "có lẽ"}),
    ("a percentage of 120", "ra-soat", 0, {"cost_cut_percent": 120}),
]
"""What cannot be read: the sheet says so, as the check does."""


@pytest.mark.parametrize(("form", "row", "values"), [one[1:] for one in HABITS])
def test_a_habit_is_no_fault(form: str, row: int, values: dict[str, Value]) -> None:
    filled = GOOD.but(form, row, **values)
    assert filled.verdict().startswith("ĐẠT")
    assert not [one for one in checked(filled.workbook()) if one.severity is Severity.ERROR]


@pytest.mark.parametrize(("form", "row", "values"), [one[1:] for one in UNREADABLE])
def test_what_cannot_be_read_is_a_fault(form: str, row: int, values: dict[str, Value]) -> None:
    filled = GOOD.but(form, row, **values)
    title = forms().sheet_by_id[form].sheet
    assert filled.lines()[title].errors
    found = checked(filled.workbook())
    assert title in {one.at.sheet for one in found if one.at and one.severity is Severity.ERROR}


def _all_filled() -> dict[str, bytes]:
    """Correct, blank and spoilt workbooks, by a name for their files."""
    spoilt = [with_cells(good.unit_with_procedures(), one[1]) for one in TYPED[::4]]
    many = [GOOD, *map(Filled.from_reading, spoilt)]
    many += [GOOD.but(*one[1:3], **one[3]) for one in (*HABITS, *UNREADABLE)]
    return {f"{number}": one.workbook() for number, one in enumerate(many)}


@pytest.mark.long
def test_libreoffice_computes_every_verdict_as_it_is_stored(*, exhaustive: bool) -> None:
    books = dict([*_all_filled().items()][:: 1 if exhaustive else 2])
    computed = all_recalculated({name: without_results(data) for name, data in books.items()})
    for name, data in books.items():
        stored = {at: value for at, value in cells(data).items() if at[0] == SHEET}
        assert {at: one for at, one in cells(computed[name]).items() if at[0] == SHEET} == stored


WORDS = (
    ("no dossiers", "Hồ sơ!L8"),
    ("yes", "Danh mục TTHC!D8"),
    ("no", "Danh mục TTHC!E8"),
    ("under way", "Tiến độ!E8"),
    ("nothing to do", "Tiến độ!E9"),
    ("a level", "Danh mục TTHC!F8"),
    ("a reason", "Quá hạn!G8"),
    ("a channel", "PAKN!C8"),
)
"""Cells of words, with what the habits type into them."""

ONLY_READER = frozenset(
    (
        *("Không phat sinh", "[-]", "Có, đầy đủ", "Có x", "Có tiếp nhận tại Bộ phận Một cửa"),
        *("Không thực hiện liên thông", "chưa thực hiện được", "Không (chưa)", "M4"),
        *("NN02 - Cán bộ", "NN02: cán bộ", "02. Cán bộ, công chức", "DVC mức 4"),
        *("Nguyên nhân: cán bộ, công chức", "không phát sinh công việc"),
    )
)
"""Words that are mended only when the report comes: no list has every sentence."""

DAYS = (
    "21/2/2022",
    "21-2-2022",
    "21.2.2022",
    "21 / 2 / 2022",
    "21/2/ 2022",
    "21.2.22",
    "21-02/2022",
)
COUNTS = ("6", "06", " 6 ", "006")
NO_DAYS = (
    "21/2/1922",
    "31/2/2022",
    "21/13/2022",
    "21/0/2022",
    "21/2/2022 và 22/2/2022",
    "-",
    "KPS",
    "không",
)
NO_COUNTS = ("6,5", "6%", "5-6", "6 (1 trễ hạn)", "-6", "1e3", "l6")
NO_WORDS = (
    *(("Danh mục TTHC!D8", one) for one in ("Có (một phần)", "?", "có lẽ", "Có/Không")),
    *(("Tiến độ!E8", one) for one in ("đang", "Đang thực hiện (25%)", "không", "x")),
)


HABITUAL = [
    (cell, value)
    for one in harmless.habits()
    for cell, value in one.cells.items()
    if len(one.cells) == 1 and one.name.startswith(tuple(what for what, _ in WORDS))
    if isinstance(value, str) and value not in ONLY_READER
    if cell in dict(map(reversed, WORDS))
]
"""What the check accepts; ``tests/habits`` shows that it does."""
MORE_RIGHT = (*(("Quá hạn!C8", one) for one in DAYS), *(("Hồ sơ!E8", one) for one in COUNTS))
WRONG = (
    *(("Quá hạn!C8", one) for one in NO_DAYS),
    *(("Hồ sơ!E8", one) for one in NO_COUNTS),
    *NO_WORDS,
)


@pytest.mark.parametrize(("cell", "text"), HABITUAL)
def test_the_sheet_tells_nothing_of_a_habit_that_the_check_accepts(cell: str, text: str) -> None:
    assert not is_wrong(cell, text)


@pytest.mark.parametrize(
    ("cell", "text", "is_right"),
    [*((*one, True) for one in MORE_RIGHT), *((*one, False) for one in WRONG)],
)
def test_the_sheet_and_the_check_say_the_same_of_what_is_typed(
    cell: str, text: str, *, is_right: bool
) -> None:
    assert is_wrong(cell, text) == (not is_right)
    found = check_one(context(), correct().typed({cell: text}).data(), "QLCNH.xlsx").findings
    errors = [one for one in found if one.severity is Severity.ERROR]
    assert bool(errors) == (not is_right)


@cache
def issued() -> tuple[IssueOrder, ChoiceLists, Mapping[str, tuple[CellRule, ...]]]:
    plan, known_forms = plan_2022(), forms()
    owner = plan.unit_by_code[UNIT]
    work = IssueOrder(plan, known_forms, owner, PERIOD, {}, {}, [], {})
    known = RuleContext.about(work.identity, plan, known_forms)
    return work, ChoiceLists.of(work), cell_rules(work.sheets, known)


def is_wrong(cell: str, text: str) -> bool:
    """Whether the sheet tells that a text cannot stand in a cell."""
    work, lists, rules = issued()
    sheet, _, a1 = cell.partition("!")
    form = next(one for one in work.sheets if one.sheet == sheet)
    at = CellRef.parse(sheet, a1)
    key = form.columns[at.column - 1].key
    record = Record(at.row, "", {key: text})
    asked = [one for one in rules[form.id] if key in one.columns and one.row is None]
    told = [
        one
        for one in asked
        if one.conditions[one.columns.index(key)].holds(record, lists.spellings)
    ]
    return any(one.group in (FaultGroup.WRONG, FaultGroup.MISMATCH) for one in told)


@pytest.mark.long
def test_libreoffice_says_the_same_of_what_is_typed(*, exhaustive: bool) -> None:
    right = [*HABITUAL[:: 1 if exhaustive else 5], *MORE_RIGHT]
    typed = {f"right {n}": one for n, one in enumerate(in_different_cells(right))}
    typed |= {f"wrong {n}": one for n, one in enumerate(in_different_cells(WRONG))}
    books = {name: without_results(correct().typed(one).data()) for name, one in typed.items()}
    differing = []
    for name, data in all_recalculated(books).items():
        wrong = {cell.partition("!")[0] for cell in typed[name]} if name.startswith("wrong") else ()
        verdict, lines = told(data)
        found = {title for title, (said, _) in lines.items() if said == "1 ô ghi chưa đúng"}
        if found != {*wrong} or verdict.startswith("ĐẠT") == bool(wrong):
            differing.append((typed[name], verdict, lines))
    assert differing == []


def in_different_cells(typed: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    """What is typed by workbooks: one takes all that stand in different cells."""
    books: list[dict[str, str]] = []
    for cell, text in typed:
        book = next((one for one in books if cell not in one), None)
        if book is None:
            books.append(book := {})
        book[cell] = text
    return books


Typed = tuple[tuple[str, str], object]
EDITS: dict[str, dict[Typed, str]] = {
    "only sums cleared": {(("Hồ sơ", "D8"), None): "đủ"},
    "several": {
        (("Hồ sơ", "D8"), 15): "1 dòng chưa khớp",
        (("Thông tin", "B7"), "VP"): "1 dòng chưa khớp",
        (("Sáng kiến", "B4"), "KPS"): "đã ghi không phát sinh nhưng bảng có số liệu",
        (("Kiểm tra", "G8"), 3): "1 dòng chưa khớp",  # more mended than found
    },
    "a row pasted below the table": {
        (("Sáng kiến", "B60"), "Sáng kiến thứ hai"): "còn 2 ô trống",
    },
}
"""What is typed after a workbook was issued, and what the line of its sheet says then."""


def _with_a_lost_column() -> bytes:
    """A workbook as Excel leaves it when column E of «Hồ sơ» is deleted: references are gone."""
    gone = re.compile(rb"'H\xe1\xbb\x93 s\xc6\xa1'!\$E\$7:\$E\$\d+")

    def without(name: str, content: bytes) -> bytes:
        return gone.sub(b"#REF!", content) if name.endswith("sheet1.xml") else content

    return patched(GOOD.workbook(), without)


def _edited(name: str) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(GOOD.workbook()))
    for (sheet, cell), value in EDITS[name]:
        book[sheet][cell] = value
    return _saved(book)


RECALCULATED.update({name: partial(_edited, name) for name in EDITS})
RECALCULATED["a lost column"] = lambda: without_results(_with_a_lost_column())


def test_libreoffice_tells_at_once_what_is_typed(recalculated_books: Mapping[str, bytes]) -> None:
    verdict, lines = told(recalculated_books["a lost column"])
    assert lines["Hồ sơ"][0].startswith("không tự kiểm được")
    assert verdict == "CÒN 1 CHỖ PHẢI SỬA"
    for name, typed in EDITS.items():
        verdict, lines = told(recalculated_books[name])
        assert {(title, lines[title][0]) for (title, _), _ in typed} == {
            (title, said) for ((title, _), _), said in typed.items()
        }, name
        assert (verdict == "ĐẠT") == (set(typed.values()) == {"đủ"}), name
