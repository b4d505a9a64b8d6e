"""Letters of a whole year: who gets what, on which day, once; by hand, with a calendar of 2022.

An office of three units and four tasks: one with a fixed day (31/3), one with a plan of its own,
one within another plan (both wanted by 31/3, due on 30/11), one that goes on all year. A scheduler
runs ``kskt remind --due --send`` twice on each day of the table; the mail server is a false one.
"""

import datetime as dt
import email
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from email import policy
from pathlib import Path

import pytest

from kskt_excel.excel.plan.plan_reader import read_plan
from kskt_excel.excel.plan.plan_writer import write_plan
from kskt_excel.ledger.journal import Sent
from kskt_excel.model.period import Period
from kskt_excel.model.plan import Plan, Task
from kskt_excel.model.reading import Value
from kskt_excel.office import office
from kskt_excel.office.desk import open_desk
from tests.builders import filled_workbook
from tests.mail.smtp_server import SECRET, Heard, certificate, serving
from tests.office.desk_of_tests import issued_forms, plan_2022, sample_rows
from tests.office.test_servers import posting

UNITS = ("VP", "TTRA", "QLKH")
TASKS = ("I.1", "I.3", "I.4", "II.2.b")
PLAN = Path("templates") / "ke-hoach-2022.xlsx"


def small_office() -> Plan:
    """The plan of the repository with three of its units and four of its tasks."""
    whole = plan_2022()
    helpers = tuple(one for one in UNITS if one != "VP")
    choices = dict(whole.choices)
    places = choices["noi_cong_khai_pakn"]
    choices["noi_cong_khai_pakn"] = tuple(one for one in places if one.code == "VP")
    return replace(
        whole,
        units=tuple(one for one in whole.units if one.code in UNITS),
        tasks=tuple(
            replace(
                one,
                coordinators=helpers if one.coordinators else (),
                indicator="" if one.code == "I.1" else one.indicator,
            )
            for one in whole.tasks
            if one.code in TASKS
        ),
        procedures=tuple(
            replace(one, units=("QLKH",)) for one in whole.procedures if "QLKH" in one.units
        ),
        choices=choices,
    )


@dataclass
class YearOfLetters:
    """A workspace, a mail server, and what it has heard so far."""

    root: Path
    heard: Heard
    seen: int = 0
    done: tuple[str, ...] = ()

    def write(self, plan: Plan) -> None:
        """The office saves its plan."""
        write_plan(plan, self.root / PLAN)

    def sends(
        self, unit: str, period: str, *, wrong: bool = False, done: tuple[str, ...] = ()
    ) -> None:
        """A unit's workbook lies in the inbox; ``done`` are tasks that its lead calls so."""
        quarter, plan = Period.parse(period), read_plan(self.root / PLAN)
        rows, people = sample_rows(unit, quarter)
        rows["tien-do"] = [one for one in rows["tien-do"] if one["task"] in TASKS]
        for row in rows["tien-do"]:
            if row["task"] in TASKS[:3]:
                row.update(_state(quarter, is_done=row["task"] in (*done, *self.done)))
        self.done += done
        if wrong:
            rows["tien-do"][0]["percent"] = 250.0
        if unit == "QLKH" and period == "2022-Q2":
            rows["pakn"] = [{**rows["pakn"][0], "due_on": dt.date(2022, 6, 20)}]
        for form in ("dau-moi", "kiem-tra", "truyen-thong"):  # they name units that are not here
            rows.pop(form, None)
        owner = plan.unit_by_code[unit]
        data = filled_workbook(plan, issued_forms(), owner, quarter, rows, info=people)
        inbox = self.root / "workbooks" / "inbox"
        inbox.mkdir(parents=True, exist_ok=True)
        (inbox / f"{unit} {period} {len(list(inbox.iterdir()))}.xlsx").write_bytes(data)

    def consolidate(self, period: str, day: dt.date) -> None:
        """``kskt consolidate``, without PDF."""
        office.consolidate(self.root, period, strict=False, pdf=False, as_of=day, dry_run=False)

    def scheduler(self, day: dt.date) -> dict[str, str]:
        """``kskt remind --due --send``, twice: what each unit was told, by unit."""
        before = len(open_desk(self.root).journal.lines())
        for _ in range(2):
            office.remind(self.root, None, send=True, due=True, as_of=day, dry_run=False)
        lines = open_desk(self.root).journal.lines()[before:]
        sent = [line.payload for line in lines if isinstance(line.payload, Sent)]
        told = {one.unit: " ".join(map(_short, one.matters)) for one in sent}
        fresh = self.heard.letters[self.seen :]
        self.seen = len(self.heard.letters)
        assert len(told) == len(sent) == len(fresh)  # one letter a unit and day
        assert [to for _, to, _ in fresh] == [one.recipients for one in sent]
        for _, _, data in fresh:
            body = email.message_from_bytes(data, policy=policy.default).get_body(("plain",))
            assert body
            assert "kskt " not in body.get_content()
        return told


def _state(quarter: Period, *, is_done: bool) -> dict[str, Value]:
    return {
        "status": "Đã hoàn thành" if is_done else "Đang thực hiện",
        "percent": 100.0 if is_done else 50.0,
        "completed_on": quarter.window(15).end if is_done else None,
        "document": "12/QĐ-SKHCN" if is_done else None,
    }


NO_MORE = {"unit": "", "version": 0, "rule": "", "revokes": 0, "expires_on": None, "reason": "Xong"}
OTHERS = dict.fromkeys(("TTRA", "QLKH"), "report")
LATE = dict.fromkeys(OTHERS, "report!")


