"""An action asked for from outside: done, or only tried to see what it would do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlmodel import Session

from recovery.case.order import Order
from recovery.case.record import CaseRecord, assess_case
from recovery.case.store import load, unit_of
from recovery.desk.actions import carry_out
from recovery.desk.views import row_of, today_of
from recovery.money import Money
from recovery.store.database import transact


@dataclass(frozen=True)
class Asked:
    """What is asked for: an action on a case, by whom and when (by default today where the debtor is)."""

    reference: str
    action: str
    on: date | None = None
    note: str = ""
    amount: str | None = None
    currency: str | None = None
    actor: str = "team"
    version: int | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


def do(asked: Asked) -> dict[str, Any]:
    """Do what is asked in a transaction of its own; return the case as a row of a list.

    Raises:
        CaseError: there is no such case or action, or the case does not allow it now.
    """

    def done(session: Session) -> dict[str, Any]:
        case = load(session, asked.reference)
        _carry_out(case, asked)
        return row_of(case)

    return transact(done)


def _carry_out(case: CaseRecord, asked: Asked) -> None:
    data = {**asked.data, **({"currency": asked.currency} if asked.currency else {})}
    day = asked.on or today_of(case)
    carry_out(case, Order(asked.action, day, asked.actor, asked.note, asked.amount, data, asked.version))


class _TriedError(Exception):
    """Ends a transaction in which something was only tried."""

    def __init__(self, outcome: dict[str, Any]) -> None:
        self.outcome = outcome


def would_do(asked: Asked) -> dict[str, Any]:
    """Return what an action would do: state, what is owed, letters, deadlines, ledger, events; nothing is stored.

    Raises:
        CaseError: there is no such case or action, or the case does not allow it now.
    """

    def tried(session: Session) -> dict[str, Any]:
        unit_of(session).only_tries = True
        case = load(session, asked.reference)
        before = _Before(case, asked.on or today_of(case))
        _carry_out(case, asked)
        raise _TriedError(before.outcome(case))

    try:
        return transact(tried)
    except _TriedError as end:
        return end.outcome


class _Before:
    """A case as it stood before an action was tried."""

    def __init__(self, case: CaseRecord, on: date) -> None:
        self.on, self.state, self.owed = on, case.state, _owed(case, on)
        self.entries, self.events, self.effects = len(case.entries), len(case.events), len(case.effects)
        self.deadlines = [(deadline, deadline.status) for deadline in case.deadlines]

    def outcome(self, case: CaseRecord) -> dict[str, Any]:
        """Return what has changed since, as plain data."""
        known = len(self.deadlines)
        letters = [one.payload for one in case.effects[self.effects :] if one.kind == "letter"]
        return {
            "case": case.reference,
            "claim": case.claim_id,
            "dry_run": True,
            "on": self.on.isoformat(),
            "state": {"before": self.state, "after": case.state},
            "reason": case.reason,
            "owed": {"before": self.owed, "after": _owed(case, self.on), "currency": case.currency},
            "letters": [
                {name: one[name] for name in ("document", "channel", "language", "total", "currency", "pay_by")}
                for one in letters
            ],
            "deadlines": {
                "set": [
                    {"kind": one.name, "due": one.due_on.isoformat(), "actor": one.actor, "basis": one.basis}
                    for one in case.deadlines[known:]
                    if one.status == "open"
                ],
                "ended": [
                    {"kind": one.name, "due": one.due_on.isoformat(), "status": one.status}
                    for one, status in self.deadlines
                    if one.status != status
                ],
            },
            "ledger": [
                {"kind": one.kind, **Money(one.amount_minor, one.currency).as_dict(), "label": one.label}
                for one in case.entries[self.entries :]
            ],
            "events": [one.kind for one in case.events[self.events :]],
        }


def _owed(case: CaseRecord, on: date) -> str | None:
    return str(assess_case(case, max(on, case.settled_on or on)).total) if case.reference else None
