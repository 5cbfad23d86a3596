"""What is due is found by what is due: open deadlines have an index of their own.

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

OPEN = sa.text("status = 'open'")


def upgrade() -> None:
    columns = ["due_on", "id", "actor", "country"]
    op.create_index("ix_deadline_due", "deadline", columns, postgresql_where=OPEN, sqlite_where=OPEN)


def downgrade() -> None:
    op.drop_index("ix_deadline_due", "deadline")
