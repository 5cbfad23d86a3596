"""Who is signed in: sessions kept on the server, known by the hash of a cookie."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from recovery.store.portal_tables import Account, PortalSession

IDLE = timedelta(hours=12)
LIFE = timedelta(days=7)
# A page read notes that somebody is there at most this often: reading must not mean writing.
SEEN_EVERY = timedelta(minutes=5)


def session_id(cookie: str) -> str:
    """Return the id under which a cookie's session is kept: a stolen table opens nothing."""
    return hashlib.sha256(cookie.encode()).hexdigest()


def open_session(session: Session, account: Account, now: datetime, agent: str = "", strong: bool = False) -> str:
    """Open a session for an account and return its cookie."""
    cookie = secrets.token_urlsafe(32)
    session.add(
        PortalSession(
            id=session_id(cookie),
            account_id=account.id,
            strong=strong,
            created_at=now,
            seen_at=now,
            expires_at=now + LIFE,
            agent=agent[:200],
        )
    )
    session.flush()
    return cookie


def session_of(session: Session, cookie: str, now: datetime) -> PortalSession | None:
    """Return the session of a cookie, None where it ended, was idle for too long or never was."""
    found = session.get(PortalSession, session_id(cookie))
    if found is None or found.expires_at <= now or found.seen_at + IDLE <= now:
        return None
    return found


def note_seen(session: Session, known: PortalSession, now: datetime) -> None:
    """Note that somebody was there."""
    session.exec(update(PortalSession).where(col(PortalSession.id) == known.id).values(seen_at=now))


def close_session(session: Session, cookie: str) -> None:
    """End the session of a cookie."""
    session.exec(delete(PortalSession).where(col(PortalSession.id) == session_id(cookie)))


def open_sessions(session: Session, account_id: str, now: datetime) -> list[PortalSession]:
    """Return an account's sessions that are open, the one seen last first."""
    query = select(PortalSession).where(PortalSession.account_id == account_id, PortalSession.expires_at > now)
    return list(
        session.exec(query.where(PortalSession.seen_at > now - IDLE).order_by(col(PortalSession.seen_at).desc()))
    )


def close_one(session: Session, account_id: str, id_: str) -> None:
    """End one of an account's sessions."""
    mine = col(PortalSession.account_id) == account_id
    session.exec(delete(PortalSession).where(mine, col(PortalSession.id) == id_))


def close_all(session: Session, account_id: str, except_id: str | None = None) -> None:
    """End every session of an account, save one."""
    query = delete(PortalSession).where(col(PortalSession.account_id) == account_id)
    session.exec(query.where(col(PortalSession.id) != except_id) if except_id else query)


def forget_ended(session: Session, now: datetime) -> None:
    """Delete the sessions that have ended."""
    ended = (col(PortalSession.expires_at) <= now) | (col(PortalSession.seen_at) <= now - IDLE)
    session.exec(delete(PortalSession).where(ended))
