"""What a worker does with one file: gate, values and facts, intake, checks, packed result."""

import hashlib
from dataclasses import dataclass, replace
from functools import cached_property

from kskt_excel.check.engine import check, in_order
from kskt_excel.excel.packing import pack_read, unpack
from kskt_excel.excel.reading import Gated, inspect, load
from kskt_excel.excel.reading.limits import DEFAULT, Limits
from kskt_excel.excel.workers import Failure
from kskt_excel.intake.reader import Reader
from kskt_excel.messages import finding
from kskt_excel.model.finding import Finding
from kskt_excel.model.forms import Forms
from kskt_excel.model.plan import Plan
from kskt_excel.model.submission import Checked

TASK = "kskt_excel.excel.processing:check_file"
"""Name of the task for ``Workers``; its context is a pickled ``Context``."""

_FAILURES = {"died": "file.reader_died", "timeout": "file.too_slow", "memory": "file.too_heavy"}


@dataclass(frozen=True)
class Context:
    """What every file is read and checked against."""

    plan: Plan
    forms: Forms
    limits: Limits = DEFAULT

    @cached_property
    def reader(self) -> Reader:
        """The reader of these forms, prepared once for all files of a process."""
        return Reader(self.plan, self.forms)


def check_file(context: Context, data: bytes, name: str) -> bytes:
    """The packed Checked of one file. Runs in a worker: the gate too, which unpacks the parts."""
    return pack_read(_checked(context, data, name))


def check_one(context: Context, data: bytes, name: str) -> Checked:
    """A file read and checked: what is said of the file, then of its cells, sheet by sheet."""
    return unpack(check_file(context, data, name))


def _checked(context: Context, data: bytes, name: str) -> Checked:
    """The same without the hash of its content."""
    sha256 = hashlib.sha256(data).hexdigest()
    gated = inspect(name, data, context.limits)
    if not isinstance(gated, Gated):
        return Checked(sha256, None, (gated,))
    book, said = load(gated)
    if book is None:
        return Checked(sha256, None, said)
    reading = context.reader.read(book)
    broken = check(reading, plan=context.plan, forms=context.forms)
    tabs = {sheet.name: number for number, sheet in enumerate(book.sheets)}
    findings = in_order([*reading.findings, *broken], tabs)
    # every finding stands once, in Checked, so that the packed result stays small
    told = replace(reading, findings=())
    return Checked(sha256, told, (*said, *findings))


def failed(data: bytes, name: str, failure: Failure, *, seconds: float = 10) -> Checked:
    """The Checked of a file whose worker died, took too long or too much memory."""
    return Checked(
        hashlib.sha256(data).hexdigest(), None, (failure_finding(name, failure, seconds),)
    )


def failure_finding(name: str, failure: Failure, seconds: float = 10) -> Finding:
    """The sentence for a failure."""
    return finding(_FAILURES[failure.kind], name=name, seconds=f"{seconds:g}")
