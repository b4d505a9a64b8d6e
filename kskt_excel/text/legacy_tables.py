"""TCVN3 and VNI: which letter each of their characters, or pair of characters, stands for.

In a workbook the old bytes appear as the Latin-1 characters of the same number.
"""

import unicodedata
from collections.abc import Iterator, Mapping

# Rows: the bytes of one vowel with huyền, hỏi, ngã, sắc, nặng.
_TCVN3_TONED = {
    "a": b"\xb5\xb6\xb7\xb8\xb9",
    "ă": b"\xbb\xbc\xbd\xbe\xc6",
    "â": b"\xc7\xc8\xc9\xca\xcb",
    "e": b"\xcc\xce\xcf\xd0\xd1",
    "ê": b"\xd2\xd3\xd4\xd5\xd6",
    "i": b"\xd7\xd8\xdc\xdd\xde",
    "o": b"\xdf\xe1\xe2\xe3\xe4",
    "ô": b"\xe5\xe6\xe7\xe8\xe9",
    "ơ": b"\xea\xeb\xec\xed\xee",
    "u": b"\xef\xf1\xf2\xf3\xf4",
    "ư": b"\xf5\xf6\xf7\xf8\xf9",
    "y": b"\xfa\xfb\xfc\xfd\xfe",
}
_TCVN3_PLAIN = dict(zip("ĂÂÊÔƠƯĐăâêôơưđ", range(0xA1, 0xAF), strict=True))
_MARKS = ("\u0300", "\u0309", "\u0303", "\u0301", "\u0323")

# Bytes of VNI marks behind a vowel: huyền, hỏi, ngã, sắc, nặng.
_VNI_TONES = b"\xf8\xfb\xf5\xf9\xef"
_VNI_HAT = b"\xe2\xe0\xe5\xe3\xe1\xe4"  # â, then with the five tones
_VNI_BREVE = b"\xea\xe8\xfa\xfc\xe9\xeb"  # ă, then with the five tones
_VNI_SINGLE = {
    "đ": 0xF1,
    "ì": 0xEC,
    "ỉ": 0xE6,
    "ĩ": 0xF3,
    "í": 0xED,
    "ị": 0xF2,
    "ơ": 0xF4,
    "ư": 0xF6,
    "ỵ": 0xEE,
}
_TO_CAPITAL = 0x20


def _toned(base: str) -> list[str]:
    return [unicodedata.normalize("NFC", base + mark) for mark in _MARKS]


def _tcvn3() -> Iterator[tuple[str, str]]:
    for letter, byte in _TCVN3_PLAIN.items():
        yield chr(byte), letter
    for base, codes in _TCVN3_TONED.items():
        yield from zip(map(chr, codes), _toned(base), strict=True)


def _tcvn3_pairs() -> Iterator[tuple[str, str]]:
    """Some converters write a toned capital as the plain capital with the small toned code."""
    for base, codes in _TCVN3_TONED.items():
        capital = base.upper()
        first = capital if capital.isascii() else chr(_TCVN3_PLAIN[capital])
        for code, letter in zip(codes, _toned(base), strict=True):
            yield first + chr(code), letter.upper()


def _vni_small() -> Iterator[tuple[str, str]]:
    for letter, byte in _VNI_SINGLE.items():
        yield chr(byte), letter
    for written, base in zip("aeouyôö", "aeouyơư", strict=True):
        for mark, letter in zip(_VNI_TONES, _toned(base), strict=True):
            yield written + chr(mark), letter
    for written, base in zip("aeo", "âêô", strict=True):
        for mark, letter in zip(_VNI_HAT, [base, *_toned(base)], strict=True):
            yield written + chr(mark), letter
    for mark, letter in zip(_VNI_BREVE, ["ă", *_toned("ă")], strict=True):
        yield "a" + chr(mark), letter


def _vni() -> Iterator[tuple[str, str]]:
    for written, letter in _vni_small():
        capital = written[0].upper()
        yield written, letter
        if len(written) == 1:
            yield capital, letter.upper()
        else:
            yield capital + written[1], letter.upper()
            yield capital + chr(ord(written[1]) - _TO_CAPITAL), letter.upper()


TCVN3: dict[str, str] = dict(_tcvn3())
TCVN3_UNITS: Mapping[str, str] = TCVN3 | dict(_tcvn3_pairs())
VNI: Mapping[str, str] = dict(_vni())

TCVN3_TONED = frozenset(chr(code) for codes in _TCVN3_TONED.values() for code in codes)
"""Codes that have no capital of their own: «ñy» may have been «Ủy»."""

FROM_1258: Mapping[str, str] = {
    char: bytes([code]).decode("latin-1")
    for char, code in zip(
        "ĂĐ\u0309ƠƯ\u0303ă\u0301đ\u0323ơư₫\u0300",
        b"\xc3\xd0\xd2\xd5\xdd\xde\xe3\xec\xf0\xf2\xf5\xfd\xfe\xcc",
        strict=True,
    )
}
"""What a machine with code page 1258 made of old bytes, and the bytes again."""
