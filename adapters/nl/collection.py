"""Dutch collection costs: the scale of the Besluit buitengerechtelijke incassokosten (BIK)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

from recovery.law.claim import ClaimFacts, Event, InvoiceDue
from recovery.law.parameters import LawBook, note
from recovery.law.periods import ONE_DAY
from recovery.law.values import Cost
from recovery.money import Money

_PERIODIC_KINDS = ("utilities", "rent")
_LETTERS = ("reminder", "formal_notice", "written_demand", "lawyer_notice")

InDefault = Callable[[date], list[InvoiceDue]]


def business_costs(law: LawBook, claim: ClaimFacts, flat: list[Cost], in_default: InDefault) -> Sequence[Cost]:
    """Return EUR 40 per invoice, or the scale where a letter in default shows collection work (BW 6:96(2)(c), (4))."""
    scaled = _scaled(law, claim, in_default)
    if scaled is None:
        return flat
    covered = [cost for cost in flat if cost.due_from <= scaled.due_from]
    if len(covered) > 1:
        note("NL: whether EUR 40 per invoice stands beside the scale is uncertain (C-585/20): the higher is reckoned")
    if scaled.amount.minor <= sum(cost.amount.minor for cost in covered):
        return flat
    return [scaled, *(cost for cost in flat if cost not in covered)]


def _scaled(law: LawBook, claim: ClaimFacts, in_default: InDefault) -> Cost | None:
    for event in claim.events_of(*_LETTERS):
        principal = open_principal(claim, in_default(event.on), event.on)
        if principal and knows_scale(law, claim, event.on):
            amount = collection_costs(law, claim, principal, event.on)
            return Cost("collection_costs", amount, event.on, "BW 6:96(2)(c), (4); BIK art. 2")
    return None


def consumer_costs(
    law: LawBook, claim: ClaimFacts, as_of: date, in_default: InDefault, last_day_of: Callable[[Event], date]
) -> Sequence[Cost]:
    """Return the costs after a 14-day letter, sent in default and counting from receipt (BW 6:96(6))."""
    for event in claim.events_of("formal_notice"):
        late = in_default(event.on)
        if not late or not knows_scale(law, claim, event.on) or not _counts_from_receipt(event):
            continue
        last = last_day_of(event)
        principal = open_principal(claim, late, last)
        if principal and last < as_of:
            amount = collection_costs(law, claim, principal, last + ONE_DAY)
            return (Cost("collection_costs", amount, last + ONE_DAY, "BW 6:96(5)-(6); BIK art. 2"),)
    return ()


def _counts_from_receipt(event: Event) -> bool:
    """Tell whether the letter's term runs from its receipt; one from its own date gives no costs at all."""
    if event.wording == "date_based":
        note(f"NL: the letter of {event.on} runs from its own date: no collection costs (ECLI:NL:HR:2016:2704)")
    elif event.wording is None:
        note(f"NL: costs stand only if the letter of {event.on} gave 14 days from receipt (ECLI:NL:HR:2016:2704)")
    return event.wording != "date_based"


def knows_scale(law: LawBook, claim: ClaimFacts, day: date) -> bool:
    """Tell whether the scale, in euro, was law on a day."""
    return claim.currency == "EUR" and day >= law["costs.scale"].starts[0]


def open_principal(claim: ClaimFacts, invoices: Sequence[InvoiceDue], day: date) -> Decimal:
    """Return what is open of these invoices on a day: the scale takes the part not paid in time (HR 2016:2704)."""
    paid = sum((payment.money.major for payment in claim.payments if payment.on <= day), Decimal(0))
    return max(sum((invoice.money.major for invoice in invoices), Decimal(0)) - paid, Decimal(0))


def scale(law: LawBook, principal: Decimal, day: date) -> Decimal:
    """Return the costs of a principal by the slices, floor and cap applied (BIK art. 2(1)-(2))."""
    rest, lower, result = principal, Decimal(0), Decimal(0)
    for upper, percent in law.value("costs.scale", day):
        part = min(rest, Decimal(upper) - lower) if upper else rest
        result += part * Decimal(percent) / 100
        rest, lower = rest - part, Decimal(upper)
    result = max(result, Decimal(law.value("costs.scale_minimum", day)))
    return min(result, Decimal(law.value("costs.scale_maximum", day)))


def collection_costs(law: LawBook, claim: ClaimFacts, principal: Decimal, day: date) -> Money:
    """Return the collection costs of a claim, with VAT where the creditor cannot deduct it (BIK art. 2(3))."""
    result = scale(law, principal, day)
    if claim.debtor.kind == "consumer":
        result = _of_small_instalments(law, claim, result, day)
    if not claim.creditor.vat_deductible:
        result += result * Decimal(law.value("costs.vat", day)) / 100
        if claim.debtor.kind == "consumer":
            note("NL: the VAT in the collection costs is owed only if the 14-day letter announced it (BIK art. 2(3))")
    return Money.rounded(result, "EUR")


def _of_small_instalments(law: LawBook, claim: ClaimFacts, amount: Decimal, day: date) -> Decimal:
    """Return the costs with the maximum for small regular instalments of one contract (BW 6:96(7))."""
    limit = law["costs.periodic_limit"]
    if day < limit.starts[0] or len(claim.invoices) < 2:
        return amount
    if any(invoice.money.major >= Decimal(limit.taken(day)) for invoice in claim.invoices):
        return amount
    most = Decimal(law.value("costs.periodic_maximum", day))
    if claim.contract.kind not in _PERIODIC_KINDS:
        if amount > most:
            note(f"NL: if these are instalments of one contract the costs are at most {most} (BW 6:96(7))")
        return amount
    first, further = law.value("costs.periodic_steps", day)
    steps = min(first + further * (len(claim.invoices) - 1), most)
    note(f"NL: instalment by instalment the costs would be {steps}; {most} is the most in six months (BW 6:96(7))")
    return min(amount, most)
