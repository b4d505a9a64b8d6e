"""What a typed value means (giá trị): counts, decimals, shares, yes or no, days.

What is unclear is asked for.

First the outcome of reading one value and the words for numbers, yes, no and nothing. Words and
signs are kept once, by key: whoever reads a cell and whoever writes a formula that must agree with
it ask here.
"""

import datetime as dt
import math
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import field
from functools import cache, lru_cache
from typing import Generic, Literal, Never, TypeVar

from kskt_excel.model.book import Raw, as_counted
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.patterns import lazy_pattern
from kskt_excel.text.shown import given, plain_number
from kskt_excel.text.spelling import clean, is_blank, plain_key, tone_key

T_co = TypeVar("T_co", covariant=True)

ParseOutcome = Literal["ok", "warn", "error", "blank", "ditto"]


@dataclass(frozen=True, slots=True)
class Parsed(Generic[T_co]):
    """A value read: ``ok`` and ``warn`` carry it, the others carry None.

    ``code`` names the catalogue entry of what there is to say about it, "" when there is nothing:
    of ``error`` and ``ditto`` there always is. ``params`` fill the entry's braces.
    """

    value: T_co | None
    outcome: ParseOutcome = "ok"
    code: str = ""
    params: Mapping[str, object] = field(default_factory=dict)


DASH = lazy_pattern(r"[(\[]? ?[-‐‑‒–—―−]+(?: +[-‐‑‒–—―−]+)* ?[)\]]?")
"""A dash in place of a value, in every length that programs make of it, also in brackets."""

# All signs that people put where they have nothing to say: -, //, ..., __.
DASHES = lazy_pattern(rf"[-‐‑‒–—―−/.…_ ]+|{DASH.pattern}")
DITTO_MARKS = frozenset({'"', "''", "”", "“", "〃", "″", ",,", "“”", '""'})
DITTO_WORDS = frozenset({"nt", "n t", "nhu tren"})

ZERO_WORDS = (
    *("không", "không phát sinh", "không có", "không PS", "ko", "ko có", "KPS", "k"),
    *("chưa phát sinh", "không có hồ sơ", "không phát sinh hồ sơ"),
)


def also_bare(spellings: Iterable[str]) -> tuple[str, ...]:
    """Spellings, and those typed without marks: a formula tells «khong» from «không»."""
    given = tuple(spellings)
    return tuple(dict.fromkeys((*given, *filter(None, map(plain_key, given)))))


TYPED_DASHES = ("-", "--", "---", "–", "—", "‒", "―", "- -", "(-)", "( - )")
"""Dashes as programs make them of one that was typed, where no pattern can be asked (a formula)."""

_ONE_UP = ("một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười")

COUNTS = {tone_key(word): 0 for word in ZERO_WORDS} | {
    tone_key(word): value for value, word in enumerate(_ONE_UP, start=1)
}
"""Counts in words, by tone key."""

_THINGS = (
    "hồ sơ|HS|bộ hồ sơ|bộ HS|bộ|thủ tục|thủ tục hành chính|TTHC|TT|lượt|lần|cái|trường hợp"
    "|văn bản|VB|thông tư|nghị định|nghị quyết|luật|h/s|vụ|vụ việc|buổi"
    "|quyết định|QĐ|đơn|phiếu|bản|cuộc|lớp|hội nghị|người|cán bộ|tin|bài|tin bài|sáng kiến"
    "|giải pháp|ý kiến|kiến nghị|phản ánh|PAKN|tài khoản|TK|đơn vị|kết quả|nhiệm vụ|tờ|tờ rơi"
    "|dịch vụ|giấy phép|giấy chứng nhận|chứng chỉ|tổ chức|cá nhân|doanh nghiệp|ca|tr.hợp|hso"
)
THINGS = frozenset(map(plain_key, _THINGS.split("|")))
"""What people write behind a count, by plain key."""

_DENIED = "(?:không|chưa|ko|kg|k)"
_MATTERS = "khó khăn|vướng mắc|đề xuất|kiến nghị|đề nghị|nguyên nhân|tồn tại|hạn chế|ý kiến"
_OF_WHAT = (
    f"có|còn|gặp|thấy|nêu|phát sinh|{_MATTERS}|nội dung|vấn đề|trường hợp|hồ sơ|số liệu"
    "|(?:gì|nào|khó khăn|vướng mắc) (?:lớn|đáng kể)|nào|gì|chi|khác|thêm|vướng|và|hoặc|hay|ps"
    "|cả|ạ|nhé|nha|này|công việc|nhiệm vụ|nội dung báo cáo|được (?:đề xuất|ghi nhận)|p s"
)
_WHEN = (
    r"(?:trong )?(?:kỳ|quý|tháng|năm)(?: (?:này|báo cáo|i{1,3}|iv|\d{1,4}))*"
    r"|hiện|hiện nay|hiện tại|đến nay|tạm thời|nhìn chung|(?:về )?cơ bản"
    r"|(?:trong )?quá trình (?:triển khai|thực hiện)|trong (?:triển khai|thực hiện)"
)
_WHO = "(?:các )?(?:đơn vị|phòng|ban|chi cục|trung tâm|văn phòng|thanh tra)(?: sở)?|dạ|thưa"
_SIGNS = lazy_pattern(r"[\W_]+")
_NO_LETTERS = lazy_pattern(r"\\.|[\W\d_]+")
_DENIALS = frozenset(("không", "khong", "chưa", "chua", "ko", "kg", "k", "kps", "0"))
"""One of these is in whatever says that there is nothing."""
_MARKED_DENIALS = frozenset(("không", "chưa"))


