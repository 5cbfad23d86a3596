"""Letters for the post: one batch a country and day, and who is in it never changes."""

from __future__ import annotations

from typing import Any

from sqlmodel import Session, col, select

from recovery.case.store import lock_rows, locked
from recovery.post import shipments
from recovery.store import outbox
from recovery.store.series import next_number
from recovery.store.tables import Outbox

Place = tuple[str, str]  # country and day


def put(session: Session, key: str, kind: str, claim_id: str | None, payload: dict[str, Any]) -> int:
    """Put an effect down and return its id."""
    outbox.put(session, key, kind, claim_id, payload)
    return session.exec(select(Outbox.id).where(Outbox.key == key)).one() or 0


def for_the_post(ids: list[int], session: Session) -> list[tuple[int, Place]]:
    """Return those of several effects that wait for the post, each with its place, by place."""
    query = select(Outbox).where(col(Outbox.id).in_(ids), Outbox.kind == "send_post", Outbox.status == "waiting")
    return sorted(((item.id or 0, _place(item)) for item in session.exec(query)), key=lambda item: (item[1], item[0]))


def _place(item: Outbox) -> Place:
    return str(item.payload.get("country")), str(item.payload.get("day"))


def batch(session: Session, ids: list[int]) -> int | None:
    """Put letters of one place into a batch; return the effect that sends it, None where all are in one already."""
    items = _locked_effects(session, ids)
    for item in items:
        outbox.mark_done(session, item)
    letters = shipments.without_batch(session, [key for item in items for key in item.payload["letters"]])
    if not letters:
        return None
    country, day = items[0].payload["country"], items[0].payload["day"]
    series = f"post:{country}:{day}"
    number = next_number(session, series)
    name = f"{country}-{day}-{number}"
    shipments.in_batch(session, letters, name)
    payload = {"letters": letters, "country": country, "day": day, "batch": name}
    return put(session, f"{series}:{number}", "post_batch", None, payload)


def _locked_effects(session: Session, ids: list[int]) -> list[Outbox]:
    """Return those of several effects that still wait, their cases and then themselves locked."""
    lock_rows(session, session.scalars(select(col(Outbox.claim_id)).where(col(Outbox.id).in_(ids))))
    query = select(Outbox).where(col(Outbox.id).in_(ids), Outbox.status == "waiting").order_by(col(Outbox.id))
    return list(session.exec(locked(query)))
