"""Reporting regimes: TOML files of ``templates/che-do`` read, checked as a whole, made nouns."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from kskt_excel.definitions import (
    DamagedFormsError,
    DefinitionFile,
    DefinitionItem,
    ItemPlace,
    Table,
    check_dates,
    check_items,
    nearest,
    place_key,
    read_files,
)
from kskt_excel.model.book import CellRef
from kskt_excel.model.expressions import Aggregate, ExpressionError, parse
from kskt_excel.model.finding import Finding, Severity
from kskt_excel.model.forms import Forms
from kskt_excel.model.period import Campaign
from kskt_excel.model.reading import CARRIED
from kskt_excel.model.regime import (
    MINIMUM,
    Criterion,
    Regime,
    Regimes,
    Scheme,
    SchemeError,
    ScoreStep,
    amount,
    comparisons,
    names_in_basis,
)
from kskt_excel.workspace import REGIMES_FOLDER, packaged_templates

REGIME, CAMPAIGN = "regime", "campaign"
_WHAT: Final = "Chế độ báo cáo"
_ID: Final = r"[a-z0-9]+(?:-[a-z0-9]+)*"
_ADDED_UP: Final = ("sum", "count")

_STEP: Final = {
    "when": DefinitionItem("text", 'when = "one_stop = procedures"'),
    "points": DefinitionItem("whole", "points = 2", most=100),
    "mean": DefinitionItem("texts", 'mean = ["early", "on_time", "overdue"]'),
    "basis": DefinitionItem("text", 'basis = "Không có hồ sơ đã giải quyết"'),
}
_CRITERION: Final = {
    "number": DefinitionItem("whole", "number = 1", needed=True, least=1, most=99),
    "content": DefinitionItem("text", 'content = "Thời gian giải quyết"', needed=True),
    "scale": DefinitionItem("text", 'scale = "2: ngắn hơn; 1: bằng; 0: dài hơn"', needed=True),
    "averaged": DefinitionItem("flag", "averaged = true"),
    "basis": DefinitionItem("text", 'basis = "Hồ sơ trước hạn {early}"'),
    "step": DefinitionItem("tables", "step = [{ points = 0 }]", items=_STEP),
}
_CLASS: Final = {
    "from": DefinitionItem("whole", "from = 15", needed=True, most=1000),
    "name": DefinitionItem("text", 'name = "Xuất sắc"', needed=True),
}
_SCHEME: Final = {
    "cited": DefinitionItem("text", 'cited = "Thông tư 01/2018/TT-VPCP"', needed=True),
    "articles": DefinitionItem("text", 'articles = "Điều 13–15"', retired=True),
    "most_points": DefinitionItem("whole", "most_points = 2", least=1, most=100),
    "weighed_by": DefinitionItem("texts", 'weighed_by = ["early", "on_time"]'),
    "figures": DefinitionItem("named_texts", 'early = "sum(ho-so.resolved_early)"'),
    "sums": DefinitionItem("named_texts", 'settled = "early + on_time"'),
    "criterion": DefinitionItem("tables", "[[scheme.criterion]]", items=_CRITERION),
    "class": DefinitionItem("tables", "[[scheme.class]]", items=_CLASS),
}
REGIME_ITEMS: Final[Mapping[str, DefinitionItem]] = {
    "kind": DefinitionItem("text", 'kind = "regime"', needed=True, choices=(REGIME, CAMPAIGN)),
    "id": DefinitionItem("text", 'id = "2026-07"', needed=True, pattern=_ID),
    "name": DefinitionItem("text", 'name = "Chế độ báo cáo từ ngày 01/7/2026"', needed=True),
    "like": DefinitionItem("text", 'like = "2022"', pattern=_ID),
    "valid_from": DefinitionItem("day", "valid_from = 2026-07-01"),
    "valid_to": DefinitionItem("day", "valid_to = 2027-06-30"),
    "verified": DefinitionItem("flag", "verified = false"),
    "source": DefinitionItem("text", 'source = "Nghị định 118/2025/NĐ-CP"'),
    "work": DefinitionItem("text", 'work = "kiểm soát thủ tục hành chính"'),
    "short": DefinitionItem("text", 'short = "KSTTHC"'),
    "subject": DefinitionItem("text", 'subject = "tình hình kiểm soát thủ tục hành chính"'),
    "one_stop_law": DefinitionItem("text", 'one_stop_law = "Nghị định 118/2025/NĐ-CP"'),
    "unverified": DefinitionItem("texts", 'unverified = ["Chưa có bản gốc biểu mẫu."]'),
    "documents": DefinitionItem(
        "named_texts", '"01/2020/TT-VPCP" = "ngày 21/10/2020 của Văn phòng Chính phủ"'
    ),
    "replaced": DefinitionItem("named_texts", '"61/2018/NĐ-CP" = "118/2025/NĐ-CP ngày 09/6/2025"'),
    "scheme": DefinitionItem("table", "[scheme]", items=_SCHEME),
}
CAMPAIGN_ITEMS: Final[Mapping[str, DefinitionItem]] = {
    "kind": REGIME_ITEMS["kind"],
    "id": DefinitionItem("text", 'id = "tap-huan"', needed=True, pattern=r"[a-z]+(?:-[a-z0-9]+)*"),
    "name": DefinitionItem("text", 'name = "Đợt thu thập số liệu tập huấn"', needed=True),
    "from": DefinitionItem("day", "from = 2022-05-01", needed=True),
    "to": DefinitionItem("day", "to = 2022-05-31", needed=True),
    "due": DefinitionItem("day", "due = 2022-06-03"),
    "forms": DefinitionItem("texts", 'forms = ["tap-huan"]', needed=True),
}
_ITEMS: Final = {REGIME: REGIME_ITEMS, CAMPAIGN: CAMPAIGN_ITEMS}
_OF_EACH: Final = ("work", "short", "subject")
_NOT_TAKEN: Final = frozenset({"kind", "id", "name", "like", "valid_from", "valid_to"})


@cache
def packaged_regimes() -> Regimes:
    """The regimes that come with the program."""
    return read_regimes(packaged_templates() / REGIMES_FOLDER)


def read_regimes(folder: Path, shipped: Path | None = None) -> Regimes:
    """The regimes of a folder, and those of ``shipped`` whose ids it does not have.

    A workspace made before there were regimes has none of its own. Raises DamagedFormsError.
    """
    files, faults, digest = read_files(folder)
    for file in files:
        check_items(file, _ITEMS)
    own = [file for file in files if not file.faults]
    if shipped and shipped != folder and not faults and len(own) == len(files):
        known = {file.table["id"] for file in own}
        others, _, more = read_files(shipped)
        own += [file for file in others if file.table["id"] not in known]
        digest.update(more.digest())
    _check([file for file in own if file.kind == REGIME])
    _check_campaigns([file for file in own if file.kind == CAMPAIGN])
    read = {file.name: file for file in (*own, *files)}
    faults += [one for file in read.values() for one in file.faults]
    if faults:
        raise DamagedFormsError(folder.name, sorted(faults, key=place_key), _WHAT)
    by_id = {file.table["id"]: file.table for file in own if file.kind == REGIME}
    return Regimes(
        tuple(_regime(file, by_id) for file in own if file.kind == REGIME),
        tuple(_campaign(file) for file in own if file.kind == CAMPAIGN),
        digest.hexdigest(),
    )


def _check_campaigns(files: Sequence[DefinitionFile]) -> None:
    """Each campaign's days, and that no two of a year have one id."""
    known: dict[tuple[str, int], str] = {}
    for file in files:
        table = file.table
        if table["to"] < table["from"]:
            file.fault("dates_reversed", ("to",), first=table["from"], last=table["to"])
        if table.get("due", table["to"]) < table["to"]:
            file.fault("regime.due_early", ("due",), given=table["due"], last=table["to"])
        first = known.setdefault((table["id"], table["to"].year), file.name)
        if first != file.name:
            file.fault("regime.id_twice", ("id",), given=table["id"], first=first)


