"""Tidy tables of everything that was read and worked out, for people who analyse further.

A table is a pandas DataFrame with a dictionary entry for each of its columns. Names of tables and
columns are those of the form definitions, so they stay the same from quarter to quarter; headings
that people know stand in the dictionary.
"""

import datetime as dt
import io
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, Literal

from kskt_excel.model.consolidation import Consolidation, FormRow, told_parts
from kskt_excel.model.errors import KsktError
from kskt_excel.model.forms import OWN_TABLES, FormColumn, Forms, PrintedForm, SheetForm
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.period import Period
from kskt_excel.model.plan import Plan
from kskt_excel.model.reading import Record, Value
from kskt_excel.model.submission import UnitReport
from kskt_excel.text.pii import mask

if TYPE_CHECKING:
    import pandas as pd

DataType = Literal["text", "count", "decimal", "percent", "date", "moment", "yes_no", "category"]

_TASKS, _INDICATORS, _STANDINGS, _UNITS, _PROCEDURES, DICTIONARY = OWN_TABLES
_TYPES: Final[Mapping[str, DataType]] = {
    "count": "count",
    "computed": "count",
    "days": "count",
    "decimal": "decimal",
    "percent": "percent",
    "date": "date",
    "yes_no": "yes_no",
    "choice": "category",
}
_PRINTED_TYPES: Final[Mapping[str, DataType]] = {"percent": "percent", "text": "text"}
_TYPE_NAMES: Final[Mapping[DataType, str]] = {
    "text": "chữ",
    "count": "số nguyên",
    "decimal": "số",
    "percent": "số, 50 là 50 %",
    "date": "ngày",
    "moment": "ngày giờ",
    "yes_no": "đúng/sai",
    "category": "chữ, chọn trong danh sách",
}
_NUMBERS: Final = {
    "count": "Int64",
    "decimal": "Float64",
    "percent": "Float64",
    "yes_no": "boolean",
}
_MASKED: Final = frozenset({"text", "long_text"})
_NO_NUMBER: Final = "Trống khi không có gì để chia hoặc chưa ai báo cáo."
_KINDS_OF_INDICATORS: Final = "number có số; nil không có gì để chia; not_reported chưa báo cáo"
_ORIGIN_SOURCE: Final = "Chương trình ghi: dòng này lấy từ đâu."


@dataclass(frozen=True, slots=True)
class DataColumn:
    """A column of a table, as the dictionary explains it."""

    name: str
    heading: str
    type: DataType = "text"
    unit: str = ""  # of count: "hồ sơ", "%"
    choices: tuple[str, ...] = ()  # of a category, in their order
    note: str = ""


@dataclass(frozen=True)
class DataTable:
    """A table (bảng dữ liệu): one line a thing, one column a fact."""

    id: str
    title: str
    columns: tuple[DataColumn, ...]
    frame: "pd.DataFrame"

    def rows(self) -> Iterator[tuple[Value, ...]]:
        """The lines of the table as plain values; None where nothing is known."""
        import pandas as pd

        columns: list[list[Value]] = []
        for column in self.columns:
            series = self.frame[column.name]
            values = series.astype(object).where(series.notna(), None).tolist()
            if column.type in ("date", "moment"):
                values = [_day_of(value, column.type) for value in values]
            columns.append([None if value is pd.NA else value for value in values])
        yield from zip(*columns, strict=True)


@dataclass(frozen=True)
class YearData:
    """What the tables of one year are made from: its plan, and its periods put together."""

    plan: Plan
    periods: tuple[Consolidation, ...]  # as asked for: quarters, cumulative ones
    quarters: tuple[Consolidation, ...]  # the quarters behind them, each once


def data_tables(years: Sequence[YearData], forms: Forms) -> tuple[DataTable, ...]:
    """Every table: registers, printed forms, the office's own, what they refer to, dictionary."""
    units = _in_order(unit.code for year in years for unit in year.plan.units)
    periods = _in_order(one.period.id for year in years for one in (*year.periods, *year.quarters))
    made = [
        *(_register(form, years, units, periods) for form in _registers(forms)),
        *(_printed(form, years, periods) for form in forms.printed_by_id.values()),
        _tasks(years, units, periods),
        _indicators(years, periods),
        _standings(years, units, periods),
        _units(years),
        _procedures(years),
    ]
    return (*made, _dictionary(made))


def register_frame(form: SheetForm, plan: Plan, period: Consolidation) -> "pd.DataFrame":
    """The records of one sheet of the units' workbooks, one line a record, with its origin."""
    units = _in_order(unit.code for unit in plan.units)
    periods = _in_order(quarter.id for quarter in period.period.quarters)
    return _register(form, (YearData(plan, (period,), (period,)),), units, periods).frame


