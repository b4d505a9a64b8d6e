"""The journal in PostgreSQL, one for several offices, with the same chained lines."""

import datetime as dt
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from kskt_excel.ledger.journal import START, JournalLine, Link, Payload, Tip, followed, linked
from kskt_excel.model.errors import KsktError
from kskt_excel.model.finding import Finding

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine, Table
    from sqlalchemy.exc import DBAPIError

_Given = TypeVar("_Given")

_LOCK = 0x6B736B74  # advisory lock number: "kskt"
# A server of the office answers at once; without a bound the system waits minutes.
_CONNECT_SECONDS = 10
_PAUSES = (0.2, 0.5, 1.0, 2.0, 4.0, 8.0)  # seconds; a server starts again within this time
_SHARED = (
    "ALTER TABLE kskt_journal ADD COLUMN office varchar(128) NOT NULL DEFAULT ''",
    "ALTER TABLE kskt_journal DROP CONSTRAINT kskt_journal_pkey",
    "ALTER TABLE kskt_journal ADD PRIMARY KEY (office, seq)",
    "ALTER TABLE kskt_journal ALTER COLUMN office DROP DEFAULT",
)
_APPEND_ONLY = (
    """CREATE OR REPLACE FUNCTION kskt_journal_keep() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'kskt_journal is append-only'; END $$""",
    "DROP TRIGGER IF EXISTS kskt_journal_keep ON kskt_journal",
    """CREATE TRIGGER kskt_journal_keep BEFORE UPDATE OR DELETE OR TRUNCATE ON kskt_journal
    FOR EACH STATEMENT EXECUTE FUNCTION kskt_journal_keep()""",
)


class ServerMissingError(KsktError):
    """The libraries for a journal on a server are not installed."""

    def __init__(self) -> None:
        super().__init__(
            "Sổ nhận đặt trên máy chủ cần cài thêm thư viện."
            ' Đề nghị chạy: pip install "kskt-excel[server]"'
        )


class ServerFailedError(KsktError):
    """A journal on a server that cannot be reached or used; the password is never shown."""

    def __init__(self, where: str, why: str) -> None:
        super().__init__(
            f"Không dùng được sổ nhận trên máy chủ {where} ({why})."
            " Đề nghị kiểm tra mạng, tên và mật khẩu trong kskt.toml rồi chạy lại."
        )


