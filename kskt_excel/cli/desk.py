"""Commands of the office's desk: decide, compare, trace, verify, next year."""

from pathlib import Path
from typing import Any

from kskt_excel.cli.options import (
    OPTIONS,
    as_of_option,
    by_option,
    click,
    day,
    dry_run_option,
    json_option,
    office,
    show,
)


@click.command(options_metavar=OPTIONS)
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
@click.option("--expires", "expires_on", callback=day, metavar="NGÀY", help="Miễn đến hết ngày.")
@click.option("--decision", "revokes", type=int, default=0, help="Số quyết định cần rút lại.")
@by_option
@as_of_option
@json_option
@dry_run_option
@click.pass_obj
def decide(folder: Path, /, kind: str, json_to: str | None, **options: Any) -> None:
    """Ghi quyết định của Văn phòng: ai, khi nào, vì sao.

    accept chấp nhận, void hủy, choose chọn lần gửi, parts ghép phần gửi thêm, waive miễn quy
    tắc, close khóa kỳ, reopen mở lại, revoke rút quyết định.

    Ví dụ: kskt decide choose --period 2022-Q1 --unit QLCN --version 1 --reason "Theo công văn 12"
    """
    show(office().decide(folder, kind, **options), json_to)


@click.command(options_metavar=OPTIONS)
@click.argument("unit", metavar="MÃ-ĐƠN-VỊ")
@click.argument("period", metavar="KỲ")
@click.option("--versions", nargs=2, type=int, metavar="LẦN LẦN", help="Hai lần gửi cần so.")
@click.option("--xlsx", type=click.Path(path_type=Path), metavar="TỆP", help="Ghi ra tệp Excel.")
@json_option
@click.pass_obj
def diff(folder: Path, /, unit: str, period: str, json_to: str | None, **options: Any) -> None:
    """So sánh hai lần gửi theo từng ô.

    Ví dụ: kskt diff QLCN 2022-Q1
    """
    show(office().diff(folder, unit, period, **options), json_to)


@click.command(options_metavar=OPTIONS)
@click.argument("figure", metavar="SHEET!Ô")
@click.option("--period", metavar="KỲ", help="Kỳ của báo cáo; mặc định: kỳ tổng hợp gần nhất.")
@as_of_option
@json_option
@click.pass_obj
def trace(folder: Path, /, figure: str, json_to: str | None, **options: Any) -> None:
    """Truy một con số về các ô của đơn vị.

    Ví dụ: kskt trace "Biểu II.06a!G12"
    """
    show(office().trace(folder, figure, **options), json_to)


@click.command(options_metavar=OPTIONS)
@as_of_option
@json_option
@click.pass_obj
def verify(folder: Path, /, json_to: str | None, **options: Any) -> None:
    """Tính lại mọi thứ từ kho lưu rồi đối chiếu.

    Ví dụ: kskt verify
    """
    show(office().verify(folder, **options), json_to)


@click.command("next-year", options_metavar=OPTIONS)
@click.argument("year", metavar="NĂM", type=int)
@dry_run_option
@click.pass_obj
def next_year(folder: Path, /, year: int, *, dry_run: bool) -> None:
    """Lập kế hoạch năm sau từ kế hoạch NĂM đang có.

    Ví dụ: kskt next-year 2022
    """
    show(office().next_year(folder, year, dry_run=dry_run))
