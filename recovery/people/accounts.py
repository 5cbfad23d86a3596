"""Accounts: who may sign in, by which address, with which password, and when too many guesses close it for a while."""

from __future__ import annotations

import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from recovery.errors import IntakeError
from recovery.people import limits, passwords
from recovery.people.audit import NOBODY, note
from recovery.people.members import plain_address
from recovery.people.teams import add_team_member, worker_named
from recovery.store.database import unit_of_work
from recovery.store.portal_tables import Account
from recovery.store.tables import Member, TeamMember

LOCKED_FIRST, LOCKED_LONGEST = timedelta(minutes=15), timedelta(hours=8)
# The account whose link makes the first administrator; nobody's address, and never active.
PLACEHOLDER = "first-administrator"


@dataclass(frozen=True)
class Checked:
    """What became of a password: whose it is where it was right; whose account it closed where it was wrong."""

    account: Account | None = None
    locked: Account | None = None


def account_of(session: Session, email: str) -> Account | None:
    """Return the active account of an address."""
    query = select(Account).where(Account.email == email.strip().lower(), Account.active)
    return session.exec(query).first()


def known_account(session: Session, email: str, now: datetime) -> Account | None:
    """Return the active account of an address; who is a member or of a team gets one here."""
    try:
        found = account_for(session, email, now)
    except IntakeError:
        return None
    return found if found.active else None


def account_for(session: Session, email: str, now: datetime) -> Account:
    """Return the account of a member, of a person of a team or of both; made where there is none.

    Raises:
        IntakeError: nobody has the address.
    """
    plain = plain_address(email)
    member = session.exec(select(Member).where(Member.email == plain)).first()
    person = worker_named(session, plain)
    account = session.exec(select(Account).where(Account.email == plain)).first()
    if account is None and member is None and person is None:
        raise IntakeError(f"email {plain}: neither a member nor of a team; add one first", code="not_found")
    account = account or _made(session, plain, member, person, now)
    if member and account.member_id is None and _free(session, col(Account.member_id) == member.id):
        account.member_id = member.id
    if person and account.team_member_id is None and _free(session, col(Account.team_member_id) == person.id):
        account.team_member_id = person.id
    session.add(account)
    session.flush()
    return account


def _free(session: Session, taken: ColumnElement[bool]) -> bool:
    return session.exec(select(Account.id).where(taken)).first() is None


def _made(session: Session, email: str, member: Member | None, person: TeamMember | None, now: datetime) -> Account:
    """Make an account; where somebody makes the same at this moment, theirs is taken."""
    language = person.language if person else member.language if member else "en"
    account = Account(
        id=uuid.uuid4().hex, email=email, language=language, created_at=now, feed_token=secrets.token_urlsafe(24)
    )
    try:
        with session.begin_nested():
            session.add(account)
    except IntegrityError:
        return session.exec(select(Account).where(Account.email == email)).one()
    return account


def set_password(session: Session, account: Account, password: str, now: datetime, actor: str = "") -> None:
    """Keep a new password and open an account that guesses had closed.

    Raises:
        IntakeError: the password is not taken.
    """
    keep_password(session, account, passwords.accepted(password, account.email), now, actor)


def keep_password(session: Session, account: Account, kept: str, now: datetime, actor: str = "") -> None:
    """Keep a password's hash, made before the transaction, and open an account that guesses had closed."""
    account.password_hash, account.failures, account.locked_until = kept, 0, None
    session.add(account)
    limits.forget(session, limits.WRONG_PASSWORDS, account.id)
    note(session, actor or account.id, "password_set", account.id, now=now)


def check_password(email: str, password: str, now: datetime) -> Checked:
    """Check a password: the try is counted before the hash is reckoned, and none is reckoned within a transaction.

    An address that nobody has and an account that is closed take as long as any other.
    """
    with unit_of_work() as session:
        account, closing = _begun(session, email, now)
    good, fresh = passwords.fits(password, account.password_hash if account else None)
    with unit_of_work() as session:
        if account is None or not good:
            return _failed(session, account, closing, now)
        return Checked(_succeeded(session, account.id, fresh))


