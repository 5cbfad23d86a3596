"""What SQLite and PostgreSQL write differently, and conversion to euro in whole numbers."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Integer, SQLColumnExpression, case, cast, extract, func
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class days_between(FunctionElement[int]):
    """The days from one date to a later one."""

    type = Integer()
    inherit_cache = True


@compiles(days_between)
def _days(element: Any, compiler: Any, **how: Any) -> str:
    first, last = element.clauses
    return f"(({compiler.process(last, **how)}) - ({compiler.process(first, **how)}))"


@compiles(days_between, "sqlite")
def _days_sqlite(element: Any, compiler: Any, **how: Any) -> str:
    first, last = element.clauses
    return f"CAST(julianday({compiler.process(last, **how)}) - julianday({compiler.process(first, **how)}) AS INTEGER)"


def month_number(day: SQLColumnExpression[Any]) -> ColumnElement[int]:
    """Return the months since the year 0 of a day's month."""
    return cast(extract("year", day) * 12 + extract("month", day) - 1, Integer)


def in_euro(minor: SQLColumnExpression[Any], rate: Any) -> ColumnElement[int]:
    """Return an amount in euro cents, rounded half up; NULL where the day has no rate.

    `rate` has the columns `times` and `under`: euro cents for one minor unit as a fraction.
    """
    whole = (2 * func.abs(minor) * rate.times + rate.under) // (2 * rate.under)
    return case((minor < 0, -whole), else_=whole)


def euro_of(currency: SQLColumnExpression[str], minor: SQLColumnExpression[Any], rate: Any) -> ColumnElement[int]:
    """Return an amount of any currency in euro cents; of the euro it is the amount itself."""
    return case((currency == "EUR", minor), else_=in_euro(minor, rate))


def quarter_number(day: SQLColumnExpression[Any]) -> ColumnElement[int]:
    """Return the quarters since the year 0 of a day's quarter."""
    return cast(extract("year", day) * 4, Integer) + cast(extract("month", day) - 1, Integer) // 3
