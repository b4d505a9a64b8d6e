"""Correct content in every dress that was met: accepted, with at most one piece of information."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping

from tests.habits.filled import Filled, Typed, rows_moved
from tests.habits.habit import Habit, by_text, named

Said = tuple[tuple[tuple[Typed, ...], str], ...]
"""Spellings of one content, with what is said of them."""

_SUMS = "KS-258 Hồ sơ!D8, D20, E20"  # texts that Excel's sums have passed over
_WITH_UNIT, _IN_WORDS = "KS-307 Hồ sơ!E8", "KS-308 Hồ sơ!E8"

SIX: Said = (
    (("6", " 6 ", "6 ", "06", "６", "\xa06", "'6", "6.", "6;", "+6", "6,", "có 6", "Tổng: 6", "6\n",
         "6\u200b", "“6”", '"6"', "số lượng: 6", "6/", "6*", "tổng cộng 6", "Tổng số hồ sơ: 6"),
        _SUMS),
    (("6,0", "6.0", "6,00"), "KS-306 Hồ sơ!E8"),
    (("6 hồ sơ", "6 hs", "6HS", "06 hồ sơ", "6 HS.", "6 bộ", "6 bộ hồ sơ", "6 TTHC", "6 (sáu)",
         "06 (sáu) hồ sơ", "6 (hồ sơ)", "6 lượt", "6 trường hợp", "6 h/s", "6 vụ", "6 vụ việc",
         "Có 6 hồ sơ", "Tổng số 6 hồ sơ", "6 hồ sơ (sáu)", "6 = sáu", "(6 hồ sơ)",
         "6 giấy phép", "6 hso", "6 tổ chức", "6 ca", "6 tr.hợp", "06 (Sáu hồ sơ)", "6\u200bhs"),
        _WITH_UNIT
    ),
    (("sáu", "Sáu", "SÁU", "Sáu hồ sơ", "sáu."), _IN_WORDS),
)  # fmt: skip

_ZERO_IN_WORDS, _DASH = "KS-308 Hồ sơ!L8", "KS-319 Hồ sơ!L8"
ZERO: Said = (
    (("0", "00", "0 ", "0."), ""),
    (("0 hồ sơ", "0 (không)", "0 (không) hồ sơ"), "KS-307 Hồ sơ!L8"),
    (("không", "Không", "ko", "Ko có", "k", "Không có", "không có hồ sơ nào", "Không phát sinh",
         "không PS", "KPS", "Chưa phát sinh", "Không có.", "không phát sinh hồ sơ", "khong",
         "không (0)", "Không phát sinh (0)", "Không p/s", "K.P.S", "không có hs", "k có", "-0-",
         "khong co", "Trong quý không phát sinh", "Không phát sinh hồ sơ nào trong kỳ",
         "Không phat sinh", "chưa ps", "KPS hồ sơ", "Không có số liệu", "Quý này không có"),
        _ZERO_IN_WORDS,
    ),
    (("-", "–", "—", "--", " - ", "- ", "‒", "―", "- -", "(-)", "( - )", "[-]"), _DASH),
)  # fmt: skip

_SHORT, _NAMED = "KS-344 Quá hạn!C8", "KS-349 Quá hạn!C8"
DAY: Said = (
    (("21/2/2022", "21/02/2022", "21-2-2022", "21.2.2022", "21 / 2 / 2022", "21/2/ 2022",
         "2022-02-21", "2022/02/21", "21/2/2022.", " 21/2/2022", "'21/2/2022", "21\\2\\2022",
         "ngày 21/2/2022", "ngày 21 tháng 2 năm 2022", "21 tháng 02 năm 2022", "21/2/2022 08:30",
         "08h30 21/2/2022", "8 giờ 30 ngày 21/2/2022", "thứ Hai, 21/2/2022", "21/2/2022 (thứ Hai)",
         "21/II/2022", "Thứ hai 21-2-2022", "T2 - 21/2/2022", "Ngày: 21/2/2022",
         "21/2/2022 8:30 SA", "21/2/2022 10:05:00 CH", 44613, dt.date(2022, 2, 21),
         "(21/2/2022)", "21/2/2022 lúc 9h", "21/2/2022, lúc 9 giờ 30", "21/02/2022 SA",
         "2022-02-21T00:00:00", "thứ hai ngày 21 tháng 02 năm 2022",
         "21-02/2022", "21/02-2022", "21/02/2022 14h", "21/02/2022 14h30'", "14:30:15 21/02/2022",
         "21/02/2022 - 08:30", "08:30 - 21/02/2022", "21 02 2022", "2022 02 21", "ng 21/2/2022",
         "ngay 21/2/2022", "hôm 21/2/2022", "từ 21/2/2022", "21//2//2022", "21/2/năm 2022",
         "2022-02-21T08:30:00Z", "TN, ngày 21/2/2022"), "",
    ),
    (("21.2.22", "21/2/22", "21-02-22"), _SHORT),
    (("21-Feb-22", "Feb 21, 2022", "21 Feb 2022"), _NAMED),
    (("20220221",), "KS-350 Quá hạn!C8"),
)  # fmt: skip

YES = ("Có", "có", "CÓ", "Co", "Có.", "c", "x", "X", "v", "✓", "✔", "√", "☑", "ü", "þ", "R", "P",
       "1", 1, True, "yes", "Y", "ok", "Đúng", "đã có", "có rồi", "✅", "✔\ufe0f",
       "☑\ufe0f", "●", "■", "đã", "rồi", "đã tích hợp", "Đã niêm yết", "có áp dụng", "Đã thực hiện",
       "Có (1)", "có (x)", "Có ạ", "Có, đầy đủ", "x (có)", "Có x", "✓.", "1.", "01", "1 (có)",
       "tích", "Có tiếp nhận tại Bộ phận Một cửa", "◉")  # fmt: skip
NO = ("Không", "không", "KHÔNG", "Khong", "ko", "Ko.", "k", "kh", "0", 0, False, "-", "–", "no",
      "□", "⬜", "Không (0)", "chưa áp dụng", "Chưa thực hiện", "không thực hiện",
      "Không liên thông",
      "chưa được tích hợp", "N", "không có", "Chưa có", "chưa", "KPS", "--", "‒", "☐",
      "khong co", "00", "[ ]", "( )", "○", "Không có liên thông", "Không thực hiện liên thông",
      "chưa thực hiện được", "0 (không)", "Không (chưa)", "không thuộc",
      "không quy định")  # fmt: skip
TICK = ("x", "X", "✓", "ü", "R", "P", "þ", "ý", "√", "[x]", "(x)", "x ", "có", "Đúng", "ok", "v",
        "1", 1, True, "KPS", "Không phát sinh", "không có", "Kỳ này không phát sinh", "✅",
        "✔\ufe0f", "tích", "đã tích", "đồng ý", "✕")  # fmt: skip
NONE = ("Không phát sinh trong kỳ", "Quý I không phát sinh", "Trong quý này không có",
        "Không có phản ánh, kiến nghị nào", "khong phat sinh", "Không phát sinh PAKN trong quý",
        "Chưa phát sinh", "Quý I/2022: không phát sinh", "Không phát sinh nội dung này",
        "Không có nội dung báo cáo")  # fmt: skip
"""On a sheet that must not be left blank."""
UNDER_WAY = ("Đang thực hiện", "đang thực hiện", "ĐANG THỰC HIỆN", "Đang TH", "đang làm",
             "Đang triển khai", "Đang t/h", "Dang thuc hien", "Đang thực hiện.",
             "Đang tiến hành", "Đang thực hiện đúng tiến độ", "Đang thực hiện theo kế hoạch",
             "đang thực hiện thường xuyên", "Đang tổ chức thực hiện", "đang tiếp tục thực hiện",
             "Đang triển khai thực hiện", "đang phối hợp thực hiện", "Đang thực hiện quý I",
             "Đang thực hiện (đúng tiến độ)")  # fmt: skip
NOTHING = ("Không phát sinh", "KPS", "Không PS", "không có", "Không phát sinh.", "0",
           "Kỳ này không phát sinh", "Không phát sinh trong kỳ", "chưa ps",
           "không phát sinh công việc")  # fmt: skip
DONE = (
    "Hoàn thành",
    "Đã xong",
    "HT",
    "Hoàn thành 100%",
    "Đã hoàn thành (100%)",
    "Đã hoàn thành, 100 %",
    "Đã hoàn thành đúng hạn",
    "Đã hoàn thành trước hạn",
    "đã hoàn thành ngày 1/3/2022",
    "Đã hoàn thành (1/3/2022)",
    "Đã hoàn thành – 100%",
    "Đã làm xong",
    "Đã thực hiện xong",
    "Xong rồi",
    "đã HT 100%",
)
PERCENT: Said = (
    (
        (
            "25",
            "25%",
            "25 %",
            "25,0",
            "25,00%",
            "25 phần trăm",
            25,
            "đạt 25%",
            "(25%)",
            "25 (%)",
            "hoàn thành 25 %",
            "đạt 25",
            "đã đạt 25%",
            "hoàn thành 25",
            "25;",
            "25% kế hoạch",
        ),
        "",
    ),
    (("25.0",), "KS-322 Tiến độ!F8"),
)
CODE: Said = (
    ((" 2.002380 ", 2.00238, "2. 002380", "2.002380.000.00.00.H55", "'2.002380"), ""),
    (
        (
            "2,002380",
            "2.OO2380",
            "Mã 2.002380",
            "2.002380 - Cấp giấy phép",
            "2.002380 (mới)",
            "2.002380/",
            "2.002.380",
            "2-002380",
            "2..002380",
        ),
        "KS-370 Hồ sơ!A9",
    ),
)
QUARTER = ("Quý 1/2022", "Q1/2022", "quý I năm 2022", "Quí I/2022", "QI/2022", "Quý I", "I/2022",
           "2022-Q1", "Quý Ⅰ/2022", "Quý I-2022", "3 tháng đầu năm 2022")  # fmt: skip
DECISION = ("28/QĐ-BKHCN", "28/QD-BKHCN", "28/qđ-bkhcn", "Số 28/QĐ-BKHCN", "28 / QĐ - BKHCN",
            "Quyết định số 28/QĐ-BKHCN", "28/QĐ–BKHCN", "28/QÐ-BKHCN", "28/QĐ-\nBKHCN",
            "QĐ: 28/QĐ-BKHCN", "28/QĐ-BKHCN (07/01/2022)", "28/QĐ-BKHCN; ngày 07/01/2022",
            "28/QĐ-BKHCN (ngày 7/1/2022)", "28/QĐ-BKHCN (sao)",
            "28/QĐ-BKHCN ngày 07/01/2022")  # fmt: skip
LEVEL = ("Mức độ 4", "mức 4", "MĐ4", "4", 4, "Toàn trình", "M4", "Mức độ 4 ", "Mức độ IV",
         "mức độ bốn", "DVC mức 4", "Dịch vụ công trực tuyến mức độ 4", "IV",
         "IV.", "mức 04", "04")  # fmt: skip
REASON = ("NN02", "nn02", "NN2", "NN 02", "Cán bộ, công chức", "NN02 - Cán bộ", "NN02: cán bộ",
          "Do cán bộ, công chức", "02. Cán bộ, công chức",
          "Nguyên nhân: cán bộ, công chức")  # fmt: skip
DOSSIER = ("000.00.09.h55-220221-0012", "000.00.09.H55 - 220221 - 0012", "H55.09-220221-0012",
           "000.00.09.H55–220221–0012", "000.00.09.H55-220221-0012.",
           "Mã: 000.00.09.H55-220221-0012", "000.00.09.H55_220221_0012",
           "'000.00.09.H55-220221-0012", "(000.00.09.H55-220221-0012)")  # fmt: skip
CHANNEL = ("Cổng Thông tin", "Cong thong tin", "Cổng TTĐT", "Điện thoại", "Email", "Trực tiếp",
           "Cổng thông tin điện tử", "Qua điện thoại", "trực tiếp tại cơ quan",
           "Gọi điện thoại", "qua thư điện tử", "Trực tiếp tại BPMC")  # fmt: skip
UNIT_NAME = ("P. QL chuyên ngành", "PHÒNG QUẢN LÝ CHUYÊN NGÀNH", "Phòng QL chuyên ngành",
             "Phòng quản lí chuyên ngành", "P.QLCNH", "P. Quản lý chuyên ngành",
             "Phòng Quản lý Chuyên ngành - Sở KH&CN",
             "Phòng Quản lý chuyên ngành (Sở Khoa học và Công nghệ)",
             "Phòng Quản lý chuyên ngành thuộc Sở KH&CN", "Phòng QL Chuyên ngành (QLCNH)",
             "Sở Khoa học và Công nghệ - Phòng Quản lý chuyên ngành",
             "Đơn vị: Phòng Quản lý chuyên ngành")  # fmt: skip
FIELD = ("ATBXHN", "AN TOÀN BỨC XẠ VÀ HẠT NHÂN", "An toàn bức xạ & hạt nhân", None)
HEADING = ("ĐÚNG HẠN", "Đúng  hạn", "Dung han", "Đúng hạn*", "Đúng hạn (1)", "đúng\nhạn",
           "Đúng hạn (hồ sơ)", "2. Đúng hạn", "b) Đúng hạn", "Đúng hạn quý I/2022")  # fmt: skip
TAB = ("Hồ sơ quý I", "HỒ SƠ", "Ho so", "Hồ sơ (2)", "Hồ sơ TTHC", "Sheet4", "Biểu 6a", "hồ sơ ",
       "Hồ sơ quý IV 2021")  # fmt: skip

_NO_TICK: dict[str, Typed] = {"Sáng kiến!B4": None}
_NO_PAKN: dict[str, Typed] = {f"PAKN!{c}8": None for c in "ABCDEFGHIJKLM"}
_SAID = "KS-218 Sáng kiến!"
CELLS: Mapping[str, tuple[dict[str, Typed], str]] = {
    "every count of a column with its thing": (
        {f"Hồ sơ!H{row}": f"{n} hs" for row, n in zip(range(8, 11), (2, 1, 1), strict=True)},
        "KS-307 Hồ sơ!H8–H10",
    ),
    "a dash in every cell of a column": (
        {f"Hồ sơ!L{row}": "-" for row in range(8, 17)},
        "KS-319 Hồ sơ!L8–L16",
    ),
    "nothing in words in the first row": ({**_NO_TICK, "Sáng kiến!A8": "KPS"}, f"{_SAID}A8"),
    "nothing in words in a column": ({**_NO_TICK, "Sáng kiến!B8": "Không có"}, f"{_SAID}B8"),
    "a tick and words beside": ({"Sáng kiến!A8": "Không phát sinh"}, ""),
    "a tick one cell further": ({**_NO_TICK, "Sáng kiến!C4": "x"}, ""),
    "a tick behind the label": ({**_NO_TICK, "Sáng kiến!A4": "Kỳ này không phát sinh: x"}, ""),
    "a line of dashes": ({**_NO_TICK, **{f"Sáng kiến!{c}8": "-" for c in "ABCDEF"}}, ""),
    "a tick that says no, nothing below": ({"Sáng kiến!B4": "không"}, f"{_SAID}B4"),
    "a sheet of nothing left blank that may be": (_NO_TICK, ""),
    "a note below the table": ({"Hồ sơ!A23": "Ghi chú: số liệu lấy từ hệ thống một cửa"}, ""),
    "a sentence of the total below": ({"Quá hạn!A10": "Tổng cộng: 1 hồ sơ"}, ""),
    "a total of one's own": ({"Quá hạn!A9": "Tổng cộng", "Quá hạn!F9": 2}, ""),
    "a total in a sentence of one's own": ({"Quá hạn!A9": "Cộng: 1 hồ sơ quá hạn"}, ""),
    "a title over the spare rows": ({"Hồ sơ!A17": "I. Lĩnh vực khác"}, ""),
    "a note in the spare rows": ({"Hồ sơ!A18": "Ghi chú: không có"}, ""),
    "the signs of nothing in a row, the tick set": (
        {f"Kiểm tra!{c}8": "KPS" for c in "BCDE"}, ""),
    "a line numbered 1, the tick set": ({"Sáng kiến!A8": 1}, ""),
    "noughts of a list that has no row": ({"Truyền thông!B4": None, "Truyền thông!E8": 0}, ""),
    "nothing and a nought": (
        {"Truyền thông!B4": None, "Truyền thông!B8": "Không phát sinh", "Truyền thông!E8": 0},
        "KS-218 Truyền thông!B8",
    ),
    "names right under the rows": ({"PAKN!B9": "Người lập", "PAKN!H9": "Trưởng phòng"}, ""),
    "places of receipt": ({"PAKN!A11": "Nơi nhận:", "PAKN!A12": "- Như trên;"}, ""),
    "the label of the total in its own words": ({"Hồ sơ!A20": "Tổng số hồ sơ"}, ""),
    "the label of the total in the next cell": (
        {"Hồ sơ!A20": None, "Hồ sơ!B20": "Tổng cộng"}, ""),
    "the numbers of the columns cleared": (
        {f"Hồ sơ!{c}7": None for c in "ABCDEFGHIJKLMNOPQ"}, ""),
    "the numbers of the columns as figures": (
        {f"Hồ sơ!{c}7": str(n) for n, c in enumerate("ABCDEFGHIJKLMNOPQ", 1)}, ""),
    "a task's code without its point": ({"Tiến độ!A8": "II.1a"}, ""),
    "a task's code in small letters": ({"Tiến độ!A8": "ii.1.a."}, ""),
    "the unit's code with its label": ({"Thông tin!B7": "Mã: QLCNH"}, ""),
    "a label of one's own": ({"Thông tin!A17": "Email", "Thông tin!B17": "ks@tinh.gov.vn"}, ""),
    "a subtotal of one's own": ({"Quá hạn!A9": "Cộng", "Quá hạn!F9": 2}, ""),
    "place, day and names below": (
        {
            "Quá hạn!H12": "Thái Nguyên, ngày 14 tháng 3 năm 2022",
            "Quá hạn!H13": "NGƯỜI LẬP",
            "Quá hạn!H17": "Vũ Minh Tuấn",
        },
        "",
    ),
    "a remark beside the table": ({"Hồ sơ!T9": "xem lại"}, "KS-221 Hồ sơ!T9"),
    "a figure beside the table": ({"Hồ sơ!T9": 12}, "KS-221 Hồ sơ!T9"),
    "a column of one's own": (
        {"Hồ sơ!T6": "Ghi chú riêng", "Hồ sơ!T8": "ok"},
        "KS-234 Hồ sơ!T6",
    ),
    "a figure over the sum of a row": ({"Hồ sơ!D8": 15}, "KS-255 Hồ sơ!D8"),
    "the sum of a row deleted": ({"Hồ sơ!D8": None}, ""),
    "a figure over the total": ({"Hồ sơ!D20": 43}, ""),
    "the total deleted": ({"Hồ sơ!D20": None}, ""),
    "the name of a procedure deleted": ({"Hồ sơ!B9": None}, ""),
    "the code of a given row deleted": ({"Hồ sơ!A10": None}, "KS-243 Hồ sơ!A10"),
    "a number in front as text": ({"PAKN!A8": "01"}, ""),
    "a number in front in Roman": ({"PAKN!A8": "I"}, ""),
    "no number in front": ({"PAKN!A8": None}, ""),
    "days with their word": ({"Quá hạn!F8": "2 ngày"}, ""),
    "a number of times in words": ({"Quá hạn!K8": "1 lần"}, "KS-307 Quá hạn!K8"),
    "a score with a comma": ({"Đánh giá!D8": "1,7"}, ""),
    "a score with a point": ({"Đánh giá!D8": "1.7"}, "KS-322 Đánh giá!D8"),
    "a score with its word": ({"Đánh giá!D8": "1,7 điểm"}, ""),
    "a cut with its sign": ({"Rà soát!H8": "15%"}, ""),
    "no decision yet, in words": ({"Công bố!E8": "chưa có", "Công bố!F8": "chưa có"}, ""),
    "the end of a list, said": ({"Quá hạn!A9": "(Hết)"}, ""),
    "the end of a list, said in its texts": ({"PAKN!D9": "--- Hết ---"}, ""),
    "not done yet, in words for a day": ({"PAKN!I8": "chưa xong"}, ""),
    "under way, in words for a day": ({"Tiến độ!G8": "Đang thực hiện"}, ""),
    "under way, for a document": ({"Tiến độ!I8": "đang trình ký"}, ""),
    "several documents in lines": ({"Công bố!E8": "201/QĐ-UBND\n202/QĐ-UBND"}, ""),
    "several documents with and": ({"Công bố!E8": "201/QĐ-UBND và 202/QĐ-UBND"}, ""),
    "no option yet": ({"Rà soát!E9": "Chưa có"}, ""),
    "no decision yet, dashes": ({"Công bố!E8": "-", "Công bố!F8": "-"}, ""),
    "prepared a day before the end": ({"Thông tin!B14": dt.date(2022, 3, 13)}, ""),
    "prepared after the end": ({"Thông tin!B14": dt.date(2022, 3, 15)}, ""),
    "prepared, as text": ({"Thông tin!B14": "ngày 14 tháng 3 năm 2022"}, ""),
    "an office phone as a number": ({"Thông tin!B13": 2083855106}, ""),
    "an office phone with points": ({"Thông tin!B13": "0208.3855.106"}, ""),
    "two headings and their columns exchanged": (
        {"Hồ sơ!L6": "Quá hạn (đã giải quyết)", "Hồ sơ!M6": "Trả lại, xin rút",
         **{f"Hồ sơ!{c}8": v for c, v in (("L", 1), ("M", 0))}},
        "",
    ),
}  # fmt: skip


def _row_put_in(filled: Filled) -> Filled:
    """A blank row put in between the rows of a register."""
    return filled.patched("Công bố", rows_moved(9, 1))


def _rows_above(filled: Filled) -> Filled:
    """Three rows put in above the title."""
    return filled.patched("PAKN", rows_moved(1, 3))


def _tabs_in_another_order(filled: Filled) -> Filled:
    text = filled.parts["xl/workbook.xml"].decode()
    first, second = re.findall(r"<sheet [^>]*/>", text)[3:5]
    text = text.replace(first, "§").replace(second, first).replace("§", second)
    return Filled({**filled.parts, "xl/workbook.xml": text.encode()})


def _without_marks(filled: Filled) -> Filled:
    """Without the hidden row of a sheet that says whose it is."""
    return filled.typed({"Hồ sơ!A2": None})


CHANGES = {
    "a blank row put in": _row_put_in,
    "rows put in above the title": _rows_above,
    "tabs in another order": _tabs_in_another_order,
    "a sheet without its mark": _without_marks,
}


def _each(what: str, cell: str, said: Said) -> Iterator[Habit]:
    for texts, told in said:
        yield from by_text(what, cell, texts, told)


def habits() -> Iterator[Habit]:
    """Every one, with what is said of it."""
    yield from _each("a count", "Hồ sơ!E8", SIX)
    yield from _each("no dossiers", "Hồ sơ!L8", ZERO)
    yield from _each("a day", "Quá hạn!C8", DAY)
    yield from by_text("yes", "Danh mục TTHC!D8", YES)
    yield from by_text("no", "Danh mục TTHC!E8", NO)
    yield from by_text("a tick", "Sáng kiến!B4", TICK)
    yield from by_text("under way", "Tiến độ!E8", UNDER_WAY)
    yield from by_text("nothing to do", "Tiến độ!E9", NOTHING)
    for done in DONE:
        yield Habit(
            f"done as {done!r}",
            {"Tiến độ!E8": done, "Tiến độ!F8": 100, "Tiến độ!G8": dt.date(2022, 3, 1)},
        )
    yield from _each("a share", "Tiến độ!F8", PERCENT)
    yield from _each("a procedure", "Hồ sơ!A9", CODE)
    yield from by_text("the quarter", "Thông tin!B8", QUARTER)
    yield from by_text("a decision", "Công bố!A8", DECISION)
    yield from by_text("a level", "Danh mục TTHC!F8", LEVEL)
    yield from by_text("a reason", "Quá hạn!G8", REASON)
    yield from by_text("a dossier", "Quá hạn!A8", DOSSIER)
    yield from by_text("a channel", "PAKN!C8", CHANNEL)
    yield from by_text("the unit", "Thông tin!B6", UNIT_NAME)
    yield from by_text("a field", "Hồ sơ!C9", FIELD)
    yield from by_text("a heading", "Hồ sơ!K6", HEADING)
    for none in NONE:
        yield Habit(f"no complaint, {none!r} as the tick", {**_NO_PAKN, "PAKN!B4": none})
        yield Habit(
            f"no complaint, {none!r} in the list", {**_NO_PAKN, "PAKN!D8": none}, "KS-218 PAKN!D8"
        )
    yield from named(CELLS)
    for name, change in CHANGES.items():
        yield Habit(name, change=change)
    for tab in TAB:
        yield Habit(f"a tab called {tab!r}", change=lambda f, tab=tab: f.renamed("Hồ sơ", tab))
