"""Paragraphs one by one and many at once are the same."""

from kskt_excel.report.narrative_content import TO_ADD
from kskt_excel.word.parts import paragraph, paragraphs
from kskt_excel.word.styles import Look
from kskt_excel.word.template import opened
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
    at_once, one_by_one = opened(TEMPLATE), opened(TEMPLATE)
    paragraphs(at_once, TEXTS, Look.ITEM)
    for text in TEXTS:
        paragraph(one_by_one, text, Look.ITEM)
    paragraph(at_once, "cuối", Look.BODY)
    paragraph(one_by_one, "cuối", Look.BODY)
    assert at_once.element.xml == one_by_one.element.xml
    assert len(at_once.paragraphs) == len(TEXTS) + 1
