"""The tracker in volumes (các tập): one for the units of each superior or group, beside it.

A tracker with more rows than Excel opens gladly is one workbook that says everything of everybody,
and volumes with the rows of the units (decision 103).
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from kskt_excel.excel.tracker.blocks import TrackerVolume
from kskt_excel.excel.tracker.handwriting import (
    HandBlock,
    HandCell,
    HandRow,
    Handwriting,
    loose_of,
)
from kskt_excel.excel.tracker.row_places import rows_places
from kskt_excel.model.forms import Forms
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.plan import Plan, Unit
from kskt_excel.office.desk import Desk
from kskt_excel.office.outcome import ScreenLine
from kskt_excel.office.quarter import PeriodWork, work_of_units
from kskt_excel.text.shown import value_text
from kskt_excel.text.spelling import plain_key

_OTHERS = "Đơn vị khác"
_NOT_PLAIN = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Volume:
    """A volume to be (tập): whose rows it has, and where it stands."""

    name: str
    path: Path
    units: tuple[Unit, ...]
    rows: int

    def told(self, work: PeriodWork) -> TrackerVolume:
        """The volume as the tracker tells of it; ``work`` is that of its units."""
        rows = tuple(one.counts["rows_out"] for one in work.quarters)
        control = tuple(one.control for one in work.quarters)
        return TrackerVolume(self.name, self.path.name, len(self.units), rows, control)


def tracker_volumes(desk: Desk, work: PeriodWork) -> tuple[Volume, ...]:
    """The volumes of the year's tracker; none where one workbook takes all rows.

    A volume is all that is under one superior, else in one group of units; what has too many rows
    for a workbook is cut between units, in the plan's order.
    """
    rows: dict[str, int] = {}
    for quarter in work.quarters:
        for report in quarter.reports:
            own = sum(len(sheet.records) for sheet in report.reading.sheets.values())
            rows[report.unit] = rows.get(report.unit, 0) + own
    most = desk.workspace.settings.run.tracker_rows
    if sum(rows.values()) <= most:
        return ()
    tracker = desk.workspace.tracker_file(work.period)
    made: list[Volume] = []
    for name, units in _by_group(work.plan).items():
        pieces = list(pieces_of(units, rows, most))
        code = _free_code(_NOT_PLAIN.sub("-", plain_key(name)).strip("-") or "tap", made, tracker)
        for number, piece in enumerate(pieces, start=1):
            is_whole = len(pieces) == 1
            path = _volume_path(tracker, code if is_whole else f"{code}-{number}")
            called = name if is_whole else f"{name} ({number})"
            made.append(Volume(called, path, piece, sum(rows.get(one.code, 0) for one in piece)))
    return tuple(made)


def _by_group(plan: Plan) -> Mapping[str, Sequence[Unit]]:
    above, found = plan.superiors, dict[str, list[Unit]]()
    for unit in plan.units:
        group = unit.groups[0] if unit.groups else ""
        found.setdefault(above.get(unit.code) or group or _OTHERS, []).append(unit)
    return found


def pieces_of(
    units: Sequence[Unit], rows: Mapping[str, int], most: int
) -> Iterator[tuple[Unit, ...]]:
    """Units in pieces that have no more than so many rows, where no unit alone has more."""
    some: list[Unit] = []
    count = 0
    for one in units:
        own = rows.get(one.code, 0)
        if own and count and count + own > most:
            yield tuple(some)
            some, count = [], 0
        some.append(one)
        count += own
    yield tuple(some)


def _volume_path(tracker: Path, code: str) -> Path:
    return tracker.with_name(f"{tracker.stem}_{code}{tracker.suffix}")


def _free_code(code: str, made: Sequence[Volume], tracker: Path) -> str:
    taken = {one.path.stem.removeprefix(f"{tracker.stem}_") for one in made}
    free, number = code, 1
    while any(one == free or one.startswith(f"{free}-") for one in taken):
        number += 1
        free = f"{code}-so-{number}"
    return free


def volume_of(desk: Desk, work: PeriodWork, file: str) -> tuple[Path, PeriodWork]:
    """The tracker or the volume of a name, and the work that its figures are of."""
    tracker = desk.workspace.tracker_file(work.period)
    for one in tracker_volumes(desk, work):
        if one.path.name == file:
            return one.path, work_of_units(desk, work, one.units)
    return tracker, work


def joined_handwriting(written: Iterable[Handwriting]) -> Handwriting:
    """What stands by hand in a tracker and its volumes, as if it were in one."""
    blocks: dict[tuple[str, str], HandBlock] = {}
    for one in written:
        for place, block in one.blocks.items():
            known = blocks.get(place, HandBlock())
            rows = (*known.rows, *block.rows)
            blocks[place] = replace(known if known.rows else block, rows=rows)
    return Handwriting(blocks)


def homes(volumes: Sequence[Volume]) -> Mapping[str, Path]:
    """Where the rows of each unit stand, where that is not the tracker itself."""
    return {unit.code: one.path for one in volumes for unit in one.units}


def home_of(key: str, home: Mapping[str, Path], tracker: Path) -> Path:
    """The file with the row of a key that begins with its unit: «VP|2022-Q1|vuong-mac|…».

    Rows of tasks stand in the tracker, and so do those of units that are gone.
    """
    unit, is_of_unit, _ = key.partition("|")
    return home.get(unit, tracker) if is_of_unit else tracker


def shared_out(
    written: Mapping[Path, Handwriting], tracker: Path, volumes: Sequence[Volume], forms: Forms
) -> Mapping[Path, Handwriting]:
    """The handwriting of each file to be: beside a unit's rows it goes where these stand now.

    All else stays in its file; what stood in a volume that is no more comes to the tracker.
    """
    of_rows = {(one.page, one.block) for one in rows_places(forms).values()}
    home = homes(volumes)
    files = (tracker, *(one.path for one in volumes))
    at_first = Handwriting(frames=written[tracker].frames if tracker in written else {})
    shares = {path: written.get(path, at_first) for path in files}
    blocks: dict[Path, dict[tuple[str, str], HandBlock]] = {
        path: {place: replace(one, rows=()) for place, one in written[path].blocks.items()}
        if path in written
        else {}
        for path in files
    }
    for path, hand in written.items():
        own = path if path in shares else tracker
        for place, block in hand.blocks.items():
            is_of_units = place in of_rows
            for target in (own, *(files if is_of_units and volumes else ())):
                blocks[target].setdefault(place, replace(block, rows=()))
            for row in block.rows:
                target = home_of(row.key, home, tracker) if is_of_units else own
                known = blocks[target][place]
                twin = next((one for one in known.rows if one.key == row.key), None)
                if twin:  # said in two files of one row, the same where a run was cut off
                    kept, more = shares[target], loose_of(place[0], _beyond(row, twin))
                    shares[target] = replace(kept, loose=(*kept.loose, *more))
                else:
                    blocks[target][place] = replace(known, rows=(*known.rows, row))
        if own != path:
            kept = shares[own]
            shares[own] = replace(
                kept,
                loose=(*kept.loose, *hand.loose),
                own_sheets=(*kept.own_sheets, *hand.own_sheets),
                frames={**hand.frames, **kept.frames},
            )
    return {path: replace(one, blocks=blocks[path]) for path, one in shares.items()}


def _beyond(row: HandRow, twin: HandRow) -> HandRow:
    """What a row says that its twin does not."""

    def new(cells: Mapping[str, HandCell], known: Mapping[str, HandCell]) -> dict[str, HandCell]:
        none = HandCell()
        return {h: one for h, one in cells.items() if _says(one) != _says(known.get(h, none))}

    return replace(row, cells=new(row.cells, twin.cells), marks=new(row.marks, twin.marks))


def _says(cell: HandCell) -> tuple[object, ...]:
    return cell.value, cell.formula, cell.comment and cell.comment.text


def receivers(
    written: Mapping[Path, Handwriting], shares: Mapping[Path, Handwriting]
) -> Mapping[Path, frozenset[Path]]:
    """By file, the others that get what stood in it by hand: they must have it first."""
    at = {place: path for path, hand in shares.items() for place in _places(hand)}
    return {
        path: frozenset(at[one] for one in _places(hand) - _places(shares.get(path)) if one in at)
        for path, hand in written.items()
    }


def _places(hand: Handwriting | None) -> frozenset[tuple[tuple[str, str], str]]:
    """Each row beside which something stands by hand: its sheet and block, and its key."""
    blocks = hand.blocks.items() if hand else ()
    return frozenset((place, row.key) for place, block in blocks for row in block.rows)


def receivers_first(
    volumes: Sequence[Volume], to: Mapping[Path, frozenset[Path]]
) -> Iterator[Volume]:
    """The volumes in an order in which nothing leaves a file before it stands in another.

    Two that give to each other come as they are.
    """
    waiting = list(volumes)
    while waiting:
        paths = {one.path for one in waiting}
        free = (one for one in waiting if not to.get(one.path, frozenset()) & paths - {one.path})
        one = next(free, waiting[0])
        waiting.remove(one)
        yield one


def volume_lines(volumes: Sequence[Volume]) -> Iterator[ScreenLine]:
    """That the tracker is in volumes, on the screen."""
    if volumes:
        rows = value_text(sum(one.rows for one in volumes))
        yield ScreenLine(
            f"Sổ theo dõi có {rows} dòng của các đơn vị, nằm ở {len(volumes)} tập cạnh sổ;"
            " trang Các tập của sổ nêu tập nào có đơn vị nào.",
            aside=True,
        )


def volumes_json(desk: Desk, volumes: Sequence[Volume]) -> list[dict[str, object]]:
    """The volumes in the JSON result."""
    return [
        {
            "name": one.name,
            "file": desk.workspace.shown(one.path),
            "units": [unit.code for unit in one.units],
            "rows": one.rows,
        }
        for one in volumes
    ]
