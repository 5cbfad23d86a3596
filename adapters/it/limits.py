"""Italian limitation by the kind of claim: C.c. 2946-2957, L. 205/2017."""

from __future__ import annotations

from datetime import date

from recovery.law.claim import ClaimFacts, Event
from recovery.law.parameters import LawBook
from recovery.law.values import Interruption


def kind(law: LawBook, claim: ClaimFacts, due: date) -> str:
    """Return which term applies; two years for utilities only to those whom L. 205/2017 names, and from its days."""
    if claim.contract.kind != "utilities":
        return {"rent": "periodic", "carriage": "carriage"}.get(claim.contract.kind, "general")
    small = claim.debtor.kind == "consumer" or (claim.debtor.kind == "business" and claim.debtor.size == "sme")
    return "utilities" if small and due >= law["limitation.utilities"].starts[0] else "periodic"


def from_the_suit(view: ClaimFacts, ended: Event) -> Interruption:
    """Return the term anew from the act that began a proceeding which was extinguished (C.c. 2945(3))."""
    acts = [event.on for event in view.events_of("lawsuit", "served") if event.on <= ended.on]
    return Interruption("restart" if acts else "none", max(acts, default=ended.on), "C.c. 2945(3)")


def warnings(law: LawBook, claim: ClaimFacts) -> tuple[str, ...]:
    """Return the presumptions of payment, and the terms that hang on facts a claim does not carry."""
    years = lambda key: law.value(f"limitation.{key}", claim.contract_date)  # noqa: E731
    what, consumer = claim.contract.kind, claim.debtor.kind == "consumer"
    if what == "professional_fee":
        return (
            f"IT: after {years('presumptive_fees')} years payment of a professional's fee is presumed, unless the "
            "contract is in writing or the debtor admits the debt (C.c. 2956, 2959)",
        )
    if what == "goods" and consumer:
        return (
            f"IT: after {years('presumptive_goods')} year payment of goods sold by a retailer is presumed, unless the "
            "contract is in writing or the debtor admits the debt (C.c. 2955, 2959)",
        )
    if what == "carriage":
        months = years("carriage_outside_europe_months")
        return (f"IT: {months} months where the carriage begins or ends outside Europe (C.c. 2951(2))",)
    if what == "utilities" and claim.debtor.kind == "business":
        return ("IT: two years hold for professionals and micro-firms, five for others (L. 205/2017; C.c. 2948 n. 4)",)
    return ()
