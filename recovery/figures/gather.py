"""What the figures need of every case, one row each, kept: only cases that changed since then are read again.

A case has changed when its record's head has (`recovery.store.heads` counts every change of a case's rows), or when a
rate that its euro amounts were reckoned with is another one now.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import (
    BigInteger,
    Column,
    Integer,
    MetaData,
    Select,
    SQLColumnExpression,
    String,
    Subquery,
    Table,
    and_,
    case,
    cast,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    text,
)
from sqlmodel import Session, col

from recovery.case.lifecycle import State
from recovery.case.values import Plan
from recovery.figures.expressions import days_between, euro_of, month_number, quarter_number
from recovery.figures.rates import RATE, Day, fill_rates
from recovery.store.heads import HEADS
from recovery.store.tables import METADATA, Case, CaseEvent, ClaimInvoice, Deadline, Entry

Q = TypeVar("Q")
# Which reading of the cases this is: rows of another one are all made again. Raise it with every change below.
VERSION = 1
# Days after filing at which the liquidation curve is read.
CURVE_DAYS = (30, 60, 90, 180, 365)
# What a team does first with a case that reached it.
FIRST_ACTIONS = ("accept", "take_up", "refuse", "ask", "log_call", "remind", "give_notice", "reroute")
DISPUTES = ("dispute", "record_opposition", "resolve_for_creditor", "resolve_for_debtor")
PROMISES = {"promised": "plan", "broken": "break_plan"}
RECEIVED = ("payment", "refund_due")
# The tables of one transaction: what is made in them is dropped in it.
CHANGED = Table("figure_changed", MetaData(), Column("claim_id", String, primary_key=True), prefixes=["TEMPORARY"])
_CASES, _RECEIPTS, _PARTS = (METADATA.tables[name] for name in ("figure_case", "figure_receipt", "figure_part"))
_CHUNK = 1000
# Where one case of so many changed, reading all is no more work than finding those that did.
MANY = 4


def gather(session: Session, as_of: date, whole: bool) -> None:
    """Bring the cases' rows up to date: all of them, or those of cases that changed; `as_of` wants its rates only."""
    other = fill_rates(session, as_of)
    if not whole:
        CHANGED.create(session.connection(), checkfirst=False)
        whole = _find_changed(session, other)
    _forget(session, whole)
    _read(session, whole)
    CHANGED.drop(session.connection(), checkfirst=True)


def _find_changed(session: Session, other: Sequence[Day]) -> bool:
    """Note which cases changed; tell whether they are so many that all are read instead."""
    connection = session.connection()
    changed = connection.execute(insert(CHANGED).from_select(["claim_id"], _changed(other))).rowcount
    if connection.dialect.name == "postgresql":
        connection.execute(text("ANALYZE figure_changed"))
    known = connection.execute(select(func.count()).select_from(_CASES)).scalar_one()
    return changed * MANY > known


def _forget(session: Session, whole: bool) -> None:
    """Drop all rows, or those of cases that changed or are no more."""
    connection = session.connection()
    some, kept = select(CHANGED.c.claim_id), select(_CASES.c.claim_id)
    still = exists().where(col(Case.claim_id) == _CASES.c.claim_id, col(Case.filed_on).is_not(None))
    gone = or_(_CASES.c.claim_id.in_(some), ~still)
    connection.execute(delete(_CASES) if whole else delete(_CASES).where(gone))
    for table in (_PARTS, _RECEIPTS):
        connection.execute(delete(table) if whole else delete(table).where(table.c.claim_id.not_in(kept)))


def _changed(other: Sequence[Day]) -> Any:
    """Return the cases that are new or changed, or whose euro amounts were reckoned with a rate that is another now."""
    claim, head = col(Case.claim_id), HEADS.c
    known = select(claim).outerjoin(_CASES, _CASES.c.claim_id == claim).outerjoin(HEADS, head.scope == claim)
    known = known.where(
        col(Case.filed_on).is_not(None),
        or_(_CASES.c.claim_id.is_(None), head.scope.is_(None), _CASES.c.changes != head.changes),
    )
    if not other:
        return known
    filed = [and_(col(Case.currency) == currency, col(Case.filed_on) == day) for currency, day in other]
    booked = [and_(col(Entry.currency) == currency, col(Entry.booked_on) == day) for currency, day in other]
    paid = select(col(Entry.claim_id)).join(Case, claim == col(Entry.claim_id)).where(or_(*booked))
    there = col(Case.filed_on).is_not(None)
    return known.union(select(claim).where(there, or_(*filed)), paid.where(there))


