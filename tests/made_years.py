"""Years of the office of the sample made up by chance: who sends what, and what stands in it.

What is made is in order, but for the reports that are to be returned. Who makes it knows what must
come of it: ``Sent.is_right``.
"""

import datetime as dt
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import format_datetime

from kskt_excel.model.calendar import add_workdays, workdays_between
from kskt_excel.model.forms import Forms, SheetForm
from kskt_excel.model.period import Period, Window
from kskt_excel.model.plan import Unit
from kskt_excel.model.reading import Value
from tests.builders import filled_workbook, forms
from tests.office.desk_of_tests import issued_forms, plan_2022, sample_tables
from tests.recount.figures import Sent

Row = dict[str, Value]
Rows = dict[str, list[Row]]
HOUR = dt.timedelta(hours=7)
VIETNAM = dt.timezone(HOUR)
ONLINE = ("3", "4")
REASONS = tuple(one.value for one in plan_2022().choices["nguyen_nhan"])
OPTIONS = tuple(one.value for one in plan_2022().choices["phuong_an"])
AUTHORITIES = tuple(one.value for one in plan_2022().choices["tham_quyen"])
CHANGES = tuple(one.value for one in plan_2022().choices["loai_cong_bo"])
KINDS = tuple(one.value for one in plan_2022().choices["loai_vbqppl"])
DAYS_TO_ANSWER = 15
OFFICE = "VP"
FATES = ("plain", "late", "returned", "corrected", "improved", "nil", "missing")
WEIGHTS = (8, 3, 2, 2, 2, 2, 2)


@dataclass
class Left:
    """What a unit's report that counts leaves for the next quarter."""

    pending: dict[str, int] = field(default_factory=dict)
    overdue: dict[str, list[Row]] = field(default_factory=dict)  # by procedure, without a result
    feedback: list[Row] = field(default_factory=list)
    done: dict[str, Row] = field(default_factory=dict)  # tasks


@dataclass(frozen=True)
class MadeYear:
    """A year: everything that comes, quarter by quarter."""

    seed: int
    sent: Mapping[int, tuple[Sent, ...]]

    def mails(self, quarter: int) -> Iterator[tuple[str, bytes]]:
        """Name and content of each mail of a quarter."""
        for number, one in enumerate(self.sent[quarter], start=1):
            mail = EmailMessage()
            at = one.at.replace(tzinfo=VIETNAM)
            mail["Received"] = f"from thu by mx.skhcn.example; {format_datetime(at)}"
            mail["Date"] = format_datetime(at)
            mail["From"] = plan_2022().unit_by_code[one.unit].emails[0]
            mail["To"] = "van-phong@skhcn.thainguyen.example"
            mail["Subject"] = f"Báo cáo quý {quarter}"
            mail.set_content("Kính gửi Văn phòng.")
            name = f"{one.unit} quý {quarter} lần {one.version}.xlsx"
            mail.add_attachment(one.data, "application", "octet-stream", filename=name)
            yield f"q{quarter}-{number:02d}.eml", mail.as_bytes()


def made_year(seed: int) -> MadeYear:
    """The year of a seed: the same each time.

    Of three years one is on the first template, one on today's from the second quarter on, one on
    today's all the time.
    """
    newer = {0: 5, 1: 2, 2: 1}[seed % 3]
    chance = random.Random(seed)  # nothing secret
    left: dict[str, Left] = {}
    sent: dict[int, tuple[Sent, ...]] = {}
    for quarter in (1, 2, 3, 4):
        template = issued_forms() if quarter < newer else forms()
        maker = _Quarter(chance, Period.quarter(2022, quarter), template)
        came: list[Sent] = []
        now: dict[str, Left] = {}
        for unit in plan_2022().units:
            before = left.get(unit.code) or Left()
            own, now[unit.code] = maker.sends(unit, before)
            came += own
        sent[quarter] = tuple(sorted(came, key=lambda one: (one.at, one.unit)))
        left = now
    return MadeYear(seed, sent)


