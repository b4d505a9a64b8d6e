"""What commands have written for a period, what of it no longer holds, what has changed."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from pathlib import Path

from kskt_excel.ledger.decisions import why_words
from kskt_excel.ledger.journal import (
    JournalLine,
    Note,
    Outputs,
    Receipt,
    Recheck,
    VersionInForce,
    payloads,
)
from kskt_excel.ledger.safe_files import WriteFailedError, file_sha256, write_whole
from kskt_excel.ledger.state import JournalState, state_of
from kskt_excel.model.errors import FileLockedError, KsktError
from kskt_excel.model.forms import Forms
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.period import Period
from kskt_excel.model.reading import Balances, Reading
from kskt_excel.office.desk import Desk
from kskt_excel.office.outcome import ScreenLine
from kskt_excel.office.results import read_receipts
from kskt_excel.text.shown import first_ones, office_moment, plain_number

RETIRED = "cu"
"""Folder of letters that no longer hold, beside the letters that do."""


_RETIRE = "retire"


@dataclass(frozen=True, slots=True)
class AsItStands:
    """In place of a file's bytes: it stands there already as it would be made; its hash."""

    sha256: str


Files = Iterable[tuple[Path, bytes | AsItStands]]


"""Files to write, perhaps made only when they are asked for."""


@dataclass(frozen=True)
class WrittenFiles:
    """The files of a command where they stand now, and which of them stood so before it."""

    paths: list[Path] = field(default_factory=list)
    kept: set[Path] = field(default_factory=set)
    hashes: dict[Path, str] = field(default_factory=dict)

    def add(self, path: Path, sha256: str, *, is_kept: bool) -> None:
        """Notes a file that stands now; ``is_kept``: it stood so before the command."""
        self.paths.append(path)
        self.hashes[path] = sha256
        if is_kept:
            self.kept.add(path)


def retire(
    desk: Desk, period: Period, paths: Sequence[Path], *, missing: Sequence[str]
) -> list[Path]:
    """Moves letters and marked copies of earlier runs that no longer hold into ``cu/``.

    Nobody shall send yesterday's answer. What the office has changed by hand stays where it is.
    Gives those that are open in Excel: the next run moves them.
    """
    from kskt_excel.mail.letters import LetterName

    folder = desk.workspace.returned / period.quarters[-1].id
    kept = {desk.workspace.shown(path) for path in paths}
    moved: dict[str, str] = {}
    stuck: list[Path] = []
    for name, sha256 in latest_files(desk.journal.lines()).items():
        path = desk.workspace.root / name
        if name in kept or path.parent != folder:
            continue
        letter = LetterName.read(path.name)
        is_awaited = letter is not None and any(letter.reminds(unit) for unit in missing)
        old = folder / RETIRED / path.name
        if not path.is_file():  # gone: moved by a run that was killed before it said so, or by hand
            is_there = old.is_file() and file_sha256(old) == sha256
            moved |= {name: "", **({desk.workspace.shown(old): sha256} if is_there else {})}
            continue
        if is_awaited or file_sha256(path) != sha256:
            continue
        old.parent.mkdir(exist_ok=True)
        try:
            path.replace(old)
        except OSError:
            stuck.append(path)
            continue
        moved |= {name: "", desk.workspace.shown(old): sha256}
    if moved:
        desk.record(Outputs(period.id, _RETIRE, moved, desk.now))
    return stuck


def put_aside(desk: Desk, period: Period, paths: Iterable[Path]) -> tuple[list[Path], list[Path]]:
    """Moves files that no longer hold into ``cu/`` beside them: those moved, those that are open.

    What lies there by that name gives way.
    """
    moved: dict[str, str] = {}
    gone: list[Path] = []
    stuck: list[Path] = []
    for path in paths:
        old = path.parent / RETIRED / path.name
        try:
            sha256 = file_sha256(path)
            old.parent.mkdir(exist_ok=True)
            path.replace(old)
        except OSError:
            stuck.append(path)
            continue
        moved |= {desk.workspace.shown(path): "", desk.workspace.shown(old): sha256}
        gone.append(path)
    if moved:
        desk.record(Outputs(period.id, _RETIRE, moved, desk.now))
    return gone, stuck


