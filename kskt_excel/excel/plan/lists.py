"""Lists of the plan workbook made into nouns: units, tasks, procedures, choices, indicators."""

import datetime as dt
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final, cast

from kskt_excel.excel.plan import layout
from kskt_excel.excel.plan.sheets import MAIL, PlanRow, Remarks
from kskt_excel.model.book import CellRef
from kskt_excel.model.expressions import (
    Aggregate,
    Expression,
    ExpressionError,
    FormTotal,
    OwnColumn,
    parse,
)
from kskt_excel.model.forms import NUMBER_TYPES, Forms
from kskt_excel.model.plan import (
    KINDS_OF_ACTIVITY,
    TASK_STATUSES,
    Basis,
    Choice,
    Deadline,
    DeadlineKind,
    Indicator,
    JudgedFrom,
    Level,
    OwnPlan,
    PlannedPiece,
    Procedure,
    RuleTrial,
    Signer,
    Superior,
    Task,
    Unit,
    Waiver,
)
from kskt_excel.text.codes import procedure_code
from kskt_excel.text.deadlines import task_deadline
from kskt_excel.text.names import Matcher
from kskt_excel.text.periods import period
from kskt_excel.text.shown import day_text as shown_day
from kskt_excel.text.shown import given
from kskt_excel.text.spelling import tone_key
from kskt_excel.text.values import Parsed, count, days, decimal, percent

if TYPE_CHECKING:
    from kskt_excel.messages import Rule

_FIRST_OF_WEEKEND: Final = 5  # Saturday, as Python numbers days
# Of a unit: 2 to 12 capitals, digits and hyphens, as it stands in names of files.
_CODE: Final = re.compile(r"[A-Z0-9][A-Z0-9-]{1,11}")
_SURE: Final = ("exact", "alias", "expanded")


def read_units(rows: Sequence[PlanRow], remarks: Remarks) -> tuple[Unit, ...]:
    """Units in the sheet's order; a row without code or name is left out."""
    report_twice(rows, "code", remarks)
    whole = [row for row in rows if row.has("code") and row.has("name")]
    units = tuple(_unit(row, remarks) for row in whole)
    _report_names(rows, remarks)
    return tuple(_spelt_alike(_with_heirs(units, whole, remarks)))


def _with_heirs(
    units: Sequence[Unit], rows: Sequence[PlanRow], remarks: Remarks
) -> tuple[Unit, ...]:
    """The units, each heir by its code; one that is nobody else, or a circle of them, is said."""
    directory = Directory(units)
    heirs = {row.text("code"): directory.heir(row, remarks) for row in rows}
    told: set[str] = set()
    for row in rows:
        met = [row.text("code")]
        while (following := heirs.get(met[-1], "")) and following not in met:
            met.append(following)
        if following == met[0] and told.isdisjoint(met):
            told.update(met)
            remarks.fault("heir", row.at("successor"), given=row.text("successor"), unit=met[0])
    return tuple(replace(unit, successor=heirs[unit.code]) for unit in units)


def _spelt_alike(units: Sequence[Unit]) -> Iterator[Unit]:
    """The units, each superior in the spelling that its first unit uses."""
    spelling: dict[str, str] = {}
    for unit in units:
        yield replace(unit, superior=spelling.setdefault(tone_key(unit.superior), unit.superior))


def read_superiors(
    rows: Sequence[PlanRow], units: Sequence[Unit], remarks: Remarks
) -> tuple[Superior, ...]:
    """What the plan says of whom units belong to; one that no unit belongs to is remarked."""
    names = {unit.code: unit.name for unit in units}
    known: dict[str, str] = {}
    for code in dict.fromkeys(unit.superior for unit in units if unit.superior):
        full = names.get(code, code)
        known |= {tone_key(code): full, tone_key(full): full}
    found: dict[str, Superior] = {}
    places: dict[str, CellRef] = {}
    for row in rows:
        given_name = row.text("name")
        name = known.get(tone_key(given_name))
        if not given_name:
            continue
        if name is None:
            remarks.doubt("superior_unused", row.at("name"), given=given_name)
            continue
        if name in found:
            remarks.fault("code_twice", row.at("name"), code=given_name, first=places[name].a1)
        places.setdefault(name, row.at("name"))
        for mail in row.parts("emails"):
            if not MAIL.fullmatch(mail):
                remarks.fault("mail_unread", row.at("emails"), given=mail)
        authority, title, own = (
            row.text(f"signer_{part}") for part in ("authority", "title", "name")
        )
        signer = Signer(authority, title, own) if title or own else None
        recipients = row.parts("recipients")
        found[name] = Superior(
            name, emails=row.parts("emails"), recipients=recipients, signer=signer
        )
    return tuple(found.values())


