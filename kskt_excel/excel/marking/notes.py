"""Notes on cells: ours added below the unit's own, and taken out again."""

import re
from collections.abc import Mapping
from typing import Final

from kskt_excel.excel.marking import tags
from kskt_excel.excel.marking.note_shapes import NOTE_FONT
from kskt_excel.excel.marking.styles import MAIN
from kskt_excel.excel.marking.tags import CannotPatchError, Change, Element
from kskt_excel.excel.reading.package import text as plain_text
from kskt_excel.model.cells import CellRef
from kskt_excel.model.grid import Cell

MARK: Final = "[Kiểm tra]"
LABEL: Final = "Ghi chú của đơn vị:"
AUTHOR: Final = "Văn phòng Sở – kiểm tra tự động"
_EMPTY: Final = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<comments xmlns="'
    + MAIN
    + b'"><authors></authors><commentList></commentList></comments>'
)
_THREAD: Final = re.compile(rb"tc=", re.IGNORECASE)


class Notes:
    """The notes of one sheet."""

    def __init__(self, xml: bytes = b"") -> None:
        """Raises CannotPatchError when the part holds no list of notes."""
        self.xml = xml or _EMPTY
        self._plain = tags.masked(self.xml)
        authors = tags.first(self._plain, b"authors")
        listed = tags.first(self._plain, b"commentList")
        if not authors or not listed:
            raise CannotPatchError("comments")
        self._authors, self._list = authors, listed

    def cells(self) -> dict[Cell, str]:
        """Text of every note by its cell."""
        return {cell: self._text(one) for cell, one in self._notes()}

    def threads(self) -> frozenset[Cell]:
        """Cells with a conversation: Excel shows that, never the note below it."""
        names = [
            self.xml[one.inner : one.close]
            for one in tags.elements(
                self._plain, b"author", self._authors.inner, self._authors.close
            )
        ]
        threaded = {number for number, name in enumerate(names) if _THREAD.match(name.strip())}
        return frozenset(
            cell
            for cell, one in self._notes()
            if tags.number(one.attributes, b"authorId", -1) in threaded
        )

    def with_marks(self, marks: Mapping[Cell, str]) -> bytes:
        """The part with our text on cells, below the unit's own note where there is one."""
        changes: list[Change] = []
        left = dict(sorted(marks.items()))
        for cell, one in self._notes():
            if cell in left:
                changes.append(self._joined(one, left.pop(cell)))
        author, added = self._author()
        changes += added
        prefix = self._list.prefix.decode()
        new = "".join(
            f'<{prefix}comment ref="{CellRef("", *cell).a1}" authorId="{author}">'
            f"<{prefix}text>{self._run(text)}</{prefix}text></{prefix}comment>"
            for cell, text in left.items()
        )
        if new:
            changes.append(tags.within(self._list, new.encode()))
        return tags.changed(self.xml, changes)

    def without_marks(self) -> tuple[bytes, frozenset[Cell]]:
        """The part without our texts, and the cells that have no note any more."""
        gone, changes = set(), []
        for cell, one in self._notes():
            text = self._text(one)
            if text.lstrip().startswith(MARK):
                gone.add(cell)
                changes.append(Change(one.start, one.end, b""))
            elif MARK in text:
                changes += self._restored(one)
        return tags.changed(self.xml, changes), frozenset(gone)

    def _notes(self) -> list[tuple[Cell, Element]]:
        found = []
        for one in tags.elements(self._plain, b"comment", self._list.inner, self._list.close):
            try:
                at = CellRef.parse("", (tags.attribute(one.attributes, b"ref") or b"").decode())
            except ValueError:
                continue
            found.append(((at.row, at.column), one))
        return found

    def _texts(self, note: Element) -> list[Element]:
        return list(tags.elements(self._plain, b"t", note.inner, note.close))

    def _text(self, note: Element) -> str:
        return "".join(
            plain_text(self.xml[one.inner : one.close]).replace("_x000D_", "")
            for one in self._texts(note)
        )

    def _author(self) -> tuple[int, list[Change]]:
        """Number of our author, and the change that brings it in."""
        known = list(
            tags.elements(self._plain, b"author", self._authors.inner, self._authors.close)
        )
        for number, one in enumerate(known):
            if plain_text(self.xml[one.inner : one.close]) == AUTHOR:
                return number, []
        tag = self._authors.prefix + b"author"
        new = b"<%s>%s</%s>" % (tag, tags.escaped(AUTHOR), tag)
        return len(known), [tags.within(self._authors, new)]

    def _run(self, text: str, font: str = NOTE_FONT) -> str:
        prefix = self._list.prefix.decode()
        looks = font.replace("<", f"<{prefix}")
        return (
            f"<{prefix}r><{prefix}rPr>{looks}</{prefix}rPr>"
            f'<{prefix}t xml:space="preserve">{tags.escaped(text).decode()}</{prefix}t></{prefix}r>'
        )

    def _joined(self, note: Element, text: str) -> Change:
        """The unit's note under its label, ours below it."""
        held = tags.first(self._plain, b"text", note.inner, note.close)
        if not held:
            return tags.within(note, self._wrapped(self._run(text).encode()))
        runs = [
            self.xml[one.start : one.end]
            for one in tags.elements(self._plain, b"r", held.inner, held.close)
        ]
        if not runs:
            prefix = self._list.prefix
            texts = [self.xml[one.start : one.end] for one in self._texts(note)]
            runs = [b"<%sr>%s</%sr>" % (prefix, b"".join(texts), prefix)] if texts else []
        own = self._run(f"{LABEL}\n").encode() + b"".join(runs)
        new = self._wrapped(own + self._run(f"\n\n{text}").encode())
        return Change(held.start, held.end, new)

    def _wrapped(self, inner: bytes) -> bytes:
        tag = self._list.prefix + b"text"
        return b"<%s>%s</%s>" % (tag, inner, tag)

    def _restored(self, note: Element) -> list[Change]:
        """The unit's own note again: without our label and without what begins with our mark."""
        changes, ended = [], False
        texts = self._texts(note)
        runs = list(tags.elements(self._plain, b"r", note.inner, note.close))
        for number, one in enumerate(texts):
            old = plain_text(self.xml[one.inner : one.close])
            new = "" if ended else old.partition(MARK)[0]
            ended = ended or MARK in old
            if ended:
                new = new.rstrip()
            if number == 0:
                new = new.removeprefix(LABEL).lstrip("\n")
            if new == old:
                continue
            around = next((run for run in runs if run.start < one.start < run.end), None)
            if not new and around:
                changes.append(Change(around.start, around.end, b""))
            elif one.is_empty or not new:
                changes.append(Change(one.start, one.end, b""))
            else:
                changes.append(Change(one.inner, one.close, tags.escaped(new)))
        return changes