def latest_files(lines: Sequence[JournalLine]) -> Mapping[str, str]:
    """Path inside the workspace -> hash, as last written; without what was moved away."""
    files: dict[str, str] = {}
    for line in lines:
        if isinstance(line.payload, Outputs):
            files.update(line.payload.files)
    return {name: sha256 for name, sha256 in files.items() if sha256}


def write_outputs(
    desk: Desk,
    period: Period,
    command: str,
    files: Files,
    *,
    refused: list[KsktError] | None = None,
    always: bool = False,
) -> WrittenFiles:
    """Writes each file whole; what is the same already is left alone.

    One journal line when a file has changed, or ``always``. A file that cannot be written, because
    it is open in Excel or its folder is read-only, does not stop the others; its error is put
    into ``refused``, else raised after them.
    """
    errors: list[KsktError] = []
    written: list[tuple[Path, str]] = []
    found = WrittenFiles()
    try:
        for path, content in files:
            try:
                sha256, is_kept = _written(desk, path, content)
                written.append((path, sha256))
                found.add(path, sha256, is_kept=is_kept)
            except (FileLockedError, WriteFailedError) as error:
                errors.append(error)
    except KsktError:  # of one that cannot be made: those before it are written
        _record(desk, period, command, written, always=always)
        raise
    _record(desk, period, command, written, always=always)
    if errors and refused is None:
        raise errors[0]
    if refused is not None:
        refused.extend(errors)
    return found


def _written(desk: Desk, path: Path, content: bytes | AsItStands) -> tuple[str, bool]:
    """The hash of what stands in a file now, and whether it stood there before.

    Raises FileLockedError, WriteFailedError.
    """
    if isinstance(content, AsItStands):
        return content.sha256, True
    is_kept = path.is_file() and path.read_bytes() == content
    if not is_kept:
        # letters and marked copies are many, and made again where they are not as they were
        is_one_of_many = path.is_relative_to(desk.workspace.returned)
        write_whole(path, content, durable=not is_one_of_many)
    return hashlib.sha256(content).hexdigest(), is_kept


def _record(
    desk: Desk,
    period: Period,
    command: str,
    written: Iterable[tuple[Path, str]],
    *,
    always: bool,
) -> None:
    hashes = {desk.workspace.shown(path): sha256 for path, sha256 in written}
    known = latest_files(desk.journal.lines())
    if always or any(known.get(name) != sha256 for name, sha256 in hashes.items()):
        desk.record(Outputs(period.id, command, hashes, desk.now))


def closing_balances(reading: Reading, forms: Forms) -> Balances:
    """What a report closes with, and the next one opens with; a ticked sheet leaves nothing."""
    closing: dict[tuple[str, str, str], float] = {}
    for id_, sheet in reading.sheets.items():
        form = forms.sheet_by_id.get(id_)
        for column in form.columns if form else ():
            for record in sheet.records if column.opens else ():
                at, left = (id_, column.key, record.key), record.values.get(column.opens)
                closing[at] = closing.get(at, 0) + (left if isinstance(left, int | float) else 0)
    return closing


_CONSOLIDATED, _ISSUED = "consolidate", "issue"
_MOST_NAMED = 6  # units in a sentence
_MOST_LINES = 10  # of what follows from one change

ProductKey = tuple[str, str]
"""Unit and quarter."""

_ByQuarter = Mapping[str, Mapping[ProductKey, VersionInForce]]


@dataclass(frozen=True, slots=True)
class Product:
    """The last products of a command for a period, and which versions counted then."""

    outputs: Outputs
    period: Period  # that they were made for
    versions: Mapping[ProductKey, VersionInForce] | None  # of its quarters; None: nothing is known

    @property
    def quarters(self) -> tuple[str, ...]:
        """Ids of the quarters behind the products."""
        return _quarters_behind(self.outputs.command, self.period)