def _saying_nothing(of_what: str, label: str = "") -> str:
    """Pattern of what only says that there is nothing of this.

    ``label`` are words that may stand before it («Khó khăn: không»); where there may be some, so
    may a number and several such sentences.
    """
    before = rf"(?:(?:{'|'.join(filter(None, (_WHEN, _WHO, label)))}) )*"
    denied = rf"{_DENIED}(?: (?:{of_what}))*|(?:kps|k p s)(?: hồ sơ| hs)?|0"
    clause = rf"{before}(?:{denied})(?: (?:{_WHEN}|ạ|0))*"
    return rf"(?:\d )?{clause}(?: {clause})*".lower() if label else clause.lower()


_SAYS_NOTHING = _saying_nothing(_OF_WHAT)
_SAYS_NONE = _saying_nothing(f"{_OF_WHAT}|{_THINGS}")
_SAYS_NO_REMARK = _saying_nothing(_OF_WHAT, f"{_MATTERS}|và")
_NO_REMARKS = frozenset(("ok", "na", "none", "no"))
_LONGEST_OF_NOTHING = 160  # characters: two such sentences; a longer text tells something
_LONGER = 4  # letters
_LONGEST_OF_NONE = 80  # characters: one such sentence; a row of a list is longer


def is_nothing_said(text: str) -> bool:
    """Whether a text only says that there is nothing: «Không có», «Chưa phát sinh vướng mắc nào».

    «Không có máy quét» says something.
    """
    return len(text) <= _LONGEST_OF_NOTHING and _matches(_SAYS_NOTHING, text)


@lru_cache(maxsize=4096)
def remark_said(text: str) -> str:
    """What a unit has to say in a cell for remarks (khó khăn, đề xuất); "" where it is nothing.

    Nothing are the words for it, dashes and other signs, and a lone tick or letter: nobody can act
    on «x».
    """
    letters = "".join(filter(str.isalnum, text)).casefold()
    if len(letters) <= 1 or letters in _NO_REMARKS:
        return ""
    is_nothing = len(text) <= _LONGEST_OF_NOTHING and _matches(_SAYS_NO_REMARK, text)
    return "" if is_nothing else text


@lru_cache(maxsize=4096)
def is_none_said(text: str) -> bool:
    """Whether a text that stands alone in a list says that the list has no row.

    There «Không có sáng kiến nào trong quý» is nothing too.
    """
    return len(text) <= _LONGEST_OF_NONE and _matches(_SAYS_NONE, text)


def _matches(pattern: str, text: str) -> bool:
    words = _SIGNS.sub(" ", unicodedata.normalize("NFC", text)).strip().lower()
    if _DENIALS.isdisjoint(words.split()) or not _knows(pattern, words):
        return False
    if _compiled(pattern, is_bare=words.isascii()).fullmatch(words):
        return True
    is_marked = not _MARKED_DENIALS.isdisjoint(
        words.split()
    )  # «Không phat sinh»: a mark is missing
    return is_marked and bool(_compiled(pattern, is_bare=True).fullmatch(plain_key(words)))


def _knows(pattern: str, words: str) -> bool:
    """Whether a pattern has all the longer words of a text, so that it is worth compiling.

    Shorter ones may be numerals: «quý III».
    """
    longer = (one for one in plain_key(words).split() if len(one) >= _LONGER and one.isalpha())
    return all(one in _vocabulary(pattern) for one in longer)


@cache
def _vocabulary(pattern: str) -> frozenset[str]:
    return frozenset(plain_key(_NO_LETTERS.sub(" ", pattern)).split())


@cache
def _compiled(pattern: str, *, is_bare: bool) -> re.Pattern[str]:
    """The pattern for texts with their marks, or typed without; a millisecond each to compile."""
    if not is_bare:
        return re.compile(pattern)
    bare = unicodedata.normalize("NFD", pattern).replace("đ", "d")
    return re.compile("".join(char for char in bare if not unicodedata.combining(char)))


_YES = (
    *("có", "co", "c", "x", "v", "yes", "y", "ok", "đúng", "true", "đã có", "có rồi", "đã", "rồi"),
    *("tích", "đã tích", "vâng", "đồng ý"),
)
_NO = ("không", "khong", "ko", "kh", "k", "no", "n", "false", "sai")


