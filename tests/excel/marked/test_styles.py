import pytest

from kskt_excel.excel import book_writer
from kskt_excel.excel.marked.sheet_patch import StylePatch

FILLS = (
    '<fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill>'
)
XFS = (
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>'
    '<xf numFmtId="14" fontId="3" fillId="1" borderId="2" xfId="5" applyProtection="1">'
    '<alignment wrapText="1"/><protection locked="0"/></xf>'
)
PART = (
    '<styleSheet xmlns="u"><numFmts count="1"><numFmt/></numFmts><fonts count="1"><font/></fonts>'
    f'<fills count="2">{FILLS}</fills><borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf/></cellStyleXfs>'
    f'<cellXfs count="2">{XFS}</cellXfs><dxfs count="1"><dxf><fill/></dxf></dxfs></styleSheet>'
)


def test_a_style_with_another_fill_keeps_all_else() -> None:
    styles = StylePatch(PART.encode())
    assert styles.with_fill(1, styles.solid("FFC7CE")) == 2
    xml = styles.xml().decode()
    assert (
        '<xf numFmtId="14" fontId="3" fillId="2" borderId="2" xfId="5" applyProtection="1"'
        ' applyFill="1"><alignment wrapText="1"/><protection locked="0"/></xf></cellXfs>'
    ) in xml
    assert '<fgColor rgb="FFFFC7CE"/><bgColor indexed="64"/></patternFill></fill></fills>' in xml
    assert ('<fills count="3">' in xml, '<cellXfs count="3">' in xml) == (True, True)
    assert '<dxfs count="1"><dxf><fill/></dxf></dxfs>' in xml


def test_the_same_style_is_made_once() -> None:
    styles = StylePatch(PART.encode())
    fill = styles.solid("FFC7CE")
    assert styles.with_fill(0, fill) == styles.with_fill(0, fill) == 2
    assert styles.with_fill(1, fill) == 3
    assert StylePatch(styles.xml()).with_fill(1, fill) == 3


@pytest.mark.parametrize("number", [0, 1])
def test_a_fill_taken_back_gives_the_very_style_again(number: int) -> None:
    styles = StylePatch(PART.encode())
    before = styles.fill(number)
    marked = styles.with_fill(number, styles.solid("FFC7CE"))
    assert styles.with_fill(marked, before, number) == number


def test_nothing_added_leaves_the_very_bytes() -> None:
    assert StylePatch(PART.encode()).xml() == PART.encode()


@pytest.mark.parametrize(
    "part",
    [
        '<styleSheet xmlns="u"/>',
        '<s:styleSheet xmlns:s="u"></s:styleSheet>',
        '<styleSheet xmlns="u"><fonts count="1"><font/></fonts><extLst/></styleSheet>',
        '<styleSheet xmlns="u"><fills/><cellXfs count="0"/></styleSheet>',
    ],
)
def test_missing_sections_are_made_in_their_order(part: str) -> None:
    styles = StylePatch(part.encode())
    number = styles.with_fill(0, styles.solid("FFC7CE"))
    again = StylePatch(styles.xml())
    assert (number, len(again)) == (1, 2)
    assert b"FFFFC7CE" in again.fill(1)
    xml = styles.xml().decode()
    places = [xml.index(f"{name}") for name in ("fonts", "fills", "borders", "cellXfs")]
    assert places == sorted(places)
    assert xml.index("cellXfs") < xml.find("<extLst/>") or "<extLst/>" not in xml


def test_looks_are_those_of_every_workbook() -> None:
    styles = StylePatch(PART.encode())
    number = styles.look(book_writer.look("heading"))
    xml = styles.xml().decode()
    assert number == 2
    assert f'<b/><sz val="12"/><name val="{book_writer.FONT}"/>' in xml
    assert f'rgb="FF{book_writer.HEADING_FILL.lstrip("#")}"' in xml
    assert '<alignment horizontal="center" vertical="center" wrapText="1"/>' in xml
