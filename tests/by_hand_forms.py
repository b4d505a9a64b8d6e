"""Every printed form of a quarter, counted by hand: rows by their key, and the total."""

from collections.abc import Callable, Collection, Mapping

from tests import by_hand as hand
from tests.by_hand import Figures, Line

Form = tuple[dict[str, Figures], Figures]


def forms(quarter: str, counting: Collection[str]) -> dict[str, Form]:
    """The eight forms from what the given units reported; others have no figures."""
    texts = hand.lines("vbqppl", quarter, counting)
    return {
        "II.01": _of_units(texts, hand.form_01, counting),
        "II.02": _of_units(texts, hand.form_02, counting),
        "II.03": _form_03(quarter, counting),
        "II.04": _form_04(hand.lines("ra-soat", quarter, counting)),
        "II.05a": _form_05a(hand.lines("pakn", quarter, counting)),
        "II.06a": _form_06a(hand.lines("ho-so", quarter, counting)),
        "II.07b": _of_units(hand.catalogue(quarter, counting), hand.form_07b, counting),
        "II.08": _form_08(quarter, counting),
    }


def _of_units(
    some: list[Line], count: Callable[[list[Line]], Figures], counting: Collection[str]
) -> Form:
    rows = {unit: count(own) for unit, own in hand.by_unit(some).items()}
    return _without_silent(rows, counting), count(some)


def _without_silent(rows: dict[str, Figures], counting: Collection[str]) -> dict[str, Figures]:
    """Units that count keep their figures, the others have none."""
    return {
        unit: figures if unit in counting else dict.fromkeys(figures)
        for unit, figures in rows.items()
    }


def _form_03(quarter: str, counting: Collection[str]) -> Form:
    published = hand.lines("cong-bo", quarter, counting)
    texts = hand.lines("vbqppl", quarter, counting)
    own_texts = hand.by_unit(texts)
    rows = {
        unit: hand.form_03(own, own_texts[unit]) for unit, own in hand.by_unit(published).items()
    }
    return _without_silent(rows, counting), hand.form_03(published, texts)


def _form_04(some: list[Line]) -> Form:
    rows = {line["Mã TTHC"]: hand.form_04([line], is_total=False) for line in some}
    return rows, hand.form_04(some, is_total=True)


def _form_05a(some: list[Line]) -> Form:
    by_field = {name: [x for x in some if x["Lĩnh vực"] == name] for name in hand.FIELDS}
    return {name: hand.form_05a(own) for name, own in by_field.items()}, hand.form_05a(some)


def _form_06a(some: list[Line]) -> Form:
    rows = {name: hand.form_06a(own) for name, own in hand.by_field(some).items()}
    return rows, hand.form_06a(some)


def _form_08(quarter: str, counting: Collection[str]) -> Form:
    known, dossiers = hand.catalogue(quarter, counting), hand.lines("ho-so", quarter, counting)
    online = hand.lines("truc-tuyen", quarter, counting)
    parts = [hand.by_field(some) for some in (known, dossiers, online)]
    rows = {name: hand.form_08(*(part[name] for part in parts)) for name in hand.FIELDS}
    return rows, hand.form_08(known, dossiers, online)


def dossiers_so_far(counting: Mapping[str, Collection[str]]) -> Form:
    """Form II.06a over several quarters, given the units that count in each.

    What came and was resolved adds up; a unit opens with its first quarter and is left with what
    was pending in its last one.
    """
    reported = {quarter: hand.lines("ho-so", quarter, units) for quarter, units in counting.items()}
    quarters = list(reported.values())
    first, last = _latest(quarters[::-1]), _latest(quarters)
    every = [line for lines in quarters for line in lines]
    parts = [hand.by_field(some) for some in (every, first, last)]
    rows = {name: _so_far(*(part[name] for part in parts)) for name in hand.FIELDS}
    return rows, _so_far(every, first, last)


def _latest(quarters: list[list[Line]]) -> list[Line]:
    """Each unit's lines of the last of the quarters in which it reported."""
    of_unit: dict[str, list[Line]] = {}
    for lines in quarters:
        of_unit.update((unit, own) for unit, own in hand.by_unit(lines).items() if own)
    return [line for own in of_unit.values() for line in own]


def _so_far(every: list[Line], first: list[Line], last: list[Line]) -> Figures:
    summed, opening, closing = map(hand.form_06a, (every, first, last))
    came = hand.added(every, "Trực tuyến", "Trực tiếp", "Bưu chính công ích")
    opened = hand.added(first, "Từ kỳ trước")
    return summed | {
        "3": came + opened,
        "6": opening["6"],
        **{column: closing[column] for column in ("11", "12", "13")},
    }
