"""The choice lists of the plan workbook of 2022."""

import datetime as dt
from collections.abc import Mapping

from kskt_excel.model.plan import Choice

_LAST_OLD_WORDS = dt.date(2022, 8, 14)
_FIRST_NEW_WORDS = dt.date(2022, 8, 15)


def _list(*entries: str) -> tuple[Choice, ...]:
    """Choices written ``value`` or ``value=code``."""
    pairs = (entry.partition("=") for entry in entries)
    return tuple(Choice(value, code=code) for value, _, code in pairs)


_OLD_LEVELS = (("Mức độ 2", "2"), ("Mức độ 3", "3"), ("Mức độ 4", "4"))
_NEW_LEVELS = (("Cung cấp thông tin", "2"), ("Một phần", "3"), ("Toàn trình", "4"))

CHOICES: Mapping[str, tuple[Choice, ...]] = {
    "trang_thai": _list("Chưa thực hiện", "Đang thực hiện", "Đã hoàn thành", "Không phát sinh"),
    "vai_tro": _list("Chủ trì", "Phối hợp"),
    "co_khong": _list("Có", "Không"),
    "linh_vuc": _list(
        "Hoạt động khoa học và công nghệ",
        "Sở hữu trí tuệ",
        "An toàn bức xạ và hạt nhân",
        "Tiêu chuẩn đo lường chất lượng",
    ),
    "muc_do_dvc": (
        Choice("Không trực tuyến", code="0"),
        *(Choice(value, (), code, None, _LAST_OLD_WORDS) for value, code in _OLD_LEVELS),
        *(Choice(value, (), code, _FIRST_NEW_WORDS) for value, code in _NEW_LEVELS),
    ),
    "nguyen_nhan": _list(
        "NN01 Quy trình nội bộ=NN01",
        "NN02 Cán bộ, công chức=NN02",
        "NN03 Cơ sở vật chất, hệ thống thông tin=NN03",
        "NN04 Quy định hành chính=NN04",
        "NN05 Phối hợp của cơ quan khác=NN05",
        "NN99 Nguyên nhân khác=NN99",
    ),
    "hinh_thuc_pakn": _list(
        "Văn bản", "Điện thoại", "Trực tiếp", "Cổng thông tin", "Thư điện tử", "Khác"
    ),
    "phan_loai_pakn": _list("Hành vi hành chính=hanh_vi", "Quy định hành chính=quy_dinh"),
    "loai_cong_bo": _list(
        "Ban hành mới=moi", "Sửa đổi, bổ sung=sua_doi", "Thay thế=thay_the", "Bãi bỏ=bai_bo"
    ),
    "loai_vbqppl": _list("Nghị quyết của HĐND=nq_hdnd", "Quyết định của UBND=qd_ubnd"),
    "phuong_an": _list(
        "Giữ nguyên=giu_nguyen",
        "Sửa đổi, bổ sung=sua_doi",
        "Thay thế=thay_the",
        "Bãi bỏ=bai_bo",
        "Liên thông, khác=khac",
    ),
    "tham_quyen": _list("Tỉnh=tinh", "Trung ương=trung_uong"),
    "hinh_thuc_tt": _list("Tin, bài", "Tập huấn", "Tờ rơi, tài liệu", "Hội nghị", "Khác"),
    "cap_giai_quyet": _list("Sở", "UBND tỉnh", "Bộ, ngành Trung ương", "Khác"),
}
