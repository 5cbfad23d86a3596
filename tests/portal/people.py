"""People of the tests who are signed in: an account, and the cookie of its session."""

from __future__ import annotations

import secrets
import uuid
from datetime import UTC, datetime

from sqlmodel import select

from recovery.people.members import add_member
from recovery.people.sessions import open_session
from recovery.people.teams import add_team_member
from recovery.store.database import unit_of_work
from recovery.store.portal_tables import Account
from recovery.store.tables import Member, TeamMember


def member(email="studio@voorbeeld.example", partner="BE", language="en"):
    """Return the cookie of a member; one who files in the tests may be there already."""
    with unit_of_work() as session:
        found = session.exec(select(Member).where(Member.email == email)).first()
        found = found or add_member(session, email, "Studio Voorbeeld", partner, language, "BE68539007547034")
        return _cookie(session, email, language, member_id=found.id)


def worker(email="nora@dienst.example", country="NL", role="worker", language="en", name="Nora Voorbeeld"):
    """Return the cookie of a person of a team."""
    with unit_of_work() as session:
        found = session.exec(select(TeamMember).where(TeamMember.email == email)).first()
        found = found or add_team_member(session, email, name, country, role, language)
        return _cookie(session, email, language, team_member_id=found.id)


def _cookie(session, email, language, **whose):
    account = session.exec(select(Account).where(Account.email == email)).first()
    account = account or Account(
        id=uuid.uuid4().hex,
        email=email,
        language=language,
        created_at=datetime.now(UTC),
        feed_token=secrets.token_hex(16),
        **whose,
    )
    session.add(account)
    session.flush()
    return open_session(session, account, datetime.now(UTC), strong=True)