_DONE = (
    "áp dụng|thực hiện|triển khai|cung cấp|tích hợp|niêm yết|liên thông|tiếp nhận|thanh toán|thu"
    "|thu phí|thu phí, lệ phí|công khai|đăng|đăng tải|công nhận|khắc phục|rà soát|đánh giá|ban hành"
    "|phê duyệt|kéo dài|xong|phải|thuộc|quy định"
)
_TO_DO = "(?:có|được|thực hiện|triển khai|tổ chức)"
_HOW = "(?:rồi|xong|được|đầy đủ|(?:tại|ở|trên) [^.;,?]{2,40})"
# An answer to «Theo kế hoạch?»: only «ngoài» denies it.
_WHETHER_PLANNED = lazy_pattern(r"(trong|theo|ngoài) (?:kế hoạch|KH)", re.IGNORECASE)


def whether_done(text: str) -> bool | None:
    """Yes of «đã niêm yết», «theo kế hoạch»; No of «chưa thực hiện»; None of everything else."""
    words = unicodedata.normalize("NFC", text).strip(" .!")
    if planned := _WHETHER_PLANNED.fullmatch(words):
        return planned[1].lower() != "ngoài"
    return next((done for said, done in _done_or_not() if said.fullmatch(words)), None)


@cache
def _done_or_not() -> tuple[tuple[re.Pattern[str], bool], ...]:
    return tuple(
        (re.compile(rf"(?:{said})(?: {_TO_DO})*? (?:{_DONE})(?: {_HOW})?", re.IGNORECASE), done)
        for said, done in (("có|đã", True), (_DENIED, False))
    )


def says_that_nothing_happened(text: str) -> bool:
    """Whether a text says in more than one word, or by «KPS», that nothing happened.

    A bare «không» does not: it may as well answer No to what the cell asks.
    """
    return is_none_said(text) and (" " in text.strip() or tone_key(text) == "kps")


def is_zero_said(text: str) -> bool:
    """Whether a text in place of a figure says 0; «chưa có» does not, its figure may yet come."""
    words = text.casefold()
    is_open = words.startswith("chưa") and not ("phát sinh" in words or words.endswith(" ps"))
    return is_none_said(text) and not is_open


YES_NO = {tone_key(word): word in _YES for word in (*_YES, *_NO)}
"""Yes and no in words, by tone key."""

_TICKS = "✓✔✅☑√✗✘✕✖☒☓×●◉■üþýRPrp1"  # ü, þ, ý, R and P are ticks in Wingdings
_OPEN = ("☐", "□", "⬜", "◻", "○", "◯", "[ ]", "[]", "( )", "()")
YES_NO_MARKS = {**dict.fromkeys((*_TICKS, "01"), True), **dict.fromkeys(("0", "00", *_OPEN), False)}
"""Yes and no in signs; a dash is No beside them."""

YES_WORDS = (*_YES, *_TICKS, *(f"{tick}\ufe0f" for tick in "✓✔☑"))
NO_WORDS = (*also_bare((*_NO, "không có", "chưa có", "chưa")), "0", *_OPEN, *TYPED_DASHES)
"""Every spelling and sign of yes, and of no, for a formula; letters of either case."""

_RAISED = (
    *("khó khăn", "vướng mắc", "khó khăn, vướng mắc", "khó khăn vướng mắc", "tồn tại"),
    *("đề xuất", "kiến nghị", "đề xuất, kiến nghị", "kiến nghị, đề xuất", "đề nghị", "ý kiến"),
)
_ANSWERED = ("có", "đã", "không", "không có", "chưa", "chưa được")
ANSWER_WORDS = (
    *("có ạ", "có (x)", "x (có)", "có (1)", "1 (có)", "01", "00", "KPS", "không phát sinh"),
    *("không ạ", "không (0)", "0 (không)", "trong kế hoạch", "theo kế hoạch", "ngoài kế hoạch"),
    *(f"{said} {done}" for said in _ANSWERED for done in _DONE.split("|")),
)
"""Answers in more than a word, for a formula."""


@cache
def no_remark_spellings() -> tuple[str, ...]:
    """Nothing in a cell for difficulties and proposals, for a formula.

    Listed when workbooks are issued: it takes 10 ms, and every check of a file loads this module.
    """
    spellings = (
        *(*ZERO_WORDS, *YES_WORDS, *NO_WORDS, "ok", "none", "no", "na", "không ạ", "không có ạ"),
        *(f"{denied} {what}" for denied in ("không", "không có", "chưa có") for what in _RAISED),
        *(f"không có {what} {end}" for what in _RAISED for end in ("gì", "nào", "ạ")),
        *("chưa có", "chưa phát sinh", "không phát sinh khó khăn, vướng mắc", "không có gì"),
    )
    return tuple(text for text in spellings if not remark_said(text))


ZERO_SPELLINGS = (
    *("0", "00", "k có", "ko ps", "K P S", "không có HS", "không có phát sinh", "không p/s"),
    *("không có hồ sơ nào", "không phát sinh trong kỳ", "không phát sinh trong quý"),
    *("trong kỳ không phát sinh", "trong quý không phát sinh", "kỳ này không phát sinh"),
    *("quý này không phát sinh", "quý này không có", "không phát sinh hồ sơ nào trong kỳ"),
    *("không (0)", "0 (không)", "không phát sinh (0)", "0 hồ sơ", "0 hs", "0 (không) hồ sơ"),
    *("KPS hồ sơ", "không có số liệu", "không phát sinh TTHC", "không có trường hợp nào"),
    *("không phát sinh HS", "-0-", "không phát sinh quý này", "không hồ sơ", "chưa ps"),
)
"""Nothing in place of a figure in other words than ``ZERO_WORDS``, for a formula."""


