"""A mail comes from the unit whose workbook it brings."""

import re

from kskt_excel.messages import finding
from kskt_excel.model.finding import Finding
from kskt_excel.model.plan import Plan, Unit

_ADDRESS = re.compile(r"[^\s<>\"]+@[^\s<>\"]+")


def check_sender(unit: str, mail_from: str, plan: Plan) -> Finding | None:
    """A warning when the mail comes from the mailbox of another unit, else None.

    ``mail_from`` is an address, with or without a name before it. A mailbox that the plan does
    not know says nothing; nor does the office's own, from which it passes workbooks on.
    """
    match = _ADDRESS.search(mail_from)
    there = plan.unit_by_code.get(unit)
    if match is None or there is None or match[0].casefold() in _mailboxes(there):
        return None
    owner = plan.owner_of(match[0])
    if owner is None or owner.code == plan.office:
        return None
    return finding("sender.other_unit", unit=there.name, address=match[0], owner=owner.name)


def _mailboxes(unit: Unit) -> set[str]:
    return {address.casefold() for address in unit.emails}
