"""Mails as offices send them: headers and names of attachments in the ways of several mailers."""

import datetime as dt
import struct
import unicodedata
import zipfile
import zlib
from email import encoders
from email.header import Header
from email.mime.base import MIMEBase
from email.mime.image import MIMEImage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import encode_rfc2231, format_datetime
from io import BytesIO

from sample.sendings import Sending

WORKBOOK = "vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_OFFICE = "van-phong@skhcn.thainguyen.example"
_TONES = "\u0300\u0301\u0303\u0309\u0323"


def mail(sending: Sending, sender: str, workbook: bytes) -> bytes:
    """A mail that brings a workbook; the same sending gives the same bytes."""
    whole = MIMEMultipart("mixed", boundary=f"=_{sending.number}_mixed")
    whole["Received"] = f"from thu by mx.skhcn.thainguyen.example; {format_datetime(sending.at)}"
    whole["Date"] = format_datetime(sending.at - dt.timedelta(seconds=40))
    whole["From"], whole["To"] = sender, _OFFICE
    whole["Message-ID"] = f"<{sending.number}@skhcn.thainguyen.example>"
    whole["Subject"] = "=_subject_"
    whole.attach(_body(sending))
    if sending.way == "zip":
        packed = zipped(sending.name, workbook)
        whole.attach(_attached(packed, "zip", f"{sending.name}.zip", sending))
    else:
        whole.attach(_attached(workbook, WORKBOOK, sending.name, sending))
    if sending.scan:
        whole.attach(_attached(pdf(sending.scan), "pdf", sending.scan, sending))
    subject = encoded(sending.subject, sending.header)
    written = whole.as_bytes().replace(b"=_subject_", subject, 1)
    for name in filter(None, (sending.name, sending.scan)):
        written = written.replace(_placeholder(name).encode(), name.encode())
    return written


def encoded(text: str, header: str) -> bytes:
    """A header's value in the way of a mailer."""
    if header == "raw":
        return text.encode()
    if header == "quoted":
        return _quoted(text)
    if header == "cp1258":
        return Header(_with_loose_tones(text), "windows-1258", maxlinelen=200).encode().encode()
    return Header(text, "utf-8").encode().encode()


def _quoted(text: str) -> bytes:
    words = (f"=?utf-8?Q?{_q(part)}?=" for part in _chunks(text, 12))
    return "\n ".join(words).encode()


def _q(text: str) -> str:
    return "".join(
        char if char.isascii() and char.isalnum() else "".join(f"={b:02X}" for b in char.encode())
        for char in text
    )


def _chunks(text: str, size: int) -> list[str]:
    return [text[at : at + size] for at in range(0, len(text), size)]


def _with_loose_tones(text: str) -> str:
    """Text as the code page windows-1258 holds it: letters whole, tones behind them."""
    out = []
    for char in unicodedata.normalize("NFC", text):
        parts = unicodedata.normalize("NFD", char)
        tones = "".join(one for one in parts if one in _TONES)
        base = "".join(one for one in parts if one not in _TONES)
        out.append(unicodedata.normalize("NFC", base) + tones)
    return "".join(out)


def _body(sending: Sending) -> MIMEBase:
    greeting, asking = "Kính gửi Văn phòng Sở,", "Đề nghị Văn phòng tổng hợp."
    words = f"{greeting}\n\n{sending.subject}. {asking}\n\nTrân trọng./.\n"
    text = MIMEText(words, "plain", "utf-8")
    if not sending.picture:
        return text
    related = MIMEMultipart("related", boundary=f"=_{sending.number}_related")
    related.attach(text)
    picture = MIMEImage(logo(), "png", name="image001.png")
    picture["Content-ID"] = "<image001.png@01D83800>"
    picture["Content-Disposition"] = 'inline; filename="image001.png"'
    related.attach(picture)
    return related


def _attached(content: bytes, kind: str, name: str, sending: Sending) -> MIMEBase:
    part = MIMEBase("application", kind)
    part.set_payload(content)
    encoders.encode_base64(part)
    part["Content-Disposition"] = f"attachment; {_named(name, sending.header)}"
    return part


def _named(name: str, header: str) -> str:
    """The parameter that names an attachment, as mailers write it."""
    if header == "rfc2231":
        return f"filename*={encode_rfc2231(name, 'utf-8')}"
    if header == "plain":
        plain = unicodedata.normalize("NFD", name.replace("Đ", "D").replace("đ", "d"))
        return f'filename="{plain.encode("ascii", "ignore").decode()}"'
    if header == "raw":
        return f'filename="{_placeholder(name)}"'
    words = encoded(name, header).decode().replace("\n", "")
    return f'filename="{words}"'


def _placeholder(name: str) -> str:
    """Stands for a name that goes into the mail as bare bytes, which the library would encode."""
    return f"=_name_{zlib.crc32(name.encode())}"


def zipped(name: str, content: bytes) -> bytes:
    """A zip with one file, its name in UTF-8, its time fixed."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        entry = zipfile.ZipInfo(name, (2022, 3, 15, 9, 30, 0))
        entry.compress_type = zipfile.ZIP_DEFLATED
        package.writestr(entry, content)
    return out.getvalue()


def logo() -> bytes:
    """A small blue square, as signatures have."""
    size = 16
    line = b"\0" + bytes((0, 84, 166)) * size
    header = struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(line * size, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*chunk) for chunk in chunks)


def _chunk(kind: bytes, content: bytes) -> bytes:
    checksum = struct.pack(">I", zlib.crc32(kind + content))
    return struct.pack(">I", len(content)) + kind + content + checksum


def pdf(title: str) -> bytes:
    """A PDF with one empty page, as a scan or an invitation."""
    name = title.encode("utf-16-be").hex().upper()
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
        f"<</Title<FEFF{name}>>>".encode(),
    )
    out, starts = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        starts.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % start for start in starts)
    return (
        out
        + b"xref\n0 5\n0000000000 65535 f \n"
        + table
        + b"trailer\n<</Size 5/Root 1 0 R/Info 4 0 R>>\nstartxref\n%d\n%%%%EOF\n" % len(out)
    )
