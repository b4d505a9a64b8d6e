"""Where the lines of titles and heads may end: never inside a compound of several syllables."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import Final

from kskt_excel.excel.book_writer import Measured, advance, measured
from kskt_excel.model.nouns import dataclass
from kskt_excel.report.page import NO_BREAK_SPACE

# words of several syllables (từ ghép) of titles and heads of forms; who finds one missing adds it
_COMPOUNDS: Final = """
thủ tục, hành chính, quyết định, quy định, nghị quyết, thông tư, thực hiện, giải quyết, kiểm soát,
tiếp nhận, phản ánh, kiến nghị, trực tuyến, trực tiếp, dịch vụ, bưu chính, công ích, dịch vụ công,
quy trình, nội bộ, điện tử, văn bản, quy phạm, pháp luật, cơ chế, một cửa, liên thông, môi trường,
kết quả, tình hình, đánh giá, tác động, công bố, công khai, rà soát, đơn giản, đơn giản hóa,
khó khăn, vướng mắc, đề xuất, chỉ tiêu, nhiệm vụ, kế hoạch, tiến độ, báo cáo, đơn vị, cơ quan,
trung tâm, phục vụ, ban hành, thẩm quyền, thẩm định, phạm vi, chức năng, quản lý, địa phương,
tổng số, tổng hợp, tổng cộng, bảng tổng hợp, hồ sơ, lĩnh vực, công việc, dự án, dự thảo, nội dung,
sửa đổi, bổ sung, thay thế, bãi bỏ, hủy bỏ, phân loại, cấp tỉnh, cấp huyện, cấp xã, quá hạn,
trước hạn, đúng hạn, trong hạn, xử lý, thời gian, hoàn thành, trạng thái, ghi chú, phối hợp,
chủ trì, nguyên nhân, mục tiêu, tài khoản, thanh toán, chi phí, tuân thủ, cắt giảm, niêm yết,
cơ sở, dữ liệu, quốc gia, cổng dịch vụ, tích hợp, phát sinh, số hóa, thành phần, mức độ,
toàn trình, một phần, tổ chức, cá nhân, công dân, doanh nghiệp, hành vi, thi hành, tham mưu,
khoa học, công nghệ, ủy ban, nhân dân, hội đồng, văn phòng, thanh tra, chi cục, tiêu chuẩn,
đo lường, chất lượng, phát triển, tài chính, chuyên ngành, trực thuộc, thường xuyên, định kỳ,
chỉ đạo, điều hành, hoạt động, triển khai, sáng kiến, giải pháp, truyền thông, hỗ trợ, kiểm tra,
ngành, bộ phận, giấy tờ, phương án, gửi nhận, cảnh báo, tự chấm, căn cứ, chỉ số, địa giới,
phụ thuộc, toàn bộ, số lượng, lũy kế, đại diện, tiếp công dân, khiếu nại, tố cáo, cải cách,
công chức, viên chức, cán bộ, đầu mối, kiện toàn, đội ngũ, cung cấp, sử dụng, lệ phí, phí lệ phí
"""
_SEVERAL: Final = 2  # syllables
_MARKS = ".,;:()“”«»\"'"
_REMEMBERED = 512  # titles and heads: the same in every page of a packet


def balanced(text: str, room: float, *, bold: bool = True) -> str:
    """The text in the fewest lines that fit in the room, each about as long, compounds whole.

    ``room`` is an advance. A paragraph that fits on one line, or that has a compound too long for
    any, stays as it is.
    """
    return "\n".join(_balanced(one, room, bold) for one in text.split("\n"))


def balanced_lines(text: str, room: float, *, bold: bool = True) -> int:
    """How many lines ``balanced`` makes of the text."""
    return sum(_count(one, room, bold) for one in text.split("\n"))


@dataclass(frozen=True, slots=True)
class _Paragraph:
    """A paragraph as what stays together on a line; widths are advances."""

    units: tuple[str, ...]
    widths: tuple[int, ...]
    whole: Measured  # with its units as its words

    @classmethod
    @lru_cache(maxsize=_REMEMBERED)
    def of(cls, text: str, bold: bool) -> "_Paragraph":  # noqa: FBT001  # for the cache
        units = tuple([" ".join(unit) for unit in _units(text)])
        widths = tuple([advance(unit, bold=bold) for unit in units])
        whole = " ".join(unit.replace(" ", NO_BREAK_SPACE) for unit in units)
        return cls(units, widths, measured(whole, bold=bold))

    def fits(self, room: float) -> bool:
        """Whether each unit has a line that holds it."""
        return self.whole.longest_word <= room


def _count(text: str, room: float, bold: bool) -> int:  # noqa: FBT001
    own = _Paragraph.of(text, bold)
    return own.whole.lines(room) if own.fits(room) else measured(text, bold=bold).lines(room)


def _balanced(text: str, room: float, bold: bool) -> str:  # noqa: FBT001
    own = _Paragraph.of(text, bold)
    if not own.fits(room) or own.whole.longest <= room:
        return text
    least = own.whole.room_for(own.whole.lines(room)) or room
    lines: list[list[str]] = []
    used = least
    blank = advance(" ", bold=bold)
    for unit, width in zip(own.units, own.widths, strict=True):
        used += blank + width
        if used > least:
            lines.append([])
            used = width
        lines[-1].append(unit)
    return "\n".join(map(" ".join, lines))


def glued(text: str, room: float, *, bold: bool = True) -> str:
    """The text with no-break spaces inside each compound that fits on a line of the room.

    One that does not fit keeps its blanks: a renderer would cut it inside a syllable.
    """
    return "\n".join([_glued(_Paragraph.of(one, bold), room) for one in text.split("\n")])


def _glued(own: _Paragraph, room: float) -> str:
    if own.fits(room):
        return own.whole.text
    return " ".join(
        unit.replace(" ", NO_BREAK_SPACE) if width <= room else unit
        for unit, width in zip(own.units, own.widths, strict=True)
    )


def _units(text: str) -> Iterator[list[str]]:
    """Syllables that stay together: the longest compound from each syllable on, or it alone.

    What ends with a comma or a bracket ends its compound.
    """
    known = compounds_by_start()
    syllables = _syllables(text)
    plain = [one.strip(_MARKS).lower() for one in syllables]
    at = 0
    while at < len(syllables):
        length = 1
        for compound in known.get(plain[at], ()):
            end = at + len(compound)
            if tuple(plain[at:end]) == compound and not any(
                one[-1:] in _MARKS for one in syllables[at : end - 1]
            ):
                length = len(compound)
                break
        yield syllables[at : at + length]
        at += length


def _syllables(text: str) -> list[str]:
    """What stands between blanks; a no-break space stays in its word."""
    return [one for one in text.split(" ") if one]


@cache
def compounds() -> frozenset[tuple[str, ...]]:
    """Each compound as its syllables in small letters."""
    words = (tuple(one.split()) for one in _COMPOUNDS.replace("\n", " ").split(","))
    return frozenset(word for word in words if len(word) >= _SEVERAL)


@cache
def compounds_by_start() -> Mapping[str, Sequence[tuple[str, ...]]]:
    """The compounds that begin with a syllable, the longest first."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for word in sorted(compounds(), key=lambda one: (-len(one), one)):
        found.setdefault(word[0], []).append(word)
    return found
