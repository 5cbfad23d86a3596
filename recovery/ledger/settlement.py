"""A settlement: an amount in full and final settlement, if it comes in by a day, and the member agrees."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from recovery.case.entries import settle
from recovery.case.order import Order, amount_within_owed, day_in
from recovery.case.record import CaseRecord, recovered_of
from recovery.case.transition import add_deadline, add_task, cancel_deadlines, move, record
from recovery.case.values import Settlement
from recovery.case.withholding import withhold
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
    case.disagree("settlement")
    owed = settle(case, order.on).total
    case.settlement = Settlement(
        amount_minor=amount.minor,
        until=until,
        owed_minor=owed.minor,
        on=order.on,
        paid_before=recovered_of(case.entries, case.currency),
    )
    cancel_deadlines(case, "consent", about="settlement")
    cancel_deadlines(case, "settlement")
    told = {"otherwise": "lapses", "question": order.note}
    add_task(case, "consent", order.on, "member", told, about="settlement")
    data = {"amount": str(amount), "currency": amount.currency, "until": until.isoformat()}
    record(case, "settlement_offered", actor=order.actor, on=order.on, note=order.note, data=data)


def settlement_agreed(case: CaseRecord, order: Order) -> None:
    """Bind the creditor to the settlement that stands: the debtor is told, and has until its day to pay.

    Raises:
        CaseError: nothing was offered, or its day has passed.
    """
    offer = case.settlement
    if offer is None:
        return
    until = offer.until
    if order.on > until:
        raise CaseError(
            f"consent_settlement: the settlement could be paid until {until}; offer it anew",
            code="not_allowed",
            field="on",
        )
    case.settlement = offer.model_copy(update={"agreed": order.on})
    add_deadline(case, "settlement", until + timedelta(days=TRANSIT_DAYS), "debtor", "the settlement as agreed")
    correspondence.send(
        case,
        "settlement_offer",
        order.on,
        until,
        "email",
        f"{case.claim_id}:settlement:{case.version}:{order.on}",
        values=_asked(case, offer),
    )


def _asked(case: CaseRecord, offer: Settlement) -> dict[str, Any]:
    """Return what a letter about a settlement names."""
    return {"settlement": Money(offer.amount_minor, case.currency).as_dict()}


def lower_settlement(case: CaseRecord, owed: Money, on: date) -> None:
    """Ask no more by a settlement than is owed; whoever was told of an agreed one is told of the lower amount."""
    offer = case.settlement
    if offer is None or offer.amount_minor <= owed.minor:
        return
    case.settlement = offer = offer.model_copy(update={"amount_minor": owed.minor, "owed_minor": owed.minor})
    if offer.agreed and owed:
        withhold(case, "settlement_offer")
        key = f"{case.claim_id}:settlement:{case.version}:{len(case.events)}"
        correspondence.send(case, "settlement_offer", on, offer.until, "email", key, values=_asked(case, offer))


def settlement_refused(case: CaseRecord) -> None:
    """Take a settlement back that nobody agreed to."""
    case.settlement = None
    cancel_deadlines(case, "settlement")


def keep_settlement(case: CaseRecord, paid_since: int, on: date) -> bool:
    """Close the case where an agreed settlement was paid in time; tell whether it was."""
    offer = case.settlement
    if offer is None or offer.agreed is None or on > offer.until:
        return False
    if paid_since < offer.amount_minor:
        return False
    move(case, "settle", actor="system", on=on, note="paid as settled")
    key = f"{case.claim_id}:settled:{case.version}"
    correspondence.send(case, "settlement_confirmed", on, None, "email", key, values=_asked(case, offer))
    return True


def settlement_passed(case: CaseRecord, on: date) -> None:
    """Let a settlement lapse whose day has passed unpaid: the whole debt stands again."""
    case.settlement = None
    case.disagree("settlement")
    record(case, "settlement_lapsed", actor="system", on=on, note="not paid by the day agreed")
    add_task(case, "work", on, data={"why": "the settlement was not paid in time"})
