"""Sheets of the plan workbook: columns by heading, «Thông tin» by label, faults by cell."""

import datetime as dt
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from kskt_excel.excel.plan import layout
from kskt_excel.excel.plan.layout import PLAN_SHEETS, Label, PlanColumn, PlanSheet
from kskt_excel.messages import place_text, sentence
from kskt_excel.model.book import CellRef, Raw
from kskt_excel.model.errors import KsktError
from kskt_excel.model.finding import Finding, Severity
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.plan import Signer
from kskt_excel.model.settings import PlanSettings
from kskt_excel.text.dates import date
from kskt_excel.text.shown import day_text as shown_day
from kskt_excel.text.shown import given
from kskt_excel.text.shown import plain_number as shown_number
from kskt_excel.text.spelling import clean, is_blank, plain_key, tone_key
from kskt_excel.text.values import count, decimal

_SHEET_ORDER: Final = {sheet.name: number for number, sheet in enumerate(PLAN_SHEETS)}


class PlanMissingError(KsktError):
    """There is no plan workbook for the year."""

    def __init__(self, path: Path, others: Collection[str] = ()) -> None:
        latest = max(others, default="")
        before = f"ke-hoach-{_year_of(path.name) - 1}.xlsx"
        copy = f"chép {latest} thành {path.name} rồi sửa năm và thời hạn" if latest else ""
        if before in others:
            copy = f"chạy kskt next-year {_year_of(before)} để lập tệp này từ {before}"
        start = "chạy kskt init để có thư mục làm việc với kế hoạch mẫu"
        super().__init__(
            f"Không có tệp kế hoạch {path.name} trong thư mục {path.parent}."
            f" Đề nghị {copy or start}."
        )


def _year_of(name: str) -> int:
    found = re.search(r"\d{4}", name)
    return int(found[0]) if found else 0


class PlanUnreadableError(KsktError):
    """The plan workbook cannot be opened at all; ``why`` and ``remedy`` are parts of a sentence."""

    def __init__(self, path: Path, why: str, remedy: str) -> None:
        super().__init__(f"Tệp kế hoạch {path.name} chưa đọc được: {why}. Đề nghị {remedy}.")


class PlanExistsError(KsktError):
    """A plan workbook that would be written is there already; the office may have edited it."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"Tệp kế hoạch {path.name} đã có nên không ghi đè."
            " Đề nghị sửa tệp đó, hoặc đổi tên tệp rồi chạy lại."
        )


class DamagedPlanError(KsktError):
    """The plan workbook has faults: all of them are said, so that one round of mending will do."""

    def __init__(self, path: Path, findings: tuple[Finding, ...]) -> None:
        faults = [one for one in findings if one.severity is Severity.ERROR]
        shown = [f"  {place_text(one)}: {sentence(one)}" for one in faults]
        head = f"Tệp kế hoạch {path.name} có {len(faults)} lỗi, cần sửa trước khi chạy tiếp:"
        super().__init__("\n".join((head, *shown)))
        self.findings = findings


class Remarks:
    """Collects what is said about the plan workbook while it is read.

    Levels stand here as they do in the catalogue: reading a sound plan must not load it.
    """

    def __init__(self) -> None:
        self._findings: list[Finding] = []

    def fault(self, code: str, at: CellRef, /, **params: object) -> None:
        """Keeps an error ``plan.<code>``: the plan cannot be used before it is mended."""
        self._findings.append(Finding(f"plan.{code}", Severity.ERROR, at, params))

    def doubt(self, code: str, at: CellRef, /, **params: object) -> None:
        """Keeps a warning ``plan.<code>``."""
        self._findings.append(Finding(f"plan.{code}", Severity.WARNING, at, params))

    def note(self, code: str, at: CellRef, /, **params: object) -> None:
        """Keeps a piece of information ``plan.<code>``."""
        self._findings.append(Finding(f"plan.{code}", Severity.INFO, at, params))

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Everything said so far, sheet by sheet from top to bottom."""
        return tuple(sorted(self._findings, key=_place_key))

    @property
    def damaged(self) -> bool:
        """Whether a fault is among it."""
        return any(one.severity is Severity.ERROR for one in self._findings)


def _place_key(found: Finding) -> tuple[int, int, int]:
    at = found.at or CellRef("")
    sheet = _SHEET_ORDER.get(at.sheet, len(_SHEET_ORDER))
    return sheet, at.row, at.column


