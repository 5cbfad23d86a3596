"""Amounts that a person changes: given up, returned to the debtor, taken back by the bank."""

from __future__ import annotations

from typing import cast

from recovery.case.entries import Head, post, refund_open, settle, waive, write_off
from recovery.case.order import Order, amount_of, amount_within_owed
from recovery.case.record import CaseRecord
from recovery.case.transition import add_task, ask_for_refund, cancel_deadlines, finish, open_deadlines, record
from recovery.errors import CaseError
from recovery.ledger.exchange import rows_of, uncover, worth_of
from recovery.ledger.plans import schedule_instalment
from recovery.ledger.remaking import remake, told
from recovery.money import Money
from recovery.store.tables import BankEntry


def waive_amount(case: CaseRecord, order: Order) -> None:
    """Give up an amount: of all that is owed, or of one head of it alone."""
    amount, head = amount_within_owed(case, order), cast("Head | None", order.data.get("head"))
    before = settle(case, order.on)
    standing = {"costs": before.costs_open, "interest": before.interest, "principal": before.principal}
    if head and amount > standing[head]:
        raise CaseError(
            f"waive: {amount} is more than the {standing[head]} {case.currency} of {head} owed",
            code="bad_amount",
            field="amount",
        )
    waive(case, amount, order.on, order.note or "waived", rest_first=True, head=head)
    after = settle(case, order.on).total
    told(case, order, "waive", before.total, after, amount=str(amount), **({"head": head} if head else {}))
    remake(case, before.total, order, ("close_partly_recovered", "withdraw"))


def refund(case: CaseRecord, order: Order) -> None:
    """Record that an over-payment was returned to the debtor."""
    amount = amount_of(case, order)
    due = refund_open(case)
    if amount.minor > due:
        raise CaseError(
            f"refund: {amount} is more than the {Money(due, case.currency)} {case.currency} paid too much",
            code="bad_amount",
            field="amount",
        )
    cancel_deadlines(case, "refund")
    record(case, "refund", actor=order.actor, on=order.on, note=order.note, data={"amount": str(amount)})


def reverse_payment(case: CaseRecord, order: Order) -> None:
    """Take back the last payment of an amount, returned by the bank."""
    amount = _as_booked(case, order)
    found = rows_of(case, amount)
    if not found:
        raise CaseError(f"no payment of {amount} {case.currency} in this case", code="not_found", field="amount")
    for row in found:
        case.take_back(row, order.on, order.note or "returned by the bank")
        part = Money(worth_of(case, row), case.currency)
        post(case, "payment", part, order.on, "returned by the bank", "payment returned")
    uncover(case, found, order.on)
    settle(case, order.on)
    _undone(case, amount)
    data = {"amount": str(amount)}
    record(case, "payment_returned", actor=order.actor, on=order.on, note=order.note, data=data)
    _remade(case, amount, order)


def _as_booked(case: CaseRecord, order: Order) -> Money:
    """Return the amount that a payment was booked with; one in another currency is found by its own amount.

    Raises:
        CaseError: no amount is given, or nothing of it came in.
    """
    currency = str(order.data.get("currency") or case.currency).upper()
    if currency == case.currency:
        return amount_of(case, order)
    if order.amount is None:
        raise CaseError(f"{order.action}: give the amount with --amount", code="missing", field="amount")
    paid = Money.parse(order.amount, currency).as_dict()
    found = [one for one in case.entries if one.kind == "payment" and one.data.get("paid") == paid]
    if not found:
        text = f"no payment of {paid['amount']} {currency} in this case"
        raise CaseError(text, code="not_found", field="amount")
    return Money(-found[-1].amount_minor, case.currency)


def _remade(case: CaseRecord, amount: Money, order: Order) -> None:
    """Make anew what rested on a payment that was taken back: a plan's next instalment, or the end of the case."""
    why = f"{amount} {amount.currency} was taken back by the bank"
    if case.state == "instalment_plan":
        schedule_instalment(case, order.on)
        add_task(case, "work", order.on, data={"why": f"{why}: the plan stands lower", "stays": True})
    elif case.state == "closed":
        write_off(case, order.on, case.reason or "closed")
        ask_for_refund(case, order.on)
        data = {"why": f"{why} after the case was closed: reopen it, or leave it closed", "stays": True}
        add_task(case, "work", order.on, data=data)


def _undone(case: CaseRecord, amount: Money) -> None:
    """End what waited for a payment to be undone: the bank's line, and the task that it gave the team."""
    taken = (row for row in case.rows(BankEntry) if (row.status, row.currency) == ("taken_back", amount.currency))
    entry = next((row for row in taken if row.amount_minor == amount.minor), None)
    if entry is None:
        return
    entry.status = "returned"
    for task in open_deadlines(case):
        if task.data.get("taken_back") == entry.id:
            finish(task)
