"""Faults on the sheets of information, tasks and procedures."""

from tests.check.tables import Fault

IDENTITY: list[Fault] = [
    ("another unit's code", {"Thông tin!B5": "CCTDC"}, [("info.unit", "Thông tin!B5")]),
    ("another unit's name", {"Thông tin!B4": "Thanh tra"}, [("info.unit", "Thông tin!B4")]),
    ("an alias of the unit", {"Thông tin!B4": "Phòng QL chuyên ngành"}, []),
    ("another period", {"Thông tin!B6": "Quý II/2022"}, [("info.period", "Thông tin!B6")]),
    ("the period in other words", {"Thông tin!B6": "quí 1 năm 2022"}, []),
    ("calendar quarter", {"Thông tin!B8": "31/03/2022"}, [("info.window", "Thông tin!B8")]),
    ("nobody prepared it", {"Thông tin!B9": ""}, [("info.blank", "Thông tin!B9")]),
    ("nobody approved it", {"Thông tin!B13": ""}, [("info.blank", "Thông tin!B13")]),
    (
        "prepared before the period ends",
        {"Thông tin!B12": "26/02/2022"},
        [("info.prepared_early", "Thông tin!B12")],
    ),
    ("prepared a fortnight early", {"Thông tin!B12": "27/02/2022"}, []),
    (
        "prepared a year later",
        {"Thông tin!B12": "14/03/2023"},
        [("info.prepared_late", "Thông tin!B12")],
    ),
    ("mended half a year later", {"Thông tin!B12": "20/09/2022"}, []),
]

PROGRESS: list[Fault] = [
    ("no status", {"Tiến độ!E8": "", "Tiến độ!F8": ""}, [("cell.required", "Tiến độ!E8")]),
    (
        "a task that the plan does not have",
        {"Tiến độ!A8": "II.1.d"},
        [("task.unknown", "Tiến độ!A8")],
    ),
    (
        "a task of the office alone",
        {"Tiến độ!A8": "I.2"},
        [("task.of_another_unit", "Tiến độ!A8")],
    ),
    ("a task twice", {"Tiến độ!A9": "II.1.a"}, [("row.duplicate", "Tiến độ!A9")]),
    ("a row without its code", {"Tiến độ!A8": ""}, [("row.no_key", "Tiến độ!A8")]),
    ("a code that cannot be read", {"Tiến độ!A8": "?"}, []),
    ("done at 80 %", {"Tiến độ!F9": "80"}, [("progress.done_percent", "Tiến độ!F9")]),
    ("done without a percentage", {"Tiến độ!F9": ""}, []),
    ("101 %", {"Tiến độ!F9": "101"}, [("percent.out_of_range", "Tiến độ!F9")]),
    ("a task of all year called done, without a day", {"Tiến độ!G9": ""}, []),
    ("done, the day unreadable", {"Tiến độ!G9": "?"}, []),
    (
        "done without a result",
        {"Tiến độ!H9": ""},
        [("progress.done_without_result", "Tiến độ!H9")],
    ),
    (
        "done after the period",
        {"Tiến độ!G9": "15/03/2022"},
        [("date.after_period", "Tiến độ!G9")],
    ),
    ("done in an earlier quarter", {"Tiến độ!G9": "01/12/2021"}, []),
    (
        "a day although it is going on",
        {"Tiến độ!G8": "01/03/2022"},
        [("progress.day_without_done", "Tiến độ!G8")],
    ),
    ("going on at 100 %", {"Tiến độ!F8": "100"}, [("progress.percent_status", "Tiến độ!F8")]),
    (
        "not begun at 50 %",
        {"Tiến độ!E8": "Chưa thực hiện"},
        [("progress.percent_status", "Tiến độ!F8")],
    ),
]

CATALOGUE: list[Fault] = [
    ("a blank answer", {"Danh mục TTHC!O8": ""}, [("cell.required", "Danh mục TTHC!O8")]),
    ("an answer that cannot be read", {"Danh mục TTHC!O8": "?"}, []),
    (
        "an unknown procedure",
        {"Danh mục TTHC!A10": "1.003599"},
        [("procedure.unknown", "Danh mục TTHC!A10")],
    ),
    (
        "a procedure of another unit",
        {"Danh mục TTHC!A10": "1.000449", "Danh mục TTHC!C10": ""},
        [("procedure.of_another_unit", "Danh mục TTHC!A10")],
    ),
    (
        "another field of work",
        {"Danh mục TTHC!C10": "An toàn bức xạ và hạt nhân"},
        [("V06a.8", "Danh mục TTHC!C10")],
    ),
    (
        "payment online without a fee",
        {"Danh mục TTHC!J8": "Có"},
        [("catalogue.payment_without_fee", "Danh mục TTHC!J8")],
    ),
    (
        "the whole process away from the counter",
        {"Danh mục TTHC!D8": "Không"},
        [
            ("catalogue.process_elsewhere", "Danh mục TTHC!D8"),
            ("catalogue.whole_process", "Danh mục TTHC!M8"),
        ],
    ),
    (
        "interlinked without the counter",
        {"Danh mục TTHC!D10": "Không"},
        [("catalogue.interlinked", "Danh mục TTHC!E10")],
    ),
    (
        "on the portal but not online",
        {"Danh mục TTHC!G10": "Có"},
        [("catalogue.portal_level", "Danh mục TTHC!G10")],
    ),
    ("online in the words of 15/8/2022", {"Danh mục TTHC!F8": "Toàn trình"}, []),
    (
        "an electronic process without a decision",
        {"Danh mục TTHC!K9": ""},
        [("catalogue.no_internal_process", "Danh mục TTHC!K9")],
    ),
    ("a decision that cannot be read", {"Danh mục TTHC!K9": "?"}, []),
]
