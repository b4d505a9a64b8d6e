"""Form definitions are right as a whole, or everything wrong with them is said by file and line."""

import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kskt_excel.definitions import (
    DamagedFormsError,
    file_and_line,
    load_forms,
    read_definitions,
)
from kskt_excel.excel.issued.form_sheet import sheet_rows
from kskt_excel.excel.issued.order import IssueOrder
from kskt_excel.messages import sentence
from kskt_excel.model.forms import GIVEN_COLUMNS
from kskt_excel.model.period import Period
from kskt_excel.model.topics import FIGURES, REGISTERS
from tests.added_register import register
from tests.builders import SHIPPED
from tests.excel.plan_books import plan_2022

_OPEN_BRACE = re.compile(r"«[a-z_]{2,}»")  # what a sentence shows for a value that is not there
REGISTER = register(
    """\
[[column]]
key = "title"
heading = "Tên lớp"
type = "long_text"
required = true

[[column]]
key = "kind"
heading = "Loại lớp"
type = "choice"
choices = "hinh_thuc_tt"

[[column]]
key = "people"
heading = "Số người dự"
type = "count"
total = true
""",
    more='rows = ""\nvalid_from = 2021-12-15\n',
)
PRINTED = """\
kind = "printed"
order = 209
id = "TH.01"
code = "Biểu số TH.01"
version = "1.0"
title = "KẾT QUẢ TẬP HUẤN"
rows = "unit"
feeds = ["tap-huan"]
orientation = "portrait"

[[column]]
number = "1"
header = ["Đơn vị"]
type = "label"

[[column]]
number = "2"
header = ["Số lớp"]
source = "count(tap-huan where kind = Tập huấn)"

[[column]]
number = "3"
header = ["Số người"]
source = "sum(tap-huan.people)"
"""


def _folder(path: Path, register: str = REGISTER, printed: str = PRINTED) -> Path:
    """A folder with the shipped definitions and two more."""
    for file in SHIPPED.glob("*.toml"):
        (path / file.name).write_bytes(file.read_bytes())
    (path / "165-tap-huan.toml").write_text(register, encoding="utf-8")
    (path / "209-TH.01.toml").write_text(printed, encoding="utf-8")
    return path


def _said(folder: Path) -> list[tuple[str, str]]:
    """Code and place of everything that is wrong, also beside the plan; each has a sentence."""
    try:
        read_definitions(folder).stand_beside(plan_2022())
    except DamagedFormsError as error:
        shown = str(error)
        for one in error.findings:
            assert sentence(one) in shown
            assert not _OPEN_BRACE.search(sentence(one))
        return [(one.code.removeprefix("form."), file_and_line(one)) for one in error.findings]
    return []


def test_the_shipped_definitions_and_a_new_register_are_right(tmp_path: Path) -> None:
    assert _said(_folder(tmp_path)) == []


