"""The record itself looked after: shown, backed up, restored, repaired.

Nothing here erases a line: what is replaced is put aside first, what is lost is named.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from kskt_excel.excel.tracker.record_sheets import journal_rows
from kskt_excel.ledger import archive, joining
from kskt_excel.ledger.decisions import describe
from kskt_excel.ledger.journal import (
    FileJournal,
    JournalDamagedError,
    JournalLine,
    Note,
    Receipt,
    Repair,
    RepairKind,
    Tip,
    payloads,
    plain_journal,
    stored,
)
from kskt_excel.ledger.safe_files import write_whole
from kskt_excel.ledger.safeguards import (
    Copy,
    KnownEnd,
    Replay,
    SideBook,
    backups,
    copy_of,
    read_copy,
)
from kskt_excel.ledger.state import clock_moment
from kskt_excel.model.errors import KsktError
from kskt_excel.model.finding import Finding
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.submission import Decision, Verdict
from kskt_excel.office.desk import Desk
from kskt_excel.office.outcome import (
    FOUND,
    PAGE_WIDTH,
    Outcome,
    ScreenLine,
    ScreenTable,
    Tone,
    finding_lines,
)
from kskt_excel.office.record import guard, keep_backup, known_by_products, received_hashes
from kskt_excel.text.pii import mask_title

_SHOWN = 20  # lines of a record on a screen
_ASIDE = "thay-ra"  # name before which a replaced journal is put aside


class NoBackupError(KsktError):
    """Nothing to restore the journal from."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"Không có bản sao nào dùng được trong {folder} và kho lưu không ghi lần nhận nào."
            " Đề nghị chỉ tệp sao lưu, ví dụ: kskt journal restore E:/luu/journal.jsonl"
        )


