"""Mails as Vietnamese offices' programs really write them, byte by byte."""

import base64
import io
import quopri
import unicodedata
import zipfile
from collections.abc import Callable, Mapping
from urllib.parse import quote

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TOP = (
    "Received: from mx.thainguyen.gov.vn by mail.skhcn.gov.vn; Tue, 15 Mar 2022 08:30:00 +0700\r\n"
    "Received: from pc-07 by mx.thainguyen.gov.vn; Tue, 15 Mar 2022 08:29:00 +0700\r\n"
    "Date: Mon, 14 Mar 2022 16:45:10 +0700\r\n"
    "From: =?utf-8?B?UGjDsm5nIFFMQ05I?= <qlcnh.skhcn@thainguyen.gov.vn>\r\n"
    "To: vanphong.skhcn@thainguyen.gov.vn\r\n"
    "Subject: =?UTF-8?Q?B=C3=A1o_c=C3=A1o_qu=C3=BD_I?=\r\n"
    "Message-ID: <20220314.1@thainguyen.gov.vn>\r\n"
    "In-Reply-To: <phat-bieu-2022-Q1@skhcn.gov.vn>\r\n"
    "MIME-Version: 1.0\r\n"
)


def workbook(text: str = "a") -> bytes:
    """A zip that looks like a workbook from outside."""
    return zipped({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": text.encode()})


def zipped(files: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in files.items():
            package.writestr(zipfile.ZipInfo(name, (2022, 3, 14, 0, 0, 0)), content)
    return out.getvalue()


def attached(content: bytes, headers: str | bytes) -> bytes:
    """A part in base64 under its own content headers."""
    raw = headers.encode() if isinstance(headers, str) else headers
    return (
        raw
        + b"\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + base64.encodebytes(content).replace(b"\n", b"\r\n")
    )


def named(name: str, content: bytes = b"", kind: str = XLSX) -> bytes:
    """An attachment with its name as modern mailers write it."""
    disposition = f"Content-Disposition: attachment; filename*=UTF-8''{quote(name)}"
    return attached(content or workbook(), f"Content-Type: {kind}\r\n{disposition}")


def mail(*parts: bytes, top: str = TOP, boundary: str = "=_b", end: bool = True) -> bytes:
    """A mail with a short text and parts."""
    text = b"Content-Type: text/plain; charset=utf-8\r\n\r\nK\xc3\xadnh g\xe1\xbb\xadi.\r\n"
    line = f"--{boundary}\r\n".encode()
    joined = b"".join(line + part + b"\r\n" for part in (text, *parts))
    head = f'{top}Content-Type: multipart/mixed; boundary="{boundary}"\r\n\r\n'.encode()
    return head + joined + (f"--{boundary}--\r\n".encode() if end else b"")


def in_1258(text: str) -> bytes:
    """Windows-1258 as Vietnamese Windows writes it: letters with their tone mark after them."""
    out = b""
    for char in unicodedata.normalize("NFC", text):
        try:
            out += char.encode("cp1258")
        except UnicodeEncodeError:
            base, tone = _without_tone(char)
            out += base.encode("cp1258") + tone.encode("cp1258")
    return out


def _without_tone(char: str) -> tuple[str, str]:
    marks = unicodedata.normalize("NFD", char)
    tone = next(mark for mark in marks if mark in "\u0300\u0301\u0303\u0309\u0323")
    return unicodedata.normalize("NFC", marks.replace(tone, "")), tone


def _words(name: str, size: int, *, charset: str = "utf-8") -> list[str]:
    raw = in_1258(name) if charset == "windows-1258" else name.encode()
    pieces = [raw[at : at + size] for at in range(0, len(raw), size)]
    return [f"=?{charset}?B?{base64.b64encode(piece).decode()}?=" for piece in pieces]


def _whole_letters(name: str) -> list[str]:
    pieces = [name[at : at + 12] for at in range(0, len(name), 12)]
    return [f"=?utf-8?B?{base64.b64encode(piece.encode()).decode()}?=" for piece in pieces]


def _q_word(name: str) -> str:
    encoded = quopri.encodestring(name.encode(), quotetabs=True).replace(b"=\n", b"").decode()
    return f"=?UTF-8?Q?{encoded.replace(' ', '_').replace('?', '=3F').replace('=20', '_')}?="


def _continued(name: str) -> str:
    encoded = quote(name)
    cuts = [encoded[at : at + 40] for at in range(0, len(encoded), 40)]
    lines = [f"filename*{n}*={'UTF-8' * (n == 0)}{chr(39) * 2 * (n == 0)}{cut}"
             for n, cut in enumerate(cuts)]  # fmt: skip
    return ";\r\n ".join(lines)


def _quoted(raw: bytes) -> bytes:
    return b'"' + raw.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'


def _with(parameter: bytes | str, kind: str = XLSX) -> bytes:
    raw = parameter.encode() if isinstance(parameter, str) else parameter
    return f"Content-Type: {kind}\r\nContent-Disposition: attachment; ".encode() + raw


def _typed(parameter: str) -> bytes:
    return f"Content-Type: {XLSX}; {parameter}\r\nContent-Disposition: attachment".encode()


ENCODINGS: Mapping[str, Callable[[str], bytes]] = {
    "RFC 2231": lambda n: _with(f"filename*=UTF-8''{quote(n)}"),
    "RFC 2231 with language": lambda n: _with(f"filename*=utf-8'vi'{quote(n)}"),
    "RFC 2231 continued": lambda n: _with(_continued(n)),
    "RFC 2231 decomposed": lambda n: _with(
        f"filename*=UTF-8''{quote(unicodedata.normalize('NFD', n))}"
    ),
    "RFC 2231 beside an ASCII name": lambda n: _with(
        f"filename=\"Bao cao.xlsx\"; filename*=UTF-8''{quote(n)}"
    ),
    "RFC 2047 base64 in quotes": lambda n: _with(f'filename="{_words(n, 900)[0]}"'),
    "RFC 2047 Q in quotes": lambda n: _with(f'filename="{_q_word(n)}"'),
    "RFC 2047 folded in quotes": lambda n: _with(
        'filename="' + "\r\n ".join(_whole_letters(n)) + '"'
    ),
    "RFC 2047 cut inside a letter": lambda n: _with(
        'filename="' + "\r\n ".join(_words(n, 13)) + '"'
    ),
    "RFC 2047 folded without quotes": lambda n: _with(
        "filename=" + "\r\n ".join(_whole_letters(n))
    ),
    "RFC 2047 Windows-1258": lambda n: _with(
        f'filename="{_words(n, 900, charset="windows-1258")[0]}"'
    ),
    "raw UTF-8": lambda n: _with(b"filename=" + _quoted(n.encode())),
    "raw UTF-8 decomposed": lambda n: _with(
        b"filename=" + _quoted(unicodedata.normalize("NFD", n).encode())
    ),
    "raw Windows-1258": lambda n: _with(b"filename=" + _quoted(in_1258(n))),
    "name of the type, RFC 2047": lambda n: _typed(f'name="{_words(n, 900)[0]}"'),
    "name of the type, RFC 2231": lambda n: _typed(f"name*=UTF-8''{quote(n)}"),
}
NAMES = (
    "Báo cáo KSTTHC quý I năm 2022 – Chi cục TĐC.xlsx",
    "Biểu II.06a; (sửa lần 2) Phòng QLCNH.xlsx",
    "Đơn vị Trung tâm phát triển KH&CN, 9 tháng.xlsx",
    "Tổng hợp “kết quả” giải quyết TTHC thuộc thẩm quyền của Sở Khoa học và Công nghệ.xlsx",
)
