"""Archive and journal are held against each other."""

from pathlib import Path

from kskt_excel.ledger.journal import JournalLine, Note
from kskt_excel.messages import sentence
from kskt_excel.office import audit
from tests.ledger.cases import NOON, receipt, sha
from tests.ledger.originals import store


def lines_of(*contents: str) -> list[JournalLine]:
    lines = [JournalLine(n, NOON, "Hoa", receipt(c, n)) for n, c in enumerate(contents, start=1)]
    return [*lines, JournalLine(len(lines) + 1, NOON, "Hoa", Note("x"))]


def test_an_archive_that_agrees_has_no_faults(tmp_path: Path) -> None:
    for content in "ab":
        store(tmp_path, "2022-Q1", content.encode(), ".xlsx")
    assert list(audit.faults(tmp_path, lines_of("a", "b", "a"))) == []


def test_every_disagreement_is_named_once(tmp_path: Path) -> None:
    _, spoilt = store(tmp_path, "2022-Q1", b"a", ".xlsx")
    spoilt.chmod(0o600)
    spoilt.write_bytes(b"A")
    store(tmp_path, "2022-Q1", b"unlisted", ".xlsx")
    (tmp_path / "2022-Q1" / "ghi chú.txt").write_bytes(b"x")
    found = list(audit.faults(tmp_path, lines_of("a", "gone", "gone")))
    assert [(f.code, f.params.get("path", f.params.get("name"))) for f in found] == [
        ("ledger.original_changed", f"2022-Q1/{sha('a')}.xlsx"),
        ("ledger.original_missing", "gone.xlsx"),
        ("ledger.original_unlisted", "2022-Q1/ghi chú.txt"),
        ("ledger.original_unlisted", f"2022-Q1/{sha('unlisted')}.xlsx"),
    ]
    assert "nhận lúc 12 giờ 02 ngày 15/3/2022" in sentence(found[1])
