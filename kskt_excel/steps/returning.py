"""What goes back to the units: marked copies, replies, reminders; sent once where asked."""

import os
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from kskt_excel.consolidate.standings import deadline
from kskt_excel.excel.issue import file_name, unit_workbook
from kskt_excel.ledger.lines import Sent
from kskt_excel.mail import letters, outgoing
from kskt_excel.mail.letters import LetterError
from kskt_excel.mail.outgoing import Draft
from kskt_excel.model.errors import KsktError
from kskt_excel.model.period import Period
from kskt_excel.model.plan import Unit
from kskt_excel.steps.answering import answer, mend_by, to_answer
from kskt_excel.steps.balances import closing_balances
from kskt_excel.steps.desk import Desk
from kskt_excel.steps.following import opening_reports
from kskt_excel.steps.kept_answers import KeptAnswers
from kskt_excel.steps.outcome import Line, Outcome
from kskt_excel.steps.publishing import Files, Standing
from kskt_excel.steps.putting_together import Work
from kskt_excel.steps.telling import written_blocks

if TYPE_CHECKING:
    from kskt_excel.mail.smtp import Sending


@dataclass
class Returns:
    """Files to write and letters among them."""

    files: Files = ()
    drafts: list[Draft] = field(default_factory=list)
    remarks: list[Line] = field(default_factory=list)

    def added(self, folder: Path, made: tuple[str, bytes] | Draft) -> tuple[Path, bytes]:
        """One more file; of a letter, also what the office must know before it sends."""
        if not isinstance(made, Draft):
            return folder / made[0], made[1]
        self.drafts.append(made)
        self.say(made.remark)
        return folder / made.file_name, made.data

    def say(self, remark: str) -> None:
        """What the office must know, if there is anything."""
        if remark:
            self.remarks.append(Line(remark, "warn", aside=True))


def give_back(desk: Desk, work: Work, *, units: Collection[str]) -> Returns:
    """A reply for the last report of each unit, with the marked copy where there is a fault."""
    texts = letters.load(desk.workspace.letters)
    wanted = {code.upper() for code in units}
    returns = Returns()
    folder = desk.workspace.returned / work.period.quarters[-1].id
    returns.files = [
        returns.added(folder, made)
        for unit, latest in to_answer(work)
        if not wanted or unit.code in wanted
        for made in answer(desk, work, unit, latest, texts)
    ]
    return returns


def try_to_give_back(desk: Desk, work: Work, refused: list[KsktError]) -> Returns:
    """The same for all units, each made when it is written, and only where it has changed.

    A letter that cannot be used is put into ``refused``, no more. What is to be said is known
    when all files are made.
    """
    returns = Returns()
    try:
        texts = letters.load(desk.workspace.letters)
    except LetterError as error:
        refused.append(error)
        return returns
    returns.files = _one_by_one(desk, work, texts, returns)
    return returns


def _one_by_one(
    desk: Desk, work: Work, texts: letters.Letters, returns: Returns
) -> Iterator[tuple[Path, bytes | Standing]]:
    quarter = work.judged[work.period.quarters[-1].id]
    folder = desk.workspace.returned / quarter.period.id
    day = mend_by(desk, work.plan)
    with KeptAnswers(desk, work.plan, quarter.period, texts) as kept:
        for unit, latest in to_answer(work):
            reading = quarter.judged[latest.sha256].checked.reading
            made_from = kept.made_from(unit.code, latest, reading, day)
            known = kept.find(unit.code, latest, made_from)
            if known:
                yield from ((folder / name, Standing(sha256)) for name, sha256 in known.files)
                for remark in known.remarks:
                    returns.say(remark)
                continue
            own = Returns()
            files = [own.added(folder, made) for made in answer(desk, work, unit, latest, texts)]
            yield from files
            returns.remarks += own.remarks
            told = [line.text for line in own.remarks]
            kept.put(unit.code, latest, made_from, [(p.name, data) for p, data in files], told)


