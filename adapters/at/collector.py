"""What a collector's letters cost the debtor: the tariff of the InkVO (BGBl 141/1996), a ceiling and no entitlement."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from recovery.country import CountryAdapter
from recovery.law.claim import ClaimFacts, Event
from recovery.law.costs import above
from recovery.law.debts import OneDebt, debts_of
from recovery.law.parameters import note
from recovery.law.periods import ONE_DAY
from recovery.law.replay import assess
from recovery.law.values import Cost
from recovery.money import Money

_LETTERS = ("reminder", "formal_notice", "written_demand")


def collector_fees(law: CountryAdapter, claim: ClaimFacts) -> list[Cost]:
    """Return the fees of the collector's letters: processing once for each debt, and each letter (InkVO § 3)."""
    letters = [letter for letter in claim.events_of(*_LETTERS) if letter.by == "collector"]
    if not letters:
        return []
    if claim.currency != "EUR":
        note(
            f"AT: the collector's fee goes by the claim in EUR, not in {claim.currency}: reckon it by hand (InkVO § 3)"
        )
        return []
    told, fees, processed = debts_of(law, claim), list[Cost](), set[int]()
    for letter in told.claim.events_of(*_LETTERS):
        if letter.by != "collector":
            continue
        late = [one for one in told.concerned(letter) if one.due < letter.on and not _stopped(one.view, letter)]
        for first in (True, False):
            these = [one for one in late if (one.place not in processed) == first]
            owed = _open(law, these, letter.on - ONE_DAY)
            if owed:
                fees += _fees_of(law, claim, letter, owed, first, these)
        processed |= {one.place for one in late}
    if fees:
        _note_limits(claim, letters[0])
    return fees


def above_fixed_sums(fees: Sequence[Cost], sums: Sequence[Cost]) -> list[Cost]:
    """Return the fees as far as they exceed the fixed sums of their debts that are due by then (UGB § 458)."""
    return above(fees, sums, "; UGB § 458: {} is in the fixed sum")


def _stopped(view: ClaimFacts, letter: Event) -> bool:
    """Tell whether a letter came after a dispute or the insolvency: such costs are not appropriate (ABGB § 1333(2))."""
    return any(event.on < letter.on for event in view.events_of("dispute", "insolvency"))


def _open(law: CountryAdapter, debts: Sequence[OneDebt], day: date) -> Money:
    """Return the principal of these debts that was open at the end of a day, costs apart."""
    left = [assess(law, one.view, day, lambda facts, on: ()).principal for one in debts]
    return sum(left, Money.zero("EUR"))


def _fees_of(
    law: CountryAdapter, claim: ClaimFacts, letter: Event, owed: Money, first: bool, debts: Sequence[OneDebt]
) -> list[Cost]:
    day = letter.on
    index, vat = Decimal(law.law.value("costs.collector_index", day)), _vat(law, claim, letter)
    _, least, percent = _band(law, "costs.collector_processing", letter, owed)
    _, once, again = _band(law, "costs.collector_reminder", letter, owed)
    processing = Decimal(least) * index + owed.major * Decimal(percent) / 100
    parts = [("Bearbeitung", processing), ("1. Mahnung", Decimal(once) * index)]
    if not first:
        parts = [("weitere Mahnung", Decimal(again) * index)]
    return [
        Cost(
            "collection_costs",
            _with_vat(amount, vat),
            day,
            f"ABGB § 1333(2); InkVO § 3 ({label}, claim {owed}, index {index}{f', with {vat} % VAT' if vat else ''})",
            invoices=tuple(one.invoice.number for one in debts),
        )
        for label, amount in parts
    ]


def _with_vat(net: Decimal, vat: Decimal) -> Money:
    """Return the fee rounded to the cent, and the VAT on it."""
    fee = Money.rounded(net, "EUR")
    return fee + Money.rounded(fee.major * vat / 100, "EUR")


def _band(law: CountryAdapter, key: str, letter: Event, owed: Money) -> Any:
    """Return the row of a tariff in which a claim falls; 0 as bound means no bound."""
    rows = law.law.value(key, letter.on)
    return next(row for row in rows if not row[0] or owed.major <= Decimal(row[0]))


def _vat(law: CountryAdapter, claim: ClaimFacts, letter: Event) -> Decimal:
    """Return the VAT on a fee in percent: the debtor's burden only if the creditor cannot deduct it (InkVO § 4(1))."""
    if claim.creditor.vat_deductible:
        return Decimal(0)
    if claim.creditor.country != law.country:
        note("AT: the creditor cannot deduct VAT: that of its own country on the collector's fee is not reckoned")
        return Decimal(0)
    return Decimal(law.law.value("costs.collector_vat", letter.on))


def _note_limits(claim: ClaimFacts, letter: Event) -> None:
    """Say what the tariff leaves open: necessity, proportion, and own dunning first (ABGB §§ 1304, 1333(2))."""
    if not claim.is_commercial:
        note(
            "AT: the collector's fees are the tariff's maximum; owed as far as necessary and proportionate (§ 1333(2))"
        )
    own = [event for event in claim.events_of(*_LETTERS, "lawyer_notice") if event.by != "collector"]
    if not any(event.on < letter.on for event in own):
        note("AT: no own dunning before the collector: its costs may not be necessary (ABGB §§ 1304, 1333(2))")
