"""Letters for the post: one batch a country and day, and who is in it never changes."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, col, select

from recovery.case.store import load_many, locked
from recovery.post import shipments
from recovery.post.renewal import stands
from recovery.rounds.effects import LOOKED_AT, Chunk, new_effects
from recovery.store import outbox
from recovery.store.series import next_number
from recovery.store.tables import Outbox

Place = tuple[str, str]  # country and day


def for_the_post(ids: list[int], session: Session) -> list[tuple[int, Place]]:
    """Return those of several effects that wait for the post, each with its place, by place."""
    query = select(Outbox).where(col(Outbox.id).in_(ids), Outbox.kind == "send_post", Outbox.status == "waiting")
    return sorted(((item.id or 0, _place(item)) for item in session.exec(query)), key=lambda item: (item[1], item[0]))


def _place(item: Outbox) -> Place:
    return str(item.payload.get("country")), str(item.payload.get("day"))


def batch(session: Session, ids: list[int], at: datetime) -> list[int]:
    """Put letters of one place into a batch; return the effects that this gives rise to, its sending among them.

    None is sent where all are in a batch already; one that no longer says what its case says is left out.
    """
    chunk, items = _opened(session, ids, at)
    going = [item for item in items if _still_stands(chunk, item)]
    for item in going:
        outbox.mark_done(session, item)
    made = new_effects(session, chunk)
    letters = shipments.without_batch(session, [key for item in going for key in item.payload["letters"]])
    if not letters:
        return made
    country, day = going[0].payload["country"], going[0].payload["day"]
    series = f"post:{country}:{day}"
    number = next_number(session, series)
    name = f"{country}-{day}-{number}"
    shipments.in_batch(session, letters, name)
    payload = {"letters": letters, "country": country, "day": day, "batch": name}
    key = f"{series}:{number}"
    outbox.put(session, key, "post_batch", None, payload)
    return [*made, session.exec(select(Outbox.id).where(Outbox.key == key)).one() or 0]


def _opened(session: Session, ids: list[int], at: datetime) -> tuple[Chunk, list[Outbox]]:
    """Return those of several effects that still wait, their cases and then themselves locked."""
    claims = session.scalars(select(col(Outbox.claim_id)).where(col(Outbox.id).in_(ids)))
    cases = {case.claim_id: case for case in load_many(session, claims, LOOKED_AT)}
    query = select(Outbox).where(col(Outbox.id).in_(ids), Outbox.status == "waiting").order_by(col(Outbox.id))
    items = list(session.exec(locked(query)))
    keys = [key for item in items for key in item.payload.get("letters", [])]
    frozen = session.exec(select(Outbox).where(col(Outbox.key).in_(keys))).all() if keys else ()
    return Chunk(session, at, cases, {one.key: one.payload for one in frozen}), items


def _still_stands(chunk: Chunk, item: Outbox) -> bool:
    letter = next((chunk.letters.get(key) for key in item.payload["letters"]), None)
    return stands(chunk.case_of(item), item, letter, chunk.at)
