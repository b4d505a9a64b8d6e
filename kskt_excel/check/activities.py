"""Sheets of activities: what they leave to check beside dates, blanks and sums."""

from collections.abc import Iterator

from kskt_excel.check.known import Known
from kskt_excel.check.values import number, rows
from kskt_excel.messages import finding
from kskt_excel.model.finding import Finding
from kskt_excel.model.reading import Reading


def activities_have_a_quantity(reading: Reading, known: Known) -> Iterator[Finding]:
    """An activity that took place counts at least once."""
    for sheet, record in rows(reading, "truyen-thong"):
        if number(record, "quantity") == 0:
            column = known.heading("truyen-thong", "quantity")
            yield finding("activity.no_quantity", sheet.ref(record, "quantity"), column=column)
