"""What comes next after a branch (dispute, plan, suspension) was left."""

from __future__ import annotations

from datetime import date, timedelta

from recovery.case.record import CaseRecord
from recovery.case.transition import add_task
from recovery.court.titles import resume_enforcement
from recovery.ledger.plans import schedule_instalment
from recovery.procedure.steps import schedule_next

# The task that a state waits with where no step of the procedure runs by itself.
TASKS = {"judicial": "court_reply", "disputed": "dispute_answer"}
# Days that a debtor has between the end of a branch and the next step.
BREATHING_DAYS = 7


def resume_work(case: CaseRecord, on: date) -> None:
    """Set what comes next in the state that a case went back to."""
    if case.state == "instalment_plan":
        schedule_instalment(case, on)
    elif case.state == "enforcement":
        resume_enforcement(case, on)
    elif case.state in TASKS:
        add_task(case, TASKS[case.state], on)
    elif case.state == "suspended":
        add_task(case, "suspension_review", on)
    else:
        schedule_next(case, on + timedelta(days=BREATHING_DAYS))
