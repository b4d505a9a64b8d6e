"""What a check has to say about a workbook."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum

from kskt_excel.model.book import CellRef
from kskt_excel.model.nouns import dataclass


class Severity(StrEnum):
    """How much a finding weighs (mức): only an error sends a workbook back."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def label(self) -> str:
        """The word that a unit reads."""
        return {"error": "lỗi", "warning": "cảnh báo", "info": "thông tin"}[self.value]


@dataclass(frozen=True, slots=True)
class Finding:
    """One mistake or remark (phát hiện): code, place, level and the words for its sentence.

    ``code`` names the rule (``task.unknown``, ``V06a.1``); ``template`` names the catalogue entry
    that makes its sentence, when several rules share one; ``also`` holds the further cells of a
    grouped finding, in reading order. ``params`` fill the entry's braces. ``involved`` are cells
    that take part in the fault without being surer than ``at``. ``parties`` are the cells that a
    rule has compared, each with the figure that would make it agree (None: no figure would); they
    are used up when the causes of a workbook's faults are weighed.
    """

    code: str
    severity: Severity
    at: CellRef | None = None
    params: Mapping[str, object] = field(default_factory=dict)
    template: str = ""
    also: tuple[CellRef, ...] = ()
    explanation: str = ""  # what the unit has answered on the result sheet
    involved: tuple[CellRef, ...] = ()
    parties: Mapping[CellRef, float | None] = field(default_factory=dict)
    tried_until: dt.date | None = None  # its rule is on trial: it warns until this day

    @property
    def entry(self) -> str:
        """Name of its catalogue entry."""
        return self.template or self.code

    @property
    def cells(self) -> tuple[CellRef, ...]:
        """Every cell it speaks of, the first one first; empty when it is about the whole file."""
        return ((self.at,) if self.at else ()) + self.also
