"""What goes out to the units: blank workbooks, marked copies, replies, reminders."""

import datetime as dt
import hashlib
import json
import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Self

from kskt_excel import __version__
from kskt_excel.check.earlier import taken_over
from kskt_excel.consolidation.standings import sending_deadline
from kskt_excel.excel.issued.unit_workbook import unit_workbook
from kskt_excel.excel.marked.marked_copy import marked_copy
from kskt_excel.excel.marked.result_sheet import ReturnHead
from kskt_excel.ledger import archive
from kskt_excel.ledger.cache import Cache
from kskt_excel.ledger.lines import DRAFT, Outputs, Sent
from kskt_excel.ledger.state import JournalState
from kskt_excel.mail import drafts, letters
from kskt_excel.mail.drafts import Draft, cover, reminder, superior_reminder
from kskt_excel.mail.letters import LetterError
from kskt_excel.messages import office_sentence
from kskt_excel.model.calendar import add_workdays, in_vietnam
from kskt_excel.model.consolidation import TaskVerdict
from kskt_excel.model.errors import KsktError
from kskt_excel.model.finding import Finding, Severity
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.period import Period
from kskt_excel.model.plan import Plan, Unit
from kskt_excel.model.reading import Reading
from kskt_excel.model.submission import Submission, UnitReport, Verdict
from kskt_excel.office.carried import carried_rows, directed_rows
from kskt_excel.office.desk import Desk
from kskt_excel.office.outcome import Outcome, ScreenLine
from kskt_excel.office.outputs import AsItStands, Files, closing_balances, latest_files
from kskt_excel.office.quarter import JudgedQuarter, PeriodWork, opening_reports
from kskt_excel.office.running_step import Step, each
from kskt_excel.office.status import written_blocks
from kskt_excel.report.sending import OPEN, owing_by_superior
from kskt_excel.report.verdicts import task_warnings
from kskt_excel.text import shown

if TYPE_CHECKING:
    from kskt_excel.mail.servers import Sending


_ANSWERED = (
    Verdict.ACCEPTED,
    Verdict.ACCEPTED_WITH_WARNINGS,
    Verdict.RETURNED,
    Verdict.UNREADABLE,
    Verdict.NOT_A_REPORT,
)
_TO_MEND = "CAN-SUA"
_TO_LOOK_AT = "DA-NHAN"


_ON_OLDER_FORM = "receipt.older_form"


def to_answer(state: JournalState, work: PeriodWork) -> Iterator[tuple[Unit, Submission]]:
    """The last report of each unit, and what came after it and could not be read.

    What cannot be read goes to the owner of its mailbox. Of a unit that has sent nothing but the
    form of a quarter before, that one.
    """
    plan, quarter = work.plan, work.judged[work.period.quarters[-1].id]
    by_unit: dict[str, list[Submission]] = {}
    counted = {report.unit for report in quarter.reports}
    by_mailbox = {mail.casefold(): unit for unit in plan.units for mail in unit.emails}
    for one in sorted(quarter.submissions, key=lambda one: one.received_at):
        if one.is_dismissed:
            continue
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
        older = state.on_older_forms(unit.code, quarter.period.id)
        if older and unit in plan.units_in(quarter.period):
            yield unit, replace(older[-1], version=0, findings=(), question=_ON_OLDER_FORM)


def answer(
    desk: Desk,
    work: PeriodWork,
    unit: Unit,
    latest: Submission,
    texts: letters.Letters,
    *,
    mend_by: dt.date,
) -> Iterator[tuple[str, bytes] | Draft]:
    """The marked copy where there is a fault, then the reply that brings it."""
    quarter = work.judged[work.period.quarters[-1].id]
    judged = quarter.judged.get(latest.sha256)  # None of an older form: it is of another quarter
    taken_out: tuple[Finding, ...] = ()
    if judged:
        attachment, taken_out = _marked(desk, work.plan, quarter, unit, latest, mend_by=mend_by)
        if attachment:
            yield attachment
    else:
        attachment = _blank(desk, quarter.period, unit, opening_reports(desk, quarter.period))
    letter = drafts.reply(
        letters=texts,
        plan=work.plan,
        forms=desk.forms,
        unit=unit,
        period=quarter.period,
        submission=latest,
        findings=latest.findings,
        reading=judged.checked.reading if judged else None,
        attachment=attachment,
        deadline=mend_by,
        now=desk.now,
        taken_out=taken_out,
    )
    said = (f"{unit.code}: {office_sentence(one)}" for one in taken_out)
    yield replace(letter, remark=" ".join(filter(None, (letter.remark, *said))))


