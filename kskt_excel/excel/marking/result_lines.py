"""What stands on the result sheet, line by line, without looks of its own."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final

from kskt_excel.excel.marking.cell_facts import CellFacts
from kskt_excel.excel.marking.cell_lists import joined
from kskt_excel.excel.marking.head import ReturnHead
from kskt_excel.excel.marking.understood import understood
from kskt_excel.intake.explanations import HEADING as EXPLANATION
from kskt_excel.intake.explanations import KEY
from kskt_excel.messages import entry, sentence
from kskt_excel.model.cells import CellRef
from kskt_excel.model.finding import Finding, Severity
from kskt_excel.model.forms import Forms
from kskt_excel.model.reading import Reading
from kskt_excel.report import words

SHEET: Final = "KẾT QUẢ KIỂM TRA"
HEADINGS: Final = (
    "STT",
    "Trang tính",
    "Ô",
    "Dòng, cột",
    "Đang ghi",
    "Nội dung và cách sửa",
    EXPLANATION,
    "Mã",
)
COLUMNS: Final = len(HEADINGS)
_STRUCTURE: Final = ("KS-1", "KS-2")
_WHOLE_FILE: Final = "(cả tệp)"
_WHOLE_SHEET: Final = "(cả trang)"
_SHARE_A_PAGE: Final = 5  # faults
_MOST_SHOWN: Final = 12
_MOST_LISTED: Final = 60


@dataclass(frozen=True, slots=True)
class Box:
    """A text in a cell of a line: its column from 1, names of looks, columns it is written over."""

    column: int
    text: str
    looks: tuple[str, ...]
    over: int = 1
    link: CellRef | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the result sheet; ``key`` tells a returned answer's finding."""

    boxes: tuple[Box, ...]
    key: str = ""
    is_heading: bool = False
    new_page: bool = False


def lines(
    findings: Sequence[Finding],
    reading: Reading | None,
    head: ReturnHead,
    *,
    patched: bool,
    forms: Forms | None = None,
) -> Iterator[Line]:
    """The sheet from its third row: head, faults by weight, faults by kind, what was read."""
    levels = {found.severity for found in findings}
    yield from _head(head, levels, patched=patched)
    yield _blank()
    if findings:
        yield _titles(HEADINGS)
        yield from _faults(findings, CellFacts(reading, forms))
        yield from _by_kind(findings)
    if reading and reading.sheets:
        yield from _understood(reading, forms, new_page=len(findings) > _SHARE_A_PAGE)


def _head(head: ReturnHead, levels: set[Severity], *, patched: bool) -> Iterator[Line]:
    sending = f" (gửi lần {head.version})" if head.version else ""
    told = (
        ("Đơn vị", head.unit_name, ()),
        ("Kỳ báo cáo", head.period_label, ()),
        ("Tệp đã nhận", head.file_name, ()),
        ("Nhận lúc", words.moment(head.received_at) + sending, ()),
        ("Kết luận", head.conclusion, ("bold",)),
        ("Việc cần làm", _task(levels, patched=patched), ()),
        ("Thời hạn gửi lại", head.deadline, ("bold",)),
        ("Liên hệ", head.contact, ()),
    )
    for label, text, looks in told:
        if text:
            yield Line(
                (
                    Box(1, label, ("quiet", "top", "left"), 3),
                    Box(4, text, ("wrap", "top", "left", *looks), 5),
                )
            )


def _task(levels: set[Severity], *, patched: bool) -> str:
    answer = f"nếu số liệu đúng, ghi lý do vào cột «{EXPLANATION}» ở dòng tương ứng"
    if not patched:
        mend = "Sửa trong tệp của đơn vị theo từng dòng dưới đây rồi gửi lại tệp đó."
        review = f"Dòng cảnh báo: xem lại; {answer} và gửi kèm tệp này."
    else:
        mend = (
            "Sửa các ô nền đỏ ngay trong tệp này (nội dung lỗi ở ghi chú của ô và ở bảng dưới),"
            " lưu lại và gửi chính tệp này."
        )
        review = f"Ô nền vàng: xem lại; {answer}."
    keep = " Màu, ghi chú kiểm tra và trang này để nguyên, không cần xóa." if patched else ""
    if Severity.ERROR in levels:
        more = f" {review}" if Severity.WARNING in levels else ""
        return f"{mend}{more}{keep}"
    if Severity.WARNING in levels:
        return f"{review} Có sửa hoặc giải trình thì gửi lại {'tệp này' if patched else 'tệp'}."
    return "Không phải sửa gì."


def _blank() -> Line:
    return Line((Box(1, "", ()),))


