"""Answers to units that stand already as they would be made again."""

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from kskt_excel import __version__
from kskt_excel.ledger.cache import Cache
from kskt_excel.mail import letters, outgoing
from kskt_excel.model.period import Period
from kskt_excel.model.plan import Plan
from kskt_excel.model.reading import Reading
from kskt_excel.model.submission import Submission
from kskt_excel.steps.desk import Desk

_DAYS = frozenset(("han_gui", "han_gui_lai"))  # places in a letter that name the day to mend by


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """The files of an answer, by name with their hashes, and what the office is told of it."""

    files: tuple[tuple[str, str], ...]
    remarks: tuple[str, ...]


class KeptAnswers:
    """Knows from an earlier run what each answer was made from, and that its files are unchanged.

    An answer follows from the file with its findings and its verdict, plan, forms, letters and
    program, and from today where it names the day to mend by. The hour in the head of a letter is
    that of the run that made it. Whatever is not known for certain is made again.
    """

    def __init__(self, desk: Desk, plan: Plan, period: Period, texts: letters.Letters) -> None:
        self._folder = desk.workspace.returned / period.id
        self._names_day = {
            name: not _DAYS.isdisjoint(letters.all_names(letter))
            for name, letter in texts.by_name.items()
        }
        self._ground = _digest((desk.context_key(plan), sorted(texts.by_name.items())))
        self._about = f"answer for {period.id}, {__version__}"
        self._cache = Cache(desk.workspace.cache if desk.trusts_cache else None)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._cache.close()

    def made_from(
        self, unit: str, latest: Submission, reading: Reading | None, mend_by: dt.date
    ) -> str:
        """A hash over everything that the answer to a file depends on."""
        letter = outgoing.letter_for(latest, latest.findings, reading)
        names_day = not latest.verdict.counts or self._names_day[letter]
        day = mend_by if names_day else None
        return _digest((self._ground, self._about, unit, latest, day))

    def find(self, unit: str, latest: Submission, made_from: str) -> KeptAnswer | None:
        """The answer where it was made from the same and its files are as they were made."""
        kept = self._cache.get(latest.sha256, f"{self._about}, {unit}")
        told = json.loads(kept) if kept else {}
        if told.get("made_from") != made_from:
            return None
        answer = KeptAnswer(tuple((n, h) for n, h in told["files"]), tuple(told["remarks"]))
        stands = all(_hash(self._folder / name) == sha256 for name, sha256 in answer.files)
        return answer if stands else None

    def put(
        self,
        unit: str,
        latest: Submission,
        made_from: str,
        files: Sequence[tuple[str, bytes]],
        remarks: Sequence[str],
    ) -> None:
        """Remembers an answer for the next run."""
        hashes = [(name, hashlib.sha256(data).hexdigest()) for name, data in files]
        told = {"made_from": made_from, "files": hashes, "remarks": list(remarks)}
        self._cache.put(latest.sha256, f"{self._about}, {unit}", json.dumps(told).encode())


def _digest(told: object) -> str:
    return hashlib.sha256(repr(told).encode("utf-8", "surrogatepass")).hexdigest()


def _hash(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:  # not there, or open in Excel: then it is made again, and that is told
        return ""
