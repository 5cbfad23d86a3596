"""What a national team and a member do to a case: each action one transaction, one event."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlmodel import Session

from recovery.cases import correspondence, courts, law_decision
from recovery.cases.chain import events_of
from recovery.cases.law_decision import Decision
from recovery.cases.ledger import post, settle, waive
from recovery.cases.letter_actions import LETTER_ACTIONS
from recovery.cases.lifecycle import OPEN_WORK, State, allowed, refusal
from recovery.cases.plans import make_plan
from recovery.cases.record import add_law_event, change_facts, entries_of, facts_for, load
from recovery.cases.steps import schedule_next
from recovery.cases.transition import add_deadline, add_task, cancel_deadlines, move, record
from recovery.cases.watch import watch
from recovery.errors import CaseError
from recovery.money import Money
from recovery.store.tables import Case


@dataclass(frozen=True)
class Order:
    """An action asked for: who, when, and what it needs."""

    action: str
    on: date
    actor: str = "team"
    note: str = ""
    amount: str | None = None
    data: dict[str, Any] = field(default_factory=dict)
    expected_version: int | None = None


Handler = Callable[[Session, Case, Order], None]


def act(session: Session, name: str, order: Order) -> Case:
    """Carry an action out on a case.

    Raises:
        CaseError: there is no such case or action, or the case does not allow it now.
    """
    case = load(session, name)
    handler = ACTIONS.get(order.action)
    if handler is None:
        raise CaseError(
            f"action {order.action!r}: one of {', '.join(sorted(ACTIONS))}",
            code="unknown_action",
            field="action",
        )
    handler(session, case, order)
    session.add(case)
    session.flush()
    return case


def possible(session: Session, case: Case, on: date) -> dict[str, str | None]:
    """Return the events of a case's state, each with why it may not happen now (None: it may)."""
    facts = facts_for(session, case, on)
    return {event: refusal(State(case.state), event, facts) for event in allowed(State(case.state))}


def _move(session: Session, case: Case, event: str, order: Order, **data: Any) -> None:
    move(
        session,
        case,
        event,
        actor=order.actor,
        on=order.on,
        note=order.note,
        data=data,
        expected_version=order.expected_version,
    )


def _needs_amount(case: Case, order: Order) -> Money:
    if order.amount is None:
        raise CaseError(f"{order.action}: give the amount with --amount", code="missing", field="amount")
    amount = Money.parse(order.amount, case.currency)
    if amount.minor <= 0:
        raise CaseError(f"{order.action}: the amount must be more than zero", code="bad_amount", field="amount")
    return amount


def _within_owed(session: Session, case: Case, order: Order, amount: Money) -> None:
    owed = settle(session, case, order.on).total
    if amount > owed:
        raise CaseError(
            f"{order.action}: {amount} is more than the {owed} {owed.currency} owed", code="bad_amount", field="amount"
        )


def accept(session: Session, case: Case, order: Order) -> None:
    """Take the case on: the procedure of the country begins, and the limitation is watched."""
    _move(session, case, "accept", order)
    settle(session, case, order.on)
    schedule_next(session, case, order.on)


def refuse(session: Session, case: Case, order: Order) -> None:
    """Refuse the case: the member may send it again within the term."""
    _move(session, case, "refuse", order)
    add_task(session, case, "refused_review", order.on, "member")


def ask(session: Session, case: Case, order: Order) -> None:
    """Ask the member for information."""
    _move(session, case, "ask", order)
    add_task(session, case, "information", order.on, "member", {"question": order.note})


def inform(session: Session, case: Case, order: Order) -> None:
    """Give the information asked for; the case goes back to the team."""
    _move(session, case, "inform", order)
    add_task(session, case, "accept", order.on)


def resubmit(session: Session, case: Case, order: Order) -> None:
    """Send a refused case again."""
    _move(session, case, "resubmit", order)
    add_task(session, case, "accept", order.on)


def log_call(session: Session, case: Case, order: Order) -> None:
    """Note a call with the debtor."""
    record(session, case, "log_call", actor=order.actor, on=order.on, note=order.note)


