"""Correct workbooks: no rule has anything to say about them."""

# ruff: noqa: E501 - a row of a wide form stays one line, so that it can be read

from kskt_excel.model.reading import Reading, SheetReading, SheetState
from tests.check.tables import labels, table, without_figures, workbook

NIL = SheetState.NIL


def information(unit: str = "QLCNH", name: str = "Phòng Quản lý chuyên ngành") -> SheetReading:
    return labels(f"""
        unit_name: {name}
        unit_code: {unit}
        period: Quý I/2022
        from: 15/12/2021
        to: 14/03/2022
        preparer: Nguyễn Thị Hoa
        position: Chuyên viên
        office_phone: 0208 3855 000
        prepared_on: 14/03/2022
        approver: Trần Văn Minh
        template_version: 1.0
    """)


def progress() -> SheetReading:
    return table(
        "tien-do",
        """
        | row | task   | role     | status         | percent | completed_on | result         |
        | 8   | II.1.a | Phối hợp | Đang thực hiện | 50      |              |                |
        | 9   | II.4   | Phối hợp | Đã hoàn thành  | 100     | 14/03/2022   | Đã gửi báo cáo |
        """,
    )


CATALOGUE_HEAD = (
    "| row | procedure | field | at_one_stop | interlinked | online_level | on_national_portal"
    " | postal | has_fee | online_payment | internal_process | e_process"
    " | whole_process_at_centre | non_territorial | posted | on_website |"
)


def catalogue() -> SheetReading:
    radiation = "An toàn bức xạ và hạt nhân"
    return table(
        "danh-muc",
        f"""
        {CATALOGUE_HEAD}
        | 8 | 2.002385 | {radiation} | Có | Không | Mức độ 4 | Có | Có | Không | Không | 12/QĐ-UBND | Có | Có | Có | Có | Có |
        | 9 | 2.002380 | {radiation} | Có | Không | Mức độ 3 | Có | Có | Có | Có | 12/QĐ-UBND | Có | Không | Không | Có | Có |
        | 10 | 1.003542 | Sở hữu trí tuệ | Có | Có | Mức độ 2 | Không | Có | Không | Không |  | Không | Không | Không | Có | Không |
        """,
    )


def dossiers() -> SheetReading:
    return table(
        "ho-so",
        """
        | row   | procedure | field                      | received_total | received_online | received_direct | received_postal | carried_over | resolved_total | resolved_early | resolved_on_time | returned | resolved_overdue | pending_total | pending_in_time | pending_paused | pending_overdue |
        | 8     | 2.002385  | An toàn bức xạ và hạt nhân | 14 | 4 | 7 | 1 | 2 | 11 | 3 | 6 | 1 | 1 | 3 | 2 | 0 | 1 |
        | 9     | 2.002380  | An toàn bức xạ và hạt nhân | 5  | 2 | 3 | 0 | 0 | 5  | 2 | 3 | 0 | 0 | 0 | 0 | 0 | 0 |
        | 10    | 1.003542  | Sở hữu trí tuệ             | 0  | 0 | 0 | 0 | 0 | 0  | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 |
        | total |           |                            | 19 | 6 | 10 | 1 | 2 | 16 | 5 | 9 | 1 | 1 | 3 | 2 | 0 | 1 |
        """,
    )


def overdue() -> SheetReading:
    return table(
        "qua-han",
        """
        | row | dossier                   | procedure | received_on | due_on     | finished_on | days_overdue | reason                     | apology_number | apology_on | new_due_on | reschedule_count | note |
        | 8   | 000.00.09.H55-220110-0007 | 2.002385  | 10/01/2022  | 17/01/2022 | 20/01/2022  | 3            | NN02 Cán bộ, công chức     | 12/PXL-SKHCN   | 14/01/2022 | 20/01/2022 | 1                |      |
        | 9   | H55.14-220301-0001        | 2.002385  | 01/03/2022  | 08/03/2022 |             | 4            | NN01 Quy trình nội bộ      | 13/PXL-SKHCN   | 07/03/2022 | 18/03/2022 | 1                | Chờ ý kiến |
        """,
    )


def feedback() -> SheetReading:
    return table(
        "pakn",
        """
        | row | ordinal | received_on | channel | content | classification | field | carried_over | due_on | finished_on | outcome | published | extended |
        | 8 | 1 | 01/12/2021 | Văn bản | Đề nghị rút ngắn thời gian | Quy định hành chính | Sở hữu trí tuệ | Có | 22/12/2021 | 20/12/2021 | Đã trả lời | Có | Không |
        | 9 | 2 | 10/03/2022 | Điện thoại | Hỏi về phí thẩm định | Hành vi hành chính | Sở hữu trí tuệ | Không | 31/03/2022 |  |  | Không |  |
        """,
    )


def publications() -> SheetReading:
    return table(
        "cong-bo",
        """
        | row | ministry_decision | ministry_decided_on | received_on | submitted_on | province_decision | province_decided_on | procedure | change_kind | law_effective_on | national_db_on | posted_at |
        | 8 | 105/QĐ-BKHCN | 04/01/2022 | 10/01/2022 | 14/01/2022 | 201/QĐ-UBND | 20/01/2022 | 2.002385 | Sửa đổi, bổ sung | 01/03/2022 | 25/01/2022 | Bộ phận Một cửa |
        | 9 | 106/QĐ-BKHCN | 01/03/2022 | 08/03/2022 | 11/03/2022 |  |  | 2.009999 | Ban hành mới | 01/05/2022 |  |  |
        """,
    )


