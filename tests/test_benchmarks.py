"""What the benchmarks and the tools measure with is still a sound workspace."""

import sys
from pathlib import Path

import pytest

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
