"""Making the figures anew: everything is summed once, in one transaction, so that a page only adds up a few rows.

The cases' own rows are kept between two makings (`recovery.figures.gather`), so that the second reads only the cases
that changed; the sums over them are always made whole. Readers see the figures before or after, never between. Two that
make them at once wait for each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    Date,
    Select,
    SQLColumnExpression,
    Subquery,
    and_,
    case,
    cast,
    delete,
    func,
    insert,
    literal,
    select,
    text,
    union_all,
)
from sqlmodel import Session, col

from recovery.figures.expressions import days_between, euro_of, quarter_number
from recovery.figures.gather import CURVE_DAYS, DISPUTES, VERSION, gather
from recovery.figures.rates import RATE
from recovery.store.balances import interest_on
from recovery.store.figure_tables import Figure, FigurePart, FigureReceipt, FigureState
from recovery.store.tables import METADATA, Accrual, Deadline, deadline_name

# Upper ends of the classes in which ages and terms are counted, in days; the last one has none.
AGES = (0, 30, 60, 90, 180, 365)
TERMS = (1, 7, 14, 30, 60, 90, 180, 365)
LONGER = "longer"
# Days ahead in which a team's deadline is at risk: the ends of the classes, in days from the day of the figures.
RISKS = (0, 2, 7, 14)
LATE, LATER = "late", "later"
# What became of a plan that a debtor agreed to: it is being kept, was broken, or the case was closed without that.
PROMISES = ("running", "kept", "broken", "other")

# Sums over all cases are made in memory, and not compiled first: on PostgreSQL both take longer than the sums.
ROOM = ("work_mem = '256MB'", "jit = off")

_SAME = ("country", "partner", "currency", "month")
_COLUMNS = ("topic", *_SAME, "name", "count", "minor", "euro_minor", "days")
# Grouped by its name: PostgreSQL does not see that two expressions with parameters are the same.
NAME = "figure_name"
_CASES = METADATA.tables["figure_case"]
_c = _CASES.c
_OPEN = _c.state != "closed"


def rebuild(session: Session, as_of: date, now: datetime, whole: bool = False) -> None:
    """Make all figures as of a day and note when they were made; `whole` reads every case again, changed or not."""
    state = session.get(FigureState, 1, with_for_update=True) or FigureState(id=1, as_of=as_of, made_at=now)
    known = state.gathered == VERSION
    state.as_of, state.made_at, state.gathered = as_of, now, VERSION
    session.add(state)
    session.flush()
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        for setting in ROOM:
            connection.execute(text(f"SET LOCAL {setting}"))
    gather(session, as_of, whole or not known)
    connection.execute(delete(Figure))
    for topics in _topics(session, as_of):
        connection.execute(insert(Figure).from_select(_COLUMNS, topics))


def _topics(session: Session, as_of: date) -> Iterator[Any]:
    yield union_all(*_plain(session, as_of))
    yield union_all(*_open(as_of))
    yield union_all(*_ended())
    for name in ("action", "payment", "closure"):
        days_taken = _c[f"to_{name}"]
        taken = _sums(f"to_{name}", _class(days_taken, TERMS), days=days_taken)
        yield taken.where(days_taken.is_not(None))
    yield _sums("promise", promise(_c), minor=_c.received, euro=_c.received_euro).where(_c.promised == 1)
    yield _sums("load", _c.handler + "|" + _due_class(_c.next_due, as_of, (7,))).where(_OPEN)
    yield _receipts()
    yield _parts(as_of)
    yield _late()
    yield _at_risk(as_of)


def _same(source: Any) -> list[SQLColumnExpression[Any]]:
    return [source[one] for one in _SAME]


def _row(topic: str, source: Any, name: Any, count: Any, minor: Any = None, euro: Any = None) -> Select[Any]:
    """Return a topic's rows out of sums made before."""
    zero = literal(0)
    amounts = [zero if one is None else func.coalesce(one, 0) for one in (minor, euro)]
    return select(literal(topic), *_same(source), name, count, *amounts, zero)


def _plain(session: Session, as_of: date) -> Iterator[Select[Any]]:
    """Yield the topics without a name of their own, out of one pass over the cases."""
    sums = _base(session, as_of)
    base = sums.c
    none = literal("")
    yield _row("asked", base, none, base.cases, base.asked, base.asked_euro)
    for name in ("received", "interest"):
        found = _row(name, base, none, base[f"n_{name}"], base[name], base[f"{name}_euro"])
        yield found.where(base[f"n_{name}"] > 0)
    at_filing = _row("at_filing", base, none, base.n_received, base.received, base.at_filing_euro)
    yield at_filing.where(base.n_received > 0)
    yield _row("no_rate", base, none, base.n_no_rate, base.no_rate).where(base.n_no_rate > 0)
    for days in CURVE_DAYS:
        within = f"within_{days}"
        curve = _row("curve", base, literal(str(days)), base[f"n_{within}"], base[within], base[f"{within}_euro"])
        yield curve.where(base[f"n_{within}"] > 0)
    for name in DISPUTES:
        yield _row("dispute", base, literal(name), base[name]).where(base[name] > 0)


