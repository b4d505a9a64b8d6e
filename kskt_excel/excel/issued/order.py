"""What a workbook is issued for (IssueOrder), what its cells accept, and the words on it."""

import datetime as dt
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import field
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Final

from kskt_excel.check.conditions import NO_REMARKS, NOTHING_WORDS
from kskt_excel.excel.book_writer import BookWriter, Formats, write_text
from kskt_excel.excel.issued.drawn_sheets import DrawnSheets, OwnParts
from kskt_excel.model.book import column_letters
from kskt_excel.model.calendar import add_workdays
from kskt_excel.model.forms import INFO_FORM, LIST_SHEET, FormColumn, Forms, SheetForm
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.period import Period, Window
from kskt_excel.model.plan import Choice, Plan, Procedure, Unit
from kskt_excel.model.reading import Balances, Identity, Value
from kskt_excel.model.regime import Regime
from kskt_excel.reading.cells import choice_parser
from kskt_excel.reading.table_body import TICK_SPELLINGS
from kskt_excel.text.shown import day_text, dossier_example
from kskt_excel.text.spelling import plain_key
from kskt_excel.text.values import (
    ANSWER_WORDS,
    NO_WORDS,
    TYPED_DASHES,
    YES_WORDS,
    ZERO_SPELLINGS,
    ZERO_WORDS,
    also_bare,
    no_remark_spellings,
)

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet


UNIT_TEMPLATE: Final = "don-vi"
FIRST_LABEL_ROW: Final = 6  # title, hidden mark, agency and period, the guide stand above


@dataclass(frozen=True)
class IssueOrder:
    """One unit's workbook for one period: the office's data and, for filled ones, the unit's."""

    plan: Plan
    forms: Forms
    unit: Unit
    period: Period
    rows: Mapping[str, Sequence[Mapping[str, Value]]] = field(default_factory=dict)
    opening: Balances = field(default_factory=dict)
    nil: Collection[str] = ()
    info: Mapping[str, Value] = field(default_factory=dict)
    carried: Mapping[str, Sequence[Mapping[str, Value]]] = field(default_factory=dict)
    """Rows of the quarter before that the workbook is issued with, by form id."""

    @cached_property
    def window(self) -> Window:
        """Days whose data count."""
        return self.period.window(self.plan.cutoff_day)

    @cached_property
    def day(self) -> dt.date:
        """The day whose definitions, headings and lists are in force: the period's last one."""
        return self.window.end

    @property
    def regime(self) -> Regime:
        """The reporting regime of the period."""
        return self.plan.regime_on(self.day)

    @property
    def procedures(self) -> tuple[Procedure, ...]:
        """Procedures that the unit handles."""
        return self.plan.procedures_of(self.unit.code)

    @property
    def sheets(self) -> tuple[SheetForm, ...]:
        """Sheets that the unit gets, in order."""
        asked = self.forms.sheets_in(self.period, self.plan)
        return tuple(
            form
            for form in asked
            if form.goes_to(self.unit.code, self.plan)
            or (form.rows == "directions" and self.carried.get(form.id))
        )

    @property
    def version(self) -> str:
        """Version of the whole template: that of its first sheet's definition."""
        return next((form.version for form in self.sheets if form.id == INFO_FORM), "1.0")

    @property
    def marks(self) -> Mapping[str, str]:
        """What the workbook says it is, in properties and defined names."""
        return {
            "kskt_template": UNIT_TEMPLATE,
            "kskt_version": self.version,
            "kskt_unit": self.unit.code,
            "kskt_period": self.period.id,
        }

    @property
    def identity(self) -> Identity:
        """What a reader will find that the workbook says it is."""
        return Identity(UNIT_TEMPLATE, self.version, self.unit.code, self.period.id)

    @property
    def send_by(self) -> dt.date:
        """Last day for sending: working days after the window's end, a setting of the plan."""
        if self.period.campaign and self.period.campaign.due:
            return self.period.campaign.due
        return add_workdays(self.day, self.plan.settings.sending_days, self.plan.calendar)

    @property
    def labels(self) -> Mapping[str, Value]:
        """Values of the sheet of labels, by column key: the office's own, then the unit's."""
        given: Mapping[str, Value] = {
            "unit_name": self.unit.name,
            "unit_code": self.unit.code,
            "period": self.period.label,
            "from": self.window.start,
            "to": self.window.end,
            "template_version": f"{UNIT_TEMPLATE}/{self.version}",
        }
        return {**given, **self.carried_labels, **self.info}

    @property
    def carried_labels(self) -> Mapping[str, Value]:
        """Labels whose values the unit wrote in the quarter before: shown as carried over."""
        rows = self.carried.get(INFO_FORM, ())
        return {key: value for row in rows for key, value in row.items() if key not in self.info}

    def sheet_mark(self, form: SheetForm) -> str:
        """Text of the hidden row of a sheet; that of the labels names the forms of the workbook."""
        mark = f"kskt:{form.own_id}/{form.version};unit={self.unit.code};period={self.period.id}"
        if form.layout != "labels":
            return mark
        return f"{mark};forms={' '.join(one.own_id for one in self.sheets)}"