def _campaign(file: DefinitionFile) -> Campaign:
    table = file.table
    return Campaign(
        table["id"],
        table["name"],
        table["from"],
        table["to"],
        table.get("due"),
        tuple(table["forms"]),
        CellRef(file.name, file.text.line(("forms",))),
    )


def stand_beside(regimes: Regimes, forms: Forms, folder: str) -> None:
    """Sees that sheets have what campaigns and schemes ask of them. Raises DamagedFormsError."""
    known = [one.own_id for one in forms.sheet_by_id.values()]
    faults = [
        Finding(
            "regime.campaign_form",
            Severity.ERROR,
            one.said_at,
            {"name": one.name, "given": form, "known": ", ".join(known)},
        )
        for one in regimes.campaigns
        for form in one.forms
        if form not in forms.sheet_by_id
    ]
    faults += [
        Finding(
            "regime.campaign_form_day",
            Severity.ERROR,
            one.said_at,
            {"name": one.name, "given": forms.own_id(form), "last": one.end},
        )
        for one in regimes.campaigns
        for form in one.forms
        if form in forms.sheet_by_id
        and not any(each.id == form and each.in_force(one.end) for each in forms.sheets)
    ]
    faults += [
        one
        for regime in regimes.every
        if regime.scheme
        for one in _unknown_in_figures(regime.scheme, forms)
    ]
    if faults:
        raise DamagedFormsError(folder, faults, _WHAT)


