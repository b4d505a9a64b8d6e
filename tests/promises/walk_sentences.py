"""Every number of a sentence beside the figure that it stands for.

A sentence is known by how it begins; what it tells is written with the figures' own expressions:
``{II.06a[8]}`` is a count, ``{% II.06a[4] : II.08[9]}`` a rate of two. A number that no rule knows
must be one of the figures that were counted, or a unit's own words.
"""

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any

from tests.promises.told_periods import Told
from tests.promises.walk_tables import (
    NAMES,
    Claim,
    lines,
    met_words,
    numbered,
    sending,
    told_verdicts,
)
from tests.recount.figures import Recount, again, half_up
from tests.recount.plan import plain
from tests.recount.shown import NO_FIGURE, Rate, day, decimal, grouped, percent, two
from tests.recount.workbook import Row

NUMBER = r"\d[\d.]*(?:,\d+)?(?: %)?"
TOKEN = re.compile(r"(?<![\w/.,\-])\d[\d.]*(?:,\d+)?(?: %)?(?![\w/])")
SLOT = re.compile(r"\{(.+?)\}")
UNKNOWN = "một số liệu đã đếm"


@dataclass(frozen=True)
class Sentence:
    """How a sentence begins, what else it may say, and what it is compared by."""

    start: str
    parts: tuple[str, ...] = ()
    than: str = ""  # what «So với …» tells the change of
    rate: tuple[str, str] = ("", "")  # what «điểm phần trăm» is between


def _said(*parts: str, than: str = "", rate: tuple[str, str] = ("", "")) -> Sentence:
    return Sentence(parts[0], parts[1:], than, rate)


SENTENCES = (
    _said(
        "Trong kỳ, đã đánh giá tác động {II.01[3]} TTHC tại {II.01[4]} dự án",
        "quy định mới {II.01[5]} TTHC",
        "sửa đổi, bổ sung {II.01[6]} TTHC",
        "bãi bỏ, thay thế {II.01[7]} TTHC",
        "nghị quyết của HĐND tỉnh {II.01[9]} văn bản",
        "quyết định của UBND tỉnh {II.01[11]} văn bản",
        than="II.01[3]",
    ),
    _said(
        "Trong kỳ, đã ban hành {II.02[4]} VBQPPL với {II.02[3]} TTHC",
        "ban hành mới {II.02[5]} TTHC",
        "sửa đổi, bổ sung {II.02[6]} TTHC",
        "thay thế {II.02[7]} TTHC",
        "bãi bỏ {II.02[8]} TTHC",
        "nghị quyết của HĐND tỉnh {II.02[10]} văn bản",
        "quyết định của UBND tỉnh {II.02[12]} văn bản",
        than="II.02[3]",
    ),
    _said(
        "Trong kỳ, UBND tỉnh đã ban hành {II.03[3]} quyết định công bố với {II.03[5]} TTHC",
        "ban hành mới {II.03[6]} TTHC",
        "sửa đổi, bổ sung {II.03[7]} TTHC",
        "thay thế {II.03[8]} TTHC",
        "hủy bỏ, bãi bỏ {II.03[9]} TTHC",
        "nhập, công khai {II.03[12]} TTHC",
        "thôi công khai {II.03[13]} TTHC",
        than="II.03[5]",
    ),
    _said(
        "Về công khai TTHC: niêm yết tại nơi giải quyết {count(danh-muc where posted)} TTHC",
        "niêm yết tại nơi giải quyết NN TTHC (còn {count(danh-muc where posted = Không)} TTHC",
        "Trang thông tin điện tử {count(danh-muc where on_website)} TTHC",
        "Trang thông tin điện tử NN TTHC (còn {count(danh-muc where on_website = Không)} TTHC",
    ),
    _said(
        "Trong kỳ, đã rà soát {II.04[4]} TTHC",
        "giữ nguyên {II.04[5]} TTHC",
        "sửa đổi, bổ sung {II.04[6]} TTHC",
        "thay thế {II.04[7]} TTHC",
        "bãi bỏ {II.04[8]} TTHC",
        "liên thông hoặc phương án khác {II.04[9]} TTHC",
        "phải rà soát {II.04[3]} TTHC",
        "theo thẩm quyền của tỉnh {II.04[11]} TTHC",
        "kiến nghị Bộ, ngành Trung ương {II.04[12]} TTHC",
        "thay thế, bãi bỏ: {II.04[10]}",
    ),
    _said("Kế hoạch rà soát có {II.04[3]} TTHC"),
    _said(
        "Tổng số PAKN phải xử lý là {II.05a[3]} PAKN",
        "gồm {II.05a[6]} PAKN từ kỳ trước chuyển sang",
        "về hành vi hành chính {II.05a[4]} PAKN",
        "về quy định hành chính {II.05a[5]} PAKN",
        "Đã xử lý {II.05a[8]} PAKN",
        "đúng hạn {II.05a[15]} PAKN",
        "quá hạn {II.05a[16]} PAKN",
        "công khai kết quả xử lý {II.05a[14]} PAKN",
        "Đang xử lý {II.05a[13]} PAKN",
        "Kéo dài thời gian xử lý {II.05a[17]} PAKN",
        than="II.05a[3]",
    ),
    _said(
        "Tổng số hồ sơ nhận giải quyết là {II.06a[3]} hồ sơ",
        "nộp trực tuyến {II.06a[4]} hồ sơ",
        "nộp trực tiếp, qua dịch vụ bưu chính {II.06a[5]} hồ sơ",
        "từ kỳ trước chuyển sang {II.06a[6]} hồ sơ",
        than="II.06a[3]",
    ),
    _said(
        "Đã giải quyết {II.06a[7]} hồ sơ",
        "trước hạn {II.06a[8]} hồ sơ",
        "đúng hạn {II.06a[9]} hồ sơ",
        "quá hạn {II.06a[10]} hồ sơ",
        "trước hạn, đúng hạn là {% II.06a[8] + II.06a[9] : II.06a[7]}",
        rate=("II.06a[8] + II.06a[9]", "II.06a[7]"),
    ),
    _said(
        "Đang giải quyết {II.06a[11]} hồ sơ",
        "trong hạn {II.06a[12]} hồ sơ",
        "quá hạn {II.06a[13]} hồ sơ",
    ),
    _said(
        "Tổng số hồ sơ quá hạn (đã giải quyết và đang giải quyết) là"
        " {II.06a[10] + II.06a[13]} hồ sơ",
        "kết quả đối với {distinct(qua-han.dossier where apology_number filled)} hồ sơ",
    ),
    _said("Biện pháp khắc phục: […] (số liệu để nhận định: đang giải quyết quá hạn {II.06a[13]}"),
    _said("Tổng số TTHC do các đơn vị báo cáo là {II.07b[3]} TTHC"),
    _said(
        "- Tiếp nhận, trả kết quả tại Bộ phận Một cửa: {II.07b[7]} TTHC",
        "({% II.07b[7] : II.07b[3]})",
    ),
    _said("- Thực hiện theo cơ chế một cửa liên thông: {II.07b[18]} TTHC"),
    _said(
        "- Có quyết định quy trình nội bộ: {II.07b[11]} TTHC",
        "({% II.07b[11] : II.07b[3]})",
    ),
    _said("- Có quy trình điện tử: {II.07b[15]} TTHC", "({% II.07b[15] : II.07b[3]})"),
    _said(
        "- Thực hiện toàn bộ quy trình tại Trung tâm Phục vụ hành chính công: {II.07b[16]} TTHC",
        "({% II.07b[16] : II.07b[7]})",
    ),
    _said("- Không phụ thuộc địa giới hành chính: {II.07b[17]} TTHC"),
    _said(
        "- Không phụ thuộc địa giới hành chính, đã có quyết định công bố: {TH-07[18]} TTHC",
    ),
    _said(
        "- Danh mục đã có quyết định công bố: {count(danh-muc-cong-bo where decision filled)}/"
        "{count(danh-muc-cong-bo)}",
    ),
    _said("Đội ngũ đầu mối ", "{TH-06[4]}/{units(plan)} phòng, đơn vị có đầu mối"),
    _said(
        "Địa chỉ tiếp nhận PAKN được công khai tại {TH-07[15]} nơi",
        "kiểm tra trong kỳ {TH-07[16]} nơi",
    ),
    _said(
        "Đúng thời hạn: ",
        "trình công bố {TH-07[4]}/{TH-07[3]} TTHC",
        "công bố {TH-07[6]}/{TH-07[5]} TTHC trước",
        "của {TH-07[8]}/{TH-07[7]} VBQPPL",
    ),
    _said(
        "Cung cấp dịch vụ công trực tuyến đối với {II.08[4]} TTHC, đạt {% II.08[4] : II.08[3]}",
        "mức độ 3: {II.08[5]} TTHC",
        "một phần {II.08[5]} TTHC",
        "mức độ 4: {II.08[6]} TTHC",
        "toàn trình {II.08[6]} TTHC",
        "Cổng Dịch vụ công quốc gia: {II.08[7]} TTHC",
        "Có phát sinh hồ sơ trực tuyến: {II.08[8]} TTHC",
        "trực tuyến: NN TTHC ({% II.08[8] : II.08[4]})",
    ),
    _said(
        "Trong {II.08[9]} hồ sơ tiếp nhận trong kỳ",
        "{II.08[10]} hồ sơ nộp trực tuyến",
        "đạt tỷ lệ {% II.08[10] : II.08[9]}",
        rate=("II.08[10]", "II.08[9]"),
    ),
    _said(
        "- Thanh toán trực tuyến: {II.08[16]} hồ sơ",
        "({% II.08[16] : II.08[15]})",
        "trong {II.08[15]} hồ sơ có phí",
    ),
    _said("- Hồ sơ được số hóa thành phần: {II.08[17]} hồ sơ"),
    _said("- Hồ sơ có kết quả điện tử: {II.08[18]} hồ sơ"),
    _said("- Hồ sơ tiếp nhận qua bưu chính công ích: {II.08[19]} hồ sơ"),
    _said("- Kết quả trả qua bưu chính công ích: {II.08[20]} hồ sơ"),
    _said("- Tài khoản Cổng Dịch vụ công quốc gia được hỗ trợ tạo mới: {II.08[21]} tài khoản"),
    _said(
        "Trong kỳ, đã thực hiện {count(truyen-thong)} hoạt động truyền thông",
        "theo kế hoạch {count(truyen-thong where planned)} hoạt động",
        "ngoài kế hoạch {count(truyen-thong where not planned)} hoạt động",
    ),
    _said(
        "Trong kỳ, có {count(sang-kien)} sáng kiến, giải pháp được đề xuất",
        "đã công nhận {count(sang-kien where recognised)}",
    ),
    _said(
        "Trong kỳ, đã kiểm tra {count(kiem-tra)} lượt tại {distinct(kiem-tra.inspected_unit)} đơn",
        "phát hiện {sum(kiem-tra.shortcomings)} tồn tại",
        "đã khắc phục {sum(kiem-tra.remedied)} tồn tại",
        "tồn tại ({% sum(kiem-tra.remedied) : sum(kiem-tra.shortcomings)})",
    ),
    _said(
        "- Có {II.06a[10] + II.06a[13]} hồ sơ quá hạn",
        "({II.06a[10]} đã giải quyết",
        ", {II.06a[13]} đang giải quyết",
    ),
    _said("Chỉ đạo giải quyết dứt điểm {II.06a[13]} hồ sơ đang quá hạn"),
)


