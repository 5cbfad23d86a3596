"""Spanish limitation: which term runs, the transition of Ley 42/2015, and the regions with a law of their own."""

from __future__ import annotations

from datetime import date

from recovery.law.claim import ClaimFacts, Event
from recovery.law.parameters import LawBook
from recovery.law.periods import add_months
from recovery.law.values import Interruption, LimitationTerm, Suspension

_CATALONIA, _NAVARRE = "ES-CT", "ES-NC"
_SHORT_IN_CATALONIA = ("services", "professional_fee", "rent", "utilities")
_TRANSITION = "CC 1964.2, 1939; Ley 42/2015 DT 5ª; STS 29/2020"


def term_key(claim: ClaimFacts) -> str:
    """Return the parameter of the term by the kind of claim and the creditor's region (CC 1964, 1966, 1967)."""
    kind, region = claim.contract.kind, claim.creditor.region
    if kind == "carriage":
        return "limitation.carriage"
    if region == _CATALONIA:
        short = kind in _SHORT_IN_CATALONIA or (kind == "goods" and claim.debtor.kind == "consumer")
        return "limitation.catalonia_short" if short else "limitation.catalonia"
    if region == _NAVARRE:
        return "limitation.navarre"
    if kind in ("rent", "utilities"):
        return "limitation.periodic"
    return "limitation.short" if kind in ("professional_fee", "goods") else "limitation.general"


def term_warnings(law: LawBook, claim: ClaimFacts) -> tuple[str, ...]:
    """Return what a person must know of the term that was taken."""
    key, kind, debtor = term_key(claim), claim.contract.kind, claim.debtor.kind
    if key == "limitation.short" and kind == "goods" and debtor == "business":
        years = law["limitation.general"].values[1].value
        return (f"ES: 3 years for a sale to a merchant of another trade; of the same trade: {years} (CC 1964, 1967.4)",)
    if key == "limitation.short" and kind == "professional_fee":
        return ("ES: the 3 years for fees run from the end of the services; counted here from the due day (CC 1967)",)
    if key == "limitation.navarre" and (kind == "professional_fee" or (kind == "goods" and debtor != "business")):
        longer = law["limitation.navarre_documented"]
        return (f"ES: {longer.values[0].value} years in Navarre where the claim is documented ({longer.basis})",)
    return ()


def general_term(law: LawBook, day: date) -> LimitationTerm:
    """Return the term of a personal action that begins on a day (CC 1964.2; Ley 42/2015 DT 5ª).

    What ran on 7 October 2015 keeps 15 years, but ends no later than 5 years after that day.
    """
    older, newer = law["limitation.general"].values
    if day >= newer.starts_on:
        return LimitationTerm(int(law.value("limitation.general", day)), day, newer.basis)
    latest = add_months(newer.starts_on, 12 * newer.value)
    if add_months(day, 12 * older.value) < latest:
        return LimitationTerm(older.value, day, _TRANSITION)
    return LimitationTerm(newer.value, newer.starts_on, _TRANSITION)


def from_the_suit(view: ClaimFacts, ended: Event) -> Interruption:
    """Return the term anew from a suit that ended without a judgment: the safe reading of CC 1973 in civil matters."""
    suits = [event.on for event in view.events_of("lawsuit", "payment_order_applied") if event.on <= ended.on]
    return Interruption("restart" if suits else "none", max(suits, default=ended.on), "CC 1973")


def covid(law: LawBook) -> Suspension:
    """Return the days of the state of alarm, in which limitation stood still (RD 463/2020 DA 4ª)."""
    parameter = law["limitation.covid"]
    first, last = (date.fromisoformat(day) for day in parameter.values[0].value)
    return Suspension(first, last, parameter.basis)
