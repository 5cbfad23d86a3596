"""How letters left the house and what came back: state, history, an event in the case and a task for the team."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime

from sqlmodel import Session, col, select

from recovery.case.record import CaseRecord, procedure_of
from recovery.case.store import load, locked
from recovery.case.transition import add_task, cancel_deadlines, record
from recovery.case.withholding import not_received
from recovery.channels.refused import Refused
from recovery.errors import CaseError, RecoveryError
from recovery.letters.letter import Letter
from recovery.registry import adapter_of
from recovery.store.tables import Shipment

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


def open_shipment(case: CaseRecord, key: str, letter: Letter) -> str:
    """Note a letter that is to leave the house and return its channel; one without any goes to the team."""
    known = next((one for one in case.shipments if one.key == key), None)
    if known:
        return known.channel
    channel = channel_of(letter)
    status = "by_hand" if channel == "by_hand" else "waiting"
    case.add(Shipment(key=key, claim_id=case.claim_id, channel=channel, status=status))
    if channel == "by_hand":
        why = f"no address for {letter.channel}: hand the letter over by other means"
        record(case, "letter_by_hand", actor="system", on=letter.dated_on, data={"letter": key})
        _ask_team(case, key, why, letter.dated_on)
    return channel


def claims_of(session: Session, keys: Iterable[str]) -> dict[str, str]:
    """Return the claims that letters belong to, by the letters' keys."""
    wanted = list(keys)
    query = select(Shipment.key, Shipment.claim_id).where(col(Shipment.key).in_(wanted))
    return dict(session.exec(query).all()) if wanted else {}


def without_batch(session: Session, keys: list[str]) -> list[str]:
    """Return, in their order, the letters that no batch holds yet."""
    free = {shipment.key for shipment in _all(session, keys) if shipment.batch is None}
    return [key for key in keys if key in free]


def in_batch(session: Session, keys: Iterable[str], batch: str) -> None:
    """Note in which batch letters go to the post."""
    for shipment in _all(session, keys):
        shipment.batch = batch


def sent(letters: Iterable[Shipment], provider_id: str, at: datetime) -> None:
    """Note that letters left the house."""
    for shipment in letters:
        if shipment.status == "waiting":
            shipment.status, shipment.sent_at, shipment.provider_id = "sent", at, provider_id


def refused(session: Session, keys: Iterable[str], error: Refused, at: datetime) -> None:
    """Note that the recipient's side refused letters for good."""
    for shipment in _all(session, keys):
        if shipment.status == "waiting":
            case = load(session, shipment.claim_id)
            _went_wrong(case, shipment, error.status, error.message, "system", procedure_of(case).today(at))


def given_up(session: Session, keys: Iterable[str], error: RecoveryError, at: datetime) -> None:
    """Note that letters could not be sent although it was tried often."""
    for shipment in _all(session, keys):
        case = load(session, shipment.claim_id)
        _went_wrong(case, shipment, "failed", error.message, "system", procedure_of(case).today(at))


def record_return(case: CaseRecord, shipment: Shipment, reason: str, *, actor: str, on: date) -> None:
    """Record that a posted letter came back: it was not received, and no later step is taken before it is.

    Raises:
        CaseError: the letter was not sent by post.
    """
    known = shipment.status == "returned"
    _came_back(case, shipment, "returned", ("post", "registered", "webhook"), reason, actor, on)
    if not known and not_received(case, shipment.key):
        cancel_deadlines(case, "step")


def record_bounce(case: CaseRecord, shipment: Shipment, reason: str, *, actor: str, on: date) -> None:
    """Record that a mail bounced after the server had taken it.

    Raises:
        CaseError: the letter was not sent by e-mail.
    """
    _came_back(case, shipment, "bounced", ("email", "webhook"), reason, actor, on)


def record_tracking(case: CaseRecord, shipment: Shipment, number: str, *, actor: str, on: date) -> None:
    """Record the tracking number of a registered letter; a corrected one replaces it and both stay in the history.

    Raises:
        CaseError: the letter was not sent by registered post, or the number is none.
    """
    plain = "".join(number.split()).upper()
    if shipment.channel != "registered" or shipment.status == "waiting":
        raise _not_so(shipment.key, "a letter sent by registered post")
    if not TRACKING.fullmatch(plain):
        raise CaseError(
            "tracking number: 6 to 35 letters and digits, as the receipt shows it", code="bad_tracking", field="number"
        )
    if shipment.tracking_number != plain:
        shipment.tracking_number = plain
        _note(case, shipment, "tracking_number", plain, actor, on)


def find(session: Session, name: str) -> tuple[CaseRecord, Shipment]:
    """Return the shipment of a letter's key or a Message-ID with its case, locked for this unit of work.

    Raises:
        CaseError: there is none.
    """
    either = (col(Shipment.key) == name) | (col(Shipment.provider_id) == name)
    query = select(Shipment).where(either).where(col(Shipment.batch).is_(None) | (col(Shipment.key) == name))
    found = session.exec(query).first()
    if found is None:
        raise CaseError(f"letter {name}: not sent from here; look at the case's letters", code="letter_not_found")
    case = load(session, found.claim_id)
    return case, next(one for one in case.shipments if one.key == found.key)


def _all(session: Session, keys: Iterable[str]) -> list[Shipment]:
    query = select(Shipment).where(col(Shipment.key).in_(list(keys))).order_by(col(Shipment.id))
    return list(session.exec(locked(query)))


def _came_back(
    case: CaseRecord, shipment: Shipment, status: str, channels: tuple[str, ...], reason: str, actor: str, on: date
) -> None:
    if shipment.status == status:
        return
    if shipment.status != "sent" or shipment.channel not in channels:
        raise _not_so(shipment.key, f"a letter sent by {' or '.join(channels)}")
    _went_wrong(case, shipment, status, reason, actor, on)


def _went_wrong(case: CaseRecord, shipment: Shipment, status: str, why: str, actor: str, on: date) -> None:
    shipment.status, shipment.error = status, why
    _note(case, shipment, status, why, actor, on)
    _ask_team(case, shipment.key, why, on)


def _note(case: CaseRecord, shipment: Shipment, what: str, why: str, actor: str, on: date) -> None:
    """Add a line to a shipment's history and an event to its case."""
    line = {"on": on.isoformat(), "what": what, "why": why, "actor": actor}
    shipment.history = [*shipment.history, line]
    data = {"letter": shipment.key, "channel": shipment.channel}
    record(case, f"letter_{what}", actor=actor, on=on, note=why, data=data)


def _ask_team(case: CaseRecord, key: str, why: str, on: date) -> None:
    if case.state != "closed":
        add_task(case, "work", on, data={"why": why, "letter": key, "subject": "address", "stays": True})


def _not_so(name: str, what: str) -> CaseError:
    return CaseError(f"letter {name}: not {what}; look at the case's letters", code="not_allowed")
