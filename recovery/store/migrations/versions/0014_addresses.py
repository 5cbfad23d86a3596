"""Addresses of parties in their parts; the lines they stood in are read once, their seals made anew where they held.

Revision ID: 0014
Revises: 0013
"""

import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from recovery.errors import CaseError
from recovery.postal import read_lines
from recovery.registry import adapter_of, countries
from recovery.store import seals
from recovery.store.changed_seals import ChangedSeals

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

AT_ONCE = 1000
PARTS = ("street", "more", "postal_code", "town", "country")
MORE = ("phone", "former_addresses")
KEYS = ("claim_id", "role")
party = sa.table("party", *(sa.column(name, sa.String) for name in (*KEYS, *PARTS, *MORE, "lines", "seal")))
case_file = sa.table(
    "case_file", *(sa.column(name, sa.String) for name in ("claim_id", "creditor_country", "debtor_country"))
)
SPECS = {"party": seals.Sealed("party", KEYS, ("country",), (*PARTS[:-1], *MORE))}


def upgrade() -> None:
    for name in PARTS:
        op.add_column("party", sa.Column(name, sa.String(), nullable=False, server_default=""))
    for name, kind in (("phone", sa.String()), ("former_addresses", sa.Text())):
        op.add_column("party", sa.Column(name, kind, nullable=True))
    connection = op.get_bind()
    work = ChangedSeals(connection, SPECS)
    change = sa.update(party).where(*(party.c[name] == sa.bindparam(f"of_{name}") for name in KEYS))
    change = change.values({name: sa.bindparam(f"new_{name}") for name in (*PARTS, *MORE, "seal")})
    for rows in _pages(connection):
        connection.execute(change, [_changed(work, row) for row in rows])
        work.keep()
    op.execute("ALTER TABLE party DROP COLUMN lines")


def downgrade() -> None:
    """Refuse: what was told apart is not put together again.

    Raises:
        CaseError: always.
    """
    raise CaseError("schema 0014: there is no way back; restore the backup that was made before", code="not_allowed")


def _pages(connection: sa.Connection) -> Iterator[list[Any]]:
    country = sa.case(
        (party.c.role == "creditor", case_file.c.creditor_country), else_=case_file.c.debtor_country
    ).label("lives_in")
    columns = (party.c.claim_id, party.c.role, sa.cast(party.c.lines, sa.Text).label("lines"), party.c.seal, country)
    query = sa.select(*columns).join(case_file, case_file.c.claim_id == party.c.claim_id)
    query, last = query.order_by(party.c.claim_id, party.c.role).limit(AT_ONCE), ("", "")
    while page := connection.execute(query.where(sa.tuple_(party.c.claim_id, party.c.role) > sa.tuple_(*last))).all():
        yield list(page)
        last = page[-1].claim_id, page[-1].role


def _changed(work: ChangedSeals, row: Any) -> dict[str, Any]:
    known = json.loads(row.lines or "{}")
    made: dict[str, Any] = _address(known.get("address") or [], row.lives_in)
    former = [
        {name: value for name, value in _address(lines, "").items() if value} for lines in known.get("before") or []
    ]
    made["phone"] = known.get("phone")
    made["former_addresses"] = json.dumps(former, ensure_ascii=False) if former else None
    seal = work.changed("party", row, made, {"lines": row.lines})
    return {f"of_{name}": getattr(row, name) for name in KEYS} | {
        f"new_{name}": value for name, value in {**made, "seal": seal}.items()
    }


def _address(lines: list[str], country: str) -> dict[str, str]:
    """Return the parts of stored lines; a country at their end was written as its code or its name."""
    names = {adapter_of(code).name: code for code in countries()} | {code: code for code in (*countries(), country)}
    at = names.get(lines[-1].strip()) if lines else None
    found = read_lines(lines[:-1] if at else lines, at or country)
    return {name: getattr(found, name) for name in PARTS}