ISSUED_NIL_LABEL: Final = "Kỳ này không phát sinh"
NIL_TICK: Final = "x"
NIL_HINT: Final = "← Không phát sinh thì ghi x ở ô này và để trống bảng dưới."
TOTAL_LABEL: Final = "Tổng cộng"
ISSUED_ID_HEADING: Final = "_id"


@dataclass(frozen=True, slots=True)
class Wording:
    """What Excel shows for a kind of cell."""

    prompt: str  # while the cell is chosen
    refusal: str  # when an entry is not accepted: what is accepted, and an example


_CHOICE = Wording(
    "Chọn trong danh sách.",
    "Ô này chỉ nhận nội dung có trong danh sách. Đề nghị bấm mũi tên ở ô và chọn một dòng.",
)
_TEXT = Wording("", "Nội dung quá dài. Đề nghị ghi gọn lại, phần chi tiết gửi kèm văn bản.")
_BY_TYPE: Final = {
    "count": Wording(
        "Ghi số nguyên; không có thì ghi 0.",
        "Ô này chỉ nhận số nguyên từ 0 trở lên. Đề nghị ghi bằng chữ số, ví dụ: {example};"
        " không có thì ghi 0.",
    ),
    "days": Wording(
        "Ghi số ngày, bằng chữ số.",
        "Ô này chỉ nhận số ngày, là số nguyên từ 0 trở lên. Đề nghị ghi lại, ví dụ: {example}.",
    ),
    "ordinal": Wording(
        "Ghi số thứ tự 1, 2, 3…",
        "Ô này chỉ nhận số thứ tự. Đề nghị ghi 1, 2, 3…",
    ),
    "percent": Wording(
        "Ghi số từ 0 đến 100, không ghi dấu %.",
        "Ô này chỉ nhận số từ 0 đến 100. Đề nghị ghi lại, ví dụ: {example}; không ghi dấu %.",
    ),
    "decimal": Wording(
        "Ghi bằng chữ số.",
        "Ô này chỉ nhận số từ 0 đến {most}. Đề nghị ghi lại, ví dụ: {example}.",
    ),
    "date": Wording(
        "Ghi ngày/tháng/năm, ví dụ: {example}.",
        "Nội dung này chưa phải là ngày từ năm {first_year} đến {last_year}. Đề nghị ghi"
        " ngày/tháng/năm, ví dụ: {example}. Nếu đã ghi đúng, chọn Yes (Có) để giữ.",
    ),
    "choice": _CHOICE,
    "yes_no": Wording("Chọn Có hoặc Không.", _CHOICE.refusal),
    "procedure": Wording(
        "Ghi mã thủ tục, ví dụ: {example}.",
        "Mã này chưa có trong danh mục thủ tục của đơn vị hoặc chưa đúng dạng, ví dụ: {example}."
        " Nếu đã ghi đúng, chọn Yes (Có) để giữ.",
    ),
    "task": Wording(
        "Chọn mã nhiệm vụ trong kế hoạch, ví dụ: {example}; để trống nếu là vướng mắc chung.",
        "Mã này chưa có trong các nhiệm vụ của đơn vị. Đề nghị chọn trong danh sách,"
        " ví dụ: {example}. Nếu đã ghi đúng, chọn Yes (Có) để giữ.",
    ),
    "unit": Wording(
        "Chọn đơn vị trong danh sách, hoặc ghi tên đơn vị.",
        "Tên này chưa có trong danh sách đơn vị. Đề nghị chọn trong danh sách."
        " Nếu đã ghi đúng, chọn Yes (Có) để giữ.",
    ),
    "dossier": Wording("Ghi mã hồ sơ đầy đủ, ví dụ: {example}.", _TEXT.refusal),
    "document": Wording("Ghi số, ký hiệu văn bản, ví dụ: {example}.", _TEXT.refusal),
    "text": _TEXT,
    "long_text": _TEXT,
}
_USUAL_EXAMPLES: Final = {
    "count": "12",
    "days": "3",
    "percent": "50",
    "decimal": "1,5",
    "procedure": "2.002385",
    "task": "II.1.a",
    "document": "15/TTr-SKHCN",
}


