"""The package as an engineer uses it from Python: the page docs/api.md, and what it promises."""

import datetime as dt
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import kskt_excel as kskt
from tests.builders import ROOT
from tests.office.workspaces import everything, workspace

PAGE = ROOT / "docs" / "api.md"
FIRST = "2022-Q1/07-qlcnh-sua.eml"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> kskt.Office:
    folder = workspace(tmp_path_factory.mktemp("api"), FIRST)
    opened = kskt.open(folder, as_of="2022-03-18")
    assert opened.consolidate("2022-Q1", pdf=False).exit_code == 0
    return opened


def _products(office: kskt.Office) -> dict[str, bytes]:
    found = everything(office.folder)
    return {name: data for name, data in found.items() if not name.startswith(".kskt/")}


def test_the_examples_of_the_page_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = workspace(tmp_path / "KSTTHC-2022", FIRST)
    found = kskt.open(folder, as_of="2022-03-18").issue("2022-Q1", units=["QLKH"])
    shutil.copy(folder / found.files[0], tmp_path / "BC.xlsx")
    monkeypatch.chdir(tmp_path)
    page = PAGE.read_text(encoding="utf-8")
    code = "\n".join(re.findall(r"```python\n(.*?)```", page, re.DOTALL))
    assert code.count("\n") > 10
    exec(compile(code, str(PAGE), "exec"), {})  # noqa: S102  # the page's own code is the case


def test_every_name_that_is_offered_is_there() -> None:
    assert all(getattr(kskt, name) for name in kskt.__all__)
    with pytest.raises(AttributeError):
        kskt.nothing  # noqa: B018


def test_importing_the_package_loads_no_other_of_its_modules() -> None:
    code = "import sys, kskt_excel; print([m for m in sys.modules if m.startswith('kskt_excel.')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_module_is_the_command() -> None:
    command = [sys.executable, "-m", "kskt_excel", "--help"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "consolidate" in done.stdout


def test_a_period_is_looked_at_without_writing(office: kskt.Office) -> None:
    before = _products(office)
    quarter = office.period("2022-Q1")
    assert quarter.form("II.06a").total["3"] == 43
    assert "QLKH" in quarter.missing
    assert quarter.frame("ho-so")["received_total"].sum() == 43
    assert quarter.report("QLCNH").sheets["ho-so"].records
    assert _products(office) == before


def test_the_cells_behind_a_figure_add_up_to_it(office: kskt.Office) -> None:
    lines = office.trace("Biểu II.06a!C12", period="2022-Q1")
    assert lines
    assert {line.unit for line in lines} == {"QLCNH"}


@pytest.mark.parametrize(
    ("ask", "named"),
    [
        (lambda quarter: quarter.form("II.99"), "II.06a"),
        (lambda quarter: quarter.indicator("K99"), "K1"),
        (lambda quarter: quarter.frame("ho-xo"), "ho-so"),
        (lambda quarter: quarter.report("QLCNX"), "QLCNH"),
    ],
)
def test_what_is_not_there_is_refused_with_what_is(
    office: kskt.Office, ask: object, named: str
) -> None:
    with pytest.raises(kskt.KsktError, match=named):
        ask(office.period("2022-Q1"))  # type: ignore[operator]


def test_outside_a_workspace_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(kskt.KsktError, match=re.escape("kskt.toml")):
        kskt.open(tmp_path)


def test_what_is_no_workbook_is_refused_with_its_reason(tmp_path: Path) -> None:
    (tmp_path / "BC.xlsx").write_bytes(b"%PDF-1.7")
    with pytest.raises(kskt.KsktError, match="PDF"):
        kskt.read(tmp_path / "BC.xlsx")


@pytest.mark.parametrize("ask", [kskt.read, lambda file: kskt.open(ROOT).check(file)])
def test_a_file_that_is_not_there_is_refused_by_its_name(
    tmp_path: Path, ask: Callable[[Path], object]
) -> None:
    with pytest.raises(kskt.MissingFileError, match=re.escape("khong-co.xlsx")):
        ask(tmp_path / "khong-co.xlsx")


@pytest.mark.parametrize("day", ["2022-13-45", "hôm nay", ""])
def test_a_day_that_is_none_is_refused(day: str) -> None:
    with pytest.raises(kskt.UnknownDayError, match="ngày/tháng/năm"):
        kskt.open(ROOT, as_of=day)


def test_a_day_is_typed_as_on_the_command_line() -> None:
    assert kskt.open(ROOT, as_of="18/3/2022").as_of == dt.date(2022, 3, 18)
