"""Money in: a payment booked on its case, and the case closed when nothing is owed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from recovery.case.entries import balances, post, settle, waive, write_off
from recovery.case.journal import TEAM
from recovery.case.lifecycle import State, refusal
from recovery.case.order import Order, choice_in
from recovery.case.record import CaseRecord, facts_for, recovered_of
from recovery.case.transition import (
    add_task,
    ask_for_refund,
    finish,
    finish_answers,
    move,
    open_deadlines,
    record,
)
from recovery.currency.rates import Conversion, EmbeddedEcb, convert
from recovery.errors import CaseError
from recovery.ledger.exchange import cover_beside
from recovery.ledger.fund import fund_of
from recovery.ledger.plans import schedule_instalment
from recovery.ledger.settlement import keep_settlement
from recovery.ledger.tolerance import tolerance
from recovery.money import Money
from recovery.post import correspondence
from recovery.store import tables as t
from recovery.store.balances import MOST_MINOR


def book(
    case: CaseRecord,
    amount: Money,
    on: date,
    source: str,
    actor: str = "bank",
    entry: t.BankEntry | None = None,
    held_by: str = TEAM,
) -> None:
    """Book a payment on a case: converted at its value date, spread by law, and the case closed if it is paid.

    `entry` is the bank's line by which it came in, `held_by` who was paid: what lies elsewhere is never sent on.

    Raises:
        CaseError: the case is not routed, the amount cannot be, or the day lies before the invoice.
    """
    if case.reference is None:
        raise CaseError(f"case {case.claim_id}: not routed yet, so nothing can be booked on it", code="not_allowed")
    if amount.minor <= 0:
        raise CaseError(f"payment {amount}: must be more than zero", code="bad_amount", field="amount")
    if amount.minor > MOST_MINOR:
        raise CaseError(f"payment {amount}: no payment is that large; check it", code="bad_amount", field="amount")
    _refuse_before_invoice(case, on)
    owed = settle(case, on).total
    elsewhere = {} if held_by == TEAM else {"to": held_by}
    record(case, "payment", actor=actor, on=on, data={**amount.as_dict(), "source": source, **elsewhere})
    came = _Came(on, source, entry, held_by)
    rest = _pay_foreign_costs(case, amount, came)
    if rest and rest.currency == case.currency:
        rest -= cover_beside(case, rest, on, source, entry)
    if rest:
        _pay(case, rest, came)
    before = case.version
    if held_by != TEAM:
        _tell_the_fund(case, on, held_by)
    finish_answers(case, "debtor_paid")  # whoever was to look at the account need not any more
    _after(case, on, owed)
    if case.version == before:
        case.version += 1


def _tell_the_fund(case: CaseRecord, on: date, held_by: str) -> None:
    """Let the team see to it that the fund gets its advance back: the money does not pass through its account."""
    waits = fund_of(case).outstanding
    if waits:
        why = f"the {held_by} was paid, and the fund waits for {waits} {waits.currency}: settle it between them"
        add_task(case, "work", on, data={"why": why, "stays": True})


@dataclass(frozen=True, slots=True)
class _Came:
    """When and how money came in."""

    on: date
    source: str
    entry: t.BankEntry | None
    held_by: str


def _keep(case: CaseRecord, amount: Money, came: _Came, worth: Conversion | None) -> None:
    """Keep a payment with the case; `worth` is what it is in the case's currency, None for costs in another one."""
    foreign = worth is not None and amount.currency != case.currency
    case.add(
        t.PaymentRow(
            claim_id=case.claim_id,
            sequence=len(case.payments) + 1,
            value_on=came.on,
            booked_on=came.entry.booked_on if came.entry else came.on,
            amount_minor=amount.minor,
            currency=amount.currency,
            case_minor=worth.amount.minor if worth else None,
            rate=str(worth.rate) if worth and foreign else None,
            rate_on=worth.rate_date if worth and foreign else None,
            rate_source=worth.source if worth and foreign else None,
            held_by=came.held_by,
            bank_entry_id=came.entry.id if came.entry else None,
            source=came.source,
        )
    )


def by_hand(case: CaseRecord, order: Order) -> None:
    """Record money that came in by another way than the bank's statement, and to whom: by default the team.

    What the member says came to the member: that counts for the debt and is not sent on.

    Raises:
        CaseError: a member says so on the page, where the team confirms it first, or of another's account.
    """
    member = order.actor == "member"
    if order.who == "member":
        raise CaseError("record_payment: say what you were paid; the team books it", code="not_allowed", field="action")
    to = choice_in(order, "to", "member" if member else TEAM)
    if member and to != "member":
        raise CaseError(
            "record_payment: a member knows of the member's own account alone; use --to member",
            code="bad_choice",
            field="to",
        )
    paid = Money.parse(order.amount or "", str(order.data.get("currency") or case.currency).upper())
    book(case, paid, order.on, f"by hand: {order.actor}", order.actor, held_by=to)
    if to == "member":
        end_said_paid(case, paid)


def end_said_paid(case: CaseRecord, paid: Money | None) -> dict[str, Any]:
    """End what waits for a payment to the member to be booked: the one of that amount, else the oldest; return it."""
    waiting = [one for one in open_deadlines(case) if one.kind == "member_paid"]
    told = paid.as_dict() if paid else {}
    same = (one for one in waiting if told.items() <= one.data.items())
    found = next(same, waiting[0] if waiting else None)
    if found is None:
        return {}
    finish(found)
    return {name: found.data[name] for name in ("amount", "currency", "paid_on")}


