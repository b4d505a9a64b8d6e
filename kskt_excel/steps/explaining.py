"""What a unit has answered on a returned result sheet, put beside the findings it is about."""

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from kskt_excel.model.finding import Finding
from kskt_excel.model.reading import Explanation
from kskt_excel.model.submission import Submission, Verdict

Answers = Mapping[str, Sequence[Explanation]]
"""Answers by the hash of the file that brought them."""


def explained(submissions: Iterable[Submission], answers: Answers) -> Iterator[Submission]:
    """The submissions of a quarter, each finding with the latest answer of its unit to it.

    An answer is about what was written when it was given: findings of its own version and of
    earlier ones. A later version has it again only where it says the very same.
    """
    by_unit: dict[str, list[Submission]] = {}
    for one in submissions:
        by_unit.setdefault(one.unit, []).append(one)
    for unit, own in by_unit.items():
        yield from _of_unit(own, answers) if unit else own


def _of_unit(own: Sequence[Submission], answers: Answers) -> Iterator[Submission]:
    if not any(answers.get(one.sha256) for one in own):
        yield from own
        return
    answered = list(own)
    for at in reversed(range(len(own))):  # the latest answer is put first and stays
        texts = answers.get(own[at].sha256, ())
        if own[at].verdict is not Verdict.DUPLICATE and texts:
            answered[: at + 1] = [_with_answers(one, texts) for one in answered[: at + 1]]
    known = {
        _said(found): found.explanation
        for one in answered
        for found in one.findings
        if found.explanation
    }
    for one in answered:
        yield replace(
            one, findings=tuple(_with_text(f, known.get(_said(f), "")) for f in one.findings)
        )


def _with_answers(one: Submission, texts: Sequence[Explanation]) -> Submission:
    """Each finding with the answer at its place, or by rule and sheet when its cell has moved."""
    alone = Counter(_rule(found) for found in one.findings)
    by_rule: dict[tuple[str, str], list[str]] = {}
    for text in texts:
        by_rule.setdefault((text.code, text.sheet), []).append(text.text)
    findings: list[Finding] = []
    for found in one.findings:
        exact = (text.text for text in texts if text.answers(found.code, found.at))
        moved = by_rule.get(_rule(found), [])
        only = moved[0] if len(moved) == 1 == alone[_rule(found)] else ""
        findings.append(_with_text(found, next(exact, only)))
    return replace(one, findings=tuple(findings))


def _rule(found: Finding) -> tuple[str, str]:
    return found.code, found.at.sheet if found.at else ""


def _with_text(found: Finding, text: str) -> Finding:
    return replace(found, explanation=text) if text and not found.explanation else found


def _said(found: Finding) -> Hashable:
    """Equal for findings that say the same of the same cell."""
    words = tuple(sorted((name, str(value)) for name, value in found.params.items()))
    return found.code, found.at, words