SHEET_FAULTS = [
    ('type = "count"', 'type = "integer"', [("choice", 0)]),
    ('title = "TẬP HUẤN NGHIỆP VỤ"', "title = 5", [("not_text", 0)]),
    ("valid_from = 2021-12-15", 'valid_from = "15/12/2021"', [("not_day", 0)]),
    ("valid_from = 2021-12-15", "valid_from = 2021-12-15T08:00:00", [("not_day", 0)]),
    ("valid_from = 2021-12-15", "valid_from = 2022-02-31", [("syntax", 0)]),
    ('sheet = "Tập huấn"', f'sheet = "{"Tập huấn " * 4}"', [("tab_long", 0)]),
    ('sheet = "Tập huấn"', 'sheet = "Quý I/2022"', [("tab_signs", 0)]),
    ('sheet = "Tập huấn"', 'sheet = "kiểm tra"', [("sheet_twice", 0)]),
    ('sheet = "Tập huấn"', 'sheet = "history"', [("tab_taken", 0)]),
    ('choices = "hinh_thuc_tt"', 'choices = "hinh_thuc_lop"', [("list_near", 0)]),
    ('choices = "hinh_thuc_tt"', "", [("item_missing", -1)]),
    ('layout = "register"', 'layout = "so"', [("choice", 0)]),
    ('layout = "register"', 'layout = "form"', [("rows_missing", 0)]),
    ('layout = "register"', 'layout = "labels"', [("labels_twice", 0)]),
    ('scope = "all"', 'scope = "everyone"', [("choice", 0)]),
    ('scope = "all"', 'scope = "listed"', [("item_missing", 0)]),
    ('scope = "all"', 'scope = "listed"\nowed_by = ["PKT"]', [("unit_unknown", 1)]),
    ('rows = ""', 'rows = "tasks"', [("rows_key", -2)]),
    ('key = ["title"]', 'key = ["tilte"]', [("column_near", 0)]),
    ('key = ["title"]', 'key = "title"', [("not_texts", 0)]),
    ("nil = true", 'nil = "có"', [("not_flag", 0)]),
    ("nil = true", "colour = 3", [("item_unknown", 0)]),
    ("nil = true", "version_ = 3", [("item_unknown", 0)]),
    ('heading = "Tên lớp"', 'heding = "Tên lớp"', [("item_missing", -2), ("item_near", 0)]),
    ('heading = "Loại lớp"', 'heading = "TÊN LỚP"', [("heading_twice", 0)]),
    ('key = "kind"', 'key = "title"', [("twice", 0)]),
    ('key = "kind"', 'key = "Loại lớp"', [("spelling", 0)]),
    ('key = "kind"', 'key = "carried"', [("name_taken", 0)]),
    ('type = "long_text"', 'type = "long_text"\ntotal = true', [("unfit", 1)]),
    (
        'type = "long_text"',
        'type = "long_text"\nday_of = "title"',
        [("column_kind", 1), ("unfit", 1)],
    ),
    ('type = "count"', 'type = "computed"', [("item_missing", 0)]),
    ('type = "count"', 'type = "computed"\nformula = ["people"]', [("circle", 1)]),
    ('version = "1.0"', "version = 1.0", [("not_text", 0)]),
    ("order = 165", 'order = "sau"', [("not_whole", 0)]),
    ('kind = "sheet"', 'kind = "table"', [("choice", 0)]),
    ('kind = "sheet"', 'kind = "sheet', [("syntax", 0)]),
    ("order = 165", "order = 165\norder = 166", [("written_twice", 1)]),
    ('sheet = "Tập huấn"', 'sheet = "tự kiểm tra"', [("tab_taken", 0)]),
    ("nil = true", 'tracker = "đối chiếu"', [("tab_taken", 0)]),
    ("nil = true", 'table = "hoso"', [("table_twice", 0)]),
    ("nil = true", 'earlier = ["1.1"]', [("version_later", 0)]),
    ("nil = true", 'earlier = ["cũ"]', [("version_later", 0)]),
    ('rows = ""', 'rows = "choices"\nrow_list = "noi_cong_khai"', [("list_near", 1)]),
    ('rows = ""', 'rows = "choices"\nrow_list = "khong_co"', [("list_unknown", 1)]),
    ('heading = "Số người dự"', 'heading = "_id"', [("heading_twice", 0)]),
    ("required = true", "given = true", [("given_unfilled", 0)]),
    ("required = true", "renewed = true", [("item_missing", 0)]),
    ("required = true", 'since = "2.0"', [("version_later", 0)]),
    ("required = true", 'before = "title"', [("circle", 0)]),
    ("required = true", 'opens = "people"', [("unfit", 0)]),
    ("total = true", 'opens = "title"', [("not_number", 0)]),
    ('choices = "hinh_thuc_tt"', 'values = ["A", "B", "A"]', [("twice", 0)]),
    ('choices = "hinh_thuc_tt"', 'values = ["A", " "]', [("not_texts", 0)]),
    ('choices = "hinh_thuc_tt"', 'values = ["A", "B"]\ncodes = ["x", "x"]', [("twice", 1)]),
    ("nil = true", 'holds = "inspection"', [("holds_near", 0)]),
    ("nil = true", 'holds = "tập huấn"', [("holds_unknown", 0)]),
    ("nil = true", 'holds = "officers"', [("holds_columns", 0)]),
    ("nil = true", 'holds = ""', []),
    ("nil = true", "directed = 1", [("not_flag", 0)]),
]


def _with(tail: str) -> str:
    return f"{REGISTER}\n{tail}"


_SUM = '[[column]]\nkey = "{0}"\nheading = "Cộng {0}"\ntype = "computed"\nformula = ["{1}"]\n'
_EQUAL = '[[identity]]\ncode = "T.1"\nleft = ["people"]\nop = "="\nright = ["{0}"]\n'


@pytest.mark.parametrize(
    ("tail", "codes"),
    [
        (_SUM.format("a", "title"), ["not_number"]),
        (_SUM.format("a", "b") + _SUM.format("b", "a"), ["circle", "circle"]),
        (_EQUAL.format("title"), ["not_number"]),
        (_SUM.format("a", "people"), []),
    ],
)
def test_what_is_added_up_is_a_number_of_other_columns(
    tmp_path: Path, tail: str, codes: list[str]
) -> None:
    assert [code for code, _ in _said(_folder(tmp_path, register=_with(tail)))] == codes


