"""Makes templates/bao-cao-mau.docx: the looks of the narrative report, for the office to change.

    python tools/make_report_template.py

Only the styles, the margins and the header of the template are used; its text explains them and is
left out of every report. Source of the looks: Nghị định 30/2020/NĐ-CP, Phụ lục I.
"""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from kskt_excel.word.report import WordStyle, document_bytes, drop_style_effects

TARGET = Path(__file__).parents[1] / "templates" / "bao-cao-mau.docx"
FONT = "Times New Roman"
MADE = dt.datetime(2022, 1, 5, 8, 0)  # noqa: DTZ001  # a fixed time, so that the bytes are the same
INDENT_MM = 12.7
HEADER_STYLE = "KS Số trang"
CENTER, LEFT, JUSTIFY = (
    WD_ALIGN_PARAGRAPH.CENTER,
    WD_ALIGN_PARAGRAPH.LEFT,
    WD_ALIGN_PARAGRAPH.JUSTIFY,
)


@dataclass(frozen=True)
class Style:
    """How a style looks: size in points, spacing in points."""

    id: str
    size: int
    align: WD_ALIGN_PARAGRAPH
    bold: bool = False
    italic: bool = False
    indent: bool = False  # first line 1.27 cm
    before: int = 0
    after: int = 0
    keep: bool = False  # stays with the next paragraph
    level: int = 0  # of the outline; 0 is body text


STYLES = {
    WordStyle.NATION: Style("KSQuocHieu", 12, CENTER, bold=True),
    WordStyle.MOTTO: Style("KSTieuNgu", 13, CENTER, bold=True),
    WordStyle.SUPERIOR: Style("KSCoQuanChuQuan", 12, CENTER),
    WordStyle.AGENCY: Style("KSCoQuan", 12, CENTER, bold=True),
    WordStyle.NUMBER: Style("KSSoKyHieu", 13, CENTER, before=6),
    WordStyle.DATE: Style("KSNgayThang", 13, CENTER, italic=True, before=6),
    WordStyle.KIND: Style("KSTenLoai", 14, CENTER, bold=True, before=18, keep=True),
    WordStyle.ABSTRACT: Style("KSTrichYeu", 14, CENTER, bold=True, keep=True),
    WordStyle.ADDRESSEE: Style("KSKinhGui", 14, CENTER, before=12, after=6),
    WordStyle.PROVISIONAL: Style("KSSoLieuTam", 13, CENTER, bold=True, italic=True, before=6),
    WordStyle.BODY: Style("KSNoiDung", 14, JUSTIFY, indent=True, before=6),
    WordStyle.HEADING_1: Style(
        "KSMucI", 14, LEFT, bold=True, indent=True, before=12, keep=True, level=1
    ),
    WordStyle.HEADING_2: Style(
        "KSMuc1", 14, LEFT, bold=True, indent=True, before=6, keep=True, level=2
    ),
    WordStyle.HEADING_3: Style(
        "KSMucA", 14, LEFT, bold=True, italic=True, indent=True, before=6, keep=True, level=3
    ),
    WordStyle.ITEM: Style("KSGachDauDong", 14, JUSTIFY, indent=True, before=6),
    WordStyle.RECIPIENTS: Style("KSNoiNhan", 12, LEFT, bold=True, italic=True),
    WordStyle.RECIPIENT: Style("KSNoiNhanChiTiet", 11, LEFT),
    WordStyle.TITLE: Style("KSChucVuKy", 14, CENTER, bold=True),
    WordStyle.SIGNER: Style("KSNguoiKy", 14, CENTER, bold=True),
}
GUIDE = (
    "Đây là mẫu của báo cáo bằng lời. Chương trình lấy từ tệp này lề trang, đầu trang và các",
    "kiểu chữ có tên bắt đầu bằng “KS”; phần chữ ở đây chỉ để minh họa, không đưa vào báo cáo.",
    "Muốn đổi phông chữ, cỡ chữ, giãn dòng: trong Word, mở danh sách Styles, bấm chuột phải vào",
    "kiểu chữ rồi chọn Modify, sau đó lưu tệp. Không đổi tên và không xóa các kiểu chữ này.",
)


def main() -> None:
    """Writes the template."""
    document = Document()
    drop_thumbnail(document)
    drop_style_effects(document)
    set_defaults(document)
    set_page(document)
    for look, style in STYLES.items():
        add_style(document, look.value, style)
    add_rule_style(document)
    add_mark_style(document)
    write_header(document)
    write_sample(document)
    TARGET.write_bytes(document_bytes(document, title="Mẫu báo cáo", agency="", created=MADE))


def drop_thumbnail(document: Any) -> None:
    """Takes the library's own preview picture out of the package."""
    relations = document.part.package.rels
    for name in [key for key, one in relations.items() if one.reltype.endswith("/thumbnail")]:
        del relations[name]


