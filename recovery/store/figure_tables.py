"""The managers' figures, summed up in advance: no case and no person stands in them."""

from __future__ import annotations

from datetime import date, datetime

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
    """Of which day the figures are and when they were made: one row, locked while they are made again."""

    __tablename__ = "figure_state"
    id: int = Field(primary_key=True)
    as_of: date
    made_at: datetime = _instant()
