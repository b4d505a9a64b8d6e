"""TOML as people write it in Notepad: marks at the start, Windows paths, lines to point at."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Any, Final

from kskt_excel.model.nouns import dataclass
from kskt_excel.model.patterns import lazy_pattern
from kskt_excel.text.spelling import encoding_by_mark

Path = tuple[str | int, ...]

_HEADER: Final = lazy_pattern(r"\s*(\[{1,2})\s*([\w\s.\"'-]+?)\s*\]{1,2}\s*(?:#.*)?")
_KEY: Final = lazy_pattern(r"\s*(\"[^\"]*\"|'[^']*'|[\w-]+(?:\s*\.\s*[\w-]+)*)\s*=")
# The last quote may be lost: in "D:\" the backslash takes it.
_BASIC_STRING: Final = lazy_pattern(r'"((?:[^"\\]|\\.)*)"?')
_AT_LINE: Final = lazy_pattern(r"line (\d+)")
_TWICE: Final = lazy_pattern(r"Cannot (?:overwrite|declare|mutate)|Duplicate ")
"""How the reader of TOML begins to say that a key or a table stands there already."""
_REMEMBERED: Final = 64  # files: the definitions of a workspace
_CONTROL: Final = lazy_pattern(r"[\x00-\x1f\x7f]")


class TomlFaultError(ValueError):
    """A text that is no TOML, with the line where reading stopped; 0 where that is not known.

    ``kind`` is ``encoding``, ``backslash``, ``written_twice`` or ``syntax``; for a backslash
    ``written`` is the text between the quotes, ``instead`` what may stand there.
    """

    def __init__(self, kind: str, line: int = 0, written: str = "", instead: str = "") -> None:
        super().__init__(kind)
        self.kind, self.line, self.written, self.instead = kind, line, written, instead


@dataclass(frozen=True)
class TomlText:
    """A TOML file understood: its values, and the line on which each of them stands."""

    table: Mapping[str, Any]
    text: str = ""

    @cached_property
    def lines(self) -> Mapping[Path, int]:
        """Line of every table and key; asked for only when there is something to say."""
        return dict(_lines(self.text))

    def line(self, path: Sequence[str | int]) -> int:
        """Line of a value, else of the table around it; 0 for the whole file."""
        whole = tuple(path)
        while whole and whole not in self.lines:
            whole = whole[:-1]
        return self.lines.get(whole, 0)


def toml_decoded(data: bytes) -> str:
    """The text of a file by the mark at its beginning, which is no content; UTF-8 without one.

    Raises TomlFaultError.
    """
    encoding = encoding_by_mark(data)
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = 0 if encoding == "utf-16" else data.count(b"\n", 0, error.start) + 1
        raise TomlFaultError("encoding", line) from error


@lru_cache(maxsize=_REMEMBERED)
def parsed(data: bytes) -> TomlText:
    """A TOML file, however Notepad has saved it; equal files are read once. Raises TomlFaultError.

    A workspace's definitions are mostly the packaged ones, which are asked beside them.
    """
    text = toml_decoded(data)
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _AT_LINE.search(str(error))
        line = int(found[1]) if found else text.count("\n") + 1
        kind = "written_twice" if _TWICE.match(str(error)) else "syntax"
        raise _with_backslash(text, line) or TomlFaultError(kind, line) from error
    return TomlText(table, text)


def path_fault(source: bytes, line: int, value: str) -> TomlFaultError | None:
    """What is wrong with a path that was read: a tab or a line break is no sign of a name."""
    if not _CONTROL.search(value):
        return None
    return _with_backslash(toml_decoded(source), line) or TomlFaultError("backslash", line, value)


def _with_backslash(text: str, line: int) -> TomlFaultError | None:
    """The fault of a line that holds a single backslash between quotes; None without one."""
    lines = text.splitlines()
    written = lines[line - 1] if 0 < line <= len(lines) else ""
    for match in _BASIC_STRING.finditer(written):
        if "\\" in match[1]:
            return TomlFaultError("backslash", line, match[1], _with_slashes(match[1]))
    return None


def _with_slashes(written: str) -> str:
    """The path with slashes, which Windows takes too; a share of the network keeps its two."""
    plain = re.sub(r"\\+", "/", written)
    return f"/{plain}" if written.startswith("\\\\") else plain


def _lines(text: str) -> Iterator[tuple[Path, int]]:
    """The line of every table and key, as far as plain lines tell."""
    at: Path = ()
    counts: dict[Path, int] = {}
    seen: set[Path] = set()
    for number, line in enumerate(text.splitlines(), start=1):
        if (header := _HEADER.fullmatch(line)) is not None:
            at = _place(header[2], counts, repeated=header[1] == "[[")
            path = at
        elif (key := _KEY.match(line)) is not None:
            path = (*at, *(part.strip(" \"'") for part in key[1].split(".")))
        else:
            continue
        if path not in seen:
            seen.add(path)
            yield path, number


def _place(name: str, counts: dict[Path, int], *, repeated: bool) -> Path:
    """The path of a header: the last table of each repeated one that it stands in."""
    at: Path = ()
    parts = [part.strip(" \"'") for part in name.split(".")]
    for number, part in enumerate(parts, start=1):
        at = (*at, part)
        if repeated and number == len(parts):
            counts[at] = counts.get(at, -1) + 1
        if at in counts:
            at = (*at, counts[at])
    return at
