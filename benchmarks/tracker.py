"""How long the tracker takes: many units, written, read back, and read back with one note.

python benchmarks/tracker.py [units]
"""

import io
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

sys.path.insert(0, str(Path(__file__).parents[1]))

from openpyxl import load_workbook

from kskt_excel.consolidate.together import consolidate
from kskt_excel.excel import tracker
from kskt_excel.excel.handwriting.reader import read_bytes
from kskt_excel.model.plan import Unit
from kskt_excel.model.submission import UnitReport
from tests.builders import forms, reading
from tests.excel.tracker import samples

T = TypeVar("T")


def main(units: int) -> None:
    codes = [f"D{number}" for number in range(units)]
    own = tuple(Unit(code, f"Đơn vị số {code}") for code in codes)
    plan = replace(samples.plan(), units=(*samples.plan().units, *own))
    many = [
        replace(
            one, records=tuple(replace(r, row=r.row + 3 * n) for n in range(8) for r in one.records)
        )
        for one in samples.special()
        if one.form != "thong-tin"
    ]
    reports = [
        UnitReport(samples.submission(code, "2022-Q1"), reading(*many, unit=code)) for code in codes
    ]
    period = consolidate(
        samples.Q1,
        plan=plan,
        forms=forms(),
        reports={"2022-Q1": reports},
        submissions=[one.submission for one in reports],
        as_of=samples.CREATED,
    )
    rows = period.counts["rows_out"]

    def build() -> bytes:
        return tracker.build(
            plan=plan,
            forms=forms(),
            quarters=(period,),
            cumulative=period,
            journal_rows=(),
            archive_links={one.submission.sha256: "../archive/x.xlsx" for one in reports},
            handwriting=None,
            created=samples.CREATED,
        )

    data = timed(f"build, {units} units, {rows} rows", build)
    print(f"{len(data) / 1e6:.1f} MB")
    timed("read back, untouched", lambda: read_bytes(data, "theo-doi-2022.xlsx"))
    if units <= 100:
        timed("openpyxl alone", lambda: load_workbook(io.BytesIO(data)))
    print(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB at most")


def timed(name: str, work: Callable[[], T]) -> T:
    start = time.process_time()
    result = work()
    print(f"{name}: {time.process_time() - start:.2f} s CPU")
    return result


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
