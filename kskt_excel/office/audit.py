"""Everything recomputed from the archive and compared with journal and outputs."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from kskt_excel import messages
from kskt_excel.ledger import archive
from kskt_excel.ledger.journal import JournalLine, Outputs, Receipt, payloads
from kskt_excel.ledger.safeguards import SIDE_BOOK_FILE, SideBook
from kskt_excel.ledger.state import clock_moment
from kskt_excel.messages import finding
from kskt_excel.model.finding import Finding
from kskt_excel.office.desk import Desk
from kskt_excel.office.outcome import FOUND, Outcome, ScreenLine, finding_lines
from kskt_excel.office.outputs import RETIRED, latest_files
from kskt_excel.office.prints import outdated
from kskt_excel.office.quarter import judge_quarters
from kskt_excel.text.pii import mask_title


def faults(folder: Path, lines: Iterable[JournalLine]) -> Iterator[Finding]:
    """What is wrong between the archive and the verified lines of the journal.

    First originals that were changed, then receipts whose original is missing in the journal's
    order, then files that no receipt names. The chain itself is verified by reading the journal.
    """
    receipts = list(payloads(lines, Receipt))
    damaged = tuple(archive.verify_archive(folder))
    for fault in damaged:
        if fault.what == "changed":
            yield finding("ledger.original_changed", path=_relative_name(fault.path, folder))
    yield from _missing(folder, receipts)
    listed = {receipt.sha256 for receipt in receipts}
    for fault in damaged:
        if fault.what == "foreign":
            yield finding("ledger.original_unlisted", path=_relative_name(fault.path, folder))
    for path in archive.originals(folder):
        if path.name[: archive.HASH_LENGTH] not in listed:
            yield finding("ledger.original_unlisted", path=_relative_name(path, folder))


def _side_book_faults(desk: Desk, lines: Sequence[JournalLine]) -> Iterator[Finding]:
    """What the side book has lost; that of one machine of several has not all anyway."""
    folder = desk.workspace.archive
    lost = () if desk.workspace.settings.journal.url else SideBook(folder).missing(lines)
    if lost:
        yield finding("ledger.side_book_short", count=len(lost), file=SIDE_BOOK_FILE)


def _missing(folder: Path, receipts: Iterable[Receipt]) -> Iterator[Finding]:
    there = {path.name[: archive.HASH_LENGTH] for path in archive.originals(folder)}
    named = set()
    for receipt in receipts:
        if receipt.sha256 not in there and receipt.sha256 not in named:
            named.add(receipt.sha256)
            yield finding(
                "ledger.original_missing",
                name=mask_title(receipt.name),
                moment=clock_moment(receipt.received_at),
            )


def _relative_name(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix()


def verified(desk: Desk) -> Outcome:
    """Chain, archive, verdicts, figures, files: what agrees and what does not.

    Raises JournalDamagedError, which names the line.
    """
    lines = desk.journal.lines()
    archive_faults = tuple(faults(desk.workspace.archive, lines))
    side_faults = tuple(_side_book_faults(desk, lines))
    verdicts = tuple(_changed_verdicts(desk, lines)) if not archive_faults else ()
    outputs = tuple(_changed_outputs(desk, lines))
    blocks: list[ScreenLine] = [
        ScreenLine(f"Sổ nhận: {len(lines)} dòng, nối tiếp đúng.", "good"),
        *_verdict_line(
            "Kho lưu", len(_receipts(lines)), "tệp nguyên vẹn", is_wrong=archive_faults != ()
        ),
        *finding_lines((*archive_faults, *side_faults)),
        *(
            _verdict_line(
                "Kết luận", len(_receipts(lines)), "tệp tính lại như sổ", is_wrong=verdicts != ()
            )
            if not archive_faults
            else [
                ScreenLine("Kết luận: chưa tính lại, vì kho lưu có tệp không nguyên vẹn.", "warn")
            ]
        ),
        *verdicts,
        *_verdict_line(
            "Sản phẩm", len(latest_files(lines)), "tệp như lúc ghi", is_wrong=outputs != ()
        ),
        *outputs,
    ]
    agrees = not (archive_faults or side_faults or verdicts or outputs)
    return Outcome(
        tuple(blocks),
        {
            "schema": "kskt.verify/1",
            "agrees": agrees,
            "journal_lines": len(lines),
            "faults": [
                *(messages.sentence(found) for found in (*archive_faults, *side_faults)),
                *(line.text for line in (*verdicts, *outputs)),
            ],
        },
        0 if agrees else FOUND,
    )


def _verdict_line(what: str, count: int, good: str, *, is_wrong: bool) -> Iterator[ScreenLine]:
    if is_wrong:
        yield ScreenLine(f"{what}: có chỗ không khớp, xem dưới đây.", "bad")
    else:
        yield ScreenLine(f"{what}: {count} {good}.", "good")


def _receipts(lines: Sequence[JournalLine]) -> list[Receipt]:
    return list(payloads(lines, Receipt))


def _changed_verdicts(desk: Desk, lines: Sequence[JournalLine]) -> Iterator[ScreenLine]:
    """Files that are judged otherwise now than the journal says; nothing is written."""
    periods = [desk.period(one.period) for one in _receipts(lines) if one.period]
    state, doubting = desk.state, desk.doubting()
    before = {one.sha256: one for one in state.receipts}
    judged = judge_quarters(doubting, min(periods), max(periods)) if periods else {}
    for id_, quarter in judged.items():
        settled = state.settled(id_)
        for sha256, now in quarter.judged.items():
            then, verdict = before[sha256], now.checked.verdict
            is_read = now.checked.reading is not None and sha256 not in settled
            if is_read and verdict is not then.verdict:
                yield ScreenLine(
                    f"  {then.name} ({then.unit}, {id_}): sổ ghi {then.verdict.label.lower()},"
                    f" tính lại là {verdict.label.lower()}. Kế hoạch, biểu mẫu hoặc thời hạn miễn"
                    f" trừ đã đổi từ lần tổng hợp trước; chạy kskt consolidate {id_} để ghi lại.",
                    "bad",
                )


def _changed_outputs(desk: Desk, lines: Sequence[JournalLine]) -> Iterator[ScreenLine]:
    """Files that are gone, changed since they were written, or older than what they show.

    Retired letters may be gone: nothing is made from them and no run makes them again.
    """
    yield from (ScreenLine(f"  {text}", "bad") for text in outdated(desk))
    outputs = list(payloads(lines, Outputs))
    written = {file for one in outputs for file in one.files.items()}
    for name, sha256 in latest_files(lines).items():
        path: Path = desk.workspace.root / name
        if not path.is_file():
            if path.parent.name == RETIRED:
                continue
            yield ScreenLine(f"  {name}: không còn. Chạy lại kskt consolidate để lập lại.", "bad")
        elif (here := hashlib.sha256(path.read_bytes()).hexdigest()) != sha256:
            # a colleague's program has made it anew elsewhere, or somebody has put a copy back
            is_earlier = (name, here) in written
            why = (
                "là bản lập trước, sổ nhận đã ghi bản mới hơn. Chạy lại kskt consolidate"
                if is_earlier
                else "đã có người sửa sau khi ghi"
            )
            yield ScreenLine(f"  {name}: {why}.", "warn")
