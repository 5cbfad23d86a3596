"""Who looked at whose data: noted once per person, case, way and hour, beside the answer and never instead of it."""

from __future__ import annotations

import getpass
import logging
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import UTC, datetime, timedelta
from typing import Literal

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from recovery.settings import settings
from recovery.store.database import unit_of_work
from recovery.store.portal_tables import ReadEntry

Way = Literal["case", "document", "search", "export"]
# So long an answer waits for its note; a database that is busy gets it a moment later.
PATIENCE = 0.05
log = logging.getLogger(__name__)
_writer = ThreadPoolExecutor(1, thread_name_prefix="reads")


def note_reads(person: str, claims: Iterable[str], way: Way, now: datetime | None = None) -> None:
    """Note that a person looked at cases; what cannot be noted stands in the log."""
    found = list(dict.fromkeys(claims))
    if found:
        wait([_writer.submit(_write, person, found, way, now or datetime.now(UTC))], PATIENCE)


def _write(person: str, claims: list[str], way: Way, now: datetime) -> None:
    try:
        with unit_of_work() as session:
            keep(session, person, claims, way, now)
    except Exception:
        log.exception("not noted: %s looked at %s (%s) at %s", person, ", ".join(claims), way, now.isoformat())


def keep(session: Session, person: str, claims: Iterable[str], way: Way, now: datetime) -> None:
    """Put down one row per case, where this hour has none."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    hour = int(now.timestamp()) // 3600
    rows = [{"at": now, "hour": hour, "person": person, "claim_id": claim, "way": way} for claim in claims]
    session.execute(insert(ReadEntry).values(rows).on_conflict_do_nothing())


def by_command() -> str:
    """Return who runs a command: the account of this machine."""
    try:
        return f"command line ({getpass.getuser()})"
    except (KeyError, OSError):
        return "command line"


def forget_old(session: Session, now: datetime) -> None:
    """Delete what is older than the installation keeps."""
    session.execute(delete(ReadEntry).where(col(ReadEntry.at) < now - timedelta(days=settings().reads_days)))
