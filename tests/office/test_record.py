"""A record that has lost something is noticed, told, and put back; nothing decided is forgotten."""

import contextlib
import datetime as dt
import itertools
import re
import shutil
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from kskt_excel.ledger.journal import (
    FileJournal,
    JournalDamagedError,
    Note,
    Receipt,
    Repair,
    RepairKind,
)
from kskt_excel.ledger.safeguards import JournalShorterError, SideBook, decision_mark, marks_in
from kskt_excel.model.errors import KsktError
from kskt_excel.model.submission import Decision
from kskt_excel.office import office
from kskt_excel.office.desk import exclusive, open_desk
from kskt_excel.office.outcome import Outcome
from kskt_excel.office.record import (
    ArchiveKnowsMoreError,
    LettersKnowMoreError,
    ProductKnowsMoreError,
)
from tests.builders import sampled
from tests.office.workspaces import INBOX, everything, workspace

pytestmark = pytest.mark.usefixtures("short_paper", "read_here")

DAY = dt.date(2022, 3, 18)
FIRST = tuple(
    f"2022-Q1/{name}" for name in ("01-thanh-tra.eml", "02-qlcnh.eml", "03-van-phong.eml")
)


@pytest.fixture(scope="module")
def at_work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three mails put together, one version voided, put together again."""
    folder = workspace(tmp_path_factory.mktemp("record") / "office", *FIRST)
    consolidate(folder)
    void(folder)
    consolidate(folder)
    return folder


@pytest.fixture
def folder(at_work: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(at_work, tmp_path / "office"))


def consolidate(folder: Path, day: dt.date = DAY) -> Outcome:
    return office.consolidate(folder, "2022-Q1", strict=False, pdf=False, as_of=day, dry_run=False)


def void(folder: Path) -> Outcome:
    what = {"unit": "TTRA", "period": "2022-Q1", "version": 1, "reason": "Gửi nhầm"}
    return office.decide(folder, "void", who="Hoa", as_of=DAY, dry_run=False, **what)


def journal(folder: Path) -> Path:
    return folder / "workbooks" / "journal.jsonl"


def decisions(folder: Path) -> list[Decision]:
    lines = FileJournal(journal(folder)).lines()
    return [line.payload for line in lines if isinstance(line.payload, Decision)]


def receipts(folder: Path) -> dict[str, dt.datetime]:
    lines = FileJournal(journal(folder)).lines()
    found = (line.payload for line in lines if isinstance(line.payload, Receipt))
    return {one.sha256: one.received_at for one in found}


def text(outcome: Outcome) -> str:
    return "\n".join(getattr(block, "text", "") for block in outcome.blocks)


COMMANDS: tuple[Callable[[Path], object], ...] = (
    consolidate,
    void,
    lambda folder: office.status(folder, "2022-Q1", as_of=DAY),
    lambda folder: office.verify(folder, as_of=DAY),
    lambda folder: office.receive(folder, paths=(), imap=False, as_of=DAY, dry_run=False),
    lambda folder: office.give_back(
        folder, "2022-Q1", units=(), send=False, as_of=DAY, dry_run=False
    ),
    lambda folder: office.journal_backup(folder, to=None),
)


def lose(path: Path, how: str) -> None:
    """Makes a journal shorter in one of the ways in which that happens."""
    data = path.read_bytes()
    rows = data.splitlines(keepends=True)
    match how:
        case "deleted":
            path.unlink()
        case "emptied":
            path.write_bytes(b"")
        case "last line":
            path.write_bytes(b"".join(rows[:-1]))
        case "half a line":
            path.write_bytes(data[:-20])
        case "rolled back":
            path.write_bytes(b"".join(rows[:4]))
        case "rolled back and gone on":
            path.write_bytes(b"".join(rows[:4]))
            notes = [Note(f"việc {number}") for number in range(20)]
            FileJournal(path).append(*notes, by="An", at=dt.datetime(2022, 3, 18, tzinfo=dt.UTC))


WAYS = ("deleted", "emptied", "last line", "half a line", "rolled back", "rolled back and gone on")


@pytest.mark.parametrize("how", sampled(reversed(WAYS), 2))
def test_a_journal_that_lost_lines_is_refused_by_every_command(folder: Path, how: str) -> None:
    lose(journal(folder), how)
    before = everything(folder)
    for command in COMMANDS:
        with pytest.raises(JournalShorterError, match="kskt journal restore"):
            command(folder)
    assert everything(folder) == before


@pytest.mark.parametrize(
    ("how", "backups"),
    sampled(
        sorted(
            itertools.product(WAYS, (False, True)),
            key=lambda one: one not in {("deleted", False), ("rolled back and gone on", True)},
        ),
        2,
    ),
)
def test_a_lost_journal_is_put_back_with_its_hours_and_decisions(
    folder: Path, how: str, *, backups: bool
) -> None:
    known, decided = receipts(folder), decisions(folder)
    standing = office.status(folder, "2022-Q1", as_of=DAY).json
    if not backups:
        shutil.rmtree(folder / "workbooks" / "journal-luu")
    lose(journal(folder), how)
    shown = office.journal_show(folder, everything=False)
    assert shown.exit_code == 1
    assert "thiếu" in text(shown) or "khác với dòng đã ghi" in text(shown)
    office.journal_restore(folder, file=None, as_of=DAY)
    assert receipts(folder) == known
    assert [(one.reason, one.by, one.at) for one in decisions(folder)] == [
        (one.reason, one.by, one.at) for one in decided
    ]
    consolidate(folder)
    assert office.verify(folder, as_of=DAY).exit_code == 0
    assert office.status(folder, "2022-Q1", as_of=DAY).json == standing


def test_what_is_replaced_is_put_aside(folder: Path) -> None:
    lose(journal(folder), "rolled back and gone on")
    gone = journal(folder).read_bytes()
    office.journal_restore(folder, file=None, as_of=DAY)
    aside = (folder / "workbooks" / "journal-luu").glob("thay-ra-*.jsonl")
    assert [path.read_bytes() for path in aside] == [gone]


def test_a_whole_journal_is_left_alone(folder: Path) -> None:
    before = everything(folder)
    assert "còn nguyên" in text(office.journal_restore(folder, file=None, as_of=DAY))
    assert "không có gì phải sửa" in text(office.journal_repair(folder, accept=False, as_of=DAY))
    assert everything(folder) == before


def test_the_archive_alone_tells_that_the_journal_is_gone(folder: Path) -> None:
    """Journal, its witness and the side book deleted: originals are left that nobody knows."""
    for name in ("journal.jsonl", "archive/journal.tip", "archive/so-phu.jsonl"):
        (folder / "workbooks" / name).unlink()
    with pytest.raises(ArchiveKnowsMoreError, match="3 tệp"):
        consolidate(folder)
    shutil.rmtree(folder / "workbooks" / "journal-luu")
    stored = {path.name[:64] for path in (folder / "workbooks" / "archive").glob("*/*")}
    office.journal_repair(folder, accept=False, as_of=DAY)
    assert receipts(folder).keys() == stored
    with pytest.raises(ProductKnowsMoreError, match="quyết định"):  # that is lost for good
        consolidate(folder)
    office.journal_repair(folder, accept=True, as_of=DAY)
    consolidate(folder)
    assert office.verify(folder, as_of=DAY).exit_code == 0


def test_the_side_book_alone_tells_that_lines_are_gone(folder: Path) -> None:
    lose(journal(folder), "deleted")
    (folder / "workbooks" / "archive" / "journal.tip").unlink()
    with pytest.raises(JournalShorterError):
        consolidate(folder)


def test_a_witness_that_is_no_witness_is_told_and_made_anew(folder: Path) -> None:
    tip = folder / "workbooks" / "archive" / "journal.tip"
    good = tip.read_bytes()
    tip.write_bytes(good[:30])
    assert "KS-946" in text(office.status(folder, "2022-Q1", as_of=DAY))
    consolidate(folder, dt.date(2022, 3, 19))
    assert "KS-946" not in text(office.status(folder, "2022-Q1", as_of=DAY))


def test_the_office_may_go_on_with_what_it_has(folder: Path) -> None:
    written = len(FileJournal(journal(folder)).lines())
    lose(journal(folder), "rolled back")
    shutil.rmtree(folder / "workbooks" / "journal-luu")
    with pytest.raises(JournalShorterError):
        office.journal_repair(folder, accept=False, as_of=DAY)
    office.journal_repair(folder, accept=True, as_of=DAY)
    consolidate(folder)
    lines = FileJournal(journal(folder)).lines()
    (repair,) = (one.payload for one in lines if isinstance(one.payload, Repair))
    found = (repair.kind, repair.first_lost, repair.last_lost)
    assert found == (RepairKind.ACCEPTED, 5, written)


BOM = b"\xef\xbb\xbf"
EDITORS: dict[str, Callable[[bytes], bytes]] = {
    "bom": lambda data: BOM + data,
    "crlf": lambda data: data.replace(b"\n", b"\r\n"),
    "bom and crlf": lambda data: BOM + data.replace(b"\n", b"\r\n"),
    "blank lines": lambda data: data + b"\n\n",
    "crlf without the last": lambda data: data.replace(b"\n", b"\r\n")[:-2],
}


@pytest.mark.parametrize("editor", sampled(EDITORS, 1))
def test_what_an_editor_adds_is_read_and_undone(folder: Path, editor: str) -> None:
    path = journal(folder)
    plain = path.read_bytes()
    path.write_bytes(EDITORS[editor](plain))
    assert office.verify(folder, as_of=DAY).exit_code == 0
    office.journal_repair(folder, accept=False, as_of=DAY)
    assert path.read_bytes() == plain
    path.write_bytes(EDITORS[editor](plain))
    what = {"unit": "VP", "rule": "V06a.1", "reason": "Công văn 12", "period": ""}
    office.decide(folder, "waive", who="Hoa", as_of=DAY, dry_run=False, **what)
    assert path.read_bytes().startswith(plain)


def test_a_journal_saved_as_utf_16_is_told_and_undone(folder: Path) -> None:
    path = journal(folder)
    plain = path.read_bytes()
    path.write_bytes(plain.decode().encode("utf-16"))
    with pytest.raises(KsktError, match="kskt journal"):
        consolidate(folder)
    office.journal_repair(folder, accept=False, as_of=DAY)
    assert path.read_bytes() == plain


def test_damage_inside_is_no_matter_of_line_ends(folder: Path) -> None:
    path = journal(folder)
    data = path.read_bytes()
    at = data.index(b"VP")
    path.write_bytes(data[:at] + b"XX" + data[at + 2 :])
    with pytest.raises(JournalDamagedError):
        office.journal_repair(folder, accept=True, as_of=DAY)
    office.journal_restore(folder, file=None, as_of=DAY)
    assert path.read_bytes().startswith(data)


def test_a_backup_is_kept_of_every_run_that_wrote(folder: Path) -> None:
    kept = sorted((folder / "workbooks" / "journal-luu").iterdir())
    assert kept[-1].read_bytes() == journal(folder).read_bytes()
    assert office.journal_backup(folder, to=folder / "usb.jsonl").exit_code == 0
    assert (folder / "usb.jsonl").read_bytes() == journal(folder).read_bytes()


# conflicted copies


def fork(folder: Path, name: str = "journal (conflicted copy 2022-03-18).jsonl") -> Path:
    """Two machines went on from one journal: the other's is beside ours."""
    other = Path(shutil.copytree(folder, folder.parent / "other"))
    waive = {"unit": "VP", "rule": "V06a.1", "reason": "Công văn 12", "period": ""}
    office.decide(other, "waive", who="Lan", as_of=DAY, dry_run=False, **waive)
    shutil.copy(journal(other), journal(folder).with_name(name))
    return other


