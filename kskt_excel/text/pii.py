"""What looks like personal data of a citizen (thông tin cá nhân), found and masked."""

import re
from functools import lru_cache

from kskt_excel.text.keys import VIETNAMESE

_UPPER = "A-Z" + "".join(char for char in VIETNAMESE if char.isupper())
_LETTERS = "A-Za-z" + VIETNAMESE
_NAME = f"[{_UPPER}][{_LETTERS}]*"
_LEFT = r"(?<![\w/.,\-])"
_RIGHT = r"(?![\w/]|[.,\-]\d)"
_GAP = "[ .-]?"
_NOT_PEOPLE = r"(?!Rịa\b|Việt\s+Nam\b|Trưng\b|Triệu\b)"

_MAIL = r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}"
_MOBILE = rf"(?:\+84|84|0){_GAP}(?:3[2-9]|5[25-9]|7[06-9]|8[1-9]|9\d)(?:{_GAP}\d){{7}}"
_LABELLED_PHONE = rf"(?i:điện thoại|đt|sđt|sdt|tel|zalo)\s*[:.]?\s*((?:\+84|0)(?:{_GAP}\d){{8,10}})"
_IDENTITY = r"0\d{11}|\d{9}"
_LABELLED_IDENTITY = (
    r"(?i:cccd|cmnd|cmt|căn cước|chứng minh|định danh)[^\d\n;]{0,25}(\d(?:[ .]?\d){8,11})"
)
# Who works for the agency may be named: by the title before the name, or the post after it.
_OFFICIAL = r"(?i:đồng chí|đ/c|đ\.c|đc)\s*:?\s+(?:(?i:ông|bà)\s+)?"
_POST = (
    r"(?!\s*[,;(–-]\s*(?:(?i:quyền|nguyên)\s+)?(?i:phó|trưởng|giám đốc|chủ tịch|chánh|thanh tra"
    r"|chuyên viên|bí thư|thứ trưởng|bộ trưởng|công chức|viên chức|cán bộ|tổ trưởng|kế toán)\b)"
)
_NAMES_IN_A_ROW = rf"(?:{_NAME}[ \n]+){{1,3}}{_NAME}"
_FAMILIES = (
    "Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đào Đoàn Vương Trịnh"
    " Trương Đinh Lâm Phùng Mai Tô Hà Cao Lương Tạ Chu Triệu Nông Ma Hứa"
)
_FAMILY = f"(?:{'|'.join((*_FAMILIES.split(), *_FAMILIES.upper().split()))})"
_MIDDLE = "(?:Văn|Thị|VĂN|THỊ)"
_PLACE = (
    r"(?i:đường|phố|trường|thpt|thcs|tiểu học|quảng trường|công viên|cầu|chợ|giải thưởng|học bổng"
    r"|phường|xã|quận|thành phố|tượng đài|bệnh viện|đại lộ)\s+(?:[a-zà-ỹ]+\s+){0,2}"
)
_PERSON = (
    rf"(?P<spared>{_OFFICIAL}(?>{_NAMES_IN_A_ROW})|{_PLACE}{_FAMILY}(?:[ ]{_NAME})+)"
    rf"|\b(?:(?i:ông|bà)|anh|chị|(?i:công dân))\s*:?\s+"
    rf"{_NOT_PEOPLE}((?>(?:{_NAME}[ \n]+){{1,3}}{_NAME})){_POST}"
    rf"|\b((?>{_FAMILY}[ ]{_MIDDLE}(?:[ ]{_NAME}){{1,2}})){_POST}"
)
_HAMLET = (
    rf"\b(?:(?i:tổ dân phố|tổ|ngõ|ngách|hẻm|số nhà|khu phố)\s+(?:số\s+)?\d+[A-Za-z]?\b"
    rf"|(?i:thôn|xóm|ấp)\s+(?:{_NAME}|\d+)(?:[ \n]+{_NAME})*)"
    rf"(?:[ ,;\n-]+(?i:phường|xã|thị trấn)[ \n]+(?:\d+|{_NAME}(?:[ \n]+{_NAME})*))?"
)

_MAIL_KIND = "thư điện tử"