def _aggregates(figure: str) -> Sequence[Aggregate]:
    return () if figure.startswith("reports(") else parse(figure).aggregates


@cache
def _packaged_sheets() -> frozenset[str]:
    """Sheets that the packaged schemes count: an office may have taken one of them out."""
    schemes = [regime.scheme for regime in packaged_regimes().every if regime.scheme]
    figures = [figure for scheme in schemes for figure in scheme.figures.values()]
    return frozenset(one.sheet for figure in figures for one in _aggregates(figure))


def _unknown_in_figures(scheme: Scheme, forms: Forms) -> Iterator[Finding]:
    """Sheets that figures of a scheme name and nobody has; columns that their sheet has not."""
    for name, at in scheme.said_at.items():
        for aggregate in _aggregates(scheme.figures[name]):
            sheets = [one for one in forms.sheets if one.id == aggregate.sheet]
            if not sheets and aggregate.sheet not in _packaged_sheets():
                ids = sorted(forms.own_id(one.id) for one in forms.sheets)
                params = {"name": name, "given": aggregate.sheet, "known": ", ".join(ids)}
                yield Finding("regime.figure_sheet", Severity.ERROR, at, params)
            known = {key for one in sheets for key in one.by_key}
            known |= {question.name for one in sheets for question in one.questions}
            asked = (*aggregate.columns, *(one.column for one in aggregate.conditions))
            for given in asked if sheets else ():
                if given not in (*known, CARRIED):
                    params = {"name": name, "given": given, "sheet": forms.own_id(aggregate.sheet)}
                    params |= {"known": ", ".join(sorted(known))}
                    yield Finding("regime.figure_unknown", Severity.ERROR, at, params)


def _check(files: Sequence[DefinitionFile]) -> None:
    """Ids, dates, what one regime takes from another, and the scheme of each."""
    ids = [file.table["id"] for file in files]
    by_id = dict(zip(ids, files, strict=True))
    for number, file in enumerate(files):
        table, like = file.table, file.table.get("like", "")
        check_dates(file)
        if table["id"] in ids[:number]:
            first = files[ids.index(table["id"])].name
            file.fault("regime.id_twice", ("id",), given=table["id"], first=first)
        if like and (like not in by_id or by_id[like].table.get("like")):
            known = ", ".join(one for one in ids if not by_id[one].table.get("like"))
            file.fault("regime.like_unknown", ("like",), given=like, known=known)
        for item in _OF_EACH if not like else ():
            if item not in table:
                example = REGIME_ITEMS[item].example
                file.fault("item_missing", (), item=item, inside="", example=example)
        if "scheme" in table:
            _CheckedScheme(file).check()


