"""The commands under both their names, what an error looks like, and the order in the help."""

import gc
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kskt_excel import __version__
from kskt_excel.cli.options import (
    OPTIONS,
    as_of_option,
    by_option,
    click,
    complete_period,
    complete_unit,
    day_option,
    drafts_option,
    dry_run_option,
    json_option,
    office,
    run_and_show,
    run_to_its_end,
    send_option,
    units_option,
)

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

_KINDS_IN_VIETNAMESE: Final = {
    "ban-ky": "signed",
    "chi-dao": "direct",
    "ket-thuc-chi-dao": "close-direction",
}
_LAST_YEAR: Final = 2100  # a later one is a slip of the hand


@click.command(options_metavar=OPTIONS)
@click.argument("folder", metavar="THƯ-MỤC", type=click.Path(path_type=Path))
@click.option(
    "--year",
    type=click.IntRange(max=_LAST_YEAR),
    metavar="NĂM",
    help="Năm của kế hoạch; mặc định: năm của kế hoạch mẫu.",
)
@dry_run_option
def init(folder: Path, *, year: int | None, dry_run: bool) -> None:
    """Tạo nơi làm việc mới.

    Ví dụ: kskt init KSTTHC-2026 --year 2026
    """
    run_and_show(office().init(folder, dry_run=dry_run, year=year))


@click.command(options_metavar=OPTIONS)
@click.argument("period", metavar="KỲ", shell_complete=complete_period)
@units_option
@send_option
@drafts_option
@as_of_option
@json_option
@dry_run_option
@click.pass_obj
def issue(folder: Path, /, period: str, json_to: str | None, **options: Any) -> None:
    """Lập tệp biểu mẫu cho từng đơn vị, kèm thư gửi.

    Ví dụ: kskt issue 2022-Q1 --unit VP
    """
    run_and_show(office().issue(folder, period, **options), json_to)


@click.command(options_metavar=OPTIONS)
@click.argument("paths", metavar="[TỆP|THƯ-MỤC]…", nargs=-1, type=click.Path(path_type=Path))
@click.option("--imap", is_flag=True, help="Lấy thư từ hộp thư ghi trong kskt.toml.")
@as_of_option
@json_option
@dry_run_option
@click.pass_obj
def receive(folder: Path, /, json_to: str | None, **options: Any) -> None:
    """Nhận tệp, thư, tệp nén vào kho lưu và sổ theo dõi.

    Không ghi gì thì nhận thư mục workbooks/inbox. Ví dụ: kskt receive thu-den/
    """
    run_and_show(office().receive(folder, **options), json_to)


@click.command(options_metavar=OPTIONS)
@click.argument("files", metavar="TỆP…", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--marked", type=click.Path(path_type=Path), metavar="THƯ-MỤC", help="Ghi bản đánh dấu lỗi."
)
@as_of_option
@json_option
@click.pass_obj
def check(folder: Path, /, json_to: str | None, **options: Any) -> None:
    """Kiểm tra tệp: kết luận và các lỗi, không ghi sổ.

    Ví dụ: kskt check BC-KSTTHC_2022-Q1_QLCNH.xlsx --marked da-kiem-tra/
    """
    run_and_show(office().check(folder, **options), json_to)


@click.command(options_metavar=OPTIONS)
@click.argument("period", metavar="KỲ", shell_complete=complete_period)
@click.option("--strict", is_flag=True, help="Mã thoát 1 khi còn đơn vị thiếu hoặc bị trả lại.")
@click.option("--pdf/--no-pdf", "pdf", default=None, help="Có in ra PDF hay không.")
@click.option("--pdf-a", "pdf_a", is_flag=True, help="In ra PDF/A-2b để lưu trữ.")
@as_of_option
@json_option
@dry_run_option
@click.pass_obj
def consolidate(folder: Path, /, period: str, json_to: str | None, **options: Any) -> None:
    """Làm cả quý: nhận, kiểm tra, tổng hợp, báo cáo, trả lời.

    Ví dụ: kskt consolidate 2022-Q1
    """
    run_and_show(office().consolidate(folder, period, **options), json_to)


