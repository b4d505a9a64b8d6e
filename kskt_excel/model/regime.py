"""The reporting regime (chế độ báo cáo) of a time: its words, and by what the work is judged.

An evaluation scheme (bộ tiêu chí đánh giá) has criteria, how their points are found, and classes;
a campaign collects something once.
"""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from fractions import Fraction
from functools import cache, cached_property
from typing import Final

from kskt_excel.model.book import CellRef
from kskt_excel.model.expressions import Aggregate, in_roles, parse
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.patterns import lazy_pattern
from kskt_excel.model.period import Campaign, valid_on

MINIMUM: Final = "minimum"
"""Name of the share that the office sets in its plan: «Tỷ lệ toàn bộ quy trình tối thiểu (%)»."""
_NAME: Final = lazy_pattern(r"[a-z][a-z0-9_]*")
_TERM: Final = lazy_pattern(r"\s*([+-])?\s*(\d+|[a-z][a-z0-9_]*)\s*")
# «20% of procedures», «minimum% of one_stop»
_SHARE: Final = lazy_pattern(r"\s*(\d+(?:\.\d+)?|[a-z][a-z0-9_]*)\s*%\s*of\s+")
_OPERATOR: Final = lazy_pattern(r"<=|>=|!=|=|<|>")  # the long ones first: «<=» begins with «<»
_PLACEHOLDER: Final = lazy_pattern(r"\{([^{}]*)\}")
_REPORTS: Final = lazy_pattern(r"reports\(([\w-]+)\)")
_PER_CENT: Final = 100

Counts = Mapping[str, int]


class SchemeError(ValueError):
    """A condition, a sum or a basis of a scheme that cannot be understood; says which words."""


