"""Section I.6: dossiers received, settled and pending, what is late and why."""

import re
from collections import Counter
from collections.abc import Iterator

from kskt_excel.model.consolidation import FormRow, Presence
from kskt_excel.model.reading import Record, Value
from kskt_excel.report.narrative_content import TO_ADD, Block, Heading, Paragraph
from kskt_excel.report.narrative_ground import Ground, text_of
from kskt_excel.report.narrative_rules import UNKNOWN
from kskt_excel.report.narrative_words import (
    bullets,
    change,
    lowered,
    of_which,
    rate_change,
    ratio,
    share,
)
from kskt_excel.report.words import percent, two_digits

_FORM = "II.06a"
_NOUN = "hồ sơ"
_REASON_CODE = re.compile(r"^NN\d+\s+")
_NO_REASON = "chưa ghi nguyên nhân"


def dossiers_section(ground: Ground) -> Iterator[Block]:
    """Handling of dossiers (giải quyết thủ tục hành chính), form II.06a."""
    yield Heading("6. Tình hình, kết quả giải quyết thủ tục hành chính", 2)
    if ground.state(_FORM) == "unknown":
        yield Paragraph(UNKNOWN)
        return
    if not ground.count(_FORM, 3):
        yield Paragraph("Trong kỳ, không phát sinh hồ sơ TTHC.")
        return
    yield Paragraph(_received(ground))
    yield Paragraph(_settled(ground))
    yield Paragraph(_pending(ground))
    yield Paragraph("Kết quả theo lĩnh vực:")
    yield bullets(_by_field(ground))
    yield from _overdue(ground)


def settled_in_time(ground: Ground) -> float | None:
    """Share of the settled dossiers that were settled before or on their day; None of none."""
    in_time = ground.count(_FORM, 8) + ground.count(_FORM, 9)
    return ratio(in_time, ground.count(_FORM, 7))


def _settled_in_time_before(ground: Ground) -> float | None:
    early, on_time, total = (ground.count_before(_FORM, column) for column in (8, 9, 7))
    if early is None or on_time is None or not total:
        return None
    return (early + on_time) / total


def _received(ground: Ground) -> str:
    total = ground.count(_FORM, 3)
    parts = [
        ("nộp trực tuyến", ground.count(_FORM, 4)),
        ("nộp trực tiếp, qua dịch vụ bưu chính", ground.count(_FORM, 5)),
        ("từ kỳ trước chuyển sang", ground.count(_FORM, 6)),
    ]
    than = change(total, ground.count_before(_FORM, 3), _NOUN, ground.before_period)
    return (
        f"Tổng số hồ sơ nhận giải quyết là {two_digits(total)} hồ sơ{than}"
        f"{of_which(total, parts, _NOUN)}."
    )


def _settled(ground: Ground) -> str:
    total = ground.count(_FORM, 7)
    if not total:
        return "Trong kỳ, chưa có hồ sơ được giải quyết xong."
    labels = {8: "trước hạn", 9: "đúng hạn", 10: "quá hạn"}
    parts = [(label, ground.count(_FORM, column)) for column, label in labels.items()]
    rate = settled_in_time(ground)
    than = rate_change(rate, _settled_in_time_before(ground), ground.before_period)
    return (
        f"Đã giải quyết {two_digits(total)} hồ sơ{of_which(total, parts, _NOUN)}."
        f" Tỷ lệ giải quyết trước hạn, đúng hạn là {percent(rate)}{than}."
    )


def _pending(ground: Ground) -> str:
    total = ground.count(_FORM, 11)
    if not total:
        return "Đến cuối kỳ, không còn hồ sơ đang giải quyết."
    parts = [("trong hạn", ground.count(_FORM, 12)), ("quá hạn", ground.count(_FORM, 13))]
    return f"Đang giải quyết {two_digits(total)} hồ sơ{of_which(total, parts, _NOUN)}."


def _by_field(ground: Ground) -> Iterator[str]:
    for row in ground.now.forms[_FORM].rows:
        yield f"Lĩnh vực {row.label}: {_field_line(row)}"


def _field_line(row: FormRow) -> str:
    if row.presence is Presence.NOT_SENT:
        return "chưa có báo cáo"
    if row.presence is Presence.BLANK:
        return "đơn vị chưa ghi số liệu"

    def of(column: int) -> int:
        value: Value = row.values.get(str(column))
        return int(value) if isinstance(value, int | float) else 0

    if not of(3):
        return "không phát sinh hồ sơ"
    said = [f"nhận giải quyết {two_digits(of(3))} hồ sơ"]
    for total, late, verb in ((7, 10, "đã giải quyết"), (11, 13, "đang giải quyết")):
        if of(total):
            overdue = f" (quá hạn {two_digits(of(late))} hồ sơ)" if of(late) else ""
            said.append(f"{verb} {two_digits(of(total))} hồ sơ{overdue}")
    return ", ".join(said)


def _overdue(ground: Ground) -> Iterator[Block]:
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
        yield bullets(
            f"{reason}: {two_digits(count)} hồ sơ{share(count, len(records))}"
            for reason, count in reasons.most_common()
        )
    yield Paragraph(f"Biện pháp khắc phục: {TO_ADD}")


def _late_dossiers(ground: Ground) -> list[Record]:
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
