"""How a payment is spread over the parts of what is owed: no cent is created or lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

PARTS = ("costs", "interest", "principal", "penalty")


@dataclass(frozen=True, slots=True)
class Allocation:
    """A payment spread over the parts of one debt, in minor units."""

    to_costs: int
    to_interest: int
    to_principal: int
    to_penalty: int
    left_over: int


def allocate(payment: int, owed: dict[str, int], order: tuple[str, ...]) -> Allocation:
    """Spread a payment over `owed` (minor units by part) in the country's order.

    A part that the order does not name comes last.
    """
    spread = dict.fromkeys(PARTS, 0)
    rest = payment
    for part in (*order, *(part for part in PARTS if part not in order)):
        taken = min(rest, owed.get(part, 0))
        spread[part] = taken
        rest -= taken
    return Allocation(spread["costs"], spread["interest"], spread["principal"], spread["penalty"], rest)


def shares_of(amount: int, weights: Sequence[int]) -> list[int]:
    """Return an amount shared by weights, to the unit: each has its running share, so that the sum is the amount."""
    total = sum(weights)
    if not total or len(weights) == 1:
        return [amount, *([0] * (len(weights) - 1))]
    result, before, given = [], 0, 0
    for weight in weights:
        before += weight
        upto = amount * before // total
        result.append(upto - given)
        given = upto
    return result
