"""First tables."""

import sqlalchemy as sa
from alembic import op

import recovery.store.tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "exchange_rate",
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("rate_on", sa.Date(), nullable=False),
        sa.Column("rate", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("currency", "rate_on", name=op.f("pk_exchange_rate")),
    )
    op.create_table(
        "member",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("partner", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("iban", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member")),
        sa.UniqueConstraint("email", name=op.f("uq_member_email")),
    )
    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_member_partner"), ["partner"], unique=False)

    op.create_table(
        "sequence",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_sequence")),
    )
    op.create_table(
        "case_file",
        sa.Column("claim_id", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("return_state", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.String(), nullable=True),
        sa.Column("creditor_country", sa.String(), nullable=False),
        sa.Column("debtor_country", sa.String(), nullable=False),
        sa.Column("substance", sa.String(), nullable=True),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("filed_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("consents", sa.JSON(), nullable=False),
        sa.Column("route", sa.String(), nullable=True),
        sa.Column("payment_reference", sa.String(), nullable=True),
        sa.Column("principal_minor", sa.BigInteger(), nullable=False),
        sa.Column("principal_open_minor", sa.BigInteger(), nullable=False),
        sa.Column("settled_interest_minor", sa.BigInteger(), nullable=False),
        sa.Column("settled_on", sa.Date(), nullable=True),
        sa.Column("advanced_minor", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_case_file_member_id_member")),
        sa.PrimaryKeyConstraint("claim_id", name=op.f("pk_case_file")),
        sa.UniqueConstraint("reference", name=op.f("uq_case_file_reference")),
    )
    with op.batch_alter_table("case_file", schema=None) as batch_op:
        batch_op.create_index("ix_case_file_debtor_country_state", ["debtor_country", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_case_file_member_id"), ["member_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_case_file_payment_reference"), ["payment_reference"], unique=False)

    op.create_table(
        "bank_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("bank_id", sa.String(), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("value_on", sa.Date(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("credit", sa.Boolean(), nullable=False),
        sa.Column("debtor_name", sa.String(), nullable=True),
        sa.Column("debtor_iban", sa.String(), nullable=True),
        sa.Column("bank_reference", sa.String(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("claim_id", sa.String(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["case_file.claim_id"], name=op.f("fk_bank_entry_claim_id_case_file")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_entry")),
        sa.UniqueConstraint("account", "bank_id", name=op.f("uq_bank_entry_account_bank_id")),
    )
    with op.batch_alter_table("bank_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bank_entry_claim_id"), ["claim_id"], unique=False)

    op.create_table(
        "case_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("claim_id", sa.String(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("at", recovery.store.tables.UtcInstant(timezone=True), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("previous_hash", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["case_file.claim_id"], name=op.f("fk_case_event_claim_id_case_file")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_event")),
        sa.UniqueConstraint("claim_id", "sequence", name=op.f("uq_case_event_claim_id_sequence")),
    )
    op.create_table(
        "claim_invoice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("claim_id", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("live", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["claim_id"], ["case_file.claim_id"], name=op.f("fk_claim_invoice_claim_id_case_file")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_invoice")),
        sa.UniqueConstraint("live", name=op.f("uq_claim_invoice_live")),
    )
    with op.batch_alter_table("claim_invoice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_claim_invoice_claim_id"), ["claim_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_claim_invoice_number"), ["number"], unique=False)

    op.create_table(
        "deadline",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("claim_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["case_file.claim_id"], name=op.f("fk_deadline_claim_id_case_file")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deadline")),
    )
    with op.batch_alter_table("deadline", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_deadline_claim_id"), ["claim_id"], unique=False)
        batch_op.create_index("ix_deadline_country_status_due_on", ["country", "status", "due_on"], unique=False)

    op.create_table(
        "document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("claim_id", sa.String(), nullable=True),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("stored_at", recovery.store.tables.UtcInstant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["case_file.claim_id"], name=op.f("fk_document_claim_id_case_file")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
        sa.UniqueConstraint("key", name=op.f("uq_document_key")),
    )
    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_document_claim_id"), ["claim_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_document_sha256"), ["sha256"], unique=False)

    op.create_table(
        "entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("claim_id", sa.String(), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["case_file.claim_id"], name=op.f("fk_entry_claim_id_case_file")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry")),
    )
    with op.batch_alter_table("entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_entry_claim_id"), ["claim_id"], unique=False)

    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("claim_id", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", recovery.store.tables.UtcInstant(timezone=True), nullable=False),
        sa.Column("done_at", recovery.store.tables.UtcInstant(timezone=True), nullable=True),
        sa.Column("error", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["claim_id"], ["case_file.claim_id"], name=op.f("fk_outbox_claim_id_case_file")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_key")),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outbox_claim_id"), ["claim_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_outbox_status"), ["status"], unique=False)

    op.create_table(
        "party",
        sa.Column("claim_id", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("vat", sa.String(), nullable=True),
        sa.Column("iban", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["claim_id"], ["case_file.claim_id"], name=op.f("fk_party_claim_id_case_file")),
        sa.PrimaryKeyConstraint("claim_id", "role", name=op.f("pk_party")),
    )
    with op.batch_alter_table("party", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_party_iban"), ["iban"], unique=False)

    op.create_table(
        "remittance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("claim_id", sa.String(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("beneficiary", sa.String(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("remitted_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["case_file.claim_id"], name=op.f("fk_remittance_claim_id_case_file")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remittance")),
    )
    with op.batch_alter_table("remittance", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_remittance_claim_id"), ["claim_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_remittance_message_id"), ["message_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("remittance", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_remittance_message_id"))
        batch_op.drop_index(batch_op.f("ix_remittance_claim_id"))

    op.drop_table("remittance")
    with op.batch_alter_table("party", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_party_iban"))

    op.drop_table("party")
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outbox_status"))
        batch_op.drop_index(batch_op.f("ix_outbox_claim_id"))

    op.drop_table("outbox")
    with op.batch_alter_table("entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_entry_claim_id"))

    op.drop_table("entry")
    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_document_sha256"))
        batch_op.drop_index(batch_op.f("ix_document_claim_id"))

    op.drop_table("document")
    with op.batch_alter_table("deadline", schema=None) as batch_op:
        batch_op.drop_index("ix_deadline_country_status_due_on")
        batch_op.drop_index(batch_op.f("ix_deadline_claim_id"))

    op.drop_table("deadline")
    with op.batch_alter_table("claim_invoice", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_claim_invoice_number"))
        batch_op.drop_index(batch_op.f("ix_claim_invoice_claim_id"))

    op.drop_table("claim_invoice")
    op.drop_table("case_event")
    with op.batch_alter_table("bank_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_bank_entry_claim_id"))

    op.drop_table("bank_entry")
    with op.batch_alter_table("case_file", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_case_file_payment_reference"))
        batch_op.drop_index(batch_op.f("ix_case_file_member_id"))
        batch_op.drop_index("ix_case_file_debtor_country_state")

    op.drop_table("case_file")
    op.drop_table("sequence")
    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_member_partner"))

    op.drop_table("member")
    op.drop_table("exchange_rate")
