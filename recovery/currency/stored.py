"""Stored exchange rates: what the daily refresh has brought."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from sqlmodel import Session, col, select

from recovery.currency.rates import Fixing, StoredRates
from recovery.store.tables import ExchangeRate


def stored_rates(session: Session) -> StoredRates:
    """Return the rates that were stored, as a source for conversions: each is looked up when it is asked for."""

    def fixing(currency: str, on: date) -> Fixing | None:
        query = select(ExchangeRate).where(ExchangeRate.currency == currency, ExchangeRate.rate_on <= on)
        with session.no_autoflush:
            row = session.exec(query.order_by(col(ExchangeRate.rate_on).desc()).limit(1)).first()
        return (row.rate_on, Decimal(row.rate), row.source) if row else None

    return StoredRates(fixing)


def store_fixings(session: Session, on: date, fixings: Mapping[str, Decimal], source: str) -> int:
    """Store what was fixed on a day, unless it is known already; return how many are new."""
    known = set(session.exec(select(ExchangeRate.currency).where(ExchangeRate.rate_on == on)))
    new = [code for code in sorted(fixings) if code not in known]
    session.add_all(ExchangeRate(currency=code, rate_on=on, rate=str(fixings[code]), source=source) for code in new)
    return len(new)