_ROWS_SEARCHED: Final = 100  # for headings: people put notes above a table, never more than a page
_LEAST_HEADINGS: Final = 2  # one known word alone may stand in any title
_LONGEST_HEADING: Final = 60  # characters
_ALIKE: Final = 0.75  # of a word: a slip or two in a heading, offered in a question
_PARTS: Final = re.compile(r"[;\n]")
_ERROR: Final = re.compile(r"#(?:REF!|N/A|NAME\?|VALUE!|DIV/0!|NUM!|NULL!)")

Rows = Sequence[Sequence[Raw]]


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One row: its cells by column key, and where they stand."""

    sheet: str
    number: int
    cells: Mapping[str, Raw]
    columns: Mapping[str, int]

    def at(self, key: str) -> CellRef:
        """Address of a cell; of the row when the sheet has no such column."""
        return CellRef(self.sheet, self.number, self.columns.get(key, 0))

    def has(self, key: str) -> bool:
        """Whether the cell holds anything."""
        return not is_blank(self.cells.get(key))

    def text(self, key: str) -> str:
        """The cell's text in one line with single blanks; "" when blank."""
        return as_text(self.cells.get(key))

    def reworded(self, keys: Sequence[str], word: Callable[[str], str]) -> "PlanRow":
        """The row with the texts of some cells put another way."""
        texts = {key: word(self.text(key)) for key in keys if self.has(key)}
        return replace(self, cells={**self.cells, **texts})

    def parts(self, key: str) -> tuple[str, ...]:
        """The values of a cell that holds several, by semicolons or line breaks."""
        raw = self.cells.get(key)
        whole = clean(raw).text if isinstance(raw, str) else as_text(raw)
        found = (" ".join(part.split()) for part in _PARTS.split(whole))
        return tuple(dict.fromkeys(part for part in found if part))

    def day(self, key: str, remarks: Remarks) -> dt.date | None:
        """The cell's day; None when blank or, with a fault, when it is no day."""
        raw = self.cells.get(key)
        if is_blank(raw):
            return None
        read = date(raw)
        if read.value is None and read.outcome != "blank":
            remarks.fault("date_unread", self.at(key), given=given(raw))
        elif read.value is not None and read.outcome == "warn":
            remarks.doubt("value_read", self.at(key), given=given(raw), value=shown_day(read.value))
        return read.value


def as_text(raw: Raw) -> str:
    """A cell as text in one line; a number with a decimal comma and nothing superfluous."""
    if isinstance(raw, str):
        return " ".join(clean(raw).text.split())
    return given(raw)


def find_sheet(name: str, names: Sequence[str]) -> str | None:
    """The workbook's own name of a sheet, whatever its case, blanks, accents or composition."""
    for key in (tone_key, plain_key):
        for one in names:
            if key(one) == key(name):
                return one
    return None


def nearest_word(word: str, others: Iterable[str]) -> str:
    """The text of ``others`` that looks most like ``word``; "" when none does."""
    from difflib import get_close_matches

    by_key = {plain_key(other): other for other in others if plain_key(other)}
    close = get_close_matches(plain_key(word), by_key, n=1, cutoff=_ALIKE)
    if close:
        return by_key[close[0]]
    held = [key for key in by_key if plain_key(word) in key or key in plain_key(word).split()]
    return by_key[held[0]] if len(held) == 1 else ""


def read_table(sheet: PlanSheet, name: str, rows: Rows, remarks: Remarks) -> tuple[PlanRow, ...]:
    """Rows under the headings, blank ones left out; missing columns and cells are said."""
    found = find_headings(sheet.columns, rows)
    if found is None:
        needed = ", ".join(column.heading for column in sheet.columns if column.needed)
        remarks.fault("heading_missing", CellRef(name), sheet=name, columns=needed)
        return ()
    heading_row, columns = found
    _report_columns(sheet, CellRef(name, heading_row), rows[heading_row - 1], columns, remarks)
    read = tuple(_rows(name, rows, heading_row, columns))
    for row in read:
        _report_cells(sheet, row, remarks)
    if sheet.needed and not read:
        remarks.fault("no_rows", CellRef(name, heading_row), sheet=name)
    return read


def find_headings(columns: Sequence[PlanColumn], rows: Rows) -> tuple[int, dict[str, int]] | None:
    """The heading row and the number of each column found in it, by key; None without one."""
    own = {tone_key(column.heading): column.key for column in columns}
    keys = {tone_key(text): column.key for column in columns for text in column.aliases} | own
    best: tuple[int, dict[str, int]] | None = None
    for number, row in enumerate(rows[:_ROWS_SEARCHED], start=1):
        found = _columns_in(row, keys, own)
        if len(found) >= _LEAST_HEADINGS and (best is None or len(found) > len(best[1])):
            best = number, found
        if len(found) == len(columns):
            break
    return best


