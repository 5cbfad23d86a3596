"""Limitation: the last day on which a claim may be sued for, event by event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from recovery.law.claim import ClaimFacts, Event, InvoiceDue
from recovery.law.periods import add_months
from recovery.law.values import Interruption, LimitationTerm


class LimitationLaw(Protocol):
    """What limitation asks of the law of the contract."""

    def limitation_term(self, claim: ClaimFacts, invoice: InvoiceDue) -> LimitationTerm: ...  # noqa: D102
    def interruption(self, claim: ClaimFacts, event: Event) -> Interruption: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Limitation:
    """The last safe day, how it came about, and whether it has passed."""

    last_day: date | None
    barred: bool
    basis: str
    history: tuple[dict[str, str], ...]
    warnings: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, object]:
        """Return the limitation in the shape of the command line's JSON."""
        return {
            "date": self.last_day.isoformat() if self.last_day else None,
            "barred": self.barred,
            "basis": self.basis,
            "history": list(self.history),
        }


def limitation(law: LimitationLaw, claim: ClaimFacts, as_of: date) -> Limitation:
    """Return the limitation of a claim: that of the invoice which is barred first."""
    claim = claim.at(as_of)
    each = [_of_invoice(law, claim, invoice, as_of) for invoice in claim.invoices]
    return min(each, key=lambda one: one.last_day or date.max)


def _of_invoice(law: LimitationLaw, claim: ClaimFacts, invoice: InvoiceDue, as_of: date) -> Limitation:
    term = law.limitation_term(claim, invoice)
    months = 12 * term.years + term.months
    last: date | None = add_months(term.starts_on, months)
    history: list[dict[str, str]] = []
    for event in _acts(claim):
        if last is not None and event.on > last:
            break
        effect = law.interruption(claim, event)
        pending = last is None and event.kind not in ("judgment", "insolvency")
        moved = None if pending else _moved(last, effect, months)
        if moved != last:
            last = moved
            history.append(
                {
                    "event": event.kind,
                    "on": event.on.isoformat(),
                    "new_date": last.isoformat() if last else "",
                    "basis": effect.basis,
                }
            )
    barred = last is not None and as_of > last
    return Limitation(last, barred, term.basis, tuple(history), term.warnings)


def _acts(claim: ClaimFacts) -> Sequence[Event]:
    """Return the events and the payments (an acknowledgement each) in order of date."""
    paid = [Event(kind="acknowledgement", on=payment.on, by="debtor") for payment in claim.payments]
    return sorted([*claim.events, *paid], key=lambda event: event.on)


def _moved(last: date | None, effect: Interruption, months: int) -> date | None:
    if effect.effect == "pending":
        return None
    if effect.effect == "restart":
        return add_months(effect.on, 12 * effect.years if effect.years else months)
    if effect.effect == "extend_to" and last is not None:
        return max(last, add_months(effect.on, 12 * (effect.years or 1)))
    return last
