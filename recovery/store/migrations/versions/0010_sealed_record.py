"""The record is sealed: a seal on every row that matters, keyed chains, heads, and tables that are only added to.

Revision ID: 0010
Revises: 0009
"""

import logging

import sqlalchemy as sa
from alembic import op

from recovery.store import append_only, resealing
from recovery.store.sealing import audit_key

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

SEALED = (
    *("member", "team_member", "case_file", "party", "claim_invoice", "deadline", "former_reference", "message"),
    *("entry", "outbox", "shipment", "document", "bank_entry", "remittance", "audit_entry", "installation_setting"),
)


def upgrade() -> None:
    for table in SEALED:
        op.add_column(table, sa.Column("seal", sa.Text(), nullable=True))
    op.create_table(
        "record_head",
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("changes", sa.Integer(), nullable=False),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.Column("total", sa.String(), nullable=False),
        sa.Column("nonce", sa.String(), nullable=False),
        sa.Column("last", sa.String(), nullable=False),
        sa.Column("mac", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("scope", name=op.f("pk_record_head")),
    )
    connection = op.get_bind()
    if _holds_rows(connection):  # an empty database needs no key yet
        made = resealing.reseal(connection, audit_key(), resealing.plain_hash)
        for claim, event in made.broken:
            logging.getLogger("recovery.audit").warning(
                "case %s: its chain was broken at event %s already; it stays so, see `recovery audit verify`",
                claim,
                event,
            )
    append_only.guard(connection, append_only.FIRST)


def _holds_rows(connection: sa.Connection) -> bool:
    one = sa.select(sa.literal(1)).limit(1)
    return any(connection.execute(one.select_from(sa.table(table))).first() for table in SEALED)


def downgrade() -> None:
    append_only.unguard(op.get_bind(), append_only.FIRST)
    op.drop_table("record_head")
    for table in SEALED:
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_column("seal")