def _read(session: Session, whole: bool) -> None:
    """Write the rows of all cases, or of those that changed."""
    connection = session.connection()
    paid, events, due, next_due = _paid(whole), _events(whole), _due(whole), _next_due(whole)
    filing = RATE.alias("filing")
    columns = _columns(paid, events, due, next_due, filing)
    claim = col(Case.claim_id)
    joined = select(*columns.values()).select_from(Case).outerjoin(HEADS, HEADS.c.scope == claim)
    for part in (paid, events, due, next_due):
        joined = joined.outerjoin(part, part.c.claim_id == claim)
    day = and_(filing.c.currency == col(Case.currency), filing.c.day == col(Case.filed_on))
    joined = joined.outerjoin(filing, day).where(col(Case.filed_on).is_not(None))
    connection.execute(insert(_CASES).from_select(list(columns), _among(joined, claim, whole)))
    connection.execute(
        insert(_RECEIPTS).from_select(["claim_id", "quarter", "payments", "minor", "euro_minor"], _receipts(whole))
    )
    _read_plans(session, whole)


def _among(query: Q, claim: SQLColumnExpression[str], whole: bool) -> Q:
    """Narrow a query to the cases that changed, unless all are read."""
    asked: Any = query
    narrowed: Q = asked if whole else asked.where(claim.in_(select(CHANGED.c.claim_id)))
    return narrowed


def _columns(
    paid: Subquery, events: Subquery, due: Subquery, next_due: Subquery, filing: Any
) -> dict[str, SQLColumnExpression[Any]]:
    """Return every column of a case's row and what it holds."""
    filed, closed, currency = col(Case.filed_on), col(Case.state) == "closed", col(Case.currency)
    asked, received = col(Case.principal_minor), func.coalesce(paid.c.received, 0)
    made: dict[str, SQLColumnExpression[Any]] = {
        "claim_id": col(Case.claim_id),
        "changes": func.coalesce(HEADS.c.changes, 0),
        "country": col(Case.debtor_country),
        "partner": col(Case.creditor_country),
        "currency": currency,
        "month": month_number(filed),
        "filed_on": filed,
        "state": col(Case.state),
        "reason": func.coalesce(col(Case.reason), ""),
        "route": func.coalesce(col(Case.route), ""),
        "handler": func.coalesce(col(Case.handler_id), ""),
        "due_on": func.coalesce(due.c.due_on, filed),
        "next_due": next_due.c.due_on,
        "asked": asked,
        "asked_euro": euro_of(currency, asked, filing.c),
        "open": case((closed, 0), else_=col(Case.principal_open_minor)),
        "received": received,
        "received_euro": func.coalesce(paid.c.received_euro, 0),
        "at_filing_euro": euro_of(currency, received, filing.c),
        "to_action": days_between(filed, events.c.acted_on),
        "to_payment": days_between(filed, paid.c.first_on),
        "to_closure": case((closed, days_between(filed, col(Case.closed_on))), else_=None),
    }
    for days in CURVE_DAYS:
        within = func.coalesce(paid.c[f"within_{days}"], 0)
        made |= {f"within_{days}": within, f"within_{days}_euro": euro_of(currency, within, filing.c)}
    return made | {name: func.coalesce(events.c[name], 0) for name in (*PROMISES, *DISPUTES)}


def _received(whole: bool, *columns: Any) -> Select[Any]:
    """Return a query over what came in on filed cases in their own currency, refunds as they are, with its rates."""
    booked = RATE.alias("booked")
    on = and_(booked.c.currency == col(Entry.currency), booked.c.day == col(Entry.booked_on))
    query = (
        select(*columns, cast(func.sum(_minor()), BigInteger).label("received"), _euros(booked).label("received_euro"))
        .select_from(Entry)
        .join(Case, and_(col(Case.claim_id) == Entry.claim_id, col(Case.currency) == col(Entry.currency)))
        .outerjoin(booked, on)
        .where(col(Entry.kind).in_(RECEIVED), col(Case.filed_on).is_not(None))
    )
    return _among(query, col(Entry.claim_id), whole)


