"""The command line: parses, calls one office function, prints, exits. No logic here."""

import datetime as dt
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kskt_excel import __version__
from kskt_excel.cli_language import vietnamese

with vietnamese():
    import click

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
_DONE, _FOUND, _COULD_NOT = 0, 1, 2


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


def _day(_ctx: click.Context, _param: click.Parameter, text: str | None) -> dt.date | None:
    if text is None:
        return None
    for shape in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return dt.datetime.strptime(text, shape).date()  # noqa: DTZ007  # a day has no zone
        except ValueError:
            continue
    raise click.BadParameter(f"“{text}” không phải ngày. Hãy ghi như 2022-03-18 hoặc 18/03/2022.")


_json = click.option(
    "--json", "json_to", metavar="TỆP", help="Ghi kết quả dạng JSON vào TỆP; “-” là màn hình."
)
_as_of = click.option(
    "--as-of", callback=_day, metavar="NGÀY", help="Coi NGÀY là hôm nay, ví dụ 2022-03-18."
)
_dry_run = click.option("--dry-run", is_flag=True, help="Chỉ nói sẽ làm gì, không ghi tệp nào.")
_by = click.option("--by", "who", metavar="TÊN", help="Người thực hiện; mặc định: tên đăng nhập.")


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


@kskt.command(options_metavar="[TÙY CHỌN]")
@click.argument("folder", metavar="THƯ-MỤC", type=click.Path(path_type=Path))
@_dry_run
def init(folder: Path, *, dry_run: bool) -> None:
    """Tạo nơi làm việc mới.

    Ví dụ: kskt init KSTTHC-2022
    """
    _show(_office().init(folder, dry_run=dry_run))


@kskt.command(options_metavar="[TÙY CHỌN]")
@click.argument("period", metavar="KỲ")
@click.option(
    "--unit", "units", multiple=True, metavar="MÃ", help="Chỉ đơn vị này; ghi được nhiều."
)
@_as_of
@_json
@_dry_run
@click.pass_obj
def issue(folder: Path, /, period: str, json_to: str | None, **options: Any) -> None:
    """Lập biểu mẫu trắng cho từng đơn vị, kèm thư gửi.

    Ví dụ: kskt issue 2022-Q1 --unit VP
    """
    _show(_office().issue(folder, period, **options), json_to)


@kskt.command(options_metavar="[TÙY CHỌN]")
@click.argument("paths", metavar="[TỆP|THƯ-MỤC]…", nargs=-1, type=click.Path(path_type=Path))
@click.option("--imap", is_flag=True, help="Lấy thư từ hộp thư ghi trong kskt.toml.")
@_as_of
@_json
@_dry_run
@click.pass_obj
def receive(folder: Path, /, json_to: str | None, **options: Any) -> None:
    """Nhận tệp, thư, tệp nén vào kho lưu và sổ theo dõi.

    Không ghi gì thì nhận thư mục workbooks/inbox. Ví dụ: kskt receive thu-den/
    """
    _show(_office().receive(folder, **options), json_to)


@kskt.command(options_metavar="[TÙY CHỌN]")
@click.argument("files", metavar="TỆP…", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--marked", type=click.Path(path_type=Path), metavar="THƯ-MỤC", help="Ghi bản đánh dấu lỗi."
)
@_as_of
@_json
@click.pass_obj
def check(folder: Path, /, json_to: str | None, **options: Any) -> None:
    """Kiểm tra tệp: kết luận và các lỗi, không ghi sổ.

    Ví dụ: kskt check BC-KSTTHC_2022-Q1_QLCNH.xlsx --marked da-kiem-tra/
    """
    _show(_office().check(folder, **options), json_to)


@kskt.command(options_metavar="[TÙY CHỌN]")
@click.argument("period", metavar="KỲ")
@click.option("--strict", is_flag=True, help="Mã thoát 1 khi còn đơn vị thiếu hoặc bị trả lại.")
@click.option("--pdf/--no-pdf", "pdf", default=None, help="Có in ra PDF hay không.")
@_as_of
@_json
@_dry_run
@click.pass_obj
def consolidate(folder: Path, /, period: str, json_to: str | None, **options: Any) -> None:
    """Làm cả quý: nhận, kiểm tra, tổng hợp, báo cáo, trả lời.

    Ví dụ: kskt consolidate 2022-Q1
    """
    _show(_office().consolidate(folder, period, **options), json_to)


@kskt.command("return", options_metavar="[TÙY CHỌN]")
@click.argument("period", metavar="KỲ")
@click.option(
    "--unit", "units", multiple=True, metavar="MÃ", help="Chỉ đơn vị này; ghi được nhiều."
)
@click.option("--send", is_flag=True, help="Gửi thư qua máy chủ ghi trong kskt.toml.")
@_as_of
@_json
@_dry_run
@click.pass_obj
def return_(folder: Path, /, period: str, json_to: str | None, **options: Any) -> None:
    """Lập lại bản đánh dấu lỗi và thư trả lời.

    Ví dụ: kskt return 2022-Q1 --unit QLCN
    """
    _show(_office().give_back(folder, period, **options), json_to)


@kskt.command(options_metavar="[TÙY CHỌN]")
@click.argument("period", metavar="KỲ")
@click.option("--send", is_flag=True, help="Gửi thư qua máy chủ ghi trong kskt.toml.")
@_as_of
@_json
@_dry_run
@click.pass_obj
def remind(folder: Path, /, period: str, json_to: str | None, **options: Any) -> None:
    """Soạn thư đôn đốc đơn vị chưa gửi.

    Ví dụ: kskt remind 2022-Q1
    """
    _show(_office().remind(folder, period, **options), json_to)


