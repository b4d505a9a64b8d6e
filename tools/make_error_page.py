"""Writes docs/loi-thuong-gap.md: every sentence of the catalogue, by area, with its situation.

Run it after a change of the catalogue: ``python tools/make_error_page.py``.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from kskt_excel.messages import CatalogueEntry, catalogue

PAGE = Path(__file__).parents[1] / "docs" / "loi-thuong-gap.md"

AREAS = {
    "1": "Tệp gửi đến",
    "2": "Mẫu, trang và cột",
    "3": "Giá trị trong ô",
    "4": "Dòng và trang",
    "5": "Giữa các trang của một báo cáo",
    "6": "So với các quý trước, thư gửi báo cáo",
    "7": "Tệp kế hoạch năm (dành cho Văn phòng Sở)",
    "8": "Sổ nhận, lần gửi và thư",
    "9": "Sổ theo dõi và máy",
}
_OPENING = """# Lỗi thường gặp và cách sửa

Mỗi câu mà chương trình gửi cho đơn vị kết thúc bằng một mã, ví dụ (KS-441). Tìm mã đó ở đây để xem
khi nào có câu đó, cách sửa và căn cứ. Dấu “…” là chỗ chương trình ghi số liệu hoặc tên của đơn vị.

- **Lỗi**: phải sửa rồi gửi lại.
- **Cảnh báo**: báo cáo vẫn được nhận; đề nghị kiểm tra, sửa hoặc giải trình.
- **Thông tin**: chỉ để biết.
"""


def page(entries: Mapping[str, CatalogueEntry]) -> str:
    """The whole page as Markdown, entries by number."""
    return "\n".join([_OPENING, *_areas(entries)])


def _areas(entries: Mapping[str, CatalogueEntry]) -> Iterator[str]:
    ordered = sorted(entries.items(), key=lambda named: named[1].number)
    for digit, title in AREAS.items():
        of_area = [named for named in ordered if named[1].number[3] == digit]
        if of_area:
            yield f"## {title}\n"
            for code, entry in of_area:
                yield from _entry(code, entry)


def _entry(code: str, entry: CatalogueEntry) -> Iterator[str]:
    yield f"### {entry.number}\n"
    yield f"{_shown(entry.text)}\n"
    yield f"- Khi nào: {entry.example}"
    if entry.remedy:
        yield f"- Cách sửa: {_shown(entry.remedy)}"
    if entry.office:
        yield f"- Văn phòng: {_shown(entry.office)}"
    yield f"- Mức: {entry.level.label}"
    yield f"- Căn cứ: {entry.source}"
    yield f"- Tên quy tắc: `{code}`\n"


def _shown(text: str) -> str:
    """A sentence with an ellipsis for each brace, clauses that may be left out among the rest."""
    return re.sub(r"\{\w+\}", "…", text.replace("[[", "").replace("]]", ""))


if __name__ == "__main__":
    PAGE.write_text(page(catalogue()), encoding="utf-8", newline="\n")
    print(f"{PAGE.name}: {len(catalogue())} mã")
