"""Faults and doubts: each has its verdict, and its sentences at the cells to look at."""

import datetime as dt
from collections.abc import Iterator, Mapping

from tests.habits.filled import Typed
from tests.habits.habit import RETURNED, WARNED, Habit, by_text, named

Cells = Mapping[str, tuple[dict[str, Typed], str]]

DOUBTS: Cells = {
    "result in future": ({"Quá hạn!E8": dt.date(2022, 5, 1)}, "KS-457 Quá hạn!E8"),
    "days wrong": ({"Quá hạn!F8": 7}, "KS-475 Quá hạn!F8"),
    "proc twice": ({"Hồ sơ!A10": "2.002380"}, "KS-242 Hồ sơ!A10"),
    "proc unknown": ({"Hồ sơ!A10": "2.999999"}, "KS-244 Hồ sơ!A10"),
    "proc of other unit": (
        {"Hồ sơ!A10": "1.000449"},
        "KS-438 Hồ sơ!A10; KS-242 Hồ sơ!A10; KS-440 Hồ sơ!C10",
    ),
    "done without result": (
        {"Tiến độ!E8": "Đã hoàn thành", "Tiến độ!F8": 100, "Tiến độ!H8": None},
        "KS-464 Tiến độ!H8",
    ),
    "percent 100 open": ({"Tiến độ!F8": 100}, "KS-466 Tiến độ!F8"),
    "task unknown": ({"Tiến độ!A10": "V.9", "Tiến độ!L10": None}, "KS-244 Tiến độ!A10"),
    "fee without payment": (
        {"Danh mục TTHC!I8": "Không", "Danh mục TTHC!J8": "Có"},
        "KS-511 Danh mục TTHC!J8",
    ),
    "publication late": ({"Công bố!J8": dt.date(2022, 2, 20)}, "KS-492 Công bố!J8"),
    "pakn done without result": ({"PAKN!I8": dt.date(2022, 3, 10)}, "KS-483 PAKN!J8"),
    "from wrong": ({"Thông tin!B9": dt.date(2022, 1, 1)}, "KS-404 Thông tin!B9"),
    "citizen in content": (
        {"PAKN!D8": "Bà Trần Thị B, CCCD 019180001234 phản ánh hẹn trả trễ"},
        "KS-392 PAKN!D8",
    ),
    "a criterion with another's number": ({"Đánh giá!A9": 1}, "KS-242 Đánh giá!A9"),
    "a criterion's number in words": ({"Đánh giá!A8": "Chỉ số 1"}, "KS-244 Đánh giá!A8"),
    "a procedure's code with figures lost": ({"Hồ sơ!A9": "2.2380"}, "KS-244 Hồ sơ!A9"),
    "criterion 10": ({"Đánh giá!A9": 10}, "KS-244 Đánh giá!A9"),
    "vbqppl no counts": ({"VBQPPL!E8": 0}, "KS-498 VBQPPL!D8"),
}

