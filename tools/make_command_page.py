"""Writes docs/huong-dan/lenh.md: every command's help, as the program itself shows it.

python tools/make_command_page.py
"""

from pathlib import Path

from kskt_excel.cli.commands import ALIASES, kskt
from kskt_excel.cli.options import click

PAGE = Path(__file__).parents[1] / "docs" / "huong-dan" / "lenh.md"
_WIDTH = 96
_HEAD = """\
# Các lệnh

Trang này do `tools/make_command_page.py` viết từ chính chương trình. Mỗi lệnh có hai tên.
Kết quả ra màn hình (stdout), nhắc nhở ra stderr; lệnh có kết quả đều nhận `--json TỆP`.

Mã thoát: 0 xong (với `check`: mọi tệp đều đạt); 1 `check` thấy lỗi, `verify` thấy chỗ không
khớp, hoặc `--strict` mà còn thiếu, còn phải sửa; 2 chưa làm được (gõ sai lệnh, cài đặt hỏng,
tệp đang mở, kế hoạch hỏng).
"""


def page() -> str:
    """The page as text."""
    parts = [_HEAD]
    group = click.Context(kskt, info_name="kskt", terminal_width=_WIDTH, **kskt.context_settings)
    for alias, name in ALIASES.items():
        context = click.Context(
            kskt.commands[name], info_name=name, parent=group, terminal_width=_WIDTH
        )
        shown = kskt.commands[name].get_help(context)
        parts.append(f"## {name} ({alias})\n\n```\n{shown}\n```\n")
    return "\n".join(parts)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
