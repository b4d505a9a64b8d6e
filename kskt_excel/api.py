"""The package for engineers: a workspace opened as an object, a period as nouns and tables.

    import kskt_excel as kskt

    office = kskt.open("KSTTHC-2022", as_of="2022-03-18")
    done = office.consolidate("2022-Q1", pdf=False)     # writes, as the command does
    quarter = office.period("2022-Q1")                  # looks; nothing is written
    quarter.form("II.06a").total["3"], quarter.indicator("K1").value
    quarter.frame("ho-so")                              # a pandas DataFrame, one line a record

Commands give an ``Outcome`` (its files, remarks, exit code, JSON); what only looks gives nouns of
``kskt_excel.model``. Every refusal is a ``KsktError`` whose text is the Vietnamese sentence.
"""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from kskt_excel.model.errors import KsktError, MissingFileError
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.period import typed_day

if TYPE_CHECKING:
    import pandas as pd

    from kskt_excel.consolidation.trace import TraceLine
    from kskt_excel.model.consolidation import Consolidation, FormTable, IndicatorValue
    from kskt_excel.model.forms import Forms
    from kskt_excel.model.plan import Plan
    from kskt_excel.model.reading import Reading
    from kskt_excel.office.checked_files import CheckedHere
    from kskt_excel.office.outcome import Outcome
    from kskt_excel.report.check_json import CheckedFile

PathLike: TypeAlias = str | Path
AsOf: TypeAlias = dt.date | str | None
"""A day, also as typed, ``2022-03-18`` or ``18/03/2022``; None is today."""


class NotInPeriodError(KsktError):
    """A form, an indicator or a unit that a period does not have."""

    def __init__(self, what: str, given: str, known: Sequence[str]) -> None:
        super().__init__(f"{what} “{given}” không có trong kỳ này. Hiện có: {', '.join(known)}.")


def open_office(folder: PathLike = ".", *, as_of: AsOf = None, who: str | None = None) -> "Office":
    """The office of the workspace that holds ``folder``.

    Args:
        folder: the workspace or a folder inside it.
        as_of: the day that counts as today; None takes the clock's.
        who: the person whom journal lines name; None takes the login name.

    Raises:
        NoWorkspaceError: there is no ``kskt.toml`` in the folder or above it.
        UnknownDayError: ``as_of`` is no day.
        KsktError: the settings cannot be read.
    """
    from kskt_excel.office.desk import open_desk

    office = Office(Path(folder), _day(as_of), who)
    open_desk(office.folder, as_of=office.as_of, who=who)
    return office


def read(file: PathLike, *, folder: PathLike = ".") -> "Reading":
    """A workbook understood, without journal or archive: sheets, records, findings.

    It is read in a process of its own by the definitions and the plan of the workspace that holds
    ``folder``, outside of any by those that the package ships.

    Raises:
        MissingFileError: the file is not there.
        KsktError: it is no workbook that can be read; the text says why.
    """
    from kskt_excel import messages

    (one,) = _checked(Path(folder), [Path(file)], None)
    if one.checked.reading is None:
        raise KsktError(" ".join(messages.sentence(found) for found in one.checked.findings))
    return one.checked.reading


