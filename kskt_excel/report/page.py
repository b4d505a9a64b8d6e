"""The nouns of a printed page: what stands on it and around it, not how it looks."""

from dataclasses import field
from typing import Literal

from kskt_excel.model.consolidation import Consolidation
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.plan import Plan
from kskt_excel.model.reading import Value
from kskt_excel.report.sending import missing_legend
from kskt_excel.text import shown

CellKind = Literal["text", "count", "percent", "decimal", "date", "label"]
Shade = Literal["", "good", "warn", "bad"]
Align = Literal["left", "center", "right"]
PageRowKind = Literal["data", "section", "total"]


@dataclass(frozen=True, slots=True)
class FigureRef:
    """Which figure a printed cell shows: form, row and printed column number, for the trace."""

    form: str
    row: str  # row key, "" for the total
    column: str


@dataclass(frozen=True, slots=True)
class PageCell:
    """One cell of a printed table."""

    value: Value = None
    kind: CellKind = "text"
    figure: str = ""  # printed number of the form's column that it shows a figure of
    sums_column: bool = False  # a total: the writer puts a SUM over the data rows above
    shade: Shade = ""
    link: str = ""  # sheet of the same workbook that it leads to
    over: int = 1  # columns that it is printed over; the cells it covers follow it, for the trace


@dataclass(frozen=True, slots=True)
class PageColumn:
    """One column of a printed table; ``header`` is outermost first, equal neighbours are merged."""

    header: tuple[str, ...]
    number: str = ""  # under the header: "3" prints (3)
    width: int = 60  # relative to the other columns
    align: Align = "center"


@dataclass(frozen=True, slots=True)
class PageRow:
    """One row, with a cell for each column.

    A section row has two cells, the second over all the other columns; a total row of two cells has
    the first over two columns and the second over the rest.
    """

    cells: tuple[PageCell, ...]
    kind: PageRowKind = "data"
    form: str = ""  # that its figures stand in
    key: str = ""  # of the form's row, "" for the total

    @property
    def figures(self) -> tuple[FigureRef | None, ...]:
        """Which figure each cell shows; None for a cell that shows none."""
        return tuple(
            FigureRef(self.form, self.key, cell.figure) if cell.figure else None
            for cell in self.cells
        )


@dataclass(frozen=True, slots=True)
class PageTable:
    """A printed table."""

    columns: tuple[PageColumn, ...]
    rows: tuple[PageRow, ...]
    title: str = ""  # over the table, where a page has several
    unit_of_count: str = ""  # at the right over the table, in italics


@dataclass(frozen=True, slots=True)
class Frame:
    """The administrative frame of a page (thể thức văn bản).

    Source: Nghị định 30/2020/NĐ-CP, Phụ lục I.
    """

    superior: str  # UBND TỈNH THÁI NGUYÊN
    agency: str  # SỞ KHOA HỌC VÀ CÔNG NGHỆ
    number: str  # "Số:        /BC-SKHCN"
    place_and_date: str  # "Thái Nguyên, ngày     tháng 3 năm 2022"
    recipients: tuple[str, ...]
    preparer: str  # "" leaves a blank to fill by hand
    signer_authority: str
    signer_title: str
    signer_name: str
    agency_name: str = ""  # as sentences write it: Sở Khoa học và Công nghệ


@dataclass(frozen=True, slots=True)
class PrintedPage:
    """One printed sheet."""

    name: str  # name of the sheet: "Biểu II.06a"
    title: tuple[str, ...]  # lines; the first one is the type of document or the form's title
    period_line: str  # "Quý I/2022 (từ ngày 15/12/2021 đến ngày 14/3/2022)"
    frame: Frame
    tables: tuple[PageTable, ...]
    form_code: str = ""  # "Biểu số II.06a/VPCP/KSTT": a form has its own head instead of a number
    form_basis: str = ""  # "Ban hành theo Thông tư …", under the form's code
    reporter: str = ""  # Đơn vị báo cáo
    receiver: str = ""  # Đơn vị nhận báo cáo
    annex: str = ""  # "Phụ lục VI" of the report
    attached: str = ""  # "(Kèm theo Báo cáo số … ngày … tháng … năm … của …)"
    provisional: str = ""  # "Số liệu tạm tổng hợp đến …, còn thiếu 02 đơn vị."
    notes: tuple[str, ...] = ()  # under the table: legend, who is missing, the form's own notes
    paragraphs: tuple[str, ...] = field(default=())  # over the table
    orientation: Literal["portrait", "landscape"] = "landscape"
    footer: str = ""  # "Biểu II.06a - Quý I/2022"
    signed: bool = True  # somebody signs it


