"""What a worker does with one file: gate, values and facts, intake, checks, packed result."""

import hashlib
from dataclasses import replace

import kskt_excel.intake.reader  # noqa: F401  # loaded before the context comes
from kskt_excel.check.engine import check, in_order
from kskt_excel.excel.context import Context
from kskt_excel.excel.packing import pack_read, unpack
from kskt_excel.excel.reading.gate import Gated, inspect
from kskt_excel.excel.reading.load import load
from kskt_excel.ledger.parts import part_of
from kskt_excel.model.submission import Checked


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
    told = replace(reading, findings=(), part=part_of(reading))
    tally = context.counters.tally(reading) if context.counts else None
    return Checked(sha256, told, (*said, *findings), tally=tally)
