"""What stands over the list of faults that goes back to a unit."""

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReturnHead:
    """Head of the result sheet (phần đầu trang kết quả kiểm tra); "" leaves a line out."""

    unit_name: str
    period_label: str  # "Quý I/2022"
    file_name: str
    received_at: dt.datetime
    version: int  # which sending it is: 1, 2, …
    conclusion: str  # "CHƯA NHẬN – 3 lỗi phải sửa, 2 cảnh báo"
    deadline: str  # "18/3/2022"
    contact: str  # whom to call
