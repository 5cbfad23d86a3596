"""Open cases of one debtor worked together: by one person, each shown beside the other. No claim is merged."""

from __future__ import annotations

from recovery.case.order import Order
from recovery.case.record import CaseRecord
from recovery.case.transition import record
from recovery.errors import CaseError


def join(case: CaseRecord, order: Order) -> None:
    """Work the case together with another open one of the same debtor: who works that one works both.

    Each creditor keeps a claim, letters and account of its own; what is agreed with the debtor is agreed once.
    """
    named = str(order.data.get("case") or "").strip().upper()
    found = case.outside.same_debtor(case, named)
    if found is None:
        raise CaseError(
            f"join: {named}: no open case of the same debtor; look at the case's other ones",
            code="not_found",
            field="case",
        )
    reference, handler = found
    if any(one.kind == "joined" and one.data["with"] == reference for one in case.events):
        raise CaseError(f"join: worked together with {reference} already", code="already_joined", field="case")
    before = case.handler_id
    case.handler_id = handler or before
    told = {"with": reference, "from": before, "to": case.handler_id}
    record(case, "joined", actor=order.actor, on=order.on, note=order.note, data=told)
