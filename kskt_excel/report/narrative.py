"""The narrative report of a period: the outline of the circular, section by section.

Source: Nghị định 63/2010/NĐ-CP, Điều 35; Thông tư 01/2018/TT-VPCP, Điều 11.
"""

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import chain

from kskt_excel.consolidation.tasks import DONE_ONCE, due_tasks
from kskt_excel.model.consolidation import (
    Consolidation,
    FormRow,
    FormTable,
    IndicatorValue,
    Issue,
    Presence,
    TaskPosition,
)
from kskt_excel.model.forms import Forms, PrintedForm
from kskt_excel.model.period import Period
from kskt_excel.model.plan import Plan
from kskt_excel.model.reading import Record
from kskt_excel.report.annexes import ISSUES
from kskt_excel.report.direction_lines import direction_line, directions_count
from kskt_excel.report.page import FigureRef, frame
from kskt_excel.report.sending import (
    missing_counts,
    provisional_line,
    sending_sentences,
    sending_summary,
)
from kskt_excel.report.sentences import (
    TO_ADD,
    Heading,
    Narrative,
    Paragraph,
    ReportBlock,
    ReportFacts,
    ReportTable,
    SentenceFigure,
    bullets,
    change,
    column_total,
    counted,
    decision_named,
    figure_state,
    first_bullets,
    first_mention,
    lowered,
    of_which,
    rate_change,
    shortened,
    text_of,
    texts_of,
    tidy,
)
from kskt_excel.report.summary import (
    INDICATOR_RESULT,
    INDICATOR_ROWS,
    presence_text,
    without_quarters,
)
from kskt_excel.report.verdicts import (
    due_line,
    indicator_text,
    is_of_the_year,
    target_text,
    task_lines,
    verdict_counts,
    without_own_plan,
    without_part,
)
from kskt_excel.text.shown import (
    NO_FIGURE,
    capitalised,
    day_text,
    decimal_text,
    grouped_number,
    listed,
    percent_text,
    sentence_case,
    two_digits,
)

# ---- Part I, 1 to 5: rules drafted, issued, published, reviewed, complained of

_UNKNOWN = f"Đến thời điểm tổng hợp, chưa có đơn vị nào gửi số liệu về nội dung này. {TO_ADD}"
_NOT_SENT = f"Đến thời điểm tổng hợp, chưa có đơn vị nào gửi báo cáo. {TO_ADD}"
_TTHC, _VB, _PAKN = "TTHC", "văn bản", "PAKN"
_PLACES = (
    ("posted", "niêm yết tại nơi giải quyết"),
    ("on_website", "đăng trên Cổng, Trang thông tin điện tử"),
)


def impact_section(ground: ReportFacts) -> Iterator[ReportBlock]:
    """Impact assessment of procedures in drafts (đánh giá tác động)."""
    yield Heading("1. Đánh giá tác động quy định thủ tục hành chính", 2)
    if ground.state("drafts") == "unknown":
        yield Paragraph(_UNKNOWN)
        return
    procedures, drafts = ground.count("drafts.procedures"), ground.count("drafts.texts")
    if not procedures and not drafts:
        yield Paragraph("Trong kỳ, không có TTHC được đánh giá tác động.")
    else:
        labels = {
            "drafts.new": "quy định mới",
            "drafts.amended": "sửa đổi, bổ sung",
            "drafts.ended": "bãi bỏ, thay thế",
        }
        split = of_which(procedures, _parts(ground, labels), _TTHC, kinds=True)
        than = _than(ground, "drafts.procedures", _TTHC)
        yield Paragraph(
            f"Trong kỳ, đã đánh giá tác động {counted(procedures, _TTHC)} tại {two_digits(drafts)}"
            f" dự án, dự thảo VBQPPL{split}.{than}{_by_kind(ground, 'drafts')}"
        )
    last = {(unit, text_of(one, "draft_name")): one for unit, one in ground.records("legal_texts")}
    waiting = [
        name for (_, name), one in last.items() if one.values.get("impact_assessed") is False
    ]
    if waiting:
        yield Paragraph(f"Chưa đánh giá tác động {two_digits(len(waiting))} dự án, dự thảo:")
        yield bullets(waiting, "dự án, dự thảo")


def issued_section(ground: ReportFacts) -> Iterator[ReportBlock]:
    """Legal texts with procedures issued in the period."""
    yield Heading("2. Thủ tục hành chính được ban hành; thẩm định quy định thủ tục hành chính", 2)
    if ground.state("issued") == "unknown":
        yield Paragraph(_UNKNOWN)
        return
    procedures, texts = ground.count("issued.procedures"), ground.count("issued.texts")
    if not procedures and not texts:
        yield Paragraph("Trong kỳ, không có VBQPPL có quy định TTHC được ban hành.")
    else:
        labels = {
            "issued.new": "ban hành mới",
            "issued.amended": "sửa đổi, bổ sung",
            "issued.replaced": "thay thế",
            "issued.abolished": "bãi bỏ",
        }
        split = of_which(procedures, _parts(ground, labels), _TTHC, kinds=True)
        than = _than(ground, "issued.procedures", _TTHC)
        yield Paragraph(
            f"Trong kỳ, đã ban hành {two_digits(texts)} VBQPPL với {counted(procedures, _TTHC)}"
            f"{split}.{than}{_by_kind(ground, 'issued')}"
        )
        yield from _listed_under("Văn bản đã ban hành:", _documents(ground), _VB)
    yield Paragraph(f"Về thẩm định quy định TTHC trong dự thảo văn bản: {TO_ADD}")


def published_section(ground: ReportFacts) -> Iterator[ReportBlock]:
    """Publication of procedures (công bố, công khai)."""
    yield Heading("3. Công bố, công khai thủ tục hành chính", 2)
    if ground.state("published") == "unknown":
        yield Paragraph(_UNKNOWN)
        return
    decisions, procedures = (
        ground.count("published.decisions"),
        ground.count("published.procedures"),
    )
    if not procedures:
        yield Paragraph(
            "Trong kỳ, không phát sinh TTHC được công bố thuộc lĩnh vực quản lý của Sở."
        )
    else:
        labels = {
            "published.new": "ban hành mới",
            "published.amended": "sửa đổi, bổ sung",
            "published.replaced": "thay thế",
            "published.abolished": "hủy bỏ, bãi bỏ",
        }
        split = of_which(procedures, _parts(ground, labels), _TTHC, kinds=True)
        than = _than(ground, "published.procedures", _TTHC)
        yield Paragraph(
            f"Trong kỳ, UBND tỉnh đã ban hành {two_digits(decisions)} quyết định công bố với"
            f" {two_digits(procedures)} TTHC{split}.{than} {_national_database(ground)}"
        )
        yield from _listed_under("Quyết định công bố:", _decisions(ground), "quyết định")
    yield from _shown_to_citizens(ground)
    yield from _in_good_time(ground)


