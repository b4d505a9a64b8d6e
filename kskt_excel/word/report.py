"""The narrative report written into the office's template."""

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from copy import deepcopy
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from kskt_excel.ledger.safe_files import ZIP_TIME
from kskt_excel.ledger.safeguards import as_keywords
from kskt_excel.model.calendar import in_utc
from kskt_excel.model.errors import KsktError
from kskt_excel.report.annexes import Annex
from kskt_excel.report.page import Frame
from kskt_excel.report.sentences import TO_ADD, Heading, Listed, Narrative, ReportBlock, ReportTable

if TYPE_CHECKING:
    from docx.document import Document
    from docx.parts.story import StoryPart
    from docx.table import Table, _Cell
    from docx.text.paragraph import Paragraph

    Place: TypeAlias = Document | _Cell
    from docx.document import Document
    from docx.table import _Cell


class WordStyle(StrEnum):
    """A style by the name that Word shows; the office changes its looks in the template."""

    NATION = "KS Quốc hiệu"
    MOTTO = "KS Tiêu ngữ"
    SUPERIOR = "KS Cơ quan chủ quản"
    AGENCY = "KS Cơ quan"
    NUMBER = "KS Số ký hiệu"
    DATE = "KS Ngày tháng"
    KIND = "KS Tên loại"
    ABSTRACT = "KS Trích yếu"
    ADDRESSEE = "KS Kính gửi"
    PROVISIONAL = "KS Số liệu tạm"
    BODY = "KS Nội dung"
    HEADING_1 = "KS Mục I"
    HEADING_2 = "KS Mục 1"
    HEADING_3 = "KS Mục a"
    ITEM = "KS Gạch đầu dòng"
    RECIPIENTS = "KS Nơi nhận"
    RECIPIENT = "KS Nơi nhận chi tiết"
    TITLE = "KS Chức vụ ký"
    SIGNER = "KS Người ký"
    RULE = "KS Kẻ ngang"
    CELL = "KS Ô bảng"
    """Letters in a table; a template without it gets it."""
    TO_ADD = "KS Cần bổ sung"
    """The only one for letters inside a paragraph: what a person must still add."""


HEADING_STYLES = (WordStyle.HEADING_1, WordStyle.HEADING_2, WordStyle.HEADING_3)


_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
# «95 %», «≥ 95», «Quý II»: no line may end between.
_HELD = re.compile(r"(?<=[\d≥≤]) (?=[\d%])|(?<=\b[Qq]uý) (?=[IV]+\b)")
_LINE_END = re.compile(r"\s*[\n\r\t]+\s*")
_NO_BREAK = "\u00a0"
_STYLES = 64  # more than WordStyle has, for paragraphs and for letters


def written(text: str) -> str:
    """The text as a paragraph can hold it: one line, nothing that XML forbids, figures held."""
    plain = _UNWRITABLE.sub("", _LINE_END.sub(" ", text))
    return _HELD.sub(_NO_BREAK, plain)


def paragraph(
    place: "Place", text: str, look: WordStyle, *, first: bool = False, keep: bool = False
) -> "Paragraph":
    """A paragraph in a style; ``[…]`` in it is marked for whoever completes the report.

    ``first`` fills the empty paragraph that every new cell has; ``keep`` holds it on the page of
    the next one.
    """
    made = place.paragraphs[0] if first else place.add_paragraph()
    made._p.style = _style_id(made.part, look, is_paragraph=True)  # noqa: SLF001  # as python-docx
    for number, piece in enumerate(written(text).split(TO_ADD)):
        if number:
            marked = made.add_run(TO_ADD)
            marked._r.style = _style_id(made.part, WordStyle.TO_ADD, is_paragraph=False)  # noqa: SLF001
        if piece:
            made.add_run(piece)
    if keep:
        made.paragraph_format.keep_with_next = True
    return made


def paragraphs(document: "Document", texts: Iterable[str], look: WordStyle) -> None:
    """A paragraph for each text, as ``paragraph`` makes it.

    python-docx looks for the place of each element anew: plain ones are copied from the first.
    """
    last: Any = None
    pattern: Any = None
    for text in texts:
        plain = written(text)
        is_plain = plain != "" and plain == plain.strip() and TO_ADD not in plain
        if is_plain and pattern is not None:
            last.addnext(deepcopy(pattern))
            last = last.getnext()
            last[-1][-1].text = plain
            continue
        last = paragraph(document, text, look)._p  # noqa: SLF001  # its element
        if is_plain:
            pattern = deepcopy(last)


