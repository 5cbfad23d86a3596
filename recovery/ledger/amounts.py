"""Amounts that a person changes: given up, returned to the debtor, taken back by the bank."""

from __future__ import annotations

from sqlmodel import Session, col, select

from recovery.case.chain import events_of
from recovery.case.entries import post, settle, waive
from recovery.case.order import Order, amount_of, amount_within_owed
from recovery.case.record import change_facts, entries_of, locked
from recovery.case.transition import cancel_deadlines, finish, open_deadlines, record
from recovery.errors import CaseError
from recovery.money import Money
from recovery.store.tables import BankEntry, Case


def waive_amount(session: Session, case: Case, order: Order) -> None:
    """Give up an amount."""
    if case.state in ("closed", "draft", "filed"):
        raise CaseError(f"waive is not possible while the case is {case.state}", code="not_allowed", field="action")
    amount = amount_within_owed(session, case, order)
    record(session, case, "waive", actor=order.actor, on=order.on, note=order.note, data={"amount": str(amount)})
    waive(session, case, amount, order.on, order.note or "waived")


def refund(session: Session, case: Case, order: Order) -> None:
    """Record that an over-payment was returned to the debtor."""
    amount = amount_of(case, order)
    due = sum(e.amount_minor for e in entries_of(session, case.claim_id) if e.kind == "refund_due")
    due -= sum(
        Money.parse(e.data["amount"], case.currency).minor
        for e in events_of(session, case.claim_id)
        if e.kind == "refund"
    )
    if amount.minor > due:
        raise CaseError(
            f"refund: {amount} is more than the {Money(due, case.currency)} {case.currency} paid too much",
            code="bad_amount",
            field="amount",
        )
    cancel_deadlines(session, case, "refund")
    record(session, case, "refund", actor=order.actor, on=order.on, note=order.note, data={"amount": str(amount)})


def reverse_payment(session: Session, case: Case, order: Order) -> None:
    """Take back the last payment of an amount, returned by the bank."""
    amount = amount_of(case, order)
    payments = list(case.facts["claim"]["payments"])
    found = next((p for p in reversed(payments) if Money.parse(p["amount"], p["currency"]) == amount), None)
    if found is None:
        raise CaseError(f"no payment of {amount} {case.currency} in this case", code="not_found", field="amount")
    payments.remove(found)
    change_facts(case, claim={**case.facts["claim"], "payments": payments})
    post(session, case, "payment", amount, order.on, "returned by the bank", "payment returned")
    settle(session, case, order.on)
    _undone(session, case, amount)
    data = {"amount": str(amount)}
    record(session, case, "payment_returned", actor=order.actor, on=order.on, note=order.note, data=data)


def _undone(session: Session, case: Case, amount: Money) -> None:
    """End what waited for a payment to be undone: the bank's line, and the task that it gave the team."""
    row = BankEntry
    query = select(row).where(
        row.claim_id == case.claim_id, row.status == "taken_back", row.currency == amount.currency
    )
    entry = session.exec(locked(query.where(row.amount_minor == amount.minor).order_by(col(row.id)))).first()
    if entry is None:
        return
    entry.status = "returned"
    session.add(entry)
    for task in open_deadlines(session, case.claim_id):
        if task.data.get("taken_back") == entry.id:
            finish(session, task)
