"""Printed forms counted from the tables of the sample, the way one does on paper.

Nothing here comes from the program: the tables are read as text and added up column by column.
"""

import csv
from collections.abc import Collection, Mapping
from functools import cache

from tests.builders import ROOT
from tests.sample_files import table

Line = Mapping[str, str]
Figures = dict[str, float | None]
UNITS = ("VP", "TTRA", "KHTC", "QLKH", "QLCN", "QLCNH", "QLCS", "CCTDC", "TTPT")
SCIENCE, PROPERTY = "Hoạt động khoa học và công nghệ", "Sở hữu trí tuệ"
RADIATION, STANDARDS = "An toàn bức xạ và hạt nhân", "Tiêu chuẩn đo lường chất lượng"
FIELDS = (SCIENCE, PROPERTY, RADIATION, STANDARDS)
LEVEL_3, LEVEL_4 = ("Mức độ 3", "Một phần"), ("Mức độ 4", "Toàn trình")
NEW, AMENDED, REPLACED, ABOLISHED = (
    "TTHC quy định mới",
    "TTHC sửa đổi, bổ sung",
    "TTHC thay thế",
    "TTHC bãi bỏ",
)
IN_A_TEXT = (NEW, AMENDED, REPLACED, ABOLISHED)


@cache
def field_of(procedure: str) -> str:
    """Field of work of a procedure, from the list of procedures."""
    with (ROOT / "tools" / "plan_2022" / "thu-tuc.csv").open(encoding="utf-8") as file:
        return next(line["field"] for line in csv.DictReader(file) if line["code"] == procedure)


def lines(name: str, quarter: str, counting: Collection[str]) -> list[Line]:
    """Lines of the units that count."""
    return [x for x in table(name) if x["Kỳ"] == quarter and x["Đơn vị"] in counting]


def catalogue(quarter: str, counting: Collection[str]) -> list[Line]:
    """Each procedure's latest line."""
    latest: dict[str, Line] = {}
    for line in table("danh-muc"):
        if line["Đơn vị"] in counting and line["Từ kỳ"] <= quarter:
            latest[line["Mã TTHC"]] = line
    return list(latest.values())


def added(some: list[Line], *columns: str) -> int:
    return sum(int(line[column] or 0) for line in some for column in columns)


def where(some: list[Line], **conditions: str) -> int:
    """How many lines have these values; underscores in names stand for blanks."""
    wanted = {name.replace("_", " "): text for name, text in conditions.items()}
    return sum(all(line[name] == text for name, text in wanted.items()) for line in some)


def by_unit(some: list[Line]) -> dict[str, list[Line]]:
    return {unit: [line for line in some if line["Đơn vị"] == unit] for unit in UNITS}


def by_field(some: list[Line]) -> dict[str, list[Line]]:
    return {
        field: [line for line in some if field_of(line["Mã TTHC"]) == field] for field in FIELDS
    }


def form_01(some: list[Line]) -> Figures:
    assessed = [line for line in some if line["Đã đánh giá tác động"] == "Có"]
    new, amended = added(assessed, NEW), added(assessed, AMENDED)
    gone = added(assessed, REPLACED, ABOLISHED)
    council, committee = _kinds(assessed)
    return {
        "3": new + amended + gone,
        "4": len(assessed),
        "5": new,
        "6": amended,
        "7": gone,
        "8": added(council, *IN_A_TEXT),
        "9": len(council),
        "10": added(committee, *IN_A_TEXT),
        "11": len(committee),
    }


def form_02(some: list[Line]) -> Figures:
    issued = [line for line in some if line["Số, ký hiệu văn bản ban hành"]]
    council, committee = _kinds(issued)
    counts = {str(at): added(issued, column) for at, column in enumerate(IN_A_TEXT, start=5)}
    return {
        "3": added(issued, *IN_A_TEXT),
        "4": len(issued),
        **counts,
        "9": added(council, *IN_A_TEXT),
        "10": len(council),
        "11": added(committee, *IN_A_TEXT),
        "12": len(committee),
    }


def _kinds(some: list[Line]) -> tuple[list[Line], list[Line]]:
    council = [line for line in some if line["Loại văn bản"] == "Nghị quyết của HĐND"]
    return council, [line for line in some if line not in council]


def form_03(published: list[Line], texts: list[Line]) -> Figures:
    done = [line for line in published if line["Quyết định của UBND tỉnh"]]
    online = [line for line in done if line["Ngày công khai trên CSDL quốc gia"]]
    issued = {line["Số, ký hiệu văn bản ban hành"] for line in texts} - {""}
    return {
        "3": len({line["Quyết định của UBND tỉnh"] for line in done}),
        "4": len(issued),
        "5": len(done),
        "6": where(done, Loại="Ban hành mới"),
        "7": where(done, Loại="Sửa đổi, bổ sung"),
        "8": where(done, Loại="Thay thế"),
        "9": where(done, Loại="Bãi bỏ"),
        "10": len(issued),
        "11": 0,
        "12": len(online) - where(online, Loại="Bãi bỏ"),
        "13": where(online, Loại="Bãi bỏ"),
    }


