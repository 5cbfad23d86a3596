"""Transfers that belong to no case: money back to its payer, or on to another service.

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bank_order",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ident", sa.String(), nullable=False),
        sa.Column("bank_entry_id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("kind", "country", "account")),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("currency", "name", "iban", "text", "status")),
        sa.Column("message_id", sa.String(), nullable=True),
        sa.Column("ordered_on", sa.Date(), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("seal", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["bank_entry_id"], ["bank_entry.id"], name="fk_bank_order_bank_entry_id_bank_entry"),
        sa.PrimaryKeyConstraint("id", name="pk_bank_order"),
        sa.UniqueConstraint("ident", name="uq_bank_order_ident"),
    )
    op.create_index("ix_bank_order_bank_entry_id", "bank_order", ["bank_entry_id"])
    op.create_index("ix_bank_order_message_id", "bank_order", ["message_id"])
    op.create_index("ix_bank_order_country_status", "bank_order", ["country", "status"])


def downgrade() -> None:
    op.drop_table("bank_order")
