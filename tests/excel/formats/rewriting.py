"""The same XML written in other ways: what every reader of XML 1.0 takes for the same content."""

import re
from collections.abc import Callable, Mapping

_TOKEN = re.compile(r"<!--.*?-->|<\?.*?\?>|<[^>]*>|[^<]+", re.DOTALL)
_TAG = re.compile(r"<(/?)([\w.-]+)((?:\s+[\w:.-]+=\"[^\"]*\")*)\s*(/?)>")
_ATTRIBUTE = re.compile(r"([\w:.-]+)=\"([^\"]*)\"")
_HEAD = re.compile(r"<\?xml.*?\?>\s*")
_TEXTS = ("v", "t", "f")

Rewrite = Callable[[str], str | bytes]


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(text)


def _between(what: str, every: int = 1) -> Rewrite:
    """Something put after each closing tag; it never counts as content."""

    def rewrite(text: str) -> str:
        out, ends = [], 0
        for token in _tokens(text):
            out.append(token)
            if token.startswith("</") or token.endswith("/>"):
                ends += 1
                if ends % every == 0:
                    out.append(what)
        return "".join(out)

    return rewrite


def _inside(change: Callable[[str], str], names: tuple[str, ...] = _TEXTS) -> Rewrite:
    """Text of values, strings and formulas written in another way."""

    def rewrite(text: str) -> str:
        out, open_tag = [], ""
        for token in _tokens(text):
            tag = _TAG.fullmatch(token)
            if tag:
                open_tag = "" if tag[1] or tag[4] else tag[2]
                out.append(token)
            else:
                out.append(change(token) if open_tag in names else token)
        return "".join(out)

    return rewrite


def _tags(change: Callable[[re.Match[str]], str]) -> Rewrite:
    return lambda text: "".join(
        change(tag) if (tag := _TAG.fullmatch(token)) else token for token in _tokens(text)
    )


def _split(text: str, what: str) -> str:
    """A text with something in its middle, never within a reference."""
    if "&" in text or len(text) < len("ab"):
        return text
    return f"{text[: len(text) // 2]}{what}{text[len(text) // 2 :]}"


def _cdata(text: str) -> str:
    return text if "&" in text else f"<![CDATA[{text}]]>"


def _references(text: str) -> str:
    return (
        "".join(f"&#{ord(sign)};" if sign.isalnum() else sign for sign in text)
        if ("&" not in text)
        else text
    )


def _hexadecimal(text: str) -> str:
    return "".join(f"&#x{ord(sign):X};" if not sign.isascii() else sign for sign in text)


def _prefixed(text: str) -> str:
    """Every element with a prefix, as some programs write."""
    done = _tags(lambda tag: f"<{tag[1]}q:{tag[2]}{tag[3]}{tag[4]}>")(text)
    assert isinstance(done, str)
    return done.replace(" xmlns=", " xmlns:q=", 1)


def _blank_values(text: str) -> str:
    """Blanks around the numbers of shared strings, figures and days."""
    return re.sub(r"<v>([0-9.]+)</v>", "<v>\n  \\1 </v>", text)


def _encoded(encoding: str, declared: str, mark: bytes = b"") -> Rewrite:
    def rewrite(text: str) -> bytes:
        body = _HEAD.sub("", text, count=1)
        head = f'<?xml version="1.0" encoding="{declared}"?>\n' if declared else ""
        return mark + (head + body).encode(encoding, "xmlcharrefreplace")

    return rewrite


REWRITES: Mapping[str, Rewrite] = {
    "comments": _between('<!-- <c r="A1"><v>9</v></c><row r="1"/> -->'),
    "comments with other content": _between(
        '<!--<Relationship Id="rId1" Target="x"/><si><t>x</t></si><xf numFmtId="9"/>-->', every=3
    ),
    "instructions": _between('<?x <c r="A9"><v>7</v></c><si/><xf/> ?>', every=2),
    "comments in values": _inside(lambda text: _split(text, "<!-- 1 -->")),
    "instructions in values": _inside(lambda text: _split(text, "<?x 1 ?>")),
    "CDATA": _inside(_cdata),
    "half in CDATA": _inside(lambda text: _split(text, "<![CDATA[]]>")),
    "references": _inside(_references),
    "hexadecimal references": _inside(_hexadecimal),
    "single quotes": _tags(
        lambda tag: (
            f"<{tag[1]}{tag[2]}"
            + _ATTRIBUTE.sub(
                lambda one: one[0] if "'" in one[2] else f"{one[1]}='{one[2]}'", tag[3]
            )
            + f"{tag[4]}>"
        )
    ),
    "attributes in another order": _tags(
        lambda tag: (
            f"<{tag[1]}{tag[2]}"
            + "".join(f' {n}="{v}"' for n, v in reversed(_ATTRIBUTE.findall(tag[3])))
            + f"{tag[4]}>"
        )
    ),
    "attributes on lines of their own": _tags(
        lambda tag: (
            f"<{tag[1]}{tag[2]}"
            + _ATTRIBUTE.sub(r'\n  \1 = "\2"', tag[3])
            + ("\n" if not tag[1] else " ")
            + f"{tag[4]}>"
        )
    ),
    "empty elements written out": _tags(
        lambda tag: f"<{tag[2]}{tag[3]}></{tag[2]}>" if tag[4] else tag[0]
    ),
    "xml:space on values": lambda text: text.replace("<v>", '<v xml:space="preserve">'),
    "a foreign attribute": lambda text: re.sub(
        r"<(c|row|v|si|xf)(?=[ >])", r'<\1 xmlns:n="urn:n" n:a="1 > 0"', text
    ),
    "an extension in cells": lambda text: text.replace(
        "</v></c>", '</v><extLst><ext uri="x"><v>9</v></ext></extLst></c>'
    ),
    "blanks in values": _blank_values,
    "a prefix": _prefixed,
    "line ends of Windows": lambda text: re.sub(r"(</row>|</si>)", "\\1\r\n", text),
    "indented": lambda text: re.sub(r"(?<=[>])(?=<(?:c|row|si|xf)[ >])", "\n    ", text),
    "a mark before UTF-8": _encoded("utf-8", "UTF-8", b"\xef\xbb\xbf"),
    "nothing declared": _encoded("utf-8", ""),
    "US-ASCII": _encoded("ascii", "us-ascii"),
    "Latin 1": _encoded("latin-1", "ISO-8859-1"),
    "Windows-1252": _encoded("cp1252", "windows-1252"),
    "UTF-16 with a mark": _encoded("utf-16", "UTF-16"),
    "UTF-16 of the other order": _encoded("utf-16-be", "UTF-16", b"\xfe\xff"),
    "UTF-16 without a mark": _encoded("utf-16-le", "UTF-16"),
    "UTF-16, nothing declared": _encoded("utf-16", ""),
}
"""Ways to write, by name. Each takes a part in UTF-8 as xlsxwriter writes it."""
