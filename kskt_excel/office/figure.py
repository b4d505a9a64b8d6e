"""From a printed or tracked figure to the units' cells."""

import datetime as dt
import difflib
import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path, PurePath
from typing import Final

from kskt_excel.consolidation.sources import row_words
from kskt_excel.consolidation.tasks import DONE_VERDICTS, due_tasks
from kskt_excel.consolidation.trace import TOTAL, TraceLine, Tracer
from kskt_excel.excel.printed.bands import in_bands
from kskt_excel.excel.printed.brief_sheet import BRIEF_SHEET, brief_cell
from kskt_excel.excel.printed.placed_page import PrintedPlace, cell_of, place_at
from kskt_excel.excel.tracker.control_sheet import CONTROL, CONTROL_SIDES
from kskt_excel.excel.tracker.figures_sheet import TASKS
from kskt_excel.excel.tracker.formula_parts import FormulaPart, formula_parts
from kskt_excel.excel.tracker.row_places import tracker_sheets
from kskt_excel.excel.tracker.tracker_book import TrackerBook, TrackerCell, cell_at, tracker_cell
from kskt_excel.model.consolidation import (
    SUBTOTAL,
    Consolidation,
    ControlKind,
    ControlLine,
    IndicatorValue,
    TaskPosition,
    UnitStanding,
    ValueKind,
)
from kskt_excel.model.errors import KsktError
from kskt_excel.model.expressions import Constant, Counted, parse
from kskt_excel.model.forms import PROGRESS, Forms, SheetForm
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.period import Period
from kskt_excel.model.plan import TASK_DONE, Basis, Plan
from kskt_excel.model.reading import Record, Value
from kskt_excel.model.submission import Submission, UnitReport
from kskt_excel.office.desk import Desk
from kskt_excel.office.outcome import PAGE_WIDTH, Outcome, ScreenLine, ScreenTable
from kskt_excel.office.quarter import PeriodWork
from kskt_excel.office.volumes import Volume, tracker_volumes, volume_of
from kskt_excel.report.brief import brief, brief_figures
from kskt_excel.report.narrative import report_figures
from kskt_excel.report.page import FigureRef, PrintedPage
from kskt_excel.report.sentences import SentenceFigure, shortened, words_alone
from kskt_excel.report.summary import (
    CRITERION_ROWS,
    INDICATOR_RESULT,
    INDICATOR_ROWS,
    STANDING_ROWS,
    TASK_ROWS,
    summary_pages,
)
from kskt_excel.report.verdicts import untold_text
from kskt_excel.text.shown import grouped_number, listed, office_moment, value_text
from kskt_excel.text.spelling import plain_key
from kskt_excel.word.report import paragraphs_of

# «VP|2022-Q1|ho-so|…»: unit, quarter, form of a row that a unit has written.
_DATA_KEY = re.compile(r"([^|]+)\|(\d{4}-Q[1-4])\|([\w-]+)\|")
_TERM = re.compile(r"(−?) ?\((\d+)\)")  # «(3)», «− (11)», as a control total names its columns
_PRINTED = re.compile(r"\b(\w[\w.-]*)\[(\d+)\]")  # «II.06a[8]»
_INDICATOR_HEADING = re.compile(r"(Quý I|Quý II|Quý III|Quý IV|Lũy kế): (tử số|mẫu số|kết quả)")
_TO_DATE = "Lũy kế"
_SIDES = {"tử số": "3", "mẫu số": "4", "kết quả": "5"}
# A figure in a sentence: «1.234», «20,7 %»; no part of a date, a year or a document's number.
_NUMBER = re.compile(r"(?<![\w/.,-])(?<!năm )\d[\d.]*(?:,\d+)?(?: %)?(?![\w/])")
_FILES = {"tong-hop": "print", "tom-tat": "brief", "bao-cao": "report", "theo-doi": "tracker"}
_MOST_CELLS = 40  # told one by one
_SHORTEST_ANCHOR = 8  # letters of a paragraph
_SHOWN_LETTERS = 80  # of a paragraph without figures
_SHEET_IN_FORMULA = re.compile(r"'([^'!]+)'!|\b([\w.]+)!")  # 'Hồ sơ'!… or HoSo!…


@dataclass(frozen=True, slots=True)
class FigurePart:
    """Cells behind a figure that belong together: a numerator, a denominator."""

    title: str  # "" where the figure has one part only
    lines: tuple[TraceLine, ...]


@dataclass(frozen=True, slots=True)
class TracedFigure:
    """What stands behind one cell of one product (trả lời truy nguồn)."""

    product: str  # "print", "tracker", "brief" or "report"
    place: str  # "tong-hop-2022-Q1.xlsx, trang Chỉ tiêu, ô E16"
    label: str  # what the figure is of
    shown: str  # as the product shows it
    value: object
    figure: FigureRef
    period: str = ""
    parts: tuple[FigurePart, ...] = ()
    further: tuple[str, ...] = ()

    @property
    def head(self) -> str:
        """Where the figure stands, what it is, what it says."""
        about = f"{self.place}, {self.label}" if self.label else self.place
        return f"{about}: {self.shown or 'để trống'}"

    @property
    def lines(self) -> tuple[TraceLine, ...]:
        """Every cell that the figure is made of."""
        return tuple(line for part in self.parts for line in part.lines)


def tracked(asked: "_Asked", sheet: str) -> TracedFigure | None:
    """What stands behind a cell of the year's tracker; None where there is nothing to follow.

    The cell is the one that lies there now: rows that somebody has sorted are found by their key.
    """
    path, work = volume_of(asked.desk, asked.work, asked.of_file)
    try:
        cell = cell_at(path, sheet, asked.cell)
    except ValueError:
        return None
    if cell is None or (cell.value is None and not cell.key):
        return None
    at = _Place(asked.desk, work, f"{sheet}!{asked.cell}", cell, path)
    looks = (at.data_row, at.control, at.task, at.indicator, at.criterion, at.standing, at.formula)
    found = (look() for look in (*looks, at.itself))
    return next((one for one in found if one), None)