def _short(matter: str) -> str:
    """``task:I.1/2022-03-31:late`` as ``I.1!``, ``open_rows:2022-Q2/pakn`` as ``pakn``."""
    kind, about, *late = matter.split(":")
    first, _, last = about.partition("/")
    named = {"task": first, "own_plan": first, "open_rows": last}.get(kind, kind)
    return f"{named}{'!' if late else ''}"


@pytest.fixture
def year(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[YearOfLetters]:
    monkeypatch.setenv("KSKT_SMTP_PASSWORD", SECRET)
    heard, cert = Heard(), certificate(tmp_path)
    with serving(heard, cert):
        root = tmp_path / "ws"
        office.init(root, dry_run=False, year=2022)
        (root / "kskt.toml").write_text("[run]\nprocesses = 1\n" + posting(heard, cert), "utf-8")
        made = YearOfLetters(root, heard)
        made.write(small_office())
        yield made


EVERYBODY = dict.fromkeys(UNITS, "report")
FIRST_HALF = (
    # day; what happens in the morning; who is told what then, «!» past its day
    ("03-07", "", {}),  # six working days before 15/3
    ("03-08", "", EVERYBODY),  # five
    ("03-09", "", {}),  # told
    ("03-15", "all send for Q1; that of QLKH is returned", {}),  # the reply says by which day
    ("03-16", "", {"VP": "helpers"}),  # QLKH, of which nothing counts on the day after 15/3
    ("03-17", "", {}),  # last day of the correction: two working days after 15/3
    ("03-18", "", {"QLKH": "correction!"}),
    ("03-22", "QLKH sends a right one", {}),
    ("03-23", "", {}),  # six working days before 31/3
    ("03-24", "", {"VP": "I.3 I.4 I.1"}),  # own plans wanted by 31/3, and a task due on it
    ("03-31", "", {}),  # told; the last day itself is no day late
    ("04-01", "", {"VP": "I.3! I.4! I.1!"}),
    ("04-07", "", {}),
    ("04-08", "", {"VP": "I.3! I.4! I.1!"}),  # a week later
    ("04-14", "the office writes the number of the plan of I.3; closes Q1", {}),
    ("04-15", "", {"VP": "I.4! I.1!"}),
    ("06-08", "the other plan is there too; Q2 is issued", {"VP": "report I.1!", **OTHERS}),
    ("06-15", "all send for Q2; VP has done I.1", {}),  # QLKH is told of its complaint in the reply
    ("06-16", "", {}),
    ("06-21", "", {"QLKH": "pakn!"}),  # its last day was 20/6
    ("06-28", "", {}),  # only the next report can answer it
)
SECOND_HALF = (
    ("09-07", "Q2 is closed, Q3 is issued", {}),
    ("09-08", "", EVERYBODY),
    ("09-15", "", {}),
    ("09-16", "", {"VP": "report! helpers helpers", **LATE}),
    ("09-22", "", {}),
    ("09-23", "", {"VP": "report! helpers helpers", **LATE}),
    ("09-26", "all send for Q3", {}),
    ("09-30", "", {}),
    ("11-22", "Q3 is closed, Q4 is issued", {}),
    ("11-23", "", {"VP": "I.3 I.4"}),  # due on 30/11
    ("12-01", "", {"VP": "I.3! I.4!"}),
    ("12-08", "", {"VP": "report I.3! I.4!", **OTHERS}),  # a week later, five days before 15/12
    ("12-15", "all send for Q4; VP has done I.3 and I.4", {}),
    ("12-16", "", {}),
    ("12-30", "", {}),  # II.2.b goes on all year: it has no last day
)


@pytest.mark.long
def test_who_is_told_what_and_when_in_a_year(year: YearOfLetters) -> None:
    plan = small_office()
    for day, event, told in (*FIRST_HALF, *SECOND_HALF):
        today = dt.date.fromisoformat(f"2022-{day}")
        plan = happens(year, plan, event, today)
        assert year.scheduler(today) == told, (day, event)
    assert len(year.heard.letters) == sum(len(told) for *_, told in (*FIRST_HALF, *SECOND_HALF))


def happens(year: YearOfLetters, plan: Plan, event: str, today: dt.date) -> Plan:
    """What units and office do on a morning, and the plan after it."""
    if "plan" in event:
        code = "I.3" if "I.3" in event else "I.4"
        plan = replace(plan, tasks=tuple(_planned(one, code) for one in plan.tasks))
        year.write(plan)
    if found := re.search(r"Q(\d) is closed|closes Q(\d)", event):
        office.decide(
            year.root,
            "close",
            who="Lan",
            as_of=today,
            dry_run=False,
            **{**NO_MORE, "period": f"2022-Q{found[1] or found[2]}"},
        )
    if found := re.search(r"Q(\d) is issued", event):
        office.issue(year.root, f"2022-Q{found[1]}", units=(), as_of=today, dry_run=False)
    quarter = f"2022-Q{(today.month - 1) // 3 + 1}"
    if event.startswith("all send"):
        done = tuple(code for code in TASKS[:3] if code in event.partition("VP has done")[2])
        year.sends("VP", quarter, done=done)
        year.sends("TTRA", quarter)
        year.sends("QLKH", quarter, wrong="is returned" in event)
    elif "right one" in event:
        year.sends("QLKH", quarter)
    if "send" in event:
        year.consolidate(quarter, today)
    return plan


def _planned(task: Task, code: str) -> Task:
    is_it = task.code == code
    own = replace(task.own_plan, number=f"{60 + len(code)}/KH-SKHCN", day=dt.date(2022, 4, 12))
    return replace(task, own_plan=own) if is_it else task