ISSUED_LEGEND: Final = (
    ("input", "Ô đơn vị ghi"),
    ("given", "Ô đã ghi sẵn hoặc tự tính: không sửa"),
    ("carried", "Ô chép từ báo cáo kỳ trước: chỉ sửa ô đã thay đổi"),
    ("bad", "Ô chưa đúng hoặc dòng chưa khớp: đề nghị sửa"),
    ("review", "Ô nên xem lại; nếu đúng thì để nguyên"),
)
_GUIDE: Final = (
    "1. Số lượng ghi bằng chữ số, không có thì ghi 0; dấu “-” được hiểu là 0.",
    "2. Ngày ghi ngày/tháng/năm, ví dụ: {day}. Tỷ lệ ghi số, không ghi dấu %, ví dụ: 50.",
    "3. Cả trang không phát sinh: ghi x ở ô cạnh dòng “Kỳ này không phát sinh”, bảng để trống.",
    (
        "4. Thiếu dòng thì ghi vào dòng trống hoặc chèn dòng trong bảng, không cần chép công thức."
        " Được sắp xếp, lọc, xóa dòng thừa. Không đổi tên cột và tên trang."
    ),
    "5. Chép từ tệp khác thì dán giá trị (Paste Special, Values) để giữ danh sách chọn.",
    "6. Không ghi họ tên, địa chỉ, điện thoại của tổ chức, cá nhân nộp hồ sơ hoặc phản ánh.",
    "7. Trước khi gửi, xem trang Tự kiểm tra: còn chỗ phải sửa thì bấm → để đến chỗ đầu tiên.",
)
_SENDING: Final = "8. Gửi tệp này (dạng .xlsx) về {receiver} trước hết ngày {day}{address}."
_PHONE: Final = "9. Cần trao đổi, đề nghị gọi {receiver}: {phone}."


def guide(work: IssueOrder) -> tuple[str, ...]:
    """Lines of the guide on the first sheet: how to fill, by when, to whom."""
    receiver, settings = work.plan.office_name, work.plan.settings
    address, phone = settings.receiving_address, settings.office_phone
    to = f", địa chỉ {address}" if address else ""
    sending = _SENDING.format(receiver=receiver, day=day_text(work.send_by), address=to)
    calling = (_PHONE.format(receiver=receiver, phone=phone),) if phone else ()
    filling = (line.format(day=day_text(work.window.middle)) for line in _GUIDE)
    return (*filling, sending, *calling)


def prompt(column: FormColumn, context: "EntryContext") -> str:
    """What the cell asks for; the definition's own words before the usual ones; may be ""."""
    words = column.prompt or _BY_TYPE[column.type].prompt
    return words.format(example=_example(column, context))


def entry_refusal(column: FormColumn, context: "EntryContext", **limits: object) -> str:
    """What is said to an entry that is not accepted."""
    refusal = _BY_TYPE[column.type].refusal
    return refusal.format(example=_example(column, context), **limits)


def _example(column: FormColumn, context: "EntryContext") -> str:
    """What may be typed into a cell; days and codes of dossiers are of the period."""
    if column.type == "date":
        return day_text(context.example_day)
    if column.type == "dossier":
        return dossier_example(context.agency, context.example_day)
    return column.example or _USUAL_EXAMPLES.get(column.type, "")


_NAME_PREFIX, _SPELLED_PREFIX = "dm_", "cach_ghi_"
TASK_LIST, PROCEDURE_LIST, _UNITS = "nhiem_vu", "ma_tthc", "don_vi"
TICK_WORDS = "danh_dau"
"""Id of a list that no drop-down offers: words for a tick."""