def reminders(desk: Desk, work: Work) -> Returns:
    """A reminder for each unit without an acceptable report, its blank workbook attached."""
    period, plan = work.period, work.plan
    texts = letters.load(desk.workspace.letters)
    returns = Returns()
    folder = desk.workspace.returned / period.id
    standings = {one.unit: one for one in work.whole.standings}
    before = opening_reports(desk, period)
    files: list[tuple[Path, bytes]] = []
    for code in work.whole.missing:
        unit, standing = plan.unit_by_code[code], standings[code]
        opening = closing_balances(before[code].reading) if code in before else {}
        blank = unit_workbook(
            plan=plan, forms=desk.forms, unit=unit, period=period, opening=opening
        )
        draft = outgoing.reminder(
            letters=texts,
            plan=plan,
            unit=unit,
            period=period,
            deadline=deadline(plan, period),
            now=desk.now,
            standing=standing,
            attachment=None if standing.received_at else (file_name(unit, period), blank),
        )
        files.append(returns.added(folder, draft))
    returns.files = files
    return returns


def covers(
    desk: Desk, period: Period, workbooks: Sequence[tuple[Unit, Path, bytes]]
) -> Iterator[tuple[Path, bytes]]:
    """The letter that brings each unit its blank workbook."""
    plan, texts = desk.plan(period.year), letters.load(desk.workspace.letters)
    for unit, path, data in workbooks:
        draft = outgoing.cover(
            letters=texts,
            plan=plan,
            unit=unit,
            period=period,
            attachment=(path.name, data),
            deadline=deadline(plan, period),
            now=desk.now,
        )
        yield path.parent / draft.file_name, draft.data


def send(desk: Desk, period: Period, returns: Returns) -> tuple[Line, ...]:
    """Sends each letter that was not sent before; each one is recorded as soon as it is out.

    Raises KsktError where the settings name no server or the server refuses.
    """
    from kskt_excel.mail import smtp
    from kskt_excel.mail.passwords import SENDING, password

    mail = desk.workspace.settings.mail
    already = {
        line.payload.message_id for line in desk.journal.lines() if isinstance(line.payload, Sent)
    }
    told: list[Line] = []
    user = mail.smtp_user
    key = password(SENDING, user, os.environ) if user else ""
    for sending in smtp.send(returns.drafts, mail, key, already):
        draft = sending.draft
        if sending.state == "sent":
            desk.record(
                Sent(draft.what, draft.unit, period.id, draft.to, draft.subject, draft.message_id)
            )
        told.append(_sending_line(sending))
    return tuple(told)


def _sending_line(sending: "Sending") -> Line:
    words_of = {
        "sent": "đã gửi",
        "already_sent": "đã gửi từ trước, không gửi lại",
        "no_address": "chưa có địa chỉ thư trong kế hoạch",
        "refused": "máy chủ từ chối",
    }
    draft = sending.draft
    why = f" ({sending.why})" if sending.why else ""
    is_out = sending.state in ("sent", "already_sent")
    text = f"{draft.unit}: {words_of[sending.state]}{why}"
    return Line(text, "good" if is_out else "warn")


def told(desk: Desk, period: Period, returns: Returns, paths: Sequence[Path]) -> Outcome:
    """Where the letters lie."""
    lines = [Line(f"{draft.unit}: {draft.subject}") for draft in returns.drafts]
    shown = [desk.workspace.shown(path) for path in paths]
    count = Line(f"{len(returns.drafts)} thư đã soạn.")
    blocks = (*lines, count, *returns.remarks, *written_blocks(desk.workspace, paths))
    return Outcome(
        blocks,
        {
            "schema": "kskt.return/1",
            "period": period.id,
            "letters": [
                {"unit": draft.unit, "subject": draft.subject, "to": list(draft.to)}
                for draft in returns.drafts
            ],
            "outputs": shown,
        },
    )
