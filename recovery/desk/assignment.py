"""Who works a case: taken over, handed over."""

from __future__ import annotations

from recovery.case.order import Order
from recovery.case.record import CaseRecord
from recovery.case.transition import record
from recovery.errors import CaseError


def assign_to_actor(case: CaseRecord, order: Order) -> None:
    """Let who accepts a case work it, where it is a person of that country's team."""
    person = case.outside.worker(order.actor) if "@" in order.actor else None
    if person and person.country in (None, case.debtor_country):
        case.handler_id = person.id


def take_over(case: CaseRecord, order: Order) -> None:
    """Work the case from now on: who acts becomes its handler."""
    _assign(case, order, order.actor)


def hand_over(case: CaseRecord, order: Order) -> None:
    """Give the case to another person of the team; the note says what matters."""
    _assign(case, order, str(order.data.get("to") or ""))


def _assign(case: CaseRecord, order: Order, email: str) -> None:
    person = case.outside.worker(email)
    if person is None or person.country not in (None, case.debtor_country):
        raise CaseError(
            f"{order.action}: {email!r} is nobody of the team of {case.debtor_country}; "
            "`recovery team list` shows who is, `recovery team add` adds a person",
            code="not_found",
            field="to",
        )
    before, case.handler_id = case.handler_id, person.id
    record(
        case,
        order.action,
        actor=order.actor,
        on=order.on,
        note=order.note,
        data={"from": before, "to": person.id},
    )
