"""The nine criteria computed from the office's figures, each as far as the figures allow.

Source: Thông tư 01/2018/TT-VPCP, Điều 13–15.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from kskt_excel.model.expressions import Aggregate, parse
from kskt_excel.model.forms import Forms
from kskt_excel.text.shown import percent_text, rounded, telling_decimals

_OVERDUE = "sum(ho-so.resolved_overdue + ho-so.pending_overdue{})"
_TEXTS = {
    "early": "sum(ho-so.resolved_early)",
    "on_time": "sum(ho-so.resolved_on_time)",
    "overdue": "sum(ho-so.resolved_overdue)",
    "procedures": "count(danh-muc)",
    "one_stop": "count(danh-muc where at_one_stop)",
    "whole": "count(danh-muc where at_one_stop and whole_process_at_centre)",
    "posted": "count(danh-muc where posted)",
    "on_website": "count(danh-muc where on_website)",
    "behaviour": "count(pakn where classification = hanh_vi)",
    "feedback": "count(pakn where judged)",
    "feedback_on_time": "count(pakn where on_time)",
    "extended": "count(pakn where extended)",
    "online_procedures": "count(danh-muc where online_level in 3|4)",
    "online": "sum(ho-so.received_online)",
    "offline": "sum(ho-so.received_direct + ho-so.received_postal)",
    "all_overdue": _OVERDUE.format(""),
    "online_overdue": _OVERDUE.format(
        " where received_online > 0 and received_direct = 0 and received_postal = 0"
        " and carried_over = 0"
    ),
    "offline_overdue": _OVERDUE.format(" where received_online = 0 and carried_over = 0"),
}
FIGURES: Mapping[str, Aggregate] = {
    name: parse(text).aggregates[0] for name, text in _TEXTS.items()
}
"""The figures that the criteria are computed from, by name."""


def figures_of(forms: Forms) -> Mapping[str, Aggregate]:
    """The figures of the criteria whose sheets and columns the office's forms have."""
    sheets = forms.sheet_by_id
    return {
        name: one
        for name, one in FIGURES.items()
        if one.sheet in sheets and all(column in sheets[one.sheet].by_key for column in one.columns)
    }


CRITERION_FIGURES: Mapping[int, tuple[str, ...]] = {
    1: ("early", "on_time", "overdue"),
    2: ("early", "on_time", "overdue"),
    3: (),
    4: (),
    5: ("procedures", "one_stop", "whole"),
    6: ("procedures", "posted", "on_website"),
    7: ("behaviour", "early", "on_time", "overdue"),
    8: ("feedback", "feedback_on_time", "extended"),
    9: (
        *("procedures", "online_procedures", "online", "offline"),
        *("all_overdue", "online_overdue", "offline_overdue"),
    ),
}
"""Which of the figures each criterion is computed from."""

Counts = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Score:
    """Points with the figures behind them; no points where the figures do not allow it."""

    points: float | None
    basis: str


def one_decimal(value: Fraction) -> float:
    """Rounded half up to one decimal (Điều 15 khoản 2a: làm tròn đến 1 chữ số thập phân)."""
    return float(rounded(value, 1))


def percentage(part: int, whole: int, least: int | Fraction = 0) -> str:
    """``2/12 = 16,7 %``; without a whole only the two numbers.

    With as many decimals as tell on which side of ``least`` per cent it is.
    """
    if not whole:
        return f"{part}/{whole}"
    ratio = Fraction(part, whole)
    decimals = telling_decimals(ratio * 100, Fraction(least)) if least else 1
    return f"{part}/{whole} = {percent_text(ratio, decimals)}"


def time_score(counts: Counts) -> Score:
    """Criterion 1: earlier than the time limit 2, on time 1, overdue 0, over settled dossiers."""
    early, on_time, overdue = counts["early"], counts["on_time"], counts["overdue"]
    settled = early + on_time + overdue
    basis = f"Hồ sơ trước hạn {early}, đúng hạn {on_time}, quá hạn {overdue}"
    if not settled:
        return Score(None, "Không có hồ sơ đã giải quyết")
    return Score(one_decimal(Fraction(2 * early + on_time, settled)), basis)


def agencies_score(counts: Counts) -> Score:
    """Criterion 2: as criterion 1, the department being the agency that handles the dossier."""
    score = time_score(counts)
    note = "" if score.points is None else " (Sở là cơ quan giải quyết)"
    return Score(score.points, score.basis + note)


def no_data(_: Counts) -> Score:
    """Criteria 3 and 4: the reports hold no figures on contacts; left out by Điều 15 khoản 4."""
    return Score(None, "Báo cáo không có số liệu; Văn phòng chấm theo phiếu khảo sát")


