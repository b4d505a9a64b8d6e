"""Units of the plan workbook, and what a name in its other sheets means."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from kskt_excel.excel.plan_faults import Remarks
from kskt_excel.excel.plan_info import MAIL
from kskt_excel.excel.plan_table import PlanRow
from kskt_excel.model.cells import CellRef
from kskt_excel.model.plan import Unit
from kskt_excel.text.given import day as shown_day
from kskt_excel.text.keys import plain_key, tone_key

_CODE: Final = re.compile(r"[A-Z0-9][A-Z0-9-]{1,11}")


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
            remarks.add("code_twice", row.at(key), code=code, first=first[code].a1)
        first.setdefault(code, row.at(key))


def _unit(row: PlanRow, remarks: Remarks) -> Unit:
    code = row.text("code")
    if not _CODE.fullmatch(code):
        remarks.add("unit_code", row.at("code"), given=code)
    for mail in row.parts("emails"):
        if not MAIL.fullmatch(mail):
            remarks.add("mail_unread", row.at("emails"), given=mail)
    if "emails" in row.columns and not row.has("emails"):
        remarks.add("mail_missing", row.at("emails"), unit=row.text("name"))
    first, last = row.day("valid_from", remarks), row.day("valid_to", remarks)
    if first and last and last < first:
        at = row.at("valid_to")
        remarks.add("dates_reversed", at, first=shown_day(first), last=shown_day(last))
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
                    remarks.add("name_twice", row.at(key), name=name, other=other, unit=code)


@dataclass(frozen=True, slots=True)
class Directory:
    """What the names of units and groups mean: codes by key."""

    units: tuple[Unit, ...]
    codes: Mapping[str, str]
    groups: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, units: Sequence[Unit]) -> "Directory":
        """The directory of these units."""
        codes: dict[str, str] = {}
        groups: dict[str, tuple[str, ...]] = {}
        for unit in units:
            for name in (unit.code, unit.name, *unit.aliases):
                codes.setdefault(tone_key(name), unit.code)
            for group in map(tone_key, unit.groups):
                groups[group] = (*groups.get(group, ()), unit.code)
        return cls(tuple(units), codes, groups)

    def unit(self, row: PlanRow, key: str, remarks: Remarks) -> str:
        """Code of the one unit that a cell names; "" with a fault when it names none."""
        given = row.text(key)
        if tone_key(given) in self.groups and tone_key(given) not in self.codes:
            remarks.add("lead_several", row.at(key), given=given)
            return ""
        return next(iter(self._named(given, row.at(key), remarks)), "")

    def several(self, row: PlanRow, key: str, remarks: Remarks) -> tuple[str, ...]:
        """Codes of the units and groups that a cell names, in the units' order, each once."""
        whole = row.text(key)
        names = (whole,) if self._knows(whole) else row.parts(key)
        found = {
            code
            for name in names
            for part in ((name,) if self._knows(name) else _by_commas(name, self))
            for code in self._named(part, row.at(key), remarks)
        }
        return tuple(unit.code for unit in self.units if unit.code in found)

    def _knows(self, name: str) -> bool:
        return tone_key(name) in self.codes or tone_key(name) in self.groups

    def _named(self, name: str, at: CellRef, remarks: Remarks) -> tuple[str, ...]:
        key = tone_key(name)
        if key in self.codes:
            return (self.codes[key],)
        if key in self.groups:
            return self.groups[key]
        if name and self.units:
            self._report(name, at, remarks)
        return ()

    def _report(self, name: str, at: CellRef, remarks: Remarks) -> None:
        near = next(iter(self._nearest(name)), "")
        if near:
            remarks.add("unit_near", at, given=name, near=near)
        else:
            remarks.add("unit_unknown", at, given=name)

    def _nearest(self, name: str) -> Iterator[str]:
        """Names of units that look like ``name``, without accents first."""
        from difflib import get_close_matches

        names = {plain_key(unit.name): unit.name for unit in self.units}
        groups = {plain_key(group): group for unit in self.units for group in unit.groups}
        known = groups | names
        aliases = {plain_key(alias): unit.name for unit in self.units for alias in unit.aliases}
        known = aliases | known
        for key in get_close_matches(plain_key(name), known, n=1, cutoff=0.8):
            yield known[key]


def _by_commas(name: str, directory: Directory) -> tuple[str, ...]:
    """Parts between commas where each of them is known; else the whole."""
    parts = tuple(part.strip() for part in name.split(","))
    return parts if all(map(directory._knows, parts)) else (name,)  # noqa: SLF001
