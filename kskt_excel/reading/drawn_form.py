"""A table as an office draws it (biểu kẻ sẵn), understood well enough to make a definition of it.

Heads of several levels, a numbering row, given sums, a total, rows filled in as examples: what
stands there says what each column is. Nothing is certain: the definition is a draft to be read.
"""

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import field
from functools import cached_property
from itertools import pairwise
from typing import Any, Final

from kskt_excel.model.book import LONGEST_SHEET_NAME, Raw, Sheet, column_number
from kskt_excel.model.forms import NUMBER_TYPES
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.patterns import lazy_pattern
from kskt_excel.text.codes import document_number, dossier_code, procedure_code
from kskt_excel.text.dates import date
from kskt_excel.text.spelling import clean, is_blank, plain_key, tone_key
from kskt_excel.text.values import Parsed, count, decimal

# «(1)», «2», «A», «(5) = (3) + (4)»
_NUMBERING: Final = lazy_pattern(r"\(?\s*(\d{1,2}|[A-ZĐ])\s*\)?(?:\s*=.*)?", re.DOTALL)
_LEAST_COLUMNS: Final = 2  # one column is a list of words, no table
_ROWS_SEARCHED: Final = 60  # real forms have their heads in rows 2 to 11
_MOST_HEAD_ROWS: Final = 6  # what stands higher over the numbering is the title
_MOST_CHOICES: Final = 12  # more different texts in a column are words of people, not a list
_FIRST_NUMBER: Final = 3  # letters stand under the first columns: (A) (B) (1) (2)
_LONGEST_HEAD: Final = 120  # characters
_LONG_TEXT: Final = 40  # characters: longer ones need room
_SECTION: Final = lazy_pattern(r"[IVX]+|[A-ZĐ]")
_TOTAL: Final = lazy_pattern(r"(?:tong cong|tong so|cong|tong)")
_ORDINAL: Final = frozenset({"stt", "tt", "so tt", "so thu tu"})
_FRAME: Final = lazy_pattern(r"cộng h|ủy ban|uỷ ban|ubnd|độc lập|(?:sở|bộ|phòng|chi cục)\b")
"""What stands over a title: the state's name, the agency's."""
_UNIT_OF_COUNT: Final = lazy_pattern(r"(?:đơn vị tính|đvt)\s*:?\s*(.+)", re.IGNORECASE)
_REFERENCE: Final = lazy_pattern(r"\$?([A-Z]{1,3})\$?(\d+)(?::\$?([A-Z]{1,3})\$?(\d+))?")
_ADDEND: Final = r"(?:SUM\([^()]*\)|\$?[A-Z]{1,3}\$?\d+)"
# «SUM(C5:E5)», «C5+D5», «+(C5+SUM(D5:E5))»; nothing that takes off or multiplies.
_SUM: Final = lazy_pattern(rf"[+(]*{_ADDEND}(?:\+{_ADDEND})*\)*")
_YES_NO: Final = frozenset({"co", "khong", "x"})
# «ngày công» counts days of work.
_DATE_HEADS: Final = lazy_pattern(r"ngay(?!\s*cong)\b|thoi (?:gian|diem)|thoi han")
_PERCENT_HEADS: Final = lazy_pattern(r"ty le|ti le|phan tram")
# «đồng» is money; in «hợp đồng», «lao động» and «hoạt động» it is none.
_MONEY_HEADS: Final = lazy_pattern(r"kinh phi|so tien|(?<!hop )(?<!lao )(?<!hoat )dong\b|chi phi")
_LONG_HEADS: Final = lazy_pattern(  # on plain keys, as all heads here: such columns hold sentences
    r"noi dung|ket qua|ghi chu|ly do|kho khan|de xuat|giai phap|ten |nguyen nhan|danh gia"
)
# On plain keys: what a column asks of a citizen.
_PERSONAL: Final = lazy_pattern(r"ho (?:va )?ten|dien thoai|dia chi|cccd|cmnd|can cuoc|ngay sinh")
# Only where a head begins so: «hồ sơ số» is no count.
_COUNT_HEADS: Final = lazy_pattern(r"so |so luong|tong|luot|so$|si so")
_YEAR_HEADS: Final = lazy_pattern(r"năm\b")  # nobody adds up years; with its signs: «Nam» is men
_UNIT_HEADS: Final = lazy_pattern(r"(?:ten )?don vi(?: bao cao)?$")
"""Units of the plan; other agencies, rooms and departments are words."""
_DOCUMENT_HEADS: Final = lazy_pattern(r"so,? ky hieu|van ban|quyet dinh|so hieu")


