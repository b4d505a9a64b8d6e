"""What there is to say about a workbook's sheets as a whole: versions, names, whose they are."""

from collections.abc import Iterator

from kskt_excel.intake.kit import Kit
from kskt_excel.intake.remarks import remark
from kskt_excel.intake.sheets import Candidate, Sorted
from kskt_excel.model.cells import CellRef
from kskt_excel.model.finding import Finding
from kskt_excel.model.period import Window
from kskt_excel.model.reading import Identity

_HIDDEN_MARKS = ("property", "name", "row")


def about_sheets(
    found: Sorted, identity: Identity, kit: Kit, window: Window | None
) -> Iterator[Finding]:
    """Remarks on the sheets found and on the unit's own."""
    if identity.found_by not in _HIDDEN_MARKS and identity.unit and identity.period:
        yield remark("identity.marks_lost", None, {})
    yield from _versions(found, kit, window)
    titles = {form.form.id: form.form.sheet for form in kit.in_force(None)}
    for form, candidates in found.by_form.items():
        for one in candidates:
            yield from _about_sheet(one, titles[form], identity)
    if found.extra:
        names = ", ".join(f"«{name}»" for name in found.extra)
        yield remark("sheet.extra", None, {"sheets": names, "count": len(found.extra)})


def _about_sheet(one: Candidate, title: str, identity: Identity) -> Iterator[Finding]:
    at, name = CellRef(one.sheet.name), one.sheet.name
    if one.renamed:
        yield remark("sheet.renamed", at, {"sheet": name, "form": title})
    if not one.sheet.visible:
        yield remark("sheet.hidden", at, {"sheet": name})
    if one.mark is None:
        return
    for what, says, expected in (
        ("đơn vị", one.mark.unit, identity.unit),
        ("kỳ", one.mark.period, identity.period),
    ):
        if says and expected and _plain(says) != _plain(expected):
            params = {"sheet": name, "what": what, "says": says, "expected": expected}
            yield remark("identity.sheet_differs", at, params)


def _plain(mark: str) -> str:
    return mark.replace("-", "").upper()


def _versions(found: Sorted, kit: Kit, window: Window | None) -> Iterator[Finding]:
    """Sheets of a version without a definition, or of one that is no longer in force."""
    in_force = {(f.form.id, f.form.version) for f in kit.in_force(window.end if window else None)}
    versions = {(mark.form, mark.version) for mark in found.marks}
    unknown = sorted({version for form, version in versions if not kit.version(form, version)})
    if unknown:
        yield remark("identity.version_unknown", None, {"versions": ", ".join(unknown)})
    old = sorted({v for form, v in versions - in_force if kit.version(form, v)})
    if old:
        yield remark("identity.version_old", None, {"versions": ", ".join(old)})