def _base(session: Session, as_of: date) -> CTE:
    owed, now = _owed(session, as_of), RATE.alias("today")
    interest = case((_OPEN, func.coalesce(owed.c.interest, 0)), else_=0)
    no_rate = _c.asked_euro.is_(None)
    made: dict[str, SQLColumnExpression[Any]] = {
        "cases": func.count(),
        "asked": _whole(_c.asked),
        "asked_euro": _whole(_c.asked_euro),
        "n_no_rate": _number(no_rate),
        "no_rate": _whole(case((no_rate, _c.asked), else_=0)),
        "n_received": _number(_c.received != 0),
        "received": _whole(_c.received),
        "received_euro": _whole(_c.received_euro),
        "at_filing_euro": _whole(_c.at_filing_euro),
        "n_interest": _number(interest != 0),
        "interest": _whole(interest),
        "interest_euro": _whole(euro_of(_c.currency, interest, now.c)),
    }
    for name in (f"within_{days}" for days in CURVE_DAYS):
        made |= {
            f"n_{name}": _number(_c[name] != 0),
            name: _whole(_c[name]),
            f"{name}_euro": _whole(_c[f"{name}_euro"]),
        }
    made |= {name: _whole(_c[name]) for name in DISPUTES}
    query = select(*_same(_c), *(value.label(name) for name, value in made.items())).select_from(_CASES)
    query = query.outerjoin(owed, owed.c.claim_id == _c.claim_id).outerjoin(now, _today(now, as_of))
    return query.group_by(*_same(_c)).cte("base")


def _today(now: Any, as_of: date) -> Any:
    return and_(now.c.currency == _c.currency, now.c.day == literal(as_of, Date))


def _whole(value: Any) -> Any:
    """Return a sum as the whole number that it is: PostgreSQL adds up to decimals, which divide otherwise."""
    return cast(func.sum(value), BigInteger)


def _number(which: Any) -> SQLColumnExpression[Any]:
    return func.sum(case((which, 1), else_=0))


def _owed(session: Session, as_of: date) -> Subquery:
    """Return the interest that each open case owes on a day."""
    claim = col(Accrual.claim_id)
    return select(claim, _whole(interest_on(session, as_of)).label("interest")).group_by(claim).subquery("owed")


def _open(as_of: date) -> Iterator[Select[Any]]:
    """Yield the open cases by state and by age, out of one pass; and what was asked in those that have a plan."""
    now = RATE.alias("today")
    age: SQLColumnExpression[Any] = _class(days_between(_c.due_on, literal(as_of, Date)), AGES).label("age")
    sums = (_whole(_c.open).label("open"), _whole(euro_of(_c.currency, _c.open, now.c)).label("open_euro"))
    asked = (_whole(_c.asked).label("asked"), _whole(_c.asked_euro).label("asked_euro"))
    query = select(*_same(_c), _c.state, age, func.count().label("cases"), *sums, *asked).select_from(_CASES)
    query = query.outerjoin(now, _today(now, as_of)).where(_OPEN)
    found = query.group_by(*_same(_c), _c.state, "age").cte("open_cases").c
    for topic, name in (("open", found.state), ("age", found.age)):
        yield _again(topic, found, name, found.open, found.open_euro)
    yield _again("in_plan", found, literal(""), found.asked, found.asked_euro, found.state == "instalment_plan")


def _ended() -> Iterator[Select[Any]]:
    """Yield the closed cases by reason, and the cases that took a route by what became of them, out of one pass."""
    ended = case((_OPEN, _c.state), else_=_c.reason).label("ended")
    sums = (_whole(_c.received).label("received"), _whole(_c.received_euro).label("received_euro"))
    shut = case((_OPEN, 0), else_=1).label("shut")
    query = select(*_same(_c), _c.route, ended, shut, func.count().label("cases"), *sums).select_from(_CASES)
    query = query.where((_c.route != "") | ~_OPEN).group_by(*_same(_c), _c.route, "ended", "shut")
    found = query.cte("ended_cases").c
    yield _again("closed", found, found.ended, found.received, found.received_euro, found.shut == 1)
    route = found.route + "|" + found.ended
    yield _again("route", found, route, found.received, found.received_euro, found.route != "")


