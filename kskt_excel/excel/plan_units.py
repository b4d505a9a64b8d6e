"""Units of the plan workbook, and what a name in its other sheets means."""

import re
from collections.abc import Sequence
from typing import Final

from kskt_excel.excel.plan_faults import Remarks
from kskt_excel.excel.plan_info import MAIL
from kskt_excel.excel.plan_table import PlanRow
from kskt_excel.model.cells import CellRef
from kskt_excel.model.plan import Unit
from kskt_excel.text.given import day as shown_day
from kskt_excel.text.keys import tone_key
from kskt_excel.text.names import Matcher

_CODE: Final = re.compile(r"[A-Z0-9][A-Z0-9-]{1,11}")
_SURE: Final = ("exact", "alias", "expanded")


def read_units(rows: Sequence[PlanRow], remarks: Remarks) -> tuple[Unit, ...]:
    """Units in the sheet's order; a row without code or name is left out."""
    report_twice(rows, "code", remarks)
    units = tuple(_unit(row, remarks) for row in rows if row.has("code") and row.has("name"))
    _report_names(rows, remarks)
    return units


def report_twice(rows: Sequence[PlanRow], key: str, remarks: Remarks) -> None:
    """Says which codes stand in a second row."""
    first: dict[str, CellRef] = {}
    for row in rows:
        code = row.text(key)
        if code and code in first:
            remarks.fault("code_twice", row.at(key), code=code, first=first[code].a1)
        first.setdefault(code, row.at(key))


def _unit(row: PlanRow, remarks: Remarks) -> Unit:
    code = row.text("code")
    if not _CODE.fullmatch(code):
        remarks.fault("unit_code", row.at("code"), given=code)
    for mail in row.parts("emails"):
        if not MAIL.fullmatch(mail):
            remarks.fault("mail_unread", row.at("emails"), given=mail)
    if "emails" in row.columns and not row.has("emails"):
        remarks.doubt("mail_missing", row.at("emails"), unit=row.text("name"))
    first, last = row.day("valid_from", remarks), row.day("valid_to", remarks)
    if first and last and last < first:
        at = row.at("valid_to")
        remarks.fault("dates_reversed", at, first=shown_day(first), last=shown_day(last))
    return Unit(
        code=code,
        name=row.text("name"),
        aliases=row.parts("aliases"),
        groups=row.parts("groups"),
        emails=row.parts("emails"),
        fields=row.parts("fields"),
        valid_from=first,
        valid_to=last,
        successor=row.text("successor"),
    )


def _report_names(rows: Sequence[PlanRow], remarks: Remarks) -> None:
    """Says which names would mean two units."""
    owner: dict[str, str] = {}
    for row in rows:
        code = row.text("code")
        for key in ("name", "aliases"):
            for name in row.parts(key):
                other = owner.setdefault(tone_key(name), code)
                if other != code:
                    remarks.fault("name_twice", row.at(key), name=name, other=other, unit=code)


class Directory:
    """What the names of units and groups mean."""

    def __init__(self, units: Sequence[Unit]) -> None:
        self.units = tuple(units)
        self._unit_names = {unit.name: unit.code for unit in units}
        self._groups = _groups(units)
        entries = [(unit.name, (unit.code, *unit.aliases)) for unit in units]
        self._matcher = Matcher([*entries, *((group, ()) for group in self._groups)])

    def unit(self, row: PlanRow, key: str, remarks: Remarks) -> str:
        """Code of the one unit that a cell names; "" with a fault when it names none."""
        name = self._named(row.text(key), row.at(key), remarks)
        if name in self._groups:
            remarks.fault("lead_several", row.at(key), given=row.text(key))
        return self._unit_names.get(name, "")

    def several(self, row: PlanRow, key: str, remarks: Remarks) -> tuple[str, ...]:
        """Codes of the units and groups that a cell names, in the units' order, each once."""
        found: set[str] = set()
        for part in self._split(row, key):
            name = self._named(part, row.at(key), remarks)
            found |= set(self._groups.get(name, (self._unit_names.get(name, ""),)))
        return tuple(unit.code for unit in self.units if unit.code in found)

    def _split(self, row: PlanRow, key: str) -> tuple[str, ...]:
        """The names in a cell: all of it when it is one, by semicolons, at last by commas."""
        if self._is_sure(row.text(key)):
            return (row.text(key),)
        parts = row.parts(key)
        by_commas = tuple(name.strip() for part in parts for name in part.split(","))
        unsure = not all(map(self._is_sure, parts))
        return by_commas if unsure and all(map(self._is_sure, by_commas)) else parts

    def _is_sure(self, name: str) -> bool:
        return self._matcher.match(name).how in _SURE

    def _named(self, name: str, at: CellRef, remarks: Remarks) -> str:
        """Name of the unit or group that is meant; "" with a fault when none is."""
        if not name or not self.units:
            return ""
        match = self._matcher.match(name)
        if match.how == "near":
            remarks.doubt("unit_inferred", at, given=name, near=match.value)
        elif match.suggestions and match.value is None:
            remarks.fault("unit_near", at, given=name, near=match.suggestions[0])
        elif match.value is None:
            remarks.fault("unit_unknown", at, given=name)
        return match.value or ""


def _groups(units: Sequence[Unit]) -> dict[str, tuple[str, ...]]:
    """Codes of the members of each group, by the spelling that its first member uses."""
    found: dict[str, list[str]] = {}
    spelling: dict[str, str] = {}
    for unit in units:
        for group in unit.groups:
            name = spelling.setdefault(tone_key(group), group)
            found.setdefault(name, []).append(unit.code)
    return {name: tuple(codes) for name, codes in found.items()}