@dataclass(frozen=True)
class Office:
    """A workspace with the commands as methods (Văn phòng): ``folder``, the day, the person.

    Every command method takes what the command of the same name takes and gives its ``Outcome``;
    it raises a ``KsktError`` where the command would end with exit code 2 before it has begun.
    """

    folder: Path
    as_of: dt.date | None = None
    who: str | None = None

    def issue(
        self, period: str, *, units: Sequence[str] = (), send: bool = False, drafts: bool = False
    ) -> "Outcome":
        """Blank workbooks and cover letters for the units of a quarter."""
        from kskt_excel.office import office

        return office.issue(
            self.folder,
            period,
            units=units,
            as_of=self.as_of,
            dry_run=False,
            send=send,
            drafts=drafts,
        )

    def receive(self, *paths: PathLike, imap: bool = False) -> "Outcome":
        """Files, mails and archives into archive and journal; without paths the inbox.

        Raises:
            MissingFileError: one of them is not there.
        """
        from kskt_excel.office import office

        given = tuple(map(Path, paths))
        _check_there(given)
        return office.receive(self.folder, paths=given, imap=imap, as_of=self.as_of, dry_run=False)

    def consolidate(self, period: str, *, pdf: bool | None = None) -> "Outcome":
        """The main job: inbox, check, tracker, summaries, returns.

        ``pdf``: True asks for PDFs, False leaves them out, None makes them where it can.
        """
        from kskt_excel.office import office

        return office.consolidate(
            self.folder, period, strict=False, pdf=pdf, as_of=self.as_of, dry_run=False
        )

    def period(self, period: str) -> "PeriodResult":
        """A quarter or cumulative period from what counts now; nothing is written."""
        from kskt_excel.office.desk import open_desk
        from kskt_excel.office.quarter import period_work

        desk = open_desk(self.folder, as_of=self.as_of, who=self.who)
        work = period_work(desk, desk.period(period))
        return PeriodResult(work.whole, work.plan, desk.forms)

    def check(self, *files: PathLike) -> "tuple[CheckedFile, ...]":
        """Verdict and findings of files, in the order given; the workspace is only read.

        Raises:
            MissingFileError: one of them is not there.
        """
        checked = _checked(self.folder, list(map(Path, files)), self.as_of)
        return tuple(one.file for one in checked)

    def trace(self, figure: str, *, period: str | None = None) -> "tuple[TraceLine, ...]":
        """The cells behind a printed or tracked figure, ``Biểu II.06a!G12``; they add up to it.

        Raises:
            KsktError: the address is no figure; the text names what is near.
        """
        from kskt_excel.office import office

        outcome = office.trace(self.folder, figure, period=period, as_of=self.as_of)
        lines: tuple[TraceLine, ...] = outcome.data
        return lines


@dataclass(frozen=True)
class PeriodResult:
    """A period put together (kỳ báo cáo): its forms, indicators, reports, and tables of records."""

    whole: "Consolidation"
    plan: "Plan"
    forms: "Forms"

    @property
    def missing(self) -> tuple[str, ...]:
        """Codes of the units that have nothing accepted in the period."""
        return self.whole.missing

    def form(self, form: str) -> "FormTable":
        """A printed form by its id, ``II.06a``; figures by printed column number, ``"3"``."""
        found = self.whole.forms.get(form)
        if found is None:
            raise NotInPeriodError("Biểu", form, tuple(self.whole.forms))
        return found

    def indicator(self, indicator: str) -> "IndicatorValue":
        """An indicator by its id, ``K1``: numerator, denominator, value (a fraction), target."""
        by_id = {one.id: one for one in self.whole.indicators}
        if indicator not in by_id:
            raise NotInPeriodError("Chỉ tiêu", indicator, tuple(by_id))
        return by_id[indicator]

    def report(self, unit: str, *, quarter: str = "") -> "Reading":
        """What a unit's accepted workbook says; ``quarter`` chooses in a cumulative period."""
        own = [one for one in self.whole.reports if one.unit == unit]
        for one in own:
            if quarter in ("", one.submission.period):
                return one.reading
        known = [f"{one.unit} {one.submission.period}" for one in self.whole.reports]
        raise NotInPeriodError("Báo cáo của đơn vị", f"{unit} {quarter}".strip(), known)

    def frame(self, sheet: str) -> "pd.DataFrame":
        """Every record of a unit sheet (``ho-so``) as a table.

        One line a record in the plan's unit order: unit, period, version, file, sheet, row, then
        the sheet's columns by key; blank cells are missing values, and what looks like a citizen's
        own data is covered. The same table as ``kskt export`` writes.
        """
        from kskt_excel.report.tables import register_frame

        form = self.forms.sheet_by_id.get(sheet)
        if form is None:
            raise NotInPeriodError("Trang", sheet, tuple(self.forms.sheet_by_id))
        return register_frame(form, self.plan, self.whole)


def _day(day: AsOf) -> dt.date | None:
    return typed_day(day) if isinstance(day, str) else day


def _check_there(files: Sequence[Path]) -> None:
    for file in files:
        if not file.exists():
            raise MissingFileError(file)


def _checked(
    folder: Path, files: Sequence[Path], as_of: dt.date | None
) -> "tuple[CheckedHere, ...]":
    from kskt_excel.office.checked_files import check_files
    from kskt_excel.office.desk import desk_anywhere
    from kskt_excel.worker.pool import context_of_a_check, file_workers

    _check_there(files)
    desk = desk_anywhere(folder, as_of)
    with file_workers(desk.workspace.settings.run, most=2) as workers:
        workers.give_context(context_of_a_check(desk.latest_plan, desk.forms))
        return check_files(desk, files, workers)
