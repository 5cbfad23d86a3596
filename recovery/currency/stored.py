"""Stored exchange rates."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlmodel import Session, col, select

from recovery.currency.rates import StoredRates
from recovery.store.tables import ExchangeRate


def stored_rates(session: Session) -> StoredRates:
    """Return the rates that were stored, as a source for conversions."""
    rows: dict[str, list[tuple[date, Decimal, str]]] = {}
    for row in session.exec(select(ExchangeRate).order_by(col(ExchangeRate.rate_on))):
        rows.setdefault(row.currency, []).append((row.rate_on, Decimal(row.rate), row.source))
    return StoredRates(rows)
