"""A new workspace: settings, templates, empty folders."""

from collections.abc import Iterator
from pathlib import Path

from kskt_excel.ledger.atomic import write_whole
from kskt_excel.model.errors import KsktError
from kskt_excel.workspace import FILE_NAME, Workspace, packaged_templates, read_settings

SETTINGS_TEXT = """\
# Cài đặt của máy này. Mọi mục đều có giá trị mặc định; chỉ ghi những gì cần đổi.
# Kế hoạch, đơn vị, nhiệm vụ, hạn gửi, người ký nằm trong templates/ke-hoach-<năm>.xlsx.

[folders]
inbox = "workbooks/inbox"          # nơi để tệp và thư nhận được

[run]
processes = 0                      # số tiến trình đọc tệp; 0: tự chọn

# [mail]
# imap_host = "thu.tinh.gov.vn"    # hộp thư để nhận: kskt receive --imap
# imap_user = "vanphong"
# smtp_host = "thu.tinh.gov.vn"    # máy chủ để gửi: kskt return 2022-Q1 --send
# sender = "vanphong@tinh.gov.vn"
"""

_BATCH_FILES = {
    "1-Phat-bieu.bat": ("Lập biểu mẫu cho các đơn vị", "issue %KY%"),
    "2-Tong-hop.bat": ("Nhận, kiểm tra, tổng hợp", "consolidate %KY%"),
    "3-Tinh-hinh.bat": ("Đơn vị nào đã gửi, chậm, phải sửa", "status %KY%"),
    "4-Don-doc.bat": ("Soạn thư đôn đốc", "remind %KY%"),
}
_BATCH = """\
@echo off
chcp 65001 >nul
set PYTHONUTF8=1
cd /d "%~dp0"
echo {title}
set /p KY="Kỳ báo cáo (ví dụ 2022-Q1): "
kskt {command}
pause
"""


class FolderInUseError(KsktError):
    """A folder that holds something already."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"Thư mục {folder} đã có tệp. Hãy chọn tên khác để không ghi đè, ví dụ: kskt init"
            f" {folder.name}-moi"
        )


def new_files(folder: Path) -> Iterator[tuple[Path, bytes]]:
    """Every file of a new workspace. Raises FolderInUseError."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FolderInUseError(folder)
    yield folder / FILE_NAME, SETTINGS_TEXT.encode()
    templates = packaged_templates()
    for file in sorted(templates.rglob("*")):
        if file.is_file() and not file.name.startswith(("~$", ".")):
            yield folder / "templates" / file.relative_to(templates), file.read_bytes()
    for name, (title, command) in _BATCH_FILES.items():  # people who never open a terminal
        text = _BATCH.format(title=title, command=command).replace("\n", "\r\n")
        yield folder / name, text.encode()


def start(folder: Path) -> Workspace:
    """Writes a new workspace; kskt.toml comes last, so that half a workspace is none."""
    files = list(new_files(folder))
    for path, data in (*files[1:], files[0]):
        write_whole(path, data)
    workspace = Workspace(folder, read_settings(folder / FILE_NAME))
    for empty in (workspace.inbox, workspace.issued, workspace.returned, workspace.tracker):
        empty.mkdir(parents=True, exist_ok=True)
    return workspace
