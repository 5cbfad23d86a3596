"""What comes next after a branch (dispute, plan, suspension) was left."""

from __future__ import annotations

from datetime import date, timedelta

from sqlmodel import Session

from recovery.case.transition import add_task
from recovery.ledger.plans import schedule_instalment
from recovery.procedure.steps import schedule_next
from recovery.store.tables import Case

# The task that a state waits with where no step of the procedure runs by itself.
TASKS = {"judicial": "court_reply", "enforcement": "enforcement_review", "disputed": "dispute_answer"}
# Days that a debtor has between the end of a branch and the next step.
BREATHING_DAYS = 7


def resume_work(session: Session, case: Case, on: date) -> None:
    """Set what comes next in the state that a case went back to."""
    if case.state == "instalment_plan":
        schedule_instalment(session, case, on)
    elif case.state in TASKS:
        add_task(session, case, TASKS[case.state], on)
    elif case.state == "suspended":
        add_task(session, case, "suspension_review", on)
    else:
        schedule_next(session, case, on + timedelta(days=BREATHING_DAYS))
