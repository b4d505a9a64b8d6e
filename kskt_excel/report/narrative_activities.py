"""Sections I.9 to I.12: communication, initiatives, inspections and the plan's other work."""

import datetime as dt
from collections.abc import Iterator

from kskt_excel.model.consolidation import TaskPosition
from kskt_excel.model.reading import Record
from kskt_excel.report.narrative_content import TO_ADD, Block, Heading, Paragraph
from kskt_excel.report.narrative_ground import Ground, text_of
from kskt_excel.report.narrative_words import (
    bullets,
    first_bullets,
    of_which,
    ratio,
    share,
    shortened,
    tidy,
)
from kskt_excel.report.progress_page import DONE
from kskt_excel.report.words import percent, two_digits
from kskt_excel.text.given import day, listed

_LONG_TEXT = 160
_NOT_SENT = f"Đến thời điểm tổng hợp, chưa có đơn vị nào gửi báo cáo. {TO_ADD}"
_STATUSES = {
    DONE: "đã hoàn thành",
    "Đang thực hiện": "đang thực hiện",
    "Chưa thực hiện": "chưa thực hiện",
    "Không phát sinh": "không phát sinh",
    "": "chưa có báo cáo",
}
_OPEN = ("Đang thực hiện", "Chưa thực hiện", "")


def communication_section(ground: Ground) -> Iterator[Block]:
    """Communication and support (truyền thông, hỗ trợ)."""
    yield Heading("9. Công tác truyền thông, hỗ trợ", 2)
    rows = list(ground.records("truyen-thong"))
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


def initiatives_section(ground: Ground) -> Iterator[Block]:
    """Initiatives (sáng kiến, giải pháp)."""
    yield Heading("10. Nghiên cứu, đề xuất sáng kiến cải cách thủ tục hành chính", 2)
    rows = list(ground.records("sang-kien"))
    if not rows:
        yield Paragraph(_none(ground, "sáng kiến, giải pháp được đề xuất"))
        return
    recognised = sum(row.values.get("recognised") is True for _, row in rows)
    end = (
        f"đã công nhận {two_digits(recognised)}" if recognised else "chưa có đề xuất được công nhận"
    )
    yield Paragraph(
        f"Trong kỳ, có {two_digits(len(rows))} sáng kiến, giải pháp được đề xuất; {end}:"
    )
    yield first_bullets(rows, lambda row: _initiative(ground, *row), "sáng kiến")


def inspection_section(ground: Ground) -> Iterator[Block]:
    """Inspections (kiểm tra) of the control of procedures."""
    yield Heading("11. Kiểm tra việc thực hiện kiểm soát thủ tục hành chính", 2)
    rows = [row for _, row in ground.records("kiem-tra")]
    if not rows:
        yield Paragraph(_none(ground, "cuộc kiểm tra"))
        return
    faults = sum(row.count("shortcomings") for row in rows)
    mended = sum(row.count("remedied") for row in rows)
    inspected = {text_of(row, "inspected_unit") for row in rows}
    found = (
        f"phát hiện {two_digits(faults)} tồn tại, đã khắc phục {two_digits(mended)} tồn tại"
        f"{share(mended, faults)}"
        if faults
        else "không phát hiện tồn tại"
    )
    yield Paragraph(
        f"Trong kỳ, đã kiểm tra {two_digits(len(rows))} lượt tại"
        f" {two_digits(len(inspected))} đơn vị; {found}:"
    )
    yield first_bullets(rows, lambda row: _inspection(ground, row), "lượt kiểm tra")


def other_section(ground: Ground) -> Iterator[Block]:
    """Contact officers, the plan's progress, who has sent."""
    yield Heading("12. Nội dung khác", 2)
    yield Heading("a) Kiện toàn đội ngũ cán bộ, công chức đầu mối", 3)
    yield Paragraph(_officers(ground))
    yield Heading("b) Tiến độ thực hiện kế hoạch năm", 3)
    yield from _progress(ground)
    yield Heading("c) Chế độ báo cáo của các phòng, đơn vị", 3)
    yield Paragraph(reporting_line(ground))


def open_tasks(ground: Ground) -> list[TaskPosition]:
    """Tasks that are not done and still to be done, in the plan's order."""
    return [task for task in ground.now.tasks if task.status in _OPEN]


