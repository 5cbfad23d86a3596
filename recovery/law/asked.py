"""What a court can still be asked for: the debts that are open, have no title and are before no court.

A debt that a court allowed in part is asked for the rest alone. The titled part, what is pending and what is barred
take no part in routes, their values and their thresholds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from recovery.law.allocation import shares_of
from recovery.law.assessment import Assessment, Debt
from recovery.law.claim import ClaimFacts
from recovery.law.debts import Debts, OneDebt
from recovery.law.history import closes
from recovery.law.limitation import DebtLimitation
from recovery.law.titles import Title, rest_part
from recovery.law.values import ClaimValue
from recovery.money import Money


@dataclass(frozen=True, slots=True)
class Asked:
    """What a court would be asked for, since when the first of it is late, and what closes every way to one."""

    value: ClaimValue
    first_due: date
    barred: bool
    closed: str | None


class _Part(NamedTuple):
    due: date
    principal: int
    interest: int
    costs: int
    barred: bool
    closed: str | None


def asked_of(told: Debts, owed: Assessment, each: Sequence[DebtLimitation], held: Mapping[int, Title]) -> Asked:
    """Return what a court would be asked for; `each` is empty where no law is decided, `held` are the titles."""
    if each and not told.claim.events and all(one.is_open and not one.limitation.barred for one in each):
        whole = ClaimValue(owed.principal, owed.interest, owed.costs_open)  # all of it, as of most claims
        return Asked(whole, min(debt.due for debt in owed.debts), False, None)
    parts = list(_parts(told, owed, each, held))
    free = [part for part in parts if not part.closed]
    running = [part for part in free if not part.barred]
    taken = running or free or parts
    money = lambda minor: Money(minor, owed.currency)  # noqa: E731
    value = ClaimValue(
        money(sum(part.principal for part in taken)),
        money(sum(part.interest for part in taken)),
        money(sum(part.costs for part in taken)),
    )
    nothing = f"nothing is owed in {owed.currency}: there is nothing to bring before a court"
    closed = None if free else next((part.closed for part in parts), nothing)
    first = min([part.due for part in taken] or [one.due for one in told.each])
    return Asked(value, first, bool(taken) and all(part.barred for part in taken), closed)


def _parts(told: Debts, owed: Assessment, each: Sequence[DebtLimitation], held: Mapping[int, Title]) -> Iterator[_Part]:
    if not each:
        for one, (_, minor) in zip(told.each, owed.unassessed, strict=True):
            if minor:
                rest, closed = _free(one.view, held.get(one.place), minor)
                yield _Part(one.due, rest, 0, 0, False, closed)
        return
    for debt in owed.debts:
        limit = each[debt.place]
        if limit.is_open:
            yield _of_debt(told.each[debt.place], debt, limit, held.get(debt.place))


def _of_debt(one: OneDebt, debt: Debt, limit: DebtLimitation, title: Title | None) -> _Part:
    rest, closed = _free(one.view, title, debt.principal)
    barred = (limit.rest or limit.limitation).barred
    if rest == debt.principal:
        return _Part(debt.due, rest, debt.interest, debt.costs_open, barred, closed)
    interest = shares_of(debt.interest, [rest, debt.principal - rest])[0]
    return _Part(debt.due, rest, interest, 0, barred, closed)  # its costs stay with what the court allowed


def _free(view: ClaimFacts, title: Title | None, principal: int) -> tuple[int, str | None]:
    """Return the principal that a court can be asked for, and what closes the way to one for it."""
    if not view.events:
        return principal, None
    if title and title.rest:
        return title.rest.minor, closes(rest_part(view))
    return principal, closes(view)