@dataclass(frozen=True, slots=True)
class SchemeAmount:
    """Figures added up, or a share of them: ``online + offline``, ``20% of procedures``."""

    terms: tuple[tuple[int, str], ...]  # sign and name; a name may be a whole number
    share: str = ""  # in per cent: a number or a name; "" for all of it

    @property
    def names(self) -> Iterator[str]:
        """The figures that it needs."""
        given = (*(name for _, name in self.terms), self.share)
        return (name for name in given if _NAME.fullmatch(name))

    def value(self, counts: Mapping[str, Fraction]) -> Fraction:
        """The amount that the counts, by the names of their figures, give."""
        whole = sum((sign * _number(name, counts) for sign, name in self.terms), Fraction(0))
        return whole * _number(self.share, counts) / _PER_CENT if self.share else whole


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two amounts compared: ``whole >= minimum% of one_stop``."""

    left: SchemeAmount
    op: str
    right: SchemeAmount

    def holds(self, counts: Mapping[str, Fraction]) -> bool:
        """Whether the comparison holds for the counts."""
        left, right = self.left.value(counts), self.right.value(counts)
        if self.op in ("=", "!="):
            return (left == right) is (self.op == "=")
        if self.op in ("<", "<="):
            return left < right or (self.op == "<=" and left == right)
        return left > right or (self.op == ">=" and left == right)


@dataclass(frozen=True, slots=True)
class ScoreStep:
    """A step (bậc điểm) of a criterion: when it holds, its points.

    ``mean`` names the dossiers that get 2, 1 and 0 points, of which the mean is taken. With neither
    points nor a mean the criterion is left out of the total.
    """

    when: str = ""  # comparisons joined by «and»; "" holds always
    points: int | None = None
    mean: tuple[str, ...] = ()
    basis: str = ""  # instead of the criterion's own; {basis} stands for that

    @property
    def comparisons(self) -> tuple[Comparison, ...]:
        """The comparisons that must all hold for the step. Raises SchemeError."""
        return comparisons(self.when) if self.when else ()


@dataclass(frozen=True, slots=True)
class Criterion:
    """A criterion (chỉ số đánh giá): the first of its steps that holds gives the points."""

    number: int
    content: str
    scale: str  # what gives how many points, in short
    averaged: bool = False  # its points are a mean over dossiers, with one decimal
    basis: str = ""  # what the points rest on, figures in braces
    steps: tuple[ScoreStep, ...] = ()

    @property
    def names(self) -> frozenset[str]:
        """The figures that it needs, sums of figures among them. Raises SchemeError."""
        found: set[str] = set(names_in_basis(self.basis))
        for step in self.steps:
            found.update(step.mean, names_in_basis(step.basis))
            for one in step.comparisons:
                found.update((*one.left.names, *one.right.names))
        return frozenset(found - {MINIMUM, "basis"})


@dataclass(frozen=True)
class Scheme:
    """How the handling of procedures is judged in a time (bộ tiêu chí đánh giá)."""

    cited: str  # "Thông tư 01/2018/TT-VPCP"
    figures: Mapping[str, str]  # name -> expression over records, or reports(sheet)
    sums: Mapping[str, str]  # name -> sum of figures: "online + offline"
    criteria: tuple[Criterion, ...]
    classes: tuple[tuple[int, str], ...]  # from how many points on, the best one first
    weighed_by: tuple[str, ...] = ()  # figures by which the units' own points are weighed
    most_points: int = 2  # of one criterion
    said_at: Mapping[str, CellRef] = field(default_factory=dict, compare=False)
    """File and line of each figure, where its file says it itself."""

    @cached_property
    def by_number(self) -> Mapping[int, Criterion]:
        """Criteria by number."""
        return {one.number: one for one in self.criteria}

    def class_of(self, total: float) -> str:
        """The class of a total of points; the lowest where the total reaches none."""
        found = (name for least, name in self.classes if total >= least)
        return next(found, self.classes[-1][1] if self.classes else "")

    @cached_property
    def reported_sheets(self) -> Mapping[str, str]:
        """The figures ``reports(sheet)``, how many units gave a sheet: the sheet by name."""
        found = ((name, _REPORTS.fullmatch(text)) for name, text in self.figures.items())
        return {name: match[1] for name, match in found if match}

    @cached_property
    def record_figures(self) -> Mapping[str, Aggregate]:
        """The figures that are counted over records, by name."""
        counted = (one for one in self.figures.items() if one[0] not in self.reported_sheets)
        return {name: parse(text).aggregates[0] for name, text in counted}

    @cached_property
    def _sums(self) -> Mapping[str, SchemeAmount]:
        return {name: amount(text) for name, text in self.sums.items()}

    def in_roles(self, roles: Mapping[str, str]) -> "Scheme":
        """The scheme with forms named by the roles that they play."""
        figures = {name: in_roles(text, roles) for name, text in self.figures.items()}
        return replace(self, figures=figures)

    def with_sums(self, counts: Counts) -> Mapping[str, Fraction]:
        """The counts with the sums of them that the scheme names."""
        known = {name: Fraction(count) for name, count in counts.items()}
        for name, one in self._sums.items():
            known[name] = one.value(known)
        return known

    def figures_of(self, number: int) -> tuple[str, ...]:
        """Which of the figures a criterion rests on, in the scheme's order."""
        needed = set(self.by_number[number].names)
        for name in list(self.sums)[::-1]:
            if name in needed:
                needed.update(self._sums[name].names)
        return tuple(name for name in self.figures if name in needed)


def names_in_basis(basis: str) -> Iterator[str]:
    """The figures in the braces of a basis. Raises SchemeError."""
    for inside in _PLACEHOLDER.findall(basis):
        part, whole, limits = placeholder(inside)
        yield from (name for name in (part, whole, *limits) if _NAME.fullmatch(name))


def placeholder(inside: str) -> tuple[str, str, tuple[str, ...]]:
    """What stands in braces: a figure, the whole that it is shown as a share of, limits.

    ``whole/one_stop|minimum`` is shown as a share with the decimals that tell on which side of
    each limit it is. Raises SchemeError.
    """
    figure, *limits = (part.strip() for part in inside.split("|"))
    part, slash, whole = (one.strip() for one in figure.partition("/"))
    words = (part, *([whole] if slash else ()))
    if not all(_NAME.fullmatch(word) for word in words) or (limits and not slash):
        raise SchemeError(inside)
    if not all(_NAME.fullmatch(one) or one.isdecimal() for one in limits):
        raise SchemeError(inside)
    return part, whole, tuple(limits)


