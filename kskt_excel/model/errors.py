"""Exceptions for what stops the program; a unit's mistake is never one, it is a Finding."""

import re
from pathlib import Path

COULD_NOT = 2
"""Exit code of a command that could not work, or not to the end."""


class KsktError(Exception):
    """Anything that the program cannot work with; its text is the Vietnamese sentence to show."""


class StoppedError(KeyboardInterrupt):
    """A person has stopped the program; what was taken in by then stays taken in."""

    def __init__(self, taken: int) -> None:
        super().__init__(
            f"Đã dừng; {taken} tệp đã nhận, chạy lại lệnh này để làm tiếp."
            if taken
            else "Đã dừng; chạy lại lệnh này để làm tiếp."
        )


class FileLockedError(KsktError):
    """A workbook that must be written is open in Excel."""

    def __init__(self, path: Path, beside: Path | None = None) -> None:
        kept = f" Bản mới đã lưu tại {beside.name}." if beside else ""
        super().__init__(
            f"Tệp {path.name} đang mở trong Excel nên chưa ghi được.{kept}"
            " Đề nghị đóng tệp rồi chạy lại."
        )


class MissingFileError(KsktError):
    """A file was named that is not there."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"Không có tệp “{path}”. Đề nghị kiểm tra lại đường dẫn.")


class UnknownDayError(KsktError):
    """A day that cannot be read from what was typed."""

    def __init__(self, given: str) -> None:
        super().__init__(
            f"“{given}” không phải ngày. Đề nghị ghi ngày/tháng/năm hoặc năm-tháng-ngày."
        )


class UnknownPeriodError(KsktError):
    """A period that cannot be read from what was typed."""

    def __init__(self, given: str) -> None:
        year = re.search(r"20\d\d", given)  # an example of another year may be long past
        example = f", ví dụ: {year[0]}-Q1" if year else ""
        super().__init__(
            f"Kỳ báo cáo “{given}” không đọc được."
            f" Đề nghị ghi năm rồi -Q1 đến -Q4, -6T, -9T, hoặc chỉ năm{example}."
        )
