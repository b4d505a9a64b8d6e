"""Letters (thư): texts that the office edits, what fills them, the drafts that go out."""

import datetime as dt
import hashlib
import html
import re
import string
import unicodedata
from base64 import encodebytes
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Self

from kskt_excel import messages
from kskt_excel.ledger.decisions import why_words
from kskt_excel.ledger.state import is_worth_telling
from kskt_excel.model.book import CellRef, column_letters
from kskt_excel.model.calendar import VIETNAM, in_vietnam, workdays_between
from kskt_excel.model.consolidation import Due, DueKind, UnitStanding
from kskt_excel.model.errors import KsktError
from kskt_excel.model.finding import Finding, Severity
from kskt_excel.model.forms import Forms, SheetForm
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.period import Period
from kskt_excel.model.plan import Plan, Superior, Unit
from kskt_excel.model.reading import Reading, Record, SheetReading
from kskt_excel.model.submission import Decision, MailEnvelope, Reason, Submission, Verdict
from kskt_excel.report.due_lines import days_left_words
from kskt_excel.text import shown
from kskt_excel.text.pii import mask
from kskt_excel.text.shown import day_text, listed, office_moment, two_digits, value_text
from kskt_excel.text.spelling import clean, encoding_by_mark

if TYPE_CHECKING:
    from email._policybase import Compat32


FOLDERS = tuple(
    parent.joinpath("templates", "thu")
    for parent in (Path(__file__).parents[1] / "data", Path(__file__).parents[2])
)
"""Where the program's own texts lie: in the wheel, or in the repository."""


RECEIVED, TO_MEND, NOT_ACCEPTED = "da-nhan", "can-sua", "chua-nhan"
NOT_COUNTED_LETTER, AWAITED, OLDER_FORM = "khong-tinh", "cho-xac-nhan", "mau-cu"
REMINDER, COVER = "don-doc", "phat-bieu"
SUPERIOR_REMINDER = "don-doc-cap-tren"

_ALWAYS = frozenset(
    {
        *("ky", "tu_ngay", "den_ngay", "han_gui", "don_vi", "ma_don_vi", "co_quan", "van_phong"),
        *("thu_van_phong", "dien_thoai", "lien_he", "tep_kem", "ten_viet_tat"),
    }
)
_REPLY = _ALWAYS | {
    *("bao_cao", "tep", "lan_gui", "nhan_luc", "ket_luan", "ly_do", "bien_nhan", "han_gui_lai"),
    *("so_loi", "so_canh_bao", "danh_sach_loi", "danh_sach_canh_bao", "da_bo"),
    *("viec_can_lam", "phoi_hop", "ban_ky"),
}
PLACEHOLDERS: Mapping[str, frozenset[str]] = {
    RECEIVED: _REPLY,
    TO_MEND: _REPLY,
    NOT_ACCEPTED: _REPLY,
    NOT_COUNTED_LETTER: _REPLY,
    AWAITED: _REPLY,
    OLDER_FORM: _REPLY | {"mau_ky"},
    REMINDER: _ALWAYS
    | {"luc_nay", "con_lai", "viec_chinh", "tinh_trang", "de_nghi_gui", "khong_phat_sinh"}
    | {"so_lieu", "viec_can_lam", "con_thieu"},
    SUPERIOR_REMINDER: _ALWAYS | {"luc_nay", "con_lai", "so_don_vi", "danh_sach_don_vi"},
    COVER: _ALWAYS,
}
"""Names that each letter may use in braces."""

_SUBJECT = re.compile(r"\s*tiêu đề\s*:\s*(\S.*)", re.IGNORECASE)


class LetterError(KsktError):
    """A letter's text that cannot be used."""

    def __init__(self, file: str, why: str) -> None:
        super().__init__(f"Mẫu thư {file} chưa dùng được: {why}")


class LettersMissingError(KsktError):
    """Neither the office nor the program has a letter's text."""

    def __init__(self, file: str) -> None:
        super().__init__(
            f"Không tìm thấy mẫu thư {file}. Đề nghị cài lại chương trình, hoặc đặt tệp này vào"
            " thư mục templates/thu."
        )


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter's text (mẫu thư): subject and paragraphs with names in braces."""

    name: str
    subject: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Letters:
    """The texts of all letters, by name."""

    by_name: Mapping[str, Letter]

    def __getitem__(self, name: str) -> Letter:
        return self.by_name[name]


def load_letters(folder: Path) -> Letters:
    """Every letter, from the office's folder or, where it has none, from the program's own texts.

    Raises LetterError naming the file and the line's fault; LettersMissingError.
    """
    return Letters({name: _read(_path(folder, f"{name}.txt"), name) for name in PLACEHOLDERS})


def letter(name: str, text: str) -> Letter:
    """The letter of a text: a first line «Tiêu đề: …», then paragraphs parted by blank lines.

    Raises LetterError.
    """
    file = f"{name}.txt"
    first, _, body = _normal(text).partition("\n")
    subject = _SUBJECT.fullmatch(first)
    if not subject:
        why = "dòng đầu phải là tiêu đề thư, ví dụ: Tiêu đề: [Báo cáo {ky}] {don_vi}: ĐÃ NHẬN"
        raise LetterError(file, why)
    paragraphs = tuple(part.strip("\n") for part in re.split(r"\n[ \t]*\n", body) if part.strip())
    if not paragraphs:
        raise LetterError(file, "chưa có nội dung. Đề nghị viết nội dung thư dưới dòng tiêu đề.")
    for part in (subject[1], *paragraphs):
        _refuse_unknown(file, part, PLACEHOLDERS[name])
    return Letter(name, subject[1].strip(), paragraphs)


def fill_letter(text: str, values: Mapping[str, str]) -> str:
    """A text with its braces filled."""
    return text.format_map(values)


