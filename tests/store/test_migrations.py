"""The schema: migrations lead to what the tables say, and an older installation keeps its rows."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, date, datetime
from types import SimpleNamespace

import pyotp
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from recovery.audit.verify import verify_on
from recovery.people.factors import take_totp
from recovery.post.access import code_of, opened
from recovery.store import database, resealing, seals
from recovery.store.portal_tables import Account, DebtorAccess
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
    databases = request.getfixturevalue("postgresql")
    server, admin = databases.server, databases.admin
    name = f"m{uuid.uuid4().hex}"
    with admin.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    made = database.make_engine(server.get_uri(name))
    yield made
    made.dispose()
    with admin.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")


def test_an_older_installation_keeps_its_rows(empty, local):
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
        assert context.get_current_revision() == database.NEWEST


ACCOUNT = """
INSERT INTO account (id, email, language, totp_secret, totp_last, active, failures, created_at, news, feed_token)
VALUES ('a1', 'ada@dienst.example', 'nl',
  'RECOVERYRECOVERYRECOVERYRECOVERY', 0, :yes, 0, '2026-03-02 09:00:00', '{}', 'f1')
"""
ACCESS = "INSERT INTO debtor_access (claim_id, token, code, failures) VALUES ('c1', 'abcdefghjkmn', 'ABCD2345', 0)"
LETTER = """
INSERT INTO outbox (key, kind, claim_id, payload, status, attempts, created_at)
VALUES ('c1:reminder:1', 'letter', 'c1', '{"online": {"url": "http://x/d/abcdefghjkmn", "code": "ABCD 2345"}}',
  'done', 0, '2026-03-02 09:00:00')
"""


def test_secrets_are_sealed_and_codes_taken_out_while_letters_of_before_still_open(empty, local):
    database.upgrade(empty, "0007")
    with empty.begin() as connection:
        connection.execute(text(CASE))
        connection.execute(text(ACCESS))
        connection.execute(text(ACCOUNT), {"yes": True})
        connection.execute(text(LETTER))
    database.upgrade(empty)
    with empty.connect() as connection:
        rows = "".join(
            str(connection.execute(text(f"SELECT * FROM {name}")).all())
            for name in ("account", "debtor_access", "outbox")
        )
    assert "ABCD2345" not in rows
    assert "ABCD 2345" not in rows
    assert "RECOVERYRECOVERYRECOVERYRECOVERY" not in rows
    now = datetime(2026, 3, 2, 9, tzinfo=UTC)
    with database.unit_of_work(empty) as session:
        assert opened(session, "abcdefghjkmn", "WRONG234", now) is None
        assert opened(session, "abcdefghjkmn", "abcd 2345", now).claim_id == "c1"
        assert opened(session, "abcdefghjkmn", code_of(session.get(DebtorAccess, "c1")), now).claim_id == "c1"
        account = session.get(Account, "a1")
        assert take_totp(session, account, pyotp.TOTP("RECOVERYRECOVERYRECOVERYRECOVERY").at(now), now)


def old_chain(connection, claim, notes):
    """Write a chain as it was made before hashes were keyed."""
    connection.execute(text(CASE.replace("'c1'", ":claim").replace("'NL-2026-000001'", ":claim")), {"claim": claim})
    link = seals.FIRST
    for sequence, note in enumerate(notes, 1):
        event = SimpleNamespace(
            claim_id=claim,
            sequence=sequence,
            at=datetime(2026, 3, 2, 9, tzinfo=UTC),
            happened_on=date(2026, 3, 2),
            kind="file",
            actor="member",
            note=note,
            data={"to": "amicable", "from": "filed", "ü": 1},
            previous_hash=link,
        )
        made = resealing.plain_hash(seals.event_bytes(resealing.event_fields(event)))
        row = {**vars(event), "data": json.dumps(event.data), "hash": made}
        row["at"] = "2026-03-02 09:00:00.000000" if connection.dialect.name == "sqlite" else event.at
        names = ", ".join(row)
        values = ", ".join(f":{name}" for name in row)
        connection.execute(text(f"INSERT INTO case_event ({names}) VALUES ({values})"), row)
        link = made


def test_chains_are_keyed_once_and_one_that_was_broken_is_not_blessed(empty, local):
    database.upgrade(empty, "0007")
    with empty.begin() as connection:
        old_chain(connection, "whole", ["a", "b", "c"])
        old_chain(connection, "broken", ["a", "b", "c"])
        connection.execute(text("UPDATE case_event SET note = 'x' WHERE claim_id = 'broken' AND sequence = 2"))
        connection.execute(text(DEADLINE.replace("'c1'", "'whole'")))
    database.upgrade(empty)
    with empty.connect() as connection:
        found = verify_on(connection)
    assert found.events == 6
    assert [(one.case, one.what, one.where) for one in found.findings] == [("broken", "chain", "event 2")]