def review_section(ground: ReportFacts) -> Iterator[ReportBlock]:
    """Review of procedures (rà soát, đơn giản hóa)."""
    yield Heading("4. Rà soát, đơn giản hóa thủ tục hành chính", 2)
    if ground.state("review") == "unknown":
        yield Paragraph(_UNKNOWN)
        return
    planned, reviewed = ground.count("review.planned"), ground.count("review.reviewed")
    if not reviewed:
        plan = f"Kế hoạch rà soát có {two_digits(planned)} TTHC; " if planned else ""
        yield Paragraph(capitalised(f"{plan}trong kỳ, chưa có TTHC hoàn thành rà soát."))
        return
    labels = {
        "review.kept": "giữ nguyên",
        "review.amended": "sửa đổi, bổ sung",
        "review.replaced": "thay thế",
        "review.abolished": "bãi bỏ",
    }
    parts = _parts(ground, labels | {"review.other": "liên thông hoặc phương án khác"})
    plan = f" Theo kế hoạch, phải rà soát {two_digits(planned)} TTHC." if planned else ""
    yield Paragraph(
        f"Trong kỳ, đã rà soát {two_digits(reviewed)} TTHC"
        f"{of_which(reviewed, parts, _TTHC)}.{plan}{_authority(ground)}"
    )
    simplified = tuple(ground.noting(_simplified(ground)))
    yield from _listed_under("TTHC có phương án đơn giản hóa:", simplified, _TTHC)


def _listed_under(lead: str, items: Sequence[str], rest: str = "") -> Iterator[ReportBlock]:
    """A list under the words that lead to it; nothing where there is nothing to list."""
    if items:
        yield Paragraph(lead)
        yield bullets(items, rest)


def feedback_section(ground: ReportFacts) -> Iterator[ReportBlock]:
    """Complaints and suggestions (phản ánh, kiến nghị)."""
    yield Heading("5. Tiếp nhận, xử lý phản ánh, kiến nghị về quy định hành chính", 2)
    yield from _complaints(ground)
    places, checked = (ground.count(f"complaint_places.{one}") for one in ("places", "checked"))
    if places:
        yield Paragraph(
            f"Địa chỉ tiếp nhận PAKN được công khai tại {two_digits(places)} nơi; còn hiệu lực, đã"
            f" kiểm tra trong kỳ {two_digits(checked)} nơi."
        )


def _complaints(ground: ReportFacts) -> Iterator[ReportBlock]:
    if ground.state("feedback") == "unknown":
        yield Paragraph(_UNKNOWN)
        return
    total = ground.count("feedback.received")
    if not total:
        yield Paragraph("Trong kỳ, không phát sinh PAKN về quy định hành chính.")
        return
    subjects = _parts(
        ground,
        {
            "feedback.on_conduct": "về hành vi hành chính",
            "feedback.on_rules": "về quy định hành chính",
        },
    )
    than = _than(ground, "feedback.received", _PAKN)
    carried = ground.count("feedback.carried")
    origin = f", gồm {two_digits(carried)} PAKN từ kỳ trước chuyển sang" if carried else ""
    yield Paragraph(
        f"Tổng số PAKN phải xử lý là {two_digits(total)} PAKN{origin}"
        f"{of_which(total, subjects, _PAKN)}.{than} {_handling_sentence(ground)}"
    )


def _handling_sentence(ground: ReportFacts) -> str:
    done, pending = ground.count("feedback.settled"), ground.count("feedback.pending")
    if not done:
        return f"Đang xử lý {two_digits(pending)} PAKN."
    late = of_which(
        done, _parts(ground, {"feedback.in_time": "đúng hạn", "feedback.late": "quá hạn"}), _PAKN
    )
    published = ground.count("feedback.published")
    shown = f"; đã công khai kết quả xử lý {two_digits(published)} PAKN" if published else ""
    rest = f" Đang xử lý {two_digits(pending)} PAKN." if pending else ""
    extended = ground.count("feedback.extended")
    longer = f" Kéo dài thời gian xử lý {two_digits(extended)} PAKN." if extended else ""
    return f"Đã xử lý {two_digits(done)} PAKN{late}{shown}.{rest}{longer}"


def _than(ground: ReportFacts, figure: str, noun: str) -> str:
    """A figure beside that of the period before."""
    return change(ground.count_alike(figure), ground.count_before(figure), noun, ground.than)


def _rate_than(ground: ReportFacts, parts: Sequence[str], whole: str) -> str:
    """A rate of figures beside that of the period before."""
    now, before = ground.rate_alike(parts, whole), ground.rate_before(parts, whole)
    return rate_change(now, before, ground.than)


def _parts(ground: ReportFacts, labels: dict[str, str]) -> list[tuple[str, int]]:
    return [(label, ground.count(figure)) for figure, label in labels.items()]


def _by_kind(ground: ReportFacts, topic: str) -> str:
    kinds = (
        ("nghị quyết của HĐND tỉnh", ground.count(f"{topic}.resolutions")),
        ("quyết định của UBND tỉnh", ground.count(f"{topic}.decisions")),
    )
    said = "; ".join(f"{kind} {two_digits(count)} {_VB}" for kind, count in kinds if count)
    return f" Theo loại văn bản: {said}." if said else ""


def _documents(ground: ReportFacts) -> list[str]:
    rows = [record for _, record in ground.records("legal_texts") if text_of(record, "document")]
    named = {text_of(row, "document"): row for row in _by_day(rows, "issued_on")}
    return [_document_citation(number, row) for number, row in named.items()]


_KINDS = {"NQ": "Nghị quyết", "QĐ": "Quyết định", "CT": "Chỉ thị"}  # by the sign in the number
_ISSUERS = {"HĐND": " của HĐND tỉnh", "UBND": " của UBND tỉnh"}
_DRAFT = "dự thảo "


def _document_citation(number: str, row: Record) -> str:
    """``Quyết định số 04/2022/QĐ-UBND ngày 15/02/2022 của UBND tỉnh sửa đổi Quy chế …``.

    Its kind is the first word of its name, else told by the sign in its number.
    Source: Nghị định 30/2020/NĐ-CP, Phụ lục I (lần đầu viện dẫn một văn bản).
    """
    name, day = tidy(text_of(row, "draft_name")), _dated(row, "issued_on")
    bare = name[len(_DRAFT) :] if name.lower().startswith(_DRAFT) else name
    kinds = _KINDS.values()
    kind = next((one for one in kinds if bare.lower().startswith(f"{one.lower()} ")), "")
    sign, _, whose = number.rpartition("/")[2].strip().upper().partition("-")
    issuer = _ISSUERS.get(whose.strip(), "")
    if any(number.lower().startswith(one.lower()) for one in kinds) or not (kind or sign in _KINDS):
        return f"{number}{day}: {name}"
    if not kind:
        return f"{_KINDS[sign]} số {number}{day}{issuer}: {name}"
    about = bare[len(kind) + 1 :]
    is_named = about.lower().startswith("của ")  # the name itself says whose it is
    return f"{kind} số {number}{day}{'' if is_named else issuer} {lowered(about)}"


def _decisions(ground: ReportFacts) -> list[str]:
    rows = [row for _, row in ground.records("announcements") if text_of(row, "province_decision")]
    in_order = _by_day(rows, "province_decided_on")
    named = {text_of(row, "province_decision"): row for row in in_order}
    return [
        f"{decision_named(decision)}{_dated(row, 'province_decided_on')}"
        for decision, row in named.items()
    ]


