"""What the screen says of a period: who has sent, who must correct what, what was written."""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from kskt_excel import messages
from kskt_excel.ledger.decisions import describe, named_together, why_words
from kskt_excel.ledger.state import ON_DIRECTIONS, QUESTION, is_worth_telling
from kskt_excel.model.calendar import in_vietnam
from kskt_excel.model.consolidation import (
    Consolidation,
    ControlKind,
    QuarterStandings,
    StandingState,
    UnitStanding,
)
from kskt_excel.model.finding import Finding, Severity
from kskt_excel.model.period import Period
from kskt_excel.model.plan import Plan
from kskt_excel.model.submission import Decision, Submission, Verdict
from kskt_excel.office.desk import Desk
from kskt_excel.office.outcome import PAGE_WIDTH, ScreenLine, ScreenTable, Tone, finding_lines
from kskt_excel.office.outputs import WrittenFiles
from kskt_excel.office.signed_copies import whose_copy
from kskt_excel.report.direction_lines import direction_line, directions_count
from kskt_excel.report.sending import missing_note, provisional_line, signed_words
from kskt_excel.report.sentences import broken_words
from kskt_excel.text import shown
from kskt_excel.workspace import Workspace

_FEW = 3  # foreign files told one by one
_MOST_FINDINGS = 12  # of one file; its marked copy has all
_MOST_UNITS = 30  # that a run lists; more are told in a line


_STANDING_HEADS = ("Đơn vị", "Tên", "Tình hình", "Lần", "Nhận lúc", "Chậm", "Lỗi", "Cảnh báo")


def standings_blocks(
    plan: Plan, consolidation: Consolidation, *, is_brief: bool = False
) -> Iterator[ScreenLine | ScreenTable]:
    """What is missing first, then for each quarter that is due a row for each unit.

    In brief, of many units only those are listed that somebody has to see to.
    """
    if consolidation.period.cumulative:
        yield ScreenLine(consolidation.period.label)
    said = (provisional_line(consolidation), missing_note(plan, consolidation))
    if not any(said):
        yield ScreenLine("Tất cả đơn vị đã gửi và đạt.", "good")
    yield from (ScreenLine(text, "warn") for text in said if text)
    asks = plan.settings.asks_signed_copy
    signs = asks or any(one.signed for one in consolidation.standings)
    for some in consolidation.quarters:
        if some.is_due:
            yield ScreenLine(f"{some.quarter.label}, hạn gửi {shown.day_text(some.deadline)}")
            cut = is_brief and len(some.units) > _MOST_UNITS
            shown_ones = [one for one in some.units if not (cut and one.state.is_in)]
            if shown_ones:
                signed = ("Bản ký",) if signs else ()
                yield ScreenTable(
                    (*_STANDING_HEADS, *signed),
                    tuple(
                        (*_standing_row(plan, one), *(_signed(one, asks=asks) for _ in signed))
                        for one in shown_ones
                    ),
                    tones=tuple(_tone(one) for one in shown_ones),
                    most_width=PAGE_WIDTH,
                    spare="Tên",
                )
            if cut:
                yield _in_line(some)
    yield from _counting_lines(consolidation)


def _in_line(some: QuarterStandings) -> ScreenLine:
    """How many units are in, where they are not listed, and which command lists them."""
    inside = [one for one in some.units if one.state.is_in]
    warned = sum(1 for one in inside if one.warnings)
    remarks = f", trong đó {warned} báo cáo có cảnh báo" if warned else ""
    return ScreenLine(
        f"{len(inside)} đơn vị đã nhận{remarks}. Xem từng đơn vị: kskt status {some.quarter.id}"
    )


def _counting_lines(consolidation: Consolidation) -> Iterator[ScreenLine]:
    """Which version of a unit counts, where that is more than its only or its latest one.

    Of one without faults that does not count, like one after the closing, it is said as well.
    """
    asked = {(one.unit, one.period) for one in _with_questions(consolidation)}
    for one in consolidation.standings:
        if (one.unit, one.quarter.id) in asked:
            continue  # told with its question
        is_shut_out = one.state is StandingState.UNMET_AT_CLOSING
        if (one.counts or is_shut_out or not one.errors) and is_worth_telling(one.why):
            of = f", {one.quarter.label}" if consolidation.period.cumulative else ""
            why = why_words(one.why, consolidation.decisions)
            yield ScreenLine(f"{one.unit}{of}, lần {one.version}: {why}", aside=True)


