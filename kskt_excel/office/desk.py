"""What every command works with: the workspace, its plans and forms, the journal, the hour."""

import datetime as dt
import getpass
import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from kskt_excel.model.calendar import VIETNAM
from kskt_excel.model.errors import StoppedError, UnknownPeriodError
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.period import Period
from kskt_excel.program import file_stamps
from kskt_excel.workspace import (
    FILE_NAME,
    FORMS_FOLDER,
    REGIMES_FOLDER,
    NoWorkspaceError,
    Settings,
    Workspace,
    packaged_templates,
)

if TYPE_CHECKING:
    from kskt_excel.definitions import Definitions
    from kskt_excel.ledger.archive import Original
    from kskt_excel.ledger.journal import Journal, JournalLine, Payload, Receipt
    from kskt_excel.ledger.safeguards import Witness, WitnessedJournal
    from kskt_excel.ledger.state import JournalState
    from kskt_excel.model.forms import Forms
    from kskt_excel.model.packed_templates import Templates
    from kskt_excel.model.plan import Plan
    from kskt_excel.model.regime import Regimes
    from kskt_excel.office.outcome import ScreenLine


_OFFICE_OPENS = dt.time(8, 0)
_WAIT_SECONDS = 30.0  # for another run in the same folder; then who holds it is told


