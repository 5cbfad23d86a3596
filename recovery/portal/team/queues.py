"""The queue that a person works through: which case comes before and after another, and which one next."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlmodel import Session

from recovery.desk import inbox
from recovery.desk.table import ACTIONS
from recovery.portal.visit import Visit
from recovery.registry import adapter_of

# As many cases of a queue are looked through for the neighbours of one.
AROUND = 200


def today(visit: Visit) -> date:
    """Return today where the team is."""
    now = datetime.now(UTC)
    return adapter_of(visit.country).today(now) if visit.country else now.date()


def around(session: Session, visit: Visit, queue: str, claim: str) -> dict[str, Any] | None:
    """Return a case's place in a queue and its neighbours' names; None where it lies in none."""
    names = _names(session, visit, queue) if queue in inbox.QUEUES else {}
    if claim not in names:
        return None
    order = list(names)
    place = order.index(claim)
    return {
        "number": place + 1,
        "count": len(order),
        "before": names[order[place - 1]] if place else None,
        "after": names[order[place + 1]] if place + 1 < len(order) else None,
    }


def next_in(session: Session, visit: Visit, queue: str, claim: str) -> str | None:
    """Return the first case of a queue that is not this one, None where nothing is left in it."""
    return next((name for one, name in _names(session, visit, queue).items() if one != claim), None)


def just_done(name: str, action: str) -> dict[str, str] | None:
    """Return what was done before on which case, as an address tells it; None where it tells of no action."""
    return {"name": name, "action": action} if name and action in ACTIONS else None


def _names(session: Session, visit: Visit, queue: str) -> dict[str, str]:
    found = inbox.claims(session, queue, inbox.Scope(visit.country), today(visit), 0, AROUND)
    return {one.claim_id: one.reference or one.claim_id for one in found}
