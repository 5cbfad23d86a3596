"""How often something may go wrong: counted per name and window of time, on every database without a race.

A try is counted before it is judged, so that many at once cannot outrun the count, and given back when it was right:
what stays counted are failures.
"""

from __future__ import annotations

import hashlib
import ipaddress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from recovery.store.portal_tables import Tally


@dataclass(frozen=True)
class Limit:
    """So many times in a window of so many minutes; the name says of what."""

    name: str
    most: int
    minutes: int


@dataclass(frozen=True)
class Taken:
    """A try that was counted, in its window, and how many there were with it."""

    name: str
    window: int
    count: int


SIGN_IN = Limit("sign_in", 20, 15)
LINK_MAILS = Limit("link_mail", 5, 60)
# Given back when the link that was mailed is used: nobody learns from a count whether an address is known.
LINK_REQUESTS = Limit("link_request", 40, 60)
PROVIDER = Limit("provider", 60, 15)
FACTOR = Limit("factor", 10, 15)
WRONG_PASSWORDS = Limit("wrong_password", 10, 24 * 60)
_AT_ONCE = 500


def count(session: Session, limit: Limit, subject: str, now: datetime) -> int:
    """Count one more try of a subject in the present window and return how many there were."""
    return take(session, limit, subject, now).count


def take(session: Session, limit: Limit, subject: str, now: datetime) -> Taken:
    """Count one more try of a subject in the present window."""
    name, window = _name(limit, subject), _ends(limit, now)
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    row = insert(Tally).values(name=name, window=window, count=1)
    more = row.on_conflict_do_update(index_elements=["name", "window"], set_={"count": col(Tally.count) + 1})
    counted = int(session.execute(more.returning(col(Tally.count))).scalar_one())
    if counted == 1:
        forget_old(session, now)
    return Taken(name, window, counted)


def give_back(session: Session, taken: Taken) -> None:
    """Take a try out of the count again: it was right, or it was not judged at all."""
    this = (col(Tally.name) == taken.name) & (col(Tally.window) == taken.window) & (col(Tally.count) > 0)
    session.execute(update(Tally).where(this).values(count=col(Tally.count) - 1))


def forgive(session: Session, limit: Limit, subject: str, now: datetime) -> None:
    """Take one try of a subject out of the present window's count."""
    give_back(session, Taken(_name(limit, subject), _ends(limit, now), 0))


def used_up(session: Session, limit: Limit, subject: str, now: datetime) -> bool:
    """Tell whether a subject may try no more in the present window; nothing is counted."""
    found = session.get(Tally, (_name(limit, subject), _ends(limit, now)))
    return found is not None and found.count >= limit.most


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
    known = known.ipv4_mapped or known if isinstance(known, ipaddress.IPv6Address) else known
    return str(ipaddress.ip_network((known, 64), strict=False)) if known.version == 6 else str(known)


def _name(limit: Limit, subject: str) -> str:
    """Return the name of a count: addresses are kept as hashes only."""
    return f"{limit.name} {hashlib.sha256(subject.encode()).hexdigest()[:32]}"


def _ends(limit: Limit, now: datetime) -> int:
    """Return the minute, since the epoch, in which the present window ends: it names the window."""
    minute = int(now.timestamp()) // 60
    return (minute // limit.minutes + 1) * limit.minutes
