"""What the member says was paid to the member directly: steps wait until the team has booked or refused it."""

from __future__ import annotations

from datetime import date

from recovery.case.order import Order, amount_of, day_in
from recovery.case.record import CaseRecord
from recovery.case.transition import add_task, finish, open_deadlines, record
from recovery.errors import CaseError
from recovery.ledger.payments import book, end_said_paid
from recovery.store.tables import Deadline


def is_said(case: CaseRecord, on: date) -> str | None:
    """Ask for something that the member says was paid and nobody has looked at yet."""
    return None if _said(case) else "the member has said of no payment that waits to be booked"


def _said(case: CaseRecord) -> Deadline | None:
    return next((one for one in open_deadlines(case) if one.kind == "member_paid"), None)


def say_paid(case: CaseRecord, order: Order) -> None:
    """Say that the debtor paid the member directly: how much and when; steps wait until the team has booked it.

    Raises:
        CaseError: no amount is given, or the day lies ahead.
    """
    amount, paid_on = amount_of(case, order), day_in(order, "paid_on") or order.on
    if paid_on > order.on:
        raise CaseError(f"say_paid: {paid_on} lies after {order.on}", code="future_day", field="paid_on")
    data = {**amount.as_dict(), "paid_on": paid_on.isoformat(), "papers": len(order.papers)}
    record(case, "member_paid", actor=order.actor, on=order.on, note=order.note, data=data)
    why = f"the member says that {amount} {amount.currency} came on {paid_on}: book it, or refuse it"
    add_task(case, "member_paid", order.on, data={**data, "why": why})


def confirm_paid(case: CaseRecord, order: Order) -> None:
    """Book what the member says was paid to the member: it counts for the debt and is not sent on again."""
    said = _said(case)
    assert said is not None
    told = order.amount if order.amount is not None else said.data["amount"]
    amount = amount_of(case, Order(order.action, order.on, amount=str(told)))
    paid_on = date.fromisoformat(said.data["paid_on"])
    finish(said)
    book(case, amount, paid_on, f"by the member: {order.actor}", order.actor, held_by="member")


def refuse_paid(case: CaseRecord, order: Order) -> None:
    """Refuse what the member says was paid, with the reason: steps go on."""
    told = end_said_paid(case, None)
    record(case, "member_paid_refused", actor=order.actor, on=order.on, note=order.note, data=told)
