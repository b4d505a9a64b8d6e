"""Random changes of XML, the same ones for a seed."""

import random
import re

_TOKEN = re.compile(rb"<[^>]*>|[^<]+")
_BRACKETS = re.compile(rb"[<>]")
_PUT_IN = (
    b"<!-- <c r='A9'><v>7</v></c> -->",
    b'<!-- <c r="A9" t="str"><v>--></v></c> -->',
    b'<c r="B9"><v>7</v></c>',
    b'<c r="A1" t="str"><v>a_x0041_b</v></c>',
    b'<c r="ZZ9"><v>1e5</v></c>',
    b"<c><v>3</v></c>",
    b'<c r="C10" t="inlineStr"><is><t>a</t></is></c>',
    b'<c r="C11" t="b"><v>1</v></c>',
    b'<c r="C12" t="e"><v>#REF!</v></c>',
    b'<c r="C13"><f>1+1</f></c>',
    b'<c r="C14"><v xml:space="preserve">3</v></c>',
    b'<c r="C15" t="str"><v/></c>',
    b"<![CDATA[<c r='A1'><v>5</v></c>]]>",
    b"<v>44562.5</v>",
    b"&#65;",
    b"&amp;",
    b"&lt;",
    b"\n",
    b" ",
    b'<row r="3"><c r="A3"><v>5</v></c></row>',
    b'<row r="5" hidden="1" x14ac:dyDescent="0.2"/>',
    b"<row>",
    b"</row>",
    b"<row/>",
    b"<c>",
    b"</c>",
    b'<?x <c r="A1"/>?>',
    b'<x xmlns="urn:x">',
    b"</x>",
    b' xmlns="urn:o"',
    b"<!--",
    b"-->",
    b"]]>",
    b"/>",
    b"<sheetData>",
    b"</sheetData>",
    b'"',
    b"'",
    b">",
    b"\xc3",
    b"\xef\xbf\xbf",
    b"\x01",
    b"1_0",
    b'<c r="A1048577"><v>1</v></c>',
    b'<c r="XFE1"><v>1</v></c>',
    b'<c r="A2" s="24"><v>-5</v></c>',
    b'<kskt.run n="0"/>',
)


def changed(data: bytes, chance: random.Random) -> bytes:
    """XML with something put in, taken out, doubled or written over, mostly at its tags."""
    way = chance.random()
    if way < 0.5:
        places = [found.start() for found in _BRACKETS.finditer(data)]
        at = chance.choice(places) + chance.randint(0, 1)
        return data[:at] + chance.choice(_PUT_IN) + data[at:]
    at = chance.randrange(len(data))
    if way < 0.65:
        return data[:at] + chance.choice(_PUT_IN) + data[at:]
    if way < 0.8:
        return data[:at] + bytes([chance.randrange(256)]) + data[at + 1 :]
    tokens = _TOKEN.findall(data)
    first = chance.randrange(len(tokens))
    last = min(len(tokens), first + chance.randint(1, 4))
    if way < 0.9:
        del tokens[first:last]
    else:
        tokens[first:first] = tokens[first:last]
    return b"".join(tokens)
