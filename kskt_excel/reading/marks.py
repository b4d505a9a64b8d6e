"""The marks of an issued workbook (properties, names, hidden rows) and whose it is by them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from kskt_excel.model.book import Book, CellRef, Raw, Sheet
from kskt_excel.model.errors import UnknownPeriodError
from kskt_excel.model.finding import Finding
from kskt_excel.model.forms import MARK_ROW
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.patterns import lazy_pattern
from kskt_excel.model.period import Period
from kskt_excel.model.plan import Plan
from kskt_excel.model.reading import Identity
from kskt_excel.reading.cells import ReadingTables, remark
from kskt_excel.text.periods import period
from kskt_excel.text.shown import given
from kskt_excel.text.spelling import clean, clean_text, plain_key

ROW_MARK = "kskt:"
RESULT_MARK = "kskt:ket-qua/"
_ITEMS = ("template", "version", "unit", "period")
_NAMES = frozenset(f"kskt_{item}" for item in _ITEMS)
_ROWS_WITH_MARKS = 12  # rows and columns put in above and before move the mark
_COLUMNS_WITH_MARKS = 12  # as for the rows
# «kskt:ho-so/1.2;unit=VP;period=2022-Q1», in any order and with further items behind the version.
_MARK = lazy_pattern(r"kskt:([\w-]+)/([\w.]+)((?:;[\w-]+=[^;]*)*)\s*")
# 'Thông tin'!$B$5; a quote in a name is written twice.
_REFERENCE = lazy_pattern(r"'?((?:[^'!]|'')+)'?!(\$?[A-Z]{1,3}\$?\d{1,7})")


@dataclass(frozen=True, slots=True)
class SheetMark:
    """What the hidden row of a sheet says (dấu của trang tính)."""

    form: str
    version: str
    unit: str = ""
    period: str = ""
    forms: tuple[str, ...] = ()  # ids of every form that the workbook was issued with


def sheet_mark(text: str, roles: Mapping[str, str]) -> SheetMark | None:
    """What a mark says, forms by their roles; None for none, or another kind of mark."""
    match = _MARK.fullmatch(text)
    if not match:
        return None
    items = dict(item.split("=", 1) for item in match[3].split(";") if item)
    forms = tuple(roles.get(one, one) for one in items.get("forms", "").split())
    own = roles.get(match[1], match[1])
    return SheetMark(own, match[2], items.get("unit", ""), items.get("period", ""), forms)


def mark_text(sheet: Sheet) -> str:
    """The mark of a sheet, wherever inserted rows and columns have moved it; "" without one."""
    usual = sheet.at(MARK_ROW, 1)
    rows = sheet.rows[:_ROWS_WITH_MARKS]
    elsewhere = (value for row in rows for value in row[:_COLUMNS_WITH_MARKS])
    for value in chain((usual,), elsewhere):
        if isinstance(value, str) and value.lstrip().startswith(ROW_MARK):
            return clean_text(value)
    return ""


def property_marks(book: Book) -> Mapping[str, str]:
    """Marks in the custom document properties, by item."""
    return _marks({name: given(value) for name, value in book.properties.items()})


def name_marks(book: Book) -> Mapping[str, str]:
    """Marks in the defined names, by item: ``="VP"``, or the cell that a name points to."""
    ours = {name: text for name, text in book.names.items() if name.lower() in _NAMES}
    return _marks({name: _named_value(book, text) for name, text in ours.items()})


def _marks(named: Mapping[str, str]) -> Mapping[str, str]:
    lower = {name.lower(): value.strip() for name, value in named.items()}
    marks = {item: lower.get(f"kskt_{item}", "") for item in _ITEMS}
    return {item: value for item, value in marks.items() if value}


def _named_value(book: Book, text: str) -> str:
    text = text.strip().removeprefix("=")
    if match := _REFERENCE.fullmatch(text):
        return given(_cell(book, match[1].replace("''", "'"), match[2]))
    return text.strip('"').replace('""', '"')


def _cell(book: Book, name: str, a1: str) -> Raw:
    at = CellRef.parse(name, a1)
    return next((sheet.at(at.row, at.column) for sheet in book.sheets if sheet.name == name), None)


_HIDDEN = ("property", "name", "row")
_WORDS = {"unit": "đơn vị", "period": "kỳ báo cáo"}
_TITLE_ROWS = 8  # letterhead, motto, title, period stand above the table
_TITLE_COLUMNS = 12  # a title is centred over its table: further right stands something else
_LONGEST_TITLE = 200  # a title with agency and period; longer is a guide's text
_TEMPLATE = "don-vi"


class Labelled(NamedTuple):
    """What sheet «Thông tin» says, and the cells where it does, by column key."""

    texts: Mapping[str, str]
    places: Mapping[str, CellRef]


@dataclass(frozen=True, slots=True)
class Claim:
    """What one kind of mark says, as far as it can be understood."""

    source: str
    unit: str = ""
    period: str = ""
    version: str = ""

    def says(self, item: str) -> str:
        """Unit or period that it claims, "" for none."""
        return self.unit if item == "unit" else self.period


def identify(
    book: Book,
    marks: Sequence[SheetMark],
    labelled: Labelled,
    titled: Iterable[Sheet],
    kit: ReadingTables,
) -> tuple[Identity, list[Finding]]:
    """Who the workbook is from and for when; disagreeing hidden marks are a finding.

    ``titled`` are the sheets whose title rows may tell what nothing else does. Among marks that
    disagree most sources win, then the stronger one.
    """
    claims = list(_claims(book, marks, labelled.texts, kit))
    findings = [
        note for item in ("unit", "period") for note in _disagreement(claims, item, kit.plan)
    ]
    unit, by_unit = _most_claimed(claims, "unit")
    when, by_period = _most_claimed(claims, "period")
    if not (unit and when):
        told = _told_by_titles(titled, kit)
        unit, by_unit = (unit, by_unit) if unit else (told.unit, told.source)
        when, by_period = (when, by_period) if when else (told.period, told.source)
    findings += _unknown(unit, when, labelled, kit)
    if by_period == "label":
        findings += _unsure(labelled, kit)
    version = next((claim.version for claim in claims if claim.version), "")
    found_by = by_unit if unit else by_period if when else ""
    template = _TEMPLATE if unit or when or marks else ""
    forms = next((mark.forms for mark in marks if mark.forms), ())
    return Identity(template, version, unit, when, found_by, forms), findings


def _claims(
    book: Book, marks: Sequence[SheetMark], labels: Mapping[str, str], kit: ReadingTables
) -> Iterator[Claim]:
    for source, found in (("property", property_marks(book)), ("name", name_marks(book))):
        yield Claim(
            source,
            kit.vocabulary.unit_code(found.get("unit", "")),
            _marked_period(found.get("period", ""), kit),
            found.get("version", ""),
        )
    units = Counter(code for mark in marks if (code := kit.vocabulary.unit_code(mark.unit)))
    periods = Counter(when for mark in marks if (when := _marked_period(mark.period, kit)))
    yield Claim("row", _most(units), _most(periods))
    yield Claim(
        "label",
        kit.vocabulary.unit_code(labels.get("unit_code", ""))
        or kit.vocabulary.unit_code(labels.get("unit_name", "")),
        _period_id(labels.get("period", ""), kit),
        labels.get("template_version", "").rpartition("/")[2],
    )


def _most(found: Counter[str]) -> str:
    return found.most_common(1)[0][0] if found else ""


def _most_claimed(claims: Sequence[Claim], item: str) -> tuple[str, str]:
    """The value most sources give, the stronger source first, with that source."""
    hidden = [claim for claim in claims if claim.says(item) and claim.source in _HIDDEN]
    chosen = hidden or [claim for claim in claims if claim.says(item)]
    votes = Counter(claim.says(item) for claim in chosen)
    if not votes:
        return "", ""
    value = max(votes, key=lambda one: votes[one])
    source = next(claim.source for claim in chosen if claim.says(item) == value)
    return value, source


def _disagreement(claims: Sequence[Claim], item: str, plan: Plan) -> Iterator[Finding]:
    hidden = {c.says(item) for c in claims if c.source in _HIDDEN and c.says(item)}
    if len(hidden) > 1:
        taken, _ = _most_claimed(claims, item)
        said = ", ".join(mark_name(one, plan) for one in sorted(hidden))
        params = {"what": _WORDS[item], "said": said, "taken": mark_name(taken, plan)}
        yield remark("identity.marks_disagree", None, params)


def mark_name(mark: str, plan: Plan) -> str:
    """A unit or a period that a mark names, as people call it."""
    if mark in plan.unit_by_code:
        return plan.unit_by_code[mark].name
    try:
        return plan.period(mark).label
    except UnknownPeriodError:
        return mark


def _unsure(labelled: Labelled, kit: ReadingTables) -> Iterator[Finding]:
    """That a period which only its label tells is written so that it may be another."""
    read = period(labelled.texts["period"], year=kit.plan.year)
    if read.outcome == "warn":
        yield remark(read.code, labelled.places["period"], read.params)


def _unknown(unit: str, when: str, labelled: Labelled, kit: ReadingTables) -> Iterator[Finding]:
    """That nothing tells whose or for when it is: at the cell that should, with what it says."""
    labels, places = labelled
    if not unit:
        key = "unit_name" if labels.get("unit_name") else "unit_code"
        given, at = labels.get(key, ""), places.get(key) or places.get("unit_name")
        like = kit.vocabulary.unit_like(given) if given else ""
        near = f" Có phải là “{like}”?" if like else ""
        template = "" if given else "identity.unit_not_told"
        yield remark("identity.unit_unknown", at, {"given": given, "near": near}, template)
    if not when:
        given = labels.get("period", "")
        read = period(given, year=kit.plan.year)
        template = (read.code if read.outcome == "error" else "") if given else _NO_PERIOD
        params = {**read.params, "given": given}
        yield remark("identity.period_unknown", places.get("period"), params, template)


_NO_PERIOD = "identity.period_not_told"


def _told_by_titles(sheets: Iterable[Sheet], kit: ReadingTables) -> Claim:
    """Unit and period named in the title rows of the sheets."""
    units: Counter[str] = Counter()
    periods: Counter[str] = Counter()
    for sheet in sheets:
        for text in _title_texts(sheet):
            for part in _parts(text):
                if code := kit.vocabulary.unit_code(part):
                    units[code] += 1
                if when := _period_id(part, kit):
                    periods[when] += 1
    return Claim("content", _most(units), _most(periods))


def _title_texts(sheet: Sheet) -> Iterator[str]:
    values: Iterable[Raw] = (
        value for row in sheet.rows[:_TITLE_ROWS] for value in row[:_TITLE_COLUMNS]
    )
    for value in values:
        if isinstance(value, str) and len(value) <= _LONGEST_TITLE:
            yield clean(value).text


def _parts(text: str) -> Iterator[str]:
    """A title line and its pieces: ``Đơn vị: Văn phòng Sở - Quý I/2022 (từ ngày …)``."""
    yield text
    bare = text.partition("(")[0].strip()
    for piece in (bare, *bare.split(" - "), *bare.split(" – ")):
        yield piece
        yield piece.partition(":")[2].strip()
    position = bare.lower().find("quý")
    if position > 0:
        yield bare[position:]


def _marked_period(text: str, kit: ReadingTables) -> str:
    """The period of a hidden mark: also one that stands alone."""
    try:
        return kit.plan.period(text).id
    except UnknownPeriodError:
        return _period_id(text, kit)


def _period_id(text: str, kit: ReadingTables) -> str:
    """The period that a person wrote; a month is none, for who means a quarter writes it too."""
    for one in map(Period.of_campaign, kit.plan.regimes.campaigns):
        if plain_key(one.label) == plain_key(text):
            return one.id
    return _period_of(text, kit.plan.year) if text else ""


@lru_cache(maxsize=256)
def _period_of(text: str, year: int) -> str:
    try:
        found: Period | None = Period.parse(text)
    except UnknownPeriodError:
        found = None
    if found is None or found.stands_alone:
        found = period(text, year=year).value
    return found.id if found and not found.cumulative else ""  # units report quarters