def asked_blocks(desk: Desk, consolidation: Consolidation) -> Iterator[ScreenLine]:
    """Files that wait for the office to say whether they count, or for which quarter.

    Each with the command that says it.
    """
    for one in _with_questions(consolidation):
        whose = f"{one.unit}, lần {one.version} ({one.file})"
        why = why_words(one.why, consolidation.decisions)
        yield ScreenLine(f"{whose}: {why}", "warn", aside=True)
        yield ScreenLine(f"    {_what_to_do(desk, one)}", "quiet", aside=True)
    for one in consolidation.submissions:
        yield from finding_lines([found for found in one.findings if found.code == QUESTION])


def _what_to_do(desk: Desk, asked: Submission) -> str:
    """The command by which the office answers the question that a file puts, or opens the way."""
    is_closed = asked.after_closing or desk.state.rulings.closing(asked.period) is not None
    code = "receipt.after_closing" if is_closed else asked.question
    what = {"unit": asked.unit, "period": asked.period, "version": asked.version}
    own, later = (Period.label_of(one) if one else "" for one in (asked.period, asked.in_place_of))
    return messages.filled(messages.entry(code).office, {**what, "own": own, "later": later})


def _with_questions(consolidation: Consolidation) -> tuple[Submission, ...]:
    return tuple(one for one in consolidation.submissions if one.after_closing or one.awaits_office)


def older_forms_blocks(
    desk: Desk, plan: Plan, consolidation: Consolidation
) -> Iterator[ScreenLine]:
    """Of units that have sent nothing: what came meanwhile on the form of a quarter before."""
    quarter, state = consolidation.quarters[-1].quarter, desk.state
    for standing in consolidation.quarters[-1].units:
        for one in state.on_older_forms(standing.unit, quarter.id):
            if one.unmet_at_closing:
                office = messages.entry("receipt.older_form_at_closing").office
                what = {"later": quarter.label, "period": quarter.id}
                why = why_words(one.why, state.rulings.by_number)
                yield ScreenLine(f"{one.unit} ({one.file}): {why}", "warn", aside=True)
                yield ScreenLine(f"    {messages.filled(office, what)}", "quiet", aside=True)
            else:
                told = messages.catalogue_text(
                    "receipt.older_form",
                    name=one.file,
                    unit=plan.unit_by_code[one.unit].name,
                    given=desk.period(one.period).label,
                    period=quarter.label,
                )
                yield ScreenLine(told, "warn", aside=True)
            if one.awaits_office:
                yield ScreenLine(f"    {_what_to_do(desk, one)}", "quiet", aside=True)


def _standing_row(plan: Plan, standing: UnitStanding) -> tuple[str, ...]:
    received = standing.received_at
    sent = received is not None
    return (
        standing.unit,
        plan.unit_by_code[standing.unit].name,
        standing.state.value,
        str(standing.version or ""),
        _clock(received) if received else "",
        str(standing.late_days) if sent else "",
        str(standing.errors) if sent else "",
        str(standing.warnings) if sent else "",
    )


def _clock(at: dt.datetime) -> str:
    """``14:30 15/3/2022``: short, so that the names of units stay on one line."""
    here = in_vietnam(at)
    return f"{here:%H:%M} {shown.day_text(here.date())}"


def _signed(standing: UnitStanding, *, asks: bool) -> str:
    """When the signed copy came; that it is awaited where the plan asks for it."""
    return signed_words(standing) or ("Chưa có" if asks and standing.counts else "")


def _tone(standing: UnitStanding) -> Tone:
    if standing.state.is_in:
        return "warn" if standing.late_days or standing.warnings else "good"
    return "warn" if standing.state is StandingState.WAITING else "bad"


