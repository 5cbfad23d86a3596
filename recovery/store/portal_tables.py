"""The portal's tables: who signs in, what is counted against abuse, drafts, debtors' access, settings, the audit."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Column, Index, Text
from sqlmodel import Field, SQLModel

from recovery.store.columns import instant_column as _instant
from recovery.store.columns import json_column as _json
from recovery.store.columns import seal_column as _seal


class Account(SQLModel, table=True):
    """Who may sign in: as a member, as a person of a team, or both.

    `totp_last` is the last time step whose code was taken: no code is taken twice. `news` says per kind of news
    whether it goes out at once, daily or not at all. `feed_token` opens the person's RSS and calendar feeds.
    """

    __tablename__ = "account"
    id: str = Field(primary_key=True)
    email: str = Field(unique=True)
    member_id: str | None = Field(default=None, unique=True, foreign_key="member.id")
    team_member_id: str | None = Field(default=None, unique=True, foreign_key="team_member.id")
    language: str = "en"
    password_hash: str | None = None
    totp_secret: str | None = None
    totp_last: int = 0
    subject: str | None = Field(default=None, unique=True)
    active: bool = True
    failures: int = 0
    locked_until: datetime | None = _instant(nullable=True)
    created_at: datetime = _instant()
    signed_in_at: datetime | None = _instant(nullable=True)
    news: dict[str, Any] = _json()
    feed_token: str = Field(unique=True)


class Passkey(SQLModel, table=True):
    """A passkey (WebAuthn credential) of an account; ids and keys are base64url text."""

    __tablename__ = "passkey"
    id: str = Field(primary_key=True)
    account_id: str = Field(foreign_key="account.id", index=True)
    public_key: str
    sign_count: int = 0
    name: str
    created_at: datetime = _instant()
    used_at: datetime | None = _instant(nullable=True)


class PortalSession(SQLModel, table=True):
    """A browser that is signed in, known by the hash of its cookie.

    `strong` tells that a second factor or a passkey was shown; `data` holds what the visit remembers
    (a passkey's challenge, cases a manager opened with a reason).
    """

    __tablename__ = "portal_session"
    id: str = Field(primary_key=True)
    account_id: str = Field(foreign_key="account.id", index=True)
    strong: bool = False
    created_at: datetime = _instant()
    seen_at: datetime = _instant()
    expires_at: datetime = _instant()
    agent: str = ""
    data: dict[str, Any] = _json()


class OneTimeLink(SQLModel, table=True):
    """A link that is good once and for a while, known by the hash of its token.

    purpose: sign_in, invite, reset, administrator (the first one) or recovery_code (in place of a second factor).
    """

    __tablename__ = "one_time_link"
    id: str = Field(primary_key=True)
    account_id: str = Field(foreign_key="account.id", index=True)
    purpose: str
    expires_at: datetime = _instant()
    used_at: datetime | None = _instant(nullable=True)


class Tally(SQLModel, table=True):
    """How often something was tried in a window of time: what rate limits count."""

    __tablename__ = "tally"
    name: str = Field(primary_key=True)
    window: int = Field(primary_key=True)
    count: int = 0


class ReadEntry(SQLModel, table=True):
    """Who looked at whose data: one row per person, case, way and hour, only ever added to.

    `person` is an account's id, or who ran a command. A case that is deleted leaves its rows.
    """

    __tablename__ = "read_entry"
    id: int | None = Field(default=None, primary_key=True)
    at: datetime = _instant()
    hour: int
    person: str
    claim_id: str
    way: str
    __table_args__ = (
        Index("uq_read_entry_person_claim_id_way_hour", "person", "claim_id", "way", "hour", unique=True),
        Index("ix_read_entry_claim_id", "claim_id"),
        Index("ix_read_entry_at", "at"),
    )


class AuditEntry(SQLModel, table=True):
    """What was done outside the cases' own histories: settings, users, sign-ins, personal data opened with a reason."""

    __tablename__ = "audit_entry"
    id: int | None = Field(default=None, primary_key=True)
    at: datetime = _instant()
    actor: str
    kind: str = Field(index=True)
    subject: str = ""
    reason: str = Field(default="", sa_column=Column(Text, nullable=False))
    data: dict[str, Any] = _json()
    seal: str | None = _seal()


class ClaimDraft(SQLModel, table=True):
    """A claim that a member is still writing: what was typed so far, and the files by the hash of their content."""

    __tablename__ = "claim_draft"
    id: str = Field(primary_key=True)
    member_id: str = Field(foreign_key="member.id", index=True)
    created_at: datetime = _instant()
    changed_at: datetime = _instant()
    typed: dict[str, Any] = _json()
    files: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    claim_id: str | None = Field(default=None, foreign_key="case_file.claim_id")


class DebtorAccess(SQLModel, table=True):
    """The private link that a letter gives the debtor of a case; it stays the same in every letter.

    The code beside it is reckoned from a key outside the database and `counter`. `former` is the keyed hash of a code
    that letters printed before codes were reckoned: it still opens the page.
    """

    __tablename__ = "debtor_access"
    claim_id: str = Field(primary_key=True, foreign_key="case_file.claim_id")
    token: str = Field(unique=True)
    counter: int = 1
    former: str | None = None
    failures: int = 0
    locked_until: datetime | None = _instant(nullable=True)
    opened_at: datetime | None = _instant(nullable=True)


class DebtorVisit(SQLModel, table=True):
    """A browser in which a letter's code was shown, known by the hash of its cookie."""

    __tablename__ = "debtor_visit"
    id: str = Field(primary_key=True)
    claim_id: str = Field(foreign_key="case_file.claim_id", index=True)
    created_at: datetime = _instant()
    seen_at: datetime = _instant()
    expires_at: datetime = _instant()
    ended_at: datetime | None = _instant(nullable=True)


class InstallationSetting(SQLModel, table=True):
    """What an administrator set: a partner's own text or figure (`scope` its country) or a switch (`scope` empty)."""

    __tablename__ = "installation_setting"
    scope: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    value: dict[str, Any] = _json()
    changed_at: datetime = _instant()
    changed_by: str
    seal: str | None = _seal()


class News(SQLModel, table=True):
    """One thing that a person is told, shown in the feed and gathered for the daily digest; nobody is named in it."""

    __tablename__ = "news"
    id: int | None = Field(default=None, primary_key=True)
    account_id: str = Field(foreign_key="account.id")
    key: str = Field(unique=True)
    kind: str
    claim_id: str | None = Field(default=None, foreign_key="case_file.claim_id")
    at: datetime = _instant()
    told_on: date
    mailed_at: datetime | None = _instant(nullable=True)
    digest: bool = False
    __table_args__ = (
        Index("ix_news_account_id_at", "account_id", "at"),
        Index("ix_news_digest_mailed_at", "digest", "mailed_at"),
    )
