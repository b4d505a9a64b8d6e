"""Results of the narrative report: publication, review, complaints, dossiers, services."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from kskt_excel.model.consolidation import FormRow, Presence
from kskt_excel.model.reading import Record
from kskt_excel.report.sentences import (
    TO_ADD,
    Heading,
    Paragraph,
    ReportBlock,
    ReportFacts,
    bullets,
    change,
    counted,
    decision_named,
    first_mention,
    lowered,
    of_which,
    rate_change,
    text_of,
    tidy,
)
from kskt_excel.report.summary import presence_text, without_quarters
from kskt_excel.text.shown import (
    capitalised,
    day_text,
    decimal_text,
    listed,
    share_texts,
    two_digits,
)

UNKNOWN = f"Đến thời điểm tổng hợp, chưa có đơn vị nào gửi số liệu về nội dung này. {TO_ADD}"
_TTHC, _VB, _PAKN = "TTHC", "văn bản", "PAKN"
_PLACES = (
    ("posted", "niêm yết tại nơi giải quyết"),
    ("on_website", "đăng trên Cổng, Trang thông tin điện tử"),
)


def impact_section(ground: ReportFacts) -> Iterator[ReportBlock]:
    """Impact assessment of procedures in drafts (đánh giá tác động)."""
    yield Heading("1. Đánh giá tác động quy định thủ tục hành chính", 2)
    if ground.state("drafts") == "unknown":
        yield Paragraph(UNKNOWN)
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
        yield Paragraph(UNKNOWN)
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
        yield Paragraph(UNKNOWN)
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
        yield Paragraph(UNKNOWN)
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
    yield from _listed_under("TTHC có phương án đơn giản hóa:", _simplified(ground), _TTHC)


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
        yield Paragraph(UNKNOWN)
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


def _simplified(ground: ReportFacts) -> list[str]:
    """What is to be simplified, of a form that has a row for each procedure."""
    form, table = ground.form("review"), ground.table("review")
    lines: list[str] = []
    for row in table.rows if form and table and form.rows == "procedure" else ():
        if not any(ground.of_row(row, f"review.{one}") for one in _OPTIONS):
            continue
        cut, decision = (ground.of_row(row, f"review.{one}") for one in ("cost_cut", "decision"))
        saved = ""
        if isinstance(cut, int | float) and cut > 0:
            saved = f", cắt giảm {decimal_text(cut, 1)} % chi phí tuân thủ"
        by = f" ({decision_named(str(decision))})" if decision else ""
        lines.append(f"{tidy(row.label)}{saved}{by}")
    return lines


_NOUN = "hồ sơ"
# «NN02 Cán bộ …»: readers of the report have no list of codes.
_REASON_CODE = re.compile(r"^NN\d+\s+")
_NO_REASON = "chưa ghi nguyên nhân"


def dossiers_section(ground: ReportFacts) -> Iterator[ReportBlock]:
    """Handling of dossiers (giải quyết thủ tục hành chính)."""
    yield Heading("6. Tình hình, kết quả giải quyết thủ tục hành chính", 2)
    if ground.state("dossiers") == "unknown":
        yield Paragraph(UNKNOWN)
        return
    if not ground.count("dossiers.received"):
        yield Paragraph("Trong kỳ, không phát sinh hồ sơ TTHC.")
        return
    yield Paragraph(_received_sentence(ground))
    yield Paragraph(_settled_sentence(ground))
    yield Paragraph(_pending(ground))
    yield Paragraph(f"Kết quả theo {ground.rows_word('dossiers')}:")
    yield bullets(_by_row(ground))
    yield from _overdue(ground)


def settled_in_time(ground: ReportFacts) -> str:
    """Share of the settled dossiers that were settled before or on their day; "" of none."""
    in_time = ground.count("dossiers.early") + ground.count("dossiers.on_time")
    total = ground.count("dossiers.settled")
    return ground.rate(in_time, total) if total else ""


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
    late = ground.count("dossiers.settled_late") + ground.count("dossiers.pending_late")
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
        counted_reasons = reasons.most_common()
        shares = share_texts([count for _, count in counted_reasons])
        yield bullets(
            f"{reason}: {two_digits(count)} hồ sơ ({part})"
            for (reason, count), part in zip(counted_reasons, shares, strict=True)
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
        yield Paragraph(UNKNOWN)
    else:
        total = ground.count("one_stop.procedures")
        yield Paragraph(
            f"Tổng số TTHC do các đơn vị báo cáo là {two_digits(total)} TTHC; tình hình thực hiện:"
            if total
            else "Các đơn vị báo cáo không có TTHC thuộc thẩm quyền giải quyết."
        )
        if total:
            yield bullets(_one_stop_lines(ground, total))
    yield Paragraph(_evaluation(ground))


def _one_stop_lines(ground: ReportFacts, total: int) -> Iterator[str]:
    one_stop = ground.count("one_stop.at_one_stop")
    for figure, name, whole in (
        ("at_one_stop", "Tiếp nhận, trả kết quả tại Bộ phận Một cửa", total),
        ("interlinked", "Thực hiện theo cơ chế một cửa liên thông", 0),
        ("with_process", "Có quyết định quy trình nội bộ", total),
        ("with_e_process", "Có quy trình điện tử", total),
        (
            "whole_at_centre",
            "Thực hiện toàn bộ quy trình tại Trung tâm Phục vụ hành chính công",
            one_stop,
        ),
        ("non_territorial", "Không phụ thuộc địa giới hành chính", 0),
    ):
        count = ground.count(f"one_stop.{figure}")
        yield f"{name}: {counted(count, 'TTHC', ground.share(count, whole))}"
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
        yield Paragraph(UNKNOWN)
        return
    yield Paragraph(_services(ground))
    yield Paragraph(_online_dossiers(ground))
    others = ("received", *(figure for figure, _, _ in _OTHERS))
    if any(ground.count(f"online.{figure}") for figure in others):
        yield from _listed_under("Kết quả khác:", tuple(_other_lines(ground)))


def _services(ground: ReportFacts) -> str:
    total, online = ground.count("online.procedures"), ground.count("online.online")
    if not online:
        return "Các đơn vị báo cáo chưa có TTHC cung cấp dịch vụ công trực tuyến."
    levels = [
        (lowered(ground.heading(figure)), ground.count(figure))
        for figure in ("online.partly", "online.wholly")
    ]
    used, on_portal = ground.count("online.used"), ground.count("online.on_national_portal")
    return (
        f"Cung cấp dịch vụ công trực tuyến đối với {two_digits(online)} TTHC, đạt"
        f" {ground.rate(online, total)} số TTHC{of_which(online, levels, _TTHC)}."
        f" Tích hợp trên Cổng Dịch vụ công quốc gia: {counted(on_portal, 'TTHC')}."
        f" Có phát sinh hồ sơ trực tuyến: {counted(used, 'TTHC', ground.share(used, online))}."
    )


def _online_dossiers(ground: ReportFacts) -> str:
    received, online = ground.count("online.received"), ground.count("online.received_online")
    if not received:
        return "Trong kỳ, không phát sinh hồ sơ tiếp nhận."
    than = _rate_than(ground, ("online.received_online",), "online.received")
    return (
        f"Trong {two_digits(received)} hồ sơ tiếp nhận trong kỳ,"
        f" {counted(online, 'hồ sơ')} nộp trực tuyến,"
        f" đạt tỷ lệ {ground.rate(online, received)}{than}."
    )


_OTHERS = (
    ("digitised", "Hồ sơ được số hóa thành phần", "hồ sơ"),
    ("e_result", "Hồ sơ có kết quả điện tử", "hồ sơ"),
    ("postal_in", "Hồ sơ tiếp nhận qua bưu chính công ích", "hồ sơ"),
    ("postal_out", "Kết quả trả qua bưu chính công ích", "hồ sơ"),
    ("accounts", "Tài khoản Cổng Dịch vụ công quốc gia được hỗ trợ tạo mới", "tài khoản"),
)


def _other_lines(ground: ReportFacts) -> Iterator[str]:
    fees, paid = ground.count("online.with_fee"), ground.count("online.paid_online")
    if fees:
        yield (
            f"Thanh toán trực tuyến: {counted(paid, 'hồ sơ', ground.share(paid, fees))}"
            f" trong {two_digits(fees)} hồ sơ có phí, lệ phí"
        )
    for figure, name, noun in _OTHERS:
        count = ground.count(f"online.{figure}")
        yield f"{name}: {f'{two_digits(count)} {noun}' if count else 'không có'}"
