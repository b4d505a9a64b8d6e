"""XML of a package's part: its text whatever the encoding, and its tree; entities are refused."""

import codecs
import re
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache, wraps
from typing import Final, TypeVar
from xml.etree.ElementTree import XML, Element, ParseError, XMLParser
from xml.parsers import expat

_BOM = "\ufeff"
# The encoding that the first line declares, in bytes of ASCII; a mark may stand before it.
_DECLARED = re.compile(
    rb"(?:\xef\xbb\xbf)?<\?xml[^>]*?\sencoding\s*=\s*[\"']([\w.:-]+)[\"'][^>]*\?>"
)
_ENCODING = re.compile(r"(<\?xml[^>]*?)\s+encoding\s*=\s*[\"'][\w.:-]+[\"']")
_NO_PAGES: Final = frozenset({"punycode", "idna", "unicode_escape", "raw_unicode_escape"})
_PLAIN: Final = frozenset({b"utf-8", b"utf8", b"us-ascii", b"ascii"})
_OPEN_XML = ("{http://schemas.openxmlformats.org/", "{http://purl.oclc.org/ooxml/")
_PATTERN = 4  # bytes that show UTF-16 without a mark
_SMALL = 64 * 1024  # bytes of a part that is worth remembering

T = TypeVar("T")


class NotXmlError(ValueError):
    """A part that is not well-formed XML, is not what it should be, or declares entities."""


def as_utf8(data: bytes) -> bytes:
    """An XML part in UTF-8, which it then declares; one that is in UTF-8 already as it stands.

    UTF-16 is known by its mark, or by a zero in the first bytes. Raises NotXmlError when the bytes
    are not what the part says they are.
    """
    encoding = _encoding(data)
    if encoding == "utf-8":
        return data
    try:
        if codecs.lookup(encoding).name.replace("-", "_") in _NO_PAGES:
            raise LookupError(encoding)  # noqa: TRY301 - as any other encoding that is none
        text = data.decode(encoding)
    except (UnicodeError, LookupError) as error:
        raise NotXmlError("encoding") from error
    return _ENCODING.sub(r"\1", text.removeprefix(_BOM), count=1).encode()


def _encoding(data: bytes) -> str:
    """Name of the encoding that an XML part is in."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    head = data[:_PATTERN]
    if b"\0" in head:
        return "utf-16-le" if head[1:2] == b"\0" else "utf-16-be"
    declared = _DECLARED.match(data)
    if declared is None or declared[1].lower() in _PLAIN:
        return "utf-8"
    return declared[1].decode("ascii")


def declares_type(data: bytes, *, harmless: bool = False) -> bool:
    """Whether a part in UTF-8 has a document type, in which entities may be declared.

    With ``harmless`` only one that declares something itself counts: older programs name the type
    of a document, and nothing is fetched for that.
    """
    if b"!" not in data or b"<!DOCTYPE" not in data:  # a single sign is found much faster
        return False
    found: list[bool] = []
    parser = expat.ParserCreate("utf-8")

    def note(_name: str, _system: str | None, _public: str | None, has_subset: int) -> None:
        found.append(bool(has_subset))

    parser.StartDoctypeDeclHandler = note
    with suppress(expat.ExpatError):  # whether it is well-formed is asked elsewhere
        parser.Parse(data, True)  # noqa: FBT003 - expat takes it by position only
    return any(found) if harmless else bool(found)


def parse_part(data: bytes, root: str = "", *, harmless_type: bool = False) -> Element:
    """The tree of a part whose root has this name. Raises NotXmlError."""
    data = as_utf8(data)
    if declares_type(data, harmless=harmless_type):
        raise NotXmlError("DOCTYPE")
    try:
        tree = XML(data, XMLParser(encoding="utf-8"))  # noqa: S314 - entities are refused above
    except ParseError as error:
        raise NotXmlError(str(error)) from error
    if root and not is_root(tree, root):
        raise NotXmlError(tree.tag)
    return tree


def is_root(element: Element, name: str) -> bool:
    """Whether an element is what a part of this kind begins with, in a namespace of Open XML."""
    return local(element.tag) == name and element.tag.startswith((*_OPEN_XML, name))


def local(name: str) -> str:
    """The name of an element or attribute without its namespace."""
    return name.rpartition("}")[2]


def namespace(name: str) -> str:
    """The namespace of an element in braces, "" without one: what its own children begin with."""
    return name[: name.rfind("}") + 1]


def remembered(read: Callable[[bytes], T]) -> Callable[[bytes], T]:
    """A reading of parts that most workbooks of a year share: small ones are read once."""
    known = lru_cache(maxsize=64)(read)

    @wraps(read)
    def look(data: bytes) -> T:
        return known(data) if len(data) <= _SMALL else read(data)

    return look
