"""A drawn table understood by a process that may die; two definitions handed over as text."""

import datetime as dt
import json
import pickle
from collections.abc import Mapping, Sequence
from typing import Any

from kskt_excel import messages
from kskt_excel.excel.formats.gate import Gated, inspect
from kskt_excel.excel.formats.readers import drop_downs, read_book
from kskt_excel.messages import finding
from kskt_excel.model.book import Book, Sheet
from kskt_excel.model.nouns import dataclass
from kskt_excel.reading.drawn_form import (
    DrawnForm,
    NoTableError,
    drawn_form,
    printed_definition,
    sheet_definition,
)
from kskt_excel.worker.pool import MIB, Failure, Workers, failure_finding
from kskt_excel.workspace import RunSettings

DRAFT_TASK = "kskt_excel.worker.draft_task:draft"


@dataclass(frozen=True, slots=True)
class DraftOrder:
    """Which sheet of a workbook is drawn off, and where its definitions stand among the others."""

    sheet: str  # name on the tab; "" for the one with the widest table
    order: int  # of the unit's sheet
    printed: int  # of the printed summary
    valid_from: dt.date


@dataclass(frozen=True, slots=True)
class FormDraft:
    """Definitions made of a drawn table (bản nháp); or the sentences why there are none."""

    id: str = ""
    sheet: str = ""
    columns: tuple[tuple[str, str, str], ...] = ()  # heading, type, key
    definition: str = ""
    printed: str = ""
    refused: tuple[str, ...] = ()


def draft_of(run: RunSettings, name: str, data: bytes, order: DraftOrder) -> FormDraft:
    """The definitions of a workbook's table, made by a worker."""
    workers = Workers(
        DRAFT_TASK,
        pickle.dumps(order),
        processes=1,
        seconds=run.seconds_per_file,
        memory_bytes=run.memory_per_file_mb * MIB,
    )
    with workers:
        answers = list(workers.run([(0, name, data)]))
    answer = answers[0][1]
    if isinstance(answer, Failure):
        failed = failure_finding(name, answer, run.seconds_per_file)
        return FormDraft(refused=(messages.sentence(failed),))
    table: dict[str, Any] = json.loads(answer)
    columns = tuple((heading, kind, key) for heading, kind, key in table.pop("columns", ()))
    return FormDraft(**{**table, "columns": columns, "refused": tuple(table.get("refused", ()))})


def draft(order: DraftOrder, data: bytes, name: str) -> bytes:
    """The packed FormDraft of one file. Runs in a worker."""
    gated = inspect(name, data)
    if not isinstance(gated, Gated):
        return _packed({"refused": [messages.sentence(gated)]})
    book, said = read_book(gated)
    if book is None:
        return _packed({"refused": [messages.sentence(one) for one in said]})
    drawn = _drawn(book, drop_downs(gated), order.sheet)
    if drawn is None:
        tabs = ", ".join(sheet.name for sheet in book.sheets)
        told = finding("form.no_table", given=order.sheet or name, known=tabs)
        return _packed({"refused": [messages.sentence(told)]})
    return _packed(
        {
            "id": drawn.id,
            "sheet": drawn.sheet,
            "columns": [(one.heading, one.type, one.key) for one in drawn.columns],
            "definition": sheet_definition(drawn, order.order, order.valid_from),
            "printed": printed_definition(drawn, order.printed, order.valid_from),
        }
    )


def _drawn(
    book: Book, lists: Mapping[str, Mapping[int, Sequence[str]]], name: str
) -> DrawnForm | None:
    """The table of the sheet that is named, else the widest of all; None without one."""
    found: list[DrawnForm] = []
    for sheet in book.sheets:
        if not name or sheet.name.casefold() == name.casefold():
            found += _table(sheet, lists.get(sheet.name, {}))
    return max(found, key=lambda one: len(one.columns), default=None)


def _table(sheet: Sheet, lists: Mapping[int, Sequence[str]]) -> list[DrawnForm]:
    try:
        return [drawn_form(sheet, lists)]
    except NoTableError:
        return []


def _packed(table: Mapping[str, object]) -> bytes:
    return json.dumps(table, ensure_ascii=False).encode()
