"""The event chain of a case: appended only, each event holding the hash of the one before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from sqlmodel import Session, col, select

from recovery.store.tables import CaseEvent

FIRST = "0" * 64


def digest(event: CaseEvent) -> str:
    """Return the hash of an event's content and of the hash before it."""
    content = [
        event.claim_id,
        event.sequence,
        event.at.astimezone(UTC).isoformat(),
        event.happened_on.isoformat(),
        event.kind,
        event.actor,
        event.note,
        event.data,
        event.previous_hash,
    ]
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def append(
    session: Session,
    claim_id: str,
    kind: str,
    actor: str,
    on: date,
    note: str = "",
    data: dict[str, Any] | None = None,
) -> CaseEvent:
    """Append an event to a case's chain."""
    query = select(CaseEvent).where(CaseEvent.claim_id == claim_id).order_by(col(CaseEvent.sequence).desc()).limit(1)
    last = session.exec(query).first()
    event = CaseEvent(
        claim_id=claim_id,
        sequence=last.sequence + 1 if last else 1,
        at=datetime.now(UTC).replace(microsecond=0),
        happened_on=on,
        kind=kind,
        actor=actor,
        note=note,
        data=data or {},
        previous_hash=last.hash if last else FIRST,
        hash="",
    )
    event.hash = digest(event)
    session.add(event)
    session.flush()
    return event


def events_of(session: Session, claim_id: str) -> list[CaseEvent]:
    """Return a case's events in order."""
    query = select(CaseEvent).where(CaseEvent.claim_id == claim_id).order_by(col(CaseEvent.sequence))
    return list(session.exec(query))


def breaks(session: Session) -> Iterator[tuple[str, int, str]]:
    """Yield the first break of each case's chain: claim, sequence, what is wrong."""
    query = select(CaseEvent).order_by(col(CaseEvent.claim_id), col(CaseEvent.sequence))
    claim, previous, expected, broken = "", FIRST, 1, False
    for event in session.exec(query.execution_options(yield_per=1000)):
        if event.claim_id != claim:
            claim, previous, expected, broken = event.claim_id, FIRST, 1, False
        if broken:
            continue
        why = _break(event, previous, expected)
        if why:
            broken = True
            yield claim, event.sequence, why
        previous, expected = event.hash, expected + 1


def _break(event: CaseEvent, previous: str, expected: int) -> str | None:
    if event.sequence != expected:
        return f"event {expected} is missing"
    if event.previous_hash != previous:
        return "it does not follow the event before it"
    if digest(event) != event.hash:
        return "its content was changed"
    return None