@dataclass(frozen=True, slots=True)
class _Place:
    """A cell with everything that is known about the year."""

    desk: Desk
    work: PeriodWork
    given: str
    cell: TrackerCell
    tracker: Path  # or the volume of it, that the cell is of

    def data_row(self) -> TracedFigure | None:
        """A row of a unit's workbook: the very cell in its file."""
        matched = _DATA_KEY.match(self.cell.key)
        if not matched:
            return None
        unit, period, form = matched.groups()
        definition = self.desk.forms.sheet_by_id.get(form)
        quarter = self._quarter(period)
        if definition is None or quarter is None:
            return None
        report = next((one for one in quarter.reports if one.unit == unit), None)
        record = self._record(report, form)
        if report is None or record is None:
            return self._figure_not_printed(period, form)
        column = _column(definition, self.cell.heading, quarter.window.end)
        line = _line(report, definition, record, column, self.cell.heading)
        if not column:  # which file and row it is from
            line = replace(line, value=_as_value(self.cell.value), adds=_number(self.cell.value))
        return self._found(period, form, column or self.cell.heading, (line,))

    def control(self) -> TracedFigure | None:
        """A control total: the cells, the files or the rows that it is made from."""
        if self.cell.page != CONTROL or self.cell.heading not in CONTROL_SIDES:
            return None
        period, _, name = self.cell.key.partition("|")
        periods = (*self.work.quarters, self.work.to_date)
        quarter = next((one for one in periods if one.period.id == period), None)
        line = next((one for one in quarter.control if one.name == name), None) if quarter else None
        if quarter is None or line is None or self.cell.value is None:
            return None
        lines = tuple(self._controlled(quarter, line))
        return self._found(quarter.period.id, line.form, line.column, lines)

    def _controlled(self, quarter: Consolidation, line: ControlLine) -> Iterator[TraceLine]:
        if line.kind is ControlKind.FILES:
            yield from (_receipt(one, 1) for one in quarter.submissions)
        elif line.kind is ControlKind.ROWS:
            for report in quarter.reports:
                for sheet in report.reading.sheets.values():
                    receipt = _receipt(report.submission, len(sheet.records))
                    yield replace(receipt, sheet=sheet.name, heading="Số dòng")
        else:
            tracer = Tracer(quarter, plan=self.work.plan, forms=self.desk.forms)
            row = self._row_of(quarter, line)
            is_left = self.cell.heading == CONTROL_SIDES[0]
            terms = line.terms[0 if is_left else 1] if line.kind is ControlKind.IDENTITY else ""
            for sign, column in _TERM.findall(terms or f"({line.column})"):
                for one in tracer.lines(line.form, row, column):
                    yield replace(one, adds=-one.adds if sign == "−" else one.adds)

    def _row_of(self, quarter: Consolidation, line: ControlLine) -> str:
        rows = quarter.forms[line.form].rows
        return next((one.key for one in rows if line.row and one.label == line.row), TOTAL)

    def task(self) -> TracedFigure | None:
        """A task's position: what each unit has written of it in that quarter, else in the last."""
        if (self.cell.page, self.cell.block) != (PROGRESS, TASKS) or not self.cell.key:
            return None
        quarters = self.work.quarters
        named = (one for one in quarters if one.period.label.startswith(f"{self.cell.heading}/"))
        quarter = next(named, quarters[-1])
        lines = tuple(_of_task(quarter, self.desk.forms, self.cell.key))
        if isinstance(self.cell.value, int | float):
            lead = self.work.plan.task_by_code[self.cell.key].lead
            said = _of_task(quarter, self.desk.forms, self.cell.key, "percent")
            own = [one for one in said if one.unit == lead][-1:]
            lines = tuple(replace(one, adds=_number(self.cell.value)) for one in own)
        return self._found(quarter.period.id, TASK_ROWS, self.cell.heading, lines)

    def criterion(self) -> TracedFigure | None:
        """Points that units gave themselves, or that the office found."""
        column = {"Đơn vị tự chấm": "3", "Văn phòng thẩm định": "4"}.get(self.cell.heading)
        kind, _, number = self.cell.key.partition("|")
        if kind != "criterion" or column is None:
            return None
        figures = PeriodFigures(self.desk, self.work, self.work.to_date)
        answer = figures.answer(FigureRef(CRITERION_ROWS, number, column))
        shown = _value_or_blank(self.cell.value)
        return replace(
            answer, product="tracker", place=self.place, label=self.cell.heading, shown=shown
        )

    def standing(self) -> TracedFigure | None:
        """What a unit's report of a quarter, or its reports of the year, come to."""
        if (self.cell.page, self.cell.block) != ("gui-nhan", "matrix") or self.cell.formula:
            return None
        name, _, part = self.cell.heading.partition(": ")
        of_unit = [
            (period, one)
            for period in self.work.quarters
            for one in period.standings
            if one.unit == self.cell.key
            and (not part or period.period.label.startswith(f"{name}/"))
        ]
        counted = {"Lỗi còn lại": "errors", "Cảnh báo": "warnings"}.get(self.cell.heading, "")
        lines = tuple(
            _standing_line(period, one, getattr(one, counted) if counted else self.cell.value)
            for period, one in of_unit
        )
        if self.cell.value is None or not lines or not (part or counted):
            return None
        return self._found("", STANDING_ROWS, self.cell.heading, lines)

    def indicator(self) -> TracedFigure | None:
        """An indicator in a quarter or so far: the cells behind its parts."""
        matched = _INDICATOR_HEADING.fullmatch(self.cell.heading)
        known = {one.id for one in self.work.plan.indicators}
        if self.cell.page != INDICATOR_ROWS or not matched or self.cell.key not in known:
            return None
        name, side = matched.groups()
        quarters = (one for one in self.work.quarters if one.period.label.startswith(f"{name}/"))
        period = self.work.to_date if name == _TO_DATE else next(quarters, None)
        plan = next(one for one in self.work.plan.indicators if one.id == self.cell.key)
        if period is None or self.cell.value is None:
            return None
        figures = PeriodFigures(self.desk, self.work, period)
        answer = figures.answer(FigureRef(INDICATOR_ROWS, self.cell.key, _SIDES[side]))
        return replace(
            answer,
            product="tracker",
            place=self.place,
            label=f"{plan.name} – {self.cell.heading}",
            shown=_value_or_blank(self.cell.value),
            further=(*answer.further, *self._further_commands([plan.numerator, plan.denominator])),
        )

    def formula(self) -> TracedFigure | None:
        """Any other figure: the formula, what the plan says of it, and where its parts stand."""
        indicator = next(
            (one for one in self.work.plan.indicators if one.id == self.cell.key), None
        )
        of_plan = (
            [f"Tử số theo kế hoạch: {indicator.numerator}", f"Mẫu số: {indicator.denominator}"]
            if indicator and self.cell.page == "chi-tieu"
            else []
        )
        if not self.cell.formula and not of_plan:
            return None
        formula = [f"Công thức trên sổ theo dõi: ={self.cell.formula}"]
        further = (
            *(formula if self.cell.formula else []),
            *of_plan,
            *self._further_commands(of_plan),
        )
        return self._found("", "", self.cell.heading, tuple(self._parts()), further)

    def _parts(self) -> Iterator[TraceLine]:
        """The cells that a formula takes: of a unit's row the cell in its file."""
        book = TrackerBook.opened(self.tracker)
        sheet = self.given.rpartition("!")[0]
        if book:
            parts = formula_parts(book, sheet, self.cell.formula)
            yield from (self._part(book, one) for one in parts)

    def _part(self, book: TrackerBook, part: FormulaPart) -> TraceLine:
        mark = book.mark(part.at.sheet)
        cell = tracker_cell(book, mark.page if mark else "", part.at)
        there = replace(self, given=f"{part.at.sheet}!{part.at.a1}", cell=cell)
        answer = there.data_row()
        if answer and answer.lines:
            return replace(answer.lines[0], adds=part.adds)
        return replace(there.line(), adds=part.adds)

    def itself(self) -> TracedFigure | None:
        """A number that the program has written there: of a file, a row, a sheet."""
        if not isinstance(self.cell.value, int | float):
            return None
        return self._found("", "", self.cell.heading, (self.line(),))

    def line(self) -> TraceLine:
        """The cell itself as what is behind a figure."""
        row = {name: str(value) for name, value in self.cell.row.items() if value is not None}
        sheet, _, a1 = self.given.rpartition("!")
        version = row.get("Lần gửi", "")
        return TraceLine(
            unit=row.get("Mã đơn vị", ""),
            period=row.get("Kỳ", ""),
            version=int(version) if version.isdigit() else 0,
            file=self.tracker.name,
            sheet=sheet,
            row=int(re.sub(r"\D", "", a1)),
            cell=a1,
            heading=self.cell.heading,
            value=_as_value(self.cell.value),
            adds=_number(self.cell.value),
        )

    def _further_commands(self, of_plan: Sequence[str]) -> Iterator[str]:
        """Commands and sheets that lead on."""
        pages = tuple(in_bands(summary_pages(self.work.plan, self.desk.forms, self.work.whole)))
        for form, column in dict.fromkeys(_PRINTED.findall(" ".join(of_plan))):
            place = cell_of(pages, FigureRef(form, TOTAL, column))
            if place:
                yield f'Truy tiếp: kskt trace "{place[0]}!{place[1]}"'
        sheets = dict.fromkeys(
            quoted or plain for quoted, plain in _SHEET_IN_FORMULA.findall(self.cell.formula)
        )
        if sheets:
            yield f"Các số thành phần ở trang: {', '.join(sheets)}; truy từng ô ở đó."

    def _quarter(self, period: str) -> Consolidation | None:
        return next((one for one in self.work.quarters if one.period.id == period), None)

    def _record(self, report: UnitReport | None, form: str) -> Record | None:
        """The row that the tracker names, where the unit's version in force still has it."""
        sheet = report.reading.sheets.get(form) if report else None
        named = self.cell.row.get("Dòng")
        if report is None or sheet is None or self.cell.row.get("Trang tính") != sheet.name:
            return None
        same = str(self.cell.row.get("Lần gửi")) == str(report.submission.version)
        return next((one for one in sheet.records if same and one.row == named), None)

    def _figure_not_printed(self, period: str, form: str) -> TracedFigure:
        shown = "; ".join(
            f"{name.lower()}: {self.cell.row[name]}"
            for name in ("Lần gửi", "Tệp của đơn vị", "Trang tính", "Dòng")
            if self.cell.row.get(name) is not None
        )
        said = f"Sổ theo dõi lấy từ {shown}; bản đang được tính đã khác, đề nghị tổng hợp lại."
        return self._found(period, form, self.cell.heading, (), (said,))

    def _found(
        self,
        period: str,
        form: str,
        column: str,
        lines: tuple[TraceLine, ...],
        further: tuple[str, ...] = (),
    ) -> TracedFigure:
        return TracedFigure(
            product="tracker",
            place=self.place,
            label=self.cell.heading,
            shown=_value_or_blank(self.cell.value),
            value=self.cell.value,
            figure=FigureRef(form, self.cell.key, column),
            period=period,
            parts=(FigurePart("", lines),) if lines else (),
            further=further,
        )

    @property
    def place(self) -> str:
        """``theo-doi-2022.xlsx, trang Chỉ tiêu, ô E16``."""
        sheet, _, cell = self.given.rpartition("!")
        return f"{self.tracker.name}, trang {sheet}, ô {cell.upper()}"


