"""What a bank line is known by, stored beside it: content, the bank's own reference, its batch, the kind of its file.

Revision ID: 0013
Revises: 0012
"""

import re
from typing import Any

import sqlalchemy as sa
from alembic import op

from recovery.bank.entry import content_mark
from recovery.money import Money

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

AT_ONCE = 1000
# Ids that were made of a line's content, or of its number in a statement.
_MADE = re.compile(r"h-[0-9a-f]{24}|.+:.+")
_PART = re.compile(r"(.+)/\d{1,4}")
SAID = ("debtor_iban", "debtor_name", "bank_reference", "text")
entry = sa.table(
    "bank_entry",
    *(sa.column(name, sa.Integer) for name in ("id", "amount_minor")),
    *(sa.column(name, sa.String) for name in ("account", "bank_id", "currency", *SAID)),
    *(sa.column(name, sa.String) for name in ("mark", "servicer_id", "batch", "source")),
    sa.column("booked_on", sa.Date),
    sa.column("credit", sa.Boolean),
)


def upgrade() -> None:
    op.add_column("bank_entry", sa.Column("mark", sa.String(), nullable=False, server_default=""))
    op.add_column("bank_entry", sa.Column("servicer_id", sa.String(), nullable=True))
    op.add_column("bank_entry", sa.Column("batch", sa.String(), nullable=True))
    op.add_column("bank_entry", sa.Column("source", sa.String(), nullable=False, server_default=""))
    _fill(op.get_bind())
    for name in ("mark", "servicer_id", "batch"):
        op.create_index(f"ix_bank_entry_{name}", "bank_entry", [name])
    op.create_index("ix_bank_entry_alike", "bank_entry", ["account", "booked_on", "amount_minor", "source"])
    op.create_index("ix_payment_bank_entry_id", "payment", ["bank_entry_id"])


def _fill(connection: sa.Connection) -> None:
    """Reckon what the lines stored so far are known by."""
    last = 0
    page = sa.select(entry).order_by(entry.c.id).limit(AT_ONCE)
    change = (
        sa.update(entry)
        .where(entry.c.id == sa.bindparam("of"))
        .values(mark=sa.bindparam("its_mark"), servicer_id=sa.bindparam("its_id"), batch=sa.bindparam("its_batch"))
    )
    while rows := connection.execute(page.where(entry.c.id > last)).all():
        connection.execute(change, [_known_by(row) for row in rows])
        last = rows[-1].id


def _known_by(row: sa.Row[Any]) -> dict[str, object]:
    said = tuple(getattr(row, name) for name in SAID)
    amount = Money(row.amount_minor, row.currency)
    own = None if _MADE.fullmatch(row.bank_id) else row.bank_id
    part = _PART.fullmatch(own or "")
    return {
        "of": row.id,
        "its_mark": content_mark(row.account, row.booked_on, amount, bool(row.credit), said),
        "its_id": own,
        "its_batch": part[1] if part else None,
    }


def downgrade() -> None:
    op.drop_index("ix_payment_bank_entry_id", "payment")
    for name in ("alike", "batch", "servicer_id", "mark"):
        op.drop_index(f"ix_bank_entry_{name}", "bank_entry")
    for name in ("source", "batch", "servicer_id", "mark"):
        op.drop_column("bank_entry", name)
