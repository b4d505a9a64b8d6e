import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kskt_excel.excel.printed.pdf import PdfFailedError, find_soffice, to_pdf
from kskt_excel.ledger.safe_files import WriteFailedError

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the stand-ins are shell scripts")

_MAKES_ALL = """
out=""
while [ $# -gt 0 ]; do
  case "$1" in
    --outdir) out="$2"; shift ;;
    *.xlsx|*.docx) printf '%%PDF-1.6 of ' > "$out/$(basename "${1%.*}").pdf"
                   cat "$1" >> "$out/$(basename "${1%.*}").pdf"
                   printf '\\n%%%%EOF\\n' >> "$out/$(basename "${1%.*}").pdf" ;;
  esac
  shift
done
"""
_MAKES_FIRST = """
out=$(echo "$@" | sed 's/.*--outdir \\([^ ]*\\).*/\\1/')
printf '%%PDF-1.6\\n%%%%EOF\\n' > "$out/0000.pdf"
"""
_STOPS_HALF_WAY = f"{_MAKES_FIRST}printf '%%PDF-1.6 half' > \"$out/0001.pdf\"; kill -9 $$\n"


def _stand_in(folder: Path, script: str) -> Path:
    program = folder / "soffice"
    program.write_text(f"#!/bin/sh\n{script}")
    program.chmod(0o755)
    return program


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    named = [tmp_path / "tổng hợp 2022-Q1.xlsx", tmp_path / "-báo cáo.docx"]
    for file in named:
        file.write_bytes(file.name.encode())
    return named


def test_each_file_becomes_a_pdf_of_its_name_in_their_order(
    tmp_path: Path, files: list[Path]
) -> None:
    soffice = _stand_in(tmp_path, _MAKES_ALL)
    made = to_pdf(files, tmp_path / "in" / "pdf", program=soffice, seconds=120)
    assert [path.name for path in made] == ["tổng hợp 2022-Q1.pdf", "-báo cáo.pdf"]
    assert [path.read_bytes() for path in made] == [
        b"%PDF-1.6 of " + file.name.encode() + b"\n%%EOF\n" for file in files
    ]


_TELLS_BUILD = """
profile=${1#-env:UserInstallation=file://}
out=$(echo "$@" | sed 's/.*--outdir \\([^ ]*\\).*/\\1/')
{ printf '%%PDF-'; cat "$profile/user/extensions/buildid"; printf '%%%%EOF'; } > "$out/0000.pdf"
"""


@pytest.mark.parametrize("name", ["versionrc", "version.ini", "../Resources/versionrc", ""])
def test_the_profile_bears_the_mark_of_the_build(tmp_path: Path, name: str) -> None:
    # else LibreOffice tidies its extensions and starts a second time
    for folder in ("program", "Resources", "bin"):
        (tmp_path / folder).mkdir()
    soffice = tmp_path / "bin" / "soffice"  # a link, as /usr/bin has it
    soffice.symlink_to(_stand_in(tmp_path / "program", _TELLS_BUILD))
    if name:
        told = "[Version]\nAllLanguages=en-US vi\nbuildid=40(Build:2)\nVendor=Debian\n"
        (tmp_path / "program" / name).write_text(told)
    (tmp_path / "a.xlsx").touch()
    (made,) = to_pdf([tmp_path / "a.xlsx"], tmp_path, program=soffice, seconds=120)
    assert made.read_bytes() == b"%PDF-" + (b"40(Build:2)" if name else b"") + b"%%EOF"


def test_no_files_need_no_program(tmp_path: Path) -> None:
    assert to_pdf([], tmp_path, program=tmp_path / "none", seconds=1) == ()


@pytest.mark.parametrize("script", [_MAKES_FIRST, _STOPS_HALF_WAY])
def test_the_file_without_a_whole_pdf_is_named_and_nothing_is_written(
    tmp_path: Path, files: list[Path], script: str
) -> None:
    soffice = _stand_in(tmp_path, script)
    told = r"PDF của tổng hợp 2022-Q1.xlsx, -báo cáo.docx: .* không đọc được tệp -báo cáo.docx\."
    with pytest.raises(PdfFailedError, match=told):
        to_pdf(files, tmp_path / "pdf", program=soffice, seconds=120)
    assert not (tmp_path / "pdf").exists()