def text_claims(told: Told, where: str, text: str) -> Iterator[Claim]:
    """Each number of a text with what it must be."""
    if not any(char.isdigit() for char in text):
        return
    seen: list[tuple[int, int]] = []
    for (first, last), claim in _explained(told, where, text):
        seen.append((first, last))
        yield claim
    for token in TOKEN.finditer(text):
        value = token[0].strip().rstrip(".")
        end = token.start() + len(value)
        if any(first <= token.start() and end <= last for first, last in seen):
            continue
        if value in pool(told):
            told.memo.setdefault("loose", []).append(f"{where}: {text[:100]} | {value}")
        else:
            yield Claim(f"{where}: {text[:120]}", value, UNKNOWN)


Found = Iterator[tuple[tuple[int, int], Claim]]


def _explained(told: Told, where: str, text: str) -> Found:
    for rule in RULES:
        for span, shown, meant in rule(told, text):
            yield span, Claim(f"{where}: {text[:90]}", shown, meant)


Piece = tuple[tuple[int, int], object, object]


# sentences with figures


def _sentences(told: Told, text: str) -> Iterator[Piece]:
    for one in SENTENCES:
        begins = _pattern(one.start).match(text) or _pattern(f"1) {one.start}").match(text)
        numbered_start = re.match(r"\d+\) ", text)
        if numbered_start and not begins:
            begins = _pattern(one.start).match(text, numbered_start.end())
        if not begins:
            continue
        yield from _slots(told, one.start, begins)
        for part in one.parts:
            match = _pattern(part).search(text)
            if match:
                yield from _slots(told, part, match)
            elif not _is_left_out_rightly(told, part, text):
                yield (0, 0), f"thiếu: {part}", "có ghi"
        yield from _change(told, one, text)
        return


@cache
def _pattern(template: str) -> re.Pattern[str]:
    pieces = SLOT.split(template)
    fixed = [re.escape(piece).replace("NN", NUMBER) for piece in pieces[::2]]
    return re.compile(rf"({NUMBER})".join(fixed))


