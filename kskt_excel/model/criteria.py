"""The nine criteria by which the handling of procedures is judged.

Source: Thông tư 01/2018/TT-VPCP, Điều 13 và 14.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion (chỉ số đánh giá): 0, 1 or 2 points."""

    number: int  # 1 … 9
    content: str
    scale: str  # what gives 2, 1 and 0 points, in short


CRITERIA = (
    Criterion(
        1,
        "Tổng thời gian giải quyết thủ tục hành chính so với quy định",
        "2: ngắn hơn; 1: bằng; 0: dài hơn",
    ),
    Criterion(
        2,
        "Thời gian giải quyết của từng cơ quan tham gia so với quy định",
        "2: ngắn hơn; 1: bằng; 0: dài hơn",
    ),
    Criterion(
        3,
        "Số lần phải liên hệ với nơi tiếp nhận để hoàn thiện hồ sơ",
        "2: không lần nào; 1: một lần; 0: trên một lần",
    ),
    Criterion(
        4,
        "Số cơ quan, đơn vị phải liên hệ để hoàn thiện hồ sơ",
        "2: không; 1: một cơ quan; 0: trên một cơ quan",
    ),
    Criterion(
        5,
        "Tiếp nhận, giải quyết, trả kết quả tại Bộ phận Một cửa",
        "2: từ 20% số thủ tục thực hiện toàn bộ quy trình tại chỗ;"
        " 1: 100% tiếp nhận và trả tại Bộ phận Một cửa; 0: dưới 100%",
    ),
    Criterion(
        6,
        "Công khai thủ tục hành chính",
        "2: niêm yết và công khai điện tử đầy đủ, kịp thời; 1: một trong hai; 0: không",
    ),
    Criterion(
        7,
        "Thái độ của cán bộ, công chức, viên chức khi giải quyết thủ tục hành chính",
        "2: sớm hạn, không có phản ánh; 1: đúng hạn, không có phản ánh; 0: có phản ánh đúng",
    ),
    Criterion(
        8,
        "Tiếp thu, giải trình phản ánh, kiến nghị của tổ chức, cá nhân",
        "2: không có hoặc 100% đúng hạn; 1: từ 90% đúng hạn; 0: dưới 90% hoặc kéo dài",
    ),
    Criterion(
        9,
        "Tiến độ và chất lượng cung cấp dịch vụ công trực tuyến",
        "2: từ 20% thủ tục có mức độ 3, 4, từ 30% hồ sơ trực tuyến, không quá hạn;"
        " 1: từ 15% hồ sơ trực tuyến, không quá hạn; 0: còn lại",
    ),
)
