"""From a filed claim to a case: its laws, its reference, and the first lines of its ledger."""

from __future__ import annotations

from datetime import date

from sqlmodel import Session

from recovery.case.chain import append
from recovery.case.entries import post
from recovery.case.record import CaseRecord, assess_case
from recovery.case.references import next_reference, payment_reference
from recovery.case.store import load
from recovery.case.transition import add_task, move
from recovery.case.values import Reason
from recovery.filing.vat_check import put_check
from recovery.money import Money
from recovery.procedure.watch import watch
from recovery.quote import decided_law
from recovery.registry import adapter_of
from recovery.store import tables as t

# The source of what was paid before a claim was filed, as the member said.
BEFORE = "by the member: before filing"


def route_case(session: Session, claim_id: str, on: date) -> CaseRecord:
    """Route a filed claim; a second call changes nothing."""
    case = load(session, claim_id)
    route(case, on)
    return case


def route(case: CaseRecord, on: date) -> None:
    """Give a filed claim its reference, its laws and its first ledger line; a second time changes nothing."""
    if case.reference is not None:
        return
    claim = case.claim
    laws = decided_law(claim, on)
    case.substance = laws.substance
    case.reference = next_reference(case, on)
    case.payment_reference = payment_reference(case.reference)
    case.law_reason = Reason(why=laws.why, basis=laws.basis)
    case.law_digest = adapter_of(laws.substance).law.digest if laws.substance else None
    for invoice in claim.invoices:
        about = f"invoice {invoice.number}"
        post(case, "principal", invoice.money, on, about, about)
    for credit in claim.credits:
        post(case, "credit_note", -credit.money, on, f"invoice {credit.invoice}", credit.reason or "credit note")
    _book_paid(case, on)
    move(
        case,
        "route",
        actor="system",
        on=on,
        data={"reference": case.reference, "laws": laws.as_dict()},
    )
    case.outside.settled(case, assess_case(case, on))
    watch(case, on)
    put_check(case)
    add_task(case, "accept", on)


def _book_paid(case: CaseRecord, on: date) -> None:
    """Book what the debtor paid the creditor before the claim was filed: it counts for the debt and is sent to nobody.

    The member said so when filing, and is not told of it as news.
    """
    filed = next((event for event in reversed(case.events) if event.kind == "file"), None)
    rows = filed.data.get("paid", []) if filed else []
    for row in rows:
        amount, day = Money.parse(row["amount"], row["currency"]), date.fromisoformat(row["on"])
        data = {**amount.as_dict(), "source": BEFORE, "to": "member"}
        append(case, "payment", "member", day, data=data)
        case.add(
            t.PaymentRow(
                claim_id=case.claim_id,
                sequence=len(case.payments) + 1,
                value_on=day,
                booked_on=day,
                amount_minor=amount.minor,
                currency=amount.currency,
                case_minor=amount.minor,
                invoice=row["invoice"],
                held_by="member",
                source=BEFORE,
            )
        )
    if not rows:
        return
    spreads = {spread.on: spread.as_dict() for spread in assess_case(case, on).paid}
    for row in rows:
        amount, day = Money.parse(row["amount"], row["currency"]), date.fromisoformat(row["on"])
        spread = spreads.get(day, {})
        told = {"source": BEFORE, "spread": spread, "paid": amount.as_dict()}
        post(case, "payment", -amount, day, str(spread.get("basis", "principal only")), "payment received", told)
