"""Paragraphs one by one and many at once are the same."""

from kskt_excel.report.sentences import TO_ADD
from kskt_excel.word.report import WordStyle, open_template, paragraph, paragraphs
from tests.builders import ROOT

TEMPLATE = ROOT / "templates" / "bao-cao-mau.docx"
TEXTS = (
    " – thụt vào",
    "",
    f"{TO_ADD} còn thiếu",
    "một & <hai> 5 %",
    "ba\nbốn\t\x01năm",
    f"sáu {TO_ADD}",
    "bảy ",
    "tám",
)


def test_many_paragraphs_at_once_are_as_if_made_one_by_one() -> None:
    at_once, one_by_one = open_template(TEMPLATE), open_template(TEMPLATE)
    paragraphs(at_once, TEXTS, WordStyle.ITEM)
    for text in TEXTS:
        paragraph(one_by_one, text, WordStyle.ITEM)
    paragraph(at_once, "cuối", WordStyle.BODY)
    paragraph(one_by_one, "cuối", WordStyle.BODY)
    assert at_once.element.xml == one_by_one.element.xml
    assert len(at_once.paragraphs) == len(TEXTS) + 1
