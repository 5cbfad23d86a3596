"""What the figures are summed up from, one row a case, kept between two makings.

Nothing is moved: the first making after this fills the tables.

Revision ID: 0017
Revises: 0016
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

WORDS = ("country", "partner", "currency", "state", "reason", "route", "handler")
WITHIN = tuple(f"within_{days}" for days in (30, 60, 90, 180, 365))
SUMS = ("asked", "open", "received", "received_euro", *WITHIN)
EUROS = ("asked_euro", "at_filing_euro", *(f"{name}_euro" for name in WITHIN))
TAKEN = ("to_action", "to_payment", "to_closure")
HAPPENED = (
    "promised",
    "broken",
    "dispute",
    "record_opposition",
    "resolve_for_creditor",
    "resolve_for_debtor",
)


def upgrade() -> None:
    # PostgreSQL writes no log of them: after a crash they are empty, and the next making fills them.
    kind: Any = {"prefixes": ["UNLOGGED"]} if op.get_bind().dialect.name == "postgresql" else {}
    op.create_table(
        "figure_case",
        sa.Column("claim_id", sa.String(), nullable=False),
        sa.Column("changes", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in WORDS),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("filed_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("next_due", sa.Date(), nullable=True),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in SUMS),
        *(sa.Column(name, sa.BigInteger(), nullable=True) for name in EUROS),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in TAKEN),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in HAPPENED),
        sa.PrimaryKeyConstraint("claim_id", name=op.f("pk_figure_case")),
        **kind,
    )
    op.create_table(
        "figure_receipt",
        sa.Column("claim_id", sa.String(), nullable=False),
        sa.Column("quarter", sa.Integer(), nullable=False),
        sa.Column("payments", sa.Integer(), nullable=False),
        sa.Column("minor", sa.BigInteger(), nullable=False),
        sa.Column("euro_minor", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("claim_id", "quarter", name=op.f("pk_figure_receipt")),
        **kind,
    )
    op.create_table(
        "figure_part",
        sa.Column("claim_id", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("minor", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("claim_id", "due_on", name=op.f("pk_figure_part")),
        **kind,
    )
    op.create_table(
        "figure_rate",
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("times", sa.BigInteger(), nullable=True),
        sa.Column("under", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("currency", "day", name=op.f("pk_figure_rate")),
        **kind,
    )
    op.add_column("figure_state", sa.Column("gathered", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    op.drop_column("figure_state", "gathered")
    for name in ("figure_rate", "figure_part", "figure_receipt", "figure_case"):
        op.drop_table(name)