def report_twice(rows: Sequence[PlanRow], key: str, remarks: Remarks) -> None:
    """Says which codes stand in a second row."""
    first: dict[str, CellRef] = {}
    for row in rows:
        code = row.text(key)
        if code and code in first:
            remarks.fault("code_twice", row.at(key), code=code, first=first[code].a1)
        first.setdefault(code, row.at(key))


def _unit(row: PlanRow, remarks: Remarks) -> Unit:
    code = row.text("code")
    if not _CODE.fullmatch(code):
        remarks.fault("unit_code", row.at("code"), given=code)
    for mail in row.parts("emails"):
        if not MAIL.fullmatch(mail):
            remarks.fault("mail_unread", row.at("emails"), given=mail)
    if "emails" in row.columns and not row.has("emails"):
        remarks.doubt("mail_missing", row.at("emails"), unit=row.text("name"))
    first, last = row.day("valid_from", remarks), row.day("valid_to", remarks)
    if first and last and last < first:
        at = row.at("valid_to")
        remarks.fault("dates_reversed", at, first=shown_day(first), last=shown_day(last))
    return Unit(
        code=code,
        name=row.text("name"),
        aliases=row.parts("aliases"),
        groups=row.parts("groups"),
        emails=row.parts("emails"),
        fields=row.parts("fields"),
        valid_from=first,
        valid_to=last,
        successor=row.text("successor"),
        superior=row.text("superior"),
    )


def _report_names(rows: Sequence[PlanRow], remarks: Remarks) -> None:
    """Says which names would mean two units."""
    owner: dict[str, str] = {}
    for row in rows:
        code = row.text("code")
        for key in ("name", "aliases"):
            for name in row.parts(key):
                other = owner.setdefault(tone_key(name), code)
                if other != code:
                    remarks.fault("name_twice", row.at(key), name=name, other=other, unit=code)


class Directory:
    """What the names of units and groups mean."""

    def __init__(self, units: Sequence[Unit]) -> None:
        self.units = tuple(units)
        self._unit_names = {unit.name: unit.code for unit in units}
        self._groups = _groups(units)
        entries = [(unit.name, (unit.code, *unit.aliases)) for unit in units]
        self._matcher = Matcher([*entries, *((group, ()) for group in self._groups)])

    def unit(self, row: PlanRow, key: str, remarks: Remarks) -> str:
        """Code of the one unit that a cell names; "" with a fault when it names none."""
        name = self._named(row.text(key), row.at(key), remarks)
        if name in self._groups:
            remarks.fault("lead_several", row.at(key), given=row.text(key))
        return self._unit_names.get(name, "")

    def heir(self, row: PlanRow, remarks: Remarks) -> str:
        """Code of the unit that takes over what the row's unit leaves; "" for none."""
        name = self._named(row.text("successor"), row.at("successor"), remarks)
        if name in self._groups:
            given_name, unit = row.text("successor"), row.text("code")
            remarks.fault("heir", row.at("successor"), given=given_name, unit=unit)
        return self._unit_names.get(name, "")

    def several(self, row: PlanRow, key: str, remarks: Remarks) -> tuple[str, ...]:
        """Codes of the units and groups that a cell names, in the units' order, each once."""
        found: set[str] = set()
        for part in self._split(row, key):
            name = self._named(part, row.at(key), remarks)
            found |= set(self._groups.get(name, (self._unit_names.get(name, ""),)))
        return tuple(unit.code for unit in self.units if unit.code in found)

    def _split(self, row: PlanRow, key: str) -> tuple[str, ...]:
        """The names in a cell: all of it when it is one, by semicolons, at last by commas."""
        if self._is_sure(row.text(key)):
            return (row.text(key),)
        parts = row.parts(key)
        by_commas = tuple(name.strip() for part in parts for name in part.split(","))
        unsure = not all(map(self._is_sure, parts))
        return by_commas if unsure and all(map(self._is_sure, by_commas)) else parts

    def _is_sure(self, name: str) -> bool:
        return self._matcher.match(name).how in _SURE

    def _named(self, name: str, at: CellRef, remarks: Remarks) -> str:
        """Name of the unit or group that is meant; "" with a fault when none is."""
        if not name or not self.units:
            return ""
        match = self._matcher.match(name)
        if match.how == "near":
            remarks.doubt("unit_inferred", at, given=name, near=match.value)
        elif match.suggestions and match.value is None:
            remarks.fault("unit_near", at, given=name, near=match.suggestions[0])
        elif match.value is None:
            remarks.fault("unit_unknown", at, given=name)
        return match.value or ""


