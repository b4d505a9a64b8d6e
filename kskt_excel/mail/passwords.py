"""Passwords of the mail servers: from the environment, else from the machine's keyring."""

from collections.abc import Mapping
from dataclasses import dataclass

from kskt_excel.model.errors import KsktError


@dataclass(frozen=True, slots=True)
class Keeping:
    """Where a password (mật khẩu) is kept, and what for."""

    purpose: str  # as a sentence says it
    variable: str  # of the environment
    service: str  # of the keyring


RECEIVING = Keeping("nhận thư", "KSKT_IMAP_PASSWORD", "kskt-imap")
SENDING = Keeping("gửi thư", "KSKT_SMTP_PASSWORD", "kskt-smtp")


class NoPasswordError(KsktError):
    """No password for a mail server, neither in the environment nor in the keyring."""

    def __init__(self, keeping: Keeping, user: str) -> None:
        super().__init__(
            f"Chưa có mật khẩu {keeping.purpose} của {user}. Đề nghị đặt biến môi trường"
            f" {keeping.variable}, hoặc lưu bằng lệnh: keyring set {keeping.service} {user}"
        )


def password(keeping: Keeping, user: str, environment: Mapping[str, str]) -> str:
    """A user's password, never empty. Raises NoPasswordError."""
    found = environment.get(keeping.variable, "") or _from_keyring(keeping.service, user)
    if not found:
        raise NoPasswordError(keeping, user)
    return found


def _from_keyring(service: str, user: str) -> str:
    """The password kept by the machine, "" where it keeps none or has no keyring."""
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        return ""
    try:
        return str(keyring.get_password(service, user) or "")
    except KeyringError:
        return ""