_BLANK_NUMBER = " " * 10  # to fill by hand
_BLANK_DAY = " " * 6
NO_BREAK_SPACE = "\u00a0"  # no line ends in a blank to fill
_PLAN = "Kế hoạch"
PAGE_LEGEND = (
    "Ghi chú: 0 là không có; KPS là không phát sinh; - là để trống; chưa báo cáo là chưa gửi."
)


def unbroken(text: str) -> str:
    """The text with no line end between a number and its sign."""
    signs = (("≥ ", f"≥{NO_BREAK_SPACE}"), ("≤ ", f"≤{NO_BREAK_SPACE}"))
    kept = text.replace(" %", f"{NO_BREAK_SPACE}%")
    for sign, joined in signs:
        kept = kept.replace(sign, joined)
    return kept


def frame(plan: Plan, consolidation: Consolidation) -> Frame:
    """The frame of a period's pages; number and day are blanks to fill by hand.

    The month is the one in which the report is made: that of the as-of day.
    """
    return Frame(
        superior=plan.superior.upper(),
        agency=plan.agency.upper(),
        number=f"Số:{_BLANK_NUMBER}{plan.settings.report_number}",
        place_and_date=f"{plan.place}, {_blank_date(consolidation)}",
        recipients=plan.settings.recipients,
        preparer=plan.settings.preparer,
        signer_authority=plan.signer.authority,
        signer_title=plan.signer.title,
        signer_name=plan.signer.name,
        agency_name=plan.agency,
    )


def attached_line(plan: Plan, consolidation: Consolidation) -> str:
    """Which report an annex goes with; number and day are blanks to fill by hand.

    Source: Nghị định 30/2020/NĐ-CP, Phụ lục I (mục III).
    """
    number = f"{_BLANK_NUMBER}{plan.settings.report_number}"
    numbered = f"Báo cáo số{number}".replace("  ", NO_BREAK_SPACE * 2)
    day = _blank_date(consolidation).replace(" ", NO_BREAK_SPACE)
    return f"(Kèm theo {numbered} {day} của {plan.agency})"


def plan_title(plan: Plan) -> str:
    """``Kế hoạch kiểm soát …``, whether or not the plan's own title begins with the word."""
    title = shown.sentence_case(plan.title)
    if title.lower().startswith(_PLAN.lower()):
        return _PLAN + title[len(_PLAN) :]
    return f"{_PLAN} {title[:1].lower()}{title[1:]}"


def _blank_date(consolidation: Consolidation) -> str:
    """``ngày     tháng 3 năm 2022``: the month in which the report is made."""
    made = consolidation.as_of.date()
    _, month, _ = shown.day_text(made).split("/")
    return f"ngày{_BLANK_DAY}tháng {month} năm {made.year}"


def period_line(consolidation: Consolidation) -> str:
    """``Quý I/2022 (từ ngày 15/12/2021 đến ngày 14/3/2022)``."""
    window = consolidation.window
    return (
        f"{consolidation.period.label} (từ ngày {shown.day_text(window.start)}"
        f" đến ngày {shown.day_text(window.end)})"
    )


def legend(plan: Plan, consolidation: Consolidation) -> tuple[str, ...]:
    """What the marks on a form mean, and which units are missing in which quarter."""
    return tuple(filter(None, (PAGE_LEGEND, missing_legend(plan, consolidation))))