def _columns_in(
    row: Sequence[Raw], keys: Mapping[str, str], own: Mapping[str, str]
) -> dict[str, int]:
    """Columns of a heading row; a column's own heading wins over its other ones."""
    texts = [as_text(raw) for raw in row]
    headings = [tone_key(text) if len(text) <= _LONGEST_HEADING else "" for text in texts]
    found: dict[str, int] = {}
    for table in (own, keys):
        for number, heading in enumerate(headings, start=1):
            key = table.get(heading)
            if key and key not in found and number not in found.values():
                found[key] = number
    return found


def _report_columns(
    sheet: PlanSheet,
    at: CellRef,
    row: Sequence[Raw],
    columns: Mapping[str, int],
    remarks: Remarks,
) -> None:
    """Says which columns are missing, once each, and which heading may be meant."""
    spare = {
        as_text(raw): number
        for number, raw in enumerate(row, start=1)
        if number not in columns.values() and not is_blank(raw)
    }
    for column in sheet.columns:
        if column.key in columns:
            _report_twice(column, at, spare, remarks)
            continue
        near = nearest_word(column.heading, spare)
        if near:
            cell = CellRef(at.sheet, at.row, spare[near])
            remarks.fault("column_renamed", cell, column=column.heading, given=near)
        elif column.needed:
            remarks.fault("column_missing", at, sheet=at.sheet, column=column.heading)


def _report_twice(
    column: PlanColumn, at: CellRef, spare: Mapping[str, int], remarks: Remarks
) -> None:
    for text, number in spare.items():
        if tone_key(text) == tone_key(column.heading):
            cell = CellRef(at.sheet, at.row, number)
            remarks.fault("column_twice", cell, column=column.heading)


def _rows(name: str, rows: Rows, heading_row: int, columns: Mapping[str, int]) -> Iterator[PlanRow]:
    for number, row in enumerate(rows[heading_row:], start=heading_row + 1):
        cells = {
            key: row[column - 1]
            for key, column in columns.items()
            if column <= len(row) and not is_blank(row[column - 1])
        }
        if cells:
            yield PlanRow(name, number, cells, columns)


def _report_cells(sheet: PlanSheet, row: PlanRow, remarks: Remarks) -> None:
    """Says which cells of a row must not be blank, or show an error of Excel's."""
    for column in sheet.columns:
        if column.key not in row.columns:
            continue
        if column.filled and not row.has(column.key):
            at = row.at(column.key)
            remarks.fault("value_missing", at, column=column.heading, row=row.number)
        elif isinstance(raw := row.cells.get(column.key), str) and _ERROR.fullmatch(raw.strip()):
            remarks.fault("value_error", row.at(column.key), given=raw.strip())


MAIL: Final = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;]+")
_ONE_DAY: Final = dt.timedelta(days=1)
_LONGEST_HOLIDAY: Final = 31  # days
_KNOWN: Final = {
    tone_key(text): label for label in layout.INFO_LABELS for text in (label.text, *label.aliases)
}
_OWN: Final = frozenset(
    {
        layout.YEAR,
        layout.AGENCY,
        layout.SUPERIOR,
        layout.PLACE,
        layout.TITLE,
        layout.NUMBER,
        layout.LEGAL_BASIS,
        layout.SIGNER_AUTHORITY,
        layout.SIGNER_TITLE,
        layout.SIGNER_NAME,
    }
)


@dataclass(frozen=True, slots=True)
class Info:
    """What sheet «Thông tin» says: texts by label, where they stand, days off."""

    texts: Mapping[str, str]
    cells: Mapping[str, CellRef]
    holidays: Mapping[dt.date, CellRef]

    def text(self, label: str) -> str:
        """Text beside a label, "" without it."""
        return self.texts.get(label, "")

    def at(self, label: str) -> CellRef:
        """Cell of a label's value; the sheet without it."""
        return self.cells.get(label, CellRef(layout.INFO.name))

    @property
    def year(self) -> int:
        """The plan's year, 0 when it could not be read."""
        return int(self.text(layout.YEAR) or 0)

    @property
    def signer(self) -> Signer:
        """Who signs."""
        return Signer(
            self.text(layout.SIGNER_AUTHORITY),
            self.text(layout.SIGNER_TITLE),
            self.text(layout.SIGNER_NAME),
        )

    @property
    def settings(self) -> PlanSettings:
        """Every label that is not a value of the plan itself."""
        return PlanSettings({k: text for k, text in self.texts.items() if k not in _OWN})


