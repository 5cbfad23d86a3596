"""Money in: a payment booked on its case, and the case closed when nothing is owed."""

from __future__ import annotations

from datetime import date

from sqlmodel import Session, select

from recovery.case.entries import balances, post, settle, waive, write_off
from recovery.case.lifecycle import State, refusal
from recovery.case.record import CaseRecord, facts_for
from recovery.case.store import load, locked
from recovery.case.transition import add_task, finish_answers, move, record
from recovery.currency.rates import EmbeddedEcb, convert
from recovery.errors import CaseError
from recovery.ledger.plans import schedule_instalment
from recovery.ledger.settlement import keep_settlement
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
        add_task(case, "refund", on, data={"why": "payment after closure"})
        return
    offer = case.facts.get("settlement")
    if offer and keep_settlement(case, _paid_since(case, date.fromisoformat(offer["on"])), on):
        return
    _keep_offer(case, on)
    facts = facts_for(case, on)
    if facts.owed <= 0 and refusal(State(case.state), "close_paid", facts) is None:
        move(case, "close_paid", actor="system", on=on)
        correspondence.send(case, "payment_receipt", on, None, "email", f"{case.claim_id}:receipt:{case.version}")
        if sum(entry.amount_minor for entry in case.entries if entry.kind == "refund_due") > 0:
            add_task(case, "refund", on, data={"why": "more was paid than was owed"})
    elif case.state == State.INSTALMENT_PLAN:
        schedule_instalment(case, on)


def _keep_offer(case: CaseRecord, on: date) -> None:
    """Waive the interest since the last letter when what it asked for came in within its term.

    The same holds for a plan whose instalments are all paid.
    """
    owed = settle(case, on)
    offer = case.facts.get("offer")
    rest = owed.total
    if rest.minor <= 0:
        return
    if offer and on <= date.fromisoformat(offer["pay_by"]):
        since = _paid_since(case, date.fromisoformat(offer["on"]))
        if since >= Money.parse(offer["total"], case.currency).minor:
            waive(case, rest, on, "paid in time what the letter asked for: later interest is waived")
    elif case.state == State.INSTALMENT_PLAN and case.facts.get("plan"):
        agreed = sum(Money.parse(row["amount"], case.currency).minor for row in case.facts["plan"]["instalments"])
        if _paid_since(case, date.fromisoformat(case.facts["plan"]["agreed"])) >= agreed:
            waive(case, rest, on, "every instalment paid as agreed: interest of the plan is waived")


def _paid_since(case: CaseRecord, day: date) -> int:
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