def _by_day(rows: Iterable[Record], column: str) -> list[Record]:
    """The rows in the order of their days; those without one last."""

    def day(row: Record) -> dt.date:
        value = row.values.get(column)
        if isinstance(value, dt.datetime):
            return value.date()
        return value if isinstance(value, dt.date) else dt.date.max

    return sorted(rows, key=day)


def _dated(record: Record, column: str) -> str:
    value = record.values.get(column)
    return f" ngày {day_text(value)}" if isinstance(value, dt.date) else ""


def _national_database(ground: ReportFacts) -> str:
    entered, withdrawn = ground.count("published.entered"), ground.count("published.withdrawn")
    said = [f"nhập, công khai {two_digits(entered)} TTHC"] if entered else []
    said += [f"thôi công khai {two_digits(withdrawn)} TTHC"] if withdrawn else []
    where = "trên Cơ sở dữ liệu quốc gia về TTHC"
    return f"Đã {', '.join(said)} {where}." if said else f"Chưa nhập, công khai {where}."


def _shown_to_citizens(ground: ReportFacts) -> Iterator[ReportBlock]:
    rows = ground.latest("procedures").values()
    if not rows:
        return
    said = []
    for column, place in _PLACES:
        shown = sum(row.values.get(column) is True for row in rows)
        missing = sum(row.values.get(column) is False for row in rows)
        rest = f" (còn {two_digits(missing)} TTHC chưa thực hiện)" if missing else ""
        said.append(f"{place} {two_digits(shown)} TTHC{rest}")
    yield Paragraph(f"Về công khai TTHC: {'; '.join(said)}.")


_IN_GOOD_TIME = (
    ("submission_due", "submitted", "trình công bố {} TTHC sau quyết định của Bộ"),
    ("announcement_due", "announced", "công bố {} TTHC trước ngày văn bản có hiệu lực"),
    ("texts_due", "texts", "công bố TTHC của {} VBQPPL của tỉnh trước ngày có hiệu lực"),
)
"""What was due, what of it was in time, and how that is told."""


def _in_good_time(ground: ReportFacts) -> Iterator[ReportBlock]:
    """What was submitted and announced in time, of what was due."""
    said = []
    for due, good, words in _IN_GOOD_TIME:
        if whole := ground.count(f"in_good_time.{due}"):
            done = ground.count(f"in_good_time.{good}")
            said.append(words.format(f"{two_digits(done)}/{two_digits(whole)}"))
    if said:
        yield Paragraph(f"Đúng thời hạn: {'; '.join(said)}.")


def _authority(ground: ReportFacts) -> str:
    province, ministry = ground.count("review.by_province"), ground.count("review.to_ministry")
    texts = ground.count("review.texts")
    said = [f"thực thi theo thẩm quyền của tỉnh {two_digits(province)} TTHC"] if province else []
    said += [f"kiến nghị Bộ, ngành Trung ương {two_digits(ministry)} TTHC"] if ministry else []
    whose = f" Phương án đơn giản hóa: {'; '.join(said)}." if said else ""
    return (
        f"{whose} Số VBQPPL phải sửa đổi, thay thế, bãi bỏ: {two_digits(texts)}."
        if texts
        else whose
    )


_OPTIONS = ("amended", "replaced", "abolished", "other")


def _simplified(ground: ReportFacts) -> Iterator[str]:
    """What is to be simplified, of a form that has a row for each procedure."""
    form, table = ground.form("review"), ground.table("review")
    for row in table.rows if form and table and form.rows == "procedure" else ():
        if not any(ground.of_row(row, f"review.{one}") for one in _OPTIONS):
            continue
        cut, decision = (ground.of_row(row, f"review.{one}") for one in ("cost_cut", "decision"))
        saved = ""
        if isinstance(cut, int | float) and cut > 0:
            saved = f", cắt giảm {decimal_text(cut, 1)} % chi phí tuân thủ"
        by = f" ({decision_named(str(decision))})" if decision else ""
        yield f"{tidy(row.label)}{saved}{by}"


# ---- Part I, 6 to 8: dossiers, one-stop mechanism, services online

_NOUN = "hồ sơ"
# «NN02 Cán bộ …»: readers of the report have no list of codes.
_REASON_CODE = re.compile(r"^NN\d+\s+")
_NO_REASON = "chưa ghi nguyên nhân"


def dossiers_section(ground: ReportFacts) -> Iterator[ReportBlock]:
    """Handling of dossiers (giải quyết thủ tục hành chính)."""
    yield Heading("6. Tình hình, kết quả giải quyết thủ tục hành chính", 2)
    if ground.state("dossiers") == "unknown":
        yield Paragraph(_UNKNOWN)
        return
    if not ground.count("dossiers.received"):
        yield Paragraph("Trong kỳ, không phát sinh hồ sơ TTHC.")
        return
    yield Paragraph(_received_sentence(ground))
    yield Paragraph(_settled_sentence(ground))
    yield Paragraph(_pending(ground))
    yield Paragraph(f"Kết quả theo {ground.rows_word('dossiers')}:")
    yield bullets(ground.noting(_by_row(ground)))
    yield from _overdue(ground)


def settled_in_time(ground: ReportFacts) -> str:
    """Share of the settled dossiers that were settled before or on their day; "" of none."""
    if not ground.count("dossiers.settled"):
        return ""
    return ground.rate(("dossiers.early", "dossiers.on_time"), "dossiers.settled")


def _received_sentence(ground: ReportFacts) -> str:
    total = ground.count("dossiers.received")
    labels = {
        "dossiers.online": "nộp trực tuyến",
        "dossiers.direct": "nộp trực tiếp, qua dịch vụ bưu chính",
        "dossiers.carried": "từ kỳ trước chuyển sang",
    }
    than = _than(ground, "dossiers.received", _NOUN)
    return (
        f"Tổng số hồ sơ nhận giải quyết là {two_digits(total)} hồ sơ"
        f"{of_which(total, _parts(ground, labels), _NOUN)}.{than}"
    )


def _settled_sentence(ground: ReportFacts) -> str:
    total = ground.count("dossiers.settled")
    if not total:
        return "Trong kỳ, chưa có hồ sơ được giải quyết xong."
    labels = {
        "dossiers.early": "trước hạn",
        "dossiers.on_time": "đúng hạn",
        "dossiers.settled_late": "quá hạn",
    }
    than = _rate_than(ground, ("dossiers.early", "dossiers.on_time"), "dossiers.settled")
    return (
        f"Đã giải quyết {two_digits(total)} hồ sơ{of_which(total, _parts(ground, labels), _NOUN)}."
        f" Tỷ lệ giải quyết trước hạn, đúng hạn là {settled_in_time(ground)}{than}."
    )


def _pending(ground: ReportFacts) -> str:
    total = ground.count("dossiers.pending")
    if not total:
        return "Đến cuối kỳ, không còn hồ sơ đang giải quyết."
    labels = {"dossiers.pending_in_time": "trong hạn", "dossiers.pending_late": "quá hạn"}
    parts = of_which(total, _parts(ground, labels), _NOUN)
    return f"Đang giải quyết {two_digits(total)} hồ sơ{parts}."