class _CheckedScheme:
    """A scheme whose words are understood and whose names are there, or what is wrong with it."""

    def __init__(self, file: DefinitionFile) -> None:
        self._file = file
        self._table: Table = file.table["scheme"]
        self._known = [*self._table.get("figures", {}), *self._table.get("sums", {}), MINIMUM]

    def check(self) -> None:
        """Keeps every fault with the file."""
        for name, text in self._table.get("figures", {}).items():
            self._check_figure(("scheme", "figures", name), text)
        sums = self._table.get("sums", {})
        for number, (name, text) in enumerate(sums.items()):
            place = ("scheme", "sums", name)
            later = list(sums)[number:]
            for one in self._names(place, text, lambda text: tuple(amount(text).names)):
                if one in later:
                    self._file.fault("circle", place, given=text)
        for one in self._table.get("weighed_by", ()):
            self._check_name(("scheme", "weighed_by"), one, self._table.get("figures", {}))
        numbers = [one["number"] for one in self._table.get("criterion", ())]
        for at, criterion in enumerate(self._table.get("criterion", ())):
            place = ("scheme", "criterion", at)
            if criterion["number"] in numbers[:at]:
                first = self._file.text.line((*place[:2], numbers.index(criterion["number"])))
                given = criterion["number"]
                self._file.fault("twice", place, item="number", given=given, first=first)
            self._check_criterion(place, criterion)
        lowest = [one["from"] for one in self._table.get("class", ())]
        if any(before <= after for before, after in pairwise(lowest)):
            self._file.fault("regime.classes", ("scheme", "class"))

    def _check_criterion(self, place: ItemPlace, criterion: Table) -> None:
        self._names((*place, "basis"), criterion.get("basis", ""), _of_basis)
        most = self._table.get("most_points", 2)
        for at, step in enumerate(criterion.get("step", ())):
            own = (*place, "step", at)
            self._names(own, step.get("basis", ""), _of_basis)
            self._names(own, step.get("when", ""), _of_condition)
            for name in step.get("mean", ()):
                self._check_name(own, name, self._known)
            if step.get("points", 0) > most:
                given, number = step["points"], criterion["number"]
                self._file.fault("regime.points", own, given=given, number=number, most=most)
            if "points" in step and "mean" in step:
                self._file.fault("regime.points_and_mean", own, number=criterion["number"])

    def _check_figure(self, place: ItemPlace, text: str) -> None:
        if text.startswith("reports(") and text.endswith(")"):
            return
        try:
            terms = parse(text).terms
        except ExpressionError as error:
            self._file.fault("expression", place, given=text, why=error.why)
            return
        only = terms[0][1] if len(terms) == 1 else None
        if not (isinstance(only, Aggregate) and only.kind in _ADDED_UP):
            self._file.fault("regime.figure", place, given=text)

    def _names(self, place: ItemPlace, text: str, read: Any) -> tuple[str, ...]:
        """The names of figures in a text, each of which must be there."""
        try:
            names = tuple(read(text)) if text else ()
        except SchemeError as error:
            self._file.fault("regime.unread", place, given=text, part=str(error))
            return ()
        for name in names:
            self._check_name(place, name, self._known)
        return names

    def _check_name(self, place: ItemPlace, name: str, known: Sequence[str] | Table) -> None:
        if name not in known:
            near = nearest(name, known)
            code = "regime.name_near" if near else "regime.name_unknown"
            self._file.fault(code, place, given=name, near=near, known=", ".join(known))


def _of_basis(text: str) -> Iterator[str]:
    return (name for name in names_in_basis(text.replace("{basis}", "")))


def _of_condition(text: str) -> Iterator[str]:
    for one in comparisons(text):
        yield from (*one.left.names, *one.right.names)


def _completed(table: Table, by_id: Mapping[str, Table]) -> Table:
    """A regime with what it does not say taken from the one that it is like."""
    origin = by_id.get(table.get("like", ""), {})
    return {**{k: v for k, v in origin.items() if k not in _NOT_TAKEN}, **table}


def _regime(file: DefinitionFile, by_id: Mapping[str, Table]) -> Regime:
    table = _completed(file.table, by_id)
    own = {k: v for k, v in table.items() if k not in ("kind", "like", "scheme")}
    own["unverified"] = tuple(table.get("unverified", ()))
    scheme = _scheme(table["scheme"]) if "scheme" in table else None
    if scheme and "scheme" in file.table:
        lines = {name: file.text.line(("scheme", "figures", name)) for name in scheme.figures}
        said_at = {name: CellRef(file.name, line) for name, line in lines.items()}
        scheme = replace(scheme, said_at=said_at)
    return replace(Regime(**own), scheme=scheme)


def _scheme(table: Table) -> Scheme:
    return Scheme(
        cited=table["cited"],
        figures=table.get("figures", {}),
        sums=table.get("sums", {}),
        criteria=tuple(map(_criterion, table.get("criterion", ()))),
        classes=tuple((one["from"], one["name"]) for one in table.get("class", ())),
        weighed_by=tuple(table.get("weighed_by", ())),
        most_points=table.get("most_points", 2),
    )


def _criterion(table: Table) -> Criterion:
    own = {k: v for k, v in table.items() if k != "step"}
    steps = (replace(ScoreStep(**one), mean=tuple(one.get("mean", ()))) for one in _steps(table))
    return Criterion(**own, steps=tuple(steps))


def _steps(criterion: Table) -> Sequence[dict[str, Any]]:
    steps: Sequence[dict[str, Any]] = criterion.get("step", ())
    return steps