@pytest.mark.parametrize(
    "name",
    sampled(
        [
            "journal (conflicted copy 2022-03-18).jsonl",
            "Copy of journal.jsonl",
            "Bản sao journal.jsonl",
            "journal.jsonl.bak",
        ],
        1,
    ),
)
def test_a_copy_that_only_goes_on_is_told_and_followed(folder: Path, name: str) -> None:
    fork(folder, name)
    assert name in text(office.status(folder, "2022-Q1", as_of=DAY))
    office.journal_repair(folder, accept=False, as_of=DAY)
    assert [one.reason for one in decisions(folder)] == ["Gửi nhầm", "Công văn 12"]
    assert not journal(folder).with_name(name).exists()
    consolidate(folder)
    assert office.verify(folder, as_of=DAY).exit_code == 0


def test_copies_that_both_went_on_are_joined_where_that_is_safe(folder: Path) -> None:
    fork(folder, "journal-PC2.jsonl")
    close = {"period": "2022-Q1", "reason": "Đã chốt"}
    office.decide(folder, "close", who="Hoa", as_of=DAY, dry_run=False, **close)
    said = text(office.journal_repair(folder, accept=False, as_of=DAY))
    assert "Đã ghép 1 dòng" in said
    assert [(one.reason, one.by) for one in decisions(folder)] == [
        ("Gửi nhầm", "Hoa"), ("Đã chốt", "Hoa"), ("Công văn 12", "Lan"),
    ]  # fmt: skip


