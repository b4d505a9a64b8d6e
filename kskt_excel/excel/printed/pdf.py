"""PDF files of workbooks and reports, by LibreOffice, else by Excel and Word on Windows."""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

from kskt_excel.excel.printed.microsoft_pdf import (
    MicrosoftError,
    MicrosoftOffice,
    find_microsoft_office,
)
from kskt_excel.ledger.safe_files import write_whole
from kskt_excel.model.errors import KsktError
from kskt_excel.text import shown

PdfProgram: TypeAlias = Path | MicrosoftOffice
"""LibreOffice by its path, or Excel and Word."""

_PROGRAMS = ("soffice", "libreoffice")
_USUAL_PLACES = (
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    "/usr/lib/libreoffice/program/soffice",
    "/opt/libreoffice/program/soffice",
    "/snap/bin/libreoffice",
)
_WINDOWS_FOLDERS = ("PROGRAMFILES", "PROGRAMW6432", "PROGRAMFILES(X86)")
_IN_WINDOWS_FOLDER = Path("LibreOffice") / "program" / "soffice.com"
_PROFILE, _LANGUAGE = "profile", "vi-VN"
_PDF_A_2B = "2"  # what the export filter calls it
_ARCHIVE_MARK = b"pdfaid:part"
_PDF_MARK = b"%PDF-"
_INSTEAD = "Tệp Excel, Word vẫn đầy đủ; có thể mở tệp rồi in ra PDF"


class PdfFailedError(KsktError):
    """No PDF was made of some files."""

    def __init__(self, files: Sequence[Path], why: str) -> None:
        names = ", ".join(file.name for file in files)
        super().__init__(f"Chưa lập được PDF của {names}: {why}. {_INSTEAD}, hoặc chạy lại.")


def find_soffice(setting: str = "", *, environment: Mapping[str, str] = os.environ) -> Path | None:
    """LibreOffice's program: the one of the settings, else from PATH and the usual places.

    None when there is none; a setting that names nothing is not replaced by another program.
    """
    if setting:
        return _program(setting, environment)
    for name in _PROGRAMS:
        if found := _program(name, environment):
            return found
    roots = (environment.get(name, "") for name in _WINDOWS_FOLDERS)
    places = [*(Path(root) / _IN_WINDOWS_FOLDER for root in roots if root)]
    places += [Path(place) for place in _USUAL_PLACES]
    return next((place for place in places if place.is_file()), None)


def find_pdf_program(setting: str = "") -> PdfProgram | None:
    """What makes PDF files here: LibreOffice, else Excel and Word of a Windows machine."""
    return find_soffice(setting) or (None if setting else find_microsoft_office())


def made_by(program: PdfProgram) -> str:
    """The name of what makes the PDF files, for sentences."""
    return program.name if isinstance(program, MicrosoftOffice) else "LibreOffice"


def to_pdf(
    files: Sequence[Path],
    folder: Path,
    *,
    program: PdfProgram,
    seconds: float,
    archive: bool = False,
) -> tuple[Path, ...]:
    """PDF files in ``folder``, named after the files, in their order; one start for all of them.

    ``archive`` makes them PDF/A-2b, as archives want them (ISO 19005-2). Each says that it is in
    Vietnamese and shows its title; the sheets of a workbook are its bookmarks.
    LibreOffice works on copies with a profile of its own, so that nothing that is open disturbs it.
    Raises PdfFailedError when it fails or takes longer than ``seconds``; FileLockedError and
    WriteFailedError as for any file.
    """
    if not files:
        return ()
    with tempfile.TemporaryDirectory(prefix="kskt-pdf-", ignore_cleanup_errors=True) as temporary:
        work = Path(temporary)
        copies = [work / f"{number:04d}{file.suffix}" for number, file in enumerate(files)]
        for file, copy in zip(files, copies, strict=True):
            shutil.copyfile(file, copy)
        if isinstance(program, MicrosoftOffice):
            _by_microsoft(program, files, copies, archive=archive)
        else:
            _write_profile(work / _PROFILE, archive=archive)
            _convert(files, copies, work, program, seconds)
        made = [_content(copy.with_suffix(".pdf")) for copy in copies]
    missing = [file for file, data in zip(files, made, strict=True) if not data]
    if missing:
        raise PdfFailedError(missing, f"{made_by(program)} không đọc được tệp")
    paths = tuple(folder / f"{file.stem}.pdf" for file in files)
    for path, data in zip(paths, made, strict=True):
        write_whole(path, data)
    return paths


def is_for_archives(pdf: Path) -> bool:
    """Whether the file says that it is PDF/A."""
    return _ARCHIVE_MARK in pdf.read_bytes()


def _by_microsoft(
    program: MicrosoftOffice, files: Sequence[Path], copies: Sequence[Path], *, archive: bool
) -> None:
    try:
        program.convert(copies, archive=archive)
    except MicrosoftError as error:
        raise PdfFailedError(files, f"{program.name} báo lỗi ({error})") from error


def _program(name: str, environment: Mapping[str, str]) -> Path | None:
    found = shutil.which(name, path=environment.get("PATH", ""))
    return Path(found) if found else None


def _write_profile(profile: Path, *, archive: bool) -> None:
    """The settings that LibreOffice starts with; it has no others."""
    settings = [
        ("Setup/L10N", "ooSetupSystemLocale", _LANGUAGE),
        ("Office.Linguistic/General", "DefaultLocale", _LANGUAGE),
        ("Office.Common/Filter/PDF/Export", "ExportBookmarks", "true"),
    ]
    if archive:
        settings.append(("Office.Common/Filter/PDF/Export", "SelectPdfVersion", _PDF_A_2B))
    items = "".join(
        f'<item oor:path="/org.openoffice.{path}"><prop oor:name="{name}" oor:op="fuse">'
        f"<value>{value}</value></prop></item>"
        for path, name, value in settings
    )
    user = profile / "user"
    user.mkdir(parents=True)
    (user / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<oor:items xmlns:oor="http://openoffice.org/2001/registry"'
        ' xmlns:xs="http://www.w3.org/2001/XMLSchema">'
        f"{items}</oor:items>",
        encoding="utf-8",
    )


def _convert(
    files: Sequence[Path], copies: Sequence[Path], work: Path, soffice: Path, seconds: float
) -> None:
    command = [
        str(soffice),
        f"-env:UserInstallation={(work / _PROFILE).as_uri()}",
        "--headless",
        "--norestore",
        "--nolockcheck",
        "--convert-to",
        "pdf",
        "--outdir",
        str(work),
        *map(str, copies),
    ]
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        raise PdfFailedError(files, f"không chạy được {soffice} ({error.strerror})") from error
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired as error:
        _end(process)
        why = f"LibreOffice chưa xong sau {shown.grouped_number(seconds)} giây"
        raise PdfFailedError(files, why) from error
    except BaseException:  # Ctrl+C must leave no LibreOffice behind
        _end(process)
        raise


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends LibreOffice with the process that it started behind its launcher."""
    if os.name == "nt":
        taskkill = shutil.which("taskkill") or "taskkill"
        subprocess.run(
            [taskkill, "/T", "/F", "/PID", str(process.pid)], check=False, capture_output=True
        )
    else:
        with contextlib.suppress(ProcessLookupError):  # it ended by itself just now
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _content(path: Path) -> bytes:
    data = path.read_bytes() if path.is_file() else b""
    return data if data.startswith(_PDF_MARK) else b""