def _marked(
    desk: Desk,
    plan: Plan,
    quarter: JudgedQuarter,
    unit: Unit,
    latest: Submission,
    *,
    mend_by: dt.date,
) -> tuple[tuple[str, bytes] | None, tuple[Finding, ...]]:
    """Name and bytes of the marked copy, and what it goes without; None when nothing is marked."""
    levels = {found.severity for found in latest.findings}
    reading = quarter.judged[latest.sha256].checked.reading
    if reading is None or levels <= {Severity.INFO}:
        return None, ()
    data = archive.load_original(desk.workspace.archive, latest.sha256, archived=latest.archived)
    head = return_head(plan, quarter.period, unit, latest, mend_by)
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
    return (f"{unit.code}_lan-{latest.version}_{mark}.xlsx", marked.data), marked.taken_out


def return_head(
    plan: Plan, period: Period, unit: Unit, latest: Submission, mend_by: dt.date
) -> ReturnHead:
    """What stands over the list of faults."""
    errors = sum(found.severity is Severity.ERROR for found in latest.findings)
    warnings = sum(found.severity is Severity.WARNING for found in latest.findings)
    is_returned = errors > 0 and not latest.verdict.counts
    accepted = f"{errors} lỗi được chấp nhận, " if errors else ""
    conclusion = (
        f"TRẢ LẠI ĐỂ SỬA – {errors} lỗi phải sửa, {warnings} cảnh báo"
        if is_returned
        else f"ĐÃ NHẬN – {accepted}{warnings} cảnh báo cần xem lại"
    )
    return ReturnHead(
        unit_name=unit.name,
        period_label=period.label,
        file_name=latest.file,
        received_at=latest.received_at,
        version=latest.version,
        conclusion=conclusion,
        deadline=shown.day_text(mend_by) if is_returned else "",
        contact=", ".join(filter(None, (plan.office_name, plan.settings.office_phone))),
    )


class MendingDays:
    """By which day a returned report is awaited again: counted from its first answer, for good."""

    def __init__(self, desk: Desk, work: PeriodWork) -> None:
        self._plan, self._today = work.plan, desk.now.date()
        self._period = work.period.quarters[-1].id
        self._answered: dict[str, dt.date] = {}
        folder = f"{desk.workspace.shown(desk.workspace.returned / self._period)}/"
        for line in desk.journal.lines():
            made = line.payload
            if isinstance(made, Outputs):
                day = in_vietnam(made.as_of or line.at).date()
                for path in made.files:
                    if path.startswith(folder):
                        self._answered.setdefault(path.removeprefix(folder), day)

    def until(self, unit: str, latest: Submission) -> dt.date:
        """The day for a version; from today where it was not answered yet.

        A report that came on an older form is awaited as any: by the quarter's own deadline.
        """
        if latest.question == _ON_OLDER_FORM:
            return sending_deadline(self._plan, self._plan.period(self._period))
        kinds = (letters.TO_MEND, letters.NOT_ACCEPTED) if latest.version else ()
        names = [f"{unit}_{self._period}_{one}-lan-{latest.version}.eml" for one in kinds]
        days = [self._answered[name] for name in names if name in self._answered]
        start = min(days, default=self._today)
        return add_workdays(start, self._plan.settings.mending_days, self._plan.calendar)


_DAYS = frozenset(("han_gui", "han_gui_lai"))  # places in a letter that name the day to mend by


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """The files of an answer, by name with their hashes, and what the office is told of it."""

    files: tuple[tuple[str, str], ...]
    remarks: tuple[str, ...]


