"""How much there is in an installation, and how much of it waits."""

from __future__ import annotations

from typing import Any

from sqlmodel import Session, col, func, select

from recovery.store.portal_tables import Account
from recovery.store.tables import Case, Deadline, Member, Outbox, TeamMember


def standing(session: Session) -> dict[str, Any]:
    """Return the cases by state, the effects that wait or failed, and the deadlines that are late."""
    count = select(func.count())
    effects, late = count.select_from(Outbox), count.select_from(Deadline).where(Deadline.status == "late")
    return {
        "cases": dict(session.exec(select(Case.state, func.count()).group_by(Case.state)).all()),
        "outbox_waiting": session.exec(effects.where(Outbox.status == "waiting")).one(),
        "outbox_failed": session.exec(effects.where(Outbox.status == "failed")).one(),
        "deadlines_late": session.exec(late).one(),
    }


def looked_after(session: Session) -> dict[str, int]:
    """Return how many there are of what an administrator looks after."""
    people = select(func.count()).select_from(TeamMember).where(TeamMember.active)
    asked = {
        "people": people,
        "administrators": people.where(TeamMember.role == "administrator"),
        "members": select(func.count()).select_from(Member),
        "closed": select(func.count()).select_from(Account).where(col(Account.active).is_(False)),
        "failed": select(func.count()).select_from(Outbox).where(Outbox.status == "failed"),
        "waiting": select(func.count()).select_from(Outbox).where(Outbox.status == "waiting"),
    }
    return {name: session.exec(query).one() for name, query in asked.items()}
