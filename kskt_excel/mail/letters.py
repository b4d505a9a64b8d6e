"""Texts of the letters that go out: files that the office edits, with names in braces."""

import re
import string
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from kskt_excel.model.errors import KsktError

FOLDERS = tuple(
    parent.joinpath("templates", "thu")
    for parent in (Path(__file__).parents[1] / "data", Path(__file__).parents[2])
)
"""Where the program's own texts lie: in the wheel, or in the repository."""

_PARAGRAPHS = 256  # of all letters

RECEIVED, TO_MEND, NOT_ACCEPTED = "da-nhan", "can-sua", "chua-nhan"
NOT_COUNTED = "khong-tinh"
REMINDER, COVER = "don-doc", "phat-bieu"

_ALWAYS = frozenset(
    {
        *("ky", "tu_ngay", "den_ngay", "han_gui", "don_vi", "ma_don_vi", "co_quan", "van_phong"),
        *("thu_van_phong", "dien_thoai", "lien_he", "tep_kem"),
    }
)
_REPLY = _ALWAYS | {
    *("bao_cao", "tep", "lan_gui", "nhan_luc", "ket_luan", "ly_do", "bien_nhan", "han_gui_lai"),
    *("so_loi", "so_canh_bao", "danh_sach_loi", "danh_sach_canh_bao"),
}
PLACEHOLDERS: Mapping[str, frozenset[str]] = {
    RECEIVED: _REPLY,
    TO_MEND: _REPLY,
    NOT_ACCEPTED: _REPLY,
    NOT_COUNTED: _REPLY,
    REMINDER: _ALWAYS | {"luc_nay", "con_lai", "con_thieu", "tinh_trang"},
    COVER: _ALWAYS,
}
"""Names that each letter may use in braces."""

_SUBJECT = re.compile(r"\s*tiêu đề\s*:\s*(\S.*)", re.IGNORECASE)
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


class LetterError(KsktError):
    """A letter's text that cannot be used."""

    def __init__(self, file: str, why: str) -> None:
        super().__init__(f"Mẫu thư {file} chưa dùng được: {why}")


class LettersMissingError(KsktError):
    """Neither the office nor the program has a letter's text."""

    def __init__(self, file: str) -> None:
        super().__init__(
            f"Không tìm thấy mẫu thư {file}. Hãy cài lại chương trình, hoặc đặt tệp này vào"
            " thư mục templates/thu."
        )


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter's text (mẫu thư): subject and paragraphs with names in braces."""

    name: str
    subject: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Letters:
    """The texts of all letters, by name."""

    by_name: Mapping[str, Letter]

    def __getitem__(self, name: str) -> Letter:
        return self.by_name[name]


def load(folder: Path) -> Letters:
    """Every letter, from the office's folder or, where it has none, from the program's own texts.

    Raises LetterError naming the file and the line's fault; LettersMissingError.
    """
    return Letters({name: _read(_path(folder, f"{name}.txt"), name) for name in PLACEHOLDERS})


def letter(name: str, text: str) -> Letter:
    """The letter of a text: a first line «Tiêu đề: …», then paragraphs parted by blank lines.

    Raises LetterError.
    """
    file = f"{name}.txt"
    first, _, body = _normal(text).partition("\n")
    subject = _SUBJECT.fullmatch(first)
    if not subject:
        why = "dòng đầu phải là tiêu đề thư, ví dụ: Tiêu đề: [Báo cáo {ky}] {don_vi}: ĐÃ NHẬN"
        raise LetterError(file, why)
    paragraphs = tuple(part.strip("\n") for part in re.split(r"\n[ \t]*\n", body) if part.strip())
    if not paragraphs:
        raise LetterError(file, "chưa có nội dung. Hãy viết nội dung thư dưới dòng tiêu đề.")
    for part in (subject[1], *paragraphs):
        _refuse_unknown(file, part, PLACEHOLDERS[name])
    return Letter(name, subject[1].strip(), paragraphs)


def fill(text: str, values: Mapping[str, str]) -> str:
    """A text with its braces filled."""
    return text.format_map(values)


@lru_cache(maxsize=_PARAGRAPHS)
def names_in(text: str) -> tuple[str, ...]:
    """The names that stand in braces, in order."""
    return tuple(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


def all_names(letter: Letter) -> frozenset[str]:
    """Every name that a letter has in braces."""
    texts = (letter.subject, *letter.paragraphs)
    return frozenset(name for text in texts for name in names_in(text))


def _path(folder: Path, file: str) -> Path:
    for place in (folder, *FOLDERS):
        if (place / file).is_file():
            return place / file
    raise LettersMissingError(file)


def _read(path: Path, name: str) -> Letter:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise LetterError(path.name, f"máy tính không cho đọc ({error.strerror}).") from error
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), "utf-8")
    try:
        return letter(name, data.decode(encoding))
    except UnicodeDecodeError as error:
        why = "chữ không theo bảng mã UTF-8. Hãy mở bằng Notepad, chọn Lưu thành, mã hóa UTF-8."
        raise LetterError(path.name, why) from error


def _normal(text: str) -> str:
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    return lines.strip("\n \t\ufeff")


def _refuse_unknown(file: str, text: str, known: frozenset[str]) -> None:
    try:
        pieces = list(string.Formatter().parse(text))
    except ValueError as error:
        start = " ".join(text.split())[:40]
        why = f"dấu ngoặc nhọn mở mà không đóng ở đoạn “{start}”. Hãy viết như: {{don_vi}}"
        raise LetterError(file, why) from error
    for _, name, spec, conversion in pieces:
        if name is not None and (name not in known or spec or conversion):
            whole = name + (f"!{conversion}" if conversion else "") + (f":{spec}" if spec else "")
            listed = ", ".join(f"{{{one}}}" for one in sorted(known))
            raise LetterError(file, f"không có chỗ điền {{{whole}}}. Các chỗ điền có: {listed}.")
