"""What looks like personal data of a citizen (thông tin cá nhân), found and masked.

Weighed for offices: who works for one may be named by title or post; streets, schools, enterprises
bear names of people; sums of money, codes of dossiers and tax codes are long numbers too.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cache, lru_cache

from kskt_excel.model.finding import Finding
from kskt_excel.model.patterns import lazy_pattern
from kskt_excel.text.spelling import VIETNAMESE, plain_key

_UPPER = "A-Z" + "".join(char for char in VIETNAMESE if char.isupper())
_LOWER = "a-z" + "".join(char for char in VIETNAMESE if char.islower())
# Bounds in all these patterns keep the search of a long text from going back and forth.
_NAME = f"[{_UPPER}][{_UPPER}{_LOWER}]{{0,11}}"

_SP = r"[ \t\n]{1,3}"
_NAMES = rf"{_NAME}(?:{_SP}{_NAME}){{0,4}}"
_SMALL_WORD = f"[{_LOWER}]{{1,12}}"


def _any(words: Iterable[str]) -> str:
    return f"(?:{'|'.join(words)})"


# ---- Mailboxes and numbers

_MAIL = r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}"
_LEFT = r"(?<![\w/.,\-])"
_RIGHT = r"(?![\w/]|[.,\-]\d)"
_GAP = r"[ .\-–)]{0,3}"
_NO_DATE = r"(?!\d{1,2}[./-]\d{1,2}[./-](?:19|20)\d\d(?!\d))"
_NO_MEASURE = r"(?!\s{0,3}(?:(?i:đồng|vnđ|vnd|triệu|nghìn|tỷ|người|hồ sơ|m2)\b|đ\b))"
_ENTERPRISE_TAX = (
    r"(?P<spared>(?i:mã số thuế|mst|mã số doanh nghiệp|mã số hợp tác xã|đkkd|đăng ký doanh nghiệp)"
    r"(?!\s+(?i:cá nhân))[^\d\n;]{0,15}\d{10}(?:-?\d{3})?(?!\d))"
)
_COUNTRY = rf"(?:\(?\+84\)?|\(84\)|0084|84){_GAP}(?:\(0\){_GAP})?"
# Of carriers since 2018 (03, 05, 07, 08, 09), of those before it (012, 016, 018, 0199), and grouped
# as programs group thousands.
_MOBILE = (
    rf"(?:{_COUNTRY}|[0Oo]{_GAP})(?:3{_GAP}[2-9]|5{_GAP}[25-9]|7{_GAP}[06-9]|8{_GAP}[1-9]|9{_GAP}\d)"
    rf"(?:{_GAP}\d){{7,8}}|01(?:2\d|6[2-9]|8[68]|99)(?:{_GAP}\d){{7}}"
    r"|0[35789]\d\d(?:,\d{3},|_\d{3}_|/\d{3}/)\d{3}"
)
# 02 and the area's digits, as everywhere since 2017.
_LANDLINE = rf"\(?(?:\+84{_GAP}|0{_GAP})2(?:{_GAP}\d){{1,2}}\)?(?:{_GAP}\d){{7,8}}"
_NO_NOUGHT = r"(?:5[25-9]|7[06-9]|8[1-9]|9\d)\d{7}"  # as a number cell keeps a mobile
_PHONE = rf"{_NO_DATE}(?:\(?(?:{_MOBILE})|{_LANDLINE}|(?!\d{{6}}000){_NO_NOUGHT}{_NO_MEASURE})"
_PHONES = (
    rf"(?<![\dA-ZĐ_/.,\-])(?<![\da-f]{{2}}){_PHONE}(?:\s{{0,3}}[/,;–-]\s{{0,3}}{_PHONE}){{0,9}}"
    r"(?![\dA-ZĐ_]|[\da-f]{3}|/(?:\d|[A-ZĐ]{2})|[.,\-]\d)"
)
_PHONE_LABEL = r"(?i:điện thoại|dien thoai|đt|\bdt|sđt|sdt|tel|zalo|di động|hotline)"
_LABELLED_PHONE = (
    rf"{_PHONE_LABEL}"
    r"\s{0,3}(?i:số|so|liên hệ|liên lạc|di động)?\s{0,3}"
    rf"(?:[:.]?\s{{0,3}}((?:\+84|0)?(?:{_GAP}\d){{8,10}})|:\s{{0,3}}({_NO_DATE}\d(?:{_GAP}\d){{6,7}}))"
    f"{_RIGHT}"
)
# Amounts of money are grouped alike, but none begins with a nought. Old numbers (CMND, nine digits)
# begin with 0 to 3; a number cell keeps a new one without its nought.
_IDENTITY = (
    rf"{_LEFT}(?:{_NO_DATE}0(?:[ .–-]?\d){{11}}"
    rf"|(?!\d+000\b)(?:[0-3]\d{{8}}|[1-9]\d[0-3]\d{{8}}){_NO_MEASURE}"
    rf"|0\d\d(?:[ .-]\d{{3}}){{2}}){_RIGHT}"
)
_LABELLED_IDENTITY = (
    r"(?i:cccd|cmnd|cmtnd|cmt|căn cước|can cuoc|chứng minh|chung minh|định danh|thuế cá nhân|gplx"
    r"|giấy phép lái xe|bhxh|bảo hiểm xã hội)[^\d\n;]{0,25}"
    rf"({_NO_DATE}\d(?:{_GAP}\d){{8,11}}){_RIGHT}{_NO_MEASURE}"
)
# A card of health insurance: two letters and thirteen digits, or ten digits alone.
_INSURED = rf"(?i:bhyt|bảo hiểm y tế)[^\d\n;]{{0,15}}?\b([A-Z]{{2}}\d{{13}}|\d{{10}}){_RIGHT}"
# The number behind its label, or alone with a first letter that Vietnamese passports have.
_PASSPORT = (
    rf"(?i:hộ chiếu|ho chieu|passport|\bhc)[^\d\n;]{{0,25}}?\b([A-Z]{{1,2}} ?\d{{6,8}}){_RIGHT}"
    rf"|{_LEFT}[BCEKNPQ]\d{{7,8}}{_RIGHT}"
)
_ACCOUNT = (
    r"(?i:\bstk|số tài khoản|tài khoản số|so tai khoan)[^\d\n;]{0,20}"
    rf"(\d(?:[ .-]?\d){{5,18}}){_RIGHT}{_NO_MEASURE}"
)

# ---- Addresses of homes

_STREET = (
    r"(?i:đường|duong|phố|pho|đại lộ|quốc lộ|tỉnh lộ|ql)\s{1,3}"
    rf"(?:(?i:số|so)\s{{1,3}}\d+|(?i:cách mạng tháng (?:tám|8))|\d+/\d+|{_NAMES})"
)
_WARD = rf"(?i:phường|phuong|p\.|xã|xa|x\.|thị trấn|thi tran|tt\.)\s{{0,3}}(?:\d+|{_NAMES})"
_NEXT = r"[\s,;–-]{1,4}"
_NUMBER = r"\d{1,4}[A-Za-z]?(?:[/-]\d{1,4}[A-Za-z]?){0,3}\b"
_NUMBER_SAID = r"(?:(?i:số|so)\s{1,3})?"
_HOUSE = r"(?i:số nhà|so nha|nhà số|nha so|\bsn)\s{0,3}:?\s{0,3}"
_OF_PEOPLE = r"(?!\s+(?i:người|thành viên|đồng chí|cán bộ|kiểm tra|công tác|rà soát|đại biểu))"
_WORD_OF_EVERY_DAY = r"\b(?i:to|bản|ban|làng|lang|khu|đội|doi|tiểu khu|phum|sóc)"
_FLAT = r"\b(?i:phòng|căn hộ|căn|p\.)\s{0,3}\d+[A-Za-z]?"
_BLOCK = "(?i:chung cư|tòa nhà|toà nhà|tòa|toà|khu)"
_TOWN_FOLLOWS = rf"(?={_NEXT}(?:{_WARD}|(?i:tp|thành phố)\b))"
_HOME = _any(
    (
        rf"(?:{_HOUSE}|\b(?i:số|so|nhà)\s{{1,3}})?(?<![\w/.,]){_NUMBER}\s{{0,3}},?\s{{1,3}}{_STREET}",
        _HOUSE + _NUMBER,
        rf"\b(?i:số|so|nhà)\s{{1,3}}{_NUMBER}\s{{1,3}}{_NAMES}{_TOWN_FOLLOWS}",
        rf"\b(?i:tổ dân phố|to dan pho|tdp|khu phố|khu pho)\s{{1,3}}{_NUMBER_SAID}(?:\d+|{_NAMES})",
        r"\b(?i:kp)\s{1,3}\d+",
        rf"\b(?i:ngõ|ngách|ngach|hẻm|kiệt)\s{{1,3}}{_NUMBER_SAID}{_NUMBER}(?:,?\s{{1,3}}{_STREET})?",
        rf"\b(?i:tổ)\s{{1,3}}{_NUMBER_SAID}\d+[A-Za-z]?\b{_OF_PEOPLE}",
        rf"(?<!(?i:nông) )\b(?i:thôn|thon|xóm|xom|ấp|buôn)\s{{1,3}}(?:\d+|{_NAMES})",
        rf"{_WORD_OF_EVERY_DAY}\s{{1,3}}(?:\d+|{_NAMES})(?={_NEXT}{_WARD})",
        rf"{_FLAT}\s{{0,3}},?\s{{1,3}}{_BLOCK}\s{{1,3}}{_NAME}\d*(?:{_SP}{_NAME}){{0,4}}",
    )
)
_ADDRESS = rf"{_HOME}(?:{_NEXT}{_HOME}){{0,5}}(?:{_NEXT}{_WARD})?"
_RESIDENCE = (
    r"(?i:trú tại|thường trú|tạm trú|địa chỉ|chỗ ở|nhà ở)\s{0,3}:?\s{0,3}(?:(?i:tại)\s{1,3})?"
    rf"({_NUMBER_SAID}{_NUMBER}\s{{1,3}}{_NAMES}(?:{_NEXT}{_WARD})?)"
    rf"|(?<=\bở )((?i:bản|làng)\s{{1,3}}{_NAMES})"
)
# An agency, an enterprise, a public place has an address of its own.
_SEAT = (
    r"(?P<spared>(?:(?i:trụ sở|ủy ban|uỷ ban|ubnd|bộ phận|trung tâm|cơ quan|chi cục|công ty"
    r"|ngân hàng|bưu điện|bưu cục|trạm y tế|nhà văn hóa|nhà văn hoá|điểm tiếp nhận|nơi tiếp nhận"
    r"|niêm yết)|\b(?:[Tt]rường|Sở|Văn phòng))"
    r"(?:(?!\b(?i:ông|bà|anh|chị|nhà ở|trú|ở|dân|người|nộp|của|cho|hộ|đến|tới)\b)[^;.\n]){0,60}?"
    rf"{_ADDRESS})"
)

# ---- Names

_COMMON_FAMILIES = "Nguyễn Trần Lê Huỳnh Phan Bùi Ngô Trịnh Trương Phùng Tạ Đinh Đặng Giàng Sùng"
_OTHER_FAMILIES = "Thào Lường Quàng Sầm Quách Khổng Doãn Mạc Tô"
_NO_NAME_AFTER = {
    **dict.fromkeys(f"{_COMMON_FAMILIES} {_OTHER_FAMILIES}".split(), ""),
    "Phạm": "vi|pháp|tội|luật|nhân|hành",
    "Hoàng": "sa",
    "Vũ": "khí|trang|trụ",
    "Võ": "thuật|cổ|nhai",
    "Đỗ": "xe",
    "Hồ": "sơ|núi|ba|gươm|tây|chứa|thủy",
    "Dương": "lịch|tính",
    "Lý": "lịch|do|luận",
    "Đào": "tạo",
    "Đoàn": "thể|kiểm|công|giám|đại|tra|viên|hùng|luật|chủ|khối|khảo|thanh niên|thanh tra",
    "Vương": "quốc",
    "Lâm": "nghiệp|sản|đồng|thao|trường",
    "Mai": "táng|châu|sơn",
    "Hà": "nội|giang|nam|tĩnh|tiên|đông|long|bắc|tây|trung",
    "Cao": "đẳng|cấp|bằng|su|tầng|tốc|học|hơn|nhất|điểm",
    "Lương": "thực|hưu|sơn|tâm|cơ|tối",
    "Chu": "kỳ|trình",
    "Triệu": "đồng|sơn|phong",
    "Nông": "nghiệp|thôn|sản|dân|cống|lâm",
    "Ma": "túy|tuý",
    "Hứa": "hẹn",
    "Đàm": "phán",
    "Lưu": "trữ|lượng|ý|thông|hành",
    "Nghiêm": "túc|cấm|minh|trọng",
}
"""Families (họ), each with the words that make it a word of office letters or a place."""
_RARE = (
    "Lò Vàng Diệp Cù Bạch Lã Khúc Phí Bế Lèng Cầm Tòng Mùa Hạng Sìn Âu Giáp Mông Hầu Cháng Lù Ly"
)
_RARE_FAMILIES = {
    **dict.fromkeys(_RARE.split(), ""),
    "Vi": "phạm",
    "Tống": "đạt",
    "Lục": "ngạn|yên|nam",
    "Bàn": "giao",
    "Mã": "số",
    "Ninh": "bình|thuận|giang|kiều",
    "Kiều": "bào|hối",
    "Thân": "nhân|thiện",
    "Lại": "sức",
    "Thái": "nguyên|bình|lan",
    "Trà": "vinh|lĩnh",
    "Viên": "chức",
}
"""Families that are told by a middle name or a label only."""
_IN_CAPITALS = f"{_COMMON_FAMILIES} {_OTHER_FAMILIES} Phạm Hoàng Vũ Đỗ".split()
_IN_SMALL = "Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Ngô Phùng Trịnh Đinh Nông Hứa"
# Without their marks: families that are no word of office letters then («trinh», «dang», «do»).
_BARE_FULL = "Nguyen Huynh Pham Hoang Bui Tran"
_BARE_WITH_MIDDLE = (
    "Nguyen Tran Le Pham Hoang Huynh Phan Vu Vo Dang Bui Do Ho Ngo Duong Ly Dao Doan Vuong Trinh"
    " Truong Dinh Lam Phung Mai To Ha Cao Luong Ta Chu Trieu Nong Ma Hua"
)
_BARE_SMALL = "nguyen tran le pham hoang huynh vu vo bui ngo phung nong"
_NO_BARE_NAME_AFTER = {"pham": "vi|phap|toi|luat|nhan|hanh", "hoang": "sa"}


def _families(*words: str, bare: bool = False) -> str:
    """Pattern of one of some families that no word follows which makes it none."""
    never = _NO_BARE_NAME_AFTER if bare else {**_NO_NAME_AFTER, **_RARE_FAMILIES}
    after = {word: never.get(word.lower() if bare else word.capitalize(), "") for word in words}
    return _any(rf"{one}(?!\s(?i:{no})\b)" if no else one for one, no in after.items())


_TITLED = _families(*_NO_NAME_AFTER)
_CAPITAL = _families(*map(str.upper, _IN_CAPITALS))
_FULL = rf"(?:{_TITLED}|{_CAPITAL})(?:{_SP}{_NAME}){{1,3}}"  # of two words: ``_end_of_person``
_BARE = _families(*_BARE_FULL.split(), *_BARE_FULL.upper().split(), bare=True)
_BARE_PERSON = rf"(?<!(?i:thi) )\b{_BARE}(?:{_SP}{_NAME}){{1,3}}"
_EVERY_FAMILY = (*_NO_NAME_AFTER, *_RARE_FAMILIES)
_WIDE = _families(*_EVERY_FAMILY, *map(str.upper, _EVERY_FAMILY))
_BARE_FAMILIES = _BARE_WITH_MIDDLE.split()
_BARE_WIDE = _families(*_BARE_FAMILIES, *map(str.upper, _BARE_FAMILIES), bare=True)
_AFTER_VAN_OR_THI = (  # «văn phòng», «thị trấn»
    r"(?i:phòng|phong|bản|ban|hóa|hoá|thư|kiện|kien|nghệ|xã|xa|trấn|tran|trường|hành|hanh|đua|dua)\b"
)
_NO_GIVEN_NAME = f"(?!{_AFTER_VAN_OR_THI})"
_MIDDLE = "(?:Văn|Thị|VĂN|THỊ|Van|Thi|VAN|THI|A|Seo|SEO)"
_WITH_MIDDLE = (
    rf"(?:{_WIDE}|{_BARE_WIDE}){_SP}{_MIDDLE}{_SP}{_NO_GIVEN_NAME}{_NAME}(?:{_SP}{_NAME})?"
)
_SMALL_FAMILY = (
    f"(?:{_families(*_IN_SMALL.lower().split())}|{_families(*_BARE_SMALL.split(), bare=True)})"
)
_SMALL_MIDDLE = f"{_SP}(?:văn|thị|van|thi){_SP}"
_SMALL_PERSON = (
    rf"{_SMALL_FAMILY}{_SMALL_MIDDLE}{_NO_GIVEN_NAME}{_SMALL_WORD}(?:{_SP}{_SMALL_WORD})?"
)
# Written without capitals, so that where it ends is not seen: between two ends of a phrase.
_SMALL_ALONE = (
    rf"(?:\A|(?<=[,;:(\n])|(?<=[,;:–-] ))"
    rf"((?i:{_SMALL_FAMILY}(?!{_SMALL_MIDDLE}{_AFTER_VAN_OR_THI})(?:{_SP}{_SMALL_WORD}){{2,3}}))"
    r"\s{0,3}(?=\Z|[,;:)\n–-])"
)
# Who works for the agency may be named: by the title before the name, or the post beside it.
_POSTS = (
    r"(?i:phó|trưởng|giám đốc|chủ tịch|chánh|thanh tra|chuyên viên|bí thư|thứ trưởng|bộ trưởng"
    r"|thủ tướng|công chức|viên chức|cán bộ|tổ trưởng|kế toán|chủ nhiệm|cục trưởng|viện trưởng"
    r"|hiệu trưởng|tổng)\b"
)
_NO_DEED = (  # words between a post, a place and a name that make the name another's
    r"(?!(?i:của|cho|do|ông|bà|anh|chị|hồ|sơ|trả|nhận|nộp|cấp|đơn|hộ|dân|và|với|gửi|là|mời|báo|gọi"
    r"|giúp|hướng|dẫn|yêu|đề|xin|khách|người|từ|đến|tới|có|đã|tên)\b)"
)
_POST = rf"(?!\s{{0,3}}[,;(–-]\s{{0,3}}(?:(?i:quyền|nguyên)\s+)?{_POSTS})"
_ANYBODY = f"(?>{_FULL}|{_WITH_MIDDLE}|{_BARE_PERSON}|{_SMALL_PERSON})"
_OFFICIAL = (
    r"(?i:đồng chí|đ/c|đ\.c|đc)\s*:?\s+(?:(?i:ông|bà)\s+)?"
    rf"(?>{_NAME}(?:{_SP}{_NAME}){{1,3}}|{_SMALL_PERSON})"
    rf"|\b{_POSTS}\s+(?:(?:[{_UPPER}][^\s,;.:()]{{0,20}}|-|và|tỉnh|thành phố|huyện|quận|xã|phường"
    rf"|phòng|ban|một cửa)\s+(?:{_NO_DEED}{_SMALL_WORD}\s+)?){{0,8}}?{_ANYBODY}"
)
_PLACES = (
    r"(?i:đường|duong|phố|pho|ngõ|phường|phuong|xã|quận|thị trấn|thành phố|quảng trường|công viên"
    r"|cầu|chợ|đại lộ|tượng đài|bệnh viện|trường|truong|thpt|thcs|tiểu học|mầm non|đại học|học viện"
    r"|viện|bảo tàng|thư viện|nhà thiếu nhi|cung|nhà hát|sân vận động|khu di tích|đền|lăng"
    r"|giải thưởng|giải|quỹ|học bổng|danh hiệu|khách sạn|tòa nhà|toà nhà|khu đô thị|khu dân cư"
    r"|nút giao|ngã tư|ngã ba|chiến dịch|cuộc thi|lớp)\s+"
    rf"(?:{_NO_DEED}{_SMALL_WORD}\s+){{0,3}}"
)
_ENTERPRISES = (
    r"(?i:công ty|tập đoàn|doanh nghiệp|dntn|hợp tác xã|htx|ngân hàng)\s+"
    rf"(?:{_NO_DEED}[^\s,;.:()]{{1,20}}\s+){{0,8}}?"
)
_NAMED_AFTER = (
    rf"(?:{_PLACES}|{_ENTERPRISES})"
    rf"(?>(?:{_WIDE}|{_BARE_WIDE})(?:{_SP}{_NAME}){{1,4}}"
    rf"|{_SMALL_FAMILY}(?:{_SP}{_SMALL_WORD}){{1,3}})"
)
_FAMOUS = (
    "Hồ Chí Minh|Hoàng Văn Thụ|Phan Đình Phùng|Lương Ngọc Quyến|Phùng Chí Kiên|Võ Nguyên Giáp"
    "|Nguyễn Thị Minh Khai|Lê Hồng Phong|Trần Hưng Đạo|Trần Đại Nghĩa|Nguyễn Đình Chiểu|Ngô Gia Tự"
    "|Nguyễn Bỉnh Khiêm|Chu Văn An|Võ Thị Sáu|Lý Thường Kiệt|Lý Thái Tổ|Lý Nam Đế|Lý Tự Trọng"
    "|Đinh Tiên Hoàng|Hoàng Hoa Thám|Hoàng Quốc Việt|Phan Bội Châu|Phan Châu Trinh|Phan Chu Trinh"
    "|Lê Thánh Tông|Lê Đại Hành|Trần Nhân Tông|Trần Quốc Toản|Trần Phú|Nguyễn Văn Trỗi"
    "|Nguyễn Văn Linh|Phạm Văn Đồng|Phạm Ngọc Thạch|Nguyễn Chí Thanh|Nguyễn Công Trứ|Bùi Thị Xuân"
    "|Mạc Đĩnh Chi|Lê Quý Đôn|Nguyễn Tri Phương|Nguyễn Viết Xuân|Phan Đình Giót|Dương Tự Minh"
    "|Nguyễn Văn Cừ|Nguyễn Phú Trọng|Tôn Đức Thắng|Trường Chinh|Đặng Thùy Trâm|Nguyễn Ái Quốc"
)
_NOT_PEOPLE = (
    rf"(?!{_POSTS}|(?i:rịa|trưng|triệu|nà|đen|chúa|việt\s+nam|con|cha|mẹ|nội|ngoại|cô|cháu|em|chị"
    r"|anh|có|là|và|hoặc|tại|được|cố|đại diện|công dân|người|chủ|sở|phòng|văn phòng|ubnd|ban"
    r"|nông dân|mụ|mối|bầu)\b)"
)
_TITLE = r"\b(?:(?i:ông|bà)|anh|chị|Ô\.)(?:\s?[/(]\s?(?i:bà|ông|chị)\s?\)?)?\s{0,3}:?\s{1,3}"
_LABEL = (
    r"\b(?:(?i:họ và tên|họ tên|tên người|người|chủ hộ|chủ cơ sở|đương sự|thí sinh|sinh viên"
    r"|học sinh|bệnh nhân|nguyên đơn|bị đơn|khách hàng|công dân|hộ kinh doanh|hộ)"
    r"|cụ|cô|chú|bác|cháu|em|thầy|vợ|chồng|con|mẹ|bố)"
    r"(?:\s(?:nộp hồ sơ|nộp đơn|nộp|gửi|đề nghị|khiếu nại|phản ánh|kiến nghị|đại diện|dân|là|tên))?"
    r"\s{0,3}:?\s{1,3}"
)
_PERSON = (
    rf"(?P<spared>{_OFFICIAL}|{_NAMED_AFTER}|(?<!\w)(?:{_FAMOUS}|{_FAMOUS.upper()})\b)"
    rf"|{_TITLE}{_NOT_PEOPLE}((?>(?:[{_UPPER}]\.\s?){{0,3}}{_NAME}(?:{_SP}{_NAME}){{0,3}})){_POST}"
    rf"|{_TITLE}({_SMALL_FAMILY}(?:{_SP}{_SMALL_WORD}){{1,2}}){_POST}"
    rf"|{_LABEL}((?>{_WIDE}(?:{_SP}{_NAME}){{1,3}})){_POST}"
    rf"|\b(?P<bare>{_ANYBODY}){_POST}"
    rf"|{_SMALL_ALONE}{_POST}"
)

# Two words alone are a person's only where both are: streets and towns are called «Lê Lợi».
_GIVEN = (
    "an anh bình bích chi chiến chung chương cúc cương cường diễm diệp diệu dung dũng duy duyên"
    " đan đạt đức giang hà hải hạnh hằng hảo hân hậu hiên hiền hiển hiếu hiệp hoa hòa hoà hoan"
    " hoài hoàng hồng huấn hùng huy huyền hưng hương hường khang khanh khánh khoa khôi khương"
    " kiên kiệt lan lâm liên liễu linh loan long lộc luân luyến ly mai mạnh mẫn mến minh my nam"
    " nga ngà ngân nghĩa nghị ngọc nguyên nguyệt nhàn nhân nhi nhung như oanh phát phong phúc"
    " phước phương phượng quân quang quốc quý quyên quyền quyết quỳnh sang sen sinh sơn sương"
    " tài tâm tân thái thanh thành thảo thắm thắng thiện thìn thịnh thoa thơm thu thùy thuỳ thủy"
    " thuỷ thúy thuý thư thương tiến tiệp tín tình toàn toản trang trâm trí trinh trung trường"
    " tú tuân tuấn tuệ tùng tuyên tuyến tuyền tuyết tươi uyên vân việt vinh vui vượng vy xuân"
    " xuyến yên yến"
)
_NO_PERSON = {  # families, each with the given names that make it a street, a town or a word
    **dict.fromkeys(("nguyễn", "huỳnh", "trần", "đỗ", "bùi", "phan", "trịnh", "đinh"), ""),
    "lê": "hoàn",
    "phạm": "hùng",
    "ngô": "quyền",
    "đặng": "dung",
    "phùng": "hưng",
    "trương": "lương",
    "vũ": "quang thư trường",
    "võ": "sinh",
    "hoàng": "anh liên long mai thành yến",
}
_WITHOUT_MARKS = ("nguyễn", "huỳnh", "bùi")

_MAIL_KIND = "thư điện tử"
_WORD = lazy_pattern(r"[^\W\d_]+")
# Six digits, however grouped: no telephone, account or identity has fewer.
_LONG_NUMBER = lazy_pattern(r"\d(?:\D{0,3}\d){5}")
# Signs of a text, by which most are passed over: its words in small letters, and these.
_HAS_MAIL, _HAS_NUMBER = "@", "0"
_WORDS_OF_HOMES = (
    "đường duong phố pho lộ ql số so nhà nha sn tdp kp ngõ ngách ngach hẻm kiệt tổ to thôn thon xóm"
    " xom ấp buôn bản ban làng lang khu đội doi phum sóc phòng căn p trú địa ở"
)
_SIGNS_OF_HOMES = frozenset(_WORDS_OF_HOMES.split())
_MAY_BE_HOME = (
    r"\d[A-Za-z]?\s{0,3},?\s{1,3}(?i:đường|duong|phố|pho|đại lộ|quốc lộ|tỉnh lộ|ql)\s"
    r"|(?i:nhà|nha|sn|phố|pho|tdp|kp|ngõ|ngách|ngach|hẻm|kiệt|tổ|hộ|căn|phòng|p\.)"
    r"\s{0,3}:?\s{0,3}(?:(?i:số|so)\s{0,3}:?\s{0,3})?\d"
    r"|\b(?i:phố|pho|tdp|thôn|thon|xóm|xom|ấp|buôn|ở (?:bản|làng))\s{1,3}"  # not «Cấp Giấy»
    rf"{_NUMBER_SAID}[\d{_UPPER}]"
    rf"|(?i:số|so|nhà)\s{{1,3}}{_NUMBER}\s{{1,3}}[{_UPPER}]"
    r"|(?i:trú tại|thường trú|tạm trú|địa chỉ|chỗ ở|nhà ở)\s{0,3}:?\s{0,3}(?:(?i:tại)\s{1,3})?"
    rf"{_NUMBER_SAID}\d"
    rf"|{_WORD_OF_EVERY_DAY}\s{{1,3}}[\d{_UPPER}](?s:.{{0,120}}?){_NEXT}"
    r"(?i:phường|phuong|p\.|xã|xa|x\.|thị trấn|thi tran|tt\.)"
)
"""A part of every address, which is compiled in a thirtieth of the time that the whole takes."""


def _may_be_home(text: str) -> bool:
    return bool(_compiled(_MAY_BE_HOME).search(text))


_MAY_BE_PHONE = rf"{_PHONE_LABEL}|\d(?:[ .\-–)]{{0,4}}\d){{8}}|\d{{4}}[,_/]\d{{3}}[,_/]\d{{3}}"
"""A label, or as many digits as near each other as a number has that stands without one."""


def _may_be_phone(text: str) -> bool:
    return bool(_compiled(_MAY_BE_PHONE).search(text))


_TITLES = frozenset(("ông", "bà", "anh", "chị", "ô"))
_SMALL_FAMILIES = frozenset(f"{_IN_SMALL.lower()} {_BARE_SMALL}".split())
_FULL_FAMILIES = frozenset(map(str.casefold, (*_NO_NAME_AFTER, *_IN_CAPITALS, *_BARE_FULL.split())))
_FAMILIES = frozenset(map(str.casefold, (*_EVERY_FAMILY, *_BARE_FAMILIES)))
_NEVER_AFTER = {
    family.casefold(): frozenset(words.split("|"))
    for family, words in {**_NO_NAME_AFTER, **_RARE_FAMILIES, **_NO_BARE_NAME_AFTER}.items()
}
_SMALL_MIDDLES = frozenset(("văn", "thị", "van", "thi"))
_MIDDLES = _SMALL_MIDDLES | {"a", "seo"}
_LABELS_END = (
    "tên người hộ sở sự sinh viên nhân đơn bị hàng dân doanh cụ cô chú bác cháu em thầy vợ chồng"
    " con mẹ bố sơ nộp gửi nghị nại ánh diện là"
)
_ENDS_OF_LABELS = frozenset(_LABELS_END.split())
_WORD_GOES_ON = lazy_pattern(r"\w")
# A name in small letters is only looked for where a phrase of its own stands: anywhere else it is
# words.
_PHRASE_BEGINS = lazy_pattern(r"(?:\A|(?<=[,;:(\n])|(?<=[,;:–-] ))")
_PHRASE_ENDS = lazy_pattern(r"\s{0,3}(?=\Z|[,;:)\n–-])")


def _may_be_name(text: str) -> bool:
    """Whether words stand there with which a name begins; nothing has to be compiled for that."""
    words = [*_WORD.finditer(text)]
    folded = [found[0].casefold() for found in words]
    capital = [found[0][0].isupper() for found in words]
    for at, family in enumerate(folded[:-1]):
        if family in _TITLES and (
            any(capital[at + 1 : at + 3]) or not _SMALL_FAMILIES.isdisjoint(folded[at + 1 : at + 3])
        ):
            return True
        if family in _FAMILIES and (
            (capital[at] and capital[at + 1] and _may_be_full(text, words, folded, at))
            or (family in _SMALL_FAMILIES and _may_be_small(text, words, folded, at))
        ):
            return True
    return False


_Words = list[re.Match[str]]


def _may_be_full(text: str, words: _Words, folded: list[str], at: int) -> bool:
    """Whether a name in capitals may begin with that word, which a capital follows."""
    family, after = folded[at], words[at + 1]
    one_space = text[words[at].end() : after.start()].isspace() and (
        after.start() - words[at].end() == 1
    )
    if one_space and folded[at + 1] in _NEVER_AFTER.get(family, ()):
        return bool(_WORD_GOES_ON.match(text, after.end()))
    return (
        folded[at + 1] in _MIDDLES
        or (at > 0 and folded[at - 1] in _ENDS_OF_LABELS)
        or (family in _FULL_FAMILIES and at + 2 < len(words) and words[at + 2][0][0].isupper())
        or (family, folded[at + 1]) in _pairs()
    )


def _may_be_small(text: str, words: _Words, folded: list[str], at: int) -> bool:
    """Whether a name without capitals may begin with that word."""
    if folded[at + 1] in _SMALL_MIDDLES:
        return True
    ends = (words[at + more].end() for more in (2, 3) if at + more < len(words))
    return bool(_PHRASE_BEGINS.match(text, words[at].start())) and any(
        _PHRASE_ENDS.match(text, end) for end in ends
    )


# Kind as a reader names it; signs of which such a text has one; what else it must have; the data
# is the last group, or the whole match. First found counts. A pattern takes up to 30 ms to compile:
# only when asked for, which saves a quarter of ``kskt check`` of one file.
_KINDS: tuple[tuple[str, frozenset[str], Callable[[str], bool] | None, str], ...] = (
    (_MAIL_KIND, frozenset({_HAS_MAIL}), None, _MAIL),
    ("số tài khoản", frozenset({_HAS_NUMBER}), None, _ACCOUNT),
    (
        "số định danh",
        frozenset({_HAS_NUMBER}),
        None,
        f"{_ENTERPRISE_TAX}|{_LABELLED_IDENTITY}|{_INSURED}|{_PASSPORT}|{_IDENTITY}",
    ),
    (
        "số điện thoại",
        frozenset({_HAS_NUMBER}),
        _may_be_phone,
        f"{_ENTERPRISE_TAX}|{_LABELLED_PHONE}|{_PHONES}",
    ),
    ("địa chỉ", _SIGNS_OF_HOMES, _may_be_home, f"{_SEAT}|{_RESIDENCE}|{_ADDRESS}"),
    ("họ tên", _TITLES | _FAMILIES, _may_be_name, _PERSON),
)
_OF_OFFICIALS = frozenset({"họ tên", "số điện thoại"})
_JOINTS = str.maketrans("_-.+", "    ")
_ENDING = lazy_pattern(r"(?:\.[A-Za-z][A-Za-z0-9]{1,7})+\Z")  # «.xlsx», «.signed.pdf»
_SPARED, _BARE_NAME = "spared", "bare"
# «Lê Lợi, Nguyễn Huệ và …»: what stands between two names of streets.
_OF_A_LIST = lazy_pattern(r"(?:[\s,;/–-]|và){1,4}")
_OF_A_THING = lazy_pattern(  # what stands before a trade mark, or the house of a street
    r"(?:[«“\"‘'\[]|(?:\A|[\s,;:(])\d{1,3}[A-Za-z]?,?)\s?\Z"
)


def looks_personal(text: str, *, of_official: bool = False) -> str | None:
    """Kind of personal data that a text seems to hold, as a reader names it; None without any.

    One of ``thư điện tử``, ``số tài khoản``, ``số định danh``, ``số điện thoại``, ``địa chỉ``,
    ``họ tên``. Codes of dossiers and procedures, numbers of documents and dates are none.
    ``of_official``: where a form asks for an official, name and phone are none either.
    """
    spared = _OF_OFFICIALS if of_official else ()
    found = (
        kind
        for kind, pattern in _kinds_possible(text)
        if kind not in spared and _has(pattern, text)
    )
    return next(found, None)


_COVERED = lazy_pattern(r"\[[^\[\]]{2,40} đã che\]")
_CODE = lazy_pattern(r"[\w./\-]+")  # of a dossier, a procedure, a document: no words


def is_covered(text: str) -> bool:
    """Whether something in a text has been covered by ``mask``."""
    return _COVERED.search(text) is not None


@lru_cache(maxsize=1024)
def mask(text: str, *, of_official: bool = False) -> str:
    """The text with everything that looks like personal data covered: ``[họ tên đã che]``.

    ``of_official``: where a form asks for an official, name and phone stay. Names of procedures and
    short answers stand in every unit's rows, so the last texts are kept.
    """
    spared = _OF_OFFICIALS if of_official else ()
    for kind, pattern in _kinds_possible(text):
        if kind not in spared:
            text = _covered(kind, pattern, text, text)
    return text


@lru_cache(maxsize=16_384)
def mask_title(title: str) -> str:
    """The name of a file, or the subject of a mail, with personal data covered.

    In titles ``_``, ``-`` and ``.`` join words as blanks do elsewhere; the ending (.xlsx) stays.
    """
    ending = _ENDING.search(title)
    words, rest = (title[: ending.start()], ending[0]) if ending else (title, "")
    if "@" in words.rpartition(" ")[2]:
        words, rest = title, ""  # the end of a mailbox
    signs = _signs(words) | _signs(words.translate(_JOINTS))
    for kind, having, may_be, pattern in _KINDS:
        apart = words if kind == _MAIL_KIND else words.translate(_JOINTS)
        if not having.isdisjoint(signs) and (may_be is None or may_be(apart)):
            words = _covered(kind, pattern, words, apart)
    return words + rest


def _kinds_possible(text: str) -> list[tuple[str, str]]:
    """The kinds that a text may hold by its signs, with their patterns."""
    signs = _signs(text)
    return [
        (kind, pattern)
        for kind, having, may_be, pattern in _KINDS
        if not having.isdisjoint(signs) and (may_be is None or may_be(text))
    ]


def _signs(text: str) -> set[str]:
    signs = set(_WORD.findall(text.casefold()))
    if "@" in text:
        signs.add(_HAS_MAIL)
    if _LONG_NUMBER.search(text):
        signs.add(_HAS_NUMBER)
    return signs


def _has(pattern: str, text: str) -> bool:
    return next(_places(pattern, text), None) is not None


def _places(pattern: str, text: str) -> Iterator[tuple[int, int]]:
    """Where a text has what a pattern finds and nothing spares, from its first to its last."""
    after_spared = 0
    for found in _compiled(pattern).finditer(text):
        if found.lastgroup == _SPARED:
            after_spared = found.end()
        elif found.lastgroup != _BARE_NAME:
            yield found.span(found.lastindex or 0)
        elif end := _end_of_person(found, after_spared):
            yield found.start(), end
        else:
            after_spared = found.end()


def _end_of_person(found: re.Match[str], after_spared: int) -> int:
    """Where a name without title or label ends; 0 where it is none of a person.

    Only two words leave a doubt: beside a street or an official they are the next of a list.
    """
    words = found[_BARE_NAME].casefold().split()
    if len(words) > 2:  # noqa: PLR2004
        return found.end(_BARE_NAME)
    text, start = found.string, found.start()
    if _OF_A_THING.search(text, max(0, start - 8), start) or (
        after_spared and _OF_A_LIST.fullmatch(text, after_spared, start)
    ):
        return 0
    phrase = _compiled(f"{_SMALL_ALONE}{_POST}").match(text, start)
    if tuple(words) not in _pairs():
        return phrase.end(1) if phrase else 0
    goes_on = phrase and phrase[1].casefold().split()[2] in _GIVEN.split()  # «Nguyễn Hải nam»
    return phrase.end(1) if phrase and goes_on else found.end(_BARE_NAME)


@cache
def _pairs() -> frozenset[tuple[str, str]]:
    """Families and given names that together are a person's."""
    pairs = {
        (family, given)
        for family, never in _NO_PERSON.items()
        for given in _GIVEN.split()
        if given not in never.split()
    }
    bare = [plain_key(given) for given in _GIVEN.split()]
    pairs.update((plain_key(family), given) for family in _WITHOUT_MARKS for given in bare)
    return frozenset(pairs)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _covered(kind: str, pattern: str, text: str, seen: str) -> str:
    """The text with what is found in ``seen``, which is as long, covered; officials are spared."""
    pieces: list[str] = []
    end = 0
    for start, stop in _places(pattern, seen):
        pieces += (text[end:start], f"[{kind} đã che]")
        end = stop
    return "".join((*pieces, text[end:])) if pieces else text


@lru_cache(maxsize=8192)
def masked_text(text: str, *, of_official: bool = False) -> str:
    """A text without what looks like personal data; a code stays unless all of it is."""
    covered = mask(text, of_official=of_official)
    return text if _CODE.fullmatch(text) and not _COVERED.fullmatch(covered) else covered


_QUOTED = ("name", "subject", "member", "which")  # what senders have called files and mails


def without_names(found: Finding) -> Finding:
    """The finding with citizens covered in the names of files and mails that it quotes."""
    quoted = {name: mask_title(str(found.params[name])) for name in _QUOTED if name in found.params}
    return replace(found, params={**found.params, **quoted}) if quoted else found


def told_without_citizens(found: Finding) -> Finding:
    """The finding with personal data covered in what it quotes; examples are the program's own."""
    params = {
        name: masked_text(value) if isinstance(value, str) and name != "example" else value
        for name, value in found.params.items()
    }
    return found if params == found.params else replace(found, params=params)
