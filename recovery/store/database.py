"""The database: engines, units of work and migrations, on SQLite and PostgreSQL alike.

Locks are taken in one order: the case, then its rows (deadlines, letters, bank entries), then the outbox, then the
series that numbers come from; of several cases the lowest claim id first. What still meets another is done again.
"""

from __future__ import annotations

import gc
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib import resources
from threading import Lock
from typing import Any, TypeVar

from sqlalchemy import Engine, create_engine, event, inspect
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel import Session

from recovery.errors import GatewayError
from recovery.settings import settings
from recovery.store import sealing as sealing  # listens to every session

T = TypeVar("T")
Item = TypeVar("Item")
# Seconds before a transaction is tried again; a database that starts anew takes a few.
PAUSES = (0.02, 0.1, 0.5, 2.0, 5.0)
# What PostgreSQL says of a transaction that met another, and of a server that is going down or coming up
# (its manual, appendix A): serialisation failure, deadlock, lock not available; connection, shutdown, starting up.
_MET = ("40001", "40P01", "55P03")
# Two that write the same key at the same instant: the second finds it when it looks again.
_SAME = "23505"
_AWAY = ("08", "57P01", "57P02", "57P03", "53300")
_SQLITE_BUSY = ("database is locked", "database table is locked", "database is busy")
# One thread at a time brings the schema up to date, and on PostgreSQL one process (the key is our own).
_MAKING = Lock()
_MIGRATION_LOCK = 0x5245434F
# The newest revision of the schema: where a database stands there, no migration is looked for.
NEWEST = "0017"
# How often the same key is looked at again before it counts as a fault of ours.
_SAME_TRIES = 3


class StoreBusy(GatewayError):
    """The database was busy, away or changed by another at the same instant: the same may be done again."""

    default_code = "database_busy"


def is_passing(error: BaseException) -> bool:
    """Tell whether a failure of the database goes away by itself: locked, away, or two at the same instant."""
    if not isinstance(error, DBAPIError) or error.orig is None:
        return False
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:
        return state in (*_MET, _SAME) or state.startswith(_AWAY)
    return error.connection_invalidated or _says_busy(error)


def _says_busy(error: DBAPIError) -> bool:
    """Tell it by the driver's words: SQLite has no states, and a connection that broke has none either."""
    said = str(error.orig)
    if "sqlite" in type(error.orig).__module__:
        return any(words in said for words in _SQLITE_BUSY)
    return not isinstance(error, IntegrityError) and type(error.orig).__name__ in (
        "OperationalError",
        "InterfaceError",
        "ConnectionTimeout",
    )


@contextmanager
def passing_told() -> Iterator[None]:
    """Turn a failure of the database that goes away by itself into an error that says so.

    Raises:
        StoreBusy: the database was busy or away.
    """
    try:
        yield
    except DBAPIError as error:
        if not is_passing(error):
            raise
        kind = type(error.orig).__name__
        code = "written_twice" if getattr(error.orig, "sqlstate", None) == _SAME else None
        raise StoreBusy(f"the database is busy or away ({kind}); nothing was changed, try again", code=code) from None


@contextmanager
def _committed(session: Session) -> Iterator[None]:
    """Commit what is done within; a connection that breaks on the way to the commit leaves open what came of it.

    Raises:
        StoreBusy: nobody knows whether the commit was done; it is not tried again by itself.
    """
    whole = False
    try:
        with session.begin():
            yield
            whole = True
    except DBAPIError as error:
        if whole and is_passing(error) and getattr(error.orig, "sqlstate", None) not in (*_MET, _SAME):
            raise StoreBusy(
                "the database went away while the change was written; look whether it is there before you try again",
                code="outcome_unknown",
            ) from None
        raise


def make_engine(url: str) -> Engine:
    """Return an engine for a URL: SQLite in WAL mode with foreign keys, PostgreSQL through psycopg."""
    if url.startswith("postgresql://"):
        url = url.replace("postgresql://", "postgresql+psycopg://", 1)
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True, hide_parameters=True)
    engine = create_engine(url, connect_args={"timeout": 30, "check_same_thread": False}, hide_parameters=True)
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
    with _MAKING:
        made = make_engine(settings().database_url)
        again(lambda: None if _is_newest(made) else upgrade(made))
    return made


def _is_newest(on: Engine) -> bool:
    """Tell whether a database has the newest schema."""
    with on.execution_options(reading=True).connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return False
        return list(connection.exec_driver_sql("SELECT version_num FROM alembic_version")) == [(NEWEST,)]


@contextmanager
def unit_of_work(on: Engine | None = None) -> Iterator[Session]:
    """Give a session whose changes are committed together, or not at all.

    Raises:
        StoreBusy: the database was busy, away, or another changed the same at the same instant; nothing was changed.
    """
    with passing_told(), Session(on or engine(), expire_on_commit=False) as session, _committed(session):
        yield session


def transact(work: Callable[[Session], T]) -> T:
    """Do work in one transaction of its own, and again from its start where it met another or the database was away.

    What the work gives it must take from the session it is handed: nothing of a try before counts.

    Raises:
        StoreBusy: the database stayed busy or away.
    """

    def once() -> T:
        with unit_of_work() as session:
            return work(session)

    return again(once)


def look(work: Callable[[Session], T]) -> T:
    """Read in one transaction, and once more where the database was away.

    Raises:
        StoreBusy: the database stayed away.
    """

    def once() -> T:
        with reading() as session:
            return work(session)

    return again(once)


def again(once: Callable[[], T]) -> T:
    """Do something until the database lets it, with growing pauses that differ so that two do not meet again.

    Raises:
        StoreBusy: the database stayed busy or away.
    """
    for number, pause in enumerate(PAUSES, 1):
        try:
            with passing_told():
                return once()
        except StoreBusy as busy:
            if busy.code == "outcome_unknown" or (busy.code == "written_twice" and number >= _SAME_TRIES):
                raise
            time.sleep(pause * random.uniform(0.5, 1.5))  # noqa: S311 - no secret hangs on it
    with passing_told():
        return once()


def divided(
    items: list[Item], work: Callable[[list[Item]], T], failed: Callable[[Item, Exception], None]
) -> Iterator[T]:
    """Do work on many at once, and where that fails on each half, until what is at fault stands alone and is told."""
    try:
        done = work(items)
    except Exception as error:
        if len(items) == 1:
            failed(items[0], error)
            return
        half = len(items) // 2
        for some in (items[:half], items[half:]):
            yield from divided(some, work, failed)
        return
    yield done


@contextmanager
def no_collection() -> Iterator[None]:
    """Collect no garbage meanwhile: what a chunk makes lives to its end, and looking for some takes a sixth of it.

    Afterwards only what was made meanwhile is looked through: all that the program holds takes as long as a chunk.
    """
    was_on = gc.isenabled()
    gc.disable()
    gc.freeze()
    try:
        yield
    finally:
        gc.collect(0)
        gc.unfreeze()
        if was_on:
            gc.enable()


@contextmanager
def reading(on: Engine | None = None) -> Iterator[Session]:
    """Give a session for looking only: it never holds up a writer, and nothing of it is kept."""
    found = (on or engine()).execution_options(reading=True)
    with passing_told(), Session(found, expire_on_commit=False) as session:
        yield session


def upgrade(on: Engine, to: str = "head") -> None:
    """Bring the schema of a database up to date, or up to a revision."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(resources.files("recovery.store").joinpath("migrations")))
    with on.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})")
        config.attributes["connection"] = connection
        command.upgrade(config, to)
        connection.commit()