@click.command("return", options_metavar=OPTIONS)
@click.argument("period", metavar="KỲ", shell_complete=complete_period)
@units_option
@send_option
@drafts_option
@as_of_option
@json_option
@dry_run_option
@click.pass_obj
def return_(folder: Path, /, period: str, json_to: str | None, **options: Any) -> None:
    """Lập lại bản đánh dấu lỗi và thư trả lời.

    Ví dụ: kskt return 2022-Q1 --unit QLCN
    """
    run_and_show(office().give_back(folder, period, **options), json_to)


@click.command(options_metavar=OPTIONS)
@click.argument("period", metavar="[KỲ]", required=False, shell_complete=complete_period)
@click.option(
    "--due", is_flag=True, help="Chỉ việc đến lúc phải nhắc; chạy hằng ngày không nhắc trùng."
)
@click.option(
    "--before",
    type=click.IntRange(min=0, max=60),
    metavar="SỐ-NGÀY",
    help="Nhắc trước hạn bao nhiêu ngày làm việc; mặc định theo kế hoạch.",
)
@send_option
@drafts_option
@as_of_option
@json_option
@dry_run_option
@click.pass_obj
def remind(folder: Path, /, period: str | None, json_to: str | None, **options: Any) -> None:
    """Soạn thư đôn đốc: báo cáo, bản sửa, nhiệm vụ còn nợ.

    Mỗi đơn vị một thư với mọi việc còn phải làm. Không ghi kỳ thì là quý đang thu. Ví dụ: kskt
    remind 2022-Q1 --before 5
    """
    run_and_show(office().remind(folder, period, **options), json_to)


@click.command(options_metavar=OPTIONS)
@click.argument("period", metavar="[KỲ]", required=False, shell_complete=complete_period)
@as_of_option
@json_option
@click.pass_obj
def status(folder: Path, /, period: str | None, json_to: str | None, **options: Any) -> None:
    """Cho biết đơn vị nào đã gửi, chậm, cần sửa.

    Ví dụ: kskt status 2022-Q1
    """
    run_and_show(office().status(folder, period, **options), json_to)


@click.command(options_metavar=OPTIONS)
@click.argument(
    "kind",
    metavar="VIỆC",
    type=click.Choice(
        [
            "accept",
            "void",
            "choose",
            "parts",
            "waive",
            "dismiss",
            "move",
            "signed",
            "direct",
            "close-direction",
            "close",
            "reopen",
            "revoke",
            *_KINDS_IN_VIETNAMESE,
        ]
    ),
)
@click.option(
    "--period", metavar="KỲ", default="", help="Kỳ báo cáo.", shell_complete=complete_period
)
@click.option("--unit", metavar="MÃ", default="", help="Đơn vị.", shell_complete=complete_unit)
@click.option("--version", "version", type=int, default=0, help="Lần gửi: 1, 2, …")
@click.option("--rule", metavar="MÃ", default="", help="Quy tắc được miễn, ví dụ: KS-601.")
@click.option(
    "--at", "where", metavar="CHỖ", default="", help="Chỉ miễn một ô, một dòng hoặc một hồ sơ."
)
@click.option(
    "--file",
    metavar="TỆP",
    default="",
    help="Tên, mẫu tên (anh-*), đầu mã kiểm tra; cách nhau bằng |.",
)
@click.option("--task", metavar="MÃ", default="", help="Nhiệm vụ được chỉ đạo.")
@click.option("--about", "matter", metavar="CHỮ", default="", help="Vài chữ của việc đơn vị nêu.")
@click.option("--text", metavar="NỘI-DUNG", default="", help="Nội dung ý kiến chỉ đạo.")
@click.option("--leader", metavar="NGƯỜI", default="", help="Người chỉ đạo: chức vụ, họ tên.")
@click.option("--on", "given_on", callback=day_option, metavar="NGÀY", help="Ngày chỉ đạo.")
@click.option("--reason", metavar="LÝ-DO", default="", help="Lý do, ghi vào sổ.")
@click.option(
    "--expires", "expires_on", callback=day_option, metavar="NGÀY", help="Miễn đến hết ngày."
)
@click.option("--decision", "revokes", type=int, default=0, help="Số quyết định, ý kiến chỉ đạo.")
@by_option
@as_of_option
@json_option
@dry_run_option
@click.pass_obj
def decide(folder: Path, /, kind: str, json_to: str | None, **options: Any) -> None:
    """Ghi quyết định của Văn phòng: ai, khi nào, vì sao.

    accept chấp nhận, void hủy, choose chọn lần gửi, parts ghép phần gửi thêm, waive miễn quy
    tắc, dismiss bỏ qua tệp lạ, move xếp tệp không ghi kỳ vào một quý, signed (ban-ky) ghi bản quét
    là bản ký của một báo cáo, direct (chi-dao) ghi ý kiến chỉ đạo của lãnh đạo, close-direction
    (ket-thuc-chi-dao) kết thúc theo dõi ý kiến ấy, close khóa kỳ, reopen mở lại, revoke rút quyết
    định. Ý kiến chỉ đạo cũng ghi được ngay vào sổ theo dõi.

    Ví dụ: kskt decide choose --period 2022-Q1 --unit QLCN --version 1 --reason "Theo công văn 12"
    """
    kind = _KINDS_IN_VIETNAMESE.get(kind, kind)
    run_and_show(office().decide(folder, kind, **options), json_to)


