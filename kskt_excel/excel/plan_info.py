"""Sheet «Thông tin» of the plan workbook: labels with their values, and the days off."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from kskt_excel.excel import plan_labels as labels
from kskt_excel.excel import plan_layout as layout
from kskt_excel.excel.plan_faults import Remarks
from kskt_excel.excel.plan_labels import Label
from kskt_excel.excel.plan_table import PlanRow, Rows, find_headings, nearest, read_table
from kskt_excel.model.cells import CellRef
from kskt_excel.model.grid import Raw
from kskt_excel.model.plan import Signer
from kskt_excel.text.given import day as shown_day
from kskt_excel.text.given import number as shown_number
from kskt_excel.text.keys import tone_key
from kskt_excel.text.numbers import count, decimal

MAIL: Final = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;]+")
_ONE_DAY: Final = dt.timedelta(days=1)
_LONGEST_HOLIDAY: Final = 31  # days
_KNOWN: Final = {
    tone_key(text): label for label in labels.LABELS for text in (label.text, *label.aliases)
}
_OWN: Final = frozenset(
    {
        labels.YEAR,
        labels.AGENCY,
        labels.SUPERIOR,
        labels.PLACE,
        labels.TITLE,
        labels.NUMBER,
        labels.LEGAL_BASIS,
        labels.SIGNER_AUTHORITY,
        labels.SIGNER_TITLE,
        labels.SIGNER_NAME,
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
        return int(self.text(labels.YEAR) or 0)

    @property
    def signer(self) -> Signer:
        """Who signs."""
        return Signer(
            self.text(labels.SIGNER_AUTHORITY),
            self.text(labels.SIGNER_TITLE),
            self.text(labels.SIGNER_NAME),
        )

    @property
    def settings(self) -> dict[str, str]:
        """Every label that is not a value of the plan itself."""
        return {label: text for label, text in self.texts.items() if label not in _OWN}


NOTHING: Final = Info({}, {}, {})


def read_info(name: str, rows: Rows, remarks: Remarks) -> Info:
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
    absent = [label.text for label in labels.LABELS if label.text not in found]
    for label, row in found.items():
        if tone_key(label) not in _KNOWN and (near := nearest(label, absent)):
            remarks.doubt("label_unknown", row.at("label"), given=label, near=near)
    return found


def _report_missing(name: str, pairs: Mapping[str, PlanRow], remarks: Remarks) -> None:
    for label in labels.LABELS:
        if not label.needed or not pairs:
            continue
        row = pairs.get(label.text)
        if row is None:
            remarks.fault("label_missing", CellRef(name), label=label.text)
        elif not row.has("value"):
            remarks.fault("value_missing", row.at("value"), column=label.text)


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
    if label.text == labels.YEAR and isinstance(raw, str):
        raw = re.sub(r"(?i)\Anăm\s+", "", row.text("value"))
    read = count(raw) if label.kind == "whole" else decimal(raw)
    if read.value is not None and label.least <= read.value <= label.most:
        return shown_number(read.value)
    if label.text == labels.YEAR:
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
