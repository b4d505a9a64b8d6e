"""What a mail says about itself: sender, subject, number, when it arrived."""

import datetime as dt
import re
from typing import TYPE_CHECKING

from kskt_excel.mail.names import decoded_words, raw_header, readable
from kskt_excel.model.clock import VIETNAM
from kskt_excel.model.submission import MailEnvelope

if TYPE_CHECKING:
    from email.message import Message

_LONGEST = 300
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,250}>")
_MOST_REFERENCES = 20
_YEARS = range(1990, 2100)


def envelope(mail: "Message") -> MailEnvelope:
    """Number, sender's address, subject and earlier mails it answers, each made safe to show."""
    ids = _MESSAGE_ID.findall(raw_header(mail, "message-id"))
    answered = raw_header(mail, "references") + " " + raw_header(mail, "in-reply-to")
    references = tuple(dict.fromkeys(_MESSAGE_ID.findall(answered)))
    return MailEnvelope(
        message_id=ids[0] if ids else "",
        sender=_address(raw_header(mail, "from")),
        subject=_line(decoded_words(raw_header(mail, "subject"))),
        references=references[-_MOST_REFERENCES:],
    )


def received_at(mail: "Message") -> dt.datetime | None:
    """When it arrived: the topmost Received, which our own server wrote, else the Date."""
    for name, value in mail.raw_items():
        if name.lower() == "received":
            arrived = moment(readable(str(value)).rpartition(";")[2])
            if arrived:
                return arrived
            break
    return moment(raw_header(mail, "date"))


def moment(text: str) -> dt.datetime | None:
    """The moment of a mail date; one without a zone is Vietnam's; None when it is none."""
    from email.utils import parsedate_to_datetime

    try:
        at = parsedate_to_datetime(" ".join(text.split())[:100])
    except (IndexError, OverflowError, TypeError, ValueError):
        return None
    if not is_plausible(at):
        return None
    return at if at.tzinfo else at.replace(tzinfo=VIETNAM)


def is_plausible(at: dt.datetime) -> bool:
    """Whether a mail can have been sent then: programs write 1601 or 1970 for «unknown»."""
    return at.year in _YEARS


def _address(text: str) -> str:
    from email.utils import parseaddr

    address = parseaddr(text)[1]
    return _line(address if "@" in address else text)


def _line(text: str) -> str:
    from kskt_excel.text.clean import clean

    return " ".join(clean(text).text.split())[:_LONGEST]
