"""No citizen is named: the office asks for codes and dates, never for persons.

Source: Bộ luật Dân sự 2015, Điều 38.
"""

from collections.abc import Iterator

from kskt_excel.check.known import Known
from kskt_excel.check.values import rows, words
from kskt_excel.messages import finding
from kskt_excel.model.finding import Finding
from kskt_excel.model.reading import Reading
from kskt_excel.text.pii import looks_personal

_FREE_TEXTS = (
    ("qua-han", "note"),
    ("pakn", "content"),
    ("pakn", "outcome"),
    ("pakn", "note"),
)


def nobody_is_named(reading: Reading, known: Known) -> Iterator[Finding]:
    """Free texts hold no name, address or number of a citizen.

    What was found is not repeated in the finding.
    """
    for form, column in _FREE_TEXTS:
        for sheet, record in rows(reading, form):
            kind = looks_personal(words(record, column))
            if kind:
                at, heading = sheet.ref(record, column), known.heading(form, column)
                yield finding("privacy.personal", at, column=heading, kind=kind)
