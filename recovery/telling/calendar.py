"""Deadlines as a calendar (RFC 5545): for a national team, for one person of a team, or for one member."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

from icalendar import Alarm, Calendar, Event
from sqlalchemy import ColumnElement, and_, or_, true
from sqlmodel import Session, col, select

from recovery.errors import CaseError
from recovery.people.teams import acts_for, team_member
from recovery.settings import settings
from recovery.store.tables import Case, Deadline, Member, TeamMember
from recovery.telling.escalation import LEAD

# How many days before a deadline a calendar reminds.
REMIND_DAYS = 3
Say = Callable[[str], str]


def plain(kind: str) -> str:
    """Return a deadline's kind as it can be read, in English."""
    return kind.replace("_", " ").replace(":", ": ")


def team_calendar(session: Session, country: str, stamped_at: datetime) -> bytes:
    """Return the open deadlines of a country's team and its procedure, without any name or amount."""
    query = select(Deadline, Case).join(Case).where(Deadline.country == country, Deadline.actor != "member")
    rows = session.exec(query.where(col(Deadline.status).in_(("open", "late"))).order_by(col(Deadline.due_on)))
    return _calendar(f"Recovery {country}", iter(rows), stamped_at)


def member_calendar(session: Session, email: str, stamped_at: datetime, say: Say = plain) -> bytes:
    """Return what a member is asked to do, and until when, in the words of `say`.

    Raises:
        CaseError: there is no such member.
    """
    member = session.exec(select(Member).where(Member.email == email.strip().lower())).first()
    if member is None:
        raise CaseError(f"member {email}: not known; the address is the one claims were filed with", code="not_found")
    query = select(Deadline, Case).join(Case).where(Case.member_id == member.id, Deadline.actor == "member")
    rows = session.exec(query.where(col(Deadline.status).in_(("open", "late"))).order_by(col(Deadline.due_on)))
    return _calendar("Recovery", iter(rows), stamped_at, say)


def person_calendar(session: Session, email: str, stamped_at: datetime, say: Say = plain) -> bytes:
    """Return the deadlines of the cases that a person of a team works or stands in for.

    A lead sees beside them what is late in the country; a manager what went past a handler, in the manager's country
    or in all of them.

    Raises:
        IntakeError: nobody of a team has this address.
    """
    person = team_member(session, email)
    query = select(Deadline, Case).join(Case).where(col(Deadline.status).in_(("open", "late")))
    rows = session.exec(query.where(_concerns(session, person, stamped_at.date())).order_by(col(Deadline.due_on)))
    return _calendar("Recovery", iter(rows), stamped_at, say)


def _concerns(session: Session, person: TeamMember, day: date) -> ColumnElement[bool]:
    """Return which deadlines a person of a team looks after on a day."""
    own = and_(col(Case.handler_id).in_(acts_for(session, person, day)), col(Deadline.actor) != "member")
    people = col(Deadline.actor).in_(("team", "member"))
    if person.role == "lead":
        late = or_(col(Deadline.status) == "late", col(Deadline.due_on) < day)
        return or_(own, and_(late, people, _in_reach(person)))
    if person.role == "manager":
        return or_(own, and_(col(Deadline.escalated) >= LEAD, people, _in_reach(person)))
    return own


def _in_reach(person: TeamMember) -> ColumnElement[bool]:
    return col(Deadline.country) == person.country if person.country else true()


def _calendar(name: str, rows: Iterator[tuple[Deadline, Case]], stamped_at: datetime, say: Say = plain) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//recovery//deadlines//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", name)
    for deadline, case in rows:
        calendar.add_component(_event(deadline, case, stamped_at.astimezone(UTC), say))
    return bytes(calendar.to_ical())


def _event(deadline: Deadline, case: Case, stamped_at: datetime, say: Say) -> Event:
    """Return a deadline as an all-day entry; its identity stays, so a calendar updates it."""
    event = Event()
    name = case.reference or case.claim_id
    event.add("uid", f"{deadline.id}@{name.lower()}.recovery")
    event.add("dtstamp", stamped_at)
    event.add("dtstart", deadline.due_on)
    event.add("dtend", deadline.due_on + timedelta(days=1))
    event.add("summary", f"{name}: {say(deadline.name)}")
    event.add("description", f"{deadline.basis}; {deadline.actor}; {deadline.status}")
    event.add("url", f"{settings().portal_url}/cases/{name}")
    event.add("categories", [deadline.country, deadline.actor, deadline.status])
    event.add("transp", "TRANSPARENT")
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", f"{name}: {say(deadline.name)}")
    alarm.add("trigger", timedelta(days=-REMIND_DAYS))
    event.add_component(alarm)
    return event
