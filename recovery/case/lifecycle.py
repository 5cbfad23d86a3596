"""The life of a case as one table: states, the events that move it, and the guards on the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from recovery.errors import CaseError


class State(StrEnum):
    """Where a case stands."""

    DRAFT = "draft"
    FILED = "filed"
    AWAITING_INFORMATION = "awaiting_information"
    AWAITING_ACCEPTANCE = "awaiting_acceptance"
    REFUSED = "refused"
    AMICABLE = "amicable"
    FORMAL_NOTICE = "formal_notice"
    DISPUTED = "disputed"
    INSTALMENT_PLAN = "instalment_plan"
    JUDICIAL = "judicial"
    ENFORCEMENT = "enforcement"
    SUSPENDED = "suspended"
    CLOSED = "closed"


REASONS = (
    "paid",
    "settled",
    "partly_recovered",
    "uncollectable",
    "insolvent",
    "time_barred",
    "withdrawn",
    "refused",
    "transferred",
)

# The target of a move back to where the case was before a branch (dispute, plan, suspension).
BACK = "back"


@dataclass(frozen=True, slots=True)
class Facts:
    """What guards may look at."""

    consent_formal_notice: bool = False
    consent_court: bool = False
    barred: bool = False
    barred_override: bool = False
    owed: int = 0
    recovered: int = 0
    routed: bool = False
    route: str | None = None
    route_allowed: bool = True
    settlement_consent: bool = False
    notice_given: bool = False
    urgent: bool = False
    in_court: bool = False
    moved: bool = False
    titled: bool = False
    pending: bool = False
    on: date | None = None


Guard = Callable[[Facts], str | None]


def _consent_notice(facts: Facts) -> str | None:
    return None if facts.consent_formal_notice else "the member has not consented to a formal notice"


def _consent_court(facts: Facts) -> str | None:
    return None if facts.consent_court else "the member has not consented to court"


def _not_barred(facts: Facts) -> str | None:
    if facts.barred and not facts.barred_override:
        return "limitation has run out: record a person's decision first (action decide_barred)"
    return None


def _notice_first(facts: Facts) -> str | None:
    if facts.notice_given or facts.urgent:
        return None
    return "no formal notice was given: give it first, or record why it cannot wait (action decide_urgent)"


def _not_in_court(facts: Facts) -> str | None:
    return "a court already has the case: finish or withdraw it there first" if facts.in_court else None


def _still_in_court(facts: Facts) -> str | None:
    return None if facts.in_court else "no court has the case: choose a route"


def _notice_was_given(facts: Facts) -> str | None:
    return None if facts.notice_given else "no formal notice was given"


def _has_moved(facts: Facts) -> str | None:
    return None if facts.moved else "nothing stands to go back to: accept the case"


def _has_not_moved(facts: Facts) -> str | None:
    return "the case goes on where it stood: take it up" if facts.moved else None


def _has_title(facts: Facts) -> str | None:
    return None if facts.titled else "there is no title yet: the friendly phase begins anew"


def _has_no_title(facts: Facts) -> str | None:
    return "a title exists: its enforcement goes on" if facts.titled else None


def _is_pending(facts: Facts) -> str | None:
    return None if facts.pending else "no proceedings are pending"


def _not_pending(facts: Facts) -> str | None:
    return "proceedings are pending: they go on" if facts.pending else None


def _route_chosen(facts: Facts) -> str | None:
    if facts.route is None:
        return "no route is chosen"
    return None if facts.route_allowed else f"route {facts.route} is not open for this case"


def _nothing_owed(facts: Facts) -> str | None:
    return None if facts.owed <= 0 else "money is still owed"


def _something_owed(facts: Facts) -> str | None:
    return None if facts.owed > 0 else "nothing is owed any more: close the case as paid"


def _is_routed(facts: Facts) -> str | None:
    return None if facts.routed else "the case has no reference yet"


def _some_recovered(facts: Facts) -> str | None:
    return None if facts.recovered > 0 else "nothing was recovered: choose another reason"


def _settlement_consent(facts: Facts) -> str | None:
    return None if facts.settlement_consent else "the member has not consented to the settlement"


@dataclass(frozen=True, slots=True)
class Move:
    """One way from a state: event, target, guards, and the reason where it closes the case."""

    source: State
    event: str
    target: State | str
    guards: tuple[Guard, ...] = ()
    reason: str | None = None


S = State
COURT_GUARDS = (_consent_court, _not_barred, _notice_first, _route_chosen, _something_owed)
# What a court does while the case stays with it.
IN_COURT = (
    "record_rectification",
    "record_rectified",
    "record_proposal",
    "record_proposal_answered",
    "record_order",
    "record_service",
    "record_unserved",
    "record_answer",
    "record_hearing",
    "record_judgment",
)
OPEN_WORK = (S.AMICABLE, S.FORMAL_NOTICE, S.JUDICIAL, S.ENFORCEMENT)
WORKED = (*OPEN_WORK, S.DISPUTED, S.INSTALMENT_PLAN, S.SUSPENDED)
BEFORE_WORK = (S.DRAFT, S.FILED, S.AWAITING_ACCEPTANCE, S.AWAITING_INFORMATION, S.REFUSED)


def _many(
    sources: tuple[State, ...],
    event: str,
    target: State | str,
    guards: tuple[Guard, ...] = (),
    reason: str | None = None,
) -> tuple[Move, ...]:
    return tuple(Move(source, event, target, guards, reason) for source in sources)


MOVES: tuple[Move, ...] = (
    Move(S.DRAFT, "file", S.FILED),
    Move(S.FILED, "route", S.AWAITING_ACCEPTANCE, (_is_routed,)),
    Move(S.AWAITING_ACCEPTANCE, "accept", S.AMICABLE, (_has_not_moved,)),
    Move(S.AWAITING_ACCEPTANCE, "take_up", BACK, (_has_moved,)),
    Move(S.AWAITING_ACCEPTANCE, "refuse", S.REFUSED),
    Move(S.AWAITING_ACCEPTANCE, "ask", S.AWAITING_INFORMATION),
    Move(S.AWAITING_INFORMATION, "inform", S.AWAITING_ACCEPTANCE),
    Move(S.REFUSED, "resubmit", S.AWAITING_ACCEPTANCE),
    Move(S.REFUSED, "close_refused", S.CLOSED, (), "refused"),
    *_many((*BEFORE_WORK, *WORKED), "withdraw", S.CLOSED, (), "withdrawn"),
    Move(S.AMICABLE, "remind", S.AMICABLE, (_not_barred, _something_owed)),
    Move(S.AMICABLE, "give_notice", S.FORMAL_NOTICE, (_consent_notice, _not_barred, _something_owed)),
    # Again, where it came back.
    Move(S.FORMAL_NOTICE, "give_notice", S.FORMAL_NOTICE, (_consent_notice, _not_barred, _something_owed)),
    *_many(
        (S.AMICABLE, S.FORMAL_NOTICE, S.DISPUTED),
        "go_to_court",
        S.JUDICIAL,
        COURT_GUARDS,
    ),
    *(Move(S.JUDICIAL, event, S.JUDICIAL) for event in IN_COURT),
    Move(S.JUDICIAL, "record_rejection", S.FORMAL_NOTICE, (_notice_was_given,)),
    Move(S.JUDICIAL, "record_early_rejection", S.AMICABLE),
    Move(S.JUDICIAL, "record_opposition", S.DISPUTED),
    Move(S.JUDICIAL, "record_title", S.ENFORCEMENT),
    Move(S.DISPUTED, "record_title", S.ENFORCEMENT),
    Move(S.DISPUTED, "record_transfer", BACK, (_still_in_court,)),
    Move(S.ENFORCEMENT, "record_enforcement", S.ENFORCEMENT),
    Move(S.ENFORCEMENT, "record_review", S.DISPUTED),
    *_many((S.AMICABLE, S.FORMAL_NOTICE, S.JUDICIAL, S.INSTALMENT_PLAN), "dispute", S.DISPUTED),
    Move(S.DISPUTED, "resolve_for_creditor", BACK),
    Move(S.DISPUTED, "resolve_for_debtor", S.CLOSED, (), "settled"),
    *_many(
        (S.AMICABLE, S.FORMAL_NOTICE, S.JUDICIAL, S.ENFORCEMENT, S.DISPUTED),
        "plan",
        S.INSTALMENT_PLAN,
        (_something_owed,),
    ),
    Move(S.INSTALMENT_PLAN, "break_plan", BACK),
    *_many(
        (S.AMICABLE, S.FORMAL_NOTICE, S.JUDICIAL, S.ENFORCEMENT, S.DISPUTED, S.INSTALMENT_PLAN),
        "suspend",
        S.SUSPENDED,
    ),
    Move(S.SUSPENDED, "resume", BACK),
    *_many(
        (
            S.AWAITING_ACCEPTANCE,
            S.AWAITING_INFORMATION,
            S.REFUSED,
            S.AMICABLE,
            S.FORMAL_NOTICE,
            S.ENFORCEMENT,
            S.DISPUTED,
            S.INSTALMENT_PLAN,
            S.SUSPENDED,
        ),
        "reroute",
        S.AWAITING_ACCEPTANCE,
        (_is_routed, _not_in_court),
    ),
    *_many((*BEFORE_WORK, *WORKED), "close_paid", S.CLOSED, (_nothing_owed,), "paid"),
    *_many(WORKED, "settle", S.CLOSED, (_settlement_consent,), "settled"),
    *_many(WORKED, "close_partly_recovered", S.CLOSED, (_some_recovered,), "partly_recovered"),
    *_many(WORKED, "close_uncollectable", S.CLOSED, (), "uncollectable"),
    *_many(WORKED, "close_insolvent", S.CLOSED, (), "insolvent"),
    *_many(WORKED, "close_time_barred", S.CLOSED, (), "time_barred"),
    *_many(WORKED, "close_transferred", S.CLOSED, (), "transferred"),
    Move(S.CLOSED, "stand_again", BACK, (_something_owed,)),
    Move(S.CLOSED, "reopen", S.AMICABLE, (_has_no_title, _not_pending, _something_owed)),
    Move(S.CLOSED, "reopen_in_court", S.JUDICIAL, (_has_no_title, _is_pending, _something_owed)),
    Move(S.CLOSED, "reopen_titled", S.ENFORCEMENT, (_has_title, _something_owed)),
)

_BY_KEY = {(move.source, move.event): move for move in MOVES}
assert len(_BY_KEY) == len(MOVES), "a state and an event have one move"


def allowed(state: State) -> tuple[str, ...]:
    """Return the events that may happen in a state."""
    return tuple(move.event for move in MOVES if move.source == state)


def refusal(state: State, event: str, facts: Facts) -> str | None:
    """Return why an event may not happen now, None when it may."""
    move = _BY_KEY.get((state, event))
    if move is None:
        can = ", ".join(allowed(state)) or "nothing"
        return f"{event} is not possible while the case is {state}; possible: {can}"
    for guard in move.guards:
        why = guard(facts)
        if why:
            return f"{event}: {why}"
    return None


def move_for(state: State, event: str, facts: Facts) -> Move:
    """Return the move of an event.

    Raises:
        CaseError: the event does not fit the state, or a guard refuses it.
    """
    why = refusal(state, event, facts)
    if why:
        raise CaseError(why, code="not_allowed", field="action")
    return _BY_KEY[(state, event)]


def target_of(move: Move, return_state: str | None) -> State:
    """Return the state a move leads to.

    Raises:
        CaseError: it leads back and no state is noted to go back to.
    """
    if move.target == BACK:
        if return_state is None:
            raise CaseError("no state is noted to go back to", code="not_allowed")
        return State(return_state)
    return State(move.target)


def branches(state: State) -> bool:
    """Tell whether a state is a branch, left again by a move back."""
    return state in (S.DISPUTED, S.INSTALMENT_PLAN, S.SUSPENDED)
