"""The menu (bảng chọn việc) behind the .bat files, for people who never type a command."""

import os
import shlex
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from kskt_excel.cli.options import click
from kskt_excel.model.errors import KsktError
from kskt_excel.model.nouns import dataclass
from kskt_excel.workspace import Workspace

DROPPED = "KSKT_DROPPED"
"""The command line that Windows started for files dropped on a .bat file."""
NOW = "nay"
"""The word for the quarter at work, for tasks that a scheduler starts."""
_LAST_WORKSPACE = "noi-lam-viec.txt"
_CHECKED_FOLDER = "DA-KIEM-TRA"
_YES = ("", "c", "co", "có", "y")


@dataclass(frozen=True, slots=True)
class QuarterStep:
    """One of the four steps of a quarter (bước của quý)."""

    name: str
    title: str
    command: str
    shows: str = ""  # folder of the workspace that is opened when it is done


JOBS = (
    QuarterStep("phat-bieu", "Phát biểu mẫu cho các đơn vị", "issue", "issued"),
    QuarterStep("tong-hop", "Nhận, kiểm tra, tổng hợp, trả lời", "consolidate", "summaries"),
    QuarterStep("tinh-hinh", "Đơn vị nào đã gửi, chậm, phải sửa", "status"),
    QuarterStep("don-doc", "Soạn thư đôn đốc", "remind", "returned"),
)
_CHECK = "kiem-tra"
_BY_NAME = {job.name: job for job in JOBS}
_NUMBERED = {str(number): job for number, job in enumerate(JOBS, 1)}


JOB_NAMES = (*_BY_NAME, _CHECK)


@dataclass(frozen=True)
class Menu:
    """The menu over a program that runs commands and knows the period at work."""

    run: Callable[[Sequence[str]], int]
    period_at_work: Callable[[Path], str]

    def start(self, folder: Path, job: str | None, rest: Sequence[str]) -> int:
        """One job, or the menu until it is left; the exit code."""
        if job == _CHECK:
            return self._check(dropped(os.environ, rest))
        if job:
            return self._do(_BY_NAME[job], folder, rest[0] if rest else "")
        return self._choose(folder)

    def _choose(self, folder: Path) -> int:
        workspace = _first_workspace(folder)
        while True:
            _show(workspace)
            answer = _ask("Chọn việc (số), Enter để thoát: ")
            if answer in ("", "0"):
                return 0
            if answer == "5":
                workspace = self._created() or workspace
            elif answer == "6":
                self._check(_paths(_ask("Kéo thả tệp vào đây rồi bấm Enter: ")))
            elif answer == "7":
                workspace = _opened(_ask("Kéo thả thư mục nơi làm việc vào đây: ")) or workspace
            elif answer not in _NUMBERED:
                click.echo(f"Không có việc số {answer}.")
            elif workspace:
                self._do(_NUMBERED[answer], workspace, "")
            else:
                click.echo("Đề nghị mở (7) hoặc tạo (5) nơi làm việc trước.")

    def _do(self, job: QuarterStep, folder: Path, period: str) -> int:
        """A step for a period, asked for where a person is there to answer."""
        is_asked = not period and sys.stdin.isatty()
        try:
            now = self.period_at_work(folder) if period in ("", NOW) else period
        except KsktError as error:
            click.echo(str(error), err=True)
            return 2
        if is_asked:
            click.echo(job.title)
        chosen = (_ask(f"Kỳ báo cáo [{now}]: ") if is_asked else "") or now
        code = self.run(("-C", str(folder), job.command, chosen))
        if not code and job.shows and sys.stdin.isatty():
            _offer(getattr(Workspace.find(folder), job.shows) / chosen)
        return code

    def _check(self, files: Sequence[Path]) -> int:
        """Files checked, their marked copies beside them and opened."""
        if not files:
            click.echo("Đề nghị kéo một hay nhiều tệp Excel thả lên tệp này để kiểm tra.")
            return 0
        folder = _marked_folder(files[0])
        before = _written(folder)
        code = self.run(("check", *map(str, files), "--marked", str(folder)))
        for path, moment in _written(folder).items():
            if before.get(path) != moment:
                click.launch(str(path))
        return code

    def _created(self) -> Path | None:
        paths = _paths(_ask("Thư mục mới, ví dụ D:\\KSTTHC-2022: "))
        if not paths or self.run(("init", str(paths[0]))):
            return None
        return _opened(f'"{paths[0]}"')