def form_04(some: list[Line], *, is_total: bool) -> Figures:
    done = [line for line in some if line["Đã rà soát"] == "Có"]
    changing = [line for line in done if line["Phương án"] != "Giữ nguyên"]
    cuts = [float(line["Tỷ lệ cắt giảm chi phí (%)"]) for line in done]
    return {
        "3": where(some, Theo_kế_hoạch="Có"),
        "4": len(done),
        "5": where(done, Phương_án="Giữ nguyên"),
        "6": where(done, Phương_án="Sửa đổi, bổ sung"),
        "7": where(done, Phương_án="Thay thế"),
        "8": where(done, Phương_án="Bãi bỏ"),
        "9": where(done, Phương_án="Liên thông, khác"),
        "10": added(done, "Số VBQPPL phải sửa"),
        "11": where(changing, Thẩm_quyền="Tỉnh"),
        "12": where(changing, Thẩm_quyền="Trung ương"),
        "13": None if is_total else max(cuts, default=None),
    }


def form_05a(some: list[Line]) -> Figures:
    done = [line for line in some if line["Ngày xử lý xong"]]
    in_time = [x for x in done if _sortable(x["Ngày xử lý xong"]) <= _sortable(x["Hạn xử lý"])]
    return {
        "3": len(some),
        "4": where(some, Phân_loại="Hành vi hành chính"),
        "5": where(some, Phân_loại="Quy định hành chính"),
        "6": where(some, Từ_kỳ_trước="Có"),
        "7": where(some, Từ_kỳ_trước="Không"),
        "8": len(done),
        "9": where(done, Phân_loại="Hành vi hành chính"),
        "10": where(done, Phân_loại="Quy định hành chính"),
        "11": where(done, Từ_kỳ_trước="Có"),
        "12": where(done, Từ_kỳ_trước="Không"),
        "13": len(some) - len(done),
        "14": where(done, Công_khai_kết_quả="Có"),
        "15": len(in_time),
        "16": len(done) - len(in_time),
        "17": where(some, Kéo_dài="Có"),
    }


def _sortable(day: str) -> list[str]:
    return day.split("/")[::-1]


def form_06a(some: list[Line]) -> Figures:
    return {
        "3": added(some, "Trực tuyến", "Trực tiếp", "Bưu chính công ích", "Từ kỳ trước"),
        "4": added(some, "Trực tuyến"),
        "5": added(some, "Trực tiếp", "Bưu chính công ích"),
        "6": added(some, "Từ kỳ trước"),
        "7": added(some, "Trước hạn", "Đúng hạn", "Trả lại, xin rút", "Quá hạn (đã giải quyết)"),
        "8": added(some, "Trước hạn"),
        "9": added(some, "Đúng hạn", "Trả lại, xin rút"),
        "10": added(some, "Quá hạn (đã giải quyết)"),
        "11": added(some, "Trong hạn", "Chờ bổ sung, tạm dừng", "Quá hạn (đang giải quyết)"),
        "12": added(some, "Trong hạn", "Chờ bổ sung, tạm dừng"),
        "13": added(some, "Quá hạn (đang giải quyết)"),
    }


def form_07b(some: list[Line]) -> Figures:
    at_counter = where(some, Tiếp_nhận_tại_Bộ_phận_Một_cửa="Có")
    decided = sum(bool(line["Quyết định quy trình nội bộ"]) for line in some)
    return {
        "3": len(some),
        "4": len(some),
        "5": 0,
        "6": 0,
        "7": at_counter,
        "8": at_counter,
        "9": 0,
        "10": 0,
        "11": decided,
        "12": decided,
        "13": 0,
        "14": 0,
        "15": where(some, Quy_trình_điện_tử="Có"),
        "16": where(some, Toàn_bộ_quy_trình_tại_TTPVHCC="Có"),
        "17": where(some, Không_phụ_thuộc_địa_giới_hành_chính="Có"),
        "18": where(some, Một_cửa_liên_thông="Có"),
    }


def form_08(known: list[Line], dossiers: list[Line], online: list[Line]) -> Figures:
    levels = {line["Mã TTHC"]: line["Mức độ dịch vụ công trực tuyến"] for line in known}
    third = [line for line in dossiers if levels[line["Mã TTHC"]] in LEVEL_3]
    fourth = [line for line in dossiers if levels[line["Mã TTHC"]] in LEVEL_4]
    counts = (sum(level in some for level in levels.values()) for some in (LEVEL_3, LEVEL_4))
    at_3, at_4 = counts
    return {
        "3": len(known),
        "4": at_3 + at_4,
        "5": at_3,
        "6": at_4,
        "7": where(known, Tích_hợp_Cổng_DVC_quốc_gia="Có"),
        "8": sum(int(line["Trực tuyến"]) > 0 for line in dossiers),
        "9": added(dossiers, "Trực tuyến", "Trực tiếp", "Bưu chính công ích"),
        "10": added(dossiers, "Trực tuyến"),
        "11": added(third, "Trực tuyến"),
        "12": added(fourth, "Trực tuyến"),
        "13": sum(line["Có phí, lệ phí"] == "Có" for line in known),
        "14": where(known, Thanh_toán_trực_tuyến="Có"),
        "15": added(online, "Hồ sơ có phí"),
        "16": added(online, "Hồ sơ thanh toán trực tuyến"),
        "17": added(online, "Số hóa thành phần"),
        "18": added(online, "Kết quả điện tử"),
        "19": added(online, "Nhận qua BCCI"),
        "20": added(online, "Trả qua BCCI"),
        "21": added(online, "Tài khoản tạo mới"),
    }
