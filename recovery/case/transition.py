"""The one door through which a case changes state: check, write, append, schedule."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlmodel import Session, select

from recovery.case import chain
from recovery.case.entries import write_off
from recovery.case.lifecycle import BACK, Move, State, branches, move_for, target_of
from recovery.case.record import facts_for, procedure_of
from recovery.case.withholding import SILENT, withhold_demands
from recovery.notices.compose import FOR_MEMBERS
from recovery.people.partners import own_holidays
from recovery.registry import countries
from recovery.store import outbox
from recovery.store.tables import Case, ClaimInvoice, Deadline

TEAM_DAYS = {
    "accept": 7,
    "choose_route": 7,
    "debtor_answer": 7,
    "dispute_answer": 30,
    "suspension_review": 90,
    "enforcement_review": 90,
    "court_reply": 45,
    "refund": 14,
    "work": 14,
    "act_before_limitation": 7,
    "lodge_claim": 30,
}
# Tasks behind which a term of law runs: the team's own free days do not move them.
UNMOVED = ("act_before_limitation", "lodge_claim")
# While a case is in one of these its team has not taken it up.
INCOMING = (State.AWAITING_ACCEPTANCE, State.AWAITING_INFORMATION, State.REFUSED)
# Deadlines that outlive a change of state: they end with the case.
WATCHED = ("limitation", "capitalise")
# Terms that run whatever state the case is in, until somebody acts.
STANDING = (
    *(*WATCHED, "act_before_limitation", "refund", "lodge_claim", "task", "settlement", "consent:settlement"),
    "debtor_answer",
)
MEMBER_DAYS = {
    "information": 14,
    "consent": 10,
    "task": 10,
    "dispute_statement": 10,
    "draft": 30,
    "refused_review": 30,
}


def move(
    session: Session,
    case: Case,
    event: str,
    *,
    actor: str,
    on: date,
    note: str = "",
    data: dict[str, Any] | None = None,
) -> Case:
    """Take a case through one move of the table.

    Raises:
        CaseError: the move is not allowed.
    """
    source = State(case.state)
    step = move_for(source, event, facts_for(session, case, on))
    target = _target(case, step)
    case.return_state = _return_state(case, step, target)
    case.state, case.version = target.value, case.version + 1
    quiet = target in SILENT or target == State.INSTALMENT_PLAN
    held = withhold_demands(session, case) if quiet and source != target else []
    record(
        session,
        case,
        event,
        actor=actor,
        on=on,
        note=note,
        data={"from": source.value, "to": target.value, **(data or {}), **({"withheld": held} if held else {})},
    )
    if target == State.CLOSED:
        _close(session, case, step, on)
    elif source != target:
        cancel_deadlines(session, case, keep=STANDING)
    session.add(case)
    session.flush()
    return case


def _target(case: Case, step: Move) -> State:
    stack = (case.return_state or "").split("/")
    return target_of(step, stack[-1] or None)


def _return_state(case: Case, step: Move, target: State) -> str | None:
    """Return the states to go back to, innermost last.

    A plan made in a dispute settles the dispute; a title ends it; closing forgets all.
    """
    stack = [name for name in (case.return_state or "").split("/") if name]
    if step.target == BACK:
        stack = stack[:-1]
    elif step.event == "reroute":
        stack = _moved(stack, step.source)
    elif target in INCOMING and step.source in INCOMING:
        pass  # asked and answered: what stood before the debtor moved still stands
    elif branches(target):
        settled = target == State.INSTALMENT_PLAN and step.source == State.DISPUTED
        stack = stack if settled and stack else [*stack, step.source.value]
    else:
        stack = []
    return "/".join(stack) or None


def _moved(stack: list[str], source: State) -> list[str]:
    """Return the states to go back to in the new country: its friendly phase begins anew, branches and titles stay."""
    if source in INCOMING:
        return stack
    again = [State.AMICABLE if name == State.FORMAL_NOTICE else name for name in (*stack, source.value)]
    return [] if again == [State.AMICABLE] else [str(name) for name in again]


def _close(session: Session, case: Case, step: Move, on: date) -> None:
    case.reason, case.closed_on = step.reason, on
    cancel_deadlines(session, case)
    if case.reference:
        write_off(session, case, on, step.reason or "closed")
    for invoice in session.exec(select(ClaimInvoice).where(ClaimInvoice.claim_id == case.claim_id)):
        if step.reason in ("withdrawn", "refused"):
            invoice.live = None
            session.add(invoice)


def record(
    session: Session,
    case: Case,
    kind: str,
    *,
    actor: str,
    on: date,
    note: str = "",
    data: dict[str, Any] | None = None,
) -> None:
    """Append what happened to the case's chain and tell the member."""
    event = chain.append(session, case.claim_id, kind, actor, on, note, data)
    if case.member_id and kind in _TOLD:
        outbox.put(
            session,
            f"{case.claim_id}:news:{event.sequence}",
            "news",
            case.claim_id,
            {"event": kind, "on": on.isoformat(), "state": case.state},
        )


