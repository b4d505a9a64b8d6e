"""How long the tracker takes: many units, written, written with all rows kept, read back.

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

from kskt_excel.consolidation.whole import consolidation_of
from kskt_excel.excel.tracker import blocks
from kskt_excel.excel.tracker.tracker_reader import handwriting_of
from kskt_excel.model.packed import pack, unpack_checked
from kskt_excel.model.plan import Unit
from kskt_excel.model.reading import Reading
from kskt_excel.model.submission import Checked, UnitReport
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
        UnitReport(samples.submission(code, "2022-Q1"), from_cache(reading(*many, unit=code)))
        for code in codes
    ]
    period = consolidation_of(
        samples.Q1,
        plan=plan,
        forms=forms(),
        reports={"2022-Q1": reports},
        submissions=[one.submission for one in reports],
        as_of=samples.CREATED,
    )
    rows = period.counts["rows_out"]

    links = {one.submission.sha256: "../archive/x.xlsx" for one in reports}
    sources = blocks.TrackerYear(plan, forms(), (period,), period, links)
    store = Store()

    def make() -> bytes:
        return samples.tracker_bytes(sources, (), kept=store)

    data = timed(f"make, {units} units, {rows} rows", make)
    again = timed("make again, every row kept", make)
    print(f"{len(data) / 1e6:.1f} MB, {'the same' if again == data else 'OTHER'} bytes again")
    timed("read back, untouched", lambda: handwriting_of(data, "theo-doi-2022.xlsx"))
    if units <= 100:
        timed("openpyxl alone", lambda: load_workbook(io.BytesIO(data)))
    print(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB at most")


class Store:
    """Keeps what was made in memory."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def get(self, name: str) -> bytes | None:
        return self._kept.get(name)

    def put(self, name: str, value: bytes) -> None:
        self._kept[name] = value


def from_cache(read: Reading) -> Reading:
    """A reading with its records packed, as a run has it."""
    unpacked = unpack_checked(pack(Checked("", read, ()))).reading
    assert unpacked
    return unpacked


def timed(name: str, work: Callable[[], T]) -> T:
    start = time.process_time()
    result = work()
    print(f"{name}: {time.process_time() - start:.2f} s CPU")
    return result


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
