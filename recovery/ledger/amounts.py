"""Amounts that a person changes: given up, returned to the debtor, taken back by the bank."""

from __future__ import annotations

from datetime import date

from recovery.case.entries import post, refund_open, settle, waive, write_off
from recovery.case.order import Order, amount_of, amount_within_owed
from recovery.case.record import CaseRecord, elsewhere_of
from recovery.case.transition import add_task, ask_for_refund, cancel_deadlines, finish, open_deadlines, record
from recovery.errors import CaseError
from recovery.ledger.plans import lower_plan, schedule_instalment
from recovery.money import Money
from recovery.store.tables import BankEntry, Remittance


def waive_amount(case: CaseRecord, order: Order) -> None:
    """Give up an amount."""
    amount = amount_within_owed(case, order)
    record(case, "waive", actor=order.actor, on=order.on, note=order.note, data={"amount": str(amount)})
    waive(case, amount, order.on, order.note or "waived", rest_first=True)
    if case.state == "instalment_plan":
        lower_plan(case, amount, order.on)


def refund(case: CaseRecord, order: Order) -> None:
    """Record that an over-payment was returned to the debtor."""
    amount = amount_of(case, order)
    _refuse_of_others(case, amount, order.on)
    due = refund_open(case)
    if amount.minor > due:
        raise CaseError(
            f"refund: {amount} is more than the {Money(due, case.currency)} {case.currency} paid too much",
            code="bad_amount",
            field="amount",
        )
    cancel_deadlines(case, "refund")
    record(case, "refund", actor=order.actor, on=order.on, note=order.note, data={"amount": str(amount)})


def _refuse_of_others(case: CaseRecord, amount: Money, on: date) -> None:
    """Refuse to return what lies with the member, a court or a bailiff: they return it themselves."""
    elsewhere = elsewhere_of(case, on)
    if not elsewhere:
        return
    came = sum(row.case_minor or 0 for row in case.payments if not row.reversed_on) - elsewhere
    back = sum(Money.parse(one.data["amount"], case.currency).minor for one in case.events if one.kind == "refund")
    held = Money(came - back - sum(row.amount_minor for row in case.rows(Remittance)), case.currency)
    if amount > held:
        raise CaseError(
            f"refund: {amount} is more than the {held} {held.currency} that the team has: who was paid returns it",
            code="bad_amount",
            field="amount",
        )


def reverse_payment(case: CaseRecord, order: Order) -> None:
    """Take back the last payment of an amount, returned by the bank."""
    amount = _as_booked(case, order)
    standing = (one for one in reversed(case.payments) if one.reversed_on is None)
    found = next((one for one in standing if one.case_minor == amount.minor), None)
    if found is None:
        raise CaseError(f"no payment of {amount} {case.currency} in this case", code="not_found", field="amount")
    case.take_back(found, order.on, order.note or "returned by the bank")
    post(case, "payment", amount, order.on, "returned by the bank", "payment returned")
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