def names_in(text: str) -> tuple[str, ...]:
    """The names that stand in braces, in order."""
    return tuple(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


def all_names(letter: Letter) -> frozenset[str]:
    """Every name that a letter has in braces."""
    texts = (letter.subject, *letter.paragraphs)
    return frozenset(name for text in texts for name in names_in(text))


def _path(folder: Path, file: str) -> Path:
    for place in (folder, *FOLDERS):
        if (place / file).is_file():
            return place / file
    raise LettersMissingError(file)


def _read(path: Path, name: str) -> Letter:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise LetterError(path.name, f"máy tính không cho đọc ({error.strerror}).") from error
    try:
        return letter(name, data.decode(encoding_by_mark(data)))
    except UnicodeDecodeError as error:
        why = "chữ không theo bảng mã UTF-8. Đề nghị mở bằng Notepad, chọn Lưu thành, mã hóa UTF-8."
        raise LetterError(path.name, why) from error


def _normal(text: str) -> str:
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    return lines.strip("\n \t\ufeff")


def _refuse_unknown(file: str, text: str, known: frozenset[str]) -> None:
    try:
        pieces = list(string.Formatter().parse(text))
    except ValueError as error:
        start = " ".join(text.split())[:40]
        why = f"dấu ngoặc nhọn mở mà không đóng ở đoạn “{start}”. Đề nghị viết như: {{don_vi}}"
        raise LetterError(file, why) from error
    for _, name, spec, conversion in pieces:
        if name is not None and (name not in known or spec or conversion):
            whole = name + (f"!{conversion}" if conversion else "") + (f":{spec}" if spec else "")
            listed = ", ".join(f"{{{one}}}" for one in sorted(known))
            raise LetterError(file, f"không có chỗ điền {{{whole}}}. Các chỗ điền có: {listed}.")


_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
# What may stand in a header without being coded or folded: RFC 5322, 3.6.4.
_MESSAGE_ID = re.compile(r"<[\x21-\x3b\x3d\x3f-\x7e]{1,250}>")
_MOST_REFERENCES = 20  # programs thread a conversation by its first and its last ones
_LONGEST_LINE = 78  # RFC 5322, 2.1.1
_ENCODED_LINE, _ENCODED_WORD = 76, 75  # RFC 2047, 2
_TYPES = {
    "xlsx": "vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xlsm": "vnd.ms-excel.sheet.macroEnabled.12",
    "xls": "vnd.ms-excel",
    "zip": "zip",
    "pdf": "pdf",
}

Attachment = tuple[str, bytes]
"""(name as the receiver sees it, content)."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """The headers of a mail that goes out (phong bì)."""

    subject: str
    sender: tuple[str, str]  # name, address; no address: no From
    to: tuple[tuple[str, str], ...]  # (name, address)
    message_id: str
    date: dt.datetime  # one without a zone is Vietnam's
    in_reply_to: str = ""
    references: tuple[str, ...] = ()


def is_address(text: str) -> bool:
    """Whether a text is one mail address and nothing else."""
    return bool(_ADDRESS.fullmatch(text))


def compose(
    envelope: Envelope, *, text: str, html: str, attachments: Sequence[Attachment] = ()
) -> bytes:
    """The mail as an unsent draft (``X-Unsent: 1``), lines ended by CR LF.

    The same arguments give the same bytes: the boundaries follow from the number of the mail.
    Parts are joined here: through the library's tree of parts a letter took three times as long.
    """
    boundary = hashlib.sha256(envelope.message_id.encode()).hexdigest()[:32]
    # «=_» cannot occur in Base64, so that no content can hold a boundary
    texts = [_text_part("plain", text), _text_part("html", html)]
    head, body = _multipart("alternative", f"=_{boundary}_a", texts)
    if attachments:
        attached = [_attached(*one) for one in attachments]
        both = b"\r\n".join((head, body))
        head, body = _multipart("mixed", f"=_{boundary}_m", [both, *attached])
    headers = (_header(name, value) for name, value in _headers(envelope))
    return b"".join((head, *headers, b"\r\n", body))


def _text_part(subtype: str, text: str) -> bytes:
    head = (
        f'Content-Type: text/{subtype}; charset="utf-8"\r\nMIME-Version: 1.0\r\n'
        "Content-Transfer-Encoding: base64\r\n\r\n"
    )
    return head.encode() + _in_base64(_writable(text).encode())


def _in_base64(data: bytes) -> bytes:
    return encodebytes(data).replace(b"\n", b"\r\n")


def _multipart(subtype: str, boundary: str, parts: Iterable[bytes]) -> tuple[bytes, bytes]:
    """Headers and body of parts in one."""
    between = f"--{boundary}\r\n".encode()
    body = between + (b"\r\n" + between).join(parts) + f"\r\n--{boundary}--\r\n".encode()
    kind = _header("Content-Type", f'multipart/{subtype}; boundary="{boundary}"')
    return kind + _header("MIME-Version", "1.0"), body


def _header(name: str, value: str) -> bytes:
    """A header, folded by the library where a line of it is longer than a mail's."""
    plain = f"{name}: {value}\n"
    if plain.isascii() and max(map(len, plain.split("\n"))) <= _LONGEST_LINE:
        return plain.replace("\n", "\r\n").encode()
    return _mail_policy().fold_binary(name, value)


@cache
def _mail_policy() -> "Compat32":
    from email.policy import compat32

    return compat32.clone(linesep="\r\n")


def one_line(text: str) -> str:
    """A text that can stand in a header: NFC, no line breaks, no control characters."""
    return " ".join(clean(text).text.split())


def _writable(text: str) -> str:
    """The text with the line ends of mail; halves of letters, which UTF-8 cannot hold, as «?»."""
    whole = text.encode("utf-8", "replace").decode("utf-8")
    return whole.replace("\r\n", "\n").replace("\n", "\r\n")


def _headers(envelope: Envelope) -> Iterator[tuple[str, str]]:
    from email.utils import format_datetime

    date = envelope.date
    yield "Subject", _encoded(envelope.subject, "Subject")
    if envelope.sender[1]:
        yield "From", _mailbox(*envelope.sender)
    if envelope.to:
        yield "To", ",\n ".join(_mailbox(*one) for one in envelope.to)
    yield "Date", format_datetime(date if date.tzinfo else date.replace(tzinfo=VIETNAM))
    yield "Message-ID", envelope.message_id
    if _MESSAGE_ID.fullmatch(envelope.in_reply_to):
        yield "In-Reply-To", envelope.in_reply_to
        yield "References", "\n ".join(_thread(envelope))
    yield "X-Unsent", "1"


def _thread(envelope: Envelope) -> list[str]:
    ids = (*envelope.references, envelope.in_reply_to)
    known = dict.fromkeys(one for one in ids if _MESSAGE_ID.fullmatch(one))
    known.pop(envelope.in_reply_to)
    return [*list(known)[1 - _MOST_REFERENCES :], envelope.in_reply_to]


def _encoded(text: str, header: str) -> str:
    """RFC 2047: encoded words of at most 75 characters, one a line, parted between words.

    Some programs show a blank between two of them: «Chất l ượng», where the library parts a text.
    """
    plain = one_line(text)
    if plain.isascii():
        return plain
    first = room = _ENCODED_LINE - len(f"{header}: ")
    lines = [""]
    for word in re.findall(r"\S+ ?", plain):
        if lines[-1] and _in_base64_words(lines[-1] + word) > room:
            room = _ENCODED_WORD
            lines.append("")
        lines[-1] += word
    words = (_encoded_words(one, _ENCODED_WORD if at else first) for at, one in enumerate(lines))
    return "\n ".join(words)


def _in_base64_words(text: str) -> int:
    """Letters that a text takes at most as one encoded word."""
    return len("=?utf-8?b??=") + (len(text.encode("utf-8", "replace")) + 2) // 3 * 4


def _encoded_words(text: str, room: int) -> str:
    """A text as one encoded word, base64 or quoted; as several where one of the room is short."""
    from email.charset import Charset
    from email.header import Header

    if _in_base64_words(text) > room:
        return Header(text, "utf-8", maxlinelen=room).encode()
    return Charset("utf-8").header_encode(text)


def _mailbox(name: str, address: str) -> str:
    from email.utils import formataddr

    plain = one_line(name)
    if plain.isascii():
        return formataddr((plain, address))
    return f"{_encoded(plain, 'To')} <{address}>"


def _attached(name: str, data: bytes) -> bytes:
    """An attachment, its name twice: RFC 2231 for today's mailers, RFC 2047 for old Outlook.

    The library writes its headers; it would write its content line by line, in 2 ms a workbook.
    """
    from email.mime.application import MIMEApplication

    shown = one_line(name)
    subtype = _TYPES.get(shown.rpartition(".")[2].lower(), "octet-stream")
    part = MIMEApplication(b"", subtype)
    words = " ".join(_encoded(shown, "Content-Type").split("\n "))
    part.set_param("name", words)
    filename = shown if shown.isascii() else ("utf-8", "", shown)
    part.add_header("Content-Disposition", "attachment", filename=filename)
    return part.as_bytes(policy=_mail_policy()) + _in_base64(data)


_MOST_COLUMNS = 6  # a mail has no room for more beside each other
_MOST_FAULTY_ROWS = 3  # a mail shows examples; the marked copy has all
_LONGEST_TEXT = 60  # letters: an excerpt shows where to look, not all that stands there
_TOTAL_NAME = "Tổng cộng"


@dataclass(frozen=True, slots=True)
class GridCell:
    """One cell as text, whether the fault is in it, and whether it is a number."""

    text: str
    faulty: bool = False
    number: bool = False


@dataclass(frozen=True, slots=True)
class GridRow:
    """A row with its number as Excel shows it; the headings' row has the sheet's own number."""

    number: int
    cells: tuple[GridCell, ...]


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A piece of a sheet (bảng trích): letters of its columns, headings, rows in order."""

    sheet: str
    letters: tuple[str, ...]
    head: GridRow
    rows: tuple[GridRow, ...]


@dataclass(frozen=True, slots=True)
class _Piece:
    """What a grid is made from."""

    sheet: SheetReading
    form: SheetForm
    faulty: frozenset[CellRef]
    written: Mapping[CellRef, str]  # what stands in cells that could not be read
    day: dt.date

    def column_keys(self) -> Mapping[int, str]:
        """Column keys by column number, from the left."""
        pairs = sorted((column, key) for key, column in self.sheet.columns.items())
        return {column: key for column, key in pairs if key in self.form.by_key}


def written_in(findings: Sequence[Finding]) -> Mapping[CellRef, str]:
    """What the unit wrote in the cells that findings speak of, where they say it."""
    given: dict[CellRef, str] = {}
    for found in findings:
        if "given" in found.params:
            given |= {cell: str(found.params["given"]) for cell in found.cells if cell not in given}
    return given


def excerpt_around(
    found: Finding,
    reading: Reading,
    forms: Forms,
    *,
    day: dt.date,
    written: Mapping[CellRef, str] | None = None,
) -> Excerpt | None:
    """The piece of the sheet around a finding; None when it speaks of no cell of a known sheet.

    ``day`` chooses the headings in force; ``written`` has the text of cells that hold no value.
    At most three faulty rows, each with the row above and below, and six columns.
    """
    sheet = _sheet_of(found, reading)
    if not sheet or not found.at or sheet.form not in forms.sheet_by_id:
        return None
    form = forms.sheet_by_id[sheet.form]
    cells = frozenset(cell for cell in found.cells if cell.sheet == sheet.name)
    piece = _Piece(sheet, form, cells, {**(written or {}), **written_in([found])}, day)
    if sheet.places:
        return _of_labels(piece)
    rows = _rows_shown(piece)
    on_head = any(cell.row == sheet.heading_row for cell in cells)
    columns = _columns_shown(piece)
    if not columns or not (rows or on_head):
        return None
    return Excerpt(
        sheet=sheet.name,
        letters=tuple(column_letters(column) for column in columns),
        head=_head(piece, columns),
        rows=tuple(_row(piece, columns, record) for record in rows),
    )


def _sheet_of(found: Finding, reading: Reading) -> SheetReading | None:
    name = found.at.sheet if found.at else ""
    return next((one for one in reading.sheets.values() if one.name == name), None)


def _of_labels(piece: _Piece) -> Excerpt | None:
    """Label and value of the faulty places, with the places above and below."""
    known = ((key, cell) for key, cell in piece.sheet.places.items() if key in piece.form.by_key)
    places = sorted(known, key=lambda item: item[1])
    hits = {at for at, (_, cell) in enumerate(places) if cell in piece.faulty}
    near = [at for at in range(len(places)) if {at - 1, at, at + 1} & hits]
    if not hits or not piece.sheet.records:
        return None
    record = piece.sheet.records[0]
    rows = tuple(_label_row(piece, record, *places[at]) for at in near)
    head = GridRow(0, (GridCell("Mục"), GridCell("Nội dung")))
    column = places[min(hits)][1].column
    letters = (column_letters(max(column - 1, 1)), column_letters(column))
    return Excerpt(piece.sheet.name, letters, head, rows)


def _label_row(piece: _Piece, record: Record, key: str, cell: CellRef) -> GridRow:
    text = piece.written.get(cell) or value_text(record.values.get(key))
    heading = piece.form.by_key[key].heading_on(piece.day)
    return GridRow(cell.row, (GridCell(heading), GridCell(_short(text), cell in piece.faulty)))


def _rows_shown(piece: _Piece) -> tuple[Record, ...]:
    """The first faulty rows with their neighbours, each once, from the top."""
    total = (piece.sheet.total,) if piece.sheet.total else ()
    records = sorted((*piece.sheet.records, *total), key=lambda record: record.row)
    faulty = sorted({cell.row for cell in piece.faulty})
    hits = [at for at, record in enumerate(records) if record.row in faulty][:_MOST_FAULTY_ROWS]
    near = sorted({at + step for at in hits for step in (-1, 0, 1)} & set(range(len(records))))
    return tuple(records[at] for at in near)


def _columns_shown(piece: _Piece) -> tuple[int, ...]:
    """Columns that name the row, the faulty ones, and those beside the first fault."""
    known = list(piece.column_keys())
    faulty = sorted({cell.column for cell in piece.faulty} & set(known))
    chosen = dict.fromkeys((*_naming_columns(piece), *faulty, *_neighbours(known, faulty)))
    return tuple(sorted(list(chosen)[:_MOST_COLUMNS]))


def _naming_columns(piece: _Piece) -> Iterator[int]:
    """The key of the row and the text that a person knows it by."""
    columns = piece.sheet.columns
    name = next((c.key for c in piece.form.columns if c.type in ("text", "long_text")), "")
    yield from (columns[key] for key in (*piece.form.key[:1], name) if key in columns)


def _neighbours(known: Sequence[int], faulty: Sequence[int]) -> Iterator[int]:
    """The known columns left and right of the first and the last fault; the first ones of a row."""
    if not faulty:
        yield from known
        return
    first, last = known.index(faulty[0]), known.index(faulty[-1])
    yield from known[max(first - 1, 0) : first]
    yield from known[last + 1 : last + 2]


def _head(piece: _Piece, columns: Sequence[int]) -> GridRow:
    keys, row = piece.column_keys(), piece.sheet.heading_row
    cells = (
        GridCell(piece.form.by_key[keys[column]].heading_on(piece.day), _hit(piece, row, column))
        for column in columns
    )
    return GridRow(row, tuple(cells))


def _row(piece: _Piece, columns: Sequence[int], record: Record) -> GridRow:
    keys = piece.column_keys()
    cells = [_cell(piece, record, column, keys[column]) for column in columns]
    if record is piece.sheet.total and not cells[0].text:
        cells[0] = GridCell(_TOTAL_NAME, cells[0].faulty)
    return GridRow(record.row, tuple(cells))


def _cell(piece: _Piece, record: Record, column: int, key: str) -> GridCell:
    at, value = CellRef(piece.sheet.name, record.row, column), record.values.get(key)
    typed = piece.written.get(at, "") if key in record.unread else ""  # covered in the worker
    text = value_text(value)
    covered = typed or (mask(text) if piece.form.about_citizens else text)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return GridCell(_short(covered), _hit(piece, record.row, column), is_number)


def _hit(piece: _Piece, row: int, column: int) -> bool:
    """Whether a cell is faulty: itself, or its whole row."""
    name = piece.sheet.name
    return CellRef(name, row, column) in piece.faulty or CellRef(name, row) in piece.faulty


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_TEXT else line[: _LONGEST_TEXT - 1].rstrip() + "…"


# A placeholder that is a line may become many lines, or none.
_ALONE = re.compile(r"\s*\{(\w+)\}\s*")
_INK = {Severity.ERROR: "#C00000", Severity.WARNING: "#7F6000", Severity.INFO: "#404040"}
_FAULTY_FILL = {Severity.ERROR: "#F8CBAD", Severity.WARNING: "#FFF2CC", Severity.INFO: "#FFF2CC"}
_SHORT = 12  # characters: codes, days and numbers stay on one line
_LETTER_WIDTH, _PADDING, _WIDEST, _NUMBER_WIDTH = 7, 16, 220, 36  # pixels
_FONT = "font-family:'Times New Roman',serif;font-size:12pt;color:#000000"
_CELL = "border:1px solid #7F7F7F;padding:2px 6px;font-size:10pt;vertical-align:top"
_HEADING = f"{_CELL};background-color:#DCE6F1;font-weight:bold"
_TABLE = "border-collapse:collapse;margin:4pt 0 6pt 0"
_MARGIN = f"{_CELL};background-color:#F2F2F2;color:#595959;text-align:center;font-weight:normal"


@dataclass(frozen=True, slots=True)
class LetterItem:
    """One finding of a list, with the piece of its sheet where there is one."""

    found: Finding
    grid: Excerpt | None = None


@dataclass(frozen=True, slots=True)
class LetterBlock:
    """A list of findings that stands on its own line in a letter (danh sách)."""

    items: tuple[LetterItem, ...] = ()
    rest: str = ""  # what is said of those that the list leaves out

    def __bool__(self) -> bool:
        return bool(self.items)


@dataclass(frozen=True)
class LetterContent:
    """What fills a letter's braces: words, and lists of findings."""

    words: Mapping[str, str]
    blocks: Mapping[str, LetterBlock] = field(default_factory=dict)

    def is_empty(self, name: str) -> bool:
        """Whether there is nothing to put in a name's place."""
        return not (self.blocks[name] if name in self.blocks else self.words[name])

    @cached_property
    def as_text(self) -> Mapping[str, str]:
        """Every name as text."""
        return {**self.words, **{name: _listed(block) for name, block in self.blocks.items()}}


def letter_subject(letter: Letter, content: LetterContent) -> str:
    """The subject on one line."""
    return " ".join(fill_letter(letter.subject, content.as_text).split())


def plain_text(letter: Letter, content: LetterContent) -> str:
    """The letter as plain text; a paragraph with a name that is empty is left out."""
    texts = content.as_text
    kept = (
        fill_letter(paragraph, texts) for paragraph in _paragraphs_with_content(letter, content)
    )
    return "\n\n".join(kept) + "\n"


def as_html(letter: Letter, content: LetterContent) -> str:
    """The letter as one HTML page that loads nothing from outside."""
    parts = (
        _paragraph(paragraph, content) for paragraph in _paragraphs_with_content(letter, content)
    )
    title = html.escape(letter_subject(letter, content))
    return (
        '<!DOCTYPE html>\n<html lang="vi">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{title}</title>\n</head>\n"
        f'<body style="{_FONT};max-width:210mm">\n{"".join(parts)}</body>\n</html>\n'
    )


def _paragraphs_with_content(letter: Letter, content: LetterContent) -> Iterator[str]:
    for paragraph in letter.paragraphs:
        if not any(content.is_empty(name) for name in names_in(paragraph)):
            yield paragraph


def _listed(block: LetterBlock) -> str:
    lines = [
        f"{number}. {_finding_lines(item.found)}"
        for number, item in enumerate(block.items, start=1)
    ]
    return "\n".join([*lines, block.rest] if block.rest else lines)


def _finding_lines(found: Finding) -> str:
    where = messages.place_text(found)
    said = f"{where} – {messages.sentence(found)}" if where else messages.sentence(found)
    return f"{said}\n   {_explanation_line(found)}" if found.explanation else said


def _explanation_line(found: Finding) -> str:
    """What the unit itself has answered: the letter shows that it was read."""
    return f"Đơn vị đã giải trình: “{found.explanation}”."


def _paragraph(paragraph: str, content: LetterContent) -> str:
    """A paragraph whose lists stand on lines of their own; other lines keep their breaks."""
    parts: list[str] = []
    lines: list[str] = []
    for line in paragraph.split("\n"):
        alone = _ALONE.fullmatch(line)
        if alone and alone[1] in content.blocks:
            parts += [_lines(lines), _block(content.blocks[alone[1]])]
            lines = []
        else:
            lines.append(fill_letter(line, content.as_text))
    return "".join([*parts, _lines(lines)])


def _lines(lines: Iterable[str]) -> str:
    text = "<br>\n".join(html.escape(part) for line in lines for part in line.split("\n"))
    return f'<p style="margin:0 0 10pt 0">{text}</p>\n' if text else ""


def _block(block: LetterBlock) -> str:
    items = "".join(_item(item) for item in block.items)
    return f'<ol style="margin:0 0 10pt 0;padding-left:24pt">\n{items}</ol>\n' + _lines(
        [block.rest] if block.rest else []
    )


def _item(item: LetterItem) -> str:
    ink = _INK[item.found.severity]
    where = html.escape(messages.place_text(item.found))
    place = f'<b style="color:{ink}">{where}</b> – ' if where else ""
    said = html.escape(messages.sentence(item.found))
    grid = _grid_html(item.grid, item.found.severity) if item.grid else ""
    answer = (
        f"<br>\n<i>{html.escape(_explanation_line(item.found))}</i>"
        if item.found.explanation
        else ""
    )
    return f'<li style="margin-bottom:8pt">{place}{said}{answer}{grid}</li>\n'


def _grid_html(grid: Excerpt, severity: Severity) -> str:
    letters = "".join(
        f'<td width="{width}" style="{_MARGIN}">{letter}</td>'
        for letter, width in zip(grid.letters, _widths(grid), strict=True)
    )
    corner = f'<td width="{_NUMBER_WIDTH}" style="{_MARGIN}"></td>'
    rows = "".join(_row_html(row, _CELL, severity) for row in grid.rows)
    return (
        f'\n<table cellspacing="0" cellpadding="0" style="{_TABLE}">\n<tr>{corner}{letters}</tr>'
        f"\n{_row_html(grid.head, _HEADING, severity)}{rows}</table>"
    )


def _widths(grid: Excerpt) -> list[int]:
    """Pixels of each column: short texts stay on one line, long ones are wrapped."""
    columns = zip(*(row.cells for row in (grid.head, *grid.rows)), strict=True)
    longest = (max(len(cell.text) for cell in column) for column in columns)
    return [min(_LETTER_WIDTH * count + _PADDING, _WIDEST) for count in longest]


def _row_html(row: GridRow, looks: str, severity: Severity) -> str:
    number = f'<td nowrap style="{_MARGIN}">{row.number or ""}</td>'
    cells = "".join(_cell_html(cell, looks, severity) for cell in row.cells)
    return f"<tr>{number}{cells}</tr>\n"


def _cell_html(cell: GridCell, looks: str, severity: Severity) -> str:
    fault = f";background-color:{_FAULTY_FILL[severity]};color:{_INK[severity]};font-weight:bold"
    style = looks + fault if cell.faulty else looks
    style += ";text-align:right" if cell.number else ""
    whole = " nowrap" if len(cell.text) <= _SHORT else ""  # the attribute: Outlook knows no style
    text = html.escape(cell.text) or "&nbsp;"
    return f'<td{whole} style="{style}">{text}</td>'


_UNKNOWN_UNIT = "đơn vị gửi tệp"
# Findings shown with a piece of their sheet: with more a letter is too long to be read.
_MOST_GRIDS = 15
_MOST_LISTED = 60  # the attachment has the others
_HASH_SHOWN = 8  # signs, as a receipt is named to people


@dataclass(frozen=True, slots=True)
class Occasion:
    """Who is written to, about which period, and when."""

    plan: Plan
    unit: Unit | None  # None: the file does not say whose it is
    period: Period
    deadline: dt.date
    now: dt.datetime

    @property
    def code(self) -> str:
        """Code of the unit, "" when not known."""
        return self.unit.code if self.unit else ""

    @property
    def office(self) -> str:
        """Name of the unit that runs the plan: «Văn phòng Sở»."""
        return self.plan.office_name

    @property
    def sender(self) -> str:
        """Name in the letters' From: who is named for it in the plan, else the office."""
        return self.plan.settings.sender or self.office

    @property
    def office_address(self) -> str:
        """The office's mail address, "" when the plan has none."""
        return self.plan.settings.receiving_address

    @property
    def days_left(self) -> int:
        """Working days until the deadline, negative after it."""
        return workdays_between(in_vietnam(self.now).date(), self.deadline, self.plan.calendar)

    def common(self, attached: str) -> Mapping[str, str]:
        """The words that every letter has; ``attached`` is the name of its attachment, or ""."""
        window = self.period.window(self.plan.cutoff_day)
        return {
            "ky": self.period.label,
            "tu_ngay": day_text(window.start),
            "den_ngay": day_text(window.end),
            "don_vi": self.unit.name if self.unit else _UNKNOWN_UNIT,
            "ma_don_vi": self.code,
            "van_phong": self.office,
            "co_quan": self.plan.agency,
            "han_gui": f"ngày {day_text(self.deadline)}",
            "thu_van_phong": self.office_address or self.office,
            "dien_thoai": self.plan.settings.office_phone,
            "lien_he": self._contact(),
            "tep_kem": attached,
            "ten_viet_tat": self.plan.regime_on(window.end).short,
        }

    def _contact(self) -> str:
        phone = self.plan.settings.office_phone
        by_phone = f", điện thoại {phone}" if phone else ""
        return f"Cần trao đổi thêm, đề nghị liên hệ {self.office}{by_phone}."


def about_submission(
    about: Occasion,
    submission: Submission,
    errors: Sequence[Finding],
    remarks: Sequence[Finding],
    why: str,
) -> Mapping[str, str]:
    """The words about a file that came in; ``why`` it counts, or does not."""
    version = submission.version
    return {
        "tep": submission.file,
        "lan_gui": str(version) if version else "",
        "nhan_luc": office_moment(in_vietnam(submission.received_at)),
        "ket_luan": submission.verdict.label,
        "ly_do": why,
        "bao_cao": _report(about, submission),
        "han_gui_lai": _until(about),
        "so_loi": str(len(errors)),
        "so_canh_bao": str(len(remarks)),
        "bien_nhan": receipt_line(submission),
        "mau_ky": Period.label_of(submission.period) if submission.period else "",
    }


def receipt_line(submission: Submission) -> str:
    """``Nhận lúc 08 giờ 30 ngày 15/3/2022, tệp “…”, lần gửi thứ 2, số biên nhận 3f2a91bc.``."""
    parts = [
        f"Nhận lúc {office_moment(in_vietnam(submission.received_at))}",
        f"tệp “{submission.file}”",
        f"lần gửi thứ {submission.version}" if submission.version else "",
        f"muộn {submission.late_days} ngày làm việc" if submission.late_days else "",
        f"số biên nhận {submission.sha256[:_HASH_SHOWN]}",
    ]
    return ", ".join(part for part in parts if part) + "."


def situation(about: Occasion, standing: UnitStanding | None) -> str:
    """What the office has and has not got from a unit."""
    name = about.unit.name if about.unit else _UNKNOWN_UNIT
    until = office_moment(in_vietnam(about.now))
    if standing is None or standing.received_at is None:
        return (
            f"Đến {until}, {about.office} chưa nhận được báo cáo {about.period.label} của {name}."
        )
    received = office_moment(in_vietnam(standing.received_at))
    faults = f" còn {standing.errors} lỗi phải sửa" if standing.errors else " không được tính"
    return (
        f"Báo cáo {about.period.label} của {name} nhận lúc {received}{faults};"
        f" đến {until}, {about.office} chưa nhận được bản sửa."
    )


_NOTHING_TO_REPORT = (
    "Nếu kỳ này không phát sinh, đề nghị vẫn gửi báo cáo và ghi x ở ô “Kỳ này không phát sinh”."
)


def _please_send(about: Occasion, *, is_mended: bool) -> str:
    """What is asked for, by which day, and where it goes."""
    to = about.office_address or about.office
    what = "Hạn gửi bản sửa" if is_mended else "Hạn gửi"
    left = days_left_words(about.days_left)
    until = f"{what} là ngày {day_text(about.deadline)} ({left})"
    now = " ngay khi nhận được thư này" if about.days_left < 0 else ""
    return f"{until}; đề nghị đơn vị gửi về {to}{now}."


def _window(about: Occasion, helped: int) -> str:
    """Which days a report counts, and that it tells of what the unit helps with."""
    window = about.period.window(about.plan.cutoff_day)
    days = f"Số liệu tính từ ngày {day_text(window.start)} đến hết ngày {day_text(window.end)}"
    if not helped:
        return f"{days}."
    return f"{days}; báo cáo gồm cả kết quả phối hợp {two_digits(helped)} nhiệm vụ."


def owed_lines(lines: Sequence[str]) -> str:
    """Lines of what a unit owes, numbered; "" for none."""
    return "\n".join(f"{number}. {line}" for number, line in enumerate(lines, start=1))


@dataclass(frozen=True, slots=True)
class LetterLists:
    """Makes lists of findings with pieces of their sheets."""

    reading: Reading | None
    forms: Forms
    day: dt.date  # chooses the headings in force
    can_be_cut: bool  # the attachment holds every finding

    def block(self, findings: Sequence[Finding]) -> LetterBlock:
        """The list; a long one is cut where the attachment has the whole of it."""
        shown = findings[:_MOST_LISTED] if self.can_be_cut else findings
        written = written_in(findings)
        items = [
            LetterItem(found, self._grid(found, written) if at < _MOST_GRIDS else None)
            for at, found in enumerate(shown)
        ]
        left = len(findings) - len(shown)
        rest = f"Còn {left} nội dung khác được đánh dấu trong tệp gửi kèm." if left else ""
        return LetterBlock(tuple(items), rest)

    def _grid(self, found: Finding, written: Mapping[CellRef, str]) -> Excerpt | None:
        if not self.reading:
            return None
        return excerpt_around(found, self.reading, self.forms, day=self.day, written=written)


def counting_reason(
    submission: Submission, errors: Sequence[Finding], decisions: Mapping[int, Decision]
) -> str:
    """Why the version counts or not, unless the letter says just that anyway."""
    why = submission.why
    if not submission.version:
        is_told = submission.unmet_at_closing  # else the letter says it
    else:
        said_anyway = (Reason("receipt.returned", {"errors": len(errors)}),)
        is_told = is_worth_telling(why) and why != said_anyway
    return why_words(why, decisions) if is_told else ""


def _report(about: Occasion, submission: Submission) -> str:
    """``Báo cáo Quý I/2022 của Văn phòng Sở``; of a later one, which: an earlier may count."""
    name = about.unit.name if about.unit else _UNKNOWN_UNIT
    which = f" gửi lần thứ {submission.version}" if submission.version > 1 else ""
    return f"Báo cáo {about.period.label} của {name}{which}"


def _until(about: Occasion) -> str:
    if about.days_left >= 0:
        return f"chậm nhất ngày {day_text(about.deadline)}"
    return f"ngay khi nhận được thư này (hạn gửi ngày {day_text(about.deadline)} đã qua)"


_NOT_IN_FILE_NAMES = re.compile(r"[^A-Za-z0-9-]+")
_OWN_HOST = "kskt-excel.invalid"  # for the number of a mail when the office has no address
_HASH_IN_ID = 32  # signs: 128 bits, so that no two letters have one number
_NO_UNIT = "chua-ro-don-vi"
# «VP_2022-Q1_tra-loi.eml»: whose, of which period, what kind.
_LETTER_FILE = re.compile(r"([^_]+)_([^_]+)_([^_]+)\.eml")


@dataclass(frozen=True, slots=True)
class LetterName:
    """The name of a letter's file (tên tệp thư): whose it is, of which period, which letter."""

    unit: str  # the unit's code in plain letters, or a word for nobody
    period: str
    letter: str  # "don-doc", "phat-bieu", "can-sua-lan-2", …

    @classmethod
    def of(cls, code: str, period: Period, letter: str) -> Self:
        """The name of a unit's letter; ``code`` is "" when nobody knows whose it is."""
        return cls(_plain(code) or _NO_UNIT, period.id, letter)

    @classmethod
    def read(cls, file_name: str) -> Self | None:
        """What a name says; None for what is no letter's."""
        found = _LETTER_FILE.fullmatch(file_name)
        return cls(*found.groups()) if found else None

    @property
    def text(self) -> str:
        """The name as it is written."""
        return f"{self.unit}_{self.period}_{self.letter}.eml"

    def reminds(self, code: str) -> bool:
        """Whether it is a reminder to the unit, or to the superior, that has a code."""
        return self.letter in (REMINDER, SUPERIOR_REMINDER) and self.unit == _plain(code)


def _plain(code: str) -> str:
    """A unit's code in plain letters, for file names."""
    letters = unicodedata.normalize("NFD", code.replace("Đ", "D").replace("đ", "d"))
    return _NOT_IN_FILE_NAMES.sub("", letters)


@dataclass(frozen=True, slots=True)
class Draft:
    """A letter ready to send (thư nháp)."""

    subject: str
    to: tuple[str, ...]  # addresses; empty when none is known
    message_id: str  # the same for the same matter, so that it is sent once
    data: bytes  # the .eml file
    file_name: str
    what: str  # "reply", "reminder" or "issue"
    unit: str  # code, "" when not known
    period: str
    remark: str = ""  # what the office must know before it sends
    matters: tuple[str, ...] = ()  # what it tells the unit that it owes: ``Due.matter``


@dataclass(frozen=True, slots=True)
class _Matter:
    """What makes one letter another one than the next."""

    letter: str
    what: str
    seeds: tuple[str, ...]
    file_end: str
    attachment: Attachment | None
    answers: MailEnvelope = field(default_factory=MailEnvelope)
    owed: tuple[str, ...] = ()  # what it tells the unit that it owes: ``Due.matter``


def reply(
    *,
    letters: Letters,
    plan: Plan,
    forms: Forms,
    unit: Unit | None,
    period: Period,
    submission: Submission,
    findings: Sequence[Finding],
    reading: Reading | None,
    attachment: Attachment | None,
    deadline: dt.date,
    now: dt.datetime,
    decisions: Mapping[int, Decision],
    taken_out: Sequence[Finding] = (),
    owed: Sequence[str] = (),
    part: str = "",
    matters: Sequence[str] = (),
) -> Draft:
    """The answer to a file: received, to be corrected, or not accepted.

    ``unit`` is None when the file does not say whose it is; ``findings`` are those that stand, in
    the order in which the unit reads them; ``attachment`` is the marked copy, ``taken_out`` what it
    goes without; ``decisions`` are all by their numbers; ``owed`` is a line for each thing that the
    unit owes besides, ``part`` what is known of its part in tasks of others. The number of the mail
    follows from file, findings and what counts, so that it is never sent twice.
    """
    about = Occasion(plan, unit, period, deadline, now)
    errors = [found for found in findings if found.severity is Severity.ERROR]
    remarks = [found for found in findings if found.severity is Severity.WARNING]
    letter = letter_for(submission, findings, reading)
    lists = LetterLists(
        reading, forms, period.window(plan.cutoff_day).end, can_be_cut=bool(attachment)
    )
    noted = [*errors, *remarks] if letter == RECEIVED else remarks
    why = counting_reason(submission, errors, decisions)
    content = LetterContent(
        {
            **about.common(attachment[0] if attachment else ""),
            **about_submission(about, submission, errors, noted, why),
            "da_bo": " ".join(map(messages.sentence, taken_out)),
            "viec_can_lam": owed_lines(owed),
            "phoi_hop": part,
            "ban_ky": _on_signed_copy(about, submission),
        },
        {"danh_sach_loi": lists.block(errors), "danh_sach_canh_bao": lists.block(noted)},
    )
    said = (f"{messages.place_text(one)} {messages.sentence(one)}" for one in (*errors, *remarks))
    number = f"lan-{submission.version}" if submission.version else submission.sha256[:8]
    matter = _Matter(
        letter,
        "reply",
        (submission.sha256, submission.mail.message_id, why, *said),
        f"{letter}-{number}",
        attachment,
        submission.mail,
        tuple(matters),
    )
    return _draft(about, letters, matter, content)


@dataclass(frozen=True, slots=True)
class Reminded:
    """What a unit is reminded of: its report, a correction of it, other things that it owes."""

    report: Due | None = None  # the report of the period, or the correction of it
    standing: UnitStanding | None = None
    others: tuple[str, ...] = ()  # a line each
    matters: tuple[str, ...] = ()  # all of them, for the journal


def _on_signed_copy(about: Occasion, submission: Submission) -> str:
    """That the signed copy of a report that counts is there, or is asked for; else nothing."""
    if not submission.verdict.counts:
        return ""
    if submission.signed:
        days: dict[str, list[str]] = {}
        for copy in submission.signed:
            day = day_text(in_vietnam(copy.received_at).date())
            days.setdefault(day, []).append(f"“{copy.file}”")
        told = "; ".join(f"tệp {listed(names)} nhận ngày {day}" for day, names in days.items())
        return f"Đã có bản ký của báo cáo này: {told}."
    if not about.plan.settings.asks_signed_copy:
        return ""
    return (
        f"Đề nghị đơn vị in, ký và gửi {about.office} bản quét (PDF hoặc ảnh) của báo cáo này từ"
        " hộp thư của đơn vị; không phải gửi lại tệp Excel."
    )


def reminder(
    *,
    letters: Letters,
    plan: Plan,
    unit: Unit,
    period: Period,
    deadline: dt.date,
    now: dt.datetime,
    reminded: Reminded,
    attachment: Attachment | None = None,
) -> Draft:
    """One letter with everything that a unit owes.

    Two of the same day that ask for the same have the same number: a unit gets it once a day.
    """
    about = Occasion(plan, unit, period, deadline, now)
    owed = reminded.report
    is_mended = owed is not None and owed.kind is DueKind.CORRECTION
    is_awaited = owed is not None and not is_mended
    content = LetterContent(
        {
            **about.common(attachment[0] if attachment else ""),
            "luc_nay": shown.office_moment(in_vietnam(now)),
            "con_lai": days_left_words(about.days_left),
            "viec_chinh": _main_matter(reminded),
            "con_thieu": _awaited(reminded),
            "tinh_trang": situation(about, reminded.standing) if owed else "",
            "de_nghi_gui": _please_send(about, is_mended=is_mended) if owed else "",
            "so_lieu": _window(about, len(owed.tasks)) if owed and is_awaited else "",
            "khong_phat_sinh": _NOTHING_TO_REPORT if is_awaited else "",
            "viec_can_lam": owed_lines(reminded.others),
        }
    )
    seeds = (in_vietnam(now).date().isoformat(), *sorted(reminded.matters))
    matter = _Matter(REMINDER, "reminder", seeds, REMINDER, attachment, owed=reminded.matters)
    return _draft(about, letters, matter, content)


def _main_matter(reminded: Reminded) -> str:
    """What stands in the subject."""
    if reminded.report is None:
        return f"{two_digits(len(reminded.others))} VIỆC CẦN LÀM"
    return f"CHƯA NHẬN ĐƯỢC {_awaited(reminded)}"


def _awaited(reminded: Reminded) -> str:
    """What is still to come, as letters of 0.1.0 have it in their subject."""
    if reminded.report is None:
        return f"KẾT QUẢ {two_digits(len(reminded.others))} VIỆC CẦN LÀM"
    return "BẢN SỬA" if reminded.report.kind is DueKind.CORRECTION else "BÁO CÁO"


def superior_reminder(
    *,
    letters: Letters,
    plan: Plan,
    superior: Superior,
    period: Period,
    deadline: dt.date,
    now: dt.datetime,
    owing: Sequence[UnitStanding],
    matters: tuple[str, ...],
) -> Draft:
    """The list of the units of a superior whose reports are awaited, to the superior itself.

    As with units, two of the same day have the same number.
    """
    addressed = Unit(superior.code, superior.name, emails=superior.emails)
    about = Occasion(plan, addressed, period, deadline, now)
    names = plan.unit_by_code
    listed = (
        f"{number}. {names[one.unit].name}: {one.state.value.lower()}"
        for number, one in enumerate(owing, start=1)
    )
    content = LetterContent(
        {
            **about.common(""),
            "luc_nay": shown.office_moment(in_vietnam(now)),
            "con_lai": days_left_words(about.days_left),
            "so_don_vi": shown.two_digits(len(owing)),
            "danh_sach_don_vi": "\n".join(listed),
        }
    )
    day = in_vietnam(now).date().isoformat()
    name = SUPERIOR_REMINDER
    matter = _Matter(name, "reminder", (day, *matters), name, None, owed=matters)
    return _draft(about, letters, matter, content)


def cover(
    *,
    letters: Letters,
    plan: Plan,
    unit: Unit,
    period: Period,
    attachment: Attachment,
    deadline: dt.date,
    now: dt.datetime,
) -> Draft:
    """The letter that brings a unit its blank workbook."""
    about = Occasion(plan, unit, period, deadline, now)
    seeds = (hashlib.sha256(attachment[1]).hexdigest(),)
    matter = _Matter(COVER, "issue", seeds, COVER, attachment)
    return _draft(about, letters, matter, LetterContent(about.common(attachment[0])))


_LETTER_OF_A_QUESTION = {"receipt.stranger": AWAITED, "receipt.older_form": OLDER_FORM}


def letter_for(submission: Submission, findings: Sequence[Finding], reading: Reading | None) -> str:
    """Name of the letter that answers a file."""
    verdict = submission.verdict
    is_out = submission.unmet_at_closing
    if submission.question in _LETTER_OF_A_QUESTION and not is_out:
        return _LETTER_OF_A_QUESTION[submission.question]
    if verdict.counts and not is_out:
        return RECEIVED
    if verdict is Verdict.SUPERSEDED or is_out:
        return NOT_COUNTED_LETTER
    if reading is None or verdict in (Verdict.UNREADABLE, Verdict.NOT_A_REPORT):
        return NOT_ACCEPTED
    if any(found.severity is Severity.ERROR for found in findings):
        return TO_MEND
    return NOT_ACCEPTED if verdict is Verdict.RETURNED else RECEIVED


def _draft(about: Occasion, letters: Letters, matter: _Matter, content: LetterContent) -> Draft:
    letter = letters[matter.letter]
    subject = letter_subject(letter, content)
    to = _addresses(about, matter.answers.sender)
    name = about.unit.name if about.unit else ""
    envelope = Envelope(
        subject=subject,
        sender=(about.sender, about.office_address),
        to=tuple((name, address) for address in to),
        message_id=_message_id(about, matter),
        date=about.now,
        in_reply_to=matter.answers.message_id,
        references=matter.answers.references,
    )
    data = compose(
        envelope,
        text=plain_text(letter, content),
        html=as_html(letter, content),
        attachments=(matter.attachment,) if matter.attachment else (),
    )
    return Draft(
        subject=subject,
        to=to,
        message_id=envelope.message_id,
        data=data,
        file_name=LetterName.of(about.code, about.period, matter.file_end).text,
        what=matter.what,
        unit=about.code,
        period=about.period.id,
        remark=_remark(about, to),
        matters=matter.owed,
    )


def _addresses(about: Occasion, sender: str) -> tuple[str, ...]:
    """The unit's addresses; for a file of nobody its sender's, when the plan knows it."""
    if about.unit:
        return _valid(about.unit.emails)
    known = {address.casefold() for unit in about.plan.units for address in unit.emails}
    return _valid([sender] if sender.casefold() in known else [])


def _valid(addresses: Iterable[str]) -> tuple[str, ...]:
    stripped = (address.strip() for address in addresses)
    return tuple(dict.fromkeys(address for address in stripped if is_address(address)))


def _remark(about: Occasion, to: Sequence[str]) -> str:
    if to:
        return ""
    if about.unit is None:
        return "Tệp chưa rõ của đơn vị nào nên thư để trống người nhận; đề nghị điền trước khi gửi."
    return (
        f"Kế hoạch chưa ghi địa chỉ thư của {about.unit.name} nên thư để trống người nhận;"
        " đề nghị bổ sung ở trang Đơn vị của tệp kế hoạch, ví dụ: qlkh@tinh.gov.vn."
    )


def _message_id(about: Occasion, matter: _Matter) -> str:
    """Number of a mail: from what it is about, not from its wording, which the office may edit."""
    seeds = (matter.what, matter.letter, about.code, about.period.id, *matter.seeds)
    digest = hashlib.sha256("\0".join(seeds).encode()).hexdigest()[:_HASH_IN_ID]
    address = about.office_address
    host = address.rpartition("@")[2] if is_address(address) else _OWN_HOST
    return f"<{matter.what}.{digest}@{host}>"
