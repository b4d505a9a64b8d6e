"""Each letter says at once what came of a report and until when."""

import pytest

from kskt_excel.model.book import CellRef
from kskt_excel.model.finding import Finding
from kskt_excel.model.submission import Decision, DecisionKind, Reason, Verdict
from tests.mail import replies


@pytest.mark.parametrize(
    ("verdict", "findings", "has_reading", "subject", "file_name"),
    [
        (Verdict.ACCEPTED, (), True, "ĐÃ NHẬN", "QLCNH_2022-Q1_da-nhan-lan-2.eml"),
        (Verdict.ACCEPTED_WITH_WARNINGS, (replies.warning(),), True, "ĐÃ NHẬN", None),
        (Verdict.DUPLICATE, (), True, "ĐÃ NHẬN", None),
        (Verdict.RETURNED, (replies.error(), replies.error()), True, "TRẢ LẠI ĐỂ SỬA, 2 lỗi", None),
        (Verdict.DUPLICATE, (replies.error(),), True, "TRẢ LẠI ĐỂ SỬA, 1 lỗi", None),
        (Verdict.RETURNED, (), True, "CHƯA NHẬN ĐƯỢC BÁO CÁO", None),
        (Verdict.UNREADABLE, (replies.error(),), False, "CHƯA NHẬN ĐƯỢC BÁO CÁO", None),
        (Verdict.NOT_A_REPORT, (replies.error(),), True, "CHƯA NHẬN ĐƯỢC BÁO CÁO", None),
    ],
)
def test_the_subject_says_what_came_of_it(
    verdict: Verdict,
    findings: tuple[Finding, ...],
    has_reading: bool,  # a column of the table
    subject: str,
    file_name: str | None,
) -> None:
    book = replies.book() if has_reading else None
    draft = replies.reply(*findings, sent=replies.submission(verdict), reading=book)
    whole = f"[Báo cáo KSTTHC Quý I/2022] Phòng Quản lý chuyên ngành: {subject}"
    assert (draft.subject, replies.as_mail(draft)["Subject"]) == (whole, whole)
    assert draft.file_name == (file_name or draft.file_name)


def test_conclusion_and_deadline_are_the_first_two_sentences() -> None:
    assert replies.paragraphs(replies.reply(replies.error()))[1] == (
        "Báo cáo Quý I/2022 của Phòng Quản lý chuyên ngành gửi lần thứ 2 chưa đưa vào tổng hợp được"
        " vì còn 1 lỗi phải sửa. Đề nghị đơn vị sửa và gửi lại chậm nhất ngày 15/3/2022."
    )


def test_after_the_deadline_it_asks_for_the_report_at_once() -> None:
    assert replies.paragraphs(replies.reply(replies.error(), now=replies.LATE))[1].endswith(
        "gửi lại ngay khi nhận được thư này (hạn gửi ngày 15/3/2022 đã qua)."
    )


def test_the_receipt_line_has_time_file_version_and_hash() -> None:
    assert (
        "Nhận lúc 08 giờ 30 ngày 14/3/2022, tệp “Báo cáo.xlsx”, lần gửi thứ 2,"
        " số biên nhận 3f2a91bc." in replies.paragraphs(replies.reply(replies.error()))
    )


def test_every_fault_is_listed_with_its_cell() -> None:
    draft = replies.reply(replies.error(), replies.error(CellRef("Hồ sơ", 10, 6), "5/7"))
    [listed] = [part for part in replies.paragraphs(draft) if part.startswith("Nội dung phải sửa")]
    _, first, second = listed.split("\n")
    assert first.startswith("1. Hồ sơ!E9 – Ô ghi “12 hồ sơ”")
    assert second.startswith("2. Hồ sơ!F10 – Ô ghi “5/7”")


def test_the_page_shows_the_rows_around_the_fault_and_marks_the_cell() -> None:
    page = replies.text_of(replies.reply(replies.error()), "html")
    for shown in (">Trực tuyến<", ">1.234<", ">2.002385<", ">1.003542<", ">9<"):
        assert shown in page
    marked = [line for line in page.split("<td") if "#F8CBAD" in line]
    assert [line.partition(">")[2].partition("<")[0] for line in marked] == ["12 hồ sơ"]


def test_the_page_takes_nothing_from_outside_and_no_mark_up_from_a_unit() -> None:
    page = replies.text_of(replies.reply(replies.error(given="<script>1</script>")), "html")
    assert "<script>" not in page
    assert "&lt;b&gt;Giám định&lt;/b&gt;" in page
    assert not [word for word in ("src=", "href=", "url(", "@import") if word in page]


def test_paragraphs_without_content_are_left_out() -> None:
    text = replies.text_of(
        replies.reply(sent=replies.submission(Verdict.ACCEPTED), attachment=None)
    )
    assert "Tệp gửi kèm" not in text
    assert "cần lưu ý" not in text
    assert "{" not in text


def test_a_report_that_counts_shows_its_warnings() -> None:
    draft = replies.reply(
        replies.warning(), sent=replies.submission(Verdict.ACCEPTED_WITH_WARNINGS)
    )
    assert any(part.startswith("Nội dung cần lưu ý") for part in replies.paragraphs(draft))


def test_the_reason_is_told_unless_the_letter_says_it_anyway() -> None:
    decided = Decision(12, DecisionKind.CHOOSE, "Hoa", replies.NOW, "bản đã ký")
    told = replies.submission(Verdict.ACCEPTED, why=(Reason("receipt.chosen", ruling=12),))
    plain = replies.submission(Verdict.ACCEPTED, why=(Reason("receipt.only"),))
    letter = replies.reply(sent=told, decisions={12: decided})
    said = "Được tính theo quyết định số 12 của Hoa ngày 14/3/2022: bản đã ký."
    assert said in replies.paragraphs(letter)
    assert "Lần gửi duy nhất" not in replies.text_of(replies.reply(sent=plain))


def test_a_first_report_is_not_numbered_in_the_conclusion() -> None:
    first = replies.submission(Verdict.RETURNED, version=1)
    assert "chuyên ngành chưa đưa" in replies.text_of(replies.reply(replies.error(), sent=first))


def test_another_reason_is_another_letter_and_the_same_one_is_not() -> None:
    latest = Reason("receipt.latest")
    plain = replies.submission(Verdict.ACCEPTED, why=(latest,))
    returned = Reason("receipt.returned", {"errors": 2})
    newer = Reason("receipt.later", {"version": 3}, because=returned)
    later = replies.submission(Verdict.ACCEPTED, why=(latest, newer))
    first, again, told = (replies.reply(sent=one) for one in (plain, plain, later))
    assert first.message_id == again.message_id != told.message_id
    assert "Lần 3 gửi sau: trả lại vì còn 2 lỗi." in replies.text_of(told)


def test_a_long_list_is_cut_only_where_the_marked_copy_has_all() -> None:
    many = [replies.error(CellRef("Hồ sơ", row, 5)) for row in range(8, 88)]
    assert "Còn 20 nội dung khác được đánh dấu trong tệp gửi kèm." in replies.text_of(
        replies.reply(*many)
    )
    assert "80. Hồ sơ!E87" in replies.text_of(replies.reply(*many, attachment=None))
