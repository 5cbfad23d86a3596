"""One-time links: good once and for a while, known by the hash of their token."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from recovery.people.accounts import PLACEHOLDER, administrator_exists, placeholder
from recovery.settings import settings
from recovery.store.portal_tables import Account, OneTimeLink

LASTS = {
    "sign_in": timedelta(minutes=20),
    "reset": timedelta(hours=1),
    "invite": timedelta(days=7),
    "administrator": timedelta(hours=24),
}
# Where a link of each purpose leads.
PATHS = {
    "sign_in": "/sign-in/link/",
    "reset": "/password/",
    "invite": "/password/",
    "administrator": "/first/",
}


def token_id(token: str) -> str:
    """Return the id under which a token's link is kept: a stolen table opens nothing."""
    return hashlib.sha256(token.encode()).hexdigest()


def issue(session: Session, account: Account, purpose: str, now: datetime) -> str:
    """Make a link for an account and return its token; ended ones of the account are deleted."""
    token = secrets.token_urlsafe(32)
    mine = (col(OneTimeLink.account_id) == account.id) & (col(OneTimeLink.purpose).in_(LASTS))
    session.exec(delete(OneTimeLink).where(mine, col(OneTimeLink.expires_at) <= now))
    session.add(
        OneTimeLink(id=token_id(token), account_id=account.id, purpose=purpose, expires_at=now + LASTS[purpose])
    )
    session.flush()
    return token


def address_of(purpose: str, token: str) -> str:
    """Return the whole address of a link."""
    return f"{settings().portal_url}{PATHS[purpose]}{token}"


def open_link(session: Session, token: str, purposes: tuple[str, ...], now: datetime) -> OneTimeLink | None:
    """Return a link that may still be used."""
    found = session.get(OneTimeLink, token_id(token))
    good = found is not None and found.purpose in purposes and found.used_at is None and found.expires_at > now
    return found if good else None


def use(session: Session, token: str, purposes: tuple[str, ...], now: datetime) -> Account | None:
    """Use a link and return whose it is; None where it was used, has ended or never was."""
    this = (col(OneTimeLink.id) == token_id(token)) & col(OneTimeLink.purpose).in_(purposes)
    open_still = col(OneTimeLink.used_at).is_(None) & (col(OneTimeLink.expires_at) > now)
    query = update(OneTimeLink).where(this, open_still).values(used_at=now).returning(col(OneTimeLink.account_id))
    found = session.execute(query).scalar_one_or_none()
    account = session.get(Account, found) if found else None
    return account if account and (account.active or account.id == PLACEHOLDER) else None


def withdraw(session: Session, account_id: str, *purposes: str) -> None:
    """Delete the links of an account for some purposes."""
    mine = (col(OneTimeLink.account_id) == account_id) & col(OneTimeLink.purpose).in_(purposes)
    session.exec(delete(OneTimeLink).where(mine))


def forget_ended(session: Session, now: datetime) -> None:
    """Delete the links that have ended."""
    session.exec(delete(OneTimeLink).where(col(OneTimeLink.expires_at) <= now))


def first_administrator_link(session: Session, now: datetime) -> str | None:
    """Return the link by which the first administrator signs up, while there is none; the one before ends."""
    if administrator_exists(session):
        return None
    holder = placeholder(session, now)
    withdraw(session, holder.id, "administrator")
    return address_of("administrator", issue(session, holder, "administrator", now))


def waiting(session: Session, account_id: str, purpose: str, now: datetime) -> int:
    """Return how many links of a purpose an account may still use."""
    query = select(OneTimeLink.id).where(OneTimeLink.account_id == account_id, OneTimeLink.purpose == purpose)
    return len(session.exec(query.where(col(OneTimeLink.used_at).is_(None), OneTimeLink.expires_at > now)).all())
