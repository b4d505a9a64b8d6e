"""The one catalogue of every sentence that a unit reads, in TOML files by area."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from kskt_excel.model.book import CellRef
from kskt_excel.model.finding import Finding, Severity

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """One sentence of the catalogue (danh mục thông báo)."""

    number: str  # "KS-301": for the office, printed last
    level: Severity
    text: str  # what is written and why it is not accepted; braces take the finding's params
    remedy: str  # how to mend it, with an example
    example: str  # a case of it, for the page of common mistakes
    source: str  # law, article, or the office's own rule


@cache
def catalogue() -> Mapping[str, CatalogueEntry]:
    """Every entry by its code. Raises ValueError when two files define one code."""
    entries: dict[str, CatalogueEntry] = {}
    for _, text in sorted(_texts().items()):
        for code, table in tomllib.loads(text).items():
            if code in entries:
                raise ValueError(code)
            entries[code] = _entry(table)
    return entries


@cache
def entry(code: str) -> CatalogueEntry:
    """One entry; only its own lines are parsed, whole files take long. Raises KeyError."""
    heading = f'["{code}"]\n'
    for text in _texts().values():
        before, found, after = text.partition(heading)
        if found and (not before or before.endswith("\n")):
            return _entry(tomllib.loads(after.partition("\n[")[0]))
    raise KeyError(code)


@cache
def _texts() -> Mapping[Path, str]:
    return {file: file.read_text(encoding="utf-8") for file in FOLDER.glob("*.toml")}


def _entry(table: Mapping[str, Any]) -> CatalogueEntry:
    return CatalogueEntry(**{**table, "level": Severity(table["level"])})


def finding(
    code: str,
    at: CellRef | None = None,
    *,
    template: str = "",
    severity: Severity | None = None,
    **params: object,
) -> Finding:
    """A finding with the level that the catalogue gives it, unless ``severity`` says another."""
    level = severity or entry(template or code).level
    return Finding(code, level, at, params, template)


def sentence(found: Finding) -> str:
    """What is written, why not, how to mend it; the office's code last.

    The place is not part of it: ``place`` gives that.
    """
    told = entry(found.entry)
    words = _Words(found.params)
    parts = [told.text.format_map(words), told.remedy.format_map(words)]
    return f"{' '.join(part for part in parts if part)} ({told.number})"


def place_text(found: Finding) -> str:
    """Where it is, as Excel shows it: ``Hồ sơ!E7, E9, E12``; empty for the whole file."""
    if not found.at:
        return ""
    cells = ", ".join(cell.a1 for cell in found.cells if cell.a1)
    return f"{found.at.sheet}!{cells}" if cells else found.at.sheet


class _Words(dict[str, object]):
    """Words for a sentence; one that is missing shows its name instead of stopping the batch."""

    def __missing__(self, key: str) -> str:
        return f"«{key}»"