def _groups(units: Sequence[Unit]) -> dict[str, tuple[str, ...]]:
    """Codes of the members of each group, by the spelling that its first member uses."""
    found: dict[str, list[str]] = {}
    spelling: dict[str, str] = {}
    for unit in units:
        for group in unit.groups:
            name = spelling.setdefault(tone_key(group), group)
            found.setdefault(name, []).append(unit.code)
    return {name: tuple(codes) for name, codes in found.items()}


FIELD_LIST: Final = "linh_vuc"
STATUS_LIST: Final = "trang_thai"
_ANY: Final = "*"
_POINTS: Final = 100  # percent, which a share is written in, of one
_DIRECTIONS: Final = {
    "up": (layout.UP, "tăng", "cao", "up"),
    "down": (layout.DOWN, "giảm", "thấp", "down"),
}
_VERIFIED: Final = {
    "yes": (layout.VERIFIED, "đã xác minh", "có", "x", "rồi"),
    "no": (layout.UNVERIFIED, "chưa xác minh", "không"),
}

_LEVELS: Final = {name: (text, f"cấp {text}") for name, text in layout.LEVELS.items()}

Choices = Mapping[str, tuple[Choice, ...]]


def read_choices(rows: Sequence[PlanRow], remarks: Remarks) -> Choices:
    """Choice lists by id, entries in the sheet's order."""
    lists: dict[str, tuple[Choice, ...]] = {}
    owner: dict[tuple[str, str], str] = {}
    places: dict[tuple[str, str], CellRef] = {}
    for row in rows:
        list_id, value = row.text("list"), row.text("value")
        if not list_id or not value:
            continue
        _report_aliases(row, list_id, value, owner, remarks)
        first = places.setdefault((list_id, tone_key(value) or value), row.at("value"))
        if first != row.at("value") and not (row.has("valid_from") or row.has("valid_to")):
            remarks.fault("choice_twice", row.at("value"), given=value, first=first.a1)
        choice = Choice(
            value=value,
            aliases=row.parts("aliases"),
            code=row.text("code"),
            valid_from=row.day("valid_from", remarks),
            valid_to=row.day("valid_to", remarks),
        )
        lists[list_id] = (*lists.get(list_id, ()), choice)
    _report_statuses([row for row in rows if row.text("list") == STATUS_LIST], remarks)
    return lists


def _report_statuses(rows: Sequence[PlanRow], remarks: Remarks) -> None:
    """Says which of the states that tasks are judged by the plan's list lacks."""
    there = [row.text("value") for row in rows]
    for status in TASK_STATUSES if rows and all(there) else ():
        if status not in there:
            at = rows[0].at("value")
            remarks.fault("status_missing", at, list=STATUS_LIST, status=status)


def report_lists(sheet: str, choices: Choices, used: Collection[str], remarks: Remarks) -> None:
    """Says which of the usual lists that the forms use are missing."""
    for list_id, title in layout.LIST_TITLES.items():
        if list_id in used and list_id not in choices:
            remarks.fault("list_missing", CellRef(sheet), list=list_id, title=title)


def _report_aliases(
    row: PlanRow, list_id: str, value: str, owner: dict[tuple[str, str], str], remarks: Remarks
) -> None:
    for key in ("value", "aliases"):
        for name in row.parts(key) if key == "aliases" else (value,):
            first = owner.setdefault((list_id, tone_key(name) or name), value)
            if first != value:
                remarks.doubt("alias_twice", row.at(key), given=name, first=first, value=value)


