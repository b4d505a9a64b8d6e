"""Outcomes on a terminal, in a pipe, or as JSON."""

import json
import os
import re
import sys
import textwrap
from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path
from typing import TextIO

from kskt_excel.cli.streams import listened_to
from kskt_excel.office.outcome import PAGE_WIDTH, Outcome, ScreenLine, ScreenTable

_STYLES = {"": "", "good": "green", "warn": "yellow", "bad": "red", "quiet": "dim"}


_GAP, _LEAST_WIDTH = 2, 6  # letters
_NO_BREAK = "\0"
# A command inside a sentence, «kskt diff VP 2022-Q1», which no line end may part.
_COMMAND = re.compile(r"""kskt(?: [A-Za-z0-9-]+)+(?: --[a-z-]+(?: "[^"]*"| [^\s;]+)?)*""")
_BORDERS = 3  # letters of a column in a terminal: a line, a blank at each side


def show_outcome(outcome: Outcome, json_to: str | None = None) -> None:
    """Prints results on stdout, remarks on stderr; ``json_to`` "-" leaves stdout to the JSON."""
    only_json = json_to == "-"
    for block in outcome.blocks:
        stream = sys.stderr if block.aside or only_json else sys.stdout
        with listened_to(stream):
            _show_block(block, stream)
    if json_to is None:
        return
    text = as_json(dict(outcome.json))
    if only_json:
        with listened_to(sys.stdout):
            sys.stdout.write(text)
    else:
        from kskt_excel.ledger.safe_files import write_whole

        write_whole(Path(json_to), text.encode())


def as_json(value: object) -> str:
    """JSON as text in Vietnamese letters, one value a line, keys in the order of the contract."""
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def wrapped(text: str, most: int = PAGE_WIDTH) -> str:
    """A text in lines of at most so many columns, further ones indented; a command stays whole."""
    return "\n".join(_wrapped_line(line, most) for line in text.split("\n"))


def _wrapped_line(line: str, most: int) -> str:
    if len(line) <= most:
        return line
    whole = _COMMAND.sub(lambda found: found[0].replace(" ", _NO_BREAK), line)
    indent = " " * (len(line) - len(line.lstrip()) + _GAP)
    lines = textwrap.wrap(
        whole,
        most,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return "\n".join(lines).replace(_NO_BREAK, " ")


def _show_block(block: ScreenLine | ScreenTable, stream: TextIO) -> None:
    if stream.isatty() and "NO_COLOR" not in os.environ:
        _show_rich(block, stream)
    elif isinstance(block, ScreenLine):
        stream.write(wrapped(block.text) + "\n")
    else:
        stream.write(_plain(block))


def _plain(grid: ScreenTable) -> str:
    """A grid in plain text: columns padded, two blanks between them."""
    rows = [grid.headers, *grid.rows]
    widths = [max(len(row[i]) for row in rows) for i in range(len(grid.headers))]
    if grid.most_width:
        room = grid.most_width - _GAP * (len(widths) - 1)
        widths = _narrowed(widths, [_LEAST_WIDTH] * len(widths), room)
    headers, *lines = [_lines(row, widths) for row in rows]
    rule = "-" * max(map(len, headers))
    head = [grid.title] if grid.title else []
    return "\n".join([*head, *headers, rule, *(one for some in lines for one in some)]) + "\n"


def _narrowed(widths: Sequence[int], least: Sequence[int], room: int) -> list[int]:
    """Widths that fit together, taken from the widest columns that may be narrower."""
    left = list(widths)
    while sum(left) > room:
        may = [at for at, width in enumerate(left) if width > least[at]]
        if not may:
            break
        left[max(may, key=left.__getitem__)] -= 1
    return left


def _lines(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    """The lines of a row, one unless a text is wider than its column."""
    parts = [
        textwrap.wrap(text, width) or [""] if len(text) > width else [text]
        for text, width in zip(row, widths, strict=True)
    ]
    return [_padded(line, widths) for line in zip_longest(*parts, fillvalue="")]


def _padded(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = [
        text.rjust(width) if _is_number(text) else text.ljust(width)
        for text, width in zip(row, widths, strict=True)
    ]
    return (" " * _GAP).join(cells).rstrip()


def _is_number(text: str) -> bool:
    return text.replace(".", "").replace(",", "").isdigit()


def _show_rich(block: ScreenLine | ScreenTable, stream: TextIO) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(file=stream, highlight=False)
    if isinstance(block, ScreenLine):
        text = wrapped(block.text, min(PAGE_WIDTH, console.width))
        console.print(Text(text, style=_STYLES[block.tone]), soft_wrap=True)
        return
    table = Table(title=block.title or None, title_justify="left", header_style="bold")
    rows = [block.headers, *block.rows]
    whole = [max(1, *map(len, column)) for column in zip(*rows, strict=True)]
    words = [
        max(map(len, " ".join(column).split()), default=0) for column in zip(*rows, strict=True)
    ]
    room = console.width - _BORDERS * len(whole) - 1
    widths = _narrowed(_narrowed(whole, words, room), [1] * len(whole), room)
    for header, width in zip(block.headers, widths, strict=True):
        table.add_column(header, width=width, overflow="fold")
    tones = block.tones or ("",) * len(block.rows)
    for row, tone in zip(block.rows, tones, strict=True):
        cells = [Text(text, justify="right" if _is_number(text) else "left") for text in row]
        table.add_row(*cells, style=_STYLES[tone])
    console.print(table)