def _column(form: SheetForm, heading: str, day: dt.date) -> str:
    """Key of the column under a heading of the tracker; "" for what is not the unit's."""
    plain = re.sub(r" \(\d+\)$", "", heading)
    return next((one.key for one in form.columns if one.heading_on(day) in (heading, plain)), "")


def _line(
    report: UnitReport, form: SheetForm, record: Record, column: str, heading: str
) -> TraceLine:
    at = report.reading.sheets[form.id].ref(record, column)
    value: Value = record.values.get(column)
    return TraceLine(
        unit=report.unit,
        period=report.submission.period,
        version=report.submission.version,
        file=report.submission.file,
        sheet=at.sheet,
        row=at.row,
        cell=at.a1,
        heading=heading,
        value=value,
        adds=value if isinstance(value, int | float) and not isinstance(value, bool) else 0,
        row_name=row_words(form, record),
    )


def _of_task(
    quarter: Consolidation, forms: Forms, code: str, column: str = "status"
) -> Iterator[TraceLine]:
    for report, id_ in itertools.product(quarter.reports, forms.holders.get("progress", ())):
        sheet, form = report.reading.sheets.get(id_), forms.sheet_by_id[id_]
        for record in sheet.records if sheet else ():
            if record.key == code and column in form.by_key:
                heading = form.by_key[column].heading_on(quarter.window.end)
                yield _line(report, form, record, column, heading)


