"""What a consumer owes under Book XIX of the Code of Economic Law: ceilings, and when a clause is void."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from recovery.law.claim import ClaimFacts, InvoiceDue
from recovery.law.parameters import LawBook
from recovery.law.values import Cost, Notice
from recovery.money import Money

BASIS = "CEL XIX.4"


def balance(claim: ClaimFacts, invoices: Sequence[InvoiceDue], day: date) -> Decimal:
    """Return what is open of these invoices on a day."""
    paid = sum((payment.money.major for payment in claim.payments if payment.on <= day), Decimal(0))
    return sum((invoice.money.major for invoice in invoices), Decimal(0)) - paid


def penalty_ceiling(law: LawBook, open_balance: Decimal) -> Decimal:
    """Return the most that a penalty clause may ask for a balance (CEL XIX.4)."""
    most = Decimal(law["costs.consumer_ceiling_most"].values[-1].value)
    for upper, fixed, percent, above in law["costs.consumer_ceiling"].values[-1].value:
        if not upper or open_balance <= upper:
            return min(Decimal(fixed) + (open_balance - Decimal(above)) * Decimal(percent) / 100, most)
    return Decimal(0)


def penalty(law: LawBook, claim: ClaimFacts, open_balance: Decimal) -> Decimal | None:
    """Return what the clause may ask: None without a clause, zero where it is void (above its ceiling)."""
    clause = claim.contract.penalty
    if clause in (None, "none") or claim.currency != "EUR" or open_balance <= 0:
        return None
    ceiling = penalty_ceiling(law, open_balance)
    asked = ceiling if clause == "ceiling" else Decimal(str(clause))
    return asked if asked <= ceiling else Decimal(0)


def penalty_costs(law: LawBook, claim: ClaimFacts, late: Sequence[InvoiceDue], notice: Notice) -> tuple[Cost, ...]:
    """Return the penalty that is due once the term of the free first reminder has run out unpaid."""
    if notice.costs_due_from is None or notice.last_day is None:
        return ()
    amount = penalty(law, claim, balance(claim, late, notice.last_day))
    if not amount:
        return ()
    return (Cost("penalty", Money.rounded(amount, claim.currency), notice.costs_due_from, BASIS),)


def warnings(law: LawBook, claim: ClaimFacts) -> tuple[str, ...]:
    """Return what a person must know about the clauses of a consumer's contract."""
    found = []
    if penalty(law, claim, balance(claim, claim.invoices, date.min)) == 0:
        found.append(
            f"BE: the penalty clause of {claim.contract.penalty} EUR lies above its ceiling and is void ({BASIS})"
        )
    if claim.contract.penalty not in (None, "none") and claim.currency != "EUR":
        found.append(f"BE: the ceiling of a penalty clause is in EUR; none is asked in {claim.currency} ({BASIS})")
    new_from = law["costs.consumer_ceiling"].starts[0]
    old_from = law["consumer.old_contracts_from"].starts[0]
    arrears = min(invoice.due or invoice.issued or invoice.received_on for invoice in claim.invoices)
    if claim.contract_date < new_from and arrears < old_from:
        found.append(
            f"BE: arrears from before {old_from} on an older contract: the limits of CEL Book XIX are "
            "applied in the debtor's favour, although they came later"
        )
    return tuple(found)
