"""Which file counts, and why, told by histories of one unit and quarter."""

import datetime as dt

import pytest

from kskt_excel.ledger.lines import VIETNAM, Line, Note, Receipt, Recheck
from kskt_excel.ledger.state import State, fold
from kskt_excel.model.submission import Decision, DecisionKind, Verdict
from tests.ledger.cases import NOON, at, receipt, returned, sha


def told(*payloads: object) -> State:
    """The state after payloads, one line each from number 1."""
    return fold(
        Line(seq, NOON, "Hoa", decided(payload, seq))
        for seq, payload in enumerate(payloads, start=1)
    )


def decided(payload: object, seq: int) -> object:
    if isinstance(payload, DecisionKind):
        return decision(payload, seq)
    if isinstance(payload, tuple):
        kind, number = payload
        about = {"revokes": number} if kind is DecisionKind.REVOKE else {"version": number}
        return decision(kind, seq, **about)
    return payload


def decision(kind: DecisionKind, seq: int, **other: object) -> Decision:
    values = {"unit": "VP", "period": "2022-Q1"} | other
    return Decision(seq, kind, "Hoa", NOON, "gửi nhầm", **values)


def table(state: State) -> list[str]:
    """Version, verdict and reason of each file, the counting one starred."""
    counting = state.counting("VP", "2022-Q1")
    return [
        f"{'*' if s == counting else ''}{s.version} {s.file} {s.verdict.value}: {s.why}"
        for s in state.submissions("2022-Q1")
    ]


RULING = "quyết định số {} của Hoa ngày 15/03/2022: gửi nhầm"
ACCEPT, VOID, CHOOSE, PARTS = (
    DecisionKind.ACCEPT,
    DecisionKind.VOID,
    DecisionKind.CHOOSE,
    DecisionKind.PARTS,
)
CLOSE, REOPEN, REVOKE = DecisionKind.CLOSE, DecisionKind.REOPEN, DecisionKind.REVOKE

