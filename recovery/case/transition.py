"""The one door through which a case changes state: check, write, append, schedule."""

from __future__ import annotations

import sys
from datetime import date, timedelta
from typing import Any

from recovery.case import chain
from recovery.case.entries import refund_open, write_off
from recovery.case.kinds import KINDS, stands
from recovery.case.lifecycle import BACK, Move, State, branches, move_for, target_of
from recovery.case.loose_ends import loose_ends
from recovery.case.record import CaseRecord, facts_for, procedure_of
from recovery.case.withholding import SILENT, withhold_demands
from recovery.money import Money
from recovery.notices.compose import FOR_MEMBERS
from recovery.registry import countries
from recovery.store.new_rows import new_row
from recovery.store.tables import ClaimInvoice, Deadline, Outbox

# While a case is in one of these its team has not taken it up.
INCOMING = (State.AWAITING_ACCEPTANCE, State.AWAITING_INFORMATION, State.REFUSED)


def move(
    case: CaseRecord,
    event: str,
    *,
    actor: str,
    on: date,
    note: str = "",
    data: dict[str, Any] | None = None,
) -> CaseRecord:
    """Take a case through one move of the table.

    Raises:
        CaseError: the move is not allowed.
    """
    source = State(case.state)
    step = move_for(source, event, facts_for(case, on))
    target, before = _target(case, step), (source.value, *(case.return_state or "").split("/"))
    stood = {"back": case.return_state} if target == State.CLOSED and case.return_state else {}
    case.return_state = _return_state(case, step, target)
    case.state, case.version = target.value, case.version + 1
    quiet = target in (*SILENT, State.INSTALMENT_PLAN, State.ENFORCEMENT)
    held = withhold_demands(case, target == State.CLOSED) if quiet and source != target else []
    record(
        case,
        event,
        actor=actor,
        on=on,
        note=note,
        data={
            "from": source.value,
            "to": target.value,
            **stood,
            **(data or {}),
            **({"withheld": held} if held else {}),
        },
    )
    if target == State.CLOSED:
        _close(case, step, on, before)
    elif source != target:
        for deadline in open_deadlines(case):
            if not stands(deadline.kind, deadline.about, deadline.data):
                finish(deadline, "cancelled")
    return case


def _target(case: CaseRecord, step: Move) -> State:
    stack = (case.return_state or "").split("/")
    return target_of(step, stack[-1] or None)


def _return_state(case: CaseRecord, step: Move, target: State) -> str | None:
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


def _close(case: CaseRecord, step: Move, on: date, before: tuple[str, ...]) -> None:
    case.reason, case.closed_on = step.reason, on
    for deadline in open_deadlines(case):
        if deadline.kind != "decide_money":  # whose money it is must be decided all the same
            finish(deadline, "cancelled")
    for why in loose_ends(case, before, step.reason or "closed"):
        add_task(case, "work", on, data={"why": why, "stays": True, "loose_end": True})
    if case.reference:
        write_off(case, on, step.reason or "closed")
        ask_for_refund(case, on)
    if step.reason in ("withdrawn", "refused"):
        for invoice in case.rows(ClaimInvoice):
            invoice.live = None


def ask_for_refund(case: CaseRecord, on: date) -> None:
    """Let the team return what was paid too much, once; where nothing is due any more the task ends."""
    due, asked = refund_open(case), [one for one in open_deadlines(case) if one.kind == "refund"]
    if due and not asked:
        why = f"{Money(due, case.currency)} {case.currency} was paid too much: return it to the debtor"
        add_task(case, "refund", on, data={"why": why})
    for task in () if due else asked:
        finish(task, "cancelled")


def record(
    case: CaseRecord,
    kind: str,
    *,
    actor: str,
    on: date,
    note: str = "",
    data: dict[str, Any] | None = None,
) -> None:
    """Append what happened to the case's chain and tell the member."""
    event = chain.append(case, kind, actor, on, note, data)
    if case.member_id and kind in _TOLD:
        told = {"event": kind, "on": on.isoformat(), "state": case.state}
        add_effect(case, f"{case.claim_id}:news:{event.sequence}", "news", told)


def add_effect(case: CaseRecord, key: str, kind: str, payload: dict[str, Any]) -> None:
    """Put an effect of a case down, to be done once all is written; a key that stands already is left as it is."""
    if key not in case.effect_keys:
        case.effect_keys.add(key)
        now = case.outside.now()
        case.add(new_row(Outbox, key=key, kind=kind, claim_id=case.claim_id, payload=payload, created_at=now))


# Messages and reminders have notices of their own: they are not news of the case.
_TOLD = frozenset(FOR_MEMBERS) - {"filed", "message", "task_near"}


def add_deadline(
    case: CaseRecord,
    kind: str,
    due_on: date,
    actor: str,
    basis: str,
    data: dict[str, Any] | None = None,
    about: str = "",
) -> Deadline:
    """Set a deadline on a case; its kind is one of `recovery.case.kinds`."""
    deadline = new_row(
        Deadline,
        claim_id=case.claim_id,
        kind=KINDS[kind].name,  # a kind that is not known is a fault of ours: KeyError
        about=about,
        due_on=due_on,
        actor=actor,
        basis=basis,
        country=case.debtor_country,
        data=data or {},
    )
    return case.add(deadline)


def add_task(
    case: CaseRecord, kind: str, on: date, actor: str = "team", data: dict[str, Any] | None = None, about: str = ""
) -> Deadline:
    """Set a task with its usual time: a person must act."""
    known = KINDS[kind]
    days = known.days[actor]
    return add_deadline(
        case,
        kind,
        _working_day(case, on + timedelta(days=days), own=actor == "team" and not known.by_law),
        actor,
        "the charter: every deadline has an owner",
        data,
        about,
    )


def _working_day(case: CaseRecord, day: date, own: bool) -> date:
    """Return the first working day; the team's own free days move the team's own tasks, no term of law."""
    if case.debtor_country not in countries():
        return day
    adapter = procedure_of(case)
    free = case.outside.free_days(case.debtor_country) if own else {}
    while adapter.is_eu_rest_day(day) or day in free:
        day += timedelta(days=1)
    return day


def open_deadlines(case: CaseRecord) -> list[Deadline]:
    """Return the deadlines that still count, the earliest first, new ones last of a day."""
    counting = [one for one in case.deadlines if one.status in ("open", "late")]
    return sorted(counting, key=lambda one: (one.due_on, one.id or sys.maxsize))


def cancel_deadlines(case: CaseRecord, *kinds: str, about: str | None = None) -> None:
    """Cancel the open deadlines of a case: those of some kinds or all, those about one thing or whatever it is."""
    for deadline in open_deadlines(case):
        if (not kinds or deadline.kind in kinds) and about in (None, deadline.about):
            finish(deadline, "cancelled")


def move_deadlines(case: CaseRecord) -> None:
    """Give the open deadlines of a case to the team of its debtor's country."""
    for deadline in open_deadlines(case):
        deadline.country = case.debtor_country


def finish_answers(case: CaseRecord, what: str = "") -> None:
    """End what waits for a person to read what the debtor said: all of it, or answers of one kind."""
    for task in open_deadlines(case):
        if task.kind == "debtor_answer" and what in ("", task.data.get("answer")):
            finish(task)


def finish(deadline: Deadline, status: str = "done") -> None:
    """End a deadline."""
    deadline.status = status