def test_decisions_that_meet_are_told_and_not_joined(folder: Path) -> None:
    other = Path(shutil.copytree(folder, folder.parent / "other"))
    (number,) = (one.id for one in decisions(folder))
    revoke = {"revokes": number, "reason": "Nhầm đơn vị"}
    office.decide(other, "revoke", who="Lan", as_of=DAY, dry_run=False, **revoke)
    shutil.copy(journal(other), journal(folder).with_name("journal-PC2.jsonl"))
    office.decide(folder, "revoke", who="Hoa", as_of=DAY, dry_run=False, **revoke)
    said = text(office.journal_repair(folder, accept=False, as_of=DAY))
    assert "Chưa ghép" in said
    assert [one.by for one in decisions(folder)] == ["Hoa", "Hoa"]
    notes = [line.payload for line in FileJournal(journal(folder)).lines()]
    assert any(isinstance(one, Note) and "Lan" in one.text for one in notes)


def test_a_shorter_copy_in_the_journals_place_is_refused_and_the_full_one_found(
    folder: Path,
) -> None:
    """The synchronizing program took the wrong one: ours is now the conflicted copy."""
    whole = journal(folder).read_bytes()
    journal(folder).rename(journal(folder).with_name("journal (1).jsonl"))
    journal(folder).write_bytes(b"".join(whole.splitlines(keepends=True)[:3]))
    with pytest.raises(JournalShorterError, match=r"journal \(1\)\.jsonl"):
        consolidate(folder)
    office.journal_repair(folder, accept=False, as_of=DAY)
    assert journal(folder).read_bytes() == whole


