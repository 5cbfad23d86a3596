"""The portal: accounts, sessions, links, counts, audit, drafts, debtors' access, settings, news."""

import sqlalchemy as sa
from alembic import op

import recovery.store.columns

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", recovery.store.columns.UtcInstant(timezone=True), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    op.create_index(op.f("ix_audit_entry_kind"), "audit_entry", ["kind"], unique=False)
    op.create_table(
        "installation_setting",
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("changed_at", recovery.store.columns.UtcInstant(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("scope", "name", name=op.f("pk_installation_setting")),
    )
    op.create_table(
        "tally",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("window", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", "window", name=op.f("pk_tally")),
    )
    op.create_table(
        "account",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("member_id", sa.String(), nullable=True),
        sa.Column("team_member_id", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("totp_secret", sa.String(), nullable=True),
        sa.Column("totp_last", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", recovery.store.columns.UtcInstant(timezone=True), nullable=True),
        sa.Column("created_at", recovery.store.columns.UtcInstant(timezone=True), nullable=False),
        sa.Column("signed_in_at", recovery.store.columns.UtcInstant(timezone=True), nullable=True),
        sa.Column("news", sa.JSON(), nullable=False),
        sa.Column("feed_token", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_account_member_id_member")),
        sa.ForeignKeyConstraint(
            ["team_member_id"], ["team_member.id"], name=op.f("fk_account_team_member_id_team_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("email", name=op.f("uq_account_email")),
        sa.UniqueConstraint("feed_token", name=op.f("uq_account_feed_token")),
        sa.UniqueConstraint("member_id", name=op.f("uq_account_member_id")),
        sa.UniqueConstraint("subject", name=op.f("uq_account_subject")),
        sa.UniqueConstraint("team_member_id", name=op.f("uq_account_team_member_id")),
    )
    op.create_table(
        "claim_draft",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("member_id", sa.String(), nullable=False),
        sa.Column("created_at", recovery.store.columns.UtcInstant(timezone=True), nullable=False),
        sa.Column("changed_at", recovery.store.columns.UtcInstant(timezone=True), nullable=False),
        sa.Column("typed", sa.JSON(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("claim_id", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["claim_id"], ["case_file.claim_id"], name=op.f("fk_claim_draft_claim_id_case_file")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_claim_draft_member_id_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_draft")),
    )
    op.create_index(op.f("ix_claim_draft_member_id"), "claim_draft", ["member_id"], unique=False)
    op.create_table(
        "debtor_access",
        sa.Column("claim_id", sa.String(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", recovery.store.columns.UtcInstant(timezone=True), nullable=True),
        sa.Column("opened_at", recovery.store.columns.UtcInstant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["claim_id"], ["case_file.claim_id"], name=op.f("fk_debtor_access_claim_id_case_file")),
        sa.PrimaryKeyConstraint("claim_id", name=op.f("pk_debtor_access")),
        sa.UniqueConstraint("token", name=op.f("uq_debtor_access_token")),
    )
    op.create_table(
        "news",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("claim_id", sa.String(), nullable=True),
        sa.Column("at", recovery.store.columns.UtcInstant(timezone=True), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=False),
        sa.Column("mailed_at", recovery.store.columns.UtcInstant(timezone=True), nullable=True),
        sa.Column("digest", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_news_account_id_account")),
        sa.ForeignKeyConstraint(["claim_id"], ["case_file.claim_id"], name=op.f("fk_news_claim_id_case_file")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_news")),
        sa.UniqueConstraint("key", name=op.f("uq_news_key")),
    )
    op.create_index("ix_news_account_id_at", "news", ["account_id", "at"], unique=False)
    op.create_index("ix_news_digest_mailed_at", "news", ["digest", "mailed_at"], unique=False)
    op.create_table(
        "one_time_link",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("expires_at", recovery.store.columns.UtcInstant(timezone=True), nullable=False),
        sa.Column("used_at", recovery.store.columns.UtcInstant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_one_time_link_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_link")),
    )
    op.create_index(op.f("ix_one_time_link_account_id"), "one_time_link", ["account_id"], unique=False)
    op.create_table(
        "passkey",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("public_key", sa.String(), nullable=False),
        sa.Column("sign_count", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("created_at", recovery.store.columns.UtcInstant(timezone=True), nullable=False),
        sa.Column("used_at", recovery.store.columns.UtcInstant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_passkey_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
    )
    op.create_index(op.f("ix_passkey_account_id"), "passkey", ["account_id"], unique=False)
    op.create_table(
        "portal_session",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("strong", sa.Boolean(), nullable=False),
        sa.Column("created_at", recovery.store.columns.UtcInstant(timezone=True), nullable=False),
        sa.Column("seen_at", recovery.store.columns.UtcInstant(timezone=True), nullable=False),
        sa.Column("expires_at", recovery.store.columns.UtcInstant(timezone=True), nullable=False),
        sa.Column("agent", sa.String(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_portal_session_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portal_session")),
    )
    op.create_index(op.f("ix_portal_session_account_id"), "portal_session", ["account_id"], unique=False)


def downgrade() -> None:
    for name in (
        "portal_session",
        "passkey",
        "one_time_link",
        "news",
        "debtor_access",
        "claim_draft",
        "account",
        "tally",
        "installation_setting",
        "audit_entry",
    ):
        op.drop_table(name)
