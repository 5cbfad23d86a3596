"""How letters leave the house, and how long one worker holds an effect."""

import sqlalchemy as sa
from alembic import op

import recovery.store.tables

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "shipment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("claim_id", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("batch", sa.String(), nullable=True),
        sa.Column("provider_id", sa.String(), nullable=True),
        sa.Column("tracking_number", sa.String(), nullable=True),
        sa.Column("sent_at", recovery.store.tables.UtcInstant(timezone=True), nullable=True),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("history", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["case_file.claim_id"], name=op.f("fk_shipment_claim_id_case_file")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shipment")),
        sa.UniqueConstraint("key", name=op.f("uq_shipment_key")),
    )
    with op.batch_alter_table("shipment", schema=None) as batch_op:
        for name in ("claim_id", "status", "batch", "provider_id"):
            batch_op.create_index(batch_op.f(f"ix_shipment_{name}"), [name], unique=False)
    op.add_column("outbox", sa.Column("held_until", recovery.store.tables.UtcInstant(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_column("held_until")
    op.drop_table("shipment")
