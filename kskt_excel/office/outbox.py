"""What goes out to the units: blank workbooks, marked copies, replies, reminders."""

import datetime as dt
import hashlib
import json
import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from kskt_excel.check.earlier import taken_over
from kskt_excel.consolidation.standings import sending_deadline
from kskt_excel.consolidation.tally import QuarterRecords, row_test
from kskt_excel.excel.issued.drawn_sheets import DrawnSheets
from kskt_excel.excel.issued.unit_workbook import unit_workbook
from kskt_excel.excel.marked.marked_copy import marked_copy
from kskt_excel.excel.marked.result_sheet import ReturnHead
from kskt_excel.ledger import archive
from kskt_excel.ledger.cache import Cache, nouns_sha256
from kskt_excel.ledger.decisions import why_marks
from kskt_excel.ledger.journal import DRAFT, OUT, WRITTEN, Sent, payloads
from kskt_excel.ledger.state import JournalState
from kskt_excel.mail import letters
from kskt_excel.mail.letters import (
    Attachment,
    Draft,
    LetterError,
    Reminded,
    cover,
    letter_for,
    reminder,
    reply,
    superior_reminder,
)
from kskt_excel.messages import office_sentence
from kskt_excel.model.consolidation import Due, DueKind, correction_matter
from kskt_excel.model.errors import KsktError
from kskt_excel.model.finding import Finding, Severity
from kskt_excel.model.forms import FormColumn, Forms, SheetForm
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.period import Period
from kskt_excel.model.plan import Plan, Unit
from kskt_excel.model.reading import Reading, Record, SheetState, Value
from kskt_excel.model.submission import Direction, Submission, Verdict
from kskt_excel.office.desk import Desk
from kskt_excel.office.outcome import Outcome, ScreenLine
from kskt_excel.office.outputs import (
    AsItStands,
    Files,
    WrittenFiles,
    closing_balances,
    latest_files,
)
from kskt_excel.office.quarter import EarlierReadings, JudgedQuarter, PeriodWork, earlier_readings
from kskt_excel.office.running_step import Step, each
from kskt_excel.office.status import written_blocks
from kskt_excel.office.unit_dues import UnitDues, reminder_lines, reply_lines
from kskt_excel.report.direction_lines import given_by
from kskt_excel.report.sending import owing_by_superior
from kskt_excel.report.verdicts import task_warnings, units_to_warn
from kskt_excel.text import shown

if TYPE_CHECKING:
    from kskt_excel.mail.servers import Sending


CarriedRows = Mapping[str, Sequence[Mapping[str, Value]]]
"""Form id -> rows by column key, for forms of which anything goes on."""


def carried_rows(
    before: Mapping[str, Reading], plan: Plan, forms: Forms, unit: str, period: Period
) -> CarriedRows:
    """Rows of its last report that a unit's workbook for a period is issued with.

    ``before`` has the last readings that counted, by unit. What a predecessor left goes on where
    its dossiers or procedures do; names and texts are the unit's own.
    """
    own, left = before.get(unit), taken_over(before, plan, forms, unit, period)
    ground = QuarterRecords.of(period, plan, forms)
    found = {}
    for form in forms.sheets_on(ground.window.end):
        source = left if form.goes_to_heirs else own
        sheet = source.sheets.get(form.id) if form.carry and source else None
        if sheet is None or sheet.state is not SheetState.FILLED:
            continue
        goes_on = row_test(form, form.open_when if form.carry == "open" else "", ground)
        records = [one for one in sheet.records if goes_on(one.values)]
        rows = [row for one in records if (row := dict(_copied(form, one, ground)))]
        if rows:
            found[form.id] = rows
    return found


def directed_rows(
    directions: Sequence[Direction], plan: Plan, forms: Forms, unit: str, period: Period
) -> CarriedRows:
    """Rows of the sheet of directions: those of earlier quarters that are open for a unit.

    Nothing where the workspace has no such sheet.
    """
    asked = [form.id for form in forms.sheets_in(period, plan) if form.holds == "directions"]
    rows = [
        {
            "number": str(one.id),
            "task": one.task,
            "matter": one.matter,
            "direction": one.text,
            "given_by": given_by(one),
        }
        for one in directions
        if one.is_open and one.unit == unit and _is_earlier(plan.period(one.period), period)
    ]
    return dict.fromkeys(asked, rows) if rows else {}


