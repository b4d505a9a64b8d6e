"""Names of the styles that the office's template must hold: looks live there, not in code."""

from enum import StrEnum


class Look(StrEnum):
    """A style by the name that Word shows; the office changes its looks in the template."""

    NATION = "KS Quốc hiệu"
    MOTTO = "KS Tiêu ngữ"
    SUPERIOR = "KS Cơ quan chủ quản"
    AGENCY = "KS Cơ quan"
    NUMBER = "KS Số ký hiệu"
    DATE = "KS Ngày tháng"
    KIND = "KS Tên loại"
    ABSTRACT = "KS Trích yếu"
    ADDRESSEE = "KS Kính gửi"
    PROVISIONAL = "KS Số liệu tạm"
    BODY = "KS Nội dung"
    HEADING_1 = "KS Mục I"
    HEADING_2 = "KS Mục 1"
    HEADING_3 = "KS Mục a"
    ITEM = "KS Gạch đầu dòng"
    RECIPIENTS = "KS Nơi nhận"
    RECIPIENT = "KS Nơi nhận chi tiết"
    TITLE = "KS Chức vụ ký"
    SIGNER = "KS Người ký"
    RULE = "KS Kẻ ngang"
    TO_ADD = "KS Cần bổ sung"
    """The only one for letters inside a paragraph: what a person must still add."""


HEADINGS = (Look.HEADING_1, Look.HEADING_2, Look.HEADING_3)
