"""The gate: what a file is and whether a reader may touch it, found without any parser."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from kskt_excel.excel.reading import bounds
from kskt_excel.excel.reading.archive import Archive, Fault, unpack
from kskt_excel.excel.reading.kinds import as_utf8, is_temporary, package_kind, sniff
from kskt_excel.excel.reading.limits import DEFAULT, MIB, Limits
from kskt_excel.excel.reading.package import Package
from kskt_excel.messages import finding
from kskt_excel.model.finding import Finding

_NOTHING = Package({})
_READABLE = ("xlsx", "xlsm", "xlsb", "ods")
_PLAIN = {
    "ole-xls": "xls",
    "ole-encrypted": "encrypted",
    "html": "html",
    "xml2003": "xml2003",
    "text": "csv",
}
_MACRO_PARTS = ("vbaproject.bin", "macrosheets/", "intlmacrosheets/")


@dataclass(frozen=True, slots=True)
class Gated:
    """A file that a reader may touch: its bytes, what it is, its XML parts, what to remark."""

    name: str
    data: bytes
    kind: str  # xlsx, xlsm, xlsb, ods, xls, encrypted, html, xml2003, csv
    package: Package = field(default=_NOTHING)
    remarks: tuple[Finding, ...] = ()
    limits: Limits = DEFAULT


def inspect(name: str, data: bytes, limits: Limits = DEFAULT) -> Gated | Finding:
    """The file ready to be read, or the one reason why it is not.

    No parser is involved: sizes, checksums and counts are proved on the bytes.
    """
    if is_temporary(name):
        return finding("file.temporary", name=name)
    if len(data) > limits.file_bytes:
        return finding("file.too_large", name=name, size=f"{len(data) // MIB} MB")
    kind = sniff(data)
    if kind == "zip":
        return _inspect_package(name, data, limits)
    if kind in _PLAIN:
        return Gated(name, data, _PLAIN[kind], limits=limits, remarks=_kind_remarks(kind, name))
    return _refused_kind(kind, name)


def _refused(fault: Fault, name: str) -> Finding:
    """The finding for a fault inside a package."""
    params: dict[str, Any] = {**fault.params, "name": name}
    return finding(fault.code, **params)


def _refused_kind(kind: str, name: str) -> Finding:
    """The finding for a file that is no workbook."""
    if kind == "empty":
        return finding("file.empty", name=name)
    if kind in ("rar", "7z"):
        return finding("file.packed", name=name, kind=kind)
    if kind == "zip":
        return finding("file.zip", name=name)
    words = {
        "biff": "Excel đời cũ trước 1997",
        "xml": "dữ liệu XML",
        "flat-ods": "OpenDocument XML",
    }
    return finding("file.wrong_kind", name=name, kind=words.get(kind, kind))


def _kind_remarks(kind: str, name: str) -> tuple[Finding, ...]:
    """What to remark about a format that tells less than xlsx."""
    codes = {
        "ole-xls": "file.old_xls",
        "xlsb": "file.other_format",
        "ods": "file.other_format",
        "html": "file.really_html",
        "xml2003": "file.really_xml2003",
        "text": "file.really_csv",
    }
    return (finding(codes[kind], name=name, kind=kind),) if kind in codes else ()


def _inspect_package(name: str, data: bytes, limits: Limits) -> Gated | Finding:
    """The verdict on a zip package."""
    archive = unpack(data, limits)
    if isinstance(archive, Fault):
        return _refused(archive, name)
    kind = package_kind(archive)
    if kind not in _READABLE:
        return _refused_kind(kind, name)
    parts = {part: as_utf8(body) for part, body in archive.parts.items()}
    is_recoded = any(body is not archive.parts[part] for part, body in parts.items())
    package = Package(parts, archive.names, is_recoded)
    fault = next(_package_faults(kind, package, limits), None)
    if fault:
        return _refused(fault, name)
    remarks = (*_kind_remarks(kind, name), *_package_remarks(archive, package, name))
    return Gated(name, data, kind, package, remarks, limits)


def _package_faults(kind: str, package: Package, limits: Limits) -> Iterator[Fault]:
    """Every reason to refuse a package, the gravest first."""
    yield from bounds.xml_faults(_prologs(kind, package.parts), limits)
    if kind in ("xlsx", "xlsm"):
        yield from chain(bounds.missing_parts(package), bounds.package_faults(package, limits))
    if kind == "ods" and b"encryption-data" in package.parts.get("meta-inf/manifest.xml", b""):
        yield Fault("file.password", {})


def _prologs(kind: str, parts: Mapping[str, bytes]) -> Mapping[str, bytes]:
    """Parts to look at as XML; an ods manifest may carry the harmless type of its time."""
    if kind != "ods":
        return parts
    return {name: body for name, body in parts.items() if name != "meta-inf/manifest.xml"}


def _package_remarks(archive: Archive, package: Package, name: str) -> Iterator[Finding]:
    """What a unit is told about a package that is read all the same."""
    if any(mark in part for part in archive.names for mark in _MACRO_PARTS):
        yield finding("file.macros", name=name)
    if any(part.startswith("xl/externallinks/") for part in archive.names):
        yield finding("file.external_links", name=name)
    if package.is_strict:
        yield finding("file.strict", name=name)
