"""What actions ask of a case beside its state: each guard says why not, None where nothing stands against it."""

from __future__ import annotations

from datetime import date

from recovery.case.record import CaseRecord
from recovery.case.transition import open_deadlines
from recovery.desk.action import Guard
from recovery.desk.consents import QUESTIONS
from recovery.ledger.held_money import held


def has_reference(case: CaseRecord, on: date) -> str | None:
    """Ask for a case that is routed."""
    return None if case.reference else "the case has no reference yet"


def has_route(case: CaseRecord, on: date) -> str | None:
    """Ask for a way to court that was taken."""
    return None if case.court else "no route is chosen"


def in_insolvency(case: CaseRecord, on: date) -> str | None:
    """Ask for a case that rests for insolvency."""
    rests = case.suspension is not None and case.suspension.kind == "insolvency"
    return None if rests else "the case is not suspended for insolvency"


def sent_by(*channels: str) -> Guard:
    """Return the guard that asks for a letter sent by one of some channels."""

    def sent(case: CaseRecord, on: date) -> str | None:
        found = any(one.channel in channels for one in case.shipments)
        return None if found else "no such letter in this case"

    return sent


def is_asked(case: CaseRecord, on: date) -> str | None:
    """Ask for an open question to the member."""
    asked = any(one.kind in QUESTIONS for one in open_deadlines(case))
    return None if asked else "the member is asked nothing"


def consent_is_asked(case: CaseRecord, on: date) -> str | None:
    """Ask for an open question whether the member consents."""
    asked = any(one.kind == "consent" for one in open_deadlines(case))
    return None if asked else "nobody asked for consent"


WITHDRAWN = "it was withdrawn: the member opens it again"


def money_is_held(case: CaseRecord, on: date) -> str | None:
    """Ask for money that waits for a person's decision."""
    return None if held(case) else "no money of the case is held"


def member_wants_it(case: CaseRecord, on: date, who: str) -> str | None:
    """Ask that the member alone opens again what was withdrawn, for its mandate ended, and the team what was not."""
    if case.state != "closed" or (case.reason == "withdrawn") is (who == "member"):
        return None
    return "it was not withdrawn: the team opens it again" if who == "member" else WITHDRAWN


def not_claimed_again(case: CaseRecord, on: date) -> str | None:
    """Ask that no other case claims the invoice of a closed one."""
    other = case.outside.claimed_elsewhere(case) if case.state == "closed" else None
    return f"the invoice is claimed again in case {other}; close that one first" if other else None
