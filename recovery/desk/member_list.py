"""A member's claims as a list shows them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlmodel import Session, col, func, select

from recovery.store.tables import Case, Deadline, Party


def count_claims(session: Session, member_id: str | None) -> int:
    """Return how many claims a member has filed."""
    return session.exec(select(func.count()).select_from(Case).where(Case.member_id == member_id)).one()


def list_claims(session: Session, member_id: str | None, offset: int, most: int) -> list[Case]:
    """Return a member's claims, the newest first."""
    query = select(Case).where(Case.member_id == member_id)
    newest = query.order_by(col(Case.filed_on).desc(), col(Case.claim_id))
    return list(session.exec(newest.offset(offset).limit(most)))


def debtors_of(session: Session, ids: Collection[str]) -> dict[str, str]:
    """Return the debtor's name of each claim."""
    query = select(Party.claim_id, Party.name).where(col(Party.claim_id).in_(ids), Party.role == "debtor")
    return dict(session.exec(query).all())


def asked_until(session: Session, ids: Collection[str]) -> dict[str, date]:
    """Return until when the member is asked something, per claim."""
    query = select(Deadline.claim_id, func.min(col(Deadline.due_on))).where(
        col(Deadline.claim_id).in_(ids), Deadline.actor == "member", col(Deadline.status).in_(("open", "late"))
    )
    return dict(session.exec(query.group_by(col(Deadline.claim_id))).all())


def waiting_claims(session: Session, member_id: str, most: int) -> list[tuple[Case, date]]:
    """Return the claims in which the member is asked something and until when, the first days first."""
    due = func.min(col(Deadline.due_on))
    query = select(Case, due).join(Deadline, col(Deadline.claim_id) == Case.claim_id)
    query = query.where(Case.member_id == member_id, Deadline.actor == "member", col(Case.state) != "closed")
    query = query.where(col(Deadline.status).in_(("open", "late"))).group_by(col(Case.claim_id)).order_by(due)
    return list(session.exec(query.limit(most)).all())
