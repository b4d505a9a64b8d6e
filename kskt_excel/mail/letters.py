"""Letters: texts that the office edits, findings listed in them, the mail composed."""

import datetime as dt
import hashlib
import html
import re
import string
import unicodedata
from base64 import encodebytes
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from kskt_excel import messages
from kskt_excel.model.calendar import VIETNAM
from kskt_excel.model.errors import KsktError
from kskt_excel.model.finding import Finding, Severity
from kskt_excel.model.nouns import dataclass
from kskt_excel.report.excerpt import Excerpt, GridCell, GridRow
from kskt_excel.text.spelling import clean, encoding_by_mark

if TYPE_CHECKING:
    from email._policybase import Compat32


FOLDERS = tuple(
    parent.joinpath("templates", "thu")
    for parent in (Path(__file__).parents[1] / "data", Path(__file__).parents[2])
)
"""Where the program's own texts lie: in the wheel, or in the repository."""

_PARAGRAPHS = 256  # of all letters

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


@lru_cache(maxsize=_PARAGRAPHS)
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
_KEPT = 256  # the same few names stand in all letters of a run
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


@lru_cache(maxsize=_KEPT)
def _encoded(text: str, header: str) -> str:
    """RFC 2047: encoded words of at most 75 characters, one a line."""
    from email.header import Header

    plain = one_line(text)
    return plain if plain.isascii() else Header(plain, "utf-8", header_name=header).encode()


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
    grid = _grid(item.grid, item.found.severity) if item.grid else ""
    answer = (
        f"<br>\n<i>{html.escape(_explanation_line(item.found))}</i>"
        if item.found.explanation
        else ""
    )
    return f'<li style="margin-bottom:8pt">{place}{said}{answer}{grid}</li>\n'


def _grid(grid: Excerpt, severity: Severity) -> str:
    letters = "".join(
        f'<td width="{width}" style="{_MARGIN}">{letter}</td>'
        for letter, width in zip(grid.letters, _widths(grid), strict=True)
    )
    corner = f'<td width="{_NUMBER_WIDTH}" style="{_MARGIN}"></td>'
    rows = "".join(_row(row, _CELL, severity) for row in grid.rows)
    return (
        f'\n<table cellspacing="0" cellpadding="0" style="{_TABLE}">\n<tr>{corner}{letters}</tr>'
        f"\n{_row(grid.head, _HEADING, severity)}{rows}</table>"
    )


def _widths(grid: Excerpt) -> list[int]:
    """Pixels of each column: short texts stay on one line, long ones are wrapped."""
    columns = zip(*(row.cells for row in (grid.head, *grid.rows)), strict=True)
    longest = (max(len(cell.text) for cell in column) for column in columns)
    return [min(_LETTER_WIDTH * count + _PADDING, _WIDEST) for count in longest]


def _row(row: GridRow, looks: str, severity: Severity) -> str:
    number = f'<td nowrap style="{_MARGIN}">{row.number or ""}</td>'
    cells = "".join(_cell(cell, looks, severity) for cell in row.cells)
    return f"<tr>{number}{cells}</tr>\n"


def _cell(cell: GridCell, looks: str, severity: Severity) -> str:
    fault = f";background-color:{_FAULTY_FILL[severity]};color:{_INK[severity]};font-weight:bold"
    style = looks + fault if cell.faulty else looks
    style += ";text-align:right" if cell.number else ""
    whole = " nowrap" if len(cell.text) <= _SHORT else ""  # the attribute: Outlook knows no style
    text = html.escape(cell.text) or "&nbsp;"
    return f'<td{whole} style="{style}">{text}</td>'
