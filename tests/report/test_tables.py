"""Records as tables with the types of the form definitions."""

import datetime as dt
from dataclasses import replace

import pandas as pd

from kskt_excel.model.forms import Forms
from kskt_excel.model.plan import Plan
from kskt_excel.report.tables import DataColumn, DataTable, as_csv, register_frame
from tests.consolidation.tables import consolidated, report, table


def frame(plan: Plan, forms: Forms, form: str, text: str) -> pd.DataFrame:
    period = consolidated(report("QLCNH", table(form, text)))
    return register_frame(forms.sheet_by_id[form], plan, period)


def test_each_record_is_a_line_with_its_origin(plan: Plan, forms: Forms) -> None:
    lines = frame(plan, forms, "ho-so", "procedure | received_online\n2.002385 | 3\n2.002380 | 4")
    wanted = {
        "unit": "QLCNH",
        "period": "2022-Q1",
        "period_start": pd.Timestamp(2021, 12, 15),
        "period_end": pd.Timestamp(2022, 3, 14),
        "version": 1,
        "file": "QLCNH-2022-Q1-1.xlsx",
        "sheet": "Hồ sơ",
        "row": 9,
        "procedure": "2.002380",
        "received_online": 4,
    }
    assert {name: lines[name].iloc[1] for name in wanted} == wanted


def test_columns_have_the_types_of_the_definition(plan: Plan, forms: Forms) -> None:
    lines = frame(plan, forms, "ho-so", "procedure | received_online\n2.002385 | 3")
    types = {name: str(dtype) for name, dtype in lines.dtypes.items()}
    assert types["received_online"] == types["pending_overdue"] == "Int64"
    assert types["period_end"] == "datetime64[s]"
    assert types["name"] == "string"
    assert lines["unit"].cat.ordered
    assert lines["received_direct"].isna().all()


def test_a_column_named_as_the_table_names_an_origin_has_a_name_of_its_own(
    plan: Plan, forms: Forms
) -> None:
    form = forms.sheet_by_id["sang-kien"]
    keys = ("unit", "own_unit", "row")
    own = tuple(replace(form.columns[1], key=key, heading=key) for key in keys)
    named = replace(form, columns=own, key=("unit",))
    sheet = table("sang-kien", "title\nA")
    record = replace(sheet.records[0], values=dict(zip(keys, "ABC", strict=True)))
    period = consolidated(report("QLCNH", replace(sheet, records=(record,))))
    [line] = register_frame(named, plan, period).to_dict("records")
    assert (line["unit"], line["sheet"], line["row"]) == ("QLCNH", "Sáng kiến", 8)
    assert [line[name] for name in ("own_own_unit", "own_unit", "own_row")] == ["A", "B", "C"]


def test_free_text_is_covered_where_it_looks_like_a_citizens(plan: Plan, forms: Forms) -> None:
    lines = frame(plan, forms, "pakn", "content\nÔng Nguyễn Văn An, 0912 345 678 hỏi phí")
    assert "Nguyễn Văn An" not in lines["content"][0]
    assert "345 678" not in lines["content"][0]
    assert "hỏi phí" in lines["content"][0]


def test_a_text_that_a_spreadsheet_would_compute_stays_a_text() -> None:
    columns = (DataColumn("note", "Ghi chú"), DataColumn("rate", "Tỷ lệ", "percent"))
    made = pd.DataFrame(
        {
            "note": pd.Series(["=1+1", "-5 %", None, "bình thường"], dtype="string"),
            "rate": pd.Series([12.5, None, -3.0, 0.0], dtype="Float64"),
        }
    )
    text = as_csv(DataTable("x", "X", columns, made)).decode("utf-8-sig")
    assert text.splitlines() == ["note;rate", "'=1+1;12,5", "'-5 %;", ";-3,0", "bình thường;0,0"]


def test_rows_are_plain_values() -> None:
    columns = (DataColumn("day", "Ngày", "date"), DataColumn("at", "Lúc", "moment"))
    moment = dt.datetime(2022, 3, 14, 8, 5)  # the office's clock
    made = pd.DataFrame(
        {
            "day": pd.Series([dt.date(2022, 3, 14), None], dtype="datetime64[s]"),
            "at": pd.Series([moment, None], dtype="datetime64[s]"),
        }
    )
    rows = list(DataTable("x", "X", columns, made).rows())
    assert rows == [(dt.date(2022, 3, 14), moment), (None, None)]
