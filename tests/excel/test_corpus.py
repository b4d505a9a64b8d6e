"""Foreign files of all makes, in one batch: each gets its answer, and none stops the others.

The files lie beside the repository and are no part of it. Without them the tests hold for none, and
the first line of this module's output says so.
"""

import csv
import json
import os
import pickle
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from kskt_excel.excel.opc import DEFAULT, Archive, unpack_package
from kskt_excel.messages import sentence
from kskt_excel.worker.pool import Failure, Workers, failure_finding

FOLDER = Path(__file__).parents[3] / "shared" / "corpus"
FILES = sorted((FOLDER / "workbooks").glob("*")) if FOLDER.is_dir() else []
ABSENCE = (
    "" if FILES else f"foreign files are absent: {FOLDER} has none; nothing was proved on them"
)
_EACH = 12  # so many-th file is also read alone
_VALUE = re.compile(rb"<(?:\w+:)?(?:v|t)(?:\s[^>]*)?>[^<\s]")


@cache
def _batch() -> dict[str, Any]:
    """What became of each file, in one batch of two processes."""
    return _answers(FILES, processes=2)


def _answers(files: list[Path], *, processes: int) -> dict[str, Any]:
    jobs = [(file.name, file.name, file.read_bytes()) for file in files]
    task = "tests.excel.corpus_task:verdict"
    with Workers(task, pickle.dumps(None), processes=processes) as workers:
        answers = list(workers.run(jobs))
    assert len(answers) == len(jobs)
    return dict(answers)


def _told(name: str) -> dict[str, Any]:
    answer = _batch()[name]
    if isinstance(answer, Failure):
        found = failure_finding(name, answer)
        return {"cells": -1, "codes": [found.code], "sentences": [sentence(found)], "mib": 0}
    told: dict[str, Any] = json.loads(answer)
    return told


def test_the_absence_of_foreign_files_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        print(f"\n{ABSENCE}" if ABSENCE else "", end="")  # noqa: T201 - a person must see it
    assert bool(FILES) != bool(ABSENCE)


def test_every_foreign_file_gets_one_answer_and_no_trace(capfd: pytest.CaptureFixture[str]) -> None:
    answers = _batch()
    assert answers.keys() == {file.name for file in FILES}
    assert "Traceback" not in capfd.readouterr().err


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_foreign_file_is_read_or_refused_in_words(file: Path) -> None:
    told = _told(file.name)
    assert (told["cells"] >= 0) != any(
        "KS-1" in words and code in _REFUSALS
        for code, words in zip(told["codes"], told["sentences"], strict=True)
    )
    assert "«" not in "".join(told["sentences"])
    assert told["mib"] <= 512


def _verdict(answer: Any) -> tuple[Any, ...]:
    """What is said of a file, without what the process had used before."""
    if isinstance(answer, Failure):
        return (answer.kind,)
    told = json.loads(answer)
    return told["kind"], told["cells"], tuple(told["codes"]), tuple(told["sentences"])


@contextmanager
def _busy_machine() -> Iterator[None]:
    """Every processor has as much other work as it gets for this."""
    spin = [sys.executable, "-c", "while True: pass"]
    others = [subprocess.Popen(spin) for _ in range(2 * (os.cpu_count() or 1))]
    try:
        yield
    finally:
        for other in others:
            other.kill()
            other.wait()


@pytest.mark.long
def test_a_foreign_file_gets_the_same_answer_alone_in_a_batch_and_under_load(
    *, exhaustive: bool
) -> None:
    batch = {name: _verdict(answer) for name, answer in _batch().items()}
    some = FILES[:: 1 if exhaustive else _EACH]  # each by a process of its own
    alone = {file.name: _verdict(_answers([file], processes=1)[file.name]) for file in some}
    assert alone == {file.name: batch[file.name] for file in some}
    with _busy_machine():
        answers = _answers(FILES[::-1], processes=4)
    assert {name: _verdict(answer) for name, answer in answers.items()} == batch


_REFUSALS = {
    "file.temporary", "file.empty", "file.too_large", "file.cut_off", "file.damaged",
    "file.password", "file.wrong_kind", "file.link", "file.login_page", "file.system_answer",
    "file.scan", "file.signed", "file.numbers", "file.unknown_packing",
    "file.packed", "file.zip", "file.unsafe", "file.too_many",
    "file.far_cells", "file.text_too_long", "file.no_data",
    "file.unreadable", "file.reader_died", "file.too_slow", "file.too_heavy",
}  # fmt: skip


def _is_genuine(row: dict[str, str]) -> bool:
    """Whether a foreign file is a sound xlsx workbook, however strange."""
    told = row["kind"].startswith(("good", "strict", "engines-differ", "openpyxl"))
    return told and row["file"].endswith(".xlsx")


def _genuine() -> list[str]:
    if not FILES:
        return []
    with (FOLDER / "workbooks.tsv").open(encoding="utf-8", newline="") as listed:
        return [row["file"] for row in csv.DictReader(listed, delimiter="\t") if _is_genuine(row)]


def test_nearly_every_genuine_workbook_is_read() -> None:
    genuine = _genuine()
    unread = [name for name in genuine if _told(name)["cells"] < 0 and not _is_empty(name)]
    assert len(unread) * 200 <= len(genuine), unread


def _is_empty(name: str) -> bool:
    """Whether no sheet of a package has any value."""
    archive = unpack_package((FOLDER / "workbooks" / name).read_bytes(), DEFAULT)
    assert isinstance(archive, Archive)
    return not any(
        _VALUE.search(body)
        for part, body in archive.parts.items()
        if part.startswith("xl/worksheets/sheet")
    )
