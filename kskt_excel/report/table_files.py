"""Tables as files that other programs open: CSV for Excel and Parquet, by pandas."""

import io

from kskt_excel.model.errors import KsktError
from kskt_excel.report.tables import DataTable


class ParquetMissingError(KsktError):
    """The library that writes Parquet is not installed."""

    def __init__(self) -> None:
        super().__init__(
            "Chưa ghi được Parquet vì máy thiếu pyarrow. Hãy cài thêm:"
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