def _by_row(ground: ReportFacts) -> Iterator[str]:
    table = ground.table("dossiers")
    for row in table.rows if table else ():
        word = capitalised(ground.rows_word("dossiers"))
        yield f"{word} {row.label}: {_row_line(ground, row)}"


def _row_line(ground: ReportFacts, row: FormRow) -> str:
    if row.presence is Presence.NOT_REPORTED:
        return presence_text(row.presence, row.states)
    without = f" {without_quarters(row.gaps)}" if row.gaps else ""
    if row.presence is Presence.BLANK:
        return f"đơn vị chưa ghi số liệu{without}"

    def of(name: str) -> int:
        return ground.count_of_row(row, f"dossiers.{name}")

    if not of("received"):
        return f"không phát sinh hồ sơ{without}"
    said = [f"nhận giải quyết {two_digits(of('received'))} hồ sơ"]
    for total, late, verb in (
        ("settled", "settled_late", "đã giải quyết"),
        ("pending", "pending_late", "đang giải quyết"),
    ):
        if of(total):
            overdue = f" (quá hạn {two_digits(of(late))} hồ sơ)" if of(late) else ""
            said.append(f"{verb} {two_digits(of(total))} hồ sơ{overdue}")
    return ", ".join(said)


def _overdue(ground: ReportFacts) -> Iterator[ReportBlock]:
    late = ground.total("dossiers.settled_late", "dossiers.pending_late")
    if not late:
        yield Paragraph("Trong kỳ, không có hồ sơ quá hạn.")
        return
    records = _late_dossiers(ground)
    apologies = _apologies(records, late) if ground.speaks_of("late_dossiers") else ""
    yield Paragraph(
        f"Tổng số hồ sơ quá hạn (đã giải quyết và đang giải quyết) là {two_digits(late)} hồ sơ."
        f"{apologies}"
    )
    reasons = Counter(_reason(record) for record in records)
    if reasons:
        yield Paragraph("Nguyên nhân quá hạn theo báo cáo của các đơn vị:")
        yield bullets(
            f"{reason}: {two_digits(count)} hồ sơ ({percent_text(Fraction(count, len(records)))})"
            for reason, count in reasons.most_common()
        )
    yield Paragraph(
        f"Biện pháp khắc phục: {TO_ADD} (số liệu để nhận định: đang giải quyết quá hạn"
        f" {two_digits(ground.count('dossiers.pending_late'))} hồ sơ)."
    )


def _late_dossiers(ground: ReportFacts) -> list[Record]:
    """Each dossier of the registers once, as it was last written down."""
    named = {
        (unit, text_of(record, "dossier") or f"{number}"): record
        for number, (unit, record) in enumerate(ground.records("late_dossiers"))
    }
    return list(named.values())


def _apologies(records: list[Record], late: int) -> str:
    said = sum(bool(text_of(record, "apology_number")) for record in records)
    if not said:
        return " Chưa có phiếu xin lỗi và hẹn lại ngày trả kết quả nào được ghi nhận."
    if said >= late:
        return " Các hồ sơ quá hạn đều đã có phiếu xin lỗi và hẹn lại ngày trả kết quả."
    return (
        f" Đã có phiếu xin lỗi và hẹn lại ngày trả kết quả đối với {two_digits(said)} hồ sơ;"
        f" còn {two_digits(late - said)} hồ sơ chưa có."
    )


def _reason(record: Record) -> str:
    reason = _REASON_CODE.sub("", text_of(record, "reason"))
    return f"Do {lowered(reason)}" if reason else _NO_REASON.capitalize()


def one_stop_section(ground: ReportFacts) -> Iterator[ReportBlock]:
    """One-stop mechanism (một cửa, một cửa liên thông), with the evaluation."""
    yield Heading("7. Triển khai cơ chế một cửa, một cửa liên thông", 2)
    if ground.state("one_stop") == "unknown":
        yield Paragraph(_UNKNOWN)
    else:
        total = ground.count("one_stop.procedures")
        yield Paragraph(
            f"Tổng số TTHC do các đơn vị báo cáo là {two_digits(total)} TTHC; tình hình thực hiện:"
            if total
            else "Các đơn vị báo cáo không có TTHC thuộc thẩm quyền giải quyết."
        )
        if total:
            yield bullets(ground.noting(_one_stop_lines(ground)))
    yield Paragraph(_evaluation(ground))


def _one_stop_lines(ground: ReportFacts) -> Iterator[str]:
    for figure, name, whole in (
        ("at_one_stop", "Tiếp nhận, trả kết quả tại Bộ phận Một cửa", "procedures"),
        ("interlinked", "Thực hiện theo cơ chế một cửa liên thông", ""),
        ("with_process", "Có quyết định quy trình nội bộ", "procedures"),
        ("with_e_process", "Có quy trình điện tử", "procedures"),
        (
            "whole_at_centre",
            "Thực hiện toàn bộ quy trình tại Trung tâm Phục vụ hành chính công",
            "at_one_stop",
        ),
        ("non_territorial", "Không phụ thuộc địa giới hành chính", ""),
    ):
        count = ground.count(f"one_stop.{figure}")
        share = ground.share(f"one_stop.{figure}", f"one_stop.{whole}") if whole else ""
        yield f"{name}: {counted(count, 'TTHC', share)}"
    if announced := ground.count("non_territorial.announced"):
        yield (
            "Không phụ thuộc địa giới hành chính, đã có quyết định công bố:"
            f" {two_digits(announced)} TTHC"
        )
    lists = ground.latest("announced_lists").values()
    if lists:
        waiting = [text_of(row, "list") for row in lists if not text_of(row, "decision")]
        done = f"{two_digits(len(lists) - len(waiting))}/{two_digits(len(lists))}"
        rest = f" (chưa có: {listed(waiting)})" if waiting else ""
        yield f"Danh mục đã có quyết định công bố: {done}{rest}"


def _evaluation(ground: ReportFacts) -> str:
    evaluation, scheme = ground.now.evaluation, ground.regime.scheme
    if scheme is None:
        return f"Kết quả đánh giá việc giải quyết TTHC: {TO_ADD}"
    law = first_mention(scheme.cited, ground.regime)
    what = f"Kết quả đánh giá việc giải quyết TTHC theo {law}"
    if not evaluation.with_data:
        return f"{what}: chưa đủ số liệu để chấm điểm."
    rank = evaluation.classification
    whole = evaluation.with_data == len(evaluation.criteria)
    ranked = f"xếp loại {rank}" if whole else f"xếp loại tạm tính: {rank}"
    end = ranked if rank else "chưa đủ số liệu để xếp loại"
    return (
        f"{what}: {decimal_text(evaluation.total, 1)} điểm của"
        f" {two_digits(evaluation.with_data)}/{two_digits(len(evaluation.criteria))}"
        f" chỉ số có số liệu; {end}."
    )


def online_section(ground: ReportFacts) -> Iterator[ReportBlock]:
    """Procedures on the electronic environment (môi trường điện tử)."""
    yield Heading("8. Thực hiện thủ tục hành chính trên môi trường điện tử", 2)
    if ground.state("online") == "unknown":
        yield Paragraph(_UNKNOWN)
        return
    yield Paragraph(_services(ground))
    yield Paragraph(_online_dossiers(ground))
    others = ("received", *(figure for figure, _, _ in _OTHER_ONLINE))
    if any(ground.count(f"online.{figure}") for figure in others):
        yield from _listed_under("Kết quả khác:", tuple(ground.noting(_other_lines(ground))))


