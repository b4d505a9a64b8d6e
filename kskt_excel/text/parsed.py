"""The outcome of reading one value; the words for numbers, yes, no and nothing (từ ngữ).

Words and signs are kept once, by key: whoever reads a cell and whoever writes a formula that must
agree with it ask here.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import field
from functools import cache, lru_cache
from typing import Generic, Literal, Never, TypeVar

from kskt_excel.model.book import Raw
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.patterns import lazy_pattern
from kskt_excel.text.shown import given
from kskt_excel.text.spelling import is_blank, plain_key, tone_key

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
