"""What a quarter hands over to the next one."""

from collections.abc import Mapping

from kskt_excel.model.reading import Reading


def closing_balances(reading: Reading) -> Mapping[str, int]:
    """Dossiers still pending at the end of a report, by procedure; a ticked sheet has none."""
    sheet = reading.sheets.get("ho-so")
    closing: dict[str, int] = {}
    for record in sheet.records if sheet else ():
        closing[record.key] = closing.get(record.key, 0) + record.count("pending_total")
    return closing