@dataclass
class Desk:
    """A desk (bàn làm việc) with everything at hand; plans and the journal are read when needed."""

    workspace: Workspace
    now: dt.datetime
    who: str
    is_alone: bool = False  # holds the workspace: only then the journal is written
    trusts_cache: bool = True
    taken_in: int = 0  # files recorded by this run
    recorded: int = 0  # lines that it has written into the journal
    remarks: "list[ScreenLine]" = field(default_factory=list)  # of the record and the clock
    is_day_only: bool = False  # ``now`` was given as a day: its hour says nothing
    _plans: dict[int, "Plan"] = field(default_factory=dict)
    _to_keep: dict[int, str] = field(default_factory=dict)  # years that were read, by their keys
    _thought: list["JournalLine"] = field(
        default_factory=list
    )  # lines that a mere look does not write
    _folded: "tuple[tuple[JournalLine, ...], JournalState] | None" = None

    @cached_property
    def definitions(self) -> "Definitions":
        """The form definitions of the workspace. Raises DamagedFormsError."""
        from kskt_excel.definitions import read_definitions

        return read_definitions(self.workspace.forms, packaged_templates() / FORMS_FOLDER)

    @cached_property
    def regimes(self) -> "Regimes":
        """The reporting regimes of the workspace. Raises DamagedFormsError."""
        if self._kept_now:
            return self._kept_now.regimes
        from kskt_excel.regimes import read_regimes, stand_beside

        read = read_regimes(self.workspace.regimes, packaged_templates() / REGIMES_FOLDER)
        found = read.in_roles(self.forms.roles)
        stand_beside(found, self.forms, self.workspace.regimes.name)
        return found

    def period(self, text: str) -> Period:
        """The period of an id or a name; campaigns of the workspace too.

        Raises UnknownPeriodError, DamagedFormsError.
        """
        try:
            return Period.parse(text)
        except UnknownPeriodError:
            return Period.parse(text, self.regimes.campaigns)

    @cached_property
    def forms(self) -> "Forms":
        """Every form of the workspace. Raises DamagedFormsError."""
        return self._kept_now.forms if self._kept_now else self.definitions.forms

    @cached_property
    def journal(self) -> "WitnessedJournal":
        """The record of everything received and decided.

        Raises JournalDamagedError, JournalShorterError, ArchiveKnowsMoreError where it has lost
        something.
        """
        from kskt_excel.office.record import bring_originals, guard, seen_while_opening

        guard(self.workspace, self.raw_journal)
        bring_originals(self.workspace, self.raw_journal)
        self.remarks += seen_while_opening(self.workspace, self.raw_journal)
        return self.raw_journal

    @cached_property
    def raw_journal(self) -> "WitnessedJournal":
        """The journal unguarded, for commands that show or mend what others must not use."""
        from kskt_excel.ledger.safeguards import TIP_FILE, Witness, WitnessedJournal

        witness = Witness(self.workspace.archive / TIP_FILE)
        office = self._office(witness) if self.workspace.settings.journal.url else ""
        inner = self._journal_kept(office)
        return WitnessedJournal(inner, witness, self.workspace.journal_name, office)

    def _journal_kept(self, office: str) -> "Journal":
        """The journal in its file, or that of an office on a server; nothing is created yet.

        Raises KsktError when the server's address cannot be used.
        """
        where = self.workspace.journal
        if isinstance(where, Path):
            from kskt_excel.ledger.journal import FileJournal

            return FileJournal(where)
        from kskt_excel.ledger.postgres import PostgresJournal

        return PostgresJournal(where, office)

    def _office(self, witness: "Witness") -> str:
        """Whose lines to read on a server: the office of the settings, else the workspace's own.

        A workspace that was at work before offices had names has lines without one.
        """
        from kskt_excel.ledger import archive

        known = witness.read()
        named = self.workspace.settings.journal.office
        if named or (known and known.seq) or archive.hashes(self.workspace.archive):
            return named or (known.office if known else "")
        return (known.office if known else "") or os.urandom(8).hex()

    @property
    def lines(self) -> "tuple[JournalLine, ...]":
        """The journal's lines, and those that a mere look does not write."""
        return (*self.journal.lines(), *self._thought)

    @property
    def state(self) -> "JournalState":
        """What is known now, folded from the journal; anew only when lines say something else."""
        from kskt_excel.ledger.state import change_state, state_of

        lines = self.lines
        before, state = self._folded or ((), None)
        if state is None or before != lines:
            added = lines[len(before) :]
            if state is None or lines[: len(before)] != before or change_state(added):
                state = state_of(lines)
            self._folded = (lines, state)
        return state

    def plan(self, year: int) -> "Plan":
        """The plan of a year, which has all that the form definitions name.

        Raises PlanMissingError, DamagedPlanError, DamagedFormsError.
        """
        if year not in self._plans:
            kept = self._kept_now if year == self._latest_year else self._kept(year)
            self._plans[year] = kept.plan if kept else self._read_plan(year)
        return self._plans[year]

    def _read_plan(self, year: int) -> "Plan":
        from kskt_excel.excel.plan.plan_reader import plan_path, read_plan

        path = plan_path(self.workspace.templates, year)
        plan = read_plan(path, self.forms, self.regimes)
        self.definitions.stand_beside(plan)
        return plan.with_lists(self.forms.lists)

    @cached_property
    def _kept_now(self) -> "Templates | None":
        """The templates of the newest plan, as an earlier run has read them."""
        return self._kept(self._latest_year)

    def _kept(self, year: int) -> "Templates | None":
        """The templates of a year as an earlier run has read them, if no file is another."""
        if not self.trusts_cache:
            return None
        key = templates_key(self.workspace, year)
        found = read_templates(self.workspace, key) if key else None
        if key and not found:
            self._to_keep[year] = key
        return found

    def keep_templates(self) -> None:
        """What this run has read of plans and forms stays for the next one."""
        from kskt_excel.ledger.cache import Cache
        from kskt_excel.model.packed_templates import Templates, pack_templates

        for year, key in self._to_keep.items():
            if year in self._plans:
                templates = Templates(self._plans[year], self.forms, self.regimes)
                with Cache(self.workspace.cache) as cache:
                    cache.put(key, _TEMPLATES, pack_templates(templates))
        self._to_keep.clear()

    def has_plan(self, year: int) -> bool:
        """Whether the workspace has a plan workbook for a year."""
        return year in self.plan_years

    @cached_property
    def plan_years(self) -> tuple[int, ...]:
        """Years that have a plan workbook, oldest first."""
        names = (path.stem.rpartition("-")[2] for path in _plan_files(self.workspace.templates))
        return tuple(sorted(int(name) for name in names if name.isdigit()))

    @property
    def latest_plan(self) -> "Plan":
        """The plan of this year, else the newest one there is."""
        return self.plan(self._latest_year)

    @property
    def _latest_year(self) -> int:
        this_year = self.now.year
        newest = max(self.plan_years, default=this_year)
        return this_year if this_year in self.plan_years else newest

    def context_key(self, plan: "Plan") -> str:
        """What a result depends on besides file and program: plan, forms, regimes."""
        parts = (plan.sha256, self.forms.sha256, self.regimes.sha256)
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()

    @cached_property
    def hour_of_receipt(self) -> dt.datetime:
        """When a loose file that is first taken in now was received: never before the last one."""
        from kskt_excel.ledger.journal import Receipt

        taken = (line.at for line in self.journal.lines() if isinstance(line.payload, Receipt))
        return max((self.now, *taken))

    def record(self, *payloads: "Payload") -> None:
        """Writes journal lines, on the disk when it returns; a desk that only looks keeps them."""
        from kskt_excel.ledger.safeguards import SideBook

        if self.is_alone and payloads:
            before = self.journal.lines()
            lines = self.journal.append(*payloads, by=self.who, at=self.now)
            self.recorded += len(lines)
            SideBook(self.workspace.archive).enter_decisions(lines, self.journal.hash_at, before)
        elif payloads:
            from kskt_excel.ledger.journal import JournalLine
            from kskt_excel.model.submission import Decision

            for number, one in enumerate(payloads, len(self.lines) + 1):
                numbered = replace(one, id=number) if isinstance(one, Decision) else one
                self._thought.append(JournalLine(number, self.now, self.who, numbered))

    def announce(self, receipts: "Sequence[Receipt]") -> None:
        """Enters receipts into the side book, before their originals are stored."""
        from kskt_excel.ledger.journal import Tip
        from kskt_excel.ledger.safeguards import SideBook

        count = len(self.journal.lines())
        after = Tip(count, self.journal.hash_at(count))
        SideBook(self.workspace.archive).enter_receipts(
            receipts, after=after, by=self.who, at=self.now
        )

    def share(self, originals: "Sequence[Original]") -> None:
        """Keeps originals on the office's server as well, where the settings say so."""
        from kskt_excel.office.record import share_originals

        share_originals(self.workspace, self.journal, originals)

    def thinking(self) -> "Desk":
        """A desk on the same workspace that only looks: what it records is kept nowhere."""
        return Desk(self.workspace, self.now, self.who, trusts_cache=self.trusts_cache)

    def doubting(self) -> "Desk":
        """A desk on the same workspace that only looks and reads every file anew."""
        return Desk(self.workspace, self.now, self.who, trusts_cache=False)


