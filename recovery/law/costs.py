"""Costs that the debtor owes, and their ceiling for consumers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from recovery.law.values import Cost
from recovery.money import Money


def capped(costs: Sequence[Cost], ceiling: Sequence[Cost], home: str) -> list[Cost]:
    """Return the costs cut to the sum that the consumer's home law gives, by currency, line by line."""
    room: dict[str, int] = {}
    for cost in ceiling:
        room[cost.amount.currency] = room.get(cost.amount.currency, 0) + cost.amount.minor
    result = []
    for cost in costs:
        currency = cost.amount.currency
        taken = min(cost.amount.minor, room.get(currency, 0))
        room[currency] = room.get(currency, 0) - taken
        if taken == cost.amount.minor:
            result.append(cost)
        elif taken:
            basis = f"{cost.basis}; no more than the law of {home} allows (Rome I art. 6(2), 9)"
            result.append(replace(cost, amount=Money(taken, currency), basis=basis))
    return result
