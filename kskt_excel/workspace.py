"""The workspace: a folder with kskt.toml, templates and workbooks; found, created, its settings."""

import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field, fields
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from kskt_excel.ledger.safe_files import write_whole
from kskt_excel.model.errors import KsktError
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.patterns import lazy_pattern
from kskt_excel.model.period import Period
from kskt_excel.text.toml_text import TomlFaultError, TomlText, parsed, path_fault

FILE_NAME = "kskt.toml"
FORMS_FOLDER = "bieu-mau"
REGIMES_FOLDER = "che-do"
PACKAGED_TEMPLATES = Path(__file__).parent / "data" / "templates"
_CHOICES = {
    "originals": ("folder", "server"),
    "executor": ("local", "dask"),
    "umask": ("027", "007", "077", "022", ""),
    "imap_auth": ("password", "oauth2", ""),
    "smtp_auth": ("password", "oauth2", ""),
}
_LEAST = {
    "processes": 0,
    "imap_days": 0,
    "seconds_per_file": 1,
    "memory_per_file_mb": 64,
    "tracker_rows": 1,
    "seconds": 1,
}
# Passwords stand in the environment or the keyring, never in a file that is copied.
_VOLUME = lazy_pattern(r"_[a-z0-9-]+")  # of a tracker, in the name of its file
_SECRET = lazy_pattern(r"pass|secret|mat_?khau", re.IGNORECASE)
REPOSITORY_TEMPLATES = Path(__file__).parents[1] / "templates"


class SettingsError(KsktError):
    """kskt.toml cannot be used."""

    def __init__(self, path: Path, faults: Sequence[str]) -> None:
        joined = faults[0] if len(faults) == 1 else "\n  ".join(("", *faults))
        super().__init__(f"Tệp cài đặt {path} chưa dùng được: {joined}")


class NoWorkspaceError(KsktError):
    """No kskt.toml here or above."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"Thư mục {folder} không phải nơi làm việc của chương trình (không có {FILE_NAME})."
            " Đề nghị chuyển vào thư mục có tệp đó, hoặc tạo mới, ví dụ: kskt init KSTTHC-2022"
        )


@dataclass(frozen=True, slots=True)
class Folders:
    """Where things lie, relative to the workspace."""

    templates: str = "templates"
    inbox: str = "workbooks/inbox"
    archive: str = "workbooks/archive"
    issued: str = "workbooks/issued"
    returned: str = "workbooks/returned"
    tracker: str = "workbooks/tracker"
    summaries: str = "workbooks/summaries"
    exports: str = "workbooks/exports"
    cache: str = ".kskt/cache"


@dataclass(frozen=True, slots=True)
class RunSettings:
    """How the work is done on this machine."""

    processes: int = 0  # 0: one for each processor, at most 8
    seconds_per_file: float = 20.0  # of the processor, so that a busy machine changes nothing
    memory_per_file_mb: int = 512
    umask: str = "027"  # rights that files of the office do not give; "": as the system says
    tracker_rows: int = 800_000  # of units, in one tracker; more go to volumes (tập): ~ 100 MB
    executor: str = "local"  # "dask": files are read on a cluster (cụm máy)
    scheduler: str = ""  # of the cluster: tcp://may-chu:8786


@dataclass(frozen=True, slots=True)
class JournalSettings:
    """Where the record is kept: a file, or a PostgreSQL URL shared by several offices."""

    file: str = "workbooks/journal.jsonl"
    url: str = ""
    office: str = (
        ""  # whose lines these are among several offices on one server; "": this workspace's
    )
    originals: str = "folder"  # "server": kept on the server too, for the office's other machines


@dataclass(frozen=True, slots=True)
class Mail:
    """Mailbox to read and server to send by; the password comes from the environment or keyring."""

    imap_host: str = ""
    imap_port: int = 993
    imap_user: str = ""
    imap_folder: str = "INBOX"
    imap_ca_file: str = ""
    imap_auth: str = ""  # "password", "oauth2"; "": by a token where there is one
    imap_token_command: str = ""  # prints a token of OAuth 2
    imap_days: int = 0  # only mails of the last days; 0: all
    imap_senders: tuple[str, ...] = ()  # addresses and domains beside those of the plan
    imap_words: tuple[str, ...] = ()  # of subjects and file names, beside the usual ones
    imap_everything: bool = False  # every mail is fetched, whoever sent it
    imap_drafts: str = ""  # folder for letters to be sent; "": the one that the server names
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_user: str = ""
    smtp_ca_file: str = ""
    smtp_auth: str = ""  # as imap_auth
    smtp_token_command: str = ""
    sender: str = ""


@dataclass(frozen=True, slots=True)
class Pdf:
    """LibreOffice for PDF; empty: looked for on this machine."""

    soffice: str = ""
    seconds: int = 180


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything in kskt.toml."""

    folders: Folders = field(default_factory=Folders)
    run: RunSettings = field(default_factory=RunSettings)
    journal: JournalSettings = field(default_factory=JournalSettings)
    mail: Mail = field(default_factory=Mail)
    pdf: Pdf = field(default_factory=Pdf)