def _is_earlier(one: Period, period: Period) -> bool:
    return one.is_in_series_of(period) and one < period


def _copied(form: SheetForm, record: Record, ground: QuarterRecords) -> Iterator[tuple[str, Value]]:
    """The cells of a row that go on, with the key that names it."""
    for column in form.columns:
        if column.renewed or column.type in ("ordinal", "computed"):
            continue
        if column.given and column.key not in form.key:
            continue
        value = record.values.get(column.opens) if column.opens else column.carried_value
        if value is None:
            value = _as_offered(column, record.values.get(column.key), ground)
        if value is not None and value != "":
            yield column.key, value


def _as_offered(column: FormColumn, value: Value, ground: QuarterRecords) -> Value:
    """A choice as the period's list words it, None where it offers it no more."""
    choices = ground.plan.choices.get(column.choices, ()) if column.type == "choice" else ()
    offered = [one for one in choices if one.offered(ground.window.end)]
    if not choices or value in [one.value for one in offered]:
        return value
    codes = {one.code for one in choices if one.value == value and one.code}
    return next((one.value for one in offered if one.code in codes), None)


_ANSWERED = (
    Verdict.ACCEPTED,
    Verdict.ACCEPTED_WITH_WARNINGS,
    Verdict.RETURNED,
    Verdict.UNREADABLE,
    Verdict.NOT_A_REPORT,
)
_TO_MEND = "CAN-SUA"
_DONE = "DA-NHAN"
_NOT_COUNTED = "KHONG-TINH"


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
    owed: UnitDues,
) -> Iterator[tuple[str, bytes] | Draft]:
    """The marked copy where there is a fault, then the reply that brings it."""
    mend_by = owed.until(unit.code, latest)
    quarter = work.judged[work.period.quarters[-1].id]
    judged = quarter.judged.get(latest.sha256)  # None of an older form: it is of another quarter
    attachment: Attachment | None = None
    taken_out: tuple[Finding, ...] = ()
    if judged:
        attachment, taken_out = _marked(desk, work.plan, quarter, unit, latest, mend_by=mend_by)
        if attachment:
            yield attachment
    elif not latest.unmet_at_closing:  # a closed quarter is not reported on again
        attachment = _blank(desk, quarter.period, unit, earlier_readings(desk, quarter.period))
    letter = reply(
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
        decisions=desk.state.rulings.by_number,
        taken_out=taken_out,
        owed=reply_lines(desk, owed, latest, unit.code),
        part=owed.part_of(unit.code, latest),
        matters=_told_matters(owed, unit.code, latest),
    )
    said = (f"{unit.code}: {office_sentence(one)}" for one in taken_out)
    yield replace(letter, remark=" ".join(filter(None, (letter.remark, *said))))


def _told_matters(owed: UnitDues, unit: str, latest: Submission) -> tuple[str, ...]:
    """What a reply tells the unit that it owes: its correction first."""
    report = owed.of_report(unit)
    is_asked = report is None and not (latest.verdict.counts or latest.question)
    asked = correction_matter(owed.period.id, latest.version) if is_asked else ""
    mend = report.matter if report and report.kind is DueKind.CORRECTION else asked
    return tuple(filter(None, (mend, *(one.matter for one in owed.others(unit)))))


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
    mark = _DONE if latest.verdict.counts or latest.awaits_office else _NOT_COUNTED
    mark = _TO_MEND if _is_to_mend(latest) else mark
    return (f"{unit.code}_lan-{latest.version}_{mark}.xlsx", marked.data), marked.taken_out


def _is_to_mend(latest: Submission) -> bool:
    """Whether the unit has to mend what is marked and to send it again."""
    levels = {found.severity for found in latest.findings}
    return Severity.ERROR in levels and latest.is_awaited_again