def _registers(forms: Forms) -> Iterator[SheetForm]:
    return (form for form in forms.sheet_by_id.values() if form.layout != "labels")


def _register(
    form: SheetForm, years: Sequence[YearData], units: Sequence[str], periods: Sequence[str]
) -> DataTable:
    origins = (
        *_unit_columns(years, units, periods),
        DataColumn("version", "Lần gửi", "count", note=_ORIGIN_SOURCE),
        DataColumn("file", "Tệp của đơn vị", note=_ORIGIN_SOURCE),
        DataColumn("sheet", "Trang tính", note=_ORIGIN_SOURCE),
        DataColumn("row", "Dòng trên trang", "count", note=_ORIGIN_SOURCE),
    )
    names = _names_beside({one.name for one in origins}, [one.key for one in form.columns])
    columns = (
        *origins,
        *(
            replace(_form_column(form, column, years), name=names[column.key])
            for column in form.columns
        ),
    )
    masked = {column.key for column in form.columns if column.type in _MASKED}

    def lines() -> Iterator[Mapping[str, Value]]:
        for plan, report in _all_reports(years):
            sheet = report.reading.sheets.get(form.id)
            if sheet is None:
                continue
            sent = report.submission
            quarter = plan.period(sent.period)
            origin = _period_values(quarter, plan) | _unit_values(sent.unit, plan)
            origin |= {"version": sent.version, "file": sent.file, "sheet": sheet.name}
            for record in sheet.records:
                values = _values_masked(record, masked)
                own = {name: values.get(key) for key, name in names.items()}
                yield own | origin | {"row": record.row}

    return _table(form.own_id, form.title, columns, lines())


def _names_beside(taken: Collection[str], keys: Sequence[str]) -> Mapping[str, str]:
    """A name for each column of a form that stands beside columns of the table's own."""
    names: dict[str, str] = {}
    for key in keys:
        name = key
        while name in taken or (name != key and name in keys):
            name = f"own_{name}"
        names[key] = name
    return names


def _printed(form: PrintedForm, years: Sequence[YearData], periods: Sequence[str]) -> DataTable:
    figures = [column for column in form.columns if column.type not in ("ordinal", "label")]
    kinds = {"field": "Lĩnh vực", "unit": "Đơn vị", "procedure": "Thủ tục"} | {
        "task": "Nhiệm vụ",
        "value": "Giá trị",
    }
    columns = (
        *_period_columns(periods),
        DataColumn("row_key", f"Mã dòng ({kinds.get(form.rows, form.rows)})"),
        DataColumn("row_label", kinds.get(form.rows, form.rows)),
        *((_superior_column(years),) if form.rows == "unit" else ()),
        DataColumn(
            "presence",
            "Tình trạng số liệu",
            note="figures có số; nil không phát sinh; blank để trống; not_sent chưa có báo cáo",
        ),
        *(
            DataColumn(
                column.number,
                ", ".join(column.header),
                _PRINTED_TYPES.get(column.type, "count"),
                "" if column.type == "text" else form.unit_of_count,
                note=""
                if column.adds_up and column.type == "count"
                else "Không cộng được qua các dòng.",
            )
            for column in figures
        ),
    )

    def lines() -> Iterator[Mapping[str, Value]]:
        for plan, period in _all_periods(years):
            table = period.forms.get(form.id)
            for row in table.rows if table else ():
                whose = {"superior": plan.superiors.get(row.key)}
                yield _period_values(period.period, plan) | whose | _row_values(row)

    return _table(form.own_id, f"{form.code}: {form.title}", columns, lines())


def _tasks(years: Sequence[YearData], units: Sequence[str], periods: Sequence[str]) -> DataTable:
    columns = (
        *_period_columns(periods),
        DataColumn("task", "Mã nhiệm vụ"),
        DataColumn("content", "Nội dung công việc"),
        DataColumn("lead", "Đơn vị chủ trì", "category", choices=tuple(units)),
        DataColumn("deadline", "Thời gian hoàn thành"),
        DataColumn("due", "Hạn (ngày)", "date"),
        DataColumn("status", "Trạng thái", "category", choices=_choices("trang_thai", years)),
        DataColumn("percent", "Tỷ lệ hoàn thành (%)", "percent", "%"),
        DataColumn("overdue", "Quá hạn", "yes_no"),
        DataColumn("days_overdue", "Số ngày quá hạn", "count", "ngày làm việc"),
        DataColumn("result", "Kết quả thực hiện"),
    )

    def lines() -> Iterator[Mapping[str, Value]]:
        for plan, period in _all_periods(years):
            for one in period.tasks:
                task = plan.task_by_code[one.code]
                yield _period_values(period.period, plan) | {
                    "task": one.code,
                    "content": task.text,
                    "lead": task.lead,
                    "deadline": task.deadline.text,
                    "due": task.deadline.due,
                    "status": one.status or None,
                    "percent": one.percent,
                    "overdue": one.overdue,
                    "days_overdue": one.days_overdue,
                    "result": mask(one.result) or None,
                }

    return _table(_TASKS, "Tiến độ nhiệm vụ của kế hoạch", columns, lines())


