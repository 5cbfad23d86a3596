"""The end of a case: closed for a stated reason, withdrawn, and opened again."""

from __future__ import annotations

from sqlmodel import Session

from recovery.case.entries import settle
from recovery.case.order import Order, move_by
from recovery.case.record import facts_for
from recovery.post import correspondence
from recovery.procedure.steps import schedule_next
from recovery.procedure.watch import watch
from recovery.store.tables import Case

EVENTS = {"withdrawn": "withdraw", "settled": "settle"}


def close(session: Session, case: Case, order: Order) -> None:
    """Close the case for a stated reason: `data` holds it; without it, paid where nothing is owed."""
    reason = order.data.get("reason") or ("paid" if facts_for(session, case, order.on).owed <= 0 else "uncollectable")
    move_by(session, case, EVENTS.get(reason, f"close_{reason}"), order, reason=reason)
    if reason == "paid":
        key = f"{case.claim_id}:receipt:{case.version}"
        correspondence.send(session, case, "payment_receipt", order.on, None, "email", key)


def withdraw(session: Session, case: Case, order: Order) -> None:
    """Withdraw the claim; the member may do so at any time."""
    move_by(session, case, "withdraw", order)


def reopen(session: Session, case: Case, order: Order) -> None:
    """Open a closed case again, because a payment was returned."""
    move_by(session, case, "reopen", order)
    case.reason, case.closed_on = None, None
    settle(session, case, order.on)
    watch(session, case, order.on)
    schedule_next(session, case, order.on)
