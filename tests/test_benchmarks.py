"""What the benchmarks and the tools measure with is still a sound workspace."""

import datetime as dt
import subprocess
import sys
from pathlib import Path

import pytest

from kskt_excel.model.period import Period
from kskt_excel.office import office
from tests.builders import ROOT
from tests.office.desk_of_tests import DAYS


def test_the_generated_workspace_is_accepted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "path", [str(ROOT / "benchmarks"), *sys.path])
    import make_many

    folder = make_many.make(tmp_path / "ws", 2)
    outcome = office.consolidate(
        folder, "2022-Q1", strict=True, pdf=False, as_of=DAYS[1], dry_run=False
    )
    assert outcome.exit_code == 0, outcome.remarks


def test_every_mechanism_is_switched_off_by_names_that_are_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "path", [str(ROOT / "benchmarks"), *sys.path])
    import mechanisms

    switches = "\n".join(f"{one.both}\n{one.off}" for one in mechanisms.MECHANISMS)
    done = subprocess.run(
        [sys.executable, "-c", mechanisms.PRELUDE + switches],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert not done.returncode, done.stderr


def test_each_table_of_the_benchmarks_has_its_place_on_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "path", [str(ROOT), str(ROOT / "benchmarks"), *sys.path])
    from benchmarks import __main__ as benchmarks

    page = tmp_path / benchmarks.PAGE.name
    page.write_bytes(benchmarks.PAGE.read_bytes())
    monkeypatch.setattr(benchmarks, "PAGE", page)
    for block in benchmarks.BLOCKS:
        benchmarks.put(block, f"bảng mới: {block}\n")
        assert f"<!-- {block} -->\nbảng mới: {block}\n<!-- hết" in page.read_text(encoding="utf-8")


@pytest.mark.long
def test_quarters_of_five_years_are_accepted_without_a_remark(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "path", [str(ROOT / "benchmarks"), *sys.path])
    import five_years

    folder = five_years.begun(tmp_path / "ws", 2)
    for quarter in (Period.quarter(2023, number) for number in (1, 2, 3, 4)):
        five_years.arrives(folder, quarter, 2)
        outcome = office.consolidate(
            folder,
            quarter.id,
            strict=True,
            pdf=False,
            as_of=quarter.window().end + dt.timedelta(days=1),
            dry_run=False,
        )
        assert outcome.exit_code == 0, outcome.remarks
        returned = folder / "workbooks" / "returned" / quarter.id
        assert not list(returned.glob("*.xlsx")), "a marked copy: something is to be remarked"