class NotAJournalError(KsktError):
    """A file that holds no line of a journal."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(
            f"{path} không có dòng sổ nhận nào đọc được ({why or 'tệp trống'})."
            " Đề nghị chọn tệp khác trong workbooks/journal-luu."
        )


@dataclass(frozen=True)
class RecordStanding:
    """How the record stands (tình trạng sổ): what can be read of it and what knows more."""

    copy: Copy  # the journal, as far as it can be read
    known: KnownEnd | None  # its end as it was noted
    unlisted: tuple[JournalLine, ...]  # receipts that only the side book has
    bare: tuple[str, ...]  # originals that nothing tells of
    siblings: tuple[Copy, ...]
    backups: tuple[Path, ...]
    remarks: tuple[Finding, ...]
    fault: str  # why no command works with it; "" when all do

    @property
    def is_short(self) -> bool:
        """Whether lines are missing that were there."""
        return self.known is not None and not self.copy.has(Tip(self.known.seq, self.known.hash))


def standing(desk: Desk) -> RecordStanding:
    """Everything that is known of the record, read without complaint."""
    journal, folder = desk.raw_journal, desk.workspace.archive
    fault = ""
    try:
        guard(desk.workspace, desk.raw_journal)
    except KsktError as error:
        fault = str(error)
    copy = copy_of(desk.raw_journal.inner, desk.workspace.journal_name)
    kept = archive.hashes(folder)
    received = received_hashes(copy.lines)
    unlisted = SideBook(folder).unrecorded(kept, copy.lines) if kept - received else ()
    told = received_hashes(unlisted)
    return RecordStanding(
        copy,
        journal.witness.read(),
        unlisted,
        tuple(sorted(kept - received - told)),
        tuple(read_copy(path) for path in journal.siblings()),
        backups(desk.workspace.journal_backups),
        journal.findings,
        fault,
    )


# show


def journal_outcome(desk: Desk, *, everything: bool) -> Outcome:
    """How the record stands, its last lines, its backups, and what belongs together."""
    now = standing(desk)
    rows = tuple(journal_rows(now.copy.lines))
    blocks: list[ScreenLine | ScreenTable] = [
        *_state_lines(desk, now),
        *finding_lines(now.remarks),
        *_missing_lines(desk, now),
        *_sibling_lines(now),
        *_backup_lines(desk, now),
    ]
    some = rows if everything else rows[-_SHOWN:]
    if some:
        title = "Sổ nhận" if len(some) == len(rows) else f"{len(some)} việc gần nhất"
        grid = ScreenTable(
            ("Dòng", "Lúc", "Ai", "Việc", "Vì sao"), some, title=title, most_width=PAGE_WIDTH
        )
        blocks.append(grid)
    blocks.append(_together(desk))
    return Outcome(tuple(blocks), _json(desk, now), FOUND if now.fault else 0)


def _state_lines(desk: Desk, now: RecordStanding) -> Iterator[ScreenLine]:
    lines, where = now.copy.lines, desk.workspace.journal_name
    if lines:
        first, last = lines[0].at, max(line.at for line in lines)
        between = f"từ {clock_moment(first)} đến {clock_moment(last)}"
        tone: Tone = "bad" if now.fault else "good"
        yield ScreenLine(f"Sổ nhận {where}: {len(lines)} dòng, {between}.", tone)
    else:
        yield ScreenLine(f"Sổ nhận {where}: chưa có dòng nào.", "bad" if now.fault else "")
    received = list(payloads(lines, Receipt))
    decided = list(payloads(lines, Decision))
    if received:
        one = received[-1]
        name = mask_title(one.name)
        yield ScreenLine(f"Lần nhận cuối: {name}, {clock_moment(one.received_at)}.")
    if decided:
        yield ScreenLine(f"Quyết định cuối: số {decided[-1].id}, {describe(decided[-1])}")
    if now.fault:
        yield ScreenLine(now.fault, "bad")
    elif now.known:
        yield ScreenLine(f"Mốc trong kho lưu: dòng {now.known.seq}, khớp với sổ.", "good")


def _missing_lines(desk: Desk, now: RecordStanding) -> Iterator[ScreenLine]:
    """What is known of lines that the journal has not."""
    if now.unlisted:
        count = len(now.unlisted)
        yield ScreenLine(f"Sổ phụ có {count} lần nhận mà sổ không có, giữ nguyên giờ:", "warn")
        yield from (ScreenLine(f"  {text}") for text in _receipts(now.unlisted[:_SHOWN]))
    if now.bare:
        count = len(now.bare)
        yield ScreenLine(
            f"Kho lưu có {count} tệp không rõ lần nhận; ghi vào sổ: kskt journal repair", "warn"
        )
    best = _best(now, None) if now.is_short or now.fault else None
    if best and len(best.lines) > len(now.copy.lines):
        more = len(best.lines) - len(now.copy.lines)
        rows = tuple(journal_rows(best.lines[len(now.copy.lines) :]))
        what = ":" if rows else ", không có gì trang Nhật ký phải nêu."
        yield ScreenLine(f"Bản sao {best.path.name} có thêm {more} dòng{what}", "warn")
        for row in rows[-_SHOWN:]:
            yield ScreenLine(f"  dòng {row[0]}, {row[1]}, {row[2]}: {row[3]}")
    after = max(len(now.copy.lines), len(best.lines) if best else 0)
    if now.is_short or now.fault:
        decided = (entry.line for entry in SideBook(desk.workspace.archive).entries())
        lost = [one for one in decided if isinstance(one.payload, Decision) and one.seq > after]
        for row in journal_rows(lost):
            yield ScreenLine(f"Sổ phụ có quyết định {row[0]}, {row[1]}, {row[2]}: {row[3]}", "warn")


def _receipts(lines: Iterable[JournalLine]) -> Iterator[str]:
    for line in lines:
        if isinstance(line.payload, Receipt):
            name = mask_title(line.payload.name)
            yield f"{name}, nhận {clock_moment(line.payload.received_at)}"


def _sibling_lines(now: RecordStanding) -> Iterator[ScreenLine]:
    for one in now.siblings:
        common = joining.shared(now.copy.links, one.links)
        extra = len(one.links) - common
        if not one.links:
            yield ScreenLine(f"{one.path.name}: không phải sổ nhận.", "quiet")
        elif extra:
            text = f"{one.path.name} có {extra} dòng mà sổ không có; ghép vào: kskt journal repair"
            yield ScreenLine(text, "warn")
        else:
            yield ScreenLine(f"{one.path.name}: không có gì thêm so với sổ, xóa được.", "quiet")


def _backup_lines(desk: Desk, now: RecordStanding) -> Iterator[ScreenLine]:
    folder = desk.workspace.shown(desk.workspace.journal_backups)
    if now.backups:
        newest = now.backups[-1].name
        yield ScreenLine(f"Bản sao lưu: {len(now.backups)} bản trong {folder}, mới nhất {newest}.")
    else:
        yield ScreenLine(f"Bản sao lưu: chưa có trong {folder}.")


def _together(desk: Desk) -> ScreenLine:
    """What must be copied together when the workspace moves or is backed up as a whole."""
    place = desk.workspace
    folders = (place.templates, place.archive, place.journal_backups, place.tracker, place.inbox)
    names = ", ".join(place.shown(folder) for folder in folders)
    return ScreenLine(
        f"Khi chép sang máy khác hoặc sao lưu cả nơi làm việc, chép cùng nhau lúc không ai chạy:"
        f" kskt.toml, {place.journal_name}, {names}. Thư mục issued, returned, summaries lập lại"
        " được; .kskt là bộ nhớ tạm, không cần chép.",
        "quiet",
    )


def _json(desk: Desk, now: RecordStanding) -> Mapping[str, object]:
    return {
        "schema": "kskt.journal/1",
        "journal": desk.workspace.journal_name,
        "lines": len(now.copy.lines),
        "known_lines": now.known.seq if now.known else None,
        "sound": not now.fault,
        "fault": now.fault,
        "unlisted": list(_receipts(now.unlisted)),
        "unknown_originals": list(now.bare),
        "copies": [
            {
                "file": desk.workspace.shown(one.path),
                "lines": len(one.lines),
                "more": len(one.links) - joining.shared(now.copy.links, one.links),
            }
            for one in now.siblings
        ],
        "backups": [desk.workspace.shown(path) for path in now.backups],
    }


# back up


def backed_up(desk: Desk, to: Path | None) -> Outcome:
    """A backup made now; ``to`` is a folder or a file outside, like a stick."""
    journal = desk.journal
    lines = journal.lines()
    if to is None:
        path = keep_backup(desk.workspace, desk.journal)
    else:
        path = to / "journal.jsonl" if to.is_dir() or not to.suffix else to
        write_whole(path, stored(journal.inner.links()))
    if path is None:
        return Outcome((ScreenLine("Sổ nhận chưa có dòng nào để sao lưu."),), _backup_json((), 0))
    shown = desk.workspace.shown(path)
    text = f"Đã sao lưu {len(lines)} dòng sổ nhận vào {shown}."
    return Outcome((ScreenLine(text, "good"),), _backup_json((shown,), len(lines)))


def _backup_json(outputs: Sequence[str], lines: int) -> Mapping[str, object]:
    return {"schema": "kskt.journal/1", "outputs": list(outputs), "lines": lines}


# restore


def restored(desk: Desk, file: Path | None) -> Outcome:
    """The journal put back from a copy, then what the side book has and the copy has not."""
    now = standing(desk)
    chosen = _chosen(desk, now, file)
    if not now.fault and chosen.links == now.copy.links and not (now.unlisted or now.bare):
        line = ScreenLine("Sổ nhận còn nguyên, không phải lấy lại gì.", "good")
        return Outcome((line,), _json(desk, now))
    aside = _put_aside(desk, now)
    inner, folder = desk.raw_journal.inner, desk.workspace.archive
    inner.put(chosen.links)
    added, unsafe = _joined(desk, now.copy, chosen)
    again = SideBook(folder).replay(archive.hashes(folder), inner.lines(), inner.hash_at)
    for entry in again.lines:
        inner.append(entry.payload, by=entry.by, at=entry.at)
    last = max(now.known.seq if now.known else 0, len(now.copy.lines))
    lost = (len(chosen.links) + 1, last) if last > len(chosen.links) + added else (0, 0)
    found = len(again.lines)
    repair = Repair(RepairKind.RESTORED, chosen.path.name, *lost, found_again=found)
    inner.append(repair, by=desk.who, at=desk.now)
    desk.raw_journal.note(settled=0, anew=True)
    adopted = tuple(_adopted(desk, standing(desk)))
    SideBook(folder).complete(inner.lines(), inner.hash_at)
    keep_backup(desk.workspace, desk.raw_journal)
    source = f"{chosen.path.name}: {len(chosen.links)} dòng" if chosen.links else "kho lưu"
    done = ScreenLine(f"Đã lấy lại sổ nhận từ {source}.", "good")
    if chosen.links == now.copy.links and not found + added and not adopted:
        done = ScreenLine("Không bản sao nào có gì hơn sổ đang có.", "warn")
    after = standing(desk)
    next_step = "Bước tiếp theo: kskt consolidate để lập lại sản phẩm, rồi kskt verify."
    return Outcome(
        (
            done,
            *([ScreenLine(f"Sổ cũ để ở {desk.workspace.shown(aside)}.")] if aside else []),
            *_restored_lines(again.receipts, found - again.receipts, added, unsafe),
            *adopted,
            *_lost_lines(lost, again),
            ScreenLine(after.fault, "bad") if after.fault else ScreenLine(next_step),
        ),
        {**_json(desk, after), "restored_from": chosen.path.name, "lost": list(lost)},
        *((FOUND,) if after.fault else ()),
    )


def _chosen(desk: Desk, now: RecordStanding, file: Path | None) -> Copy:
    if file is not None:
        copy = read_copy(file)
        if not copy.lines:
            raise NotAJournalError(file, copy.fault)
        return copy
    best = _best(now, now.copy)
    if best is None:
        if now.unlisted or now.bare:
            return now.copy
        raise NoBackupError(desk.workspace.journal_backups)
    return best


def _best(now: RecordStanding, own: Copy | None) -> Copy | None:
    """The copy that has the noted end, else the one with the most lines; the newest of equals."""
    others = (read_copy(path) for path in reversed(now.backups))
    candidates = [one for one in (own, *others, *now.siblings) if one and one.lines]
    end = Tip(now.known.seq, now.known.hash) if now.known else None
    return max(
        candidates,
        key=lambda one: (end is not None and one.has(end), len(one.lines)),
        default=None,
    )


def _put_aside(desk: Desk, now: RecordStanding) -> Path | None:
    """Keeps the bytes of a journal file that will be replaced, unless they are only its lines."""
    inner = desk.raw_journal.inner
    if not isinstance(inner, FileJournal):
        return None
    try:
        data = inner.path.read_bytes()
    except OSError:
        return None
    if not data or (data == stored(now.copy.links) and _is_kept(now)):
        return None
    name = f"{_ASIDE}-{desk.now:%Y-%m-%d}-{hashlib.sha256(data).hexdigest()[:8]}.jsonl"
    path = desk.workspace.journal_backups / name
    write_whole(path, data)
    return path


def _is_kept(now: RecordStanding) -> bool:
    """Whether a backup holds every line of the journal."""
    return any(read_copy(path).has(now.copy.tip) for path in now.backups)


def _joined(desk: Desk, theirs: Copy, ours: Copy) -> tuple[int, tuple[str, ...]]:
    """Appends what of another copy may follow our lines; gives how many, and what may not."""
    common = joining.shared(ours.links, theirs.links)
    kept = archive.hashes(desk.workspace.archive)
    inner = desk.raw_journal.inner
    found = joining.joinable(inner.lines(), theirs.lines, common, kept)
    for line in found.safe:
        inner.append(line.payload, by=line.by, at=line.at)
    return len(found.safe), tuple(joining.in_words(found))


def _restored_lines(
    receipts: int, decisions: int, added: int, unsafe: Sequence[str]
) -> Iterator[ScreenLine]:
    if receipts:
        yield ScreenLine(f"Đã ghi lại {receipts} lần nhận từ sổ phụ, giữ nguyên giờ nhận.", "good")
    if decisions:
        yield ScreenLine(f"Đã ghi lại {decisions} quyết định từ sổ phụ, số quyết định mới.", "good")
    if added:
        yield ScreenLine(f"Đã ghép {added} dòng của bản kia.", "good")
    if unsafe:
        text = "Chưa ghép, Văn phòng xem lại và ghi bằng kskt decide nếu vẫn đúng:"
        yield ScreenLine(text, "warn")
        yield from (ScreenLine(f"  {one}", "warn") for one in unsafe)


def _lost_lines(lost: tuple[int, int], again: Replay) -> Iterator[ScreenLine]:
    if lost[0]:
        yield ScreenLine(
            f"Không bản sao nào có dòng {lost[0]} đến {lost[1]}; kết luận và sản phẩm của các dòng"
            " ấy do lần tổng hợp tới tính lại từ kho lưu.",
            "warn",
        )
    if again.unfit:
        yield ScreenLine(
            "Quyết định chưa ghi lại được, Văn phòng xem và ghi bằng kskt decide:", "warn"
        )
        for row in journal_rows(again.unfit):
            yield ScreenLine(f"  số {row[0]}, {row[1]}, {row[2]}: {row[3]}. {row[4]}", "warn")


# repair


def repaired(desk: Desk, *, accept: bool) -> Outcome:
    """What can be mended without a backup: line ends, a torn end, other copies, loose originals."""
    now = standing(desk)
    inner = desk.raw_journal.inner
    done: list[ScreenLine] = []
    if isinstance(inner, FileJournal):
        done += _line_ends_mended(desk, now, inner)
        now = standing(desk)
    if now.copy.fault:
        raise JournalDamagedError(
            desk.workspace.journal_name, len(now.copy.links) + 1, now.copy.fault
        )
    for other in now.siblings:
        done += _sibling_joined(desk, now, other)
    now = standing(desk)
    if now.is_short and not accept:
        guard(desk.workspace, desk.raw_journal)
    done += _adopted(desk, now)
    now = standing(desk)
    if accept and now.fault:
        done += _accepted(desk, now)
    elif not done:
        guard(desk.workspace, desk.raw_journal)
    if done and not standing(desk).fault:
        SideBook(desk.workspace.archive).complete(inner.lines(), inner.hash_at)
        keep_backup(desk.workspace, desk.raw_journal)
    if not done:
        done.append(ScreenLine("Sổ nhận không có gì phải sửa.", "good"))
    return Outcome(tuple(done), _json(desk, standing(desk)))


def _line_ends_mended(desk: Desk, now: RecordStanding, inner: FileJournal) -> Iterator[ScreenLine]:
    try:
        data = inner.path.read_bytes()
    except OSError:
        return
    whole = plain_journal(data)
    if whole == data and stored(now.copy.links) == data:
        return
    if now.copy.fault and stored(now.copy.links) != whole[: whole.rfind(b"\n") + 1]:
        return  # damaged inside: that is no matter of line ends
    aside = _put_aside(desk, now)
    inner.put(now.copy.links)
    where = f" Bản trước khi sửa: {desk.workspace.shown(aside)}." if aside else ""
    yield ScreenLine(
        f"Đã đưa đầu tệp và cuối dòng của sổ về đúng dạng, {len(now.copy.links)} dòng còn nguyên."
        f"{where}",
        "good",
    )


def _sibling_joined(desk: Desk, now: RecordStanding, other: Copy) -> Iterator[ScreenLine]:
    inner = desk.raw_journal.inner
    ours = copy_of(desk.raw_journal.inner, desk.workspace.journal_name)
    common = joining.shared(ours.links, other.links)
    extra = len(other.links) - common
    if not other.links or not extra:
        return
    if common == len(ours.links):  # it only goes on where ours ends
        inner.put(other.links)
        yield ScreenLine(f"Sổ nối tiếp theo {other.path.name}: thêm {extra} dòng.", "good")
    elif not common:
        yield ScreenLine(f"{other.path.name} là sổ của nơi khác, không ghép.", "warn")
        return
    else:
        added, unsafe = _joined(desk, other, ours)
        yield from _restored_lines(0, 0, added, unsafe)
        inner.append(Repair(RepairKind.JOINED, other.path.name), by=desk.who, at=desk.now)
        inner.append(
            *(Note(f"Chưa ghép từ {other.path.name}: {text}") for text in unsafe),
            by=desk.who,
            at=desk.now,
        )
    if not _still_short(desk, now):
        desk.raw_journal.note(settled=0, anew=True)
    mark = hashlib.sha256(other.path.read_bytes()).hexdigest()[:8]
    moved = desk.workspace.journal_backups / f"da-ghep-{mark} {other.path.name}"
    moved.parent.mkdir(parents=True, exist_ok=True)
    other.path.replace(moved)
    yield ScreenLine(f"Đã chuyển {other.path.name} vào {desk.workspace.shown(moved.parent)}.")


def _still_short(desk: Desk, now: RecordStanding) -> bool:
    known = now.known
    return known is not None and not copy_of(
        desk.raw_journal.inner, desk.workspace.journal_name
    ).has(Tip(known.seq, known.hash))


def _adopted(desk: Desk, now: RecordStanding) -> Iterator[ScreenLine]:
    """Receipts for originals that the journal does not know, with the hour that is recorded."""
    inner = desk.raw_journal.inner
    for line in now.unlisted:
        inner.append(line.payload, by=line.by, at=line.at)
    folder = desk.workspace.archive
    bare = tuple(_bare_receipt(folder, sha256, desk) for sha256 in now.bare)
    if bare:
        inner.append(*bare, by=desk.who, at=desk.now)
    count = len(now.unlisted) + len(bare)
    if not count:
        return
    repair = Repair(RepairKind.ADOPTED, found_again=count)
    inner.append(repair, by=desk.who, at=desk.now)
    if not now.is_short:
        desk.raw_journal.note(settled=0, anew=True)
    yield ScreenLine(f"Đã ghi vào sổ {count} tệp có trong kho lưu mà sổ không có.", "good")


def _bare_receipt(folder: Path, sha256: str, desk: Desk) -> Receipt:
    """A receipt of which only the original is left: its hour is the file's own."""
    (path, *_) = archive.places(folder, sha256)
    period = path.parent.name
    hour = archive.hour_of(path)
    return Receipt(
        sha256=sha256,
        name=path.name,
        locator=f"{desk.workspace.shown(folder)}/{path.relative_to(folder).as_posix()}",
        channel="folder",
        received_at=hour,
        archived=path.relative_to(folder).as_posix(),
        verdict=Verdict.UNREADABLE,
        period="" if period == archive.UNKNOWN_PERIOD else period,
    )


def _accepted(desk: Desk, now: RecordStanding) -> Iterator[ScreenLine]:
    """The office goes on with the journal as it is; what is lost is written into it."""
    has = len(now.copy.lines)
    last = now.known.seq if now.known else 0
    lost = (has + 1, last) if last > has else (0, 0)
    inner = desk.raw_journal.inner
    named = (marks for _, _, marks in known_by_products(desk.workspace, inner.lines()))
    forgotten = tuple(sorted(frozenset().union(*named)))
    repair = Repair(RepairKind.ACCEPTED, "", *lost, forgotten=forgotten)
    inner.append(repair, by=desk.who, at=desk.now)
    desk.raw_journal.note(settled=0, anew=True)
    yield ScreenLine("Từ nay làm tiếp với sổ như đang có; chỗ thiếu đã ghi vào sổ.", "warn")
