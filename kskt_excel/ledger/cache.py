"""What is kept from run to run: local, quick, and thrown away at the first doubt.

Results of files by their hash (Cache), pieces of products by the hash of what they say (KeptWork).
"""

import contextlib
import hashlib
import marshal
import sqlite3
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields, is_dataclass
from functools import cache
from operator import attrgetter
from pathlib import Path
from typing import Any, Self

from kskt_excel.program import program_here

_FILE = "ket-qua.sqlite"
# Of the tables: a file of another layout is thrown away, as all of it can be made again.
_LAYOUT = 1
_LARGEST = 1 << 30  # bytes; a cache of many years' contexts starts anew
_BUSY_SECONDS = 1.0  # another run may write: waiting longer costs more than reading the files anew
_WAITING = 200  # results held back for one transaction
_WAITING_BYTES = 2 << 20  # of them, at most: chunks of rows and drawn pages are large
_CRC_BYTES = 4  # before each result: a disk may give back other bytes than were written


class Cache:
    """Results of reading and checking files (bộ nhớ tạm); never more than a saving of time.

    What another program has kept is not found.
    Without it a run of three hundred units, one changed, costs five times the processor.
    A cache that cannot be opened or written, or that is damaged, gives nothing and says nothing;
    one without a folder keeps only what is waiting. One that ``is_only_read`` leaves the folder
    as it is.
    """

    def __init__(self, folder: Path | None, *, is_only_read: bool = False) -> None:
        self._path = folder / _FILE if folder else Path()
        self._waiting: dict[bytes, bytes] = {}
        self._waiting_bytes = 0
        self._is_only_read = is_only_read
        open_it = _opened_to_read if is_only_read else _opened
        self._connection = open_it(self._path) if folder else None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def get(self, sha256: str, context: str) -> bytes | None:
        """The result kept for a file under a context (plan, forms); None when unknown."""
        key = _key(sha256, context)
        kept = self._waiting.get(key) or self._kept(key)
        return kept[_CRC_BYTES:] if kept and kept[:_CRC_BYTES] == _crc(key, kept) else None

    def put(self, sha256: str, context: str, result: bytes) -> None:
        """Keeps a result; it is on the disk after ``close`` or some hundred, or MiB, more."""
        key = _key(sha256, context)
        self._waiting[key] = _crc(key, bytes(_CRC_BYTES) + result) + result
        self._waiting_bytes += len(result)
        if len(self._waiting) >= _WAITING or self._waiting_bytes >= _WAITING_BYTES:
            self._flush()

    def drop(self, files: Iterable[str], context: str) -> None:
        """Forgets what is kept for files under a context."""
        keys = [_key(sha256, context) for sha256 in files]
        for key in keys:
            self._waiting.pop(key, None)
        if self._connection and keys:
            with self._forgetting(), self._connection:
                command = "DELETE FROM result WHERE key = ?"
                self._connection.executemany(command, [(key,) for key in keys])

    def close(self) -> None:
        """Writes what waits and lets the file go."""
        self._flush()
        if self._connection:
            self._connection.close()
            self._connection = None

    def _kept(self, key: bytes) -> bytes | None:
        if not self._connection:
            return None
        with self._forgetting():
            query = "SELECT result FROM result WHERE key = ?"
            row = self._connection.execute(query, (key,)).fetchone()
            return row[0] if row and isinstance(row[0], bytes) else None
        return None

    def _flush(self) -> None:
        waiting, self._waiting, self._waiting_bytes = self._waiting, {}, 0
        if not self._connection or not waiting:
            return
        with self._forgetting(), self._connection:
            command = "INSERT OR REPLACE INTO result VALUES (?, ?)"
            self._connection.executemany(command, waiting.items())

    @contextlib.contextmanager
    def _forgetting(self) -> Iterator[None]:
        """A busy cache is passed over; a damaged one is thrown away and begun anew."""
        try:
            yield
        except sqlite3.OperationalError:
            return
        except (sqlite3.DatabaseError, OverflowError):
            if self._connection:
                self._connection.close()
            self._connection = None
            if not self._is_only_read:
                _removed(self._path)
                self._connection = _opened(self._path)


_USED = "used by the last run"


