"""Sentences as a clerk writes them, the facts of a report, and the blocks it is made of."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from itertools import chain
from typing import Literal, TypeAlias, TypeVar

from kskt_excel.consolidation.filled_forms import fill_from
from kskt_excel.consolidation.sources import PeriodSources, filled_records
from kskt_excel.model.consolidation import (
    Consolidation,
    ControlKind,
    ControlLine,
    FormRow,
    FormTable,
    Presence,
)
from kskt_excel.model.forms import Forms, PrintedForm
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.period import Period
from kskt_excel.model.plan import Plan
from kskt_excel.model.reading import Record, Value
from kskt_excel.model.regime import Regime
from kskt_excel.model.submission import UnitReport
from kskt_excel.model.topics import topic_of
from kskt_excel.report.annexes import Annex, annexes
from kskt_excel.report.page import FigureRef, Frame
from kskt_excel.text.shown import (
    NO_FIGURE,
    capitalised,
    decimal_text,
    grouped_number,
    percent_text,
    rounded,
    two_digits,
    value_text,
)

TO_ADD = "[…]"
"""Where a person must add judgement: the program knows figures, not opinions."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A numbered heading (mục): 1 for ``I.``, 2 for ``1.``, 3 for ``a)``."""

    text: str
    level: Literal[1, 2, 3]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of whole sentences."""

    text: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A list with dashes; each item ends with its own mark."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReportTable:
    """A small table (bảng) among the sentences: texts only."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    shares: tuple[int, ...]  # of the width, one for each column


ReportBlock: TypeAlias = Heading | Paragraph | Listed | ReportTable
_Said = TypeVar("_Said", bound=str | ReportBlock)


def texts_of(block: ReportBlock) -> tuple[str, ...]:
    """What stands in a block, item by item, cell by cell."""
    if isinstance(block, ReportTable):
        return (*block.heads, *(text for row in block.rows for text in row))
    return block.items if isinstance(block, Listed) else (block.text,)


@dataclass(frozen=True, slots=True)
class Narrative:
    """The narrative report of a period (báo cáo bằng lời)."""

    agency: str  # "Sở Khoa học và Công nghệ"
    frame: Frame
    kind: str  # "BÁO CÁO"
    abstract: str  # the report's subject with its period
    addressee: str  # after «Kính gửi:»
    provisional: str  # who is missing, "" when all are in
    introduction: str
    blocks: tuple[ReportBlock, ...]
    annexes: tuple[Annex, ...]
    closing: str  # the last sentence, without its "./."

    @property
    def texts(self) -> tuple[str, ...]:
        """Every text of the body in reading order, headings, list items, cells among them."""
        texts: list[str] = [self.introduction]
        texts.extend(chain.from_iterable(map(texts_of, self.blocks)))
        return (*texts, *(annex.name for annex in self.annexes), self.closing)


@dataclass(frozen=True, slots=True)
class SentenceFigure:
    """A figure that a sentence was made from: as it is shown, and where it is printed."""

    shown: str
    parts: tuple[FigureRef, ...]  # of a sum, a rate: what it is reckoned from


_LIST_MARK = re.compile(r"^(?:[-+]|\d{1,2}[.)]) ")


def words_alone(text: str) -> str:
    """A text without what its place adds: the number of a heading, the marks of a list."""
    return _LIST_MARK.sub("", " ".join(text.split())).rstrip(" ;.")


FigureState = Literal["figures", "nothing", "unknown"]