def return_head(
    plan: Plan, period: Period, unit: Unit, latest: Submission, mend_by: dt.date
) -> ReturnHead:
    """What stands over the list of faults."""
    levels = [found.severity for found in latest.findings]
    errors, warnings = levels.count(Severity.ERROR), levels.count(Severity.WARNING)
    is_to_mend = _is_to_mend(latest)
    accepted = f"{errors} lỗi được chấp nhận, " if errors else ""
    conclusion = f"ĐÃ NHẬN – {accepted}{warnings} cảnh báo cần xem lại"
    if is_to_mend:
        conclusion = f"TRẢ LẠI ĐỂ SỬA – {errors} lỗi phải sửa, {warnings} cảnh báo"
    elif not (latest.verdict.counts or latest.awaits_office):
        conclusion = f"KHÔNG TÍNH VÀO SỐ LIỆU – {errors} lỗi, {warnings} cảnh báo"
    return ReturnHead(
        unit_name=unit.name,
        period_label=period.label,
        file_name=latest.file,
        received_at=latest.received_at,
        version=latest.version,
        conclusion=conclusion,
        deadline=shown.day_text(mend_by) if is_to_mend else "",
        contact=", ".join(filter(None, (plan.office_name, plan.settings.office_phone))),
    )


_DAYS = frozenset(("han_gui", "han_gui_lai"))  # places in a letter that name the day to mend by


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """The files of an answer, by name with their hashes, and what the office is told of it."""

    files: tuple[tuple[str, str], ...]
    remarks: tuple[str, ...]
    letters: tuple[Draft, ...]  # those among the files, without their bytes


class KeptAnswers:
    """Knows from an earlier run what each answer was made from, and that its files are unchanged.

    An answer follows from the file with its findings and its verdict, plan, forms, letters and
    program, and from today where it names the day to mend by. The hour in the head of a letter is
    that of the run that made it. Whatever is not known for certain is made again. Of three hundred
    units, one changed, it saves a tenth of the run's processor.
    """

    def __init__(self, desk: Desk, plan: Plan, period: Period, texts: letters.Letters) -> None:
        self._folder = desk.workspace.returned / period.id
        self._names_day = {
            name: not _DAYS.isdisjoint(letters.all_names(letter))
            for name, letter in texts.by_name.items()
        }
        self._ground = nouns_sha256((desk.context_key(plan), sorted(texts.by_name.items())))
        self._about = f"answer and letters for {period.id}"
        self._cache = Cache(desk.workspace.cache if desk.trusts_cache else None)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._cache.close()

    def made_from(
        self,
        unit: str,
        latest: Submission,
        reading: Reading | None,
        mend_by: dt.date,
        lines: Sequence[str],
    ) -> str:
        """A hash over everything that the answer to a file depends on."""
        letter = letter_for(latest, latest.findings, reading)
        names_day = not latest.verdict.counts or self._names_day[letter]
        day = mend_by if names_day else None
        return nouns_sha256((self._ground, self._about, unit, latest, day, lines))

    def find(self, unit: str, latest: Submission, made_from: str) -> KeptAnswer | None:
        """The answer where it was made from the same and its files are as they were made."""
        kept = self._cache.get(latest.sha256, f"{self._about}, {unit}")
        told = json.loads(kept) if kept else {}
        if told.get("made_from") != made_from:
            return None
        answer = KeptAnswer(
            tuple((name, sha256) for name, sha256 in told["files"]),
            tuple(told["remarks"]),
            tuple(_kept_draft(one) for one in told["letters"]),
        )
        stands = all(_hash(self._folder / name) == sha256 for name, sha256 in answer.files)
        return answer if stands else None

    def put(
        self,
        unit: str,
        latest: Submission,
        made_from: str,
        files: Sequence[tuple[str, bytes]],
        own: "Returns",
    ) -> None:
        """Remembers an answer for the next run: its files, and what ``own`` says of them."""
        hashes = [(name, hashlib.sha256(data).hexdigest()) for name, data in files]
        told = {
            "made_from": made_from,
            "files": hashes,
            "remarks": [line.text for line in own.remarks],
            "letters": [asdict(replace(one, data=b"")) | {"data": ""} for one in own.drafts],
        }
        self._cache.put(latest.sha256, f"{self._about}, {unit}", json.dumps(told).encode())


