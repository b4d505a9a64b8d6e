"""Every attachment of the foreign mails is listed, held against the library's own reading."""

import email
import unicodedata
from collections.abc import Iterator
from email.message import EmailMessage, Message
from email.policy import default
from pathlib import Path

from kskt_excel.mail.arrivals import arrivals
from tests.needs import needs_corpus

_IGNORED = ("smime.p7s", ".asc", ".jpg")  # signatures, and a picture alone in a mail
_OPENED = (".zip",)


def attachments(part: Message) -> Iterator[str]:
    """Names of all parts that are called attachments and hold something."""
    if part.is_multipart():
        for one in part.get_payload():
            if isinstance(one, Message):
                yield from attachments(one)
    elif part.get_content_disposition() == "attachment" and part.get_payload(decode=True):
        yield str(part.get_filename() or "")


def expected(file: Path) -> list[str]:
    try:
        names = list(
            attachments(email.message_from_bytes(file.read_bytes(), EmailMessage, policy=default))
        )
    except (AttributeError, IndexError, ValueError, LookupError):  # what that reading breaks at
        return []
    whole = [unicodedata.normalize("NFC", name.strip()) for name in names if name]
    return [name for name in whole if not name.lower().endswith((*_IGNORED, *_OPENED))]


def test_every_attachment_of_the_foreign_mails_is_listed_under_its_name() -> None:
    files = sorted((needs_corpus() / "mails").glob("*.eml"))
    listed = {file.name: expected(file) for file in files}
    lost = {
        file.name: missing
        for file in files
        if (missing := [name for name in listed[file.name] if not _is_among(name, file)])
    }
    assert lost == {}
    assert sum(map(len, listed.values())) >= 25


def _is_among(name: str, file: Path) -> bool:
    """The library cuts a name without quotes at its first blank, we do not."""
    return any(one.name == name or one.name.startswith(f"{name} ") for one in arrivals(file))