@dataclass(frozen=True)
class ReportFacts:
    """A period with what it is compared with: only a period of the same kind is comparable."""

    plan: Plan
    forms: Forms
    now: Consolidation
    previous: Consolidation | None = None

    @cached_property
    def before(self) -> Consolidation | None:
        """The period to compare with, None without one of the same kind and of the same units."""
        other = self.previous
        alike = other is not None and other.period.cumulative == self.now.period.cumulative
        return other if alike and (self.is_alike or self.common) else None

    @cached_property
    def common(self) -> frozenset[str]:
        """Units whose reports count in both periods, without those that have taken over others."""
        if self.previous is None:
            return frozenset()
        heirs = {
            one.successor
            for one in self.plan.units
            if one.valid_to and self.previous.window.start <= one.valid_to < self.now.window.end
        }
        return _counting(self.now) & _counting(self.previous) - heirs

    @property
    def is_alike(self) -> bool:
        """Whether both periods rest on the same units."""
        previous = _counting(self.previous) if self.previous else frozenset()
        return self.common == _counting(self.now) == previous

    @property
    def than(self) -> str:
        """``so với quý I/2022``, with the units that it is reckoned over where these differ."""
        if not self.before_period:
            return ""
        basis = f" (tính trên {two_digits(len(self.common))} đơn vị có báo cáo ở cả hai kỳ)"
        return f"so với {self.before_period.in_sentence}{'' if self.is_alike else basis}"

    @property
    def before_period(self) -> Period | None:
        """The period that is compared with; None without one."""
        return self.before.period if self.before else None

    @cached_property
    def annexes(self) -> tuple[Annex, ...]:
        """The annexes that go with the report, in its order."""
        return annexes(self.plan, self.forms, self.now)

    @cached_property
    def regime(self) -> Regime:
        """The reporting regime of the period."""
        return self.plan.regime_on(self.now.window.end)

    @cached_property
    def printed(self) -> tuple[PrintedForm, ...]:
        """Forms in force at the period's end, in their order."""
        return self.now.printed(self.forms)

    def speaks_of(self, topic: str) -> bool:
        """Whether a form of the period holds a topic of the report."""
        now = self.now
        return self.form(topic) is not None or any(
            one.holds == topic and one.overlaps(now.window) and one.is_collected(now.period)
            for one in self.forms.sheets
        )

    def form(self, topic: str) -> PrintedForm | None:
        """The printed form that holds a topic; None where none does."""
        return self._holders(self.now).get(topic)

    def table(self, topic: str) -> FormTable | None:
        """The figures of the form that holds a topic."""
        form = self.form(topic)
        return self.now.forms.get(form.id) if form else None

    def state(self, topic: str) -> FigureState:
        """Whether units gave figures of a topic, said that nothing happened, or said nothing."""
        table, form = self.table(topic), self.form(topic)
        if table is None or form is None:
            return "unknown"
        owed = [self.forms.sheet_by_id[sheet] for sheet in form.feeds]
        owing = [
            presence
            for unit, presence in table.presence.items()
            if any(sheet.is_owed_by(unit, self.plan) for sheet in owed)
        ]
        if owing and all(presence is Presence.NOT_REPORTED for presence in owing):
            return "unknown" if Presence.FIGURES not in table.presence.values() else "figures"
        return figure_state(table)

    def count(self, figure: str) -> int:
        """The printed total of a figure, 0 where there is none."""
        return self.total(figure)

    def total(self, *figures: str) -> int:
        """The sum of printed totals, told as one figure."""
        total = self._sum(figures)
        self.note(grouped_number(total), *chain.from_iterable(map(self._printed_at, figures)))
        return total

    def note(self, shown: str, *parts: FigureRef) -> None:
        """Has the sentence that is being made remember one of its figures."""
        if parts:
            self._noted.append(SentenceFigure(shown, parts))

    def noting(self, made: Iterable[_Said]) -> Iterator[_Said]:
        """Passes on what is said, piece by piece; ``made_from`` then tells its figures."""
        self._noted.clear()
        for said in made:
            texts = (said,) if isinstance(said, str) else texts_of(said)
            for key in map(words_alone, texts):
                self._made_from[key] = (*self._made_from.get(key, ()), *self._noted)
            self._noted.clear()
            yield said

    @property
    def made_from(self) -> Mapping[str, tuple[SentenceFigure, ...]]:
        """What has been said, by its ``words_alone``, with the figures that it was made from."""
        return self._made_from

    @cached_property
    def _noted(self) -> list[SentenceFigure]:
        return []

    @cached_property
    def _made_from(self) -> dict[str, tuple[SentenceFigure, ...]]:
        return {}

    def _sum(self, figures: Iterable[str]) -> int:
        tables = ((self.table(topic_of(one)), one) for one in figures)
        return sum(self._total(self.now, table, one) for table, one in tables)

    def _printed_at(self, figure: str, row: str = "") -> tuple[FigureRef, ...]:
        form = self.form(topic_of(figure))
        return (FigureRef(form.id, row, form.holding(figure).number),) if form else ()

    def count_alike(self, figure: str) -> int:
        """The total of a figure over the units that the period before has too."""
        return self._total(self.now, self._comparable_form(self.now, topic_of(figure)), figure)

    def count_before(self, figure: str) -> int | None:
        """The total that ``count_alike`` is compared with; None where nobody gave figures."""
        if self.before is None:
            return None
        table = self._comparable_form(self.before, topic_of(figure))
        if figure_state(table) == "unknown":
            return None
        return self._total(self.before, table, figure)

    def of_row(self, row: FormRow, figure: str) -> Value:
        """What a row of the form that holds a figure has there."""
        at = self._printed_at(figure, row.key)
        value = row.values.get(at[0].column) if at else None
        self.note(value_text(value), *at)
        return value

    def count_of_row(self, row: FormRow, figure: str) -> int:
        """A row's figure as a number, 0 where it has none."""
        return _whole(self.of_row(row, figure))

    def _total(self, period: Consolidation, table: FormTable | None, figure: str) -> int:
        form = self._holders(period).get(topic_of(figure))
        return column_total(table, form.holding(figure).number) if form else 0

    def _holders(self, period: Consolidation) -> dict[str, PrintedForm]:
        """The printed forms of a period by the topics that they hold."""
        key = period.period.id
        if key not in self._held:
            forms = period.printed(self.forms)
            self._held[key] = {topic: form for form in forms for topic in form.topics}
        return self._held[key]

    @cached_property
    def _held(self) -> dict[str, dict[str, PrintedForm]]:
        return {}

    def _comparable_form(self, period: Consolidation, topic: str) -> FormTable | None:
        """The form that holds a topic, over the units that both periods have."""
        form = self._holders(period).get(topic)
        if form is None or self.is_alike or self.before is None:
            return period.forms[form.id] if form else None
        key = (period.period.id, form.id)
        if key not in self._filled:
            reports: dict[str, list[UnitReport]] = {}
            for one in period.reports:
                if one.unit in self.common:
                    reports.setdefault(one.submission.period, []).append(one)
            sources = PeriodSources.of(period.period, self.plan, self.forms, reports)
            self._filled[key] = fill_from(form, sources).table
        return self._filled[key]

    @cached_property
    def _filled(self) -> dict[tuple[str, str], FormTable]:
        return {}

    def rate_of(self, part: int, whole: int) -> str:
        """``31,3 %``, ``–`` of nothing: with the decimals that it has in every product."""
        return str(_printed(self.now, part, whole) or NO_FIGURE)

    def rate(self, parts: Sequence[str], whole: str) -> str:
        """A rate of printed totals."""
        rate = self.rate_of(self._sum(parts), self._sum((whole,)))
        self.note(rate, *chain.from_iterable(map(self._printed_at, (*parts, whole))))
        return rate

    def share(self, part: str, whole: str) -> str:
        """`` (37,5 %)`` with the blank before it; nothing of nothing is ``""``."""
        return f" ({self.rate((part,), whole)})" if self._sum((whole,)) else ""

    def rate_alike(self, parts: Sequence[str], whole: str) -> "PrintedRate | None":
        """A rate of figures over the units that can be compared with the period before."""
        counts = [self.count_alike(one) for one in parts]
        return _printed(self.now, sum(counts), self.count_alike(whole))

    def rate_before(self, parts: Sequence[str], whole: str) -> "PrintedRate | None":
        """A rate of figures in the period before; None where nobody gave figures."""
        if self.before is None:
            return None
        counts = [self.count_before(one) or 0 for one in (*parts, whole)]
        return _printed(self.before, sum(counts[:-1]), counts[-1])

    def heading(self, figure: str) -> str:
        """Innermost heading of a figure as worded at the period's end: ``Mức độ 4``."""
        form = self.form(topic_of(figure))
        return form.holding(figure).header_on(self.now.window.end)[-1] if form else ""

    def rows_word(self, topic: str) -> str:
        """What the rows of the form that holds a topic are: ``lĩnh vực``, ``đơn vị``."""
        form = self.form(topic)
        if form is None or form.rows in _ROW_WORDS:
            return _ROW_WORDS[form.rows if form else "field"]
        label = next(one for one in form.columns if one.type == "label")
        return lowered(label.header_on(self.now.window.end)[-1])

    def records(self, topic: str) -> Iterator[tuple[str, Record]]:
        """Unit and record of every row of the sheets of a topic, quarter after quarter."""
        for report in self.now.reports:
            for sheet in self.forms.holders.get(topic, ()):
                for record in filled_records(report, sheet):
                    yield report.unit, record

    def latest(self, topic: str) -> dict[tuple[str, str], Record]:
        """The latest row of each unit and key: what stands at the period's end."""
        last: dict[str, str] = {}
        for report in self.now.reports:
            last[report.unit] = max(last.get(report.unit, ""), report.submission.period)
        return {
            (report.unit, record.key or str(record.row)): record
            for report in self.now.reports
            if report.submission.period == last[report.unit]
            for sheet in self.forms.holders.get(topic, ())
            for record in filled_records(report, sheet)
        }

    def has_sent(self) -> bool:
        """Whether any unit's report counts."""
        return bool(self.now.reports)


