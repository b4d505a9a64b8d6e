"""One fault a line, seeded into a correct workbook: the rule names it at its cell, alone."""

import pytest

from tests.check import good
from tests.check.tables import found, with_cells

Fault = tuple[str, dict[str, str], list[tuple[str, str]]]

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
    ("done without a day", {"Tiến độ!G9": ""}, [("progress.done_without_day", "Tiến độ!G9")]),
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
    ("a procedure that cannot be read", {"Quá hạn!B9": "?"}, []),
]

FEEDBACK: list[Fault] = [
    ("no content", {"PAKN!D9": ""}, [("cell.required", "PAKN!D9")]),
    ("no field of work", {"PAKN!F8": ""}, [("cell.required", "PAKN!F8")]),
    (
        "from before, not marked",
        {"PAKN!G8": "Không"},
        [("feedback.not_marked", "PAKN!G8")],
    ),
    ("marked, but new", {"PAKN!G9": "Có"}, [("feedback.marked_wrongly", "PAKN!G9")]),
    ("received after the period", {"PAKN!B9": "15/03/2022"}, [("date.after_period", "PAKN!B9")]),
    (
        "finished before it came",
        {"PAKN!B9": "10/02/2022", "PAKN!H9": "", "PAKN!I9": "09/02/2022", "PAKN!J9": "Xong"},
        [("date.order.pakn.finished_on", "PAKN!I9")],
    ),
    (
        "finished before the period",
        {"PAKN!I8": "10/12/2021"},
        [("date.before_period", "PAKN!I8")],
    ),
    ("due before it came", {"PAKN!H9": "09/03/2022"}, [("date.order.pakn.due_on", "PAKN!H9")]),
    ("finished without an outcome", {"PAKN!J8": ""}, [("feedback.no_outcome", "PAKN!J8")]),
    (
        "published before it is finished",
        {"PAKN!K9": "Có"},
        [("feedback.published_unfinished", "PAKN!K9")],
    ),
    (
        "passed on after more than five working days",
        {"PAKN!J8": "Không thuộc thẩm quyền, đã chuyển Sở Y tế"},
        [("feedback.passed_on_late", "PAKN!I8")],
    ),
    (
        "passed on in five working days",
        {"PAKN!B8": "13/12/2021", "PAKN!J8": "Không thuộc thẩm quyền"},
        [],
    ),
    (
        "a time limit of 16 working days",
        {"PAKN!H9": "01/04/2022"},
        [("feedback.due_late", "PAKN!H9")],
    ),
    ("a longer time limit, extended", {"PAKN!H9": "01/04/2022", "PAKN!L9": "Có"}, []),
    ("extended but in time", {"PAKN!L8": "Có"}, [("feedback.extended_in_time", "PAKN!L8")]),
    (
        "a citizen's name",
        {"PAKN!D9": "Ông Trần Văn Nam hỏi về phí"},
        [("text.personal_data", "PAKN!D9")],
    ),
]

PUBLICATIONS: list[Fault] = [
    (
        "received before it was decided",
        {"Công bố!C9": "28/02/2022", "Công bố!D9": ""},
        [("date.order.cong-bo.received_on", "Công bố!C9")],
    ),
    (
        "submitted before it was received",
        {"Công bố!D9": "07/03/2022"},
        [("date.order.cong-bo.submitted_on", "Công bố!D9")],
    ),
    (
        "submitted on the sixth working day",
        {"Công bố!D8": "18/01/2022"},
        [("publication.submitted_late", "Công bố!D8")],
    ),
    ("submitted on the fifth working day", {"Công bố!D8": "17/01/2022"}, []),
    (
        "decided before it was submitted",
        {"Công bố!F8": "13/01/2022", "Công bố!J8": "18/01/2022"},
        [("date.order.cong-bo.province_decided_on", "Công bố!F8")],
    ),
    (
        "decided four days before the law is in force",
        {"Công bố!I8": "24/01/2022"},
        [("publication.decided_late", "Công bố!F8")],
    ),
    ("decided five days before", {"Công bố!I8": "25/01/2022"}, []),
    (
        "online on the sixth working day",
        {"Công bố!J8": "28/01/2022"},
        [("publication.online_late", "Công bố!J8")],
    ),
    (
        "online before it was decided",
        {"Công bố!J8": "19/01/2022"},
        [("date.order.cong-bo.national_db_on", "Công bố!J8")],
    ),
    ("never online", {"Công bố!J8": ""}, [("publication.not_online", "Công bố!J8")]),
    (
        "a decision without its day",
        {"Công bố!F8": "", "Công bố!J8": ""},
        [("publication.half_a_decision", "Công bố!F8")],
    ),
    (
        "a day without its decision",
        {"Công bố!A9": ""},
        [("publication.half_a_decision", "Công bố!A9")],
    ),
    ("no kind of change", {"Công bố!H8": ""}, [("cell.required", "Công bố!H8")]),
    (
        "a changed procedure that nobody knows",
        {"Công bố!G8": "2.002358"},
        [("procedure.unknown", "Công bố!G8")],
    ),
    ("a procedure of another unit", {"Công bố!G8": "1.000449"}, []),
    (
        "submitted after the period",
        {"Công bố!D9": "15/03/2022"},
        [("date.after_period", "Công bố!D9")],
    ),
]