def test_a_program_that_hangs_is_ended_with_its_children(tmp_path: Path, files: list[Path]) -> None:
    mark = tmp_path / "still-alive"
    soffice = _stand_in(tmp_path, f"(sleep 2; touch '{mark}') & wait")
    with pytest.raises(PdfFailedError, match="chưa xong sau 0,3 giây"):
        to_pdf(files, tmp_path / "pdf", program=soffice, seconds=0.3)
    time.sleep(2)
    assert not mark.exists()


_IS_KILLED = """
import os, signal, sys
from pathlib import Path
from kskt_excel.excel.printed.pdf import PdfMaker

maker = PdfMaker(Path(sys.argv[1]), seconds=120)
maker.start()
while not Path(sys.argv[2]).is_file():
    pass
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_run_that_is_killed_leaves_no_program_and_no_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (temporary := tmp_path / "tmp").mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    told = tmp_path / "told"
    soffice = _stand_in(tmp_path, f"echo $$ > '{told}.part'; mv '{told}.part' '{told}'; sleep 600")
    command = [sys.executable, "-c", _IS_KILLED, str(soffice), str(told)]
    killed = subprocess.run(command, check=False)
    assert killed.returncode == -signal.SIGKILL
    until = time.monotonic() + 60
    while any(temporary.iterdir()) or _runs(int(told.read_text())):
        assert time.monotonic() < until
        time.sleep(0.05)


def _runs(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_program_that_cannot_start_is_told(tmp_path: Path, files: list[Path]) -> None:
    with pytest.raises(PdfFailedError, match="không chạy được"):
        to_pdf(files, tmp_path / "pdf", program=tmp_path / "none", seconds=1)


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path, files: list[Path]) -> None:
    soffice = _stand_in(tmp_path, _MAKES_ALL)
    with pytest.raises(WriteFailedError):
        to_pdf(files, files[0] / "pdf", program=soffice, seconds=120)


def test_the_program_is_looked_for_on_the_path(tmp_path: Path) -> None:
    soffice = _stand_in(tmp_path, "")
    assert find_soffice(environment={"PATH": str(tmp_path)}) == soffice


def test_the_program_of_the_settings_wins_and_is_never_replaced(tmp_path: Path) -> None:
    soffice = _stand_in(tmp_path, "")
    environment = {"PATH": str(tmp_path)}
    assert find_soffice(sys.executable, environment=environment) == Path(sys.executable)
    assert find_soffice(str(soffice), environment={"PATH": ""}) == soffice
    assert find_soffice(str(tmp_path / "other"), environment=environment) is None


def test_windows_keeps_it_under_its_program_files(tmp_path: Path) -> None:
    program = tmp_path / "LibreOffice" / "program" / "soffice.com"
    program.parent.mkdir(parents=True)
    program.touch()
    assert find_soffice(environment={"PATH": "", "PROGRAMFILES": str(tmp_path)}) == program


_TELLS_ITS_PROFILE = """
for word in "$@"; do
  case "$word" in -env:UserInstallation=file://*) profile="${word#*file://}" ;; esac
done
out=$(echo "$@" | sed 's/.*--outdir \\([^ ]*\\).*/\\1/')
for n in 0000 0001; do
  (printf '%%PDF-1.6 '; cat "$profile/user/registrymodifications.xcu"; echo '%%EOF') > "$out/$n.pdf"
done
"""


@pytest.mark.parametrize("archive", [False, True])
def test_pdfs_are_vietnamese_and_for_archives_where_asked(
    tmp_path: Path, files: list[Path], *, archive: bool
) -> None:
    soffice = _stand_in(tmp_path, _TELLS_ITS_PROFILE)
    made = to_pdf(files, tmp_path, program=soffice, seconds=120, archive=archive)
    told = made[0].read_text(encoding="utf-8")
    assert "<value>vi-VN</value>" in told
    assert ("SelectPdfVersion" in told) is archive
