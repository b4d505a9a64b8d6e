"""What a worker is told about every file it gets, and what is said when it gives no answer."""

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from kskt_excel.excel.reading.limits import DEFAULT, Limits
from kskt_excel.excel.workers import Failure
from kskt_excel.messages import finding
from kskt_excel.model.finding import Finding
from kskt_excel.model.forms import Forms
from kskt_excel.model.plan import Plan
from kskt_excel.model.submission import Checked

if TYPE_CHECKING:
    from kskt_excel.consolidate.counting import Counters
    from kskt_excel.intake.reader import Reader

_FAILURES = {"died": "file.reader_died", "timeout": "file.too_slow", "memory": "file.too_heavy"}


@dataclass(frozen=True)
class Context:
    """What every file is read and checked against."""

    plan: Plan
    forms: Forms
    limits: Limits = DEFAULT
    counts: bool = True  # whether what a workbook adds to the figures is wanted too

    def __reduce__(self) -> tuple[object, ...]:
        """As it was given: what it has prepared for itself stays where it is."""
        return Context, (self.plan, self.forms, self.limits, self.counts)

    @cached_property
    def counters(self) -> "Counters":
        """What counts the workbooks of any quarter."""
        from kskt_excel.consolidate.counting import Counters  # not loaded for a mere check

        return Counters(self.plan, self.forms)

    @cached_property
    def reader(self) -> "Reader":
        """The reader of these forms, prepared once for all files of a process."""
        from kskt_excel.intake.reader import Reader  # the parent only hands the context on

        return Reader(self.plan, self.forms)


def failed(data: bytes, name: str, failure: Failure, *, seconds: float = 10) -> Checked:
    """The Checked of a file whose worker died, took too long or too much memory."""
    return Checked(
        hashlib.sha256(data).hexdigest(), None, (failure_finding(name, failure, seconds),)
    )


def failure_finding(name: str, failure: Failure, seconds: float = 10) -> Finding:
    """The sentence for a failure."""
    return finding(_FAILURES[failure.kind], name=name, seconds=f"{seconds:g}")