def _titles(texts: Sequence[str]) -> Line:
    boxes = tuple(Box(at, text, ("heading", "tiny")) for at, text in enumerate(texts, start=1))
    return Line(boxes, is_heading=True)


def _band(text: str, shade: str) -> Line:
    box = Box(1, text, ("bold", "small", "left", "middle", "border", shade), COLUMNS)
    return Line((box,))


def _faults(findings: Sequence[Finding], cells: "CellFacts") -> Iterator[Line]:
    """Faults in four groups: structure, figures, warnings, remarks; numbered through."""
    number = 0
    for (title, shade), group in groupby(sorted(findings, key=_weight), key=_group):
        listed = list(group)
        yield _band(f"{title} ({len(listed)})", shade)
        for found in listed:
            number += 1
            yield _fault(number, found, cells)


def _weight(found: Finding) -> int:
    structure = entry(found.entry).number.startswith(_STRUCTURE)
    if found.severity is Severity.ERROR:
        return 0 if structure else 1
    return 2 if found.severity is Severity.WARNING else 3


def _group(found: Finding) -> tuple[str, str]:
    return (
        ("Phải sửa trước: tệp và cấu trúc", "bad"),
        ("Lỗi số liệu, phải sửa", "bad"),
        ("Cảnh báo, cần xem lại", "warn"),
        ("Thông tin, không phải sửa", "given"),
    )[_weight(found)]


def _fault(number: int, found: Finding, cells: "CellFacts") -> Line:
    text = sentence(found)
    code = entry(found.entry).number
    at = found.at
    shown = joined(found.cells, _MOST_SHOWN) or (_WHOLE_SHEET if at else "")
    body = ("border", "wrap", "top", "small")
    answer = () if found.severity is Severity.INFO else ("input",)
    boxes = (
        Box(1, str(number), (*body, "center")),
        Box(2, at.sheet if at else _WHOLE_FILE, (*body, "left"), link=at),
        Box(3, shown, (*body, "left", *(("link",) if shown else ())), link=at),
        Box(4, cells.about(found), (*body, "left")),
        Box(5, cells.given(found), (*body, "left")),
        Box(6, text.removesuffix(f" ({code})"), (*body, "left")),
        Box(7, found.explanation, (*body, "left", *answer)),
        Box(8, code, (*body, "center", "tiny")),
    )
    place = f"{at.a1};{at.sheet}" if at else ";"
    return Line(boxes, key=f"{KEY}{found.code};{place}")


def _by_kind(findings: Sequence[Finding]) -> Iterator[Line]:
    """One line with all cells for each kind of fault that is there several times on a sheet."""
    kinds: dict[tuple[str, str], list[Finding]] = {}
    for found in sorted(findings, key=_weight):
        kinds.setdefault((found.entry, found.at.sheet if found.at else ""), []).append(found)
    kinds = {kind: same for kind, same in kinds.items() if _is_repeated(same)}
    if not kinds:
        return
    yield _blank()
    yield _part("Lỗi có ở nhiều ô, tổng hợp theo loại")
    body = ("border", "wrap", "top", "small", "left")
    for number, ((kind, sheet), same) in enumerate(kinds.items(), start=1):
        cells = [cell for found in same for cell in found.cells]
        told = entry(kind)
        first = same[0].at.a1 if same[0].at else ""
        example = sentence(same[0]).removesuffix(f" ({told.number})")
        yield Line(
            (
                Box(1, str(number), (*body, "center")),
                Box(2, sheet or _WHOLE_FILE, body),
                Box(3, f"{len(cells)} ô: {joined(cells, _MOST_LISTED)}", body, 3),
                Box(6, f"Ví dụ ô {first}: {example}" if first else example, body, 2),
                Box(8, told.number, (*body, "center", "tiny")),
            )
        )


def _is_repeated(same: Sequence[Finding]) -> bool:
    cells = sum(len(found.cells) for found in same)
    return cells > 1 and (len(same) > 1 or cells > _MOST_SHOWN)


def _understood(reading: Reading, forms: Forms | None, *, new_page: bool) -> Iterator[Line]:
    yield _blank()
    title = "Văn phòng đã đọc được từ tệp (đề nghị đối chiếu với bản của đơn vị)"
    yield replace(_part(title), new_page=new_page)
    body = ("border", "wrap", "top", "small", "left")
    for number, one in enumerate(understood(reading, forms), start=1):
        yield Line(
            (
                Box(1, str(number), (*body, "center")),
                Box(2, one.sheet, body),
                Box(3, one.state, body, 3),
                Box(6, one.figures, body, 3),
            )
        )


def _part(text: str) -> Line:
    return Line((Box(1, text, ("bold", "left", "middle"), COLUMNS),))
