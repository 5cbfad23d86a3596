"""What a member is asked: consents and tasks, each with its last day and what happens otherwise."""

from __future__ import annotations

from sqlmodel import Session

from recovery.case.order import Handler, Order, choice_in, day_in, needs_note
from recovery.case.transition import add_deadline, add_task, cancel_deadlines, finish, move, open_deadlines, record
from recovery.errors import CaseError
from recovery.ledger.settlement import settlement_agreed, settlement_refused
from recovery.procedure.steps import schedule_next
from recovery.store.tables import Case, Deadline

# What happens when a member does not answer in time.
OTHERWISE = ("team_decides", "go_on", "withdraw")
CHARTER = "the charter: every question has a last day and says what happens otherwise"


def consent(kind: str) -> Handler:
    """Return the action that records the member's consent to a step."""

    def give(session: Session, case: Case, order: Order) -> None:
        if case.state == "closed":
            raise CaseError(f"{order.action}: the case is closed", code="not_allowed", field="action")
        if kind == "settlement":
            settlement_agreed(session, case, order)
        case.consents = {**case.consents, kind: order.on.isoformat()}
        record(session, case, f"consent_{kind}", actor=order.actor, on=order.on, note=order.note)
        cancel_deadlines(session, case, f"consent:{kind}")
        if kind == "formal_notice" and case.state == "amicable":
            cancel_deadlines(session, case, "work")
            schedule_next(session, case, order.on)

    give.__doc__ = f"Record the member's consent: {kind}."
    return give


def decision(kind: str) -> Handler:
    """Return the action that records a person's decision against a guard; the note says why."""

    def decide(session: Session, case: Case, order: Order) -> None:
        if case.reference is None or case.state == "closed":
            raise CaseError(
                f"{order.action} is not possible while the case is {case.state}", code="not_allowed", field="action"
            )
        why = needs_note(order, "say why")
        case.consents = {**case.consents, kind: order.on.isoformat()}
        record(session, case, order.action, actor=order.actor, on=order.on, note=why)

    decide.__doc__ = f"Record a person's decision: {kind}."
    return decide


def refuse_consent(session: Session, case: Case, order: Order) -> None:
    """Record that the member refuses a consent: `data` holds what; the team decides how to go on."""
    kind = choice_in(order, "what", ("formal_notice", "court", "settlement"))
    waiting = [one for one in open_deadlines(session, case.claim_id) if one.kind == f"consent:{kind}"]
    if not waiting:
        raise CaseError(
            f"refuse_consent: nobody asked for consent to {kind}; open questions stand in `recovery case show`",
            code="not_allowed",
            field="what",
        )
    if kind == "settlement":
        settlement_refused(session, case)
    case.consents = {name: day for name, day in case.consents.items() if name != kind}
    record(session, case, "consent_refused", actor=order.actor, on=order.on, note=order.note, data={"consent": kind})
    cancel_deadlines(session, case, f"consent:{kind}")
    add_task(session, case, "work", order.on, data={"why": f"the member refuses: {kind}"})


def set_task(session: Session, case: Case, order: Order) -> None:
    """Ask the member to do something until a day: the note says what, `data` holds until and otherwise."""
    if case.state == "closed":
        raise CaseError("set_task: the case is closed", code="not_allowed", field="action")
    question = needs_note(order, "say what the member is asked to do")
    otherwise = choice_in(order, "otherwise", OTHERWISE, "team_decides")
    until = day_in(order, "until")
    data = {"question": question, "otherwise": otherwise}
    if until is None:
        made = add_task(session, case, "task", order.on, "member", data)
    elif until <= order.on:
        raise CaseError(f"set_task: {until} lies not after {order.on}", code="bad_date", field="until")
    else:
        made = add_deadline(session, case, "task", until, "member", CHARTER, data)
    told = {"task": made.id, "until": made.due_on.isoformat(), "otherwise": otherwise}
    record(session, case, "task", actor=order.actor, on=order.on, note=question, data=told)


def answer_task(session: Session, case: Case, order: Order) -> None:
    """Answer a task: the note is the answer, `data` holds task where more than one is open."""
    text = needs_note(order, "give the answer")
    task = _task(session, case, order)
    finish(session, task)
    record(session, case, "task_answered", actor=order.actor, on=order.on, note=text, data={"task": task.id})
    if case.state != "awaiting_information":
        add_task(session, case, "work", order.on, data={"why": "the member has answered"})


def _task(session: Session, case: Case, order: Order) -> Deadline:
    """Return the task that an answer is for.

    Raises:
        CaseError: none is open, or several are and none is named.
    """
    kinds = ("task", "dispute_statement")
    tasks = [one for one in open_deadlines(session, case.claim_id) if one.kind in kinds]
    named = order.data.get("task")
    found = [one for one in tasks if named is None or str(one.id) == str(named)]
    if len(found) != 1:
        known = ", ".join(str(one.id) for one in tasks) or "none"
        raise CaseError(f"answer_task: say which task with --task; open ones: {known}", code="bad_choice", field="task")
    return found[0]


def member_silent(session: Session, case: Case, deadline: Deadline, order: Order) -> bool:
    """Do what a question said would happen without an answer; tell whether it is settled thereby."""
    otherwise = deadline.data.get("otherwise", "team_decides")
    if deadline.kind == "consent:settlement":
        settlement_refused(session, case)
        finish(session, deadline)
        record(session, case, "settlement_lapsed", actor="system", on=order.on)
        add_task(session, case, "work", order.on, data={"why": "the member did not agree to the settlement in time"})
        return True
    if otherwise == "withdraw":
        finish(session, deadline)
        move(session, case, "withdraw", actor="system", on=order.on, note="the member did not answer in time")
        return True
    if otherwise == "go_on":
        finish(session, deadline, "lapsed")
        record(session, case, "task_lapsed", actor="system", on=order.on, data={"task": deadline.id})
        return True
    return False