def one_stop_score(counts: Counts, minimum: Fraction) -> Score:
    """Criterion 5: whole process on the spot for the share wanted 2; all at the one-stop 1."""
    procedures, one_stop, whole = counts["procedures"], counts["one_stop"], counts["whole"]
    if not procedures:
        return Score(None, "Chưa có Danh mục TTHC")
    basis = (
        f"Toàn bộ quy trình tại chỗ {percentage(whole, one_stop, minimum)}"
        f" (tối thiểu {percent_text(minimum / 100)});"
        f" tiếp nhận tại Bộ phận Một cửa {percentage(one_stop, procedures)}"
    )
    if one_stop and 100 * whole >= minimum * one_stop:
        return Score(2, basis)
    return Score(1 if one_stop == procedures else 0, basis)


def publicity_score(counts: Counts) -> Score:
    """Criterion 6: posted and on the website, each of all procedures, 2; one of the two 1; else 0.

    Not a mean: only the points of criteria 1, 2, 3, 4 and 7 are (Điều 15 khoản 2a).
    """
    procedures, posted, online = counts["procedures"], counts["posted"], counts["on_website"]
    if not procedures:
        return Score(None, "Chưa có Danh mục TTHC")
    basis = f"Niêm yết {percentage(posted, procedures)}; điện tử {percentage(online, procedures)}"
    return Score((posted == procedures) + (online == procedures), basis)


def attitude_score(counts: Counts) -> Score:
    """Criterion 7: as criterion 1 while nobody complained of behaviour; else judged by hand."""
    if counts["behaviour"]:
        words = f"Có {counts['behaviour']} phản ánh về hành vi hành chính"
        return Score(None, f"{words}; Văn phòng chấm theo từng hồ sơ")
    score = time_score(counts)
    note = "" if score.points is None else "; không có phản ánh về hành vi hành chính"
    return Score(score.points, score.basis + note)


def feedback_score(counts: Counts) -> Score:
    """Criterion 8: no PAKN or all in time 2; at least 90 % in time 1; less, or drawn out, 0."""
    due, on_time, extended = counts["feedback"], counts["feedback_on_time"], counts["extended"]
    if not counts["feedback_reports"]:
        return Score(None, "Chưa có số liệu phản ánh, kiến nghị")
    if not due and not extended:
        return Score(2, "Không có phản ánh, kiến nghị đến hạn xử lý")
    basis = f"Xử lý đúng hạn {percentage(on_time, due, 90)}; kéo dài {extended}"
    if extended or 10 * on_time < 9 * due:
        return Score(0, basis)
    return Score(2 if on_time == due else 1, basis)


def online_score(counts: Counts) -> Score:
    """Criterion 9: share of procedures of level 3, 4, share of online dossiers, none overdue.

    A share of online dossiers of 30 % with fewer than 20 % of the procedures gives 1 point: the
    circular leaves that case open. Reports do not tell how an overdue dossier came in: surely
    online are those of procedures that took in nothing else, surely not those of procedures
    without any. Where that decides, the criterion is left out (Điều 15 khoản 4).
    """
    procedures, levels = counts["procedures"], counts["online_procedures"]
    online, overdue = counts["online"], counts["online_overdue"]
    untold = counts["all_overdue"] - overdue - counts["offline_overdue"]
    received = online + counts["offline"]
    if not procedures or not received:
        return Score(None, "Chưa có Danh mục TTHC hoặc không có hồ sơ tiếp nhận")
    nearest = 15 if 100 * online < 15 * received else 30
    basis = (
        f"TTHC mức độ 3, 4 {percentage(levels, procedures, 20)};"
        f" hồ sơ trực tuyến {percentage(online, received, nearest)};"
        f" hồ sơ trực tuyến quá hạn {overdue}"
    )
    if overdue or not levels or 100 * online < 15 * received:
        return Score(0, basis)
    if untold:
        words = f"{untold} hồ sơ quá hạn chưa rõ nộp trực tuyến hay không"
        return Score(None, f"{basis}; {words}; Văn phòng chấm theo từng hồ sơ")
    full = 100 * levels >= 20 * procedures and 100 * online >= 30 * received
    return Score(2 if full else 1, basis)


def scores(counts: Counts, minimum: Fraction) -> Mapping[int, Score]:
    """The nine criteria by number; ``minimum`` is the share for criterion 5, in percent."""
    rules: tuple[Callable[[Counts], Score], ...] = (
        time_score,
        agencies_score,
        no_data,
        no_data,
        lambda given: one_stop_score(given, minimum),
        publicity_score,
        attitude_score,
        feedback_score,
        online_score,
    )
    return {number: rule(counts) for number, rule in enumerate(rules, start=1)}