def _receipt(one: Submission, adds: float) -> TraceLine:
    """A file that came, as what is behind a figure."""
    return TraceLine(
        unit=one.unit,
        period=one.period,
        version=one.version,
        file=one.file,
        sheet="",
        row=0,
        cell="",
        heading="Tệp nhận",
        value=one.verdict.label,
        adds=adds,
    )


def _standing_line(period: Consolidation, standing: UnitStanding, adds: object) -> TraceLine:
    """A unit's report of a quarter with its state, as what is behind a figure."""
    key = (standing.unit, standing.quarter.id, standing.version)
    sent = (one for one in period.submissions if (one.unit, one.period, one.version) == key)
    one = next(sent, None)
    return TraceLine(
        unit=standing.unit,
        period=standing.quarter.id,
        version=standing.version,
        file=one.file if one else "",
        sheet="",
        row=0,
        cell="",
        heading="Tình hình gửi nhận",
        value=standing.state.value,
        adds=_number(adds),
    )


def _number(value: object) -> float:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else 0


def _as_value(value: object) -> Value:
    return value if isinstance(value, str | int | float | dt.date) else None


def _value_or_blank(value: object) -> str:
    if isinstance(value, str | int | float | dt.date):
        return value_text(value)
    return "để trống"


class NotAFigureError(KsktError):
    """A cell that shows no figure of a form."""

    def __init__(self, given: str, why: str) -> None:
        super().__init__(
            f"“{given}” không truy được: {why}. Đề nghị ghi tên trang và ô của một con số trên"
            ' biểu in hoặc sổ theo dõi, ví dụ: kskt trace "Biểu II.06a!G12"'
        )


def product_file(desk: Desk, name: str) -> tuple[str, Period | None]:
    """Product and period of a file's name: ``tong-hop-2022-Q1.xlsx``; None for a year's tracker.

    Raises NotAFigureError for a name of no product.
    """
    stem = PurePath(name.replace("\\", "/")).stem
    for start, product in _FILES.items():
        rest = stem.removeprefix(f"{start}-")
        if rest != stem:
            of, _, _ = rest.partition("_")  # behind it stands which volume of a tracker it is
            is_of_year = product == "tracker" and of.isdigit()
            return product, None if is_of_year else desk.period(of)
    raise NotAFigureError(
        name, "tệp này không phải sản phẩm của chương trình (tong-hop, tom-tat, bao-cao, theo-doi)"
    )


def traced(
    desk: Desk,
    work: PeriodWork,
    given: str,
    *,
    product: str = "",
    shows: str = "",
    of_file: str = "",
) -> Outcome:
    """The cells behind a figure, what each adds, and their sum. Raises NotAFigureError.

    Where several products have such a cell, all are told, the printed one first; ``product`` and
    the value that it ``shows`` choose among them. ``of_file`` is the name of its file, which tells
    the volumes of a tracker apart.
    """
    asked = _Asked(desk, work, given, PurePath(of_file.replace("\\", "/")).name)
    found = [
        answer for name, look in _LOOKS.items() if product in ("", name) for answer in look(asked)
    ]
    fitting = [one for one in found if not shows or _shows_as(one.shown, shows)]
    if found and not fitting:
        there = "; ".join(one.head for one in found)
        raise NotAFigureError(given, f"ở đó không ghi {shows} mà là: {there}")
    if not fitting:
        raise NotAFigureError(given, _why_not(asked, product))
    first = fitting[0]
    blocks = [block for one in fitting for block in _blocks(one)]
    json = _json(given, first) | {"others": [_json(given, one) for one in fitting[1:]]}
    return Outcome(tuple(blocks), json, data=first.lines)


def _shows_as(shown: str, wanted: str) -> bool:
    """Whether a figure shows what was asked for, however its blanks and dots are typed."""

    def plain(text: str) -> str:
        return re.sub(r"[\s.%]", "", text).casefold()

    return plain(shown) == plain(wanted)


