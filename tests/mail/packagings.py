"""One workbook in two hundred packagings: what programs and gateways put around an attachment."""

import base64
import binascii
import itertools
import quopri
from collections.abc import Callable, Iterator, Mapping
from urllib.parse import quote

from tests.mail import letters

NAME = "Báo cáo quý I.xlsx"
CONTENT = letters.zipped(
    {
        "[Content_Types].xml": b"<Types/>" * 9,
        "xl/workbook.xml": bytes(range(256)) * 9,
        "xl/worksheets/sheet1.xml": b"".join(n.to_bytes(3, "big") for n in range(3_000)),
    }
)
FOOTER = b"\r\n-- \r\nThu nay da duoc quet vi-rut boi Gateway\r\nRegards\r\n"


def _lines(content: bytes, width: int = 57) -> list[bytes]:
    pieces = (content[at : at + width] for at in range(0, len(content), width))
    return [base64.b64encode(piece) for piece in pieces]


def _coded(letters_of_content: bytes, coding: str = "base64") -> bytes:
    return f"Content-Transfer-Encoding: {coding}\r\n\r\n".encode() + letters_of_content


def _wrapped(content: bytes = CONTENT) -> bytes:
    return b"\r\n".join(_lines(content)) + b"\r\n"


def _cut_in_two(between: bytes) -> bytes:
    lines = _lines(CONTENT)
    half = len(lines) // 2
    return b"\r\n".join(lines[:half]) + between + b"\r\n".join(lines[half:]) + b"\r\n"


def uuencoded(name: str, content: bytes = CONTENT, *, end: bool = True) -> bytes:
    """As old programs write it into the text."""
    pieces = (content[at : at + 45] for at in range(0, len(content), 45))
    body = b"".join(binascii.b2a_uu(piece).replace(b"\n", b"\r\n") for piece in pieces)
    return b"begin 644 " + name.encode() + b"\r\n" + body + (b"`\r\nend\r\n" if end else b"")


BODIES: Mapping[str, Callable[[], bytes]] = {
    "base64": lambda: _coded(_wrapped()),
    "a blank behind the word": lambda: _coded(_wrapped(), "BASE64 "),
    "blanks on both sides": lambda: _coded(_wrapped(), "   base64\t"),
    "with a hyphen": lambda: _coded(_wrapped(), "base-64"),
    "in quotes": lambda: _coded(_wrapped(), '"base64"'),
    "with a semicolon": lambda: _coded(_wrapped(), "base64;"),
    "with a comment": lambda: _coded(_wrapped(), "base64 (by gateway)"),
    "without padding": lambda: _coded(_wrapped().rstrip().rstrip(b"=")),
    "padded chunks": lambda: _coded(b"\r\n".join(_lines(CONTENT, 55))),
    "one line": lambda: _coded(base64.b64encode(CONTENT)),
    "narrow lines": lambda: _coded(b"\n".join(_lines(CONTENT, 45))),
    "a footer behind it": lambda: _coded(_wrapped() + FOOTER),
    "a footer inside": lambda: _coded(_cut_in_two(FOOTER)),
    "a delimiter inside": lambda: _coded(_cut_in_two(b"\r\n--INNER--\r\n\r\n")),
    "its own delimiter inside": lambda: _coded(
        _cut_in_two(b"\r\n--=_b\r\nContent-Type: text/plain\r\n\r\nQuet boi Gateway\r\n")
    ),
    "quoted like an answer": lambda: _coded(
        b"".join(b"> " + line + b"\r\n" for line in _lines(CONTENT))
    ),
    "base64 under quoted-printable": lambda: _coded(
        quopri.encodestring(base64.b64encode(CONTENT), quotetabs=False)
    ),
    "quoted-printable": lambda: _coded(binascii.b2a_qp(CONTENT, istext=False), "Quoted-Printable "),
    "a uuencoded part": lambda: _coded(uuencoded("x.xlsx"), "x-uuencode"),
    "a word behind it": lambda: _coded(_wrapped() + b"Regards\r\n"),
    "a word before it": lambda: _coded(b"CanhBao\r\n" + _wrapped()),
    "base64 of its base64": lambda: _coded(base64.encodebytes(_wrapped())),
    "uuencoded, called 7bit": lambda: _coded(uuencoded("x.xlsx"), "7bit"),
    "no word at all": lambda: b"\r\n" + _wrapped(),
    "as it is": lambda: _coded(CONTENT, "binary"),
}
NAMES: Mapping[str, str] = {
    "RFC 2231": f"filename*=UTF-8''{quote(NAME)}",
    "raw": f'filename="{NAME}"',
    "without quotes": f"filename={NAME}",
    "without its last quote": f'filename="{NAME}',
    "as in a web address": f'filename="{quote(NAME)}"',
    "with its folder": f'filename="C:\\Users\\an\\{NAME}"',
    "in single quotes": f"filename='{NAME}'",
    "in encoded words": f'filename="=?utf-8?B?{base64.b64encode(NAME.encode()).decode()}?="',
}
SAVED: Mapping[str, Callable[[bytes], bytes]] = {
    "as it is": lambda mail: mail,
    "blank lines before": lambda mail: b"\r\n\r\n" + mail,
    "a mark before": lambda mail: b"\xef\xbb\xbf" + mail,
    "in two bytes a letter": lambda mail: _readable(mail).encode("utf-16"),
    "in two bytes, the other way": lambda mail: b"\xfe\xff" + _readable(mail).encode("utf-16-be"),
    "in two bytes, without a mark": lambda mail: _readable(mail).encode("utf-16-be"),
    "below the answer of a server": lambda mail: b"+OK 12345 octets\r\n" + mail,
    "below a line of a mailbox": lambda mail: b">From qlcnh@x.vn Mon Mar 14 2022\n" + mail,
    "by Apple": lambda mail: b"%d\n" % len(mail) + mail + PROPERTIES,
    "by Apple, its line ends changed": lambda mail: (
        b"%d     \n" % len(mail) + mail.replace(b"\r\n", b"\n") + PROPERTIES
    ),
}
PROPERTIES = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN"'
    b' "http://www.apple.com/DTDs/PropertyList-1.0.dtd">\n<plist version="1.0"><dict/></plist>\n'
)


