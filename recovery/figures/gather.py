"""One row a case for the time of one transaction: what the sums are made of."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    FromClause,
    Integer,
    SQLColumnExpression,
    String,
    Subquery,
    Table,
    and_,
    case,
    cast,
    func,
    insert,
    literal,
    select,
)
from sqlmodel import Session, col

from recovery.figures.expressions import days_between, in_euro, month_number
from recovery.figures.rates import RATE, TEMPORARY, fill_rates
from recovery.store.balances import interest_on
from recovery.store.tables import Accrual, Case, CaseEvent, ClaimInvoice, Entry

# Days after filing at which the liquidation curve is read.
CURVE_DAYS = (30, 60, 90, 180, 365)
# What a team does first with a case that reached it.
FIRST_ACTIONS = ("accept", "take_up", "refuse", "ask", "log_call", "remind", "give_notice", "reroute")
RECEIVED = ("payment", "refund_due")

_SUMS = ("asked", "open", "interest", "received", *(f"within_{days}" for days in CURVE_DAYS))
GATHERED = Table(
    "figure_case",
    TEMPORARY,
    Column("claim_id", String, primary_key=True),
    *(Column(name, String, nullable=False) for name in ("country", "partner", "currency", "state", "reason", "route")),
    Column("month", Integer, nullable=False),
    *(Column(name, BigInteger, nullable=False) for name in _SUMS),
    *(Column(f"{name}_euro", BigInteger) for name in (*_SUMS, "at_filing")),
    *(Column(name, Integer) for name in ("age", "to_action", "to_payment", "to_closure")),
    prefixes=["TEMPORARY"],
)


def gather(session: Session, as_of: date) -> None:
    """Make the temporary tables and fill them with the rates and the cases as of a day."""
    connection = session.connection()
    TEMPORARY.create_all(connection, checkfirst=False)
    fill_rates(session, as_of)
    paid, owed, acted, due = _paid(), _owed(session, as_of), _acted(), _due()
    filing, now = RATE.alias("filing"), RATE.alias("today")
    columns = _columns(paid, owed, acted, due, filing, now, as_of)
    claim, currency = col(Case.claim_id), col(Case.currency)
    joined = (
        select(*columns.values())
        .select_from(Case)
        .outerjoin(paid, paid.c.claim_id == claim)
        .outerjoin(owed, owed.c.claim_id == claim)
        .outerjoin(acted, acted.c.claim_id == claim)
        .outerjoin(due, due.c.claim_id == claim)
        .outerjoin(filing, and_(filing.c.currency == currency, filing.c.day == col(Case.filed_on)))
        .outerjoin(now, and_(now.c.currency == currency, now.c.day == literal(as_of, Date)))
        .where(col(Case.filed_on).is_not(None))
    )
    connection.execute(insert(GATHERED).from_select(list(columns), joined))


def drop(session: Session) -> None:
    """Drop the temporary tables."""
    TEMPORARY.drop_all(session.connection(), checkfirst=False)


def _columns(
    paid: Subquery, owed: Subquery, acted: Subquery, due: Subquery, filing: FromClause, now: FromClause, as_of: date
) -> dict[str, SQLColumnExpression[Any]]:
    """Return every column of a case's row and what it holds."""
    filed, closed = col(Case.filed_on), col(Case.state) == "closed"
    asked = col(Case.principal_minor)
    left = case((closed, 0), else_=col(Case.principal_open_minor))
    interest = case((closed, 0), else_=func.coalesce(owed.c.interest, 0))
    received = func.coalesce(paid.c.received, 0)
    made: dict[str, SQLColumnExpression[Any]] = {
        "claim_id": col(Case.claim_id),
        "country": col(Case.debtor_country),
        "partner": col(Case.creditor_country),
        "currency": col(Case.currency),
        "month": month_number(filed),
        "state": col(Case.state),
        "reason": func.coalesce(col(Case.reason), ""),
        "route": func.coalesce(col(Case.route), ""),
        "asked": asked,
        "asked_euro": in_euro(asked, filing.c),
        "open": left,
        "open_euro": in_euro(left, now.c),
        "interest": interest,
        "interest_euro": in_euro(interest, now.c),
        "received": received,
        "received_euro": func.coalesce(paid.c.received_euro, 0),
        "at_filing_euro": in_euro(received, filing.c),
        "age": case((closed, None), else_=days_between(func.coalesce(due.c.due_on, filed), literal(as_of, Date))),
        "to_action": days_between(filed, acted.c.acted_on),
        "to_payment": days_between(filed, paid.c.first_on),
        "to_closure": case((closed, days_between(filed, col(Case.closed_on))), else_=None),
    }
    for days in CURVE_DAYS:
        within = func.coalesce(paid.c[f"within_{days}"], 0)
        made |= {f"within_{days}": within, f"within_{days}_euro": in_euro(within, filing.c)}
    return made


def _paid() -> Subquery:
    """Return what came in on each case, refunds taken off, in the case's currency and in euro of the day it came."""
    minor, booked = -col(Entry.amount_minor), col(Entry.booked_on)
    late = days_between(col(Case.filed_on), booked)
    payment = and_(col(Entry.kind) == "payment", minor > 0)
    return (
        select(
            col(Entry.claim_id),
            _whole(func.sum(minor)).label("received"),
            _whole(func.sum(in_euro(minor, RATE.c))).label("received_euro"),
            func.min(case((payment, booked), else_=None)).label("first_on"),
            *(_whole(func.sum(case((late <= days, minor), else_=0))).label(f"within_{days}") for days in CURVE_DAYS),
        )
        .select_from(Entry)
        .join(Case, and_(col(Case.claim_id) == Entry.claim_id, col(Case.currency) == col(Entry.currency)))
        .outerjoin(RATE, and_(RATE.c.currency == col(Entry.currency), RATE.c.day == booked))
        .where(col(Entry.kind).in_(RECEIVED), col(Case.filed_on).is_not(None))
        .group_by(col(Entry.claim_id))
        .subquery("paid")
    )


def _whole(total: SQLColumnExpression[Any]) -> SQLColumnExpression[Any]:
    """Return a sum as the whole number that it is: PostgreSQL adds up to decimals, which divide otherwise."""
    return cast(total, BigInteger)


def _owed(session: Session, as_of: date) -> Subquery:
    """Return the interest that each open case owes on a day."""
    interest: SQLColumnExpression[Any] = _whole(func.sum(interest_on(session, as_of)))
    claim = col(Accrual.claim_id)
    return select(claim, interest.label("interest")).group_by(claim).subquery("owed")


def _acted() -> Subquery:
    """Return the day on which a team first did something with each case."""
    first = func.min(col(CaseEvent.happened_on)).label("acted_on")
    query = select(col(CaseEvent.claim_id), first).where(col(CaseEvent.kind).in_(FIRST_ACTIONS))
    return query.group_by(col(CaseEvent.claim_id)).subquery("acted")


def _due() -> Subquery:
    """Return the day on which each case's oldest invoice was due."""
    first = func.min(col(ClaimInvoice.due_on)).label("due_on")
    return select(col(ClaimInvoice.claim_id), first).group_by(col(ClaimInvoice.claim_id)).subquery("due")