@dataclass(frozen=True)
class _Asked:
    """An address that was asked for, with everything that may stand there."""

    desk: Desk
    work: PeriodWork
    given: str
    of_file: str = ""

    @property
    def sheet(self) -> str:
        """The name before the mark, as it was typed; "" where there is none."""
        return self.given.rpartition("!")[0].strip("' ")

    @property
    def cell(self) -> str:
        """What stands behind the mark: ``E16``."""
        return self.given.rpartition("!")[2].strip()

    def named(self, names: Iterable[str]) -> str | None:
        """The sheet that was meant, in any case and without its tones."""
        wanted, known = self.sheet, tuple(names)
        if wanted in known:
            return wanted
        key = plain_key(wanted)
        return next((name for name in known if key and plain_key(name) == key), None)

    @property
    def file(self) -> str:
        """Stem of the names of the period's files."""
        return self.work.period.id

    @property
    def report(self) -> Path:
        """The period's report in Word."""
        return self.desk.workspace.summaries / self.file / f"bao-cao-{self.file}.docx"

    @cached_property
    def number(self) -> int:
        """The paragraph that was asked for by its number, ``đoạn 30``; 0 for none."""
        matched = re.fullmatch(r"(?:doan )?(\d+)", plain_key(self.given))
        return int(matched[1]) if matched else 0

    @cached_property
    def paragraph(self) -> tuple[int, str] | None:
        """The paragraph of the report that was meant, by number or by words, with its number."""
        wanted = plain_key(self.given)
        if not self.number and len(wanted) < _SHORTEST_ANCHOR:
            return None
        numbered = enumerate(self.paragraphs, start=1)
        return next(
            (
                (at, text)
                for at, text in numbered
                if (at == self.number if self.number else wanted in plain_key(text))
            ),
            None,
        )

    @cached_property
    def paragraphs(self) -> tuple[str, ...]:
        """What the report in Word says; nothing where there is none."""
        return paragraphs_of(self.report)

    @cached_property
    def pages(self) -> tuple[PrintedPage, ...]:
        """The printed sheets of the period."""
        return tuple(in_bands(summary_pages(self.work.plan, self.desk.forms, self.work.whole)))

    @cached_property
    def figures(self) -> "PeriodFigures":
        """The period's figures with the cells behind them."""
        return PeriodFigures(self.desk, self.work, self.work.whole)


def _in_print(asked: _Asked) -> Iterator[TracedFigure]:
    """The printed summary."""
    sheet = asked.named(page.name for page in asked.pages)
    place = _placed(asked, sheet) if sheet else None
    if place is None:
        return
    where = f"tong-hop-{asked.file}.xlsx, trang {place.sheet}, ô {place.cell}"
    label = " – ".join(filter(None, (place.label, place.heading)))
    if place.figure:
        yield replace(
            asked.figures.answer(place.figure), place=where, label=label, shown=place.text
        )
    elif _has_figures(place.text):
        yield _of_words(asked, "print", where, place.text, ())


def _placed(asked: _Asked, sheet: str) -> PrintedPlace | None:
    try:
        return place_at(asked.pages, sheet, asked.cell)
    except ValueError:
        return None


def _in_tracker(asked: _Asked) -> Iterator[TracedFigure]:
    """The year's tracker."""
    names = tracker_sheets(asked.desk.forms, asked.work.plan, in_volumes=True)
    sheet = asked.named(names.values())
    if sheet:
        found = tracked(asked, sheet)
        if found:
            yield found


def _in_brief(asked: _Asked) -> Iterator[TracedFigure]:
    """The leaders' page: its cell as it was written, number by number."""
    path = asked.desk.workspace.summaries / asked.file / f"tom-tat-{asked.file}.xlsx"
    sheet = asked.named((BRIEF_SHEET,)) or (BRIEF_SHEET if not asked.sheet else "")
    text, row = brief_cell(path, asked.cell) if sheet else ("", ())
    if not _has_figures(text):
        return
    given = (asked.work.plan, asked.desk.forms, asked.work.whole, asked.work.before)
    figures = brief_figures(*given).get(words_alone(text))
    named = next((one for one in brief(*given).indicators if one.name in row), None)
    if named:
        at = FigureRef(INDICATOR_ROWS, named.id, INDICATOR_RESULT)
        figures = (SentenceFigure(named.value, (at,)),) if text == named.value else ()
    yield _of_words(asked, "brief", f"{path.name}, ô {asked.cell.upper()}", text, figures or ())


def _in_report(asked: _Asked) -> Iterator[TracedFigure]:
    """The report in Word: a paragraph by its number, or by words that stand in it."""
    found = asked.paragraph
    if found is None or not _has_figures(found[1]):
        return
    at, text = found
    work = asked.work
    made = report_figures(work.plan, asked.desk.forms, work.whole, work.before)
    place = f"{asked.report.name}, đoạn {at}"
    yield _of_words(asked, "report", place, text, made.get(words_alone(text)))


_LOOKS: Final[Mapping[str, Callable[[_Asked], Iterator[TracedFigure]]]] = {
    "print": _in_print,
    "tracker": _in_tracker,
    "brief": _in_brief,
    "report": _in_report,
}
"""What each product has at an address; ``--in`` names one."""


_INSTEAD = (
    "Đề nghị tìm con số ở bản tổng hợp hoặc sổ theo dõi rồi truy ô đó, ví dụ:"
    ' kskt trace "Biểu II.06a!G12".'
)


def _has_figures(text: str) -> bool:
    return any(char.isdigit() for char in words_alone(text))


