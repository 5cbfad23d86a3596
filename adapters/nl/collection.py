"""Dutch collection costs: the scale of the Besluit buitengerechtelijke incassokosten (BIK)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from recovery.law.claim import ClaimFacts, InvoiceDue
from recovery.law.parameters import LawBook
from recovery.money import Money

_PERIODIC_KINDS = ("utilities", "rent")


def open_principal(claim: ClaimFacts, invoices: Sequence[InvoiceDue], day: date) -> Decimal:
    """Return what is open of these invoices on a day: the scale takes the part not paid in time (HR 2016:2704)."""
    paid = sum((payment.money.major for payment in claim.payments if payment.on <= day), Decimal(0))
    return max(sum((invoice.money.major for invoice in invoices), Decimal(0)) - paid, Decimal(0))


def scale(law: LawBook, principal: Decimal, day: date) -> Decimal:
    """Return the costs of a principal by the slices, floor and cap applied (BIK art. 2(1)-(2))."""
    rest, lower, result = principal, Decimal(0), Decimal(0)
    for upper, percent in law.value("costs.scale", day):
        part = rest if not upper else min(rest, Decimal(upper) - lower)
        result += part * Decimal(percent) / 100
        rest, lower = rest - part, Decimal(upper)
        if rest <= 0:
            break
    result = max(result, Decimal(law.value("costs.scale_minimum", day)))
    return min(result, Decimal(law.value("costs.scale_maximum", day)))


def collection_costs(law: LawBook, claim: ClaimFacts, principal: Decimal, day: date) -> Money:
    """Return the collection costs of a claim, with VAT where the creditor cannot deduct it (BIK art. 2(3))."""
    result = scale(law, principal, day)
    if claim.debtor.kind == "consumer" and _is_small_periodic(law, claim, day):
        result = min(result, Decimal(law.value("costs.periodic_maximum", day)))
    if not claim.creditor.vat_deductible:
        result += result * Decimal(law.value("costs.vat", day)) / 100
    return Money.rounded(result, "EUR")


def _is_small_periodic(law: LawBook, claim: ClaimFacts, day: date) -> bool:
    """Tell whether the debt is of small regular instalments of one contract (BW 6:96(7), from October 2024)."""
    limit = law["costs.periodic_limit"]
    regular = claim.contract.kind in _PERIODIC_KINDS and len(claim.invoices) > 1
    if not regular or day < limit.starts[0]:
        return False
    return all(invoice.money.major < Decimal(limit.on(day).value) for invoice in claim.invoices)
