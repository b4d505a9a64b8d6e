"""A line for each file that was looked at, and one that counts them."""

from collections.abc import Iterable

from kskt_excel.model.plan import Plan
from kskt_excel.model.submission import Verdict
from kskt_excel.report.check_json import CheckedFile
from kskt_excel.steps.outcome import Line, Tone


def file_line(one: CheckedFile, plan: Plan) -> Line:
    """``BC.xlsx: Văn phòng Sở, Quý I/2022: đạt``."""
    tones: dict[Verdict, Tone] = {
        Verdict.ACCEPTED: "good",
        Verdict.ACCEPTED_WITH_WARNINGS: "warn",
    }
    unit = plan.unit_by_code.get(one.unit)
    whose = ", ".join(part for part in (unit.name if unit else one.unit, one.period) if part)
    about = f" ({whose})" if whose else ""
    tone = tones.get(one.verdict, "bad")
    return Line(f"{one.file}{about}: {one.verdict.label.lower()}", tone)


def count_line(verdicts: Iterable[Verdict]) -> Line:
    """``3 tệp: 2 đạt, 1 trả lại để sửa``."""
    counts: dict[str, int] = {}
    total = 0
    for verdict in verdicts:
        total += 1
        counts[verdict.label.lower()] = counts.get(verdict.label.lower(), 0) + 1
    parts = ", ".join(f"{count} {label}" for label, count in counts.items())
    return Line(f"{total} tệp: {parts}." if total else "Không có tệp nào.")
