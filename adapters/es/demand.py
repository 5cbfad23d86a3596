"""The Spanish debtor in default: by the day alone, or by a demand; and what the demand contains."""

from __future__ import annotations

from datetime import date

from recovery.law.claim import ClaimFacts, Event, InvoiceDue
from recovery.law.periods import ONE_DAY
from recovery.law.values import InterestStart

_LETTERS = ("formal_notice", "written_demand", "lawyer_notice")
_COURT = ("lawsuit", "payment_order_applied", "served", "judgment")


def is_mercantile(claim: ClaimFacts) -> bool:
    """Tell whether a debt is commercial although Ley 3/2004 does not apply (CCom 62-63): no consumer takes part."""
    return not claim.is_commercial and "consumer" not in (claim.creditor.kind, claim.debtor.kind)


def interest_start(claim: ClaimFacts, invoice: InvoiceDue, due: date) -> InterestStart:
    """Return the first day of default (Ley 3/2004 art. 5; CCom 63; CC 1100)."""
    if claim.is_commercial:
        return InterestStart(due + ONE_DAY, "Ley 3/2004 art. 5; CCom 63", "after the due day")
    mercantile = is_mercantile(claim)
    if mercantile and claim.has_agreed_day(invoice):
        return InterestStart(due + ONE_DAY, "CCom 63.1", "after the agreed day")
    basis = "CCom 63.2" if mercantile else "CC 1100, 1108"
    for event in claim.events_of(*_LETTERS, *_COURT):
        if not mercantile or _is_public_demand(event):
            day = max(event.received or event.on, due) + ONE_DAY
            return InterestStart(day, basis, "after the demand")
    return InterestStart(None, basis, "a demand is missing")


def _is_public_demand(event: Event) -> bool:
    """Tell whether a demand is judicial, or made by a public officer (CCom 63.2)."""
    return event.kind in _COURT or event.by == "bailiff"


def warnings(claim: ClaimFacts) -> tuple[str, ...]:
    """Return what a person must know of the interest."""
    found = []
    if claim.contract.rate is not None and claim.debtor.kind == "consumer":
        found.append("ES: a default rate agreed with a consumer is open to control as unfair (RDLeg 1/2007 art. 82-89)")
    if not claim.is_commercial and claim.events_of("lawsuit", "payment_order_applied"):
        found.append(
            "ES: interest due bears legal interest from the judicial claim if it is asked for (CC 1109); "
            "not reckoned here"
        )
    return tuple(found)


def contents(debtor_kind: str) -> tuple[str, ...]:
    """Return what the demand must contain: proof of default, interruption and invitation in one letter."""
    business = ("EUR 40 per invoice (Ley 3/2004 art. 8.1)",) if debtor_kind != "consumer" else ()
    invitation = (
        "an invitation to negotiate (MASC): its object, the means, a contact, and a request to reply in 30 days",
        "that refusing to negotiate without cause may cost the costs (LEC 394)",
    )
    return (
        "parties with NIF",
        "invoices with number, date, due date and amount",
        "interest by half-year",
        *business,
        "total, account and last day to pay",
        *(invitation if debtor_kind != "public" else ()),
        "interruption of limitation (CC 1973)",
        "the warning of an entry in a credit file, where one is wanted (LO 3/2018 art. 20)",
    )
