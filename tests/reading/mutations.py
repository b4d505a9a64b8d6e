"""What units do to a sheet: 28 disguises that change neither its values nor its rows."""

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import replace

from kskt_excel.model.book import Raw, Sheet
from kskt_excel.text.legacy import TCVN3, VNI
from tests.reading.books import Rows, changed

Mutation = Callable[[Sheet], Sheet]

HEADING = 5  # index of the heading row as issued
FIRST = 7  # index of the first data row


def without_title(sheet: Sheet) -> Sheet:
    return changed(sheet, lambda rows: rows[HEADING:])


def long_title(sheet: Sheet) -> Sheet:
    lines: Rows = [[f"Dòng tiêu đề thứ {number}"] for number in range(17)]
    return changed(sheet, lambda rows: [*rows[:2], *lines, *rows[2:]])


def two_columns_before(sheet: Sheet) -> Sheet:
    return changed(sheet, lambda rows: [[None, None, *row] for row in rows])


def own_column_inside(sheet: Sheet) -> Sheet:
    def insert(rows: Rows) -> Rows:
        texts: Mapping[int, Raw] = {HEADING: "Người theo dõi", FIRST: "Lan"}
        return [[*row[:2], texts.get(at), *row[2:]] for at, row in enumerate(rows)]

    return changed(sheet, insert)


def reordered(sheet: Sheet) -> Sheet:
    def turn(rows: Rows) -> Rows:
        return [row if at < HEADING else [*row[-2::-1], row[-1]] for at, row in enumerate(rows)]

    return changed(sheet, turn)


def without_numbering(sheet: Sheet) -> Sheet:
    return changed(sheet, lambda rows: [*rows[: HEADING + 1], *rows[FIRST:]])


def plain_numbering(sheet: Sheet) -> Sheet:
    def renumber(rows: Rows) -> None:
        rows[HEADING + 1] = [float(number) for number in range(1, len(rows[HEADING]) + 1)]

    return changed(sheet, renumber)


def total_in_the_middle(sheet: Sheet) -> Sheet:
    def subtotal(rows: Rows) -> None:
        rows.insert(FIRST + 1, ["Cộng", *rows[FIRST][1:-1], None])
        rows[FIRST + 1][1] = None

    return changed(sheet, subtotal)


def heading_again(sheet: Sheet) -> Sheet:
    return changed(
        sheet, lambda rows: [*rows[: FIRST + 1], *rows[HEADING:FIRST], *rows[FIRST + 1 :]]
    )


def blank_rows_inside(sheet: Sheet) -> Sheet:
    blank: Rows = [[None] * len(sheet.rows[0]) for _ in range(20)]
    return changed(sheet, lambda rows: [*rows[: FIRST + 1], *blank, *rows[FIRST + 1 :]])


def ghost_rows(sheet: Sheet) -> Sheet:
    ghosts: Rows = [[None, "  ", "\u00a0", ""] for _ in range(500)]
    return changed(sheet, lambda rows: [*rows, *ghosts])


def with_footer(sheet: Sheet) -> Sheet:
    footer: Rows = [
        [],
        ["Ghi chú: số liệu tính đến hết ngày 14/3/2022"],
        [None, None, "Thái Nguyên, ngày 14 tháng 3 năm 2022"],
        ["Người lập biểu", None, "Thủ trưởng đơn vị"],
        ["(Ký, ghi rõ họ tên)", None, "(Ký, đóng dấu)"],
        [],
        ["Nguyễn Thị Hoa", None, "Trần Văn Minh"],
        ["Nơi nhận:"],
    ]
    return changed(sheet, lambda rows: [*rows, *footer])


def section_rows(sheet: Sheet) -> Sheet:
    sections: Rows = [["I", "Nhóm thứ nhất"], ["A.  Nhóm con"]]
    return changed(sheet, lambda rows: [*rows[:FIRST], *sections, *rows[FIRST:]])


def footnote_marks(sheet: Sheet) -> Sheet:
    def mark(rows: Rows) -> None:
        rows[HEADING] = [
            f"{text} (*)" if at % 2 else f"{text}¹" for at, text in enumerate(rows[HEADING][:-1])
        ] + [rows[HEADING][-1]]

    return changed(sheet, mark)


def capital_headings(sheet: Sheet) -> Sheet:
    return _headings(sheet, str.upper)