T = TypeVar("T")

BLANK: Parsed[Never] = Parsed(None, "blank")


def taken(value: T, code: str, raw: Raw, /, **params: object) -> Parsed[T]:
    """A value taken with a warning."""
    return Parsed(value, "warn", code, {"given": given(raw), **params})


def fault(code: str, raw: Raw, /, **params: object) -> Parsed[Never]:
    """No value, with what there is to say about it."""
    return Parsed(None, "error", code, {"given": given(raw), **params})


def ditto(raw: Raw) -> Parsed[Never]:
    """No value: the cell says that it is the same as the one above."""
    return Parsed(None, "ditto", "value.ditto", {"given": given(raw)})


def nothing(text: str) -> Parsed[Never] | None:
    """Blank for no text or a dash, ditto for «như trên», None for everything else."""
    if is_blank(text) or DASHES.fullmatch(text):
        return BLANK
    return ditto(text) if is_ditto(text) else None


# «chưa có», «đang xử lý»; from seven words on somebody tells something.
_NOT_YET = lazy_pattern(r"(?:chưa|đang)(?: [^\W\d]+){1,6}[.…]*", re.IGNORECASE)


def nothing_in_words(text: str) -> Parsed[Never] | None:
    """What ``nothing`` gives; blank for words too: «chưa có», «không có», «đang xử lý»."""
    says_none = is_nothing_said(text) and text != "0"
    is_to_come = _NOT_YET.fullmatch(unicodedata.normalize("NFC", text))
    return BLANK if says_none or is_to_come else nothing(text)


def is_ditto(text: str) -> bool:
    """Whether the cell says that it is the same as the one above (nt, ", như trên)."""
    return text in DITTO_MARKS or plain_key(text) in DITTO_WORDS


_DIGITS = {
    "không": 0, "một": 1, "mốt": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "năm": 5, "lăm": 5,
    "nhăm": 5, "sáu": 6, "bảy": 7, "bẩy": 7, "tám": 8, "chín": 9,
}  # fmt: skip
_TEN, _TENS, _HUNDRED, _THOUSAND, _MILLION = "mười", "mươi", "trăm", "nghìn", "triệu"
_ZERO_TENS = ("linh", "lẻ")
_SPELLED = {"ngàn": _THOUSAND, "chục": _TENS}
# The largest first: a number is parted at its largest word.
_SCALES = ((_MILLION, 1_000_000), (_THOUSAND, 1_000), (_HUNDRED, 100))
_BASE = 10
_UNCLEAR = 1_000  # up to here a digit alone may stand for tens or hundreds

_NUMERALS = (*_DIGITS, _TEN, _TENS, _HUNDRED, _THOUSAND, _MILLION, *_ZERO_TENS, *_SPELLED)
_BY_TONES = {tone_key(word): _SPELLED.get(word, word) for word in _NUMERALS}
# Of words that are one without marks the first of ``_NUMERALS`` counts: «mot» is một before mốt,
# and «muoi» is mười, as mươi never stands alone.
_BY_LETTERS = {
    plain_key(word): _SPELLED.get(word, word) for word in reversed(_NUMERALS) if word != _TENS
}


def number_in_words(text: str, *, without_marks: bool = False) -> int | None:
    """The number that words say; None when they say none, or say it in no usual way.

    ``without_marks`` takes «sau» for sáu too, which is only right beside digits that agree.
    """
    known = _BY_LETTERS if without_marks else _BY_TONES
    key = plain_key if without_marks else tone_key
    words = [known.get(word, "") for word in key(text).replace("-", " ").split()]
    return _value(words) if words and all(words) else None


def _value(words: list[str]) -> int | None:
    for name, size in _SCALES:
        if name in words:
            at = words.index(name)
            before, after = _value(words[:at]), _rest(words[at + 1 :], size)
            some = before or (before == 0 and name == _HUNDRED)  # «một nghìn không trăm linh năm»
            if not some or after is None or after >= size:
                return None
            return (before or 0) * size + after
    return _below_hundred(words)


def _rest(words: list[str], size: int) -> int | None:
    """What follows hundreds, thousands or millions; «một trăm linh năm»."""
    if not words:
        return 0
    if words[0] in _ZERO_TENS:
        rest = words[1:]
        return _DIGITS.get(rest[0]) if len(rest) == 1 else None
    value = _value(words)
    # «một trăm năm» may be 105 or 150: nobody who means the first leaves out «linh»
    is_unclear = len(words) == 1 and size <= _UNCLEAR and words[0] in _DIGITS
    return None if is_unclear else value


def _below_hundred(words: list[str]) -> int | None:
    match words:
        case [one] if one in _DIGITS:
            return _DIGITS[one]
        case [one] if one == _TEN:
            return _BASE
        case [ten, one] if ten == _TEN and one in _DIGITS:
            return _BASE + _DIGITS[one]
        case [tens, name, *one] if name in (_TENS, _TEN) and _DIGITS.get(tens, 0) > 1:
            if len(one) > 1 or (one and one[0] not in _DIGITS):
                return None
            return _DIGITS[tens] * _BASE + (_DIGITS[one[0]] if one else 0)
    return None


