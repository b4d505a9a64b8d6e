"""``kskt convert``: the data of a workbook of an older template in the current one."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from kskt_excel.excel.issued.order import IssueOrder
from kskt_excel.excel.issued.unit_workbook import unit_workbook
from kskt_excel.model.errors import KsktError, UnknownPeriodError
from kskt_excel.model.forms import Forms, SheetForm
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.period import Period
from kskt_excel.model.reading import Reading, Record, SheetState, Value
from kskt_excel.office.checked_files import CheckedHere
from kskt_excel.office.desk import Desk
from kskt_excel.office.outcome import DONE, FOUND, Outcome, ScreenLine
from kskt_excel.text.pii import is_covered

_OWN_COLUMNS = "column.extra"
"""What a reading says of columns that a unit has added: the template has no place for them."""


class NotConvertedError(KsktError):
    """A workbook that cannot be converted; ``why`` is the rest of the sentence."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"Chưa chuyển được tệp {name}: {why}")


@dataclass(frozen=True, slots=True)
class Converted:
    """A workbook in the current template, and the cells whose content could not be taken over."""

    name: str
    path: Path
    data: bytes
    rows: int
    left: tuple[str, ...]  # "Hồ sơ!E7"


def converted(desk: Desk, path: Path, one: CheckedHere) -> Converted:
    """A workbook's data in the template of its period as it is now.

    Raises NotConvertedError.
    """
    reading = one.checked.reading
    if reading is None or not reading.sheets:
        raise NotConvertedError(one.shown, "tệp không đọc được; chạy kskt check để xem lý do.")
    period = _period(desk, one.shown, reading)
    plan, forms = desk.plan(period.year), desk.forms
    unit = plan.unit_by_code.get(reading.identity.unit)
    if unit is None:
        raise NotConvertedError(one.shown, "tệp không ghi đơn vị có trong kế hoạch.")
    known = {form.id: form for form in forms.sheets_in(period, plan)}
    rows = {form.id: _rows(form, reading) for form in known.values() if form.layout != "labels"}
    nil = [form for form, sheet in reading.sheets.items() if sheet.state is SheetState.NIL]
    data = unit_workbook(
        plan=plan,
        forms=forms,
        unit=unit,
        period=period,
        rows={form: own for form, own in rows.items() if own},
        nil=nil,
        info=_labels(forms, reading),
    )
    version = IssueOrder(plan, forms, unit, period).version
    beside = path.with_name(f"{path.stem}-mau-{version}.xlsx")
    count = sum(len(own) for own in rows.values())
    added = (
        found.at.a1 and f"{found.at.sheet}!{found.at.a1}"
        for found in one.checked.findings
        if found.code == _OWN_COLUMNS and found.at
    )
    left = (*_cells_left_out(reading, known), *added)
    return Converted(one.shown, beside, data, count, left)


def _period(desk: Desk, name: str, reading: Reading) -> Period:
    try:
        period = desk.period(reading.identity.period)
    except UnknownPeriodError as error:
        raise NotConvertedError(name, "tệp không ghi rõ kỳ báo cáo.") from error
    if period.cumulative:
        raise NotConvertedError(name, "tệp không phải báo cáo của một quý.")
    return period


def _rows(form: SheetForm, reading: Reading) -> list[Mapping[str, Value]]:
    """What the unit has written, by the columns that the form has now; sums are made anew."""
    sheet = reading.sheets.get(form.id)
    if sheet is None or sheet.state is not SheetState.FILLED:
        return []
    kept = [column.key for column in form.columns if column.type != "computed"]
    return [{k: one.values[k] for k in kept if k in one.values} for one in sheet.records]


def _labels(forms: Forms, reading: Reading) -> Mapping[str, Value]:
    """Values of the sheet of labels that the unit fills itself."""
    found: dict[str, Value] = {}
    for form in forms.sheet_by_id.values():
        sheet = reading.sheets.get(form.id)
        if form.layout == "labels" and sheet:
            for record in sheet.records:
                found |= {k: v for k, v in record.values.items() if k in form.entered_keys}
    return found


def _cells_left_out(reading: Reading, known: Mapping[str, SheetForm]) -> Iterator[str]:
    """Cells with something that could not be read, was covered or has no column any more."""
    for form, sheet in reading.sheets.items():
        for record in sheet.records:
            for key in _left_in(record, known.get(form)):
                if key not in sheet.columns:
                    continue  # the file had no such column: nothing stands there
                at = sheet.ref(record, key)
                yield f"{sheet.name}!{at.a1}"


def _left_in(record: Record, form: SheetForm | None) -> Iterator[str]:
    yield from sorted(key for key in record.unread if not _is_sum(form, key))
    values = record.values.items()
    yield from (key for key, value in values if isinstance(value, str) and is_covered(value))
    if form is not None:
        yield from (key for key in record.values if key not in form.by_key)


def _is_sum(form: SheetForm | None, key: str) -> bool:
    column = form.by_key.get(key) if form else None
    return column is not None and column.type == "computed"


def conversion_outcome(desk: Desk, made: Sequence[Converted]) -> Outcome:
    """Where the converted workbooks stand, and what a person has to carry over."""
    lines: list[ScreenLine] = []
    for one in made:
        shown = desk.workspace.shown(one.path)
        lines.append(ScreenLine(f"{one.name}: {one.rows} dòng chuyển sang {shown}.", "good"))
        if one.left:
            cells = ", ".join(one.left)
            lines.append(ScreenLine(f"  Chưa chuyển được, đề nghị chép tay: {cells}.", "warn"))
    json = {
        "schema": "kskt.convert/1",
        "files": [{"file": one.name, "rows": one.rows, "left": list(one.left)} for one in made],
        "outputs": [desk.workspace.shown(one.path) for one in made],
    }
    return Outcome(tuple(lines), json, FOUND if any(one.left for one in made) else DONE)
