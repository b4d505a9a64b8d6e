"""Who has sent and what is missing, in words: the same on paper, in Word, brief and on the screen.

Over several quarters every sentence names the quarter that it speaks of.
"""

from collections.abc import Iterator, Sequence

from kskt_excel.consolidation.standings import rates
from kskt_excel.model.calendar import in_vietnam
from kskt_excel.model.consolidation import (
    Consolidation,
    QuarterStandings,
    StandingState,
    UnitStanding,
)
from kskt_excel.model.period import Period
from kskt_excel.model.plan import Plan, Superior
from kskt_excel.text.shown import capitalised, day_text, listed, office_moment, two_digits

OPEN = (StandingState.NOT_SENT, StandingState.RETURNED, StandingState.NOT_COUNTED)
"""States in which the unit itself has something to do: it is reminded, and named to the leaders."""
_MOST_NAMED = 4  # names in a sentence of the leaders' page
_LONGEST_LEGEND = 600  # letters: longer ones would take a page of their own under every table
_LIST = "biểu Tình hình gửi nhận"


def signed_words(standing: UnitStanding) -> str:
    """``Đã có (18/3/2022)``: a scan that goes with the version that counts; "" without one."""
    if not standing.signed:
        return ""
    return f"Đã có ({day_text(in_vietnam(standing.signed[-1].received_at).date())})"


def owing_by_superior(
    plan: Plan, standings: Sequence[UnitStanding]
) -> Iterator[tuple[Superior, Sequence[UnitStanding]]]:
    """Each superior that has units to be reminded, with the standings of these units."""
    for superior in plan.superiors_in_order:
        codes = {unit.code for unit in plan.under(superior.name)}
        owing = [one for one in standings if one.unit in codes and one.state in OPEN]
        if owing:
            yield superior, owing


def provisional_line(consolidation: Consolidation) -> str:
    """The short mark on every page while figures may still change; "" when all is in."""
    missing = missing_counts(consolidation)
    waiting = sum(
        one.state is StandingState.WAITING and one.counts for one in consolidation.standings
    )
    parts = [f"còn thiếu {missing}"] if missing else []
    if waiting:
        parts.append(f"có {two_digits(waiting)} báo cáo chờ Văn phòng quyết định")
    if consolidation.not_due:
        parts.append(f"{quarter_names(consolidation.not_due)} chưa đến kỳ báo cáo")
    if not parts:
        return ""
    return f"Số liệu tạm tổng hợp đến {office_moment(consolidation.as_of)}, {'; '.join(parts)}."


def missing_counts(consolidation: Consolidation) -> str:
    """``02 đơn vị``; over several quarters ``02 đơn vị của quý I/2022 và 01 đơn vị của …``."""
    said = [
        f"{two_digits(len(some.missing))} đơn vị{_of_quarter(consolidation, some)}"
        for some in consolidation.quarters
        if some.missing
    ]
    return listed(said)


def missing_note(plan: Plan, consolidation: Consolidation) -> str:
    """Which units are missing, for the legend under a table; "" when none is."""
    said = [
        f"{_headed(consolidation, some)}{_names_by_state(plan, some)}"
        for some in consolidation.quarters
        if some.missing
    ]
    return f"Còn thiếu: {'; '.join(said)}." if said else ""


def missing_legend(plan: Plan, consolidation: Consolidation) -> str:
    """Which units are missing; of very many, or very long names, how many and where they stand."""
    note = missing_note(plan, consolidation)
    if len(note) <= _LONGEST_LEGEND:
        return note
    said = [
        f"{_headed(consolidation, some)}{_missing_counts(some)}"
        for some in consolidation.quarters
        if some.missing
    ]
    return f"Còn thiếu: {'; '.join(said)}; nêu tên ở {_LIST}."


def sending_sentences(plan: Plan, consolidation: Consolidation) -> Iterator[str]:
    """For each quarter that is due: who has sent, what became of it, who was late."""
    for some in consolidation.quarters:
        if some.is_due:
            yield capitalised(f"{_headed(consolidation, some)}{_sentence(plan, some)}")
    if consolidation.not_due:
        yield capitalised(f"{quarter_names(consolidation.not_due)} chưa đến kỳ báo cáo.")


def sending_summary(plan: Plan, consolidation: Consolidation, *, listed_on: str = _LIST) -> str:
    """Who has sent, in one line for the leaders: units are named only where they are few.

    ``listed_on`` is where all of them stand.
    """
    said = [
        f"{_headed(consolidation, some)}{_in_short(plan, some, listed_on)}"
        for some in consolidation.quarters
        if some.is_due
    ]
    if consolidation.not_due:
        said.append(f"{quarter_names(consolidation.not_due)} chưa đến kỳ báo cáo")
    return capitalised(f"{'; '.join(said)}.")


