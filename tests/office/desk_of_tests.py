"""A small office for tests: a workspace, units that send, and everything a command shows."""

import atexit
import datetime as dt
import io
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import pytest

from kskt_excel.excel.plan.plan_reader import read_plan
from kskt_excel.model.forms import Forms
from kskt_excel.model.period import Period
from kskt_excel.model.plan import Plan
from kskt_excel.model.reading import Value
from kskt_excel.office import office
from kskt_excel.office.outcome import Outcome, ScreenTable
from tests import builders
from tests.office.products import read_back
from tests.sample_files import tool

T = TypeVar("T")
Rows = Mapping[str, list[dict[str, Value]]]
Change = Callable[[Rows], object]
DAYS = {1: dt.date(2022, 3, 18), 2: dt.date(2022, 6, 17), 3: dt.date(2022, 9, 19)}
DAYS[4] = dt.date(2022, 12, 19)


def made_once(_: str, make: Callable[[Path], None]) -> Path:
    """A folder that is filled once, by its name; under pytest one process fills it for all."""
    folder = Path(tempfile.mkdtemp(prefix="kskt-test-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    make(folder)
    return folder


def some(cases: Iterable[T], count: int) -> list[Any]:
    """The first cases of a kind as they are, the others to be tried at length."""
    return [
        one if number < count else pytest.param(one, marks=pytest.mark.long)
        for number, one in enumerate(cases)
    ]


@cache
def plan_2022() -> Plan:
    """The plan of the repository."""
    return read_plan(builders.ROOT / "templates" / "ke-hoach-2022.xlsx")


@cache
def issued_forms() -> Forms:
    """The template that the sample's tables are for: the first one."""
    return builders.forms().at_template("1.0")


@cache
def sample_tables() -> Any:
    return tool("sample.tables").Tables(plan_2022(), issued_forms())


def sample_rows(unit: str, quarter: Period) -> tuple[dict[str, list[dict[str, Value]]], Any]:
    """Rows of a unit's correct report by form, and what its first sheet says."""
    plan = plan_2022()
    owner = plan.unit_by_code[unit]
    rows = {
        form: [dict(row) for row in own]
        for form, own in sample_tables().rows(owner, quarter).items()
    }
    prepared = {"prepared_on": quarter.window(plan.cutoff_day).end}
    return rows, sample_tables().people(owner) | prepared


def workbook(unit: str, period: str, change: Change | None = None, **info: Value) -> bytes:
    """A unit's correct workbook of the sample tables, with what ``change`` does to its rows."""
    return _made(unit, period, change, frozenset(info.items()))


@cache
def _made(
    unit: str, period: str, change: Change | None, info: frozenset[tuple[str, Value]]
) -> bytes:
    if change or info:
        return _filled(unit, period, change, info)
    name = f"{unit}-{period}.xlsx"

    def make(folder: Path) -> None:
        (folder / name).write_bytes(_filled(unit, period, None, info))

    return (made_once(f"sent-{unit}-{period}", make) / name).read_bytes()


def _filled(
    unit: str, period: str, change: Change | None, info: frozenset[tuple[str, Value]]
) -> bytes:
    plan, forms, quarter = plan_2022(), issued_forms(), Period.parse(period)
    rows, people = sample_rows(unit, quarter)
    if change:
        change(rows)
    owner = plan.unit_by_code[unit]
    return builders.filled_workbook(plan, forms, owner, quarter, rows, info=people | dict(info))


def edited(data: bytes, *cells: tuple[str, str, object]) -> bytes:
    """The workbook after a person has typed into it: ``(sheet, cell, value)``."""
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(data))
    for sheet, cell, value in cells:
        book[sheet][cell] = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@dataclass(frozen=True)
class Shown:
    """What a command told: its text, line by line and as cells, its JSON and its exit code."""

    outcome: Outcome

    @property
    def text(self) -> str:
        """Everything that people read."""
        lines: list[str] = []
        for block in self.outcome.blocks:
            rows = [" | ".join(row) for row in block.rows] if isinstance(block, ScreenTable) else []
            lines += rows or ([] if isinstance(block, ScreenTable) else [block.text])
        return "\n".join(lines)

    @property
    def json(self) -> Any:
        """What programs read."""
        return self.outcome.json

    @property
    def code(self) -> int:
        """The exit code."""
        return self.outcome.exit_code

    def line(self, start: str) -> str:
        """The first line that starts so, "" without one."""
        return next((one for one in self.text.split("\n") if one.strip().startswith(start)), "")

    def verdicts(self) -> dict[tuple[str, int], str]:
        """Verdict by unit and version."""
        return {(one["unit"], one["version"]): one["verdict"] for one in self.json["submissions"]}


def _begin(root: Path) -> None:
    """A workspace in which nothing has happened."""
    shutil.copytree(builders.ROOT / "templates", root / "templates")
    (root / "kskt.toml").write_text("[run]\nprocesses = 1\n", encoding="utf-8")
    (root / "workbooks" / "inbox").mkdir(parents=True)


@cache
def _kept_by_others() -> Path:
    """What a run keeps of the reports that most tests send, so that they are read once.

    It is made before any of them is tried: no verdict depends on their order.
    """
    return made_once("kept-by-others", _keep) / "ws" / ".kskt"


def _keep(root: Path) -> None:
    first = Office(root / "ws", is_first=True)
    for unit in ("VP", "TTRA", "QLKH", "QLCN", "QLCNH", "QLCS"):
        first.arrives(f"{unit}.xlsx", workbook(unit, "2022-Q1"))
    first.consolidate("2022-Q1")


class Office:
    """A workspace and its commands, on a day that moves on; ``like`` another one, or new.

    A new one has what other runs have kept, unless it ``is_first``: then all is read anew.
    """

    def __init__(self, root: Path, like: "Office | None" = None, *, is_first: bool = False) -> None:
        self.root = root
        self.inbox = root / "workbooks" / "inbox"
        self.day = like.day if like else DAYS[1]
        if like:
            shutil.copytree(like.root, root, dirs_exist_ok=True)
            return
        _begin(root)
        if not is_first:
            shutil.copytree(_kept_by_others(), root / ".kskt")

    def arrives(self, name: str, data: bytes) -> None:
        """A file is laid into the inbox."""
        path = self.inbox / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    def issue(self, period: str, *units: str) -> Shown:
        """``kskt issue``."""
        return Shown(office.issue(self.root, period, units=units, as_of=self.day, dry_run=False))

    def consolidate(self, period: str) -> Shown:
        """``kskt consolidate`` without PDF."""
        done = office.consolidate(
            self.root, period, strict=False, pdf=False, as_of=self.day, dry_run=False
        )
        return Shown(done)

    def receive(self, *paths: Path) -> Shown:
        """``kskt receive``."""
        done = office.receive(self.root, paths=paths, imap=False, as_of=self.day, dry_run=False)
        return Shown(done)

    def decide(
        self,
        kind: str,
        reason: str = "Theo công văn số 12",
        *,
        dry_run: bool = False,
        **what: object,
    ) -> Shown:
        """``kskt decide``; what is not said is left open."""
        given: dict[str, object] = {
            "period": "",
            "unit": "",
            "version": 0,
            "rule": "",
            "revokes": 0,
        }
        given |= {"expires_on": None, "reason": reason, **what}
        return Shown(
            office.decide(self.root, kind, who="Lan", as_of=self.day, dry_run=dry_run, **given)
        )

    def remind(self, period: str) -> Shown:
        """``kskt remind``."""
        return Shown(office.remind(self.root, period, send=False, as_of=self.day, dry_run=False))

    def letters(self, period: str) -> list[Path]:
        """The letters to the units, by name."""
        return sorted((self.root / "workbooks" / "returned" / period).glob("*.eml"))

    def covers(self, period: str) -> list[Path]:
        """The letters that bring the blank workbooks, by name."""
        return sorted((self.root / "workbooks" / "issued" / period).glob("*.eml"))

    def status(self, period: str) -> Shown:
        """``kskt status``."""
        return Shown(office.status(self.root, period, as_of=self.day))

    def verify(self) -> Shown:
        """``kskt verify``."""
        return Shown(office.verify(self.root, as_of=self.day))

    def journal_sheet(self) -> list[str]:
        """What sheet «Nhật ký» of the tracker says, a text a row."""
        book = read_back(self.root / "workbooks/tracker/theo-doi-2022.xlsx")
        rows = book["Nhật ký"].iter_rows(values_only=True)
        return [" | ".join(str(cell) for cell in row if cell is not None) for row in rows]

    def reply(self, period: str, unit: str) -> str:
        """The text of the reply to a unit."""
        import email
        from email import policy

        folder = self.root / "workbooks" / "returned" / period
        letters = [path for path in sorted(folder.glob("*.eml")) if path.name.startswith(unit)]
        mail = email.message_from_bytes(letters[-1].read_bytes(), policy=policy.default)
        body = mail.get_body(("plain",))
        return str(body.get_content()) if body else ""