def to_mend_blocks(
    desk: Desk, plan: Plan, consolidation: Consolidation, *, fresh: Collection[str] | None = None
) -> Iterator[ScreenLine]:
    """For each file that does not count: whose it is, and what must be corrected in which cell.

    A scan that may be a signed copy of somebody's report is a question.

    Many foreign files of one kind are one line, said by the run that took one of them in: those in
    ``fresh``, by their hashes; None asks for whatever is there.
    """
    asked = ((one, whose_copy(desk, one)) for one in consolidation.submissions)
    questions = {one.sha256: question for one, question in asked if question}
    counting = {
        (one.unit, one.quarter.id): one.received_at for one in consolidation.standings if one.counts
    }
    to_mend = [
        one
        for one in consolidation.submissions
        if (one.is_awaited_again or one.sha256 in questions)
        and not one.is_dismissed
        and (one.sha256 in questions or not (_is_companion(one) or _is_made_good(one, counting)))
    ]
    own = {one.sha256 for one in to_mend if plan.owner_of(one.mail.sender)}  # each is asked about
    kinds = {
        one.sha256: "" if one.sha256 in own & questions.keys() else _kind_of_nobodys(one)
        for one in to_mend
    }
    alike = Counter(kinds[one.sha256] for one in to_mend)
    told: set[str] = set()
    for one in to_mend:
        kind = kinds[one.sha256]
        if kind and alike[kind] > _FEW:
            if kind not in told:
                told.add(kind)
                files = [file for file in to_mend if kinds[file.sha256] == kind]
                if fresh is None or any(file.sha256 in fresh for file in files):
                    yield _many_line(desk, files)
            continue
        question = questions.get(one.sha256)
        if question:
            yield ScreenLine(messages.sentence(question), "warn", aside=True)
            told_how = messages.filled(messages.entry(question.code).office, question.params)
            yield ScreenLine(f"    {told_how}", "quiet", aside=True)
            continue
        unit = plan.unit_by_code.get(one.unit)
        owner = unit.name if unit else "Chưa rõ đơn vị"
        yield ScreenLine(f"{owner} – {one.file}: {one.verdict.label.lower()}", "bad", aside=True)
        faults = [found for found in one.findings if found.severity is Severity.ERROR]
        yield from finding_lines(faults, most=_MOST_FINDINGS, see="xem bản đánh dấu")


def _is_made_good(one: Submission, counting: Mapping[tuple[str, str], dt.datetime | None]) -> bool:
    """Whether a file could not be read, and a report of its unit that came since counts."""
    since = counting.get((one.unit, one.period))
    return one.verdict is Verdict.UNREADABLE and since is not None and since > one.received_at


def _kind_of_nobodys(one: Submission) -> str:
    """Why a file that is of no known unit cannot be read, as a code; "" for a unit's own file."""
    faults = [found.code for found in one.findings if found.severity is Severity.ERROR]
    return faults[0] if not one.unit and faults else ""


def _many_line(desk: Desk, files: Sequence[Submission]) -> ScreenLine:
    """Many foreign files of one kind in one line: pictures, drafts, a folder copied by mistake."""
    named = ", ".join(one.file for one in files[:_FEW])
    why = next(found for found in files[0].findings if found.severity is Severity.ERROR)
    them = named_together(desk.state, {one.sha256 for one in files})
    return ScreenLine(
        f"{len(files)} tệp chưa rõ đơn vị, không phải báo cáo đọc được ({named}, …)."
        f" Tệp đầu: {messages.sentence(why)} Danh sách ở trang Nguồn số liệu của sổ theo dõi;"
        " có bản ký thì ghi bằng kskt decide signed;"
        f' bỏ qua hẳn: kskt decide dismiss --file "{them}" --reason "Không phải báo cáo"',
        "bad",
        aside=True,
    )


def answered_blocks(plan: Plan, consolidation: Consolidation) -> Iterator[ScreenLine]:
    """What units have answered to findings that stand, and the command that accepts an answer."""
    told: set[tuple[str, str]] = set()
    for one in consolidation.submissions:
        unit = plan.unit_by_code.get(one.unit)
        if not (one.verdict.is_to_mend or one.verdict.counts) or unit is None:
            continue
        for found in one.findings:
            where = messages.place_text(found) or "cả tệp"
            text = " ".join(found.explanation.split())
            answer = f"{unit.name} giải trình {where}: “{text}”"
            if not text or (one.period, answer) in told:
                continue  # the same of several versions is told once
            told.add((one.period, answer))
            yield ScreenLine(answer, aside=True)
            yield ScreenLine(
                f"    Nếu chấp nhận: kskt decide waive --rule {messages.rule(found).number}"
                f' --unit {one.unit} --period {one.period}{_at(found)} --reason "…"',
                "quiet",
                aside=True,
            )


def _at(found: Finding) -> str:
    """The option that keeps a waiver to the cell that was explained."""
    return (
        f' --at "{found.at.sheet}!{found.at.a1}"'
        if found.at and found.at.row and not found.also
        else ""
    )


