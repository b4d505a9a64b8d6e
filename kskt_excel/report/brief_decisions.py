"""What the leaders are asked to decide: computed from what is late, missing and proposed."""

from collections.abc import Iterator

from kskt_excel.report.narrative_ground import Ground
from kskt_excel.report.narrative_words import lowered, shortened, tidy
from kskt_excel.report.words import two_digits
from kskt_excel.text.given import listed

_MOST = 6
_LONG_TEXT = 130
_NAMED = 4
_OWN_LEVEL, _ABOVE = "Sở", ("UBND tỉnh", "Bộ, ngành Trung ương")


def decisions(ground: Ground) -> tuple[str, ...]:
    """Sentences for the leaders, most pressing first; what is over six is told by its number."""
    asked = [*_late_tasks(ground), *_late_dossiers(ground), *_missing(ground), *_proposals(ground)]
    if len(asked) <= _MOST:
        return tuple(asked)
    rest = len(asked) - (_MOST - 1)
    more = f"Xem xét {two_digits(rest)} kiến nghị khác (biểu Khó khăn, kiến nghị của bản tổng hợp)."
    return (*asked[: _MOST - 1], more)


def _late_tasks(ground: Ground) -> Iterator[str]:
    texts = ground.plan.task_by_code
    for task in ground.now.tasks:
        if task.overdue:
            text = shortened(lowered(tidy(texts[task.code].text)), _LONG_TEXT)
            yield (
                f"Cho ý kiến chỉ đạo nhiệm vụ {task.code} quá hạn"
                f" {two_digits(task.days_overdue)} ngày: {text}."
            )


def _late_dossiers(ground: Ground) -> Iterator[str]:
    pending = ground.count("II.06a", 13)
    if not pending:
        return
    table = ground.now.forms["II.06a"]
    fields = [row.label for row in table.rows if row.values.get("13")]
    yield (
        f"Chỉ đạo giải quyết dứt điểm {two_digits(pending)} hồ sơ đang quá hạn"
        f" (lĩnh vực {listed(fields)})."
    )


def _missing(ground: Ground) -> Iterator[str]:
    missing = ground.now.missing
    if missing:
        names = [ground.unit_name(code) for code in missing]
        who = listed(names) if len(names) <= _NAMED else f"{two_digits(len(names))} đơn vị"
        yield f"Đôn đốc {who} gửi báo cáo để hoàn chỉnh số liệu."


def _proposals(ground: Ground) -> Iterator[str]:
    for issue in ground.now.issues:
        if not issue.proposal or issue.level not in (_OWN_LEVEL, *_ABOVE):
            continue
        what = lowered(shortened(tidy(issue.proposal), _LONG_TEXT))
        who = ground.unit_name(issue.unit)
        if issue.level == _OWN_LEVEL:
            yield f"Xem xét đề xuất của {who}: {what}."
        else:
            yield f"Xem xét, kiến nghị {issue.level} theo đề xuất của {who}: {what}."
