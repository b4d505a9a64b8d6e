"""The group of commands: both names of each, and what an error looks like."""

import errno
import gc
import sys
from collections.abc import Callable
from pathlib import Path

from kskt_excel import __version__
from kskt_excel.cli import desk, quarter
from kskt_excel.cli.options import click
from kskt_excel.model.errors import KsktError

ALIASES = {
    "khoi-tao": "init",
    "phat-bieu": "issue",
    "tiep-nhan": "receive",
    "kiem-tra": "check",
    "tong-hop": "consolidate",
    "tra-lai": "return",
    "don-doc": "remind",
    "tinh-hinh": "status",
    "quyet-dinh": "decide",
    "so-sanh": "diff",
    "truy-nguon": "trace",
    "doi-chieu": "verify",
    "nam-sau": "next-year",
}
_VIETNAMESE = {name: alias for alias, name in ALIASES.items()}
COULD_NOT = 2
_OBJECTS_BETWEEN_LOOKS = 100_000  # a run keeps most of what it makes: the collector finds little


class Commands(click.Group):
    """A group whose commands also answer to their Vietnamese names."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of either name."""
        return super().get_command(ctx, ALIASES.get(cmd_name, cmd_name))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command under its English name, so that usage lines agree."""
        _, command, rest = super().resolve_command(ctx, args)
        return (command.name if command else None), command, rest

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's signature
        """Commands in the order of a quarter's work."""
        return list(ALIASES.values())

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Both names of each command beside its first line."""
        rows = []
        for name in self.list_commands(ctx):
            command = self.commands[name]
            rows.append((f"{name}, {_VIETNAMESE[name]}", command.get_short_help_str(72)))
        with formatter.section("Lệnh"):
            formatter.write_dl(rows)


@click.group(
    cls=Commands,
    options_metavar="[TÙY CHỌN]",
    subcommand_metavar="LỆNH …",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Ví dụ: kskt consolidate 2022-Q1. Hướng dẫn từng lệnh: kskt LỆNH --help.",
)
@click.option(
    "-C",
    "--workspace",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="THƯ-MỤC",
    help="Nơi làm việc; mặc định: thư mục hiện tại.",
)
@click.version_option(__version__, prog_name="kskt")
@click.pass_context
def kskt(ctx: click.Context, folder: Path | None) -> None:
    """Kiểm soát thủ tục hành chính trên Excel: phát mẫu, kiểm tra, tổng hợp, in báo cáo."""
    ctx.obj = folder or Path.cwd()


for _command in (
    quarter.init,
    quarter.issue,
    quarter.receive,
    quarter.check,
    quarter.consolidate,
    quarter.return_,
    quarter.remind,
    quarter.status,
    desk.decide,
    desk.diff,
    desk.trace,
    desk.verify,
    desk.next_year,
):
    kskt.add_command(_command)


def main() -> None:
    """Entry point: every error of a person, a file or the machine is one sentence and exit 2."""
    gc.set_threshold(_OBJECTS_BETWEEN_LOOKS)
    for stream in (sys.stdout, sys.stderr):
        reconfigure: Callable[..., None] | None = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(encoding="utf-8", errors="replace")
    try:
        kskt(prog_name="kskt")
    except KsktError as error:
        click.echo(str(error), err=True)
        sys.exit(COULD_NOT)
    except BrokenPipeError:
        sys.exit(COULD_NOT)
    except OSError as error:
        click.echo(_machine_sentence(error), err=True)
        sys.exit(COULD_NOT)


def _machine_sentence(error: OSError) -> str:
    """A sentence for what the machine refused: full disk, no right, a path that is gone."""
    said = {
        errno.ENOSPC: "Ổ đĩa đã đầy. Hãy dọn chỗ trống rồi chạy lại; những gì đã nhận không mất.",
        errno.EACCES: "Không có quyền đọc hoặc ghi. Hãy kiểm tra quyền của thư mục rồi chạy lại.",
        errno.EROFS: "Thư mục chỉ cho đọc. Hãy chạy ở nơi ghi được.",
        errno.ENOENT: "Không tìm thấy tệp hoặc thư mục. Hãy kiểm tra lại đường dẫn.",
        errno.EIO: "Ổ đĩa báo lỗi khi đọc hoặc ghi. Hãy kiểm tra ổ đĩa rồi chạy lại.",
    }
    where = f" ({error.filename})" if error.filename else ""
    default = "Máy không cho đọc hoặc ghi. Hãy kiểm tra ổ đĩa và đường dẫn rồi chạy lại."
    return said.get(error.errno or 0, default) + where
