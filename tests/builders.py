"""A small plan, the real form definitions and hand-made readings, for tests of every area."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from kskt_excel.definitions import load_forms
from kskt_excel.excel.issued.unit_workbook import unit_workbook
from kskt_excel.model.forms import Forms
from kskt_excel.model.period import Period
from kskt_excel.model.plan import (
    Deadline,
    DeadlineKind,
    Indicator,
    Plan,
    Procedure,
    Signer,
    Task,
    Unit,
)
from kskt_excel.model.reading import Identity, Reading, Record, SheetReading, SheetState, Value
from kskt_excel.model.settings import PlanSettings
from kskt_excel.regimes import packaged_regimes
from tests.choice_lists import CHOICES

ROOT = Path(__file__).parents[1]
SHIPPED = ROOT / "templates" / "bieu-mau"
"""The form definitions of the repository."""
Q1_2022_END = dt.date(2022, 3, 14)

_GROUP = "Các phòng, đơn vị trực thuộc Sở"


def sampled(
    cases: Iterable[Any], count: int, others: pytest.MarkDecorator = pytest.mark.long
) -> list[Any]:
    """A table of which the first cases are tried in every run, the others when all is run.

    For tables whose rows repeat one mechanism at the price of a whole run each. Those of a test
    that is long itself are left to ``pytest.mark.exhaustive``.
    """
    first, *_ = rows = [case if isinstance(case, tuple) else (case,) for case in cases]
    assert 0 < count < len(rows), first
    more = (pytest.param(*row, marks=others) for row in rows[count:])
    return [*(pytest.param(*row) for row in rows[:count]), *more]


@cache
def forms() -> Forms:
    """The form definitions of the repository."""
    return load_forms(SHIPPED)


@cache
def small_plan() -> Plan:
    """Four units, six tasks of six deadline kinds, five procedures, every choice list."""
    return Plan(
        year=2022,
        agency="Sở Khoa học và Công nghệ",
        superior="UBND tỉnh Thái Nguyên",
        place="Thái Nguyên",
        title="Kiểm soát thủ tục hành chính, thực hiện cơ chế một cửa, một cửa liên thông"
        " và thực hiện thủ tục hành chính trên môi trường điện tử năm 2022",
        number="",
        legal_basis="Quyết định số 4078/QĐ-UBND ngày 22/12/2021 của UBND tỉnh Thái Nguyên",
        signer=Signer("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC", "Nguyễn Văn An"),
        units=UNITS,
        tasks=TASKS,
        procedures=PROCEDURES,
        choices=CHOICES,
        indicators=INDICATORS,
        holidays=HOLIDAYS,
        settings=PlanSettings(SETTINGS),
        regimes=packaged_regimes(),
        sha256="0" * 64,
    )


UNITS = (
    Unit(
        "VP",
        "Văn phòng Sở",
        aliases=("Văn phòng", "VP Sở"),
        emails=("vanphong.skhcn@thainguyen.gov.vn",),
    ),
    Unit(
        "QLCNH",
        "Phòng Quản lý chuyên ngành",
        aliases=("P. QLCN ngành", "Phòng QL chuyên ngành"),
        groups=(_GROUP,),
        emails=("qlcnh.skhcn@thainguyen.gov.vn",),
        fields=("Sở hữu trí tuệ", "An toàn bức xạ và hạt nhân"),
    ),
    Unit(
        "CCTDC",
        "Chi cục Tiêu chuẩn Đo lường Chất lượng",
        aliases=("Chi cục TĐC",),
        groups=(_GROUP,),
        emails=("cctdc.skhcn@thainguyen.gov.vn",),
        fields=("Tiêu chuẩn đo lường chất lượng",),
    ),
    Unit(
        "TTPT",
        "Trung tâm phát triển KH&CN",
        aliases=("Trung tâm phát triển khoa học và công nghệ",),
        groups=(_GROUP,),
        emails=("ttpt.skhcn@thainguyen.gov.vn",),
    ),
)

_OTHERS = tuple(unit.code for unit in UNITS[1:])
_SECTION_1 = (
    "Công tác chỉ đạo, điều hành hoạt động kiểm soát thủ tục hành chính và thực hiện cơ chế"
    " một cửa, một cửa liên thông trong giải quyết thủ tục hành chính"
)
_SECTION_2 = "Kiểm soát thủ tục hành chính"


def _task(
    code: str,
    text: str,
    kind: DeadlineKind,
    deadline: str,
    *,
    due: dt.date | None = None,
    coordinators: tuple[str, ...] = (),
    coordinators_text: str = "",
    form: str = "",
) -> Task:
    first = code.startswith("I.")
    return Task(
        code=code,
        text=text,
        section=_SECTION_1 if first else _SECTION_2,
        subsection=(
            "Kiểm soát công bố, công khai thủ tục hành chính" if code.startswith("II.1.") else ""
        ),
        lead="VP",
        lead_text="Văn phòng Sở",
        coordinators=coordinators,
        coordinators_text=coordinators_text,
        deadline=Deadline(deadline, kind, (due,) if due else ()),
        form=form,
    )


TASKS = (
    _task(
        "I.1",
        "Kiện toàn đội ngũ cán bộ, công chức đầu mối thực hiện nhiệm vụ kiểm soát TTHC"
        " tại các cơ quan, đơn vị",
        DeadlineKind.FIXED,
        "Quý I/2022",
        due=dt.date(2022, 3, 31),
        form="dau-moi",
    ),
    _task(
        "I.2",
        "Tổ chức rà soát, đánh giá thủ tục hành chính",
        DeadlineKind.OWN_PLAN,
        "Theo Kế hoạch riêng",
        form="ra-soat",
    ),
    _task(
        "I.4",
        "Tổ chức kiểm tra công tác kiểm soát TTHC, thực hiện cơ chế một cửa, một cửa liên thông"
        " và thực hiện TTHC trên môi trường điện tử",
        DeadlineKind.WITHIN_OTHER,
        "Lồng ghép trong Kế hoạch Kiểm tra CCHC",
        form="kiem-tra",
    ),
    _task(
        "II.1.a",
        "Cập nhật kịp thời, đầy đủ Quyết định công bố TTHC của Bộ, ngành Trung ương để tham mưu"
        " Chủ tịch UBND tỉnh ban hành Quyết định công bố Danh mục TTHC thuộc lĩnh vực quản lý"
        " của Sở KH&CN",
        DeadlineKind.CONTINUOUS_BY_RULE,
        "Thường xuyên theo quy định",
        coordinators=_OTHERS,
        coordinators_text=_GROUP,
        form="cong-bo",
    ),
    _task(
        "II.1.c",
        "Công khai thủ tục hành chính tại nơi giải quyết thủ tục hành chính; trên Cổng thông tin"
        " điện tử, Trang thông tin điện tử của Sở",
        DeadlineKind.CONTINUOUS,
        "Thường xuyên",
        coordinators=("TTPT",),
        coordinators_text="Trung tâm phát triển KH&CN",
        form="danh-muc",
    ),
    _task(
        "II.4",
        "Báo cáo thực hiện kiểm soát thủ tục hành chính",
        DeadlineKind.PERIODIC,
        "Định kỳ hàng Quý, năm",
        coordinators=_OTHERS,
        coordinators_text=_GROUP,
    ),
)

PROCEDURES = (
    Procedure(
        "2.002385",
        "Khai báo thiết bị X-quang chẩn đoán trong y tế",
        "An toàn bức xạ và hạt nhân",
        ("QLCNH",),
        5,
    ),
    Procedure(
        "2.002380",
        "Cấp giấy phép tiến hành công việc bức xạ (sử dụng thiết bị X-quang chẩn đoán trong y tế)",
        "An toàn bức xạ và hạt nhân",
        ("QLCNH",),
        11,
    ),
    Procedure(
        "1.003542",
        "Cấp Giấy chứng nhận tổ chức đủ điều kiện hoạt động giám định sở hữu công nghiệp",
        "Sở hữu trí tuệ",
        ("QLCNH",),
        20,
    ),
    Procedure(
        "2.001209",
        "Đăng ký công bố hợp chuẩn dựa trên kết quả chứng nhận hợp chuẩn của tổ chức chứng nhận",
        "Tiêu chuẩn đo lường chất lượng",
        ("CCTDC",),
        5,
    ),
    Procedure(
        "1.000449",
        "Công bố sử dụng dấu định lượng",
        "Tiêu chuẩn đo lường chất lượng",
        ("CCTDC",),
        5,
    ),
)


INDICATORS = (
    Indicator(
        "K1",
        "Tỷ lệ nhiệm vụ trong kế hoạch đã hoàn thành",
        "tasks(done)",
        "tasks(all)",
        1.0,
        "up",
    ),
    Indicator(
        "K2",
        "Tỷ lệ hồ sơ tiếp nhận trực tuyến",
        "sum(ho-so.received_online)",
        "sum(ho-so.received_online + ho-so.received_direct + ho-so.received_postal)",
        0.3,
        "up",
    ),
)

HOLIDAYS = frozenset(
    dt.date(2022, month, day)
    for month, day in ((1, 1), (1, 3), (1, 31), (2, 1), (2, 2), (2, 3), (2, 4), (4, 11), (5, 2))
)

SETTINGS: Mapping[str, str] = {
    "Ngày bắt đầu kỳ số liệu": "15",
    "Hạn gửi (ngày làm việc sau ngày chốt)": "1",
    "Trình công bố (ngày làm việc)": "5",
    "Công khai CSDL quốc gia (ngày làm việc)": "5",
    "Công bố trước hiệu lực (ngày)": "5",
    "Xử lý PAKN (ngày làm việc)": "15",
    "Báo cáo Quý IV": "gộp với năm",
    "Sai số cho phép (%)": "0,1",
    "Mẫu số báo cáo": "/BC-SKHCN",
    "Nơi nhận": "Văn phòng UBND tỉnh;Lãnh đạo Sở;Các phòng, đơn vị thuộc Sở;Lưu: VT, VP",
    "Người lập biểu": "Trần Thị Bình",
    "Mã định danh": "H55",
    "Thư Văn phòng": "vanphong.skhcn@thainguyen.gov.vn",
    "Điện thoại Văn phòng": "0208 3855 000",
    "Nơi nhận báo cáo": "Văn phòng UBND tỉnh",
    "Tỷ lệ toàn bộ quy trình tối thiểu (%)": "20",
}


def record(row: int, key: str = "", unread: Iterable[str] = (), **values: Value) -> Record:
    """A data row: ``record(8, "2.002385", received_online=12)``; None leaves a cell blank."""
    kept = {name: value for name, value in values.items() if value is not None}
    return Record(row, key, kept, frozenset(unread))


def sheet(form: str, *records: Record, state: SheetState | None = None) -> SheetReading:
    """A sheet understood, its columns in the definition's order from A, headings in row 6."""
    definition = forms().sheet_by_id[form]
    return SheetReading(
        form=form,
        name=definition.sheet,
        state=state or (SheetState.FILLED if records else SheetState.BLANK),
        columns={column.key: at for at, column in enumerate(definition.columns, start=1)},
        records=records,
        heading_row=6,
    )