def _slots(told: Told, template: str, match: re.Match[str]) -> Iterator[Piece]:
    for number, slot in enumerate(SLOT.findall(template), start=1):
        yield match.span(number), match[number].rstrip("."), _meant(told, slot)


def _meant(told: Told, slot: str) -> str:
    if slot.startswith("%"):
        part, whole = (value(told, one) for one in slot[1:].split(" : "))
        return rate_shown(told, part, whole)
    return two(value(told, slot))


def value(told: Told, expression: str) -> float:
    """What an expression comes to in the period."""
    known: dict[str, float] = told.memo.setdefault("values", {})
    if expression not in known:
        known[expression] = told.recount.expression(expression.strip())
    return known[expression]


def rate_shown(told: Told, part: float, whole: float) -> str:
    """With the decimals that it has wherever it is an indicator's."""
    same = [
        rate.decimals
        for rate in told.rates.values()
        if (rate.numerator, rate.denominator) == (part, whole)
    ]
    return percent(part, whole, max(same, default=1)) if whole else NO_FIGURE


def _is_left_out_rightly(told: Told, part: str, text: str) -> bool:
    """What is not told is nothing, or all of what there is and named so."""
    slots = SLOT.findall(part)
    if slots[0].startswith("%") or value(told, slots[0]) == 0:
        return True
    name = part.partition(" {")[0].strip("(, ")
    is_all = bool(re.search(rf"\((?:đều )?(?:là TTHC )?{re.escape(name)}\)", text))
    is_other_word = name.startswith(("mức độ", "một phần", "toàn trình"))
    all_have = slots[0].startswith("distinct(qua-han") and "đều đã có phiếu xin lỗi" in text
    return is_all or is_other_word or all_have


def _change(told: Told, one: Sentence, text: str) -> Iterator[Piece]:
    """What changed against the quarter before, over the units that both have."""
    match = re.search(
        rf"So với (.+?/2022)( \(tính trên ({NUMBER}) đơn vị có báo cáo ở cả hai kỳ\))?,"
        rf" (không thay đổi|(tăng|giảm) ({NUMBER}) [\w ]+?)(?: \(({NUMBER})\))?\.",
        text,
    )
    if match and one.than and told.alike:
        now, before = (recount.expression(one.than) for recount in told.alike)
        yield from _basis(told, match, 2, 3)
        word = "tăng" if now > before else "giảm" if now < before else None
        yield match.span(5) if match[5] else match.span(4), match[5], word
        if match[6]:
            yield match.span(6), match[6], two(abs(now - before))
        if match[7]:
            yield match.span(7), match[7], percent(abs(now - before), before)
    match = re.search(
        rf", (tăng|giảm|không thay đổi)(?: ({NUMBER}) điểm phần trăm)? so với (.+?/2022)"
        rf"( \(tính trên ({NUMBER}) đơn vị có báo cáo ở cả hai kỳ\))?",
        text,
    )
    if match and one.rate[0] and told.alike and told.before:
        points = []
        for period, recount in zip((told, told.before), told.alike, strict=True):
            part, whole = (recount.expression(side) for side in one.rate)
            shown = rate_shown(period, part, whole).removesuffix(" %").replace(",", ".")
            points.append(Fraction(shown))
        yield from _basis(told, match, 4, 5)
        change = points[0] - points[1]
        word = "tăng" if change > 0 else "giảm" if change else "không thay đổi"
        yield match.span(1), match[1], word
        if match[2]:
            yield match.span(2), match[2], _as_needed(abs(change))


def _as_needed(change: Fraction) -> str:
    decimals = next(number for number in range(1, 13) if half_up(change, number) == change)
    return decimal(change, decimals)


def _basis(told: Told, match: re.Match[str], whole: int, number: int) -> Iterator[Piece]:
    assert told.before
    is_same = told.units == told.before.units
    yield match.span(whole), bool(match[whole]), not is_same
    if match[number]:
        yield match.span(number), match[number], two(len(told.common))


# lists


def _fields(told: Told, text: str) -> Iterator[Piece]:
    match = re.match(r"- Lĩnh vực (.+?): ", text)
    table = told.recount.forms.get("II.06a")
    row = table.rows.get(match[1]) if match and table else None
    if not match or row is None or not table:
        return
    kind = table.kinds[match[1]]
    if kind == "number" and row["3"]:
        said = [f"nhận giải quyết {two(row['3'])} hồ sơ"]
        for total, late, verb in (("7", "10", "đã"), ("11", "13", "đang")):
            if row[total]:
                overdue = f" (quá hạn {two(row[late])} hồ sơ)" if row[late] else ""
                said.append(f"{verb} giải quyết {two(row[total])} hồ sơ{overdue}")
        yield match.span(), text[match.end() :].rstrip(";."), ", ".join(said)
        yield (0, len(text)), True, True


def _reasons(told: Told, text: str) -> Iterator[Piece]:
    match = re.match(rf"- (Do .+?|Chưa ghi nguyên nhân): ({NUMBER}) hồ sơ \(({NUMBER})\)", text)
    if not match:
        return
    counts = _late_reasons(told.recount)
    count = counts.get(plain(match[1]), 0)
    yield match.span(2), match[2], two(count)
    yield match.span(3), match[3], percent(count, sum(counts.values()))


def _late_reasons(recount: Recount) -> dict[str, int]:
    """Each late dossier of a unit once, as it was last written down; most frequent first."""
    last: dict[tuple[str, str], str] = {}
    for quarter in recount.quarters:
        for unit in recount.office.units:
            book = recount.books[quarter].get(unit)
            for row in book.rows("qua-han") if book else ():
                reason = re.sub(r"^NN\d+\s+", "", row.get("reason") or "")
                last[unit, row["dossier"]] = plain(
                    f"Do {reason}" if reason else "Chưa ghi nguyên nhân"
                )
    return dict(Counter(last.values()).most_common())