def _refuse_before_invoice(case: CaseRecord, on: date) -> None:
    """Refuse a day on which nothing was owed yet: it is a mistake of the bank's, or of who typed it."""
    first = case.claim.contract_date
    if on < first:
        raise CaseError(f"payment of {on}: before the invoice of {first}; check the day", code="bad_date", field="on")


def _pay_foreign_costs(case: CaseRecord, amount: Money, came: _Came) -> Money:
    """Cover costs that the law fixes in the payment's own currency first; return what is left."""
    if amount.currency == case.currency:
        return amount
    owed = balances(case).get(amount.currency, 0)
    taken = Money(min(max(owed, 0), amount.minor), amount.currency)
    if taken:
        _keep(case, taken, came, None)
        post(case, "payment", -taken, came.on, "costs in their own currency", "payment received")
    return amount - taken


def _pay(case: CaseRecord, amount: Money, came: _Came) -> None:
    on = came.on
    converted = convert(amount, case.currency, on, (EmbeddedEcb(), case.outside.rates()))
    _keep(case, amount, came, converted)
    assessed = settle(case, on)
    spread = next((one.as_dict() for one in reversed(assessed.paid) if one.on == on), {})
    foreign = amount.currency != case.currency
    label = "payment received" + (
        f" ({amount} {amount.currency} at {converted.rate} of {converted.rate_date})" if foreign else ""
    )
    post(
        case,
        "payment",
        -converted.amount,
        on,
        str(spread.get("basis", "principal only")),
        label,
        {"source": came.source, "spread": spread, "paid": amount.as_dict()},
    )


def _after(case: CaseRecord, on: date, owed: Money) -> None:
    """Keep an offer that was met, close what is paid but for a small difference, and go on with a plan.

    `owed` is what was owed before the payment.
    """
    if case.state == State.CLOSED:
        write_off(case, on, case.reason or "closed")
        ask_for_refund(case, on)
        return
    offer = case.settlement
    if offer and keep_settlement(case, _paid_since(case, offer.on, offer.paid_before), on):
        return
    _keep_offer(case, on)
    _let_go(case, on, owed)
    _ask_about_plan(case, on)
    facts = facts_for(case, on)
    if facts.owed <= 0 and refusal(State(case.state), "close_paid", facts) is None:
        move(case, "close_paid", actor="system", on=on)
        correspondence.send(case, "payment_receipt", on, None, "email", f"{case.claim_id}:receipt:{case.version}")
    elif case.state == State.INSTALMENT_PLAN:
        schedule_instalment(case, on)


def _keep_offer(case: CaseRecord, on: date) -> None:
    """Waive the interest since a letter when what it asked for came in within its term, a later letter or not.

    The same holds for a plan whose instalments are all paid. A difference too small to go on for is written off too.
    """
    owed = settle(case, on)
    offer, plan = case.offer, case.plan
    rest = owed.total
    if rest.minor <= 0:
        return
    for one in offer.each if offer else ():
        if on <= one.pay_by:
            asked = Money(one.total_minor, case.currency)
            since = _paid_since(case, one.on, one.paid_before) - _late(case, one.pay_by)
            if _kept(case, rest, on, asked, since, "paid in time what the letter asked for"):
                return
    if case.state == State.INSTALMENT_PLAN and plan:
        agreed = sum(part.amount_minor for part in plan.instalments)
        since = _paid_since(case, plan.agreed, plan.paid_before)
        _kept(case, rest, on, Money(agreed, case.currency), since, "every instalment paid as agreed")


def _let_go(case: CaseRecord, on: date, owed: Money) -> None:
    """Write off what is left of the debt where it is too little to go on for: a bank's charge, a cent misread."""
    rest = settle(case, on).total
    if 0 < rest.minor <= tolerance(case, owed):
        waive(case, rest, on, f"all but {rest} {rest.currency} was paid: too little to go on for")


def _kept(case: CaseRecord, rest: Money, on: date, asked: Money, since: int, what: str) -> bool:
    """Write off the rest where what was asked for has come in, or all but a difference too small to go on for."""
    missing = asked.minor - since
    if missing <= 0:
        waive(case, rest, on, f"{what}: later interest is waived")
    elif missing <= tolerance(case, asked):
        short = Money(missing, asked.currency)
        waive(case, rest, on, f"{what} but {short} {short.currency}: too little to go on for")
    return missing <= tolerance(case, asked)


def _late(case: CaseRecord, pay_by: date) -> int:
    """Return what came in after the day until which a letter had asked for it."""
    return sum(row.case_minor or 0 for row in case.payments if row.value_on > pay_by and not row.reversed_on)


def _ask_about_plan(case: CaseRecord, on: date) -> None:
    """Let a person look at a plan that ended unpaid, where money of a day before its end comes in after it."""
    ended = next((one for one in reversed(case.events) if one.kind in ("break_plan", "plan")), None)
    if ended is not None and ended.kind == "break_plan" and on < ended.happened_on:
        why = f"paid on {on}, before the plan ended on {ended.happened_on}: agree the plan again, or let it be ended"
        add_task(case, "work", on, data={"why": why, "stays": True})


def _paid_since(case: CaseRecord, day: date, paid_before: int | None) -> int:
    """Return what has come in since something was asked or agreed, in the order in which it was booked.

    What was asked before that order was kept goes by the days of the payments.
    """
    if paid_before is not None:
        return recovered_of(case.entries, case.currency) - paid_before
    return sum(payment.money.minor for payment in case.claim.payments if payment.on >= day)
