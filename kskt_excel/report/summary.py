"""The pages of a period's printed summary, in order."""

from collections.abc import Iterator

from kskt_excel.model.consolidation import Consolidation
from kskt_excel.model.forms import Forms
from kskt_excel.model.plan import Plan
from kskt_excel.report.content import Page
from kskt_excel.report.form_pages import form_pages
from kskt_excel.report.office_pages import (
    evaluation_page,
    indicators_page,
    issues_page,
    standings_page,
)
from kskt_excel.report.progress_page import progress_page


def summary_pages(plan: Plan, forms: Forms, consolidation: Consolidation) -> Iterator[Page]:
    """Every page of ``tong-hop-<period>.xlsx``, made as it is asked for: a page can be long."""
    yield progress_page(plan, consolidation)
    yield from form_pages(plan, forms, consolidation)
    yield indicators_page(plan, consolidation)
    yield evaluation_page(plan, consolidation)
    yield standings_page(plan, consolidation)
    yield issues_page(plan, consolidation)
