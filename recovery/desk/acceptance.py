"""A case that comes in: accepted, refused, asked about, sent again; and taken up after the debtor moved."""

from __future__ import annotations

from sqlmodel import Session

from recovery.case.entries import settle
from recovery.case.order import Order, move_by
from recovery.case.transition import add_task
from recovery.desk.assignment import assign_to_actor
from recovery.desk.branches import resume_work
from recovery.procedure.steps import schedule_next
from recovery.store.tables import Case


def accept(session: Session, case: Case, order: Order) -> None:
    """Take the case on: the procedure of the country begins, or goes on where it stood before the debtor moved."""
    moved = case.return_state is not None
    move_by(session, case, "take_up" if moved else "accept", order)
    assign_to_actor(session, case, order)
    settle(session, case, order.on)
    if moved:
        resume_work(session, case, order.on)
    else:
        schedule_next(session, case, order.on)


def refuse(session: Session, case: Case, order: Order) -> None:
    """Refuse the case: the member may send it again within the term."""
    move_by(session, case, "refuse", order)
    add_task(session, case, "refused_review", order.on, "member", {"question": order.note, "otherwise": "close"})


def ask(session: Session, case: Case, order: Order) -> None:
    """Ask the member for information."""
    move_by(session, case, "ask", order)
    data = {"question": order.note, "otherwise": "team_decides"}
    add_task(session, case, "information", order.on, "member", data)


def inform(session: Session, case: Case, order: Order) -> None:
    """Give the information asked for; the case goes back to the team."""
    move_by(session, case, "inform", order)
    add_task(session, case, "accept", order.on)


def resubmit(session: Session, case: Case, order: Order) -> None:
    """Send a refused case again."""
    move_by(session, case, "resubmit", order)
    add_task(session, case, "accept", order.on)
