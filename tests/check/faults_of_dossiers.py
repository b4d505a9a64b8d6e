"""Faults in the figures of dossiers, in the list of overdue ones, between sheets."""

from tests.check.tables import Fault

DOSSIERS: list[Fault] = [
    ("a wrong sum of receipts", {"Hồ sơ!D8": "15"}, [("V06a.1", "Hồ sơ!D8")]),
    ("a wrong sum of the resolved", {"Hồ sơ!I8": "12"}, [("V06a.2", "Hồ sơ!I8")]),
    ("a wrong sum of the pending", {"Hồ sơ!N8": "2"}, [("V06a.3", "Hồ sơ!N8")]),
    (
        "a part that has been changed",
        {"Hồ sơ!K8": "7", "Hồ sơ!K99": "10"},
        [("V06a.2", "Hồ sơ!I8")],
    ),
    (
        "receipts that are neither resolved nor pending",
        {"Hồ sơ!H8": "3", "Hồ sơ!D8": "15", "Hồ sơ!H99": "3", "Hồ sơ!D99": "20"},
        [("V06a.4", "Hồ sơ!D8")],
    ),
    ("a sum that has been cleared", {"Hồ sơ!D9": ""}, [("V06a.1", "Hồ sơ!D9")]),
    ("a wrong total", {"Hồ sơ!F99": "11"}, [("V06a.6", "Hồ sơ!F99")]),
    ("a total that has been cleared", {"Hồ sơ!F99": ""}, []),
    ("a part that cannot be read", {"Hồ sơ!J8": "?"}, []),
    ("a sum that cannot be read", {"Hồ sơ!D8": "?"}, []),
    ("a blank count", {"Hồ sơ!L10": ""}, [("cell.required", "Hồ sơ!L10")]),
    ("a blank count in a sum", {"Hồ sơ!L8": ""}, [("cell.required", "Hồ sơ!L8")]),
    (
        "a blank count and the sum counted again",
        {"Hồ sơ!L8": "", "Hồ sơ!I8": "10", "Hồ sơ!L99": "0", "Hồ sơ!I99": "15"},
        [("cell.required", "Hồ sơ!L8")],
    ),
    (
        "overdue dossiers left blank",
        {"Hồ sơ!M8": "", "Hồ sơ!M99": "0"},
        [("cell.required", "Hồ sơ!M8")],
    ),
    (
        "many carried over and none resolved",
        {"Hồ sơ!H10": "10", "Hồ sơ!D10": "10", "Hồ sơ!H99": "12", "Hồ sơ!D99": "29"}
        | {"Hồ sơ!O10": "10", "Hồ sơ!N10": "10", "Hồ sơ!O99": "12", "Hồ sơ!N99": "13"},
        [("V06a.11", "Hồ sơ!H10")],
    ),
]

OVERDUE: list[Fault] = [
    (
        "another day than in the code",
        {"Quá hạn!C8": "11/01/2022"},
        [("overdue.dossier_day", "Quá hạn!C8")],
    ),
    ("a code that cannot be read", {"Quá hạn!A8": "?"}, []),
    (
        "a dossier of another province",
        {"Quá hạn!A9": "H56.14-220301-0001"},
        [("overdue.agency", "Quá hạn!A9")],
    ),
    (
        "a dossier twice",
        {"Quá hạn!A9": "000.00.09.H55-220110-0007", "Quá hạn!C9": "10/01/2022"},
        [("row.duplicate", "Quá hạn!A9")],
    ),
    (
        "due before it was received",
        {"Quá hạn!D8": "07/01/2022", "Quá hạn!F8": "13", "Quá hạn!I8": ""},
        [
            ("date.order.qua-han.due_on", "Quá hạn!D8"),
            ("overdue.apology_date", "Quá hạn!I8"),
        ],
    ),
    ("finished in time", {"Quá hạn!E8": "17/01/2022"}, [("overdue.in_time", "Quá hạn!E8")]),
    (
        "not overdue yet",
        {"Quá hạn!D9": "14/03/2022", "Quá hạn!F9": ""},
        [("overdue.not_yet", "Quá hạn!D9")],
    ),
    (
        "finished after the period",
        {"Quá hạn!E9": "15/03/2022", "Quá hạn!F9": "5"},
        [("date.after_period", "Quá hạn!E9")],
    ),
    ("days counted wrongly", {"Quá hạn!F8": "10"}, [("overdue.days", "Quá hạn!F8")]),
    (
        "working days over a weekend",
        {"Quá hạn!E8": "25/01/2022", "Quá hạn!F8": "6"},
        [],
    ),
    ("calendar days over a weekend", {"Quá hạn!E8": "25/01/2022", "Quá hạn!F8": "8"}, []),
    ("no day of receipt", {"Quá hạn!C9": ""}, [("cell.required", "Quá hạn!C9")]),
    ("no reason", {"Quá hạn!G8": ""}, [("cell.required", "Quá hạn!G8")]),
    ("no apology", {"Quá hạn!H8": ""}, [("overdue.apology_number", "Quá hạn!H8")]),
    ("no day of the apology", {"Quá hạn!I8": ""}, [("overdue.apology_date", "Quá hạn!I8")]),
    (
        "an apology on the day it is due",
        {"Quá hạn!I8": "17/01/2022"},
        [("overdue.apology_late", "Quá hạn!I8")],
    ),
    ("an apology the day before", {"Quá hạn!I8": "16/01/2022"}, []),
    (
        "an apology before it was received",
        {"Quá hạn!I8": "05/01/2022"},
        [("date.order.qua-han.apology_on", "Quá hạn!I8")],
    ),
    (
        "the same day again",
        {"Quá hạn!J8": "17/01/2022"},
        [("date.order.qua-han.new_due_on", "Quá hạn!J8")],
    ),
    ("a second new day", {"Quá hạn!K8": "2"}, [("overdue.rescheduled", "Quá hạn!K8")]),
    (
        "a citizen's telephone number",
        {"Quá hạn!L8": "Liên hệ ông Nguyễn Văn Bình 0912345678"},
        [("text.personal_data", "Quá hạn!L8")],
    ),
    (
        "an unknown procedure",
        {"Quá hạn!B9": "2.009999"},
        [("V06a.9", "Hồ sơ!M8"), ("procedure.unknown", "Quá hạn!B9")],
    ),
    (
        "a procedure that «Hồ sơ» does not have",
        {"Quá hạn!B9": "1.000449"},
        [("V06a.9", "Quá hạn!B9"), ("procedure.of_another_unit", "Quá hạn!B9")],
    ),
    ("a procedure that cannot be read", {"Quá hạn!B9": "?"}, []),
]

