"""The reporting regime (chế độ báo cáo) of a time, and campaigns that collect something once."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import field, replace

from kskt_excel.model.nouns import dataclass
from kskt_excel.model.period import Campaign
from kskt_excel.model.scheme import Scheme


@dataclass(frozen=True, slots=True)
class Regime:
    """What law and office call things in a time, and by what the work is judged.

    A period has the regime that is in force on its last day.
    """

    id: str
    name: str
    work: str  # «kiểm soát thủ tục hành chính»
    short: str  # «KSTTHC»
    subject: str  # what the report is about, as its abstract says
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    verified: bool = False  # held against the published texts
    source: str = ""
    one_stop_law: str = ""  # that governs the one-stop mechanism: «Nghị định 61/2018/NĐ-CP»
    documents: Mapping[str, str] = field(
        default_factory=dict
    )  # number -> day, issuer and abstract, as a document is first cited
    replaced: Mapping[str, str] = field(
        default_factory=dict
    )  # number of a document -> number and day of the one in its place
    unverified: tuple[str, ...] = ()  # what nobody has held against the published texts
    scheme: Scheme | None = None  # None: nobody has entered one

    def in_force(self, day: dt.date) -> bool:
        """Whether the regime is in force on a day."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day <= self.valid_to
        )


NO_REGIME = Regime("", "", "", "", "")


@dataclass(frozen=True)
class Regimes:
    """Every regime and every campaign that a workspace knows."""

    every: tuple[Regime, ...] = ()
    campaigns: tuple[Campaign, ...] = ()
    sha256: str = ""  # over the files, part of cache keys

    def in_roles(self, roles: Mapping[str, str]) -> "Regimes":
        """The regimes and campaigns with forms named by the roles that they play."""
        if not roles:
            return self
        every = tuple(
            replace(one, scheme=one.scheme.in_roles(roles)) if one.scheme else one
            for one in self.every
        )
        campaigns = tuple(
            replace(one, forms=tuple(roles.get(form, form) for form in one.forms))
            for one in self.campaigns
        )
        return replace(self, every=every, campaigns=campaigns)

    def named(self, name: str) -> Regime | None:
        """The regime of an id; None where there is none."""
        return next((one for one in self.every if one.id == name), None)

    def on(self, day: dt.date) -> Regime:
        """The regime of a day: of those in force the newest; before all of them the first.

        After all of them it is the newest one, without its scheme: that is judged by no more.
        """
        in_force = [one for one in self.every if one.in_force(day)]
        if in_force:
            return max(in_force, key=_start)
        ended = [one for one in self.every if _start(one) <= day]
        if ended:
            return replace(max(ended, key=_start), scheme=None)
        return min(self.every, key=_start, default=NO_REGIME)


def _start(regime: Regime) -> dt.date:
    return regime.valid_from or dt.date.min
