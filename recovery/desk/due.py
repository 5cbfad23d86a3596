"""What is due of a team's cases, day by day."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlmodel import Session, col

from recovery.store.tables import Case, Deadline, deadline_name


class Due(NamedTuple):
    """A deadline of a case that is late or still to come."""

    due_on: date
    id: int
    kind: str
    actor: str
    reference: str | None
    claim_id: str


def due_until(session: Session, country: str | None, last: date, most: int) -> list[Due]:
    """Return what a country's team (None: every team) has to do until a day, by day; at most so many rows."""
    place = [col(Deadline.country) == country] if country else []
    query = (
        select(
            *(col(Deadline.due_on), col(Deadline.id), deadline_name(), col(Deadline.actor)),
            *(col(Case.reference), col(Case.claim_id)),
        )
        .join(Case, col(Case.claim_id) == col(Deadline.claim_id))
        .where(*place, col(Deadline.due_on) <= last, col(Deadline.actor) != "member")
        .order_by(col(Deadline.due_on), col(Deadline.id))
        .limit(most)
    )
    both = [
        Due(*row) for status in ("late", "open") for row in session.execute(query.where(col(Deadline.status) == status))
    ]
    return sorted(both, key=lambda row: row[:2])[:most]