def _indicators(told: Told, text: str) -> Iterator[Piece]:
    """Indicators by their names, with results and targets."""
    by_name = {rate.name: rate for rate in told.rates.values()}
    match = re.match(r"- (.+?): ([\d.,]+(?: %)?|–) \(mục tiêu (.+?)\)", text)
    if match and match[1] in by_name:
        rate = by_name[match[1]]
        yield match.span(), (match[2], match[3]), (rate.shown, rate.target_shown)
    for match in re.finditer(
        r"\b(K\w+): (?:lũy kế )?([\d.,]+) [^\d%;]+?(?: \((?:cả năm )?([≥≤] [^)]+)\))?(?=;|$)", text
    ):
        rate = told.rates[match[1]]
        yield match.span(), (match[2], match[3] or ""), (rate.shown, rate.target_shown)
    match = re.search(rf"\((?:lũy kế|đến nay) ({NUMBER}), mục tiêu (?:năm )?({NUMBER})\)", text)
    if match:
        known_ = {(rate.shown, rate.target_shown[2:]) for rate in told.rates.values()}
        yield match.span(), match.groups() in known_ or match.groups(), True
    for match in re.finditer(
        rf"\b(K\w+): (?:lũy kế )?({NUMBER})/({NUMBER}) = ([\d.,]+(?: %)?)"
        r"(?: \((?:cả năm )?([≥≤] .+?)\))?",
        text,
    ):
        rate = told.rates[match[1]]
        shown = (match[2], match[3], match[4], match[5] or rate.target_shown)
        meant = (grouped(rate.numerator), grouped(rate.denominator), rate.shown, rate.target_shown)
        yield match.span(), shown, meant
    for match in re.finditer(r"\((\d[\d.,]* ?%?) ([<>]) (\d[\d.,]* ?%?)\)", text):
        known = {
            (rate.shown, ">" if rate.at_most else "<", rate.target_shown[2:])
            for rate in told.rates.values()
            if rate.met is False
        }
        shown3 = (match[1].strip(), match[2], match[3].strip())
        yield match.span(), shown3 in known or shown3, True


def _tasks_in_short(told: Told, text: str) -> Iterator[Piece]:
    """The brief's tasks: ``K10 31/32 = 96,9 % (≥ 100,0 %)``, ``K12 4/4``, ``K27 2 sáng kiến``."""
    if not text.startswith("+ "):
        return
    goal = r"(?: \((?:cả năm )?([≥≤] [^)]+)\))?"
    for match in re.finditer(rf"\b(K\w+) ({NUMBER})/({NUMBER})(?: = ({NUMBER}){goal})?", text):
        rate = told.rates[match[1]]
        meant = (grouped(rate.numerator), grouped(rate.denominator))
        yield match.span(), (match[2], match[3]), meant
        if match[4]:
            yield match.span(), (match[4], match[5]), (rate.shown, rate.target_shown)
    for match in re.finditer(rf"\b(K\w+) ({NUMBER}) [a-zà-ỹ ]+{goal}", text):
        rate = told.rates[match[1]]
        target = rate.target_shown if match[3] else None
        yield match.span(), (match[2], match[3]), (grouped(rate.numerator), target)


def _met(told: Told, text: str) -> Iterator[Piece]:
    """How many indicators reach their targets, of how many that are judged."""
    words = met_words(told)
    met, judged = words.count("Đạt"), words.count("Đạt") + words.count("Chưa đạt")
    for pattern, meant in (
        (rf"Có ({NUMBER})/({NUMBER}) chỉ tiêu có số liệu đạt", (met, judged)),
        (rf"định: ({NUMBER})/({NUMBER}) chỉ tiêu đạt mục tiêu", (met, judged)),
        (rf"Đạt ({NUMBER})/({NUMBER}) chỉ tiêu có số liệu", (met, judged)),
        (rf"Cả ({NUMBER}) chỉ tiêu có số liệu", (met,)),
        (rf"[Cc]hưa đạt (?:mục tiêu (?:ở cả )?)?({NUMBER}) chỉ tiêu", (judged - met,)),
        (rf"({NUMBER}) chỉ tiêu chưa đến hạn xét", (words.count("Chưa đến hạn xét"),)),
    ):
        for match in re.finditer(pattern, text):
            yield match.span(), match.groups(), tuple(map(two, meant))


def _settled(told: Told, text: str) -> Iterator[Piece]:
    match = re.search(rf"({NUMBER}) hồ sơ giải quyết trước hạn, đúng hạn[);]", text)
    if match:
        parts = ("II.06a[8] + II.06a[9]", "II.06a[7]")
        part, whole = (value(told, one) for one in parts)
        yield match.span(1), match[1], rate_shown(told, part, whole)


# tasks


def _tasks(told: Told, text: str) -> Iterator[Piece]:
    """How many tasks come to each verdict: as many as say so on the printed page."""
    match = re.search(
        rf"({NUMBER}) nhiệm vụ: (đã .+?|đạt .+?|chưa .+?|quá .+?|không .+?)\.(?: |$)", text
    )
    verdicts = told.memo.get("verdicts") or told_verdicts(told)
    told.memo["verdicts"] = verdicts
    total = len(told.recount.office.tasks)
    if match:
        yield match.span(1), match[1], two(total)
        yield match.span(2), _counts(match[2]), verdicts
    match = re.fullmatch(rf"Tổng số: ({NUMBER}) nhiệm vụ", text)
    if match:
        yield match.span(1), match[1], two(total)
    match = re.search(rf"đến hạn: hoàn thành (\d+)/(\d+) \(({NUMBER})\)", text)
    if match:
        yield match.span(), match[3], percent(int(match[1]), int(match[2]))
    match = re.search(rf"({NUMBER}) nhiệm vụ thường xuyên, định kỳ của kế hoạch: (.+)\.", text)
    if match:
        yield match.span(1), match[1], two(len(re.split(", | và ", match[2])))
    match = re.search(rf"tập trung hoàn thành ({NUMBER}) nhiệm vụ", text)
    if match:
        open_ = [task for task in told.recount.office.tasks if not again(task)]
        left = [one for one in open_ if told.recount.status(one) in OPEN]
        yield match.span(1), match[1], two(len(left))
    counts = r"[\w ,]+ \d\d(?:; [\w ,]+ \d\d)*(?=$| NGƯỜI LẬP BIỂU)"  # above the signers
    match = re.match(counts, text)
    if match and _counts(match[0]).keys() <= verdicts.keys():
        yield match.span(), _counts(match[0]), verdicts


def _counts(text: str) -> dict[str, int]:
    found = re.findall(r"([^;]+?) (\d+)(?:;|$)", text)
    return {re.sub(r" \(.*?\)", "", plain(word)): int(count) for word, count in found}


def _overdue(told: Told, text: str) -> Iterator[Piece]:
    """Tasks that are late: how many, by how many working days."""
    late = {code: days for code, days in days_late(told).items() if days}
    for pattern in (
        rf"Có ({NUMBER}) nhiệm vụ quá hạn",
        rf"^Quá hạn ({NUMBER}) nhiệm vụ",
        rf"; quá hạn ({NUMBER}) nhiệm vụ",
    ):
        for match in re.finditer(pattern, text):
            yield match.span(1), match[1], two(len(late))
    days = rf"quá(?: hạn)? ({NUMBER}) ngày làm việc"
    for match in re.finditer(rf"\b([IV]+\.[\w.]+)(?:,|:.*\()? ?{days}", text):
        yield match.span(2), match[2], two(late.get(match[1], 0))
    told_days = {two(one["judgement"]["days_overdue"]) for one in told.json["tasks"]}
    for match in re.finditer(rf"[Qq]uá hạn ({NUMBER}) ngày làm việc", text):
        yield match.span(1), match[1] in told_days, True
    match = re.search(
        rf"({NUMBER}) hồ sơ quá hạn \(({NUMBER}) đã giải quyết, ({NUMBER}) đang giải quyết\)", text
    )
    if match:
        meant = [
            value(told, one) for one in ("II.06a[10] + II.06a[13]", *("II.06a[10]", "II.06a[13]"))
        ]
        yield match.span(), match.groups(), tuple(map(two, meant))


