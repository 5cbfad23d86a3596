"""What waits, what failed for good and what was set aside: shown to who runs the installation, and worked again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, func, select

from recovery.case.store import load, locked
from recovery.errors import CaseError
from recovery.people.audit import note
from recovery.rounds.sweep import MOST_ATTEMPTS
from recovery.store.tables import Case, Deadline, Outbox

MOST_SHOWN = 100
# A letter that failed for good is its team's task: it is sent again from the case, by another way or address.
OF_THE_TEAM = ("send_email", "post_batch", "send_webhook")


def counts(session: Session) -> list[tuple[str, str, int]]:
    """Return how much waits and failed: status, kind, number."""
    query = select(Outbox.status, Outbox.kind, func.count()).where(col(Outbox.status).in_(("waiting", "failed")))
    return list(session.exec(query.group_by(col(Outbox.status), col(Outbox.kind)).order_by(Outbox.status, Outbox.kind)))


def failed(session: Session) -> Sequence[tuple[Outbox, str | None]]:
    """Return what failed for good, the latest first, with the reference of its case."""
    query = select(Outbox, Case.reference).outerjoin(Case, col(Case.claim_id) == col(Outbox.claim_id))
    query = query.where(Outbox.status == "failed").order_by(col(Outbox.id).desc())
    return session.exec(query.limit(MOST_SHOWN)).all()


def can_retry(item: Outbox) -> bool:
    """Tell whether an effect may be tried again from here."""
    return item.status == "failed" and item.kind not in OF_THE_TEAM


def retry(session: Session, item_id: int, by: str, now: datetime) -> None:
    """Let an effect that failed wait again, under the same key.

    Raises:
        CaseError: it did not fail, or its team decides about it.
    """
    item = session.exec(locked(select(Outbox).where(Outbox.id == item_id))).first()
    if item is None or not can_retry(item):
        raise CaseError(f"outbox {item_id}: nothing to try again", code="not_found")
    item.status, item.attempts, item.error, item.held_until = "waiting", 0, None, None
    session.add(item)
    note(session, by, "outbox_retried", str(item_id), data={"kind": item.kind}, now=now)


def aside(session: Session) -> Sequence[tuple[Deadline, str | None]]:
    """Return the deadlines that were set aside after failing, the latest first, with the reference of their case."""
    query = select(Deadline, Case.reference).join(Case, col(Case.claim_id) == col(Deadline.claim_id))
    query = query.where(Deadline.status == "open", Deadline.attempts >= MOST_ATTEMPTS).order_by(col(Deadline.id).desc())
    return session.exec(query.limit(MOST_SHOWN)).all()


def work_again(session: Session, deadline_id: int, by: str, now: datetime) -> None:
    """Let a deadline that was set aside be worked by the next sweep.

    Raises:
        CaseError: it was not set aside.
    """
    found = session.get(Deadline, deadline_id)
    if found is not None:
        load(session, found.claim_id)
        session.refresh(found)
    if found is None or found.status != "open" or found.attempts < MOST_ATTEMPTS:
        raise CaseError(f"deadline {deadline_id}: was not set aside", code="not_found")
    found.attempts, found.error = 0, None
    session.add(found)
    note(session, by, "deadline_again", str(deadline_id), data={"kind": found.name}, now=now)