def _indicators(years: Sequence[YearData], periods: Sequence[str]) -> DataTable:
    columns = (
        *_period_columns(periods),
        DataColumn("indicator", "Mã chỉ tiêu"),
        DataColumn("name", "Chỉ tiêu"),
        DataColumn("numerator", "Tử số", "decimal", note=_NO_NUMBER),
        DataColumn("denominator", "Mẫu số", "decimal", note=_NO_NUMBER),
        DataColumn("value", "Kết quả", "decimal", note="Tử số chia mẫu số; 0,2 là 20 %."),
        DataColumn("kind", "Tình trạng số liệu", note=_KINDS_OF_INDICATORS),
        DataColumn("target", "Mục tiêu", "decimal", note="0,2 là 20 %."),
        DataColumn("met", "Đạt", "yes_no"),
    )

    def lines() -> Iterator[Mapping[str, Value]]:
        for plan, period in _all_periods(years):
            names = {one.id: one.name for one in plan.indicators}
            for one in period.indicators:
                numerator, denominator = told_parts(one)
                yield _period_values(period.period, plan) | {
                    "indicator": one.id,
                    "name": names.get(one.id),
                    "numerator": numerator,
                    "denominator": denominator,
                    "value": one.value,
                    "kind": one.kind.value,
                    "target": one.target,
                    "met": one.met,
                }

    return _table(_INDICATORS, "Chỉ tiêu", columns, lines())


def _standings(
    years: Sequence[YearData], units: Sequence[str], periods: Sequence[str]
) -> DataTable:
    columns = (
        *_unit_columns(years, units, periods),
        DataColumn("state", "Tình trạng", "category", choices=_states(years)),
        DataColumn("version", "Lần gửi", "count"),
        DataColumn("received_at", "Nhận lúc", "moment"),
        DataColumn("late_days", "Số ngày làm việc gửi chậm", "count", "ngày"),
        DataColumn("errors", "Số lỗi", "count"),
        DataColumn("warnings", "Số cảnh báo", "count"),
    )

    def lines() -> Iterator[Mapping[str, Value]]:
        for year in years:
            for quarter in year.quarters:
                for one in quarter.standings:
                    yield (
                        _period_values(quarter.period, year.plan)
                        | _unit_values(one.unit, year.plan)
                        | {
                            "state": str(one.state),
                            "version": one.version or None,
                            "received_at": one.received_at,
                            "late_days": one.late_days,
                            "errors": one.errors,
                            "warnings": one.warnings,
                        }
                    )

    return _table(_STANDINGS, "Tình hình gửi nhận", columns, lines())


def _units(years: Sequence[YearData]) -> DataTable:
    columns = (
        DataColumn("year", "Năm của kế hoạch", "count"),
        DataColumn("unit", "Mã đơn vị"),
        DataColumn("unit_name", "Đơn vị"),
        _superior_column(years),
        DataColumn("groups", "Nhóm", note="Ngăn cách bằng dấu |."),
        DataColumn("fields", "Lĩnh vực", note="Ngăn cách bằng dấu |."),
        DataColumn("valid_from", "Có từ ngày", "date"),
        DataColumn("valid_to", "Đến hết ngày", "date"),
    )
    lines = (
        {
            "year": year.plan.year,
            "unit": unit.code,
            "unit_name": unit.name,
            "superior": year.plan.superiors.get(unit.code),
            "groups": "|".join(unit.groups) or None,
            "fields": "|".join(unit.fields) or None,
            "valid_from": unit.valid_from,
            "valid_to": unit.valid_to,
        }
        for year in years
        for unit in year.plan.units
    )
    return _table(_UNITS, "Đơn vị", columns, lines)