def _quarters_behind(command: str, period: Period) -> tuple[str, ...]:
    """Ids of the quarters that products rest on; a workbook is issued by the one before."""
    before = (period.previous.id,) if period.previous else ()
    return (*before, *(one.id for one in period.quarters)) if command == _CONSOLIDATED else before


@dataclass(frozen=True, slots=True)
class VersionChange:
    """A unit's report of a quarter that counted in one version and counts in another now."""

    unit: str
    quarter: Period
    before: VersionInForce | None
    now: VersionInForce | None

    def __str__(self) -> str:
        return f"{self.unit} {self.quarter.label} {_version(self.before)} → {_version(self.now)}"


@dataclass(frozen=True, slots=True)
class Followed:
    """What a run changed in what was made before it, in words; whether it renews its own period."""

    changed: tuple[ScreenLine, ...] = ()  # verdicts: said by this run alone
    stale: tuple[ScreenLine, ...] = ()  # products: said until they are renewed
    renews: bool = False


def record_changes(desk: Desk, since: int, quarters: Iterable[Period], at_work: Period) -> Followed:
    """Records which versions count now, and what of earlier products no longer agrees with them.

    ``since`` is the number of journal lines before the run, ``at_work`` the period that it renews.
    """
    record_versions(desk, quarters)
    changed, behind = rejudged(desk, since, but=at_work), stale(desk, but=at_work)
    note(desk, (*changed, *behind))
    return Followed(changed, behind, is_touched(desk, at_work))


def record_versions(desk: Desk, quarters: Iterable[Period]) -> None:
    """A journal line for each unit and quarter whose version in force is not the recorded one."""
    known: dict[ProductKey, VersionInForce] = {}
    for line in desk.journal.lines():
        if isinstance(line.payload, VersionInForce):
            known[line.payload.unit, line.payload.period] = line.payload
    wanted = {quarter.id for quarter in quarters}
    now = _now(desk, wanted)
    changed = [one for key, one in now.items() if known.get(key) != one]
    gone = [
        VersionInForce(unit, period, 0)
        for (unit, period), one in known.items()
        if one.version and (unit, period) not in now and period in wanted
    ]
    desk.record(*changed, *gone)


def counted_before(lines: Iterable[JournalLine], period: Period) -> frozenset[str]:
    """Hashes of the reports of a quarter that counted when something was last made from it."""
    last: dict[str, str] = {}
    for line in lines:
        if isinstance(line.payload, VersionInForce) and line.payload.period == period.id:
            last[line.payload.unit] = line.payload.sha256 if line.payload.version else ""
    return frozenset(filter(None, last.values()))


def stale(desk: Desk, *, but: Period | None = None) -> tuple[ScreenLine, ...]:
    """A line for each earlier product that no longer rests on what counts, and how to renew it.

    ``but`` is the period at work, which is being renewed.
    """
    lines: list[ScreenLine] = []
    products = tuple(_last_products(desk))
    now = _now_by_quarter(desk, products)
    for made in products:
        if made.outputs.command == _CONSOLIDATED and made.period == but:
            continue
        changes = tuple(_changes(desk, made, now))
        lines += _told_issue(desk, made, changes) if made.outputs.command == _ISSUED else ()
        lines += _told_summary(desk, made, changes) if made.outputs.command != _ISSUED else ()
    return tuple(lines)


def latest_published(desk: Desk, asked: Period) -> Period:
    """The last quarter of a year that was consolidated; the one asked for when none was later."""
    done = (
        desk.period(line.payload.period)
        for line in desk.journal.lines()
        if isinstance(line.payload, Outputs) and line.payload.command == _CONSOLIDATED
    )
    if asked.stands_alone:
        return asked
    quarters = (one for one in done if one.year == asked.year and one.is_quarter)
    return max((asked, *quarters))


