"""Letters go out once, encrypted, and each one's fate is told."""

import email
import email.policy
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from kskt_excel.mail.letters import Draft
from kskt_excel.mail.servers import (
    SENDING,
    Secret,
    Sending,
    SmtpError,
    SmtpSettingsError,
    send_letters,
    server_secret,
    without_draft_marks,
)
from tests.mail.smtp_server import SECRET, TOKEN, USER, Heard, certificate, serving

KEY = Secret(SECRET)
_DATA = (
    b"Subject: BC\r\nFrom: =?utf-8?b?VlA=?=\r\n <vp@tinh.gov.vn>\r\nX-Unsent: 1\r\n\r\n"
    b".mot dong\r\nFrom: dong nay la noi dung\r\n"
)


@dataclass(frozen=True)
class _Settings:
    smtp_host: str = "localhost"
    smtp_port: int = 587
    smtp_user: str = USER
    smtp_ca_file: str = ""
    sender: str = ""


def _draft(number: int = 1, *to: str) -> Draft:
    return Draft(
        subject="BC",
        to=to or ("qlcnh@tinh.gov.vn",),
        message_id=f"<reply.{number}@tinh.gov.vn>",
        data=_DATA,
        file_name="thu.eml",
        what="reply",
        unit="QLCNH",
        period="2022-Q1",
    )


