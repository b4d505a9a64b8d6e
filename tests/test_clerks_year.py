"""The clerk's year: every command of the guide's page, as printed, in its order, and what comes."""

import datetime as dt
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from kskt_excel.cli.commands import run
from tests.builders import ROOT
from tests.office.desk_of_tests import DAYS, Rows, workbook

PAGE = ROOT / "docs" / "huong-dan" / "mot-nam.md"
UNITS = ("QLKH", "TTRA")
_TAKES_A_DAY = ("issue", "consolidate", "remind", "status", "decide", "verify", "dossier")


def impossible(rows: Rows) -> None:
    """A percentage that cannot be."""
    rows["tien-do"][2]["percent"] = 250.0


def commands() -> Iterator[tuple[str, list[str]]]:
    """Each command of the page with the heading that it stands under."""
    heading = ""
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            heading = line[3:]
        elif line.startswith("    "):
            yield heading, shlex.split(line)


def day_of(heading: str) -> dt.date:
    """The day on which the work under a heading is done."""
    quarter = re.match(r"Quý (I{1,3}|IV)\b", heading)
    return (
        DAYS[("I", "II", "III", "IV").index(quarter[1]) + 1] if quarter else dt.date(2022, 12, 30)
    )


def arrive(period: str, *, is_mended: bool) -> None:
    """The units' reports of a quarter lie in the inbox; one of Quý I is wrong at first."""
    for unit in UNITS:
        wrong = impossible if (unit, period) == ("QLKH", "2022-Q1") and not is_mended else None
        name = f"{unit} {period}{' sửa' if is_mended else ''}.xlsx"
        if not is_mended or unit == "QLKH":
            (Path("workbooks/inbox") / name).write_bytes(workbook(unit, period, wrong))


@pytest.mark.long
def test_the_year_of_a_clerk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    said: dict[str, str] = {}
    for heading, words in commands():
        if words[0] == "cd":
            monkeypatch.chdir(Path(words[1]))
            continue
        command = words[1:]
        if command[0] in _TAKES_A_DAY:
            command += ["--as-of", day_of(heading).isoformat()]
        if command[0] == "consolidate":
            command.append("--no-pdf")
            if re.fullmatch(r"2022-Q\d", words[2]):
                arrive(words[2], is_mended=bool(said.get("remind")) and words[2] == "2022-Q1")
        code, shown = run(command), capsys.readouterr()
        assert code == 0, f"{' '.join(words)}: {shown.err[-600:]}"
        said[command[0]] = shown.out + shown.err
        if words[1:3] == ["status", "2022-Q1"]:
            assert re.search(r"QLKH .*Đã nhận", shown.out)  # mended
            assert re.search(r"VP .*Chưa gửi", shown.out)
    year = openpyxl.load_workbook("workbooks/summaries/2022/tong-hop-2022.xlsx", read_only=True)
    assert len(year.sheetnames) > 5
    assert "nối tiếp đúng" in said["verify"]
    assert Path("templates/ke-hoach-2023.xlsx").is_file()
    assert list(Path("workbooks/summaries/2022").glob("ho-so-luu-2022.zip"))
