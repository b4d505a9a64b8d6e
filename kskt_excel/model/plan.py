"""The year's plan as the office keeps it in its plan workbook."""

import datetime as dt
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field, replace
from enum import StrEnum
from functools import cached_property
from typing import Final, Literal, TypeAlias, TypeVar

from kskt_excel.model.calendar import week_exceptions
from kskt_excel.model.finding import Finding
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.period import Period, Window, valid_on
from kskt_excel.model.regime import Criterion, Regime, Regimes
from kskt_excel.model.settings import PlanSettings

T = TypeVar("T")


def last_of(code: str, successors: Mapping[str, str]) -> str:
    """The end of a line of successors; of one that runs in a circle, where it comes round."""
    seen: set[str] = set()
    while code in successors and code not in seen:
        seen.add(code)
        code = successors[code]
    return code


def by_unit(shared: Iterable[tuple[T, Iterable[str]]]) -> Mapping[str, tuple[T, ...]]:
    """What each unit has a part in, in the order given, by unit code.

    Units that have a part in the same things share one tuple.
    """
    found: dict[str, list[int]] = {}
    items: list[T] = []
    for number, (item, units) in enumerate(shared):
        items.append(item)
        for unit in dict.fromkeys(units):
            found.setdefault(unit, []).append(number)
    kept: dict[tuple[int, ...], tuple[T, ...]] = {}
    made: dict[str, tuple[T, ...]] = {}
    for unit, numbers in found.items():
        key = tuple(numbers)
        if key not in kept:
            kept[key] = tuple(items[number] for number in numbers)
        made[unit] = kept[key]
    return made


class DeadlineKind(StrEnum):
    """How a task's time is set (thời gian hoàn thành)."""

    FIXED = "quy_co_dinh"
    OWN_PLAN = "ke_hoach_rieng"
    WITHIN_OTHER = "long_ghep"
    CONTINUOUS = "thuong_xuyen"
    CONTINUOUS_BY_RULE = "thuong_xuyen_theo_qd"
    PERIODIC = "dinh_ky"
    ON_DEMAND = "khi_co_yeu_cau"


_LASTING = (DeadlineKind.CONTINUOUS, DeadlineKind.CONTINUOUS_BY_RULE, DeadlineKind.PERIODIC)


@dataclass(frozen=True, slots=True)
class Deadline:
    """A task's time (thời hạn): the plan's words, their kind, every day in them, oldest first."""

    text: str
    kind: DeadlineKind
    days: tuple[dt.date, ...] = ()

    @property
    def due(self) -> dt.date | None:
        """The last day; None where no day is set."""
        return self.days[-1] if self.days else None

    @property
    def is_lasting(self) -> bool:
        """Whether the task goes on all year: met or not met in a period, never done."""
        return self.kind in _LASTING


@dataclass(frozen=True, slots=True)
class OwnPlan:
    """A task's plan of its own (kế hoạch riêng), or the other plan that it is done within."""

    number: str = ""  # "45/KH-SKHCN"; "" while there is none
    day: dt.date | None = None  # on which it was issued
    wanted_by: dt.date | None = None  # last day to have one; None where the office sets none


KINDS_OF_ACTIVITY: Final = "hinh_thuc_tt"
"""Choice list with the kinds of activities that tasks' own plans foresee."""


@dataclass(frozen=True, slots=True)
class PlannedPiece:
    """A row of sheet «Kế hoạch riêng»: how much of what a task's own plan foresees."""

    task: str
    kind: str  # of KINDS_OF_ACTIVITY; "" for a unit to inspect
    text: str
    count: int
    unit: str = ""  # code of the unit to inspect


@dataclass(frozen=True, slots=True)
class Unit:
    """A reporting unit (phòng, đơn vị trực thuộc)."""

    code: str
    name: str
    aliases: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()  # fields of work (lĩnh vực)
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    successor: str = ""  # code of the unit that took over
    superior: str = ""  # whom it belongs to (cấp trên): a Sở, a xã, a group; "" for none

    def existed(self, window: Window) -> bool:
        """Whether the unit existed on any day of the window."""
        return window.meets(self.valid_from, self.valid_to)


