"""Which version of a series counts, and why, in words."""

from collections.abc import Iterator
from dataclasses import dataclass

from kskt_excel.ledger.series import Series, Taken, Version
from kskt_excel.ledger.words import moment, numbered, reason, ruling, words
from kskt_excel.messages import finding
from kskt_excel.model.finding import Finding
from kskt_excel.model.submission import MailEnvelope, Submission, Verdict


@dataclass(frozen=True, slots=True)
class Judged:
    """A unit's files for a period, each with verdict and reason; those that count."""

    submissions: tuple[Submission, ...]
    members: tuple[Submission, ...]  # one, or the parts that are united, in order

    @property
    def counting(self) -> Submission | None:
        """The version in force; of a report in parts the last that arrived."""
        return max(self.members, key=lambda member: member.version, default=None)


def judge(files: Series) -> Judged:
    """The verdict of every file of a series, in order, and what counts."""
    members = _members(files)
    submissions = tuple(_submission(file, files, members) for file in files.files)
    by_number = {submission.version: submission for submission in submissions}
    return Judged(submissions, tuple(by_number[member.number] for member in members))


def _members(files: Series) -> tuple[Version, ...]:
    """The versions that count together: what is in force, then its supplements."""
    eligible = tuple(file for file in files.versions if file.is_eligible)
    supplements = tuple(file for file in eligible if file.supplement)
    base = _base(files, tuple(file for file in eligible if not file.supplement))
    return (*base, *(file for file in supplements if file not in base))


def _base(files: Series, eligible: tuple[Version, ...]) -> tuple[Version, ...]:
    if files.chosen:
        return tuple(file for file in files.versions if file.number == files.choice)
    whole = [(file,) for file in eligible if not file.receipt.part]
    sets = [complete for total in _totals(eligible) if (complete := _set(eligible, total))]
    return max((*whole, *sets), key=lambda group: max(file.number for file in group), default=())


def _totals(eligible: tuple[Version, ...]) -> set[int]:
    return {file.receipt.parts for file in eligible if file.receipt.part}


def _set(eligible: tuple[Version, ...], total: int) -> tuple[Version, ...]:
    """The latest of each of ``total`` parts, part 1 first; empty while one is missing."""
    latest = {file.receipt.part: file for file in eligible if file.receipt.parts == total}
    parts = range(1, total + 1)
    return tuple(latest[n] for n in parts) if all(n in latest for n in parts) else ()


def _submission(file: Version, files: Series, members: tuple[Version, ...]) -> Submission:
    receipt = file.receipt
    return Submission(
        unit=receipt.unit,
        period=receipt.period,
        version=file.number,
        verdict=_verdict(file, files, members),
        file=receipt.name,
        sha256=receipt.sha256,
        received_at=receipt.received_at,
        late_days=0,
        findings=(*receipt.findings, *_waiting(file, files, members)),
        archived=receipt.archived,
        channel=receipt.channel,
        mail=MailEnvelope(receipt.message_id, receipt.sender, receipt.subject, receipt.references),
        why=_why(file, files, members),
    )


def _verdict(file: Version, files: Series, members: tuple[Version, ...]) -> Verdict:
    if file.repeats:
        return Verdict.DUPLICATE
    if not file.number:
        return file.receipt.verdict if not file.receipt.verdict.counts else Verdict.RETURNED
    if file in members:
        counts = file.receipt.verdict.counts
        return file.receipt.verdict if counts else Verdict.ACCEPTED_WITH_WARNINGS
    if _replacement(file, files, members) or _stands_aside(file, files):
        return Verdict.SUPERSEDED
    return Verdict.RETURNED


def _stands_aside(file: Version, files: Series) -> bool:
    """Nothing to mend in it, yet it does not count: after the closing, or another was chosen."""
    if file.closing:
        return True
    return file.is_eligible and (not file.receipt.part or files.chosen is not None)


def _replacement(file: Version, files: Series, members: tuple[Version, ...]) -> int:
    """Number of the version that took its place; 0 when none did."""
    later = [other for other in files.versions if other.number > file.number and not other.closing]
    if any(member in later for member in members):
        return max(member.number for member in members)
    same = [other for other in later if other.part == file.part]
    if file.is_eligible:  # a whole one gives way only to what counts, a part to a newer copy of it
        same = [other for other in same if other.is_eligible and other.receipt.part]
    return same[-1].number if same else 0


