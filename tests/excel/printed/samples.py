"""Pages of every kind: as usual, and as bad as an office can make them."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from functools import cache

from kskt_excel.model.plan import Plan, Procedure, Signer, Task, Unit
from kskt_excel.model.settings import PlanSettings
from kskt_excel.report.page import Frame, PageCell, PageColumn, PageRow, PageTable, PrintedPage
from kskt_excel.report.summary import summary_pages
from tests.builders import forms, small_plan
from tests.consolidation.tables import consolidated, nil, report, table

CREATED = dt.datetime(2022, 3, 20, 1, 0, tzinfo=dt.UTC)
_LONG_NAME = (
    "Trung tâm Ứng dụng tiến bộ khoa học và công nghệ, Thông tin, Thống kê và Hỗ trợ đổi mới sáng"
    " tạo, khởi nghiệp"
)
_SENTENCE = "Đã tham mưu Chủ tịch UBND tỉnh ban hành Quyết định công bố Danh mục thủ tục; "
_LETTERS = "nghiêngngã" * 30

_DOSSIERS = """
    | procedure | received_online | received_direct | received_postal | carried_over | resolved_early | resolved_on_time | returned | resolved_overdue | pending_in_time | pending_paused | pending_overdue |
    | 2.002385  | 12              | 1               | 0               | 3            | 8              | 4                | 1        | 1                | 2               | 0              | 0               |
    | 2.002380  | 1234567         | 1               | 0               | 3            | 1234554        | 0                | 0        | 0                | 17              | 0              | 0               |
"""  # noqa: E501  # a table is read as a table
_PROGRESS = """
    | task   | status          | percent | result                       | difficulty  | proposal   |
    | I.1    | Đã hoàn thành   | 100     | Đã ban hành Quyết định số 05 |             |            |
    | I.2    | Đang thực hiện  | 40      | Đã trình Kế hoạch rà soát    | Thiếu người | Thêm người |
    | II.1.a | Không phát sinh |         |                              |             |            |
    | II.1.c | Đang thực hiện  | 50      |                              |             |            |
    | II.4   | Chưa thực hiện  | 0       |                              |             |            |
"""
_CATALOGUE = """
    | procedure | at_one_stop | internal_process | e_process | online_level |
    | 2.002385  | c           | 1200/QĐ-UBND     | c         | Mức độ 4     |
    | 2.002380  | c           |                  | k         | Mức độ 3     |
"""


def usual() -> tuple[PrintedPage, ...]:
    """Everybody has sent."""
    return _pages(
        small_plan(),
        report("VP", table("tien-do", _PROGRESS), nil("pakn")),
        report("QLCNH", table("ho-so", _DOSSIERS), table("danh-muc", _CATALOGUE), nil("pakn")),
        report("CCTDC", nil("ho-so"), nil("pakn")),
        report("TTPT", nil("pakn")),
    )


def nothing_in() -> tuple[PrintedPage, ...]:
    """Nobody has sent, nobody is named to sign, and the units' names are long."""
    plan = small_plan()
    units = tuple(replace(unit, name=f"{_LONG_NAME} {unit.code}") for unit in plan.units)
    blank = {"Người lập biểu": "", "Mẫu số báo cáo": "", "Nơi nhận": "Lưu: VT"}
    settings = PlanSettings({**plan.settings.texts, **blank})
    bare = replace(plan, units=units, signer=Signer("", "", ""), settings=settings)
    return _pages(bare)


def long_names() -> tuple[PrintedPage, ...]:
    """Units with names of 261 letters, one with a word of thirty; one unit of 25 has sent."""
    plan = small_plan()
    more = (Unit(f"D{n:02d}", f"Đơn vị thứ {n}") for n in range(21))
    word = "nghiêngngả" * 3
    units = tuple(
        replace(unit, name=f"{unit.name} {word if at == 1 else ''} {_LONG_NAME * 3}"[:261].strip())
        for at, unit in enumerate((*plan.units, *more))
    )
    sent = report("QLCNH", table("ho-so", _DOSSIERS), table("danh-muc", _CATALOGUE), nil("pakn"))
    return _pages(replace(plan, units=units), sent)


