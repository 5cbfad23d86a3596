"""What is watched on every open case: limitation coming near, and the yearly capitalisation of interest."""

from __future__ import annotations

from datetime import date, timedelta

from recovery.case.entries import settle
from recovery.case.kinds import WATCHED
from recovery.case.record import CaseRecord, limitation_of
from recovery.case.transition import add_deadline, add_task, cancel_deadlines


def watch(case: CaseRecord, on: date) -> None:
    """Set the next day on which to look at limitation, and the next on which interest is capitalised."""
    for kind in WATCHED:
        cancel_deadlines(case, kind)
    limit = limitation_of(case, on)
    alert = next((day for _, day in limit.alerts if day > on), None) if limit else None
    if limit and alert:
        add_deadline(case, "limitation", alert, "system", limit.basis)
    first = case.outside.capitalises_on(case)
    if first is not None:
        # A year whose rates are not known yet cannot be settled: look again in a week.
        due = max(first, on + timedelta(days=7))
        add_deadline(case, "capitalise", due, "system", "interest of a full year")


def limitation_near(case: CaseRecord, on: date) -> None:
    """Give the team the task to act where limitation is still near, and go on watching."""
    limit = limitation_of(case, on)
    safe = limit.last_safe_day if limit else None
    if limit and safe and (safe - on).days <= max(days for days, _ in limit.alerts):
        data = {"last_safe_day": safe.isoformat(), "basis": limit.basis}
        add_task(case, "act_before_limitation", on, data=data)
    watch(case, on)


def capitalise(case: CaseRecord, on: date) -> None:
    """Settle the interest of a full year, so that it bears interest from its anniversary on."""
    settle(case, on)
    watch(case, on)