def _kept_draft(told: Mapping[str, Any]) -> Draft:
    lists = {"to": tuple(told["to"]), "matters": tuple(told["matters"])}
    return Draft(**{**told, **lists, "data": b""})


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
    answered: int = 0  # units
    ready: list[Draft] = field(default_factory=list)  # letters that lie there, without their bytes

    def note(self, draft: Draft) -> None:
        """A new letter, by what its subject says of the report."""
        self.ready.append(replace(draft, data=b""))
        said = draft.subject.rpartition(": ")[2].partition(",")[0]
        self.fresh.setdefault(said, []).append(draft.unit)

    def letter_lines(self) -> Iterator[ScreenLine]:
        """Which letters are new, by what they say, and how many stand."""
        new = [
            f"{said}: {shown.first_ones(units, _MOST_NAMED, 'đơn vị')}"
            for said, units in self.fresh.items()
        ]
        told = [f"Thư mới – {'; '.join(new)}."] if new else []
        if self.standing:
            told.append(f"{self.standing} thư trước giữ nguyên.")
        if told:
            yield ScreenLine(" ".join(told), aside=True)

    def added(self, folder: Path, made: tuple[str, bytes] | Draft) -> tuple[Path, bytes]:
        """Notes a file just made; of a letter, also what the office must know before it sends."""
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


def _answered(desk: Desk, work: PeriodWork, owed: UnitDues) -> Iterator[tuple[Unit, Submission]]:
    """The reports to answer, with what does not go with what they say of tasks.

    A report is of a quarter: held against the figures of that one, whatever edition was asked for.
    """
    plan, tasks = work.plan, owed.tasks
    asked = units_to_warn(tasks, plan)
    quarter = work.judged[work.period.quarters[-1].id]
    for unit, latest in to_answer(desk.state, work):
        judged = quarter.judged.get(latest.sha256) if unit.code in asked else None
        reading = judged.checked.reading if judged else None
        if reading is None or not latest.verdict.counts:
            yield unit, latest
        else:
            told = tuple(task_warnings(tasks, plan, unit.code, reading))
            yield unit, replace(latest, findings=(*latest.findings, *told))


_MOST_NAMED = 8  # units in a line of the screen


def replies(desk: Desk, work: PeriodWork, *, units: Collection[str]) -> Returns:
    """A reply for the last report of each unit, with the marked copy where there is a fault."""
    texts = letters.load_letters(desk.workspace.letters)
    wanted = {code.upper() for code in units}
    returns = Returns()
    folder = desk.workspace.returned / work.period.quarters[-1].id
    owed = UnitDues.of(desk, work)
    returns.files = [
        returns.added(folder, made)
        for unit, latest in each(
            Step.RETURNS, list(_answered(desk, work, owed)), lambda one: one[0].name
        )
        if not wanted or unit.code in wanted
        for made in answer(desk, work, unit, latest, texts, owed=owed)
    ]
    returns.ready = [replace(one, data=b"") for one in returns.drafts]
    return returns


def try_replies(desk: Desk, work: PeriodWork, owed: UnitDues, refused: list[KsktError]) -> Returns:
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
    returns.files = _one_by_one(desk, work, texts, returns, owed)
    return returns


def _one_by_one(
    desk: Desk, work: PeriodWork, texts: letters.Letters, returns: Returns, owed: UnitDues
) -> Iterator[tuple[Path, bytes | AsItStands]]:
    quarter = work.judged[work.period.quarters[-1].id]
    folder = desk.workspace.returned / quarter.period.id
    rulings = desk.state.rulings.by_number  # nothing is decided while answers are made
    with KeptAnswers(desk, work.plan, quarter.period, texts) as kept:
        for unit, latest in each(
            Step.RETURNS, list(_answered(desk, work, owed)), lambda one: one[0].name
        ):
            judged = quarter.judged.get(latest.sha256)
            reading = judged.checked.reading if judged else None
            day = owed.until(unit.code, latest)
            lines = (
                owed.part_of(unit.code, latest),
                *reply_lines(desk, owed, latest, unit.code),
                *why_marks(latest.why, rulings),
            )
            made_from = kept.made_from(unit.code, latest, reading, day, lines)
            known = kept.find(unit.code, latest, made_from)
            returns.answered += 1
            if known:
                returns.standing += 1
                returns.ready += known.letters  # a run that was cut off may not have recorded them
                yield from ((folder / name, AsItStands(sha256)) for name, sha256 in known.files)
                for remark in known.remarks:
                    returns.say(remark)
                continue
            own = Returns()
            files = [
                own.added(folder, made)
                for made in answer(desk, work, unit, latest, texts, owed=owed)
            ]
            yield from files
            for draft in own.drafts:
                returns.note(draft)
            returns.remarks += own.remarks
            named = [(path.name, data) for path, data in files]
            kept.put(unit.code, latest, made_from, named, own)


