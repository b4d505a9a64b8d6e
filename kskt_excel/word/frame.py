"""The administrative frame of a document: its head and its end.

Source: Nghị định 30/2020/NĐ-CP, Phụ lục I.
"""

from typing import TYPE_CHECKING

from kskt_excel.report.content import Frame
from kskt_excel.report.narrative_content import Narrative
from kskt_excel.word.parts import paragraph, plain_table, rule
from kskt_excel.word.styles import Look

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import _Cell

_NATION, _MOTTO = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"
_LEFT_MM, _RIGHT_MM = 70.0, 95.0
_TEXT_MM = _LEFT_MM + _RIGHT_MM
_MOTTO_MM = 57.0  # width of the motto in bold letters of 13 points: its rule is as long
_LETTER_MM = 2.6  # a bold capital of 12 points, on the average
_AGENCY_RULE = 0.42  # of the agency's name: a third to a half
_LONGEST_AGENCY_RULE_MM = 32.0
_ABSTRACT_RULE_MM = 50.0
_BLANK_LINES = 4  # room for the signature and the seal
_RECIPIENTS_MM, _SIGNATURE_MM = 80.0, 85.0


def write_head(document: "Document", content: Narrative) -> None:
    """Nation, agency, number, day; the document's type and subject; whom it is for."""
    _write_top(document, content.frame)
    paragraph(document, content.kind, Look.KIND)
    paragraph(document, content.abstract, Look.ABSTRACT)
    rule(document, _ABSTRACT_RULE_MM, _TEXT_MM)
    if content.provisional:
        paragraph(document, content.provisional, Look.PROVISIONAL)
    paragraph(document, f"Kính gửi: {content.addressee}.", Look.ADDRESSEE)


def write_end(document: "Document", frame: Frame) -> None:
    """Recipients at the left, the signature at the right; both stay on one page.

    A signer who is not known is a blank to fill by hand.
    """
    table = plain_table(document, 1, (_RECIPIENTS_MM, _SIGNATURE_MM))
    left, right = table.rows[0].cells
    paragraph(left, "Nơi nhận:", Look.RECIPIENTS, first=True)
    last = len(frame.recipients) - 1
    for at, name in enumerate(frame.recipients):
        mark = "." if at == last else ";"
        paragraph(left, f"- {name.rstrip(';.')}{mark}", Look.RECIPIENT)
    titles = [title for title in (frame.signer_authority, frame.signer_title) if title] or [""]
    for at, title in enumerate(titles):
        paragraph(right, title, Look.TITLE, first=at == 0)
    for _ in range(_BLANK_LINES):
        paragraph(right, "", Look.SIGNER)
    paragraph(right, frame.signer_name, Look.SIGNER)


def _write_top(document: "Document", frame: Frame) -> None:
    table = plain_table(document, 2, (_LEFT_MM, _RIGHT_MM))
    left, right = table.rows[0].cells
    paragraph(left, frame.superior, Look.SUPERIOR, first=True)
    paragraph(left, frame.agency, Look.AGENCY)
    wanted = len(frame.agency) * _LETTER_MM * _AGENCY_RULE
    rule(left, min(wanted, _LONGEST_AGENCY_RULE_MM), _LEFT_MM)
    paragraph(right, _NATION, Look.NATION, first=True)
    paragraph(right, _MOTTO, Look.MOTTO)
    rule(right, _MOTTO_MM, _RIGHT_MM)
    _write_pair(table.rows[1].cells, frame)


def _write_pair(cells: "tuple[_Cell, ...]", frame: Frame) -> None:
    paragraph(cells[0], frame.number, Look.NUMBER, first=True)
    paragraph(cells[1], frame.place_and_date, Look.DATE, first=True)