OTHER_REGISTERS: list[Fault] = [
    ("not assessed", {"VBQPPL!H8": "Không"}, [("legal.not_assessed", "VBQPPL!H8")]),
    ("issued without a number", {"VBQPPL!I8": ""}, [("legal.half_issued", "VBQPPL!I8")]),
    ("issued without a day", {"VBQPPL!J8": ""}, [("legal.half_issued", "VBQPPL!J8")]),
    ("issued after the period", {"VBQPPL!J8": "15/03/2022"}, [("date.after_period", "VBQPPL!J8")]),
    ("no procedure at all", {"VBQPPL!E9": "0"}, [("legal.no_procedure", "VBQPPL!D9")]),
    (
        "a text twice",
        {"VBQPPL!B9": "Quy định quản lý công nghệ"},
        [("row.same_name", "VBQPPL!B9")],
    ),
    ("no option", {"Rà soát!E8": ""}, [("review.no_option", "Rà soát!E8")]),
    (
        "an option without a review",
        {"Rà soát!E10": "Bãi bỏ"},
        [("review.option_too_early", "Rà soát!E10")],
    ),
    ("no authority", {"Rà soát!G8": ""}, [("review.no_authority", "Rà soát!G8")]),
    ("no number of texts", {"Rà soát!F8": ""}, [("review.no_legal_texts", "Rà soát!F8")]),
    ("a cut of 120 %", {"Rà soát!H8": "120"}, [("percent.out_of_range", "Rà soát!H8")]),
    (
        "kept, with an authority",
        {"Rà soát!G9": "Tỉnh"},
        [("review.kept_with_authority", "Rà soát!G9")],
    ),
    ("kept, with a cut", {"Rà soát!H9": "5"}, [("review.kept_with_change", "Rà soát!H9")]),
    ("kept, with a text", {"Rà soát!F9": "1"}, [("review.kept_with_change", "Rà soát!F9")]),
    (
        "more than planned",
        {"Rà soát!C9": "Không", "Rà soát!C10": "Không"},
        [("review.more_than_planned", "Rà soát!C9")],
    ),
    ("one planned, another reviewed", {"Rà soát!C9": "Không"}, []),
    ("a procedure twice", {"Rà soát!A9": "2.002385"}, [("row.duplicate", "Rà soát!A9")]),
    (
        "proposed before the period",
        {"Sáng kiến!D8": "14/12/2021"},
        [("date.before_period", "Sáng kiến!D8")],
    ),
    ("on the first day", {"Sáng kiến!D8": "15/12/2021"}, []),
    (
        "held after the period",
        {"Truyền thông!D8": "15/03/2022"},
        [("date.after_period", "Truyền thông!D8")],
    ),
    ("no quantity", {"Truyền thông!E8": "0"}, [("activity.no_quantity", "Truyền thông!E8")]),
    (
        "an activity twice",
        {"Truyền thông!D9": "10/02/2022", "Truyền thông!E9": "2"},
        [("row.repeated", "Truyền thông!A9")],
    ),
    ("more remedied than found", {"Kiểm tra!G8": "3"}, [("KT.1", "Kiểm tra!G8")]),
    (
        "inspected before the period",
        {"Kiểm tra!C8": "01/12/2021"},
        [("date.before_period", "Kiểm tra!C8")],
    ),
    (
        "decided after the period",
        {"Đầu mối!E8": "15/03/2022"},
        [("date.after_period", "Đầu mối!E8")],
    ),
    ("three points", {"Đánh giá!D8": "3"}, [("evaluation.out_of_range", "Đánh giá!D8")]),
    ("two decimals", {"Đánh giá!D8": "1.75"}, [("evaluation.step", "Đánh giá!D8")]),
    (
        "half a point for the agency",
        {"Đánh giá!D9": "1.5"},
        [("evaluation.whole_points", "Đánh giá!D9")],
    ),
    ("a tenth criterion", {"Đánh giá!A10": "10"}, [("evaluation.unknown", "Đánh giá!A10")]),
    ("a criterion twice", {"Đánh giá!A9": "1"}, [("row.duplicate", "Đánh giá!A9")]),
    ("an unknown task", {"Vướng mắc!B8": "II.1.d"}, [("task.unknown", "Vướng mắc!B8")]),
    ("no level", {"Vướng mắc!F8": ""}, [("cell.required", "Vướng mắc!F8")]),
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
        [("V08.13", "Trực tuyến!D9"), ("V08.5", "Trực tuyến!E9")],
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

FAULTS = [
    *IDENTITY,
    *PROGRESS,
    *CATALOGUE,
    *DOSSIERS,
    *OVERDUE,
    *FEEDBACK,
    *PUBLICATIONS,
    *OTHER_REGISTERS,
    *ONLINE,
    *ACROSS,
]


@pytest.mark.parametrize(
    ("cells", "expected"), [fault[1:] for fault in FAULTS], ids=[fault[0] for fault in FAULTS]
)
def test_a_seeded_fault_is_named_at_its_cell_and_nothing_else_is(
    cells: dict[str, str], expected: list[tuple[str, str]]
) -> None:
    assert found(with_cells(good.unit_with_procedures(), cells)) == expected