def days_late(told: Told) -> dict[str, int]:
    """Working days since a task that is done once was due, up to the day or the period's end."""
    office, last = told.recount.office, told.recount.quarters[-1]
    until = min(told.recount.day, office.calendar_end(last))
    late = {}
    for task in office.tasks:
        due = office.due(task)
        if due and told.recount.status(task) in OPEN and told.recount.has_plan(task):
            late[str(task["Mã"])] = max(office.working_days(due, until), 0)
    return late


OPEN = ("Đang thực hiện", "Chưa thực hiện", "")


# sending


def state_counts(told: Told, quarters: Sequence[int]) -> dict[str, int]:
    of = [
        told.recount.standing(unit, quarter).state
        for quarter in quarters
        for unit in told.recount.office.units
    ]
    return dict(Counter(of))


def _sending(told: Told, text: str) -> Iterator[Piece]:
    due = told.recount.due
    for match in re.finditer(
        r"((?:Đã nhận|Không phát sinh|Trả lại để sửa|Chưa gửi): \d+(?:; |$))+", text
    ):
        head = re.search(r"Quý (I|II|III|IV)/2022 \(hạn", text)
        quarters = [_quarter(head[1])] if head else list(due)
        shown = dict(re.findall(r"([\w ]+?): (\d+)", match[0]))
        meant = {state: two(count) for state, count in state_counts(told, quarters).items()}
        yield match.span(), {state.strip(): count for state, count in shown.items()}, meant
    for match in re.finditer(r"Tổng số: (\d+) (?:báo cáo|đơn vị)", text):
        yield match.span(), match[1], two(len(due) * len(told.recount.office.units))
    for match in re.finditer(r"hạn gửi (\d+/\d+/\d+)", text):
        head = re.search(r"Quý (I|II|III|IV)/2022", text)
        if head:
            yield match.span(), match[1], day(told.recount.office.deadline(_quarter(head[1])))
    for piece, quarter in _by_quarter(told, text):
        yield from _sending_of(told, text, piece, quarter)


def _quarter(roman: str) -> int:
    return ("I", "II", "III", "IV").index(roman) + 1


def _by_quarter(told: Told, text: str) -> Iterator[tuple[tuple[int, int], int]]:
    """Parts of a text that speak of a quarter each."""
    if not told.is_long:
        yield (0, len(text)), told.recount.quarters[0]
        return
    heads = [*re.finditer(r"[Qq]uý (IV|III|II|I)/2022: ", text)]
    for head, following in zip(heads, [*heads[1:], None][: len(heads)], strict=True):
        yield (head.end(), following.start() if following else len(text)), _quarter(head[1])


def _sending_of(told: Told, text: str, piece: tuple[int, int], quarter: int) -> Iterator[Piece]:
    if quarter not in told.recount.due:
        return
    part, units = text[slice(*piece)], told.recount.office.units
    of = {unit: told.recount.standing(unit, quarter) for unit in units}
    total, sent, in_time = sending(told, quarter)
    missing = [unit for unit, one in of.items() if not one.counts]
    late = {unit: one.late for unit, one in of.items() if one.counts and one.late}
    states = Counter(one.state for one in of.values())
    meant: list[tuple[str, tuple[object, ...]]] = [
        (r"(\d+)/(\d+) đơn vị đã gửi báo cáo", (two(sent), two(total))),
        (r"ả (\d+) đơn vị đã gửi báo cáo", (two(total),)),
        (r"báo cáo, (\d+) đúng hạn", (two(in_time),)),
        (r"còn thiếu (\d+) đơn vị \(", (two(len(missing)),)),
        (r"Đúng hạn (\d+)", (two(in_time),)),
        (r"chậm hạn (\d+)", (two(len(late)),)),
        (r"đều đúng hạn \((\d+)\)", (two(in_time),)),
        (r"trong (\d+) đơn vị gửi báo cáo", (two(total),)),
        (r"trong đó (\d+) đơn vị không phát sinh", (two(states["Không phát sinh"]),)),
    ]
    for state, count in states.items():
        small = state[:1].lower() + state[1:]
        meant.append((rf"(?:[:;] {small}|\. {state}) (\d+)", (two(count),)))
    for unit, days in late.items():
        meant.append((rf"{re.escape(units[unit])} (\d+) ngày làm việc", (two(days),)))
    for pattern, values in meant:
        for match in re.finditer(pattern, part):
            first, last = match.span()
            yield (piece[0] + first, piece[0] + last), match.groups(), values
    for match in re.finditer(r"(trả lại để sửa|chưa gửi): ([^;.)]+)", part):
        named = [name.strip() for name in match[2].split(",")]
        right = [units[u] for u, one in of.items() if plain(one.state) == match[1]]
        yield (
            (piece[0] + match.start(), piece[0] + match.end()),
            named,
            ", ".join(right).split(", "),
        )


def _missing(told: Told, text: str) -> Iterator[Piece]:
    """How many units are missing, of which quarter."""
    meant = {
        quarter: len(
            [u for u in told.recount.office.units if not told.recount.standing(u, quarter).counts]
        )
        for quarter in told.recount.due
    }
    meant = {quarter: count for quarter, count in meant.items() if count}
    match = re.search(
        r"[Cc]òn (?:thiếu )?((?:\d+ đơn vị(?: của quý \w+/2022)?(?:, | và )?)+)(?:;|\.| chưa có)",
        text,
    )
    if match:
        found = re.findall(r"(\d+) đơn vị(?: của quý (\w+)/2022)?", match[1])
        only = NAMES[told.recount.quarters[0]]
        shown = [(count, f"Quý {name}" if name else only) for count, name in found]
        yield match.span(1), shown, [(two(c), NAMES[q]) for q, c in meant.items()]
    for match in re.finditer(r"(.+?) chưa đến kỳ báo cáo", text):
        coming = [q for q in told.recount.quarters if q not in told.recount.due]
        named = [NAMES[q] for q in coming if re.search(rf"{NAMES[q]}\b", match[1], re.IGNORECASE)]
        yield match.span(), named, [NAMES[q] for q in coming]
    match = re.search(r"đến (\d\d giờ \d\d ngày \d+/\d+/\d+)", text)
    if match:
        yield match.span(), match[1], f"08 giờ 00 ngày {day(told.recount.day)}"
    for match in re.finditer(r"từ\s+ngày (\d+/\d+/\d+) đến ngày (\d+/\d+/\d+)", text):
        office, quarters = told.recount.office, told.recount.quarters
        window = (office.window(quarters[0])[0], office.window(quarters[-1])[1])
        yield match.span(), match.groups(), tuple(map(day, window))
    for match in re.finditer(r"tháng\s+(\d+) năm (\d+)", text):
        shown = (int(match[1]), int(match[2]))
        yield match.span(), shown, (told.recount.day.month, told.recount.day.year)