def _waiting(file: Version, files: Series, members: tuple[Version, ...]) -> Iterator[Finding]:
    """What an acceptable part waits for."""
    if _verdict(file, files, members) is not Verdict.RETURNED or not file.is_eligible:
        return
    part, parts = file.part
    have = {f.receipt.part for f in files.versions if f.is_eligible and f.receipt.parts == parts}
    missing = tuple(n for n in range(1, parts + 1) if n not in have)
    yield finding("receipt.part_missing", part=part, parts=parts, missing=numbered(missing))


def _why(file: Version, files: Series, members: tuple[Version, ...]) -> str:
    if file.repeats:
        return _why_repeat(file, file.repeats, files, members)
    if not file.number:
        return _why_no_version(file)
    if file in members:
        return _why_it_counts(file, files, members)
    return _why_it_does_not(file, files, members)


def _why_repeat(file: Version, first: Taken, files: Series, members: tuple[Version, ...]) -> str:
    code = "receipt.same_bytes" if file.same_bytes else "receipt.same_content"
    number = files.number_of(first.seq)
    at = moment(first.receipt.received_at)
    said = words(code, name=first.receipt.name, at=at)
    if not number:
        return said
    if number in {member.number for member in members}:
        return f"{said} {words('receipt.repeats_counting', version=number)}"
    if members:
        counting = numbered(tuple(member.number for member in members))
        return f"{said} {words('receipt.repeats_other', version=number, counting=counting)}"
    return f"{said} {words('receipt.repeats_none', version=number)}"


def _why_no_version(file: Version) -> str:
    receipt = file.receipt
    if receipt.verdict in (Verdict.UNREADABLE, Verdict.NOT_A_REPORT):
        return words(f"receipt.{receipt.verdict}")
    return words("receipt.unit_unknown" if not receipt.unit else "receipt.period_unknown")


def _why_it_counts(file: Version, files: Series, members: tuple[Version, ...]) -> str:
    others = tuple(member.number for member in members if member is not file)
    if file.supplement and others:
        said = words("receipt.supplement", ruling=ruling(file.supplement), others=numbered(others))
    elif files.chosen and file.number == files.choice:
        said = words("receipt.chosen", ruling=ruling(files.chosen))
    elif file.receipt.part and others:
        said = words("receipt.part", part=file.part[0], parts=file.part[1], others=numbered(others))
    elif len(files.versions) == 1:
        said = words("receipt.only")
    else:
        said = words("receipt.latest")
    if file.accepted and not file.receipt.verdict.counts:
        accepted = words(
            "receipt.accepted", errors=file.receipt.errors, ruling=ruling(file.accepted)
        )
        said = f"{said} {accepted}"
    later = _later(file, files, members) if file == max(members, key=_number) else ()
    return " ".join((said, *later))


def _later(file: Version, files: Series, members: tuple[Version, ...]) -> Iterator[str]:
    """For each newer version that does not count and waits for nothing newer: why it does not."""
    for other in files.versions:
        newer = other.number > file.number and other not in members
        if newer and not _replacement(other, files, members) and (code := _open_reason(other)):
            told = reason(
                code,
                errors=other.receipt.errors,
                ruling=_ruling_on(other),
                part=other.receipt.part,
                parts=other.receipt.parts,
            )
            yield words("receipt.later", version=other.number, why=told)


def _open_reason(file: Version) -> str:
    """Entry of the reason why a newer version does not count; "" when another was chosen."""
    if file.voided:
        return "receipt.voided"
    if file.closing:
        return "receipt.after_closing"
    if file.is_eligible:
        return "receipt.part_waits" if file.receipt.part else ""
    return "receipt.returned"


def _ruling_on(file: Version) -> str:
    decision = file.voided or file.closing
    return ruling(decision) if decision else ""


def _number(file: Version) -> int:
    return file.number


def _why_it_does_not(file: Version, files: Series, members: tuple[Version, ...]) -> str:
    if file.voided:
        return words("receipt.voided", ruling=ruling(file.voided))
    if file.closing:
        return words("receipt.after_closing", ruling=ruling(file.closing))
    replacement = _replacement(file, files, members)
    if replacement:
        return words("receipt.superseded", version=replacement)
    counting = numbered(tuple(member.number for member in members)) if members else ""
    if files.chosen and file.is_eligible:
        return words("receipt.not_chosen", counting=counting, ruling=ruling(files.chosen))
    if file.is_eligible:
        return words("receipt.part_waits", part=file.part[0], parts=file.part[1])
    said = words("receipt.returned", errors=file.receipt.errors)
    keeps = words("receipt.earlier_stays", counting=counting) if counting else ""
    return f"{said} {keeps}".strip()