_LIMITED = """
[fulfils]
pieces = "activities"
named_by = "kind"

[[column]]
key = "asked_on"
heading = "Ngày hỏi"
type = "date"

[[column]]
key = "answered_on"
heading = "Ngày trả lời"
type = "date"

[[time_limit]]
name = "answer"
done = "answered_on"
after = "asked_on"
days = 10

[[question]]
name = "on_time"
asks = "in_time"
limit = "answer"

[[question]]
name = "old"
asks = "before_year"
column = "asked_on"
"""


@pytest.mark.parametrize(
    ("old", "new", "codes"),
    [
        ("", "", []),
        ('done = "answered_on"', 'done = "answerd_on"', ["column_near"]),
        ('done = "answered_on"', 'done = "title"', ["column_kind"]),
        ('after = "asked_on"', "", ["item_missing"]),
        ('after = "asked_on"', 'after = "asked_on"\nbefore = "asked_on"', ["not_both"]),
        ("days = 10", "", ["item_missing"]),
        ("days = 10", "days = -1", ["range"]),
        ("days = 10", 'days_of = "Xử lý PAKN"', ["choice"]),
        ("days = 10", 'days = 10\ndays_of = "Xử lý PAKN (ngày làm việc)"', ["not_both"]),
        ("days = 10", 'days = 10\nonly_with = "so"', ["column_unknown"]),
        ('asks = "in_time"', 'asks = "intime"', ["choice"]),
        ('limit = "answer"', "", ["item_missing"]),
        ('limit = "answer"', 'limit = "anwser"', ["choice"]),
        ('limit = "answer"', 'limit = "answer"\nlevel = "commune"', ["unfit"]),
        ('asks = "before_year"', 'asks = "decided_at"', ["item_missing", "column_kind"]),
        ('column = "asked_on"', 'column = "people"', ["column_kind"]),
        ('name = "old"', 'name = "on_time"', ["twice"]),
        ('name = "old"', 'name = "title"', ["name_taken"]),
        ('name = "old"', 'name = "carried"', ["name_taken"]),
        ('pieces = "activities"', 'pieces = "inspections"', ["column_kind"]),
        ('pieces = "activities"', 'pieces = "activity"', ["choice"]),
        ('named_by = "kind"', "", ["item_missing"]),
        ('named_by = "kind"', 'named_by = "kind"\nwhen = "kind"', ["not_asked"]),
        ('named_by = "kind"', 'named_by = "kind"\nwhen = "people >"', ["expression"]),
    ],
)
def test_time_limits_and_questions_are_checked(
    tmp_path: Path, old: str, new: str, codes: list[str]
) -> None:
    register = _with(_LIMITED.replace(old, new, 1))
    assert [code for code, _ in _said(_folder(tmp_path, register=register))] == codes


def test_a_copy_with_a_time_limit_of_its_own_keeps_the_packaged_questions(tmp_path: Path) -> None:
    text = re.sub(r"(?s)\n\[\[time_limit\]\].*", "\n", _text("060-pakn.toml"))
    own = '[[time_limit]]\nname = "short"\ndone = "finished_on"\nafter = "received_on"\ndays = 3\n'
    form = load_forms(_shipped_but(tmp_path, "060-pakn.toml", text + own), SHIPPED)
    pakn = form.sheet_by_id["pakn"]
    assert [one.name for one in pakn.time_limits] == ["short", "handling"]
    assert {one.name: one.limit.name for one in pakn.questions if one.limit} == dict.fromkeys(
        ("on_time", "late", "judged"), "handling"
    )


def test_rows_are_reminded_of_until_a_column_settles_them(tmp_path: Path) -> None:
    register = REGISTER.replace("nil = true", 'reminder = "lớp chưa mở"')
    assert [code for code, _ in _said(_folder(tmp_path, register=register))] == ["item_missing"]


@pytest.mark.parametrize(("old", "new", "expected"), SHEET_FAULTS)
def test_a_wrong_sheet_is_told_by_line(
    tmp_path: Path, old: str, new: str, expected: list[tuple[str, int]]
) -> None:
    """``expected`` has codes, and how many lines from the changed one each is said."""
    found = _said(_folder(tmp_path, register=REGISTER.replace(old, new, 1)))
    assert found == _placed("165-tap-huan.toml", REGISTER, old, expected)


def _placed(
    file: str, text: str, old: str, expected: list[tuple[str, int]]
) -> list[tuple[str, str]]:
    line = text[: text.index(old)].count("\n") + 1
    return [(code, f"{file}, dòng {line + away}") for code, away in expected]


