from collections.abc import Mapping

import pytest

from tests.excel.tracker import edits, samples
from tests.excel.tracker.edits import NOTE, OPINION
from tests.judges import RECALCULATED, cells, recalculated, without_results

KEY = "QLCNH|2022-Q1|ho-so|2.002385"


def with_handwriting() -> bytes:
    return edits.edited(
        samples.built(),
        edits.note("Tiến độ", "I.1", OPINION, "Làm ngay"),
        edits.note("Hồ sơ", KEY, NOTE, "Đã kiểm tra"),
        edits.comment("Hồ sơ", KEY, NOTE, "Hỏi lại"),
        edits.colour("Tiến độ", "I.2", OPINION),
        edits.colour("Tiến độ", "I.4", "Quý I"),
        edits.letters("Tình hình gửi nhận", "VP", "Lỗi còn lại", b=True, color="FFFF0000"),
    )


RECALCULATED["tracker-with-handwriting"] = with_handwriting


@pytest.mark.long
def test_libreoffice_computes_every_figure_that_is_stored() -> None:
    data = samples.built()
    bare = without_results(data)
    assert cells(bare) != cells(data)
    assert cells(recalculated(bare)) == cells(data)


def test_handwriting_is_found_after_libreoffice_saved_the_file(
    recalculated_books: Mapping[str, bytes],
) -> None:
    found = edits.read(recalculated_books["tracker-with-handwriting"])
    assert found.replaceable
    assert found.loose == ()
    assert edits.hand(found, "tien-do", "tasks", "I.1")[OPINION].value == "Làm ngay"
    written = edits.hand(found, "ho-so", "lines", KEY)[NOTE]
    assert written.value == "Đã kiểm tra"
    assert written.comment
    assert written.comment.text == "Hỏi lại"
    for task, heading in (("I.2", OPINION), ("I.4", "Quý I")):
        look = edits.hand(found, "tien-do", "tasks", task)[heading].look
        assert look
        assert dict(look.properties)["bg_color"] == "#FFFF00"
    bold = edits.hand(found, "gui-nhan", "matrix", "VP")["Lỗi còn lại"].look
    assert bold
    assert bold.properties == (("bold", True), ("font_color", "#FF0000"))
    assert sum(len(block.rows) for block in found.blocks.values()) == 5