def is_touched(desk: Desk, period: Period) -> bool:
    """Whether what a period was consolidated from last has changed since."""
    own = [
        made
        for made in _last_products(desk)
        if made.outputs.command == _CONSOLIDATED and made.period == period
    ]
    now = _now_by_quarter(desk, own)
    return any(True for made in own for _ in _changes(desk, made, now))


def note(desk: Desk, lines: Iterable[ScreenLine]) -> None:
    """Keeps each line once in the journal, for «Nhật ký»."""
    known = {one.text for one in payloads(desk.journal.lines(), Note)}
    texts = dict.fromkeys(line.text.strip() for line in lines)
    desk.record(*(Note(text) for text in texts if text not in known))


def rejudged(desk: Desk, since: int, *, but: Period | None = None) -> tuple[ScreenLine, ...]:
    """A line for each file known before journal line ``since`` whose verdict has changed after."""
    lines = desk.lines
    own = {quarter.id for quarter in but.quarters} if but else set()
    rechecked = {
        line.payload.sha256
        for line in lines[since:]
        if isinstance(line.payload, Recheck) and line.payload.period not in own
    }
    if not rechecked:
        return ()
    before = _by_hash(state_of(lines[:since]), rechecked)
    after = _by_hash(desk.state, rechecked)
    alike: dict[tuple[str, str, str], list[str]] = {}
    for sha, one in after.items():
        if sha in before and one.period and before[sha].verdict is not one.verdict:
            was, now = before[sha].verdict.label.lower(), one.verdict.label.lower()
            alike.setdefault((one.period, was, now), []).append(f"{one.unit}, {one.name}")
    said = [
        f"{desk.period(period).label} – {first_ones(files, _MOST_NAMED, 'tệp', '; ')}:"
        f" kết luận đổi từ {was} thành {now}."
        for (period, was, now), files in sorted(alike.items())
    ]
    if len(said) > _MOST_LINES:
        rest = len(said) - _MOST_LINES + 1
        said[_MOST_LINES - 1 :] = [f"Còn {rest} thay đổi khác ở các quý sau: chạy kskt status."]
    return tuple(ScreenLine(text, "warn", aside=True) for text in said)


def _by_hash(state: JournalState, wanted: set[str]) -> dict[str, Receipt]:
    return {one.sha256: one for one in state.receipts if one.sha256 in wanted}


def _last_products(desk: Desk) -> Iterator[Product]:
    """The last products of each command and period, in the order of the periods."""
    versions: dict[
        str, dict[ProductKey, VersionInForce]
    ] = {}  # by quarter: of years there are many
    last: dict[tuple[str, str], Product] = {}
    for one in payloads(desk.lines, VersionInForce, Outputs):
        if isinstance(one, VersionInForce):
            versions.setdefault(one.period, {})[one.unit, one.period] = one
        elif isinstance(one, Outputs) and one.command in (_CONSOLIDATED, _ISSUED):
            period = desk.period(one.period)
            behind = [versions.get(id_, {}) for id_ in _quarters_behind(one.command, period)]
            own = {key: known for some in behind for key, known in some.items()}
            last[one.command, one.period] = Product(one, period, own if versions else None)
    yield from sorted(last.values(), key=lambda made: (made.period, made.outputs.command))


def _now(desk: Desk, quarters: Iterable[str]) -> dict[ProductKey, VersionInForce]:
    state = desk.state
    wanted = set(quarters)
    keys = dict.fromkeys((one.unit, one.period) for one in state.receipts if one.period in wanted)
    now: dict[ProductKey, VersionInForce] = {}
    for unit, period in keys:
        one = state.counting(unit, period) if unit else None
        if one:
            why = why_words(one.why, state.rulings.by_number)
            now[unit, period] = VersionInForce(unit, period, one.version, one.sha256, why)
    return now


