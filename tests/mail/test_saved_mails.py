"""Files in the text of a mail, parts of mails, links instead of files, archives of odd make."""

import base64
import io
import stat
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kskt_excel.mail.message import coding, from_base64, link_to_a_file
from kskt_excel.mail.pieces import as_sent
from tests.mail.letters import TOP, mail, named, workbook, zipped
from tests.mail.packagings import CONTENT, mails, uuencoded
from tests.mail.test_incoming import taken, told

MAILS = dict(mails())
PLAIN = b"Content-Type: text/plain; charset=utf-8\r\n\r\n"


def plain(text: bytes, headers: bytes = PLAIN) -> bytes:
    return TOP.encode() + headers + text


def archive(member: zipfile.ZipInfo, content: bytes, *, method: int = -1) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr(member, content)
        package.writestr("BC.xlsx", workbook())
    data = bytearray(out.getvalue())
    if method >= 0:  # of the first member, in both places
        at = int.from_bytes(data[-6:-2], "little")
        data[8:10] = data[at + 10 : at + 12] = method.to_bytes(2, "little")
    return bytes(data)


def link_inside() -> zipfile.ZipInfo:
    member = zipfile.ZipInfo("bao cao.xlsx")
    member.create_system, member.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    return member


CASES = {
    "uuencode in the text": (plain(b"Gui\r\n\r\n" + uuencoded("BC.xlsx")), [("BC.xlsx",)]),
    "two of them": (
        plain(uuencoded("a.xlsx") + b"va\r\n" + uuencoded("b.xlsx")), [("a.xlsx",), ("b.xlsx",)]),
    "its end is missing": (
        plain(uuencoded("BC.xlsx", CONTENT[:-90], end=False)), [("BC.xlsx", "mail.cut_off")]),
    "a sentence that begins so": (
        plain(b"begin 2022 with a plan\r\nend\r\n"), [("thư.eml", "mail.no_attachment")]),
    "a part without its headers": (
        plain(mail(named("Báo cáo.xlsx", CONTENT)).partition(b"\r\n\r\n")[2]),
        [("Báo cáo.xlsx",)]),
    "a delimiter that no header names": (
        plain(b'--B\r\nContent-Type: x/y; name="BC.xlsx"\r\n\r\n'
              + mail(named("BC.xlsx", CONTENT)).partition(b"base64\r\n")[2],
              b"Content-Type: multipart/mixed\r\n\r\n"), [("BC.xlsx",)]),
    "the first of two parts": (
        plain(b"", b"Content-Type: message/partial; id=1; number=1; total=2\r\n\r\n"),
        [("thư.eml", "mail.partial")]),
    "a link to a drive": (
        plain("Báo cáo tại https://drive.google.com/file/d/1A/view.".encode()),
        [("thư.eml", "mail.only_link")]),
    "a link beside the report": (
        mail(named("BC.xlsx"), PLAIN + b"https://drive.google.com/file/d/1A"), [("BC.xlsx",)]),
    "a part that lies elsewhere": (
        mail(b'Content-Type: message/external-body; access-type=URL;'
             b' URL="https://x.vn/bc.xlsx"\r\n\r\nContent-Type: x/y\r\n\r\n'),
        [("thư.eml", "mail.only_link")]),
    "a link in an archive": (
        archive(link_inside(), b"BC.xlsx"), [("bao cao.xlsx", "mail.zip_link"), ("BC.xlsx",)]),
    "a link alone in an archive": (
        zipped({"a.pdf": b"%PDF"}), [("a.pdf", "mail.no_workbook")]),
    "a way of compressing that is not read": (
        archive(zipfile.ZipInfo("a.xlsx"), b"a", method=9),
        [("nộp.zip", "mail.zip_method"), ("BC.xlsx",)]),
    "a part that Apple Mail keeps elsewhere": (
        mail(named("BC.xlsx").replace(b"\r\n\r\n", b"\r\nX-Apple-Content-Length: 9\r\n\r\n", 1)
             .partition(b"UEsD")[0]), [("BC.xlsx", "mail.cut_off")]),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_comes_out_of(case: str) -> None:
    data, expected = CASES[case]
    found = told(taken("nộp.zip" if data[:2] == b"PK" else "thư.eml", data))
    assert [(one[0].partition("-")[0], *one[1:]) for one in found] == [
        (name.partition("-")[0], *codes) for name, *codes in expected
    ]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("base64", "base64"),
        ("BASE64 ", "base64"),
        ('"base-64"', "base64"),
        ("Base64 (x)", "base64"),
        ("quoted_printable;", "quoted-printable"),
        ("X-UUE", "uuencode"),
        ("8bit", ""),
        ("", ""),
    ],
)
def test_a_coding_is_understood_as_it_is_meant(written: str, meant: str) -> None:
    assert coding(written) == meant


