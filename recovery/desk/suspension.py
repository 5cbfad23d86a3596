"""A case that must rest: insolvency with its term to lodge the claim, death, mediation and the like."""

from __future__ import annotations

from datetime import date
from typing import Any

from recovery.case.entries import settle
from recovery.case.order import Order, choice_in, day_in, move_by
from recovery.case.record import CaseRecord, add_law_event, procedure_of
from recovery.case.transition import add_deadline, add_task, cancel_deadlines, record
from recovery.case.values import Suspension
from recovery.court.pack import attach_lodging
from recovery.desk.branches import resume_work
from recovery.errors import CaseError
from recovery.forms.lodging import Insolvency
from recovery.law.values import StopEvent
from recovery.planned import lodging
from recovery.procedure.watch import watch

KINDS = (
    "insolvency",
    "restructuring",
    "debt_relief",
    "moratorium",
    "mediation",
    "death",
    "incapacity",
    "other",
)
# What is known of insolvency proceedings: names of the order's data.
PROCEEDINGS = ("court", "number", "administrator", "administrator_address", "administrator_email")


def suspend(case: CaseRecord, order: Order) -> None:
    """Suspend the case: every step stops.

    `data` may hold kind, until (the day to look again) and, for insolvency, opened, published, lodge_by, court, number
    and the administrator: the interest ends with the opening where the law of the contract says so, the statement of
    the claim is made (Reg. 2015/848 art. 55) and the term to lodge it is a deadline (art. 55(6)).
    """
    kind = choice_in(order, "kind", "other")
    until = day_in(order, "until")
    stop = _stop(case, kind)
    told = Suspension(kind=kind)
    if stop:
        effect = {"label": stop.label, "effect": stop.effect, "do": stop.do, "stops": stop.stops, "basis": stop.basis}
        told = told.model_copy(update=effect)
    move_by(case, "suspend", order, **told.shown(case.currency))
    known = _insolvency(case, order) if kind == "insolvency" else {}
    case.suspension = told.model_copy(update={**known, "on": order.on})
    if until and until > order.on:
        add_deadline(case, "suspension_review", until, "team", "set by the team", {"kind": kind})
    else:
        add_task(case, "suspension_review", order.on, data={"kind": kind})


def _stop(case: CaseRecord, kind: str) -> StopEvent | None:
    return next((stop for stop in procedure_of(case).stop_events if stop.kind == kind), None)


def _insolvency(case: CaseRecord, order: Order) -> dict[str, Any]:
    """Record insolvency proceedings and return what is known of them: the claim must be lodged in time."""
    opened = day_in(order, "opened") or order.on
    published = day_in(order, "published") or opened
    if published < opened or opened > order.on:
        raise CaseError("suspend: opened, published and recorded in this order", code="bad_date", field="opened")
    adapter = procedure_of(case)
    step = lodging(adapter, published, case.claim.debtor.region)
    lodge_by = day_in(order, "lodge_by") or step.deadline
    add_law_event(case, "insolvency", opened, by="court")
    settle(case, order.on)
    watch(case, order.on)
    add_deadline(case, "lodge_claim", lodge_by, "team", step.step.basis, {"do": step.step.label})
    known = {name: str(order.data.get(name) or "") for name in PROCEEDINGS}
    proceedings = Insolvency("", opened, published, lodge_by=lodge_by, **known)
    attach_lodging(case, proceedings, order.on)
    return {**known, "opened": opened, "published": published, "lodge_by": lodge_by}


def lodged(case: CaseRecord, order: Order) -> None:
    """Record that the claim was lodged in the insolvency."""
    cancel_deadlines(case, "lodge_claim")
    assert case.suspension is not None
    case.suspension = case.suspension.model_copy(update={"lodged": order.on})
    record(case, "record_lodged", actor=order.actor, on=order.on, note=order.note)


def resume(case: CaseRecord, order: Order) -> None:
    """Go on where the case was suspended; mistaken takes a wrongly recorded insolvency back."""
    suspension = case.suspension
    move_by(case, "resume", order)
    if order.data.get("mistaken") and suspension and suspension.opened and suspension.kind == "insolvency":
        _take_back(case, suspension.opened, order)
    case.suspension = None
    resume_work(case, order.on)


def _take_back(case: CaseRecord, opened: date, order: Order) -> None:
    """Remove an insolvency that never was: interest runs again for the whole time."""
    never = next((e for e in case.law_events if e.kind == "insolvency" and e.on == opened), None)
    case.law_events = tuple(event for event in case.law_events if event is not never)
    settle(case, order.on)
    watch(case, order.on)
