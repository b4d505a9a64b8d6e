import io
import re
import zipfile

import pytest
from python_calamine import CalamineWorkbook

from kskt_excel.excel.tracker.row_places import tracker_sheets
from kskt_excel.model.errors import KsktError
from tests.builders import forms
from tests.excel.tracker import edits, samples

UNIT_TEXTS = ("=1+1 là chữ, không phải công thức", "=HYPERLINK(1).xlsx")


@pytest.fixture(scope="module")
def data() -> bytes:
    return samples.built()


def rows(data: bytes, sheet: str) -> list[list[object]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)


def column(data: bytes, sheet: str, heading: str) -> list[object]:
    table = rows(data, sheet)
    head = next(at for at, row in enumerate(table) if heading in row)
    return [row[table[head].index(heading)] for row in table[head + 1 :]]


def test_sheets_stand_in_the_agreed_order(data: bytes) -> None:
    assert CalamineWorkbook.from_filelike(io.BytesIO(data)).sheet_names == list(
        tracker_sheets(forms(), samples.plan()).values()
    )


def test_equal_arguments_give_equal_bytes(data: bytes) -> None:
    assert samples._built(None, samples.plan()) == data


def test_a_sheet_that_excel_would_not_open_is_told_and_not_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("kskt_excel.excel.tracker.tracker_writer.MAX_ROW", 20)
    with pytest.raises(KsktError, match="nhiều hơn 20 dòng mà Excel mở được"):
        samples._built(None, samples.plan())


def test_text_from_units_is_no_formula_and_no_link(data: bytes) -> None:
    package = zipfile.ZipFile(io.BytesIO(data))
    sheets = [name for name in package.namelist() if name.startswith("xl/worksheets/")]
    formulas = b"".join(b"".join(re.findall(rb"<f>.*?</f>", package.read(n))) for n in sheets)
    relations = b"".join(package.read(n) for n in sheets if n.endswith(".rels"))
    strings = b"".join(re.findall(rb"<t>.*?</t>", b"".join(map(package.read, sheets))))
    for text in UNIT_TEXTS:
        assert text.encode() in strings
        assert text.encode() not in formulas
        assert text.encode() not in relations


def test_every_data_row_names_unit_period_version_file_sheet_and_row(data: bytes) -> None:
    table = rows(data, "Hồ sơ")
    first = table[5]
    assert first[0] == "QLCNH|2022-Q1|ho-so|2.002385"
    assert first[1:4] == ["QLCNH", "Phòng Quản lý chuyên ngành", "Quý I/2022"]
    assert first[21:26] == [1.0, "Báo cáo QLCNH 2022-Q1.xlsx", "Hồ sơ", 8.0, "Mở tệp"]


def test_originals_are_opened_by_their_path_in_the_archive(data: bytes) -> None:
    book = edits.untouched()
    formula = book["Hồ sơ"].cell(6, 26).value
    assert re.fullmatch(
        r'=HYPERLINK\("\.\./archive/2022-Q1/[0-9a-f]{64}\.xlsx","Mở tệp"\)', formula
    )


def test_totals_stand_over_the_heading_and_follow_the_filter(data: bytes) -> None:
    book = edits.untouched()
    cell = book["Hồ sơ"].cell(4, 8)
    assert cell.value == "=SUBTOTAL(109,H6:H11)"
    assert rows(data, "Hồ sơ")[3][7] == 38.0


def test_an_overdue_task_is_named_and_counted(data: bytes) -> None:
    quarter, now = column(data, "Tiến độ", "Quý II"), column(data, "Tiến độ", "Kết luận")
    assert str(quarter[0]) == str(now[0]) == "quá hạn 55 ngày làm việc"
    assert column(data, "Tiến độ", "Quý II: đơn vị chủ trì báo")[0] == "Đang thực hiện"
    assert column(data, "Tiến độ", "Quá hạn (ngày làm việc)")[0] == 55.0
    assert rows(data, "Tổng quan")[5][3] == 1.0


def test_states_of_units_are_shown_by_quarter(data: bytes) -> None:
    assert column(data, "Tình hình gửi nhận", "Quý I: tình hình")[:4] == [
        "Đã nhận",
        "Đã nhận",
        "Trả lại để sửa",
        "Chưa gửi",
    ]
    assert column(data, "Tình hình gửi nhận", "Quý I: chậm (ngày)")[2] == 2.0


@pytest.mark.parametrize(
    ("key", "shown", "verdict"),
    [
        ("K2", "35,3 %", "Đạt"),
        ("K3", "6,3 %", "Chưa đạt"),
        ("K4", "66,7 %", "Đạt"),
        ("K15", "50,0 %", "Chưa đạt"),
    ],
)
def test_indicators_are_ratios_of_sums_beside_their_targets(
    data: bytes, key: str, shown: str, verdict: str
) -> None:
    at = column(data, "Chỉ tiêu", "Mã").index(key)
    assert column(data, "Chỉ tiêu", "Lũy kế: kết quả")[at] == shown
    assert column(data, "Chỉ tiêu", "Đánh giá lũy kế")[at] == verdict


def test_the_rule_of_twenty_percent_shows_its_numerator_and_denominator(data: bytes) -> None:
    shares = column(data, "Chỉ tiêu", "Tỷ lệ")
    assert column(data, "Chỉ tiêu", "Toàn bộ quy trình tại TTPVHCC")[0] == 1.0
    assert column(data, "Chỉ tiêu", "Tiếp nhận tại Bộ phận Một cửa")[0] == 3.0
    assert (shares[0], column(data, "Chỉ tiêu", "Kết quả")[0]) == ("33,3 %", "Đạt")


def test_all_control_totals_agree(data: bytes) -> None:
    verdicts = column(data, "Đối chiếu", "Kết quả")
    assert "LỆCH" not in verdicts[:300]
    assert verdicts.count("Khớp") > 100


def test_closing_and_opening_balances_of_neighbouring_quarters_are_compared(data: bytes) -> None:
    table = rows(data, "Đối chiếu")
    joints = {row[3]: (row[4], row[5], row[8]) for row in table if row[1] == "Quý II/2022"}
    assert joints["2.002385"] == (3.0, 2.0, "LỆCH")
    assert joints["2.002380"] == (0.0, 0.0, "Khớp")


def test_faults_are_listed_and_counted_by_rule_sheet_and_unit(data: bytes) -> None:
    table = rows(data, "Lỗi dữ liệu")
    heads = table[5]
    assert heads[1:3] == ["Mã lỗi", "Quý I"]
    assert "Quý III" not in heads  # a quarter to come has no column
    year = heads.index("Cả năm")
    counted = {row[1]: row[year] for row in table[6:20] if row[year]}
    assert counted["CCTDC"] == 2.0
    assert counted["Tiến độ"] == 2.0
    places, levels = column(data, "Lỗi dữ liệu", "Vị trí"), column(data, "Lỗi dữ liệu", "Mức")
    here = [at for at, place in enumerate(places) if place == "Tiến độ!A9"]
    assert [levels[at] for at in here] == ["lỗi", "lỗi"]


def test_keys_and_marks_are_hidden_and_heads_stay_in_sight(data: bytes) -> None:
    book = edits.untouched()
    for sheet in book.worksheets[1:]:
        assert sheet.column_dimensions["A"].hidden
        assert sheet.row_dimensions[2].hidden
        assert sheet.freeze_panes
        assert sheet.tables
