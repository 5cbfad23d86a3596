"""The procedure at work: each step runs when the law and the member's consent allow it."""

from __future__ import annotations

from datetime import date, timedelta

from recovery.case.entries import settle
from recovery.case.lifecycle import State, refusal
from recovery.case.record import CaseRecord, add_law_event, facts_for, procedure_of, recovered_of
from recovery.case.transition import (
    add_deadline,
    add_task,
    cancel_deadlines,
    finish,
    move,
    open_deadlines,
    record,
)
from recovery.case.values import Offer, StepDone
from recovery.law.history import pending, title
from recovery.law.values import Step
from recovery.planned import term_end
from recovery.post.demands import send_demand
from recovery.procedure.contacts import contact_day

# What a task is about that asks for a statement of the account.
STATEMENT = "statement"
EVENT_OF_STATE = {"amicable": "remind", "formal_notice": "give_notice"}


def next_step(case: CaseRecord) -> Step | None:
    """Return the first step of the debtor's country that this case has not done; none with a title or in court."""
    done, claim = case.steps_done, case.claim
    if title(claim) or pending(claim):
        return None
    kind = claim.debtor.kind
    return next((step for step in procedure_of(case).steps_for(kind) if step.name not in done), None)


def schedule_next(case: CaseRecord, not_before: date) -> None:
    """Set the deadline of the next step; after the last one the team decides."""
    cancel_deadlines(case, "step")
    step = next_step(case)
    if step is None:
        add_task(case, "work", not_before)
        return
    due_on = not_before + timedelta(days=step.after_days)
    add_deadline(case, "step", due_on, "system", step.basis, about=step.name)


def perform(case: CaseRecord, name: str, on: date) -> str:
    """Do the step that is due, or set what it waits for; return what came of it."""
    step = next_step(case)
    if step is None or step.name != name:
        schedule_next(case, on)
        return "rescheduled"
    free_on = _after_settlement(case, on)
    if free_on > on:
        add_deadline(case, "step", free_on, "system", step.basis, about=step.name)
        return "postponed"
    if step.actor == "team":
        return _hand_to_team(case, step, on)
    event = EVENT_OF_STATE[step.state]
    why = refusal(State(case.state), event, facts_for(case, on))
    if why:
        return _wait(case, step, on, why)
    if _account_unread(case, step, on):
        return "waits for a statement of the account"
    allowed_on = contact_day(case, step.channel, on)
    if allowed_on > on:
        add_deadline(case, "step", allowed_on, "system", step.basis, about=step.name)
        return "postponed"
    _send(case, step, event, on)
    return "done"


def _account_unread(case: CaseRecord, step: Step, on: date) -> bool:
    """Put a demand off while nobody has looked at the account for longer than the service allows, and say so once."""
    days, last = case.outside.statements(case.debtor_country)
    asked = [one for one in open_deadlines(case) if one.data.get("about") == STATEMENT]
    if not days or (last and _working_days(case, last, on) <= days):
        for task in asked:
            finish(task)
        return False
    tomorrow = on + timedelta(days=1)
    add_deadline(case, "step", tomorrow, "system", step.basis, about=step.name)
    if not asked:
        seen = f"the last statement goes to {last}" if last else "no statement was taken in"
        why = f"no demand goes out before the account is looked at: {seen}"
        record(case, "step_stopped", actor="system", on=on, note=why, data={"step": step.name})
        add_task(case, "work", on, data={"why": why, "about": STATEMENT})
    return True


def _working_days(case: CaseRecord, last: date, on: date) -> int:
    """Return how many working days lie after a day, up to another one."""
    adapter = procedure_of(case)
    between = (last + timedelta(days=n) for n in range(1, max((on - last).days, 0) + 1))
    return sum(not adapter.is_eu_rest_day(day) for day in between)


def _after_settlement(case: CaseRecord, on: date) -> date:
    """Return the first day on which a step may be done: while a settlement that was agreed may be paid, none is.

    Who was told that less will do is not asked for the whole.
    """
    terms = [one.due_on for one in open_deadlines(case) if one.kind == "settlement" and one.actor == "debtor"]
    return max([on, *(due_on + timedelta(days=1) for due_on in terms)])


def _send(case: CaseRecord, step: Step, event: str, on: date) -> None:
    """Do a step: its event, its letter in the outbox, and the end of the debtor's term."""
    adapter, claim, before = procedure_of(case), case.claim, case.state
    last = term_end(adapter, claim.debtor.kind, step, on, claim.debtor.region)
    key = f"{case.claim_id}:{step.name}:{case.version + 1}"
    move(
        case,
        event,
        actor="system",
        on=on,
        data={"step": step.name, "basis": step.basis, "until": last.isoformat(), "letter": key},
    )
    channel = step.channel if step.channel in ("post", "registered", "email") else "post"
    # Sent under the creditor's mandate and in its name: no collector's fee is put on the debtor.
    kind = step.event or "reminder"
    add_law_event(case, kind, on, by="creditor", channel=channel, wording="receipt_based")
    settle(case, on)
    done = StepDone(step=step.name, letter=key, event=kind, on=on, before=before, after=case.state)
    case.steps = (*case.steps, done)
    asked = send_demand(case, step.document or "reminder", on, last, step.channel, key)
    if asked is not None:
        paid = recovered_of(case.entries, case.currency)
        earlier = tuple(one.model_copy(update={"earlier": ()}) for one in case.offer.each) if case.offer else ()
        case.offer = Offer(total_minor=asked.minor, pay_by=last, on=on, paid_before=paid, earlier=earlier)
    schedule_next(case, last + timedelta(days=1))


def _hand_to_team(case: CaseRecord, step: Step, on: date) -> str:
    if step.consent and not case.agrees(step.consent):
        _ask_consent(case, step, step.consent, on)
    add_task(case, "choose_route", on, data={"step": step.name})
    return "handed to the team"


def _wait(case: CaseRecord, step: Step, on: date, why: str) -> str:
    if step.consent and not case.agrees(step.consent):
        _ask_consent(case, step, step.consent, on)
        return "waits for the member's consent"
    record(case, "step_stopped", actor="system", on=on, note=why, data={"step": step.name})
    add_task(case, "work", on, data={"why": why})
    return "stopped"


def _ask_consent(case: CaseRecord, step: Step, consent: str, on: date) -> None:
    cancel_deadlines(case, "consent", about=consent)
    add_task(case, "consent", on, "member", {"step": step.name}, about=consent)
    record(
        case,
        "consent_wanted",
        actor="system",
        on=on,
        data={"consent": consent, "step": step.name},
    )
