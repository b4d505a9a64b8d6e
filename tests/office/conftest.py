"""Paper in the tests of the office: drawn whole only where somebody looks at it."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from kskt_excel.office import publication


@pytest.fixture(scope="module")
def short_paper(request: pytest.FixtureRequest) -> Iterator[None]:
    """Of a period's pages and its report all contents are made, but only the first is drawn.

    For tests that look at verdicts, letters and tracker: drawing is two fifths of a run, and is
    tried elsewhere. ``--whole-paper`` draws all here too.
    """
    if request.config.getoption("--whole-paper"):
        yield
        return
    summary, report = publication._summary, publication._report

    def first_page(pages: Any, *rest: Any, **named: Any) -> bytes:
        return summary(pages[:1], *rest, **named)

    def first_block(words: Any, *rest: Any) -> bytes:
        return report(replace(words, blocks=words.blocks[:1], annexes=()), *rest)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(publication, "_summary", first_page)
        patch.setattr(publication, "_report", first_block)
        yield
