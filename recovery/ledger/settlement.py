"""A settlement: an amount in full and final settlement, if it comes in by a day, and the member agrees."""

from __future__ import annotations

from datetime import date, timedelta

from recovery.case.entries import settle
from recovery.case.order import Order, amount_within_owed, day_in
from recovery.case.record import CaseRecord, recovered_of
from recovery.case.transition import add_deadline, add_task, cancel_deadlines, move, record
from recovery.errors import CaseError
from recovery.money import Money
from recovery.post import correspondence

OFFER_DAYS = 30
# Days that a transfer may take after the last day of a settlement.
TRANSIT_DAYS = 5


def offer_settlement(case: CaseRecord, order: Order) -> None:
    """Put a settlement to the member: the amount that would settle the case if it comes in until a day."""
    amount = amount_within_owed(case, order)
    until = day_in(order, "until") or order.on + timedelta(days=OFFER_DAYS)
    if until <= order.on:
        raise CaseError(f"offer_settlement: {until} lies not after {order.on}", code="bad_date", field="until")
    case.consents = {name: day for name, day in case.consents.items() if name != "settlement"}
    owed = settle(case, order.on).total
    case.change_facts(
        settlement={
            "amount": str(amount),
            "until": until.isoformat(),
            "owed": str(owed),
            "on": order.on.isoformat(),
            "paid_before": recovered_of(case.entries, case.currency),
        },
    )
    cancel_deadlines(case, "consent:settlement")
    cancel_deadlines(case, "settlement")
    add_task(case, "consent:settlement", order.on, "member", {"otherwise": "lapses", "question": order.note})
    data = {"amount": str(amount), "currency": amount.currency, "until": until.isoformat()}
    record(case, "settlement_offered", actor=order.actor, on=order.on, note=order.note, data=data)


def settlement_agreed(case: CaseRecord, order: Order) -> None:
    """Bind the creditor to the settlement that stands: the debtor is told, and has until its day to pay.

    Raises:
        CaseError: nothing was offered, or its day has passed.
    """
    offer = case.facts.get("settlement")
    if not offer:
        return
    until = date.fromisoformat(offer["until"])
    if order.on > until:
        raise CaseError(
            f"consent_settlement: the settlement could be paid until {until}; offer it anew",
            code="not_allowed",
            field="on",
        )
    case.change_facts(settlement={**offer, "agreed": order.on.isoformat()})
    add_deadline(case, "settlement", until + timedelta(days=TRANSIT_DAYS), "debtor", "the settlement as agreed")
    correspondence.send(
        case,
        "settlement_offer",
        order.on,
        until,
        "email",
        f"{case.claim_id}:settlement:{case.version}:{order.on}",
        values={"settlement": {"amount": offer["amount"], "currency": case.currency}},
    )


def settlement_refused(case: CaseRecord) -> None:
    """Take a settlement back that nobody agreed to."""
    case.change_facts(settlement=None)
    cancel_deadlines(case, "settlement")


def keep_settlement(case: CaseRecord, paid_since: int, on: date) -> bool:
    """Close the case where an agreed settlement was paid in time; tell whether it was."""
    offer = case.facts.get("settlement")
    if not offer or not offer.get("agreed") or on > date.fromisoformat(offer["until"]):
        return False
    if paid_since < Money.parse(offer["amount"], case.currency).minor:
        return False
    move(case, "settle", actor="system", on=on, note="paid as settled")
    values = {"settlement": {"amount": offer["amount"], "currency": case.currency}}
    key = f"{case.claim_id}:settled:{case.version}"
    correspondence.send(case, "settlement_confirmed", on, None, "email", key, values=values)
    return True


def settlement_passed(case: CaseRecord, on: date) -> None:
    """Let a settlement lapse whose day has passed unpaid: the whole debt stands again."""
    case.change_facts(settlement=None)
    case.consents = {name: day for name, day in case.consents.items() if name != "settlement"}
    record(case, "settlement_lapsed", actor="system", on=on, note="not paid by the day agreed")
    add_task(case, "work", on, data={"why": "the settlement was not paid in time"})
