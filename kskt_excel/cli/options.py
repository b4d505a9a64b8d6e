"""Options that commands share, their words in Vietnamese, and how a command ends."""

import contextlib
import datetime as dt
import errno
import gettext
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from kskt_excel.model.errors import COULD_NOT, KsktError, StoppedError, UnknownDayError

USAGE_WORDS = {
    "%(prog)s, version %(version)s": "%(prog)s, phiên bản %(version)s",
    "Aborted!": "Đã dừng.",
    "Argument {name!r} takes {nargs} values.": "Tham số {name!r} cần {nargs} giá trị.",
    "Choose from:\n\t{choices}": "Chọn một trong:\n\t{choices}",
    "Commands": "Lệnh",
    "Could not open file {filename!r}: {message}": "Không mở được tệp {filename!r}: {message}",
    "Do you want to continue?": "Có làm tiếp không?",
    "Error: {message}": "Chưa chạy được: {message}",
    "Got unexpected extra argument ({args})": "Thừa tham số: {args}",
    "Got unexpected extra arguments ({args})": "Thừa các tham số: {args}",
    "Invalid value for {param_hint}: {message}": "Giá trị của {param_hint} chưa đúng: {message}",
    "Invalid value: {message}": "Giá trị chưa đúng: {message}",
    "Missing argument": "Thiếu tham số",
    "Missing command.": "Thiếu tên lệnh.",
    "Missing option": "Thiếu tùy chọn",
    "Missing parameter": "Thiếu tham số",
    "Missing parameter: {param_name}": "Thiếu tham số: {param_name}",
    "Missing {param_type}": "Thiếu {param_type}",
    "No such command {name!r}.": "Không có lệnh {name!r}.",
    "No such option {name!r}.": "Không có tùy chọn {name!r}.",
    "No such option: {name}": "Không có tùy chọn: {name}",
    "Option {name!r} does not take a value.": "Tùy chọn {name!r} không nhận giá trị.",
    "Option {name!r} requires an argument.": "Tùy chọn {name!r} cần một giá trị.",
    "Option {name!r} requires {nargs} arguments.": "Tùy chọn {name!r} cần {nargs} giá trị.",
    "Options": "Tùy chọn",
    "Positional arguments": "Tham số",
    "Show the version and exit.": "Cho biết phiên bản rồi thoát.",
    "Show this message and exit.": "Hiện hướng dẫn này rồi thoát.",
    "Try '{command} {option}' for help.": "Gõ '{command} {option}' để xem hướng dẫn.",
    "Usage:": "Cách dùng:",
    "Usage: ": "Cách dùng: ",
    "default: {default}": "mặc định: {default}",
    "directory": "thư mục",
    "file": "tệp",
    "path": "đường dẫn",
    "required": "bắt buộc",
    "{name} {filename!r} does not exist.": "{name} {filename!r} không có.",
    "{name} {filename!r} is a directory.": "{name} {filename!r} là thư mục.",
    "{name} {filename!r} is a file.": "{name} {filename!r} là tệp.",
    "{name} {filename!r} is not readable.": "{name} {filename!r} không đọc được.",
    "{name} {filename!r} is not writable.": "{name} {filename!r} không ghi được.",
    "{value!r} does not match the format {format}.": "{value!r} không đúng mẫu {format}.",
    "{value!r} does not match the formats {formats}.": "{value!r} không đúng các mẫu {formats}.",
    "{value!r} is not a valid {number_type}.": "{value!r} không phải là số.",
    "{value!r} is not one of {choices}.": "{value!r} không có trong: {choices}.",
    "Did you mean {possibility}?": "Có phải là {possibility}?",
    "(Possible options: {possibilities})": "(Có thể là: {possibilities})",
}


@contextlib.contextmanager
def vietnamese() -> Iterator[None]:
    """Click imported inside this block speaks Vietnamese.

    Click takes its words from ``gettext`` at import; a compiled catalogue in the package would say
    the same, but needs the environment to name the language.
    """
    singular, plural = gettext.gettext, gettext.ngettext

    def one(message: str) -> str:
        return USAGE_WORDS.get(message, message)

    def one_or_more(msgid1: str, msgid2: str, n: int) -> str:
        return one(msgid1 if n == 1 else msgid2)

    gettext.gettext, gettext.ngettext = one, one_or_more
    try:
        yield
    finally:
        gettext.gettext, gettext.ngettext = singular, plural


with vietnamese():
    import click

__all__ = [
    "OPTIONS",
    "as_of_option",
    "by_option",
    "click",
    "day_option",
    "dry_run_option",
    "json_option",
    "office",
    "run_and_show",
]

OPTIONS = "[TÙY CHỌN]"


def day_option(_ctx: click.Context, _param: click.Parameter, text: str | None) -> dt.date | None:
    """The day that was typed, as ``2022-03-18`` or ``18/03/2022``."""
    from kskt_excel.model.period import typed_day

    try:
        return None if text is None else typed_day(text)
    except UnknownDayError as error:
        raise click.BadParameter(str(error)) from error