def set_defaults(document: Any) -> None:
    """Times New Roman and Vietnamese in every style, newest layout rules."""
    for fonts in document.styles.element.iter(qn("w:rFonts")):
        set_fonts(fonts)
    for language in document.styles.element.iter(qn("w:lang")):
        for name in ("val", "eastAsia", "bidi"):
            language.set(qn(f"w:{name}"), "vi-VN")
    normal = document.styles["Normal"]
    set_fonts(normal.element.get_or_add_rPr().get_or_add_rFonts())
    normal.font.size = Pt(14)
    normal.paragraph_format.space_before = normal.paragraph_format.space_after = Pt(0)
    compat = document.settings.element.find(qn("w:compat"))
    if compat is None:
        compat = OxmlElement("w:compat")
        document.settings.element.append(compat)
    mode = OxmlElement("w:compatSetting")
    mode.set(qn("w:name"), "compatibilityMode")
    mode.set(qn("w:uri"), "http://schemas.microsoft.com/office/word")
    mode.set(qn("w:val"), "15")
    compat.append(mode)


def set_fonts(fonts: Any) -> None:
    """One font for every kind of letter, whatever the theme says."""
    for name in list(fonts.attrib):
        del fonts.attrib[name]
    for name in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{name}"), FONT)


def set_page(document: Any) -> None:
    """A4 upright, margins 20, 20, 30 and 15 mm, no page number on the first page."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    section.header_distance = section.footer_distance = Mm(10)
    section.different_first_page_header_footer = True


def add_style(document: Any, name: str, looks: Style) -> Any:
    """A paragraph style; it stands in Word's gallery."""
    style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.style_id = looks.id
    style.base_style = document.styles["Normal"]
    style.quick_style, style.hidden = True, False
    set_fonts(style.element.get_or_add_rPr().get_or_add_rFonts())
    style.font.size, style.font.bold, style.font.italic = Pt(looks.size), looks.bold, looks.italic
    paragraph = style.paragraph_format
    paragraph.alignment = looks.align
    paragraph.space_before, paragraph.space_after = Pt(looks.before), Pt(looks.after)
    paragraph.line_spacing_rule = WD_LINE_SPACING.SINGLE
    paragraph.first_line_indent = Mm(INDENT_MM) if looks.indent else None
    paragraph.keep_with_next, paragraph.widow_control = looks.keep, True
    if looks.level:
        outline = OxmlElement("w:outlineLvl")
        outline.set(qn("w:val"), str(looks.level - 1))
        style.element.get_or_add_pPr().append(outline)
    return style


def add_rule_style(document: Any) -> None:
    """A paragraph that is nothing but its upper border; the report sets its width."""
    style = add_style(document, WordStyle.RULE.value, Style("KSKeNgang", 2, CENTER, keep=True))
    style.paragraph_format.space_before = Pt(5)
    style.paragraph_format.line_spacing = Pt(4)
    borders, top = OxmlElement("w:pBdr"), OxmlElement("w:top")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
        top.set(qn(f"w:{name}"), value)
    borders.append(top)
    style.element.get_or_add_pPr().insert_element_before(
        borders, "w:spacing", "w:ind", "w:jc", "w:outlineLvl"
    )


def add_mark_style(document: Any) -> None:
    """The only style for letters: what a person must still add is shaded."""
    style = document.styles.add_style(WordStyle.TO_ADD.value, WD_STYLE_TYPE.CHARACTER)
    style.style_id, style.quick_style, style.hidden = "KSCanBoSung", True, False
    shade = OxmlElement("w:shd")  # Word takes no highlighting from a style, a shade it does
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", "FFF200")):
        shade.set(qn(f"w:{name}"), value)
    style.element.get_or_add_rPr().append(shade)


def write_header(document: Any) -> None:
    """The page number in the middle of the upper margin, none on the first page."""
    add_style(document, HEADER_STYLE, Style("KSSoTrang", 13, CENTER))
    section = document.sections[0]
    section.first_page_header.paragraphs[0].style = HEADER_STYLE
    paragraph = section.header.paragraphs[0]
    paragraph.style = HEADER_STYLE
    for kind, text in (("begin", ""), ("", "PAGE"), ("separate", ""), ("text", "2"), ("end", "")):
        run = paragraph.add_run()
        if kind == "text":
            run.text = text
            continue
        piece = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            piece.set(qn("w:fldCharType"), kind)
        else:
            piece.set(qn("xml:space"), "preserve")
            piece.text = text
        run._r.append(piece)  # noqa: SLF001  # python-docx has no fields


def write_sample(document: Any) -> None:
    """How to change the looks, then one paragraph in each style."""
    document.add_paragraph(" ".join(GUIDE), style=WordStyle.BODY.value)
    for look in STYLES:
        document.add_paragraph(f"{look.value}: chữ mẫu", style=look.value)
    document.add_paragraph(style=WordStyle.RULE.value)
    marked = document.add_paragraph(
        "Chỗ người lập báo cáo phải bổ sung: ", style=WordStyle.BODY.value
    )
    marked.add_run("[…]", style=WordStyle.TO_ADD.value)


if __name__ == "__main__":
    main()
