"""Costs that the debtor owes, and their ceiling for consumers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from recovery.law.parameters import note
from recovery.law.values import Cost
from recovery.money import Money


def above(fees: Sequence[Cost], sums: Sequence[Cost], basis: str) -> list[Cost]:
    """Return fees as far as they exceed the fixed sums of their debts that are due by then.

    `basis` is why, with {} for the part of a fee that the fixed sums hold already.
    """
    left, rest = [one.amount.minor for one in sums], []
    for fee in fees:
        before = fee.amount.minor
        for place, one in enumerate(sums):
            if one.due_from <= fee.due_from and (not fee.invoices or one.invoice in fee.invoices):
                part = min(left[place], fee.amount.minor)
                left[place] -= part
                fee = replace(fee, amount=Money(fee.amount.minor - part, fee.amount.currency))
        taken = Money(before - fee.amount.minor, fee.amount.currency)
        if fee.amount:
            rest.append(replace(fee, basis=f"{fee.basis}{basis.format(taken)}") if taken else fee)
    return rest


def capped(costs: Sequence[Cost], ceiling: Sequence[Cost], home: str) -> list[Cost]:
    """Return the costs cut to the sum that the consumer's home law gives, line by line.

    A ceiling in another currency is left to a person to compare.
    """
    room: dict[str, int] = {}
    for cost in ceiling:
        room[cost.amount.currency] = room.get(cost.amount.currency, 0) + cost.amount.minor
    result = []
    for cost in costs:
        currency = cost.amount.currency
        if room and currency not in room:
            note(
                f"consumer: compare {cost.kind} in {currency} by hand with what the law of {home} allows ({_sum(room)})"
            )
            result.append(cost)
            continue
        taken = min(cost.amount.minor, room.get(currency, 0))
        if taken:
            room[currency] -= taken
        if taken == cost.amount.minor:
            result.append(cost)
        elif taken:
            basis = f"{cost.basis}; no more than the law of {home} allows (Rome I art. 6(2), 9)"
            result.append(replace(cost, amount=Money(taken, currency), basis=basis))
    return result


def _sum(room: dict[str, int]) -> str:
    return ", ".join(f"{Money(minor, currency)} {currency}" for currency, minor in room.items())