@dataclass(frozen=True)
class Workspace:
    """A workspace (nơi làm việc) and where each thing stands in it."""

    root: Path
    settings: Settings

    @classmethod
    def find(cls, start: Path) -> Self:
        """The workspace that holds ``start``. Raises NoWorkspaceError, SettingsError."""
        for folder in (start.resolve(), *start.resolve().parents):
            if (folder / FILE_NAME).is_file():
                return cls(folder, read_settings(folder / FILE_NAME))
        raise NoWorkspaceError(start)

    @property
    def templates(self) -> Path:
        """The plan workbooks, the form definitions and the letters."""
        return self.root / self.settings.folders.templates

    @property
    def inbox(self) -> Path:
        """What arrived."""
        return self.root / self.settings.folders.inbox

    @property
    def archive(self) -> Path:
        """Originals, byte for byte."""
        return self.root / self.settings.folders.archive

    @property
    def issued(self) -> Path:
        """Blank workbooks, a folder for each period."""
        return self.root / self.settings.folders.issued

    @property
    def returned(self) -> Path:
        """Marked copies and reply drafts, a folder for each period."""
        return self.root / self.settings.folders.returned

    @property
    def tracker(self) -> Path:
        """The master trackers."""
        return self.root / self.settings.folders.tracker

    @property
    def summaries(self) -> Path:
        """Printed summaries, a folder for each period."""
        return self.root / self.settings.folders.summaries

    @property
    def exports(self) -> Path:
        """Tables for people who analyse further."""
        return self.root / self.settings.folders.exports

    @property
    def cache(self) -> Path:
        """Results that can be thrown away."""
        return self.root / self.settings.folders.cache

    @property
    def temporary(self) -> Path:
        """Where temporary files lie while a command works."""
        return self.root / ".kskt" / "tmp"

    @property
    def forms(self) -> Path:
        """Folder of the form definitions."""
        return self.templates / FORMS_FOLDER

    @property
    def regimes(self) -> Path:
        """Reporting regimes."""
        return self.templates / REGIMES_FOLDER

    @property
    def letters(self) -> Path:
        """Folder of the letter templates."""
        return self.templates / "thu"

    @property
    def journal(self) -> str | Path:
        """The journal: a file, or a URL."""
        return self.settings.journal.url or self.root / self.settings.journal.file

    @property
    def journal_name(self) -> str:
        """The journal as people name it: its path inside the workspace, or its server."""
        where = self.journal
        return self.shown(where) if isinstance(where, Path) else where.rpartition("@")[2]

    @property
    def journal_backups(self) -> Path:
        """Copies of the journal that are made by themselves."""
        return self.root / "workbooks" / "journal-luu"

    @property
    def lock(self) -> Path:
        """File that says who is at work."""
        return self.root / "workbooks" / "kskt.lock"

    @cached_property
    def tracker_archive(self) -> Path:
        """Where the last ten trackers are kept."""
        return self.tracker / "luu"

    def tracker_file(self, period: Period) -> Path:
        """The master tracker of a year; of a month or a campaign, that of the period alone."""
        of = period.id if period.stands_alone else period.year
        return self.tracker / f"theo-doi-{of}.xlsx"

    def tracker_files(self, period: Period) -> tuple[Path, ...]:
        """The tracker of a period, and the volumes that stand beside it."""
        tracker = self.tracker_file(period)
        found = sorted(tracker.parent.glob(f"{tracker.stem}_*{tracker.suffix}"))
        volumes = (one for one in found if _VOLUME.fullmatch(one.stem.removeprefix(tracker.stem)))
        return (tracker, *volumes)

    def superiors(self, period: Period) -> Path:
        """Folder of what the superiors of units get for a period."""
        return self.summaries / period.id / "cap-tren"

    def summary_files(self, period: Period) -> tuple[Path, Path, Path]:
        """Where summary, brief and report of a period stand."""
        folder, id_ = self.summaries / period.id, period.id
        names = (f"tong-hop-{id_}.xlsx", f"tom-tat-{id_}.xlsx", f"bao-cao-{id_}.docx")
        summary, one_page, report = (folder / name for name in names)
        return summary, one_page, report

    def written(self) -> Iterator[Path]:
        """Every folder into which a run writes whole files."""
        yield from (self.tracker, self.tracker_archive, self.archive, self.journal_backups)
        if isinstance(self.journal, Path):
            yield self.journal.parent
        for folder in (self.archive, self.issued, self.returned, self.summaries):
            yield from sorted(inside for inside in folder.glob("*") if inside.is_dir())

    def shown(self, path: Path) -> str:
        """A path as people and JSON name it: inside the workspace, with forward slashes."""
        try:
            return path.relative_to(self.root).as_posix()
        except ValueError:  # outside
            return path.as_posix()