@lru_cache(maxsize=_STYLES)
def _style_id(part: "StoryPart", look: WordStyle, *, is_paragraph: bool) -> str | None:
    """Id of a style; python-docx looks through all styles of the template for each paragraph."""
    from docx.enum.style import WD_STYLE_TYPE

    kind = WD_STYLE_TYPE.PARAGRAPH if is_paragraph else WD_STYLE_TYPE.CHARACTER
    return part.get_style_id(look.value, kind)


def ruled_line(place: "Place", width_mm: float, room_mm: float) -> None:
    """A thin line of a width, centred in the room that it has."""
    from docx.shared import Mm

    made = place.add_paragraph(style=WordStyle.RULE.value)
    side = Mm(max((room_mm - width_mm) / 2, 0))
    made.paragraph_format.left_indent = made.paragraph_format.right_indent = side


def plain_table(
    document: "Document", rows: int, widths_mm: Sequence[float], margin_mm: float = 0
) -> "Table":
    """A table without borders over the width of the text; no row is split between two pages."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Mm

    table: Table = document.add_table(rows, len(widths_mm))
    table.autofit = False
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        edge = OxmlElement(f"w:{side}")
        edge.set(qn("w:w"), str(round(margin_mm * _TWIPS_A_MM)))
        edge.set(qn("w:type"), "dxa")
        margins.append(edge)
    properties = table._tbl.tblPr  # noqa: SLF001  # python-docx has no cell margins
    looks = properties.find(qn("w:tblLook"))  # which the schema wants after them
    if looks is None:
        properties.append(margins)
    else:
        looks.addprevious(margins)
    for column, width in zip(table.columns, widths_mm, strict=True):
        column.width = Mm(width)
    for row in table.rows:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # noqa: SLF001  # nor this
        for cell, width in zip(row.cells, widths_mm, strict=True):
            cell.width = Mm(width)
    return table


_STYLE_EFFECTS = "/stylesWithEffects"


class ReportTemplateError(KsktError):
    """A report template that cannot be used."""

    def __init__(self, file: str, why: str) -> None:
        super().__init__(
            f"Mẫu báo cáo {file} chưa dùng được: {why}."
            " Đề nghị sửa tệp này bằng Word, hoặc chép lại bản gốc từ bộ cài vào thư mục templates."
        )


def open_template(template: Path) -> "Document":
    """The template with its styles, headers and margins, its sample text taken out.

    Raises ReportTemplateError when it is no Word document or lacks a style.
    """
    import docx
    from docx.opc.exceptions import PackageNotFoundError

    try:
        document = docx.Document(io.BytesIO(template.read_bytes()))
    except FileNotFoundError as error:
        raise ReportTemplateError(template.name, "không có tệp này") from error
    except (PackageNotFoundError, zipfile.BadZipFile, KeyError, ValueError, SyntaxError) as error:
        raise ReportTemplateError(template.name, "tệp không phải văn bản Word (.docx)") from error
    held = {style.name for style in document.styles}
    if missing := [one.value for one in WordStyle if one not in held and one is not WordStyle.CELL]:
        raise ReportTemplateError(template.name, f"thiếu kiểu chữ {', '.join(missing)}")
    drop_style_effects(document)
    body = document.element.body
    for child in list(body):
        if not child.tag.endswith("}sectPr"):
            body.remove(child)
    return document


def drop_style_effects(document: "Document") -> None:
    """Takes out the styles that only Word 2010 read: they contradict the ones that are used."""
    relations = document.part.rels
    for name in [key for key, one in relations.items() if one.reltype.endswith(_STYLE_EFFECTS)]:
        del relations[name]


def document_bytes(
    document: "Document", *, title: str, agency: str, created: dt.datetime, record: str = ""
) -> bytes:
    """The document as bytes; ``created`` is the only time that stands in it."""
    properties = document.core_properties
    properties.title, properties.subject = title, ""
    properties.author = properties.last_modified_by = agency
    properties.comments, properties.language, properties.revision = record, "vi-VN", 1
    properties.keywords = as_keywords(record)  # a PDF that is made from it keeps these alone
    properties.created = properties.modified = in_utc(created).replace(microsecond=0)
    saved = io.BytesIO()
    document.save(saved)
    return with_fixed_times(saved.getvalue())


def with_fixed_times(data: bytes) -> bytes:
    """The package with one time for all of its parts."""
    result = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for info in old.infolist():
            entry = zipfile.ZipInfo(info.filename, ZIP_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, old.read(info))
    return result.getvalue()


_AS_ABOVE = "Như trên"
_NATION, _MOTTO = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"
# Columns of the head: A4 less 30 mm left and 15 mm right; the motto needs the wider one.
_LEFT_MM, _RIGHT_MM = 70.0, 95.0
_TEXT_MM = _LEFT_MM + _RIGHT_MM
_MOTTO_MM = 57.0  # width of the motto in bold letters of 13 points: its rule is as long
_LETTER_MM = 2.6  # a bold capital of 12 points, on the average
_AGENCY_RULE = 0.42  # of the agency's name: a third to a half
_LONGEST_AGENCY_RULE_MM = 32.0  # so that it stays inside the left column
_ABSTRACT_RULE_MM = 50.0  # about a third of a line of text: Nghị định 30/2020/NĐ-CP, Phụ lục I
_TWIPS_A_MM = 56.7  # 1,440 an inch
_CELL_MARGIN_MM, _CELL_POINTS = 1.2, 11
_BLANK_LINES = 4  # room for the signature and the seal
_RECIPIENTS_MM, _SIGNATURE_MM = 80.0, 85.0  # of the foot


def write_report_head(document: "Document", content: Narrative) -> None:
    """Nation, agency, number, day; the document's type and subject; whom it is for."""
    _write_top(document, content.frame)
    paragraph(document, content.kind, WordStyle.KIND)
    paragraph(document, content.abstract, WordStyle.ABSTRACT)
    ruled_line(document, _ABSTRACT_RULE_MM, _TEXT_MM)
    if content.provisional:
        paragraph(document, content.provisional, WordStyle.PROVISIONAL)
    paragraph(document, f"Kính gửi: {content.addressee}.", WordStyle.ADDRESSEE)


