"""Belgian limitation: which term, and the letter that extends it."""

from __future__ import annotations

from datetime import date

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
_LETTERS = ("lawyer_notice", "formal_notice", "written_demand", "reminder")


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


def own_motion(law: LawBook, claim: ClaimFacts) -> str:
    """Return the article by which a court raises limitation for a consumer by itself, empty where it does not."""
    parameter = law["limitation.own_motion"]
    applies = claim.debtor.kind == "consumer" and (claim.as_of or date.max) >= parameter.starts[0]
    return f"; raised by the court itself: {parameter.basis}" if applies else ""


def is_international_sale(law: LawBook, claim: ClaimFacts) -> bool:
    """Tell whether the UN Limitation Convention governs: a sale across borders, no consumer (arts 2-4)."""
    crosses = claim.creditor.country != claim.debtor.country
    in_force = law["limitation.international_sale"].starts[0]
    return crosses and claim.is_commercial and claim.contract_date >= in_force


def is_extending_letter(claim: ClaimFacts, event: Event) -> bool:
    """Tell whether an event is the registered letter of a lawyer or bailiff to a debtor in Belgium (oCC 2244(2))."""
    sender = event.by in ("lawyer", "bailiff") or (event.kind == "lawyer_notice" and event.by == "creditor")
    return event.kind in _LETTERS and sender and event.channel == "registered" and claim.debtor.country == "BE"


def extension(law: LawBook, claim: ClaimFacts, event: Event) -> Interruption:
    """Return a year from dispatch, once; nothing before the law of 2013 (oCC 2244(2))."""
    parameter = law["limitation.letter_extension"]
    if event.on < parameter.starts[0]:
        return Interruption("none", event.on, f"{parameter.basis}: from {parameter.starts[0]}")
    earlier = [other for other in claim.events if other.on < event.on and is_extending_letter(claim, other)]
    if any(other.on >= parameter.starts[0] for other in earlier):
        return Interruption("none", event.on, f"{parameter.basis}: once only")
    return Interruption("extend_to", event.on, parameter.basis, years=int(parameter.taken(event.on)))
