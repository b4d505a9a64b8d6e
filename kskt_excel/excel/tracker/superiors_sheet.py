"""Sheet «Theo cấp trên»: what the units of each superior come to, quarter by quarter."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from kskt_excel.consolidation.standings import rates
from kskt_excel.excel.book_writer import CellContent, Formula
from kskt_excel.excel.tracker.blocks import (
    Places,
    SheetBlock,
    TrackerColumn,
    TrackerRow,
    TrackerSheet,
    TrackerYear,
    criterion,
    fixed,
    records,
)
from kskt_excel.excel.tracker.data_sheets import own_key
from kskt_excel.excel.tracker.figures_sheet import IN, MATRIX, STANDINGS_BLOCK
from kskt_excel.excel.tracker.row_places import RowsPlace, rows_places
from kskt_excel.model.consolidation import StandingState
from kskt_excel.model.forms import SUPERIORS_PAGE, SheetForm
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.reading import SheetState

_SUMS: Final = "sums"
_ROWS: Final = ""
"""Stands for a column where rows are counted."""
_MOST_COMPARED: Final = 20_000_000  # cells that the formulas of the sheet look through, in all
_STANDINGS: Final = (
    ("units", "Đơn vị phải gửi"),
    ("sent", "Đã gửi"),
    ("on_time", "Được nhận đúng hạn"),
)
_REMARK: Final = "Mỗi dòng cộng các đơn vị của một cấp trên; lọc theo cột Cấp trên, Biểu."
_WITHOUT_FORMULAS: Final = (
    "Sổ có quá nhiều dòng nên số cộng từ các trang sổ được ghi sẵn, không phải công thức."
)


class _Asked(NamedTuple):
    """A figure of one superior in one quarter."""

    superior: str
    form: str
    column: str
    quarter: int


def superiors_page(sources: TrackerYear, places: Places) -> TrackerSheet | None:
    """Reports, rows and sums of the units of each superior; None where units belong to nobody."""
    if not sources.plan.superiors:
        return None
    maker = _Maker(sources, places, _sums(sources))
    rows = tuple(maker.rows())
    block = SheetBlock(_SUMS, tuple(_columns(sources)), fixed(rows), len(rows), table="TheoCapTren")
    remark = _REMARK if maker.has_formulas else f"{_REMARK} {_WITHOUT_FORMULAS}"
    return TrackerSheet(
        SUPERIORS_PAGE, "Theo cấp trên", "SỐ LIỆU THEO CẤP TRÊN", remark, (block,), 3
    )


def _columns(sources: TrackerYear) -> Iterator[TrackerColumn]:
    yield TrackerColumn("superior", "Cấp trên", "text", 190)
    yield TrackerColumn("form", "Biểu", "text", 130)
    yield TrackerColumn("what", "Nội dung", "text", 190)
    for number in sources.numbers:
        yield TrackerColumn(f"q{number}", sources.period_names[number - 1], "count", 90)


def _sums(sources: TrackerYear) -> dict[_Asked, float]:
    """Every figure, from the readings: rows and sums of the columns that definitions add up."""
    found: dict[_Asked, float] = {}
    for form in sources.forms.sheet_by_id.values():
        summed = [column.key for column in form.columns if column.total]
        for quarter, report, sheet in sources.sheets(form.id):
            if sheet.state is not SheetState.FILLED:
                continue
            superior, number = sources.superior_of(report.unit), quarter.period.number
            rows = _Asked(superior, form.id, _ROWS, number)
            found[rows] = found.get(rows, 0) + len(sheet.records)
            for key in summed:
                values = (record.values.get(key) for record in sheet.records)
                asked = _Asked(superior, form.id, key, number)
                found[asked] = found.get(asked, 0) + sum(
                    one for one in values if isinstance(one, int | float)
                )
    return found


@dataclass(frozen=True)
class _Maker:
    """Makes the rows."""

    sources: TrackerYear
    places: Places
    sums: dict[_Asked, float]

    @property
    def superiors(self) -> tuple[str, ...]:
        """Names in the order of the units; of those that belong to nobody a word at the end."""
        named = [one.name for one in self.sources.plan.superiors_in_order]
        units = self.sources.plan.units
        others = {self.sources.superior_of(unit.code) for unit in units} - {*named}
        return (*named, *others)

    @property
    def forms(self) -> Iterator[tuple[SheetForm, RowsPlace]]:
        """The forms of which rows came in, with where these stand."""
        for id_, place in rows_places(self.sources.forms).items():
            form = self.sources.form(id_)
            is_there = place.page in self.places.pages or bool(self.sources.volumes)
            is_placed = is_there and form.layout != "labels"
            if is_placed and records(self.sources, id_):
                yield form, place

    @property
    def has_formulas(self) -> bool:
        """Whether a workbook has the rows and can look all figures up in good time."""
        if self.sources.volumes:
            return False
        looked_through = sum(
            records(self.sources, form.id) * (1 + sum(column.total for column in form.columns))
            for form, _ in self.forms
        )
        return looked_through * len(self.superiors) * len(self.sources.numbers) <= _MOST_COMPARED

    def rows(self) -> Iterator[TrackerRow]:
        """A row for each superior and figure."""
        forms, live = tuple(self.forms), self.has_formulas
        day = self.sources.newest.window.end
        for superior in self.superiors:
            for what, label in _STANDINGS:
                cells = (self._standing(superior, what, number) for number in self.sources.numbers)
                name = "Tình hình gửi nhận"
                yield TrackerRow(f"{superior}|gui-nhan|{what}", (superior, name, label, *cells))
            for form, place in forms:
                asked = [(_ROWS, "Số dòng")]
                asked += [(one.key, one.heading_on(day)) for one in form.columns if one.total]
                for key, label in asked:
                    figures = [
                        self._sum(place, _Asked(superior, form.id, key, number), live=live)
                        for number in self.sources.numbers
                    ]
                    yield TrackerRow(
                        f"{superior}|{form.id}|{key}", (superior, form.sheet, label, *figures)
                    )

    def _sum(self, place: RowsPlace, asked: _Asked, *, live: bool) -> CellContent:
        figure = self.sums.get(asked, 0)
        label = self._label(asked.quarter)
        if not live or not label:
            return figure if label else None

        def cells(key: str) -> str:
            return self.places.cells(place.page, place.block, key)

        tests = (
            f"{cells('superior')},{criterion(asked.superior)},{cells('period')},{criterion(label)}"
        )
        if asked.column == _ROWS:
            return Formula(f"COUNTIFS({tests})", figure)
        return Formula(f"SUMIFS({cells(own_key(asked.column))},{tests})", figure)

    def _label(self, number: int) -> str:
        names = {one.period.number: one.period.label for one in self.sources.quarters}
        return names.get(number, "")

    def _standing(self, superior: str, what: str, number: int) -> CellContent:
        quarter = next((q for q in self.sources.quarters if q.period.number == number), None)
        if quarter is None:
            return None
        of_superior = rates(
            [one for one in quarter.standings if self.sources.superior_of(one.unit) == superior]
        )
        above = self.places.cells(STANDINGS_BLOCK, MATRIX, "superior")
        states = self.places.cells(STANDINGS_BLOCK, MATRIX, f"q{number}")
        late = self.places.cells(STANDINGS_BLOCK, MATRIX, f"late{number}")
        own = f"{above},{criterion(superior)}"
        every = f'COUNTIFS({own},{states},"?*")'
        formulas = {
            "units": every,
            "sent": f"{every}-COUNTIFS({own},{states},{criterion(StandingState.NOT_SENT)})",
            "on_time": "+".join(
                f"COUNTIFS({own},{states},{criterion(state)},{late},0)" for state in IN
            ),
        }
        return Formula(formulas[what], getattr(of_superior, what))
