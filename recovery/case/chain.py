"""The event chain of a case: appended only, each event holding the keyed hash of the one before."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from recovery.case.record import CaseRecord
from recovery.store import seals
from recovery.store.new_rows import new_row
from recovery.store.resealing import event_fields
from recovery.store.sealing import key_for
from recovery.store.seals import FIRST
from recovery.store.tables import CaseEvent


def digest(key: bytes, event: CaseEvent) -> str:
    """Return the keyed hash of an event's content and of the hash before it."""
    return seals.event_hash(key, seals.event_bytes(event_fields(event)))


def append(
    case: CaseRecord, kind: str, actor: str, on: date, note: str = "", data: dict[str, Any] | None = None
) -> CaseEvent:
    """Append an event to a case's chain."""
    last = case.events[-1] if case.events else None
    event = new_row(
        CaseEvent,
        claim_id=case.claim_id,
        sequence=last.sequence + 1 if last else 1,
        at=case.outside.now().replace(microsecond=0),
        happened_on=on,
        kind=kind,
        actor=actor,
        note=note,
        data=data or {},
        previous_hash=last.hash if last else FIRST,
        hash="",
    )
    event.hash = case.outside.hash_of(event)
    return case.add(event)


def breaks(session: Session) -> Iterator[tuple[str, int, str]]:
    """Yield the first break of each case's chain: claim, sequence, what is wrong."""
    query = select(CaseEvent).order_by(col(CaseEvent.claim_id), col(CaseEvent.sequence))
    key = key_for(session.connection())
    claim, previous, expected, broken = "", FIRST, 1, False
    for event in session.exec(query.execution_options(yield_per=1000)):
        if event.claim_id != claim:
            claim, previous, expected, broken = event.claim_id, FIRST, 1, False
        if broken:
            continue
        why = _break(key, event, previous, expected)
        if why:
            broken = True
            yield claim, event.sequence, why
        previous, expected = event.hash, expected + 1


def _break(key: bytes, event: CaseEvent, previous: str, expected: int) -> str | None:
    if event.sequence != expected:
        return f"event {expected} is missing"
    if event.previous_hash != previous:
        return "it does not follow the event before it"
    if digest(key, event) != event.hash:
        return "its content was changed"
    return None
