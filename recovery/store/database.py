"""The database: engines, units of work and migrations, on SQLite and PostgreSQL alike."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import resources
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlmodel import Session

from recovery.settings import settings
from recovery.store import sealing as sealing  # listens to every session


def make_engine(url: str) -> Engine:
    """Return an engine for a URL: SQLite in WAL mode with foreign keys, PostgreSQL through psycopg."""
    if url.startswith("postgresql://"):
        url = url.replace("postgresql://", "postgresql+psycopg://", 1)
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True)
    engine = create_engine(url, connect_args={"timeout": 30, "check_same_thread": False})
    event.listen(engine, "connect", _sqlite_pragmas)
    event.listen(engine, "begin", _begin_immediate)
    return engine


def _sqlite_pragmas(connection: Any, record: Any) -> None:
    connection.isolation_level = None  # transactions are begun below, at once for writing
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL", "busy_timeout=30000"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_immediate(connection: Any) -> None:
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


@cache
def engine() -> Engine:
    """Return the installation's engine, its schema up to date."""
    made = make_engine(settings().database_url)
    upgrade(made)
    return made


@contextmanager
def unit_of_work(on: Engine | None = None) -> Iterator[Session]:
    """Give a session whose changes are committed together, or not at all."""
    with Session(on or engine(), expire_on_commit=False) as session, session.begin():
        yield session


@contextmanager
def reading(on: Engine | None = None) -> Iterator[Session]:
    """Give a session for looking only: it never holds up a writer, and nothing of it is kept."""
    with Session((on or engine()).execution_options(reading=True), expire_on_commit=False) as session:
        yield session


def upgrade(on: Engine, to: str = "head") -> None:
    """Bring the schema of a database up to date, or up to a revision."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(resources.files("recovery.store").joinpath("migrations")))
    with on.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, to)
        connection.commit()