FAULTS: Cells = {
    "count typo too big": ({"Hồ sơ!J9": 50}, "KS-441 Hồ sơ!D9"),
    "count negative": ({"Hồ sơ!E8": -6}, "KS-313 Hồ sơ!E8"),
    "count fraction": ({"Hồ sơ!E8": 6.5}, "KS-303 Hồ sơ!E8"),
    "count two numbers": ({"Hồ sơ!E8": "6 (1 trễ hạn)"}, "KS-309 Hồ sơ!E8"),
    "count range": ({"Hồ sơ!E8": "5-6"}, "KS-309 Hồ sơ!E8"),
    "count about": ({"Hồ sơ!E8": "khoảng 6"}, "KS-310 Hồ sơ!E8"),
    "count date": ({"Hồ sơ!E8": dt.date(2022, 6, 5)}, "KS-441 Hồ sơ!E8"),
    "count percent": ({"Hồ sơ!E8": "6%"}, "KS-312 Hồ sơ!E8"),
    "count blank": ({"Hồ sơ!E8": None}, "KS-418 Hồ sơ!E8"),
    "count x": ({"Hồ sơ!E8": "x"}, "KS-302 Hồ sơ!E8"),
    "count letter l": ({"Hồ sơ!E8": "l6"}, "KS-311 Hồ sơ!E8"),
    "count too large": ({"Hồ sơ!E8": 1000000000000}, "KS-317 Hồ sơ!E8"),
    "count true": ({"Hồ sơ!E8": True}, "KS-314 Hồ sơ!E8"),
    "formula over wrong": ({"Hồ sơ!D8": 16}, "KS-441 Hồ sơ!D8"),
    "total over wrong": ({"Hồ sơ!D20": 45}, "KS-444 Hồ sơ!D20"),
    "online more than received": ({"Trực tuyến!E8": 20}, "KS-441 Trực tuyến!E8"),
    "overdue unlisted": ({"Hồ sơ!M9": 1, "Hồ sơ!K9": 2}, "KS-551 Hồ sơ!M9"),
    "listed but not counted": ({"Hồ sơ!M8": 0, "Hồ sơ!K8": 5}, "KS-551 Hồ sơ!Q8"),
    "date not in calendar": ({"Quá hạn!C8": "31/2/2022"}, "KS-337 Quá hạn!C8"),
    "date no year": ({"Quá hạn!C8": "21/2"}, "KS-338 Quá hạn!C8"),
    "date only year": ({"Quá hạn!C8": 2022}, "KS-342 Quá hạn!C8"),
    "date far": ({"Quá hạn!C8": dt.date(2012, 2, 21)}, "KS-342 Quá hạn!C8"),
    "date of either order": (
        {"Quá hạn!C8": "2/21/2022", "Quá hạn!E8": "03/02/2022"},
        "KS-359 Quá hạn!C8; KS-360 Quá hạn!E8",
    ),
    "date after due": ({"Quá hạn!C8": dt.date(2022, 3, 5)}, "KS-471 Quá hạn!C8"),
    "result before received": ({"Quá hạn!E8": dt.date(2022, 2, 1)}, "KS-473 Quá hạn!E8"),
    "not overdue": ({"Quá hạn!E8": dt.date(2022, 2, 25)}, "KS-473 Quá hạn!E8"),
    "no reason": ({"Quá hạn!G8": None}, "KS-419 Quá hạn!G8"),
    "no apology": (
        {"Quá hạn!H8": None, "Quá hạn!I8": None},
        "KS-476 Quá hạn!H8; KS-477 Quá hạn!I8",
    ),
    "dossier dup": (
        {
            "Quá hạn!A9": "000.00.09.H55-220221-0012",
            "Quá hạn!B9": "2.002385",
            "Quá hạn!C9": dt.date(2022, 2, 21),
            "Quá hạn!D9": dt.date(2022, 2, 28),
            "Quá hạn!E9": dt.date(2022, 3, 2),
            "Quá hạn!F9": 2,
            "Quá hạn!G9": "NN02",
            "Quá hạn!H9": "12/PXL-SKHCN",
            "Quá hạn!I9": dt.date(2022, 2, 25),
            "Quá hạn!J9": dt.date(2022, 3, 2),
            "Quá hạn!K9": 1,
        },
        "KS-551 Hồ sơ!M8",
    ),
    "status blank": ({"Tiến độ!E8": None}, "KS-419 Tiến độ!E8"),
    "done 50": (
        {"Tiến độ!E8": "Đã hoàn thành", "Tiến độ!G8": dt.date(2022, 3, 1), "Tiến độ!F8": 50},
        "KS-462 Tiến độ!F8",
    ),
    "percent 250": ({"Tiến độ!F8": 250}, "KS-461 Tiến độ!F8"),
    "task removed": (
        {
            "Tiến độ!A10": None,
            "Tiến độ!B10": None,
            "Tiến độ!C10": None,
            "Tiến độ!D10": None,
            "Tiến độ!E10": None,
            "Tiến độ!F10": None,
            "Tiến độ!G10": None,
            "Tiến độ!H10": None,
            "Tiến độ!I10": None,
            "Tiến độ!J10": None,
            "Tiến độ!K10": None,
            "Tiến độ!L10": None,
        },
        "KS-436 Tiến độ!A6",
    ),
    "level unknown": ({"Danh mục TTHC!F8": "Mức độ 7"}, "KS-382 Danh mục TTHC!F8"),
    "blank yes": ({"Danh mục TTHC!D8": None}, "KS-419 Danh mục TTHC!D8"),
    "review no option": ({"Rà soát!E8": None}, "KS-501 Rà soát!E8"),
    "not reviewed with option": ({"Rà soát!E9": "Giữ nguyên"}, "KS-502 Rà soát!E9"),
    "cut 150": ({"Rà soát!H8": 150}, "KS-461 Rà soát!H8"),
    "published before decided": ({"Công bố!J8": dt.date(2022, 1, 2)}, "KS-451 Công bố!J8"),
    "submitted late": ({"Công bố!D8": dt.date(2022, 1, 25)}, "KS-451 Công bố!D8"),
    "decided in the year before": ({"Công bố!F8": dt.date(2021, 1, 24)}, "KS-451 Công bố!F8"),
    "decided by the ministry in the year after": (
        {"Công bố!B8": dt.date(2023, 1, 7)},
        "KS-451 Công bố!B8",
    ),
    "received after the period": ({"Công bố!C8": dt.date(2022, 10, 1)}, "KS-457 Công bố!C8"),
    "decision without day": ({"Công bố!F8": None}, "KS-494 Công bố!F8"),
    "pakn published open": ({"PAKN!K8": "Có"}, "KS-484 PAKN!K8"),
    "pakn outside": ({"PAKN!B8": dt.date(2021, 11, 8)}, "KS-481 PAKN!B8"),
    "unit wrong": ({"Thông tin!B6": "Văn phòng Sở"}, "KS-402 Thông tin!B6"),
    "unit nobody": ({"Thông tin!B6": "Phòng ABC"}, "KS-402 Thông tin!B6"),
    "code wrong": ({"Thông tin!B7": "QLKH"}, "KS-402 Thông tin!B7"),
    "heading lost": ({"Hồ sơ!K6": "abc"}, "KS-231 Hồ sơ!6"),
    "heading twice": ({"Hồ sơ!K6": "Trước hạn"}, "KS-231 Hồ sơ!6; KS-233 Hồ sơ!K6"),
    "score 3": ({"Đánh giá!D9": 3}, "KS-518 Đánh giá!D9"),
    "stray tick Danh muc": ({"Đánh giá!B4": "x"}, "KS-414 Đánh giá!B4"),
    "vbqppl no number": ({"VBQPPL!I8": None}, "KS-497 VBQPPL!I8"),
    "truc tuyen level sum": ({"Trực tuyến!F8": 2}, "KS-441 Trực tuyến!E8; KS-556 Trực tuyến!F8"),
    "paid more than fee": ({"Trực tuyến!I9": 9}, "KS-442 Trực tuyến!I9"),
    "a few signs under a tick": ({"Truyền thông!C9": "x"}, "KS-414 Truyền thông!B4"),
    "a column of signs past the table's rows": (
        {f"Hồ sơ!E{row}": "x" for row in range(8, 20)},
        "KS-302 Hồ sơ!E8–E16; KS-423 Hồ sơ!E17–E19",
    ),
    "one date swapped": ({"Quá hạn!C8": dt.date(2022, 12, 2)}, "KS-453 Quá hạn!C8"),
}