def _procedures(years: Sequence[YearData]) -> DataTable:
    columns = (
        DataColumn("year", "Năm của kế hoạch", "count"),
        DataColumn("procedure", "Mã thủ tục"),
        DataColumn("name", "Tên thủ tục"),
        DataColumn("field", "Lĩnh vực"),
        DataColumn("units", "Đơn vị giải quyết", note="Ngăn cách bằng dấu |."),
        DataColumn("legal_days", "Thời hạn theo luật", "count", "ngày làm việc"),
        DataColumn("verified", "Đã xác minh", "yes_no"),
    )
    lines = (
        {
            "year": year.plan.year,
            "procedure": one.code,
            "name": one.name,
            "field": one.field,
            "units": "|".join(one.units) or None,
            "legal_days": one.legal_days,
            "verified": one.verified,
        }
        for year in years
        for one in year.plan.procedures
    )
    return _table(_PROCEDURES, "Thủ tục hành chính của kế hoạch", columns, lines)


def _dictionary(tables: Sequence[DataTable]) -> DataTable:
    columns = (
        DataColumn("table", "Bảng"),
        DataColumn("table_title", "Tên bảng"),
        DataColumn("column", "Cột"),
        DataColumn("heading", "Tên cột"),
        DataColumn("type", "Kiểu"),
        DataColumn("unit", "Đơn vị tính"),
        DataColumn("choices", "Danh sách giá trị"),
        DataColumn("note", "Ghi chú"),
    )
    lines = (
        {
            "table": table.id,
            "table_title": table.title,
            "column": column.name,
            "heading": column.heading,
            "type": _TYPE_NAMES[column.type],
            "unit": column.unit or None,
            "choices": " | ".join(column.choices) or None,
            "note": column.note or None,
        }
        for table in tables
        for column in table.columns
    )
    return _table(DICTIONARY, "Từ điển dữ liệu", columns, lines)


def _period_columns(periods: Sequence[str]) -> tuple[DataColumn, ...]:
    return (
        DataColumn("period", "Kỳ", "category", choices=tuple(periods)),
        DataColumn("period_start", "Từ ngày", "date"),
        DataColumn("period_end", "Đến ngày", "date"),
    )


def _unit_columns(
    years: Sequence[YearData], units: Sequence[str], periods: Sequence[str]
) -> tuple[DataColumn, ...]:
    return (
        DataColumn("unit", "Mã đơn vị", "category", choices=tuple(units)),
        DataColumn("unit_name", "Đơn vị"),
        _superior_column(years),
        *_period_columns(periods),
    )


def _superior_column(years: Sequence[YearData]) -> DataColumn:
    """Whom units belong to; blank for those that belong to nobody."""
    names = _in_order(one.name for year in years for one in year.plan.superiors_in_order)
    note = "Theo trang Đơn vị của kế hoạch; trống là không thuộc cấp trên nào."
    return DataColumn("superior", "Cấp trên", "category", choices=names, note=note)


def _period_values(period: Period, plan: Plan) -> dict[str, Value]:
    window = period.window(plan.cutoff_day)
    return {"period": period.id, "period_start": window.start, "period_end": window.end}


def _unit_values(code: str, plan: Plan) -> dict[str, Value]:
    unit = plan.unit_by_code.get(code)
    superior = plan.superiors.get(code)
    return {"unit": code, "unit_name": unit.name if unit else code, "superior": superior}


def _values_masked(record: Record, columns: Collection[str]) -> dict[str, Value]:
    """A record's values, what looks like a citizen's own covered in the columns of free text."""
    found = dict(record.values)
    for key in found.keys() & columns:
        if isinstance(text := found[key], str):
            found[key] = mask(text)
    return found


def _row_values(row: FormRow) -> dict[str, Value]:
    labels = {"row_key": row.key, "row_label": row.label, "presence": row.presence.value}
    return dict(row.values) | labels


def _form_column(form: SheetForm, column: FormColumn, years: Sequence[YearData]) -> DataColumn:
    kind = _TYPES.get(column.type, "text")
    others = [heading for heading in column.headings[1:] if heading not in column.aliases]
    notes = [f"Từ mốc đổi tên: {', '.join(others)}." if others else "", column.prompt]
    if column.key in form.key:
        notes.append("Cột xác định dòng.")
    return DataColumn(
        column.key,
        column.heading,
        kind,
        "%" if kind == "percent" else "",
        _choices(column.choices, years) if kind == "category" else (),
        " ".join(note for note in notes if note),
    )


def _choices(name: str, years: Sequence[YearData]) -> tuple[str, ...]:
    entries = (one.value for year in years for one in year.plan.choices.get(name, ()))
    return _in_order(entries)


def _states(years: Sequence[YearData]) -> tuple[str, ...]:
    return _in_order(
        str(one.state) for year in years for quarter in year.quarters for one in quarter.standings
    )