def test_the_journal_of_another_workspace_is_not_joined(folder: Path, tmp_path: Path) -> None:
    foreign = journal(folder).with_name("journal-khac.jsonl")
    at = dt.datetime(2022, 3, 1, tzinfo=dt.UTC)
    FileJournal(foreign).append(Note("nơi khác"), by="Ai", at=at)
    before = journal(folder).read_bytes()
    assert "nơi khác" in text(office.journal_repair(folder, accept=False, as_of=DAY))
    assert journal(folder).read_bytes() == before
    assert foreign.exists()


@pytest.fixture
def fifty(folder: Path) -> Path:
    """A journal of 50 lines as the office wrote it, its witness beside the originals."""
    have = len(FileJournal(journal(folder)).lines())
    notes = [Note(f"Việc {number}") for number in range(50 - have)]
    desk = open_desk(folder, as_of=DAY)
    with exclusive(desk):
        desk.record(*notes)
    return folder


def accepted(folder: Path, cuts: Iterable[int]) -> list[int]:
    """The cuts, in bytes kept, after which a command would go on as if nothing were missing."""
    path = journal(folder)
    whole = path.read_bytes()
    found = []
    for cut in cuts:
        path.write_bytes(whole[:cut])
        with contextlib.suppress(KsktError):
            open_desk(folder, as_of=DAY).journal.lines()
            found.append(cut)
    path.write_bytes(whole)
    return found