def _again(topic: str, source: Any, name: Any, minor: Any, euro: Any, which: Any = None) -> Select[Any]:
    """Return a topic's sums over sums by more than it tells."""
    totals = [func.coalesce(_whole(one), 0) for one in (minor, euro)]
    query = select(literal(topic), *_same(source), name.label(NAME), _whole(source.cases), *totals, literal(0))
    return (query if which is None else query.where(which)).group_by(*_same(source), NAME)


def _sums(
    topic: str,
    name: SQLColumnExpression[str] | None = None,
    minor: SQLColumnExpression[Any] | None = None,
    euro: SQLColumnExpression[Any] | None = None,
    days: SQLColumnExpression[Any] | None = None,
) -> Select[Any]:
    """Return the sums of a topic over the cases, by what the pages choose from and by name."""
    named: SQLColumnExpression[str] = literal("") if name is None else name
    total = [literal(0) if one is None else func.coalesce(_whole(one), 0) for one in (minor, euro, days)]
    query = select(literal(topic), *_same(_c), named.label(NAME), func.count(), *total)
    return query.group_by(*_same(_c), NAME)


def _class(days: SQLColumnExpression[int], ends: Sequence[int]) -> SQLColumnExpression[str]:
    """Return the class of a number of days: its upper end as text."""
    return case(*((days <= end, literal(str(end))) for end in ends), else_=literal(LONGER))


def _due_class(due: SQLColumnExpression[Any], as_of: date, ends: Sequence[int]) -> SQLColumnExpression[str]:
    """Return in which class of the days ahead something is due: late, the end of the class as text, or later."""
    day = lambda end: literal(as_of + timedelta(days=end), Date)  # noqa: E731
    classes = [(due <= day(end), literal(str(end))) for end in ends]
    return case((due < day(0), literal(LATE)), *classes, else_=literal(LATER))


def promise(row: Any) -> SQLColumnExpression[str]:
    """Return what became of the last plan of a case that had one, from the columns of its row."""
    return case(
        (row.state == "instalment_plan", literal("running")),
        (row.broken == 1, literal("broken")),
        (row.reason == "paid", literal("kept")),
        else_=literal("other"),
    )


def _receipts() -> Select[Any]:
    """Return what came in by quarter of a year: of cases filed in which month, in euro of the day it came."""
    receipt = METADATA.tables[FigureReceipt.__tablename__].c
    totals = [_whole(one) for one in (receipt.payments, receipt.minor, receipt.euro_minor)]
    query = select(literal("paid"), *_same(_c), _text(receipt.quarter).label(NAME), *totals, literal(0))
    query = query.select_from(_CASES).join(receipt.claim_id.table, receipt.claim_id == _c.claim_id)
    return query.group_by(*_same(_c), NAME)


def _parts(as_of: date) -> Select[Any]:
    """Return what instalments fall due after a day, by quarter of a year, in euro of that day."""
    part, now = METADATA.tables[FigurePart.__tablename__].c, RATE.alias("today")
    euro = func.coalesce(_whole(euro_of(_c.currency, part.minor, now.c)), 0)
    name: SQLColumnExpression[Any] = _text(quarter_number(part.due_on)).label(NAME)
    query = select(literal("part"), *_same(_c), name, func.count(), _whole(part.minor), euro, literal(0))
    query = query.select_from(_CASES).join(part.claim_id.table, part.claim_id == _c.claim_id)
    query = query.outerjoin(now, _today(now, as_of)).where(part.due_on > as_of)
    return query.group_by(*_same(_c), NAME)


def _text(number: SQLColumnExpression[Any]) -> SQLColumnExpression[str]:
    return cast(number, METADATA.tables["figure"].c.name.type)


def _late() -> Select[Any]:
    """Count the deadlines of open cases that passed without being met, by kind."""
    query = _sums("late", deadline_name()).join_from(_CASES, Deadline, col(Deadline.claim_id) == _c.claim_id)
    return query.where(col(Deadline.status) == "late", _OPEN)


def _at_risk(as_of: date) -> Select[Any]:
    """Count what teams have to do within the days of RISKS or had to do before, by class and kind."""
    due = col(Deadline.due_on)
    name = _due_class(due, as_of, RISKS) + "|" + deadline_name()
    query = _sums("risk", name).join_from(_CASES, Deadline, col(Deadline.claim_id) == _c.claim_id)
    waits = col(Deadline.status).in_(("open", "late"))
    soon = due <= as_of + timedelta(days=RISKS[-1])
    return query.where(col(Deadline.actor) == "team", waits, soon, _OPEN)
