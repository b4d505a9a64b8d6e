"""Which decisions of the office are in force, and why one cannot be taken."""

from collections.abc import Iterable
from dataclasses import dataclass

from kskt_excel.model.submission import Decision, DecisionKind

ON_A_VERSION = (
    DecisionKind.ACCEPT,
    DecisionKind.VOID,
    DecisionKind.CHOOSE,
    DecisionKind.PARTS,
)
_ON_A_PERIOD = (DecisionKind.CLOSE, DecisionKind.REOPEN)


@dataclass(frozen=True, slots=True)
class Rulings:
    """Every decision taken, oldest first, and those in force (quyết định có hiệu lực)."""

    all: tuple[Decision, ...] = ()
    in_force: tuple[Decision, ...] = ()

    def closing(self, period: str) -> Decision | None:
        """The decision that keeps a period closed; None while it is open."""
        last = None
        for decision in self.in_force:
            if decision.kind in _ON_A_PERIOD and decision.period == period:
                last = decision
        return last if last and last.kind is DecisionKind.CLOSE else None

    def on(self, unit: str, period: str) -> tuple[Decision, ...]:
        """Decisions in force on versions of a unit's report for a period, oldest first."""
        return tuple(
            decision
            for decision in self.in_force
            if decision.kind in ON_A_VERSION and (decision.unit, decision.period) == (unit, period)
        )

    def refusal(self, decision: Decision) -> str:
        """Catalogue code of why a decision cannot be taken now; "" when it can."""
        closing = self.closing(decision.period)
        match decision.kind:
            case DecisionKind.REVOKE:
                return self._revoke_refusal(decision)
            case DecisionKind.CLOSE:
                return "ledger.already_closed" if closing else ""
            case DecisionKind.REOPEN:
                return "" if closing else "ledger.not_closed"
            case DecisionKind.WAIVE:
                return ""
            case _:
                return "ledger.period_closed" if closing else ""

    def after(self, decision: Decision) -> "Rulings":
        """The rulings once a decision is taken; an impossible one is listed without effect."""
        taken = (*self.all, decision)
        if self.refusal(decision):
            return Rulings(taken, self.in_force)
        if decision.kind is DecisionKind.REVOKE:
            left = (kept for kept in self.in_force if kept.id != decision.revokes)
            return Rulings(taken, tuple(left))
        return Rulings(taken, (*self.in_force, decision))

    def _revoke_refusal(self, decision: Decision) -> str:
        target = next((known for known in self.all if known.id == decision.revokes), None)
        if target is None:
            return "ledger.unknown_decision"
        if target.kind is DecisionKind.REVOKE:
            return "ledger.revokes_a_revocation"
        if target not in self.in_force:
            return "ledger.already_revoked"
        if target.kind in ON_A_VERSION and self.closing(target.period):
            return "ledger.period_closed"
        return ""


def rulings(decisions: Iterable[Decision]) -> Rulings:
    """The rulings after decisions in the order of their journal lines."""
    result = Rulings()
    for decision in decisions:
        result = result.after(decision)
    return result
