"""All rules over one workbook, in one order."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from kskt_excel.check import (
    blanks,
    citizens,
    date_order,
    dossiers,
    feedback,
    identity,
    legal_texts,
    procedures,
    progress,
    row_keys,
    self_scores,
    sums,
)
from kskt_excel.check.causes import likeliest
from kskt_excel.check.conditions import RowRule
from kskt_excel.check.context import RuleContext
from kskt_excel.messages import Rule, rule_named
from kskt_excel.model.book import CellRef, place_among
from kskt_excel.model.finding import Finding
from kskt_excel.model.forms import Forms
from kskt_excel.model.plan import Plan
from kskt_excel.model.reading import Reading

Check = Callable[[Reading, RuleContext], Iterator[Finding]]
"""One question asked of a workbook: what it yields is what is wrong."""

CHECKS: tuple[Check, ...] = (
    identity.the_unit_reports_in_this_period,
    identity.names_agree_with_the_marks,
    identity.the_period_agrees_with_the_marks,
    identity.the_window_agrees_with_the_period,
    identity.somebody_stands_for_it,
    identity.it_is_prepared_after_the_period,
    blanks.sheets_are_there,
    blanks.sheets_say_something,
    blanks.required_cells_are_filled,
    blanks.rows_have_their_code,
    row_keys.keys_are_unique,
    row_keys.rows_are_not_repeated,
    row_keys.tasks_are_in_the_plan,
    row_keys.procedures_are_in_the_plan,
    row_keys.fields_agree_with_the_catalogue,
    row_keys.no_task_is_lost,
    row_keys.no_procedure_is_lost,
    row_keys.added_procedures_are_on_every_sheet,
    sums.relations_hold,
    sums.totals_are_sums,
    date_order.dates_follow_each_other,
    date_order.dates_lie_in_the_period,
    progress.percentages_are_possible,
    progress.finished_tasks_are_finished,
    progress.finished_tasks_say_what_came_of_them,
    progress.open_tasks_are_open,
    progress.contacts_are_listed_when_the_task_is_done,
    dossiers.dossier_says_when_it_was_received,
    dossiers.dossiers_are_of_this_agency,
    dossiers.overdue_dossiers_are_overdue,
    dossiers.days_overdue_are_counted,
    dossiers.apologies_come_in_time,
    dossiers.dossiers_are_rescheduled_once,
    feedback.feedback_belongs_to_its_period,
    feedback.finished_feedback_has_an_outcome,
    feedback.only_finished_feedback_is_published,
    feedback.feedback_is_passed_on_in_time,
    feedback.time_limits_of_feedback_are_kept,
    feedback.extended_feedback_took_longer,
    legal_texts.steps_are_in_time,
    legal_texts.published_before_the_law_is_in_force,
    legal_texts.decisions_have_number_and_day,
    legal_texts.decisions_rest_on_something,
    legal_texts.a_decision_has_one_day,
    legal_texts.issued_texts_say_when_they_take_effect,
    legal_texts.decided_procedures_are_online,
    legal_texts.new_procedures_are_assessed,
    legal_texts.issued_texts_have_number_and_day,
    legal_texts.texts_set_procedures,
    procedures.reviewed_procedures_have_an_option,
    procedures.options_follow_a_review,
    procedures.changes_say_who_decides,
    procedures.kept_procedures_change_nothing,
    procedures.reviews_keep_to_their_plan,
    procedures.premises_hold,
    procedures.portal_services_are_online,
    procedures.electronic_processes_are_decided,
    procedures.decided_processes_are_at_the_counter,
    progress.activities_have_a_quantity,
    self_scores.scores_are_possible,
    self_scores.scores_have_their_steps,
    self_scores.criteria_are_known,
    sums.overdue_dossiers_are_all_listed,
    sums.overdue_dossiers_are_split_alike,
    sums.ticked_dossiers_have_no_figures,
    sums.online_figures_agree_with_dossiers,
    sums.online_dossiers_have_their_level,
    sums.paid_dossiers_have_a_fee,
    sums.carried_over_dossiers_are_worked_on,
    citizens.nobody_is_named,
)


def rules_of(forms: Forms) -> Iterator[Rule]:
    """Rules that have a code of their own and share a sentence with others."""
    relations = [
        *(one for form in forms.sheets for one in form.identities),
        *(one for form in forms.printed for one in form.identities),
    ]
    for relation in relations:
        shared = "identity.at_most" if relation.op == "<=" else "identity.sum"
        yield rule_named(relation.code, shared)
    for agreement in sums.AGREEMENTS:
        shared = "across.same" if agreement.op == "=" else "across.at_most"
        yield rule_named(agreement.code, shared)
    for order in (order for form in forms.sheets for order in date_order.orders(form)):
        yield rule_named(order.code, order.template)
    yield rule_named("V06a.6", "total.sum")
    yield rule_named("cell.required", "cell.blank_text")


def run_rules(
    reading: Reading, *, plan: Plan, forms: Forms, checks: tuple[Check, ...] = CHECKS
) -> tuple[Finding, ...]:
    """What the rules find in a workbook, without what reading it has found already.

    In the order of the workbook: sheet, row, column, code; nothing for a file with no known sheet.
    """
    known = RuleContext.about(reading.identity, plan, forms)
    in_force = {id_: sheet for id_, sheet in reading.sheets.items() if id_ in known.forms}
    if not in_force:
        return ()
    reading = replace(reading, sheets=in_force)
    ticked = list(blanks.nothing_happened_where_it_is_ticked(reading, known))
    reading = blanks.as_they_are_meant(reading, known)
    lone = list(blanks.lone_entries(reading, known))
    reading = blanks.without_rows(reading, [record for _, records in lone for record in records])
    found = [finding for rule in checks for finding in rule(reading, known)]
    told = likeliest(found, lambda: frozenset(_borne_out(reading, known)))
    return in_workbook_order([*ticked, *(one for one, _ in lone), *told], reading, known)


def _borne_out(reading: Reading, known: RuleContext) -> Iterator[CellRef]:
    """Cells whose figures agree with figures that stand elsewhere."""
    yield from sums.sums_borne_out(reading, known)
    yield from sums.agreements_borne_out(reading, known)


def in_workbook_order(
    findings: Iterable[Finding], reading: Reading, known: RuleContext
) -> tuple[Finding, ...]:
    """Findings in the order of the definitions, of rows, columns and codes."""
    tabs: dict[str, int] = {}
    for number, form in enumerate(known.forms.values()):
        sheet = reading.sheets.get(form.id)
        tabs[sheet.name if sheet else form.sheet] = number
    return tuple(sorted(findings, key=lambda one: (place_among(tabs, one.at), one.code)))


def row_rules(known: RuleContext) -> Iterator[RowRule]:
    """Every rule that one row shows by itself, for the workbook that checks itself.

    Those in force for a unit and a period; identities of the forms stand in their forms.
    """
    yield from identity.prepared_on_other_days(known)
    sheets = known.forms.values()
    yield from (order.rule for form in sheets for order in date_order.orders(form))
    yield from progress.PROGRESS_RULES
    yield from progress.done_without(known)
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
        spans = [span for form in sheets for span in date_order.spans(form)]
        yield from (rule for span in spans for rule in span.rules(known.window))
        yield dossiers.not_yet_overdue(known.window)
        yield from feedback.marks_of_the_period(known.window)