def _services(ground: ReportFacts) -> str:
    online = ground.count("online.online")
    if not online:
        return "Các đơn vị báo cáo chưa có TTHC cung cấp dịch vụ công trực tuyến."
    levels = [
        (lowered(ground.heading(figure)), ground.count(figure))
        for figure in ("online.partly", "online.wholly")
    ]
    used, on_portal = ground.count("online.used"), ground.count("online.on_national_portal")
    share = ground.share("online.used", "online.online")
    rate = ground.rate(("online.online",), "online.procedures")
    return (
        f"Cung cấp dịch vụ công trực tuyến đối với {two_digits(online)} TTHC, đạt"
        f" {rate} số TTHC{of_which(online, levels, _TTHC)}."
        f" Tích hợp trên Cổng Dịch vụ công quốc gia: {counted(on_portal, 'TTHC')}."
        f" Có phát sinh hồ sơ trực tuyến: {counted(used, 'TTHC', share)}."
    )


def _online_dossiers(ground: ReportFacts) -> str:
    received, online = ground.count("online.received"), ground.count("online.received_online")
    if not received:
        return "Trong kỳ, không phát sinh hồ sơ tiếp nhận."
    than = _rate_than(ground, ("online.received_online",), "online.received")
    rate = ground.rate(("online.received_online",), "online.received")
    return (
        f"Trong {two_digits(received)} hồ sơ tiếp nhận trong kỳ,"
        f" {counted(online, 'hồ sơ')} nộp trực tuyến,"
        f" đạt tỷ lệ {rate}{than}."
    )


_OTHER_ONLINE = (
    ("digitised", "Hồ sơ được số hóa thành phần", "hồ sơ"),
    ("e_result", "Hồ sơ có kết quả điện tử", "hồ sơ"),
    ("postal_in", "Hồ sơ tiếp nhận qua bưu chính công ích", "hồ sơ"),
    ("postal_out", "Kết quả trả qua bưu chính công ích", "hồ sơ"),
    ("accounts", "Tài khoản Cổng Dịch vụ công quốc gia được hỗ trợ tạo mới", "tài khoản"),
)


def _other_lines(ground: ReportFacts) -> Iterator[str]:
    fees, paid = ground.count("online.with_fee"), ground.count("online.paid_online")
    if fees:
        share = ground.share("online.paid_online", "online.with_fee")
        yield (
            f"Thanh toán trực tuyến: {counted(paid, 'hồ sơ', share)}"
            f" trong {two_digits(fees)} hồ sơ có phí, lệ phí"
        )
    for figure, name, noun in _OTHER_ONLINE:
        count = ground.count(f"online.{figure}")
        yield f"{name}: {f'{two_digits(count)} {noun}' if count else 'không có'}"


# ---- Part I, 9 to 12: activities, inspections, tasks, who has sent

_LONG_TEXT = 160  # letters of what is one of several in a list
_LONG_TASK = 110  # letters in a cell of a table
_OPEN = ("Đang thực hiện", "Chưa thực hiện", "")


def communication_section(ground: ReportFacts) -> Iterator[ReportBlock]:
    """Communication and support (truyền thông, hỗ trợ)."""
    yield Heading("9. Công tác truyền thông, hỗ trợ", 2)
    rows = list(ground.records("communication"))
    if not rows:
        yield Paragraph(_none(ground, "hoạt động truyền thông, hỗ trợ"))
        return
    by_plan = sum(row.values.get("planned") is True for _, row in rows)
    parts = [("theo kế hoạch", by_plan), ("ngoài kế hoạch", len(rows) - by_plan)]
    yield Paragraph(
        f"Trong kỳ, đã thực hiện {two_digits(len(rows))} hoạt động truyền thông, hỗ trợ"
        f"{of_which(len(rows), parts, 'hoạt động')}:"
    )
    yield first_bullets(rows, lambda row: _activity(ground, *row), "hoạt động")


def initiatives_section(ground: ReportFacts) -> Iterator[ReportBlock]:
    """Initiatives (sáng kiến, giải pháp)."""
    yield Heading("10. Nghiên cứu, đề xuất sáng kiến cải cách thủ tục hành chính", 2)
    rows = list(ground.records("initiatives"))
    if not rows:
        yield Paragraph(_none(ground, "sáng kiến, giải pháp được đề xuất"))
        return
    recognised = sum(row.values.get("recognised") is True for _, row in rows)
    of_them = f"đã công nhận {two_digits(recognised)}" if recognised else "chưa công nhận"
    yield Paragraph(
        f"Trong kỳ, có {two_digits(len(rows))} sáng kiến, giải pháp được đề xuất ({of_them}), gồm:"
    )
    yield first_bullets(rows, lambda row: _initiative(ground, *row), "sáng kiến")


def inspection_section(ground: ReportFacts) -> Iterator[ReportBlock]:
    """Inspections (kiểm tra) of the control of procedures."""
    yield Heading(f"11. Kiểm tra việc thực hiện {ground.regime.work}", 2)
    rows = [row for _, row in ground.records("inspections")]
    if not rows:
        yield Paragraph(_none(ground, "cuộc kiểm tra"))
        return
    faults = sum(row.count("shortcomings") for row in rows)
    mended = sum(row.count("remedied") for row in rows)
    inspected = {text_of(row, "inspected_unit") for row in rows}
    found = (
        f"phát hiện {two_digits(faults)} tồn tại, đã khắc phục {two_digits(mended)} tồn tại"
        f" ({ground.rate_of(mended, faults)})"
        if faults
        else "không phát hiện tồn tại"
    )
    yield Paragraph(
        f"Trong kỳ, đã kiểm tra {two_digits(len(rows))} lượt tại"
        f" {two_digits(len(inspected))} đơn vị, {found}. Cụ thể:"
    )
    yield first_bullets(rows, lambda row: _inspection(ground, row), "lượt kiểm tra")


def other_section(ground: ReportFacts) -> Iterator[ReportBlock]:
    """Contact officers, the plan's progress, who has sent, leaders' directions."""
    yield Heading("12. Nội dung khác", 2)
    if ground.speaks_of("officers"):
        yield Heading("a) Kiện toàn đội ngũ cán bộ, công chức đầu mối", 3)
        yield Paragraph(_officers(ground))
    yield Heading(f"{_letter(ground, 'b')}) Tiến độ thực hiện kế hoạch năm", 3)
    yield from _progress(ground)
    yield Heading(f"{_letter(ground, 'c')}) Chế độ báo cáo của các phòng, đơn vị", 3)
    yield from map(Paragraph, sending_sentences(ground.plan, ground.now))
    if ground.now.directions:
        yield Heading(f"{_letter(ground, 'd')}) Thực hiện ý kiến chỉ đạo của lãnh đạo", 3)
        yield Paragraph(directions_count(ground.now.directions))
        yield bullets(direction_line(one, ground.plan) for one in ground.now.directions)


def _letter(ground: ReportFacts, letter: str) -> str:
    """The letter of a part behind the officers: the one before, where nobody asks for them."""
    return letter if ground.speaks_of("officers") else chr(ord(letter) - 1)


