"""The tables: the product's own database is the source of truth."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Column,
    ColumnElement,
    Index,
    Text,
    UniqueConstraint,
    case,
    literal,
    text,
)
from sqlmodel import Field, SQLModel, col

from recovery.postal import PostalAddress
from recovery.store import figure_tables as figure_tables
from recovery.store import portal_tables as portal_tables
from recovery.store import record_tables as record_tables
from recovery.store.columns import UtcInstant as UtcInstant
from recovery.store.columns import instant_column as _instant
from recovery.store.columns import json_column as _json
from recovery.store.columns import minor_column as _minor
from recovery.store.columns import seal_column as _seal
from recovery.store.columns import value_column as _value

# Said as the index says it: databases use a partial index for these very words alone.
OPEN_DEADLINE = text("deadline.status = 'open'")
_OPEN = text("status = 'open'")


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
    """A claim from draft to closure; `reference` is given when it is routed.

    Columns that hold a frozen value hold its JSON: `recovery.case.record` says which, and reads and writes them.
    """

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
    creditor: str = _value(nullable=False)
    debtor: str = _value(nullable=False)
    contract: str = _value(nullable=False)
    disputed: bool = False
    law_override: str | None = None
    law_events: str | None = _value()
    credits: str | None = _value()
    awards: str | None = _value()
    waivers: str | None = _value()
    description: str | None = None
    warnings: str | None = _value()
    law_reason: str | None = _value()
    law_digest: str | None = None
    consents: str | None = _value()
    steps: str | None = _value()
    offer: str | None = _value()
    plan: str | None = _value()
    settlement: str | None = _value()
    suspension: str | None = _value()
    court: str | None = _value()
    flow_runs: str | None = _value()
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


ADDRESS = tuple(one.name for one in fields(PostalAddress))


class Party(SQLModel, table=True):
    """Name and address of a case's creditor or debtor: personal data, kept apart.

    `former_addresses` is where it lived before, the oldest first.
    """

    __tablename__ = "party"
    claim_id: str = Field(primary_key=True, foreign_key="case_file.claim_id")
    role: str = Field(primary_key=True)
    name: str
    street: str = ""
    more: str = ""
    postal_code: str = ""
    town: str = ""
    country: str = ""
    phone: str | None = None
    former_addresses: str | None = _value()
    email: str | None = None
    vat: str | None = None
    iban: str | None = Field(default=None, index=True)
    language: str | None = None
    seal: str | None = _seal()

    @property
    def address(self) -> PostalAddress:
        """Where the party gets mail."""
        return PostalAddress(**{name: getattr(self, name) for name in ADDRESS})

    def lives_at(self, address: PostalAddress) -> None:
        """Give the party another address; the one before is kept."""
        if before := self.address.as_dict():
            self.former_addresses = json.dumps([*json.loads(self.former_addresses or "[]"), before], ensure_ascii=False)
        for name in ADDRESS:
            setattr(self, name, getattr(address, name))


class ClaimInvoice(SQLModel, table=True):
    """One debt of a claim: an invoice, or an instalment of one; creditor, number and debtor together are taken once.

    `delivered_on` is the day of the goods or the service, `rate` the rate agreed for this one alone, percent a year.
    """

    __tablename__ = "claim_invoice"
    id: int | None = Field(default=None, primary_key=True)
    claim_id: str = Field(foreign_key="case_file.claim_id", index=True)
    number: str = Field(index=True)
    amount_minor: int = _minor()
    currency: str
    issued_on: date
    due_on: date | None = None
    received_on: date | None = None
    delivered_on: date | None = None
    rate: str | None = None
    fingerprint: str
    live: str | None = Field(default=None, unique=True)
    seal: str | None = _seal()


class PaymentRow(SQLModel, table=True):
    """Money that came in for a case, in the order in which it was recorded; what was taken back stays, marked.

    `amount_minor` is what came in. `case_minor` is its worth in the case's currency, at `rate` of `rate_on` where that
    is another one; empty where it covered costs that the law fixes in another currency than the case's: those in the
    payment's own, or by the row after it, whose source begins with "exchange:". `invoice` is the
    debt it is meant for, `held_by` who has the money: team, member, court or bailiff.
    """

    __tablename__ = "payment"
    id: int | None = Field(default=None, primary_key=True)
    claim_id: str = Field(foreign_key="case_file.claim_id")
    sequence: int
    value_on: date
    booked_on: date
    amount_minor: int = _minor()
    currency: str
    case_minor: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    rate: str | None = None
    rate_on: date | None = None
    rate_source: str | None = None
    invoice: str | None = None
    enforced: bool = False
    held_by: str = "team"
    bank_entry_id: int | None = Field(default=None, foreign_key="bank_entry.id", index=True)
    reversed_on: date | None = None
    reversed_why: str | None = None
    source: str = ""
    note: str = ""
    seal: str | None = _seal()
    __table_args__ = (UniqueConstraint("claim_id", "sequence"),)


class Deadline(SQLModel, table=True):
    """A date with a kind (`recovery.case.kinds`), what it is about, a basis and an actor.

    `attempts` counts how often it could not be worked, `error` says why; after some it is set aside.
    """

    __tablename__ = "deadline"
    id: int | None = Field(default=None, primary_key=True)
    claim_id: str = Field(foreign_key="case_file.claim_id", index=True)
    kind: str
    about: str = ""
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
            "ix_deadline_open_due_on",
            *("due_on", "id", "actor", "country"),
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
    )

    @property
    def name(self) -> str:
        """Its kind and what it is about in one word, as it is told: consent:court."""
        return f"{self.kind}:{self.about}" if self.about else self.kind


def deadline_name() -> ColumnElement[str]:
    """Return a deadline's name as the database makes it."""
    about = col(Deadline.about)
    return col(Deadline.kind) + case((about == "", ""), else_=literal(":") + about)