HISTORIES = {
    "one file counts": (
        [receipt("a")],
        ["*1 a.xlsx accepted: Lần gửi duy nhất, đạt yêu cầu; được tính."],
    ),
    "the latest acceptable one counts": (
        [receipt("a"), receipt("b", 5)],
        [
            "1 a.xlsx superseded: Đã có lần 2 thay thế.",
            "*2 b.xlsx accepted: Lần gửi mới nhất đạt yêu cầu; được tính.",
        ],
    ),
    "versions follow the moment of receipt, not that of taking in": (
        [receipt("b", 5), receipt("a")],
        [
            "1 a.xlsx superseded: Đã có lần 2 thay thế.",
            "*2 b.xlsx accepted: Lần gửi mới nhất đạt yêu cầu; được tính.",
        ],
    ),
    "a later returned one displaces nothing": (
        [receipt("a"), returned("b", 5)],
        [
            "*1 a.xlsx accepted: Lần gửi mới nhất đạt yêu cầu; được tính.",
            "2 b.xlsx returned: Trả lại vì còn 3 lỗi. Lần 1 vẫn được tính.",
        ],
    ),
    "a returned one that was mended is replaced": (
        [returned("a"), returned("b", 5), receipt("c", 9)],
        [
            "1 a.xlsx superseded: Đã có lần 3 thay thế.",
            "2 b.xlsx superseded: Đã có lần 3 thay thế.",
            "*3 c.xlsx accepted: Lần gửi mới nhất đạt yêu cầu; được tính.",
        ],
    ),
    "of two returned ones the later waits to be mended": (
        [returned("a"), returned("b", 5)],
        [
            "1 a.xlsx superseded: Đã có lần 2 thay thế.",
            "2 b.xlsx returned: Trả lại vì còn 3 lỗi.",
        ],
    ),
    "the same bytes from another place are a repeat": (
        [receipt("a"), receipt("a", 5)],
        [
            "*1 a.xlsx accepted: Lần gửi duy nhất, đạt yêu cầu; được tính.",
            (
                "0 a.xlsx duplicate: Trùng hoàn toàn với tệp a.xlsx đã nhận lúc"
                " 12:00 ngày 15/03/2022. Lần 1 đang được tính."
            ),
        ],
    ),
    "the same bytes from the same place are no receipt at all": (
        [receipt("a"), receipt("a")],
        ["*1 a.xlsx accepted: Lần gửi duy nhất, đạt yêu cầu; được tính."],
    ),
    "the same bytes found good by a later check are good everywhere": (
        [returned("a"), receipt("a", 5)],
        [
            "*1 a.xlsx accepted: Lần gửi duy nhất, đạt yêu cầu; được tính.",
            (
                "0 a.xlsx duplicate: Trùng hoàn toàn với tệp a.xlsx đã nhận lúc"
                " 12:00 ngày 15/03/2022. Lần 1 đang được tính."
            ),
        ],
    ),
    "the same content in other bytes is a repeat": (
        [receipt("a"), receipt("b", 5, content_sha256=receipt("a").content_sha256)],
        [
            "*1 a.xlsx accepted: Lần gửi duy nhất, đạt yêu cầu; được tính.",
            (
                "0 b.xlsx duplicate: Cùng nội dung, khác tệp: số liệu giống hệt tệp a.xlsx đã nhận"
                " lúc 12:00 ngày 15/03/2022. Lần 1 đang được tính."
            ),
        ],
    ),
    "the same content without its fault is a new version": (
        [returned("a"), receipt("b", 5, content_sha256=receipt("a").content_sha256)],
        [
            "1 a.xlsx superseded: Đã có lần 2 thay thế.",
            "*2 b.xlsx accepted: Lần gửi mới nhất đạt yêu cầu; được tính.",
        ],
    ),
    "an old version sent once more does not come back by itself": (
        [receipt("a"), receipt("b", 5), receipt("a", 9)],
        [
            "1 a.xlsx superseded: Đã có lần 2 thay thế.",
            "*2 b.xlsx accepted: Lần gửi mới nhất đạt yêu cầu; được tính.",
            (
                "0 a.xlsx duplicate: Trùng hoàn toàn với tệp a.xlsx đã nhận lúc "
                "12:00 ngày 15/03/2022."
                " Đó là lần 1; lần 2 đang được tính."
                " Muốn dùng lại lần 1, Văn phòng quyết định chọn lần đó."
            ),
        ],
    ),
    "a returned file sent once more is still returned": (
        [returned("a"), returned("a", 5)],
        [
            "1 a.xlsx returned: Trả lại vì còn 3 lỗi.",
            (
                "0 a.xlsx duplicate: Trùng hoàn toàn với tệp a.xlsx đã nhận lúc "
                "12:00 ngày 15/03/2022."
                " Đó là lần 1, chưa được tính."
            ),
        ],
    ),
    "the office accepts a returned one": (
        [returned("a"), (ACCEPT, 1)],
        [
            "*1 a.xlsx accepted_with_warnings: Lần gửi duy nhất, đạt yêu cầu; được tính."
            " Còn 3 lỗi nhưng được chấp nhận theo " + RULING.format(2) + ".",
        ],
    ),
    "the office voids the latest": (
        [receipt("a"), receipt("b", 5), (VOID, 2)],
        [
            "*1 a.xlsx accepted: Lần gửi mới nhất đạt yêu cầu; được tính.",
            "2 b.xlsx returned: Không tính theo " + RULING.format(3) + ".",
        ],
    ),
    "the office chooses an earlier one and a later one does not displace it": (
        [receipt("a"), receipt("b", 5), (CHOOSE, 1), receipt("c", 9)],
        [
            "*1 a.xlsx accepted: Được tính theo " + RULING.format(3) + ".",
            "2 b.xlsx superseded: Đạt yêu cầu nhưng không tính: lần 1 được tính theo "
            + RULING.format(3)
            + ".",
            "3 c.xlsx superseded: Đạt yêu cầu nhưng không tính: lần 1 được tính theo "
            + RULING.format(3)
            + ".",
        ],
    ),
    "a choice taken back leaves the latest": (
        [receipt("a"), receipt("b", 5), (CHOOSE, 1), (REVOKE, 3)],
        [
            "1 a.xlsx superseded: Đã có lần 2 thay thế.",
            "*2 b.xlsx accepted: Lần gửi mới nhất đạt yêu cầu; được tính.",
        ],
    ),
    "what comes after the closing is kept and does not count": (
        [receipt("a"), CLOSE, receipt("b", 5)],
        [
            "*1 a.xlsx accepted: Lần gửi mới nhất đạt yêu cầu; được tính.",
            "2 b.xlsx superseded: Đến sau khi kỳ đã khóa ("
            + RULING.format(2)
            + "); tệp được giữ lại, chưa tính. Muốn tính, Văn phòng mở lại kỳ,"
            " ví dụ: kskt decide reopen 2022-Q1",
        ],
    ),
    "a mail of an earlier date taken in after the closing changes nothing": (
        [receipt("a", 5), CLOSE, receipt("a", 0), receipt("b", 1)],
        [
            "*1 a.xlsx accepted: Lần gửi mới nhất đạt yêu cầu; được tính.",
            (
                "0 a.xlsx duplicate: Trùng hoàn toàn với tệp a.xlsx đã nhận lúc "
                "12:05 ngày 15/03/2022."
                " Lần 1 đang được tính."
            ),
            "2 b.xlsx superseded: Đến sau khi kỳ đã khóa ("
            + RULING.format(2)
            + "); tệp được giữ lại, chưa tính. Muốn tính, Văn phòng mở lại kỳ,"
            " ví dụ: kskt decide reopen 2022-Q1",
        ],
    ),
    "a period reopened takes what came meanwhile": (
        [receipt("a"), CLOSE, receipt("b", 5), REOPEN],
        [
            "1 a.xlsx superseded: Đã có lần 2 thay thế.",
            "*2 b.xlsx accepted: Lần gửi mới nhất đạt yêu cầu; được tính.",
        ],
    ),
    "decisions in a closed period have no effect": (
        [receipt("a"), receipt("b", 5), CLOSE, (VOID, 2), (CHOOSE, 1)],
        [
            "1 a.xlsx superseded: Đã có lần 2 thay thế.",
            "*2 b.xlsx accepted: Lần gửi mới nhất đạt yêu cầu; được tính.",
        ],
    ),
    "two labelled parts count together": (
        [receipt("a", part=1, parts=2), receipt("b", 5, part=2, parts=2)],
        [
            "1 a.xlsx accepted: Phần 1/2 của báo cáo; được tính cùng lần 2.",
            "*2 b.xlsx accepted: Phần 2/2 của báo cáo; được tính cùng lần 1.",
        ],
    ),
    "a part sent again replaces its own part only": (
        [
            receipt("a", part=1, parts=2),
            receipt("b", 5, part=2, parts=2),
            receipt("c", 9, part=1, parts=2),
        ],
        [
            "1 a.xlsx superseded: Đã có lần 3 thay thế.",
            "2 b.xlsx accepted: Phần 2/2 của báo cáo; được tính cùng lần 3.",
            "*3 c.xlsx accepted: Phần 1/2 của báo cáo; được tính cùng lần 2.",
        ],
    ),
    "a part without the others waits": (
        [receipt("a", part=2, parts=3)],
        ["1 a.xlsx returned: Phần 2/3 của báo cáo; chưa tính vì chưa đủ các phần."],
    ),
    "a whole report stays in force until all parts are in": (
        [receipt("a"), receipt("b", 5, part=1, parts=2)],
        [
            "*1 a.xlsx accepted: Lần gửi mới nhất đạt yêu cầu; được tính.",
            "2 b.xlsx returned: Phần 1/2 của báo cáo; chưa tính vì chưa đủ các phần.",
        ],
    ),
    "the office unites two files": (
        [receipt("a"), receipt("b", 5), (PARTS, 2)],
        [
            "1 a.xlsx accepted: Lần gửi mới nhất đạt yêu cầu; được tính.",
            "*2 b.xlsx accepted: Phần bổ sung theo " + RULING.format(3) + "; được tính cùng lần 1.",
        ],
    ),
}