# Kind as a reader names it; the data is the last group, or the whole match. First found counts.
_KINDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (_MAIL_KIND, re.compile(_MAIL)),
    ("số định danh", re.compile(f"{_LABELLED_IDENTITY}{_RIGHT}|{_LEFT}(?:{_IDENTITY}){_RIGHT}")),
    ("số điện thoại", re.compile(f"{_LABELLED_PHONE}{_RIGHT}|{_LEFT}{_MOBILE}{_RIGHT}")),
    ("họ tên", re.compile(_PERSON)),
    ("địa chỉ", re.compile(_HAMLET)),
)
_BARE_FAMILIES = (
    "Nguyen Tran Le Pham Hoang Huynh Phan Vu Vo Dang Bui Do Ho Ngo Duong Ly Dao Doan Vuong Trinh"
    " Truong Dinh Lam Phung Mai To Ha Cao Luong Ta Chu Trieu Nong Ma Hua"
)
_BARE_FAMILY = f"(?:{'|'.join((*_BARE_FAMILIES.split(), *_BARE_FAMILIES.upper().split()))})"
_BARE_PERSON = rf"\b{_BARE_FAMILY} (?:Van|Thi|VAN|THI)(?: {_NAME}){{1,2}}"
_KINDS_IN_TITLES = (*_KINDS, ("họ tên", re.compile(_BARE_PERSON)))
_JOINTS = str.maketrans("_-.+", "    ")
# What every such text holds: most cells of a register have none of it.
_HINT = re.compile(
    r"\d{3}|@|\d[ .]\d|(?i:ông|bà|anh|chị|công dân|tổ|ngõ|ngách|hẻm|số nhà|khu phố|thôn|xóm|ấp)\s"
)
_HINT_WORDS = (
    *("ông ", "bà ", "anh ", "chị ", "công dân ", "tổ ", "ngõ ", "ngách ", "hẻm ", "số nhà "),
    *("khu phố ", "thôn ", "xóm ", "ấp "),
)
_SPARED = "spared"
_HINT_NAME = re.compile(rf"{_MIDDLE} [{_UPPER}]")
_HINT_SIGNS = re.compile(r"\d(?:\d\d|[ .]\d)|@")


def looks_personal(text: str) -> str | None:
    """Kind of personal data that a text seems to hold, as a reader names it; None without any.

    One of ``thư điện tử``, ``số định danh``, ``số điện thoại``, ``họ tên``, ``địa chỉ``. Codes of
    dossiers and procedures, numbers of documents and dates are none.
    """
    if not _hints(text):
        return None
    return next((kind for kind, pattern in _KINDS if _has(pattern, text)), None)


def mask(text: str) -> str:
    """The text with everything that looks like personal data covered: ``[họ tên đã che]``."""
    if not _hints(text):
        return text
    for kind, pattern in _KINDS:
        text = _covered(kind, pattern, text, text)
    return text


@lru_cache(maxsize=16_384)
def mask_title(title: str) -> str:
    """The name of a file, or the subject of a mail, with personal data covered.

    There words are joined by ``_``, ``-``, ``.`` as often as not, and stand without their marks.
    """
    for kind, pattern in _KINDS_IN_TITLES:
        apart = title if kind == _MAIL_KIND else title.translate(_JOINTS)
        title = _covered(kind, pattern, title, apart)
    return title


def _has(pattern: re.Pattern[str], text: str) -> bool:
    return any(found.lastgroup != _SPARED for found in pattern.finditer(text))


def _hints(text: str) -> bool:
    """Whether a text has a hint; on one line the words are found without a pattern."""
    if not text.isprintable():
        return bool(_HINT.search(text) or _HINT_NAME.search(text))
    folded = text.casefold()
    return (
        any(word in folded for word in _HINT_WORDS)
        or bool(_HINT_SIGNS.search(text))
        or bool(_HINT_NAME.search(text))
    )


def _covered(kind: str, pattern: re.Pattern[str], text: str, seen: str) -> str:
    """The text with what is found in ``seen``, which is as long, covered; officials are spared."""
    pieces: list[str] = []
    end = 0
    for found in pattern.finditer(seen):
        if found.lastgroup != _SPARED:
            start, stop = found.span(found.lastindex or 0)
            pieces += (text[end:start], f"[{kind} đã che]")
            end = stop
    return "".join((*pieces, text[end:])) if pieces else text
