"""Records as pandas tables."""

from kskt_excel.report.exports import to_frames
from tests.consolidation.tables import consolidated, report, table


def test_each_sheet_is_a_table_with_the_origin_of_every_record() -> None:
    text = "procedure | received_online\n2.002385 | 3\n2.002380 | 4"
    found = to_frames(consolidated(report("QLCNH", table("ho-so", text))))
    assert set(found) == {"ho-so"}
    lines = found["ho-so"].to_dict("records")
    assert lines[1] == {
        "unit": "QLCNH",
        "period": "2022-Q1",
        "version": 1,
        "file": "QLCNH-2022-Q1-1.xlsx",
        "sheet": "Hồ sơ",
        "row": 9,
        "procedure": "2.002380",
        "received_online": 4,
    }
