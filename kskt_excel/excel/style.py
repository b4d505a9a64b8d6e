"""Looks of every workbook that the program writes: fonts, colours, number formats; only here."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook

FONT: Final = "Times New Roman"
BODY_SIZE: Final = 12

INPUT_FILL: Final = "#FFF9DB"  # light yellow: a cell to fill
GIVEN_FILL: Final = "#F2F2F2"  # light grey: the office's text, or a formula
HEADING_FILL: Final = "#DCE6F1"
GOOD_FILL: Final = "#E2EFDA"  # light enough for black-and-white printers
WARN_FILL: Final = "#FFF2CC"
BAD_FILL: Final = "#F8CBAD"
MARK_ERROR_FILL: Final = "#FFC7CE"  # a marked cell: light red, unlike any fill of the forms
MARK_WARN_FILL: Final = "#FFEB9C"  # stronger than the yellow of a cell to fill
BAD_INK: Final = "#C00000"
QUIET_INK: Final = "#595959"
LINK_INK: Final = "#0563C1"
BORDER_INK: Final = "#7F7F7F"

# Dots as literals, so that every machine shows 1.234, whatever its regional settings
COUNT_FORMAT: Final = '[>=1000000]0"."000"."000;[>=1000]0"."000;0'
SPARE_COUNT_FORMAT: Final = '[=0]"";[>=1000]0"."000;0'  # a row that nobody has used yet
DATE_FORMAT: Final = "dd/mm/yyyy"
MOMENT_FORMAT: Final = "dd/mm/yyyy hh:mm"
TEXT_FORMAT: Final = "@"
RATE_FORMAT: Final = "0.0"  # 20,7 on a Vietnamese machine
WHOLE_RATE_FORMAT: Final = "0%"

MARGINS_MM: Final[Mapping[str, int]] = MappingProxyType(
    {"left": 30, "right": 15, "top": 20, "bottom": 20}  # Nghị định 30/2020/NĐ-CP, Phụ lục I
)
PAPER_A4: Final = 9
PAGE_NUMBER: Final = f'&C&"{FONT},Regular"&13&P'

_BASE: Final[Mapping[str, Any]] = MappingProxyType({"font_name": FONT, "font_size": BODY_SIZE})
_LOOKS: Final[Mapping[str, Mapping[str, Any]]] = MappingProxyType(
    {
        # places
        "left": {"align": "left"},
        "center": {"align": "center"},
        "right": {"align": "right"},
        "middle": {"valign": "vcenter"},
        "top": {"valign": "top"},
        "wrap": {"text_wrap": True},
        "indent": {"align": "left", "indent": 1},
        "border": {"border": 1, "border_color": BORDER_INK},
        "frame": {"border": 1},
        "open_top": {"top": 0},
        "open_bottom": {"bottom": 0},
        # letters
        "bold": {"bold": True},
        "italic": {"italic": True},
        "quiet": {"font_color": QUIET_INK},
        "alarm": {"font_color": BAD_INK, "bold": True},
        "small": {"font_size": 11},
        "tiny": {"font_size": 10},
        "size13": {"font_size": 13},
        "size14": {"font_size": 14},
        "link": {"font_color": LINK_INK, "underline": 1},
        # values
        "text": {"num_format": TEXT_FORMAT},
        "count": {"num_format": COUNT_FORMAT},
        "spare_count": {"num_format": SPARE_COUNT_FORMAT},
        "date": {"num_format": DATE_FORMAT},
        "moment": {"num_format": MOMENT_FORMAT},
        "rate": {"num_format": RATE_FORMAT},
        "whole_rate": {"num_format": WHOLE_RATE_FORMAT},
        # fills
        "input": {"bg_color": INPUT_FILL},
        "given": {"bg_color": GIVEN_FILL},
        "good": {"bg_color": GOOD_FILL},
        "warn": {"bg_color": WARN_FILL},
        "bad": {"bg_color": BAD_FILL},
        "heading_fill": {"bg_color": HEADING_FILL},
        # protection
        "open": {"locked": False},
    }
)
_SETS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "title": ("bold", "size14", "left", "middle"),
        "heading": ("bold", "center", "middle", "wrap", "border", "heading_fill"),
        "numbering": ("italic", "tiny", "center", "middle", "border"),
        "cell": ("border", "middle", "wrap"),
        "body": ("border", "middle", "small"),
        "total": ("border", "middle", "bold", "given"),
        "note": ("italic", "quiet", "left", "middle"),
    }
)


class Formats:
    """Formats of one workbook by the names of looks: ``formats("cell", "count", "open")``.

    Later names win over earlier ones; the same names give the same Format.
    """

    def __init__(self, workbook: "Workbook") -> None:
        self._workbook = workbook
        self._made: dict[tuple[tuple[str, Any], ...], Format] = {}

    def __call__(self, *names: str, **own: Any) -> "Format":
        """The format of these looks together; ``own`` are XlsxWriter properties on top."""
        return self.of(look(*names) | own)

    def of(self, properties: Mapping[str, Any]) -> "Format":
        """The format of XlsxWriter properties; equal properties give the same Format."""
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._workbook.add_format(dict(properties))
        return self._made[key]


def look(*names: str) -> dict[str, Any]:
    """XlsxWriter properties of the named looks on top of the body font. Raises KeyError."""
    properties = dict(_BASE)
    for name in names:
        for part in _SETS.get(name, (name,)):
            properties |= _LOOKS[part]
    return properties


def marks(*names: str) -> dict[str, Any]:
    """The looks without the body font, as conditional formats want them. Raises KeyError."""
    properties: dict[str, Any] = {}
    for name in names:
        properties |= _LOOKS[name]
    return properties
