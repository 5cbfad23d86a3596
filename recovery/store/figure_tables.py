"""The managers' figures, summed up in advance, and what they are summed up from: nobody's name stands in them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Column
from sqlmodel import Field, SQLModel

from recovery.store.columns import instant_column as _instant
from recovery.store.columns import minor_column as _minor


class Figure(SQLModel, table=True):
    """One sum over the cases of a debtor's country, a partner, a currency and the month in which they were filed.

    `month` counts months since the year 0; `minor` is in the cases' currency, `euro_minor` in euro cents.
    """

    __tablename__ = "figure"
    topic: str = Field(primary_key=True)
    country: str = Field(primary_key=True)
    partner: str = Field(primary_key=True)
    currency: str = Field(primary_key=True)
    month: int = Field(primary_key=True)
    name: str = Field(primary_key=True)
    count: int = 0
    minor: int = _minor()
    euro_minor: int = _minor()
    days: int = _minor()


class FigureState(SQLModel, table=True):
    """Of which day the figures are and when they were made: one row, locked while they are made again.

    `gathered` is the version of the program's gathering under which the cases' rows were made, 0 for none.
    """

    __tablename__ = "figure_state"
    id: int = Field(primary_key=True)
    as_of: date
    made_at: datetime = _instant()
    gathered: int = 0


def _euro() -> Any:
    """Return a column of euro cents, empty where a day has no rate."""
    return Field(default=None, sa_column=Column(BigInteger, nullable=True))


class FigureCase(SQLModel, table=True):
    """What the figures need of one case, whatever day they are made: kept until the case changes.

    `changes` is that of its record's head when it was gathered. `within_…` is what came in within so many days of
    filing. The columns named after a dispute's events tell (0 or 1) whether there was one; so do `promised` (a plan was
    agreed) and `broken` (one was not kept). `next_due` is the day of the first thing that the team has to do.
    """

    __tablename__ = "figure_case"
    claim_id: str = Field(primary_key=True)
    changes: int
    country: str
    partner: str
    currency: str
    month: int
    filed_on: date
    state: str
    reason: str
    route: str
    handler: str
    due_on: date | None = None
    next_due: date | None = None
    asked: int = _minor()
    asked_euro: int | None = _euro()
    open: int = _minor()
    received: int = _minor()
    received_euro: int = _minor()
    at_filing_euro: int | None = _euro()
    within_30: int = _minor()
    within_60: int = _minor()
    within_90: int = _minor()
    within_180: int = _minor()
    within_365: int = _minor()
    within_30_euro: int | None = _euro()
    within_60_euro: int | None = _euro()
    within_90_euro: int | None = _euro()
    within_180_euro: int | None = _euro()
    within_365_euro: int | None = _euro()
    to_action: int | None = None
    to_payment: int | None = None
    to_closure: int | None = None
    promised: int = 0
    broken: int = 0
    dispute: int = 0
    record_opposition: int = 0
    resolve_for_creditor: int = 0
    resolve_for_debtor: int = 0


class FigureReceipt(SQLModel, table=True):
    """What came in on a case in one quarter (counted in quarters since the year 0), refunds taken off."""

    __tablename__ = "figure_receipt"
    claim_id: str = Field(primary_key=True)
    quarter: int = Field(primary_key=True)
    payments: int
    minor: int = _minor()
    euro_minor: int = _minor()


class FigurePart(SQLModel, table=True):
    """One instalment that a debtor agreed to pay, while the plan is kept."""

    __tablename__ = "figure_part"
    claim_id: str = Field(primary_key=True)
    due_on: date = Field(primary_key=True)
    minor: int = _minor()


class FigureRate(SQLModel, table=True):
    """Euro cents for one minor unit of a currency on a day, as a fraction; empty where no source has a rate."""

    __tablename__ = "figure_rate"
    currency: str = Field(primary_key=True)
    day: date = Field(primary_key=True)
    times: int | None = _euro()
    under: int | None = _euro()
