"""The journal as people read it on sheet «Nhật ký» of the tracker."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from kskt_excel.ledger.decisions import describe
from kskt_excel.ledger.lines import Line as JournalLine
from kskt_excel.ledger.lines import Note, Receipt, Recheck, Sent
from kskt_excel.model.submission import Decision


def journal_rows(lines: Iterable[JournalLine]) -> Iterator[tuple[str, ...]]:
    """Number, time, who, what, why of each line that people want to see in «Nhật ký»."""
    known: dict[str, Receipt] = {}
    for line in lines:
        told = _rechecked(line, known) or _told(line)
        if isinstance(line.payload, Receipt):
            known[line.payload.sha256] = line.payload
        if told:
            yield (str(line.seq), f"{line.at:%d/%m/%Y %H:%M}", line.by, *told)


def _rechecked(line: JournalLine, known: dict[str, Receipt]) -> tuple[str, str] | None:
    """A file whose verdict has changed since it was last told, by plan, decision or other files."""
    now = line.payload
    then = known.get(now.sha256) if isinstance(now, Recheck) else None
    if not isinstance(now, Recheck) or then is None or then.verdict is now.verdict:
        return None
    known[now.sha256] = replace(then, verdict=now.verdict)
    whose = f"{now.unit or 'chưa rõ đơn vị'}, {now.period}"
    before = then.verdict.label.lower()
    return f"Kiểm tra lại {then.name} ({whose}): {now.verdict.label.lower()}, trước đó {before}", ""


def _told(line: JournalLine) -> tuple[str, str] | None:
    match line.payload:
        case Receipt() as one:
            whose = f"{one.unit or 'chưa rõ đơn vị'}, {one.period}"
            return f"Nhận {one.name} ({whose}): {one.verdict.label.lower()}", one.subject
        case Decision() as one:
            what, _, why = describe(one).partition(". Lý do: ")
            return what, why
        case Sent() as one:
            return f"Gửi thư {one.unit}, {one.period}: {one.subject}", ", ".join(one.recipients)
        case Note() as one:
            return one.text, ""
        case _:
            return None
