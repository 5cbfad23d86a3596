"""Doing what the outbox holds: each effect at least once, made once by its key.

What stays in the house is done in the transaction that ticks it off. What leaves it is held for a worker, done
outside any transaction, and ticked off afterwards; after a crash the hold runs out and the same key goes again.
Whatever fails falls out alone: counted, tried again, in the end set aside for a person (`undelivered`).
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import groupby

from sqlmodel import Session, col, select

from recovery.audit import heads
from recovery.case.store import load, lock_rows, locked
from recovery.channels.refused import Refused
from recovery.errors import GatewayError, RecoveryError, UnexpectedError, known
from recovery.filing.claims import route_case
from recovery.letters.letter import Letter
from recovery.letters.render import render
from recovery.notices.compose import FOR_MEMBERS
from recovery.post import shipments
from recovery.post.access import with_code
from recovery.rounds.post_batches import batch, for_the_post, put
from recovery.rounds.sendings import TOLD, letters_of, made_ready
from recovery.store import documents, outbox
from recovery.store.database import StoreBusy, look, transact
from recovery.store.tables import Outbox
from recovery.telling import news
from recovery.telling.member_details import WARNING

MOST_ATTEMPTS = 10
# What fails for a reason that nobody foresaw is tried so often, then set aside.
MOST_UNFORESEEN = 5
# A sending waits longer after every failure, up to half a day: given up after four days (RFC 5321, 4.5.4.1).
MOST_SENDINGS = 17
LONGEST_WAIT = timedelta(hours=12)
HOLD = timedelta(minutes=15)
SENDINGS = (
    *("send_email", "post_batch", "send_webhook", "send_notice", "send_paper"),
    *(news.DIGEST, WARNING, heads.KIND),
)
# What goes without a letter of a case.
BY_ITSELF = ("send_paper", news.DIGEST, WARNING, heads.KIND)


@dataclass
class Delivered:
    """What a delivery did of what it was asked for, and what failed of that and of what it gave rise to."""

    done: int = 0
    failed: int = 0


def waiting_ids(limit: int = 500, at: datetime | None = None) -> list[int]:
    """Return the effects that wait and that no worker holds, the oldest first."""
    free = col(Outbox.held_until).is_(None) | (col(Outbox.held_until) <= (at or datetime.now(UTC)))
    query = select(Outbox.id).where(Outbox.status == "waiting", free).order_by(col(Outbox.id)).limit(limit)
    return look(lambda session: [found for found in session.exec(query) if found is not None])


def deliver(ids: list[int], at: datetime | None = None) -> Delivered:
    """Do effects one by one, and what they give rise to; what fails outside is tried again by a later run."""
    result, now = Delivered(), at or datetime.now(UTC)
    wave = _wave(list(ids), now, result)
    done = result.done
    while wave:
        wave = _wave(wave, now, result)
    result.done = done
    return result


def _wave(ids: list[int], at: datetime, result: Delivered) -> list[int]:
    """Do effects and return those that they give rise to."""
    return [*_gather_post(ids, at, result), *(new for item_id in ids for new in _one(item_id, at, result))]


def _one(item_id: int, at: datetime, result: Delivered) -> list[int]:
    """Do one effect and return those that it gives rise to."""
    try:
        kind = look(partial(_kind, item_id))
        made = _send(item_id, at) if kind in SENDINGS else transact(partial(_keep, item_id=item_id))
    except Exception as error:
        _failed(item_id, known(error), at, result)
        return []
    result.done += made is not None
    return made or []


def _kind(item_id: int, session: Session) -> str:
    item = session.get(Outbox, item_id)
    return item.kind if item and item.status == "waiting" else ""


def _failed(item_id: int, error: RecoveryError, at: datetime, result: Delivered) -> None:
    """Count a failure and note it; where even that cannot be written it is noted by the next delivery."""
    result.failed += 1
    if isinstance(error, StoreBusy):
        return
    with suppress(StoreBusy):
        transact(partial(_note_failure, item_id=item_id, error=error, at=at))


def effect_of(session: Session, item_id: int) -> Outbox | None:
    """Return an effect, its cases and then itself locked for this unit of work, None where it waits no more."""
    item = session.get(Outbox, item_id)
    if item is None or item.status != "waiting":
        return None
    lock_rows(session, [item.claim_id, *shipments.claims_of(session, letters_of(item))])
    item = session.exec(locked(select(Outbox).where(Outbox.id == item_id))).one()
    return item if item.status == "waiting" else None


def _keep(session: Session, item_id: int) -> list[int] | None:
    """Do an effect inside the house; return what it gives rise to, None if there was nothing to do."""
    item = effect_of(session, item_id)
    if item is None or item.kind in (*SENDINGS, "send_post"):
        return None
    made = _do(session, item)
    outbox.mark_done(session, item)
    return made


def _do(session: Session, item: Outbox) -> list[int]:
    if item.kind == "letter":
        return _letter(session, item)
    if item.kind == "route":
        route_case(session, item.claim_id or "", date.fromisoformat(item.payload["on"]))
    else:
        return _news(session, item)
    return []


def _letter(session: Session, item: Outbox) -> list[int]:
    """Render a letter and keep it, never to change; its sending is an effect of its own."""
    letter = with_code(session, Letter.from_dict(item.payload), item.claim_id)
    name = f"{letter.reference}-{letter.dated}-{letter.document}.pdf"
    case = load(session, item.claim_id or "")
    case.outside.attach(case, item.key, f"letter:{letter.document}", name, "application/pdf", render(letter))
    channel = shipments.open_shipment(case, item.key, letter)
    if channel == "by_hand":
        return []
    kind = "send_post" if channel in ("post", "registered") else f"send_{channel}"
    payload = {"letters": [item.key], "country": letter.country, "day": letter.dated}
    return [put(session, f"{item.key}:sent", kind, item.claim_id, payload)]


def _news(session: Session, item: Outbox) -> list[int]:
    """Keep a piece of news for the member's feed; the mail that tells of it is an effect of its own."""
    event, text = item.payload["event"], json.dumps(item.payload, sort_keys=True).encode()
    documents.attach(session, item.claim_id, item.key, "news", f"{event}.json", "application/json", text)
    if event not in FOR_MEMBERS:
        return []
    payload = {"notice": event, "to": "member"}
    return [put(session, f"{item.key}:mail", "send_notice", item.claim_id, payload)]