@dataclass(frozen=True, slots=True)
class Superior:
    """Whom units belong to (cấp trên): who hears of them, who signs what is said of them."""

    name: str
    code: str = ""  # in plain letters, for names of files; each superior's own
    emails: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()  # lines of «Nơi nhận»; () for the plan's own
    signer: "Signer | None" = None  # None: who signs for the agency


LEAD, COORDINATOR = "Chủ trì", "Phối hợp"
"""What a unit is to a task."""
TASK_DONE = "Đã hoàn thành"
TASK_NOTHING = "Không phát sinh"
TASK_NOT_STARTED, TASK_DOING = "Chưa thực hiện", "Đang thực hiện"
TASK_STATUSES = (TASK_NOT_STARTED, TASK_DOING, TASK_DONE, TASK_NOTHING)
"""What units say of a task, in the plan's list; positions are judged by these."""


@dataclass(frozen=True, slots=True)
class Task:
    """A leaf task of the plan (nhiệm vụ): its text is verbatim, also where the plan is wrong."""

    code: str  # "I.1", "II.1.a"
    text: str
    section: str  # title of its section (I–IV)
    subsection: str  # title of its numbered group inside the section, or ""
    lead: str  # unit code
    lead_text: str  # as the plan writes it
    coordinators: tuple[str, ...]  # unit codes, groups expanded
    coordinators_text: str
    deadline: Deadline
    target: str = ""
    form: str = ""  # ids of the forms that feed it, comma separated
    indicator: str = ""  # ids of its indicators, comma separated
    own_plan: OwnPlan = OwnPlan()
    contribution: str = ""  # expression over a coordinator's own workbook: above 0, it took part

    @property
    def parts(self) -> tuple[str, ...]:
        """``II.10`` gives ("II", "10"): compare these, never text prefixes."""
        return tuple(self.code.split("."))

    def units(self) -> tuple[str, ...]:
        """Lead first, then coordinators."""
        return (self.lead, *self.coordinators)


Level: TypeAlias = Literal["province", "district", "commune"]
"""A level of government (cấp): tỉnh, huyện (until 30/6/2025), xã."""


@dataclass(frozen=True, slots=True)
class Procedure:
    """An administrative procedure (thủ tục hành chính)."""

    code: str  # d.dddddd
    name: str
    field: str
    units: tuple[str, ...]
    legal_days: int | None = None  # working days
    verified: bool = False
    note: str = ""  # the office's own remark
    level: Level = "province"  # of government that decides on it


@dataclass(frozen=True, slots=True)
class Choice:
    """One entry of a choice list (danh mục) with the spellings that mean it."""

    value: str
    aliases: tuple[str, ...] = ()
    code: str = ""  # what stays when the wording changes: "4" for «Mức độ 4» and «Toàn trình»
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None

    def offered(self, day: dt.date) -> bool:
        """Whether the drop-down offers it on a day; it is read at any time."""
        return valid_on(day, self.valid_from, self.valid_to)


Basis: TypeAlias = Literal["in_period", "at_end", "to_date"]
"""Which quarters an indicator counts (cách tính): those of the edition, the last in which each unit
reported, or all from Quý I on."""
JudgedFrom: TypeAlias = Literal["always", "due", "year_end"]
"""From when a missed target is held against a task (xét từ)."""


@dataclass(frozen=True, slots=True)
class Indicator:
    """An indicator (chỉ tiêu): a ratio of sums with a target; K1 … K15."""

    id: str
    name: str
    numerator: str  # expression, see docs/architecture.md
    denominator: str
    target: float | None  # as a fraction: 0.2 is 20 %
    direction: str  # "up": larger is better, "down": smaller is better
    unit: str = "%"
    note: str = ""  # where it comes from
    basis: "Basis" = "in_period"
    judged: "JudgedFrom" = "always"


