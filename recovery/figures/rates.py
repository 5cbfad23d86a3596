"""Euro rates of every day that the figures need, kept between two makings so that a rate that came later is seen."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import Date, Table, delete, insert, literal, select
from sqlmodel import Session, col

from recovery.currency.rates import EmbeddedEcb, RateSource, convert
from recovery.currency.stored import stored_rates
from recovery.errors import RecoveryError
from recovery.money import Money, minor_digits
from recovery.store.figure_tables import FigureRate
from recovery.store.tables import METADATA, Case, Entry

RATE: Table = METADATA.tables["figure_rate"]
EURO = "EUR"
Day = tuple[str, date]


def fill_rates(session: Session, as_of: date) -> list[Day]:
    """Write down the rate of each day on which a case was filed or money came in, and of `as_of`.

    Returns the currencies and days that were written down before and have another rate now.
    """
    connection = session.connection()
    columns = (col(FigureRate.currency), col(FigureRate.day), col(FigureRate.times), col(FigureRate.under))
    before = {(row[0], row[1]): (row[2], row[3]) for row in connection.execute(select(*columns))}
    sources = (EmbeddedEcb(), stored_rates(session))
    now = {place: _rate(*place, sources) for place in _wanted(session, as_of)}
    other = [place for place, rate in now.items() if before.get(place, rate) != rate]
    new = [place for place in now if place not in before]
    if other or len(before) + len(new) != len(now):
        connection.execute(delete(RATE))
        new = list(now)
    if new:
        connection.execute(insert(RATE), [_row(place, now[place]) for place in new])
    return other


def _row(place: Day, rate: tuple[int | None, int | None]) -> dict[str, Any]:
    return {"currency": place[0], "day": place[1], "times": rate[0], "under": rate[1]}


def _wanted(session: Session, as_of: date) -> Iterator[Day]:
    filed = select(col(Case.currency), col(Case.filed_on)).where(
        col(Case.filed_on).is_not(None), col(Case.currency) != EURO
    )
    booked = select(col(Entry.currency), col(Entry.booked_on)).where(
        col(Entry.kind).in_(("payment", "refund_due")), col(Entry.currency) != EURO
    )
    today = select(col(Case.currency), literal(as_of, Date)).where(
        col(Case.filed_on).is_not(None), col(Case.currency) != EURO
    )
    for row in session.connection().execute(filed.union(booked, today)):
        if row[1] is not None:
            yield row[0], row[1]


def _rate(currency: str, day: date, sources: tuple[RateSource, ...]) -> tuple[int | None, int | None]:
    """Return euro cents for one minor unit as a fraction; nothing where no source has a rate of that day."""
    try:
        per_euro = convert(Money(100, EURO), currency, day, sources, oldest=None).rate
    except RecoveryError:
        return None, None
    cents = Fraction(100, 10 ** minor_digits(currency)) / Fraction(per_euro)
    return cents.numerator, cents.denominator