def _counting(period: Consolidation) -> frozenset[str]:
    return frozenset(one.unit for one in period.reports)


@dataclass(frozen=True, slots=True)
class PrintedRate:
    """A rate as it is printed (tỷ lệ): of two counts, with the decimals that it has."""

    part: int
    whole: int
    decimals: int = 1

    def __str__(self) -> str:
        return percent_text(Fraction(self.part, self.whole), self.decimals)

    @property
    def per_cent(self) -> Fraction:
        """What is printed before the sign."""
        return rounded(Fraction(100 * self.part, self.whole), self.decimals)


def _printed(period: Consolidation, part: int, whole: int) -> PrintedRate | None:
    return PrintedRate(part, whole, period.decimals_of(part, whole)) if whole else None


def text_of(record: Record, column: str) -> str:
    """The text of a cell, "" where it is blank."""
    value = record.values.get(column)
    return "" if value is None else str(value).strip()


_ROW_WORDS = {
    "field": "lĩnh vực",
    "unit": "đơn vị",
    "procedure": "thủ tục",
    "task": "nhiệm vụ",
}


def figure_state(table: FormTable | None) -> FigureState:
    """Whether units gave figures for a form, said that nothing happened, or said nothing."""
    given = set(table.presence.values()) if table else set()
    if Presence.FIGURES in given:
        return "figures"
    return "nothing" if Presence.NIL in given else "unknown"