@click.command(options_metavar=OPTIONS)
@click.argument("unit", metavar="MÃ-ĐƠN-VỊ", shell_complete=complete_unit)
@click.argument("period", metavar="KỲ", shell_complete=complete_period)
@click.option("--versions", nargs=2, type=int, metavar="LẦN LẦN", help="Hai lần gửi cần so.")
@click.option("--xlsx", type=click.Path(path_type=Path), metavar="TỆP", help="Ghi ra tệp Excel.")
@json_option
@click.pass_obj
def diff(folder: Path, /, unit: str, period: str, json_to: str | None, **options: Any) -> None:
    """So sánh hai lần gửi theo từng ô.

    Ví dụ: kskt diff QLCN 2022-Q1
    """
    run_and_show(office().diff(folder, unit, period, **options), json_to)


@click.command(options_metavar=OPTIONS)
@click.argument("address", metavar="[TỆP] TRANG!Ô", nargs=-1, required=True)
@click.option("--period", metavar="KỲ", help="Kỳ của báo cáo; mặc định: kỳ tổng hợp gần nhất.")
@click.option(
    "--in",
    "product",
    type=click.Choice(("print", "tracker", "brief", "report")),
    help="Chỉ tìm trong biểu in, sổ theo dõi, bản tóm tắt hay báo cáo Word.",
)
@click.option("--shows", metavar="SỐ", default="", help="Con số đang thấy, khi nhiều nơi cùng có.")
@as_of_option
@json_option
@click.pass_obj
def trace(
    folder: Path,
    /,
    address: tuple[str, ...],
    product: str | None,
    json_to: str | None,
    **options: Any,
) -> None:
    """Truy một con số về các ô của đơn vị.

    Ví dụ: kskt trace "Biểu II.06a!G12", kskt trace tong-hop-2022-Q1.xlsx "Chỉ tiêu!E16";
    trong báo cáo Word: kskt trace bao-cao-2022-Q1.docx "đoạn 30".
    """
    *file, figure = address
    if len(file) > 1:
        raise click.UsageError(f"thừa tham số {file[0]}; ghi: kskt trace [TỆP] TRANG!Ô")
    of_file = "".join(file)
    run_and_show(
        office().trace(folder, figure, file=of_file, product=product or "", **options), json_to
    )


