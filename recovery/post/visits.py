"""A debtor's visit: opened by link and code, kept on the server by the hash of a cookie, ended by time or by choice."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from recovery.people.sessions import SEEN_EVERY, session_id
from recovery.store.portal_tables import DebtorAccess, DebtorVisit

IDLE = timedelta(hours=1)
LIFE = timedelta(hours=8)
# So long an ended visit is known as one: its cookie is no guess.
KEPT = timedelta(days=30)


def open_visit(session: Session, claim_id: str, now: datetime) -> str:
    """Open a visit to a case's page and return its cookie."""
    cookie = secrets.token_urlsafe(32)
    visit = DebtorVisit(id=session_id(cookie), claim_id=claim_id, created_at=now, seen_at=now, expires_at=now + LIFE)
    session.add(visit)
    session.flush()
    return cookie


def visit_by(session: Session, token: str, cookie: str) -> DebtorVisit | None:
    """Return the visit of a cookie to the page of a link, whether or not it goes on; None where it was guessed."""
    query = select(DebtorVisit).join(DebtorAccess, col(DebtorAccess.claim_id) == col(DebtorVisit.claim_id))
    return session.exec(query.where(DebtorVisit.id == session_id(cookie), DebtorAccess.token == token.lower())).first()


def goes_on(visit: DebtorVisit, now: datetime) -> bool:
    """Tell whether a visit has not ended."""
    return visit.ended_at is None and now < visit.expires_at and now < visit.seen_at + IDLE


def seen_long_ago(visit: DebtorVisit, now: datetime) -> bool:
    """Tell whether it is to be noted again that somebody is there."""
    return visit.seen_at + SEEN_EVERY <= now


def note_seen(session: Session, visit: DebtorVisit, now: datetime) -> None:
    """Note that somebody is there."""
    session.exec(update(DebtorVisit).where(col(DebtorVisit.id) == visit.id).values(seen_at=now))


def end_visit(session: Session, cookie: str, now: datetime) -> None:
    """End the visit of a cookie."""
    session.exec(update(DebtorVisit).where(col(DebtorVisit.id) == session_id(cookie)).values(ended_at=now))


def end_all(session: Session, claim_id: str, now: datetime) -> None:
    """End every visit to a case's page."""
    open_ones = (col(DebtorVisit.claim_id) == claim_id) & col(DebtorVisit.ended_at).is_(None)
    session.exec(update(DebtorVisit).where(open_ones).values(ended_at=now))


def forget_ended(session: Session, now: datetime) -> None:
    """Delete the visits that ended long ago."""
    session.exec(delete(DebtorVisit).where(col(DebtorVisit.expires_at) <= now - KEPT))
