"""Calls with the debtor, and what was promised."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from recovery.case.order import Order, day_in
from recovery.case.record import CaseRecord, add_law_event, procedure_of
from recovery.case.transition import record
from recovery.errors import CaseError
from recovery.law.contact import contact
from recovery.procedure.contacts import contact_days, is_full
from recovery.procedure.steps import schedule_next

PROMISE_DAYS = 14


def log_call(case: CaseRecord, order: Order) -> None:
    """Note a call with the debtor, at HH:MM: a call outside the rule is noted with why."""
    adapter, debtor = procedure_of(case), case.claim.debtor
    try:
        at = time.fromisoformat(str(order.data.get("at") or "12:00"))
    except ValueError:
        raise CaseError(
            f"log_call: at {order.data['at']!r}: write the time as 14:30", code="bad_time", field="at"
        ) from None
    rule = adapter.contact_rule(debtor.is_natural_person, order.on)
    answer = contact(rule, datetime.combine(order.on, at), "phone", adapter.is_holiday)
    data = {"at": at.isoformat("minutes")}
    if not answer.allowed:
        data |= {"outside": answer.why, "basis": answer.basis}
    elif debtor.is_natural_person and is_full(contact_days(case), order.on, rule.per_day, rule.per_week):
        data |= {"outside": f"more than {rule.per_day} a day or {rule.per_week} a week", "basis": rule.basis}
    record(case, "log_call", actor=order.actor, on=order.on, note=order.note, data=data)


def promise(case: CaseRecord, order: Order) -> None:
    """Note a promise to pay: the next step waits until it is broken; to promise acknowledges the debt."""
    until = day_in(order, "until") or order.on + timedelta(days=PROMISE_DAYS)
    if until < order.on:
        raise CaseError(f"promise: {until} lies before {order.on}", code="bad_date", field="until")
    add_law_event(case, "acknowledgement", order.on, by="debtor")
    record(case, "promise", actor=order.actor, on=order.on, note=order.note, data={"until": until.isoformat()})
    if case.state in ("amicable", "formal_notice"):
        schedule_next(case, until + timedelta(days=1))