# A date further off than that is most likely a slip: the cell asks, and takes it all the same.
_YEARS_BEFORE, _YEARS_AFTER = 3, 1
_TITLE_LIMIT, _TEXT_LIMIT = 32, 255  # Excel's own
_LONGEST: Final = {"text": 500, "long_text": 4000, "document": 300, "dossier": 100}
_CODE_LENGTHS: Final = (8, 40)  # 2.002385, with or without the agency behind it

ValidationRule = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ListNames:
    """Defined names of the choice lists that a workbook has: of entries, of other spellings."""

    offered: frozenset[str]  # ids of lists with entries
    spelled: frozenset[str]

    def source(self, list_id: str) -> str:
        """What a drop-down refers to; "" when the list is empty."""
        return f"={_name(list_id)}" if list_id in self.offered else ""

    def spellings(self, list_id: str) -> str:
        """The defined name of everything that is read as an entry; "" when the list is empty."""
        return _name(list_id, _SPELLED_PREFIX) if list_id in self.spelled else ""


@dataclass(frozen=True)
class ChoiceLists:
    """Choice lists of a workbook: what the drop-downs offer, and other spellings that are read.

    ``spelled`` also has the words of which no drop-down is made: for 0, and for a tick.
    """

    values: Mapping[str, tuple[str, ...]]  # on the period's last day
    spelled: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, work: IssueOrder) -> "ChoiceLists":
        """The plan's lists, and the unit's own tasks, procedures and fellow units."""
        values = {
            list_id: tuple(choice.value for choice in choices if choice.offered(work.day))
            for list_id, choices in work.plan.choices.items()
        }
        values[TASK_LIST] = tuple(task.code for task in work.plan.tasks_of(work.unit.code))
        values[PROCEDURE_LIST] = tuple(procedure.code for procedure in work.procedures)
        values[_UNITS] = tuple(unit.name for unit in work.plan.units_in(work.period))
        values = {list_id: entries for list_id, entries in values.items() if entries}
        columns = (column for form in work.sheets for column in form.columns)
        answers = {column.choices for column in columns if column.type == "yes_no"}
        spelled = {
            list_id: _spellings(
                work.plan.choices.get(list_id, ()), work.day, are_answers=list_id in answers
            )
            for list_id in values
        }
        quarter = work.period.label.partition("/")[0]
        denials = [word for word in TICK_SPELLINGS if word not in YES_WORDS]
        denials += [f"{quarter} không phát sinh", f"{quarter} không có"]
        words = {
            NOTHING_WORDS: (*also_bare((*ZERO_WORDS, *ZERO_SPELLINGS)), *TYPED_DASHES),
            TICK_WORDS: (*YES_WORDS, *also_bare(denials)),
            NO_REMARKS: tuple(also_bare((*no_remark_spellings(), *TYPED_DASHES))),
        }
        return cls(values, spelled | words)

    @cached_property
    def spellings(self) -> Mapping[str, frozenset[str]]:
        """Everything that is read as an entry of a list, by the list's id; in small letters."""
        return {
            list_id: _in_small_letters(self.values.get(list_id, ()), others)
            for list_id, others in self.spelled.items()
        }

    @cached_property
    def names(self) -> ListNames:
        """The names by which formulas and drop-downs ask for them."""
        return ListNames(frozenset(self.values), frozenset(self.spelled))

    def write(self, book: BookWriter, drawn: DrawnSheets) -> None:
        """Writes the hidden sheet of lists and defined names for what is offered and read."""
        sheet = book.sheet(LIST_SHEET)
        sheet.hide()
        content = [(one, self.values.get(one, ()), more) for one, more in self.spelled.items()]
        drawn.draw(sheet, book, content, OwnParts(), lambda: self._draw(sheet, book.formats))
        for column, (list_id, entries, others) in enumerate(content, start=1):
            letters = column_letters(column)
            for name, count in (
                (_name(list_id), len(entries)),
                (self.names.spellings(list_id), len(entries) + len(others)),
            ):
                if count:
                    area = f"={LIST_SHEET}!${letters}$2:${letters}${count + 1}"
                    book.workbook.define_name(name, area)

    def _draw(self, sheet: "Worksheet", formats: Formats) -> None:
        sheet.set_column_pixels(0, len(self.spelled), 180, formats())
        for column, (list_id, others) in enumerate(self.spelled.items(), start=1):
            entries = self.values.get(list_id, ())
            for row, text in enumerate((list_id, *entries, *others), start=1):
                write_text(sheet, row, column, text, formats("text"))


