"""Decisions of the office: built only when they are possible, told in words."""

import difflib
import fnmatch
import glob
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from kskt_excel.ledger.safeguards import decision_mark
from kskt_excel.ledger.state import (
    ON_A_VERSION,
    ON_FILES,
    JournalState,
    ReceiptAt,
    Version,
    numbered,
)
from kskt_excel.messages import Rule, catalogue_phrase, catalogue_text
from kskt_excel.model.calendar import in_vietnam
from kskt_excel.model.errors import KsktError, UnknownPeriodError
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.period import Campaign, Period
from kskt_excel.model.submission import Decision, DecisionKind, Reason
from kskt_excel.text.shown import day_text

_NEAR = 0.6  # part of equal letters for «có phải là …»: difflib's own
_QUARTER_EXAMPLE = "2022-Q1"
_WHERE = re.compile(r"[^!]+!\$?[A-Za-z]{0,3}\$?\d{1,7}|[\w.-]*\d[\w.-]*")
"""``Hồ sơ!J9``, ``Hồ sơ!9``, ``000.00.09.H55-220110-0007``, ``2.002385``."""


class DecisionRefusedError(KsktError):
    """A decision that cannot be taken; ``code`` names its catalogue entry."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(catalogue_text(code, **params))
        self.code = code


@dataclass(frozen=True, slots=True)
class DecisionScope:
    """What a decision may speak of; an empty collection leaves that unchecked."""

    units: Collection[str] = ()
    rules: Collection[Rule] = ()
    campaigns: Collection[Campaign] = ()


def build_decision(decision: Decision, state: JournalState, known: DecisionScope) -> Decision:
    """The decision as it may be appended: trimmed, possible, pinned to the version's receipt.

    Its ``id`` is given by the journal. Raises DecisionRefusedError.
    """
    trimmed = _trimmed(decision, known.campaigns)
    _refuse_unsigned(trimmed)
    _refuse_unknown_unit(trimmed, known)
    trimmed = _waiver(trimmed, state, known) if trimmed.kind is DecisionKind.WAIVE else trimmed
    if trimmed.kind in (DecisionKind.CLOSE, DecisionKind.REOPEN, DecisionKind.DIRECT):
        _refuse_without_period(trimmed)
    if trimmed.kind is DecisionKind.CLOSE_DIRECTION:
        trimmed = _closing(trimmed, state)
    if trimmed.kind in ON_A_VERSION:
        version = _version(trimmed, state, known)
        trimmed = replace(trimmed, receipt=version.taken.seq)
    if trimmed.kind is DecisionKind.SIGNED:
        trimmed = _signed(trimmed, state, known)
    if trimmed.kind in ON_FILES:
        trimmed = _on_files(trimmed, state)
    _refuse_by_rulings(trimmed, state)
    if trimmed.kind in ON_A_VERSION:
        _refuse_by_version(trimmed, version, state)
    return trimmed


def _refuse_by_rulings(decision: Decision, state: JournalState) -> None:
    refusal = state.rulings.refusal(decision)
    if not refusal:
        return
    target = next((one for one in state.decisions if one.id == decision.revokes), None)
    in_force = state.rulings.in_force
    closed = (one.period for one in in_force if one.kind is DecisionKind.CLOSE)
    raise DecisionRefusedError(
        refusal,
        period=target.period if target else decision.period,
        id=decision.revokes,
        example=next(closed, "")
        if decision.kind is DecisionKind.REOPEN
        else (in_force[-1].id if in_force else ""),
    )


def describe(decision: Decision) -> str:
    """What was decided and why: ``Chấp nhận lần 2 của VP, 2022-Q1. Lý do: mất điện``."""
    why = f". Lý do: {decision.reason}" if decision.reason else ""
    return f"{what_was_decided(decision)}{why}"


def ruling(decision: Decision) -> str:
    """``quyết định số 12 của Nguyễn Thị Hoa ngày 14/3/2022: mất điện``."""
    day = day_text(in_vietnam(decision.at).date())
    return f"quyết định số {decision.id} của {decision.by} ngày {day}: {decision.reason}"


def why_words(why: Iterable[Reason], decisions: Mapping[int, Decision]) -> str:
    """Why a file counts, or does not, in sentences; ``decisions`` are all, by their numbers."""
    return " ".join(catalogue_text(one.code, **_reason_words(one, decisions)) for one in why)


def _reason_words(one: Reason, decisions: Mapping[int, Decision]) -> Mapping[str, object]:
    words = dict(one.words)
    words["ruling"] = ruling(decisions[one.ruling]) if one.ruling else ""
    if one.because:
        words["why"] = catalogue_phrase(one.because.code, **_reason_words(one.because, decisions))
    return words


def why_marks(why: Iterable[Reason], decisions: Mapping[int, Decision]) -> tuple[str, ...]:
    """What tells the decisions that reasons rest on from any others, however they are numbered."""
    every = (told for one in why for told in (one, one.because) if told and told.ruling)
    return tuple(decision_mark(decisions[one.ruling]) for one in every)


def what_was_decided(decision: Decision) -> str:
    """What was decided, without the reason: ``Chấp nhận lần 2 của VP, 2022-Q1``."""
    whose = f"lần {decision.version} của {decision.unit}, {decision.period}"
    return {
        DecisionKind.ACCEPT: f"Chấp nhận {whose}",
        DecisionKind.VOID: f"Không tính {whose}",
        DecisionKind.CHOOSE: f"Chọn {whose}",
        DecisionKind.PARTS: f"Ghép {whose} vào báo cáo đang được tính",
        DecisionKind.WAIVE: _waiver_words(decision),
        DecisionKind.DISMISS: f"Bỏ qua {len(decision.originals)} tệp “{decision.where}”",
        DecisionKind.MOVE: f"Xếp {len(decision.originals)} tệp “{decision.where}” vào"
        f" {decision.period}",
        DecisionKind.SIGNED: f"Tệp “{decision.where}” là bản ký của {whose}",
        DecisionKind.DIRECT: _direction_words(decision),
        DecisionKind.CLOSE_DIRECTION: f"Kết thúc theo dõi ý kiến chỉ đạo số {decision.direction}",
        DecisionKind.CLOSE: f"Khóa kỳ {decision.period}",
        DecisionKind.REOPEN: f"Mở lại kỳ {decision.period}",
        DecisionKind.REVOKE: f"Thu hồi quyết định số {decision.revokes}",
    }[decision.kind]


def _waiver_words(decision: Decision) -> str:
    whom = decision.unit or "mọi đơn vị"
    when = decision.period or "mọi kỳ"
    at = f" tại {decision.where}" if decision.where else ""
    until = f" đến hết ngày {day_text(decision.expires_on)}" if decision.expires_on else ""
    return f"Miễn quy tắc {decision.rule}{at} cho {whom}, {when}{until}"


def _direction_words(decision: Decision) -> str:
    who = f" của {decision.leader}" if decision.leader else ""
    when = f" ngày {day_text(decision.given_on)}" if decision.given_on else ""
    about = f", nhiệm vụ {decision.task}" if decision.task else ""
    return f"Ý kiến chỉ đạo{who}{when} ({decision.unit}{about}, {decision.period}): {decision.text}"


def _trimmed(decision: Decision, campaigns: Collection[Campaign]) -> Decision:
    """Without spaces at the ends; codes of units in capitals, periods as they are written."""
    return replace(
        decision,
        by=" ".join(decision.by.split()),
        reason=" ".join(decision.reason.split()),
        unit=decision.unit.strip().upper(),
        period=_quarter(decision.period, campaigns) if decision.period.strip() else "",
        rule=decision.rule.strip(),
        where=decision.where.strip(),
        text=" ".join(decision.text.split()),
        task=decision.task.strip(),
        leader=" ".join(decision.leader.split()),
    )


def _quarter(text: str, campaigns: Collection[Campaign]) -> str:
    try:
        period = Period.parse(text, campaigns)
    except UnknownPeriodError as error:
        raise DecisionRefusedError(
            "ledger.not_a_quarter", period=text, example=_QUARTER_EXAMPLE
        ) from error
    if period.cumulative:
        first = period.quarters[0].id
        raise DecisionRefusedError("ledger.not_a_quarter", period=text, example=first)
    return period.id


def _refuse_unsigned(decision: Decision) -> None:
    if not decision.by:
        raise DecisionRefusedError("ledger.no_name")
    if decision.kind is DecisionKind.DIRECT:
        if not decision.text:
            raise DecisionRefusedError("ledger.no_direction")
    elif not decision.reason:
        raise DecisionRefusedError("ledger.no_reason")


def _refuse_unknown_unit(decision: Decision, known: DecisionScope) -> None:
    if decision.unit and known.units and decision.unit not in known.units:
        near = difflib.get_close_matches(decision.unit, known.units, n=1, cutoff=0)
        raise DecisionRefusedError(
            "ledger.unknown_unit",
            unit=decision.unit,
            units=", ".join(known.units),
            example=near[0],
        )


def _signed(decision: Decision, state: JournalState, known: DecisionScope) -> Decision:
    """The decision with the scan, and the version that it is a copy of: what counts, unless told.

    Raises DecisionRefusedError.
    """
    counting = state.counting(decision.unit, decision.period) if not decision.version else None
    number = counting.version if counting else decision.version
    version = _version(replace(decision, version=number), state, known)
    files = _files_meant(decision, state)
    for one in files:
        if one.is_report:
            raise DecisionRefusedError("ledger.signs_itself", file=one.receipt.name)
    hashes = tuple(dict.fromkeys(one.receipt.sha256 for one in files))
    return replace(decision, version=number, receipt=version.taken.seq, originals=hashes)


def _closing(decision: Decision, state: JournalState) -> Decision:
    """The closing with unit and period of the direction. Raises DecisionRefusedError."""
    known = {one.id: one for one in state.rulings.directions if one.is_open}
    found = known.get(decision.direction)
    if found is None:
        numbers = numbered(tuple(known))
        example = next(reversed(known), "")
        if not decision.direction:
            raise DecisionRefusedError("ledger.direction_not_told", example=example)
        raise DecisionRefusedError(
            "ledger.no_open_direction", id=decision.direction, known=numbers, example=example
        )
    return replace(decision, unit=found.unit, period=found.period, task=found.task)


def _refuse_without_period(decision: Decision) -> None:
    if not decision.period:
        raise DecisionRefusedError("ledger.period_not_told", example=_QUARTER_EXAMPLE)


def _waiver(decision: Decision, state: JournalState, known: DecisionScope) -> Decision:
    """The waiver under the name that its rule has. Raises DecisionRefusedError."""
    if "!" in decision.where:  # as Excel writes a place that does not move: «Hồ sơ!$J$9»
        decision = replace(decision, where=decision.where.replace("$", ""))
    if not decision.rule:
        raise DecisionRefusedError("ledger.no_rule")
    if decision.expires_on and decision.expires_on < decision.at.date():
        day, today = day_text(decision.expires_on), decision.at.date()
        raise DecisionRefusedError("ledger.expired", day=day, example=day_text(today))
    if not known.rules:
        return decision
    named = next((one for one in known.rules if one.is_named(decision.rule)), None)
    if named is None:
        names = {name for one in known.rules for name in (one.code, one.number)}
        near = difflib.get_close_matches(decision.rule, sorted(names), n=1, cutoff=_NEAR)
        raise DecisionRefusedError(
            "ledger.unknown_rule",
            rule=decision.rule,
            near=near[0] if near else "",
            example=near[0] if near else "KS-601",
        )
    if not named.judges_a_report:
        sent = state.series(decision.unit, decision.period).versions
        raise DecisionRefusedError(
            "ledger.rule_not_lifted",
            rule=decision.rule,
            unit=decision.unit or "…",
            period=decision.period or "…",
            version=sent[-1].number if sent else "…",
        )
    if decision.where and not _WHERE.fullmatch(decision.where):
        raise DecisionRefusedError("ledger.where_unread", where=decision.where)
    return replace(decision, rule=named.name_like(decision.rule))


_LEAST_OF_A_HASH = 6  # letters


def _on_files(decision: Decision, state: JournalState) -> Decision:
    """The decision with the files that it names. Raises DecisionRefusedError."""
    if decision.kind is DecisionKind.MOVE:
        _refuse_without_period(decision)
    found = _files_meant(decision, state)
    groups = {(one.receipt.unit, one.receipt.period) for one in found}
    series = {group: state.series(*group) for group in groups}
    for one in found:
        whose = {"file": one.receipt.name, "unit": one.receipt.unit, "period": one.receipt.period}
        version = series[one.receipt.unit, one.receipt.period].number_of(one.seq)
        if decision.kind is DecisionKind.DISMISS and version:
            raise DecisionRefusedError("ledger.dismisses_a_report", version=version, **whose)
        if state.rulings.closing(one.receipt.period):
            raise DecisionRefusedError("ledger.period_closed", period=one.receipt.period)
    return replace(
        decision,
        unit="",
        period=decision.period if decision.kind is DecisionKind.MOVE else "",
        originals=tuple(dict.fromkeys(one.receipt.sha256 for one in found)),
    )


def _files_meant(decision: Decision, state: JournalState) -> list[ReceiptAt]:
    """The files that a decision names. Raises DecisionRefusedError where there is none."""
    if not decision.where:
        raise DecisionRefusedError("ledger.file_not_told")
    found = [one for one in state.taken if _is_named(one, decision.where)]
    if not found:
        raise DecisionRefusedError("ledger.unknown_file", file=decision.where)
    return found


_ALSO = "|"  # between names of files and patterns of names; Windows allows it in none of them
_MOST_BY_HASH = 20  # a command line must still be read by a person
# «anh» of anh-01.jpg: what files of one machine have in common.
_FIRST_WORD = re.compile(r"[^\W\d_]{2,}")


def _is_named(one: ReceiptAt, named: str) -> bool:
    """Whether a file is meant: by name, pattern (``anh-*``), place, or start of its hash.

    Several are parted by ``|``.
    """
    whole = unicodedata.normalize("NFC", named).casefold()
    texts = (one.receipt.name.casefold(), one.receipt.locator.casefold())
    for wanted in dict.fromkeys((whole, *map(str.strip, whole.split(_ALSO)))):
        if len(wanted) >= _LEAST_OF_A_HASH and one.receipt.sha256.startswith(wanted):
            return True
        if any(text == wanted or fnmatch.fnmatchcase(text, wanted) for text in texts):
            return True
    return False


def named_together(state: JournalState, wanted: Collection[str]) -> str:
    """What names the files with these hashes in a decision, and no other file that stands.

    Patterns first (``anh/*``, ``*.png``), then starts of hashes, of at most twenty files.
    """
    left = [one for one in state.taken if one.receipt.sha256 in wanted]
    others = [one for one in state.taken if one.receipt.sha256 not in wanted and not one.dismissed]
    chosen: list[str] = []
    for pattern in _patterns(left):
        met = [one for one in left if _is_named(one, pattern)]
        if met and not any(_is_named(one, pattern) for one in others):
            chosen.append(pattern)
            left = [one for one in left if one not in met]
    hashes = sorted(one.receipt.sha256[: 2 * _LEAST_OF_A_HASH] for one in left)
    return _ALSO.join((*chosen, *hashes[:_MOST_BY_HASH]))


def _patterns(files: Sequence[ReceiptAt]) -> list[str]:
    """Folder, first word, kind of file that several share, those that meet most first."""
    found: Counter[str] = Counter()
    for one in files:
        folder = PurePosixPath(one.receipt.locator).parent.as_posix()
        name = one.receipt.name
        ending, word = PurePosixPath(name).suffix, _FIRST_WORD.match(name)
        found.update([f"{glob.escape(folder)}/*"] if folder != "." else [])
        found.update([f"{word[0]}*{glob.escape(ending)}"] if word else [])
        found.update([f"*{glob.escape(ending)}"] if ending else [])
    return [way for way, count in found.most_common() if count > 1 and _ALSO not in way]


def _version(decision: Decision, state: JournalState, known: DecisionScope) -> Version:
    if not decision.unit:
        example = next(iter(known.units), "VP")
        raise DecisionRefusedError("ledger.unit_not_told", example=example)
    _refuse_without_period(decision)
    versions = state.series(decision.unit, decision.period).versions
    if not versions:
        raise DecisionRefusedError("ledger.no_versions", unit=decision.unit, period=decision.period)
    for version in versions:
        if version.number == decision.version:
            return version
    raise DecisionRefusedError(
        "ledger.unknown_version" if decision.version else "ledger.version_not_told",
        version=decision.version,
        unit=decision.unit,
        period=decision.period,
        known=numbered(tuple(version.number for version in versions)),
        example=versions[-1].number,
    )


def _refuse_by_version(decision: Decision, version: Version, state: JournalState) -> None:
    about = {"unit": decision.unit, "period": decision.period, "version": version.number}
    if version.voided:
        raise DecisionRefusedError(
            "ledger.is_voided",
            version=version.number,
            ruling=ruling(version.voided),
            id=version.voided.id,
        )
    if decision.kind is DecisionKind.ACCEPT and version.is_eligible:
        raise DecisionRefusedError("ledger.needs_no_acceptance", **about)
    joins = decision.kind in (DecisionKind.CHOOSE, DecisionKind.PARTS)
    if joins and not version.is_eligible:
        errors = version.receipt.errors or ""  # none, where it waits for the office
        raise DecisionRefusedError("ledger.not_acceptable", errors=errors, **about)
    alone = len(state.series(decision.unit, decision.period).versions) == 1
    if decision.kind is DecisionKind.PARTS and alone:
        raise DecisionRefusedError("ledger.nothing_to_join", version=version.number)