def recipient_lines(frame: Frame, addressee: str) -> list[str]:
    """``- Như trên;`` for whom the report is addressed to, then the others, ``- Lưu: VT, VP.``.

    Source: Nghị định 30/2020/NĐ-CP, Phụ lục I (mục II, khoản 9).
    """
    names = [name.rstrip(" ;.") for name in frame.recipients]
    others = [name for name in names if name.casefold() != addressee.casefold()]
    lines = [f"- {name};" for name in (_AS_ABOVE, *others)]
    return [*lines[:-1], f"{lines[-1].rstrip(';')}{'.' if others else ';'}"]


def write_end(document: "Document", frame: Frame, addressee: str) -> None:
    """Recipients at the left, the signature at the right; both stay on one page.

    A signer who is not known is a blank to fill by hand.
    """
    table = plain_table(document, 1, (_RECIPIENTS_MM, _SIGNATURE_MM))
    left, right = table.rows[0].cells
    paragraph(left, "Nơi nhận:", WordStyle.RECIPIENTS, first=True)
    for line in recipient_lines(frame, addressee):
        paragraph(left, line, WordStyle.RECIPIENT)
    titles = [title for title in (frame.signer_authority, frame.signer_title) if title] or [""]
    for at, title in enumerate(titles):
        paragraph(right, title, WordStyle.TITLE, first=at == 0)
    for _ in range(_BLANK_LINES):
        paragraph(right, "", WordStyle.SIGNER)
    paragraph(right, frame.signer_name, WordStyle.SIGNER)


def _write_top(document: "Document", frame: Frame) -> None:
    table = plain_table(document, 2, (_LEFT_MM, _RIGHT_MM))
    left, right = table.rows[0].cells
    paragraph(left, frame.superior, WordStyle.SUPERIOR, first=True)
    paragraph(left, frame.agency, WordStyle.AGENCY)
    wanted = len(frame.agency) * _LETTER_MM * _AGENCY_RULE
    ruled_line(left, min(wanted, _LONGEST_AGENCY_RULE_MM), _LEFT_MM)
    paragraph(right, _NATION, WordStyle.NATION, first=True)
    paragraph(right, _MOTTO, WordStyle.MOTTO)
    ruled_line(right, _MOTTO_MM, _RIGHT_MM)
    _write_pair(table.rows[1].cells, frame)


