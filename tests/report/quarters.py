"""Two quarters of three units from small tables, for tests of the report in words and the brief."""

import datetime as dt
from functools import cache

from kskt_excel.model.consolidation import Consolidation
from kskt_excel.model.period import Period
from kskt_excel.model.submission import UnitReport
from tests.consolidation.tables import consolidated, nil, report, table

RADIATION = "An toàn bức xạ và hạt nhân"
STANDARDS = "Tiêu chuẩn đo lường chất lượng"
AS_OF = {"2022-Q1": "2022-03-18T08:30", "2022-Q2": "2022-06-18T08:30"}

PROGRESS = """
    task   | status         | percent | result                    | proposal
    I.1    | Đã hoàn thành  | 100     | Đã ban hành quyết định    |
    I.2    | Đang thực hiện | 40      | Đang rà soát              | Bổ sung 01 biên chế
    I.4    | Chưa thực hiện |         |                           |
    II.1.a | Đang thực hiện |         |                           |
    II.4   | Đã hoàn thành  | 100     |                           |
"""
LATE = """
    dossier | procedure | reason                           | apology_number
    000.01  | 2.002385  | NN02 Cán bộ, công chức           | 12/PXL
    000.02  | 2.002385  | NN05 Phối hợp của cơ quan khác   |
"""
CATALOGUE = f"""
    procedure | field | at_one_stop | online_level | internal_process | posted | on_website
    2.002385  | {RADIATION} | c | Mức độ 4 | 7/QĐ-UBND | c | c
    2.002380  | {RADIATION} | c | Mức độ 3 | 7/QĐ-UBND | c | k
"""
REVIEW = """
    procedure | planned | reviewed | option           | legal_texts | authority | cost_cut_percent
    2.002385  | c       | c        | Sửa đổi, bổ sung | 1           | Tỉnh      | 12,5
    2.002380  | c       | k        |                  |             |           |
"""
PUBLISHED = """
    province_decision | province_decided_on | procedure | change_kind      | national_db_on
    512/QĐ-UBND       | 15/2/2022           | 2.002385  | Sửa đổi, bổ sung | 18/2/2022
    512/QĐ-UBND       | 15/2/2022           | 2.002380  | Bãi bỏ           |
"""
LAWS = """
    draft_name | document_type | new_count | amended_count | impact_assessed | document | issued_on
    Quy định quản lý nhiệm vụ | Quyết định của UBND | 2 | 1 | c | 06/2022/QĐ-UBND | 1/3/2022
"""
FEEDBACK = f"""
    received_on | classification | field | carried_over | due_on | finished_on | published
    15/2/2022 | Hành vi hành chính  | {RADIATION} | k | 1/3/2022 | 25/2/2022 | c
    16/2/2022 | Quy định hành chính | {RADIATION} | c | 1/3/2022 |           | k
"""
ISSUES = """
    ordinal | task   | difficulty            | cause        | proposal             | level
    1       | II.1.a | Phần mềm một cửa chậm | Đường truyền | Nâng cấp đường truyền | UBND tỉnh
    2       |        | Máy tính cũ           |              | Trang bị máy tính    | Sở
"""
INSPECTIONS = """
    inspection | held_on   | inspected_unit | conclusion    | shortcomings | remedied
    Kiểm tra cải cách hành chính | 22/2/2022 | QLCNH | Cơ bản tốt | 2 | 1
"""
COMMUNICATION = """
    activity            | form      | held_on   | quantity | planned
    Đăng tin trên Trang | Tin, bài  | 10/1/2022 | 3        | c
    Lớp nghiệp vụ       | Tập huấn  | 20/2/2022 | 1        | k
"""


def dossiers(times: int) -> str:
    """Dossiers of one procedure: 17 to handle, 14 settled, 3 pending, so many times."""
    k = times
    return f"""
        procedure | field | received_online | received_direct | carried_over | resolved_early \
| resolved_on_time | resolved_overdue | pending_in_time | pending_overdue
        2.002385 | {RADIATION} | {12 * k} | {3 * k} | {2 * k} | {10 * k} | {3 * k} | {k} \
| {2 * k} | {k}
    """


def online(times: int) -> str:
    k = times
    return f"""
        procedure | field | received | online | level3 | level4 | with_fee | paid_online | accounts
        2.002385 | {RADIATION} | {15 * k} | {12 * k} | 0 | {12 * k} | {9 * k} | {3 * k} | 4
    """


def units(period: str, times: int) -> tuple[UnitReport, ...]:
    office = report(
        "VP",
        table("tien-do", PROGRESS),
        table("truyen-thong", COMMUNICATION),
        table("kiem-tra", INSPECTIONS),
        table("vbqppl", LAWS),
        nil("pakn"),
        period=period,
    )
    specialised = report(
        "QLCNH",
        table("ho-so", dossiers(times)),
        table("qua-han", LATE),
        table("danh-muc", CATALOGUE),
        table("truc-tuyen", online(times)),
        table("ra-soat", REVIEW),
        table("cong-bo", PUBLISHED),
        table("vuong-mac", ISSUES),
        table("pakn", FEEDBACK),
        period=period,
        late=2,
    )
    standards = report("CCTDC", nil("ho-so"), nil("qua-han"), nil("cong-bo"), period=period)
    return office, specialised, standards


@cache
def first_quarter() -> Consolidation:
    return consolidated(*units("2022-Q1", 1), as_of=AS_OF["2022-Q1"])


@cache
def second_quarter() -> Consolidation:
    """Twice the dossiers of the first quarter; TTPT is missing in both."""
    now = units("2022-Q2", 2)
    return consolidated(
        *units("2022-Q1", 1),
        *now,
        period=Period.parse("2022-Q2"),
        submissions=[one.submission for one in now],
        as_of=AS_OF["2022-Q2"],
    )


@cache
def nobody() -> Consolidation:
    """Nobody has sent anything."""
    return consolidated(as_of=AS_OF["2022-Q1"])


@cache
def all_nil() -> Consolidation:
    """Everybody has sent, in time, and nothing happened."""
    every = (
        "ho-so", "qua-han", "pakn", "cong-bo", "vbqppl", "ra-soat", "truc-tuyen", "danh-muc",
        "sang-kien", "truyen-thong", "kiem-tra", "dau-moi", "vuong-mac",
    )  # fmt: skip
    return consolidated(
        *(report(unit, *map(nil, every)) for unit in ("VP", "QLCNH", "CCTDC", "TTPT")),
        as_of=AS_OF["2022-Q1"],
    )


CREATED = dt.datetime(2022, 3, 18, 8, 30)  # the office's own clock