def open_tasks(ground: ReportFacts) -> list[TaskPosition]:
    """Tasks that are not done and still to be done, in the plan's order."""
    return [task for task in ground.now.tasks if task.status in _OPEN]


def overdue_tasks(ground: ReportFacts) -> list[str]:
    """A line for each overdue task: code, text, days."""
    texts = ground.plan.task_by_code
    return [
        f"{task.code}: {shortened(tidy(texts[task.code].text), _LONG_TEXT)}"
        f" (quá hạn {two_digits(task.days_overdue)} ngày làm việc)"
        for task in ground.now.tasks
        if task.overdue
    ]


def due_by_now(ground: ReportFacts) -> tuple[TaskPosition, ...]:
    """Tasks done once whose day has come by the end of the period."""
    now = ground.now
    return due_tasks(now.tasks, ground.plan, now.period, now.as_of.date())


def _progress(ground: ReportFacts) -> Iterator[ReportBlock]:
    total = len(ground.now.tasks)
    counts = f"Kế hoạch có {two_digits(total)} nhiệm vụ: {verdict_counts(ground.now.tasks)}."
    yield Paragraph(f"{counts} {due_line(due_by_now(ground))}".rstrip())
    if total:
        yield Paragraph("Từng nhiệm vụ như sau:")
        yield _tasks_table(ground)
    if idle := without_part(ground.now.tasks, ground.plan):
        yield Paragraph(idle)
    if awaited := without_own_plan(ground.now.tasks):
        yield Paragraph(f"Chưa có kế hoạch riêng: nhiệm vụ {awaited}.")
    late = overdue_tasks(ground)
    if not late:
        yield Paragraph("Không có nhiệm vụ quá thời hạn hoàn thành.")
        return
    yield Paragraph(f"Quá hạn {two_digits(len(late))} nhiệm vụ:")
    yield bullets(late)


_TASK_HEADS = ("Mã", "Nhiệm vụ", "Đơn vị chủ trì báo", "Theo số liệu", "Kết luận", "Căn cứ")
_TASK_SHARES = (7, 17, 19, 20, 13, 24)  # percent of the width, column by column


def _tasks_table(ground: ReportFacts) -> ReportTable:
    """Every task: what its lead reports beside what its figures say, and on what that rests."""
    rows = (
        (
            line.task.code,
            shortened(tidy(line.task.text), _LONG_TASK),
            line.said,
            line.figures or NO_FIGURE,
            line.verdict,
            line.evidence or NO_FIGURE,
        )
        for line in task_lines(ground.plan, ground.forms, ground.now)
    )
    return ReportTable(_TASK_HEADS, tuple(rows), _TASK_SHARES)


def _officers(ground: ReportFacts) -> str:
    rows = ground.latest("officers").values()
    if not rows:
        return _none(ground, "thay đổi về đội ngũ đầu mối")
    people = len({text_of(row, "full_name").casefold() for row in rows})
    decisions = list(dict.fromkeys(filter(None, (text_of(row, "decision") for row in rows))))
    by = f" theo {listed([decision_named(one) for one in decisions])}" if decisions else ""
    units = ground.count("contact_units.by_decision")
    whole = len(ground.plan.units_in(ground.now.period))
    told = f" Có {two_digits(units)}/{two_digits(whole)} phòng, đơn vị có đầu mối theo quyết định."
    return (
        f"Đội ngũ đầu mối kiểm soát TTHC gồm {two_digits(people)} cán bộ, công chức{by}."
        f"{told if units else ''}"
    )


def _activity(ground: ReportFacts, unit: str, row: Record) -> str:
    quantity = row.count("quantity")
    details = [
        text_of(row, "form").lower(),
        _dated(row, "held_on").strip(),
        f"số lượng {two_digits(quantity)}" if quantity else "",
        ground.plan.unit_name(unit),
    ]
    return f"{_short(row, 'activity')} ({'; '.join(part for part in details if part)})"


def _initiative(ground: ReportFacts, unit: str, row: Record) -> str:
    return f"{_short(row, 'title')} ({ground.plan.unit_name(unit)})"


def _inspection(ground: ReportFacts, row: Record) -> str:
    unit = ground.plan.unit_name(text_of(row, "inspected_unit"))
    details = [part for part in (unit, _dated(row, "held_on").strip()) if part]
    conclusion = _short(row, "conclusion")
    end = f": {lowered(conclusion)}" if conclusion else ""
    return f"{_short(row, 'inspection')} ({', '.join(details)}){end}"


def _short(row: Record, column: str) -> str:
    return shortened(tidy(text_of(row, column)), _LONG_TEXT)


def _none(ground: ReportFacts, noun: str) -> str:
    return f"Trong kỳ, không có {noun}." if ground.has_sent() else _NOT_SENT


# ---- Parts II to IV: what was reached, what is to come, what the units ask for

_LONG_ISSUE = 300  # letters: a difficulty is told whole where it can be
_HALF_A_YEAR = 6  # months
_OTHER_LEVEL = "Khác"
_TO_NOBODY = f"Kiến nghị chưa ghi cấp giải quyết {TO_ADD}"


def by_level(ground: ReportFacts) -> Iterator[tuple[str, Sequence[Issue]]]:
    """The issues with a proposal, by who decides on it; last those that name nobody."""
    proposals = [issue for issue in ground.now.issues if issue.proposal]
    named = (*ground.plan.deciding_levels, *(issue.level for issue in proposals if issue.level))
    for level in dict.fromkeys((*named, "")):
        own = [issue for issue in proposals if issue.level == level]
        if own:
            yield level, own


def addressee(level: str) -> str:
    """Whom a petition goes to: «UBND tỉnh», «cơ quan, đơn vị khác»."""
    return "cơ quan, đơn vị khác" if level == _OTHER_LEVEL else level


def judgement(ground: ReportFacts) -> Iterator[ReportBlock]:
    """Part II of the report: what was reached, what was not, the units' difficulties."""
    yield Heading("II. ĐÁNH GIÁ CHUNG, KHÓ KHĂN, VƯỚNG MẮC", 1)
    yield Heading("1. Kết quả đạt được", 2)
    yield from _targets(ground)
    yield Paragraph(f"Nhận định chung: {TO_ADD}{_hint(_figures_of_all(ground))}")
    yield Heading("2. Tồn tại, hạn chế", 2)
    yield from _not_met(ground)
    yield Heading("3. Khó khăn, vướng mắc", 2)
    yield from _difficulties(ground)