def read_procedures(
    rows: Sequence[PlanRow], directory: Directory, choices: Choices, remarks: Remarks
) -> tuple[Procedure, ...]:
    """Procedures in the sheet's order; a row without a readable code is left out."""
    report_twice(rows, "code", remarks)
    fields = {tone_key(choice.value): choice.value for choice in choices.get(FIELD_LIST, ())}
    fields |= {
        tone_key(alias): choice.value
        for choice in choices.get(FIELD_LIST, ())
        for alias in choice.aliases
        if tone_key(alias) not in fields
    }
    found = []
    for row in rows:
        code = _procedure_code(row, remarks)
        field = fields.get(tone_key(row.text("field")), "")
        if fields and row.has("field") and not field:
            remarks.fault("field_unknown", row.at("field"), given=row.text("field"))
        procedure = Procedure(
            code=code,
            name=row.text("name"),
            field=field,
            units=directory.several(row, "units", remarks),
            legal_days=_legal_days(row, remarks),
            verified=_chosen(layout.PROCEDURES, row, "verified", _VERIFIED, remarks) == "yes",
            note=row.text("note"),
            level=cast("Level", _chosen(layout.PROCEDURES, row, "level", _LEVELS, remarks))
            or "province",
        )
        if code:
            found.append(procedure)
            _report_owners(row, procedure, directory, remarks)
    return tuple(found)


def _procedure_code(row: PlanRow, remarks: Remarks) -> str:
    raw = row.cells.get("code")
    read = procedure_code(raw)
    if read.value is None and row.has("code"):
        remarks.fault("procedure_code", row.at("code"), given=given(raw))
    elif read.value is not None and read.outcome == "warn":
        remarks.doubt("value_read", row.at("code"), given=given(raw), value=read.value)
    return read.value or ""


def _report_owners(
    row: PlanRow, procedure: Procedure, directory: Directory, remarks: Remarks
) -> None:
    """Says which unit handles a procedure of a field that is not its own."""
    handling = frozenset(procedure.units) if procedure.field else ()
    for unit in directory.units:
        is_told = unit.fields and unit.code in handling
        if is_told and tone_key(procedure.field) not in map(tone_key, unit.fields):
            remarks.doubt(
                "procedure_unowned", row.at("units"), field=procedure.field, unit=unit.code
            )


def _legal_days(row: PlanRow, remarks: Remarks) -> int | None:
    if not row.has("legal_days"):
        return None
    read = days(row.cells["legal_days"])
    if read.value is None and read.outcome != "blank":
        remarks.fault("days_unread", row.at("legal_days"), given=given(row.cells["legal_days"]))
    return read.value


def read_indicators(
    rows: Sequence[PlanRow], remarks: Remarks, forms: Forms | None = None
) -> tuple[Indicator, ...]:
    """Indicators in the sheet's order, their expressions proved, beside the forms too."""
    report_twice(rows, "id", remarks)
    return tuple(
        Indicator(
            id=row.text("id"),
            name=row.text("name"),
            numerator=_expression(row, "numerator", remarks, forms),
            denominator=_expression(row, "denominator", remarks, forms),
            target=_target(row, remarks),
            direction=_chosen(layout.PLAN_INDICATORS, row, "direction", _DIRECTIONS, remarks)
            or "up",
            unit=row.text("unit") or "%",
            note=row.text("note"),
            basis=cast("Basis", _one_of(layout.BASES, row, "basis", remarks)),
            judged=cast("JudgedFrom", _one_of(layout.JUDGED, row, "judged", remarks)),
        )
        for row in rows
        if row.has("id")
    )


def _one_of(words: Mapping[str, str], row: PlanRow, key: str, remarks: Remarks) -> str:
    """What a cell of «Chỉ tiêu» chose; the first of the words where it is blank."""
    spellings = {name: (text,) for name, text in words.items()}
    chosen = _chosen(layout.PLAN_INDICATORS, row, key, spellings, remarks)
    return chosen or next(iter(words))


def _expression(row: PlanRow, key: str, remarks: Remarks, forms: Forms | None) -> str:
    text = row.text(key)
    try:
        expression = parse(text) if text else None
    except ExpressionError as error:
        remarks.fault("expression_unread", row.at(key), given=text, why=error.why)
        return text
    for what in dict.fromkeys(_unknown_figures(expression, forms)) if expression and forms else ():
        remarks.fault("figure_unknown", row.at(key), given=text, what=what)
    return text


def _unknown_figures(expression: Expression, forms: Forms) -> Iterator[str]:
    """What an expression names and no form has, in words."""
    for _, item in expression.terms:
        if isinstance(item, FormTotal):
            some = [one for one in forms.printed if one.id == item.form]
            if not any(one.number == item.number and one.source for f in some for one in f.columns):
                what = f"cột {item.number} của biểu {item.form}" if some else f"biểu {item.form}"
                yield what
        elif isinstance(item, OwnColumn):
            yield f"cột [{item.number}] mà không ghi biểu"
        elif isinstance(item, Aggregate):
            yield from _unknown_columns(item, forms)