def complete_period(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """Periods of the years that the workspace has a plan for."""
    from kskt_excel.office import office

    return [one for one in office.known_periods(_folder(ctx)) if one.startswith(incomplete)]


def complete_unit(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """Codes of the units of the newest plan."""
    from kskt_excel.office import office

    codes = office.known_units(_folder(ctx))
    return [code for code in codes if code.startswith(incomplete.upper())]


def _folder(ctx: click.Context) -> Path:
    """The workspace that the command line names, also while it is being typed."""
    return Path(ctx.find_root().params.get("folder") or Path.cwd())


units_option = click.option(
    "--unit",
    "units",
    multiple=True,
    metavar="MÃ",
    help="Chỉ đơn vị này; ghi được nhiều.",
    shell_complete=complete_unit,
)
send_option = click.option("--send", is_flag=True, help="Gửi thư qua máy chủ ghi trong kskt.toml.")
drafts_option = click.option(
    "--drafts", is_flag=True, help="Để thư vào thư mục thư nháp của hộp thư (IMAP)."
)
json_option = click.option(
    "--json", "json_to", metavar="TỆP", help="Ghi kết quả dạng JSON vào TỆP; “-” là màn hình."
)
as_of_option = click.option(
    "--as-of", callback=day_option, metavar="NGÀY", help="Coi NGÀY (năm-tháng-ngày) là hôm nay."
)
dry_run_option = click.option(
    "--dry-run", is_flag=True, help="Chỉ nói sẽ làm gì, không ghi tệp nào."
)
by_option = click.option(
    "--by", "who", metavar="TÊN", help="Người thực hiện; mặc định: tên đăng nhập."
)


def office() -> Any:
    """The office, imported only when a command runs, so that help stays quick."""
    from kskt_excel.office import office

    return office


def run_and_show(outcome: Any, json_to: str | None = None) -> None:
    """Prints an outcome for people, or as JSON, and leaves with its exit code."""
    from kskt_excel.cli import screen
    from kskt_excel.office import running_step

    running_step.finish()
    screen.show_outcome(outcome, json_to)
    sys.exit(outcome.exit_code)


# how a run ends

STOPPED = 130  # as shells give it for Ctrl-C: 128 and the number of the signal
_SENTENCES = {
    errno.ENOSPC: "Ổ đĩa đã đầy. Đề nghị dọn chỗ trống rồi chạy lại; những gì đã nhận không mất.",
    errno.EDQUOT: "Đã hết dung lượng được cấp. Đề nghị dọn chỗ trống rồi chạy lại.",
    errno.EACCES: "Không có quyền đọc hoặc ghi. Đề nghị kiểm tra quyền của thư mục rồi chạy lại.",
    errno.EPERM: "Không có quyền đọc hoặc ghi. Đề nghị kiểm tra quyền của thư mục rồi chạy lại.",
    errno.EROFS: "Thư mục chỉ cho đọc. Đề nghị chạy ở nơi ghi được.",
    errno.ENOENT: "Không tìm thấy tệp hoặc thư mục. Đề nghị kiểm tra lại đường dẫn.",
    errno.EIO: "Ổ đĩa báo lỗi khi đọc hoặc ghi. Đề nghị kiểm tra ổ đĩa rồi chạy lại.",
    errno.EMFILE: "Máy đang mở quá nhiều tệp. Đề nghị đóng bớt chương trình rồi chạy lại.",
    errno.ENFILE: "Máy đang mở quá nhiều tệp. Đề nghị đóng bớt chương trình rồi chạy lại.",
    errno.ENOMEM: "Máy không đủ bộ nhớ. Đề nghị đóng bớt chương trình rồi chạy lại.",
}
_OTHER = "Máy không cho đọc hoặc ghi. Đề nghị kiểm tra ổ đĩa và đường dẫn rồi chạy lại."
_NOT_ENOUGH_MEMORY = _SENTENCES[errno.ENOMEM]


def run_to_its_end(command: Callable[[], object]) -> int:
    """Runs a command line; gives its exit code, after a sentence for whatever stopped it."""
    try:
        command()
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt) as stop:
        said = stop if isinstance(stop, StoppedError) else stop.__cause__
        _say(str(said) if isinstance(said, StoppedError) else "Đã dừng. Chạy lại lệnh này khi cần.")
        return STOPPED
    except KsktError as error:
        _say(str(error))
        return COULD_NOT
    except MemoryError:
        _say(_NOT_ENOUGH_MEMORY)
        return COULD_NOT
    except Exception as error:
        refusal = _of_the_machine(error)
        if refusal is None:
            raise
        _say(_sentence(refusal))
        return COULD_NOT
    return 0


def _of_the_machine(error: BaseException) -> OSError | None:
    """What the machine refused, also where a library has wrapped it in an error of its own."""
    seen: list[BaseException] = []
    while error not in seen:
        seen.append(error)
        inside = next((one for one in error.args if isinstance(one, OSError)), None)
        if isinstance(error, OSError) or inside:
            return inside or (error if isinstance(error, OSError) else None)
        error = error.__cause__ or error.__context__ or error
    return None


def _sentence(error: OSError) -> str:
    """A sentence for what the machine refused: full disk, no right, a path that is gone."""
    where = f" ({error.filename})" if error.filename else ""
    return _SENTENCES.get(error.errno or 0, _OTHER) + where


def _say(text: str) -> None:
    from kskt_excel.cli.screen import wrapped

    with contextlib.suppress(OSError):  # nobody listens any more
        click.echo(wrapped(text), err=True)
