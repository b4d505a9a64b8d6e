"""Every rule that one row of a sheet shows by itself, for the workbook that checks itself."""

from collections.abc import Iterator

from kskt_excel.check import (
    date_order,
    dossiers,
    feedback,
    identity,
    legal_texts,
    procedures,
    progress,
    self_scores,
)
from kskt_excel.check.conditions import RowRule
from kskt_excel.check.context import RuleContext


def row_rules(known: RuleContext) -> Iterator[RowRule]:
    """The rules in force for a unit and a period; identities of the forms stand in their forms."""
    yield from identity.prepared_on_other_days(known)
    yield from (order.rule for order in date_order.ORDERS)
    yield from progress.PROGRESS_RULES
    yield from (dossiers.DOSSIER_DAY, dossiers.IN_TIME, dossiers.APOLOGY_LATE)
    yield dossiers.RESCHEDULED
    yield from (feedback.NO_OUTCOME, feedback.PUBLISHED_UNFINISHED)
    yield from (legal_texts.NOT_ASSESSED, legal_texts.NO_PROCEDURE)
    yield from (*legal_texts.HALF_ISSUED, *legal_texts.HALF_A_DECISION)
    yield legal_texts.NO_EFFECT_DAY
    yield from legal_texts.decided_late(known.plan.settings)
    yield from (premise.rule for premise in procedures.PREMISES)
    yield from (procedures.NO_INTERNAL_PROCESS, procedures.PROCESS_ELSEWHERE)
    yield from (procedures.NO_OPTION, procedures.OPTION_TOO_EARLY)
    yield procedures.portal_without_level(known)
    yield from procedures.changes_without(known)
    yield from procedures.kept_with_something(known)
    yield from self_scores.out_of_range(known)
    yield from self_scores.unknown_criteria(known)
    if known.window is not None:
        yield from (rule for span in date_order.SPANS for rule in span.rules(known.window))
        yield dossiers.not_yet_overdue(known.window)
        yield from feedback.marks_of_the_period(known.window)