def test_a_sheet_without_its_kind_or_with_the_id_of_another_is_told(tmp_path: Path) -> None:
    without = REGISTER.removeprefix('kind = "sheet"\n')
    assert _said(_folder(tmp_path, register=without)) == [("item_missing", "165-tap-huan.toml")]
    again = REGISTER.replace('id = "tap-huan"', 'id = "ho-so"')
    assert ("id_twice", "165-tap-huan.toml, dòng 3") in _said(_folder(tmp_path, register=again))


PRINTED_FAULTS = [
    ('rows = "unit"', 'rows = "don-vi"', [("choice", 0)]),
    ('rows = "unit"', 'rows = "value"', [("item_missing", 0)]),
    ('orientation = "portrait"', 'orientation = "doc"', [("choice", 0)]),
    ('feeds = ["tap-huan"]', 'feeds = ["taphuan"]', [("feed_near", 0)]),
    ('feeds = ["tap-huan"]', "feeds = []", [("item_missing", 0)]),
    ('feeds = ["tap-huan"]', 'feeds = ["tap-huan", "tap-huan"]', [("twice", 0)]),
    ('rows = "unit"', 'rows = "unit"\nby = "kind"', [("unfit", 1)]),
    ('number = "3"', 'number = "2"', [("twice", 0)]),
    ('number = "3"', "number = 3", [("not_text", 0)]),
    ("sum(tap-huan.people)", "sum(tap-huan.peopel)", [("figure_near", 0)]),
    ("sum(tap-huan.people)", "sum(tap-huan.money)", [("figure_unknown", 0)]),
    ("sum(tap-huan.people)", "sum(tap-huan.people", [("expression", 0)]),
    ("sum(tap-huan.people)", "[2] + [3]", [("circle", 0)]),
    ("sum(tap-huan.people)", "[2] + [9]", [("column_unknown", 0)]),
    ("sum(tap-huan.people)", "sum(tap-huan.people) + [2]", [("mixed", 0)]),
    ("sum(tap-huan.people)", "II.06a[8]", [("foreign", 0)]),
    ("sum(tap-huan.people)", "sum(khac.people)", [("feed_unknown", 0)]),
    ("sum(tap-huan.people)", "count(tap-huan where people > nhiều)", [("not_compared", 0)]),
    ("sum(tap-huan.people)", "count(tap-huan where people = nhiều)", [("not_compared", 0)]),
    ("sum(tap-huan.people)", "count(tap-huan where people in 1|hai)", [("not_compared", 0)]),
    ("sum(tap-huan.people)", "count(tap-huan where people != people)", [("not_compared", 0)]),
    ("where kind = Tập huấn", "where kind = Học nghề", [("value_unknown", 0)]),
    ("where kind = Tập huấn", "where loai = Tập huấn", [("figure_unknown", 0)]),
    ("where kind = Tập huấn", "where kind", [("not_asked", 0)]),
    ("sum(tap-huan.people)", "sum(tap-huan.title)", [("not_number", 0)]),
    ("sum(tap-huan.people)", "max(tap-huan.kind)", [("not_number", 0)]),
    ("sum(tap-huan.people)", "text(tap-huan.title)", [("unfit", 0)]),
    ('type = "label"', 'type = "ordinal"', [("no_label", -3)]),
    ('rows = "unit"', 'rows = "field"', [("rows_unplaced", 0)]),
    ('rows = "unit"', 'rows = "task"', [("rows_unplaced", 0)]),
    ('rows = "unit"', 'rows = "procedure"', [("rows_unplaced", 0)]),
    ('number = "3"', 'number = "3"\nholds = "dossiers.recieved"', [("holds_near", 1)]),
    ('number = "3"', 'number = "3"\nholds = "hồ sơ"', [("holds_unknown", 1)]),
    ('number = "3"', 'number = "3"\nholds = "drafts.texts"', [("holds_figures", 1)]),
]


@pytest.mark.parametrize("given", ["chi-tieu", "don-vi", "tu-dien", "nguon", "tong-quan"])
def test_a_form_is_not_named_as_what_the_program_writes(tmp_path: Path, given: str) -> None:
    register = REGISTER.replace("tap-huan", given)
    found = _said(_folder(tmp_path, register, PRINTED.replace("tap-huan", given)))
    assert found == [("name_taken", "165-tap-huan.toml, dòng 3")]


def test_a_sheet_and_a_printed_form_have_ids_of_their_own(tmp_path: Path) -> None:
    printed = PRINTED.replace('id = "TH.01"', 'id = "Tap-Huan"')
    assert _said(_folder(tmp_path, printed=printed)) == [("id_twice", "209-TH.01.toml, dòng 3")]


