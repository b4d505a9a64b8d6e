"""The record itself watched over: refused when it lost something, taken up after a kill, copied."""

import datetime as dt
import html
import re
import zipfile
import zlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from operator import attrgetter
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from kskt_excel.ledger import archive, joining
from kskt_excel.ledger.journal import JournalLine, Note, Receipt, Repair, payloads
from kskt_excel.ledger.safe_files import WriteFailedError
from kskt_excel.ledger.safeguards import (
    SIDE_BOOK_FILE,
    JournalShorterError,
    KnownEnd,
    RecordMark,
    SideBook,
    WitnessedJournal,
    back_up,
    copy_of,
    decision_mark,
    keywords_in_pdf,
    marks_in,
    read_copy,
    receipt_mark,
)
from kskt_excel.ledger.state import clock_moment
from kskt_excel.model.errors import KsktError
from kskt_excel.model.submission import Decision
from kskt_excel.office.outcome import ScreenLine, finding_lines
from kskt_excel.workspace import Workspace

if TYPE_CHECKING:
    from kskt_excel.office.desk import Desk

FIRST_PAGE = "DOC-TRUOC.txt"
"""The file of a dossier that is to be read first."""

_PROPERTIES = "docProps/core.xml"
# To the end of its text in XML or of its line: RecordMark.words has made it.
_MARK = re.compile(r"Theo sổ nhận: [^<\r\n]*")


class ProductKnowsMoreError(KsktError):
    """A product made from a receipt or a decision that the journal has not."""

    def __init__(self, product: str, words: str, where: str) -> None:
        super().__init__(
            f"{product} lập từ một lần nhận hoặc quyết định mà sổ nhận {where} không có"
            f" ({words.rstrip('.')}). Sổ có thể đã bị chép đè bản cũ; chưa ghi đè gì. Xem còn lấy"
            " lại được gì: kskt journal show; lấy lại: kskt journal restore; làm tiếp với sổ như"
            " đang có: kskt journal repair --accept. Nếu tệp này chép từ nơi khác đến, đề nghị"
            " chuyển nó đi."
        )


class ArchiveKnowsMoreError(KsktError):
    """Originals in the archive while the journal is gone."""

    def __init__(self, count: int, where: str) -> None:
        super().__init__(
            f"Sổ nhận {where} thiếu: kho lưu có {count} tệp đã nhận mà sổ không biết."
            " Chưa ghi đè gì."
            " Xem còn lấy lại được gì: kskt journal show; lấy lại từ bản sao lưu và kho lưu:"
            " kskt journal restore"
        )


class LettersKnowMoreError(KsktError):
    """Letters to units while journal and archive are gone."""

    def __init__(self, folder: str, where: str) -> None:
        super().__init__(
            f"Sổ nhận {where} trống, kho lưu không có tệp nào, mà {folder} còn thư đã trả lời các"
            " đơn vị: sổ và kho lưu có thể đã bị xóa. Chưa ghi đè gì. Chép lại sổ và kho lưu từ"
            " bản sao lưu. Nếu bắt đầu lại từ đầu: kskt journal repair --accept"
        )


def guard(place: Workspace, journal: WitnessedJournal) -> None:
    """Refuses a journal that witness, side book, archive or products know more than.

    Raises JournalDamagedError, JournalShorterError, ArchiveKnowsMoreError, LettersKnowMoreError,
    ProductKnowsMoreError.
    """
    lines, name = journal.lines(), place.journal_name
    known = journal.witness.read()
    if not (known and known.seq):
        _guard_without_witness(place, journal, lines, name)
    for path, words, _ in known_by_products(place, lines):
        raise ProductKnowsMoreError(place.shown(path), words, name)


