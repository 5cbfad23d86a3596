"""Money in: a payment booked on its case, and the case closed when nothing is owed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlmodel import Session, select

from recovery.case.entries import balances, post, settle, waive, write_off
from recovery.case.lifecycle import State, refusal
from recovery.case.order import Order
from recovery.case.record import CaseRecord, facts_for, recovered_of
from recovery.case.store import load, locked
from recovery.case.transition import ask_for_refund, finish_answers, move, record
from recovery.currency.rates import EmbeddedEcb, convert
from recovery.errors import CaseError
from recovery.ledger.plans import schedule_instalment
from recovery.ledger.settlement import keep_settlement
from recovery.ledger.tolerance import tolerance
from recovery.money import Money
from recovery.post import correspondence
from recovery.store import tables as t
from recovery.store.balances import MOST_MINOR


def book(case: CaseRecord, amount: Money, on: date, source: str, actor: str = "bank") -> None:
    """Book a payment on a case: converted at its value date, spread by law, and the case closed if it is paid.

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
    settle(case, on)
    record(case, "payment", actor=actor, on=on, data={**amount.as_dict(), "source": source})
    rest = _pay_foreign_costs(case, amount, on)
    if rest:
        _pay(case, rest, on, source)
    before = case.version
    finish_answers(case, "debtor_paid")  # whoever was to look at the account need not any more
    _after(case, on)
    if case.version == before:
        case.version += 1


def by_hand(case: CaseRecord, order: Order) -> None:
    """Record money that came in by another way than the bank's statement."""
    paid = Money.parse(order.amount or "", str(order.data.get("currency") or case.currency).upper())
    book(case, paid, order.on, f"by hand: {order.actor}", order.actor)


def _refuse_before_invoice(case: CaseRecord, on: date) -> None:
    """Refuse a day on which nothing was owed yet: it is a mistake of the bank's, or of who typed it."""
    first = case.claim.contract_date
    if on < first:
        raise CaseError(f"payment of {on}: before the invoice of {first}; check the day", code="bad_date", field="on")


def _pay_foreign_costs(case: CaseRecord, amount: Money, on: date) -> Money:
    """Cover costs that the law fixes in the payment's own currency first; return what is left."""
    if amount.currency == case.currency:
        return amount
    owed = balances(case).get(amount.currency, 0)
    taken = Money(min(max(owed, 0), amount.minor), amount.currency)
    if taken:
        paid = dict(case.facts.get("foreign_paid", {}))
        paid[amount.currency] = int(paid.get(amount.currency, 0)) + taken.minor
        case.change_facts(foreign_paid=paid)
        post(case, "payment", -taken, on, "costs in their own currency", "payment received")
    return amount - taken


def _pay(case: CaseRecord, amount: Money, on: date, source: str) -> None:
    converted = convert(amount, case.currency, on, (EmbeddedEcb(), case.outside.rates()))
    claim = case.facts["claim"]
    payment = {"on": on.isoformat(), "amount": str(converted.amount), "currency": case.currency}
    case.change_facts(claim={**claim, "payments": [*claim["payments"], payment]})
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
        {
            "source": source,
            "spread": spread,
            "paid": amount.as_dict(),
            "rate": str(converted.rate),
            "rate_date": converted.rate_date.isoformat(),
            "rate_source": converted.source,
        },
    )


def _after(case: CaseRecord, on: date) -> None:
    """Keep an offer that was met, close what is paid, and go on with a plan."""
    if case.state == State.CLOSED:
        write_off(case, on, case.reason or "closed")
        ask_for_refund(case, on)
        return
    offer = case.facts.get("settlement")
    if offer and keep_settlement(case, _paid_since(case, offer, "on"), on):
        return
    _keep_offer(case, on)
    facts = facts_for(case, on)
    if facts.owed <= 0 and refusal(State(case.state), "close_paid", facts) is None:
        move(case, "close_paid", actor="system", on=on)
        correspondence.send(case, "payment_receipt", on, None, "email", f"{case.claim_id}:receipt:{case.version}")
    elif case.state == State.INSTALMENT_PLAN:
        schedule_instalment(case, on)


def _keep_offer(case: CaseRecord, on: date) -> None:
    """Waive the interest since the last letter when what it asked for came in within its term.

    The same holds for a plan whose instalments are all paid. A difference too small to go on for is written off too.
    """
    owed = settle(case, on)
    offer = case.facts.get("offer")
    rest = owed.total
    if rest.minor <= 0:
        return
    if offer and on <= date.fromisoformat(offer["pay_by"]):
        asked = Money.parse(offer["total"], case.currency)
        _kept(case, rest, on, asked, _paid_since(case, offer, "on"), "paid in time what the letter asked for")
    elif case.state == State.INSTALMENT_PLAN and case.facts.get("plan"):
        plan = case.facts["plan"]
        agreed = sum(Money.parse(row["amount"], case.currency).minor for row in plan["instalments"])
        since = _paid_since(case, plan, "agreed")
        _kept(case, rest, on, Money(agreed, case.currency), since, "every instalment paid as agreed")


def _kept(case: CaseRecord, rest: Money, on: date, asked: Money, since: int, what: str) -> None:
    """Write off the rest where what was asked for has come in, or all but a difference too small to go on for."""
    missing = asked.minor - since
    if missing <= 0:
        waive(case, rest, on, f"{what}: later interest is waived")
    elif missing <= tolerance(asked):
        short = Money(missing, asked.currency)
        waive(case, rest, on, f"{what} but {short} {short.currency}: too little to go on for")


def _paid_since(case: CaseRecord, agreed: Mapping[str, Any], day_name: str) -> int:
    """Return what has come in since something was asked or agreed, in the order in which it was booked.

    What was asked before that order was kept goes by the days of the payments.
    """
    if "paid_before" in agreed:
        return recovered_of(case.entries, case.currency) - int(agreed["paid_before"])
    day = date.fromisoformat(agreed[day_name])
    return sum(
        Money.parse(row["amount"], row["currency"]).minor
        for row in case.facts["claim"]["payments"]
        if date.fromisoformat(row["on"]) >= day
    )


def confirm(session: Session, entry_id: int, name: str, actor: str) -> CaseRecord:
    """Book a proposed or unmatched bank entry on the case that a person names; one that another booked is refused.

    Raises:
        CaseError: there is no such entry, it does not wait for a person, or the case takes no payment.
    """
    case = load(session, name)
    entry = session.exec(locked(select(t.BankEntry).where(t.BankEntry.id == entry_id))).first()
    if entry is None or not entry.credit or entry.status not in ("proposed", "unmatched"):
        raise CaseError(f"bank entry {entry_id}: not waiting for a person", code="not_found", field="entry")
    amount = Money(entry.amount_minor, entry.currency)
    source = f"bank:{entry.account}:{entry.bank_id}:{actor}"
    book(case, amount, entry.value_on, source, actor)
    entry.claim_id, entry.status, entry.why = case.claim_id, "booked", f"confirmed by {actor}"
    session.add(entry)
    return case