def overdue_tasks(ground: Ground) -> list[str]:
    """A line for each overdue task: code, text, days."""
    texts = ground.plan.task_by_code
    return [
        f"{task.code}: {shortened(tidy(texts[task.code].text), _LONG_TEXT)}"
        f" (quá hạn {two_digits(task.days_overdue)} ngày)"
        for task in ground.now.tasks
        if task.overdue
    ]


def reporting_line(ground: Ground) -> str:
    """How many units have sent, in time or late, and who has nothing acceptable in."""
    standings = ground.now.standings
    missing = set(ground.now.missing)
    sent = [one for one in standings if one.unit not in missing]
    if not sent:
        total = two_digits(len(standings))
        return f"Chưa có đơn vị nào trong {total} đơn vị có báo cáo được chấp nhận."
    late = [one for one in sent if one.late_days]
    parts = [("đúng hạn", len(sent) - len(late)), ("chậm hạn", len(late))]
    if len(sent) == len(standings):
        line = f"Cả {two_digits(len(sent))} đơn vị đã gửi báo cáo"
    else:
        line = f"Có {two_digits(len(sent))}/{two_digits(len(standings))} đơn vị đã gửi báo cáo"
    line += of_which(len(sent), parts, "đơn vị")
    if late:
        names = [
            f"{ground.unit_name(one.unit)} {two_digits(one.late_days)} ngày làm việc"
            for one in late
        ]
        line += f" ({'; '.join(names)})"
    if missing:
        names = [ground.unit_name(one.unit) for one in standings if one.unit in missing]
        line += f"; chưa có báo cáo được chấp nhận: {listed(names)}"
    return f"{line}."


def task_counts(ground: Ground) -> str:
    """``đã hoàn thành 05; đang thực hiện 10; …``: statuses that there are, in order."""
    statuses = [task.status for task in ground.now.tasks]
    return "; ".join(
        f"{word} {two_digits(statuses.count(status))}"
        for status, word in _STATUSES.items()
        if status in statuses
    )


def _progress(ground: Ground) -> Iterator[Block]:
    total = len(ground.now.tasks)
    done = sum(task.status == DONE for task in ground.now.tasks)
    yield Paragraph(
        f"Kế hoạch có {two_digits(total)} nhiệm vụ: {task_counts(ground)}."
        f"{f' Tỷ lệ hoàn thành là {percent(ratio(done, total))}.' if done else ''}"
    )
    late = overdue_tasks(ground)
    if not late:
        yield Paragraph("Không có nhiệm vụ quá thời hạn hoàn thành.")
        return
    yield Paragraph(f"Quá hạn {two_digits(len(late))} nhiệm vụ:")
    yield bullets(late)


def _officers(ground: Ground) -> str:
    rows = ground.latest("dau-moi").values()
    if not rows:
        return _none(ground, "thay đổi về đội ngũ đầu mối")
    people = len({text_of(row, "full_name").casefold() for row in rows})
    decisions = list(dict.fromkeys(filter(None, (text_of(row, "decision") for row in rows))))
    by = f" theo {listed([f'Quyết định số {one}' for one in decisions])}" if decisions else ""
    return f"Đội ngũ đầu mối kiểm soát TTHC gồm {two_digits(people)} cán bộ, công chức{by}."


def _activity(ground: Ground, unit: str, row: Record) -> str:
    quantity = row.count("quantity")
    details = [
        text_of(row, "form").lower(),
        _day(row),
        f"số lượng {two_digits(quantity)}" if quantity else "",
        ground.unit_name(unit),
    ]
    return f"{_short(row, 'activity')} ({'; '.join(part for part in details if part)})"


def _initiative(ground: Ground, unit: str, row: Record) -> str:
    return f"{_short(row, 'title')} ({ground.unit_name(unit)})"


def _inspection(ground: Ground, row: Record) -> str:
    unit = ground.unit_name(text_of(row, "inspected_unit"))
    details = [part for part in (unit, _day(row)) if part]
    conclusion = _short(row, "conclusion")
    end = f": {conclusion}" if conclusion else ""
    return f"{_short(row, 'inspection')} ({', '.join(details)}){end}"


def _day(row: Record) -> str:
    value = row.values.get("held_on")
    return f"ngày {day(value)}" if isinstance(value, dt.date) else ""


def _short(row: Record, column: str) -> str:
    return shortened(tidy(text_of(row, column)), _LONG_TEXT)


def _none(ground: Ground, noun: str) -> str:
    return f"Trong kỳ, không có {noun}." if ground.has_sent() else _NOT_SENT
