"""Where each debt's interest stands, so that balances are one aggregate."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "interest_terms",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interest_terms")),
        sa.UniqueConstraint("description", name=op.f("uq_interest_terms_description")),
    )
    op.create_table(
        "accrual",
        sa.Column("claim_id", sa.String(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("principal_minor", sa.BigInteger(), nullable=False),
        sa.Column("terms_id", sa.Integer(), nullable=True),
        sa.Column("base_minor", sa.BigInteger(), nullable=False),
        sa.Column("settled_minor", sa.BigInteger(), nullable=False),
        sa.Column("exact", sa.BigInteger(), nullable=False),
        sa.Column("first_day", sa.Integer(), nullable=False),
        sa.Column("owed_from", sa.Integer(), nullable=False),
        sa.Column("capitalises_on", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["claim_id"], ["case_file.claim_id"], name=op.f("fk_accrual_claim_id_case_file")),
        sa.ForeignKeyConstraint(["terms_id"], ["interest_terms.id"], name=op.f("fk_accrual_terms_id_interest_terms")),
        sa.PrimaryKeyConstraint("claim_id", "sequence", name=op.f("pk_accrual")),
    )
    with op.batch_alter_table("accrual", schema=None) as batch_op:
        batch_op.create_index("ix_accrual_terms_id_first_day", ["terms_id", "first_day"], unique=False)


def downgrade() -> None:
    op.drop_table("accrual")
    op.drop_table("interest_terms")
