"""The journal on a real PostgreSQL server, started for the test on this machine alone."""

import datetime as dt
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy

from kskt_excel.ledger import postgres
from kskt_excel.ledger.journal import FileJournal, JournalDamagedError, Note
from kskt_excel.ledger.postgres import PostgresJournal, ServerFailedError, ServerMissingError
from kskt_excel.ledger.state import state_of
from kskt_excel.office import office
from tests.ledger.cases import NOON, receipt
from tests.ledger.test_file_journal import PAYLOADS
from tests.needs import needs
from tests.office.workspaces import workspace

DAY = dt.date(2022, 3, 18)
FOLDERS = [f"/usr/lib/postgresql/{version}/bin" for version in range(20, 12, -1)]


def as_postgres(*command: str) -> None:
    """Runs a server program; as user postgres where the tests run as root, which it refuses."""
    prefix = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
    done = subprocess.run([*prefix, *command], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command[0]}: {done.stdout}{done.stderr}"


@dataclass(frozen=True)
class DatabaseServer:
    """A PostgreSQL server of this machine, which can be killed and started again."""

    url: str
    control: tuple[str, ...]
    options: tuple[str, ...]

    def start(self) -> None:
        as_postgres(*self.control, "-w", *self.options, "start")

    def kill(self) -> None:
        """As a power cut does: nobody is told."""
        as_postgres(*self.control, "-m", "immediate", "stop")