class KeptWork:
    """What the last run made of something; what this run does not use goes.

    Without it a second run of a hundred units costs 1.6 times the processor.
    """

    def __init__(self, cache: Cache, context: str) -> None:
        self._cache = cache
        self._context = context
        self._used: dict[str, None] = {}

    def get(self, name: str) -> bytes | None:
        """What was kept under a name; None when nothing was."""
        self._used[name] = None
        return self._cache.get(name, self._context)

    def put(self, name: str, value: bytes) -> None:
        """Keeps a value for the next run under a name."""
        self._used[name] = None
        self._cache.put(name, self._context, value)

    def tidy(self) -> None:
        """Drops what only the run before has used."""
        before = (self._cache.get(_USED, self._context) or b"").decode().split()
        if before != [*self._used]:
            self._cache.drop((one for one in before if one not in self._used), self._context)
            self._cache.put(_USED, self._context, " ".join(self._used).encode())


_DOWN_TO_ROWS = 6  # nouns and tuples from what a file says down to the rows of its tables

_WITHOUT_SHARING = 0  # marshal's version that does not tell which equal values are one object


def nouns_sha256(content: object) -> str:
    """A hash over what is said; piece by piece, so that no page of many rows is one more text."""
    found = hashlib.sha256()

    def say(text: str) -> None:
        found.update(text.encode("utf-8", "surrogatepass"))

    def tell(one: Any, depth: int) -> None:
        if depth and isinstance(one, tuple):
            kinds = {*map(type, one)}
            values = _values_of(*kinds) if depth == 1 == len(kinds) else None
            say(f"({len(one)},")
            if values:  # the cells of a row, told at once
                say(type(one[0]).__name__)
                found.update(_row_bytes([*map(values, one)]))
            else:
                for each in one:
                    tell(each, depth - 1)
        elif depth and (values := _values_of(one.__class__)):
            say(type(one).__name__)
            for each in values(one):
                tell(each, depth - 1)
        else:
            say(f"{one!r}\0")

    tell(content, _DOWN_TO_ROWS)
    return found.hexdigest()


def _row_bytes(cells: list[tuple[Any, ...]]) -> bytes:
    """Cells as bytes, equal for equal ones only; a third of the time that their words take."""
    try:
        return marshal.dumps(cells, _WITHOUT_SHARING)
    except ValueError:  # days, sets
        return repr(cells).encode("utf-8", "surrogatepass")


@cache
def _values_of(noun: type[Any]) -> Callable[[Any], tuple[Any, ...]] | None:
    """What gives the values of a noun's fields; None of anything else."""
    names = [one.name for one in fields(noun)] if is_dataclass(noun) else []
    if len(names) > 1:
        return attrgetter(*names)
    return (lambda one: tuple(getattr(one, name) for name in names)) if names else None


def _key(sha256: str, context: str) -> bytes:
    return hashlib.sha256(program_here() + f"{sha256}\0{context}".encode()).digest()


def _crc(key: bytes, kept: bytes) -> bytes:
    return zlib.crc32(kept[_CRC_BYTES:], zlib.crc32(key)).to_bytes(_CRC_BYTES, "big")


def _opened_to_read(path: Path) -> sqlite3.Connection | None:
    """A connection that writes nothing; None where there is no cache, or none of this layout."""
    if not path.is_file():
        return None
    try:
        return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=0)
    except sqlite3.Error:
        return None


def _opened(path: Path) -> sqlite3.Connection | None:
    """A connection with the table in it; None where the folder takes no file."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and path.stat().st_size > _LARGEST:
            _removed(path)
    except OSError:
        return None
    for _ in range(2):
        try:
            return _prepared(path)
        except sqlite3.OperationalError:
            return None
        except sqlite3.DatabaseError:
            _removed(path)
    return None


def _prepared(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=_BUSY_SECONDS)
    try:
        connection.execute("PRAGMA synchronous = OFF")
        (layout,) = connection.execute("PRAGMA user_version").fetchone()
        if layout not in (0, _LAYOUT):
            connection.execute("DROP TABLE IF EXISTS result")
        if layout != _LAYOUT:
            connection.execute(f"PRAGMA user_version = {_LAYOUT}")
        connection.execute("CREATE TABLE IF NOT EXISTS result (key BLOB PRIMARY KEY, result BLOB)")
        connection.commit()
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _removed(path: Path) -> None:
    for suffix in ("", "-journal", "-wal", "-shm"):
        with contextlib.suppress(OSError):
            path.with_name(path.name + suffix).unlink()
