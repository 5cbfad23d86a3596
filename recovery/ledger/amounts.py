"""Amounts that a person changes: given up, returned to the debtor, taken back by the bank."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import cast

from recovery.case.entries import Head, post, refund_open, settle, undo_waiver, waive
from recovery.case.journal import EXCHANGED
from recovery.case.order import Order, amount_of, amount_within_owed
from recovery.case.record import CaseRecord, elsewhere_of, recovered_of
from recovery.case.transition import add_task, cancel_deadlines, finish, open_deadlines, record
from recovery.errors import CaseError
from recovery.ledger.exchange import rows_of, uncover
from recovery.ledger.fees import give_back
from recovery.ledger.plans import schedule_instalment
from recovery.ledger.remaking import remake, told
from recovery.ledger.tolerance import tolerance
from recovery.money import Money
from recovery.store.tables import BankEntry, PaymentRow, Remittance

# How waivers begin that rest on a payment (`recovery.ledger.payments`).
KEPT = ("paid in time what the letter asked for", "every instalment paid as agreed")


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
    _refuse_of_others(case, amount, order.on)
    due = refund_open(case)
    if amount.minor > due:
        raise CaseError(
            f"refund: {amount} is more than the {Money(due, case.currency)} {case.currency} paid too much",
            code="bad_amount",
            field="amount",
        )
    cancel_deadlines(case, "refund")
    give_back(case, order.on)
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
    """Take back a payment that the bank returned: the one of a number, or the last one of an amount.

    What rested on it is made anew. A closed case is left to who calls this: it may have to stand again.
    """
    named = _named(case, order)
    taken = [named] if named else _last_of(case, order)
    worth = take_back(case, taken, order.on, order.note or "returned by the bank")
    _undone(case, Money(taken[-1].amount_minor, taken[-1].currency))
    data = {"amount": str(worth), **({"payment": named.sequence} if named else {})}
    record(case, "payment_returned", actor=order.actor, on=order.on, note=order.note, data=data)
    remade_without(case, worth, order.on)


def take_back(case: CaseRecord, taken: list[PaymentRow], on: date, why: str) -> Money:
    """Let the rows of a payment cover nothing any more; return what they were worth in the case's currency.

    One that covered costs in their own currency is posted back in that one, and is worth its own amount alone.
    """
    worth, beside = Money.zero(case.currency), None
    for row in taken:
        case.take_back(row, on, why)
        if row.source.startswith(EXCHANGED):
            continue  # undone below with the row that it was exchanged for
        amount = Money(row.amount_minor, row.currency)
        if row.case_minor is not None:
            amount = Money(row.case_minor, case.currency)
        post(case, "payment", amount, on, why, "payment returned")
        if amount.currency == case.currency:
            worth += amount
        else:
            beside = amount
    uncover(case, taken, on)
    settle(case, on)
    return worth if worth or beside is None else beside


def _named(case: CaseRecord, order: Order) -> PaymentRow | None:
    """Return the payment whose number an order gives, None without one.

    Raises:
        CaseError: there is no such payment, it was returned already, or it is of another amount.
    """
    number = order.data.get("payment")
    if number is None:
        return None
    found = next((one for one in case.payments if str(one.sequence) == str(number) and not one.reversed_on), None)
    if found is None:
        text = f"{order.action}: no payment {number} stands in this case"
        raise CaseError(text, code="not_found", field="payment")
    if order.amount and Money.parse(order.amount, found.currency).minor not in (found.amount_minor, found.case_minor):
        text = f"{order.action}: payment {number} is {Money(found.amount_minor, found.currency)} {found.currency}"
        raise CaseError(text, code="bad_amount", field="amount")
    return found


def _last_of(case: CaseRecord, order: Order) -> list[PaymentRow]:
    """Return the rows of the last payment of an amount: its own, and those of costs that it covered too."""
    amount = _as_booked(case, order)
    found = rows_of(case, amount)
    if not found:
        raise CaseError(f"no payment of {amount} {case.currency} in this case", code="not_found", field="amount")
    return found


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


def remade_without(case: CaseRecord, amount: Money, on: date, what: str = "was taken back by the bank") -> None:
    """Make anew what rested on a payment that is gone: an offer kept by it, a plan, what was sent on already."""
    why = f"{amount} {amount.currency} {what}"
    _undo_kept(case, on)
    if case.state == "instalment_plan":
        schedule_instalment(case, on)
        add_task(case, "work", on, data={"why": f"{why}: the plan stands lower", "stays": True})
    give_back(case, on)
    sent = sum(row.amount_minor for row in case.rows(Remittance) if row.currency == case.currency)
    over = Money(max(sent - max(recovered_of(case.entries, case.currency), 0), 0), case.currency)
    if over:
        text = f"{why}: {over} {over.currency} was sent on already and is kept back from what comes in next"
        add_task(case, "work", on, data={"why": text, "stays": True})


def _undo_kept(case: CaseRecord, on: date) -> None:
    """Let the interest be owed again that was waived because a letter or a plan was kept, where it no longer is."""
    if any(_still_kept(case, asked, before) for asked, before in _asked(case)):
        return
    given = [one for one in case.entries if one.kind == "waiver" and one.label.startswith(KEPT)]
    for entry in given:
        same = (
            one
            for one in case.waivers
            if (one.on, one.money.minor, one.invoice) == (entry.booked_on, -entry.amount_minor, None)
        )
        waived = next(same, None)
        if waived is not None:
            undo_waiver(case, waived, on, "the payment that it rested on was taken back")


def _asked(case: CaseRecord) -> Iterator[tuple[int, int]]:
    """Yield what a letter and a plan asked for, and what had come in before."""
    if case.offer:
        yield case.offer.total_minor, case.offer.paid_before or 0
    if case.plan:
        yield sum(part.amount_minor for part in case.plan.instalments), case.plan.paid_before or 0


def _still_kept(case: CaseRecord, asked: int, before: int) -> bool:
    missing = asked - (recovered_of(case.entries, case.currency) - before)
    return missing <= tolerance(case, Money(asked, case.currency))


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
