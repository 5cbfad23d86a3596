"""Bank entries as lists show them: those of an account by what became of them, each with its case."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import and_, case
from sqlalchemy import select as plain_select
from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from recovery.money import Money
from recovery.store.tables import BankEntry, Case, Party, PaymentRow


class Placed(NamedTuple):
    """A bank entry, and the case that it is or may be for, with its debtor's name."""

    entry: BankEntry
    case: Case | None
    debtor: str


def count_entries(session: Session, account: str | None, statuses: Collection[str]) -> int:
    """Return how many entries of an account (None: of all) stand so."""
    return session.exec(select(func.count()).select_from(_entries(account, statuses).subquery())).one()


def list_entries(
    session: Session, account: str | None, statuses: Collection[str], offset: int, most: int
) -> list[Placed]:
    """Return the entries of an account (None: of all) that stand so, the newest first."""
    newest = _entries(account, statuses).order_by(col(BankEntry.value_on).desc(), col(BankEntry.id).desc())
    return [_placed(session, entry) for entry in session.exec(newest.offset(offset).limit(most))]


def all_entries(session: Session, status: str | None = None) -> list[BankEntry]:
    """Return every entry, or those of one status, the oldest first."""
    query = select(BankEntry).order_by(col(BankEntry.value_on), col(BankEntry.id))
    return [entry for entry in session.exec(query) if status in (None, entry.status)]


# Where the money of a line lies by what became of it; a line that was told apart is its parts. A transfer of ours that
# came back counts with those that went out.
PLACES = {
    "booked": "booked",
    "returned": "booked",
    "partly": "suspense",
    "proposed": "proposed",
    "unmatched": "suspense",
    "taken_back": "suspense",
    "outgoing": "outgoing",
    "sent_back": "outgoing",
    "to_partner": "outgoing",
    "ignored": "ignored",
}


def totals(session: Session, account: str | None = None) -> list[dict[str, str]]:
    """Return by account and currency where the money of all lines lies; what came in less what went out.

    `statement` is the sum of the lines, and that of all the other figures.
    """
    signed = case((col(BankEntry.credit), BankEntry.amount_minor), else_=-col(BankEntry.amount_minor))
    became = case(
        (and_(col(BankEntry.status) == "returned", col(BankEntry.credit)), "outgoing"), else_=BankEntry.status
    )
    kinds = (col(BankEntry.account), col(BankEntry.currency), became)
    query = plain_select(*kinds, func.sum(signed)).where(col(BankEntry.status) != "told_apart").group_by(*kinds)
    of_one = (col(PaymentRow.bank_entry_id) == col(BankEntry.id), col(BankEntry.status) == "partly")
    shared = plain_select(*kinds[:2], func.sum(col(PaymentRow.amount_minor))).where(*of_one).group_by(*kinds[:2])
    places: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    connection = session.connection()
    for of, currency, status, minor in connection.execute(query):
        places[of, currency].update({PLACES[status]: int(minor), "statement": int(minor)})
    for of, currency, minor in connection.execute(shared):
        places[of, currency].update({"suspense": -int(minor), "booked": int(minor)})
    shown = ("statement", *dict.fromkeys(PLACES.values()))
    return [
        {"account": of, "currency": currency, **{name: str(Money(found[name], currency)) for name in shown}}
        for (of, currency), found in sorted(places.items())
        if account in (None, of)
    ]


def is_of_account(session: Session, entry_id: int, account: str | None) -> bool:
    """Tell whether there is an entry of this number on an account (None: on any)."""
    entry = session.get(BankEntry, entry_id)
    return entry is not None and account in (None, entry.account)


def _entries(account: str | None, statuses: Collection[str]) -> SelectOfScalar[BankEntry]:
    query = select(BankEntry).where(col(BankEntry.status).in_(statuses))
    return query.where(BankEntry.account == account) if account else query


def _placed(session: Session, entry: BankEntry) -> Placed:
    found = session.get(Case, entry.claim_id) if entry.claim_id else None
    debtor = session.get(Party, (found.claim_id, "debtor")) if found else None
    return Placed(entry, found, debtor.name if debtor else "")
