"""How letters left the house and what came back: state, history, an event in the case and a task for the team."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime

from sqlmodel import Session, col, select

from recovery.case.record import load, locked, procedure_of
from recovery.case.transition import add_task, record
from recovery.channels.refused import Refused
from recovery.errors import CaseError, RecoveryError
from recovery.letters.letter import Letter
from recovery.registry import adapter_of
from recovery.store.tables import Case, Shipment

TRACKING = re.compile(r"[A-Z0-9]{6,35}")


def channel_of(letter: Letter) -> str:
    """Return by which channel a letter goes: an address that is missing sends it by the next best one.

    A country whose service.toml says `channel = "webhook"` sends its letters from its own system.
    """
    if letter.channel == "webhook" or adapter_of(letter.country).service.get("channel") == "webhook":
        return "webhook"
    if letter.channel == "email" and letter.debtor.email:
        return "email"
    if letter.channel in ("email", "post", "registered") and letter.debtor.lines:
        return "registered" if letter.channel == "registered" else "post"
    return "by_hand"


def open_shipment(session: Session, claim_id: str, key: str, letter: Letter) -> str:
    """Note a letter that is to leave the house and return its channel; one without any goes to the team."""
    known = _all(session, [key])
    if known:
        return known[0].channel
    channel = channel_of(letter)
    status = "by_hand" if channel == "by_hand" else "waiting"
    session.add(Shipment(key=key, claim_id=claim_id, channel=channel, status=status))
    session.flush()
    if channel == "by_hand":
        case = load(session, claim_id)
        why = f"no address for {letter.channel}: hand the letter over by other means"
        record(session, case, "letter_by_hand", actor="system", on=letter.dated_on, data={"letter": key})
        _ask_team(session, case, key, why, letter.dated_on)
    return channel


def claims_of(session: Session, keys: Iterable[str]) -> list[str]:
    """Return the claims that letters belong to."""
    wanted = list(keys)
    return list(session.exec(select(Shipment.claim_id).where(col(Shipment.key).in_(wanted)))) if wanted else []


def any_waits(session: Session, keys: Iterable[str]) -> bool:
    """Tell whether any of these letters is still to leave the house."""
    return any(shipment.status == "waiting" for shipment in _all(session, keys))


def without_batch(session: Session, keys: list[str]) -> list[str]:
    """Return, in their order, the letters that no batch holds yet."""
    free = {shipment.key for shipment in _all(session, keys) if shipment.batch is None}
    return [key for key in keys if key in free]


def in_batch(session: Session, keys: Iterable[str], batch: str) -> None:
    """Note in which batch letters go to the post."""
    for shipment in _all(session, keys):
        shipment.batch = batch
        session.add(shipment)


def sent(session: Session, keys: Iterable[str], provider_id: str, at: datetime, refused: Refused | None) -> None:
    """Note that letters left the house, or that the recipient's side refused them for good."""
    for shipment in _all(session, keys):
        if shipment.status != "waiting":
            continue
        if refused:
            _went_wrong(session, shipment, refused.status, refused.message, "system", _today(session, shipment, at))
            continue
        shipment.status, shipment.sent_at, shipment.provider_id = "sent", at, provider_id
        session.add(shipment)


def given_up(session: Session, keys: Iterable[str], error: RecoveryError, at: datetime) -> None:
    """Note that letters could not be sent although it was tried often."""
    for shipment in _all(session, keys):
        _went_wrong(session, shipment, "failed", error.message, "system", _today(session, shipment, at))


def record_return(session: Session, name: str, reason: str, *, actor: str, on: date) -> Shipment:
    """Record that a posted letter came back.

    Raises:
        CaseError: no such letter was sent by post.
    """
    return _came_back(session, name, "returned", ("post", "registered", "webhook"), reason, actor, on)


