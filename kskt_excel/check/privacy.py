"""No citizen is named: the office asks for codes and dates, never for persons.

Source: Bộ luật Dân sự 2015, Điều 38.
"""

from collections.abc import Iterator

from kskt_excel.check.known import Known
from kskt_excel.check.values import rows, words
from kskt_excel.messages import finding
from kskt_excel.model.finding import Finding
from kskt_excel.model.reading import Reading
from kskt_excel.text.given import given
from kskt_excel.text.pii import looks_personal, mask

_FREE_TEXTS = (
    ("qua-han", "note"),
    ("pakn", "content"),
    ("pakn", "outcome"),
    ("pakn", "note"),
)


def nobody_is_named(reading: Reading, known: Known) -> Iterator[Finding]:
    """Free texts hold no name, address or number of a citizen.

    What was found is covered in the finding.
    """
    del known
    for form, column in _FREE_TEXTS:
        for sheet, record in rows(reading, form):
            text = words(record, column)
            kind = looks_personal(text)
            if kind:
                at = sheet.ref(record, column)
                yield finding("text.personal_data", at, kind=kind, given=given(mask(text)))
