"""From a Book of raw cells to a Reading: identify, find the tables, parse."""

from kskt_excel.intake.reader import Reader
from kskt_excel.model.forms import Forms
from kskt_excel.model.grid import Book
from kskt_excel.model.plan import Plan
from kskt_excel.model.reading import Reading

__all__ = ["Reader", "read"]


def read(book: Book, *, plan: Plan, forms: Forms) -> Reading:
    """What one workbook says; for many workbooks build one Reader and keep it."""
    return Reader(plan, forms).read(book)
