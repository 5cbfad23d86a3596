"""What a team writes for itself: reminders and notes."""

from __future__ import annotations

from datetime import timedelta

from recovery.case.order import Order, day_in
from recovery.case.record import CaseRecord
from recovery.case.transition import add_deadline, record


def set_deadline(case: CaseRecord, order: Order) -> None:
    """Set a reminder for the team on a day."""
    due_on = day_in(order, "until") or order.on + timedelta(days=7)
    add_deadline(case, "work", due_on, "team", "set by the team", {"why": order.note, "stays": True})
    data = {"until": due_on.isoformat()}
    record(case, "deadline_set", actor=order.actor, on=order.on, note=order.note, data=data)


def note_down(case: CaseRecord, order: Order) -> None:
    """Write a note for the team: neither the member nor the debtor ever reads it."""
    record(case, "note", actor=order.actor, on=order.on, note=order.note)
