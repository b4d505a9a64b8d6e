"""Sections I.1 to I.5: procedures as they are made, published, reviewed and objected to."""

import datetime as dt
from collections.abc import Iterator

from kskt_excel.model.reading import Record
from kskt_excel.report.narrative_content import TO_ADD, Block, Heading, Paragraph
from kskt_excel.report.narrative_ground import Ground, text_of
from kskt_excel.report.narrative_words import bullets, change, counted, of_which, tidy
from kskt_excel.report.words import capitalised, number, two_digits
from kskt_excel.text.given import day

UNKNOWN = f"Đến thời điểm tổng hợp, chưa có đơn vị nào gửi số liệu về nội dung này. {TO_ADD}"
_TTHC, _VB, _PAKN = "TTHC", "văn bản", "PAKN"
_PLACES = (
    ("posted", "niêm yết tại nơi giải quyết"),
    ("on_website", "đăng trên Cổng, Trang thông tin điện tử"),
)


def impact_section(ground: Ground) -> Iterator[Block]:
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
        split = of_which(procedures, parts, _TTHC)
        than = change(procedures, ground.count_before(form, 3), _TTHC, ground.before_period)
        yield Paragraph(
            f"Trong kỳ, đã đánh giá tác động {counted(procedures, _TTHC)} tại {two_digits(drafts)}"
            f" dự án, dự thảo VBQPPL{than}{split}.{_by_kind(ground, form, 9, 11)}"
        )
    waiting = [
        text_of(record, "draft_name")
        for _, record in ground.records("vbqppl")
        if record.values.get("impact_assessed") is False
    ]
    if waiting:
        yield Paragraph(f"Chưa đánh giá tác động {two_digits(len(waiting))} dự án, dự thảo:")
        yield bullets(waiting, "dự án, dự thảo")


def issued_section(ground: Ground) -> Iterator[Block]:
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
        split = of_which(procedures, _parts(ground, form, labels), _TTHC)
        than = change(procedures, ground.count_before(form, 3), _TTHC, ground.before_period)
        yield Paragraph(
            f"Trong kỳ, đã ban hành {two_digits(texts)} VBQPPL với {counted(procedures, _TTHC)}"
            f"{than}{split}.{_by_kind(ground, form, 10, 12)}"
        )
        yield bullets(_documents(ground), "văn bản")
    yield Paragraph(f"Về thẩm định quy định TTHC trong dự thảo văn bản: {TO_ADD}")


def published_section(ground: Ground) -> Iterator[Block]:
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
        split = of_which(procedures, _parts(ground, form, labels), _TTHC)
        than = change(procedures, ground.count_before(form, 5), _TTHC, ground.before_period)
        yield Paragraph(
            f"Trong kỳ, UBND tỉnh đã ban hành {two_digits(decisions)} quyết định công bố với"
            f" {two_digits(procedures)} TTHC{than}{split}. {_national_database(ground)}"
        )
        yield bullets(_decisions(ground), "quyết định")
    yield from _shown_to_citizens(ground)


def review_section(ground: Ground) -> Iterator[Block]:
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
    yield bullets(_simplified(ground), "TTHC")


def feedback_section(ground: Ground) -> Iterator[Block]:
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
    than = change(total, ground.count_before(form, 3), _PAKN, ground.before_period)
    carried = ground.count(form, 6)
    origin = f", gồm {two_digits(carried)} PAKN từ kỳ trước chuyển sang" if carried else ""
    yield Paragraph(
        f"Tổng số PAKN phải xử lý là {two_digits(total)} PAKN{origin}{than}"
        f"{of_which(total, subjects, _PAKN)}. {_handled(ground)}"
    )


def _handled(ground: Ground) -> str:
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


def _parts(ground: Ground, form: str, labels: dict[int, str]) -> list[tuple[str, int]]:
    return [(label, ground.count(form, column)) for column, label in labels.items()]


def _by_kind(ground: Ground, form: str, resolutions: int, decisions: int) -> str:
    kinds = (
        ("nghị quyết của HĐND tỉnh", ground.count(form, resolutions)),
        ("quyết định của UBND tỉnh", ground.count(form, decisions)),
    )
    said = "; ".join(f"{kind} {two_digits(count)} {_VB}" for kind, count in kinds if count)
    return f" Theo loại văn bản: {said}." if said else ""


def _documents(ground: Ground) -> list[str]:
    rows = [record for _, record in ground.records("vbqppl") if text_of(record, "document")]
    named = {text_of(row, "document"): row for row in rows}
    return [
        f"{document}{_dated(row, 'issued_on')}: {tidy(text_of(row, 'draft_name'))}"
        for document, row in named.items()
    ]


def _decisions(ground: Ground) -> list[str]:
    rows = [row for _, row in ground.records("cong-bo") if text_of(row, "province_decision")]
    named = {text_of(row, "province_decision"): row for row in rows}
    return [
        f"Quyết định số {decision}{_dated(row, 'province_decided_on')}"
        for decision, row in named.items()
    ]


def _dated(record: Record, column: str) -> str:
    value = record.values.get(column)
    return f" ngày {day(value)}" if isinstance(value, dt.date) else ""


def _national_database(ground: Ground) -> str:
    entered, withdrawn = ground.count("II.03", 12), ground.count("II.03", 13)
    said = [f"nhập, công khai {two_digits(entered)} TTHC"] if entered else []
    said += [f"thôi công khai {two_digits(withdrawn)} TTHC"] if withdrawn else []
    where = "trên Cơ sở dữ liệu quốc gia về TTHC"
    return f"Đã {', '.join(said)} {where}." if said else f"Chưa nhập, công khai {where}."


def _shown_to_citizens(ground: Ground) -> Iterator[Block]:
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


def _authority(ground: Ground) -> str:
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


def _simplified(ground: Ground) -> list[str]:
    lines = []
    for row in ground.now.forms["II.04"].rows:
        if not any(row.values.get(str(column)) for column in (6, 7, 8, 9)):
            continue
        cut, decision = row.values.get("13"), row.values.get("14")
        saved = ""
        if isinstance(cut, int | float) and cut > 0:
            saved = f", cắt giảm {number(round(cut, 1))} % chi phí tuân thủ"
        by = f" ({decision})" if decision else ""
        lines.append(f"{tidy(row.label)}{saved}{by}")
    return lines
