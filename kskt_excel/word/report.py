"""The narrative report written into the office's template."""

from pathlib import Path
from typing import TYPE_CHECKING

from kskt_excel.report.narrative_content import Annex, Block, Heading, Listed, Narrative
from kskt_excel.word.frame import write_end, write_head
from kskt_excel.word.parts import paragraph, paragraphs
from kskt_excel.word.styles import HEADINGS, Look
from kskt_excel.word.template import opened, packed

if TYPE_CHECKING:
    from docx.document import Document

_END = "./."
_BEFORE_SIGNATURE = 12  # points


def report(narrative: Narrative, template: Path) -> bytes:
    """The report as a Word document; the same content and template give the same bytes.

    Raises ReportTemplateError when the template cannot be used.
    """
    from docx.shared import Pt

    document = opened(template)
    write_head(document, narrative)
    paragraph(document, narrative.introduction, Look.BODY)
    for block in narrative.blocks:
        _write_block(document, block)
    _write_annexes(document, narrative.annexes)
    closing = paragraph(document, f"{narrative.closing}{_END}", Look.BODY, keep=True)
    closing.paragraph_format.space_after = Pt(_BEFORE_SIGNATURE)
    write_end(document, narrative.frame)
    title = f"Báo cáo {narrative.abstract[:1].lower()}{narrative.abstract[1:]}"
    return packed(document, title=title, agency=narrative.agency, created=narrative.as_of)


def _write_block(document: "Document", block: Block) -> None:
    if isinstance(block, Heading):
        paragraph(document, block.text, HEADINGS[block.level - 1])
    elif isinstance(block, Listed):
        paragraphs(document, (f"- {item}" for item in block.items), Look.ITEM)
    else:  # a sentence that announces a list stays with it
        paragraph(document, block.text, Look.BODY, keep=block.text.endswith(":"))


def _write_annexes(document: "Document", annexes: tuple[Annex, ...]) -> None:
    if not annexes:
        return
    paragraph(document, "Các phụ lục kèm theo báo cáo này:", Look.BODY, keep=True)
    last = len(annexes) - 1
    for at, annex in enumerate(annexes):
        number = f"Phụ lục {annex.number}" if annex.number else "Phụ lục"
        mark = "." if at == last else ";"
        paragraph(document, f"- {number}: {annex.name}{mark}", Look.ITEM)
