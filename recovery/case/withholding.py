"""Letters that ask for money: whether one may go out, and those held back that may not go out any more."""

from __future__ import annotations

from datetime import date, datetime

from recovery.case.entries import settle
from recovery.case.lifecycle import State
from recovery.case.record import CaseRecord, limitation_of
from recovery.case.values import Offer
from recovery.law.history import pending, title
from recovery.store.tables import Outbox

WITHHELD = "the case moved on before the letter left the house"
DEMANDS = ("reminder", "formal_notice", "instalment_reminder", "plan_ended")
# What was agreed and ends with the case.
AGREEMENTS = ("instalment_plan", "settlement_offer")
# Those of the friendly phase: none goes out once a title exists.
FRIENDLY = ("reminder", "formal_notice")
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


def demand_refused(case: CaseRecord, on: date, document: str) -> str | None:
    """Return why a demand may not go out now, None when it may."""
    if State(case.state) in SILENT:
        return f"the case is {case.state}"
    held = title(case.claim) if document in FRIENDLY else None
    if held:
        return f"a title of {held.on} exists: it is enforced, and no letter of the friendly phase goes out"
    limit = limitation_of(case, on)
    if limit and limit.barred and not case.agrees("barred"):
        return f"limitation has run out ({limit.basis})"
    return None


def withhold_demands(case: CaseRecord, closing: bool = False) -> list[str]:
    """Hold back the demands that have not left the house; return their keys. A case that ends holds agreements too.

    A step whose letter was held back was not done: its event leaves the claim, and it comes again when its turn comes.
    """
    now, held = case.outside.now(), list[str]()
    for item in case.effects:
        if item.status != "waiting" or _is_being_sent(item, now):
            continue
        key = _demand_key(case, item, (*DEMANDS, *AGREEMENTS) if closing else DEMANDS)
        if key:
            hold_back(case, item, key, WITHHELD)
            held.append(key)
    for key in held:
        _undo_step(case, key)
    if held and case.reference and case.settled_on:
        settle(case, case.settled_on)  # costs that the letter would have made due were never due
    return held


def withhold(case: CaseRecord, *documents: str) -> list[str]:
    """Hold back the letters of some documents that have not left the house, and return their keys: others follow."""
    now, held = case.outside.now(), list[str]()
    for item in case.effects:
        key = _demand_key(case, item, documents) if item.status == "waiting" else None
        if key and not _is_being_sent(item, now):
            hold_back(case, item, key, WITHHELD)
            held.append(key)
    return held


def _is_being_sent(item: Outbox, now: datetime) -> bool:
    """Tell whether a worker sends an effect at this moment; a letter that it only renders can still be held back."""
    return bool(item.kind != "letter" and item.held_until and item.held_until > now and item.error is None)


def hold_back(case: CaseRecord, item: Outbox, key: str, why: str) -> None:
    """Let an effect not be done, and the letter that it would send not leave."""
    item.status, item.error, item.held_until = "withheld", why, None
    for shipment in case.shipments:
        if shipment.key == key:
            shipment.status, shipment.error = "withheld", why


def withdraw(case: CaseRecord, item: Outbox, key: str, why: str) -> None:
    """Hold one letter back that may not go out any more; the step that it was is taken back."""
    hold_back(case, item, key, why)
    _undo_step(case, key)
    if case.reference and case.settled_on:
        settle(case, case.settled_on)


def _demand_key(case: CaseRecord, item: Outbox, documents: tuple[str, ...]) -> str | None:
    """Return the key of the letter of these documents that an effect would send, None where it sends none."""
    if item.kind == "letter":
        return item.key if item.payload["document"] in documents else None
    if item.kind not in ("send_email", "send_post", "send_webhook"):
        return None
    [key] = item.payload["letters"]
    kind = next(paper.kind for paper in case.papers if paper.key == key)
    return key if kind.removeprefix("letter:") in documents else None


def not_received(case: CaseRecord, key: str) -> bool:
    """Let a letter that came back count as not received; tell whether its step is due again.

    The law gives no effect to what did not reach the debtor: its event leaves the claim, and costs that it made due.
    The last step is taken back until there is an address; an earlier one stays done.
    """
    step = next((one for one in case.steps if one.letter == key and not one.former), None)
    if step is None or title(case.claim) or pending(case.claim):
        return False
    last = step is case.steps[-1]
    _undo_step(case, key, kept=not last)
    if case.reference and case.settled_on:
        settle(case, case.settled_on)
    return last


def _undo_step(case: CaseRecord, key: str, kept: bool = False) -> None:
    """Take a step back whose letter never left or never came in; `kept` takes its event alone."""
    step = next((one for one in case.steps if one.letter == key), None)
    if step is None:
        return
    event = next((e for e in reversed(case.law_events) if (e.kind, e.on) == (step.event, step.on)), None)
    case.law_events = tuple(one for one in case.law_events if one is not event)
    if kept:
        return
    case.steps = tuple(one for one in case.steps if one is not step)
    case.offer = _offer_before(case)
    if step.before != step.after and case.return_state:
        case.return_state = case.return_state.replace(step.after, step.before)


def _offer_before(case: CaseRecord) -> Offer | None:
    """Return the demand that stands again once the last one was taken back."""
    earlier = case.offer.earlier if case.offer else ()
    return earlier[0].model_copy(update={"earlier": earlier[1:]}) if earlier else None
