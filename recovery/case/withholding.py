"""Letters that ask for money: whether one may go out, and those held back that may not go out any more."""

from __future__ import annotations

from datetime import UTC, date, datetime

from sqlmodel import Session, col, select

from recovery.case.entries import settle
from recovery.case.lifecycle import State
from recovery.case.record import change_facts, limitation_of, locked
from recovery.store.tables import Case, Outbox, Shipment

DEMANDS = ("reminder", "formal_notice", "instalment_reminder", "plan_ended")
# While a case is in one of these no demand may go out.
SILENT = (
    State.DRAFT,
    State.FILED,
    State.AWAITING_INFORMATION,
    State.AWAITING_ACCEPTANCE,
    State.REFUSED,
    State.DISPUTED,
    State.SUSPENDED,
    State.CLOSED,
)


def demand_refused(case: Case, on: date) -> str | None:
    """Return why no demand may go out now, None when it may."""
    if State(case.state) in SILENT:
        return f"the case is {case.state}"
    limit = limitation_of(case, on)
    if limit and limit.barred and "barred" not in case.consents:
        return f"limitation has run out ({limit.basis})"
    return None


def withhold_demands(session: Session, case: Case) -> list[str]:
    """Hold back the demands that have not left the house; return their keys.

    A step whose letter was held back was not done: its event leaves the claim, and it comes again when its turn comes.
    """
    now = datetime.now(UTC)
    held = []
    query = select(Outbox).where(Outbox.claim_id == case.claim_id, Outbox.status == "waiting")
    for item in session.exec(locked(query.order_by(col(Outbox.id)))):
        if item.held_until and item.held_until > now and item.error is None:
            continue  # a worker is sending it at this moment
        key = _demand_key(session, item)
        if key:
            item.status, item.error = "withheld", "the case moved on before the letter left the house"
            session.add(item)
            _withhold_shipment(session, key)
            held.append(key)
    session.flush()
    for key in held:
        _undo_step(case, key)
    session.add(case)
    if held and case.reference and case.settled_on:
        settle(session, case, case.settled_on)  # costs that the letter would have made due were never due
    return held


def _demand_key(session: Session, item: Outbox) -> str | None:
    """Return the key of the demand that an effect would send, None where it sends none."""
    if item.kind == "letter":
        return item.key if item.payload["document"] in DEMANDS else None
    if item.kind not in ("send_email", "send_post", "send_webhook"):
        return None
    [key] = item.payload["letters"]
    letter = session.exec(select(Outbox).where(Outbox.key == key)).one()
    return key if letter.payload["document"] in DEMANDS else None


def _withhold_shipment(session: Session, key: str) -> None:
    shipment = session.exec(select(Shipment).where(Shipment.key == key)).first()
    if shipment:
        shipment.status, shipment.error = "withheld", "the case moved on before the letter left the house"
        session.add(shipment)


def _undo_step(case: Case, key: str) -> None:
    """Take a step back whose letter never left."""
    letters = dict(case.facts.get("step_letters", {}))
    step = letters.pop(key, None)
    if step is None:
        return
    claim = dict(case.facts["claim"])
    row = next((e for e in reversed(claim["events"]) if (e["kind"], e["on"]) == (step["event"], step["on"])), None)
    claim["events"] = [event for event in claim["events"] if event is not row]
    done = [name for name in case.facts.get("steps_done", []) if name != step["step"]]
    change_facts(case, claim=claim, steps_done=done, step_letters=letters, offer=None)
    if step["from"] != step["to"] and case.return_state:
        case.return_state = case.return_state.replace(step["to"], step["from"])
