"""What a member is asked: consents and tasks, each with its last day and what happens otherwise."""

from __future__ import annotations

from recovery.case.order import Handler, Order, choice_in, day_in
from recovery.case.record import CaseRecord
from recovery.case.transition import add_deadline, add_task, cancel_deadlines, finish, move, open_deadlines, record
from recovery.errors import CaseError
from recovery.ledger.settlement import settlement_agreed, settlement_refused
from recovery.procedure.steps import schedule_next
from recovery.store.tables import Deadline

# What happens when a member does not answer in time.
OTHERWISE = ("team_decides", "go_on", "withdraw")
CONSENTS = ("formal_notice", "court", "settlement")
# Deadlines that are questions to the member, which answer_task answers.
QUESTIONS = ("task", "dispute_statement")
CHARTER = "the charter: every question has a last day and says what happens otherwise"


def consent(kind: str) -> Handler:
    """Return the action that records the member's consent to a step."""

    def give(case: CaseRecord, order: Order) -> None:
        if kind == "settlement":
            settlement_agreed(case, order)
        case.agree(kind, order.on)
        record(case, f"consent_{kind}", actor=order.actor, on=order.on, note=order.note)
        cancel_deadlines(case, "consent", about=kind)
        if kind == "formal_notice" and case.state == "amicable":
            cancel_deadlines(case, "work")
            schedule_next(case, order.on)

    give.__doc__ = f"Record the member's consent: {kind}."
    return give


def decision(kind: str) -> Handler:
    """Return the action that records a person's decision against a guard; the note says why."""

    def decide(case: CaseRecord, order: Order) -> None:
        case.agree(kind, order.on)
        record(case, order.action, actor=order.actor, on=order.on, note=order.note)

    decide.__doc__ = f"Record a person's decision: {kind}."
    return decide


def refuse_consent(case: CaseRecord, order: Order) -> None:
    """Record that the member refuses a consent; the team decides how to go on."""
    kind = choice_in(order, "what")
    waiting = [one for one in open_deadlines(case) if (one.kind, one.about) == ("consent", kind)]
    if not waiting:
        raise CaseError(
            f"refuse_consent: nobody asked for consent to {kind}; open questions stand in `recovery case show`",
            code="not_allowed",
            field="what",
        )
    if kind == "settlement":
        settlement_refused(case)
    case.disagree(kind)
    record(case, "consent_refused", actor=order.actor, on=order.on, note=order.note, data={"consent": kind})
    cancel_deadlines(case, "consent", about=kind)
    add_task(case, "work", order.on, data={"why": f"the member refuses: {kind}"})


def set_task(case: CaseRecord, order: Order) -> None:
    """Ask the member to do something until a day, and say what happens otherwise; the note says what."""
    otherwise = choice_in(order, "otherwise", "team_decides")
    until = day_in(order, "until")
    data = {"question": order.note, "otherwise": otherwise}
    if until is None:
        made = add_task(case, "task", order.on, "member", data)
    elif until <= order.on:
        raise CaseError(f"set_task: {until} lies not after {order.on}", code="bad_date", field="until")
    else:
        made = add_deadline(case, "task", until, "member", CHARTER, data)
    told = {"task": made.id, "until": made.due_on.isoformat(), "otherwise": otherwise}
    record(case, "task", actor=order.actor, on=order.on, note=order.note, data=told)


def answer_task(case: CaseRecord, order: Order) -> None:
    """Answer a task with the note; where more than one is open, the task is named by its number."""
    task = _task(case, order)
    finish(task)
    record(case, "task_answered", actor=order.actor, on=order.on, note=order.note, data={"task": task.id})
    if case.state != "awaiting_information":
        add_task(case, "work", order.on, data={"why": "the member has answered"})


def _task(case: CaseRecord, order: Order) -> Deadline:
    """Return the task that an answer is for.

    Raises:
        CaseError: none is open, or several are and none is named.
    """
    tasks = [one for one in open_deadlines(case) if one.kind in QUESTIONS]
    named = order.data.get("task")
    found = [one for one in tasks if named is None or str(one.id) == str(named)]
    if len(found) != 1:
        known = ", ".join(str(one.id) for one in tasks) or "none"
        raise CaseError(f"answer_task: say which task with --task; open ones: {known}", code="bad_choice", field="task")
    return found[0]


def member_silent(case: CaseRecord, deadline: Deadline, order: Order) -> bool:
    """Do what a question said would happen without an answer; tell whether it is settled thereby."""
    otherwise = deadline.data.get("otherwise", "team_decides")
    if (deadline.kind, deadline.about) == ("consent", "settlement"):
        settlement_refused(case)
        finish(deadline)
        record(case, "settlement_lapsed", actor="system", on=order.on)
        add_task(case, "work", order.on, data={"why": "the member did not agree to the settlement in time"})
        return True
    if otherwise == "withdraw":
        finish(deadline)
        move(case, "withdraw", actor="system", on=order.on, note="the member did not answer in time")
        return True
    if otherwise == "go_on":
        finish(deadline, "lapsed")
        record(case, "task_lapsed", actor="system", on=order.on, data={"task": deadline.id})
        return True
    return False
