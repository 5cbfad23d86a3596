"""The end of a case: closed for a stated reason, withdrawn, and opened again."""

from __future__ import annotations

from recovery.case.entries import settle
from recovery.case.lifecycle import REASONS
from recovery.case.order import Order, choice_in, move_by
from recovery.case.record import CaseRecord, facts_for
from recovery.case.transition import add_task, finish, open_deadlines
from recovery.court.titles import resume_enforcement
from recovery.errors import CaseError
from recovery.post import correspondence
from recovery.procedure.steps import schedule_next
from recovery.procedure.watch import watch
from recovery.store.tables import ClaimInvoice

EVENTS = {"withdrawn": "withdraw", "settled": "settle"}


def event_of(reason: str) -> str:
    """Return the event that closes a case for a reason."""
    return EVENTS.get(reason, f"close_{reason}")


def close(case: CaseRecord, order: Order) -> None:
    """Close the case for a stated reason; without one, paid where nothing is owed.

    Raises:
        CaseError: money is owed, and nobody said why it is given up; or the reason is none.
    """
    if not order.data.get("reason") and facts_for(case, order.on).owed > 0:
        raise CaseError(
            f"close: money is still owed: give the reason with --reason, one of {', '.join(REASONS)}",
            code="missing",
            field="reason",
        )
    reason = choice_in(order, "reason", "paid")
    move_by(case, event_of(reason), order, reason=reason)
    if reason == "paid":
        key = f"{case.claim_id}:receipt:{case.version}"
        correspondence.send(case, "payment_receipt", order.on, None, "email", key)


def withdraw(case: CaseRecord, order: Order) -> None:
    """Withdraw the claim; the member may do so at any time."""
    move_by(case, "withdraw", order)


def reopen(case: CaseRecord, order: Order) -> None:
    """Open a closed case again, because a payment was returned; with a title or in court it goes on there."""
    facts = facts_for(case, order.on)
    titled = facts.titled
    move_by(case, "reopen_titled" if titled else "reopen_in_court" if facts.pending else "reopen", order)
    case.reason, case.closed_on = None, None
    for task in open_deadlines(case):
        if task.data.get("loose_end"):
            finish(task, "cancelled")
    for invoice in case.rows(ClaimInvoice)[:1]:  # it is taken again
        invoice.live = invoice.fingerprint
    settle(case, order.on)
    watch(case, order.on)
    if titled:
        resume_enforcement(case, order.on)
    elif facts.pending:
        add_task(case, "court_reply", order.on)
    else:
        schedule_next(case, order.on)
