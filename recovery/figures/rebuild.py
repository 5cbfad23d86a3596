"""Making the figures anew: everything is summed once, in one transaction, so that a page only adds up a few rows.

Readers see the figures before or after, never between. Two that make them at once wait for each other.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, SQLColumnExpression, case, delete, distinct, func, insert, literal, select
from sqlmodel import Session, col

from recovery.figures.gather import CURVE_DAYS, GATHERED, drop, gather
from recovery.store.figure_tables import Figure, FigureState
from recovery.store.tables import CaseEvent, Deadline, deadline_name

# Upper ends of the classes in which ages and terms are counted, in days; the last one has none.
AGES = (0, 30, 60, 90, 180, 365)
TERMS = (1, 7, 14, 30, 60, 90, 180, 365)
LONGER = "longer"
DISPUTES = ("dispute", "record_opposition", "resolve_for_creditor", "resolve_for_debtor")

_SAME = ("country", "partner", "currency", "month")
_COLUMNS = ("topic", *_SAME, "name", "count", "minor", "euro_minor", "days")
# Grouped by its name: PostgreSQL does not see that two expressions with parameters are the same.
NAME = "figure_name"
_c = GATHERED.c


def rebuild(session: Session, as_of: date, now: datetime) -> None:
    """Make all figures as of a day and note when they were made."""
    state = session.get(FigureState, 1, with_for_update=True) or FigureState(id=1, as_of=as_of, made_at=now)
    state.as_of, state.made_at = as_of, now
    session.add(state)
    session.flush()
    gather(session, as_of)
    connection = session.connection()
    connection.execute(delete(Figure))
    for topic in _topics():
        connection.execute(insert(Figure).from_select(_COLUMNS, topic))
    drop(session)


def _topics() -> Iterator[Select[Any]]:
    is_open = _c.state != "closed"
    yield _sums("asked", minor=_c.asked, euro=_c.asked_euro)
    yield _sums("received", minor=_c.received, euro=_c.received_euro).where(_c.received != 0)
    yield _sums("at_filing", minor=_c.received, euro=_c.at_filing_euro).where(_c.received != 0)
    yield _sums("interest", minor=_c.interest, euro=_c.interest_euro).where(_c.interest != 0)
    yield _sums("open", _c.state, minor=_c.open, euro=_c.open_euro).where(is_open)
    yield _sums("closed", _c.reason, minor=_c.received, euro=_c.received_euro).where(_c.state == "closed")
    yield _sums("age", _class(_c.age, AGES), minor=_c.open, euro=_c.open_euro).where(is_open)
    yield _sums("no_rate", minor=_c.asked).where(_c.asked_euro.is_(None))
    outcome = _c.route + "|" + case((is_open, _c.state), else_=_c.reason)
    yield _sums("route", outcome, minor=_c.received, euro=_c.received_euro).where(_c.route != "")
    for days in CURVE_DAYS:
        within, euro = _c[f"within_{days}"], _c[f"within_{days}_euro"]
        yield _sums("curve", literal(str(days)), minor=within, euro=euro).where(within != 0)
    for name in ("action", "payment", "closure"):
        days_taken = _c[f"to_{name}"]
        taken = _sums(f"to_{name}", _class(days_taken, TERMS), days=days_taken)
        yield taken.where(days_taken.is_not(None))
    yield _late()
    yield _disputed()


def _sums(
    topic: str,
    name: SQLColumnExpression[str] | None = None,
    minor: SQLColumnExpression[Any] | None = None,
    euro: SQLColumnExpression[Any] | None = None,
    days: SQLColumnExpression[Any] | None = None,
) -> Select[Any]:
    """Return the sums of a topic over the gathered cases, by what the pages choose from and by name."""
    named: SQLColumnExpression[str] = literal("") if name is None else name
    same = [_c[one] for one in _SAME]
    total = [literal(0) if one is None else func.coalesce(func.sum(one), 0) for one in (minor, euro, days)]
    return select(literal(topic), *same, named.label(NAME), func.count(), *total).group_by(*same, NAME)


def _class(days: SQLColumnExpression[int], ends: tuple[int, ...]) -> SQLColumnExpression[str]:
    """Return the class of a number of days: its upper end as text."""
    return case(*((days <= end, literal(str(end))) for end in ends), else_=literal(LONGER))


def _late() -> Select[Any]:
    """Count the deadlines of open cases that passed without being met, by kind."""
    query = _sums("late", deadline_name()).join_from(GATHERED, Deadline, col(Deadline.claim_id) == _c.claim_id)
    return query.where(col(Deadline.status) == "late", _c.state != "closed")


def _disputed() -> Select[Any]:
    """Count the cases in which something of a dispute happened, by what it was."""
    same, kind = [_c[one] for one in _SAME], col(CaseEvent.kind)
    zero = literal(0)
    query = select(literal("dispute"), *same, kind, func.count(distinct(_c.claim_id)), zero, zero, zero)
    query = query.join_from(GATHERED, CaseEvent, col(CaseEvent.claim_id) == _c.claim_id)
    return query.where(kind.in_(DISPUTES)).group_by(*same, kind)
