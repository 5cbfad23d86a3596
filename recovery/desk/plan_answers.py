"""Instalments that the debtor proposed: agreed to as they are, or refused with a letter that says why."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from recovery.case.order import Order, choice_in
from recovery.case.record import CaseRecord
from recovery.case.transition import finish_answers, open_deadlines, record
from recovery.errors import CaseError
from recovery.ledger.plans import plan
from recovery.post import correspondence
from recovery.store.tables import CaseEvent


def is_proposed(case: CaseRecord, on: date) -> str | None:
    """Ask for a proposal of the debtor that nobody has answered yet."""
    waits = any(
        one.kind == "debtor_answer" and one.data.get("answer") == "plan_proposed" for one in open_deadlines(case)
    )
    return None if waits and _proposal(case) else "the debtor has proposed no instalments that wait for an answer"


def _proposal(case: CaseRecord) -> CaseEvent | None:
    """Return the last proposal."""
    return next((event for event in reversed(case.events) if event.kind == "plan_proposed"), None)


def accept_plan(case: CaseRecord, order: Order) -> None:
    """Agree to the instalments that the debtor proposed: their number and first day as proposed, unless told otherwise.

    What is owed on the day is spread over them as over any plan, so that the last one leaves nothing.
    """
    proposed = _proposal(case)
    assert proposed is not None, "is_proposed: a guard of the action"
    data = {"count": str(proposed.data["count"]), "first": proposed.data["first"], **order.data}
    if date.fromisoformat(str(data["first"])) < order.on:
        raise CaseError(
            f"accept_plan: the first instalment was proposed for {data['first']}, which has passed; "
            "give another day with --first",
            code="bad_plan",
            field="first",
        )
    plan(case, replace(order, data=data))


def refuse_plan(case: CaseRecord, order: Order) -> None:
    """Refuse the instalments that the debtor proposed; the note says why, and goes to the debtor as a letter."""
    key = f"{case.claim_id}:plan_refused:{len(case.events)}"
    data = {"letter": key}
    record(case, "plan_refused", actor=order.actor, on=order.on, note=order.note, data=data)
    finish_answers(case, "plan_proposed")
    channel = choice_in(order, "channel", "email")
    correspondence.send(case, "information", order.on, None, channel, key, values={"message": order.note})
