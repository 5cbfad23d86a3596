"""What could not be worked: how often it was tried, and why it failed. Numbers of payment files become a series.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("deadline", schema=None) as batch_op:
        batch_op.add_column(sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("error", sa.String(), nullable=True))
    _continue_series()


def _continue_series() -> None:
    """Let the numbers of payment files go on behind those that were given: IT-2026-03-0002 is the second of its series."""
    connection = op.get_bind()
    last: dict[str, int] = {}
    for (message_id,) in connection.execute(sa.text("SELECT DISTINCT message_id FROM remittance")):
        country, rest = message_id.split("-", 1)
        period, number = rest.rsplit("-", 1)
        name = f"remittance:{country}:{period}"
        last[name] = max(last.get(name, 0), int(number))
    for name, number in last.items():
        connection.execute(
            sa.text("INSERT INTO sequence (name, last) VALUES (:name, :last)"), {"name": name, "last": number}
        )


def downgrade() -> None:
    with op.batch_alter_table("deadline", schema=None) as batch_op:
        batch_op.drop_column("error")
        batch_op.drop_column("attempts")