def promise(session: Session, case: Case, order: Order) -> None:
    """Note a promise to pay: the next step waits until it is broken; to promise acknowledges the debt."""
    if State(case.state) not in OPEN_WORK:
        raise CaseError(f"promise is not possible while the case is {case.state}", code="not_allowed", field="action")
    until = date.fromisoformat(order.data.get("until") or (order.on + timedelta(days=14)).isoformat())
    add_law_event(case, "acknowledgement", order.on, by="debtor")
    record(
        session,
        case,
        "promise",
        actor=order.actor,
        on=order.on,
        note=order.note,
        data={"until": until.isoformat()},
    )
    schedule_next(session, case, until + timedelta(days=1))


def consent(kind: str) -> Handler:
    """Return the action that records the member's consent to a step."""

    def give(session: Session, case: Case, order: Order) -> None:
        case.consents = {**case.consents, kind: order.on.isoformat()}
        record(session, case, f"consent_{kind}", actor=order.actor, on=order.on, note=order.note)
        waiting = f"consent:{kind}"
        cancel_deadlines(session, case, waiting)
        if kind == "formal_notice" and case.state in ("amicable",):
            cancel_deadlines(session, case, "work")
            schedule_next(session, case, order.on)

    give.__doc__ = f"Record the member's consent: {kind}."
    return give


def dispute(session: Session, case: Case, order: Order) -> None:
    """Open a dispute: every letter stops until it is resolved."""
    _move(session, case, "dispute", order)
    _set_disputed(case, True)
    add_law_event(case, "dispute", order.on, by="debtor")
    add_task(session, case, "dispute_answer", order.on)


def _set_disputed(case: Case, disputed: bool) -> None:
    change_facts(case, claim={**case.facts["claim"], "disputed": disputed})


def resolve(session: Session, case: Case, order: Order) -> None:
    """Resolve a dispute for the creditor or the debtor; with an amount, the principal is reduced by it."""
    outcome = order.data.get("for", "creditor")
    if outcome not in ("creditor", "debtor"):
        raise CaseError(f"resolve for {outcome!r}: creditor or debtor", code="bad_choice", field="for")
    _move(session, case, f"resolve_for_{outcome}", order, outcome=outcome)
    _set_disputed(case, False)
    if outcome == "creditor":
        if order.amount is not None:
            amount = _needs_amount(case, order)
            _within_owed(session, case, order, amount)
            waive(session, case, amount, order.on, order.note or "agreed reduction")
        _resume_work(session, case, order.on)


def _resume_work(session: Session, case: Case, on: date) -> None:
    """Set what comes next after a branch was left."""
    if case.state == "judicial":
        add_task(session, case, "court_reply", on)
    elif case.state == "enforcement":
        add_task(session, case, "enforcement_review", on)
    elif case.state == "instalment_plan":
        from recovery.cases.plans import schedule_instalment

        schedule_instalment(session, case)
    elif case.state == "disputed":
        add_task(session, case, "dispute_answer", on)
    else:
        schedule_next(session, case, on + timedelta(days=7))


def plan(session: Session, case: Case, order: Order) -> None:
    """Agree an instalment plan: `data` holds count and first (a date), monthly."""
    total = settle(session, case, order.on).total
    _move(session, case, "plan", order)
    _set_disputed(case, False)
    add_law_event(case, "acknowledgement", order.on, by="debtor")
    make_plan(session, case, order.on, total, int(order.data.get("count", 3)), order.data.get("first"))


def break_plan(session: Session, case: Case, order: Order) -> None:
    """End a plan that the debtor did not keep: the whole rest is due again."""
    _move(session, case, "break_plan", order)
    change_facts(case, plan=None)
    _resume_work(session, case, order.on)


def suspend(session: Session, case: Case, order: Order) -> None:
    """Suspend the case (insolvency, death, debt mediation): every step stops."""
    _move(session, case, "suspend", order)
    add_task(session, case, "suspension_review", order.on)


def resume(session: Session, case: Case, order: Order) -> None:
    """Go on where the case was suspended."""
    _move(session, case, "resume", order)
    _resume_work(session, case, order.on)


def waive_amount(session: Session, case: Case, order: Order) -> None:
    """Give up an amount."""
    amount = _needs_amount(case, order)
    if case.state in ("closed", "draft", "filed"):
        raise CaseError(f"waive is not possible while the case is {case.state}", code="not_allowed", field="action")
    _within_owed(session, case, order, amount)
    record(session, case, "waive", actor=order.actor, on=order.on, note=order.note, data={"amount": str(amount)})
    waive(session, case, amount, order.on, order.note or "waived")


