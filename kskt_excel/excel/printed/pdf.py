"""PDF files of workbooks and reports, by LibreOffice, else by Excel and Word on Windows."""

import contextlib
import hashlib
import importlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Self, TypeAlias

from kskt_excel.ledger.safe_files import write_whole
from kskt_excel.model.errors import KsktError
from kskt_excel.text import shown

# Excel and Word of this machine

_EXCEL_AS_PDF: Final = 0  # xlTypePDF
_WORD_AS_PDF: Final = 17  # wdExportFormatPDF
_NO_MACROS: Final = 3  # msoAutomationSecurityForceDisable
_WORD_FILES: Final = (".docx", ".docm", ".doc")

Load = Callable[[str], Any]


class MicrosoftError(Exception):
    """Excel or Word refused; the text says what it said."""


class MicrosoftOffice:
    """Excel and Word of this machine, driven through pywin32 (extra ``windows``)."""

    name = "Excel, Word"

    def __init__(self, load: Load) -> None:
        self._client = load("win32com.client")
        self._error: type[Exception] = load("pywintypes").com_error

    def convert(self, files: Sequence[Path], *, archive: bool) -> None:
        """A PDF beside each file; each program is started once, unseen, and ended again.

        ``archive`` asks Word for PDF/A; Excel knows none. Raises MicrosoftError.
        """
        documents = [file for file in files if file.suffix in _WORD_FILES]
        workbooks = [file for file in files if file.suffix not in _WORD_FILES]
        try:
            if workbooks:
                with self._started("Excel.Application") as excel:
                    for file in workbooks:
                        book = excel.Workbooks.Open(str(file), UpdateLinks=0, ReadOnly=True)
                        book.ExportAsFixedFormat(_EXCEL_AS_PDF, str(file.with_suffix(".pdf")))
                        book.Close(SaveChanges=False)
            if documents:
                with self._started("Word.Application") as word:
                    for file in documents:
                        text = word.Documents.Open(
                            str(file), ConfirmConversions=False, ReadOnly=True
                        )
                        target = str(file.with_suffix(".pdf"))
                        text.ExportAsFixedFormat(target, _WORD_AS_PDF, UseISO19005_1=archive)
                        text.Close(SaveChanges=False)
        except self._error as error:
            raise MicrosoftError(str(error)) from error

    @contextmanager
    def _started(self, program: str) -> Iterator[Any]:
        """A program of its own, so that nothing that people have open is touched."""
        started = self._client.DispatchEx(program)
        try:
            started.Visible = False
            started.DisplayAlerts = False
            started.AutomationSecurity = _NO_MACROS
            yield started
        finally:
            started.Quit()


def find_microsoft_office(
    *, platform: str = sys.platform, load: Load = importlib.import_module
) -> MicrosoftOffice | None:
    """Excel and Word where this is Windows, both are installed and pywin32 is there."""
    if platform != "win32":
        return None
    try:
        registry = load("winreg")
        for program in ("Excel.Application", "Word.Application"):
            registry.CloseKey(registry.OpenKey(registry.HKEY_CLASSES_ROOT, program))
        return MicrosoftOffice(load)
    except (ImportError, OSError):
        return None


PdfProgram: TypeAlias = Path | MicrosoftOffice
"""LibreOffice by its path, or Excel and Word."""

# LibreOffice, else these

_PROGRAMS = ("soffice", "libreoffice")
_USUAL_PLACES = (
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    "/usr/lib/libreoffice/program/soffice",
    "/opt/libreoffice/program/soffice",
    "/snap/bin/libreoffice",
)
_WINDOWS_FOLDERS = ("PROGRAMFILES", "PROGRAMW6432", "PROGRAMFILES(X86)")
_IN_WINDOWS_FOLDER = Path("LibreOffice") / "program" / "soffice.com"
_VERSION_FILES = ("versionrc", "version.ini", "../Resources/versionrc")  # Linux, Windows, macOS
_BUILD = re.compile(r"^buildid=(.+)$", re.MULTILINE)
_PROFILE, _LANGUAGE = "profile", "vi-VN"
_PDF_A_2B = "2"  # what the export filter calls it
_ARCHIVE_MARK = b"pdfaid:part"
_PDF_MARK, _PDF_END = b"%PDF-", b"%%EOF"
_EMPTY_TABLE = "private:factory/scalc"
_LOOKS_AGAIN = 0.01  # seconds
# Reads a process group a line until nobody writes any more: whoever should have ended them is dead.
_WATCH = 'while read -r group; do all="$all -$group"; done; kill -s KILL -- $all; rm -rf -- "$@"'
_INSTEAD = "Tệp Excel, Word vẫn đầy đủ; có thể mở tệp rồi in ra PDF"


