"""The cases behind a figure, as they stand now: references, states and amounts, nobody's name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import SQLColumnExpression, exists, func, select
from sqlmodel import Session, col

from recovery.figures.values import CaseLine, Listed, day_of, month_of
from recovery.money import Money
from recovery.store.tables import Case, CaseEvent, Deadline, deadline_name

SIZE = 50
# A list is counted as far as anybody turns its pages: counting on would read the whole table.
MOST_COUNTED = 10_000
OPEN = "open"


def listed(session: Session, which: Listed, start: int, size: int = SIZE) -> list[CaseLine]:
    """Return some of the cases, those filed last first."""
    query = select(*_COLUMNS).where(*_where(which))
    query = query.order_by(col(Case.filed_on).desc(), col(Case.claim_id).desc()).offset(start).limit(size)
    return [_line(row) for row in session.connection().execute(query)]


def count_cases(session: Session, which: Listed) -> int:
    """Return how many cases there are, at most MOST_COUNTED."""
    some = select(col(Case.claim_id)).where(*_where(which)).limit(MOST_COUNTED).subquery()
    return session.connection().execute(select(func.count()).select_from(some)).scalar_one()


_COLUMNS = (
    col(Case.claim_id),
    col(Case.reference),
    col(Case.state),
    col(Case.reason),
    col(Case.debtor_country),
    col(Case.creditor_country),
    col(Case.route),
    col(Case.principal_minor),
    col(Case.principal_open_minor),
    col(Case.currency),
    col(Case.filed_on),
    col(Case.closed_on),
)


def _line(row: Sequence[Any]) -> CaseLine:
    claim, reference, state, reason, country, partner, route, minor, left, currency, filed, closed = row
    still = Money(0 if state == "closed" else left, currency)
    return CaseLine(
        claim, reference, state, reason, country, partner, route, Money(minor, currency), still, filed, closed
    )


def _where(which: Listed) -> list[SQLColumnExpression[bool]]:
    asked = which.asked
    found: list[SQLColumnExpression[bool]] = [col(Case.filed_on).is_not(None)]
    equal = (
        (col(Case.debtor_country), asked.country),
        (col(Case.creditor_country), asked.partner),
        (col(Case.currency), asked.currency),
        (col(Case.reason), which.reason),
        (col(Case.route), which.route),
    )
    found += [column == value for column, value in equal if value]
    if which.state == OPEN:
        found.append(col(Case.state) != "closed")
    elif which.state:
        found.append(col(Case.state) == which.state)
    if asked.first:
        found.append(col(Case.filed_on) >= asked.first.replace(day=1))
    if asked.last:
        found.append(col(Case.filed_on) < day_of(month_of(asked.last) + 1))
    return found + _related(which)


def _related(which: Listed) -> list[SQLColumnExpression[bool]]:
    """Narrow to cases with a late deadline of a kind, or with an event of a dispute."""
    found: list[SQLColumnExpression[bool]] = []
    if which.late:
        late = (col(Deadline.status) == "late", deadline_name() == which.late)
        found.append(exists().where(col(Deadline.claim_id) == col(Case.claim_id), *late))
        found.append(col(Case.state) != "closed")
    if which.disputed:
        event = (col(CaseEvent.claim_id) == col(Case.claim_id), col(CaseEvent.kind) == which.disputed)
        found.append(exists().where(*event))
    return found
