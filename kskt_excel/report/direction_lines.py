"""Leaders' directions in words: who said what to whom, and what came of it."""

from collections.abc import Sequence

from kskt_excel.model.consolidation import DirectionStanding
from kskt_excel.model.period import Period
from kskt_excel.model.plan import Plan
from kskt_excel.model.submission import Direction
from kskt_excel.report.sentences import lowered, shortened, tidy
from kskt_excel.text.shown import day_text, two_digits

_LONG = 200  # letters of a direction, and of its result
NO_ANSWER = "Đơn vị chưa báo cáo kết quả"


def given_by(direction: Direction) -> str:
    """``Phó Giám đốc Nguyễn Văn A, ngày 20/3/2022``; what is not known is left out."""
    day = f"ngày {day_text(direction.given_on)}" if direction.given_on else ""
    return ", ".join(filter(None, (direction.leader, day)))


def came_of_it(standing: DirectionStanding) -> str:
    """What the unit has written since and whether the office awaits more.

    ``Quý II/2022: đã cấp 02 máy. Kết thúc ngày 20/6/2022: đã đủ máy``.
    """
    one, told = standing.direction, []
    if standing.answer:
        told.append(f"{Period.label_of(standing.answered_in)}: {tidy(standing.answer)}")
    if one.closed_on:
        told.append(f"Kết thúc theo dõi ngày {day_text(one.closed_on)}: {tidy(one.closing_words)}")
    return ". ".join(told)


def direction_matter(direction: Direction, plan: Plan) -> str:
    """Whose matter a direction is: ``Phòng Quản lý Khoa học, nhiệm vụ II.1.a``."""
    task = f"nhiệm vụ {direction.task}" if direction.task else ""
    return ", ".join(filter(None, (plan.unit_name(direction.unit), task)))


def directions_count(standings: Sequence[DirectionStanding]) -> str:
    """``Ý kiến chỉ đạo: đang theo dõi 02, đã kết thúc 01.``; "" without any."""
    if not standings:
        return ""
    still = sum(one.direction.is_open for one in standings)
    closed = len(standings) - still
    told = [f"đang theo dõi {two_digits(still)}"] if still else ["không còn ý kiến đang theo dõi"]
    told += [f"đã kết thúc {two_digits(closed)}"] if closed else []
    return f"Ý kiến chỉ đạo của lãnh đạo: {', '.join(told)}."


def direction_line(standing: DirectionStanding, plan: Plan) -> str:
    """A direction in one sentence, with what came of it."""
    one = standing.direction
    by = given_by(one)
    result = came_of_it(standing) or NO_ANSWER
    matter = direction_matter(one, plan)
    return (
        f"{shortened(tidy(one.text), _LONG)} ({matter}{f'; {by}' if by else ''})."
        f" Kết quả: {shortened(lowered(result), _LONG)}."
    )
