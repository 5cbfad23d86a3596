"""What is watched on every open case: limitation coming near, and the yearly capitalisation of interest."""

from __future__ import annotations

from datetime import date, timedelta

from sqlmodel import Session, col, func, select

from recovery.case.entries import settle
from recovery.case.record import limitation_of
from recovery.case.transition import WATCHED, add_deadline, add_task, cancel_deadlines
from recovery.store.tables import Accrual, Case


def watch(session: Session, case: Case, on: date) -> None:
    """Set the next day on which to look at limitation, and the next on which interest is capitalised."""
    for kind in WATCHED:
        cancel_deadlines(session, case, kind)
    limit = limitation_of(case, on)
    alert = next((day for _, day in limit.alerts if day > on), None) if limit else None
    if limit and alert:
        add_deadline(session, case, "limitation", alert, "system", limit.basis)
    first = session.exec(select(func.min(col(Accrual.capitalises_on))).where(Accrual.claim_id == case.claim_id)).first()
    if first is not None:
        # A year whose rates are not known yet cannot be settled: look again in a week.
        due = max(date.fromordinal(first), on + timedelta(days=7))
        add_deadline(session, case, "capitalise", due, "system", "interest of a full year")


def limitation_near(session: Session, case: Case, on: date) -> None:
    """Give the team the task to act where limitation is still near, and go on watching."""
    limit = limitation_of(case, on)
    safe = limit.last_safe_day if limit else None
    if limit and safe and (safe - on).days <= max(days for days, _ in limit.alerts):
        data = {"last_safe_day": safe.isoformat(), "basis": limit.basis}
        add_task(session, case, "act_before_limitation", on, data=data)
    watch(session, case, on)


def capitalise(session: Session, case: Case, on: date) -> None:
    """Settle the interest of a full year, so that it bears interest from its anniversary on."""
    settle(session, case, on)
    watch(session, case, on)