_LONE = (
    *(("x", f"Quá hạn!{column}9") for column in "ABCDEFGHIJKL"),
    *(("x", f"PAKN!{column}9") for column in "BDEFGHIJKLM"),
    *(("xem lại sau", cell) for cell in ("Quá hạn!L9", "PAKN!D9", "Công bố!L10", "Rà soát!J12")),
    ("Quyết định quy định giá", "VBQPPL!B9"),
    (3, "VBQPPL!D9"),
    (dt.date(2022, 3, 1), "Quá hạn!C9"),
)
"""One cell of a row that has nothing else."""

ASKED = (
    ("a count", "Hồ sơ!E8", ("O6", "l6", "6O"), "KS-311 Hồ sơ!E8"),
    (
        "a count",
        "Hồ sơ!E8",
        ("=6", "x", "N/A", "như sổ", "chưa có", "Số: 6", "6 hồ sơ mới"),
        "KS-302 Hồ sơ!E8",
    ),
    ("a count", "Hồ sơ!E8", ("//", "...", "…", "/", ".", "-/-", "_"), "KS-324 Hồ sơ!E8"),
    ("a count", "Hồ sơ!E8", ("6 hồ sơ (0 quá hạn)", "6(1)"), "KS-309 Hồ sơ!E8"),
    (
        "the unit",
        "Thông tin!B6",
        ("Phòng QLCN", "Phòng QL Chuyên ngành (QLKH)"),
        "KS-402 Thông tin!B6",
    ),
    ("a count", "Hồ sơ!E8", ("nt", '"', "như trên"), "KS-301 Hồ sơ!E8"),
    ("a count", "Hồ sơ!E8", ("6 (bảy)", "06 (bảy) hồ sơ"), "KS-318 Hồ sơ!E8"),
    (
        "a day",
        "Quá hạn!C8",
        ("21,2,2022", "sáng 21/2/2022", "cuối tháng 2", "44613a"),
        "KS-336 Quá hạn!C8",
    ),
    ("a day", "Quá hạn!C8", ("21/2", "21 tháng 2"), "KS-338 Quá hạn!C8"),
    ("a day", "Quá hạn!C8", ("31/2/2022", "30/02/2022"), "KS-337 Quá hạn!C8"),
    (
        "yes or no",
        "Danh mục TTHC!D8",
        ("Có (một phần)", "+", "Có/Không", "?", "Có (0)", "không x", "Có (100%)"),
        "KS-333 Danh mục TTHC!D8",
    ),
    (
        "a status",
        "Tiến độ!E8",
        ("đang", "Đã TH", "Đang thực hiện (25%)", "không", "đã và đang thực hiện"),
        "KS-382 Tiến độ!E8",
    ),
    ("a status", "Tiến độ!E8", ("x", "1"), "KS-383 Tiến độ!E8"),
    ("a status alone", "Tiến độ!E9", ("-", "–", "…"), "KS-324 Tiến độ!E9"),
    ("a share", "Tiến độ!F8", ("khoảng 25", "~25%", "25/100", "hai mươi lăm"), "KS-326 Tiến độ!F8"),
    ("a decision", "Công bố!A8", ("28/QĐ.BKHCN", 28, "QĐ 28"), "KS-377 Công bố!A8"),
    ("a dossier", "Quá hạn!A8", ("220221-0012", "12"), "KS-373 Quá hạn!A8"),
    ("a reason", "Quá hạn!G8", ("02", "Do cán bộ"), "KS-383 Quá hạn!G8"),
    ("a heading", "Hồ sơ!K6", ("Đúng hẹn", "Trong hạn (đã giải quyết)"), "KS-231 Hồ sơ!6"),
    ("a score", "Đánh giá!D8", ("1,7/2",), "KS-321 Đánh giá!D8"),
)
DOUBTED = (
    (
        "a heading",
        "Hồ sơ!K6",
        ("Hồ sơ đúng hạn", "Số đúng hạn", "Giải quyết đúng hạn"),
        "KS-232 Hồ sơ!K6",
    ),
    ("a share", "Tiến độ!F8", ("0,25", 0.25), "KS-328 Tiến độ!F8"),
    ("a share", "Tiến độ!F8", (1,), "KS-329 Tiến độ!F8"),
    ("a day", "Quá hạn!C8", ("2/21/2022",), "KS-345 Quá hạn!C8"),
    ("a status", "Tiến độ!E8", ("Đang thực hiên",), "KS-381 Tiến độ!E8"),
    ("a level", "Danh mục TTHC!F8", ("mức độ4",), "KS-381 Danh mục TTHC!F8"),
    ("a tick", "Sáng kiến!B4", ("xx", "*", "N/A"), "KS-217 Sáng kiến!B4"),
    ("a score", "Đánh giá!D8", (1.75,), "KS-519 Đánh giá!D8"),
    ("the preparer", "Thông tin!B11", (None,), "KS-405 Thông tin!B11"),
    (
        "the day prepared",
        "Thông tin!B14",
        (dt.date(2022, 2, 1), dt.date(2021, 3, 14)),
        "KS-406 Thông tin!B14",
    ),
    ("a note", "Quá hạn!L8", ("Ông Nguyễn Văn A, 0912345678",), "KS-392 Quá hạn!L8"),
)


def habits() -> Iterator[Habit]:
    """Every one, with what is said of it."""
    yield from named(FAULTS, RETURNED)
    yield from named(DOUBTS, WARNED)
    for typed, cell in _LONE:
        yield Habit(
            f"alone in its row: {typed} in {cell}", {cell: typed}, f"KS-423 {cell}", RETURNED
        )
    for what, cell, texts, told in ASKED:
        yield from by_text(what, cell, texts, told, RETURNED)
    for what, cell, texts, told in DOUBTED:
        yield from by_text(what, cell, texts, told, WARNED)
