"""Who works a case: taken over, handed over."""

from __future__ import annotations

from sqlmodel import Session

from recovery.case.order import Order
from recovery.case.transition import record
from recovery.errors import CaseError
from recovery.people.teams import worker_named
from recovery.store.tables import Case


def assign_to_actor(session: Session, case: Case, order: Order) -> None:
    """Let who accepts a case work it, where it is a person of that country's team."""
    person = worker_named(session, order.actor) if "@" in order.actor else None
    if person and person.country in (None, case.debtor_country):
        case.handler_id = person.id


def take_over(session: Session, case: Case, order: Order) -> None:
    """Work the case from now on: who acts becomes its handler."""
    _assign(session, case, order, order.actor)


def hand_over(session: Session, case: Case, order: Order) -> None:
    """Give the case to another person of the team: `data` holds to, an e-mail address; the note says what matters."""
    _assign(session, case, order, str(order.data.get("to") or ""))


def _assign(session: Session, case: Case, order: Order, email: str) -> None:
    if case.reference is None or case.state == "closed":
        raise CaseError(
            f"{order.action} is not possible while the case is {case.state}", code="not_allowed", field="action"
        )
    person = worker_named(session, email)
    if person is None or person.country not in (None, case.debtor_country):
        raise CaseError(
            f"{order.action}: {email!r} is nobody of the team of {case.debtor_country}; "
            "`recovery team list` shows who is, `recovery team add` adds a person",
            code="not_found",
            field="to",
        )
    before, case.handler_id = case.handler_id, person.id
    record(
        session,
        case,
        order.action,
        actor=order.actor,
        on=order.on,
        note=order.note,
        data={"from": before, "to": person.id},
    )