def _now_by_quarter(desk: Desk, products: Iterable[Product]) -> _ByQuarter:
    """What counts now in the quarters behind some products."""
    found: dict[str, dict[ProductKey, VersionInForce]] = {}
    for key, one in _now(desk, (id_ for made in products for id_ in made.quarters)).items():
        found.setdefault(key[1], {})[key] = one
    return found


def _changes(desk: Desk, made: Product, counting: _ByQuarter) -> Iterator[VersionChange]:
    """What counted when a product was made and no longer does; ``counting`` is what does now."""
    if made.versions is None:
        return  # made before versions were recorded
    now = {key: one for id_ in made.quarters for key, one in counting.get(id_, {}).items()}
    before = {key: one for key, one in made.versions.items() if one.version}
    for key in sorted({*now, *before}):
        old, new = before.get(key), now.get(key)
        if (old.sha256 if old else "") != (new.sha256 if new else ""):
            yield VersionChange(key[0], desk.period(key[1]), old, new)


def _told_summary(
    desk: Desk, made: Product, changes: Sequence[VersionChange]
) -> Iterator[ScreenLine]:
    if changes:
        named = first_ones([str(one) for one in changes], _MOST_NAMED, "báo cáo", "; ")
        closing = _closing(desk, changes)
        balances = "; ".join(text for one in changes if (text := _balances(closing, one)))
        carried = f" Số chuyển sang kỳ sau đổi: {balances}." if balances else ""
        yield ScreenLine(
            f"{made.period.label} đã tổng hợp lúc {_at(made)}, nay số liệu đã đổi: {named}."
            f"{carried} Lập lại: kskt consolidate {made.period.id}",
            "warn",
            aside=True,
        )


def _told_issue(
    desk: Desk, made: Product, changes: Sequence[VersionChange]
) -> Iterator[ScreenLine]:
    state, closing = desk.state, _closing(desk, changes)
    for one in changes:
        text = _balances(closing, one)
        if text and state.counting(one.unit, made.period.id) is None:
            yield ScreenLine(
                f"Biểu mẫu {made.period.label} phát lúc {_at(made)} ghi sẵn số cũ: {text}."
                f" Phát lại: kskt issue {made.period.id} --unit {one.unit}",
                "warn",
                aside=True,
            )


def _balances(closing: Mapping[str, Balances], change: VersionChange) -> str:
    """``QLKH, 1.001747: 3 → 2``: rows that close with another number; "" when none does."""
    before, now = (closing.get(one.sha256) if one else {} for one in (change.before, change.now))
    if before is None or now is None:
        return ""
    differing = [at for at in {**before, **now} if before.get(at, 0) != now.get(at, 0)]
    shown = ", ".join(
        f"{at[-1]}: {plain_number(before.get(at, 0))} → {plain_number(now.get(at, 0))}"
        for at in differing[:_MOST_NAMED]
    )
    more = ", …" if len(differing) > _MOST_NAMED else ""
    return f"{change.unit}, {shown}{more}" if differing else ""


def _closing(desk: Desk, changes: Iterable[VersionChange]) -> Mapping[str, Balances]:
    """What each version closes with, by its hash; without those not known."""
    versions = [one for change in changes for one in (change.before, change.now) if one]
    years = {one.sha256: desk.period(one.period).year for one in versions}
    receipts = {one.sha256: one for one in desk.state.receipts if one.sha256 in years}
    found: dict[str, Balances] = {}
    for year in filter(desk.has_plan, set(years.values())):
        of_year = [one for one in receipts.values() if years[one.sha256] == year]
        results = read_receipts(desk, desk.plan(year), of_year)
        for one in of_year:
            reading = results.checked(one.sha256, one.name).reading
            if reading:
                found[one.sha256] = closing_balances(reading, desk.forms)
    return found


def _version(one: VersionInForce | None) -> str:
    return f"lần {one.version}" if one else "chưa có"


def _at(made: Product) -> str:
    return office_moment(made.outputs.as_of) if made.outputs.as_of else ""