_SAME_CODE = '[[identity]]\ncode = "{}"\nleft = ["{}"]\nop = "<="\nright = ["{}"]\n'


@pytest.mark.parametrize(
    ("of_sheet", "of_printed", "expected"),
    [
        ("T.1", "T.1", set()),  # it says of its columns what the sheet that feeds it says
        ("T.1", "T.2", set()),
        ("V06a.1", "T.1", {"code_twice"}),
        ("T.1", "V06a.1", {"code_twice"}),
        ("progress.done_unmet", "T.1", {"name_taken"}),
    ],
)
def test_the_code_of_an_identity_means_one(
    tmp_path: Path, of_sheet: str, of_printed: str, expected: set[str]
) -> None:
    register = REGISTER + _SAME_CODE.format(of_sheet, "people", "people")
    printed = PRINTED + _SAME_CODE.format(of_printed, "2", "3")
    found = _said(_folder(tmp_path, register, printed))
    assert {code for code, _ in found} == expected


@pytest.mark.parametrize(
    ("kind", "example", "codes"),
    [
        ('"count"', "12", []),
        ('"count"', "", []),
        ('"count"', "mười hai lớp", []),  # a unit may write it so
        ('"count"', "Lớp tập huấn", ["example_unfit"]),
        ('"date"', "12", ["example_unfit"]),
        ('"date"', "15/02/2022", []),
        ('"date"', "31/02/2022", ["example_unfit"]),
        ('"percent"', "85,5", []),
        ('"percent"', "nhiều", ["example_unfit"]),
        ('"choice"\nvalues = ["Tốt", "Kém"]', "tốt", []),
        ('"choice"\nvalues = ["Tốt", "Kém"]', "Vừa", ["example_unfit"]),
    ],
)
def test_an_example_is_what_its_column_can_hold(
    tmp_path: Path, kind: str, example: str, codes: list[str]
) -> None:
    more = f'\n[[column]]\nkey = "x"\nheading = "X"\ntype = {kind}\nexample = "{example}"\n'
    found = [code for code, _ in _said(_folder(tmp_path, REGISTER + more))]
    assert found == codes


@pytest.mark.parametrize(
    ("start", "expected"),
    [("2022-03-01", [("printed_code_twice", "210.toml, dòng 4")]), ("2023-01-01", [])],
)
def test_printed_forms_of_one_day_have_codes_of_their_own(
    tmp_path: Path, start: str, expected: list[tuple[str, str]]
) -> None:
    dated = 'rows = "unit"\nvalid_from = {}\nvalid_to = {}'
    first = PRINTED.replace('rows = "unit"', dated.format("2021-12-15", "2022-12-31"))
    folder = _folder(tmp_path, printed=first)
    other = PRINTED.replace('id = "TH.01"', 'id = "TH.02"').replace("order = 209", "order = 210")
    other = other.replace("Biểu số TH.01", "BIỂU SỐ TH.01")
    other = other.replace('rows = "unit"', dated.format(start, "2023-12-31"))
    (folder / "210.toml").write_text(other, encoding="utf-8")
    assert _said(folder) == expected


def test_what_is_counted_once_or_is_the_largest_does_not_add_up(tmp_path: Path) -> None:
    more = "".join(
        f'\n[[column]]\nnumber = "{number}"\nheader = ["Cột {number}"]\nsource = "{source}"\n'
        for number, source in enumerate(
            ("distinct(tap-huan.title)", "max(tap-huan.people)", "[4] + [3]", "[3]"), start=4
        )
    )
    columns = load_forms(_folder(tmp_path, printed=PRINTED + more)).printed_by_id["TH.01"].columns
    assert [one.number for one in columns if not one.adds_up] == ["4", "5", "6"]


def test_what_a_column_counts_of_plans_is_a_kind_of_the_plan(tmp_path: Path) -> None:
    printed = PRINTED.replace('number = "3"', 'number = "3"\nplanned = "Tập huấn nghiệp vụ"')
    assert _said(_folder(tmp_path, printed=printed)) == [
        ("planned_unknown", "209-TH.01.toml, dòng 23")
    ]


_HELD_ON = '\n[[column]]\nkey = "held_on"\nheading = "Ngày"\ntype = "date"\n'