def record_bounce(session: Session, name: str, reason: str, *, actor: str, on: date) -> Shipment:
    """Record that a mail bounced after the server had taken it; `name` is the letter's key or the Message-ID.

    Raises:
        CaseError: no such letter was sent by e-mail.
    """
    return _came_back(session, name, "bounced", ("email", "webhook"), reason, actor, on)


def record_tracking(session: Session, name: str, number: str, *, actor: str, on: date) -> Shipment:
    """Record the tracking number of a registered letter; a corrected one replaces it and both stay in the history.

    Raises:
        CaseError: the letter was not sent by registered post, or the number is none.
    """
    shipment = find(session, name)
    plain = "".join(number.split()).upper()
    if shipment.channel != "registered" or shipment.status == "waiting":
        raise _not_so(name, "a letter sent by registered post")
    if not TRACKING.fullmatch(plain):
        raise CaseError(
            "tracking number: 6 to 35 letters and digits, as the receipt shows it", code="bad_tracking", field="number"
        )
    if shipment.tracking_number != plain:
        shipment.tracking_number = plain
        _note(session, shipment, "tracking_number", plain, actor, on)
    return shipment


def find(session: Session, name: str) -> Shipment:
    """Return the shipment of a letter's key or a Message-ID, locked for this unit of work.

    Raises:
        CaseError: there is none.
    """
    either = (col(Shipment.key) == name) | (col(Shipment.provider_id) == name)
    query = select(Shipment).where(either).where(col(Shipment.batch).is_(None) | (col(Shipment.key) == name))
    found = session.exec(query).first()
    if found is None:
        raise CaseError(f"letter {name}: not sent from here; look at the case's letters", code="letter_not_found")
    load(session, found.claim_id)  # the case before its rows: locks have one order
    return session.exec(locked(select(Shipment).where(Shipment.id == found.id))).one()


def shipments_of(session: Session, claim_id: str) -> list[Shipment]:
    """Return how a case's letters left the house, the oldest first."""
    return list(session.exec(select(Shipment).where(Shipment.claim_id == claim_id).order_by(col(Shipment.id))))


def _all(session: Session, keys: Iterable[str]) -> list[Shipment]:
    query = select(Shipment).where(col(Shipment.key).in_(list(keys))).order_by(col(Shipment.id))
    return list(session.exec(locked(query)))


def _today(session: Session, shipment: Shipment, at: datetime) -> date:
    return procedure_of(load(session, shipment.claim_id, lock=False)).today(at)


def _came_back(
    session: Session, name: str, status: str, channels: tuple[str, ...], reason: str, actor: str, on: date
) -> Shipment:
    shipment = find(session, name)
    if shipment.status == status:
        return shipment
    if shipment.status != "sent" or shipment.channel not in channels:
        raise _not_so(name, f"a letter sent by {' or '.join(channels)}")
    _went_wrong(session, shipment, status, reason, actor, on)
    return shipment


def _went_wrong(session: Session, shipment: Shipment, status: str, why: str, actor: str, on: date) -> None:
    shipment.status, shipment.error = status, why
    case = _note(session, shipment, status, why, actor, on)
    _ask_team(session, case, shipment.key, why, on)


def _note(session: Session, shipment: Shipment, what: str, why: str, actor: str, on: date) -> Case:
    """Add a line to a shipment's history and an event to its case."""
    line = {"on": on.isoformat(), "what": what, "why": why, "actor": actor}
    shipment.history = [*shipment.history, line]
    session.add(shipment)
    case = load(session, shipment.claim_id)
    data = {"letter": shipment.key, "channel": shipment.channel}
    record(session, case, f"letter_{what}", actor=actor, on=on, note=why, data=data)
    return case


def _ask_team(session: Session, case: Case, key: str, why: str, on: date) -> None:
    if case.state != "closed":
        add_task(session, case, "work", on, data={"why": why, "letter": key, "subject": "address"})


def _not_so(name: str, what: str) -> CaseError:
    return CaseError(f"letter {name}: not {what}; look at the case's letters", code="not_allowed")