def known_by_products(
    place: Workspace, lines: Sequence[JournalLine]
) -> Iterator[tuple[Path, str, frozenset[str]]]:
    """Products that name a receipt or a decision which the lines have not, and what they name.

    Left out is what the office has gone on without.
    """
    told = {path: words for path in _products(place) if (words := _words_of(path))}
    if not told:
        return
    has: set[str] = set()
    for line in lines:
        match line.payload:
            case Receipt() as one:
                has.add(receipt_mark(one.sha256))
            case Decision() as one:
                has.add(decision_mark(one))
            case Repair() as one:
                has.update(one.forgotten)
    for path, words in told.items():
        unknown = marks_in(words) - has
        if unknown:
            yield path, words, unknown


def _products(place: Workspace) -> Iterator[Path]:
    yield from sorted(place.tracker.glob("theo-doi-*.xlsx"))
    for ending in ("xlsx", "docx", "zip", "pdf"):
        yield from sorted(place.summaries.glob(f"*/*.{ending}"))


def _words_of(path: Path) -> str:
    """What a product says of the record behind it; "" of one that says nothing, or cannot be read.

    In an Office file it is the remark among its properties, in a dossier a line of its first page,
    in a PDF among its keywords.
    """
    try:
        if path.suffix == ".pdf":
            return keywords_in_pdf(path.read_bytes())
        with zipfile.ZipFile(path) as package:
            name = FIRST_PAGE if path.suffix == ".zip" else _PROPERTIES
            text = package.read(name).decode("utf-8", "replace")
    except (OSError, KeyError, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError):
        return ""
    found = _MARK.search(text)
    return html.unescape(found[0]) if found else ""


def mark_of_all(desk: "Desk", quarters: Collection[str]) -> RecordMark:
    """The last of everything received for quarters, and of the decisions on them."""
    own = [one for one in desk.state.receipts if one.period in quarters]
    decided = desk.state.rulings.taken_on(quarters)
    return RecordMark.of(((one.sha256, one.received_at) for one in own), decided)


def _guard_without_witness(
    place: Workspace, journal: WitnessedJournal, lines: Sequence[JournalLine], name: str
) -> None:
    newest = SideBook(place.archive).newest_end()
    if journal.hash_at(newest.seq) != newest.hash:
        end = KnownEnd(newest.seq, newest.hash)
        raise JournalShorterError(name, len(lines), end, siblings=journal.siblings())
    kept = archive.hashes(place.archive)
    pending = SideBook(place.archive).unrecorded(kept, lines)
    unknown = kept - received_hashes(lines) - received_hashes(pending)
    if unknown:
        raise ArchiveKnowsMoreError(len(unknown), name)
    letter = next(place.returned.glob("*/*.eml"), None)
    if letter and not (lines or pending):
        raise LettersKnowMoreError(place.shown(letter.parent), name)


def seen_while_opening(place: Workspace, journal: WitnessedJournal) -> Iterator[ScreenLine]:
    """What is to be said of a journal that can be worked with all the same."""
    yield from finding_lines(journal.findings)
    siblings = journal.siblings()
    own = copy_of(journal.inner, place.journal_name) if siblings else None
    for path in siblings:
        other = read_copy(path)
        if own and len(other.links) > joining.shared(own.links, other.links):
            text = f"{path.name} cạnh sổ nhận có những dòng mà sổ không có. Xem: kskt journal show"
            yield ScreenLine(text, "warn", aside=True)
    yield from _lost_originals(place, journal)
    yield from _side_book_short(place, journal)


def _side_book_short(place: Workspace, journal: WitnessedJournal) -> Iterator[ScreenLine]:
    """How much the side book has lost; that of one machine of several has not all anyway."""
    lines = journal.lines()
    if place.settings.journal.url or not SideBook(place.archive).is_shorter(lines):
        return
    if count := len(SideBook(place.archive).missing(lines)):
        text = (
            f"Sổ phụ {place.shown(place.archive / SIDE_BOOK_FILE)} thiếu {count} lần"
            " nhận, quyết định mà sổ nhận có; có thể đã bị xóa hoặc bị cắt. Khi nhận tệp, tổng hợp"
            " hoặc ghi quyết định, chương trình ghi lại từ sổ nhận."
        )
        yield ScreenLine(text, "warn", aside=True)


