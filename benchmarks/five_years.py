"""What the newest quarter of five years costs, beside the first one: the record grows, not the run.

    python benchmarks/five_years.py [UNITS …] [--rounds N]

For each number of units (9 and 150 by default) a workspace lives through twenty quarters, all units
reporting in each. The first quarter and the twentieth are put together several times from the same
state, each with its new workbooks in the inbox; between them lie the eighteen others.
"""

import argparse
import datetime as dt
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from make_many import GROUP, SHIPPED, TEMPLATES, Copier, filled, plan_for, unit
from whole_quarter import Cost, measured, median, program

from kskt_excel.definitions import load_forms
from kskt_excel.excel.plan.plan_reader import read_plan
from kskt_excel.excel.plan.plan_writer import plan_of_year, write_plan
from kskt_excel.model.period import Period

FIRST, YEARS, QUARTERS = 2023, 5, 4
_STAYS = shutil.ignore_patterns("inbox", "templates")


def begun(folder: Path, units: int) -> Path:
    """A workspace with the plans of five years and nothing in its inbox."""
    shutil.copytree(TEMPLATES, folder / "templates")
    (folder / "kskt.toml").write_text("")
    (folder / "workbooks" / "inbox").mkdir(parents=True)
    [path] = (folder / "templates").glob("ke-hoach-*.xlsx")
    plan = plan_for(units)
    procedures = tuple(replace(one, units=(GROUP,)) for one in plan.procedures)
    write_plan(replace(plan, procedures=procedures), path)
    plan = read_plan(path)
    for year in range(FIRST, FIRST + YEARS):
        path.with_name(f"ke-hoach-{year}.xlsx").write_bytes(plan_of_year(plan, year))
    return folder


def arrives(folder: Path, quarter: Period, units: int) -> None:
    """Every unit's workbook of a quarter lies in the inbox."""
    forms = load_forms(SHIPPED)
    plan = read_plan(folder / "templates" / f"ke-hoach-{quarter.year}.xlsx")
    inbox = folder / "workbooks" / "inbox" / quarter.id
    inbox.mkdir()
    office, first = unit(1), unit(2)
    own = filled(plan, forms, office, quarter)
    (inbox / plan.issued_file_name(office, quarter)).write_bytes(own)
    copier = Copier(filled(plan, forms, first, quarter), plan, forms, first)
    for number in range(2, units + 1):
        one = unit(number)
        data = copier.copy(
            one, number * 1000 + quarter.year % 100 * 10 + quarter.number, is_closed=True
        )
        (inbox / plan.issued_file_name(one, quarter)).write_bytes(data)


def put_together(folder: Path, quarter: Period) -> Cost:
    """A quarter consolidated on the day after its last one."""
    day = quarter.window().end + dt.timedelta(days=1)
    done = measured(
        program("consolidate", quarter.id, "--as-of", day.isoformat(), "--no-pdf"), folder
    )
    if any((folder / "workbooks" / "returned" / quarter.id).rglob("*CAN-SUA*")):
        sys.exit(f"{quarter.id}: a workbook was returned")
    return done


def costs(folder: Path, units: int, rounds: int) -> tuple[Cost, Cost]:
    """What the first of twenty quarters costs, and the newest: each the median of some runs."""
    quarters = list(_quarters())
    found: list[Cost] = []
    for quarter in quarters:
        arrives(folder, quarter, units)
        if quarter in (quarters[0], quarters[-1]):
            found.append(median(list(_tried(folder, quarter, rounds))))
        put_together(folder, quarter)
    first, newest = found
    return first, newest


def _quarters() -> Iterator[Period]:
    for year in range(FIRST, FIRST + YEARS):
        yield from (Period.quarter(year, number) for number in range(1, QUARTERS + 1))


def _tried(folder: Path, quarter: Period, rounds: int) -> Iterator[Cost]:
    """A quarter put together some times, each time from the state that the workspace has now.

    The files of the inbox and the plans stay where they are: those of a copied workspace are new
    to the program, which then reads what came in all the quarters before.
    """
    with tempfile.TemporaryDirectory(dir=folder.parent) as place:
        before = shutil.copytree(folder, Path(place) / "before", ignore=_STAYS)
        for _ in range(rounds):
            yield put_together(folder, quarter)
            for one in (folder / ".kskt", *(folder / "workbooks").iterdir()):
                if one.is_file():
                    one.unlink()
                elif one.name != "inbox":
                    shutil.rmtree(one)
            shutil.copytree(before, folder, dirs_exist_ok=True)


def main() -> None:
    """Prints a line for each number of units."""
    parser = argparse.ArgumentParser()
    parser.add_argument("units", nargs="*", type=int, default=[9, 150])
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    for units in options.units:
        with tempfile.TemporaryDirectory() as place:
            folder = begun(Path(place) / "workspace", units)
            first, newest = costs(folder, units, options.rounds)
            ratio = newest.cpu / first.cpu
            print(f"{units} units: CPU s {first.cpu:.2f} {newest.cpu:.2f}, ratio {ratio:.2f}")


if __name__ == "__main__":
    main()
