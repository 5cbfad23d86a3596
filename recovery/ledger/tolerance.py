"""Differences too small to go on for: a bank's charge, a cent that was misread."""

from __future__ import annotations

from recovery.money import Money, minor_digits


def tolerance(asked: Money) -> int:
    """Return the most that may be missing of what was asked, in minor units: 1.00 or 0.5 %, whichever is less."""
    one: int = 10 ** minor_digits(asked.currency)
    return min(one, max(asked.minor, 0) // 200)
