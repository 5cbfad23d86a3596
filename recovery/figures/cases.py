"""The cases behind a figure, as they stand now: references, states and amounts, nobody's name."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import Any

from sqlalchemy import SQLColumnExpression, exists, func, select
from sqlmodel import Session, col

from recovery.figures.expressions import days_between
from recovery.figures.rebuild import AGES, LATE, LONGER, PROMISES, RISKS, promise
from recovery.figures.values import Asked, CaseLine, Listed, Task, day_of, month_of
from recovery.money import Money
from recovery.store.figure_tables import FigureCase, FigureReceipt, FigureState
from recovery.store.tables import METADATA, OPEN_DEADLINE, Case, CaseEvent, Deadline, deadline_name

SIZE = 50
# Who has cases that nobody works.
NOBODY = "nobody"
# A list is counted as far as anybody turns its pages: counting on would read the whole table.
MOST_COUNTED = 10_000
OPEN = "open"
# Between how many days past due the cases of a class of age are.
AGE_FROM: dict[str | None, tuple[int | None, int | None]] = {
    str(AGES[0]): (None, AGES[0]),
    **{str(end): (start + 1, end) for start, end in pairwise(AGES)},
    LONGER: (AGES[-1] + 1, None),
}


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
    return found + _related(which) + _counted(which)


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


def _counted(which: Listed) -> list[SQLColumnExpression[bool]]:
    """Narrow to the cases of a sum that the figures made: by what they wrote down of each."""
    found: list[SQLColumnExpression[bool]] = []
    as_of = select(col(FigureState.as_of)).where(col(FigureState.id) == 1).scalar_subquery()
    row = [col(FigureCase.claim_id) == col(Case.claim_id)]
    if which.handler:
        nobody = which.handler == NOBODY
        found.append(col(Case.handler_id).is_(None) if nobody else col(Case.handler_id) == which.handler)
    if which.age in AGE_FROM:
        age, (first, last) = days_between(col(FigureCase.due_on), as_of), AGE_FROM[which.age]
        within = [age >= first] if first is not None else []
        within += [age <= last] if last is not None else []
        found += [exists().where(*row, *within), col(Case.state) != "closed"]
    if which.promise in PROMISES:
        found.append(
            exists().where(
                *row, col(FigureCase.promised) == 1, promise(METADATA.tables["figure_case"].c) == which.promise
            )
        )
    if which.paid and which.paid.isdecimal():
        receipt = (col(FigureReceipt.claim_id) == col(Case.claim_id), col(FigureReceipt.quarter) == int(which.paid))
        found.append(exists().where(*receipt))
    if which.risk in (LATE, *map(str, RISKS)):
        days = days_between(as_of, col(Deadline.due_on))
        soon = days < 0 if which.risk == LATE else days <= int(which.risk)
        waits = (col(Deadline.actor) == "team", col(Deadline.status).in_(("open", "late")), soon)
        found += [exists().where(col(Deadline.claim_id) == col(Case.claim_id), *waits), col(Case.state) != "closed"]
    return found


def soonest(session: Session, asked: Asked, until: date, most: int) -> list[Task]:
    """Return what teams have to do until a day, or had to do before, the first days first."""
    due, state = col(Deadline.due_on), col(Case.state)
    columns = (col(Case.reference), col(Case.debtor_country), deadline_name(), due, col(Case.handler_id))
    found: list[Task] = []
    for status in (col(Deadline.status) == "late", OPEN_DEADLINE):
        query = select(*columns).join_from(Deadline, Case, col(Case.claim_id) == col(Deadline.claim_id))
        query = query.where(status, col(Deadline.actor) == "team", due <= until, state != "closed")
        query = query.where(*_where(Listed(asked))).order_by(due, col(Deadline.id)).limit(most)
        found += [
            Task(reference, country, kind, day, handler is not None)
            for reference, country, kind, day, handler in session.connection().execute(query)
            if reference
        ]
    return sorted(found, key=lambda one: one.due_on)[:most]