def _gather_post(ids: list[int], at: datetime, result: Delivered) -> list[int]:
    """Put the letters that wait for the post into one batch per country and day; who is in it never changes."""
    try:
        items = look(partial(for_the_post, ids))
    except StoreBusy:
        return []  # they go with the next delivery
    made: list[int] = []
    for _, group in groupby(items, key=lambda item: item[1]):
        made += _batched([item_id for item_id, _ in group], at, result)
    return made


def _batched(ids: list[int], at: datetime, result: Delivered) -> list[int]:
    """Put letters of one place into a batch; where that fails, each into one of its own."""
    try:
        made = transact(partial(batch, ids=ids))
    except Exception as error:
        if len(ids) == 1:
            _failed(ids[0], known(error), at, result)
            return []
        return [new for item_id in ids for new in _batched([item_id], at, result)]
    result.done += len(ids)
    return [] if made is None else [made]


def _send(item_id: int, at: datetime) -> list[int] | None:
    """Send what is held for this worker, outside any transaction, and note what came of it."""
    if not transact(partial(_hold, item_id=item_id, at=at)):
        return None
    go = look(lambda session: made_ready(session, session.get_one(Outbox, item_id), at))
    try:
        provider_id, refused = go(), None
    except Refused as error:
        provider_id, refused = "", error
    transact(partial(_sent, item_id=item_id, at=at, provider_id=provider_id, refused=refused))
    return []


def _sent(session: Session, item_id: int, at: datetime, provider_id: str, refused: Refused | None) -> None:
    """Note that an effect left the house, or that the other side refused it."""
    item = effect_of(session, item_id)
    if item is None:
        return
    outbox.mark_done(session, item)
    item.held_until, item.error = None, refused.message if refused else None
    if item.kind in TOLD:
        news.sent(session, item, item.error, at)
    shipments.sent(session, letters_of(item), provider_id, at, refused)


def _hold(session: Session, item_id: int, at: datetime) -> bool:
    """Take an effect for this worker, unless another holds it, it waits after a failure or was done already."""
    item = effect_of(session, item_id)
    if item is None or (item.held_until and item.held_until > at):
        return False
    if not _leaves(session, item, at):
        outbox.mark_done(session, item)
        return False
    item.held_until, item.error = at + HOLD, None  # an effect without an error is being done
    session.add(item)
    return True


def _leaves(session: Session, item: Outbox, at: datetime) -> bool:
    """Tell whether a sending leaves the house: a notice that its reader wants at once, a letter that still waits."""
    if item.kind == "send_notice":
        return news.goes_at_once(session, item, at)
    return item.kind in BY_ITSELF or shipments.any_waits(session, letters_of(item))


def _note_failure(session: Session, item_id: int, error: RecoveryError, at: datetime) -> None:
    item = effect_of(session, item_id)
    if item is None:
        return
    outside, final = item.kind in SENDINGS, _is_final(item, error)
    outbox.mark_failed(session, item, error.message, final)
    item.held_until = None if final else at + min(timedelta(minutes=2**item.attempts), LONGEST_WAIT)
    if outside and final:
        shipments.given_up(session, letters_of(item), error, at)


def _is_final(item: Outbox, error: RecoveryError) -> bool:
    """Tell whether a failure is the last: what is refused for good at once, the others after their tries."""
    if isinstance(error, GatewayError):
        return item.attempts + 1 >= (MOST_SENDINGS if item.kind in SENDINGS else MOST_ATTEMPTS)
    return not isinstance(error, UnexpectedError) or item.attempts + 1 >= MOST_UNFORESEEN
