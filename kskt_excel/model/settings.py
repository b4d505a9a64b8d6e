"""What the office sets on sheet «Thông tin» of the plan: labels, typed values, usual ones."""

from collections.abc import Mapping
from dataclasses import field
from fractions import Fraction
from functools import cached_property
from types import MappingProxyType
from typing import Final

from kskt_excel.model.nouns import dataclass

CUTOFF_DAY: Final = "Ngày bắt đầu kỳ số liệu"
SENDING_DAYS: Final = "Hạn gửi (ngày làm việc sau ngày chốt)"
MENDING_DAYS: Final = "Hạn sửa (ngày làm việc)"
REMINDING_DAYS: Final = "Nhắc trước (ngày làm việc)"
SUBMISSION_DAYS: Final = "Trình công bố (ngày làm việc)"
PUBLICATION_DAYS: Final = "Công khai CSDL quốc gia (ngày làm việc)"
DAYS_BEFORE_EFFECT: Final = "Công bố trước hiệu lực (ngày)"
FEEDBACK_DAYS: Final = "Xử lý PAKN (ngày làm việc)"
FOURTH_QUARTER: Final = "Báo cáo Quý IV"
TOLERANCE: Final = "Sai số cho phép (%)"
WHOLE_PROCESS_SHARE: Final = "Tỷ lệ toàn bộ quy trình tối thiểu (%)"
REPORT_NUMBER: Final = "Mẫu số báo cáo"
RECEIVER: Final = "Nơi nhận báo cáo"
RECIPIENTS: Final = "Nơi nhận"
PREPARER: Final = "Người lập biểu"
AGENCY_CODE: Final = "Mã định danh"
OFFICE_MAIL: Final = "Thư Văn phòng"
OFFICE_PHONE: Final = "Điện thoại Văn phòng"
OFFICE_UNIT: Final = "Đơn vị tổng hợp"
RECEIVING_ADDRESS: Final = "Địa chỉ nhận báo cáo"
SENDER: Final = "Người gửi thư"
ACKNOWLEDGED: Final = "Đã biết"
WORK: Final = "Tên công tác"
SHORT_WORK: Final = "Tên viết tắt"
REGIME: Final = "Mã chế độ báo cáo"
SIGNED_COPY: Final = "Yêu cầu bản ký"
USUAL_LIMITS: Final[Mapping[str, int]] = MappingProxyType(
    {SUBMISSION_DAYS: 5, PUBLICATION_DAYS: 5, DAYS_BEFORE_EFFECT: 5, FEEDBACK_DAYS: 15}
)
"""Labels of time limits of the units' work (thời hạn), with their usual days."""


@dataclass(frozen=True)
class PlanSettings:
    """Settings of the plan (thông tin chung) as typed values; a blank cell has the usual one.

    ``texts`` are the cells by label, the office's own labels among them. Reading the plan says
    where a cell does not hold what its label asks for, so that nobody asks here.
    """

    texts: Mapping[str, str] = field(default_factory=dict)

    def text(self, label: str, usual: str = "") -> str:
        """Text beside a label; the usual one beside a blank cell."""
        return self.texts.get(label, "").strip() or usual

    def _whole(self, label: str, usual: int) -> int:
        text = self.text(label)
        return int(text) if text.isdecimal() else usual

    def limit(self, label: str) -> int:
        """Days of a time limit: a label of ``USUAL_LIMITS``."""
        return self._whole(label, USUAL_LIMITS[label])

    def _share(self, label: str, usual: int) -> Fraction:
        text = self.text(label).replace(",", ".")
        return Fraction(text) if text.replace(".", "", 1).isdecimal() else Fraction(usual)

    @cached_property
    def cutoff_day(self) -> int:
        """First day of the reporting window in its month: 15, or 1 for calendar quarters."""
        return self._whole(CUTOFF_DAY, 15)

    @cached_property
    def sending_days(self) -> int:
        """Working days after the last day counted in which a report is to be sent."""
        return self._whole(SENDING_DAYS, 1)

    @cached_property
    def mending_days(self) -> int:
        """Working days in which a returned report is awaited again."""
        return self._whole(MENDING_DAYS, 2)

    @cached_property
    def reminding_days(self) -> int:
        """Working days before a last day from which a unit is reminded of it."""
        return self._whole(REMINDING_DAYS, 5)

    @cached_property
    def submission_days(self) -> int:
        """Working days from a ministry's decision to the submission of the list."""
        return self.limit(SUBMISSION_DAYS)

    @cached_property
    def publication_days(self) -> int:
        """Working days from a decision to the national database."""
        return self.limit(PUBLICATION_DAYS)

    @cached_property
    def days_before_effect(self) -> int:
        """Days that a decision must precede the legal text's effect."""
        return self.limit(DAYS_BEFORE_EFFECT)

    @cached_property
    def feedback_days(self) -> int:
        """Working days to settle feedback (PAKN)."""
        return self.limit(FEEDBACK_DAYS)

    @cached_property
    def whole_process_share(self) -> Fraction:
        """Least share, in percent, of procedures handled whole at the centre."""
        return self._share(WHOLE_PROCESS_SHARE, 20)

    @cached_property
    def report_number(self) -> str:
        """What stands behind the number of a report: «/BC-SKHCN»."""
        return self.text(REPORT_NUMBER, "/BC")

    @cached_property
    def receiver(self) -> str:
        """Who receives the report."""
        return self.text(RECEIVER, "Văn phòng UBND tỉnh")

    @cached_property
    def recipients(self) -> tuple[str, ...]:
        """Lines of «Nơi nhận»."""
        lines = self.text(RECIPIENTS, f"{self.receiver}; Lưu: VT").split(";")
        return tuple(line.strip() for line in lines if line.strip())

    @cached_property
    def preparer(self) -> str:
        """Who has drawn up the tables."""
        return self.text(PREPARER)

    @cached_property
    def agency_code(self) -> str:
        """Code of the province or the department: «H55»."""
        return self.text(AGENCY_CODE)

    @cached_property
    def office_mail(self) -> str:
        """The mailbox of the consolidating unit."""
        return self.text(OFFICE_MAIL)

    @cached_property
    def receiving_address(self) -> str:
        """Where units send their reports: the office's mailbox unless another is named."""
        return self.text(RECEIVING_ADDRESS, self.office_mail)

    @cached_property
    def sender(self) -> str:
        """Who signs the letters to the units; "" for the office itself."""
        return self.text(SENDER)

    @cached_property
    def work(self) -> str:
        """What the work is called: «kiểm soát thủ tục hành chính»; "" as the regime calls it."""
        return self.text(WORK)

    @cached_property
    def short_work(self) -> str:
        """What the work is called in short: «KSTTHC»; "" as the regime calls it."""
        return self.text(SHORT_WORK)

    @cached_property
    def regime(self) -> str:
        """Id of the regime for the whole year; "" for the one in force in each period."""
        return self.text(REGIME)

    @cached_property
    def asks_signed_copy(self) -> bool:
        """Whether units are asked for a scan of the report that was signed."""
        return self.text(SIGNED_COPY).casefold() == "có"

    @cached_property
    def office_phone(self) -> str:
        """Number to ask at."""
        return self.text(OFFICE_PHONE)

    @cached_property
    def office_unit(self) -> str:
        """Code of the consolidating unit, where the plan names it."""
        return self.text(OFFICE_UNIT)