def dropped(environment: Mapping[str, str], given: Sequence[str]) -> tuple[Path, ...]:
    """Files dropped on a .bat file, with whatever signs their names have.

    Windows cuts a line in two at an ``&`` in a name without blanks; the whole line is handed on in
    the environment. Without it, the arguments as they are.
    """
    line = environment.get(DROPPED, "")
    _, found, after = line.partition('.bat"')
    if found and "/c" in line:
        after = after.rstrip().removesuffix('"') if line.count('"') % 2 == 0 else after
        paths = [Path(part) for part in _parts(after)]
        if paths and all(path.exists() for path in paths):
            return tuple(paths)
    return tuple(Path(one) for one in given)


def _parts(text: str) -> list[str]:
    """The paths of a line: in quotes, or without blanks; ``&`` and brackets are plain signs."""
    lexer = shlex.shlex(text, posix=True, punctuation_chars=False)
    lexer.whitespace_split, lexer.escape, lexer.commenters, lexer.quotes = True, "", "", '"'
    try:
        return list(lexer)
    except ValueError:  # a quote that is not closed
        return []


def _show(workspace: Path | None) -> None:
    click.echo()
    click.echo(f"Nơi làm việc: {workspace or 'chưa mở'}")
    for number, job in _NUMBERED.items():
        click.echo(f"  {number}. {job.title}")
    click.echo("  5. Tạo nơi làm việc mới")
    click.echo("  6. Kiểm tra một hay nhiều tệp")
    click.echo("  7. Mở nơi làm việc khác")


def _marked_folder(file: Path) -> Path:
    """Beside the file; in the person's own folder where nothing may be written there."""
    beside = file.absolute().parent
    return (beside if os.access(beside, os.W_OK) else Path.home()) / _CHECKED_FOLDER


def _written(folder: Path) -> dict[Path, int]:
    """The files of a folder, each with when it was written."""
    files = sorted(folder.glob("*")) if folder.is_dir() else []
    return {path: path.stat().st_mtime_ns for path in files}


def _offer(folder: Path) -> None:
    if folder.is_dir() and _ask("Mở thư mục kết quả? (Enter: mở, k: không) ").casefold() in _YES:
        click.launch(str(folder))


def _first_workspace(folder: Path) -> Path | None:
    """The workspace around a folder, else the one that was open last."""
    return _opened(str(folder), quiet=True) or _opened(_last(), quiet=True)


def _opened(text: str, *, quiet: bool = False) -> Path | None:
    """The workspace at a path, remembered; None when there is none."""
    paths = _paths(text)
    if not paths:
        return None
    try:
        root = Workspace.find(paths[0]).root
    except KsktError as error:
        if not quiet:
            click.echo(str(error))
        return None
    note = Path(click.get_app_dir("kskt")) / _LAST_WORKSPACE
    note.parent.mkdir(parents=True, exist_ok=True)
    note.write_text(str(root), encoding="utf-8")
    return root


def _last() -> str:
    note = Path(click.get_app_dir("kskt")) / _LAST_WORKSPACE
    try:
        return f'"{note.read_text(encoding="utf-8")}"'
    except OSError:
        return ""


def _paths(text: str) -> tuple[Path, ...]:
    """Paths as they are typed or dropped into a window."""
    whole = text.strip().strip('"')
    if whole and '"' not in whole and Path(whole).exists():
        return (Path(whole),)
    return tuple(Path(part) for part in _parts(text))


def _ask(question: str) -> str:
    """An answer; "" when there is nobody to give one."""
    try:
        return input(question).strip()
    except EOFError:
        return ""
