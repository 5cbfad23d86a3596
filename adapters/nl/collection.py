"""Dutch collection costs: the scale of the Besluit buitengerechtelijke incassokosten (BIK)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal

from recovery.law.claim import ClaimFacts, Event
from recovery.law.debts import Debts, OneDebt, unpaid
from recovery.law.parameters import LawBook, note
from recovery.law.periods import ONE_DAY
from recovery.law.values import Cost
from recovery.money import Money

_PERIODIC_KINDS = ("utilities", "rent")
_LETTERS = ("reminder", "formal_notice", "written_demand", "lawyer_notice")

InDefault = Callable[[OneDebt, date], bool]


def business_costs(law: LawBook, told: Debts, flat: list[Cost], in_default: InDefault) -> Sequence[Cost]:
    """Return EUR 40 per invoice, or the scale where a letter in default shows collection work (BW 6:96(2)(c), (4)).

    Each letter has the scale on the sum of the debts that it concerns and no earlier one did.
    """
    had, result = set[int](), list(flat)
    for event in told.claim.events_of(*_LETTERS):
        late = [one for one in told.concerned(event) if one.place not in had and in_default(one, event.on)]
        principal = open_principal(late, event.on)
        if not principal or not knows_scale(law, told.claim, event.on):
            continue
        had |= {one.place for one in late}
        result = _the_higher(law, told.claim, result, late, event.on)
    return result


def _the_higher(law: LawBook, claim: ClaimFacts, costs: list[Cost], late: list[OneDebt], on: date) -> list[Cost]:
    """Return the costs with the scale in place of the fixed sums of these debts where it is more."""
    numbers = _numbers(late, on)
    covered = [cost for cost in costs if cost.invoice in numbers and cost.due_from <= on]
    if len(covered) > 1:
        note("NL: whether EUR 40 per invoice stands beside the scale is uncertain (C-585/20): the higher is reckoned")
    amount = collection_costs(law, claim, late, open_principal(late, on), on)
    if amount.minor <= sum(cost.amount.minor for cost in covered):
        return costs
    scaled = Cost("collection_costs", amount, on, "BW 6:96(2)(c), (4); BIK art. 2", invoices=numbers)
    return [scaled, *(cost for cost in costs if cost not in covered)]


def consumer_costs(
    law: LawBook, told: Debts, as_of: date, in_default: InDefault, last_day_of: Callable[[Event], date]
) -> Sequence[Cost]:
    """Return the costs after each 14-day letter, sent in default and counting from receipt (BW 6:96(6)).

    Each letter has the scale on the sum of the debts that it concerns and no earlier one gave costs for.
    """
    had, result = set[int](), list[Cost]()
    for event in told.claim.events_of("formal_notice"):
        late = [one for one in told.concerned(event) if one.place not in had and in_default(one, event.on)]
        if not late or not knows_scale(law, told.claim, event.on) or not _counts_from_receipt(event):
            continue
        last = last_day_of(event)
        principal = open_principal(late, last)
        if principal and last < as_of:
            had |= {one.place for one in late}
            amount = collection_costs(law, told.claim, late, principal, last + ONE_DAY)
            basis, numbers = "BW 6:96(5)-(6); BIK art. 2", _numbers(late, last)
            result.append(Cost("collection_costs", amount, last + ONE_DAY, basis, invoices=numbers))
    return result


def _numbers(debts: Iterable[OneDebt], day: date) -> tuple[str, ...]:
    """Return the debts of which something was unpaid on a day: they bear the costs."""
    return tuple(one.invoice.number for one in debts if unpaid(one.view, day))


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


def open_principal(debts: Iterable[OneDebt], day: date) -> Decimal:
    """Return what is open of these debts on a day: the scale takes the part not paid in time (HR 2016:2704)."""
    left = (Money(unpaid(one.view, day), one.invoice.currency).major for one in debts)
    return sum(left, Decimal(0))


def scale(law: LawBook, principal: Decimal, day: date) -> Decimal:
    """Return the costs of a principal by the slices, floor and cap applied (BIK art. 2(1)-(2))."""
    rest, lower, result = principal, Decimal(0), Decimal(0)
    for upper, percent in law.value("costs.scale", day):
        part = min(rest, Decimal(upper) - lower) if upper else rest
        result += part * Decimal(percent) / 100
        rest, lower = rest - part, Decimal(upper)
    result = max(result, Decimal(law.value("costs.scale_minimum", day)))
    return min(result, Decimal(law.value("costs.scale_maximum", day)))


def collection_costs(law: LawBook, claim: ClaimFacts, debts: Sequence[OneDebt], principal: Decimal, day: date) -> Money:
    """Return the collection costs of these debts, with VAT where the creditor cannot deduct it (BIK art. 2(3))."""
    result = scale(law, principal, day)
    if claim.debtor.kind == "consumer":
        result = _of_small_instalments(law, claim, debts, result, day)
    if not claim.creditor.vat_deductible:
        result += result * Decimal(law.value("costs.vat", day)) / 100
        if claim.debtor.kind == "consumer":
            note("NL: the VAT in the collection costs is owed only if the 14-day letter announced it (BIK art. 2(3))")
    return Money.rounded(result, "EUR")


def _of_small_instalments(
    law: LawBook, claim: ClaimFacts, debts: Sequence[OneDebt], amount: Decimal, day: date
) -> Decimal:
    """Return the costs with the maximum for small regular instalments of one contract (BW 6:96(7))."""
    limit = law["costs.periodic_limit"]
    if day < limit.starts[0] or len(debts) < 2:
        return amount
    if any(one.invoice.money.major >= Decimal(limit.taken(day)) for one in debts):
        return amount
    most = Decimal(law.value("costs.periodic_maximum", day))
    if claim.contract.kind not in _PERIODIC_KINDS:
        if amount > most:
            note(f"NL: if these are instalments of one contract the costs are at most {most} (BW 6:96(7))")
        return amount
    first, further = law.value("costs.periodic_steps", day)
    steps = min(first + further * (len(debts) - 1), most)
    note(f"NL: instalment by instalment the costs would be {steps}; {most} is the most in six months (BW 6:96(7))")
    return min(amount, most)
