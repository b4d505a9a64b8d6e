"""The report as a Word document: whole, in the office's looks, the same every time."""

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn

from kskt_excel.model.calendar import VIETNAM
from kskt_excel.report.narrative import narrative
from kskt_excel.report.sentences import (
    TO_ADD,
    Listed,
    Narrative,
    Paragraph,
    ReportTable,
    texts_of,
)
from kskt_excel.word.report import ReportTemplateError, WordStyle, recipient_lines, report_document
from tests.builders import ROOT, forms, small_plan
from tests.judges import printed, text_of_pages, uses_only_the_right_font
from tests.report.quarters import all_nil, first_quarter, nobody, second_quarter

TEMPLATE = ROOT / "templates" / "bao-cao-mau.docx"


def content() -> Narrative:
    return narrative(small_plan(), forms(), second_quarter(), first_quarter())


def unsigned() -> Narrative:
    """Neither signer nor recipients known."""
    frame = replace(
        content().frame, signer_authority="", signer_title="", signer_name="", recipients=()
    )
    return replace(content(), frame=frame)


CREATED = dt.datetime(2022, 3, 20, 8, tzinfo=VIETNAM)
CASES = {
    "usual": content(),
    "nil": narrative(small_plan(), forms(), all_nil(), None),
    "nobody": narrative(small_plan(), forms(), nobody(), None),
    "unsigned": unsigned(),
}


def document(given: Narrative, template: Path = TEMPLATE) -> "docx.document.Document":
    return docx.Document(io.BytesIO(report_document(given, template, CREATED)))


def paragraphs(given: Narrative) -> list[tuple[str, str]]:
    """Style and text of the body's paragraphs, tables left out."""
    return [(p.style.name, p.text) for p in document(given).paragraphs]


def plain(text: str) -> str:
    return " ".join(text.replace("\u00a0", " ").split())


@pytest.fixture(scope="module")
def pdfs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """PDF of every case, made by one start of LibreOffice."""
    files = {
        f"{name}.docx": report_document(given, TEMPLATE, CREATED) for name, given in CASES.items()
    }
    return printed(files, tmp_path_factory.mktemp("report"))


def test_every_text_stands_in_the_document_in_order() -> None:
    body = document(content()).element.body  # the cells of the table among the paragraphs
    written = [plain("".join(one.itertext())) for one in body.iter(qn("w:p"))]
    written = [text.removeprefix("- ") for text in written]
    at = 0
    for text in content().texts:
        at = next(n for n in range(at, len(written)) if plain(text) in written[n]) + 1


def test_the_last_sentence_ends_the_document() -> None:
    assert paragraphs(content())[-1][1].endswith("của Sở Khoa học và Công nghệ./.")


def test_what_a_person_must_add_is_marked() -> None:
    runs = [run for p in document(content()).paragraphs for run in p.runs]
    marked = [run.text for run in runs if run.style.name == WordStyle.TO_ADD]
    expected = sum(text.count(TO_ADD) for text in content().texts)
    assert expected > 5
    assert marked == [TO_ADD] * expected
    assert not any(TO_ADD in run.text for run in runs if run.style.name != WordStyle.TO_ADD)


def test_headings_have_levels_that_word_can_navigate_by() -> None:
    styles = document(content()).styles
    levels = [
        styles[look.value].element.find(f".//{qn('w:outlineLvl')}").get(qn("w:val"))
        for look in (WordStyle.HEADING_1, WordStyle.HEADING_2, WordStyle.HEADING_3)
    ]
    assert levels == ["0", "1", "2"]


@pytest.mark.parametrize("look", [look for look in WordStyle if look is not WordStyle.TO_ADD])
def test_every_style_names_one_font_for_all_kinds_of_letters(look: WordStyle) -> None:
    fonts = document(content()).styles[look.value].element.find(f".//{qn('w:rFonts')}")
    names = {key.split("}")[1]: value for key, value in fonts.attrib.items()}
    assert names == dict.fromkeys(("ascii", "hAnsi", "eastAsia", "cs"), "Times New Roman")


