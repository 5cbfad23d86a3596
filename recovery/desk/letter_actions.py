"""What a team tells of letters that left the house: come back, bounced, tracked."""

from __future__ import annotations

from recovery.case.order import Order, choice_in
from recovery.case.record import CaseRecord
from recovery.case.transition import record
from recovery.errors import CaseError
from recovery.post import correspondence
from recovery.post.shipments import record_bounce, record_return, record_tracking
from recovery.store.tables import Shipment

# The channels whose letters come back, bounce and are tracked.
POSTED = ("post", "registered", "webhook")
MAILED = ("email", "webhook")
TRACKED = ("registered",)


def _letter(case: CaseRecord, order: Order, channels: tuple[str, ...]) -> Shipment:
    """Return the letter that is meant: the one named, else the last one sent by such a channel.

    Raises:
        CaseError: the case has no such letter.
    """
    named = order.data.get("letter")
    found = [one for one in case.shipments if one.channel in channels and named in (None, one.key)]
    if not found:
        raise CaseError(
            f"{order.action}: no such letter in this case; `recovery case show` lists them under letters",
            code="not_found",
            field="letter",
        )
    return found[-1]


def letter_returned(case: CaseRecord, order: Order) -> None:
    """Record that a posted letter came back; the note says why."""
    letter = _letter(case, order, POSTED)
    record_return(case, letter, order.note or "returned", actor=order.actor, on=order.on)


def letter_bounced(case: CaseRecord, order: Order) -> None:
    """Record that a mail bounced after it was taken; the note says why."""
    letter = _letter(case, order, MAILED)
    record_bounce(case, letter, order.note or "bounced", actor=order.actor, on=order.on)


def letter_tracking(case: CaseRecord, order: Order) -> None:
    """Record the tracking number of a registered letter."""
    letter = _letter(case, order, TRACKED)
    record_tracking(case, letter, str(order.data.get("number") or ""), actor=order.actor, on=order.on)


def write_debtor(case: CaseRecord, order: Order) -> None:
    """Write to the debtor in the frame of the country's letters: the note is what is said; it asks for no money."""
    data = {"letter": f"{case.claim_id}:written:{len(case.events)}"}
    record(case, "write_debtor", actor=order.actor, on=order.on, note=order.note, data=data)
    channel = choice_in(order, "channel", "email")
    correspondence.send(case, "information", order.on, None, channel, data["letter"], values={"message": order.note})