@click.command(options_metavar=OPTIONS)
@as_of_option
@json_option
@click.pass_obj
def verify(folder: Path, /, json_to: str | None, **options: Any) -> None:
    """Tính lại mọi thứ từ kho lưu rồi đối chiếu.

    Ví dụ: kskt verify
    """
    run_and_show(office().verify(folder, **options), json_to)


@click.group("journal", options_metavar=OPTIONS, subcommand_metavar="VIỆC …")
def journal() -> None:
    """Xem, sao lưu, lấy lại, sửa sổ nhận.

    Ví dụ: kskt journal show
    """


@journal.command("show", options_metavar=OPTIONS)
@click.option("--all", "everything", is_flag=True, help="Mọi dòng, không chỉ những dòng gần nhất.")
@json_option
@click.pass_obj
def journal_show(folder: Path, /, json_to: str | None, **options: Any) -> None:
    """Sổ còn nguyên không, các dòng gần nhất, các bản sao lưu.

    Ví dụ: kskt journal show --all
    """
    run_and_show(office().journal_show(folder, **options), json_to)


@journal.command("backup", options_metavar=OPTIONS)
@click.option(
    "--to", type=click.Path(path_type=Path), metavar="NƠI", help="Thư mục hoặc tệp, ví dụ: USB."
)
@json_option
@click.pass_obj
def journal_backup(folder: Path, /, json_to: str | None, **options: Any) -> None:
    """Sao lưu sổ ngay bây giờ.

    Ví dụ: kskt journal backup --to E:/
    """
    run_and_show(office().journal_backup(folder, **options), json_to)


@journal.command("restore", options_metavar=OPTIONS)
@click.argument("file", metavar="[TỆP]", required=False, type=click.Path(path_type=Path))
@as_of_option
@json_option
@click.pass_obj
def journal_restore(folder: Path, /, json_to: str | None, **options: Any) -> None:
    """Lấy lại sổ từ bản sao lưu và kho lưu.

    Ví dụ: kskt journal restore
    """
    run_and_show(office().journal_restore(folder, **options), json_to)


@journal.command("repair", options_metavar=OPTIONS)
@click.option("--accept", is_flag=True, help="Làm tiếp với sổ như đang có, dù còn thiếu.")
@as_of_option
@json_option
@click.pass_obj
def journal_repair(folder: Path, /, json_to: str | None, **options: Any) -> None:
    """Sửa cuối dòng, ghép bản xung đột, ghi vào sổ tệp kho lưu có mà sổ không có.

    Ví dụ: kskt journal repair
    """
    run_and_show(office().journal_repair(folder, **options), json_to)


@click.command(options_metavar=OPTIONS)
@click.argument("what", metavar="VIỆC", type=click.Choice(["check"]))
@click.argument("year", metavar="[NĂM]", type=int, required=False)
@as_of_option
@json_option
@click.pass_obj
def plan(folder: Path, /, json_to: str | None, **options: Any) -> None:
    """Kiểm tra tệp kế hoạch năm: nêu mọi lỗi một lần.

    Không ghi năm thì kiểm tra kế hoạch mới nhất. Ví dụ: kskt plan check 2022
    """
    options.pop("what")
    run_and_show(office().check_plan(folder, **options), json_to)


@click.command(options_metavar=OPTIONS)
@click.argument("what", metavar="VIỆC", type=click.Choice(["check", "draft", "list"]))
@click.argument("file", metavar="[TỆP]", type=click.Path(path_type=Path), required=False)
@click.option("--sheet", metavar="TRANG", default="", help="Trang tính có bảng, dùng với draft.")
@as_of_option
@json_option
@dry_run_option
@click.pass_obj
def form(folder: Path, /, what: str, json_to: str | None, **options: Any) -> None:
    """Kiểm tra, liệt kê biểu mẫu; lập biểu từ bảng kẻ sẵn.

    check: kiểm tra mọi định nghĩa; list: liệt kê; draft TỆP: lập định nghĩa nháp từ bảng trong
    tệp Excel. Ví dụ: kskt form draft bieu-thu-thap.xlsx
    """
    if what == "draft":
        if options["file"] is None:
            raise click.UsageError("Thiếu tên tệp. Ví dụ: kskt form draft bieu-thu-thap.xlsx")
        run_and_show(office().draft_form(folder, **options), json_to)
    elif what == "list":
        run_and_show(office().list_forms(folder), json_to)
    else:
        run_and_show(office().check_forms(folder), json_to)


