"""The small language of figures: parsed once into terms, never evaluated as code.

docs/architecture.md, "Figures", names every term.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final, TypeAlias

from kskt_excel.model.errors import KsktError
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.patterns import lazy_pattern

COMPARISONS: Final = frozenset({"<", "<=", ">", ">="})
"""Operators of a condition that ask which of two is the larger."""
_AGGREGATE = r"(?P<kind>sum|count|distinct|text|max)\((?P<body>[^()]*)\)"
_SPECIAL = r"(?P<special>tasks|units|pakn|published|activities|inspections)\((?P<argument>\w+)\)"
_TOTAL = r"(?P<form>[\w.]+)\[(?P<total>\d+)\]"
_OWN = r"(?P<rule>first|last|sum)?\[(?P<own>\d+)\]"
_NUMBER = r"(?P<number>\d+)"
# «+ sum(ho-so.late where reviewed)», «[4]», «last[9]», «II.06a[8]», «12»; no product, no brackets
# around terms. Own columns before totals: «sum[9]» would be a form called «sum».
_TERM = lazy_pattern(
    rf"\s*(?P<sign>[+-])?\s*(?:{_AGGREGATE}|{_SPECIAL}|{_OWN}|{_TOTAL}|{_NUMBER})\s*"
)
_CELL = lazy_pattern(r"(?P<sheet>[\w-]+)\.(?P<column>\w+)")
# «reviewed», «not carried», «online_level in 3|4», «received >= 5», «decision filled»
_CONDITION = lazy_pattern(
    r"(?P<no>not\s+)?(?P<column>\w+)"
    r"(?:\s+(?P<state>filled|blank)|\s*(?P<op>!=|<=|>=|=|<|>|\bin\b)\s*(?P<given>.+))?"
)
_SPECIALS = {
    "pakn(on_time)": "count(pakn where on_time)",
    "pakn(all)": "count(pakn where judged)",
    "published(on_time)": "count(cong-bo where published_on_time)",
    "published(all)": "count(cong-bo where publication_due)",
}
_COUNTED = {
    *("tasks(done)", "tasks(all)", "tasks(due)", "tasks(done_due)"),
    *("units(on_time)", "units(all)", "units(plan)"),
    *("activities(planned)", "activities(done)", "inspections(planned)", "inspections(done)"),
}


class ExpressionError(KsktError):
    """A figure's expression that cannot be understood."""

    def __init__(self, text: str, why: str) -> None:
        super().__init__(f"Biểu thức “{text}” chưa đọc được: {why}.")
        self.why = why


@dataclass(frozen=True, slots=True)
class Condition:
    """What a record must fulfil: ``op`` is yes, no, filled, blank, in, or a comparison."""

    column: str
    op: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Aggregate:
    """A figure over the records of one sheet: sum, count, distinct, text or max."""

    kind: str
    sheet: str
    columns: tuple[str, ...]  # empty for count
    conditions: tuple[Condition, ...] = ()
    text: str = ""  # as written


@dataclass(frozen=True, slots=True)
class OwnColumn:
    """Another column of the same row; ``rule`` says of which quarters, in cumulative rules."""

    number: str
    rule: str = ""  # "", "sum", "first", "last"


@dataclass(frozen=True, slots=True)
class FormTotal:
    """The total of a column of a printed form."""

    form: str
    number: str


@dataclass(frozen=True, slots=True)
class Counted:
    """Counted by the plan beside the units' rows: ``tasks(done_due)``, ``activities(done)``."""

    name: str


@dataclass(frozen=True, slots=True)
class Constant:
    """A whole number."""

    value: int


Item: TypeAlias = Aggregate | OwnColumn | FormTotal | Counted | Constant


@dataclass(frozen=True, slots=True)
class Expression:
    """Signed terms that are added up."""

    text: str
    terms: tuple[tuple[int, Item], ...]

    @property
    def aggregates(self) -> tuple[Aggregate, ...]:
        """The terms that read records."""
        return tuple(item for _, item in self.terms if isinstance(item, Aggregate))

    @property
    def reads_records(self) -> bool:
        """Whether its figure comes from units' cells and not from other columns."""
        return bool(self.aggregates)


@cache
def parse(text: str) -> Expression:
    """The terms of an expression. Raises ExpressionError."""
    terms = tuple(_terms(text))
    if not terms:
        raise ExpressionError(text, "biểu thức trống")
    return Expression(text, terms)


def _terms(text: str) -> Iterator[tuple[int, Item]]:
    position = 0
    while position < len(text.rstrip()):
        match = _TERM.match(text, position)
        if not match or (position > 0 and not match["sign"]):
            raise ExpressionError(text, f"không hiểu từ “{text[position:].strip()}”")
        yield (-1 if match["sign"] == "-" else 1), _item(text, match)
        position = match.end()


def _item(text: str, match: re.Match[str]) -> Item:
    if match["kind"]:
        return _aggregate(text, match["kind"], match["body"])
    if match["special"]:
        return _special(text, f"{match['special']}({match['argument']})")
    if match["own"]:
        return OwnColumn(match["own"], match["rule"] or "")
    if match["form"]:
        return FormTotal(match["form"], match["total"])
    return Constant(int(match["number"]))


def _special(text: str, name: str) -> Item:
    if name in _COUNTED:
        return Counted(name)
    if name in _SPECIALS:
        return parse(_SPECIALS[name]).aggregates[0]
    raise ExpressionError(text, f"không có đại lượng “{name}”")


def _aggregate(text: str, kind: str, body: str) -> Aggregate:
    written = f"{kind}({body})"
    subject, where, clause = body.partition(" where ")
    conditions = tuple(_condition(text, part) for part in clause.split(" and ") if where)
    if kind == "count":
        return Aggregate(kind, subject.strip(), (), conditions, written)
    cells = [_CELL.fullmatch(part.strip()) for part in subject.split("+")]
    found = [cell for cell in cells if cell]
    sheets = {cell["sheet"] for cell in found}
    if len(found) < len(cells) or len(sheets) != 1:
        raise ExpressionError(text, f"“{subject.strip()}” phải là biểu.cột của một biểu")
    if kind != "sum" and len(found) > 1:
        raise ExpressionError(text, f"{kind} chỉ nhận một cột")
    columns = tuple(cell["column"] for cell in found)
    return Aggregate(kind, sheets.pop(), columns, conditions, written)


def _condition(text: str, part: str) -> Condition:
    if not part.strip():
        raise ExpressionError(text, "thiếu điều kiện")
    match = _CONDITION.fullmatch(part.strip())
    if not match or (match["no"] and (match["state"] or match["op"])):
        raise ExpressionError(text, f"không hiểu điều kiện “{part.strip()}”")
    if match["state"]:
        return Condition(match["column"], match["state"])
    if not match["op"]:
        return Condition(match["column"], "no" if match["no"] else "yes")
    given = tuple(value.strip() for value in match["given"].split("|"))
    return Condition(match["column"], match["op"], given)


def in_roles(text: str, roles: Mapping[str, str]) -> str:
    """A text in which ids of forms stand by themselves, each with its role in its place."""
    if not roles:
        return text
    ids = "|".join(map(re.escape, sorted(roles, key=len, reverse=True)))
    named = re.compile(rf"(?<![\w.-])(?:{ids})(?![\w-])(?!\.\w+\[)")
    return named.sub(lambda match: roles[match[0]], text)
