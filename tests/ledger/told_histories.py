"""Histories of one unit and quarter, and what is known after each: the rules as a table."""

from kskt_excel.model.submission import DecisionKind
from tests.ledger.cases import receipt, returned

RULING = "quyết định số {} của Hoa ngày 15/3/2022: gửi nhầm"
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
            "*2 b.xlsx accepted: Lần gửi này đạt yêu cầu; được tính.",
        ],
    ),
    "versions follow the moment of receipt, not that of taking in": (
        [receipt("b", 5), receipt("a")],
        [
            "1 a.xlsx superseded: Đã có lần 2 thay thế.",
            "*2 b.xlsx accepted: Lần gửi này đạt yêu cầu; được tính.",
        ],
    ),
    "a later returned one displaces nothing": (
        [receipt("a"), returned("b", 5)],
        [
            (
                "*1 a.xlsx accepted: Lần gửi này đạt yêu cầu; được tính."
                " Lần 2 gửi sau: trả lại vì còn 3 lỗi."
            ),
            "2 b.xlsx returned: Trả lại vì còn 3 lỗi. Lần 1 vẫn được tính.",
        ],
    ),
    "a returned one that was mended is replaced": (
        [returned("a"), returned("b", 5), receipt("c", 9)],
        [
            "1 a.xlsx superseded: Đã có lần 3 thay thế.",
            "2 b.xlsx superseded: Đã có lần 3 thay thế.",
            "*3 c.xlsx accepted: Lần gửi này đạt yêu cầu; được tính.",
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
                " 12 giờ 00 ngày 15/3/2022. Lần 1 đang được tính."
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
                " 12 giờ 00 ngày 15/3/2022. Lần 1 đang được tính."
            ),
        ],
    ),
    "the same content in other bytes is a repeat": (
        [receipt("a"), receipt("b", 5, content_sha256=receipt("a").content_sha256)],
        [
            "*1 a.xlsx accepted: Lần gửi duy nhất, đạt yêu cầu; được tính.",
            (
                "0 b.xlsx duplicate: Cùng nội dung, khác tệp: số liệu giống hệt tệp a.xlsx đã nhận"
                " lúc 12 giờ 00 ngày 15/3/2022. Lần 1 đang được tính."
            ),
        ],
    ),
    "the same content without its fault is a new version": (
        [returned("a"), receipt("b", 5, content_sha256=receipt("a").content_sha256)],
        [
            "1 a.xlsx superseded: Đã có lần 2 thay thế.",
            "*2 b.xlsx accepted: Lần gửi này đạt yêu cầu; được tính.",
        ],
    ),
    "an old version sent once more does not come back by itself": (
        [receipt("a"), receipt("b", 5), receipt("a", 9)],
        [
            "1 a.xlsx superseded: Đã có lần 2 thay thế.",
            "*2 b.xlsx accepted: Lần gửi này đạt yêu cầu; được tính.",
            (
                "0 a.xlsx duplicate: Trùng hoàn toàn với tệp a.xlsx đã nhận lúc "
                "12 giờ 00 ngày 15/3/2022."
                " Đó là lần 1; lần 2 đang được tính."
            ),
        ],
    ),
    "a returned file sent once more is still returned": (
        [returned("a"), returned("a", 5)],
        [
            "1 a.xlsx returned: Trả lại vì còn 3 lỗi.",
            (
                "0 a.xlsx duplicate: Trùng hoàn toàn với tệp a.xlsx đã nhận lúc "
                "12 giờ 00 ngày 15/3/2022."
                " Đó là lần 1, chưa được tính."
            ),
        ],
    ),
    "the office accepts a returned one": (
        [returned("a"), (ACCEPT, 1)],
        [
            "*1 a.xlsx accepted_with_warnings: Được tính theo "
            + RULING.format(2)
            + ", dù còn 3 lỗi.",
        ],
    ),
    "the office voids the latest": (
        [receipt("a"), receipt("b", 5), (VOID, 2)],
        [
            (
                "*1 a.xlsx accepted: Lần gửi này đạt yêu cầu; được tính."
                " Lần 2 gửi sau: không tính theo " + RULING.format(3) + "."
            ),
            "2 b.xlsx superseded: Không tính theo " + RULING.format(3) + ".",
        ],
    ),
    "a stranger's file does not take the place of a report that is in": (
        [
            receipt("a", sender="vp@so.vn"),
            receipt("b", 5, sender="la@thu.vn", stranger=True),
        ],
        [
            (
                "*1 a.xlsx accepted: Lần gửi này đạt yêu cầu; được tính. Lần 2 gửi sau: gửi từ"
                " hộp thư la@thu.vn, chưa có trong danh sách hộp thư của đơn vị, nên chờ Văn phòng"
                " quyết định."
            ),
            (
                "2 b.xlsx superseded: Gửi từ hộp thư la@thu.vn, chưa có trong danh sách hộp thư"
                " của đơn vị, nên chờ Văn phòng quyết định."
            ),
        ],
    ),
    "a stranger's file waits also where nothing was in": (
        [
            receipt("a", sender="la@thu.vn", stranger=True),
            receipt("b", 5, sender="la@thu.vn", stranger=True),
        ],
        [
            (
                f"{number} superseded: Gửi từ hộp thư la@thu.vn, chưa có trong danh sách hộp thư"
                " của đơn vị, nên chờ Văn phòng quyết định."
            )
            for number in ("1 a.xlsx", "2 b.xlsx")
        ],
    ),
    "a mailbox that the office has accepted corrects itself": (
        [
            receipt("a", sender="la@thu.vn", stranger=True),
            (ACCEPT, 1),
            receipt("b", 5, sender="la@thu.vn", stranger=True),
        ],
        [
            "1 a.xlsx superseded: Đã có lần 2 thay thế.",
            "*2 b.xlsx accepted: Lần gửi này đạt yêu cầu; được tính.",
        ],
    ),
    "the office accepts a stranger's file": (
        [
            receipt("a", sender="vp@so.vn"),
            receipt("b", 5, sender="la@thu.vn", stranger=True),
            (ACCEPT, 2),
        ],
        [
            "1 a.xlsx superseded: Đã có lần 2 thay thế.",
            "*2 b.xlsx accepted: Lần gửi này đạt yêu cầu; được tính.",
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
            "*2 b.xlsx accepted: Lần gửi này đạt yêu cầu; được tính.",
        ],
    ),
    "what comes after the closing is kept and does not count": (
        [receipt("a"), CLOSE, receipt("b", 5)],
        [
            (
                "*1 a.xlsx accepted: Lần gửi này đạt yêu cầu; được tính."
                " Lần 2 gửi sau: tệp đến sau khi kỳ đã khóa ("
                + RULING.format(2)
                + ") nên chưa tính vào số liệu; tệp đã được lưu."
            ),
            "2 b.xlsx superseded: Tệp đến sau khi kỳ đã khóa ("
            + RULING.format(2)
            + ") nên chưa tính vào số liệu; tệp đã được lưu.",
        ],
    ),
    "a mail of an earlier date taken in after the closing changes nothing": (
        [receipt("a", 5), CLOSE, receipt("a", 0), receipt("b", 1)],
        [
            (
                "*1 a.xlsx accepted: Lần gửi này đạt yêu cầu; được tính."
                " Lần 2 gửi sau: tệp đến sau khi kỳ đã khóa ("
                + RULING.format(2)
                + ") nên chưa tính vào số liệu; tệp đã được lưu."
            ),
            (
                "0 a.xlsx duplicate: Trùng hoàn toàn với tệp a.xlsx đã nhận lúc "
                "12 giờ 05 ngày 15/3/2022."
                " Lần 1 đang được tính."
            ),
            "2 b.xlsx superseded: Tệp đến sau khi kỳ đã khóa ("
            + RULING.format(2)
            + ") nên chưa tính vào số liệu; tệp đã được lưu.",
        ],
    ),
    "a period reopened takes what came meanwhile": (
        [receipt("a"), CLOSE, receipt("b", 5), REOPEN],
        [
            "1 a.xlsx superseded: Đã có lần 2 thay thế.",
            "*2 b.xlsx accepted: Lần gửi này đạt yêu cầu; được tính.",
        ],
    ),
    "decisions in a closed period have no effect": (
        [receipt("a"), receipt("b", 5), CLOSE, (VOID, 2), (CHOOSE, 1)],
        [
            "1 a.xlsx superseded: Đã có lần 2 thay thế.",
            "*2 b.xlsx accepted: Lần gửi này đạt yêu cầu; được tính.",
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
            (
                "*1 a.xlsx accepted: Lần gửi này đạt yêu cầu; được tính."
                " Lần 2 gửi sau: phần 1/2 của báo cáo; chưa tính vì chưa đủ các phần."
            ),
            "2 b.xlsx returned: Phần 1/2 của báo cáo; chưa tính vì chưa đủ các phần.",
        ],
    ),
    "the office unites two files": (
        [receipt("a"), receipt("b", 5), (PARTS, 2)],
        [
            "1 a.xlsx accepted: Lần gửi này đạt yêu cầu; được tính.",
            "*2 b.xlsx accepted: Phần bổ sung theo " + RULING.format(3) + "; được tính cùng lần 1.",
        ],
    ),
}
