"""The answer to a unit's report: a reply, and the marked copy where there is a fault."""

import datetime as dt
from collections.abc import Iterator
from pathlib import PurePath

from kskt_excel.excel.marking import ReturnHead, marked_copy
from kskt_excel.ledger import archive
from kskt_excel.mail import letters, outgoing
from kskt_excel.mail.outgoing import Draft
from kskt_excel.model.finding import Severity
from kskt_excel.model.period import Period
from kskt_excel.model.plan import Plan, Unit
from kskt_excel.model.submission import Submission, Verdict
from kskt_excel.model.workdays import add_workdays
from kskt_excel.steps.desk import Desk
from kskt_excel.steps.judging import Quarter
from kskt_excel.steps.putting_together import Work
from kskt_excel.text import given

_ANSWERED = (
    Verdict.ACCEPTED,
    Verdict.ACCEPTED_WITH_WARNINGS,
    Verdict.RETURNED,
    Verdict.UNREADABLE,
    Verdict.NOT_A_REPORT,
)
_TO_MEND = "CAN-SUA"
_TO_LOOK_AT = "DA-NHAN"


def to_answer(work: Work) -> Iterator[tuple[Unit, Submission]]:
    """The last report of each unit, and what came after it and could not be read.

    What cannot be read goes to the owner of its mailbox.
    """
    plan, quarter = work.plan, work.judged[work.period.quarters[-1].id]
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


def answer(
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
        deadline=mend_by(desk, work.plan),
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
        deadline=given.day(mend_by(desk, plan)) if is_returned else "",
        contact=", ".join(part for part in (office, phone) if part),
    )


def mend_by(desk: Desk, plan: Plan) -> dt.date:
    """The day by which a returned report is awaited again."""
    days = int(plan.setting("Hạn sửa (ngày làm việc)", "2"))
    return add_workdays(desk.now.date(), days, plan.holidays)
