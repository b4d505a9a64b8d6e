"""Words that stand for numbers, units of counting, nothing, yes, no and «the same as above»."""

import re

from kskt_excel.text.keys import plain_key, tone_key

DASHES = re.compile(r"[-–—−/.…_ ]+")
DITTO_MARKS = frozenset({'"', "''", "”", "“", "〃", "″", ",,", "“”", '""'})
DITTO_WORDS = frozenset({"nt", "n t", "nhu tren"})

_ZERO = ("không", "không phát sinh", "không có", "không PS", "ko", "ko có", "KPS")
_ONE_UP = ("một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười")

COUNTS = {tone_key(word): 0 for word in _ZERO} | {
    tone_key(word): value for value, word in enumerate(_ONE_UP, start=1)
}
"""Counts in words, by tone key."""

_THINGS = (
    "hồ sơ|HS|bộ hồ sơ|bộ HS|thủ tục|thủ tục hành chính|TTHC|TT|lượt|lần|cái|trường hợp|văn bản|VB"
    "|quyết định|QĐ|đơn|phiếu|bản|cuộc|lớp|hội nghị|người|cán bộ|tin|bài|tin bài|sáng kiến"
    "|giải pháp|ý kiến|kiến nghị|phản ánh|PAKN|tài khoản|TK|đơn vị|kết quả|nhiệm vụ|tờ|tờ rơi"
    "|dịch vụ"
)
THINGS = frozenset(map(plain_key, _THINGS.split("|")))
"""What people write behind a count, by plain key."""

YES_NO = {tone_key(word): True for word in ("có", "co", "c", "x", "v", "yes", "đúng", "true")} | {
    tone_key(word): False for word in ("không", "khong", "ko", "k", "no", "false", "sai")
}
"""Yes and no in words, by tone key."""

YES_NO_MARKS = {"✓": True, "✔": True, "☑": True, "√": True, "1": True, "0": False, "-": False}
"""Yes and no in signs; the dash is No only here."""