_PER_CENT = 100.0
_ONE_THOUSAND = 1000
_LARGEST_COUNT = 99_999_999  # nine digits are a telephone number or a code in the wrong column
_LONGEST = 100  # characters: longer texts hold no single number
_NEARLY = 1e-9  # what a float misses a whole number by
_DIGITS_KEPT = 9  # decimals: 0,07 × 100 is 7,000000000000001 to a machine

_SMALL = tuple(Parsed(value) for value in range(1000))  # most cells hold one of these

_AROUND = lazy_pattern(  # a text's sign, a word before the number, quotation marks, an end mark
    r"\A'?\+?(?=\d)|\A'|\A(?:có|số lượng|(?:tổng )?số hồ sơ|tổng số|tổng cộng|tổng|là) ?:? ?(?=\d)"
    r"|\A[\"“”](?=\d)|(?<=[\w)])[\"“”]\Z|(?<=[\w)])\s*(?:[.,;:/]+|\*)\Z",
    re.IGNORECASE,
)
_ENCLOSED = lazy_pattern(r"\((\d[\d.]* ?[^\W\d][^()]*)\)")  # (6 hồ sơ); (6) is below zero
# «đạt 95%», «tỷ lệ: 95%», «(95%)», «95 (%)»: what stands about the number is left out.
_AROUND_SHARE = lazy_pattern(
    r"\A(?:(?:đã )?(?:đạt|hoàn thành)|(?:cắt )?giảm|tỷ lệ|tỉ lệ) ?:? ?(?=[\d(])|\((?=%\))"
    r"|(?<=%)\)\Z|\A\((?=\d[^()]*%\)\Z)|(?<=%) (?:so với )?(?:KH|kế hoạch)(?: năm)?\Z"
    r"|(?<=\d);+\Z",
    re.IGNORECASE,
)
_PLAIN = lazy_pattern(r"\d+")
_POINTS = lazy_pattern(r"(?<=\d) *(?:điểm|đ)\.?\Z", re.IGNORECASE)
_PERCENT_SIGN = lazy_pattern(r"(?:[ %]*%| *phần trăm)[ .;]*\Z", re.IGNORECASE)
# 1.234, 1 234, 1'234; not 01.234 nor 1.23.
_GROUPED = lazy_pattern(r"[1-9]\d{0,2}(?:\.\d{3})+|[1-9]\d{0,2}(?:[ '’]\d{3})+")
_COMMA_GROUPED = lazy_pattern(r"[1-9]\d{0,2}(?:,\d{3})+")
_WITH_DECIMALS = lazy_pattern(  # three decimals may be thousands, unless groups or a zero say not
    r"(\d+)[.,](\d{1,2}|\d{4,})|(0+)[.,](\d{3})"
    r"|([1-9]\d{0,2}(?:[. ]\d{3})+),(\d+)|([1-9]\d{0,2}(?:[, ]\d{3})+)\.(\d+)"
)
# 1,5, 1.234,5, 1,234.5; not 1.234.567.
_FRACTION = lazy_pattern(
    r"[-+]?\d+[.,]\d+|[-+]?\d{1,3}(?:\.\d{3})+,\d+|[-+]?\d{1,3}(?:,\d{3})+\.\d+"
)
_NUMBERS = lazy_pattern(r"\d+(?:[.,]\d+)*")
_NEGATIVE = lazy_pattern(r"[-−–]\s*\d[\d.,]*|\(\s*\d[\d.,]*\s*\)")
_ABOUT = lazy_pattern(  # «~20», «trên 20», «20+», «20 trở lên», «20?»: no figure to count with
    r"[~≈<>≤≥].*|(?:khoảng|trên|dưới|hơn|gần|chừng|độ|ít nhất|nhiều nhất|tối thiểu|tối đa)\s.*"
    r"|.*\?.*|\d[\d.]*\s*\+|.*\d\s*(?:trở lên|trở xuống)",
    re.IGNORECASE | re.DOTALL,
)
_LETTERS_IN = lazy_pattern(r"[\doOlI|.,]*[oOlI|][\doOlI|.,]*")  # l2, 1O: O for 0, l and I for 1
_SIGNS_AMONG = lazy_pattern(r"[\d.,]+")
# «15/3/2022», «2022-03-15»; not «15/3-2022», whose signs differ.
_DATE_LIKE = lazy_pattern(r"\d{1,2}([/.-])\d{1,2}\1(?:\d{2}|\d{4})|\d{4}([/.-])\d{1,2}\2\d{1,2}")
_EXPONENT = lazy_pattern(r"\d+(?:[.,]\d+)?[eE][-+]?\d{1,3}")  # as programs write long numbers
# The first that fits is told: «-1,5%» is a percentage before it is below 0, and below 0 before it
# is no whole number.
_COUNT_FAULTS = (
    (lazy_pattern(r".*%.*", re.DOTALL), "value.count.percent"),
    (_NEGATIVE, "value.count.negative"),
    (_FRACTION, "value.count.not_whole"),
    (_DATE_LIKE, "value.count.became_date"),
    (_ABOUT, "value.count.about"),
    (_EXPONENT, "value.exponent"),
)
_AFTER_ANSWER = lazy_pattern(  # «Có ạ», «Đã có, đầy đủ», «Có.»
    r"(?<=\w)(?:,? (?:ạ|đầy đủ))[.!]*\Z|(?<=[^\W_]|[✓✔√])[.;]+\Z", re.IGNORECASE
)
_ANSWERED_TWICE = lazy_pattern(r"([^()]+?) ?\(([^()]+)\)|(\S+) (\S+)")  # «Có (1)», «Có x»
_TWICE = lazy_pattern(r"(.*?)\s*\(\s*([^()]*?)\s*\)\s*(.*)", re.DOTALL)  # «06 (sáu) hồ sơ»
_BESIDE = lazy_pattern(r"([^\W_]+)\s*[-–—:=/]\s*([^\W_][^-–—:=/]*)")  # 06 - sáu; sáu: 06
_UNIT_AFTER = lazy_pattern(r"(\d[\d. ]*?)\s*([^\W\d_][^\d]*)")