def _of_words(
    asked: _Asked,
    product: str,
    place: str,
    text: str,
    figures: Sequence[SentenceFigure] | None,
) -> TracedFigure:
    """Of a sentence: each number with the figures that it was made from, and where they stand.

    ``figures`` are those of the sentence; None where the program says no such sentence now.
    """
    further: list[str] = []
    lost: list[str] = []
    numbers = (one.rstrip(".") for one in _NUMBER.findall(words_alone(text)))
    for token in dict.fromkeys(numbers):
        own = [one for one in figures or () if _bare(one.shown) == _bare(token)]
        told = [line for one in own for line in _told_figure(asked, token, one)]
        further.extend(dict.fromkeys(told))
        if not told:
            lost.append(token)
    if figures is None:
        further.append(
            "Chưa truy được: báo cáo lập từ số liệu hiện nay không có đoạn này (là phần đầu, phần"
            " cuối của văn bản, hoặc chữ, số liệu đã được sửa sau khi lập). " + _INSTEAD
        )
    elif lost or not further:
        which = f": {'; '.join(lost)}" if lost else ""
        further.append(
            f"Chưa truy được từ lời{which} (câu không cho biết số lấy từ ô nào của biểu in; có thể"
            f" là số đếm, số so sánh hoặc số trong chữ của đơn vị). {_INSTEAD}"
        )
    return TracedFigure(
        product, place, "", text, text, FigureRef("", "", ""), further=tuple(further)
    )


def _told_figure(asked: _Asked, token: str, figure: SentenceFigure) -> Iterator[str]:
    """What a number of a sentence is reckoned from, part by part."""
    shown = _bare(token)
    reckoned = "tính từ " if len(figure.parts) > 1 else ""
    for part in figure.parts:
        at = cell_of(asked.pages, part)
        command = f'; kskt trace "{at[0]}!{at[1]}"' if at else ""
        yield f"{shown}: {reckoned}{asked.figures.label(part)}{command}"


def _bare(number: str) -> str:
    """A number without the nought that fills it up and the dots of its thousands: ``3``."""
    return re.sub(r"^0+(?=\d)", "", number.replace(".", ""))