def column_total(table: FormTable | None, number: str) -> int:
    """The printed total of a form's column, 0 where there is none."""
    return _whole(table.total.get(number) if table else None)


def _whole(value: Value) -> int:
    return int(value) if isinstance(value, int | float) else 0


_Row = TypeVar("_Row")
_OFFICES = ("Bộ", "Sở", "Cổng", "Trung", "Chính", "Thủ", "Quốc", "Nhà")
_NO_OFFICE = {
    "Bộ": ("hồ", "máy", "đội", "mã", "chỉ"),
    "Sở": ("hữu", "dĩ", "thích"),
    "Cổng": ("vào", "ra", "kết"),
    "Trung": ("bình", "thực", "hạn", "gian"),
    "Chính": ("xác", "quyền", "sách", "thức", "vì", "do", "nhờ"),
    "Thủ": ("tục", "trưởng", "công"),
    "Quốc": ("gia",),
    "Nhà": ("thầu", "khoa", "trường", "máy", "đầu"),
}
"""Words that begin a name, and what follows them where they do not."""
_NO_NAMES = ("Theo", "Trong", "Tại", "Khi", "Các", "Những", "Đã", "Đang", "Chưa", "Không")
"""Words that begin none, whatever follows: «Theo Kế hoạch riêng»."""
_MANY = 10  # items of a list that a reader still reads


def counted(count: int, noun: str, share: str = "") -> str:
    """``05 hồ sơ``, with its share ``05 hồ sơ (50,0 %)``; ``không có hồ sơ``."""
    return f"{two_digits(count)} {noun}{share}" if count else f"không có {noun}"


def of_which(
    total: int, parts: Sequence[tuple[str, int]], noun: str, *, kinds: bool = False
) -> str:
    """``, trong đó: …`` without the parts that are 0; what is the whole stands in brackets.

    ``, trong đó: trước hạn 08 hồ sơ; quá hạn 02 hồ sơ``; `` (đều trước hạn)``; `` (trước hạn)``.
    Of parts that are ``kinds`` of the noun: `` (đều là TTHC sửa đổi, bổ sung)``.
    """
    there = [(label, count) for label, count in parts if count]
    if not there:
        return ""
    if len(there) == 1 and there[0][1] == total:
        label = f"là {noun} {there[0][0]}" if kinds else there[0][0]
        return f" (đều {label})" if total > 1 else f" ({label})"
    said = "; ".join(
        f"{label}{':' if label[-1:].isdigit() else ''} {two_digits(count)} {noun}"
        for label, count in there
    )
    return f", trong đó: {said}"


def change(now: int, before: int | None, noun: str, than: str) -> str:
    """`` So với quý I/2022, tăng 12 hồ sơ (10,5 %).``; "" with nothing to compare with."""
    if before is None or not than or (now == 0 and before == 0):
        return ""
    than = f" {capitalised(than)},"
    if now == before:
        return f"{than} không thay đổi."
    word = "tăng" if now > before else "giảm"
    difference = abs(now - before)
    rate = f" ({percent_text(Fraction(difference, before))})" if before else ""
    return f"{than} {word} {two_digits(difference)} {noun}{rate}."