def filled_basis(basis: str, shown: Mapping[str, str]) -> str:
    """A basis with what is shown for the text in each pair of braces."""
    return _PLACEHOLDER.sub(lambda match: shown[match[1]], basis)


def placeholders(basis: str) -> tuple[str, ...]:
    """The texts in the braces of a basis."""
    return tuple(_PLACEHOLDER.findall(basis))


@cache
def comparisons(text: str) -> tuple[Comparison, ...]:
    """Comparisons joined by «and». Raises SchemeError."""
    found = []
    for part in re.split(r"\s+and\s+", text.strip()):
        operators = _OPERATOR.findall(part)
        if len(operators) != 1:
            raise SchemeError(part)
        left, _, right = part.partition(operators[0])
        found.append(Comparison(amount(left), operators[0], amount(right)))
    return tuple(found)


@cache
def amount(text: str) -> SchemeAmount:
    """The amount of a text. Raises SchemeError."""
    share = _SHARE.match(text)
    rest = text[share.end() :] if share else text
    terms, position = [], 0
    while position < len(rest.rstrip()):
        match = _TERM.match(rest, position)
        if not match or (position > 0 and not match[1]):
            raise SchemeError(text.strip())
        terms.append((-1 if match[1] == "-" else 1, match[2]))
        position = match.end()
    if not terms:
        raise SchemeError(text.strip())
    return SchemeAmount(tuple(terms), share[1] if share else "")


def _number(name: str, counts: Mapping[str, Fraction]) -> Fraction:
    return counts[name] if _NAME.fullmatch(name) else Fraction(name)


@dataclass(frozen=True, slots=True)
class Regime:
    """What law and office call things in a time, and by what the work is judged.

    A period has the regime that is in force on its last day.
    """

    id: str
    name: str
    work: str  # «kiểm soát thủ tục hành chính»
    short: str  # «KSTTHC»
    subject: str  # what the report is about, as its abstract says
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    verified: bool = False  # held against the published texts
    source: str = ""
    one_stop_law: str = ""  # that governs the one-stop mechanism: «Nghị định 61/2018/NĐ-CP»
    documents: Mapping[str, str] = field(
        default_factory=dict
    )  # number -> day, issuer and abstract, as a document is first cited
    replaced: Mapping[str, str] = field(
        default_factory=dict
    )  # number of a document -> number and day of the one in its place
    unverified: tuple[str, ...] = ()  # what nobody has held against the published texts
    scheme: Scheme | None = None  # None: nobody has entered one

    def in_force(self, day: dt.date) -> bool:
        """Whether the regime is in force on a day."""
        return valid_on(day, self.valid_from, self.valid_to)


NO_REGIME = Regime("", "", "", "", "")


@dataclass(frozen=True)
class Regimes:
    """Every regime and every campaign that a workspace knows."""

    every: tuple[Regime, ...] = ()
    campaigns: tuple[Campaign, ...] = ()
    sha256: str = ""  # over the files, part of cache keys

    def in_roles(self, roles: Mapping[str, str]) -> "Regimes":
        """The regimes and campaigns with forms named by the roles that they play."""
        if not roles:
            return self
        every = tuple(
            replace(one, scheme=one.scheme.in_roles(roles)) if one.scheme else one
            for one in self.every
        )
        campaigns = tuple(
            replace(one, forms=tuple(roles.get(form, form) for form in one.forms))
            for one in self.campaigns
        )
        return replace(self, every=every, campaigns=campaigns)

    def named(self, name: str) -> Regime | None:
        """The regime of an id; None where there is none."""
        return next((one for one in self.every if one.id == name), None)

    def on(self, day: dt.date) -> Regime:
        """The regime of a day: of those in force the newest; before all of them the first.

        After all of them it is the newest one, without its scheme: that is judged by no more.
        """
        in_force = [one for one in self.every if one.in_force(day)]
        if in_force:
            return max(in_force, key=_start)
        ended = [one for one in self.every if _start(one) <= day]
        if ended:
            return replace(max(ended, key=_start), scheme=None)
        return min(self.every, key=_start, default=NO_REGIME)


def _start(regime: Regime) -> dt.date:
    return regime.valid_from or dt.date.min