@lru_cache(maxsize=128)
def _in_small_letters(entries: tuple[str, ...], others: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(str.casefold, (*entries, *others)))


@dataclass(frozen=True, slots=True)
class EntryContext:
    """What cells accept by: lists, days and period; nothing in it is one unit's alone."""

    day: dt.date  # whose headings are in force
    year: int
    example_day: dt.date
    agency: str  # part of every dossier's code
    most_points: float  # of the regime's evaluation
    has_procedures: bool
    lists: ListNames

    @classmethod
    def of(cls, work: IssueOrder, lists: ChoiceLists) -> "EntryContext":
        """The context of one workbook's cells."""
        scheme = work.regime.scheme
        points = scheme.most_points if scheme else 0
        return cls(
            work.day,
            work.period.year,
            work.window.middle,
            work.plan.settings.agency_code,
            points,
            bool(work.procedures),
            lists.names,
        )


@lru_cache(maxsize=64)
def _spellings(choices: tuple[Choice, ...], day: dt.date, *, are_answers: bool) -> tuple[str, ...]:
    """What else is read as an entry of a list, without what the list offers itself on a day.

    ``are_answers``: of a column that is answered with Có or Không.
    """
    marks = also_bare((*YES_WORDS, *NO_WORDS, *ANSWER_WORDS)) if are_answers else ()
    marks = (*marks, *YES_WORDS, *NO_WORDS) if are_answers else ()
    offered = {one.value for one in choices if one.offered(day)}
    found = (*_read_as_choices(choices), *marks)
    return tuple(text for text in dict.fromkeys(found) if text not in offered)


_BEFORE_A_CHOICE: Final = ("qua ", "bằng ", "do ", "gọi ", "DVC ", "Dịch vụ công trực tuyến ")
_BEHIND_A_CHOICE: Final = (
    *(" đúng tiến độ", " (đúng tiến độ)", " theo kế hoạch", " theo quy định", " thường xuyên"),
    *(" đúng hạn", " trước hạn", " 100%", " (100%)", " quý I", " quý II", " quý III", " quý IV"),
    *(" điện tử", " tại cơ quan", " tại BPMC"),
)
_WITHIN_A_CHOICE: Final = ("tổ chức", "tiếp tục", "triển khai", "phối hợp")
_NUMBERS: Final = {"4": ("IV", "bốn"), "3": ("III", "ba"), "2": ("II", "hai")}


@lru_cache(maxsize=64)
def _read_as_choices(choices: tuple[Choice, ...]) -> tuple[str, ...]:
    """What the reader takes for an entry, of all that people make of its spellings."""
    if not choices:
        return ()
    known = [text for one in choices for text in (one.value, *one.aliases, one.code) if text]
    others: list[str] = [*map(plain_key, known)]
    for one in choices:  # to its spellings less is added: each costs a cell in every workbook
        others += [f"{first}{one.value}" for first in _BEFORE_A_CHOICE]
        others += [f"{one.value}{last}" for last in _BEHIND_A_CHOICE]
        rest = one.value.removeprefix(f"{one.code} ")
        if one.code and rest != one.value:
            others += [f"{one.code}{sign}{rest}" for sign in (" - ", ": ", "; ")]
            others.append(f"{one.code[:2]} {one.code[2:]}")
    for text in known:
        others += [f"{text[:-1]}{number}" for number in _NUMBERS.get(text[-1], ())]
        others += [f"{text[:-1]}0{text[-1]}"] if text[-1].isdecimal() else []
        others += [text.replace("thực hiện", f"{one} thực hiện") for one in _WITHIN_A_CHOICE]
    others += ZERO_SPELLINGS
    read = choice_parser(choices, fuzzy=False)
    sure = [text for text in others if text and read(text).outcome == "ok"]
    pointless = [text.replace(".", "") for text in (*known, *sure)]
    return tuple(dict.fromkeys((*known, *sure, *pointless)))


def _name(list_id: str, prefix: str = _NAME_PREFIX) -> str:
    """The defined name of a list; what Excel forbids in names becomes ``_``."""
    return prefix + re.sub(r"\W", "_", list_id)