# registers


def _registers(told: Told, text: str) -> Iterator[Piece]:
    for pattern, count in (
        (rf"^Chưa đánh giá tác động ({NUMBER}) dự án", _unassessed),
        (rf"gồm ({NUMBER}) cán bộ, công chức", _officers),
        (rf"định: ({NUMBER}) nguyên nhân các đơn vị nêu", _causes),
        (rf"^Có ({NUMBER}) kiến nghị của các phòng, đơn vị thuộc thẩm quyền", _own_level),
        (rf"cho ý kiến ({NUMBER}) việc nêu ở cuối trang", _asked),
        (rf"^Còn ({NUMBER}) chỉ tiêu khác", _not_shown),
    ):
        match = re.search(pattern, text)
        if match:
            yield match.span(1), match[1], two(count(told))
    match = re.match(rf"- Và ({NUMBER}) (.+) khác\.", text)
    if match:
        yield match.span(1), match[1], two(_listed(told, match[2]) - MOST_LISTED + 1)
    match = re.search(rf"Trả lại vì còn ({NUMBER}) lỗi", text)
    if match:
        errors = {str(u["errors"]) for some in told.json["quarters"] for u in some["units"]}
        yield match.span(1), match[1] in errors, True


MOST_LISTED = 10


def _listed(told: Told, noun: str) -> int:
    """How many a list would have that ends with so many more."""
    if noun == "TTHC":
        rows = told.recount.forms["II.04"].rows.values()
        return sum(any(row[number] for number in ("6", "7", "8", "9")) for row in rows)
    counts = {
        "hoạt động": "count(truyen-thong)",
        "sáng kiến": "count(sang-kien)",
        "lượt kiểm tra": "count(kiem-tra)",
        "quyết định": "II.03[3]",
        "văn bản": "II.02[4]",
    }
    return int(value(told, counts[noun])) if noun in counts else _unassessed(told)


def _of_units(told: Told, sheet: str) -> Iterator[tuple[str, int, Row]]:
    for quarter in told.recount.quarters:
        for unit, book in told.recount.books[quarter].items():
            for row in book.rows(sheet):
                yield unit, quarter, row


def _unassessed(told: Told) -> int:
    """Drafts whose impact was not yet assessed when they were last reported."""
    last = {(unit, row["draft_name"]): row for unit, _, row in _of_units(told, "vbqppl")}
    return sum(row.get("impact_assessed") is False for row in last.values())


def _officers(told: Told) -> int:
    newest = {
        unit: quarter for quarter in told.recount.quarters for unit in told.recount.books[quarter]
    }
    names = {
        plain(row["full_name"])
        for unit, quarter, row in _of_units(told, "dau-moi")
        if newest[unit] == quarter
    }
    return len(names)


def _issues(told: Told) -> list[Row]:
    """Difficulties and proposals; said again word for word they are one."""
    keys = ("task", "difficulty", "proposal")
    found = {
        (unit, *(row.get(key) for key in keys)): row
        for unit, _, row in reversed([*_of_units(told, "vuong-mac")])
    }
    return list(found.values())


def _causes(told: Told) -> int:
    return sum(bool(row.get("cause")) for row in _issues(told))


def _own_level(told: Told) -> int:
    return sum(bool(row.get("proposal")) and row.get("level") == "Sở" for row in _issues(told))


def _asked(told: Told) -> int:
    texts = [str(cell.value) for row in told.brief.worksheets[0].iter_rows() for cell in row]
    return sum(bool(re.match(r"\d+\) ", text)) for text in texts)


def _not_shown(told: Told) -> int:
    rows = lines(told.printed["Chỉ tiêu"], "STT")
    names = {cells["2"] for _, cells in rows if cells["2"]}  # a broken row goes on without one
    cells = [cell.value for row in told.brief.worksheets[0].iter_rows() for cell in row]
    return len(names) - sum(one in names for one in cells)


# control totals and points


def _control(told: Told, text: str) -> Iterator[Piece]:
    """Figures that do not add up, as the form has them."""
    for match in re.finditer(
        rf"((?:\(\d+\)(?: \+ )?)+) là ({NUMBER}), (?:khác|lớn hơn) ((?:\(\d+\)(?: [+−-] )?)+)"
        rf" là ({NUMBER}), chênh ({NUMBER}) \((V[\w.]+), dòng (.+?)\)(?=[.;]|$)",
        text,
    ):
        table = told.recount.forms[_form_of_rule(told, match[6])]
        labels = {key: key for key in table.rows} | told.recount.office.units
        labels |= {c: str(row["Tên TTHC"]) for c, row in told.recount.office.procedures.items()}
        key = next((key for key in table.rows if labels.get(key) == match[7]), "")
        row = table.rows[key] if key else table.total
        left, right = (_sum(row, side) for side in (match[1], match[3]))
        meant = (grouped(left), grouped(right), grouped(abs(left - right)))
        yield match.span(), (match[2], match[4], match[5]), meant


def _form_of_rule(told: Told, rule: str) -> str:
    day_ = told.recount.office.window(told.recount.quarters[-1])[1]
    for one in told.recount.office.in_force("printed", day_):
        if any(identity["code"] == rule for identity in one.get("identity", ())):
            return str(one["id"])
    raise KeyError(rule)


def _sum(row: Any, side: str) -> float:
    total = 0
    for sign, number in re.findall(r"([+−-]?) ?\((\d+)\)", side):
        total += -row[number] if sign in ("−", "-") else row[number]
    return total


def _points(told: Told, text: str) -> Iterator[Piece]:
    points = [found for _, found in told.recount.points.values() if found is not None]
    total = decimal(sum(points, Fraction(0)), 1)
    match = re.search(r"([\d,]+) điểm của (\d+)(?:/(\d+))? chỉ số có số liệu", text)
    if match:
        shown = (match[1], match[2], match[3] or "09")
        yield match.span(), shown, (total, two(len(points)), "09")