@pytest.mark.parametrize("name", HISTORIES)
def test_history(name: str) -> None:
    payloads, expected = HISTORIES[name]
    assert table(told(*payloads)) == expected


def test_parts_are_given_in_their_order_for_uniting() -> None:
    state = told(receipt("b", part=2, parts=2), receipt("a", 5, part=1, parts=2))
    assert [member.file for member in state.members("VP", "2022-Q1")] == ["a.xlsx", "b.xlsx"]


def test_a_waiting_part_carries_the_finding_that_names_the_missing_ones() -> None:
    state = told(receipt("a", part=2, parts=3))
    (submission,) = state.submissions("2022-Q1")
    assert [(f.code, f.params["missing"]) for f in submission.findings] == [
        ("receipt.part_missing", "1 và 3")
    ]


@pytest.mark.parametrize(
    ("unreadable", "verdict", "words"),
    [
        ({"verdict": Verdict.UNREADABLE}, Verdict.UNREADABLE, "Không đọc được tệp"),
        ({"verdict": Verdict.NOT_A_REPORT}, Verdict.NOT_A_REPORT, "Không phải báo cáo"),
        ({"verdict": Verdict.RETURNED}, Verdict.RETURNED, "Chưa rõ của đơn vị nào"),
        ({"verdict": Verdict.ACCEPTED}, Verdict.RETURNED, "Chưa rõ của đơn vị nào"),
        ({"verdict": Verdict.RETURNED, "unit": "VP"}, Verdict.RETURNED, "Chưa rõ kỳ báo cáo"),
    ],
)
def test_a_file_that_is_no_version_is_listed_with_its_reason(
    unreadable: dict[str, object], verdict: Verdict, words: str
) -> None:
    state = told(receipt("x", **{"unit": "", "period": ""} | unreadable))
    (submission,) = state.submissions("")
    assert (submission.version, submission.verdict) == (0, verdict)
    assert words in submission.why