@pytest.fixture(scope="module")
def server() -> Iterator[DatabaseServer]:
    initdb = needs("initdb", "postgresql", *FOLDERS)
    control = needs("pg_ctl", "postgresql", *FOLDERS)
    folder = Path(tempfile.mkdtemp(prefix="kskt-pg-"))
    data = str(folder / "data")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    if os.getuid() == 0:
        shutil.chown(folder, "postgres")
    options = f"-p {port} -c listen_addresses=127.0.0.1 -k {folder} -c fsync=off"
    running = DatabaseServer(
        f"postgresql://kskt@127.0.0.1:{port}",
        (str(control), "-D", data),
        ("-o", options, "-l", str(folder / "log")),
    )
    try:
        as_postgres(str(initdb), "-D", data, "-A", "trust", "-U", "kskt", "-E", "UTF8", "--no-sync")
        running.start()
        try:
            yield running
        finally:
            running.kill()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def url(server: DatabaseServer, request: pytest.FixtureRequest) -> str:
    """A database of the test's own."""
    name = f"t{abs(hash(request.node.name))}"
    engine = sqlalchemy.create_engine(
        f"{server.url}/postgres".replace("://", "+psycopg://"), isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as connection:
        connection.execute(sqlalchemy.text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return f"{server.url}/{name}"


def execute(url: str, *statements: str) -> None:
    engine = sqlalchemy.create_engine(url.replace("://", "+psycopg://"))
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(sqlalchemy.text(statement))
    engine.dispose()


def test_it_reads_as_it_was_written_and_as_the_file_does(url: str, tmp_path: Path) -> None:
    journal = PostgresJournal(url)
    assert journal.lines() == ()
    written = journal.append(*PAYLOADS, by="Nguyễn Thị Hoa", at=NOON)
    in_file = FileJournal(tmp_path / "journal.jsonl").append(
        *PAYLOADS, by="Nguyễn Thị Hoa", at=NOON
    )
    assert PostgresJournal(url).lines() == written == in_file
    assert journal.findings == ()


def test_the_state_is_the_same_from_both(url: str, tmp_path: Path) -> None:
    journals = (PostgresJournal(url), FileJournal(tmp_path / "journal.jsonl"))
    for journal in journals:
        for n, name in enumerate("abca"):
            journal.append(receipt(name, n), by="Hoa", at=NOON)
    submissions = [state_of(one.lines()).submissions("2022-Q1") for one in journals]
    assert submissions[0] == submissions[1]
    assert len(submissions[0]) == 4


APPENDING = """
import sys
from kskt_excel.ledger.journal import Note
from kskt_excel.ledger.postgres import PostgresJournal
from tests.ledger.cases import NOON
journal = PostgresJournal(sys.argv[1])
for n in range(40):
    journal.append(Note(f"{sys.argv[2]} {n}"), by=sys.argv[2], at=NOON)
"""


def test_two_offices_appending_lose_no_line(url: str) -> None:
    PostgresJournal(url).append(Note("đầu"), by="An", at=NOON)
    programs = [subprocess.Popen([sys.executable, "-c", APPENDING, url, name]) for name in "AB"]
    assert [program.wait(60) for program in programs] == [0, 0]
    texts = [line.payload.text for line in PostgresJournal(url).lines()]
    assert sorted(texts) == sorted(["đầu", *(f"{name} {n}" for name in "AB" for n in range(40))])


@pytest.mark.parametrize("statement", ["UPDATE kskt_journal SET payload = ''",
                                       "DELETE FROM kskt_journal WHERE seq = 2",
                                       "TRUNCATE kskt_journal"])  # fmt: skip
def test_the_server_itself_refuses_to_change_lines(url: str, statement: str) -> None:
    PostgresJournal(url).append(*PAYLOADS, by="Hoa", at=NOON)
    with pytest.raises(sqlalchemy.exc.DBAPIError, match="append-only"):
        execute(url, statement)
    assert len(PostgresJournal(url).lines()) == len(PAYLOADS)


@pytest.mark.parametrize(
    ("statement", "line"),
    [
        ("UPDATE kskt_journal SET payload = replace(payload, 'VP', 'TTPT') WHERE seq = 2", 2),
        ("DELETE FROM kskt_journal WHERE seq = 3", 3),
        ("UPDATE kskt_journal SET hash = prev WHERE seq = 8", 8),
        ("UPDATE kskt_journal SET seq = 99 WHERE seq = 8", 8),
    ],
)
def test_lines_changed_behind_its_back_are_found(url: str, statement: str, line: int) -> None:
    PostgresJournal(url).append(*PAYLOADS, by="Hoa", at=NOON)
    execute(url, "ALTER TABLE kskt_journal DISABLE TRIGGER ALL", statement)
    with pytest.raises(JournalDamagedError) as found:
        PostgresJournal(url).lines()
    assert found.value.line == line


def test_a_server_that_does_not_answer_is_said_without_the_password() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    journal = PostgresJournal(f"postgresql://kskt:bi-mat@127.0.0.1:{port}/so")
    with pytest.raises(ServerFailedError, match=r"máy chủ 127\.0\.0\.1/so") as failed:
        journal.lines()
    assert "bi-mat" not in str(failed.value)


@pytest.mark.parametrize("url", ["mysql://kskt:bi-mat@x/so", "postgresql://kskt:bi-mat@x:port/so"])
def test_an_address_that_is_none_is_said_without_the_password(url: str) -> None:
    with pytest.raises(ServerFailedError, match="địa chỉ") as failed:
        PostgresJournal(url)
    assert "bi-mat" not in str(failed.value)


def test_without_the_libraries_it_says_how_to_install_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "sqlalchemy", None)
    with pytest.raises(ServerMissingError, match=r"kskt-excel\[server\]"):
        PostgresJournal("postgresql://kskt@localhost/so")


def test_offices_on_one_server_see_their_own_lines_only(url: str) -> None:
    for name in ("so-khcn", "so-tttt", ""):
        PostgresJournal(url, name).append(Note(name), receipt(name), by="An", at=NOON)
    for name in ("so-khcn", "so-tttt", ""):
        lines = PostgresJournal(url, name).lines()
        assert [line.seq for line in lines] == [1, 2]
        assert lines[0].payload == Note(name)


def test_a_table_of_the_first_version_goes_on_as_the_office_without_a_name(url: str) -> None:
    PostgresJournal(url).append(*PAYLOADS, by="An", at=NOON)
    execute(
        url,
        "ALTER TABLE kskt_journal DROP CONSTRAINT kskt_journal_pkey",
        "ALTER TABLE kskt_journal DROP COLUMN office",
        "ALTER TABLE kskt_journal ADD PRIMARY KEY (seq)",
    )
    assert len(PostgresJournal(url).lines()) == len(PAYLOADS)
    assert PostgresJournal(url, "so-moi").lines() == ()
    PostgresJournal(url, "so-moi").append(Note("mới"), by="An", at=NOON)
    PostgresJournal(url).append(Note("tiếp"), by="An", at=NOON)
    assert len(PostgresJournal(url).lines()) == len(PAYLOADS) + 1


def test_a_journal_moves_from_a_file_to_a_server_and_back(url: str, tmp_path: Path) -> None:
    in_file = FileJournal(tmp_path / "journal.jsonl")
    in_file.append(*PAYLOADS, by="An", at=NOON)
    on_server = PostgresJournal(url, "so")
    on_server.put(in_file.links())
    on_server.append(Note("trên máy chủ"), by="An", at=NOON)
    back = FileJournal(tmp_path / "back.jsonl")
    back.put(on_server.links())
    assert back.lines() == on_server.lines()
    with pytest.raises(ServerFailedError, match="những dòng mà bản này không có"):
        on_server.put(in_file.links())


def test_a_cut_connection_is_taken_up(url: str) -> None:
    journal = PostgresJournal(url, "so")
    journal.append(Note("một"), by="An", at=NOON)
    cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
    execute(url, cut)
    journal.append(Note("hai"), by="An", at=NOON)
    execute(url, cut)
    assert [line.payload for line in journal.lines()] == [Note("một"), Note("hai")]


def test_originals_are_kept_for_other_machines(url: str) -> None:
    PostgresJournal(url, "so").keep_originals({"a" * 64: b"xlsx", "b" * 64: b"\0\1"})
    PostgresJournal(url, "so").keep_originals({"a" * 64: b"xlsx"})
    other = PostgresJournal(url, "so")
    assert [other.original(one * 64) for one in "abc"] == [b"xlsx", b"\0\1", None]


@pytest.mark.long
def test_two_workspaces_and_a_colleague_on_one_server(url: str, tmp_path: Path) -> None:
    """Each office keeps its own state; a machine of the same office has lines and originals."""
    shared = f'[journal]\nurl = "{url}"\noriginals = "server"\n'
    mails = ("2022-Q1/01-thanh-tra.eml", "2022-Q1/03-van-phong.eml")
    folders = [
        workspace(tmp_path / "a", mails[0], settings=f'{shared}office = "a"\n'),
        workspace(tmp_path / "b", mails[1], settings=shared),
        workspace(tmp_path / "c", settings=shared),
        workspace(tmp_path / "a2", settings=f'{shared}office = "a"\n'),
    ]
    seen = [
        office.consolidate(
            folder, "2022-Q1", strict=False, pdf=False, as_of=DAY, dry_run=False
        ).json["submissions"]
        for folder in folders
    ]
    assert [[one["unit"] for one in units] for units in seen] == [  # type: ignore[index, union-attr]
        ["TTRA"], ["VP"], [], ["TTRA"],
    ]  # fmt: skip
    for folder in folders:
        assert office.verify(folder, as_of=DAY).exit_code == 0


# killed while an office is at work

MAILS = tuple(f"2022-Q1/{name}" for name in ("01-thanh-tra.eml", "03-van-phong.eml"))


def consolidate(folder: Path) -> Any:
    return office.consolidate(
        folder, "2022-Q1", strict=False, pdf=False, as_of=DAY, dry_run=False
    ).json


def at_append(
    monkeypatch: pytest.MonkeyPatch, number: int, strike: Callable[[], None], *, after: bool
) -> list[int]:
    """Strikes once, before or after the server has this append; gives the appends as they come."""
    real, seen = PostgresJournal._insert, []

    def insert(self: PostgresJournal, *arguments: Any) -> None:
        seen.append(len(seen) + 1)
        if after:
            real(self, *arguments)
        if seen[-1] == number:
            strike()
        if not after:
            real(self, *arguments)

    monkeypatch.setattr(PostgresJournal, "_insert", insert)
    return seen


def on_the_server(folder: Path, url: str) -> Path:
    settings = f'[journal]\nurl = "{url}"\noffice = "so"\n'
    return workspace(folder, *MAILS, settings=settings)


def settled(folder: Path) -> None:
    """Everything is there, once, and agrees."""
    again = consolidate(folder)
    assert sorted(one["unit"] for one in again["submissions"]) == ["TTRA", "VP"]
    assert again["control"]["files_in"] == 2
    assert office.verify(folder, as_of=DAY).exit_code == 0


def killed_and_back(
    server: DatabaseServer, url: str, folder: Path, number: int, *, after: bool
) -> int:
    """A server that is killed at an append and starts again: the run is none the wiser."""

    def strike() -> None:
        server.kill()
        server.start()

    with pytest.MonkeyPatch.context() as patch:
        seen = at_append(patch, number, strike, after=after)
        assert len(consolidate(on_the_server(folder, url))["submissions"]) == 2
    settled(folder)
    return len(seen)


def test_a_server_killed_in_mid_run_is_taken_up_again(
    server: DatabaseServer, url: str, tmp_path: Path
) -> None:
    assert killed_and_back(server, url, tmp_path / "ws", 2, after=False) > 2


@pytest.mark.long
@pytest.mark.parametrize("after", [False, True], ids=["before it has the lines", "after"])
def test_a_server_killed_at_any_append_is_taken_up_again(
    server: DatabaseServer, url: str, tmp_path: Path, *, after: bool
) -> None:
    number = 2  # before the first line nothing is known that could be taken up
    while True:
        execute(url, "DROP TABLE IF EXISTS kskt_journal, kskt_original")
        count = killed_and_back(server, url, tmp_path / f"{number}", number, after=after)
        if number >= count:
            return
        number += 1


def test_a_server_that_stays_away_is_said_and_the_next_run_goes_on(
    server: DatabaseServer, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "_PAUSES", (0.0, 0.0))
    folder = on_the_server(tmp_path / "ws", url)
    with pytest.MonkeyPatch.context() as patch:
        at_append(patch, 2, server.kill, after=False)
        with pytest.raises(ServerFailedError, match="máy chủ"):
            consolidate(folder)
    try:
        with pytest.raises(ServerFailedError, match="máy chủ"):
            office.status(folder, "2022-Q1", as_of=DAY)
    finally:
        server.start()
    settled(folder)
