"""The schema: migrations lead to what the tables say, and an older installation keeps its rows."""

from __future__ import annotations

import uuid

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from recovery.store import database
from recovery.store.tables import METADATA

CASE = """
INSERT INTO case_file (claim_id, reference, state, version, creditor_country, debtor_country, currency, facts, consents,
  principal_minor, principal_open_minor, settled_interest_minor, advanced_minor)
VALUES ('c1', 'NL-2026-000001', 'amicable', 3, 'BE', 'NL', 'EUR', '{}', '{}', 100, 100, 0, 0)
"""
DEADLINE = """
INSERT INTO deadline (claim_id, kind, due_on, actor, basis, country, status, data)
VALUES ('c1', 'work', '2026-03-02', 'team', 'charter', 'NL', 'open', '{}')
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request, tmp_path):
    """A database without any table."""
    if request.param == "sqlite":
        made = database.make_engine(f"sqlite:///{tmp_path / 'old.db'}")
        yield made
        made.dispose()
        return
    server, admin = request.getfixturevalue("postgresql")
    name = f"m{uuid.uuid4().hex}"
    with admin.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    made = database.make_engine(server.get_uri(name))
    yield made
    made.dispose()
    with admin.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")


def test_an_older_installation_keeps_its_rows(empty):
    database.upgrade(empty, "0003")
    with empty.begin() as connection:
        connection.execute(text(CASE))
        connection.execute(text(DEADLINE))
    database.upgrade(empty)
    with empty.begin() as connection:
        assert connection.execute(text("SELECT reference, version, handler_id FROM case_file")).one() == (
            "NL-2026-000001",
            3,
            None,
        )
        assert connection.execute(text("SELECT kind, escalated FROM deadline")).one() == ("work", 0)


def test_the_migrations_lead_to_the_tables(empty):
    database.upgrade(empty)
    with empty.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, METADATA) == []
