"""Commands of a quarter's work, from a new workspace to the status of who has sent."""

from pathlib import Path
from typing import Any

from kskt_excel.cli.options import (
    OPTIONS,
    as_of_option,
    click,
    dry_run_option,
    json_option,
    office,
    show,
)


@click.command(options_metavar=OPTIONS)
@click.argument("folder", metavar="THƯ-MỤC", type=click.Path(path_type=Path))
@dry_run_option
def init(folder: Path, *, dry_run: bool) -> None:
    """Tạo nơi làm việc mới.

    Ví dụ: kskt init KSTTHC-2022
    """
    show(office().init(folder, dry_run=dry_run))


@click.command(options_metavar=OPTIONS)
@click.argument("period", metavar="KỲ")
@click.option(
    "--unit", "units", multiple=True, metavar="MÃ", help="Chỉ đơn vị này; ghi được nhiều."
)
@as_of_option
@json_option
@dry_run_option
@click.pass_obj
def issue(folder: Path, /, period: str, json_to: str | None, **options: Any) -> None:
    """Lập biểu mẫu trắng cho từng đơn vị, kèm thư gửi.

    Ví dụ: kskt issue 2022-Q1 --unit VP
    """
    show(office().issue(folder, period, **options), json_to)


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
    show(office().receive(folder, **options), json_to)


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
    show(office().check(folder, **options), json_to)


@click.command(options_metavar=OPTIONS)
@click.argument("period", metavar="KỲ")
@click.option("--strict", is_flag=True, help="Mã thoát 1 khi còn đơn vị thiếu hoặc bị trả lại.")
@click.option("--pdf/--no-pdf", "pdf", default=None, help="Có in ra PDF hay không.")
@as_of_option
@json_option
@dry_run_option
@click.pass_obj
def consolidate(folder: Path, /, period: str, json_to: str | None, **options: Any) -> None:
    """Làm cả quý: nhận, kiểm tra, tổng hợp, báo cáo, trả lời.

    Ví dụ: kskt consolidate 2022-Q1
    """
    show(office().consolidate(folder, period, **options), json_to)


@click.command("return", options_metavar=OPTIONS)
@click.argument("period", metavar="KỲ")
@click.option(
    "--unit", "units", multiple=True, metavar="MÃ", help="Chỉ đơn vị này; ghi được nhiều."
)
@click.option("--send", is_flag=True, help="Gửi thư qua máy chủ ghi trong kskt.toml.")
@as_of_option
@json_option
@dry_run_option
@click.pass_obj
def return_(folder: Path, /, period: str, json_to: str | None, **options: Any) -> None:
    """Lập lại bản đánh dấu lỗi và thư trả lời.

    Ví dụ: kskt return 2022-Q1 --unit QLCN
    """
    show(office().give_back(folder, period, **options), json_to)


@click.command(options_metavar=OPTIONS)
@click.argument("period", metavar="KỲ")
@click.option("--send", is_flag=True, help="Gửi thư qua máy chủ ghi trong kskt.toml.")
@as_of_option
@json_option
@dry_run_option
@click.pass_obj
def remind(folder: Path, /, period: str, json_to: str | None, **options: Any) -> None:
    """Soạn thư đôn đốc đơn vị chưa gửi.

    Ví dụ: kskt remind 2022-Q1
    """
    show(office().remind(folder, period, **options), json_to)


@click.command(options_metavar=OPTIONS)
@click.argument("period", metavar="[KỲ]", required=False)
@as_of_option
@json_option
@click.pass_obj
def status(folder: Path, /, period: str | None, json_to: str | None, **options: Any) -> None:
    """Cho biết đơn vị nào đã gửi, chậm, cần sửa.

    Ví dụ: kskt status 2022-Q1
    """
    show(office().status(folder, period, **options), json_to)
