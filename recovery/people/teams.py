"""Who works cases: workers, leads and managers, and who stands in while one is away."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date

from sqlmodel import Session, col, select

from recovery.errors import IntakeError
from recovery.people.members import plain_address
from recovery.registry import countries
from recovery.store.tables import TeamMember

ROLES = ("worker", "lead", "manager", "administrator", "auditor")


def add_team_member(
    session: Session, email: str, name: str, country: str | None, role: str = "worker", language: str = "en"
) -> TeamMember:
    """Add a person to a country's team, or to all teams where `country` is None.

    Raises:
        IntakeError: the address is none or taken, the role or the country is unknown.
    """
    plain, code = plain_address(email), country.upper() if country else None
    if role not in ROLES:
        raise IntakeError(f"role {role!r}: one of {', '.join(ROLES)}", code="bad_choice", field="role")
    if code is not None and code not in countries():
        served = ", ".join(countries())
        raise IntakeError(f"country {country!r}: not served; served are {served}", code="bad_choice", field="country")
    if not name.strip():
        raise IntakeError("name: empty; write the person's name", code="missing", field="name")
    if session.exec(select(TeamMember).where(TeamMember.email == plain)).first():
        raise IntakeError(f"email {plain}: somebody of a team has it already", code="duplicate_member", field="email")
    person = TeamMember(id=uuid.uuid4().hex, email=plain, name=name.strip(), country=code, role=role, language=language)
    session.add(person)
    session.flush()
    return person


def worker_named(session: Session, email: str) -> TeamMember | None:
    """Return the active person of an address, None where there is none."""
    query = select(TeamMember).where(TeamMember.email == email.strip().lower(), TeamMember.active)
    return session.exec(query).first()


def team_member(session: Session, email: str) -> TeamMember:
    """Return the active person of an address.

    Raises:
        IntakeError: there is none.
    """
    found = worker_named(session, email)
    if found is None:
        raise IntakeError(
            f"team member {email!r}: not known; `recovery team list` shows who is, `recovery team add` adds one",
            code="not_found",
            field="email",
        )
    return found


def set_away(session: Session, email: str, until: date, stand_in: str | None) -> TeamMember:
    """Note until which day a person is away, that day included, and who stands in.

    Raises:
        IntakeError: one of the two is not known, works for another country, or would stand in for itself in the end.
    """
    person = team_member(session, email)
    other = team_member(session, stand_in) if stand_in else None
    if other is not None:
        _fits(session, person, other)
    person.away_until, person.stand_in_id = until, other.id if other else None
    session.add(person)
    session.flush()
    return person


def set_back(session: Session, email: str) -> TeamMember:
    """Note that a person is back.

    Raises:
        IntakeError: the person is not known.
    """
    person = team_member(session, email)
    person.away_until = person.stand_in_id = None
    session.add(person)
    session.flush()
    return person


def _fits(session: Session, person: TeamMember, other: TeamMember) -> None:
    """Refuse a stand-in who works for another country or for whom, in the end, the person itself stands in."""
    if other.country not in (None, person.country):
        raise IntakeError(
            f"stand-in {other.email}: works for {other.country}, not for {person.country or 'all countries'}",
            code="bad_choice",
            field="stand_in",
        )
    passed: TeamMember | None = other
    seen: set[str] = set()
    while passed is not None and passed.id not in seen:
        if passed.id == person.id:
            raise IntakeError(
                f"stand-in {other.email}: the chain leads back to {person.email}; choose somebody else",
                code="stand_in_loop",
                field="stand_in",
            )
        seen.add(passed.id)
        passed = _stand_in(session, passed)


def _stand_in(session: Session, person: TeamMember) -> TeamMember | None:
    return session.get(TeamMember, person.stand_in_id) if person.stand_in_id else None


def on_duty(session: Session, person: TeamMember | None, day: date) -> TeamMember | None:
    """Return who acts for a person on a day: the person, or the stand-in of who is away; None where nobody is."""
    seen: set[str] = set()
    while person is not None and person.id not in seen:
        if person.active and (person.away_until is None or person.away_until < day):
            return person
        seen.add(person.id)
        person = _stand_in(session, person)
    return None


def workers_for(session: Session, country: str | None) -> list[TeamMember]:
    """Return who may work a country's cases (None: any country's), by name."""
    query = select(TeamMember).where(TeamMember.active).order_by(col(TeamMember.name))
    found = [one for one in session.exec(query) if one.role in ("worker", "lead")]
    return [one for one in found if country is None or one.country in (None, country)]


def lead_of(session: Session, country: str, day: date) -> TeamMember | None:
    """Return who leads a country's team on a day, None where nobody is there."""
    return _first_on_duty(session, "lead", country, day)


def manager_of(session: Session, country: str, day: date) -> TeamMember | None:
    """Return the manager of a country on a day, else one of all countries; None where nobody is there."""
    return _first_on_duty(session, "manager", country, day)


def _first_on_duty(session: Session, role: str, country: str, day: date) -> TeamMember | None:
    """Return the first of a role who is there or stood in for, the country's own before those of all countries."""
    place = col(TeamMember.country).is_(None) | (TeamMember.country == country)
    query = select(TeamMember).where(TeamMember.role == role, TeamMember.active, place)
    found = sorted(session.exec(query), key=lambda person: (person.country is None, person.email))
    acting = (on_duty(session, person, day) for person in found)
    return next((person for person in acting if person is not None), None)


def acts_for(session: Session, person: TeamMember, day: date) -> list[str]:
    """Return the ids of those whose cases a person works on a day: its own and those it stands in for."""
    away = session.exec(select(TeamMember).where(col(TeamMember.stand_in_id).is_not(None)))
    others = [one for one in away if one.id != person.id and on_duty(session, one, day) == person]
    return [person.id, *(one.id for one in others)]


def names_of(session: Session, ids: Iterable[str]) -> dict[str, str]:
    """Return the names of people of teams by their ids."""
    query = select(TeamMember.id, TeamMember.name).where(col(TeamMember.id).in_([one for one in ids if one]))
    return dict(session.exec(query).all())
