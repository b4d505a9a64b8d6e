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
_LANDLINE = rf"\(?(?:\+84{_GAP}|0)2\d{{1,2}}\)?(?:{_GAP}\d){{7,8}}"
_LABELLED_PHONE = (
    r"(?i:điện thoại|dien thoai|đt|\bdt|sđt|sdt|tel|zalo)\s*[:.]?\s*"
    rf"((?:\+84|0)(?:{_GAP}\d){{8,10}})"
)
# Amounts of money are grouped alike, but none begins with a nought.
_IDENTITY = r"0\d{11}|\d{9}|0\d\d(?:[ .-]\d{3}){2,3}"
_LABELLED_IDENTITY = (
    r"(?i:cccd|cmnd|cmt|căn cước|can cuoc|chứng minh|định danh|thuế cá nhân)"
    r"[^\d\n;]{0,25}(\d(?:[ .-]?\d){8,11})"
)
_PASSPORT = r"(?i:hộ chiếu|ho chieu|passport)[^\d\n;]{0,12}?\b([A-Z]{1,2}\d{6,7})"
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
# Written without capitals, so that where it ends is not seen: two words are taken. Families that
# are words of office letters without their marks («do van phong», «trinh van ban») are left out.
_SMALL_FAMILIES = (
    "nguyễn|trần|lê|phạm|hoàng|huỳnh|phan|vũ|võ|đặng|bùi|đỗ|ngô|phùng|trịnh|đinh|nông|hứa"
    "|nguyen|tran|le|pham|hoang|huynh|vu|vo|bui|ngo|phung|nong"
)
_NO_GIVEN_NAME = (
    r"(?!(?i:phòng|phong|bản|ban|hóa|hoá|thư|kiện|kien|nghệ|xã|xa|trấn|tran|trường|hành|hanh|đua"
    r"|dua)\b)"
)
_SMALL_WORD = f"[a-z{''.join(char for char in VIETNAMESE if char.islower())}]+"
_SMALL_MIDDLE = f"(?:văn|thị|van|thi) {_NO_GIVEN_NAME}{_SMALL_WORD}"
_SMALL_PERSON = f"(?:{_SMALL_FAMILIES}) {_SMALL_MIDDLE}(?: {_SMALL_WORD})?"
_BARE_FAMILIES = (
    "Nguyen Tran Le Pham Hoang Huynh Phan Vu Vo Dang Bui Do Ho Ngo Duong Ly Dao Doan Vuong Trinh"
    " Truong Dinh Lam Phung Mai To Ha Cao Luong Ta Chu Trieu Nong Ma Hua"
)
_BARE_FAMILY = f"(?:{'|'.join((*_BARE_FAMILIES.split(), *_BARE_FAMILIES.upper().split()))})"
_BARE_PERSON = rf"{_BARE_FAMILY} (?:Van|Thi|VAN|THI) {_NO_GIVEN_NAME}{_NAME}(?: {_NAME})?"
_PLACE = (
    r"(?i:đường|duong|phố|pho|trường|truong|phường|phuong|thpt|thcs|tiểu học|quảng trường"
    r"|công viên|cầu|chợ|giải thưởng|học bổng|xã|quận|thành phố|tượng đài|bệnh viện|đại lộ)\s+"
    r"(?:[a-zà-ỹ]+\s+){0,2}"
)
_PERSON = (
    rf"(?P<spared>{_OFFICIAL}(?>{_NAMES_IN_A_ROW}|{_SMALL_PERSON})"
    rf"|{_PLACE}(?:(?:{_FAMILY}|{_BARE_FAMILY})(?:[ ]{_NAME})+|{_SMALL_PERSON}))"
    rf"|\b(?:(?i:ông|bà)|anh|chị|(?i:công dân))\s*:?\s+"
    rf"{_NOT_PEOPLE}((?>(?:{_NAME}[ \n]+){{1,3}}{_NAME})){_POST}"
    rf"|\b((?>{_FAMILY}[ ]{_MIDDLE}(?:[ ]{_NAME}){{1,2}})){_POST}"
    rf"|\b((?>{_BARE_PERSON}|{_SMALL_PERSON})){_POST}"
)
_HAMLET = (
    r"\b(?:(?i:tổ dân phố|to dan pho|tổ|ngõ|ngách|ngach|hẻm|số nhà|so nha|nhà số|nha so|khu phố"
    r"|khu pho)\s+(?:(?:số|so)\s+)?\d+[A-Za-z]?\b"
    rf"|(?i:thôn|thon|xóm|xom|ấp)\s+(?:{_NAME}|\d+)(?:[ \n]+{_NAME})*)"
    r"(?:[ ,;\n-]+(?i:phường|phuong|xã|xa|thị trấn|thi tran)[ \n]+"
    rf"(?:\d+|{_NAME}(?:[ \n]+{_NAME})*))?"
)

_MAIL_KIND = "thư điện tử"

# Kind as a reader names it; the data is the last group, or the whole match. First found counts.
_KINDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (_MAIL_KIND, re.compile(_MAIL)),
    (
        "số định danh",
        re.compile(
            f"(?:{_LABELLED_IDENTITY}|{_PASSPORT}){_RIGHT}|{_LEFT}(?:{_IDENTITY}){_RIGHT}",
        ),
    ),
    (
        "số điện thoại",
        re.compile(f"{_LABELLED_PHONE}{_RIGHT}|{_LEFT}(?:{_MOBILE}|{_LANDLINE}){_RIGHT}"),
    ),
    ("họ tên", re.compile(_PERSON)),
    ("địa chỉ", re.compile(_HAMLET)),
)
_JOINTS = str.maketrans("_-.+", "    ")
_ENDING = re.compile(r"(?:\.[A-Za-z][A-Za-z0-9]{1,7})+\Z")
# What every such text holds: most cells of a register have none of it.
_HINT_WORDS = (
    *("ông ", "bà ", "anh ", "chị ", "công dân ", "tổ ", "ngõ ", "ngách ", "hẻm ", "số nhà "),
    *("khu phố ", "thôn ", "xóm ", "ấp ", "nhà số ", "dan pho ", "ngach ", "so nha ", "nha so "),
    *("khu pho ", "thon ", "xom "),
)
_SPARED = "spared"
_HINT_NAME = re.compile(rf"(?:{_MIDDLE}|Van|Thi|VAN|THI) [{_UPPER}]|{_SMALL_MIDDLE}")
_HINT_SIGNS = re.compile(r"\d(?:\d\d|[ .]\d)|@")
_HINT = re.compile(
    rf"{_HINT_SIGNS.pattern}|(?i:{'|'.join(map(str.rstrip, _HINT_WORDS))})\s|{_HINT_NAME.pattern}"
)


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

    There words are joined by ``_``, ``-``, ``.`` as often as not; what a file ends in is no name.
    """
    ending = _ENDING.search(title)
    words, rest = (title[: ending.start()], ending[0]) if ending else (title, "")
    if "@" in words.rpartition(" ")[2]:
        words, rest = title, ""  # the end of a mailbox
    for kind, pattern in _KINDS:
        apart = words if kind == _MAIL_KIND else words.translate(_JOINTS)
        words = _covered(kind, pattern, words, apart)
    return words + rest


def _has(pattern: re.Pattern[str], text: str) -> bool:
    return any(found.lastgroup != _SPARED for found in pattern.finditer(text))


def _hints(text: str) -> bool:
    """Whether a text has a hint; on one line the words are found without a pattern."""
    if not text.isprintable():
        return bool(_HINT.search(text))
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
