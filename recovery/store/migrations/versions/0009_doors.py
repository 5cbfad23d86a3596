"""Secrets sealed or stored no more, debtors' visits, and who looked at whose data.

Revision ID: 0009
Revises: 0008
"""

from collections.abc import Callable

import sqlalchemy as sa
from alembic import op

from recovery.secrecy import mac, opened, sealed
from recovery.store.columns import UtcInstant

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

HIDDEN_CODE = "•••• ••••"
AT_ONCE = 500
account = sa.table("account", sa.column("id", sa.String), sa.column("totp_secret", sa.String))
access = sa.table(
    "debtor_access",
    *(sa.column(name, sa.String) for name in ("claim_id", "code", "former")),
)
outbox = sa.table("outbox", sa.column("id", sa.Integer), sa.column("kind", sa.String), sa.column("payload", sa.JSON))
portal_session = sa.table("portal_session", sa.column("id", sa.String), sa.column("data", sa.JSON))


def upgrade() -> None:
    _tables()
    with op.batch_alter_table("debtor_access", schema=None) as batch_op:
        batch_op.add_column(sa.Column("counter", sa.Integer(), nullable=False, server_default="1"))
        batch_op.add_column(sa.Column("former", sa.String(), nullable=True))
    connection = op.get_bind()
    for claim_id, code in connection.execute(sa.select(access.c.claim_id, access.c.code)).all():
        former = mac("codes", "former", claim_id, code).hex()
        connection.execute(sa.update(access).where(access.c.claim_id == claim_id).values(former=former))
    with op.batch_alter_table("debtor_access", schema=None) as batch_op:
        batch_op.drop_column("code")
    _hide_codes(connection)
    _secrets(connection, lambda key, secret: sealed("factors", secret, key))
    _forget_half_made(connection)


def _tables() -> None:
    op.create_table(
        "debtor_visit",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("claim_id", sa.String(), nullable=False),
        sa.Column("created_at", UtcInstant(timezone=True), nullable=False),
        sa.Column("seen_at", UtcInstant(timezone=True), nullable=False),
        sa.Column("expires_at", UtcInstant(timezone=True), nullable=False),
        sa.Column("ended_at", UtcInstant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["claim_id"], ["case_file.claim_id"], name="fk_debtor_visit_claim_id_case_file"),
        sa.PrimaryKeyConstraint("id", name="pk_debtor_visit"),
    )
    op.create_index("ix_debtor_visit_claim_id", "debtor_visit", ["claim_id"])
    op.create_table(
        "read_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", UtcInstant(timezone=True), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("claim_id", sa.String(), nullable=False),
        sa.Column("way", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_read_entry"),
    )
    columns = ["person", "claim_id", "way", "hour"]
    op.create_index("uq_read_entry_person_claim_id_way_hour", "read_entry", columns, unique=True)
    op.create_index("ix_read_entry_claim_id", "read_entry", ["claim_id"])
    op.create_index("ix_read_entry_at", "read_entry", ["at"])


def _hide_codes(connection: sa.Connection) -> None:
    """Take the codes out of the letters that were decided; they are reckoned when a letter is made."""
    last = 0
    page = (
        sa.select(outbox.c.id, outbox.c.payload).where(outbox.c.kind == "letter").order_by(outbox.c.id).limit(AT_ONCE)
    )
    while rows := connection.execute(page.where(outbox.c.id > last)).all():
        for key, payload in rows:
            if payload.get("online"):
                hidden = {**payload, "online": {**payload["online"], "code": HIDDEN_CODE}}
                connection.execute(sa.update(outbox).where(outbox.c.id == key).values(payload=hidden))
        last = rows[-1].id


def _secrets(connection: sa.Connection, change: Callable[[str, str], str]) -> None:
    query = sa.select(account.c.id, account.c.totp_secret).where(account.c.totp_secret.is_not(None))
    for key, secret in connection.execute(query).all():
        connection.execute(sa.update(account).where(account.c.id == key).values(totp_secret=change(key, secret)))


def _forget_half_made(connection: sa.Connection) -> None:
    """Drop the secrets of authenticator apps that are being set up just now: they are made anew in a moment."""
    for key, data in connection.execute(sa.select(portal_session.c.id, portal_session.c.data)).all():
        if "totp" in data:
            left = {name: value for name, value in data.items() if name != "totp"}
            connection.execute(sa.update(portal_session).where(portal_session.c.id == key).values(data=left))


def downgrade() -> None:
    """Go back; the codes that were printed are gone, so that letters print new ones."""
    connection = op.get_bind()
    _secrets(connection, lambda key, secret: opened("factors", secret, key))
    with op.batch_alter_table("debtor_access", schema=None) as batch_op:
        batch_op.add_column(sa.Column("code", sa.String(), nullable=False, server_default=""))
        batch_op.drop_column("former")
        batch_op.drop_column("counter")
    op.drop_table("read_entry")
    op.drop_table("debtor_visit")