class KeptAnswers:
    """Knows from an earlier run what each answer was made from, and that its files are unchanged.

    An answer follows from the file with its findings and its verdict, plan, forms, letters and
    program, and from today where it names the day to mend by. The hour in the head of a letter is
    that of the run that made it. Whatever is not known for certain is made again.
    """

    def __init__(self, desk: Desk, plan: Plan, period: Period, texts: letters.Letters) -> None:
        self._folder = desk.workspace.returned / period.id
        self._names_day = {
            name: not _DAYS.isdisjoint(letters.all_names(letter))
            for name, letter in texts.by_name.items()
        }
        self._ground = _digest((desk.context_key(plan), sorted(texts.by_name.items())))
        self._about = f"answer for {period.id}, {__version__}"
        self._cache = Cache(desk.workspace.cache if desk.trusts_cache else None)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._cache.close()

    def made_from(
        self, unit: str, latest: Submission, reading: Reading | None, mend_by: dt.date
    ) -> str:
        """A hash over everything that the answer to a file depends on."""
        letter = drafts.letter_for(latest, latest.findings, reading)
        names_day = not latest.verdict.counts or self._names_day[letter]
        day = mend_by if names_day else None
        return _digest((self._ground, self._about, unit, latest, day))

    def find(self, unit: str, latest: Submission, made_from: str) -> KeptAnswer | None:
        """The answer where it was made from the same and its files are as they were made."""
        kept = self._cache.get(latest.sha256, f"{self._about}, {unit}")
        told = json.loads(kept) if kept else {}
        if told.get("made_from") != made_from:
            return None
        answer = KeptAnswer(tuple((n, h) for n, h in told["files"]), tuple(told["remarks"]))
        stands = all(_hash(self._folder / name) == sha256 for name, sha256 in answer.files)
        return answer if stands else None

    def put(
        self,
        unit: str,
        latest: Submission,
        made_from: str,
        files: Sequence[tuple[str, bytes]],
        remarks: Sequence[str],
    ) -> None:
        """Remembers an answer for the next run."""
        hashes = [(name, hashlib.sha256(data).hexdigest()) for name, data in files]
        told = {"made_from": made_from, "files": hashes, "remarks": list(remarks)}
        self._cache.put(latest.sha256, f"{self._about}, {unit}", json.dumps(told).encode())


def _digest(told: object) -> str:
    return hashlib.sha256(repr(told).encode("utf-8", "surrogatepass")).hexdigest()