def packaged_templates() -> Path:
    """The templates that came with the program, from the wheel or from the repository."""
    return PACKAGED_TEMPLATES if PACKAGED_TEMPLATES.is_dir() else REPOSITORY_TEMPLATES


def read_settings(path: Path) -> Settings:
    """Settings of a kskt.toml; what it does not name keeps its default.

    Raises SettingsError with everything that is wrong, each with its line; the nearest known key
    where one is not known.
    """
    data = path.read_bytes()
    try:
        text = parsed(data)
    except TomlFaultError as fault:
        raise SettingsError(path, [_why_not_toml(fault)]) from fault
    sections = {f.name: type(getattr(Settings(), f.name)) for f in fields(Settings)}
    faults = list(_unknown("mục", text, (), text.table, sections))
    for name, values in text.table.items():
        if name in sections and not isinstance(values, dict):
            why = f"mục [{name}] phải là một bảng, ví dụ: [{name}]."
            faults.append((text.line((name,)), why))
        elif name in sections:
            faults += _faults(text, data, name, sections[name])
    if faults:
        raise SettingsError(path, [_place_in_file(line, why) for line, why in sorted(faults)])
    return Settings(**{name: sections[name](**_plain(own)) for name, own in text.table.items()})


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values of a section as they are kept: lists do not change any more."""
    return {key: tuple(one) if isinstance(one, list) else one for key, one in values.items()}


def _why_not_toml(fault: TomlFaultError) -> str:
    """In words, with the line where the reader of TOML stopped."""
    if fault.kind == "encoding":
        why = "tệp không lưu theo UTF-8. Đề nghị mở bằng Notepad, chọn Save As, Encoding là UTF-8."
    elif fault.kind == "backslash":
        why = (
            f"trong dấu nháy kép, dấu \\ có nghĩa riêng nên “{fault.written}” không đọc được."
            f' Đề nghị ghi bằng dấu /, ví dụ: "{fault.instead}".'
        )
    elif fault.kind == "written_twice":
        why = "lặp lại khóa hoặc mục đã có ở trên. Đề nghị giữ một dòng."
    else:
        why = "không đúng dạng “khóa = giá trị”. Đề nghị ghi lại, ví dụ: processes = 2."
    return _place_in_file(fault.line, why)


def _place_in_file(line: int, why: str) -> str:
    return f"dòng {line}: {why}" if line else why


def _faults(text: TomlText, data: bytes, section: str, kind: type) -> Iterator[tuple[int, str]]:
    """What is wrong in a section, with its lines."""
    values = text.table[section]
    known = {f.name: f.default for f in fields(kind)}
    yield from _unknown(f"khóa trong [{section}]", text, (section,), values, known)
    for key, value in values.items():
        if key not in known:
            continue
        line, wanted = text.line((section, key)), type(known[key])
        fits = isinstance(value, wanted) or (wanted is float and isinstance(value, int))
        if wanted is tuple:
            fits = isinstance(value, list) and all(isinstance(one, str) for one in value)
        if not fits or (wanted in (int, float) and isinstance(value, bool)):
            example = ["…"] if wanted is tuple else known[key] if known[key] != "" else "…"
            why = f"{section}.{key} đang ghi {value!r}; đề nghị ghi như: {key} = {example!r}."
            yield line, why
        elif section == "folders" and not str(value).strip():
            yield line, f"{section}.{key} để trống; đề nghị ghi như: {key} = {known[key]!r}."
        elif key in _CHOICES and value not in _CHOICES[key]:
            choices = " hoặc ".join(f'"{one}"' for one in _CHOICES[key])
            yield line, f"{section}.{key} đang ghi {value!r}; đề nghị ghi {choices}."
        elif key in _LEAST and value < _LEAST[key]:
            why = f"{section}.{key} đang ghi {value}; đề nghị ghi từ {_LEAST[key]} trở lên."
            yield line, why
        elif isinstance(value, str) and (fault := path_fault(data, line, value)):
            yield line, _why_not_toml(fault).removeprefix(f"dòng {line}: ")


def _unknown(
    what: str,
    text: TomlText,
    at: tuple[str, ...],
    given: Mapping[str, object],
    known: Mapping[str, object],
) -> Iterator[tuple[int, str]]:
    for key in given:
        if key not in known:
            import difflib  # only for a mistake

            near = difflib.get_close_matches(key, known, n=1, cutoff=0.5)
            hint = f" Có phải là “{near[0]}”?" if near else f" Có: {', '.join(known)}."
            if _SECRET.search(key):
                hint = " Mật khẩu không ghi ở đây: lệnh gửi, nhận thư nói cách lưu mật khẩu."
            yield text.line((*at, key)), f"không có {what} tên “{key}”.{hint}"


SETTINGS_TEXT = """\
# Cài đặt của máy này. Mọi mục đều có giá trị mặc định; chỉ ghi những gì cần đổi.
# Kế hoạch, đơn vị, nhiệm vụ, hạn gửi, người ký nằm trong templates/ke-hoach-<năm>.xlsx.

