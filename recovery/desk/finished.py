"""A task of the team that only a person can call done."""

from __future__ import annotations

from datetime import date

from recovery.case.order import Order
from recovery.case.record import CaseRecord
from recovery.case.transition import finish, open_deadlines, record
from recovery.errors import CaseError
from recovery.store.tables import Deadline


def has_work(case: CaseRecord, on: date) -> str | None:
    """Ask for a task of the team that nothing else ends."""
    return None if _open(case) else "no task of the team is open that a person ends"


def _open(case: CaseRecord) -> list[Deadline]:
    return [one for one in open_deadlines(case) if one.kind == "work" and one.actor == "team"]


def finish_task(case: CaseRecord, order: Order) -> None:
    """Tick off a task of the team, with what was done; where more than one is open, it is named by its number.

    Raises:
        CaseError: several tasks are open and none is named, or the number is none of theirs.
    """
    tasks, named = _open(case), order.data.get("task")
    found = [one for one in tasks if named is None or str(one.id) == str(named)]
    if len(found) != 1:
        known = ", ".join(str(one.id) for one in tasks)
        raise CaseError(f"finish_task: say which task with --task; open ones: {known}", code="bad_choice", field="task")
    finish(found[0])
    data = {"task": found[0].id, "why": found[0].data.get("why", "")}
    record(case, "task_finished", actor=order.actor, on=order.on, note=order.note, data=data)
