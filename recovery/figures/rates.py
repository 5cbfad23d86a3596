"""Euro rates of every day that the figures need, as a temporary table to join."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import BigInteger, Column, Date, MetaData, String, Table, insert, literal, select
from sqlmodel import Session, col

from recovery.currency.rates import EmbeddedEcb, RateSource, convert
from recovery.currency.stored import stored_rates
from recovery.errors import RecoveryError
from recovery.money import Money, minor_digits
from recovery.store.tables import Case, Entry

# The tables of one transaction: what is made in them is dropped in it.
TEMPORARY = MetaData()
RATE = Table(
    "figure_rate",
    TEMPORARY,
    Column("currency", String, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("times", BigInteger, nullable=False),
    Column("under", BigInteger, nullable=False),
    prefixes=["TEMPORARY"],
)


def fill_rates(session: Session, as_of: date) -> None:
    """Write down the rate of each day on which a case was filed or money came in, and of `as_of`."""
    sources = (EmbeddedEcb(), stored_rates(session))
    rows = [row for currency, day in _wanted(session, as_of) for row in _row(currency, day, sources)]
    if rows:
        session.connection().execute(insert(RATE), rows)


def _wanted(session: Session, as_of: date) -> Iterator[tuple[str, date]]:
    filed = select(col(Case.currency), col(Case.filed_on)).where(col(Case.filed_on).is_not(None))
    booked = select(col(Entry.currency), col(Entry.booked_on)).where(col(Entry.kind).in_(("payment", "refund_due")))
    today = select(col(Case.currency), literal(as_of, Date)).where(col(Case.filed_on).is_not(None))
    for row in session.connection().execute(filed.union(booked, today)):
        if row[1] is not None:
            yield row[0], row[1]


def _row(currency: str, day: date, sources: tuple[RateSource, ...]) -> list[dict[str, Any]]:
    """Return euro cents for one minor unit as a fraction; nothing where no source has a rate of that day."""
    if currency == "EUR":
        return [{"currency": currency, "day": day, "times": 1, "under": 1}]
    try:
        per_euro = convert(Money(100, "EUR"), currency, day, sources, oldest=None).rate
    except RecoveryError:
        return []
    cents = Fraction(100, 10 ** minor_digits(currency)) / Fraction(per_euro)
    return [{"currency": currency, "day": day, "times": cents.numerator, "under": cents.denominator}]
