"""Writers of the old encodings, made here from other tables than the program's."""

import unicodedata

_LETTERS = "ĂÂÊÔƠƯĐăâêôơưđàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ"
_TCVN3 = "¡¢£¤¥¦§¨©ª«¬\xad®µ¶·¸¹»¼½¾ÆÇÈÉÊËÌÎÏÐÑÒÓÔÕÖ×ØÜÝÞßáâãäåæçèéêëìíîïñòóôõö÷øùúûüýþ"
TCVN3 = dict(zip(_LETTERS, _TCVN3, strict=True))
_TONES = {"\u0300": "ø", "\u0309": "û", "\u0303": "õ", "\u0301": "ù", "\u0323": "ï", "": ""}
_HAT = {"": "â", "\u0300": "à", "\u0309": "å", "\u0303": "ã", "\u0301": "á", "\u0323": "ä"}
_BREVE = {"": "ê", "\u0300": "è", "\u0309": "ú", "\u0303": "ü", "\u0301": "é", "\u0323": "ë"}
_ALONE = {"ì": "ì", "ỉ": "æ", "ĩ": "ó", "í": "í", "ị": "ò", "đ": "ñ", "ỵ": "î"}


def to_tcvn3(text: str) -> str:
    """TCVN3; a toned capital loses its capital, as with a keyboard of that time."""
    return "".join(TCVN3.get(c) or TCVN3.get(c.lower(), c) for c in text)


def to_tcvn3_pairs(text: str) -> str:
    """TCVN3 as converters write it: a toned capital is the capital and the small toned code."""
    return "".join(TCVN3.get(char) or _pair(char) for char in text)


def to_vni(text: str) -> str:
    """VNI-Windows; the mark behind a capital is the capital mark."""
    return "".join(map(_vni, text))


def _pair(char: str) -> str:
    small = char.lower()
    if small == char or small not in TCVN3:
        return char
    tone = next(m for m in unicodedata.normalize("NFD", char) if m in _TONES)
    base = unicodedata.normalize("NFD", char).replace(tone, "")
    capital = unicodedata.normalize("NFC", base)
    return TCVN3.get(capital, capital) + TCVN3[small]


def _vni(char: str) -> str:
    small = char.lower()
    if small in _ALONE:
        written = _ALONE[small]
    else:
        base, *marks = unicodedata.normalize("NFD", small)
        tone = next((m for m in marks if m in _TONES), "")
        if "\u031b" in marks:
            written = {"o": "ô", "u": "ö"}[base] + _TONES[tone]
        elif "\u0302" in marks:
            written = base + _HAT[tone]
        elif "\u0306" in marks:
            written = base + _BREVE[tone]
        elif tone and base in "aeouy":
            written = base + _TONES[tone]
        else:
            return char
    return written if char == small else written.upper()
