"""The journal in PostgreSQL, one for several offices, with the same chained lines."""

import contextlib
import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING

from kskt_excel.ledger.lines import JournalLine, Link, Payload, Tip, followed, linked
from kskt_excel.model.errors import KsktError
from kskt_excel.model.finding import Finding

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine, Table

_LOCK = 0x6B736B74  # advisory lock number: "kskt"
_CONNECT_SECONDS = 10
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
    """A journal in the table ``kskt_journal``; it is made with the first line."""

    def __init__(self, url: str) -> None:
        self._engine, self._where = _engine(url)
        self._table = _table()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Nothing: the server keeps whole transactions or none."""
        return ()

    def lines(self) -> tuple[JournalLine, ...]:
        """Every line, oldest first, its chain verified.

        Raises JournalDamagedError, ServerFailedError.
        """
        with self._transaction() as connection:
            if not self._exists(connection):
                return ()
            rows = connection.execute(self._table.select().order_by(self._table.c.seq))
            links = (Link(row.seq, row.prev, row.hash, row.payload) for row in rows)
            return tuple(followed(Tip(), links, self._where))

    def append(self, *payloads: Payload, by: str, at: dt.datetime) -> tuple[JournalLine, ...]:
        """Writes one line for each payload in one transaction; gives the lines.

        Raises JournalDamagedError, ServerFailedError.
        """
        from sqlalchemy import func, select

        with self._transaction() as connection:
            connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
            if not self._exists(connection):
                self._create(connection)
            tip = self._tip(connection)
            links = tuple(linked(tip, payloads, by, at))
            lines = tuple(followed(tip, links, self._where))
            for link in links:
                row = {"seq": link.seq, "prev": link.prev, "hash": link.hash, "payload": link.text}
                connection.execute(self._table.insert().values(row))
        return lines

    def close(self) -> None:
        """Gives the connections back to the server."""
        self._engine.dispose()

    @contextlib.contextmanager
    def _transaction(self) -> Iterator["Connection"]:
        from sqlalchemy.exc import SQLAlchemyError

        try:
            with self._engine.begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            cause = getattr(error, "orig", None) or error
            raise ServerFailedError(self._where, str(cause).strip().split("\n")[0]) from error

    def _exists(self, connection: "Connection") -> bool:
        from sqlalchemy import inspect

        return bool(inspect(connection).has_table(self._table.name))

    def _create(self, connection: "Connection") -> None:
        from sqlalchemy import text

        self._table.create(connection)
        for statement in _APPEND_ONLY:
            connection.execute(text(statement))

    def _tip(self, connection: "Connection") -> Tip:
        columns = self._table.c
        last = self._table.select().order_by(columns.seq.desc()).limit(1)
        row = connection.execute(last).first()
        return Tip(row.seq, row.hash) if row else Tip()


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


def _table() -> "Table":
    from sqlalchemy import BigInteger, Column, MetaData, String, Table, Text

    return Table(
        "kskt_journal",
        MetaData(),
        Column("seq", BigInteger, primary_key=True, autoincrement=False),
        Column("payload", Text, nullable=False),
        Column("prev", String(64), nullable=False),
        Column("hash", String(64), nullable=False),
    )