def _unknown_columns(aggregate: Aggregate, forms: Forms) -> Iterator[str]:
    sheets = [one for one in forms.sheets if one.id == aggregate.sheet]
    if not sheets:
        yield f"biểu {aggregate.sheet}"
        return
    asked = [one.column for one in aggregate.conditions]
    answered = {name for one in sheets for name in one.question_names}
    for column in (*aggregate.columns, *asked):
        if column not in answered and not any(column in one.by_key for one in sheets):
            yield f"cột {column} của biểu {aggregate.sheet}"
    for column in aggregate.columns if aggregate.kind in ("sum", "max") else ():
        kinds = {one.by_key[column].type for one in sheets if column in one.by_key}
        if kinds and kinds.isdisjoint(NUMBER_TYPES):
            yield f"số ở cột {column} của biểu {aggregate.sheet}"


def _target(row: PlanRow, remarks: Remarks) -> float | None:
    """The target as a fraction: 95 % as Excel stores it (0.95), or typed; a count as it is."""
    raw = row.cells.get("target")
    if not row.has("target"):
        return None
    is_share = row.text("unit") in ("", "%")
    value: float | None = None
    if isinstance(raw, str):
        points = (percent if is_share else decimal)(raw).value
        value = None if points is None else points / (_POINTS if is_share else 1)
    elif isinstance(raw, int | float) and not isinstance(raw, bool):
        value = float(raw)
    if value is None or value < 0 or (is_share and value > 1):
        code = "target_unread" if is_share else "target_number"
        remarks.fault(code, row.at("target"), given=given(raw))
        return None
    return value


def read_own_plans(
    rows: Sequence[PlanRow],
    tasks: Sequence[Task],
    directory: Directory,
    choices: Choices,
    remarks: Remarks,
) -> tuple[PlannedPiece, ...]:
    """What the tasks' own plans foresee, in the sheet's order; a row with a fault is left out."""
    codes = {task.code for task in tasks}
    kinds = {choice.value: choice.aliases for choice in choices.get(KINDS_OF_ACTIVITY, ())}
    found: list[PlannedPiece] = []
    for row in rows:
        code = row.text("task")
        if code and code not in codes:
            remarks.fault("task_unknown", row.at("task"), given=code)
        counted = count(row.cells.get("count"))
        if row.has("count") and not counted.value:
            remarks.fault("count_unread", row.at("count"), given=given(row.cells["count"]))
        spellings = {value: (value, *aliases) for value, aliases in kinds.items()}
        kind = _chosen(layout.OWN_PLANS, row, "kind", spellings, remarks)
        unit = directory.unit(row, "unit", remarks) if row.has("unit") else ""
        if code in codes and counted.value:
            found.append(PlannedPiece(code, kind, row.text("text"), counted.value, unit))
    return tuple(found)


def read_waivers(
    rows: Sequence[PlanRow], directory: Directory, remarks: Remarks, forms: Forms | None = None
) -> tuple[Waiver, ...]:
    """Waivers in the sheet's order; one with a fault is left out."""
    found = []
    known = _rules(forms) if forms and rows else ()
    for row in rows:
        rule = row.text("rule")
        if known and rule and not any(one.is_named(rule) for one in known):
            remarks.fault("rule_unknown", row.at("rule"), given=rule)
        unit = row.text("unit")
        if unit and unit != _ANY:
            unit = directory.unit(row, "unit", remarks)
        approved_on, expires_on = row.day("approved_on", remarks), row.day("expires_on", remarks)
        if approved_on and expires_on and expires_on < approved_on:
            remarks.fault(
                "dates_reversed",
                row.at("expires_on"),
                first=shown_day(approved_on),
                last=shown_day(expires_on),
            )
        whole = row.text("rule") and unit and approved_on
        if whole and approved_on:
            found.append(
                Waiver(
                    rule=row.text("rule"),
                    unit=unit,
                    period=_waived_period(row, remarks),
                    reason=row.text("reason"),
                    approved_by=row.text("approved_by"),
                    approved_on=approved_on,
                    expires_on=expires_on,
                )
            )
    return tuple(found)


