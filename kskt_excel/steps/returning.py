"""What goes back to the units: marked copies, replies, reminders; sent once where asked."""

import datetime as dt
import os
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from kskt_excel.consolidate.standings import deadline
from kskt_excel.excel.issue import file_name, unit_workbook
from kskt_excel.excel.marking import ReturnHead, marked_copy
from kskt_excel.ledger import archive
from kskt_excel.ledger.lines import Sent
from kskt_excel.mail import letters, outgoing
from kskt_excel.mail.letters import LetterError
from kskt_excel.mail.outgoing import Draft
from kskt_excel.model.errors import KsktError
from kskt_excel.model.finding import Severity
from kskt_excel.model.period import Period
from kskt_excel.model.plan import Plan, Unit
from kskt_excel.model.submission import Submission, Verdict
from kskt_excel.model.workdays import add_workdays
from kskt_excel.steps.balances import closing_balances
from kskt_excel.steps.desk import Desk
from kskt_excel.steps.following import opening_reports
from kskt_excel.steps.judging import Quarter
from kskt_excel.steps.outcome import Line, Outcome
from kskt_excel.steps.putting_together import Work
from kskt_excel.steps.telling import written_blocks
from kskt_excel.text import given

if TYPE_CHECKING:
    from kskt_excel.mail.smtp import Sending

_ANSWERED = (
    Verdict.ACCEPTED,
    Verdict.ACCEPTED_WITH_WARNINGS,
    Verdict.RETURNED,
    Verdict.UNREADABLE,
    Verdict.NOT_A_REPORT,
)
_TO_MEND = "CAN-SUA"
_TO_LOOK_AT = "DA-NHAN"


@dataclass
class Returns:
    """Files to write and letters among them."""

    files: list[tuple[Path, bytes]] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)
    remarks: list[Line] = field(default_factory=list)

    def add(self, folder: Path, made: tuple[str, bytes] | Draft) -> None:
        """One more file or letter; a letter says what the office must know before it sends."""
        if not isinstance(made, Draft):
            self.files.append((folder / made[0], made[1]))
            return
        self.drafts.append(made)
        self.files.append((folder / made.file_name, made.data))
        if made.remark:
            self.remarks.append(Line(made.remark, "warn", aside=True))


def give_back(desk: Desk, work: Work, *, units: Collection[str]) -> Returns:
    """A reply for the last report of each unit, with the marked copy where there is a fault."""
    quarter = work.judged[work.period.quarters[-1].id]
    folder = desk.workspace.returned / quarter.period.id
    wanted = {code.upper() for code in units}
    texts = letters.load(desk.workspace.letters)
    returns = Returns()
    for unit, latest in _to_answer(work.plan, quarter):
        if wanted and unit.code not in wanted:
            continue
        for made in _answer(desk, work, unit, latest, texts):
            returns.add(folder, made)
    return returns


def try_to_give_back(desk: Desk, work: Work, refused: list[KsktError]) -> Returns:
    """The same for all units; a letter that cannot be used is put into ``refused``, no more."""
    try:
        return give_back(desk, work, units=())
    except LetterError as error:
        refused.append(error)
        return Returns()


def _to_answer(plan: Plan, quarter: Quarter) -> Iterator[tuple[Unit, Submission]]:
    """The last report of each unit, and what came after it and could not be read.

    What cannot be read goes to the owner of its mailbox.
    """
    by_unit: dict[str, list[Submission]] = {}
    counted = {report.unit for report in quarter.reports}
    by_mailbox = {mail.casefold(): unit for unit in plan.units for mail in unit.emails}
    for one in sorted(quarter.submissions, key=lambda one: one.received_at):
        owner = by_mailbox.get(one.mail.sender.casefold())
        code = one.unit or (owner.code if owner else "")
        set_aside = one.verdict is Verdict.SUPERSEDED and one.unit not in counted
        if one.verdict in _ANSWERED or set_aside:
            by_unit.setdefault(code, []).append(one)
    for unit in plan.units:
        own = by_unit.get(unit.code, [])
        reports = [one for one in own if one.version]
        if own:
            yield unit, (reports or own)[-1]
        if reports and own[-1].verdict is Verdict.UNREADABLE:
            yield unit, own[-1]


