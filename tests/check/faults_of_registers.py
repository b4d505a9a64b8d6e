"""Faults in the registers that a unit fills by itself."""

from tests.check.tables import Fault

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
    (
        "a decision on nothing",
        {"Công bố!A8": "", "Công bố!B8": "", "Công bố!C8": "", "Công bố!D8": ""},
        [("publication.no_basis", "Công bố!A8")],
    ),
    (
        "a decision on a text of the province",
        {
            "Công bố!A8": "",
            "Công bố!B8": "",
            "Công bố!C8": "",
            "Công bố!D8": "",
            "VBQPPL!L8": "201/QĐ-UBND",
        },
        [],
    ),
    (
        "one decision of two days",
        {"Công bố!E9": "201/QĐ-UBND", "Công bố!F9": "14/03/2022", "Công bố!J9": ""},
        [("publication.two_days", "Công bố!F9")],
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
    ("issued, in force from when", {"VBQPPL!K8": ""}, [("legal.no_effect_day", "VBQPPL!K8")]),
    (
        "announced four days before it is in force",
        {"VBQPPL!K8": "22/02/2022"},
        [("publication.decided_late", "VBQPPL!M8")],
    ),
    ("announced five days before", {"VBQPPL!K8": "23/02/2022"}, []),
    (
        "in force before it is issued",
        {"VBQPPL!K8": "09/02/2022", "VBQPPL!L8": "", "VBQPPL!M8": ""},
        [("date.order.vbqppl.effective_on", "VBQPPL!K8")],
    ),
    (
        "announced by a number without a day",
        {"VBQPPL!M8": ""},
        [("publication.half_a_decision", "VBQPPL!M8")],
    ),
    ("a contact of no unit", {"Đầu mối!F8": ""}, [("cell.required", "Đầu mối!F8")]),
    ("not assessed", {"VBQPPL!H8": "Không"}, [("legal.not_assessed", "VBQPPL!H8")]),
    ("issued without a number", {"VBQPPL!I8": ""}, [("legal.half_issued", "VBQPPL!I8")]),
    ("issued without a day", {"VBQPPL!J8": ""}, [("legal.half_issued", "VBQPPL!J8")]),
    (
        "issued after the period",
        {"VBQPPL!J8": "15/03/2022", "VBQPPL!K8": "01/05/2022", "VBQPPL!L8": "", "VBQPPL!M8": ""},
        [("date.after_period", "VBQPPL!J8")],
    ),
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
    *(
        (f"nothing raised: {said}", {"Vướng mắc!C8": said, "Vướng mắc!E8": other, **none}, [])
        for none in ({"Vướng mắc!F8": ""}, {"Vướng mắc!F8": "", "Vướng mắc!D8": ""})
        for said, other in (
            *(("x", "x"), ("Không có ạ", ""), ("-", "không đề xuất"), ("", "x")),
            ("Không có khó khăn, vướng mắc gì", "Không có kiến nghị ạ"),
        )
    ),
    (
        "no difficulty, but a proposal",
        {"Vướng mắc!C8": "không", "Vướng mắc!F8": ""},
        [("cell.required", "Vướng mắc!F8")],
    ),
    (
        "a cause of nothing",
        {"Vướng mắc!C8": "", "Vướng mắc!E8": ""},
        [("cell.required", "Vướng mắc!C8")],
    ),
]