LATE = "sum(ho-so.resolved_overdue + ho-so.pending_overdue"
NOT_ONLINE = "received_online = 0 and carried_over = 0"
SURELY = "received_online > 0 and received_direct = 0 and received_postal = 0 and carried_over = 0"
BASES: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        rf"Hồ sơ trước hạn ({NUMBER}), đúng hạn ({NUMBER}), quá hạn ({NUMBER})",
        (
            "sum(ho-so.resolved_early)",
            "sum(ho-so.resolved_on_time)",
            "sum(ho-so.resolved_overdue)",
        ),
    ),
    (
        rf"quy trình tại chỗ ({NUMBER})/({NUMBER})(?: = ({NUMBER}))?",
        (
            "count(danh-muc where at_one_stop and whole_process_at_centre)",
            "count(danh-muc where at_one_stop)",
        ),
    ),
    (
        rf"tiếp nhận tại Bộ phận Một cửa ({NUMBER})/({NUMBER})(?: = ({NUMBER}))?",
        ("count(danh-muc where at_one_stop)", "count(danh-muc)"),
    ),
    (
        rf"Niêm yết ({NUMBER})/({NUMBER})(?: = ({NUMBER}))?",
        ("count(danh-muc where posted)", "count(danh-muc)"),
    ),
    (
        rf"điện tử ({NUMBER})/({NUMBER})(?: = ({NUMBER}))?",
        ("count(danh-muc where on_website)", "count(danh-muc)"),
    ),
    (rf"Có ({NUMBER}) phản ánh về hành vi", ("count(pakn where classification = hanh_vi)",)),
    (
        rf"Xử lý đúng hạn ({NUMBER})/({NUMBER})(?: = ({NUMBER}))?",
        ("count(pakn where on_time)", "count(pakn where judged)"),
    ),
    (rf"kéo dài ({NUMBER})", ("count(pakn where extended)",)),
    (rf"hồ sơ trực tuyến quá hạn ({NUMBER})", (f"{LATE} where {SURELY})",)),
    (
        rf"({NUMBER}) hồ sơ quá hạn chưa rõ",
        (f"{LATE}) - {LATE} where {SURELY}) - {LATE} where {NOT_ONLINE})",),
    ),
    (
        rf"mức độ 3, 4: ({NUMBER})/({NUMBER})(?: = ({NUMBER}))?",
        ("count(danh-muc where online_level in 3|4)", "count(danh-muc)"),
    ),
    (
        rf"hồ sơ trực tuyến ({NUMBER})/({NUMBER})(?: = ({NUMBER}))?",
        ("sum(ho-so.received_online)", "II.06a[4] + II.06a[5]"),
    ),
)


def _bases(told: Told, text: str) -> Iterator[Piece]:
    """What the office's points rest on."""
    for pattern, sources in BASES:
        for match in re.finditer(pattern, text):
            figures = [value(told, source) for source in sources]
            shown = match.groups()
            meant: list[str] = [str(int(figure)) for figure in figures]
            if len(shown) > len(sources):
                with_rate = rate_shown(told, figures[0], figures[1])
                meant.append(with_rate if shown[2] else None)  # type: ignore[arg-type]
            yield match.span(), shown, tuple(meant)


# what is no figure of the office


FIXED = (
    r"^\d+\. ",  # headings
    r"^\d+\) ",
    r"\(\d+(?:, \d+)*\)",  # numbers of columns
    r"Cột \d+(?:(?:, | đến )\d+)*:",
    r"mục (?:[IVX]+\.)?\d+(?:\.\w)?",
    r"mức độ \d(?:, \d)?",
    r"(?:số|Số) [\w.]+/[\w/.\-]+(?: ngày \d+/\d+/\d+)?",
    r"ngày 21/10/2020|ngày 23/11/2018|ngày 23/4/2018|ngày 22/12/2021",
    r"(?i)năm \d{4}",
    r"\d+ tháng(?: đầu)? năm \d{4}",
    r"tối thiểu 20,0 %",
    r"biểu (?:II\.\d+\w*|TH-\d+) cột \d+(?:, \d+)*",  # where a figure comes from
    r"Ghi chú: 0 là không có",
    r"01/20(?:20|18)/TT-VPCP",
    r"kskt [\w … -]+",
    r"--file \w+",
    r"KS-\d+",
    r"mẫu số bằng 0",
)


def _fixed(told: Told, text: str) -> Iterator[Piece]:
    del told
    for pattern in FIXED:
        for match in re.finditer(pattern, text):
            yield match.span(), True, True


def _own_words(told: Told, text: str) -> Iterator[Piece]:
    """Units' own words, days and documents; texts of the plan; findings."""
    texts, days = own_words(told)
    for match in re.finditer(r"ngày (\d\d?/\d\d?/\d{4})", text):
        if match[1] in days:
            yield match.span(), True, True
    said = plain(text)
    for words in texts if len(said) == len(text) else ():
        at = said.find(words)
        if at >= 0:
            yield (at, at + len(words)), True, True
    match = re.search(rf"^- (.+?) \(.+số lượng ({NUMBER});", text)
    if match:
        of = [row for row in own_rows(told) if row.get("activity") == match[1]]
        yield match.span(2), match[2] in [two(row.get("quantity") or 0) for row in of], True
    match = re.search(rf"^- (.+), cắt giảm ({NUMBER}) chi phí tuân thủ", text)
    if match:
        codes = [
            c for c, row in told.recount.office.procedures.items() if row["Tên TTHC"] == match[1]
        ]
        rows = [told.recount.forms["II.04"].rows[code] for code in codes]
        meant = [f"{decimal(Fraction(repr(row['13'])), 1)} %" for row in rows]
        yield match.span(2), [match[2]], meant


def own_words(told: Told) -> tuple[frozenset[str], frozenset[str]]:
    """Texts with digits in them, and days, that units or the plan have written."""
    if "words" not in told.memo:
        cells = [cell for row in own_rows(told) for cell in row.values()]
        days = frozenset(day(cell) for cell in cells if isinstance(cell, dt.date))
        office = told.recount.office
        for row in (*office.tasks, *office.indicators, *office.procedures.values()):
            cells += row.values()
        texts = (plain(one).rstrip(" .;,") for one in cells if isinstance(one, str))
        told.memo["words"] = frozenset(t for t in texts if re.search(r"\d", t)), days
    found: tuple[frozenset[str], frozenset[str]] = told.memo["words"]
    return found


def own_rows(told: Told) -> list[Row]:
    """Every row of every unit."""
    return [
        row
        for books in told.recount.books.values()
        for book in books.values()
        for given in book.sheets.values()
        for row in given.rows
    ]


RULES: tuple[Callable[[Told, str], Iterator[Piece]], ...] = (
    _fixed,
    _sentences,
    _fields,
    _reasons,
    _indicators,
    _tasks_in_short,
    _met,
    _settled,
    _tasks,
    _overdue,
    _sending,
    _missing,
    _registers,
    _control,
    _points,
    _bases,
    _own_words,
)


def pool(told: Told) -> frozenset[str]:
    """Every figure of the period as it may be shown."""
    if "pool" not in told.memo:
        found: set[str] = set()
        for table in told.recount.forms.values():
            for row in (table.total, *table.rows.values()):
                for one in row.values():
                    if isinstance(one, int | float):
                        found |= {grouped(one), two(one)}
        for rate in told.rates.values():
            found |= {two(rate.numerator), two(rate.denominator), rate.shown}
        told.memo["pool"] = frozenset(found)
    figures: frozenset[str] = told.memo["pool"]
    return figures