@dataclass
class Reminders:
    """The letters of a day that remind units, and what of them is new."""

    returns: Returns
    owed: UnitDues
    told: dict[str, tuple[Due, ...]] = field(default_factory=dict)  # by unit: all of its letter
    fresh: dict[str, tuple[Due, ...]] = field(default_factory=dict)  # told first, or after a week


def reminders(
    desk: Desk, work: PeriodWork, *, only_due: bool = False, before: int | None = None
) -> Reminders:
    """One letter for each unit with everything that it owes; its blank workbook where none came.

    With ``only_due`` only to units that are to be told of something today, and of a report only
    when its last day is near. What was written today already stands.
    """
    owed = UnitDues.of(desk, work, before)
    made = Reminders(Returns(), owed)
    folder = desk.workspace.returned / work.period.id
    letter = _reminders_of(desk, work, owed)
    files: list[tuple[Path, bytes | AsItStands]] = []
    written = latest_files(desk.journal.lines())
    for unit in work.plan.units:
        some = owed.told_to(unit.code, only_due=only_due)
        is_again = owed.is_reminded_today(unit.code, [one.matter for one in some])
        fresh = [one for one in owed.fresh(unit.code) if one in some]
        if not some or (only_due and not (fresh or is_again)):
            continue
        draft = letter(unit, some)
        path, data = made.returns.added(folder, draft)
        sha256 = written.get(desk.workspace.shown(path), "")
        stands = is_again and bool(sha256) and _hash(path) == sha256
        files.append((path, AsItStands(sha256) if stands else data))
        made.told[unit.code], made.fresh[unit.code] = some, tuple(fresh)
        made.returns.standing += stands
        if not stands:
            made.returns.ready.append(replace(draft, data=b""))
    if desk.state.closed(owed.period.id):
        text = f"{owed.period.label} đã khóa nên thư đôn đốc không nhắc gửi báo cáo kỳ này."
        made.returns.remarks.append(ScreenLine(text, aside=True))
        made.returns.files = files
        return made
    for draft in _superior_reminders(desk, work, owed, only_due=only_due):
        files.append(made.returns.added(folder, draft))
        made.returns.ready.append(replace(draft, data=b""))
    made.returns.files = files
    return made


def _superior_reminders(
    desk: Desk, work: PeriodWork, owed: UnitDues, *, only_due: bool
) -> Iterator[Draft]:
    """The list of its units for each superior that the plan has an address of."""
    period, plan = work.period, work.plan
    texts = letters.load_letters(desk.workspace.letters)
    deadline = sending_deadline(plan, period)
    for superior, owing in owing_by_superior(plan, work.whole.standings):
        late = deadline < owed.today
        due = Due(DueKind.REPORT, period.id, period.id, deadline, is_late=late)
        if superior.emails and (not only_due or owed.is_now(superior.code, due)):
            yield superior_reminder(
                letters=texts,
                plan=plan,
                superior=superior,
                period=period,
                deadline=deadline,
                now=desk.now,
                owing=owing,
                matters=(due.matter,),
            )


def _reminders_of(
    desk: Desk, work: PeriodWork, owed: UnitDues
) -> Callable[[Unit, Sequence[Due]], Draft]:
    """What makes the letter that reminds a unit of some of what it owes."""
    period, plan = work.period, work.plan
    texts = letters.load_letters(desk.workspace.letters)
    earlier, drawn = earlier_readings(desk, period), DrawnSheets()
    standings = {one.unit: one for one in work.whole.standings}

    def letter(unit: Unit, some: Sequence[Due]) -> Draft:
        report = next((one for one in some if one == owed.of_report(unit.code)), None)
        others = [one for one in some if one is not report]
        is_blank = report is not None and report.kind is DueKind.REPORT
        return reminder(
            letters=texts,
            plan=plan,
            unit=unit,
            period=period,
            deadline=(report.day if report else None) or sending_deadline(plan, period),
            now=desk.now,
            reminded=Reminded(
                report,
                standings.get(unit.code),
                reminder_lines(desk, owed, unit.code, others),
                tuple(one.matter for one in some),
            ),
            attachment=_blank(desk, period, unit, earlier, drawn) if is_blank else None,
        )

    return letter


