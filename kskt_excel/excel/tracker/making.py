"""The tracker put together: pages, then what the office wrote, then the workbook."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from kskt_excel.excel.handwriting.nouns import Handwriting
from kskt_excel.excel.tracker.chunks import Chunk
from kskt_excel.excel.tracker.control import control_page
from kskt_excel.excel.tracker.data import data_pages
from kskt_excel.excel.tracker.fast_sheet import works
from kskt_excel.excel.tracker.faults import faults_page
from kskt_excel.excel.tracker.figures import figures_page
from kskt_excel.excel.tracker.grid import UNPLACED_SHEET, Page, Places
from kskt_excel.excel.tracker.leftover import write_leftover, write_own_sheets
from kskt_excel.excel.tracker.origin import journal_page, origin_page
from kskt_excel.excel.tracker.overview import write_overview
from kskt_excel.excel.tracker.packers import Packers
from kskt_excel.excel.tracker.pen import Pen
from kskt_excel.excel.tracker.placing import place
from kskt_excel.excel.tracker.press import Kept
from kskt_excel.excel.tracker.progress import progress_page
from kskt_excel.excel.tracker.sources import Sources
from kskt_excel.excel.tracker.splice import spliced
from kskt_excel.excel.tracker.standings import standings_page
from kskt_excel.excel.tracker.tally import Tally
from kskt_excel.excel.tracker.writer import write_page
from kskt_excel.excel.writing import BookWriter
from kskt_excel.messages import finding
from kskt_excel.model.cells import CellRef
from kskt_excel.model.consolidation import Consolidation
from kskt_excel.model.finding import Finding
from kskt_excel.model.forms import Forms
from kskt_excel.model.plan import Plan

TEMPLATE: Final = "theo-doi"


@dataclass(frozen=True)
class Built:
    """A tracker, and what is to be said about the handwriting that went into it."""

    data: bytes
    findings: tuple[Finding, ...] = ()
    proven: Mapping[str, int] = field(default_factory=dict)  # CRC of the packed bytes of parts


def build(
    *,
    plan: Plan,
    forms: Forms,
    quarters: Sequence[Consolidation],
    cumulative: Consolidation,
    journal_rows: Sequence[Sequence[str]],
    archive_links: Mapping[str, str],
    handwriting: Handwriting | None,
    created: dt.datetime,
) -> bytes:
    """The tracker as a workbook; equal arguments give equal bytes.

    ``quarters`` are those of the year so far, oldest first, at least one; ``cumulative`` is the
    period from the year's start (or the first quarter itself). ``journal_rows`` hold number, time,
    who, what, why. ``archive_links`` give the path of an original, seen from the tracker's folder,
    by its SHA-256.
    """
    sources = Sources(plan, forms, quarters, cumulative, archive_links)
    return make(sources, journal_rows, handwriting or Handwriting(), created).data


def make(
    sources: Sources,
    journal_rows: Sequence[Sequence[str]],
    handwriting: Handwriting,
    created: dt.datetime,
    kept: Kept | None = None,
) -> Built:
    """The tracker with what is to be said: of sheets that were missing, of notes without a row.

    Rows that were ``kept`` are not made again; the bytes are the same without.
    """
    pages = tracker_pages(sources, journal_rows)
    placed, loose = place(pages, handwriting)
    plan = sources.plan
    book = BookWriter(
        created=created,
        title=f"Bảng theo dõi năm {plan.year}",
        agency=plan.agency,
        subject=plan.title,
        on_disk=not works(),
    )
    book.mark({"kskt_template": TEMPLATE, "kskt_version": "1", "kskt_year": str(plan.year)})
    with Packers() as packers:
        pen = Pen(book, plan.year, placed, packers, kept)
        write_overview(pen, sources, pages)
        for page in pages:
            write_page(pen, page)
        write_leftover(pen, loose)
        write_own_sheets(pen, handwriting.own_sheets, pages)
        chunks: list[Chunk | None] = [one.chunk() for one in pen.chunks]
    remarks = list(handwriting.findings)
    if loose:
        remarks.append(
            finding(
                "tracker.unplaced", CellRef(UNPLACED_SHEET), count=len(loose), sheet=UNPLACED_SHEET
            )
        )
    data, proven = spliced(book.finish(), chunks)
    return Built(data, tuple(remarks), proven)


def tracker_pages(sources: Sources, journal_rows: Sequence[Sequence[str]]) -> tuple[Page, ...]:
    """Every page but the overview, in the order of the tabs."""
    progress, standings = progress_page(sources), standings_page(sources)
    data = data_pages(sources)
    origin = origin_page(sources)
    known = (progress, standings, *data, origin)
    tally = Tally(sources, Places({page.id: page for page in known}))
    figures = figures_page(sources, tally)
    with_figures = Places({page.id: page for page in (*known, figures)})
    control = control_page(sources, Tally(sources, with_figures))
    faults = faults_page(sources)
    return (
        progress,
        standings,
        *data,
        figures,
        control,
        faults,
        origin,
        journal_page(journal_rows),
    )