_COMMA_DECIMAL = lazy_pattern(r"([-+]?)((?:\d+|[1-9]\d{0,2}(?:[. ]\d{3})+),\d+)")
_POINT_DECIMAL = lazy_pattern(r"([-+]?)((?:\d+|[1-9]\d{0,2}(?:,\d{3})+)\.\d+)")
# With dots only from two groups on: 1.234 alone may be a little over one (``_THREE_AFTER``).
_WHOLE = lazy_pattern(r"([-+]?)(\d+|[1-9]\d{0,2}(?:\.\d{3}){2,}|[1-9]\d{0,2}(?: \d{3})+)")
_COMMA_WHOLE = lazy_pattern(r"([-+]?)([1-9]\d{0,2}(?:,\d{3}){2,})")
_THREE_AFTER = lazy_pattern(r"[-+]?[1-9]\d{0,2}[.,]\d{3}")


def count(raw: Raw) -> Parsed[int]:
    """A whole number of things, 0 or more; a dash or dots are blank.

    ``1.234`` typed as text is 1234; the number 1,234 is 1234 with a warning, because a machine set
    to English turns the typed ``1.234`` into it. Anything with two readings is an error.
    """
    if isinstance(raw, float) and 0 <= raw < len(_SMALL) and raw.is_integer():
        return _SMALL[int(raw)]
    if not isinstance(raw, str):
        return _count_of_value(raw)
    text = _digits(clean(raw).text)
    if (empty := nothing(text)) is not None:
        return empty
    if len(text) > _LONGEST:
        return fault("value.count.not_a_number", raw)
    enclosed = _ENCLOSED.fullmatch(text)
    return _count_of_text(enclosed[1] if enclosed else _AROUND.sub("", text), raw)


def days(raw: Raw) -> Parsed[int]:
    """A number of days, 0 or more: ``15``, ``15 ngày``, ``15 ngày làm việc``."""
    if isinstance(raw, str):
        raw = re.sub(r"(?i)(?<=[\d)])\s*ngày(?:\s+làm\s+việc)?\.?\s*\Z", "", clean(raw).text)
    return count(raw)


def decimal(raw: Raw) -> Parsed[float]:
    """A number that may have decimals, with a decimal comma: ``1.234,56``.

    A decimal point is a warning. ``1,234`` and ``1.234`` as text are errors: each may be a
    thousand or a little over one. A dash is blank.
    """
    if isinstance(raw, bool) or not isinstance(raw, str | int | float | None):
        return fault("value.decimal.not_a_number", raw)
    if isinstance(raw, int | float):
        good = math.isfinite(raw)
        return Parsed(float(raw)) if good else fault("value.decimal.not_a_number", raw)
    text = _digits(clean(raw or "").text)
    if (empty := nothing(text)) is not None:
        return empty
    if len(text) > _LONGEST:
        return fault("value.decimal.not_a_number", raw)
    if is_zero_said(text) and text != "0":
        return taken(0.0, "value.count.in_words", raw, value=0)
    return _decimal_of_text(_POINTS.sub("", text), raw)


def percent(raw: Raw, *, percent_format: bool = False) -> Parsed[float]:
    """A percentage in points, 50.0 for 50 %, from a column headed «(%)».

    Because of the heading a plain 50 is 50 % and good. A number in a cell with a percentage format
    is a fraction: 0,5 there is 50 %. A plain number between 0 and 1, and a plain 1, has two
    readings: 0,5 is taken for 50 % and 1 for 1 %, with a warning that says so. A formatted number
    over 1 (2000 %) is asked for. Bounds such as 100 % are the rules' business.
    """
    if isinstance(raw, bool) or not isinstance(raw, str | int | float | None):
        return fault("value.percent.not_a_number", raw)
    text = _AROUND_SHARE.sub("", clean(raw).text) if isinstance(raw, str) else ""
    if isinstance(raw, str) and (signed := _PERCENT_SIGN.search(text)):
        return _signed_percent(signed.string[: signed.start()], raw)
    read = decimal(text or raw)
    if read.value is None:
        return _as_percent(read, raw)
    if read.value < 0:
        return fault("value.percent.negative", raw)
    typed = isinstance(raw, str) or not percent_format
    return _typed_percent(read, raw) if typed else _formatted_percent(read.value, raw)


