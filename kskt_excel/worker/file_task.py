"""What a worker does with one file: gate, reader, reading, rules, packed result."""

import hashlib
from dataclasses import replace

import kskt_excel.excel.formats.xlsx
import kskt_excel.reading.workbook  # noqa: F401  # both are loaded before the context comes
from kskt_excel.check.citizens import without_citizens
from kskt_excel.check.engine import run_rules
from kskt_excel.excel.formats.gate import Gated, inspect
from kskt_excel.excel.formats.readers import read_book
from kskt_excel.model.book import place_among
from kskt_excel.model.packed import pack_read
from kskt_excel.model.submission import Checked
from kskt_excel.reading.parts import part_of
from kskt_excel.text.pii import told_without_citizens
from kskt_excel.worker.pool import FileContext


def check_file(context: FileContext, data: bytes, name: str) -> bytes:
    """The packed Checked of one file. Runs in a worker: the gate too, which unpacks the parts."""
    return pack_read(_checked(context, data, name))


def _checked(context: FileContext, data: bytes, name: str) -> Checked:
    """The file read and checked: what is said of the file, then of its cells, sheet by sheet."""
    sha256 = hashlib.sha256(data).hexdigest()
    gated = inspect(name, data, context.limits)
    if not isinstance(gated, Gated):
        return Checked(sha256, None, (told_without_citizens(gated),))
    book, said = read_book(gated)
    if book is None:
        return Checked(sha256, None, tuple(map(told_without_citizens, said)))
    reading = context.reader.read(book)
    broken = run_rules(reading, plan=context.plan, forms=context.forms)
    tabs = {sheet.name: number for number, sheet in enumerate(book.sheets)}
    found = sorted(
        (*reading.findings, *broken), key=lambda one: (place_among(tabs, one.at), one.code)
    )
    # every finding stands once, in Checked, so that the packed result stays small
    told = replace(without_citizens(reading, context.forms), findings=(), part=part_of(reading))
    tally = context.counters.tally(told) if context.counts else None
    findings = tuple(map(told_without_citizens, (*said, *found)))
    return Checked(sha256, told, findings, tally=tally)
