"""The skeleton of an xlsx package: sheets with their parts, relations, names and properties."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from kskt_excel.excel.reading.archive import fold
from kskt_excel.excel.reading.plain import is_plain_sheet

_ATTRIBUTE = re.compile(rb"([\w:.-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\s([^>]*)>")
_SHEET = re.compile(rb"<(?:\w+:)?sheet\s([^>]*)>")
_NAME = re.compile(rb"<(?:\w+:)?definedName\s([^>]*)>([^<]*)<")
_PROPERTY = re.compile(rb"<(?:\w+:)?property\s([^>]*)>\s*<(?:\w+:)?\w+[^>]*>([^<]*)<")
_USER_DEFINED = re.compile(rb"<meta:user-defined\s([^>]*)>([^<]*)<")
_ODS_NAME = re.compile(rb"<table:named-range\s([^>]*)>")
_EPOCH = re.compile(rb"<(?:\w+:)?workbookPr\s[^>]*date1904\s*=\s*[\"'](?:1|true)", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#x([0-9a-fA-F]{1,6})|#(\d{1,7})|(amp|lt|gt|quot|apos));")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_LAST_CODE = 0x10FFFF
_SHORT = 256  # bytes of a tag


def text(raw: bytes) -> str:
    """XML character data as text; what is not UTF-8 becomes the replacement character."""
    plain = raw.decode("utf-8", "replace")
    return _ENTITY.sub(_character, plain) if "&" in plain else plain


def _character(match: re.Match[str]) -> str:
    if match[3]:
        return _NAMED[match[3]]
    code = int(match[1], 16) if match[1] else int(match[2])
    return chr(code) if code <= _LAST_CODE else "\ufffd"


def attributes(tag: bytes) -> Mapping[str, str]:
    """Attributes of a tag by name without prefix; ``r:id`` stays apart from ``id``."""
    return _usual_attributes(tag) if len(tag) <= _SHORT else _attributes(tag)


def _attributes(tag: bytes) -> Mapping[str, str]:
    found = {}
    for name, double, single in _ATTRIBUTE.findall(tag):
        key = name.decode("ascii", "replace")
        local = key.rsplit(":", 1)[-1]
        found["r:id" if local == "id" and ":" in key else local] = text(double or single)
    return found


_usual_attributes = lru_cache(maxsize=4096)(_attributes)
"""The same for tags that stand in every workbook: relations, sheets, names, styles."""


@dataclass(frozen=True, slots=True)
class Relation:
    """A relation of a part: last word of its type, target part (folded), whether it leads out."""

    kind: str
    target: str
    external: bool


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A sheet of the workbook: name on the tab, part that holds it, state."""

    name: str
    part: str
    kind: str  # worksheet, chartsheet, dialogsheet, …
    visible: bool


@dataclass(frozen=True)
class Package:
    """What the workbook part and its relations say."""

    parts: Mapping[str, bytes]
    names: frozenset[str] = field(default_factory=frozenset)
    is_recoded: bool = False  # a part came in UTF-16

    @cached_property
    def workbook(self) -> str:
        """Name of the workbook part."""
        for relation in self.relations("").values():
            if relation.kind == "officeDocument" and not relation.external:
                return relation.target
        return "xl/workbook.xml"

    @cached_property
    def workbook_relations(self) -> Mapping[str, Relation]:
        """Relations of the workbook part by id."""
        return self.relations(self.workbook)

    @cached_property
    def sheets(self) -> tuple[SheetPart, ...]:
        """Sheets in tab order; the part is empty where its relation is missing."""
        found = []
        for tag in _SHEET.findall(self.parts.get(self.workbook, b"")):
            values = attributes(tag)
            relation = self.workbook_relations.get(values.get("r:id", ""))
            visible = values.get("state", "visible") == "visible"
            part, kind = (relation.target, relation.kind) if relation else ("", "")
            found.append(SheetPart(values.get("name", ""), part, kind, visible))
        return tuple(found)

    @cached_property
    def worksheets(self) -> tuple[str, ...]:
        """Parts of the sheets that have cells, each once."""
        return tuple(dict.fromkeys(s.part for s in self.sheets if s.kind == "worksheet"))

    @cached_property
    def _plain_sheets(self) -> frozenset[str]:
        return frozenset(p for p in self.worksheets if is_plain_sheet(self.parts.get(p, b"")))

    def is_plain(self, part: str) -> bool:
        """Whether a worksheet is written as Excel writes it, so that patterns see all of it."""
        return part in self._plain_sheets

    @property
    def is_strict(self) -> bool:
        """Whether it was saved as Strict Open XML."""
        return b"purl.oclc.org" in self.parts.get(self.workbook, b"")[:4096]

    @property
    def epoch_1904(self) -> bool:
        """Whether days are counted from 1904."""
        return bool(_EPOCH.search(self.parts.get(self.workbook, b"")))

    def part_of(self, kind: str, default: str) -> str:
        """The workbook's part of a kind (``styles``), or where it usually is."""
        for relation in self.workbook_relations.values():
            if relation.kind == kind and not relation.external:
                return relation.target
        return default

    def relations(self, part: str) -> dict[str, Relation]:
        """Relations of a part by id; of the package for the empty name."""
        folder, _, base = part.rpartition("/")
        source = f"{folder}/_rels/{base}.rels" if folder else f"_rels/{base}.rels"
        found = {}
        for tag in _RELATION.findall(self.parts.get(source, b"")):
            values = attributes(tag)
            kind = values.get("Type", "").rsplit("/", 1)[-1]
            external = values.get("TargetMode", "").lower() == "external"
            target = values.get("Target", "")
            target = target if external else _resolve(folder, fold(target))
            found[values.get("Id", "")] = Relation(kind, target, external)
        return found

    def defined_names(self) -> dict[str, str]:
        """Defined names of the workbook with what they refer to."""
        found = {}
        for tag, value in _NAME.findall(self.parts.get(self.workbook, b"")):
            found[attributes(tag).get("name", "")] = text(value)
        return found

    def properties(self) -> dict[str, str]:
        """Custom document properties."""
        return _named(_PROPERTY.findall(self.parts.get("docprops/custom.xml", b"")))


def ods_properties(parts: Mapping[str, bytes]) -> dict[str, str]:
    """Custom document properties of an OpenDocument file."""
    return _named(_USER_DEFINED.findall(parts.get("meta.xml", b"")))


def ods_names(parts: Mapping[str, bytes]) -> dict[str, str]:
    """Defined names of an OpenDocument file with what they refer to."""
    tags = map(attributes, _ODS_NAME.findall(parts.get("content.xml", b"")))
    return {tag.get("name", ""): tag.get("cell-range-address", "") for tag in tags}


def _named(found: Iterator[tuple[bytes, bytes]] | list[tuple[bytes, bytes]]) -> dict[str, str]:
    return {attributes(tag).get("name", ""): text(value) for tag, value in found}


def _resolve(folder: str, target: str) -> str:
    """A relation's target as a part name; targets that leave the package name no part."""
    if target.startswith("/"):
        return target.lstrip("/")
    steps = folder.split("/") if folder else []
    for step in target.split("/"):
        if step == "..":
            if not steps:
                return ""
            steps.pop()
        elif step not in ("", "."):
            steps.append(step)
    return "/".join(steps)
