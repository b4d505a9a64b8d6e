"""Records with their identity: hidden id, key column, or text; never the running number."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from kskt_excel.intake.cells import Cells
from kskt_excel.intake.headings import likeness
from kskt_excel.intake.kit import FormKit
from kskt_excel.intake.remarks import remark
from kskt_excel.intake.tables import Table
from kskt_excel.model.cells import CellRef
from kskt_excel.model.finding import Finding
from kskt_excel.model.forms import SheetForm
from kskt_excel.model.grid import Sheet
from kskt_excel.model.reading import Record, Value
from kskt_excel.text.clean import clean_text
from kskt_excel.text.given import given
from kskt_excel.text.keys import plain_key, tone_key

_SAME_TEXT_PERCENT = 95
_NOTHING: AbstractSet[str] = frozenset()
_TEXT_TYPES = frozenset(("text", "long_text"))


class _Row(NamedTuple):
    """One data row, with the place of everything that may name it."""

    sheet: Sheet
    table: Table
    number: int
    values: dict[str, Value]

    def written(self, key: str) -> str:
        """The text in a column, as a person sees it."""
        return self.at(self.table.columns.get(key, 0))

    def at(self, column: int) -> str:
        raw = self.sheet.at(self.number, column)
        if raw is None:
            return ""
        return clean_text(raw) if isinstance(raw, str) else given(raw)

    def ref(self, key: str) -> CellRef:
        return CellRef(self.sheet.name, self.number, self.table.columns.get(key, 0))


def records_of(
    sheet: Sheet, table: Table, cells: Cells, kit: FormKit
) -> tuple[tuple[Record, ...], list[Finding]]:
    """Records in the order of their rows, with what there is to say about their identity.

    A register's row without anything entered is left out, and so is a row of a form that holds
    nothing but sums of nothing; a row that the office gave is kept.
    """
    form, found, findings = kit.form, list[Record](), list[Finding]()
    missing = frozenset(form.by_key) - table.columns.keys()
    numbers: set[str] = set()
    for number, values in cells.values.items():
        unread = cells.unread.get(number, _NOTHING)
        if not form.rows and not is_entered(kit, values, unread):
            continue
        row = _Row(sheet, table, number, values)
        hidden = row.at(table.id_column)
        if form.rows and not (hidden or unread) and _is_spare(form, values):
            continue
        if kit.given:
            key, notes = _given_key(row, hidden, kit)
            findings += notes
        else:
            key = _own_key(row, form, numbers)
        still = (missing | unread) - values.keys() if missing or unread else missing
        found.append(Record(number, key, values, frozenset(still), hidden))
    return tuple(found), findings


def is_entered(kit: FormKit, values: Mapping[str, Value], unread: AbstractSet[str]) -> bool:
    """Whether the unit entered anything in a row."""
    keys = kit.form.entered_keys
    return not (keys.isdisjoint(values) and keys.isdisjoint(unread))


def _is_spare(form: SheetForm, values: Mapping[str, Value]) -> bool:
    """Whether a row waits for an addition: only computed cells have a value, and that is 0."""
    return all(form.by_key[key].type == "computed" and not values[key] for key in values)


def _own_key(row: _Row, form: SheetForm, numbers: set[str]) -> str:
    """Key of a row that the unit typed: its key columns; a repeated number gives way to the row."""
    parts = []
    for name in form.key:
        value = row.values.get(name)
        shown = row.written(name) if value is None else _shown(value)
        parts.append(tone_key(shown) if form.by_key[name].type in _TEXT_TYPES else shown)
    key = "|".join(parts)
    if any(form.by_key[name].type == "ordinal" for name in form.key):
        key = key if key and key not in numbers else f"#{row.number}"
        numbers.add(key)
    return key


def _shown(value: Value) -> str:
    return value if isinstance(value, str) else given(value)


def _given_key(row: _Row, hidden: str, kit: FormKit) -> tuple[str, list[Finding]]:
    """Key of a row that the office gave, and what speaks against it."""
    name = kit.form.key[0]
    text = row.values.get(kit.text_key)
    text = text if isinstance(text, str) else ""
    typed = _shown(row.values.get(name))
    by_text = kit.given_texts.get(tone_key(text), "") if text else ""
    by_id = hidden if hidden in kit.given else ""
    if typed in kit.given:
        if by_id in ("", typed) and by_text in ("", typed):
            return typed, []
        return _weighed(typed, by_id, by_text, row.ref(name))
    key = by_id or by_text or _likely(text, kit)
    written = row.written(name)
    if not key:
        return written or tone_key(text), []
    row.values[name] = int(key) if kit.form.by_key[name].type == "ordinal" else key
    if name not in row.table.columns:
        return key, []  # the missing column has its finding
    code = "row.key_mended" if written else "row.key_found"
    return key, [remark(code, row.ref(name), {"given": written, "key": key})]


def _weighed(typed: str, by_id: str, by_text: str, at: CellRef) -> tuple[str, list[Finding]]:
    """The typed key, unless the hidden id and the text both name another one."""
    others = [name for name in (by_text, by_id) if name not in ("", typed)]
    key = by_id if by_id == by_text else typed
    params = {"given": typed, "key": key, "other": others[0]}
    return key, [remark("row.key_disagrees", at, params)]


def _likely(text: str, kit: FormKit) -> str:
    """Key of the one given text that a row's text is at least 95 % alike; "" without one."""
    plain = plain_key(text)
    alike = {
        key
        for other, key in kit.given_plain
        if 10 * abs(len(other) - len(plain)) <= len(other)
        and likeness(plain, other) >= _SAME_TEXT_PERCENT
    }
    return alike.pop() if len(alike) == 1 else ""
