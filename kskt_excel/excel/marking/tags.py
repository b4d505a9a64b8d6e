"""XML found and changed as bytes: what is not touched stays as it was written."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from kskt_excel.model.errors import KsktError

_BLANKED = re.compile(rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>", re.DOTALL)
_ATTRIBUTES = rb"(?=[\s/>])((?:[^>\"']++|\"[^\"]*+\"|'[^']*+')*+)>"
_ANY = re.compile(rb"<(/?)((?:[\w.-]+:)?)([\w.-]+)" + _ATTRIBUTES)
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "&#10;"})
_SPECIAL = re.compile('[&<>"\n]')
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


class CannotPatchError(KsktError):
    """A package whose parts cannot be changed with certainty; the fault workbook goes instead."""

    def __init__(self, why: str) -> None:
        super().__init__(f"Không ghi được đánh dấu vào tệp ({why}); dùng tệp kết quả kèm theo.")


@dataclass(frozen=True, slots=True)
class Element:
    """An element by its offsets: ``start`` of its tag, ``inner`` to ``close`` its content."""

    start: int
    inner: int
    close: int
    end: int
    prefix: bytes  # "x:" or nothing
    name: bytes
    attributes: bytes

    @property
    def is_empty(self) -> bool:
        """Whether it is written as one closed tag."""
        return self.attributes.endswith(b"/")


@dataclass(frozen=True, slots=True)
class Change:
    """Bytes from ``start`` to ``end`` become ``text``."""

    start: int
    end: int
    text: bytes


def masked(xml: bytes) -> bytes:
    """The same length with comments, CDATA and instructions blanked, so that only tags are seen."""
    if b"<!" not in xml and xml.find(b"<?", 2) < 0:
        return xml
    return _BLANKED.sub(lambda found: b" " * len(found[0]), xml)


@cache
def _opening(name: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"<((?:[\w.-]+:)?)" + re.escape(name) + _ATTRIBUTES)


@cache
def _closing(name: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"</" + re.escape(name) + rb"\s*+>")


def elements(xml: bytes, name: bytes, start: int = 0, end: int | None = None) -> Iterator[Element]:
    """Elements of a name that never stands within itself. Raises CannotPatchError when unclosed."""
    stop = len(xml) if end is None else end
    opening = _opening(name)
    at = start
    while found := opening.search(xml, at, stop):
        one = _element(xml, found, name, stop)
        yield one
        at = one.end


def tags(xml: bytes, name: bytes, start: int = 0, end: int | None = None) -> Iterator[Element]:
    """Opening tags of a name, without looking for ends: ``close`` is ``inner``."""
    stop = len(xml) if end is None else end
    for found in _opening(name).finditer(xml, start, stop):
        at = found.end()
        yield Element(found.start(), at, at, at, found[1], name, found[2])


def first(xml: bytes, name: bytes, start: int = 0, end: int | None = None) -> Element | None:
    """The first element of a name, None without one."""
    return next(elements(xml, name, start, end), None)


def closed(xml: bytes, tag: Element) -> Element:
    """The whole element of an opening tag that ``tags`` gave."""
    if tag.is_empty:
        return tag
    ending = _closing(tag.prefix + tag.name).search(xml, tag.inner)
    if not ending:
        raise CannotPatchError(tag.name.decode("ascii", "replace"))
    return Element(
        tag.start, tag.inner, ending.start(), ending.end(), tag.prefix, tag.name, tag.attributes
    )


def _element(xml: bytes, found: re.Match[bytes], name: bytes, stop: int) -> Element:
    at = found.end()
    tag = Element(found.start(), at, at, at, found[1], name, found[2])
    whole = closed(xml, tag)
    if whole.end > stop:
        raise CannotPatchError(name.decode("ascii", "replace"))
    return whole


def root(xml: bytes) -> Element:
    """The root element. Raises CannotPatchError without one."""
    found = _ANY.search(xml)
    if not found or found[1]:
        raise CannotPatchError("XML")
    name = found[2] + found[3]
    close = xml.rfind(b"</" + name)
    if close < 0:  # <styleSheet/>
        close = found.end()
    at = found.end()
    return Element(found.start(), at, close, len(xml), found[2], found[3], found[4])


def children(xml: bytes, start: int, end: int) -> Iterator[Element]:
    """Elements of the first level between two offsets, with their tags' offsets only."""
    depth = 0
    for found in _ANY.finditer(xml, start, end):
        if found[1]:
            depth -= 1
            continue
        if depth == 0:
            at = found.end()
            yield Element(found.start(), at, at, at, found[2], found[3], found[4])
        depth += not found[4].endswith(b"/")


@cache
def _attribute(name: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"\s" + re.escape(name) + rb"\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")


def attribute(attributes: bytes, name: bytes) -> bytes | None:
    """The raw value of an attribute, None without it."""
    found = _attribute(name).search(attributes)
    return (found[1] if found[1] is not None else found[2]) if found else None


def prefix_of(element: Element, namespace: bytes) -> bytes:
    """The prefix that an element declares for a namespace, nothing where it declares none."""
    wanted = rb"\sxmlns:([\w.-]+)\s*=\s*[\"']" + re.escape(namespace) + rb"[\"']"
    found = re.search(wanted, element.attributes)
    return found[1] if found else b""


def number(attributes: bytes, name: bytes, default: int = 0) -> int:
    """An attribute as a whole number, the default where it is none."""
    value = attribute(attributes, name)
    return int(value) if value and value.isdigit() else default


def with_attribute(attributes: bytes, name: bytes, value: bytes | None) -> bytes:
    """The attributes with one set, or left out for None; the others as they stand."""
    pattern = _attribute(name)
    new = b"" if value is None else b" " + name + b'="' + value + b'"'
    if pattern.search(attributes):
        return pattern.sub(lambda _: new, attributes, count=1)
    if value is None:
        return attributes
    if attributes.endswith(b"/"):
        return attributes[:-1].rstrip() + new + b"/"
    return attributes.rstrip() + new


def opening(element: Element, attributes: bytes) -> bytes:
    """The opening tag of an element with other attributes."""
    return b"<" + element.prefix + element.name + attributes + b">"


def changed(xml: bytes, changes: Iterable[Change]) -> bytes:
    """The XML with changes made, none over another; insertions at one place keep their order."""
    pieces: list[bytes] = []
    at = 0
    for change in sorted(changes, key=lambda one: (one.start, one.end)):
        pieces += (xml[at : change.start], change.text)
        at = change.end
    return b"".join((*pieces, xml[at:]))


def within(element: Element, content: bytes, at_end: int | None = None) -> Change:
    """Content added at the end of an element, which is opened where it was one closed tag."""
    if not element.is_empty:
        at = element.close if at_end is None else at_end
        return Change(at, at, content)
    tag = opening(element, element.attributes[:-1].rstrip())
    ending = b"</" + element.prefix + element.name + b">"
    return Change(element.start, element.end, tag + content + ending)


def escaped(text: str) -> bytes:
    """A text as character data or attribute value in ASCII, whatever the part's encoding is."""
    clean = _FORBIDDEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return entities(clean).encode("ascii", "xmlcharrefreplace")


def entities(text: str) -> str:
    """A text that a cell can hold, with the letters that XML keeps for itself written out."""
    return text.translate(_ENTITIES) if _SPECIAL.search(text) else text