class PostgresJournal:
    """The journal of one office in the table ``kskt_journal``, which is made with the first line.

    Several offices may share a server: each has its own chain, and sees no other's.
    A connection that is cut is taken up again for as long as a server needs to start.
    """

    def __init__(self, url: str, office: str = "") -> None:
        self._engine, self._where = _engine(url)
        self._table, self._originals = _tables()
        self.office = office
        self._lines: list[JournalLine] = []
        self._hashes = [START]  # of each line, after that of an empty journal
        self._is_shared = False  # the table was seen, and its lines say whose they are

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Nothing: the server keeps whole transactions or none."""
        return ()

    def lines(self) -> tuple[JournalLine, ...]:
        """Every line, oldest first, its chain verified.

        Raises JournalDamagedError, ServerFailedError.
        """
        return self._transacted(self._caught_up)

    def append(self, *payloads: Payload, by: str, at: dt.datetime) -> tuple[JournalLine, ...]:
        """Writes one line for each payload in one transaction; gives the lines.

        Raises JournalDamagedError, ServerFailedError.
        """
        sent: tuple[Link, ...] = ()

        def write(connection: "Connection") -> tuple[JournalLine, ...]:
            nonlocal sent
            self._prepare(connection)
            lines = self._caught_up(connection)
            if sent and self.hash_at(sent[-1].seq) == sent[-1].hash:
                return lines[sent[0].seq - 1 :]  # the answer was lost, the lines were not
            tip = Tip(len(lines), self._hashes[-1])
            sent = tuple(linked(tip, payloads, by, at))
            written = tuple(followed(tip, sent, self._where))
            self._insert(connection, sent)
            return written

        written = self._transacted(write)
        self.lines()
        return written

    def hash_at(self, seq: int) -> str:
        """The hash of a line; that of an empty journal for 0, "" for one that is not there."""
        return self._hashes[seq] if seq < len(self._hashes) else ""

    def links(self) -> tuple[Link, ...]:
        """The lines as they are stored, oldest first. Raises ServerFailedError."""
        count = len(self.lines())
        return self._transacted(lambda connection: self._rows(connection, 1)) if count else ()

    def put(self, links: Sequence[Link]) -> None:
        """Adds what the lines on the server have not yet: nothing is ever taken from a server.

        Raises ServerFailedError where the server has other lines.
        """

        def write(connection: "Connection") -> None:
            self._prepare(connection)
            count = len(self._caught_up(connection))
            known = [START, *(one.hash for one in links)]
            if known[: count + 1] != self._hashes:
                why = "sổ trên máy chủ có những dòng mà bản này không có"
                raise ServerFailedError(self._where, why)
            self._insert(connection, links[count:])

        self._transacted(write)

    def siblings(self) -> tuple[Path, ...]:
        """None: a server has no copies beside it."""
        return ()

    def keep_originals(self, originals: Mapping[str, bytes]) -> None:
        """Stores originals by their hash for the other machines of the office."""
        from sqlalchemy.dialects.postgresql import insert

        def write(connection: "Connection") -> None:
            self._prepare(connection)
            for sha256, data in originals.items():
                row = {"sha256": sha256, "data": data}
                connection.execute(insert(self._originals).values(row).on_conflict_do_nothing())

        self._transacted(write)

    def original(self, sha256: str) -> bytes | None:
        """The bytes of an original that some machine has stored; None for one that none has."""

        def read(connection: "Connection") -> bytes | None:
            if not self._exists(connection, self._originals):
                return None
            columns = self._originals.c
            query = self._originals.select().where(columns.sha256 == sha256)
            row = connection.execute(query).first()
            return bytes(row.data) if row else None

        return self._transacted(read)

    def close(self) -> None:
        """Gives the connections back to the server."""
        self._engine.dispose()

    def _transacted(self, work: "Callable[[Connection], _Given]") -> "_Given":
        """What ``work`` gives in a transaction; begun again when the connection was cut."""
        from sqlalchemy.exc import DBAPIError, SQLAlchemyError

        for pause in (*_PAUSES, None):
            try:
                with self._engine.begin() as connection:
                    return work(connection)
            except SQLAlchemyError as error:
                cut = isinstance(error, DBAPIError) and (
                    error.connection_invalidated or _was_cut(error)
                )
                if pause is None or not cut or not self._lines:
                    cause = getattr(error, "orig", None) or error
                    why = str(cause).strip().split("\n")[0]
                    raise ServerFailedError(self._where, why) from error
                time.sleep(pause)
        raise AssertionError  # the last pause is None

    def _caught_up(self, connection: "Connection") -> tuple[JournalLine, ...]:
        """All lines, those read before and those that came since."""
        if not self._is_shared and not self._exists(connection, self._table):
            self._forget()
            return ()
        known = len(self._lines)
        rows = self._rows(connection, max(known, 1))
        if known and not (rows and rows[0].hash == self._hashes[-1]):
            self._forget()  # the server was put back to an earlier day
            return self._caught_up(connection)
        fresh = rows[1:] if known else rows
        for line in followed(Tip(known, self._hashes[-1]), fresh, self._where):
            self._lines.append(line)
        self._hashes.extend(one.hash for one in fresh)
        return tuple(self._lines)

    def _forget(self) -> None:
        self._lines, self._hashes = [], [START]

    def _rows(self, connection: "Connection", first: int) -> tuple[Link, ...]:
        columns = self._table.c
        query = self._table.select().where(columns.seq >= first).order_by(columns.seq)
        self._is_shared = self._is_shared or _is_shared(connection)
        if self._is_shared:
            query = query.where(columns.office == self.office)
        elif self.office:
            return ()
        else:
            query = query.with_only_columns(
                columns.seq, columns.payload, columns.prev, columns.hash
            )
        found = connection.execute(query)
        return tuple(Link(row.seq, row.prev, row.hash, row.payload) for row in found)

    def _insert(self, connection: "Connection", links: Sequence[Link]) -> None:
        rows = [
            {
                "office": self.office,
                "seq": link.seq,
                "prev": link.prev,
                "hash": link.hash,
                "payload": link.text,
            }
            for link in links
        ]
        if rows:
            connection.execute(self._table.insert(), rows)

    def _prepare(self, connection: "Connection") -> None:
        """The tables as this version has them, with nobody else writing until it ends."""
        from sqlalchemy import func, select, text

        connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
        if not self._exists(connection, self._table):
            self._table.create(connection)
            for statement in _APPEND_ONLY:
                connection.execute(text(statement))
        elif not _is_shared(connection):
            for statement in _SHARED:
                connection.execute(text(statement))
        if not self._exists(connection, self._originals):
            self._originals.create(connection)

    def _exists(self, connection: "Connection", table: "Table") -> bool:
        from sqlalchemy import inspect

        return bool(inspect(connection).has_table(table.name))


def _is_shared(connection: "Connection") -> bool:
    """Whether the lines say whose they are: those of the first version did not."""
    from sqlalchemy import inspect

    columns = inspect(connection).get_columns("kskt_journal")
    return any(column["name"] == "office" for column in columns)


def _was_cut(error: "DBAPIError") -> bool:
    """Whether the server went away, or is only just starting: by the classes 08 and 57P of SQL."""
    state = getattr(error.orig, "sqlstate", None)
    return state is None or state.startswith(("08", "57P"))


def _engine(url: str) -> tuple["Engine", str]:
    """An engine for the URL and what to call the server in a sentence."""
    try:
        import sqlalchemy
        from sqlalchemy.exc import SQLAlchemyError

        given = sqlalchemy.make_url(url)
        if given.get_backend_name() != "postgresql":
            raise ServerFailedError(given.drivername, "chỉ dùng được địa chỉ postgresql://")
        address = given.set(drivername="postgresql+psycopg")
        engine = sqlalchemy.create_engine(
            address, connect_args={"connect_timeout": _CONNECT_SECONDS}, pool_pre_ping=True
        )
    except ImportError as error:
        raise ServerMissingError from error
    except (SQLAlchemyError, ValueError) as error:  # ValueError: a port that is no number
        raise ServerFailedError(url.rpartition("@")[2], "địa chỉ không đúng dạng") from error
    return engine, f"{given.host or 'localhost'}/{given.database or ''}"


def _tables() -> tuple["Table", "Table"]:
    """The lines of every office, and the originals that they share."""
    from sqlalchemy import BigInteger, Column, LargeBinary, MetaData, String, Table, Text

    tables = MetaData()
    lines = Table(
        "kskt_journal",
        tables,
        Column("office", String(128), primary_key=True),
        Column("seq", BigInteger, primary_key=True, autoincrement=False),
        Column("payload", Text, nullable=False),
        Column("prev", String(64), nullable=False),
        Column("hash", String(64), nullable=False),
    )
    originals = Table(
        "kskt_original",
        tables,
        Column("sha256", String(64), primary_key=True),
        Column("data", LargeBinary, nullable=False),
    )
    return lines, originals
