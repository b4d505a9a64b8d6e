"""Contents out of the letters in which mails carry them: base64, quoted-printable, uuencode.

Gateways put footers into them, lose headers and pad every chunk. The content itself tells which
reading of its letters is the right one, where it is of a kind that knows its own length.
"""

import binascii
import re
from collections import Counter
from collections.abc import Iterable, Iterator

from kskt_excel.mail.pieces import LIST_END, LONGEST_LIST_END, OLE
from kskt_excel.model.nouns import dataclass

_OLE_SECTOR = 512  # bytes: a compound file is made of whole sectors
_LETTERS = re.compile(rb"[A-Za-z0-9+/]+={0,3}")  # of base64, its end included
_BLANKS_AND_QUOTES = b"> \t\r\n\0"
_NOT_IN_NAMES = re.compile(r"[^a-z0-9]")  # «x-uuencode», «X_UUENCODE» and «xuuencode» are one
_CODINGS = {
    "base64": "base64",
    "b64": "base64",
    "xbase64": "base64",
    "base64encoded": "base64",
    "quotedprintable": "quoted-printable",
    "qp": "quoted-printable",
    "xuuencode": "uuencode",
    "uuencode": "uuencode",
    "xuue": "uuencode",
    "uue": "uuencode",
}
_UU_BEGIN = re.compile(  # «begin 644 BC.xlsx», «begin-base64 644 BC.xlsx»
    rb"^begin(?P<base64>-base64)? [0-7]{3,4} (?P<name>[^\r\n]+?)[ \t]*\r?$", re.MULTILINE
)
_LETTERS_OF_ADDRESSES = re.compile(rb"[A-Za-z0-9_=-]+")  # RFC 4648, 5: as web programs write it
_AS_USUAL = bytes.maketrans(b"-_", b"+/")
_UU_END = re.compile(rb"^(?:end|====)[ \t]*\r?$", re.MULTILINE)
_LONGEST_UU = 45  # bytes a line
# the first letters of zip and compound files in base64: what nobody types by hand
CODED_FILE = re.compile(rb"^[> \t]*(?:UEsDB[A-Za-z0-9+/]|0M8R4KGxGuE)", re.MULTILINE)
# The last name before a file that stands in a text: «name="BC.xlsx"», «filename*0*=utf-8''BC.xlsx».
_NAME_BEFORE = re.compile(
    rb"name(?:\*(?:0\*?)?)?\s*=\s*(?:[\w-]+'[^'\s]*')?\"?([^\"\r\n;]+)", re.IGNORECASE
)
_LOOK_BACK = 2_000  # bytes before a coded file in which its name may stand


@dataclass(frozen=True, slots=True)
class Decoded:
    """A content and whether its letters were read without doubt."""

    data: bytes
    is_sound: bool = True


@dataclass(frozen=True, slots=True)
class InText:
    """A file that stands as letters in the text of a mail."""

    name: bytes  # as written, "" when there is none
    content: Decoded


def coding(given: str) -> str:
    """The coding that a header means: ``base64``, ``quoted-printable``, ``uuencode`` or "".

    Programs write ``BASE64 ``, ``"base64"``, ``base-64`` and ``base64;`` as well.
    """
    word = re.sub(r"\(.*?\)", "", given).partition(";")[0]
    return _CODINGS.get(_NOT_IN_NAMES.sub("", word.lower()), "")


def is_complete(data: bytes) -> bool | None:
    """Whether a file is complete by what it says of itself; None when its kind does not say."""
    if data.startswith(b"PK\x03\x04"):
        return _is_whole_zip(data)
    if data.startswith(OLE):
        return len(data) % _OLE_SECTOR == 0
    return None


def _is_whole_zip(data: bytes) -> bool:
    """Whether the list of entries ends where the archive does and stands where it says."""
    at = data.rfind(LIST_END, -LONGEST_LIST_END)
    if at < 0 or at + 22 + int.from_bytes(data[at + 20 : at + 22], "little") != len(data):
        return False
    size, start = (int.from_bytes(data[at + n : at + n + 4], "little") for n in (12, 16))
    return start == 0xFFFFFFFF or start + size == at  # noqa: PLR2004  # ZIP64 says it elsewhere


def from_base64(text: bytes) -> Decoded:
    """The content of base64 with whatever stands among its letters."""
    lines = [line for raw in text.splitlines() if (line := raw.strip(_BLANKS_AND_QUOTES))]
    joined = b"".join(lines)
    if _LETTERS_OF_ADDRESSES.fullmatch(joined) and not _LETTERS.fullmatch(joined):
        lines = [line.translate(_AS_USUAL) for line in lines]
        joined = b"".join(lines)
    first: Decoded | None = None
    if _LETTERS.fullmatch(joined):
        first = _of_letters(joined)
        whole = is_complete(first.data)
        if whole or (whole is None and not any(map(CODED_FILE.match, lines))):
            return first
    for read in _readings(lines):
        if is_complete(read.data):
            return Decoded(read.data)
        first = first or read
    return first or Decoded(b"", is_sound=False)