def _answer(
    desk: Desk, work: Work, unit: Unit, latest: Submission, texts: letters.Letters
) -> Iterator[tuple[str, bytes] | Draft]:
    """The marked copy where there is a fault, then the reply that brings it."""
    quarter = work.judged[work.period.quarters[-1].id]
    attachment = _marked(desk, work.plan, quarter, unit, latest)
    if attachment:
        yield attachment
    yield outgoing.reply(
        letters=texts,
        plan=work.plan,
        forms=desk.forms,
        unit=unit,
        period=quarter.period,
        submission=latest,
        findings=latest.findings,
        reading=quarter.judged[latest.sha256].checked.reading,
        attachment=attachment,
        deadline=_mend_by(desk, work.plan),
        now=desk.now,
    )


def _marked(
    desk: Desk, plan: Plan, quarter: Quarter, unit: Unit, latest: Submission
) -> tuple[str, bytes] | None:
    """Name and bytes of the marked copy; None when there is nothing to mark."""
    levels = {found.severity for found in latest.findings}
    reading = quarter.judged[latest.sha256].checked.reading
    if reading is None or levels <= {Severity.INFO}:
        return None
    data = archive.load(desk.workspace.archive, latest.sha256, archived=latest.archived)
    head = return_head(desk, plan, quarter.period, unit, latest)
    marked = marked_copy(
        data,
        kind=reading.kind,
        findings=latest.findings,
        reading=reading,
        head=head,
        forms=desk.forms,
    )
    is_returned = Severity.ERROR in levels and not latest.verdict.counts
    mark = _TO_MEND if is_returned else _TO_LOOK_AT
    suffix = PurePath(latest.file).suffix.lower() if marked.patched else ".xlsx"
    return f"{unit.code}_lan-{latest.version}_{mark}{suffix}", marked.data


def return_head(
    desk: Desk, plan: Plan, period: Period, unit: Unit, latest: Submission
) -> ReturnHead:
    """What stands over the list of faults."""
    errors = sum(found.severity is Severity.ERROR for found in latest.findings)
    warnings = sum(found.severity is Severity.WARNING for found in latest.findings)
    is_returned = errors > 0 and not latest.verdict.counts
    accepted = f"{errors} lỗi được chấp nhận, " if errors else ""
    conclusion = (
        f"CHƯA NHẬN – {errors} lỗi phải sửa, {warnings} cảnh báo"
        if is_returned
        else f"ĐÃ NHẬN – {accepted}{warnings} cảnh báo cần xem lại"
    )
    phone = plan.setting("Điện thoại Văn phòng")
    office = plan.unit_by_code[plan.office].name
    return ReturnHead(
        unit_name=unit.name,
        period_label=period.label,
        file_name=latest.file,
        received_at=latest.received_at,
        version=latest.version,
        conclusion=conclusion,
        deadline=given.day(_mend_by(desk, plan)) if is_returned else "",
        contact=", ".join(part for part in (office, phone) if part),
    )


def _mend_by(desk: Desk, plan: Plan) -> dt.date:
    """The day by which a returned report is awaited again."""
    days = int(plan.setting("Hạn sửa (ngày làm việc)", "2"))
    return add_workdays(desk.now.date(), days, plan.holidays)


def reminders(desk: Desk, work: Work) -> Returns:
    """A reminder for each unit without an acceptable report, its blank workbook attached."""
    period, plan = work.period, work.plan
    texts = letters.load(desk.workspace.letters)
    returns = Returns()
    folder = desk.workspace.returned / period.id
    standings = {one.unit: one for one in work.whole.standings}
    before = opening_reports(desk, period)
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
        returns.add(folder, draft)
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
