"""The end of a case: closed for a stated reason, withdrawn, and opened again."""

from __future__ import annotations

from sqlmodel import Session

from recovery.cases import correspondence
from recovery.cases.ledger import settle
from recovery.cases.order import Order, move_by
from recovery.cases.record import facts_for
from recovery.cases.steps import schedule_next
from recovery.cases.transition import add_task
from recovery.cases.watch import watch
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
    """Open a closed case again, because a payment was returned; one with a title goes on with its enforcement."""
    titled = facts_for(session, case, order.on).titled
    move_by(session, case, "reopen_titled" if titled else "reopen", order)
    case.reason, case.closed_on = None, None
    settle(session, case, order.on)
    watch(session, case, order.on)
    if titled:
        add_task(session, case, "enforcement_review", order.on)
    else:
        schedule_next(session, case, order.on)