def test_a_decision_stays_with_its_file_when_an_earlier_mail_turns_up() -> None:
    choice = decision(CHOOSE, 3, version=1, receipt=1)
    state = told(receipt("a", 5), receipt("b", 6), choice, receipt("early mail", 0))
    assert state.counting("VP", "2022-Q1").file == "a.xlsx"
    assert state.counting("VP", "2022-Q1").version == 2


def test_a_recheck_replaces_the_result_but_not_in_a_closed_period() -> None:
    worse = Recheck(sha("a"), Verdict.RETURNED, "VP", "2022-Q1", errors=1)
    assert told(receipt("a"), worse).counting("VP", "2022-Q1") is None
    assert told(receipt("a"), CLOSE, worse).counting("VP", "2022-Q1").file == "a.xlsx"


def test_a_recheck_cannot_bring_a_file_into_a_closed_period() -> None:
    found = Recheck(sha("b"), Verdict.ACCEPTED, "VP", "2022-Q1")
    lost = receipt("b", 5, unit="", period="")
    state = told(receipt("a"), lost, CLOSE, found)
    assert state.counting("VP", "2022-Q1").file == "a.xlsx"
    assert [s.verdict for s in state.submissions("2022-Q1")] == ["accepted", "superseded"]


def test_units_and_periods_do_not_touch_each_other() -> None:
    state = told(
        receipt("a"),
        receipt("b", unit="TTPT"),
        receipt("c", period="2022-Q2"),
        decision(CLOSE, 4, unit="", period="2022-Q1"),
    )
    assert [(s.unit, s.file) for s in state.submissions("2022-Q1")] == [
        ("TTPT", "b.xlsx"),
        ("VP", "a.xlsx"),
    ]
    assert state.counting("VP", "2022-Q2").file == "c.xlsx"
    assert (state.closed("2022-Q1"), state.closed("2022-Q2")) == (True, False)


def test_waivers_come_from_decisions_in_force() -> None:
    waive = decision(DecisionKind.WAIVE, 1, rule="V06a.1", expires_on=dt.date(2022, 12, 31))
    (waiver,) = told(waive).waivers()
    assert waiver.covers("V06a.1", "VP", "2022-Q1", dt.date(2022, 6, 1))
    assert (waiver.approved_by, waiver.reason) == ("Hoa", "gửi nhầm")
    assert told(waive, (REVOKE, 1)).waivers() == ()


def test_a_place_already_taken_in_is_known() -> None:
    state = told(receipt("a"), Note("x"))
    known: Receipt = state.receipts[0]
    assert state.knows(known.locator, known.sha256)
    assert not state.knows("inbox/khác.xlsx", known.sha256)


def test_a_mail_in_a_mailbox_is_done_when_another_follows_it() -> None:
    def fetched(name: str, locator: str) -> Receipt:
        return receipt(name, channel="imap", locator=locator)

    state = told(
        fetched("a", "imap:x/1!2"), fetched("b", "imap:x/1!3"), fetched("c", "imap:x/2!2"),
        receipt("d"),
    )  # fmt: skip
    assert state.has_taken_all("imap:x/1")
    assert not state.has_taken_all("imap:x/2"), "a run may have been killed inside it"
    assert not state.has_taken_all("imap:x/3")


def test_the_mail_is_kept_for_the_record() -> None:
    sent = receipt("a", sender="hoa@x.vn", subject="Báo cáo", message_id="<1@x>")
    mail = told(sent).submissions("2022-Q1")[0].mail
    assert (mail.sender, mail.subject, mail.message_id) == ("hoa@x.vn", "Báo cáo", "<1@x>")


def test_time_of_receipt_is_by_the_offices_clock() -> None:
    night = dt.datetime(2022, 3, 15, 17, 30, tzinfo=dt.UTC)
    submission = told(receipt("a", received_at=night)).submissions("2022-Q1")[0]
    assert submission.received_at.date() == dt.date(2022, 3, 16)
    assert submission.received_at.tzinfo == VIETNAM
    assert at(0) == NOON