def _minor() -> SQLColumnExpression[Any]:
    return -col(Entry.amount_minor)


def _euros(rate: Any) -> SQLColumnExpression[Any]:
    return cast(func.sum(euro_of(col(Entry.currency), _minor(), rate.c)), BigInteger)


def _paid(whole: bool) -> Subquery:
    """Return what came in on each case, refunds taken off, in the case's currency and in euro of the day it came."""
    booked, late = col(Entry.booked_on), days_between(col(Case.filed_on), col(Entry.booked_on))
    first = func.min(case((_is_payment(), booked), else_=None)).label("first_on")
    within = [
        cast(func.sum(case((late <= days, _minor()), else_=0)), BigInteger).label(f"within_{days}")
        for days in CURVE_DAYS
    ]
    claim = col(Entry.claim_id)
    return _received(whole, claim, first, *within).group_by(claim).subquery("paid")


def _is_payment() -> Any:
    return and_(col(Entry.kind) == "payment", _minor() > 0)


def _receipts(whole: bool) -> Select[Any]:
    """Return what came in on each case in each quarter of a year."""
    claim, quarter = col(Entry.claim_id), quarter_number(col(Entry.booked_on)).label("quarter")
    payments = cast(func.sum(case((_is_payment(), 1), else_=0)), Integer).label("payments")
    found = _received(whole, claim, quarter, payments).group_by(claim, text("quarter")).subquery("receipts").c
    return select(found.claim_id, found.quarter, found.payments, found.received, func.coalesce(found.received_euro, 0))


def _events(whole: bool) -> Subquery:
    """Return the day on which a team first did something with each case, and what happened to it of what counts."""
    kind, claim = col(CaseEvent.kind), col(CaseEvent.claim_id)
    first = func.min(case((kind.in_(FIRST_ACTIONS), col(CaseEvent.happened_on)), else_=None)).label("acted_on")
    named = PROMISES | {name: name for name in DISPUTES}
    happened = [func.max(case((kind == event, 1), else_=0)).label(name) for name, event in named.items()]
    query = select(claim, first, *happened).where(kind.in_((*FIRST_ACTIONS, *named.values())))
    return _among(query, claim, whole).group_by(claim).subquery("events")


def _due(whole: bool) -> Subquery:
    """Return the day on which each case's oldest invoice was due."""
    claim = col(ClaimInvoice.claim_id)
    query = select(claim, func.min(col(ClaimInvoice.due_on)).label("due_on"))
    return _among(query, claim, whole).group_by(claim).subquery("due")


def _next_due(whole: bool) -> Subquery:
    """Return the day of the first thing that the team has to do with each case."""
    claim = col(Deadline.claim_id)
    query = select(claim, func.min(col(Deadline.due_on)).label("due_on"))
    query = query.where(col(Deadline.actor) == "team", col(Deadline.status).in_(("open", "late")))
    return _among(query, claim, whole).group_by(claim).subquery("next_due")


def _read_plans(session: Session, whole: bool) -> None:
    """Write the instalments of plans that are kept."""
    connection, claim = session.connection(), col(Case.claim_id)
    query = select(claim, col(Case.plan)).where(
        col(Case.state) == State.INSTALMENT_PLAN, col(Case.plan).is_not(None), col(Case.filed_on).is_not(None)
    )
    # Read whole before it is written: a cursor of PostgreSQL and an insert do not go together on one connection.
    found = connection.execute(_among(query, claim, whole)).all()
    for start in range(0, len(found), _CHUNK):
        rows = list(_parts(found[start : start + _CHUNK]))
        if rows:
            connection.execute(insert(_PARTS), rows)


def _parts(found: Iterable[Any]) -> Iterable[dict[str, Any]]:
    for claim_id, stored in found:
        by_day: dict[date, int] = {}
        for part in Plan.model_validate_json(stored).instalments:
            by_day[part.due] = by_day.get(part.due, 0) + part.amount_minor
        yield from ({"claim_id": claim_id, "due_on": day, "minor": minor} for day, minor in by_day.items())