def crowded() -> tuple[PrintedPage, ...]:
    """Two hundred procedures, forty tasks, twenty-five units, a result that fills two pages."""
    plan = small_plan()
    tasks = tuple(_task(plan.tasks[0], number) for number in range(1, 41))
    units = (*plan.units, *(Unit(f"D{n:02d}", f"Đơn vị thứ {n}") for n in range(21)))
    procedures = tuple(
        Procedure(f"1.{n:06d}", f"Thủ tục số {n} {_SENTENCE * (n % 3)}", _field(n), ("QLCNH",))
        for n in range(200)
    )
    long = f"{_SENTENCE * 60}\n- Ý thứ hai\n- {_LETTERS} hết"
    progress = f"""
        | task | status         | percent | result | difficulty | proposal |
        | I.2  | Đang thực hiện | 40      | {_SENTENCE * 9} | {_SENTENCE * 30} | {_LETTERS} |
        | I.40 | Đã hoàn thành  | 100     | {_SENTENCE * 40} |  |  |
    """
    pages = _pages(
        replace(plan, tasks=tasks, units=units, procedures=procedures),
        report("VP", table("tien-do", progress)),
    )
    return (_with_text(pages[0], long), *pages[1:])


def _task(pattern: Task, number: int) -> Task:
    return replace(pattern, code=f"I.{number}", text=f"{pattern.text} ({number})")


def _field(number: int) -> str:
    fields = ("Sở hữu trí tuệ", "An toàn bức xạ và hạt nhân", "Tiêu chuẩn đo lường chất lượng")
    return fields[number % len(fields)]


def _with_text(page: PrintedPage, text: str) -> PrintedPage:
    """The page with a text, of several paragraphs, as the result of its first task."""
    grid = page.tables[0]
    rows = list(grid.rows)
    at = next(number for number, row in enumerate(rows) if row.kind == "data")
    cells = list(rows[at].cells)
    cells[5] = PageCell(text)
    rows[at] = PageRow(tuple(cells))
    return replace(page, tables=(replace(grid, rows=tuple(rows)),))


def odd() -> tuple[PrintedPage, ...]:
    """Upright pages, several tables, tables without rows, of one row, of two columns, none."""
    two = (PageColumn(("Nội dung",), "1", 300, "left"), PageColumn(("Số lượng",), "2", 90))
    one_row = PageTable(
        two, (PageRow((PageCell("Hồ sơ đã tiếp nhận"), PageCell(1234567, "count"))),)
    )
    values = (None, 0, 12.5, 50.0, True, dt.date(2022, 3, 5))
    kinds = PageTable(
        two, tuple(PageRow((PageCell(f"Ô {n}"), PageCell(v))) for n, v in enumerate(values))
    )
    rates = PageTable(
        two, (PageRow((PageCell("Tỷ lệ"), PageCell(20.74, "percent"))),), title="Bảng hai"
    )
    return (
        _page("Một dòng", one_row, orientation="portrait"),
        _page("Trống", PageTable(two, ()), notes=("Không có dòng nào.",)),
        _page("Hai bảng", kinds, rates, orientation="portrait", paragraphs=(_SENTENCE * 3,)),
        _page("Không bảng", paragraphs=(_SENTENCE,)),
        _page("=1+1 & 'dấu'[*]", one_row, provisional="Số liệu tạm tổng hợp & còn thiếu"),
    )


FRAME = Frame(
    superior="UBND TỈNH THÁI NGUYÊN",
    agency="SỞ KHOA HỌC VÀ CÔNG NGHỆ",
    number="Số:          /BC-SKHCN",
    place_and_date="Thái Nguyên, ngày      tháng 3 năm 2022",
    recipients=("Văn phòng UBND tỉnh;", "Lưu: VT, VP."),
    preparer="Trần Thị Bình",
    signer_authority="KT. GIÁM ĐỐC",
    signer_title="PHÓ GIÁM ĐỐC",
    signer_name="Nguyễn Văn An",
)


def _page(name: str, *tables: PageTable, **own: object) -> PrintedPage:
    page = PrintedPage(
        name=name,
        title=("BẢNG TỔNG HỢP", "Thử trang in"),
        period_line="Quý I/2022 (từ ngày 15/12/2021 đến ngày 14/3/2022)",
        frame=FRAME,
        tables=tables,
        footer=f"{name} - Quý I/2022",
    )
    return replace(page, **own)  # type: ignore[arg-type]  # fields by name


def _pages(plan: Plan, *reports: object) -> tuple[PrintedPage, ...]:
    return tuple(summary_pages(plan, forms(), consolidated(*reports, plan=plan)))


@cache
def books() -> dict[str, tuple[PrintedPage, ...]]:
    """Every sample by name."""
    made: Iterable[object] = (usual, nothing_in, long_names, crowded, odd)
    return {one.__name__: one() for one in made}
