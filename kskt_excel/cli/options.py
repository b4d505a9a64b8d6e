"""Options that several commands share, and the two things that every command does."""

import datetime as dt
import sys
from typing import Any

from kskt_excel.cli.language import vietnamese

with vietnamese():
    import click

__all__ = [
    "OPTIONS",
    "as_of_option",
    "by_option",
    "click",
    "day",
    "dry_run_option",
    "json_option",
    "office",
    "show",
]

OPTIONS = "[TÙY CHỌN]"


def day(_ctx: click.Context, _param: click.Parameter, text: str | None) -> dt.date | None:
    """The day that was typed, as ``2022-03-18`` or ``18/03/2022``."""
    if text is None:
        return None
    for shape in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return dt.datetime.strptime(text, shape).date()  # noqa: DTZ007  # a day has no zone
        except ValueError:
            continue
    raise click.BadParameter(f"“{text}” không phải ngày. Hãy ghi như 2022-03-18 hoặc 18/03/2022.")


json_option = click.option(
    "--json", "json_to", metavar="TỆP", help="Ghi kết quả dạng JSON vào TỆP; “-” là màn hình."
)
as_of_option = click.option(
    "--as-of", callback=day, metavar="NGÀY", help="Coi NGÀY là hôm nay, ví dụ 2022-03-18."
)
dry_run_option = click.option(
    "--dry-run", is_flag=True, help="Chỉ nói sẽ làm gì, không ghi tệp nào."
)
by_option = click.option(
    "--by", "who", metavar="TÊN", help="Người thực hiện; mặc định: tên đăng nhập."
)


def office() -> Any:
    """The office, imported only when a command runs, so that help stays quick."""
    from kskt_excel import office

    return office


def show(outcome: Any, json_to: str | None = None) -> None:
    """Prints an outcome for people, or as JSON, and leaves with its exit code."""
    from kskt_excel import screen

    screen.show(outcome, json_to)
    sys.exit(outcome.exit_code)