def _readable(mail: bytes) -> str:
    return mail.decode("utf-8")


def part(body: bytes, name: str) -> bytes:
    """A part that brings the workbook."""
    head = f"Content-Type: {letters.XLSX}\r\nContent-Disposition: attachment; {name}\r\n"
    return head.encode() + body


def cms(content: bytes, *, in_pieces: bool = False, kind: int = 2) -> bytes:
    """Content in front of a signature (RFC 5652), of which only the frame is there."""
    data_id = bytes.fromhex("06092a864886f70d010701")
    octets = _pieces(content) if in_pieces else _element(0x04, content)
    inside = _element(0x30, data_id + _element(0xA0, octets))
    signed = _element(0x02, b"\1") + _element(0x31, b"") + inside + _element(0x31, b"")
    outer_id = bytes.fromhex("06092a864886f70d0107") + bytes([kind])
    return _element(0x30, outer_id + _element(0xA0, _element(0x30, signed)))


def _element(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 128:
        return bytes([tag, size]) + content
    length = size.to_bytes(-(-size.bit_length() // 8), "big")
    return bytes([tag, 0x80 | len(length)]) + length + content


def _pieces(content: bytes) -> bytes:
    """As programs write that do not know the length beforehand."""
    pieces = (content[at : at + 1000] for at in range(0, len(content), 1000))
    return b"\x24\x80" + b"".join(_element(0x04, piece) for piece in pieces) + b"\0\0"


def mails() -> Iterator[tuple[str, bytes]]:
    """Every way of writing the content, of naming it and of saving the mail, together."""
    names, saved = itertools.cycle(NAMES.items()), itertools.cycle(SAVED.items())
    for turn, (body_name, body) in itertools.product(range(10), BODIES.items()):
        name_name, name = next(names)
        saved_name, save = next(saved)
        if turn % 2:
            saved_name, save = next(saved)
        if body_name == "as it is":  # bytes of the file itself: no program may change line ends
            saved_name, save = body_name, SAVED[body_name]
        yield (
            f"{body_name}; {name_name}; {saved_name}; {turn}",
            save(letters.mail(part(body(), name))),
        )


def forwarded(mail: bytes, turn: int) -> bytes:
    """The mail inside another one: as its part, coded against the rules, as a file."""
    own = b"Content-Type: message/rfc822\r\n"
    ways = (
        own + b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(mail),
        letters.named("thư cũ.eml", mail, "application/octet-stream"),
        own + b"Content-Transfer-Encoding: quoted-printable\r\n\r\n" + _in_quotes(mail),
        own
        + b"Content-Transfer-Encoding: quoted-printable\r\n\r\n"
        + (binascii.b2a_qp(mail) if mail.isascii() else _in_quotes(mail)),  # line by line
    )
    return letters.mail(ways[turn % len(ways)], boundary="=_outer")


def _in_quotes(mail: bytes) -> bytes:
    return binascii.b2a_qp(mail, istext=False).replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def signed(mail: bytes, turn: int) -> bytes:
    """The mail in front of a signature, as S/MIME sends it, or the file that was signed so."""
    if turn % 2:
        whole = letters.named("thư.eml.p7m", cms(mail, in_pieces=True), "application/pkcs7-mime")
        return letters.mail(whole, boundary="=_outer")
    head = (
        'Content-Type: application/pkcs7-mime; smime-type=signed-data; name="smime.p7m"\r\n'
        "Content-Transfer-Encoding: base64\r\n\r\n"
    )
    return f"{letters.TOP}{head}".encode() + base64.encodebytes(cms(mail))


def zipped(mail: bytes, turn: int) -> bytes:
    """The saved mail in an archive, attached to a mail."""
    archive = letters.zipped({"Thư/báo cáo.eml": mail})
    kind = ("application/zip", "application/octet-stream")[turn % 2]
    return letters.mail(letters.named("nộp.zip", archive, kind), boundary="=_outer")
