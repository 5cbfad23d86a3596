"""Who works a case, what is written about it, and the references it had."""

import sqlalchemy as sa
from alembic import op

import recovery.store.tables

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "team_member",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=True),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("away_until", sa.Date(), nullable=True),
        sa.Column("stand_in_id", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["stand_in_id"], ["team_member.id"], name=op.f("fk_team_member_stand_in_id_team_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team_member")),
        sa.UniqueConstraint("email", name=op.f("uq_team_member_email")),
    )
    with op.batch_alter_table("team_member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_team_member_country"), ["country"], unique=False)
    op.create_table(
        "former_reference",
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("claim_id", sa.String(), nullable=False),
        sa.Column("payment_reference", sa.String(), nullable=True),
        sa.Column("until", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["claim_id"], ["case_file.claim_id"], name=op.f("fk_former_reference_claim_id_case_file")
        ),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_former_reference")),
    )
    with op.batch_alter_table("former_reference", schema=None) as batch_op:
        for name in ("claim_id", "payment_reference"):
            batch_op.create_index(batch_op.f(f"ix_former_reference_{name}"), [name], unique=False)
    op.create_table(
        "message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("claim_id", sa.String(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("at", recovery.store.tables.UtcInstant(timezone=True), nullable=False),
        sa.Column("written_on", sa.Date(), nullable=False),
        sa.Column("sender_role", sa.String(), nullable=False),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("read_at", recovery.store.tables.UtcInstant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["claim_id"], ["case_file.claim_id"], name=op.f("fk_message_claim_id_case_file")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("claim_id", "sequence", name=op.f("uq_message_claim_id_sequence")),
    )
    # In place: a table that others refer to is not rebuilt while it holds rows.
    op.execute(
        "ALTER TABLE case_file ADD COLUMN handler_id VARCHAR "
        "CONSTRAINT fk_case_file_handler_id_team_member REFERENCES team_member (id)"
    )
    op.create_index(op.f("ix_case_file_handler_id"), "case_file", ["handler_id"], unique=False)
    op.add_column("deadline", sa.Column("escalated", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("deadline", schema=None) as batch_op:
        batch_op.drop_column("escalated")
    with op.batch_alter_table("case_file", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_case_file_handler_id"))
        batch_op.drop_constraint(batch_op.f("fk_case_file_handler_id_team_member"), type_="foreignkey")
        batch_op.drop_column("handler_id")
    op.drop_table("message")
    op.drop_table("former_reference")
    op.drop_table("team_member")
