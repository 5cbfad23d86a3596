"""The single fees of recovery that the debtor owes: reminder and inkassokrav (SFS 1981:739 2-5 §§)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from recovery.country import CountryAdapter
from recovery.law.claim import ClaimFacts, Event
from recovery.law.periods import ONE_DAY
from recovery.law.replay import assess
from recovery.law.values import Cost
from recovery.money import Money


def single_fees(law: CountryAdapter, claim: ClaimFacts) -> list[Cost]:
    """Return the fees for the reminder, if agreed when the debt arose, and for the inkassokrav."""
    fees = []
    if claim.contract.reminder_fee_agreed:
        fees += _first(law, claim, "reminder", "reminder_fee", "costs.reminder")
    return fees + _first(law, claim, "formal_notice", "demand_fee", "costs.demand")


def above_compensation(fees: Sequence[Cost], compensation: Sequence[Cost]) -> list[Cost]:
    """Return the fees as far as their sum exceeds the förseningsersättning due by then (5 § 2 st)."""
    covered, rest = 0, []
    for fee in fees:
        credit = sum(one.amount.minor for one in compensation if one.due_from <= fee.due_from) - covered
        taken = min(credit, fee.amount.minor)
        covered += taken
        basis = f"{fee.basis}, 5 § 2 st: {Money(taken, 'SEK')} is in the förseningsersättning" if taken else fee.basis
        rest.append(replace(fee, amount=Money(fee.amount.minor - taken, "SEK"), basis=basis))
    return [fee for fee in rest if fee.amount]


def _first(law: CountryAdapter, claim: ClaimFacts, event_kind: str, kind: str, key: str) -> list[Cost]:
    """Return the fee of the first letter of a kind that met an overdue debt, at the amount of its day."""
    letter = next((event for event in claim.events_of(event_kind) if _is_overdue(law, claim, event)), None)
    if letter is None:
        return []
    parameter = law.law[key]
    return [Cost(kind, Money.parse(parameter.taken(letter.on), "SEK"), letter.on, parameter.basis)]


def _is_overdue(law: CountryAdapter, claim: ClaimFacts, letter: Event) -> bool:
    """Tell whether something was overdue on the day before a letter: a payment booked by then spares its fee."""
    late = tuple(invoice for invoice in claim.invoices if law.due_day(claim, invoice) < letter.on)
    if not late:
        return False
    numbers = {None, *(invoice.number for invoice in late)}
    payments = tuple(payment for payment in claim.payments if payment.invoice in numbers)
    part = claim.model_copy(update={"invoices": late, "payments": payments})
    return bool(assess(law, part, letter.on - ONE_DAY).principal)