@click.command(options_metavar=OPTIONS)
@click.argument("files", metavar="TỆP…", nargs=-1, required=True, type=click.Path(path_type=Path))
@as_of_option
@json_option
@dry_run_option
@click.pass_obj
def convert(folder: Path, /, json_to: str | None, **options: Any) -> None:
    """Chép số liệu của tệp biểu mẫu cũ sang biểu mẫu hiện hành, cạnh tệp gốc.

    Ví dụ: kskt convert BC-KSTTHC_2022-Q2_VP.xlsx
    """
    run_and_show(office().convert(folder, **options), json_to)


@click.command("next-year", options_metavar=OPTIONS)
@click.argument("year", metavar="NĂM", type=int)
@json_option
@dry_run_option
@click.pass_obj
def next_year(folder: Path, /, year: int, json_to: str | None, *, dry_run: bool) -> None:
    """Lập kế hoạch năm sau từ kế hoạch NĂM đang có.

    Ví dụ: kskt next-year 2022
    """
    run_and_show(office().next_year(folder, year, dry_run=dry_run), json_to)


@click.command(options_metavar=OPTIONS)
@click.argument("periods", metavar="[KỲ]…", nargs=-1, shell_complete=complete_period)
@click.option(
    "--to", type=click.Path(path_type=Path), metavar="THƯ-MỤC", help="Nơi ghi; mặc định: exports."
)
@click.option(
    "--format",
    "data_format",
    type=click.Choice(["csv", "parquet", "xlsx", "ods"]),
    default="csv",
    show_default=True,
    help="Dạng tệp; csv mở được ngay bằng Excel.",
)
@click.option("--forms", is_flag=True, help="Ghi thêm từng biểu in thành tệp riêng, không khung.")
@as_of_option
@json_option
@dry_run_option
@click.pass_obj
def export(folder: Path, /, periods: tuple[str, ...], json_to: str | None, **options: Any) -> None:
    """Xuất mọi số liệu thành bảng cho Power BI, pandas.

    Không ghi KỲ thì xuất mọi quý đã nhận. Bảng tu-dien giải thích từng cột; thông tin cá nhân
    được che. Ví dụ: kskt export 2022-Q1 2022-Q2 --to so-lieu --format xlsx
    """
    run_and_show(office().export(folder, periods, **options), json_to)


@click.command(options_metavar=OPTIONS)
@click.argument("years", metavar="[NĂM]…", nargs=-1, type=int)
@as_of_option
@json_option
@dry_run_option
@click.pass_obj
def analyse(folder: Path, /, years: tuple[int, ...], json_to: str | None, **options: Any) -> None:
    """So các năm, các quý, các đơn vị; có biểu đồ.

    Năm sau cùng được so với các năm trước, cùng kỳ với cùng kỳ. Không ghi NĂM thì lấy mọi năm có
    số liệu. Ví dụ: kskt analyse 2021 2022
    """
    run_and_show(office().analyse(folder, years, **options), json_to)


@click.command(options_metavar=OPTIONS)
@click.argument("period", metavar="KỲ", shell_complete=complete_period)
@click.option("--pdf/--no-pdf", "pdf", default=None, help="Có lập tệp PDF chung hay không.")
@as_of_option
@json_option
@dry_run_option
@click.pass_obj
def dossier(folder: Path, /, period: str, json_to: str | None, **options: Any) -> None:
    """Gói hồ sơ lưu của một kỳ cho kiểm toán, bàn giao.

    Một tệp nén và một tệp PDF cạnh các biểu tổng hợp: bản gốc được tính, bản ký, sản phẩm, sổ nhận,
    quyết định, mã kiểm tra từng tệp. Ví dụ: kskt dossier 2022-Q1
    """
    run_and_show(office().dossier(folder, period, **options), json_to)


