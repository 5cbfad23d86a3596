"""The ledger in double entry: what stands in ledger, payments, bank lines and transfers is posted, and sealed.

Revision ID: 0012
Revises: 0011
"""

from collections.abc import Iterable, Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from recovery.case import journal
from recovery.store import append_only, heads, seals
from recovery.store.heads import Change
from recovery.store.sealing import key_for
from recovery.store.tables import METADATA

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

AT_ONCE = 1000
KINDS = ("refund", "advance", "advance_repaid")
Row = dict[str, Any]


def upgrade() -> None:
    _tables()
    connection = op.get_bind()
    for cases in _pages(connection, CASE, CASE.c.claim_id):
        _write(connection, list(_of_cases(connection, cases)))
    for lines in _pages(connection, LINE, LINE.c.id):
        _write(connection, journal.lines_posted(dict(line._mapping) for line in lines))
    append_only.guard(connection, ("posting",))


def downgrade() -> None:
    connection = op.get_bind()
    append_only.unguard(connection, ("posting",))
    op.drop_table("statement_balance")
    op.drop_table("posting")


def _tables() -> None:
    op.create_table(
        "posting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("claim_id", sa.String(), nullable=True),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("debit_account", sa.String(), nullable=False),
        sa.Column("credit_account", sa.String(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("seal", sa.Text(), nullable=True),
        sa.CheckConstraint("amount_minor > 0", name="ck_posting_amount_minor"),
        sa.CheckConstraint("debit_account <> credit_account", name="ck_posting_two_accounts"),
        sa.ForeignKeyConstraint(["claim_id"], ["case_file.claim_id"], name="fk_posting_claim_id_case_file"),
        sa.PrimaryKeyConstraint("id", name="pk_posting"),
    )
    op.create_index("ix_posting_claim_id", "posting", ["claim_id"])
    op.create_table(
        "statement_balance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("seal", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_statement_balance"),
        sa.UniqueConstraint(
            *("account", "currency", "told_on", "kind", "amount_minor"),
            name="uq_statement_balance_account_currency_told_on_kind_amount_minor",
        ),
    )


def _t(name: str, **columns: Any) -> sa.TableClause:
    return sa.table(name, *(sa.column(key, kind) for key, kind in columns.items()))


TEXT, DAY, WHOLE = sa.String(), sa.Date(), sa.BigInteger()
CASE = _t("case_file", **dict.fromkeys(("claim_id", "currency", "debtor_country"), TEXT))
ENTRY = _t("entry", id=WHOLE, claim_id=TEXT, kind=TEXT, booked_on=DAY, amount_minor=WHOLE, currency=TEXT)
PAID = _t(
    "payment",
    **dict.fromkeys(("sequence", "amount_minor", "case_minor", "bank_entry_id"), WHOLE),
    **dict.fromkeys(("claim_id", "currency", "held_by", "source"), TEXT),
    **dict.fromkeys(("booked_on", "reversed_on"), DAY),
)
EVENT = _t("case_event", claim_id=TEXT, sequence=WHOLE, kind=TEXT, happened_on=DAY, data=sa.JSON())
SENT = _t(
    "remittance",
    **dict.fromkeys(("claim_id", "beneficiary", "currency", "message_id"), TEXT),
    **{"id": WHOLE, "amount_minor": WHOLE, "remitted_on": DAY},
)
LINE = _t(
    "bank_entry",
    **dict.fromkeys(("account", "bank_id", "currency", "status"), TEXT),
    **{"id": WHOLE, "booked_on": DAY, "amount_minor": WHOLE, "credit": sa.Boolean()},
)


def _pages(connection: sa.Connection, table: sa.TableClause, key: Any) -> Iterator[list[Any]]:
    query, last = sa.select(table).order_by(key).limit(AT_ONCE), None
    while page := connection.execute(query if last is None else query.where(key > last)).all():
        yield list(page)
        last = getattr(page[-1], key.name)


def _of_cases(connection: sa.Connection, cases: list[Any]) -> Iterator[Row]:
    """Yield what the rows of some cases move, in the order of their kinds."""
    known = {case.claim_id: case for case in cases}
    number: dict[str, int] = {}
    for row in _rows(connection, ENTRY, known, ENTRY.c.id):
        number[row.claim_id] = number.get(row.claim_id, 0) + 1
        yield from _posted(known, row, journal.of_entry(row, number[row.claim_id]))
    for row in _rows(connection, PAID, known, PAID.c.sequence):
        currency = known[row.claim_id].currency
        yield from _posted(known, row, journal.of_payment(row, currency))
        if row.reversed_on:
            yield from _posted(known, row, journal.of_reversal(row, currency))
    for row in _rows(connection, EVENT, known, EVENT.c.sequence, EVENT.c.kind.in_(KINDS)):
        case = known[row.claim_id]
        yield from _posted(known, row, journal.of_event(row, case.currency, case.debtor_country))
    for row in _rows(connection, SENT, known, SENT.c.id):
        account = journal.account_of(known[row.claim_id].debtor_country)
        yield from _posted(known, row, journal.of_remittance(row._mapping, account))


def _rows(
    connection: sa.Connection, table: sa.TableClause, known: dict[str, Any], order: Any, *which: Any
) -> Iterable[Any]:
    return connection.execute(sa.select(table).where(table.c.claim_id.in_(list(known)), *which).order_by(order)).all()


def _posted(known: dict[str, Any], row: Any, moves: Iterable[journal.Move]) -> list[Row]:
    return journal.rows_of(moves, row.claim_id, known[row.claim_id].debtor_country)


def _write(connection: sa.Connection, rows: list[Row]) -> None:
    """Write rows of the journal, sealed and counted as the product's own are."""
    if not rows:
        return
    key, table, spec = key_for(connection), METADATA.tables["posting"], seals.SEALED["posting"]
    changes: dict[str, Change] = {}
    for row in rows:
        row["seal"], scope = seals.seal(key, table, row), spec.scope_of(row)
        amount = seals.contribution(key, scope, seals.signature_of(row["seal"]))
        changes.setdefault(scope, Change()).add("posting", 1, amount)
    connection.execute(sa.insert(table), rows)
    heads.extend(connection, key, changes)
