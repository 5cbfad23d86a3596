"""The tables: the product's own database is the source of truth."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Column, Index, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from recovery.store import figure_tables as figure_tables
from recovery.store import portal_tables as portal_tables
from recovery.store import record_tables as record_tables
from recovery.store.columns import UtcInstant as UtcInstant
from recovery.store.columns import instant_column as _instant
from recovery.store.columns import json_column as _json
from recovery.store.columns import minor_column as _minor
from recovery.store.columns import seal_column as _seal


class Member(SQLModel, table=True):
    """A member of a partner, who files claims."""

    __tablename__ = "member"
    id: str = Field(primary_key=True)
    email: str = Field(unique=True)
    name: str
    partner: str = Field(index=True)
    language: str = "en"
    iban: str | None = None
    seal: str | None = _seal()


class TeamMember(SQLModel, table=True):
    """Who works cases: of one country's team, or of all where `country` is empty.

    role: worker, lead, manager, administrator or auditor (who reads only).
    While away, until the day `away_until`, `stand_in_id` acts.
    """

    __tablename__ = "team_member"
    id: str = Field(primary_key=True)
    email: str = Field(unique=True)
    name: str
    country: str | None = Field(default=None, index=True)
    role: str = "worker"
    language: str = "en"
    active: bool = True
    away_until: date | None = None
    stand_in_id: str | None = Field(default=None, foreign_key="team_member.id")
    seal: str | None = _seal()


class Case(SQLModel, table=True):
    """A claim from draft to closure; `reference` is given when it is routed."""

    __tablename__ = "case_file"
    claim_id: str = Field(primary_key=True)
    reference: str | None = Field(default=None, unique=True)
    state: str
    reason: str | None = None
    return_state: str | None = None
    version: int = 0
    member_id: str | None = Field(default=None, foreign_key="member.id", index=True)
    creditor_country: str
    debtor_country: str
    substance: str | None = None
    currency: str
    filed_on: date | None = None
    closed_on: date | None = None
    facts: dict[str, Any] = _json()
    consents: dict[str, Any] = _json()
    route: str | None = None
    payment_reference: str | None = Field(default=None, index=True)
    principal_minor: int = _minor()
    principal_open_minor: int = _minor()
    settled_interest_minor: int = _minor()
    settled_on: date | None = None
    advanced_minor: int = _minor()
    handler_id: str | None = Field(default=None, foreign_key="team_member.id", index=True)
    seal: str | None = _seal()
    __table_args__ = (
        Index("ix_case_file_debtor_country_state", "debtor_country", "state", "filed_on", "claim_id"),
        Index("ix_case_file_debtor_country_filed_on", "debtor_country", "filed_on", "claim_id", "state"),
        Index(
            "ix_case_file_handler_id_debtor_country", "handler_id", "debtor_country", "state", "filed_on", "claim_id"
        ),
        Index("ix_case_file_filed_on", "filed_on", "claim_id"),
        Index("ix_case_file_state_filed_on", "state", "filed_on", "claim_id"),
    )


class Party(SQLModel, table=True):
    """Name and address of a case's creditor or debtor: personal data, kept apart."""

    __tablename__ = "party"
    claim_id: str = Field(primary_key=True, foreign_key="case_file.claim_id")
    role: str = Field(primary_key=True)
    name: str
    lines: dict[str, Any] = _json()
    email: str | None = None
    vat: str | None = None
    iban: str | None = Field(default=None, index=True)
    language: str | None = None
    seal: str | None = _seal()


class ClaimInvoice(SQLModel, table=True):
    """One invoice of a claim; creditor, number and debtor together are taken once."""

    __tablename__ = "claim_invoice"
    id: int | None = Field(default=None, primary_key=True)
    claim_id: str = Field(foreign_key="case_file.claim_id", index=True)
    number: str = Field(index=True)
    amount_minor: int = _minor()
    currency: str
    issued_on: date
    due_on: date | None = None
    fingerprint: str
    live: str | None = Field(default=None, unique=True)
    seal: str | None = _seal()