[folders]
inbox = "workbooks/inbox"          # nơi để tệp và thư nhận được

[run]
processes = 0                      # số tiến trình đọc tệp; 0: tự chọn
# executor = "dask"                # đọc tệp trên một cụm máy (docs/huong-dan/quy-mo.md)
# scheduler = "tcp://may-chu:8786"

# [mail]
# imap_host = "thu.tinh.gov.vn"    # hộp thư để nhận: kskt receive --imap
# imap_user = "vanphong"
# smtp_host = "thu.tinh.gov.vn"    # máy chủ để gửi: kskt return 2022-Q1 --send
# sender = "vanphong@tinh.gov.vn"
"""

_STEP_FILES = {  # people who never open a terminal: a step of the menu for each
    "1-Phat-bieu.bat": "phat-bieu",
    "2-Tong-hop.bat": "tong-hop",
    "3-Tinh-hinh.bat": "tinh-hinh",
    "4-Don-doc.bat": "don-doc",
}
# Plain letters only: what is said in Vietnamese is said by the program, in any code page. A window
# opened by a double click waits for a key; with a period behind it (a scheduler) it never does.
_STEP_FILE = """\
@echo off
setlocal
pushd "%~dp0"
call "%~dp0kskt.bat" menu {step} %*
set "CODE=%ERRORLEVEL%"
popd
if "%~1"=="" pause
exit /b %CODE%
"""
_FINDER_FILE = "kskt.bat"
_NO_PYTHON = "python.exe"  # of a workspace made where no Windows is: beside the .bat files
# No labels: cmd loses its place in files with letters beyond ASCII, as the path below may have.
_FINDER = """\
@echo off
setlocal
chcp 65001 >nul
set "PYTHONUTF8=1"
set "PY="
if defined KSKT_PYTHON if exist "%KSKT_PYTHON%" set "PY=%KSKT_PYTHON%"
for %%P in (
  "{python}"
  "%~dp0python\\python.exe"
  "%~dp0..\\python\\python.exe"
  "%~dp0.venv\\Scripts\\python.exe"
  "%~dp0..\\.venv\\Scripts\\python.exe"
) do if not defined PY if exist %%P set "PY=%%~P"
pushd "%~dp0"
for /d %%D in (kskt-*-windows ..\\kskt-*-windows) do if not defined PY set "PY=%~dp0%%D"
popd
if defined PY if exist "%PY%\\python\\python.exe" set "PY=%PY%\\python\\python.exe"
set "EXE="
for %%X in (kskt.exe) do set "EXE=%%~$PATH:X"
if defined PY "%PY%" -X utf8 -m kskt_excel %*
if defined PY exit /b %ERRORLEVEL%
if defined EXE "%EXE%" %*
if defined EXE exit /b %ERRORLEVEL%
echo Không tìm thấy chương trình KSTTHC trên máy này. 1>&2
echo Đề nghị chép thư mục kskt-...-windows vào cạnh thư mục này rồi bấm lại. 1>&2
exit /b 2
"""


class FolderInUseError(KsktError):
    """A folder that holds something already."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"Thư mục {folder} đã có tệp. Đề nghị chọn tên khác để không ghi đè, ví dụ: kskt init"
            f" {folder.name}-moi"
        )


