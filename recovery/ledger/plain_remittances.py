"""What most cases are to be sent, read by one statement a kind: those of which nothing but plain payments is known.

A case is plain where all its money lies on one account, in its own currency, the fund advanced nothing, nothing was
ever sent back, nobody is asked anything, and no fee is kept. All others are looked at one by one, as records
(`recovery.ledger.remittance`); a test holds the two to the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from recovery.bank.transfer import Transfer, checked_iban
from recovery.case.journal import CREDITOR, EXCHANGED, TEAM
from recovery.case.store import lock_rows
from recovery.errors import IntakeError
from recovery.ledger.fee_table import has_table
from recovery.ledger.places import country_of
from recovery.money import Money
from recovery.postal import PostalAddress
from recovery.store.tables import ADDRESS, Case, Deadline, Entry, FormerReference, Party, PaymentRow, Remittance

AT_ONCE = 2000
# Open questions that decide where money goes, or ask for an account.
ASKING = ("decide_money", "task")


@dataclass(slots=True)
class _Plain:
    """A case as far as it is read: what came in, what of it is owed back or gone, and whether it is plain at all."""

    reference: str
    currency: str
    lives_in: str
    odd: bool
    came: int = 0
    owed_back: int = 0
    sent: int = 0
    times: int = 0
    payee: tuple[Any, ...] = field(default=())


def plain_transfers(
    session: Session, claim_ids: Iterable[str], country: str, as_of: date
) -> tuple[dict[str, Transfer], list[str]]:
    """Return the transfer of each plain case, locked with it, and the cases that must be looked at one by one."""
    names = sorted(set(claim_ids))
    made: dict[str, Transfer] = {}
    if has_table(country):
        return made, names
    odd: list[str] = []
    for at in range(0, len(names), AT_ONCE):
        some = names[at : at + AT_ONCE]
        lock_rows(session, some)
        for claim_id, case in _read(session, some, country, as_of).items():
            transfer = None if case.odd else _transfer(case)
            if case.odd or (transfer is None and _left(case)):
                odd.append(claim_id)
            elif transfer is not None:
                made[claim_id] = transfer
    return made, odd


def _left(case: _Plain) -> int:
    return max(0, case.came - case.owed_back - case.sent)


def _transfer(case: _Plain) -> Transfer | None:
    """Return the transfer of a case, None where there is none, or its account must be asked for or is wrong."""
    left = _left(case)
    if not left or not case.payee:
        return None
    name, iban, *address = case.payee
    try:
        account = checked_iban(iban or "")
    except IntakeError:
        return None
    ident = f"{case.reference}-C{case.times + 1}"
    text = f"recovered {case.reference}"
    return Transfer(
        ident,
        name,
        account,
        Money(left, case.currency),
        text,
        PostalAddress(**dict(zip(ADDRESS, address, strict=True))),
    )


def _read(session: Session, claim_ids: list[str], country: str, as_of: date) -> dict[str, _Plain]:
    row = Case
    which = (row.claim_id, row.reference, row.currency, row.debtor_country, row.advanced_minor)
    found = {
        claim_id: _Plain(reference or claim_id, currency, lives_in, bool(advanced))
        for claim_id, reference, currency, lives_in, advanced in _rows(session, row.claim_id, claim_ids, *which)
    }
    for (claim_id,) in _rows(session, FormerReference.claim_id, claim_ids, FormerReference.claim_id):
        found[claim_id].odd = True
    asked = (col(Deadline.kind).in_(ASKING), col(Deadline.status).in_(("open", "late")))
    for (claim_id,) in _rows(session, Deadline.claim_id, claim_ids, Deadline.claim_id, where=asked):
        found[claim_id].odd = True
    _came(session, claim_ids, found, country, as_of)
    _gone(session, claim_ids, found, country, as_of)
    payee = (Party.claim_id, Party.name, Party.iban, *(getattr(Party, name) for name in ADDRESS))
    for claim_id, *told in _rows(session, Party.claim_id, claim_ids, *payee, where=(col(Party.role) == CREDITOR,)):
        found[claim_id].payee = tuple(told)
    return found


def _came(session: Session, claim_ids: list[str], found: dict[str, _Plain], country: str, as_of: date) -> None:
    row = PaymentRow
    which = (row.claim_id, row.value_on, row.case_minor, row.currency, row.held_by, row.reversed_on, row.source)
    for claim_id, on, minor, currency, held_by, reversed_on, source in _rows(session, row.claim_id, claim_ids, *which):
        case = found[claim_id]
        if minor is None or currency != case.currency or source.startswith(EXCHANGED):
            case.odd = True
        elif reversed_on is None and held_by == TEAM and on <= as_of:
            case.odd = case.odd or _place(source, case) != country
            case.came += minor


def _place(source: str, case: _Plain) -> str:
    """Return on which country's account a payment came in: the bank line's, else where the debtor lives."""
    parts = source.split(":")
    known = country_of(parts[1]) if parts[0] == "bank" and len(parts) > 1 else None
    return known or case.lives_in


def _gone(session: Session, claim_ids: list[str], found: dict[str, _Plain], country: str, as_of: date) -> None:
    due = (col(Entry.kind) == "refund_due", col(Entry.booked_on) <= as_of)
    which: tuple[Any, ...] = (Entry.claim_id, Entry.amount_minor, Entry.currency)
    for claim_id, minor, currency in _rows(session, Entry.claim_id, claim_ids, *which, where=due):
        case = found[claim_id]
        case.owed_back += minor
        case.odd = case.odd or currency != case.currency
    row = Remittance
    which = (row.claim_id, row.beneficiary, row.amount_minor, row.currency, row.message_id)
    for claim_id, beneficiary, minor, currency, message in _rows(session, row.claim_id, claim_ids, *which):
        case = found[claim_id]
        case.sent += minor
        case.times += 1
        usual = beneficiary == CREDITOR and minor > 0 and message.startswith(f"{country}-")
        case.odd = case.odd or not usual or currency != case.currency


def _rows(session: Session, of: Any, claim_ids: list[str], *which: Any, where: tuple[Any, ...] = ()) -> Iterator[Any]:
    query: Any = select(*which).where(col(of).in_(claim_ids), *where)
    yield from session.connection().execute(query)