class Deadline(SQLModel, table=True):
    """A date with a kind, a basis and an actor, and what happens when it passes.

    `attempts` counts how often it could not be worked, `error` says why; after some it is set aside.
    """

    __tablename__ = "deadline"
    id: int | None = Field(default=None, primary_key=True)
    claim_id: str = Field(foreign_key="case_file.claim_id", index=True)
    kind: str
    due_on: date
    actor: str
    basis: str
    country: str
    status: str = "open"
    escalated: int = 0
    attempts: int = 0
    error: str | None = None
    data: dict[str, Any] = _json()
    seal: str | None = _seal()
    __table_args__ = (
        Index("ix_deadline_country_status_due_on", "country", "status", "due_on"),
        Index("ix_deadline_actor_country_due_on", "actor", "country", "due_on", "claim_id", "status"),
        # What is due costs by what is due, however much is open.
        Index(
            "ix_deadline_due",
            *("due_on", "id", "actor", "country"),
            postgresql_where=text("status = 'open'"),
            sqlite_where=text("status = 'open'"),
        ),
    )


class FormerReference(SQLModel, table=True):
    """A reference that a case had before its debtor moved: letters and payments still name it."""

    __tablename__ = "former_reference"
    reference: str = Field(primary_key=True)
    claim_id: str = Field(foreign_key="case_file.claim_id", index=True)
    payment_reference: str | None = Field(default=None, index=True)
    until: date
    seal: str | None = _seal()


class Message(SQLModel, table=True):
    """What a member and a team write to each other about a case; its attachments are documents."""

    __tablename__ = "message"
    id: int | None = Field(default=None, primary_key=True)
    claim_id: str = Field(foreign_key="case_file.claim_id")
    sequence: int
    at: datetime = _instant()
    written_on: date
    sender_role: str
    sender: str
    text: str = Field(sa_column=Column(Text, nullable=False))
    read_at: datetime | None = _instant(nullable=True)
    seal: str | None = _seal()
    __table_args__ = (
        UniqueConstraint("claim_id", "sequence"),
        Index("ix_message_sender_role_read_at", "sender_role", "read_at", "claim_id"),
    )


class Entry(SQLModel, table=True):
    """One line of a case's ledger; what is owed is positive, what covers it negative."""

    __tablename__ = "entry"
    id: int | None = Field(default=None, primary_key=True)
    claim_id: str = Field(foreign_key="case_file.claim_id", index=True)
    booked_on: date
    kind: str
    amount_minor: int = _minor()
    currency: str
    basis: str
    label: str
    data: dict[str, Any] = _json()
    seal: str | None = _seal()


class InterestTermsRow(SQLModel, table=True):
    """One set of interest terms, as its JSON description; many debts share one."""

    __tablename__ = "interest_terms"
    id: int | None = Field(default=None, primary_key=True)
    description: str = Field(sa_column=Column(Text, nullable=False, unique=True))


class Accrual(SQLModel, table=True):
    """Where a debt's interest stands, one row per invoice: its balance on any later day needs no replay.

    `first_day`, `owed_from` and `capitalises_on` are proleptic ordinals (days since 31 December of the year 0);
    without terms nothing accrues.
    """

    __tablename__ = "accrual"
    claim_id: str = Field(primary_key=True, foreign_key="case_file.claim_id")
    sequence: int = Field(primary_key=True)
    country: str
    currency: str
    principal_minor: int = _minor()
    terms_id: int | None = Field(default=None, foreign_key="interest_terms.id")
    base_minor: int = _minor()
    settled_minor: int = _minor()
    exact: int = _minor()
    first_day: int = 0
    owed_from: int = 0
    capitalises_on: int | None = None
    __table_args__ = (Index("ix_accrual_terms_id_first_day", "terms_id", "first_day"),)