@dataclass
class _Quarter:
    chance: random.Random
    period: Period
    forms: Forms
    serial: int = 0

    @property
    def window(self) -> Window:
        return self.period.window(plan_2022().cutoff_day)

    def day(self, first: dt.date | None = None, last: dt.date | None = None) -> dt.date:
        """A day between two, those of the quarter where none is given."""
        start, end = first or self.window.start, last or self.window.end
        return start + dt.timedelta(days=self.chance.randint(0, max((end - start).days, 0)))

    def sends(self, unit: Unit, before: Left) -> tuple[list[Sent], Left]:
        """What comes of a unit, and what is left for its next report."""
        fate = self.chance.choices(FATES, WEIGHTS)[0]
        busy = self._has_procedures(unit) or self._looks_after_places(unit)
        if fate == "nil" and (busy or before.done or before.feedback):
            fate = "plain"
        if fate == "missing":
            return [], before
        at = self._moment(is_late=fate == "late")
        rows, left = self._rows(unit, before, is_nil=fate == "nil")
        if fate == "returned":
            return [self._sent(unit, 1, at, _spoiled(rows), is_right=False)], left
        if fate == "corrected":
            wrong = self._sent(unit, 1, at, _spoiled(rows), is_right=False)
            return [wrong, self._sent(unit, 2, self._later(at), rows, is_right=True)], left
        if fate == "improved":
            first, _ = self._rows(unit, before, is_nil=False)
            right = self._sent(unit, 1, at, first, is_right=True)
            return [right, self._sent(unit, 2, self._later(at), rows, is_right=True)], left
        return [self._sent(unit, 1, at, rows, is_right=True)], left

    def _has_procedures(self, unit: Unit) -> bool:
        return any(unit.code in one.units for one in plan_2022().procedures)

    def _looks_after_places(self, unit: Unit) -> bool:
        """Whether the template asks it each quarter for places, which nobody may leave out."""
        is_asked = "dia-chi-pakn" in self.forms.sheet_by_id
        return is_asked and any(
            one.code == unit.code for one in plan_2022().choices["noi_cong_khai_pakn"]
        )

    def _moment(self, *, is_late: bool) -> dt.datetime:
        deadline = add_workdays(self.window.end, 1, plan_2022().calendar)
        days = self.chance.randint(1, 4) if is_late else -self.chance.randint(0, 1)
        day = deadline + dt.timedelta(days=days)
        return dt.datetime.combine(day, dt.time(8 + self.chance.randint(0, 8), 15))

    def _later(self, at: dt.datetime) -> dt.datetime:
        return at + dt.timedelta(days=self.chance.randint(0, 2), minutes=40)

    def _sent(
        self, unit: Unit, version: int, at: dt.datetime, rows: Rows, *, is_right: bool
    ) -> Sent:
        known = self.forms.sheet_by_id
        plan = plan_2022().with_lists(self.forms.lists)
        asked = {
            form: [self._asked(known[form], row) for row in some]
            for form, some in rows.items()
            if some and form in known
        }
        info = sample_tables().people(unit) | {"prepared_on": self.window.end}
        data = filled_workbook(plan, self.forms, unit, self.period, asked, info=info)
        return Sent(unit.code, version, at, data, is_right)

    def _asked(self, form: SheetForm, row: Row) -> Row:
        """What the template has a column for."""
        return {key: value for key, value in row.items() if key in form.by_key}

    def _rows(self, unit: Unit, was: Left, *, is_nil: bool) -> tuple[Rows, Left]:
        given = sample_tables().rows(unit, self.period)
        rows: Rows = {form: [dict(row) for row in some] for form, some in given.items()}
        left = Left()
        if is_nil:
            tasks = [{**row, **_NOTHING} for row in rows["tien-do"]]
            return {"tien-do": [{k: v for k, v in t.items() if v is not None} for t in tasks]}, left
        self._tasks(rows["tien-do"], was, left)
        rows["pakn"] = self._feedback(was, left)
        rows["vbqppl"] = self._texts(unit)
        rows["danh-gia"] = [
            row | {"self_score": self.chance.choice((0, 1, 2))} for row in rows.get("danh-gia", ())
        ]
        if self._has_procedures(unit):
            rows["qua-han"] = []
            rows["danh-muc"] = [self._procedure(row) for row in rows["danh-muc"]]
            known = {row["procedure"]: row for row in rows["danh-muc"]}
            rows["ho-so"] = [
                self._dossiers(row, known[row["procedure"]], was, left, rows["qua-han"])
                for row in rows["ho-so"]
            ]
            there = {row["procedure"]: row for row in rows["ho-so"]}
            rows["truc-tuyen"] = [
                self._online(row, there[row["procedure"]], known[row["procedure"]])
                for row in rows["truc-tuyen"]
            ]
            rows["ra-soat"] = list(self._reviews(known))
            rows["cong-bo"] = self._published(unit)
        for form in ("sang-kien", "truyen-thong", "kiem-tra", "vuong-mac"):
            if self.chance.random() < 0.3:
                rows.pop(form, None)
        self._registers(unit, rows)
        return rows, left

    def _registers(self, unit: Unit, rows: Rows) -> None:
        """What stands in registers and lists that hardly change: other words each quarter."""
        rows["dia-chi-pakn"] = [
            self._address(place.value)
            for place in plan_2022().choices["noi_cong_khai_pakn"]
            if place.code == unit.code
        ]
        if "dau-moi" in rows:
            rows["dau-moi"] = [
                row | {"of_unit": row["note"]}
                for row in rows["dau-moi"]
                if self.chance.random() < 0.9
            ]
        if unit.code == OFFICE:
            named = forms().lists["danh-muc-cong-bo.list"]
            rows["danh-muc-cong-bo"] = [self._announced(one.value) for one in named]
        rows["sang-kien"] = [
            row | {"recognised": self.chance.random() < 0.5, "applied": self.chance.random() < 0.5}
            for row in rows.get("sang-kien", ())
        ]
        for row in rows.get("kiem-tra", ()):
            row["shortcomings"] = self.chance.randint(0, 4)
            row["remedied"] = self.chance.randint(0, _number(row["shortcomings"]))

    def _address(self, place: str) -> Row:
        """A place where the address for feedback hangs; not every one is looked at each quarter."""
        row: Row = {"place": place, "means": "Niêm yết", "valid": self.chance.random() < 0.8}
        return row | {"checked_on": self.day()} if self.chance.random() < 0.7 else row

    def _announced(self, name: str) -> Row:
        """A list of procedures; its decision may still be awaited."""
        row: Row = {"list": name, "procedures": self.chance.randint(1, 30)}
        if self.chance.random() < 0.6:
            row["decision"] = f"{self.chance.randint(200, 299)}/QĐ-UBND"
            row["decided_on"] = self.day()
        return row

    def _tasks(self, rows: list[Row], was: Left, left: Left) -> None:
        for row in rows:
            code = str(row["task"])
            if code in was.done:
                row.update(was.done[code])
            elif self.chance.random() < 0.06 and row.get("status") != "Đã hoàn thành":
                row.update(
                    status="Đã hoàn thành",
                    percent=100.0,
                    completed_on=self.day(),
                    result="Đã ban hành văn bản",
                )
            if row.get("status") == "Đã hoàn thành":
                kept = ("status", "percent", "completed_on", "result")
                left.done[code] = {key: row[key] for key in kept if key in row}

    def _procedure(self, row: Row) -> Row:
        """A procedure of the list, offered in another way now and then."""
        if self.chance.random() < 0.2:
            row = row | {"posted": self.chance.random() < 0.7}
        if self.chance.random() < 0.2:
            row = row | {"on_website": self.chance.random() < 0.7}
        return row

    def _dossiers(self, row: Row, known: Row, was: Left, left: Left, listed: list[Row]) -> Row:
        code = str(row["procedure"])
        is_online = _level(known) in ONLINE
        carried = was.pending.get(code, 0)
        came = {
            "received_online": self.chance.randint(0, 6) if is_online else 0,
            "received_direct": self.chance.randint(0, 5),
            "received_postal": self.chance.choice((0, 0, 1, 2)),
        }
        open_late = was.overdue.get(code, [])
        late = [self._ended(one) for one in open_late]
        rest = carried + sum(came.values()) - len(late)
        late += [self._late(code) for _ in range(min(rest, self.chance.choice((0, 0, 0, 1, 2))))]
        rest -= len(late) - len(open_late)
        listed += late
        still = [one for one in late if "finished_on" not in one]
        left.overdue[code] = still
        cuts = sorted(self.chance.randint(0, rest) for _ in range(4))
        early, on_time, returned, in_time, paused = (
            b - a for a, b in zip((0, *cuts), (*cuts, rest), strict=True)
        )
        left.pending[code] = in_time + paused + len(still)
        return {key: value for key, value in row.items() if not key.endswith("_total")} | {
            **came,
            "carried_over": carried,
            "resolved_early": early,
            "resolved_on_time": on_time,
            "returned": returned,
            "resolved_overdue": len(late) - len(still),
            "pending_in_time": in_time,
            "pending_paused": paused,
            "pending_overdue": len(still),
        }

    def _late(self, procedure: str) -> Row:
        """A dossier that was not finished on its day."""
        self.serial += 1
        received = self.day(last=self.window.end - dt.timedelta(days=20))
        due = received + dt.timedelta(days=self.chance.randint(4, 9))
        row: Row = {
            "dossier": f"000.00.09.H55-{received:%y%m%d}-{self.period.number}{self.serial:03d}",
            "procedure": procedure,
            "received_on": received,
            "due_on": due,
            "reason": self.chance.choice(REASONS),
            "apology_number": f"{self.serial}/PXL-SKHCN",
            "apology_on": due - dt.timedelta(days=1),
            "new_due_on": due + dt.timedelta(days=7),
            "reschedule_count": 1,
        }
        return self._ended(row)

    def _ended(self, row: Row) -> Row:
        """With its result, or still open at the end of the quarter."""
        due, end = _as_day(row["due_on"]), self.window.end
        if self.chance.random() < 0.6:
            finished = self.day(first=max(due + dt.timedelta(days=1), self.window.start))
            row = row | {"finished_on": finished}
            end = finished
        return row | {"days_overdue": workdays_between(due, end, plan_2022().calendar)}

    def _online(self, row: Row, dossiers: Row, known: Row) -> Row:
        online = _number(dossiers["received_online"])
        received = sum(
            _number(dossiers[f"received_{way}"]) for way in ("online", "direct", "postal")
        )
        settled = sum(
            _number(dossiers[one])
            for one in ("resolved_early", "resolved_on_time", "returned", "resolved_overdue")
        )
        with_fee = self.chance.randint(0, received) if known.get("has_fee") else 0
        can_pay = known.get("online_payment")
        return row | {
            "received": received,
            "online": online,
            "level3": online if _level(known) == "3" else 0,
            "level4": online if _level(known) == "4" else 0,
            "with_fee": with_fee,
            "paid_online": self.chance.randint(0, with_fee) if can_pay else 0,
            "digitised": self.chance.randint(0, received),
            "e_result": self.chance.randint(0, settled),
            "postal_in": self.chance.randint(0, _number(dossiers["received_postal"])),
            "postal_out": self.chance.randint(0, 2),
            "accounts": self.chance.randint(0, 3),
        }

    def _feedback(self, was: Left, left: Left) -> list[Row]:
        rows = [row | {"carried_over": True} for row in was.feedback]
        for _ in range(self.chance.choice((0, 0, 1, 1, 2))):
            received = self.day()
            row: Row = {
                "received_on": received,
                "channel": "Văn bản",
                "content": "Đề nghị rút ngắn thời gian giải quyết",
                "classification": self.chance.choice(
                    ("Hành vi hành chính", "Quy định hành chính", "Quy định hành chính")
                ),
                "field": self.chance.choice(plan_2022().fields),
                "carried_over": False,
                "published": False,
                "extended": False,
            }
            if self.chance.random() < 0.6:
                row["due_on"] = add_workdays(received, DAYS_TO_ANSWER, plan_2022().calendar)
            rows.append(row)
        done = [self._answered(row) for row in rows]
        left.feedback = [row for row in done if "finished_on" not in row]
        return [row | {"ordinal": number} for number, row in enumerate(done, start=1)]

    def _answered(self, row: Row) -> Row:
        if self.chance.random() < 0.4:
            return row
        finished = self.day(first=max(_as_day(row["received_on"]), self.window.start))
        published = self.chance.random() < 0.5
        return row | {"finished_on": finished, "outcome": "Đã trả lời", "published": published}

    def _published(self, unit: Unit) -> list[Row]:
        codes = [one.code for one in plan_2022().procedures if unit.code in one.units]
        rows: list[Row] = []
        for code in self.chance.sample(codes, self.chance.choice((0, 1, 2))):
            first = self.day(last=self.window.end - dt.timedelta(days=25))
            days = [first + dt.timedelta(days=n) for n in (2, 5, 9)]
            row: Row = {
                "ministry_decision": f"{self.chance.randint(10, 99)}/QĐ-BKHCN",
                "ministry_decided_on": first,
                "received_on": days[0],
                "submitted_on": days[1],
                "province_decision": f"{self.chance.randint(100, 119)}/QĐ-UBND",
                "province_decided_on": days[2],
                "procedure": code,
                "change_kind": self.chance.choice(CHANGES),
                "law_effective_on": days[2] + dt.timedelta(days=30),
                "posted_at": "Bộ phận Một cửa",
            }
            if self.chance.random() < 0.8:
                row["national_db_on"] = days[2] + dt.timedelta(days=self.chance.randint(1, 12))
            rows.append(row)
        return rows

    def _texts(self, unit: Unit) -> list[Row]:
        rows: list[Row] = []
        for number in range(self.chance.choice((0, 0, 1, 2))):
            # without figures, which nobody counts, and one of its kind in the year
            which = f"{'ABCD'[self.period.number - 1]}{'MN'[number]}"
            name = f"Quyết định về việc {which} của {unit.code}"
            row: Row = {
                "ordinal": number + 1,
                "draft_name": name,
                "document_type": self.chance.choice(KINDS),
                "impact_assessed": self.chance.random() < 0.7,
            }
            counts = ("new_count", "amended_count", "replaced_count", "abolished_count")
            row |= {one: self.chance.randint(0, 3) for one in counts} | {"new_count": 1}
            if self.chance.random() < 0.5 and row["impact_assessed"]:
                row["document"] = f"{self.chance.randint(1, 9)}/2022/QĐ-UBND"
                issued = self.day(last=self.window.end - dt.timedelta(days=20))
                row |= {"issued_on": issued, "effective_on": issued + dt.timedelta(days=15)}
                if self.chance.random() < 0.6:
                    row["announcing_decision"] = f"{self.chance.randint(300, 399)}/QĐ-UBND"
                    row["announced_on"] = issued + dt.timedelta(days=self.chance.randint(1, 14))
            rows.append(row)
        return rows

    def _reviews(self, known: Mapping[Value, Row]) -> Iterator[Row]:
        for code in known:
            if self.chance.random() < 0.7:
                continue
            reviewed = self.chance.random() < 0.6
            row: Row = {"procedure": code, "planned": True, "reviewed": reviewed}
            if reviewed:
                row["option"] = self.chance.choice(OPTIONS)
                if row["option"] != OPTIONS[0]:
                    row |= {
                        "legal_texts": self.chance.randint(1, 3),
                        "authority": self.chance.choice(AUTHORITIES),
                        "cost_cut_percent": self.chance.choice((5.0, 12.5, 20.0)),
                        "decision": f"{self.chance.randint(10, 99)}/QĐ-SKHCN",
                    }
            yield row


_NOTHING: Mapping[str, Value] = {
    "status": "Không phát sinh",
    **dict.fromkeys(("percent", "completed_on", "result", "document", "difficulty", "proposal")),
}


def _spoiled(rows: Rows) -> Rows:
    """The same with a percentage that cannot be."""
    first, *others = rows["tien-do"]
    return rows | {"tien-do": [first | {"percent": 250.0}, *others]}


def _level(known: Row) -> str:
    return plan_2022().choice_code("muc_do_dvc", known["online_level"])


def _number(value: Value) -> int:
    assert isinstance(value, int)
    return value


def _as_day(value: Value) -> dt.date:
    assert isinstance(value, dt.date)
    return value