def reminders_outcome(desk: Desk, period: Period, made: Reminders, files: WrittenFiles) -> Outcome:
    """Which letters there are, what of them is new since the last time, where they lie."""
    told = letters_outcome(desk, period, made.returns, files)
    new = [
        ScreenLine(f"  {unit} – {line}")
        for unit, fresh in made.fresh.items()
        for line in reminder_lines(desk, made.owed, unit, fresh)
    ]
    heading = [ScreenLine("Mới từ lần nhắc trước:")] if new else []
    standing = made.returns.standing
    stands = [ScreenLine(f"{standing} thư của hôm nay giữ nguyên.")] if standing else []
    owed = [
        {
            "unit": unit,
            "owes": [_due_json(one, is_new=one in made.fresh[unit]) for one in some],
        }
        for unit, some in made.told.items()
    ]
    return replace(
        told, blocks=(*heading, *new, *stands, *told.blocks), json={**told.json, "owed": owed}
    )


def _due_json(due: Due, *, is_new: bool) -> Mapping[str, object]:
    return {
        "kind": due.kind.value,
        "period": due.period,
        "tasks": list(due.tasks),
        "day": due.day.isoformat() if due.day else None,
        "late": due.is_late,
        "new": is_new,
    }


def record_written(desk: Desk, period: Period, ready: Sequence[Draft]) -> None:
    """Remembers letters that lie ready for a person to send, and what they tell units of.

    One that was written anew, because something else that it says has changed, tells nothing new:
    it may have gone out as it was.
    """
    sent = payloads(desk.journal.lines(), Sent)
    known = {one.message_id for one in sent}
    fresh = [one for one in ready if one.matters and one.message_id not in known]
    desk.record(*(_line_of(one, period, WRITTEN) for one in fresh))


def _line_of(draft: Draft, period: Period, way: str) -> Sent:
    return Sent(
        draft.what,
        draft.unit,
        period.id,
        draft.to,
        draft.subject,
        draft.message_id,
        way,
        draft.matters,
    )


def _blank(
    desk: Desk,
    period: Period,
    unit: Unit,
    earlier: EarlierReadings,
    drawn: DrawnSheets | None = None,
) -> tuple[str, bytes]:
    """Name and bytes of a unit's blank workbook."""
    name = desk.plan(period.year).issued_file_name(unit, period)
    return name, _blank_book(desk, period, unit, earlier, drawn)


