"""Differences too small to go on for: a bank's charge, a cent that was misread."""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal

from recovery.case.record import CaseRecord
from recovery.money import Money, minor_digits


def tolerance(case: CaseRecord, asked: Money) -> int:
    """Return the most that may be missing of what was asked, in minor units.

    The partner sets a sum in major units and a percentage, by default 1.00 and 0.5: whichever is less.
    """
    most, percent = case.outside.tolerance(case.debtor_country)
    digits = minor_digits(asked.currency)
    share = Decimal(max(asked.minor, 0)) * percent / 100
    return min(int((most.scaleb(digits)).to_integral_value(ROUND_DOWN)), int(share.to_integral_value(ROUND_DOWN)))