def rate_change(now: PrintedRate | None, before: PrintedRate | None, than: str) -> str:
    """``, tăng 2,3 điểm phần trăm so với quý I/2022``: the difference of the printed rates."""
    if now is None or before is None or not than:
        return ""
    points = now.per_cent - before.per_cent
    if points == 0:
        return f", không thay đổi {than}"
    word = "tăng" if points > 0 else "giảm"
    return f", {word} {points_text(points)} điểm phần trăm {than}"


def points_text(points: Fraction) -> str:
    """How far apart two printed figures are: one decimal, or as many as these have."""
    decimals = next(number for number in range(1, 13) if rounded(points, number) == points)
    return decimal_text(abs(points), decimals)


def lowered(text: str) -> str:
    """The text with a small first letter, unless it begins with an abbreviation or a name."""
    word, _, rest = text.partition(" ")
    following = rest.partition(" ")[0].strip(".,;:()").lower()
    is_short = len(word) > 1 and word.isupper()
    is_name = word in _OFFICES and following not in _NO_OFFICE.get(word, ())
    is_name = is_name or (rest[:1].isupper() and word not in _NO_NAMES)
    if is_short or is_name:
        return text
    return text[:1].lower() + text[1:]


def tidy(text: str) -> str:
    """A unit's text in one line, without the mark at its end."""
    return " ".join(text.split()).rstrip(" .;,")


def shortened(text: str, most: int) -> str:
    """The text cut at a word with ``…`` when it has more than ``most`` letters."""
    if len(text) <= most:
        return text
    cut = text[:most].rsplit(" ", 1)[0] if " " in text[:most] else text[:most]
    return f"{cut.rstrip(' .;,')}…"


def bullets(items: Iterable[str], rest: str = "", most: int = _MANY) -> Listed:
    """A list whose items end with ``;`` and the last one with a full stop.

    What is over ``most`` is told by its number: ``Và 05 hoạt động khác.``; ``rest`` is their noun.
    """
    given = [text for item in items if (text := tidy(item))]
    kept = given if not rest or len(given) <= most else given[: most - 1]
    return _ended(kept, len(given) - len(kept), rest)


def first_bullets(
    rows: Sequence[_Row], item: Callable[[_Row], str], rest: str, most: int = _MANY
) -> Listed:
    """The first ``most`` rows as list items; those left out are counted, not worded."""
    kept = rows if len(rows) <= most else rows[: most - 1]
    return _ended([tidy(item(row)) for row in kept], len(rows) - len(kept), rest)


def _ended(kept: Sequence[str], left_out: int, rest: str) -> Listed:
    items = [*kept, f"Và {two_digits(left_out)} {rest} khác"] if left_out else kept
    last = len(items) - 1
    return Listed(tuple(f"{item}{'.' if at == last else ';'}" for at, item in enumerate(items)))


def broken_words(line: ControlLine) -> str:
    """A control total that does not agree, the same on page and screen.

    ``(3) là 38, khác (7) + (11) là 37, chênh 1 (V06a.4, dòng Tổng cộng)``.
    """
    left, right = grouped_number(line.left), grouped_number(line.right)
    if line.kind is not ControlKind.IDENTITY:
        return f"{line.name}: {left} khác {right}"
    gap = grouped_number(abs(line.left - line.right))
    word = "lớn hơn" if line.op == "<=" else "khác"
    where = f"{line.rule}, dòng {line.row or 'Tổng cộng'}"
    return f"{line.terms[0]} là {left}, {word} {line.terms[1]} là {right}, chênh {gap} ({where})"


def decision_named(text: str) -> str:
    """``Quyết định số 95/QĐ-SKHCN`` of the bare number; what names its kind stays as it is."""
    bare = text[3:] if text.lower().startswith("số ") else text
    return f"Quyết định số {bare}" if bare[:1].isdigit() else text


def first_mention(document: str, regime: Regime) -> str:
    """``Thông tư số 01/2020/TT-VPCP ngày … của … quy định …`` of ``Thông tư 01/2020/TT-VPCP``.

    Kind, number, day, issuer and abstract where it is known, as a document is first cited.
    Source: Nghị định 30/2020/NĐ-CP, Phụ lục I (mục II, khoản 6).
    """
    kind, _, number = document.replace(" số ", " ").rpartition(" ")
    told = regime.documents.get(number, "")
    return f"{kind} số {number} {told}".strip() if kind and "/" in number else document