ONLINE: list[Fault] = [
    (
        "levels that do not add up",
        {"Trực tuyến!G8": "3", "Trực tuyến!G99": "3"},
        [("V08.4", "Trực tuyến!E8")],
    ),
    (
        "another number than in «Hồ sơ»",
        {"Trực tuyến!D8": "13", "Trực tuyến!D99": "18"},
        [("V08.13", "Trực tuyến!D8")],
    ),
    (
        "other online dossiers than in «Hồ sơ»",
        {"Trực tuyến!E8": "5", "Trực tuyến!G8": "5", "Trực tuyến!E99": "7", "Trực tuyến!G99": "5"},
        [("V08.14", "Trực tuyến!E8")],
    ),
    (
        "more online than received",
        {"Trực tuyến!D9": "1", "Trực tuyến!H9": "1", "Trực tuyến!J9": "1"}
        | {"Trực tuyến!D99": "13", "Trực tuyến!H99": "1", "Trực tuyến!J99": "13"},
        [("V08.13", "Trực tuyến!D9")],
    ),
    (
        "more paid than with a fee",
        {"Trực tuyến!I9": "6", "Trực tuyến!I99": "6"},
        [("V08.7", "Trực tuyến!I9")],
    ),
    (
        "more with a fee than received",
        {"Trực tuyến!H9": "6", "Trực tuyến!H99": "6"},
        [("V08.8", "Trực tuyến!H9")],
    ),
    (
        "more digitised than received",
        {"Trực tuyến!J9": "6", "Trực tuyến!J99": "18"},
        [("V08.11", "Trực tuyến!J9")],
    ),
    (
        "more results than resolved",
        {"Trực tuyến!K8": "12", "Trực tuyến!K99": "17"},
        [("V08.9", "Trực tuyến!K8")],
    ),
    (
        "more by post than in «Hồ sơ»",
        {"Trực tuyến!L8": "2", "Trực tuyến!L99": "2"},
        [("V08.10", "Trực tuyến!L8")],
    ),
    ("a wrong total", {"Trực tuyến!N99": "4"}, [("total.sum", "Trực tuyến!N99")]),
    (
        "dossiers of another level",
        {"Trực tuyến!F8": "4", "Trực tuyến!G8": "0", "Trực tuyến!F99": "6", "Trực tuyến!G99": "0"},
        [("online.level", "Trực tuyến!F8")],
    ),
    (
        "a fee that is not taken",
        {"Trực tuyến!H8": "1", "Trực tuyến!H99": "6"},
        [("online.fee", "Trực tuyến!H8")],
    ),
    (
        "payment that is not offered",
        {"Danh mục TTHC!J9": "Không"},
        [("online.fee", "Trực tuyến!I9")],
    ),
]

ACROSS: list[Fault] = [
    (
        "one more overdue dossier than listed",
        {"Hồ sơ!Q8": "2", "Hồ sơ!O8": "1", "Hồ sơ!Q99": "2", "Hồ sơ!O99": "1"},
        [("V06a.9", "Hồ sơ!M8")],
    ),
    (
        "a listed dossier without a count",
        {"Hồ sơ!M8": "0", "Hồ sơ!K8": "7", "Hồ sơ!M99": "0", "Hồ sơ!K99": "10"},
        [("V06a.9", "Hồ sơ!Q8")],
    ),
    (
        "a result that is counted as pending",
        {"Quá hạn!E8": "", "Quá hạn!F8": ""},
        [("across.overdue_split", "Hồ sơ!M8")],
    ),
]
