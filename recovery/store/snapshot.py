"""One moment of the database to read from, however long the reading takes and whatever is written meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, text

from recovery.store.database import engine


@contextmanager
def snapshot(on: Engine | None = None) -> Iterator[Connection]:
    """Give a connection that sees all tables as they stood at one moment, and writes nothing."""
    source = on or engine()
    options = {"reading": True}
    if source.dialect.name == "postgresql":
        options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}  # type: ignore[dict-item]
    with source.connect().execution_options(**options) as connection:
        # The moment is that of the first statement, on both databases.
        connection.execute(text("SELECT count(*) FROM alembic_version"))
        yield connection
