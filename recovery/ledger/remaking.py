"""What rests on an amount made anew when it changes: the plan, the last demand's offer, a settlement, the end."""

from __future__ import annotations

from datetime import date

from recovery.case.entries import settle, write_off
from recovery.case.lifecycle import State, refusal
from recovery.case.order import Order
from recovery.case.record import CaseRecord, facts_for
from recovery.case.transition import add_task, ask_for_refund, move, record
from recovery.case.withholding import withhold
from recovery.ledger.plans import lower_plan, spread_anew
from recovery.ledger.settlement import lower_settlement
from recovery.money import Money
from recovery.post import correspondence

PLAN = "instalment_plan"


def remake(case: CaseRecord, before: Money, order: Order, ends: tuple[str, str]) -> Money:
    """Make anew what rested on what was owed `before`, and close the case where nothing is owed; return what is.

    Less owed lowers plan, offer and settlement by as much; more owed leaves them as agreed, and the team decides.
    `ends` are the moves that then close it: where money came in, and where none did.
    """
    if case.state == State.CLOSED:
        write_off(case, order.on, case.reason or "closed")
        ask_for_refund(case, order.on)
        return Money.zero(case.currency)
    after = settle(case, order.on).total
    if after < before:
        _lower(case, before - after, after, order.on)
    elif after > before and (case.plan or case.settlement):
        more = after - before
        why = f"{more} {more.currency} more are owed than was agreed on: agree anew, or leave it"
        add_task(case, "work", order.on, data={"why": why, "stays": True})
    _end(case, order, ends)
    return after


def _lower(case: CaseRecord, less: Money, owed: Money, on: date) -> None:
    if case.offer:
        asked = max(case.offer.total_minor - less.minor, 0)
        case.offer = case.offer.model_copy(update={"total_minor": asked})
    lower_settlement(case, owed, on)
    if case.state == State.INSTALMENT_PLAN and case.plan and owed:
        if withhold(case, PLAN):  # nobody was told of it yet: it is spread anew
            spread_anew(case, owed, on)
        else:
            lower_plan(case, less, on)
        last = case.plan.instalments[-1].due
        correspondence.send(case, PLAN, on, last, "email", f"{case.claim_id}:plan:{case.version}:{len(case.events)}")


def _end(case: CaseRecord, order: Order, ends: tuple[str, str]) -> None:
    """Close a case of which nothing is owed any more."""
    facts = facts_for(case, order.on)
    if facts.owed > 0:
        return
    wanted = (ends[0], "close_paid") if facts.recovered > 0 else ends[1:]
    event = next((one for one in wanted if refusal(State(case.state), one, facts) is None), None)
    if event:
        move(case, event, actor=order.actor, on=order.on, note=order.note)


def told(case: CaseRecord, order: Order, kind: str, before: Money, after: Money, **more: str) -> None:
    """Record a change of what is owed: the debt before and after."""
    data = {**more, "before": str(before), "after": str(after), "currency": case.currency}
    record(case, kind, actor=order.actor, on=order.on, note=order.note, data=data)
