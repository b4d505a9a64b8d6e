"""Results of the narrative report: publication, review, complaints, dossiers, services."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from kskt_excel.model.consolidation import FormRow, Presence
from kskt_excel.model.reading import Record, Value
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
    """Impact assessment of procedures in drafts (đánh giá tác động), form II.01."""
    yield Heading("1. Đánh giá tác động quy định thủ tục hành chính", 2)
    form = "II.01"
    if ground.state(form) == "unknown":
        yield Paragraph(UNKNOWN)
        return
    procedures, drafts = ground.count(form, 3), ground.count(form, 4)
    if not procedures and not drafts:
        yield Paragraph("Trong kỳ, không có TTHC được đánh giá tác động.")
    else:
        parts = _parts(ground, form, {5: "quy định mới", 6: "sửa đổi, bổ sung"})
        parts += _parts(ground, form, {7: "bãi bỏ, thay thế"})
        split = of_which(procedures, parts, _TTHC, kinds=True)
        than = change(ground.count_alike(form, 3), ground.count_before(form, 3), _TTHC, ground.than)
        yield Paragraph(
            f"Trong kỳ, đã đánh giá tác động {counted(procedures, _TTHC)} tại {two_digits(drafts)}"
            f" dự án, dự thảo VBQPPL{split}.{than}{_by_kind(ground, form, 9, 11)}"
        )
    last = {(unit, text_of(one, "draft_name")): one for unit, one in ground.records("vbqppl")}
    waiting = [
        name for (_, name), one in last.items() if one.values.get("impact_assessed") is False
    ]
    if waiting:
        yield Paragraph(f"Chưa đánh giá tác động {two_digits(len(waiting))} dự án, dự thảo:")
        yield bullets(waiting, "dự án, dự thảo")


def issued_section(ground: ReportFacts) -> Iterator[ReportBlock]:
    """Legal texts with procedures issued in the period, form II.02."""
    yield Heading("2. Thủ tục hành chính được ban hành; thẩm định quy định thủ tục hành chính", 2)
    form = "II.02"
    if ground.state(form) == "unknown":
        yield Paragraph(UNKNOWN)
        return
    procedures, texts = ground.count(form, 3), ground.count(form, 4)
    if not procedures and not texts:
        yield Paragraph("Trong kỳ, không có VBQPPL có quy định TTHC được ban hành.")
    else:
        labels = {5: "ban hành mới", 6: "sửa đổi, bổ sung", 7: "thay thế", 8: "bãi bỏ"}
        split = of_which(procedures, _parts(ground, form, labels), _TTHC, kinds=True)
        than = change(ground.count_alike(form, 3), ground.count_before(form, 3), _TTHC, ground.than)
        yield Paragraph(
            f"Trong kỳ, đã ban hành {two_digits(texts)} VBQPPL với {counted(procedures, _TTHC)}"
            f"{split}.{than}{_by_kind(ground, form, 10, 12)}"
        )
        yield from _listed_under("Văn bản đã ban hành:", _documents(ground), _VB)
    yield Paragraph(f"Về thẩm định quy định TTHC trong dự thảo văn bản: {TO_ADD}")


def published_section(ground: ReportFacts) -> Iterator[ReportBlock]:
    """Publication of procedures (công bố, công khai), form II.03."""
    yield Heading("3. Công bố, công khai thủ tục hành chính", 2)
    form = "II.03"
    if ground.state(form) == "unknown":
        yield Paragraph(UNKNOWN)
        return
    decisions, procedures = ground.count(form, 3), ground.count(form, 5)
    if not procedures:
        yield Paragraph(
            "Trong kỳ, không phát sinh TTHC được công bố thuộc lĩnh vực quản lý của Sở."
        )
    else:
        labels = {6: "ban hành mới", 7: "sửa đổi, bổ sung", 8: "thay thế", 9: "hủy bỏ, bãi bỏ"}
        split = of_which(procedures, _parts(ground, form, labels), _TTHC, kinds=True)
        than = change(ground.count_alike(form, 5), ground.count_before(form, 5), _TTHC, ground.than)
        yield Paragraph(
            f"Trong kỳ, UBND tỉnh đã ban hành {two_digits(decisions)} quyết định công bố với"
            f" {two_digits(procedures)} TTHC{split}.{than} {_national_database(ground)}"
        )
        yield from _listed_under("Quyết định công bố:", _decisions(ground), "quyết định")
    yield from _shown_to_citizens(ground)


def review_section(ground: ReportFacts) -> Iterator[ReportBlock]:
    """Review of procedures (rà soát, đơn giản hóa), form II.04."""
    yield Heading("4. Rà soát, đơn giản hóa thủ tục hành chính", 2)
    form = "II.04"
    if ground.state(form) == "unknown":
        yield Paragraph(UNKNOWN)
        return
    planned, reviewed = ground.count(form, 3), ground.count(form, 4)
    if not reviewed:
        plan = f"Kế hoạch rà soát có {two_digits(planned)} TTHC; " if planned else ""
        yield Paragraph(capitalised(f"{plan}trong kỳ, chưa có TTHC hoàn thành rà soát."))
        return
    labels = {5: "giữ nguyên", 6: "sửa đổi, bổ sung", 7: "thay thế", 8: "bãi bỏ"}
    parts = _parts(ground, form, labels | {9: "liên thông hoặc phương án khác"})
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
    """Complaints and suggestions (phản ánh, kiến nghị), form II.05a."""
    yield Heading("5. Tiếp nhận, xử lý phản ánh, kiến nghị về quy định hành chính", 2)
    form = "II.05a"
    if ground.state(form) == "unknown":
        yield Paragraph(UNKNOWN)
        return
    total = ground.count(form, 3)
    if not total:
        yield Paragraph("Trong kỳ, không phát sinh PAKN về quy định hành chính.")
        return
    subjects = _parts(ground, form, {4: "về hành vi hành chính", 5: "về quy định hành chính"})
    than = change(ground.count_alike(form, 3), ground.count_before(form, 3), _PAKN, ground.than)
    carried = ground.count(form, 6)
    origin = f", gồm {two_digits(carried)} PAKN từ kỳ trước chuyển sang" if carried else ""
    yield Paragraph(
        f"Tổng số PAKN phải xử lý là {two_digits(total)} PAKN{origin}"
        f"{of_which(total, subjects, _PAKN)}.{than} {_handling_sentence(ground)}"
    )


def _handling_sentence(ground: ReportFacts) -> str:
    form = "II.05a"
    done, pending = ground.count(form, 8), ground.count(form, 13)
    if not done:
        return f"Đang xử lý {two_digits(pending)} PAKN."
    late = of_which(done, _parts(ground, form, {15: "đúng hạn", 16: "quá hạn"}), _PAKN)
    published = ground.count(form, 14)
    shown = f"; đã công khai kết quả xử lý {two_digits(published)} PAKN" if published else ""
    rest = f" Đang xử lý {two_digits(pending)} PAKN." if pending else ""
    extended = ground.count(form, 17)
    longer = f" Kéo dài thời gian xử lý {two_digits(extended)} PAKN." if extended else ""
    return f"Đã xử lý {two_digits(done)} PAKN{late}{shown}.{rest}{longer}"


def _parts(ground: ReportFacts, form: str, labels: dict[int, str]) -> list[tuple[str, int]]:
    return [(label, ground.count(form, column)) for column, label in labels.items()]


def _by_kind(ground: ReportFacts, form: str, resolutions: int, decisions: int) -> str:
    kinds = (
        ("nghị quyết của HĐND tỉnh", ground.count(form, resolutions)),
        ("quyết định của UBND tỉnh", ground.count(form, decisions)),
    )
    said = "; ".join(f"{kind} {two_digits(count)} {_VB}" for kind, count in kinds if count)
    return f" Theo loại văn bản: {said}." if said else ""


def _documents(ground: ReportFacts) -> list[str]:
    rows = [record for _, record in ground.records("vbqppl") if text_of(record, "document")]
    named = {text_of(row, "document"): row for row in _by_day(rows, "issued_on")}
    return [_document_citation(number, row) for number, row in named.items()]


_KINDS = ("Nghị quyết", "Quyết định", "Chỉ thị")
_ISSUERS = {"HĐND": " của HĐND tỉnh", "UBND": " của UBND tỉnh"}
_DRAFT = "dự thảo "


def _document_citation(number: str, row: Record) -> str:
    """``Quyết định số 04/2022/QĐ-UBND ngày 15/02/2022 của UBND tỉnh sửa đổi Quy chế …``.

    Its kind is the first word of its name; a name without one follows the number.
    Source: Nghị định 30/2020/NĐ-CP, Phụ lục I (lần đầu viện dẫn một văn bản).
    """
    name, day = tidy(text_of(row, "draft_name")), _dated(row, "issued_on")
    bare = name[len(_DRAFT) :] if name.lower().startswith(_DRAFT) else name
    kind = next((one for one in _KINDS if bare.lower().startswith(f"{one.lower()} ")), "")
    if not kind or number.lower().startswith(kind.lower()):
        return f"{number}{day}: {name}"
    about = bare[len(kind) + 1 :]
    is_named = about.lower().startswith("của ")  # the name itself says whose it is
    issuer = "" if is_named else _ISSUERS.get(number.rpartition("-")[2].strip().upper(), "")
    return f"{kind} số {number}{day}{issuer} {lowered(about)}"


def _decisions(ground: ReportFacts) -> list[str]:
    rows = [row for _, row in ground.records("cong-bo") if text_of(row, "province_decision")]
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
    entered, withdrawn = ground.count("II.03", 12), ground.count("II.03", 13)
    said = [f"nhập, công khai {two_digits(entered)} TTHC"] if entered else []
    said += [f"thôi công khai {two_digits(withdrawn)} TTHC"] if withdrawn else []
    where = "trên Cơ sở dữ liệu quốc gia về TTHC"
    return f"Đã {', '.join(said)} {where}." if said else f"Chưa nhập, công khai {where}."


def _shown_to_citizens(ground: ReportFacts) -> Iterator[ReportBlock]:
    rows = ground.latest("danh-muc").values()
    if not rows:
        return
    said = []
    for column, place in _PLACES:
        shown = sum(row.values.get(column) is True for row in rows)
        missing = sum(row.values.get(column) is False for row in rows)
        rest = f" (còn {two_digits(missing)} TTHC chưa thực hiện)" if missing else ""
        said.append(f"{place} {two_digits(shown)} TTHC{rest}")
    yield Paragraph(f"Về công khai TTHC: {'; '.join(said)}.")


def _authority(ground: ReportFacts) -> str:
    province, ministry = ground.count("II.04", 11), ground.count("II.04", 12)
    texts = ground.count("II.04", 10)
    said = [f"thực thi theo thẩm quyền của tỉnh {two_digits(province)} TTHC"] if province else []
    said += [f"kiến nghị Bộ, ngành Trung ương {two_digits(ministry)} TTHC"] if ministry else []
    whose = f" Phương án đơn giản hóa: {'; '.join(said)}." if said else ""
    return (
        f"{whose} Số VBQPPL phải sửa đổi, thay thế, bãi bỏ: {two_digits(texts)}."
        if texts
        else whose
    )


def _simplified(ground: ReportFacts) -> list[str]:
    lines = []
    for row in ground.now.forms["II.04"].rows:
        if not any(row.values.get(str(column)) for column in (6, 7, 8, 9)):
            continue
        cut, decision = row.values.get("13"), row.values.get("14")
        saved = ""
        if isinstance(cut, int | float) and cut > 0:
            saved = f", cắt giảm {decimal_text(cut, 1)} % chi phí tuân thủ"
        by = f" ({decision_named(str(decision))})" if decision else ""
        lines.append(f"{tidy(row.label)}{saved}{by}")
    return lines


_FORM = "II.06a"
_NOUN = "hồ sơ"
_REASON_CODE = re.compile(r"^NN\d+\s+")
_NO_REASON = "chưa ghi nguyên nhân"


def dossiers_section(ground: ReportFacts) -> Iterator[ReportBlock]:
    """Handling of dossiers (giải quyết thủ tục hành chính), form II.06a."""
    yield Heading("6. Tình hình, kết quả giải quyết thủ tục hành chính", 2)
    if ground.state(_FORM) == "unknown":
        yield Paragraph(UNKNOWN)
        return
    if not ground.count(_FORM, 3):
        yield Paragraph("Trong kỳ, không phát sinh hồ sơ TTHC.")
        return
    yield Paragraph(_received_sentence(ground))
    yield Paragraph(_settled_sentence(ground))
    yield Paragraph(_pending(ground))
    yield Paragraph("Kết quả theo lĩnh vực:")
    yield bullets(_by_field(ground))
    yield from _overdue(ground)


def settled_in_time(ground: ReportFacts) -> str:
    """Share of the settled dossiers that were settled before or on their day; "" of none."""
    in_time = ground.count(_FORM, 8) + ground.count(_FORM, 9)
    total = ground.count(_FORM, 7)
    return ground.rate(in_time, total) if total else ""


def _received_sentence(ground: ReportFacts) -> str:
    total = ground.count(_FORM, 3)
    parts = [
        ("nộp trực tuyến", ground.count(_FORM, 4)),
        ("nộp trực tiếp, qua dịch vụ bưu chính", ground.count(_FORM, 5)),
        ("từ kỳ trước chuyển sang", ground.count(_FORM, 6)),
    ]
    than = change(ground.count_alike(_FORM, 3), ground.count_before(_FORM, 3), _NOUN, ground.than)
    return (
        f"Tổng số hồ sơ nhận giải quyết là {two_digits(total)} hồ sơ"
        f"{of_which(total, parts, _NOUN)}.{than}"
    )


def _settled_sentence(ground: ReportFacts) -> str:
    total = ground.count(_FORM, 7)
    if not total:
        return "Trong kỳ, chưa có hồ sơ được giải quyết xong."
    labels = {8: "trước hạn", 9: "đúng hạn", 10: "quá hạn"}
    parts = [(label, ground.count(_FORM, column)) for column, label in labels.items()]
    before = ground.rate_before(_FORM, (8, 9), 7)
    than = rate_change(ground.rate_alike(_FORM, (8, 9), 7), before, ground.than)
    return (
        f"Đã giải quyết {two_digits(total)} hồ sơ{of_which(total, parts, _NOUN)}."
        f" Tỷ lệ giải quyết trước hạn, đúng hạn là {settled_in_time(ground)}{than}."
    )


def _pending(ground: ReportFacts) -> str:
    total = ground.count(_FORM, 11)
    if not total:
        return "Đến cuối kỳ, không còn hồ sơ đang giải quyết."
    parts = [("trong hạn", ground.count(_FORM, 12)), ("quá hạn", ground.count(_FORM, 13))]
    return f"Đang giải quyết {two_digits(total)} hồ sơ{of_which(total, parts, _NOUN)}."


def _by_field(ground: ReportFacts) -> Iterator[str]:
    for row in ground.now.forms[_FORM].rows:
        yield f"Lĩnh vực {row.label}: {_field_line(row)}"


def _field_line(row: FormRow) -> str:
    if row.presence is Presence.NOT_REPORTED:
        return presence_text(row.presence, row.states)
    without = f" {without_quarters(row.gaps)}" if row.gaps else ""
    if row.presence is Presence.BLANK:
        return f"đơn vị chưa ghi số liệu{without}"

    def of(column: int) -> int:
        value: Value = row.values.get(str(column))
        return int(value) if isinstance(value, int | float) else 0

    if not of(3):
        return f"không phát sinh hồ sơ{without}"
    said = [f"nhận giải quyết {two_digits(of(3))} hồ sơ"]
    for total, late, verb in ((7, 10, "đã giải quyết"), (11, 13, "đang giải quyết")):
        if of(total):
            overdue = f" (quá hạn {two_digits(of(late))} hồ sơ)" if of(late) else ""
            said.append(f"{verb} {two_digits(of(total))} hồ sơ{overdue}")
    return ", ".join(said)


def _overdue(ground: ReportFacts) -> Iterator[ReportBlock]:
    late = ground.count(_FORM, 10) + ground.count(_FORM, 13)
    if not late:
        yield Paragraph("Trong kỳ, không có hồ sơ quá hạn.")
        return
    records = _late_dossiers(ground)
    yield Paragraph(
        f"Tổng số hồ sơ quá hạn (đã giải quyết và đang giải quyết) là {two_digits(late)} hồ sơ."
        f"{_apologies(records, late)}"
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
        f" {two_digits(ground.count(_FORM, 13))} hồ sơ)."
    )


def _late_dossiers(ground: ReportFacts) -> list[Record]:
    """Each dossier of the registers once, as it was last written down."""
    named = {
        (unit, text_of(record, "dossier") or f"{number}"): record
        for number, (unit, record) in enumerate(ground.records("qua-han"))
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


_ONE_STOP, _ONLINE, _DOSSIERS = "II.07b", "II.08", "II.06a"


def one_stop_section(ground: ReportFacts) -> Iterator[ReportBlock]:
    """One-stop mechanism (một cửa, một cửa liên thông), form II.07b, with the evaluation."""
    yield Heading("7. Triển khai cơ chế một cửa, một cửa liên thông", 2)
    if ground.state(_ONE_STOP) == "unknown":
        yield Paragraph(UNKNOWN)
    else:
        total = ground.count(_ONE_STOP, 3)
        yield Paragraph(
            f"Tổng số TTHC do các đơn vị báo cáo là {two_digits(total)} TTHC; tình hình thực hiện:"
            if total
            else "Các đơn vị báo cáo không có TTHC thuộc thẩm quyền giải quyết."
        )
        yield bullets(_one_stop_lines(ground, total) if total else ())
    yield Paragraph(_evaluation(ground))


def _one_stop_lines(ground: ReportFacts, total: int) -> Iterator[str]:
    one_stop = ground.count(_ONE_STOP, 7)
    for column, name, whole in (
        (7, "Tiếp nhận, trả kết quả tại Bộ phận Một cửa", total),
        (18, "Thực hiện theo cơ chế một cửa liên thông", 0),
        (11, "Có quyết định quy trình nội bộ", total),
        (15, "Có quy trình điện tử", total),
        (16, "Thực hiện toàn bộ quy trình tại Trung tâm Phục vụ hành chính công", one_stop),
        (17, "Không phụ thuộc địa giới hành chính", 0),
    ):
        count = ground.count(_ONE_STOP, column)
        yield f"{name}: {counted(count, 'TTHC', ground.share(count, whole))}"


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
    """Procedures on the electronic environment (môi trường điện tử), form II.08."""
    yield Heading("8. Thực hiện thủ tục hành chính trên môi trường điện tử", 2)
    if ground.state(_ONLINE) == "unknown":
        yield Paragraph(UNKNOWN)
        return
    yield Paragraph(_services(ground))
    yield Paragraph(_online_dossiers(ground))
    yield from _listed_under("Kết quả khác:", tuple(_other_lines(ground)))


def _services(ground: ReportFacts) -> str:
    total, online = ground.count(_ONLINE, 3), ground.count(_ONLINE, 4)
    if not online:
        return "Các đơn vị báo cáo chưa có TTHC cung cấp dịch vụ công trực tuyến."
    levels = [
        (lowered(ground.heading(_ONLINE, column)), ground.count(_ONLINE, column))
        for column in (5, 6)
    ]
    used = ground.count(_ONLINE, 8)
    return (
        f"Cung cấp dịch vụ công trực tuyến đối với {two_digits(online)} TTHC, đạt"
        f" {ground.rate(online, total)} số TTHC{of_which(online, levels, _TTHC)}."
        f" Tích hợp trên Cổng Dịch vụ công quốc gia: {counted(ground.count(_ONLINE, 7), 'TTHC')}."
        f" Có phát sinh hồ sơ trực tuyến: {counted(used, 'TTHC', ground.share(used, online))}."
    )


def _online_dossiers(ground: ReportFacts) -> str:
    received, online = ground.count(_ONLINE, 9), ground.count(_ONLINE, 10)
    if not received:
        return "Trong kỳ, không phát sinh hồ sơ tiếp nhận."
    before = ground.rate_before(_ONLINE, (10,), 9)
    than = rate_change(ground.rate_alike(_ONLINE, (10,), 9), before, ground.than)
    return (
        f"Trong {two_digits(received)} hồ sơ tiếp nhận trong kỳ,"
        f" {counted(online, 'hồ sơ')} nộp trực tuyến,"
        f" đạt tỷ lệ {ground.rate(online, received)}{than}."
    )


def _other_lines(ground: ReportFacts) -> Iterator[str]:
    fees, paid = ground.count(_ONLINE, 15), ground.count(_ONLINE, 16)
    if fees:
        yield (
            f"Thanh toán trực tuyến: {counted(paid, 'hồ sơ', ground.share(paid, fees))}"
            f" trong {two_digits(fees)} hồ sơ có phí, lệ phí"
        )
    for column, name, noun in (
        (17, "Hồ sơ được số hóa thành phần", "hồ sơ"),
        (18, "Hồ sơ có kết quả điện tử", "hồ sơ"),
        (19, "Hồ sơ tiếp nhận qua bưu chính công ích", "hồ sơ"),
        (20, "Kết quả trả qua bưu chính công ích", "hồ sơ"),
        (21, "Tài khoản Cổng Dịch vụ công quốc gia được hỗ trợ tạo mới", "tài khoản"),
    ):
        count = ground.count(_ONLINE, column)
        yield f"{name}: {f'{two_digits(count)} {noun}' if count else 'không có'}"
