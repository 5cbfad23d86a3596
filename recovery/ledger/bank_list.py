"""Bank entries as lists show them: those of an account by what became of them, each with its case."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from recovery.store.tables import BankEntry, Case, Party


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


def is_of_account(session: Session, entry_id: int, account: str | None) -> bool:
    """Tell whether there is an entry of this number on an account (None: on any)."""
    entry = session.get(BankEntry, entry_id)
    return entry is not None and account in (None, entry.account)


def _entries(account: str | None, statuses: Collection[str]) -> SelectOfScalar[BankEntry]:
    query = select(BankEntry).where(col(BankEntry.status).in_(statuses))
    return query.where(BankEntry.account == account) if account else query


def _placed(session: Session, entry: BankEntry) -> Placed:
    case = session.get(Case, entry.claim_id) if entry.claim_id else None
    debtor = session.get(Party, (case.claim_id, "debtor")) if case else None
    return Placed(entry, case, debtor.name if debtor else "")
