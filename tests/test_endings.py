"""However a run ends, it says so in a sentence and a code, and leaves what it has taken in."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kskt_excel.cli.options import run_to_its_end
from kskt_excel.model.errors import KsktError, StoppedError
from tests.builders import sampled
from tests.office.workspaces import everything, workspace
from tests.promises.warm import sentences

PROGRAM = (sys.executable, "-c", "from kskt_excel.cli import main; main()")
MAIL = "2022-Q1/03-van-phong.eml"
STATUS = ("status", "2022-Q1", "--as-of", "2022-03-18")
CONSOLIDATE = ("consolidate", "2022-Q1", "--as-of", "2022-03-18", "--no-pdf")


def shell(folder: Path, words: tuple[str, ...], rest: str) -> subprocess.CompletedProcess[str]:
    """The program as a shell starts it, with something done to its streams."""
    line = " ".join(f"'{word}'" for word in (*PROGRAM, "-C", str(folder), *words))
    return subprocess.run(
        [str(shutil.which("bash")), "-c", f"{line} {rest}"],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def at_work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = workspace(tmp_path_factory.mktemp("endings") / "office", MAIL)
    done = shell(folder, CONSOLIDATE, "")
    assert done.returncode == 0, done
    return folder


@pytest.mark.parametrize("rest", sampled(["<&- >&- 2>&-", "| true", ">&-", "2>&-"], 1))
def test_streams_that_nobody_reads_are_no_fault(at_work: Path, rest: str) -> None:
    writes = ">&-" in rest and "2>&-" in rest
    for words in ((*STATUS, "--json", "-"), CONSOLIDATE if writes else STATUS):
        done = shell(
            at_work, words, rest if "|" not in rest else f"{rest}; exit ${{PIPESTATUS[0]}}"
        )
        assert (done.returncode, "Traceback" in done.stderr) == (0, False), (words, done)


def test_output_that_the_disk_does_not_take_is_told(at_work: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("a device of Linux")
    done = shell(at_work, (*STATUS, "--json", "-"), ">/dev/full")
    assert done.returncode == 2
    assert sentences(done.stderr)[-1].startswith("Ổ đĩa đã đầy")


def test_nothing_of_the_office_is_left_among_everybodys_temporary_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = workspace(tmp_path / "office", MAIL)
    public = tmp_path / "public"
    public.mkdir()
    left = folder / ".kskt" / "tmp" / f"{os.uname().nodename}-999999999-abcd"
    left.mkdir(parents=True)
    (left / "sheet.xml").write_text("Nguyễn Văn A", encoding="utf-8")
    monkeypatch.setenv("TMPDIR", str(public))
    assert shell(folder, CONSOLIDATE, "").returncode == 0
    assert list(public.iterdir()) == []
    assert list((folder / ".kskt" / "tmp").iterdir()) == []


def interrupted(folder: Path) -> tuple[int, str]:
    """Ctrl-C as soon as a run has written its first line into the journal."""
    process = subprocess.Popen(
        [*PROGRAM, "-C", str(folder), *CONSOLIDATE],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    journal = folder / "workbooks" / "journal.jsonl"
    while process.poll() is None and not (journal.exists() and journal.stat().st_size):
        time.sleep(0.005)
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=60)
    return process.returncode, said


def test_ctrl_c_is_told_with_what_was_taken_in(tmp_path: Path) -> None:
    folder = workspace(tmp_path / "office", *(f"2022-Q1/0{n}" + name for n, name in NAMES))
    code, said = interrupted(folder)
    if code == 0:
        pytest.skip("the run was done before it could be stopped")
    assert code == 130
    assert "Traceback" not in said
    assert sentences(said)[-1].startswith("Đã dừng")
    assert shell(folder, CONSOLIDATE, "").returncode == 0
    assert shell(folder, ("verify", "--as-of", "2022-03-18"), "").returncode == 0


NAMES = ((1, "-thanh-tra.eml"), (2, "-qlcnh.eml"), (3, "-van-phong.eml"), (6, "-qlkh.eml"))


def refused(error: BaseException) -> int:
    def command() -> None:
        raise error

    return run_to_its_end(command)


def test_each_ending_has_its_code_and_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    from xlsxwriter.exceptions import FileCreateError

    full = OSError(28, "No space left on device")
    wrapped = ValueError("library")
    wrapped.__cause__ = full
    for error, code, start in (
        (KsktError("Tệp đang mở."), 2, "Tệp đang mở."),
        (full, 2, "Ổ đĩa đã đầy"),
        (FileCreateError(full), 2, "Ổ đĩa đã đầy"),
        (wrapped, 2, "Ổ đĩa đã đầy"),
        (MemoryError(), 2, "Máy không đủ bộ nhớ"),
        (KeyboardInterrupt(), 130, "Đã dừng."),
        (StoppedError(3), 130, "Đã dừng; 3 tệp đã nhận, chạy lại lệnh này"),
    ):
        assert refused(error) == code
        assert capsys.readouterr().err.startswith(start)
    with pytest.raises(ZeroDivisionError):  # a fault of ours is not dressed up
        refused(ZeroDivisionError())


def test_an_unreadable_file_of_the_inbox_is_seen_by_scripts(tmp_path: Path) -> None:
    folder = workspace(tmp_path / "office", MAIL)
    (folder / "workbooks" / "inbox" / "lối tắt.xlsx").symlink_to(tmp_path / "không có")
    done = shell(folder, CONSOLIDATE, "")
    assert done.returncode == 0
    assert "Lỗi:" not in done.stderr.split("Đơn vị")[0]
    assert "Cảnh báo: “lối tắt.xlsx”" in done.stderr
    assert shell(folder, (*CONSOLIDATE, "--strict"), "").returncode == 1
    assert everything(folder)
