"""A workbook changed at random is read by patterns as calamine reads it, or left to calamine."""

import io
import random
import re
import zipfile
from pathlib import Path
from xml.parsers import expat

import pytest

from kskt_excel.excel.formats.calamine import Unread, read_values
from kskt_excel.excel.formats.gate import Gated, inspect
from kskt_excel.excel.formats.xlsx import scan_values

INBOX = Path(__file__).parents[3] / "workbooks" / "inbox"
SAMPLE = next(path for path in sorted(INBOX.rglob("*.xlsx")) if not path.name.startswith("~$"))
_PLACES = re.compile(rb"<|>")
_PUT_IN = (
    b"<!-- <c r='A9'><v>7</v></c> -->",
    b'<c r="B9"><v>7</v></c>',
    b'<c r="A1" t="str"><v>a_x0041_b</v></c>',
    b'<c r="ZZ9"><v>1e5</v></c>',
    b"<c><v>3</v></c>",
    b'<c r="C10" t="inlineStr"><is><t>a</t></is></c>',
    b'<c r="C11" t="b"><v>1</v></c>',
    b'<c r="C12" t="e"><v>#REF!</v></c>',
    b'<c r="C13"><f>1+1</f></c>',
    b'<c r="C14"><v xml:space="preserve">3</v></c>',
    b"<![CDATA[<c r='A1'><v>5</v></c>]]>",
    b"<si><t>_x000D_ &#65;</t></si>",
    b"<v>44562.5</v>",
    b"&#65;",
    b"\n",
)


def _changed(parts: dict[str, bytes], chance: random.Random) -> dict[str, bytes]:
    """The parts, one of them with something put in between two tags."""
    name = chance.choice([one for one in parts if "/sheet" in one or "sharedStrings" in one])
    places = [found.start() for found in _PLACES.finditer(parts[name])]
    at = chance.choice(places)
    return {**parts, name: parts[name][:at] + chance.choice(_PUT_IN) + parts[name][at:]}


def _is_well_formed(parts: dict[str, bytes]) -> bool:
    try:
        for content in parts.values():
            expat.ParserCreate().Parse(content, True)  # noqa: FBT003 - expat's own signature
    except expat.ExpatError:
        return False
    return True


@pytest.mark.parametrize("seed", range(4))
def test_a_changed_workbook_is_read_as_calamine_reads_it(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - the same changes every time
    with zipfile.ZipFile(SAMPLE) as package:
        whole = {name: package.read(name) for name in package.namelist()}
    compared = 0
    for _ in range(80):
        parts = _changed(whole, chance)
        if not _is_well_formed(parts):
            continue
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
            for name, content in parts.items():
                package.writestr(name, content)
        data = target.getvalue()
        gated = inspect("VP.xlsx", data)
        scanned = scan_values(gated.package) if isinstance(gated, Gated) else None
        if scanned is None:
            continue
        known = read_values(data, "xlsx")
        assert not isinstance(known, Unread), parts
        assert repr(scanned) == repr(known)
        compared += 1
    assert compared  # else nothing was tried
