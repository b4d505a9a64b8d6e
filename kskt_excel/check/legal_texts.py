"""Sheet «VBQPPL»: legal texts of the province that set procedures (biểu II.01, II.02).

Source: Nghị định 63/2010/NĐ-CP, Điều 10 (đánh giá tác động).
"""

from collections.abc import Iterator

from kskt_excel.check.known import Known
from kskt_excel.check.values import flag, is_blank, number, rows
from kskt_excel.messages import finding
from kskt_excel.model.finding import Finding
from kskt_excel.model.reading import Reading

_COUNTS = ("new_count", "amended_count", "replaced_count", "abolished_count")


def new_procedures_are_assessed(reading: Reading, known: Known) -> Iterator[Finding]:
    """A text that sets new procedures has been assessed for its impact."""
    del known
    for sheet, record in rows(reading, "vbqppl"):
        count = record.count("new_count")
        if count and flag(record, "impact_assessed") is False:
            yield finding("legal.not_assessed", sheet.ref(record, "impact_assessed"), count=count)


def issued_texts_have_number_and_day(reading: Reading, known: Known) -> Iterator[Finding]:
    """A text that is issued has both its number and its day."""
    for sheet, record in rows(reading, "vbqppl"):
        blank = [column for column in ("document", "issued_on") if is_blank(record, column)]
        if len(blank) == 1 and blank[0] in sheet.columns:
            heading = known.heading("vbqppl", blank[0])
            yield finding("legal.half_issued", sheet.ref(record, blank[0]), column=heading)


def texts_set_procedures(reading: Reading, known: Known) -> Iterator[Finding]:
    """A text is listed for the procedures that it sets, changes or abolishes."""
    for sheet, record in rows(reading, "vbqppl"):
        if all(number(record, column) == 0 for column in _COUNTS):
            first = known.heading("vbqppl", _COUNTS[0])
            last = known.heading("vbqppl", _COUNTS[-1])
            at = sheet.ref(record, _COUNTS[0])
            yield finding("legal.no_procedure", at, first=first, last=last)