@click.command("menu", options_metavar=OPTIONS)
@click.argument("job", metavar="[VIỆC]", required=False)
@click.argument("rest", metavar="[KỲ|TỆP]…", nargs=-1)
@click.pass_obj
def menu_(folder: Path, /, job: str | None, rest: tuple[str, ...]) -> None:
    """Bảng chọn việc, cho người không gõ lệnh.

    VIỆC là phat-bieu, tong-hop, tinh-hinh, don-doc (kèm KỲ, hoặc “nay” là quý đang làm) hay
    kiem-tra (kèm TỆP). Không ghi VIỆC thì hiện bảng chọn; không ghi KỲ thì hỏi.

    Ví dụ: kskt menu tong-hop nay
    """
    from kskt_excel.cli.menu import JOB_NAMES, Menu

    if job not in (None, *JOB_NAMES):
        raise click.BadParameter(f"“{job}” không có trong: {', '.join(JOB_NAMES)}.")
    sys.exit(Menu(run, office().quarter_at_work).start(folder, job, rest))


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
    "ke-hoach": "plan",
    "bieu-mau": "form",
    "chuyen-mau": "convert",
    "xuat": "export",
    "dong-goi": "dossier",
    "phan-tich": "analyse",
    "so-nhan": "journal",
    "thuc-don": "menu",
}
_VIETNAMESE = {name: alias for alias, name in ALIASES.items()}
# A run keeps most of what it makes, and the collector finds little: a seventh of a run of three
# hundred units, one changed.
_OBJECTS_BETWEEN_LOOKS = 1_000_000


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

    def shell_complete(self, ctx: click.Context, incomplete: str) -> "list[CompletionItem]":
        """Names that begin like what is typed, the Vietnamese ones among them."""
        from click.shell_completion import CompletionItem

        found = super().shell_complete(ctx, incomplete)
        names = [alias for alias in ALIASES if incomplete and alias.startswith(incomplete)]
        helps = {alias: self.commands[ALIASES[alias]].get_short_help_str() for alias in names}
        return found + [CompletionItem(name, help=helps[name]) for name in names]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Lists each command's English and Vietnamese name beside its first line of help."""
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
    from kskt_excel.cli.screen import watcher
    from kskt_excel.office.running_step import watched_by

    ctx.obj = folder or Path.cwd()
    ctx.with_resource(watched_by(watcher()))


for _command in (
    init,
    issue,
    receive,
    check,
    consolidate,
    return_,
    remind,
    status,
    decide,
    diff,
    trace,
    verify,
    next_year,
    plan,
    form,
    convert,
    export,
    analyse,
    dossier,
    journal,
    menu_,
):
    kskt.add_command(_command)


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point: every error of a person, a file or the machine is one sentence and a code."""
    gc.set_threshold(_OBJECTS_BETWEEN_LOOKS)
    _with_streams()
    try:
        code = run_to_its_end(lambda: kskt(arguments, prog_name="kskt", standalone_mode=False))
    finally:  # a command that has a code of its own to tell ends by SystemExit
        gc.freeze()  # what ends is not looked through again: a seventh of ``kskt check`` of a file
    sys.exit(code)


def _with_streams() -> None:
    """Standard streams that can be written to, in UTF-8, also where a service has closed them.

    A descriptor that is closed would go to the next file opened, and get whatever is printed.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            nowhere = Path(os.devnull).open("r+", encoding="utf-8")  # noqa: SIM115  # till the end
            setattr(sys, name, nowhere)
    for stream in (sys.stdout, sys.stderr):
        reconfigure: Callable[..., None] | None = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(encoding="utf-8", errors="replace")


def run(arguments: Sequence[str]) -> int:
    """The program run as from a shell; its exit code."""
    try:
        main(arguments)
    except SystemExit as done:
        return done.code if isinstance(done.code, int) else 0
    return 0