# The narrow kinds first: every count is a decimal as well, and 1.000345 may be a code.
_READERS: Final[tuple[tuple[str, Callable[[str], Parsed[Any]]], ...]] = (
    ("procedure", procedure_code),
    ("dossier", dossier_code),
    ("date", date),
    ("count", count),
    ("decimal", decimal),
    ("document", document_number),
)


class NoTableError(ValueError):
    """A sheet on which no table with a head is found."""


@dataclass(frozen=True, slots=True)
class DrawnColumn:
    """A column of a drawn table: its heads from the outermost to its own, and what it holds."""

    key: str
    header: tuple[str, ...]
    heading: str
    type: str
    formula: tuple[str, ...] = ()
    values: tuple[str, ...] = ()  # choices
    total: bool = False
    required: bool = False
    example: str = ""
    width: int = 90


@dataclass(frozen=True, slots=True)
class DrawnForm:
    """A table understood (biểu kẻ sẵn): what a definition of a unit's sheet needs."""

    id: str
    sheet: str
    title: str
    unit_of_count: str
    columns: tuple[DrawnColumn, ...]
    key: tuple[str, ...]
    rows: int  # filled in as examples
    about_citizens: bool = False  # asks for what looks like personal data


def drawn_form(sheet: Sheet, lists: Mapping[int, Sequence[str]] | None = None) -> DrawnForm:
    """The table of a sheet; ``lists`` has the choices of a drop-down by column number.

    Raises NoTableError.
    """
    return _Drawn(sheet, lists or {}).form()


