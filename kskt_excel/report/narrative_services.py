"""Sections I.7 and I.8: the one-stop mechanism and procedures on the electronic environment."""

from collections.abc import Iterator

from kskt_excel.report.narrative_content import Block, Heading, Paragraph
from kskt_excel.report.narrative_ground import Ground
from kskt_excel.report.narrative_rules import UNKNOWN
from kskt_excel.report.narrative_words import (
    bullets,
    counted,
    lowered,
    of_which,
    rate_change,
    ratio,
)
from kskt_excel.report.words import number, percent, two_digits

_ONE_STOP, _ONLINE, _DOSSIERS = "II.07b", "II.08", "II.06a"


def one_stop_section(ground: Ground) -> Iterator[Block]:
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


def _one_stop_lines(ground: Ground, total: int) -> Iterator[str]:
    one_stop = ground.count(_ONE_STOP, 7)
    for column, name, whole in (
        (7, "Tiếp nhận, trả kết quả tại Bộ phận Một cửa", total),
        (18, "Thực hiện theo cơ chế một cửa liên thông", 0),
        (11, "Có quyết định quy trình nội bộ", total),
        (15, "Có quy trình điện tử", total),
        (16, "Thực hiện toàn bộ quy trình tại Trung tâm Phục vụ hành chính công", one_stop),
        (17, "Không phụ thuộc địa giới hành chính", 0),
    ):
        yield f"{name}: {counted(ground.count(_ONE_STOP, column), 'TTHC', whole)}"


def _evaluation(ground: Ground) -> str:
    """Source: Thông tư 01/2018/TT-VPCP, Điều 13 đến 15."""
    evaluation = ground.now.evaluation
    what = "Kết quả đánh giá việc giải quyết TTHC theo Thông tư số 01/2018/TT-VPCP"
    if not evaluation.with_data:
        return f"{what}: chưa đủ số liệu để chấm điểm."
    rank = evaluation.classification
    whole = evaluation.with_data == len(evaluation.criteria)
    ranked = f"xếp loại {rank}" if whole else f"xếp loại tạm tính: {rank}"
    end = ranked if rank else "chưa đủ số liệu để xếp loại"
    return (
        f"{what}: {number(round(evaluation.total, 1))} điểm của {two_digits(evaluation.with_data)}"
        f"/{two_digits(len(evaluation.criteria))} chỉ số có số liệu; {end}."
    )


def online_section(ground: Ground) -> Iterator[Block]:
    """Procedures on the electronic environment (môi trường điện tử), form II.08."""
    yield Heading("8. Thực hiện thủ tục hành chính trên môi trường điện tử", 2)
    if ground.state(_ONLINE) == "unknown":
        yield Paragraph(UNKNOWN)
        return
    yield Paragraph(_services(ground))
    yield Paragraph(_online_dossiers(ground))
    yield bullets(_other_lines(ground))


def _services(ground: Ground) -> str:
    total, online = ground.count(_ONLINE, 3), ground.count(_ONLINE, 4)
    if not online:
        return "Các đơn vị báo cáo chưa có TTHC cung cấp dịch vụ công trực tuyến."
    levels = [
        (lowered(ground.heading(_ONLINE, column)), ground.count(_ONLINE, column))
        for column in (5, 6)
    ]
    return (
        f"Cung cấp dịch vụ công trực tuyến đối với {two_digits(online)} TTHC, đạt"
        f" {percent(ratio(online, total))} số TTHC{of_which(online, levels, 'TTHC')}."
        f" Tích hợp trên Cổng Dịch vụ công quốc gia: {counted(ground.count(_ONLINE, 7), 'TTHC')}."
        f" Có phát sinh hồ sơ trực tuyến: {counted(ground.count(_ONLINE, 8), 'TTHC', online)}."
    )


def _online_dossiers(ground: Ground) -> str:
    received, online = ground.count(_ONLINE, 9), ground.count(_ONLINE, 10)
    if not received:
        return "Trong kỳ, không phát sinh hồ sơ tiếp nhận."
    before_all, before_online = ground.count_before(_ONLINE, 9), ground.count_before(_ONLINE, 10)
    before = ratio(before_online or 0, before_all) if before_all else None
    rate = ratio(online, received)
    than = rate_change(rate, before, ground.before_period)
    return (
        f"Trong {two_digits(received)} hồ sơ tiếp nhận trong kỳ,"
        f" {counted(online, 'hồ sơ')} nộp trực tuyến, đạt tỷ lệ {percent(rate)}{than}."
    )


def _other_lines(ground: Ground) -> Iterator[str]:
    fees, paid = ground.count(_ONLINE, 15), ground.count(_ONLINE, 16)
    if fees:
        yield (
            f"Thanh toán trực tuyến: {counted(paid, 'hồ sơ', fees)}"
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