def test_cut_at_every_line_it_is_refused(fifty: Path) -> None:
    whole = journal(fifty).read_bytes()
    ends = [at + 1 for at, byte in enumerate(whole) if byte == ord("\n")][:-1]
    cuts = sorted({*ends, *range(0, len(whole) - 1, 97), len(whole) - 2})
    assert accepted(fifty, cuts) == []


@pytest.mark.long
def test_cut_at_every_byte_it_is_refused_or_put_back(fifty: Path) -> None:
    path = journal(fifty)
    whole = path.read_bytes()
    lines = FileJournal(path).lines()
    assert len(lines) == 50
    assert accepted(fifty, range(len(whole) - 1)) == []  # the last line's end alone says nothing
    for cut in range(0, len(whole) - 1, 331):
        path.write_bytes(whole[:cut])
        office.journal_restore(fifty, file=None, as_of=DAY)
        assert FileJournal(path).lines()[:50] == lines, cut


def test_a_restored_decision_speaks_of_the_same_receipt(folder: Path) -> None:
    """Numbers of lines shift when verdicts are not written again: what is meant does not."""
    entry = next(
        one for one in SideBook(folder / "workbooks" / "archive").entries() if one.of is not None
    )
    shutil.rmtree(folder / "workbooks" / "journal-luu")
    lose(journal(folder), "deleted")
    office.journal_restore(folder, file=None, as_of=DAY)
    lines = FileJournal(journal(folder)).lines()
    (decided,) = (line.payload for line in lines if isinstance(line.payload, Decision))
    receipt = lines[decided.receipt - 1].payload
    assert isinstance(receipt, Receipt)
    assert receipt.place == entry.of


# what products know


KEPT_BY_THE_LEDGER = ("journal.jsonl", "journal-luu", "archive")


def put_back(folder: Path, earlier: Path, *names: str) -> None:
    """The ledger's own files as they were in an earlier copy of the workspace."""
    for name in names:
        path = folder / "workbooks" / name
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        old = earlier / "workbooks" / name
        shutil.copytree(old, path) if old.is_dir() else shutil.copy(old, path)


@pytest.fixture
def rolled_back(folder: Path) -> Path:
    """A workspace whose ledger was put back whole to the day before a decision and a mail."""
    earlier = Path(shutil.copytree(folder, folder.parent / "earlier"))
    late = INBOX / "2022-Q1" / "Phòng QLCN nộp muộn.xlsx"
    shutil.copy(late, folder / "workbooks" / "inbox")
    waive = {"unit": "VP", "rule": "V06a.1", "reason": "Công văn 12", "period": ""}
    office.decide(folder, "waive", who="Lan", as_of=DAY, dry_run=False, **waive)
    consolidate(folder)
    put_back(folder, earlier, *KEPT_BY_THE_LEDGER)
    return folder


def test_every_product_names_the_last_receipt_and_decision(folder: Path) -> None:
    office.dossier(folder, "2022-Q1", pdf=False, as_of=DAY, dry_run=False)
    record = office.status(folder, "2022-Q1", as_of=DAY).json["record"]
    (decided,) = decisions(folder)
    assert (record["decision"], record["decided_by"]) == (decision_mark(decided), "Hoa")  # type: ignore[index, call-overload]
    names = {record["receipt"], record["decision"]}  # type: ignore[index, call-overload]
    products = [*(folder / "workbooks" / "tracker").glob("*.xlsx")]
    products += (folder / "workbooks" / "summaries" / "2022-Q1").glob("*.[xdz]*")
    assert len(products) == 5
    for path in products:
        with zipfile.ZipFile(path) as package:
            part = "DOC-TRUOC.txt" if path.suffix == ".zip" else "docProps/core.xml"
            named = marks_in(package.read(part).decode())
        assert decision_mark(decided) in named, path.name
        assert len(named) == 2, path.name
        if path.suffix == ".zip" or path.name.startswith("theo-doi"):
            assert named == names, path.name


