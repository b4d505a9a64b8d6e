"""What can be wrong with a plan workbook: the sentences that stop the program."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from kskt_excel.excel.plan_layout import SHEETS
from kskt_excel.messages import place, sentence
from kskt_excel.model.cells import CellRef
from kskt_excel.model.errors import KsktError
from kskt_excel.model.finding import Finding, Severity

_FAULTS_ON_A_SCREEN: Final = 12
_SHEET_ORDER: Final = {sheet.name: number for number, sheet in enumerate(SHEETS)}


class PlanMissingError(KsktError):
    """There is no plan workbook for the year."""

    def __init__(self, path: Path, others: Iterable[str] = ()) -> None:
        latest = max(others, default="")
        copy = f"chép {latest} thành {path.name} rồi sửa năm và thời hạn" if latest else ""
        start = "chạy kskt init để có thư mục làm việc với kế hoạch mẫu"
        super().__init__(
            f"Không có tệp kế hoạch {path.name} trong thư mục {path.parent}."
            f" Đề nghị {copy or start}."
        )


class PlanUnreadableError(KsktError):
    """The plan workbook cannot be opened at all; ``why`` and ``remedy`` are parts of a sentence."""

    def __init__(self, path: Path, why: str, remedy: str) -> None:
        super().__init__(f"Tệp kế hoạch {path.name} chưa đọc được: {why}. Đề nghị {remedy}.")


class PlanExistsError(KsktError):
    """A plan workbook that would be written is there already; the office may have edited it."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"Tệp kế hoạch {path.name} đã có nên không ghi đè."
            " Đề nghị sửa tệp đó, hoặc đổi tên tệp rồi chạy lại."
        )


class DamagedPlanError(KsktError):
    """The plan workbook has faults; ``findings`` has all of them, the text one screen of them."""

    def __init__(self, path: Path, findings: tuple[Finding, ...]) -> None:
        faults = [one for one in findings if one.severity is Severity.ERROR]
        shown = [f"  {place(one)}: {sentence(one)}" for one in faults[:_FAULTS_ON_A_SCREEN]]
        rest = len(faults) - len(shown)
        if rest:
            shown.append(f"  … và {rest} lỗi khác.")
        head = f"Tệp kế hoạch {path.name} có {len(faults)} lỗi, cần sửa trước khi chạy tiếp:"
        super().__init__("\n".join((head, *shown)))
        self.findings = findings


class Remarks:
    """Collects what is said about the plan workbook while it is read.

    Levels stand here as they do in the catalogue: reading a sound plan must not load it.
    """

    def __init__(self) -> None:
        self._findings: list[Finding] = []

    def fault(self, code: str, at: CellRef, /, **params: object) -> None:
        """Keeps an error ``plan.<code>``: the plan cannot be used before it is mended."""
        self._findings.append(Finding(f"plan.{code}", Severity.ERROR, at, params))

    def doubt(self, code: str, at: CellRef, /, **params: object) -> None:
        """Keeps a warning ``plan.<code>``."""
        self._findings.append(Finding(f"plan.{code}", Severity.WARNING, at, params))

    def note(self, code: str, at: CellRef, /, **params: object) -> None:
        """Keeps a piece of information ``plan.<code>``."""
        self._findings.append(Finding(f"plan.{code}", Severity.INFO, at, params))

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Everything said so far, sheet by sheet from top to bottom."""
        return tuple(sorted(self._findings, key=_place_key))

    @property
    def damaged(self) -> bool:
        """Whether a fault is among it."""
        return any(one.severity is Severity.ERROR for one in self._findings)


def _place_key(found: Finding) -> tuple[int, int, int]:
    at = found.at or CellRef("")
    sheet = _SHEET_ORDER.get(at.sheet, len(_SHEET_ORDER))
    return sheet, at.row, at.column
