"""A case that comes in: accepted, refused, asked about, sent again; and taken up after the debtor moved."""

from __future__ import annotations

from recovery.case.entries import settle
from recovery.case.order import Order, move_by
from recovery.case.record import CaseRecord
from recovery.case.transition import add_task
from recovery.desk.assignment import assign_to_actor
from recovery.desk.branches import resume_work
from recovery.procedure.steps import schedule_next


def accept(case: CaseRecord, order: Order) -> None:
    """Take the case on: the procedure of the country begins, or goes on where it stood before the debtor moved."""
    moved = case.return_state is not None
    move_by(case, "take_up" if moved else "accept", order)
    assign_to_actor(case, order)
    settle(case, order.on)
    if moved:
        resume_work(case, order.on)
    else:
        schedule_next(case, order.on)


def refuse(case: CaseRecord, order: Order) -> None:
    """Refuse the case: the member may send it again within the term."""
    move_by(case, "refuse", order)
    add_task(case, "refused_review", order.on, "member", {"question": order.note, "otherwise": "close"})


def ask(case: CaseRecord, order: Order) -> None:
    """Ask the member for information."""
    move_by(case, "ask", order)
    data = {"question": order.note, "otherwise": "team_decides"}
    add_task(case, "information", order.on, "member", data)


def inform(case: CaseRecord, order: Order) -> None:
    """Give the information asked for; the case goes back to the team."""
    move_by(case, "inform", order)
    add_task(case, "accept", order.on)


def resubmit(case: CaseRecord, order: Order) -> None:
    """Send a refused case again."""
    move_by(case, "resubmit", order)
    add_task(case, "accept", order.on)