def outlook(ground: ReportFacts) -> Iterator[ReportBlock]:
    """Part III: what is to be done in the next period, the plan's tasks that are still open."""
    following = ground.now.period.following
    if following is None:
        return
    yield Heading("III. PHƯƠNG HƯỚNG, NHIỆM VỤ KỲ TỚI", 1)
    tasks = [ground.plan.task_by_code[task.code] for task in open_tasks(ground)]
    once = [task for task in tasks if task.deadline.kind in DONE_ONCE]
    if once:
        yield Paragraph(
            f"Trong {_time_ahead(ground.now.period, following)}, tập trung hoàn thành"
            f" {two_digits(len(once))} nhiệm vụ còn lại của kế hoạch năm {ground.plan.year}:"
        )
        yield bullets(
            f"{task.code}: {shortened(tidy(task.text), _LONG_ISSUE)}"
            f" ({task.lead_text}; thời gian hoàn thành: {lowered(task.deadline.text)})"
            for task in once
        )
    lasting = [task.code for task in ground.plan.tasks if task.deadline.kind not in DONE_ONCE]
    if lasting and following.year == ground.plan.year:
        yield Paragraph(
            f"Tiếp tục thực hiện {two_digits(len(lasting))} nhiệm vụ thường xuyên, định kỳ của"
            f" kế hoạch: {listed(lasting)}."
        )
    yield Paragraph(f"Nhiệm vụ trọng tâm khác: {TO_ADD}")


def _time_ahead(period: Period, following: Period) -> str:
    """What a report looks ahead to: of half a year the other half, else the period after it."""
    if period.cumulative and period.months == _HALF_A_YEAR:
        return f"6 tháng cuối năm {period.year}"
    return following.in_sentence


def requests(ground: ReportFacts) -> Iterator[ReportBlock]:
    """Part IV: what the units propose to others, by the level that must resolve it.

    What the department resolves itself is no petition to whom it reports.
    """
    yield Heading("IV. KIẾN NGHỊ, ĐỀ XUẤT", 1)
    proposals = dict(by_level(ground))
    if not proposals:
        yield Paragraph(_no_issues(ground, "kiến nghị, đề xuất"))
    for level, own in proposals.items():
        if ground.plan.is_own_level(level):
            where = next(one.label for one in ground.annexes if one.sheet == ISSUES.sheet)
            yield Paragraph(
                f"Có {two_digits(len(own))} kiến nghị của các phòng, đơn vị thuộc thẩm quyền của"
                f" {level}, do {level} xem xét, giải quyết (nêu tại {where})."
            )
        else:
            yield Paragraph(f"{f'Đối với {addressee(level)}' if level else _TO_NOBODY}:")
            yield bullets(proposal_line(ground, one) for one in own)
    yield Paragraph(f"Kiến nghị, đề xuất khác của Sở: {TO_ADD}")


def proposal_line(ground: ReportFacts, issue: Issue) -> str:
    """The proposal, who makes it and about which task."""
    return f"{shortened(tidy(issue.proposal), _LONG_ISSUE)} ({_whose(ground, issue)})"


def indicator_line(ground: ReportFacts, value: IndicatorValue) -> str:
    """``Tỷ lệ …: 98 % (mục tiêu ≥ 95 %)``, with a word where it counts from the year's start."""
    indicator = next(one for one in ground.plan.indicators if one.id == value.id)
    shown = indicator_text(value, indicator)
    ground.note(shown, FigureRef(INDICATOR_ROWS, value.id, INDICATOR_RESULT))
    whole = ", lũy kế từ đầu năm" if is_of_the_year(indicator, ground.now.period) else ""
    return f"{indicator.name}: {shown} (mục tiêu {target_text(indicator)}){whole}"


def judged(ground: ReportFacts) -> tuple[list[IndicatorValue], list[IndicatorValue]]:
    """Indicators that reach their target, and those that do not; the others are left out."""
    known = {one.id for one in ground.plan.indicators}
    some = [value for value in ground.now.indicators if value.id in known]
    return [one for one in some if one.met is True], [one for one in some if one.met is False]


def yearly_targets(ground: ReportFacts) -> list[IndicatorValue]:
    """Indicators below a target that is not judged yet: of the year, of a day to come."""
    return [
        one
        for one in ground.now.indicators
        if one.met is None and one.denominator and one.target is not None
    ]


def _targets(ground: ReportFacts) -> Iterator[ReportBlock]:
    met, missed = judged(ground)
    still = yearly_targets(ground)
    total = len(met) + len(missed)
    if not total:
        yield Paragraph("Chưa đủ số liệu để so sánh các chỉ tiêu với mục tiêu.")
    elif not met:
        one_of = f"trong {two_digits(total)} chỉ tiêu" if total > 1 else "trong số các chỉ tiêu"
        yield Paragraph(f"Chưa có chỉ tiêu nào {one_of} có số liệu đạt mục tiêu.")
    else:
        how_many = f"Có {two_digits(len(met))}/" if len(met) < total or total == 1 else "Cả "
        yield Paragraph(f"{how_many}{two_digits(total)} chỉ tiêu có số liệu đạt mục tiêu:")
        yield bullets(ground.noting(indicator_line(ground, value) for value in met))
    if still:
        yield Paragraph("Chỉ tiêu chưa đến hạn xét, đang tiếp tục thực hiện:")
        yield bullets(ground.noting(indicator_line(ground, value) for value in still))


def _hint(figures: Sequence[str]) -> str:
    """Figures that bear on what a person must judge; "" without any."""
    return f" (số liệu để nhận định: {'; '.join(figures)})." if figures else ""


def _figures_of_all(ground: ReportFacts) -> list[str]:
    met, missed = judged(ground)
    late = overdue_tasks(ground)
    rate = settled_in_time(ground)
    total = len(met) + len(missed)
    said = [f"{two_digits(len(met))}/{two_digits(total)} chỉ tiêu đạt mục tiêu"] if total else []
    said += [f"{rate} hồ sơ giải quyết trước hạn, đúng hạn"] if rate else []
    said += [f"quá hạn {two_digits(len(late))} nhiệm vụ"] if late else []
    return said


def _not_met(ground: ReportFacts) -> Iterator[ReportBlock]:
    met, missed = judged(ground)
    late = overdue_tasks(ground)
    if missed:
        yield Paragraph(f"Chưa đạt mục tiêu {two_digits(len(missed))} chỉ tiêu:")
        yield bullets(ground.noting(indicator_line(ground, value) for value in missed))
    if late:
        yield Paragraph(f"Quá hạn {two_digits(len(late))} nhiệm vụ của kế hoạch:")
        yield bullets(late)
    if ground.now.missing:
        where = f"nêu tại mục I.{len(_sections_with_a_form(ground))}.{_letter(ground, 'c')}"
        yield Paragraph(
            f"Còn {missing_counts(ground.now)} chưa có báo cáo được chấp nhận ({where})."
        )
    if not (missed or late or ground.now.missing):
        judged_so = (
            "Các chỉ tiêu, nhiệm vụ đến hạn đều đạt"
            if met
            else "Chưa có chỉ tiêu nào đủ số liệu để đánh giá"
        )
        yield Paragraph(f"{judged_so}. Tồn tại, hạn chế khác, nếu có: {TO_ADD}")
        return
    causes = [issue.cause for issue in ground.now.issues if issue.cause]
    told = [f"{two_digits(len(causes))} nguyên nhân các đơn vị nêu ở mục 3"] if causes else []
    yield Paragraph(f"Nguyên nhân: {TO_ADD}{_hint(told)}")


def _difficulties(ground: ReportFacts) -> Iterator[ReportBlock]:
    raised = [issue for issue in ground.now.issues if issue.difficulty]
    if not raised:
        yield Paragraph(_no_issues(ground, "khó khăn, vướng mắc"))
        return
    yield Paragraph("Các phòng, đơn vị phản ánh:")
    yield bullets(_difficulty_lines(ground, raised))


