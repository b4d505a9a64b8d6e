"""What a letter is about, and the words that fill its braces."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kskt_excel.ledger.words import is_worth_telling
from kskt_excel.ledger.words import words as from_catalogue
from kskt_excel.mail.body import Block, Item
from kskt_excel.model.cells import CellRef
from kskt_excel.model.clock import in_vietnam
from kskt_excel.model.consolidation import UnitStanding
from kskt_excel.model.finding import Finding
from kskt_excel.model.forms import Forms
from kskt_excel.model.period import Period
from kskt_excel.model.plan import Plan, Unit
from kskt_excel.model.reading import Reading
from kskt_excel.model.submission import Submission
from kskt_excel.model.workdays import workdays_between
from kskt_excel.report import words
from kskt_excel.report.mini_grid import MiniGrid, mini_grid, written_in
from kskt_excel.text import given

_UNKNOWN_UNIT = "đơn vị gửi tệp"
_MOST_GRIDS = 15
_MOST_LISTED = 60
_HASH_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Occasion:
    """Who is written to, about which period, and when."""

    plan: Plan
    unit: Unit | None  # None: the file does not say whose it is
    period: Period
    deadline: dt.date
    now: dt.datetime

    @property
    def code(self) -> str:
        """Code of the unit, "" when not known."""
        return self.unit.code if self.unit else ""

    @property
    def office(self) -> str:
        """Name of the unit that runs the plan: «Văn phòng Sở»."""
        unit = self.plan.unit_by_code.get(self.plan.office) if self.plan.tasks else None
        return unit.name if unit else self.plan.agency

    @property
    def office_address(self) -> str:
        """The office's mail address, "" when the plan has none."""
        return self.plan.setting("Thư Văn phòng").strip()

    @property
    def days_left(self) -> int:
        """Working days until the deadline, negative after it."""
        return workdays_between(in_vietnam(self.now).date(), self.deadline, self.plan.holidays)

    def common(self, attached: str) -> Mapping[str, str]:
        """The words that every letter has; ``attached`` is the name of its attachment, or ""."""
        window = self.period.window(self.plan.cutoff_day)
        return {
            "ky": self.period.label,
            "tu_ngay": given.day(window.start),
            "den_ngay": given.day(window.end),
            "don_vi": self.unit.name if self.unit else _UNKNOWN_UNIT,
            "ma_don_vi": self.code,
            "van_phong": self.office,
            "co_quan": self.plan.agency,
            "han_gui": f"ngày {given.day(self.deadline)}",
            "thu_van_phong": self.office_address or self.office,
            "dien_thoai": self.plan.setting("Điện thoại Văn phòng"),
            "lien_he": self._contact(),
            "tep_kem": attached,
        }

    def _contact(self) -> str:
        phone = self.plan.setting("Điện thoại Văn phòng").strip()
        by_phone = f", điện thoại {phone}" if phone else ""
        return f"Cần trao đổi thêm, đề nghị liên hệ {self.office}{by_phone}."


def about_submission(
    about: Occasion, submission: Submission, errors: Sequence[Finding], remarks: Sequence[Finding]
) -> Mapping[str, str]:
    """The words about a file that came in."""
    version = submission.version
    return {
        "tep": submission.file,
        "lan_gui": str(version) if version else "",
        "nhan_luc": words.moment(in_vietnam(submission.received_at)),
        "ket_luan": submission.verdict.label,
        "ly_do": reason(submission, errors),
        "bao_cao": _report(about, submission),
        "han_gui_lai": _until(about),
        "so_loi": str(len(errors)),
        "so_canh_bao": str(len(remarks)),
        "bien_nhan": receipt_line(submission),
    }


def receipt_line(submission: Submission) -> str:
    """``Nhận lúc 08 giờ 30 ngày 15/3/2022, tệp “…”, lần gửi thứ 2, mã kiểm tra 3f2a91bc.``."""
    parts = [
        f"Nhận lúc {words.moment(in_vietnam(submission.received_at))}",
        f"tệp “{submission.file}”",
        f"lần gửi thứ {submission.version}" if submission.version else "",
        f"muộn {submission.late_days} ngày làm việc" if submission.late_days else "",
        f"mã kiểm tra {submission.sha256[:_HASH_SHOWN]}",
    ]
    return ", ".join(part for part in parts if part) + "."


def days_left_words(days: int) -> str:
    """``còn 3 ngày làm việc``, ``hôm nay là ngày cuối``, ``đã quá 2 ngày làm việc``."""
    if days > 0:
        return f"còn {days} ngày làm việc"
    return f"đã quá {-days} ngày làm việc" if days else "hôm nay là ngày cuối"


def situation(about: Occasion, standing: UnitStanding | None) -> str:
    """What the office has and has not got from a unit."""
    name = about.unit.name if about.unit else _UNKNOWN_UNIT
    until = words.moment(in_vietnam(about.now))
    if standing is None or standing.received_at is None:
        return (
            f"Đến {until}, {about.office} chưa nhận được báo cáo {about.period.label} của {name}."
        )
    received = words.moment(in_vietnam(standing.received_at))
    faults = f" còn {standing.errors} lỗi phải sửa" if standing.errors else " chưa đạt yêu cầu"
    return (
        f"Báo cáo {about.period.label} của {name} nhận lúc {received}{faults};"
        f" đến {until}, {about.office} chưa nhận được bản sửa."
    )


@dataclass(frozen=True, slots=True)
class Lists:
    """Makes lists of findings with pieces of their sheets."""

    reading: Reading | None
    forms: Forms
    day: dt.date  # chooses the headings in force
    can_be_cut: bool  # the attachment holds every finding

    def block(self, findings: Sequence[Finding]) -> Block:
        """The list; a long one is cut where the attachment has the whole of it."""
        shown = findings[:_MOST_LISTED] if self.can_be_cut else findings
        written = written_in(findings)
        items = [
            Item(found, self._grid(found, written) if at < _MOST_GRIDS else None)
            for at, found in enumerate(shown)
        ]
        left = len(findings) - len(shown)
        rest = f"Còn {left} nội dung khác được đánh dấu trong tệp gửi kèm." if left else ""
        return Block(tuple(items), rest)

    def _grid(self, found: Finding, written: Mapping[CellRef, str]) -> MiniGrid | None:
        if not self.reading:
            return None
        return mini_grid(found, self.reading, self.forms, day=self.day, written=written)


def reason(submission: Submission, errors: Sequence[Finding]) -> str:
    """Why the version counts or not, unless the letter says just that anyway."""
    why = submission.why
    said_anyway = why == from_catalogue("receipt.returned", errors=len(errors))
    return why if is_worth_telling(why) and not said_anyway else ""


def _report(about: Occasion, submission: Submission) -> str:
    """``Báo cáo Quý I/2022 của Văn phòng Sở``; of a later one, which: an earlier may count."""
    name = about.unit.name if about.unit else _UNKNOWN_UNIT
    which = f" gửi lần thứ {submission.version}" if submission.version > 1 else ""
    return f"Báo cáo {about.period.label} của {name}{which}"


def _until(about: Occasion) -> str:
    if about.days_left >= 0:
        return f"chậm nhất ngày {given.day(about.deadline)}"
    return f"ngay khi nhận được thư này (hạn gửi ngày {given.day(about.deadline)} đã qua)"
