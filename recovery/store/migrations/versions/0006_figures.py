"""Managers' figures summed up in advance, and the indexes that lists of cases by their day of filing need."""

import sqlalchemy as sa
from alembic import op

import recovery.store.columns

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "figure",
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("partner", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("minor", sa.BigInteger(), nullable=False),
        sa.Column("euro_minor", sa.BigInteger(), nullable=False),
        sa.Column("days", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("topic", "country", "partner", "currency", "month", "name", name=op.f("pk_figure")),
    )
    op.create_table(
        "figure_state",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("made_at", recovery.store.columns.UtcInstant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_figure_state")),
    )
    with op.batch_alter_table("case_file", schema=None) as batch_op:
        batch_op.create_index("ix_case_file_filed_on", ["filed_on", "claim_id"], unique=False)
        batch_op.create_index("ix_case_file_state_filed_on", ["state", "filed_on", "claim_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("case_file", schema=None) as batch_op:
        batch_op.drop_index("ix_case_file_state_filed_on")
        batch_op.drop_index("ix_case_file_filed_on")
    op.drop_table("figure_state")
    op.drop_table("figure")
