"""Periods put together, each with all its products and with the second count of its figures."""

import csv
import datetime as dt
import email
import io
import json
import shutil
import tomllib
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from email import policy
from functools import cached_property
from pathlib import Path
from typing import Any

from docx import Document
from openpyxl import load_workbook

from tests.made_years import MadeYear
from tests.office.desk_of_tests import Office as Desk
from tests.recount.figures import Recount, Sent
from tests.recount.plan import Office
from tests.recount.shown import Rate, rates
from tests.sample_files import INBOX, TABLES

LONG = {2: "2022-6T", 3: "2022-9T", 4: "2022"}
WORKBOOK = b"PK"
SAMPLE_DAYS = (dt.date(2022, 3, 18), dt.date(2022, 6, 18))
"""Of the first quarter, and of all that comes after it."""
FIRST_LOOK = dt.datetime.fromisoformat("2022-03-18T08:00")
_SAID = "da-noi.json"


@dataclass(frozen=True, eq=False)
class Told:
    """A period as it was told: the products of one run, and what must stand in them."""

    period: str
    recount: Recount
    folder: Path  # of the products
    json: Any
    screen: str
    status: str
    before: "Told | None" = None  # the quarter before, for what is compared
    memo: dict[str, Any] = field(default_factory=dict)

    @property
    def is_long(self) -> bool:
        return len(self.recount.quarters) > 1

    @cached_property
    def rates(self) -> Mapping[str, Rate]:
        return rates(self.recount)

    @cached_property
    def printed(self) -> Any:
        return load_workbook(self.folder / f"tong-hop-{self.period}.xlsx", data_only=True)

    @cached_property
    def brief(self) -> Any:
        return load_workbook(self.folder / f"tom-tat-{self.period}.xlsx", data_only=True)

    @cached_property
    def tracker(self) -> Any:
        return load_workbook(self.folder / "theo-doi-2022.xlsx", data_only=True)

    @cached_property
    def paragraphs(self) -> list[str]:
        path = self.folder / f"bao-cao-{self.period}.docx"
        return [" ".join(one.text.split()) for one in Document(str(path)).paragraphs]

    @cached_property
    def common(self) -> frozenset[str]:
        """Units of which something counts in this quarter and in the one before."""
        assert self.before
        return self.units & self.before.units

    @cached_property
    def units(self) -> frozenset[str]:
        return frozenset(unit for books in self.recount.books.values() for unit in books)

    def only(self, units: frozenset[str]) -> Recount:
        """The second count over some units."""
        sent = {
            quarter: [one for one in some if one.unit in units]
            for quarter, some in self.recount.sent.items()
        }
        return Recount(self.recount.office, self.recount.quarters, sent, self.recount.day)

    @cached_property
    def alike(self) -> tuple[Recount, Recount] | None:
        """This quarter and the one before over the units that both have."""
        if self.before is None or self.is_long or not self.common:
            return None
        return self.only(self.common), self.before.only(self.common)


def quarters_of(period: str) -> tuple[int, ...]:
    last = {"2022-6T": 2, "2022-9T": 3, "2022": 4}.get(period)
    return tuple(range(1, last + 1)) if last else (int(period[-1]),)


def put_sample_together(root: Path, *longer: str) -> None:
    """The sample: two quarters, then longer periods on the day of the second one."""
    desk = Desk(root)
    for period, day in _sample_runs(longer):
        if "Q" in period:
            shutil.copytree(INBOX / period, desk.inbox / period)
        desk.day = day
        _put_together(desk, period)


def told_sample(root: Path, *longer: str) -> list[Told]:
    """What ``put_sample_together`` has told in a workspace, which is only read here."""
    office, sent = Office(root / "templates"), sample_sent()
    told: list[Told] = []
    for period, day in _sample_runs(longer):
        recount = Recount(office, quarters_of(period), sent, day)
        told.append(_told(root, period, recount, told[0] if told else None))
    return told


def _sample_runs(longer: Sequence[str]) -> list[tuple[str, dt.date]]:
    return [("2022-Q1", SAMPLE_DAYS[0]), *((one, SAMPLE_DAYS[1]) for one in ("2022-Q2", *longer))]


def told_year(root: Path, year: MadeYear) -> list[Told]:
    """A made year: each quarter some days after its deadline, and the longer period with it."""
    desk = Desk(root)
    office = Office(root / "templates")
    told: list[Told] = []
    before: Told | None = None
    for quarter in (1, 2, 3, 4):
        for name, data in year.mails(quarter):
            desk.arrives(name, data)
        desk.day = office.deadline(quarter) + dt.timedelta(days=10)
        sent = {one: year.sent[one] for one in range(1, quarter + 1)}
        for period in (f"2022-Q{quarter}", *([LONG[quarter]] if quarter in LONG else [])):
            _put_together(desk, period)
            recount = Recount(office, quarters_of(period), sent, desk.day)
            told.append(_told(root, period, recount, before))
            before = before if told[-1].is_long else told[-1]
    return told


def _put_together(desk: Desk, period: str) -> None:
    """Puts a period together and lays what is told of it aside: products, screen, status."""
    done = desk.consolidate(period)
    folder = _told_in(desk.root, period)
    shutil.copytree(desk.root / "workbooks" / "summaries" / period, folder)
    shutil.copy(desk.root / "workbooks" / "tracker" / "theo-doi-2022.xlsx", folder)
    said = {"json": dict(done.json), "screen": done.text, "status": desk.status(period).text}
    (folder / _SAID).write_text(json.dumps(said), encoding="utf-8")


def _told(root: Path, period: str, recount: Recount, before: Told | None) -> Told:
    folder = _told_in(root, period)
    said = json.loads((folder / _SAID).read_text(encoding="utf-8"))
    is_next = "Q" in period and before is not None
    return Told(period, recount, folder, **said, before=before if is_next else None)


def _told_in(root: Path, period: str) -> Path:
    """Where what was told of a period lies, beside its workspace."""
    return root.parent / "told" / period


def sample_sent() -> dict[int, list[Sent]]:
    """What lies in the inbox of the sample, with what its tables say must come of it."""
    with (TABLES / "phat-hien.csv").open(encoding="utf-8", newline="") as file:
        wrong = {
            (line["Kỳ"], line["Đơn vị"], int(line["Lần"]))
            for line in csv.DictReader(file)
            if line["Mức"] == "error"
        }
    sent: dict[int, list[Sent]] = {}
    for one in tomllib.loads((TABLES / "gui.toml").read_text(encoding="utf-8"))["send"]:
        path = INBOX / one["period"] / one["file"]
        if one.get("way") == "again" or not path.exists():
            continue
        period, version = one.get("report") or one["period"], one.get("version", 1)
        is_right = (period, one["unit"], version) not in wrong
        at = one["at"].replace(tzinfo=None)
        if one.get("way") == "loose":  # it is there when the office looks for the first time
            at = FIRST_LOOK
        came = Sent(one["unit"], version, at, _workbook(path), is_right)
        sent.setdefault(int(period[-1]), []).append(came)
    return sent


def _workbook(path: Path) -> bytes:
    data = path.read_bytes()
    if path.suffix != ".eml":
        return data
    parts = email.message_from_bytes(data, policy=policy.default).walk()
    packed = next(one for part in parts if (one := _payload(part)).startswith(WORKBOOK))
    return next(_unpacked(packed))


def _payload(part: Any) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _unpacked(data: bytes) -> Iterator[bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = [name for name in archive.namelist() if name.endswith(".xlsx")]
        yield from (archive.read(name) for name in names)
        if not names:
            yield data
