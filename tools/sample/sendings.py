"""Who sends what, when and how: the table ``gui.toml``."""

import datetime as dt
import tomllib
from dataclasses import dataclass, field

from sample.tables import FOLDER


@dataclass(frozen=True)
class Sending:
    """One file of the inbox (lần gửi)."""

    period: str  # the folder it lies in and, without ``report``, the quarter it reports on
    unit: str
    at: dt.datetime
    file: str
    way: str = "mail"
    version: int = 1
    report: str = ""  # the quarter it reports on, when it is an earlier one
    subject: str = ""
    name: str = ""  # of the attachment
    header: str = "base64"
    picture: bool = False  # a signature with a picture
    scan: str = ""  # name of a scan sent along
    spell: dict[str, str] = field(default_factory=dict, hash=False)
    moved: str = ""
    libreoffice: bool = False

    @property
    def quarter(self) -> str:
        """The quarter whose figures it brings."""
        return self.report or self.period

    @property
    def number(self) -> str:
        """What names its mail: the same for ever."""
        return f"{self.period}.{self.file.partition('.')[0]}".lower()


def sendings() -> tuple[Sending, ...]:
    """Every sending, in the order of the table."""
    table = tomllib.loads((FOLDER / "gui.toml").read_text(encoding="utf-8"))
    return tuple(Sending(**one) for one in table["send"])
