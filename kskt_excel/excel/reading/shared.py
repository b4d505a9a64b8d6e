"""Shared strings that are written in fonts of old encodings."""

import re

from kskt_excel.excel.reading.styles import is_legacy_font

_STRING = re.compile(rb"<(?:\w+:)?si(?:\s*/>|>|\s[^>]*>)")
_RUN_FONT = re.compile(rb"<(?:\w+:)?rFont\s[^>]*?val\s*=\s*[\"']([^\"']*)")


def legacy_strings(data: bytes) -> dict[int, str]:
    """Font by number of the shared string, where a run of it is in an old font."""
    found = {}
    for number, body in enumerate(_STRING.split(data)[1:]):
        for raw in _RUN_FONT.findall(body):
            font = raw.decode("utf-8", "replace")
            if is_legacy_font(font):
                found[number] = font
    return found