def test_the_body_is_justified_with_an_indent_and_room_between_paragraphs() -> None:
    style = document(content()).styles[WordStyle.BODY.value]
    assert style.font.size.pt == 14
    assert style.paragraph_format.alignment == docx.enum.text.WD_ALIGN_PARAGRAPH.JUSTIFY
    assert round(style.paragraph_format.first_line_indent.cm, 2) == 1.27
    assert style.paragraph_format.space_before.pt >= 6


def test_paper_and_margins_are_those_of_the_decree() -> None:
    section = document(content()).sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(one.mm) for one in margins] == [20, 20, 30, 15]
    assert section.different_first_page_header_footer


def test_the_same_content_gives_the_same_bytes() -> None:
    assert report_document(content(), TEMPLATE, CREATED) == report_document(
        content(), TEMPLATE, CREATED
    )


def test_the_only_time_in_it_is_that_of_the_figures() -> None:
    properties = document(content()).core_properties
    assert properties.created.replace(tzinfo=dt.UTC) == CREATED
    assert properties.modified.replace(tzinfo=dt.UTC) == CREATED
    assert properties.author == "Sở Khoa học và Công nghệ"
    with zipfile.ZipFile(io.BytesIO(report_document(content(), TEMPLATE, CREATED))) as package:
        assert {info.date_time for info in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_letters_that_no_document_can_hold_are_left_out() -> None:
    odd = replace(
        content(), blocks=(Paragraph("Một\x0b\x00\x1f\ufffe hai\nba"), Listed(("bốn\r",)))
    )
    assert [text for _, text in paragraphs(odd)][6:8] == ["Một hai ba", "- bốn "]


def restyled(folder: Path) -> Path:
    """A template that the office has changed: larger letters, wider margin, text of its own."""
    changed = docx.Document(str(TEMPLATE))
    changed.styles[WordStyle.BODY.value].font.size = docx.shared.Pt(13)
    changed.sections[0].left_margin = docx.shared.Mm(35)
    changed.add_paragraph("Ghi chú của Văn phòng về mẫu này")
    path = folder / "mau.docx"
    changed.save(str(path))
    return path


def test_the_office_can_restyle_the_template(tmp_path: Path) -> None:
    made = document(content(), restyled(tmp_path))
    assert made.styles[WordStyle.BODY.value].font.size.pt == 13
    assert round(made.sections[0].left_margin.mm) == 35
    texts = [paragraph.text for paragraph in made.paragraphs]
    assert not any("mẫu" in text for text in texts)


def broken() -> Iterator[tuple[str, bytes | None, str]]:
    yield "missing", None, "không có tệp này"
    yield "text", b"day la van ban", "tệp không phải văn bản Word"
    yield "cut", TEMPLATE.read_bytes()[:9000], "tệp không phải văn bản Word"
    empty = io.BytesIO()
    docx.Document().save(empty)
    yield "unstyled", empty.getvalue(), "thiếu kiểu chữ KS Quốc hiệu, KS Tiêu ngữ"


@pytest.mark.parametrize(
    ("name", "data", "why"), tuple(broken()), ids=lambda given: str(given)[:12]
)
def test_a_template_that_cannot_be_used_is_named_with_its_fault(
    name: str, data: bytes | None, why: str, tmp_path: Path
) -> None:
    path = tmp_path / f"{name}.docx"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(ReportTemplateError, match=f"Mẫu báo cáo {name}.docx chưa dùng được: {why}"):
        report_document(content(), path, CREATED)


@pytest.mark.parametrize("case", CASES)
def test_all_letters_on_paper_are_those_of_one_font(case: str, pdfs: dict[str, Path]) -> None:
    assert uses_only_the_right_font(pdfs[case])


@pytest.mark.parametrize("case", CASES)
def test_every_text_is_on_paper(case: str, pdfs: dict[str, Path]) -> None:
    given = CASES[case]
    whole = "".join(re.sub(r"^\s*\d+\n", "", page) for page in text_of_pages(pdfs[case]))
    letters = "".join(whole.split())  # a line may end inside «TT-VPCP»
    cells = [b for b in given.blocks if isinstance(b, ReportTable)]
    words = {word for table in cells for text in texts_of(table) for word in text.split()}
    assert not [word for word in words if word not in letters]  # cells lie beside one another
    others = replace(given, blocks=tuple(b for b in given.blocks if b not in cells))
    for text in (given.abstract, given.provisional, *others.texts):
        assert "".join(text.split()) in letters


def test_pages_are_numbered_from_the_second_on(pdfs: dict[str, Path]) -> None:
    numbers = [page.split("\n", 1)[0].strip() for page in text_of_pages(pdfs["usual"])]
    assert len(numbers) > 2
    assert not numbers[0].isdigit()
    assert numbers[1:] == [str(number) for number in range(2, len(numbers) + 1)]


@pytest.mark.parametrize("case", ["usual", "nil", "nobody"])
def test_the_signature_stands_with_the_last_sentence_and_the_recipients(
    case: str, pdfs: dict[str, Path]
) -> None:
    last = text_of_pages(pdfs[case])[-1]
    assert all(text in last for text in ("./.", "Nơi nhận:", "PHÓ GIÁM ĐỐC", "Nguyễn Văn An"))


def test_an_unknown_signer_is_a_blank_to_fill_by_hand(pdfs: dict[str, Path]) -> None:
    last = text_of_pages(pdfs["unsigned"])[-1]
    assert "Nơi nhận:" in last
    assert not re.search("None|GIÁM ĐỐC", last)
    assert "Số: " in text_of_pages(pdfs["unsigned"])[0]


def test_the_file_is_in_the_order_that_word_wants() -> None:
    data = report_document(content(), TEMPLATE, CREATED)
    package = zipfile.ZipFile(io.BytesIO(data))
    assert not [name for name in package.namelist() if "WithEffects" in name]
    assert b"WithEffects" not in package.read("word/_rels/document.xml.rels")
    body = package.read("word/document.xml").decode()
    tables = re.findall(r"<w:tblPr>.*?</w:tblPr>", body)
    assert len(tables) == 3
    names = ["tblStyle", "tblW", "jc", "tblBorders", "tblLayout", "tblCellMar", "tblLook"]
    for properties in tables:
        order = re.findall(rf"<w:({'|'.join(names)})\b", properties)
        assert order == sorted(order, key=names.index)


def test_the_table_of_tasks_has_its_heads_on_every_page_and_no_row_on_two() -> None:
    (given,) = [one for one in content().blocks if isinstance(one, ReportTable)]
    table = document(content()).tables[1]
    assert [len(row.cells) for row in table.rows] == [6] * (len(given.rows) + 1)
    heads = [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in table.rows]
    assert heads == [True] + [False] * len(given.rows)
    assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)
    first = table.rows[1].cells
    assert tuple(plain(cell.text) for cell in first) == tuple(map(plain, given.rows[0]))
    style = first[0].paragraphs[0].style
    assert (style.name, style.font.size.pt) == (WordStyle.CELL.value, 11)


def test_the_addressee_is_told_as_above() -> None:
    frame = replace(
        content().frame, recipients=("Văn phòng UBND tỉnh;", "Lãnh đạo Sở", "Lưu: VT, VP.")
    )
    assert recipient_lines(frame, "Văn phòng UBND tỉnh") == [
        "- Như trên;",
        "- Lãnh đạo Sở;",
        "- Lưu: VT, VP.",
    ]
    assert recipient_lines(replace(frame, recipients=()), "Sở Nội vụ") == ["- Như trên;"]
