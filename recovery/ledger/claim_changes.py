"""What a claim turns out to be: credited, corrected; plan, offers and letters follow."""

from __future__ import annotations

from datetime import date

from recovery.case.entries import never_owed, post, settle
from recovery.case.lifecycle import State
from recovery.case.order import Order, amount_of
from recovery.case.record import CaseRecord
from recovery.errors import CaseError
from recovery.law.history import pending, title
from recovery.ledger.remaking import remake, told
from recovery.money import Money
from recovery.store.balances import MOST_MINOR
from recovery.store.tables import ClaimInvoice


def credit_note(case: CaseRecord, order: Order) -> None:
    """Take a credit note off the invoice it is for: that part was never owed, nor its interest and costs.

    Without an invoice it is for the oldest.
    """
    amount, number = amount_of(case, order), _named(case, order)
    left = sum(_standing(case, one) for one in case.invoices if number in (None, one.number))
    if amount.minor > left:
        raise CaseError(
            f"credit_note: {amount} is more than the {Money(left, case.currency)} {case.currency} invoiced",
            code="bad_amount",
            field="amount",
        )
    _refuse_before_invoice(case, order)
    before = _owed(case, order.on)
    never_owed(case, amount, order.on, "credit_note", order.note, number)
    after = _owed(case, order.on)
    told(case, order, "credit_note", before, after, amount=str(amount), **({"invoice": number} if number else {}))
    remake(case, before, order, ("close_paid", "withdraw"))


def correct_amount(case: CaseRecord, order: Order) -> None:
    """Correct the amount of an invoice that was filed wrongly; the amount is the right one of that invoice.

    What a court has before it, or has given a title for, is raised there and not here.
    """
    right, invoice = amount_of(case, order), _invoice(case, order)
    standing = Money(_standing(case, invoice), case.currency)
    if right == standing or right.minor > MOST_MINOR:
        raise CaseError(
            f"correct_amount: invoice {invoice.number} stands at {standing} {case.currency}; give the right amount",
            code="bad_amount",
            field="amount",
        )
    if right > standing and (title(case.claim) or pending(case.claim)):
        raise CaseError(
            "correct_amount: a court has the claim as it was; raise it there, or file the rest as a claim of its own",
            code="not_allowed",
            field="amount",
        )
    before = _owed(case, order.on)
    if right < standing:
        never_owed(case, standing - right, order.on, "correction", order.note, invoice.number)
    else:
        _raise(case, invoice, right - standing, order)
    more = {"amount": str(right), "invoice": invoice.number, "was": str(standing)}
    told(case, order, "correct_amount", before, _owed(case, order.on), **more)
    remake(case, before, order, ("close_paid", "withdraw"))


def _raise(case: CaseRecord, invoice: ClaimInvoice, more: Money, order: Order) -> None:
    invoice.amount_minor += more.minor
    case.changed()
    case.principal_minor += more.minor
    post(case, "principal", more, order.on, f"invoice {invoice.number}", f"invoice {invoice.number} corrected")
    settle(case, order.on)


def _owed(case: CaseRecord, on: date) -> Money:
    return Money.zero(case.currency) if case.state == State.CLOSED else settle(case, on).total


def _standing(case: CaseRecord, invoice: ClaimInvoice) -> int:
    """Return what an invoice is for, less what was credited on it by name or as one of several."""
    rows = [one for one in case.invoices if one.number == invoice.number]
    share = [one.money.minor for one in case.credits if one.kind != "set_off" and one.invoice in (None, invoice.number)]
    return max(sum(one.amount_minor for one in rows) - sum(share), 0)


def _named(case: CaseRecord, order: Order) -> str | None:
    """Return the number of the invoice that an order names.

    Raises:
        CaseError: the case has no such invoice.
    """
    number = str(order.data.get("for") or "").strip()
    if number and number not in {one.number for one in case.invoices}:
        known = ", ".join(dict.fromkeys(one.number for one in case.invoices))
        raise CaseError(f"{order.action}: invoice {number!r}: one of {known}", code="bad_choice", field="for")
    return number or None


def _invoice(case: CaseRecord, order: Order) -> ClaimInvoice:
    number = _named(case, order)
    found = [one for one in case.invoices if number in (None, one.number)]
    if len(found) != 1:
        raise CaseError(f"{order.action}: say which invoice with --for", code="missing", field="for")
    return found[0]


def _refuse_before_invoice(case: CaseRecord, order: Order) -> None:
    first = case.claim.contract_date
    if order.on < first:
        raise CaseError(
            f"{order.action} of {order.on}: before the invoice of {first}; check the day", code="bad_date", field="on"
        )