_DAY_KINDS: Final = {
    "off": (layout.DAY_OFF, "ngày nghỉ", "nghỉ lễ", "nghỉ bù"),
    "worked": (layout.DAY_WORKED, "ngày làm bù", "đi làm"),
}


def read_days(
    rows: Sequence[PlanRow], remarks: Remarks
) -> tuple[dict[dt.date, CellRef], dict[dt.date, CellRef]]:
    """Days off and days worked instead, each with its cell; one that is both is a fault."""
    off: dict[dt.date, CellRef] = {}
    worked: dict[dt.date, CellRef] = {}
    for row in rows:
        day = row.day("day", remarks)
        kind = _chosen(layout.DAYS, row, "kind", _DAY_KINDS, remarks)
        if day is None or not kind:
            continue
        own, other = (worked, off) if kind == "worked" else (off, worked)
        if day in other:
            remarks.fault("day_twice", row.at("day"), given=shown_day(day), first=other[day].a1)
        elif kind == "worked" and day.weekday() < _FIRST_OF_WEEKEND:
            remarks.doubt("worked_weekday", row.at("day"), given=shown_day(day))
        else:
            own[day] = row.at("day")
    return off, worked


def read_trials(
    rows: Sequence[PlanRow], remarks: Remarks, forms: Forms | None = None
) -> tuple[RuleTrial, ...]:
    """Rules on trial in the sheet's order; one with a fault is left out.

    Only rules that judge what was read can be tried: of a cell or a sheet that could not be read
    there is nothing to count.
    """
    found = []
    known = _rules(forms) if forms and rows else ()
    for row in rows:
        rule, until = row.text("rule"), row.day("until", remarks)
        named = [one for one in known if one.is_named(rule)]
        if known and rule and not named:
            remarks.fault("rule_unknown", row.at("rule"), given=rule)
        elif known and rule and not all(one.is_checked for one in named):
            remarks.fault("trial_of_reading", row.at("rule"), given=rule)
        elif rule and until:
            found.append(RuleTrial(rule, until))
    return tuple(found)


def _rules(forms: Forms) -> "tuple[Rule, ...]":
    """Every rule that can be named."""
    from kskt_excel.check.engine import rules_of
    from kskt_excel.messages import rules

    return (*rules_of(forms), *rules())


def _waived_period(row: PlanRow, remarks: Remarks) -> str:
    text = row.text("period")
    if text in ("", _ANY):
        return _ANY
    raw = row.cells["period"]
    read = period(f"năm {text}" if text.isdecimal() else raw)
    if read.value is None:
        remarks.fault("period_unread", row.at("period"), given=text)
        return _ANY
    return read.value.id


def _chosen(
    sheet: layout.PlanSheet,
    row: PlanRow,
    key: str,
    spellings: Mapping[str, Sequence[str]],
    remarks: Remarks,
) -> str:
    """What a cell chose among fixed values, by any of their spellings; "" when blank."""
    given_text = row.text(key)
    for value, words in spellings.items():
        if tone_key(given_text) in map(tone_key, words):
            return value
    if given_text:
        remarks.fault(
            "choice_unread",
            row.at(key),
            column=sheet.by_key[key].heading,
            given=given_text,
            choices=", ".join(words[0] for words in spellings.values()),
        )
    return ""


# «II», «II.1», «II.10.a»: section, task, part. Roman numerals as far as X.
_TASK_CODE: Final = re.compile(r"(?:X|IX|IV|V?I{1,3}|V)(?:\.\d{1,2}(?:\.[a-zđ])?)?")
_IDS: Final = re.compile(r"[,;\n]")
_UNDATED: Final = Deadline("", DeadlineKind.CONTINUOUS)
_LEVELS_WITH_GROUP: Final = 3


def read_tasks(
    rows: Sequence[PlanRow],
    directory: Directory,
    year: int,
    remarks: Remarks,
    forms: Forms | None = None,
) -> tuple[Task, ...]:
    """Leaf tasks in the sheet's order, groups of coordinators expanded."""
    report_twice(rows, "code", remarks)
    titles = {row.text("code"): row.text("text") for row in rows if _is_title(row, rows)}
    leaves = [row for row in rows if row.has("code") and row.text("code") not in titles]
    for row in rows:
        _report_code(row, remarks)
    tasks = tuple(
        replace(
            _task(row, titles, directory, year, remarks),
            contribution=_contribution(row, remarks, forms),
        )
        for row in leaves
    )
    _report_sections(leaves, titles, remarks)
    return tasks


