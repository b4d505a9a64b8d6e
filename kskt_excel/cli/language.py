"""Click's own words in Vietnamese: usage, options and what is wrong with a command line."""

import contextlib
import gettext
from collections.abc import Iterator

WORDS = {
    "%(prog)s, version %(version)s": "%(prog)s, phiên bản %(version)s",
    "Aborted!": "Đã dừng.",
    "Argument {name!r} takes {nargs} values.": "Tham số {name!r} cần {nargs} giá trị.",
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
    "Did you mean {possibility}?": "Có phải ý bạn là {possibility}?",
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
        return WORDS.get(message, message)

    def one_or_more(msgid1: str, msgid2: str, n: int) -> str:
        return one(msgid1 if n == 1 else msgid2)

    gettext.gettext, gettext.ngettext = one, one_or_more
    try:
        yield
    finally:
        gettext.gettext, gettext.ngettext = singular, plural
