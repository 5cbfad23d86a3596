"""What happened before decides what may come: a title is enforced, a pending suit has no second, a dispute lasts."""

from __future__ import annotations

from recovery.law.claim import ClaimFacts, Event
from recovery.law.titles import BEGIN, END

_SETTLE = ("acknowledgement", "judgment")


def title(claim: ClaimFacts) -> Event | None:
    """Return the newest judgment or enforceable order."""
    return next(iter(reversed(claim.events_of("judgment"))), None)


def pending(claim: ClaimFacts) -> Event | None:
    """Return the newest act of a proceeding that has not ended, None where none is pending."""
    ends = [event.on for event in claim.events_of(*END, "judgment")]
    acts = [event for event in claim.events_of(*BEGIN) if not any(event.on <= end for end in ends)]
    return acts[-1] if acts else None


def with_dispute(claim: ClaimFacts) -> ClaimFacts:
    """Return the claim as disputed where a recorded dispute or opposition was not settled since."""
    raised = claim.events_of("dispute", "opposition")
    settled = raised and any(event.on >= raised[-1].on for event in claim.events_of(*_SETTLE))
    return claim.model_copy(update={"disputed": True}) if raised and not settled and not claim.disputed else claim


def closes(claim: ClaimFacts) -> str | None:
    """Return why nothing new is brought before a court, None where the way is free."""
    held, act = title(claim), pending(claim)
    if held:
        return f"a title of {held.on} exists: enforce it, no new order is sought (Reg. 1215/2012 art. 39, 53)"
    if act is None:
        return None
    if act.kind != "lawsuit" and any(event.on >= act.on for event in claim.events_of("opposition")):
        return "opposed: the case goes on before the court as was chosen with the application (Reg. 1896/2006 art. 17)"
    return f"a proceeding of {act.on} is pending: no second one beside it (Reg. 1215/2012 art. 29)"
