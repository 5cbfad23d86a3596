"""The balances that banks' statements tell, kept: the trust-account check holds the ledger to them."""

from __future__ import annotations

from collections.abc import Iterable

from sqlmodel import Session, SQLModel, col, select

from recovery.bank.found import Balance
from recovery.store.sealing import insert_sealed
from recovery.store.tables import StatementBalance


def keep_balances(session: Session, balances: Iterable[Balance]) -> None:
    """Keep what statements tell of accounts; what is known already changes nothing."""
    told = {(one.account, one.on, one.kind, one.amount.minor, one.amount.currency) for one in balances}
    names = ("account", "told_on", "kind", "amount_minor", "currency")
    query = select(StatementBalance).where(col(StatementBalance.account).in_({one[0] for one in told}))
    known = {tuple(getattr(row, name) for name in names) for row in session.exec(query)}
    rows = [dict(zip(names, one, strict=True)) for one in sorted(told - known)]
    insert_sealed(session, SQLModel.metadata.tables["statement_balance"], rows)