@pytest.fixture(scope="module")
def cert(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate(tmp_path_factory.mktemp("chung-thu"))


def _sent(
    cert: Path,
    heard: Heard,
    *drafts: Draft,
    tls_from_start: bool = False,
    secret: Secret = KEY,
    **changed: str,
) -> list[Sending]:
    with serving(heard, cert, tls_from_start=tls_from_start):
        settings = replace(_reaching(heard, cert), **changed)
        return list(send_letters(drafts, settings, secret, ["<reply.9@tinh.gov.vn>"]))


def test_letters_go_out_over_one_encrypted_connection(cert: Path) -> None:
    heard = Heard()
    results = _sent(cert, heard, _draft(1), _draft(2, "a@tinh.gov.vn", "b@tinh.gov.vn"))
    assert [one.state for one in results] == ["sent", "sent"]
    assert [to for _, to, _ in heard.letters] == [
        ("qlcnh@tinh.gov.vn",),
        ("a@tinh.gov.vn", "b@tinh.gov.vn"),
    ]
    assert heard.encrypted == [True, True]
    assert heard.connections == 1


def test_what_arrives_is_the_letter_without_its_mark_of_a_draft(cert: Path) -> None:
    heard = Heard()
    _sent(cert, heard, _draft())
    sender, _, data = heard.letters[0]
    assert sender == "vp@tinh.gov.vn"
    assert data == _DATA.replace(b"X-Unsent: 1\r\n", b"")


def test_the_sender_of_the_settings_wins() -> None:
    data = without_draft_marks(_DATA, "khac@tinh.gov.vn")
    mail = email.message_from_bytes(data, policy=email.policy.default)
    assert mail["From"] == "khac@tinh.gov.vn"
    assert mail.get_all("From") == ["khac@tinh.gov.vn"]
    assert data.endswith(b"\r\n\r\n.mot dong\r\nFrom: dong nay la noi dung\r\n")


def test_a_letter_sent_before_is_not_sent_again(cert: Path) -> None:
    heard = Heard()
    results = _sent(cert, heard, _draft(9), _draft(1), _draft(1))
    assert [one.state for one in results] == ["already_sent", "sent", "already_sent"]
    assert len(heard.letters) == 1


def test_a_letter_without_address_is_told_and_needs_no_server() -> None:
    draft = replace(_draft(), to=(), remark="Kế hoạch chưa ghi địa chỉ thư.")
    [result] = send_letters([draft], _Settings(smtp_host=""), KEY, ())
    assert (result.state, result.why) == ("no_address", "Kế hoạch chưa ghi địa chỉ thư.")


def test_a_server_encrypted_from_the_start_is_spoken_to_so(
    cert: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard = Heard()
    with serving(heard, cert, tls_from_start=True):
        monkeypatch.setattr("kskt_excel.mail.servers._TLS_PORT", heard.port)
        results = list(send_letters([_draft()], _reaching(heard, cert), KEY, ()))
    assert ([one.state for one in results], heard.encrypted) == (["sent"], [True])


@pytest.mark.parametrize(
    ("heard", "changed", "said"),
    [
        (Heard(offers_tls=False), {}, "không mã hóa"),
        (Heard(), {"smtp_ca_file": ""}, "chứng thư"),
        (Heard(), {"smtp_ca_file": "/khong/co.pem"}, "không đọc được tệp /khong/co.pem"),
        (Heard(), {"smtp_user": "nguoi-khac"}, "tên nguoi-khac hoặc mật khẩu không đúng"),
        (Heard(hangs_up_after=0), {}, "mất kết nối khi đang gửi"),
    ],
    ids=["no encryption", "unknown certificate", "no such file", "wrong user", "hangs up"],
)
def test_a_server_that_cannot_be_used_is_a_sentence(
    cert: Path, heard: Heard, changed: dict[str, str], said: str
) -> None:
    with pytest.raises(SmtpError, match=said):
        _sent(cert, heard, _draft(), **changed)
    assert heard.letters == []


def test_letters_go_out_by_a_token(cert: Path) -> None:
    heard = Heard(ways="PLAIN XOAUTH2")
    results = _sent(cert, heard, _draft(1), _draft(2), secret=Secret(TOKEN, is_token=True))
    assert [one.state for one in results] == ["sent", "sent"]
    assert heard.encrypted == [True, True]


@pytest.mark.parametrize(
    ("ways", "said"),
    [("XOAUTH2", "không nhận mã truy cập"), ("PLAIN", "không cho đăng nhập bằng mã truy cập")],
)
def test_a_token_that_opens_nothing_is_a_sentence(cert: Path, ways: str, said: str) -> None:
    heard = Heard(ways=ways)
    with pytest.raises(SmtpError, match=said) as failed:
        _sent(cert, heard, _draft(), secret=Secret("cu-roi", is_token=True))
    assert "cu-roi" not in str(failed.value)
    assert heard.letters == []


def test_the_token_of_sending_is_kept_under_its_own_name() -> None:
    kept = {"KSKT_SMTP_TOKEN": TOKEN, "KSKT_IMAP_TOKEN": "khác", "KSKT_SMTP_PASSWORD": "x"}
    token = server_secret(SENDING, USER, kept, auth="", token_command="")
    assert token == Secret(TOKEN, is_token=True)
    by_password = server_secret(SENDING, USER, kept, auth="password", token_command="")
    assert by_password == Secret("x")


@pytest.mark.parametrize("host", ["localhost", "máy chủ..thư"])
def test_a_server_that_is_not_there_is_a_sentence(host: str) -> None:
    with pytest.raises(SmtpError, match="không kết nối được"):
        list(send_letters([_draft()], _Settings(smtp_host=host, smtp_port=1), KEY, ()))


def test_a_password_with_accents_is_a_sentence(cert: Path) -> None:
    heard = Heard()
    with serving(heard, cert):
        letters = send_letters([_draft()], _reaching(heard, cert), Secret("mật khẩu"), ())
        with pytest.raises(SmtpError, match="có dấu"):
            next(letters)


def test_a_lost_connection_keeps_what_was_sent_before(cert: Path) -> None:
    heard = Heard(hangs_up_after=1)
    with serving(heard, cert):
        letters = send_letters([_draft(1), _draft(2)], _reaching(heard, cert), KEY, ())
        assert next(letters).state == "sent"
        with pytest.raises(SmtpError):
            next(letters)


def _reaching(heard: Heard, cert: Path) -> _Settings:
    return _Settings(smtp_port=heard.port, smtp_ca_file=str(cert))


@pytest.mark.parametrize(
    ("heard", "state", "said"),
    [
        (Heard(refuses=frozenset({"sai@tinh.gov.vn"})), "sent", "sai@tinh.gov.vn"),
        (Heard(refuses=frozenset({"sai@tinh.gov.vn", "dung@tinh.gov.vn"})), "refused", "dung@"),
        (Heard(refuses_content=True), "refused", "554 too many virtues"),
    ],
    ids=["one of two addresses", "every address", "the letter itself"],
)
def test_a_refusal_is_told_and_the_next_letter_goes_out(
    cert: Path, heard: Heard, state: str, said: str
) -> None:
    first = _draft(1, "dung@tinh.gov.vn", "sai@tinh.gov.vn")
    results = _sent(cert, heard, first, _draft(2))
    assert results[0].state == state
    assert said in results[0].why
    assert results[1].state == ("refused" if heard.refuses_content else "sent")


def test_settings_that_are_missing_are_named(cert: Path) -> None:
    with pytest.raises(SmtpSettingsError, match="smtp_host"):
        list(send_letters([_draft()], _Settings(smtp_host=""), KEY, ()))
    nameless = replace(_draft(), data=b"Subject: BC\r\n\r\n")
    with pytest.raises(SmtpSettingsError, match="sender"):
        _sent(cert, Heard(), nameless)