def legal_texts() -> SheetReading:
    return table(
        "vbqppl",
        """
        | row | ordinal | draft_name | document_type | new_count | amended_count | replaced_count | abolished_count | impact_assessed | document | issued_on | effective_on | announcing_decision | announced_on |
        | 8 | 1 | Quy định quản lý công nghệ | Quyết định của UBND | 1 | 0 | 0 | 0 | Có | 06/2022/QĐ-UBND | 10/02/2022 | 01/03/2022 | 230/QĐ-UBND | 18/02/2022 |
        | 9 | 2 | Quy định hỗ trợ sáng chế | Nghị quyết của HĐND | 0 | 1 | 0 | 0 | Không |  |  |  |  |  |
        """,
    )


def reviews() -> SheetReading:
    return table(
        "ra-soat",
        """
        | row | procedure | planned | reviewed | option           | legal_texts | authority  | cost_cut_percent | decision |
        | 8   | 2.002385  | Có      | Có       | Sửa đổi, bổ sung | 1           | Trung ương | 20               | 15/QĐ-SKHCN |
        | 9   | 2.002380  | Có      | Có       | Giữ nguyên       | 0           |            | 0                |          |
        | 10  | 1.003542  | Có      | Không    |                  |             |            |                  |          |
        """,
    )


def online() -> SheetReading:
    return table(
        "truc-tuyen",
        """
        | row   | procedure | field                      | received | online | level3 | level4 | with_fee | paid_online | digitised | e_result | postal_in | postal_out | accounts |
        | 8     | 2.002385  | An toàn bức xạ và hạt nhân | 12 | 4 | 0 | 4 | 0 | 0 | 12 | 11 | 1 | 2 | 3 |
        | 9     | 2.002380  | An toàn bức xạ và hạt nhân | 5  | 2 | 2 | 0 | 5 | 1 | 5  | 5  | 0 | 0 | 0 |
        | 10    | 1.003542  | Sở hữu trí tuệ             | 0  | 0 | 0 | 0 | 0 | 0 | 0  | 0  | 0 | 0 | 0 |
        | total |           |                            | 17 | 6 | 2 | 4 | 5 | 1 | 17 | 16 | 1 | 2 | 3 |
        """,
    )


def initiatives() -> SheetReading:
    return table(
        "sang-kien",
        """
        | row | ordinal | title | author | proposed_on | recognised | applied |
        | 8 | 1 | Mẫu trả lời điện tử | Nhóm chuyên viên | 10/02/2022 | Không | Không |
        """,
    )


def campaigns() -> SheetReading:
    return table(
        "truyen-thong",
        """
        | row | ordinal | activity | form | held_on | quantity | planned |
        | 8 | 1 | Tập huấn dịch vụ công | Tập huấn | 10/02/2022 | 2 | Có |
        | 9 | 2 | Tập huấn dịch vụ công | Tập huấn | 11/02/2022 | 1 | Có |
        """,
    )


def inspections() -> SheetReading:
    return table(
        "kiem-tra",
        """
        | row | ordinal | inspection | held_on | inspected_unit | conclusion | shortcomings | remedied |
        | 8 | 1 | Kiểm tra cải cách hành chính | 20/02/2022 | CCTDC | Đạt | 2 | 1 |
        """,
    )


def contacts() -> SheetReading:
    return table(
        "dau-moi",
        """
        | row | ordinal | full_name | position | decision | decided_on | of_unit |
        | 8 | 1 | Nguyễn Văn Bình | Chuyên viên | 05/QĐ-SKHCN | 20/01/2022 | Thanh tra Sở |
        """,
    )


def evaluation() -> SheetReading:
    return table(
        "danh-gia",
        """
        | row | criterion | content | figure | self_score | basis |
        | 8 | 1 | Thời gian giải quyết | 11/12 | 1.9 | Trang Hồ sơ |
        | 9 | 5 | Toàn bộ quy trình | 1/3 | 2 | Trang Danh mục |
        | 10 | 9 | Dịch vụ trực tuyến |  |  |  |
        """,
    )


def difficulties() -> SheetReading:
    return table(
        "vuong-mac",
        """
        | row | ordinal | task | difficulty | cause | proposal | level |
        | 8 | 1 | II.1.a | Thiếu máy quét | Chưa bố trí kinh phí | Bổ sung máy quét | Sở |
        """,
    )


def unit_with_procedures() -> Reading:
    """A unit that has something on every sheet."""
    return workbook(
        information(),
        progress(),
        catalogue(),
        dossiers(),
        overdue(),
        feedback(),
        publications(),
        legal_texts(),
        reviews(),
        online(),
        initiatives(),
        campaigns(),
        inspections(),
        contacts(),
        evaluation(),
        difficulties(),
    )


def unit_without_procedures() -> Reading:
    """A unit where nothing happened beside its tasks."""
    ticked = ("pakn", "cong-bo", "vbqppl", "sang-kien", "truyen-thong", "kiem-tra", "dau-moi")
    tasks = table(
        "tien-do",
        """
        | row | task   | role     | status          | percent | completed_on | result |
        | 8   | II.1.a | Phối hợp | Không phát sinh |         |              |        |
        | 9   | II.1.c | Phối hợp | Chưa thực hiện  | 0       |              |        |
        | 10  | II.4   | Phối hợp | Đang thực hiện  |         |              |        |
        """,
    )
    return workbook(
        information("TTPT", "Trung tâm phát triển KH&CN"),
        tasks,
        *(without_figures(form, NIL) for form in ticked),
        without_figures("danh-gia", SheetState.BLANK),
        without_figures("vuong-mac", NIL),
        unit="TTPT",
    )
