"""A payment taken back: what it had paid is owed again, and a case that closed by it stands where it stood."""

from __future__ import annotations

from recovery.case.entries import undo_write_off, write_off
from recovery.case.lifecycle import State
from recovery.case.order import Order
from recovery.case.record import CaseRecord, facts_for
from recovery.case.transition import add_task, ask_for_refund, move
from recovery.court.titles import resume_enforcement
from recovery.ledger.amounts import reverse_payment
from recovery.ledger.plans import schedule_instalment
from recovery.procedure.steps import schedule_next
from recovery.procedure.watch import watch

# Closings that rest on money that came in.
BY_PAYMENT = ("close_paid", "settle")


def payment_returned(case: CaseRecord, order: Order) -> None:
    """Take back a payment that the bank returned: the one of --payment, else the last one of the amount."""
    reverse_payment(case, order)
    stand_again(case, order)


def stand_again(case: CaseRecord, order: Order) -> None:
    """Let a closed case that a payment had paid stand where it stood; another one stays closed, and a task asks."""
    if case.state != State.CLOSED:
        return
    why = "a payment was taken back after the case was closed"
    closing = next(one for one in reversed(case.events) if one.data.get("to") == State.CLOSED)
    if closing.kind not in BY_PAYMENT or facts_for(case, order.on).owed <= 0:
        write_off(case, order.on, case.reason or "closed")
        ask_for_refund(case, order.on)
        text = f"{why}: reopen it, or leave it closed"
        add_task(case, "work", order.on, data={"why": text, "stays": True})
        return
    undo_write_off(case, order.on, why)
    ask_for_refund(case, order.on)
    stood = str(closing.data["from"])
    case.return_state = "/".join(filter(None, (closing.data.get("back"), stood)))
    move(case, "stand_again", actor=order.actor, on=order.on, note=order.note)
    case.reason, case.closed_on = None, None
    add_task(case, "work", order.on, data={"why": f"{why}: it stands where it stood", "stays": True})
    _go_on(case, order)


def _go_on(case: CaseRecord, order: Order) -> None:
    """Set what comes next where the case stands; what a court or a dispute waits for is the team's to look at."""
    watch(case, order.on)
    if case.state in (State.AMICABLE, State.FORMAL_NOTICE):
        schedule_next(case, order.on)
    elif case.state == State.INSTALMENT_PLAN and case.plan:
        schedule_instalment(case, order.on)
    elif case.state == State.ENFORCEMENT:
        resume_enforcement(case, order.on)
