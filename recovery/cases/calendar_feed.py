"""Deadlines as a calendar (RFC 5545): for a national team, or for one member."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from icalendar import Alarm, Calendar, Event
from sqlmodel import Session, col, select

from recovery.errors import CaseError
from recovery.settings import settings
from recovery.store.tables import Case, Deadline, Member

# How many days before a deadline a calendar reminds.
REMIND_DAYS = 3


def team_calendar(session: Session, country: str, stamped_at: datetime) -> bytes:
    """Return the open deadlines of a country's team and its procedure, without any name or amount."""
    query = select(Deadline, Case).join(Case).where(Deadline.country == country, Deadline.actor != "member")
    rows = session.exec(query.where(col(Deadline.status).in_(("open", "late"))).order_by(col(Deadline.due_on)))
    return _calendar(f"Recovery {country}", iter(rows), stamped_at)


def member_calendar(session: Session, email: str, stamped_at: datetime) -> bytes:
    """Return what a member is asked to do, and until when.

    Raises:
        CaseError: there is no such member.
    """
    member = session.exec(select(Member).where(Member.email == email.strip().lower())).first()
    if member is None:
        raise CaseError(f"member {email}: not known; the address is the one claims were filed with", code="not_found")
    query = select(Deadline, Case).join(Case).where(Case.member_id == member.id, Deadline.actor == "member")
    rows = session.exec(query.where(col(Deadline.status).in_(("open", "late"))).order_by(col(Deadline.due_on)))
    return _calendar("Recovery", iter(rows), stamped_at)


def _calendar(name: str, rows: Iterator[tuple[Deadline, Case]], stamped_at: datetime) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//recovery//deadlines//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", name)
    for deadline, case in rows:
        calendar.add_component(_event(deadline, case, stamped_at.astimezone(UTC)))
    return bytes(calendar.to_ical())


def _event(deadline: Deadline, case: Case, stamped_at: datetime) -> Event:
    """Return a deadline as an all-day entry; its identity stays, so a calendar updates it."""
    event = Event()
    name = case.reference or case.claim_id
    event.add("uid", f"{deadline.id}@{name.lower()}.recovery")
    event.add("dtstamp", stamped_at)
    event.add("dtstart", deadline.due_on)
    event.add("dtend", deadline.due_on + timedelta(days=1))
    event.add("summary", f"{name}: {deadline.kind.replace('_', ' ').replace(':', ': ')}")
    event.add("description", f"{deadline.basis}; {deadline.actor}; {deadline.status}")
    event.add("url", f"{settings().portal_url}/cases/{name}")
    event.add("categories", [deadline.country, deadline.actor, deadline.status])
    event.add("transp", "TRANSPARENT")
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", f"{name}: {deadline.kind}")
    alarm.add("trigger", timedelta(days=-REMIND_DAYS))
    event.add_component(alarm)
    return event
