"""A long page that says the same is put in as it was drawn, with the bytes of one drawn anew."""

import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

import pytest

from kskt_excel.excel.book_writer import AskedFormats, Formats
from kskt_excel.excel.printed import kept_pages, page_writer
from kskt_excel.excel.printed.kept_pages import KeptPages
from kskt_excel.excel.printed.page_writer import summary_workbook
from kskt_excel.report.page import PageCell, PageRow, PrintedPage
from tests.excel.printed.samples import CREATED, books
from tests.excel.printed.test_long_sheet import long_page


class _Kept(dict[str, bytes]):
    def put(self, name: str, value: bytes) -> None:
        self[name] = value


def _written(pages: Sequence[PrintedPage], kept: _Kept) -> bytes:
    names = [f"{zlib.crc32(repr(page).encode('utf-8', 'surrogatepass'))}" for page in pages]
    return summary_workbook(pages, created=CREATED, write=KeptPages(kept, names).write)


def _named(name: str) -> PrintedPage:
    return replace(long_page(), name=name)


def _with_more_texts(page: PrintedPage) -> PrintedPage:
    """Other words on the first page: all texts after it have other numbers."""
    (table,) = page.tables
    row = PageRow(tuple(PageCell(f"thêm {at}", shade="good") for at in range(len(table.columns))))
    return replace(page, tables=(replace(table, rows=(row, *table.rows)),))


_SHORT = books()["usual"][1]
_BEFORE = (_SHORT, _named("Một"), _named("Hai"))


@pytest.mark.parametrize(
    "after",
    [
        _BEFORE,
        (_with_more_texts(_SHORT), *_BEFORE[1:]),
        (_SHORT, _with_more_texts(_BEFORE[1]), _BEFORE[2]),
        (_BEFORE[2], _SHORT, _BEFORE[1]),
        (_BEFORE[1], _BEFORE[2]),
        (_SHORT, _BEFORE[2]),
        (_named("Ba"), *_BEFORE, *books()["odd"]),
    ],
    ids=["all", "first changed", "long one changed", "turned", "without", "fewer", "more"],
)
def test_what_is_kept_changes_no_byte(after: Sequence[PrintedPage]) -> None:
    kept = _Kept()
    assert _written(_BEFORE, kept) == summary_workbook(_BEFORE, created=CREATED)
    assert len(kept) == 2  # the short page is drawn as quickly
    assert _written(after, kept) == summary_workbook(after, created=CREATED)


def test_a_page_that_says_the_same_is_not_placed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = _Kept()
    first = _written(_BEFORE, kept)
    for module in (kept_pages, page_writer):
        monkeypatch.setattr(
            module,
            "placed_bands",
            lambda page, old=page_writer.placed_bands: (
                pytest.fail(page.name) if page.name != _SHORT.name else old(page)
            ),
        )
    assert _written(_BEFORE, kept) == first


def test_where_xlsxwriter_has_changed_nothing_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (kept_pages, page_writer):
        monkeypatch.setattr(module, "long_sheets_work", lambda: False)
    kept = _Kept()
    assert _written(_BEFORE, kept) == summary_workbook(_BEFORE, created=CREATED)
    assert not kept


def test_a_look_asked_for_in_another_way_leaves_the_page_as_it_was_drawn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    @contextmanager
    def unseen(_formats: object) -> Iterator[AskedFormats]:
        yield AskedFormats({}, {}, {})

    plain = summary_workbook(_BEFORE, created=CREATED)
    monkeypatch.setattr(Formats, "noted", unseen)
    kept = _Kept()
    assert _written(_BEFORE, kept) == plain
    assert not kept