def state_counts(quarters: Sequence[QuarterStandings]) -> str:
    """``Đã nhận: 06; Trả lại để sửa: 01``: every state that there is, each report once."""
    counts: dict[StandingState, int] = {}
    for some in quarters:
        for state, own in some.by_state.items():
            counts[state] = counts.get(state, 0) + (len(own) if some.is_due else 0)
    return "; ".join(f"{state}: {two_digits(count)}" for state, count in counts.items() if count)


def quarter_names(quarters: Sequence[Period]) -> str:
    """``quý III và quý IV/2022`` of quarters of one year."""
    *others, last = (one.in_sentence for one in quarters)
    return listed([*(label.partition("/")[0] for label in others), last])


def _sentence(plan: Plan, some: QuarterStandings) -> str:
    units, found = two_digits(len(some.units)), rates(some.units)
    if not found.sent:
        return f"chưa có đơn vị nào trong {units} đơn vị gửi báo cáo."
    if found.on_time == found.units:
        nil = len(some.by_state.get(StandingState.NIL, ()))
        if nil == found.units:
            return f"cả {units} đơn vị đã gửi báo cáo (đều đúng hạn, đều không phát sinh)."
        which = f", trong đó {two_digits(nil)} đơn vị không phát sinh" if nil else ""
        return f"cả {units} đơn vị đã gửi báo cáo (đều đúng hạn){which}."
    sent, silent = [], ""
    for state, own in some.by_state.items():
        said = _state_with_names(plan, state, own)
        if state is StandingState.NOT_SENT:
            silent = f" {capitalised(said)}." if own else ""
        else:
            sent.append(said)
    share = f"có {two_digits(found.sent)}/{units} đơn vị đã gửi báo cáo"
    return f"{share}: {'; '.join(sent)}.{silent}{_in_time(plan, some)}"


def _state_with_names(plan: Plan, state: StandingState, own: Sequence[UnitStanding]) -> str:
    """``trả lại để sửa 01 (Phòng Quản lý Khoa học)``: names where something is still to come."""
    names = "" if state.is_in else f" ({_names(plan, own)})"
    return f"{_small(state)} {two_digits(len(own))}{names}"


def _in_time(plan: Plan, some: QuarterStandings) -> str:
    accepted = [one for one in some.units if one.state.is_in]
    late = [one for one in accepted if one.late_days]
    if not accepted:
        return ""
    if not late:
        return f" Báo cáo được chấp nhận đều đúng hạn ({two_digits(len(accepted))})."
    named = "; ".join(
        f"{plan.unit_name(one.unit)} {two_digits(one.late_days)} ngày làm việc" for one in late
    )
    in_time = two_digits(rates(some.units).on_time)
    return f" Đúng hạn {in_time}, chậm hạn {two_digits(len(late))} ({named})."


def _in_short(plan: Plan, some: QuarterStandings, listed_on: str) -> str:
    found, units = rates(some.units), two_digits(len(some.units))
    if not found.sent:
        return f"chưa có đơn vị nào trong {units} đơn vị gửi báo cáo"
    if found.on_time == found.units:
        return f"cả {units} đơn vị đã gửi báo cáo, đều đúng hạn"
    sent = f"{two_digits(found.sent)}/{units} đơn vị đã gửi báo cáo"
    line = f"{sent}, {two_digits(found.on_time)} đúng hạn"
    if not some.missing:
        return line
    few = len(some.missing) <= _MOST_NAMED
    who = _names_by_state(plan, some) if few else f"nêu ở {listed_on}"
    return f"{line}; còn thiếu {two_digits(len(some.missing))} đơn vị ({who})"


def _names_by_state(plan: Plan, some: QuarterStandings) -> str:
    """The missing by state: ``chưa gửi: A, B; trả lại để sửa: C``, ``chưa gửi: cả 09 đơn vị``."""
    everybody = f"cả {two_digits(len(some.units))} đơn vị"
    return "; ".join(
        f"{_small(state)}: {everybody if own == list(some.units) else _names(plan, own)}"
        for state, own in _missing_by_state(some)
    )


def _missing_counts(some: QuarterStandings) -> str:
    """The missing by state: ``chưa gửi 80 đơn vị; trả lại để sửa 02 đơn vị``."""
    return "; ".join(
        f"{_small(state)} {two_digits(len(own))} đơn vị" for state, own in _missing_by_state(some)
    )


def _missing_by_state(some: QuarterStandings) -> Iterator[tuple[StandingState, list[UnitStanding]]]:
    missing = {one.unit for one in some.missing}
    for state, units in some.by_state.items():
        if own := [one for one in units if one.unit in missing]:
            yield state, own


def _names(plan: Plan, units: Sequence[UnitStanding]) -> str:
    return ", ".join(plan.unit_name(one.unit) for one in units)


def _small(state: StandingState) -> str:
    return state.value[:1].lower() + state.value[1:]


def _headed(consolidation: Consolidation, some: QuarterStandings) -> str:
    return f"{some.quarter.in_sentence}: " if consolidation.period.cumulative else ""


def _of_quarter(consolidation: Consolidation, some: QuarterStandings) -> str:
    return f" của {some.quarter.in_sentence}" if consolidation.period.cumulative else ""