def _difficulty_lines(ground: ReportFacts, raised: Sequence[Issue]) -> Iterator[str]:
    for issue in raised:
        cause = tidy(issue.cause)
        why = f"; nguyên nhân: {lowered(shortened(cause, _LONG_ISSUE))}" if cause else ""
        what = shortened(tidy(issue.difficulty), _LONG_ISSUE)
        yield f"{what}{why} ({_whose(ground, issue)})"


def _whose(ground: ReportFacts, issue: Issue) -> str:
    about = f"; nhiệm vụ {issue.task}" if issue.task in ground.plan.task_by_code else ""
    return f"{ground.plan.unit_name(issue.unit)}{about}"


def _no_issues(ground: ReportFacts, noun: str) -> str:
    if not ground.has_sent():
        return _NOT_SENT
    if not (ground.speaks_of("issues") or ground.speaks_of("progress")):
        return f"{capitalised(noun)} của các phòng, đơn vị: {TO_ADD}"  # no form asks for them
    return f"Các phòng, đơn vị không nêu {noun}."


# ---- The report as a whole

ABBREVIATIONS = {
    "TTHC": "thủ tục hành chính",
    "VBQPPL": "văn bản quy phạm pháp luật",
    "PAKN": "phản ánh, kiến nghị",
    "CSDL": "cơ sở dữ liệu",
    "CCHC": "cải cách hành chính",
    "BCCI": "bưu chính công ích",
    "DVC": "dịch vụ công",
    "CNTT": "công nghệ thông tin",
    "KH&CN": "khoa học và công nghệ",
}
"""What reports, plans and names of units shorten."""
_NUMBERED = re.compile(r"^\d+\.")
_SECTIONS: tuple[tuple[Callable[[ReportFacts], Iterator[ReportBlock]], str], ...] = (
    (impact_section, "drafts"),
    (issued_section, "issued"),
    (published_section, "published"),
    (review_section, "review"),
    (feedback_section, "feedback"),
    (dossiers_section, "dossiers"),
    (one_stop_section, "one_stop"),
    (online_section, "online"),
    (communication_section, "communication"),
    (initiatives_section, "initiatives"),
    (inspection_section, "inspections"),
    (other_section, ""),
)
"""The outline of the law, each section with its topic; "" for any office."""


def narrative(
    plan: Plan, forms: Forms, consolidation: Consolidation, previous: Consolidation | None
) -> Narrative:
    """The report in words; ``previous`` is the period to compare with, None without one."""
    ground = ReportFacts(plan, forms, consolidation, previous)
    period, subject = consolidation.period.in_sentence, ground.regime.subject
    if consolidation.period.campaign:
        period, subject = "", consolidation.period.label
    blocks = tuple(ground.noting(_blocks(ground)))
    return Narrative(
        agency=plan.agency,
        frame=frame(plan, consolidation),
        kind="BÁO CÁO",
        abstract=f"{subject[:1].upper()}{subject[1:]} {period}".rstrip(),
        addressee=plan.settings.receiver,
        provisional=provisional_line(consolidation),
        introduction=_introduction(ground, blocks),
        blocks=blocks,
        annexes=ground.annexes,
        closing=f"Trên đây là báo cáo {f'{subject} {period}'.rstrip()} của {plan.agency}",
    )


def report_figures(
    plan: Plan, forms: Forms, consolidation: Consolidation, previous: Consolidation | None
) -> Mapping[str, tuple[SentenceFigure, ...]]:
    """Every text of the report in words, by its ``words_alone``, with what it was made from."""
    ground = ReportFacts(plan, forms, consolidation, previous)
    for _ in ground.noting(_blocks(ground)):
        pass
    return ground.made_from


def _introduction(ground: ReportFacts, blocks: Sequence[ReportBlock]) -> str:
    """What the report is made under and the days whose data count; names what is abbreviated."""
    plan, window = ground.plan, ground.now.window
    laws = dict.fromkeys(form.source.partition(",")[0] for form in ground.printed)
    rules = [first_mention(law, ground.regime) for law in laws if law]
    by_law = f" và {', '.join(rules)}" if rules else ""
    basis = f" {plan.legal_basis};" if plan.legal_basis else ""
    number = f" số {plan.number}" if plan.number else ""
    return (
        f"Thực hiện{basis} Kế hoạch{number} {ground.regime.work} năm {plan.year} của"
        f" {plan.agency}{by_law}, {plan.agency} báo cáo tình hình, kết quả thực hiện"
        f" {ground.now.period.in_sentence} (số liệu từ ngày {day_text(window.start)} đến ngày"
        f" {day_text(window.end)}).{_abbreviated(blocks)}"
    )


def _abbreviated(blocks: Iterable[ReportBlock]) -> str:
    """Which words stand shortened in the report, each said once; "" for none."""
    whole = "\n".join(chain.from_iterable(texts_of(one) for one in blocks))
    said = [
        f"{words} viết tắt là {letters}"
        for letters, words in ABBREVIATIONS.items()
        if re.search(rf"(?<![\w/&-]){letters}(?![\w/&-])", whole)
    ]
    return f" Trong báo cáo này, {'; '.join(said)}." if said else ""


def _sections_with_a_form(
    ground: ReportFacts,
) -> list[Callable[[ReportFacts], Iterator[ReportBlock]]]:
    """The sections that a form holds the topic of; what is not asked for is not told of."""
    return [section for section, topic in _SECTIONS if not topic or ground.speaks_of(topic)]


def _campaign(ground: ReportFacts) -> Iterator[ReportBlock]:
    """A campaign: the totals of each form that was asked for, and who has sent."""
    for number, form in enumerate(ground.printed, start=1):
        table = ground.now.forms[form.id]
        yield Heading(f"{number}. {sentence_case(form.title)}", 2)
        if figure_state(table) == "unknown":
            yield Paragraph(_NOT_SENT)
            continue
        yield bullets(ground.noting(_totals(ground, form, table)))
    last = len(ground.printed) + 1
    yield Heading(f"{last}. Tình hình gửi báo cáo", 2)
    yield Paragraph(sending_summary(ground.plan, ground.now))


def _totals(ground: ReportFacts, form: PrintedForm, table: FormTable) -> Iterator[str]:
    """A line for each column that a form of a campaign counts."""
    for column in form.columns:
        if column.type == "count" and column.source:
            total = grouped_number(column_total(table, column.number))
            ground.note(total, FigureRef(form.id, "", column.number))
            yield f"{capitalised(' – '.join(column.header_on(ground.now.window.end)))}: {total}"


def _blocks(ground: ReportFacts) -> Iterator[ReportBlock]:
    yield Heading("I. TÌNH HÌNH, KẾT QUẢ THỰC HIỆN", 1)
    if ground.now.period.campaign:
        yield from _campaign(ground)
        return
    for number, section in enumerate(_sections_with_a_form(ground), start=1):
        for block in section(ground):
            if isinstance(block, Heading):
                yield replace(block, text=_NUMBERED.sub(f"{number}.", block.text))
            else:
                yield block
    yield from judgement(ground)
    yield from outlook(ground)
    yield from requests(ground)
