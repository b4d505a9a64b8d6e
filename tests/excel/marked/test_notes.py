import pytest

from kskt_excel.excel.marked import marked_copy
from kskt_excel.excel.marked.marked_copy import AUTHOR, LABEL, NOTE_MARK, Notes

TEXT = f"{NOTE_MARK} Lỗi: “<&>” chưa đúng. (KS-302)"
PLAIN = '<text><t>Theo sổ "giấy"\nquý I</t></text>'
RICH = (
    "<text><r><rPr><b/></rPr><t>Chị Hoa:</t></r>"
    '<r><t xml:space="preserve"> số này đúng</t></r></text>'
)


def _part(text: str = "", author: str = "Chị Hoa") -> bytes:
    note = f'<comment ref="B2" authorId="0" shapeId="0">{text}</comment>' if text else ""
    authors = f"<authors><author>{author}</author></authors>"
    return f'<comments xmlns="u">{authors}<commentList>{note}</commentList></comments>'.encode()


def test_a_new_note_is_ours_by_author_and_beginning() -> None:
    xml = Notes().with_marks({(12, 5): TEXT})
    assert Notes(xml).cells() == {(12, 5): TEXT}
    assert f"<author>{AUTHOR}</author>".encode("ascii", "xmlcharrefreplace") in xml
    assert b'<comment ref="E12" authorId="0">' in xml


@pytest.mark.parametrize("own", [PLAIN, RICH, "<text/>", ""])
def test_the_units_note_stands_above_ours_and_is_given_back(own: str) -> None:
    before = Notes(_part(own or "<!-- -->"))
    after = Notes(before.with_marks({(2, 2): TEXT}))
    (shown,) = after.cells().values()
    (was,) = before.cells().values()
    if was:
        assert shown == f"{LABEL}\n{was}\n\n{TEXT}"
    back, gone = after.without_marks()
    left = Notes(back).cells()
    assert (left, gone) == (({(2, 2): was}, frozenset()) if was else (left, gone))
    assert TEXT not in "".join(left.values())


def test_looks_of_the_units_note_are_kept() -> None:
    after = Notes(_part(RICH)).with_marks({(2, 2): TEXT})
    back, _ = Notes(after).without_marks()
    assert RICH.removesuffix("</text>").removeprefix("<text>").encode() in after
    assert RICH.removesuffix("</text>").removeprefix("<text>").encode() in back


def test_a_note_of_ours_alone_goes() -> None:
    part = Notes(_part(PLAIN)).with_marks({(3, 3): TEXT})
    back, gone = Notes(part).without_marks()
    assert set(Notes(back).cells()) == {(2, 2)}
    assert gone == {(3, 3)}


def test_what_another_program_merged_into_one_text_is_taken_apart() -> None:
    merged = f"<text><t>{LABEL}\nđã hỏi\n\n{NOTE_MARK} Lỗi: sai.</t></text>"
    back, _ = Notes(_part(merged)).without_marks()
    assert Notes(back).cells() == {(2, 2): "đã hỏi"}


def test_conversations_are_known() -> None:
    assert Notes(_part(PLAIN, author="tc={4F2A}")).threads() == {(2, 2)}
    assert Notes(_part(PLAIN)).threads() == frozenset()


def test_boxes_come_and_go_with_their_notes() -> None:
    empty = marked_copy.new_drawing(3)
    drawing = marked_copy.with_boxes(empty, [((2, 2), TEXT), ((9, 40), TEXT)], lambda _: 64)
    assert marked_copy.cells_with_box(drawing) == {(2, 2), (9, 40)}
    assert b'id="_x0000_s3073"' in drawing
    assert marked_copy.blocks(drawing) == [3]
    assert marked_copy.without_boxes(drawing, {(2, 2), (9, 40)}) == empty


def test_the_units_box_grows_to_hold_both_notes_once() -> None:
    def shown(drawing: bytes) -> bytes:
        return drawing.partition(b"<x:Anchor>")[2].partition(b"<")[0]

    drawing = marked_copy.with_boxes(marked_copy.new_drawing(1), [((2, 2), "ngắn")], lambda _: 64)
    assert shown(drawing) == b"2, 15, 0, 4, 7, 35, 2, 4"
    grown = marked_copy.with_room(drawing, {(2, 2): "dài " * 100}, lambda _: 64)
    assert shown(grown) == b"2, 15, 0, 4, 7, 35, 10, 4"
    assert marked_copy.with_room(grown, {(2, 2): "dài " * 100}, lambda _: 64) == grown
    assert marked_copy.with_room(grown, {(2, 2): "ngắn"}, lambda _: 64) == grown


def test_a_box_leaves_out_hidden_columns_and_is_as_wide_elsewhere() -> None:
    widths = {3: 0, 4: 0, 5: 500}
    drawing = marked_copy.with_boxes(
        marked_copy.new_drawing(1), [((2, 2), TEXT)], lambda column: widths.get(column, 64)
    )
    assert b"<x:Anchor>2, 15, 0, 4, 4, 355, " in drawing
