"""Codes and numbers of procedures, dossiers and documents in their one normal form."""

import datetime as dt
import re

from kskt_excel.model.book import Raw
from kskt_excel.model.patterns import lazy_pattern
from kskt_excel.text.dates import CENTURY
from kskt_excel.text.spelling import clean
from kskt_excel.text.values import BLANK, Parsed, fault, nothing_in_words, taken

_SHORT = len("2.000815")
_DECIMALS = 6  # as many as a code has: of 2.000220 Excel made the number 2,00022
_NO_CODE = 0.1  # 1.5 in a code column is a number, not the code 1.500000
# Behind the code: the agency, .000.00.00.H55 or .H38 since 2025, and .02 of a service of the
# portal.
_AGENCY = r"(?:\.000\.00\.00\.[A-Z]\d{2}|\.[A-Z]\d{2})?(?:\.\d{2})?"
_PROCEDURE = lazy_pattern(rf"[1-3]\.\d{{6}}{_AGENCY}")
_PROCEDURES = lazy_pattern(r"(?<!\d)[1-3]\.\d{6}(?!\d)")  # to see whether a cell has several
_LABELS = "(?:mã(?: số)?|số|ký hiệu|thủ tục(?: hành chính)?|tthc|tt)"
# «Mã TTHC: 2.000815», «(2.000815)», «Cấp giấy phép (2.000815)»; not «1. Cấp giấy phép (2.000815)»:
# of what has other digits before the code nobody can say which of them belong to it.
_LABELLED = lazy_pattern(
    rf"(?:{_LABELS}[\s:.\-–]*)*[\[(]?\s*([1-3]\.\d{{6}}{_AGENCY})\s*[\])]?\s*(?:[\[(]?{_LABELS}[\])]?\s*)*[.;]?"
    rf"|[^\d]{{1,300}}?[\s(\[–:-]+([1-3]\.\d{{6}}{_AGENCY})\s*[\])]?",
    re.IGNORECASE | re.DOTALL,
)
# 2002380, 2.002.380, 2-002380
_OTHER_POINTS = lazy_pattern(r"([1-3])[-.]{0,2}(\d{3})[-.]?(\d{3})/?")
# «2.000815 - Chứng thực bản sao»; not «2.000815 - 3», which are two figures.
_CODE_AND_NAME = lazy_pattern(
    rf"([1-3]\.\d{{6}}{_AGENCY})\s*(?:[-–:]\s*|\s)\(?[^\W\d].*", re.DOTALL
)
# With letters typed for digits: 1.OO1234.
_LOOKS_LIKE_CODE = lazy_pattern(r"[\dOoIl]\s*[.,]\s*[\dOoIl]+")

# Agency, day of receipt, number: 000.00.09.H55-220315-0007, H55.14-220315-0007; not
# H55-14-220315-0007.
_DOSSIER = lazy_pattern(
    r"(?:\d{3}\.\d{2}\.\d{2}\.[A-Z]\d{2}|[A-Z]\d{2}(?:\.\d{1,3}){0,3})-(\d{2})(\d{2})(\d{2})-\d{4,5}"
)

_DOSSIER_LABEL = lazy_pattern(  # «Mã hồ sơ:», «HS số»
    r"\A(?:mã\s*)?(?:số\s*)?(?:hồ sơ|hs)?\s*(?:số\s*)?[:.]?\s*", re.IGNORECASE
)

_TYPE = "[A-ZĐƯ][A-Za-zĐđƯư]*"
_PART = "[A-ZĐƯ][A-Za-zĐđƯư0-9&]*"
# 4078/QĐ-UBND, 01/2018/TT-VPCP; not 4078-QĐ/UBND.
_DOCUMENT = lazy_pattern(rf"\d{{1,5}}(?:/\d{{4}})?/{_TYPE}(?:-{_PART})+")
_KINDS = (
    "quyết định|công văn|tờ trình|báo cáo|kế hoạch|văn bản|nghị quyết|nghị định|thông báo|thông tư"
    "|chỉ thị|hướng dẫn|phiếu xin lỗi|phiếu|giấy mời|biên bản|qđ|cv"
)
# «Quyết định số: 4078/QĐ-UBND», «CV 15/…», «Số 15/…»; only before a digit, as «Công văn» alone is
# no number to cut free.
_BEFORE_NUMBER = lazy_pattern(
    rf"\A(?:(?:{_KINDS})(?:\s*:)?\s*)?(?:số\s*:?\s*)?(?=\d)", re.IGNORECASE
)
_AFTER_NUMBER = lazy_pattern(  # «, ngày 14/3/2022», «của UBND tỉnh», «(14/3/2022)», «(sao)»
    r"\s*[,;]?\s+(?:ngày\s+\d.*|của\s.*|về\s.*)\Z|\s*\((?:ngày\s*)?\d[\d/.\- ]*\)\Z"
    r"|\s*\([^()\d]{1,20}\)\Z",
    re.IGNORECASE | re.DOTALL,
)
_SPACED = lazy_pattern(r"\s*([/\-–—‐‑−])\s*")
# «, ngày …» still speaks of the same document; «và» and a line end part documents only before the
# next number, as both stand in names as well.
_SEPARATOR = lazy_pattern(
    r"\s*[;,](?!\s*ngày\b)\s*|(?:\s*\n\s*|\s+và\s+)(?=(?:số\s*)?\d{1,5}\s*/)", re.IGNORECASE
)
_KNOWN = {
    part.upper(): part
    for part in ("TTr", "TTg", "CTr", "QyĐ", "TrS", "VPCP", "QĐ", "NĐ", "HĐND", "UBND", "CCTĐC")
} | {"QD": "QĐ", "ND": "NĐ", "HDND": "HĐND"}