def test_products_that_know_more_are_heeded_by_every_command(rolled_back: Path) -> None:
    before = everything(rolled_back)
    for command in COMMANDS:
        with pytest.raises(ProductKnowsMoreError, match=r"theo-doi-2022.*kskt journal restore"):
            command(rolled_back)
    assert everything(rolled_back) == before
    shown = office.journal_show(rolled_back, everything=False)
    assert shown.exit_code == 1
    with pytest.raises(ProductKnowsMoreError):
        office.journal_repair(rolled_back, accept=False, as_of=DAY)
    office.journal_repair(rolled_back, accept=True, as_of=DAY)
    consolidate(rolled_back)
    assert office.verify(rolled_back, as_of=DAY).exit_code == 0


@pytest.mark.long
def test_a_summary_alone_knows_of_the_report_that_counted(rolled_back: Path) -> None:
    shutil.rmtree(rolled_back / "workbooks" / "tracker")
    other = rolled_back / "workbooks" / "summaries" / "2022-Q1"
    for path in other.glob("tom-tat*"):
        path.unlink()
    with pytest.raises(ProductKnowsMoreError):
        consolidate(rolled_back)


@pytest.mark.parametrize("how", sampled(["as LibreOffice writes", "as it is"], 1))
def test_a_pdf_alone_knows_of_the_report_that_counted(rolled_back: Path, how: str) -> None:
    shutil.rmtree(rolled_back / "workbooks" / "tracker")
    for path in (rolled_back / "workbooks" / "summaries" / "2022-Q1").iterdir():
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as package:
                core = package.read("docProps/core.xml").decode()
            (told,) = re.findall(r"<cp:keywords>(.*?)</cp:keywords>", core)
            keywords = told.replace(" ", ", ")
            packed = f"<FEFF{keywords.encode('utf-16-be').hex().upper()}>"
            said = packed if how == "as LibreOffice writes" else f"({keywords})"
            path.with_suffix(".pdf").write_bytes(f"%PDF-1.6\n/Keywords{said}\n%%EOF\n".encode())
        path.unlink()
    with pytest.raises(ProductKnowsMoreError, match=r"\.pdf lập từ.*so-nhan-"):
        consolidate(rolled_back)


@pytest.mark.long
def test_a_backup_that_has_what_products_know_puts_the_journal_back(folder: Path) -> None:
    earlier = Path(shutil.copytree(folder, folder.parent / "earlier"))
    void_vp = {"unit": "VP", "period": "2022-Q1", "version": 1, "reason": "Gửi nhầm"}
    office.decide(folder, "void", who="Hoa", as_of=DAY, dry_run=False, **void_vp)
    consolidate(folder)
    put_back(folder, earlier, "journal.jsonl", "archive")
    with pytest.raises(ProductKnowsMoreError):
        consolidate(folder)
    office.journal_restore(folder, file=None, as_of=DAY)
    assert len(decisions(folder)) == 2
    consolidate(folder)
    assert office.verify(folder, as_of=DAY).exit_code == 0


def test_originals_that_are_gone_are_told_by_every_command(folder: Path) -> None:
    archive = folder / "workbooks" / "archive"
    originals = sorted(archive.glob("2022-Q1/*.xlsx"))
    originals[0].unlink()
    for told in (office.status(folder, "2022-Q1", as_of=DAY), consolidate(folder)):
        assert "thiếu 1 tệp gốc mà sổ đã nhận" in text(told)
    shutil.rmtree(archive / "2022-Q1")
    told = text(office.status(folder, "2022-Q1", as_of=DAY))
    assert f"thiếu {len(receipts(folder))} tệp gốc mà sổ đã nhận" in told


def submissions(folder: Path) -> list[tuple[object, ...]]:
    told = office.status(folder, "2022-Q1", as_of=DAY).json
    assert isinstance(told, dict)
    keys = ("unit", "file", "version", "received_at", "verdict")
    return [tuple(one[key] for key in keys) for one in told["submissions"]]