def _readings(lines: list[bytes]) -> Iterator[Decoded]:
    """What the lines may mean, the likeliest first."""
    chosen = list(_coded_lines(lines))
    yield _of_chunks(chosen)
    yield _of_letters(b"".join(chosen).replace(b"=", b""))
    soft = b"".join(line.removesuffix(b"=") for line in lines).replace(b"=3D", b"=")
    yield _of_letters(b"".join(_LETTERS.findall(soft)))  # quoted-printable over base64
    end = next((n for n, line in enumerate(lines, start=1) if line.endswith(b"=")), len(lines))
    yield _of_letters(b"".join(line for line in lines[:end] if _LETTERS.fullmatch(line)))
    yield _of_chunks(chosen[:-1])  # a word behind a last line of full width


def _coded_lines(lines: Iterable[bytes]) -> Iterator[bytes]:
    """The lines of letters: those of the usual width, and the shorter one that ends each run.

    A word alone on a line («Regards») is made of the same letters: it follows no full line.
    """
    listed = list(lines)
    widths = Counter(len(line) for line in listed if _LETTERS.fullmatch(line))
    if not widths:
        return
    width = widths.most_common(1)[0][0]
    follows = False
    for line in listed:
        is_coded = bool(_LETTERS.fullmatch(line))
        ends = (follows and len(line) < width) or line.endswith(b"=")
        if is_coded and (len(line) == width or ends):
            yield line
        follows = is_coded and len(line) == width and not line.endswith(b"=")


def _of_chunks(lines: Iterable[bytes]) -> Decoded:
    """Chunks that are padded each, one after the other."""
    chunks: list[list[bytes]] = [[]]
    for line in lines:
        chunks[-1].append(line)
        if line.endswith(b"="):
            chunks.append([])
    read = [_of_letters(b"".join(chunk)) for chunk in chunks if chunk]
    return Decoded(b"".join(one.data for one in read), all(one.is_sound for one in read))


def _of_letters(letters: bytes) -> Decoded:
    """Letters without anything among them; lost padding is no damage, a lone letter is."""
    bare = letters.rstrip(b"=")
    if b"=" in bare:
        return _of_chunks(re.findall(rb"[^=]+=*", letters))
    lone = len(bare) % 4 == 1
    bare = bare[:-1] if lone else bare
    try:
        data = binascii.a2b_base64(bare + b"=" * (-len(bare) % 4))
    except binascii.Error:
        return Decoded(b"", is_sound=False)
    return Decoded(data, is_sound=not lone)


def continued(rest: bytes) -> bytes | None:
    """A whole file from its first letters on, whatever stands between them; None without its end.

    ``rest`` is the mail from the first letters of the file to the mail's own end: a delimiter or
    a footer of a gateway may have cut the file's part in two.
    """
    lines = [line for raw in rest.splitlines() if (line := raw.strip(_BLANKS_AND_QUOTES))]
    chosen = list(_coded_lines(lines))
    if not chosen:
        return None
    width = len(chosen[0])
    ends = [n for n, line in enumerate(chosen, start=1) if len(line) < width or b"=" in line]
    # Each trial unpacks the whole: a footer has a few short lines, an attack as many as it likes.
    for end in ends[:8] or [len(chosen)]:
        data = _of_chunks(chosen[:end]).data
        if is_complete(data):
            return data
    return None


def from_uuencode(text: bytes) -> Decoded:
    """The content of a part that is one uuencoded file."""
    first = next(in_text(text), None)
    return first.content if first else Decoded(b"", is_sound=False)


def in_text(text: bytes) -> Iterator[InText]:
    """Files that old programs put into a text: ``begin 644 BC.xlsx`` … ``end``."""
    at = 0
    while begin := _UU_BEGIN.search(text, at):
        end = _UU_END.search(text, begin.end())
        body = text[begin.end() : end.start() if end else len(text)].strip(b"\r\n")
        at = end.end() if end else len(text)
        read = from_base64(body) if begin["base64"] else _of_uu_lines(body)
        if read.data:
            yield InText(begin["name"], Decoded(read.data, read.is_sound and end is not None))
        else:
            at = begin.end()  # «begin 2022 …» in somebody's sentence


def lost_in_text(text: bytes) -> Iterator[InText]:
    """A file in base64 whose headers were lost: what stands before it may still name it."""
    coded = CODED_FILE.search(text)
    data = continued(text[coded.start() :]) if coded else None
    if coded and data:
        names = _NAME_BEFORE.findall(text[max(0, coded.start() - _LOOK_BACK) : coded.start()])
        yield InText(names[-1].strip() if names else b"", Decoded(data))


def _of_uu_lines(body: bytes) -> Decoded:
    out: list[bytes] = []
    is_sound = True
    for line in body.splitlines():
        # Each letter of uuencode stands for six bits, counted from the blank; 64 is a blank too.
        size = (line[0] - 32) & 63 if line.strip() else 0
        if not size:
            continue
        content = _of_uu_line(line, size)
        if content is None and not out:
            return Decoded(b"", is_sound=False)
        if content is None:
            is_sound = False  # a line of a footer
        else:
            out.append(content)
    return Decoded(b"".join(out), is_sound)


def _of_uu_line(line: bytes, size: int) -> bytes | None:
    """The bytes of a line; blanks at its end may be lost, letters beyond its count are none."""
    letters = -(-size * 4 // 3)
    if size > _LONGEST_UU or len(line) > -(-size // 3) * 4 + 4:
        return None
    if any(not 32 <= letter <= 96 for letter in line[1:]):  # noqa: PLR2004  # the letters there are
        return None
    return binascii.a2b_uu((line + b" " * letters)[: letters + 1])
