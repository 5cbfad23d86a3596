"""The attempt at negotiation before a Spanish court: MASC, LO 1/2025."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from recovery.law.claim import ClaimFacts, Event
from recovery.law.parameters import LawBook
from recovery.law.periods import ONE_DAY, add_months

ROUTES = ("national_payment_order", "national_court")
_COMPLAINTS = ("reminder", "written_demand", "formal_notice", "lawyer_notice")

Delivered = Callable[[Event], date]


@dataclass(frozen=True, slots=True)
class Attempt:
    """One invitation to negotiate: received when, and the first and last day to file the claim after it."""

    received: date
    proved: bool
    file_from: date
    file_until: date


def needed(law: LawBook, claim: ClaimFacts, as_of: date) -> bool:
    """Tell whether proceedings begun on a day need an attempt: no public body takes part (arts 3.2, 5)."""
    public = "public" in (claim.creditor.kind, claim.debtor.kind)
    return as_of >= law["masc.term_days"].starts[0] and not public


def attempts(law: LawBook, claim: ClaimFacts, as_of: date, delivered: Delivered) -> list[Attempt]:
    """Return the invitations sent up to a day, the oldest first (arts 7.3, 10.4)."""
    term = timedelta(days=int(law.value("masc.term_days", as_of)))
    months = int(law.value("masc.filing_months", as_of))
    result = []
    for event in claim.events_of("formal_notice"):
        received = event.received or delivered(event)
        if event.on <= as_of:
            last = add_months(received, months)
            result.append(Attempt(received, event.received is not None, received + term + ONE_DAY, last))
    return result


def closed(law: LawBook, claim: ClaimFacts, as_of: date, delivered: Delivered) -> str | None:
    """Return why the court is not open yet, or no longer; None when it is."""
    if not needed(law, claim, as_of):
        return None
    if claim.creditor.kind == "consumer":
        complained = any(event.on <= as_of for event in claim.events_of(*_COMPLAINTS))
        return None if complained else "the consumer must complain to the business first (LO 1/2025 DA 7ª)"
    tried = attempts(law, claim, as_of, delivered)
    if not tried:
        return "an attempt at negotiation (MASC) must come first: send the formal notice (LO 1/2025 art. 5)"
    if any(attempt.file_from <= as_of <= attempt.file_until for attempt in tried):
        return None
    last = tried[-1]
    if as_of < last.file_from:
        return f"invitation to negotiate received on {last.received}: court from {last.file_from} (LO 1/2025 art. 10.4)"
    return f"the attempt at negotiation lapsed on {last.file_until}: invite anew (LO 1/2025 art. 7.3)"


def warnings(law: LawBook, claim: ClaimFacts, as_of: date, delivered: Delivered) -> tuple[str, ...]:
    """Return what to mind once an attempt opens the court: its proof, its limits and its last day."""
    if not needed(law, claim, as_of) or claim.creditor.kind == "consumer":
        return ()
    tried = [one for one in attempts(law, claim, as_of, delivered) if one.file_from <= as_of <= one.file_until]
    if not tried:
        return ()
    found = [
        f"ES: file the claim by {tried[-1].file_until}, a year from receipt of the invitation (LO 1/2025 art. 7.3)",
        "ES: courts differ on whether a plain demand is an attempt at negotiation (uncertain): it must invite to "
        "negotiate, state the object and ask for a reply (LO 1/2025 art. 5, 10)",
    ]
    if not tried[-1].proved:
        found.append(
            f"ES: receipt of the invitation is assumed on {tried[-1].received}; the court asks for proof of its day "
            "and of access to its content (LO 1/2025 art. 10.2)"
        )
    return tuple(found)
