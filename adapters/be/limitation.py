"""Belgian limitation: which term, and what interrupts or extends it."""

from __future__ import annotations

from recovery.law.claim import ClaimFacts, Event
from recovery.law.parameters import LawBook
from recovery.law.values import Interruption

_TERMS = {"utilities": "utilities", "professional_fee": "fees", "rent": "periodic", "carriage": "carriage"}
_WARNINGS = {
    "consumer_goods": "BE: one year is a presumption of payment; a written acknowledgement gives the ordinary term",
    "international_sale": "BE: an international sale between businesses falls under the UN Limitation Convention: "
    "4 years instead of 10",
    "fees": "BE: the term for fees runs from the end of the mission; it is counted here from the due day",
}


def term_key(law: LawBook, claim: ClaimFacts) -> str:
    """Return the parameter of the term: 10 years, and the short terms by the kind of claim (oCC 2262bis, 2271-2277)."""
    if claim.contract.kind == "goods":
        if claim.debtor.kind == "consumer":
            return "consumer_goods"
        if is_international_sale(law, claim):
            return "international_sale"
    return _TERMS.get(claim.contract.kind, "general")


def term_warnings(key: str) -> tuple[str, ...]:
    """Return what a person must know of a term."""
    return (_WARNINGS[key],) if key in _WARNINGS else ()


def is_international_sale(law: LawBook, claim: ClaimFacts) -> bool:
    """Tell whether the UN Limitation Convention governs: a sale across borders, no consumer (arts 2-4)."""
    crosses = claim.creditor.country != claim.debtor.country
    in_force = law["limitation.international_sale"].starts[0]
    return crosses and claim.is_commercial and claim.contract_date >= in_force


def is_extending_letter(claim: ClaimFacts, event: Event) -> bool:
    """Tell whether an event is the registered letter of a lawyer or bailiff to a debtor in Belgium (oCC 2244(2))."""
    letter = event.kind in ("lawyer_notice", "formal_notice", "written_demand", "reminder")
    sender = event.by in ("lawyer", "bailiff") or (event.kind == "lawyer_notice" and event.by == "creditor")
    return letter and sender and event.channel == "registered" and claim.debtor.country == "BE"


def interruption(law: LawBook, claim: ClaimFacts, event: Event) -> Interruption:
    """Return the effect of an event: court acts, acknowledgement, and once a lawyer's or bailiff's letter."""
    if is_extending_letter(claim, event):
        return _extension(law, claim, event)
    if event.kind == "acknowledgement":
        written = event in claim.events and term_key(law, claim) == "consumer_goods"
        years = int(law["limitation.general"].values[-1].value) if written else None
        return Interruption("restart", event.on, "oCC 2248, 2274" if written else "oCC 2248", years=years)
    if event.kind in ("lawsuit", "payment_order_applied", "served", "insolvency"):
        return Interruption("pending", event.on, "oCC 2244(1)")
    if event.kind == "judgment":
        years = int(law["limitation.judgment"].values[-1].value)
        return Interruption("restart", event.on, "oCC 2262bis", years=years)
    return Interruption("none", event.on, "oCC 2244: a creditor's or collector's own letter does not interrupt")


def _extension(law: LawBook, claim: ClaimFacts, event: Event) -> Interruption:
    earlier = [other for other in claim.events if other.on < event.on and is_extending_letter(claim, other)]
    if earlier:
        return Interruption("none", event.on, "oCC 2244(2): once only")
    years = int(law["limitation.letter_extension"].values[-1].value)
    return Interruption("extend_to", event.on, "oCC 2244(2)", years=years)
