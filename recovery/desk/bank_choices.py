"""Which cases a bank line may be for, with what is owed on each: what pointed to them, or what a person looked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from recovery.case.record import CaseRecord, assess_case, beside
from recovery.case.store import load
from recovery.desk.bank_entries import left_of
from recovery.desk.inbox import Scope, search
from recovery.desk.views import today_of
from recovery.errors import RecoveryError
from recovery.money import Money
from recovery.store.tables import BankEntry

# Cases that a line is shown with; who wants another one looks for it.
MOST = 5
# From so many of a hundred on, what points to a case leaves hardly a doubt (`recovery.bank.match`).
STRONG = 70


@dataclass(frozen=True)
class Choice:
    """A case that a line may be for: what is owed there, and what of the line would go to it."""

    reference: str
    debtor: str
    creditor: str
    state: str
    owed: Money | None
    share: Money | None
    score: int = 0
    signs: tuple[str, ...] = ()

    @property
    def is_strong(self) -> bool:
        """Whether what points to it leaves hardly a doubt."""
        return self.score >= STRONG


@dataclass(frozen=True)
class Choices:
    """The cases that a line may be for, and what of it is not booked on any."""

    left: Money
    each: tuple[Choice, ...]

    @property
    def rest(self) -> Money:
        """What the shares leave of it."""
        return Money(self.left.minor - sum(one.share.minor for one in self.each if one.share), self.left.currency)


def choices_of(session: Session, entry: BankEntry, scope: Scope, asked: str = "") -> Choices:
    """Return the cases that a line may be for: those that a text names, else those that something points to.

    Its money goes to them in turn, to each what is owed there; a single one gets the whole of it.
    """
    signs = {} if asked else {one["case"]: one for one in entry.signs or ()}
    names = [row.case.reference or "" for row in search(session, asked, scope)] if asked else list(signs)
    if not asked and not names and entry.claim_id:
        names = [entry.claim_id]
    cases = [found for name in names[:MOST] if (found := _of_scope(session, name, scope)) is not None]
    left = left_of(session, entry)
    made, rest = list[Choice](), left.minor
    for case in cases:
        owed = _owed(case)
        most = None if len(cases) == 1 or owed is None or owed.currency != entry.currency else owed.minor
        share = max(0, rest if most is None else min(rest, most))
        rest -= share
        sign = signs.get(case.reference or "") or {}
        made.append(_choice(case, owed, Money(share, entry.currency) if share else None, sign))
    return Choices(left, tuple(made))


def _of_scope(session: Session, name: str, scope: Scope) -> CaseRecord | None:
    try:
        case = load(session, name, lock=False)
    except RecoveryError:  # it was pointed to once and is gone
        return None
    return case if scope.country in (None, case.debtor_country) else None


def _owed(case: CaseRecord) -> Money | None:
    """Return what is owed on a case, None where that cannot be reckoned or other money is beside it."""
    try:
        owed = assess_case(case, today_of(case))
    except RecoveryError:
        return None
    return None if beside(case, owed) else owed.total


def _choice(case: CaseRecord, owed: Money | None, share: Money | None, sign: dict[str, Any]) -> Choice:
    return Choice(
        case.reference or case.claim_id,
        case.party("debtor").name,
        case.party("creditor").name,
        case.state,
        owed,
        share,
        int(sign.get("score", 0)),
        tuple(sign.get("signs", ())),
    )