def _blank_book(
    desk: Desk,
    period: Period,
    unit: Unit,
    earlier: EarlierReadings,
    drawn: DrawnSheets | None = None,
) -> bytes:
    """A unit's blank workbook with what goes on from before."""
    plan, forms = desk.plan(period.year), desk.forms
    left = taken_over(earlier.before, plan, forms, unit.code, period)
    directed = directed_rows(desk.state.rulings.directions, plan, forms, unit.code, period)
    return unit_workbook(
        plan=plan,
        forms=forms,
        unit=unit,
        period=period,
        opening=closing_balances(left, forms) if left else {},
        carried={**carried_rows(earlier.last, plan, forms, unit.code, period), **directed},
        drawn=drawn,
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

    The journal gets each one with what it tells the unit of; one that a server has refused is none,
    so that it is sent the next time. Raises KsktError where the settings name no server or the
    server refuses.
    """
    if send:
        returns.remarks.extend(_sent(desk, period, returns))
    if drafts:
        returns.remarks.extend(_put_into_drafts(desk, period, returns))
    if not send:  # nobody's but a person's to send: those in a mailbox are known as drafts
        record_written(desk, period, returns.ready)


def _sent(desk: Desk, period: Period, returns: Returns) -> Iterator[ScreenLine]:
    """Sends each letter that was not sent before; each one is recorded as soon as it is out."""
    from kskt_excel.mail import servers
    from kskt_excel.mail.servers import SENDING, Secret, server_secret

    mail = desk.workspace.settings.mail
    already = _numbers(desk, OUT)
    user, auth, command = mail.smtp_user, mail.smtp_auth, mail.smtp_token_command
    secret = Secret("")  # some servers ask for no name
    if user:
        secret = server_secret(SENDING, user, os.environ, auth=auth, token_command=command)
    for sending in servers.send_letters(returns.drafts, mail, secret, already):
        draft = sending.draft
        if sending.state == "sent":
            desk.record(_line_of(draft, period, OUT))
        elif sending.state == "no_address":
            record_written(desk, period, [one for one in returns.ready if one.unit == draft.unit])
        yield _sending_line(sending)


def _put_into_drafts(desk: Desk, period: Period, returns: Returns) -> Iterator[ScreenLine]:
    """Puts the letters into the mailbox's folder of drafts, each once, and says so of each."""
    from kskt_excel.mail import mailbox
    from kskt_excel.office.inbox import office_mailbox

    box, secret = office_mailbox(desk)
    known = _numbers(desk, OUT, DRAFT)
    for draft, is_new in mailbox.append_drafts(box, secret, returns.drafts, known):
        if is_new:
            desk.record(_line_of(draft, period, DRAFT))
        what = "đã để vào thư mục thư nháp" if is_new else "đã có trong thư nháp hoặc đã gửi"
        yield ScreenLine(f"{draft.unit}: {what}", "good")


def _numbers(desk: Desk, *ways: str) -> frozenset[str]:
    """Numbers (Message-ID) of letters that went out in one of these ways."""
    sent = payloads(desk.journal.lines(), Sent)
    return frozenset(one.message_id for one in sent if one.way in ways)


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


def letters_outcome(desk: Desk, period: Period, returns: Returns, files: WrittenFiles) -> Outcome:
    """What a command tells of the letters that it wrote, and where they lie."""
    lines = [ScreenLine(f"{draft.unit}: {draft.subject}") for draft in returns.drafts]
    shown = [desk.workspace.shown(path) for path in files.paths]
    count = ScreenLine(f"{len(returns.drafts) - returns.standing} thư đã soạn.")
    blocks = (*lines, count, *returns.remarks, *written_blocks(desk.workspace, files))
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
        super().__init__(f"{period.label} là kỳ cộng dồn. Đề nghị ghi một quý, ví dụ: {example}.")


def chosen_units(plan: Plan, period: Period, codes: Collection[str]) -> tuple[Unit, ...]:
    """The units named, or all that must report for the period. Raises UnknownUnitError."""
    units = plan.units_in(period)
    wanted = {code.upper() for code in codes}
    for code in wanted:
        if code not in plan.unit_by_code:
            raise UnknownUnitError(code, plan)
    return tuple(unit for unit in units if not wanted or unit.code in wanted)


def blank_workbooks(
    desk: Desk, period: Period, units: Collection[Unit], earlier: EarlierReadings
) -> Iterator[tuple[Unit, Path, bytes]]:
    """Each unit with the path and the bytes of its workbook."""
    plan = desk.plan(period.year)
    folder = desk.workspace.issued / period.id
    drawn = DrawnSheets()
    for unit in each(Step.ISSUE, units, lambda one: one.name):
        data = _blank_book(desk, period, unit, earlier, drawn)
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
    earlier: EarlierReadings,
    *,
    letters_go_out: bool,
) -> IssuedFiles:
    """The workbooks and the letters that bring them; what a person has changed stays as it is.

    Letters that do not go out now are let go as they are written: those of 12,000 units are 1 GB.
    """
    made = IssuedFiles(Returns(keeps_drafts=letters_go_out))
    made.files = _issued(desk, period, blank_workbooks(desk, period, units, earlier), made)
    return made


def _issued(
    desk: Desk, period: Period, workbooks: Iterator[tuple[Unit, Path, bytes]], made: IssuedFiles
) -> Iterator[tuple[Path, bytes]]:
    written = latest_files(desk.journal.lines())
    letter = covers(desk, period)
    is_closed = desk.state.closed(period.id)
    if is_closed:
        text = f"{period.label} đã khóa nên không soạn thư gửi biểu mẫu."
        made.letters.remarks.append(ScreenLine(text, "warn", aside=True))
    for unit, path, data in workbooks:
        if _is_changed(path, data, written.get(desk.workspace.shown(path))):
            made.kept.append(path)
            continue
        yield path, data
        if not is_closed:
            yield made.letters.added(path.parent, letter(unit, path, data))


def _is_changed(path: Path, data: bytes, written: str | None) -> bool:
    """Whether a workbook is neither what would be written nor what the program wrote last."""
    if not path.is_file():
        return False
    there = path.read_bytes()
    return there != data and hashlib.sha256(there).hexdigest() != written
