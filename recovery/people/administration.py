"""Users in an administrator's hands: who there is, who may sign in, as what; every change is noted with who made it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, delete, func, or_, select
from sqlmodel import Session, col

from recovery.errors import CaseError, IntakeError
from recovery.people import links
from recovery.people.accounts import account_for, set_language
from recovery.people.audit import note
from recovery.people.factors import RECOVERY
from recovery.people.members import add_member
from recovery.people.sessions import close_all
from recovery.people.teams import ROLES, add_team_member
from recovery.registry import countries
from recovery.store.portal_tables import Account, Passkey
from recovery.store.tables import Member, TeamMember

Side = Literal["team", "members"]
LEAST_REASON = 10
MOST_NAME = 200


@dataclass(frozen=True)
class User:
    """A person of a team or a member, with the account if there is one yet."""

    side: Side
    row: TeamMember | Member
    account: Account | None

    @property
    def active(self) -> bool:
        """Tell whether this person may sign in."""
        works = not isinstance(self.row, TeamMember) or self.row.active
        return works and (self.account is None or self.account.active)

    @property
    def subject(self) -> str:
        """The id under which changes are noted."""
        return self.account.id if self.account else self.row.id


def users(session: Session, side: Side, text: str, offset: int, limit: int) -> tuple[list[User], int]:
    """Return some users of one side whose name or address holds a text, by address, and how many there are."""
    table = TeamMember if side == "team" else Member
    which = _holds(table, text)
    count = session.execute(select(func.count()).select_from(table).where(which)).scalar_one()
    query = _joined(side).where(which).order_by(col(table.email)).offset(offset).limit(limit)
    return [User(side, row, account) for row, account in session.execute(query)], count


def _joined(side: Side) -> Any:
    if side == "team":
        return select(TeamMember, Account).outerjoin(Account, col(Account.team_member_id) == col(TeamMember.id))
    return select(Member, Account).outerjoin(Account, col(Account.member_id) == col(Member.id))


def _holds(table: type[TeamMember] | type[Member], text: str) -> ColumnElement[bool]:
    plain = text.strip().lower()
    name, email = func.lower(col(table.name)), col(table.email)
    return or_(name.contains(plain, autoescape=True), email.contains(plain, autoescape=True))


def user_of(session: Session, side: Side, key: str) -> User:
    """Return a user.

    Raises:
        IntakeError: there is none.
    """
    table = TeamMember if side == "team" else Member
    found = session.execute(_joined(side).where(col(table.id) == key)).first()
    if found is None:
        raise IntakeError("user: not known; look at the list", code="not_found")
    return User(side, *found)


def new_member(
    session: Session, email: str, name: str, partner: str, language: str, iban: str, by: str, now: datetime
) -> User:
    """Add a member with an account.

    Raises:
        IntakeError: something is missing, taken or not right.
    """
    _named(name)
    _served(partner, "partner")
    member = add_member(session, email, name.strip(), partner, language, iban or None)
    user = User("members", member, account_for(session, member.email, now))
    note(session, by, "member_added", user.subject, data={"partner": partner}, now=now)
    return user


def new_person(
    session: Session, email: str, name: str, country: str, role: str, language: str, by: str, now: datetime
) -> User:
    """Add a person to a team, or to all where no country is given, with an account.

    Raises:
        IntakeError: something is missing, taken or not right.
    """
    _named(name)
    person = add_team_member(session, email, name, country or None, role, language)
    user = User("team", person, account_for(session, person.email, now))
    note(session, by, "person_added", user.subject, data={"role": role, "country": country}, now=now)
    return user


def _named(name: str) -> None:
    if not name.strip():
        raise IntakeError("name: empty; write the person's name", code="missing", field="name")
    if len(name) > MOST_NAME:
        raise IntakeError(f"name: at most {MOST_NAME} characters", code="bad_size", field="name")


def _served(country: str, field: str) -> None:
    if country not in countries():
        served = ", ".join(countries())
        raise IntakeError(f"{field} {country!r}: not served; served are {served}", code="bad_choice", field=field)


def change_person(session: Session, user: User, role: str, country: str, language: str, by: str, now: datetime) -> None:
    """Change what a person of a team is, where and in which language.

    Raises:
        IntakeError: the role or the country is unknown.
        CaseError: nobody would be left who administers.
    """
    person = session.get_one(TeamMember, user.row.id, with_for_update=True)
    if role not in ROLES:
        raise IntakeError(f"role {role!r}: one of {', '.join(ROLES)}", code="bad_choice", field="role")
    if country:
        _served(country, "country")
    if role != "administrator":
        _one_stays(session, person)
    changed = _changed(person, role=role, country=country or None, language=language)
    if "country" in changed:
        _part_from_stand_ins(session, person)
    _kept(session, user, language, changed, by, now)


def change_member(session: Session, user: User, partner: str, language: str, by: str, now: datetime) -> None:
    """Change to which partner a member belongs, and the language.

    Raises:
        IntakeError: the partner is unknown.
    """
    _served(partner, "partner")
    changed = _changed(session.get_one(Member, user.row.id), partner=partner, language=language)
    _kept(session, user, language, changed, by, now)


def _changed(row: TeamMember | Member, **values: str | None) -> dict[str, list[str | None]]:
    """Set what departs from what stands; return both, by name."""
    changed = {name: [getattr(row, name), value] for name, value in values.items() if getattr(row, name) != value}
    for name, (_, value) in changed.items():
        setattr(row, name, value)
    return changed


def _kept(
    session: Session, user: User, language: str, changed: dict[str, list[str | None]], by: str, now: datetime
) -> None:
    session.add(user.row)
    if user.account is not None and user.account.language != language:
        set_language(session, user.account, language)
    if changed:
        note(session, by, "user_changed", user.subject, data=changed, now=now)


def _part_from_stand_ins(session: Session, person: TeamMember) -> None:
    """End every standing in with somebody who now works elsewhere."""
    person.stand_in_id = None
    for other in session.execute(select(TeamMember).where(col(TeamMember.stand_in_id) == person.id)).scalars():
        other.stand_in_id = None
        session.add(other)


def close_user(session: Session, user: User, by: str, now: datetime) -> None:
    """Let somebody sign in no longer: sessions and links end; who is a member too stays one.

    Raises:
        CaseError: nobody would be left who administers.
    """
    account = user.account
    person = _person(session, user)
    if person is not None:
        _one_stays(session, person)
        person.active = person.active and user.side == "members"
        session.add(person)
    if account is None and user.side == "members":
        account = account_for(session, user.row.email, now)
    if account is not None:
        account.active = user.side == "team" and account.member_id is not None
        session.add(account)
        close_all(session, account.id)
        links.withdraw(session, account.id, "sign_in", "reset", "invite")
    note(session, by, "user_closed", account.id if account else user.subject, now=now)


def _person(session: Session, user: User) -> TeamMember | None:
    """Return the person of a team that a user is, on either side."""
    key = user.row.id if user.side == "team" else user.account.team_member_id if user.account else None
    return session.get(TeamMember, key, with_for_update=True) if key else None


def open_user(session: Session, user: User, by: str, now: datetime) -> None:
    """Let somebody sign in again."""
    if isinstance(user.row, TeamMember):
        user.row.active = True
        session.add(user.row)
        session.flush()
    account = user.account or account_for(session, user.row.email, now)
    account.active = True
    session.add(account)
    note(session, by, "user_opened", account.id, now=now)


def reset_factor(session: Session, user: User, reason: str, by: str, now: datetime) -> None:
    """Forget somebody's second factors, with a reason: sessions end, a new one is set up at the next sign-in.

    Raises:
        IntakeError: the reason is missing.
        CaseError: it is one's own, or there is no account.
    """
    if len(reason.strip()) < LEAST_REASON:
        raise IntakeError("reason: write why, in a sentence", code="missing", field="reason")
    account = user.account
    if account is None or account.id == by:
        raise CaseError("second factor: change your own on the page of your account", code="own_factor")
    account.totp_secret = None
    session.add(account)
    session.execute(delete(Passkey).where(col(Passkey.account_id) == account.id))
    links.withdraw(session, account.id, RECOVERY)
    close_all(session, account.id)
    note(session, by, "factor_reset", account.id, reason.strip(), now=now)


def _one_stays(session: Session, leaving: TeamMember) -> None:
    """Refuse to take away the last active administrator who can sign in; two at once wait for each other."""
    if leaving.role != "administrator" or not leaving.active:
        return
    role = col(TeamMember.role) == "administrator"
    session.execute(select(col(TeamMember.id)).where(role).order_by(col(TeamMember.id)).with_for_update())
    keys = select(col(Passkey.id)).where(col(Passkey.account_id) == col(Account.id)).exists()
    able = or_(col(Account.password_hash).is_not(None), col(Account.subject).is_not(None), keys)
    query = select(col(TeamMember.id)).join(Account, col(Account.team_member_id) == col(TeamMember.id))
    query = query.where(role, col(TeamMember.active), col(TeamMember.id) != leaving.id, col(Account.active), able)
    if session.execute(query).first() is None:
        raise CaseError(
            "administrator: the last one who can sign in; make another first", code="last_administrator", field="role"
        )