def workspace_files(folder: Path) -> Iterator[tuple[Path, bytes]]:
    """Every file of a new workspace. Raises FolderInUseError."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FolderInUseError(folder)
    yield folder / FILE_NAME, SETTINGS_TEXT.encode()
    templates = packaged_templates()
    for file in sorted(templates.rglob("*")):
        if file.is_file() and not file.name.startswith(("~$", ".")):
            yield folder / "templates" / file.relative_to(templates), file.read_bytes()
    for name, text in _batch_files().items():
        yield folder / name, text.replace("\n", "\r\n").encode()


def _batch_files() -> dict[str, str]:
    """The .bat files of a workspace; they look for this Python first, then for others near by."""
    is_python = os.name == "nt" and not getattr(sys, "frozen", False)
    finder = _FINDER.format(python=sys.executable if is_python else _NO_PYTHON)
    steps = {name: _STEP_FILE.format(step=step) for name, step in _STEP_FILES.items()}
    return {_FINDER_FILE: finder, **steps}


def create_workspace(folder: Path) -> Workspace:
    """Writes a new workspace; kskt.toml comes last, so that half a workspace is none."""
    files = list(workspace_files(folder))
    for path, data in (*files[1:], files[0]):
        write_whole(path, data)
    workspace = Workspace(folder, read_settings(folder / FILE_NAME))
    for empty in (workspace.inbox, workspace.issued, workspace.returned, workspace.tracker):
        empty.mkdir(parents=True, exist_ok=True)
    return workspace