def yes_no(raw: Raw) -> Parsed[bool]:
    """Có or Không: also x, v, ✓, 1, TRUE; 0, ko, k, -, FALSE. Anything else is asked for."""
    if isinstance(raw, bool):
        return Parsed(raw)
    if isinstance(raw, int | float):
        return Parsed(bool(raw)) if raw in (0, 1) else fault("value.yes_no.unread", raw)
    if raw is not None and not isinstance(raw, str):
        return fault("value.yes_no.unread", raw)
    text = clean(raw or "").text
    if is_blank(text):
        return BLANK
    if is_ditto(text):
        return ditto(text)
    answer = _answer(_AFTER_ANSWER.sub("", text))
    return fault("value.yes_no.unread", raw) if answer is None else Parsed(answer)


def _answer(text: str) -> bool | None:
    """What a text says to a question; None where it says neither, or both: «Có (0)»."""
    word = "" if "?" in text else tone_key(text)
    answer = YES_NO_MARKS.get(text, YES_NO.get(word))
    if answer is None and (DASH.fullmatch(text) or is_nothing_said(text)):
        answer = False
    if answer is None:
        answer = whether_done(text)
    if answer is None and (twice := _ANSWERED_TWICE.fullmatch(text)):
        first, second = map(_answer, filter(None, twice.groups()))
        return first if first == second else None
    return answer


def _count_of_value(raw: Raw) -> Parsed[int]:
    if raw is None:
        return BLANK
    if isinstance(raw, bool):
        return fault("value.count.yes_no", raw)
    if isinstance(raw, dt.date):
        return fault("value.count.became_date", raw)
    if isinstance(raw, int | float):
        return _count_of_number(raw)
    return fault("value.count.became_time", raw)


def _count_of_number(raw: float) -> Parsed[int]:
    if not math.isfinite(raw):
        return fault("value.count.not_a_number", raw)
    if raw < 0:
        return fault("value.count.negative", raw)
    if raw > _LARGEST_COUNT:
        return fault("value.count.too_large", raw)
    if float(raw).is_integer():
        return Parsed(int(raw))
    thousands = round(raw * _ONE_THOUSAND)
    decimals_are_three = thousands % 10 and math.isclose(
        raw * _ONE_THOUSAND, thousands, abs_tol=_NEARLY
    )
    if decimals_are_three and 1 <= raw < _ONE_THOUSAND:
        return taken(thousands, "value.count.three_decimals", raw, value=thousands)
    return fault("value.count.not_whole", raw)


def _count_of_text(text: str, raw: str) -> Parsed[int]:
    read = _count_in_digits(text, raw) or _count_in_words(text, raw)
    if read is None:
        return fault(_count_fault(text), raw, numbers=" và ".join(_NUMBERS.findall(text)))
    too_large = read.value is not None and read.value > _LARGEST_COUNT
    return fault("value.count.too_large", raw) if too_large else read


def _count_in_digits(text: str, raw: str) -> Parsed[int] | None:
    if _PLAIN.fullmatch(text) or _GROUPED.fullmatch(text):
        return Parsed(int(re.sub(r"\D", "", text)))
    if _COMMA_GROUPED.fullmatch(text):
        value = int(text.replace(",", ""))
        return taken(value, "value.count.comma_group", raw, value=value)
    if match := _WITH_DECIMALS.fullmatch(text):
        whole, decimals = (part for part in match.groups() if part)
        number = as_counted(float(re.sub(r"\D", "", whole) + "." + decimals))
        if number.is_integer():
            value = int(number)
            return taken(value, "value.count.zero_decimals", raw, value=value)
    return None


def _count_in_words(text: str, raw: str) -> Parsed[int] | None:
    if "?" in text:
        return None
    word = COUNTS.get(tone_key(text))
    if word is None:
        word = 0 if is_zero_said(text) else number_in_words(_without_thing(text))
    if word is not None:
        return taken(word, "value.count.in_words", raw, value=word)
    plain = text.replace("[", "(").replace("]", ")")
    if match := _TWICE.fullmatch(plain):
        first, second, after = match.groups()
        if not first:  # «(06) sáu»
            first, second, after = second, after, ""
        return _count_said_twice(first, second, after, raw)
    if match := _BESIDE.fullmatch(text):
        return _count_said_twice(match[1], match[2], "", raw)
    unit = _UNIT_AFTER.fullmatch(text)
    if unit and plain_key(unit[2]) in THINGS:
        inner = _count_in_digits(unit[1].strip(), raw)
        if inner and inner.value is not None:
            return taken(inner.value, "value.count.with_unit", raw, value=inner.value)
    return None