def trial_blocks(plan: Plan, consolidation: Consolidation) -> Iterator[ScreenLine]:
    """How often each rule on trial was broken by what stands, and by whom."""
    tried = [
        (one.unit, found)
        for one in consolidation.submissions
        if one.verdict.is_to_mend or one.verdict.counts
        for found in one.findings
        if found.tried_until
    ]
    for trial in plan.trials:
        broken = [one for one in tried if messages.rule(one[1]).is_named(trial.rule)]
        if not broken:
            continue
        places = sum(len(found.cells) or 1 for _, found in broken)
        units = shown.listed(list(dict.fromkeys(unit for unit, _ in broken)))
        yield ScreenLine(
            f"Quy tắc thử {trial.rule} (đến hết ngày {shown.day_text(trial.until)}):"
            f" {places} chỗ trong báo cáo của {units}; không trả lại báo cáo nào vì quy tắc này.",
            aside=True,
        )


def decision_blocks(
    decisions: Iterable[Decision], period: Period, today: dt.date
) -> Iterator[ScreenLine]:
    """The decisions in force on a period, with their numbers, who took them and when.

    Directions are told with what came of them.
    """
    wanted = {quarter.id for quarter in period.quarters}
    for one in decisions:
        if one.kind in ON_DIRECTIONS:
            continue
        if one.period in wanted or not one.period:
            when = shown.day_text(one.at.date())
            is_over = one.expires_on is not None and one.expires_on < today
            over = " (đã hết hạn)" if is_over else ""
            said = f"Quyết định số {one.id} ({one.by}, {when}){over}: {describe(one)}"
            yield ScreenLine(said, aside=True)


def direction_blocks(plan: Plan, consolidation: Consolidation) -> Iterator[ScreenLine]:
    """How many directions of leaders are open, each with its number and what came of it."""
    if not consolidation.directions:
        return
    yield ScreenLine(directions_count(consolidation.directions), aside=True)
    for one in consolidation.open_directions:
        yield ScreenLine(f"  Số {one.direction.id}: {direction_line(one, plan)}", aside=True)
    if consolidation.open_directions:
        first = consolidation.open_directions[0].direction.id
        command = f'kskt decide close-direction --decision {first} --reason "…"'
        yield ScreenLine(f"    Đã thực hiện xong: {command}", "quiet", aside=True)


def _is_companion(one: Submission) -> bool:
    """Whether a file needs nothing from anybody, like a signed copy sent beside the workbook."""
    is_no_report = one.verdict is Verdict.NOT_A_REPORT
    return is_no_report and all(found.severity is Severity.INFO for found in one.findings)


def regime_blocks(plan: Plan, consolidation: Consolidation) -> Iterator[ScreenLine]:
    """What nobody has held against the published texts in a regime that is not verified."""
    regime = plan.regime_on(consolidation.window.end)
    if regime.verified or not regime.id:
        return
    yield ScreenLine(f"{regime.name}: chưa đối chiếu bản gốc.", "warn", aside=True)
    for one in regime.unverified:
        yield ScreenLine(f"  - {one}", "quiet", aside=True)
    if regime.scheme is None:
        text = "  Kỳ này không có trang Đánh giá vì chưa nhập bộ tiêu chí (templates/che-do)."
        yield ScreenLine(text, "quiet", aside=True)


def control_blocks(consolidation: Consolidation) -> Iterator[ScreenLine]:
    """Control totals that do not agree; nothing when all do."""
    for line in consolidation.control:
        if line.agrees or line.waived:
            continue
        form = f"Biểu {line.form_name or line.form}: " if line.kind is ControlKind.IDENTITY else ""
        if line.is_broken:
            yield ScreenLine(
                f"Đối chiếu lệch – {form}{broken_words(line)}."
                " Đề nghị xem trang Đối chiếu của sổ theo dõi trước khi in số này.",
                "bad",
                aside=True,
            )
        else:
            yield ScreenLine(f"Cần kiểm tra – {form}{broken_words(line)}.", "warn", aside=True)


def written_blocks(workspace: Workspace, files: WrittenFiles) -> Iterator[ScreenLine]:
    """Where the results lie, by folder; what stood there before is not called written."""
    for folder in dict.fromkeys(path.parent for path in files.paths):
        own = [path for path in files.paths if path.parent == folder]
        kept, where = sum(path in files.kept for path in own), workspace.shown(folder)
        made = len(own) - kept
        if not made:
            text = f"Giữ nguyên {kept} tệp ở {where}"
        else:
            rest = f", giữ nguyên {kept} tệp" if kept else ""
            text = f"Đã ghi {made} tệp vào {where}{rest}"
        yield ScreenLine(text, "quiet", aside=True)