class PdfFailedError(KsktError):
    """No PDF was made of files that are printed together."""

    def __init__(self, files: Sequence[Path], why: str) -> None:
        names = ", ".join(_names(files))
        super().__init__(f"Chưa lập được PDF của {names}: {why}. {_INSTEAD}, hoặc chạy lại.")


def _names(files: Sequence[Path]) -> list[str]:
    return [file.name for file in files]


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

    Raises PdfFailedError as ``PdfMaker``; FileLockedError and WriteFailedError as for any file.
    """
    if not files:
        return ()
    with PdfMaker(program, seconds=seconds, archive=archive) as maker:
        maker.take({file: file.read_bytes() for file in files})
        made = maker.made()
    paths = tuple(folder / f"{file.stem}.pdf" for file in files)
    for path, file in zip(paths, files, strict=True):
        write_whole(path, made[file])
    return paths


class PdfMaker:
    """PDFs made while other work goes on: started before there is a file, then fed.

    LibreOffice takes as long to start as to print a quarter's files. ``start`` lets it do so beside
    the work that makes them; ``take`` hands over each as soon as it is made, ``made`` waits for the
    PDFs. It works on copies with a profile of its own, so that nothing that is open disturbs it; by
    the profile a second start finds the first one and gives it the files. An empty table that is
    open keeps the first one from ending when it has printed what it was given; so a shell beside it
    ends it where this process is killed (not on Windows). Excel and Word start when they are asked
    for the PDFs.

    ``archive`` makes PDF/A-2b, as archives want it (ISO 19005-2). Each PDF says that it is in
    Vietnamese and shows its title; the sheets of a workbook are its bookmarks.
    """

    def __init__(self, program: PdfProgram, *, seconds: float, archive: bool = False) -> None:
        self._program = program
        self._seconds = seconds
        self._archive = archive
        self._folder = tempfile.TemporaryDirectory(prefix="kskt-pdf-", ignore_cleanup_errors=True)
        self._work = Path(self._folder.name)
        self._waiting: subprocess.Popen[bytes] | None = None  # LibreOffice without a file
        self._giving: list[subprocess.Popen[bytes]] = []  # each gives it some files
        self._watching: subprocess.Popen[bytes] | None = None  # ends them where nobody else does
        self._until = 0.0
        self._copies: dict[Path, Path] = {}
        if not isinstance(program, MicrosoftOffice):
            _write_profile(self._work / _PROFILE, program, archive=archive)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._end_all()
        _socket_of(self._profile_address).unlink(missing_ok=True)
        self._folder.cleanup()
        if self._watching is not None:
            self._watching.kill()
            self._watching.communicate()
            self._watching = None

    def start(self) -> None:
        """LibreOffice starts; one that cannot is told of when it is given files."""
        if not isinstance(self._program, MicrosoftOffice) and self._waiting is None:
            with contextlib.suppress(PdfFailedError):
                self._waiting = self._run(self._program, _EMPTY_TABLE)

    def take(self, files: Mapping[Path, bytes]) -> None:
        """Begins to print these files, given with what they hold. Raises PdfFailedError."""
        copies = []
        for number, (file, data) in enumerate(files.items(), start=len(self._copies)):
            copy = self._work / f"{number:04d}{file.suffix}"
            copy.write_bytes(data)
            self._copies[file] = copy
            copies.append(copy)
        self._print(copies)

    def made(self) -> Mapping[Path, bytes]:
        """The PDF of each file taken. Raises PdfFailedError when one fails or takes too long."""
        if isinstance(self._program, MicrosoftOffice):
            copies = list(self._copies.values())
            _by_microsoft(self._program, list(self._copies), copies, archive=self._archive)
        else:
            self._wait()
        made = self._found()
        if self._waiting is not None and not all(made.values()):
            # what was started first may not have taken the files, or have ended meanwhile
            self._end_all()
            self._print([self._copies[file] for file, data in made.items() if not data])
            self._wait()
            made = self._found()
        missing = [file for file, data in made.items() if not data]
        if missing:
            named = "" if len(missing) == len(made) else f" {shown.listed(_names(missing))}"
            why = f"{made_by(self._program)} không đọc được tệp{named}"
            raise PdfFailedError(list(made), why)  # those that it has made are not taken alone
        return made

    def _found(self) -> dict[Path, bytes]:
        return {file: _content(copy.with_suffix(".pdf")) for file, copy in self._copies.items()}

    def _print(self, copies: Sequence[Path]) -> None:
        self._until = time.monotonic() + self._seconds
        if copies and not isinstance(self._program, MicrosoftOffice):
            to = ("--convert-to", "pdf", "--outdir", str(self._work))
            self._giving.append(self._run(self._program, *to, *map(str, copies)))

    def _wait(self) -> None:
        """Until each PDF is there to its end, or there is nobody left who makes one."""
        under_way = [copy.with_suffix(".pdf") for copy in self._copies.values()]
        while any(process.poll() is None for process in self._giving):
            under_way = [pdf for pdf in under_way if not _is_whole(pdf)]
            if not under_way:
                return
            if time.monotonic() > self._until:
                why = f"LibreOffice chưa xong sau {shown.grouped_number(self._seconds)} giây"
                raise PdfFailedError(list(self._copies), why)
            time.sleep(_LOOKS_AGAIN)

    def _end_all(self) -> None:
        for process in (*self._giving, self._waiting):
            if process is not None:
                _end(process)
        self._giving, self._waiting = [], None

    def _run(self, soffice: Path, *arguments: str) -> subprocess.Popen[bytes]:
        profile = f"-env:UserInstallation={self._profile_address}"
        try:
            process = subprocess.Popen(
                [str(soffice), profile, "--headless", "--norestore", "--nolockcheck", *arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
                env={**os.environ, "TMPDIR": str(self._work)},  # it is ended before it tidies up
            )
        except OSError as error:
            why = f"không chạy được {soffice} ({error.strerror})"
            raise PdfFailedError(list(self._copies), why) from error
        self._watch(process)
        return process

    @property
    def _profile_address(self) -> str:
        return (self._work / _PROFILE).as_uri()

    def _watch(self, process: subprocess.Popen[bytes]) -> None:
        """Nothing of it is left where this process is killed."""
        if os.name == "nt":
            return
        if self._watching is None:
            leftovers = (str(self._work), str(_socket_of(self._profile_address)))
            with contextlib.suppress(OSError):  # a machine without a shell
                self._watching = subprocess.Popen(
                    ["/bin/sh", "-c", _WATCH, "sh", *leftovers],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    start_new_session=True,
                )
        if self._watching is not None and self._watching.stdin is not None:
            with contextlib.suppress(OSError):
                self._watching.stdin.write(b"%d\n" % process.pid)
                self._watching.stdin.flush()


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


def _write_profile(profile: Path, soffice: Path, *, archive: bool) -> None:
    """The settings that LibreOffice starts with; it has no others.

    It bears the mark of that LibreOffice's build: one that finds another mark, or none, tidies its
    extensions and starts a second time, a tenth of what its start costs.
    """
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
    extensions = user / "extensions"
    extensions.mkdir(parents=True)
    if build := _build_of(soffice):
        (extensions / "buildid").write_text(build, encoding="utf-8")
    (user / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<oor:items xmlns:oor="http://openoffice.org/2001/registry"'
        ' xmlns:xs="http://www.w3.org/2001/XMLSchema">'
        f"{items}</oor:items>",
        encoding="utf-8",
    )


def _build_of(soffice: Path) -> str:
    """What LibreOffice calls its build, from the file beside it; "" where there is none."""
    for name in _VERSION_FILES:
        with contextlib.suppress(OSError, UnicodeDecodeError):
            told = (soffice.resolve().parent / name).read_text(encoding="utf-8")
            if found := _BUILD.search(told):
                return found[1]
    return ""


def _socket_of(profile: str) -> Path:
    """Where a LibreOffice with this profile (an address) listens for a second one.

    One that is ended from outside leaves it behind (its source: sal/osl/unx/pipe.cxx, the name in
    desktop/source/app/officeipcthread.cxx).
    """
    digest = hashlib.md5(profile.encode("utf-16-le"), usedforsecurity=False).digest()
    name = "".join(f"{byte:x}" for byte in digest)
    user = os.getuid() if os.name != "nt" else 0
    return Path("/tmp", f"OSL_PIPE_{user}_SingleOfficeIPC_{name}")  # noqa: S108 - its place


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends LibreOffice, where it still runs, with the process behind its launcher."""
    if process.poll() is not None:
        return
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
    """What a PDF holds; nothing of one that is not there, or not to its end."""
    data = path.read_bytes() if _is_whole(path) else b""
    return data if data.startswith(_PDF_MARK) else b""


def _is_whole(path: Path) -> bool:
    """Whether a PDF is written to its end."""
    try:
        with path.open("rb") as file:
            file.seek(-min(path.stat().st_size, 2 * len(_PDF_END)), os.SEEK_END)
            return _PDF_END in file.read()
    except OSError:  # not begun, or under way
        return False
