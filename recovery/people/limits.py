"""How often something may be tried: counted per name and window of time, on every database without a race."""

from __future__ import annotations

import hashlib
import ipaddress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, tuple_
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from recovery.store.portal_tables import Tally


@dataclass(frozen=True)
class Limit:
    """So many times in a window of so many minutes; the name says of what."""

    name: str
    most: int
    minutes: int


SIGN_IN = Limit("sign_in", 20, 15)
LINK_MAILS = Limit("link_mail", 5, 60)
LINK_REQUESTS = Limit("link_request", 20, 60)
FACTOR = Limit("factor", 10, 15)
WRONG_PASSWORDS = Limit("wrong_password", 10, 24 * 60)
_AT_ONCE = 500


def within(session: Session, limit: Limit, subject: str, now: datetime) -> bool:
    """Count one more try of a subject and tell whether it is still allowed."""
    return count(session, limit, subject, now) <= limit.most


def count(session: Session, limit: Limit, subject: str, now: datetime) -> int:
    """Count one more try of a subject in the present window and return how many there were."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    row = insert(Tally).values(name=_name(limit, subject), window=_ends(limit, now), count=1)
    more = row.on_conflict_do_update(index_elements=["name", "window"], set_={"count": col(Tally.count) + 1})
    counted = int(session.execute(more.returning(col(Tally.count))).scalar_one())
    if counted == 1:
        forget_old(session, now)
    return counted


def forget(session: Session, limit: Limit, subject: str) -> None:
    """Forget what was counted of a subject."""
    session.execute(delete(Tally).where(col(Tally.name) == _name(limit, subject)))


def forget_old(session: Session, now: datetime) -> None:
    """Delete windows that have ended; what somebody else deletes at this moment is left to them."""
    ended = select(col(Tally.name), col(Tally.window)).where(col(Tally.window) <= int(now.timestamp()) // 60)
    some = ended.limit(_AT_ONCE).with_for_update(skip_locked=True)
    session.execute(delete(Tally).where(tuple_(col(Tally.name), col(Tally.window)).in_(some)))


def network_of(address: str) -> str:
    """Return what is counted of a caller's address: IPv4 whole, IPv6 by the /64 that one subscriber has."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((known, 64), strict=False)) if known.version == 6 else str(known)


def _name(limit: Limit, subject: str) -> str:
    """Return the name of a count: addresses are kept as hashes only."""
    return f"{limit.name} {hashlib.sha256(subject.encode()).hexdigest()[:32]}"


def _ends(limit: Limit, now: datetime) -> int:
    """Return the minute, since the epoch, in which the present window ends: it names the window."""
    minute = int(now.timestamp()) // 60
    return (minute // limit.minutes + 1) * limit.minutes
