"""The single fees of recovery that the debtor owes: reminder and inkassokrav (SFS 1981:739 2-5 §§)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from recovery.country import CountryAdapter
from recovery.law.claim import ClaimFacts, Event
from recovery.law.costs import above
from recovery.law.debts import Debts, OneDebt, debts_of, unpaid
from recovery.law.periods import ONE_DAY, add_months
from recovery.law.replay import assess
from recovery.law.values import Cost
from recovery.money import Money


def single_fees(law: CountryAdapter, claim: ClaimFacts) -> list[Cost]:
    """Return the fees for the reminder, if agreed when the debt arose, and for the inkassokrav."""
    told, fees = debts_of(law, claim), list[Cost]()
    if claim.contract.reminder_fee_agreed:
        fees += _fees(law, told, "reminder", "reminder_fee", "costs.reminder")
    return fees + _fees(law, told, "formal_notice", "demand_fee", "costs.demand")


def above_compensation(fees: Sequence[Cost], compensation: Sequence[Cost]) -> list[Cost]:
    """Return the fees as far as their sum exceeds the förseningsersättning of their debts due by then (5 § 2 st)."""
    return above(fees, compensation, ", 5 § 2 st: {} is in the förseningsersättning")


def _fees(law: CountryAdapter, told: Debts, event_kind: str, kind: str, key: str) -> list[Cost]:
    """Return the fee of each letter of a kind that met overdue debts of which none could stand in an earlier one.

    Debts that fell due within a month of each other are one recovery: one letter would have done.
    """
    parameter, fees, charged = law.law[key], list[Cost](), list[date]()
    for letter in told.claim.events_of(event_kind):
        late = [one for one in told.concerned(letter) if one.due < letter.on and _was_open(law, one, letter)]
        late = [one for one in late if all(add_months(min(one.due, due), 1) <= max(one.due, due) for due in charged)]
        if late:
            numbers = tuple(one.invoice.number for one in late)
            amount = Money.parse(parameter.taken(letter.on), "SEK")
            fees.append(Cost(kind, amount, letter.on, parameter.basis, invoices=numbers))
            charged += [one.due for one in late]
    return fees


def _was_open(law: CountryAdapter, one: OneDebt, letter: Event) -> bool:
    """Tell whether a debt was open on the day before a letter: a payment booked by then spares its fee."""
    day = letter.on - ONE_DAY
    return bool(unpaid(one.view, day) or assess(law, one.view, day).principal)