@pytest.mark.parametrize(
    ("asked", "codes"),
    [
        ("held_on > 5", ["not_alike"]),
        ("people > held_on", ["not_alike"]),
        ("held_on", ["not_asked"]),
        ("held_on filled", []),
        ("held_on >= held_on", []),
    ],
)
def test_days_are_compared_with_days(tmp_path: Path, asked: str, codes: list[str]) -> None:
    printed = PRINTED.replace("kind = Tập huấn", asked)
    found = _said(_folder(tmp_path, register=REGISTER + _HELD_ON, printed=printed))
    assert [code for code, _ in found] == codes


def test_the_rows_of_the_plan_fill_what_they_are_said_to_fill() -> None:
    """What ``given`` is held against is what the rows of an issued workbook hold."""
    plan = plan_2022()
    unit = plan.unit_by_code["QLCNH"]
    order = IssueOrder(plan, load_forms(SHIPPED), unit, Period.quarter(2022, 1))
    for form in order.forms.sheets:
        if columns := GIVEN_COLUMNS.get(form.rows):
            by_plan = [row for row in sheet_rows(form, order) if row.given]
            filled = {key for row in by_plan for key in row.values if key in form.by_key}
            computed = {one.key for one in form.columns if one.type == "computed"}
            assert filled - computed <= set(columns)
            assert by_plan


@pytest.mark.parametrize(("old", "new", "expected"), PRINTED_FAULTS)
def test_a_wrong_printed_form_is_told_by_line(
    tmp_path: Path, old: str, new: str, expected: list[tuple[str, int]]
) -> None:
    found = _said(_folder(tmp_path, printed=PRINTED.replace(old, new, 1)))
    assert found == _placed("209-TH.01.toml", PRINTED, old, expected)


def test_everything_wrong_is_said_at_once(tmp_path: Path) -> None:
    register = REGISTER.replace('type = "count"', 'type = "integer"').replace(
        "nil = true", "nil = 1"
    )
    printed = PRINTED.replace('orientation = "portrait"', 'orientation = "doc"')
    found = _said(_folder(tmp_path, register, printed))
    assert [code for code, _ in found] == ["not_flag", "choice", "choice"]
    (tmp_path / "170-hong.toml").write_bytes(b"\xff\xfe\x00")
    assert len(_said(tmp_path)) == len(found) + 1


def test_a_form_without_columns_or_figures_is_refused(tmp_path: Path) -> None:
    head = PRINTED.partition("[[column]]")[0]
    assert _said(_folder(tmp_path, printed=head)) == [("columns_missing", "209-TH.01.toml")]
    bare = PRINTED.replace('source = "sum(tap-huan.people)"\n', "").replace(
        'source = "count(tap-huan where kind = Tập huấn)"\n', ""
    )
    assert [code for code, _ in _said(_folder(tmp_path, printed=bare))] == ["no_figures"]


def test_a_missing_form_that_another_needs_is_named(tmp_path: Path) -> None:
    folder = _folder(tmp_path)
    (folder / "030-danh-muc.toml").unlink()
    found = _said(folder)
    assert {code for code, _ in found} == {"feed_unknown"}
    assert {place.partition(",")[0] for _, place in found} == {
        "207-II.07b.toml",
        "208-II.08.toml",
        "307-TH-07.toml",
    }


@pytest.mark.parametrize("mark", ["utf-8-sig", "utf-16"])
def test_marks_of_notepad_are_no_content(tmp_path: Path, mark: str) -> None:
    folder = _folder(tmp_path)
    for file in folder.glob("*.toml"):
        file.write_bytes(file.read_text(encoding="utf-8").encode(mark))
    assert load_forms(folder).sheets == load_forms(_folder(_new(tmp_path))).sheets


def _new(path: Path) -> Path:
    folder = path / "moi"
    folder.mkdir()
    return folder


def test_a_file_in_another_encoding_is_told(tmp_path: Path) -> None:
    folder = _folder(tmp_path)
    (folder / "165-tap-huan.toml").write_bytes(b'kind = "sheet"\ntitle = "T\xc7p"\n')
    assert ("encoding", "165-tap-huan.toml, dòng 2") in _said(folder)


def test_an_empty_folder_is_told(tmp_path: Path) -> None:
    assert [code for code, _ in _said(tmp_path)] == ["none"]


_VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 5000),
    st.floats(allow_nan=False),
    st.text(max_size=12),
    st.dates(),
    st.lists(st.one_of(st.text(max_size=6), st.integers(0, 9)), max_size=3),
    st.dictionaries(st.text(min_size=1, max_size=6), st.integers(0, 9), max_size=2),
)


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{_toml(str(k))} = {_toml(v)}' for k, v in value.items())} }}"
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, str):
        escaped = "".join(
            f"\\u{ord(sign):04x}" if ord(sign) < 0x20 or sign in '"\\\x7f' else sign
            for sign in value
            if not 0xD800 <= ord(sign) <= 0xDFFF
        )
        return f'"{escaped}"'
    return "[]" if value is None else str(value)


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_no_value_whatever_ends_in_anything_but_sentences(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    any_value(tmp_path_factory, data)


@pytest.mark.long
@settings(max_examples=600, deadline=None)
@given(st.data())
def test_no_value_at_length_ends_in_anything_but_sentences(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    any_value(tmp_path_factory, data)


def any_value(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    """Any item of either definition may hold anything: it is used, or it is refused in words."""
    texts = {"register": REGISTER, "printed": PRINTED}
    which = data.draw(st.sampled_from(sorted(texts)))
    lines = texts[which].splitlines()
    items = [at for at, line in enumerate(lines) if " = " in line]
    at = data.draw(st.sampled_from(items))
    name = data.draw(st.sampled_from((lines[at].partition(" = ")[0], "lạ")))
    lines[at] = f"{_toml(name) if name == 'lạ' else name} = {_toml(data.draw(_VALUES))}"
    texts[which] = "\n".join(lines)
    tomllib.loads(texts[which])
    _said(_folder(tmp_path_factory.mktemp("bieu-mau"), **texts))


_LATER = {
    path.name: path
    for path in sorted(SHIPPED.glob("*.toml"))
    if "earlier = " in path.read_text(encoding="utf-8")
}


def _as_issued_first(text: str) -> str:
    """A definition of a sheet as its first version had it."""
    text = re.sub(r"\n\[\[(?:time_limit|question)\]\]\n(?:[^\[\n].*\n?)*", "", text)
    head, *columns = text.split("\n[[column]]\n")
    first = re.sub(r"(?m)^version = .*$", 'version = "1.0"', head)
    first = re.sub(r"(?m)^(earlier|carry|open_when|settled_by|reminder) = .*\n", "", first)
    columns = [re.sub(r"(?m)^(renewed|carried_as) = .*\n?", "", one) for one in columns]
    kept = [one for one in columns if "\nsince = " not in f"\n{one}"]
    return "\n[[column]]\n".join((first, *kept))


@pytest.mark.parametrize("name", sorted(_LATER))
def test_an_older_copy_of_a_sheet_stands_beside_newer_printed_forms(
    tmp_path: Path, name: str
) -> None:
    older = _as_issued_first(_LATER[name].read_text(encoding="utf-8"))
    _shipped_but(tmp_path, name, older)
    (tmp_path / name).write_bytes(b"\xef\xbb\xbf" + older.encode())
    found, whole = load_forms(tmp_path, SHIPPED), load_forms(SHIPPED)
    id_ = tomllib.loads(older)["id"]
    asked = {one for form in whole.printed for one in form.feeds if one == id_}
    assert not asked or found.sheet_by_id[id_].by_key.keys() >= {
        column["key"] for column in tomllib.loads(older)["column"]
    }


def test_a_divided_column_is_declared_and_its_mistakes_are_told(tmp_path: Path) -> None:
    text = (SHIPPED / "130-kiem-tra.toml").read_text(encoding="utf-8")
    column = '\n[[column]]\nkey = "{}"\nheading = "{}"\ntype = "text"\n{}\n'
    old = column.format("both", "Cả hai", 'until = "1.0"')
    new = column.format("one", "Một phần", 'since = "1.1"\nbefore = "both"\npart = 1\n{}')
    head, middle, tail = text.partition("\n[[column]]\n")
    head = re.sub(r"(?m)^version = .*$", 'version = "1.1"\nearlier = ["1.0"]', head)
    path = tmp_path / "130-kiem-tra.toml"
    path.write_text(head + old + new.format('parted_by = "/"') + middle + tail, encoding="utf-8")
    form = load_forms(tmp_path).sheet_by_id["kiem-tra"]
    assert [one.key for one in form.former] == ["both"]
    assert "both" not in form.by_key
    assert "both" in form.at_version("1.0").by_key
    assert "one" not in form.at_version("1.0").by_key
    path.write_text(
        head + old.replace("1.0", "1.2") + new.format("") + middle + tail, encoding="utf-8"
    )
    with pytest.raises(DamagedFormsError) as caught:
        load_forms(tmp_path)
    assert "“1.0”" in str(caught.value)
    assert 'parted_by = " - "' in str(caught.value)


def _shipped_but(folder: Path, name: str, text: str) -> Path:
    """A folder with the shipped definitions, one of them another one."""
    for path in SHIPPED.glob("*.toml"):
        (folder / path.name).write_bytes(path.read_bytes())
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def _text(name: str) -> str:
    return (SHIPPED / name).read_text(encoding="utf-8")


def test_every_topic_of_the_report_is_held_by_a_shipped_form() -> None:
    forms = load_forms(SHIPPED)
    assert set().union(*(form.topics for form in forms.printed)) == FIGURES.keys()
    assert {form.holds for form in forms.sheets} - {""} == REGISTERS.keys()


def _without_topics(text: str) -> str:
    """A definition as a workspace of an earlier version has it."""
    return re.sub(r"(?m)^(holds|directed) = .*\n", "", text)


@pytest.mark.parametrize("name", ["206-II.06a.toml", "130-kiem-tra.toml", "020-tien-do.toml"])
def test_what_an_older_copy_does_not_say_is_said_by_the_shipped_one(
    tmp_path: Path, name: str
) -> None:
    folder = _shipped_but(tmp_path, name, _without_topics(_text(name)))
    found, shipped = load_forms(folder, SHIPPED), load_forms(SHIPPED)
    assert (found.sheets, found.printed) == (shipped.sheets, shipped.printed)


def test_a_copy_without_an_optional_column_holds_what_it_held(tmp_path: Path) -> None:
    percent = re.compile(r'\[\[column\]\]\nkey = "percent"\n(?:.+\n)+')
    text = percent.sub("", _without_topics(_text("020-tien-do.toml")))
    form = load_forms(_shipped_but(tmp_path, "020-tien-do.toml", text), SHIPPED).sheets[1]
    assert "percent" not in form.by_key
    assert (form.holds, form.directed) == ("progress", True)


def test_a_copy_without_a_column_holds_nothing_that_it_cannot_tell(tmp_path: Path) -> None:
    """It prints on; the report does not speak of it, and says no nought."""
    late = re.compile(r'\[\[column\]\]\nnumber = "13"\n(?:.+\n)+')
    text = late.sub("", _without_topics(_text("206-II.06a.toml")))
    text = text.replace('"[12] + [13]"', '"[12]"').replace('"12", "13"', '"12"')
    folder = _shipped_but(tmp_path, "206-II.06a.toml", text.replace('13 = "last"\n', ""))
    assert load_forms(folder, SHIPPED).printed_by_id["II.06a"].topics == frozenset()


def test_an_own_form_takes_a_topic_from_an_older_copy(tmp_path: Path) -> None:
    own = _text("206-II.06a.toml").replace('role = "II.06a"\n', "").replace("II.06a", "V.06")
    own = own.replace("V06a.", "V06.")
    folder = _shipped_but(tmp_path, "506-V.06.toml", own)
    assert _said(folder) == [("holds_twice", "506-V.06.toml, dòng 41")]
    _shipped_but(tmp_path, "206-II.06a.toml", _without_topics(_text("206-II.06a.toml")))
    (tmp_path / "506-V.06.toml").write_text(own, encoding="utf-8")
    forms = load_forms(folder, SHIPPED)
    assert forms.printed_by_id["V.06"].topics == {"dossiers"}
    assert forms.printed_by_id["II.06a"].topics == frozenset()


@pytest.mark.parametrize(
    ("name", "role", "known"),
    [
        ("130-kiem-tra.toml", "kiemtra", "có “kiem-tra” gần giống"),
        ("206-II.06a.toml", "ho-so", "“II.06a”"),
    ],
)
def test_a_role_that_no_packaged_form_has_is_told(
    tmp_path: Path, name: str, role: str, known: str
) -> None:
    text = _text(name)
    own = re.sub(r"(?m)^id = .*\nrole = .*$", f'id = "X-1"\nrole = "{role}"', text, count=1)
    own = own.replace("X-1", "x-1") if 'kind = "sheet"' in own else own
    _shipped_but(tmp_path, name, own)
    with pytest.raises(DamagedFormsError) as caught:
        load_forms(tmp_path, SHIPPED)
    assert f"{role}" in str(caught.value)
    assert known in str(caught.value)


def test_figures_may_name_a_sheet_by_its_role(tmp_path: Path) -> None:
    own = _text("040-ho-so.toml").replace('id = "ho-so"', 'id = "bieu-hs"', 1)
    forms = load_forms(_shipped_but(tmp_path, "040-ho-so.toml", own), SHIPPED)
    assert forms.sheet_by_id["ho-so"].own_id == "bieu-hs"
    assert forms.in_roles("sum(bieu-hs.pending_total) + II.06a[8]") == (
        "sum(ho-so.pending_total) + II.06a[8]"
    )
    assert forms.in_own_ids("count(ho-so where a = 1)") == "count(bieu-hs where a = 1)"
