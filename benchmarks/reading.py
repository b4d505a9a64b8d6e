"""What reading one workbook costs, step by step, against what is usual and what is possible.

    python benchmarks/reading.py [FILE]

Every step is timed in turn, round after round, so that a busy machine slows all of them alike; the
figures are the best of each, in milliseconds of CPU and as ratios. Without a file the workbook of a
unit of the sample quarter is made.
"""

import io
import pickle
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from xml.parsers import expat

from kskt_excel.check.engine import run_rules
from kskt_excel.excel.formats.calamine import read_calamine
from kskt_excel.excel.formats.gate import Gated, inspect
from kskt_excel.excel.formats.readers import read_book
from kskt_excel.excel.formats.xlsx import read_xlsx
from kskt_excel.excel.issued import unit_workbook
from kskt_excel.model.packed import pack, unpack_checked
from kskt_excel.model.period import Period
from kskt_excel.worker.pool import CHECK_TASK, FileContext, Workers
from tests.checked import check_one

ROUNDS = 40
SLOW_ROUNDS = 3
SLOW = 30  # milliseconds


def sample() -> tuple[FileContext, bytes]:
    """A plan with the forms, and a unit's workbook of it."""
    sys.path.insert(0, str(Path(__file__).parents[1]))
    from tests import builders

    plan, forms = builders.small_plan(), builders.forms()
    unit = plan.unit_by_code["QLCNH"]
    given = {
        "pakn": [{"content": f"Kiến nghị số {n}", "received_on": None} for n in range(30)],
        "truyen-thong": [{"activity": f"Đăng tin số {n}", "quantity": n} for n in range(40)],
    }
    period = Period.quarter(2022, 1)
    data = unit_workbook.unit_workbook(plan=plan, forms=forms, unit=unit, period=period, rows=given)
    return FileContext(plan, forms), data


def inflate(data: bytes) -> list[bytes]:
    """Every part of a package."""
    archive = zipfile.ZipFile(io.BytesIO(data))
    return [archive.read(name) for name in archive.namelist()]


def floor(data: bytes) -> None:
    """The least that any reader does: every part unpacked, and scanned for nothing."""
    for part in inflate(data):
        expat.ParserCreate().Parse(part, True)  # noqa: FBT003


def steps(context: FileContext, data: bytes) -> dict[str, Callable[[], object]]:
    """What is timed, by name."""
    gated = inspect("mau.xlsx", data)
    if not isinstance(gated, Gated):
        sys.exit(f"not readable: {gated.code}")
    package = gated.package
    book, _ = read_book(gated)
    if book is None:
        sys.exit("not readable")
    reading = context.reader.read(book)
    checked = check_one(context, data, "mau.xlsx")
    packed = pack(checked)

    def calamine() -> list[object]:
        from python_calamine import CalamineWorkbook

        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        return [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]

    def openpyxl() -> object:
        from openpyxl import load_workbook

        return load_workbook(io.BytesIO(data))

    def whole() -> object:
        again = inspect("mau.xlsx", data)
        return read_book(again) if isinstance(again, Gated) else again

    return {
        "calamine alone": calamine,
        "inflate": lambda: inflate(data),
        "inflate + expat": lambda: floor(data),
        "gate": lambda: inspect("mau.xlsx", data),
        "values by calamine": lambda: read_calamine(gated),
        "values + facts (load)": lambda: read_book(gated),
        "the same, every cell parsed": lambda: read_xlsx(package, fast=False),
        "gate + load": whole,
        "intake": lambda: context.reader.read(book),
        "check": lambda: run_rules(reading, plan=context.plan, forms=context.forms),
        "gate + load + intake + check": lambda: check_one(context, data, "mau.xlsx"),
        "pack": lambda: pack(checked),
        "unpack": lambda: unpack_checked(packed),
        "openpyxl": openpyxl,
    }


def best(timed: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Least milliseconds of each step over interleaved rounds."""
    found: dict[str, float] = {}
    for turn in range(ROUNDS):
        for name, step in timed.items():
            if turn >= SLOW_ROUNDS and found[name] > SLOW:
                continue
            started = time.process_time()
            step()
            spent = (time.process_time() - started) * 1000
            found[name] = min(found.get(name, spent), spent)
    return found


def throughput(context: FileContext, data: bytes, count: int = 200) -> None:
    """Milliseconds of wall time for one of many files, by the number of processes."""
    for processes in (1, 2):
        started = time.perf_counter()
        with Workers(CHECK_TASK, pickle.dumps(context), processes=processes) as workers:
            next(workers.run([(0, "mau.xlsx", data)]))
            first = time.perf_counter() - started
            started = time.perf_counter()
            for _ in workers.run((n, "mau.xlsx", data) for n in range(count)):
                pass
            each = (time.perf_counter() - started) / count
        print(
            f"{processes} process(es): first answer {first * 1000:.0f} ms,"
            f" then {each * 1000:.2f} ms"
        )


def main() -> None:
    """Prints the table."""
    context, data = sample()
    if len(sys.argv) > 1:
        data = Path(sys.argv[1]).read_bytes()
    found = best(steps(context, data))
    print(f"{len(data)} bytes")
    print(f"{'':32}{'ms':>8}{'calamine':>10}{'floor':>8}{'openpyxl':>10}")
    for name, spent in found.items():
        ratios = [spent / found[base] for base in ("calamine alone", "inflate + expat", "openpyxl")]
        print(f"{name:32}{spent:8.2f}{ratios[0]:10.2f}{ratios[1]:8.2f}{ratios[2]:10.3f}")
    throughput(context, data)


if __name__ == "__main__":
    main()
