"""What a national team, a member and a debtor do to a case: each action one transaction, one event."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache

from sqlmodel import Session

from recovery.case.lifecycle import Facts, State, allowed, refusal
from recovery.case.order import Order
from recovery.case.papers import add_paper
from recovery.case.record import CaseRecord, facts_for
from recovery.case.store import load
from recovery.case.transition import finish_answers
from recovery.desk.action import Action, Field
from recovery.desk.table import ACTIONS
from recovery.errors import CaseError


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
        CaseError: there is no such action, the case does not allow it now, a field is missing or none of the action's,
            or the case was changed since it was looked at.
    """
    _expect(case, order.expected_version)
    action = _named(order)
    if not action.before_filing and case.filed_on and order.on < case.filed_on:
        raise CaseError(
            f"{order.action} of {order.on}: before the claim was filed, {case.filed_on}; check the day",
            code="bad_date",
            field="on",
        )
    why = why_not(case, order.action, order.on, side_of(order))
    if why:
        raise CaseError(why, code="not_allowed", field="action")
    _refuse_unfit(case, action, order)
    for kind, name, content in order.papers:
        add_paper(case, kind, name, content, order.actor, order.on)
    before = case.version
    action.handler(case, order)
    if action.answers_debtor and order.actor != "debtor":
        finish_answers(case)
    if case.version == before:
        case.version += 1


def _expect(case: CaseRecord, version: int | None) -> None:
    """Refuse to change a case that is not as it was looked at; without a version nothing is expected."""
    if version is not None and case.version != version:
        raise CaseError(
            f"case {case.reference or case.claim_id}: changed by somebody else meanwhile; look at it again",
            code="version_conflict",
        )


def _named(order: Order) -> Action:
    action = ACTIONS.get(order.action)
    if action is None:
        raise CaseError(
            f"action {order.action!r}: one of {', '.join(sorted(ACTIONS))}",
            code="unknown_action",
            field="action",
        )
    return action


def _refuse_unfit(case: CaseRecord, action: Action, order: Order) -> None:
    """Refuse an order with a field or choice that its action does not take, or without one that it needs."""
    given = {"note": order.note, "amount": order.amount, **order.data}
    named = {name: value for name, value in given.items() if value is not None and str(value).strip()}
    if action.takes("amount") and str(named.get("currency", "")).upper() == case.currency:
        del named["currency"]  # every amount is in the case's own currency, said or not
    unknown = next((name for name in named if not action.takes(name)), None)
    if unknown:
        taken = ", ".join(sorted({"note", *(field.name for field in action.fields)}))
        raise CaseError(f"{action.name}: takes no {unknown}; it takes {taken}", code="bad_choice", field=unknown)
    missing = next((field for field in action.fields if field.required and field.name not in named), None)
    if missing:
        asks = missing.asks or f"give the {missing.name.replace('_', ' ')}"
        raise CaseError(f"{action.name}: {asks} with {missing.option}", code="missing", field=missing.name)
    for field in action.fields:
        _refuse_other_choice(action, field, named.get(field.name))


def _refuse_other_choice(action: Action, field: Field, value: object) -> None:
    if value is not None and field.choices and value not in field.choices:
        raise CaseError(
            f"{action.name}: {field.name} {value!r}: one of {', '.join(field.choices)}; give it with {field.option}",
            code="bad_choice",
            field=field.name,
        )


def side_of(order: Order) -> str:
    """Return on whose side an order acts; who works the command line answers for the team as its lead does."""
    return order.who or (order.actor if order.actor in ("member", "debtor") else "lead")


def why_not(case: CaseRecord, action: str, on: date, who: str) -> str | None:
    """Return why an action may not be done to a case now by one side, None when it may."""
    return _why_not(case, ACTIONS[action], on, who, cache(lambda: _facts(case, on)))


def possible(case: CaseRecord, on: date, who: str) -> dict[str, str | None]:
    """Return every action with why it may not be done to a case now by one side (None: it may)."""
    facts = cache(lambda: _facts(case, on))
    return {name: _why_not(case, action, on, who, facts) for name, action in ACTIONS.items()}


def moves(case: CaseRecord, on: date) -> dict[str, str | None]:
    """Return the events of a case's state, each with why it may not happen now (None: it may)."""
    facts, state = _facts(case, on), State(case.state)
    return {event: refusal(state, event, facts) for event in allowed(state)}


def fits(case: CaseRecord, action: Action, who: str) -> bool:
    """Tell whether an action is one side's, and one of the state that a case is in."""
    return who in action.who and case.state in action.states


def _why_not(case: CaseRecord, action: Action, on: date, who: str, facts: Callable[[], Facts]) -> str | None:
    if who not in action.who:
        return f"{action.name}: it is for the {' and the '.join(action.who)}, not for the {who}"
    met = [guard(case, on) for guard in action.guards]
    met += [action.of_side(case, on, who)] if action.of_side else []
    why = next((one for one in met if one), None)
    if why:
        return f"{action.name}: {why}"
    if action.events:
        return _unmoved(State(case.state), action.events, facts)
    if case.state in action.states:
        return None
    return f"{action.name} is not possible while the case is {case.state}; possible while {', '.join(action.states)}"


def _unmoved(state: State, events: tuple[str, ...], facts: Callable[[], Facts]) -> str | None:
    """Return why none of some events may happen in a state, None where one may; those that it knows come first."""
    known = [event for event in events if event in allowed(state)] or events[:1]
    whys = [refusal(state, event, facts()) for event in known]
    return None if None in whys else whys[0]


def _facts(case: CaseRecord, on: date) -> Facts:
    """Return what guards look at; the one action that goes to court chooses the way there itself."""
    facts = facts_for(case, on)
    return replace(facts, route=facts.route or "chosen with it")