def _lost_originals(place: Workspace, journal: WitnessedJournal) -> Iterator[ScreenLine]:
    """How many originals the archive has no more, unless another machine of the office has them."""
    settings = place.settings.journal
    if settings.url and settings.originals != "server":
        return
    lost = received_hashes(journal.lines()) - archive.hashes(place.archive)
    if lost:
        text = (
            f"Kho lưu {place.shown(place.archive)} thiếu {len(lost)} tệp gốc mà sổ đã nhận. Đề nghị"
            " chép lại kho lưu từ bản sao lưu; tên từng tệp: kskt verify"
        )
        yield ScreenLine(text, "warn", aside=True)


def take_up(place: Workspace, journal: WitnessedJournal) -> Iterator[ScreenLine]:
    """Registers originals of a run that was killed; enters again what the side book has lost."""
    lines = journal.lines()
    kept = archive.hashes(place.archive)
    if not kept <= received_hashes(lines):
        pending = SideBook(place.archive).unrecorded(kept, lines)
        for line in pending:
            journal.append(line.payload, by=line.by, at=line.at)
        if pending:
            text = f"Lần chạy trước bị ngắt: {len(pending)} tệp đã vào kho lưu, nay ghi nốt vào sổ."
            yield ScreenLine(text, "warn", aside=True)
    lines = journal.lines()
    if SideBook(place.archive).is_shorter(lines):
        SideBook(place.archive).complete(lines, journal.hash_at)


def share_originals(
    place: Workspace, journal: WitnessedJournal, originals: Sequence[archive.Original]
) -> None:
    """Originals kept on the server too, for the office's other machines.

    Raises ServerFailedError.
    """
    if place.settings.journal.url and place.settings.journal.originals == "server":
        journal.inner.keep_originals({one.sha256: one.data for one in originals})


def bring_originals(place: Workspace, journal: WitnessedJournal) -> None:
    """Fetches originals that another machine of the office has received."""
    if not (place.settings.journal.url and place.settings.journal.originals == "server"):
        return
    kept = archive.hashes(place.archive)
    for line in journal.lines():
        one = line.payload
        if isinstance(one, Receipt) and one.sha256 not in kept:
            data = journal.inner.original(one.sha256)
            if data is not None:
                suffix = PurePath(one.archived).suffix
                kept_for = PurePath(one.archived).parts[0]
                original = archive.Original(kept_for, data, suffix, one.sha256)
                archive.store_all(place.archive, [original])


def clock_behind(journal: WitnessedJournal, now: dt.datetime, who: str) -> Iterator[ScreenLine]:
    """Says, and notes once, that the day at work lies before what is recorded already."""
    lines = journal.lines()
    latest = max(map(attrgetter("at"), lines), default=now)
    if now >= latest:
        return
    text = (
        f"Đồng hồ máy hoặc --as-of là {clock_moment(now)}, trước dòng gần nhất của sổ"
        f" ({clock_moment(latest)}). Tệp rời nhận lần này không ghi giờ sớm hơn lần nhận trước."
        " Đề nghị kiểm tra ngày giờ của máy."
    )
    if not any(isinstance(one.payload, Note) and one.payload.text == text for one in lines):
        journal.append(Note(text), by=who, at=now)
    yield ScreenLine(text, "warn", aside=True)


def received_hashes(lines: Iterable[JournalLine]) -> set[str]:
    """SHA-256 of every original that the lines have received."""
    return {one.sha256 for one in payloads(lines, Receipt)}


def backup_remarks(place: Workspace, journal: WitnessedJournal) -> Iterator[ScreenLine]:
    """A backup after a run that wrote; the run has done its work where that cannot be made."""
    try:
        keep_backup(place, journal)
    except (WriteFailedError, OSError) as error:
        yield ScreenLine(f"Chưa sao lưu được sổ nhận. {error}", "warn", aside=True)


def keep_backup(place: Workspace, journal: WitnessedJournal) -> Path | None:
    """A backup of the journal as it is, unless the same one is there."""
    return back_up(place.journal_backups, journal.inner)