def add_rule(sheet: "Worksheet", cells: str, column: FormColumn, context: EntryContext) -> None:
    """Puts on ``cells`` what the column accepts, with its prompt and its refusal."""
    heading = column.heading_on(context.day)
    rule = _RULES.get(column.type, _text)(column, context)
    limits = rule.pop("limits", {})
    prompted, refused = prompt(column, context), entry_refusal(column, context, **limits)
    sheet.data_validation(cells, rule | _messages(heading, prompted, refused))


def add_tick_rule(sheet: "Worksheet", cell: str) -> None:
    """Puts on the cell of «Kỳ này không phát sinh» what it accepts."""
    rule: ValidationRule = {"validate": "list", "source": [NIL_TICK]}
    hint = "Ghi x nếu kỳ này không phát sinh; có phát sinh thì để trống."
    refusal = "Ô này chỉ nhận chữ x. Đề nghị ghi x, hoặc xóa trống nếu kỳ này có phát sinh."
    sheet.data_validation(cell, rule | _messages(ISSUED_NIL_LABEL, hint, refusal))


def _messages(title: str, prompt: str, refusal: str) -> ValidationRule:
    rule: ValidationRule = {
        "ignore_blank": True,
        "error_title": title[:_TITLE_LIMIT],
        "error_message": refusal[:_TEXT_LIMIT],
    }
    if prompt:
        rule |= {"input_title": title[:_TITLE_LIMIT], "input_message": prompt[:_TEXT_LIMIT]}
    return rule


def _whole(_column: FormColumn, _context: EntryContext) -> ValidationRule:
    return {"validate": "integer", "criteria": ">=", "value": 0}


def _percent(_column: FormColumn, _context: EntryContext) -> ValidationRule:
    return {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 100}


def _points(_column: FormColumn, context: EntryContext) -> ValidationRule:
    most = context.most_points
    return {
        "validate": "decimal",
        "criteria": "between",
        "minimum": 0,
        "maximum": most,
        "limits": {"most": most},
    }


def _date(_column: FormColumn, context: EntryContext) -> ValidationRule:
    """A warning only: a machine with American settings takes 15/02/2022 for a text."""
    first, last = context.year - _YEARS_BEFORE, context.year + _YEARS_AFTER
    return {
        "validate": "date",
        "criteria": "between",
        "minimum": dt.date(first, 1, 1),
        "maximum": dt.date(last, 12, 31),
        "error_type": "warning",
        "limits": {"first_year": first, "last_year": last},
    }


def _choice(column: FormColumn, context: EntryContext) -> ValidationRule:
    return {"validate": "list", "source": context.lists.source(column.choices)}


def _procedure(_column: FormColumn, context: EntryContext) -> ValidationRule:
    """The unit's procedures; a unit without any writes a code as long as one."""
    if context.has_procedures:
        return _offered(PROCEDURE_LIST, context)
    shortest, longest = _CODE_LENGTHS
    limits = {"criteria": "between", "minimum": shortest, "maximum": longest}
    return {"validate": "length", "error_type": "warning", **limits}


def _offered(list_id: str, context: EntryContext) -> ValidationRule:
    """A list that also takes other entries, after a question."""
    return {"validate": "list", "source": context.lists.source(list_id), "error_type": "warning"}


def _text(column: FormColumn, _context: EntryContext) -> ValidationRule:
    longest = _LONGEST.get(column.type, _LONGEST["text"])
    return {"validate": "length", "criteria": "<=", "value": longest}


_RULES: Final[Mapping[str, Callable[[FormColumn, EntryContext], ValidationRule]]] = {
    "count": _whole,
    "days": _whole,
    "ordinal": _whole,
    "percent": _percent,
    "decimal": _points,
    "date": _date,
    "choice": _choice,
    "yes_no": _choice,
    "procedure": _procedure,
    "task": lambda _column, context: _offered(TASK_LIST, context),
    "unit": lambda _column, context: _offered(_UNITS, context),
}


def columns_to_fill(columns: tuple[FormColumn, ...]) -> Iterator[tuple[int, FormColumn]]:
    """(number from 1, column) of the columns that a unit types into."""
    for at, column in enumerate(columns, start=1):
        if column.type != "computed" and not column.given:
            yield at, column


def columns_of_additions(form: SheetForm) -> Iterator[tuple[int, FormColumn]]:
    """(number from 1, column) of given columns that offer a choice in a row that a unit adds."""
    for at, column in enumerate(form.columns, start=1):
        if form.rows and column.given and column.type in ("choice", "yes_no"):
            yield at, column
