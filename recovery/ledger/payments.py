"""Money in: a payment booked on its case, and the case closed when nothing is owed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, select

from recovery.case.entries import balances, post, settle, waive, write_off
from recovery.case.lifecycle import State, refusal
from recovery.case.order import Order
from recovery.case.record import CaseRecord, facts_for, recovered_of
from recovery.case.store import load, locked
from recovery.case.transition import ask_for_refund, finish_answers, move, record
from recovery.currency.rates import Conversion, EmbeddedEcb, convert
from recovery.errors import CaseError
from recovery.ledger.exchange import cover_beside
from recovery.ledger.plans import schedule_instalment
from recovery.ledger.settlement import keep_settlement
from recovery.ledger.tolerance import tolerance
from recovery.money import Money
from recovery.post import correspondence
from recovery.store import tables as t
from recovery.store.balances import MOST_MINOR


def book(
    case: CaseRecord, amount: Money, on: date, source: str, actor: str = "bank", entry: t.BankEntry | None = None
) -> None:
    """Book a payment on a case: converted at its value date, spread by law, and the case closed if it is paid.

    `entry` is the bank's line by which it came in.

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
    came = _Came(on, source, entry)
    rest = _pay_foreign_costs(case, amount, came)
    if rest and rest.currency == case.currency:
        rest -= cover_beside(case, rest, on, source, entry)
    if rest:
        _pay(case, rest, came)
    before = case.version
    finish_answers(case, "debtor_paid")  # whoever was to look at the account need not any more
    _after(case, on)
    if case.version == before:
        case.version += 1


@dataclass(frozen=True, slots=True)
class _Came:
    """When and how money came in."""

    on: date
    source: str
    entry: t.BankEntry | None


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
            bank_entry_id=came.entry.id if came.entry else None,
            source=came.source,
        )
    )


def by_hand(case: CaseRecord, order: Order) -> None:
    """Record money that came in by another way than the bank's statement."""
    paid = Money.parse(order.amount or "", str(order.data.get("currency") or case.currency).upper())
    book(case, paid, order.on, f"by hand: {order.actor}", order.actor)


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


def _after(case: CaseRecord, on: date) -> None:
    """Keep an offer that was met, close what is paid, and go on with a plan."""
    if case.state == State.CLOSED:
        write_off(case, on, case.reason or "closed")
        ask_for_refund(case, on)
        return
    offer = case.settlement
    if offer and keep_settlement(case, _paid_since(case, offer.on, offer.paid_before), on):
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
    offer, plan = case.offer, case.plan
    rest = owed.total
    if rest.minor <= 0:
        return
    if offer and on <= offer.pay_by:
        asked, since = Money(offer.total_minor, case.currency), _paid_since(case, offer.on, offer.paid_before)
        _kept(case, rest, on, asked, since, "paid in time what the letter asked for")
    elif case.state == State.INSTALMENT_PLAN and plan:
        agreed = sum(part.amount_minor for part in plan.instalments)
        since = _paid_since(case, plan.agreed, plan.paid_before)
        _kept(case, rest, on, Money(agreed, case.currency), since, "every instalment paid as agreed")


def _kept(case: CaseRecord, rest: Money, on: date, asked: Money, since: int, what: str) -> None:
    """Write off the rest where what was asked for has come in, or all but a difference too small to go on for."""
    missing = asked.minor - since
    if missing <= 0:
        waive(case, rest, on, f"{what}: later interest is waived")
    elif missing <= tolerance(asked):
        short = Money(missing, asked.currency)
        waive(case, rest, on, f"{what} but {short} {short.currency}: too little to go on for")


def _paid_since(case: CaseRecord, day: date, paid_before: int | None) -> int:
    """Return what has come in since something was asked or agreed, in the order in which it was booked.

    What was asked before that order was kept goes by the days of the payments.
    """
    if paid_before is not None:
        return recovered_of(case.entries, case.currency) - paid_before
    return sum(payment.money.minor for payment in case.claim.payments if payment.on >= day)


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
    book(case, amount, entry.value_on, source, actor, entry)
    entry.claim_id, entry.status, entry.why = case.claim_id, "booked", f"confirmed by {actor}"
    session.add(entry)
    return case
