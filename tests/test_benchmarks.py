"""What the benchmarks and the tools measure with is still a sound workspace."""

import datetime as dt
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