SIDE_BOOK = "archive/so-phu.jsonl"
EVERYTHING = ("journal.jsonl", "archive/journal.tip", SIDE_BOOK, "journal-luu")


def lose_parts(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / "workbooks" / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()


@pytest.mark.parametrize(
    "how", sampled(["deleted", "half a line", "emptied", "half", "last line", "first line"], 1)
)
def test_a_side_book_that_lost_entries_is_told_and_made_whole_from_the_journal(
    folder: Path, how: str
) -> None:
    path = folder / "workbooks" / SIDE_BOOK
    whole = {entry.line.payload for entry in SideBook(path.parent).entries()}
    rows = path.read_bytes().splitlines(keepends=True)
    torn = rows[-1][: len(rows[-1]) // 2]
    kept = {
        "half": rows[: len(rows) // 2],
        "last line": rows[:-1],
        "first line": rows[1:],
        "half a line": [*rows[:-1], torn],
    }
    path.unlink() if how == "deleted" else path.write_bytes(b"".join(kept.get(how, ())))
    assert "Sổ phụ workbooks/archive/so-phu.jsonl thiếu" in text(
        office.status(folder, "2022-Q1", as_of=DAY)
    )
    assert "KS-889" in text(office.verify(folder, as_of=DAY))
    assert "thiếu" in text(consolidate(folder))
    assert {entry.line.payload for entry in SideBook(path.parent).entries()} == whole
    assert office.verify(folder, as_of=DAY).exit_code == 0
    assert "Sổ phụ" not in text(office.status(folder, "2022-Q1", as_of=DAY))
    known, decided = receipts(folder), [one.reason for one in decisions(folder)]
    lose_parts(folder, "journal.jsonl", "journal-luu")
    office.journal_restore(folder, file=None, as_of=DAY)
    assert (receipts(folder), [one.reason for one in decisions(folder)]) == (known, decided)


@pytest.mark.parametrize("mend", sampled(["restore", "repair"], 1))
def test_originals_alone_are_registered_again_and_come_from_the_inbox_as_the_same(
    folder: Path, mend: str
) -> None:
    before = submissions(folder)
    files = {path.name for path in (folder / "workbooks" / "archive").glob("*/*")}
    lose_parts(folder, *EVERYTHING, "tracker", "summaries")
    with pytest.raises(ArchiveKnowsMoreError, match="kskt journal restore"):
        consolidate(folder)
    if mend == "restore":
        told = text(office.journal_restore(folder, file=None, as_of=DAY))
    else:
        told = text(office.journal_repair(folder, accept=False, as_of=DAY))
    assert "3 tệp có trong kho lưu mà sổ không có" in told
    consolidate(folder)
    void(folder)
    assert submissions(folder) == before
    assert {path.name for path in (folder / "workbooks" / "archive").glob("*/*")} == files
    assert office.verify(folder, as_of=DAY).exit_code == 0


@pytest.mark.long
def test_without_the_inbox_originals_count_by_themselves(folder: Path) -> None:
    lose_parts(folder, *EVERYTHING, "tracker", "summaries")
    shutil.rmtree(folder / "workbooks" / "inbox")
    (folder / "workbooks" / "inbox").mkdir()
    office.journal_restore(folder, file=None, as_of=DAY)
    consolidate(folder)
    found = {unit: verdict for unit, *_, verdict in submissions(folder)}
    assert found == {"QLCNH": "returned", "TTRA": "accepted", "VP": "accepted"}
    assert office.verify(folder, as_of=DAY).exit_code == 0


def test_letters_alone_tell_that_there_was_a_record(folder: Path) -> None:
    lose_parts(folder, "journal.jsonl", "archive", "journal-luu", "tracker", "summaries")
    for command in COMMANDS:
        with pytest.raises(LettersKnowMoreError, match="repair --accept"):
            command(folder)
    assert office.journal_show(folder, everything=False).exit_code == 1
    office.journal_repair(folder, accept=True, as_of=DAY)
    consolidate(folder)
    assert office.verify(folder, as_of=DAY).exit_code == 0
