"""The journal where the settings say: a file, or a PostgreSQL database."""

from pathlib import Path

from kskt_excel.ledger.journal import Journal


def open_journal(where: str | Path) -> Journal:
    """The journal at a path, or at a PostgreSQL URL shared by several offices.

    Nothing is created before the first line is appended. Raises KsktError when a URL cannot be
    used.
    """
    if isinstance(where, str) and "://" in where:
        from kskt_excel.ledger.postgres import PostgresJournal

        return PostgresJournal(where)
    from kskt_excel.ledger.file_journal import FileJournal

    return FileJournal(Path(where))