def reading(*sheets: SheetReading, unit: str = "QLCNH", period: str = "2022-Q1") -> Reading:
    """A workbook understood: ``reading(sheet("ho-so", record(8, …)), unit="QLCNH")``."""
    identity = Identity("don-vi", "1.0", unit, period, "property")
    by_id = {one.form: one for one in sheets}
    return Reading(identity, by_id)


def filled_workbook(
    plan: Plan,
    definitions: Forms,
    unit: Unit,
    period: Period,
    rows: Mapping[str, Sequence[Mapping[str, Value]]],
    *,
    info: Mapping[str, Value],
    carried: Mapping[str, Sequence[Mapping[str, Value]]] | None = None,
) -> bytes:
    """A unit's workbook with rows by form; every other sheet with a tick is ticked as empty."""
    return unit_workbook(
        plan=plan,
        forms=definitions,
        unit=unit,
        period=period,
        rows=rows,
        nil=[form.id for form in definitions.sheets if form.nil and form.id not in rows],
        info=info,
        carried=carried,
    )


def begun_tasks(plan: Plan, unit: str) -> list[dict[str, Value]]:
    """Rows of «Tiến độ» in which a unit has begun each of its tasks."""
    return [
        {"task": task.code, "status": "Đang thực hiện", "result": "Theo kế hoạch"}
        for task in plan.tasks_of(unit)
    ]
