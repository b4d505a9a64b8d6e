"""Tables for people who analyse further (xuất dữ liệu), written as files of one format."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal

from kskt_excel.excel.book_writer import write_workbook
from kskt_excel.excel.data_workbook import data_workbook, form_workbook
from kskt_excel.ledger.safe_files import write_whole
from kskt_excel.model.errors import KsktError
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.period import Period
from kskt_excel.office.desk import Desk
from kskt_excel.office.outcome import Outcome, ScreenLine
from kskt_excel.office.quarter import consolidated, judge_quarters
from kskt_excel.office.running_step import Step, each
from kskt_excel.report.tables import DataTable, YearData, as_csv, as_parquet, data_tables

DataFormat = Literal["csv", "parquet", "xlsx", "ods"]
EXPORT_FORMATS: tuple[DataFormat, ...] = ("csv", "parquet", "xlsx", "ods")
_ONE_FILE = "so-lieu"
_FORMS_FOLDER = "bieu"


class NothingReceivedError(KsktError):
    """No quarter has anything to export."""

    def __init__(self) -> None:
        super().__init__(
            "Chưa nhận báo cáo của quý nào nên chưa có số liệu để xuất."
            " Đề nghị để tệp vào workbooks/inbox rồi chạy kskt consolidate."
        )


def periods_received(desk: Desk) -> tuple[Period, ...]:
    """Quarters that something was received for, in years that have a plan, oldest first."""
    ids = {one.period for one in desk.state.receipts if one.period}
    quarters = sorted(desk.period(one) for one in ids)
    return tuple(one for one in quarters if not one.cumulative and desk.has_plan(one.year))


def year_data(desk: Desk, periods: Sequence[Period]) -> tuple[YearData, ...]:
    """What the tables of these periods are made from, a year each, oldest first."""
    return tuple(_year(desk, year, periods) for year in sorted({one.year for one in periods}))


def _year(desk: Desk, year: int, periods: Sequence[Period]) -> YearData:
    asked = [one for one in dict.fromkeys(periods) if one.year == year]
    last = max(one.quarters[-1] for one in asked)
    judged = judge_quarters(desk, Period.quarter(year, 1), last)
    behind = sorted({quarter for one in asked for quarter in one.quarters})
    made = {one: consolidated(desk, one, judged) for one in {*asked, *behind}}
    return YearData(
        desk.plan(year), tuple(made[one] for one in asked), tuple(made[one] for one in behind)
    )


@dataclass(frozen=True)
class DataFiles:
    """The files of an export, not written yet."""

    periods: tuple[Period, ...]
    data_format: DataFormat
    rows: Mapping[str, int]  # lines of each table by its id
    folder: Path
    files: Mapping[Path, bytes]

    def written(self, desk: Desk) -> Outcome:
        """Writes them, and tells what there is. Raises FileLockedError, WriteFailedError."""
        for path, data in self.files.items():
            (write_workbook if path.suffix == ".xlsx" else write_whole)(path, data)
        labels = ", ".join(one.label for one in self.periods)
        shown, count = desk.workspace.shown(self.folder), sum(self.rows.values())
        blocks = (
            ScreenLine(f"Đã xuất {len(self.rows)} bảng, {count} dòng: {labels}.", "good"),
            ScreenLine(f"Đã ghi {len(self.files)} tệp vào {shown}", "quiet", aside=True),
        )
        result: Mapping[str, object] = {
            "schema": "kskt.export/1",
            "periods": [one.id for one in self.periods],
            "format": self.data_format,
            "tables": dict(self.rows),
            "outputs": [desk.workspace.shown(path) for path in self.files],
        }
        return Outcome(blocks, result)


def data_files(
    desk: Desk,
    periods: Sequence[Period],
    folder: Path,
    *,
    data_format: DataFormat,
    with_forms: bool,
) -> DataFiles:
    """Every table of these periods, of all that were received for none.

    Raises NothingReceivedError, ParquetMissingError.
    """
    chosen = tuple(dict.fromkeys(periods)) or periods_received(desk)
    if not chosen:
        raise NothingReceivedError
    years = year_data(desk, chosen)
    tables = data_tables(years, desk.forms)
    files = {
        folder / name: data
        for name, data in each(Step.EXPORT, _files(desk, tables, data_format), lambda one: one[0])
    }
    if with_forms:
        files |= {folder / _FORMS_FOLDER / name: data for name, data in _forms(desk, years)}
    rows = {table.id: len(table.frame) for table in tables}
    return DataFiles(chosen, data_format, rows, folder, files)


def _files(
    desk: Desk, tables: Sequence[DataTable], data_format: DataFormat
) -> Iterator[tuple[str, bytes]]:
    agency, title = desk.latest_plan.agency, f"Số liệu {desk.latest_plan.regime.work}".rstrip()
    if data_format == "xlsx":
        data = data_workbook(tables, title=title, agency=agency, created=desk.now)
        yield f"{_ONE_FILE}.xlsx", data
    elif data_format == "ods":
        from kskt_excel.excel.open_document import open_document

        yield f"{_ONE_FILE}.ods", open_document(tables, title=title, created=desk.now)
    else:
        write = as_csv if data_format == "csv" else as_parquet
        for table in tables:
            yield f"{table.id}.{data_format}", write(table)


def _forms(desk: Desk, years: Sequence[YearData]) -> Iterator[tuple[str, bytes]]:
    """Each printed form of each period as a workbook of its own."""
    for year in years:
        for period in year.periods:
            for form in period.printed(desk.forms):
                name = f"{form.id}-{period.period.id}.xlsx"
                yield name, form_workbook(form, year.plan, period)