def _begun(session: Session, email: str, now: datetime) -> tuple[Account | None, bool]:
    """Count a try; return the account that may be tried, and whether this try closes it unless it is right."""
    query = select(Account).where(Account.email == email.strip().lower(), Account.active).with_for_update()
    account = session.exec(query).first()
    if account is None or account.password_hash is None:
        return None, False
    if account.locked_until is not None and account.locked_until > now:
        return None, False
    account.failures = limits.count(session, limits.WRONG_PASSWORDS, account.id, now)
    closing = account.failures % limits.WRONG_PASSWORDS.most == 0
    if closing:
        times = account.failures // limits.WRONG_PASSWORDS.most - 1
        account.locked_until = now + min(LOCKED_FIRST * 2 ** min(times, 8), LOCKED_LONGEST)
    session.add(account)
    return account, closing


def _failed(session: Session, account: Account | None, closing: bool, now: datetime) -> Checked:
    subject = account.id if account else ""
    note(session, NOBODY, "sign_in_failed", subject, data={"way": "password"}, now=now)
    if account is None or not closing:
        return Checked()
    note(session, NOBODY, "locked", subject, data={"until": str(account.locked_until)}, now=now)
    return Checked(locked=account)


def _succeeded(session: Session, account_id: str, fresh: str | None) -> Account:
    account = session.get_one(Account, account_id)
    account.failures, account.locked_until = 0, None
    account.password_hash = fresh or account.password_hash
    limits.forget(session, limits.WRONG_PASSWORDS, account_id)
    session.add(account)
    session.flush()
    return account


def signed_in(session: Session, account: Account, way: str, now: datetime) -> None:
    """Note a sign-in and by which way."""
    session.exec(update(Account).where(col(Account.id) == account.id).values(signed_in_at=now))
    note(session, account.id, "sign_in", account.id, data={"way": way}, now=now)


def set_language(session: Session, account: Account, language: str) -> None:
    """Keep in which language somebody reads pages and news."""
    account.language = language
    session.add(account)
    for table, key in ((Member, account.member_id), (TeamMember, account.team_member_id)):
        row = session.get(table, key) if key else None
        if row is not None:
            row.language = language
            session.add(row)
    session.flush()


def administrator_exists(session: Session) -> bool:
    """Tell whether an active administrator has a way to sign in."""
    query = select(Account.id).join(TeamMember, col(TeamMember.id) == Account.team_member_id)
    able = col(Account.password_hash).is_not(None) | col(Account.subject).is_not(None)
    query = query.where(Account.active, TeamMember.active, TeamMember.role == "administrator", able)
    return session.exec(query).first() is not None


def placeholder(session: Session, now: datetime) -> Account:
    """Return the account that holds the first administrator's link until it is used."""
    found = session.get(Account, PLACEHOLDER)
    if found is None:
        found = Account(
            id=PLACEHOLDER,
            email=PLACEHOLDER,
            active=False,
            created_at=now,
            feed_token=secrets.token_urlsafe(24),
        )
        session.add(found)
        session.flush()
    return found


def make_administrator(session: Session, email: str, name: str, kept: str, language: str, now: datetime) -> Account:
    """Make an administrator with a password's hash; who is one already, but cannot sign in, gets the password.

    Raises:
        IntakeError: the address is none, or somebody who is no administrator has it; the name is empty.
    """
    person = worker_named(session, email)
    if person is None or person.role != "administrator":
        add_team_member(session, email, name, None, "administrator", language)
    account = account_for(session, email, now)
    keep_password(session, account, kept, now, actor=account.id)
    note(session, account.id, "administrator_made", account.id, now=now)
    return account