def _count_said_twice(first: str, second: str, after: str, raw: str) -> Parsed[int] | None:
    """A number with the same number behind it in words, as in money: ``06 (sáu) hồ sơ``."""
    if after and plain_key(after) not in THINGS:
        return None
    digits = _count_in_digits(_without_thing(first), raw)
    words = _in_words(_without_thing(second), digits.value if digits else None)
    if digits is None or digits.value is None:  # «sáu (06)», «06 (hồ sơ)»
        digits = _count_in_digits(_without_thing(second), raw)
        words = _in_words(_without_thing(first), digits.value if digits else None)
    elif plain_key(second) in THINGS:
        words = digits.value
    elif words is None and (again := _count_in_digits(_without_thing(second), raw)):
        words = digits.value if again.value == digits.value else None
    if digits is None or digits.value is None or words is None:
        return None
    if digits.value != words:
        return fault("value.count.words_differ", raw, first=digits.value, second=words)
    return taken(words, "value.count.with_unit", raw, value=words)


def _without_thing(text: str) -> str:
    """A number without the thing that it counts: ``06 hồ sơ``, ``sáu hồ sơ``."""
    words = text.split()
    for size in range(1, len(words)):
        if plain_key(" ".join(words[size:])) in THINGS:
            return " ".join(words[:size])
    return text


def _in_words(text: str, expected: int | None) -> int | None:
    """The number that words say; without marks only where it is the one expected."""
    value = number_in_words(text)
    if value is None and text.isascii():
        value = number_in_words(text, without_marks=True)
        return value if value == expected else None
    return value


def _count_fault(text: str) -> str:
    for pattern, code in _COUNT_FAULTS:
        if pattern.fullmatch(text):
            return code
    numbers = len(_NUMBERS.findall(text))
    if numbers and _SIGNS_AMONG.fullmatch(text):
        return "value.count.odd_groups"
    if numbers and _LETTERS_IN.fullmatch(text):
        return "value.count.letters"
    return "value.count.several" if numbers > 1 else "value.count.not_a_number"


def _decimal_of_text(text: str, raw: Raw) -> Parsed[float]:
    if _THREE_AFTER.fullmatch(text):
        return fault("value.decimal.two_readings", raw, **_both_readings(text))
    if match := _COMMA_DECIMAL.fullmatch(text):
        return Parsed(_float(match[1], match[2].replace(".", "").replace(",", ".")))
    if match := _WHOLE.fullmatch(text):
        return Parsed(_float(match[1], match[2].replace(".", "")))
    if match := _POINT_DECIMAL.fullmatch(text) or _COMMA_WHOLE.fullmatch(text):
        value = _float(match[1], match[2].replace(",", ""))
        return taken(value, "value.decimal.point", raw, value=plain_number(value))
    if _EXPONENT.fullmatch(text):
        return fault("value.exponent", raw)
    several = len(_NUMBERS.findall(text)) > 1
    return fault("value.decimal.several" if several else "value.decimal.not_a_number", raw)


def _both_readings(text: str) -> dict[str, object]:
    whole = re.sub(r"[.,]", "", text)
    return {"first": whole, "second": re.sub(r"[.,]", ",", text)}


def _float(sign: str, digits: str) -> float:
    value = as_counted(float(digits.replace(" ", "")))
    return -value if sign == "-" else value


def _signed_percent(text: str, raw: str) -> Parsed[float]:
    """A number with its sign: there are no thousands of percent, «33,333%» has three decimals."""
    digits = _digits(text)
    if _THREE_AFTER.fullmatch(digits):
        digits = f"{digits}0"
    read = decimal(digits)
    if read.value is None:
        return _no_percent(read, raw)
    if read.value < 0:
        return fault("value.percent.negative", raw)
    return taken(read.value, read.code, raw, **_but_given(read)) if read.code else read


def _but_given(read: Parsed[float]) -> dict[str, object]:
    return {name: value for name, value in read.params.items() if name != "given"}


def _typed_percent(read: Parsed[float], raw: Raw) -> Parsed[float]:
    if read.value == 1:
        return taken(1.0, "value.percent.one", raw)
    if read.value is not None and 0 < read.value < 1:
        points = round(read.value * _PER_CENT, _DIGITS_KEPT)
        return taken(points, "value.percent.fraction", raw, value=plain_number(points))
    return read


def _formatted_percent(fraction: float, raw: Raw) -> Parsed[float]:
    points = round(fraction * _PER_CENT, _DIGITS_KEPT)
    if fraction > 1:
        return fault(
            "value.percent.two_readings",
            raw,
            first=plain_number(points),
            second=plain_number(fraction),
        )
    return Parsed(points)


def _as_percent(read: Parsed[float], raw: Raw) -> Parsed[float]:
    if read.outcome != "error" or read.code == "value.decimal.two_readings":
        return read
    return _no_percent(read, raw)


def _no_percent(read: Parsed[float], raw: Raw) -> Parsed[float]:
    is_shortened = read.code == "value.exponent"
    return fault(read.code if is_shortened else "value.percent.not_a_number", raw)


def _digits(text: str) -> str:
    """Text with digits of any script (１２) as 0..9."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)
