"""Tables that are only ever added to: the database itself refuses to change or delete their rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import Connection, text

TABLES = ("case_event", "entry", "audit_entry", "posting")
# Those that there were when the guards first came (schema 0010).
FIRST = TABLES[:3]
_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_to_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '% is only ever added to', TG_TABLE_NAME; END $$
"""


def guard(connection: Connection, tables: Sequence[str] = TABLES) -> None:
    """Let the database refuse changes to what is only ever added to."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(_FUNCTION))
    for table in tables:
        for statement in _guards(connection.dialect.name, table):
            connection.execute(text(statement))


def _guards(dialect: str, table: str) -> list[str]:
    if dialect == "postgresql":
        refuse = "EXECUTE FUNCTION refuse_to_change()"
        return [
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW {refuse}",
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {refuse}",
        ]
    refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is only ever added to'); END"
    return [
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE ON {table} {refuse}",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}",
    ]


def _names(dialect: str, table: str) -> set[str]:
    return {f"{table}_no_change", f"{table}_no_truncate" if dialect == "postgresql" else f"{table}_no_delete"}


def unguard(connection: Connection, tables: Sequence[str] = TABLES) -> None:
    """Take the guards away, for a migration, a sealing anew or an erasure that the law asks for."""
    dialect = connection.dialect.name
    for table in tables:
        for name in sorted(_names(dialect, table)):
            on = f" ON {table}" if dialect == "postgresql" else ""
            connection.execute(text(f"DROP TRIGGER IF EXISTS {name}{on}"))


@contextmanager
def lifted(connection: Connection) -> Iterator[None]:
    """Take the guards away for a part of a transaction, and set them up again in the same one."""
    unguard(connection)
    yield
    guard(connection)


def missing(connection: Connection) -> list[str]:
    """Return the guards that somebody took away or switched off."""
    if connection.dialect.name == "postgresql":
        query = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')"
    else:
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    stands = set(connection.execute(text(query)).scalars())
    return sorted(name for table in TABLES for name in _names(connection.dialect.name, table) - stands)
