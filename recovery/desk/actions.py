"""What a national team and a member do to a case: each action one transaction, one event."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from sqlmodel import Session

from recovery.case.lifecycle import State, allowed, refusal
from recovery.case.order import Handler, Order, day_in
from recovery.case.record import AnyCase, CaseRecord, facts_for
from recovery.case.store import load
from recovery.case.transition import add_deadline, finish_answers, record
from recovery.court import choice as courts
from recovery.court.events import COURT_ACTIONS
from recovery.desk import acceptance, assignment, closing, consents, disputes, law_decision, moving, suspension
from recovery.desk.letter_actions import LETTER_ACTIONS
from recovery.errors import CaseError
from recovery.ledger import amounts, fund, plans, settlement
from recovery.procedure import calls


def act(session: Session, name: str, order: Order) -> CaseRecord:
    """Carry an action out on a case that is loaded and locked by its name; see `carry_out`.

    Raises:
        CaseError: there is no such case or action, the case does not allow it now, or it was changed since it was
            looked at.
    """
    case = load(session, name)
    carry_out(case, order)
    session.flush()
    return case


def carry_out(case: CaseRecord, order: Order) -> None:
    """Carry an action out on a case's record; whatever it changes makes the case's version another.

    Raises:
        CaseError: there is no such action, the case does not allow it now, or it was changed since it was looked at.
    """
    expect(case, order.expected_version)
    if case.filed_on and order.on < case.filed_on:
        raise CaseError(
            f"{order.action} of {order.on}: before the claim was filed, {case.filed_on}; check the day",
            code="bad_date",
            field="on",
        )
    before = case.version
    handler = ACTIONS.get(order.action)
    if handler is None:
        raise CaseError(
            f"action {order.action!r}: one of {', '.join(sorted(ACTIONS))}",
            code="unknown_action",
            field="action",
        )
    handler(case, order)
    if order.action in ANSWERS_DEBTOR and order.actor != "debtor":
        finish_answers(case)
    if case.version == before:
        case.version += 1


def expect(case: AnyCase, version: int | None) -> None:
    """Refuse to change a case that is not as it was looked at; without a version nothing is expected.

    Raises:
        CaseError: the case was changed meanwhile.
    """
    if version is not None and case.version != version:
        raise CaseError(
            f"case {case.reference or case.claim_id}: changed by somebody else meanwhile; look at it again",
            code="version_conflict",
        )


def possible(case: CaseRecord, on: date) -> dict[str, str | None]:
    """Return the events of a case's state, each with why it may not happen now (None: it may)."""
    facts = facts_for(case, on)
    # The one action that goes to court chooses the way there itself.
    choosing = replace(facts, route=facts.route or "chosen with it")
    return {
        event: refusal(State(case.state), event, choosing if event == "go_to_court" else facts)
        for event in allowed(State(case.state))
    }


def set_deadline(case: CaseRecord, order: Order) -> None:
    """Set a reminder for the team on a day."""
    due_on = day_in(order, "until") or order.on + timedelta(days=7)
    add_deadline(case, "work", due_on, "team", "set by the team", {"why": order.note, "stays": True})
    data = {"until": due_on.isoformat()}
    record(case, "deadline_set", actor=order.actor, on=order.on, note=order.note, data=data)


# With these a team deals with what the debtor has said on its page.
ANSWERS_DEBTOR = frozenset(
    (
        *("write_debtor", "log_call", "promise", "plan", "offer_settlement", "waive", "dispute", "resolve"),
        *("suspend", "choose_route", "reroute", "close", "withdraw"),
    )
)
ACTIONS: dict[str, Handler] = {
    **LETTER_ACTIONS,
    **COURT_ACTIONS,
    "accept": acceptance.accept,
    "refuse": acceptance.refuse,
    "ask": acceptance.ask,
    "inform": acceptance.inform,
    "resubmit": acceptance.resubmit,
    "take_over": assignment.take_over,
    "hand_over": assignment.hand_over,
    "log_call": calls.log_call,
    "promise": calls.promise,
    "set_deadline": set_deadline,
    "set_task": consents.set_task,
    "answer_task": consents.answer_task,
    "consent_formal_notice": consents.consent("formal_notice"),
    "consent_court": consents.consent("court"),
    "consent_settlement": consents.consent("settlement"),
    "decide_barred": consents.decision("barred"),
    "decide_urgent": consents.decision("urgent"),
    "refuse_consent": consents.refuse_consent,
    "override_law": law_decision.decide,
    "plan": plans.plan,
    "break_plan": plans.break_plan,
    "offer_settlement": settlement.offer_settlement,
    "waive": amounts.waive_amount,
    "refund": amounts.refund,
    "payment_returned": amounts.reverse_payment,
    "record_advance": fund.record_advance,
    "record_advance_repaid": fund.record_advance_repaid,
    "dispute": disputes.dispute,
    "resolve": disputes.resolve,
    "suspend": suspension.suspend,
    "record_lodged": suspension.lodged,
    "resume": suspension.resume,
    "reroute": moving.reroute,
    "choose_route": courts.choose_route,
    "withdraw": closing.withdraw,
    "close": closing.close,
    "reopen": closing.reopen,
}
