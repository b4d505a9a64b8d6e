"""Whole numbers written in Vietnamese words: sáu, mười lăm, hai mươi mốt, một trăm linh năm."""

from kskt_excel.text.keys import plain_key, tone_key

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

_WORDS = (*_DIGITS, _TEN, _TENS, _HUNDRED, _THOUSAND, _MILLION, *_ZERO_TENS, *_SPELLED)
_BY_TONES = {tone_key(word): _SPELLED.get(word, word) for word in _WORDS}
# Of words that are one without marks the first of ``_WORDS`` counts: «mot» is một before mốt, and
# «muoi» is mười, as mươi never stands alone.
_BY_LETTERS = {
    plain_key(word): _SPELLED.get(word, word) for word in reversed(_WORDS) if word != _TENS
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
