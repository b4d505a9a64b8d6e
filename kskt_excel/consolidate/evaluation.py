"""The evaluation of a period: nine criteria, total, classification.

Source: Thông tư 01/2018/TT-VPCP, Điều 13–15.
"""

from collections.abc import Mapping
from fractions import Fraction

from kskt_excel.consolidate.scores import FIGURES, Score, one_decimal, scores
from kskt_excel.consolidate.sources import Sources
from kskt_excel.consolidate.totals import totals_of
from kskt_excel.consolidate.unprinted import EVALUATION
from kskt_excel.model.consolidation import CriterionScore, Evaluation
from kskt_excel.model.criteria import CRITERIA
from kskt_excel.model.reading import SheetState

_CLASSES = ((15, "Xuất sắc"), (12, "Tốt"), (9, "Khá"), (6, "Trung bình"), (0, "Yếu"))
_MINIMUM = "Tỷ lệ toàn bộ quy trình tối thiểu (%)"
_DEFAULT_MINIMUM = 20


def evaluation(sources: Sources) -> Evaluation:
    """The nine criteria with the units' own points beside; those without data are left out."""
    minimum = sources.quarters[-1].ground.days(_MINIMUM, _DEFAULT_MINIMUM)
    computed = scores(_counts(sources), minimum)
    own = _self_scores(sources)
    criteria = tuple(
        _criterion(one.number, one.content, own.get(one.number, {}), computed[one.number])
        for one in CRITERIA
    )
    points = [one.office_score for one in criteria if one.office_score is not None]
    total = one_decimal(sum((_exact(point) for point in points), Fraction(0)))
    return Evaluation(criteria, total, len(points), classification(total) if points else "")


def classification(total: float) -> str:
    """The class of a total of at most 18 points (Điều 15 khoản 3)."""
    return next(name for least, name in _CLASSES if total >= least)


def _counts(sources: Sources) -> Mapping[str, int]:
    totals = totals_of(EVALUATION, FIGURES.values(), sources)
    counts = {name: int(totals[aggregate]) for name, aggregate in FIGURES.items()}
    told = (SheetState.FILLED, SheetState.NIL)
    sheets = [report.reading.sheets.get("pakn") for report in sources.reports]
    return counts | {"feedback_reports": sum(1 for one in sheets if one and one.state in told)}


def _self_scores(sources: Sources) -> Mapping[int, Mapping[str, float]]:
    """Points that units gave themselves, by criterion and unit; the latest quarter's."""
    own: dict[int, dict[str, float]] = {}
    for report in sources.reports:
        sheet = report.reading.sheets.get("danh-gia")
        for record in sheet.records if sheet else ():
            score = record.values.get("self_score")
            number = str(record.values.get("criterion", record.key))
            if isinstance(score, int | float) and number.isdigit():
                own.setdefault(int(number), {})[report.unit] = float(score)
    return own


def _criterion(number: int, content: str, own: Mapping[str, float], score: Score) -> CriterionScore:
    mean = sum((_exact(one) for one in own.values()), Fraction(0)) / len(own) if own else None
    return CriterionScore(
        number=number,
        content=content,
        self_scores=own,
        self_score=None if mean is None else one_decimal(mean),
        office_score=score.points,
        basis=score.basis,
    )


def _exact(points: float) -> Fraction:
    """The decimal as written, so that halves round as on paper."""
    return Fraction(str(points))