def refund(session: Session, case: Case, order: Order) -> None:
    """Record that an over-payment was returned to the debtor."""
    amount = _needs_amount(case, order)
    due = sum(e.amount_minor for e in entries_of(session, case.claim_id) if e.kind == "refund_due")
    due -= sum(
        Money.parse(e.data["amount"], case.currency).minor
        for e in events_of(session, case.claim_id)
        if e.kind == "refund"
    )
    if amount.minor > due:
        raise CaseError(
            f"refund: {amount} is more than the {Money(due, case.currency)} {case.currency} paid too much",
            code="bad_amount",
            field="amount",
        )
    cancel_deadlines(session, case, "refund")
    record(session, case, "refund", actor=order.actor, on=order.on, note=order.note, data={"amount": str(amount)})


def close(session: Session, case: Case, order: Order) -> None:
    """Close the case for a stated reason."""
    reason = order.data.get("reason") or ("paid" if facts_for(session, case, order.on).owed <= 0 else "uncollectable")
    event = {"withdrawn": "withdraw", "settled": "settle"}.get(reason, f"close_{reason}")
    _move(session, case, event, order, reason=reason)
    if reason == "paid":
        correspondence.send(session, case, "payment_receipt", order.on, None, "email", f"{case.claim_id}:receipt")


def withdraw(session: Session, case: Case, order: Order) -> None:
    """Withdraw the claim; the member may do so at any time."""
    _move(session, case, "withdraw", order)


def reopen(session: Session, case: Case, order: Order) -> None:
    """Open a closed case again, because a payment was returned."""
    _move(session, case, "reopen", order)
    case.reason, case.closed_on = None, None
    settle(session, case, order.on)
    watch(session, case, order.on)
    schedule_next(session, case, order.on)


def reverse_payment(session: Session, case: Case, order: Order) -> None:
    """Take back the last payment of an amount, returned by the bank."""
    amount = _needs_amount(case, order)
    payments = list(case.facts["claim"]["payments"])
    found = next((p for p in reversed(payments) if Money.parse(p["amount"], p["currency"]) == amount), None)
    if found is None:
        raise CaseError(f"no payment of {amount} {case.currency} in this case", code="not_found", field="amount")
    payments.remove(found)
    change_facts(case, claim={**case.facts["claim"], "payments": payments})
    post(session, case, "payment", amount, order.on, "returned by the bank", "payment returned")
    settle(session, case, order.on)
    record(
        session,
        case,
        "payment_returned",
        actor=order.actor,
        on=order.on,
        note=order.note,
        data={"amount": str(amount)},
    )


def deadline(session: Session, case: Case, order: Order) -> None:
    """Set a reminder for the team on a day."""
    due_on = date.fromisoformat(order.data["until"]) if order.data.get("until") else order.on + timedelta(days=7)
    add_deadline(session, case, "work", due_on, "team", "set by the team", {"why": order.note})
    record(
        session,
        case,
        "deadline_set",
        actor=order.actor,
        on=order.on,
        note=order.note,
        data={"until": due_on.isoformat()},
    )


def override_law(session: Session, case: Case, order: Order) -> None:
    """Record a person's decision on the law of the contract: `data` holds law and basis, the note says why."""
    decision = Decision(
        str(order.data.get("law") or "").upper(),
        str(order.data.get("basis") or ""),
        order.note,
        order.actor,
        order.on,
    )
    law_decision.override_law(session, case, decision)


ACTIONS: dict[str, Handler] = {
    **LETTER_ACTIONS,
    "override_law": override_law,
    "accept": accept,
    "refuse": refuse,
    "ask": ask,
    "inform": inform,
    "resubmit": resubmit,
    "log_call": log_call,
    "promise": promise,
    "plan": plan,
    "break_plan": break_plan,
    "dispute": dispute,
    "resolve": resolve,
    "suspend": suspend,
    "resume": resume,
    "waive": waive_amount,
    "refund": refund,
    "close": close,
    "withdraw": withdraw,
    "reopen": reopen,
    "payment_returned": reverse_payment,
    "set_deadline": deadline,
    "consent_formal_notice": consent("formal_notice"),
    "consent_court": consent("court"),
    "consent_settlement": consent("settlement"),
    "decide_barred": consent("barred"),
    "choose_route": courts.choose_route,
    "record_order": courts.record_order,
    "record_service": courts.record_service,
    "record_opposition": courts.record_opposition,
    "record_title": courts.record_title,
}