class FormerReference(SQLModel, table=True):
    """A reference that a case had in the country where its debtor lived before: letters and payments still name it."""

    __tablename__ = "former_reference"
    reference: str = Field(primary_key=True)
    claim_id: str = Field(foreign_key="case_file.claim_id", index=True)
    payment_reference: str | None = Field(default=None, index=True)
    sequence: int = 1
    country: str
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
    """One booked line of a bank statement; importing it again changes nothing.

    `signs` is what pointed to which case when it came, with a score (`recovery.bank.match`); a help, without a seal.
    What it is known by is reckoned of the rest and bears no seal: `mark` of its content, `servicer_id` the bank's own
    reference, learnt later too; `batch` that of the line that it was told apart from; `source` the kind of its file.
    """

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
    signs: list[dict[str, Any]] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True), nullable=True))
    mark: str = Field(default="", index=True)
    servicer_id: str | None = Field(default=None, index=True)
    batch: str | None = Field(default=None, index=True)
    source: str = ""
    seal: str | None = _seal()
    __table_args__ = (
        UniqueConstraint("account", "bank_id"),
        Index("ix_bank_entry_alike", "account", "booked_on", "amount_minor", "source"),
    )


class BankOrder(SQLModel, table=True):
    """A transfer that belongs to no case: what a bank line brought goes back to its payer, or on to another service.

    kind: return or partner. status: waiting, sent (with the file `message_id`), left (the bank's statement tells it),
    came_back (refused by the bank or sent back to us: the line waits for a person again) or withdrawn.
    `ident` is its end-to-end id, `country` that of the account that it leaves.
    """

    __tablename__ = "bank_order"
    id: int | None = Field(default=None, primary_key=True)
    ident: str = Field(unique=True)
    bank_entry_id: int = Field(foreign_key="bank_entry.id", index=True)
    kind: str
    country: str
    account: str
    amount_minor: int = _minor()
    currency: str
    name: str
    iban: str
    text: str
    status: str = "waiting"
    message_id: str | None = Field(default=None, index=True)
    ordered_on: date
    sent_on: date | None = None
    ended_on: date | None = None
    why: str = ""
    seal: str | None = _seal()
    __table_args__ = (Index("ix_bank_order_country_status", "country", "status"),)

    def as_dict(self) -> dict[str, Any]:
        """Return the order as plain data; to whom it goes stands in the payment file alone."""
        days = {name: getattr(self, f"{name}_on") for name in ("ordered", "sent", "ended")}
        return {
            "id": self.ident,
            "kind": self.kind,
            "status": self.status,
            "message": self.message_id,
            "why": self.why,
            **{name: day.isoformat() if day else None for name, day in days.items()},
        }


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


class Posting(SQLModel, table=True):
    """One movement of money, or of a right to it, from the account that gives to the one that gets it.

    Debit gets, credit gives: every row balances by itself. `recovery.case.journal` names the accounts. Lines of a
    bank belong to no case until they are booked. `source` names the row that it stands for, `country` whose team.
    """

    __tablename__ = "posting"
    id: int | None = Field(default=None, primary_key=True)
    claim_id: str | None = Field(default=None, foreign_key="case_file.claim_id", index=True)
    country: str
    booked_on: date
    debit_account: str
    credit_account: str
    amount_minor: int = _minor()
    currency: str
    kind: str
    source: str
    seal: str | None = _seal()
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="ck_posting_amount_minor"),
        CheckConstraint("debit_account <> credit_account", name="ck_posting_two_accounts"),
    )


class StatementBalance(SQLModel, table=True):
    """A balance that a bank's statement tells of an account: `opening` before the first line of a day, or `closing`."""

    __tablename__ = "statement_balance"
    id: int | None = Field(default=None, primary_key=True)
    account: str
    told_on: date
    kind: str
    amount_minor: int = _minor()
    currency: str
    seal: str | None = _seal()
    __table_args__ = (UniqueConstraint("account", "currency", "told_on", "kind", "amount_minor"),)


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