@dataclass(frozen=True)
class _Drawn:
    """The sheet while it is understood."""

    sheet: Sheet
    lists: Mapping[int, Sequence[str]]
    keys: dict[int, str] = field(default_factory=dict)

    def form(self) -> DrawnForm:
        """The whole table."""
        columns = self._columns()
        title = self._title()
        return DrawnForm(
            id="-".join(re.findall(r"[a-z0-9]+", plain_key(self.sheet.name))) or "bieu",
            sheet=" ".join(self.sheet.name.split()),
            title=title,
            unit_of_count=self._unit_of_count(),
            columns=columns,
            key=_key_of(columns),
            rows=len(self.body),
            about_citizens=any(_PERSONAL.search(plain_key(one.heading)) for one in columns),
        )

    # where things stand ---------------------------------------------------------------------

    @cached_property
    def head(self) -> tuple[int, int, int]:
        """First and last row of the heads, and the numbering row or 0."""
        numbering = self._numbering_row()
        last = numbering - 1 if numbering else self._widest_row()
        while last > 0 and not self._filled(last):
            last -= 1
        if last < 1:
            raise NoTableError(self.sheet.name)
        first = last
        while first > 1 and last - first < _MOST_HEAD_ROWS and self._is_head(first - 1, last):
            first -= 1
        return first, max(last, self._merged_down(first, last)), numbering

    @cached_property
    def numbers(self) -> tuple[int, ...]:
        """Columns of the table, from left to right without gaps at its ends."""
        first, last, numbering = self.head
        rows = [numbering] if numbering else range(first, last + 1)
        filled = {column for row in rows for column in self._filled(row)}
        if not numbering:
            for row, column, _, right in self.sheet.merged:
                if first <= row <= last and column in filled:
                    filled |= set(range(column, right + 1))
        return tuple(range(min(filled), max(filled) + 1))

    @cached_property
    def body(self) -> tuple[int, ...]:
        """Rows filled in as examples: under the head, down to the total or two empty rows."""
        _, last, numbering = self.head
        found: list[int] = []
        empty = 0
        for row in range(max(last, numbering) + 1, len(self.sheet.rows) + 1):
            filled = [column for column in self._filled(row) if column in self.numbers]
            if self._is_total(row):
                break
            empty = 0 if filled else empty + 1
            if empty > 1:
                break
            if self._is_section(row, filled):
                continue
            texts = [column for column in filled if (row, column) not in self.sheet.facts.formulas]
            if len(texts) > 1 or (texts and not found and len(self.numbers) <= _LEAST_COLUMNS):
                found.append(row)
        return tuple(found)

    @cached_property
    def total_row(self) -> int:
        """Row of the total; 0 without one."""
        _, last, numbering = self.head
        rows = range(max(last, numbering) + 1, len(self.sheet.rows) + 1)
        return next((row for row in rows if self._is_total(row)), 0)

    def _numbering_row(self) -> int:
        """The row ``(1) (2) (3) …`` under the heads; letters for the first columns are usual."""
        for row in range(1, min(len(self.sheet.rows), _ROWS_SEARCHED) + 1):
            texts = [self._text(row, column) for column in self._filled(row)]
            matches = [_NUMBERING.fullmatch(text) for text in texts]
            digits = [int(one[1]) for one in matches if one and one[1].isdigit()]
            rising = all(a < b for a, b in pairwise(digits))
            if (
                len(digits) >= _LEAST_COLUMNS
                and all(matches)
                and rising
                and digits[0] <= _FIRST_NUMBER
            ):
                return row
        return 0

    def _widest_row(self) -> int:
        """Without numbering: the last row of texts before the first row with figures."""
        best, width = 0, _LEAST_COLUMNS - 1
        for row in range(1, min(len(self.sheet.rows), _ROWS_SEARCHED) + 1):
            filled = self._filled(row)
            texts = [column for column in filled if isinstance(self.sheet.at(row, column), str)]
            if len(texts) == len(filled) and len(filled) > width:
                best, width = row, len(filled)
            elif best and len(texts) < len(filled):
                break
        return best

    def _is_head(self, row: int, last: int) -> bool:
        """Whether a row is part of the heads: its texts stand over some of the table's columns."""
        filled = self._filled(row)
        if not filled or any(not isinstance(self.sheet.at(row, c), str) for c in filled):
            return False
        spans = [self._span(row, column) for column in filled]
        below = self._filled(last)
        if len(filled) == 1:
            left, right, bottom = spans[0]
            whole = below and left <= below[0] and right >= below[-1]
            return not whole and (right > left or bottom > row) and len(below) > 1
        return all(len(self._text(row, column)) <= _LONGEST_HEAD for column in filled)

    def _merged_down(self, first: int, last: int) -> int:
        return max((b for r, _, b, _ in self.sheet.merged if first <= r <= last < b), default=last)

    def _span(self, row: int, column: int) -> tuple[int, int, int]:
        """First and last column, and last row, of what is merged with a cell."""
        for top, left, bottom, right in self.sheet.merged:
            if (top, left) == (row, column):
                return left, right, bottom
        return column, column, row

    def _is_total(self, row: int) -> bool:
        texts = [plain_key(self._text(row, c)) for c in self.numbers[:3]]
        return any(_TOTAL.fullmatch(text) for text in texts if text)

    def _is_section(self, row: int, filled: Sequence[int]) -> bool:
        """A row that only heads others: a Roman number or a letter, and its name."""
        few = len(filled) <= _LEAST_COLUMNS < len(self.numbers)
        return few and bool(filled) and bool(_SECTION.fullmatch(self._text(row, filled[0])))

    def _filled(self, row: int) -> tuple[int, ...]:
        cells = self.sheet.rows[row - 1] if 0 < row <= len(self.sheet.rows) else ()
        return tuple(
            number
            for number, raw in enumerate(cells, start=1)
            if not is_blank(raw) or (row, number) in self.sheet.facts.formulas
        )

    def _text(self, row: int, column: int) -> str:
        raw = self.sheet.at(row, column)
        if isinstance(raw, float) and raw == int(raw):
            raw = int(raw)
        return "" if raw is None else " ".join(clean(str(raw)).text.split())

    # what it says ---------------------------------------------------------------------------

    def _title(self) -> str:
        """The longest text over the heads that is not the unit of count; else the sheet's name."""
        first = self.head[0]
        above = [
            self._text(row, column)
            for row in range(1, first)
            for column in self._filled(row)
            if isinstance(self.sheet.at(row, column), str)
        ]
        texts = [text for text in above if not _UNIT_OF_COUNT.match(text)]
        capitals = [text for text in texts if text == text.upper() and len(text.split()) > 1]
        own = [text for text in capitals if not _FRAME.match(text.casefold())]
        if not own:
            return self.sheet.name.upper()
        return max(own, key=len)

    def _unit_of_count(self) -> str:
        for row in range(1, self.head[0] + 1):
            for column in self._filled(row):
                if match := _UNIT_OF_COUNT.match(self._text(row, column)):
                    return match[1].strip(" .")
        return ""

    def _columns(self) -> tuple[DrawnColumn, ...]:
        headers = {number: self._header(number) for number in self.numbers}
        named = [number for number, header in headers.items() if header]
        if len(named) < _LEAST_COLUMNS:
            raise NoTableError(self.sheet.name)
        headings = _distinct_headings([headers[number] for number in named])
        for number, heading in zip(named, headings, strict=True):
            self.keys[number] = _free_key(heading, self.keys.values())
        return tuple(
            self._column(number, headers[number], heading)
            for number, heading in zip(named, headings, strict=True)
        )

    def _header(self, number: int) -> tuple[str, ...]:
        """Heads of a column, outermost first; what is merged stands over all its columns."""
        first, last, _ = self.head
        texts = [self._covered(row, number) for row in range(first, last + 1)]
        return tuple(dict.fromkeys(text for text in texts if text))

    def _covered(self, row: int, column: int) -> str:
        for top, left, bottom, right in self.sheet.merged:
            if top <= row <= bottom and left <= column <= right:
                return self._text(top, left)
        return self._text(row, column)

    def _column(self, number: int, header: tuple[str, ...], heading: str) -> DrawnColumn:
        raws = [raw for row in self.body if not is_blank(raw := self.sheet.at(row, number))]
        formula = self._formula(number)
        kind, values = self._kind(number, plain_key(heading), raws, formula)
        texts = [len(raw) for raw in raws if isinstance(raw, str)]
        total_at = (self.total_row, number)
        has_total = bool(self.total_row) and (
            total_at in self.sheet.facts.formulas or self.sheet.at(*total_at) is not None
        )
        return DrawnColumn(
            key=self.keys[number],
            header=header,
            heading=heading,
            type=kind,
            formula=formula if kind == "computed" else (),
            values=values,
            total=has_total and kind in ("count", "computed", "decimal"),
            required=bool(self.body) and len(raws) == len(self.body) and kind != "ordinal",
            example=values[0] if values else _example(raws, kind),
            width=_width(kind, max(texts, default=0), heading),
        )

    def _formula(self, number: int) -> tuple[str, ...]:
        """Keys of the columns of the same row that a formula adds up; () for anything else."""
        for row in self.body or (max(self.head[1:]) + 1,):
            text = self.sheet.facts.formulas.get((row, number), "").replace(" ", "").upper()
            if text and _SUM.fullmatch(text):
                parts = list(_added_columns(text, row))
                if parts and number not in parts and all(part in self.keys for part in parts):
                    return tuple(self.keys[part] for part in parts)
        return ()

    def _kind(
        self, number: int, head: str, raws: Sequence[Raw], formula: tuple[str, ...]
    ) -> tuple[str, tuple[str, ...]]:
        """Type of a column and, for a choice, its values."""
        if head in _ORDINAL:
            return "ordinal", ()
        if formula:
            return "computed", ()
        listed = tuple(dict.fromkeys(map(str, self.lists.get(number, ()))))
        if listed:
            return ("yes_no", ()) if _all_yes_no(listed) else ("choice", listed)
        by_values = self._kind_of_values(number, head, raws)
        if by_values[0]:
            return by_values
        reckoned = any((row, number) in self.sheet.facts.formulas for row in self.body)
        return (
            self._kind_of_numbers(head, (), percent=False) if reckoned else _kind_of_head(head)
        ), ()

    def _kind_of_values(
        self, number: int, head: str, raws: Sequence[Raw]
    ) -> tuple[str, tuple[str, ...]]:
        """What the examples say; "" where they say nothing."""
        percent = any((row, number) in self.sheet.facts.percent_cells for row in self.body)
        texts = [raw for raw in raws if isinstance(raw, str)]
        if raws and all(isinstance(raw, dt.date) for raw in raws):
            return "date", ()
        if raws and not texts:
            return self._kind_of_numbers(head, raws, percent=percent), ()
        if not raws or len(texts) < len(raws):
            return ("percent" if percent else ""), ()
        found = _kind_by_readers(head, texts)
        if found:
            return found, ()
        return ("yes_no", ()) if _all_yes_no(texts) else self._kind_of_texts(head, texts)

    def _kind_of_numbers(self, head: str, raws: Sequence[Raw], *, percent: bool) -> str:
        if percent or _PERCENT_HEADS.search(head):
            return "percent"
        whole = all(isinstance(raw, int | float) and float(raw) == int(raw) for raw in raws)
        return "count" if whole and not _MONEY_HEADS.search(head) else "decimal"

    def _kind_of_texts(self, head: str, texts: Sequence[str]) -> tuple[str, tuple[str, ...]]:
        """A few texts that come again and again are choices."""
        seen = Counter(" ".join(text.split()) for text in texts)
        again = (
            1 < len(seen) <= min(_MOST_CHOICES, len(texts) // 2)
            and max(map(len, seen)) <= _LONG_TEXT
        )
        if again and not _UNIT_HEADS.match(head):
            return "choice", tuple(seen)
        if _UNIT_HEADS.match(head):
            return "unit", ()
        return ("long_text" if max(map(len, texts)) > _LONG_TEXT else "text"), ()


def _kind_by_readers(head: str, texts: Sequence[str]) -> str:
    """The kind of value that every text is; "" where they are plain words."""
    leading = any(re.match(r"0\d", text.strip()) for text in texts)  # the number of a telephone
    for kind, reader in _READERS:
        numeric = kind in ("count", "decimal")
        if not (leading and numeric) and all(reader(text).outcome == "ok" for text in texts):
            return "percent" if kind == "decimal" and _PERCENT_HEADS.search(head) else kind
    return ""


def _kind_of_head(head: str) -> str:
    """What a heading alone says."""
    # The first that fits: «số ký hiệu» is a document before «số …» is a count.
    for kind, words in (
        ("percent", _PERCENT_HEADS),
        ("document", _DOCUMENT_HEADS),
        ("date", _DATE_HEADS),
        ("decimal", _MONEY_HEADS),
        ("long_text", _LONG_HEADS),
        ("unit", _UNIT_HEADS),
        ("count", _COUNT_HEADS),
    ):
        if words.match(head):
            return kind
    return "text"


def _all_yes_no(texts: Sequence[str]) -> bool:
    return {plain_key(text) for text in texts} <= _YES_NO


def _added_columns(text: str, row: int) -> Iterator[int]:
    for match in _REFERENCE.finditer(text):
        first, at, last, end = match.groups()
        if int(at) != row or (end and int(end) != row):
            yield 0
        yield from range(column_number(first), column_number(last or first) + 1)


def _distinct_headings(headers: Sequence[tuple[str, ...]]) -> list[str]:
    """One heading a column: its own, with what stands over it where two are alike."""
    own = [header[-1] for header in headers]
    counts = Counter(map(tone_key, own))
    named = [
        f"{text} ({header[-2].lower()})" if counts[tone_key(text)] > 1 and len(header) > 1 else text
        for text, header in zip(own, headers, strict=True)
    ]
    seen: Counter[str] = Counter()
    found = []
    for text in named:
        seen[tone_key(text)] += 1
        number = seen[tone_key(text)]
        found.append(text if number == 1 else f"{text} ({number})")
    return found


def _free_key(heading: str, taken: Collection[str]) -> str:
    """A key made of a heading: letters, digits, underscores; no two alike."""
    words = re.findall(r"[a-z0-9]+", plain_key(heading))[:5]
    key = "_".join(words) or "cot"
    key = key if key[0].isalpha() else f"cot_{key}"
    own, number = key, 1
    while own in taken:
        number += 1
        own = f"{key}_{number}"
    return own


def _key_of(columns: Sequence[DrawnColumn]) -> tuple[str, ...]:
    """What a row is known by: a code, else its first text; its number only when nothing else is."""
    for kinds in (("dossier", "procedure"), ("text", "long_text", "document", "unit", "date")):
        for column in columns:
            if column.type in kinds:
                return (column.key,)
    return (columns[0].key,)


def _example(raws: Sequence[Raw], kind: str) -> str:
    raw = next(iter(raws), None)
    if raw is None or kind in ("ordinal", "computed"):
        return ""
    if isinstance(raw, dt.date):
        return f"{raw:%d/%m/%Y}"
    if isinstance(raw, bool):
        return "Có" if raw else "Không"
    if isinstance(raw, float):
        return f"{raw:.2f}".rstrip("0").rstrip(".").replace(".", ",")
    text, read = " ".join(str(raw).split())[:60], dict(_READERS).get(kind)
    return "" if kind in NUMBER_TYPES and read and read(text).outcome == "error" else text


def _width(kind: str, longest: int, heading: str) -> int:
    if kind == "ordinal":
        return 44
    if kind in ("count", "computed", "percent", "decimal", "yes_no", "days"):
        return 88
    return min(max(96, 7 * min(longest, 40), 7 * min(len(heading), 16)), 300)


# --- the definition, as a file that a person reads on -------------------------------------------

_LANDSCAPE_FROM: Final = 8  # columns
_DRAFT: Final = (
    "# Bản nháp lập từ trang “{sheet}”: đọc lại loại cột, cột bắt buộc, khóa dòng rồi đưa ra\n"
    "# thư mục bieu-mau. Kiểm tra: kskt form check\n"
)


def sheet_definition(form: DrawnForm, order: int, valid_from: dt.date) -> str:
    """The TOML text of a unit's sheet."""
    lines = [
        _DRAFT.format(sheet=form.sheet),
        'kind = "sheet"',
        f"order = {order}",
        f"id = {_quoted(form.id)}",
        'version = "1.0"',
        f"sheet = {_quoted(form.sheet[:LONGEST_SHEET_NAME])}",
        f"title = {_quoted(form.title)}",
        'layout = "register"',
        'scope = "all"',
        f"key = {_listed(form.key)}",
        "nil = true",
        'source = ""',
        "verified = false",
        f"valid_from = {valid_from.isoformat()}",
        f"blank_rows = {max(10, 2 * form.rows)}",
        *(["about_citizens = true"] if form.about_citizens else ()),
    ]
    for column in form.columns:
        lines += ["", "[[column]]", *_column_lines(column)]
    return "\n".join(lines) + "\n"


def _column_lines(column: DrawnColumn) -> Iterator[str]:
    yield f"key = {_quoted(column.key)}"
    yield f"heading = {_quoted(column.heading)}"
    yield f'type = "{column.type}"'
    if column.formula:
        yield f"formula = {_listed(column.formula)}"
    if column.type == "yes_no":
        yield 'choices = "co_khong"'
    if column.values:
        yield f"values = {_listed(column.values)}"
    if column.required and column.type != "computed":
        yield "required = true"
    if column.total:
        yield "total = true"
    yield f"width = {column.width}"
    if column.example:
        yield f"example = {_quoted(column.example)}"


def printed_definition(form: DrawnForm, order: int, valid_from: dt.date) -> str:
    """The TOML text of a printed summary: a row for each unit, its numbers added up.

    A table drawn with a total says which numbers; without one all that are no years.
    """
    numbers = [column for column in form.columns if column.total] or [
        column
        for column in form.columns
        if column.type in ("count", "computed", "decimal")
        and not _YEAR_HEADS.match(tone_key(column.heading))
    ]
    columns: list[list[str]] = [
        ['number = "1"', 'header = ["STT"]', 'type = "ordinal"', "width = 36"],
        ['number = "2"', 'header = ["Đơn vị"]', 'type = "label"', "width = 190"],
        ['number = "3"', 'header = ["Số dòng"]', f"source = {_quoted(f'count({form.id})')}"],
    ]
    place = {column.key: str(at) for at, column in enumerate(numbers, start=4)}
    for column in numbers:
        source = f"sum({form.id}.{column.key})"
        if column.formula and all(part in place for part in column.formula):
            source = " + ".join(f"[{place[part]}]" for part in column.formula)
        columns.append(
            [
                f"number = {_quoted(place[column.key])}",
                f"header = {_listed(column.header)}",
                f"source = {_quoted(source)}",
            ]
        )
    wide = len(columns) >= _LANDSCAPE_FROM
    head = [
        _DRAFT.format(sheet=form.sheet),
        'kind = "printed"',
        f"order = {order}",
        f"id = {_quoted(f'TH.{form.id}')}",
        f"code = {_quoted(f'Biểu TH.{form.id}')}",
        'version = "1.0"',
        f"title = {_quoted(form.title)}",
        f"unit_of_count = {_quoted(form.unit_of_count)}",
        'rows = "unit"',
        f"feeds = {_listed((form.id,))}",
        f'orientation = "{"landscape" if wide else "portrait"}"',
        'source = ""',
        "verified = false",
        f"valid_from = {valid_from.isoformat()}",
    ]
    return "\n".join([*head, *(f"\n[[column]]\n{chr(10).join(one)}" for one in columns)]) + "\n"


def _quoted(text: str) -> str:
    """A text as TOML writes it."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
    return f'"{escaped}"'


def _listed(texts: Sequence[str]) -> str:
    return f"[{', '.join(map(_quoted, texts))}]"
