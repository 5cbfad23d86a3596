"""Doing what the outbox holds: each effect at least once, made once by its key."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from recovery.cases.filing import route_case
from recovery.errors import GatewayError, RecoveryError
from recovery.letters.letter import Letter
from recovery.letters.render import render
from recovery.store import documents, outbox
from recovery.store.database import reading, unit_of_work
from recovery.store.tables import Outbox

MOST_ATTEMPTS = 10


@dataclass
class Delivered:
    """What a delivery did."""

    done: int = 0
    failed: int = 0


def waiting_ids(limit: int = 500) -> list[int]:
    """Return the effects that wait."""
    with reading() as session:
        return outbox.waiting(session, limit)


def deliver(ids: list[int]) -> Delivered:
    """Do effects one by one; what fails outside is tried again by the next run."""
    result = Delivered()
    for item_id in ids:
        try:
            with unit_of_work() as session:
                item = session.get(Outbox, item_id, with_for_update=True)
                if item is None or item.status != "waiting":
                    continue
                _do(session, item)
                outbox.mark_done(session, item)
            result.done += 1
        except RecoveryError as error:
            result.failed += 1
            _note_failure(item_id, error)
    return result


def _note_failure(item_id: int, error: RecoveryError) -> None:
    with unit_of_work() as session:
        item = session.get(Outbox, item_id, with_for_update=True)
        if item is not None:
            final = not isinstance(error, GatewayError) or item.attempts + 1 >= MOST_ATTEMPTS
            outbox.mark_failed(session, item, error.message, final)


def _do(session: Session, item: Outbox) -> None:
    if item.kind == "letter":
        _letter(session, item)
    elif item.kind == "route":
        route_case(session, item.claim_id or "", date.fromisoformat(item.payload["on"]))
    else:
        _news(session, item)


def _letter(session: Session, item: Outbox) -> None:
    """Render a letter and keep it: the stored PDF is what was sent and never changes."""
    letter = Letter.from_dict(item.payload)
    name = f"{letter.reference}-{letter.dated}-{letter.document}.pdf"
    documents.attach(
        session, item.claim_id, item.key, f"letter:{letter.document}", name, "application/pdf", render(letter)
    )


def _news(session: Session, item: Outbox) -> None:
    """Keep a piece of news for the member's feed; mail goes out by the channels of the installation."""
    text = json.dumps(item.payload, sort_keys=True).encode()
    documents.attach(
        session, item.claim_id, item.key, "news", f"{item.payload['event']}.json", "application/json", text
    )
