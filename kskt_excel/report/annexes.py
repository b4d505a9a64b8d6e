"""The sheets that go with a period's report as its annexes, in the order the report lists them."""

import datetime as dt
from typing import Final

from kskt_excel.model.consolidation import Consolidation
from kskt_excel.model.forms import Forms
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.plan import Plan
from kskt_excel.report.page import plan_title
from kskt_excel.text.shown import sentence_case

_ROMAN: Final = (
    (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"),
    (1, "I"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Annex:
    """An annex (phụ lục) of the report: a form of the circular, or a sheet of the office."""

    number: str  # "VI"; "" when there is only one
    code: str  # "Biểu số II.06a/VPCP/KSTT", "Biểu TH-01/KSTTHC"
    title: str  # "Tình hình, kết quả giải quyết …"
    sheet: str  # that shows it: "Biểu II.06a"

    @property
    def label(self) -> str:
        """``Phụ lục VI``."""
        return f"Phụ lục {self.number}".strip()

    @property
    def name(self) -> str:
        """``Biểu số II.06a/VPCP/KSTT: Tình hình, kết quả giải quyết …``."""
        return f"{self.code}: {self.title}"


@dataclass(frozen=True, slots=True)
class OfficeSheet:
    """A sheet that the office adds to the circular's forms."""

    number: str  # "TH-01"
    sheet: str
    title: str


PROGRESS: Final = OfficeSheet("TH-01", "Tiến độ", "Tiến độ thực hiện")
INDICATORS: Final = OfficeSheet(
    "TH-02",
    "Chỉ tiêu",
    "Kết quả thực hiện các chỉ tiêu",
)
EVALUATION: Final = OfficeSheet("TH-03", "Đánh giá", "Đánh giá việc giải quyết thủ tục hành chính")
STANDINGS: Final = OfficeSheet(
    "TH-04", "Tình hình gửi nhận", "Tình hình gửi, nhận báo cáo của các đơn vị"
)
ISSUES: Final = OfficeSheet(
    "TH-05", "Khó khăn, kiến nghị", "Khó khăn, vướng mắc và đề xuất, kiến nghị"
)
_OFFICE_SHEETS: Final = (PROGRESS, INDICATORS, EVALUATION, STANDINGS, ISSUES)


def annexes(plan: Plan, forms: Forms, consolidation: Consolidation) -> tuple[Annex, ...]:
    """The circular's forms in force at the period's end, then the office's own sheets.

    Source: Nghị định 30/2020/NĐ-CP, Phụ lục I (mục III): several annexes have Roman numbers.
    """
    printed = [
        (form.code, sentence_case(form.title), f"Biểu {form.own_id}")
        for form in consolidation.printed(forms)
    ]
    own = [
        (office_code(one, plan, consolidation.window.end), office_title(one, plan), one.sheet)
        for one in office_sheets(consolidation)
    ]
    several = [*printed, *own]
    return tuple(
        Annex(roman(number) if len(several) > 1 else "", *one)
        for number, one in enumerate(several, start=1)
    )


def office_sheets(consolidation: Consolidation) -> tuple[OfficeSheet, ...]:
    """The office's own sheets of a period: those that there is something to show on."""
    has = {
        PROGRESS: bool(consolidation.tasks),
        INDICATORS: bool(consolidation.indicators),
        EVALUATION: bool(consolidation.evaluation.criteria),
        ISSUES: consolidation.period.campaign is None,
    }
    return tuple(one for one in _OFFICE_SHEETS if has.get(one, True))


def office_code(sheet: OfficeSheet, plan: Plan, day: dt.date) -> str:
    """``Biểu TH-01/KSTTHC``: its number and the short name of the work on a day."""
    short = plan.regime_on(day).short
    return f"Biểu {sheet.number}/{short}" if short else f"Biểu {sheet.number}"


def office_title(sheet: OfficeSheet, plan: Plan) -> str:
    """The title of a sheet of the office; the progress names the plan, indicators the work."""
    if sheet is INDICATORS:
        return f"{sheet.title} {plan.regime.work}".rstrip()
    return f"{sheet.title} {plan_title(plan)}" if sheet is PROGRESS else sheet.title


def roman(number: int) -> str:
    """``XIV`` of 14."""
    text = ""
    for value, letters in _ROMAN:
        count, number = divmod(number, value)
        text += letters * count
    return text
