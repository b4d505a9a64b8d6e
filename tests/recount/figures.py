"""Forms, indicators, points and standings added up a second time."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from tests.recount.plan import ONE_DAY, Choice, Form, Office, cut, plain
from tests.recount.workbook import Row, Workbook, opened

Figures = dict[str, Any]
SIGN = re.compile(r"\s([+-])\s(?![^()]*\))")
AGGREGATE = re.compile(r"(sum|count|distinct|text|max)\((.*)\)")
CONDITION = re.compile(
    r"(?P<no>not )?(?P<column>\w+)"
    r"(?: (?P<state>filled|blank)| (?P<op>in|!=|<=|>=|=|<|>) (?P<given>.+))?"
)
SHORT = {
    "pakn(on_time)": "count(pakn where on_time)",
    "pakn(all)": "count(pakn where judged)",
    "published(on_time)": "count(cong-bo where published_on_time)",
    "published(all)": "count(cong-bo where publication_due)",
}
DONE_BY_PLAN = {"activities(done)": "truyen-thong", "inspections(done)": "kiem-tra"}
LISTS = ("danh-muc", "dia-chi-pakn", "danh-muc-cong-bo")
"""Sheets that stand as they were last reported."""
COUNTED_ONCE = ("truc-tuyen", "ra-soat", "vbqppl", "sang-kien", "kiem-tra")
"""Sheets whose rows come again and count once."""
ASKED_FOR = dict.fromkeys(
    (("vbqppl", "announced_in_time"), ("vbqppl", "announcement_due")),
    ("effective_on", "announced_on"),
)
"""Columns that a question needs."""
LAST = 4
DONE, NOTHING = "Đã hoàn thành", "Không phát sinh"


@dataclass(frozen=True)
class Sent:
    """A workbook that came; ``fate`` is what the one who made it knows: counts or returned."""

    unit: str
    version: int
    at: dt.datetime
    data: bytes
    is_right: bool


@dataclass(frozen=True)
class Standing:
    """Where the report of a unit and quarter stands."""

    state: str
    version: int
    late: int
    counts: bool


@dataclass(frozen=True)
class Table:
    """A form filled: figures by row and printed number, what each row says, the total."""

    rows: Mapping[str, Figures]
    kinds: Mapping[str, str]
    total: Figures


@dataclass(frozen=True)
class Recount:
    """A period: some quarters of a year, with everything that came for them."""

    office: Office
    quarters: tuple[int, ...]
    sent: Mapping[int, Sequence[Sent]]
    day: dt.date  # as of which

    # what counts

    @cached_property
    def due(self) -> tuple[int, ...]:
        """Quarters whose days are over, or for which something came."""
        return tuple(
            one
            for one in self.quarters
            if self.office.window(one)[1] < self.day or self.sent.get(one)
        )

    def standing(self, unit: str, quarter: int) -> Standing:
        own = [one for one in self.sent.get(quarter, ()) if one.unit == unit]
        if not own:
            return Standing("Chưa gửi", 0, 0, counts=False)
        right = [one for one in own if one.is_right]
        if not right:
            late = self.office.late(own[-1].at, quarter)
            return Standing("Trả lại để sửa", own[-1].version, late, counts=False)
        # a correction of what was in order makes nobody late
        late = min(self.office.late(one.at, quarter) for one in right)
        book = self.books[quarter][unit]
        state = NOTHING if self._says_nothing(book, quarter) else "Đã nhận"
        return Standing(state, right[-1].version, late, counts=True)

    def received(self, unit: str, quarter: int) -> dt.datetime | None:
        """When the report came that the standing tells of."""
        own = [one for one in self.sent.get(quarter, ()) if one.unit == unit]
        right = [one for one in own if one.is_right]
        return (right or own)[-1].at if own else None

    def _says_nothing(self, book: Workbook, quarter: int) -> bool:
        """Whether all that can be ticked as empty is ticked, or blank, and no task has moved."""
        ticked = [
            given.state
            for form, given in book.sheets.items()
            if self.office.sheets(quarter)[form].can_be_ticked
        ]
        moved = {row.get("status") for row in book.rows("tien-do")}
        return "nil" in ticked and "filled" not in ticked and moved <= {NOTHING, None}

    @cached_property
    def books(self) -> dict[int, dict[str, Workbook]]:
        """The workbook of each quarter and unit that counts: the last one that is right."""
        return {
            quarter: {
                one.unit: opened(one.data, self.office, quarter)
                for unit in self.office.units
                for one in [
                    sent
                    for sent in self.sent.get(quarter, ())
                    if sent.unit == unit and sent.is_right
                ][-1:]
            }
            for quarter in self.quarters
        }

    # expressions

    def value(self, source: str, rows: Callable[[str], Sequence[Row]], quarter: int) -> Any:
        """What an aggregate comes to over some rows of a quarter."""
        match = AGGREGATE.fullmatch(source)
        assert match, source
        kind, body = match.groups()
        subject, _, clause = body.partition(" where ")
        sheet = subject.split(".")[0].strip()
        kept = [
            row
            for row in rows(sheet)
            if all(self._meets(sheet, row, c, quarter) for c in _and(clause))
        ]
        if kind == "count":
            return len(kept)
        columns = [part.split(".")[1].strip() for part in subject.split("+")]
        cells = [row.get(column) for column in columns for row in kept]
        if kind == "sum":
            return sum(one for one in cells if isinstance(one, int | float))
        given = [str(one) for one in cells if one not in (None, "")]
        if kind == "max":
            return max((one for one in cells if isinstance(one, int | float)), default=None)
        return frozenset(given) if kind == "distinct" else tuple(dict.fromkeys(given))

    def _meets(self, sheet: str, row: Row, condition: str, quarter: int) -> bool:
        match = CONDITION.fullmatch(condition)
        assert match, condition
        asked = getattr(self, f"_{sheet.replace('-', '_')}_{match['column']}", None)
        if asked:
            return bool(asked(row, quarter)) is not bool(match["no"])
        value = row.get(match["column"])
        if match["state"]:
            return (value not in (None, "")) is (match["state"] == "filled")
        if not match["op"]:
            return (value is True) is not bool(match["no"])
        wanted = [one.strip() for one in match["given"].split("|")]
        if match["op"] in ("<", "<=", ">", ">="):
            limit = float(wanted[0].replace(",", "."))
            return isinstance(value, int | float) and _compares(match["op"], value, limit)
        is_meant = any(self._means(sheet, match["column"], value, one, quarter) for one in wanted)
        return is_meant is not (match["op"] == "!=")

    def _means(self, sheet: str, column: str, value: Any, wanted: str, quarter: int) -> bool:
        defined = self.office.sheets(quarter)[sheet].by_key[column]
        if defined.type == "yes_no":
            return bool(value) is (wanted == "Có")
        if isinstance(value, int | float):
            return float(value) == float(wanted)
        choices: Sequence[Choice] = defined.own or self.office.choices.get(defined.choices, ())
        return value == wanted or any(one.value == value and one.code == wanted for one in choices)

    # questions of a register that no column answers by itself

    def _pakn_due(self, row: Row) -> dt.date:
        days = int(self.office.settings["Xử lý PAKN (ngày làm việc)"])
        due: dt.date = row.get("due_on") or self.office.after(row["received_on"], days)
        return due

    def _pakn_late(self, row: Row, quarter: int) -> bool:
        del quarter
        done = row.get("finished_on")
        return bool(done) and done > self._pakn_due(row)

    def _pakn_on_time(self, row: Row, quarter: int) -> bool:
        return bool(row.get("finished_on")) and not self._pakn_late(row, quarter)

    def _pakn_judged(self, row: Row, quarter: int) -> bool:
        return bool(row.get("finished_on")) or self._pakn_due(row) <= self.office.window(quarter)[1]

    def _pakn_before_year(self, row: Row, quarter: int) -> bool:
        del quarter
        return bool(row["received_on"] < self.office.window(1)[0])

    def _published_by(self, row: Row) -> dt.date | None:
        days = int(self.office.settings["Công khai CSDL quốc gia (ngày làm việc)"])
        decided = row.get("province_decided_on")
        return self.office.after(decided, days) if decided else None

    def _cong_bo_published_on_time(self, row: Row, quarter: int) -> bool:
        del quarter
        due, published = self._published_by(row), row.get("national_db_on")
        return bool(due and published and published <= due)

    def _cong_bo_publication_due(self, row: Row, quarter: int) -> bool:
        due = self._published_by(row)
        end = self.office.window(quarter)[1]
        return bool(due) and (row.get("national_db_on") is not None or due <= end)

    def _cong_bo_submitted_in_time(self, row: Row, quarter: int) -> bool:
        del quarter
        due, submitted = self._submitted_by(row), row.get("submitted_on")
        return bool(due and submitted and submitted <= due)

    def _cong_bo_submission_due(self, row: Row, quarter: int) -> bool:
        due, end = self._submitted_by(row), self.office.window(quarter)[1]
        return bool(due) and (row.get("submitted_on") is not None or due <= end)

    def _submitted_by(self, row: Row) -> dt.date | None:
        days = int(self.office.settings["Trình công bố (ngày làm việc)"])
        received = row.get("received_on")
        return self.office.after(received, days) if received else None

    def _cong_bo_announced_in_time(self, row: Row, quarter: int) -> bool:
        del quarter
        return self._is_before_effect(row.get("province_decided_on"), row.get("law_effective_on"))

    def _cong_bo_announcement_due(self, row: Row, quarter: int) -> bool:
        return self._is_to_announce(
            row.get("province_decided_on"), row.get("law_effective_on"), quarter
        )

    def _vbqppl_announced_in_time(self, row: Row, quarter: int) -> bool:
        del quarter
        effective = row.get("effective_on") if row.get("document") else None
        return self._is_before_effect(row.get("announced_on"), effective)

    def _vbqppl_announcement_due(self, row: Row, quarter: int) -> bool:
        effective = row.get("effective_on") if row.get("document") else None
        return self._is_to_announce(row.get("announced_on"), effective, quarter)

    def _announced_by(self, effective: dt.date) -> dt.date:
        return effective - int(self.office.settings["Công bố trước hiệu lực (ngày)"]) * ONE_DAY

    def _is_before_effect(self, announced: dt.date | None, effective: dt.date | None) -> bool:
        return bool(announced and effective and announced <= self._announced_by(effective))

    def _is_to_announce(
        self, announced: dt.date | None, effective: dt.date | None, quarter: int
    ) -> bool:
        end = self.office.window(quarter)[1]
        return bool(effective) and bool(announced or self._announced_by(effective) <= end)

    def _dia_chi_pakn_checked(self, row: Row, quarter: int) -> bool:
        first, last = self.office.window(quarter)
        return bool(row.get("checked_on")) and first <= row["checked_on"] <= last

    # a column over the quarters

    def _said(self, unit: str, sheet: str, form: Form) -> list[int]:
        """Quarters in which a unit gave a sheet, or ticked it as empty."""
        is_free = self._on_procedures(form) and unit not in self.office.with_procedures
        return [
            quarter
            for quarter in self.quarters
            if unit in self.books[quarter]
            and (
                is_free
                or (
                    (given := self.books[quarter][unit].sheets.get(sheet))
                    and given.state != "blank"
                )
            )
        ]

    def _on_procedures(self, form: Form) -> bool:
        sheets = self.office.sheets(self.quarters[-1])
        return {sheets[one].scope for one in form.feeds if one in sheets} == {"procedures"}

    def _of_unit(self, form: Form, number: str, unit: str, pick: "Pick") -> Any:
        """A column of a form for one unit and row over the quarters of the period."""
        source = (form.sources | form.aids)[number]
        of_quarter = {
            quarter: self.value(source, lambda s, q=quarter: pick(unit, s, q), quarter)  # type: ignore[misc]
            for quarter in self.quarters
            if unit in self.books[quarter]
        }
        rule = form.cumulative.get(number, "sum") if len(self.quarters) > 1 else "sum"
        if rule == "union" or rule.startswith("latest"):
            return self._once(form, number, unit, pick)
        if rule in ("sum", "first", "last"):
            rule = f"{rule}[{number}]"
        sheet = re.split(r"[ .)]", source.partition("(")[2])[0]
        said = self._said(unit, sheet, form)
        added: list[tuple[int, Any]] = []
        for sign, term in _terms(rule):
            found = re.fullmatch(r"(sum|first|last)\[(\d+)\]", term)
            assert found, rule
            if found[2] == number:
                figures = of_quarter
            else:
                other = (form.sources | form.aids)[found[2]]
                figures = {
                    quarter: self.value(other, lambda s, q=quarter: pick(unit, s, q), quarter)  # type: ignore[misc]
                    for quarter in of_quarter
                }
            chosen = {"first": said[:1], "last": said[-1:]}.get(found[1], list(figures))
            added += [(sign, figures[quarter]) for quarter in chosen if quarter in figures]
        return _joined(added, source)

    def _once(self, form: Form, number: str, unit: str, pick: "Pick") -> float:
        """Rows that come again, each once: as the last quarter has it that decides."""
        rule = form.cumulative[number]
        deciding, sources = re.fullmatch(r"latest\[(\d+)\]", rule), form.sources | form.aids
        decides = sources[deciding[1]] if deciding else sources[number]
        last: dict[tuple[Any, ...], int] = {}
        for quarter in self.quarters:
            for name, _ in self._named(decides, unit, quarter, pick):
                last[name] = quarter
        total: float = 0
        for quarter in self.quarters:
            for name, amount in self._named(sources[number], unit, quarter, pick):
                total += amount if last.get(name) == quarter else 0
        return total

    def _named(
        self, source: str, unit: str, quarter: int, pick: "Pick"
    ) -> Iterator[tuple[tuple[Any, ...], float]]:
        if unit not in self.books[quarter]:
            return
        sheet = re.split(r"[ .)]", source.partition("(")[2])[0]
        key = self.office.sheets(quarter)[sheet].key
        seen: dict[tuple[Any, ...], int] = {}
        for row in pick(unit, sheet, quarter):
            amount = self.value(source, lambda _, one=row: [one], quarter)  # type: ignore[misc]
            is_kept = self.value(_as_count(source), lambda _, one=row: [one], quarter)  # type: ignore[misc]
            if is_kept:
                name = tuple(row.get(column) for column in key)
                seen[name] = seen.get(name, 0) + 1
                yield (*name, seen[name]), amount

    # forms

    def form(self, form: Form) -> Table:
        """A form of the period."""
        keys = self._keys(form)
        rows: dict[str, Figures] = {}
        kinds: dict[str, str] = {}
        for key in keys:
            kinds[key] = self._kind(form, key)
            told = self._figures(form, self._picker(form, key))
            rows[key] = told | self._untold(form, told, self.behind(form, key))
        total = self._figures(form, self._all_rows)
        total |= self._untold(form, total, list(self.office.units))
        kept = {n: total[n] for n, kind in form.types.items() if kind == "count" and n in total}
        return Table(rows, kinds, kept)

    def _all_rows(self, unit: str, sheet: str, quarter: int) -> Sequence[Row]:
        return self.books[quarter][unit].rows(sheet)

    def _picker(self, form: Form, key: str) -> "Pick":
        def pick(unit: str, sheet: str, quarter: int) -> Sequence[Row]:
            rows = self._all_rows(unit, sheet, quarter)
            return [row for row in rows if self._key_of(form, unit, row) == key]

        return pick

    def _key_of(self, form: Form, unit: str, row: Row) -> str:
        if form.rows == "unit":
            return unit
        if form.rows in ("procedure", "task"):
            return str(row[form.rows])
        if form.rows == "value":
            value = row.get(form.by)
            if isinstance(value, bool):
                return "Có" if value else "Không"
            return "Chưa ghi" if value in (None, "") else str(value)
        known = [*self.office.fields, *(one.value for one in self.office.choices["linh_vuc"])]
        if row.get("field") in known:
            return str(row["field"])
        procedure = self.office.procedures.get(str(row.get("procedure")))
        return str(procedure["Lĩnh vực"] if procedure else row.get("field") or "Chưa rõ lĩnh vực")

    def _keys(self, form: Form) -> list[str]:
        used = dict.fromkeys(
            self._key_of(form, unit, row)
            for quarter in self.quarters
            for unit, book in self.books[quarter].items()
            for sheet in form.feeds
            for row in book.rows(sheet)
        )
        if form.rows == "unit":
            return list(self.office.units)
        if form.rows == "field":
            return list(dict.fromkeys((*self.office.fields, *used)))
        if form.rows == "value":
            columns = (
                self.office.sheets(self.quarters[-1])[feed].by_key.get(form.by)
                for feed in form.feeds
            )
            lists = {one.choices for one in columns if one}
            named = [c.value for one in lists for c in self.office.choices.get(one, ())]
            return list(dict.fromkeys((*named, *used)))
        planned = self.office.procedures if form.rows == "procedure" else self.office.codes
        return [*(one for one in planned if one in used), *sorted(used.keys() - planned.keys())]

    def _figures(self, form: Form, pick: "Pick") -> Figures:
        figures: Figures = {}
        for number, source in form.sources.items():
            if AGGREGATE.search(source):
                figures[number] = self._column(form, number, pick)
        waiting = {n: s for n, s in form.sources.items() if n not in figures}
        while waiting:
            for number, source in [*waiting.items()]:
                needed = re.findall(r"\[(\d+)\]", source)
                if all(one in figures for one in needed):
                    figures[number] = sum(
                        sign * (int(term) if term.isdigit() else figures[term.strip("[]")])
                        for sign, term in _terms(source)
                    )
                    del waiting[number]
        return figures

    def _column(self, form: Form, number: str, pick: "Pick") -> Any:
        """A column over all units; what stands in several of them counts once where it is text."""
        found = [self._of_unit(form, number, unit, pick) for unit in self.office.units]
        joined = _joined([(1, one) for one in found], form.sources[number])
        if isinstance(joined, frozenset):
            return len(joined)
        return "; ".join(joined) if isinstance(joined, tuple) else joined

    def _kind(self, form: Form, key: str) -> str:
        """What a row says: a number, nothing happened, left blank, not reported."""
        said = [
            self._presence(form, unit, quarter)
            for unit in self.behind(form, key)
            for quarter in self.quarters
            if unit in self.books[quarter]
        ]
        if form.rows != "unit" or not said:
            of_unit = [self.over(form, unit) for unit in self.behind(form, key)]
            said = of_unit or ["nil"]
        return next((k for k in ("number", "not_reported", "blank") if k in said), "nil")

    def over(self, form: Form, unit: str) -> str:
        """A unit over the period: it has reported when one of its reports counts."""
        some = [
            self._presence(form, unit, quarter)
            for quarter in self.quarters
            if unit in self.books[quarter]
        ] or ["not_reported"]
        return next((k for k in ("number", "not_reported", "blank") if k in some), "nil")

    def _presence(self, form: Form, unit: str, quarter: int) -> str:
        sheets = self.books[quarter][unit].sheets
        states = {sheets[feed].state for feed in form.feeds if feed in sheets}
        if "filled" in states:
            return "number"
        is_free = self._on_procedures(form) and unit not in self.office.with_procedures
        return "nil" if "nil" in states or is_free else "blank"

    def owes(self, form: Form, unit: str) -> bool:
        """Whether a unit has to say something for a form."""
        return not self._on_procedures(form) or unit in self.office.with_procedures

    def behind(self, form: Form, key: str) -> list[str]:
        """Units whose word a row is."""
        adding = [
            unit
            for unit in self.office.units
            if any(
                unit in self.books[quarter] and self._picker(form, key)(unit, feed, quarter)
                for quarter in self.quarters
                for feed in form.feeds
            )
        ]
        if form.rows == "unit":
            return [key]
        if form.rows == "task":
            task = next((one for one in self.office.tasks if one["Mã"] == key), None)
            return list({*adding, *(self.office.doing(task) if task else self.office.units)})
        if form.rows == "value" or not self._on_procedures(form):
            return list(self.office.units)
        owing = {
            unit
            for row in self.office.procedures.values()
            if row["Lĩnh vực"] == key
            for unit in cut(row["Đơn vị giải quyết"])
        }
        return list({*adding, *owing})

    @cached_property
    def forms(self) -> dict[str, Table]:
        """Every form in force at the end of the period."""
        known = self.office.forms(self.quarters[-1])
        return {form.id: self.form(form) for form in known.values()}

    def _untold(self, form: Form, told: Figures, units: Sequence[str]) -> Figures:
        """Columns that are nothing only because some workbooks did not ask for them."""
        return {
            number: None
            for number, source in form.sources.items()
            if AGGREGATE.search(source) and not told[number] and self._is_unasked(source, units)
        }

    def _is_unasked(self, source: str, units: Sequence[str]) -> bool:
        """Whether a workbook of some units is older than what an aggregate needs of it."""
        match = AGGREGATE.fullmatch(source)
        assert match, source
        subject, _, clause = match[2].partition(" where ")
        sheet = self.office.sheets(self.quarters[-1])[subject.split(".")[0].strip()]
        columns = [part.split(".")[1].strip() for part in subject.split("+") if "." in part]
        columns += [one.removeprefix("not ").split(" ")[0] for one in _and(clause)]
        asked = {key for one in columns for key in ASKED_FOR.get((sheet.id, one), (one,))}
        later = {one.key for one in sheet.columns if one.key in asked and one.is_later}
        if not later and not sheet.is_later:
            return False
        for books in self.books.values():
            for unit in books.keys() & set(units):
                given = books[unit].sheets.get(sheet.id)
                if given is None and sheet.is_later and self.office.owes(unit, sheet):
                    return True
                if given and given.state == "filled" and not later <= given.columns:
                    return True
        return False

    # indicators

    def expression(self, text: str, basis: str = "trong kỳ") -> float:
        """What stands over or under a rate, over the quarters by its basis."""
        return sum(sign * self._term(term, basis) for sign, term in _terms(text))

    @cached_property
    def so_far(self) -> "Recount":
        """The year up to the period's end."""
        quarters = tuple(range(1, self.quarters[-1] + 1))
        if quarters == self.quarters:
            return self
        return Recount(self.office, quarters, self.sent, self.day)

    def _term(self, term: str, basis: str) -> float:
        total = re.fullmatch(r"(.+)\[(\d+)\]", term)
        if total:
            return float(self.forms[total[1]].total.get(total[2]) or 0)
        if term.isdigit():
            return int(term)
        if term.startswith(("tasks(", "units(")):
            return self._counted(term)
        if term.startswith(("activities(", "inspections(")):
            return self._of_own_plans(term)
        return self._total(SHORT.get(term, term), basis)

    def _total(self, source: str, basis: str) -> float:
        """An aggregate over all units; over several quarters by what its rows are."""
        if len(self.quarters) == 1:
            parts = [
                self.value(source, self._rows_of(unit), self.quarters[0])
                for unit in self.books[self.quarters[0]]
            ]
            joined = _joined([(1, one) for one in parts], source)
            return len(joined) if isinstance(joined, frozenset) else joined
        form = Form("", "unit", "", (), {"1": source}, {"1": "count"}, *self._rules(source, basis))
        found = [self._of_unit(form, "1", unit, self._all_rows) for unit in self.office.units]
        joined = _joined([(1, one) for one in found], source)
        return len(joined) if isinstance(joined, frozenset) else joined

    def _rows_of(self, unit: str) -> Callable[[str], Sequence[Row]]:
        return lambda sheet: self._all_rows(unit, sheet, self.quarters[0])

    def _rules(self, source: str, basis: str) -> tuple[dict[str, str], dict[str, str]]:
        """A list stands as it was last; a row that comes again counts once; flows add up."""
        kind, _, body = source.partition("(")
        sheet = re.split(r"[ .)]", body)[0]
        if sheet in LISTS or basis == "cuối kỳ":
            return {}, {"1": "last"}
        if basis == "lũy kế" and kind == "sum":
            return {"2": f"count({sheet})"}, {"1": "latest[2]"}
        if kind == "count" and (basis == "lũy kế" or sheet in COUNTED_ONCE):
            return {}, {"1": "union"}
        if kind == "count" and self.office.sheets(self.quarters[-1])[sheet].comes_again:
            joined = " and " if " where " in body else " where "
            settled = f"{source[:-1]}{joined}finished_on filled)"
            return {"2": settled}, {"1": "sum[2] + last[1] - last[2]"}
        parts = re.findall(r"[\w-]+\.(\w+)", body.partition(" where ")[0])
        stocks = {"last": [p for p in parts if p.startswith("pending_")]}
        stocks["first"] = [p for p in parts if p == "carried_over"]
        where = body.removesuffix(")").partition(" where ")[2]
        aids: dict[str, str] = {}
        rule = "sum[1]"
        for name, own in stocks.items():
            if own and kind == "sum":
                number = str(len(aids) + 2)
                cells = " + ".join(f"{sheet}.{one}" for one in own)
                aids[number] = f"sum({cells}{f' where {where}' if where else ''})"
                rule += f" - sum[{number}] + {name}[{number}]"
        return aids, {"1": rule}

    def _counted(self, term: str) -> float:
        if term.startswith("tasks("):
            known = self.office.tasks
            if term in ("tasks(due)", "tasks(done_due)"):
                done = [self._is_done_rightly(task) for task in known if self._is_due(task)]
                return len(done) if term == "tasks(due)" else sum(done)
            return (
                len(known) if term == "tasks(all)" else len([t for t in known if self._is_done(t)])
            )
        if term == "units(plan)":
            return len(self.office.units)
        owed = [(unit, quarter) for quarter in self.due for unit in self.office.units]
        if term == "units(all)":
            return len(owed)
        found = [self.standing(unit, quarter) for unit, quarter in owed]
        return sum(one.counts and not one.late for one in found)

    def _of_own_plans(self, term: str) -> float:
        """What the tasks' own plans foresee of activities and inspections, and what was done."""
        pieces = self.office.table("Kế hoạch riêng")
        if term.startswith("inspections("):
            wanted = Counter(
                {self.office.unit_named(p["Đơn vị"]): 1 for p in pieces if p["Đơn vị"]}
            )
            sheet, column = "kiem-tra", "inspected_unit"
        else:
            wanted = Counter()
            for piece in pieces:
                wanted[piece["Loại"]] += 0 if piece["Đơn vị"] else piece["Số lượng"]
            sheet, column = "truyen-thong", "form"
        if term.endswith("(planned)"):
            return wanted.total()
        done = Counter(
            str(row.get(column))
            for books in self.books.values()
            for book in books.values()
            for row in book.rows(sheet)
            if sheet == "kiem-tra" or row.get("planned")
        )
        return (wanted & done).total()

    def _is_due(self, task: Mapping[str, Any]) -> bool:
        """Whether a task that is done once was due in the period, or lacks its own plan by then."""
        if again(task):
            return False
        end, due = self.office.calendar_end(self.quarters[-1]), self.office.due(task)
        by_now, wanted = min(self.day, end), task["Có kế hoạch riêng chậm nhất"]
        if not self.has_plan(task):
            return bool(by_now > wanted.date() and not self._is_nothing(task))
        return bool(due and due <= end and (due < by_now or self._is_done_rightly(task)))

    def _is_nothing(self, task: Mapping[str, Any]) -> bool:
        figures = (self._sides(row)[0] for row in self._rows_named(task))
        return self.status(task) == NOTHING and not any(figures)

    def _is_done_rightly(self, task: Mapping[str, Any]) -> bool:
        """Whether its lead says that it is done and no target of it says otherwise."""
        if not (self._is_done(task) and self.has_plan(task)):
            return False
        judging = (row for row in self._rows_named(task) if row["Mục tiêu"] is not None)
        return all(self._is_met(row) or self._lacks_lead(row, task) for row in judging)

    def _lacks_lead(self, row: Mapping[str, Any], task: Mapping[str, Any]) -> bool:
        """Whether a quarter's figure is without the report of the lead that owes what it counts."""
        lead, quarter = self.office.lead(task), self.quarters[-1]
        if len(self.quarters) > 1 or row["Cách tính"] == "lũy kế" or lead in self.books[quarter]:
            return False
        sheets = self.office.sheets(quarter)
        terms = [
            SHORT.get(term, term) for side in ("Tử số", "Mẫu số") for _, term in _terms(row[side])
        ]
        return any(
            self.office.is_owed(lead, sheets[name])
            for term in terms
            for name in self._sheets_behind(term)
        )

    def _rows_named(self, task: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        """The indicators that judge a task, as the plan has them."""
        named = _names(task)
        known = [row for row in self.office.indicators if row["Mã chỉ tiêu"] in named]
        return [row for row in known if is_of_units(row)]

    def _is_met(self, row: Mapping[str, Any]) -> bool:
        part, whole = self._sides(row)
        if not whole:
            return True
        rate, target = Fraction(repr(part)) / Fraction(repr(whole)), Fraction(str(row["Mục tiêu"]))
        return rate <= target if row["Chiều"] == "Càng thấp càng tốt" else rate >= target

    def _is_done(self, task: Mapping[str, Any]) -> bool:
        return self.status(task) == DONE

    def status(self, task: Mapping[str, Any]) -> str:
        """The lead's word on a task: the last one; what is done once stays done."""
        lead, code = self.office.lead(task), task["Mã"]
        quarters = self.quarters if again(task) else range(1, self.quarters[-1] + 1)
        said = [
            str(row["status"])
            for quarter in quarters
            if (book := self._book(lead, quarter))
            for row in book.rows("tien-do")
            if row.get("task") == code and row.get("status")
        ]
        if not said:
            return ""
        told = [one for one in said if one != NOTHING]
        return DONE if told and told[-1] == DONE else said[-1]

    def has_plan(self, task: Mapping[str, Any]) -> bool:
        """Whether the plan of its own that a task is to have is there: its lead has named it."""
        if not task["Có kế hoạch riêng chậm nhất"] or task["Kế hoạch riêng số"]:
            return True
        lead = self.office.lead(task)
        return any(
            row.get("task") == task["Mã"] and "/KH-" in str(row.get("document") or "")
            for quarter in range(1, self.quarters[-1] + 1)
            if (book := self._book(lead, quarter))
            for row in book.rows("tien-do")
        )

    def _book(self, unit: str, quarter: int) -> Workbook | None:
        if quarter in self.books:
            return self.books[quarter].get(unit)
        right = [one for one in self.sent.get(quarter, ()) if one.unit == unit and one.is_right]
        return opened(right[-1].data, self.office, quarter) if right else None

    @cached_property
    def indicators(self) -> dict[str, tuple[float, float]]:
        """Numerator and denominator of every indicator."""
        return {row["Mã chỉ tiêu"]: self._sides(row) for row in self.office.indicators}

    def _sides(self, row: Mapping[str, Any]) -> tuple[float, float]:
        of, basis = self._ground(row), str(row["Cách tính"])
        if self.is_unasked(row):
            return 0, 0
        return of.expression(str(row["Tử số"]), basis), of.expression(str(row["Mẫu số"]), basis)

    def _ground(self, row: Mapping[str, Any]) -> "Recount":
        return self.so_far if row["Cách tính"] == "lũy kế" and is_of_units(row) else self

    def is_unasked(self, row: Mapping[str, Any]) -> bool:
        """Whether a side is nothing only because workbooks did not ask yet, or nobody answered."""
        of, basis = self._ground(row), str(row["Cách tính"])
        sides = (str(row["Tử số"]), str(row["Mẫu số"]))
        terms = [SHORT.get(term, term) for side in sides for _, term in _terms(side)]
        return any(map(of._is_unanswered, terms)) or any(
            not of.expression(term, basis) and of._is_unasked(term, list(self.office.units))
            for term in terms
            if AGGREGATE.fullmatch(term)
        )

    def _is_unanswered(self, term: str) -> bool:
        """Whether no unit that owes what a term is counted from has reported."""
        sheets = self._sheets_behind(term)
        return bool(sheets) and all(map(self._nobody_answers, sheets))

    def _sheets_behind(self, term: str) -> Sequence[str]:
        """The sheets of the units that a term is counted from."""
        if total := re.fullmatch(r"(.+)\[(\d+)\]", term):
            return self.office.forms(self.quarters[-1])[total[1]].feeds
        if term in DONE_BY_PLAN:
            return (DONE_BY_PLAN[term],)
        match = AGGREGATE.fullmatch(term)
        return (re.split(r"[ .]", match[2])[0],) if match else ()

    def _nobody_answers(self, name: str) -> bool:
        sheet = self.office.sheets(self.quarters[-1])[name]
        owing = {unit for unit in self.office.units if self.office.is_owed(unit, sheet)}
        return bool(owing) and not any(
            unit in owing or book.rows(name)
            for books in self.books.values()
            for unit, book in books.items()
        )

    def is_early(self, row: Mapping[str, Any]) -> bool:
        """Whether a target is not missed yet: it is one of the year, or its task is not due."""
        last = self.quarters[-1]
        day = min(self.day, self.office.calendar_end(last))
        named = [task for task in self.office.tasks if row["Mã chỉ tiêu"] in _names(task)]
        if row["Xét từ"] == "cuối năm":
            return bool(named) and not (last == LAST and day >= self.office.window(LAST)[1])
        if row["Xét từ"] == "đến hạn":
            return any((due := self.office.due(task)) and day <= due for task in named)
        return False

    # points

    @cached_property
    def points(self) -> dict[int, tuple[Fraction | None, Fraction | None]]:
        """The nine criteria: what units gave themselves, and what the office finds."""
        computed = _Points(self).all()
        return {number: (self._own_points(number), computed[number]) for number in range(1, 10)}

    def _own_points(self, number: int) -> Fraction | None:
        own: dict[str, Fraction] = {}
        for quarter in self.quarters:
            for unit, book in self.books[quarter].items():
                for row in book.rows("danh-gia"):
                    score = row.get("self_score")
                    if str(row.get("criterion")) == str(number) and score is not None:
                        own[unit] = Fraction(repr(score))
        if not own:
            return None
        weights = {unit: self._settled(unit) for unit in own}
        if not sum(weights.values()):
            weights = dict.fromkeys(own, 1)
        added = sum((score * weights[unit] for unit, score in own.items()), Fraction(0))
        return half_up(added / sum(weights.values()), 1)

    def _settled(self, unit: str) -> int:
        columns = ("resolved_early", "resolved_on_time", "resolved_overdue")
        return sum(
            row.get(column) or 0
            for quarter in self.quarters
            if unit in self.books[quarter]
            for row in self._all_rows(unit, "ho-so", quarter)
            for column in columns
        )


Pick = Callable[[str, str, int], Sequence[Row]]


def again(task: Mapping[str, Any]) -> bool:
    """Whether a task goes on all year, or comes again."""
    return plain(task["Thời gian hoàn thành"]).startswith(("thường xuyên", "định kỳ", "khi "))


def is_of_units(indicator: Mapping[str, Any]) -> bool:
    """Whether an indicator counts what units report, and not the tasks' verdicts on that."""
    return "tasks(" not in f"{indicator['Tử số']} {indicator['Mẫu số']}"


def _names(task: Mapping[str, Any]) -> list[str]:
    """The indicators that judge a task."""
    return [one.strip() for one in str(task["Chỉ tiêu"] or "").split(",")]


def half_up(value: Fraction, decimals: int) -> Fraction:
    """Rounded once, halves away from zero."""
    scaled = abs(value) * 10**decimals
    whole = Fraction(int(scaled + Fraction(1, 2)), 10**decimals)
    return whole if value >= 0 else -whole


def _compares(op: str, value: float, limit: float) -> bool:
    return {"<": value < limit, "<=": value <= limit, ">": value > limit, ">=": value >= limit}[op]


def _and(clause: str) -> list[str]:
    return [one.strip() for one in clause.split(" and ")] if clause else []


def _terms(text: str) -> list[tuple[int, str]]:
    pieces = SIGN.split(str(text).strip())
    signs = [1, *(1 if one == "+" else -1 for one in pieces[1::2])]
    return list(zip(signs, (one.strip() for one in pieces[::2]), strict=True))


def _joined(parts: Iterable[tuple[int, Any]], source: str) -> Any:
    """Amounts put together: added, united, or the largest."""
    kind, some = source.partition("(")[0], list(parts)
    if kind == "distinct":
        return frozenset().union(*(one for _, one in some if isinstance(one, frozenset)))
    if kind == "text":
        return tuple(dict.fromkeys(text for _, one in some for text in one or ()))
    if kind == "max":
        return max((one for _, one in some if one is not None), default=None)
    return sum(sign * one for sign, one in some)


def _as_count(source: str) -> str:
    kind, _, body = source.partition("(")
    if kind == "count":
        return source
    subject, _, clause = body.removesuffix(")").partition(" where ")
    return f"count({subject.split('.')[0].strip()}{f' where {clause}' if clause else ''})"


@dataclass(frozen=True)
class _Points:
    """The office's points (Thông tư 01/2018/TT-VPCP, Điều 14, 15)."""

    of: Recount

    def all(self) -> dict[int, Fraction | None]:
        time = self._time()
        rude = self._count("count(pakn where classification = hanh_vi)")
        found: dict[int, Fraction | None] = dict.fromkeys(range(1, 10))
        found |= {1: time, 2: time, 5: self._one_stop(), 6: self._public()}
        return found | {7: None if rude else time, 8: self._feedback(), 9: self._online()}

    def _count(self, source: str) -> int:
        return int(self.of.expression(source))

    def _time(self) -> Fraction | None:
        early, due, late = (
            self._count(f"sum(ho-so.resolved_{one})") for one in ("early", "on_time", "overdue")
        )
        settled = early + due + late
        return half_up(Fraction(2 * early + due, settled), 1) if settled else None

    def _one_stop(self) -> Fraction | None:
        known = self._count("count(danh-muc)")
        counter = self._count("count(danh-muc where at_one_stop)")
        whole = self._count("count(danh-muc where at_one_stop and whole_process_at_centre)")
        if not known:
            return None
        least = Fraction(str(self.of.office.settings["Tỷ lệ toàn bộ quy trình tối thiểu (%)"]))
        if counter and 100 * whole >= least * counter:
            return Fraction(2)
        return Fraction(counter == known)

    def _public(self) -> Fraction | None:
        known = self._count("count(danh-muc)")
        if not known:
            return None
        kinds = ("posted", "on_website")
        full = [self._count(f"count(danh-muc where {one})") == known for one in kinds]
        return Fraction(sum(full))

    def _feedback(self) -> Fraction | None:
        told = [
            book.sheets["pakn"].state != "blank"
            for books in self.of.books.values()
            for book in books.values()
            if "pakn" in book.sheets
        ]
        if not any(told):
            return None
        due = self._count("count(pakn where judged)")
        good = self._count("count(pakn where on_time)")
        drawn_out = self._count("count(pakn where extended)")
        if not due and not drawn_out:
            return Fraction(2)
        if drawn_out or 10 * good < 9 * due:
            return Fraction(0)
        return Fraction(2 if good == due else 1)

    def _online(self) -> Fraction | None:
        known = self._count("count(danh-muc)")
        levels = self._count("count(danh-muc where online_level in 3|4)")
        online = self._count("sum(ho-so.received_online)")
        received = online + self._count("sum(ho-so.received_direct + ho-so.received_postal)")
        if not known or not received:
            return None
        late = "sum(ho-so.resolved_overdue + ho-so.pending_overdue{})"
        surely = self._count(
            late.format(
                " where received_online > 0 and received_direct = 0 and received_postal = 0"
                " and carried_over = 0"
            )
        )
        not_online = self._count(late.format(" where received_online = 0 and carried_over = 0"))
        open_question = self._count(late.format("")) - surely - not_online
        if surely or not levels or 100 * online < 15 * received:
            return Fraction(0)
        if open_question:
            return None
        is_full = 100 * levels >= 20 * known and 100 * online >= 30 * received
        return Fraction(2 if is_full else 1)