class CaseEvent(SQLModel, table=True):
    """What happened to a case; appended only, each row holding the hash of the one before."""

    __tablename__ = "case_event"
    id: int | None = Field(default=None, primary_key=True)
    claim_id: str = Field(foreign_key="case_file.claim_id")
    sequence: int
    at: datetime = _instant()
    happened_on: date
    kind: str
    actor: str
    note: str = Field(default="", sa_column=Column(Text, nullable=False))
    data: dict[str, Any] = _json()
    previous_hash: str
    hash: str
    __table_args__ = (UniqueConstraint("claim_id", "sequence"),)


class Outbox(SQLModel, table=True):
    """An effect outside that is due: done at least once, made once by its key."""

    __tablename__ = "outbox"
    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    claim_id: str | None = Field(default=None, foreign_key="case_file.claim_id", index=True)
    kind: str
    payload: dict[str, Any] = _json()
    status: str = Field(default="waiting", index=True)
    attempts: int = 0
    created_at: datetime = _instant()
    done_at: datetime | None = _instant(nullable=True)
    held_until: datetime | None = _instant(nullable=True)
    error: str | None = None
    seal: str | None = _seal()


class Shipment(SQLModel, table=True):
    """How a stored letter left the house and what became of it; `key` is the letter's own.

    Whom it reached stands in the letter alone. `history` is only ever added to.
    """

    __tablename__ = "shipment"
    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    claim_id: str = Field(foreign_key="case_file.claim_id", index=True)
    channel: str
    recipient: str = "debtor"
    status: str = Field(default="waiting", index=True)
    batch: str | None = Field(default=None, index=True)
    provider_id: str | None = Field(default=None, index=True)
    tracking_number: str | None = None
    sent_at: datetime | None = _instant(nullable=True)
    error: str | None = None
    history: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    seal: str | None = _seal()


class Document(SQLModel, table=True):
    """A stored file of a case: never changed, found by its content's hash."""

    __tablename__ = "document"
    id: int | None = Field(default=None, primary_key=True)
    claim_id: str | None = Field(default=None, foreign_key="case_file.claim_id", index=True)
    key: str = Field(unique=True)
    kind: str
    name: str
    media_type: str
    sha256: str = Field(index=True)
    size: int
    stored_at: datetime = _instant()
    seal: str | None = _seal()


class BankEntry(SQLModel, table=True):
    """One booked line of a bank statement; importing it again changes nothing."""

    __tablename__ = "bank_entry"
    id: int | None = Field(default=None, primary_key=True)
    account: str
    bank_id: str
    booked_on: date
    value_on: date
    amount_minor: int = _minor()
    currency: str
    credit: bool
    debtor_name: str | None = None
    debtor_iban: str | None = None
    bank_reference: str | None = None
    text: str = Field(default="", sa_column=Column(Text, nullable=False))
    claim_id: str | None = Field(default=None, foreign_key="case_file.claim_id", index=True)
    status: str = "unmatched"
    why: str = ""
    seal: str | None = _seal()
    __table_args__ = (UniqueConstraint("account", "bank_id"),)


class Remittance(SQLModel, table=True):
    """Recovered money sent on to a creditor or to the guarantee fund."""

    __tablename__ = "remittance"
    id: int | None = Field(default=None, primary_key=True)
    claim_id: str = Field(foreign_key="case_file.claim_id", index=True)
    period: str
    beneficiary: str
    amount_minor: int = _minor()
    currency: str
    message_id: str = Field(index=True)
    remitted_on: date
    seal: str | None = _seal()


class ExchangeRate(SQLModel, table=True):
    """An official rate of a day: units of `currency` for one euro."""

    __tablename__ = "exchange_rate"
    currency: str = Field(primary_key=True)
    rate_on: date = Field(primary_key=True)
    rate: str
    source: str


class Sequence(SQLModel, table=True):
    """The last number given in a series (case references per country and year)."""

    __tablename__ = "sequence"
    name: str = Field(primary_key=True)
    last: int = 0


METADATA = SQLModel.metadata