# products whose every text is walked


def report_claims(told: Told) -> Iterator[Claim]:
    """The report in Word."""
    for number, text in enumerate(told.paragraphs, start=1):
        yield from text_claims(told, f"Word, đoạn {number}", text)


def brief_claims(told: Told) -> Iterator[Claim]:
    """The leaders' page: its sentences, the table of indicators, the numbers of its charts."""
    page, data = told.brief.worksheets
    heads: dict[str, int] = {}
    by_name = {rate.name: rate for rate in told.rates.values()}
    for row in page.iter_rows():
        texts = {cell.column: cell.value for cell in row if cell.value not in (None, "")}
        if "Chỉ tiêu" in texts.values():
            heads = {str(text): column for column, text in texts.items()}
            continue
        name = next((one for one in texts.values() if one in by_name), None)
        if name and heads:
            yield from _brief_line(told, by_name[str(name)], heads, texts)
            continue
        for cell in row:
            if isinstance(cell.value, str):
                text = cell.value.replace("\u00a0", " ")  # no line ends before a sign
                yield from text_claims(told, f"tóm tắt {cell.coordinate}", text)
    yield from _chart_claims(told, data)


def _brief_line(
    told: Told, rate: Rate, heads: dict[str, int], texts: dict[int, object]
) -> Iterator[Claim]:
    where = f"tóm tắt, {rate.name}"
    meant = {"Kết quả": rate.shown, "Mục tiêu": rate.target_shown, "So với mục tiêu": rate.verdict}
    for head in meant.keys() & heads.keys():
        yield Claim(f"{where}, {head}", texts.get(heads[head], ""), meant[head])
    compared = next((head for head in heads if head.startswith("So với quý")), "")
    is_alike = told.alike is not None and told.before and told.units == told.before.units
    yield Claim(f"{where}, so sánh", "có" if compared and not is_alike else "", "")
    before = told.before.rates[rate.id] if told.before else rate
    if compared and rate.denominator and before.denominator:
        scale = 100 if rate.is_percent else 1
        points = half_up(rate.ratio * scale, rate.decimals) - half_up(
            before.ratio * scale, before.decimals
        )
        found = re.search(NUMBER, str(texts.get(heads[compared], "")))
        yield Claim(
            f"{where}, tăng giảm", found[0].strip() if found else "=", _change_shown(points)
        )


def _change_shown(points: Fraction) -> str:
    return _as_needed(abs(points)) if points else "="


def _chart_claims(told: Told, page: Any) -> Iterator[Claim]:
    """What the charts are drawn from adds up to the forms."""
    table = told.recount.forms["II.06a"]
    tasks = 0
    for row in page.iter_rows(values_only=True):
        match = re.fullmatch(r"(.+) \((\d+)\)", str(row[0] or ""))
        if match:
            of = {number: one or 0 for number, one in table.rows[match[1]].items()}
            meant = (of["8"] + of["9"], of["12"], of["10"] + of["13"])
            yield Claim(f"biểu đồ {match[1]}", (*row[1:4], match[2]), (*meant, str(of["3"])))
        elif str(row[0] or "").startswith("Phần"):
            tasks += sum(row[1:4])
    yield Claim("biểu đồ nhiệm vụ", tasks, len(told.recount.office.tasks))


def page_claims(told: Told) -> Iterator[Claim]:
    """Everything on the printed pages that stands in no numbered column of figures."""
    for page in told.printed:
        if page.title == "Danh mục biểu":
            continue
        columns, head = numbered(page)
        is_table = page.title in FIGURE_PAGES or page.title.startswith("Biểu ")
        heads = "Chỉ số" if page.title == "Đánh giá" else "STT"
        in_table = {row for row, _ in lines(page, heads)} if is_table else set()
        for coordinate, text in whole_texts(page):
            cell = page[coordinate]
            is_figure = cell.row in in_table and columns.get(cell.column) in told_columns(page)
            if cell.row != head and not is_figure:
                yield from text_claims(told, f"{page.title} {coordinate}", text)


def whole_texts(page: Any) -> Iterator[tuple[str, str]]:
    """Every text of a page; one of a task that goes on over the page's end stands together."""
    open_ones: dict[int, tuple[str, str]] = {}
    for row in page.iter_rows():
        texts = {c.column: c for c in row if isinstance(c.value, str) and c.value.strip()}
        goes_on = (
            page.title == "Tiến độ"
            and row[0].value in (None, "")
            and texts.keys() <= (open_ones.keys())
        )
        for column, cell in texts.items():
            text = " ".join(cell.value.split())
            if goes_on:
                at, start = open_ones[column]
                open_ones[column] = at, f"{start} {text}"
            else:
                if column in open_ones:
                    yield open_ones[column]
                open_ones[column] = cell.coordinate, text
    yield from open_ones.values()


def told_columns(page: Any) -> frozenset[str]:
    """Numbers of the columns that ``printed_claims`` looks at; the others hold words."""
    words = {"Đánh giá": {"2", "5"}, "Tiến độ": set("2345678"), "Tình hình gửi nhận": {"9"}}.get(
        page.title, set()
    )
    return frozenset(str(number) for number in range(1, 40)) - words


FIGURE_PAGES = ("Chỉ tiêu", "Tình hình gửi nhận", "Đánh giá", "Tiến độ")


def screen_claims(told: Told) -> Iterator[Claim]:
    """What the run and ``kskt status`` show."""
    for name, shown in (("màn hình", told.screen), ("status", told.status)):
        quarter = told.recount.quarters[0]
        for text in shown.split("\n"):
            head = re.match(r"Quý (IV|III|II|I)/2022, hạn gửi", text)
            quarter = _quarter(head[1]) if head else quarter
            cells = text.split(" | ")
            if cells[0] in told.recount.office.units and len(cells) > 4:
                one = told.recount.standing(cells[0], quarter)
                came = one.version > 0
                row = (one.state, str(one.version or ""), str(one.late) if came else "")
                yield Claim(f"{name}, {cells[0]}", (cells[2], cells[3], cells[5]), row)
            elif not _is_of_a_file(told, text):
                yield from text_claims(told, name, text)


def _is_of_a_file(told: Told, text: str) -> bool:
    """Whether a line of the screen tells of a file: its name, its findings, as in the JSON."""
    files = [one["file"] for one in told.json["submissions"] if one["file"]]
    said = (one["message"] for some in told.json["submissions"] for one in some["findings"])
    own = re.match(r"  - |Đã ghi|Giữ nguyên|\w+, lần|Quyết định số", text)
    is_finding = any(plain(text).endswith(plain(one)) for one in said)
    return bool(own) or is_finding or any(name in text for name in files)
