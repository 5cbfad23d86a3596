"""Disputes: letters stop, the member answers, the team decides for one side or finds the middle."""

from __future__ import annotations

from datetime import timedelta

from recovery.case.entries import waive
from recovery.case.order import Order, amount_of, amount_within_owed, choice_in, move_by
from recovery.case.record import CaseRecord, add_law_event
from recovery.case.transition import add_task
from recovery.desk.branches import resume_work
from recovery.errors import CaseError
from recovery.ledger.held_money import debtor_was_right
from recovery.post import correspondence

GROUNDS = (
    "not_ordered",
    "not_delivered",
    "defective",
    "wrong_amount",
    "wrong_debtor",
    "paid_already",
    "time_barred",
    "other",
)
# Days that the debtor is given to send the documents an objection rests on.
DOCUMENTS_DAYS = 14


def dispute(case: CaseRecord, order: Order) -> None:
    """Open a dispute: every letter stops, the member and the team have their own terms.

    `data` may hold ground; an amount is the part that is disputed, without it the whole claim is.
    """
    ground = choice_in(order, "ground", "other")
    disputed = amount_of(case, order) if order.amount is not None else None
    in_court = case.state == "judicial"
    move_by(case, "dispute", order, ground=ground, disputed=str(disputed) if disputed else None)
    set_disputed(case, True)
    add_law_event(case, "dispute", order.on, by="debtor")
    statement = {"question": f"the debtor objects: {ground}", "otherwise": "team_decides"}
    add_task(case, "dispute_statement", order.on, "member", statement)
    add_task(case, "dispute_answer", order.on, data={"ground": ground})
    if not in_court:
        until = order.on + timedelta(days=DOCUMENTS_DAYS)
        key = f"{case.claim_id}:dispute:{case.version}"
        correspondence.send(case, "dispute_received", order.on, until, "email", key)


def set_disputed(case: CaseRecord, disputed: bool) -> None:
    """Note in the claim whether it is disputed: routes look at it."""
    case.disputed = disputed


def resolve(case: CaseRecord, order: Order) -> None:
    """Resolve a dispute for the creditor or the debtor; with an amount, what is owed is reduced by it.

    For the creditor the case goes on where it stood; for the debtor it is closed.
    """
    outcome = choice_in(order, "for", "creditor")
    if outcome == "debtor" and order.amount is not None:
        raise CaseError(
            "resolve: an amount reduces the claim and lets it go on; resolve for the creditor with it",
            code="bad_choice",
            field="amount",
        )
    reduction = amount_within_owed(case, order) if order.amount is not None else None
    move_by(case, f"resolve_for_{outcome}", order, outcome=outcome)
    set_disputed(case, False)
    if outcome == "debtor":
        debtor_was_right(case, order.on)
    else:
        if reduction:
            waive(case, reduction, order.on, order.note or "agreed reduction")
        resume_work(case, order.on)