def procedure_code(raw: Raw) -> Parsed[str]:
    """Code of a procedure in its short form ``d.dddddd``: the agency behind it is left out.

    A number that Excel made of the code is written out again (2,00022 is ``2.000220``). The letter
    O for 0, a comma for the point or a missing point are mended with a warning.
    Source: Cơ sở dữ liệu quốc gia về thủ tục hành chính.
    """
    if raw is None:
        return BLANK
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        return _procedure_of_number(raw)
    if not isinstance(raw, str):
        return fault("value.procedure.unread", raw)
    text = clean(raw).text.lstrip("'")
    if (empty := nothing_in_words(text)) is not None:
        return empty
    return _procedure_of_text(text, raw)


def dossier_code(raw: Raw) -> Parsed[str]:
    """Code of a dossier: ``000.00.09.H55-220315-0007`` or ``H55.14-220315-0007``.

    Blanks, small letters, long dashes and the letter O for 0 are mended.
    Source: Thông tư 01/2018/TT-VPCP, Điều 19.
    """
    if raw is None:
        return BLANK
    if not isinstance(raw, str):
        return fault("value.dossier.unread", raw)
    text = clean(raw).text
    if (empty := nothing_in_words(text)) is not None:
        return empty
    text = _DOSSIER_LABEL.sub("", text).strip(" .,;'()").replace("_", "-")
    code = re.sub(r"\s", "", _SPACED.sub(_plain_sign, text)).upper()
    code = re.sub(r"(?<=[\d.\-])O|O(?=[\d.\-])", "0", code.replace("OO", "00"))
    if not _DOSSIER.fullmatch(code):
        return fault("value.dossier.unread", raw)
    return Parsed(code) if dossier_date(code) else fault("value.dossier.day", raw)


def dossier_date(code: str) -> dt.date | None:
    """The day of receipt in a dossier's code; None when there is no such day."""
    match = _DOSSIER.fullmatch(code)
    if not match:
        return None
    try:
        return dt.date(CENTURY + int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None


def document_number(raw: Raw) -> Parsed[str]:
    """Number and symbol of a document, ``4078/QĐ-UBND``; several are joined by ``; ``.

    The kind before it, «số», the day and the issuer behind it are left out; blanks, long dashes,
    small letters and QD for QĐ are mended. Source: Nghị định 30/2020/NĐ-CP, Phụ lục I.
    """
    if raw is None:
        return BLANK
    if not isinstance(raw, str):
        return fault("value.document.unread", raw, part="")
    text = clean(raw).text
    if (empty := nothing_in_words(text)) is not None:
        return empty
    found = []
    parts = list(filter(None, _SEPARATOR.split(text)))
    for part in parts:
        number = _document(part)
        if number is None:
            wrong = " ".join(part.split()) if len(parts) > 1 else ""
            return fault("value.document.unread", raw, part=wrong)
        found.append(number)
    return Parsed("; ".join(dict.fromkeys(found))) if found else BLANK


def _procedure_of_number(raw: float) -> Parsed[str]:
    if float(raw).is_integer():
        return _procedure_of_text(f"{raw:.0f}", raw)
    written = f"{raw:.{_DECIMALS}f}"
    exact = abs(float(written) - raw) < 10.0 ** -(_DECIMALS + 3)
    short = raw % 1 >= _NO_CODE and written.endswith("0")
    if exact and not short and _PROCEDURE.fullmatch(written):
        return Parsed(written)
    return fault("value.procedure.unread", raw)


def _procedure_of_text(text: str, raw: Raw) -> Parsed[str]:
    code = re.sub(r"\s", "", text).upper()
    if _PROCEDURE.fullmatch(code):
        return Parsed(code[:_SHORT])
    if len(set(_PROCEDURES.findall(text))) > 1:
        return fault("value.procedure.several", raw)
    mended = code.replace("O", "0").replace(",", ".").removesuffix(".")
    if match := _OTHER_POINTS.fullmatch(mended):
        mended = f"{match[1]}.{match[2]}{match[3]}"
    if match := _CODE_AND_NAME.fullmatch(text) or _LABELLED.fullmatch(text):
        mended = match[1] or match[2]
    if _PROCEDURE.fullmatch(mended):
        return taken(mended[:_SHORT], "value.procedure.mended", raw, value=mended[:_SHORT])
    like_code = _LOOKS_LIKE_CODE.match(text)
    return fault("value.procedure.digits" if like_code else "value.procedure.unread", raw)


def _plain_sign(match: re.Match[str]) -> str:
    return "/" if match[1] == "/" else "-"


def _document(text: str) -> str | None:
    text = _AFTER_NUMBER.sub("", _BEFORE_NUMBER.sub("", text.strip(" .")))
    text = re.sub(r"\s", "", _SPACED.sub(_plain_sign, text)).rstrip(".")
    number, slash, symbol = text.partition("/")
    year = re.match(r"\d{4}/", symbol)
    start, rest = (year[0], symbol[year.end() :]) if year else ("", symbol)
    if rest == rest.lower():
        rest = rest.upper()
    rest = "-".join(_KNOWN.get(part.upper(), part) for part in rest.split("-"))
    whole = f"{number}{slash}{start}{rest}"
    return whole if _DOCUMENT.fullmatch(whole) else None
