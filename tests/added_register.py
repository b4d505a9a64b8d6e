"""A form that tests add to an office by its definition alone: a register of classes (tập huấn)."""

import datetime as dt

from kskt_excel.model.reading import Value

TITLE = "TẬP HUẤN NGHIỆP VỤ"


def register(columns: str, *, version: str = "1.0", more: str = "") -> str:
    """The definition of the register: its head, then ``more`` items of it, then ``columns``."""
    return (
        f'kind = "sheet"\norder = 165\nid = "tap-huan"\nversion = "{version}"\n'
        f'sheet = "Tập huấn"\ntitle = "{TITLE}"\nlayout = "register"\nscope = "all"\n'
        f'key = ["title"]\nnil = true\n{more}\n{columns}'
    )


_COLUMNS = """\
[[column]]
key = "title"
heading = "Tên lớp"
type = "long_text"
required = true

[[column]]
key = "kind"
heading = "Hình thức"
type = "choice"
values = ["Trực tiếp", "Trực tuyến"]
required = true

[[column]]
key = "people"
heading = "Số người dự"
type = "count"
required = true
total = true
"""


def classes_held(more: str = "", columns: str = "") -> str:
    """The register with a choice and a count, for CLASSES: ``columns`` stand behind its own."""
    head = f"valid_from = 2021-12-15\nblank_rows = 6\n{more}\n"
    return register(_COLUMNS + columns, more=head)


def printed_classes(
    columns: int, orientation: str, rows: str = "unit", by: str = "", name: str = "TH.01"
) -> str:
    """A summary of so many columns: a label, then people and classes by turns."""
    sources = ("sum(tap-huan.people)", "count(tap-huan)", "count(tap-huan where kind = Trực tiếp)")
    figures = "".join(
        f'\n[[column]]\nnumber = "{number}"\nheader = ["Nhóm {number // 4}", "Số liệu {number}"]\n'
        f'source = "{sources[number % 3]}"\n'
        for number in range(2, columns + 1)
    )
    return (
        f'kind = "printed"\norder = 209\nid = "{name}"\ncode = "Biểu {name}"\nversion = "1.0"\n'
        f'title = "KẾT QUẢ TẬP HUẤN"\nunit_of_count = "Số người"\nrows = "{rows}"\n{by}'
        f'feeds = ["tap-huan"]\norientation = "{orientation}"\n\n'
        f'[[column]]\nnumber = "1"\nheader = ["Tên"]\ntype = "label"\nwidth = 160\n{figures}'
    )


CLASSES: dict[str, list[dict[str, Value]]] = {
    "TTRA": [
        {"title": "Lớp A", "kind": "Trực tiếp", "people": 12},
        {"title": "Lớp B", "kind": "Trực tuyến", "people": 30},
    ],
    "KHTC": [{"title": "Lớp C", "kind": "Trực tiếp", "people": 5}],
}
"""Rows of the register by unit."""

PEOPLE: dict[str, Value] = {
    "preparer": "Nguyễn Thị Hoa",
    "prepared_on": dt.date(2022, 3, 14),
    "approver": "Trần Văn Minh",
}