@dataclass(frozen=True)
class PeriodFigures:
    """Every figure of a period by form, row and column, with the cells behind it."""

    desk: Desk
    work: PeriodWork
    whole: Consolidation

    @property
    def plan(self) -> Plan:
        """The plan of the period's year."""
        return self.work.plan

    @cached_property
    def _tracer(self) -> Tracer:
        earlier = [report for one in self._earlier for report in one.reports]
        return Tracer(self.whole, plan=self.plan, forms=self.desk.forms, earlier=earlier)

    @property
    def _earlier(self) -> Sequence[Consolidation]:
        """The year's quarters before the period."""
        first = self.whole.period.quarters[0]
        return [one for one in self.work.quarters if one.period < first]

    @cached_property
    def _indicators(self) -> Mapping[str, IndicatorValue]:
        return {one.id: one for one in self.whole.indicators}

    def answer(self, figure: FigureRef) -> TracedFigure:
        """What stands behind a figure, without the place that it was found at."""
        value: object = None
        parts: tuple[FigurePart, ...]
        further: tuple[str, ...] = ()
        if figure.form == INDICATOR_ROWS:
            value, parts, further = self._of_indicator(figure)
        elif figure.form == CRITERION_ROWS:
            value, parts, further = self._of_criterion(figure)
        elif figure.form == STANDING_ROWS:
            value, parts, further = self._of_standing(figure)
        elif figure.form == TASK_ROWS:
            lines = tuple(_of_task(self.whole, self.desk.forms, figure.row))
            parts = (FigurePart("", lines),)
        elif figure.row.startswith(SUBTOTAL):
            value, parts = self._of_subtotal(figure)
        else:
            table = self.whole.forms[figure.form]
            row = next((row for row in table.rows if row.key == figure.row), None)
            value = (row.values if row else table.total).get(figure.column)
            lines = self._tracer.lines(figure.form, figure.row, figure.column)
            parts = (FigurePart("", lines),)
        period = self.whole.period.id
        return TracedFigure("print", "", "", "", value, figure, period, parts, further)

    def label(self, figure: FigureRef) -> str:
        """What a figure is of: ``Biểu II.06a, Tổng cộng, cột (3)``, an indicator's name."""
        if figure.form == INDICATOR_ROWS:
            return next(one.name for one in self.plan.indicators if one.id == figure.row)
        rows = self.whole.forms[figure.form].rows
        row = next((one.label for one in rows if one.key == figure.row), "Tổng cộng")
        return f"Biểu {self.desk.forms.own_id(figure.form)}, {row}, cột ({figure.column})"

    def _of_subtotal(self, figure: FigureRef) -> tuple[object, tuple[FigurePart, ...]]:
        """A figure of a superior's row: the form's total over the reports of its units alone."""
        superior = figure.row.removeprefix(SUBTOTAL)
        found = next(
            one for one in self.whole.forms[figure.form].subtotals if one.superior == superior
        )
        period = self.whole.period
        heirs = {one: unit for unit in found.units for one in self.plan.predecessors(unit, period)}
        own = tuple(
            one for one in self.whole.reports if heirs.get(one.unit, one.unit) in found.units
        )
        tracer = Tracer(replace(self.whole, reports=own), plan=self.plan, forms=self.desk.forms)
        lines = tracer.lines(figure.form, TOTAL, figure.column)
        return found.values.get(figure.column), (FigurePart("", lines),)

    def _of_indicator(
        self, figure: FigureRef
    ) -> tuple[object, tuple[FigurePart, ...], tuple[str, ...]]:
        value = self._indicators[figure.row]
        plan = next(one for one in self.plan.indicators if one.id == figure.row)
        if value.kind is ValueKind.NOT_REPORTED:
            why = f": {untold_text(value.untold)}" if value.untold else ""
            return None, (), (f"Chưa báo cáo{why}.",)
        sides = {
            "3": ("Tử số", plan.numerator, value.numerator),
            "4": ("Mẫu số", plan.denominator, value.denominator),
        }
        wanted = [sides[figure.column]] if figure.column in sides else [*sides.values()]
        parts = tuple(
            FigurePart(
                f"{name} {value_text(number)} = {self.desk.forms.in_own_ids(text)}",
                self._expression(text, plan.basis),
            )
            for name, text, number in wanted
        )
        number: object = value.value
        if figure.column in sides:
            number = sides[figure.column][2]
        return number, parts, ()

    def _expression(self, text: str, basis: Basis) -> tuple[TraceLine, ...]:
        further: list[TraceLine] = []
        for sign, item in parse(text).terms:
            if isinstance(item, Counted):
                some = self._counted(item.name)
                further += [replace(line, adds=sign * line.adds) for line in some]
            elif isinstance(item, Constant):
                further.append(self._of_plan("Chỉ tiêu", text, "", sign * item.value))
        return (*self._tracer.expression(text, basis), *further)

    def _counted(self, name: str) -> Iterator[TraceLine]:
        """Tasks, units and what the tasks' own plans foresee."""
        if name.startswith("tasks"):
            yield from self._counted_tasks(name)
        elif name in ("units(on_time)", "units(all)"):
            for standing in self.whole.standings:
                in_time = standing.state.is_in and not standing.late_days
                adds = int(name == "units(all)" or in_time)
                yield _standing_line(self.whole, standing, adds)
        else:
            yield from self._foreseen(name)

    def _foreseen(self, name: str) -> Iterator[TraceLine]:
        """What stands in the plan workbook: its units, the pieces of the tasks' own plans."""
        pieces = self.plan.planned
        if name == "units(plan)":
            for unit in self.plan.units_in(self.whole.period):
                yield self._of_plan("Đơn vị", unit.name, unit.code, 1)
        elif name == "activities(planned)":
            for piece in (one for one in pieces if one.kind):
                yield self._of_plan("Kế hoạch riêng", piece.text or piece.kind, "", piece.count)
        elif name == "inspections(planned)":
            for code in dict.fromkeys(one.unit for one in pieces if one.unit):
                yield self._of_plan("Kế hoạch riêng", self.plan.unit_by_code[code].name, code, 1)

    def _counted_tasks(self, name: str) -> Iterator[TraceLine]:
        """The lead's last word on each task; of a task that it is silent on the plan's row."""
        counted = self._tasks_in(name)
        for task in self.plan.tasks:
            adds = int(task.code in counted)
            lines = [
                line
                for one in (*self._earlier, self.whole)
                for line in _of_task(one, self.desk.forms, task.code)
                if line.unit == task.lead
            ]
            yield from (replace(line, adds=0) for line in lines[:-1])
            yield from (replace(line, adds=adds) for line in lines[-1:])
            if not lines:
                yield self._of_plan("Nhiệm vụ", f"{task.code}. {task.text}", task.lead, adds)

    def _tasks_in(self, name: str) -> frozenset[str]:
        """Codes of the tasks that an indicator counts by a name."""
        some: Sequence[TaskPosition] = self.whole.tasks
        if name == "tasks(done)":
            some = [one for one in some if one.status == TASK_DONE]
        elif name != "tasks(all)":
            some = due_tasks(some, self.plan, self.whole.period, self.whole.as_of.date())
        if name == "tasks(done_due)":
            some = [one for one in some if one.judgement.verdict in DONE_VERDICTS]
        return frozenset(one.code for one in some)

    def _of_plan(self, sheet: str, row_name: str, unit: str, adds: float) -> TraceLine:
        """A row of the plan workbook, as what is behind a figure."""
        from kskt_excel.excel.plan.plan_reader import plan_path

        return TraceLine(
            unit=unit,
            period=self.whole.period.id,
            version=0,
            file=plan_path(self.desk.workspace.templates, self.whole.period.year).name,
            sheet=sheet,
            row=0,
            cell="",
            heading="Kế hoạch năm",
            value=row_name,
            adds=adds,
            row_name=row_name,
        )

    def _of_criterion(
        self, figure: FigureRef
    ) -> tuple[object, tuple[FigurePart, ...], tuple[str, ...]]:
        number = int(figure.row)
        one = next(one for one in self.whole.evaluation.criteria if one.number == number)
        if figure.column == "3":
            lines = tuple(self._self_scores(figure.row))
            return (
                one.self_score,
                (FigurePart("Điểm các đơn vị tự chấm (bình quân theo số hồ sơ)", lines),),
                (),
            )
        parts = []
        scheme = self.plan.regime_on(self.whole.window.end).scheme
        counted = scheme.record_figures if scheme else {}
        for name in scheme.figures_of(number) if scheme else ():
            if name in counted:
                lines = self._tracer.total(counted[name])
                total = value_text(sum(line.adds for line in lines))
                parts.append(FigurePart(f"{total} = {counted[name].text}", lines))
        return one.office_score, tuple(parts), (f"Cách chấm: {one.basis}.",)

    def _self_scores(self, criterion: str) -> Iterator[TraceLine]:
        judged = [one for one in self.desk.forms.sheet_by_id.values() if one.rows == "criteria"]
        for report, form in itertools.product(self.whole.reports, judged):
            heading = form.by_key["self_score"].heading_on(self.whole.window.end)
            sheet = report.reading.sheets.get(form.id)
            for record in sheet.records if sheet else ():
                named = str(record.values.get("criterion", record.key)) == criterion
                if named and record.values.get("self_score") is not None:
                    line = _line(report, form, record, "self_score", heading)
                    yield replace(line, adds=0)

    def _of_standing(
        self, figure: FigureRef
    ) -> tuple[object, tuple[FigurePart, ...], tuple[str, ...]]:
        unit, _, quarter = figure.row.partition("|")
        standing = next(
            one for one in self.whole.standings if (one.unit, one.quarter.id) == (unit, quarter)
        )
        values: Mapping[str, object] = {
            "3": standing.state.value,
            "4": standing.version,
            "5": value_text(standing.received_at) if standing.received_at else "",
            "6": standing.late_days,
            "7": standing.errors,
            "8": standing.warnings,
        }
        files = tuple(
            f"{one.file}, lần {one.version}, nhận {office_moment(one.received_at)}:"
            f" {one.verdict.label.lower()}"
            for one in self.whole.submissions
            if (one.unit, one.period) == (unit, quarter)
        )
        value = values[figure.column]
        line = _standing_line(self.whole, standing, value)
        return value, (FigurePart("", (line,)),), files