def headings_without_accents(sheet: Sheet) -> Sheet:
    def plain(text: str) -> str:
        bare = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
        return "".join(char for char in bare if not unicodedata.combining(char))

    return _headings(sheet, plain)


def wrapped_headings(sheet: Sheet) -> Sheet:
    return _headings(sheet, lambda text: f" {text.replace(' ', chr(10), 1)}  ")


def renamed_tab(sheet: Sheet) -> Sheet:
    return replace(sheet, name="Sheet7")


def copied_tab(sheet: Sheet) -> Sheet:
    return replace(sheet, name=f"{sheet.name} (2)")


def without_marks(sheet: Sheet) -> Sheet:
    def erase(rows: Rows) -> None:
        for row in rows:
            del row[-1]
        rows[1] = []

    return changed(sheet, erase)


def rows_sorted(sheet: Sheet) -> Sheet:
    def turn(rows: Rows) -> Rows:
        total = rows[-1:] if rows[-1][0] == "Tổng cộng" else []
        last = len(rows) - len(total)
        return [*rows[:FIRST], *reversed(rows[FIRST:last]), *total]

    return changed(sheet, turn)


def in_nfd(sheet: Sheet) -> Sheet:
    return _texts(sheet, lambda text: unicodedata.normalize("NFD", text))


def in_tcvn3(sheet: Sheet) -> Sheet:
    return _texts(sheet, to_tcvn3)


def in_vni(sheet: Sheet) -> Sheet:
    return _texts(sheet, to_vni)


def title_over_columns(sheet: Sheet) -> Sheet:
    width = len(sheet.rows[0])
    return replace(sheet, merged=((1, 1, 1, width), (5, 1, 5, width)))


def two_levels(sheet: Sheet) -> Sheet:
    """A merged heading over all columns from the fourth on, the others merged downwards."""

    def split(rows: Rows) -> None:
        names = rows[HEADING]
        upper = [*names[:3], "Số liệu trong kỳ", *(None,) * (len(names) - 5), names[-1]]
        rows[HEADING : HEADING + 1] = [upper, [None, None, None, *names[3:-1], None]]

    width = len(sheet.rows[0])
    merged = (*((6, column, 7, column) for column in (1, 2, 3)), (6, 4, 6, width - 1))
    return replace(changed(sheet, split), merged=merged)


def two_levels_unmerged(sheet: Sheet) -> Sheet:
    return replace(two_levels(sheet), merged=())


def notes_at_the_right(sheet: Sheet) -> Sheet:
    def note(rows: Rows) -> None:
        rows[FIRST].extend([None, "xem lại"])

    return changed(sheet, note)


MUTATIONS: tuple[Mutation, ...] = (
    without_title,
    long_title,
    two_columns_before,
    own_column_inside,
    reordered,
    without_numbering,
    plain_numbering,
    total_in_the_middle,
    heading_again,
    blank_rows_inside,
    ghost_rows,
    with_footer,
    section_rows,
    footnote_marks,
    capital_headings,
    headings_without_accents,
    wrapped_headings,
    renamed_tab,
    copied_tab,
    without_marks,
    rows_sorted,
    in_nfd,
    in_tcvn3,
    in_vni,
    title_over_columns,
    two_levels,
    two_levels_unmerged,
    notes_at_the_right,
)


def to_tcvn3(text: str) -> str:
    """Text in TCVN3; capitals that have no code of their own become small."""
    codes = {letter: byte for byte, letter in TCVN3.items()}
    return "".join(codes.get(char, codes.get(char.lower(), char)) for char in text)


def to_vni(text: str) -> str:
    """Text in VNI."""
    codes: dict[str, str] = {}
    for written, letter in VNI.items():
        codes.setdefault(letter, written)
    return "".join(codes.get(char, char) for char in text)


def _headings(sheet: Sheet, change: Callable[[str], str]) -> Sheet:
    def put(rows: Rows) -> None:
        rows[HEADING] = [
            change(text) if isinstance(text, str) and text != "_id" else text
            for text in rows[HEADING]
        ]

    return changed(sheet, put)


def _texts(sheet: Sheet, change: Callable[[str], str]) -> Sheet:
    def put(rows: Rows) -> Rows:
        return [
            [
                change(value) if isinstance(value, str) and not value.startswith("kskt:") else value
                for value in row
            ]
            for row in rows
        ]

    return replace(changed(sheet, put), name=change(sheet.name))