def _is_title(row: PlanRow, rows: Sequence[PlanRow]) -> bool:
    """Whether a row only names a section: without lead and deadline, others stand under it."""
    start = row.text("code") + "."
    bare = not any(row.has(key) for key in ("lead", "coordinators", "deadline"))
    return bare and any(other.text("code").startswith(start) for other in rows)


def _report_code(row: PlanRow, remarks: Remarks) -> None:
    code = row.text("code")
    if code and not _TASK_CODE.fullmatch(code):
        remarks.fault("task_code", row.at("code"), given=code)


def _task(
    row: PlanRow, titles: Mapping[str, str], directory: Directory, year: int, remarks: Remarks
) -> Task:
    code = row.text("code")
    if "lead" in row.columns and not row.has("lead"):
        remarks.fault("lead_missing", row.at("lead"), task=code)
    lead = directory.unit(row, "lead", remarks)
    helpers = directory.several(row, "coordinators", remarks)
    return Task(
        code=code,
        text=row.text("text"),
        section=titles.get(code.split(".")[0], ""),
        subsection=titles.get(_group_of(code), ""),
        lead=lead,
        lead_text=row.text("lead"),
        coordinators=tuple(helper for helper in helpers if helper != lead),
        coordinators_text=row.text("coordinators"),
        deadline=_deadline(row, year, remarks),
        target=row.text("target"),
        form=", ".join(ids_in(row, "form")),
        indicator=", ".join(ids_in(row, "indicator")),
        own_plan=OwnPlan(
            number=row.text("own_number"),
            day=row.day("own_day", remarks),
            wanted_by=row.day("own_wanted_by", remarks),
        ),
    )


def _contribution(row: PlanRow, remarks: Remarks, forms: Forms | None) -> str:
    """What tells that a coordinator took part: figures of the unit's own sheets and no others."""
    text = _expression(row, "contribution", remarks, forms)
    try:
        terms = parse(text).terms if text else ()
    except ExpressionError:
        return ""  # said where it was read
    if not all(isinstance(item, Aggregate) for _, item in terms):
        why = "chỉ dùng sum, count, distinct của trang đơn vị điền"
        remarks.fault("expression_unread", row.at("contribution"), given=text, why=why)
        return ""
    return text


def ids_in(row: PlanRow, key: str) -> tuple[str, ...]:
    """Ids in a cell, by commas, semicolons or line breaks."""
    return tuple(part.strip() for part in _IDS.split(row.text(key)) if part.strip())


def _group_of(code: str) -> str:
    parts = code.split(".")
    return ".".join(parts[:-1]) if len(parts) == _LEVELS_WITH_GROUP else ""


def _deadline(row: PlanRow, year: int, remarks: Remarks) -> Deadline:
    """The deadline that the plan's words set, and the day that the office has written beside."""
    if not row.has("deadline"):
        if "deadline" in row.columns:
            heading = layout.TASKS.by_key["deadline"].heading
            at = row.at("deadline")
            remarks.fault("value_missing", at, column=heading, row=row.number)
        return _UNDATED
    read = task_deadline(row.cells["deadline"], year)
    given = row.text("deadline")
    if read.value is None:
        remarks.fault("deadline_unread", row.at("deadline"), given=given, year=year or "2022")
        return _UNDATED
    beside = row.day("due_on", remarks)
    if beside:
        read = Parsed(replace(read.value, days=(beside,)))
    found = read.value or _UNDATED
    at = row.at("due_on" if beside else "deadline")
    if read.code:
        remarks.doubt(read.code.removeprefix("plan."), at, **{**read.params, "given": given})
    if found.due and year and all(day.year != year for day in found.days):
        far = row.text("due_on") if beside else given
        remarks.doubt("deadline_far", at, given=far, year=year)
    return found


def _report_sections(rows: Sequence[PlanRow], titles: Mapping[str, str], remarks: Remarks) -> None:
    """Says which sections and groups have no title, once each."""
    said: set[str] = set()
    for row in rows:
        code = row.text("code")
        for section in filter(None, (code.split(".")[0], _group_of(code))):
            if _TASK_CODE.fullmatch(code) and section not in titles and section not in said:
                said.add(section)
                remarks.doubt("section_missing", CellRef(row.sheet, row.number), section=section)
