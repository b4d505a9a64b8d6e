"""Options that commands share, their words in Vietnamese, and how a command ends."""

import contextlib
import datetime as dt
import gettext
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

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
    if text is None:
        return None
    for shape in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return dt.datetime.strptime(text, shape).date()  # noqa: DTZ007  # a day has no zone
        except ValueError:
            continue
    raise click.BadParameter(
        f"“{text}” không phải ngày. Đề nghị ghi ngày/tháng/năm hoặc năm-tháng-ngày."
    )


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
    from kskt_excel.office import running_step as progress

    progress.finish()
    screen.show_outcome(outcome, json_to)
    sys.exit(outcome.exit_code)