def open_desk(folder: Path, *, as_of: dt.date | None = None, who: str | None = None) -> Desk:
    """The desk of the workspace that holds ``folder``; ``as_of`` fixes today, at opening time."""
    now = (
        dt.datetime.combine(as_of, _OFFICE_OPENS, VIETNAM)
        if as_of
        else dt.datetime.now(VIETNAM).replace(microsecond=0)
    )
    return Desk(Workspace.find(folder), now, who or _login(), is_day_only=as_of is not None)


def desk_anywhere(folder: Path, as_of: dt.date | None) -> Desk:
    """The workspace's desk; outside any workspace the one with the templates of the program."""
    try:
        return open_desk(folder, as_of=as_of)
    except NoWorkspaceError:
        root = packaged_templates().parent
        inside = open_desk(root, as_of=as_of) if (root / FILE_NAME).is_file() else None
        return inside or Desk(Workspace(root, Settings()), dt.datetime.now().astimezone(), "")


@contextmanager
def exclusive(desk: Desk, *, mends_record: bool = False) -> Iterator[Desk]:
    """The desk while nobody else writes in its workspace.

    What a killed run left is taken up first, a copy of the record is made last; with
    ``mends_record`` neither is. Raises WorkspaceBusyError and what opening the journal raises.
    """
    from kskt_excel.ledger.safe_files import own_temporaries, sweep, workspace_lock
    from kskt_excel.office.record import backup_remarks, clock_behind, take_up

    lock = desk.workspace.lock

    def sweep_all() -> None:
        for folder in desk.workspace.written():
            sweep(folder)

    with (
        for_owner_and_group(desk.workspace.settings.run.umask),
        workspace_lock(lock, who=desk.who, timeout=_WAIT_SECONDS, after_a_kill=sweep_all),
        own_temporaries(desk.workspace.temporary),
    ):
        desk.is_alone = True
        try:
            if not mends_record:
                desk.remarks += take_up(desk.workspace, desk.journal)
                desk.remarks += clock_behind(desk.journal, desk.now, desk.who)
            yield desk
            if not mends_record:
                desk.remarks += backup_remarks(desk.workspace, desk.journal)
            desk.keep_templates()
        except KeyboardInterrupt as stop:
            raise StoppedError(desk.taken_in) from stop
        finally:
            desk.is_alone = False


@contextmanager
def for_owner_and_group(mask: str) -> Iterator[None]:
    """Files and folders are made without the rights in ``mask`` and those the system withholds."""
    before = os.umask(0)
    os.umask(before | int(mask or "0", 8))
    try:
        yield
    finally:
        os.umask(before)


def _plan_files(templates: Path) -> Iterator[Path]:
    yield from templates.glob("ke-hoach-*.xlsx")


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container without a password entry
        return "Văn phòng"


# What a run has read of the templates (mẫu đã đọc) is kept until a file of theirs is another:
# without it each command parses the plan workbook and some forty text files first, a third of the
# processor that the check of one file takes.
_TEMPLATES = "templates"


def templates_key(workspace: Workspace, year: int) -> str:
    """What the templates of a year are made from; "" where no plan has the name of that year."""
    digest = hashlib.sha256()
    try:
        packaged = file_stamps(str(packaged_templates()))
        plan = (workspace.templates / f"ke-hoach-{year}.xlsx").read_bytes()
        for part in (b"%d" % year, plan, *_template_texts(workspace), *packaged):
            digest.update(b"%d\0" % len(part))
            digest.update(part)
    except OSError:
        return ""
    return digest.hexdigest()


def read_templates(workspace: Workspace, key: str) -> "Templates | None":
    """The templates that are kept under a key; nothing of the workspace is written."""
    from kskt_excel.ledger.cache import Cache
    from kskt_excel.model.packed_templates import unpack_templates

    with Cache(workspace.cache, is_only_read=True) as cache:
        packed = cache.get(key, _TEMPLATES)
    return unpack_templates(packed) if packed else None


def _template_texts(workspace: Workspace) -> Iterator[bytes]:
    """Names and bytes of the definitions and regimes. Raises OSError."""
    for folder in (workspace.forms, workspace.regimes):
        for file in sorted(folder.glob("*.toml")):
            yield file.name.encode()
            yield file.read_bytes()
