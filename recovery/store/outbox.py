"""The outbox: effects outside are put down in the transaction that decides them, and done later."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlmodel import Session, col, select

from recovery.store.tables import Outbox


def put(session: Session, key: str, kind: str, claim_id: str | None, payload: dict[str, Any]) -> None:
    """Put an effect down once: a key that stands already is left as it is."""
    if session.exec(select(Outbox.id).where(Outbox.key == key)).first() is None:
        session.add(Outbox(key=key, kind=kind, claim_id=claim_id, payload=payload, created_at=datetime.now(UTC)))
        session.flush()


def waiting(session: Session, limit: int = 500) -> list[int]:
    """Return the ids of the effects still to be done, oldest first."""
    query = select(Outbox.id).where(Outbox.status == "waiting").order_by(col(Outbox.id)).limit(limit)
    return [found for found in session.exec(query) if found is not None]


def mark_done(session: Session, item: Outbox) -> None:
    """Record that an effect was done."""
    item.status, item.done_at, item.error = "done", datetime.now(UTC), None
    item.attempts += 1
    session.add(item)


def mark_failed(session: Session, item: Outbox, error: str, final: bool) -> None:
    """Record a failure; a final one waits for a person."""
    item.status = "failed" if final else "waiting"
    item.attempts += 1
    item.error = error
    session.add(item)