# Messages and reminders have notices of their own: they are not news of the case.
_TOLD = frozenset(FOR_MEMBERS) - {"message", "task_near"}


def add_deadline(
    session: Session,
    case: Case,
    kind: str,
    due_on: date,
    actor: str,
    basis: str,
    data: dict[str, Any] | None = None,
) -> Deadline:
    """Set a deadline on a case."""
    deadline = Deadline(
        claim_id=case.claim_id,
        kind=kind,
        due_on=due_on,
        actor=actor,
        basis=basis,
        country=case.debtor_country,
        data=data or {},
    )
    session.add(deadline)
    session.flush()
    return deadline


def add_task(
    session: Session, case: Case, kind: str, on: date, actor: str = "team", data: dict[str, Any] | None = None
) -> Deadline:
    """Set a task with its usual time: a person must act."""
    days = (TEAM_DAYS if actor == "team" else MEMBER_DAYS)[kind.split(":")[0]]
    return add_deadline(
        session,
        case,
        kind,
        _working_day(session, case, on + timedelta(days=days), own=actor == "team" and kind not in UNMOVED),
        actor,
        "the charter: every deadline has an owner",
        data,
    )


def _working_day(session: Session, case: Case, day: date, own: bool) -> date:
    """Return the first working day; the team's own free days move the team's own tasks, no term of law."""
    if case.debtor_country not in countries():
        return day
    adapter = procedure_of(case)
    free = own_holidays(session, case.debtor_country) if own else {}
    while adapter.is_eu_rest_day(day) or day in free:
        day += timedelta(days=1)
    return day


def open_deadlines(session: Session, claim_id: str) -> list[Deadline]:
    """Return the deadlines that still count, the earliest first."""
    query = select(Deadline).where(Deadline.claim_id == claim_id, Deadline.status.in_(("open", "late")))  # type: ignore[attr-defined]
    return sorted(session.exec(query), key=lambda deadline: (deadline.due_on, deadline.id or 0))


def cancel_deadlines(session: Session, case: Case, prefix: str = "", keep: tuple[str, ...] = ()) -> None:
    """Cancel the open deadlines of a case whose kind begins so, those to keep apart."""
    for deadline in open_deadlines(session, case.claim_id):
        if deadline.kind.startswith(prefix) and deadline.kind not in keep:
            finish(session, deadline, "cancelled")


def move_deadlines(session: Session, case: Case) -> None:
    """Give the open deadlines of a case to the team of its debtor's country."""
    for deadline in open_deadlines(session, case.claim_id):
        deadline.country = case.debtor_country
        session.add(deadline)


def finish_answers(session: Session, case: Case, what: str = "") -> None:
    """End what waits for a person to read what the debtor said: all of it, or answers of one kind."""
    for task in open_deadlines(session, case.claim_id):
        if task.kind == "debtor_answer" and what in ("", task.data.get("answer")):
            finish(session, task)


def finish(session: Session, deadline: Deadline, status: str = "done") -> None:
    """End a deadline."""
    deadline.status = status
    session.add(deadline)
    session.flush()