def _hash(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:  # not there, or open in Excel: then it is made again, and that is told
        return ""


@dataclass
class Returns:
    """Files to write and letters among them."""

    files: Files = ()
    drafts: list[Draft] = field(default_factory=list)
    remarks: list[ScreenLine] = field(default_factory=list)
    keeps_drafts: bool = True  # else letters are only written
    fresh: dict[str, list[str]] = field(default_factory=dict)  # units by what a new letter says
    standing: int = 0  # units whose letters stand as they were written

    def note(self, draft: Draft) -> None:
        """A new letter, by what its subject says of the report."""
        said = draft.subject.rpartition(": ")[2].partition(",")[0]
        self.fresh.setdefault(said, []).append(draft.unit)

    def letter_lines(self) -> Iterator[ScreenLine]:
        """Which letters are new, by what they say, and how many stand."""
        new = [f"{said}: {_named(units)}" for said, units in self.fresh.items()]
        told = [f"Thư mới – {'; '.join(new)}."] if new else []
        if self.standing:
            told.append(f"{self.standing} thư trước giữ nguyên.")
        if told:
            yield ScreenLine(" ".join(told), aside=True)

    def added(self, folder: Path, made: tuple[str, bytes] | Draft) -> tuple[Path, bytes]:
        """One more file; of a letter, also what the office must know before it sends."""
        if not isinstance(made, Draft):
            return folder / made[0], made[1]
        if self.keeps_drafts:
            self.drafts.append(made)
        self.say(made.remark)
        return folder / made.file_name, made.data

    def say(self, remark: str) -> None:
        """What the office must know, if there is anything."""
        if remark:
            self.remarks.append(ScreenLine(remark, "warn", aside=True))


def _answered(desk: Desk, work: PeriodWork) -> Iterator[tuple[Unit, Submission]]:
    """The reports to answer; those of leads with what the figures of all say of their tasks."""
    plan, tasks = work.plan, work.whole.tasks
    asked = {unit for task in tasks for unit, _ in task.coordination.against}
    asked |= {
        plan.task_by_code[task.code].lead
        for task in tasks
        if task.judgement.verdict is TaskVerdict.DONE_UNMET
    }
    quarter = work.judged[work.period.quarters[-1].id]
    for unit, latest in to_answer(desk.state, work):
        judged = quarter.judged.get(latest.sha256) if unit.code in asked else None
        reading = judged.checked.reading if judged else None
        if reading is None or not latest.verdict.counts:
            yield unit, latest
        else:
            told = task_warnings(tasks, plan, unit.code, reading)
            yield unit, replace(latest, findings=(*latest.findings, *told))


_MOST_NAMED = 8


def _named(units: Sequence[str]) -> str:
    """``QLKH, VP``; of many the first ones and how many more."""
    rest = len(units) - _MOST_NAMED
    more = f" và {rest} đơn vị khác" if rest > 0 else ""
    return ", ".join(units[:_MOST_NAMED]) + more


def replies(desk: Desk, work: PeriodWork, *, units: Collection[str]) -> Returns:
    """A reply for the last report of each unit, with the marked copy where there is a fault."""
    texts = letters.load_letters(desk.workspace.letters)
    wanted = {code.upper() for code in units}
    returns = Returns()
    folder = desk.workspace.returned / work.period.quarters[-1].id
    days = MendingDays(desk, work)
    returns.files = [
        returns.added(folder, made)
        for unit, latest in each(Step.RETURNS, list(_answered(desk, work)), lambda one: one[0].name)
        if not wanted or unit.code in wanted
        for made in answer(desk, work, unit, latest, texts, mend_by=days.until(unit.code, latest))
    ]
    return returns


def try_replies(desk: Desk, work: PeriodWork, refused: list[KsktError]) -> Returns:
    """Replies to all units, each made when it is written, and only where it has changed.

    A letter that cannot be used is put into ``refused``, no more. What is to be said is known
    when all files are made.
    """
    returns = Returns()
    try:
        texts = letters.load_letters(desk.workspace.letters)
    except LetterError as error:
        refused.append(error)
        return returns
    returns.files = _one_by_one(desk, work, texts, returns)
    return returns


def _one_by_one(
    desk: Desk, work: PeriodWork, texts: letters.Letters, returns: Returns
) -> Iterator[tuple[Path, bytes | AsItStands]]:
    quarter = work.judged[work.period.quarters[-1].id]
    folder = desk.workspace.returned / quarter.period.id
    days = MendingDays(desk, work)
    with KeptAnswers(desk, work.plan, quarter.period, texts) as kept:
        for unit, latest in each(
            Step.RETURNS, list(_answered(desk, work)), lambda one: one[0].name
        ):
            judged = quarter.judged.get(latest.sha256)
            reading = judged.checked.reading if judged else None
            day = days.until(unit.code, latest)
            made_from = kept.made_from(unit.code, latest, reading, day)
            known = kept.find(unit.code, latest, made_from)
            if known:
                returns.standing += 1
                yield from ((folder / name, AsItStands(sha256)) for name, sha256 in known.files)
                for remark in known.remarks:
                    returns.say(remark)
                continue
            own = Returns()
            files = [
                own.added(folder, made)
                for made in answer(desk, work, unit, latest, texts, mend_by=day)
            ]
            yield from files
            for draft in own.drafts:
                returns.note(draft)
            returns.remarks += own.remarks
            told = [line.text for line in own.remarks]
            kept.put(unit.code, latest, made_from, [(p.name, data) for p, data in files], told)


def reminders(desk: Desk, work: PeriodWork) -> Returns:
    """A reminder for each unit without an acceptable report, its blank workbook attached.

    And one for each superior that the plan has an address of, with the list of its units.
    """
    period, plan = work.period, work.plan
    texts = letters.load_letters(desk.workspace.letters)
    returns = Returns()
    folder = desk.workspace.returned / period.id
    before = opening_reports(desk, period)
    files: list[tuple[Path, bytes]] = []
    for standing in work.whole.standings:
        if standing.state not in OPEN:
            continue
        unit = plan.unit_by_code[standing.unit]
        draft = reminder(
            letters=texts,
            plan=plan,
            unit=unit,
            period=period,
            deadline=sending_deadline(plan, period),
            now=desk.now,
            standing=standing,
            attachment=None if standing.received_at else _blank(desk, period, unit, before),
        )
        files.append(returns.added(folder, draft))
    for superior, owing in owing_by_superior(plan, work.whole.standings):
        if superior.emails:
            draft = superior_reminder(
                letters=texts,
                plan=plan,
                superior=superior,
                period=period,
                deadline=sending_deadline(plan, period),
                now=desk.now,
                owing=owing,
            )
            files.append(returns.added(folder, draft))
    returns.files = files
    return returns


def _blank(
    desk: Desk, period: Period, unit: Unit, before: Mapping[str, UnitReport]
) -> tuple[str, bytes]:
    """Name and bytes of a unit's blank workbook; ``before`` is what counted a quarter ago."""
    readings = {code: report.reading for code, report in before.items()}
    name = desk.plan(period.year).issued_file_name(unit, period)
    return name, _blank_book(desk, period, unit, readings)


def _blank_book(desk: Desk, period: Period, unit: Unit, before: Mapping[str, Reading]) -> bytes:
    """A unit's blank workbook with what goes on from the quarter before."""
    plan, forms = desk.plan(period.year), desk.forms
    left = taken_over(before, plan, forms, unit.code, period)
    directed = directed_rows(desk.state.rulings.directions, plan, forms, unit.code, period)
    return unit_workbook(
        plan=plan,
        forms=forms,
        unit=unit,
        period=period,
        opening=closing_balances(left) if left else {},
        carried={**carried_rows(before, plan, forms, unit.code, period), **directed},
    )


def covers(desk: Desk, period: Period) -> Callable[[Unit, Path, bytes], Draft]:
    """What makes the letter that brings a unit its blank workbook."""
    plan, texts = desk.plan(period.year), letters.load_letters(desk.workspace.letters)
    deadline = sending_deadline(plan, period)

    def letter(unit: Unit, path: Path, data: bytes) -> Draft:
        return cover(
            letters=texts,
            plan=plan,
            unit=unit,
            period=period,
            attachment=(path.name, data),
            deadline=deadline,
            now=desk.now,
        )

    return letter


def go_out(desk: Desk, period: Period, returns: Returns, *, send: bool, drafts: bool) -> None:
    """Sends the letters, puts them into the mailbox's drafts, or neither; says what became of each.

    Raises KsktError where the settings name no server or the server refuses.
    """
    if send:
        returns.remarks.extend(_sent(desk, period, returns))
    if drafts:
        returns.remarks.extend(_put_into_drafts(desk, period, returns))


def _sent(desk: Desk, period: Period, returns: Returns) -> Iterator[ScreenLine]:
    """Sends each letter that was not sent before; each one is recorded as soon as it is out."""
    from kskt_excel.mail import servers
    from kskt_excel.mail.servers import SENDING, Secret, server_secret

    mail = desk.workspace.settings.mail
    already = _numbers(desk, but=DRAFT)
    user, auth, command = mail.smtp_user, mail.smtp_auth, mail.smtp_token_command
    secret = Secret("")  # some servers ask for no name
    if user:
        secret = server_secret(SENDING, user, os.environ, auth=auth, token_command=command)
    for sending in servers.send_letters(returns.drafts, mail, secret, already):
        draft = sending.draft
        if sending.state == "sent":
            desk.record(
                Sent(draft.what, draft.unit, period.id, draft.to, draft.subject, draft.message_id)
            )
        yield _sending_line(sending)


def _put_into_drafts(desk: Desk, period: Period, returns: Returns) -> Iterator[ScreenLine]:
    """Puts the letters into the mailbox's folder of drafts, each once, and says so of each."""
    from kskt_excel.mail import mailbox
    from kskt_excel.office.inbox import office_mailbox

    box, secret = office_mailbox(desk)
    for draft, is_new in mailbox.append_drafts(box, secret, returns.drafts, _numbers(desk)):
        if is_new:
            to, subject = draft.to, draft.subject
            desk.record(Sent(DRAFT, draft.unit, period.id, to, subject, draft.message_id))
        what = "đã để vào thư mục thư nháp" if is_new else "đã có trong thư nháp hoặc đã gửi"
        yield ScreenLine(f"{draft.unit}: {what}", "good")


def _numbers(desk: Desk, *, but: str = "") -> frozenset[str]:
    """Numbers (Message-ID) of letters that went out, or into the drafts unless not asked for."""
    sent = (line.payload for line in desk.journal.lines() if isinstance(line.payload, Sent))
    return frozenset(one.message_id for one in sent if one.what != but)


def _sending_line(sending: "Sending") -> ScreenLine:
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
    return ScreenLine(text, "good" if is_out else "warn")


def letters_outcome(desk: Desk, period: Period, returns: Returns, paths: Sequence[Path]) -> Outcome:
    """Where the letters lie."""
    lines = [ScreenLine(f"{draft.unit}: {draft.subject}") for draft in returns.drafts]
    shown = [desk.workspace.shown(path) for path in paths]
    count = ScreenLine(f"{len(returns.drafts)} thư đã soạn.")
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


class UnknownUnitError(KsktError):
    """A unit code that the plan does not have."""

    def __init__(self, given: str, plan: Plan) -> None:
        codes = ", ".join(unit.code for unit in plan.units)
        super().__init__(f"Kế hoạch năm {plan.year} không có đơn vị “{given}”. Các mã có: {codes}.")


class NotAQuarterError(KsktError):
    """A cumulative period where only a quarter makes sense."""

    def __init__(self, period: Period) -> None:
        example = period.quarters[-1].id
        super().__init__(f"{period.label} là kỳ cộng dồn. Hãy ghi một quý, ví dụ: {example}.")


def chosen_units(plan: Plan, period: Period, codes: Collection[str]) -> tuple[Unit, ...]:
    """The units named, or all that must report for the period. Raises UnknownUnitError."""
    units = plan.units_in(period)
    wanted = {code.upper() for code in codes}
    for code in wanted:
        if code not in plan.unit_by_code:
            raise UnknownUnitError(code, plan)
    return tuple(unit for unit in units if not wanted or unit.code in wanted)


def blank_workbooks(
    desk: Desk, period: Period, units: Collection[Unit], before: Mapping[str, UnitReport]
) -> Iterator[tuple[Unit, Path, bytes]]:
    """Each unit with the path and the bytes of its workbook."""
    plan = desk.plan(period.year)
    folder = desk.workspace.issued / period.id
    readings = {code: report.reading for code, report in before.items()}
    for unit in each(Step.ISSUE, units, lambda one: one.name):
        data = _blank_book(desk, period, unit, readings)
        yield unit, folder / plan.issued_file_name(unit, period), data


@dataclass
class IssuedFiles:
    """What goes out to units, made one by one as it is asked for: workbook, then letter.

    ``letters`` and ``kept`` are whole when all has been asked for.
    """

    letters: Returns  # those among the files
    files: Iterator[tuple[Path, bytes]] = field(init=False)
    kept: list[Path] = field(default_factory=list)  # filled in by somebody meanwhile

    def kept_lines(self, desk: Desk) -> Iterator[ScreenLine]:
        """A line for each workbook that is not written again."""
        for path in self.kept:
            yield ScreenLine(
                f"Giữ nguyên {desk.workspace.shown(path)}: tệp đã có người ghi từ khi phát."
                " Muốn phát lại, đề nghị đổi tên tệp này rồi chạy lại lệnh.",
                "warn",
                aside=True,
            )


def issue_of(
    desk: Desk,
    period: Period,
    units: Collection[Unit],
    before: Mapping[str, UnitReport],
    *,
    letters_go_out: bool,
) -> IssuedFiles:
    """The workbooks and the letters that bring them; what a person has changed stays as it is.

    Letters that do not go out now are let go as they are written: those of 12,000 units are 1 GB.
    """
    made = IssuedFiles(Returns(keeps_drafts=letters_go_out))
    made.files = _issued(desk, period, blank_workbooks(desk, period, units, before), made)
    return made


def _issued(
    desk: Desk, period: Period, workbooks: Iterator[tuple[Unit, Path, bytes]], made: IssuedFiles
) -> Iterator[tuple[Path, bytes]]:
    written = latest_files(desk.journal.lines())
    letter = covers(desk, period)
    for unit, path, data in workbooks:
        if _is_changed(path, data, written.get(desk.workspace.shown(path))):
            made.kept.append(path)
            continue
        yield path, data
        yield made.letters.added(path.parent, letter(unit, path, data))


def _is_changed(path: Path, data: bytes, written: str | None) -> bool:
    """Whether a workbook is neither what would be written nor what the program wrote last."""
    if not path.is_file():
        return False
    there = path.read_bytes()
    return there != data and hashlib.sha256(there).hexdigest() != written