EMPTY_INFO: Final = Info({}, {}, {})


def read_plan_info(name: str, rows: Rows, remarks: Remarks) -> Info:
    """The sheet understood; its faults are said."""
    second = find_headings(layout.HOLIDAYS.columns, rows)
    end = second[0] - 1 if second else len(rows)
    pairs = _labelled(read_table(layout.INFO, name, rows[:end], remarks), remarks)
    _report_missing(name, pairs, remarks)
    texts = {label: _value(label, row, remarks) for label, row in pairs.items()}
    cells = {label: row.at("value") for label, row in pairs.items()}
    above: list[Sequence[Raw]] = [()] * end
    runs = read_table(layout.HOLIDAYS, name, [*above, *rows[end:]], remarks) if second else ()
    return Info(texts, cells, dict(_holidays(runs, remarks)))


def _labelled(rows: Sequence[PlanRow], remarks: Remarks) -> dict[str, PlanRow]:
    """Rows by label, in the known spelling; one that is not known keeps its own."""
    found: dict[str, PlanRow] = {}
    for row in rows:
        given = row.text("label")
        known = _KNOWN.get(tone_key(given))
        label = known.text if known else given
        if label in found:
            remarks.fault("label_twice", row.at("label"), label=label)
        elif label:
            found[label] = row
    absent = [label.text for label in layout.INFO_LABELS if label.text not in found]
    for label, row in found.items():
        if tone_key(label) not in _KNOWN and (near := nearest_word(label, absent)):
            remarks.doubt("label_unknown", row.at("label"), given=label, near=near)
    return found


def _report_missing(name: str, pairs: Mapping[str, PlanRow], remarks: Remarks) -> None:
    for label in layout.INFO_LABELS:
        if not label.needed or not pairs:
            continue
        row = pairs.get(label.text)
        if row is None:
            remarks.fault("label_missing", CellRef(name), label=label.text)
        elif not row.has("value"):
            remarks.fault("value_missing", row.at("value"), column=label.text, row="")


def _value(text: str, row: PlanRow, remarks: Remarks) -> str:
    """The value beside a label as text: whole numbers bare, decimals with a comma."""
    label = _KNOWN.get(tone_key(text))
    given = row.text("value")
    if label is None or not given:
        return given
    if label.kind in ("whole", "decimal"):
        return _number(label, row, remarks)
    if label.kind == "choice":
        return _choice(label, row, remarks)
    if label.kind == "mail" and not MAIL.fullmatch(given):
        remarks.fault("mail_unread", row.at("value"), given=given)
    return given


def _number(label: Label, row: PlanRow, remarks: Remarks) -> str:
    raw = row.cells["value"]
    if label.text == layout.YEAR and isinstance(raw, str):
        raw = re.sub(r"(?i)\Anăm\s+", "", row.text("value"))
    read = count(raw) if label.kind == "whole" else decimal(raw)
    if read.value is not None and label.least <= read.value <= label.most:
        return shown_number(read.value)
    if label.text == layout.YEAR:
        remarks.fault("year_invalid", row.at("value"), given=row.text("value"))
        return ""
    example = "0,1" if label.kind == "decimal" else str(max(label.least, 5))
    remarks.fault(
        "setting_number",
        row.at("value"),
        label=label.text,
        given=row.text("value"),
        least=label.least,
        most=label.most,
        example=example,
    )
    return ""


def _choice(label: Label, row: PlanRow, remarks: Remarks) -> str:
    given = row.text("value")
    for choice in label.choices:
        if tone_key(choice) == tone_key(given):
            return choice
    remarks.fault(
        "setting_choice",
        row.at("value"),
        label=label.text,
        given=given,
        choices=", ".join(label.choices),
    )
    return ""


def _holidays(runs: Sequence[PlanRow], remarks: Remarks) -> Iterator[tuple[dt.date, CellRef]]:
    """Every day off with the cell of its run's first day."""
    for run in runs:
        first, last = run.day("first", remarks), run.day("last", remarks)
        if first is None:
            continue
        last = last or first
        if last < first or (last - first).days >= _LONGEST_HOLIDAY:
            code = "dates_reversed" if last < first else "holiday_long"
            remarks.fault(code, run.at("last"), first=shown_day(first), last=shown_day(last))
            continue
        for number in range((last - first).days + 1):
            yield first + number * _ONE_DAY, run.at("first")