@dataclass(frozen=True, slots=True)
class Waiver:
    """A rule not applied to a unit for a time (miễn trừ), with who allowed it and why."""

    rule: str
    unit: str  # "*" for all
    period: str  # "*" for all
    reason: str
    approved_by: str
    approved_on: dt.date
    expires_on: dt.date | None = None
    where: str = ""  # «Hồ sơ!J9», «Hồ sơ!9», the code of a dossier or procedure; "" everywhere

    def covers(self, unit: str, period: str, today: dt.date) -> bool:
        """Whether the waiver is in force for a unit and period on a day."""
        return (
            self.unit in ("*", unit)
            and self.period in ("*", period)
            and (self.expires_on is None or today <= self.expires_on)
        )


@dataclass(frozen=True, slots=True)
class RuleTrial:
    """A rule on trial (quy tắc thử): what came until a day is warned of by it, not returned."""

    rule: str  # as ``messages.Rule.is_named`` understands it
    until: dt.date  # the last day of the trial


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs (người ký) the printed summaries."""

    authority: str  # "KT. GIÁM ĐỐC", may be empty
    title: str  # "PHÓ GIÁM ĐỐC"
    name: str


@dataclass(frozen=True)
class Plan:
    """A year's plan (kế hoạch): everything that the office changes from year to year."""

    year: int
    agency: str  # "Sở Khoa học và Công nghệ"
    superior: str  # "UBND tỉnh Thái Nguyên"
    place: str  # "Thái Nguyên"
    title: str
    number: str
    legal_basis: str
    signer: Signer
    units: tuple[Unit, ...]
    tasks: tuple[Task, ...]
    procedures: tuple[Procedure, ...]
    choices: Mapping[str, tuple[Choice, ...]]  # list id -> entries
    indicators: tuple[Indicator, ...]
    waivers: tuple[Waiver, ...] = ()
    trials: tuple[RuleTrial, ...] = ()
    holidays: frozenset[dt.date] = frozenset()  # days off
    worked: frozenset[dt.date] = frozenset()  # days of a weekend that are worked instead
    settings: PlanSettings = field(default_factory=PlanSettings)
    regimes: Regimes = field(default_factory=Regimes)  # of the workspace
    planned: tuple[PlannedPiece, ...] = ()  # sheet «Kế hoạch riêng»
    described_superiors: tuple[Superior, ...] = ()  # sheet «Cấp trên»
    findings: tuple[Finding, ...] = ()  # remarks on the plan workbook itself, no errors
    acknowledged: tuple[Finding, ...] = ()  # remarks that the office knows (đã biết)
    sha256: str = ""

    @cached_property
    def unit_by_code(self) -> Mapping[str, Unit]:
        """Units by code."""
        return {unit.code: unit for unit in self.units}

    @cached_property
    def task_by_code(self) -> Mapping[str, Task]:
        """Tasks by code."""
        return {task.code: task for task in self.tasks}

    @cached_property
    def procedure_by_code(self) -> Mapping[str, Procedure]:
        """Procedures by code."""
        return {procedure.code: procedure for procedure in self.procedures}

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """Fields of work in the order of the procedure list."""
        return tuple(dict.fromkeys(procedure.field for procedure in self.procedures))

    @cached_property
    def known_fields(self) -> frozenset[str]:
        """Fields of work of the procedure list and of the list of choices."""
        listed = (choice.value for choice in self.choices.get("linh_vuc", ()))
        return frozenset((*self.fields, *listed))

    @cached_property
    def office(self) -> str:
        """Code of the consolidating unit (đơn vị tổng hợp), "" where nothing tells.

        The one that the plan names; else the owner of the office's mailbox; else the unit that
        leads more tasks than any other. A tie is not guessed: reading the plan asks.
        """
        if self.settings.office_unit:
            return self.settings.office_unit
        owner = self.owner_of(self.settings.office_mail)
        if owner:
            return owner.code
        counts = Counter(task.lead for task in self.tasks).most_common(2)
        is_clear = len(counts) == 1 or (len(counts) > 1 and counts[0][1] > counts[1][1])
        return counts[0][0] if is_clear else ""

    @property
    def office_name(self) -> str:
        """Name of the consolidating unit; the agency's where it is not known."""
        unit = self.unit_by_code.get(self.office)
        return unit.name if unit else self.agency

    @cached_property
    def superiors(self) -> Mapping[str, str]:
        """Name of whom each unit belongs to, by its code; units that belong to nobody left out."""
        known = self.unit_by_code
        named = ((unit.code, unit.superior) for unit in self.units if unit.superior)
        return {code: known[one].name if one in known else one for code, one in named}

    @cached_property
    def superiors_in_order(self) -> tuple[Superior, ...]:
        """Whom units belong to, in the order of the units, as the plan describes each."""
        told = {one.name: one for one in self.described_superiors}
        taken: dict[str, int] = {}
        found = []
        for name in dict.fromkeys(self.superiors.values()):
            plain = _plain_letters(name.replace(" ", "-")).lower()
            taken[plain] = taken.get(plain, 0) + 1
            code = plain if taken[plain] == 1 else f"{plain}-{taken[plain]}"
            found.append(replace(told.get(name, Superior(name)), code=code))
        return tuple(found)

    def under(self, superior: str) -> tuple[Unit, ...]:
        """Units that belong to a superior, by its name, in the plan's order."""
        return tuple(unit for unit in self.units if self.superiors.get(unit.code) == superior)

    def with_lists(self, lists: Mapping[str, tuple[Choice, ...]]) -> "Plan":
        """The plan with further choice lists, which the forms bring along; its own ones stay."""
        return replace(self, choices={**lists, **self.choices}) if lists else self

    def regime_on(self, day: dt.date) -> Regime:
        """The regime of a period that ends on a day, with the plan's own words for the work."""
        if day not in self._regimes:
            settings = self.settings
            chosen = self.regimes.named(settings.regime) or self.regimes.on(day)
            self._regimes[day] = replace(
                chosen,
                work=settings.work or chosen.work,
                short=settings.short_work or chosen.short,
                subject=chosen.subject.replace(chosen.work, settings.work)
                if settings.work
                else chosen.subject,
            )
        return self._regimes[day]

    def period(self, text: str) -> Period:
        """The period of an id or a name; campaigns too. Raises UnknownPeriodError."""
        return Period.parse(text, self.regimes.campaigns)

    def asked_in(self, period: Period) -> "Plan":
        """The plan as far as a period asks for it: a campaign has no tasks and no indicators."""
        return replace(self, tasks=(), indicators=()) if period.campaign else self

    @property
    def criteria(self) -> Sequence[Criterion]:
        """The criteria that a period of the year is judged by, of each number the latest."""
        quarters = (Period.quarter(self.year, number) for number in (1, 2, 3, 4))
        regimes = (self.regime_on(one.window(self.cutoff_day).end) for one in quarters)
        schemes = (one.scheme for one in regimes if one.scheme)
        return tuple({one.number: one for some in schemes for one in some.criteria}.values())

    @property
    def regime(self) -> Regime:
        """The regime at the end of the plan's year, for what belongs to no period."""
        return self.regime_on(Period.quarter(self.year, 4).window(self.cutoff_day).end)

    def issued_file_name(self, unit: Unit, period: Period) -> str:
        """Short name in plain letters for any mail system: ``BC-KSTTHC_2022-Q1_QLKH.xlsx``."""
        short = self.regime_on(period.window(self.cutoff_day).end).short
        kind = "-".join(filter(None, ("BC", _plain_letters(short))))
        return f"{kind}_{period.id}_{_plain_letters(unit.code)}.xlsx"

    def tasks_of(self, unit: str) -> tuple[Task, ...]:
        """Tasks that a unit leads or helps with, in the plan's order."""
        return self._tasks_by_unit.get(unit, ())

    def helped_by(self, unit: str) -> tuple[Task, ...]:
        """Tasks that a unit helps with (phối hợp), in the plan's order."""
        return self._tasks_by_helper.get(unit, ())

    def procedures_of(self, unit: str) -> tuple[Procedure, ...]:
        """Procedures that a unit handles, in the plan's order."""
        return self._procedures_by_unit.get(unit, ())

    @cached_property
    def _tasks_by_unit(self) -> Mapping[str, tuple[Task, ...]]:
        return by_unit((task, task.units()) for task in self.tasks)

    @cached_property
    def _tasks_by_helper(self) -> Mapping[str, tuple[Task, ...]]:
        return by_unit((task, task.coordinators) for task in self.tasks)

    @cached_property
    def _procedures_by_unit(self) -> Mapping[str, tuple[Procedure, ...]]:
        return by_unit((procedure, procedure.units) for procedure in self.procedures)

    def units_in(self, period: Period) -> tuple[Unit, ...]:
        """Units that must report for a period, in the plan's order."""
        if period not in self._reporting:
            window = period.window(self.cutoff_day)
            self._reporting[period] = tuple(unit for unit in self.units if unit.existed(window))
        return self._reporting[period]

    def predecessors(self, unit: str, period: Period) -> tuple[str, ...]:
        """Codes of the units that report no more in a period and whose last successor it is."""
        if period not in self._succeeding:
            self._succeeding[period] = self._successions(period)
        return tuple(self._succeeding[period].get(unit, ()))

    def unit_name(self, code: str) -> str:
        """Name of a unit; the code of one that the plan does not know."""
        unit = self.unit_by_code.get(code)
        return unit.name if unit else code

    def owner_of(self, mailbox: str) -> Unit | None:
        """The unit that has a mailbox, however it is spelt; the first one of several."""
        return self._owners.get(mailbox.casefold())

    @property
    def deciding_levels(self) -> tuple[str, ...]:
        """Who may settle a difficulty (cấp giải quyết): the agency itself first."""
        return tuple(choice.value for choice in self.choices.get("cap_giai_quyet", ()))

    def is_own_level(self, level: str) -> bool:
        """Whether the agency decides for itself what is of a level: no petition to anybody."""
        return level != "" and level in self.deciding_levels[:1]

    def choice_code(self, list_id: str, value: object) -> str:
        """Code of a choice, or the value itself where the list has no codes."""
        for choice in self.choices.get(list_id, ()):
            if choice.value == value:
                return choice.code or choice.value
        return str(value or "")

    @cached_property
    def calendar(self) -> frozenset[dt.date]:
        """Days on which offices do otherwise than the week says: ``model.calendar`` reads them."""
        return week_exceptions(self.holidays, self.worked)

    @property
    def cutoff_day(self) -> int:
        """First day of the reporting window in its month: 15, or 1 for calendar quarters."""
        return self.settings.cutoff_day

    @cached_property
    def _owners(self) -> Mapping[str, Unit]:
        return {mail.casefold(): unit for unit in self.units[::-1] for mail in unit.emails[::-1]}

    @cached_property
    def _regimes(self) -> dict[dt.date, Regime]:
        """The days asked for so far."""
        return {}

    @cached_property
    def _reporting(self) -> dict[Period, tuple[Unit, ...]]:
        """The periods asked for so far: every file asks for the same few."""
        return {}

    @cached_property
    def _succeeding(self) -> dict[Period, Mapping[str, list[str]]]:
        return {}

    def _successions(self, period: Period) -> Mapping[str, list[str]]:
        reporting = {one.code for one in self.units_in(period)}
        gone = {one.code: one.successor for one in self.units if one.code not in reporting}
        found: dict[str, list[str]] = {}
        for code in gone:
            found.setdefault(last_of(code, gone), []).append(code)
        return found


def _plain_letters(text: str) -> str:
    letters = unicodedata.normalize("NFD", text.replace("Đ", "D").replace("đ", "d"))
    return re.sub(r"[^A-Za-z0-9-]", "", letters)