@kskt.command(options_metavar="[TÙY CHỌN]")
@click.argument("period", metavar="[KỲ]", required=False)
@_as_of
@_json
@click.pass_obj
def status(folder: Path, /, period: str | None, json_to: str | None, **options: Any) -> None:
    """Cho biết đơn vị nào đã gửi, chậm, cần sửa.

    Ví dụ: kskt status 2022-Q1
    """
    _show(_office().status(folder, period, **options), json_to)


@kskt.command(options_metavar="[TÙY CHỌN]")
@click.argument(
    "kind",
    metavar="VIỆC",
    type=click.Choice(["accept", "void", "choose", "parts", "waive", "close", "reopen", "revoke"]),
)
@click.option("--period", metavar="KỲ", default="", help="Kỳ báo cáo.")
@click.option("--unit", metavar="MÃ", default="", help="Đơn vị.")
@click.option("--version", "version", type=int, default=0, help="Lần gửi: 1, 2, …")
@click.option("--rule", metavar="MÃ", default="", help="Quy tắc được miễn, ví dụ V06a.7.")
@click.option("--reason", metavar="LÝ-DO", required=True, help="Lý do, ghi vào sổ.")
@click.option("--expires", "expires_on", callback=_day, metavar="NGÀY", help="Miễn đến hết ngày.")
@click.option("--decision", "revokes", type=int, default=0, help="Số quyết định cần rút lại.")
@_by
@_as_of
@_json
@_dry_run
@click.pass_obj
def decide(folder: Path, /, kind: str, json_to: str | None, **options: Any) -> None:
    """Ghi quyết định của Văn phòng: ai, khi nào, vì sao.

    accept chấp nhận, void hủy, choose chọn lần gửi, parts ghép phần gửi thêm, waive miễn quy
    tắc, close khóa kỳ, reopen mở lại, revoke rút quyết định.

    Ví dụ: kskt decide choose --period 2022-Q1 --unit QLCN --version 1 --reason "Theo công văn 12"
    """
    _show(_office().decide(folder, kind, **options), json_to)


@kskt.command(options_metavar="[TÙY CHỌN]")
@click.argument("unit", metavar="MÃ-ĐƠN-VỊ")
@click.argument("period", metavar="KỲ")
@click.option("--versions", nargs=2, type=int, metavar="LẦN LẦN", help="Hai lần gửi cần so.")
@click.option("--xlsx", type=click.Path(path_type=Path), metavar="TỆP", help="Ghi ra tệp Excel.")
@_json
@click.pass_obj
def diff(folder: Path, /, unit: str, period: str, json_to: str | None, **options: Any) -> None:
    """So sánh hai lần gửi theo từng ô.

    Ví dụ: kskt diff QLCN 2022-Q1
    """
    _show(_office().diff(folder, unit, period, **options), json_to)


@kskt.command(options_metavar="[TÙY CHỌN]")
@click.argument("figure", metavar="SHEET!Ô")
@click.option("--period", metavar="KỲ", help="Kỳ của báo cáo; mặc định: kỳ tổng hợp gần nhất.")
@_as_of
@_json
@click.pass_obj
def trace(folder: Path, /, figure: str, json_to: str | None, **options: Any) -> None:
    """Truy một con số về các ô của đơn vị.

    Ví dụ: kskt trace "Biểu II.06a!G12"
    """
    _show(_office().trace(folder, figure, **options), json_to)


@kskt.command(options_metavar="[TÙY CHỌN]")
@_as_of
@_json
@click.pass_obj
def verify(folder: Path, /, json_to: str | None, **options: Any) -> None:
    """Tính lại mọi thứ từ kho lưu rồi đối chiếu.

    Ví dụ: kskt verify
    """
    _show(_office().verify(folder, **options), json_to)


@kskt.command("next-year", options_metavar="[TÙY CHỌN]")
@click.argument("year", metavar="NĂM", type=int)
@_dry_run
@click.pass_obj
def next_year(folder: Path, /, year: int, *, dry_run: bool) -> None:
    """Lập kế hoạch năm sau từ kế hoạch NĂM đang có.

    Ví dụ: kskt next-year 2022
    """
    _show(_office().next_year(folder, year, dry_run=dry_run))


def _office() -> Any:
    """The office, imported only when a command runs, so that help stays quick."""
    from kskt_excel import office

    return office


def _show(outcome: Any, json_to: str | None = None) -> None:
    """Prints an outcome for people, or as JSON, and leaves with its exit code."""
    from kskt_excel import screen

    screen.show(outcome, json_to)
    sys.exit(outcome.exit_code)


def main() -> None:
    """Entry point: every error of a person, a file or the machine is one sentence and exit 2."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure: Callable[..., None] | None = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(encoding="utf-8", errors="replace")
    try:
        kskt(prog_name="kskt")
    except KsktError as error:
        click.echo(str(error), err=True)
        sys.exit(_COULD_NOT)
    except BrokenPipeError:
        sys.exit(_COULD_NOT)
    except OSError as error:
        click.echo(_machine_sentence(error), err=True)
        sys.exit(_COULD_NOT)


def _machine_sentence(error: OSError) -> str:
    """A sentence for what the machine refused: full disk, no right, a path that is gone."""
    import errno

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