def _blocks(answer: TracedFigure) -> Iterator[ScreenTable | ScreenLine]:
    yield ScreenLine(answer.head)
    for part in answer.parts:
        if part.title:
            yield ScreenLine(part.title)
        if part.lines:
            yield from _part_blocks(part.lines)
    yield from map(ScreenLine, answer.further)


def _part_blocks(lines: Sequence[TraceLine]) -> Iterator[ScreenTable | ScreenLine]:
    """Every cell; of a long list what each unit adds."""
    giving = [line for line in lines if line.adds] or lines
    if len(giving) > _MOST_CELLS:
        yield _grouped(giving)
    else:
        yield ScreenTable(
            ("Đơn vị", "Kỳ", "Lần", "Tệp", "Trang", "Ô", "Dòng", "Cột", "Giá trị", "Góp vào"),
            tuple(_row(line) for line in giving),
            most_width=PAGE_WIDTH,
        )
    zeros = len(lines) - len(giving)
    rest = f"; {zeros} ô khác ghi 0" if zeros else ""
    is_sum = any(line.adds for line in lines) or all(line.value == 0 for line in lines)
    total = sum(line.adds for line in lines)
    summed = f", cộng lại {grouped_number(total)}{rest}" if is_sum else ""
    more = "; từng ô: thêm --json -" if len(giving) > _MOST_CELLS else ""
    yield ScreenLine(f"{len(giving)} ô{summed}{more}")


def _grouped(lines: Sequence[TraceLine]) -> ScreenTable:
    groups: dict[tuple[str, str, int, str, str], list[TraceLine]] = {}
    for line in lines:
        key = (line.unit, line.period, line.version, line.file, line.sheet)
        groups.setdefault(key, []).append(line)
    rows = tuple(
        (
            unit,
            period,
            str(version),
            file,
            sheet,
            str(len(some)),
            grouped_number(sum(one.adds for one in some)),
        )
        for (unit, period, version, file, sheet), some in groups.items()
    )
    heads = ("Đơn vị", "Kỳ", "Lần", "Tệp", "Trang", "Số ô", "Góp vào")
    return ScreenTable(heads, rows, most_width=PAGE_WIDTH)


def _why_not(asked: _Asked, product: str) -> str:
    if product == "report" or asked.number:
        return _why_not_in_report(asked)
    if product == "brief" or asked.named((BRIEF_SHEET,)):
        return f"ô đó của tom-tat-{asked.file}.xlsx không có con số"
    names = [page.name for page in asked.pages]
    volumes = tracker_volumes(asked.desk, asked.work)
    plan, forms = asked.work.plan, asked.desk.forms
    of_tracker = tracker_sheets(forms, plan, in_volumes=bool(volumes)).values()
    known = [*names, *(name for name in of_tracker if name not in names)]
    if asked.named(known):
        if volumes and asked.named(of_tracker) and asked.of_file not in _names(volumes):
            return (
                "dòng của các đơn vị nằm ở các tập của sổ theo dõi; ghi tên tập trước ô:"
                f" {listed(_names(volumes))}"
            )
        return "ô đó không có con số của biểu, của sổ theo dõi"
    keys = {plain_key(name): name for name in known}
    near = difflib.get_close_matches(plain_key(asked.sheet), keys, n=3, cutoff=0.6)
    if near:
        return f"không có trang đó; gần nhất là {listed([keys[key] for key in near])}"
    only_tracked = known[len(names) :]
    return (
        f"không có trang đó; các trang in: {', '.join(names)};"
        f" các trang của sổ theo dõi: {', '.join(only_tracked)}"
    )


def _why_not_in_report(asked: _Asked) -> str:
    if not asked.paragraphs:
        return f"chưa có {asked.report.name}; lập bằng kskt consolidate {asked.file}"
    if asked.paragraph is None:
        wanted = f"đoạn {asked.number}" if asked.number else "lời này"
        return f"{asked.report.name} có {len(asked.paragraphs)} đoạn, không có {wanted}"
    at, text = asked.paragraph
    said = f" (“{shortened(text, _SHOWN_LETTERS)}”)" if text else ""
    return f"đoạn {at} của {asked.report.name}{said} không có con số"


def _names(volumes: Iterable[Volume]) -> list[str]:
    return [one.path.name for one in volumes]


def _row(line: TraceLine) -> tuple[str, ...]:
    return (
        line.unit,
        line.period,
        str(line.version),
        line.file,
        line.sheet,
        line.cell,
        line.row_name,
        line.heading,
        value_text(line.value),
        grouped_number(line.adds),
    )


def _json(given: str, answer: TracedFigure) -> dict[str, object]:
    value = answer.value
    return {
        "schema": "kskt.trace/1",
        "figure": given,
        "period": answer.period,
        "form": answer.figure.form,
        "row": answer.figure.row,
        "column": answer.figure.column,
        "value": value.isoformat() if isinstance(value, dt.date) else value,
        "cells": _cells(answer.lines),
        "further": list(answer.further),
        "product": answer.product,
        "place": answer.place,
        "label": answer.label,
        "shown": answer.shown,
        "parts": [
            {
                "title": part.title,
                "total": sum(line.adds for line in part.lines),
                "cells": _cells(part.lines),
            }
            for part in answer.parts
        ],
    }


def _cells(lines: Sequence[TraceLine]) -> list[dict[str, object]]:
    return [
        {
            "unit": line.unit,
            "period": line.period,
            "version": line.version,
            "file": line.file,
            "sheet": line.sheet,
            "row": line.row,
            "cell": line.cell,
            "heading": line.heading,
            "value": value_text(line.value) if line.value is not None else None,
            "adds": line.adds,
        }
        for line in lines
    ]
