"""The title of a case: for how much it is, what has none, and how it is enforced where the debtor lives."""

from __future__ import annotations

from datetime import date
from typing import Any

from recovery.case.entries import settle
from recovery.case.order import Order, amount_of
from recovery.case.record import (
    CaseRecord,
    add_law_event,
    assess_case,
    limitations_of,
    procedure_of,
    rests_of,
    substance_of,
    titles_of,
)
from recovery.case.transition import add_task
from recovery.case.values import Court
from recovery.errors import CaseError
from recovery.law.enforcement import certificate_for
from recovery.law.titles import Title
from recovery.money import Money
from recovery.planned import planned_steps
from recovery.procedure.watch import watch
from recovery.quote import enforcement_after


def part_of_principal(case: CaseRecord, order: Order) -> Money:
    """Return the amount of an order, which is less than the principal that is owed on its day.

    Raises:
        CaseError: none is given, or it is no part of the principal.
    """
    amount, owed = amount_of(case, order), assess_case(case, order.on).principal
    if amount >= owed:
        raise CaseError(
            f"{order.action}: {amount} is no part of the {owed} {owed.currency} of principal owed; "
            "without an amount it concerns all of it",
            code="bad_amount",
            field="amount",
        )
    return amount


def allowed_by(case: CaseRecord, order: Order, court: Court) -> Money | None:
    """Return the principal that a title is for, None where it is for all of it.

    It is what the order says, else the court's proposal that was accepted (Reg. 1896/2006 art. 10), else what the
    judgment allowed, less what was paid since.
    """
    if order.amount is not None:
        return part_of_principal(case, order)
    owed = assess_case(case, order.on).principal
    if court.proposal_answered == "accepted" and court.proposal_minor is not None:
        allowed = Money(court.proposal_minor, case.currency)
    elif court.allowed_minor is not None and court.of_minor is not None:
        allowed = Money(max(court.allowed_minor - (court.of_minor - owed.minor), 0), case.currency)
    else:
        return None
    return allowed if allowed < owed else None


def note_title(case: CaseRecord, on: date, allowed: Money | None) -> None:
    """Note the title, for all or for a part of the principal, and set what it asks of the team."""
    part = {} if allowed is None else {"allowed": allowed.as_dict()}
    add_law_event(case, "judgment", on, by="court", **part)
    settle(case, on)
    watch(case, on)
    add_task(case, "enforcement_review", on, data=enforcement_task(case))
    if allowed is not None:
        why = f"the title is for {allowed} {allowed.currency} of the principal: waive the rest, or claim it elsewhere"
        add_task(case, "work", on, data={"why": why})


def resume_enforcement(case: CaseRecord, on: date) -> None:
    """Set what a title asks of the team once the case is back: to enforce it, and to decide on what has none.

    Who enforces is told anew: the debtor may have moved to another country.
    """
    add_task(case, "enforcement_review", on, data=enforcement_task(case))
    rest = sum(money.minor for _, money in rests_of(case, on))
    if rest:
        amount = f"{Money(rest, case.currency)} {case.currency}"
        why = f"{amount} of the principal have no title: waive it, or claim it elsewhere"
        add_task(case, "work", on, data={"why": why})


def enforcement_task(case: CaseRecord) -> dict[str, Any]:
    """Return what whoever enforces must know: the organ, the certificate of this title, and the article."""
    facts, paper = procedure_of(case).enforcement, certificate_for(case.route or "")
    return {
        "organ": facts.organ,
        "certificate": f"{paper.form}, {paper.instrument}",
        "basis": f"{paper.basis}; {facts.where.basis}",
    }


def enforcement_of(case: CaseRecord, on: date) -> dict[str, Any] | None:
    """Return how the title of a case is enforced, and what has none; None without a title and in insolvency."""
    claim, law = case.claim.at(on), substance_of(case)
    told, held = titles_of(case, on)
    after = enforcement_after(claim, law, on, held)
    if after is None:
        return None
    steps = planned_steps(told, on, held, limitations_of(case, on))
    return {
        **after.as_dict(),
        **enforcement_task(case),
        "titles": [_row(told.each[place].invoice.number, one) for place, one in held.items()],
        "steps": [step.as_dict() for step in steps],
    }


def _row(invoice: str, title: Title) -> dict[str, Any]:
    return {"invoice": invoice, **title.as_dict()}