@given(st.binary(min_size=1, max_size=2_000), st.sampled_from(["", "\n", "\r\n"]))
def test_base64_is_the_inverse_of_writing_it(data: bytes, end: str) -> None:
    import base64

    letters = base64.encodebytes(data) if end else base64.b64encode(data)
    assert from_base64(letters.replace(b"\n", end.encode())).data == data


@given(data=st.binary(min_size=1, max_size=300))
def test_base64_with_the_letters_of_addresses_is_read(data: bytes) -> None:
    assert from_base64(base64.urlsafe_b64encode(data)).data == data
    assert from_base64(base64.urlsafe_b64encode(data).rstrip(b"=")).data == data


@given(st.binary(max_size=500))
def test_any_bytes_may_be_asked_for_their_mail(data: bytes) -> None:
    assert isinstance(as_sent(data), bytes)
    assert isinstance(from_base64(data).data, bytes)


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("xem https://1drv.ms/x/s!A?e=1, cảm ơn", "https://1drv.ms/x/s!A?e=1"),
        ("<a href='https://so.sharepoint.com/:x:/g/BC'>BC</a>", "https://so.sharepoint.com/:x:/g/BC"),
        ("https://nam.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwe.tl%2Ft-1&data=0",
         "https://we.tl/t-1"),
        ("https://skhcn.gov.vn/tai/bao-cao.xlsx?v=1", "https://skhcn.gov.vn/tai/bao-cao.xlsx?v=1"),
        ("https://skhcn.gov.vn/tin-tuc", ""),
        ("https://drive.google.com/", ""),
        ("http://[1", ""),
        ("https://may.tinh.vn/s/AbC123deF456gHi", "https://may.tinh.vn/s/AbC123deF456gHi"),
        ("https://may.tinh.vn/index.php/s/AbC123deF456", "https://may.tinh.vn/index.php/s/AbC123deF456"),
        ("https://tinh.vn/tin/s/2022", ""),
    ],
)  # fmt: skip
def test_a_link_to_a_file_is_seen(text: str, link: str) -> None:
    assert link_to_a_file([text]) == link


@pytest.mark.long
@given(st.sampled_from(sorted(MAILS)), st.data())
def test_a_mail_that_was_changed_anywhere_gives_files_or_a_reason(
    case: str, data: st.DataObject
) -> None:
    mail = bytearray(MAILS[case])
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(mail) - 1))
        mail[at : at + data.draw(st.integers(0, 90))] = data.draw(
            st.sampled_from([b"", b"\0", b"=", b"\r\n", b"--=_b\r\n", b"begin 644 x\n", b"\xff"])
        )
    name = data.draw(st.sampled_from(["thư.eml", "thư.msg", "thư", "thư.p7m", "winmail.dat"]))
    assert taken(name, bytes(mail))


def test_a_workbook_that_is_called_a_picture_of_the_text_is_taken() -> None:
    part = (
        b"Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n"
        b'Content-Disposition: inline; filename="BC.xlsx"\r\n\r\n'
    )
    data = plain(base64.encodebytes(CONTENT), headers=part)
    assert [one.data for one in taken("thư.eml", data)] == [CONTENT]