def _all_reports(years: Sequence[YearData]) -> Iterator[tuple[Plan, UnitReport]]:
    """What counts of each unit in each quarter, with the plan of its year."""
    for year in years:
        for period in year.quarters:
            yield from ((year.plan, report) for report in period.reports)


def _all_periods(years: Sequence[YearData]) -> Iterator[tuple[Plan, Consolidation]]:
    return ((year.plan, period) for year in years for period in year.periods)


def _in_order(values: Iterable[str]) -> tuple[str, ...]:
    """Each value once, where it first stood."""
    return tuple(dict.fromkeys(values))


def _table(
    name: str, title: str, columns: Sequence[DataColumn], lines: Iterable[Mapping[str, Value]]
) -> DataTable:
    """The lines as a DataFrame whose columns have the types that the dictionary says."""
    import pandas as pd

    rows = list(lines)
    distinct = tuple({column.name: column for column in columns}.values())
    series = {
        column.name: _series([row.get(column.name) for row in rows], column) for column in distinct
    }
    return DataTable(name, title, distinct, pd.DataFrame(series))


def _series(values: list[Value], column: DataColumn) -> "pd.Series[Any]":
    """The values of a column as pandas keeps values of its type; anything else is missing."""
    import pandas as pd

    if column.type in _NUMBERS:
        numbers = [value if isinstance(value, int | float) else None for value in values]
        is_whole = all(number is None or number % 1 == 0 for number in numbers)
        return pd.Series(numbers, dtype=_NUMBERS[column.type] if is_whole else "Float64")
    if column.type in ("date", "moment"):
        days = [_naive(value) if isinstance(value, dt.date) else None for value in values]
        return pd.Series(days, dtype="datetime64[s]")
    texts = [None if value is None else str(value) for value in values]
    if column.type == "category":
        unknown = sorted({text for text in texts if text is not None} - {*column.choices})
        dtype = pd.CategoricalDtype([*column.choices, *unknown], ordered=True)
        return pd.Series(pd.Categorical(texts, dtype=dtype))
    return pd.Series(texts, dtype="string")


def _naive(value: dt.date) -> dt.date:
    """A moment as the office's clock shows it; spreadsheets know no time zones."""
    return value.replace(tzinfo=None) if isinstance(value, dt.datetime) else value


def _day_of(value: object, kind: str) -> Value:
    if not isinstance(value, dt.datetime):  # pandas' Timestamp is one
        return None
    moment = dt.datetime(*value.timetuple()[:6])  # noqa: DTZ001  # the office's clock
    return moment if kind == "moment" else moment.date()


class ParquetMissingError(KsktError):
    """The library that writes Parquet is not installed."""

    def __init__(self) -> None:
        super().__init__(
            "Chưa ghi được Parquet vì máy thiếu pyarrow. Đề nghị cài thêm:"
            ' pip install "kskt-excel[parquet]", hoặc chọn --format csv.'
        )


def as_csv(table: DataTable) -> bytes:
    """The table as Excel on a Vietnamese machine opens it by a double click.

    UTF-8 with its mark, ``;`` between values, decimal comma, days as 2022-03-18, TRUE and FALSE;
    a text that a spreadsheet would take for a formula begins with an apostrophe.
    """
    frame = table.frame.copy()
    for column in table.columns:
        series = frame[column.name]
        if column.type == "yes_no":
            frame[column.name] = series.map({True: "TRUE", False: "FALSE"})
        elif column.type == "date":
            frame[column.name] = series.dt.strftime("%Y-%m-%d")
        elif column.type == "moment":
            frame[column.name] = series.dt.strftime("%Y-%m-%d %H:%M:%S")
        elif column.type in ("text", "category"):
            texts = series.astype("string")
            frame[column.name] = texts.where(
                ~texts.str.match(r"[=+\-@\t\r]", na=False), "'" + texts
            )
    text = frame.to_csv(index=False, sep=";", decimal=",", lineterminator="\r\n")
    return ("\ufeff" + text).encode()


def as_parquet(table: DataTable) -> bytes:
    """The table with its types: days as days, lists as ordered dictionaries.

    Raises ParquetMissingError.
    """
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError as error:
        raise ParquetMissingError from error
    schema = pa.Schema.from_pandas(table.frame, preserve_index=False)
    for column in table.columns:
        if column.type == "date":
            at = schema.get_field_index(column.name)
            schema = schema.set(at, pa.field(column.name, pa.date32()))
    data = io.BytesIO()
    parquet.write_table(pa.Table.from_pandas(table.frame, schema, preserve_index=False), data)
    return data.getvalue()
