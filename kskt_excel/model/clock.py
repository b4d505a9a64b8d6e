"""Moments by the clocks that matter here: Vietnam's, and the one that packages are stamped with."""

import datetime as dt
from typing import Final

VIETNAM: Final = dt.timezone(dt.timedelta(hours=7))


def in_vietnam(moment: dt.datetime) -> dt.datetime:
    """The same moment by the office's clock; one without a zone is taken to be on it."""
    return moment.astimezone(VIETNAM) if moment.tzinfo else moment.replace(tzinfo=VIETNAM)


def in_utc(moment: dt.datetime) -> dt.datetime:
    """The moment as an Office package stores it, without a zone; one that has none stays."""
    return moment.astimezone(dt.UTC).replace(tzinfo=None) if moment.tzinfo else moment
