"""No print outlives what it was made from: a stand-in for LibreOffice writes small PDFs."""

import datetime as dt
import os
import shutil
from pathlib import Path

import pytest

from kskt_excel.office.office import consolidate, status, verify
from kskt_excel.office.outcome import Outcome
from tests.office.workspaces import INBOX, workspace

pytestmark = pytest.mark.usefixtures("short_paper", "read_here")

SOFFICE = """#!/bin/sh
out=.
prev=
for a in "$@"; do
  [ "$prev" = "--outdir" ] && out="$a"
  prev="$a"
done
case "$*" in
  *--convert-to*) echo files >> "$(dirname "$0")/starts" ;;
  *) echo ahead >> "$(dirname "$0")/starts"; exec sleep 60 ;;
esac
for a in "$@"; do
  case "$a" in
    *.xlsx|*.docx) b=$(basename "$a"); printf '%%PDF-1.4\\n%%%%EOF\\n' > "$out/${b%.*}.pdf" ;;
  esac
done
"""
_EACH_ON_ITS_OWN = ["ahead", "files", "files", "files"]
PERIOD = "2022-Q1"
DAY = dt.date(2022, 3, 18)


@pytest.fixture(scope="module")
def printed(short_paper: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace of which one report was put together and printed, beside its LibreOffice."""
    root = tmp_path_factory.mktemp("printed")
    program = root / "soffice"
    program.write_text(SOFFICE, encoding="utf-8")
    program.chmod(0o755)
    folder = workspace(root / "ws", "2022-Q1/07-qlcnh-sua.eml")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", str(root), prepend=os.pathsep)
        run(folder, pdf=True)
    return root


@pytest.fixture
def folder(printed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of that workspace, with a LibreOffice of its own that is there."""
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    return Path(shutil.copytree(printed, tmp_path, dirs_exist_ok=True)) / "ws"


def run(folder: Path, *, pdf: bool | None) -> Outcome:
    return consolidate(folder, PERIOD, strict=False, pdf=pdf, as_of=DAY, dry_run=False)


def starts(folder: Path) -> list[str]:
    """Each start of LibreOffice: ahead of its files, or with them."""
    return (folder.parent / "starts").read_text(encoding="utf-8").splitlines()


def pdfs(folder: Path) -> set[str]:
    return {path.name for path in (folder / "workbooks/summaries" / PERIOD).glob("*.pdf")}


def told(outcome: Outcome) -> str:
    return "\n".join(getattr(block, "text", "") for block in outcome.blocks)


def another_report(folder: Path) -> None:
    shutil.copy(INBOX / "2022-Q1/03-van-phong.eml", folder / "workbooks" / "inbox")


def test_a_pdf_of_an_unchanged_file_is_not_made_again(folder: Path) -> None:
    assert pdfs(folder) == {f"{name}-{PERIOD}.pdf" for name in ("tong-hop", "tom-tat", "bao-cao")}
    again = run(folder, pdf=True)
    assert starts(folder) == _EACH_ON_ITS_OWN
    assert f"workbooks/summaries/{PERIOD}/tong-hop-{PERIOD}.pdf" in again.json["outputs"]
    assert verify(folder, as_of=DAY).exit_code == 0


def test_libreoffice_starts_before_its_files_only_where_there_is_something_new(
    folder: Path,
) -> None:
    another_report(folder)
    run(folder, pdf=True)
    assert starts(folder) == _EACH_ON_ITS_OWN * 2
    run(folder, pdf=None)
    run(folder, pdf=False)
    assert starts(folder) == _EACH_ON_ITS_OWN * 2


def test_products_that_say_the_same_are_not_made_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = folder / "workbooks/summaries" / PERIOD
    kept = {path.name: path.read_bytes() for path in made.iterdir()}
    for maker in ("_summary", "_brief", "_report"):
        monkeypatch.delattr(f"kskt_excel.office.publication.{maker}")
    run(folder, pdf=None)
    assert {path.name: path.read_bytes() for path in made.iterdir()} == kept


def _open_in_word(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody has the report open: it cannot be written."""
    from kskt_excel.model.errors import FileLockedError
    from kskt_excel.office import outputs

    written = outputs.write_whole

    def locked(path: Path, data: bytes, **options: bool) -> None:
        if path.suffix == ".docx":
            raise FileLockedError(path)
        written(path, data, **options)

    monkeypatch.setattr("kskt_excel.office.outputs.write_whole", locked)


def test_a_pdf_of_a_file_that_could_not_be_written_is_not_kept(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    printed = folder / "workbooks/summaries" / PERIOD / f"bao-cao-{PERIOD}.pdf"
    before = printed.stat().st_mtime_ns
    another_report(folder)
    _open_in_word(monkeypatch)
    assert run(folder, pdf=None).exit_code == 2
    assert printed.stat().st_mtime_ns == before
    assert len(pdfs(folder)) == 3


def test_an_old_pdf_does_not_stay_beside_new_figures(folder: Path) -> None:
    another_report(folder)
    said = told(run(folder, pdf=False))
    assert pdfs(folder) == set()
    assert {path.name for path in (folder / "workbooks/summaries" / PERIOD / "cu").iterdir()} == {
        f"{name}-{PERIOD}.pdf" for name in ("tong-hop", "tom-tat", "bao-cao")
    }
    assert f"tong-hop-{PERIOD}.pdf in từ số liệu trước, đã chuyển vào" in said
    assert verify(folder, as_of=DAY).exit_code == 0
    run(folder, pdf=True)
    assert len(pdfs(folder)) == 3


def test_a_pdf_that_somebody_has_put_back_is_said_to_be_old(folder: Path) -> None:
    kept = folder / "workbooks/summaries" / PERIOD / f"tong-hop-{PERIOD}.pdf"
    data = kept.read_bytes()
    another_report(folder)
    run(folder, pdf=False)
    kept.write_bytes(data)
    sentence = f"{kept.name}: in từ bản trước của tong-hop-{PERIOD}.xlsx"
    assert sentence in told(status(folder, PERIOD, as_of=DAY))
    found = verify(folder, as_of=DAY)
    assert found.exit_code == 1
    assert sentence in told(found)


def test_a_report_that_could_not_be_written_is_said_to_be_old(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    another_report(folder)
    _open_in_word(monkeypatch)
    assert run(folder, pdf=False).exit_code == 2
    sentence = f"bao-cao-{PERIOD}.docx: lập từ lần tổng hợp trước"
    assert sentence in told(status(folder, PERIOD, as_of=DAY))
    monkeypatch.undo()
    run(folder, pdf=False)
    assert sentence not in told(status(folder, PERIOD, as_of=DAY))


def test_no_room_for_libreoffice_to_start_early_stops_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class NoRoom:
        def __init__(self, *_arguments: object, **_options: object) -> None:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr("kskt_excel.office.prints.PdfMaker", NoRoom)
    another_report(folder)
    assert run(folder, pdf=None).exit_code == 0
    assert len(pdfs(folder)) == 3