def _write_pair(cells: "tuple[_Cell, ...]", frame: Frame) -> None:
    paragraph(cells[0], frame.number, WordStyle.NUMBER, first=True)
    paragraph(cells[1], frame.place_and_date, WordStyle.DATE, first=True)


_END = "./."
_BEFORE_SIGNATURE = 12  # points


def report_document(
    narrative: Narrative, template: Path, created: dt.datetime, record: str = ""
) -> bytes:
    """The report as a Word document; the same arguments give the same bytes.

    Raises ReportTemplateError when the template cannot be used.
    """
    from docx.shared import Pt

    document = open_template(template)
    _drop_old_styles(document)
    write_report_head(document, narrative)
    paragraph(document, narrative.introduction, WordStyle.BODY)
    for block in narrative.blocks:
        _write_block(document, block)
    _write_annexes(document, narrative.annexes)
    closing = paragraph(document, f"{narrative.closing}{_END}", WordStyle.BODY, keep=True)
    closing.paragraph_format.space_after = Pt(_BEFORE_SIGNATURE)
    write_end(document, narrative.frame, narrative.addressee)
    title = f"Báo cáo {narrative.abstract[:1].lower()}{narrative.abstract[1:]}"
    agency = narrative.agency
    return document_bytes(document, title=title, agency=agency, created=created, record=record)


def _drop_old_styles(document: "Document") -> None:
    """Leaves out the second list of styles, for Word before 2010, that templates still carry.

    It says other defaults than the styles in use, and Word may treat that as damage.
    """
    for relation in list(document.part.rels.values()):
        if relation.reltype.endswith("/stylesWithEffects"):
            del document.part.rels[relation.rId]


def _write_table(document: "Document", block: ReportTable) -> None:
    """A ruled table in small letters whose heads stand again on each page."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    _add_cell_style(document)
    whole = sum(block.shares)
    widths = [_TEXT_MM * share / whole for share in block.shares]
    table = plain_table(document, len(block.rows) + 1, widths, _CELL_MARGIN_MM)
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        edge = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", "auto")):
            edge.set(qn(f"w:{name}"), value)
        borders.append(edge)
    table._tbl.tblPr.find(qn("w:tblLayout")).addprevious(borders)  # noqa: SLF001  # the schema's order
    head, *others = table.rows
    head._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # noqa: SLF001  # nor this
    for cell, text in zip(head.cells, block.heads, strict=True):
        paragraph(cell, text, WordStyle.CELL, first=True).runs[0].bold = True
    for row, texts in zip(others, block.rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            paragraph(cell, text, WordStyle.CELL, first=True)


def _add_cell_style(document: "Document") -> None:
    """The style of letters in tables, for templates made before there were tables."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.shared import Pt

    if WordStyle.CELL in {style.name for style in document.styles}:
        return
    style = document.styles.add_style(WordStyle.CELL.value, WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = base = document.styles[WordStyle.RECIPIENT.value]
    if base.element.rPr is not None and base.element.rPr.rFonts is not None:
        style.element.get_or_add_rPr().append(deepcopy(base.element.rPr.rFonts))
    style.font.size = Pt(_CELL_POINTS)


def _write_block(document: "Document", block: ReportBlock) -> None:
    if isinstance(block, Heading):
        paragraph(document, block.text, HEADING_STYLES[block.level - 1])
    elif isinstance(block, ReportTable):
        _write_table(document, block)
    elif isinstance(block, Listed):
        paragraphs(document, (f"- {item}" for item in block.items), WordStyle.ITEM)
    else:  # a sentence that announces a list stays with it
        paragraph(document, block.text, WordStyle.BODY, keep=block.text.endswith(":"))


def _write_annexes(document: "Document", annexes: tuple[Annex, ...]) -> None:
    if not annexes:
        return
    paragraph(document, "Các phụ lục kèm theo báo cáo này:", WordStyle.BODY, keep=True)
    last = len(annexes) - 1
    for at, annex in enumerate(annexes):
        mark = "." if at == last else ";"
        paragraph(document, f"- {annex.label}: {annex.name}{mark}", WordStyle.ITEM)


def paragraphs_of(path: Path) -> tuple[str, ...]:
    """The paragraphs of a written report in order, in one line each; none where it is not there."""
    if not path.is_file():
        return ()
    from docx import Document

    return tuple(" ".join(one.text.split()) for one in Document(str(path)).paragraphs)
